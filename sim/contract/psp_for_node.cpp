#include "sim/contract/psp_for_node.hpp"

#include "sim/contract/scalars.hpp"

namespace sim::contract {
namespace {

// clang-format off
constexpr Field CtTransferPSP_fields[] = {
    field<&CtTransferPSP::idTransfer>("idTransfer", scalars::id_transfer),
    field<&CtTransferPSP::transferAmount>("transferAmount", scalars::amount),
    field<&CtTransferPSP::fiscalCodePA>("fiscalCodePA", scalars::fiscal_code),
    field<&CtTransferPSP::IBAN>("IBAN", scalars::iban_of_psp),
    field<&CtTransferPSP::remittanceInformation>("remittanceInformation", scalars::text140),
    group<&CtTransferPSP::metadata>("metadata"),
};
constexpr Field CtTransferListPSP_fields[] = {
    group<&CtTransferListPSP::transfer>("transfer", 5),
};
constexpr Field CtCreditCardPayment_fields[] = {
    field<&CtCreditCardPayment::rrn>("rrn", scalars::any_text),
    field<&CtCreditCardPayment::outcomePaymentGateway>("outcomePaymentGateway", scalars::any_text),
    field<&CtCreditCardPayment::totalAmount>("totalAmount", scalars::amount),
    field<&CtCreditCardPayment::fee>("fee", scalars::amount),
    field<&CtCreditCardPayment::timestampOperation>("timestampOperation", scalars::date_time),
    field<&CtCreditCardPayment::authorizationCode>("authorizationCode", scalars::text6),
    field<&CtCreditCardPayment::paymentGateway>("paymentGateway", scalars::text35),
};
constexpr Field CtPaypalPayment_fields[] = {
    field<&CtPaypalPayment::transactionId>("transactionId", scalars::any_text),
    field<&CtPaypalPayment::pspTransactionId>("pspTransactionId", scalars::any_text),
    field<&CtPaypalPayment::totalAmount>("totalAmount", scalars::amount),
    field<&CtPaypalPayment::fee>("fee", scalars::amount),
    field<&CtPaypalPayment::timestampOperation>("timestampOperation", scalars::date_time),
};
constexpr Field CtBancomatpayPayment_fields[] = {
    field<&CtBancomatpayPayment::transactionId>("transactionId", scalars::any_text),
    field<&CtBancomatpayPayment::outcomePaymentGateway>("outcomePaymentGateway", scalars::any_text),
    field<&CtBancomatpayPayment::totalAmount>("totalAmount", scalars::amount),
    field<&CtBancomatpayPayment::fee>("fee", scalars::amount),
    field<&CtBancomatpayPayment::timestampOperation>("timestampOperation", scalars::date_time),
    field<&CtBancomatpayPayment::authorizationCode>("authorizationCode", scalars::text6),
    field<&CtBancomatpayPayment::paymentGateway>("paymentGateway", scalars::text35),
};
constexpr Field CtAdditionalPaymentInformations_fields[] = {
    group<&CtAdditionalPaymentInformations::metadata>("metadata"),
};
constexpr Field PspNotifyPaymentReq_fields[] = {
    field<&PspNotifyPaymentReq::idPSP>("idPSP", scalars::text35),
    field<&PspNotifyPaymentReq::idBrokerPSP>("idBrokerPSP", scalars::text35),
    field<&PspNotifyPaymentReq::idChannel>("idChannel", scalars::text35),
    field<&PspNotifyPaymentReq::paymentToken>("paymentToken", scalars::payment_token),
    field<&PspNotifyPaymentReq::paymentDescription>("paymentDescription", scalars::text140),
    field<&PspNotifyPaymentReq::fiscalCodePA>("fiscalCodePA", scalars::fiscal_code),
    field<&PspNotifyPaymentReq::companyName>("companyName", scalars::text140),
    field<&PspNotifyPaymentReq::officeName>("officeName", scalars::text140),
    field<&PspNotifyPaymentReq::creditorReferenceId>("creditorReferenceId", scalars::text35),
    field<&PspNotifyPaymentReq::debtAmount>("debtAmount", scalars::amount),
    group<&PspNotifyPaymentReq::transferList>("transferList"),
    one_of(1, group<&PspNotifyPaymentReq::creditCardPayment>("creditCardPayment")),
    one_of(1, group<&PspNotifyPaymentReq::paypalPayment>("paypalPayment")),
    one_of(1, group<&PspNotifyPaymentReq::bancomatpayPayment>("bancomatpayPayment")),
    one_of(1, group<&PspNotifyPaymentReq::additionalPaymentInformations>("additionalPaymentInformations")),
    field<&PspNotifyPaymentReq::standin>("standin", scalars::boolean),
};
constexpr Field PspNotifyPaymentRes_fields[] = {
    field<&PspNotifyPaymentRes::outcome>("outcome", scalars::outcome),
    group<&PspNotifyPaymentRes::fault>("fault"),
};
// clang-format on

}  // namespace

const Record& record_of(Of<CtTransferPSP>) {
  static constexpr Record record{"ctTransferPSP", CtTransferPSP_fields};
  return record;
}
const Record& record_of(Of<CtTransferListPSP>) {
  static constexpr Record record{"ctTransferListPSP", CtTransferListPSP_fields};
  return record;
}
const Record& record_of(Of<CtCreditCardPayment>) {
  static constexpr Record record{"ctCreditCardPayment", CtCreditCardPayment_fields};
  return record;
}
const Record& record_of(Of<CtPaypalPayment>) {
  static constexpr Record record{"ctPaypalPayment", CtPaypalPayment_fields};
  return record;
}
const Record& record_of(Of<CtBancomatpayPayment>) {
  static constexpr Record record{"ctBancomatpayPayment", CtBancomatpayPayment_fields};
  return record;
}
const Record& record_of(Of<CtAdditionalPaymentInformations>) {
  static constexpr Record record{"ctAdditionalPaymentInformations", CtAdditionalPaymentInformations_fields};
  return record;
}
const Record& record_of(Of<PspNotifyPaymentReq>) {
  static constexpr Record record{"pspNotifyPaymentReq", PspNotifyPaymentReq_fields};
  return record;
}
const Record& record_of(Of<PspNotifyPaymentRes>) {
  static constexpr Record record{"pspNotifyPaymentRes", PspNotifyPaymentRes_fields};
  return record;
}

}  // namespace sim::contract
