#include "sim/contract/patch.hpp"

#include <fmt/format.h>

namespace sim::contract {

std::string normal_path(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    std::string_view rest;
    const PathStep step = first_step(path, rest);
    out += '/';
    out += step.name;
    if (step.index > 1) out += fmt::format("[{}]", step.index);
    path = rest;
  }
  return out;
}

}  // namespace sim::contract
