// The transaction of Checkout on one screen: the states of the real one, and the row that leads from each to the next.
// Rules of the storno: R1-R5 give the money back, N1-N5 do not. The trap: the end of the session is Checkout's own timer,
// and what it means depends on where it finds the transaction; in doubt nothing is given back, and a person has to look.
#include <array>

#include "actors/checkout.hpp"
#include "sim/check.hpp"

namespace actors {
namespace {

using namespace sim;
using namespace sim::contract;
using namespace std::string_view_literals;

// ---- facts ----
using Fact = sim::Guard<TransactionContext>;
using C = const TransactionContext&;
constexpr Fact always{"always"};
constexpr Fact authorised{"authorised", [](C c) { return c.transaction.authorised.value_or(false); }};
constexpr Fact is_cancellation{"is_cancellation", [](C c) { return c.transaction.cancelled; }};
constexpr Fact refund_is_due{"refund_is_due", [](C c) {
  return c.transaction.authorised.value_or(false) && !c.transaction.cancelled && c.transaction.close_is_refundable;
}};
constexpr Fact token_is_locked{"token_is_locked", [](C c) { return c.checkout.is_locked(c); }};
constexpr Fact close_can_leave{"close_can_leave", [](C c) { return !c.turn.settings.crash_before_close; }};
constexpr Fact refund_can_be_asked{"refund_can_be_asked", [](C c) { return !c.turn.settings.crash_before_refund; }};
constexpr Fact nodo_accepted{"nodo_accepted", [](C c) { return !c.transaction.nodo_said_ko; }};
constexpr Fact ko_can_be_refunded{"ko_can_be_refunded", [](C c) { return c.transaction.nodo_said_ko && !c.turn.settings.crash_before_refund; }};
constexpr Fact nodo_said_ko{"nodo_said_ko", [](C c) { return c.transaction.nodo_said_ko; }};
constexpr Fact result_is_here{"result_is_here", [](C c) { return c.transaction.result != nullptr; }};
constexpr Fact result_is_ok{"result_is_ok", [](C c) {
  return c.transaction.result != nullptr && outcome_of(*c.transaction.result) == Outcome::OK;
}};
constexpr Fact expired_while_closing{"expired_while_closing", [](C c) {
  const TransactionState before = c.transaction.before_expiry;
  return c.transaction.authorised.value_or(false) &&
         (before == TransactionState::CLOSURE_REQUESTED || before == TransactionState::CLOSURE_ERROR);
}};
constexpr Fact expired_while_authorising{"expired_while_authorising", [](C c) {
  return c.transaction.before_expiry == TransactionState::AUTHORIZATION_REQUESTED;
}};
constexpr Fact expired_after_close{"expired_after_close", [](C c) { return c.transaction.before_expiry == TransactionState::CLOSED; }};
constexpr Fact expired_owing_money{"expired_owing_money", [](C c) {
  const TransactionState before = c.transaction.before_expiry;
  const bool telling = before == TransactionState::NOTIFICATION_REQUESTED || before == TransactionState::NOTIFICATION_ERROR ||
                       before == TransactionState::NOTIFIED_KO;
  const bool told_ko = c.transaction.result != nullptr && outcome_of(*c.transaction.result) == Outcome::KO;
  return (telling && told_ko) || (before == TransactionState::CLOSED && c.transaction.nodo_said_ko);
}};
constexpr Fact close_is_in_doubt{"close_is_in_doubt", [](C c) {
  const TransactionState before = c.transaction.before_expiry;
  return c.transaction.authorised.value_or(false) &&
         (before == TransactionState::AUTHORIZATION_COMPLETED || before == TransactionState::CLOSURE_REQUESTED || before == TransactionState::CLOSURE_ERROR);
}};
constexpr Fact mails_left{"mails_left", [](C c) { return c.transaction.mail_attempts <= c.turn.settings.mail_retries; }};
constexpr Fact refunds_left{"refunds_left", [](C c) { return c.transaction.refund_attempts <= c.turn.settings.refund_retries; }};

// ---- orders ----
using Order = sim::Action<TransactionContext>;
constexpr Order nothing{""};
constexpr Order cannot_happen{"cannot_happen", [](TransactionContext&) { SIM_CANNOT_HAPPEN("the tables let an impossible event happen"); }};
constexpr Order start_session{"start_session", [](TransactionContext& c) { c.checkout.start_session(c); }};
constexpr Order ask_gateway{"ask_gateway", [](TransactionContext& c) { c.checkout.ask_gateway(c); }};
constexpr Order refuse_authorisation{"refuse_authorisation", [](TransactionContext& c) { c.checkout.refuse_authorisation(c); }};
constexpr Order ask_before_refund{"ask_before_refund", [](TransactionContext& c) { c.checkout.ask_before_refund(c); }};
constexpr Order forget_token_and_close{"forget_token_and_close", [](TransactionContext& c) { c.checkout.forget_activation(c), c.checkout.close_payment(c); }};
constexpr Order close_payment{"close_payment", [](TransactionContext& c) { c.checkout.close_payment(c); }};
constexpr Order retry_close{"retry_close", [](TransactionContext& c) { c.checkout.retry_close(c); }};
constexpr Order await_result{"await_result", [](TransactionContext& c) { c.checkout.await_result(c); }};
constexpr Order take_result{"take_result", [](TransactionContext& c) { c.checkout.take_result(c); }};
constexpr Order take_result_and_mail{"take_result_and_mail", [](TransactionContext& c) { c.checkout.take_result(c), c.checkout.send_mail(c); }};
constexpr Order refuse_result{"refuse_result", [](TransactionContext& c) { c.checkout.refuse_result(c); }};
constexpr Order send_mail{"send_mail", [](TransactionContext& c) { c.checkout.send_mail(c); }};
constexpr Order retry_mail{"retry_mail", [](TransactionContext& c) { c.checkout.retry_mail(c); }};
constexpr Order request_refund{"request_refund", [](TransactionContext& c) { c.checkout.request_refund(c); }};
constexpr Order retry_refund{"retry_refund", [](TransactionContext& c) { c.checkout.retry_refund(c); }};
constexpr Order refund_done{"refund_done", [](TransactionContext& c) { c.checkout.refund_done(c); }};
// What nobody decides by itself: the reason is what the person who looks into it is told.
constexpr Order check_the_close{"check_the_close", [](TransactionContext& c) { c.checkout.ask_for_a_check(c, "close-in-doubt"); }};
constexpr Order check_the_result{"check_the_result", [](TransactionContext& c) { c.checkout.ask_for_a_check(c, "result-missing"); }};
constexpr Order check_the_retries{"check_the_retries", [](TransactionContext& c) { c.checkout.ask_for_a_check(c, "storno-retries-over"); }};
constexpr Order check_the_refusal{"check_the_refusal", [](TransactionContext& c) { c.checkout.ask_for_a_check(c, "storno-not-allowed"); }};

// clang-format off
using S = TransactionState;
using E = TransactionEvent;
constexpr auto rows = std::to_array<TransactionRow>({
  // in                          on                      when                   do               then                         rule
  { S::none,                    E::activated,           always,                start_session,   S::ACTIVATED,               "CHK-03" },
  { S::ACTIVATED,               E::authorisation_asked, token_is_locked,       refuse_authorisation, S::same,               "CHK-04" },
  { S::ACTIVATED,               E::authorisation_asked, always,                ask_gateway,     S::AUTHORIZATION_REQUESTED, "CHK-04" },
  { S::ACTIVATED,               E::user_cancels,        always,                forget_token_and_close, S::CANCELLATION_REQUESTED,  "CHK-04" },
  { S::ACTIVATED,               E::life_over,           always,                nothing,         S::EXPIRED_NOT_AUTHORIZED,  "storno N2" },
  { S::AUTHORIZATION_REQUESTED, E::gateway_ok,          always,                nothing,         S::AUTHORIZATION_COMPLETED, "CHK-04" },
  { S::AUTHORIZATION_REQUESTED, E::gateway_ko,          always,                nothing,         S::AUTHORIZATION_COMPLETED, "storno N1" },
  { S::AUTHORIZATION_REQUESTED, E::life_over,           always,                ask_before_refund, S::EXPIRED,               "storno R4" },
  { S::AUTHORIZATION_COMPLETED, E::at_once,             close_can_leave,       close_payment,   S::CLOSURE_REQUESTED,       "CHK-04" },
  { S::AUTHORIZATION_COMPLETED, E::life_over,           always,                nothing,         S::EXPIRED,                 "storno N3" },
  { S::EXPIRED,                 E::gateway_ok,          expired_while_authorising, request_refund, S::REFUND_REQUESTED,    "storno R4" },
  { S::EXPIRED,                 E::gateway_unreachable, expired_while_authorising, request_refund, S::REFUND_REQUESTED,    "storno R4" },
  // the answer to closePayment
  { S::CLOSURE_REQUESTED,       E::close_ok,            authorised,            await_result,    S::CLOSED,                  "CHK-04" },
  { S::CLOSURE_REQUESTED,       E::close_ok,            always,                nothing,         S::UNAUTHORIZED,            "storno N1" },
  { S::CLOSURE_REQUESTED,       E::close_ko,            authorised,            nothing,         S::CLOSED,                  "storno R1" },
  { S::CLOSURE_REQUESTED,       E::close_ko,            always,                nothing,         S::UNAUTHORIZED,            "storno N1" },
  { S::CLOSURE_REQUESTED,       E::close_refundable,    always,                nothing,         S::CLOSURE_ERROR,           "storno R2" },
  { S::CLOSURE_REQUESTED,       E::close_final,         always,                nothing,         S::CLOSURE_ERROR,           "storno N3" },
  { S::CLOSURE_REQUESTED,       E::close_silent,        always,                retry_close,     S::CLOSURE_ERROR,           "storno N3" },
  { S::CLOSURE_REQUESTED,       E::life_over,           always,                nothing,         S::EXPIRED,                 "storno N3" },
  { S::CANCELLATION_REQUESTED,  E::close_ok,            always,                nothing,         S::CANCELED,                "storno N2" },
  { S::CANCELLATION_REQUESTED,  E::close_ko,            always,                nothing,         S::CANCELED,                "storno N2" },
  { S::CANCELLATION_REQUESTED,  E::close_refundable,    always,                nothing,         S::CLOSURE_ERROR,           "storno N2" },
  { S::CANCELLATION_REQUESTED,  E::close_final,         always,                nothing,         S::CLOSURE_ERROR,           "storno N2" },
  { S::CANCELLATION_REQUESTED,  E::close_silent,        always,                retry_close,     S::CLOSURE_ERROR,           "storno N2" },
  { S::CANCELLATION_REQUESTED,  E::life_over,           always,                nothing,         S::CANCELLATION_EXPIRED,    "storno N2" },
  { S::CLOSURE_ERROR,           E::at_once,             refund_is_due,         request_refund,  S::REFUND_REQUESTED,        "storno R2" },
  { S::CLOSURE_ERROR,           E::close_ok,            is_cancellation,       nothing,         S::CANCELED,                "storno N2" },
  { S::CLOSURE_ERROR,           E::close_ok,            authorised,            await_result,    S::CLOSED,                  "CHK-04" },
  { S::CLOSURE_ERROR,           E::close_ok,            always,                nothing,         S::UNAUTHORIZED,            "storno N1" },
  { S::CLOSURE_ERROR,           E::close_ko,            is_cancellation,       nothing,         S::CANCELED,                "storno N2" },
  { S::CLOSURE_ERROR,           E::close_ko,            authorised,            nothing,         S::CLOSED,                  "storno R1" },
  { S::CLOSURE_ERROR,           E::close_ko,            always,                nothing,         S::UNAUTHORIZED,            "storno N1" },
  { S::CLOSURE_ERROR,           E::close_refundable,    always,                nothing,         S::CLOSURE_ERROR,           "storno R2" },
  { S::CLOSURE_ERROR,           E::close_silent,        always,                retry_close,     S::same,                    "storno N3" },
  { S::CLOSURE_ERROR,           E::life_over,           is_cancellation,       nothing,         S::CANCELLATION_EXPIRED,    "storno N2" },
  { S::CLOSURE_ERROR,           E::life_over,           always,                nothing,         S::EXPIRED,                 "storno N3" },
  // the Nodo's result; it may come before closePayment's own answer, or after expiry
  { S::CLOSED,                  E::at_once,             ko_can_be_refunded,    request_refund,  S::REFUND_REQUESTED,        "storno R1" },
  { S::CLOSED,                  E::at_once,             result_is_here,        send_mail,       S::NOTIFICATION_REQUESTED,  "CHK-04" },
  { S::CLOSED,                  E::life_over,           nodo_said_ko,          nothing,         S::EXPIRED,                 "storno R5" },
  { S::CLOSED,                  E::result_ok,           nodo_accepted,              take_result_and_mail, S::NOTIFICATION_REQUESTED,  "CHK-04" },
  { S::CLOSED,                  E::result_ko,           nodo_accepted,         take_result_and_mail, S::NOTIFICATION_REQUESTED,  "storno R3" },
  { S::CLOSED,                  E::result_missing,      always,                nothing,         S::EXPIRED,                 "storno N4" },
  { S::CLOSURE_REQUESTED,       E::result_ok,           authorised,            take_result,     S::CLOSED,                  "CHK-04" },
  { S::CLOSURE_REQUESTED,       E::result_ko,           authorised,            take_result,     S::CLOSED,                  "storno R3" },
  { S::CLOSURE_ERROR,           E::result_ok,           authorised,            take_result,     S::CLOSED,                  "CHK-04" },
  { S::CLOSURE_ERROR,           E::result_ko,           authorised,            take_result,     S::CLOSED,                  "storno R3" },
  { S::EXPIRED,                 E::result_ok,           expired_while_closing, take_result,     S::CLOSED,                  "CHK-04" },
  { S::EXPIRED,                 E::result_ko,           expired_while_closing, take_result,     S::CLOSED,                  "storno R3" },
  { S::EXPIRED,                 E::result_ok,           expired_after_close,   take_result_and_mail, S::NOTIFICATION_REQUESTED,  "storno N4" },
  { S::EXPIRED,                 E::result_ko,           expired_after_close,   take_result_and_mail, S::NOTIFICATION_REQUESTED,  "storno R3" },
  { S::NOTIFICATION_REQUESTED,  E::mailed,              result_is_ok,          nothing,         S::NOTIFIED_OK,             "CHK-04" },
  { S::NOTIFICATION_REQUESTED,  E::mailed,              always,                nothing,         S::NOTIFIED_KO,             "storno R3" },
  { S::NOTIFICATION_REQUESTED,  E::mail_failed,         always,                retry_mail,      S::NOTIFICATION_ERROR,      "storno R3" },
  { S::NOTIFICATION_ERROR,      E::mailed,              result_is_ok,          nothing,         S::NOTIFIED_OK,             "CHK-04" },
  { S::NOTIFICATION_ERROR,      E::mailed,              always,                nothing,         S::NOTIFIED_KO,             "storno R3" },
  { S::NOTIFICATION_ERROR,      E::mail_failed,         mails_left,            retry_mail,      S::same,                    "storno R3" },
  { S::NOTIFICATION_ERROR,      E::mail_failed,         result_is_ok,          nothing,         S::same,                    "storno N5" },
  { S::NOTIFICATION_ERROR,      E::mail_failed,         always,                request_refund,  S::REFUND_REQUESTED,        "storno R3" },
  // the session may end while the user is being told
  { S::NOTIFICATION_REQUESTED,  E::life_over,           always,                nothing,         S::EXPIRED,                 "storno R5" },
  { S::NOTIFICATION_ERROR,      E::life_over,           always,                nothing,         S::EXPIRED,                 "storno R5" },
  { S::NOTIFIED_KO,             E::life_over,           always,                nothing,         S::EXPIRED,                 "storno R5" },
  { S::EXPIRED,                 E::at_once,             expired_owing_money,   request_refund,  S::REFUND_REQUESTED,        "storno R5" },
  { S::EXPIRED,                 E::at_once,             close_is_in_doubt,     check_the_close, S::same,                    "storno N3" },
  { S::EXPIRED,                 E::at_once,             expired_after_close,   check_the_result, S::same,                   "storno N4" },
  // A mail of a KO that is still on its way has no row in EXPIRED: its money went back when the session ended.
  { S::EXPIRED,                 E::mailed,              result_is_ok,          nothing,         S::NOTIFIED_OK,             "CHK-04" },
  { S::EXPIRED,                 E::mail_failed,         mails_left,            retry_mail,      S::same,                    "storno N5" },
  { S::NOTIFIED_KO,             E::at_once,             refund_can_be_asked,              request_refund,  S::REFUND_REQUESTED,        "storno R3" },
  // the storno
  { S::REFUND_REQUESTED,        E::refunded,            always,                refund_done,     S::REFUNDED,                "CHK-04" },
  { S::REFUND_REQUESTED,        E::refund_failed,       always,                retry_refund,    S::REFUND_ERROR,            "CHK-04" },
  { S::REFUND_REQUESTED,        E::refund_refused,      always,                check_the_refusal, S::REFUND_ERROR,          "CHK-04" },
  { S::REFUND_ERROR,            E::refunded,            always,                refund_done,     S::REFUNDED,                "CHK-04" },
  { S::REFUND_ERROR,            E::refund_failed,       refunds_left,          retry_refund,    S::same,                    "CHK-04" },
  { S::REFUND_ERROR,            E::refund_failed,       always,                check_the_retries, S::same,                  "CHK-04" },
  { S::REFUND_ERROR,            E::refund_refused,      always,                check_the_refusal, S::same,                  "CHK-04" },
  // what changes nothing any more
  { S::any,                     E::result_ok,           always,                refuse_result,   S::same,                    "" },
  { S::any,                     E::result_ko,           always,                refuse_result,   S::same,                    "" },
  { S::any,                     E::user_cancels,        always,                nothing,         S::same,                    "" },
  { S::any,                     E::life_over,           always,                nothing,         S::same,                    "" },
  { S::any,                     E::result_missing,      always,                nothing,         S::same,                    "" },
  { S::any,                     E::close_ok,            always,                nothing,         S::same,                    "" },
  { S::any,                     E::close_ko,            always,                nothing,         S::same,                    "" },
  { S::any,                     E::close_refundable,    always,                nothing,         S::same,                    "" },
  { S::any,                     E::close_final,         always,                nothing,         S::same,                    "" },
  { S::any,                     E::close_silent,        always,                nothing,         S::same,                    "" },
  { S::any,                     E::authorisation_asked, always,                nothing,         S::same,                    "" },
  { S::any,                     E::gateway_ok,          always,                nothing,         S::same,                    "" },
  { S::any,                     E::gateway_ko,          always,                nothing,         S::same,                    "" },
  { S::any,                     E::gateway_unreachable, always,                nothing,         S::same,                    "" },
  { S::any,                     E::activated,           always,                cannot_happen,   S::same,                    "" },
  { S::any,                     E::mailed,              always,                nothing,         S::same,                    "" },
  { S::any,                     E::mail_failed,         always,                nothing,         S::same,                    "" },
  { S::any,                     E::refunded,            always,                cannot_happen,   S::same,                    "" },
  { S::any,                     E::refund_failed,       always,                cannot_happen,   S::same,                    "" },
  { S::any,                     E::refund_refused,      always,                cannot_happen,   S::same,                    "" },
});
static_assert(is_total(rows) && has_no_dead_row(rows) && reaches_every_state(rows));

// clang-format on

}  // namespace

std::span<const TransactionRow> transaction_table() { return rows; }

std::string_view to_text(TransactionState state) {
  constexpr std::array names{"none"sv, "ACTIVATED"sv, "AUTHORIZATION_REQUESTED"sv, "AUTHORIZATION_COMPLETED"sv, "CLOSURE_REQUESTED"sv,
                             "CLOSURE_ERROR"sv, "CLOSED"sv, "CANCELLATION_REQUESTED"sv, "CANCELED"sv, "CANCELLATION_EXPIRED"sv,
                             "UNAUTHORIZED"sv, "EXPIRED"sv, "EXPIRED_NOT_AUTHORIZED"sv, "NOTIFICATION_REQUESTED"sv,
                             "NOTIFICATION_ERROR"sv, "NOTIFIED_OK"sv, "NOTIFIED_KO"sv, "REFUND_REQUESTED"sv, "REFUND_ERROR"sv,
                             "REFUNDED"sv, "any"sv, "same"sv};
  return names[static_cast<std::size_t>(state)];
}
std::string_view to_text(TransactionEvent event) {
  constexpr std::array names{"at_once"sv, "activated"sv, "authorisation_asked"sv, "user_cancels"sv, "life_over"sv, "gateway_ok"sv,
                             "gateway_ko"sv, "gateway_unreachable"sv, "close_ok"sv, "close_ko"sv, "close_refundable"sv, "close_final"sv, "close_silent"sv,
                             "result_ok"sv, "result_ko"sv, "result_missing"sv, "mailed"sv, "mail_failed"sv, "refunded"sv, "refund_failed"sv,
                             "refund_refused"sv};
  return names[static_cast<std::size_t>(event)];
}

}  // namespace actors
