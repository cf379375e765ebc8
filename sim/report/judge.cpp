#include "sim/report/judge.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/contract/rules.hpp"
#include "sim/contract/words.hpp"
#include "sim/faults.hpp"
#include "sim/laws.hpp"
#include "sim/ledger.hpp"
#include "sim/monitors.hpp"
#include "sim/report/sentence.hpp"
#include "sim/scenario/moment.hpp"
#include "sim/scenario/story.hpp"
#include "sim/wire/codec.hpp"

namespace sim::report {
namespace {

using contract::Leg;
using scenario::Bilingual;
using scenario::Cause;
using scenario::Node;
using Fate = Finding::Fate;

std::vector<std::string> words(std::string_view text) {
  const std::vector<std::string_view> found = contract::words(text);
  return {found.begin(), found.end()};
}

std::string summary(const std::variant<Body, Malformed>& said, int status) {
  if (const auto* malformed = std::get_if<Malformed>(&said)) {
    return malformed->violations.empty() ? "bytes that are no message" : contract::to_text(malformed->violations.front());
  }
  const contract::Message& message = *std::get<Body>(said);
  std::string out;
  if (const auto outcome = contract::outcome_of(message)) out = contract::to_text(*outcome);
  if (const contract::CtFaultBean* fault = contract::fault_of(message)) {
    out += " " + fault->faultCode + (fault->description ? " (" + *fault->description + ")" : "");
  } else if (const auto description = contract::text_at(message, "description"); description && contract::leg_of(message) == Leg::response) {
    out += " (" + *description + ")";
  }
  if (status != 200 && contract::leg_of(message) == Leg::response) out += fmt::format(" HTTP {}", status);
  return out;
}

/// Looks things up in a journal.
class Reading {
 public:
  explicit Reading(const Journal& of) : journal(of) {}

  struct Found {
    std::size_t entry = 0;
    const Hop* hop = nullptr;
    Instant at;
  };

  static bool concerns(const Hop& hop, std::string_view with) {
    return with.empty() || hop.from.id == with || hop.to.id == with;
  }
  static bool carries(const Hop& hop, std::string_view outcome) {
    if (outcome.empty()) return true;
    const auto* body = std::get_if<Body>(&hop.said);
    const auto said = body != nullptr ? contract::outcome_of(**body) : std::nullopt;
    return said && contract::to_text(*said) == outcome;
  }

  /// The hops of one kind, in order.
  [[nodiscard]] std::vector<Found> hops(PrimitiveId primitive, Leg leg, Hop::Stage stage, std::string_view with = {}) const {
    std::vector<Found> out;
    for (std::size_t i = 0; i < journal.entries.size(); ++i) {
      const auto* hop = std::get_if<Hop>(&journal.entries[i].what);
      if (hop != nullptr && hop->primitive == primitive && hop->leg == leg && hop->stage == stage && concerns(*hop, with)) {
        out.push_back({i, hop, journal.entries[i].at});
      }
    }
    return out;
  }

  /// The entry that is the moment of a cause.
  [[nodiscard]] std::optional<std::size_t> moment(const Cause& cause) const {
    std::uint32_t seen = 0;
    for (std::size_t i = 0; i < journal.entries.size(); ++i) {
      if (scenario::is_moment(journal.entries[i].what, cause) && ++seen == cause.nth) return i;
    }
    return std::nullopt;
  }

