// The SOAP half of the codec: envelope, namespaces, and the fold that writes and reads structures in schema order.
// Only the first element in Body is qualified; children carry no prefix and no namespace.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/contract/message.hpp"
#include "sim/contract/patch.hpp"
#include "sim/result.hpp"

namespace sim::wire {

std::string soap_encode(const contract::Message& message, std::span<const contract::Patch> patches);
/// Which message this is, by namespace and name of the first element in Body; or why it is none.
Result<contract::PrimitiveLeg, contract::Violation> soap_recognise(std::string_view bytes);
/// Fills `out` (a blank of the expected message); returns everything that is wrong.
std::vector<contract::Violation> soap_decode(contract::Message& out, std::string_view bytes);

}  // namespace sim::wire
