#include "actors/checkout.hpp"

#include <algorithm>

#include "actors/checkout_alarms.hpp"
#include "actors/drawn.hpp"
#include "sim/check.hpp"
#include "sim/contract/rest_answers.hpp"
#include "sim/contract/scalars.hpp"
#include "sim/contract/schema.hpp"

namespace actors {

using namespace sim;
using namespace sim::contract;
using S = TransactionState;
using E = TransactionEvent;

namespace {

bool all_digits(std::string_view text, std::size_t n) {
  return text.size() == n && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Whether a transfer of the activated notice is a digital stamp (marca da bollo).
bool has_stamp(const ActivatePaymentNoticeV2Response& said) {
  if (!said.transferList) return false;
  const std::vector<CtTransferPSPV2>& all = said.transferList->transfer;
  return std::any_of(all.begin(), all.end(), [](const CtTransferPSPV2& transfer) { return transfer.richiestaMarcaDaBollo.has_value(); });
}

}  // namespace

// No check digit and no auxDigit here: the Nodo knows better. [CHK-01]
bool can_be_looked_up(const NoticeToPay& notice) { return all_digits(notice.noticeNumber, 18) && all_digits(notice.fiscalCode, 11); }

Amount Transaction::amount() const {
  Amount sum;
  for (const NoticeToPay& notice : notices) sum = sum + notice.amount;
  return sum;
}

void Checkout::handle(Turn& turn, const Input& input) {
  if (const auto* request = std::get_if<Request>(&input)) on_request(turn, *request);
  else if (const auto* answer = std::get_if<Answer>(&input)) on_answer(turn, *answer);
  else if (const auto* alarm = std::get_if<Alarm>(&input)) on_alarm(turn, *alarm);
  else on_command(turn, std::get<Command>(input));
}

// ---- the user's journey ----

void Checkout::on_command(Turn& turn, const Command& command) {
  if (command.verb == "send") {
    scripted_send(turn, command);
    turn.finish(command.id);
    return;
  }
  if (command.verb == "pay" || command.verb == "verify") {
    begin(turn, command);
    return;
  }
  const auto named = journeys_.find(command.value("journey"));
  const auto found = transactions_.find(named == journeys_.end() ? latest_ : named->second);
  if (found == transactions_.end() || found->second.goal == "over") {  // nothing to go on with
    turn.finish(command.id);
    return;
  }
  Transaction& t = found->second;
  turn.finish(t.command);  // a newer order takes over from one that is still running
  t.command = command.id;
  if (!command.value("card").empty()) t.card = command.value("card");
  const bool can_activate = command.verb == "activate" && t.state == S::none && t.verified && !t.activating;
  const bool can_authorise = command.verb == "authorise" && t.state == S::ACTIVATED;
  const bool can_cancel = command.verb == "cancel" && t.state == S::ACTIVATED;
  const bool must_wait = command.verb == "close" && t.state == S::CLOSURE_REQUESTED;
  if (!can_activate && !can_authorise && !can_cancel && !must_wait) {
    arrived(turn, t);
    return;
  }
  t.goal = command.verb;
  if (can_activate) activate(turn, t);
  if (can_authorise) authorise(turn, t);
  if (can_cancel) {
    t.cancelled = true;
    move(turn, t, E::user_cancels);
  }
}

void Checkout::begin(Turn& turn, const Command& command) {
  const std::string id = turn.random.hex(32);
  Transaction& t = transactions_[id];
  latest_ = id;
  t.id = id;
  t.command = command.id;
  t.goal = command.verb == "pay" ? "close" : "verify";
  t.is_cart = command.value("cart") == "yes";
  t.card = command.value("card", "authorised");
  t.fee = parse_amount(command.value("fee", "1.50")).value_or(Amount{150});
  t.idPSP = command.value("psp", default_psp);
  if (const PaymentServiceProvider* psp = turn.registry.psp(t.idPSP)) {
    t.idBrokerPSP = psp->idBrokerPSP;
    t.businessName = psp->businessName;
    for (const Channel& channel : psp->channels) {
      if (!channel.activated_at_psp) t.idChannel = channel.idChannel;
    }
  }
  const auto cart = t.is_cart ? carts_.find(latest_cart_) : carts_.end();
  if (cart == carts_.end() || cart->second.until <= turn.now) {
    t.notices.push_back({std::string(command.value("ec")), std::string(command.value("notice")), {}, {}, {}, 0});
    journeys_[t.notices.front().key()] = id;
    if (t.is_cart) give_up(turn, t, "CART_NOT_FOUND");
    else if (!can_be_looked_up(t.notices.front())) give_up(turn, t, "INVALID_INPUT");
    else verify(turn, t);
    return;
  }
  // The cart was checked when it came: there is no verify. [CHK-18]
  t.notices = cart->second.notices;
  t.idCart = cart->second.idCart;
  t.has_waiting_url = cart->second.has_waiting_url;
  t.verified = true;
  if (t.goal == "verify") arrived(turn, t);
  else activate(turn, t);
}

// ---- verify ----

void Checkout::verify(Turn& turn, Transaction& t) {
  const auto known = verified_.find(t.notices.front().key());
  if (known != verified_.end() && known->second.second > turn.now) verified(turn, t, known->second.first);
  else ask_verify(turn, t);
}

ExchangeId Checkout::ask_verify(Turn& turn, const Transaction& t) {
  const TouchpointIdentity& self = turn.registry.checkout;
  const NoticeToPay& notice = t.notices.front();
  const VerifyPaymentNoticeReq question{self.idPSP, self.idBrokerPSP, self.idChannel, self.password, {notice.fiscalCode, notice.noticeNumber}};
  const ExchangeId exchange = turn.call({Role::nodo, ""}, share(question), turn.settings.verify_deadline);
  pending_[exchange] = {.what = Pending::What::verify, .about = t.id};
  return exchange;
}

void Checkout::verify_answered(Turn& turn, Transaction& t, const Answer& heard) {
  const auto* body = std::get_if<Body>(&heard.said);
  const CtFaultBean* fault = body != nullptr ? fault_of(**body) : nullptr;
  const auto* said = body != nullptr ? &std::get<VerifyPaymentNoticeRes>(**body) : nullptr;
  if (fault != nullptr) {
    give_up(turn, t, category_of(*fault).category);
  } else if (said == nullptr || !said->paymentList || said->paymentList->paymentOptionDescription.empty()) {
    give_up(turn, t, "GENERIC_ERROR");
  } else {  // only what is positive is kept
    const Amount amount = said->paymentList->paymentOptionDescription.front().amount;
    verified_[t.notices.front().key()] = {amount, turn.now + turn.settings.verify_cache_life};
    verified(turn, t, amount);
  }
}

void Checkout::verified(Turn& turn, Transaction& t, Amount amount) {
  t.notices.front().amount = amount;
  t.verified = true;
  if (t.goal == "verify") arrived(turn, t);
  else activate(turn, t);
}

// ---- activation ----

// One for each notice, all at once. A token that is still good is used again without asking the Nodo.
void Checkout::activate(Turn& turn, Transaction& t) {
  t.activating = true;
  for (std::size_t i = 0; i < t.notices.size() && t.goal != "over"; ++i) {
    const auto known = activated_.find(t.notices[i].key());
    if (known != activated_.end() && known->second.until > turn.now) take_activation(turn, t, i, known->second.said);
    else ask_activation(turn, t, i);
  }
  begin_if_activated(turn, t);
}

ExchangeId Checkout::ask_activation(Turn& turn, Transaction& t, std::size_t i) {
  NoticeToPay& notice = t.notices[i];
  // A repetition carries the same key: if only the answer was lost, the Nodo gives it again.
  if (notice.activation == nullptr) {
    const TouchpointIdentity& self = turn.registry.checkout;
    ActivatePaymentNoticeV2Request question;
    question.idPSP = self.idPSP;
    question.idBrokerPSP = self.idBrokerPSP;
    question.idChannel = self.idChannel;
    question.password = self.password;
    question.idempotencyKey = self.idBrokerPSP + "_" + turn.random.alphanumeric(10);
    question.qrCode = {notice.fiscalCode, notice.noticeNumber};
    question.expirationTime = turn.settings.session_life.ms;
    question.amount = notice.amount;
    if (takes(scalars::text210, t.idCart)) question.paymentNote = t.idCart;  // [CHK-18]
    question.touchPoint = "CHECKOUT";
    notice.activation = share(std::move(question));
  }
  ++notice.attempts;
  const ExchangeId exchange = turn.call({Role::nodo, ""}, notice.activation, turn.settings.activation_deadline);
  pending_[exchange] = {.what = Pending::What::activation, .about = t.id, .notice = i};
  return exchange;
}

void Checkout::activation_answered(Turn& turn, Transaction& t, std::size_t i, const Answer& heard) {
  const auto* body = std::get_if<Body>(&heard.said);
  if (body == nullptr) {
    const bool again = t.goal != "over" && t.notices[i].attempts < turn.settings.activation_attempts;
    if (again) turn.wake(turn.now + turn.settings.activation_retry_every, activation_alarm, t.id + "#" + std::to_string(i));
    else give_up(turn, t, "GENERIC_ERROR");
  } else if (const CtFaultBean* fault = fault_of(**body)) {
    // This one fault has a page of its own, that of a session that is over.
    const bool over = fault_word(*fault) == "PPT_WISP_SESSIONE_SCONOSCIUTA";
    give_up(turn, t, over ? "SESSION_EXPIRED" : category_of(*fault).category);
  } else {
    activated_[t.notices[i].key()] = {*body, turn.now + turn.settings.activation_cache_life};
    take_activation(turn, t, i, *body);
    begin_if_activated(turn, t);
  }
}

void Checkout::take_activation(Turn& turn, Transaction& t, std::size_t i, const Body& body) {
  const auto& said = std::get<ActivatePaymentNoticeV2Response>(*body);
  // A digital stamp can be bought through a cart only.
  if (!t.is_cart && has_stamp(said)) {
    give_up(turn, t, "PAYMENT_DATA_ERROR");
    return;
  }
  NoticeToPay& notice = t.notices[i];
  notice.token = *said.paymentToken;
  notice.amount = said.totalAmount.value_or(notice.amount);  // the activated amount replaces the one that was shown
}

/// A transaction begins when all of its notices have a token; the tokens of one that never begins are left to expire.
void Checkout::begin_if_activated(Turn& turn, Transaction& t) {
  const bool all = std::all_of(t.notices.begin(), t.notices.end(), [](const NoticeToPay& notice) { return !notice.token.empty(); });
  if (!all || t.goal == "over" || t.state != S::none) return;
  t.activated_at = turn.now;
  t.life_end = turn.now + turn.settings.session_life;
  for (const NoticeToPay& notice : t.notices) by_token_[notice.token].push_back(t.id);
  move(turn, t, E::activated);
  if (t.goal == "activate") arrived(turn, t);
  else authorise(turn, t);
}

void Checkout::forget_activation(TransactionContext& c) {
  for (const NoticeToPay& notice : c.transaction.notices) activated_.erase(notice.key());
}

// A timer that is lost leaves the work to the batch: its first round after the end of the session.
void Checkout::start_session(TransactionContext& c) {
  Transaction& t = c.transaction;
  Instant at = t.life_end;
  const Duration every = c.turn.settings.stuck_batch_every;
  if (c.turn.settings.session_timer_lost && every.ms > 0) at = run_start + every * ((at - run_start).ms / every.ms + 1);
  t.life_alarm = c.turn.wake(at, life_alarm, t.id);
}

// A gateway that does not call back leaves the user waiting on the last page: that step is over.
void Checkout::authorise(Turn& turn, Transaction& t) {
  move(turn, t, E::authorisation_asked);
  if (t.state != S::AUTHORIZATION_REQUESTED || gateway_case(t.card).hearing != Hearing::calls_back) arrived(turn, t);
}

// ---- everything that is heard ----

void Checkout::on_request(Turn& turn, const Request& request) {
  if (const auto* malformed = std::get_if<Malformed>(&request.said)) {
    RestRefusal answer = syntax_refusal(request.primitive, malformed->violations);
    turn.reply(request.exchange, share(std::move(answer.message)), answer.status);
    return;
  }
  switch (request.primitive) {
    case PrimitiveId::sendPaymentResultV1:
    case PrimitiveId::sendPaymentResultV2: result_heard(turn, request); break;
    case PrimitiveId::cartsV1:
    case PrimitiveId::cartsV2: cart_heard(turn, request); break;
    default: turn.reply(request.exchange, share(refusal(request.primitive, "Not served by this touchpoint")), 501);
  }
}

void Checkout::on_answer(Turn& turn, const Answer& heard) {
  const auto found = pending_.find(heard.exchange);
  SIM_CHECK(found != pending_.end());
  const Pending pending = found->second;
  pending_.erase(found);
  switch (pending.what) {
    case Pending::What::verify: verify_answered(turn, transactions_.at(pending.about), heard); break;
    case Pending::What::activation: activation_answered(turn, transactions_.at(pending.about), pending.notice, heard); break;
    case Pending::What::close: close_answered(turn, transactions_.at(pending.about), heard); break;
    case Pending::What::check: cart_checked(turn, pending, heard); break;
    case Pending::What::scripted: break;
  }
}

void Checkout::on_alarm(Turn& turn, const Alarm& alarm) {
  Transaction& t = transactions_.at(alarm.about.substr(0, alarm.about.find('#')));
  if (alarm.what == gateway_alarm) {
    gateway_decided(turn, t, gateway_case(t.card).result == "EXECUTED");
  } else if (alarm.what == question_alarm) {
    question_again(turn, t);
  } else if (alarm.what == refund_question_alarm) {
    question_before_refund(turn, t);
  } else if (alarm.what == activation_alarm) {
    const auto i = static_cast<std::size_t>(alarm.about.back() - '0');  // "<transaction>#<notice>": there are five at most
    if (t.goal != "over") ask_activation(turn, t, i);
  } else if (alarm.what == life_alarm) {
    move(turn, t, E::life_over);
  } else if (alarm.what == close_alarm) {
    const bool still = t.state == S::CLOSURE_ERROR;  // a closure may have been recorded in the meantime
    TransactionContext context{*this, turn, t, 0, {}};
    if (still) close_payment(context);
  } else if (alarm.what == result_alarm) {
    move(turn, t, E::result_missing);
  } else if (alarm.what == mail_alarm) {
    ++t.mail_attempts;
    move(turn, t, t.mail_attempts > turn.settings.mail_failures ? E::mailed : E::mail_failed);
  } else if (alarm.what == refund_alarm) {
    try_refund(turn, t);
  }
}

void Checkout::give_up(Turn& turn, Transaction& t, std::string_view screen) {
  if (t.goal == "over") return;  // another notice of the same cart has failed before
  show(turn, t, std::string(screen));
  turn.finish(t.command);
  t.command = 0;
  t.goal = "over";
}

void Checkout::arrived(Turn& turn, Transaction& t) {
  turn.finish(t.command);
  t.command = 0;
}

void Checkout::show(Turn& turn, Transaction& t, std::string screen) {
  if (screen.empty() || screen == t.shown) return;
  turn.note({"screen", t.id, t.notices.front().key(), {}, {}, "CHK-04", screen});
  t.shown = std::move(screen);
}

void Checkout::move(Turn& turn, Transaction& t, TransactionEvent event, ExchangeId exchange, Body said) {
  TransactionContext context{*this, turn, t, exchange, std::move(said)};
  step(table_, t.state, event, context, [&](TransactionState was, TransactionState is, const TransactionRow& row) {
    if (is == S::EXPIRED) t.before_expiry = was;
    turn.note({"transaction", t.id, t.notices.front().key(), to_text(was), to_text(is), row.rule, {}});
  }, [&](std::size_t row) { turn.used("checkout.transaction", row); });
  std::string screen(outcome_code(t));
  if (t.is_cart && !screen.empty()) screen += ":" + std::string(return_url(t, outcome_code(t)));  // where its button leads
  show(turn, t, std::move(screen));
}

/// Says again, out of turn, something about the latest transaction: for scenarios in which Checkout is at fault.
void Checkout::scripted_send(Turn& turn, const Command& command) {
  const auto found = transactions_.find(latest_);
  const Primitive* row = find_primitive(command.value("message"));
  if (row == nullptr) return;
  const bool composed = row->id == PrimitiveId::closePaymentV2 || row->id == PrimitiveId::activatePaymentNoticeV2 || row->id == PrimitiveId::verifyPaymentNotice;
  if (!composed) {
    const TouchpointIdentity& self = turn.registry.checkout;
    const std::string token = found == transactions_.end() ? std::string() : found->second.notices.front().token;
    Message said = drawn_request(turn.random, row->id, command,
                                 {{"idPSP", self.idPSP}, {"idBrokerPSP", self.idBrokerPSP}, {"idChannel", self.idChannel}, {"password", self.password}, {"paymentTokens[1]", token}});
    pending_[turn.call({Role::nodo, ""}, share(std::move(said)), turn.settings.close_deadline)] = {.what = Pending::What::scripted};
    return;
  }
  if (found == transactions_.end()) return;
  Transaction copy = found->second;
  for (NoticeToPay& notice : copy.notices) notice.activation = nullptr;  // a scripted activation is a new one
  const Outcome outcome = parse_outcome(command.value("outcome", "OK")).value_or(Outcome::OK);
  if (row->id == PrimitiveId::closePaymentV2) {
    if (outcome == Outcome::KO) copy.card = "denied";
    if (copy.authorised_at.ms == 0) copy.authorised_at = turn.now;
    if (copy.rrn.empty()) copy.rrn = turn.random.digits(12);
    if (copy.authorization_code.empty()) copy.authorization_code = turn.random.digits(6);
    for (NoticeToPay& notice : copy.notices) {
      if (notice.token.empty()) notice.token = turn.random.hex(32);
    }
    pending_[turn.call({Role::nodo, ""}, close_request(copy, outcome, 2, turn.now), turn.settings.close_deadline)] = {.what = Pending::What::scripted};
  } else if (row->id == PrimitiveId::activatePaymentNoticeV2) {
    pending_[ask_activation(turn, copy, 0)].what = Pending::What::scripted;
  } else if (row->id == PrimitiveId::verifyPaymentNotice) {
    pending_[ask_verify(turn, copy)].what = Pending::What::scripted;
  }
}

}  // namespace actors