  struct Track {
    std::string subject;
    std::vector<std::string> states;
    std::string detail;
    std::size_t last = 0;
  };
  /// What one machine went through, subject by subject in order of appearance.
  [[nodiscard]] std::vector<Track> tracks(const Node& node) const {
    std::vector<Track> out;
    const std::string_view machine = node.get("of");
    for (std::size_t i = 0; i < journal.entries.size(); ++i) {
      const auto* noted = std::get_if<Noted>(&journal.entries[i].what);
      if (noted == nullptr || noted->note.machine != machine) continue;
      const Note& note = noted->note;
      if (node.has("notice") && !note.about.ends_with("/" + std::string(node.get("notice")))) continue;
      if (node.has("ec") && !note.about.starts_with(std::string(node.get("ec")) + "/")) continue;
      if (node.has("with") && note.subject != node.get("with") && noted->who.id != node.get("with")) continue;
      auto track = std::find_if(out.begin(), out.end(), [&](const Track& t) { return t.subject == note.subject; });
      if (track == out.end()) {
        out.push_back({note.subject, {}, {}, 0});
        track = std::prev(out.end());
      }
      track->states.emplace_back(machine == "screen" ? std::string_view(note.detail) : note.to);
      track->detail = note.detail;
      track->last = i;
    }
    return out;
  }

  const Journal& journal;
};

class Judge {
 public:
  Judge(const scenario::Scenario& scenario, const Journal& journal) : scenario_(scenario), journal_(journal), read_(journal) {}

  Judgement judge() {
    for (const Node& node : scenario_.expectations) expectation(node);
    contract_of_judged();
    watched();
    lawful();
    for (const Node& node : scenario_.steps) reached(node);
    if (journal_.cut_short) {
      out_.unreached.push_back({"la simulazione è stata interrotta prima che tutto si concludesse", "the run was cut short before everything had settled"});
    }
    out_.verdict = verdict();
    return std::move(out_);
  }

 private:
  // ---- findings ----

  Finding& finding(const Node& node) {
    Finding& f = out_.findings.emplace_back();
    f.line = node.line;
    f.rule = node.get("rule");
    f.expected = {scenario::tell(node, "it"), scenario::tell(node, "en")};
    f.due = {scenario::tell_duty(node, "it"), scenario::tell_duty(node, "en")};
    f.names_who = node.has("from") && contract::parse_role(node.get("from")).has_value();
    const contract::Rule* rule = contract::find_rule(f.rule);
    if (node.has("from") && contract::parse_role(node.get("from"))) {
      f.who = node.get("from");
    } else {
      for (const std::string& role : words(rule != nullptr ? rule->obliged : "")) {
        const auto parsed = contract::parse_role(role);
        if (parsed && scenario_.judges_role(*parsed)) f.who += (f.who.empty() ? "" : " ") + role;
      }
    }
    return f;
  }
  static void held(Finding& f, std::optional<std::size_t> entry = {}) {
    f.fate = Fate::held;
    f.entry = entry;
  }
  static void broken(Finding& f, Bilingual found, std::optional<std::size_t> entry = {}) {
    f.fate = Fate::broken;
    f.found = std::move(found);
    f.entry = entry;
  }
  static void not_reached(Finding& f, Bilingual why) {
    f.fate = Fate::not_reached;
    f.found = std::move(why);
  }

  void expectation(const Node& node) {
    const std::string_view name = node.name();
    if (name == "answer") answer(node);
    else if (name == "state" || name == "history") states(node);
    else if (name == "seen") seen(node);
    else if (name == "never") never(node);
    else if (name == "deadline") deadline(node);
    else if (name == "field") field(node);
    else if (name == "same") same(node);
  }

  static PrimitiveId primitive_in(const Node& node, std::string_view attribute) {
    return contract::find_primitive(node.get(attribute))->id;
  }
  static Leg leg_in(const Node& node, std::string_view attribute) {
    return node.get(attribute) == "response" ? Leg::response : Leg::request;
  }

  void answer(const Node& node) {
    Finding& f = finding(node);
    const PrimitiveId id = primitive_in(node, "to");
    const auto requests = read_.hops(id, Leg::request, Hop::Stage::received, node.get("with"));
    const std::uint32_t nth = node.number("nth", 1);
    if (requests.size() < nth) {
      not_reached(f, {fmt::format("{} è arrivato {} volte", contract::primitive(id).name, requests.size()),
                      fmt::format("{} arrived {} times", contract::primitive(id).name, requests.size())});
      return;
    }
    const ExchangeId exchange = requests[nth - 1].hop->exchange;
    for (const Reading::Found& found : read_.hops(id, Leg::response, Hop::Stage::sent)) {
      if (found.hop->exchange != exchange) continue;
      compare_answer(f, node, found);
      return;
    }
    broken(f, {"nessuna risposta", "no answer at all"}, requests[nth - 1].entry);
  }

