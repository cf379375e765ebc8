// Where a world is played in front of a real network: a host, and an HTTP server for each of the four roles.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/live/host.hpp"
#include "sim/live/server.hpp"
#include "sim/result.hpp"

namespace sim::live {

struct VenueOptions {
  HostOptions hosting{};
  std::string address = "127.0.0.1";
  int port = 0;  ///< of the Nodo; EC, PSP and Checkout have the next ones. 0: the system picks
};

class Venue {
 public:
  static constexpr std::array<Role, 4> roles{Role::nodo, Role::ec, Role::psp, Role::checkout};
  /// The servers listen; the host has not begun. The world must outlive the venue. The error names the port and the way out.
  static Result<std::unique_ptr<Venue>, std::string> open(World& world, VenueOptions options);
  ~Venue();  ///< closes
  Venue(const Venue&) = delete;
  Venue& operator=(const Venue&) = delete;

  [[nodiscard]] Host& host() { return host_; }
  /// Where the parts of that role listen, whoever plays them: "http://127.0.0.1:8081".
  [[nodiscard]] std::string url_of(Role role) const;
  /// Nothing comes in or goes out any more.
  void close();

 private:
  Venue(World& world, HostOptions options) : host_(world, std::move(options)) {}
  Host host_;
  std::string address_;
  std::vector<std::unique_ptr<Server>> servers_;  ///< in the order of `roles`
};

}  // namespace sim::live
