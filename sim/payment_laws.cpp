// Money is the point of all this: what may never happen to it, as one fold over a journal.
// The trap: what was said is not what was heard. A close counts when the Nodo answers OK to what it heard; a receipt
// counts when its EC answers OK, even if that answer is lost on the way.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "sim/contract/subjects.hpp"
#include "sim/laws.hpp"

namespace sim {
namespace {

using contract::Amount;
using contract::Leg;
using contract::Outcome;

// clang-format off
constexpr RestingState table[] = {
  {"payment", "NOTIFIED"}, {"payment", "CANCELLED"}, {"payment", "FAILED"},
  {"payment", "PAYMENT_ACCEPTED", false, "il PSP ha accettato e il suo esito non è mai arrivato: il caso passa a una persona", "the PSP accepted and its outcome never came: the case goes to a person"},
  {"payment", "NOTICE_SENT", false, "un EC non ha preso la sua ricevuta nemmeno all'ultimo ritentativo", "an EC did not take its receipt, not even at the last retry"},
  {"payment", "PAYING", false, "nessun lavoro annulla il token", "no job cancels the token"},
  {"payment", "PAYMENT_UNKNOWN", false, "nessun lavoro annulla il token, o un altro token della stessa chiusura è pagato", "no job cancels the token, or another token of the same close is paid"},
  {"position", "NOTIFIED"}, {"position", "INSERTED"},
  {"position", "PAYING", false, "un suo pagamento è rimasto a mezzo", "a payment of it has stopped half way"},
  {"position", "PAID", false, "l'EC titolare non ha preso la ricevuta nemmeno all'ultimo ritentativo", "its owner did not take the receipt, not even at the last retry"},
  {"recipient", "NOTIFIED"},
  {"recipient", "NOTICE_PENDING", false, "i ritentativi sono finiti: l'invio riparte su richiesta", "its retries have run out: sending starts again on request"},
  {"transaction", "NOTIFIED_OK"}, {"transaction", "REFUNDED"}, {"transaction", "UNAUTHORIZED"}, {"transaction", "CANCELED"}, {"transaction", "EXPIRED_NOT_AUTHORIZED"},
  {"transaction", "CANCELLATION_EXPIRED", false, "il Nodo non ha mai risposto all'annullamento: il token scade da sé", "the Nodo never answered the cancellation: the token expires by itself"},
  {"transaction", "EXPIRED", false, "l'esito non è mai arrivato, o la posta non è partita: il caso passa a una persona", "the result never came, or the mail never left: the case goes to a person"},
  {"transaction", "NOTIFICATION_ERROR", false, "la posta di conferma non è partita nemmeno all'ultimo tentativo; il pagamento resta pagato", "the mail of confirmation did not leave, not even at the last attempt; the payment stays paid"},
  {"transaction", "REFUND_ERROR", false, "il gateway non ha stornato nemmeno all'ultimo tentativo: il caso passa a una persona", "the gateway did not reverse, not even at the last attempt: the case goes to a person"},
  {"key", "KEPT"}, {"key", "none"},
  {"storno", "EXECUTED"},
  {"storno", "MANUAL", false, "nessuno storna da sé: il gateway non lo ammette o non ci riesce, o il Nodo potrebbe aver preso il pagamento; il caso passa a una persona", "nobody reverses by itself: the gateway does not allow it or does not manage, or the Nodo may have taken the payment; the case goes to a person"},
  {"debt", "open"}, {"debt", "paid"}, {"debt", "expired"}, {"debt", "cancelled"}, {"debt", "unknown"},
  {"psp", "ACKNOWLEDGED"}, {"psp", "REJECTED"},
  {"psp", "NOT_ACTIVATED"}, {"psp", "REFUNDED"}, {"psp", "REPORTED"}, {"psp", "OVERDUE"},
  {"psp", "REFUSED"}, {"till", "CERTIFIED"}, {"till", "RETURNED"},
  {"till", "COLLECTED", false, "il PSP tiene il denaro e lo rendiconta", "the PSP keeps the money and reports it"},
  {"psp", "VERIFYING", false, "l'utente ha solo chiesto quanto deve", "the user only asked what is due"},
  {"psp", "ACTIVATED", false, "l'utente non ha pagato: il token scade da sé", "the user did not pay: the token expires by itself"},
  {"psp", "GIVEN_UP", false, "il Nodo non ha risposto a nessuno dei tentativi dell'esito", "the Nodo answered none of the attempts of the outcome"},
};
// clang-format on

const RestingState* find_resting(std::string_view machine, std::string_view state) {
  const auto found = std::find_if(std::begin(table), std::end(table), [&](const RestingState& r) { return r.machine == machine && r.state == state; });
  return found == std::end(table) ? nullptr : found;
}

std::optional<Amount> amount_at(const contract::Message& message, std::string_view path) {
  const std::optional<std::string> text = contract::text_at(message, path);
  return text ? contract::parse_amount(*text) : std::nullopt;
}

const Party nodo{Role::nodo, {}}, checkout{Role::checkout, {}};

/// What became of one token.
struct Token {
  std::string notice;
  std::vector<std::string> states;
  int closed_ok = 0;
  bool entitled = false;  ///< its outcome OK was accepted, or acquired though late
  std::optional<Amount> amount;
  std::size_t entry = 0;  ///< at which it last changed its state
  std::size_t paid = 0;   ///< at which it was paid
  std::map<std::string, int> sent, accepted, refused;  ///< receipts, by EC
  std::map<std::string, std::size_t> receipt_entry;    ///< of the last receipt, or answer to it, by EC
  [[nodiscard]] bool was(std::string_view state) const { return std::find(states.begin(), states.end(), state) != states.end(); }
};
/// What became of one attempt of a user.
struct Attempt {
  std::map<std::string, std::size_t, std::less<>> states;  ///< each with the entry at which it was entered
  std::set<std::string> tokens;
  std::optional<Amount> closed_total, fee;
  std::optional<Amount> given_back;
  std::size_t given_back_entry = 0;
  bool closed_in_version_1 = false;  ///< then the result OK comes as soon as the PSP has accepted [T_SPR_01]
  [[nodiscard]] bool was(std::string_view state) const { return states.contains(state); }
  [[nodiscard]] std::size_t when(std::string_view state) const { return states.find(state)->second; }
};

class Reading {
 public:
  explicit Reading(const contract::Settings& settings) : settings_(settings) {}

