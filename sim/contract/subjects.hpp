// What a message is about, whichever version says it: its kind, its payment tokens, its notice.
// For those who read journals; whoever watches the actors must not ask the actors.
#pragma once

#include <string>
#include <vector>

#include "sim/contract/message.hpp"

namespace sim::contract {

inline bool is_outcome(PrimitiveId id) { return id == PrimitiveId::sendPaymentOutcome || id == PrimitiveId::sendPaymentOutcomeV2; }
inline bool is_close(PrimitiveId id) { return id == PrimitiveId::closePaymentV1 || id == PrimitiveId::closePaymentV2; }
inline bool is_notify(PrimitiveId id) { return id == PrimitiveId::pspNotifyPayment || id == PrimitiveId::pspNotifyPaymentV2; }
inline bool is_receipt(PrimitiveId id) { return id == PrimitiveId::paSendRT || id == PrimitiveId::paSendRTV2; }
inline bool is_activation(PrimitiveId id) { return id == PrimitiveId::activatePaymentNotice || id == PrimitiveId::activatePaymentNoticeV2; }
inline bool is_get(PrimitiveId id) { return id == PrimitiveId::paGetPayment || id == PrimitiveId::paGetPaymentV2; }
inline bool is_result(PrimitiveId id) { return id == PrimitiveId::sendPaymentResultV1 || id == PrimitiveId::sendPaymentResultV2; }

/// Hands each payment token that a request speaks of to `take`, without a copy.
template <class F>
void each_token(const Message& message, F take) {
  std::visit(
      [&](const auto& said) {
        if constexpr (requires { said.paymentTokens.paymentToken; }) {
          for (const std::string& token : said.paymentTokens.paymentToken) take(token);
        } else if constexpr (requires { said.paymentTokens.front(); }) {
          for (const std::string& token : said.paymentTokens) take(token);
        } else if constexpr (requires { said.paymentList.payment; }) {
          for (const auto& payment : said.paymentList.payment) take(payment.paymentToken);
        } else if constexpr (requires { said.payments.front().paymentToken; }) {
          for (const auto& payment : said.payments) take(payment.paymentToken);
        } else if constexpr (requires { said.paymentToken.size(); }) {
          take(said.paymentToken);
        } else if constexpr (requires { said.receipt.receiptId; }) {
          take(said.receipt.receiptId);
        }
      },
      message);
}

/// The payment tokens that a request speaks of.
inline std::vector<std::string> tokens_of(const Message& message) {
  std::vector<std::string> out;
  each_token(message, [&](const std::string& token) { out.push_back(token); });
  return out;
}

/// "77777777777/302...", of a request that names a notice; empty otherwise.
inline std::string notice_of(const Message& message) {
  return std::visit(
      [](const auto& said) -> std::string {
        if constexpr (requires { said.qrCode.noticeNumber; }) return said.qrCode.fiscalCode + "/" + said.qrCode.noticeNumber;
        else if constexpr (requires { said.receipt.noticeNumber; }) return said.receipt.fiscalCode + "/" + said.receipt.noticeNumber;
        else return {};
      },
      message);
}

}  // namespace sim::contract
