#include "sim/play.hpp"

#include <algorithm>
#include <numeric>

#include "sim/check.hpp"
#include "sim/contract/breaks.hpp"
#include "sim/contract/words.hpp"
#include "sim/scenario/moment.hpp"

namespace sim {
namespace {

using contract::Leg;
using contract::Role;
using scenario::Node;

constexpr Ticket sequence_ticket = 0;  // ticket i + 1 begins step i

/// Whether it waits for no step before it, and none waits for it.
bool stands_alone(const Node& node) { return node.has("when") || node.has("at"); }

bool is_rule(std::string_view name) { return name == "answer" || name == "withhold" || name == "fault"; }

/// The segregation code of the built-in stations, or of the EC's first one when none of its stations answers for that.
std::string segregation_code(const scenario::Scenario& scenario, std::string_view fiscalCode) {
  const contract::CreditorInstitution* ec = scenario.registry.creditor(fiscalCode);
  if (ec == nullptr || ec->stations.empty() || scenario.registry.station_of(*ec, "302000000000000000") != nullptr) return "02";
  return std::string(contract::words(ec->stations.front().codes).front());
}

std::string draw(Random& random, const scenario::Value& value) {
  if (value.text == "hex") return random.hex(value.length);
  return value.text == "digits" ? random.digits(value.length) : random.alphanumeric(value.length);
}

Party party_of(const scenario::Scenario& scenario, const Node& node, std::string_view role_attribute) {
  const Role role = *contract::parse_role(node.get(role_attribute));
  std::string id(node.get("id"));
  if (id.empty() && role == Role::ec) id = scenario.positions.empty() ? std::string(contract::default_ec) : scenario.positions.front().fiscalCode;
  if (id.empty() && role == Role::psp) id = contract::default_psp;
  return {role, std::move(id)};
}

}  // namespace

std::vector<contract::DebtPosition> positions_of(const scenario::Scenario& scenario, std::uint64_t seed) {
  Random random(seed, "notices");
  std::vector<contract::DebtPosition> out = scenario.positions;
  for (contract::DebtPosition& position : out) {
    if (position.noticeNumber != "{random}") continue;
    const std::string front = "3" + segregation_code(scenario, position.fiscalCode) + random.digits(13);
    position.noticeNumber = front + contract::notice_check_digits(front);
  }
  return out;
}

Performance::Performance(const scenario::Scenario& scenario, std::uint64_t seed, Fidelity fidelity, const Casting& casting)
    : scenario_(&scenario),
      positions_(positions_of(scenario, seed)),
      by_number_(positions_.size()),
      world_(casting(scenario.registry, positions_), scenario.registry, scenario.settings, seed, fidelity) {
  std::iota(by_number_.begin(), by_number_.end(), 0U);
  std::stable_sort(by_number_.begin(), by_number_.end(), [this](std::uint32_t a, std::uint32_t b) { return positions_[a].noticeNumber < positions_[b].noticeNumber; });
  for (const Node& node : scenario.steps) install(node);
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    const Node& node = scenario.steps[i];
    if (node.has("when")) triggers_.push_back({i, *scenario::parse_cause(node.get("when"))});
    if (node.has("at") && !is_rule(node.name())) world_.remind(run_start + node.duration("at"), static_cast<Ticket>(i + 1));
  }
  advance();
}

void Performance::install(const Node& node) {
  const std::string_view name = node.name();
  const auto occasions = [&node] { return Occasions{node.number("nth", 1), node.number("times", 1)}; };
  if (name == "fault") {
    FaultRule rule;
    rule.line = node.line;
    rule.on = contract::find_primitive(node.get("on"))->id;
    rule.leg = node.get("leg") == "response" ? Leg::response : Leg::request;
    rule.with = node.get("with");
    rule.mishap = *parse_mishap(node.get("do"));
    rule.by = node.duration("by");
    rule.occasions = occasions();
    rule.from = run_start + node.duration("at");
    if (node.has("for")) rule.until = rule.from + node.duration("for");
    world_.faults.network.push_back(std::move(rule));
  } else if (name == "answer") {
    using Form = ConductRule::Form;
    ConductRule rule;
    rule.line = node.line;
    rule.by = *contract::parse_role(node.get("by"));
    rule.id = node.get("id");
    rule.to = contract::find_primitive(node.get("to"))->id;
    const std::string_view with = node.get("with");
    if (with == "malformed") rule.form = Form::malformed;
    else if (with == "empty") rule.form = Form::empty;
    else if (with == "no-fault") rule.form = Form::no_fault;
    else if (with == "silence") rule.form = Form::silence;
    else if (with == "hang-up") rule.form = Form::hang_up;
    else if (node.get("outcome") == "KO") rule.form = Form::ko;
    rule.fault = node.get("fault");
    rule.description = node.get("description");
    if (node.has("status")) rule.status = static_cast<int>(node.number("status", 200));
    rule.after = node.duration("after");
    bool complete = true;
    rule.patches = patches_of(node, complete);
    rule.occasions = occasions();
    // A PSP that refuses or stays silent still knows the token, and may be scripted to speak of it later.
    rule.overhears = rule.by == Role::psp;
    world_.faults.conduct.push_back(std::move(rule));
  } else if (name == "withhold") {
    world_.faults.withheld.push_back({node.line, *contract::parse_role(node.get("by")), std::string(node.get("id")),
                                      contract::find_primitive(node.get("message"))->id, true});
  } else if (name == "send" && node.get("message").starts_with("sendPaymentOutcome")) {
    // A scripted outcome takes the place of the PSP's own, whichever version its channel speaks.
    for (const contract::PrimitiveId id : {contract::PrimitiveId::sendPaymentOutcome, contract::PrimitiveId::sendPaymentOutcomeV2}) {
      world_.faults.withheld.push_back({node.line, Role::psp, std::string(node.get("id")), id, false});
    }
  }
}

