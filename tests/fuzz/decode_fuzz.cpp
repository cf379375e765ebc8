// Feeds bytes to the SOAP decoder. A message that comes out is valid and survives the wire; anything else has reasons.
// Every table would refuse nearly every document for its root alone, so bytes are decoded as what they say they are,
// and as one thing that they are not.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/demand.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sim::contract;
  const auto bytes = std::make_shared<const std::string>(fuzz::bytes_of(data, size));
  const auto known = sim::wire::recognise(*bytes);
  if (known) fuzz::decode_as(known->id, known->leg, bytes);
  const PrimitiveLeg other{PrimitiveId::verifyPaymentNotice, Leg::request};
  if (known && *known == other) return 0;
  fuzz::demand(std::holds_alternative<Malformed>(sim::wire::decode(other.id, other.leg, bytes)),
               "only what is recognised decodes");
  fuzz::decode_as(other.id, other.leg, bytes);
  return 0;
}
