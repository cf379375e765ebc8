// What testers drive a sandbox by: REST under /sandbox beside the protocol itself, on the port of every role.
#pragma once

#include "sim/live/host.hpp"

namespace sim::live {

class Sandbox {
 public:
  /// The host must outlive it.
  explicit Sandbox(Host& host) : host_(host) {}
  /// Answers one request that came to the port of that role. From any thread.
  Reaction serve(Role role, const wire::HttpRequest& request);

 private:
  Host& host_;
};

}  // namespace sim::live
