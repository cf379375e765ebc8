// A recorded run told again as a scenario: the same world, the same orders at the same times, the same mishaps of the
// network, the same words put into somebody's mouth. Played with the recording's seed it has the same effects.
// The trap: a journal shows what was said, not what would have been said without the script. So the scenario is played
// while it is written, and where the run departs from the recording the difference is what the script had changed.
#pragma once

#include <functional>
#include <string>

#include "sim/report/journal_reader.hpp"

namespace sim::report {

/// Plays a scenario file with the recording's seed; the reason why it cannot be played.
using Replay = std::function<Result<Journal, std::string>(const std::string& xml)>;

struct Retelling {
  std::string xml;
  std::string departs;  ///< where its run is another one than the recording, and how; empty: nowhere
};
/// `expects`: the scenario also expects what was seen: the histories of payments, positions and debts, and how outcomes
/// were answered.
Retelling retell(const Recording& recording, const std::string& id, bool expects, const Replay& replay);

/// The journal as lines, without what depends on how a scenario is written: its line numbers, its waits, and whether a
/// step says when it begins by a time or by a cause. Two runs with the same lines have had the same effects.
std::string effects_of(const Journal& journal);

}  // namespace sim::report
