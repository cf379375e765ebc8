// What monitors read in messages, whichever version says it. Written for them alone: they share no code with the actors.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/contract/registry.hpp"
#include "sim/contract/subjects.hpp"

namespace sim::reading {

using contract::Body;
using contract::Message;
using contract::Sum;
using contract::sum_in;

inline std::string key_of(const Message& message) {
  return std::visit(
      [](const auto& said) -> std::string {
        if constexpr (requires { *said.idempotencyKey; }) return said.idempotencyKey.value_or("");
        else return {};
      },
      message);
}
inline std::string note_of(const Message& message) {
  return std::visit(
      [](const auto& said) -> std::string {
        if constexpr (requires { said.qrCode; *said.paymentNote; }) return said.paymentNote.value_or("");
        else return {};
      },
      message);
}
inline std::string_view fault_code(const Message& message) {
  const contract::CtFaultBean* fault = contract::fault_of(message);
  return fault == nullptr ? std::string_view{} : std::string_view(fault->faultCode);
}

/// Of the EC's answer to paGetPayment, or of a receipt.
inline std::string reference_in(const Message& message) {
  return std::visit(
      [](const auto& said) -> std::string {
        if constexpr (requires { said.data->creditorReferenceId; }) return said.data ? said.data->creditorReferenceId : std::string();
        else if constexpr (requires { said.receipt.creditorReferenceId; }) return said.receipt.creditorReferenceId;
        else return {};
      },
      message);
}
/// Whether an EC's answer to paGetPayment keeps together; true of anything else.
inline bool adds_up(const Message& message) {
  return std::visit(
      [](const auto& said) {
        if constexpr (requires { said.data->transferList.transfer.front().transferAmount; }) {
          if (said.outcome != contract::Outcome::OK) return true;
          if (!said.data) return false;
          contract::Amount sum;
          for (const auto& transfer : said.data->transferList.transfer) sum = sum + transfer.transferAmount;
          const std::size_t count = said.data->transferList.transfer.size();
          return sum == said.data->paymentAmount && count >= 1 && count <= 5;
        } else {
          return true;
        }
      },
      message);
}
/// Whether every transfer goes to an enabled EC, on an account of its own.
inline bool is_registered(const contract::Registry& registry, const Message& message) {
  return std::visit(
      [&](const auto& said) {
        if constexpr (requires { said.data->transferList.transfer.front().IBAN; }) {
          if (!said.data) return true;
          for (const auto& transfer : said.data->transferList.transfer) {
            const contract::CreditorInstitution* of = registry.creditor(transfer.fiscalCodePA);
            if (of == nullptr || !of->enabled) return false;
            const std::optional<std::string> account = transfer.IBAN;
            if (account && std::find(of->ibans.begin(), of->ibans.end(), *account) == of->ibans.end()) return false;
          }
        }
        return true;
      },
      message);
}
/// Whether a digital stamp is among the transfers of an EC's answer to paGetPayment, or of the Nodo's to an activation.
inline bool has_stamp(const Message& message) {
  const auto any = [](const auto& list) { return std::any_of(list.transfer.begin(), list.transfer.end(), [](const auto& t) { return t.richiestaMarcaDaBollo.has_value(); }); };
  return std::visit(
      [&](const auto& said) {
        if constexpr (requires { said.data->transferList.transfer.front().richiestaMarcaDaBollo; }) return said.data && any(said.data->transferList);
        else if constexpr (requires { said.transferList->transfer.front().richiestaMarcaDaBollo; }) return said.transferList && any(*said.transferList);
        else return false;
      },
      message);
}
/// The dueDate that an EC's answer gives; empty: none.
inline std::string due_date_in(const Message& message) {
  return std::visit(
      [](const auto& said) -> std::string {
        if constexpr (requires { said.data->dueDate; }) return said.data ? said.data->dueDate : std::string();
        else if constexpr (requires { said.paymentList->paymentOptionDescription.dueDate; said.paymentList->paymentOptionDescription.allCCP; }) return said.paymentList ? said.paymentList->paymentOptionDescription.dueDate.value_or("") : std::string();
        else return {};
      },
      message);
}
/// Whether an EC's answer to paGetPayment has a field that the platform ignores. [EC-03]
inline bool has_ignored_fields(const Message& message) {
  return std::visit(
      [](const auto& said) {
        if constexpr (requires { said.data->retentionDate; }) return said.data && (said.data->retentionDate || said.data->lastPayment);
        else return false;
      },
      message);
}
/// What the EC says that is due, in verify or in activation.
inline std::optional<contract::Amount> amount_in(const Message& message) {
  return std::visit(
      [](const auto& said) -> std::optional<contract::Amount> {
        if constexpr (requires { said.data->paymentAmount; }) return said.data ? std::optional(said.data->paymentAmount) : std::nullopt;
        else if constexpr (requires { said.paymentList->paymentOptionDescription.amount.cents; said.paymentList->paymentOptionDescription.allCCP; }) return said.paymentList ? std::optional(said.paymentList->paymentOptionDescription.amount) : std::nullopt;
        else return std::nullopt;
      },
      message);
}

/// What a message says of Stand In; nothing when the payment is not in it, or not named.
inline std::optional<bool> flag_in(const Message& message, std::string_view token) {
  return std::visit(
      [&](const auto& said) -> std::optional<bool> {
        if constexpr (requires { said.standin; }) return said.standin;
        else if constexpr (requires { said.receipt.standIn; }) return said.receipt.standIn;
        else if constexpr (requires { said.paymentList.payment; }) {
          for (const auto& payment : said.paymentList.payment) {
            if (payment.paymentToken == token) return payment.standin;
          }
        }
        return std::nullopt;
      },
      message);
}

/// The PSP and the channel that a closePayment chose, and its fee.
struct Chosen {
  std::string psp, channel;
  contract::Amount fee;
};
inline Chosen chosen_in(const Message& close) {
  return std::visit(
      [](const auto& said) -> Chosen {
        if constexpr (requires { said.paymentTokens; said.idPSP; said.totalAmount; said.fee; }) return {said.idPSP.value_or(""), said.idChannel.value_or(""), said.fee.value_or(contract::Amount{})};
        else if constexpr (requires { said.identificativoPsp; }) return {said.identificativoPsp.value_or(""), said.identificativoCanale.value_or(""), said.fee.value_or(contract::Amount{})};
        else return {};
      },
      close);
}
/// The same tokens, in whatever order.
inline bool same_tokens(const Message& a, const Message& b) {
  std::vector<std::string> x = contract::tokens_of(a), y = contract::tokens_of(b);
  std::sort(x.begin(), x.end());
  std::sort(y.begin(), y.end());
  return x == y;
}

/// What the Nodo asks about to learn whether a station is up again.
inline constexpr std::string_view probe_notice = "000000000000000000";

/// The keys that the dictionary of metadata wants of a card. [CHK-09]
inline bool has_card_data(const contract::ClosePaymentV2Request& said) {
  if (!said.additionalPaymentInformations) return false;
  const auto& members = said.additionalPaymentInformations->members;
  for (const std::string_view key : {"rrn", "outcomePaymentGateway", "totalAmount", "fee", "timestampOperation", "authorizationCode"}) {
    if (std::none_of(members.begin(), members.end(), [&](const auto& member) { return member.key == key && !member.value.empty(); })) return false;
  }
  return true;
}

inline bool is_postal(std::string_view iban) { return iban.size() > 10 && iban.substr(5, 5) == "07601"; }

}  // namespace sim::reading
