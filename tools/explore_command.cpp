// `explore`: searches cell by cell, adds up, and writes what it found as scenario files. What is counted does not depend
// on how many threads search: every cell is searched by itself, and the sums are made in the order of the cells.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "actors/cast.hpp"
#include "sim/discordance.hpp"
#include "sim/explore.hpp"
#include "sim/live/parallel.hpp"
#include "tools/cli.hpp"

namespace tools {
namespace {

sim::Cast cast(const sim::contract::Registry& registry, std::span<const sim::contract::DebtPosition> positions) { return actors::cast(registry, positions); }

/// Writes the smallest scenario of a violation; the path, or nothing after having said why.
std::optional<std::string> write(const sim::Violation& violation, const sim::SearchBounds& bounds, const std::string& folder, std::size_t nth) {
  const std::string id = fmt::format("explored-{}-{}", violation.rule.empty() ? "law" : violation.rule, nth);
  const std::filesystem::path path = std::filesystem::path(folder) / (id + ".xml");
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::ofstream out(path, std::ios::binary);
  out << sim::scenario_of(violation.cell, bounds, violation.faults, id);
  out.close();
  if (out) return path.string();
  fmt::print(stderr, "{}: cannot be written: name a folder that can with --to\n", path.string());
  return std::nullopt;
}

}  // namespace

int explore(const ExploreOptions& options) {
  if (options.table) {
    const sim::SearchBounds bounds{0, 1, options.ecs, options.versions.front() == "v2" ? 2 : 1};
    fmt::print("{}", sim::told(sim::discordance(bounds, options.seed, cast), options.format));
    return passed;
  }
  const auto begin = std::chrono::steady_clock::now();
  sim::SearchCounts counts;
  std::vector<std::pair<sim::SearchBounds, sim::Violation>> found;
  for (const std::string& version : options.versions) {
    const sim::SearchBounds bounds{options.faults, options.payments, options.ecs, version == "v2" ? 2 : 1};
    const std::vector<sim::Cell> cells = sim::cells(bounds, options.faults);
    std::vector<sim::Search> searched(cells.size());
    sim::live::for_each_index(cells.size(), options.jobs, [&](std::size_t i) { searched[i] = sim::search(cells[i], bounds, options.seed, cast); });
    std::vector<sim::Violation> least;
    for (sim::Search& search : searched) {
      counts += search.counts;
      for (sim::Violation& violation : search.violations) sim::keep_least(least, std::move(violation));
    }
    for (sim::Violation& violation : least) found.emplace_back(bounds, std::move(violation));
  }
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  fmt::print("bound: {} departures, {} payment{}, {} EC{}\n", options.faults, options.payments, options.payments == 1 ? "" : "s", options.ecs, options.ecs == 1 ? "" : "s");
  fmt::print("cells {}, choice points {}, plans {}, states {}, transitions {}, depth {}\n", counts.cells, counts.choices, counts.plans, counts.states, counts.transitions, counts.deepest);
  fmt::print("search exhausted\n");
  std::size_t nth = 0;
  for (auto& [bounds, violation] : found) {
    const sim::Violation small = sim::shrunk(violation, bounds, options.seed, cast);
    fmt::print("violation: {}{}\n  on the way \"{}\" with {} fault{} of the network\n", small.rule.empty() ? "" : small.rule + ", ", small.broken, small.cell.name,
               small.faults.size(), small.faults.size() == 1 ? "" : "s");
    const auto path = write(small, bounds, options.to, ++nth);
    if (!path) return bad_input;
    fmt::print("  checkout-sim run {} --seed {}\n", *path, options.seed);
  }
  if (found.empty()) fmt::print("no violation\n");
  fmt::print(stderr, "{:.2f} s, {:.0f} states/s\n", wall, static_cast<double>(counts.states) / wall);
  return found.empty() ? passed : failed;
}

}  // namespace tools
