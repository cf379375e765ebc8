// Feeds bytes to the JSON door and to the decoder of every JSON message.
// What is read and written again must read as the same value, numbers to the letter: a value that changes on the way
// through our own writer would be money that changes. JSON does not say what it is, so it is decoded as everything.
#include <cstddef>
#include <cstdint>

#include "sim/wire/json.hpp"
#include "tests/fuzz/demand.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sim::contract;
  const auto bytes = std::make_shared<const std::string>(fuzz::bytes_of(data, size));
  const auto json = sim::wire::parse_json(*bytes);
  if (!json) {
    const Violation& v = json.error();
    fuzz::demand(!v.place.empty() && !v.found.empty() && sim::wire::is_xml_text(v.found), "a refusal can be shown");
    fuzz::demand(v.wanted.it != v.wanted.en, "a refusal speaks both languages");
    return 0;
  }
  const std::string text = to_text(*json);
  const auto again = sim::wire::parse_json(text, {.bytes = text.size()});
  fuzz::demand(again.has_value() && *again == *json, "what is written is read as the same value");
  fuzz::demand(to_text(*again) == text, "the same value is written in the same bytes");
  for (const Primitive& row : primitives()) {
    if (row.port != nullptr) continue;
    for (const Leg leg : {Leg::request, Leg::response}) fuzz::decode_as(row.id, leg, bytes);
  }
  return 0;
}
