#include "actors/nodo.hpp"

#include <algorithm>

#include "actors/drawn.hpp"
#include "sim/check.hpp"
#include "sim/contract/rest_answers.hpp"

namespace actors {
namespace {

using namespace sim;
using namespace sim::contract;

constexpr std::string_view expiry_alarm = "mod3CancelV2";
constexpr std::string_view receipt_alarm = "paSendRt";
constexpr std::string_view result_alarm = "positionRetrySendPaymentResult";

CtFaultBean own_fault(std::string_view code, std::string description) {
  return fault_bean(code, nodo_id, std::move(description));
}

std::string key_of(std::string_view fiscalCode, std::string_view noticeNumber) {
  return std::string(fiscalCode) + "/" + std::string(noticeNumber);
}

/// A valid KO of the EC, as the caller of the Nodo gets to see it. The only fault whose id is not the Nodo's.
CtFaultBean passed_on(const CtFaultBean& of_ec, std::string_view fiscalCode, bool extended) {
  CtFaultBean fault = own_fault("PPT_ERRORE_EMESSO_DA_PAA", {});
  fault.id = fiscalCode;
  if (extended) {
    fault.originalFaultCode = of_ec.faultCode;
    fault.originalFaultString = of_ec.faultString;
    fault.originalDescription = of_ec.description;
  } else {
    fault.description = of_ec.faultCode + " " + of_ec.faultString + (of_ec.description ? ": " + *of_ec.description : "");
  }
  return fault;
}

std::string_view fault_of_silence(Silence silence) {
  return silence == Silence::refused ? "PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE" : "PPT_STAZIONE_INT_PA_TIMEOUT";
}

CheckContext caller_of(const Turn& turn, const auto& request) {
  CheckContext c{turn.registry, turn.settings, request.idPSP, request.idBrokerPSP, request.idChannel, request.password,
                 {}, {}, {}};
  if constexpr (requires { request.idempotencyKey; }) {
    if (request.idempotencyKey) c.idempotencyKey = *request.idempotencyKey;
  }
  if constexpr (requires { request.qrCode; }) {
    c.fiscalCode = request.qrCode.fiscalCode;
    c.noticeNumber = request.qrCode.noticeNumber;
  }
  if constexpr (requires { request.expirationTime; }) c.expirationTime = request.expirationTime.value_or(0);
  return c;
}

const Check* first_broken(std::span<const Check> ladder, const CheckContext& context) {
  const auto rung = std::find_if(ladder.begin(), ladder.end(), [&](const Check& check) { return !check.holds(context); });
  return rung == ladder.end() ? nullptr : &*rung;
}

CtTransferPSP for_psp(const CtTransferPA& t) {
  return {t.idTransfer, t.transferAmount, t.fiscalCodePA, t.IBAN, t.remittanceInformation, t.metadata};
}

CtTransferPSPV2 for_touchpoint(const CtTransferPA& t) {
  CtTransferPSPV2 out;
  out.idTransfer = t.idTransfer;
  out.transferAmount = t.transferAmount;
  out.fiscalCodePA = t.fiscalCodePA;
  out.IBAN = t.IBAN;
  out.remittanceInformation = t.remittanceInformation;
  out.transferCategory = t.transferCategory;
  out.metadata = t.metadata;
  return out;
}

/// Under what an answer is remembered: primitive, PSP and key; nothing when the request carries no key.
std::optional<std::string> idempotency_key(const Message& message) {
  const auto text = [&](const auto& request) -> std::optional<std::string> {
    if (!request.idempotencyKey) return std::nullopt;
    return std::string(primitive(primitive_of(message)).name) + "|" + request.idPSP + "|" + *request.idempotencyKey;
  };
  if (const auto* r = std::get_if<ActivatePaymentNoticeV2Request>(&message)) return text(*r);
  if (const auto* r = std::get_if<SendPaymentOutcomeReq>(&message)) return text(*r);
  return std::nullopt;
}

/// What the Nodo checks in a paGetPayment answer that no schema can know: it takes the registry. [SEM_PGPR_03..06]
bool transfers_are_registered(const Registry& registry, const CtPaymentPA& data) {
  for (const CtTransferPA& t : data.transferList.transfer) {
    const CreditorInstitution* beneficiary = registry.creditor(t.fiscalCodePA);
    if (beneficiary == nullptr || !beneficiary->enabled) return false;
    if (std::find(beneficiary->ibans.begin(), beneficiary->ibans.end(), t.IBAN) == beneficiary->ibans.end()) return false;
  }
  return true;
}

}  // namespace

const CtPaymentPA& Payment::data() const { return *std::get<PaGetPaymentRes>(*ec_answer).data; }

void Nodo::handle(Turn& turn, const Input& input) {
  if (const auto* request = std::get_if<Request>(&input)) on_request(turn, *request);
  else if (const auto* answer = std::get_if<Answer>(&input)) on_answer(turn, *answer);
  else if (const auto* alarm = std::get_if<Alarm>(&input)) on_alarm(turn, *alarm);
  else on_command(turn, std::get<Command>(input));
}

void Nodo::on_request(Turn& turn, const Request& request) {
  const Primitive& row = primitive(request.primitive);
  if (const auto* malformed = std::get_if<Malformed>(&request.said)) {
    if (row.port != nullptr) {
      const Violation& first = malformed->violations.front();
      turn.reply(request.exchange, share(refusal(row.id, own_fault(row.syntax_fault, contract::to_text(first)))));
    } else {
      RestRefusal answer = syntax_refusal(row.id, malformed->violations);
      turn.reply(request.exchange, share(std::move(answer.message)), answer.status);
    }
    return;
  }
  Inbound inbound{request.exchange, request.from, std::get<Body>(request.said)};
  if (breaks_edition(turn, inbound)) return;
  switch (request.primitive) {
    case PrimitiveId::verifyPaymentNotice: verify(turn, std::move(inbound)); return;
    case PrimitiveId::activatePaymentNoticeV2: activate(turn, std::move(inbound)); return;
    case PrimitiveId::sendPaymentOutcome: outcome(turn, inbound); return;
    case PrimitiveId::closePaymentV2: close(turn, inbound); return;
    default: decline(turn, inbound); return;
  }
}

// A syntax fault like any other: it comes first, and burns no key. [IDMP_ACT_2]
bool Nodo::breaks_edition(Turn& turn, const Inbound& inbound) {
  const Check* broken = std::visit([&](const auto& said) -> const Check* {
    if constexpr (requires { said.idempotencyKey; said.password; }) return first_broken(tables_.edition, caller_of(turn, said));
    else return nullptr;
  }, *inbound.said);
  if (broken != nullptr) refuse(turn, inbound, broken->fault, std::string(broken->description), false);
  return broken != nullptr;
}

// Understood and not served: the other party learns why, and that repeating will not help.
void Nodo::decline(Turn& turn, const Inbound& inbound) {
  const PrimitiveId id = primitive_of(*inbound.said);
  if (primitive(id).port == nullptr) turn.reply(inbound.exchange, share(refusal(id, "Service not active")), 501);
  else refuse(turn, inbound, "PPT_SERVIZIO_NONATTIVO", std::string(primitive(id).name) + " is not served", false);
}

// ---- verify ----

void Nodo::verify(Turn& turn, Inbound inbound) {
  const auto& request = std::get<VerifyPaymentNoticeReq>(*inbound.said);
  CheckContext context = caller_of(turn, request);
  for (const auto& ladder : {tables_.caller, tables_.model, tables_.target}) {
    if (const Check* broken = first_broken(ladder, context)) {
      refuse(turn, inbound, broken->fault, std::string(broken->description));
      return;
    }
  }
  const auto known = positions_.find(key_of(request.qrCode.fiscalCode, request.qrCode.noticeNumber));
  const Position unseen;
  context.position = known == positions_.end() ? &unseen : &known->second;
  if (const Check* broken = first_broken(tables_.position_free, context)) {
    refuse(turn, inbound, broken->fault, std::string(broken->description));
    return;
  }
  const CreditorInstitution& ec = *turn.registry.creditor(request.qrCode.fiscalCode);
  const Station& station = *turn.registry.station_of(ec, request.qrCode.noticeNumber);
  const PaVerifyPaymentNoticeReq question{ec.fiscalCode, station.idBrokerPA, station.idStation, request.qrCode};
  const ExchangeId exchange = turn.call({Role::ec, ec.fiscalCode}, share(question), turn.settings.ec_deadline);
  pending_[exchange] = {Pending::What::verify, std::move(inbound), {}, ec.fiscalCode};
}

void Nodo::verified(Turn& turn, const Pending& pending, const Answer& heard) {
  if (const auto* silence = std::get_if<Silence>(&heard.said)) {
    refuse(turn, pending.inbound, fault_of_silence(*silence), {});
    return;
  }
  const auto* body = std::get_if<Body>(&heard.said);
  if (body == nullptr) {
    const Violation& first = std::get<Malformed>(heard.said).violations.front();
    refuse(turn, pending.inbound, "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE", contract::to_text(first));
    return;
  }
  const auto& said = std::get<PaVerifyPaymentNoticeRes>(**body);
  const auto& asked = std::get<VerifyPaymentNoticeReq>(*pending.inbound.said);
  if (said.outcome == Outcome::KO) {
    const PaymentServiceProvider* caller = turn.registry.psp(asked.idPSP);
    answer(turn, pending.inbound,
           refusal(PrimitiveId::verifyPaymentNotice, passed_on(*said.fault, pending.position, caller->extended_fault_bean)));
    return;
  }
  const CtPaymentOptionDescriptionPA& option = said.paymentList->paymentOptionDescription;
  VerifyPaymentNoticeRes reply;
  reply.paymentList.emplace().paymentOptionDescription.push_back(
      {option.amount, option.options, option.dueDate, option.detailDescription});
  reply.paymentDescription = said.paymentDescription;
  reply.fiscalCodePA = said.fiscalCodePA;
  reply.companyName = said.companyName;
  reply.officeName = said.officeName;
  answer(turn, pending.inbound, std::move(reply));
}

// ---- activation ----

Position& Nodo::position_of(const CtQrCode& qr) {
  Position& position = positions_[key_of(qr.fiscalCode, qr.noticeNumber)];
  position.fiscalCode = qr.fiscalCode;
  position.noticeNumber = qr.noticeNumber;
  return position;
}

void Nodo::activate(Turn& turn, Inbound inbound) {
  const auto& request = std::get<ActivatePaymentNoticeV2Request>(*inbound.said);
  if (replays(turn, inbound)) return;
  CheckContext context = caller_of(turn, request);
  for (const auto& ladder : {tables_.caller, tables_.model, tables_.target}) {
    if (const Check* broken = first_broken(ladder, context)) {
      refuse(turn, inbound, broken->fault, std::string(broken->description));
      return;
    }
  }
  Position& position = position_of(request.qrCode);
  context.position = &position;
  for (const auto& ladder : {tables_.position_free, tables_.alone}) {
    if (const Check* broken = first_broken(ladder, context)) {
      refuse(turn, inbound, broken->fault, std::string(broken->description));
      return;
    }
  }
  position.activation_pending = true;
  const CreditorInstitution& ec = *turn.registry.creditor(request.qrCode.fiscalCode);
  const Station& station = *turn.registry.station_of(ec, request.qrCode.noticeNumber);
  PaGetPaymentReq question{ec.fiscalCode, station.idBrokerPA, station.idStation, request.qrCode, {}, {}, {}, {}};
  question.amount = request.amount;
  question.paymentNote = request.paymentNote;
  question.dueDate = request.dueDate;
  const ExchangeId exchange = turn.call({Role::ec, ec.fiscalCode}, share(std::move(question)), turn.settings.ec_deadline);
  pending_[exchange] = {Pending::What::activation, std::move(inbound), {}, key_of(position.fiscalCode, position.noticeNumber)};
}

void Nodo::activated(Turn& turn, const Pending& pending, const Answer& heard) {
  Position& position = positions_.at(pending.position);
  position.activation_pending = false;
  if (const auto* silence = std::get_if<Silence>(&heard.said)) {
    refuse(turn, pending.inbound, fault_of_silence(*silence), {});
    return;
  }
  const auto* body = std::get_if<Body>(&heard.said);
  const auto& asked = std::get<ActivatePaymentNoticeV2Request>(*pending.inbound.said);
  // An answer that cannot be used is not remembered: the same key may try again. [IDMP_ACT_4]
  if (body == nullptr) {
    const Violation& first = std::get<Malformed>(heard.said).violations.front();
    refuse(turn, pending.inbound, "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE", contract::to_text(first), false);
    return;
  }
  const auto& said = std::get<PaGetPaymentRes>(**body);
  if (said.outcome == Outcome::KO) {
    const PaymentServiceProvider* caller = turn.registry.psp(asked.idPSP);
    answer(turn, pending.inbound,
           refusal(PrimitiveId::activatePaymentNoticeV2,
                   passed_on(*said.fault, position.fiscalCode, caller->extended_fault_bean)));
    return;
  }
  if (!transfers_are_registered(turn.registry, *said.data)) {
    refuse(turn, pending.inbound, "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE", "Beneficiario o IBAN non censito", false);
    return;
  }
  const CreditorInstitution& ec = *turn.registry.creditor(position.fiscalCode);
  const Station& station = *turn.registry.station_of(ec, position.noticeNumber);
  const std::string token = turn.random.hex(32);
  Payment& payment = payments_[token];
  payment.token = token;
  payment.position = pending.position;
  payment.bound_psp = asked.idPSP;
  payment.station = station.idStation;
  payment.broker = station.idBrokerPA;
  payment.ec_answer = *body;
  payment.activated_at = turn.now;
  const std::int64_t life = asked.expirationTime.value_or(turn.settings.token_life_max.ms);
  payment.valid_to = turn.now + Duration{life};
  payment.activation_key = idempotency_key(*pending.inbound.said).value_or("");
  position.latest_token = token;
  latest_token_ = token;
  move(turn, payment, PaymentEvent::activated, pending.inbound.exchange, pending.inbound.from, pending.inbound.said);
}

void Nodo::issue_token(PaymentContext& c) {
  move(c.turn, positions_.at(c.payment.position), PositionEvent::activated);
  schedule_expiry(c.turn, c.payment);
  const CtPaymentPA& data = c.payment.data();
  ActivatePaymentNoticeV2Response reply;
  reply.totalAmount = data.paymentAmount;  // the EC's amount wins over the one that was asked for [SEM_PGPR_01]
  reply.paymentDescription = data.description;
  reply.fiscalCodePA = positions_.at(c.payment.position).fiscalCode;
  reply.companyName = data.companyName;
  reply.officeName = data.officeName;
  reply.paymentToken = c.payment.token;
  CtTransferListPSPV2& list = reply.transferList.emplace();
  for (const CtTransferPA& t : data.transferList.transfer) list.transfer.push_back(for_touchpoint(t));
  reply.metadata = data.metadata;
  reply.creditorReferenceId = data.creditorReferenceId;
  answer(c.turn, {c.exchange, c.from, c.said}, std::move(reply));
}

// ---- closing ----

void Nodo::close(Turn& turn, const Inbound& inbound) {
  const auto& request = std::get<ClosePaymentV2Request>(*inbound.said);
  CloseContext context{turn.registry, request, {}};
  for (const std::string& token : request.paymentTokens) {
    const auto found = payments_.find(token);
    context.payments.push_back(found == payments_.end() ? nullptr : &found->second);
  }
  for (const CloseCheck& check : tables_.close) {
    const bool ko = request.outcome == Outcome::KO;
    if ((ko && !check.for_ko) || check.holds(context)) continue;
    turn.reply(inbound.exchange, share(refusal(PrimitiveId::closePaymentV2, std::string(check.description))), check.status);
    if (ko || !check.frees_companions) return;
    for (Payment* payment : context.payments) {  // the innocent are cancelled with the guilty [FLUSSO_NM1_CP_05]
      if (payment != nullptr && payment->state == PaymentState::PAYING) move(turn, *payment, PaymentEvent::closed_ko);
    }
    return;
  }
  turn.reply(inbound.exchange, share(ClosePaymentV2Response{Outcome::OK, {}}));
  const PaymentEvent event = request.outcome == Outcome::OK ? PaymentEvent::closed_ok : PaymentEvent::closed_ko;
  for (Payment* payment : context.payments) {  // a token that is listed twice is closed once
    if (payment->state == PaymentState::PAYING) move(turn, *payment, event, 0, {}, inbound.said);
  }
}

// From here on the PSP that the user chose may speak of this token, and only that one. [FLUSSO_CP_03]
void Nodo::bind_psp(PaymentContext& c) {
  const auto& request = std::get<ClosePaymentV2Request>(*c.said);
  c.payment.closed_by = c.said;
  c.payment.bound_psp = *request.idPSP;
  c.payment.valid_to = c.turn.now + c.turn.settings.token_extension;  // [GT_02]
  c.turn.cancel(c.payment.expiry_alarm);
}

void Nodo::notify_psp(PaymentContext& c) {
  const auto& close = std::get<ClosePaymentV2Request>(*c.payment.closed_by);
  const CtPaymentPA& data = c.payment.data();
  const Position& position = positions_.at(c.payment.position);
  PspNotifyPaymentReq message;
  message.idPSP = *close.idPSP;
  message.idBrokerPSP = *close.idBrokerPSP;
  message.idChannel = *close.idChannel;
  message.paymentToken = c.payment.token;
  message.paymentDescription = data.description;
  message.fiscalCodePA = position.fiscalCode;
  message.companyName = data.companyName.value_or(c.turn.registry.creditor(position.fiscalCode)->companyName);
  message.officeName = data.officeName;
  message.creditorReferenceId = data.creditorReferenceId;
  message.debtAmount = data.paymentAmount;
  for (const CtTransferPA& t : data.transferList.transfer) message.transferList.transfer.push_back(for_psp(t));
  CtMetadata& metadata = message.additionalPaymentInformations.emplace().metadata.emplace();
  metadata.mapEntry.push_back({"tipoVersamento", *close.paymentMethod});
  for (const AdditionalInformation& entry : close.additionalPaymentInformations->members) {
    metadata.mapEntry.push_back({entry.key, entry.value});
  }
  const ExchangeId exchange = c.turn.call({Role::psp, *close.idPSP}, share(std::move(message)), c.turn.settings.psp_deadline);
  pending_[exchange] = {Pending::What::notify, {}, c.payment.token, {}};
}

void Nodo::notified(Turn& turn, const Pending& pending, const Answer& heard) {
  Payment& payment = payments_.at(pending.token);
  PaymentEvent event = PaymentEvent::psp_silent;
  if (const auto* body = std::get_if<Body>(&heard.said)) {
    event = outcome_of(**body) == Outcome::OK ? PaymentEvent::psp_accepts : PaymentEvent::psp_refuses;
  } else if (const auto* silence = std::get_if<Silence>(&heard.said)) {
    // Only a connection that was never made proves that the PSP knows nothing. [T_PNPV2_04]
    if (*silence == Silence::refused) event = PaymentEvent::psp_unreachable;
  }
  move(turn, payment, event);
  const std::vector<Inbound> held = std::move(payment.held_outcomes);
  payment.held_outcomes.clear();
  for (const Inbound& inbound : held) outcome(turn, inbound);
}

void Nodo::watch_expiry(PaymentContext& c) { schedule_expiry(c.turn, c.payment); }

// ---- outcome ----

void Nodo::outcome(Turn& turn, const Inbound& inbound) {
  const auto& request = std::get<SendPaymentOutcomeReq>(*inbound.said);
  if (replays(turn, inbound)) return;
  if (const Check* broken = first_broken(tables_.caller, caller_of(turn, request))) {
    refuse(turn, inbound, broken->fault, std::string(broken->description));
    return;
  }
  const auto found = payments_.find(request.paymentToken);
  // The key is token and PSP: a token that another PSP holds is unknown to this one. [SEM_SPO_09, SEM_SPO_10]
  if (found == payments_.end() || found->second.bound_psp != request.idPSP) {
    refuse(turn, inbound, "PPT_TOKEN_SCONOSCIUTO", "token unknown");
    return;
  }
  move(turn, found->second, request.outcome == Outcome::OK ? PaymentEvent::outcome_ok : PaymentEvent::outcome_ko,
       inbound.exchange, inbound.from, inbound.said);
}

bool Nodo::another_token_lives(const Payment& payment) const {
  const Position& position = positions_.at(payment.position);
  const bool alive = position.state == PositionState::PAYING || position.state == PositionState::PAID ||
                     position.state == PositionState::NOTIFIED;
  return alive && position.latest_token != payment.token;
}

void Nodo::accept_outcome(PaymentContext& c) {
  c.payment.outcome = c.said;
  c.payment.outcome_at = c.turn.now;
  c.turn.cancel(c.payment.expiry_alarm);
  remembered_.erase(c.payment.activation_key);  // what was activated is over [IDMP_SPO_18]
  answer(c.turn, {c.exchange, c.from, c.said}, SendPaymentOutcomeRes{Outcome::OK, {}});
  move(c.turn, positions_.at(c.payment.position), PositionEvent::paid);
  report(c.turn, c.payment, Outcome::OK);
}

void Nodo::refuse_outcome(PaymentContext& c, std::string_view fault, std::string description) {
  refuse(c.turn, {c.exchange, c.from, c.said}, fault, std::move(description));
}

void Nodo::refuse_as_acquired(PaymentContext& c) {
  const auto& first = std::get<SendPaymentOutcomeReq>(*c.payment.outcome);
  const auto& again = std::get<SendPaymentOutcomeReq>(*c.said);
  // Both are refused: that the same outcome is already there is not an OK. [FLUSSO_CP_16]
  std::string told = first.outcome == again.outcome ? "Esito concorde: {" : "Esito discorde: {";
  if (first.details) {
    told += "\"applicationDate\":\"" + first.details->applicationDate + "\",\"fee\":" + contract::to_text(first.details->fee) + ",";
  }
  told += "\"outcome\":\"" + std::string(contract::to_text(first.outcome)) + "\"";
  if (first.details && first.details->payer) {
    told += ",\"payerEntityUniqueIdentifierValue\":\"" + first.details->payer->uniqueIdentifier.entityUniqueIdentifierValue + "\"";
  }
  if (first.details && first.details->paymentChannel) told += ",\"paymentChannel\":\"" + *first.details->paymentChannel + "\"";
  if (first.details) told += ",\"paymentMethod\":\"" + first.details->paymentMethod + "\"";
  told += ",\"paymentToken\":\"" + first.paymentToken + "\"";
  if (first.details) told += ",\"transferDate\":\"" + first.details->transferDate + "\"";
  refuse_outcome(c, "PPT_ESITO_GIA_ACQUISITO", told + "}");
}

void Nodo::hold_outcome(PaymentContext& c) { c.payment.held_outcomes.push_back({c.exchange, c.from, c.said}); }

// ---- expiry ----

// Nothing expires by itself: the job comes round at fixed times and takes what is overdue then. [SEM_APNR_21]
void Nodo::schedule_expiry(Turn& turn, Payment& payment) {
  turn.cancel(payment.expiry_alarm);
  payment.expiry_alarm = 0;
  const std::int64_t period = turn.settings.expiry_job_every.ms;
  if (period == 0) return;
  const std::int64_t since = payment.valid_to.ms - run_start.ms;
  const std::int64_t rounds = (since + period - 1) / period;
  payment.expiry_alarm = turn.wake(run_start + Duration{rounds * period}, expiry_alarm, payment.token);
}

void Nodo::expiry_job(Turn& turn) {
  for (auto& [token, payment] : payments_) move(turn, payment, PaymentEvent::expiry_job);
}

void Nodo::release_position(PaymentContext& c) {
  c.turn.cancel(c.payment.expiry_alarm);
  remembered_.erase(c.payment.activation_key);
  // A close with outcome KO leaves the token with the touchpoint: the PSP has never been bound. [FLUSSO_CP_24]
  move(c.turn, positions_.at(c.payment.position), PositionEvent::released);
}

void Nodo::release_and_report(PaymentContext& c) {
  release_position(c);
  report(c.turn, c.payment, Outcome::KO);
}

// ---- receipts ----

void Nodo::generate_receipt(PaymentContext& c) {
  const Position& position = positions_.at(c.payment.position);
  c.payment.recipients.push_back({position.fiscalCode, c.payment.station, c.payment.broker, true});
  // A secondary beneficiary gets one copy per broadcast station, however many transfers it has. [PSRTV2_ACTV1_07..12]
  std::vector<std::string_view> seen{position.fiscalCode};
  for (const CtTransferPA& t : c.payment.data().transferList.transfer) {
    if (std::find(seen.begin(), seen.end(), t.fiscalCodePA) != seen.end()) continue;
    seen.push_back(t.fiscalCodePA);
    for (const Station& station : c.turn.registry.creditor(t.fiscalCodePA)->stations) {
      if (station.broadcast) c.payment.recipients.push_back({t.fiscalCodePA, station.idStation, station.idBrokerPA, false});
    }
  }
  for (Recipient& recipient : c.payment.recipients) move(c.turn, c.payment, recipient, RecipientEvent::generated);
}

void Nodo::send_receipts(PaymentContext& c) {
  const auto& close = std::get<ClosePaymentV2Request>(*c.payment.closed_by);
  const auto& spo = std::get<SendPaymentOutcomeReq>(*c.payment.outcome);
  const CtPaymentPA& data = c.payment.data();
  const Position& position = positions_.at(c.payment.position);
  const PaymentServiceProvider& psp = *c.turn.registry.psp(*close.idPSP);
  CtReceipt receipt;
  receipt.receiptId = c.payment.token;
  receipt.noticeNumber = position.noticeNumber;
  receipt.fiscalCode = position.fiscalCode;
  receipt.outcome = spo.outcome;
  receipt.creditorReferenceId = data.creditorReferenceId;
  receipt.paymentAmount = data.paymentAmount;  // the fee is the PSP's, not the EC's
  receipt.description = data.description;
  receipt.companyName = data.companyName.value_or(c.turn.registry.creditor(position.fiscalCode)->companyName);
  receipt.officeName = data.officeName;
  receipt.debtor = data.debtor;
  receipt.transferList = data.transferList;
  receipt.idPSP = psp.idPSP;
  if (!psp.fiscalCode.empty()) receipt.pspFiscalCode = psp.fiscalCode;
  if (!psp.vatNumber.empty()) receipt.pspPartitaIVA = psp.vatNumber;
  receipt.PSPCompanyName = psp.businessName;
  receipt.idChannel = *close.idChannel;  // closePayment's, not the outcome's [FLUSSO_CP_01]
  receipt.channelDescription = spo.details && spo.details->paymentChannel ? *spo.details->paymentChannel : "NA";
  if (spo.details) {
    receipt.payer = spo.details->payer;
    receipt.paymentMethod = spo.details->paymentMethod;
    receipt.applicationDate = spo.details->applicationDate;
    receipt.transferDate = spo.details->transferDate;
  }
  receipt.fee = close.fee;
  receipt.paymentDateTime = iso_local(c.payment.outcome_at);
  receipt.metadata = data.metadata;
  for (std::size_t i = 0; i < c.payment.recipients.size(); ++i) {
    Recipient& recipient = c.payment.recipients[i];
    // Neither to who has it, nor to who is still being asked.
    const bool due = recipient.state != RecipientState::NOTIFIED && recipient.state != RecipientState::NOTICE_SENT;
    if (!due) continue;
    move(c.turn, c.payment, recipient, RecipientEvent::attempted);
    const PaSendRTReq message{recipient.fiscalCode, recipient.idBrokerPA, recipient.idStation, receipt};
    const ExchangeId exchange = c.turn.call({Role::ec, recipient.fiscalCode}, share(message), c.turn.settings.receipt_deadline);
    pending_[exchange] = {Pending::What::receipt, {}, c.payment.token, {}, i};
  }
  if (c.payment.receipt_rounds++ < c.turn.settings.receipt_retries) {
    c.payment.receipt_alarm = c.turn.wake(c.turn.now + c.turn.settings.receipt_retry_every, receipt_alarm, c.payment.token);
  }
}

void Nodo::receipt_answered(Turn& turn, const Pending& pending, const Answer& heard) {
  Payment& payment = payments_.at(pending.token);
  Recipient& recipient = payment.recipients[pending.recipient];
  RecipientEvent event = RecipientEvent::unanswered;
  if (const auto* body = std::get_if<Body>(&heard.said)) {
    event = outcome_of(**body) == Outcome::OK ? RecipientEvent::acknowledged : RecipientEvent::refused;
  }
  move(turn, payment, recipient, event);
  if (recipient.state != RecipientState::NOTIFIED) return;
  if (recipient.owner) move(turn, positions_.at(payment.position), PositionEvent::owner_notified);
  const bool all = std::all_of(payment.recipients.begin(), payment.recipients.end(),
                               [](const Recipient& r) { return r.state == RecipientState::NOTIFIED; });
  if (!all) return;
  turn.cancel(payment.receipt_alarm);
  move(turn, payment, PaymentEvent::receipts_done);
}

void Nodo::receipt_job(Turn& turn, Payment& payment) {
  const bool pending = std::any_of(payment.recipients.begin(), payment.recipients.end(),
                                   [](const Recipient& r) { return r.state == RecipientState::NOTICE_PENDING; });
  if (pending) move(turn, payment, PaymentEvent::receipt_round);
}

// ---- the result for Checkout ----

void Nodo::report(Turn& turn, Payment& payment, Outcome outcome) {
  const CtPaymentPA& data = payment.data();
  PaymentResult result;
  result.paymentToken = payment.token;
  result.description = data.description;
  result.creditorReferenceId = data.creditorReferenceId;
  result.fiscalCode = positions_.at(payment.position).fiscalCode;
  result.companyName = data.companyName;
  result.officeName = data.officeName;
  result.debtor = data.debtor.uniqueIdentifier.entityUniqueIdentifierValue;
  payment.result = share(SendPaymentResultV2Request{outcome, iso_utc(turn.now), {std::move(result)}});
  payment.result_attempts = 0;
  send_result(turn, payment);
}

void Nodo::send_result(Turn& turn, Payment& payment) {
  ++payment.result_attempts;
  const ExchangeId exchange = turn.call({Role::checkout, ""}, payment.result, turn.settings.result_deadline);
  pending_[exchange] = {Pending::What::result, {}, payment.token, {}};
}

void Nodo::result_answered(Turn& turn, const Pending& pending, const Answer& heard) {
  Payment& payment = payments_.at(pending.token);
  const auto* body = std::get_if<Body>(&heard.said);
  payment.result_delivered = body != nullptr && heard.status == 200 && outcome_of(**body) == Outcome::OK;
  if (payment.result_delivered) return;
  if (payment.result_attempts > turn.settings.result_retries) return;
  turn.wake(turn.now + turn.settings.result_retry_every, result_alarm, payment.token);
}

// ---- everything else that is heard ----

void Nodo::on_answer(Turn& turn, const Answer& heard) {
  const auto found = pending_.find(heard.exchange);
  SIM_CHECK(found != pending_.end());
  Pending pending = std::move(found->second);
  pending_.erase(found);
  switch (pending.what) {
    case Pending::What::verify: verified(turn, pending, heard); return;
    case Pending::What::activation: activated(turn, pending, heard); return;
    case Pending::What::notify: notified(turn, pending, heard); return;
    case Pending::What::receipt: receipt_answered(turn, pending, heard); return;
    case Pending::What::result: result_answered(turn, pending, heard); return;
    case Pending::What::scripted: return;
  }
}

void Nodo::on_alarm(Turn& turn, const Alarm& alarm) {
  if (alarm.what == expiry_alarm) expiry_job(turn);
  else if (alarm.what == receipt_alarm) receipt_job(turn, payments_.at(alarm.about));
  else if (alarm.what == result_alarm) send_result(turn, payments_.at(alarm.about));
}

void Nodo::on_command(Turn& turn, const Command& command) {
  if (command.verb == "job") {
    const std::string_view job = command.value("name");
    if (job == expiry_alarm) expiry_job(turn);
    if (job == receipt_alarm) {
      for (auto& [token, payment] : payments_) receipt_job(turn, payment);
    }
    if (job == result_alarm) {
      for (auto& [token, payment] : payments_) {
        if (payment.result != nullptr && !payment.result_delivered) send_result(turn, payment);
      }
    }
  } else if (command.verb == "send") {
    scripted_send(turn, command);
  }
  turn.finish(command.id);
}

/// Says something that the Nodo says in no flow of its own, about the notice that the scenario names.
void Nodo::send_drawn(Turn& turn, const Command& command, PrimitiveId id) {
  Party to{primitive(id).callee, std::string(command.value("to"))};
  if (to.role == Role::ec && to.id.empty()) to.id = std::string(command.value("ec", default_ec));
  if (to.role == Role::psp && to.id.empty()) to.id = std::string(default_psp);
  const CreditorInstitution* ec = turn.registry.creditor(to.id);
  const Station* station = ec == nullptr ? nullptr : turn.registry.station_of(*ec, command.value("notice"));
  if (ec != nullptr && station == nullptr) station = &ec->stations.front();
  const PaymentServiceProvider* psp = turn.registry.psp(to.id);
  Message said = station != nullptr ? drawn_request(turn.random, id, command, {{"idPA", to.id}, {"idBrokerPA", station->idBrokerPA}, {"idStation", station->idStation}})
                 : psp != nullptr   ? drawn_request(turn.random, id, command, {{"idPSP", to.id}, {"idBrokerPSP", psp->idBrokerPSP}, {"idChannel", psp->channels.front().idChannel}})
                                    : drawn_request(turn.random, id, command, {{"paymentToken", latest_token_}});
  pending_[turn.call(to, share(std::move(said)), turn.settings.ec_deadline)] = {Pending::What::scripted, {}, {}, {}};
}

/// Says again, out of turn, something about the latest payment: for scenarios in which the Nodo is the one at fault.
void Nodo::scripted_send(Turn& turn, const Command& command) {
  const auto found = payments_.find(latest_token_);
  const Primitive* row = find_primitive(command.value("message"));
  if (row == nullptr) return;
  switch (row->id) {
    case PrimitiveId::paVerifyPaymentNotice:
    case PrimitiveId::paGetPayment:
    case PrimitiveId::pspNotifyPayment:
    case PrimitiveId::paSendRT:
    case PrimitiveId::sendPaymentResultV2: break;
    default: send_drawn(turn, command, row->id); return;
  }
  if (found == payments_.end()) return;
  Payment copy = found->second;
  const Position& position = positions_.at(copy.position);
  const CtQrCode qr{position.fiscalCode, position.noticeNumber};
  std::vector<Effect> said;
  Numbers numbers;
  Turn aside(turn.now, turn.settings, turn.registry, turn.random, numbers, said);
  const Outcome outcome = parse_outcome(command.value("outcome", "OK")).value_or(Outcome::OK);
  const bool needs_close = row->id == PrimitiveId::pspNotifyPayment || row->id == PrimitiveId::paSendRT;
  if (needs_close && copy.closed_by == nullptr) return;
  PaymentContext context{*this, aside, copy, 0, {}, nullptr};
  const std::map<ExchangeId, Pending> before = pending_;
  switch (row->id) {
    case PrimitiveId::paVerifyPaymentNotice:
      aside.call({Role::ec, position.fiscalCode}, share(PaVerifyPaymentNoticeReq{position.fiscalCode, copy.broker, copy.station, qr}),
                 turn.settings.ec_deadline);
      break;
    case PrimitiveId::paGetPayment: {
      PaGetPaymentReq question{position.fiscalCode, copy.broker, copy.station, qr, {}, {}, {}, {}};
      question.amount = copy.data().paymentAmount;
      aside.call({Role::ec, position.fiscalCode}, share(std::move(question)), turn.settings.ec_deadline);
      break;
    }
    case PrimitiveId::pspNotifyPayment: notify_psp(context); break;
    case PrimitiveId::paSendRT: {
      if (copy.outcome == nullptr) {
        SendPaymentOutcomeReq invented;
        invented.paymentToken = copy.token;
        copy.outcome = share(std::move(invented));
        copy.outcome_at = turn.now;
      }
      copy.recipients = {{position.fiscalCode, copy.station, copy.broker, true, RecipientState::NOTICE_GENERATED}};
      send_receipts(context);
      break;
    }
    case PrimitiveId::sendPaymentResultV2: report(aside, copy, outcome); break;
    default: return;
  }
  pending_ = before;
  for (const Effect& effect : said) {
    const auto* call = std::get_if<Call>(&effect);
    if (call == nullptr) continue;
    const std::string to = std::string(command.value("to"));
    Party callee = call->to;
    if (!to.empty()) callee.id = to;
    pending_[turn.call(callee, call->body, call->deadline)] = {Pending::What::scripted, {}, {}, {}};
  }
}

// ---- moving and answering ----

void Nodo::move(Turn& turn, Payment& payment, PaymentEvent event, ExchangeId exchange, Party from, Body said) {
  PaymentContext context{*this, turn, payment, exchange, std::move(from), std::move(said)};
  step(tables_.payment, payment.state, event, context, [&](PaymentState was, PaymentState is, const PaymentRow& row) {
    if (is == PaymentState::CANCELLED) payment.ended_from = was;
    turn.note({"payment", payment.token, payment.position, to_text(was), to_text(is), row.rule, {}});
  }, [&](std::size_t row) { turn.used("nodo.payment", row); });
}

void Nodo::move(Turn& turn, Position& position, PositionEvent event) {
  PositionContext context;
  step(tables_.position, position.state, event, context, [&](PositionState was, PositionState is, const PositionRow& row) {
    const std::string key = key_of(position.fiscalCode, position.noticeNumber);
    turn.note({"position", key, key, to_text(was), to_text(is), row.rule, {}});
  }, [&](std::size_t row) { turn.used("nodo.position", row); });
}

void Nodo::move(Turn& turn, const Payment& payment, Recipient& recipient, RecipientEvent event) {
  RecipientContext context{turn.settings};
  step(tables_.recipient, recipient.state, event, context,
       [&](RecipientState was, RecipientState is, const RecipientRow& row) {
         turn.note({"recipient", recipient.fiscalCode, payment.position, to_text(was), to_text(is), row.rule, {}});
       }, [&](std::size_t row) { turn.used("nodo.recipient", row); });
}

// Same key and same body: the recorded answer. Same key and another body: refused. [IDMP_SPO_05, IDMP_SPO_16]
bool Nodo::replays(Turn& turn, const Inbound& inbound) {
  const std::optional<std::string> key = idempotency_key(*inbound.said);
  if (!key) return false;
  const auto found = remembered_.find(*key);
  if (found == remembered_.end() || found->second.valid_to <= turn.now) return false;
  if (*found->second.request == *inbound.said) turn.reply(inbound.exchange, found->second.response);
  else refuse(turn, inbound, "PPT_ERRORE_IDEMPOTENZA", {}, false);
  return true;
}

void Nodo::answer(Turn& turn, const Inbound& inbound, Message reply, bool remember) {
  Body body = share(std::move(reply));
  if (remember) {
    if (const std::optional<std::string> key = idempotency_key(*inbound.said)) {
      // A key does not outlive the token that it stands for. [IDMP_ACT_1_1]
      Duration life = turn.settings.idempotency_life;
      if (const auto* activation = std::get_if<ActivatePaymentNoticeV2Request>(&*inbound.said)) {
        life = std::min(life, Duration{activation->expirationTime.value_or(turn.settings.token_life_max.ms)});
      }
      remembered_[*key] = {inbound.said, body, turn.now + life};
    }
  }
  turn.reply(inbound.exchange, std::move(body));
}

void Nodo::refuse(Turn& turn, const Inbound& inbound, std::string_view fault, std::string description, bool remember) {
  constexpr std::string_view limit = "{limit}";
  if (const std::size_t at = description.find(limit); at != std::string::npos) {
    description.replace(at, limit.size(), std::to_string(turn.settings.token_life_max.ms));
  }
  answer(turn, inbound, refusal(primitive_of(*inbound.said), own_fault(fault, std::move(description))), remember);
}

}  // namespace actors