  static void compare_answer(Finding& f, const Node& node, const Reading::Found& found) {
    const std::string told = summary(found.hop->said, found.hop->status);
    const auto* body = std::get_if<Body>(&found.hop->said);
    bool ok = body != nullptr;
    if (ok && node.has("outcome")) ok = Reading::carries(*found.hop, node.get("outcome"));
    if (ok && node.has("fault")) {
      const contract::CtFaultBean* fault = contract::fault_of(**body);
      ok = fault != nullptr && fault->faultCode == node.get("fault");
    }
    if (ok && node.has("description")) {
      const contract::CtFaultBean* fault = contract::fault_of(**body);
      const std::string text = fault != nullptr ? fault->description.value_or("") : contract::text_at(**body, "description").value_or("");
      ok = text.find(node.get("description")) != std::string::npos;
    }
    if (ok && node.has("status")) ok = static_cast<std::uint32_t>(found.hop->status) == node.number("status", 200);
    if (ok) held(f, found.entry);
    else broken(f, {"ha risposto: " + told, "it answered: " + told}, found.entry);
  }

  void states(const Node& node) {
    Finding& f = finding(node);
    const std::vector<Reading::Track> tracks = read_.tracks(node);
    const std::uint32_t nth = node.number("nth", 1);
    std::vector<std::string> wanted = words(node.get("is"));
    if (wanted.size() == 1 && wanted[0] == "none") wanted.clear();
    if (tracks.size() < nth) {
      if (wanted.empty()) held(f);
      else broken(f, {"non è mai cominciato", "it never began"}, last_entry());
      return;
    }
    const Reading::Track& track = tracks[nth - 1];
    std::string all;
    for (const std::string& state : track.states) all += (all.empty() ? "" : " ") + state;
    const bool history = node.name() == "history";
    const bool same = history ? track.states == wanted : wanted.size() == 1 && track.states.back() == wanted[0];
    const bool detail = !node.has("detail") || track.detail == node.get("detail");
    if (same && detail) {
      held(f, track.last);
      return;
    }
    const std::string what = detail || !same ? all : all + " (" + track.detail + ")";
    broken(f, {"ha attraversato: " + what, "it went through: " + what}, diverging(track, wanted, history, node));
  }

  // The entry at which the states leave the expected path.
  [[nodiscard]] std::size_t diverging(const Reading::Track& track, const std::vector<std::string>& wanted, bool history, const Node& node) const {
    if (!history) return track.last;
    std::size_t step = 0;
    for (std::size_t i = 0; i < journal_.entries.size(); ++i) {
      const auto* noted = std::get_if<Noted>(&journal_.entries[i].what);
      if (noted == nullptr || noted->note.machine != node.get("of") || noted->note.subject != track.subject) continue;
      const std::string_view state = noted->note.machine == "screen" ? std::string_view(noted->note.detail) : noted->note.to;
      if (step >= wanted.size() || wanted[step] != state) return i;
      ++step;
    }
    return track.last;
  }

  void seen(const Node& node) {
    Finding& f = finding(node);
    std::vector<Reading::Found> found = read_.hops(primitive_in(node, "message"), Leg::request, Hop::Stage::sent, node.get("with"));
    std::erase_if(found, [&](const Reading::Found& h) { return !Reading::carries(*h.hop, node.get("outcome")); });
    const std::uint32_t wanted = node.number("times", 1);
    if (found.size() == wanted) {
      held(f, found.empty() ? std::nullopt : std::optional(found.back().entry));
      return;
    }
    const std::optional<std::size_t> where = found.size() > wanted ? std::optional(found[wanted].entry) : last_entry();
    broken(f, {fmt::format("è stato inviato {} volte", found.size()), fmt::format("it was sent {} times", found.size())}, where);
  }

