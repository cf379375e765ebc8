// What no schema can say: rules between the fields of one message, as data beside the field tables.
// Broken on an answer, they make it unintelligible, exactly like a breach of the schema [SIN_PVPNR_10]. Rules that need
// more than the message itself (registered accounts, states, amounts of other messages) belong to whoever knows them.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/contract/message.hpp"

namespace sim::contract {

/// The shapes that such a rule may have. `place` and `parts` are paths.
enum class Law : std::uint8_t {
  needed_when_ok,  ///< `place` is optional in the schema, and must be there when the outcome is OK
  needed_when_ko,  ///< ... when the outcome is KO
  barred_when_ok,  ///< `place` must not be there when the outcome is OK
  sums_up,         ///< `place` is the sum of all `parts`
  counts_up,       ///< the `parts` are 1, 2, 3 and so on
  holds_something, ///< the group at `place`, when it is there, holds at least one field
  all_differ,      ///< no two entries of the list at `place` have the same `parts`, which are names of their fields
};

struct SemanticRule {
  std::string_view id;     ///< the test or text that shows it
  PrimitiveId primitive;
  Leg leg;
  Law law;
  std::string_view place;
  std::string_view parts = {};
};

std::span<const SemanticRule> semantic_rules();
/// The rules of one message.
std::vector<const SemanticRule*> semantic_rules_of(PrimitiveId id, Leg leg);
bool holds(const SemanticRule& rule, const Message& message);
/// What the rule wants, for people.
Bilingual wanted_by(const SemanticRule& rule);
/// Every rule that the message breaks; the place is a path without root.
std::vector<Violation> broken_semantics(const Message& message);
bool obeys_semantics(const Message& message);
/// The sum that a sums_up rule wants at its place; nothing when no part is there.
std::optional<Amount> sum_of_parts(const SemanticRule& rule, const Message& message);

}  // namespace sim::contract
