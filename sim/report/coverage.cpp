#include "sim/report/coverage.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace sim::report {
namespace {

std::string ids_of(const std::vector<const scenario::Scenario*>& scenarios) {
  std::string out;
  for (const scenario::Scenario* s : scenarios) out += " " + s->id;
  return out;
}

std::string rules_text(std::span<const Shown> played, bool it) {
  const std::vector<RuleShown> rules = rules_shown(played);
  std::string out = fmt::format("{}\n", it ? "regole, e gli scenari che le dimostrano" : "rules, and the scenarios that prove them");
  std::string missed, elsewhere;
  for (const RuleShown& r : rules) {
    if (!r.rule->not_shown.en.empty()) {
      elsewhere += fmt::format("  {:8} {}: {}\n", r.rule->id, it ? "non si prova qui" : "not testable here", it ? r.rule->not_shown.it : r.rule->not_shown.en);
      continue;
    }
    if (r.is_covered()) {
      out += fmt::format("  {:8} {:4} {}\n", r.rule->id, r.by.size(), ids_of(r.by));
    } else {
      missed += fmt::format("  {:8} {}: {}\n", r.rule->id, to_text(r.rule->standing), it ? r.rule->it : r.rule->en);
    }
  }
  const std::string_view none = it ? "  nessuna\n" : "  none\n";
  out += fmt::format("{}\n{}", it ? "regole che nessuno scenario dimostra" : "rules that no scenario proves", missed.empty() ? none : missed);
  if (!elsewhere.empty()) out += elsewhere;
  return out;
}

std::string table_text(std::span<const Shown> played, const TableView& table, bool it) {
  const std::vector<RowShown> rows = rows_shown(played, table);
  std::size_t counted = 0, used = 0;
  std::string lines, missed;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const RowShown& row = rows[i];
    if (!row.row->counts) continue;
    ++counted;
    if (row.is_missed()) {
      missed += fmt::format("  {:>3} {} [{}]\n", i, row.row->what, row.row->rule);
    } else {
      ++used;
      lines += fmt::format("  {:>3} {} [{}]: {} ({})\n", i, row.row->what, row.row->rule, row.scenarios, row.first->id);
    }
  }
  std::string out = fmt::format("\n{}: {}\n{}", table.name, it ? fmt::format("{} righe usate su {}", used, counted) : fmt::format("{} of {} rows used", used, counted), lines);
  if (!missed.empty()) out += fmt::format("  {}\n{}", it ? "mai usate:" : "never used:", missed);
  return out;
}

}  // namespace

std::vector<RuleShown> rules_shown(std::span<const Shown> played) {
  std::vector<RuleShown> out;
  for (const contract::Rule& rule : contract::rules()) out.push_back({&rule, {}});
  for (const Shown& shown : played) {
    if (!shown.holds()) continue;
    for (const std::string& id : shown.scenario->rules()) {
      const auto found = std::find_if(out.begin(), out.end(), [&id](const RuleShown& r) { return r.rule->id == id; });
      if (found != out.end()) found->by.push_back(shown.scenario);
    }
  }
  return out;
}

std::vector<RowShown> rows_shown(std::span<const Shown> played, const TableView& table) {
  std::vector<RowShown> out;
  for (const TableRow& row : table.rows) out.push_back({&row, 0, nullptr});
  for (const Shown& shown : played) {
    for (const Used& used : shown.used) {
      if (used.table != table.name || used.row >= out.size()) continue;
      RowShown& row = out[used.row];
      if (row.scenarios++ == 0) row.first = shown.scenario;
    }
  }
  return out;
}

std::set<std::string> fault_codes_in(const Journal& journal) {
  std::set<std::string> out;
  for (const Entry& entry : journal.entries) {
    const auto* hop = std::get_if<Hop>(&entry.what);
    const auto* body = hop != nullptr ? std::get_if<Body>(&hop->said) : nullptr;
    const contract::CtFaultBean* fault = body != nullptr ? contract::fault_of(**body) : nullptr;
    if (fault == nullptr) continue;
    out.insert(fault->faultCode);
    if (fault->originalFaultCode) out.insert(*fault->originalFaultCode);
  }
  return out;
}

std::string coverage_text(std::span<const Shown> played, std::span<const TableView> tables, std::string_view lang) {
  const bool it = lang == "it";
  std::string out = rules_text(played, it);
  for (const TableView& table : tables) out += table_text(played, table, it);
  return out;
}

}  // namespace sim::report
