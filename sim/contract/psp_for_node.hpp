// What the Nodo says to a PSP and hears back [WSDL pspForNode].
// In version 1 exactly one of the four payment blocks is there (new channels use additionalPaymentInformations);
// version 2 tells of several payments at once, and its request root has no suffix at all.
#pragma once

#include "sim/contract/common.hpp"

namespace sim::contract {

// clang-format off
RECORD(CtTransferPSP, "ctTransferPSP")
  FIELD(idTransfer, scalars::id_transfer)
  FIELD(transferAmount, scalars::amount)
  FIELD(fiscalCodePA, scalars::fiscal_code)
  FIELD(IBAN, scalars::iban_of_psp)
  FIELD(remittanceInformation, scalars::text140)
  OPTIONAL_GROUP(metadata, CtMetadata)
END_RECORD

RECORD(CtTransferListPSP, "ctTransferListPSP")
  GROUP_LIST(transfer, CtTransferPSP, 5)
END_RECORD

RECORD(CtCreditCardPayment, "ctCreditCardPayment")
  FIELD(rrn, scalars::any_text)
  FIELD(outcomePaymentGateway, scalars::any_text)
  FIELD(totalAmount, scalars::amount)
  FIELD(fee, scalars::amount)
  FIELD(timestampOperation, scalars::date_time)
  FIELD(authorizationCode, scalars::text6)
  OPTIONAL(paymentGateway, scalars::text35)
END_RECORD

RECORD(CtPaypalPayment, "ctPaypalPayment")
  FIELD(transactionId, scalars::any_text)
  FIELD(pspTransactionId, scalars::any_text)
  FIELD(totalAmount, scalars::amount)
  FIELD(fee, scalars::amount)
  FIELD(timestampOperation, scalars::date_time)
END_RECORD

RECORD(CtBancomatpayPayment, "ctBancomatpayPayment")
  FIELD(transactionId, scalars::any_text)
  FIELD(outcomePaymentGateway, scalars::any_text)
  FIELD(totalAmount, scalars::amount)
  FIELD(fee, scalars::amount)
  FIELD(timestampOperation, scalars::date_time)
  FIELD(authorizationCode, scalars::text6)
  OPTIONAL(paymentGateway, scalars::text35)
END_RECORD

RECORD(CtAdditionalPaymentInformations, "ctAdditionalPaymentInformations")
  OPTIONAL_GROUP(metadata, CtMetadata)
END_RECORD

RECORD(PspNotifyPaymentReq, "pspNotifyPaymentReq")
  FIELD(idPSP, scalars::text35)
  FIELD(idBrokerPSP, scalars::text35)
  FIELD(idChannel, scalars::text35)
  FIELD(paymentToken, scalars::payment_token)
  FIELD(paymentDescription, scalars::text140)
  FIELD(fiscalCodePA, scalars::fiscal_code)
  FIELD(companyName, scalars::text140)
  OPTIONAL(officeName, scalars::text140)
  FIELD(creditorReferenceId, scalars::text35)
  FIELD(debtAmount, scalars::amount)
  GROUP(transferList, CtTransferListPSP)
  EITHER_GROUP(1, creditCardPayment, CtCreditCardPayment)
  EITHER_GROUP(1, paypalPayment, CtPaypalPayment)
  EITHER_GROUP(1, bancomatpayPayment, CtBancomatpayPayment)
  EITHER_GROUP(1, additionalPaymentInformations, CtAdditionalPaymentInformations)
  OPTIONAL(standin, scalars::boolean)
END_RECORD

RECORD(PspNotifyPaymentRes, "pspNotifyPaymentRes")
  FIELD(outcome, scalars::outcome)
  OPTIONAL_GROUP(fault, CtFaultBean)
END_RECORD

// Not the transfer of activatePaymentNoticeV2 that has the same schema name: here one alternative must be there, and
// there is no transferCategory.
RECORD(CtNotifiedTransferV2, "ctTransferPSPV2")
  FIELD(idTransfer, scalars::id_transfer)
  FIELD(transferAmount, scalars::amount)
  FIELD(fiscalCodePA, scalars::fiscal_code)
  OPTIONAL(companyName, scalars::text140)
  EITHER(1, IBAN, scalars::iban_of_psp)
  EITHER_GROUP(1, richiestaMarcaDaBollo, CtRichiestaMarcaDaBollo)
  FIELD(remittanceInformation, scalars::text140)
  OPTIONAL_GROUP(metadata, CtMetadata)
END_RECORD

RECORD(CtNotifiedTransferListV2, "ctTransferListPSPV2")
  GROUP_LIST(transfer, CtNotifiedTransferV2, 5)
END_RECORD

RECORD(CtPaymentV2, "ctPaymentV2")
  FIELD(paymentToken, scalars::payment_token)
  FIELD(paymentDescription, scalars::text140)
  FIELD(fiscalCodePA, scalars::fiscal_code)
  FIELD(companyName, scalars::text140)
  OPTIONAL(officeName, scalars::text140)
  FIELD(creditorReferenceId, scalars::text35)
  FIELD(debtAmount, scalars::amount)
  GROUP(transferList, CtNotifiedTransferListV2)
  OPTIONAL_GROUP(metadata, CtMetadata)
  OPTIONAL(standin, scalars::boolean)
END_RECORD

RECORD(CtPaymentListV2, "ctPaymentListV2")
  GROUP_LIST(payment, CtPaymentV2, 5)
END_RECORD

RECORD(PspNotifyPaymentV2, "pspNotifyPaymentV2")
  FIELD(idPSP, scalars::text35)
  FIELD(idBrokerPSP, scalars::text35)
  FIELD(idChannel, scalars::text35)
  FIELD(transactionId, scalars::text35)
  FIELD(totalAmount, scalars::amount)
  FIELD(fee, scalars::amount)
  OPTIONAL(primaryCiIncurredFee, scalars::amount)
  OPTIONAL(idBundle, scalars::text70)
  OPTIONAL(idCiBundle, scalars::text70)
  FIELD(timestampOperation, scalars::date_time)
  GROUP(paymentList, CtPaymentListV2)
  GROUP(additionalPaymentInformations, CtAdditionalPaymentInformations)
END_RECORD

RECORD(PspNotifyPaymentV2Res, "pspNotifyPaymentV2Res")
  FIELD(outcome, scalars::outcome)
  OPTIONAL_GROUP(fault, CtFaultBean)
END_RECORD
// clang-format on

}  // namespace sim::contract
