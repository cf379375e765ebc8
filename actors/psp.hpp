// A PSP: accepts notifications and sends its outcome, in time and once. [PSP-02]
// It never sends anything after having refused, and repeats an outcome only as long as the Nodo does not answer,
// with the same idempotencyKey and growing waits. [PSP-04, PSP-05]
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>

#include "sim/actor.hpp"
#include "sim/machine.hpp"

namespace actors {

enum class TokenState : std::uint8_t { none, ACCEPTED, OUTCOME_SENT, BACKING_OFF, ACKNOWLEDGED, REJECTED, GIVEN_UP, any, same };
enum class TokenEvent : std::uint8_t { at_once, notified, outcome_due, answered_ok, answered_ko, unanswered, count };
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

/// What the PSP remembers of one token.
struct PspPayment {
  std::string token, idChannel, idBrokerPSP;
  sim::contract::Amount fee;
  TokenState state = TokenState::none;
  sim::Body outcome;  ///< what was sent, to be repeated as it was
  std::int64_t attempts = 0;
};

class Psp final : public sim::Actor {
 public:
  explicit Psp(std::string idPSP, std::span<const TokenRow> table = psp_table()) : idPSP_(std::move(idPSP)), table_(table) {}
  void handle(sim::Turn& turn, const sim::Input& input) override;
  [[nodiscard]] std::unique_ptr<sim::Actor> clone() const override { return std::make_unique<Psp>(*this); }

  // ---- orders of the table ----
  void plan_outcome(TokenContext& c);
  void send_outcome(TokenContext& c);
  void back_off(TokenContext& c);

 private:
  void on_request(sim::Turn& turn, const sim::Request& request);
  void on_command(sim::Turn& turn, const sim::Command& command);
  void move(sim::Turn& turn, PspPayment& payment, TokenEvent event);
  [[nodiscard]] sim::contract::SendPaymentOutcomeReq compose(sim::Turn& turn, const PspPayment& payment,
                                                             sim::contract::Outcome outcome) const;

  std::string idPSP_;
  std::span<const TokenRow> table_;
  std::map<std::string, PspPayment> payments_;         ///< by token
  std::map<sim::ExchangeId, std::string> pending_;     ///< our outcomes; empty token: a scripted one
  std::string latest_;
};

}  // namespace actors