  void never(const Node& node) {
    Finding& f = finding(node);
    Instant from = journal_.start;
    if (node.has("after")) {
      const auto at = read_.moment(*scenario::parse_cause(node.get("after")));
      if (!at) {
        not_reached(f, {fmt::format("«{}» non è mai avvenuto", node.get("after")), fmt::format("\"{}\" never happened", node.get("after"))});
        return;
      }
      from = journal_.entries[*at].at;
    }
    const Instant until = from + node.duration("within");
    for (const Reading::Found& found : read_.hops(primitive_in(node, "message"), Leg::request, Hop::Stage::sent, node.get("with"))) {
      if (found.at < from || found.at > until || !Reading::carries(*found.hop, node.get("outcome"))) continue;
      broken(f, {fmt::format("è stato inviato a {}", since_start(journal_, found.at)), fmt::format("it was sent at {}", since_start(journal_, found.at))}, found.entry);
      return;
    }
    if (journal_.cut_short && journal_.end < until) {
      not_reached(f, {"la simulazione è finita prima", "the run ended before"});
      return;
    }
    held(f);
  }

  void deadline(const Node& node) {
    Finding& f = finding(node);
    const auto from = read_.moment(*scenario::parse_cause(node.get("from")));
    const auto to = read_.moment(*scenario::parse_cause(node.get("to")));
    if (!from) {
      not_reached(f, {fmt::format("«{}» non è mai avvenuto", node.get("from")), fmt::format("\"{}\" never happened", node.get("from"))});
      return;
    }
    if (!to) {
      broken(f, {fmt::format("«{}» non è mai avvenuto", node.get("to")), fmt::format("\"{}\" never happened", node.get("to"))}, *from);
      f.never = true;
      if (node.has("within")) f.by = journal_.entries[*from].at + node.duration("within");
      return;
    }
    const Duration passed = journal_.entries[*to].at - journal_.entries[*from].at;
    const bool late = node.has("within") && passed > node.duration("within");
    const bool early = node.has("not-before") && passed < node.duration("not-before");
    if (late) f.by = journal_.entries[*from].at + node.duration("within");
    if (!late && !early) held(f, *to);
    else broken(f, {"sono passati " + sim::to_text(passed), sim::to_text(passed) + " passed"}, *to);
  }

  struct Leaf {
    std::optional<Reading::Found> hop;
    std::optional<std::string> text;
    bool readable = true;
  };
  [[nodiscard]] Leaf leaf(PrimitiveId id, Leg leg, std::string_view path, std::string_view with, std::uint32_t nth) const {
    const auto found = read_.hops(id, leg, Hop::Stage::sent, with);
    if (found.empty() || found.size() < nth) return {};
    Leaf out{nth == 0 ? found.back() : found[nth - 1], {}, true};
    if (const auto* body = std::get_if<Body>(&out.hop->hop->said)) out.text = contract::text_at(**body, path);
    else out.readable = false;
    return out;
  }

  static Bilingual never_sent(PrimitiveId id, Leg leg) {
    const std::string_view name = contract::primitive(id).name;
    return {fmt::format("{} ({}) non è mai stato inviato", name, leg == Leg::request ? "richiesta" : "risposta"),
            fmt::format("{} ({}) was never sent", name, contract::to_text(leg))};
  }

  static Bilingual other_absent() { return {"l'altro campo non c'è", "the other field is not there"}; }

