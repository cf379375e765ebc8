// `list`, `show`, `explain`, `diagram`, `journal`: everything that reads the tables and shows them to people.
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "actors/ec_notices.hpp"
#include "actors/checkout.hpp"
#include "actors/psp_manners.hpp"
#include "actors/tables.hpp"
#include "sim/contract/breaks.hpp"
#include "sim/contract/cards.hpp"
#include "sim/contract/fault_codes.hpp"
#include "sim/contract/reference.hpp"
#include "sim/contract/rules.hpp"
#include "sim/contract/silences.hpp"
#include "sim/contract/words.hpp"
#include "sim/report/journal_reader.hpp"
#include "sim/report/journal_text.hpp"
#include "sim/report/ladder.hpp"
#include "sim/report/machine_diagram.hpp"
#include "sim/report/retelling.hpp"
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
  if (!rule.not_shown.en.empty()) fmt::print("  {}: {}\n", italian(lang) ? "non si prova qui" : "not testable here", italian(lang) ? rule.not_shown.it : rule.not_shown.en);
}

/// The shipped scenarios, when we stand where they are: nothing to say about them elsewhere.
std::vector<sim::scenario::Scenario> shipped_here() {
  std::error_code error;
  if (!std::filesystem::is_directory("scenarios", error)) return {};
  return load_all({"scenarios"}).value_or(std::vector<sim::scenario::Scenario>{});
}

void print_point(const SilentPoint& point, const std::string& lang, const std::vector<sim::scenario::Scenario>& scenarios) {
  const bool it = italian(lang);
  fmt::print("{}  {} ({})\n", point.id, point.subject.in(lang), to_text(point.doubt, lang));
  fmt::print("  {}: {}\n", it ? "aperto" : "open", point.open.in(lang));
  fmt::print("  {}: {}\n", it ? "scelta" : "choice", point.choice.in(lang));
  fmt::print("  {}: {}\n", it ? "perché" : "why", point.why.in(lang));
  if (!point.settings.empty()) fmt::print("  {}: {}\n", it ? "si cambia con" : "changed by", point.settings);
  if (!point.rules.empty()) fmt::print("  {}: {}\n", it ? "regole" : "rules", point.rules);
  std::string shown;
  for (const auto& s : scenarios) {
    if (s.silent_about == point.id) shown += " " + s.id;
  }
  if (!shown.empty()) fmt::print("  {}:{}\n", it ? "scenari" : "scenarios", shown);
}

