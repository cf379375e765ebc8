// `list`, `show`, `explain`, `diagram`, `schema`, `journal`: everything that reads the tables and shows them to people.
#include <cstdio>

#include <fmt/format.h>

#include "actors/ec_notices.hpp"
#include "actors/checkout.hpp"
#include "sim/contract/fault_codes.hpp"
#include "sim/contract/reference.hpp"
#include "sim/contract/rules.hpp"
#include "sim/report/journal_text.hpp"
#include "sim/report/ladder.hpp"
#include "sim/report/machine_diagram.hpp"
#include "sim/scenario/story.hpp"
#include "tools/cli.hpp"

namespace tools {
namespace {

using namespace sim::contract;

bool italian(const std::string& lang) { return lang == "it"; }

void print_rule(const Rule& rule, const std::string& lang) {
  fmt::print("{}\n  {}\n", rule.id, italian(lang) ? rule.it : rule.en);
  fmt::print("  {}: {}\n", italian(lang) ? "obbliga" : "obliges", rule.obliged);
  fmt::print("  {}: {} ({}), {}\n", italian(lang) ? "fonte" : "source", rule.source, rule.since, to_text(rule.standing));
}

void print_fault(const FaultCode& fault, const std::string& lang) {
  const bool it = italian(lang);
  fmt::print("{}\n  faultString: {}\n", fault.code, fault.faultString);
  fmt::print("  {}\n", it ? fault.it : fault.en);
  fmt::print("  {}: {}\n", it ? "cosa fare" : "what to do", it ? fault.do_it : fault.do_en);
  fmt::print("  {}: {}{}{}\n", it ? "emesso da" : "emitted by", to_text(fault.emitter),
             fault.primitives.empty() ? "" : it ? " rispondendo a " : " in answer to ", fault.primitives);
  std::string inferred;
  for (const Primitive& row : primitives()) {
    if (answers(fault, row.name) && codes_are_inferred(row.name)) inferred += (inferred.empty() ? "" : ", ") + std::string(row.name);
  }
  if (!inferred.empty()) {
    fmt::print("  {}: {}\n", it ? "nessuna fonte elenca i codici di queste primitive, è una nostra lettura" : "no source lists the codes of these primitives, this is our reading", inferred);
  }
  fmt::print("  {}: {}\n", it ? "propagazione" : "propagation", how_it_travels(fault).in(lang));
  if (fault.emitter == Emitter::psp || fault.primitives.empty()) return;  // Checkout never hears of it
  CtFaultBean bean;
  bean.faultCode = fault.code;
  const actors::FaultCategory& category = actors::category_of(bean);
  fmt::print("  Checkout: {} ({})\n", category.category, it ? category.it : category.en);
}

std::optional<sim::scenario::Scenario> scenario_file(const std::string& path) {
  auto loaded = load_all({path});
  if (!loaded) return std::nullopt;
  if (loaded->size() != 1) {
    fmt::print(stderr, "{}: holds {} scenarios; name one file\n", path, loaded->size());
    return std::nullopt;
  }
  return std::move(loaded->front());
}

std::string nearest_name(const std::string& typed) {
  std::vector<std::string> names;
  for (const Rule& rule : rules()) names.emplace_back(rule.id);
  for (const FaultCode& fault : fault_codes()) names.emplace_back(fault.code);
  for (const SettingRow& row : settings_table()) names.emplace_back(row.name);
  for (const sim::MachineView& view : machine_views()) names.push_back(view.name);
  for (const Primitive& row : primitives()) names.emplace_back(row.name);
  return sim::scenario::nearest(typed, names);
}

int unknown(const std::string& what, std::string_view wanted) {
  const std::string near = nearest_name(what);
  fmt::print(stderr, "'{}' is not {}{}\n", what, wanted, near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near));
  return bad_input;
}

}  // namespace

