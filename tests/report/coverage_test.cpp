// What is covered, and what is not: that the fold counts rightly, and that the shipped scenarios leave nothing out.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "actors/cast.hpp"
#include "actors/tables.hpp"
#include "sim/play.hpp"
#include "sim/report/coverage.hpp"
#include "tests/support/scenarios.hpp"
#include "tests/support/shipped.hpp"

namespace {

using namespace sim;
using report::Shown;

Shown shown(const scenario::Scenario& scenario) {
  Performance performance(scenario, 1, Fidelity::typed, support::cast);
  performance.count_rows();
  performance.play();
  Shown out{&scenario, {}, *performance.world().coverage, {}};
  const Journal journal = std::move(performance).finish();
  out.verdict = report::judge(scenario, journal).verdict;
  out.faults = report::fault_codes_in(journal);
  return out;
}

const std::vector<Shown>& all_shown() {
  static const std::vector<Shown> out = [] {
    std::vector<Shown> of;
    for (const scenario::Scenario& scenario : support::shipped()) of.push_back(shown(scenario));
    return of;
  }();
  return out;
}

bool has(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("a scenario that holds proves the rules that it cites, and one that fails proves none") {
  const auto good = support::load({.expect = R"(<seen message="verifyPaymentNotice" times="1" rule="CHK-01"/>)"});
  const auto bad = support::load({.expect = R"(<seen message="verifyPaymentNotice" times="7" rule="CHK-02"/>)"});
  const std::vector<Shown> played{shown(good), shown(bad)};
  for (const report::RuleShown& r : report::rules_shown(played)) {
    CAPTURE(r.rule->id);
    CHECK(r.by.size() == (r.rule->id == "CHK-01" ? 1u : 0u));
    CHECK(r.is_covered() == (r.rule->id == "CHK-01"));
  }
}

TEST_CASE("a rule from which nothing observable follows is never covered, whoever cites it") {
  const auto cites = support::load({.expect = R"(<seen message="verifyPaymentNotice" times="1" rule="PSP-09"/>)", .attributes = R"(judges="psp")"});
  const std::vector<Shown> played{shown(cites)};
  int found = 0;
  for (const report::RuleShown& r : report::rules_shown(played)) {
    if (r.rule->not_shown.en.empty()) continue;
    ++found;
    CAPTURE(r.rule->id);
    CHECK_FALSE(r.is_covered());
    CHECK_FALSE(r.is_due());
    CHECK_FALSE(r.rule->not_shown.it.empty());
    CHECK(r.rule->not_shown.it != r.rule->not_shown.en);
  }
  CHECK(found >= 4);
  const std::string text = report::coverage_text(played, actors::tables(), "en");
  CHECK(has(text, "PSP-09   not testable here: "));
  CHECK(has(report::coverage_text(played, actors::tables(), "it"), "PSP-09   non si prova qui: "));
}

TEST_CASE("a row counts each scenario that uses it once, and rows that cannot happen do not count") {
  const auto one = support::load(support::Parts{});
  const auto two = support::load({.steps = "<pay/><wait for=\"2h\"/><pay/>"});
  const std::vector<Shown> played{shown(one), shown(two)};
  for (const TableView& table : actors::tables()) {
    const std::vector<report::RowShown> rows = report::rows_shown(played, table);
    REQUIRE(rows.size() == table.rows.size());
    for (const report::RowShown& row : rows) {
      CAPTURE(table.name);
      CAPTURE(row.row->what);
      CHECK(row.scenarios <= 2);
      CHECK((row.first == nullptr) == (row.scenarios == 0));
      if (!row.row->counts) CHECK_FALSE(row.is_missed());
    }
  }
  const std::vector<TableView> tables = actors::tables();
  const auto debt = std::find_if(tables.begin(), tables.end(), [](const TableView& t) { return t.name == "ec.debt"; });
  REQUIRE(debt != tables.end());
  const std::vector<report::RowShown> rows = report::rows_shown(played, *debt);
  CHECK(rows[0].scenarios == 2);  // an open position is asked about
  CHECK(rows[2].is_missed());     // an expired one never is
  const std::string text = report::coverage_text(played, tables, "en");
  CHECK(has(text, "never used:\n"));
  CHECK(has(text, "    2 expired, asked [EC-06]\n"));
  CHECK(has(report::coverage_text(played, tables, "it"), "mai usate:\n"));
}

TEST_CASE("a fault code is found in the answer that carries it and in the one that hands it on") {
  const auto scenario = support::load({.steps = R"(<answer by="ec" to="paVerifyPaymentNotice" outcome="KO" fault="PAA_SEMANTICA"/><pay/>)", .attributes = R"(judges="checkout nodo")"});
  const std::set<std::string> codes = shown(scenario).faults;
  CHECK(codes == std::set<std::string>{"PAA_SEMANTICA", "PPT_ERRORE_EMESSO_DA_PAA"});
}

TEST_CASE("what an actor reports is a row of a table that is listed") {
  const std::vector<TableView> tables = actors::tables();
  std::set<std::string_view> unknown;
  for (const Shown& s : all_shown()) {
    for (const Used& used : s.used) {
      const auto table = std::find_if(tables.begin(), tables.end(), [&used](const TableView& t) { return t.name == used.table; });
      if (table == tables.end() || used.row >= table->rows.size()) unknown.insert(used.table);
    }
  }
  for (const std::string_view name : unknown) {
    CAPTURE(name);
    CHECK_MESSAGE(false, "somebody reports rows of a table that actors::tables() does not list");
  }
}

TEST_CASE("the shipped scenarios prove every rule of the specification that this flow can show") {
  for (const report::RuleShown& r : report::rules_shown(all_shown())) {
    if (!r.is_due()) continue;
    CAPTURE(r.rule->id);
    CHECK_MESSAGE(r.is_covered(), "no shipped scenario proves this rule");
  }
}

TEST_CASE("the shipped scenarios use every row of every table") {
  for (const TableView& table : actors::tables()) {
    CAPTURE(table.name);
    for (const report::RowShown& row : report::rows_shown(all_shown(), table)) {
      CAPTURE(row.row->what);
      CAPTURE(row.row->rule);
      CHECK_MESSAGE(!row.is_missed(), "no shipped scenario uses this row");
    }
  }
}

TEST_CASE("every fault code that a primitive of this flow may answer is said in some shipped scenario") {
  std::set<std::string> said;
  for (const Shown& s : all_shown()) said.insert(s.faults.begin(), s.faults.end());
  for (const contract::FaultCode& code : contract::fault_codes()) {
    CAPTURE(code.code);
    if (code.primitives.empty()) continue;  // of other primitives, or told to nobody: how_it_travels says why
    CHECK(said.contains(std::string(code.code)));
  }
}
