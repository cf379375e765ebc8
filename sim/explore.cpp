#include "sim/explore.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "sim/check.hpp"
#include "sim/contract/words.hpp"
#include "sim/hash.hpp"
#include "sim/laws.hpp"
#include "sim/ledger.hpp"
#include "sim/monitors.hpp"
#include "sim/situations.hpp"

namespace sim {
namespace {

using contract::Leg;

// clang-format off
const std::vector<Axis>& party_axes() {
  static const std::vector<Axis> axes{
    {"answer", {
      {"OK", ""},
      {"KO", R"(<answer by="psp" to="pspNotifyPayment{v}" outcome="KO" fault="CANALE_SEMANTICA"/>)"},
      {"KO-without-fault", R"(<answer by="psp" to="pspNotifyPayment{v}" with="no-fault"/>)"},
      {"malformed", R"(<answer by="psp" to="pspNotifyPayment{v}" with="malformed"/>)"},
      {"HTTP-500", R"(<answer by="psp" to="pspNotifyPayment{v}" with="empty" status="500"/>)"},
      {"none", R"(<answer by="psp" to="pspNotifyPayment{v}" with="silence"/>)"},
      {"unreachable", R"(<fault on="pspNotifyPayment{v}" leg="request" do="refuse" times="0"/>)"},
    }},
    {"outcome", {{"OK", ""}, {"KO", ""}, {"none", ""}}},
    {"moment", {{"within-2s", ""}, {"before-the-answer", ""}, {"after-2s", ""}, {"after-expiry", ""}}},
    {"repetition", {{"once", ""}, {"repeated", ""}, {"repeated-otherwise", ""}}},
    {"receipt", {
      {"accepted", ""},
      {"KO", R"(<answer by="ec" to="paSendRT{v}" outcome="KO" fault="PAA_SEMANTICA" times="0"/>)"},
      {"silent", R"(<answer by="ec" to="paSendRT{v}" with="silence" times="0"/>)"},
      {"unreachable", R"(<fault on="paSendRT{v}" leg="request" do="refuse" times="0"/>)"},
      {"one-of-n", R"(<answer by="ec" id="80000000002" to="paSendRT{v}" with="silence" times="0"/>)"},
    }},
    {"user", {{"pays", R"(<pay/>)"}, {"is-denied", R"(<pay card="denied"/>)"}, {"goes-away", R"(<pay card="abandoned"/>)"}, {"only-activates", R"(<verify/><activate/>)"}, {"cancels", R"(<verify/><activate/><cancel/>)"}}},
  };
  return axes;
}
// clang-format on

enum Which : std::size_t { answer, outcome, moment, repetition, receipt, user };

/// The outcome that the script sends in place of the PSP's own; nothing to script in the plain case.
std::string outcome_steps(const Picks& pick, bool speaks_anyway) {
  if (pick[outcome] == 2) return R"(<withhold by="psp" message="sendPaymentOutcome{v}"/>)";
  if (pick[outcome] == 0 && pick[moment] == 0 && pick[repetition] == 0 && (pick[answer] == 0 || !speaks_anyway)) return {};
  constexpr std::array<std::string_view, 4> after{"1s", "300ms", "20s", "3h"};
  constexpr std::array<std::string_view, 4> again{"31s", "30s", "50s", "4h"};
  const auto send = [](std::string_view said, std::string_view when) {
    return fmt::format(R"(<send by="psp" message="sendPaymentOutcome{{v}}" outcome="{}" when="pspNotifyPayment{{v}} sent" after="{}"/>)", said, when);
  };
  const std::string_view said = pick[outcome] == 0 ? "OK" : "KO";
  std::string out = send(said, after[pick[moment]]);
  if (pick[moment] == 1 && pick[answer] == 0) out = R"(<answer by="psp" to="pspNotifyPayment{v}" outcome="OK" after="800ms"/>)" + out;  // later ways: cell_of
  if (pick[repetition] == 1) out += send(said, again[pick[moment]]);
  if (pick[repetition] == 2) out += send(said == "OK" ? "KO" : "OK", again[pick[moment]]);
  return out;
}

std::string in_version(std::string text, int version) {
  for (std::size_t at = text.find("{v}"); at != std::string::npos; at = text.find("{v}", at)) text.replace(at, 3, version == 2 ? "V2" : "");
  return text;
}

/// Whether these steps speak for some party of that role: what a user does at a PSP's counter the PSP does by itself.
bool scripts(std::string_view steps, std::string_view role) {
  const std::string by = fmt::format(" by=\"{}\"", role);
  for (const std::string_view verb : {"<answer", "<send", "<withhold"}) {
    if (steps.find(std::string(verb) + by) != std::string_view::npos) return true;
  }
  return false;
}

/// One element a line.
std::string indented(std::string_view elements, std::string margin) {
  std::string out;
  while (!elements.empty()) {
    const std::string_view element = elements.substr(0, elements.find('>') + 1);
    elements.remove_prefix(element.size());
    if (element.starts_with("</")) margin.resize(margin.size() - 2);
    out += margin + std::string(element) + "\n";
    if (!element.starts_with("</") && !element.ends_with("/>")) margin += "  ";
  }
  return out;
}

/// What the network may do to a message, and for how long it holds it back.
struct Fate {
  Mishap mishap;
  Duration by;
};
std::span<const Fate> fates(Leg leg) {
  static constexpr Fate of_requests[] = {{Mishap::drop, {}}, {Mishap::duplicate, {}}, {Mishap::delay, seconds(3)}, {Mishap::refuse, {}}};
  static constexpr Fate of_responses[] = {{Mishap::drop, {}}, {Mishap::delay, seconds(3)}};
  return leg == Leg::request ? std::span<const Fate>(of_requests) : std::span<const Fate>(of_responses);
}

/// One run under way: a copy goes on by itself.
struct Course {
  Performance performance;
  Monitors monitors;
  Ledger ledger;
  std::vector<FaultRule> faults;
  std::map<std::pair<PrimitiveId, Leg>, std::uint32_t> sent;  ///< so far: names the occasion of a fault
  std::size_t seen = 0;
  std::uint64_t depth = 0;
  int spent = 0;               ///< departures of the network and of the order of things
  std::uint32_t decided = 0;   ///< messages of the next step whose fate the original of this copy has settled
  std::size_t ordered = 0;     ///< things due at the next instant whose place the original of this copy has settled
};

std::vector<Violation> broken(const scenario::Scenario& scenario, const Journal& journal, const Monitors& monitors, const Ledger& ledger) {
  std::vector<Violation> out;
  for (const std::vector<Breach>* breaches : {&monitors.breaches(), &ledger.breaches()}) {
    for (const Breach& breach : *breaches) {
      if (blames(breach, scenario.judges)) out.push_back({{}, {}, std::string(breach.rule), fmt::format("{}: {}, but {}", contract::to_text(breach.who), breach.expected.en, breach.found.en)});
    }
  }
  for (const BrokenLaw& law : broken_laws(journal)) out.push_back({{}, {}, std::string(law.law), to_text(law)});
  if (!scenario.speaks_for_others()) {
    for (const BrokenLaw& law : broken_payment_laws(journal, scenario.settings)) out.push_back({{}, {}, std::string(law.law), to_text(law)});
  }
  if (journal.cut_short) out.push_back({{}, {}, {}, "it does not come to an end"});
  return out;
}

class Searcher {
 public:
  Searcher(const Cell& cell, const scenario::Scenario& scenario) : cell_(cell), scenario_(scenario) {}

