// From HTTP to parties and back: whose message a request is, for whom, and how a message that leaves looks as HTTP.
#pragma once

#include "sim/result.hpp"
#include "sim/wire/http.hpp"
#include "sim/world.hpp"

namespace sim::live {

/// Who says what to whom.
struct Route {
  Party from, to;
  PrimitiveId primitive{};
};
/// The route of a request to our parts of that role; or the answer that it gets where no operation can be recognised.
Result<Route, wire::HttpResponse> routed(const World& world, Role role, const wire::HttpRequest& request);

/// `authority` goes into Host.
wire::HttpRequest request_of(const Freight& freight, std::string authority);
wire::HttpResponse response_of(const Freight& freight);
/// Where the callee of a primitive listens, with what the message says filled in.
std::string target_of(const Freight& freight);

}  // namespace sim::live
