#include "sim/report/run_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/report/ladder.hpp"
#include "sim/report/sentence.hpp"
#include "sim/scenario/story.hpp"
#include "sim/wire/json.hpp"
#include "sim/wire/xml.hpp"

namespace sim::report {
namespace {

using Fate = Finding::Fate;

struct Words {
  std::string_view expected, by, rule, instead, where, why, ladder, again, must_fail, silent, not_reached, contract;
};
constexpr Words english{"expected", "by", "rule", "instead", "where", "why", "what happened (>>> marks where it went another way):", "to see it again",
                        "fails under", "the specification is silent", "never reached", "the contract of the message"};
constexpr Words italian{"atteso", "da", "regola", "invece", "dove", "perché", "cosa è successo (>>> segna dove la storia diverge):", "per rivederlo",
                        "fallisce per", "la specifica tace", "mai raggiunto", "il contratto del messaggio"};
const Words& words(const Settings& s) { return s.lang == "it" ? italian : english; }

std::string_view colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::PASS: return "\x1b[32m";
    case Verdict::FAIL: return "\x1b[31m";
    case Verdict::INCONCLUSIVE: return "\x1b[33m";
    case Verdict::SKIPPED: return "\x1b[2m";
    case Verdict::SPEC_SILENT: return "\x1b[36m";
  }
  return {};
}

std::string joined(const std::vector<std::string>& items, std::string_view separator) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? std::string() : std::string(separator)) + item;
  return out;
}

std::string roles(std::string_view who, std::string_view lang) {
  std::string out;
  while (!who.empty()) {
    const std::size_t blank = who.find(' ');
    if (const auto role = contract::parse_role(who.substr(0, blank))) {
      out += (out.empty() ? "" : ", ") + std::string(scenario::role_name(*role, lang));
    }
    who = blank == std::string_view::npos ? std::string_view{} : who.substr(blank + 1);
  }
  return out;
}

/// One finding as lines of text: what should have been, by whom, under which rule, what was instead.
std::string told(const Finding& f, const scenario::Scenario& s, const Settings& settings) {
  const Words& w = words(settings);
  const std::string rule = rule_text(f.rule, settings.lang);
  std::string out = fmt::format("    {:9} {}\n", w.expected, f.expected.in(settings.lang));
  if (!f.who.empty()) out += fmt::format("    {:9} {}\n", w.by, roles(f.who, settings.lang));
  out += fmt::format("    {:9} {}\n", w.rule, rule.empty() ? std::string(w.contract) : rule);
  out += fmt::format("    {:9} {}\n", f.fate == Fate::broken ? w.instead : w.why, f.found.in(settings.lang));
  if (f.line > 0) out += fmt::format("    {:9} {}:{}\n", w.where, s.file, f.line);
  return out;
}

std::string explanation(const Played& played, const Settings& settings) {
  const Words& w = words(settings);
  const Judgement& j = played.judgement;
  std::string out;
  const Finding* diverging = first_broken(j, *played.scenario);
  for (const Finding& f : j.findings) {
    if (f.fate == Fate::held) continue;
    if (!out.empty()) out += "\n";
    out += told(f, *played.scenario, settings);
  }
  for (const scenario::Bilingual& why : j.unreached) out += fmt::format("    {:9} {}\n", w.not_reached, why.in(settings.lang));
  LadderOptions options;
  if (diverging != nullptr) options.marked = diverging->entry;
  options.colour = settings.colour;
  options.notes = true;
  out += fmt::format("    {}\n", w.ladder);
  std::string ladder = ladder_text(played.journal, options);
  std::size_t at = 0;
  while (at < ladder.size()) {
    const std::size_t end = std::min(ladder.find('\n', at), ladder.size());
    out += "      " + ladder.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return out;
}

}  // namespace

Counts count(std::span<const Played> played) {
  Counts c;
  for (const Played& p : played) {
    switch (p.judgement.verdict) {
      case Verdict::PASS: ++c.pass; break;
      case Verdict::FAIL: ++c.fail; break;
      case Verdict::INCONCLUSIVE: ++c.inconclusive; break;
      case Verdict::SKIPPED: ++c.skipped; break;
      case Verdict::SPEC_SILENT: ++c.silent; break;
    }
  }
  return c;
}

int exit_code(const Counts& c) {
  if (c.fail > 0) return 1;
  if (c.inconclusive > 0 || c.pass == 0) return 4;
  return 0;
}