  void read(std::size_t i, const Entry& entry) {
    at_ = i;
    if (const auto* hop = std::get_if<Hop>(&entry.what)) {
      const auto* body = std::get_if<Body>(&hop->said);
      if (body == nullptr) return;
      if (hop->leg == Leg::request && hop->stage == Hop::Stage::sent) asked(*hop, *body);
      if (hop->leg == Leg::request && hop->stage == Hop::Stage::received) heard_[hop->exchange] = *body;
      if (hop->leg == Leg::response && hop->stage == Hop::Stage::sent) answered(*hop, *body);
    } else if (const auto* noted = std::get_if<Noted>(&entry.what)) {
      note(noted->who, noted->note);
    } else if (const auto* commanded = std::get_if<Commanded>(&entry.what)) {
      if (commanded->command.verb != "position") return;
      told_.insert(fmt::format("{}/{}", commanded->who.id, commanded->command.value("notice")));
    }
  }

  /// What can only be said when nothing is left to happen.
  void finish(bool cut_short) {
    money();
    if (cut_short) return;
    receipts();
    rest();
  }

  std::vector<BrokenLaw> broken;

 private:
  template <class... Args>
  void breaks(std::string_view law, std::vector<Party> who, std::size_t entry, fmt::format_string<const Args&...> it, fmt::format_string<const Args&...> en, const Args&... args) {
    broken.push_back({law, std::move(who), entry, {fmt::format(it, args...), fmt::format(en, args...)}});
  }

  void asked(const Hop& hop, const Body& body) {
    sent_[hop.exchange] = body;
    if (is_receipt(hop.primitive)) {
      for (const std::string& name : tokens_of(*body)) {
        Token& token = tokens_[name];
        ++token.sent[hop.to.id];
        token.receipt_entry[hop.to.id] = at_;
        if (!token.entitled) breaks("LAW-12", {hop.from}, at_, "parte una ricevuta di {}, e nessun suo esito OK è stato accettato", "a receipt of {} leaves, and no outcome OK of it was accepted", name);
      }
    }
    if (is_close(hop.primitive) && hop.from.role == Role::checkout) {
      const std::optional<std::string> id = contract::text_at(*body, hop.primitive == PrimitiveId::closePaymentV2 ? "transactionId" : "pspTransactionId");
      if (!id) return;
      Attempt& attempt = attempts_[*id];
      for (const std::string& name : tokens_of(*body)) attempt.tokens.insert(name);
      attempt.closed_in_version_1 = hop.primitive == PrimitiveId::closePaymentV1;
      if (contract::outcome_of(*body) != Outcome::OK) return;
      attempt.closed_total = amount_at(*body, "totalAmount");
      attempt.fee = amount_at(*body, "fee");
    }
  }

