// Scenarios: what was read against the table becomes a world to start from and a story to play, and what the table
// cannot say (who may be scripted, which fields exist) is checked.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/contract/breaks.hpp"
#include "sim/contract/fault_codes.hpp"
#include "sim/contract/magic_psps.hpp"
#include "sim/contract/message.hpp"
#include "sim/contract/rules.hpp"
#include "sim/contract/words.hpp"
#include "sim/faults.hpp"
#include "sim/scenario/declarations.hpp"
#include "sim/scenario/reader.hpp"

namespace sim::scenario {
namespace {

using contract::Leg;
using contract::Role;

class Loader {
 public:
  Loader(const std::string& file, const Vocabulary& states, const Base& base) : states_(states), problems_{file} {
    scenario_.file = file;
    scenario_.registry = base.registry;
    base_positions_ = base.positions;
  }

  Result<Scenario, std::vector<Problem>> load(std::string_view bytes) {
    std::optional<Node> root = read(bytes, scenario_root, problems_);
    if (root) build(std::move(*root));
    if (!problems_.found.empty()) return Failure{problems_.take()};
    return std::move(scenario_);
  }

 private:
  void problem(int line, std::string text) { problems_.add(line, std::move(text)); }

  // ---- what the table cannot say ----

  void build(Node root) {
    scenario_.id = root.get("id");
    for (const std::string& role : split(root.get("judges"))) {
      if (const auto parsed = contract::parse_role(role)) scenario_.judges.push_back(*parsed);
    }
    scenario_.tags = split(root.get("tags"));
    scenario_.fails = root.get("fails");
    scenario_.skip = root.get("skip");
    invite_magic_psps(root);
    std::map<std::string_view, int> seen;
    for (Node& child : root.children) {
      const std::string_view name = child.name();
      if (name == "title") prose(scenario_.title, child, true);
      else if (name == "about") prose(scenario_.about, child, false);
      else if (name == "silent") silent(child);
      else if (name == "setting") setting(child);
      else if (name == "ec") declared_.creditor(child);
      else if (name == "metadata-key") declared_.metadata_key(child);
      else if (name == "psp") declared_.provider(child);
      else if (name == "checkout") declared_.touchpoint(child);
      else if (name == "notice") notices_.push_back(&child);
      else if (name == "steps" || name == "expect") {
        if (++seen[name] > 1) problem(child.line, fmt::format("<{}> stands here a second time; put everything in the first", name));
      }
    }
    for (const Node* node : notices_) declared_.notice(*node);
    add_base_positions();
    if (scenario_.title.it.empty() || scenario_.title.en.empty()) {
      problem(root.line, "a scenario has a <title lang=\"it\"> and a <title lang=\"en\">");
    }
    if (scenario_.silent.it.empty() != scenario_.silent.en.empty()) {
      problem(root.line, "<silent> is said in both languages: lang=\"it\" and lang=\"en\"");
    }
    for (Node& child : root.children) {
      if (child.name() == "steps") scenario_.steps = std::move(child.children);
      else if (child.name() == "expect") scenario_.expectations = std::move(child.children);
      else if (!child.row->has_text) scenario_.setup.push_back(std::move(child));
    }
    for (const Node& step : scenario_.steps) check_step(step);
    const bool acts = std::any_of(scenario_.steps.begin(), scenario_.steps.end(), [](const Node& n) {
      return n.name() == "pay" || n.name() == "verify" || n.name() == "send";
    });
    if (!acts && problems_.found.empty()) problem(root.line, "nothing happens: <steps> needs a <pay>, a <verify> or a <send>");
    for (const Node& node : scenario_.expectations) check_expectation(node);
    if (!scenario_.fails.empty() && problems_.found.empty()) {
      const std::vector<std::string> cited = scenario_.rules();
      if (std::find(cited.begin(), cited.end(), scenario_.fails) == cited.end()) {
        problem(root.line, fmt::format("fails=\"{}\": no expectation cites that rule", scenario_.fails));
      }
    }
  }

  /// PSPs that are wrong on purpose join the registry where the file names them, and nobody is held to account for them.
  void invite_magic_psps(const Node& node) {
    for (const auto& [name, value] : node.values) {
      std::optional<contract::PaymentServiceProvider> magic = contract::magic_psp(value);
      const bool names_it = magic && (name == "psp" || name == "id" || name == "with" || name == "to");
      if (!names_it) continue;
      if (scenario_.judges_role(Role::psp)) {
        problem(node.line, fmt::format("the PSP '{}' is wrong on purpose (checkout-sim list psps): leave 'psp' out of judges, or choose another", value));
      }
      if (scenario_.registry.psp(value) == nullptr) scenario_.registry.psps.push_back(*std::move(magic));
    }
    for (const Node& child : node.children) invite_magic_psps(child);
  }