  // Depth first. As long as a fault may still be spent, the run is copied before every step: what the step sends is
  // then sent again, and spoilt, on the copy.
  void go(Course& course) {
    const bool may_spend = course.spent < cell_.left;
    for (;;) {
      if (may_spend) reorder(course);
      std::optional<Course> before;
      if (may_spend) before = course;
      if (!course.performance.step()) break;
      course.ordered = 0;
      ++out.counts.transitions;
      ++course.depth;
      const std::vector<Entry>& entries = course.performance.world().journal().entries;
      std::map<std::pair<PrimitiveId, Leg>, std::uint32_t> here;
      const std::uint32_t decided = std::exchange(course.decided, 0);
      std::uint32_t ordinal = 0;
      for (; course.seen < entries.size(); ++course.seen) {
        course.monitors.see(course.seen, entries[course.seen]);
        course.ledger.see(course.seen, entries[course.seen]);
        const auto* hop = std::get_if<Hop>(&entries[course.seen].what);
        if (hop == nullptr || hop->stage != Hop::Stage::sent) continue;
        // The answer to a duplicate goes nowhere by itself, and counts for no rule.
        const bool to_nobody = course.seen + 1 < entries.size() && lost_next(entries[course.seen + 1], *hop, "answers a duplicate");
        if (to_nobody) continue;
        const std::pair kind{hop->primitive, hop->leg};
        const std::uint32_t nth = ++course.sent[kind];
        const std::uint32_t within = ++here[kind];
        const bool spoilt = course.seen + 1 < entries.size() && lost_next(entries[course.seen + 1], *hop);  // by a scripted fault
        if (!before || spoilt || ++ordinal <= decided) continue;
        for (const Fate& fate : fates(hop->leg)) spoil(*before, *hop, fate, nth, within, ordinal);
      }
      if (!known_.insert(mixed(course.performance.world().fingerprint(), static_cast<std::uint64_t>(course.spent))).second) {
        ++out.counts.merged;
        return;
      }
      ++out.counts.states;
    }
    out.counts.deepest = std::max(out.counts.deepest, course.depth);
    ++out.counts.plans;
    conclude(course);
  }

