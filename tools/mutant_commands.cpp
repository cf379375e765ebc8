// `mutants`: plays the scenarios against actors that are wrong on purpose, and says who finds them out, and what in the
// scenarios and among the monitors never finds out anybody.
// The trap: a scenario may go red for the wrong reason. A mutant counts as seen when its own rule and role are named;
// whatever else turns red is told apart.
#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include <fmt/format.h>

#include "actors/mutants.hpp"
#include "sim/contract/rules.hpp"
#include "sim/laws.hpp"
#include "sim/ledger.hpp"
#include "sim/live/parallel.hpp"
#include "sim/monitors.hpp"
#include "sim/play.hpp"
#include "sim/report/judge.hpp"
#include "sim/scenario/story.hpp"
#include "sim/wire/json.hpp"
#include "tools/cli.hpp"

namespace tools {
namespace {

using sim::report::Finding;
using sim::report::judge;
using sim::report::Judgement;
using sim::report::Verdict;
using sim::scenario::Scenario;

/// A scenario twice: as it is, and with nothing expected of it, so that monitors, ledger and laws judge alone.
struct Stage {
  const Scenario* whole = nullptr;
  Scenario bare;
  bool whole_kills = false, bare_kills = false;  ///< not FAIL with the normal actors
};

std::vector<Stage> stages_of(const std::vector<Scenario>& scenarios, std::size_t jobs) {
  std::vector<Stage> out(scenarios.size());
  sim::live::for_each_index(scenarios.size(), jobs, [&](std::size_t i) {
    out[i] = {&scenarios[i], scenarios[i]};
    out[i].bare.expectations.clear();
    out[i].bare.fails.clear();
    if (!scenarios[i].skip.empty()) return;
    const sim::Journal journal = play(scenarios[i], 1, sim::Fidelity::typed);
    out[i].whole_kills = judge(scenarios[i], journal).verdict != Verdict::FAIL;
    out[i].bare_kills = judge(out[i].bare, journal).verdict != Verdict::FAIL;
  });
  return out;
}

bool is_red(const Finding& finding, const Scenario& scenario) {
  return finding.fate == Finding::Fate::broken && (scenario.fails.empty() || finding.rule != scenario.fails);
}

/// The first scenario that names a mutant, and the first that goes red for another reason.
struct Kill {
  const Scenario* by = nullptr;
  const Scenario* otherwise = nullptr;
  std::string rule;  ///< of the latter
  [[nodiscard]] bool any() const { return by != nullptr || otherwise != nullptr; }