  void prose(Bilingual& into, const Node& node, bool once) {
    std::string& text = node.get("lang") == "it" ? into.it : into.en;
    if (once && !text.empty()) problem(node.line, fmt::format("a second <{}> in the same language", node.name()));
    text += (text.empty() ? "" : "\n") + node.text;
  }

  void silent(const Node& node) {
    prose(scenario_.silent, node, true);
    if (node.has("rule")) scenario_.silent_rule = node.get("rule");
    if (node.has("about")) scenario_.silent_about = node.get("about");
  }

  void setting(const Node& node) {
    const contract::SettingRow* row = contract::find_setting(node.get("name"));
    if (row != nullptr && !row->store(scenario_.settings, node.get("value"))) {
      problem(node.line, fmt::format("value=\"{}\": the setting '{}' is a {}", node.get("value"), row->name, row->type));
    }
  }

  // The scenario's own come first, since it means them when it names none; what it declares again is its own.
  void add_base_positions() {
    const std::size_t own = scenario_.positions.size();
    for (contract::DebtPosition& position : base_positions_) {
      const auto last = scenario_.positions.begin() + static_cast<std::ptrdiff_t>(own);
      const bool again = std::any_of(scenario_.positions.begin(), last, [&](const contract::DebtPosition& other) {
        return other.fiscalCode == position.fiscalCode && other.noticeNumber == position.noticeNumber;
      });
      if (!again) scenario_.positions.push_back(std::move(position));
    }
    scenario_.of_registry = scenario_.positions.size() - own;
  }

  void check_scripted(const Node& node) {
    const auto role = contract::parse_role(node.get("by"));
    if (role && scenario_.judges_role(*role)) {
      problem(node.line, fmt::format("<{} by=\"{}\"> scripts a role that is judged: leave '{}' out of judges, or do not script it", node.name(), node.get("by"), node.get("by")));
    }
    check_party(node.line, node.get("id"), role);
  }

  void check_party(int line, std::string_view id, std::optional<Role> role) {
    if (id.empty()) return;
    const bool known = (scenario_.registry.creditor(id) != nullptr && role != Role::psp) || (scenario_.registry.psp(id) != nullptr && role != Role::ec);
    if (!known) problem(line, fmt::format("nobody is called '{}'; ECs: {}; PSPs: {}", id, declared_.known_ecs(), declared_.known_psps()));
  }

  void check_side(const Node& node, std::string_view attribute, std::string_view role_attribute, bool callee) {
    const contract::Primitive* row = contract::find_primitive(node.get(attribute));
    const auto role = contract::parse_role(node.get(role_attribute));
    if (row == nullptr || !role) return;
    const Role right = callee ? row->callee : row->caller;
    if (callee ? *role != right : !contract::may_call(*row, *role)) {
      problem(node.line, fmt::format("{} does not {} {}: {} does", node.get(role_attribute), callee ? "answer" : "send", row->name, contract::to_text(right)));
    }
  }

