// When a cause has come to pass: the moments of an exchange, as entries of a journal. Playing and judging must agree
// about them, so they are said once.
#pragma once

#include "sim/journal.hpp"
#include "sim/scenario/model.hpp"

namespace sim::scenario {

/// Whether this is such a moment, whichever occasion it is.
inline bool is_moment(const Happening& what, const Cause& cause) {
  if (const auto* silence = std::get_if<Unanswered>(&what)) {
    return cause.moment == "unanswered" && silence->primitive == cause.primitive;
  }
  const auto* hop = std::get_if<Hop>(&what);
  if (hop == nullptr || hop->primitive != cause.primitive) return false;
  const bool request = hop->leg == contract::Leg::request;
  if (cause.moment == "sent") return request && hop->stage == Hop::Stage::sent;
  if (cause.moment == "received") return request && hop->stage == Hop::Stage::received;
  return cause.moment == "answered" && !request && hop->stage == Hop::Stage::received;
}

}  // namespace sim::scenario
