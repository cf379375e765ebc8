// The payment gateway, the mail to the user and the storno, as far as Checkout sees them: all three are simulated here.
// The trap: a gateway that says nothing may have taken the money all the same. Checkout asks it, and at the end of the
// session asks again before it gives anything back, never too soon after the authorisation was asked for. [storno R4]
#include <algorithm>

#include "actors/checkout.hpp"
#include "actors/checkout_alarms.hpp"

namespace actors {

using namespace sim;
using contract::to_text;
using S = TransactionState;
using E = TransactionEvent;

// ---- the authorisation ----

bool Checkout::is_locked(const TransactionContext& c) const {
  return std::any_of(c.transaction.notices.begin(), c.transaction.notices.end(), [&](const NoticeToPay& notice) {
    const auto lock = locks_.find(notice.token);
    return lock != locks_.end() && lock->second.transaction != c.transaction.id && lock->second.until > c.turn.now;
  });
}

void Checkout::ask_gateway(TransactionContext& c) {
  Transaction& t = c.transaction;
  t.authorisation_asked = true;
  t.asked_at = c.turn.now;
  for (const NoticeToPay& notice : t.notices) locks_[notice.token] = {t.id, c.turn.now + c.turn.settings.token_lock};
  if (gateway_case(t.card).hearing == Hearing::calls_back) c.turn.wake(c.turn.now + c.turn.settings.gateway_time, gateway_alarm, t.id);
  t.gateway_alarm = c.turn.wake(c.turn.now + c.turn.settings.gateway_question_after, question_alarm, t.id);
}

// The answer is 422, and the page knows no better word for it. [INFERRED]
void Checkout::refuse_authorisation(TransactionContext& c) { show(c.turn, c.transaction, "GENERIC_ERROR"); }

Checkout::Found Checkout::question(Turn& turn, Transaction& t) {
  const GatewayCase& row = gateway_case(t.card);
  ++t.gateway_questions;
  if (row.hearing == Hearing::unreachable || t.gateway_questions <= turn.settings.gateway_question_failures) return Found::unreachable;
  if (row.hearing == Hearing::never_decided || turn.now < t.asked_at + turn.settings.gateway_time) return Found::undecided;
  return row.result == "EXECUTED" ? Found::authorised : Found::denied;
}

void Checkout::gateway_decided(Turn& turn, Transaction& t, bool authorised) {
  if (t.authorised.has_value()) return;
  turn.cancel(t.gateway_alarm);
  t.authorised = authorised;
  t.authorised_at = t.asked_at + turn.settings.gateway_time;
  t.rrn = turn.random.digits(12);
  t.authorization_code = turn.random.digits(6);
  move(turn, t, authorised ? E::gateway_ok : E::gateway_ko);
  const bool closing = t.goal == "close" && t.state == S::CLOSURE_REQUESTED;
  if (!closing) arrived(turn, t);
}

void Checkout::question_again(Turn& turn, Transaction& t) {
  if (t.state != S::AUTHORIZATION_REQUESTED) return;
  const bool too_late = turn.now + turn.settings.gateway_question_margin >= t.life_end;
  const Found found = too_late ? Found::undecided : question(turn, t);
  if (found == Found::authorised || found == Found::denied) {
    gateway_decided(turn, t, found == Found::authorised);
    return;
  }
  const Instant next = turn.now + turn.settings.gateway_question_slot * t.gateway_questions;
  const bool again = t.gateway_questions <= turn.settings.gateway_question_retries && next + turn.settings.gateway_question_margin < t.life_end;
  if (again && !too_late) t.gateway_alarm = turn.wake(next, question_alarm, t.id);
}

void Checkout::ask_before_refund(TransactionContext& c) {
  const contract::Settings& settings = c.turn.settings;
  const Instant allowed = c.transaction.asked_at + settings.refund_not_before;
  const Instant at = allowed > c.turn.now ? allowed + settings.refund_not_before_margin : c.turn.now;
  c.turn.wake(at, refund_question_alarm, c.transaction.id);
}

// An order that the user never completed took nothing.
void Checkout::question_before_refund(Turn& turn, Transaction& t) {
  if (t.state != S::EXPIRED || t.authorised.has_value()) return;
  const Found found = question(turn, t);
  if (found == Found::unreachable) move(turn, t, E::gateway_unreachable);
  else if (found != Found::undecided) gateway_decided(turn, t, found == Found::authorised);
}

// ---- the mail ----

void Checkout::send_mail(TransactionContext& c) {
  c.turn.wake(c.turn.now + c.turn.settings.mail_time, mail_alarm, c.transaction.id);
}

void Checkout::retry_mail(TransactionContext& c) {
  c.turn.wake(c.turn.now + c.turn.settings.mail_retry_slot * c.transaction.mail_attempts, mail_alarm, c.transaction.id);
}

// ---- the storno ----

void Checkout::note_storno(Turn& turn, Transaction& t, std::string_view state, std::string detail) {
  turn.note({"storno", t.id, t.notices.front().key(), t.storno, state, "CHK-04", std::move(detail)});
  t.storno = state;
}

// Notices and fee, all of it: the user paid both. [CHK-04]
void Checkout::request_refund(TransactionContext& c) {
  note_storno(c.turn, c.transaction, "REQUESTED", to_text(c.transaction.amount() + c.transaction.fee));
  c.turn.wake(c.turn.now + c.turn.settings.gateway_time, refund_alarm, c.transaction.id);
}

void Checkout::retry_refund(TransactionContext& c) {
  c.turn.wake(c.turn.now + c.turn.settings.refund_retry_slot * c.transaction.refund_attempts, refund_alarm, c.transaction.id);
}

// As long as nobody knows what the gateway did, each attempt begins with the question; where nothing was taken there is
// nothing to give back, and the gateway turns the storno down. [INFERRED]
void Checkout::try_refund(Turn& turn, Transaction& t) {
  ++t.refund_attempts;
  E event = t.refund_attempts <= turn.settings.refund_failures ? E::refund_failed : turn.settings.refund_not_allowed ? E::refund_refused : E::refunded;
  if (!t.authorised.has_value()) {
    const Found found = question(turn, t);
    if (found == Found::unreachable) event = E::refund_failed;
    else if (found != Found::authorised) event = E::refund_refused;
    else t.authorised = true;
  }
  move(turn, t, event);
}

void Checkout::refund_done(TransactionContext& c) {
  note_storno(c.turn, c.transaction, "EXECUTED", to_text(c.transaction.amount() + c.transaction.fee));
}

void Checkout::ask_for_a_check(TransactionContext& c, std::string_view reason) {
  note_storno(c.turn, c.transaction, "MANUAL", std::string(reason));
}

}  // namespace actors
