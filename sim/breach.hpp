// What a judge that needs no expectations has to say: which rule, by whom, where in the journal, what was due and what
// came instead. Monitors and the ledger both speak this way, so that reports and searches read one thing.
// A judge is a small value: it reads a journal entry by entry, and a copy of it goes on from the same entry.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/actor.hpp"
#include "sim/time.hpp"

namespace sim {

/// The same sentence in both languages.
struct Told {
  std::string it, en;
  friend bool operator==(const Told&, const Told&) = default;
};

/// A rule that somebody broke.
struct Breach {
  std::string_view rule;     ///< id of the catalogue ("CHK-05"), or of the ledger ("LED-03")
  Party who;                 ///< the party that broke it
  std::size_t entry = 0;     ///< index in the journal of the entry that shows it
  Instant at;
  Told expected;             ///< who should have done what, by when
  Told found;                ///< what happened instead
  bool scripted = false;     ///< the scenario made the party do so: no fault of the party's own
  std::optional<Instant> by = {};  ///< when it was due at the latest, where there is such a time
  friend bool operator==(const Breach&, const Breach&) = default;
};

/// Whether a breach is somebody's fault: nobody scripted it, its party is judged, and where the specification is silent
/// nobody is blamed for what we chose. Rules of the ledger stand in no catalogue, and always bind.
bool blames(const Breach& breach, std::span<const contract::Role> judged);

/// What became of a rule in one run.
enum class Exercise : std::uint8_t { not_exercised, held, broken };

}  // namespace sim