std::vector<contract::Patch> Performance::patches_of(const Node& node, bool& complete) {
  std::vector<contract::Patch> out;
  for (const Node& child : node.children) {
    if (child.name() == "break") {
      const bool answers = node.name() == "answer";
      const contract::PrimitiveId id = contract::find_primitive(node.get(answers ? "to" : "message"))->id;
      const auto defect = contract::find_break(id, answers ? Leg::response : Leg::request, child.get("with"), child.get("field"));
      SIM_CHECK(defect.has_value());  // the loader has made sure
      out.insert(out.end(), defect->patches.begin(), defect->patches.end());
      continue;
    }
    contract::Patch patch{std::string(child.get("field")), std::nullopt, contract::Edit::change};
    if (child.name() == "set") {
      patch.text = resolve(child.get("to"));
      complete = complete && patch.text.has_value();
    }
    out.push_back(std::move(patch));
  }
  return out;
}

std::optional<std::string> Performance::resolve(std::string_view text) {
  using Form = scenario::Value::Form;
  const Result<scenario::Value, std::string> value = scenario::parse_value(text);
  SIM_CHECK(value.has_value());  // the loader has read it before
  if (value->form == Form::literal) return value->text;
  if (value->form == Form::random) return draw(world_.scenario_random(), *value);
  std::optional<std::string> found;
  std::uint32_t seen = 0;
  for (const Entry& entry : world_.journal().entries) {
    const auto* hop = std::get_if<Hop>(&entry.what);
    if (hop == nullptr || hop->stage != Hop::Stage::sent || hop->primitive != value->primitive || hop->leg != value->leg) continue;
    if (value->nth != 0 && ++seen != value->nth) continue;
    const auto* body = std::get_if<Body>(&hop->said);
    found = body != nullptr ? contract::text_at(**body, value->path) : std::nullopt;
  }
  return found;
}

// Rules hold from the start; triggered steps wait for their cause, and others for their time: the sequence passes them by.
void Performance::advance() {
  while (next_ < scenario_->steps.size()) {
    const Node& node = scenario_->steps[next_];
    if (is_rule(node.name()) || stands_alone(node)) {
      ++next_;
      continue;
    }
    const Duration after = node.name() == "wait" ? node.duration("for") : node.duration("after");
    waiting_ = true;
    if (node.name() == "wait") world_.stage(node.line, "waits");
    world_.remind(world_.now() + after, sequence_ticket);
    return;
  }
}

std::vector<std::uint32_t> Performance::with_number(std::string_view noticeNumber) const {
  auto from = std::lower_bound(by_number_.begin(), by_number_.end(), noticeNumber, [this](std::uint32_t i, std::string_view number) { return positions_[i].noticeNumber < number; });
  auto to = from;
  while (to != by_number_.end() && positions_[*to].noticeNumber == noticeNumber) ++to;
  return {from, to};
}

contract::DebtPosition Performance::target_of(const Node& node) const {
  contract::DebtPosition out;
  if (node.has("notice")) {
    out.noticeNumber = node.get("notice");
    out.fiscalCode = contract::default_ec;
    if (const auto same = with_number(out.noticeNumber); !same.empty()) out.fiscalCode = positions_[same.back()].fiscalCode;
  } else if (!positions_.empty()) {
    out = positions_.front();
  }
  if (node.has("ec")) out.fiscalCode = node.get("ec");
  return out;
}

void Performance::begin(std::size_t step) {
  const Node& node = scenario_->steps[step];
  if (node.name() == "wait") return;
  if (node.name() == "jump") return world_.leap(node.duration("by"), node.line);
  if (node.name() != "restart") return command(node);
  const Party who = party_of(*scenario_, node, "who");
  if (world_.plays(who)) world_.restart(who, node.line);
  else world_.stage(node.line, "nobody plays " + contract::to_text(who));
}

