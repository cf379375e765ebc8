#include "sim/contract/checkout_rest.hpp"

#include "sim/contract/scalars.hpp"

namespace sim::contract {
namespace {

// clang-format off
// Each entry becomes a mapEntry of pspNotifyPayment, and is held to its limits. [INFERRED]
constexpr Field AdditionalInformation_fields[] = {
    field<&AdditionalInformation::key>("key", json_scalars::text140),
    field<&AdditionalInformation::value>("value", json_scalars::text140),
};
constexpr Field AdditionalInformations_fields[] = {
    group<&AdditionalInformations::members>("*", 10),
};
constexpr Field PspOfTransaction_fields[] = {
    field<&PspOfTransaction::idPsp>("idPsp", json_scalars::text35),
    field<&PspOfTransaction::idChannel>("idChannel", json_scalars::text35),
    field<&PspOfTransaction::businessName>("businessName", json_scalars::any_text),
    field<&PspOfTransaction::brokerName>("brokerName", json_scalars::any_text),
    field<&PspOfTransaction::pspOnUs>("pspOnUs", json_scalars::boolean),
};
constexpr Field TransactionData_fields[] = {
    field<&TransactionData::transactionId>("transactionId", json_scalars::text255),
    field<&TransactionData::transactionStatus>("transactionStatus", json_scalars::not_empty),
    field<&TransactionData::creationDate>("creationDate", json_scalars::zoned_date_time),
    field<&TransactionData::amount>("amount", json_scalars::cents),
    field<&TransactionData::fee>("fee", json_scalars::cents),
    field<&TransactionData::grandTotal>("grandTotal", json_scalars::cents),
    field<&TransactionData::paymentGateway>("paymentGateway", json_scalars::any_text),
    field<&TransactionData::timestampOperation>("timestampOperation", json_scalars::zoned_date_time),
    field<&TransactionData::rrn>("rrn", json_scalars::any_text),
    field<&TransactionData::authorizationCode>("authorizationCode", json_scalars::any_text),
    field<&TransactionData::errorCode>("errorCode", json_scalars::any_text),
    group<&TransactionData::psp>("psp"),
};
constexpr Field TransactionInfo_fields[] = {
    field<&TransactionInfo::type>("type", json_scalars::not_empty),
    field<&TransactionInfo::brand>("brand", json_scalars::any_text),
    field<&TransactionInfo::brandLogo>("brandLogo", json_scalars::any_text),
    field<&TransactionInfo::paymentMethodName>("paymentMethodName", json_scalars::any_text),
    field<&TransactionInfo::clientId>("clientId", json_scalars::not_empty),
    field<&TransactionInfo::bin>("bin", json_scalars::any_text),
    field<&TransactionInfo::lastFourDigits>("lastFourDigits", json_scalars::any_text),
    field<&TransactionInfo::maskedEmail>("maskedEmail", json_scalars::any_text),
};
constexpr Field TransactionUser_fields[] = {
    field<&TransactionUser::type>("type", json_scalars::not_empty),
    field<&TransactionUser::fiscalCode>("fiscalCode", json_scalars::any_text),
};
constexpr Field TransactionDetails_fields[] = {
    group<&TransactionDetails::transaction>("transaction"),
    group<&TransactionDetails::info>("info"),
    group<&TransactionDetails::user>("user"),
};
constexpr Field ClosePaymentV2Request_fields[] = {
    field<&ClosePaymentV2Request::paymentTokens>("paymentTokens", json_scalars::token, 5),
    field<&ClosePaymentV2Request::outcome>("outcome", json_scalars::outcome),
    field<&ClosePaymentV2Request::idPSP>("idPSP", json_scalars::text35),
    field<&ClosePaymentV2Request::idBrokerPSP>("idBrokerPSP", json_scalars::text35),
    field<&ClosePaymentV2Request::idChannel>("idChannel", json_scalars::text35),
    field<&ClosePaymentV2Request::paymentMethod>("paymentMethod", json_scalars::not_empty),
    field<&ClosePaymentV2Request::transactionId>("transactionId", json_scalars::text255),
    field<&ClosePaymentV2Request::totalAmount>("totalAmount", json_scalars::euro),
    field<&ClosePaymentV2Request::fee>("fee", json_scalars::euro),
    field<&ClosePaymentV2Request::primaryCiIncurredFee>("primaryCiIncurredFee", json_scalars::euro),
    field<&ClosePaymentV2Request::idBundle>("idBundle", json_scalars::not_empty),
    field<&ClosePaymentV2Request::idCiBundle>("idCiBundle", json_scalars::not_empty),
    field<&ClosePaymentV2Request::timestampOperation>("timestampOperation", json_scalars::zoned_date_time),
    group<&ClosePaymentV2Request::additionalPaymentInformations>("additionalPaymentInformations"),
    group<&ClosePaymentV2Request::transactionDetails>("transactionDetails"),
};
constexpr Field ClosePaymentV2Response_fields[] = {
    field<&ClosePaymentV2Response::outcome>("outcome", json_scalars::outcome),
    field<&ClosePaymentV2Response::description>("description", json_scalars::any_text),
};
constexpr Field PaymentResult_fields[] = {
    field<&PaymentResult::paymentToken>("paymentToken", json_scalars::token),
    field<&PaymentResult::description>("description", json_scalars::any_text),
    field<&PaymentResult::creditorReferenceId>("creditorReferenceId", json_scalars::text35),
    field<&PaymentResult::fiscalCode>("fiscalCode", scalars::fiscal_code),
    field<&PaymentResult::companyName>("companyName", json_scalars::any_text),
    field<&PaymentResult::officeName>("officeName", json_scalars::any_text),
    field<&PaymentResult::debtor>("debtor", json_scalars::any_text),
};
constexpr Field SendPaymentResultV2Request_fields[] = {
    field<&SendPaymentResultV2Request::outcome>("outcome", json_scalars::outcome),
    field<&SendPaymentResultV2Request::paymentDate>("paymentDate", json_scalars::date_time),
    group<&SendPaymentResultV2Request::payments>("payments", 5),
};
constexpr Field SendPaymentResultV2Response_fields[] = {
    field<&SendPaymentResultV2Response::outcome>("outcome", json_scalars::outcome),
    field<&SendPaymentResultV2Response::description>("description", json_scalars::any_text),
};
// clang-format on

}  // namespace

const Record& record_of(Of<AdditionalInformation>) {
  static constexpr Record record{"member", AdditionalInformation_fields};
  return record;
}
const Record& record_of(Of<AdditionalInformations>) {
  static constexpr Record record{"additionalPaymentInformations", AdditionalInformations_fields, true};
  return record;
}
const Record& record_of(Of<PspOfTransaction>) {
  static constexpr Record record{"psp", PspOfTransaction_fields};
  return record;
}
const Record& record_of(Of<TransactionData>) {
  static constexpr Record record{"transaction", TransactionData_fields};
  return record;
}
const Record& record_of(Of<TransactionInfo>) {
  static constexpr Record record{"info", TransactionInfo_fields};
  return record;
}
const Record& record_of(Of<TransactionUser>) {
  static constexpr Record record{"user", TransactionUser_fields};
  return record;
}
const Record& record_of(Of<TransactionDetails>) {
  static constexpr Record record{"transactionDetails", TransactionDetails_fields};
  return record;
}
const Record& record_of(Of<ClosePaymentV2Request>) {
  static constexpr Record record{"closePayment-v2", ClosePaymentV2Request_fields};
  return record;
}
const Record& record_of(Of<ClosePaymentV2Response>) {
  static constexpr Record record{"closePayment-v2 answer", ClosePaymentV2Response_fields};
  return record;
}
const Record& record_of(Of<PaymentResult>) {
  static constexpr Record record{"payments", PaymentResult_fields};
  return record;
}
const Record& record_of(Of<SendPaymentResultV2Request>) {
  static constexpr Record record{"sendPaymentResult-v2", SendPaymentResultV2Request_fields};
  return record;
}
const Record& record_of(Of<SendPaymentResultV2Response>) {
  static constexpr Record record{"sendPaymentResult-v2 answer", SendPaymentResultV2Response_fields};
  return record;
}

}  // namespace sim::contract
