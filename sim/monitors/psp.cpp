// What a PSP must do: answer the notification in time, then say its outcome once, and the same one until it is answered.
#include "sim/monitors.hpp"
#include "sim/monitors/reading.hpp"

namespace sim {

using namespace reading;
using contract::Outcome;
using contract::Role;

namespace {

constexpr Duration outcome_limit = seconds(2);  // [CHK-06]
constexpr Duration answer_limit = seconds(2);   // [PSP-01]

}  // namespace

/// A notification, or the answer to its own activation: from here on it knows the token.
void Monitors::psp_hears(const Hop& hop, const contract::Message& said) {
  const std::string token = is_activation(hop.primitive) ? contract::text_at(said, "paymentToken").value_or("") : std::string();
  for (const std::string& name : token.empty() ? tokens_of(said) : std::vector<std::string>{token}) {
    std::vector<std::string>& all = tokens_[name].known_to;
    if (std::find(all.begin(), all.end(), hop.to.id) == all.end()) all.push_back(hop.to.id);
  }
}

void Monitors::psp_answers(const Hop& hop, const contract::Message& said, const Talk& talk) {
  if (!is_notify(hop.primitive) || talk.heard == nullptr) return;
  const bool ok = contract::outcome_of(said) == Outcome::OK;
  check("PSP-01", now_ <= talk.heard_at + answer_limit, hop, "risposta a pspNotifyPayment entro 2 s", "an answer to pspNotifyPayment within 2 s", "è partita tardi", "it left late");
  if (now_ > talk.heard_at + answer_limit) breaches_.back().by = talk.heard_at + answer_limit;
  for (const std::string& name : tokens_of(*talk.heard)) {
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
}

void Monitors::psp_says(const Hop& hop, const contract::Message& said) {
  if (!is_outcome(hop.primitive)) return;
  const bool by_itself = !sends_.contains(hop.cause);
  if (by_itself) {
    const std::string channel = contract::text_at(said, "idChannel").value_or("");
    check("PSP-04", registry_->psp(hop.from.id) == nullptr || registry_->channel(hop.from.id, channel) != nullptr, hop, "sendPaymentOutcome su un proprio canale", "sendPaymentOutcome on a channel of one's own", "il canale è di altri", "the channel is somebody else's");
  }
  for (const std::string& name : tokens_of(said)) {
    Token& token = tokens_[name];
    psp_counts(token);
    token.retry_due = 0;
    if (token.outcome_due) {
      token.outcome_due = false;
      check("CHK-06", now_ <= token.outcome_by, hop, "sendPaymentOutcome entro 2 s dall'OK alla notifica", "sendPaymentOutcome within 2 s of the OK to the notification", "è partito tardi", "it left late", settings_.outcome_after > outcome_limit);
      if (now_ > token.outcome_by) breaches_.back().by = token.outcome_by;
    }
    check("CHK-14", !token.psp_has_answer, hop, "nessun altro sendPaymentOutcome dopo una risposta del Nodo", "no other sendPaymentOutcome after an answer of the Nodo", "l'ha inviato di nuovo", "it sent it again");
    if (by_itself) {
      const bool knows = std::find(token.known_to.begin(), token.known_to.end(), hop.from.id) != token.known_to.end();
      check("PSP-04", knows, hop, "l'esito di un token notificato, o attivato", "the outcome of a token that was notified, or activated", "nessuno gli ha detto di questo token", "nobody told it of this token");
      if (token.psp_accepted) {
        check("PSP-02", contract::outcome_of(said) == Outcome::OK, hop, "outcome OK di una notifica accettata", "outcome OK of a notification that was accepted", "è KO", "it is KO");
      }
      psp_repeats(hop, token, talks_[hop.exchange].asked);
      check("PSP-05", ++token.attempts <= settings_.outcome_attempts, hop, "non più tentativi di sendPaymentOutcome del massimo", "no more attempts of sendPaymentOutcome than the most", "un tentativo di troppo", "one attempt too many");
    }
    if (token.psp_refused || token.notified) {
      check("PSP-02", !token.psp_refused, hop, "nessun sendPaymentOutcome dopo un KO alla notifica", "no sendPaymentOutcome after a KO to the notification", "l'ha inviato", "it sent one", token.psp_was_told_to);
    }
  }
}

/// Whoever gives an order to a PSP may set its counters back, or may not: from then on nobody knows how many are left.
void Monitors::psp_counts(Token& token) {
  if (token.psp_orders == psp_orders_) return;
  token.counter_unknown = token.counter_unknown || token.attempts > 0;
  token.attempts = 0, token.retry_due = 0, token.psp_orders = psp_orders_;
}

/// An outcome that the PSP says by itself: the first, or the same once more.
void Monitors::psp_repeats(const Hop& hop, Token& token, const Body& said) {
  if (hop.rule_line != 0) return;
  if (token.told != nullptr) {
    const bool same = (token.told == said || *token.told == *said) && !key_of(*said).empty();
    check("PSP-04", same, hop, "lo stesso sendPaymentOutcome, con la stessa idempotencyKey", "the same sendPaymentOutcome, with the same idempotencyKey", "è cambiato, o non ne ha", "it has changed, or has none");
    const std::int64_t slots = (std::int64_t{1} << std::min<std::int64_t>(token.attempts, 20)) - 1;
    check("PSP-05", now_ >= token.told_at + settings_.outcome_deadline * slots, hop, "prima di ripetere, l'attesa slot * (2^k - 1)", "before the repetition, the wait slot * (2^k - 1)", "ha ripetuto prima", "it repeated earlier");
  }
  token.told = said;
  token.told_at = now_;
}

void Monitors::psp_reads(const Hop& hop, const contract::Message* said, const Talk& talk) {
  if (said == nullptr || !is_outcome(hop.primitive) || talk.asked == nullptr || talk.ordered) return;
  for (const std::string& name : tokens_of(*talk.asked)) tokens_[name].psp_has_answer = true;
}

/// Repeating is a duty upon a timeout, as long as attempts are left. [PSP-05]
void Monitors::psp_waited(const Unanswered& silent, std::size_t entry, const Talk& talk) {
  if (!is_outcome(silent.primitive) || silent.why != Silence::timeout || talk.asked == nullptr || talk.ordered) return;
  for (const std::string& name : tokens_of(*talk.asked)) {
    Token& token = tokens_[name];
    psp_counts(token);
    if (token.psp_has_answer || token.counter_unknown || token.attempts == 0 || token.attempts >= settings_.outcome_attempts) continue;
    token.retry_due = entry;
    token.psp = silent.caller;
  }
}

void Monitors::psp_owes(bool cut_short) {
  for (auto& [name, token] : tokens_) {
    psp_counts(token);
    if (token.outcome_due && !(cut_short && now_ <= token.outcome_by)) {
      owed("CHK-06", false, token.psp, token.accepted_entry, "sendPaymentOutcome entro 2 s dall'OK alla notifica", "sendPaymentOutcome within 2 s of the OK to the notification", "non è mai partito", "it never left", settings_.outcome_after > outcome_limit);
      breaches_.back().by = token.outcome_by;
    }
    if (!cut_short && token.retry_due != 0) {
      owed("PSP-05", false, token.psp, token.retry_due, "sendPaymentOutcome di nuovo, se il Nodo non ha risposto in tempo", "sendPaymentOutcome again, if the Nodo did not answer in time", "non l'ha ripetuto", "it did not repeat it", false);
    }
  }
}

}  // namespace sim
