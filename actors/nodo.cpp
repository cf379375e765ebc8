#include "actors/nodo.hpp"

#include "sim/check.hpp"
#include "sim/contract/rest_answers.hpp"

namespace actors {

using namespace sim;
using namespace sim::contract;

namespace {

constexpr std::string_view expiry_alarm = "mod3CancelV2";
constexpr std::string_view receipt_alarm = "paSendRt";
constexpr std::string_view result_alarm = "positionRetrySendPaymentResult";
constexpr std::string_view clean_alarm = "idempotencyCacheClean";

/// When a job that runs at fixed times next looks at something that is due then.
Instant next_round(Instant due, Duration period) {
  const std::int64_t rounds = (due.ms - run_start.ms + period.ms - 1) / period.ms;
  return run_start + Duration{rounds * period.ms};
}

}  // namespace

std::string position_key(std::string_view fiscalCode, std::string_view noticeNumber) {
  return std::string(fiscalCode) + "/" + std::string(noticeNumber);
}

std::string idempotency_key(const Message& message) {
  return std::visit([&](const auto& request) -> std::string {
    if constexpr (requires { request.idempotencyKey; request.password; }) {
      if (request.idempotencyKey) return std::string(primitive(primitive_of(message)).name) + "|" + request.idPSP + "|" + *request.idempotencyKey;
    }
    return {};
  }, message);
}

void Nodo::handle(Turn& turn, const Input& input) {
  if (const auto* request = std::get_if<Request>(&input)) on_request(turn, *request);
  else if (const auto* answer = std::get_if<Answer>(&input)) on_answer(turn, *answer);
  else if (const auto* alarm = std::get_if<Alarm>(&input)) on_alarm(turn, *alarm);
  else on_command(turn, std::get<Command>(input));
}

void Nodo::on_request(Turn& turn, const Request& request) {
  const Primitive& row = primitive(request.primitive);
  if (const auto* malformed = std::get_if<Malformed>(&request.said)) {
    if (row.port != nullptr) {
      const Violation& first = malformed->violations.front();
      turn.reply(request.exchange, share(refusal(row.id, fault_bean(row.syntax_fault, nodo_id, contract::to_text(first)))));
    } else {
      RestRefusal answer = syntax_refusal(row.id, malformed->violations);
      turn.reply(request.exchange, share(std::move(answer.message)), answer.status);
    }
    return;
  }
  Inbound inbound{request.exchange, request.from, std::get<Body>(request.said)};
  if (breaks_edition(turn, inbound)) return;
  const Message& said = *inbound.said;
  switch (request.primitive) {
    case PrimitiveId::verifyPaymentNotice: verify(turn, std::move(inbound)); return;
    case PrimitiveId::activatePaymentNotice: activate(turn, inbound, std::get<ActivatePaymentNoticeReq>(said)); return;
    case PrimitiveId::activatePaymentNoticeV2: activate(turn, inbound, std::get<ActivatePaymentNoticeV2Request>(said)); return;
    case PrimitiveId::sendPaymentOutcome:
    case PrimitiveId::sendPaymentOutcomeV2: outcome(turn, inbound); return;
    case PrimitiveId::closePaymentV1:
    case PrimitiveId::closePaymentV2: close(turn, inbound); return;
    case PrimitiveId::checkPosition: check_position(turn, inbound); return;
    default: decline(turn, inbound); return;
  }
}

// A syntax fault like any other: it comes first, and burns no key. [IDMP_ACT_2]
bool Nodo::breaks_edition(Turn& turn, const Inbound& inbound) {
  return std::visit([&](const auto& said) {
    if constexpr (requires { said.idempotencyKey; said.password; }) return refused_by(turn, inbound, "nodo.edition", tables_.edition, caller_of(turn, said), false);
    else return false;
  }, *inbound.said);
}

// Understood and not served: the other party learns why, and that repeating will not help.
void Nodo::decline(Turn& turn, const Inbound& inbound) {
  const PrimitiveId id = primitive_of(*inbound.said);
  if (primitive(id).port == nullptr) turn.reply(inbound.exchange, share(refusal(id, "Service not active")), 501);
  else refuse(turn, inbound, "PPT_SERVIZIO_NONATTIVO", std::string(primitive(id).name) + " is not served", false);
}

void Nodo::on_answer(Turn& turn, const Answer& heard) {
  const auto found = pending_.find(heard.exchange);
  SIM_CHECK(found != pending_.end());
  const Pending pending = std::move(found->second);
  pending_.erase(found);
  switch (pending.what) {
    case Pending::What::verify: verified(turn, pending, heard); return;
    case Pending::What::activation: activated(turn, pending, heard); return;
    case Pending::What::notify: notified(turn, pending, heard); return;
    case Pending::What::receipt: receipt_answered(turn, pending, heard); return;
    case Pending::What::result: result_answered(turn, pending, heard); return;
    case Pending::What::scripted:
    case Pending::What::forgotten: return;
  }
}

// Tokens, positions, closes, receipts to send and keys are stored. A verify or an activation that had no answer yet is not,
// nor is an outcome that waited for the PSP's answer: whoever sent it asks again.
void Nodo::restart() {
  for (auto& [exchange, pending] : pending_) {
    if (pending.what == Pending::What::activation) positions_.at(pending.about).activation_pending = false;
    if (pending.what == Pending::What::verify || pending.what == Pending::What::activation) pending.what = Pending::What::forgotten;
  }
  for (auto& [token, payment] : payments_) payment.held_outcomes.clear();
}

// ---- jobs ----

void Nodo::on_alarm(Turn& turn, const Alarm& alarm) {
  if (alarm.what == expiry_alarm) expiry_job(turn);
  else if (alarm.what == receipt_alarm) receipt_job(turn, payments_.at(alarm.about), true);
  else if (alarm.what == result_alarm) send_result(turn, static_cast<ClosingId>(std::stoul(alarm.about)));
  else if (alarm.what == clean_alarm) clean_job(turn);
}

void Nodo::on_command(Turn& turn, const Command& command) {
  if (command.verb == "job") {
    const std::string_view job = command.value("name");
    if (job == expiry_alarm) expiry_job(turn);
    if (job == clean_alarm) clean_job(turn);
    if (job == receipt_alarm) {
      for (auto& [token, payment] : payments_) receipt_job(turn, payment, false);
    }
    if (job == result_alarm) {
      for (const auto& [id, closing] : closings_) {
        if (closing.result != nullptr && !closing.result_delivered) send_result(turn, id);
      }
    }
  } else if (command.verb == "send") {
    scripted_send(turn, command);
  }
  turn.finish(command.id);
}

// Nothing expires by itself: the job comes round at fixed times and takes what is overdue then. [SEM_APNR_21]
void Nodo::schedule_expiry(Turn& turn, Payment& payment) {
  turn.cancel(payment.expiry_alarm);
  payment.expiry_alarm = 0;
  const Duration period = turn.settings.expiry_job_every;
  if (period.ms != 0) payment.expiry_alarm = turn.wake(next_round(payment.valid_to, period), expiry_alarm, payment.token);
}

void Nodo::expiry_job(Turn& turn) {
  for (auto& [token, payment] : payments_) move(turn, payment, PaymentEvent::expiry_job);
}

void Nodo::clean_job(Turn& turn) {
  std::vector<std::string> keys;
  for (const auto& [key, kept] : remembered_) keys.push_back(key);
  for (const std::string& key : keys) move(turn, key, KeyEvent::clean_job);
}

// ---- moving and answering ----

void Nodo::move(Turn& turn, Payment& payment, PaymentEvent event, const Inbound* inbound, bool answers) {
  PaymentContext context{*this, turn, payment, inbound, answers};
  const bool at_psp = payment.flow == Flow::at_psp;
  step(at_psp ? tables_.at_psp : tables_.at_touchpoint, payment.state, event, context,
       [&](PaymentState was, PaymentState is, const PaymentRow& row) {
         if (is == PaymentState::CANCELLED) payment.ended_from = was, payment.ended_on = row.on;
         turn.note({"payment", payment.token, payment.position, to_text(was), to_text(is), row.rule, {}});
       },
       [&](std::size_t row) { turn.used(at_psp ? "nodo.payment-at-psp" : "nodo.payment-at-touchpoint", row); });
}

void Nodo::move(Turn& turn, Position& position, PositionEvent event) {
  PositionContext context;
  step(tables_.position, position.state, event, context, [&](PositionState was, PositionState is, const PositionRow& row) {
    const std::string key = position_key(position.fiscalCode, position.noticeNumber);
    turn.note({"position", key, key, to_text(was), to_text(is), row.rule, {}});
  }, [&](std::size_t row) { turn.used("nodo.position", row); });
}

void Nodo::move(Turn& turn, const Payment& payment, Recipient& recipient, RecipientEvent event) {
  RecipientContext context{turn.settings};
  step(tables_.recipient, recipient.state, event, context,
       [&](RecipientState was, RecipientState is, const RecipientRow& row) {
         turn.note({"recipient", recipient.fiscalCode, payment.position, to_text(was), to_text(is), row.rule, {}});
       }, [&](std::size_t row) { turn.used("nodo.recipient", row); });
}

bool Nodo::move(Turn& turn, const std::string& key, KeyEvent event, const Inbound* inbound) {
  Remembered& kept = remembered_[key];
  KeyContext context{*this, turn, kept, inbound};
  KeyState state = kept.state;  // orders may forget what is kept
  step(tables_.key, state, event, context, [&](KeyState was, KeyState is, const KeyRow& row) {
    turn.note({"key", key, {}, to_text(was), to_text(is), row.rule, {}});
  }, [&](std::size_t row) { turn.used("nodo.key", row); });
  kept.state = state;
  if (state == KeyState::none) remembered_.erase(key);
  return context.handled;
}

// Same key and same body: the recorded answer. Same key and another body: refused. [IDMP_SPO_05, IDMP_SPO_16]
bool Nodo::replays(Turn& turn, const Inbound& inbound) {
  const std::string key = idempotency_key(*inbound.said);
  return turn.settings.use_idempotency && !key.empty() && move(turn, key, KeyEvent::asked, &inbound);
}

void Nodo::answer(Turn& turn, const Inbound& inbound, Message reply, bool remember) {
  Body body = share(std::move(reply));
  const std::string key = idempotency_key(*inbound.said);
  if (remember && turn.settings.use_idempotency && !key.empty()) {
    // A key does not outlive the token that it stands for. [IDMP_ACT_1_1]
    Duration life = turn.settings.idempotency_life;
    std::visit([&](const auto& request) {
      if constexpr (requires { request.expirationTime; }) life = std::min(life, Duration{request.expirationTime.value_or(turn.settings.token_life_max.ms)});
    }, *inbound.said);
    move(turn, key, KeyEvent::answered);
    Remembered& kept = remembered_[key];
    kept.request = inbound.said;
    kept.response = body;
    kept.valid_to = turn.now + life;
    const Duration period = turn.settings.idempotency_clean_every;
    if (kept.state == KeyState::KEPT && period.ms != 0) turn.wake(next_round(kept.valid_to, period), clean_alarm, {});
  }
  turn.reply(inbound.exchange, std::move(body));
}

void Nodo::refuse(Turn& turn, const Inbound& inbound, std::string_view fault, std::string description, bool remember) {
  constexpr std::string_view limit = "{limit}";
  if (const std::size_t at = description.find(limit); at != std::string::npos) {
    description.replace(at, limit.size(), std::to_string(turn.settings.token_life_max.ms));
  }
  answer(turn, inbound, refusal(primitive_of(*inbound.said), fault_bean(fault, nodo_id, std::move(description))), remember);
}

std::vector<Payment*> Nodo::payments_of(const Closing& closing) {
  std::vector<Payment*> out;
  for (const std::string& token : closing.tokens) {
    const auto found = payments_.find(token);
    out.push_back(found == payments_.end() ? nullptr : &found->second);
  }
  return out;
}

}  // namespace actors
