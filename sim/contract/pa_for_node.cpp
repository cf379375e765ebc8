#include "sim/contract/pa_for_node.hpp"

#include "sim/contract/scalars.hpp"

namespace sim::contract {
namespace {

// clang-format off
constexpr Field CtPaymentOptionDescriptionPA_fields[] = {
    field<&CtPaymentOptionDescriptionPA::amount>("amount", scalars::amount_not_zero),
    field<&CtPaymentOptionDescriptionPA::options>("options", scalars::options),
    field<&CtPaymentOptionDescriptionPA::dueDate>("dueDate", scalars::date),
    field<&CtPaymentOptionDescriptionPA::detailDescription>("detailDescription", scalars::text140),
    field<&CtPaymentOptionDescriptionPA::allCCP>("allCCP", scalars::boolean),
};
constexpr Field CtPaymentOptionsDescriptionListPA_fields[] = {
    group<&CtPaymentOptionsDescriptionListPA::paymentOptionDescription>("paymentOptionDescription"),
};
constexpr Field PaVerifyPaymentNoticeReq_fields[] = {
    field<&PaVerifyPaymentNoticeReq::idPA>("idPA", scalars::text35),
    field<&PaVerifyPaymentNoticeReq::idBrokerPA>("idBrokerPA", scalars::text35),
    field<&PaVerifyPaymentNoticeReq::idStation>("idStation", scalars::text35),
    group<&PaVerifyPaymentNoticeReq::qrCode>("qrCode"),
};
constexpr Field PaVerifyPaymentNoticeRes_fields[] = {
    field<&PaVerifyPaymentNoticeRes::outcome>("outcome", scalars::outcome),
    group<&PaVerifyPaymentNoticeRes::fault>("fault"),
    group<&PaVerifyPaymentNoticeRes::paymentList>("paymentList"),
    field<&PaVerifyPaymentNoticeRes::paymentDescription>("paymentDescription", scalars::text140),
    field<&PaVerifyPaymentNoticeRes::fiscalCodePA>("fiscalCodePA", scalars::fiscal_code),
    field<&PaVerifyPaymentNoticeRes::companyName>("companyName", scalars::text140),
    field<&PaVerifyPaymentNoticeRes::officeName>("officeName", scalars::text140),
};
constexpr Field CtTransferPA_fields[] = {
    field<&CtTransferPA::idTransfer>("idTransfer", scalars::id_transfer),
    field<&CtTransferPA::transferAmount>("transferAmount", scalars::amount_not_zero),
    field<&CtTransferPA::fiscalCodePA>("fiscalCodePA", scalars::fiscal_code),
    field<&CtTransferPA::IBAN>("IBAN", scalars::iban_of_ec),
    field<&CtTransferPA::remittanceInformation>("remittanceInformation", scalars::text140),
    field<&CtTransferPA::transferCategory>("transferCategory", scalars::text140),
    group<&CtTransferPA::metadata>("metadata"),
};
constexpr Field CtTransferListPA_fields[] = {
    group<&CtTransferListPA::transfer>("transfer", 5),
};
constexpr Field CtPaymentPA_fields[] = {
    field<&CtPaymentPA::creditorReferenceId>("creditorReferenceId", scalars::text35),
    field<&CtPaymentPA::paymentAmount>("paymentAmount", scalars::amount_not_zero),
    field<&CtPaymentPA::dueDate>("dueDate", scalars::date),
    field<&CtPaymentPA::retentionDate>("retentionDate", scalars::xsd_date_time),
    field<&CtPaymentPA::lastPayment>("lastPayment", scalars::boolean),
    field<&CtPaymentPA::description>("description", scalars::text140),
    field<&CtPaymentPA::companyName>("companyName", scalars::text140),
    field<&CtPaymentPA::officeName>("officeName", scalars::text140),
    group<&CtPaymentPA::debtor>("debtor"),
    group<&CtPaymentPA::transferList>("transferList"),
    group<&CtPaymentPA::metadata>("metadata"),
};
constexpr Field PaGetPaymentReq_fields[] = {
    field<&PaGetPaymentReq::idPA>("idPA", scalars::text35),
    field<&PaGetPaymentReq::idBrokerPA>("idBrokerPA", scalars::text35),
    field<&PaGetPaymentReq::idStation>("idStation", scalars::text35),
    group<&PaGetPaymentReq::qrCode>("qrCode"),
    field<&PaGetPaymentReq::amount>("amount", scalars::amount),
    field<&PaGetPaymentReq::paymentNote>("paymentNote", scalars::text210),
    field<&PaGetPaymentReq::transferType>("transferType", scalars::transfer_type),
    field<&PaGetPaymentReq::dueDate>("dueDate", scalars::date),
};
constexpr Field PaGetPaymentRes_fields[] = {
    field<&PaGetPaymentRes::outcome>("outcome", scalars::outcome),
    group<&PaGetPaymentRes::fault>("fault"),
    group<&PaGetPaymentRes::data>("data"),
};
constexpr Field CtReceipt_fields[] = {
    field<&CtReceipt::receiptId>("receiptId", scalars::any_text),
    field<&CtReceipt::noticeNumber>("noticeNumber", scalars::notice_number),
    field<&CtReceipt::fiscalCode>("fiscalCode", scalars::fiscal_code),
    field<&CtReceipt::outcome>("outcome", scalars::outcome),
    field<&CtReceipt::creditorReferenceId>("creditorReferenceId", scalars::text35),
    field<&CtReceipt::paymentAmount>("paymentAmount", scalars::amount),
    field<&CtReceipt::description>("description", scalars::text140),
    field<&CtReceipt::companyName>("companyName", scalars::text140),
    field<&CtReceipt::officeName>("officeName", scalars::text140),
    group<&CtReceipt::debtor>("debtor"),
    group<&CtReceipt::transferList>("transferList"),
    field<&CtReceipt::idPSP>("idPSP", scalars::text35),
    field<&CtReceipt::pspFiscalCode>("pspFiscalCode", scalars::text70),
    field<&CtReceipt::pspPartitaIVA>("pspPartitaIVA", scalars::text20),
    field<&CtReceipt::PSPCompanyName>("PSPCompanyName", scalars::text70),
    field<&CtReceipt::idChannel>("idChannel", scalars::text35),
    field<&CtReceipt::channelDescription>("channelDescription", scalars::text35),
    group<&CtReceipt::payer>("payer"),
    field<&CtReceipt::paymentMethod>("paymentMethod", scalars::text35),
    field<&CtReceipt::fee>("fee", scalars::amount),
    field<&CtReceipt::paymentDateTime>("paymentDateTime", scalars::date_time),
    field<&CtReceipt::applicationDate>("applicationDate", scalars::date),
    field<&CtReceipt::transferDate>("transferDate", scalars::date),
    group<&CtReceipt::metadata>("metadata"),
    field<&CtReceipt::standIn>("standIn", scalars::boolean),
};
constexpr Field PaSendRTReq_fields[] = {
    field<&PaSendRTReq::idPA>("idPA", scalars::text35),
    field<&PaSendRTReq::idBrokerPA>("idBrokerPA", scalars::text35),
    field<&PaSendRTReq::idStation>("idStation", scalars::text35),
    group<&PaSendRTReq::receipt>("receipt"),
};
constexpr Field PaSendRTRes_fields[] = {
    field<&PaSendRTRes::outcome>("outcome", scalars::outcome),
    group<&PaSendRTRes::fault>("fault"),
};
// clang-format on

}  // namespace

const Record& record_of(Of<CtPaymentOptionDescriptionPA>) {
  static constexpr Record record{"ctPaymentOptionDescriptionPA", CtPaymentOptionDescriptionPA_fields};
  return record;
}
const Record& record_of(Of<CtPaymentOptionsDescriptionListPA>) {
  static constexpr Record record{"ctPaymentOptionsDescriptionListPA", CtPaymentOptionsDescriptionListPA_fields};
  return record;
}
const Record& record_of(Of<PaVerifyPaymentNoticeReq>) {
  static constexpr Record record{"paVerifyPaymentNoticeReq", PaVerifyPaymentNoticeReq_fields};
  return record;
}
const Record& record_of(Of<PaVerifyPaymentNoticeRes>) {
  static constexpr Record record{"paVerifyPaymentNoticeRes", PaVerifyPaymentNoticeRes_fields};
  return record;
}
const Record& record_of(Of<CtTransferPA>) {
  static constexpr Record record{"ctTransferPA", CtTransferPA_fields};
  return record;
}
const Record& record_of(Of<CtTransferListPA>) {
  static constexpr Record record{"ctTransferListPA", CtTransferListPA_fields};
  return record;
}
const Record& record_of(Of<CtPaymentPA>) {
  static constexpr Record record{"ctPaymentPA", CtPaymentPA_fields};
  return record;
}
const Record& record_of(Of<PaGetPaymentReq>) {
  static constexpr Record record{"paGetPaymentReq", PaGetPaymentReq_fields};
  return record;
}
const Record& record_of(Of<PaGetPaymentRes>) {
  static constexpr Record record{"paGetPaymentRes", PaGetPaymentRes_fields};
  return record;
}
const Record& record_of(Of<CtReceipt>) {
  static constexpr Record record{"ctReceipt", CtReceipt_fields};
  return record;
}
const Record& record_of(Of<PaSendRTReq>) {
  static constexpr Record record{"paSendRTReq", PaSendRTReq_fields};
  return record;
}
const Record& record_of(Of<PaSendRTRes>) {
  static constexpr Record record{"paSendRTRes", PaSendRTRes_fields};
  return record;
}

}  // namespace sim::contract
