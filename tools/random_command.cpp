// `explore --random`: plays what seeds stand for, judges it, and says at once which seeds break something. What a seed
// breaks is shrunk the first time that its kind is met, and written as a scenario file.
// With --runs the output is the same for any number of threads: seeds are told in their order, whoever played them.
#include <chrono>
#include <cstdio>
#include <map>

#include <fmt/format.h>

#include "actors/mutants.hpp"
#include "sim/explore.hpp"
#include "sim/live/parallel.hpp"
#include "sim/random_worlds.hpp"
#include "tools/cli.hpp"

namespace tools {
namespace {

/// What is broken: the rule or law, so that a smaller world can break the same, and what happened.
struct Broken {
  std::string kind, told;
};

std::vector<Broken> broken_by(const sim::RandomScenario& drawn, const sim::Casting& casting) {
  const auto loaded = sim::scenario::load(fmt::format("random-{}", drawn.seed), drawn.xml());
  if (!loaded) return {{"it is no scenario", "it is no scenario: " + sim::scenario::to_text(loaded.error().front())}};
  std::vector<Broken> out;
  for (const sim::Violation& v : sim::broken_in(*loaded, sim::play(*loaded, drawn.seed, sim::Fidelity::typed, casting))) {
    out.push_back(v.rule.empty() ? Broken{v.broken, v.broken} : Broken{v.rule, v.rule + ", " + v.broken});
  }
  return out;
}

struct Shard {
  std::uint64_t i = 1, n = 1;
};
std::optional<Shard> shard_of(const std::string& text) {
  Shard out;
  unsigned long long i = 0, n = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%llu/%llu%c", &i, &n, &rest) != 2 || i < 1 || i > n) return std::nullopt;
  out.i = i, out.n = n;
  return out;
}

}  // namespace

int random_search(const ExploreOptions& options) {
  const auto shard = shard_of(options.shard);
  if (!shard) {
    fmt::print(stderr, "--shard {}: it is i/n, with i from 1 to n (for example 2/8)\n", options.shard);
    return bad_input;
  }
  const std::optional<sim::Duration> time = options.time.empty() ? std::nullopt : sim::parse_duration(options.time);
  if (!options.time.empty() && !time) {
    fmt::print(stderr, "--time {}: it is a quantity with its unit, such as 30s or 10m\n", options.time);
    return bad_input;
  }
  const actors::Mutant* planted = options.plant.empty() ? nullptr : mutant_called(options.plant);
  if (!options.plant.empty() && planted == nullptr) return bad_input;
  const sim::Casting casting = casting_with(planted);
  const std::string plant = planted == nullptr ? "" : fmt::format(" --plant {}", planted->name);

  const auto seed_of = [&](std::uint64_t k) { return options.seed + (shard->i - 1) + k * shard->n; };
  const std::uint64_t all = time ? UINT64_MAX : options.runs / shard->n + (options.runs % shard->n >= shard->i ? 1 : 0);
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(time ? time->ms : 0);
  std::uint64_t played = 0, failures = 0;
  std::map<std::string, std::uint64_t> first;  // by kind, the seed that broke it first
  while (played < all && (!time || std::chrono::steady_clock::now() < end)) {
    std::vector<std::vector<Broken>> batch(std::min<std::uint64_t>(all - played, 4 * options.jobs));
    sim::live::for_each_index(batch.size(), options.jobs, [&](std::size_t k) { batch[k] = broken_by(sim::random_scenario(seed_of(played + k)), casting); });
    for (std::size_t k = 0; k < batch.size(); ++k) {
      if (batch[k].empty()) continue;
      ++failures;
      const std::uint64_t seed = seed_of(played + k);
      const Broken& broken = batch[k].front();
      fmt::print("random-{}: {}\n  checkout-sim replay random-{}{}\n", seed, broken.told, seed, plant);
      const auto [known, fresh] = first.emplace(broken.kind, seed);
      if (!fresh) {
        fmt::print("  as random-{}\n", known->second);
        continue;
      }
      std::fflush(stdout);
      const sim::RandomScenario drawn = sim::random_scenario(seed);
      const sim::RandomScenario small = sim::shrunk(drawn, [&](const sim::RandomScenario& less) {
        const std::vector<Broken> still = broken_by(less, casting);
        return std::any_of(still.begin(), still.end(), [&](const Broken& b) { return b.kind == broken.kind; });
      });
      const auto path = write_found(small.xml(), options.to, fmt::format("random-{}", seed));
      if (!path) return bad_input;
      fmt::print("  shrunk from {} elements to {}\n  checkout-sim replay {} --seed {}{}\n", drawn.pieces(), small.pieces(), *path, seed, plant);
      if (planted != nullptr) {
        fmt::print("{} is found by seed {}, after {} random scenarios\n", planted->name, seed, played + k + 1);
        return failed;
      }
    }
    played += batch.size();
    std::fflush(stdout);
  }
  if (played == 0) fmt::print("no seed falls to shard {}\n", options.shard);
  else fmt::print("{} random scenarios, seeds {} to {} (shard {}), {} broke something\n", played, seed_of(0), seed_of(played - 1), options.shard, failures);
  if (planted != nullptr) fmt::print("{} is not found\n", planted->name);
  return failures == 0 ? passed : failed;
}

}  // namespace tools