  Search out;

 private:
  static bool lost_next(const Entry& next, const Hop& hop, std::string_view why = {}) {
    const auto* lost = std::get_if<Hop>(&next.what);
    return lost != nullptr && lost->stage == Hop::Stage::lost && lost->exchange == hop.exchange && lost->leg == hop.leg && (why.empty() || lost->event == why);
  }

  // Of things due at one instant every order is tried: each message in turn goes before all that stands before it, or after
  // all that stands behind it, unless what it passes happens to other parties: then nobody could tell.
  void reorder(const Course& course) {
    const std::vector<World::Due> due = course.performance.world().due_together();
    for (std::size_t i = course.ordered; i < due.size(); ++i) {
      if (!due[i].may_move) continue;
      const auto here = due.begin() + static_cast<std::ptrdiff_t>(i);
      const auto meets = [&](const World::Due& other) { return other.meets(*here); };
      const bool others_may_pass = std::all_of(here + 1, due.end(), [&](const World::Due& other) { return other.may_move || !meets(other); });
      if (std::any_of(due.begin(), here, meets)) move(course, *here, Mishap::overtake, i + 1);
      if (std::any_of(here + 1, due.end(), meets) && (!others_may_pass || due.size() > 2)) move(course, *here, Mishap::yield, i + 1);
    }
  }

  void move(const Course& course, const World::Due& due, Mishap mishap, std::size_t ordered) {
    ++out.counts.orders;
    FaultRule rule;
    rule.on = due.primitive;
    rule.leg = due.leg;
    rule.mishap = mishap;
    rule.occasions = {occasion_of(course, due), 1};
    Course fork = course;
    fork.performance.rank(due.sequence, mishap == Mishap::overtake ? -1 : 1);
    fork.faults.push_back(std::move(rule));
    ++fork.spent;
    fork.ordered = ordered;
    go(fork);
  }

