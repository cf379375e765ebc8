// `run`, `lint` and `new`: everything is loaded before anything is played, so that a mistake in one file never hides behind
// the results of the others.
#include <chrono>
#include <cstdio>
#include <map>

#include <fmt/format.h>

#include "actors/mutants.hpp"
#include "sim/check.hpp"
#include "sim/laws.hpp"
#include "sim/live/parallel.hpp"
#include "sim/live/venue.hpp"
#include "sim/report/run_report.hpp"
#include "tools/cli.hpp"

namespace tools {
namespace {

using sim::contract::Party;
using sim::contract::Role;

bool selected(const sim::scenario::Scenario& s, const RunOptions& options) {
  if (!options.filter.empty() && s.id.find(options.filter) == std::string::npos && s.file.find(options.filter) == std::string::npos) return false;
  if (!options.tag.empty() && std::find(s.tags.begin(), s.tags.end(), options.tag) == s.tags.end()) return false;
  const std::vector<std::string> rules = s.rules();
  return options.rule.empty() || std::find(rules.begin(), rules.end(), options.rule) != rules.end();
}

/// Whom somebody else's software plays, and where it listens; an empty id is all of the role.
using Replaced = std::map<Party, sim::live::Endpoint>;

/// What --clock, --replace and --port ask for; nothing after having said every mistake.
std::optional<Replaced> replaced_by(const RunOptions& options) {
  Replaced out;
  bool fine = true;
  const auto wrong = [&fine](const std::string& what) {
    fmt::print(stderr, "{}\n", what);
    fine = false;
  };
  for (const std::string& value : options.replace) {
    const std::size_t equals = value.find('=');
    const std::string who = value.substr(0, equals);
    const std::size_t slash = who.find('/');
    const auto role = sim::contract::parse_role(who.substr(0, slash));
    if (equals == std::string::npos || !role) {
      wrong(fmt::format("--replace {}: it is ROLE=URL or ROLE/ID=URL with nodo, ec, psp or checkout, such as psp=http://127.0.0.1:9000/", value));
      continue;
    }
    const std::string id = slash == std::string::npos ? "" : who.substr(slash + 1);
    if (!id.empty() && (*role == Role::nodo || *role == Role::checkout)) wrong(fmt::format("--replace {}: there is one {}, which has no id", value, who.substr(0, slash)));
    const auto endpoint = sim::live::parse_endpoint(value.substr(equals + 1));
    if (!endpoint) wrong(fmt::format("--replace {}: {}", value, endpoint.error()));
    else if (!out.emplace(Party{*role, id}, *endpoint).second) wrong(fmt::format("--replace {}: {} is replaced already", value, who));
  }
  if (options.clock != "real" && (!options.replace.empty() || options.port >= 0)) wrong("--replace and --port need --clock real: virtual time has no network");
  if (options.clock == "real" && options.fidelity == "typed") wrong("--clock real sends bytes: it cannot go with --fidelity typed");
  if (options.clock == "real" && !options.plant.empty() && !out.empty()) wrong("--plant goes with no --replace: a verdict should have one culprit");
  return fine ? std::optional(std::move(out)) : std::nullopt;
}

bool is_replaced(const Replaced& replaced, const Party& party) { return replaced.contains(party) || replaced.contains(Party{party.role, {}}); }

/// What a scenario comes to when its actors talk by HTTP; the error says why they cannot.
sim::Result<sim::Journal, std::string> play_live(const sim::scenario::Scenario& s, const RunOptions& options, const Replaced& replaced, const actors::Mutant* planted) {
  sim::Performance performance(s, options.seed, sim::Fidelity::wire, [&](const auto& registry, auto positions) {
    sim::Cast cast = casting_with(planted)(registry, positions);
    std::erase_if(cast.parts, [&](const auto& part) { return is_replaced(replaced, part.first); });
    return cast;
  });
  sim::live::VenueOptions where;
  where.port = options.port;
  where.hosting.elsewhere = replaced;
  where.hosting.conductor = {[&] { return performance.next_due(); }, [&] { return performance.step(); }};
  where.hosting.patience = replaced.empty() ? sim::Duration{0} : sim::seconds(options.patience);
  auto venue = sim::live::Venue::open(performance.border(), std::move(where));
  if (!venue) return sim::Failure{venue.error() + "; --port picks others, 0 lets the system pick"};
  if (!replaced.empty() && options.port == 0) {
    for (const Role role : sim::live::Venue::roles) fmt::print(stderr, "{:9} {}\n", sim::contract::to_text(role), (*venue)->url_of(role));
  }
  (*venue)->host().start();
  (*venue)->host().finish();
  (*venue)->close();
  return std::move(performance).finish();
}

sim::report::Played play_one(const sim::scenario::Scenario& s, const RunOptions& options, const Replaced& replaced, const sim::report::Settings& settings, const actors::Mutant* planted, std::string& trouble) {
  if (!s.skip.empty()) return {&s, sim::report::skipped(), {}};
  if (options.clock == "real") {
    auto journal = play_live(s, options, replaced, planted);
    if (!journal) {
      trouble = journal.error();
      return {&s, sim::report::skipped(), {}};
    }
    sim::report::Played out{&s, {}, std::move(*journal)};
    out.judgement = sim::report::judge(s, out.journal);
    return out;
  }
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

int run(const RunOptions& asked) {
  const auto begin = std::chrono::steady_clock::now();
  const actors::Mutant* planted = asked.plant.empty() ? nullptr : mutant_called(asked.plant);
  if (!asked.plant.empty() && planted == nullptr) return bad_input;
  const std::optional<Replaced> replaced = replaced_by(asked);
  if (!replaced) return bad_input;
  RunOptions options = asked;
  if (options.port < 0) options.port = replaced->empty() ? 0 : 8080;
  if (options.port != 0 || !replaced->empty()) options.jobs = 1;  // one scenario after the other has the ports, and the other software
  const std::optional<sim::scenario::Base> base = base_of(options.registry);
  auto loaded = base ? load_all(options.paths, *base) : std::nullopt;
  if (!loaded) {
    fmt::print(stderr, "nothing was run: mend the above first\n");
    return bad_input;
  }
  std::vector<const sim::scenario::Scenario*> chosen;
  std::size_t unseen = 0;
  for (auto& s : *loaded) {
    if (!selected(s, options)) continue;
    for (const auto& [party, endpoint] : *replaced) unseen += s.leave_out_inside_of(party.role);
    if (s.expectations.empty() && !replaced->empty()) s.skip = "all that it expects is inside the software that is replaced";
    chosen.push_back(&s);
  }
  if (unseen > 0) fmt::print(stderr, "{} expectations about states inside your software are left out: they cannot be seen from here\n", unseen);
  if (chosen.empty()) {
    fmt::print(stderr, "no scenario was selected: {} found, none of them matches; see checkout-sim list scenarios\n", loaded->size());
    return inconclusive;
  }
  sim::report::Settings settings{options.seed, options.lang, colour() && options.report == "text", options.verbose, options.fidelity, options.plant, options.registry};
  std::vector<sim::report::Played> played(chosen.size());
  std::vector<std::string> trouble(chosen.size());
  std::size_t done = 0;
  const std::size_t wave = options.fail_fast ? 1 : chosen.size();
  bool stop = false;
  while (done < chosen.size() && !stop) {
    const std::size_t n = std::min(wave, chosen.size() - done);
    sim::live::for_each_index(n, options.jobs, [&](std::size_t i) { played[done + i] = play_one(*chosen[done + i], options, *replaced, settings, planted, trouble[done + i]); });
    for (std::size_t i = done; i < done + n; ++i) {
      if (!trouble[i].empty()) {
        fmt::print(stderr, "{}\n", trouble[i]);
        return bad_configuration;
      }
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
