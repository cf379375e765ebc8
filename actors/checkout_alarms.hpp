// The alarms that Checkout sets for itself: what each of them is about is a transaction.
#pragma once

#include <string_view>

namespace actors {

constexpr std::string_view gateway_alarm = "gateway answers";
constexpr std::string_view question_alarm = "gateway is asked";
constexpr std::string_view refund_question_alarm = "gateway is asked before the storno";
constexpr std::string_view life_alarm = "session is over";
constexpr std::string_view activation_alarm = "activation again";
constexpr std::string_view close_alarm = "closePayment again";
constexpr std::string_view result_alarm = "result is missing";
constexpr std::string_view mail_alarm = "mail leaves";
constexpr std::string_view refund_alarm = "gateway reverses";

}  // namespace actors
