// `explore`: searches cell by cell, adds up, and writes what it found as scenario files. What is counted does not depend
// on how many threads search: every cell is searched by itself, and the sums are made in the order of the cells.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "actors/cast.hpp"
#include "actors/mutants.hpp"
#include "sim/discordance.hpp"
#include "sim/explore.hpp"
#include "sim/live/parallel.hpp"
#include "sim/random_worlds.hpp"
#include "sim/report/judge.hpp"
#include "tools/cli.hpp"

namespace tools {
namespace {

sim::Cast cast(const sim::contract::Registry& registry, std::span<const sim::contract::DebtPosition> positions) { return actors::cast(registry, positions); }

}  // namespace

std::optional<std::string> write_found(const std::string& scenario, const std::string& folder, const std::string& id) {
  const std::filesystem::path path = std::filesystem::path(folder) / (id + ".xml");
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::ofstream out(path, std::ios::binary);
  out << scenario;
  out.close();
  if (out) return path.string();
  fmt::print(stderr, "{}: cannot be written: name a folder that can with --to; this is what it would hold:\n", path.string());
  fmt::print("{}", scenario);
  return std::nullopt;
}

sim::Casting casting_with(const actors::Mutant* planted) {
  return [planted](const auto& registry, auto positions) { return planted == nullptr ? actors::cast(registry, positions) : actors::mutant_cast(registry, positions, *planted); };
}

namespace {

/// Whether `run` says FAIL to that scenario.
bool fails(const std::string& text, std::uint64_t seed, const sim::Casting& casting) {
  const auto scenario = sim::scenario::load("explored", text);
  return scenario.has_value() && sim::report::judge(*scenario, sim::play(*scenario, seed, sim::Fidelity::wire, casting)).verdict == sim::report::Verdict::FAIL;
}

}  // namespace

int explore(const ExploreOptions& options) {
  if (options.random) return random_search(options);
  if (!options.plant.empty() && options.table) {
    fmt::print(stderr, "--plant goes with a search, not with --table\n");
    return bad_input;
  }
  if (options.table) {
    const sim::SearchBounds bounds{0, 1, options.ecs, options.versions.front() == "v2" ? 2 : 1};
    fmt::print("{}", sim::told(sim::discordance(bounds, options.seed, cast), options.format));
    return passed;
  }
  const actors::Mutant* planted = options.plant.empty() ? nullptr : mutant_called(options.plant);
  if (!options.plant.empty() && planted == nullptr) return bad_input;
  const sim::Casting casting = casting_with(planted);
  const auto begin = std::chrono::steady_clock::now();
  sim::SearchCounts counts;
  std::vector<std::pair<sim::SearchBounds, sim::Violation>> found;
  for (const std::string& version : options.versions) {
    const sim::SearchBounds bounds{options.faults, options.payments, options.ecs, version == "v2" ? 2 : 1};
    const std::vector<sim::Cell> cells = sim::cells(bounds, options.faults);
    std::vector<sim::Search> searched(cells.size());
    sim::live::for_each_index(cells.size(), options.jobs, [&](std::size_t i) { searched[i] = sim::search(cells[i], bounds, options.seed, casting); });
    std::vector<sim::Violation> least;
    for (sim::Search& search : searched) {
      counts += search.counts;
      for (sim::Violation& violation : search.violations) sim::keep_least(least, std::move(violation));
    }
    for (sim::Violation& violation : least) found.emplace_back(bounds, std::move(violation));
  }
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  // A cell that is not searched to its end does not come back: there is no limit of time or number to stop at.
  fmt::print("bound: {} departures, {} payment{}, {} EC{}\n", options.faults, options.payments, options.payments == 1 ? "" : "s", options.ecs, options.ecs == 1 ? "" : "s");
  fmt::print("cells {}, choice points {}, orders {}, plans {}, merged {}, states {}, transitions {}, depth {}\n", counts.cells, counts.choices, counts.orders, counts.plans, counts.merged, counts.states,
             counts.transitions, counts.deepest);
  fmt::print("search exhausted\n");
  std::size_t nth = 0;
  for (auto& [bounds, violation] : found) {
    const sim::Violation small = sim::shrunk(violation, bounds, options.seed, casting);
    fmt::print("violation: {}{}\n  on the way \"{}\" with {} fault{} of the network\n", small.rule.empty() ? "" : small.rule + ", ", small.broken, small.cell.name,
               small.faults.size(), small.faults.size() == 1 ? "" : "s");
    std::string id = fmt::format("explored-{}-{}", small.rule.empty() ? "law" : small.rule, ++nth);
    for (char& c : id) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;  // as ids of scenarios are written
    const std::string text = sim::scenario_of(small.cell, bounds, small.faults, id);
    const auto path = write_found(text, options.to, id);
    if (!path) return bad_input;
    const std::string_view again = fails(text, options.seed, casting) ? "run" : "replay";  // what `run` says is more; it must say FAIL
    fmt::print("  checkout-sim {} {} --seed {}{}\n", again, *path, options.seed, planted == nullptr ? "" : fmt::format(" --plant {}", planted->name));
  }
  if (found.empty()) fmt::print("no violation\n");
  fmt::print(stderr, "{:.2f} s, {:.0f} states/s\n", wall, static_cast<double>(counts.states) / wall);
  return found.empty() ? passed : failed;
}

int replay(const std::string& what, std::uint64_t seed, const std::string& plant) {
  const actors::Mutant* planted = plant.empty() ? nullptr : mutant_called(plant);
  if (!plant.empty() && planted == nullptr) return bad_input;
  std::string text, name = what;
  constexpr std::string_view drawn = "random-";
  const bool is_id = what.starts_with(drawn) && what.size() > drawn.size() && what.find_first_not_of("0123456789", drawn.size()) == std::string::npos && what.size() < drawn.size() + 19;
  if (is_id) {
    seed = std::stoull(what.substr(drawn.size()));
    text = sim::random_scenario(seed).xml();
  } else {
    const auto bytes = read_file(what);
    if (!bytes) {
      fmt::print("ERROR: it cannot be read\n");
      return bad_input;
    }
    text = *bytes;
  }
  const auto loaded = sim::scenario::load(name, text);
  if (!loaded) {
    for (const auto& problem : loaded.error()) fmt::print(stderr, "{}\n", sim::scenario::to_text(problem));
    fmt::print("ERROR: it is no scenario that can be played\n");
    return bad_input;
  }
  const std::vector<sim::Violation> broken = sim::broken_in(*loaded, sim::play(*loaded, seed, sim::Fidelity::typed, casting_with(planted)));
  for (const sim::Violation& v : broken) fmt::print("{}{}\n", v.rule.empty() ? "" : v.rule + ", ", v.broken);
  fmt::print("{}\n", broken.empty() ? "FIXED" : "FAILED");
  return broken.empty() ? passed : failed;
}

}  // namespace tools
