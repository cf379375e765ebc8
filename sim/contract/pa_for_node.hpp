// What the Nodo says to an EC and hears back [WSDL paForNode].
// The EC is asked for the current amount (paVerifyPaymentNotice, paGetPayment) and is told when it has been paid
// (paSendRT). The trap: the two versions of a message differ by a few fields in the middle, and nothing else tells.
#pragma once

#include "sim/contract/common.hpp"

namespace sim::contract {

// clang-format off
RECORD(CtPaymentOptionDescriptionPA, "ctPaymentOptionDescriptionPA")
  FIELD(amount, scalars::amount_not_zero)
  FIELD(options, scalars::options)
  OPTIONAL(dueDate, scalars::date)
  OPTIONAL(detailDescription, scalars::text140)
  FIELD(allCCP, scalars::boolean)
END_RECORD

RECORD(CtPaymentOptionsDescriptionListPA, "ctPaymentOptionsDescriptionListPA")
  GROUP(paymentOptionDescription, CtPaymentOptionDescriptionPA)
END_RECORD

RECORD(PaVerifyPaymentNoticeReq, "paVerifyPaymentNoticeReq")
  FIELD(idPA, scalars::text35)
  FIELD(idBrokerPA, scalars::text35)
  FIELD(idStation, scalars::text35)
  GROUP(qrCode, CtQrCode)
END_RECORD

RECORD(PaVerifyPaymentNoticeRes, "paVerifyPaymentNoticeRes")
  FIELD(outcome, scalars::outcome)
  OPTIONAL_GROUP(fault, CtFaultBean)
  OPTIONAL_GROUP(paymentList, CtPaymentOptionsDescriptionListPA)
  OPTIONAL(paymentDescription, scalars::text140)
  OPTIONAL(fiscalCodePA, scalars::fiscal_code)
  OPTIONAL(companyName, scalars::text140)
  OPTIONAL(officeName, scalars::text140)
END_RECORD

RECORD(CtTransferPA, "ctTransferPA")
  FIELD(idTransfer, scalars::id_transfer)
  FIELD(transferAmount, scalars::amount_not_zero)
  FIELD(fiscalCodePA, scalars::fiscal_code)
  FIELD(IBAN, scalars::iban_of_ec)
  FIELD(remittanceInformation, scalars::text140)
  FIELD(transferCategory, scalars::text140)
  OPTIONAL_GROUP(metadata, CtMetadata)
END_RECORD

RECORD(CtTransferListPA, "ctTransferListPA")
  GROUP_LIST(transfer, CtTransferPA, 5)
END_RECORD

RECORD(CtPaymentPA, "ctPaymentPA")
  FIELD(creditorReferenceId, scalars::text35)
  FIELD(paymentAmount, scalars::amount_not_zero)
  FIELD(dueDate, scalars::date)
  OPTIONAL(retentionDate, scalars::xsd_date_time)
  OPTIONAL(lastPayment, scalars::boolean)
  FIELD(description, scalars::text140)
  OPTIONAL(companyName, scalars::text140)
  OPTIONAL(officeName, scalars::text140)
  GROUP(debtor, CtSubject)
  GROUP(transferList, CtTransferListPA)
  OPTIONAL_GROUP(metadata, CtMetadata)
END_RECORD

RECORD(PaGetPaymentReq, "paGetPaymentReq")
  FIELD(idPA, scalars::text35)
  FIELD(idBrokerPA, scalars::text35)
  FIELD(idStation, scalars::text35)
  GROUP(qrCode, CtQrCode)
  OPTIONAL(amount, scalars::amount)
  OPTIONAL(paymentNote, scalars::text210)
  OPTIONAL(transferType, scalars::transfer_type)
  OPTIONAL(dueDate, scalars::date)
END_RECORD

RECORD(PaGetPaymentRes, "paGetPaymentRes")
  FIELD(outcome, scalars::outcome)
  OPTIONAL_GROUP(fault, CtFaultBean)
  OPTIONAL_GROUP(data, CtPaymentPA)
END_RECORD

RECORD(CtTransferPAV2, "ctTransferPAV2")
  FIELD(idTransfer, scalars::id_transfer)
  FIELD(transferAmount, scalars::amount_not_zero)
  FIELD(fiscalCodePA, scalars::fiscal_code)
  OPTIONAL(companyName, scalars::text140)  // required in SANP 3.5.0, optional again since 3.9.0
  EITHER(1, IBAN, scalars::iban_of_ec)
  EITHER_GROUP(1, richiestaMarcaDaBollo, CtRichiestaMarcaDaBollo)
  FIELD(remittanceInformation, scalars::text140)
  FIELD(transferCategory, scalars::text140)
  OPTIONAL_GROUP(metadata, CtMetadata)
END_RECORD

RECORD(CtTransferListPAV2, "ctTransferListPAV2")
  GROUP_LIST(transfer, CtTransferPAV2, 5)
END_RECORD

RECORD(CtPaymentPAV2, "ctPaymentPAV2")
  FIELD(creditorReferenceId, scalars::text35)
  FIELD(paymentAmount, scalars::amount_not_zero)
  FIELD(dueDate, scalars::date)
  OPTIONAL(retentionDate, scalars::xsd_date_time)
  OPTIONAL(lastPayment, scalars::boolean)
  FIELD(description, scalars::text140)
  FIELD(companyName, scalars::text140)
  OPTIONAL(officeName, scalars::text140)
  GROUP(debtor, CtSubject)
  GROUP(transferList, CtTransferListPAV2)
  OPTIONAL_GROUP(metadata, CtMetadata)
END_RECORD

RECORD(PaGetPaymentV2Request, "paGetPaymentV2Request")
  FIELD(idPA, scalars::text35)
  FIELD(idBrokerPA, scalars::text35)
  FIELD(idStation, scalars::text35)
  GROUP(qrCode, CtQrCode)
  OPTIONAL(amount, scalars::amount)
  OPTIONAL(paymentNote, scalars::text210)
  OPTIONAL(transferType, scalars::transfer_type)
  OPTIONAL(dueDate, scalars::date)
END_RECORD

RECORD(PaGetPaymentV2Response, "paGetPaymentV2Response")
  FIELD(outcome, scalars::outcome)
  OPTIONAL_GROUP(fault, CtFaultBean)
  OPTIONAL_GROUP(data, CtPaymentPAV2)
END_RECORD

RECORD(CtReceipt, "ctReceipt")
  FIELD(receiptId, scalars::any_text)
  FIELD(noticeNumber, scalars::notice_number)
  FIELD(fiscalCode, scalars::fiscal_code)
  FIELD(outcome, scalars::outcome)
  FIELD(creditorReferenceId, scalars::text35)
  FIELD(paymentAmount, scalars::amount)
  FIELD(description, scalars::text140)
  FIELD(companyName, scalars::text140)
  OPTIONAL(officeName, scalars::text140)
  GROUP(debtor, CtSubject)
  GROUP(transferList, CtTransferListPA)
  FIELD(idPSP, scalars::text35)
  OPTIONAL(pspFiscalCode, scalars::text70)
  OPTIONAL(pspPartitaIVA, scalars::text20)
  FIELD(PSPCompanyName, scalars::text70)
  FIELD(idChannel, scalars::text35)
  FIELD(channelDescription, scalars::text35)
  OPTIONAL_GROUP(payer, CtSubject)
  OPTIONAL(paymentMethod, scalars::text35)
  OPTIONAL(fee, scalars::amount)
  OPTIONAL(paymentDateTime, scalars::date_time)
  OPTIONAL(applicationDate, scalars::date)
  OPTIONAL(transferDate, scalars::date)
  OPTIONAL_GROUP(metadata, CtMetadata)
  OPTIONAL(standIn, scalars::boolean)  // camel case here; standin in the messages for PSPs
END_RECORD

RECORD(PaSendRTReq, "paSendRTReq")
  FIELD(idPA, scalars::text35)
  FIELD(idBrokerPA, scalars::text35)
  FIELD(idStation, scalars::text35)
  GROUP(receipt, CtReceipt)
END_RECORD

RECORD(PaSendRTRes, "paSendRTRes")
  FIELD(outcome, scalars::outcome)
  OPTIONAL_GROUP(fault, CtFaultBean)
END_RECORD

RECORD(CtTransferPAReceiptV2, "ctTransferPAReceiptV2")
  FIELD(idTransfer, scalars::id_transfer)
  FIELD(transferAmount, scalars::amount_not_zero)
  FIELD(fiscalCodePA, scalars::fiscal_code)
  OPTIONAL(companyName, scalars::text140)
  EITHER(1, IBAN, scalars::iban_of_ec)
  EITHER(1, MBDAttachment, scalars::base64)
  FIELD(remittanceInformation, scalars::text140)
  FIELD(transferCategory, scalars::text140)
  OPTIONAL_GROUP(metadata, CtMetadata)
END_RECORD

RECORD(CtTransferListPAReceiptV2, "ctTransferListPAReceiptV2")
  GROUP_LIST(transfer, CtTransferPAReceiptV2, 5)
END_RECORD

RECORD(CtReceiptV2, "ctReceiptV2")
  FIELD(receiptId, scalars::any_text)
  FIELD(noticeNumber, scalars::notice_number)
  FIELD(fiscalCode, scalars::fiscal_code)
  FIELD(outcome, scalars::outcome)
  FIELD(creditorReferenceId, scalars::text35)
  FIELD(paymentAmount, scalars::amount)
  FIELD(description, scalars::text140)
  FIELD(companyName, scalars::text140)
  OPTIONAL(officeName, scalars::text140)
  GROUP(debtor, CtSubject)
  GROUP(transferList, CtTransferListPAReceiptV2)
  FIELD(idPSP, scalars::text35)
  OPTIONAL(pspFiscalCode, scalars::text70)
  OPTIONAL(pspPartitaIVA, scalars::text20)
  FIELD(PSPCompanyName, scalars::text70)
  FIELD(idChannel, scalars::text35)
  FIELD(channelDescription, scalars::text35)
  OPTIONAL_GROUP(payer, CtSubject)
  OPTIONAL(paymentMethod, scalars::text35)
  OPTIONAL(paymentNote, scalars::text210)
  OPTIONAL(fee, scalars::amount)
  OPTIONAL(primaryCiIncurredFee, scalars::amount)
  OPTIONAL(idBundle, scalars::text70)
  OPTIONAL(idCiBundle, scalars::text70)
  OPTIONAL(paymentDateTime, scalars::date_time)
  OPTIONAL(applicationDate, scalars::date)
  OPTIONAL(transferDate, scalars::date)
  OPTIONAL_GROUP(metadata, CtMetadata)
  OPTIONAL(standIn, scalars::boolean)
END_RECORD

RECORD(PaSendRTV2Request, "paSendRTV2Request")
  FIELD(idPA, scalars::text35)
  FIELD(idBrokerPA, scalars::text35)
  FIELD(idStation, scalars::text35)
  GROUP(receipt, CtReceiptV2)
END_RECORD

RECORD(PaSendRTV2Response, "paSendRTV2Response")
  FIELD(outcome, scalars::outcome)
  OPTIONAL_GROUP(fault, CtFaultBean)
END_RECORD

RECORD(PaDemandPaymentNoticeRequest, "paDemandPaymentNoticeRequest")
  FIELD(idPA, scalars::text35)
  FIELD(idBrokerPA, scalars::text35)
  FIELD(idStation, scalars::text35)
  FIELD(idServizio, scalars::service)
  FIELD(idSoggettoServizio, scalars::service_subject)
  FIELD(datiSpecificiServizioRequest, scalars::base64)
END_RECORD

RECORD(PaDemandPaymentNoticeResponse, "paDemandPaymentNoticeResponse")
  FIELD(outcome, scalars::outcome)
  OPTIONAL_GROUP(fault, CtFaultBean)
  OPTIONAL_GROUP(qrCode, CtQrCode)
  OPTIONAL_GROUP(paymentList, CtPaymentOptionsDescriptionListPA)
  OPTIONAL(paymentDescription, scalars::text140)
  OPTIONAL(fiscalCodePA, scalars::fiscal_code)
  OPTIONAL(companyName, scalars::text140)
  OPTIONAL(officeName, scalars::text140)
END_RECORD
// clang-format on

}  // namespace sim::contract
