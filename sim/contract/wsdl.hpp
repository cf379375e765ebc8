// XSD and WSDL documents of a port, written from the field tables: what any SOAP stack can be pointed at.
// They are ours, not the official files: everything stands in one namespace and inherited fields are written out. That
// they take and refuse the same documents is not believed but tested, against the official schemas.
#pragma once

#include <string>
#include <string_view>

#include "sim/contract/message.hpp"

namespace sim::contract {

/// The schema of every message of the port, one element a message.
std::string xsd_of(const Port& port);
/// SOAP 1.1, document/literal, the schema inside; `address` says where the service listens (the port's own when empty).
std::string wsdl_of(const Port& port, std::string_view address = {});

}  // namespace sim::contract