  void check_path(int line, const contract::Primitive& row, Leg leg, std::string_view path) {
    if (path.empty()) return;
    const contract::Record& record = contract::record_of(row.id, leg);
    const auto step = contract::unknown_step(record, path);
    if (!step) return;
    const std::vector<std::string> paths = contract::leaf_paths(record);
    std::string plain;
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (path[i] == '[') i = std::min(path.find(']', i), path.size() - 1);
      else plain += path[i];
    }
    std::string near = nearest(plain, paths);
    for (const std::string& candidate : paths) {
      if (near.empty() && candidate.ends_with("/" + plain)) near = candidate;
    }
    problem(line, fmt::format("{} {} has no field '{}'{}", row.name, contract::to_text(leg), path, near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
  }

  void check_step(const Node& node) {
    if (node.flawed) return;
    const std::string_view name = node.name();
    check_told_apart(node);
    if (node.has("at") && (node.has("when") || node.has("after"))) problem(node.line, "at says when by itself: it goes with neither when nor after");
    if (name == "restart") check_party(node.line, node.get("id"), contract::parse_role(node.get("who")));
    const bool scripts = name == "answer" || name == "send" || name == "withhold";
    if (scripts) check_scripted(node);
    if (name == "answer") {
      check_side(node, "to", "by", true);
      check_answer(node);
    }
    if (name == "send" || name == "withhold") check_side(node, "message", "by", false);
    if (name == "fault") check_fault(node);
    if (name == "pay" || name == "verify") {
      check_ec_reference(node);
      const contract::PaymentServiceProvider* psp = scenario_.registry.psp(node.get("psp", contract::default_psp));
      const bool at_psp = node.get("by") == "psp";
      if (psp == nullptr || (node.has("psp") && !at_psp && !takes_payments(*psp))) {
        problem(node.line, fmt::format("no PSP is called '{}' that a user can choose; known: {}{}", node.get("psp", contract::default_psp), declared_.known_psps(),
                                       node.has("psp") ? "" : " (it is the one that is meant when none is named: add psp=\"...\")"));
      }
      if (!node.has("notice") && !node.has("typed-notice") && notices_.empty() && scenario_.of_registry == 0) {
        problem(node.line, fmt::format("<{}> needs notice=\"...\": the scenario declares no <notice>", name));
      }
    }
    if (name == "cart") {
      if (notices_.empty()) problem(node.line, "<cart> holds the notices that the scenario declares: it needs a <notice>");
      for (const std::string& number : split(node.get("notices"))) {
        const bool declared = std::any_of(scenario_.positions.begin(), scenario_.positions.end(), [&](const auto& position) { return position.noticeNumber == number; });
        if (!declared) problem(node.line, fmt::format("the notice '{}' of the cart is not declared: add <notice number=\"{}\" amount=\"...\"/>", number, number));
      }
    }
    if (name == "position") {
      check_ec_reference(node);
      if (!node.has("amount") && !node.has("state")) problem(node.line, "<position> changes nothing: give amount or state");
    }
    const contract::Primitive* row = contract::find_primitive(node.get(name == "answer" ? "to" : "message"));
    for (const Node& child : node.children) {
      const Leg leg = name == "answer" ? Leg::response : Leg::request;
      if (row != nullptr) check_path(child.line, *row, leg, child.get("field"));
      if (row != nullptr && child.name() == "break" && !child.flawed) check_break(child, *row, leg);
      const Result<Value, std::string> value = parse_value(child.get("to"));
      if (child.has("to") && value && value->form == Value::Form::absent) problem(child.line, "to leave a field out use <omit field=\"...\"/>");
      if (name == "answer" && child.has("to") && value && value->form == Value::Form::field) {
        problem(child.line, "an answer is scripted before anything is said: it can hold a literal or a draw, not a field of another message");
      }
    }
    if (name == "send" && node.has("to")) check_party(node.line, node.get("to"), std::nullopt);
  }

  void check_break(const Node& node, const contract::Primitive& row, Leg leg) {
    const std::string field(node.get("field"));
    if (!field.empty() && contract::unknown_step(contract::record_of(row.id, leg), field)) return;  // said already
    const auto defect = contract::find_break(row.id, leg, node.get("with"), field);
    if (!defect) problem(node.line, defect.error());
  }

  // What became of a rule is found by its line: two rules that could have done the same must not share one.
  void check_told_apart(const Node& node) {
    const bool is_rule = node.name() == "answer" || node.name() == "fault" || node.name() == "withhold";
    if (!is_rule) return;
    for (const Node& other : scenario_.steps) {
      if (&other == &node) return;
      const auto same = [&](std::string_view attribute) { return other.get(attribute) == node.get(attribute); };
      const bool alike = other.line == node.line && other.name() == node.name() && same("to") && same("on") && same("leg") && same("message") && same("by");
      if (!alike) continue;
      problem(node.line, fmt::format("two <{}> of the same kind stand on one line and could not be told apart: give each a line of its own", node.name()));
      return;
    }
  }

  void check_ec_reference(const Node& node) {
    if (node.get("notice") == "{random}") problem(node.line, "{random} is drawn where a <notice> is declared; here name the notice, or leave it out");
  }

  void check_answer(const Node& node) {
    const contract::Primitive* row = contract::find_primitive(node.get("to"));
    const bool json = row != nullptr && row->port == nullptr;
    const bool ko = node.get("outcome") == "KO";
    if (node.has("with") && node.has("outcome")) problem(node.line, "with and outcome exclude each other");
    if (node.has("fault") && !ko) problem(node.line, "a fault needs outcome=\"KO\"");
    if (ko && !json && !node.has("fault")) {
      problem(node.line, "outcome=\"KO\" needs a fault (for a KO without one use with=\"no-fault\")");
    }
    if (json && node.has("fault")) problem(node.line, fmt::format("{} is JSON: it has a description and a status, not a fault", row->name));
    if (json && node.get("with") == "no-fault") problem(node.line, fmt::format("{} is JSON: it has no fault to leave out", row->name));
    const bool says = node.has("with") || node.has("outcome") || node.has("status") || node.has("after") || !node.children.empty();
    if (!says) problem(node.line, "<answer> changes nothing: give outcome, with, status, after or a <set>");
  }

  void check_fault(const Node& node) {
    const std::string_view what = node.get("do");
    if ((what == "duplicate" || what == "refuse") && node.get("leg") == "response") {
      problem(node.line, fmt::format("the network can {} requests only", what));
    }
    if (what == "delay" && !node.has("by")) problem(node.line, "a delay needs by=\"...\"");
    if (what != "delay" && node.has("by")) problem(node.line, fmt::format("by=\"{}\" belongs to a delay", node.get("by")));
    check_party(node.line, node.get("with"), std::nullopt);
  }

  void check_states(const Node& node) {
    const std::vector<std::string> names = split(node.get("is"));
    if (node.name() == "state" && names.size() > 1) problem(node.line, fmt::format("is=\"{}\": a <state> is one; for several in a row use <history>", node.get("is")));
    const auto known = states_.find(node.get("of"));
    if (known == states_.end()) return;
    for (const std::string& state : names) {
      if (state == "none" || std::find(known->second.begin(), known->second.end(), state) != known->second.end()) continue;
      const std::string near = nearest(state, known->second);
      problem(node.line, fmt::format("'{}' is not a state of {}{}; one of: none, {}", state, node.get("of"),
                                     near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near), joined(known->second)));
    }
  }

