// Checkout alone on the stage, with the conversations that every test about it begins with.
// A journey is told by what the user and the Nodo do; the tests read what Checkout does with it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "actors/checkout.hpp"
#include "tests/support/samples.hpp"
#include "tests/support/stage.hpp"

namespace support {

using namespace sim;
using namespace sim::contract;
using P = PrimitiveId;

inline const Party nodo{Role::nodo, ""};
constexpr std::string_view other_token = "5b0d2f0c9e7a4d0e8f31c6a2b7d94e10";

inline CtFaultBean fault(std::string_view code, std::optional<std::string> description = {}) {
  CtFaultBean out;
  out.faultCode = code;
  out.faultString = "una stringa";
  out.id = "NodoDeiPagamentiSPC";
  out.description = std::move(description);
  return out;
}

class CheckoutStage : public Stage {
 public:
  explicit CheckoutStage(Settings values = {}) : Stage(std::make_unique<actors::Checkout>()) { settings = values; }

  CommandId pay(std::string card = "authorised", std::string notice = std::string(samples::notice), std::string ec = std::string(samples::ec)) {
    return command("pay", {{"notice", std::move(notice)}, {"ec", std::move(ec)}, {"card", std::move(card)}});
  }
  void verified() { answer(samples::verify_response(true)); }
  void activated(Amount total = {12000}, bool stamp = false, std::string_view token = samples::token) {
    auto response = std::get<ActivatePaymentNoticeV2Response>(samples::activate_response(true));
    response.totalAmount = total;
    response.paymentToken = token;
    for (CtTransferPSPV2& transfer : response.transferList->transfer) {
      transfer.richiestaMarcaDaBollo.reset();
      transfer.IBAN = "IT60X0542811101000000123456";
    }
    if (stamp) response.transferList->transfer.front().IBAN.reset(), response.transferList->transfer.front().richiestaMarcaDaBollo = CtRichiestaMarcaDaBollo{"wHpFSLCGZjIvNSXxqtGbxg7275t446DRTk5ZrsdUQ6E=", "01", "MI"};
    answer(response);
  }
  /// As far as the answer to closePayment-v2, which is not given.
  void until_close(std::string card = "authorised") {
    pay(std::move(card));
    verified();
    activated();
    pass(settings.gateway_time);
  }
  /// As far as CLOSED.
  void until_closed() {
    until_close();
    answer(ClosePaymentV2Response{});
  }
  /// The user goes away from the summary page.
  void until_cancel() {
    command("verify", {{"notice", std::string(samples::notice)}, {"ec", std::string(samples::ec)}});
    verified();
    command("activate");
    activated();
    command("cancel");
  }
  std::string result(Outcome outcome, std::vector<std::string_view> tokens = {samples::token}) {
    auto message = std::get<SendPaymentResultV2Request>(samples::result_request(false));
    message.outcome = outcome;
    const PaymentResult one = message.payments.front();
    message.payments.clear();
    for (const std::string_view token : tokens) message.payments.push_back(one), message.payments.back().paymentToken = token;
    return told(hear(nodo, message));
  }
  [[nodiscard]] std::string states() const { return history("transaction"); }
  [[nodiscard]] std::string state() const { return states().substr(states().rfind(',') + 1); }
  [[nodiscard]] std::string storno() const { return history("storno"); }
  [[nodiscard]] std::string screen() const {
    const std::string all = details("screen");
    return all.substr(all.rfind(',') + 1);
  }
};

}  // namespace support
