// What the Nodo says to an EC and hears back [WSDL paForNode].
// The EC is asked for the current amount (paVerifyPaymentNotice, paGetPayment) and is told when it has been paid (paSendRT).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/contract/common.hpp"

namespace sim::contract {

struct CtPaymentOptionDescriptionPA {
  Amount amount;
  std::string options;
  std::optional<std::string> dueDate, detailDescription;
  bool allCCP = false;
  friend bool operator==(const CtPaymentOptionDescriptionPA&, const CtPaymentOptionDescriptionPA&) = default;
};
const Record& record_of(Of<CtPaymentOptionDescriptionPA>);

struct CtPaymentOptionsDescriptionListPA {
  CtPaymentOptionDescriptionPA paymentOptionDescription;
  friend bool operator==(const CtPaymentOptionsDescriptionListPA&, const CtPaymentOptionsDescriptionListPA&) = default;
};
const Record& record_of(Of<CtPaymentOptionsDescriptionListPA>);

struct PaVerifyPaymentNoticeReq {
  std::string idPA, idBrokerPA, idStation;
  CtQrCode qrCode;
  friend bool operator==(const PaVerifyPaymentNoticeReq&, const PaVerifyPaymentNoticeReq&) = default;
};
const Record& record_of(Of<PaVerifyPaymentNoticeReq>);

struct PaVerifyPaymentNoticeRes {
  Outcome outcome = Outcome::OK;
  std::optional<CtFaultBean> fault;
  std::optional<CtPaymentOptionsDescriptionListPA> paymentList;
  std::optional<std::string> paymentDescription, fiscalCodePA, companyName, officeName;
  friend bool operator==(const PaVerifyPaymentNoticeRes&, const PaVerifyPaymentNoticeRes&) = default;
};
const Record& record_of(Of<PaVerifyPaymentNoticeRes>);

struct CtTransferPA {
  std::int64_t idTransfer = 0;
  Amount transferAmount;
  std::string fiscalCodePA, IBAN, remittanceInformation, transferCategory;
  std::optional<CtMetadata> metadata;
  friend bool operator==(const CtTransferPA&, const CtTransferPA&) = default;
};
const Record& record_of(Of<CtTransferPA>);

struct CtTransferListPA {
  std::vector<CtTransferPA> transfer;
  friend bool operator==(const CtTransferListPA&, const CtTransferListPA&) = default;
};
const Record& record_of(Of<CtTransferListPA>);

struct CtPaymentPA {
  std::string creditorReferenceId;
  Amount paymentAmount;
  std::string dueDate;
  std::optional<std::string> retentionDate;
  std::optional<bool> lastPayment;
  std::string description;
  std::optional<std::string> companyName, officeName;
  CtSubject debtor;
  CtTransferListPA transferList;
  std::optional<CtMetadata> metadata;
  friend bool operator==(const CtPaymentPA&, const CtPaymentPA&) = default;
};
const Record& record_of(Of<CtPaymentPA>);

struct PaGetPaymentReq {
  std::string idPA, idBrokerPA, idStation;
  CtQrCode qrCode;
  std::optional<Amount> amount;
  std::optional<std::string> paymentNote, transferType, dueDate;
  friend bool operator==(const PaGetPaymentReq&, const PaGetPaymentReq&) = default;
};
const Record& record_of(Of<PaGetPaymentReq>);

struct PaGetPaymentRes {
  Outcome outcome = Outcome::OK;
  std::optional<CtFaultBean> fault;
  std::optional<CtPaymentPA> data;
  friend bool operator==(const PaGetPaymentRes&, const PaGetPaymentRes&) = default;
};
const Record& record_of(Of<PaGetPaymentRes>);

struct CtReceipt {
  std::string receiptId, noticeNumber, fiscalCode;
  Outcome outcome = Outcome::OK;
  std::string creditorReferenceId;
  Amount paymentAmount;
  std::string description, companyName;
  std::optional<std::string> officeName;
  CtSubject debtor;
  CtTransferListPA transferList;
  std::string idPSP;
  std::optional<std::string> pspFiscalCode, pspPartitaIVA;
  std::string PSPCompanyName, idChannel, channelDescription;
  std::optional<CtSubject> payer;
  std::optional<std::string> paymentMethod;
  std::optional<Amount> fee;
  std::optional<std::string> paymentDateTime, applicationDate, transferDate;
  std::optional<CtMetadata> metadata;
  std::optional<bool> standIn;
  friend bool operator==(const CtReceipt&, const CtReceipt&) = default;
};
const Record& record_of(Of<CtReceipt>);

struct PaSendRTReq {
  std::string idPA, idBrokerPA, idStation;
  CtReceipt receipt;
  friend bool operator==(const PaSendRTReq&, const PaSendRTReq&) = default;
};
const Record& record_of(Of<PaSendRTReq>);

struct PaSendRTRes {
  Outcome outcome = Outcome::OK;
  std::optional<CtFaultBean> fault;
  friend bool operator==(const PaSendRTRes&, const PaSendRTRes&) = default;
};
const Record& record_of(Of<PaSendRTRes>);

}  // namespace sim::contract
