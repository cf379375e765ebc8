// Green means nothing unless it can go red: every row of every actor's tables is broken in turn, and some shipped
// scenario must notice. A row that nobody misses is either dead or untold.
#include <algorithm>

#include <doctest/doctest.h>

#include "actors/cast.hpp"
#include "sim/laws.hpp"
#include "sim/play.hpp"
#include "sim/report/judge.hpp"
#include "tests/support/shipped.hpp"

namespace {

using actors::Tables;
using sim::report::Verdict;

using support::shipped;

Verdict verdict_of(const sim::scenario::Scenario& scenario, const Tables& tables) {
  const sim::Journal journal = sim::play(scenario, 1, sim::Fidelity::typed, [&](const auto& registry, auto positions) {
    return actors::cast(registry, positions, tables);
  });
  if (!sim::broken_laws(journal).empty()) return Verdict::FAIL;
  return sim::report::judge(scenario, journal).verdict;
}

/// The first scenario that goes red when the cast plays by these tables; empty when none does.
std::string who_notices(const Tables& tables) {
  // What noticed the last time is likely to notice again: scenarios that kill are tried first.
  static std::vector<std::size_t> order = [] {
    std::vector<std::size_t> all(shipped().size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    return all;
  }();
  for (std::size_t i = 0; i < order.size(); ++i) {
    const sim::scenario::Scenario& scenario = shipped()[order[i]];
    const Verdict verdict = verdict_of(scenario, tables);
    if (verdict == Verdict::PASS || verdict == Verdict::SPEC_SILENT) continue;
    std::rotate(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(i), order.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    return scenario.id;
  }
  return {};
}

/// Breaks each row of `rows` in turn: the event happens and nothing comes of it.
template <class Row, class Install>
void every_row_is_missed_by_somebody(std::string_view machine, std::span<const Row> rows, Install install) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool does_something = rows[i].order.run != nullptr || rows[i].then != Row::State::same;
    if (!does_something || rows[i].order.name == "cannot_happen") continue;
    std::vector<Row> broken(rows.begin(), rows.end());
    broken[i].order = {""};
    broken[i].then = Row::State::same;
    Tables tables;
    install(tables, std::span<const Row>(broken));
    const std::string row = std::string(machine) + " row " + std::to_string(i) + ": in " + std::string(to_text(rows[i].in)) + " on " +
                            std::string(to_text(rows[i].on)) + " when " + std::string(rows[i].when.name) + " [" + std::string(rows[i].rule) + "]";
    CAPTURE(row);
    CHECK_MESSAGE(!who_notices(tables).empty(), "nobody notices that this row does nothing");
  }
}

template <class Rung, class Break, class Install>
void every_rung_is_missed_by_somebody(std::span<const Rung> rungs, Break break_rung, Install install) {
  for (std::size_t i = 0; i < rungs.size(); ++i) {
    std::vector<Rung> broken(rungs.begin(), rungs.end());
    break_rung(broken[i]);
    Tables tables;
    install(tables, std::span<const Rung>(broken));
    CAPTURE(rungs[i].name);
    CHECK_MESSAGE(!who_notices(tables).empty(), "nobody notices that this rung gives another answer");
  }
}

}  // namespace

TEST_CASE("no row of the Nodo's tables of payments at a touchpoint can be broken unnoticed") {
  every_row_is_missed_by_somebody("payment at a touchpoint", actors::nodo_tables().at_touchpoint, [](Tables& t, auto rows) { t.nodo.at_touchpoint = rows; });
}

TEST_CASE("no row of the Nodo's table of payments at a PSP can be broken unnoticed") {
  every_row_is_missed_by_somebody("payment at a PSP", actors::nodo_tables().at_psp, [](Tables& t, auto rows) { t.nodo.at_psp = rows; });
}

TEST_CASE("no row of the Nodo's table of idempotency keys can be broken unnoticed") {
  every_row_is_missed_by_somebody("key", actors::nodo_tables().key, [](Tables& t, auto rows) { t.nodo.key = rows; });
}

TEST_CASE("no row of the Nodo's position table can be broken unnoticed") {
  every_row_is_missed_by_somebody("position", actors::nodo_tables().position, [](Tables& t, auto rows) { t.nodo.position = rows; });
}

TEST_CASE("no row of the Nodo's recipient table can be broken unnoticed") {
  every_row_is_missed_by_somebody("recipient", actors::nodo_tables().recipient, [](Tables& t, auto rows) { t.nodo.recipient = rows; });
}

