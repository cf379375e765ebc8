// The PSP's outcome, in either version, for one token or for all that were closed together.
// The trap: the answer and the effect do not always agree. A late OK at the PSP is answered KO and acquired all the
// same; a KO after acceptance is answered KO and forgotten. The tables say which.
#include "actors/nodo.hpp"
#include "sim/contract/transcribe.hpp"

namespace actors {

using namespace sim;
using namespace sim::contract;

OutcomeSaid outcome_said(const Message& message) {
  OutcomeSaid out;
  std::visit([&](const auto& said) {
    if constexpr (requires { said.details; said.outcome; }) {
      if constexpr (requires { said.paymentTokens; }) {
        out.version = 2;
        out.tokens = said.paymentTokens.paymentToken;
      } else {
        out.tokens = {said.paymentToken};
      }
      out.idPSP = said.idPSP;
      out.idBrokerPSP = said.idBrokerPSP;
      out.idChannel = said.idChannel;
      out.outcome = said.outcome;
      if (said.details) transcribe(*said.details, out.details.emplace());
    }
  }, message);
  return out;
}

bool stamps_are_attached(const Payment& payment, const OutcomeSaid& said) {
  const auto attached = [&](std::int64_t idTransfer) {
    if (!said.details || !said.details->marcheDaBollo) return false;
    const auto& stamps = said.details->marcheDaBollo->marcaDaBollo;
    return std::any_of(stamps.begin(), stamps.end(), [&](const CtMarcaDaBollo& m) { return m.paymentToken == payment.token && m.idTransfer == idTransfer; });
  };
  const auto& transfers = payment.due.transferList.transfer;
  return std::all_of(transfers.begin(), transfers.end(), [&](const CtTransferPAV2& t) { return !t.richiestaMarcaDaBollo || attached(t.idTransfer); });
}

void Nodo::outcome(Turn& turn, const Inbound& inbound) {
  if (replays(turn, inbound)) return;
  const bool refused = std::visit([&](const auto& request) {
    if constexpr (requires { request.password; }) return refused_by(turn, inbound, "nodo.caller", tables_.caller, caller_of(turn, request));
    else return false;
  }, *inbound.said);
  if (refused) return;
  const OutcomeSaid said = outcome_said(*inbound.said);
  std::vector<Payment*> payments;
  for (const std::string& token : said.tokens) {
    const auto found = payments_.find(token);
    Payment* payment = found == payments_.end() ? nullptr : &found->second;
    if (std::find(payments.begin(), payments.end(), payment) == payments.end() || payment == nullptr) payments.push_back(payment);
  }
  OutcomeContext context{said, {payments.begin(), payments.end()}, nullptr};
  if (payments.front() != nullptr && payments.front()->closing != 0) context.closing = &closing_of(*payments.front());
  if (refused_by(turn, inbound, "nodo.outcome", tables_.outcome, context)) return;
  // All or nothing: the first token that would not move answers for all.
  const PaymentEvent event = said.outcome == Outcome::OK ? PaymentEvent::outcome_ok : PaymentEvent::outcome_ko;
  for (Payment* payment : payments) {
    const PaymentContext looking{*this, turn, *payment, &inbound};
    const auto* row = winning_row(payment->flow == Flow::at_psp ? tables_.at_psp : tables_.at_touchpoint, payment->state, event, looking);
    if (row == nullptr || row->then != PaymentState::same) continue;
    move(turn, *payment, event, &inbound);
    return;
  }
  for (Payment* payment : payments) move(turn, *payment, event, &inbound, payment == payments.front());
}

bool Nodo::another_token_lives(const Payment& payment) const {
  const Position& position = positions_.at(payment.position);
  const bool alive = position.state == PositionState::PAYING || position.state == PositionState::PAID ||
                     position.state == PositionState::NOTIFIED;
  return alive && position.latest_token != payment.token;
}

bool Nodo::activation_is_pending(const Payment& payment) const { return positions_.at(payment.position).activation_pending; }

void Nodo::record(PaymentContext& c) {
  c.payment.outcome = outcome_said(*c.inbound->said);
  c.payment.outcome_at = c.turn.now;
  c.turn.cancel(c.payment.expiry_alarm);
  if (!c.payment.activation_key.empty()) move(c.turn, c.payment.activation_key, KeyEvent::token_over);  // what was activated is over [IDMP_SPO_18]
}

void Nodo::accept_outcome(PaymentContext& c) {
  record(c);
  if (c.answers) answer(c.turn, *c.inbound, blank(primitive_of(*c.inbound->said), Leg::response));
  move(c.turn, positions_.at(c.payment.position), PositionEvent::paid);
  if (c.payment.closing == 0) return;
  const std::vector<Payment*> payments = payments_of(closing_of(c.payment));
  const bool all = std::all_of(payments.begin(), payments.end(), [](const Payment* p) { return p->outcome.has_value(); });
  if (all) report(c.turn, c.payment.closing, Outcome::OK);
}

void Nodo::accept_failure(PaymentContext& c) {
  record(c);
  if (c.answers) answer(c.turn, *c.inbound, blank(primitive_of(*c.inbound->said), Leg::response));
  move(c.turn, positions_.at(c.payment.position), PositionEvent::released);
}

void Nodo::acquire_late(PaymentContext& c) {
  record(c);
  refuse_outcome(c, "PPT_TOKEN_SCADUTO", {});
  Position& position = positions_.at(c.payment.position);
  position.latest_token = c.payment.token;  // who paid holds the notice: a newer token that expired too comes too late [SEM_SPO_13]
  move(c.turn, position, PositionEvent::paid);
}

void Nodo::record_late_failure(PaymentContext& c) {
  record(c);
  refuse_outcome(c, "PPT_TOKEN_SCADUTO_KO", {});
}

void Nodo::refuse_outcome(PaymentContext& c, std::string_view fault, std::string description) {
  if (c.answers) refuse(c.turn, *c.inbound, fault, std::move(description));
}

void Nodo::refuse_as_acquired(PaymentContext& c) {
  const OutcomeSaid& first = *c.payment.outcome;
  // Both are refused: that the same outcome is already there is not an OK. [FLUSSO_CP_16]
  std::string told = first.outcome == outcome_said(*c.inbound->said).outcome ? "Esito concorde: {" : "Esito discorde: {";
  const auto text = [&told](std::string_view key, std::string_view value) { told += "\"" + std::string(key) + "\":\"" + std::string(value) + "\","; };
  if (first.details) {
    text("applicationDate", first.details->applicationDate);
    told += "\"fee\":" + contract::to_text(first.details->fee) + ",";
  }
  text("outcome", contract::to_text(first.outcome));
  if (first.details && first.details->payer) text("payerEntityUniqueIdentifierValue", first.details->payer->uniqueIdentifier.entityUniqueIdentifierValue);
  if (first.details && first.details->paymentChannel) text("paymentChannel", *first.details->paymentChannel);
  if (first.details) text("paymentMethod", first.details->paymentMethod);
  text("paymentToken", c.payment.token);
  if (first.details) text("transferDate", first.details->transferDate);
  told.back() = '}';
  refuse_outcome(c, "PPT_ESITO_GIA_ACQUISITO", std::move(told));
}

void Nodo::hold_outcome(PaymentContext& c) { c.payment.held_outcomes.push_back(*c.inbound); }

}  // namespace actors
