// A state machine is a table: in this state, on this event, if this holds, do that, then be there, because of this rule.
// The first row whose guard holds wins; afterwards rows on `at_once` fire until none applies.
// The compiler checks every table: an answer for every event in every state, no row that can never win, no state that
// can never be reached. Coverage, diagrams and mutation tests read the same rows.
//
// A State enum lists its real states, then `any` (rows only) and `same` (rows only). An Event enum starts with `at_once`
// and ends with `count`.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/check.hpp"

namespace sim {

/// A fact that a row asks about.
template <class Context>
struct Guard {
  std::string_view name;
  bool (*holds)(const Context&) = nullptr;  ///< nullptr: always
};

/// An order that a row gives.
template <class Context>
struct Action {
  std::string_view name;
  void (*run)(Context&) = nullptr;  ///< nullptr: nothing
};

template <class State_, class Event_, class Context_>
struct Row {
  using State = State_;
  using Event = Event_;
  using Context = Context_;
  State in;
  Event on;
  Guard<Context> when;
  Action<Context> order;
  State then;
  std::string_view rule;
};

namespace detail {
template <class R>
constexpr bool covers(const R& row, std::size_t state, typename R::Event on) {
  return row.on == on && (row.in == R::State::any || static_cast<std::size_t>(row.in) == state);
}
template <class R>
constexpr std::size_t states = static_cast<std::size_t>(R::State::any);
template <class R>
constexpr std::size_t events = static_cast<std::size_t>(R::Event::count);
}  // namespace detail

/// Several parts of a table as one.
template <class R, std::size_t... N>
constexpr auto join(const std::array<R, N>&... parts) {
  std::array<R, (N + ...)> out{};
  std::size_t at = 0;
  ((std::copy(parts.begin(), parts.end(), out.begin() + at), at += N), ...);
  return out;
}

/// Every event but `at_once` has an unguarded row in every state.
template <class R, std::size_t N>
constexpr bool is_total(const std::array<R, N>& rows) {
  for (std::size_t state = 0; state < detail::states<R>; ++state) {
    for (std::size_t event = 1; event < detail::events<R>; ++event) {
      bool found = false;
      for (const R& row : rows) {
        found = found || (detail::covers(row, state, static_cast<typename R::Event>(event)) && row.when.holds == nullptr);
      }
      if (!found) return false;
    }
  }
  return true;
}

/// Every row wins somewhere: in at least one of its states no earlier unguarded row takes the event.
template <class R, std::size_t N>
constexpr bool has_no_dead_row(const std::array<R, N>& rows) {
  for (std::size_t i = 0; i < N; ++i) {
    bool alive = false;
    for (std::size_t state = 0; state < detail::states<R>; ++state) {
      if (!detail::covers(rows[i], state, rows[i].on)) continue;
      bool taken = false;
      for (std::size_t j = 0; j < i; ++j) {
        taken = taken || (detail::covers(rows[j], state, rows[i].on) && rows[j].when.holds == nullptr);
      }
      alive = alive || !taken;
    }
    if (!alive) return false;
  }
  return true;
}

/// From the first state, rows lead to every other one.
template <class R, std::size_t N>
constexpr bool reaches_every_state(const std::array<R, N>& rows) {
  std::array<bool, detail::states<R>> reached{};
  reached[0] = true;
  for (std::size_t round = 0; round < reached.size(); ++round) {
    for (const R& row : rows) {
      const bool from = row.in == R::State::any || reached[static_cast<std::size_t>(row.in)];
      if (from && row.then != R::State::same) reached[static_cast<std::size_t>(row.then)] = true;
    }
  }
  for (const bool r : reached) {
    if (!r) return false;
  }
  return true;
}

/// The row that wins, or nullptr.
template <class R>
const R* winning_row(std::span<const R> rows, typename R::State state, typename R::Event on,
                     const typename R::Context& context) {
  for (const R& row : rows) {
    if (row.on != on || (row.in != state && row.in != R::State::any)) continue;
    if (row.when.holds == nullptr || row.when.holds(context)) return &row;
  }
  return nullptr;
}

/// Applies one event. `entered(from, to, row)` is told of every state entered, also when it is the same one again,
/// before the row's order runs; `used(index)` of every row that wins, for coverage.
template <class R, class Entered, class Used>
void step(std::span<const R> rows, typename R::State& state, typename R::Event on, typename R::Context& context,
          Entered&& entered, Used&& used) {
  const R* row = winning_row(rows, state, on, context);
  SIM_CHECK(row != nullptr);
  for (int chained = 0; row != nullptr; ++chained) {
    SIM_CHECK(chained < 16);  // a table whose at_once rows go round would never end
    used(static_cast<std::size_t>(row - rows.data()));
    if (row->then != R::State::same) {
      const typename R::State from = state;
      state = row->then;
      entered(from, state, *row);
    }
    if (row->order.run != nullptr) row->order.run(context);
    if (row->then == R::State::same) break;
    row = winning_row(rows, state, R::Event::at_once, context);
  }
}

/// A table as text, for drawings and lists.
struct MachineRow {
  std::string from, on, when, order, to, rule;
};
struct MachineView {
  std::string name;
  std::vector<std::string> states;
  std::vector<MachineRow> rows;
};

template <class R>
MachineView view_of(std::string name, std::span<const R> rows) {
  MachineView out{std::move(name), {}, {}};
  for (std::size_t i = 0; i < detail::states<R>; ++i) {
    out.states.emplace_back(to_text(static_cast<typename R::State>(i)));
  }
  for (const R& row : rows) {
    out.rows.push_back({std::string(to_text(row.in)), std::string(to_text(row.on)), std::string(row.when.name),
                        std::string(row.order.name), std::string(to_text(row.then)), std::string(row.rule)});
  }
  return out;
}

/// A row or a rung, as lists and coverage tell it.
struct TableRow {
  std::string what;     ///< "PAYING, expiry_job, token_is_overdue"; "psp_is_known: PPT_PSP_SCONOSCIUTO"
  std::string rule;
  bool counts = true;   ///< false: it only says that something cannot happen, or changes nothing and follows no rule
};
/// Any table that an actor reports the rows of (Turn::used): a machine, or a ladder of checks.
struct TableView {
  std::string name;                    ///< as it is reported: "nodo.payment"
  std::optional<MachineView> machine;  ///< of a ladder: none
  std::vector<TableRow> rows;          ///< in the order of the table: the index is the one that is reported
};

inline TableView table_of(std::string name, MachineView view) {
  TableView out{std::move(name), std::move(view), {}};
  for (const MachineRow& row : out.machine->rows) {
    const std::string when = row.when == "always" ? "" : ", " + row.when;
    out.rows.push_back({row.from + ", " + row.on + when, row.rule, row.order != "cannot_happen" && !row.rule.empty()});
  }
  return out;
}

}  // namespace sim
