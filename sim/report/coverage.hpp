// What a set of scenarios exercises: which rules their expectations prove, which rows of the actors' tables their runs
// use, which fault codes somebody says in them. Folds over what was played; nothing here plays anything.
// The trap: a scenario that fails cites its rules too, and proves none of them; nor does a rule that nothing observable
// follows from become covered because somebody cites it.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/contract/fault_codes.hpp"
#include "sim/contract/rules.hpp"
#include "sim/machine.hpp"
#include "sim/report/judge.hpp"

namespace sim::report {

/// One scenario that was played while rows were counted.
struct Shown {
  const scenario::Scenario* scenario = nullptr;
  Verdict verdict{};
  std::set<Used> used;
  std::set<std::string> faults;  ///< fault_codes_in its journal

  [[nodiscard]] bool holds() const { return verdict == Verdict::PASS || verdict == Verdict::SPEC_SILENT; }
};

struct RuleShown {
  const contract::Rule* rule = nullptr;
  std::vector<const scenario::Scenario*> by;  ///< they cite it, and hold
  /// Whether some scenario ought to prove it: the specification says it, and this flow can show it.
  [[nodiscard]] bool is_due() const { return rule->standing == contract::Standing::specification && rule->not_shown.en.empty(); }
  [[nodiscard]] bool is_covered() const { return rule->not_shown.en.empty() && !by.empty(); }
};
/// Every rule of the catalogue, in its order.
std::vector<RuleShown> rules_shown(std::span<const Shown> played);

struct RowShown {
  const TableRow* row = nullptr;
  std::size_t scenarios = 0;                  ///< how many use it
  const scenario::Scenario* first = nullptr;  ///< one of them
  [[nodiscard]] bool is_missed() const { return row->counts && scenarios == 0; }
};
/// The rows of one table, in its order.
std::vector<RowShown> rows_shown(std::span<const Shown> played, const TableView& table);

/// Every fault code that a bean of this run carries, as faultCode or as originalFaultCode.
std::set<std::string> fault_codes_in(const Journal& journal);

/// All of it, for people: rules, then each table, what is not covered set apart.
std::string coverage_text(std::span<const Shown> played, std::span<const TableView> tables, std::string_view lang);

}  // namespace sim::report
