// How many whole payments per second one core simulates, typed and over the wire, with the journal on.
// Ratios are against a floor measured in the same run: the bare cost of encoding and decoding the messages of one
// payment once. Nothing is asserted here: speed is measured, not tested.
#include <chrono>
#include <cstdio>

#include "actors/cast.hpp"
#include "sim/contract/registry.hpp"
#include "sim/wire/codec.hpp"

namespace {

using namespace sim;
using Seconds = std::chrono::duration<double>;

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return Seconds(std::chrono::steady_clock::now() - begin).count();
}

/// One world per payment, as a suite of scenarios has it.
double payments_per_second(Fidelity fidelity, int payments, std::vector<contract::Body>* messages = nullptr) {
  const contract::Registry registry = contract::built_in_registry();
  const Cast cast = actors::cast(registry, {});
  const auto begin = std::chrono::steady_clock::now();
  World blank(cast, registry, {}, 1, fidelity);
  for (int i = 0; i < payments; ++i) {
    World world = blank;
    world.command({Role::checkout, ""}, {1, "pay", {{"notice", "302041234567890123"}, {"ec", "77777777777"}}}, 0);
    world.settle(run_start + hours(24));
    if (messages == nullptr) continue;
    for (const Entry& entry : world.journal().entries) {
      const auto* hop = std::get_if<Hop>(&entry.what);
      if (hop != nullptr && hop->stage == Hop::Stage::sent) messages->push_back(std::get<Body>(hop->said));
    }
  }
  return payments / seconds_since(begin);
}

double codec_floor(const std::vector<contract::Body>& messages, int rounds) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) {
    for (const contract::Body& body : messages) {
      auto bytes = std::make_shared<const std::string>(wire::encode(*body));
      const auto decoded = wire::decode(contract::primitive_of(*body), contract::leg_of(*body), std::move(bytes));
      if (!std::holds_alternative<Body>(decoded)) std::puts("a message of a plain payment does not decode");
    }
  }
  return rounds / seconds_since(begin);
}

}  // namespace

int main() {
  std::vector<contract::Body> messages;
  payments_per_second(Fidelity::wire, 1, &messages);
  const double floor = codec_floor(messages, 3000);
  const double typed = payments_per_second(Fidelity::typed, 30000);
  const double wire = payments_per_second(Fidelity::wire, 5000);
  std::printf("messages of one payment        %8zu\n", messages.size());
  std::printf("floor: encode and decode only  %8.0f payments/s\n", floor);
  std::printf("wire, journal on               %8.0f payments/s  (%.2f of the floor)\n", wire, wire / floor);
  std::printf("typed, journal on              %8.0f payments/s  (%.1f times wire)\n", typed, typed / wire);
}
