#include "sim/scenario/declarations.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace sim::scenario {
namespace {

int version_in(const Node& node) { return node.get("version") == "2" ? 2 : 1; }

void store(const Node& node, std::string_view attribute, bool& into) {
  if (node.has(attribute)) into = node.get(attribute) == "yes";
}
void store(const Node& node, std::string_view attribute, std::string& into) {
  if (node.has(attribute)) into = node.get(attribute);
}

bool holds(const Node& node, std::string_view child) {
  return std::any_of(node.children.begin(), node.children.end(), [&](const Node& n) { return n.name() == child; });
}

constexpr std::string_view account_of_new_ones = "IT60X0542811101000000123456";
constexpr std::string_view password_of_new_ones = "pwd_sim_0001";

}  // namespace

bool takes_payments(const contract::PaymentServiceProvider& psp) {
  return std::any_of(psp.channels.begin(), psp.channels.end(), [](const contract::Channel& c) { return !c.activated_at_psp; });
}

std::string Declarations::known_ecs() const {
  std::vector<std::string> out;
  for (const auto& ec : registry_.creditors) out.push_back(ec.fiscalCode);
  return joined(out);
}

std::string Declarations::known_psps() const {
  std::vector<std::string> out;
  for (const auto& psp : registry_.psps) {
    if (takes_payments(psp)) out.push_back(psp.idPSP);
  }
  return joined(out);
}

bool Declarations::is_first(const std::string& what, int line) {
  const auto [place, first] = lines_.emplace(what, line);
  if (!first) problems_.add(line, fmt::format("{} is declared a second time: it stands in line {} already; keep one of them", place->first, place->second));
  return first;
}

void Declarations::check_ec(int line, std::string_view code) {
  if (!code.empty() && registry_.creditor(code) == nullptr) {
    problems_.add(line, fmt::format("no EC has the code '{}'; known: {} (or declare it with <ec code=\"{}\"/>)", code, known_ecs(), code));
  }
}

void Declarations::creditor(const Node& node) {
  const std::string code(node.get("code"));
  if (code.empty()) return;
  if (declares_ && !is_first("the EC " + code, node.line)) return;
  contract::CreditorInstitution* ec = registry_.creditor(code);
  const bool fresh = ec == nullptr || declares_;
  if (ec == nullptr) ec = &registry_.creditors.emplace_back();
  if (fresh) *ec = {code, "EC " + code, {{.idStation = code + "_01", .idBrokerPA = code, .codes = {}}}, {std::string(account_of_new_ones)}};
  store(node, "name", ec->companyName);
  if (node.has("iban") && holds(node, "iban")) problems_.add(node.line, fmt::format("the accounts of EC {} are said twice: keep iban=\"...\" or the <iban> elements", code));
  if (node.has("iban")) ec->ibans = {std::string(node.get("iban"))};
  store(node, "enabled", ec->enabled);
  const std::uint32_t stations = node.number("stations", static_cast<std::uint32_t>(ec->stations.size()));
  while (ec->stations.size() < stations) {
    contract::Station more = ec->stations.front();
    more.idStation = more.idBrokerPA + fmt::format("_{}", 20 + ec->stations.size());
    ec->stations.push_back(std::move(more));
  }
  for (contract::Station& station : ec->stations) {
    store(node, "broadcast", station.broadcast);
    store(node, "station-enabled", station.enabled);
    store(node, "broker-enabled", station.broker_enabled);
    store(node, "codes", station.codes);
    if (node.has("version")) station.primitive_version = version_in(node);
    store(node, "standin", station.standin);
  }
  // An EC that is declared with stations of its own has those alone, and they begin with what is said of the EC.
  contract::Station model{.idStation = {}, .idBrokerPA = ec->stations.front().idBrokerPA, .codes = {}};
  if (declares_) model = ec->stations.front();
  if (declares_ && holds(node, "station")) ec->stations.clear();
  if (holds(node, "iban")) ec->ibans.clear();
  for (const Node& child : node.children) {
    if (child.name() == "station") station(*ec, child, model);
    if (child.name() == "iban" && !child.flawed) ec->ibans.emplace_back(child.get("code"));
  }
}

void Declarations::station(contract::CreditorInstitution& ec, const Node& node, const contract::Station& model) {
  const std::string_view id = node.get("id");
  if (node.flawed || id.empty()) return;
  if (declares_ && !is_first(fmt::format("the station '{}' of EC {}", id, ec.fiscalCode), node.line)) return;
  auto found = std::find_if(ec.stations.begin(), ec.stations.end(), [&](const contract::Station& s) { return s.idStation == id; });
  if (found == ec.stations.end()) {
    found = ec.stations.insert(ec.stations.end(), model);
    found->idStation = id;
  }
  store(node, "broker", found->idBrokerPA);
  store(node, "codes", found->codes);
  if (node.has("version")) found->primitive_version = version_in(node);
  store(node, "broadcast", found->broadcast);
  store(node, "enabled", found->enabled);
  store(node, "broker-enabled", found->broker_enabled);
  store(node, "standin", found->standin);
}

