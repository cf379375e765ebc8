// A scenario told aloud, in the style of Given / When / Then: the element table's templates, filled in.
#pragma once

#include <string>
#include <string_view>

#include "sim/scenario/model.hpp"

namespace sim::scenario {

/// One element as a clause, without full stop. `lang` is "it" or "en".
std::string tell(const Node& node, std::string_view lang);
/// One expectation as what should have been: "the Nodo should have answered ...".
std::string tell_duty(const Node& node, std::string_view lang);
/// The whole story.
std::string story(const Scenario& scenario, std::string_view lang);
/// A role with its article: "the Nodo", "il Nodo".
std::string_view role_name(contract::Role role, std::string_view lang);

}  // namespace sim::scenario
