// `mutants`: plays the scenarios against actors that are wrong on purpose, and says who finds them out.
#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "actors/mutants.hpp"
#include "sim/live/parallel.hpp"
#include "sim/play.hpp"
#include "sim/report/judge.hpp"
#include "sim/scenario/story.hpp"
#include "tools/cli.hpp"

namespace tools {
namespace {

using sim::report::Verdict;
using sim::scenario::Scenario;

bool fails(const Scenario& scenario, const actors::Mutant* mutant) {
  const sim::Casting casting = [mutant](const auto& registry, auto positions) {
    return mutant != nullptr ? actors::mutant_cast(registry, positions, *mutant) : actors::cast(registry, positions);
  };
  return sim::report::judge(scenario, sim::play(scenario, 1, sim::Fidelity::typed, casting)).verdict == Verdict::FAIL;
}

/// Those that are not FAIL with the normal cast.
std::vector<const Scenario*> sound(const std::vector<Scenario>& scenarios, std::size_t jobs) {
  std::vector<char> red(scenarios.size());
  sim::live::for_each_index(scenarios.size(), jobs, [&](std::size_t i) { red[i] = !scenarios[i].skip.empty() || fails(scenarios[i], nullptr); });
  std::vector<const Scenario*> out;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    if (red[i] == 0) out.push_back(&scenarios[i]);
  }
  return out;
}

/// The first scenario that goes red; empty: none.
std::string killer(const std::vector<const Scenario*>& scenarios, const actors::Mutant& mutant) {
  for (const Scenario* scenario : scenarios) {
    if (fails(*scenario, &mutant)) return scenario->id;
  }
  return {};
}

}  // namespace

const actors::Mutant* mutant_called(const std::string& name) {
  if (const actors::Mutant* found = actors::find_mutant(name)) return found;
  std::vector<std::string> names;
  for (const actors::Mutant& mutant : actors::mutants()) names.emplace_back(mutant.name);
  const std::string near = sim::scenario::nearest(name, names);
  fmt::print(stderr, "'{}' is not a mutant{}; see checkout-sim list mutants\n", name, near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near));
  return nullptr;
}

int mutants(const std::vector<std::string>& paths, const std::string& only, std::size_t jobs, const std::string& lang) {
  std::vector<const actors::Mutant*> chosen;
  if (!only.empty()) {
    chosen.push_back(mutant_called(only));
    if (chosen.front() == nullptr) return bad_input;
  } else {
    for (const actors::Mutant& mutant : actors::mutants()) chosen.push_back(&mutant);
  }
  const auto loaded = load_all(paths);
  if (!loaded) {
    fmt::print(stderr, "no mutant was played: mend the above first\n");
    return bad_input;
  }
  std::vector<Scenario> bare = *loaded;  // judged by what the monitors see alone
  for (Scenario& scenario : bare) scenario.expectations.clear();
  const std::vector<const Scenario*> whole = sound(*loaded, jobs);
  const std::vector<const Scenario*> watched = sound(bare, jobs);
  if (whole.empty()) {
    fmt::print(stderr, "there is no scenario here to play mutants with: {} found, none of them passes with the normal actors\n", loaded->size());
    return inconclusive;
  }
  std::vector<std::pair<std::string, std::string>> by(chosen.size());
  sim::live::for_each_index(chosen.size(), jobs, [&](std::size_t i) { by[i] = {killer(whole, *chosen[i]), killer(watched, *chosen[i])}; });
  const bool it = lang == "it";
  std::size_t killed = 0;
  std::size_t seen = 0;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const auto& [scenario, monitor] = by[i];
    killed += scenario.empty() ? 0 : 1;
    seen += monitor.empty() ? 0 : 1;
    fmt::print("{:32} {:8} {:7} {}\n", chosen[i]->name, sim::contract::to_text(chosen[i]->role), chosen[i]->rule, it ? chosen[i]->it : chosen[i]->en);
    fmt::print("  {}\n", scenario.empty() ? (it ? "sopravvissuto" : "survived") : fmt::format("{} {}", it ? "ucciso da" : "killed by", scenario));
    fmt::print("  {}\n", monitor.empty() ? (it ? "monitor: solo le attese" : "monitors: expectations only") : fmt::format("{} {}", it ? "monitor: ucciso da" : "monitors: killed by", monitor));
  }
  fmt::print(fmt::runtime(it ? "\n{}/{} uccisi dagli scenari\n{}/{} uccisi dai soli monitor\n" : "\n{}/{} killed by scenarios\n{}/{} killed by monitors alone\n"), killed, chosen.size(), seen, chosen.size());
  return killed == chosen.size() ? passed : failed;
}

void list_mutants(const std::string& lang) {
  for (const actors::Mutant& mutant : actors::mutants()) {
    fmt::print("{:32} {:8} {:7} {}\n", mutant.name, sim::contract::to_text(mutant.role), mutant.rule, lang == "it" ? mutant.it : mutant.en);
  }
}

}  // namespace tools
