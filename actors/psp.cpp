#include "actors/psp.hpp"

#include <algorithm>
#include <array>
#include <set>

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
constexpr Order collect{"collect", [](TokenContext& c) { c.psp.collect(c); }};
constexpr Order certify{"certify", [](TokenContext& c) { c.psp.certify(c); }};
constexpr Order give_back{"give_back", [](TokenContext& c) { c.psp.give_back(c); }};
constexpr Order send_outcome{"send_outcome", [](TokenContext& c) { c.psp.send_outcome(c); }};
constexpr Order back_off{"back_off", [](TokenContext& c) { c.psp.back_off(c); }};

// clang-format off
using S = TokenState;
using E = TokenEvent;
constexpr auto rows = std::to_array<TokenRow>({
  // in              on                    when            do            then              rule
  // the user pays here
  { S::none,         E::user_asks,         always,         ask_nodo,     S::VERIFYING,     "PSP-04" },
  { S::none,         E::user_returns,      always,         activate,     S::ACTIVATING,    "PSP-04" },  // an earlier activation got no answer
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
  { S::none,         E::refused,           always,         nothing,      S::REFUSED,       "PSP-02" },  // no outcome, ever
  // the outcome
  { S::ACCEPTED,     E::outcome_due,       always,         send_outcome, S::OUTCOME_SENT,  "PSP-02" },
  { S::BACKING_OFF,  E::outcome_due,       always,         send_outcome, S::OUTCOME_SENT,  "PSP-05" },
  { S::OUTCOME_SENT, E::answered_ok,       always,         certify,      S::ACKNOWLEDGED,  "PSP-08" },
  { S::OUTCOME_SENT, E::answered_known,    always,         certify,      S::ACKNOWLEDGED,  "CHK-15" },  // an earlier attempt had got through
  { S::OUTCOME_SENT, E::answered_duplicate, gives_back,    give_back,    S::REFUNDED,      "PSP-07" },
  { S::OUTCOME_SENT, E::answered_duplicate, always,        nothing,      S::REPORTED,      "PSP-07" },  // with code 9
  { S::OUTCOME_SENT, E::answered_expired,  always,         nothing,      S::OVERDUE,       "PSP-07" },
  { S::OUTCOME_SENT, E::answered_ko,       always,         nothing,      S::REJECTED,      "PSP-04" },  // any answer ends it
  { S::OUTCOME_SENT, E::unanswered,        attempts_left,  back_off,     S::BACKING_OFF,   "PSP-05" },
  { S::OUTCOME_SENT, E::unanswered,        always,         nothing,      S::GIVEN_UP,      "PSP-05" },
  { S::any,          E::user_asks,         always,         cannot_happen, S::same,         "" },
  { S::any,          E::user_returns,      always,         cannot_happen, S::same,         "" },
  { S::any,          E::user_confirms,     always,         cannot_happen, S::same,         "" },
  { S::any,          E::may_go_on,         always,         nothing,      S::same,          "" },
  { S::any,          E::turned_down,       always,         nothing,      S::same,          "" },
  { S::any,          E::refused,           always,         nothing,      S::same,          "" },
  { S::any,          E::outcome_due,       always,         nothing,      S::same,          "" },
  { S::any,          E::answered_ok,       always,         nothing,      S::same,          "" },
  { S::any,          E::answered_known,    always,         nothing,      S::same,          "" },
  { S::any,          E::answered_duplicate, always,        nothing,      S::same,          "" },
  { S::any,          E::answered_expired,  always,         nothing,      S::same,          "" },
  { S::any,          E::answered_ko,       always,         nothing,      S::same,          "" },
  { S::any,          E::unanswered,        always,         nothing,      S::same,          "" },
});
static_assert(is_total(rows) && has_no_dead_row(rows) && reaches_every_state(rows));

/// What a KO to the outcome means; any code that is not here means no more than KO.
struct OutcomeFault {
  std::string_view fault, description;  ///< how the description begins; empty: however
  TokenEvent event;
};
constexpr OutcomeFault outcome_faults[] = {
  { "PPT_ESITO_GIA_ACQUISITO", "Esito concorde", E::answered_known },
  { "PPT_PAGAMENTO_DUPLICATO", "",               E::answered_duplicate },
  { "PPT_TOKEN_SCADUTO",       "",               E::answered_expired },
  { "PPT_TOKEN_SCADUTO_KO",    "",               E::answered_expired },
};

