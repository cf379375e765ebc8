// Rules of the catalogue that watch a run by themselves: what crossed the wire and when, never what an actor says of itself.
// Beside the wire they know what the scenario declares (registry, settings) and orders (commands), for that is no secret.
// The trap: what was sent is not what was heard. Duties begin when the obliged party has received, and are met when it sends;
// and where anything else could excuse a party, nothing is said.
// The rules of each party stand in a file of its own: monitors/{checkout,nodo,ec,psp}.cpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/breach.hpp"
#include "sim/contract/settings.hpp"
#include "sim/flat_map.hpp"
#include "sim/journal.hpp"

namespace sim {

/// A rule that is watched, and what is looked at.
struct MonitorRow {
  std::string_view rule, it, en;
};
std::span<const MonitorRow> monitors();

/// A value, cheap to copy: a search copies it with every state. A copy goes on from the same entry. The registry must
/// outlive it.
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
    // activation
    std::string notice;
    Body due;                      ///< the EC's answer that it stands for
    std::size_t issued = 0;
    Instant issued_at, valid_to;
    // close
    bool closed = false;           ///< the Nodo answered OK to a closePayment OK
    bool close_heard = false;      ///< the Nodo heard some closePayment about it
    Body close;                    ///< the one that the Nodo accepted by itself
    Instant closed_at;
    std::size_t close_entry = 0;
    Body shut;                     ///< the closePayment OK that Checkout sent by itself
    Body closing;                  ///< the closePayment that Checkout awaits the answer to, in that exchange
    ExchangeId closing_in = 0;
    bool shut_otherwise = false;   ///< another one, or one that a scenario ordered
    bool shut_refused = false;     ///< Checkout has read anything but OK in answer
    // notification
    bool notified = false;
    bool notice_withheld = false;  ///< the scenario kept the notification back
    bool refused = false;          ///< the Nodo has read a complete KO to its notification
    bool unheard = false;          ///< no answer to its notification in version 2, and the PSP may have heard it
    std::size_t unheard_entry = 0;
    bool psp_accepted = false, psp_refused = false, psp_was_told_to = false;
    Party psp;                     ///< who accepted the notification
    std::size_t accepted_entry = 0;
    bool kept_quiet = false;       ///< the scenario withheld an answer to its notification
    std::vector<std::string> known_to;  ///< PSPs that have heard it
    // outcome
    bool paid = false;             ///< an outcome OK was accepted, or acquired though late
    std::size_t acquired = 0;      ///< the entry at which the Nodo accepted it by itself
    bool accepted_before = false;  ///< an outcome OK was accepted before the PSP refused
    bool outcome_heard = false;    ///< by the Nodo, whatever it made of it
    bool psp_has_answer = false;
    std::int64_t attempts = 0;     ///< of its outcome, by the PSP itself
    std::uint64_t psp_orders = 0;  ///< that had been given when they were counted
    bool counter_unknown = false;  ///< an order may have set the counter of the attempts back
    Body told;                     ///< its outcome as the PSP last said it by itself
    Instant told_at;
    Body recorded;                 ///< the outcome that the Nodo took
    Instant outcome_by;            ///< when outcome_due
    bool outcome_due = false;
    std::size_t retry_due = 0;     ///< the entry at which the PSP gave up waiting for an answer to its outcome
    // receipt and result
    bool receipt_withheld = false;
    bool reported = false;         ///< the Nodo sent a result
    bool owes_result = false;      ///< closed by a touchpoint, then refused by the PSP
    std::size_t refused_entry = 0;
    bool result_answered = false;
  };
  /// How an exchange of the Nodo with an EC ended, as the Nodo saw it.
  enum class End : std::uint8_t { ok, ko, spoilt, silent };
  /// What the wire has told of a notice.
  struct Notice {
    std::array<std::array<std::size_t, 4>, 2> ended{};  ///< verify and activation: the last entry of each End
    std::array<std::size_t, 2> asked{};                 ///< the last entry at which the Nodo asked the EC
    std::array<int, 2> waiting{};                       ///< verifies and activations that the Nodo has heard and not answered
    Body got;                      ///< the last OK to paGetPayment that the Nodo read
    std::string latest;            ///< token
    int tokens = 0;
    std::size_t paid = 0;          ///< since when the Nodo knows that it is paid
    std::vector<std::string> notes;  ///< the paymentNote of the activations that the Nodo heard
    std::vector<std::string> carts;  ///< the idCart of the carts that Checkout heard
    bool typed = false;            ///< the user typed it
    // as its EC sees it
    std::size_t settled = 0;       ///< since when its EC has answered OK to its receipt
    bool open = false;             ///< its EC answered with data
    bool receipt_heard = false;
    bool commanded = false;        ///< told by the scenario to change
    std::size_t commanded_entry = 0;
    std::string state;             ///< to this; empty: it has not been told of a state, or more has happened since
    std::optional<contract::Amount> amount;
    std::string due_date;          ///< as its EC last said
  };
  /// One receipt for one station.
  struct Copy {
    std::int64_t attempts = 0;
    Instant last;
    std::size_t entry = 0;
    bool taken = false, answered = false, under_way = false;
    std::size_t called_for = 0;    ///< the order to send again that has not been met yet
    Instant called_at;
  };
  struct Talk {
    Body heard, asked;             ///< the request as received by the callee, and as sent
    std::size_t received = 0;
    Instant asked_at, heard_at;
    bool over = false, received_once = false;
    bool broken = false;           ///< what the callee received is no message
    bool bad_key = false;          ///< because of its idempotencyKey
    bool ordered = false;          ///< by the scenario: its answer binds nobody
    bool fresh = true;             ///< its idempotencyKey had not been heard before
  };
  /// An idempotencyKey that the Nodo has heard.
  struct Key {
    Body said;
    std::string token;
    Instant at;
  };

  // ---- each party's part, in a file of its own ----
  void checkout_asks(const Hop& hop, const contract::Message& said);
  void checkout_answers(const Hop& hop, const contract::Message& said, const Talk& talk);
  void checkout_reads(const Hop& hop, const contract::Message* said, const Talk& talk);
  void checkout_is_told(const Command& command);
  void cart_heard(const contract::Message& message);
  void checkout_owes(bool cut_short);

  void nodo_hears(const Hop& hop, const contract::Message& said, Talk& talk);
  void nodo_asks(const Hop& hop, const contract::Message& said);
  void nodo_notifies(const Hop& hop, const contract::Message& said);
  void nodo_sends_a_receipt(const Hop& hop, const contract::Message& said);
  void nodo_reports(const Hop& hop, const contract::Message& said);
  void nodo_answers(const Hop& hop, const contract::Message& said, const Talk& talk);
  void nodo_answers_nonsense(const Hop& hop, const contract::Message& said, const Talk& talk);
  void nodo_answers_about_a_notice(const Hop& hop, const contract::Message& said, const Talk& talk);
  void nodo_has_asked(const Hop& hop, const contract::Message& said, const Talk& talk);
  void nodo_issues(const Hop& hop, const contract::Message& said, const Talk& talk);
  void nodo_takes_a_close(const Hop& hop, const contract::Message& question);
  void nodo_answers_about_a_cart(const Hop& hop, const contract::Message& said, const Talk& talk);
  void nodo_answers_an_outcome(const Hop& hop, const contract::Message& said, const Talk& talk);
  void nodo_reads(const Hop& hop, const contract::Message* said, const Talk& talk);
  void nodo_waited(const Unanswered& silent, const Talk& talk);
  void nodo_is_told(const Command& command);
  void nodo_owes(bool cut_short);
  void flag(const Hop& hop, const std::string& notice, std::optional<bool> said);
  void money_sent(const Hop& hop, const contract::Message& said);
  [[nodiscard]] std::optional<contract::Amount> activated_in(const contract::Message& said) const;
  [[nodiscard]] bool companion_is_paid(const Token& token) const;
  [[nodiscard]] bool session_is_open(const Notice& notice, std::size_t since) const;
  [[nodiscard]] bool caller_is_in_order(const contract::Message& request) const;
  [[nodiscard]] bool notice_is_in_order(const std::string& notice) const;

  void ec_answers(const Hop& hop, const contract::Message& said, const Talk& talk);
  void ec_answers_about_a_debt(const Hop& hop, const contract::Message& said, const Talk& talk);
  void ec_is_told(const Party& who, const Command& command);

  void psp_hears(const Hop& hop, const contract::Message& said);
  void psp_says(const Hop& hop, const contract::Message& said);
  void psp_answers(const Hop& hop, const contract::Message& said, const Talk& talk);
  void psp_counts(Token& token);
  void psp_repeats(const Hop& hop, Token& token, const Body& said);
  void psp_reads(const Hop& hop, const contract::Message* said, const Talk& talk);
  void psp_waited(const Unanswered& silent, std::size_t entry, const Talk& talk);
  void psp_owes(bool cut_short);

  // ---- what is common to all ----
  void hop(const Hop& hop);
  void withheld(const Hop& hop);
  void leapt(Duration by);
  void owed(std::string_view rule, bool held, const Party& who, std::size_t entry, const char* expected_it, const char* expected_en, const char* found_it, const char* found_en, bool scripted);
  void check(std::string_view rule, bool held, const Hop& hop, const char* expected_it, const char* expected_en, const char* found_it, const char* found_en, bool scripted = false);

  const contract::Registry* registry_;
  contract::Settings settings_;
  std::size_t at_ = 0;                    ///< the number of the entry, from 1: 0 is «never»
  Instant now_;
  FlatMap<std::string, Token> tokens_;
  std::uint64_t psp_orders_ = 0;         ///< given to PSPs so far
  FlatMap<std::string, Notice> notices_;  ///< by "77777777777/302..."
  FlatMap<ExchangeId, Talk> talks_;
  FlatMap<std::string, Copy> copies_;     ///< by token, EC and station
  FlatMap<std::string, Key> keys_;        ///< by primitive, PSP and key
  std::set<std::string> taken_;           ///< "EC/receipt" that an EC answered OK to
  std::set<CommandId> sends_, carts_told_;  ///< orders to say something; to send a cart
  bool by_order_ = false;                 ///< somebody made the Nodo send receipts out of their time
  // the user at Checkout
  int orders_ = 0, asked_ = 0, activated_ = 0;
  bool typed_ = false, pays_ = false, cancels_ = false, closes_ = false;
  std::size_t activated_entry_ = 0;
  static constexpr std::size_t most_rules = 48;
  std::array<Exercise, most_rules> fates_{};
  std::vector<Breach> breaches_;
};

}  // namespace sim
