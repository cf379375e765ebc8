// Reads scenario files: first each element and attribute against the table, then what the table cannot say (who may
// be scripted, which fields exist, what adds up). Nothing stops at the first mistake: a file's mistakes come together.
#include <algorithm>
#include <charconv>
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
#include "sim/scenario/model.hpp"
#include "sim/wire/xml.hpp"

namespace sim::scenario {
namespace {

using contract::Leg;
using contract::Role;

std::string joined(std::span<const std::string> items, std::string_view separator = ", ") {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? std::string{} : std::string(separator)) + item;
  return out;
}

bool only_of(std::string_view text, std::string_view alphabet) {
  return !text.empty() && text.find_first_not_of(alphabet) == std::string_view::npos;
}

constexpr std::string_view digits = "0123456789";
constexpr std::string_view id_letters = "abcdefghijklmnopqrstuvwxyz0123456789-";

std::vector<std::string> split(std::string_view text) {
  const std::vector<std::string_view> found = contract::words(text);
  return {found.begin(), found.end()};
}

class Loader {
 public:
  Loader(std::string file, const Vocabulary& states) : states_(states) { scenario_.file = std::move(file); }

  Result<Scenario, std::vector<Problem>> load(std::string_view bytes) {
    wire::XmlLimits limits;
    limits.bytes = std::size_t{16} << 20;  // a day of traffic is a scenario as well
    const Result<wire::XmlDocument, contract::Violation> document = wire::XmlDocument::parse(bytes, limits);
    if (!document) {
      const contract::Violation& v = document.error();
      int line = 1;
      std::from_chars(v.place.data(), v.place.data() + v.place.size(), line);
      problem(line, fmt::format("this is not XML that can be read: {}{}{}", v.found.empty() ? "" : "found '" + v.found + "', ", v.wanted.en, v.rule.empty() ? "" : " [" + v.rule + "]"));
      return Failure{std::move(problems_)};
    }
    const wire::XmlNode root = document->root();
    const Element* row = find_element(root.local_name(), "");
    if (row == nullptr) {
      problem(root.line(), fmt::format("the file begins with <{}>; a scenario begins with <scenario>", root.name()));
      return Failure{std::move(problems_)};
    }
    Node tree = read(root, *row);
    build(std::move(tree));
    std::stable_sort(problems_.begin(), problems_.end(), [](const Problem& a, const Problem& b) { return a.line < b.line; });
    if (!problems_.empty()) return Failure{std::move(problems_)};
    return std::move(scenario_);
  }

 private:
  void problem(int line, std::string text) { problems_.push_back({scenario_.file, line, std::move(text)}); }

  // ---- against the table ----

  Node read(wire::XmlNode xml, const Element& row) {
    Node node;
    node.row = &row;
    node.line = xml.line();
    std::vector<std::string_view> refused;
    for (const wire::XmlAttribute& attribute : xml.attributes()) {
      if (!read_attribute(node, attribute)) refused.push_back(attribute.name);
    }
    node.flawed = std::any_of(refused.begin(), refused.end(), [&row](std::string_view name) { return find_attribute(row, name) != nullptr; });
    for (const Attribute& attribute : row.attributes) {
      const bool tried = std::find(refused.begin(), refused.end(), attribute.name) != refused.end();
      if (attribute.required && !tried && !node.has(attribute.name)) {
        problem(node.line, fmt::format("<{}> needs the attribute '{}' ({})", row.name, attribute.name, attribute.doc));
      }
    }
    std::string scratch;
    if (row.has_text) {
      for (const std::string& word : split(xml.text(scratch))) node.text += (node.text.empty() ? "" : " ") + word;
      if (node.text.empty()) problem(node.line, fmt::format("<{}> holds no text", row.name));
    } else if (xml.has_text()) {
      problem(node.line, fmt::format("<{}> holds text; it may hold elements and attributes only", row.name));
    }
    for (wire::XmlNode child = xml.first_child(); child; child = child.next()) read_child(node, child);
    return node;
  }