  void see(const Scenario& scenario, const Judgement& judgement, const actors::Mutant& mutant) {
    if (judgement.verdict != Verdict::FAIL) return;
    const auto& findings = judgement.findings;
    if (std::any_of(findings.begin(), findings.end(), [&](const Finding& f) { return is_red(f, scenario) && actors::is_meant(mutant, f.rule, f.who); })) {
      if (by == nullptr) by = &scenario;
    } else if (otherwise == nullptr) {
      const auto red = std::find_if(findings.begin(), findings.end(), [&](const Finding& f) { return is_red(f, scenario); });
      otherwise = &scenario;
      rule = red == findings.end() ? scenario.fails : red->rule;
    }
  }
};
struct Fate {
  Kill whole, bare;
};

Fate fate_of(const actors::Mutant& mutant, const std::vector<Stage>& stages) {
  Fate out;
  for (const Stage& stage : stages) {
    const bool whole = stage.whole_kills && out.whole.by == nullptr;
    const bool bare = stage.bare_kills && out.bare.by == nullptr;
    if (!whole && !bare) continue;
    const sim::Journal journal = play(*stage.whole, 1, sim::Fidelity::typed, &mutant);
    if (whole) out.whole.see(*stage.whole, judge(*stage.whole, journal), mutant);
    if (bare) out.bare.see(*stage.whole, judge(stage.bare, journal), mutant);
  }
  return out;
}

// ---- who is killed, told ----

/// What a message owes to its layout has no id in a judgement.
std::string_view rule_named(const std::string& rule, bool it) { return !rule.empty() ? std::string_view(rule) : it ? "il contratto" : "the contract"; }

std::string told(const Kill& kill, bool it) {
  if (kill.by != nullptr) return fmt::format("{} {}", it ? "ucciso da" : "killed by", kill.by->id);
  if (kill.otherwise != nullptr) return fmt::format("{} {}, {}: {}", it ? "ucciso da" : "killed by", kill.otherwise->id, it ? "per un'altra regola" : "under another rule", rule_named(kill.rule, it));
  return it ? "sopravvissuto" : "survived";
}

std::string percentage(std::size_t part, std::size_t all) { return fmt::format("{} %", all == 0 ? 0 : part * 100 / all); }

std::string text(const std::vector<const actors::Mutant*>& chosen, const std::vector<Fate>& fates, bool it) {
  std::string out, elsewhere, expected;
  std::size_t killed = 0, named = 0, watched = 0;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const actors::Mutant& mutant = *chosen[i];
    const auto& [whole, bare] = fates[i];
    killed += whole.any() ? 1 : 0, named += whole.by != nullptr ? 1 : 0, watched += bare.any() ? 1 : 0;
    out += fmt::format("{:32} {:8} {:7} {}\n", mutant.name, sim::contract::to_text(mutant.role), mutant.rule, it ? mutant.it : mutant.en);
    out += fmt::format("  {}\n", told(whole, it));
    out += fmt::format("  monitor{}: {}\n", it ? "" : "s", bare.any() ? told(bare, it) : it ? "solo le attese" : "expectations only");
    if (whole.any() && whole.by == nullptr) elsewhere += fmt::format("  {:32} {} {}: {}\n", mutant.name, mutant.rule, it ? "ucciso per" : "killed under", rule_named(whole.rule, it));
    if (whole.any() && !bare.any()) expected += fmt::format("  {:32} {}\n", mutant.name, it ? mutant.only_expected.it : mutant.only_expected.en);
  }
  if (!elsewhere.empty()) out += fmt::format("\n{}\n{}", it ? "Uccisi per un'altra regola:" : "Killed under another rule:", elsewhere);
  if (!expected.empty()) out += fmt::format("\n{}\n{}", it ? "Li prendono solo le attese di uno scenario, e perché:" : "Only the expectations of a scenario catch these, and why:", expected);
  out += fmt::format("\n{}/{} {} ({} {})\n", killed, chosen.size(), it ? "uccisi dagli scenari" : "killed by scenarios", named, it ? "per la propria regola" : "under their own rule");
  out += fmt::format("{}/{} {} ({})\n", watched, chosen.size(), it ? "uccisi da monitor, libro mastro e leggi soltanto" : "killed by monitors, ledger and laws alone", percentage(watched, chosen.size()));
  return out;
}

using sim::wire::Json;
using sim::wire::JsonArray;
using sim::wire::JsonObject;

Json number(std::size_t n) { return {sim::wire::JsonNumber{std::to_string(n)}}; }
Json words(std::string_view text) { return {std::string(text)}; }

Json json(const Kill& kill) {
  if (!kill.any()) return {nullptr};
  JsonObject out{{"scenario", words(kill.by != nullptr ? kill.by->id : kill.otherwise->id)}, {"ownRule", {kill.by != nullptr}}};
  if (kill.by == nullptr) out.emplace_back("rule", words(kill.rule));
  return {std::move(out)};
}

std::string json(const std::vector<const actors::Mutant*>& chosen, const std::vector<Fate>& fates, bool it) {
  JsonArray all;
  std::size_t killed = 0, named = 0, watched = 0;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const actors::Mutant& mutant = *chosen[i];
    const auto& [whole, bare] = fates[i];
    killed += whole.any() ? 1 : 0, named += whole.by != nullptr ? 1 : 0, watched += bare.any() ? 1 : 0;
    JsonObject one{{"name", words(mutant.name)}, {"role", words(sim::contract::to_text(mutant.role))}, {"rule", words(mutant.rule)}, {"about", words(it ? mutant.it : mutant.en)},
                   {"scenarios", json(whole)}, {"monitors", json(bare)}};
    if (!mutant.only_expected.en.empty()) one.emplace_back("onlyExpected", words(it ? mutant.only_expected.it : mutant.only_expected.en));
    all.push_back({std::move(one)});
  }
  return to_text(Json{JsonObject{{"mutants", {std::move(all)}}, {"count", number(chosen.size())}, {"killed", number(killed)}, {"underOwnRule", number(named)}, {"byMonitors", number(watched)}}}) + "\n";
}

