// The vocabulary of the Nodo's tables: states, events, and what guards and orders may look at.
// State names are the platform's own. The tables themselves are in nodo_tables.cpp, on one screen.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/actor.hpp"
#include "sim/machine.hpp"

namespace actors {

class Nodo;
struct Payment;
struct Position;
struct Recipient;

// ---- payment: one per token ----

enum class PaymentState : std::uint8_t {
  none, PAYING, PAYMENT_RESERVED, PAYMENT_SENT, PAYMENT_ACCEPTED, PAYMENT_REFUSED, PAYMENT_UNKNOWN, PAYMENT_SEND_ERROR,
  PAID, NOTICE_GENERATED, NOTICE_SENT, NOTIFIED, CANCELLED, any, same
};
enum class PaymentEvent : std::uint8_t {
  at_once, activated, closed_ok, closed_ko, expiry_job, psp_accepts, psp_refuses, psp_silent, psp_unreachable,
  outcome_ok, outcome_ko, receipt_round, receipts_done, count
};
std::string_view to_text(PaymentState state);
std::string_view to_text(PaymentEvent event);

/// What a row of the payment table may look at and act on.
struct PaymentContext {
  Nodo& nodo;
  sim::Turn& turn;
  Payment& payment;
  sim::ExchangeId exchange = 0;  ///< the outcome that is being answered, when there is one
  sim::Party from;
  sim::Body said;
};
using PaymentRow = sim::Row<PaymentState, PaymentEvent, PaymentContext>;

// ---- position: one per notice ----

enum class PositionState : std::uint8_t { none, PAYING, INSERTED, PAID, NOTIFIED, any, same };
enum class PositionEvent : std::uint8_t { at_once, activated, released, paid, owner_notified, count };
std::string_view to_text(PositionState state);
std::string_view to_text(PositionEvent event);
struct PositionContext {};
using PositionRow = sim::Row<PositionState, PositionEvent, PositionContext>;

// ---- recipient: one per receipt copy ----

enum class RecipientState : std::uint8_t { none, NOTICE_GENERATED, NOTICE_SENT, NOTICE_PENDING, NOTIFIED, any, same };
enum class RecipientEvent : std::uint8_t { at_once, generated, attempted, acknowledged, refused, unanswered, count };
std::string_view to_text(RecipientState state);
std::string_view to_text(RecipientEvent event);
struct RecipientContext {
  const sim::contract::Settings& settings;
};
using RecipientRow = sim::Row<RecipientState, RecipientEvent, RecipientContext>;

// ---- ladders of checks: the first rung that does not hold names the answer ----

struct CheckContext {
  const sim::contract::Registry& registry;
  const sim::contract::Settings& settings;
  std::string_view idPSP, idBrokerPSP, idChannel, password;
  std::string_view fiscalCode, noticeNumber;
  std::string_view idempotencyKey;  ///< empty: the request carries none
  std::int64_t expirationTime = 0;
  const Position* position = nullptr;
};
struct Check {
  bool (*holds)(const CheckContext&);
  std::string_view name;
  std::string_view fault;        ///< code of the fault bean
  std::string_view description;  ///< of the fault bean; empty: none
  std::string_view rule;
};

struct CloseContext {
  const sim::contract::Registry& registry;
  const sim::contract::ClosePaymentV2Request& request;
  std::vector<Payment*> payments;  ///< one per token; nullptr: unknown
};
/// A rung of closePayment: JSON answers carry a status and a description instead of a fault bean.
struct CloseCheck {
  bool (*holds)(const CloseContext&);
  std::string_view name;
  int status;
  std::string_view description;
  bool for_ko;             ///< whether it is asked of outcome KO too
  bool frees_companions;   ///< when it refuses an OK, the tokens beside the bad one are cancelled
  std::string_view rule;
};

/// All the tables of the Nodo. A test may hand in a broken one, to see that somebody notices.
struct NodoTables {
  std::span<const PaymentRow> payment;
  std::span<const PositionRow> position;
  std::span<const RecipientRow> recipient;
  std::span<const Check> edition;   ///< what the schema of the edition in force says beyond ours
  std::span<const Check> caller;    ///< who may call at all
  std::span<const Check> model;     ///< verify and activation: through a channel of the right model
  std::span<const Check> target;    ///< verify and activation: which EC and station
  std::span<const Check> position_free;  ///< verify and activation: whether the notice may be paid
  std::span<const Check> alone;     ///< activation: nobody else is being answered for the same notice
  std::span<const CloseCheck> close;
};
const NodoTables& nodo_tables();

}  // namespace actors