using N = const NotificationContext&;
bool tokens_differ(N c) { return std::set<std::string>(c.said.tokens.begin(), c.said.tokens.end()).size() == c.said.tokens.size(); }
constexpr NotificationCheck checks[] = {
  // not for us, or not like this: whoever comes again with the right address is welcome
  { [](N c) { return c.idPSP == c.self.idPSP; },             "psp_is_ours",     "CANALE_PSP_ERRATO",           "", "CHK-09", false },
  { [](N c) { return c.idBrokerPSP == c.self.idBrokerPSP; }, "broker_is_ours",  "CANALE_INTERMEDIARIO_ERRATO", "", "CHK-09", false },
  { [](N c) { return c.channel != nullptr; },                "channel_is_ours", "CANALE_CANALE_ERRATO",        "", "CHK-09", false },
  { [](N c) { return c.channel->primitive_version == c.said.version; },
                                                             "version_fits",    "CANALE_SEMANTICA", "the channel speaks another version of pspNotifyPayment", "CHK-13", false },
  // all of it or nothing; what was accepted before is not looked at again
  { tokens_differ,                                           "tokens_differ",   "CANALE_SEMANTICA", "the same token twice", "CHK-13", true },
  { [](N c) { return c.known == nullptr || c.known->tokens == c.said.tokens; },
                                                             "known_together",  "CANALE_SEMANTICA", "some of the tokens were notified before", "CHK-13", true },
  { [](N c) { return c.known == nullptr || c.known->state != S::REFUSED; },
                                                             "never_refused",   "CANALE_SEMANTICA", "refused before", "PSP-02", true },
  { [](N c) { return c.known != nullptr || c.adds_up; },     "adds_up",         "CANALE_SEMANTICA", "the amounts do not add up", "CHK-09", true },
  { [](N c) { return c.known != nullptr || c.said.stamps.empty() || c.channel->takes_stamps; },
                                                             "stamps_are_ours", "CANALE_SEMANTICA", "the channel does not deal with digital stamps", "CHK-13", true },
};
// clang-format on

/// A stamp as the PSP that printed it would attach it. Nobody reads what it says.
constexpr std::string_view printed_stamp = "PG1hcmNhRGFCb2xsby8+";

}  // namespace

std::span<const TokenRow> psp_table() { return rows; }
std::span<const NotificationCheck> notification_checks() { return checks; }

std::string_view to_text(TokenState state) {
  constexpr std::array names{"none"sv, "VERIFYING"sv, "ACTIVATING"sv, "ACTIVATED"sv, "NOT_ACTIVATED"sv, "ACCEPTED"sv, "REFUSED"sv, "OUTCOME_SENT"sv, "BACKING_OFF"sv,
                             "ACKNOWLEDGED"sv, "REJECTED"sv, "REFUNDED"sv, "REPORTED"sv, "OVERDUE"sv, "GIVEN_UP"sv, "any"sv, "same"sv};
  return names[static_cast<std::size_t>(state)];
}
std::string_view to_text(TokenEvent event) {
  constexpr std::array names{"at_once"sv, "user_asks"sv, "user_returns"sv, "user_confirms"sv, "may_go_on"sv, "turned_down"sv, "notified"sv, "refused"sv, "outcome_due"sv,
                             "answered_ok"sv, "answered_known"sv, "answered_duplicate"sv, "answered_expired"sv, "answered_ko"sv, "unanswered"sv};
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

template <class Transfers>
Amount sum_of(const Transfers& list) {
  Amount sum;
  for (const auto& transfer : list.transfer) sum = sum + transfer.transferAmount;
  return sum;
}
bool adds_up(const PspNotifyPaymentReq& said) { return said.debtAmount == sum_of(said.transferList); }
bool adds_up(const PspNotifyPaymentV2& said) {
  Amount sum = said.fee;
  for (const CtPaymentV2& payment : said.paymentList.payment) {
    if (payment.debtAmount != sum_of(payment.transferList)) return false;
    sum = sum + payment.debtAmount;
  }
  return sum == said.totalAmount;
}

bool all_digits(std::string_view text, std::size_t length) {
  return text.size() == length && text.find_first_not_of("0123456789") == std::string_view::npos;
}

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
      const PspPayment fresh = payment_of(said);
      answer_notification(turn, request.exchange, id,
                          {*turn.registry.psp(idPSP_), turn.registry.channel(idPSP_, said.idChannel), said.idPSP, said.idBrokerPSP, fresh, adds_up(said), nullptr});
    }
  }, *std::get<Body>(request.said));
}

void Psp::answer_notification(Turn& turn, ExchangeId exchange, PrimitiveId id, NotificationContext context) {
  const std::vector<std::string>& tokens = context.said.tokens;
  const auto is_known = [this](const std::string& token) { return by_token_.contains(token); };
  const auto first = std::find_if(tokens.begin(), tokens.end(), is_known);
  PspPayment* known = first == tokens.end() ? nullptr : &payments_.at(by_token_.at(*first));
  context.known = known;
  const NotificationCheck* broken = first_broken(turn, "psp.notification", checks_, context);
  if (broken == nullptr) {
    if (known == nullptr) {
      known = &remember(context.said);
      latest_ = known->id;
    }
    turn.reply(exchange, share(blank(id, Leg::response)));
    move(turn, *known, TokenEvent::notified);
    return;
  }
  turn.reply(exchange, share(refusal(id, fault_bean(broken->fault, idPSP_, std::string(broken->description)))));
  if (!broken->is_final) return;
  PspPayment refused = context.said;
  refused.tokens.clear();
  for (const std::string& token : tokens) {
    if (!is_known(token) && std::find(refused.tokens.begin(), refused.tokens.end(), token) == refused.tokens.end()) refused.tokens.push_back(token);
  }
  if (!refused.tokens.empty()) move(turn, remember(std::move(refused)), TokenEvent::refused);
}

