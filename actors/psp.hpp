// A PSP: accepts notifications and sends its outcome, in time and once [PSP-02]; or takes the user's payment itself, and
// then says so. It never sends anything after having refused, and repeats an outcome only as long as the Nodo does not
// answer, with the same idempotencyKey and growing waits. [PSP-04, PSP-05]
// The trap: several tokens that are notified together have one answer, one outcome, and one fate.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "actors/ladder.hpp"
#include "sim/actor.hpp"
#include "sim/machine.hpp"

namespace actors {

enum class TokenState : std::uint8_t {
  none, VERIFYING, ACTIVATING, ACTIVATED, NOT_ACTIVATED, ACCEPTED, REFUSED, OUTCOME_SENT, BACKING_OFF, ACKNOWLEDGED, REJECTED, REFUNDED, REPORTED, OVERDUE, GIVEN_UP,
  any, same
};
enum class TokenEvent : std::uint8_t {
  at_once, user_asks, user_returns, user_confirms, may_go_on, turned_down, notified, refused, outcome_due, answered_ok, answered_known, answered_duplicate,
  answered_expired, answered_ko, unanswered, count
};
std::string_view to_text(TokenState state);
std::string_view to_text(TokenEvent event);

class Psp;
struct PspPayment;
struct TokenContext {
  Psp& psp;
  sim::Turn& turn;
  PspPayment& payment;
};
using TokenRow = sim::Row<TokenState, TokenEvent, TokenContext>;
std::span<const TokenRow> psp_table();

/// One payment as the PSP sees it: one token, or all that were notified together.
struct PspPayment {
  std::string id;                    ///< the first token; of a payment at the PSP that has none yet, a name of its own
  std::vector<std::string> tokens;
  int version = 1;                   ///< of the notification or activation, and so of the outcome
  std::string idChannel;
  sim::contract::Amount amount, fee;
  std::optional<sim::contract::Amount> primaryCiIncurredFee;
  std::optional<std::string> idBundle, idCiBundle;
  std::vector<sim::contract::CtMarcaDaBollo> stamps;  ///< one for each transfer that asks for one
  std::string fiscalCode, noticeNumber, goal;         ///< of a payment at the PSP; how far the user's order goes
  sim::CommandId command = 0;
  TokenState state = TokenState::none;
  sim::Body outcome;  ///< what was sent, to be repeated as it was
  std::int64_t attempts = 0;
  /// "77777777777/302...": of a payment at the PSP.
  [[nodiscard]] std::string notice() const { return noticeNumber.empty() ? std::string() : fiscalCode + "/" + noticeNumber; }
};

// ---- the ladder of a notification: the first rung that does not hold names the fault ----

struct NotificationContext {
  const sim::contract::PaymentServiceProvider& self;
  const sim::contract::Channel* channel;  ///< the one that is named; nullptr: none of ours
  std::string_view idPSP, idBrokerPSP;
  const PspPayment& said;
  bool adds_up;
  const PspPayment* known;                ///< the payment that its first known token belongs to; nullptr: all are new
};
struct NotificationCheck {
  bool (*holds)(const NotificationContext&);
  std::string_view name, fault, description, rule;
  bool is_final;  ///< whoever fails here has been heard and refused: its tokens stay refused
};
std::span<const NotificationCheck> notification_checks();

class Psp final : public sim::Actor {
 public:
  explicit Psp(std::string idPSP, std::span<const TokenRow> table = psp_table(), std::span<const NotificationCheck> checks = notification_checks())
      : idPSP_(std::move(idPSP)), table_(table), checks_(checks) {}
  void handle(sim::Turn& turn, const sim::Input& input) override;
  [[nodiscard]] std::unique_ptr<sim::Actor> clone() const override { return std::make_unique<Psp>(*this); }

  // ---- orders of the table ----
  void ask_nodo(TokenContext& c);
  void activate(TokenContext& c);
  void tell_user(TokenContext& c);
  void collect(TokenContext& c);
  void certify(TokenContext& c);
  void give_back(TokenContext& c);
  void plan_outcome(TokenContext& c);
  void send_outcome(TokenContext& c);
  void back_off(TokenContext& c);

 private:
  void on_request(sim::Turn& turn, const sim::Request& request);
  void on_answer(sim::Turn& turn, const sim::Answer& answer);
  void on_command(sim::Turn& turn, const sim::Command& command);
  void user_pays(sim::Turn& turn, const sim::Command& command);
  void scripted_send(sim::Turn& turn, const sim::Command& command);
  void till(const TokenContext& c, std::string_view from, std::string_view to, std::string_view rule) const;
  void answer_notification(sim::Turn& turn, sim::ExchangeId exchange, sim::PrimitiveId id, NotificationContext context);
  PspPayment& remember(PspPayment payment);
  void move(sim::Turn& turn, PspPayment& payment, TokenEvent event);
  [[nodiscard]] sim::contract::Message compose(sim::Turn& turn, const PspPayment& payment, sim::contract::Outcome outcome) const;
  [[nodiscard]] const sim::contract::Channel& counter(const sim::Turn& turn) const;

  std::string idPSP_;
  std::span<const TokenRow> table_;
  std::span<const NotificationCheck> checks_;
  std::map<std::string, PspPayment> payments_;      ///< by id
  std::map<std::string, std::string> by_token_;
  std::map<sim::ExchangeId, std::string> pending_;  ///< our calls; empty: a scripted one
  std::string latest_;                              ///< the payment of which a scenario speaks
  std::string at_counter_;                          ///< the payment that the user is making here
  std::map<std::string, std::pair<std::string, sim::Body>> unanswered_;  ///< activations that nobody has answered, and whose they are, by "EC/notice"
};

}  // namespace actors
