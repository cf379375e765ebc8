// Feeds bytes to every decoder. What decodes must encode to bytes that decode to the same message.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "sim/wire/codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::make_shared<const std::string>(reinterpret_cast<const char*>(data), size);
  for (const sim::contract::Primitive& row : sim::contract::primitives()) {
    for (const auto leg : {sim::contract::Leg::request, sim::contract::Leg::response}) {
      const auto decoded = sim::wire::decode(row.id, leg, bytes);
      const auto* body = std::get_if<sim::contract::Body>(&decoded);
      if (body == nullptr) continue;
      const auto again = sim::wire::decode(row.id, leg, std::make_shared<const std::string>(sim::wire::encode(**body)));
      const auto* same = std::get_if<sim::contract::Body>(&again);
      if (same == nullptr || !(**same == **body)) std::abort();
    }
  }
  return 0;
}
