#include "sim/contract/node_for_psp.hpp"

#include "sim/contract/scalars.hpp"

namespace sim::contract {
namespace {

// clang-format off
constexpr Field VerifyPaymentNoticeReq_fields[] = {
    field<&VerifyPaymentNoticeReq::idPSP>("idPSP", scalars::id_psp),
    field<&VerifyPaymentNoticeReq::idBrokerPSP>("idBrokerPSP", scalars::id_broker),
    field<&VerifyPaymentNoticeReq::idChannel>("idChannel", scalars::id_channel),
    field<&VerifyPaymentNoticeReq::password>("password", scalars::password),
    group<&VerifyPaymentNoticeReq::qrCode>("qrCode"),
};
constexpr Field CtPaymentOptionDescription_fields[] = {
    field<&CtPaymentOptionDescription::amount>("amount", scalars::amount_not_zero),
    field<&CtPaymentOptionDescription::options>("options", scalars::options_psp),
    field<&CtPaymentOptionDescription::dueDate>("dueDate", scalars::date),
    field<&CtPaymentOptionDescription::paymentNote>("paymentNote", scalars::text210),
};
constexpr Field CtPaymentOptionsDescriptionList_fields[] = {
    group<&CtPaymentOptionsDescriptionList::paymentOptionDescription>("paymentOptionDescription", 5),
};
constexpr Field VerifyPaymentNoticeRes_fields[] = {
    field<&VerifyPaymentNoticeRes::outcome>("outcome", scalars::outcome),
    group<&VerifyPaymentNoticeRes::fault>("fault"),
    group<&VerifyPaymentNoticeRes::paymentList>("paymentList"),
    field<&VerifyPaymentNoticeRes::paymentDescription>("paymentDescription", scalars::text210),
    field<&VerifyPaymentNoticeRes::fiscalCodePA>("fiscalCodePA", scalars::fiscal_code),
    field<&VerifyPaymentNoticeRes::companyName>("companyName", scalars::text140),
    field<&VerifyPaymentNoticeRes::officeName>("officeName", scalars::text140),
    field<&VerifyPaymentNoticeRes::standin>("standin", scalars::boolean),
};
constexpr Field ActivatePaymentNoticeV2Request_fields[] = {
    field<&ActivatePaymentNoticeV2Request::idPSP>("idPSP", scalars::id_psp),
    field<&ActivatePaymentNoticeV2Request::idBrokerPSP>("idBrokerPSP", scalars::id_broker),
    field<&ActivatePaymentNoticeV2Request::idChannel>("idChannel", scalars::id_channel),
    field<&ActivatePaymentNoticeV2Request::password>("password", scalars::password),
    field<&ActivatePaymentNoticeV2Request::idempotencyKey>("idempotencyKey", scalars::idempotency_key),
    group<&ActivatePaymentNoticeV2Request::qrCode>("qrCode"),
    field<&ActivatePaymentNoticeV2Request::expirationTime>("expirationTime", scalars::expiration_time),
    field<&ActivatePaymentNoticeV2Request::amount>("amount", scalars::amount),
    field<&ActivatePaymentNoticeV2Request::dueDate>("dueDate", scalars::date),
    field<&ActivatePaymentNoticeV2Request::paymentNote>("paymentNote", scalars::text210),
    field<&ActivatePaymentNoticeV2Request::paymentMethod>("paymentMethod", scalars::fee_method),
    field<&ActivatePaymentNoticeV2Request::touchPoint>("touchPoint", scalars::touch_point),
};
constexpr Field CtTransferPSPV2_fields[] = {
    field<&CtTransferPSPV2::idTransfer>("idTransfer", scalars::id_transfer),
    field<&CtTransferPSPV2::transferAmount>("transferAmount", scalars::amount),
    field<&CtTransferPSPV2::fiscalCodePA>("fiscalCodePA", scalars::fiscal_code),
    field<&CtTransferPSPV2::companyName>("companyName", scalars::text140),
    one_of(1, field<&CtTransferPSPV2::IBAN>("IBAN", scalars::iban_of_psp), true),
    one_of(1, group<&CtTransferPSPV2::richiestaMarcaDaBollo>("richiestaMarcaDaBollo"), true),
    field<&CtTransferPSPV2::remittanceInformation>("remittanceInformation", scalars::text140),
    field<&CtTransferPSPV2::transferCategory>("transferCategory", scalars::text140),
    group<&CtTransferPSPV2::metadata>("metadata"),
};
constexpr Field CtTransferListPSPV2_fields[] = {
    group<&CtTransferListPSPV2::transfer>("transfer", 5),
};
constexpr Field ActivatePaymentNoticeV2Response_fields[] = {
    field<&ActivatePaymentNoticeV2Response::outcome>("outcome", scalars::outcome),
    group<&ActivatePaymentNoticeV2Response::fault>("fault"),
    field<&ActivatePaymentNoticeV2Response::totalAmount>("totalAmount", scalars::amount),
    field<&ActivatePaymentNoticeV2Response::paymentDescription>("paymentDescription", scalars::text140),
    field<&ActivatePaymentNoticeV2Response::fiscalCodePA>("fiscalCodePA", scalars::fiscal_code),
    field<&ActivatePaymentNoticeV2Response::companyName>("companyName", scalars::text140),
    field<&ActivatePaymentNoticeV2Response::officeName>("officeName", scalars::text140),
    field<&ActivatePaymentNoticeV2Response::paymentToken>("paymentToken", scalars::payment_token),
    group<&ActivatePaymentNoticeV2Response::transferList>("transferList"),
    group<&ActivatePaymentNoticeV2Response::metadata>("metadata"),
    field<&ActivatePaymentNoticeV2Response::creditorReferenceId>("creditorReferenceId", scalars::text35),
    field<&ActivatePaymentNoticeV2Response::suggestedUserFee>("suggestedUserFee", scalars::amount),
    field<&ActivatePaymentNoticeV2Response::suggestedPaFee>("suggestedPaFee", scalars::amount),
    field<&ActivatePaymentNoticeV2Response::suggestedIdBundle>("suggestedIdBundle", scalars::text70),
    field<&ActivatePaymentNoticeV2Response::suggestedIdCiBundle>("suggestedIdCiBundle", scalars::text70),
    field<&ActivatePaymentNoticeV2Response::allCCP>("allCCP", scalars::boolean),
    field<&ActivatePaymentNoticeV2Response::standin>("standin", scalars::boolean),
};
constexpr Field CtOutcomeDetails_fields[] = {
    field<&CtOutcomeDetails::paymentMethod>("paymentMethod", scalars::payment_method),
    field<&CtOutcomeDetails::paymentChannel>("paymentChannel", scalars::payment_channel),
    field<&CtOutcomeDetails::fee>("fee", scalars::amount),
    group<&CtOutcomeDetails::payer>("payer"),
    field<&CtOutcomeDetails::applicationDate>("applicationDate", scalars::date),
    field<&CtOutcomeDetails::transferDate>("transferDate", scalars::date),
};
constexpr Field SendPaymentOutcomeReq_fields[] = {
    field<&SendPaymentOutcomeReq::idPSP>("idPSP", scalars::id_psp),
    field<&SendPaymentOutcomeReq::idBrokerPSP>("idBrokerPSP", scalars::id_broker),
    field<&SendPaymentOutcomeReq::idChannel>("idChannel", scalars::id_channel),
    field<&SendPaymentOutcomeReq::password>("password", scalars::password),
    field<&SendPaymentOutcomeReq::idempotencyKey>("idempotencyKey", scalars::idempotency_key),
    field<&SendPaymentOutcomeReq::paymentToken>("paymentToken", scalars::payment_token),
    field<&SendPaymentOutcomeReq::outcome>("outcome", scalars::outcome),
    group<&SendPaymentOutcomeReq::details>("details"),
};
constexpr Field SendPaymentOutcomeRes_fields[] = {
    field<&SendPaymentOutcomeRes::outcome>("outcome", scalars::outcome),
    group<&SendPaymentOutcomeRes::fault>("fault"),
};
// clang-format on

}  // namespace

const Record& record_of(Of<VerifyPaymentNoticeReq>) {
  static constexpr Record record{"verifyPaymentNoticeReq", VerifyPaymentNoticeReq_fields};
  return record;
}
const Record& record_of(Of<CtPaymentOptionDescription>) {
  static constexpr Record record{"ctPaymentOptionDescription", CtPaymentOptionDescription_fields};
  return record;
}
const Record& record_of(Of<CtPaymentOptionsDescriptionList>) {
  static constexpr Record record{"ctPaymentOptionsDescriptionList", CtPaymentOptionsDescriptionList_fields};
  return record;
}
const Record& record_of(Of<VerifyPaymentNoticeRes>) {
  static constexpr Record record{"verifyPaymentNoticeRes", VerifyPaymentNoticeRes_fields};
  return record;
}
const Record& record_of(Of<ActivatePaymentNoticeV2Request>) {
  static constexpr Record record{"activatePaymentNoticeV2Request", ActivatePaymentNoticeV2Request_fields};
  return record;
}
const Record& record_of(Of<CtTransferPSPV2>) {
  static constexpr Record record{"ctTransferPSPV2", CtTransferPSPV2_fields};
  return record;
}
const Record& record_of(Of<CtTransferListPSPV2>) {
  static constexpr Record record{"ctTransferListPSPV2", CtTransferListPSPV2_fields};
  return record;
}
const Record& record_of(Of<ActivatePaymentNoticeV2Response>) {
  static constexpr Record record{"activatePaymentNoticeV2Response", ActivatePaymentNoticeV2Response_fields};
  return record;
}
const Record& record_of(Of<CtOutcomeDetails>) {
  static constexpr Record record{"ctOutcomeDetails", CtOutcomeDetails_fields};
  return record;
}
const Record& record_of(Of<SendPaymentOutcomeReq>) {
  static constexpr Record record{"sendPaymentOutcomeReq", SendPaymentOutcomeReq_fields};
  return record;
}
const Record& record_of(Of<SendPaymentOutcomeRes>) {
  static constexpr Record record{"sendPaymentOutcomeRes", SendPaymentOutcomeRes_fields};
  return record;
}

}  // namespace sim::contract
