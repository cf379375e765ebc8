// The receipt: made by the platform once a payment is PAID, sent to each recipient in the version that its station
// speaks, and again as long as one of them has not taken it. What it says is put together once, in version 2.
#include "actors/nodo.hpp"
#include "sim/contract/transcribe.hpp"

namespace actors {

using namespace sim;
using namespace sim::contract;

namespace {

constexpr std::string_view receipt_alarm = "paSendRt";

const Station* station_of(const Registry& registry, const Recipient& recipient) {
  const CreditorInstitution* ec = registry.creditor(recipient.fiscalCode);
  if (ec == nullptr) return nullptr;
  const auto found = std::find_if(ec->stations.begin(), ec->stations.end(), [&](const Station& s) { return s.idStation == recipient.idStation; });
  return found == ec->stations.end() ? nullptr : &*found;
}

}  // namespace

void Nodo::generate_receipt(PaymentContext& c) {
  const Position& position = positions_.at(c.payment.position);
  c.payment.recipients.push_back({position.fiscalCode, c.payment.station, c.payment.broker, true});
  // A secondary beneficiary gets one copy per broadcast station, however many transfers it has. [PSRTV2_ACTV1_07..12]
  std::vector<std::string_view> seen{position.fiscalCode};
  for (const CtTransferPAV2& t : c.payment.due.transferList.transfer) {
    if (std::find(seen.begin(), seen.end(), t.fiscalCodePA) != seen.end()) continue;
    seen.push_back(t.fiscalCodePA);
    for (const Station& station : c.turn.registry.creditor(t.fiscalCodePA)->stations) {
      if (station.broadcast) c.payment.recipients.push_back({t.fiscalCodePA, station.idStation, station.idBrokerPA, false});
    }
  }
  for (Recipient& recipient : c.payment.recipients) move(c.turn, c.payment, recipient, RecipientEvent::generated);
}

CtReceiptV2 Nodo::receipt_of(const Turn& turn, const Payment& payment) const {
  const Position& position = positions_.at(payment.position);
  const OutcomeSaid& said = *payment.outcome;
  CtReceiptV2 receipt;
  transcribe(payment.due, receipt);
  if (said.details) transcribe(*said.details, receipt);
  receipt.receiptId = payment.token;
  receipt.noticeNumber = position.noticeNumber;
  receipt.fiscalCode = position.fiscalCode;
  receipt.outcome = said.outcome;
  if (payment.due.companyName.empty()) receipt.companyName = turn.registry.creditor(position.fiscalCode)->companyName;
  receipt.idPSP = payment.bound_psp;
  if (const PaymentServiceProvider* psp = turn.registry.psp(payment.bound_psp)) {
    if (!psp->fiscalCode.empty()) receipt.pspFiscalCode = psp->fiscalCode;
    if (!psp->vatNumber.empty()) receipt.pspPartitaIVA = psp->vatNumber;
    receipt.PSPCompanyName = psp->businessName;
  }
  receipt.idChannel = payment.idChannel;
  receipt.channelDescription = said.details && said.details->paymentChannel ? *said.details->paymentChannel : "NA";
  receipt.paymentNote = payment.paymentNote;
  if (payment.closing != 0) {  // channel, fee and bundle are closePayment's, not the outcome's [FLUSSO_CP_01, REV_SPO_03]
    const Closing& closing = closing_of(payment);
    receipt.idChannel = closing.idChannel;
    receipt.fee = closing.fee;
    if (closing.primaryCiIncurredFee) receipt.primaryCiIncurredFee = closing.primaryCiIncurredFee;
    if (closing.idBundle) receipt.idBundle = closing.idBundle;
    if (closing.idCiBundle) receipt.idCiBundle = closing.idCiBundle;
  }
  receipt.paymentDateTime = iso_local(payment.outcome_at);
  if (payment.standin) receipt.standIn = true;  // [CHK-19]
  if (said.details && said.details->marcheDaBollo) {
    for (const CtMarcaDaBollo& stamp : said.details->marcheDaBollo->marcaDaBollo) {
      for (CtTransferPAReceiptV2& transfer : receipt.transferList.transfer) {
        if (stamp.paymentToken == payment.token && transfer.idTransfer == stamp.idTransfer && !transfer.IBAN) transfer.MBDAttachment = stamp.MBDAttachment;
      }
    }
  }
  return receipt;
}

// A stamp cannot be told in version 1: whoever is entitled to that receipt gets it in version 2. [SIL-STAMP-RECEIPT]
Message Nodo::copy_for(const Turn& turn, const Payment& payment, const Recipient& recipient, const CtReceiptV2& receipt) const {
  const Station* station = station_of(turn.registry, recipient);
  const bool version_2 = station != nullptr && station->primitive_version > 1;
  PaSendRTV2Request newer{recipient.fiscalCode, recipient.idBrokerPA, recipient.idStation, receipt};
  if (version_2 || has_stamp(payment)) return newer;
  PaSendRTReq older;
  transcribe(newer, older);
  return older;
}

void Nodo::send_receipts(PaymentContext& c) {
  const CtReceiptV2 receipt = receipt_of(c.turn, c.payment);
  for (std::size_t i = 0; i < c.payment.recipients.size(); ++i) {
    Recipient& recipient = c.payment.recipients[i];
    // Neither to who has it, nor to who is still being asked.
    const bool due = recipient.state != RecipientState::NOTIFIED && recipient.state != RecipientState::NOTICE_SENT;
    if (!due) continue;
    move(c.turn, c.payment, recipient, RecipientEvent::attempted);
    const ExchangeId exchange = c.turn.call({Role::ec, recipient.fiscalCode}, share(copy_for(c.turn, c.payment, recipient, receipt)), c.turn.settings.receipt_deadline);
    pending_[exchange] = {Pending::What::receipt, {}, c.payment.token, 0, i};
  }
  if (c.payment.receipt_rounds++ < c.turn.settings.receipt_retries) {
    c.payment.receipt_alarm = c.turn.wake(c.turn.now + c.turn.settings.receipt_retry_every, receipt_alarm, c.payment.token);
  }
}

void Nodo::receipt_answered(Turn& turn, const Pending& pending, const Answer& heard) {
  Payment& payment = payments_.at(pending.about);
  Recipient& recipient = payment.recipients[pending.recipient];
  RecipientEvent event = RecipientEvent::unanswered;
  if (const auto* body = std::get_if<Body>(&heard.said)) {
    event = outcome_of(**body) == Outcome::OK ? RecipientEvent::acknowledged : RecipientEvent::refused;
  }
  move(turn, payment, recipient, event);
  if (recipient.state != RecipientState::NOTIFIED) return;
  if (recipient.owner) move(turn, positions_.at(payment.position), PositionEvent::owner_notified);
  const bool all = std::all_of(payment.recipients.begin(), payment.recipients.end(), [](const Recipient& r) { return r.state == RecipientState::NOTIFIED; });
  if (!all) return;
  turn.cancel(payment.receipt_alarm);
  move(turn, payment, PaymentEvent::receipts_done);
}

void Nodo::receipt_job(Turn& turn, Payment& payment, bool by_schedule) {
  const bool pending = std::any_of(payment.recipients.begin(), payment.recipients.end(), [](const Recipient& r) { return r.state == RecipientState::NOTICE_PENDING; });
  if (pending) return move(turn, payment, PaymentEvent::receipt_round);
  // All that is missing is still being asked for: the next round looks again.
  const bool asking = std::any_of(payment.recipients.begin(), payment.recipients.end(), [](const Recipient& r) { return r.state == RecipientState::NOTICE_SENT; });
  if (asking && by_schedule) payment.receipt_alarm = turn.wake(turn.now + turn.settings.receipt_retry_every, receipt_alarm, payment.token);
}

}  // namespace actors
