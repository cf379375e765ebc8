// Every actor of the catalogue that is wrong on purpose must be found out by a shipped scenario.
#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "actors/mutants.hpp"
#include "sim/contract/rules.hpp"
#include "sim/play.hpp"
#include "sim/report/judge.hpp"
#include "tests/support/shipped.hpp"

namespace {

using sim::report::Verdict;
using support::shipped;

Verdict verdict_with(const sim::scenario::Scenario& scenario, const actors::Mutant& mutant) {
  const sim::Journal journal = sim::play(scenario, 1, sim::Fidelity::typed, [&](const auto& registry, auto positions) {
    return actors::mutant_cast(registry, positions, mutant);
  });
  return sim::report::judge(scenario, journal).verdict;
}

bool is_kebab(std::string_view name) {
  return !name.empty() && name.front() != '-' && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

}  // namespace

TEST_CASE("mutants: names are unique, and each breaks a rule that obliges its role") {
  std::set<std::string_view> names;
  for (const actors::Mutant& mutant : actors::mutants()) {
    CAPTURE(mutant.name);
    CHECK(is_kebab(mutant.name));
    CHECK(names.insert(mutant.name).second);
    CHECK(actors::find_mutant(mutant.name) == &mutant);
    CHECK(!mutant.it.empty());
    CHECK(!mutant.en.empty());
    const sim::contract::Rule* rule = sim::contract::find_rule(mutant.rule);
    REQUIRE(rule != nullptr);
    CHECK((" " + std::string(rule->obliged) + " ").find(" " + std::string(sim::contract::to_text(mutant.role)) + " ") != std::string::npos);
  }
}

TEST_CASE("mutants: at least sixty, and two for every rule that a run can show") {
  CHECK(actors::mutants().size() >= 60);
  for (const sim::contract::Rule& rule : sim::contract::rules()) {
    if (!rule.not_shown.en.empty()) continue;
    CAPTURE(rule.id);
    CHECK(std::count_if(actors::mutants().begin(), actors::mutants().end(), [&](const actors::Mutant& m) { return m.rule == rule.id; }) >= 2);
  }
}

// That no scenario is FAIL with the normal cast is a test of its own, in mutation_test.cpp.
TEST_CASE("mutants: a shipped scenario kills each of them") {
  std::vector<const sim::scenario::Scenario*> order;
  for (const sim::scenario::Scenario& scenario : shipped()) order.push_back(&scenario);
  for (const actors::Mutant& mutant : actors::mutants()) {
    CAPTURE(mutant.name);
    const auto killer = std::find_if(order.begin(), order.end(), [&](const auto* scenario) { return verdict_with(*scenario, mutant) == Verdict::FAIL; });
    REQUIRE(killer != order.end());
    std::rotate(order.begin(), killer, killer + 1);
  }
}
