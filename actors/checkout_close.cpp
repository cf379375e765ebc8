// closePayment and sendPaymentResult, in both versions: what Checkout tells the Nodo of the authorisation, and what it is
// told at the end. Version 1 speaks Italian and knows one token; what its answers lead to is the same.
// The trap: a transaction has one result, whichever comes first, and closePayment's own answer may come after it.
#include <algorithm>

#include "actors/checkout.hpp"
#include "actors/checkout_alarms.hpp"
#include "sim/contract/rest_answers.hpp"

namespace actors {

using namespace sim;
using namespace sim::contract;
using S = TransactionState;
using E = TransactionEvent;

namespace {

std::vector<std::string> tokens_of(const Transaction& t) {
  std::vector<std::string> out;
  for (const NoticeToPay& notice : t.notices) out.push_back(notice.token);
  return out;
}

/// The gateway's reason, in its own words: the code of a decline, or the result.
std::string error_code(const Transaction& t) {
  const GatewayCase& said = gateway_case(t.card);
  return std::string(said.errorCode.empty() ? said.result : said.errorCode);
}

ClosePaymentV2Request close_v2(const Transaction& t, Outcome outcome) {
  ClosePaymentV2Request out;
  out.paymentTokens = tokens_of(t);
  out.outcome = outcome;
  out.transactionId = t.id;
  TransactionData& data = out.transactionDetails.emplace().transaction.emplace();
  data.transactionId = t.id;
  data.transactionStatus = outcome == Outcome::OK ? "Confermato" : t.cancelled ? "Annullato" : "Rifiutato";
  data.creationDate = iso_offset(t.activated_at);
  data.amount = t.amount();
  const Amount total = t.amount() + t.fee;
  data.grandTotal = t.cancelled ? t.amount() : total;
  if (!t.cancelled) {
    data.fee = t.fee;
    data.psp = PspOfTransaction{t.idPSP, t.idChannel, t.businessName, t.idBrokerPSP, false};
  }
  out.transactionDetails->info = TransactionInfo{"CP", {}, {}, {}, t.is_cart ? "CHECKOUT_CART" : "CHECKOUT", {}, {}, {}};
  out.transactionDetails->user = TransactionUser{"GUEST", {}};
  if (outcome == Outcome::KO) {
    if (!t.cancelled) data.errorCode = error_code(t);
    return out;
  }
  data.paymentGateway = "NPG";
  data.timestampOperation = iso_offset(t.authorised_at);
  data.rrn = t.rrn;
  data.authorizationCode = t.authorization_code;
  out.idPSP = t.idPSP;
  out.idBrokerPSP = t.idBrokerPSP;
  out.idChannel = t.idChannel;
  out.paymentMethod = "CP";
  out.totalAmount = total;
  out.fee = t.fee;
  out.timestampOperation = iso_offset(t.authorised_at);
  out.additionalPaymentInformations.emplace().members = {{"outcomePaymentGateway", "OK"},
                                                         {"rrn", t.rrn},
                                                         {"authorizationCode", t.authorization_code},
                                                         {"totalAmount", contract::to_text(total)},
                                                         {"fee", contract::to_text(t.fee)},
                                                         {"timestampOperation", iso_local(t.authorised_at)}};
  return out;
}

// With outcome KO as well, everything is said: version 1 wants the amounts even then. [SIN_CP_23, SIN_CP_28]
ClosePaymentV1Request close_v1(const Transaction& t, Outcome outcome, Instant now) {
  ClosePaymentV1Request out;
  out.paymentTokens = tokens_of(t);
  out.outcome = outcome;
  out.identificativoPsp = t.idPSP;
  out.tipoVersamento = "BPAY";
  out.identificativoIntermediario = t.idBrokerPSP;
  out.identificativoCanale = t.idChannel;
  out.pspTransactionId = t.id;  // Checkout's own id stands for the PSP's [INFERRED]
  const Amount fee = t.cancelled ? Amount{0} : t.fee;
  out.totalAmount = t.amount() + fee;
  out.fee = fee;
  out.timestampOperation = iso_offset(t.authorised.has_value() ? t.authorised_at : now);
  out.additionalPaymentInformations = AdditionalInformationsV1{t.id, outcome == Outcome::OK ? "EFF" : "KO", t.authorization_code.empty() ? "000000" : t.authorization_code};
  return out;
}

/// An answer of the Nodo that is no 200, and what it leads to. The first row that fits wins.
struct CloseAnswer {
  int status;                    ///< 0: any
  std::string_view description;  ///< empty: any. Version 1 has no words for these cases: its statuses alone decide
  E event;
};
constexpr CloseAnswer close_answers[] = {
    {400, "Invalid token", E::close_final},
    {400, "", E::close_refundable},
    {404, "", E::close_refundable},
    {422, "Node did not receive RPT yet", E::close_refundable},
    {0, "", E::close_final},  // 422 already acquired, 408 and any other: the result will tell, or a person
};

}  // namespace

Body close_request(const Transaction& t, Outcome outcome, std::int64_t version, Instant now) {
  // Version 1 has room for one token: a cart is closed with version 2 whatever the setting.
  if (version == 1 && t.notices.size() == 1) return share(close_v1(t, outcome, now));
  return share(close_v2(t, outcome));
}

// Sent whatever the gateway said: KO frees the notice at once. [CHK-04]
void Checkout::close_payment(TransactionContext& c) {
  Transaction& t = c.transaction;
  if (t.close_request == nullptr) {
    const bool ok = t.authorised.value_or(false) && !t.cancelled;
    if (!ok && c.turn.settings.token_forgotten_after_denial) forget_activation(c);
    t.close_request = close_request(t, ok ? Outcome::OK : Outcome::KO, c.turn.settings.close_version, c.turn.now);
  }
  ++t.close_attempts;
  pending_[c.turn.call({Role::nodo, ""}, t.close_request, c.turn.settings.close_deadline)] = {.what = Pending::What::close, .about = t.id};
}

void Checkout::retry_close(TransactionContext& c) {
  Transaction& t = c.transaction;
  if (t.close_attempts > c.turn.settings.close_retries) return;
  const Instant next = c.turn.now + c.turn.settings.close_retry_slot * t.close_attempts;
  if (next + c.turn.settings.close_retry_margin >= t.life_end) return;
  c.turn.wake(next, close_alarm, t.id);
}

void Checkout::close_answered(Turn& turn, Transaction& t, const Answer& heard) {
  const auto* body = std::get_if<Body>(&heard.said);
  E event = E::close_silent;  // no answer, a failure of the Nodo, or a success that cannot be read
  if (!std::holds_alternative<Silence>(heard.said) && heard.status < 500 && (heard.status != 200 || body != nullptr)) {
    const std::string description = body != nullptr ? text_at(**body, "description").value_or("") : "";
    const auto fits = [&](const CloseAnswer& row) {
      return (row.status == 0 || row.status == heard.status) && (row.description.empty() || row.description == description);
    };
    if (heard.status == 200) event = outcome_of(**body) == Outcome::OK ? E::close_ok : E::close_ko;
    else event = std::find_if(std::begin(close_answers), std::end(close_answers), fits)->event;
    t.invalid_token = t.invalid_token || (heard.status == 400 && event == E::close_final);
  }
  t.nodo_said_ko = t.nodo_said_ko || (event == E::close_ko && t.authorised.value_or(false) && !t.cancelled);
  t.close_is_refundable = event == E::close_refundable;
  move(turn, t, event);
  arrived(turn, t);
}

void Checkout::await_result(TransactionContext& c) {
  c.transaction.result_alarm = c.turn.wake(c.turn.now + c.turn.settings.result_wait, result_alarm, c.transaction.id);
}

// ---- sendPaymentResult ----

// The address of the real one names the transaction; here its tokens do. Of several that share a token it is about the
// first that closed it OK, for the Nodo accepts no second close.
Transaction* Checkout::owner_of(std::string_view token) {
  const auto found = by_token_.find(token);
  if (found == by_token_.end()) return nullptr;
  for (const std::string& id : found->second) {
    Transaction& t = transactions_.at(id);
    if (t.close_attempts > 0 && t.authorised.value_or(false) && !t.cancelled) return &t;
  }
  return &transactions_.at(found->second.back());
}

void Checkout::result_heard(Turn& turn, const Request& request) {
  const Body& body = std::get<Body>(request.said);
  std::vector<std::string> said;
  if (const auto* v1 = std::get_if<SendPaymentResultV1Request>(body.get())) {
    said.push_back(v1->paymentToken);
  } else {
    for (const PaymentResult& payment : std::get<SendPaymentResultV2Request>(*body).payments) said.push_back(payment.paymentToken);
  }
  Transaction* t = owner_of(said.front());
  if (t == nullptr) {
    turn.reply(request.exchange, share(refusal(request.primitive, "Transaction not found")), 404);
    return;
  }
  std::vector<std::string> ours = tokens_of(*t);
  std::sort(ours.begin(), ours.end());
  std::sort(said.begin(), said.end());
  if (said != ours) {
    turn.reply(request.exchange, share(refusal(request.primitive, "Unprocessable entity")), 422);
    return;
  }
  move(turn, *t, outcome_of(*body) == Outcome::OK ? E::result_ok : E::result_ko, request.exchange, body);
}

void Checkout::take_result(TransactionContext& c) {
  c.transaction.result = c.said;
  c.turn.cancel(c.transaction.result_alarm);
  if (primitive_of(*c.said) == PrimitiveId::sendPaymentResultV1) c.turn.reply(c.exchange, share(SendPaymentResultV1Response{Outcome::OK, {}}));
  else c.turn.reply(c.exchange, share(SendPaymentResultV2Response{Outcome::OK, {}}));
}

void Checkout::refuse_result(TransactionContext& c) {
  const bool asked = c.transaction.authorisation_asked;
  c.turn.reply(c.exchange, share(refusal(primitive_of(*c.said), asked ? "Operation conflict" : "Unprocessable entity")), 422);
}

}  // namespace actors
