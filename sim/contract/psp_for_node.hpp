// What the Nodo says to a PSP and hears back [WSDL pspForNode].
// Exactly one of the four payment blocks is there; new channels use additionalPaymentInformations.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/contract/common.hpp"

namespace sim::contract {

struct CtTransferPSP {
  std::int64_t idTransfer = 0;
  Amount transferAmount;
  std::string fiscalCodePA, IBAN, remittanceInformation;
  std::optional<CtMetadata> metadata;
  friend bool operator==(const CtTransferPSP&, const CtTransferPSP&) = default;
};
const Record& record_of(Of<CtTransferPSP>);

struct CtTransferListPSP {
  std::vector<CtTransferPSP> transfer;
  friend bool operator==(const CtTransferListPSP&, const CtTransferListPSP&) = default;
};
const Record& record_of(Of<CtTransferListPSP>);

struct CtCreditCardPayment {
  std::string rrn, outcomePaymentGateway;
  Amount totalAmount, fee;
  std::string timestampOperation, authorizationCode;
  std::optional<std::string> paymentGateway;
  friend bool operator==(const CtCreditCardPayment&, const CtCreditCardPayment&) = default;
};
const Record& record_of(Of<CtCreditCardPayment>);

struct CtPaypalPayment {
  std::string transactionId, pspTransactionId;
  Amount totalAmount, fee;
  std::string timestampOperation;
  friend bool operator==(const CtPaypalPayment&, const CtPaypalPayment&) = default;
};
const Record& record_of(Of<CtPaypalPayment>);

struct CtBancomatpayPayment {
  std::string transactionId, outcomePaymentGateway;
  Amount totalAmount, fee;
  std::string timestampOperation, authorizationCode;
  std::optional<std::string> paymentGateway;
  friend bool operator==(const CtBancomatpayPayment&, const CtBancomatpayPayment&) = default;
};
const Record& record_of(Of<CtBancomatpayPayment>);

struct CtAdditionalPaymentInformations {
  std::optional<CtMetadata> metadata;
  friend bool operator==(const CtAdditionalPaymentInformations&, const CtAdditionalPaymentInformations&) = default;
};
const Record& record_of(Of<CtAdditionalPaymentInformations>);

struct PspNotifyPaymentReq {
  std::string idPSP, idBrokerPSP, idChannel, paymentToken, paymentDescription, fiscalCodePA, companyName;
  std::optional<std::string> officeName;
  std::string creditorReferenceId;
  Amount debtAmount;
  CtTransferListPSP transferList;
  std::optional<CtCreditCardPayment> creditCardPayment;
  std::optional<CtPaypalPayment> paypalPayment;
  std::optional<CtBancomatpayPayment> bancomatpayPayment;
  std::optional<CtAdditionalPaymentInformations> additionalPaymentInformations;
  std::optional<bool> standin;
  friend bool operator==(const PspNotifyPaymentReq&, const PspNotifyPaymentReq&) = default;
};
const Record& record_of(Of<PspNotifyPaymentReq>);

struct PspNotifyPaymentRes {
  Outcome outcome = Outcome::OK;
  std::optional<CtFaultBean> fault;
  friend bool operator==(const PspNotifyPaymentRes&, const PspNotifyPaymentRes&) = default;
};
const Record& record_of(Of<PspNotifyPaymentRes>);

}  // namespace sim::contract
