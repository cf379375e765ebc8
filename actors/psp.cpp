#include "actors/psp.hpp"

#include <array>

#include "actors/drawn.hpp"
#include "sim/check.hpp"

namespace actors {
namespace {

using namespace sim;
using namespace sim::contract;
using namespace std::string_view_literals;

constexpr std::string_view outcome_alarm = "outcome due";

constexpr sim::Guard<TokenContext> always{"always"};
constexpr sim::Guard<TokenContext> attempts_left{"attempts_left", [](const TokenContext& c) {
  return c.payment.attempts < c.turn.settings.outcome_attempts;
}};
constexpr sim::Action<TokenContext> nothing{""};
constexpr sim::Action<TokenContext> plan_outcome{"plan_outcome", [](TokenContext& c) { c.psp.plan_outcome(c); }};
constexpr sim::Action<TokenContext> send_outcome{"send_outcome", [](TokenContext& c) { c.psp.send_outcome(c); }};
constexpr sim::Action<TokenContext> back_off{"back_off", [](TokenContext& c) { c.psp.back_off(c); }};

// clang-format off
using S = TokenState;
using E = TokenEvent;
constexpr auto rows = std::to_array<TokenRow>({
  // in              on              when           do            then             rule
  { S::none,         E::notified,    always,        plan_outcome, S::ACCEPTED,     "PSP-01" },
  { S::any,          E::notified,    always,        nothing,      S::same,         "PSP-04" },  // once accepted, once told
  { S::ACCEPTED,     E::outcome_due, always,        send_outcome, S::OUTCOME_SENT, "PSP-02" },
  { S::BACKING_OFF,  E::outcome_due, always,        send_outcome, S::OUTCOME_SENT, "PSP-05" },
  { S::OUTCOME_SENT, E::answered_ok, always,        nothing,      S::ACKNOWLEDGED, "PSP-03" },
  { S::OUTCOME_SENT, E::answered_ko, always,        nothing,      S::REJECTED,     "PSP-04" },  // any answer ends it
  { S::OUTCOME_SENT, E::unanswered,  attempts_left, back_off,     S::BACKING_OFF,  "PSP-05" },
  { S::OUTCOME_SENT, E::unanswered,  always,        nothing,      S::GIVEN_UP,     "PSP-05" },
  { S::any,          E::outcome_due, always,        nothing,      S::same,         "" },
  { S::any,          E::answered_ok, always,        nothing,      S::same,         "" },
  { S::any,          E::answered_ko, always,        nothing,      S::same,         "" },
  { S::any,          E::unanswered,  always,        nothing,      S::same,         "" },
});
static_assert(is_total(rows) && has_no_dead_row(rows) && reaches_every_state(rows));
// clang-format on

}  // namespace

std::span<const TokenRow> psp_table() { return rows; }

std::string_view to_text(TokenState state) {
  constexpr std::array names{"none"sv, "ACCEPTED"sv, "OUTCOME_SENT"sv, "BACKING_OFF"sv, "ACKNOWLEDGED"sv, "REJECTED"sv, "GIVEN_UP"sv, "any"sv, "same"sv};
  return names[static_cast<std::size_t>(state)];
}
std::string_view to_text(TokenEvent event) {
  constexpr std::array names{"at_once"sv, "notified"sv, "outcome_due"sv, "answered_ok"sv, "answered_ko"sv, "unanswered"sv};
  return names[static_cast<std::size_t>(event)];
}

void Psp::handle(Turn& turn, const Input& input) {
  if (const auto* request = std::get_if<Request>(&input)) {
    on_request(turn, *request);
  } else if (const auto* answer = std::get_if<Answer>(&input)) {
    const auto found = pending_.find(answer->exchange);
    SIM_CHECK(found != pending_.end());
    const std::string token = found->second;
    pending_.erase(found);
    if (token.empty()) return;
    const auto* body = std::get_if<Body>(&answer->said);
    // What cannot be read is no answer: the Nodo may not have heard. [PSP-05]
    const TokenEvent event = body == nullptr                         ? TokenEvent::unanswered
                             : outcome_of(**body) == Outcome::OK ? TokenEvent::answered_ok
                                                                     : TokenEvent::answered_ko;
    move(turn, payments_.at(token), event);
  } else if (const auto* alarm = std::get_if<Alarm>(&input)) {
    move(turn, payments_.at(alarm->about), TokenEvent::outcome_due);
  } else {
    on_command(turn, std::get<Command>(input));
  }
}

void Psp::on_request(Turn& turn, const Request& request) {
  const PrimitiveId id = request.primitive;
  if (const auto* malformed = std::get_if<Malformed>(&request.said)) {
    const std::string why = contract::to_text(malformed->violations.front());
    turn.reply(request.exchange, share(refusal(id, fault_bean(primitive(id).syntax_fault, idPSP_, why))));
    return;
  }
  if (id != PrimitiveId::pspNotifyPayment) {  // its channels speak version 1
    turn.reply(request.exchange, share(refusal(id, fault_bean("CANALE_SEMANTICA", idPSP_, "the channel speaks version 1 of pspNotifyPayment"))));
    return;
  }
  const auto& notification = std::get<PspNotifyPaymentReq>(*std::get<Body>(request.said));
  const PaymentServiceProvider* self = turn.registry.psp(idPSP_);
  std::string_view wrong;
  if (notification.idPSP != idPSP_) wrong = "CANALE_PSP_ERRATO";
  else if (notification.idBrokerPSP != self->idBrokerPSP) wrong = "CANALE_INTERMEDIARIO_ERRATO";
  else if (turn.registry.channel(idPSP_, notification.idChannel) == nullptr) wrong = "CANALE_CANALE_ERRATO";
  if (!wrong.empty()) {
    turn.reply(request.exchange, share(refusal(id, fault_bean(wrong, idPSP_))));
    return;
  }
  PspPayment& payment = payments_[notification.paymentToken];
  if (payment.state == TokenState::none) {
    payment.token = notification.paymentToken;
    payment.idChannel = notification.idChannel;
    payment.idBrokerPSP = notification.idBrokerPSP;
    latest_ = payment.token;
    if (notification.additionalPaymentInformations && notification.additionalPaymentInformations->metadata) {
      for (const CtMapEntry& entry : notification.additionalPaymentInformations->metadata->mapEntry) {
        if (entry.key == "fee") payment.fee = parse_amount(entry.value).value_or(Amount{});
      }
    }
  }
  turn.reply(request.exchange, share(PspNotifyPaymentRes{Outcome::OK, {}}));
  move(turn, payment, TokenEvent::notified);
}

void Psp::plan_outcome(TokenContext& c) {
  c.turn.wake(c.turn.now + c.turn.settings.outcome_after, outcome_alarm, c.payment.token);
}

SendPaymentOutcomeReq Psp::compose(Turn& turn, const PspPayment& payment, Outcome outcome) const {
  const PaymentServiceProvider& self = *turn.registry.psp(idPSP_);
  const Channel* channel = turn.registry.channel(idPSP_, payment.idChannel);
  if (channel == nullptr) channel = &self.channels.front();
  SendPaymentOutcomeReq out;
  out.idPSP = idPSP_;
  out.idBrokerPSP = self.idBrokerPSP;
  out.idChannel = channel->idChannel;
  out.password = channel->password;
  out.idempotencyKey = self.fiscalCode + "_" + turn.random.alphanumeric(10);
  out.paymentToken = payment.token;
  out.outcome = outcome;
  CtOutcomeDetails& details = out.details.emplace();
  details.paymentMethod = "creditCard";
  details.paymentChannel = "onLine";
  details.fee = payment.fee;
  details.applicationDate = iso_date(turn.now);
  details.transferDate = iso_date(turn.now + hours(24));
  return out;
}

void Psp::send_outcome(TokenContext& c) {
  // A repetition is the same message, key included: the Nodo can tell it from a second outcome. [PSP-04]
  if (c.payment.outcome == nullptr) c.payment.outcome = share(compose(c.turn, c.payment, Outcome::OK));
  ++c.payment.attempts;
  pending_[c.turn.call({Role::nodo, ""}, c.payment.outcome, c.turn.settings.outcome_deadline)] = c.payment.token;
}

void Psp::back_off(TokenContext& c) {
  const std::int64_t slots = (std::int64_t{1} << c.payment.attempts) - 1;
  c.turn.wake(c.turn.now + c.turn.settings.outcome_deadline * slots, outcome_alarm, c.payment.token);
}

void Psp::on_command(Turn& turn, const Command& command) {
  if (command.verb == "send") {
    const Primitive* row = find_primitive(command.value("message"));
    if (row != nullptr && row->id != PrimitiveId::sendPaymentOutcome) {
      const PaymentServiceProvider& self = *turn.registry.psp(idPSP_);
      const Channel& channel = self.channels.front();
      Message said = drawn_request(turn.random, row->id, command,
                                   {{"idPSP", idPSP_}, {"idBrokerPSP", self.idBrokerPSP}, {"idChannel", channel.idChannel}, {"password", channel.password},
                                    {"paymentTokens/paymentToken", latest_}});
      pending_[turn.call({Role::nodo, ""}, share(std::move(said)), turn.settings.outcome_deadline)] = {};
      turn.finish(command.id);
      return;
    }
    const auto known = payments_.find(latest_);
    PspPayment payment;
    if (known != payments_.end()) payment = known->second;
    else payment.token = turn.random.hex(32);
    const Outcome outcome = parse_outcome(command.value("outcome", "OK")).value_or(Outcome::OK);
    pending_[turn.call({Role::nodo, ""}, share(compose(turn, payment, outcome)), turn.settings.outcome_deadline)] = {};
  }
  turn.finish(command.id);
}

void Psp::move(Turn& turn, PspPayment& payment, TokenEvent event) {
  TokenContext context{*this, turn, payment};
  step(table_, payment.state, event, context, [&](TokenState was, TokenState is, const TokenRow& row) {
    turn.note({"psp", payment.token, {}, to_text(was), to_text(is), row.rule, {}});
  }, [&](std::size_t row) { turn.used("psp.token", row); });
}

}  // namespace actors