  void field(const Node& node) {
    Finding& f = finding(node);
    const PrimitiveId id = primitive_in(node, "of");
    const Leaf found = leaf(id, leg_in(node, "leg"), node.get("path"), node.get("with"), node.number("nth", 1));
    if (!found.hop) {
      not_reached(f, never_sent(id, leg_in(node, "leg")));
      return;
    }
    const Result<scenario::Value, std::string> value = scenario::parse_value(node.get("is"));
    std::optional<std::string> wanted;
    if (value->form == scenario::Value::Form::literal) wanted = value->text;
    if (value->form == scenario::Value::Form::field) {
      const Leaf other = leaf(value->primitive, value->leg, value->path, {}, value->nth);
      if (!other.hop) {
        not_reached(f, never_sent(value->primitive, value->leg));
        return;
      }
      if (!other.text) {  // two fields that are both absent agree about nothing
        not_reached(f, other_absent());
        return;
      }
      wanted = other.text;
    }
    compare_leaf(f, found, wanted);
  }

  void same(const Node& node) {
    Finding& f = finding(node);
    const Leaf left = leaf(primitive_in(node, "of"), leg_in(node, "leg"), node.get("path"), node.get("with"), node.number("nth", 1));
    const Leaf right = leaf(primitive_in(node, "as"), leg_in(node, "as-leg"), node.get("as-path"), {}, node.number("as-nth", 1));
    if (!left.hop || !right.hop) {
      not_reached(f, !left.hop ? never_sent(primitive_in(node, "of"), leg_in(node, "leg")) : never_sent(primitive_in(node, "as"), leg_in(node, "as-leg")));
      return;
    }
    if (!right.text) {
      not_reached(f, other_absent());
      return;
    }
    compare_leaf(f, left, right.text);
  }

  static void compare_leaf(Finding& f, const Leaf& found, const std::optional<std::string>& wanted) {
    if (found.readable && found.text == wanted) {
      held(f, found.hop->entry);
      return;
    }
    if (!found.readable) {
      broken(f, {"il messaggio viola il contratto: " + summary(found.hop->hop->said, 200), "the message breaks the contract: " + summary(found.hop->hop->said, 200)}, found.hop->entry);
      return;
    }
    const std::string en = found.text ? "it is '" + *found.text + "'" : "it is not there";
    const std::string it = found.text ? "vale '" + *found.text + "'" : "non c'è";
    broken(f, {it + (wanted ? " invece di '" + *wanted + "'" : ""), en + (wanted ? " instead of '" + *wanted + "'" : "")}, found.hop->entry);
  }

  // ---- what holds without being asked for ----

  // Whatever a judged role says by itself must be a message.
  void contract_of_judged() {
    for (std::size_t i = 0; i < journal_.entries.size(); ++i) {
      const auto* hop = std::get_if<Hop>(&journal_.entries[i].what);
      if (hop == nullptr || hop->stage != Hop::Stage::sent || hop->rule_line != 0 || !scenario_.judges_role(hop->from.role)) continue;
      if (!std::holds_alternative<Malformed>(hop->said)) continue;
      Finding& f = out_.findings.emplace_back();
      f.who = contract::to_text(hop->from.role);
      const std::string_view name = contract::primitive(hop->primitive).name;
      f.expected = {fmt::format("{} rispetta il suo contratto", name), fmt::format("{} keeps to its contract", name)};
      f.due = {fmt::format("{} avrebbe dovuto inviare {} ({}) senza difetti", scenario::role_name(hop->from.role, "it"), name, hop->leg == Leg::request ? "richiesta" : "risposta"),
               fmt::format("{} should have sent {} ({}) without a defect", scenario::role_name(hop->from.role, "en"), name, contract::to_text(hop->leg))};
      f.names_who = true;
      const std::string told = summary(hop->said, 200);
      broken(f, {told, told}, i);
    }
  }