void Performance::command(const Node& node) {
  const std::string_view verb = node.name();
  Command order{++commands_, std::string(verb), {}};
  Party to{Role::checkout, ""};
  bool complete = true;
  std::vector<contract::Patch> patches;
  for (const auto& [name, value] : node.values) {
    const bool target = name == "notice" || name == "ec" || name == "typed-notice" || name == "typed-ec";
    if (!target) order.with.emplace_back(std::string(name), value);
  }
  if (verb == "send") {
    to = party_of(*scenario_, node, "by");
    patches = patches_of(node, complete);
    const contract::DebtPosition about = target_of(node);
    if (!about.noticeNumber.empty()) order.with.insert(order.with.end(), {{"notice", about.noticeNumber}, {"ec", about.fiscalCode}});
  } else if (verb == "job") {
    to = {Role::nodo, ""};
  } else if (verb == "cart") {
    // One word a notice: "77777777777/302001234567890123/12000", the amount in cents.
    std::string notices;
    std::vector<std::uint32_t> chosen;
    for (const std::string_view number : contract::words(node.get("notices"))) {
      const std::vector<std::uint32_t> same = with_number(number);
      chosen.insert(chosen.end(), same.begin(), same.end());
    }
    if (!node.has("notices")) {
      chosen.resize(positions_.size() - scenario_->of_registry);
      std::iota(chosen.begin(), chosen.end(), 0U);
    }
    std::sort(chosen.begin(), chosen.end());  // in the order of the file, each once
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    for (const std::uint32_t i : chosen) {
      const contract::DebtPosition& position = positions_[i];
      notices += (notices.empty() ? "" : " ") + position.fiscalCode + "/" + position.noticeNumber + "/" + std::to_string(position.amount.cents);
    }
    to = {Role::ec, positions_.empty() ? std::string(contract::default_ec) : positions_.front().fiscalCode};
    std::erase_if(order.with, [](const auto& pair) { return pair.first == "notices"; });
    order.with.emplace_back("notices", std::move(notices));
  } else {
    const contract::DebtPosition target = target_of(node);
    if (verb == "position") to = {Role::ec, target.fiscalCode};
    if (node.get("by") == "psp") to = {Role::psp, std::string(node.get("psp", contract::default_psp))};
    const bool goes_on = verb == "activate" || verb == "authorise" || verb == "cancel";
    if (goes_on && node.has("notice")) order.with.emplace_back("journey", target.fiscalCode + "/" + target.noticeNumber);
    order.with.emplace_back("notice", std::string(node.get("typed-notice", target.noticeNumber)));
    order.with.emplace_back("ec", std::string(node.get("typed-ec", target.fiscalCode)));
  }
  if (!complete || !world_.plays(to)) {
    world_.stage(node.line, complete ? "nobody plays " + contract::to_text(to) : "a value that it needs was never said");
    return;
  }
  if (!stands_alone(node)) {
    current_ = order.id;
    current_is_send_ = verb == "send";
    finished_ = false;
    ordered_.clear();
  }
  world_.command(to, std::move(order), node.line, std::move(patches));
}

void Performance::observe() {
  const std::vector<Entry>& entries = world_.journal().entries;
  for (; observed_ < entries.size(); ++observed_) {
    const Happening& what = entries[observed_].what;
    if (const auto* finish = std::get_if<Finished>(&what)) {
      if (finish->command == current_) finished_ = true;
    } else if (const auto* hop = std::get_if<Hop>(&what)) {
      const bool ours = current_is_send_ && hop->cause == current_ && hop->leg == Leg::request && hop->stage == Hop::Stage::sent;
      if (ours) ordered_.push_back(hop->exchange);
    }
    for (Trigger& trigger : triggers_) {
      if (trigger.fired || !scenario::is_moment(what, trigger.cause) || ++trigger.seen != trigger.cause.nth) continue;
      trigger.fired = true;
      world_.remind(world_.now() + scenario_->steps[trigger.step].duration("after"), static_cast<Ticket>(trigger.step + 1));
    }
  }
}

bool Performance::current_is_done() {
  return finished_ && std::all_of(ordered_.begin(), ordered_.end(), [this](ExchangeId id) { return world_.is_over(id); });
}

// What has happened sets off triggers and may be what the sequence has waited for.
void Performance::go_on() {
  observe();
  if (!waiting_ && next_ < scenario_->steps.size() && current_is_done()) {
    ++next_;
    current_ = 0;
    advance();
  }
}

std::optional<Instant> Performance::next_due() {
  go_on();
  return world_.next_due();
}

bool Performance::step() {
  go_on();
  const World::Stepped stepped = world_.step(run_start + longest_run);
  if (!stepped.happened) return false;
  if (stepped.ticket == sequence_ticket) {
    waiting_ = false;
    begin(next_);
  } else if (stepped.ticket) {
    begin(*stepped.ticket - 1);
  }
  return true;
}

void Performance::play() {
  while (step()) {
  }
}

Journal play(const scenario::Scenario& scenario, std::uint64_t seed, Fidelity fidelity, const Casting& casting) {
  set_bug_context("playing " + scenario.file + " with seed " + std::to_string(seed));
  Performance performance(scenario, seed, fidelity, casting);
  performance.play();
  set_bug_context({});
  return std::move(performance).finish();
}

}  // namespace sim
