// Checkout: takes the user from a notice number to an outcome, and gives the money back when it must.
// The payment gateway and the mail are simulated inside it; the transaction's states are those of the real one.
// The trap: a refused outcome or a lost answer is no reason for a storno; only the cases of the table are. [CHK-04]
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/actor.hpp"
#include "sim/machine.hpp"

namespace actors {

enum class TransactionState : std::uint8_t {
  none, ACTIVATED, AUTHORIZATION_REQUESTED, AUTHORIZATION_COMPLETED, CLOSURE_REQUESTED, CLOSURE_ERROR, CLOSED,
  CANCELLATION_REQUESTED, CANCELED, CANCELLATION_EXPIRED, UNAUTHORIZED, EXPIRED, EXPIRED_NOT_AUTHORIZED,
  NOTIFICATION_REQUESTED, NOTIFICATION_ERROR, NOTIFIED_OK, NOTIFIED_KO, REFUND_REQUESTED, REFUND_ERROR, REFUNDED, any, same
};
enum class TransactionEvent : std::uint8_t {
  at_once, activated, authorisation_asked, user_cancels, life_over, gateway_ok, gateway_ko, gateway_unreachable,
  close_ok, close_ko, close_refundable, close_final, close_silent, result_ok, result_ko, result_missing,
  mailed, mail_failed, refunded, refund_failed, refund_refused, count
};
std::string_view to_text(TransactionState state);
std::string_view to_text(TransactionEvent event);

/// One notice of a transaction, or of a cart.
struct NoticeToPay {
  std::string fiscalCode, noticeNumber, token;
  sim::contract::Amount amount;
  sim::Body activation;           ///< what was asked; a repetition is the same
  std::int64_t attempts = 0;
  [[nodiscard]] std::string key() const { return fiscalCode + "/" + noticeNumber; }
};

/// A cart that the Nodo found payable, as an EC's front end sent it.
struct Cart {
  std::string idCart;
  std::vector<NoticeToPay> notices;
  bool has_waiting_url = false;
  sim::Instant until;
};

/// One attempt of one user to pay one notice, or all those of a cart.
struct Transaction {
  std::string id;
  std::vector<NoticeToPay> notices;     ///< in the order of the tokens
  sim::contract::Amount fee;            ///< one, however many the notices
  std::string idPSP, idBrokerPSP, idChannel, businessName;
  bool is_cart = false;                 ///< it pays a cart: then idCart and has_waiting_url are the cart's
  bool has_waiting_url = false;
  std::string idCart;
  TransactionState state = TransactionState::none;
  TransactionState before_expiry = TransactionState::none;
  std::optional<bool> authorised;       ///< what the gateway said
  bool verified = false;                ///< the amount is known
  bool activating = false;              ///< the activation has been asked for
  bool authorisation_asked = false;     ///< the user has been sent to the gateway
  bool cancelled = false;               ///< the user went away: closePayment is a cancellation
  bool nodo_said_ko = false;            ///< closePayment was answered 200 with outcome KO
  bool close_is_refundable = false;     ///< closePayment was refused in a way that gives the money back
  bool invalid_token = false;           ///< closePayment was refused with "Invalid token"
  std::string card;                     ///< what the gateway will say: a name of gateway_cases()
  std::string rrn, authorization_code;
  sim::Instant activated_at, asked_at, authorised_at, life_end;
  sim::Body close_request, result;
  std::int64_t close_attempts = 0, mail_attempts = 0, refund_attempts = 0, gateway_questions = 0;
  sim::AlarmId life_alarm = 0, result_alarm = 0, gateway_alarm = 0;
  sim::CommandId command = 0;           ///< the step of the journey that waits for this transaction
  std::string goal;                     ///< how far that step goes: verify, activate, authorise, close
  std::string shown;                    ///< what the user sees
  std::string_view storno = "none";     ///< none, REQUESTED, EXECUTED, MANUAL: somebody has to look

  /// What the ECs are owed, without the fee.
  [[nodiscard]] sim::contract::Amount amount() const;
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
/// The code of a fault bean that counts: a PAA_ or PPT_ word in its description wins over its faultCode.
std::string_view fault_word(const sim::contract::CtFaultBean& fault);
/// The category of that code.
const FaultCategory& category_of(const sim::contract::CtFaultBean& fault);

/// How the payment gateway makes itself heard.
enum class Hearing : std::uint8_t {
  calls_back,     ///< it tells Checkout by itself
  when_asked,     ///< its word is lost on the way, but it answers when asked
  never_decided,  ///< the user never came back to it: it has nothing to say
  unreachable,    ///< it neither tells nor answers
};
/// What the gateway makes of a card.
struct GatewayCase {
  std::string_view card;       ///< as scenarios call it
  std::string_view result;     ///< operationResult
  std::string_view errorCode;  ///< of a DECLINED
  Hearing hearing;
};
std::span<const GatewayCase> gateway_cases();
const GatewayCase& gateway_case(std::string_view card);
/// The outcome code that a result of the gateway other than EXECUTED shows to the user.
std::string_view outcome_code_of(std::string_view result, std::string_view errorCode);

/// A final page, by the code that Checkout's own API gives.
struct OutcomePage {
  std::string_view code, it, en;
};
std::span<const OutcomePage> outcome_pages();
/// The outcome code of a transaction as it stands; empty while there is nothing to say.
std::string_view outcome_code(const Transaction& transaction);
/// Which of the cart's return URLs the button of that page leads to.
std::string_view return_url(const Transaction& transaction, std::string_view code);

/// Whether notice number and fiscal code are the digits that they should be.
bool can_be_looked_up(const NoticeToPay& notice);
/// closePayment of a transaction, in a version.
sim::Body close_request(const Transaction& transaction, sim::contract::Outcome outcome, std::int64_t version, sim::Instant now);

class Checkout final : public sim::Actor {
 public:
  explicit Checkout(std::span<const TransactionRow> table = transaction_table()) : table_(table) {}
  void handle(sim::Turn& turn, const sim::Input& input) override;
  [[nodiscard]] std::unique_ptr<sim::Actor> clone() const override { return std::make_unique<Checkout>(*this); }