  void check_expectation(const Node& node) {
    if (node.flawed) return;
    const contract::Rule* rule = contract::find_rule(node.get("rule"));
    if (rule != nullptr) {
      bool bound = false;
      for (const std::string& role : split(rule->obliged)) {
        const auto parsed = contract::parse_role(role);
        bound = bound || (parsed && scenario_.judges_role(*parsed));
      }
      if (!bound && !scenario_.judges.empty()) {
        problem(node.line, fmt::format("rule {} obliges {}, and nobody of them is judged here", rule->id, rule->obliged));
      }
    }
    const std::string_view name = node.name();
    if (name == "answer") {
      check_side(node, "to", "from", true);
      const bool says = node.has("outcome") || node.has("fault") || node.has("status") || node.has("description");
      if (!says) problem(node.line, "<answer> expects nothing: give outcome, fault, description or status");
    }
    if (name == "field" || name == "same") {
      const contract::Primitive* of = contract::find_primitive(node.get("of"));
      if (of != nullptr) check_path(node.line, *of, node.get("leg") == "response" ? Leg::response : Leg::request, node.get("path"));
      const contract::Primitive* as = contract::find_primitive(node.get("as"));
      if (as != nullptr) check_path(node.line, *as, node.get("as-leg") == "response" ? Leg::response : Leg::request, node.get("as-path"));
    }
    if (name == "state" || name == "history") check_states(node);
    const contract::Primitive* counted = contract::find_primitive(node.get("message"));
    if (counted != nullptr && node.has("outcome") && contract::unknown_step(counted->request(), "outcome")) {
      problem(node.line, fmt::format("{} requests carry no outcome: with one, nothing would ever be counted", counted->name));
    }
    const Result<Value, std::string> value = parse_value(node.get("is"));
    if (name == "field" && value && value->form == Value::Form::random) {
      problem(node.line, fmt::format("is=\"{}\": an expected value cannot be drawn; give a literal, {{absent}} or {{primitive leg path}}", node.get("is")));
    }
    if (name == "deadline" && !node.has("within") && !node.has("not-before")) {
      problem(node.line, "<deadline> needs within or not-before");
    }
    if (name != "state" && name != "history") check_party(node.line, node.get("with"), std::nullopt);
  }

  const Vocabulary& states_;
  Scenario scenario_;
  Problems problems_;
  Declarations declared_{Declarations::Manner::change, scenario_.registry, scenario_.positions, problems_};
  std::vector<contract::DebtPosition> base_positions_;
  std::vector<const Node*> notices_;
};

}  // namespace

Result<Scenario, std::vector<Problem>> load(const std::string& file, std::string_view bytes, const Vocabulary& states, const Base& base) {
  return Loader(file, states, base).load(bytes);
}

}  // namespace sim::scenario
