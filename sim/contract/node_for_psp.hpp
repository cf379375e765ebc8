// What the touchpoint and the PSP say to the Nodo and hear back [WSDL nodeForPsp].
// verify and activation are answered while the Nodo asks the EC; the outcome is answered from the Nodo's own state.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/contract/common.hpp"

namespace sim::contract {

struct VerifyPaymentNoticeReq {
  std::string idPSP, idBrokerPSP, idChannel, password;
  CtQrCode qrCode;
  friend bool operator==(const VerifyPaymentNoticeReq&, const VerifyPaymentNoticeReq&) = default;
};
const Record& record_of(Of<VerifyPaymentNoticeReq>);

struct CtPaymentOptionDescription {
  Amount amount;
  std::string options;
  std::optional<std::string> dueDate, paymentNote;
  friend bool operator==(const CtPaymentOptionDescription&, const CtPaymentOptionDescription&) = default;
};
const Record& record_of(Of<CtPaymentOptionDescription>);

struct CtPaymentOptionsDescriptionList {
  std::vector<CtPaymentOptionDescription> paymentOptionDescription;
  friend bool operator==(const CtPaymentOptionsDescriptionList&, const CtPaymentOptionsDescriptionList&) = default;
};
const Record& record_of(Of<CtPaymentOptionsDescriptionList>);

struct VerifyPaymentNoticeRes {
  Outcome outcome = Outcome::OK;
  std::optional<CtFaultBean> fault;
  std::optional<CtPaymentOptionsDescriptionList> paymentList;
  std::optional<std::string> paymentDescription, fiscalCodePA, companyName, officeName;
  std::optional<bool> standin;
  friend bool operator==(const VerifyPaymentNoticeRes&, const VerifyPaymentNoticeRes&) = default;
};
const Record& record_of(Of<VerifyPaymentNoticeRes>);

struct ActivatePaymentNoticeV2Request {
  std::string idPSP, idBrokerPSP, idChannel, password;
  std::optional<std::string> idempotencyKey;
  CtQrCode qrCode;
  std::optional<std::int64_t> expirationTime;
  Amount amount;
  std::optional<std::string> dueDate, paymentNote, paymentMethod, touchPoint;
  friend bool operator==(const ActivatePaymentNoticeV2Request&, const ActivatePaymentNoticeV2Request&) = default;
};
const Record& record_of(Of<ActivatePaymentNoticeV2Request>);

struct CtTransferPSPV2 {
  std::int64_t idTransfer = 0;
  Amount transferAmount;
  std::string fiscalCodePA;
  std::optional<std::string> companyName, IBAN;
  std::optional<CtRichiestaMarcaDaBollo> richiestaMarcaDaBollo;
  std::string remittanceInformation;
  std::optional<std::string> transferCategory;
  std::optional<CtMetadata> metadata;
  friend bool operator==(const CtTransferPSPV2&, const CtTransferPSPV2&) = default;
};
const Record& record_of(Of<CtTransferPSPV2>);

struct CtTransferListPSPV2 {
  std::vector<CtTransferPSPV2> transfer;
  friend bool operator==(const CtTransferListPSPV2&, const CtTransferListPSPV2&) = default;
};
const Record& record_of(Of<CtTransferListPSPV2>);

struct ActivatePaymentNoticeV2Response {
  Outcome outcome = Outcome::OK;
  std::optional<CtFaultBean> fault;
  std::optional<Amount> totalAmount;
  std::optional<std::string> paymentDescription, fiscalCodePA, companyName, officeName, paymentToken;
  std::optional<CtTransferListPSPV2> transferList;
  std::optional<CtMetadata> metadata;
  std::optional<std::string> creditorReferenceId;
  std::optional<Amount> suggestedUserFee, suggestedPaFee;
  std::optional<std::string> suggestedIdBundle, suggestedIdCiBundle;
  std::optional<bool> allCCP, standin;
  friend bool operator==(const ActivatePaymentNoticeV2Response&, const ActivatePaymentNoticeV2Response&) = default;
};
const Record& record_of(Of<ActivatePaymentNoticeV2Response>);

struct CtOutcomeDetails {
  std::string paymentMethod;
  std::optional<std::string> paymentChannel;
  Amount fee;
  std::optional<CtSubject> payer;
  std::string applicationDate, transferDate;
  friend bool operator==(const CtOutcomeDetails&, const CtOutcomeDetails&) = default;
};
const Record& record_of(Of<CtOutcomeDetails>);

struct SendPaymentOutcomeReq {
  std::string idPSP, idBrokerPSP, idChannel, password;
  std::optional<std::string> idempotencyKey;
  std::string paymentToken;
  Outcome outcome = Outcome::OK;
  std::optional<CtOutcomeDetails> details;
  friend bool operator==(const SendPaymentOutcomeReq&, const SendPaymentOutcomeReq&) = default;
};
const Record& record_of(Of<SendPaymentOutcomeReq>);

struct SendPaymentOutcomeRes {
  Outcome outcome = Outcome::OK;
  std::optional<CtFaultBean> fault;
  friend bool operator==(const SendPaymentOutcomeRes&, const SendPaymentOutcomeRes&) = default;
};
const Record& record_of(Of<SendPaymentOutcomeRes>);

}  // namespace sim::contract
