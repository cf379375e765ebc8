// Valid messages from a seed: a fold over the same tables that validate them.
// What comes out keeps its schema and the rules between its fields, covers optional parts, every alternative of a choice
// and the ends of every range, and is the same on any machine.
#pragma once

#include "sim/contract/semantics.hpp"
#include "sim/random.hpp"

namespace sim::contract {

/// How much of what may be left out is there.
enum class Fullness : std::uint8_t { minimal, some, full };

/// A valid message; its fullness is drawn too.
Message generate(PrimitiveId id, Leg leg, Random& random);
Message generate(PrimitiveId id, Leg leg, Random& random, Fullness fullness);
/// Makes a message that keeps its schema keep the rules between its fields too; what is missing is drawn.
void mend(Message& message, Random& random, Fullness fullness = Fullness::minimal);
/// A text that the type takes.
std::string valid_text(const Scalar& scalar, Random& random);
/// A text that the pattern matches, of at most so many characters when that can be.
std::string matching_text(const Pattern& pattern, Random& random, std::size_t most);

}  // namespace sim::contract
