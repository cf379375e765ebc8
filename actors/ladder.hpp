// A ladder of checks: the first rung that does not hold names the answer. Nodo, EC and PSP climb theirs the same way.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include "sim/actor.hpp"

namespace actors {

template <class Context_>
struct Rung {
  using Context = Context_;
  bool (*holds)(const Context&);
  std::string_view name;
  std::string_view fault;        ///< code of the fault bean
  std::string_view description;  ///< of the fault bean; empty: none
  std::string_view rule;
};

/// The first rung that does not hold, or nullptr; `ladder` names the table for coverage.
template <class Check, class Context>
const Check* first_broken(sim::Turn& turn, std::string_view ladder, std::span<const Check> rungs, const Context& context) {
  const auto rung = std::find_if(rungs.begin(), rungs.end(), [&](const Check& check) { return !check.holds(context); });
  if (rung == rungs.end()) return nullptr;
  turn.used(ladder, static_cast<std::size_t>(rung - rungs.begin()));
  return &*rung;
}

}  // namespace actors
