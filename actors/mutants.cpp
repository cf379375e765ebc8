// The catalogue, on one screen after its small vocabulary: tables with changed rows, and tricks upon what a normal actor
// is about to do. The trap: an exchange that has a number must be opened, so what a mutant does not send is `kept`.
#include "actors/mutants.hpp"

#include <algorithm>

#include "sim/contract/transcribe.hpp"
#include "sim/contract/words.hpp"

namespace actors {
namespace {

using namespace sim;
using namespace sim::contract;
using Text = std::string_view;

// ---- changed tables ----

/// The rows as `edit` leaves them. Each call has a lambda of its own, hence one copy for the whole program.
template <class R, class F>
std::span<const R> changed(std::span<const R> rows, F edit) {
  static const std::vector<R> out = [&] {
    std::vector<R> copy(rows.begin(), rows.end());
    for (R& row : copy) edit(row);
    return copy;
  }();
  return out;
}
/// A rung that always holds. The lambda is one of its own here too: never a function pointer, whose type others share.
template <class R, class F>
std::span<const R> deaf_to(std::span<const R> rungs, Text name, F holds) {
  return changed(rungs, [&](R& rung) { if (rung.name == name) rung.holds = holds; });
}
/// The order that some row of the table gives.
template <class R>
auto order_of(std::span<const R> rows, Text name) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const R& row) { return row.order.name == name; });
  SIM_CHECK(found != rows.end());
  return found->order;
}

// ---- changed deeds ----

bool is(const Body& body, Leg leg, Text name) { return leg_of(*body) == leg && primitive(primitive_of(*body)).name.starts_with(name); }

/// Every request of these primitives that the actor is about to send.
template <class F>
void each_call(Deed& d, Text name, F what) {
  for (Effect& effect : d.effects) {
    if (auto* call = std::get_if<Call>(&effect); call != nullptr && is(call->body, Leg::request, name)) what(*call);
  }
}
template <class F>
void each_reply(Deed& d, Text name, F what) {
  for (Effect& effect : d.effects) {
    if (auto* reply = std::get_if<Reply>(&effect); reply != nullptr && is(reply->body, Leg::response, name)) what(*reply);
  }
}
bool says_ok(const Message& message) { return outcome_of(message) == Outcome::OK; }

Patch change(std::string path, std::string text) { return {std::move(path), std::move(text), Edit::change}; }

/// A field of the request says something else, wherever it is there.
void set(Deed& d, Text name, std::string path, std::string text) {
  each_call(d, name, [&](Call& call) {
    if (text_at(*call.body, path)) call.spoilt.push_back(change(path, text));
  });
}
void leave_out(Deed& d, Text name, std::string path) {
  each_call(d, name, [&](Call& call) {
    if (text_at(*call.body, path)) call.spoilt.push_back({path, {}, Edit::change});
  });
}
void spoil(Deed& d, Text name, Edit edit, std::string path = {}) {
  each_call(d, name, [&](Call& call) { call.spoilt.push_back({path, {}, edit}); });
}
void set_answer(Deed& d, Text name, std::string path, std::string text) {
  each_reply(d, name, [&](Reply& reply) {
    if (text_at(*reply.body, path)) reply.spoilt.push_back(change(path, text));
  });
}
void spoil_answer(Deed& d, Text name, Edit edit, std::string path = {}) {
  each_reply(d, name, [&](Reply& reply) { reply.spoilt.push_back({path, {}, edit}); });
}
void keep(Deed& d, Text name) {
  each_call(d, name, [](Call& call) { call.kept = true; });
}
constexpr Text own_alarm = "mutant";

void later(Deed& d, Duration after, Effect effect) {
  const std::string about = std::to_string(d.memory.count["later"]++);
  d.memory.later.emplace(about, std::move(effect));
  d.turn.wake(d.turn.now + after, own_alarm, about);
}
void again(Deed& d, Text name, Duration after) {
  std::vector<Call> calls;
  each_call(d, name, [&](const Call& call) { calls.push_back(call); });
  for (Call& call : calls) later(d, after, std::move(call));
}
void answer_late(Deed& d, Text name, Duration by) {
  std::vector<Effect> rest;
  for (Effect& effect : d.effects) {
    auto* reply = std::get_if<Reply>(&effect);
    if (reply != nullptr && is(reply->body, Leg::response, name)) later(d, by, std::move(effect));
    else rest.push_back(std::move(effect));
  }
  d.effects = std::move(rest);
}
/// A reply KO becomes OK, with nothing more to it.
void accept(Deed& d, Text name, Text fault = {}) {
  each_reply(d, name, [&](Reply& reply) {
    const CtFaultBean* bean = fault_of(*reply.body);
    if (says_ok(*reply.body) || (!fault.empty() && (bean == nullptr || bean->faultCode != fault))) return;
    reply.body = share(blank(primitive_of(*reply.body), Leg::response));
    reply.status = 200;
  });
}
void refuse(Deed& d, Text name, Text fault) {
  each_reply(d, name, [&](Reply& reply) {
    if (says_ok(*reply.body)) reply.body = share(refusal(primitive_of(*reply.body), fault_bean(fault, nodo_id)));
  });
}
void other_fault(Deed& d, Text name, Text was, Text is_now) {
  each_reply(d, name, [&](Reply& reply) {
    const CtFaultBean* bean = fault_of(*reply.body);
    if (bean == nullptr || bean->faultCode != was) return;
    reply.body = share(refusal(primitive_of(*reply.body), fault_bean(is_now, bean->id, bean->description.value_or(""))));
  });
}
/// Alarms of that name ring earlier or later than they should.
template <class F>
void each_wake(Deed& d, Text what, F change_it) {
  for (Effect& effect : d.effects) {
    if (auto* wake = std::get_if<Wake>(&effect); wake != nullptr && wake->what == what) change_it(*wake);
  }
}

/// The other version of a notification, of one payment.
void to_version_1(Call& call) {
  const auto* newer = std::get_if<PspNotifyPaymentV2>(&*call.body);
  if (newer == nullptr || newer->paymentList.payment.size() != 1) return;
  PspNotifyPaymentReq older;
  transcribe(*newer, older);
  transcribe(newer->paymentList.payment.front(), older);
  call.body = share(std::move(older));
}
void with_card_block(Call& call) {
  const auto* said = std::get_if<PspNotifyPaymentReq>(&*call.body);
  if (said == nullptr) return;
  PspNotifyPaymentReq wrong = *said;
  wrong.bancomatpayPayment.reset();
  wrong.creditCardPayment = CtCreditCardPayment{"123456", "00", said->debtAmount, {}, "2027-01-18T10:00:00", "A1B2C3", {}};
  call.body = share(std::move(wrong));
}
void without_more(Call& call) {
  Message copy = *call.body;
  std::visit([](auto& said) {
    if constexpr (requires { said.additionalPaymentInformations->metadata; said.idChannel; }) {
      if (said.additionalPaymentInformations) said.additionalPaymentInformations->metadata.reset();
    }
  }, copy);
  call.body = share(std::move(copy));
}
/// The same outcome the other way round.
Call contradicted(Call call) {
  Message copy = *call.body;
  std::visit([](auto& said) {
    if constexpr (requires { said.details; said.outcome; said.idChannel; }) said.outcome = Outcome::KO;
  }, copy);
  call.body = share(std::move(copy));
  return call;
}
/// What the EC has just said in its answer.
std::optional<std::string> ec_said(const Deed& d, Text path) {
  const auto* answer = std::get_if<Answer>(&d.input);
  const auto* body = answer != nullptr ? std::get_if<Body>(&answer->said) : nullptr;
  if (body == nullptr || !is(*body, Leg::response, "paGetPayment")) return std::nullopt;
  return text_at(**body, path);
}
std::string asked_type(const Deed& d) {
  const auto* request = std::get_if<Request>(&d.input);
  const auto* body = request != nullptr ? std::get_if<Body>(&request->said) : nullptr;
  return body != nullptr && is(*body, Leg::request, "paGetPayment") ? text_at(**body, "transferType").value_or("") : std::string();
}

template <class F>
void each_note(Deed& d, F change_it) {
  for (Effect& effect : d.effects) {
    if (auto* note = std::get_if<Note>(&effect)) change_it(*note);
  }
}
/// Whoever typed nonsense gets a verify of what he may have meant.
void verify_all_the_same(Deed& d) {
  const bool refused = std::any_of(d.effects.begin(), d.effects.end(), [](const Effect& e) { const auto* note = std::get_if<Note>(&e); return note != nullptr && note->detail == "INVALID_INPUT"; });
  if (!refused) return;
  const TouchpointIdentity& self = d.turn.registry.checkout;
  d.turn.call({Role::nodo, ""}, share(VerifyPaymentNoticeReq{self.idPSP, self.idBrokerPSP, self.idChannel, self.password, {"77777777777", "302001234567890123"}}), d.turn.settings.verify_deadline);
}

void with_rrn_as(Call& call, Text name) {
  const auto* said = std::get_if<ClosePaymentV2Request>(&*call.body);
  if (said == nullptr || !said->additionalPaymentInformations) return;
  ClosePaymentV2Request copy = *said;
  std::vector<AdditionalInformation>& members = copy.additionalPaymentInformations->members;
  if (name.empty()) std::erase_if(members, [](const auto& member) { return member.key == "rrn"; });
  for (AdditionalInformation& member : members) {
    if (member.key == "rrn") member.key = name;
  }
  call.body = share(std::move(copy));
}
/// A copy of each receipt for an EC that has no part in it.
void to_a_stranger(Deed& d) {
  std::vector<Call> copies;
  each_call(d, "paSendRT", [&](const Call& call) {
    for (const CreditorInstitution& ec : d.turn.registry.creditors) {
      if (ec.fiscalCode == call.to.id || ec.stations.empty()) continue;
      Call copy = call;
      copy.to.id = ec.fiscalCode;
      copies.push_back(std::move(copy));
      return;
    }
  });
  for (Call& copy : copies) later(d, seconds(1), std::move(copy));
}
std::optional<std::string> verify_said(const Deed& d, Text path) {
  const auto* answer = std::get_if<Answer>(&d.input);
  const auto* body = answer != nullptr ? std::get_if<Body>(&answer->said) : nullptr;
  return body != nullptr && is(*body, Leg::response, "paVerifyPaymentNotice") ? text_at(**body, path) : std::nullopt;
}

