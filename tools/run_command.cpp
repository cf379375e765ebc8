// `run`, `lint` and `new`: everything is loaded before anything is played, so that a mistake in one file never hides behind
// the results of the others.
#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include "actors/mutants.hpp"
#include "sim/check.hpp"
#include "sim/laws.hpp"
#include "sim/live/parallel.hpp"
#include "sim/report/run_report.hpp"
#include "tools/cli.hpp"

namespace tools {
namespace {

bool selected(const sim::scenario::Scenario& s, const RunOptions& options) {
  if (!options.filter.empty() && s.id.find(options.filter) == std::string::npos && s.file.find(options.filter) == std::string::npos) return false;
  if (!options.tag.empty() && std::find(s.tags.begin(), s.tags.end(), options.tag) == s.tags.end()) return false;
  const std::vector<std::string> rules = s.rules();
  return options.rule.empty() || std::find(rules.begin(), rules.end(), options.rule) != rules.end();
}

sim::report::Played play_one(const sim::scenario::Scenario& s, const RunOptions& options, const sim::report::Settings& settings, const actors::Mutant* planted) {
  if (!s.skip.empty()) return {&s, sim::report::skipped(), {}};
  sim::report::Played out{&s, {}, play(s, options.seed, options.fidelity == "typed" ? sim::Fidelity::typed : sim::Fidelity::wire, planted)};
  // What an actor that is wrong on purpose leaves unfinished is no bug of ours.
  const std::vector<sim::BrokenLaw> broken = planted != nullptr ? std::vector<sim::BrokenLaw>{} : sim::broken_laws(out.journal);
  if (!broken.empty()) {
    sim::set_bug_context(fmt::format("{}: {}", sim::report::reproduction(s, settings), to_text(broken.front())));
    SIM_CHECK(broken.empty());
  }
  out.judgement = sim::report::judge(s, out.journal);
  return out;
}

}  // namespace

int run(const RunOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  const actors::Mutant* planted = options.plant.empty() ? nullptr : mutant_called(options.plant);
  if (!options.plant.empty() && planted == nullptr) return bad_input;
  const std::optional<sim::scenario::Base> base = base_of(options.registry);
  const auto loaded = base ? load_all(options.paths, *base) : std::nullopt;
  if (!loaded) {
    fmt::print(stderr, "nothing was run: mend the above first\n");
    return bad_input;
  }
  std::vector<const sim::scenario::Scenario*> chosen;
  for (const auto& s : *loaded) {
    if (selected(s, options)) chosen.push_back(&s);
  }
  if (chosen.empty()) {
    fmt::print(stderr, "no scenario was selected: {} found, none of them matches; see checkout-sim list scenarios\n", loaded->size());
    return inconclusive;
  }
  sim::report::Settings settings{options.seed, options.lang, colour() && options.report == "text", options.verbose, options.fidelity, options.plant, options.registry};
  std::vector<sim::report::Played> played(chosen.size());
  std::size_t done = 0;
  const std::size_t wave = options.fail_fast ? 1 : chosen.size();
  bool stop = false;
  while (done < chosen.size() && !stop) {
    const std::size_t n = std::min(wave, chosen.size() - done);
    sim::live::for_each_index(n, options.jobs, [&](std::size_t i) { played[done + i] = play_one(*chosen[done + i], options, settings, planted); });
    for (std::size_t i = done; i < done + n; ++i) {
      if (options.report == "text") fmt::print("{}", sim::report::text(played[i], settings));
      stop = stop || (options.fail_fast && played[i].judgement.verdict == sim::report::Verdict::FAIL);
    }
    done += n;
  }
  played.resize(done);
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (options.report == "junit") fmt::print("{}", sim::report::junit(played, settings, wall));
  else if (options.report == "json") fmt::print("{}", sim::report::json(played, settings, wall));
  else {
    fmt::print("\n{}", sim::report::text_summary(played, settings, wall));
    if (planted != nullptr) fmt::print("planted: {} ({}, {}): {}\n", planted->name, sim::contract::to_text(planted->role), planted->rule, options.lang == "it" ? planted->it : planted->en);
    if (done < chosen.size()) fmt::print("stopped at the first FAIL: {} scenarios were not run\n", chosen.size() - done);
  }
  return sim::report::exit_code(sim::report::count(played));
}

int lint(const std::vector<std::string>& paths, const std::string& registry) {
  const std::optional<sim::scenario::Base> base = base_of(registry);
  if (!base) return bad_input;
  std::vector<sim::scenario::RegistryFile> registries;
  const auto loaded = load_all(paths, *base, &registries);
  if (!loaded) return bad_input;
  if (loaded->empty() && registries.empty()) {
    fmt::print(stderr, "there is no scenario file here\n");
    return inconclusive;
  }
  std::string found = loaded->empty() ? "" : fmt::format("{} scenarios", loaded->size());
  if (!registries.empty()) found += fmt::format("{}{} {}", found.empty() ? "" : " and ", registries.size(), registries.size() == 1 ? "registry" : "registries");
  fmt::print("{}, no mistake found\n", found);
  return passed;
}

int new_file(const std::string& what) {
  if (what != "registry") {
    fmt::print(stderr, "'{}' is nothing that can be begun; one of: registry\n", what);
    return bad_input;
  }
  fmt::print("{}", sim::scenario::sample_registry());
  return passed;
}

}  // namespace tools
