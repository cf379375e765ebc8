// The close: what a touchpoint says when the user has paid, the notification of the PSP, and the result that goes back.
// One closePayment may close several tokens; they are notified together, and their result is told once.
#include "actors/nodo.hpp"
#include "sim/check.hpp"
#include "sim/contract/transcribe.hpp"

namespace actors {

using namespace sim;
using namespace sim::contract;

namespace {

constexpr std::string_view result_alarm = "positionRetrySendPaymentResult";

/// Each once, in the order of the first time.
std::vector<std::string> without_repetitions(const std::vector<std::string>& tokens) {
  std::vector<std::string> out;
  for (const std::string& token : tokens) {
    if (std::find(out.begin(), out.end(), token) == out.end()) out.push_back(token);
  }
  return out;
}

Closing from(const ClosePaymentV2Request& said) {
  Closing out;
  out.outcome = said.outcome;
  out.tokens = without_repetitions(said.paymentTokens);
  out.idPSP = said.idPSP.value_or("");
  out.idBrokerPSP = said.idBrokerPSP.value_or("");
  out.idChannel = said.idChannel.value_or("");
  out.paymentMethod = said.paymentMethod.value_or("");
  out.transactionId = said.transactionId.value_or("");
  out.timestampOperation = said.timestampOperation.value_or("");
  out.totalAmount = said.totalAmount.value_or(Amount{});
  out.fee = said.fee.value_or(Amount{});
  out.primaryCiIncurredFee = said.primaryCiIncurredFee;
  out.idBundle = said.idBundle;
  out.idCiBundle = said.idCiBundle;
  if (said.additionalPaymentInformations) {
    for (const AdditionalInformation& entry : said.additionalPaymentInformations->members) out.additionalPaymentInformations.emplace_back(entry.key, entry.value);
  }
  return out;
}

// Version 1 says the same in Italian, and its additional informations have names of their own.
Closing from(const ClosePaymentV1Request& said) {
  Closing out;
  out.version = 1;
  out.outcome = said.outcome;
  out.tokens = without_repetitions(said.paymentTokens);
  out.idPSP = said.identificativoPsp.value_or("");
  out.idBrokerPSP = said.identificativoIntermediario.value_or("");
  out.idChannel = said.identificativoCanale.value_or("");
  out.paymentMethod = said.tipoVersamento.value_or("");
  out.transactionId = said.pspTransactionId.value_or("");
  out.timestampOperation = said.timestampOperation.value_or("");
  out.totalAmount = said.totalAmount.value_or(Amount{});
  out.fee = said.fee.value_or(Amount{});
  if (said.additionalPaymentInformations) {
    const AdditionalInformationsV1& more = *said.additionalPaymentInformations;
    out.additionalPaymentInformations = {{"transactionId", more.transactionId},
                                         {"outcomePaymentGateway", more.outcomePaymentGateway},
                                         {"totalAmount", contract::to_text(out.totalAmount)},
                                         {"fee", contract::to_text(out.fee)},
                                         {"timestampOperation", out.timestampOperation},
                                         {"authorizationCode", more.authorizationCode}};
  }
  return out;
}

constexpr std::size_t longest_transaction_id = 35;  // of pspNotifyPaymentV2; closePayment takes 255
constexpr std::size_t longest_metadata = 140;

}  // namespace

std::string_view Closing::additional(std::string_view key) const {
  for (const auto& [name, value] : additionalPaymentInformations) {
    if (name == key) return value;
  }
  return {};
}

Closing closing_said(const Message& message) {
  const auto* v1 = std::get_if<ClosePaymentV1Request>(&message);
  return v1 != nullptr ? from(*v1) : from(std::get<ClosePaymentV2Request>(message));
}

bool has_stamp(const Payment& payment) {
  const auto& transfers = payment.due.transferList.transfer;
  return std::any_of(transfers.begin(), transfers.end(), [](const CtTransferPAV2& t) { return t.richiestaMarcaDaBollo.has_value(); });
}

void Nodo::close(Turn& turn, const Inbound& inbound) {
  const PrimitiveId id = primitive_of(*inbound.said);
  Closing closing = closing_said(*inbound.said);
  const bool ko = closing.outcome == Outcome::KO;
  const CloseContext context{turn.registry, closing, payments_of(closing)};
  for (std::size_t i = 0; i < tables_.close.size(); ++i) {
    const CloseCheck& check = tables_.close[i];
    if ((ko && !check.for_ko) || check.holds(context)) continue;
    turn.used("nodo.close", i);
    const bool v1 = closing.version == 1;
    turn.reply(inbound.exchange, share(refusal(id, std::string(v1 ? check.description_v1 : check.description))), v1 ? check.status_v1 : check.status);
    if (ko || !check.frees_companions) return;
    for (Payment* payment : context.payments) {  // the innocent are cancelled with the guilty [FLUSSO_NM1_CP_05]
      if (payment == nullptr || payment->state != PaymentState::PAYING) continue;
      payment->flow = Flow::at_touchpoint;
      move(turn, *payment, PaymentEvent::dragged_down);
    }
    // Version 1 is told that an expired payment is over; version 2 hears nothing. [T_SPR_08, FLUSSO_SPR_06_IO]
    const bool expired = std::any_of(context.payments.begin(), context.payments.end(), [](const Payment* p) {
      return p != nullptr && p->ended_on == PaymentEvent::expiry_job;
    });
    if (v1 && expired) {
      const ClosingId number = static_cast<ClosingId>(closings_.size() + 1);
      closings_[number] = std::move(closing);
      report(turn, number, Outcome::KO);
    }
    return;
  }
  Message reply = blank(id, Leg::response);
  turn.reply(inbound.exchange, share(std::move(reply)));
  const ClosingId number = static_cast<ClosingId>(closings_.size() + 1);
  if (!ko) closings_[number] = closing;
  for (Payment* payment : context.payments) {
    payment->flow = Flow::at_touchpoint;  // whoever activated it
    if (!ko) payment->closing = number;
  }
  for (Payment* payment : context.payments) move(turn, *payment, ko ? PaymentEvent::closed_ko : PaymentEvent::closed_ok);
}

const Closing& Nodo::closing_of(const Payment& payment) const { return closings_.at(payment.closing); }

// From here on the PSP that the user chose may speak of this token, and only that one. [FLUSSO_CP_03]
void Nodo::bind_psp(PaymentContext& c) {
  c.payment.bound_psp = closing_of(c.payment).idPSP;
  c.payment.valid_to = c.turn.now + c.turn.settings.token_extension;  // [GT_02]
  c.turn.cancel(c.payment.expiry_alarm);
}

// ---- the notification ----

// All tokens of a close go into one message: the last of them to be ready sends it.
void Nodo::notify_psp(PaymentContext& c) {
  const Closing& closing = closing_of(c.payment);
  const std::vector<Payment*> payments = payments_of(closing);
  const bool ready = std::all_of(payments.begin(), payments.end(), [](const Payment* p) { return p->state == PaymentState::PAYMENT_SENT; });
  if (!ready) return;
  const ExchangeId exchange = c.turn.call({Role::psp, closing.idPSP}, share(notification(c.turn, closing)), c.turn.settings.psp_deadline);
  pending_[exchange] = {Pending::What::notify, {}, {}, c.payment.closing};
}

Message Nodo::notification(const Turn& turn, const Closing& closing) const {
  CtAdditionalPaymentInformations more;
  CtMetadata& metadata = more.metadata.emplace();
  metadata.mapEntry.push_back({"tipoVersamento", closing.paymentMethod});
  for (const auto& [key, value] : closing.additionalPaymentInformations) metadata.mapEntry.push_back({key, value.substr(0, longest_metadata)});
  PspNotifyPaymentV2 message;
  message.idPSP = closing.idPSP;
  message.idBrokerPSP = closing.idBrokerPSP;
  message.idChannel = closing.idChannel;
  message.transactionId = closing.transactionId.substr(0, longest_transaction_id);
  message.totalAmount = closing.totalAmount;
  message.fee = closing.fee;
  message.primaryCiIncurredFee = closing.primaryCiIncurredFee;
  message.idBundle = closing.idBundle;
  message.idCiBundle = closing.idCiBundle;
  message.timestampOperation = closing.timestampOperation;
  message.additionalPaymentInformations = more;
  for (const std::string& token : closing.tokens) {
    const Payment& payment = payments_.at(token);
    const Position& position = positions_.at(payment.position);
    const CtPaymentPAV2& due = payment.due;
    CtPaymentV2& out = message.paymentList.payment.emplace_back();
    transcribe(due, out);
    out.paymentToken = token;
    out.paymentDescription = due.description;
    out.fiscalCodePA = position.fiscalCode;
    if (due.companyName.empty()) out.companyName = turn.registry.creditor(position.fiscalCode)->companyName;
    out.debtAmount = due.paymentAmount;
    if (payment.standin) out.standin = true;  // [CHK-19]
  }
  const Channel* channel = turn.registry.channel(closing.idPSP, closing.idChannel);
  if (channel != nullptr && channel->primitive_version > 1) return message;
  PspNotifyPaymentReq older;
  transcribe(message, older);
  transcribe(message.paymentList.payment.front(), older);
  // BancomatPay has a block of its own, as long as its data fit into it; everything else travels as metadata. [CHK-16]
  const std::string_view code = closing.additional("authorizationCode");
  if (closing.version == 1 && closing.paymentMethod == "BPAY" && !code.empty() && code.size() <= 6) {
    older.additionalPaymentInformations.reset();
    CtBancomatpayPayment& block = older.bancomatpayPayment.emplace();
    transcribe(message, block);
    block.transactionId = closing.additional("transactionId");
    block.outcomePaymentGateway = closing.additional("outcomePaymentGateway");
    block.authorizationCode = code;
  }
  return older;
}

void Nodo::notified(Turn& turn, const Pending& pending, const Answer& heard) {
  PaymentEvent event = PaymentEvent::psp_silent;
  if (const auto* body = std::get_if<Body>(&heard.said)) {
    event = outcome_of(**body) == Outcome::OK ? PaymentEvent::psp_accepts : PaymentEvent::psp_refuses;
  } else if (const auto* silence = std::get_if<Silence>(&heard.said)) {
    // Only a connection that was never made proves that the PSP knows nothing. [T_PNPV2_04]
    if (*silence == Silence::refused) event = PaymentEvent::psp_unreachable;
  }
  std::vector<Inbound> held;
  for (Payment* payment : payments_of(closings_.at(pending.closing))) {
    move(turn, *payment, event);
    held.insert(held.end(), payment->held_outcomes.begin(), payment->held_outcomes.end());
    payment->held_outcomes.clear();
  }
  for (const Inbound& inbound : held) outcome(turn, inbound);
}

void Nodo::watch_expiry(PaymentContext& c) { schedule_expiry(c.turn, c.payment); }

bool Nodo::companion_is_paid(const Payment& payment) const {
  const std::vector<std::string>& tokens = closing_of(payment).tokens;
  return std::any_of(tokens.begin(), tokens.end(), [this](const std::string& token) { return payments_.at(token).outcome.has_value(); });
}

void Nodo::release_position(PaymentContext& c) {
  c.turn.cancel(c.payment.expiry_alarm);
  if (!c.payment.activation_key.empty()) move(c.turn, c.payment.activation_key, KeyEvent::token_over);  // [IDMP_ACT_10]
  // A close with outcome KO leaves the token with the touchpoint: the PSP has never been bound. [FLUSSO_CP_24]
  move(c.turn, positions_.at(c.payment.position), PositionEvent::released);
}

void Nodo::release_and_report(PaymentContext& c) {
  release_position(c);
  const std::vector<Payment*> payments = payments_of(closing_of(c.payment));
  const bool all = std::all_of(payments.begin(), payments.end(), [](const Payment* p) { return p->state == PaymentState::CANCELLED; });
  if (all) report(c.turn, c.payment.closing, Outcome::KO);
}

// ---- the result for the touchpoint ----

// Version 1 is told as soon as the PSP has accepted; version 2 waits for its outcome. [T_SPR_01, T_SPR_V2_01]
void Nodo::tell_version_1(PaymentContext& c) {
  if (closing_of(c.payment).version == 1) report(c.turn, c.payment.closing, Outcome::OK);
}

Message Nodo::result_message(const Turn& turn, const Closing& closing, Outcome outcome) const {
  if (closing.version == 1) return SendPaymentResultV1Request{closing.tokens.front(), closing.transactionId, outcome};
  SendPaymentResultV2Request out{outcome, iso_utc(turn.now), {}};
  for (const std::string& token : closing.tokens) {
    const Payment& payment = payments_.at(token);
    PaymentResult& result = out.payments.emplace_back();
    transcribe(payment.due, result);
    if (payment.due.companyName.empty()) result.companyName.reset();
    result.paymentToken = token;
    result.fiscalCode = positions_.at(payment.position).fiscalCode;
    result.debtor = payment.due.debtor.uniqueIdentifier.entityUniqueIdentifierValue;
  }
  return out;
}

void Nodo::report(Turn& turn, ClosingId id, Outcome outcome) {
  Closing& closing = closings_.at(id);
  if (closing.version == 1 && closing.result != nullptr) return;  // told at acceptance already [T_SPR_02]
  closing.result = share(result_message(turn, closing, outcome));
  closing.result_attempts = 0;
  send_result(turn, id);
}

void Nodo::send_result(Turn& turn, ClosingId id) {
  Closing& closing = closings_.at(id);
  ++closing.result_attempts;
  const ExchangeId exchange = turn.call({Role::checkout, ""}, closing.result, turn.settings.result_deadline);
  pending_[exchange] = {Pending::What::result, {}, {}, id};
}

void Nodo::result_answered(Turn& turn, const Pending& pending, const Answer& heard) {
  Closing& closing = closings_.at(pending.closing);
  const auto* body = std::get_if<Body>(&heard.said);
  closing.result_delivered = closing.result_delivered || (body != nullptr && heard.status == 200 && outcome_of(**body) == Outcome::OK);
  if (closing.result_delivered || closing.result_attempts > turn.settings.result_retries) return;
  turn.wake(turn.now + turn.settings.result_retry_every, result_alarm, std::to_string(pending.closing));
}

}  // namespace actors
