// The verdict on a run: a fold over its journal and the scenario's expectations.
// Three answers per expectation, not two: it held, it was broken, or its point was never reached. The last one is
// never taken for the first.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/journal.hpp"
#include "sim/scenario/model.hpp"

namespace sim::report {

enum class Verdict : std::uint8_t { PASS, FAIL, INCONCLUSIVE, SKIPPED, SPEC_SILENT };
/// "PASS", "SPEC-SILENT", ...
std::string_view to_text(Verdict verdict);

/// What became of one expectation.
struct Finding {
  enum class Fate : std::uint8_t { held, broken, not_reached };
  Fate fate{};
  int line = 0;
  std::string rule;              ///< id of the catalogue; empty: the contract itself
  std::string who;               ///< roles that were to see to it, blank separated
  scenario::Bilingual expected;
  scenario::Bilingual due;       ///< the same as a duty: "the Nodo should have answered ..."; empty where `expected` alone says it
  bool names_who = false;        ///< `due` says who by itself
  scenario::Bilingual found;     ///< what happened instead; empty when it held
  std::optional<std::size_t> entry;  ///< where the journal goes another way
  std::optional<Instant> by = {};    ///< when it was due at the latest, where there is such a time
  bool never = false;                ///< `entry` is from when it was due, and it never came
};

struct Judgement {
  Verdict verdict = Verdict::PASS;
  std::vector<Finding> findings;               ///< in the order of the file
  std::vector<scenario::Bilingual> unreached;  ///< scripted things that never came to pass, with their line
  bool failed_as_it_must = false;              ///< PASS because it broke exactly the rule that it was meant to break
};

Judgement judge(const scenario::Scenario& scenario, const Journal& journal);
/// The judgement of a scenario that says why it is not run.
Judgement skipped();

}  // namespace sim::report
