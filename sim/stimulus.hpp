// What comes over the border of a world while it runs in real time: calls of others, what a carrier brings back, orders of
// people. With its times it is all that a run depends on: fed to a fresh world in the same order it gives the same journal,
// which is how a sandbox survives its own death.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "sim/contract/types.hpp"
#include "sim/result.hpp"
#include "sim/world.hpp"

namespace sim {

struct Stimulus {
  enum class Kind : std::uint8_t {
    called,    ///< `from`, whom the world does not play, sends `to` a request
    arrived,   ///< a message between two that the world plays
    reached,   ///< a request is in the hands of somebody whom the world does not play
    answered,  ///< and his answer
    failed,    ///< a call came to nothing
    ordered,   ///< somebody says «do»
    ruled,     ///< somebody says how a party is to answer, or what the network is to do
  };
  Instant at;
  Kind kind{};
  Party from{}, to{};          ///< called; ordered: `to`
  PrimitiveId primitive{};     ///< called
  ExchangeId exchange = 0;     ///< of all others
  contract::Leg leg{};         ///< arrived
  std::shared_ptr<const std::string> bytes{};
  int status = 200;
  Silence why{};
  Command command{};           ///< ordered, ruled
};

/// It happens now, whatever its time says. The number of the exchange that it opens, if it does.
ExchangeId enter(World& world, const Stimulus& stimulus);
/// Lets everything happen that is due by then, and then this.
ExchangeId apply(World& world, const Stimulus& stimulus);
/// Lets everything happen that is due by then, reminders included; hands each reminder to `ticket`.
template <class F>
void pass(World& world, Instant until, F ticket) {
  for (std::optional<Instant> due = world.next_due(); due && *due <= until; due = world.next_due()) {
    const World::Stepped stepped = world.step(until);
    if (stepped.ticket) ticket(*stepped.ticket);
  }
  world.wait_until(until);
}

/// One line of JSON, and back. The error says what is wrong with the line.
std::string to_line(const Stimulus& stimulus);
Result<Stimulus, std::string> stimulus_of(std::string_view line);

}  // namespace sim
