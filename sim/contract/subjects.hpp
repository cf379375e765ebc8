// What a message is about, whichever version says it: its kind, its payment tokens, its notice, its money.
// For those who read journals; whoever watches the actors must not ask the actors.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

/// What is paid, and to whom: the same in the EC's answer, in the notification and in the receipt. Looks into the message.
struct Sum {
  Amount total;
  std::array<std::pair<std::string_view, Amount>, 5> parts{};  // no list is longer
  Amount of_parts;

  [[nodiscard]] Amount to(std::string_view ec) const {
    Amount out;
    for (const auto& [code, amount] : parts) {
      if (code == ec) out = out + amount;
    }
    return out;
  }
  friend bool operator==(const Sum&, const Sum&) = default;
};
template <class List>
Sum sum_of(Amount total, const List& list) {
  Sum out{total, {}, {}};
  std::size_t i = 0;
  for (const auto& transfer : list.transfer) {
    out.of_parts = out.of_parts + transfer.transferAmount;
    if (i < out.parts.size()) out.parts[i++] = {transfer.fiscalCodePA, transfer.transferAmount};
  }
  return out;
}
/// Of the token, where a message is about several; nothing where it speaks of no money to anybody.
inline std::optional<Sum> sum_in(const Message& message, std::string_view token = {}) {
  return std::visit(
      [&](const auto& said) -> std::optional<Sum> {
        if constexpr (requires { said.data->transferList.transfer.front(); }) {
          if (said.data) return sum_of(said.data->paymentAmount, said.data->transferList);
        } else if constexpr (requires { said.receipt.transferList; }) {
          return sum_of(said.receipt.paymentAmount, said.receipt.transferList);
        } else if constexpr (requires { said.debtAmount; said.transferList; }) {
          return sum_of(said.debtAmount, said.transferList);
        } else if constexpr (requires { said.paymentList.payment; }) {
          for (const auto& payment : said.paymentList.payment) {
            if (payment.paymentToken == token) return sum_of(payment.debtAmount, payment.transferList);
          }
        }
        return std::nullopt;
      },
      message);
}

}  // namespace sim::contract
