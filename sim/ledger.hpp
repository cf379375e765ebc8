// Where the money is, told by the wire alone: every movement is posted twice, and the rules are asked after every entry.
// The trap: a movement counts when the party that decides it answers, even if that answer is lost on the way.
#pragma once

#include <cstddef>
#include <map>
#include <set>
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

/// A value: a copy goes on from the same entry.
class Ledger {
 public:
  Ledger(const contract::Registry& registry, const contract::Settings& settings);
  void see(std::size_t index, const Entry& entry);
  void finish(bool cut_short);
  [[nodiscard]] const std::vector<Breach>& breaches() const { return breaches_; }
  /// Cents by account; they sum to zero.
  [[nodiscard]] const std::map<std::string, std::int64_t>& accounts() const { return accounts_; }

 private:
  struct Token {
    std::string notice;
    std::int64_t amount = 0;
    bool known = false, closed = false, paid = false;
    std::set<std::string> receipted;
  };
  void request(const Hop& hop, const contract::Message& said);
  void answer(const Hop& hop, const contract::Message& said);
  void post(const std::string& from, const std::string& to, std::int64_t cents);
  void breaks(std::string_view rule, const Party& who, bool scripted, Told expected, Told found);

  std::size_t at_ = 0;
  Instant now_;
  std::map<std::string, std::int64_t> accounts_;
  std::map<std::string, Token> tokens_;
  std::map<std::string, std::string> payer_;  ///< by notice, the token that paid it
  std::map<ExchangeId, Body> asked_;
  std::set<CommandId> sends_;
  std::vector<Breach> breaches_;
};

}  // namespace sim