  void read_child(Node& parent, wire::XmlNode child) {
    const Element* row = find_element(child.local_name(), address(*parent.row));
    if (row != nullptr) {
      parent.children.push_back(read(child, *row));
      return;
    }
    std::vector<std::string> candidates;
    for (const Element& candidate : elements()) {
      if (find_element(candidate.name, address(*parent.row)) == &candidate) candidates.emplace_back(candidate.name);
    }
    const std::string near = nearest(child.local_name(), candidates);
    std::string elsewhere;
    for (const Element& candidate : elements()) {
      if (near.empty() && candidate.name == child.local_name()) elsewhere = fmt::format("; it belongs in <{}>", candidate.parents);
    }
    problem(child.line(), fmt::format("<{}> is not an element of <{}>{}{}", child.name(), parent.name(),
                                      near.empty() ? elsewhere : fmt::format(" (did you mean <{}>?)", near),
                                      candidates.empty() ? "; it holds no elements" : "; one of: " + joined(candidates)));
  }

  bool read_attribute(Node& node, const wire::XmlAttribute& xml) {
    if (xml.name.starts_with("xsi:")) return true;
    const Attribute* row = find_attribute(*node.row, xml.name);
    if (row == nullptr) {
      std::vector<std::string> candidates;
      for (const Attribute& candidate : node.row->attributes) candidates.emplace_back(candidate.name);
      const std::string near = nearest(xml.name, candidates);
      problem(xml.line, fmt::format("'{}' is not an attribute of <{}>{}{}", xml.name, node.name(),
                                    near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near),
                                    candidates.empty() ? "; it has none" : "; one of: " + joined(candidates)));
      return false;
    }
    const std::string_view value = meant(*row, xml.value);
    if (const std::string wrong = wrong_value(*row, value); !wrong.empty()) {
      problem(xml.line, fmt::format("{}=\"{}\" in <{}>: {}", xml.name, xml.value, node.name(), wrong));
      return false;
    }
    node.values.emplace_back(row->name, std::string(value));
    return true;
  }

  /// The value that an alias stands for, or what was written.
  static std::string_view meant(const Attribute& row, std::string_view written) {
    for (const Choice& choice : row.choices) {
      if (!choice.alias.empty() && choice.alias == written) return choice.value;
    }
    return written;
  }

