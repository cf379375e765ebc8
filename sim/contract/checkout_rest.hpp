// What Checkout and the Nodo, and an EC's front end and Checkout, say to each other in JSON.
// The trap: the same amount travels as a number of euro, as a text of euro and as integer cents inside one body; and
// version 1 of a message speaks Italian (esito, descrizione) where version 2 speaks English.
#pragma once

#include "sim/contract/common.hpp"

namespace sim::contract {

// clang-format off
// ---- closePayment-v2 ----

// Each entry becomes a mapEntry of pspNotifyPayment, and is held to its limits. [INFERRED]
RECORD(AdditionalInformation, "member")
  FIELD(key, json_scalars::text140)
  FIELD(value, json_scalars::text140)
END_RECORD

OPEN_RECORD(AdditionalInformations, "additionalPaymentInformations")
  GROUP_LIST(members, AdditionalInformation, 10)
END_RECORD

RECORD(PspOfTransaction, "psp")
  FIELD(idPsp, json_scalars::text35)
  FIELD(idChannel, json_scalars::text35)
  FIELD(businessName, json_scalars::any_text)
  OPTIONAL(brokerName, json_scalars::any_text)
  FIELD(pspOnUs, json_scalars::boolean)
END_RECORD

RECORD(TransactionData, "transaction")
  FIELD(transactionId, json_scalars::text255)
  FIELD(transactionStatus, json_scalars::not_empty)
  FIELD(creationDate, json_scalars::zoned_date_time)
  FIELD(amount, json_scalars::cents)
  OPTIONAL(fee, json_scalars::cents)
  FIELD(grandTotal, json_scalars::cents)
  OPTIONAL(paymentGateway, json_scalars::any_text)
  OPTIONAL(timestampOperation, json_scalars::zoned_date_time)
  OPTIONAL(rrn, json_scalars::any_text)
  OPTIONAL(authorizationCode, json_scalars::any_text)
  OPTIONAL(errorCode, json_scalars::any_text)
  OPTIONAL_GROUP(psp, PspOfTransaction)
END_RECORD

RECORD(TransactionInfo, "info")
  FIELD(type, json_scalars::not_empty)
  OPTIONAL(brand, json_scalars::any_text)
  OPTIONAL(brandLogo, json_scalars::any_text)
  OPTIONAL(paymentMethodName, json_scalars::any_text)
  FIELD(clientId, json_scalars::not_empty)
  OPTIONAL(bin, json_scalars::any_text)
  OPTIONAL(lastFourDigits, json_scalars::any_text)
  OPTIONAL(maskedEmail, json_scalars::any_text)
END_RECORD

RECORD(TransactionUser, "user")
  FIELD(type, json_scalars::not_empty)
  OPTIONAL(fiscalCode, json_scalars::any_text)
END_RECORD

// Older touchpoints tell other things of a transaction; nobody looks into them, but they are there. [PAG-2120]
RECORD(WalletItem, "walletItem")
END_RECORD
RECORD(AuthRequest, "authRequest")
END_RECORD

RECORD(TransactionDetails, "transactionDetails")
  OPTIONAL_GROUP(transaction, TransactionData)
  OPTIONAL_GROUP(info, TransactionInfo)
  OPTIONAL_GROUP(user, TransactionUser)
  OPTIONAL(origin, json_scalars::any_text)
  OPTIONAL_GROUP(walletItem, WalletItem)
  OPTIONAL_GROUP(authRequest, AuthRequest)
END_RECORD

RECORD(ClosePaymentV2Request, "closePayment-v2")
  LIST(paymentTokens, json_scalars::token, 5)  // as many as a cart holds notices [INFERRED]
  FIELD(outcome, json_scalars::outcome)
  OPTIONAL(idPSP, json_scalars::text35)
  OPTIONAL(idBrokerPSP, json_scalars::text35)
  OPTIONAL(idChannel, json_scalars::text35)
  OPTIONAL(paymentMethod, json_scalars::not_empty)  // no enumeration is checked [PAG-2482]
  OPTIONAL(transactionId, json_scalars::text255)
  OPTIONAL(totalAmount, json_scalars::euro)
  OPTIONAL(fee, json_scalars::euro)
  OPTIONAL(primaryCiIncurredFee, json_scalars::euro)
  OPTIONAL(idBundle, json_scalars::not_empty)
  OPTIONAL(idCiBundle, json_scalars::not_empty)
  OPTIONAL(timestampOperation, json_scalars::zoned_date_time)
  OPTIONAL_GROUP(additionalPaymentInformations, AdditionalInformations)
  OPTIONAL_GROUP(transactionDetails, TransactionDetails)
END_RECORD

RECORD(ClosePaymentV2Response, "closePayment-v2 answer")
  FIELD(outcome, json_scalars::outcome)
  OPTIONAL(description, json_scalars::any_text)
END_RECORD

// ---- closePayment-v1 ----

RECORD(AdditionalInformationsV1, "additionalPaymentInformations-v1")
  FIELD(transactionId, json_scalars::text255)
  FIELD(outcomePaymentGateway, json_scalars::text255)
  FIELD(authorizationCode, json_scalars::text255)
END_RECORD

RECORD(ClosePaymentV1Request, "closePayment-v1")
  LIST(paymentTokens, json_scalars::token, 1)  // an array all the same
  FIELD(outcome, json_scalars::outcome)
  OPTIONAL(identificativoPsp, json_scalars::text35)
  OPTIONAL(tipoVersamento, json_scalars::payment_type_of_v1)  // CP and OBEP are refused [SIN_CP_12]
  OPTIONAL(identificativoIntermediario, json_scalars::text35)
  OPTIONAL(identificativoCanale, json_scalars::text35)
  OPTIONAL(pspTransactionId, json_scalars::text255)
  OPTIONAL(totalAmount, json_scalars::euro)
  OPTIONAL(fee, json_scalars::euro)
  OPTIONAL(timestampOperation, json_scalars::zoned_date_time)
  OPTIONAL_GROUP(additionalPaymentInformations, AdditionalInformationsV1)
END_RECORD

RECORD(ClosePaymentV1Response, "closePayment-v1 answer")
  FIELD(esito, json_scalars::outcome)
  OPTIONAL(descrizione, json_scalars::any_text)
END_RECORD

// ---- checkPosition ----

RECORD(PositionToCheck, "positionslist")
  FIELD(fiscalCode, scalars::fiscal_code)
  FIELD(noticeNumber, scalars::notice_number)
END_RECORD

RECORD(CheckPositionRequest, "checkPosition")
  GROUP_LIST(positionslist, PositionToCheck, 5)  // as many as a cart holds [INFERRED]
END_RECORD

RECORD(CheckedPosition, "positionslist answer")
  FIELD(fiscalCode, scalars::fiscal_code)
  FIELD(noticeNumber, scalars::notice_number)
  OPTIONAL(description, json_scalars::any_text)
END_RECORD

RECORD(CheckPositionResponse, "checkPosition answer")
  FIELD(outcome, json_scalars::outcome)
  OPTIONAL(description, json_scalars::any_text)
  OPTIONAL_GROUP_LIST(positionslist, CheckedPosition, 5)
END_RECORD

// ---- sendPaymentResult ----

RECORD(SendPaymentResultV1Request, "sendPaymentResult-v1")
  FIELD(paymentToken, json_scalars::token)
  FIELD(pspTransactionId, json_scalars::text255)
  FIELD(outcome, json_scalars::outcome)
END_RECORD

RECORD(SendPaymentResultV1Response, "sendPaymentResult-v1 answer")
  FIELD(outcome, json_scalars::outcome)
  OPTIONAL(description, json_scalars::any_text)
END_RECORD

RECORD(PaymentResult, "payments")
  FIELD(paymentToken, json_scalars::token)
  FIELD(description, json_scalars::any_text)
  FIELD(creditorReferenceId, json_scalars::text35)
  FIELD(fiscalCode, scalars::fiscal_code)
  OPTIONAL(companyName, json_scalars::any_text)
  OPTIONAL(officeName, json_scalars::any_text)
  FIELD(debtor, json_scalars::any_text)
END_RECORD

RECORD(SendPaymentResultV2Request, "sendPaymentResult-v2")
  FIELD(outcome, json_scalars::outcome)
  FIELD(paymentDate, json_scalars::date_time)
  GROUP_LIST(payments, PaymentResult, 5)
END_RECORD

RECORD(SendPaymentResultV2Response, "sendPaymentResult-v2 answer")
  FIELD(outcome, json_scalars::outcome)
  OPTIONAL(description, json_scalars::any_text)
END_RECORD

// ---- carts ----

RECORD(CartNotice, "paymentNotices")
  FIELD(noticeNumber, json_scalars::text18)
  FIELD(fiscalCode, json_scalars::text11)
  FIELD(amount, json_scalars::cents_not_zero)
  FIELD(companyName, json_scalars::most140)
  FIELD(description, json_scalars::most140)
END_RECORD

RECORD(ReturnUrlsV1, "returnUrls")
  FIELD(returnOkUrl, json_scalars::uri)
  FIELD(returnCancelUrl, json_scalars::uri)
  FIELD(returnErrorUrl, json_scalars::uri)
END_RECORD

RECORD(ReturnUrlsV2, "returnUrls-v2")
  FIELD(returnOkUrl, json_scalars::uri)
  FIELD(returnCancelUrl, json_scalars::uri)
  FIELD(returnErrorUrl, json_scalars::uri)
  FIELD(returnWaitingUrl, json_scalars::uri)
END_RECORD

RECORD(CartsV1Request, "carts-v1")
  OPTIONAL(emailNotice, json_scalars::e_mail)
  GROUP_LIST(paymentNotices, CartNotice, 5)
  GROUP(returnUrls, ReturnUrlsV1)
  OPTIONAL(idCart, json_scalars::any_text)
  OPTIONAL(allCCP, json_scalars::boolean)
END_RECORD

RECORD(CartsV2Request, "carts-v2")
  OPTIONAL(emailNotice, json_scalars::e_mail)
  GROUP_LIST(paymentNotices, CartNotice, 5)
  GROUP(returnUrls, ReturnUrlsV2)
  OPTIONAL(idCart, json_scalars::any_text)
  OPTIONAL(allCCP, json_scalars::boolean)
END_RECORD

// A 302 whose Location header stands here as a member, for messages have no headers; an error is a problem document.
RECORD(CartsV1Response, "carts-v1 answer")
  OPTIONAL(location, json_scalars::uri)
  OPTIONAL(title, json_scalars::any_text)
  OPTIONAL(status, json_scalars::status)
  OPTIONAL(detail, json_scalars::any_text)
END_RECORD

RECORD(CartsV2Response, "carts-v2 answer")
  OPTIONAL(location, json_scalars::uri)
  OPTIONAL(title, json_scalars::any_text)
  OPTIONAL(status, json_scalars::status)
  OPTIONAL(detail, json_scalars::any_text)
END_RECORD
// clang-format on

}  // namespace sim::contract
