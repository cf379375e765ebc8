// What each field of each message is, for people: its unit, and which field of which other message it repeats.
// The trap is that one name has many meanings: totalAmount is with and without fee, outcome is that of the call, of the
// payment or of an authorisation, amount is euro here and cents there. A row may therefore be about some structures
// alone, and then wins over the row about all others.
#pragma once

#include <span>
#include <string_view>

#include "sim/contract/schema.hpp"

namespace sim::contract {

struct Meaning {
  std::string_view field;       ///< "totalAmount"
  std::string_view structures;  ///< the structures (Record::type) it speaks of, separated by '|'; empty: all others
  std::string_view it, en;
  /// The text in "it" or "en"; anything else is English.
  [[nodiscard]] std::string_view in(std::string_view lang) const { return lang == "it" ? it : en; }
};

/// All rows, by theme.
std::span<const Meaning> meanings();
/// What a field is in this structure, or nullptr when nobody has said it.
const Meaning* meaning_of(const Record& record, const Field& field);

}  // namespace sim::contract