/// What the request said that an actor is answering.
std::string asked(const Deed& d, ExchangeId exchange, Text path) {
  const auto heard = d.memory.heard.find(exchange);
  return heard == d.memory.heard.end() ? std::string() : text_at(*heard->second, path).value_or("");
}
/// The notice that this input is an answer's business with; empty: none.
std::string notice_asked(const Deed& d) {
  std::string out;
  for (const Effect& effect : d.effects) {
    if (const auto* reply = std::get_if<Reply>(&effect)) out = asked(d, reply->exchange, "qrCode/noticeNumber");
  }
  return out;
}
/// Every activation gets the token of the first that was about the same.
void same_token_for(Deed& d, const std::string& about) {
  each_reply(d, "activatePaymentNotice", [&](Reply& reply) {
    const auto fresh = text_at(*reply.body, "paymentToken");
    if (!fresh) return;
    const std::string& first = d.memory.said.emplace(about, *fresh).first->second;
    if (first != *fresh) reply.spoilt.push_back(change("paymentToken", first));
  });
}
/// Once it has answered OK to that request, a notice counts as paid.
void closed_by(Deed& d, Text name) {
  each_reply(d, "pa", [&](Reply& reply) {
    const std::string notice = asked(d, reply.exchange, "qrCode/noticeNumber");
    if (notice.empty() || !says_ok(*reply.body)) return;
    const bool closed = d.memory.count[notice] > 0;
    if (is(reply.body, Leg::response, name)) ++d.memory.count[notice];
    if (closed) reply.body = share(refusal(primitive_of(*reply.body), fault_bean("PAA_PAGAMENTO_DUPLICATO", asked(d, reply.exchange, "idPA"))));
  });
}
/// Whether the outcome that is about to leave has left before.
bool repeats(Deed& d) {
  bool out = false;
  each_call(d, "sendPaymentOutcome", [&](const Call& call) { out = d.memory.count[text_at(*call.body, "idempotencyKey").value_or("")]++ > 0; });
  return out;
}
void repeat_what_was_refused(Deed& d) {
  each_call(d, "sendPaymentOutcome", [&](const Call& call) { d.memory.heard[call.exchange] = call.body; });
  const auto* answer = std::get_if<Answer>(&d.input);
  const auto* body = answer != nullptr ? std::get_if<Body>(&answer->said) : nullptr;
  if (body == nullptr || !is(*body, Leg::response, "sendPaymentOutcome") || says_ok(**body)) return;
  if (const auto said = d.memory.heard.find(answer->exchange); said != d.memory.heard.end()) later(d, seconds(1), Call{0, {Role::nodo, ""}, said->second, d.turn.settings.outcome_deadline});
}
void take_any_cart(Deed& d) {
  const auto* request = std::get_if<Request>(&d.input);
  if (request == nullptr || !std::holds_alternative<Malformed>(request->said)) return;
  each_reply(d, "carts-v2", [](Reply& reply) {
    CartsV2Response taken;
    taken.location = "https://checkout.example/c/1";
    reply.body = share(std::move(taken));
    reply.status = 302;
  });
}
/// The other version of a call, which can say all that this one says.
template <class Older, class Newer>
void in_version_2(Call& call) {
  const auto* older = std::get_if<Older>(&*call.body);
  if (older == nullptr) return;
  Newer newer;
  transcribe(*older, newer);
  call.body = share(std::move(newer));
}
void to_version_2(const Deed& d, Call& call) {
  const auto* older = std::get_if<PspNotifyPaymentReq>(&*call.body);
  if (older == nullptr) return;
  PspNotifyPaymentV2 newer;
  transcribe(*older, newer);
  newer.transactionId = "1", newer.totalAmount = older->debtAmount, newer.timestampOperation = iso_local(d.turn.now);
  newer.paymentList.payment.emplace_back();
  transcribe(*older, newer.paymentList.payment.front());
  call.body = share(std::move(newer));
}
/// Whoever was refused a verify gets an activation all the same.
void activate_all_the_same(Deed& d) {
  each_call(d, "verifyPaymentNotice", [&](const Call& call) { d.memory.heard[call.exchange] = call.body; });
  const auto* answer = std::get_if<Answer>(&d.input);
  const auto* body = answer != nullptr ? std::get_if<Body>(&answer->said) : nullptr;
  if (body == nullptr || !is(*body, Leg::response, "verifyPaymentNotice") || says_ok(**body)) return;
  const auto verify = d.memory.heard.find(answer->exchange);
  const auto* said = verify == d.memory.heard.end() ? nullptr : std::get_if<VerifyPaymentNoticeReq>(&*verify->second);
  if (said == nullptr) return;
  ActivatePaymentNoticeV2Request question;
  question.idPSP = said->idPSP, question.idBrokerPSP = said->idBrokerPSP, question.idChannel = said->idChannel, question.password = said->password;
  question.qrCode = said->qrCode;
  question.amount = Amount{100};
  d.turn.call({Role::nodo, ""}, share(std::move(question)), d.turn.settings.activation_deadline);
}
/// The EC is asked even about what the Nodo refuses by itself.
void ask_before_looking(Deed& d) {
  const auto* request = std::get_if<Request>(&d.input);
  const auto* body = request != nullptr ? std::get_if<Body>(&request->said) : nullptr;
  const auto* said = body != nullptr ? std::get_if<VerifyPaymentNoticeReq>(&**body) : nullptr;
  if (said == nullptr) return;
  each_reply(d, "verifyPaymentNotice", [&](const Reply& reply) {
    const CreditorInstitution* ec = d.turn.registry.creditor(said->qrCode.fiscalCode);
    if (says_ok(*reply.body) || ec == nullptr || ec->stations.empty()) return;
    const Station& station = ec->stations.front();
    d.turn.call({Role::ec, ec->fiscalCode}, share(PaVerifyPaymentNoticeReq{ec->fiscalCode, station.idBrokerPA, station.idStation, said->qrCode}), d.turn.settings.ec_deadline);
  });
}
/// A storno of its own, asked for and executed, when a transaction comes to one of these states.
void give_back(Deed& d, std::initializer_list<Text> when) {
  std::vector<Effect> more;
  each_note(d, [&](const Note& n) {
    if (n.machine != "transaction" || std::find(when.begin(), when.end(), n.to) == when.end()) return;
    more.emplace_back(Note{"storno", n.subject, n.about, "", "REQUESTED", "CHK-04", ""});
    more.emplace_back(Note{"storno", n.subject, n.about, "REQUESTED", "EXECUTED", "CHK-04", "1.00"});
  });
  d.effects.insert(d.effects.end(), more.begin(), more.end());
}
void outcome_in_version_1(Call& call) {
  const auto* newer = std::get_if<SendPaymentOutcomeV2Request>(&*call.body);
  if (newer == nullptr || newer->paymentTokens.paymentToken.size() != 1) return;
  SendPaymentOutcomeReq older;
  transcribe(*newer, older);
  older.paymentToken = newer->paymentTokens.paymentToken.front();
  call.body = share(std::move(older));
}

/// What can be said of a payment when its notification leaves, as if it were done.
std::optional<Call> result_too_soon(const Deed& d, const Call& notification) {
  const auto* said = std::get_if<PspNotifyPaymentReq>(&*notification.body);
  if (said == nullptr) return std::nullopt;
  const PaymentResult about{said->paymentToken, said->paymentDescription, said->creditorReferenceId, said->fiscalCodePA, said->companyName, {}, "ANONIMO"};
  return Call{0, {Role::checkout, ""}, share(SendPaymentResultV2Request{Outcome::OK, iso_utc(d.turn.now), {about}}), d.turn.settings.result_deadline};
}
std::optional<Call> receipt_too_soon(const Deed& d, const Call& notification) {
  const auto* said = std::get_if<PspNotifyPaymentReq>(&*notification.body);
  if (said == nullptr) return std::nullopt;
  const Station& station = d.turn.registry.creditor(said->fiscalCodePA)->stations.front();
  PaSendRTReq out{said->fiscalCodePA, station.idBrokerPA, station.idStation, {}};
  CtReceipt& receipt = out.receipt;
  transcribe(*said, receipt);
  receipt.receiptId = said->paymentToken, receipt.noticeNumber = "3" + said->creditorReferenceId, receipt.fiscalCode = said->fiscalCodePA;
  receipt.outcome = Outcome::OK;
  receipt.paymentAmount = said->debtAmount, receipt.description = said->paymentDescription, receipt.companyName = said->companyName;
  receipt.debtor.uniqueIdentifier = {"F", "ANONIMO"}, receipt.debtor.fullName = "ANONIMO";
  receipt.PSPCompanyName = "PSP", receipt.channelDescription = "NA";
  for (auto& transfer : receipt.transferList.transfer) transfer.transferCategory = "0101101IM";
  return Call{0, {Role::ec, said->fiscalCodePA}, share(std::move(out)), d.turn.settings.receipt_deadline};
}

constexpr Role C = Role::checkout, N = Role::nodo, E = Role::ec, P = Role::psp;

// ---- why monitors, ledger and laws see nothing ----
constexpr Mutant::Reason
    within{"accade dentro l'attore: sul filo non ne passa nulla", "it happens inside the actor: nothing of it crosses the wire"},
    says_nothing{"chi tace non viola alcun messaggio: che ne fosse dovuto uno lo sa chi conosce la storia", "who says nothing breaks no message: that one was due is known to whoever knows the story"},
    may_refuse{"sul filo un rifiuto è sempre lecito: il motivo sta fuori dai messaggi", "on the wire a refusal is always lawful: its reason lies outside the messages"},
    ec_alone{"importo, data e stato della posizione li sa solo l'EC", "amount, date and state of the position are known to the EC alone"},
    own_choice{"la regola è una scelta del simulatore: senza un'attesa nessuno ne risponde", "the rule is a choice of the simulator: nobody answers for it where a scenario does not expect it"},
    pages_say_to_wait{"le fonti non concordano (SIL-29): la pagina vuole che si attenda a ogni eccezione tecnica", "sources disagree (SIL-29): the page wants one to wait upon any technical exception"},
    verify_binds_nobody{"la verifica è facoltativa per il PSP, e nessuna fonte vieta di attivare dopo un KO (SIL-PSP-VERIFY)", "a PSP need not verify, and no source forbids it to activate after a KO (SIL-PSP-VERIFY)"},
    either_version{"nessuna fonte lega la versione dell'esito a quella della notifica (SIL-17)", "no source ties the version of the outcome to that of the notification (SIL-17)"};