/// Which scenarios make somebody say the code: found by playing them. A code that nothing here says gives its reason.
void print_who_says(const FaultCode& fault, bool it) {
  const std::vector<sim::scenario::Scenario> scenarios = shipped_here();
  std::string names;
  for (const sim::report::Shown& shown : show_all(scenarios)) {
    if (shown.faults.contains(std::string(fault.code))) names += " " + shown.scenario->id;
  }
  const std::string_view legacy = !belongs_elsewhere(fault) ? "" : it ? "solo modello precedente; " : "legacy only; ";
  if (!names.empty()) {
    fmt::print("  {}:{}\n", it ? "prodotto dagli scenari" : "produced by scenarios", names);
  } else if (fault.primitives.empty()) {
    fmt::print("  {}: {}{}\n", it ? "nessuno scenario lo produce" : "no scenario produces it", legacy, it ? how_it_travels(fault).it : how_it_travels(fault).en);
  } else if (!scenarios.empty()) {
    fmt::print("  {}\n", it ? "nessuno scenario lo produce" : "no scenario produces it");
  }
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

/// The kinds of defect that a message may be given; of one primitive, those that its tables make possible.
void list_breaks(const std::string& name, bool it) {
  const Primitive* row = find_primitive(name);
  if (row == nullptr) {
    for (const BreakKind& kind : break_kinds()) {
      fmt::print("{:22} {:9} {}\n", kind.name, kind.soap && kind.json ? "XML, JSON" : kind.soap ? "XML" : "JSON", it ? kind.it : kind.en);
    }
    return;
  }
  for (const Leg leg : {Leg::request, Leg::response}) {
    for (const Break& defect : possible_breaks(row->id, leg)) fmt::print("{:9} {:22} {}\n", to_text(leg), defect.kind->name, defect.path);
  }
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

/// "nodo.position" of "nodo.position"; of a machine with tables of its own names, "nodo.payment".
std::string full_name(const sim::TableView& table) { return table.name.substr(0, table.name.find('.') + 1) + table.machine->name; }

/// The machine that is called so, by its table or by its own name, with or without the actor's; nullptr when none is.
const sim::MachineView* find_machine(const std::vector<sim::TableView>& tables, const std::string& name) {
  for (const sim::TableView& table : tables) {
    if (table.machine && (table.name == name || table.machine->name == name || full_name(table) == name)) return &*table.machine;
  }
  return nullptr;
}

std::vector<std::string> machine_names() {
  std::vector<std::string> out;
  for (const sim::TableView& table : actors::tables()) {
    if (table.machine) out.insert(out.end(), {table.name, table.machine->name, full_name(table)});
  }
  return out;
}

void print_machine(const sim::MachineView& machine, const std::string& format) {
  if (format == "mermaid") fmt::print("{}", sim::report::machine_mermaid(machine));
  else if (format == "svg") fmt::print("{}", sim::report::machine_svg(machine));
  else fmt::print("{}", sim::report::machine_text(machine));
}

std::string nearest_name(const std::string& typed) {
  std::vector<std::string> names;
  for (const Rule& rule : rules()) names.emplace_back(rule.id);
  for (const FaultCode& fault : fault_codes()) names.emplace_back(fault.code);
  for (const SettingRow& row : settings_table()) names.emplace_back(row.name);
  for (const SilentPoint& point : silent_points()) names.emplace_back(point.id);
  for (const std::string& name : machine_names()) names.push_back(name);
  for (const Primitive& row : primitives()) names.emplace_back(row.name);
  return sim::scenario::nearest(typed, names);
}

int unknown(const std::string& what, std::string_view wanted) {
  const std::string near = nearest_name(what);
  fmt::print(stderr, "'{}' is not {}{}\n", what, wanted, near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near));
  return bad_input;
}

}  // namespace

int list(const std::string& what, const std::vector<std::string>& paths, const std::string& lang, bool coverage) {
  const bool it = italian(lang);
  if (coverage) {
    if (what != "rules") {
      fmt::print(stderr, "--coverage is of rules: list rules --coverage [paths]\n");
      return bad_input;
    }
    const auto loaded = load_all(paths);
    if (!loaded) return bad_input;
    fmt::print("{}", sim::report::coverage_text(show_all(*loaded), actors::tables(), lang));
    return passed;
  }
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
  } else if (what == "psps") {
    for (const PaymentServiceProvider& psp : built_in_registry().psps) {
      if (psp.idPSP != built_in_registry().checkout.idPSP) fmt::print("  {:24} {}\n", psp.idPSP, it ? "accetta, e mezzo secondo dopo invia l'esito OK" : "accepts, and sends its outcome OK half a second later");
    }
    fmt::print("{}\n", it ? "sbagliati di proposito (nessuno può giudicarli):" : "wrong on purpose (nobody may judge them):");
    for (const actors::PspManner& row : actors::psp_manners()) fmt::print("  {:24} {}\n", row.idPSP, it ? row.it : row.en);
  } else if (what == "cards") {
    for (const TestCard& card : test_cards) fmt::print("  {}  {:22} {} {}\n", card.number, card.behaviour, it ? "carta" : "card", it ? card.it : card.en);
  } else if (what == "settings") {
    const Settings defaults;
    for (const SettingRow& row : settings_table()) fmt::print("{:24} {:>8}  {} ({})\n", row.name, row.read(defaults), row.en, row.source);
  } else if (what == "breaks") {
    const bool all = paths.empty() || paths.front() == "scenarios";
    if (!all && find_primitive(paths.front()) == nullptr) return unknown(paths.front(), "a primitive");
    list_breaks(all ? std::string() : paths.front(), it);
  } else if (what == "primitives") {
    for (const Primitive& row : primitives()) {
      fmt::print("{:24} {:>8} -> {:8} {}\n", row.name, to_text(row.caller), to_text(row.callee), row.port == nullptr ? "JSON" : row.port->name);
    }
  } else if (what == "machines") {
    for (const sim::TableView& table : actors::tables()) {
      if (table.machine) fmt::print("{:26} {:14} {} states, {} rows\n", table.name, table.machine->name, table.machine->states.size(), table.rows.size());
    }
  } else if (what == "silences") {
    const std::vector<sim::scenario::Scenario> scenarios = shipped_here();
    for (const SilentPoint& point : silent_points()) print_point(point, lang, scenarios);
  } else if (what == "mutants") {
    list_mutants(lang);
  } else {
    return unknown(what, "something that can be listed: scenarios, rules, faults, notices, psps, cards, settings, primitives, breaks, machines, silences, mutants");
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
  if (const SilentPoint* point = find_silent_point(id)) {
    print_point(*point, lang, shipped_here());
    return passed;
  }
  const std::vector<sim::TableView> tables = actors::tables();
  if (const sim::MachineView* machine = find_machine(tables, id)) {
    print_machine(*machine, "text");
    return passed;
  }
  if (const auto loaded = load_all({"scenarios"})) {
    for (const auto& s : *loaded) {
      if (s.id != id) continue;
      fmt::print("{}\n\n{}", s.file, read_file(s.file).value_or(""));
      return passed;
    }
  }
  return unknown(id, "the id of a rule, a fault code, a setting, a silence, a machine or a scenario below ./scenarios");
}

