// Every way that a payment may go, tried one after the other: what the PSP answers and says, what the ECs do with their
// receipts, what the user does, and what the network loses, repeats or holds back on any exchange.
// A way departs from the plain payment in at most K places. Departures of a party make a cell, which is a scenario file;
// faults of the network are found while it is played, on copies of the run taken before each message leaves.
// That things due at one instant happen in another order is a departure like any other. Of states that nobody can tell
// apart one is searched. After its faults the network heals, and everything must come to rest where the laws of payments allow it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/play.hpp"

namespace sim {

/// What is searched.
struct SearchBounds {
  int faults = 2;    ///< K: departures from the plain payment, of parties, of the network and of the order of things together
  int payments = 1;  ///< notices, paid one after the other
  int ecs = 2;       ///< 1 to 3: who is concerned by each notice
  int version = 1;   ///< of the primitives between Nodo, PSP and ECs
};

/// One thing that a party may do, and the steps that make it do so; {v} stands for "V2" or nothing.
struct Way {
  std::string_view name, steps;
};
/// What may vary; the first way is the plain one.
struct Axis {
  std::string_view name;
  std::vector<Way> ways;
};
/// answer, outcome, moment, repetition, receipt, user.
std::span<const Axis> axes();
using Picks = std::array<std::size_t, 6>;
/// The next combination of the first `of_axes` axes, the last one turning fastest; false after the last.
bool next(Picks& picks, std::size_t of_axes);

/// One combination of what the parties do. Written as the steps of a scenario; empty: the plain payment.
struct Cell {
  std::string name;   ///< "answer=KO outcome=OK moment=after-2s"; of the plain payment: "plain"
  int departures = 0;
  std::string steps;  ///< elements of <steps>, before the payment
  std::string pay;    ///< the user's step
  std::string world{}, notice{};  ///< of a situation: elements before the notice; its notice, when it is not the plain one
  std::string_view told{};  ///< and the role that is not judged in it
  int left = 0;       ///< departures that it leaves to the network and to the order of things
};

/// `speaks_anyway`: a PSP that did not accept sends the plain outcome all the same; otherwise it does what it does by itself.
Cell cell_of(const Picks& picks, const SearchBounds& bounds, bool speaks_anyway = false);
/// All the combinations with at most so many departures, each once, in a fixed order; and, for one payment, every situation
/// (sim/situations.hpp), which is a departure that leaves room for one more.
std::vector<Cell> cells(const SearchBounds& bounds, int at_most);
/// The scenario file of a cell with these faults of the network added.
std::string scenario_of(const Cell& cell, const SearchBounds& bounds, const std::vector<FaultRule>& faults, std::string_view id);

/// A way on which a rule or a law is broken.
struct Violation {
  Cell cell;
  std::vector<FaultRule> faults;
  std::string rule;    ///< of the catalogue, or a law; empty: it does not come to an end
  std::string broken;  ///< what, in English
  /// How far it departs from the plain payment.
  [[nodiscard]] std::size_t departures() const { return static_cast<std::size_t>(cell.departures) + faults.size(); }
};

struct SearchCounts {
  std::uint64_t cells = 0;
  std::uint64_t choices = 0;  ///< faults that the network might have had, and did
  std::uint64_t orders = 0;   ///< things due at one instant that happened in another order
  std::uint64_t plans = 0;    ///< ways that were played to their end
  std::uint64_t merged = 0;   ///< ways that came to a state that had been searched already: cells + choices + orders - plans
  std::uint64_t states = 0, transitions = 0, deepest = 0;
  SearchCounts& operator+=(const SearchCounts& more);
  friend bool operator==(const SearchCounts&, const SearchCounts&) = default;
};

struct Search {
  SearchCounts counts;
  std::vector<Violation> violations;  ///< at most one for each rule and law: the one that departs least
};

/// Searches one cell to its end, with the departures that are left to the network.
Search search(const Cell& cell, const SearchBounds& bounds, std::uint64_t seed, const Casting& casting);
/// What a way breaks: the first rule that somebody breaks unasked, else the first law of payments; empty: nothing.
std::vector<Violation> broken_on(const Cell& cell, const SearchBounds& bounds, const std::vector<FaultRule>& faults, std::uint64_t seed, const Casting& casting);
/// What a run of any scenario breaks, expectations apart: rules that the monitors watch, and laws; empty: nothing. Laws of
/// payments are not asked of scenarios that script more than a PSP's answer to a notification.
std::vector<Violation> broken_in(const scenario::Scenario& scenario, const Journal& journal);
/// Keeps, for each rule, the violation that departs least from the plain payment; the first of equals.
void keep_least(std::vector<Violation>& kept, Violation violation);
/// The violation without the departures that it does not need: without any one of those that stay it is gone.
Violation shrunk(Violation violation, const SearchBounds& bounds, std::uint64_t seed, const Casting& casting);

}  // namespace sim