// ---- what never finds out anybody ----

/// Something that can be broken: an expectation by scenario and place in it, or a watched rule by its id.
struct Sight {
  std::size_t scenario = 0, expectation = 0;
  std::string rule;  ///< empty: an expectation
  auto operator<=>(const Sight&) const = default;
};
/// What one mutant breaks: all of it, and what of it names the mutant.
struct Broken {
  std::set<Sight> all, naming;
  std::set<std::string> watched;  ///< rules, with nothing expected
};

/// What monitors or ledger blame judged roles for, each for itself: a judgement tells an entry once, whoever else saw it.
template <class Watcher>
void watch(const Scenario& scenario, const sim::Journal& journal, std::set<std::string>& rules) {
  Watcher watcher(scenario.registry, scenario.settings);
  for (std::size_t i = 0; i < journal.entries.size(); ++i) watcher.see(i, journal.entries[i]);
  watcher.finish(journal.cut_short);
  for (const sim::Breach& breach : watcher.breaches()) {
    if (sim::blames(breach, scenario.judges)) rules.emplace(breach.rule);
  }
}

Broken broken_by(const actors::Mutant& mutant, const std::vector<Stage>& stages) {
  Broken out;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const Stage& stage = stages[i];
    if (!stage.whole_kills && !stage.bare_kills) continue;
    const sim::Journal journal = play(*stage.whole, 1, sim::Fidelity::typed, &mutant);
    if (stage.bare_kills) {
      watch<sim::Monitors>(*stage.whole, journal, out.watched);
      watch<sim::Ledger>(*stage.whole, journal, out.watched);
      for (const Finding& finding : judge(stage.bare, journal).findings) {
        if (sim::find_law(finding.rule) != nullptr) out.watched.insert(finding.rule);
      }
    }
    if (!stage.whole_kills) continue;
    const Judgement judgement = judge(*stage.whole, journal);
    for (std::size_t f = 0; f < judgement.findings.size(); ++f) {
      const Finding& finding = judgement.findings[f];
      if (!is_red(finding, *stage.whole)) continue;
      const Sight by = finding.line != 0 ? Sight{i, f, {}} : Sight{0, 0, finding.rule.empty() ? "CHK-13" : finding.rule};
      out.all.insert(by);
      if (judgement.verdict == Verdict::FAIL && actors::is_meant(mutant, finding.rule, finding.who)) out.naming.insert(by);
    }
  }
  return out;
}

struct WatchedRule {
  std::string_view id, it, en;
};
/// Everything that is watched where nothing is expected. Not the laws of the engine: they bind the simulator. Nor rules on
/// which the specification is silent: nobody is blamed for what we chose.
std::vector<WatchedRule> watched_rows() {
  std::vector<WatchedRule> out;
  for (const sim::MonitorRow& row : sim::monitors()) {
    const sim::contract::Rule* rule = sim::contract::find_rule(row.rule);
    if (rule == nullptr || rule->standing != sim::contract::Standing::silent) out.push_back({row.rule, row.it, row.en});
  }
  for (const sim::LedgerRule& row : sim::ledger_rules()) out.push_back({row.id, row.it, row.en});
  for (const sim::Law& law : sim::laws()) {
    if (law.id >= "LAW-11") out.push_back({law.id, law.it, law.en});
  }
  return out;
}