  /// What is wrong with a value, and what would be right; empty when it is fine.
  static std::string wrong_value(const Attribute& row, std::string_view value) {
    const std::vector<std::string> allowed = allowed_values(row);
    if (!allowed.empty()) {
      if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return {};
      const std::string near = nearest(value, allowed);
      std::string list = allowed.size() > 12 ? fmt::format("see checkout-sim list {}", list_of(row.kind)) : "one of: " + joined(allowed);
      return fmt::format("'{}' is not {}{}", value, noun(row.kind),
                         near.empty() ? " (" + list + ")" : fmt::format(" (did you mean '{}'? {})", near, list));
    }
    bool ok = !value.empty();
    switch (row.kind) {
      case Kind::id: ok = only_of(value, id_letters); break;
      case Kind::states: ok = !split(value).empty(); break;
      case Kind::words: {
        const std::vector<std::string> all = split(value);
        ok = !all.empty() && std::all_of(all.begin(), all.end(), [](const std::string& word) { return only_of(word, id_letters); });
        break;
      }
      case Kind::roles: {
        for (const std::string& role : split(value)) {
          if (contract::parse_role(role)) continue;
          const std::vector<std::string> roles{"checkout", "nodo", "ec", "psp"};
          const std::string near = nearest(role, roles);
          return fmt::format("'{}' is not an actor{}; one of: {}", role, near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near), joined(roles));
        }
        ok = !split(value).empty();
        break;
      }
      case Kind::duration: ok = parse_duration(value).has_value(); break;
      case Kind::amount: ok = contract::parse_amount(value).has_value(); break;
      case Kind::notice: ok = value == "{random}" || (value.size() == 18 && only_of(value, digits)); break;
      case Kind::fiscal_code: ok = value.size() == 11 && only_of(value, digits); break;
      case Kind::number: ok = value.size() < 7 && only_of(value, digits) && value.find_first_not_of('0') != std::string_view::npos; break;
      case Kind::count: ok = value.size() < 7 && only_of(value, digits); break;
      case Kind::status: ok = value.size() == 3 && only_of(value, digits) && value >= "100" && value <= "599"; break;
      case Kind::cause: ok = parse_cause(value).has_value(); break;
      case Kind::value: {
        const Result<Value, std::string> parsed = parse_value(value);
        if (!parsed) return parsed.error();
        ok = true;
        break;
      }
      default: break;
    }
    return ok ? std::string{} : fmt::format("'{}' is not {}", value, describe(row.kind));
  }

  static std::string_view noun(Kind kind) {
    switch (kind) {
      case Kind::version: return "a version of the format that this program reads";
      case Kind::role: return "an actor";
      case Kind::primitive: return "a primitive";
      case Kind::leg: return "a leg of an exchange";
      case Kind::mishap: return "something that the network does";
      case Kind::outcome: return "an outcome";
      case Kind::machine: return "something that has states";
      case Kind::fault: return "a fault code of the catalogue";
      case Kind::rule: return "a rule of the catalogue";
      case Kind::silence: return "an open point";
      case Kind::setting: return "a setting";
    case Kind::defect: return "a defect that a message can have";
      case Kind::yes_no: return "yes or no";
      default: return "one of its values";
    }
  }
  static std::string_view list_of(Kind kind) {
    if (kind == Kind::fault) return "faults";
    if (kind == Kind::silence) return "silences";
    if (kind == Kind::defect) return "breaks";
    if (kind == Kind::choice) return "cards";  // the only choices that are too many to be listed in a mistake
    return kind == Kind::setting ? "settings" : "rules";
  }

  // ---- what the table cannot say ----

  void build(Node root) {
    scenario_.id = root.get("id");
    for (const std::string& role : split(root.get("judges"))) {
      if (const auto parsed = contract::parse_role(role)) scenario_.judges.push_back(*parsed);
    }
    scenario_.tags = split(root.get("tags"));
    scenario_.fails = root.get("fails");
    scenario_.skip = root.get("skip");
    scenario_.registry = contract::built_in_registry();
    invite_magic_psps(root);
    std::map<std::string_view, int> seen;
    for (Node& child : root.children) {
      const std::string_view name = child.name();
      if (name == "title") prose(scenario_.title, child, true);
      else if (name == "about") prose(scenario_.about, child, false);
      else if (name == "silent") silent(child);
      else if (name == "setting") setting(child);
      else if (name == "ec") creditor(child);
      else if (name == "metadata-key") scenario_.registry.metadata_keys.push_back({std::string(child.get("name")), std::string(child.get("from")), std::string(child.get("to"))});
      else if (name == "psp") provider(child);
      else if (name == "checkout") touchpoint(child);
      else if (name == "notice") notices_.push_back(&child);
      else if (name == "steps" || name == "expect") {
        if (++seen[name] > 1) problem(child.line, fmt::format("<{}> stands here a second time; put everything in the first", name));
      }
    }
    for (const Node* node : notices_) notice(*node);
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
    if (!acts && problems_.empty()) problem(root.line, "nothing happens: <steps> needs a <pay>, a <verify> or a <send>");
    for (const Node& node : scenario_.expectations) check_expectation(node);
    if (!scenario_.fails.empty() && problems_.empty()) {
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

  void creditor(const Node& node) {
    const std::string code(node.get("code"));
    if (code.empty()) return;
    contract::CreditorInstitution* ec = scenario_.registry.creditor(code);
    if (ec == nullptr) {
      ec = &scenario_.registry.creditors.emplace_back();
      ec->fiscalCode = code;
      ec->companyName = "EC " + code;
      ec->stations.push_back({.idStation = code + "_01", .idBrokerPA = code, .codes = {}});
      ec->ibans = {"IT60X0542811101000000123456"};
    }
    if (node.has("name")) ec->companyName = node.get("name");
    if (node.has("iban")) ec->ibans = {std::string(node.get("iban"))};
    if (node.has("enabled")) ec->enabled = node.get("enabled") == "yes";
    const std::uint32_t stations = node.number("stations", static_cast<std::uint32_t>(ec->stations.size()));
    while (ec->stations.size() < stations) {
      contract::Station more = ec->stations.front();
      more.idStation = more.idBrokerPA + fmt::format("_{}", 20 + ec->stations.size());
      ec->stations.push_back(std::move(more));
    }
    for (contract::Station& station : ec->stations) {
      if (node.has("broadcast")) station.broadcast = node.get("broadcast") == "yes";
      if (node.has("station-enabled")) station.enabled = node.get("station-enabled") == "yes";
      if (node.has("broker-enabled")) station.broker_enabled = node.get("broker-enabled") == "yes";
      if (node.has("codes")) station.codes = node.get("codes");
      if (node.has("version")) station.primitive_version = version_in(node);
      if (node.has("standin")) station.standin = node.get("standin") == "yes";
    }
    for (const Node& child : node.children) this->station(*ec, child);
  }

  static int version_in(const Node& node) { return node.get("version") == "2" ? 2 : 1; }

  static void station(contract::CreditorInstitution& ec, const Node& node) {
    if (node.flawed) return;
    auto found = std::find_if(ec.stations.begin(), ec.stations.end(), [&](const contract::Station& s) { return s.idStation == node.get("id"); });
    if (found == ec.stations.end()) {
      contract::Station fresh{.idStation = std::string(node.get("id")), .idBrokerPA = ec.stations.front().idBrokerPA, .codes = {}};
      found = ec.stations.insert(ec.stations.end(), std::move(fresh));
    }
    if (node.has("broker")) found->idBrokerPA = node.get("broker");
    if (node.has("codes")) found->codes = node.get("codes");
    if (node.has("version")) found->primitive_version = version_in(node);
    if (node.has("broadcast")) found->broadcast = node.get("broadcast") == "yes";
    if (node.has("enabled")) found->enabled = node.get("enabled") == "yes";
    if (node.has("broker-enabled")) found->broker_enabled = node.get("broker-enabled") == "yes";
    if (node.has("standin")) found->standin = node.get("standin") == "yes";
  }

  void provider(const Node& node) {
    const std::string id(node.get("id"));
    if (id.empty()) return;
    contract::PaymentServiceProvider* psp = scenario_.registry.psp(id);
    if (psp == nullptr) {
      if (!node.has("code")) {
        problem(node.line, fmt::format("the PSP '{}' is new: it needs a code (known ones: {})", id, known_psps()));
        return;
      }
      const std::string code(node.get("code"));
      psp = &scenario_.registry.psps.emplace_back();
      *psp = {id, "PSP " + id, code, code, code, {{code + "_02", "pwd_sim_0001", true, false}}};
    }
    if (node.has("name")) psp->businessName = node.get("name");
    if (node.has("enabled")) psp->enabled = node.get("enabled") == "yes";
    if (node.has("broker-enabled")) psp->broker_enabled = node.get("broker-enabled") == "yes";
    if (node.has("extended-faults")) psp->extended_fault_bean = node.get("extended-faults") == "yes";
    for (contract::Channel& channel : psp->channels) {
      if (node.has("channel-enabled")) channel.enabled = node.get("channel-enabled") == "yes";
      if (node.has("version")) channel.primitive_version = version_in(node);
      if (node.has("methods")) channel.methods = node.get("methods");
      if (node.has("card-data")) channel.wants_card_data = node.get("card-data") == "yes";
      if (node.has("stamps")) channel.takes_stamps = node.get("stamps") == "yes";
    }
  }

  void touchpoint(const Node& node) {
    contract::TouchpointIdentity& self = scenario_.registry.checkout;
    if (node.has("password")) self.password = node.get("password");
    if (node.has("channel")) self.idChannel = node.get("channel");
    if (node.has("psp")) self.idPSP = node.get("psp");
  }

  std::string known_ecs() const {
    std::vector<std::string> out;
    for (const auto& ec : scenario_.registry.creditors) out.push_back(ec.fiscalCode);
    return joined(out);
  }
  std::string known_psps() const {
    std::vector<std::string> out;
    for (const auto& psp : scenario_.registry.psps) {
      if (takes_payments(psp)) out.push_back(psp.idPSP);
    }
    return joined(out);
  }
  /// Whether closePayment may name it: it has a channel that is not for payments begun at the PSP.
  static bool takes_payments(const contract::PaymentServiceProvider& psp) {
    return std::any_of(psp.channels.begin(), psp.channels.end(), [](const contract::Channel& c) { return !c.activated_at_psp; });
  }
  void check_ec(int line, std::string_view code) {
    if (!code.empty() && scenario_.registry.creditor(code) == nullptr) {
      problem(line, fmt::format("no EC has the code '{}'; known: {} (or declare it with <ec code=\"{}\"/>)", code, known_ecs(), code));
    }
  }

  void notice(const Node& node) {
    contract::DebtPosition position;
    if (node.flawed) return;
    position.noticeNumber = node.get("number");
    for (const contract::DebtPosition& other : scenario_.positions) {
      const bool same = other.noticeNumber == position.noticeNumber && other.fiscalCode == node.get("ec", contract::default_ec);
      if (same && position.noticeNumber != "{random}") problem(node.line, fmt::format("the notice {} is declared a second time", position.noticeNumber));
    }
    position.fiscalCode = node.get("ec", contract::default_ec);
    check_ec(node.line, position.fiscalCode);
    position.amount = contract::parse_amount(node.get("amount")).value_or(contract::Amount{});
    position.amount_at_activation = contract::parse_amount(node.get("at-activation"));
    position.state = node.get("state", "open");
    if (node.has("description")) position.description = node.get("description");
    position.dueDate = node.get("due");
    contract::Amount sum;
    for (const Node& child : node.children) {
      if (child.name() == "metadata") {
        position.metadata.emplace_back(child.get("key"), child.get("value"));
        continue;
      }
      check_ec(child.line, child.get("ec"));
      const contract::Amount part = contract::parse_amount(child.get("amount")).value_or(contract::Amount{});
      contract::DebtTransfer& transfer = position.transfers.emplace_back(contract::DebtTransfer{std::string(child.get("ec")), std::string(child.get("iban")), part});
      transfer.stamp = child.get("stamp") == "yes";
      for (const Node& entry : child.children) transfer.metadata.emplace_back(entry.get("key"), entry.get("value"));
      sum = sum + part;
    }
    const contract::Amount due = position.amount_at_activation.value_or(position.amount);
    const bool told_already = std::any_of(node.children.begin(), node.children.end(), [](const Node& child) { return child.flawed; });
    if (!position.transfers.empty() && sum != due && !told_already) {
      problem(node.line, fmt::format("the transfers add up to {}, not to {}; for an EC that gets this wrong use <answer by=\"ec\" ...><set .../></answer>",
                                     contract::to_text(sum), contract::to_text(due)));
    }
    if (position.transfers.size() > 5) problem(node.line, "a notice has at most 5 transfers");
    scenario_.positions.push_back(std::move(position));
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
    if (!known) problem(line, fmt::format("nobody is called '{}'; ECs: {}; PSPs: {}", id, known_ecs(), known_psps()));
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
      const contract::PaymentServiceProvider* psp = scenario_.registry.psp(node.get("psp"));
      const bool at_psp = node.get("by") == "psp";
      if (node.has("psp") && (psp == nullptr || (!at_psp && !takes_payments(*psp)))) {
        problem(node.line, fmt::format("no PSP is called '{}' that a user can choose; known: {}", node.get("psp"), known_psps()));
      }
      if (!node.has("notice") && !node.has("typed-notice") && notices_.empty()) {
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
  std::vector<Problem> problems_;
  std::vector<const Node*> notices_;
};

}  // namespace

Result<Scenario, std::vector<Problem>> load(const std::string& file, std::string_view bytes, const Vocabulary& states) {
  return Loader(file, states).load(bytes);
}

}  // namespace sim::scenario
