#include "sim/behaviour.hpp"

#include <array>
#include <charconv>

#include "sim/contract/schema.hpp"

namespace sim {
namespace {

using contract::Leg;
using contract::Primitive;
using Form = ConductRule::Form;
using Text = std::string;

constexpr std::array<std::pair<std::string_view, Form>, 5> forms{
    {{"malformed", Form::malformed}, {"empty", Form::empty}, {"no-fault", Form::no_fault}, {"silence", Form::silence}, {"hang-up", Form::hang_up}}};

/// False: it is there and is no number of that range.
template <class T>
bool read(const Command& command, std::string_view name, T least, T most, T& out) {
  const std::string_view text = command.value(name);
  if (text.empty()) return true;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out >= least && out <= most;
}

Result<Duration, std::string> time_of(const Command& command, std::string_view name) {
  const std::string_view text = command.value(name);
  if (text.empty()) return Duration{};
  const auto out = parse_duration(text);
  if (!out || out->ms < 0) return Failure{Text(name) + " is no time: 500ms, 2s and 1m are"};
  return *out;
}

Result<Occasions, std::string> occasions_of(const Command& command) {
  Occasions out;
  if (!read<std::uint32_t>(command, "nth", 1, 1000, out.first)) return Failure{Text("nth is 1 to 1000: the first occasion that counts")};
  if (!read<std::uint32_t>(command, "times", 0, 1000, out.times)) return Failure{Text("times is 0 to 1000, 0 for ever")};
  return out;
}

Result<const Primitive*, std::string> primitive_in(const Command& command, std::string_view name) {
  const Primitive* row = contract::find_primitive(command.value(name));
  if (row == nullptr) return Failure{Text(name) + " names no primitive: checkout-sim list primitives has them, such as paGetPayment"};
  return row;
}

Result<Behaviour, std::string> conduct_of(const Command& command) {
  ConductRule rule;
  const auto row = primitive_in(command, "to");
  if (!row) return Failure{row.error()};
  rule.to = (*row)->id;
  rule.by = (*row)->callee;
  const std::string_view by = command.value("by");
  if (!by.empty() && by != contract::to_text(rule.by)) return Failure{Text((*row)->name) + " is answered by " + Text(contract::to_text(rule.by)) + ", not by " + Text(by)};
  const std::string_view with = command.value("with");
  for (const auto& [name, form] : forms) {
    if (with == name) rule.form = form;
  }
  if (!with.empty() && rule.form == Form::own) return Failure{Text("with is malformed, empty, no-fault, silence or hang-up")};
  const std::string_view outcome = command.value("outcome");
  if (!outcome.empty() && outcome != "KO") return Failure{Text("outcome is KO: leave it out for the answer that comes by itself")};
  if (outcome == "KO" || !command.value("fault").empty()) {
    if (rule.form != Form::own) return Failure{Text("with and outcome exclude each other")};
    rule.form = Form::ko;
  }
  rule.fault = command.value("fault");
  rule.description = command.value("description");
  if (rule.form == Form::ko && (*row)->port != nullptr && rule.fault.empty()) return Failure{Text("a KO needs the code of its fault, such as PAA_PAGAMENTO_SCONOSCIUTO")};
  if (rule.form == Form::no_fault && (*row)->port == nullptr) return Failure{Text("no-fault is of SOAP: a JSON answer has no fault")};
  if (!command.value("bytes").empty()) {
    if (rule.form != Form::own) return Failure{Text("bytes are the whole answer: nothing goes with them but status and after")};
    rule.form = Form::literal;
    rule.bytes = std::make_shared<const std::string>(command.value("bytes"));
  }
  if (int status = 0; !command.value("status").empty()) {
    if (!read(command, "status", 200, 599, status)) return Failure{Text("status is 200 to 599")};
    rule.status = status;
  }
  const auto after = time_of(command, "after");
  if (!after) return Failure{after.error()};
  rule.after = *after;
  if (const std::string_view set = command.value("set"); !set.empty()) {
    const std::string path(set.substr(0, set.find('=')));
    const contract::Field* field = contract::field_at(contract::record_of(rule.to, Leg::response), path);
    if (set.find('=') == std::string_view::npos || field == nullptr || field->scalar == nullptr) return Failure{Text("set is path=text, the path that of a field of the answer, such as data/amount=1.00")};
    if (rule.form != Form::own) return Failure{Text("set changes the answer that comes by itself: no outcome, with or bytes beside it")};
    rule.patches.push_back({path, std::string(set.substr(set.find('=') + 1))});
  }
  if (rule.form == Form::own && rule.patches.empty() && rule.after.ms == 0 && !rule.status) return Failure{Text("nothing would be different: say outcome, with, set, status or after")};
  const auto occasions = occasions_of(command);
  if (!occasions) return Failure{occasions.error()};
  rule.occasions = *occasions;
  rule.overhears = rule.by == Role::psp && rule.form != Form::own;  // as in scenarios: it knows the token that it refuses
  rule.about = command.value("about");
  rule.in_turn = rule.about.empty() || rule.form == Form::literal;
  rule.line = static_cast<int>(command.id);
  return Behaviour{std::move(rule)};
}

Result<Behaviour, std::string> fault_of(const Command& command) {
  FaultRule rule;
  const auto row = primitive_in(command, "on");
  if (!row) return Failure{row.error()};
  rule.on = (*row)->id;
  const std::string_view leg = command.value("leg", "request");
  if (leg != "request" && leg != "response") return Failure{Text("leg is request or response")};
  rule.leg = leg == "request" ? Leg::request : Leg::response;
  const auto mishap = parse_mishap(command.value("do"));
  // The order of things that are due at one instant is nothing that a real network can be told.
  if (!mishap || *mishap == Mishap::overtake || *mishap == Mishap::yield) return Failure{Text("do is drop, delay, duplicate, reset, refuse, truncate or garble")};
  rule.mishap = *mishap;
  rule.from = Instant{};  // at once, whatever the clock says: a session may begin before the first run of a scenario
  if (rule.leg == Leg::response && (rule.mishap == Mishap::duplicate || rule.mishap == Mishap::refuse)) return Failure{Text(command.value("do")) + " is of requests"};
  const auto delay = time_of(command, "delay");
  if (!delay) return Failure{delay.error()};
  rule.by = *delay;
  if ((rule.mishap == Mishap::delay) != (rule.by.ms > 0)) return Failure{Text("do=delay and a delay such as 2s go together")};
  const auto occasions = occasions_of(command);
  if (!occasions) return Failure{occasions.error()};
  rule.occasions = *occasions;
  rule.about = command.value("about");
  if (rule.about.empty()) return Failure{Text("a fault is about one notice or token")};
  rule.line = static_cast<int>(command.id);
  return Behaviour{std::move(rule)};
}

}  // namespace

Result<Behaviour, std::string> behaviour_of(const Command& command) {
  if (command.verb == "answer") return conduct_of(command);
  if (command.verb == "fault") return fault_of(command);
  return Failure{"nobody knows how to " + command.verb};
}

void behave(World& world, const Command& command) {
  std::string told = "behaviour " + std::to_string(command.id) + ": " + command.verb;
  for (const auto& [name, value] : command.with) told += " " + name + "=" + value;
  if (command.verb == "forget") {
    const auto role = contract::parse_role(command.value("by"));
    for (ConductRule& rule : world.faults.conduct) {
      const bool named = std::to_string(rule.line) == command.value("id");
      const bool queued = rule.in_turn && rule.about.empty() && role == rule.by && (command.value("to").empty() || command.value("to") == contract::primitive(rule.to).name);
      if (named || queued) rule.retired = true;
    }
    for (FaultRule& rule : world.faults.network) {
      if (std::to_string(rule.line) == command.value("id")) rule.retired = true;
    }
  } else {
    auto behaviour = behaviour_of(command);
    if (!behaviour) return;
    if (auto* rule = std::get_if<ConductRule>(&*behaviour)) world.faults.conduct.push_back(std::move(*rule));
    else world.faults.network.push_back(std::move(std::get<FaultRule>(*behaviour)));
  }
  world.stage(static_cast<int>(command.id), std::move(told));
}

}  // namespace sim
