// What a fuzz target asks of the code it feeds. A crash is not the only failure: a broken promise has to stop the run
// too, in every build, or the fuzzer walks past it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <variant>

#include "sim/wire/codec.hpp"
#include "sim/wire/xml.hpp"

namespace fuzz {

inline void demand(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

inline std::string bytes_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Decodes as this leg. A message must be valid and survive the wire; what is none must come with its reasons.
inline void decode_as(sim::contract::PrimitiveId id, sim::contract::Leg leg,
                      const std::shared_ptr<const std::string>& bytes) {
  using namespace sim::contract;
  const auto read = sim::wire::decode(id, leg, bytes);
  if (const auto* malformed = std::get_if<Malformed>(&read)) {
    demand(!malformed->violations.empty(), "what is no message has a reason");
    demand(malformed->bytes == bytes, "what is no message is kept as it came");
    for (const Violation& v : malformed->violations) {
      demand(!v.place.empty(), "a violation has a place");
      demand(!v.rule.empty(), "a violation has a rule");
      demand(!v.wanted.it.empty() && !v.wanted.en.empty(), "a violation says in both languages what is allowed");
    }
    return;
  }
  const Message& message = *std::get<Body>(read);
  demand(primitive_of(message) == id && leg_of(message) == leg, "a message is what was asked for");
  demand(sim::wire::is_valid(message), "what decodes is valid");
  const auto written = std::make_shared<const std::string>(sim::wire::encode(message));
  const auto again = sim::wire::decode(id, leg, written);
  const auto* same = std::get_if<Body>(&again);
  demand(same != nullptr && **same == message, "what is written is read as the same message");
  demand(sim::wire::encode(**same) == *written, "the same message is written in the same bytes");
}

}  // namespace fuzz
