#include "sim/monitors.hpp"

#include <iterator>

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
  {"CHK-04", "nessuna notifica prima di una chiusura OK accettata", "no notification before an accepted close OK"},
  {"CHK-05", "dopo un KO alla notifica ogni esito riceve KO", "after a KO to the notification every outcome is answered KO"},
  {"CHK-06", "un esito KO di un pagamento notificato riceve KO", "an outcome KO of a notified payment is answered KO"},
  {"CHK-07", "nessuna ricevuta prima di un esito OK acquisito", "no receipt before an outcome OK was acquired"},
  {"CHK-08", "chi ha preso la ricevuta non offre più il pagamento", "who took the receipt offers the payment no more"},
  {"CHK-09", "una risposta KO porta il fault bean", "an answer KO carries a fault bean"},
  {"CHK-11", "la notifica ha la versione del canale", "the notification has the version of the channel"},
  {"CHK-13", "ogni messaggio rispetta il suo tracciato", "every message keeps to its layout"},
  {"CHK-14", "avuta risposta, il PSP non ripete l'esito", "once answered, the PSP does not repeat the outcome"},
  {"CHK-16", "nessun creditCardPayment nella notifica", "no creditCardPayment in the notification"},
  {"CHK-17", "l'importo della verifica non è zero", "the amount of a verify is not zero"},
  {"PSP-02", "chi ha rifiutato la notifica non invia esiti", "who refused the notification sends no outcome"},
  {"PSP-05", "il PSP non supera i tentativi dell'esito", "the PSP keeps to the attempts of the outcome"},
};
// clang-format on

bool is_outcome(PrimitiveId id) { return id == PrimitiveId::sendPaymentOutcome || id == PrimitiveId::sendPaymentOutcomeV2; }
bool is_close(PrimitiveId id) { return id == PrimitiveId::closePaymentV1 || id == PrimitiveId::closePaymentV2; }
bool is_notify(PrimitiveId id) { return id == PrimitiveId::pspNotifyPayment || id == PrimitiveId::pspNotifyPaymentV2; }
bool is_receipt(PrimitiveId id) { return id == PrimitiveId::paSendRT || id == PrimitiveId::paSendRTV2; }
bool is_activation(PrimitiveId id) { return id == PrimitiveId::activatePaymentNotice || id == PrimitiveId::activatePaymentNoticeV2; }
bool is_get(PrimitiveId id) { return id == PrimitiveId::paGetPayment || id == PrimitiveId::paGetPaymentV2; }

/// The payment tokens that a request speaks of.
std::vector<std::string> tokens_of(const contract::Message& message) {
  return std::visit(
      [](const auto& said) -> std::vector<std::string> {
        if constexpr (requires { said.paymentTokens.paymentToken; }) {
          return said.paymentTokens.paymentToken;
        } else if constexpr (requires { said.paymentTokens.front(); }) {
          return said.paymentTokens;
        } else if constexpr (requires { said.paymentList.payment; }) {
          std::vector<std::string> out;
          for (const auto& payment : said.paymentList.payment) out.push_back(payment.paymentToken);
          return out;
        } else if constexpr (requires { said.paymentToken.size(); }) {
          return {said.paymentToken};
        } else if constexpr (requires { said.receipt.receiptId; }) {
          return {said.receipt.receiptId};
        } else {
          return {};
        }
      },
      message);
}

/// "77777777777/302...", of a request that names a notice; empty otherwise.
std::string notice_of(const contract::Message& message) {
  return std::visit(
      [](const auto& said) -> std::string {
        if constexpr (requires { said.qrCode.noticeNumber; }) return said.qrCode.fiscalCode + "/" + said.qrCode.noticeNumber;
        else if constexpr (requires { said.receipt.noticeNumber; }) return said.receipt.fiscalCode + "/" + said.receipt.noticeNumber;
        else return {};
      },
      message);
}

}  // namespace

std::span<const MonitorRow> monitors() { return table; }

Monitors::Monitors(const contract::Registry& registry, const contract::Settings& settings) : registry_(&registry), outcome_attempts_(settings.outcome_attempts) {}

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
    if (body == nullptr) return;
    if (hop->leg == Leg::request && hop->stage == Stage::sent) {
      Talk& talk = talks_[hop->exchange];
      talk.asked = *body;
      talk.ordered = sends_.contains(hop->cause);
      request_sent(*hop, **body);
    } else if (hop->leg == Leg::request && hop->stage == Stage::received) {
      Talk& talk = talks_[hop->exchange];
      talk.heard = *body;
      if (!talk.received_once) talk.received = index, talk.received_once = true;
    } else if (hop->leg == Leg::response && hop->stage == Stage::sent) {
      response_sent(*hop, **body);
    } else if (hop->leg == Leg::response && hop->stage == Stage::received) {
      response_received(*hop, **body);
    }
  } else if (const auto* silent = std::get_if<Unanswered>(&entry.what)) {
    talks_[silent->exchange].over = true;  // an answer that comes later is not heard
  } else if (const auto* commanded = std::get_if<Commanded>(&entry.what)) {
    if (commanded->command.verb == "send" || commanded->command.verb == "cart") sends_.insert(commanded->command.id);
    if (commanded->who.role == Role::psp && commanded->command.verb != "send") {  // whoever gives an order may set the counter back
      for (auto& [name, token] : tokens_) token.attempts = 0;
    }
    if (commanded->command.verb == "position") settled_.erase(commanded->who.id + "/" + std::string(commanded->command.value("notice")));
  }
}

