// The JSON half of the codec: closePayment, checkPosition, sendPaymentResult and the carts.
// Members come in any order and unknown ones are ignored, as REST peers expect; types and limits are strict.
// Amounts are read from the digits on the wire, never through a floating point number.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/contract/message.hpp"
#include "sim/contract/patch.hpp"

namespace sim::wire {

std::string rest_encode(const contract::Message& message, std::span<const contract::Patch> patches);
/// Fills `out` (a blank of the expected message); returns everything that is wrong, placed by JSON pointer.
std::vector<contract::Violation> rest_decode(contract::Message& out, std::string_view bytes);

}  // namespace sim::wire
