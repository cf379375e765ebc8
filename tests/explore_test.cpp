// The search is exhaustive within its bound, counts the same every time, and finds what goes wrong with the least that
// makes it go wrong.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "actors/cast.hpp"
#include "sim/explore.hpp"
#include "sim/report/judge.hpp"
#include "tests/support/changed_rows.hpp"

namespace {

using namespace sim;
using support::with_changed;

Cast cast(const contract::Registry& registry, std::span<const contract::DebtPosition> positions) { return actors::cast(registry, positions); }
Casting cast_with(const actors::Tables& tables) {
  return [tables](const auto& registry, auto positions) { return actors::cast(registry, positions, tables); };
}

Search search_all(const SearchBounds& bounds, const Casting& casting) {
  Search out;
  for (const Cell& cell : cells(bounds, bounds.faults)) {
    Search one = search(cell, bounds, 1, casting);
    out.counts += one.counts;
    for (Violation& violation : one.violations) keep_least(out.violations, std::move(violation));
  }
  return out;
}

}  // namespace

TEST_CASE("the actors break nothing on any way with two departures, in either version") {
  for (const int version : {1, 2}) {
    const SearchBounds bounds{2, 1, 2, version};
    const Search found = search_all(bounds, cast);
    for (const Violation& violation : found.violations) {
      const std::string told = violation.cell.name + ": " + violation.rule + " " + violation.broken;
      FAIL_CHECK(told);
    }
    CHECK(found.counts.plans > 2000);
    CHECK(found.counts.orders > 0);
    CHECK(found.counts.plans + found.counts.merged == found.counts.cells + found.counts.choices + found.counts.orders);  // each choice is one way more
  }
}

TEST_CASE("two payments with a departure break nothing either, and are searched twice alike") {
  const SearchBounds bounds{1, 2, 2, 1};
  const Search once = search_all(bounds, cast);
  CHECK(once.violations.empty());
  CHECK(search_all(bounds, cast).counts == once.counts);
}

TEST_CASE("cells are told apart by their names, and no cell departs further than it may") {
  std::vector<std::string> names;
  for (const Cell& cell : cells({}, 2)) {
    CHECK(cell.departures <= 2);
    names.push_back(cell.name);
  }
  CHECK(names.front() == "plain");
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

TEST_CASE("every cell and every situation is a scenario that does what it says, and that our own actors pass") {
  for (const int version : {1, 2}) {
    SearchBounds bounds;
    bounds.version = version;
    for (const Cell& cell : cells(bounds, 1)) {
      CAPTURE(cell.name);
      CAPTURE(version);
      const auto scenario = scenario::load("explored", scenario_of(cell, bounds, {}, "explored"));
      REQUIRE(scenario.has_value());
      const report::Judgement judgement = report::judge(*scenario, play(*scenario, 1, Fidelity::wire, cast));
      for (const scenario::Bilingual& never : judgement.unreached) FAIL_CHECK(never.en);
      CHECK(judgement.verdict == report::Verdict::PASS);
    }
  }
}

TEST_CASE("an actor that goes wrong is found by the search, with nothing that it does not need") {
  actors::Tables tables;
  std::vector<actors::PaymentRow> payments;  // what the tables look at lives here
  std::vector<actors::TransactionRow> transactions;
  std::vector<actors::DebtRow> debts;
  std::string broken;
  std::size_t departures = 0;
  SUBCASE("a Nodo that accepts an outcome KO") {
    payments = with_changed(tables.nodo.at_touchpoint, [](const auto& r) { return r.in == actors::PaymentState::PAYMENT_ACCEPTED && r.on == actors::PaymentEvent::outcome_ko && r.then == actors::PaymentState::same; },
                                [&](auto& row) {
                                  for (const auto& other : tables.nodo.at_touchpoint) {
                                    if (other.order.name == std::string_view("accept_outcome")) row.order = other.order;
                                  }
                                  row.then = actors::PaymentState::PAID;
                                });
    tables.nodo.at_touchpoint = payments;
    broken = "CHK-06";
    departures = 1;
  }
  SUBCASE("a Nodo that never cancels an unknown payment") {
    payments = with_changed(tables.nodo.at_touchpoint, [](const auto& r) { return r.in == actors::PaymentState::PAYMENT_UNKNOWN && r.on == actors::PaymentEvent::expiry_job; },
                                [](auto& row) { row.order = {""}, row.then = actors::PaymentState::same; });
    tables.nodo.at_touchpoint = payments;
    broken = "comes to rest in PAYMENT_UNKNOWN";
    departures = 2;  // the PSP's answer is lost, and so is its outcome as often as it is tried; or nothing the PSP was asked arrives
  }
  SUBCASE("a Checkout that forgets the storno") {
    transactions = with_changed(tables.transaction, [](const auto& r) { return r.in == actors::TransactionState::NOTIFIED_KO; }, [](auto& row) { row.order = {""}, row.then = actors::TransactionState::same; });
    tables.transaction = transactions;
    broken = "comes to rest in NOTIFIED_KO";
    departures = 1;
  }
  SUBCASE("an EC that takes a receipt as often as it comes") {
    debts = with_changed(tables.debt, [](const auto& r) { return r.when.name == "receipt_is_known"; }, [](auto& row) { row.order = {""}; });
    tables.debt = debts;
    broken = " times the receipt of ";
    departures = 1;
  }
  const SearchBounds bounds{2, 1, 2, 1};
  const Casting casting = cast_with(tables);
  const Search found = search_all(bounds, casting);
  const auto about = [&](const Violation& v) { return v.rule == broken || v.broken.find(broken) != std::string::npos; };
  const auto it = std::find_if(found.violations.begin(), found.violations.end(), about);
  REQUIRE(it != found.violations.end());
  const Violation small = shrunk(*it, bounds, 1, casting);
  CAPTURE(small.cell.name);
  CAPTURE(small.faults.size());
  CHECK(small.departures() <= departures);
  const auto again = broken_on(small.cell, bounds, small.faults, 1, casting);
  CHECK(std::any_of(again.begin(), again.end(), about));
  for (std::size_t i = 0; i < small.faults.size(); ++i) {  // 1-minimal
    std::vector<FaultRule> less = small.faults;
    less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
    const auto without = broken_on(small.cell, bounds, less, 1, casting);
    CHECK(std::none_of(without.begin(), without.end(), [&](const Violation& v) { return v.rule == small.rule; }));
  }
}
