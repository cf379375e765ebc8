#include "sim/live/rest.hpp"

#include <algorithm>
#include <charconv>

#include "sim/contract/registry.hpp"
#include "sim/wire/utf8.hpp"

namespace sim::live {
namespace {

using wire::HttpResponse;
using wire::Json;
using wire::JsonArray;
using wire::JsonObject;

std::string names_of(const std::vector<Member>& members) {
  std::string out;
  for (const Member& member : members) out += (out.empty() ? "" : ", ") + std::string(member.name);
  return out.empty() ? "none" : out;
}

bool has(const std::vector<Member>& members, std::string_view name) {
  return std::any_of(members.begin(), members.end(), [&](const Member& m) { return m.name == name; });
}

bool all_digits(std::string_view text, std::size_t length) {
  return text.size() == length && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// A quoted text must be UTF-8, whatever a client has sent.
std::string printable(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += c >= 0x20 && c < 0x7F ? c : '?';
  return out;
}

}  // namespace

std::string Call::get(std::string_view name, std::string_view otherwise) const {
  for (const auto* said : {&body, &query, &path}) {
    if (const auto found = said->find(name); found != said->end()) return found->second;
  }
  return std::string(otherwise);
}

Json text(std::string_view value) { return Json{is_text(value) ? std::string(value) : printable(value)}; }
Json number(std::int64_t value) { return Json{wire::JsonNumber{std::to_string(value)}}; }

HttpResponse json(int status, Json value) {
  return {status, {{"Content-Type", status < 400 ? "application/json; charset=utf-8" : "application/problem+json; charset=utf-8"}}, wire::to_text(value) + "\n"};
}
HttpResponse problem(int status, std::string_view title, std::string_view detail) {
  return json(status, Json{JsonObject{{"title", text(printable(title))}, {"status", number(status)}, {"detail", text(printable(detail))}}});
}

bool is_text(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = wire::utf8_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::optional<HttpResponse> bad_notice(const Call& call) {
  if (!all_digits(call.get("noticeNumber"), 18)) return problem(400, "noticeNumber is no notice number", "it has 18 digits, such as 302001000000000001");
  if (!all_digits(call.get("fiscalCode", contract::default_ec), 11)) return problem(400, "fiscalCode is none", "it has 11 digits; " + std::string(contract::default_ec) + " when left out");
  return std::nullopt;
}
std::string ec_of(const Call& call) { return call.get("fiscalCode", contract::default_ec); }
std::string notice_key(const Call& call) { return ec_of(call) + "/" + call.get("noticeNumber"); }

std::string about(const Call& call) {
  if (const std::string token = call.get("token"); !token.empty()) return token;
  const std::string notice = call.get("notice");
  return notice.empty() || notice.find('/') != std::string::npos ? notice : std::string(contract::default_ec) + "/" + notice;
}

std::string unescaped(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    unsigned code = 0;
    if (value[i] == '%' && i + 2 < value.size() && std::from_chars(value.data() + i + 1, value.data() + i + 3, code, 16).ptr == value.data() + i + 3) {
      out += static_cast<char>(code);
      i += 2;
    } else {
      out += value[i];
    }
  }
  return out;
}

bool fits(std::string_view path, std::string_view pattern, std::map<std::string, std::string, std::less<>>& steps) {
  while (true) {
    const std::size_t here = path.find('/'), there = pattern.find('/');
    const std::string_view step = path.substr(0, here), wanted = pattern.substr(0, there);
    if (wanted.starts_with('{') && !step.empty()) steps[std::string(wanted.substr(1, wanted.size() - 2))] = unescaped(step);
    else if (step != wanted) return false;
    if (here == std::string_view::npos || there == std::string_view::npos) return here == there;
    path.remove_prefix(here + 1);
    pattern.remove_prefix(there + 1);
  }
}

std::optional<HttpResponse> take_apart(const Operation& row, Call& call) {
  const std::string& target = call.request.target;
  std::string_view rest = target.find('?') == std::string::npos ? std::string_view() : std::string_view(target).substr(target.find('?') + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::string name = unescaped(pair.substr(0, pair.find('=')));
    if (!has(row.query, name)) return problem(400, "unknown parameter " + name, "known: " + names_of(row.query));
    std::string value = pair.find('=') == std::string_view::npos ? std::string() : unescaped(pair.substr(pair.find('=') + 1));
    if (!is_text(value)) return problem(400, name + " is not UTF-8", "send text");
    call.query[name] = std::move(value);
  }
  for (const Member& member : row.query) {
    if (member.required && call.query[std::string(member.name)].empty()) return problem(400, std::string(member.name) + " is missing", std::string(member.en));
  }
  if (row.raw || row.method == "GET" || row.method == "DELETE") return std::nullopt;
  if (row.body.empty() && call.request.body.empty()) return std::nullopt;
  std::string_view bytes = call.request.body;
  if (bytes.empty()) bytes = "{}";
  const auto said = wire::parse_json(bytes);
  if (!said) return problem(400, "the body is not JSON", contract::to_text(said.error()));
  if (said->object() == nullptr) return problem(400, "the body is no JSON object", "its members are: " + names_of(row.body));
  for (const auto& [name, value] : *said->object()) {
    if (!has(row.body, name)) return problem(400, "unknown member " + name, "known: " + names_of(row.body));
    if (value.text() != nullptr) call.body[name] = *value.text();
    else if (value.number() != nullptr) call.body[name] = value.number()->text;
    else return problem(400, name + " is neither a text nor a number", "every member is one of the two");
  }
  for (const Member& member : row.body) {
    if (member.required && call.body[std::string(member.name)].empty()) return problem(400, std::string(member.name) + " is missing", std::string(member.en));
  }
  return std::nullopt;
}

Json openapi(std::span<const Operation> rows, std::string_view server) {
  JsonObject paths;
  for (const Operation& row : rows) {
    JsonArray parameters;
    const auto parameter = [&](std::string_view name, std::string_view in, bool required, std::string_view what) {
      parameters.push_back(Json{JsonObject{{"name", text(name)}, {"in", text(in)}, {"required", Json{required}}, {"description", text(what)}, {"schema", Json{JsonObject{{"type", text("string")}}}}}});
    };
    for (std::size_t open = row.path.find('{'); open != std::string_view::npos; open = row.path.find('{', open + 1)) {
      parameter(row.path.substr(open + 1, row.path.find('}', open) - open - 1), "path", true, "");
    }
    for (const Member& member : row.query) parameter(member.name, "query", member.required, member.en);
    JsonObject operation{{"summary", text(row.en)}};
    if (!parameters.empty()) operation.emplace_back("parameters", Json{std::move(parameters)});
    if (!row.body.empty()) {
      JsonObject properties;
      JsonArray required;
      for (const Member& member : row.body) {
        properties.emplace_back(std::string(member.name), Json{JsonObject{{"type", text("string")}, {"description", text(member.en)}}});
        if (member.required) required.push_back(text(member.name));
      }
      JsonObject schema{{"type", text("object")}, {"properties", Json{std::move(properties)}}, {"additionalProperties", Json{false}}};
      if (!required.empty()) schema.emplace_back("required", Json{std::move(required)});
      operation.emplace_back("requestBody", Json{JsonObject{{"content", Json{JsonObject{{"application/json", Json{JsonObject{{"schema", Json{std::move(schema)}}}}}}}}}});
    }
    const Json refusal{JsonObject{{"description", text("application/problem+json: what is wrong, and the way out")}}};
    operation.emplace_back("responses", Json{JsonObject{{std::to_string(row.status), Json{JsonObject{{"description", text("done")}}}}, {"default", refusal}}});
    std::string method(row.method);
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    auto path = std::find_if(paths.begin(), paths.end(), [&](const auto& p) { return p.first == row.path; });
    if (path == paths.end()) path = paths.insert(paths.end(), {std::string(row.path), Json{JsonObject{}}});
    std::get<JsonObject>(path->second.value).emplace_back(std::move(method), Json{std::move(operation)});
  }
  return Json{JsonObject{{"openapi", text("3.0.3")},
                         {"info", Json{JsonObject{{"title", text("Checkout Sim sandbox")}, {"version", text("1")}}}},
                         {"servers", Json{JsonArray{Json{JsonObject{{"url", text(server)}}}}}},
                         {"paths", Json{std::move(paths)}}}};
}

}  // namespace sim::live
