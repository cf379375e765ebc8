// The page that a browser finds at the root of every port: one file, nothing to fetch, in Italian or English.
#include "sim/contract/cards.hpp"
#include "sim/live/sandbox.hpp"

namespace sim::live {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '&') out += "&amp;";
    else if (c == '"') out += "&quot;";
    else out += c;
  }
  return out;
}

std::string row(std::initializer_list<std::string_view> cells) {
  std::string out = "<tr>";
  for (const std::string_view cell : cells) out += "<td>" + escaped(cell) + "</td>";
  return out + "</tr>\n";
}

}  // namespace

Reaction Sandbox::index(const Call& call) {
  std::string lang = call.get("lang");
  const std::string* accepted = call.request.headers.find("Accept-Language");
  if (lang.empty()) lang = accepted != nullptr && accepted->starts_with("it") ? "it" : "en";
  if (lang != "it" && lang != "en") return problem(400, "lang is neither it nor en", "GET /?lang=it or GET /?lang=en");
  const bool it = lang == "it";
  const auto say = [&](std::string_view italian, std::string_view english) { return std::string(it ? italian : english); };
  std::string out = "<!doctype html>\n<html lang=\"" + lang +
                    "\"><head><meta charset=\"utf-8\"><title>Checkout Sim</title><style>body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
                    "table{border-collapse:collapse;width:100%}td{border-top:1px solid #8884;padding:.2rem .6rem;vertical-align:top}td:first-child{white-space:nowrap;font-family:monospace}"
                    "</style></head><body>\n<h1>Checkout Sim</h1>\n<p><a href=\"/?lang=it\">Italiano</a> · <a href=\"/?lang=en\">English</a> · <a href=\"/sandbox/openapi.json\">OpenAPI</a></p>\n";
  out += "<h2>" + say("Chi ascolta dove", "Who listens where") + "</h2>\n<table>\n";
  for (const auto& [role, url] : homes_) out += row({contract::to_text(role), url, role == Role::checkout ? "REST" : "SOAP: ?wsdl, ?xsd"});
  out += "</table>\n<h2>" + say("Chi è simulato qui", "Who is played here") + "</h2>\n<p>";
  for (const Party& party : host_.ask([](const World& world) { return world.parties(); })) out += escaped(contract::to_text(party)) + "; ";
  out += "</p>\n<h2>" + say("Operazioni", "Operations") + "</h2>\n<table>\n";
  for (const Operation& operation : operations()) out += row({std::string(operation.method) + " " + std::string(operation.path), it ? operation.it : operation.en});
  out += "</table>\n<h2>" + say("Numeri avviso che dicono come si comporta l'EC", "Notice numbers that say how the EC behaves") + "</h2>\n<table>\n";
  for (const SandboxOptions::Magic& magic : options_.notices) out += row({magic.what, it ? magic.it : magic.en});
  out += "</table>\n<h2>" + say("Carte che dicono come risponde il gateway", "Cards that say how the gateway answers") + "</h2>\n<table>\n";
  for (const contract::TestCard& card : contract::test_cards) out += row({card.number, card.behaviour, it ? card.it : card.en});
  out += "</table>\n</body></html>\n";
  return wire::HttpResponse{200, {{"Content-Type", "text/html; charset=utf-8"}, {"Content-Language", lang}}, std::move(out)};
}

}  // namespace sim::live
