#include "actors/psp_manners.hpp"

#include <algorithm>

#include "sim/check.hpp"
#include "sim/contract/breaks.hpp"
#include "sim/contract/magic_psps.hpp"

namespace actors {
namespace {

using namespace sim;
using namespace sim::contract;

using A = NotificationAnswer;
using O = LaterOutcome;
constexpr std::optional<Duration> as_set;

// clang-format off
constexpr PspManner table[] = {
  // idPSP                    answer         after       outcome   after             what it does
  {"PSPSIM_REFUSES",          A::refuses,    {},         O::none,  as_set,           "rifiuta la notifica (CANALE_SEMANTICA) e non invia esiti", "refuses the notification (CANALE_SEMANTICA) and sends no outcome"},
  {"PSPSIM_REFUSES_THEN_OK",  A::refuses,    {},         O::ok,    as_set,           "rifiuta la notifica e invia lo stesso un esito OK", "refuses the notification and sends an outcome OK all the same"},
  {"PSPSIM_SILENT",           A::nothing,    {},         O::none,  as_set,           "non risponde alla notifica e non invia esiti", "never answers the notification and sends no outcome"},
  {"PSPSIM_SILENT_THEN_OK",   A::nothing,    {},         O::ok,    seconds(12),      "non risponde alla notifica, e 12 s dopo invia un esito OK", "never answers the notification, and sends an outcome OK 12 s after it"},
  {"PSPSIM_MALFORMED",        A::no_message, {},         O::none,  as_set,           "risponde alla notifica con byte che non sono un messaggio, e non invia esiti", "answers the notification with bytes that are no message, and sends no outcome"},
  {"PSPSIM_OUTCOME_KO",       A::accepts,    {},         O::ko,    as_set,           "accetta, poi invia un esito KO", "accepts, then sends an outcome KO"},
  {"PSPSIM_OUTCOME_LATE",     A::accepts,    {},         O::ok,    milliseconds(2500), "accetta, e invia l'esito OK 2,5 s dopo: oltre i 2 s concessi", "accepts, and sends its outcome OK after 2.5 s: later than the 2 s it has"},
  {"PSPSIM_OUTCOME_TWICE",    A::accepts,    {},         O::twice, as_set,           "accetta, e invia l'esito OK due volte, con chiavi diverse", "accepts, and sends its outcome OK twice, with different keys"},
  {"PSPSIM_OUTCOME_NONE",     A::accepts,    {},         O::none,  as_set,           "accetta, e non invia mai l'esito", "accepts, and never sends its outcome"},
  {"PSPSIM_OUTCOME_FIRST",    A::accepts,    seconds(1), O::ok,    milliseconds(100), "invia l'esito OK prima di rispondere alla notifica, che accetta dopo 1 s", "sends its outcome OK before it answers the notification, which it accepts after 1 s"},
};
// clang-format on

constexpr bool all_declared() {
  std::size_t i = 0;
  for (const PspManner& row : table) {
    if (i >= magic_psps().size() || magic_psps()[i++].idPSP != row.idPSP) return false;
  }
  return i == magic_psps().size();
}
static_assert(all_declared(), "the registry's names and these rows are the same, in the same order");

constexpr std::string_view held_alarm = "answer that was held";

bool is_outcome(const Call& call) {
  const PrimitiveId id = primitive_of(*call.body);
  return id == PrimitiveId::sendPaymentOutcome || id == PrimitiveId::sendPaymentOutcomeV2;
}

template <class Change>
Body changed(const Body& body, Change change) {
  Message copy = *body;
  std::visit([&](auto& held) { if constexpr (requires { held.details; held.idempotencyKey; held.outcome; }) change(held); }, copy);
  return share(std::move(copy));
}

}  // namespace

std::span<const PspManner> psp_manners() { return table; }

const PspManner* psp_manner(std::string_view idPSP) {
  const auto found = std::find_if(std::begin(table), std::end(table), [idPSP](const PspManner& row) { return row.idPSP == idPSP; });
  return found == std::end(table) ? nullptr : &*found;
}

void ManneredPsp::handle(Turn& turn, const Input& input) {
  if (const auto* alarm = std::get_if<Alarm>(&input); alarm != nullptr && alarm->what == held_alarm) {
    turn.emit(std::move(held_.extract(alarm->about).mapped()));
    return;
  }
  const auto* answer = std::get_if<Answer>(&input);
  if (answer != nullptr && own_.erase(answer->exchange) > 0) return;
  std::vector<Effect> effects;
  Turn inside = turn.aside(effects);
  inner_.handle(inside, input);
  if (const auto* request = std::get_if<Request>(&input)) {
    notified(turn, std::move(effects), request->primitive);
    return;
  }
  const auto* command = std::get_if<Command>(&input);
  speak(turn, std::move(effects), command != nullptr && command->verb == "send");
  if (answer == nullptr) return;
  if (auto first = to_repeat_.extract(answer->exchange); !first.empty() && std::holds_alternative<Body>(answer->said)) {
    // Another key: with the same one the Nodo would take it for a repetition, and say again what it said.
    Body again = changed(first.mapped().body, [&turn](auto& said) {
      if (!said.idempotencyKey) return;
      *said.idempotencyKey = said.idempotencyKey->substr(0, said.idempotencyKey->find('_') + 1) + turn.random.alphanumeric(10);
    });
    own_.insert(turn.call(first.mapped().to, std::move(again), first.mapped().deadline));
  }
}

void ManneredPsp::notified(Turn& turn, std::vector<Effect> effects, PrimitiveId primitive) {
  const bool accepted = std::any_of(effects.begin(), effects.end(), [](const Effect& effect) {
    const auto* reply = std::get_if<Reply>(&effect);
    return reply != nullptr && outcome_of(*reply->body) == Outcome::OK;
  });
  for (Effect& effect : effects) {
    if (accepted) {
      if (auto* said = std::get_if<Reply>(&effect)) {
        if (manner_->answer == A::nothing) continue;
        if (manner_->answer == A::refuses) said->body = share(refusal(primitive, fault_bean("CANALE_SEMANTICA", manner_->idPSP, "this PSP refuses on purpose")));
        if (manner_->answer == A::no_message) said->spoilt = find_break(primitive, Leg::response, "cut", "")->patches;
        if (manner_->answers_after.ms > 0) {
          const std::string name = std::to_string(said->exchange);
          turn.wake(turn.now + manner_->answers_after, held_alarm, name);
          held_.emplace(name, std::move(*said));
          continue;
        }
      } else if (auto* wake = std::get_if<Wake>(&effect)) {
        if (manner_->outcome == O::none) continue;
        if (manner_->outcome_after) wake->at = turn.now + *manner_->outcome_after;
      } else if (auto* note = std::get_if<Note>(&effect)) {
        // Whoever refuses and means it is in the state of one that does.
        if (manner_->answer == A::refuses && manner_->outcome == O::none) note->to = actors::to_text(TokenState::REFUSED);
      }
    }
    turn.emit(std::move(effect));
  }
}

void ManneredPsp::speak(Turn& turn, std::vector<Effect> effects, bool is_order) {
  for (Effect& effect : effects) {
    auto* call = std::get_if<Call>(&effect);
    if (call != nullptr && !is_order && is_outcome(*call)) {
      if (manner_->outcome == O::ko) {
        call->body = changed(call->body, [](auto& said) {
          said.outcome = Outcome::KO;
          said.details.reset();
        });
      }
      if (manner_->outcome == O::twice) to_repeat_[call->exchange] = *call;
    }
    turn.emit(std::move(effect));
  }
}

}  // namespace actors
