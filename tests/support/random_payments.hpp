// The draw of random payments lives with the product; tests call it by the name of their helpers.
#pragma once

#include "sim/random_payments.hpp"

namespace support {
using sim::Features;
using RandomPayment = sim::RandomScenario;
using sim::RandomPayments;
using sim::shrunk;
}  // namespace support
