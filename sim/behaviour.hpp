// A rule that somebody gives a running world, in words: how a party answers about one notice or token, or what the
// network does to its messages. It is an input like any other, so that a session that is played again meets it again.
// The trap: a rule for everybody would be a rule for the other testers too, so each has a subject; only the answers that
// are queued at a mock, as test suites know them, belong to the mock.
#pragma once

#include <string>
#include <variant>

#include "sim/result.hpp"
#include "sim/world.hpp"

namespace sim {

using Behaviour = std::variant<ConductRule, FaultRule>;

/// Reads what the verbs "answer" and "fault" are given: about; by, to, outcome, fault, description, status, with, set,
/// after, bytes; on, leg, do, delay; nth, times. The number of the command is the rule's line in the journal. The error
/// says what is wrong, and what would be right.
Result<Behaviour, std::string> behaviour_of(const Command& command);
/// Does what the command says: "answer", "fault", or "forget" (id, or by and perhaps to: the queue of a mock).
void behave(World& world, const Command& command);

}  // namespace sim
