// The vocabulary of the Nodo's tables: states, events, and what guards and orders may look at.
// State names are the platform's own. The tables themselves are in nodo_tables.cpp, on one screen.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/ladder.hpp"
#include "sim/actor.hpp"
#include "sim/machine.hpp"

namespace actors {

class Nodo;
struct Payment;
struct Position;
struct Recipient;
struct Closing;
struct Inbound;
struct Remembered;
struct OutcomeSaid;

// ---- payment: one per token ----

enum class PaymentState : std::uint8_t {
  none, PAYING, PAYMENT_RESERVED, PAYMENT_SENT, PAYMENT_ACCEPTED, PAYMENT_REFUSED, PAYMENT_UNKNOWN, PAYMENT_SEND_ERROR,
  PAID, NOTICE_GENERATED, NOTICE_SENT, NOTIFIED, FAILED, CANCELLED, any, same
};
enum class PaymentEvent : std::uint8_t {
  at_once, activated, closed_ok, closed_ko, dragged_down, expiry_job, psp_accepts, psp_refuses, psp_silent, psp_unreachable,
  outcome_ok, outcome_ko, receipt_round, receipts_done, count
};
std::string_view to_text(PaymentState state);
std::string_view to_text(PaymentEvent event);

/// Whose rules a payment follows: those of the PSP where the user pays, or those of a touchpoint that will close it.
enum class Flow : std::uint8_t { at_psp, at_touchpoint };

/// What a row of the payment tables may look at and act on.
struct PaymentContext {
  Nodo& nodo;
  sim::Turn& turn;
  Payment& payment;
  const Inbound* inbound = nullptr;  ///< the request that moves it, when there is one
  bool answers = true;               ///< false: another token of the same request gives the answer
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

// ---- idempotency key: one per primitive, PSP and key ----

enum class KeyState : std::uint8_t { none, KEPT, any, same };
enum class KeyEvent : std::uint8_t { at_once, asked, answered, token_over, clean_job, count };
std::string_view to_text(KeyState state);
std::string_view to_text(KeyEvent event);
struct KeyContext {
  Nodo& nodo;
  sim::Turn& turn;
  Remembered& kept;
  const Inbound* inbound = nullptr;
  bool handled = false;  ///< the request has had its answer
};
using KeyRow = sim::Row<KeyState, KeyEvent, KeyContext>;

// ---- ladders of checks: the first rung that does not hold names the answer ----

/// A SOAP request that names a caller, and perhaps a notice.
struct CheckContext {
  const sim::contract::Registry& registry;
  const sim::contract::Settings& settings;
  std::string_view idPSP, idBrokerPSP, idChannel, password;
  std::string_view fiscalCode, noticeNumber;
  std::string_view idempotencyKey;  ///< empty: the request carries none
  std::int64_t expirationTime = 0;
  const Position* position = nullptr;
};
using Check = Rung<CheckContext>;

/// What an EC says is due, beyond what a schema can know.
struct DueContext {
  const sim::contract::Registry& registry;
  const sim::contract::CtPaymentPAV2& due;
  bool into_version_1 = false;  ///< the activation that waits for it was made in version 1
};
using DueCheck = Rung<DueContext>;

/// An outcome and the payments that it speaks of.
struct OutcomeContext {
  const OutcomeSaid& said;
  std::vector<const Payment*> payments;  ///< one per token; nullptr: unknown
  const Closing* closing = nullptr;      ///< of the first token, when it has been closed
};
using OutcomeCheck = Rung<OutcomeContext>;

struct CloseContext {
  const sim::contract::Registry& registry;
  const Closing& closing;
  std::vector<Payment*> payments;  ///< one per token; nullptr: unknown
};
/// A rung of closePayment: JSON answers carry a status and a description instead of a fault bean; version 1 has its own.
struct CloseCheck {
  bool (*holds)(const CloseContext&);
  std::string_view name;
  int status;
  std::string_view description;
  int status_v1;
  std::string_view description_v1;
  bool for_ko;             ///< whether it is asked of outcome KO too
  bool frees_companions;   ///< when it refuses an OK, the tokens beside the bad one are cancelled
  std::string_view rule;
};

struct PositionsContext {
  const sim::contract::Registry& registry;
  const sim::contract::CheckPositionRequest& request;
};
/// A rung of checkPosition.
struct PositionsCheck {
  bool (*holds)(const PositionsContext&);
  std::string_view name;
  int status;
  std::string_view description;
  std::string_view rule;
};

/// All the tables of the Nodo. A test may hand in a broken one, to see that somebody notices.
struct NodoTables {
  std::span<const PaymentRow> at_psp;         ///< the PSP that activated the payment has the money and says so
  std::span<const PaymentRow> at_touchpoint;  ///< a touchpoint activated it and closes it; the PSP that it names confirms
  std::span<const PositionRow> position;
  std::span<const RecipientRow> recipient;
  std::span<const KeyRow> key;
  std::span<const Check> edition;   ///< what the schema of the edition in force says beyond ours
  std::span<const Check> caller;    ///< who may call at all
  std::span<const Check> model;     ///< verify and activation: through a channel of the right model
  std::span<const Check> target;    ///< verify and activation: which EC and station
  std::span<const Check> position_free;  ///< verify and activation: whether the notice may be paid
  std::span<const Check> alone;     ///< activation: nobody else is being answered for the same notice
  std::span<const DueCheck> due;    ///< activation: the EC's answer against the registry
  std::span<const OutcomeCheck> outcome;
  std::span<const CloseCheck> close;
  std::span<const PositionsCheck> positions;
};
const NodoTables& nodo_tables();

}  // namespace actors
