// `serve`: the four actors in real time, behind real HTTP, until SIGINT or SIGTERM.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>

#include <fmt/format.h>

#include "actors/cast.hpp"
#include "actors/ec_notices.hpp"
#include "sim/contract/magic_psps.hpp"
#include "sim/live/host.hpp"
#include "sim/live/parallel.hpp"
#include "sim/live/sandbox.hpp"
#include "sim/live/server.hpp"
#include "sim/report/journal_text.hpp"
#include "tools/cli.hpp"

namespace tools {
namespace {

using sim::contract::Party;
using sim::contract::Role;

volatile std::sig_atomic_t told_to_stop = 0;
extern "C" void stop_on_signal(int) { told_to_stop = 1; }

/// "77777777777=https://host/path"; an error is said.
std::optional<std::pair<std::string, sim::live::Endpoint>> elsewhere(std::string_view option, const std::string& value, bool with_id) {
  const std::size_t equals = with_id ? value.find('=') : std::string::npos;
  if (with_id && (equals == std::string::npos || equals == 0)) {
    fmt::print(stderr, "{} {}: it is ID=URL, such as {}=http://127.0.0.1:9000/\n", option, value, option == "--ec" ? "77777777777" : "PSPSIM01");
    return std::nullopt;
  }
  const auto endpoint = sim::live::parse_endpoint(value.substr(with_id ? equals + 1 : 0));
  if (!endpoint) {
    fmt::print(stderr, "{} {}: {}\n", option, value, endpoint.error());
    return std::nullopt;
  }
  return std::pair{with_id ? value.substr(0, equals) : std::string(), *endpoint};
}

}  // namespace

sim::live::SandboxOptions sandbox_options() {
  sim::live::SandboxOptions out;
  out.line = sim::report::to_line;
  out.jobs = {"mod3CancelV2", "paSendRt", "positionRetrySendPaymentResult", "idempotencyCacheClean"};
  for (const actors::NoticeClass& of : actors::notice_classes()) {
    out.notices.push_back({fmt::format("302{}0000000000000 ({})", of.code, of.amounts), std::string(of.it), std::string(of.en)});
  }
  out.amount_of = [](std::string_view fiscalCode, std::string_view noticeNumber) {
    const actors::NoticeClass* of = fiscalCode == sim::contract::default_ec ? actors::notice_class(noticeNumber) : nullptr;
    return of == nullptr ? std::string() : sim::contract::to_text(actors::position_of_class(*of, noticeNumber).amount);
  };
  return out;
}

int serve(const ServeOptions& options) {
  sim::live::HostOptions hosting;
  for (const auto& [name, values, role] : {std::tuple{"--ec", &options.ecs, Role::ec}, std::tuple{"--psp", &options.psps, Role::psp}}) {
    for (const std::string& value : *values) {
      auto found = elsewhere(name, value, true);
      if (!found) return bad_input;
      hosting.elsewhere.emplace(Party{role, found->first}, std::move(found->second));
    }
  }
  for (const auto& [name, value, role] : {std::tuple{"--nodo", &options.nodo, Role::nodo}, std::tuple{"--checkout", &options.checkout, Role::checkout}}) {
    if (value->empty()) continue;
    auto found = elsewhere(name, *value, false);
    if (!found) return bad_input;
    hosting.elsewhere.emplace(Party{role, {}}, std::move(found->second));
  }
  sim::contract::Registry registry = sim::contract::built_in_registry();
  for (const sim::contract::MagicPsp& row : sim::contract::magic_psps()) registry.psps.push_back(*sim::contract::magic_psp(row.idPSP));
  for (const auto& [party, endpoint] : hosting.elsewhere) {
    const bool known = party.role == Role::ec ? registry.creditor(party.id) != nullptr : party.role != Role::psp || registry.psp(party.id) != nullptr;
    if (known) continue;
    fmt::print(stderr, "{} is in no registry: use one of those that checkout-sim list notices and list psps name\n", sim::contract::to_text(party));
    return bad_input;
  }
  sim::Cast cast = actors::cast(registry, {});
  std::erase_if(cast.parts, [&](const auto& part) { return hosting.elsewhere.contains(part.first); });
  sim::contract::Settings settings;
  settings.latency = sim::Duration{0};
  const std::int64_t today = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  sim::World world(cast, registry, settings, options.seed, sim::Fidelity::wire, sim::Instant{today});
  sim::live::Host host(world, std::move(hosting));
  sim::live::Sandbox sandbox(host, sandbox_options());
  std::vector<std::unique_ptr<sim::live::Server>> servers;
  constexpr Role order[] = {Role::nodo, Role::ec, Role::psp, Role::checkout};
  for (std::size_t i = 0; i < 4; ++i) {
    const Role role = order[i];
    sim::live::ServerOptions serving;
    serving.address = options.bind;
    serving.port = options.port == 0 ? 0 : options.port + static_cast<int>(i);
    auto server = sim::live::Server::start(serving, [&, role](const sim::wire::HttpRequest& request, const sim::live::Peer&) { return sandbox.serve(role, request); });
    if (!server) {
      fmt::print(stderr, "{}: {}\n", sim::contract::to_text(role), server.error());
      return bad_configuration;
    }
    host.listens(role, fmt::format("http://127.0.0.1:{}", (*server)->port()));
    sandbox.listens(role, fmt::format("http://{}:{}", options.bind, (*server)->port()));
    fmt::print("{:9} http://{}:{}\n", sim::contract::to_text(role), options.bind, (*server)->port());
    servers.push_back(std::move(*server));
  }
  if (options.bind != "127.0.0.1") fmt::print(stderr, "warning: anybody who reaches {} may pay, change positions and read the journal: there is no password\n", options.bind);
  std::signal(SIGINT, stop_on_signal);
  std::signal(SIGTERM, stop_on_signal);
  host.start();
  fmt::print("ready\n");
  std::fflush(stdout);
  while (told_to_stop == 0) sim::live::pause(sim::milliseconds(50));
  for (auto& server : servers) server->stop();
  host.stop();
  fmt::print("stopped\n");
  return passed;
}

}  // namespace tools