void Declarations::provider(const Node& node) {
  const std::string id(node.get("id"));
  if (id.empty()) return;
  if (declares_ && !is_first(fmt::format("the PSP '{}'", id), node.line)) return;
  contract::PaymentServiceProvider* psp = registry_.psp(id);
  const bool fresh = psp == nullptr || declares_;
  if (fresh && !node.has("code")) {
    if (node.flawed) return;
    problems_.add(node.line, declares_ ? fmt::format("the PSP '{}' needs code=\"...\", its fiscal code: without it its channels have no broker", id)
                                       : fmt::format("the PSP '{}' is new: it needs a code (known ones: {})", id, known_psps()));
    return;
  }
  if (psp == nullptr) psp = &registry_.psps.emplace_back();
  const std::string code(node.get("code"));
  if (fresh) {
    *psp = {id, "PSP " + id, code, code, code, {{code + "_02", std::string(password_of_new_ones), true, false}}};
    if (declares_) psp->channels.push_back({code + "_09", std::string(password_of_new_ones), true, true});
  }
  store(node, "name", psp->businessName);
  store(node, "broker", psp->idBrokerPSP);
  store(node, "enabled", psp->enabled);
  store(node, "broker-enabled", psp->broker_enabled);
  store(node, "extended-faults", psp->extended_fault_bean);
  for (contract::Channel& channel : psp->channels) {
    store(node, "channel-enabled", channel.enabled);
    if (node.has("version")) channel.primitive_version = version_in(node);
    store(node, "methods", channel.methods);
    store(node, "card-data", channel.wants_card_data);
    store(node, "stamps", channel.takes_stamps);
  }
  contract::Channel model{{}, std::string(password_of_new_ones)};
  if (declares_) model = psp->channels.front();
  if (declares_ && holds(node, "channel")) psp->channels.clear();
  for (const Node& child : node.children) {
    if (child.name() == "channel") channel(*psp, child, model);
  }
}

void Declarations::channel(contract::PaymentServiceProvider& psp, const Node& node, const contract::Channel& model) {
  const std::string_view id = node.get("id");
  if (node.flawed || id.empty()) return;
  if (declares_ && !is_first(fmt::format("the channel '{}' of PSP '{}'", id, psp.idPSP), node.line)) return;
  auto found = std::find_if(psp.channels.begin(), psp.channels.end(), [&](const contract::Channel& c) { return c.idChannel == id; });
  if (found == psp.channels.end()) {
    found = psp.channels.insert(psp.channels.end(), model);
    found->idChannel = id;
  }
  store(node, "password", found->password);
  if (node.has("version")) found->primitive_version = version_in(node);
  store(node, "methods", found->methods);
  store(node, "activated-at-psp", found->activated_at_psp);
  store(node, "enabled", found->enabled);
  store(node, "card-data", found->wants_card_data);
  store(node, "stamps", found->takes_stamps);
}

void Declarations::touchpoint(const Node& node) {
  contract::TouchpointIdentity& self = registry_.checkout;
  store(node, "password", self.password);
  store(node, "channel", self.idChannel);
  store(node, "psp", self.idPSP);
}

void Declarations::metadata_key(const Node& node) {
  if (declares_ && !is_first(fmt::format("the metadata key '{}'", node.get("name")), node.line)) return;
  registry_.metadata_keys.push_back({std::string(node.get("name")), std::string(node.get("from")), std::string(node.get("to"))});
}

void Declarations::notice(const Node& node) {
  contract::DebtPosition position;
  if (node.flawed) return;
  position.noticeNumber = node.get("number");
  for (const contract::DebtPosition& other : positions_) {
    const bool same = other.noticeNumber == position.noticeNumber && other.fiscalCode == node.get("ec", contract::default_ec);
    if (same && position.noticeNumber != "{random}") problems_.add(node.line, fmt::format("the notice {} is declared a second time", position.noticeNumber));
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
    problems_.add(node.line, fmt::format("the transfers add up to {}, not to {}; for an EC that gets this wrong use <answer by=\"ec\" ...><set .../></answer>",
                                   contract::to_text(sum), contract::to_text(due)));
  }
  if (position.transfers.size() > 5) problems_.add(node.line, "a notice has at most 5 transfers");
  positions_.push_back(std::move(position));
}

}  // namespace sim::scenario