void Monitors::request_sent(const Hop& hop, const contract::Message& said) {
  const std::vector<std::string> names = is_notify(hop.primitive) || is_receipt(hop.primitive) || is_outcome(hop.primitive) ? tokens_of(said) : std::vector<std::string>{};
  for (const std::string& name : names) {
    Token& token = tokens_[name];
    if (is_notify(hop.primitive)) {
      check("CHK-04", token.closed, hop, "pspNotifyPayment solo dopo una closePayment OK accettata", "pspNotifyPayment only after an accepted closePayment OK", "è partita prima", "it left before");
      token.notified = true;
    } else if (is_receipt(hop.primitive)) {
      check("CHK-07", token.paid, hop, "paSendRT solo dopo un esito OK acquisito", "paSendRT only after an outcome OK was acquired", "è partita senza esito", "it left without an outcome");
    } else if (hop.from.role == Role::psp) {
      check("CHK-14", !token.psp_has_answer, hop, "nessun altro sendPaymentOutcome dopo una risposta del Nodo", "no other sendPaymentOutcome after an answer of the Nodo", "l'ha inviato di nuovo", "it sent it again");
      if (!sends_.contains(hop.cause)) {
        check("PSP-05", ++token.attempts <= outcome_attempts_, hop, "non più tentativi di sendPaymentOutcome del massimo", "no more attempts of sendPaymentOutcome than the most", "un tentativo di troppo", "one attempt too many");
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
  const auto found = talks_.find(hop.exchange);
  if (found == talks_.end() || found->second.heard == nullptr) return;
  const Talk& talk = found->second;
  const contract::Message& question = *talk.heard;
  const bool asked_ok = contract::outcome_of(question) == Outcome::OK;

  if (hop.primitive == PrimitiveId::verifyPaymentNotice && ok) {
    const auto read = verified_.find(notice_of(question));
    check("CHK-02", read != verified_.end() && read->second > talk.received, hop, "verifica OK dopo la risposta OK dell'EC a paVerifyPaymentNotice", "verify OK after the EC's OK to paVerifyPaymentNotice",
          "l'EC non ha risposto OK a questa verifica", "the EC did not answer OK to this verify");
  } else if (is_activation(hop.primitive) && ok) {
    const std::string token = contract::text_at(said, "paymentToken").value_or("");
    if (!tokens_.contains(token)) {  // else the same answer again, by the idempotency key
      const auto read = obtained_.find(notice_of(question));
      check("CHK-03", read != obtained_.end() && read->second > talk.received, hop, "token nuovo dopo la risposta OK dell'EC a paGetPayment", "a new token after the EC's OK to paGetPayment",
            "l'EC non ha risposto OK a questa attivazione", "the EC did not answer OK to this activation");
      tokens_[token];
    }
  } else if (is_close(hop.primitive) && ok && asked_ok) {
    for (const std::string& name : tokens_of(question)) tokens_[name].closed = true;
  } else if (is_notify(hop.primitive)) {
    for (const std::string& name : tokens_of(question)) {
      Token& token = tokens_[name];
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
      if (!asked_ok) continue;
      token.paid = token.paid || ok || (fault != nullptr && fault->faultCode == "PPT_TOKEN_SCADUTO" && !token.closed);
      token.accepted_before = token.accepted_before || (ok && !token.refused);
    }
  } else if (is_receipt(hop.primitive) && ok) {
    const std::string notice = notice_of(question);
    if (notice.starts_with(hop.from.id + "/")) settled_.insert(notice);  // of the owner alone
  } else if (hop.primitive == PrimitiveId::paVerifyPaymentNotice || is_get(hop.primitive)) {
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
  if (is_get(hop.primitive) && ok) obtained_[notice_of(question)] = at_;
  if (is_notify(hop.primitive) && !ok && contract::fault_of(said) != nullptr) {
    for (const std::string& name : tokens_of(question)) tokens_[name].refused = true;
  }
  if (is_outcome(hop.primitive) && hop.to.role == Role::psp && !found->second.ordered) {
    for (const std::string& name : tokens_of(question)) tokens_[name].psp_has_answer = true;
  }
}

void Monitors::finish(bool) {}  // no rule watched so far waits for the end

}  // namespace sim