std::string dead_weight(const std::vector<Stage>& stages, const std::vector<Broken>& broken, bool it) {
  std::set<Sight> broken_once, decisive;
  std::set<std::string> watched, alone;
  for (const Broken& by : broken) {
    broken_once.insert(by.all.begin(), by.all.end());
    watched.insert(by.watched.begin(), by.watched.end());
    if (by.naming.size() == 1) decisive.insert(*by.naming.begin());
    if (by.watched.size() == 1) alone.insert(*by.watched.begin());
  }
  std::string out;
  std::size_t all = 0, dead = 0, needed = 0;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const Scenario& scenario = *stages[i].whole;
    if (!stages[i].whole_kills) continue;
    for (std::size_t e = 0; e < scenario.expectations.size(); ++e) {
      const sim::scenario::Node& node = scenario.expectations[e];
      ++all;
      needed += decisive.contains({i, e, {}}) ? 1 : 0;
      if (broken_once.contains({i, e, {}})) continue;
      ++dead;
      out += fmt::format("  {}:{}: {} {}\n", scenario.file, node.line, node.get("rule"), sim::scenario::tell(node, it ? "it" : "en"));
    }
  }
  if (!out.empty()) out.insert(0, it ? "Attese che nessun mutante viola:\n" : "Expectations that no mutant breaks:\n");
  std::set<std::string> ids;
  std::size_t needed_rules = 0, dead_rules = 0;
  std::string never, beside;
  for (const WatchedRule& row : watched_rows()) {
    const std::string id(row.id);
    const bool first = ids.insert(id).second;
    if (!watched.contains(id)) never += fmt::format("  {} {}\n", id, it ? row.it : row.en);
    else if (first && !alone.contains(id)) beside += " " + id;
    needed_rules += first && alone.contains(id) ? 1 : 0;
    dead_rules += first && !watched.contains(id) ? 1 : 0;
  }
  if (!never.empty()) out += fmt::format("\n{}\n{}", it ? "Monitor, regole del libro mastro e leggi dei pagamenti che nessun mutante viola:" : "Monitors, rules of the ledger and laws of payments that no mutant breaks:", never);
  if (!beside.empty()) out += fmt::format("\n{}\n {}\n", it ? "Regole osservate mai violate da sole: chi le viola ne viola un'altra:" : "Watched rules that are never broken alone: whoever breaks them breaks another one:", beside);
  out += fmt::format(fmt::runtime(it ? "\n{} attese: {} decisive, {} mai da sole, {} peso morto\n" : "\n{} expectations: {} decisive, {} never alone, {} dead weight\n"), all, needed, all - needed - dead, dead);
  out += fmt::format(fmt::runtime(it ? "{} regole osservate: {} decisive, {} mai da sole, {} peso morto\n" : "{} watched rules: {} decisive, {} never alone, {} dead weight\n"), ids.size(), needed_rules,
                     ids.size() - needed_rules - dead_rules, dead_rules);
  return out;
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

int mutants(const MutantsOptions& options) {
  std::vector<const actors::Mutant*> chosen;
  if (!options.only.empty()) {
    chosen.push_back(mutant_called(options.only));
    if (chosen.front() == nullptr) return bad_input;
  } else {
    for (const actors::Mutant& mutant : actors::mutants()) chosen.push_back(&mutant);
  }
  const auto loaded = load_all(options.paths);
  if (!loaded) {
    fmt::print(stderr, "no mutant was played: mend the above first\n");
    return bad_input;
  }
  const std::vector<Stage> stages = stages_of(*loaded, options.jobs);
  if (std::none_of(stages.begin(), stages.end(), [](const Stage& s) { return s.whole_kills; })) {
    fmt::print(stderr, "there is no scenario here to play mutants with: {} found, none of them passes with the normal actors\n", loaded->size());
    return inconclusive;
  }
  const bool it = options.lang == "it";
  if (options.dead_weight) {
    std::vector<Broken> broken(chosen.size());
    sim::live::for_each_index(chosen.size(), options.jobs, [&](std::size_t i) { broken[i] = broken_by(*chosen[i], stages); });
    fmt::print("{}", dead_weight(stages, broken, it));
    return passed;
  }
  std::vector<Fate> fates(chosen.size());
  sim::live::for_each_index(chosen.size(), options.jobs, [&](std::size_t i) { fates[i] = fate_of(*chosen[i], stages); });
  fmt::print("{}", options.report == "json" ? json(chosen, fates, it) : text(chosen, fates, it));
  return std::all_of(fates.begin(), fates.end(), [](const Fate& f) { return f.whole.any(); }) ? passed : failed;
}

void list_mutants(const std::string& lang) {
  for (const actors::Mutant& mutant : actors::mutants()) {
    fmt::print("{:32} {:8} {:7} {}\n", mutant.name, sim::contract::to_text(mutant.role), mutant.rule, lang == "it" ? mutant.it : mutant.en);
  }
}

}  // namespace tools
