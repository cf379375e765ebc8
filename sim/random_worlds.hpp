// Worlds drawn from a seed: many ECs and PSPs, and hundreds of users who come when they come, over hours. Each seed first
// draws what may go wrong in its world and how often (a swarm: what is left out makes room for what stays), so that worlds
// differ in kind and not only in detail.
// Like a random payment, a world is a scenario file in pieces: it is played, told, shrunk and replayed like any other. Users
// and faults have instants of their own (`at`), so that leaving one out moves no other.
#pragma once

#include <cstdint>

#include "sim/random_payments.hpp"
#include "sim/time.hpp"

namespace sim {

/// How much happens in a world.
struct Traffic {
  std::uint64_t users = 300, ecs = 10, psps = 5, faults = 40, restarts = 4, jumps = 2;
  Duration span = hours(6);
};

/// A world with that much traffic; the swarm of its seed may leave kinds of events out.
RandomScenario random_world(std::uint64_t seed, const Traffic& traffic);

/// What the id random-<seed> stands for: every second seed is a large world, the others are a few payments with their
/// faults close together.
RandomScenario random_scenario(std::uint64_t seed);

}  // namespace sim
