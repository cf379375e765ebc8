// What the touchpoint and the PSP say to the Nodo and hear back [WSDL nodeForPsp].
// verify and activation are answered while the Nodo asks the EC; the outcome is answered from the Nodo's own state.
#pragma once

#include "sim/contract/common.hpp"
#include "sim/contract/psp_for_node.hpp"

namespace sim::contract {

// clang-format off
RECORD(VerifyPaymentNoticeReq, "verifyPaymentNoticeReq")
  FIELD(idPSP, scalars::id_psp)
  FIELD(idBrokerPSP, scalars::id_broker)
  FIELD(idChannel, scalars::id_channel)
  FIELD(password, scalars::password)
  GROUP(qrCode, CtQrCode)
END_RECORD

RECORD(CtPaymentOptionDescription, "ctPaymentOptionDescription")
  FIELD(amount, scalars::amount_not_zero)
  FIELD(options, scalars::options_psp)
  OPTIONAL(dueDate, scalars::date)
  OPTIONAL(paymentNote, scalars::text210)
END_RECORD

RECORD(CtPaymentOptionsDescriptionList, "ctPaymentOptionsDescriptionList")
  GROUP_LIST(paymentOptionDescription, CtPaymentOptionDescription, 5)
END_RECORD

RECORD(VerifyPaymentNoticeRes, "verifyPaymentNoticeRes")
  FIELD(outcome, scalars::outcome)
  OPTIONAL_GROUP(fault, CtFaultBean)
  OPTIONAL_GROUP(paymentList, CtPaymentOptionsDescriptionList)
  OPTIONAL(paymentDescription, scalars::text210)
  OPTIONAL(fiscalCodePA, scalars::fiscal_code)
  OPTIONAL(companyName, scalars::text140)
  OPTIONAL(officeName, scalars::text140)
  OPTIONAL(standin, scalars::boolean)
END_RECORD

RECORD(ActivatePaymentNoticeReq, "activatePaymentNoticeReq")
  FIELD(idPSP, scalars::id_psp)
  FIELD(idBrokerPSP, scalars::id_broker)
  FIELD(idChannel, scalars::id_channel)
  FIELD(password, scalars::password)
  OPTIONAL(idempotencyKey, scalars::idempotency_key)
  GROUP(qrCode, CtQrCode)
  OPTIONAL(expirationTime, scalars::expiration_time)
  FIELD(amount, scalars::amount)
  OPTIONAL(dueDate, scalars::date)
  OPTIONAL(paymentNote, scalars::text210)
END_RECORD

RECORD(ActivatePaymentNoticeRes, "activatePaymentNoticeRes")
  FIELD(outcome, scalars::outcome)
  OPTIONAL_GROUP(fault, CtFaultBean)
  OPTIONAL(totalAmount, scalars::amount)
  OPTIONAL(paymentDescription, scalars::text140)
  OPTIONAL(fiscalCodePA, scalars::fiscal_code)
  OPTIONAL(companyName, scalars::text140)
  OPTIONAL(officeName, scalars::text140)
  OPTIONAL(paymentToken, scalars::payment_token)
  OPTIONAL_GROUP(transferList, CtTransferListPSP)
  OPTIONAL(creditorReferenceId, scalars::text35)
  OPTIONAL(standin, scalars::boolean)
END_RECORD

RECORD(ActivatePaymentNoticeV2Request, "activatePaymentNoticeV2Request")
  FIELD(idPSP, scalars::id_psp)
  FIELD(idBrokerPSP, scalars::id_broker)
  FIELD(idChannel, scalars::id_channel)
  FIELD(password, scalars::password)
  OPTIONAL(idempotencyKey, scalars::idempotency_key)
  GROUP(qrCode, CtQrCode)
  OPTIONAL(expirationTime, scalars::expiration_time)
  FIELD(amount, scalars::amount)
  OPTIONAL(dueDate, scalars::date)
  OPTIONAL(paymentNote, scalars::text210)
  OPTIONAL(paymentMethod, scalars::fee_method)
  OPTIONAL(touchPoint, scalars::touch_point)
END_RECORD

RECORD(CtTransferPSPV2, "ctTransferPSPV2")
  FIELD(idTransfer, scalars::id_transfer)
  FIELD(transferAmount, scalars::amount)
  FIELD(fiscalCodePA, scalars::fiscal_code)
  OPTIONAL(companyName, scalars::text140)
  EITHER_OR_NONE(1, IBAN, scalars::iban_of_psp)
  EITHER_GROUP_OR_NONE(1, richiestaMarcaDaBollo, CtRichiestaMarcaDaBollo)
  FIELD(remittanceInformation, scalars::text140)
  OPTIONAL(transferCategory, scalars::text140)
  OPTIONAL_GROUP(metadata, CtMetadata)
END_RECORD

RECORD(CtTransferListPSPV2, "ctTransferListPSPV2")
  GROUP_LIST(transfer, CtTransferPSPV2, 5)
END_RECORD

RECORD(ActivatePaymentNoticeV2Response, "activatePaymentNoticeV2Response")
  FIELD(outcome, scalars::outcome)
  OPTIONAL_GROUP(fault, CtFaultBean)
  OPTIONAL(totalAmount, scalars::amount)
  OPTIONAL(paymentDescription, scalars::text140)
  OPTIONAL(fiscalCodePA, scalars::fiscal_code)
  OPTIONAL(companyName, scalars::text140)
  OPTIONAL(officeName, scalars::text140)
  OPTIONAL(paymentToken, scalars::payment_token)
  OPTIONAL_GROUP(transferList, CtTransferListPSPV2)
  OPTIONAL_GROUP(metadata, CtMetadata)
  OPTIONAL(creditorReferenceId, scalars::text35)
  OPTIONAL(suggestedUserFee, scalars::amount)
  OPTIONAL(suggestedPaFee, scalars::amount)
  OPTIONAL(suggestedIdBundle, scalars::text70)
  OPTIONAL(suggestedIdCiBundle, scalars::text70)
  OPTIONAL(allCCP, scalars::boolean)
  OPTIONAL(standin, scalars::boolean)
END_RECORD

RECORD(CtOutcomeDetails, "ctOutcomeDetails")
  FIELD(paymentMethod, scalars::payment_method)
  OPTIONAL(paymentChannel, scalars::payment_channel)
  FIELD(fee, scalars::amount)
  OPTIONAL_GROUP(payer, CtSubject)
  FIELD(applicationDate, scalars::date)
  FIELD(transferDate, scalars::date)
END_RECORD

RECORD(SendPaymentOutcomeReq, "sendPaymentOutcomeReq")
  FIELD(idPSP, scalars::id_psp)
  FIELD(idBrokerPSP, scalars::id_broker)
  FIELD(idChannel, scalars::id_channel)
  FIELD(password, scalars::password)
  OPTIONAL(idempotencyKey, scalars::idempotency_key)
  FIELD(paymentToken, scalars::payment_token)
  FIELD(outcome, scalars::outcome)
  OPTIONAL_GROUP(details, CtOutcomeDetails)
END_RECORD

RECORD(SendPaymentOutcomeRes, "sendPaymentOutcomeRes")
  FIELD(outcome, scalars::outcome)
  OPTIONAL_GROUP(fault, CtFaultBean)
END_RECORD

RECORD(StPaymentTokens, "stPaymentTokens")
  LIST(paymentToken, scalars::payment_token, 5)
END_RECORD

RECORD(CtMarcaDaBollo, "ctMarcaDaBollo")
  FIELD(paymentToken, scalars::payment_token)
  FIELD(idTransfer, scalars::id_transfer)
  FIELD(MBDAttachment, scalars::base64)
END_RECORD

RECORD(CtListaMarcheDaBollo, "ctListaMarcheDaBollo")
  GROUP_LIST(marcaDaBollo, CtMarcaDaBollo, 25)
END_RECORD

RECORD(CtOutcomeDetailsV2, "ctOutcomeDetailsV2")
  FIELD(paymentMethod, scalars::payment_method)
  OPTIONAL(paymentChannel, scalars::payment_channel)
  FIELD(fee, scalars::amount)
  OPTIONAL(primaryCiIncurredFee, scalars::amount)
  OPTIONAL(idBundle, scalars::text70)
  OPTIONAL(idCiBundle, scalars::text70)
  OPTIONAL_GROUP(payer, CtSubject)
  FIELD(applicationDate, scalars::date)
  FIELD(transferDate, scalars::date)
  OPTIONAL_GROUP(marcheDaBollo, CtListaMarcheDaBollo)
END_RECORD

RECORD(SendPaymentOutcomeV2Request, "sendPaymentOutcomeV2Request")
  FIELD(idPSP, scalars::id_psp)
  FIELD(idBrokerPSP, scalars::id_broker)
  FIELD(idChannel, scalars::id_channel)
  FIELD(password, scalars::password)
  OPTIONAL(idempotencyKey, scalars::idempotency_key)
  GROUP(paymentTokens, StPaymentTokens)
  FIELD(outcome, scalars::outcome)
  OPTIONAL_GROUP(details, CtOutcomeDetailsV2)
END_RECORD

RECORD(SendPaymentOutcomeV2Response, "sendPaymentOutcomeV2Response")
  FIELD(outcome, scalars::outcome)
  OPTIONAL_GROUP(fault, CtFaultBean)
END_RECORD

RECORD(VerificaBollettinoReq, "verificaBollettinoReq")
  FIELD(idPSP, scalars::id_psp)
  FIELD(idBrokerPSP, scalars::id_broker)
  FIELD(idChannel, scalars::id_channel)
  FIELD(password, scalars::password)
  FIELD(ccPost, scalars::postal_account)
  FIELD(noticeNumber, scalars::notice_number)
END_RECORD

RECORD(CtPaymentOptionBollettinoDescription, "ctPaymentOptionBollettinoDescription")
  FIELD(amount, scalars::amount_not_zero)
  FIELD(options, scalars::options_psp)
  OPTIONAL(dueDate, scalars::date)
  OPTIONAL(paymentNote, scalars::text210)
  FIELD(allCCP, scalars::boolean)
END_RECORD

RECORD(CtPaymentOptionsBollettinoDescriptionList, "ctPaymentOptionsBollettinoDescriptionList")
  GROUP_LIST(paymentOptionDescription, CtPaymentOptionBollettinoDescription, 5)
END_RECORD

RECORD(VerificaBollettinoRes, "verificaBollettinoRes")
  FIELD(outcome, scalars::outcome)
  OPTIONAL_GROUP(fault, CtFaultBean)
  OPTIONAL_GROUP(paymentBollettinoList, CtPaymentOptionsBollettinoDescriptionList)
  OPTIONAL(paymentDescription, scalars::text210)
  OPTIONAL(fiscalCodePA, scalars::fiscal_code)
  OPTIONAL(noticeNumber, scalars::notice_number)
  OPTIONAL(companyName, scalars::text140)
  OPTIONAL(officeName, scalars::text140)
END_RECORD

RECORD(DemandPaymentNoticeRequest, "demandPaymentNoticeRequest")
  FIELD(idPSP, scalars::id_psp)
  FIELD(idBrokerPSP, scalars::id_broker)
  FIELD(idChannel, scalars::id_channel)
  FIELD(password, scalars::password)
  FIELD(idSoggettoServizio, scalars::service_subject)
  FIELD(datiSpecificiServizio, scalars::base64)
END_RECORD

RECORD(DemandPaymentNoticeResponse, "demandPaymentNoticeResponse")
  FIELD(outcome, scalars::outcome)
  OPTIONAL_GROUP(fault, CtFaultBean)
  OPTIONAL_GROUP(qrCode, CtQrCode)
  OPTIONAL_GROUP(paymentList, CtPaymentOptionsDescriptionList)
  OPTIONAL(paymentDescription, scalars::text210)
  OPTIONAL(fiscalCodePA, scalars::fiscal_code)
  OPTIONAL(companyName, scalars::text140)
  OPTIONAL(officeName, scalars::text140)
END_RECORD
// clang-format on

}  // namespace sim::contract