std::string human(Duration d) {
  if (d.ms < 60'000) return fmt::format("{}.{:03} s", d.ms / 1000, d.ms % 1000);
  if (d.ms < 3'600'000) return fmt::format("{} min {:02} s", d.ms / 60'000, d.ms / 1000 % 60);
  return fmt::format("{} h {:02} min", d.ms / 3'600'000, d.ms / 60'000 % 60);
}

std::string reproduction(const scenario::Scenario& scenario, const Settings& settings) {
  std::string out = fmt::format("checkout-sim run {} --seed {} --verbose", scenario.file, settings.seed);
  if (settings.fidelity != Settings{}.fidelity) out += fmt::format(" --fidelity {}", settings.fidelity);
  if (!settings.registry.empty()) out += fmt::format(" --registry {}", settings.registry);
  if (!settings.plant.empty()) out += fmt::format(" --plant {}", settings.plant);
  return out;
}

std::string text(const Played& played, const Settings& settings) {
  const Words& w = words(settings);
  const Judgement& j = played.judgement;
  const scenario::Scenario& s = *played.scenario;
  std::string verdict = fmt::format("{:12}", to_text(j.verdict));
  if (settings.colour) verdict = std::string(colour_of(j.verdict)) + verdict + "\x1b[0m";
  std::string rules = joined(s.rules(), " ");
  if (j.verdict == Verdict::SKIPPED) rules = s.skip;
  if (j.failed_as_it_must) rules += fmt::format("  ({} {})", w.must_fail, s.fails);
  std::string out = fmt::format("{} {:44} {:>13}  {}\n", verdict, s.id, human(played.journal.end - played.journal.start), rules);
  if (j.verdict == Verdict::SPEC_SILENT) {
    const std::string beside = s.silent_rule + (s.silent_rule.empty() || s.silent_about.empty() ? "" : ", ") + s.silent_about;
    out += fmt::format("             {}{}: {}\n", w.silent, beside.empty() ? "" : " (" + beside + ")", s.silent.in(settings.lang));
  }
  const bool expand = j.verdict == Verdict::FAIL || j.verdict == Verdict::INCONCLUSIVE;
  if (expand) {
    out += fmt::format("    {}\n    {}\n", sentence(j, s, played.journal).in(settings.lang), s.title.in(settings.lang));
    out += explanation(played, settings);
    out += fmt::format("    {}: {}\n", w.again, reproduction(s, settings));
  } else if (settings.verbose && j.verdict != Verdict::SKIPPED) {
    out += fmt::format("    {}\n", s.title.in(settings.lang));
    LadderOptions options;
    options.colour = settings.colour;
    options.notes = true;
    out += ladder_text(played.journal, options);
  }
  return out;
}

std::string text_summary(std::span<const Played> played, const Settings& settings, double wall_seconds) {
  const Counts c = count(played);
  std::int64_t simulated = 0;
  for (const Played& p : played) simulated += (p.journal.end - p.journal.start).ms;
  std::string out = fmt::format("{} scenarios: {} PASS, {} FAIL, {} INCONCLUSIVE, {} SPEC-SILENT, {} SKIPPED\n", c.total(), c.pass, c.fail,
                                c.inconclusive, c.silent, c.skipped);
  out += fmt::format("seed {}; {:.2f} s of wall time for {} of simulated time\n", settings.seed, wall_seconds, human(Duration{simulated}));
  return out;
}

std::string junit(std::span<const Played> played, const Settings& settings, double wall_seconds) {
  const Counts c = count(played);
  const auto attribute = [](std::string_view name, std::string_view value) {
    std::string out = " " + std::string(name) + "=\"";
    wire::append_xml_attribute(out, value);
    return out + "\"";
  };
  const std::string totals = fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{:.3f}\"", c.total(), c.fail,
                                         c.inconclusive + c.skipped + c.silent, wall_seconds);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + totals + ">\n  <testsuite name=\"checkout-sim\"" + totals + ">\n";
  out += "    <properties>\n      <property name=\"seed\"" + attribute("value", std::to_string(settings.seed)) + "/>\n";
  out += "      <property name=\"fidelity\"" + attribute("value", settings.fidelity) + "/>\n";
  if (!settings.registry.empty()) out += fmt::format(" --registry {}", settings.registry);
  if (!settings.plant.empty()) out += "      <property name=\"plant\"" + attribute("value", settings.plant) + "/>\n";
  out += "    </properties>\n";
  Settings plain = settings;
  plain.colour = false;
  for (const Played& p : played) {
    const scenario::Scenario& s = *p.scenario;
    const Judgement& j = p.judgement;
    const std::size_t slash = s.file.find_last_of('/');
    const std::string folder = slash == std::string::npos ? "scenarios" : s.file.substr(0, slash);
    out += "    <testcase" + attribute("classname", folder) + attribute("name", s.id) + attribute("file", s.file) + " time=\"0\">\n";
    out += "      <properties>\n";
    for (const std::string& rule : s.rules()) out += "        <property name=\"rule\"" + attribute("value", rule) + "/>\n";
    out += "        <property name=\"verdict\"" + attribute("value", to_text(j.verdict)) + "/>\n";
    out += fmt::format("        <property name=\"simulated-ms\" value=\"{}\"/>\n", (p.journal.end - p.journal.start).ms);
    out += "        <property name=\"reproduce\"" + attribute("value", reproduction(s, settings)) + "/>\n      </properties>\n";
    if (j.verdict == Verdict::FAIL) {
      const Finding* first = first_broken(j, s);
      const std::string message = sentence(j, s, p.journal).in(settings.lang);
      out += "      <failure" + attribute("type", first == nullptr ? s.fails : first->rule) + attribute("message", message) + ">";
      wire::append_xml_text(out, explanation(p, plain));
      out += "</failure>\n";
    } else if (j.verdict != Verdict::PASS) {
      std::string why = j.verdict == Verdict::SKIPPED ? s.skip : j.verdict == Verdict::SPEC_SILENT ? s.silent.in(settings.lang) : std::string{};
      if (j.verdict == Verdict::INCONCLUSIVE) why = sentence(j, s, p.journal).in(settings.lang);
      out += "      <skipped" + attribute("message", std::string(to_text(j.verdict)) + ": " + why) + "/>\n";
    }
    out += "    </testcase>\n";
  }
  return out + "  </testsuite>\n</testsuites>\n";
}

std::string json(std::span<const Played> played, const Settings& settings, double wall_seconds) {
  const Counts c = count(played);
  const auto text = [](std::string_view value) { return wire::Json{std::string(value)}; };
  const auto number = [](auto value) { return wire::Json{wire::JsonNumber{fmt::format("{}", value)}}; };
  wire::JsonArray scenarios;
  for (const Played& p : played) {
    const scenario::Scenario& s = *p.scenario;
    wire::JsonArray findings;
    for (const Finding& f : p.judgement.findings) {
      constexpr std::string_view fates[] = {"held", "broken", "not reached"};
      wire::JsonObject one{{"fate", text(fates[static_cast<std::size_t>(f.fate)])}, {"rule", text(f.rule)}, {"line", number(f.line)},
                           {"who", text(f.who)}, {"expected", text(f.expected.in(settings.lang))}, {"found", text(f.found.in(settings.lang))}};
      if (f.fate != Fate::held) one.emplace_back("sentence", text(sentence(f, p.journal).in(settings.lang)));
      if (f.entry) one.emplace_back("entry", number(*f.entry));
      if (f.entry && *f.entry < p.journal.entries.size()) one.emplace_back("entryMs", number((p.journal.entries[*f.entry].at - p.journal.start).ms));
      findings.push_back({std::move(one)});
    }
    wire::JsonArray rules;
    for (const std::string& rule : s.rules()) rules.push_back(text(rule));
    wire::JsonArray unreached;
    for (const scenario::Bilingual& u : p.judgement.unreached) unreached.push_back(text(u.in(settings.lang)));
    scenarios.push_back({wire::JsonObject{{"id", text(s.id)}, {"file", text(s.file)}, {"title", text(s.title.in(settings.lang))},
                                          {"verdict", text(to_text(p.judgement.verdict))}, {"rules", {std::move(rules)}},
                                          {"sentence", text(sentence(p.judgement, s, p.journal).in(settings.lang))},
                                          {"simulatedMs", number((p.journal.end - p.journal.start).ms)},
                                          {"findings", {std::move(findings)}}, {"unreached", {std::move(unreached)}},
                                          {"reproduce", text(reproduction(s, settings))}}});
  }
  const wire::Json whole{wire::JsonObject{
      {"seed", number(settings.seed)},
      {"fidelity", text(settings.fidelity)},
      {"plant", text(settings.plant)},
      {"wallSeconds", number(fmt::format("{:.3f}", wall_seconds))},
      {"counts", {wire::JsonObject{{"PASS", number(c.pass)}, {"FAIL", number(c.fail)}, {"INCONCLUSIVE", number(c.inconclusive)},
                                   {"SPEC-SILENT", number(c.silent)}, {"SKIPPED", number(c.skipped)}}}},
      {"scenarios", {std::move(scenarios)}}}};
  return wire::to_text(whole) + "\n";
}

}  // namespace sim::report
