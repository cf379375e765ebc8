#include "sim/live/venue.hpp"

#include <algorithm>

#include "sim/contract/subjects.hpp"

namespace sim::live {

Result<std::unique_ptr<Venue>, std::string> Venue::open(World& world, VenueOptions options) {
  std::unique_ptr<Venue> venue(new Venue(world, std::move(options.hosting)));
  venue->address_ = options.address;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    ServerOptions serving;
    serving.address = options.address;
    serving.port = options.port == 0 ? 0 : options.port + static_cast<int>(i);
    auto server = Server::start(std::move(serving), [host = &venue->host_, role = roles[i]](const wire::HttpRequest& request, const Peer&) -> Reaction { return host->serve(role, request); });
    if (!server) return Failure{server.error() + " of the " + std::string(contract::to_text(roles[i]))};
    venue->servers_.push_back(std::move(*server));
    venue->host_.listens(roles[i], venue->url_of(roles[i]));
  }
  return venue;
}

Venue::~Venue() { close(); }

void Venue::close() {
  host_.stop();  // first: servers wait for those whom the host keeps waiting
  servers_.clear();
}

std::string Venue::url_of(Role role) const {
  const auto which = static_cast<std::size_t>(std::find(roles.begin(), roles.end(), role) - roles.begin());
  return "http://" + address_ + ":" + std::to_string(servers_[which]->port());
}

}  // namespace sim::live
