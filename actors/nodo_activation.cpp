// Before a payment: verify, activation, checkPosition. The EC is asked in the version that its station speaks; the
// caller hears its own version; a token exists only once the EC's answer has stood up to schema, semantics and registry.
#include "actors/nodo.hpp"
#include "sim/contract/transcribe.hpp"
#include "sim/contract/words.hpp"

namespace actors {

using namespace sim;
using namespace sim::contract;

namespace {

/// A valid KO of the EC, as the caller of the Nodo gets to see it. The only fault whose id is not the Nodo's.
CtFaultBean passed_on(const CtFaultBean& of_ec, std::string_view fiscalCode, bool extended) {
  CtFaultBean fault = fault_bean("PPT_ERRORE_EMESSO_DA_PAA", fiscalCode);
  if (extended) {
    fault.originalFaultCode = of_ec.faultCode;
    fault.originalFaultString = of_ec.faultString;
    fault.originalDescription = of_ec.description;
  } else {
    fault.description = of_ec.faultCode + " " + of_ec.faultString + (of_ec.description ? ": " + *of_ec.description : "");
  }
  return fault;
}

/// What the Nodo answers when the EC gave no answer that can be used: a fault and its description.
std::pair<std::string_view, std::string> unusable(const Answer& heard) {
  if (const auto* silence = std::get_if<Silence>(&heard.said)) {
    return {*silence == Silence::refused ? "PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE" : "PPT_STAZIONE_INT_PA_TIMEOUT", {}};
  }
  return {"PPT_STAZIONE_INT_PA_ERRORE_RESPONSE", contract::to_text(std::get<Malformed>(heard.said).violations.front())};
}

const PaymentServiceProvider& caller_in(const Turn& turn, const Message& request) {
  return *turn.registry.psp(text_at(request, "idPSP").value_or(""));
}

/// Whether the activation says that it comes from a touchpoint of the platform, which will close it. [INFERRED]
bool is_touchpoint(const auto& activation) {
  if constexpr (requires { activation.touchPoint; }) return lists("IO WISP CHECKOUT", activation.touchPoint.value_or(""));
  else return false;
}

/// What of the EC's metadata the answer to an activation shows: the keys of the dictionary. Notification and receipt carry
/// all of it. [SEM_APNV2_27]
void filter(const Turn& turn, std::optional<CtMetadata>& metadata) {
  if (!metadata || !turn.settings.metadata_filter) return;
  const std::string today = iso_date(turn.now);
  std::erase_if(metadata->mapEntry, [&](const CtMapEntry& entry) { return !turn.registry.knows_key(entry.key, today); });
  if (metadata->mapEntry.empty()) metadata.reset();
}

}  // namespace

// ---- verify ----

void Nodo::verify(Turn& turn, Inbound inbound) {
  const auto& request = std::get<VerifyPaymentNoticeReq>(*inbound.said);
  CheckContext context = caller_of(turn, request);
  if (refused_by(turn, inbound, "nodo.caller", tables_.caller, context)) return;
  if (refused_by(turn, inbound, "nodo.model", tables_.model, context)) return;
  if (refused_by(turn, inbound, "nodo.target", tables_.target, context)) return;
  const auto known = positions_.find(position_key(request.qrCode.fiscalCode, request.qrCode.noticeNumber));
  const Position unseen;
  context.position = known == positions_.end() ? &unseen : &known->second;
  if (refused_by(turn, inbound, "nodo.position_free", tables_.position_free, context)) return;
  const CreditorInstitution& ec = *turn.registry.creditor(request.qrCode.fiscalCode);
  const Station& station = *turn.registry.station_of(ec, request.qrCode.noticeNumber);
  const PaVerifyPaymentNoticeReq question{ec.fiscalCode, station.idBrokerPA, station.idStation, request.qrCode};
  const ExchangeId exchange = turn.call({Role::ec, ec.fiscalCode}, share(question), turn.settings.ec_deadline);
  pending_[exchange] = {Pending::What::verify, std::move(inbound), position_key(ec.fiscalCode, request.qrCode.noticeNumber)};
}

void Nodo::verified(Turn& turn, const Pending& pending, const Answer& heard) {
  const auto* body = std::get_if<Body>(&heard.said);
  if (body == nullptr) {
    auto [fault, description] = unusable(heard);
    refuse(turn, pending.inbound, fault, std::move(description));
    return;
  }
  const auto& said = std::get<PaVerifyPaymentNoticeRes>(**body);
  const CtQrCode& qr = std::get<VerifyPaymentNoticeReq>(*pending.inbound.said).qrCode;
  if (said.outcome == Outcome::KO) {
    const bool extended = caller_in(turn, *pending.inbound.said).extended_fault_bean;
    answer(turn, pending.inbound, refusal(PrimitiveId::verifyPaymentNotice, passed_on(*said.fault, qr.fiscalCode, extended)));
    return;
  }
  const CtPaymentOptionDescriptionPA& option = said.paymentList->paymentOptionDescription;
  VerifyPaymentNoticeRes reply;
  reply.paymentList.emplace().paymentOptionDescription.push_back({option.amount, option.options, option.dueDate, option.detailDescription});
  reply.paymentDescription = said.paymentDescription;
  reply.fiscalCodePA = said.fiscalCodePA;
  reply.companyName = said.companyName;
  reply.officeName = said.officeName;
  if (turn.registry.station_of(*turn.registry.creditor(qr.fiscalCode), qr.noticeNumber)->standin) reply.standin = true;  // [CHK-19]
  answer(turn, pending.inbound, std::move(reply));
}

// ---- activation ----

Position& Nodo::position_of(const CtQrCode& qr) {
  Position& position = positions_[position_key(qr.fiscalCode, qr.noticeNumber)];
  position.fiscalCode = qr.fiscalCode;
  position.noticeNumber = qr.noticeNumber;
  return position;
}

template <class Request>
void Nodo::activate(Turn& turn, Inbound inbound, const Request& request) {
  if (replays(turn, inbound)) return;
  CheckContext context = caller_of(turn, request);
  if (refused_by(turn, inbound, "nodo.caller", tables_.caller, context)) return;
  if (refused_by(turn, inbound, "nodo.model", tables_.model, context)) return;
  if (refused_by(turn, inbound, "nodo.target", tables_.target, context)) return;
  Position& position = position_of(request.qrCode);
  context.position = &position;
  if (refused_by(turn, inbound, "nodo.position_free", tables_.position_free, context)) return;
  if (refused_by(turn, inbound, "nodo.alone", tables_.alone, context)) return;
  position.activation_pending = true;
  const CreditorInstitution& ec = *turn.registry.creditor(request.qrCode.fiscalCode);
  const Station& station = *turn.registry.station_of(ec, request.qrCode.noticeNumber);
  PaGetPaymentV2Request question{ec.fiscalCode, station.idBrokerPA, station.idStation, request.qrCode, {}, {}, {}, {}};
  question.amount = request.amount;
  question.paymentNote = request.paymentNote;
  question.dueDate = request.dueDate;
  Body body;
  if (station.primitive_version > 1) {
    body = share(std::move(question));
  } else {
    PaGetPaymentReq older;
    transcribe(question, older);
    body = share(std::move(older));
  }
  const ExchangeId exchange = turn.call({Role::ec, ec.fiscalCode}, std::move(body), turn.settings.ec_deadline);
  pending_[exchange] = {Pending::What::activation, std::move(inbound), position_key(position.fiscalCode, position.noticeNumber)};
}
template void Nodo::activate(Turn&, Inbound, const ActivatePaymentNoticeReq&);
template void Nodo::activate(Turn&, Inbound, const ActivatePaymentNoticeV2Request&);

void Nodo::activated(Turn& turn, const Pending& pending, const Answer& heard) {
  Position& position = positions_.at(pending.about);
  position.activation_pending = false;
  const auto* body = std::get_if<Body>(&heard.said);
  if (body == nullptr) {
    // An answer that cannot be used is not remembered: the same key may try again. [IDMP_ACT_4]
    auto [fault, description] = unusable(heard);
    refuse(turn, pending.inbound, fault, std::move(description), std::holds_alternative<Silence>(heard.said));
    return;
  }
  if (const CtFaultBean* of_ec = fault_of(**body)) {
    const bool extended = caller_in(turn, *pending.inbound.said).extended_fault_bean;
    answer(turn, pending.inbound, refusal(primitive_of(*pending.inbound.said), passed_on(*of_ec, position.fiscalCode, extended)));
    return;
  }
  CtPaymentPAV2 due;
  if (const auto* of_v2 = std::get_if<PaGetPaymentV2Response>(&**body)) due = *of_v2->data;
  else transcribe(*std::get<PaGetPaymentRes>(**body).data, due);
  const bool into_version_1 = std::holds_alternative<ActivatePaymentNoticeReq>(*pending.inbound.said);
  if (refused_by(turn, pending.inbound, "nodo.due", tables_.due, DueContext{turn.registry, due, into_version_1}, false)) return;
  const CreditorInstitution& ec = *turn.registry.creditor(position.fiscalCode);
  const Station& station = *turn.registry.station_of(ec, position.noticeNumber);
  const std::string token = turn.random.hex(32);
  Payment& payment = payments_[token];
  payment.token = token;
  payment.position = pending.about;
  payment.station = station.idStation;
  payment.broker = station.idBrokerPA;
  payment.standin = station.standin;
  payment.due = std::move(due);
  payment.activated_at = turn.now;
  payment.activation_key = idempotency_key(*pending.inbound.said);
  std::visit([&](const auto& asked) {
    if constexpr (requires { asked.expirationTime; }) {
      payment.bound_psp = asked.idPSP;
      payment.idChannel = asked.idChannel;
      payment.paymentNote = asked.paymentNote;
      if (asked.idPSP == turn.registry.checkout.idPSP || is_touchpoint(asked)) payment.flow = Flow::at_touchpoint;
      payment.valid_to = turn.now + Duration{asked.expirationTime.value_or(turn.settings.token_life_max.ms)};
    }
  }, *pending.inbound.said);
  position.latest_token = token;
  latest_token_ = token;
  move(turn, payment, PaymentEvent::activated, &pending.inbound);
}

void Nodo::issue_token(PaymentContext& c) {
  Position& position = positions_.at(c.payment.position);
  move(c.turn, position, PositionEvent::activated);
  schedule_expiry(c.turn, c.payment);
  CtPaymentPAV2 due = c.payment.due;
  filter(c.turn, due.metadata);
  for (CtTransferPAV2& transfer : due.transferList.transfer) filter(c.turn, transfer.metadata);
  const auto fill = [&](auto reply) {
    transcribe(due, reply);
    reply.totalAmount = due.paymentAmount;  // the EC's amount wins over the one that was asked for [SEM_PGPR_01]
    reply.paymentDescription = due.description;
    reply.fiscalCodePA = position.fiscalCode;
    if (due.companyName.empty()) reply.companyName.reset();
    reply.paymentToken = c.payment.token;
    if (c.payment.standin) reply.standin = true;
    answer(c.turn, *c.inbound, std::move(reply));
  };
  if (std::holds_alternative<ActivatePaymentNoticeReq>(*c.inbound->said)) fill(ActivatePaymentNoticeRes{});
  else fill(ActivatePaymentNoticeV2Response{});
}

// ---- checkPosition ----

void Nodo::check_position(Turn& turn, const Inbound& inbound) {
  const auto& request = std::get<CheckPositionRequest>(*inbound.said);
  if (const PositionsCheck* broken = first_broken(turn, "nodo.check_position", tables_.positions, PositionsContext{turn.registry, request})) {
    turn.reply(inbound.exchange, share(refusal(PrimitiveId::checkPosition, std::string(broken->description))), broken->status);
    return;
  }
  CheckPositionResponse reply;
  std::int64_t paying = 0, over = 0;
  for (const PositionToCheck& asked : request.positionslist) {
    const auto known = positions_.find(position_key(asked.fiscalCode, asked.noticeNumber));
    const PositionState state = known == positions_.end() ? PositionState::none : known->second.state;
    if (state == PositionState::none || state == PositionState::INSERTED) continue;
    ++(state == PositionState::PAYING ? paying : over);
    reply.positionslist.push_back({asked.fiscalCode, asked.noticeNumber, std::string(to_text(state))});
  }
  // A position that is being paid may still become free; one that has been paid may not. [SEM_CPO_02, SEM_CPO_03]
  const bool payable = over == 0 && paying <= turn.settings.check_position_paying_allowed;
  reply.outcome = payable ? Outcome::OK : Outcome::KO;
  if (payable) reply.positionslist.clear();
  turn.reply(inbound.exchange, share(std::move(reply)));
}

}  // namespace actors
