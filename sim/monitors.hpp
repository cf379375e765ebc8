// Rules of the catalogue that watch a run by themselves: what crossed the wire and when, never what an actor says of itself.
// The trap: what was sent is not what was heard. Duties begin when the obliged party has received, and are met when it sends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/breach.hpp"
#include "sim/contract/settings.hpp"
#include "sim/journal.hpp"

namespace sim {

/// A rule that is watched, and what is looked at.
struct MonitorRow {
  std::string_view rule, it, en;
};
std::span<const MonitorRow> monitors();

/// A value: a copy goes on from the same entry. The registry must outlive it.
class Monitors {
 public:
  Monitors(const contract::Registry& registry, const contract::Settings& settings);
  void see(std::size_t index, const Entry& entry);
  /// What can only be said when nothing is left to happen.
  void finish(bool cut_short);
  [[nodiscard]] const std::vector<Breach>& breaches() const { return breaches_; }
  [[nodiscard]] Exercise fate(std::string_view rule) const;

 private:
  /// What the wire has told of one payment token.
  struct Token {
    bool closed = false;           ///< the Nodo answered OK to a closePayment OK
    bool notified = false;
    bool refused = false;          ///< the Nodo has read a complete KO to its notification
    bool paid = false;             ///< an outcome OK was accepted, or acquired though late
    bool accepted_before = false;  ///< an outcome OK was accepted before the PSP refused
    bool psp_accepted = false, psp_refused = false, psp_was_told_to = false;
    bool psp_has_answer = false;
    std::int64_t attempts = 0;     ///< of its outcome, by the PSP itself
    std::uint64_t orders = 0;      ///< that had been given to a PSP when they were counted
    Body told;                     ///< its outcome as the PSP last said it by itself
    Instant told_at;
    Body recorded;                 ///< the outcome that the Nodo took
    bool reported = false;         ///< the Nodo sent a result
    std::string notice;
    bool owes_result = false;      ///< closed by a touchpoint, then refused by the PSP
    std::size_t refused_entry = 0;
    bool unheard = false;          ///< no answer to its notification in version 2, and the PSP may have heard it
    Instant closed_at;
    Body due;                      ///< the EC's answer that it stands for
    Party psp;                     ///< who accepted the notification
    std::size_t accepted_entry = 0;
    Instant outcome_by;            ///< when outcome_due
    bool outcome_due = false;
    bool kept_quiet = false;       ///< the scenario withheld an answer to its notification
  };
  /// One receipt for one station.
  struct Copy {
    std::int64_t attempts = 0;
    Instant last;
    std::size_t entry = 0;
    bool taken = false, answered = false;
  };
  struct Talk {
    Body heard, asked;             ///< the request as received by the callee, and as sent
    std::size_t received = 0;
    Instant asked_at, heard_at;
    bool over = false, received_once = false;
    bool broken = false;           ///< what the callee received is no message
    bool ordered = false;          ///< by the scenario: its answer binds nobody
  };

  void request_sent(const Hop& hop, const contract::Message& said);
  void response_sent(const Hop& hop, const contract::Message& said);
  void response_received(const Hop& hop, const contract::Message& said);
  void receipt_sent(const Hop& hop, const contract::Message& said);
  void cart_heard(const contract::Message& message);
  void flag(const Hop& hop, const std::string& notice, std::optional<bool> said);
  void money_sent(const Hop& hop, const contract::Message& said);
  void outcome_sent(const Hop& hop, Token& token, const Body& said);
  void owed(std::string_view rule, bool held, const Party& who, std::size_t entry, const char* expected_it, const char* expected_en, const char* found_it, const char* found_en, bool scripted);
  void check(std::string_view rule, bool held, const Hop& hop, const char* expected_it, const char* expected_en, const char* found_it, const char* found_en, bool scripted = false);

  const contract::Registry* registry_;
  contract::Settings settings_;
  std::size_t at_ = 0;
  Instant now_;
  std::map<std::string, Token, std::less<>> tokens_;
  std::map<ExchangeId, Talk> talks_;
  std::map<std::string, std::size_t> verified_, obtained_;  ///< by notice, the last entry at which the Nodo read the EC's OK
  std::set<std::string> settled_;                           ///< notices whose EC answered OK to their receipt
  /// What the wire has told of a notice as its EC sees it.
  struct Debt {
    bool open = false;             ///< the EC answered with data
    bool receipt_heard = false;
    bool commanded = false;        ///< told by the scenario to change: no more is known
  };
  std::map<std::string, Debt, std::less<>> debts_;
  std::set<std::string> taken_;    ///< "EC/receipt" that an EC answered OK to
  std::map<std::string, Copy> copies_;  ///< by token and station
  std::uint64_t orders_ = 0;       ///< given to a PSP
  bool by_order_ = false;          ///< somebody made the Nodo send receipts out of their time
  std::map<std::string, Body> got_;  ///< by notice, the last OK to paGetPayment that the Nodo read
  std::map<std::string, std::set<std::string>> notes_;  ///< by notice, the paymentNote of the activations that the Nodo heard
  std::map<std::string, std::set<std::string>> carts_;  ///< by notice, the idCart of the carts that Checkout heard
  std::set<CommandId> sends_;
  std::map<std::string_view, Exercise> fates_;
  std::vector<Breach> breaches_;
};

}  // namespace sim
