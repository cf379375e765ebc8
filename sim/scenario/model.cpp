#include "sim/scenario/model.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "sim/contract/magic_psps.hpp"
#include "sim/contract/message.hpp"
#include "sim/contract/words.hpp"

namespace sim::scenario {
namespace {

using contract::words;

std::optional<std::uint32_t> whole(std::string_view text) {
  std::uint32_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return n;
}

}  // namespace

bool Node::has(std::string_view attribute) const {
  return std::any_of(values.begin(), values.end(), [&](const auto& v) { return v.first == attribute; });
}

std::string_view Node::get(std::string_view attribute, std::string_view otherwise) const {
  for (const auto& [name, value] : values) {
    if (name == attribute) return value;
  }
  return otherwise;
}

Duration Node::duration(std::string_view attribute) const {
  return parse_duration(get(attribute, "0s")).value_or(Duration{});
}

std::uint32_t Node::number(std::string_view attribute, std::uint32_t otherwise) const {
  return has(attribute) ? whole(get(attribute)).value_or(otherwise) : otherwise;
}

bool Scenario::judges_role(contract::Role role) const {
  return std::find(judges.begin(), judges.end(), role) != judges.end();
}

namespace {

/// Whether the answer is one that an actor may give by itself in some world, so that the laws of payments hold all the same.
bool keeps_the_laws(const Node& answer) {
  if (answer.get("by") == "psp") return answer.get("to").starts_with("pspNotifyPayment");
  const bool refuses = answer.get("outcome") == "KO" || answer.get("with") == "silence";
  return answer.get("by") == "ec" && answer.get("to").starts_with("paSendRT") && refuses && answer.children.empty();
}

}  // namespace

bool Scenario::speaks_for_others() const {
  const auto is_magic = [](const contract::PaymentServiceProvider& psp) { return contract::is_magic_psp(psp.idPSP); };
  if (std::any_of(registry.psps.begin(), registry.psps.end(), is_magic)) return true;
  return std::any_of(steps.begin(), steps.end(), [](const Node& step) {
    const std::string_view name = step.name();
    return name == "send" || name == "withhold" || (name == "answer" && !keeps_the_laws(step));
  });
}

std::size_t Scenario::leave_out_inside_of(contract::Role role) {
  const auto inside = [role](const Node& node) {
    if (node.name() != "history" && node.name() != "state") return false;
    const std::string_view of = node.get("of");
    if (of == "psp" || of == "till") return role == contract::Role::psp;
    if (of == "debt") return role == contract::Role::ec;
    if (of == "transaction" || of == "storno" || of == "screen") return role == contract::Role::checkout;
    return role == contract::Role::nodo;
  };
  return std::erase_if(expectations, inside);
}

std::vector<std::string> Scenario::rules() const {
  std::vector<std::string> out;
  for (const Node& node : expectations) {
    const std::string rule(node.get("rule"));
    if (std::find(out.begin(), out.end(), rule) == out.end()) out.push_back(rule);
  }
  return out;
}

std::string to_text(const Problem& problem) { return fmt::format("{}:{}: {}", problem.file, problem.line, problem.text); }

std::optional<Cause> parse_cause(std::string_view text) {
  const std::vector<std::string_view> parts = words(text);
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  const contract::Primitive* primitive = contract::find_primitive(parts[0]);
  if (primitive == nullptr) return std::nullopt;
  const auto moment = std::find(moments().begin(), moments().end(), parts[1]);
  if (moment == moments().end()) return std::nullopt;
  std::uint32_t nth = 1;
  if (parts.size() == 3) {
    nth = whole(parts[2]).value_or(0);
    if (nth == 0) return std::nullopt;
  }
  return Cause{primitive->id, *moment, nth};
}

Result<Value, std::string> parse_value(std::string_view text) {
  using Form = Value::Form;
  if (text.empty() || text.front() != '{') return Value{Form::literal, std::string(text), 0, {}, {}, {}, 0};
  if (text.back() != '}') return Failure{std::string("the brace is not closed")};
  const std::vector<std::string_view> parts = words(text.substr(1, text.size() - 2));
  if (parts.size() == 1 && parts[0] == "absent") return Value{Form::absent, {}, 0, {}, {}, {}, 0};
  if (parts.size() == 3 && parts[0] == "random") {
    const std::optional<std::uint32_t> length = whole(parts[1]);
    const bool known = parts[2] == "hex" || parts[2] == "digits" || parts[2] == "letters";
    if (!length || *length == 0 || *length > 300 || !known) {
      return Failure{std::string("a draw is {random LENGTH hex}, {random LENGTH digits} or {random LENGTH letters}")};
    }
    return Value{Form::random, std::string(parts[2]), *length, {}, {}, {}, 0};
  }
  if (parts.size() == 3 || parts.size() == 4) {
    const contract::Primitive* primitive = contract::find_primitive(parts[0]);
    if (primitive == nullptr) return Failure{fmt::format("'{}' is not a primitive", parts[0])};
    if (parts[1] != "request" && parts[1] != "response") return Failure{fmt::format("'{}' is neither request nor response", parts[1])};
    const contract::Leg leg = parts[1] == "request" ? contract::Leg::request : contract::Leg::response;
    if (const auto step = contract::unknown_step(contract::record_of(primitive->id, leg), parts[2])) {
      return Failure{fmt::format("{} {} has no field '{}'", parts[0], parts[1], *step)};
    }
    std::uint32_t nth = 0;
    if (parts.size() == 4) {
      nth = whole(parts[3]).value_or(0);
      if (nth == 0) return Failure{std::string("the occasion at the end is a whole number from 1")};
    }
    return Value{Form::field, {}, 0, primitive->id, leg, std::string(parts[2]), nth};
  }
  return Failure{std::string("a value in braces is {random LENGTH hex}, {absent} or {primitive leg path}")};
}

}  // namespace sim::scenario
