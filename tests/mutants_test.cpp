// Every actor of the catalogue that is wrong on purpose must be found out by a shipped scenario, and for the right reason.
#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "actors/mutants.hpp"
#include "sim/contract/rules.hpp"
#include "sim/live/parallel.hpp"
#include "sim/play.hpp"
#include "sim/report/judge.hpp"
#include "tests/support/shipped.hpp"

namespace {

using sim::report::Verdict;
using sim::scenario::Scenario;
using support::shipped;

bool is_kebab(std::string_view name) {
  return !name.empty() && name.front() != '-' && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

/// What the shipped scenarios made of one mutant.
struct Fate {
  std::string named_by;   ///< the scenario that went red and named its rule and its role
  std::string otherwise;  ///< one that went red without, and the rule that it named instead
  bool watched = false;   ///< one goes red though nothing is expected of it
};

bool goes_red(const Scenario& scenario, const sim::Journal& journal) { return sim::report::judge(scenario, journal).verdict == Verdict::FAIL; }

Scenario unexpecting(Scenario scenario) {
  scenario.expectations.clear();
  scenario.fails.clear();
  return scenario;
}

/// Scenarios that are FAIL with the normal actors kill nobody; with nothing expected some of them are.
const std::vector<Scenario>& bare() {
  static const std::vector<Scenario> scenarios = [] {
    std::vector<Scenario> out;
    for (const Scenario& scenario : shipped()) {
      out.push_back(unexpecting(scenario));
      const sim::Journal journal = sim::play(scenario, 1, sim::Fidelity::typed, [](const auto& registry, auto positions) { return actors::cast(registry, positions); });
      if (goes_red(out.back(), journal)) out.back().skip = "FAIL";
    }
    return out;
  }();
  return scenarios;
}

Fate fate_of(const actors::Mutant& mutant) {
  Fate out;
  for (std::size_t i = 0; i < shipped().size() && (out.named_by.empty() || !out.watched); ++i) {
    const Scenario& scenario = shipped()[i];
    const sim::Journal journal = sim::play(scenario, 1, sim::Fidelity::typed, [&](const auto& registry, auto positions) { return actors::mutant_cast(registry, positions, mutant); });
    const sim::report::Judgement judgement = sim::report::judge(scenario, journal);
    if (judgement.verdict == Verdict::FAIL) {
      for (const sim::report::Finding& finding : judgement.findings) {
        if (finding.fate != sim::report::Finding::Fate::broken || (!scenario.fails.empty() && finding.rule == scenario.fails)) continue;
        if (actors::is_meant(mutant, finding.rule, finding.who)) out.named_by = scenario.id;
        else out.otherwise = scenario.id + ": " + finding.rule;
      }
    }
    out.watched = out.watched || (bare()[i].skip.empty() && goes_red(bare()[i], journal));
  }
  return out;
}

const std::vector<Fate>& fates() {
  static const std::vector<Fate> all = [] {
    std::vector<Fate> out(actors::mutants().size());
    (void)bare();
    sim::live::for_each_index(out.size(), 2, [&](std::size_t i) { out[i] = fate_of(actors::mutants()[i]); });
    return out;
  }();
  return all;
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
TEST_CASE("mutants: a shipped scenario kills each of them, and names the rule that it breaks and its role") {
  for (std::size_t i = 0; i < fates().size(); ++i) {
    CAPTURE(actors::mutants()[i].name);
    CAPTURE(fates()[i].otherwise);
    CHECK_MESSAGE(!fates()[i].named_by.empty(), "it survives, or is killed under another rule");
  }
}

TEST_CASE("mutants: whom monitors, ledger and laws do not see says why, and nobody else does") {
  for (std::size_t i = 0; i < fates().size(); ++i) {
    const actors::Mutant& mutant = actors::mutants()[i];
    CAPTURE(mutant.name);
    CHECK(mutant.only_expected.it.empty() == mutant.only_expected.en.empty());
    if (fates()[i].watched) CHECK_MESSAGE(mutant.only_expected.en.empty(), "monitors, ledger or laws kill it by now: its reason is out of date");
    else CHECK_MESSAGE(!mutant.only_expected.en.empty(), "only expectations kill it: say why in the catalogue");
  }
}

TEST_CASE("mutants: bytes give them away as structs do") {
  const auto happy = std::find_if(shipped().begin(), shipped().end(), [](const Scenario& s) { return s.id == "happy-path"; });
  REQUIRE(happy != shipped().end());
  for (const actors::Mutant& mutant : actors::mutants()) {
    CAPTURE(mutant.name);
    const auto red = [&](sim::Fidelity fidelity) {
      return goes_red(*happy, sim::play(*happy, 1, fidelity, [&](const auto& registry, auto positions) { return actors::mutant_cast(registry, positions, mutant); }));
    };
    CHECK(red(sim::Fidelity::wire) == red(sim::Fidelity::typed));
  }
}

TEST_CASE("mutants: a rule or a role that is not its own does not mean it; the contract itself is CHK-13") {
  const actors::Mutant* mutant = actors::find_mutant("second-outcome-accepted");
  REQUIRE(mutant != nullptr);
  CHECK(actors::is_meant(*mutant, "CHK-15", "nodo"));
  CHECK(actors::is_meant(*mutant, "CHK-15", "psp nodo"));
  CHECK(!actors::is_meant(*mutant, "CHK-15", "psp"));
  CHECK(!actors::is_meant(*mutant, "CHK-14", "nodo"));
  CHECK(!actors::is_meant(*mutant, "", "nodo"));
  CHECK(actors::is_meant(*actors::find_mutant("nodo-wrong-namespace"), "", "nodo"));
}