// clang-format off
const Mutant catalogue[] = {
  // ---- Checkout ----
  {"skips-storno", C, "CHK-04", "non chiede mai lo storno", "never asks for the storno",
   +[](Tables& t) { t.transaction = changed(t.transaction, [rows = t.transaction](TransactionRow& r) { (void)rows; if (r.order.name == "request_refund") { r.order = {""}; } }); }},
  {"storno-when-paid", C, "CHK-04", "storna anche un pagamento riuscito", "gives the money of a successful payment back",
   +[](Tables& t) { t.transaction = changed(t.transaction, [rows = t.transaction](TransactionRow& r) { (void)rows; if (r.in == TransactionState::NOTIFICATION_REQUESTED && r.on == TransactionEvent::mailed) { r.order = order_of(rows, "request_refund"), r.then = TransactionState::REFUND_REQUESTED; } }); }},
  {"closes-ok-when-denied", C, "CHK-04", "chiude OK anche se l'autorizzazione è negata", "closes OK although the authorisation was denied",
   +[](Deed& d) { set(d, "closePayment", "outcome", "OK"); }},
  {"never-closes", C, "CHK-04", "non invia closePayment", "never sends closePayment",
   +[](Deed& d) { keep(d, "closePayment"); }},
  {"closes-before-paid", C, "CHK-04", "chiude appena chiesta l'autorizzazione", "closes as soon as the authorisation has been asked for",
   +[](Tables& t) { t.transaction = changed(t.transaction, [rows = t.transaction](TransactionRow& r) { (void)rows; if (r.order.name == "ask_gateway") { r.order = order_of(rows, "close_payment"), r.then = TransactionState::CLOSURE_REQUESTED; } }); }},
  {"storno-forgotten-after-result", C, "CHK-10", "non storna quando il risultato è KO", "keeps the money when the result is KO",
   +[](Tables& t) { t.transaction = changed(t.transaction, [rows = t.transaction](TransactionRow& r) { (void)rows; if (r.in == TransactionState::NOTIFIED_KO && r.order.name == "request_refund") { r.order = {""}, r.then = TransactionState::same; } }); }},
  {"storno-forgotten-at-expiry", C, "CHK-04", "non storna a fine sessione", "keeps the money at the end of the session",
   +[](Tables& t) { t.transaction = changed(t.transaction, [rows = t.transaction](TransactionRow& r) { (void)rows; if (r.in == TransactionState::EXPIRED && r.order.name == "request_refund") { r.order = {""}, r.then = TransactionState::same; } }); }},
  {"ignores-result-ok", C, "CHK-04", "rifiuta il risultato OK", "refuses the result OK",
   +[](Tables& t) { t.transaction = changed(t.transaction, [rows = t.transaction](TransactionRow& r) { (void)rows; if (r.on == TransactionEvent::result_ok) { r.order = order_of(rows, "refuse_result"), r.then = TransactionState::same; } }); }},
  {"wrong-total", C, "CHK-04", "totalAmount senza commissione in closePayment", "closePayment with the wrong totalAmount",
   +[](Deed& d) { set(d, "closePayment", "totalAmount", "1.00"); }},
  {"checkout-bad-idempotency-key", C, "CHK-22", "compone una idempotencyKey troppo corta", "writes an idempotencyKey that is too short",
   +[](Deed& d) { set(d, "activatePaymentNotice", "idempotencyKey", "12345678901_short"); }},
  {"checkout-wrong-namespace", C, "CHK-13", "usa il namespace sbagliato", "uses the wrong namespace",
   +[](Deed& d) { spoil(d, "activatePaymentNotice", Edit::root_foreign); }},
  {"checkout-one-decimal", C, "CHK-13", "scrive l'importo con un decimale", "writes the amount with one decimal",
   +[](Deed& d) { set(d, "activatePaymentNotice", "amount", "120.0"); }},
  {"checkout-payment-note-dropped", C, "CHK-18", "non riporta idCart in paymentNote", "does not pass idCart on as paymentNote",
   +[](Deed& d) { leave_out(d, "activatePaymentNotice", "paymentNote"); }},
  {"checkout-payment-note-other", C, "CHK-18", "scrive un altro idCart in paymentNote", "writes another idCart into paymentNote",
   +[](Deed& d) { set(d, "activatePaymentNotice", "paymentNote", "another"); }},
  {"completes-what-was-typed", C, "CHK-01", "verifica anche se manca una cifra", "verifies although a digit is missing",
   +[](Deed& d) { verify_all_the_same(d); }},
  {"says-invalid-input-otherwise", C, "CHK-01", "non dice all'utente che cosa ha digitato male", "does not tell the user what was typed wrong",
   +[](Deed& d) { each_note(d, [](Note& n) { if (n.detail == "INVALID_INPUT") n.detail = "PAYMENT_UNKNOWN"; }); }, within},
  {"ignores-waiting-url", C, "CHK-24", "non rimanda mai a returnWaitingUrl", "never sends the user to returnWaitingUrl",
   +[](Deed& d) { each_note(d, [](Note& n) { if (n.detail == "17:returnWaitingUrl") n.detail = "17:returnErrorUrl"; }); }, within},
  {"queue-not-started-again", N, "EC-08", "non riprende l'invio su richiesta", "does not start sending again on request",
   +[](Deed& d) { if (std::holds_alternative<Command>(d.input)) keep(d, "paSendRT"); }},
  {"card-data-lost", C, "CHK-09", "non riporta rrn fra i dati della carta", "leaves rrn out of the card data",
   +[](Deed& d) { each_call(d, "closePayment-v2", [](Call& c) { with_rrn_as(c, {}); }); }},
  {"card-data-renamed", C, "CHK-09", "chiama rrn in un altro modo", "calls rrn by another name",
   +[](Deed& d) { each_call(d, "closePayment-v2", [](Call& c) { with_rrn_as(c, "retrievalReference"); }); }},
  {"storno-twice", C, "CHK-04", "chiede due volte lo storno", "asks for the storno twice",
   +[](Deed& d) { std::vector<Effect> more; each_note(d, [&](Note& n) { if (n.machine == "storno" && n.to == "REQUESTED") more.emplace_back(n); }); d.effects.insert(d.effects.end(), more.begin(), more.end()); }},
  {"storno-of-another-amount", C, "CHK-04", "storna un altro importo", "gives another amount back",
   +[](Deed& d) { each_note(d, [](Note& n) { if (n.machine == "storno" && !n.detail.empty()) n.detail = "0.01"; }); }},
  {"storno-without-waiting", C, "CHK-10", "storna appena chiuso, senza attendere l'esito", "gives the money back as soon as it has closed, without waiting for the outcome",
   +[](Tables& t) { t.transaction = changed(t.transaction, [rows = t.transaction](TransactionRow& r) { if (r.order.name == "await_result") { r.order = order_of(rows, "request_refund"), r.then = TransactionState::REFUND_REQUESTED; } }); }},
  {"storno-in-doubt", C, "CHK-04", "storna a fine sessione un esito ancora ignoto", "gives the money back at the end of the session though the outcome is still unknown",
   +[](Tables& t) { t.transaction = changed(t.transaction, [rows = t.transaction](TransactionRow& r) { if (r.order.name == "check_the_result") { r.order = order_of(rows, "request_refund"), r.then = TransactionState::REFUND_REQUESTED; } }); }},
  {"closes-twice", C, "CHK-04", "invia due volte closePayment", "sends closePayment twice",
   +[](Deed& d) { again(d, "closePayment", seconds(1)); }},
  {"checkout-key-of-letters", C, "CHK-22", "compone con lettere la idempotencyKey dell'edizione di sole cifre", "writes letters into the idempotencyKey of the edition of digits",
   +[](Deed& d) { set(d, "activatePaymentNotice", "idempotencyKey", "abcdefghijk_a1b2c3d4e5"); }},
  {"storno-of-nothing", C, "CHK-04", "storna ciò che non ha incassato", "gives back what it has not taken",
   +[](Deed& d) { give_back(d, {"CANCELED", "UNAUTHORIZED", "EXPIRED_NOT_AUTHORIZED"}); }},
  {"storno-beside-the-ok", C, "CHK-04", "dice OK all'utente e gli ridà il denaro", "tells the user OK and gives the money back",
   +[](Deed& d) { give_back(d, {"NOTIFIED_OK"}); }},
  {"storno-of-an-activation", C, "CHK-04", "storna a fine sessione anche chi non ha autorizzato nulla", "gives money back at the end of a session in which nothing was authorised",
   +[](Tables& t) { t.transaction = changed(t.transaction, [rows = t.transaction](TransactionRow& r) { if (r.then == TransactionState::EXPIRED_NOT_AUTHORIZED) { r.order = order_of(rows, "request_refund"), r.then = TransactionState::REFUND_REQUESTED; } }); }},
  {"activates-what-was-refused", C, "CHK-09", "attiva anche dopo una verifica KO", "activates even after a verify was answered KO",
   +[](Deed& d) { activate_all_the_same(d); }},
  {"shows-another-error", C, "CHK-09", "mostra all'utente un altro errore", "shows the user another error",
   +[](Deed& d) { each_note(d, [](Note& n) { if (n.machine == "screen" && n.detail.find('_') != std::string::npos) n.detail = "GENERIC_ERROR"; }); }, within},
  {"says-paid-whatever-happened", C, "CHK-04", "mostra all'utente un pagamento riuscito", "shows the user a successful payment",
   +[](Deed& d) { each_note(d, [](Note& n) { if (n.machine == "screen" && (n.detail == "25" || n.detail == "18" || n.detail == "1")) n.detail = "0"; }); }, within},
  {"takes-an-incomplete-cart", C, "CHK-24", "accetta un carrello v2 senza returnWaitingUrl", "takes a cart v2 without returnWaitingUrl",
   +[](Deed& d) { take_any_cart(d); }},
  // ---- Nodo ----
  {"never-asks-at-verify", N, "CHK-02", "in verifica non interroga l'EC", "does not ask the EC at verify",
   +[](Deed& d) { keep(d, "paVerifyPaymentNotice"); }},
  {"verifies-another-notice", N, "CHK-02", "interroga l'EC su un altro avviso", "asks the EC about another notice",
   +[](Deed& d) { set(d, "paVerifyPaymentNotice", "qrCode/noticeNumber", "302001234567890999"); }},
  {"never-asks-at-activation", N, "CHK-03", "in attivazione non interroga l'EC", "does not ask the EC at activation",
   +[](Deed& d) { keep(d, "paGetPayment"); }},
  {"activates-another-notice", N, "CHK-03", "attiva presso l'EC un altro avviso", "asks the EC for another notice",
   +[](Deed& d) { set(d, "paGetPayment", "qrCode/noticeNumber", "302001234567890999"); }},
  {"notifies-before-closing", N, "CHK-04", "notifica il PSP prima di rispondere a closePayment", "notifies the PSP before it answers closePayment",
   +[](Deed& d) { answer_late(d, "closePayment", seconds(1)); }},
  {"goes-on-after-ko", N, "CHK-04", "prosegue dopo il KO del PSP", "goes on after the KO of the PSP",
   +[](Tables& t) { t.nodo.at_touchpoint = changed(t.nodo.at_touchpoint, [rows = t.nodo.at_touchpoint](PaymentRow& r) { (void)rows; if (r.on == PaymentEvent::psp_refuses && r.in == PaymentState::PAYMENT_SENT) { r.then = PaymentState::PAYMENT_ACCEPTED; } }); }},
  {"accepts-outcome-after-ko", N, "CHK-05", "accetta l'esito di chi ha rifiutato la notifica", "accepts the outcome of a PSP that refused the notification",
   +[](Deed& d) { accept(d, "sendPaymentOutcome", "PPT_SEMANTICA"); }},
  {"says-duplicate-after-ko", N, "CHK-05", "dopo il KO alla notifica risponde un altro errore", "answers another fault after the KO to the notification",
   +[](Deed& d) { other_fault(d, "sendPaymentOutcome", "PPT_SEMANTICA", "PPT_PAGAMENTO_DUPLICATO"); }},
  {"accepts-outcome-ko", N, "CHK-06", "prende per buono un esito KO", "takes an outcome KO for good",
   +[](Tables& t) { t.nodo.at_touchpoint = changed(t.nodo.at_touchpoint, [rows = t.nodo.at_touchpoint](PaymentRow& r) { (void)rows; if (r.on == PaymentEvent::outcome_ko && r.in == PaymentState::PAYMENT_ACCEPTED) { r.order = order_of(rows, "accept_outcome"), r.then = PaymentState::PAID; } }); }},
  {"outcome-ko-answered-ok", N, "CHK-06", "risponde OK a un esito KO", "answers OK to an outcome KO",
   +[](Deed& d) { each_reply(d, "sendPaymentOutcome", [&](Reply& r) { const auto asked = d.memory.heard.find(r.exchange); if (asked != d.memory.heard.end() && !says_ok(*asked->second)) r.body = share(blank(primitive_of(*r.body), Leg::response)); }); }},
  {"receipt-for-a-failed-payment", N, "CHK-07", "invia la ricevuta di un pagamento fallito", "sends the receipt of a failed payment",
   +[](Tables& t) { t.nodo.at_psp = changed(t.nodo.at_psp, [rows = t.nodo.at_psp](PaymentRow& r) { (void)rows; if (r.in == PaymentState::PAYING && r.on == PaymentEvent::outcome_ko) { r.order = order_of(rows, "accept_outcome"), r.then = PaymentState::PAID; } }); }},
  {"receipt-twice", N, "CHK-07", "invia due volte la ricevuta", "sends the receipt twice",
   +[](Deed& d) { again(d, "paSendRT", seconds(1)); }},
  {"receipt-to-a-stranger", N, "CHK-07", "invia la ricevuta anche a un EC estraneo", "sends the receipt to an EC that is not concerned as well",
   +[](Deed& d) { to_a_stranger(d); }},
  {"activates-a-paid-notice", N, "CHK-09", "non si accorge che l'avviso è già pagato", "does not notice that the notice is paid already",
   +[](Tables& t) { t.nodo.position_free = deaf_to(t.nodo.position_free, "position_is_not_paid", [](const CheckContext&) { return true; }); }},
  {"says-position-unknown-for-busy", N, "CHK-09", "risponde un altro errore se il pagamento è in corso", "answers another fault when the payment is under way",
   +[](Deed& d) { other_fault(d, "", "PPT_PAGAMENTO_IN_CORSO", "PPT_SEMANTICA"); }},
  {"due-date-matters-at-verify", N, "CHK-23", "in verifica rifiuta un avviso oltre dueDate", "refuses at verify a notice past its dueDate",
   +[](Deed& d) { if (verify_said(d, "paymentList/paymentOptionDescription/dueDate").value_or("9999") < iso_date(d.turn.now)) refuse(d, "verifyPaymentNotice", "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE"); }},
  {"receipt-never", N, "CHK-07", "non invia mai la ricevuta", "never sends the receipt",
   +[](Deed& d) { keep(d, "paSendRT"); }},
  {"receipt-to-the-owner-only", N, "CHK-07", "invia la ricevuta al solo EC titolare", "sends the receipt to the owner alone",
   +[](Deed& d) { each_call(d, "paSendRT", [](Call& c) { c.kept = text_at(*c.body, "receipt/fiscalCode") != c.to.id; }); }},
  {"receipt-before-the-answer", N, "CHK-07", "invia la ricevuta prima di rispondere all'esito", "sends the receipt before it answers the outcome",
   +[](Deed& d) { answer_late(d, "sendPaymentOutcome", seconds(1)); }},
  {"nodo-ko-without-fault", N, "CHK-09", "risponde KO senza fault bean", "answers KO without a fault bean",
   +[](Deed& d) { each_reply(d, "", [](Reply& r) { if (fault_of(*r.body) != nullptr) r.spoilt.push_back({"fault", {}, Edit::change}); }); }},
  {"nodo-fault-of-somebody", N, "CHK-09", "firma i propri errori con un altro id", "signs its own faults with another id",
   +[](Deed& d) { each_reply(d, "", [](Reply& r) { if (fault_of(*r.body) != nullptr && fault_of(*r.body)->id == nodo_id) r.spoilt.push_back(change("fault/id", "SOMEBODY")); }); }},
  {"cancels-on-silence", N, "CHK-10", "annulla se il PSP tace", "cancels when the PSP is silent",
   +[](Tables& t) { t.nodo.at_touchpoint = changed(t.nodo.at_touchpoint, [rows = t.nodo.at_touchpoint](PaymentRow& r) { (void)rows; if (r.on == PaymentEvent::psp_silent && r.in == PaymentState::PAYMENT_SENT) { r.order = {""}, r.then = PaymentState::PAYMENT_SEND_ERROR; } }); }},
  {"waits-for-ever", N, "CHK-10", "ignora la scadenza del token", "ignores the expiry of the token",
   +[](Tables& t) { t.nodo.at_touchpoint = changed(t.nodo.at_touchpoint, [rows = t.nodo.at_touchpoint](PaymentRow& r) { (void)rows; if (r.in == PaymentState::PAYMENT_UNKNOWN && r.on == PaymentEvent::expiry_job) { r.order = {""}, r.then = PaymentState::same; } }); }},
  {"outcome-after-silence-refused", N, "CHK-10", "dopo il silenzio rifiuta l'esito OK", "refuses the outcome OK after a silence",
   +[](Tables& t) { t.nodo.at_touchpoint = changed(t.nodo.at_touchpoint, [rows = t.nodo.at_touchpoint](PaymentRow& r) { (void)rows; if (r.in == PaymentState::PAYMENT_UNKNOWN && r.on == PaymentEvent::outcome_ok) { r.order = order_of(rows, "say_wrong_state"), r.then = PaymentState::same; } }); }},
  {"always-version-1", N, "CHK-11", "notifica sempre con la versione 1", "notifies with version 1 always",
   +[](Deed& d) { each_call(d, "pspNotifyPaymentV2", to_version_1); }},
  {"notifies-another-channel", N, "CHK-12", "notifica su un altro canale", "notifies on another channel",
   +[](Deed& d) { set(d, "pspNotifyPayment", "idChannel", "90000000001_09"); }},
  {"never-notifies", N, "CHK-12", "non avvisa il PSP", "never notifies the PSP",
   +[](Deed& d) { keep(d, "pspNotifyPayment"); }},
  {"notifies-another-psp", N, "CHK-12", "avvisa un altro PSP", "notifies another PSP",
   +[](Deed& d) { each_call(d, "pspNotifyPayment", [](Call& c) { c.to.id = c.to.id == "PSPSIM01" ? "PSPSIM02" : "PSPSIM01"; }); }},
  {"nodo-wrong-namespace", N, "CHK-13", "usa il namespace sbagliato", "uses the wrong namespace",
   +[](Deed& d) { spoil(d, "paSendRT", Edit::root_foreign); }},
  {"nodo-wrong-order", N, "CHK-13", "scambia due elementi", "swaps two elements",
   +[](Deed& d) { spoil(d, "pspNotifyPayment", Edit::swap, "idPSP"); }},
  {"token-too-long", N, "CHK-13", "rilascia un token di oltre 35 caratteri", "issues a token longer than 35 characters",
   +[](Deed& d) { set_answer(d, "activatePaymentNotice", "paymentToken", std::string(36, 'a')); }},
  {"second-outcome-accepted", N, "CHK-15", "accetta un secondo esito", "accepts a second outcome",
   +[](Deed& d) { accept(d, "sendPaymentOutcome", "PPT_ESITO_GIA_ACQUISITO"); }},
  {"second-outcome-unknown", N, "CHK-15", "tratta il secondo esito come di un token ignoto", "takes the second outcome for one of an unknown token",
   +[](Deed& d) { other_fault(d, "sendPaymentOutcome", "PPT_ESITO_GIA_ACQUISITO", "PPT_TOKEN_SCONOSCIUTO"); }},
  {"credit-card-payment", N, "CHK-16", "usa ancora creditCardPayment", "still uses creditCardPayment",
   +[](Deed& d) { each_call(d, "pspNotifyPayment", with_card_block); }},
  {"card-data-nowhere", N, "CHK-16", "non riporta i dati della carta", "passes no card data on",
   +[](Deed& d) { each_call(d, "pspNotifyPayment", without_more); }},
  {"nodo-amount-zero", N, "CHK-17", "dice zero l'importo della verifica", "says that the amount of a verify is zero",
   +[](Deed& d) { set_answer(d, "verifyPaymentNotice", "paymentList/paymentOptionDescription/amount", "0.00"); }},
  {"takes-a-zero-amount", N, "CHK-17", "accetta la verifica di un EC che dice zero l'importo", "accepts the verify of an EC that says that the amount is zero",
   +[](Deed& d) { accept(d, "verifyPaymentNotice", "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE"); }},
  {"payment-note-dropped", N, "CHK-18", "non inoltra paymentNote", "does not pass paymentNote on",
   +[](Deed& d) { leave_out(d, "paGetPayment", "paymentNote"); }},
  {"payment-note-changed", N, "CHK-18", "cambia paymentNote", "changes paymentNote",
   +[](Deed& d) { set(d, "paGetPayment", "paymentNote", "changed"); }},
  {"standin-dropped-at-verify", N, "CHK-19", "tace standin in verifica", "drops standin at verify",
   +[](Deed& d) { each_reply(d, "verifyPaymentNotice", [](Reply& r) { if (text_at(*r.body, "standin")) r.spoilt.push_back({"standin", {}, Edit::change}); }); }},
  {"standin-dropped-at-activation", N, "CHK-19", "tace standin in attivazione", "drops standin at activation",
   +[](Deed& d) { each_reply(d, "activatePaymentNotice", [](Reply& r) { if (text_at(*r.body, "standin")) r.spoilt.push_back({"standin", {}, Edit::change}); }); }},
  {"standin-dropped-in-receipt", N, "CHK-19", "tace standIn nella ricevuta", "drops standIn in the receipt",
   +[](Deed& d) { leave_out(d, "paSendRT", "receipt/standIn"); }},
  {"standin-dropped-in-notification", N, "CHK-19", "tace standin nella notifica", "drops standin in the notification",
   +[](Deed& d) { leave_out(d, "pspNotifyPayment", "standin"); leave_out(d, "pspNotifyPayment", "paymentList/payment/standin"); }},
  {"receipt-never-retried", N, "CHK-20", "non ritenta la ricevuta", "does not retry the receipt",
   +[](Tables& t) { t.nodo.recipient = changed(t.nodo.recipient, [rows = t.nodo.recipient](RecipientRow& r) { (void)rows; if (r.on == RecipientEvent::unanswered) { r.then = r.in == RecipientState::NOTICE_SENT ? RecipientState::NOTIFIED : r.then; } }); }},
  {"receipt-retried-at-once", N, "CHK-20", "ritenta la ricevuta dopo un minuto", "retries the receipt after a minute",
   +[](Deed& d) { each_wake(d, "paSendRt", [&](Wake& w) { w.at = d.turn.now + seconds(60); }); }},
  {"says-expired-for-ko", N, "CHK-21", "a un KO tardivo risponde PPT_TOKEN_SCADUTO", "answers a late KO with PPT_TOKEN_SCADUTO",
   +[](Deed& d) { other_fault(d, "sendPaymentOutcome", "PPT_TOKEN_SCADUTO_KO", "PPT_TOKEN_SCADUTO"); }},
  {"accepts-late-ko", N, "CHK-21", "accetta un KO a token scaduto", "accepts a KO after the token expired",
   +[](Deed& d) { accept(d, "sendPaymentOutcome", "PPT_TOKEN_SCADUTO_KO"); }},
  {"key-forgotten", N, "CHK-22", "ignora la idempotencyKey", "ignores the idempotencyKey",
   +[](Tables& t) { t.nodo.key = changed(t.nodo.key, [rows = t.nodo.key](KeyRow& r) { (void)rows; if (r.on == KeyEvent::answered) { r.then = KeyState::same; } }); }},
  {"any-key-will-do", N, "CHK-22", "non rifiuta una idempotencyKey malformata come tale", "does not refuse a malformed idempotencyKey as such",
   +[](Deed& d) { other_fault(d, "activatePaymentNotice", "PPT_SINTASSI_EXTRAXSD", "PPT_ERRORE_IDEMPOTENZA"); }},
  {"retention-date-matters", N, "EC-03", "rifiuta se c'è retentionDate", "refuses when there is a retentionDate",
   +[](Deed& d) { if (ec_said(d, "data/retentionDate")) refuse(d, "activatePaymentNotice", "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE"); }},
  {"last-payment-matters", N, "EC-03", "rifiuta se c'è lastPayment", "refuses when there is a lastPayment",
   +[](Deed& d) { if (ec_said(d, "data/lastPayment")) refuse(d, "activatePaymentNotice", "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE"); }},
  {"due-date-matters", N, "CHK-23", "blocca il pagamento oltre dueDate", "blocks the payment after its dueDate",
   +[](Deed& d) { if (ec_said(d, "data/dueDate").value_or("9999") < iso_date(d.turn.now)) refuse(d, "activatePaymentNotice", "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE"); }},
  {"iban-not-checked", N, "EC-05", "non controlla gli IBAN", "does not check IBANs",
   +[](Tables& t) { t.nodo.due = deaf_to(t.nodo.due, "iban_is_registered", [](const DueContext&) { return true; }); }},
  {"bad-ec-answer-passed-over", N, "EC-05", "risponde un altro errore per colpa dell'EC", "answers another fault when the EC fell short",
   +[](Deed& d) { other_fault(d, "", "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE", "PPT_SYSTEM_ERROR"); }},
  {"duplicate-receipt-retried", N, "EC-07", "ritenta anche dopo PAA_RECEIPT_DUPLICATA", "retries even after PAA_RECEIPT_DUPLICATA",
   +[](Tables& t) { t.nodo.recipient = changed(t.nodo.recipient, [rows = t.nodo.recipient](RecipientRow& r) { (void)rows; if (r.on == RecipientEvent::refused && r.in == RecipientState::NOTICE_SENT) { r.then = RecipientState::NOTICE_PENDING; } }); }, own_choice},
  {"receipt-of-another-amount", N, "EC-09", "cambia l'importo nella ricevuta", "changes the amount in the receipt",
   +[](Deed& d) { set(d, "paSendRT", "receipt/paymentAmount", "1.00"); }},
  {"receipt-includes-the-fee", N, "EC-09", "somma la commissione all'importo in ricevuta", "adds the fee to the amount in the receipt",
   +[](Deed& d) { each_call(d, "paSendRT", [](Call& c) { const auto fee = parse_amount(text_at(*c.body, "receipt/fee").value_or("")); const auto due = parse_amount(text_at(*c.body, "receipt/paymentAmount").value_or("")); if (fee && due) c.spoilt.push_back(change("receipt/paymentAmount", contract::to_text(*fee + *due))); }); }},
  {"receipt-of-another-reference", N, "EC-09", "cambia il riferimento del creditore in ricevuta", "changes the creditor reference in the receipt",
   +[](Deed& d) { set(d, "paSendRT", "receipt/creditorReferenceId", "02001234500000999"); }},
  {"queue-forgotten", N, "EC-08", "dopo il primo ritentativo dimentica la ricevuta", "forgets the receipt after the first retry",
   +[](Deed& d) { std::erase_if(d.effects, [&](const Effect& e) { const auto* wake = std::get_if<Wake>(&e); return wake != nullptr && wake->what == "paSendRt" && d.memory.count[wake->about]++ > 0; }); }},
  {"waits-too-little", N, "PSP-01", "attende il PSP un secondo", "waits a second for the PSP",
   +[](Deed& d) { each_call(d, "pspNotifyPayment", [](Call& c) { c.deadline = seconds(1); }); }},
  {"waits-too-long", N, "PSP-01", "attende il PSP un minuto", "waits a minute for the PSP",
   +[](Deed& d) { each_call(d, "pspNotifyPayment", [](Call& c) { c.deadline = seconds(60); }); }},
  {"no-result", N, "CHK-04", "non invia sendPaymentResult", "never sends sendPaymentResult",
   +[](Deed& d) { keep(d, "sendPaymentResult"); }},
  {"result-always-ok", N, "CHK-10", "dice OK ogni risultato", "says that every result is OK",
   +[](Deed& d) { set(d, "sendPaymentResult", "outcome", "OK"); }},
  {"asks-for-the-data-twice", N, "CHK-03", "invia due volte paGetPayment", "sends paGetPayment twice",
   +[](Deed& d) { again(d, "paGetPayment", seconds(1)); }},
  {"token-reused", N, "CHK-03", "dopo la scadenza ridà lo stesso token", "gives the same token again after it expired",
   +[](Deed& d) { same_token_for(d, notice_asked(d)); }},
  {"token-of-another-notice", N, "CHK-03", "dà a un avviso il token di un altro", "gives a notice the token of another one",
   +[](Deed& d) { same_token_for(d, "all"); }},
  {"second-live-token", N, "CHK-09", "attiva un avviso che qualcuno sta pagando", "activates a notice that somebody is paying",
   +[](Tables& t) { t.nodo.position_free = deaf_to(t.nodo.position_free, "position_is_not_paying", [](const CheckContext&) { return true; }); }},
  {"notifies-twice", N, "CHK-04", "notifica due volte il PSP", "notifies the PSP twice",
   +[](Deed& d) { again(d, "pspNotifyPayment", seconds(1)); }},
  {"notifies-another-amount", N, "CHK-04", "notifica un altro importo", "notifies another amount",
   +[](Deed& d) { set(d, "pspNotifyPayment", "debtAmount", "1.00"); set(d, "pspNotifyPayment", "paymentList/payment/debtAmount", "1.00"); }},
  {"result-before-the-outcome", N, "CHK-04", "dice OK a Checkout prima dell'esito del PSP", "says OK to Checkout before the PSP's outcome",
   +[](Deed& d) { each_call(d, "pspNotifyPayment", [&](const Call& c) { if (auto early = result_too_soon(d, c)) later(d, Duration{1}, std::move(*early)); }); }},
  {"receipt-before-the-outcome", N, "CHK-07", "invia la ricevuta prima dell'esito del PSP", "sends the receipt before the PSP's outcome",
   +[](Deed& d) { each_call(d, "pspNotifyPayment", [&](const Call& c) { if (auto early = receipt_too_soon(d, c)) later(d, Duration{1}, std::move(*early)); }); }},
  {"result-always-ko", N, "CHK-04", "dice KO ogni risultato", "says that every result is KO",
   +[](Deed& d) { set(d, "sendPaymentResult", "outcome", "KO"); }},
  {"closes-whatever-the-sum", N, "CHK-04", "non controlla il totalAmount di closePayment", "does not check the totalAmount of closePayment",
   +[](Tables& t) { t.nodo.close = deaf_to(t.nodo.close, "amounts_match", [](const CloseContext&) { return true; }); }},
  {"closes-without-card-data", N, "CHK-09", "accetta closePayment senza i dati della carta", "takes a closePayment without the card data",
   +[](Tables& t) { t.nodo.close = deaf_to(t.nodo.close, "card_data_are_there", [](const CloseContext&) { return true; }); }},
  {"close-always-ok", N, "CHK-09", "risponde OK a ogni closePayment", "answers OK to every closePayment",
   +[](Deed& d) { accept(d, "closePayment"); }},
  {"positions-always-ok", N, "CHK-09", "risponde OK a ogni checkPosition", "answers OK to every checkPosition",
   +[](Deed& d) { accept(d, "checkPosition"); }},
  {"asks-before-looking", N, "CHK-09", "interroga l'EC anche su ciò che rifiuta da sé", "asks the EC even about what it refuses by itself",
   +[](Deed& d) { ask_before_looking(d); }},
  {"activates-another-amount", N, "CHK-03", "dice in attivazione un altro importo", "says another amount at activation",
   +[](Deed& d) { set_answer(d, "activatePaymentNotice", "totalAmount", "1.00"); }},
  {"early-outcome-refused", N, "CHK-06", "rifiuta un esito che precede la risposta alla notifica", "refuses an outcome that comes before the answer to the notification",
   +[](Tables& t) { t.nodo.at_touchpoint = changed(t.nodo.at_touchpoint, [rows = t.nodo.at_touchpoint](PaymentRow& r) { if (r.order.name == "hold_outcome") r.order = order_of(rows, "say_wrong_state"); }); }, may_refuse},
  {"late-outcome-forgotten", N, "CHK-07", "non acquisisce un esito OK a token scaduto", "does not acquire an outcome OK that comes after the token expired",
   +[](Tables& t) { t.nodo.at_psp = changed(t.nodo.at_psp, [](PaymentRow& r) { if (r.order.name == "acquire_late") { r.order = order_of(nodo_tables().at_touchpoint, "say_expired"), r.then = PaymentState::same; } }); }, says_nothing},
  {"locks-for-ever", N, "CHK-10", "alla scadenza del token non libera l'avviso", "does not free the notice when the token expires",
   +[](Tables& t) { t.nodo.at_touchpoint = changed(t.nodo.at_touchpoint, [rows = t.nodo.at_touchpoint](PaymentRow& r) { (void)rows; if (r.on == PaymentEvent::expiry_job && r.order.name == "release_and_report") { r.order = {""}; } }); }},
  {"waits-for-an-unreachable-psp", N, "CHK-10", "attende un PSP irraggiungibile", "waits for a PSP that cannot be reached",
   +[](Tables& t) { t.nodo.at_touchpoint = changed(t.nodo.at_touchpoint, [rows = t.nodo.at_touchpoint](PaymentRow& r) { if (r.on == PaymentEvent::psp_unreachable && r.in == PaymentState::PAYMENT_SENT) { r.order = order_of(rows, "watch_expiry"), r.then = PaymentState::PAYMENT_UNKNOWN; } }); }, pages_say_to_wait},
  {"always-version-2", N, "CHK-11", "notifica sempre con la versione 2", "notifies with version 2 always",
   +[](Deed& d) { each_call(d, "pspNotifyPayment", [&](Call& c) { to_version_2(d, c); }); }},
  {"asks-every-station-in-version-2", N, "CHK-13", "usa paGetPaymentV2 anche con le stazioni di versione 1", "uses paGetPaymentV2 with stations of version 1, too",
   +[](Deed& d) { each_call(d, "paGetPayment", in_version_2<PaGetPaymentReq, PaGetPaymentV2Request>); }},
  {"receipts-in-version-2", N, "CHK-13", "usa paSendRTV2 anche con le stazioni di versione 1", "uses paSendRTV2 with stations of version 1, too",
   +[](Deed& d) { each_call(d, "paSendRT", in_version_2<PaSendRTReq, PaSendRTV2Request>); }},
  {"one-retry-too-many", N, "CHK-20", "ritenta la ricevuta una volta di troppo", "retries the receipt once too often",
   +[](Deed& d) { each_call(d, "paSendRT", [&](const Call& c) { if (d.memory.count[c.to.id + text_at(*c.body, "receipt/receiptId").value_or("")]++ == d.turn.settings.receipt_retries) later(d, d.turn.settings.receipt_retry_every, c); }); }},
  {"one-retry-too-few", N, "CHK-20", "rinuncia all'ultimo ritentativo della ricevuta", "does without the last retry of the receipt",
   +[](Deed& d) { std::erase_if(d.effects, [&](const Effect& e) { const auto* wake = std::get_if<Wake>(&e); return wake != nullptr && wake->what == "paSendRt" && ++d.memory.count[wake->about] >= d.turn.settings.receipt_retries; }); }},
  {"says-expired-ko-for-ok", N, "CHK-21", "a un OK tardivo risponde PPT_TOKEN_SCADUTO_KO", "answers a late OK with PPT_TOKEN_SCADUTO_KO",
   +[](Deed& d) { other_fault(d, "sendPaymentOutcome", "PPT_TOKEN_SCADUTO", "PPT_TOKEN_SCADUTO_KO"); }},
  {"beneficiary-not-checked", N, "EC-05", "non controlla che i beneficiari siano abilitati", "does not check that beneficiaries are enabled",
   +[](Tables& t) { t.nodo.due = deaf_to(t.nodo.due, "beneficiary_is_enabled", [](const DueContext&) { return true; }); }},
  // ---- EC ----
  {"closes-at-activation", E, "EC-01", "chiude la posizione all'attivazione", "closes the position at activation",
   +[](Deed& d) { closed_by(d, "paGetPayment"); }},
  {"closes-at-verify", E, "EC-01", "chiude la posizione alla verifica", "closes the position at verify",
   +[](Deed& d) { closed_by(d, "paVerifyPaymentNotice"); }},
  {"refuses-the-receipt", E, "CHK-08", "rifiuta la ricevuta di un pagamento", "refuses the receipt of a payment",
   +[](Deed& d) { each_reply(d, "paSendRT", [&](Reply& r) { if (says_ok(*r.body)) r.body = share(refusal(primitive_of(*r.body), fault_bean("PAA_SEMANTICA", asked(d, r.exchange, "idPA")))); }); }, may_refuse},
  {"ec-wrong-order", E, "CHK-13", "scambia due elementi della risposta", "swaps two elements of its answer",
   +[](Deed& d) { each_reply(d, "paGetPayment", [](Reply& r) { if (says_ok(*r.body)) r.spoilt.push_back({"data/creditorReferenceId", {}, Edit::swap}); }); }},
  {"other-due-date-at-verify", E, "CHK-23", "in verifica dice un'altra dueDate", "says another dueDate at verify",
   +[](Deed& d) { set_answer(d, "paVerifyPaymentNotice", "paymentList/paymentOptionDescription/dueDate", "2031-12-31"); }, ec_alone},
  {"other-due-date-at-activation", E, "CHK-23", "in attivazione dice un'altra dueDate", "says another dueDate at activation",
   +[](Deed& d) { set_answer(d, "paGetPayment", "data/dueDate", "2031-12-31"); }, ec_alone},
  {"closes-when-asked", E, "EC-01", "chiude la posizione a verifica o attivazione", "closes the position at verify or activation",
   +[](Tables& t) { t.debt = changed(t.debt, [rows = t.debt](DebtRow& r) { (void)rows; if (r.in == DebtState::open && r.on == DebtEvent::asked) { r.then = DebtState::paid; } }); }},
  {"cancels-when-asked", E, "EC-01", "annulla la posizione a verifica o attivazione", "cancels the position at verify or activation",
   +[](Tables& t) { t.debt = changed(t.debt, [rows = t.debt](DebtRow& r) { (void)rows; if (r.in == DebtState::open && r.on == DebtEvent::asked) { r.then = DebtState::cancelled; } }); }},
  {"never-closes-the-position", E, "CHK-08", "non chiude la posizione", "never closes the position",
   +[](Tables& t) { t.debt = changed(t.debt, [rows = t.debt](DebtRow& r) { (void)rows; if (r.on == DebtEvent::receipt && r.then == DebtState::paid) { r.then = DebtState::same; } }); }},
  {"closes-as-expired", E, "CHK-08", "alla ricevuta segna scaduta la posizione", "marks the position expired on the receipt",
   +[](Tables& t) { t.debt = changed(t.debt, [rows = t.debt](DebtRow& r) { (void)rows; if (r.on == DebtEvent::receipt && r.then == DebtState::paid) { r.then = DebtState::expired; } }); }},
  {"offers-a-paid-notice", E, "CHK-08", "offre ancora un avviso pagato", "still offers a paid notice",
   +[](Tables& t) { t.debt = changed(t.debt, [rows = t.debt](DebtRow& r) { (void)rows; if (r.in == DebtState::paid && r.on == DebtEvent::asked) { r.order = {""}; } }); }},
  {"reopens-when-asked", E, "CHK-08", "riapre una posizione pagata a chi la chiede", "opens a paid position again for whoever asks",
   +[](Tables& t) { t.debt = changed(t.debt, [](DebtRow& r) { if (r.in == DebtState::paid && r.on == DebtEvent::asked) r.then = DebtState::open; }); }},
  {"answers-once", E, "EC-01", "serve una sola attivazione per avviso", "serves one activation of a notice only",
   +[](Deed& d) { each_reply(d, "paGetPayment", [&](Reply& r) { const std::string key = text_at(*r.body, "data/creditorReferenceId").value_or(""); if (!key.empty() && d.memory.count[key]++ > 0) r.body = share(refusal(primitive_of(*r.body), fault_bean("PAA_PAGAMENTO_IN_CORSO", nodo_id))); }); }},
  {"ec-ko-without-fault", E, "CHK-09", "risponde KO senza fault bean", "answers KO without a fault bean",
   +[](Deed& d) { each_reply(d, "", [](Reply& r) { if (fault_of(*r.body) != nullptr) r.spoilt.push_back({"fault", {}, Edit::change}); }); }},
  {"ec-fault-of-the-nodo", E, "CHK-09", "firma gli errori come fosse il Nodo", "signs its faults as if it were the Nodo",
   +[](Deed& d) { each_reply(d, "", [](Reply& r) { if (fault_of(*r.body) != nullptr) r.spoilt.push_back(change("fault/id", std::string(nodo_id))); }); }},
  {"ec-wrong-namespace", E, "CHK-13", "usa il namespace sbagliato", "uses the wrong namespace",
   +[](Deed& d) { spoil_answer(d, "paVerifyPaymentNotice", Edit::root_foreign); }},
  {"ec-one-decimal", E, "CHK-13", "scrive l'importo con un decimale", "writes the amount with one decimal",
   +[](Deed& d) { set_answer(d, "paGetPayment", "data/paymentAmount", "120.0"); }},
  {"ec-amount-zero", E, "CHK-17", "dice zero l'importo della verifica", "says that the amount of a verify is zero",
   +[](Deed& d) { set_answer(d, "paVerifyPaymentNotice", "paymentList/paymentOptionDescription/amount", "0.00"); }},
  {"refuses-pagopa", E, "CHK-17", "rifiuta transferType PAGOPA", "refuses transferType PAGOPA",
   +[](Deed& d) { if (asked_type(d) == "PAGOPA") each_reply(d, "paGetPayment", [&](Reply& r) { r.body = share(refusal(primitive_of(*r.body), fault_bean("PAA_SINTASSI_EXTRAXSD", asked(d, r.exchange, "idPA")))); }); }, may_refuse},
  {"ec-offers-what-expired", E, "EC-06", "offre un avviso scaduto", "offers an expired notice",
   +[](Tables& t) { t.debt = changed(t.debt, [rows = t.debt](DebtRow& r) { (void)rows; if (r.in == DebtState::expired && r.on == DebtEvent::asked) { r.order = {""}; } }); }},
  {"old-amount-at-verify", E, "EC-02", "in verifica dice un importo vecchio", "says an old amount at verify",
   +[](Deed& d) { set_answer(d, "paVerifyPaymentNotice", "paymentList/paymentOptionDescription/amount", "1.00"); }},
  {"two-options", E, "EC-02", "offre due opzioni di pagamento", "offers two payment options",
   +[](Deed& d) { each_reply(d, "paVerifyPaymentNotice", [](Reply& r) { if (says_ok(*r.body)) r.spoilt.push_back({"paymentList/paymentOptionDescription", {}, Edit::repeat}); }); }},
  {"no-all-ccp", E, "EC-02", "non valorizza allCCP", "leaves allCCP out",
   +[](Deed& d) { each_reply(d, "paVerifyPaymentNotice", [](Reply& r) { if (says_ok(*r.body)) r.spoilt.push_back({"paymentList/paymentOptionDescription/allCCP", {}, Edit::change}); }); }},
  {"no-postal-iban", E, "EC-04", "ignora transferType POSTAL", "ignores transferType POSTAL",
   +[](Deed& d) { if (asked_type(d) == "POSTAL") each_reply(d, "paGetPayment", [&](Reply& r) { const CreditorInstitution* ec = d.turn.registry.creditor(text_at(*r.body, "data/transferList/transfer/fiscalCodePA").value_or("")); if (ec != nullptr && !ec->ibans.empty()) r.spoilt.push_back(change("data/transferList/transfer/IBAN", ec->ibans.front())); }); }},
  {"no-support-account", E, "EC-04", "ignora transferType PAGOPA", "ignores transferType PAGOPA",
   +[](Deed& d) { if (asked_type(d) == "PAGOPA") each_reply(d, "paGetPayment", [](Reply& r) { if (says_ok(*r.body)) r.spoilt.push_back({"data/transferList/transfer/metadata", {}, Edit::change}); }); }},
  {"transfers-do-not-add-up", E, "EC-05", "i transfer non sommano all'importo", "its transfers do not add up",
   +[](Deed& d) { set_answer(d, "paGetPayment", "data/transferList/transfer/transferAmount", "1.00"); }},
  {"unknown-iban", E, "EC-05", "usa un IBAN non censito", "uses an IBAN that nobody knows",
   +[](Deed& d) { set_answer(d, "paGetPayment", "data/transferList/transfer/IBAN", "IT99X0542811101000000999999"); }},
  {"no-payment-list", E, "EC-05", "in verifica non c'è paymentList", "leaves paymentList out at verify",
   +[](Deed& d) { each_reply(d, "paVerifyPaymentNotice", [](Reply& r) { if (says_ok(*r.body)) r.spoilt.push_back({"paymentList", {}, Edit::change}); }); }},
  {"says-unknown-for-paid", E, "EC-06", "dice ignoto un avviso pagato", "says that a paid notice is unknown",
   +[](Deed& d) { other_fault(d, "pa", "PAA_PAGAMENTO_DUPLICATO", "PAA_PAGAMENTO_SCONOSCIUTO"); }},
  {"says-paid-for-unknown", E, "EC-06", "dice pagato un avviso ignoto", "says that an unknown notice is paid",
   +[](Deed& d) { other_fault(d, "pa", "PAA_PAGAMENTO_SCONOSCIUTO", "PAA_PAGAMENTO_DUPLICATO"); }},
  {"says-cancelled-for-expired", E, "EC-06", "dice annullato un avviso scaduto", "says that an expired notice is cancelled",
   +[](Deed& d) { other_fault(d, "pa", "PAA_PAGAMENTO_SCADUTO", "PAA_PAGAMENTO_ANNULLATO"); }},
  {"says-expired-for-cancelled", E, "EC-06", "dice scaduto un avviso annullato", "says that a cancelled notice is expired",
   +[](Deed& d) { other_fault(d, "pa", "PAA_PAGAMENTO_ANNULLATO", "PAA_PAGAMENTO_SCADUTO"); }},
  {"duplicate-receipt-taken-as-new", E, "EC-07", "prende per nuova una ricevuta già avuta", "takes a receipt that it has for a new one",
   +[](Deed& d) { accept(d, "paSendRT", "PAA_RECEIPT_DUPLICATA"); }},
  {"duplicate-receipt-other-fault", E, "EC-07", "a una ricevuta già avuta risponde PAA_SEMANTICA", "answers a receipt that it has with PAA_SEMANTICA",
   +[](Deed& d) { other_fault(d, "paSendRT", "PAA_RECEIPT_DUPLICATA", "PAA_SEMANTICA"); }, own_choice},
  {"waiting-url-that-is-none", E, "CHK-24", "scrive in returnWaitingUrl un testo qualunque", "writes some text into returnWaitingUrl",
   +[](Deed& d) { set(d, "carts-v2", "returnUrls/returnWaitingUrl", "no address"); }},
  {"no-waiting-url", E, "CHK-24", "non indica returnWaitingUrl", "leaves returnWaitingUrl out",
   +[](Deed& d) { each_call(d, "carts-v2", [](Call& c) { c.spoilt.push_back({"returnUrls/returnWaitingUrl", {}, Edit::change}); }); }},
  // ---- PSP ----
  {"outcome-ko", P, "CHK-06", "invia esito KO dopo aver accettato", "sends an outcome KO after having accepted",
   +[](Deed& d) { set(d, "sendPaymentOutcome", "outcome", "KO"); }},
  {"outcome-after-2s", P, "CHK-06", "invia l'esito dopo 3 s", "sends the outcome after 3 s",
   +[](Deed& d) { each_wake(d, "outcome due", [&](Wake& w) { w.at = std::max(w.at, d.turn.now + seconds(3)); }); }},
  {"outcome-never", P, "PSP-04", "non invia mai l'esito", "never sends the outcome",
   +[](Deed& d) { keep(d, "sendPaymentOutcome"); }},
  {"psp-ko-without-fault", P, "CHK-09", "risponde KO senza fault bean", "answers KO without a fault bean",
   +[](Deed& d) { each_reply(d, "", [](Reply& r) { if (fault_of(*r.body) != nullptr) r.spoilt.push_back({"fault", {}, Edit::change}); }); }},
  {"psp-fault-of-the-nodo", P, "CHK-09", "firma gli errori come fosse il Nodo", "signs its faults as if it were the Nodo",
   +[](Deed& d) { each_reply(d, "", [](Reply& r) { if (fault_of(*r.body) != nullptr) r.spoilt.push_back(change("fault/id", std::string(nodo_id))); }); }},
  {"ko-after-silence", P, "CHK-10", "dopo aver taciuto invia esito KO", "sends an outcome KO after having been silent",
   +[](Deed& d) { answer_late(d, "pspNotifyPayment", seconds(10)); set(d, "sendPaymentOutcome", "outcome", "KO"); }},
  {"ko-long-after-silence", P, "CHK-10", "dopo aver taciuto invia, un minuto dopo, esito KO", "sends an outcome KO a minute after having been silent",
   +[](Deed& d) { answer_late(d, "pspNotifyPayment", seconds(10)); each_wake(d, "outcome due", [&](Wake& w) { w.at = std::max(w.at, d.turn.now + seconds(60)); }); set(d, "sendPaymentOutcome", "outcome", "KO"); }},
  {"psp-wrong-namespace", P, "CHK-13", "usa il namespace sbagliato", "uses the wrong namespace",
   +[](Deed& d) { spoil(d, "sendPaymentOutcome", Edit::root_foreign); }},
  {"psp-wrong-order", P, "CHK-13", "scambia due elementi", "swaps two elements",
   +[](Deed& d) { spoil(d, "sendPaymentOutcome", Edit::swap, "idPSP"); }},
  {"outcome-twice", P, "CHK-14", "ripete l'esito dopo la risposta", "repeats the outcome after the answer",
   +[](Deed& d) { again(d, "sendPaymentOutcome", seconds(1)); }},
  {"outcome-twice-much-later", P, "CHK-14", "ripete l'esito un'ora dopo la risposta", "repeats the outcome an hour after the answer",
   +[](Deed& d) { again(d, "sendPaymentOutcome", hours(1)); }},
  {"changes-its-mind", P, "CHK-15", "dopo l'esito OK ne invia uno KO", "sends an outcome KO after one OK",
   +[](Deed& d) { each_call(d, "sendPaymentOutcome", [&](const Call& c) { later(d, seconds(1), contradicted(c)); }); }},
  {"takes-its-outcome-back", P, "CHK-15", "un'ora dopo l'esito OK ne invia uno KO", "sends an outcome KO an hour after one OK",
   +[](Deed& d) { each_call(d, "sendPaymentOutcome", [&](const Call& c) { later(d, hours(1), contradicted(c)); }); }},
  {"psp-key-of-letters", P, "CHK-22", "compone con lettere la idempotencyKey dell'edizione di sole cifre", "writes letters into the idempotencyKey of the edition of digits",
   +[](Deed& d) { set(d, "sendPaymentOutcome", "idempotencyKey", "abcdefghijk_a1b2c3d4e5"); }},
  {"activates-what-was-turned-down", P, "PSP-04", "attiva anche dopo una verifica KO", "activates even after a verify was answered KO",
   +[](Tables& t) { t.psp = changed(t.psp, [rows = t.psp](TokenRow& r) { if (r.in == TokenState::VERIFYING && r.on == TokenEvent::turned_down) { r.order = order_of(rows, "activate"), r.then = TokenState::ACTIVATING; } }); }, verify_binds_nobody},
  {"outcome-of-another-fee", P, "CHK-06", "dice un'altra commissione nell'esito", "names another fee in its outcome",
   +[](Deed& d) { set(d, "sendPaymentOutcome", "details/fee", "9.99"); }},
  {"outcome-in-version-1", P, "CHK-13", "invia in versione 1 l'esito di una notifica in versione 2", "sends in version 1 the outcome of a notification in version 2",
   +[](Deed& d) { each_call(d, "sendPaymentOutcomeV2", outcome_in_version_1); }, either_version},
  {"no-key-on-retry", P, "PSP-04", "quando ripete tace la idempotencyKey", "leaves the idempotencyKey out when it repeats",
   +[](Deed& d) { if (repeats(d)) leave_out(d, "sendPaymentOutcome", "idempotencyKey"); }},
  {"other-content-on-retry", P, "PSP-04", "cambia la commissione quando ripete", "changes the fee when it repeats",
   +[](Deed& d) { if (repeats(d)) set(d, "sendPaymentOutcome", "details/fee", "9.99"); }},
  {"repeats-after-a-ko", P, "CHK-14", "ripete l'esito a cui il Nodo ha risposto KO", "repeats an outcome that the Nodo answered KO",
   +[](Deed& d) { repeat_what_was_refused(d); }},
  {"minds-no-expiry", P, "PSP-07", "prende per buono un esito a token scaduto", "takes an outcome answered as expired for a good one",
   +[](Tables& t) { t.psp = changed(t.psp, [rows = t.psp](TokenRow& r) { if (r.on == TokenEvent::answered_expired && r.in == TokenState::OUTCOME_SENT) { r.order = order_of(rows, "certify"), r.then = TokenState::ACKNOWLEDGED; } }); }, within},
  {"psp-answers-in-another-namespace", P, "CHK-13", "risponde alla notifica in un altro namespace", "answers the notification in another namespace",
   +[](Deed& d) { spoil_answer(d, "pspNotifyPayment", Edit::root_foreign); }},
  {"psp-bad-idempotency-key", P, "CHK-22", "compone una idempotencyKey troppo corta", "writes an idempotencyKey that is too short",
   +[](Deed& d) { set(d, "sendPaymentOutcome", "idempotencyKey", "12345678901_short"); }},
  {"answers-after-3s", P, "PSP-01", "risponde alla notifica dopo 3 s", "answers the notification after 3 s",
   +[](Deed& d) { answer_late(d, "pspNotifyPayment", seconds(3)); }},
  {"answers-after-10s", P, "PSP-01", "risponde alla notifica dopo 10 s", "answers the notification after 10 s",
   +[](Deed& d) { answer_late(d, "pspNotifyPayment", seconds(10)); }},
  {"outcome-after-ko", P, "PSP-02", "rifiuta la notifica e invia l'esito", "refuses the notification and sends the outcome",
   +[](Deed& d) { refuse(d, "pspNotifyPayment", "CANALE_SEMANTICA"); }},
  {"outcome-after-a-minute", P, "PSP-02", "invia l'esito dopo un minuto", "sends the outcome after a minute",
   +[](Deed& d) { each_wake(d, "outcome due", [&](Wake& w) { w.at = std::max(w.at, d.turn.now + seconds(60)); }); }},
  {"outcome-of-another-token", P, "PSP-04", "invia l'esito di un altro token", "sends the outcome of another token",
   +[](Deed& d) { set(d, "sendPaymentOutcome", "paymentToken", "0123456789abcdef0123456789abcdef"); set(d, "sendPaymentOutcome", "paymentTokens/paymentToken", "0123456789abcdef0123456789abcdef"); }},
  {"other-key-on-retry", P, "PSP-04", "cambia idempotencyKey quando ripete", "changes its idempotencyKey when it repeats",
   +[](Deed& d) { each_call(d, "sendPaymentOutcome", [&](Call& c) { const std::string key = text_at(*c.body, "idempotencyKey").value_or(""); if (d.memory.count[key]++ > 0) c.spoilt.push_back(change("idempotencyKey", key.substr(0, key.size() - 1) + (key.back() == 'x' ? "y" : "x"))); }); }},
  {"outcome-on-another-channel", P, "PSP-04", "invia l'esito su un canale non suo", "sends the outcome on a channel that is not its own",
   +[](Deed& d) { set(d, "sendPaymentOutcome", "idChannel", "00000000000_99"); }},
  {"no-back-off", P, "PSP-05", "ripete senza attendere", "repeats without waiting",
   +[](Deed& d) { each_wake(d, "outcome due", [&](Wake& w) { w.at = std::min(w.at, d.turn.now + seconds(1)); }); }},
  {"too-many-tries", P, "PSP-05", "ripete senza fine", "repeats without end",
   +[](Tables& t) { t.psp = changed(t.psp, [rows = t.psp](TokenRow& r) { (void)rows; if (r.on == TokenEvent::unanswered && r.in == TokenState::OUTCOME_SENT) { r.order = order_of(rows, "back_off"), r.then = TokenState::BACKING_OFF; } }); }},
  {"one-try-only", P, "PSP-05", "non ripete mai", "never repeats",
   +[](Tables& t) { t.psp = changed(t.psp, [rows = t.psp](TokenRow& r) { (void)rows; if (r.on == TokenEvent::unanswered && r.in == TokenState::OUTCOME_SENT) { r.order = {""}, r.then = TokenState::GIVEN_UP; } }); }},
  {"keeps-the-duplicate", P, "PSP-07", "tiene il denaro di un pagamento doppio", "keeps the money of a payment made twice",
   +[](Tables& t) { t.psp = changed(t.psp, [rows = t.psp](TokenRow& r) { (void)rows; if (r.on == TokenEvent::answered_duplicate) { r.order = {""}, r.then = TokenState::same; } }); }},
  {"duplicate-taken-for-good", P, "PSP-07", "attesta un pagamento doppio", "certifies a payment made twice",
   +[](Tables& t) { t.psp = changed(t.psp, [rows = t.psp](TokenRow& r) { (void)rows; if (r.on == TokenEvent::answered_duplicate && r.in == TokenState::OUTCOME_SENT) { r.order = order_of(rows, "certify"), r.then = TokenState::ACKNOWLEDGED; } }); }},
  {"no-certificate", P, "PSP-08", "non rilascia l'attestazione", "gives no certificate",
   +[](Tables& t) { t.psp = changed(t.psp, [rows = t.psp](TokenRow& r) { (void)rows; if (r.order.name == "certify") { r.order = {""}; } }); }},
  {"certificate-of-another-token", P, "PSP-08", "attesta un altro token", "certifies another token",
   +[](Deed& d) { for (Effect& e : d.effects) { if (auto* note = std::get_if<Note>(&e); note != nullptr && note->to == "CERTIFIED") note->subject = "0123456789abcdef0123456789abcdef"; } }},
};
// clang-format on

