#include "sim/monitors.hpp"

#include <algorithm>
#include <iterator>

#include "sim/check.hpp"
#include "sim/contract/rules.hpp"
#include "sim/monitors/reading.hpp"

namespace sim {
namespace {

using namespace reading;
using contract::Leg;
using contract::Outcome;
using contract::Role;
using Stage = Hop::Stage;

// clang-format off
constexpr MonitorRow table[] = {
  {"CHK-01", "si chiede solo ciò che l'utente ha digitato, o ha in un carrello", "only what the user typed, or has in a cart, is asked about"},
  {"CHK-02", "una verifica OK segue la risposta OK dell'EC", "a verify answered OK follows the EC's answer OK"},
  {"CHK-02", "dopo la risposta dell'EC la verifica è OK, e di una risposta che non c'è non si parla", "after the EC's answer the verify is OK, and no answer is spoken of that was not asked for"},
  {"CHK-02", "paVerifyPaymentNotice parte per una verifica che attende", "paVerifyPaymentNotice leaves for a verify that waits"},
  {"CHK-03", "paGetPayment parte per un'attivazione che attende", "paGetPayment leaves for an activation that waits"},
  {"CHK-03", "un token nuovo segue la risposta OK dell'EC", "a new token follows the EC's answer OK"},
  {"CHK-03", "un token è di un solo avviso", "a token is of one notice alone"},
  {"CHK-03", "la risposta OK dell'EC dà un token, e di una risposta che non c'è non si parla", "the EC's OK gives a token, and no answer is spoken of that was not asked for"},
  {"CHK-04", "nessuna notifica prima di una chiusura OK accettata", "no notification before an accepted close OK"},
  {"CHK-04", "dopo un KO alla notifica il risultato è KO", "after a KO to the notification the result is KO"},
  {"CHK-04", "notifica e chiusura hanno gli importi attivati", "notification and close have the amounts that were activated"},
  {"CHK-04", "dopo un KO alla notifica non ne parte un'altra", "after a KO to the notification no other one leaves"},
  {"CHK-04", "una chiusura dal totale sbagliato è respinta", "a close with a wrong total is turned down"},
  {"CHK-04", "un KO alla notifica ha il suo risultato", "a KO to the notification has its result"},
  {"CHK-04", "closePayment non precede la risposta del gateway", "closePayment does not come before the gateway's answer"},
  {"CHK-04", "chi ha pagato ha il suo closePayment", "whoever has paid has his closePayment"},
  {"CHK-04", "Checkout accoglie il primo risultato", "Checkout takes the first result"},
  {"CHK-05", "dopo un KO alla notifica ogni esito riceve KO", "after a KO to the notification every outcome is answered KO"},
  {"CHK-05", "dopo un KO alla notifica l'esito non è un pagamento doppio", "after a KO to the notification the outcome is no payment made twice"},
  {"CHK-06", "un esito KO di un pagamento notificato riceve KO", "an outcome KO of a notified payment is answered KO"},
  {"CHK-06", "chi ha accettato la notifica invia l'esito entro 2 s", "who accepted the notification sends the outcome within 2 s"},
  {"CHK-07", "la ricevuta va a chi vi è nominato, e non due volte", "the receipt goes to who is named in it, and not twice"},
  {"CHK-07", "nessuna ricevuta prima di un esito OK acquisito", "no receipt before an outcome OK was acquired"},
  {"CHK-07", "chi è interessato riceve la ricevuta", "whoever is concerned gets the receipt"},
  {"CHK-08", "chi ha preso la ricevuta non offre più il pagamento", "who took the receipt offers the payment no more"},
  {"CHK-09", "una risposta KO porta il fault bean", "an answer KO carries a fault bean"},
  {"CHK-09", "il fault dice chi lo emette", "a fault says who emits it"},
  {"CHK-09", "un avviso pagato, o in pagamento, ha il suo errore", "a notice that is paid, or being paid, has its fault"},
  {"CHK-09", "chi non rispetta il tracciato ha un errore di sintassi", "whoever does not keep to the layout gets an error of syntax"},
  {"CHK-09", "closePayment porta i dati della carta", "closePayment bears the card data"},
  {"CHK-09", "una chiusura senza i dati della carta è respinta da chi li vuole", "a close without the card data is turned down where they are wanted"},
  {"CHK-09", "checkPosition è KO per chi non si può pagare", "checkPosition is KO for what cannot be paid"},
  {"CHK-10", "senza risposta alla notifica il Nodo attende", "without an answer to the notification the Nodo waits"},
  {"CHK-10", "senza risposta né esito il risultato è KO alla scadenza", "without answer and outcome the result is KO at expiry"},
  {"CHK-10", "l'esito OK dopo il silenzio prosegue il flusso", "the outcome OK after the silence lets the flow go on"},
  {"CHK-10", "dopo la scadenza l'esito non è più accolto", "after expiry the outcome is taken no more"},
  {"CHK-11", "la notifica va sul canale scelto in closePayment", "the notification goes to the channel that closePayment chose"},
  {"CHK-11", "la notifica ha la versione del canale", "the notification has the version of the channel"},
  {"CHK-12", "la notifica va al PSP scelto in closePayment", "the notification goes to the PSP that closePayment chose"},
  {"CHK-12", "la chiusura accettata ha la sua notifica", "an accepted close has its notification"},
  {"CHK-13", "ogni messaggio rispetta il suo tracciato", "every message keeps to its layout"},
  {"CHK-13", "paGetPayment e paSendRT hanno la versione della stazione", "paGetPayment and paSendRT have the version of the station"},
  {"CHK-14", "avuta risposta, il PSP non ripete l'esito", "once answered, the PSP does not repeat the outcome"},
  {"CHK-15", "accettato un esito, nessun altro è accettato", "once an outcome was accepted, no other is"},
  {"CHK-15", "un esito già acquisito non è ignoto", "an outcome that is there already is not unknown"},
  {"CHK-16", "la notifica porta i dati di closePayment", "the notification bears the data of closePayment"},
  {"CHK-16", "nessun creditCardPayment nella notifica", "no creditCardPayment in the notification"},
  {"CHK-17", "l'importo della verifica non è zero", "the amount of a verify is not zero"},
  {"CHK-18", "il paymentNote dell'attivazione raggiunge l'EC", "the paymentNote of the activation reaches the EC"},
  {"CHK-18", "il paymentNote di Checkout è l'idCart di un carrello", "the paymentNote of Checkout is the idCart of a cart"},
  {"CHK-19", "standin dice se la stazione è in Stand In", "standin tells whether the station is in Stand In"},
  {"CHK-20", "la ricevuta non presa si ritenta, coi suoi tempi", "a receipt not taken is tried again, in its time"},
  {"CHK-21", "un esito scaduto riceve il codice del suo outcome", "an expired outcome is answered with the code of its kind"},
  {"CHK-22", "la idempotencyKey segue il suo formato", "the idempotencyKey follows its format"},
  {"CHK-22", "la stessa idempotencyKey dà la stessa risposta", "the same idempotencyKey gives the same answer"},
  {"CHK-22", "una idempotencyKey malformata è un errore di sintassi", "a malformed idempotencyKey is an error of syntax"},
  {"CHK-23", "dueDate non ferma il pagamento", "dueDate does not stop the payment"},
  {"CHK-23", "un avviso scaduto non è offerto", "an expired notice is not offered"},
  {"CHK-24", "un carrello v2 incompleto è rifiutato", "a cart v2 that lacks something is refused"},
  {"EC-01", "la posizione resta aperta fino alla ricevuta", "the position stays open until the receipt"},
  {"EC-01", "una posizione riaperta è servita", "a position that was opened again is served"},
  {"EC-02", "l'importo è quello aggiornato", "the amount is the one due now"},
  {"EC-02", "la verifica porta options=EQ", "the verify carries options=EQ"},
  {"EC-03", "retentionDate e lastPayment non contano", "retentionDate and lastPayment do not count"},
  {"EC-04", "con PAGOPA c'è IBANAPPOGGIO", "with PAGOPA there is IBANAPPOGGIO"},
  {"EC-04", "transferType ha il suo conto", "transferType has its account"},
  {"EC-05", "beneficiari e conti sono censiti", "beneficiaries and accounts are registered"},
  {"EC-05", "l'importo è la somma dei transfer", "the amount is the sum of the transfers"},
  {"EC-05", "una risposta dell'EC che non vale ha il suo errore", "an EC's answer that is no good has its fault"},
  {"EC-06", "il codice è quello dello stato", "the code is that of the state"},
  {"EC-06", "l'avviso sonda è ignoto", "the probe notice is unknown"},
  {"EC-06", "chi ha preso la ricevuta dice che è un duplicato", "who took the receipt says that it is a duplicate"},
  {"EC-07", "la stessa ricevuta è presa una volta sola", "the same receipt is taken only once"},
  {"EC-08", "la ricevuta in coda riparte a richiesta", "a receipt in the queue leaves again upon request"},
  {"EC-09", "la ricevuta ha il riferimento del creditore", "the receipt has the creditor's reference"},
  {"EC-09", "la ricevuta concorda con la richiesta di pagamento", "the receipt agrees with the payment request"},
  {"PSP-01", "il PSP risponde alla notifica entro 2 s", "the PSP answers the notification within 2 s"},
  {"PSP-01", "il Nodo attende la risposta alla notifica", "the Nodo waits for the answer to the notification"},
  {"PSP-01", "il Nodo non attende oltre il suo termine", "the Nodo does not wait beyond its deadline"},
  {"PSP-02", "chi ha accettato la notifica invia outcome OK", "who accepted the notification sends outcome OK"},
  {"PSP-02", "chi ha rifiutato la notifica non invia esiti", "who refused the notification sends no outcome"},
  {"PSP-04", "il PSP ripete l'esito tale e quale", "the PSP repeats the outcome as it was"},
  {"PSP-04", "l'esito è di un token conosciuto", "the outcome is of a token that is known"},
  {"PSP-04", "l'esito passa da un proprio canale", "the outcome goes through a channel of one's own"},
  {"PSP-05", "senza risposta il PSP ripete l'esito", "without an answer the PSP repeats the outcome"},
  {"PSP-05", "il PSP attende prima di ripetere l'esito", "the PSP waits before it repeats the outcome"},
  {"PSP-05", "il PSP non supera i tentativi dell'esito", "the PSP keeps to the attempts of the outcome"},
};
// clang-format on

/// The place of a rule: the number in its id, after those of the other kinds.
constexpr std::size_t place_of(std::string_view rule) {
  const std::size_t number = static_cast<std::size_t>((rule[rule.size() - 2] - '0') * 10 + (rule[rule.size() - 1] - '0'));
  return number + (rule.front() == 'C' ? 0 : rule.front() == 'E' ? 24 : 34);
}
static_assert(place_of("CHK-24") == 24 && place_of("EC-01") == 25 && place_of("EC-10") == 34 && place_of("PSP-09") == 43);

/// The rule that a message without shape breaks: that of the field which is wrong, where one speaks of it. [CHK-13]
std::string_view rule_of(const Malformed& said) {
  for (const contract::Violation& violation : said.violations) {
    const std::string& place = violation.place;
    if (violation.rule == "SIN_PVPNR_10") return "CHK-09";
    if (violation.rule == "EC-05") return "EC-05";
    if (place.ends_with("paymentOptionDescription/amount") && contract::parse_amount(violation.found) == contract::Amount{}) return "CHK-17";
    if (place.ends_with("idempotencyKey")) return "CHK-22";
    if (place.ends_with("returnWaitingUrl")) return "CHK-24";
  }
  return "CHK-13";
}
bool is_about_the_key(const Malformed& said) {
  return !said.violations.empty() && std::all_of(said.violations.begin(), said.violations.end(), [](const contract::Violation& v) { return v.place.ends_with("idempotencyKey"); });
}

}  // namespace

std::span<const MonitorRow> monitors() { return table; }

Monitors::Monitors(const contract::Registry& registry, const contract::Settings& settings) : registry_(&registry), settings_(settings) {}

Exercise Monitors::fate(std::string_view rule) const { return fates_[place_of(rule)]; }

void Monitors::check(std::string_view rule, bool held, const Hop& hop, const char* expected_it, const char* expected_en, const char* found_it, const char* found_en, bool scripted) {
  Exercise& fate = fates_[place_of(rule)];
  if (held) {
    if (fate == Exercise::not_exercised) fate = Exercise::held;
    return;
  }
  fate = Exercise::broken;
  // Whoever is told to send a cart is not told where the user comes back to. [CHK-24]
  const bool cart_told = carts_told_.contains(hop.cause) && rule != "CHK-24";
  const bool told_to = hop.leg == Leg::request && (sends_.contains(hop.cause) || cart_told);  // whoever answers a scripted request answers by itself
  const bool ordered = scripted || hop.rule_line != 0 || told_to;
  breaches_.push_back({rule, hop.from, at_ - 1, now_, {expected_it, expected_en}, {found_it, found_en}, ordered});
}

/// What was due and never came, or came to an end that no message shows: told by the entry from which it was due.
void Monitors::owed(std::string_view rule, bool held, const Party& who, std::size_t entry, const char* expected_it, const char* expected_en, const char* found_it, const char* found_en, bool scripted) {
  Exercise& fate = fates_[place_of(rule)];
  if (held) {
    if (fate == Exercise::not_exercised) fate = Exercise::held;
    return;
  }
  fate = Exercise::broken;
  breaches_.push_back({rule, who, entry - 1, now_, {expected_it, expected_en}, {found_it, found_en}, scripted});
}

void Monitors::see(std::size_t index, const Entry& entry) {
  at_ = index + 1;  // so that 0 is «never»
  now_ = entry.at;
  if (const auto* said = std::get_if<Hop>(&entry.what)) {
    hop(*said);
  } else if (const auto* silent = std::get_if<Unanswered>(&entry.what)) {
    Talk& talk = talks_[silent->exchange];
    talk.over = true;  // an answer that comes later is not heard
    if (silent->caller.role == Role::nodo) nodo_waited(*silent, talk);
    if (silent->caller.role == Role::psp) psp_waited(*silent, at_, talk);
  } else if (const auto* commanded = std::get_if<Commanded>(&entry.what)) {
    const Command& command = commanded->command;
    if (command.verb == "send") sends_.insert(command.id);
    if (command.verb == "cart") carts_told_.insert(command.id);
    switch (commanded->who.role) {
      case Role::checkout: checkout_is_told(command); break;
      case Role::nodo: nodo_is_told(command); break;
      case Role::ec: ec_is_told(commanded->who, command); break;
      case Role::psp:
        if (command.verb == "send") break;
        ++psp_orders_;
        break;
    }
  } else if (const auto* staged = std::get_if<Staged>(&entry.what); staged != nullptr && staged->leap.ms != 0) {
    leapt(staged->leap);
  }
}

/// Whoever has to do something in time has the time that passes, not the time that clocks leap over.
void Monitors::leapt(Duration by) {
  for (auto& [name, token] : tokens_) token.outcome_by = token.outcome_by + by;
  for (auto& [exchange, talk] : talks_) {
    if (!talk.over) talk.asked_at = talk.asked_at + by, talk.heard_at = talk.heard_at + by;
  }
}

/// What a scenario makes somebody keep to himself is no sign of his own. What he keeps by himself is nothing at all.
void Monitors::withheld(const Hop& hop) {
  if (hop.rule_line == 0) return;
  const Talk* talk = talks_.find(hop.exchange);
  if (is_notify(hop.primitive) && talk != nullptr && talk->asked != nullptr) {  // made to keep quiet: whatever it says later is no sign of when it accepted
    for (const std::string& name : tokens_of(*talk->asked)) tokens_[name].kept_quiet = true;
  }
  const auto* body = std::get_if<Body>(&hop.said);
  if (body == nullptr || hop.leg != Leg::request) return;
  if (is_close(hop.primitive)) closes_ = true;
  for (const std::string& name : tokens_of(**body)) {
    if (is_outcome(hop.primitive)) tokens_[name].outcome_due = false, tokens_[name].retry_due = 0;
    if (is_notify(hop.primitive)) tokens_[name].notice_withheld = true;
    if (is_receipt(hop.primitive)) tokens_[name].receipt_withheld = true;
    if (is_result(hop.primitive)) tokens_[name].reported = true;
  }
  if (hop.primitive == PrimitiveId::paVerifyPaymentNotice) notices_[notice_of(**body)].asked[0] = at_;
  if (is_get(hop.primitive)) notices_[notice_of(**body)].asked[1] = at_;
}

void Monitors::hop(const Hop& hop) {
  const auto* body = std::get_if<Body>(&hop.said);
  const contract::Message* said = body != nullptr ? body->get() : nullptr;
  if (hop.stage == Stage::withheld) return withheld(hop);
  if (hop.stage == Stage::lost) return;
  const bool request = hop.leg == Leg::request;
  if (hop.stage == Stage::sent) {
    const std::string_view rule = said != nullptr ? "CHK-13" : rule_of(std::get<Malformed>(hop.said));
    check(rule, said != nullptr, hop, "il messaggio rispetta il suo tracciato", "the message keeps to its layout", "non è un messaggio valido", "it is no valid message");
    if (said == nullptr) return;
    if (request) {
      Talk& talk = talks_[hop.exchange];
      talk.asked = *body;
      talk.asked_at = now_;
      talk.ordered = sends_.contains(hop.cause);
      if (is_notify(hop.primitive) || is_close(hop.primitive)) money_sent(hop, *said);
      if (hop.from.role == Role::checkout) checkout_asks(hop, *said);
      if (hop.from.role == Role::nodo) nodo_asks(hop, *said);
      if (hop.from.role == Role::psp) psp_says(hop, *said);
      if (const std::string key = key_of(*said); !key.empty()) {
        const bool good = settings_.idempotency_key_of_digits ? contract::patterns::idempotency_key_of_digits.matches(key) : contract::patterns::idempotency_key.matches(key);
        check("CHK-22", good, hop, "una idempotencyKey del suo formato", "an idempotencyKey of its format", "non lo è", "it is not");
      }
      return;
    }
    if (contract::primitive(hop.primitive).port != nullptr && contract::outcome_of(*said) != Outcome::OK) {
      const contract::CtFaultBean* fault = contract::fault_of(*said);
      check("CHK-09", fault != nullptr, hop, "outcome KO con fault bean", "outcome KO with a fault bean", "nessun fault", "no fault");
      // The one fault that the Nodo signs for somebody else is the one that it passes on.
      if (fault != nullptr && fault->faultCode != "PPT_ERRORE_EMESSO_DA_PAA") {
        check("CHK-09", fault->id == (hop.from.role == Role::nodo ? contract::nodo_id : std::string_view(hop.from.id)), hop, "un fault con l'id di chi lo emette", "a fault with the id of who emits it", "l'id è di altri", "the id is somebody else's");
      }
    }
    const Talk unheard;
    const Talk* talk = talks_.find(hop.exchange);
    if (talk == nullptr) talk = &unheard;
    switch (hop.from.role) {
      case Role::checkout: checkout_answers(hop, *said, *talk); break;
      case Role::nodo: nodo_answers(hop, *said, *talk); break;
      case Role::ec: ec_answers(hop, *said, *talk); break;
      case Role::psp: psp_answers(hop, *said, *talk); break;
    }
    return;
  }
  Talk& talk = talks_[hop.exchange];
  if (!request) {
    if (talk.over) return;
    if (hop.to.role == Role::checkout) checkout_reads(hop, said, talk);
    if (hop.to.role == Role::nodo) nodo_reads(hop, said, talk);
    if (hop.to.role == Role::psp) psp_reads(hop, said, talk);
    if (hop.to.role == Role::psp && said != nullptr && is_activation(hop.primitive)) psp_hears(hop, *said);
    return;
  }
  if (said == nullptr) {
    talk.broken = true;
    talk.bad_key = is_about_the_key(std::get<Malformed>(hop.said));
    return;
  }
  talk.heard = *body;
  if (!talk.received_once) talk.received = at_, talk.heard_at = now_, talk.received_once = true;
  if (hop.to.role == Role::nodo) nodo_hears(hop, *said, talk);
  if (hop.to.role == Role::psp) psp_hears(hop, *said);
  if (hop.primitive == PrimitiveId::cartsV1 || hop.primitive == PrimitiveId::cartsV2) cart_heard(*said);
  if (is_receipt(hop.primitive)) {
    Notice& notice = notices_[notice_of(*said)];
    notice.receipt_heard = true;
    notice.state.clear();
  }
}

void Monitors::finish(bool cut_short) {
  psp_owes(cut_short);
  nodo_owes(cut_short);
  checkout_owes(cut_short);
}

}  // namespace sim
