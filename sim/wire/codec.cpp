#include "sim/wire/codec.hpp"

#include "sim/contract/semantics.hpp"
#include "sim/wire/rest.hpp"
#include "sim/wire/soap.hpp"

namespace sim::wire {
namespace {
bool is_soap(contract::PrimitiveId id) { return contract::primitive(id).port != nullptr; }
}  // namespace

std::string encode(const contract::Message& message, std::span<const contract::Patch> patches) {
  return is_soap(contract::primitive_of(message)) ? soap_encode(message, patches) : rest_encode(message, patches);
}

std::variant<Body, Malformed> decode(contract::PrimitiveId id, contract::Leg leg,
                                     std::shared_ptr<const std::string> bytes) {
  const auto message = std::make_shared<contract::Message>(contract::blank(id, leg));
  std::vector<contract::Violation> violations =
      is_soap(id) ? soap_decode(*message, *bytes) : rest_decode(*message, *bytes);
  if (violations.empty()) {
    violations = contract::broken_semantics(*message);
    const std::string_view root = contract::record_of(id, leg).type;
    for (contract::Violation& v : violations) {
      v.place = (is_soap(id) ? "/" + std::string(root) + "/" : std::string("/")) + v.place;
    }
  }
  if (!violations.empty()) return Malformed{std::move(bytes), std::move(violations)};
  return message;
}

Result<contract::PrimitiveLeg, contract::Violation> recognise(std::string_view bytes) { return soap_recognise(bytes); }

bool is_valid(const contract::Message& message) {
  const contract::Record& record = contract::record_of(contract::primitive_of(message), contract::leg_of(message));
  return contract::conforms(record, contract::payload(message)) && contract::obeys_semantics(message);
}

}  // namespace sim::wire