  /// Which of the messages of its kind this one is.
  static std::uint32_t occasion_of(const Course& course, const World::Due& due) {
    std::uint32_t nth = 0;
    const std::vector<Entry>& entries = course.performance.world().journal().entries;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto* hop = std::get_if<Hop>(&entries[i].what);
      if (hop == nullptr || hop->stage != Hop::Stage::sent || hop->primitive != due.primitive || hop->leg != due.leg) continue;
      if (i + 1 < entries.size() && lost_next(entries[i + 1], *hop, "answers a duplicate")) continue;
      ++nth;
      if (hop->exchange == due.exchange) return nth;
    }
    return nth;
  }

  void spoil(const Course& before, const Hop& hop, const Fate& fate, std::uint32_t nth, std::uint32_t within, std::uint32_t ordinal) {
    ++out.counts.choices;
    FaultRule rule;
    rule.on = hop.primitive;
    rule.leg = hop.leg;
    rule.mishap = fate.mishap;
    rule.by = fate.by;
    rule.occasions = {within, 1};
    Course fork = before;
    fork.performance.add(rule);
    rule.occasions.first = nth;  // as a file counts: from the beginning
    fork.faults.push_back(rule);
    ++fork.spent;
    fork.decided = ordinal;  // each set of faults is met once, in the order of time
    go(fork);
  }

  void conclude(Course& course) {
    const Journal& journal = course.performance.world().journal();
    course.monitors.finish(journal.cut_short);
    course.ledger.finish(journal.cut_short);
    for (Violation& violation : broken(scenario_, journal, course.monitors, course.ledger)) {
      note(course, std::move(violation.rule), std::move(violation.broken));
    }
  }

  void note(const Course& course, std::string rule, std::string what) {
    keep_least(out.violations, {cell_, course.faults, std::move(rule), std::move(what)});
  }

  const Cell& cell_;
  const scenario::Scenario& scenario_;
  std::unordered_set<std::uint64_t> known_;  ///< fingerprints of the states met, each with the departures spent
};

/// A cell as it is played. What is not loadable is a bug of ours: nobody else writes cells.
scenario::Scenario loaded(const Cell& cell, const SearchBounds& bounds, const std::vector<FaultRule>& faults) {
  auto out = scenario::load("explored", scenario_of(cell, bounds, faults, "explored"));
  if (!out) set_bug_context(cell.name + ": " + scenario::to_text(out.error().front()));
  SIM_CHECK(out.has_value());
  return std::move(*out);
}

/// Whether one party of `of` does the plain thing in `cell`, and everybody else the same.
bool is_less(const Cell& cell, const Cell& of) {
  if (cell.departures != of.departures - 1) return false;
  const std::vector<std::string_view> all = contract::words(of.name);
  const std::vector<std::string_view> some = contract::words(cell.name);
  return cell.departures == 0 || std::all_of(some.begin(), some.end(), [&](std::string_view way) { return std::find(all.begin(), all.end(), way) != all.end(); });
}

}  // namespace

SearchCounts& SearchCounts::operator+=(const SearchCounts& more) {
  cells += more.cells, choices += more.choices, orders += more.orders, plans += more.plans, merged += more.merged;
  states += more.states, transitions += more.transitions;
  deepest = std::max(deepest, more.deepest);
  return *this;
}

std::span<const Axis> axes() { return party_axes(); }

Cell cell_of(const Picks& pick, const SearchBounds& bounds, bool speaks_anyway) {
  Cell cell;
  for (std::size_t i = 0; i < pick.size(); ++i) {
    const Way& way = party_axes()[i].ways[pick[i]];
    std::string steps(way.steps);
    const bool held_back = i == answer && pick[moment] == 1 && steps.starts_with("<answer") && steps.find("silence") == std::string::npos;
    if (held_back) steps.insert(steps.size() - 2, R"( after="800ms")");  // else the outcome would come behind it
    if (i != user && i != outcome) cell.steps += steps;
    if (pick[i] == 0) continue;
    ++cell.departures;
    cell.name += fmt::format("{}{}={}", cell.name.empty() ? "" : " ", party_axes()[i].name, way.name);
  }
  cell.steps = in_version(cell.steps + outcome_steps(pick, speaks_anyway), bounds.version);
  for (int i = 0; i < bounds.payments; ++i) cell.pay += party_axes()[user].ways[pick[user]].steps;
  if (cell.name.empty()) cell.name = "plain";
  return cell;
}

