// The Nodo dei Pagamenti: routes notices to stations, owns tokens and payment states, generates receipts.
// What it decides is in nodo_tables.cpp; here is what it remembers. How it carries out what the rows order is told by
// subject: nodo_activation.cpp, nodo_closing.cpp, nodo_outcome.cpp, nodo_receipts.cpp; nodo.cpp hears and answers.
// Both versions of every message are turned into one form when they are heard, and back when something is said.
// The trap: closePayment is answered before the PSP is called, and a PSP's outcome may come before the PSP's own answer.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
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

/// An outcome in either version.
struct OutcomeSaid {
  int version = 1;
  std::string idPSP, idBrokerPSP, idChannel;
  std::vector<std::string> tokens;
  sim::contract::Outcome outcome{};
  std::optional<sim::contract::CtOutcomeDetailsV2> details;
};
OutcomeSaid outcome_said(const sim::contract::Message& message);

/// A closePayment in either version, and what became of it. Fields that a KO may leave out are empty.
struct Closing {
  int version = 2;
  sim::contract::Outcome outcome{};
  std::vector<std::string> tokens;  ///< each once, in the order of the request
  std::string idPSP, idBrokerPSP, idChannel, paymentMethod, transactionId, timestampOperation;
  sim::contract::Amount totalAmount, fee;
  std::optional<sim::contract::Amount> primaryCiIncurredFee;
  std::optional<std::string> idBundle, idCiBundle;
  std::vector<std::pair<std::string, std::string>> additionalPaymentInformations;
  sim::Body result;                 ///< the sendPaymentResult to deliver
  std::int64_t result_attempts = 0;
  bool result_delivered = false;

  /// The value of an additional information, empty when it is not there.
  [[nodiscard]] std::string_view additional(std::string_view key) const;
};
Closing closing_said(const sim::contract::Message& message);
using ClosingId = std::uint32_t;  ///< 0: none

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
  Flow flow = Flow::at_psp;
  std::string bound_psp;        ///< who may send an outcome: the activation's PSP until closePayment re-binds it
  std::string idChannel;        ///< of the activation
  std::string station, broker;
  bool standin = false;
  sim::Instant activated_at, valid_to;
  sim::contract::CtPaymentPAV2 due;   ///< what the EC said, whichever version it speaks; no companyName: empty
  std::optional<std::string> paymentNote;
  ClosingId closing = 0;              ///< the accepted closePayment OK
  std::optional<OutcomeSaid> outcome; ///< the recorded one
  sim::Instant outcome_at;
  PaymentState ended_from = PaymentState::none;  ///< where it was when it was CANCELLED
  PaymentEvent ended_on = PaymentEvent::at_once; ///< and why
  std::vector<Inbound> held_outcomes;            ///< arrived while the PSP had not answered yet
  std::vector<Recipient> recipients;
  std::int64_t receipt_rounds = 0;
  sim::AlarmId expiry_alarm = 0, receipt_alarm = 0;
};
/// Whether one of its transfers is a digital stamp.
bool has_stamp(const Payment& payment);
/// Whether the outcome carries the stamp of each transfer that is one.
bool stamps_are_attached(const Payment& payment, const OutcomeSaid& said);

/// One notice of one EC.
struct Position {
  std::string fiscalCode, noticeNumber;
  PositionState state = PositionState::none;
  bool activation_pending = false;
  std::string latest_token;
};

/// The answer to a request that carried an idempotency key.
struct Remembered {
  KeyState state = KeyState::none;
  sim::Body request, response;
  sim::Instant valid_to;
};

class Nodo final : public sim::Actor {
 public:
  explicit Nodo(const NodoTables& tables = nodo_tables()) : tables_(tables) {}
  void handle(sim::Turn& turn, const sim::Input& input) override;
  void restart() override;
  [[nodiscard]] std::unique_ptr<sim::Actor> clone() const override { return std::make_unique<Nodo>(*this); }

  // ---- guards of the payment tables ----
  [[nodiscard]] bool another_token_lives(const Payment& payment) const;
  [[nodiscard]] bool activation_is_pending(const Payment& payment) const;
  [[nodiscard]] bool companion_is_paid(const Payment& payment) const;
  [[nodiscard]] const Closing& closing_of(const Payment& payment) const;

  // ---- orders of the payment tables ----
  void issue_token(PaymentContext& c);
  void bind_psp(PaymentContext& c);
  void notify_psp(PaymentContext& c);
  void tell_version_1(PaymentContext& c);
  void watch_expiry(PaymentContext& c);
  void release_position(PaymentContext& c);
  void release_and_report(PaymentContext& c);
  void accept_outcome(PaymentContext& c);
  void accept_failure(PaymentContext& c);
  void acquire_late(PaymentContext& c);
  void record_late_failure(PaymentContext& c);
  void generate_receipt(PaymentContext& c);
  void send_receipts(PaymentContext& c);
  void refuse_outcome(PaymentContext& c, std::string_view fault, std::string description);
  void refuse_as_acquired(PaymentContext& c);
  void hold_outcome(PaymentContext& c);

  /// Answers KO; `remember`: under the request's idempotency key, if it has one.
  void refuse(sim::Turn& turn, const Inbound& inbound, std::string_view fault, std::string description, bool remember = true);

 private:
  /// What an exchange of ours was for.
  struct Pending {
    enum class What : std::uint8_t { verify, activation, notify, receipt, result, scripted, forgotten } what{};
    Inbound inbound;        ///< verify, activation: whom to answer
    std::string about;      ///< verify, activation: the position's key; receipt: the token
    ClosingId closing = 0;  ///< notify, result
    std::size_t recipient = 0;
  };