  // What the rules see by themselves: a judged role answers for whatever nobody made it do.
  void watched() {
    Monitors monitors(scenario_.registry, scenario_.settings);
    Ledger ledger(scenario_.registry, scenario_.settings);
    for (std::size_t i = 0; i < journal_.entries.size(); ++i) monitors.see(i, journal_.entries[i]), ledger.see(i, journal_.entries[i]);
    monitors.finish(journal_.cut_short);
    ledger.finish(journal_.cut_short);
    for (const Breach& breach : monitors.breaches()) {
      if (contract::find_rule(breach.rule) == nullptr || told(breach.entry, [](const Finding& f) { return f.rule.empty(); })) continue;  // contract_of_judged has said it already
      breached(breach);
    }
    for (const Breach& breach : ledger.breaches()) {  // one entry is told once
      if (!told(breach.entry, [](const Finding& f) { return f.fate == Fate::broken; })) breached(breach);
    }
  }

  template <class Which>
  [[nodiscard]] bool told(std::optional<std::size_t> entry, Which which) const {
    return std::any_of(out_.findings.begin(), out_.findings.end(), [&](const Finding& f) { return f.entry == entry && which(f); });
  }

  void breached(const Breach& breach) {
    if (!blames(breach, scenario_.judges)) return;
    // One message may break one rule for several payments: it is told once.
    if (told(breach.entry, [&](const Finding& f) { return f.rule == breach.rule && f.found.en == breach.found.en && f.expected.en == breach.expected.en; })) return;
    Finding& f = out_.findings.emplace_back();
    f.rule = breach.rule;
    f.who = contract::to_text(breach.who.role);
    f.expected = {breach.expected.it, breach.expected.en};
    f.by = breach.by;
    f.never = breach.at > journal_.entries[breach.entry].at;
    broken(f, {breach.found.it, breach.found.en}, breach.entry);
  }

  // Laws bind everybody, whoever is judged: money that goes astray is no PASS. Those of payments are asked only of a run
  // in which everybody but a PSP that answers a notification behaves by itself.
  void lawful() {
    for (const BrokenLaw& broken : broken_laws(journal_)) unlawful(broken);
    if (scenario_.speaks_for_others()) return;
    for (const BrokenLaw& broken : broken_payment_laws(journal_, scenario_.settings)) unlawful(broken);
  }

  void unlawful(const BrokenLaw& law) {
    if (law.entry && told(law.entry, [](const Finding& f) { return f.fate == Fate::broken; })) return;  // a rule has said it already
    const Law* stated = find_law(law.law);
    Finding& f = out_.findings.emplace_back();
    f.rule = law.law;
    for (const Party& party : law.who) f.who += (f.who.empty() ? "" : " ") + std::string(contract::to_text(party.role));
    f.expected = {std::string(stated->it), std::string(stated->en)};
    broken(f, {law.found.it, law.found.en}, law.entry);
  }

  // Several rules may stand on one line: what was done to the hop says which of them it was.
  static bool touched_by(const Node& node, const Hop& hop) {
    const std::string_view name = node.name();
    const std::string_view what = hop.event == "too late" ? std::string_view("delay") : hop.event;
    const bool by_network = parse_mishap(what).has_value();
    if (name == "fault") return by_network && what == node.get("do") && contract::primitive(hop.primitive).name == node.get("on") && contract::to_text(hop.leg) == node.get("leg");
    if (by_network) return false;
    const std::string_view primitive = contract::primitive(hop.primitive).name;
    return name == "answer" ? hop.leg == Leg::response && primitive == node.get("to") : primitive == node.get("message");
  }

