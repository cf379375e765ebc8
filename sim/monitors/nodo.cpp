// What the Nodo must do. It stands between all the others, and nearly all of it can be seen; the trap is what it may have
// heard in the meantime. A fault is due only where the request is in order and nothing else could have turned it down.
#include "sim/monitors.hpp"
#include "sim/monitors/reading.hpp"

namespace sim {

using namespace reading;
using contract::Outcome;
using contract::Role;

namespace {

constexpr Duration wait_slack = seconds(1);  ///< of a real clock, beyond the end of a wait
constexpr std::size_t verify = 0, activation = 1;

std::size_t kind_of(PrimitiveId id) { return id == PrimitiveId::verifyPaymentNotice || id == PrimitiveId::paVerifyPaymentNotice ? verify : activation; }
bool asks_an_ec(PrimitiveId id) { return id == PrimitiveId::paVerifyPaymentNotice || is_get(id); }
bool is_about_a_notice(PrimitiveId id) { return id == PrimitiveId::verifyPaymentNotice || is_activation(id); }
/// Codes that tell of a question to the EC.
bool speaks_of_an_answer(std::string_view code) {
  return code == "PPT_STAZIONE_INT_PA_TIMEOUT" || code == "PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE" || code == "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE" || code == "PPT_ERRORE_EMESSO_DA_PAA";
}

/// Who calls, as a PSP does.
struct Caller {
  std::string_view idPSP, idBrokerPSP, idChannel, password;
  std::int64_t expirationTime = 0;
};
std::optional<Caller> caller_in(const contract::Message& message) {
  return std::visit(
      [](const auto& said) -> std::optional<Caller> {
        if constexpr (requires { said.idPSP; said.idBrokerPSP; said.idChannel; said.password; }) {
          Caller out{said.idPSP, said.idBrokerPSP, said.idChannel, said.password};
          if constexpr (requires { *said.expirationTime; }) out.expirationTime = said.expirationTime.value_or(0);
          return out;
        } else {
          return std::nullopt;
        }
      },
      message);
}
std::string full_key(const contract::Message& message) {
  const std::string key = key_of(message);
  const std::optional<Caller> caller = caller_in(message);
  if (key.empty() || !caller) return {};
  return std::string(contract::primitive(contract::primitive_of(message)).name) + "|" + std::string(caller->idPSP) + "|" + key;
}

/// The data of a closePayment reach the PSP, each by its key, as long as they fit. [CHK-16]
bool passes_all_on(const contract::Message& close, const contract::Message& notification) {
  const auto* said = std::get_if<contract::ClosePaymentV2Request>(&close);
  if (said == nullptr || !said->additionalPaymentInformations) return true;
  const contract::CtMetadata* there = nullptr;
  bool in_a_block = false;
  std::visit(
      [&](const auto& message) {
        if constexpr (requires { message.additionalPaymentInformations->metadata; }) {
          if (message.additionalPaymentInformations && message.additionalPaymentInformations->metadata) there = &*message.additionalPaymentInformations->metadata;
          in_a_block = !message.additionalPaymentInformations.has_value();
        } else if constexpr (requires { message.additionalPaymentInformations.metadata; }) {
          if (message.additionalPaymentInformations.metadata) there = &*message.additionalPaymentInformations.metadata;
        }
      },
      notification);
  if (in_a_block) return true;
  const auto& members = said->additionalPaymentInformations->members;
  return std::all_of(members.begin(), members.end(), [&](const auto& member) {
    return there != nullptr && std::any_of(there->mapEntry.begin(), there->mapEntry.end(), [&](const auto& entry) { return entry.key == member.key && member.value.starts_with(entry.value); });
  });
}

}  // namespace

bool Monitors::caller_is_in_order(const contract::Message& request) const {
  const std::optional<Caller> caller = caller_in(request);
  if (!caller) return false;
  const contract::PaymentServiceProvider* psp = registry_->psp(caller->idPSP);
  const contract::Channel* channel = registry_->channel(caller->idPSP, caller->idChannel);
  if (psp == nullptr || channel == nullptr || !psp->enabled || !channel->enabled) return false;
  const bool broker = psp->idBrokerPSP == caller->idBrokerPSP && std::all_of(registry_->psps.begin(), registry_->psps.end(), [&](const auto& p) { return p.idBrokerPSP != caller->idBrokerPSP || p.broker_enabled; });
  const std::string key = key_of(request);
  const bool edition = key.empty() || !settings_.idempotency_key_of_digits || contract::patterns::idempotency_key_of_digits.matches(key);
  const bool model = !is_about_a_notice(contract::primitive_of(request)) || channel->activated_at_psp;
  return broker && edition && model && channel->password == caller->password && caller->expirationTime <= settings_.token_life_max.ms;
}

bool Monitors::notice_is_in_order(const std::string& notice) const {
  const std::size_t slash = notice.find('/');
  const contract::CreditorInstitution* of = slash == std::string::npos ? nullptr : registry_->creditor(notice.substr(0, slash));
  const contract::Station* station = of == nullptr ? nullptr : registry_->station_of(*of, notice.substr(slash + 1));
  return station != nullptr && of->enabled && station->enabled && station->broker_enabled;
}

/// Whether a token of the notice, issued before `since`, is certainly still waiting for its close or its outcome.
bool Monitors::session_is_open(const Notice& notice, std::size_t since) const {
  const Token* token = tokens_.find(notice.latest);
  return token != nullptr && token->issued != 0 && token->issued < since && !token->close_heard && !token->outcome_heard && now_ < token->valid_to;
}

/// Whether a token that was closed with it is paid: then it expires no more. [SIL-65]
bool Monitors::companion_is_paid(const Token& token) const {
  const std::vector<std::string> all = tokens_of(*token.close);
  return std::any_of(all.begin(), all.end(), [&](const std::string& name) { const Token* of = tokens_.find(name); return of != nullptr && of->paid; });
}

// ---- what it hears ----

void Monitors::nodo_hears(const Hop& /*hop*/, const contract::Message& said, Talk& talk) {
  const PrimitiveId id = contract::primitive_of(said);
  if (is_about_a_notice(id)) ++notices_[notice_of(said)].waiting[kind_of(id)];
  if (is_activation(id)) notices_[notice_of(said)].notes.push_back(note_of(said));
  if (is_close(id) || is_outcome(id)) {
    for (const std::string& name : tokens_of(said)) (is_close(id) ? tokens_[name].close_heard : tokens_[name].outcome_heard) = true;
  }
  if (const std::string key = full_key(said); !key.empty()) {
    talk.fresh = keys_.find(key) == nullptr;
    if (talk.fresh) keys_[key] = {talk.heard, {}, now_};
  }
}

void Monitors::nodo_reads(const Hop& hop, const contract::Message* said, const Talk& talk) {
  if (talk.asked == nullptr) return;
  const contract::Message& question = *talk.asked;
  const bool ok = said != nullptr && contract::outcome_of(*said) == Outcome::OK;
  if (asks_an_ec(hop.primitive)) {
    Notice& notice = notices_[notice_of(question)];
    notice.ended[kind_of(hop.primitive)][static_cast<std::size_t>(said == nullptr ? End::spoilt : ok ? End::ok : End::ko)] = at_;
    if (is_get(hop.primitive) && ok) notice.got = std::get<Body>(hop.said);
  } else if (is_receipt(hop.primitive)) {
    Copy& copy = copies_[tokens_of(question).front() + "/" + hop.from.id + "/" + contract::text_at(question, "idStation").value_or("")];
    copy.under_way = false;
    if (said == nullptr) return;
    copy.taken = copy.taken || ok;
    copy.answered = copy.answered || ok || settings_.receipt_ko_is_final;
  } else if (is_notify(hop.primitive)) {
    owed("PSP-01", now_ <= talk.asked_at + settings_.psp_deadline + wait_slack, hop.to, at_, "il Nodo attende la risposta fino al suo termine", "the Nodo waits for the answer until its deadline", "ha atteso oltre", "it waited longer", false);
    if (said == nullptr || ok || contract::fault_of(*said) == nullptr) return;
    for (const std::string& name : tokens_of(question)) {
      Token& token = tokens_[name];
      token.owes_result = token.owes_result || (!token.refused && token.closed && !token.recorded && !token.reported && !talk.ordered);
      token.refused_entry = at_;
      token.refused = true;
    }
  }
}

void Monitors::nodo_waited(const Unanswered& silent, const Talk& talk) {
  if (talk.asked == nullptr) return;
  if (asks_an_ec(silent.primitive)) notices_[notice_of(*talk.asked)].ended[kind_of(silent.primitive)][static_cast<std::size_t>(End::silent)] = at_;
  if (is_receipt(silent.primitive)) copies_[tokens_of(*talk.asked).front() + "/" + silent.callee.id + "/" + contract::text_at(*talk.asked, "idStation").value_or("")].under_way = false;
  if (!is_notify(silent.primitive)) return;
  if (silent.why == Silence::timeout) {
    const Instant end = talk.asked_at + settings_.psp_deadline;
    owed("PSP-01", now_ >= end, silent.caller, at_, "il Nodo attende la risposta fino al suo termine", "the Nodo waits for the answer until its deadline", "ha smesso prima", "it stopped earlier", false);
    owed("PSP-01", now_ <= end + wait_slack, silent.caller, at_, "il Nodo attende la risposta fino al suo termine", "the Nodo waits for the answer until its deadline", "ha atteso oltre", "it waited longer", false);
  }
  if (silent.primitive == PrimitiveId::pspNotifyPaymentV2 && silent.why != Silence::refused) {
    for (const std::string& name : tokens_of(*talk.asked)) {
      Token& token = tokens_[name];
      token.unheard = true;
      token.unheard_entry = at_;
    }
  }
}

void Monitors::nodo_is_told(const Command& command) {
  if (command.verb != "job") return;
  by_order_ = true;
  if (command.value("name") != "paSendRt") return;
  for (auto& [name, copy] : copies_) {
    if (copy.attempts == 0 || copy.answered || copy.under_way) continue;
    copy.called_for = at_;
    copy.called_at = now_;
  }
}

// ---- what it asks ----

void Monitors::nodo_asks(const Hop& hop, const contract::Message& said) {
  if (asks_an_ec(hop.primitive)) {
    Notice& notice = notices_[notice_of(said)];
    const std::size_t kind = kind_of(hop.primitive);
    const std::string key = notice_of(said);
    notice.asked[kind] = at_;
    if (!key.ends_with(std::string("/") + std::string(probe_notice))) {
      const char* const it = kind == verify ? "paVerifyPaymentNotice solo per una verifica che attende risposta" : "paGetPayment solo per un'attivazione che attende risposta";
      const char* const en = kind == verify ? "paVerifyPaymentNotice only for a verify that waits for its answer" : "paGetPayment only for an activation that waits for its answer";
      check(kind == verify ? "CHK-02" : "CHK-03", notice.waiting[kind] > 0, hop, it, en, "nessuno la attende", "nobody waits for it");
    }
    if (!is_get(hop.primitive)) return;
    const contract::CreditorInstitution* of = registry_->creditor(hop.to.id);
    const contract::Station* station = of == nullptr ? nullptr : registry_->station_of(*of, std::string_view(key).substr(key.find('/') + 1));
    if (station != nullptr) {
      check("CHK-13", (hop.primitive == PrimitiveId::paGetPaymentV2) == (station->primitive_version > 1), hop, "paGetPayment nella versione della stazione", "paGetPayment in the version of the station", "l'altra versione", "the other version");
    }
    if (!notice.notes.empty()) {
      check("CHK-18", std::find(notice.notes.begin(), notice.notes.end(), note_of(said)) != notice.notes.end(), hop, "il paymentNote dell'attivazione", "the paymentNote of the activation", "non è quello", "it is another");
    }
  } else if (is_notify(hop.primitive)) {
    nodo_notifies(hop, said);
  } else if (is_receipt(hop.primitive)) {
    nodo_sends_a_receipt(hop, said);
  } else if (is_result(hop.primitive)) {
    nodo_reports(hop, said);
  }
}

void Monitors::nodo_notifies(const Hop& hop, const contract::Message& said) {
  const std::string channel = contract::text_at(said, "idChannel").value_or("");
  for (const std::string& name : tokens_of(said)) {
    Token& token = tokens_[name];
    if (!token.notice.empty()) flag(hop, token.notice, flag_in(said, name));
    check("CHK-04", token.closed, hop, "pspNotifyPayment solo dopo una closePayment OK accettata", "pspNotifyPayment only after an accepted closePayment OK", "è partita prima", "it left before");
    check("CHK-04", !token.refused, hop, "nessun'altra pspNotifyPayment dopo il KO del PSP", "no other pspNotifyPayment after the PSP's KO", "ne è partita un'altra", "another one left");
    token.notified = true;
    if (token.close == nullptr) continue;
    const Chosen chosen = chosen_in(*token.close);
    check("CHK-12", hop.to.id == chosen.psp, hop, "pspNotifyPayment al PSP scelto in closePayment", "pspNotifyPayment to the PSP that closePayment chose", "è di un altro PSP", "it is for another PSP");
    check("CHK-11", channel == chosen.channel, hop, "pspNotifyPayment sul canale scelto in closePayment", "pspNotifyPayment on the channel that closePayment chose", "un altro canale", "another channel");
    check("CHK-16", passes_all_on(*token.close, said), hop, "in additionalPaymentInformations i dati del pagamento, come in closePayment", "the data of the payment in additionalPaymentInformations, as in closePayment", "ne manca qualcuno", "some of them are missing");
  }
  if (const contract::Channel* found = registry_->channel(hop.to.id, channel)) {
    const bool second = hop.primitive == PrimitiveId::pspNotifyPaymentV2;
    check("CHK-11", second == (found->primitive_version == 2), hop, "pspNotifyPayment nella versione del canale", "pspNotifyPayment in the version of the channel", "l'altra versione", "the other version");
  }
  if (const auto* first = std::get_if<contract::PspNotifyPaymentReq>(&said)) {
    check("CHK-16", !first->creditCardPayment.has_value(), hop, "nessun creditCardPayment", "no creditCardPayment", "c'è", "it is there");
  }
}

void Monitors::nodo_sends_a_receipt(const Hop& hop, const contract::Message& said) {
  const std::string name = tokens_of(said).front();
  const std::string station = contract::text_at(said, "idStation").value_or("");
  const Sum sum = sum_in(said, name).value_or(Sum{});
  const std::string notice = notice_of(said);
  const bool named = notice.starts_with(hop.to.id + "/") || std::any_of(sum.parts.begin(), sum.parts.end(), [&](const auto& part) { return part.first == hop.to.id; });
  check("CHK-07", named, hop, "paSendRT solo agli EC interessati", "paSendRT only to the ECs concerned", "l'EC non c'entra", "this EC has no part in it");
  Token& token = tokens_[name];
  if (!token.notice.empty()) flag(hop, token.notice, flag_in(said, name));
  if (token.due != nullptr) {
    const bool agrees = sum_in(*token.due, name) == sum && contract::outcome_of(said).value_or(Outcome::OK) == Outcome::OK;
    check("EC-09", agrees, hop, "importo e transfer della risposta a paGetPayment", "amount and transfers of the answer to paGetPayment", "sono altri", "they are others");
    check("EC-09", reference_in(*token.due) == reference_in(said), hop, "il creditorReferenceId della risposta a paGetPayment", "the creditorReferenceId of the answer to paGetPayment", "è un altro", "it is another");
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
  check("CHK-07", token.paid, hop, "paSendRT solo dopo un esito OK acquisito", "paSendRT only after an outcome OK was acquired", "è partita senza esito", "it left without an outcome");
  if (sends_.contains(hop.cause)) return;
  Copy& copy = copies_[name + "/" + hop.to.id + "/" + station];
  check("CHK-07", !copy.taken, hop, "nessun'altra copia a chi l'ha presa", "no other copy to who took it", "ne è partita un'altra", "another one left");
  if (copy.called_for != 0) {
    check("EC-08", now_ <= copy.called_at + wait_slack, hop, "paSendRT di nuovo, appena lo si chiede", "paSendRT again as soon as it is asked for", "è partita più tardi", "it left later");
    copy.called_for = 0;
  }
  if (copy.attempts > 0 && !by_order_) {
    check("CHK-20", now_ >= copy.last + settings_.receipt_retry_every && copy.attempts <= settings_.receipt_retries, hop, "un ritentativo alla sua ora, e non oltre l'ultimo", "a retry at its time, and none after the last", "è partito prima, o di troppo", "it left earlier, or was one too many");
  }
  ++copy.attempts;
  copy.under_way = true;
  copy.last = now_;
  copy.entry = at_;
}

void Monitors::nodo_reports(const Hop& hop, const contract::Message& said) {
  const bool ok = contract::outcome_of(said) == Outcome::OK;
  for (const std::string& name : tokens_of(said)) {
    Token* token = tokens_.find(name);
    if (token == nullptr) continue;
    token->reported = true;
    if (token->unheard && !token->paid) {
      check("CHK-10", !ok && now_ >= token->closed_at + settings_.token_extension, hop, "senza esito il risultato è KO, e non prima della scadenza del token", "without an outcome the result is KO, and not before the token expires", ok ? "è OK" : "è partito prima", ok ? "it is OK" : "it left earlier");
    }
    if (token->refused && !token->accepted_before) {
      check("CHK-04", !ok, hop, "sendPaymentResult KO dopo il KO alla notifica", "sendPaymentResult KO after the KO to the notification", "è OK", "it is OK");
    }
  }
}

/// The amounts that were activated of all the tokens of a message, each once; nothing if one of them is not known.
std::optional<contract::Amount> Monitors::activated_in(const contract::Message& said) const {
  std::vector<std::string> names = tokens_of(said);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  contract::Amount all;
  for (const std::string& name : names) {
    const Token* token = tokens_.find(name);
    const std::optional<Sum> due = token != nullptr && token->due != nullptr ? sum_in(*token->due, name) : std::nullopt;
    if (!due) return std::nullopt;
    all = all + due->total;
  }
  return all;
}

/// What the user paid is what was activated, and the fee. Of the close by Checkout, and of the notification.
void Monitors::money_sent(const Hop& hop, const contract::Message& said) {
  if (is_close(hop.primitive) && contract::outcome_of(said) != Outcome::OK) return;
  const std::optional<contract::Amount> all = activated_in(said);
  if (!all) return;
  if (is_notify(hop.primitive)) {
    for (const std::string& name : tokens_of(said)) {
      check("CHK-04", sum_in(said, name) == sum_in(*tokens_[name].due, name), hop, "importo e transfer del pagamento attivato", "amount and transfers of the activated payment", "sono altri", "they are others");
    }
  }
  const auto amount = [&](std::string_view path) { return contract::parse_amount(contract::text_at(said, path).value_or("")); };
  if (const auto total = amount("totalAmount")) {
    check("CHK-04", *total == *all + amount("fee").value_or(contract::Amount{}), hop, "totalAmount uguale alla somma degli importi più la commissione", "totalAmount equal to the sum of the amounts and the fee", "non lo è", "it is not");
  }
}

void Monitors::flag(const Hop& hop, const std::string& notice, std::optional<bool> said) {
  const std::size_t slash = notice.find('/');
  const contract::CreditorInstitution* of = slash == std::string::npos ? nullptr : registry_->creditor(notice.substr(0, slash));
  const contract::Station* station = of == nullptr ? nullptr : registry_->station_of(*of, notice.substr(slash + 1));
  if (station == nullptr) return;
  check("CHK-19", said.value_or(false) == station->standin, hop, "standin a true solo per un pagamento in Stand In", "standin true only for a payment in Stand In", "dice il contrario", "it says the opposite");
}

// ---- what it answers ----

void Monitors::nodo_answers(const Hop& hop, const contract::Message& said, const Talk& talk) {
  if (talk.broken) nodo_answers_nonsense(hop, said, talk);
  if (talk.heard == nullptr) return;
  const contract::Message& question = *talk.heard;
  const bool ok = contract::outcome_of(said) == Outcome::OK;
  if (is_about_a_notice(hop.primitive)) {
    if (ok) flag(hop, notice_of(question), flag_in(said, {}));
    nodo_answers_about_a_notice(hop, said, talk);
    if (is_activation(hop.primitive) && ok) nodo_issues(hop, said, talk);
  } else if (hop.primitive == PrimitiveId::checkPosition) {
    nodo_answers_about_a_cart(hop, said, talk);
  } else if (is_close(hop.primitive) && ok && contract::outcome_of(question) == Outcome::OK) {
    nodo_takes_a_close(hop, question);
    for (const std::string& name : tokens_of(question)) {
      Token& token = tokens_[name];
      token.closed = true;
      token.closed_at = now_;
      token.close_entry = at_;
      if (hop.rule_line == 0) token.close = talk.heard;
    }
  } else if (is_outcome(hop.primitive)) {
    nodo_answers_an_outcome(hop, said, talk);
  }
}

/// The sum and the card data that the Nodo must not pass over. Of version 2 alone: how version 1 is refused for its amount
/// is shown by one test, from which little is sure. [SEM_CP_12, PAG-2555]
void Monitors::nodo_takes_a_close(const Hop& hop, const contract::Message& question) {
  const auto* said = std::get_if<contract::ClosePaymentV2Request>(&question);
  if (said == nullptr) return;
  const std::optional<contract::Amount> all = activated_in(question);
  if (all && said->totalAmount) {
    const bool adds = *said->totalAmount == *all + said->fee.value_or(contract::Amount{});
    check("CHK-04", adds, hop, "KO a una closePayment il cui totalAmount non è la somma degli importi più la commissione", "KO to a closePayment whose totalAmount is not the sum of the amounts and the fee", "ha risposto OK", "it answered OK");
  }
  const contract::Channel* channel = registry_->channel(said->idPSP.value_or(""), said->idChannel.value_or(""));
  if (channel != nullptr && channel->wants_card_data && said->paymentMethod == "CP") {
    check("CHK-09", has_card_data(*said), hop, "KO a una closePayment senza i dati della carta, se il canale li vuole", "KO to a closePayment without the card data, if the channel wants them", "ha risposto OK", "it answered OK");
  }
}

/// A position is payable or it is not: where the border lies among those in payment is open [SIL-19], a paid one is beyond it,
/// and so is one of which the Nodo knows no EC or no station. [SEM_CPO_04]
void Monitors::nodo_answers_about_a_cart(const Hop& hop, const contract::Message& said, const Talk& talk) {
  const auto* question = std::get_if<contract::CheckPositionRequest>(talk.heard.get());
  if (question == nullptr) return;
  for (const contract::PositionToCheck& asked : question->positionslist) {
    const contract::CreditorInstitution* of = registry_->creditor(asked.fiscalCode);
    const bool known = of != nullptr && registry_->station_of(*of, asked.noticeNumber) != nullptr;
    const Notice* notice = notices_.find(asked.fiscalCode + "/" + asked.noticeNumber);
    const bool paid = notice != nullptr && notice->paid != 0 && notice->paid < talk.received;
    if (known && !paid) continue;
    check("CHK-09", contract::outcome_of(said) != Outcome::OK, hop, "KO a checkPosition per una posizione già pagata, o di un EC o di una stazione ignoti", "KO to checkPosition for a position that is paid, or of an unknown EC or station", "ha risposto OK", "it answered OK");
  }
}

/// Sources disagree on which of the two syntax codes; that it is one of them, they agree. [SIL-02]
void Monitors::nodo_answers_nonsense(const Hop& hop, const contract::Message& said, const Talk& talk) {
  if (contract::primitive(hop.primitive).port == nullptr) return;
  const std::string_view code = fault_code(said);
  const bool held = code.starts_with("PPT_SINTASSI") || code == "PPT_SOAPACTION_ERRATA" || code == "PPT_SUPERAMENTOSOGLIA" || code == "PPT_SERVIZIO_NONATTIVO";
  check(talk.bad_key ? "CHK-22" : "CHK-09", held, hop, "un errore di sintassi a chi non rispetta il tracciato", "an error of syntax to whoever does not keep to the layout", "un'altra risposta", "another answer");
}

/// What verify and activation get, where the notice and its EC leave no choice.
void Monitors::nodo_answers_about_a_notice(const Hop& hop, const contract::Message& said, const Talk& talk) {
  const contract::Message& question = *talk.heard;
  const std::string key = notice_of(question);
  const std::size_t kind = kind_of(hop.primitive);
  const bool ok = contract::outcome_of(said) == Outcome::OK;
  const std::string_view code = fault_code(said);
  Notice& notice = notices_[key];
  notice.waiting[kind] = std::max(0, notice.waiting[kind] - 1);
  const auto& ended = notice.ended[kind];
  const auto since = [&](End end) { return ended[static_cast<std::size_t>(end)] > talk.received; };
  if (kind == verify && ok) {
    check("CHK-02", since(End::ok), hop, "verifica OK dopo la risposta OK dell'EC a paVerifyPaymentNotice", "verify OK after the EC's OK to paVerifyPaymentNotice", "l'EC non ha risposto OK a questa verifica", "the EC did not answer OK to this verify");
  }
  if (hop.rule_line != 0 || !caller_is_in_order(question) || !notice_is_in_order(key)) return;
  if (!talk.fresh) {
    const Key* known = keys_.find(full_key(question));
    if (known == nullptr || known->token.empty() || *known->said != question || !settings_.use_idempotency) return;
    if (!session_is_open(notice, talk.received) || notice.latest != known->token || now_ >= known->at + settings_.idempotency_life) return;
    check("CHK-22", ok && contract::text_at(said, "paymentToken") == known->token, hop, "la stessa risposta alla stessa richiesta con la stessa idempotencyKey", "the same answer to the same request with the same idempotencyKey", "un'altra risposta", "another answer");
    return;
  }
  if (notice.paid != 0 && notice.paid < talk.received) {
    check("CHK-09", code == "PPT_PAGAMENTO_DUPLICATO", hop, "PPT_PAGAMENTO_DUPLICATO per un avviso già pagato", "PPT_PAGAMENTO_DUPLICATO for a notice that is paid", "un'altra risposta", "another answer");
    return;
  }
  if (session_is_open(notice, talk.received)) {
    check("CHK-09", code == "PPT_PAGAMENTO_IN_CORSO", hop, "PPT_PAGAMENTO_IN_CORSO finché il token vive", "PPT_PAGAMENTO_IN_CORSO as long as the token lives", "un'altra risposta", "another answer");
    return;
  }
  if (!ok && speaks_of_an_answer(code)) {
    check(kind == verify ? "CHK-02" : "CHK-03", notice.asked[kind] > talk.received, hop, "l'EC è interrogato su questo avviso", "the EC is asked about this notice", "nessuno l'ha interrogato", "nobody asked it");
  }
  const bool only_ok = since(End::ok) && !since(End::ko) && !since(End::spoilt) && !since(End::silent);
  const bool only_spoilt = since(End::spoilt) && !since(End::ko) && !since(End::ok) && !since(End::silent);
  if (only_spoilt) {
    check("EC-05", code == "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE", hop, "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE se la risposta dell'EC non vale", "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE if the EC's answer is no good", "un'altra risposta", "another answer");
  } else if (only_ok && kind == verify) {
    check("CHK-02", ok, hop, "verifica OK dopo la risposta OK dell'EC", "verify OK after the EC's OK", "ha risposto KO", "it answered KO");
  } else if (only_ok && notice.got != nullptr) {
    const contract::Message& got = *notice.got;
    if (!adds_up(got) || !is_registered(*registry_, got)) {
      const bool named = code == "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE" || code == "PPT_IBAN_NON_CENSITO";  // [SIL-11]
      if (!ok) check("EC-05", named, hop, "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE se la risposta dell'EC non vale", "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE if the EC's answer is no good", "un'altra risposta", "another answer");
    } else if (!has_stamp(got)) {
      const std::string_view rule = has_ignored_fields(got) ? "EC-03" : due_date_in(got) < iso_date(now_) ? "CHK-23" : "CHK-03";
      check(rule, ok, hop, "un token dopo la risposta OK dell'EC, qualunque cosa dicano dueDate, retentionDate e lastPayment", "a token after the EC's OK, whatever dueDate, retentionDate and lastPayment say", "ha risposto KO", "it answered KO");
    }
  }
}

void Monitors::nodo_issues(const Hop& hop, const contract::Message& said, const Talk& talk) {
  const contract::Message& question = *talk.heard;
  const std::string name = contract::text_at(said, "paymentToken").value_or("");
  const std::string key = notice_of(question);
  const bool known = tokens_.find(name) != nullptr;
  Token& token = tokens_[name];
  if (!token.notice.empty()) check("CHK-03", token.notice == key, hop, "un token nuovo per ogni avviso", "a new token for each notice", "è di un altro avviso", "it is of another notice");
  if (known) return;  // the same answer again, by the idempotency key
  Notice& notice = notices_[key];
  check("CHK-03", notice.ended[activation][static_cast<std::size_t>(End::ok)] > talk.received, hop, "token nuovo dopo la risposta OK dell'EC a paGetPayment", "a new token after the EC's OK to paGetPayment",
        "l'EC non ha risposto OK a questa attivazione", "the EC did not answer OK to this activation");
  if (notice.got != nullptr) {
    check("EC-05", adds_up(*notice.got), hop, "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE se l'importo non è la somma dei transfer", "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE if the amount is not the sum of the transfers", "ha risposto OK", "it answered OK");
    check("EC-05", is_registered(*registry_, *notice.got), hop, "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE se un beneficiario o un conto non è censito", "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE if a beneficiary or an account is not registered", "ha risposto OK", "it answered OK");
    token.due = notice.got;
  }
  token.notice = key;
  token.issued_at = now_;
  ++notice.tokens;
  if (hop.rule_line != 0) return;
  token.issued = at_;
  const std::int64_t asked = caller_in(question)->expirationTime;
  token.valid_to = now_ + (asked > 0 ? Duration{asked} : settings_.token_life_max);
  notice.latest = name;
  if (Key* of = keys_.find(full_key(question)); of != nullptr && *of->said == question) of->token = name;
}

void Monitors::nodo_answers_an_outcome(const Hop& hop, const contract::Message& said, const Talk& talk) {
  const contract::Message& question = *talk.heard;
  const bool ok = contract::outcome_of(said) == Outcome::OK;
  const bool asked_ok = contract::outcome_of(question) == Outcome::OK;
  const std::string_view code = fault_code(said);
  const std::string sender = contract::text_at(question, "idPSP").value_or("");
  const bool in_order = hop.rule_line == 0 && talk.fresh && caller_is_in_order(question);
  for (const std::string& name : tokens_of(question)) {
    Token& token = tokens_[name];
    if (token.refused && !token.accepted_before) {
      check("CHK-05", !ok, hop, "KO a ogni esito dopo il KO alla notifica", "KO to every outcome after the KO to the notification", "ha risposto OK", "it answered OK");
      const Notice* notice = token.notice.empty() ? nullptr : notices_.find(token.notice);
      if (notice != nullptr && notice->tokens == 1) {  // else another payment of the notice may come first
        check("CHK-05", code != "PPT_PAGAMENTO_DUPLICATO", hop, "un esito discorde, non un pagamento doppio", "a discordant outcome, not a payment made twice", "PPT_PAGAMENTO_DUPLICATO", "PPT_PAGAMENTO_DUPLICATO");
      }
    }
    if (token.notified && !asked_ok) {
      check("CHK-06", !ok, hop, "KO a un esito KO dopo la notifica", "KO to an outcome KO after the notification", "ha risposto OK", "it answered OK");
    }
    if (token.recorded != nullptr && in_order && sender == contract::text_at(*token.recorded, "idPSP") && same_tokens(*token.recorded, question)) {
      check("CHK-15", code != "PPT_TOKEN_SCONOSCIUTO", hop, "un esito già acquisito", "an outcome that is there already", "PPT_TOKEN_SCONOSCIUTO", "PPT_TOKEN_SCONOSCIUTO");
    }
    const bool waits = token.unheard && token.unheard_entry < at_ && token.close != nullptr && !token.refused && !token.reported && token.recorded == nullptr && now_ < token.closed_at + settings_.token_extension;
    if (waits && asked_ok && in_order && token.due != nullptr && !has_stamp(*token.due)) {
      const Chosen chosen = chosen_in(*token.close);
      const auto fee = contract::parse_amount(contract::text_at(question, "details/fee").value_or(""));
      if (chosen.psp == sender && fee == chosen.fee && same_tokens(*token.close, question)) {
        check("CHK-10", ok, hop, "l'esito OK prosegue il flusso, se la risposta alla notifica non è giunta", "the outcome OK lets the flow go on, if the answer to the notification did not come", "ha risposto KO", "it answered KO");
      }
    }
    if (ok && asked_ok && token.unheard && token.close != nullptr && token.recorded == nullptr && settings_.expiry_job_every.ms > 0 && !companion_is_paid(token)) {
      const Instant over = token.closed_at + settings_.token_extension + settings_.expiry_job_every * 2;  // the job has come round by then [SIL-27]
      check("CHK-10", now_ <= over, hop, "KO a un esito dopo la scadenza del token", "KO to an outcome after the token expired", "ha risposto OK", "it answered OK");
    }
    if (ok) {
      const bool again = token.recorded != nullptr && (*token.recorded == question || (!key_of(question).empty() && key_of(*token.recorded) == key_of(question)));
      check("CHK-15", token.recorded == nullptr || again, hop, "KO a un secondo esito", "KO to a second outcome", "ha risposto OK", "it answered OK");
      if (token.recorded == nullptr) token.recorded = talk.heard;
    }
    if (code == "PPT_TOKEN_SCADUTO" || code == "PPT_TOKEN_SCADUTO_KO") {
      check("CHK-21", asked_ok == (code == "PPT_TOKEN_SCADUTO"), hop, "PPT_TOKEN_SCADUTO_KO a un esito KO, PPT_TOKEN_SCADUTO a un esito OK", "PPT_TOKEN_SCADUTO_KO to an outcome KO, PPT_TOKEN_SCADUTO to an outcome OK", "l'altro codice", "the other code");
    }
    if (!asked_ok) continue;
    token.paid = token.paid || ok || (code == "PPT_TOKEN_SCADUTO" && !token.closed);
    token.accepted_before = token.accepted_before || (ok && !token.refused);
    if (!ok || hop.rule_line != 0) continue;
    if (token.acquired == 0) token.acquired = at_;
    if (token.notice.empty()) continue;
    Notice& notice = notices_[token.notice];
    if (notice.paid == 0) notice.paid = at_;
  }
}

// ---- what it owes when nothing is left to happen ----

void Monitors::nodo_owes(bool cut_short) {
  if (cut_short) return;
  const Party self{Role::nodo, {}};
  for (const auto& [name, token] : tokens_) {
    if (token.owes_result) {
      owed("CHK-04", token.reported, self, token.refused_entry, "sendPaymentResult KO dopo il KO alla notifica", "sendPaymentResult KO after the KO to the notification", "non è mai partito", "it never left", false);
    }
    if (token.close != nullptr && !token.notice_withheld) {
      owed("CHK-12", token.notified, self, token.close_entry, "pspNotifyPayment dopo una closePayment OK accettata", "pspNotifyPayment after an accepted closePayment OK", "non è mai partita", "it never left", false);
    }
    if (token.unheard && token.close != nullptr && !token.paid && !token.refused && settings_.expiry_job_every.ms > 0) {
      if (!companion_is_paid(token)) owed("CHK-10", token.reported, self, token.unheard_entry, "sendPaymentResult KO alla scadenza del token", "sendPaymentResult KO when the token expires", "non è mai partito", "it never left", false);
    }
    if (token.acquired == 0 || token.due == nullptr || token.receipt_withheld) continue;
    const auto sent = [this, &name = name](const std::string& to) {
      const std::string key = name + "/" + to;
      const auto* copy = copies_.from(key);
      return copy != nullptr && copy->first.starts_with(key);
    };
    const std::string owner = token.notice.substr(0, token.notice.find('/'));
    owed("CHK-07", sent(owner + "/"), self, token.acquired, "paSendRT all'EC dell'avviso", "paSendRT to the EC of the notice", "non è mai partita", "it never left", false);
    for (const auto& [beneficiary, amount] : sum_in(*token.due, name).value_or(Sum{}).parts) {
      const contract::CreditorInstitution* of = beneficiary == owner ? nullptr : registry_->creditor(beneficiary);
      if (of == nullptr) continue;
      for (const contract::Station& station : of->stations) {
        if (station.broadcast) owed("CHK-07", sent(std::string(beneficiary) + "/" + station.idStation), self, token.acquired, "paSendRT agli altri EC interessati", "paSendRT to the other ECs concerned", "non è mai partita", "it never left", false);
      }
    }
  }
  for (const auto& [name, copy] : copies_) {
    if (copy.called_for != 0) {
      owed("EC-08", false, self, copy.called_for, "paSendRT di nuovo, appena lo si chiede", "paSendRT again as soon as it is asked for", "non è ripartita", "it did not leave again", false);
    }
    if (by_order_ || copy.attempts == 0 || copy.answered) continue;
    owed("CHK-20", copy.attempts > settings_.receipt_retries, self, copy.entry, "paSendRT ritentata finché non è presa", "paSendRT tried again until it is taken", "non è stata ritentata", "it was not tried again", false);
  }
}

}  // namespace sim
