// A journal read back from its lines: strictly, since a run that was read wrongly would be told wrongly.
// What a line may hold, and in which order, is what journal_text.cpp writes; anything else is refused with its line.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "sim/journal.hpp"
#include "sim/result.hpp"
#include "sim/scenario/model.hpp"

namespace sim::report {

/// What a run started from, and what it left behind.
struct Recording {
  std::uint64_t seed = 0;
  std::vector<scenario::Node> setup;  ///< settings, registry and notices, as elements of a scenario
  Journal journal;
  std::shared_ptr<std::set<std::string, std::less<>>> words;  ///< owns what the journal's entries only look at
};
/// The whole file. The first line must be a header of a version that this program writes.
Result<Recording, scenario::Problem> read_journal(const std::string& file, std::string_view bytes);

}  // namespace sim::report