class Mutated final : public Actor {
 public:
  Mutated(std::shared_ptr<const Actor> inner, Mutant::Trick trick) : inner_(inner->clone()), trick_(trick) {}
  Mutated(const Mutated& other) : Actor(other), inner_(other.inner_->clone()), trick_(other.trick_), memory_(other.memory_) {}
  Mutated& operator=(const Mutated&) = delete;
  ~Mutated() override = default;
  [[nodiscard]] std::unique_ptr<Actor> clone() const override { return std::make_unique<Mutated>(*this); }

  void restart() override { inner_->restart(); }
  void handle(Turn& turn, const Input& input) override {
    if (const auto* answer = std::get_if<Answer>(&input); answer != nullptr && memory_.own.erase(answer->exchange) > 0) return;
    if (const auto* alarm = std::get_if<Alarm>(&input); alarm != nullptr && alarm->what == own_alarm) {
      auto effect = memory_.later.extract(alarm->about);
      if (auto* call = std::get_if<Call>(&effect.mapped())) memory_.own.insert(turn.call(call->to, call->body, call->deadline));
      else turn.emit(std::move(effect.mapped()));
      return;
    }
    if (const auto* request = std::get_if<Request>(&input)) {
      if (const auto* body = std::get_if<Body>(&request->said)) memory_.heard[request->exchange] = *body;
    }
    std::vector<Effect> effects;
    Turn inside = turn.aside(effects);
    inner_->handle(inside, input);
    // What the trick does by itself comes after what the normal actor does: exchanges are numbered in that order.
    std::vector<Effect> added;
    Turn beside = turn.aside(added);
    Deed deed{beside, input, effects, memory_};
    // What a scenario makes it say is the scenario's.
    const auto* command = std::get_if<Command>(&input);
    if (command == nullptr || command->verb != "send") trick_(deed);
    for (Effect& effect : effects) turn.emit(std::move(effect));
    for (Effect& effect : added) {
      if (const auto* call = std::get_if<Call>(&effect)) memory_.own.insert(call->exchange);
      turn.emit(std::move(effect));
    }
  }

 private:
  std::unique_ptr<Actor> inner_;
  Mutant::Trick trick_;
  Memory memory_;
};

}  // namespace

std::span<const Mutant> mutants() { return catalogue; }

const Mutant* find_mutant(std::string_view name) {
  const auto found = std::find_if(std::begin(catalogue), std::end(catalogue), [&](const Mutant& m) { return m.name == name; });
  return found == std::end(catalogue) ? nullptr : &*found;
}

bool is_meant(const Mutant& mutant, std::string_view rule, std::string_view who) {
  return mutant.rule == (rule.empty() ? Text("CHK-13") : rule) && lists(who, contract::to_text(mutant.role));
}

Cast mutant_cast(const Registry& registry, std::span<const DebtPosition> positions, const Mutant& mutant) {
  Tables tables;
  const auto* retable = std::get_if<Mutant::Retable>(&mutant.how);
  if (retable != nullptr) (*retable)(tables);
  Cast out = cast(registry, positions, tables);
  if (retable != nullptr) return out;
  for (auto& [party, actor] : out.parts) {
    if (party.role == mutant.role) actor = std::make_shared<Mutated>(actor, std::get<Mutant::Trick>(mutant.how));
  }
  return out;
}

}  // namespace actors