int explain(const std::string& what, const std::string& lang) {
  if (const Rule* rule = find_rule(what)) {
    print_rule(*rule, lang);
    return passed;
  }
  if (const FaultCode* fault = find_fault_code(what)) {
    print_fault(*fault, lang);
    print_who_says(*fault, italian(lang));
    return passed;
  }
  if (const SilentPoint* point = find_silent_point(what)) {
    print_point(*point, lang, shipped_here());
    return passed;
  }
  if (const Primitive* row = find_primitive(what)) {
    fmt::print("{}", reference(row->id, lang));
    return passed;
  }
  if (what.find('/') == std::string::npos && what.find('.') == std::string::npos) {
    return unknown(what, "a scenario file, a rule, a fault code, a silence or a primitive");
  }
  const auto scenario = scenario_file(what);
  if (!scenario) return bad_input;
  fmt::print("{}", sim::scenario::story(*scenario, lang));
  return passed;
}

int diagram(const std::string& what, const std::string& format, std::uint64_t seed) {
  const std::vector<sim::TableView> tables = actors::tables();
  if (const sim::MachineView* machine = find_machine(tables, what)) {
    print_machine(*machine, format);
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

int diagram_of_states(const std::string& machine, const std::string& format) {
  const std::vector<sim::TableView> tables = actors::tables();
  if (const sim::MachineView* found = find_machine(tables, machine)) {
    print_machine(*found, format);
    return passed;
  }
  const std::string near = sim::scenario::nearest(machine, machine_names());
  fmt::print(stderr, "'{}' is not a machine{}; see checkout-sim list machines\n", machine, near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near));
  return bad_input;
}

int scenario_from_journal(const std::string& file, const std::string& id, bool expects) {
  const std::optional<std::string> bytes = file == "-" ? read_input() : read_file(file);
  if (!bytes) return bad_input;
  const auto recording = sim::report::read_journal(file, *bytes);
  if (!recording) {
    fmt::print(stderr, "{}\n", to_text(recording.error()));
    return bad_input;
  }
  const sim::report::Retelling told = sim::report::retell(*recording, id, expects, [&](const std::string& xml) -> sim::Result<sim::Journal, std::string> {
    const auto loaded = sim::scenario::load("(the scenario)", xml);
    if (!loaded) {
      std::string wrong;
      for (const sim::scenario::Problem& problem : loaded.error()) wrong += to_text(problem) + "\n";
      return sim::Failure{wrong};
    }
    return play(*loaded, recording->seed, sim::Fidelity::wire);
  });
  fmt::print("{}", told.xml);
  if (told.departs.empty()) return passed;
  fmt::print(stderr, "the scenario does not have all the effects of the journal: {}", told.departs);
  return inconclusive;
}

int journal(const std::string& file, std::uint64_t seed, const std::string& fidelity) {
  const auto scenario = scenario_file(file);
  if (!scenario) return bad_input;
  const auto how = fidelity == "typed" ? sim::Fidelity::typed : sim::Fidelity::wire;
  const sim::Journal done = play(*scenario, seed, how);
  fmt::print("{}{}", sim::report::journal_header(*scenario, sim::positions_of(*scenario, seed), seed, done.cut_short), sim::report::to_ndjson(done));
  return passed;
}

}  // namespace tools
