// A day of traffic: ten thousand payments with faults, restarts and clock jumps in one world, judged by laws, monitors and
// ledger. Against the bare world loop measured in the same run: the same day, played with nobody watching.
// Nothing is asserted here: speed is measured, not tested.
#include <sys/resource.h>

#include <cstdio>
#include <ctime>
#include <set>

#include "actors/cast.hpp"
#include "sim/explore.hpp"
#include "sim/random_worlds.hpp"

namespace {

using namespace sim;

Cast cast(const contract::Registry& registry, std::span<const contract::DebtPosition> positions) { return actors::cast(registry, positions); }
/// Of this process alone: others may be at work on the machine.
double seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }
long peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

}  // namespace

int main() {
  const std::uint64_t seed = 11;
  const Traffic day{.users = 10000, .ecs = 40, .psps = 12, .faults = 400, .restarts = 8, .jumps = 2, .span = hours(24)};
  const auto loaded = scenario::load("a day", random_world(seed, day).xml());
  if (!loaded) {
    std::printf("%s\n", scenario::to_text(loaded.error().front()).c_str());
    return 1;
  }
  const double begin = seconds();
  const Journal journal = play(*loaded, seed, Fidelity::typed, cast);
  const double bare = seconds() - begin;
  const long bare_memory = peak_megabytes();
  const double then = seconds();
  const std::vector<Violation> broken = broken_in(*loaded, journal);
  const double judged = bare + seconds() - then;
  std::set<std::string> tokens;
  for (const Entry& entry : journal.entries) {
    const auto* noted = std::get_if<Noted>(&entry.what);
    if (noted != nullptr && noted->note.machine == "payment") tokens.insert(noted->note.subject);
  }
  const auto payments = static_cast<double>(tokens.size());
  std::printf("users %llu, tokens %zu, journal %zu entries, simulated %lld h, broken %zu\n", static_cast<unsigned long long>(day.users), tokens.size(), journal.entries.size(),
              static_cast<long long>((journal.end - journal.start).ms / 3'600'000), broken.size());
  std::printf("floor: the bare world loop       %6.2f s  %8.0f payments/s  peak %ld MB\n", bare, payments / bare, bare_memory);
  std::printf("with laws, monitors and ledger   %6.2f s  %8.0f payments/s  peak %ld MB  (%.2f times the bare loop)\n", judged, payments / judged, peak_megabytes(), judged / bare);
  for (const Violation& v : broken) std::printf("  %s %s\n", v.rule.c_str(), v.broken.c_str());
}
