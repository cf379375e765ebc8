#include "sim/ledger.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "sim/contract/subjects.hpp"
#include "sim/hash.hpp"

namespace sim {
namespace {

using contract::Amount;
using contract::Leg;
using contract::Outcome;
using contract::sum_in;
using contract::Sum;
using contract::to_text;
using Stage = Hop::Stage;

// clang-format off
constexpr LedgerRule table[] = {
  {"LED-01", "una ricevuta solo di ciò che è pagato", "a receipt only of what was paid"},
  {"LED-02", "nessuno paga due volte lo stesso avviso", "nobody pays twice for one notice"},
  {"LED-03", "la ricevuta ha l'importo e i transfer dell'attivazione", "the receipt has the amount and the transfers of the activation"},
  {"LED-04", "una ricevuta solo a chi ha parte nel pagamento", "a receipt only to who has part in the payment"},
  {"LED-05", "chi ne ha diritto riceve la ricevuta di ciò che è pagato", "who is entitled to it gets the receipt of what was paid"},
  {"LED-06", "una ricevuta presa non parte di nuovo", "a receipt that was taken does not leave again"},
  {"LED-07", "si attiva l'importo dell'EC, che è la somma dei transfer", "what is activated is the EC's amount, which is the sum of the transfers"},
  {"LED-08", "si chiude la somma degli avvisi più la commissione", "what is closed is the sum of the notices and the fee"},
  {"LED-09", "la notifica ha gli importi dell'attivazione e della chiusura", "the notification has the amounts of activation and close"},
  {"LED-10", "l'esito ha la commissione della notifica", "the outcome has the fee of the notification"},
  {"LED-11", "si chiude OK solo ciò che il gateway ha addebitato", "only what the gateway charged is closed OK"},
  {"LED-12", "lo storno è di quanto è stato addebitato", "the storno is of what was charged"},
  {"LED-13", "lo storno si chiede e si esegue una volta sola", "the storno is asked for and executed once"},
  {"LED-14", "non si storna ciò che è pagato, né si paga ciò che è stornato", "what is paid is not given back, nor what was given back paid"},
  {"LED-15", "chi ha pagato per nulla riha il denaro", "who paid for nothing has the money back"},
  {"LED-16", "il risultato dice ciò che è accaduto al pagamento", "the result says what became of the payment"},
  {"LED-17", "chi paga allo sportello ha l'attestazione o il denaro", "who pays at the counter has the certificate or the money"},
};
// clang-format on

enum class Kind : std::uint8_t { other, get, activation, close, notification, outcome, receipt, result, cart };

Kind kind_of(PrimitiveId id) {
  if (contract::is_get(id)) return Kind::get;
  if (contract::is_activation(id)) return Kind::activation;
  if (contract::is_close(id)) return Kind::close;
  if (contract::is_notify(id)) return Kind::notification;
  if (contract::is_outcome(id)) return Kind::outcome;
  if (contract::is_receipt(id)) return Kind::receipt;
  if (contract::is_result(id)) return Kind::result;
  return id == PrimitiveId::cartsV1 || id == PrimitiveId::cartsV2 ? Kind::cart : Kind::other;
}

/// The fee that a message names, wherever its kind keeps it.
std::optional<Amount> fee_in(const contract::Message& message) {
  return std::visit(
      [](const auto& said) -> std::optional<Amount> {
        if constexpr (requires { said.bancomatpayPayment->fee; }) {
          if (said.creditCardPayment) return said.creditCardPayment->fee;
          if (said.paypalPayment) return said.paypalPayment->fee;
          if (said.bancomatpayPayment) return said.bancomatpayPayment->fee;
          if (!said.additionalPaymentInformations || !said.additionalPaymentInformations->metadata) return std::nullopt;
          for (const auto& entry : said.additionalPaymentInformations->metadata->mapEntry) {
            if (entry.key == "fee") return contract::parse_amount(entry.value);
          }
          return std::nullopt;
        } else if constexpr (requires { said.details->fee.cents; }) {
          if (said.details) return said.details->fee;
          return std::nullopt;
        } else if constexpr (requires { said.fee; }) {
          return said.fee;
        } else {
          return std::nullopt;
        }
      },
      message);
}
/// The whole sum of a close or of a notification.
std::optional<Amount> total_in(const contract::Message& message) {
  return std::visit(
      [](const auto& said) -> std::optional<Amount> {
        if constexpr (requires { said.bancomatpayPayment->totalAmount; }) {
          if (said.creditCardPayment) return said.creditCardPayment->totalAmount;
          if (said.paypalPayment) return said.paypalPayment->totalAmount;
          if (said.bancomatpayPayment) return said.bancomatpayPayment->totalAmount;
          return std::nullopt;
        } else if constexpr (requires { said.totalAmount; }) {
          return said.totalAmount;
        } else {
          return std::nullopt;
        }
      },
      message);
}
/// The transaction that a close belongs to: its own number in version 2, the PSP's in version 1.
std::string_view transaction_of(const contract::Message& message) {
  if (const auto* v2 = std::get_if<contract::ClosePaymentV2Request>(&message)) return v2->transactionId ? std::string_view(*v2->transactionId) : std::string_view();
  const auto* v1 = std::get_if<contract::ClosePaymentV1Request>(&message);
  return v1 != nullptr && v1->pspTransactionId ? std::string_view(*v1->pspTransactionId) : std::string_view();
}
std::string_view station_in(const contract::Message& message) {
  return std::visit(
      [](const auto& said) -> std::string_view {
        if constexpr (requires { said.receipt; said.idStation.size(); }) return said.idStation;
        else return {};
      },
      message);
}
std::string_view token_in(const contract::Message& message) {
  return std::visit(
      [](const auto& said) -> std::string_view {
        if constexpr (requires { said.totalAmount; *said.paymentToken; }) return said.paymentToken ? std::string_view(*said.paymentToken) : std::string_view();
        else return {};
      },
      message);
}

}  // namespace

std::span<const LedgerRule> ledger_rules() { return table; }

const LedgerRule* find_ledger_rule(std::string_view id) {
  const auto found = std::find_if(std::begin(table), std::end(table), [&](const LedgerRule& rule) { return rule.id == id; });
  return found == std::end(table) ? nullptr : found;
}

/// Everything that is known. Small vectors, searched from the back: what is spoken of is nearly always recent.
struct Ledger::Books {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  struct Token {
    Body said;               ///< the message that first named it: keeps the name alive
    std::string_view name;
    std::uint64_t hash = 0;
    std::uint64_t notice = 0;  ///< hash of it; 0: unknown
    Body asked, due;         ///< the activation, and the EC's answer that it stands for
    std::optional<Amount> amount, fee_told, collected;
    std::size_t attempt = none;  ///< the transaction whose close OK was accepted
    std::size_t psp = none, entry = 0;
    bool at_checkout = false;    ///< Checkout was given it
    bool closed = false, accepted = false, paid = false;
    bool late = false;           ///< acquired though answered KO: a Nodo may, and then its receipt shows it
    bool unclear = false;        ///< the scenario spoke for the Nodo: what it decided is unknown
    bool receipt_left = false, result_judged = false;
    bool heard_ok = false, heard_duplicate = false, certified = false, returned = false, reported = false;
  };
  /// One user's attempt to pay through Checkout.
  struct Attempt {
    std::shared_ptr<const std::string> id;
    std::vector<std::size_t> tokens;
    std::optional<Amount> fee;     ///< as Checkout said it by itself
    std::optional<Amount> closed_total, closed_fee;  ///< of the close that was accepted
    std::optional<Amount> posted;  ///< charged, in the books
    std::size_t entry = 0;
    bool noted = false;            ///< the gateway's part of it is known
    bool sure = false;             ///< its tokens are known
    bool charged = false;
    bool in_doubt = false;         ///< the session ended before the gateway was heard [storno R4]
    bool due_back = false;         ///< in doubt, and yet the card is one that was charged
    bool requested = false, refunded = false, wrong_amount = false, fee_posted = false;
    bool manual = false, manual_storno = false;
    bool unheard = false;          ///< a close of it got no answer
    bool excused = false;          ///< and a later one was refused: the money may go back all the same [SIL-66]
    bool told_ok = false, told_ko = false, scripted = false;
    bool told_by_order = false;    ///< the scenario said KO in the Nodo's place
  };
  struct Copy {
    std::size_t token;
    const contract::CreditorInstitution* ec;
    Body said;
    std::int64_t attempts = 0;
    bool taken = false, refused = false, heard_ok = false;
  };
  struct Talk {
    ExchangeId id;
    Body asked;
    std::size_t attempt = none;
    bool answered = false, over = false;
  };
  struct Due {
    std::uint64_t notice;
    Body said;
  };

