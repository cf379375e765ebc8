// Where a search sets out from, beside the plain payment: what the users do, what the notice and its EC are like, what
// somebody has said before. Each is a piece of a scenario; adding one is adding a row.
#pragma once

#include <span>
#include <string_view>

namespace sim {

/// {v} stands for "V2" or nothing: the version of the primitives. There is one notice, 302041234567890123 of 77777777777.
struct Situation {
  std::string_view name;   ///< kebab-case
  std::string_view steps;  ///< what happens; the plain payment is not in it
  std::string_view world{};  ///< elements that stand before the notice
  std::string_view notice{}; ///< the notice, when it is not the plain one
  std::string_view told{};   ///< a role that does here what it is told to, and is not judged
};
std::span<const Situation> situations();

}  // namespace sim