  void on_request(sim::Turn& turn, const sim::Request& request);
  void on_answer(sim::Turn& turn, const sim::Answer& answer);
  void on_alarm(sim::Turn& turn, const sim::Alarm& alarm);
  void on_command(sim::Turn& turn, const sim::Command& command);
  bool breaks_edition(sim::Turn& turn, const Inbound& inbound);
  void decline(sim::Turn& turn, const Inbound& inbound);

  // nodo_activation.cpp
  void verify(sim::Turn& turn, Inbound inbound);
  void verified(sim::Turn& turn, const Pending& pending, const sim::Answer& answer);
  template <class Request>
  void activate(sim::Turn& turn, Inbound inbound, const Request& request);
  void activated(sim::Turn& turn, const Pending& pending, const sim::Answer& answer);
  void check_position(sim::Turn& turn, const Inbound& inbound);
  Position& position_of(const sim::contract::CtQrCode& qr);

  // nodo_closing.cpp
  void close(sim::Turn& turn, const Inbound& inbound);
  void notified(sim::Turn& turn, const Pending& pending, const sim::Answer& answer);
  void report(sim::Turn& turn, ClosingId id, sim::contract::Outcome outcome);
  void send_result(sim::Turn& turn, ClosingId id);
  void result_answered(sim::Turn& turn, const Pending& pending, const sim::Answer& answer);
  [[nodiscard]] sim::contract::Message notification(const sim::Turn& turn, const Closing& closing) const;
  [[nodiscard]] sim::contract::Message result_message(const sim::Turn& turn, const Closing& closing, sim::contract::Outcome outcome) const;

  // nodo_outcome.cpp
  void outcome(sim::Turn& turn, const Inbound& inbound);
  void record(PaymentContext& c);

  // nodo_receipts.cpp
  [[nodiscard]] sim::contract::CtReceiptV2 receipt_of(const sim::Turn& turn, const Payment& payment) const;
  [[nodiscard]] sim::contract::Message copy_for(const sim::Turn& turn, const Payment& payment, const Recipient& recipient, const sim::contract::CtReceiptV2& receipt) const;
  void receipt_answered(sim::Turn& turn, const Pending& pending, const sim::Answer& answer);
  void receipt_job(sim::Turn& turn, Payment& payment, bool by_schedule);

  // nodo_script.cpp
  void scripted_send(sim::Turn& turn, const sim::Command& command);
  void send_drawn(sim::Turn& turn, const sim::Command& command, sim::PrimitiveId id);
  void say_aside(sim::Turn& turn, const sim::Command& command, sim::Party to, sim::contract::Message message, sim::Duration deadline);

  void expiry_job(sim::Turn& turn);
  void clean_job(sim::Turn& turn);
  void schedule_expiry(sim::Turn& turn, Payment& payment);

  void move(sim::Turn& turn, Payment& payment, PaymentEvent event, const Inbound* inbound = nullptr, bool answers = true);
  void move(sim::Turn& turn, Position& position, PositionEvent event);
  void move(sim::Turn& turn, const Payment& payment, Recipient& recipient, RecipientEvent event);
  /// Whether the request had its answer from what is remembered.
  bool move(sim::Turn& turn, const std::string& key, KeyEvent event, const Inbound* inbound = nullptr);
  bool replays(sim::Turn& turn, const Inbound& inbound);
  void answer(sim::Turn& turn, const Inbound& inbound, sim::contract::Message reply, bool remember = true);
  [[nodiscard]] std::vector<Payment*> payments_of(const Closing& closing);

  /// Refuses by the first rung that does not hold.
  template <class Check_, class Context>
  bool refused_by(sim::Turn& turn, const Inbound& inbound, std::string_view ladder, std::span<const Check_> rungs, const Context& context, bool remember = true) {
    const Check_* broken = first_broken(turn, ladder, rungs, context);
    if (broken != nullptr) refuse(turn, inbound, broken->fault, std::string(broken->description), remember);
    return broken != nullptr;
  }

  NodoTables tables_;
  std::map<std::string, Payment> payments_;    ///< by token
  std::map<std::string, Position> positions_;  ///< by fiscalCode/noticeNumber
  std::map<ClosingId, Closing> closings_;
  std::map<sim::ExchangeId, Pending> pending_;
  std::map<std::string, Remembered> remembered_;  ///< by primitive, PSP and idempotencyKey
  std::string latest_token_;
};

/// "77777777777/302001234567890123".
std::string position_key(std::string_view fiscalCode, std::string_view noticeNumber);
/// What a caller says about itself and about a notice, for the ladders.
CheckContext caller_of(const sim::Turn& turn, const auto& request) {
  CheckContext c{turn.registry, turn.settings, request.idPSP, request.idBrokerPSP, request.idChannel, request.password, {}, {}, {}};
  if constexpr (requires { request.idempotencyKey; }) {
    if (request.idempotencyKey) c.idempotencyKey = *request.idempotencyKey;
  }
  if constexpr (requires { request.qrCode; }) {
    c.fiscalCode = request.qrCode.fiscalCode;
    c.noticeNumber = request.qrCode.noticeNumber;
  }
  if constexpr (requires { request.expirationTime; }) c.expirationTime = request.expirationTime.value_or(0);
  return c;
}
/// Under what an answer is remembered: primitive, PSP and key; empty when the request carries no key.
std::string idempotency_key(const sim::contract::Message& message);

}  // namespace actors
