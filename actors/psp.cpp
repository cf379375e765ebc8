#include "actors/psp.hpp"

#include <algorithm>
#include <array>

#include "actors/drawn.hpp"
#include "sim/check.hpp"
#include "sim/contract/transcribe.hpp"

namespace actors {
namespace {

using namespace sim;
using namespace sim::contract;
using namespace std::string_view_literals;

constexpr std::string_view outcome_alarm = "outcome due";

using Fact = sim::Guard<TokenContext>;
using Order = sim::Action<TokenContext>;
constexpr Fact always{"always"};
constexpr Fact attempts_left{"attempts_left", [](const TokenContext& c) { return c.payment.attempts < c.turn.settings.outcome_attempts; }};
constexpr Fact only_asks{"only_asks", [](const TokenContext& c) { return c.payment.goal == "verify"; }};
constexpr Fact only_activates{"only_activates", [](const TokenContext& c) { return c.payment.goal == "activate"; }};
constexpr Fact gives_back{"psp_refunds_duplicates", [](const TokenContext& c) { return c.turn.settings.psp_refunds_duplicates; }};
constexpr Order nothing{""};
constexpr Order cannot_happen{"cannot_happen", [](TokenContext&) { SIM_CANNOT_HAPPEN("the tables let an impossible event happen"); }};
constexpr Order ask_nodo{"ask_nodo", [](TokenContext& c) { c.psp.ask_nodo(c); }};
constexpr Order activate{"activate", [](TokenContext& c) { c.psp.activate(c); }};
constexpr Order tell_user{"tell_user", [](TokenContext& c) { c.psp.tell_user(c); }};
constexpr Order plan_outcome{"plan_outcome", [](TokenContext& c) { c.psp.plan_outcome(c); }};
constexpr Order collect{"collect", [](TokenContext& c) { c.psp.tell_user(c), c.psp.plan_outcome(c); }};
constexpr Order send_outcome{"send_outcome", [](TokenContext& c) { c.psp.send_outcome(c); }};
constexpr Order back_off{"back_off", [](TokenContext& c) { c.psp.back_off(c); }};

// clang-format off
using S = TokenState;
using E = TokenEvent;
constexpr auto rows = std::to_array<TokenRow>({
  // in              on                    when            do            then              rule
  // the user pays here
  { S::none,         E::user_asks,         always,         ask_nodo,     S::VERIFYING,     "PSP-04" },
  { S::VERIFYING,    E::may_go_on,         only_asks,      tell_user,    S::same,          "PSP-04" },
  { S::VERIFYING,    E::may_go_on,         always,         activate,     S::ACTIVATING,    "PSP-04" },
  { S::VERIFYING,    E::user_confirms,     always,         activate,     S::ACTIVATING,    "PSP-04" },
  { S::ACTIVATING,   E::may_go_on,         only_activates, tell_user,    S::ACTIVATED,     "PSP-04" },
  { S::ACTIVATING,   E::may_go_on,         always,         collect,      S::ACCEPTED,      "PSP-04" },  // each activation has its outcome
  { S::ACTIVATED,    E::user_confirms,     always,         collect,      S::ACCEPTED,      "PSP-04" },
  { S::VERIFYING,    E::turned_down,       always,         tell_user,    S::NOT_ACTIVATED, "PSP-04" },
  { S::ACTIVATING,   E::turned_down,       always,         tell_user,    S::NOT_ACTIVATED, "PSP-04" },
  // the user has paid through a touchpoint
  { S::none,         E::notified,          always,         plan_outcome, S::ACCEPTED,      "PSP-01" },
  { S::any,          E::notified,          always,         nothing,      S::same,          "PSP-04" },  // once accepted, once told
  // the outcome
  { S::ACCEPTED,     E::outcome_due,       always,         send_outcome, S::OUTCOME_SENT,  "PSP-02" },
  { S::BACKING_OFF,  E::outcome_due,       always,         send_outcome, S::OUTCOME_SENT,  "PSP-05" },
  { S::OUTCOME_SENT, E::answered_ok,       always,         nothing,      S::ACKNOWLEDGED,  "PSP-03" },
  { S::OUTCOME_SENT, E::answered_duplicate, gives_back,    nothing,      S::REFUNDED,      "PSP-07" },
  { S::OUTCOME_SENT, E::answered_duplicate, always,        nothing,      S::REPORTED,      "PSP-07" },  // with code 9
  { S::OUTCOME_SENT, E::answered_ko,       always,         nothing,      S::REJECTED,      "PSP-04" },  // any answer ends it
  { S::OUTCOME_SENT, E::unanswered,        attempts_left,  back_off,     S::BACKING_OFF,   "PSP-05" },
  { S::OUTCOME_SENT, E::unanswered,        always,         nothing,      S::GIVEN_UP,      "PSP-05" },
  { S::any,          E::user_asks,         always,         cannot_happen, S::same,         "" },
  { S::any,          E::user_confirms,     always,         tell_user,    S::same,          "" },
  { S::any,          E::may_go_on,         always,         nothing,      S::same,          "" },
  { S::any,          E::turned_down,       always,         nothing,      S::same,          "" },
  { S::any,          E::outcome_due,       always,         nothing,      S::same,          "" },
  { S::any,          E::answered_ok,       always,         nothing,      S::same,          "" },
  { S::any,          E::answered_ko,       always,         nothing,      S::same,          "" },
  { S::any,          E::answered_duplicate, always,        nothing,      S::same,          "" },
  { S::any,          E::unanswered,        always,         nothing,      S::same,          "" },
});
static_assert(is_total(rows) && has_no_dead_row(rows) && reaches_every_state(rows));
// clang-format on

/// A stamp as the PSP that printed it would attach it. Nobody reads what it says.
constexpr std::string_view printed_stamp = "PG1hcmNhRGFCb2xsby8+";

}  // namespace

std::span<const TokenRow> psp_table() { return rows; }

std::string_view to_text(TokenState state) {
  constexpr std::array names{"none"sv, "VERIFYING"sv, "ACTIVATING"sv, "ACTIVATED"sv, "NOT_ACTIVATED"sv, "ACCEPTED"sv, "OUTCOME_SENT"sv, "BACKING_OFF"sv,
                             "ACKNOWLEDGED"sv, "REJECTED"sv, "REFUNDED"sv, "REPORTED"sv, "GIVEN_UP"sv, "any"sv, "same"sv};
  return names[static_cast<std::size_t>(state)];
}
std::string_view to_text(TokenEvent event) {
  constexpr std::array names{"at_once"sv, "user_asks"sv, "user_confirms"sv, "may_go_on"sv, "turned_down"sv, "notified"sv, "outcome_due"sv, "answered_ok"sv,
                             "answered_ko"sv, "answered_duplicate"sv, "unanswered"sv};
  return names[static_cast<std::size_t>(event)];
}

void Psp::handle(Turn& turn, const Input& input) {
  if (const auto* request = std::get_if<Request>(&input)) on_request(turn, *request);
  else if (const auto* answer = std::get_if<Answer>(&input)) on_answer(turn, *answer);
  else if (const auto* alarm = std::get_if<Alarm>(&input)) move(turn, payments_.at(alarm->about), TokenEvent::outcome_due);
  else on_command(turn, std::get<Command>(input));
}

// ---- notified by the Nodo ----

namespace {

/// What a notification in either version says, as a payment.
PspPayment payment_of(const PspNotifyPaymentReq& said) {
  PspPayment out;
  out.tokens = {said.paymentToken};
  out.idChannel = said.idChannel;
  out.amount = said.debtAmount;
  if (said.bancomatpayPayment) out.fee = said.bancomatpayPayment->fee;
  if (said.paypalPayment) out.fee = said.paypalPayment->fee;
  if (said.creditCardPayment) out.fee = said.creditCardPayment->fee;
  if (said.additionalPaymentInformations && said.additionalPaymentInformations->metadata) {
    for (const CtMapEntry& entry : said.additionalPaymentInformations->metadata->mapEntry) {
      if (entry.key == "fee") out.fee = parse_amount(entry.value).value_or(Amount{});
    }
  }
  return out;
}
PspPayment payment_of(const PspNotifyPaymentV2& said) {
  PspPayment out;
  out.version = 2;
  out.idChannel = said.idChannel;
  out.amount = said.totalAmount;
  out.fee = said.fee;
  out.primaryCiIncurredFee = said.primaryCiIncurredFee;
  out.idBundle = said.idBundle;
  out.idCiBundle = said.idCiBundle;
  for (const CtPaymentV2& payment : said.paymentList.payment) {
    out.tokens.push_back(payment.paymentToken);
    for (const CtNotifiedTransferV2& t : payment.transferList.transfer) {
      if (t.richiestaMarcaDaBollo) out.stamps.push_back({payment.paymentToken, t.idTransfer, std::string(printed_stamp)});
    }
  }
  return out;
}

}  // namespace

void Psp::on_request(Turn& turn, const Request& request) {
  const PrimitiveId id = request.primitive;
  const auto refuse = [&](std::string_view code, std::string why) {
    turn.reply(request.exchange, share(refusal(id, fault_bean(code, idPSP_, std::move(why)))));
  };
  if (const auto* malformed = std::get_if<Malformed>(&request.said)) {
    refuse(primitive(id).syntax_fault, contract::to_text(malformed->violations.front()));
    return;
  }
  std::visit([&](const auto& said) {
    if constexpr (!requires { said.additionalPaymentInformations; said.idChannel; said.idBrokerPSP; payment_of(said); }) {
      SIM_CANNOT_HAPPEN("nobody sends this to a PSP");
    } else {
      const PaymentServiceProvider* self = turn.registry.psp(idPSP_);
      const Channel* channel = turn.registry.channel(idPSP_, said.idChannel);
      if (said.idPSP != idPSP_) return refuse("CANALE_PSP_ERRATO", {});
      if (said.idBrokerPSP != self->idBrokerPSP) return refuse("CANALE_INTERMEDIARIO_ERRATO", {});
      if (channel == nullptr) return refuse("CANALE_CANALE_ERRATO", {});
      PspPayment fresh = payment_of(said);
      if (fresh.version != channel->primitive_version) return refuse("CANALE_SEMANTICA", "the channel speaks version " + std::to_string(channel->primitive_version) + " of pspNotifyPayment");
      fresh.id = fresh.tokens.front();
      const auto known = by_token_.find(fresh.id);
      if (known == by_token_.end()) {
        for (const std::string& token : fresh.tokens) by_token_[token] = fresh.id;
        latest_ = fresh.id;
        payments_[fresh.id] = fresh;
      }
      turn.reply(request.exchange, share(blank(id, Leg::response)));
      move(turn, payments_.at(by_token_.at(fresh.id)), TokenEvent::notified);
    }
  }, *std::get<Body>(request.said));
}

// ---- the user pays here ----

const Channel& Psp::counter(const Turn& turn) const {
  const PaymentServiceProvider& self = *turn.registry.psp(idPSP_);
  for (const Channel& channel : self.channels) {
    if (channel.activated_at_psp) return channel;
  }
  return self.channels.front();
}

void Psp::user_pays(Turn& turn, const Command& command) {
  const auto current = payments_.find(at_counter_);
  if (command.verb == "activate" && current != payments_.end()) {  // goes on with what was verified
    PspPayment& payment = current->second;
    payment.command = command.id;
    payment.goal = "activate";
    move(turn, payment, TokenEvent::user_confirms);
    return;
  }
  PspPayment fresh;
  fresh.id = "counter-" + std::to_string(payments_.size() + 1);
  fresh.version = turn.settings.psp_activation_version == 2 ? 2 : 1;
  fresh.idChannel = counter(turn).idChannel;
  fresh.fiscalCode = command.value("ec");
  fresh.noticeNumber = command.value("notice");
  fresh.fee = parse_amount(command.value("fee", "1.50")).value_or(Amount{150});
  fresh.goal = command.verb;
  fresh.command = command.id;
  at_counter_ = fresh.id;
  PspPayment& payment = payments_[fresh.id] = fresh;
  move(turn, payment, TokenEvent::user_asks);
}

void Psp::ask_nodo(TokenContext& c) {
  const PaymentServiceProvider& self = *c.turn.registry.psp(idPSP_);
  const Channel& channel = counter(c.turn);
  const VerifyPaymentNoticeReq question{idPSP_, self.idBrokerPSP, channel.idChannel, channel.password, {c.payment.fiscalCode, c.payment.noticeNumber}};
  pending_[c.turn.call({Role::nodo, ""}, share(question), c.turn.settings.psp_patience)] = c.payment.id;
}

void Psp::activate(TokenContext& c) {
  const PaymentServiceProvider& self = *c.turn.registry.psp(idPSP_);
  const Channel& channel = counter(c.turn);
  ActivatePaymentNoticeV2Request question;
  question.idPSP = idPSP_;
  question.idBrokerPSP = self.idBrokerPSP;
  question.idChannel = channel.idChannel;
  question.password = channel.password;
  question.idempotencyKey = self.fiscalCode + "_" + c.turn.random.alphanumeric(10);
  question.qrCode = {c.payment.fiscalCode, c.payment.noticeNumber};
  question.amount = c.payment.amount;
  question.touchPoint = "PSP";
  Body body;
  if (c.payment.version == 2) {
    body = share(std::move(question));
  } else {
    ActivatePaymentNoticeReq older;
    transcribe(question, older);
    body = share(std::move(older));
  }
  pending_[c.turn.call({Role::nodo, ""}, std::move(body), c.turn.settings.psp_patience)] = c.payment.id;
}

void Psp::tell_user(TokenContext& c) {
  c.turn.finish(c.payment.command);
  c.payment.command = 0;
}

// ---- what the Nodo answers ----

void Psp::on_answer(Turn& turn, const Answer& heard) {
  const auto found = pending_.find(heard.exchange);
  SIM_CHECK(found != pending_.end());
  const std::string id = found->second;
  pending_.erase(found);
  if (id.empty()) return;
  PspPayment& payment = payments_.at(id);
  const auto* body = std::get_if<Body>(&heard.said);
  const bool ok = body != nullptr && outcome_of(**body) == Outcome::OK;
  const bool is_outcome = heard.primitive == PrimitiveId::sendPaymentOutcome || heard.primitive == PrimitiveId::sendPaymentOutcomeV2;
  if (is_outcome) {
    // What cannot be read is no answer: the Nodo may not have heard. [PSP-05]
    const CtFaultBean* fault = body == nullptr ? nullptr : fault_of(**body);
    const bool duplicate = fault != nullptr && fault->faultCode == "PPT_PAGAMENTO_DUPLICATO";
    move(turn, payment, body == nullptr ? E::unanswered : ok ? E::answered_ok : duplicate ? E::answered_duplicate : E::answered_ko);
    return;
  }
  if (!ok) return move(turn, payment, E::turned_down);
  std::visit([&](const auto& said) {
    if constexpr (requires { said.paymentToken; said.totalAmount; said.creditorReferenceId; }) {
      payment.tokens = {said.paymentToken.value_or("")};
      payment.amount = said.totalAmount.value_or(payment.amount);
      by_token_[payment.tokens.front()] = payment.id;
      latest_ = payment.id;
      if constexpr (requires { said.transferList->transfer.front().richiestaMarcaDaBollo; }) {
        if (!said.transferList) return;
        for (const auto& t : said.transferList->transfer) {
          if (t.richiestaMarcaDaBollo) payment.stamps.push_back({payment.tokens.front(), t.idTransfer, std::string(printed_stamp)});
        }
      }
    } else if constexpr (requires { said.paymentList->paymentOptionDescription.front().amount; }) {
      if (said.paymentList && !said.paymentList->paymentOptionDescription.empty()) payment.amount = said.paymentList->paymentOptionDescription.front().amount;
    }
  }, **body);
  move(turn, payment, E::may_go_on);
}

// ---- the outcome ----

void Psp::plan_outcome(TokenContext& c) {
  c.turn.wake(c.turn.now + c.turn.settings.outcome_after, outcome_alarm, c.payment.id);
}

Message Psp::compose(Turn& turn, const PspPayment& payment, Outcome outcome) const {
  const PaymentServiceProvider& self = *turn.registry.psp(idPSP_);
  const Channel* channel = turn.registry.channel(idPSP_, payment.idChannel);
  if (channel == nullptr) channel = &self.channels.front();
  SendPaymentOutcomeV2Request out;
  out.idPSP = idPSP_;
  out.idBrokerPSP = self.idBrokerPSP;
  out.idChannel = channel->idChannel;
  out.password = channel->password;
  out.idempotencyKey = self.fiscalCode + "_" + turn.random.alphanumeric(10);
  out.paymentTokens.paymentToken = payment.tokens;
  out.outcome = outcome;
  CtOutcomeDetailsV2& details = out.details.emplace();
  const bool here = !payment.noticeNumber.empty();
  details.paymentMethod = here ? "cash" : "creditCard";
  details.paymentChannel = here ? "frontOffice" : "onLine";
  details.fee = payment.fee;
  details.primaryCiIncurredFee = payment.primaryCiIncurredFee;
  details.idBundle = payment.idBundle;
  details.idCiBundle = payment.idCiBundle;
  details.applicationDate = iso_date(turn.now);
  details.transferDate = iso_date(turn.now + hours(24));
  if (!payment.stamps.empty()) details.marcheDaBollo = CtListaMarcheDaBollo{payment.stamps};
  if (payment.version == 2) return out;
  SendPaymentOutcomeReq older;
  transcribe(out, older);
  older.paymentToken = payment.tokens.front();
  return older;
}

void Psp::send_outcome(TokenContext& c) {
  // A repetition is the same message, key included: the Nodo can tell it from a second outcome. [PSP-04]
  if (c.payment.outcome == nullptr) c.payment.outcome = share(compose(c.turn, c.payment, Outcome::OK));
  ++c.payment.attempts;
  pending_[c.turn.call({Role::nodo, ""}, c.payment.outcome, c.turn.settings.outcome_deadline)] = c.payment.id;
}

void Psp::back_off(TokenContext& c) {
  const std::int64_t slots = (std::int64_t{1} << c.payment.attempts) - 1;
  c.turn.wake(c.turn.now + c.turn.settings.outcome_deadline * slots, outcome_alarm, c.payment.id);
}

// ---- what a scenario orders ----

void Psp::on_command(Turn& turn, const Command& command) {
  if (command.verb == "pay" || command.verb == "verify" || command.verb == "activate") {
    user_pays(turn, command);
    return;
  }
  if (command.verb == "send") scripted_send(turn, command);
  turn.finish(command.id);
}

/// An outcome about the latest payment, in whichever version; anything else is drawn.
void Psp::scripted_send(Turn& turn, const Command& command) {
  const Primitive* row = find_primitive(command.value("message"));
  if (row == nullptr) return;
  const bool v1 = row->id == PrimitiveId::sendPaymentOutcome;
  const bool v2 = row->id == PrimitiveId::sendPaymentOutcomeV2;
  const auto known = payments_.find(latest_);
  if (!v1 && !v2) {
    const PaymentServiceProvider& self = *turn.registry.psp(idPSP_);
    const Channel& channel = self.channels.front();
    Message said = drawn_request(turn.random, row->id, command,
                                 {{"idPSP", idPSP_}, {"idBrokerPSP", self.idBrokerPSP}, {"idChannel", channel.idChannel}, {"password", channel.password}});
    pending_[turn.call({Role::nodo, ""}, share(std::move(said)), turn.settings.outcome_deadline)] = {};
    return;
  }
  PspPayment payment;
  if (known != payments_.end()) payment = known->second;
  if (payment.tokens.empty()) payment.tokens = {turn.random.hex(32)};
  payment.version = v2 ? 2 : 1;
  const Outcome outcome = parse_outcome(command.value("outcome", "OK")).value_or(Outcome::OK);
  pending_[turn.call({Role::nodo, ""}, share(compose(turn, payment, outcome)), turn.settings.outcome_deadline)] = {};
}

void Psp::move(Turn& turn, PspPayment& payment, TokenEvent event) {
  TokenContext context{*this, turn, payment};
  step(table_, payment.state, event, context, [&](TokenState was, TokenState is, const TokenRow& row) {
    turn.note({"psp", payment.id, {}, to_text(was), to_text(is), row.rule, {}});
  }, [&](std::size_t row) { turn.used("psp.token", row); });
}

}  // namespace actors
