// How many states per second one core searches with monitors on, against the bare world loop measured in the same run:
// the same plain payment, stepped to its end without copies and without anybody watching.
#include <chrono>
#include <cstdio>

#include "actors/cast.hpp"
#include "sim/explore.hpp"

namespace {

using namespace sim;

Cast cast(const contract::Registry& registry, std::span<const contract::DebtPosition> positions) { return actors::cast(registry, positions); }
double seconds_since(std::chrono::steady_clock::time_point begin) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); }

double bare_steps_per_second(int runs) {
  const SearchBounds bounds{0, 1, 2, 1};
  const auto scenario = scenario::load("plain", scenario_of(cells(bounds, 0).front(), bounds, {}, "plain"));
  if (!scenario) return 0;
  const Performance blank(*scenario, 1, Fidelity::typed, cast);
  std::uint64_t steps = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < runs; ++i) {
    Performance run = blank;
    while (run.step()) ++steps;
  }
  return static_cast<double>(steps) / seconds_since(begin);
}

void searched(const SearchBounds& bounds, double floor) {
  SearchCounts counts;
  const auto begin = std::chrono::steady_clock::now();
  for (const Cell& cell : cells(bounds, bounds.faults)) counts += search(cell, bounds, 1, cast).counts;
  const double wall = seconds_since(begin);
  const double rate = static_cast<double>(counts.states) / wall;
  std::printf("%d payment(s), %d departures  %9llu states  %6.2f s  %8.0f states/s  (%.2f of the bare loop)\n", bounds.payments, bounds.faults,
              static_cast<unsigned long long>(counts.states), wall, rate, rate / floor);
}

}  // namespace

int main() {
  const double floor = bare_steps_per_second(20000);
  std::printf("floor: the bare world loop            %8.0f steps/s\n", floor);
  searched({2, 1, 2, 1}, floor);
  searched({3, 1, 2, 1}, floor);
  searched({2, 2, 2, 1}, floor);
}