  Books(const contract::Registry& names, const contract::Settings& settings)
      : registry(&names),
        receipt_retries(settings.receipt_retries),
        crash_before_refund(settings.crash_before_refund),
        gateway_is_quick(settings.gateway_time <= settings.refund_not_before),
        balance(2 + names.psps.size() + 1 + 2 * (names.creditors.size() + 1)) {}

  const contract::Registry* registry;
  std::int64_t receipt_retries;
  bool crash_before_refund, gateway_is_quick;
  bool only_good_cards = true;    ///< every order to pay so far was by a card that is charged
  bool gateway_calls = true;      ///< and of which the gateway tells by itself, however late
  bool jobs_by_order = false;     ///< somebody made the Nodo send receipts out of their time
  std::optional<Amount> one_fee;  ///< of every order to pay so far
  bool fees_differ = false;
  std::size_t at = 0;
  Instant now;
  std::vector<Token> tokens;
  std::vector<Attempt> attempts;
  std::vector<Copy> copies;
  std::vector<Talk> talks;
  std::vector<Due> dues;
  std::vector<std::uint64_t> cart;  ///< notices of the latest
  std::vector<CommandId> sends;
  std::vector<std::int64_t> balance;
  std::vector<Breach> breaches;

  // ---- accounts ----
  static constexpr std::size_t user = 0, gateway = 1;
  [[nodiscard]] std::size_t psp_account(std::size_t psp) const { return 2 + std::min(psp, registry->psps.size()); }
  [[nodiscard]] std::size_t ec_account(std::string_view code, bool receipts) const {
    const auto& all = registry->creditors;
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& ec) { return ec.fiscalCode == code; });
    return 2 + registry->psps.size() + 1 + (receipts ? all.size() + 1 : 0) + static_cast<std::size_t>(found - all.begin());
  }
  void post(std::size_t from, std::size_t to, Amount amount) {
    balance[from] -= amount.cents;
    balance[to] += amount.cents;
  }
  [[nodiscard]] std::map<std::string, std::int64_t> accounts() const {
    std::map<std::string, std::int64_t> out{{"user", balance[user]}, {"gateway", balance[gateway]}};
    std::size_t i = gateway;
    for (const auto& psp : registry->psps) out["psp " + psp.idPSP] = balance[++i];
    out["psp ?"] = balance[++i];
    for (const char* what : {"owed to ec ", "receipts of ec "}) {
      for (const auto& ec : registry->creditors) out[what + ec.fiscalCode] = balance[++i];
      out[std::string(what) + "?"] = balance[++i];
    }
    return out;
  }

  // ---- breaches ----
  void breaks(std::string_view rule, Party who, bool scripted, Told expected, Told found) { breaks_at(at, rule, std::move(who), scripted, std::move(expected), std::move(found)); }
  void breaks_at(std::size_t entry, std::string_view rule, Party who, bool scripted, Told expected, Told found) {
    breaches.push_back({rule, std::move(who), entry, now, std::move(expected), std::move(found), scripted});
  }
  static std::string euro(std::optional<Amount> amount) { return amount ? to_text(*amount) : "?"; }
  static std::string euro(const std::optional<Sum>& sum) {
    if (!sum) return "?";
    std::string out = to_text(sum->total);
    for (const auto& [ec, amount] : sum->parts) {
      if (!ec.empty()) out += fmt::format(" {} {}:{}", &ec == &sum->parts[0].first ? "=" : "+", ec, to_text(amount));
    }
    return out;
  }
  [[nodiscard]] static std::string notice_text(const Token& token) { return token.asked != nullptr ? contract::notice_of(*token.asked) : "?"; }
  [[nodiscard]] std::string tokens_text(const Attempt& attempt) const {
    std::string out;
    for (const std::size_t i : attempt.tokens) out += (out.empty() ? "" : " ") + std::string(tokens[i].name);
    return out.empty() ? "?" : out;
  }
  [[nodiscard]] Party psp_of(const Token& token) const { return {Role::psp, token.psp < registry->psps.size() ? registry->psps[token.psp].idPSP : std::string()}; }
  static Party nodo() { return {Role::nodo, {}}; }
  static Party checkout() { return {Role::checkout, {}}; }

  // ---- looking up ----
  [[nodiscard]] bool is_ordered(const Hop& hop) const { return hop.cause != 0 && std::find(sends.begin(), sends.end(), hop.cause) != sends.end(); }
  /// Whether the scenario made its sender say so. Who answers an ordered question is under nobody's orders.
  [[nodiscard]] bool is_scripted(const Hop& hop) const { return hop.rule_line != 0 || (hop.leg == Leg::request && is_ordered(hop)); }

  [[nodiscard]] std::size_t find_token(std::string_view name) const {
    const std::uint64_t hash = hash_of(name);
    for (std::size_t i = tokens.size(); i-- > 0;) {
      if (tokens[i].hash == hash && tokens[i].name == name) return i;
    }
    return none;
  }
  std::size_t token_of(const Body& said, std::string_view name) {
    const std::size_t found = find_token(name);
    if (found != none) return found;
    Token& token = tokens.emplace_back();
    token.said = said;
    token.name = name;
    token.hash = hash_of(name);
    return tokens.size() - 1;
  }
  /// Hands every token that the request names to `take`.
  template <class F>
  void each(const Body& asked, F take) {
    contract::each_token(*asked, [&](const std::string& name) { take(tokens[token_of(asked, name)]); });
  }
  Attempt& attempt_of(std::string_view id) {
    for (std::size_t i = attempts.size(); i-- > 0;) {
      if (!id.empty() && *attempts[i].id == id) return attempts[i];
    }
    Attempt& fresh = attempts.emplace_back();
    fresh.id = std::make_shared<const std::string>(id);
    return fresh;
  }
  [[nodiscard]] const Talk* find_talk(ExchangeId id) const {
    for (std::size_t i = talks.size(); i-- > 0;) {
      if (talks[i].id == id) return &talks[i];
    }
    return nullptr;
  }
  Talk& talk_of(ExchangeId id) { return const_cast<Talk&>(*find_talk(id)); }
  void forget(ExchangeId id) {
    for (std::size_t i = talks.size(); i-- > 0;) {
      if (talks[i].id == id) return void(talks.erase(talks.begin() + static_cast<std::ptrdiff_t>(i)));
    }
  }
  [[nodiscard]] std::optional<Amount> notices_of(const Attempt& attempt) const {
    if (!attempt.sure || attempt.tokens.empty()) return std::nullopt;
    Amount sum;
    for (const std::size_t i : attempt.tokens) {
      if (!tokens[i].amount) return std::nullopt;
      sum = sum + *tokens[i].amount;
    }
    return sum;
  }
  [[nodiscard]] std::optional<Amount> charge_of(const Attempt& attempt) const {
    const std::optional<Amount> notices = notices_of(attempt);
    const std::optional<Amount> fee = attempt.fee ? attempt.fee : fees_differ ? std::nullopt : one_fee;
    if (!notices || !fee) return std::nullopt;
    return *notices + *fee;
  }
  [[nodiscard]] bool paid_by(const Attempt& attempt, std::size_t token) const {
    return tokens[token].paid && tokens[token].attempt < attempts.size() && &attempts[tokens[token].attempt] == &attempt;
  }

  // ---- what is asked ----

  void asked(const Hop& hop, const Body& said, Kind kind) {
    talks.push_back({hop.exchange, said, none, false, false});
    if (hop.stage != Stage::sent && hop.event == "duplicate") return;  // it was said once
    switch (kind) {
      case Kind::close: close_asked(hop, said); break;
      case Kind::notification: notified(hop, said); break;
      case Kind::outcome: outcome_asked(hop, said); break;
      case Kind::receipt: receipt_sent(hop, said); break;
      case Kind::result: result_sent(hop, said); break;
      default: break;
    }
  }

  void close_asked(const Hop& hop, const Body& said) {
    const bool scripted = is_scripted(hop);
    Attempt& attempt = attempt_of(transaction_of(*said));
    talks.back().attempt = static_cast<std::size_t>(&attempt - attempts.data());
    attempt.scripted = attempt.scripted || scripted;
    if (contract::outcome_of(*said) != Outcome::OK) return;
    if (!scripted || attempt.tokens.empty()) {
      attempt.tokens.clear();
      contract::each_token(*said, [&](const std::string& name) { attempt.tokens.push_back(token_of(said, name)); });
      attempt.sure = true;
    }
    const std::optional<Amount> total = total_in(*said), fee = fee_in(*said);
    if (!scripted) attempt.fee = fee;
    std::optional<Amount> notices{Amount{}};
    contract::each_token(*said, [&](const std::string& name) {
      const Token& token = tokens[token_of(said, name)];
      notices = notices && token.amount ? std::optional(*notices + *token.amount) : std::nullopt;
    });
    const Amount due = notices.value_or(Amount{}) + fee.value_or(Amount{});
    if (notices && total && *total != due) {
      breaks("LED-08", hop.from, scripted, {fmt::format("totalAmount {} = avvisi {} + commissione {}", euro(due), euro(notices), euro(fee)), fmt::format("totalAmount {} = notices {} + fee {}", euro(due), euro(notices), euro(fee))},
             {fmt::format("closePayment di {} dice {}", tokens_text(attempt), euro(total)), fmt::format("closePayment of {} says {}", tokens_text(attempt), euro(total))});
    } else if (const auto* v2 = std::get_if<contract::ClosePaymentV2Request>(&*said); notices && total && v2 != nullptr && v2->transactionDetails && v2->transactionDetails->transaction) {
      const auto& data = *v2->transactionDetails->transaction;
      if (data.amount != *notices || data.grandTotal != *total) {
        breaks("LED-08", hop.from, scripted, {fmt::format("transactionDetails con amount {} e grandTotal {}", euro(notices), euro(total)), fmt::format("transactionDetails with amount {} and grandTotal {}", euro(notices), euro(total))},
               {fmt::format("dicono {} e {}", to_text(data.amount), to_text(data.grandTotal)), fmt::format("they say {} and {}", to_text(data.amount), to_text(data.grandTotal))});
      }
    }
    if (attempt.noted && !attempt.charged) {
      breaks("LED-11", hop.from, scripted, {fmt::format("closePayment KO: il gateway non ha addebitato nulla per {}", tokens_text(attempt)), fmt::format("closePayment KO: the gateway charged nothing for {}", tokens_text(attempt))},
             {fmt::format("chiude OK {}", euro(total)), fmt::format("it closes {} OK", euro(total))});
    }
    if (attempt.charged && !attempt.posted) {
      const std::optional<Amount> sum = charge_of(attempt);
      charge(attempt, sum ? *sum : total.value_or(Amount{}));
    }
  }
  void charge(Attempt& attempt, Amount sum) {
    attempt.posted = sum;
    post(user, gateway, sum);
  }

  void notified(const Hop& hop, const Body& said) {
    const bool scripted = is_scripted(hop);
    const std::optional<Amount> fee = fee_in(*said), total = total_in(*said);
    each(said, [&](Token& token) {
      if (hop.rule_line == 0 || fee) token.fee_told = fee;
      const std::optional<Sum> found = sum_in(*said, token.name);
      if (token.due != nullptr && found != sum_in(*token.due)) {
        breaks("LED-09", hop.from, scripted, {fmt::format("per {} {}", token.name, euro(sum_in(*token.due))), fmt::format("for {} {}", token.name, euro(sum_in(*token.due)))},
               {fmt::format("la notifica dice {}", euro(found)), fmt::format("the notification says {}", euro(found))});
      }
      if (token.attempt == none) return;
      const Attempt& attempt = attempts[token.attempt];
      const bool differs = (attempt.closed_fee && fee && *fee != *attempt.closed_fee) || (attempt.closed_total && total && *total != *attempt.closed_total);
      if (differs && !token.unclear) {
        breaks("LED-09", hop.from, scripted, {fmt::format("commissione {} e totale {} della chiusura", euro(attempt.closed_fee), euro(attempt.closed_total)), fmt::format("fee {} and total {} of the close", euro(attempt.closed_fee), euro(attempt.closed_total))},
               {fmt::format("la notifica dice {} e {}", euro(fee), euro(total)), fmt::format("the notification says {} and {}", euro(fee), euro(total))});
      }
    });
  }

  void outcome_asked(const Hop& hop, const Body& said) {
    const std::optional<Amount> fee = fee_in(*said);
    if (!fee || contract::outcome_of(*said) != Outcome::OK) return;
    contract::each_token(*said, [&](const std::string& name) {
      const std::size_t i = find_token(name);
      if (i == none || !tokens[i].fee_told || *tokens[i].fee_told == *fee) return;
      breaks("LED-10", hop.from, is_scripted(hop), {fmt::format("l'esito di {} ha la commissione notificata, {}", name, euro(tokens[i].fee_told)), fmt::format("the outcome of {} has the fee notified, {}", name, euro(tokens[i].fee_told))},
             {fmt::format("dice {}", euro(fee)), fmt::format("it says {}", euro(fee))});
    });
  }

  void receipt_sent(const Hop& hop, const Body& said) {
    const bool scripted = is_scripted(hop);
    std::size_t i = none;
    contract::each_token(*said, [&](const std::string& name) { i = token_of(said, name); });
    if (i == none) return;
    Token& token = tokens[i];
    const std::optional<Sum> sum = sum_in(*said);
    token.receipt_left = true;
    if (!token.paid) {
      breaks("LED-01", hop.from, scripted || token.unclear, {fmt::format("nessuna ricevuta finché {} non è pagato", token.name), fmt::format("no receipt as long as {} is not paid", token.name)},
             {fmt::format("la ricevuta di {} parte per l'EC {}", euro(sum ? std::optional(sum->total) : std::nullopt), hop.to.id), fmt::format("the receipt of {} leaves for EC {}", euro(sum ? std::optional(sum->total) : std::nullopt), hop.to.id)});
    }
    const std::optional<Sum> due = token.due != nullptr ? sum_in(*token.due) : std::nullopt;
    const bool amount_differs = token.amount && sum && sum->total != *token.amount;
    if (due ? due != sum : amount_differs) {
      const std::string expected = due ? euro(due) : euro(token.amount);
      breaks("LED-03", hop.from, scripted, {fmt::format("la ricevuta di {} è di {}, senza commissione", token.name, expected), fmt::format("the receipt of {} is of {}, without the fee", token.name, expected)},
             {fmt::format("è di {}", euro(sum)), fmt::format("it is of {}", euro(sum))});
    }
    // Who is a beneficiary may have a copy; whether it must is another question. [SIL-52]
    const std::string owner = contract::notice_of(*said);
    const Sum& parts = due ? *due : sum ? *sum : Sum{};
    const bool concerned = owner.starts_with(hop.to.id + "/") || std::any_of(parts.parts.begin(), parts.parts.end(), [&](const auto& part) { return part.first == hop.to.id; });
    if (!concerned) {
      breaks("LED-04", hop.from, scripted, {fmt::format("la ricevuta di {} solo al titolare e ai beneficiari: {}", token.name, euro(parts)), fmt::format("the receipt of {} only to owner and beneficiaries: {}", token.name, euro(parts))},
             {fmt::format("parte per l'EC {}", hop.to.id), fmt::format("it leaves for EC {}", hop.to.id)});
    }
    Copy& copy = copy_of(i, hop.to.id, said);
    ++copy.attempts;
    if (copy.heard_ok) {
      breaks("LED-06", hop.from, scripted, {fmt::format("nessun'altra ricevuta di {} all'EC {}, che l'ha presa", token.name, hop.to.id), fmt::format("no other receipt of {} to EC {}, which has taken it", token.name, hop.to.id)},
             {fmt::format("ne parte un'altra, di {}", euro(sum)), fmt::format("another one leaves, of {}", euro(sum))});
    }
  }
  Copy& copy_of(std::size_t token, std::string_view ec, const Body& said) {
    const contract::CreditorInstitution* of = registry->creditor(ec);
    const std::string_view station = station_in(*said);
    for (std::size_t i = copies.size(); i-- > 0;) {
      if (copies[i].token == token && copies[i].ec == of && station_in(*copies[i].said) == station) return copies[i];
    }
    return copies.emplace_back(Copy{token, of, said});
  }

  // Version 1 is told as soon as the PSP has accepted; version 2 waits for its outcome. [T_SPR_01, T_SPR_V2_01]
  void result_sent(const Hop& hop, const Body& said) {
    const bool told_ok = contract::outcome_of(*said) == Outcome::OK;
    const bool v1 = hop.primitive == PrimitiveId::sendPaymentResultV1;
    const bool scripted = is_scripted(hop);
    each(said, [&](Token& token) {
      const bool lies = told_ok ? !token.paid && !(v1 && token.accepted) : token.paid && !token.late && token.closed;
      if (!lies || token.result_judged) return;
      token.result_judged = true;
      breaks("LED-16", hop.from, scripted || token.unclear,
             told_ok ? Told{fmt::format("risultato OK solo se {} di {} è pagato", token.name, euro(token.amount)), fmt::format("result OK only if {} of {} is paid", token.name, euro(token.amount))}
                     : Told{fmt::format("risultato OK: {} di {} è pagato", token.name, euro(token.amount)), fmt::format("result OK: {} of {} is paid", token.name, euro(token.amount))},
             told_ok ? Told{"dice OK, e non è pagato", "it says OK, and it is not paid"} : Told{"dice KO", "it says KO"});
    });
  }

  // ---- what is answered ----

  void answered(const Hop& hop, const Body& said, Kind kind) {
    const Talk* talk = find_talk(hop.exchange);
    if (talk == nullptr) return;
    const Body question = talk->asked;
    const std::size_t attempt = talk->attempt;
    const bool ok = hop.status == 200 && contract::outcome_of(*said) == Outcome::OK;
    switch (kind) {
      case Kind::get: got(hop, said, ok); break;
      case Kind::activation: activated(hop, question, said, ok); break;
      case Kind::close: closed(hop, question, ok, attempt); break;
      case Kind::notification:
        if (ok) each(question, [](Token& token) { token.accepted = true; });
        break;
      case Kind::outcome: outcome(hop, question, *said, ok); break;
      case Kind::receipt: receipt_answered(hop, question, ok); break;
      case Kind::result: result_answered(hop, question, ok); break;
      default: break;
    }
    close_talk(hop.exchange);
  }
  void close_talk(ExchangeId id) {
    Talk& talk = talk_of(id);
    talk.answered = true;
    if (talk.over) forget(id);
  }

  void got(const Hop& hop, const Body& said, bool ok) {
    const std::optional<Sum> sum = ok ? sum_in(*said) : std::nullopt;
    if (!sum || sum->total == sum->of_parts) return;
    breaks("LED-07", hop.from, is_scripted(hop), {fmt::format("transfer per {}", to_text(sum->total)), fmt::format("transfers of {}", to_text(sum->total))},
           {fmt::format("fanno {}: {}", to_text(sum->of_parts), euro(sum)), fmt::format("they make {}: {}", to_text(sum->of_parts), euro(sum))});
  }

  void activated(const Hop& hop, const Body& question, const Body& said, bool ok) {
    const std::string_view name = token_in(*said);
    const std::optional<Amount> amount = total_in(*said);
    if (!ok || name.empty() || !amount) return;
    const std::size_t known = tokens.size();
    const std::size_t i = token_of(said, name);
    Token& token = tokens[i];
    if (i < known && token.asked != nullptr) return;  // the same answer again, by its idempotency key
    token.asked = question;
    token.notice = hash_of(contract::notice_of(*question));
    token.amount = amount;
    for (std::size_t d = dues.size(); d-- > 0;) {
      if (dues[d].notice != token.notice) continue;
      token.due = dues[d].said;
      break;
    }
    const std::optional<Sum> due = token.due != nullptr ? sum_in(*token.due) : std::nullopt;
    if (due && due->total != *amount) {
      breaks("LED-07", hop.from, is_scripted(hop), {fmt::format("{} attivato per l'importo dell'EC, {}", notice_text(token), to_text(due->total)), fmt::format("{} activated for the EC's amount, {}", notice_text(token), to_text(due->total))},
             {fmt::format("{} è di {}", name, to_text(*amount)), fmt::format("{} is of {}", name, to_text(*amount))});
    }
  }

  void closed(const Hop& hop, const Body& question, bool ok, std::size_t attempt) {
    if (contract::outcome_of(*question) != Outcome::OK) return;
    each(question, [&](Token& token) {
      token.unclear = token.unclear || hop.rule_line != 0;
      if (!ok) return;
      if (token.closed && attempt != none && token.attempt != attempt) {
        breaks("LED-02", hop.from, is_scripted(hop), {fmt::format("una sola chiusura OK di {}", token.name), fmt::format("one close OK of {}", token.name)},
               {fmt::format("ne accetta un'altra, di un'altra transazione: {} due volte", euro(token.amount)), fmt::format("it accepts another one, of another transaction: {} twice", euro(token.amount))});
        return;
      }
      token.closed = true;
      token.attempt = attempt;
      if (attempt == none) return;
      attempts[attempt].closed_total = total_in(*question);
      attempts[attempt].closed_fee = fee_in(*question);
    });
  }

  void outcome(const Hop& hop, const Body& question, const contract::Message& said, bool ok) {
    const contract::CtFaultBean* fault = contract::fault_of(said);
    const bool overdue = fault != nullptr && fault->faultCode == "PPT_TOKEN_SCADUTO";
    const bool asked_ok = contract::outcome_of(*question) == Outcome::OK;
    const std::size_t psp = psp_index(hop.to.id);
    each(question, [&](Token& token) {
      token.unclear = token.unclear || hop.rule_line != 0;
      token.psp = token.psp == none ? psp : token.psp;
      const bool late = overdue && !token.closed;  // a close that was refused leaves it to the PSP
      if (!asked_ok || token.paid || !(ok || late)) return;
      token.late = !ok;
      token.entry = at;
      token.psp = psp;
      pay(hop, token);
    });
  }
  [[nodiscard]] std::size_t psp_index(std::string_view id) const {
    const auto found = std::find_if(registry->psps.begin(), registry->psps.end(), [&](const auto& psp) { return psp.idPSP == id; });
    return static_cast<std::size_t>(found - registry->psps.begin());
  }
  void pay(const Hop& hop, Token& token) {
    const bool scripted = is_scripted(hop);
    if (!token.late && token.notice != 0) {
      const auto twin = std::find_if(tokens.begin(), tokens.end(), [&](const Token& other) { return other.notice == token.notice && other.paid && !other.late; });
      if (twin != tokens.end()) {
        breaks("LED-02", hop.from, scripted || twin->unclear, {fmt::format("un solo pagamento di {}: {} di {}", notice_text(token), twin->name, euro(twin->amount)), fmt::format("one payment of {}: {} of {}", notice_text(token), twin->name, euro(twin->amount))},
               {fmt::format("è accettato anche {} di {}", token.name, euro(token.amount)), fmt::format("{} of {} is accepted as well", token.name, euro(token.amount))});
      }
    }
    token.paid = true;
    Attempt* attempt = token.attempt == none ? nullptr : &attempts[token.attempt];
    if (attempt != nullptr && (attempt->refunded || attempt->requested) && !attempt->excused) {
      breaks("LED-14", attempt->told_ko ? nodo() : checkout(), scripted || attempt->scripted || attempt->told_by_order || token.unclear, {fmt::format("KO all'esito di {}, il cui denaro torna all'utente", token.name), fmt::format("KO to the outcome of {}, whose money goes back to the user", token.name)},
             {fmt::format("{} è pagato dopo che lo storno è stato chiesto", euro(token.amount)), fmt::format("{} is paid after the storno was asked for", euro(token.amount))});
    }
    if (!token.amount) return;
    const std::size_t account = psp_account(token.psp);
    if (token.closed) post(gateway, account, *token.amount);
    else if (!token.collected) post(user, account, *token.amount);
    if (attempt != nullptr && attempt->fee && !attempt->fee_posted) {
      attempt->fee_posted = true;
      post(gateway, account, *attempt->fee);
    }
    const std::optional<Sum> due = token.due != nullptr ? sum_in(*token.due) : std::nullopt;
    if (!due) return post(account, ec_account({}, false), *token.amount);
    for (const auto& [ec, amount] : due->parts) {
      if (!ec.empty()) post(account, ec_account(ec, false), amount);
    }
  }

  void receipt_answered(const Hop& hop, const Body& question, bool ok) {
    std::size_t i = none;
    contract::each_token(*question, [&](const std::string& name) { i = token_of(question, name); });
    if (i == none) return;
    const bool first = std::none_of(copies.begin(), copies.end(), [&](const Copy& c) { return c.token == i && c.taken && c.ec != nullptr && c.ec->fiscalCode == hop.from.id; });
    Copy& copy = copy_of(i, hop.from.id, question);
    if (!ok) return void(copy.refused = true);
    copy.taken = true;
    const std::optional<Sum> due = tokens[i].due != nullptr ? sum_in(*tokens[i].due) : std::nullopt;
    if (first && due && tokens[i].paid) post(ec_account(hop.from.id, false), ec_account(hop.from.id, true), due->to(hop.from.id));
  }

  void result_answered(const Hop& hop, const Body& question, bool ok) {
    const bool told_ok = contract::outcome_of(*question) == Outcome::OK;
    each(question, [&](Token& token) {
      if (token.attempt == none) return;
      Attempt& attempt = attempts[token.attempt];
      attempt.scripted = attempt.scripted || hop.rule_line != 0;
      if (!ok) return;
      (told_ok ? attempt.told_ok : attempt.told_ko) = true;
      attempt.told_by_order = attempt.told_by_order || (!told_ok && is_ordered(hop));
    });
  }

  // ---- what is heard of an answer ----

  /// Of a party outside, nobody sees the answer leave: what arrives is what it said.
  void arrived(const Hop& hop, const Body* said, Kind kind) {
    if (said != nullptr && !find_talk(hop.exchange)->answered) answered(hop, *said, kind);
    heard(hop, said, kind);
  }
  void heard(const Hop& hop, const Body* said, Kind kind) {
    const Talk* talk = find_talk(hop.exchange);
    if (talk == nullptr) return;
    const Body question = talk->asked;
    const bool ok = said != nullptr && hop.status == 200 && contract::outcome_of(**said) == Outcome::OK;
    if (kind == Kind::close) {
      close_heard(talk->attempt, said != nullptr && hop.status < 500, hop.status);
    } else if (kind == Kind::get && ok) {
      const std::uint64_t notice = hash_of(contract::notice_of(*question));
      std::erase_if(dues, [&](const Due& due) { return due.notice == notice; });
      dues.push_back({notice, *said});
    } else if (kind == Kind::activation && ok && hop.to.role == Role::checkout) {
      if (const std::size_t i = find_token(token_in(**said)); i != none) tokens[i].at_checkout = true;
    } else if (kind == Kind::outcome && said != nullptr && hop.to.role == Role::psp && !is_ordered(hop)) {
      const contract::CtFaultBean* fault = contract::fault_of(**said);
      const bool asked_ok = contract::outcome_of(*question) == Outcome::OK;
      each(question, [&](Token& token) {
        token.heard_ok = token.heard_ok || (ok && asked_ok);
        token.heard_duplicate = token.heard_duplicate || (fault != nullptr && fault->faultCode == "PPT_PAGAMENTO_DUPLICATO");
      });
    } else if (kind == Kind::receipt && ok) {
      contract::each_token(*question, [&](const std::string& name) { copy_of(token_of(question, name), hop.from.id, question).heard_ok = true; });
    }
    ended(hop.exchange);
  }
  void close_heard(std::size_t attempt, bool readable, int status) {
    if (attempt == none) return;
    Attempt& of = attempts[attempt];
    if (!readable) of.unheard = true;
    else if (of.unheard && status != 200) of.excused = true;
  }
  void ended(ExchangeId id) {
    Talk& talk = talk_of(id);
    talk.over = true;
    if (talk.answered) forget(id);
  }
  void unanswered(const Unanswered& silence) {
    if (contract::is_close(silence.primitive)) close_heard(find_talk(silence.exchange)->attempt, false, 0);
    ended(silence.exchange);
  }

  /// Somebody kept quiet, or said what nobody can read: what the Nodo made of a close or an outcome is then unknown.
  void muddled(const Hop& hop, Kind kind) {
    if (hop.leg == Leg::request) {
      const auto* said = std::get_if<Body>(&hop.said);
      if (said != nullptr && kind == Kind::receipt && hop.rule_line != 0) each(*said, [](Token& token) { token.unclear = true; });
      return;
    }
    const Talk* talk = find_talk(hop.exchange);
    if (talk == nullptr) return;
    const Body question = talk->asked;
    if (kind == Kind::outcome || kind == Kind::close) each(question, [](Token& token) { token.unclear = true; });
    close_talk(hop.exchange);
  }

  // ---- notes of what has no wire form ----

  void transaction(const Note& note) {
    Attempt& attempt = attempt_of(note.subject);
    attempt.noted = true;
    if (note.to == "ACTIVATED") {
      const std::uint64_t notice = hash_of(note.about);
      if (cart.size() > 1 && std::find(cart.begin(), cart.end(), notice) != cart.end()) return;
      for (std::size_t i = tokens.size(); i-- > 0;) {
        if (tokens[i].notice != notice || !tokens[i].at_checkout) continue;
        attempt.tokens = {i};
        attempt.sure = true;
        return;
      }
    } else if (note.to == "AUTHORIZATION_COMPLETED") {
      attempt.charged = note.rule != "storno N1";
      attempt.entry = at;
    } else if (note.to == "EXPIRED" && note.from == "AUTHORIZATION_REQUESTED") {
      attempt.in_doubt = true;
      attempt.due_back = gateway_calls || (only_good_cards && gateway_is_quick);
      attempt.entry = at;
    }
  }

  void storno(const Note& note) {
    Attempt& attempt = attempt_of(note.subject);
    if (note.to == "MANUAL") {
      attempt.manual = true;
      attempt.manual_storno = attempt.manual_storno || note.detail.starts_with("storno");
      return;
    }
    if (note.to != "REQUESTED" && note.to != "EXECUTED") return;
    const bool executed = note.to == "EXECUTED";
    const std::optional<Amount> amount = contract::parse_amount(note.detail);
    bool& done = executed ? attempt.refunded : attempt.requested;
    if (done) {
      breaks("LED-13", checkout(), attempt.scripted, {fmt::format("un solo storno di {}", tokens_text(attempt)), fmt::format("one storno of {}", tokens_text(attempt))},
             {fmt::format("un altro, di {}", euro(amount)), fmt::format("another one, of {}", euro(amount))});
    }
    done = true;
    const std::optional<Amount> due = attempt.posted ? attempt.posted : charge_of(attempt);
    const bool never = executed && attempt.noted && !attempt.charged && !attempt.in_doubt;
    if (!attempt.wrong_amount && (never || (due && amount && *amount != *due))) {
      attempt.wrong_amount = true;
      const std::string was = never ? "0.00" : euro(due);
      breaks("LED-12", checkout(), attempt.scripted, {fmt::format("storno di quanto addebitato per {}, {}", tokens_text(attempt), was), fmt::format("storno of what was charged for {}, {}", tokens_text(attempt), was)},
             {fmt::format("è di {}", euro(amount)), fmt::format("it is of {}", euro(amount))});
    }
    if (!executed) return;
    for (const std::size_t i : attempt.tokens) {
      if (!paid_by(attempt, i) || attempt.excused) continue;
      breaks("LED-14", attempt.told_ko ? nodo() : checkout(), attempt.scripted || attempt.told_by_order || tokens[i].unclear, {fmt::format("nessuno storno: {} di {} è pagato", tokens[i].name, euro(tokens[i].amount)), fmt::format("no storno: {} of {} is paid", tokens[i].name, euro(tokens[i].amount))},
             {fmt::format("{} torna all'utente", euro(amount)), fmt::format("{} goes back to the user", euro(amount))});
      break;
    }
    if (!attempt.posted && !never) charge(attempt, amount.value_or(Amount{}));
    post(gateway, user, amount.value_or(Amount{}));
  }

  void till(const Party& who, const Note& note) {
    const std::optional<Amount> amount = contract::parse_amount(note.detail);
    const std::size_t i = find_token(note.subject);
    if (i == none || (note.to != "COLLECTED" && !tokens[i].collected)) {
      breaks("LED-17", who, false, {fmt::format("{} di un token per cui si è incassato", note.to), fmt::format("{} of a token for which money was taken", note.to)},
             {fmt::format("per {} non si è incassato nulla", note.subject), fmt::format("nothing was taken for {}", note.subject)});
      return;
    }
    Token& token = tokens[i];
    if (note.to == "COLLECTED") {
      token.collected = amount;
      token.psp = psp_index(who.id);
      token.entry = at;
      post(user, psp_account(token.psp), amount.value_or(Amount{}));
    } else if (note.to == "CERTIFIED") {
      token.certified = true;
      if (!token.paid && !token.unclear) {
        breaks("LED-17", who, false, {fmt::format("attestazione solo di un esito accettato: {}", token.name), fmt::format("a certificate only of an outcome that was accepted: {}", token.name)},
               {fmt::format("attesta {} che nessuno ha accettato", euro(token.collected)), fmt::format("it certifies {} that nobody accepted", euro(token.collected))});
      }
    } else if (note.to == "RETURNED") {
      const bool wrong = token.returned || token.paid || amount != token.collected;
      token.returned = true;
      post(psp_account(token.psp), user, amount.value_or(Amount{}));
      if (wrong) {
        breaks("LED-17", who, token.unclear, {fmt::format("si restituisce una volta, e solo ciò che non è pagato: {}", euro(token.collected)), fmt::format("money is given back once, and only what is not paid: {}", euro(token.collected))},
               {fmt::format("restituisce {} per {}", euro(amount), token.name), fmt::format("it gives back {} for {}", euro(amount), token.name)});
      }
    }
  }

  void noted(const Noted& noted) {
    const Note& note = noted.note;
    if (note.machine == "transaction") return transaction(note);
    if (note.machine == "storno") return storno(note);
    if (note.machine == "till") return till(noted.who, note);
    const std::uint64_t notice = hash_of(note.about);  // of a PSP: reported with code 9, which leaves no trace here
    for (Token& token : tokens) token.reported = token.reported || (token.notice == notice && token.collected && token.heard_duplicate);
  }

  void commanded(const Commanded& commanded) {
    const Command& order = commanded.command;
    if (order.verb == "send" || order.verb == "cart") sends.push_back(order.id);
    jobs_by_order = jobs_by_order || order.verb == "job";
    if (commanded.who.role != Role::checkout || order.verb == "send") return;
    const bool begins = order.verb == "pay" || order.verb == "verify";
    const std::string_view card = order.value("card", begins ? "authorised" : "");
    if (!card.empty()) {
      gateway_calls = gateway_calls && card == "authorised";
      only_good_cards = only_good_cards && (card == "authorised" || card == "unheard-authorised");
    }
    if (!begins) return;
    const std::optional<Amount> fee = order.value("fee").empty() ? std::nullopt : contract::parse_amount(order.value("fee"));
    fees_differ = fees_differ || !fee || (one_fee && *one_fee != *fee);  // a fee that nobody names is known when the close tells it
    one_fee = fee;
  }

  // ---- when nothing is left to happen ----

  void finish() {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i].paid && (!tokens[i].late || tokens[i].receipt_left)) receipts_of(i);
      counter(tokens[i]);
    }
    for (const Attempt& attempt : attempts) settled(attempt);
  }

  /// Whether the EC has the receipt, or said no to it, or was asked as often as it must be.
  [[nodiscard]] bool has_had(std::size_t token, const contract::CreditorInstitution& ec) const {
    return std::any_of(copies.begin(), copies.end(), [&](const Copy& copy) {
      if (copy.token != token || copy.ec != &ec) return false;
      return copy.taken || copy.refused || copy.attempts > receipt_retries || (jobs_by_order && copy.attempts > 0);
    });
  }
  void receipts_of(std::size_t i) {
    const Token& token = tokens[i];
    if (token.asked == nullptr) return;
    const std::string notice = contract::notice_of(*token.asked);
    const std::string_view owner = std::string_view(notice).substr(0, notice.find('/'));
    const std::optional<Sum> due = token.due != nullptr ? sum_in(*token.due) : std::nullopt;
    for (const contract::CreditorInstitution& ec : registry->creditors) {
      // A secondary beneficiary must have a copy when it asked for one; else the sources leave it open. [SIL-52]
      const bool asks = std::any_of(ec.stations.begin(), ec.stations.end(), [](const contract::Station& s) { return s.broadcast; });
      const bool named = due && std::any_of(due->parts.begin(), due->parts.end(), [&](const auto& part) { return part.first == ec.fiscalCode; });
      if (ec.fiscalCode != owner && !(asks && named)) continue;
      if (has_had(i, ec)) continue;
      breaks_at(token.entry, "LED-05", nodo(), token.unclear, {fmt::format("l'EC {} riceve la ricevuta di {}, {}", ec.fiscalCode, token.name, euro(token.amount)), fmt::format("EC {} gets the receipt of {}, {}", ec.fiscalCode, token.name, euro(token.amount))},
                {"non l'ha presa né rifiutata, e i tentativi non sono finiti", "it has neither taken nor refused it, and the attempts have not run out"});
    }
  }

  void counter(const Token& token) {
    if (!token.collected || token.returned) return;
    if (token.heard_duplicate && !token.reported) {
      breaks_at(token.entry, "LED-17", psp_of(token), token.unclear, {fmt::format("{} restituito o rendicontato: {} è un doppio", euro(token.collected), token.name), fmt::format("{} given back or reported: {} is a duplicate", euro(token.collected), token.name)},
                {"il PSP lo tiene", "the PSP keeps it"});
    } else if (token.heard_ok && !token.certified) {
      breaks_at(token.entry, "LED-17", psp_of(token), token.unclear, {fmt::format("attestazione di {} per {}", euro(token.collected), token.name), fmt::format("a certificate of {} for {}", euro(token.collected), token.name)},
                {"non è stata rilasciata", "none was given"});
    }
  }

  [[nodiscard]] bool is_paid(const Attempt& attempt) const {
    return !attempt.tokens.empty() && std::all_of(attempt.tokens.begin(), attempt.tokens.end(), [&](std::size_t i) { return paid_by(attempt, i); });
  }
  void settled(const Attempt& attempt) {
    if ((!attempt.charged && !attempt.due_back) || attempt.refunded || attempt.told_ok) return;  // told OK and not paid: the Nodo's, LED-16
    if (is_paid(attempt)) return;
    // Of several that share a token, the result may go to one and the person to another. [SIL-TOKEN-SHARED]
    bool shared = false, another_is_with_a_person = false;
    for (const Attempt& other : attempts) {
      const bool in_common = &other != &attempt && std::any_of(other.tokens.begin(), other.tokens.end(), [&](std::size_t i) { return std::find(attempt.tokens.begin(), attempt.tokens.end(), i) != attempt.tokens.end(); });
      shared = shared || in_common;
      another_is_with_a_person = another_is_with_a_person || (in_common && other.manual && is_paid(other));
    }
    if (another_is_with_a_person) return;
    if (attempt.manual && (attempt.manual_storno || shared || !attempt.told_ko)) return;  // a person has it [storno N3, N4]
    const auto twin = [&](const Token& token) {
      return token.paid && std::any_of(attempt.tokens.begin(), attempt.tokens.end(), [&](std::size_t i) { return tokens[i].notice == token.notice && !paid_by(attempt, i); });
    };
    const auto other = std::find_if(tokens.begin(), tokens.end(), twin);
    const std::optional<Amount> sum = attempt.posted ? attempt.posted : charge_of(attempt);
    const Told expected{fmt::format("storno di {} per {}, o una persona che se ne occupa", euro(sum), tokens_text(attempt)), fmt::format("storno of {} for {}, or a person who sees to it", euro(sum), tokens_text(attempt))};
    const bool scripted = attempt.scripted || crash_before_refund;
    if (other != tokens.end()) {
      breaks_at(attempt.entry, "LED-02", checkout(), scripted, expected, {fmt::format("l'avviso è pagato da {}, e l'addebito resta", other->name), fmt::format("the notice is paid by {}, and the charge stays", other->name)});
    } else {
      breaks_at(attempt.entry, "LED-15", checkout(), scripted, expected, {"l'utente ha pagato e non ha né ricevuta né denaro", "the user has paid and has neither receipt nor money"});
    }
  }
};

