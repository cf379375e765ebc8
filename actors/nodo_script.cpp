// What a scenario makes the Nodo say out of turn: for stories in which the Nodo is the one at fault.
// What the flow composes is composed as in the flow, about the latest payment; anything else is drawn.
#include "actors/drawn.hpp"
#include "actors/nodo.hpp"
#include "sim/contract/transcribe.hpp"

namespace actors {

using namespace sim;
using namespace sim::contract;

void Nodo::say_aside(Turn& turn, const Command& command, Party to, Message message, Duration deadline) {
  if (!command.value("to").empty()) to.id = std::string(command.value("to"));
  pending_[turn.call(std::move(to), share(std::move(message)), deadline)] = {Pending::What::scripted, {}, {}};
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
  say_aside(turn, command, std::move(to), std::move(said), turn.settings.ec_deadline);
}

void Nodo::scripted_send(Turn& turn, const Command& command) {
  const Primitive* row = find_primitive(command.value("message"));
  if (row == nullptr) return;
  const auto found = payments_.find(latest_token_);
  if (found == payments_.end()) {
    const bool composed = row->id == PrimitiveId::paVerifyPaymentNotice || row->id == PrimitiveId::paGetPayment || row->id == PrimitiveId::pspNotifyPayment ||
                          row->id == PrimitiveId::paSendRT || row->id == PrimitiveId::sendPaymentResultV2;
    if (!composed) send_drawn(turn, command, row->id);
    return;
  }
  Payment copy = found->second;
  const Position& position = positions_.at(copy.position);
  const CtQrCode qr{position.fiscalCode, position.noticeNumber};
  const Party ec{Role::ec, position.fiscalCode};
  const Outcome outcome = parse_outcome(command.value("outcome", "OK")).value_or(Outcome::OK);
  switch (row->id) {
    case PrimitiveId::paVerifyPaymentNotice:
      say_aside(turn, command, ec, PaVerifyPaymentNoticeReq{position.fiscalCode, copy.broker, copy.station, qr}, turn.settings.ec_deadline);
      return;
    case PrimitiveId::paGetPayment:
    case PrimitiveId::paGetPaymentV2: {
      PaGetPaymentV2Request question{position.fiscalCode, copy.broker, copy.station, qr, {}, {}, {}, {}};
      question.amount = copy.due.paymentAmount;
      PaGetPaymentReq older;
      transcribe(question, older);
      if (row->id == PrimitiveId::paGetPayment) say_aside(turn, command, ec, std::move(older), turn.settings.ec_deadline);
      else say_aside(turn, command, ec, std::move(question), turn.settings.ec_deadline);
      return;
    }
    case PrimitiveId::pspNotifyPayment:
      if (copy.closing != 0) say_aside(turn, command, {Role::psp, copy.bound_psp}, notification(turn, closing_of(copy)), turn.settings.psp_deadline);
      return;
    case PrimitiveId::paSendRT: {
      if (copy.closing == 0) return;
      if (!copy.outcome) {  // a receipt for something that has not been paid
        copy.outcome.emplace().tokens = {copy.token};
        copy.outcome_at = turn.now;
      }
      const Recipient owner{position.fiscalCode, copy.station, copy.broker, true};
      say_aside(turn, command, ec, copy_for(turn, copy, owner, receipt_of(turn, copy)), turn.settings.receipt_deadline);
      return;
    }
    case PrimitiveId::sendPaymentResultV2: {
      Closing closing;
      if (copy.closing != 0) closing = closing_of(copy);
      closing.version = 2;
      closing.tokens = {copy.token};
      say_aside(turn, command, {Role::checkout, ""}, result_message(turn, closing, outcome), turn.settings.result_deadline);
      return;
    }
    default: send_drawn(turn, command, row->id); return;
  }
}

}  // namespace actors