PspPayment& Psp::remember(PspPayment payment) {
  payment.id = payment.tokens.front();
  for (const std::string& token : payment.tokens) by_token_[token] = payment.id;
  return payments_[payment.id] = std::move(payment);
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
  // No check digit and no auxDigit here: the Nodo knows better.
  if (!all_digits(command.value("notice"), 18) || !all_digits(command.value("ec"), 11)) {
    turn.finish(command.id);
    return;
  }
  const std::string notice = std::string(command.value("ec")) + "/" + std::string(command.value("notice"));
  const auto current = payments_.find(at_counter_);
  if (current != payments_.end() && current->second.notice() == notice) {  // goes on with what was verified, or activated
    PspPayment& payment = current->second;
    const bool can_go_on = payment.state == S::ACTIVATED || (payment.state == S::VERIFYING && command.verb == "activate");
    if (command.verb != "verify" && can_go_on && payment.command == 0) {
      payment.command = command.id;
      payment.goal = command.verb;
      move(turn, payment, TokenEvent::user_confirms);
      return;
    }
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
  const auto unanswered = unanswered_.find(notice);
  const bool returns = fresh.goal != "verify" && unanswered != unanswered_.end();
  if (returns) {
    fresh.amount = payments_.at(unanswered->second.first).amount;
    fresh.version = payments_.at(unanswered->second.first).version;
  }
  PspPayment& payment = payments_[fresh.id] = fresh;
  move(turn, payment, returns ? TokenEvent::user_returns : TokenEvent::user_asks);
}

void Psp::ask_nodo(TokenContext& c) {
  const PaymentServiceProvider& self = *c.turn.registry.psp(idPSP_);
  const Channel& channel = counter(c.turn);
  const VerifyPaymentNoticeReq question{idPSP_, self.idBrokerPSP, channel.idChannel, channel.password, {c.payment.fiscalCode, c.payment.noticeNumber}};
  pending_[c.turn.call({Role::nodo, ""}, share(question), c.turn.settings.psp_patience)] = c.payment.id;
}

// An activation without an answer is repeated when the user asks again, as it was: with its key the Nodo can tell it from
// a second one. It is never repeated by itself. [PSP-04, PSP-05]
void Psp::activate(TokenContext& c) {
  if (const auto known = unanswered_.find(c.payment.notice()); known != unanswered_.end()) {
    pending_[c.turn.call({Role::nodo, ""}, known->second.second, c.turn.settings.psp_patience)] = c.payment.id;
    return;
  }
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
  unanswered_[c.payment.notice()] = {c.payment.id, body};
  pending_[c.turn.call({Role::nodo, ""}, std::move(body), c.turn.settings.psp_patience)] = c.payment.id;
}

void Psp::tell_user(TokenContext& c) {
  c.turn.finish(c.payment.command);
  c.payment.command = 0;
}

void Psp::collect(TokenContext& c) {
  till(c, "none", "COLLECTED", "PSP-03");
  tell_user(c);
  plan_outcome(c);
}

// The certificate bears the paymentToken: it is the subject of the note. What a touchpoint collected is its to certify.
void Psp::certify(TokenContext& c) { till(c, "COLLECTED", "CERTIFIED", "PSP-08"); }
void Psp::give_back(TokenContext& c) { till(c, "COLLECTED", "RETURNED", "PSP-07"); }

void Psp::till(const TokenContext& c, std::string_view from, std::string_view to, std::string_view rule) const {
  if (c.payment.noticeNumber.empty()) return;
  c.turn.note({"till", c.payment.tokens.front(), c.payment.notice(), from, to, rule, contract::to_text(c.payment.amount + c.payment.fee)});
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
    const auto row = std::find_if(std::begin(outcome_faults), std::end(outcome_faults), [&](const OutcomeFault& f) {
      return fault != nullptr && f.fault == fault->faultCode && fault->description.value_or("").starts_with(f.description);
    });
    move(turn, payment, body == nullptr ? E::unanswered : ok ? E::answered_ok : row != std::end(outcome_faults) ? row->event : E::answered_ko);
    return;
  }
  if (body != nullptr && heard.primitive != PrimitiveId::verifyPaymentNotice) unanswered_.erase(payment.notice());
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
    const Channel& channel = counter(turn);  // whatever else a PSP says, it says at its counter
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
    const bool here = !payment.noticeNumber.empty();
    if (here) turn.note({"psp", payment.id, payment.notice(), to_text(was), to_text(is), row.rule, {}});
    for (const std::string& token : payment.tokens) {
      if (!here) turn.note({"psp", token, {}, to_text(was), to_text(is), row.rule, {}});
    }
  }, [&](std::size_t row) { turn.used("psp.token", row); });
}

}  // namespace actors
