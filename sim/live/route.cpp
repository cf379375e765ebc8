#include "sim/live/route.hpp"

#include <algorithm>

#include "sim/contract/rest_answers.hpp"
#include "sim/wire/codec.hpp"
#include "sim/wire/xml.hpp"

namespace sim::live {
namespace {

using contract::Leg;
using wire::HttpRequest;
using wire::HttpResponse;

HttpResponse plain(int status, std::string text) { return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(text) + "\n"}; }

/// Where no operation can be recognised there is nobody to say KO. [wire conventions, 11]
HttpResponse soap_fault(std::string_view why) {
  std::string body = R"(<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><soapenv:Fault><faultcode>soapenv:Client</faultcode><faultstring>)";
  wire::append_xml_text(body, why);
  body += "</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>";
  return {500, {{"Content-Type", "text/xml; charset=utf-8"}}, std::move(body)};
}

std::string path_of(std::string_view target) { return std::string(target.substr(0, target.find('?'))); }

/// Whether a path is that of the primitive; {name} in it stands for one step.
bool is_path(std::string_view path, std::string_view pattern) {
  const std::size_t open = pattern.find('{');
  if (open == std::string_view::npos) return path == pattern;
  const std::size_t close = pattern.find('}', open);
  if (!path.starts_with(pattern.substr(0, open)) || !path.ends_with(pattern.substr(close + 1))) return false;
  const std::string_view step = path.substr(open, path.size() - open - (pattern.size() - close - 1));
  return !step.empty() && step.find('/') == std::string_view::npos;
}

/// The part of that role with this id, or the first one that is played: it will say that it is not meant.
Party part_of(const World& world, Role role, const std::string& id) {
  if (world.plays({role, id})) return {role, id};
  for (const Party& party : world.parties()) {
    if (party.role == role) return party;
  }
  return {role, id};
}

std::string said_at(const std::variant<Body, Malformed>& said, std::string_view path) {
  const auto* body = std::get_if<Body>(&said);
  return body == nullptr ? std::string() : contract::text_at(**body, path).value_or("");
}

/// Who calls, as far as the message tells.
Party caller_of(const World& world, const contract::Primitive& row, const std::variant<Body, Malformed>& said) {
  if (row.callee == Role::ec || row.callee == Role::psp) return {Role::nodo, {}};
  if (row.callee == Role::checkout) {
    if (row.caller == Role::nodo) return {Role::nodo, {}};
    const std::string ec = said_at(said, "paymentNotices[1]/fiscalCode");
    return {Role::ec, ec.empty() ? std::string(contract::default_ec) : ec};
  }
  if (row.port == nullptr) return {Role::checkout, {}};
  const std::string psp = said_at(said, "idPSP");
  if (psp == world.registry().checkout.idPSP) return {Role::checkout, {}};
  if (psp.empty()) return row.caller == Role::checkout ? Party{Role::checkout, {}} : Party{Role::psp, std::string(contract::default_psp)};
  return {Role::psp, psp};
}

Result<Route, HttpResponse> soap_route(const World& world, Role role, const HttpRequest& request) {
  const auto found = wire::recognise(request.body);
  if (!found) return Failure{soap_fault(contract::to_text(found.error()))};
  const contract::Primitive& row = contract::primitive(found->id);
  if (found->leg != Leg::request || row.callee != role) return Failure{soap_fault(std::string(row.name) + " is nothing that is asked here")};
  if (const auto refused = wire::refuse_media_type(row.id, request.headers)) return Failure{plain(refused->status, contract::to_text(refused->reason))};
  if (wire::soap_action(request.headers, row.name) == wire::SoapAction::another) {
    if (role != Role::nodo) return Failure{soap_fault("SOAPAction names another operation than the body, which is " + std::string(row.name))};
    const contract::Message refusal = contract::refusal(row.id, contract::fault_bean("PPT_SOAPACTION_ERRATA", contract::nodo_id));
    return Failure{wire::response_of(refusal, 200, wire::encode(refusal))};
  }
  const auto said = wire::decode(row.id, Leg::request, std::make_shared<const std::string>(request.body));
  Party to{role, {}};
  if (role == Role::ec) to = part_of(world, role, said_at(said, "idPA"));
  if (role == Role::psp) to = part_of(world, role, said_at(said, "idPSP"));
  return Route{caller_of(world, row, said), std::move(to), row.id};
}

}  // namespace

Result<Route, HttpResponse> routed(const World& world, Role role, const HttpRequest& request) {
  const std::string path = path_of(request.target);
  const bool speaks_soap = role != Role::checkout;
  for (const contract::Primitive& row : contract::primitives()) {
    if (row.callee != role || row.port != nullptr || !is_path(path, row.path)) continue;
    if (request.method != "POST") return Failure{HttpResponse{405, {{"Allow", "POST"}, {"Content-Type", "text/plain; charset=utf-8"}}, "POST " + path + "\n"}};
    if (const auto refused = wire::refuse_media_type(row.id, request.headers)) return Failure{plain(refused->status, contract::to_text(refused->reason))};
    const auto said = wire::decode(row.id, Leg::request, std::make_shared<const std::string>(request.body));
    return Route{caller_of(world, row, said), {role, {}}, row.id};
  }
  if (request.method == "GET") return Failure{plain(200, std::string(contract::to_text(role)) + " is up")};
  const bool soap_path = role != Role::nodo || path == "/node-for-psp/v1" || path == "/nodo-auth/node-for-psp/v1";  // ECs and PSPs: any path
  if (speaks_soap && soap_path && request.method == "POST") return soap_route(world, role, request);
  return Failure{plain(404, "nothing of " + std::string(contract::to_text(role)) + " listens at " + path)};
}

std::string target_of(const Freight& freight) {
  std::string path(contract::primitive(freight.primitive).path);
  const std::size_t open = path.find('{');
  if (open == std::string::npos) return path;
  const std::size_t close = path.find('}', open);
  const std::string name = path.substr(open + 1, close - open - 1);
  const auto said = wire::decode(freight.primitive, freight.leg, freight.bytes);
  const std::string value = said_at(said, name);
  return path.replace(open, close - open + 1, value.empty() ? "unknown" : value);
}

HttpRequest request_of(const Freight& freight, std::string authority) {
  return wire::request_of(contract::blank(freight.primitive, Leg::request), target_of(freight), std::move(authority), *freight.bytes);
}

HttpResponse response_of(const Freight& freight) {
  const auto said = wire::decode(freight.primitive, Leg::response, freight.bytes);
  const auto* body = std::get_if<Body>(&said);
  return wire::response_of(body != nullptr ? **body : contract::blank(freight.primitive, Leg::response), freight.status, *freight.bytes);
}

}  // namespace sim::live
