// Files against the element table: each element and attribute is known where it stands and holds what its kind may hold.
// What the table cannot say (who may be scripted, what adds up) is left to the loaders of scenarios and of registries.
// Nothing stops at the first mistake: a file's mistakes come together.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/model.hpp"

namespace sim::scenario {

/// The mistakes of one file, as they are found.
struct Problems {
  std::string file;
  std::vector<Problem> found{};
  void add(int line, std::string text) { found.push_back({file, line, std::move(text)}); }
  /// All of them, by line.
  std::vector<Problem> take();
};

/// The root of a file whose root is called so, with everything in it; nothing when there is no such root to speak of.
std::optional<Node> read(std::string_view bytes, std::string_view root, Problems& problems);

}  // namespace sim::scenario
