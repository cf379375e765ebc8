#include "sim/stimulus.hpp"

#include <array>
#include <charconv>

#include "sim/behaviour.hpp"
#include "sim/wire/codec.hpp"
#include "sim/wire/json.hpp"

namespace sim {
namespace {

using contract::Leg;
using Kind = Stimulus::Kind;

constexpr std::array<std::string_view, 7> kinds{"called", "arrived", "reached", "answered", "failed", "ordered", "ruled"};
constexpr std::array<Silence, 3> silences{Silence::refused, Silence::timeout, Silence::reset};

std::string hex_of(std::string_view bytes) {  // not every byte that arrives may stand in JSON
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}
std::optional<std::string> bytes_of(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
    if (error != std::errc() || end != hex.data() + i + 2) return std::nullopt;
    out += static_cast<char>(value);
  }
  return out;
}

template <class T>
std::optional<T> number_in(const wire::Json& json, std::string_view name) {
  const wire::Json* member = json.member(name);
  if (member == nullptr || member->number() == nullptr) return std::nullopt;
  const std::string& text = member->number()->text;
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}
std::string text_in(const wire::Json& json, std::string_view name) {
  const wire::Json* member = json.member(name);
  return member != nullptr && member->text() != nullptr ? *member->text() : std::string();
}

std::optional<Party> party_of(std::string_view text) {
  const std::size_t blank = text.find(' ');
  const auto role = contract::parse_role(text.substr(0, blank));
  if (!role) return std::nullopt;
  return Party{*role, blank == std::string_view::npos ? std::string() : std::string(text.substr(blank + 1))};
}

}  // namespace

ExchangeId apply(World& world, const Stimulus& stimulus) {
  pass(world, stimulus.at, [](Ticket) {});
  return enter(world, stimulus);
}

ExchangeId enter(World& world, const Stimulus& s) {
  const auto said = [&](PrimitiveId id, Leg leg) { return wire::decode(id, leg, s.bytes); };
  switch (s.kind) {
    case Kind::called: return world.called(s.from, s.to, s.primitive, said(s.primitive, Leg::request));
    case Kind::arrived: world.arrived(s.exchange, s.leg, said(world.primitive_of(s.exchange), s.leg), s.status); return 0;
    case Kind::reached: world.reached(s.exchange); return 0;
    case Kind::answered: world.answered(s.exchange, said(world.primitive_of(s.exchange), Leg::response), s.status); return 0;
    case Kind::failed: world.failed(s.exchange, s.why); return 0;
    case Kind::ordered: world.command(s.to, s.command, 0); return 0;
    case Kind::ruled: behave(world, s.command); return 0;
  }
  return 0;
}

std::string to_line(const Stimulus& s) {
  const auto text = [](std::string_view value) { return wire::Json{std::string(value)}; };
  const auto number = [](auto value) { return wire::Json{wire::JsonNumber{std::to_string(value)}}; };
  wire::JsonObject out{{"at", number(s.at.ms)}, {"kind", text(kinds[static_cast<std::size_t>(s.kind)])}};
  const bool bids = s.kind == Kind::ordered || s.kind == Kind::ruled;
  const bool speaks = s.kind == Kind::called || s.kind == Kind::arrived || s.kind == Kind::answered;
  if (s.kind == Kind::called) out.emplace_back("from", text(contract::to_text(s.from)));
  if (s.kind == Kind::called || s.kind == Kind::ordered) out.emplace_back("to", text(contract::to_text(s.to)));
  if (s.kind == Kind::called) out.emplace_back("primitive", text(contract::primitive(s.primitive).name));
  if (s.kind != Kind::called && !bids) out.emplace_back("exchange", number(s.exchange));
  if (s.kind == Kind::arrived) out.emplace_back("leg", text(contract::to_text(s.leg)));
  if (speaks) out.emplace_back("bytes", text(hex_of(*s.bytes)));
  if (speaks) out.emplace_back("status", number(s.status));
  if (s.kind == Kind::failed) out.emplace_back("why", text(to_text(s.why)));
  if (bids) {
    wire::JsonObject with;
    for (const auto& [name, value] : s.command.with) with.emplace_back(name, text(value));
    out.emplace_back("command", number(s.command.id));
    out.emplace_back("verb", text(s.command.verb));
    out.emplace_back("with", wire::Json{std::move(with)});
  }
  return wire::to_text(wire::Json{std::move(out)});
}

Result<Stimulus, std::string> stimulus_of(std::string_view line) {
  const auto parsed = wire::parse_json(line, {.bytes = std::size_t{4} * 1024 * 1024, .depth = 8});
  if (!parsed) return Failure{contract::to_text(parsed.error())};
  const wire::Json& json = *parsed;
  Stimulus out;
  const auto at = number_in<std::int64_t>(json, "at");
  if (!at) return Failure{std::string("no time: \"at\" is a number of milliseconds")};
  out.at = Instant{*at};
  const std::string kind = text_in(json, "kind");
  bool known = false;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] == kind) out.kind = static_cast<Kind>(i), known = true;
  }
  if (!known) return Failure{"\"kind\" is " + (kind.empty() ? std::string("missing") : "'" + kind + "', which is none")};
  out.exchange = number_in<ExchangeId>(json, "exchange").value_or(0);
  out.status = number_in<int>(json, "status").value_or(200);
  const bool bids = out.kind == Kind::ordered || out.kind == Kind::ruled;
  if (out.kind != Kind::called && !bids && out.exchange == 0) return Failure{kind + " needs an \"exchange\""};
  if (out.kind == Kind::called || out.kind == Kind::ordered) {
    const auto to = party_of(text_in(json, "to"));
    if (!to) return Failure{kind + " needs whom it goes \"to\""};
    out.to = *to;
  }
  if (out.kind == Kind::called) {
    const auto from = party_of(text_in(json, "from"));
    const contract::Primitive* row = contract::find_primitive(text_in(json, "primitive"));
    if (!from || row == nullptr) return Failure{std::string("called needs whom it is \"from\", and a \"primitive\"")};
    out.from = *from;
    out.primitive = row->id;
  }
  out.leg = text_in(json, "leg") == "response" ? Leg::response : Leg::request;
  if (json.member("bytes") != nullptr) {
    auto bytes = bytes_of(text_in(json, "bytes"));
    if (!bytes) return Failure{std::string("\"bytes\" are not hexadecimal digits")};
    out.bytes = std::make_shared<const std::string>(std::move(*bytes));
  } else if (out.kind == Kind::called || out.kind == Kind::arrived || out.kind == Kind::answered) {
    return Failure{kind + " needs \"bytes\""};
  }
  for (const Silence silence : silences) {
    if (to_text(silence) == text_in(json, "why")) out.why = silence;
  }
  if (bids) {
    out.command.id = number_in<CommandId>(json, "command").value_or(0);
    out.command.verb = text_in(json, "verb");
    if (const wire::Json* with = json.member("with"); with != nullptr && with->object() != nullptr) {
      for (const auto& [name, value] : *with->object()) {
        if (value.text() != nullptr) out.command.with.emplace_back(name, *value.text());
      }
    }
    if (out.command.verb.empty()) return Failure{kind + " needs a \"verb\""};
  }
  return out;
}

}  // namespace sim
