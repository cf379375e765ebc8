// What Checkout and the Nodo say to each other in JSON: closePayment-v2 and sendPaymentResult-v2.
// The trap: the same amount travels as a number of euro, as a text of euro and as integer cents inside one body.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/contract/common.hpp"

namespace sim::contract {

struct AdditionalInformation {
  std::string key, value;
  friend bool operator==(const AdditionalInformation&, const AdditionalInformation&) = default;
};
const Record& record_of(Of<AdditionalInformation>);

struct AdditionalInformations {
  std::vector<AdditionalInformation> members;
  friend bool operator==(const AdditionalInformations&, const AdditionalInformations&) = default;
};
const Record& record_of(Of<AdditionalInformations>);

struct PspOfTransaction {
  std::string idPsp, idChannel, businessName;
  std::optional<std::string> brokerName;
  bool pspOnUs = false;
  friend bool operator==(const PspOfTransaction&, const PspOfTransaction&) = default;
};
const Record& record_of(Of<PspOfTransaction>);

struct TransactionData {
  std::string transactionId, transactionStatus, creationDate;
  Amount amount;
  std::optional<Amount> fee;
  Amount grandTotal;
  std::optional<std::string> paymentGateway, timestampOperation, rrn, authorizationCode, errorCode;
  std::optional<PspOfTransaction> psp;
  friend bool operator==(const TransactionData&, const TransactionData&) = default;
};
const Record& record_of(Of<TransactionData>);

struct TransactionInfo {
  std::string type;
  std::optional<std::string> brand, brandLogo, paymentMethodName;
  std::string clientId;
  std::optional<std::string> bin, lastFourDigits, maskedEmail;
  friend bool operator==(const TransactionInfo&, const TransactionInfo&) = default;
};
const Record& record_of(Of<TransactionInfo>);

struct TransactionUser {
  std::string type;
  std::optional<std::string> fiscalCode;
  friend bool operator==(const TransactionUser&, const TransactionUser&) = default;
};
const Record& record_of(Of<TransactionUser>);

struct TransactionDetails {
  std::optional<TransactionData> transaction;
  std::optional<TransactionInfo> info;
  std::optional<TransactionUser> user;
  friend bool operator==(const TransactionDetails&, const TransactionDetails&) = default;
};
const Record& record_of(Of<TransactionDetails>);

struct ClosePaymentV2Request {
  std::vector<std::string> paymentTokens;
  Outcome outcome = Outcome::OK;
  std::optional<std::string> idPSP, idBrokerPSP, idChannel, paymentMethod, transactionId;
  std::optional<Amount> totalAmount, fee, primaryCiIncurredFee;
  std::optional<std::string> idBundle, idCiBundle, timestampOperation;
  std::optional<AdditionalInformations> additionalPaymentInformations;
  std::optional<TransactionDetails> transactionDetails;
  friend bool operator==(const ClosePaymentV2Request&, const ClosePaymentV2Request&) = default;
};
const Record& record_of(Of<ClosePaymentV2Request>);

struct ClosePaymentV2Response {
  Outcome outcome = Outcome::OK;
  std::optional<std::string> description;
  friend bool operator==(const ClosePaymentV2Response&, const ClosePaymentV2Response&) = default;
};
const Record& record_of(Of<ClosePaymentV2Response>);

struct PaymentResult {
  std::string paymentToken, description, creditorReferenceId, fiscalCode;
  std::optional<std::string> companyName, officeName;
  std::string debtor;
  friend bool operator==(const PaymentResult&, const PaymentResult&) = default;
};
const Record& record_of(Of<PaymentResult>);

struct SendPaymentResultV2Request {
  Outcome outcome = Outcome::OK;
  std::string paymentDate;
  std::vector<PaymentResult> payments;
  friend bool operator==(const SendPaymentResultV2Request&, const SendPaymentResultV2Request&) = default;
};
const Record& record_of(Of<SendPaymentResultV2Request>);

struct SendPaymentResultV2Response {
  Outcome outcome = Outcome::OK;
  std::optional<std::string> description;
  friend bool operator==(const SendPaymentResultV2Response&, const SendPaymentResultV2Response&) = default;
};
const Record& record_of(Of<SendPaymentResultV2Response>);

}  // namespace sim::contract