bool next(Picks& pick, std::size_t of_axes) {
  for (std::size_t i = of_axes; i-- > 0;) {
    if (++pick[i] < party_axes()[i].ways.size()) return true;
    pick[i] = 0;
  }
  return false;
}

std::vector<Cell> cells(const SearchBounds& bounds, int at_most) {
  std::vector<Cell> out;
  Picks pick{};
  do {
    Cell cell = cell_of(pick, bounds);
    // An outcome that is never sent has no moment and no repetition; a user that does not pay leads to none.
    const bool told_twice = (pick[outcome] == 2 && (pick[moment] != 0 || pick[repetition] != 0)) || (pick[user] != 0 && cell.departures > 1);
    cell.left = at_most - cell.departures;
    if (cell.left >= 0 && !told_twice) out.push_back(std::move(cell));
  } while (next(pick, pick.size()));
  for (const Situation& situation : situations()) {
    if (bounds.payments > 1 || at_most < 1) break;
    out.push_back({"situation=" + std::string(situation.name), 1, {}, in_version(std::string(situation.steps), bounds.version), std::string(situation.world), std::string(situation.notice), situation.told, std::min(at_most - 1, 1)});
  }
  std::stable_sort(out.begin(), out.end(), [](const Cell& a, const Cell& b) { return a.departures < b.departures; });
  return out;
}

std::string scenario_of(const Cell& cell, const SearchBounds& bounds, const std::vector<FaultRule>& faults, std::string_view id) {
  constexpr std::array<std::string_view, 3> ecs{"77777777777", "80000000002", "91111111117"};
  std::string judged;  // whom the cell scripts is not judged
  for (const std::string_view role : {"nodo", "checkout", "ec", "psp"}) {
    if (role != cell.told && !scripts(cell.steps + cell.pay, role)) judged += " " + std::string(role);
  }
  std::string out = fmt::format("<scenario version=\"1\" id=\"{}\" judges=\"{}\">\n", id, judged.substr(1));
  out += fmt::format("  <title lang=\"it\">Trovato dalla ricerca: {0}</title>\n  <title lang=\"en\">Found by the search: {0}</title>\n", cell.name);
  const auto concerned = static_cast<std::size_t>(std::clamp(bounds.ecs, 1, 3));
  for (std::size_t i = 0; i < concerned; ++i) {
    out += fmt::format("  <ec code=\"{}\" broadcast=\"yes\"{}/>\n", ecs[i], bounds.version == 2 ? " version=\"2\"" : "");
  }
  if (bounds.version == 2) out += "  <psp id=\"PSPSIM01\" version=\"2\"/>\n";
  out += "  <setting name=\"receipt-retries\" value=\"2\"/>\n";
  out += indented(cell.world, "  ") + indented(cell.notice, "  ");
  for (int n = 0; n < bounds.payments && cell.notice.empty(); ++n) {
    out += fmt::format("  <notice number=\"30204123456789{:04}\" ec=\"77777777777\" amount=\"{}.00\">", 123 + n, 10 * concerned);
    for (std::size_t i = 0; i < concerned; ++i) out += fmt::format("<transfer ec=\"{}\" amount=\"10.00\"/>", ecs[i]);
    out += "</notice>\n";
  }
  out += "  <steps>\n";
  for (const FaultRule& rule : faults) {
    const std::string by = rule.mishap == Mishap::delay ? fmt::format(" by=\"{}s\"", rule.by.ms / 1000) : "";
    out += fmt::format("    <fault on=\"{}\" leg=\"{}\" do=\"{}\"{} nth=\"{}\"/>\n", contract::primitive(rule.on).name, contract::to_text(rule.leg), to_text(rule.mishap), by, rule.occasions.first);
  }
  std::string steps = cell.steps + cell.pay;
  for (int n = 0; n < bounds.payments && bounds.payments > 1; ++n) {  // the n-th user is after the n-th notice
    const std::size_t from = n == 0 ? 0 : steps.rfind("notice=");
    for (std::string_view verb : {"<pay", "<verify"}) {
      const std::size_t at = steps.find(std::string(verb), from == std::string::npos ? 0 : from);
      if (at != std::string::npos) steps.insert(at + verb.size(), fmt::format(" notice=\"30204123456789{:04}\"", 123 + n));
    }
  }
  return out + indented(steps, "    ") + "  </steps>\n</scenario>\n";
}

