// Checkout: takes the user from a notice number to an outcome, and gives the money back when it must.
// The payment gateway and the mail are simulated inside it; the transaction's states are those of the real one.
// The trap: a refused outcome or a lost answer is no reason for a storno; only the cases of the table are. [CHK-04]
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "sim/actor.hpp"
#include "sim/machine.hpp"

namespace actors {

enum class TransactionState : std::uint8_t {
  none, ACTIVATED, AUTHORIZATION_REQUESTED, AUTHORIZATION_COMPLETED, CLOSURE_REQUESTED, CLOSURE_ERROR, CLOSED,
  CANCELLATION_REQUESTED, CANCELED, CANCELLATION_EXPIRED, UNAUTHORIZED, EXPIRED, EXPIRED_NOT_AUTHORIZED,
  NOTIFICATION_REQUESTED, NOTIFICATION_ERROR, NOTIFIED_OK, NOTIFIED_KO, REFUND_REQUESTED, REFUND_ERROR, REFUNDED, any, same
};
enum class TransactionEvent : std::uint8_t {
  at_once, activated, authorisation_asked, user_cancels, life_over, gateway_ok, gateway_ko,
  close_ok, close_ko, close_refundable, close_final, close_silent, result_ok, result_ko, result_missing,
  mailed, mail_failed, refunded, refund_failed, count
};
std::string_view to_text(TransactionState state);
std::string_view to_text(TransactionEvent event);

/// One attempt of one user to pay one notice.
struct Transaction {
  std::string id, fiscalCode, noticeNumber, token, creditorReferenceId;
  sim::contract::Amount amount, fee;
  std::string idPSP, idBrokerPSP, idChannel, businessName;
  TransactionState state = TransactionState::none;
  TransactionState before_expiry = TransactionState::none;
  std::optional<bool> authorised;       ///< what the gateway said
  bool verified = false;                ///< the amount is known
  bool authorisation_asked = false;     ///< the user has been sent to the gateway
  bool cancelled = false;               ///< the user went away: closePayment is a cancellation
  bool nodo_said_ko = false;            ///< closePayment was answered 200 with outcome KO
  bool close_is_refundable = false;     ///< closePayment was refused in a way that gives the money back
  bool invalid_token = false;           ///< closePayment was refused with "Invalid token"
  std::string card;                     ///< what the gateway will say: authorised, denied, abandoned
  std::string rrn, authorization_code;
  sim::Instant activated_at, authorised_at, life_end;
  sim::Body activation, close_request, result;
  std::int64_t activation_attempts = 0, close_attempts = 0, mail_attempts = 0, refund_attempts = 0;
  sim::AlarmId life_alarm = 0, result_alarm = 0;
  sim::CommandId command = 0;           ///< the step of the journey that waits for this transaction
  std::string goal;                     ///< how far that step goes: verify, activate, authorise, close
  std::string shown;                    ///< what the user sees
};

class Checkout;
struct TransactionContext {
  Checkout& checkout;
  sim::Turn& turn;
  Transaction& transaction;
  sim::ExchangeId exchange = 0;  ///< the sendPaymentResult that is being answered
  sim::Body said;
};
using TransactionRow = sim::Row<TransactionState, TransactionEvent, TransactionContext>;
std::span<const TransactionRow> transaction_table();

/// A fault of verify or activation as the user is told of it.
struct FaultCategory {
  std::string_view category;
  int http_status;          ///< of Checkout's own API
  std::string_view codes;   ///< blank separated; empty: all others
  std::string_view it, en;  ///< what the user reads
};
std::span<const FaultCategory> fault_categories();
/// The category of a fault bean: a PAA_ or PPT_ word in its description wins over its faultCode.
const FaultCategory& category_of(const sim::contract::CtFaultBean& fault);

class Checkout final : public sim::Actor {
 public:
  explicit Checkout(std::span<const TransactionRow> table = transaction_table()) : table_(table) {}
  void handle(sim::Turn& turn, const sim::Input& input) override;
  [[nodiscard]] std::unique_ptr<sim::Actor> clone() const override { return std::make_unique<Checkout>(*this); }

  // ---- orders of the table ----
  void start_session(TransactionContext& c);
  void ask_gateway(TransactionContext& c);
  void close_payment(TransactionContext& c);
  void retry_close(TransactionContext& c);
  void await_result(TransactionContext& c);
  void take_result(TransactionContext& c);
  void refuse_result(TransactionContext& c);
  void send_mail(TransactionContext& c);
  void retry_mail(TransactionContext& c);
  void request_refund(TransactionContext& c);
  void retry_refund(TransactionContext& c);
  void refund_done(TransactionContext& c);

 private:
  struct Pending {
    enum class What : std::uint8_t { verify, activation, close, scripted } what{};
    std::string transaction;
  };

  void on_request(sim::Turn& turn, const sim::Request& request);
  void on_answer(sim::Turn& turn, const sim::Answer& answer);
  void on_alarm(sim::Turn& turn, const sim::Alarm& alarm);
  void on_command(sim::Turn& turn, const sim::Command& command);

  void begin(sim::Turn& turn, const sim::Command& command);
  sim::ExchangeId verify(sim::Turn& turn, const Transaction& transaction);
  sim::ExchangeId activate(sim::Turn& turn, Transaction& transaction);
  void activated(sim::Turn& turn, Transaction& transaction, const sim::contract::ActivatePaymentNoticeV2Response& said);
  void authorise(sim::Turn& turn, Transaction& transaction);
  void close_answered(sim::Turn& turn, Transaction& transaction, const sim::Answer& answer);
  void give_up(sim::Turn& turn, Transaction& transaction, std::string_view screen);
  void arrived(sim::Turn& turn, Transaction& transaction);
  void show(sim::Turn& turn, Transaction& transaction, std::string screen);
  void move(sim::Turn& turn, Transaction& transaction, TransactionEvent event, sim::ExchangeId exchange = 0, sim::Body said = {});
  [[nodiscard]] sim::contract::ClosePaymentV2Request close_request(const Transaction& transaction, sim::contract::Outcome outcome) const;
  void scripted_send(sim::Turn& turn, const sim::Command& command);

  std::span<const TransactionRow> table_;
  std::map<std::string, Transaction> transactions_;
  std::map<std::string, std::string> by_token_;
  std::map<sim::ExchangeId, Pending> pending_;
  std::string latest_;
};

}  // namespace actors