  void answered(const Hop& hop, const Body& body) {
    // Whoever answers decides on what it heard; an EC that heard nothing it could read refuses what was sent.
    const auto heard = heard_.find(hop.exchange);
    const auto sent = sent_.find(hop.exchange);
    const Body* question = heard != heard_.end() ? &heard->second : sent != sent_.end() ? &sent->second : nullptr;
    if (question == nullptr) return;
    const bool ok = contract::outcome_of(*body) == Outcome::OK;
    const std::vector<std::string> names = tokens_of(**question);
    const bool asked_ok = contract::outcome_of(**question) == Outcome::OK;
    if (is_receipt(hop.primitive)) {
      for (const std::string& name : names) {
        Token& token = tokens_[name];
        ++(ok ? token.accepted : token.refused)[hop.from.id];
        token.receipt_entry[hop.from.id] = at_;
      }
    } else if (is_close(hop.primitive) && ok && asked_ok) {
      for (const std::string& name : names) {
        if (++tokens_[name].closed_ok > 1) breaks("LAW-11", {hop.from}, at_, "{} è chiuso OK una seconda volta", "{} is closed OK a second time", name);
      }
    } else if (is_outcome(hop.primitive) && asked_ok) {
      const contract::CtFaultBean* fault = contract::fault_of(*body);
      for (const std::string& name : names) {
        Token& token = tokens_[name];
        const bool late = fault != nullptr && fault->faultCode == "PPT_TOKEN_SCADUTO" && token.closed_ok == 0;
        token.entitled = token.entitled || ok || late;
      }
    } else if (const auto token = contract::text_at(*body, "paymentToken")) {  // of an activation
      tokens_[*token].amount = amount_at(*body, "totalAmount");
    }
  }

  void note(const Party& who, const Note& note) {
    if (note.machine == "screen") return;
    const std::string of = note.machine == "recipient" ? note.about + "|" + note.subject : note.subject;
    last_[{std::string(note.machine), who.role == Role::ec || who.role == Role::psp ? who.id + "|" + of : of}] = {who, note.to, at_, note.machine == "recipient" ? note.subject + " of " + note.about : note.subject};
    if (note.machine == "payment") {
      Token& token = tokens_[note.subject];
      token.notice = note.about;
      token.states.emplace_back(note.to);
      token.entry = at_;
      if (note.to == "PAID") token.paid = at_;
    } else if (note.machine == "transaction") {
      attempts_[note.subject].states[std::string(note.to)] = at_;
    } else if (note.machine == "storno" && note.to == "EXECUTED") {
      attempts_[note.subject].given_back = contract::parse_amount(note.detail);
      attempts_[note.subject].given_back_entry = at_;
    } else if (note.machine == "recipient") {
      recipients_[note.about][note.subject] = note.to;
    } else if (note.machine == "debt" && note.from == "paid" && note.to != "paid" && told_.erase(note.subject) == 0) {
      breaks("LAW-19", {who}, at_, "la posizione {} era pagata e diventa {}, e nessuno l'ha chiesto al suo EC", "the position {} was paid and becomes {}, and nobody told its EC to", note.subject, note.to);
    }
  }

  void money() {
    std::map<std::string, int> paid;
    for (const auto& [name, token] : tokens_) {
      if (token.was("PAID") && ++paid[token.notice] > 1) breaks("LAW-13", {nodo}, token.paid, "l'avviso {} è pagato una seconda volta, da {}", "the notice {} is paid a second time, by {}", token.notice, name);
    }
    for (const auto& [id, attempt] : attempts_) {
      if (attempt.given_back && attempt.was("NOTIFIED_OK")) {
        breaks("LAW-14", {checkout}, attempt.given_back_entry, "alla transazione {} si dice OK e si ridà il denaro", "transaction {} is told OK and given its money back", id);
      }
      if (attempt.was("REFUND_REQUESTED") && !attempt.was("AUTHORIZATION_REQUESTED")) {
        breaks("LAW-15", {checkout}, attempt.when("REFUND_REQUESTED"), "alla transazione {} si ridà ciò che non è mai stato addebitato", "transaction {} is given back what was never charged", id);
      }
      if (attempt.given_back && attempt.closed_total) {
        Amount notices{};
        for (const std::string& name : attempt.tokens) notices = notices + tokens_[name].amount.value_or(Amount{});
        const Amount due = notices + attempt.fee.value_or(Amount{});
        if (*attempt.given_back != due) {
          breaks("LAW-16", {checkout}, attempt.given_back_entry, "alla transazione {} si ridà {}, e avvisi e commissione erano {}", "transaction {} is given {} back, and notices and fee were {}", id,
                 contract::to_text(*attempt.given_back), contract::to_text(due));
        }
      }
      if (!attempt.was("NOTIFIED_OK")) continue;
      for (const std::string& name : attempt.tokens) {
        const bool settled = tokens_[name].was("PAID") || (attempt.closed_in_version_1 && tokens_[name].was("PAYMENT_ACCEPTED"));
        // Either the Nodo told Checkout so, or Checkout made it up.
        if (!settled) breaks("LAW-17", {nodo, checkout}, attempt.when("NOTIFIED_OK"), "alla transazione {} si dice OK, e {} non è pagato", "transaction {} is told OK, and {} is not paid", id, name);
      }
    }
  }