  // ---- facts of the table ----
  [[nodiscard]] bool is_locked(const TransactionContext& c) const;

  // ---- orders of the table ----
  void start_session(TransactionContext& c);
  void ask_gateway(TransactionContext& c);
  void refuse_authorisation(TransactionContext& c);
  void ask_before_refund(TransactionContext& c);
  void forget_activation(TransactionContext& c);
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
  void ask_for_a_check(TransactionContext& c, std::string_view reason);

 private:
  struct Pending {
    enum class What : std::uint8_t { verify, activation, close, check, scripted } what{};
    std::string about{};                ///< the transaction, or the cart
    std::size_t notice = 0;             ///< which notice of the transaction is activated
    sim::ExchangeId cart_exchange = 0;  ///< the cart that is being answered
    sim::PrimitiveId cart_primitive{};
  };
  struct Activated {
    sim::Body said;
    sim::Instant until;
  };
  struct Lock {
    std::string transaction;
    sim::Instant until;
  };
  enum class Found : std::uint8_t { authorised, denied, undecided, unreachable };

  void on_request(sim::Turn& turn, const sim::Request& request);
  void on_answer(sim::Turn& turn, const sim::Answer& answer);
  void on_alarm(sim::Turn& turn, const sim::Alarm& alarm);
  void on_command(sim::Turn& turn, const sim::Command& command);

  // the journey
  void begin(sim::Turn& turn, const sim::Command& command);
  void verify(sim::Turn& turn, Transaction& transaction);
  sim::ExchangeId ask_verify(sim::Turn& turn, const Transaction& transaction);
  void verify_answered(sim::Turn& turn, Transaction& transaction, const sim::Answer& heard);
  void verified(sim::Turn& turn, Transaction& transaction, sim::contract::Amount amount);
  void activate(sim::Turn& turn, Transaction& transaction);
  sim::ExchangeId ask_activation(sim::Turn& turn, Transaction& transaction, std::size_t notice);
  void activation_answered(sim::Turn& turn, Transaction& transaction, std::size_t notice, const sim::Answer& heard);
  void take_activation(sim::Turn& turn, Transaction& transaction, std::size_t notice, const sim::Body& said);
  void begin_if_activated(sim::Turn& turn, Transaction& transaction);
  void authorise(sim::Turn& turn, Transaction& transaction);
  void give_up(sim::Turn& turn, Transaction& transaction, std::string_view screen);
  void arrived(sim::Turn& turn, Transaction& transaction);
  void show(sim::Turn& turn, Transaction& transaction, std::string screen);
  void move(sim::Turn& turn, Transaction& transaction, TransactionEvent event, sim::ExchangeId exchange = 0, sim::Body said = {});
  void scripted_send(sim::Turn& turn, const sim::Command& command);

  // the gateway, the mail and the storno
  [[nodiscard]] static Found question(sim::Turn& turn, Transaction& transaction);
  void gateway_decided(sim::Turn& turn, Transaction& transaction, bool authorised);
  void question_again(sim::Turn& turn, Transaction& transaction);
  void question_before_refund(sim::Turn& turn, Transaction& transaction);
  void try_refund(sim::Turn& turn, Transaction& transaction);
  static void note_storno(sim::Turn& turn, Transaction& transaction, std::string_view state, std::string detail);

  // closePayment and sendPaymentResult
  void close_answered(sim::Turn& turn, Transaction& transaction, const sim::Answer& heard);
  void result_heard(sim::Turn& turn, const sim::Request& request);
  [[nodiscard]] Transaction* owner_of(std::string_view token);

  // carts
  void cart_heard(sim::Turn& turn, const sim::Request& request);
  void cart_checked(sim::Turn& turn, const Pending& pending, const sim::Answer& heard);

  std::span<const TransactionRow> table_;
  std::map<std::string, Transaction> transactions_;
  std::map<std::string, std::vector<std::string>, std::less<>> by_token_;  ///< transactions, oldest first: several may share a token
  std::map<std::string, std::pair<sim::contract::Amount, sim::Instant>> verified_;  ///< by notice, until when
  std::map<std::string, Activated> activated_;  ///< by notice
  std::map<std::string, Lock> locks_;           ///< by token
  std::map<std::string, Cart> carts_;
  std::map<sim::ExchangeId, Pending> pending_;
  std::string latest_, latest_cart_;
  std::map<std::string, std::string, std::less<>> journeys_;  ///< by notice, the latest transaction that a user began with it
};

}  // namespace actors
