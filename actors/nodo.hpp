// The Nodo dei Pagamenti: routes notices to stations, owns tokens and payment states, generates receipts.
// What it decides is in nodo_tables.cpp; here is what it remembers, and how it carries out what the rows order.
// The trap: closePayment is answered before the PSP is called, and a PSP's outcome may come before the PSP's own answer.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/nodo_tables.hpp"
#include "sim/actor.hpp"

namespace actors {

/// A request that waits for its answer.
struct Inbound {
  sim::ExchangeId exchange = 0;
  sim::Party from;
  sim::Body said;
};

/// One copy of a receipt.
struct Recipient {
  std::string fiscalCode, idStation, idBrokerPA;
  bool owner = false;
  RecipientState state = RecipientState::none;
};

/// One token: everything from activation to receipt.
struct Payment {
  std::string token, position;  ///< the position's key
  std::string activation_key;   ///< under which the activation's answer is remembered; empty: it is not
  PaymentState state = PaymentState::none;
  std::string bound_psp;        ///< who may send an outcome: the activation's PSP until closePayment re-binds it
  std::string station, broker;
  sim::Instant activated_at, valid_to;
  sim::Body ec_answer;          ///< the paGetPaymentRes that everything else copies from
  sim::Body closed_by;          ///< the accepted closePayment
  sim::Body outcome;            ///< the recorded sendPaymentOutcome
  sim::Instant outcome_at;
  PaymentState ended_from = PaymentState::none;  ///< why it was CANCELLED
  std::vector<Inbound> held_outcomes;            ///< arrived while the PSP had not answered yet
  std::vector<Recipient> recipients;
  std::int64_t receipt_rounds = 0;
  sim::Body result;             ///< the sendPaymentResult to deliver
  std::int64_t result_attempts = 0;
  bool result_delivered = false;
  sim::AlarmId expiry_alarm = 0, receipt_alarm = 0;

  [[nodiscard]] const sim::contract::CtPaymentPA& data() const;
};

/// One notice of one EC.
struct Position {
  std::string fiscalCode, noticeNumber;
  PositionState state = PositionState::none;
  bool activation_pending = false;
  std::string latest_token;
};

class Nodo final : public sim::Actor {
 public:
  explicit Nodo(const NodoTables& tables = nodo_tables()) : tables_(tables) {}
  void handle(sim::Turn& turn, const sim::Input& input) override;
  [[nodiscard]] std::unique_ptr<sim::Actor> clone() const override { return std::make_unique<Nodo>(*this); }

  // ---- guards of the payment table ----
  [[nodiscard]] bool another_token_lives(const Payment& payment) const;

  // ---- orders of the payment table ----
  void issue_token(PaymentContext& c);
  void bind_psp(PaymentContext& c);
  void notify_psp(PaymentContext& c);
  void watch_expiry(PaymentContext& c);
  void release_position(PaymentContext& c);
  void release_and_report(PaymentContext& c);
  void accept_outcome(PaymentContext& c);
  void generate_receipt(PaymentContext& c);
  void send_receipts(PaymentContext& c);
  void refuse_outcome(PaymentContext& c, std::string_view fault, std::string description);
  void refuse_as_acquired(PaymentContext& c);
  void hold_outcome(PaymentContext& c);

 private:
  /// What an exchange of ours was for.
  struct Pending {
    enum class What : std::uint8_t { verify, activation, notify, receipt, result, scripted } what{};
    Inbound inbound;        ///< verify, activation: whom to answer
    std::string token;      ///< notify, receipt, result
    std::string position;   ///< verify, activation
    std::size_t recipient = 0;
  };
  struct Remembered {
    sim::Body request, response;
    sim::Instant valid_to;
  };

  void on_request(sim::Turn& turn, const sim::Request& request);
  void on_answer(sim::Turn& turn, const sim::Answer& answer);
  void on_alarm(sim::Turn& turn, const sim::Alarm& alarm);
  void on_command(sim::Turn& turn, const sim::Command& command);

  void verify(sim::Turn& turn, Inbound inbound);
  void activate(sim::Turn& turn, Inbound inbound);
  void outcome(sim::Turn& turn, const Inbound& inbound);
  void close(sim::Turn& turn, const Inbound& inbound);
  void verified(sim::Turn& turn, const Pending& pending, const sim::Answer& answer);
  void activated(sim::Turn& turn, const Pending& pending, const sim::Answer& answer);
  void notified(sim::Turn& turn, const Pending& pending, const sim::Answer& answer);
  void receipt_answered(sim::Turn& turn, const Pending& pending, const sim::Answer& answer);
  void result_answered(sim::Turn& turn, const Pending& pending, const sim::Answer& answer);

  void expiry_job(sim::Turn& turn);
  void receipt_job(sim::Turn& turn, Payment& payment);
  void send_result(sim::Turn& turn, Payment& payment);
  void scripted_send(sim::Turn& turn, const sim::Command& command);
  void send_drawn(sim::Turn& turn, const sim::Command& command, sim::PrimitiveId id);
  void decline(sim::Turn& turn, const Inbound& inbound);

  void move(sim::Turn& turn, Payment& payment, PaymentEvent event, sim::ExchangeId exchange = 0, sim::Party from = {},
            sim::Body said = {});
  void move(sim::Turn& turn, Position& position, PositionEvent event);
  void move(sim::Turn& turn, const Payment& payment, Recipient& recipient, RecipientEvent event);
  void schedule_expiry(sim::Turn& turn, Payment& payment);
  void report(sim::Turn& turn, Payment& payment, sim::contract::Outcome outcome);
  void answer(sim::Turn& turn, const Inbound& inbound, sim::contract::Message reply, bool remember = true);
  void refuse(sim::Turn& turn, const Inbound& inbound, std::string_view fault, std::string description, bool remember = true);
  bool replays(sim::Turn& turn, const Inbound& inbound);
  Position& position_of(const sim::contract::CtQrCode& qr);

  NodoTables tables_;
  std::map<std::string, Payment> payments_;    ///< by token
  std::map<std::string, Position> positions_;  ///< by fiscalCode/noticeNumber
  std::map<sim::ExchangeId, Pending> pending_;
  std::map<std::string, Remembered> remembered_;  ///< by primitive, PSP and idempotencyKey
  std::string latest_token_;
};

}  // namespace actors
