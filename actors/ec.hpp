// An EC (ente creditore): owns debt positions, answers with their current amount, takes receipts.
// The rule that everything turns on: a position is closed by the receipt and by nothing else. Verify and activation
// change nothing, however often they come. [EC-01, CHK-08]
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "actors/ladder.hpp"
#include "sim/actor.hpp"
#include "sim/contract/debt_position.hpp"
#include "sim/machine.hpp"

namespace actors {

enum class DebtState : std::uint8_t { unknown, open, paid, expired, cancelled, any, same };
enum class DebtEvent : std::uint8_t { at_once, asked, receipt, opened, settled, lapsed, withdrawn, count };
std::string_view to_text(DebtState state);
std::string_view to_text(DebtEvent event);

/// What the EC is about to answer: rows fill it in.
struct DebtContext {
  bool receipt_is_known = false;
  bool receipt_disagrees = false;  ///< with the position that it would close
  std::string_view fault;  ///< empty: OK
};
using DebtRow = sim::Row<DebtState, DebtEvent, DebtContext>;
/// The EC's whole behaviour; a test may hand in a broken one.
std::span<const DebtRow> debt_table();

/// Who is called, and about what: any request to an EC.
struct CallContext {
  const sim::contract::Registry& registry;
  const sim::contract::CreditorInstitution& self;
  std::string_view idPA, idBrokerPA, idStation;
  std::string_view fiscalCode, noticeNumber;  ///< of the notice that is asked about; empty: it is about none, or a receipt
};
/// The first rung that does not hold names the fault.
using CallCheck = Rung<CallContext>;
std::span<const CallCheck> call_checks();

class Ec final : public sim::Actor {
 public:
  Ec(std::string fiscalCode, std::span<const sim::contract::DebtPosition> positions,
     std::span<const DebtRow> table = debt_table(), std::span<const CallCheck> checks = call_checks());
  void handle(sim::Turn& turn, const sim::Input& input) override;
  [[nodiscard]] std::unique_ptr<sim::Actor> clone() const override { return std::make_unique<Ec>(*this); }

 private:
  struct Debt {
    sim::contract::DebtPosition position;
    DebtState state = DebtState::unknown;
    unsigned char manner = 0;  ///< NoticeManner of its class
  };

  void on_request(sim::Turn& turn, const sim::Request& request);
  void reply(sim::Turn& turn, sim::ExchangeId exchange, const Debt* debt, sim::contract::Message message);
  template <class Said>
  const CallCheck* broken_check(sim::Turn& turn, const Said& said) const;
  Debt& debt_of(const std::string& noticeNumber);
  std::string_view move(sim::Turn& turn, Debt& debt, DebtEvent event, DebtContext context = {});
  void on_command(sim::Turn& turn, const sim::Command& command);
  void change_position(sim::Turn& turn, const sim::Command& command);
  static void send_drawn(sim::Turn& turn, const sim::Command& command);
  template <class Request>
  [[nodiscard]] Request cart_of(const sim::Turn& turn, const sim::Command& command) const;
  void send_cart(sim::Turn& turn, const sim::Command& command);
  template <class Said>
  void answer(sim::Turn& turn, sim::ExchangeId exchange, sim::PrimitiveId id, const Said& said);
  template <class Receipt>
  std::string_view receipt_fault(sim::Turn& turn, const Receipt& receipt);
  [[nodiscard]] static std::string due_date(const Debt& debt);
  [[nodiscard]] std::string name_of(const sim::Turn& turn, const Debt& debt) const;
  template <class Answer>
  void verified(const sim::Turn& turn, const Debt& debt, Answer& out) const;
  [[nodiscard]] std::vector<sim::contract::DebtTransfer> transfers_of(const Debt& debt) const;
  template <class Data>
  void payment_data(const sim::Turn& turn, const Debt& debt, std::string_view transferType, Data& data) const;

  std::string fiscalCode_;
  std::span<const DebtRow> table_;
  std::span<const CallCheck> checks_;
  std::map<std::string, Debt> debts_;  ///< by notice number
  std::set<std::string> receipts_;     ///< by receiptId
  std::map<sim::ExchangeId, sim::CommandId> carts_;  ///< carts that Checkout has not answered yet, and the steps that wait for it
  std::map<std::string, std::pair<sim::ExchangeId, sim::Body>> late_;  ///< answers that wait for an alarm
};

}  // namespace actors
