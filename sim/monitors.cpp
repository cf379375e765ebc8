#include "sim/monitors.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "sim/contract/subjects.hpp"

namespace sim {
namespace {

using contract::Leg;
using contract::Outcome;
using contract::Role;
using Stage = Hop::Stage;

// clang-format off
constexpr MonitorRow table[] = {
  {"CHK-02", "una verifica OK segue la risposta OK dell'EC", "a verify answered OK follows the EC's answer OK"},
  {"CHK-03", "un token nuovo segue la risposta OK dell'EC", "a new token follows the EC's answer OK"},
  {"CHK-03", "un token è di un solo avviso", "a token is of one notice alone"},
  {"CHK-04", "nessuna notifica prima di una chiusura OK accettata", "no notification before an accepted close OK"},
  {"CHK-04", "dopo un KO alla notifica il risultato è KO", "after a KO to the notification the result is KO"},
  {"CHK-04", "notifica e chiusura hanno gli importi attivati", "notification and close have the amounts that were activated"},
  {"CHK-04", "un KO alla notifica ha il suo risultato", "a KO to the notification has its result"},
  {"CHK-05", "dopo un KO alla notifica ogni esito riceve KO", "after a KO to the notification every outcome is answered KO"},
  {"CHK-06", "un esito KO di un pagamento notificato riceve KO", "an outcome KO of a notified payment is answered KO"},
  {"CHK-06", "chi ha accettato la notifica invia l'esito entro 2 s", "who accepted the notification sends the outcome within 2 s"},
  {"CHK-07", "la ricevuta va a chi vi è nominato, e non due volte", "the receipt goes to who is named in it, and not twice"},
  {"CHK-07", "nessuna ricevuta prima di un esito OK acquisito", "no receipt before an outcome OK was acquired"},
  {"CHK-08", "chi ha preso la ricevuta non offre più il pagamento", "who took the receipt offers the payment no more"},
  {"CHK-09", "una risposta KO porta il fault bean", "an answer KO carries a fault bean"},
  {"CHK-10", "senza risposta alla notifica il Nodo attende", "without an answer to the notification the Nodo waits"},
  {"CHK-11", "la notifica ha la versione del canale", "the notification has the version of the channel"},
  {"CHK-13", "ogni messaggio rispetta il suo tracciato", "every message keeps to its layout"},
  {"CHK-13", "paGetPayment e paSendRT hanno la versione della stazione", "paGetPayment and paSendRT have the version of the station"},
  {"CHK-14", "avuta risposta, il PSP non ripete l'esito", "once answered, the PSP does not repeat the outcome"},
  {"CHK-15", "accettato un esito, nessun altro è accettato", "once an outcome was accepted, no other is"},
  {"CHK-16", "nessun creditCardPayment nella notifica", "no creditCardPayment in the notification"},
  {"CHK-17", "l'importo della verifica non è zero", "the amount of a verify is not zero"},
  {"CHK-18", "il paymentNote dell'attivazione raggiunge l'EC", "the paymentNote of the activation reaches the EC"},
  {"CHK-18", "il paymentNote di Checkout è l'idCart di un carrello", "the paymentNote of Checkout is the idCart of a cart"},
  {"CHK-19", "standin dice se la stazione è in Stand In", "standin tells whether the station is in Stand In"},
  {"CHK-20", "la ricevuta non presa si ritenta, coi suoi tempi", "a receipt not taken is tried again, in its time"},
  {"CHK-21", "un esito scaduto riceve il codice del suo outcome", "an expired outcome is answered with the code of its kind"},
  {"CHK-22", "la idempotencyKey segue il suo formato", "the idempotencyKey follows its format"},
  {"CHK-24", "un carrello v2 incompleto è rifiutato", "a cart v2 that lacks something is refused"},
  {"EC-01", "nessun duplicato prima della ricevuta", "no duplicate before the receipt"},
  {"EC-02", "la verifica porta options=EQ", "the verify carries options=EQ"},
  {"EC-04", "transferType ha il suo conto", "transferType has its account"},
  {"EC-05", "beneficiari e conti sono censiti", "beneficiaries and accounts are registered"},
  {"EC-05", "l'importo è la somma dei transfer", "the amount is the sum of the transfers"},
  {"EC-06", "chi ha preso la ricevuta dice che è un duplicato", "who took the receipt says that it is a duplicate"},
  {"EC-07", "la stessa ricevuta è presa una volta sola", "the same receipt is taken only once"},
  {"EC-09", "la ricevuta concorda con la richiesta di pagamento", "the receipt agrees with the payment request"},
  {"PSP-01", "il PSP risponde alla notifica entro 2 s", "the PSP answers the notification within 2 s"},
  {"PSP-01", "il Nodo attende la risposta alla notifica", "the Nodo waits for the answer to the notification"},
  {"PSP-02", "chi ha rifiutato la notifica non invia esiti", "who refused the notification sends no outcome"},
  {"PSP-04", "il PSP ripete l'esito tale e quale", "the PSP repeats the outcome as it was"},
  {"PSP-05", "il PSP attende prima di ripetere l'esito", "the PSP waits before it repeats the outcome"},
  {"PSP-05", "il PSP non supera i tentativi dell'esito", "the PSP keeps to the attempts of the outcome"},
};
// clang-format on

/// Whether an EC's answer to paGetPayment keeps together; true of anything else.
bool adds_up(const contract::Message& message) {
  return std::visit(
      [](const auto& said) {
        if constexpr (requires { said.data->transferList.transfer.front().transferAmount; }) {
          if (said.outcome != Outcome::OK) return true;
          if (!said.data) return false;
          contract::Amount sum;
          for (const auto& transfer : said.data->transferList.transfer) sum = sum + transfer.transferAmount;
          const std::size_t count = said.data->transferList.transfer.size();
          return sum == said.data->paymentAmount && count >= 1 && count <= 5;
        } else {
          return true;
        }
      },
      message);
}

/// Whether every transfer goes to an enabled EC, on an account of its own.
bool is_registered(const contract::Registry& registry, const contract::Message& message) {
  return std::visit(
      [&](const auto& said) {
        if constexpr (requires { said.data->transferList.transfer.front().IBAN; }) {
          if (!said.data) return true;
          for (const auto& transfer : said.data->transferList.transfer) {
            const contract::CreditorInstitution* of = registry.creditor(transfer.fiscalCodePA);
            if (of == nullptr || !of->enabled) return false;
            const std::optional<std::string> account = transfer.IBAN;
            if (account && std::find(of->ibans.begin(), of->ibans.end(), *account) == of->ibans.end()) return false;
          }
        }
        return true;
      },
      message);
}

bool is_postal(std::string_view iban) { return iban.size() > 10 && iban.substr(5, 5) == "07601"; }

/// Whether the first transfer is on a postal account, if its beneficiary has one.
bool goes_to_the_post(const contract::Registry& registry, const contract::Message& message) {
  return std::visit(
      [&](const auto& said) {
        if constexpr (requires { said.data->transferList.transfer.front().IBAN; }) {
          if (!said.data || said.data->transferList.transfer.empty()) return true;
          const auto& first = said.data->transferList.transfer.front();
          const contract::CreditorInstitution* of = registry.creditor(first.fiscalCodePA);
          const std::optional<std::string> account = first.IBAN;
          return !account || is_postal(*account) || of == nullptr || std::none_of(of->ibans.begin(), of->ibans.end(), is_postal);
        }
        return true;
      },
      message);
}

std::string key_of(const contract::Message& message) {
  return std::visit(
      [](const auto& said) -> std::string {
        if constexpr (requires { *said.idempotencyKey; }) return said.idempotencyKey.value_or("");
        else return {};
      },
      message);
}


/// What is paid, and to whom: the same in the EC's answer, in the notification and in the receipt.
struct Sum {
  contract::Amount total;
  std::vector<std::pair<std::string, contract::Amount>> parts;
  friend bool operator==(const Sum&, const Sum&) = default;
};
template <class Transfers>
Sum sum_of(contract::Amount total, const Transfers& list) {
  Sum out{total, {}};
  for (const auto& transfer : list.transfer) out.parts.emplace_back(transfer.fiscalCodePA, transfer.transferAmount);
  return out;
}
std::optional<Sum> sum_in(const contract::Message& message, std::string_view token) {
  return std::visit(
      [&](const auto& said) -> std::optional<Sum> {
        if constexpr (requires { said.data->transferList.transfer.front(); }) {
          if (said.data) return sum_of(said.data->paymentAmount, said.data->transferList);
        } else if constexpr (requires { said.receipt.transferList; }) {
          return sum_of(said.receipt.paymentAmount, said.receipt.transferList);
        } else if constexpr (requires { said.debtAmount; said.transferList; }) {
          return sum_of(said.debtAmount, said.transferList);
        } else if constexpr (requires { said.paymentList.payment; }) {
          for (const auto& payment : said.paymentList.payment) {
            if (payment.paymentToken == token) return sum_of(payment.debtAmount, payment.transferList);
          }
        }
        return std::nullopt;
      },
      message);
}

constexpr Duration outcome_limit = seconds(2);  // [CHK-06]
constexpr Duration answer_limit = seconds(2);   // [PSP-01]

std::string note_of(const contract::Message& message) {
  return std::visit(
      [](const auto& said) -> std::string {
        if constexpr (requires { said.qrCode; *said.paymentNote; }) return said.paymentNote.value_or("");
        else return {};
      },
      message);
}

/// What a message says of Stand In; nothing when the payment is not in it, or not named.
std::optional<bool> flag_in(const contract::Message& message, std::string_view token) {
  return std::visit(
      [&](const auto& said) -> std::optional<bool> {
        if constexpr (requires { said.standin; }) return said.standin;
        else if constexpr (requires { said.receipt.standIn; }) return said.receipt.standIn;
        else if constexpr (requires { said.paymentList.payment; }) {
          for (const auto& payment : said.paymentList.payment) {
            if (payment.paymentToken == token) return payment.standin;
          }
        }
        return std::nullopt;
      },
      message);
}

bool says_state(std::string_view code) {
  return code == "PAA_PAGAMENTO_DUPLICATO" || code == "PAA_PAGAMENTO_SCONOSCIUTO" || code == "PAA_PAGAMENTO_SCADUTO" || code == "PAA_PAGAMENTO_ANNULLATO";
}

}  // namespace

std::span<const MonitorRow> monitors() { return table; }

Monitors::Monitors(const contract::Registry& registry, const contract::Settings& settings) : registry_(&registry), settings_(settings) {}

Exercise Monitors::fate(std::string_view rule) const {
  const auto found = fates_.find(rule);
  return found == fates_.end() ? Exercise::not_exercised : found->second;
}

void Monitors::check(std::string_view rule, bool held, const Hop& hop, const char* expected_it, const char* expected_en, const char* found_it, const char* found_en, bool scripted) {
  Exercise& fate = fates_[rule];
  if (held) {
    if (fate == Exercise::not_exercised) fate = Exercise::held;
    return;
  }
  fate = Exercise::broken;
  const bool told_to = hop.leg == Leg::request && sends_.contains(hop.cause);  // whoever answers a scripted request answers by itself
  const bool ordered = scripted || hop.rule_line != 0 || told_to;
  breaches_.push_back({rule, hop.from, at_, now_, {expected_it, expected_en}, {found_it, found_en}, ordered});
}

void Monitors::see(std::size_t index, const Entry& entry) {
  at_ = index;
  now_ = entry.at;
  if (const auto* hop = std::get_if<Hop>(&entry.what)) {
    const auto* body = std::get_if<Body>(&hop->said);
    if (hop->stage == Stage::sent) {
      check("CHK-13", body != nullptr, *hop, "il messaggio rispetta il suo tracciato", "the message keeps to its layout", "non è un messaggio valido", "it is no valid message");
    }
    if (hop->stage == Stage::withheld && is_notify(hop->primitive)) {  // made to keep quiet: whatever it says later is no sign of when it accepted
      const auto talk = talks_.find(hop->exchange);
      if (talk != talks_.end() && talk->second.asked != nullptr) {
        for (const std::string& name : tokens_of(*talk->second.asked)) tokens_[name].kept_quiet = true;
      }
    }
    if (body == nullptr) {
      if (hop->leg == Leg::request && hop->stage == Stage::received) talks_[hop->exchange].broken = true;
      return;
    }
    if (hop->stage == Stage::withheld && hop->leg == Leg::request && is_outcome(hop->primitive)) {
      for (const std::string& name : tokens_of(**body)) tokens_[name].outcome_due = false;  // the scenario kept it back
    }
    if (hop->leg == Leg::request && hop->stage == Stage::sent) {
      Talk& talk = talks_[hop->exchange];
      talk.asked = *body;
      talk.asked_at = now_;
      talk.ordered = sends_.contains(hop->cause);
      request_sent(*hop, **body);
    } else if (hop->leg == Leg::request && hop->stage == Stage::received) {
      Talk& talk = talks_[hop->exchange];
      talk.heard = *body;
      if (!talk.received_once) talk.received = index, talk.heard_at = now_, talk.received_once = true;
      if (hop->primitive == PrimitiveId::cartsV1 || hop->primitive == PrimitiveId::cartsV2) cart_heard(**body);
      if (is_activation(hop->primitive)) notes_[notice_of(**body)].insert(note_of(**body));
      if (is_receipt(hop->primitive)) {
        Debt& debt = debts_[notice_of(**body)];
        debt.receipt_heard = true;
      }
    } else if (hop->leg == Leg::response && hop->stage == Stage::sent) {
      response_sent(*hop, **body);
    } else if (hop->leg == Leg::response && hop->stage == Stage::received) {
      response_received(*hop, **body);
    }
  } else if (const auto* silent = std::get_if<Unanswered>(&entry.what)) {
    Talk& talk = talks_[silent->exchange];
    talk.over = true;  // an answer that comes later is not heard
    if (is_notify(silent->primitive) && talk.asked != nullptr) {
      if (silent->why == Silence::timeout) {
        owed("PSP-01", now_ >= talk.asked_at + settings_.psp_deadline, silent->caller, index, "il Nodo attende la risposta fino al suo termine", "the Nodo waits for the answer until its deadline", "ha smesso prima", "it stopped earlier", false);
      }
      if (silent->primitive == PrimitiveId::pspNotifyPaymentV2 && silent->why != Silence::refused) {
        for (const std::string& name : tokens_of(*talk.asked)) tokens_[name].unheard = true;
      }
    }
  } else if (const auto* staged = std::get_if<Staged>(&entry.what)) {
    for (auto& [name, token] : tokens_) {  // a duty has the time that passes, not the time that clocks leap over
      if (token.outcome_due) token.outcome_by = token.outcome_by + staged->leap;
    }
  } else if (const auto* commanded = std::get_if<Commanded>(&entry.what)) {
    if (commanded->command.verb == "send" || commanded->command.verb == "cart") sends_.insert(commanded->command.id);
    by_order_ = by_order_ || (commanded->who.role == Role::nodo && commanded->command.verb == "job");
    if (commanded->who.role == Role::psp && commanded->command.verb != "send") ++orders_;  // whoever gives an order may set the counter back
    if (commanded->command.verb == "position") debts_[commanded->who.id + "/" + std::string(commanded->command.value("notice"))].commanded = true;
    if (commanded->command.verb == "position") settled_.erase(commanded->who.id + "/" + std::string(commanded->command.value("notice")));
  }
}

/// An outcome that the PSP says by itself.
void Monitors::outcome_sent(const Hop& hop, Token& token, const Body& said) {
  if (hop.rule_line != 0) return;
  if (token.told != nullptr) {
    check("PSP-04", token.told == said || *token.told == *said, hop, "lo stesso sendPaymentOutcome, con la stessa idempotencyKey", "the same sendPaymentOutcome, with the same idempotencyKey", "è cambiato", "it has changed");
    const std::int64_t slots = (std::int64_t{1} << std::min<std::int64_t>(token.attempts, 20)) - 1;
    check("PSP-05", now_ >= token.told_at + settings_.outcome_deadline * slots, hop, "prima di ripetere, l'attesa slot * (2^k - 1)", "before the repetition, the wait slot * (2^k - 1)", "ha ripetuto prima", "it repeated earlier");
  }
  token.told = said;
  token.told_at = now_;
}

void Monitors::cart_heard(const contract::Message& message) {
  std::visit(
      [&](const auto& said) {
        if constexpr (requires { said.idCart; said.paymentNotices; }) {
          for (const auto& notice : said.paymentNotices) carts_[notice.fiscalCode + "/" + notice.noticeNumber].insert(said.idCart.value_or(""));
        }
      },
      message);
}

void Monitors::flag(const Hop& hop, const std::string& notice, std::optional<bool> said) {
  const std::size_t slash = notice.find('/');
  const contract::CreditorInstitution* of = slash == std::string::npos ? nullptr : registry_->creditor(notice.substr(0, slash));
  const contract::Station* station = of == nullptr ? nullptr : registry_->station_of(*of, notice.substr(slash + 1));
  if (station == nullptr) return;
  check("CHK-19", said.value_or(false) == station->standin, hop, "standin a true solo per un pagamento in Stand In", "standin true only for a payment in Stand In", "dice il contrario", "it says the opposite");
}

void Monitors::receipt_sent(const Hop& hop, const contract::Message& said) {
  const std::string name = tokens_of(said).front();
  const std::string station = contract::text_at(said, "idStation").value_or("");
  const Sum sum = sum_in(said, name).value_or(Sum{});
  const std::string notice = notice_of(said);
  const bool named = notice.starts_with(hop.to.id + "/") || std::any_of(sum.parts.begin(), sum.parts.end(), [&](const auto& part) { return part.first == hop.to.id; });
  check("CHK-07", named, hop, "paSendRT solo agli EC interessati", "paSendRT only to the ECs concerned", "l'EC non c'entra", "this EC has no part in it");
  if (const auto token = tokens_.find(name); token != tokens_.end() && token->second.due != nullptr) {
    const bool agrees = sum_in(*token->second.due, name) == sum && contract::outcome_of(said).value_or(Outcome::OK) == Outcome::OK;
    check("EC-09", agrees, hop, "importo e transfer della risposta a paGetPayment", "amount and transfers of the answer to paGetPayment", "sono altri", "they are others");
  }
  if (const contract::CreditorInstitution* of = registry_->creditor(hop.to.id)) {
    const auto found = std::find_if(of->stations.begin(), of->stations.end(), [&](const contract::Station& s) { return s.idStation == station; });
    const auto* second = std::get_if<contract::PaSendRTV2Request>(&said);
    const auto with_account = [](const auto& t) { return t.IBAN.has_value(); };
    const bool with_stamp = second != nullptr && !std::all_of(second->receipt.transferList.transfer.begin(), second->receipt.transferList.transfer.end(), with_account);
    if (found != of->stations.end() && !with_stamp) {  // a stamp cannot be told in version 1
      check("CHK-13", (second != nullptr) == (found->primitive_version > 1), hop, "paSendRT nella versione della stazione", "paSendRT in the version of the station", "l'altra versione", "the other version");
    }
  }
  if (sends_.contains(hop.cause)) return;
  Copy& copy = copies_[name + "/" + hop.to.id + "/" + station];
  check("CHK-07", !copy.taken, hop, "nessun'altra copia a chi l'ha presa", "no other copy to who took it", "ne è partita un'altra", "another one left");
  if (copy.attempts > 0 && !by_order_) {
    check("CHK-20", now_ >= copy.last + settings_.receipt_retry_every && copy.attempts <= settings_.receipt_retries, hop, "un ritentativo alla sua ora, e non oltre l'ultimo", "a retry at its time, and none after the last", "è partito prima, o di troppo", "it left earlier, or was one too many");
  }
  ++copy.attempts;
  copy.last = now_;
  copy.entry = at_;
}

/// What the user paid is what was activated, and the fee.
void Monitors::money_sent(const Hop& hop, const contract::Message& said) {
  if (is_close(hop.primitive) && contract::outcome_of(said) != Outcome::OK) return;
  contract::Amount all;
  for (const std::string& name : tokens_of(said)) {
    const auto token = tokens_.find(name);
    if (token == tokens_.end() || token->second.due == nullptr) return;
    const std::optional<Sum> due = sum_in(*token->second.due, name);
    if (!due) return;
    all = all + due->total;
    if (is_notify(hop.primitive)) {
      check("CHK-04", sum_in(said, name) == due, hop, "importo e transfer del pagamento attivato", "amount and transfers of the activated payment", "sono altri", "they are others");
    }
  }
  const auto amount = [&](std::string_view path) { return contract::parse_amount(contract::text_at(said, path).value_or("")); };
  if (const auto total = amount("totalAmount")) {
    check("CHK-04", *total == all + amount("fee").value_or(contract::Amount{}), hop, "totalAmount uguale alla somma degli importi più la commissione", "totalAmount equal to the sum of the amounts and the fee", "non lo è", "it is not");
  }
}

void Monitors::request_sent(const Hop& hop, const contract::Message& said) {
  const std::vector<std::string> names = is_notify(hop.primitive) || is_receipt(hop.primitive) || is_outcome(hop.primitive) ? tokens_of(said) : std::vector<std::string>{};
  if (is_receipt(hop.primitive)) receipt_sent(hop, said);
  if (is_get(hop.primitive)) {
    const contract::CreditorInstitution* of = registry_->creditor(hop.to.id);
    const std::string notice = notice_of(said);
    const contract::Station* station = of == nullptr ? nullptr : registry_->station_of(*of, std::string_view(notice).substr(notice.find('/') + 1));
    if (station != nullptr) {
      check("CHK-13", (hop.primitive == PrimitiveId::paGetPaymentV2) == (station->primitive_version > 1), hop, "paGetPayment nella versione della stazione", "paGetPayment in the version of the station", "l'altra versione", "the other version");
    }
  }
  if (is_notify(hop.primitive) || is_close(hop.primitive)) money_sent(hop, said);
  if (is_get(hop.primitive)) {
    const auto notes = notes_.find(notice_of(said));
    if (notes != notes_.end()) {
      check("CHK-18", notes->second.contains(note_of(said)), hop, "il paymentNote dell'attivazione", "the paymentNote of the activation", "non è quello", "it is another");
    }
  }
  if (is_activation(hop.primitive) && hop.from.role == Role::checkout && !note_of(said).empty()) {
    check("CHK-18", carts_[notice_of(said)].contains(note_of(said)), hop, "un paymentNote che è l'idCart di un carrello con questo avviso", "a paymentNote that is the idCart of a cart with this notice", "non lo è", "it is not");
  }
  if (is_notify(hop.primitive) || is_receipt(hop.primitive)) {
    for (const std::string& name : names) {
      if (const auto token = tokens_.find(name); token != tokens_.end()) flag(hop, token->second.notice, flag_in(said, name));
    }
  }
  if (is_result(hop.primitive)) {
    for (const std::string& name : tokens_of(said)) {
      const auto token = tokens_.find(name);
      if (token != tokens_.end()) {
        token->second.reported = true;
        if (token->second.unheard && !token->second.paid) {
          const bool waited = contract::outcome_of(said) == Outcome::OK || now_ >= token->second.closed_at + settings_.token_extension;
          check("CHK-10", waited, hop, "nessun risultato KO prima della scadenza del token", "no result KO before the token expires", "è partito prima", "it left earlier");
        }
      }
      if (token == tokens_.end() || !token->second.refused || token->second.accepted_before) continue;
      check("CHK-04", contract::outcome_of(said) == Outcome::KO, hop, "sendPaymentResult KO dopo il KO alla notifica", "sendPaymentResult KO after the KO to the notification", "è OK", "it is OK");
    }
  }
  for (const std::string& name : names) {
    Token& token = tokens_[name];
    if (is_notify(hop.primitive)) {
      check("CHK-04", token.closed, hop, "pspNotifyPayment solo dopo una closePayment OK accettata", "pspNotifyPayment only after an accepted closePayment OK", "è partita prima", "it left before");
      token.notified = true;
    } else if (is_receipt(hop.primitive)) {
      check("CHK-07", token.paid, hop, "paSendRT solo dopo un esito OK acquisito", "paSendRT only after an outcome OK was acquired", "è partita senza esito", "it left without an outcome");
    } else if (hop.from.role == Role::psp) {
      if (token.outcome_due) {
        token.outcome_due = false;
        check("CHK-06", now_ <= token.outcome_by, hop, "sendPaymentOutcome entro 2 s dall'OK alla notifica", "sendPaymentOutcome within 2 s of the OK to the notification", "è partito tardi", "it left late", settings_.outcome_after > outcome_limit);
      }
      check("CHK-14", !token.psp_has_answer, hop, "nessun altro sendPaymentOutcome dopo una risposta del Nodo", "no other sendPaymentOutcome after an answer of the Nodo", "l'ha inviato di nuovo", "it sent it again");
      if (!sends_.contains(hop.cause)) {
        if (token.orders != orders_) token.attempts = 0, token.orders = orders_;
        outcome_sent(hop, token, talks_[hop.exchange].asked);
        check("PSP-05", ++token.attempts <= settings_.outcome_attempts, hop, "non più tentativi di sendPaymentOutcome del massimo", "no more attempts of sendPaymentOutcome than the most", "un tentativo di troppo", "one attempt too many");
      }
      if (token.psp_refused || token.notified) {
        check("PSP-02", !token.psp_refused, hop, "nessun sendPaymentOutcome dopo un KO alla notifica", "no sendPaymentOutcome after a KO to the notification", "l'ha inviato", "it sent one", token.psp_was_told_to);
      }
    }
  }
  if (is_notify(hop.primitive)) {
    const std::string channel = contract::text_at(said, "idChannel").value_or("");
    if (const contract::Channel* found = registry_->channel(hop.to.id, channel)) {
      const bool second = hop.primitive == PrimitiveId::pspNotifyPaymentV2;
      check("CHK-11", second == (found->primitive_version == 2), hop, "pspNotifyPayment nella versione del canale", "pspNotifyPayment in the version of the channel", "l'altra versione", "the other version");
    }
  }
  if (const std::string key = key_of(said); !key.empty()) {
    const bool good = settings_.idempotency_key_of_digits ? contract::patterns::idempotency_key_of_digits.matches(key) : contract::patterns::idempotency_key.matches(key);
    check("CHK-22", good, hop, "una idempotencyKey del suo formato", "an idempotencyKey of its format", "non lo è", "it is not");
  }
  if (const auto* first = std::get_if<contract::PspNotifyPaymentReq>(&said)) {
    check("CHK-16", !first->creditCardPayment.has_value(), hop, "nessun creditCardPayment", "no creditCardPayment", "c'è", "it is there");
  }
}

void Monitors::response_sent(const Hop& hop, const contract::Message& said) {
  const bool ok = contract::outcome_of(said) == Outcome::OK;
  const bool soap = contract::primitive(hop.primitive).port != nullptr;
  if (soap && !ok) {
    check("CHK-09", contract::fault_of(said) != nullptr, hop, "outcome KO con fault bean", "outcome KO with a fault bean", "nessun fault", "no fault");
  }
  if (const auto* verified = std::get_if<contract::PaVerifyPaymentNoticeRes>(&said); verified != nullptr && verified->paymentList) {
    check("CHK-17", verified->paymentList->paymentOptionDescription.amount.cents > 0, hop, "un importo di almeno 0.01", "an amount of at least 0.01", "non lo è", "it is not");
  }
  if (const auto* verified = std::get_if<contract::PaVerifyPaymentNoticeRes>(&said); verified != nullptr && ok) {
    check("EC-02", verified->paymentList && verified->paymentList->paymentOptionDescription.options == "EQ", hop, "un'opzione di pagamento con options=EQ", "one payment option with options=EQ", "non c'è", "it is not there");
  }
  if (is_get(hop.primitive) && ok) {
    check("EC-05", adds_up(said), hop, "paymentAmount uguale alla somma dei transfer", "paymentAmount equal to the sum of the transfers", "non lo è", "it is not");
  }
  const auto found = talks_.find(hop.exchange);
  if (const auto* cart = std::get_if<contract::CartsV2Response>(&said); cart != nullptr && cart->location && found != talks_.end()) {
    check("CHK-24", !found->second.broken, hop, "un errore a un carrello che non rispetta il tracciato", "an error to a cart that does not keep to its layout", "l'ha accettato", "it accepted it");
  }
  if (found == talks_.end() || found->second.heard == nullptr) return;
  const Talk& talk = found->second;
  const contract::Message& question = *talk.heard;
  const bool asked_ok = contract::outcome_of(question) == Outcome::OK;

  if (ok && (hop.primitive == PrimitiveId::verifyPaymentNotice || is_activation(hop.primitive))) flag(hop, notice_of(question), flag_in(said, {}));
  if (hop.primitive == PrimitiveId::verifyPaymentNotice && ok) {
    const auto read = verified_.find(notice_of(question));
    check("CHK-02", read != verified_.end() && read->second > talk.received, hop, "verifica OK dopo la risposta OK dell'EC a paVerifyPaymentNotice", "verify OK after the EC's OK to paVerifyPaymentNotice",
          "l'EC non ha risposto OK a questa verifica", "the EC did not answer OK to this verify");
  } else if (is_activation(hop.primitive) && ok) {
    const std::string token = contract::text_at(said, "paymentToken").value_or("");
    if (const auto known = tokens_.find(token); known != tokens_.end() && !known->second.notice.empty()) {
      check("CHK-03", known->second.notice == notice_of(question), hop, "un token nuovo per ogni avviso", "a new token for each notice", "è di un altro avviso", "it is of another notice");
    }
    if (!tokens_.contains(token)) {  // else the same answer again, by the idempotency key
      const auto read = obtained_.find(notice_of(question));
      check("CHK-03", read != obtained_.end() && read->second > talk.received, hop, "token nuovo dopo la risposta OK dell'EC a paGetPayment", "a new token after the EC's OK to paGetPayment",
            "l'EC non ha risposto OK a questa attivazione", "the EC did not answer OK to this activation");
      const auto got = got_.find(notice_of(question));
      if (got != got_.end()) {
        check("EC-05", adds_up(*got->second), hop, "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE se l'importo non è la somma dei transfer", "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE if the amount is not the sum of the transfers", "ha risposto OK", "it answered OK");
        check("EC-05", is_registered(*registry_, *got->second), hop, "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE se un beneficiario o un conto non è censito", "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE if a beneficiary or an account is not registered", "ha risposto OK", "it answered OK");
        tokens_[token].due = got->second;
      }
      tokens_[token].notice = notice_of(question);
    }
  } else if (is_close(hop.primitive) && ok && asked_ok) {
    for (const std::string& name : tokens_of(question)) tokens_[name].closed = true, tokens_[name].closed_at = now_;
  } else if (is_notify(hop.primitive)) {
    check("PSP-01", now_ <= talk.heard_at + answer_limit, hop, "risposta a pspNotifyPayment entro 2 s", "an answer to pspNotifyPayment within 2 s", "è partita tardi", "it left late");
    for (const std::string& name : tokens_of(question)) {
      Token& token = tokens_[name];
      if (ok && !token.kept_quiet && !token.psp_accepted && !token.psp_refused && token.told == nullptr && hop.rule_line == 0) {
        token.outcome_due = true;
        token.outcome_by = now_ + outcome_limit;
        token.psp = hop.from;
        token.accepted_entry = at_;
      }
      token.psp_accepted = token.psp_accepted || ok;  // and nothing takes that back
      token.psp_refused = !token.psp_accepted && contract::fault_of(said) != nullptr;
      token.psp_was_told_to = hop.rule_line != 0;
    }
  } else if (is_outcome(hop.primitive)) {
    const contract::CtFaultBean* fault = contract::fault_of(said);
    for (const std::string& name : tokens_of(question)) {
      Token& token = tokens_[name];
      if (token.refused && !token.accepted_before) {
        check("CHK-05", !ok, hop, "KO a ogni esito dopo il KO alla notifica", "KO to every outcome after the KO to the notification", "ha risposto OK", "it answered OK");
      }
      if (token.notified && !asked_ok) {
        check("CHK-06", !ok, hop, "KO a un esito KO dopo la notifica", "KO to an outcome KO after the notification", "ha risposto OK", "it answered OK");
      }
      if (ok) {
        const bool again = token.recorded != nullptr && (*token.recorded == question || (!key_of(question).empty() && key_of(*token.recorded) == key_of(question)));
        check("CHK-15", token.recorded == nullptr || again, hop, "KO a un secondo esito", "KO to a second outcome", "ha risposto OK", "it answered OK");
        if (token.recorded == nullptr) token.recorded = talk.heard;
      }
      if (fault != nullptr && (fault->faultCode == "PPT_TOKEN_SCADUTO" || fault->faultCode == "PPT_TOKEN_SCADUTO_KO")) {
        check("CHK-21", asked_ok == (fault->faultCode == "PPT_TOKEN_SCADUTO"), hop, "PPT_TOKEN_SCADUTO_KO a un esito KO, PPT_TOKEN_SCADUTO a un esito OK", "PPT_TOKEN_SCADUTO_KO to an outcome KO, PPT_TOKEN_SCADUTO to an outcome OK", "l'altro codice", "the other code");
      }
      if (!asked_ok) continue;
      token.paid = token.paid || ok || (fault != nullptr && fault->faultCode == "PPT_TOKEN_SCADUTO" && !token.closed);
      token.accepted_before = token.accepted_before || (ok && !token.refused);
    }
  } else if (is_receipt(hop.primitive)) {
    const std::string copy = hop.from.id + "/" + tokens_of(question).front();
    if (taken_.contains(copy)) check("EC-07", !ok, hop, "KO alla stessa ricevuta", "KO to the same receipt", "ha risposto OK", "it answered OK");
    if (!ok || hop.rule_line != 0) return;
    taken_.insert(copy);
    const std::string notice = notice_of(question);
    if (notice.starts_with(hop.from.id + "/")) settled_.insert(notice);  // of the owner alone
  } else if (hop.primitive == PrimitiveId::paVerifyPaymentNotice || is_get(hop.primitive)) {
    if (ok && is_get(hop.primitive) && contract::text_at(question, "transferType") == "POSTAL") {
      check("EC-04", goes_to_the_post(*registry_, said), hop, "un IBAN postale sul transfer 1", "a postal IBAN on transfer 1", "non è postale", "it is not postal");
    }
    const contract::CtFaultBean* fault = contract::fault_of(said);
    Debt& debt = debts_[notice_of(question)];
    if (debt.open && !debt.receipt_heard && !debt.commanded) {
      check("EC-01", fault == nullptr || fault->faultCode != "PAA_PAGAMENTO_DUPLICATO", hop, "i dati, finché la ricevuta non arriva", "the data, until the receipt comes", "PAA_PAGAMENTO_DUPLICATO", "PAA_PAGAMENTO_DUPLICATO");
    }
    if (ok && hop.rule_line == 0 && !debt.receipt_heard) debt.open = true;
    if (settled_.contains(notice_of(question)) && fault != nullptr && says_state(fault->faultCode)) {
      check("EC-06", fault->faultCode == "PAA_PAGAMENTO_DUPLICATO", hop, "PAA_PAGAMENTO_DUPLICATO dopo la ricevuta", "PAA_PAGAMENTO_DUPLICATO after the receipt", "un altro codice", "another code");
    }
    if (settled_.contains(notice_of(question))) {
      check("CHK-08", !ok, hop, "KO a chi chiede di un avviso la cui ricevuta è stata presa", "KO to whoever asks about a notice whose receipt was taken", "ha risposto OK", "it answered OK");
    }
  }
}

void Monitors::response_received(const Hop& hop, const contract::Message& said) {
  const auto found = talks_.find(hop.exchange);
  if (found == talks_.end() || found->second.asked == nullptr || found->second.over) return;
  const contract::Message& question = *found->second.asked;
  const bool ok = contract::outcome_of(said) == Outcome::OK;
  if (hop.primitive == PrimitiveId::paVerifyPaymentNotice && ok) verified_[notice_of(question)] = at_;
  if (is_get(hop.primitive) && ok) {
    obtained_[notice_of(question)] = at_;
    got_[notice_of(question)] = std::get<Body>(hop.said);
  }
  if (is_receipt(hop.primitive)) {
    Copy& copy = copies_[tokens_of(question).front() + "/" + hop.from.id + "/" + contract::text_at(question, "idStation").value_or("")];
    copy.taken = copy.taken || ok;
    copy.answered = copy.answered || ok || settings_.receipt_ko_is_final;
  }
  if (is_notify(hop.primitive) && !ok && contract::fault_of(said) != nullptr) {
    for (const std::string& name : tokens_of(question)) {
      Token& token = tokens_[name];
      token.owes_result = token.owes_result || (!token.refused && token.closed && !token.recorded && !token.reported && !found->second.ordered);
      token.refused_entry = at_;
      token.refused = true;
    }
  }
  if (is_outcome(hop.primitive) && hop.to.role == Role::psp && !found->second.ordered) {
    for (const std::string& name : tokens_of(question)) tokens_[name].psp_has_answer = true;
  }
}

/// What was due and never came: shown by the entry from which it was due.
void Monitors::owed(std::string_view rule, bool held, const Party& who, std::size_t entry, const char* expected_it, const char* expected_en, const char* found_it, const char* found_en, bool scripted) {
  Exercise& fate = fates_[rule];
  if (held) {
    if (fate == Exercise::not_exercised) fate = Exercise::held;
    return;
  }
  fate = Exercise::broken;
  breaches_.push_back({rule, who, entry, now_, {expected_it, expected_en}, {found_it, found_en}, scripted});
}

void Monitors::finish(bool cut_short) {
  for (const auto& [name, token] : tokens_) {
    if (!token.outcome_due || (cut_short && now_ <= token.outcome_by)) continue;
    owed("CHK-06", false, token.psp, token.accepted_entry, "sendPaymentOutcome entro 2 s dall'OK alla notifica", "sendPaymentOutcome within 2 s of the OK to the notification", "non è mai partito", "it never left", settings_.outcome_after > outcome_limit);
  }
  for (const auto& [name, token] : tokens_) {
    if (cut_short || !token.owes_result) continue;
    owed("CHK-04", token.reported, {Role::nodo, {}}, token.refused_entry, "sendPaymentResult KO dopo il KO alla notifica", "sendPaymentResult KO after the KO to the notification", "non è mai partito", "it never left", false);
  }
  if (cut_short || by_order_) return;
  for (const auto& [name, copy] : copies_) {
    if (copy.attempts == 0 || copy.answered) continue;
    owed("CHK-20", copy.attempts > settings_.receipt_retries, {Role::nodo, {}}, copy.entry, "paSendRT ritentata finché non è presa", "paSendRT tried again until it is taken", "non è stata ritentata", "it was not tried again", false);
  }
}

}  // namespace sim
