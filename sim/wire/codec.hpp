// Message <-> bytes: SOAP 1.1 for the WSDL primitives, JSON for the others, both as folds over the field tables.
// What is written here is accepted by the implementations in the field, down to prefixes that some match as text;
// what is read here is judged strictly, and everything wrong is reported at once, each with its place.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <variant>

#include "sim/contract/message.hpp"
#include "sim/contract/patch.hpp"
#include "sim/result.hpp"

namespace sim::wire {

using contract::Body;
using contract::Malformed;

/// The bytes of a message. Patches change what is written, lawfully or not.
std::string encode(const contract::Message& message, std::span<const contract::Patch> patches = {});

/// Reads the message that this leg of the primitive must be: schema first, then the rules between its fields.
std::variant<Body, Malformed> decode(contract::PrimitiveId id, contract::Leg leg, std::shared_ptr<const std::string> bytes);

/// Which SOAP message these bytes are; JSON bodies do not say what they are. The Violation tells why it is none.
Result<contract::PrimitiveLeg, contract::Violation> recognise(std::string_view bytes);

/// True when `decode(encode(message))` would accept it; decided from the tables, without writing anything.
bool is_valid(const contract::Message& message);

}  // namespace sim::wire