  // A scripted thing that never came to pass means that the story told is not the story played.
  void reached(const Node& node) {
    const std::string_view name = node.name();
    bool happened = false;
    bool called = name != "send";
    std::string why;
    std::optional<CommandId> command;
    std::size_t before = 0;  // steps of the same kind that stand earlier on the same line: their commands come first
    for (const Node& other : scenario_.steps) {
      if (&other == &node) break;
      before += other.line == node.line && other.name() == name ? 1 : 0;
    }
    for (const Entry& entry : journal_.entries) {
      if (const auto* hop = std::get_if<Hop>(&entry.what)) {
        happened = happened || (hop->rule_line == node.line && touched_by(node, *hop));
        called = called || (command && hop->cause == *command);
      } else if (const auto* commanded = std::get_if<Commanded>(&entry.what)) {
        const bool ours = commanded->line == node.line && commanded->command.verb == name;
        if (ours && before-- == 0) happened = true, command = commanded->command.id;
      } else if (const auto* staged = std::get_if<Staged>(&entry.what)) {
        if (staged->line != node.line) continue;
        if (name == "wait" || (name == "jump" && staged->leap.ms != 0) || (name == "restart" && staged->what.starts_with("restarts"))) happened = true;
        else why = ": " + staged->what;
      }
    }
    if (happened && called) {
      for (const Node& child : node.children) {
        if (child.name() == "break") delivered(node, child, command);
      }
      return;
    }
    out_.unreached.push_back({fmt::format("riga {}: «{}» non è mai accaduto{}", node.line, scenario::tell(node, "it"), why),
                              fmt::format("line {}: \"{}\" never happened{}", node.line, scenario::tell(node, "en"), why)});
  }

  // A defect that spoilt nothing (the field was not there) proves nothing: some message of this step must have arrived broken.
  void delivered(const Node& step, const Node& defect, const std::optional<CommandId>& command) {
    for (const Entry& entry : journal_.entries) {
      const auto* hop = std::get_if<Hop>(&entry.what);
      if (hop == nullptr || hop->stage != Hop::Stage::received || !std::holds_alternative<Malformed>(hop->said)) continue;
      const bool ordered = command && hop->leg == Leg::request && hop->cause == *command;
      const bool answered = step.name() == "answer" && hop->leg == Leg::response && contract::primitive(hop->primitive).name == step.get("to");
      if (ordered || answered) return;
    }
    out_.unreached.push_back({fmt::format("riga {}: «{}» non è mai accaduto: nessun messaggio è arrivato difettoso", defect.line, scenario::tell(defect, "it")),
                              fmt::format("line {}: \"{}\" never happened: no message arrived broken", defect.line, scenario::tell(defect, "en"))});
  }

  [[nodiscard]] std::optional<std::size_t> last_entry() const {
    if (journal_.entries.empty()) return std::nullopt;
    return journal_.entries.size() - 1;
  }

  Verdict verdict() {
    const auto any = [this](Fate fate) {
      return std::any_of(out_.findings.begin(), out_.findings.end(), [fate](const Finding& f) { return f.fate == fate; });
    };
    const bool conclusive = out_.unreached.empty() && !any(Fate::not_reached);
    if (!scenario_.fails.empty()) {
      const bool exactly = any(Fate::broken) && std::all_of(out_.findings.begin(), out_.findings.end(), [this](const Finding& f) {
        return (f.fate == Fate::broken) == (f.rule == scenario_.fails && f.fate == Fate::broken);
      });
      out_.failed_as_it_must = exactly && conclusive;
      if (!out_.failed_as_it_must) return any(Fate::broken) || conclusive ? Verdict::FAIL : Verdict::INCONCLUSIVE;
      return Verdict::PASS;
    }
    if (any(Fate::broken)) return Verdict::FAIL;
    if (!conclusive) return Verdict::INCONCLUSIVE;
    return scenario_.is_silent() ? Verdict::SPEC_SILENT : Verdict::PASS;
  }

  const scenario::Scenario& scenario_;
  const Journal& journal_;
  Reading read_;
  Judgement out_;
};

}  // namespace

std::string_view to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::PASS: return "PASS";
    case Verdict::FAIL: return "FAIL";
    case Verdict::INCONCLUSIVE: return "INCONCLUSIVE";
    case Verdict::SKIPPED: return "SKIPPED";
    case Verdict::SPEC_SILENT: return "SPEC-SILENT";
  }
  return {};
}

Judgement judge(const scenario::Scenario& scenario, const Journal& journal) { return Judge(scenario, journal).judge(); }

Judgement skipped() {
  Judgement out;
  out.verdict = Verdict::SKIPPED;
  return out;
}

}  // namespace sim::report
