// Behaviours for one notice or token, and the control paths that existing suites drive the mocks of ECs and PSPs by.
#include <algorithm>
#include <charconv>

#include "sim/behaviour.hpp"
#include "sim/live/sandbox.hpp"
#include "sim/wire/codec.hpp"

namespace sim::live {
namespace {

using contract::Leg;
using wire::HttpResponse;
using wire::Json;
using wire::JsonArray;
using wire::JsonObject;

constexpr std::ptrdiff_t most_behaviours = 1000;  // in force at once: every message is held against each

bool is_played(const World& world, Role role) {
  const std::vector<Party> all = world.parties();
  return std::any_of(all.begin(), all.end(), [&](const Party& party) { return party.role == role; });
}

template <class Rule>
Json told(const Rule& rule) {
  JsonObject out{{"id", number(rule.line)}, {"about", text(rule.about)}};
  if constexpr (requires { rule.mishap; }) {
    out.emplace_back("on", text(contract::primitive(rule.on).name));
    out.emplace_back("leg", text(contract::to_text(rule.leg)));
    out.emplace_back("do", text(to_text(rule.mishap)));
  } else {
    out.emplace_back("by", text(contract::to_text(rule.by)));
    out.emplace_back("to", text(contract::primitive(rule.to).name));
    if (!rule.fault.empty()) out.emplace_back("fault", text(rule.fault));
  }
  out.emplace_back("nth", number(rule.occasions.first));
  out.emplace_back("times", number(rule.occasions.times));
  return Json{std::move(out)};
}

template <class F>
void each_behaviour(const World& world, F take) {
  for (const ConductRule& rule : world.faults.conduct) {
    if (!rule.retired && !rule.about.empty()) take(rule);
  }
  for (const FaultRule& rule : world.faults.network) {
    if (!rule.retired && !rule.about.empty()) take(rule);
  }
}

std::ptrdiff_t in_force(const World& world) {
  const auto holds = [](const auto& rule) { return !rule.retired; };
  return std::count_if(world.faults.conduct.begin(), world.faults.conduct.end(), holds) + std::count_if(world.faults.network.begin(), world.faults.network.end(), holds);
}

HttpResponse stopping() { return problem(503, "the sandbox is stopping", "ask again when it is back"); }
HttpResponse too_many() { return problem(429, "a thousand behaviours are in force", "take back those that have done their work: DELETE /sandbox/behaviours/{id}"); }

}  // namespace

Reaction Sandbox::behave_so(const Call& call) {
  std::vector<std::pair<std::string, std::string>> with;
  const std::string token = call.get("token");
  if (token.empty() == call.get("noticeNumber").empty()) return problem(400, "a behaviour is about one notice or one token", "send noticeNumber (and fiscalCode), or token");
  if (token.empty()) {
    if (auto refused = bad_notice(call)) return std::move(*refused);
  }
  with.emplace_back("about", token.empty() ? notice_key(call) : token);
  for (const auto& [name, value] : call.body) {
    if (name != "noticeNumber" && name != "fiscalCode" && name != "token" && !value.empty()) with.emplace_back(name, value);
  }
  const bool network = !call.get("do").empty() || !call.get("on").empty();
  for (const char* name : {"by", "to", "outcome", "fault", "description", "status", "with", "set", "after"}) {
    if (network && !call.get(name).empty()) return problem(400, std::string(name) + " is of an answer, do and on are of the network", "send two behaviours");
  }
  for (const char* name : {"leg", "delay"}) {
    if (!network && !call.get(name).empty()) return problem(400, std::string(name) + " is of the network", "on and do go with it");
  }
  const std::string verb = network ? "fault" : "answer";
  const auto read = behaviour_of({1, verb, with});
  if (!read) return problem(400, "no such behaviour", read.error());
  const auto* conduct = std::get_if<ConductRule>(&*read);
  if (conduct != nullptr && !host_.ask([&](const World& world) { return is_played(world, conduct->by); })) {
    return problem(409, "nobody plays " + std::string(contract::to_text(conduct->by)) + " here", "how somebody else's software answers is its own affair: on and do change what the network makes of it");
  }
  if (host_.ask(in_force) >= most_behaviours) return too_many();
  const auto id = host_.rule(verb, std::move(with));
  if (!id) return stopping();
  HttpResponse out = json(201, Json{JsonObject{{"id", number(*id)}}});
  out.headers.add("Location", "/sandbox/behaviours/" + std::to_string(*id));
  return out;
}

Reaction Sandbox::behaviours(const Call& call) {
  const std::string wanted = about(call);
  return json(200, host_.ask([&](const World& world) {
    JsonArray out;
    each_behaviour(world, [&](const auto& rule) {
      if (wanted.empty() || rule.about == wanted) out.push_back(told(rule));
    });
    return Json{std::move(out)};
  }));
}

Reaction Sandbox::forget(const Call& call) {
  const std::string id = call.get("id");
  const bool known = host_.ask([&](const World& world) {
    bool found = false;
    each_behaviour(world, [&](const auto& rule) { found = found || std::to_string(rule.line) == id; });
    return found;
  });
  if (!known) return problem(404, "no behaviour " + id, "GET /sandbox/behaviours lists those in force");
  host_.rule("forget", {{"id", id}});
  return HttpResponse{204, {}, {}};
}

// ---- the control paths of mocks: one queue a primitive, of the mock and not of a tester. [wire conventions, 14] ----

Reaction Sandbox::mock_info(const Call& call) {
  JsonArray played;
  for (const Party& party : host_.ask([](const World& world) { return world.parties(); })) {
    if (party.role == call.role) played.push_back(text(party.id));
  }
  return json(200, Json{JsonObject{{"name", text("checkout-sim")}, {"role", text(contract::to_text(call.role))}, {"plays", Json{std::move(played)}}}});
}

Reaction Sandbox::queue_answer(const Call& call) {
  const contract::Primitive* row = contract::find_primitive(call.get("primitive"));
  if (row == nullptr || row->callee != call.role) return problem(404, call.get("primitive") + " is nothing that is asked here", "GET / lists who listens where; checkout-sim list primitives who answers what");
  if (call.request.body.empty()) return problem(400, "no answer to queue", "the body of the request is the answer, as it is to be sent");
  if (!is_text(call.request.body)) return problem(400, "the answer is not UTF-8", "for bytes that are no text there is POST /sandbox/behaviours with=malformed");
  if (!host_.ask([&](const World& world) { return is_played(world, call.role); })) return problem(409, "nobody plays this role here", "it is somebody else's software");
  if (host_.ask(in_force) >= most_behaviours) return too_many();
  std::vector<std::pair<std::string, std::string>> with{{"by", std::string(contract::to_text(call.role))}, {"to", std::string(row->name)}, {"bytes", call.request.body}};
  const auto id = host_.rule("answer", std::move(with));
  return id ? json(200, Json{JsonObject{{"id", number(*id)}}}) : stopping();
}

Reaction Sandbox::clear_answers(const Call& call) {
  std::vector<std::pair<std::string, std::string>> with{{"by", std::string(contract::to_text(call.role))}};
  if (const std::string name = call.get("primitive"); !name.empty()) {
    if (contract::find_primitive(name) == nullptr) return problem(404, "no primitive " + name, "DELETE /response forgets them all");
    with.emplace_back("to", name);
  }
  host_.rule("forget", std::move(with));
  return HttpResponse{204, {}, {}};
}

Reaction Sandbox::history(const Call& call) {
  const contract::Primitive* row = contract::find_primitive(call.get("primitive"));
  if (row == nullptr || row->callee != call.role) return problem(404, call.get("primitive") + " is nothing that is asked here", "checkout-sim list primitives says who answers what");
  const std::string number = call.get("noticeNumber");
  const auto [request, response] = ask([&](const World& world, const Story& story) {
    std::vector<std::string> keys;
    for (const contract::CreditorInstitution& ec : world.registry().creditors) keys.push_back(ec.fiscalCode + "/" + number);
    std::pair<std::string, std::string> out;
    ExchangeId exchange = 0;  // the last one: its request is met after its response, going backwards
    const std::vector<Entry>& all = world.journal().entries;
    for (auto entry = all.rbegin(); entry != all.rend(); ++entry) {
      const auto* hop = std::get_if<Hop>(&entry->what);
      const bool here = hop != nullptr && hop->primitive == row->id && (hop->leg == Leg::request ? hop->stage == Hop::Stage::received : hop->stage == Hop::Stage::sent);
      if (!here || (exchange != 0 && hop->exchange != exchange)) continue;
      if (std::none_of(keys.begin(), keys.end(), [&](const std::string& key) { return story.dossier().is_about(hop->exchange, key); })) continue;
      exchange = hop->exchange;
      const auto* malformed = std::get_if<Malformed>(&hop->said);
      std::string bytes = malformed == nullptr ? wire::encode(*std::get<Body>(hop->said)) : malformed->bytes == nullptr ? std::string() : *malformed->bytes;
      (hop->leg == Leg::request ? out.first : out.second) = std::move(bytes);
      if (hop->leg == Leg::request) break;
    }
    return out;
  });
  if (request.empty()) return problem(404, "nothing was asked about " + number, "GET /sandbox/journal?notice= tells all that was said");
  return json(200, Json{JsonObject{{"request", text(request)}, {"response", text(response)}}});
}

}  // namespace sim::live