Search search(const Cell& cell, const SearchBounds& bounds, std::uint64_t seed, const Casting& casting) {
  const scenario::Scenario scenario = loaded(cell, bounds, {});
  Searcher searcher(cell, scenario);
  Course course{Performance(scenario, seed, Fidelity::typed, casting), Monitors(scenario.registry, scenario.settings), Ledger(scenario.registry, scenario.settings), {}, {}, 0, 0, 0, 0, 0};
  searcher.out.counts.cells = 1;
  searcher.go(course);
  return std::move(searcher.out);
}

std::vector<Violation> broken_on(const Cell& cell, const SearchBounds& bounds, const std::vector<FaultRule>& faults, std::uint64_t seed, const Casting& casting) {
  const scenario::Scenario scenario = loaded(cell, bounds, faults);
  std::vector<Violation> out;
  for (Violation& violation : broken_in(scenario, play(scenario, seed, Fidelity::typed, casting))) {
    violation.cell = cell, violation.faults = faults;
    keep_least(out, std::move(violation));
  }
  return out;
}

std::vector<Violation> broken_in(const scenario::Scenario& scenario, const Journal& journal) {
  Monitors monitors(scenario.registry, scenario.settings);
  Ledger ledger(scenario.registry, scenario.settings);
  for (std::size_t i = 0; i < journal.entries.size(); ++i) monitors.see(i, journal.entries[i]), ledger.see(i, journal.entries[i]);
  monitors.finish(journal.cut_short);
  ledger.finish(journal.cut_short);
  return broken(scenario, journal, monitors, ledger);
}

void keep_least(std::vector<Violation>& kept, Violation violation) {
  const auto same = std::find_if(kept.begin(), kept.end(), [&](const Violation& v) { return v.rule == violation.rule; });
  if (same == kept.end()) kept.push_back(std::move(violation));
  else if (violation.departures() < same->departures()) *same = std::move(violation);
}

Violation shrunk(Violation violation, const SearchBounds& bounds, std::uint64_t seed, const Casting& casting) {
  const auto still_broken = [&](const Cell& cell, const std::vector<FaultRule>& faults) -> std::optional<Violation> {
    for (Violation& v : broken_on(cell, bounds, faults, seed, casting)) {
      if (v.rule == violation.rule) return std::move(v);
    }
    return std::nullopt;
  };
  const std::vector<Cell> smaller = cells(bounds, violation.cell.departures);
  for (bool again = true; again;) {
    again = false;
    for (std::size_t i = violation.faults.size(); i-- > 0 && !again;) {
      std::vector<FaultRule> less = violation.faults;
      less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
      if (auto found = still_broken(violation.cell, less)) violation = std::move(*found), violation.faults = std::move(less), again = true;
    }
    for (const Cell& cell : smaller) {
      if (again || !is_less(cell, violation.cell)) continue;
      if (auto found = still_broken(cell, violation.faults)) {
        const std::vector<FaultRule> faults = violation.faults;
        violation = std::move(*found), violation.faults = faults, again = true;
      }
    }
  }
  return violation;
}

}  // namespace sim
