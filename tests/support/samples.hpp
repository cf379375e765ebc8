// One full and one minimal valid value of every message, for whoever needs messages to break or to carry about.
// Full: every field that may be there beside the others. Minimal: only what nobody may leave out. A refusal is the KO of
// a SOAP response, with every field of the fault bean. Texts hold what writers get wrong: accents, &, <, quotes, blanks.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/contract/generate.hpp"

namespace support {

struct Sample {
  std::string name;  ///< "paSendRT-request-full": also the name of its golden file
  sim::contract::Message message;
};

namespace samples {

using namespace sim::contract;

inline constexpr std::string_view ec = "77777777777";
inline constexpr std::string_view notice = "302001234567890123";
inline constexpr std::string_view token = "4f1c0d9e7ab24c65b8e3d2a1f0c9b876";

inline CtFaultBean fault() {
  CtFaultBean out;
  out.faultCode = "PPT_ERRORE_EMESSO_DA_PAA";
  out.faultString = "Errore restituito dall'Ente Creditore";
  out.id = ec;
  out.description = "<PAA> & \"perché\"";
  out.serial = -1;
  out.originalFaultCode = "PAA_PAGAMENTO_SCADUTO";
  out.originalFaultString = "Pagamento in attesa risulta scaduto all'Ente Creditore";
  out.originalDescription = "oltre i termini";
  return out;
}

inline CtMetadata metadata() {
  CtMetadata out;
  out.mapEntry.push_back({"chiave", "valore"});
  out.mapEntry.push_back({"IBANAPPOGGIO", "IT45R0760103200000000001016"});
  return out;
}

inline CtSubject subject(bool full) {
  CtSubject out;
  out.uniqueIdentifier = {"F", "ANONIMO"};
  out.fullName = "Renée D'Àvila";
  if (!full) return out;
  out.uniqueIdentifier = {"G", "01234567897"};
  out.streetName = "Via Libertà";
  out.civicNumber = "12/bis";
  out.postalCode = "00100";
  out.city = "Vallescura";
  out.stateProvinceRegion = "RM";
  out.country = "IT";
  out.e_mail = "nome.cognome+prova@example-1.org";
  return out;
}

inline CtRichiestaMarcaDaBollo stamp() { return {"wHpFSLCGZjIvNSXxqtGbxg7275t446DRTk5ZrsdUQ6E=", "01", "MI"}; }

inline CtTransferPA transfer_of_ec(std::int64_t id, std::int64_t cents, bool full) {
  CtTransferPA out;
  out.idTransfer = id;
  out.transferAmount = {cents};
  out.fiscalCodePA = id == 1 ? ec : "80000000002";
  out.IBAN = id == 1 ? "IT62S0103003200000000012345" : "IT38M0306909606100000046111";
  out.remittanceInformation = "/RFB/02001234567890123/" + to_text(Amount{cents}) + "/TXT/Quota " + std::to_string(id);
  out.transferCategory = "0101101IM";
  if (full) out.metadata = metadata();
  return out;
}

inline CtTransferListPA transfers_of_ec(bool full) {
  CtTransferListPA out;
  if (!full) {
    out.transfer = {transfer_of_ec(1, 12000, false)};
    return out;
  }
  out.transfer = {transfer_of_ec(1, 10000, true), transfer_of_ec(2, 2000, true)};
  return out;
}

inline CtTransferListPSP transfers_for_psp(bool full) {
  CtTransferListPSP out;
  for (const CtTransferPA& t : transfers_of_ec(full).transfer) {
    out.transfer.push_back({t.idTransfer, t.transferAmount, t.fiscalCodePA, t.IBAN, t.remittanceInformation, t.metadata});
  }
  return out;
}

// ---- verifyPaymentNotice ----

inline Message verify_request() {
  return VerifyPaymentNoticeReq{"AGID_01", "97735020584", "97735020584_09", "pwd_touch_01", {std::string(ec), std::string(notice)}};
}

inline Message verify_response(bool full) {
  VerifyPaymentNoticeRes out;
  if (!full) return out;
  CtPaymentOptionDescription option;
  option.amount = {12000};
  option.options = "EQ";
  option.dueDate = "2031-03-31";
  option.paymentNote = "Quota unica";
  out.paymentList.emplace().paymentOptionDescription = {option, {Amount{1}, "ANY", {}, {}}};
  out.paymentDescription = "Tassa <rifiuti> & \"servizi\"";
  out.fiscalCodePA = ec;
  out.companyName = "Comune di Vallescura";
  out.officeName = "Ufficio Tributi";
  out.standin = true;
  return out;
}

// ---- activatePaymentNoticeV2 ----

inline Message activate_request(bool full) {
  ActivatePaymentNoticeV2Request out;
  out.idPSP = "AGID_01";
  out.idBrokerPSP = "97735020584";
  out.idChannel = "97735020584_09";
  out.password = "pwd_touch_01";
  out.qrCode = {std::string(ec), std::string(notice)};
  out.amount = {12000};
  if (!full) return out;
  out.idempotencyKey = "97735020584_Z9y8X7w6V4";
  out.expirationTime = 900000;
  out.dueDate = "2031-03-31+02:00";
  out.paymentNote = "carrello 17";
  out.paymentMethod = "CP";
  out.touchPoint = "CHECKOUT";
  return out;
}

inline Message activate_response(bool full) {
  ActivatePaymentNoticeV2Response out;
  out.paymentToken = token;
  if (!full) return out;
  out.totalAmount = {12000};
  out.paymentDescription = "Tassa dimostrativa";
  out.fiscalCodePA = ec;
  out.companyName = "Comune di Vallescura";
  out.officeName = "Ufficio Tributi";
  CtTransferPSPV2 first;
  first.idTransfer = 1;
  first.transferAmount = {8800};
  first.fiscalCodePA = ec;
  first.companyName = "Comune di Vallescura";
  first.IBAN = "IT62S0103003200000000012345";
  first.remittanceInformation = "Quota 1";
  first.transferCategory = "0101101IM";
  first.metadata = metadata();
  CtTransferPSPV2 second = first;
  second.idTransfer = 2;
  second.transferAmount = {1600};
  second.IBAN.reset();
  second.richiestaMarcaDaBollo = stamp();
  CtTransferPSPV2 third;  // neither of the two: that choice may be left open
  third.idTransfer = 3;
  third.transferAmount = {1600};
  third.fiscalCodePA = "80000000002";
  third.remittanceInformation = "Quota 3";
  out.transferList.emplace().transfer = {first, second, third};
  out.metadata = metadata();
  out.creditorReferenceId = "02001234567890123";
  out.suggestedUserFee = {150};
  out.suggestedPaFee = {0};
  out.suggestedIdBundle = "bundle 1";
  out.suggestedIdCiBundle = "bundle 2";
  out.allCCP = false;
  out.standin = true;
  return out;
}

// ---- sendPaymentOutcome ----

inline Message outcome_request(bool full) {
  SendPaymentOutcomeReq out;
  out.idPSP = "PSPSIM01";
  out.idBrokerPSP = "90000000001";
  out.idChannel = "90000000001_02";
  out.password = "pwd_sim_0001";
  out.paymentToken = token;
  out.outcome = Outcome::KO;
  if (!full) return out;
  out.outcome = Outcome::OK;
  out.idempotencyKey = "90000000001_1244565744";
  CtOutcomeDetails& details = out.details.emplace();
  details.paymentMethod = "creditCard";
  details.paymentChannel = "onLine";
  details.fee = {150};
  details.payer = subject(true);
  details.applicationDate = "2031-02-10";
  details.transferDate = "2031-02-11Z";
  return out;
}

// ---- paVerifyPaymentNotice ----

inline Message pa_verify_request() {
  return PaVerifyPaymentNoticeReq{std::string(ec), "98765432103", "98765432103_02", {std::string(ec), std::string(notice)}};
}

inline Message pa_verify_response(bool full) {
  PaVerifyPaymentNoticeRes out;
  CtPaymentOptionDescriptionPA& option = out.paymentList.emplace().paymentOptionDescription;
  option.amount = {12000};
  option.options = "EQ";
  out.paymentDescription = "Tassa dimostrativa";
  out.fiscalCodePA = ec;
  out.companyName = "Comune di Vallescura";
  if (!full) return out;
  option.dueDate = "2031-03-31";
  option.detailDescription = "Quota unica";
  option.allCCP = true;
  out.officeName = "Ufficio Tributi";
  return out;
}

// ---- paGetPayment ----

inline Message pa_get_request(bool full) {
  PaGetPaymentReq out;
  out.idPA = ec;
  out.idBrokerPA = "98765432103";
  out.idStation = "98765432103_02";
  out.qrCode = {std::string(ec), std::string(notice)};
  if (!full) return out;
  out.amount = {12000};
  out.paymentNote = "carrello 17";
  out.transferType = "PAGOPA";
  out.dueDate = "2031-03-31";
  return out;
}

inline Message pa_get_response(bool full) {
  PaGetPaymentRes out;
  CtPaymentPA& data = out.data.emplace();
  data.creditorReferenceId = "02001234567890123";
  data.paymentAmount = {12000};
  data.dueDate = "2031-03-31";
  data.description = "Tassa dimostrativa";
  data.debtor = subject(full);
  data.transferList = transfers_of_ec(full);
  if (!full) return out;
  data.retentionDate = "2031-04-01T00:00:00.5Z";
  data.lastPayment = true;
  data.companyName = "Comune di Vallescura";
  data.officeName = "Ufficio Tributi";
  data.metadata = metadata();
  return out;
}

// ---- paSendRT ----

inline Message pa_send_rt_request(bool full) {
  PaSendRTReq out;
  out.idPA = "80000000002";
  out.idBrokerPA = "80000000002";
  out.idStation = "80000000002_01";
  CtReceipt& r = out.receipt;
  r.receiptId = token;
  r.noticeNumber = notice;
  r.fiscalCode = ec;
  r.creditorReferenceId = "02001234567890123";
  r.paymentAmount = {12000};
  r.description = "Tassa dimostrativa";
  r.companyName = "Comune di Vallescura";
  r.debtor = subject(full);
  r.transferList = transfers_of_ec(full);
  r.idPSP = "PSPSIM01";
  r.PSPCompanyName = "Banca Simulata";
  r.idChannel = "90000000001_02";
  r.channelDescription = "onLine";
  if (!full) return out;
  r.officeName = "Ufficio Tributi";
  r.pspFiscalCode = "90000000001";
  r.pspPartitaIVA = "90000000001";
  r.payer = subject(true);
  r.paymentMethod = "creditCard";
  r.fee = {150};
  r.paymentDateTime = "2031-02-10T10:15:30";
  r.applicationDate = "2031-02-10";
  r.transferDate = "2031-02-11";
  r.metadata = metadata();
  r.standIn = false;
  return out;
}

// ---- pspNotifyPayment ----

inline PspNotifyPaymentReq notification(bool full) {
  PspNotifyPaymentReq out;
  out.idPSP = "PSPSIM01";
  out.idBrokerPSP = "90000000001";
  out.idChannel = "90000000001_02";
  out.paymentToken = token;
  out.paymentDescription = "Tassa dimostrativa";
  out.fiscalCodePA = ec;
  out.companyName = "Comune di Vallescura";
  out.creditorReferenceId = "02001234567890123";
  out.debtAmount = {12000};
  out.transferList = transfers_for_psp(full);
  if (!full) return out;
  out.officeName = "Ufficio Tributi";
  out.standin = false;
  return out;
}

inline Message notify_request(bool full) {
  PspNotifyPaymentReq out = notification(full);
  out.additionalPaymentInformations.emplace();
  if (full) out.additionalPaymentInformations->metadata = metadata();
  return out;
}
inline Message notify_with_card() {
  PspNotifyPaymentReq out = notification(false);
  out.creditCardPayment = CtCreditCardPayment{"223560110624", "00", {12150}, {150}, "2031-02-10T10:15:30", "004711", "NPG"};
  return out;
}
inline Message notify_with_paypal() {
  PspNotifyPaymentReq out = notification(false);
  out.paypalPayment = CtPaypalPayment{"tx 1", "psp tx 1", {12150}, {150}, "2031-02-10T10:15:30Z"};
  return out;
}
inline Message notify_with_bancomat() {
  PspNotifyPaymentReq out = notification(false);
  out.bancomatpayPayment = CtBancomatpayPayment{"tx 1", "EFF", {12150}, {150}, "2031-02-10T10:15:30+01:00", "A1", "BPAY"};
  return out;
}

// ---- closePayment-v2 ----

inline Message close_request(bool full) {
  ClosePaymentV2Request out;
  out.paymentTokens = {std::string(token)};
  if (!full) {
    out.outcome = Outcome::KO;
    return out;
  }
  out.paymentTokens.emplace_back("5b0d2f0c9e7a4d0e8f31c6a2b7d94e10");
  out.idPSP = "PSPSIM01";
  out.idBrokerPSP = "90000000001";
  out.idChannel = "90000000001_02";
  out.paymentMethod = "CP";
  out.transactionId = "0f6c1f2a3b4c4d5e8f90a1b2c3d4e5f6";
  out.totalAmount = {12150};
  out.fee = {150};
  out.primaryCiIncurredFee = {5};
  out.idBundle = "bundle 1";
  out.idCiBundle = "bundle 2";
  out.timestampOperation = "2031-02-10T10:15:30.000+01:00";
  out.additionalPaymentInformations.emplace().members = {{"rrn", "507309000123"}, {"email", "a\"b\\c@example.org"}, {"fee", "1.50"}};
  TransactionDetails& details = out.transactionDetails.emplace();
  TransactionData& data = details.transaction.emplace();
  data.transactionId = *out.transactionId;
  data.transactionStatus = "Confermato";
  data.creationDate = "2031-02-10T10:14:01.120+01:00";
  data.amount = {12000};
  data.fee = {150};
  data.grandTotal = {12150};
  data.paymentGateway = "NPG";
  data.timestampOperation = "2031-02-10T10:15:30Z";
  data.rrn = "507309000123";
  data.authorizationCode = "004711";
  data.errorCode = "";
  data.psp = PspOfTransaction{"PSPSIM01", "90000000001_02", "Banca Simulata", "90000000001", true};
  details.info = TransactionInfo{"CP", "VISA", "https://assets.example/visa.svg", "CARDS", "CHECKOUT", "123456", "1234", "a***@example.org"};
  details.user = TransactionUser{"REGISTERED", "01234567897"};
  details.origin = "IO";
  details.walletItem.emplace();
  details.authRequest.emplace();
  return out;
}

inline Message close_response(bool full) {
  return full ? ClosePaymentV2Response{Outcome::KO, "Unknown token"} : ClosePaymentV2Response{};
}

// ---- sendPaymentResult-v2 ----

inline Message result_request(bool full) {
  PaymentResult one;
  one.paymentToken = token;
  one.description = "Tassa dimostrativa";
  one.creditorReferenceId = "02001234567890123";
  one.fiscalCode = ec;
  one.debtor = "ANONIMO";
  SendPaymentResultV2Request out{Outcome::OK, "2031-02-10T10:15:31Z", {one}};
  if (!full) return out;
  out.payments.front().companyName = "Comune di Vallescura";
  out.payments.front().officeName = "Ufficio Tributi";
  one.paymentToken = "5b0d2f0c9e7a4d0e8f31c6a2b7d94e10";
  out.payments.push_back(one);
  return out;
}

inline Message result_response(bool full) {
  return full ? SendPaymentResultV2Response{Outcome::KO, "Transaction not found"} : SendPaymentResultV2Response{};
}

}  // namespace samples

/// The full (or minimal) value of one message; responses are OK, except that a full JSON answer is a KO.
inline sim::contract::Message sample(sim::contract::PrimitiveId id, sim::contract::Leg leg, bool full) {
  using P = sim::contract::PrimitiveId;
  const bool request = leg == sim::contract::Leg::request;
  switch (id) {
    case P::verifyPaymentNotice: return request ? samples::verify_request() : samples::verify_response(full);
    case P::activatePaymentNoticeV2: return request ? samples::activate_request(full) : samples::activate_response(full);
    case P::sendPaymentOutcome:
      if (request) return samples::outcome_request(full);
      return sim::contract::SendPaymentOutcomeRes{};
    case P::paVerifyPaymentNotice: return request ? samples::pa_verify_request() : samples::pa_verify_response(full);
    case P::paGetPayment: return request ? samples::pa_get_request(full) : samples::pa_get_response(full);
    case P::paSendRT:
      if (request) return samples::pa_send_rt_request(full);
      return sim::contract::PaSendRTRes{};
    case P::pspNotifyPayment:
      if (request) return samples::notify_request(full);
      return sim::contract::PspNotifyPaymentRes{};
    case P::closePaymentV2: return request ? samples::close_request(full) : samples::close_response(full);
    case P::sendPaymentResultV2: return request ? samples::result_request(full) : samples::result_response(full);
    default: break;  // the others are drawn: there is nothing about them that a hand would write better
  }
  using sim::contract::Fullness;
  sim::Random random(4, "sample");
  return sim::contract::generate(id, leg, random, full ? Fullness::full : Fullness::minimal);
}

/// Every sample there is, in the order of the primitives.
inline std::vector<Sample> all_samples() {
  using namespace sim::contract;
  std::vector<Sample> out;
  for (const Primitive& row : primitives()) {
    for (const Leg leg : {Leg::request, Leg::response}) {
      const std::string name = std::string(row.name) + "-" + std::string(to_text(leg));
      out.push_back({name + "-full", sample(row.id, leg, true)});
      out.push_back({name + "-minimal", sample(row.id, leg, false)});
    }
    if (row.port != nullptr) out.push_back({std::string(row.name) + "-response-refusal", refusal(row.id, samples::fault())});
  }
  out.push_back({"pspNotifyPayment-request-card", samples::notify_with_card()});
  out.push_back({"pspNotifyPayment-request-paypal", samples::notify_with_paypal()});
  out.push_back({"pspNotifyPayment-request-bancomat", samples::notify_with_bancomat()});
  return out;
}

}  // namespace support
