#include "sim/live/sandbox.hpp"

#include "sim/wire/json.hpp"

namespace sim::live {
namespace {

using wire::HttpResponse;

HttpResponse json(int status, wire::JsonObject members) {
  return {status, {{"Content-Type", status < 400 ? "application/json; charset=utf-8" : "application/problem+json; charset=utf-8"}}, wire::to_text(wire::Json{std::move(members)}) + "\n"};
}
wire::Json text(std::string_view value) { return wire::Json{std::string(value)}; }
HttpResponse problem(int status, std::string_view title, std::string_view detail) {
  return json(status, {{"title", text(title)}, {"status", wire::Json{wire::JsonNumber{std::to_string(status)}}}, {"detail", text(detail)}});
}

}  // namespace

Reaction Sandbox::serve(Role role, const wire::HttpRequest& request) {
  const std::string path = request.target.substr(0, request.target.find('?'));
  if (!path.starts_with("/sandbox")) return host_.serve(role, request);
  if (path == "/sandbox/payments" && request.method == "POST") {
    const auto body = wire::parse_json(request.body);
    if (!body || body->object() == nullptr) return problem(400, "not a JSON object", body ? "send {\"noticeNumber\": \"302...\", \"fiscalCode\": \"77777777777\"}" : contract::to_text(body.error()));
    std::vector<std::pair<std::string, std::string>> with;
    for (const auto& [name, value] : *body->object()) {
      if (value.text() == nullptr) return problem(400, name + " is no text", "every member is a text");
      const std::string verb = name == "noticeNumber" ? "notice" : name == "fiscalCode" ? "ec" : name;
      if (verb != "notice" && verb != "ec" && verb != "card" && verb != "psp" && verb != "fee") return problem(400, "unknown member " + name, "noticeNumber, fiscalCode, psp, card and fee are known");
      with.emplace_back(verb, *value.text());
    }
    if (!host_.order({Role::checkout, {}}, "pay", std::move(with))) return problem(409, "nobody plays Checkout here", "it is somebody else's software: start the payment there");
    return json(202, {{"accepted", wire::Json{true}}});
  }
  return problem(404, "nothing here", request.method + " " + path + " is no operation of the sandbox");
}

}  // namespace sim::live