  void receipts() {
    for (const auto& [name, token] : tokens_) {
      if (!token.was("PAID")) continue;
      const auto found = recipients_.find(token.notice);
      const std::string owner = token.notice.substr(0, token.notice.find('/'));
      if (found == recipients_.end() || !found->second.contains(owner)) {
        breaks("LAW-18", {nodo}, token.entry, "{} è pagato, e il titolare del suo avviso non è destinatario di nessuna ricevuta", "{} is paid, and the owner of its notice is no recipient of a receipt", name);
      }
      if (found == recipients_.end()) continue;
      for (const auto& [ec, state] : found->second) {
        const auto count = [ec = ec](const std::map<std::string, int>& of) { return of.contains(ec) ? of.at(ec) : 0; };
        const int accepted = count(token.accepted);
        const std::size_t entry = token.receipt_entry.contains(ec) ? token.receipt_entry.at(ec) : token.entry;
        if (accepted > 1) breaks("LAW-18", {{Role::ec, ec}}, entry, "l'EC {} accetta {} volte la ricevuta di {}", "EC {} accepts {} times the receipt of {}", ec, accepted, name);
        if (accepted == 0 && state == "NOTIFIED" && count(token.refused) == 0) {
          breaks("LAW-18", {nodo}, entry, "l'EC {} risulta avvisato di {}, e non ne ha accettato né rifiutato la ricevuta", "EC {} counts as notified of {}, and neither accepted nor refused its receipt", ec, name);
        }
        if (state == "NOTICE_PENDING" && count(token.sent) <= settings_.receipt_retries) {
          breaks("LAW-18", {nodo}, entry, "la ricevuta di {} resta in sospeso presso l'EC {} dopo {} tentativi", "the receipt of {} stays pending at EC {} after {} attempts", name, ec, count(token.sent));
        }
      }
    }
  }

  void rest() {
    const bool job = settings_.expiry_job_every.ms != 0;
    for (const auto& [what, last] : last_) {
      const auto& [machine, subject] = what;
      const std::string_view state = last.state;
      const bool waits_for_the_job = machine == "payment" && (state == "PAYING" || (state == "PAYMENT_UNKNOWN" && !companion_is_paid(subject)));
      if (find_resting(machine, state) == nullptr || (waits_for_the_job && job)) {
        breaks("LAW-20", {last.who}, last.entry, "{} {} si ferma in {}", "{} {} comes to rest in {}", machine, last.name, state);
      }
      if (machine == "position" && state == "PAYING") {
        const bool held = std::any_of(tokens_.begin(), tokens_.end(), [&subject = subject](const auto& t) {
          if (t.second.notice != subject || t.second.states.empty()) return false;
          const std::string& now = t.second.states.back();
          return now == "PAYING" || now == "PAYMENT_ACCEPTED" || now == "PAYMENT_UNKNOWN";
        });
        if (!held) breaks("LAW-21", {last.who}, last.entry, "l'avviso {} resta bloccato, e nessun pagamento lo tiene", "the notice {} stays locked, and no payment holds it", subject);
      }
    }
  }

  /// Whether another token of the same close was paid: its companions then wait for ever.
  [[nodiscard]] bool companion_is_paid(const std::string& name) {
    return std::any_of(attempts_.begin(), attempts_.end(), [&](const auto& a) {
      const std::set<std::string>& together = a.second.tokens;
      return together.contains(name) && std::any_of(together.begin(), together.end(), [&](const std::string& other) { return tokens_[other].was("PAID"); });
    });
  }

  const contract::Settings& settings_;
  std::size_t at_ = 0;
  std::map<ExchangeId, Body> sent_, heard_;
  std::map<std::string, Token> tokens_;
  std::map<std::string, Attempt> attempts_;
  std::map<std::string, std::map<std::string, std::string_view>> recipients_;  ///< by notice, then by EC
  struct Last {
    Party who;
    std::string_view state;
    std::size_t entry = 0;
    std::string name;  ///< for people
  };
  std::map<std::pair<std::string, std::string>, Last> last_;  ///< by machine and subject
  std::multiset<std::string> told_;  ///< positions that an EC was told to change
};

}  // namespace

std::span<const RestingState> resting_states() { return table; }

std::vector<BrokenLaw> broken_payment_laws(const Journal& journal, const contract::Settings& settings) {
  Reading reading(settings);
  for (std::size_t i = 0; i < journal.entries.size(); ++i) reading.read(i, journal.entries[i]);
  reading.finish(journal.cut_short);
  return reading.broken;
}

}  // namespace sim
