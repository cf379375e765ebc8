// Where the money is, told by the wire: every movement is posted twice, and the rules are asked after every entry.
// It hears Hops and the time, knows the registry and the settings, and shares nothing with the actors. Three things have no
// wire form at all, and are taken from notes: what the gateway charged ("transaction", reaching AUTHORIZATION_COMPLETED
// otherwise than by storno N1, which is a denial), what it gave back ("storno"), and what a PSP took at its counter
// ("till"). What stays unknown, such as a card that nobody can ask about, is never held against anybody.
// The trap: a movement counts when the party that decides it answers, even if that answer is lost on the way; and the same
// token may be in the hands of two transactions, of which only the one that closed it has paid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/breach.hpp"
#include "sim/contract/settings.hpp"
#include "sim/journal.hpp"

namespace sim {

struct LedgerRule {
  std::string_view id, it, en;
};
std::span<const LedgerRule> ledger_rules();
/// The rule with this id, or nullptr.
const LedgerRule* find_ledger_rule(std::string_view id);

/// A value: a copy goes on from the same entry, on the same thread, and shares its books until one of the two writes.
/// The registry must outlive it.
class Ledger {
 public:
  Ledger(const contract::Registry& registry, const contract::Settings& settings);
  void see(std::size_t index, const Entry& entry);
  /// What can only be said when nothing is left to happen; nothing of a run that was cut short.
  void finish(bool cut_short);
  [[nodiscard]] const std::vector<Breach>& breaches() const;
  /// Cents by account ("user", "gateway", "psp PSPSIM01", "owed to ec 77777777777", "receipts of ec 77777777777"); they sum to zero.
  [[nodiscard]] std::map<std::string, std::int64_t> accounts() const;

 private:
  struct Books;
  Books& own();

  std::shared_ptr<Books> books_;
};

}  // namespace sim