int list(const std::string& what, const std::vector<std::string>& paths, const std::string& lang) {
  const bool it = italian(lang);
  if (what == "scenarios") {
    const auto loaded = load_all(paths);
    if (!loaded) return bad_input;
    for (const auto& s : *loaded) {
      std::string judges;
      for (const Role role : s.judges) judges += (judges.empty() ? "" : " ") + std::string(to_text(role));
      fmt::print("{:44} {:24} {}\n", s.id, judges, s.title.in(lang));
    }
    return passed;
  }
  if (what == "rules") {
    for (const Rule& rule : rules()) fmt::print("{:8} {:14} {:14} {}\n", rule.id, to_text(rule.standing), rule.obliged, it ? rule.it : rule.en);
  } else if (what == "faults") {
    for (const FaultCode& fault : fault_codes()) fmt::print("{:40} {}\n", fault.code, it ? fault.it : fault.en);
  } else if (what == "notices") {
    fmt::print("{}\n", it ? "cifre 4-5 dell'avviso 3xxNN... dell'EC 77777777777:" : "digits 4-5 of a notice 3xxNN... of EC 77777777777:");
    for (const actors::NoticeClass& row : actors::notice_classes()) fmt::print("  {}  {}\n", row.code, it ? row.it : row.en);
    fmt::print("  {}\n", it ? "altre: PAA_PAGAMENTO_SCONOSCIUTO" : "others: PAA_PAGAMENTO_SCONOSCIUTO");
  } else if (what == "settings") {
    const Settings defaults;
    for (const SettingRow& row : settings_table()) fmt::print("{:24} {:>8}  {} ({})\n", row.name, row.read(defaults), row.en, row.source);
  } else if (what == "machines") {
    for (const sim::MachineView& view : machine_views()) fmt::print("{:12} {} states, {} rows\n", view.name, view.states.size(), view.rows.size());
  } else {
    return unknown(what, "something that can be listed: scenarios, rules, faults, notices, settings, machines");
  }
  return passed;
}

int show(const std::string& id, const std::string& lang) {
  if (const Rule* rule = find_rule(id)) {
    print_rule(*rule, lang);
    return passed;
  }
  if (const FaultCode* fault = find_fault_code(id)) {
    print_fault(*fault, lang);
    return passed;
  }
  if (const SettingRow* row = find_setting(id)) {
    fmt::print("{}\n  {}\n  default {}, a {}\n  source: {}\n", row->name, row->en, row->read(Settings{}), row->type, row->source);
    return passed;
  }
  for (const sim::MachineView& view : machine_views()) {
    if (view.name != id) continue;
    fmt::print("{}", sim::report::machine_text(view));
    return passed;
  }
  if (const auto loaded = load_all({"scenarios"})) {
    for (const auto& s : *loaded) {
      if (s.id != id) continue;
      fmt::print("{}\n\n{}", s.file, read_file(s.file).value_or(""));
      return passed;
    }
  }
  return unknown(id, "the id of a rule, a fault code, a setting, a machine or a scenario below ./scenarios");
}

int explain(const std::string& what, const std::string& lang) {
  if (const Rule* rule = find_rule(what)) {
    print_rule(*rule, lang);
    return passed;
  }
  if (const FaultCode* fault = find_fault_code(what)) {
    print_fault(*fault, lang);
    return passed;
  }
  if (const Primitive* row = find_primitive(what)) {
    fmt::print("{}", reference(row->id, lang));
    return passed;
  }
  if (what.find('/') == std::string::npos && what.find('.') == std::string::npos) {
    return unknown(what, "a scenario file, a rule, a fault code or a primitive");
  }
  const auto scenario = scenario_file(what);
  if (!scenario) return bad_input;
  fmt::print("{}", sim::scenario::story(*scenario, lang));
  return passed;
}

int diagram(const std::string& what, const std::string& format, std::uint64_t seed) {
  for (const sim::MachineView& view : machine_views()) {
    if (view.name != what) continue;
    if (format == "mermaid") fmt::print("{}", sim::report::machine_mermaid(view));
    else if (format == "svg") fmt::print("{}", sim::report::machine_svg(view));
    else fmt::print("{}", sim::report::machine_text(view));
    return passed;
  }
  if (what.find('/') == std::string::npos && what.find('.') == std::string::npos) return unknown(what, "a scenario file or a machine");
  const auto scenario = scenario_file(what);
  if (!scenario) return bad_input;
  const sim::Journal journal = play(*scenario, seed, sim::Fidelity::wire);
  if (format == "mermaid") fmt::print("{}", sim::report::ladder_mermaid(journal, scenario->title.en));
  else if (format == "svg") fmt::print("{}", sim::report::ladder_svg(journal, scenario->title.en, std::nullopt));
  else {
    sim::report::LadderOptions options;
    options.colour = colour();
    options.notes = true;
    fmt::print("{}", sim::report::ladder_text(journal, options));
  }
  return passed;
}

int schema() {
  fmt::print("{}", sim::scenario::xsd());
  return passed;
}

int journal(const std::string& file, std::uint64_t seed, const std::string& fidelity) {
  const auto scenario = scenario_file(file);
  if (!scenario) return bad_input;
  const auto how = fidelity == "typed" ? sim::Fidelity::typed : sim::Fidelity::wire;
  fmt::print("{}", sim::report::to_ndjson(play(*scenario, seed, how)));
  return passed;
}

}  // namespace tools
