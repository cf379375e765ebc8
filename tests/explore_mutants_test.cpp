// Actors that are wrong on purpose are found by the search alone, without any scenario of ours; and what it writes down
// makes an ordinary run fail.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "actors/mutants.hpp"
#include "sim/explore.hpp"
#include "sim/live/parallel.hpp"
#include "sim/report/judge.hpp"

namespace {

using namespace sim;

/// What no run of the search can meet, and why.
struct Unmet {
  std::string_view mutant, why;
};
constexpr Unmet unmet[] = {
    {"", ""},
};

/// The first violation that the search meets, with the bounds in which it does, shrunk; `departures` 0: none.
struct Met {
  SearchBounds bounds;
  std::vector<Violation> violations;
};
Met met(const Casting& casting) {
  for (const int faults : {0, 1, 2}) {
    for (const int version : {1, 2}) {
      SearchBounds bounds;
      bounds.faults = faults, bounds.version = version;
      for (const Cell& cell : cells(bounds, faults)) {
        if (cell.departures < faults && cell.left < 1) continue;
        Search found = search(cell, bounds, 1, casting);
        std::erase_if(found.violations, [](const Violation& v) { return v.rule.empty(); });  // it never ends: some rule says why
        if (!found.violations.empty()) return {bounds, std::move(found.violations)};
      }
    }
  }
  return {};
}

}  // namespace

TEST_CASE("explore: every mutant that a run can give away is found by the search, and its file makes a run fail") {
  const std::span<const actors::Mutant> all = actors::mutants();
  std::vector<std::string> wrong(all.size());
  live::for_each_index(all.size(), 2, [&](std::size_t i) {
    const actors::Mutant& mutant = all[i];
    const Casting casting = [&mutant](const auto& registry, auto positions) { return actors::mutant_cast(registry, positions, mutant); };
    const bool is_unmet = std::any_of(std::begin(unmet), std::end(unmet), [&](const Unmet& u) { return u.mutant == mutant.name; });
    const Met found = met(casting);
    if (found.violations.empty()) {
      if (!is_unmet && mutant.only_expected.en.empty()) wrong[i] = "is not found";
      return;
    }
    const Violation small = shrunk(found.violations.front(), found.bounds, 1, casting);
    const auto scenario = scenario::load("explored", scenario_of(small.cell, found.bounds, small.faults, "explored"));
    const bool red = scenario && report::judge(*scenario, play(*scenario, 1, Fidelity::wire, casting)).verdict == report::Verdict::FAIL;
    if (!red) wrong[i] = small.cell.name + ": a run does not fail under " + small.rule;
    else if (is_unmet) wrong[i] = "is found, though it is said that it cannot be";
  });
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(all[i].name);
    CHECK(wrong[i] == "");
  }
}