Ledger::Ledger(const contract::Registry& registry, const contract::Settings& settings) : books_(std::make_shared<Books>(registry, settings)) {}

// Copies that share books stay on one thread, as the run does that they watch.
Ledger::Books& Ledger::own() {
  if (books_.use_count() > 1) books_ = std::make_shared<Books>(*books_);
  return *books_;
}

// What says nothing about money is passed over before anything is copied.
void Ledger::see(std::size_t index, const Entry& entry) {
  const auto mine = [&]() -> Books& {
    Books& books = own();
    books.at = index;
    books.now = entry.at;
    return books;
  };
  if (const auto* hop = std::get_if<Hop>(&entry.what)) {
    const Kind kind = kind_of(hop->primitive);
    if (kind == Kind::other) return;
    const auto* said = std::get_if<Body>(&hop->said);
    if (kind == Kind::cart) {
      if (said == nullptr || hop->leg != Leg::request || hop->stage != Stage::received) return;
      Books& books = mine();
      books.cart.clear();
      std::visit(
          [&](const auto& cart) {
            if constexpr (requires { cart.paymentNotices.front().noticeNumber; }) {
              for (const auto& notice : cart.paymentNotices) books.cart.push_back(hash_of(notice.fiscalCode + "/" + notice.noticeNumber));
            }
          },
          **said);
      return;
    }
    if (hop->stage == Stage::withheld || (said == nullptr && hop->stage == Stage::sent)) return mine().muddled(*hop, kind);
    if (hop->leg == Leg::request) {
      const bool known = books_->find_talk(hop->exchange) != nullptr;
      if (hop->stage == Stage::lost && known) mine().close_talk(hop->exchange);  // it will have no answer
      else if (hop->stage != Stage::lost && said != nullptr && !known) mine().asked(*hop, *said, kind);
    } else if (books_->find_talk(hop->exchange) != nullptr) {
      if (hop->stage == Stage::sent) mine().answered(*hop, *said, kind);
      else if (hop->stage == Stage::received) mine().arrived(*hop, said, kind);
      else if (hop->event == "answers a duplicate") mine().ended(hop->exchange);
    }
  } else if (const auto* noted = std::get_if<Noted>(&entry.what)) {
    const std::string_view machine = noted->note.machine;
    if (machine == "transaction" || machine == "storno" || machine == "till" || (machine == "psp" && noted->note.to == "REPORTED")) mine().noted(*noted);
  } else if (const auto* silence = std::get_if<Unanswered>(&entry.what)) {
    if (books_->find_talk(silence->exchange) != nullptr) mine().unanswered(*silence);
  } else if (const auto* commanded = std::get_if<Commanded>(&entry.what)) {
    mine().commanded(*commanded);
  }
}

void Ledger::finish(bool cut_short) {
  if (!cut_short) own().finish();
}

const std::vector<Breach>& Ledger::breaches() const { return books_->breaches; }
std::map<std::string, std::int64_t> Ledger::accounts() const { return books_->accounts(); }

}  // namespace sim
