// What `run` tells: one line per scenario, failures expanded in place, counts at the end; or the same as JUnit or JSON.
// All three are folds over the same results, so that they cannot disagree.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report/judge.hpp"
#include "sim/scenario/model.hpp"

namespace sim::report {

/// One scenario that was played (or skipped).
struct Played {
  const scenario::Scenario* scenario = nullptr;
  Judgement judgement;
  Journal journal;
};

struct Settings {
  std::uint64_t seed = 1;
  std::string_view lang = "en";
  bool colour = false;
  bool verbose = false;  ///< the ladder of every scenario, not of failures alone
  std::string_view fidelity = "wire";
  std::string_view plant = {};  ///< the mutant that plays its role; empty: nobody is wrong on purpose
  std::string_view registry = {};  ///< the file that said who exists; empty: the built-in ones
};

struct Counts {
  std::size_t pass = 0, fail = 0, inconclusive = 0, skipped = 0, silent = 0;
  [[nodiscard]] std::size_t total() const { return pass + fail + inconclusive + skipped + silent; }
};
Counts count(std::span<const Played> played);

/// The process's exit code: 1 a FAIL; 4 something INCONCLUSIVE, or nothing conclusive at all; 0 otherwise.
int exit_code(const Counts& counts);

/// The line of one scenario, with the expansion of its failure below it.
std::string text(const Played& played, const Settings& settings);
/// The last line.
std::string text_summary(std::span<const Played> played, const Settings& settings, double wall_seconds);
/// JUnit XML as CI systems read it: FAIL is a failure; INCONCLUSIVE, SKIPPED and SPEC-SILENT are skipped.
std::string junit(std::span<const Played> played, const Settings& settings, double wall_seconds);
std::string json(std::span<const Played> played, const Settings& settings, double wall_seconds);

/// "3.740 s", "1 h 02 min".
std::string human(Duration d);
/// The line that reproduces one scenario.
std::string reproduction(const scenario::Scenario& scenario, const Settings& settings);

}  // namespace sim::report