TEST_CASE("no row of Checkout's transaction table can be broken unnoticed") {
  every_row_is_missed_by_somebody("transaction", actors::transaction_table(), [](Tables& t, auto rows) { t.transaction = rows; });
}

TEST_CASE("no row of the EC's table can be broken unnoticed") {
  every_row_is_missed_by_somebody("debt", actors::debt_table(), [](Tables& t, auto rows) { t.debt = rows; });
}

TEST_CASE("no row of the PSP's table can be broken unnoticed") {
  every_row_is_missed_by_somebody("psp", actors::psp_table(), [](Tables& t, auto rows) { t.psp = rows; });
}

TEST_CASE("no rung of the ladders of EC and PSP can answer something else unnoticed") {
  every_rung_is_missed_by_somebody(actors::call_checks(), [](actors::CallCheck& check) { check.fault = "PAA_SYSTEM_ERROR"; }, [](Tables& t, auto rungs) { t.call = rungs; });
  every_rung_is_missed_by_somebody(actors::notification_checks(), [](actors::NotificationCheck& check) { check.fault = "CANALE_SYSTEM_ERROR"; },
                                   [](Tables& t, auto rungs) { t.notification = rungs; });
}

TEST_CASE("no rung of the Nodo's ladders can answer something else unnoticed") {
  const auto other_fault = [](actors::Check& check) { check.fault = "PPT_SYSTEM_ERROR"; };
  const actors::NodoTables& nodo = actors::nodo_tables();
  every_rung_is_missed_by_somebody(nodo.edition, other_fault, [](Tables& t, auto rungs) { t.nodo.edition = rungs; });
  every_rung_is_missed_by_somebody(nodo.caller, other_fault, [](Tables& t, auto rungs) { t.nodo.caller = rungs; });
  every_rung_is_missed_by_somebody(nodo.model, other_fault, [](Tables& t, auto rungs) { t.nodo.model = rungs; });
  every_rung_is_missed_by_somebody(nodo.target, other_fault, [](Tables& t, auto rungs) { t.nodo.target = rungs; });
  every_rung_is_missed_by_somebody(nodo.position_free, other_fault, [](Tables& t, auto rungs) { t.nodo.position_free = rungs; });
  every_rung_is_missed_by_somebody(nodo.alone, other_fault, [](Tables& t, auto rungs) { t.nodo.alone = rungs; });
  every_rung_is_missed_by_somebody(nodo.due, [](actors::DueCheck& check) { check.fault = "PPT_SYSTEM_ERROR"; }, [](Tables& t, auto rungs) { t.nodo.due = rungs; });
  every_rung_is_missed_by_somebody(nodo.outcome, [](actors::OutcomeCheck& check) { check.fault = "PPT_SYSTEM_ERROR"; }, [](Tables& t, auto rungs) { t.nodo.outcome = rungs; });
  every_rung_is_missed_by_somebody(nodo.positions, [](actors::PositionsCheck& check) { check.description = "Something else"; }, [](Tables& t, auto rungs) { t.nodo.positions = rungs; });
  const auto other_answer = [](actors::CloseCheck& check) { check.description = "Something else"; };
  every_rung_is_missed_by_somebody(nodo.close, other_answer, [](Tables& t, auto rungs) { t.nodo.close = rungs; });
}

TEST_CASE("an EC that closes the position at activation is found out") {
  std::vector<actors::DebtRow> rows(actors::debt_table().begin(), actors::debt_table().end());
  for (actors::DebtRow& row : rows) {
    if (row.in == actors::DebtState::open && row.on == actors::DebtEvent::asked) row.then = actors::DebtState::paid;
  }
  Tables tables;
  tables.debt = rows;
  CHECK(!who_notices(tables).empty());
}

TEST_CASE("a Checkout that forgets the storno is found out") {
  std::vector<actors::TransactionRow> rows(actors::transaction_table().begin(), actors::transaction_table().end());
  for (actors::TransactionRow& row : rows) {
    if (row.order.name == "request_refund") row.order = {""};
  }
  Tables tables;
  tables.transaction = rows;
  CHECK(!who_notices(tables).empty());
}

TEST_CASE("the shipped scenarios are green when nothing is broken") {
  for (const sim::scenario::Scenario& scenario : shipped()) {
    CAPTURE(scenario.id);
    const Verdict verdict = verdict_of(scenario, {});
    CHECK((verdict == Verdict::PASS || verdict == Verdict::SPEC_SILENT));
  }
}
