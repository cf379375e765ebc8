#include "sim/ledger.hpp"

#include <optional>

#include "sim/contract/subjects.hpp"

namespace sim {
namespace {

using contract::Leg;
using contract::Outcome;

// clang-format off
constexpr LedgerRule table[] = {
  {"LED-01", "una ricevuta solo di ciò che è pagato", "a receipt only of what was paid"},
  {"LED-02", "nessuno paga due volte lo stesso avviso", "nobody pays twice for one notice"},
  {"LED-03", "la ricevuta ha l'importo dell'attivazione", "the receipt has the amount of the activation"},
};
// clang-format on

std::optional<contract::Amount> receipted(const contract::Message& message) {
  return std::visit(
      [](const auto& said) -> std::optional<contract::Amount> {
        if constexpr (requires { said.receipt.paymentAmount.cents; }) return said.receipt.paymentAmount;
        else return std::nullopt;
      },
      message);
}

}  // namespace

std::span<const LedgerRule> ledger_rules() { return table; }

Ledger::Ledger(const contract::Registry& /*registry*/, const contract::Settings& /*settings*/) {}

void Ledger::post(const std::string& from, const std::string& to, std::int64_t cents) {
  accounts_[from] -= cents;
  accounts_[to] += cents;
}

void Ledger::breaks(std::string_view rule, const Party& who, bool scripted, Told expected, Told found) {
  breaches_.push_back({rule, who, at_, now_, std::move(expected), std::move(found), scripted});
}

void Ledger::see(std::size_t index, const Entry& entry) {
  at_ = index;
  now_ = entry.at;
  if (const auto* hop = std::get_if<Hop>(&entry.what)) {
    const auto* body = std::get_if<Body>(&hop->said);
    if (body == nullptr) return;
    if (hop->leg == Leg::request && (hop->stage == Hop::Stage::sent || hop->stage == Hop::Stage::received)) asked_[hop->exchange] = *body;
    if (hop->stage != Hop::Stage::sent) return;
    if (hop->leg == Leg::request) request(*hop, **body);
    else answer(*hop, **body);
  } else if (const auto* commanded = std::get_if<Commanded>(&entry.what)) {
    if (commanded->command.verb == "send") sends_.insert(commanded->command.id);
  }
}

void Ledger::request(const Hop& hop, const contract::Message& said) {
  if (!is_receipt(hop.primitive)) return;
  const bool scripted = hop.rule_line != 0 || sends_.contains(hop.cause);
  for (const std::string& name : tokens_of(said)) {
    const Token& token = tokens_[name];
    if (!token.paid) breaks("LED-01", hop.from, scripted, {"una ricevuta solo di ciò che è pagato", "a receipt only of what was paid"}, {"non è pagato", "it was not paid"});
    const std::optional<contract::Amount> amount = receipted(said);
    if (token.known && amount && amount->cents != token.amount) {
      breaks("LED-03", hop.from, scripted, {"l'importo dell'attivazione", "the amount of the activation"}, {"la ricevuta ne ha un altro", "the receipt has another"});
    }
  }
}

void Ledger::answer(const Hop& hop, const contract::Message& said) {
  const auto found = asked_.find(hop.exchange);
  if (found == asked_.end()) return;
  const contract::Message& question = *found->second;
  const bool ok = contract::outcome_of(said) == Outcome::OK;
  const bool asked_ok = contract::outcome_of(question) == Outcome::OK;
  if (is_activation(hop.primitive)) {
    const auto name = contract::text_at(said, "paymentToken");
    const auto text = contract::text_at(said, "totalAmount");
    const auto amount = text ? contract::parse_amount(*text) : std::nullopt;
    if (!ok || !name || !amount) return;
    Token& token = tokens_[*name];
    token.known = true;
    token.amount = amount->cents;
    token.notice = notice_of(question);
    return;
  }
  for (const std::string& name : tokens_of(question)) {
    Token& token = tokens_[name];
    if (is_close(hop.primitive) && ok && asked_ok && !token.closed) {
      token.closed = true;
      post("user", "gateway", token.amount);
    } else if (is_outcome(hop.primitive) && asked_ok && !token.paid) {
      const contract::CtFaultBean* fault = contract::fault_of(said);
      const bool late = fault != nullptr && fault->faultCode == "PPT_TOKEN_SCADUTO" && !token.closed;
      if (!ok && !late) continue;
      token.paid = true;
      post(token.closed ? "gateway" : "user", "psp", token.amount);
      if (!ok || token.notice.empty()) continue;
      const auto [payer, first] = payer_.emplace(token.notice, name);
      if (!first && payer->second != name) {
        breaks("LED-02", hop.from, hop.rule_line != 0 || sends_.contains(hop.cause), {"un solo pagamento di un avviso", "one payment of a notice"}, {"ne è accettato un altro", "another one is accepted"});
      }
    } else if (is_receipt(hop.primitive) && ok && token.receipted.insert(hop.from.id).second && token.receipted.size() == 1) {
      post("psp", "receipts", token.amount);
    }
  }
}

void Ledger::finish(bool /*cut_short*/) {}

}  // namespace sim
