// Requests that no actor composes by itself: a scenario may still order them sent.
// They are drawn from the tables, valid and minimal, and then told who sends them and what they are about; the
// scenario's <set> makes the rest specific.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "sim/actor.hpp"
#include "sim/contract/generate.hpp"

namespace actors {

/// A valid request with `said` wherever it has such a field, and the outcome that the order asks for.
sim::contract::Message drawn_request(sim::Random& random, sim::PrimitiveId id, const sim::Command& order,
                                     std::initializer_list<std::pair<std::string_view, std::string>> said);

}  // namespace actors
