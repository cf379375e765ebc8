// The rule catalogue: every rule of the Checkout page, the EC and the PSP, said in our own words.
// Scenarios and rows cite rules by these ids; an id that is not here is a mistake of whoever wrote it.
#pragma once

#include <span>
#include <string_view>

namespace sim::contract {

/// How firmly a rule stands.
enum class Standing : unsigned char {
  specification,  ///< written in the public specification
  observed,       ///< not written there, but how the real platform behaves
  silent,         ///< the specification does not say; we made a choice and say so
};
std::string_view to_text(Standing standing);

/// Why nothing that happens in this flow can show whether a rule is kept; empty: it can.
struct NotShown {
  std::string_view it, en;
};

/// One rule. `obliged` lists roles separated by blanks: who breaks the rule when it is broken.
struct Rule {
  std::string_view id;       ///< "CHK-05", "EC-07", "PSP-02"
  std::string_view obliged;  ///< "nodo", "checkout nodo"
  Standing standing;
  std::string_view source;   ///< "SANP, Checkout page"
  std::string_view since;    ///< version or period in which the rule is stated
  std::string_view it;       ///< the rule in Italian
  std::string_view en;       ///< the rule in English
  NotShown not_shown{};      ///< such a rule is never counted as covered
};

/// All rules, in the order of their ids.
std::span<const Rule> rules();
/// The rule with this id, or nullptr.
const Rule* find_rule(std::string_view id);

}  // namespace sim::contract
