#include "sim/report/sentence.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "sim/contract/rules.hpp"
#include "sim/contract/words.hpp"
#include "sim/laws.hpp"
#include "sim/ledger.hpp"
#include "sim/scenario/story.hpp"

namespace sim::report {
namespace {

using scenario::Bilingual;
using Fate = Finding::Fate;

std::string seconds_of(Duration d) { return fmt::format("{}.{:03} s", d.ms / 1000, d.ms % 1000); }

const LedgerRule* of_the_ledger(std::string_view id) {
  const auto found = std::find_if(ledger_rules().begin(), ledger_rules().end(), [&](const LedgerRule& row) { return row.id == id; });
  return found == ledger_rules().end() ? nullptr : &*found;
}

/// Who speaks or changes in an entry.
const Party* doer(const Happening& what) {
  if (const auto* hop = std::get_if<Hop>(&what)) return &hop->from;
  const auto* noted = std::get_if<Noted>(&what);
  return noted != nullptr ? &noted->who : nullptr;
}

/// "the Nodo and the PSP PSPSIM01": of a role that has several players the one that the entry shows, as far as it does.
std::string parties(const Finding& f, const Journal& journal, std::string_view lang) {
  const Party* shown = f.entry && *f.entry < journal.entries.size() ? doer(journal.entries[*f.entry].what) : nullptr;
  std::vector<std::string> names;
  for (const std::string_view word : contract::words(f.who)) {
    const auto role = contract::parse_role(word);
    if (!role) continue;
    names.emplace_back(scenario::role_name(*role, lang));
    if (shown != nullptr && shown->role == *role && !shown->id.empty()) names.back() += " " + shown->id;
  }
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 < names.size() ? ", " : lang == "it" ? " e " : " and ";
    out += names[i];
  }
  return out;
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

/// "By rule CHK-06", "Per il contratto del messaggio".
std::string by_rule(std::string_view id, bool it) {
  if (id.empty()) return it ? "per il contratto del messaggio" : "by the contract of the message";
  if (of_the_ledger(id) != nullptr) return fmt::format(fmt::runtime(it ? "per la regola {} del libro mastro" : "by rule {} of the ledger"), id);
  return fmt::format(fmt::runtime(it ? "per la regola {}" : "by rule {}"), id);
}

/// What should have been: who, what, by when, under which rule.
std::string duty(const Finding& f, const Journal& journal, bool it) {
  const std::string_view lang = it ? "it" : "en";
  const std::string who = parties(f, journal, lang);
  std::string out;
  if (find_law(f.rule) != nullptr) {
    out = fmt::format(fmt::runtime(it ? "per la legge {} vale sempre questo: {}" : "by law {} this always holds: {}"), f.rule, f.expected.in(lang));
    if (!who.empty()) out += fmt::format(fmt::runtime(it ? " (può averla violata {})" : " (it may have been broken by {})"), who);
  } else if (f.due.en.empty()) {  // a rule that watches says what it wants, not who must do it
    out = fmt::format(fmt::runtime(it ? "{} {} era tenuto a questo: {}" : "{} {} owed this: {}"), by_rule(f.rule, it), who, f.expected.in(lang));
  } else if (f.names_who || who.empty()) {
    out = by_rule(f.rule, it) + (it ? " " : ", ") + f.due.in(lang);
  } else {
    out = fmt::format(fmt::runtime(it ? "{}, che vincola {}, {}" : "{}, which binds {}, {}"), by_rule(f.rule, it), who, f.due.in(lang));
  }
  if (f.by) out += fmt::format(fmt::runtime(it ? ", entro {}" : ", by {}"), since_start(journal, *f.by));
  return capital(out);
}

/// When what happened instead happened.
std::string moment(const Finding& f, const Journal& journal, bool it) {
  if (!f.entry || *f.entry >= journal.entries.size()) return {};
  if (*f.entry + 1 == journal.entries.size()) return it ? ", alla fine" : ", at the end";
  const std::string at = since_start(journal, journal.entries[*f.entry].at);
  if (f.never) return fmt::format(fmt::runtime(it ? ", da {} alla fine" : ", from {} to the end"), at);
  return fmt::format(fmt::runtime(it ? ", a {}" : ", at {}"), at);
}

std::string lateness(const Finding& f, const Journal& journal, bool it) {
  if (!f.by || f.never || !f.entry || *f.entry >= journal.entries.size() || journal.entries[*f.entry].at <= *f.by) return {};
  return fmt::format(fmt::runtime(it ? ", {} oltre il termine" : ", {} past it"), seconds_of(journal.entries[*f.entry].at - *f.by));
}

std::string told(const Finding& f, const Journal& journal, bool it) {
  const std::string_view lang = it ? "it" : "en";
  if (f.fate == Fate::not_reached) {
    const std::string rule = f.rule.empty() ? std::string() : " (" + f.rule + ")";
    return fmt::format(fmt::runtime(it ? "Non si può dire se {}{}: {}." : "It cannot be said whether {}{}: {}."), f.expected.in(lang), rule, f.found.in(lang));
  }
  return fmt::format("{}; {}{}: {}{}.", duty(f, journal, it), it ? "invece" : "instead", moment(f, journal, it), f.found.in(lang), lateness(f, journal, it));
}

std::string told(const Judgement& j, const scenario::Scenario& s, const Journal& journal, bool it) {
  const std::string_view lang = it ? "it" : "en";
  const auto first = [&](auto&& which) { return std::find_if(j.findings.begin(), j.findings.end(), which); };
  const auto none = j.findings.end();
  const Finding* broken = first_broken(j, s);
  if (broken != nullptr && s.fails.empty()) return told(*broken, journal, it);
  if (broken != nullptr) {
    return fmt::format(fmt::runtime(it ? "Doveva fallire solo per la regola {}. {}" : "It was meant to fail under rule {} alone. {}"), s.fails, told(*broken, journal, it));
  }
  const auto unsaid = first([](const Finding& f) { return f.fate == Fate::not_reached; });
  const std::string open = unsaid != none        ? told(*unsaid, journal, it)
                           : j.unreached.empty() ? std::string()
                                                 : fmt::format(fmt::runtime(it ? "La storia non si è svolta come è raccontata: {}." : "The story was not played as it is told: {}."), j.unreached.front().in(lang));
  if (j.verdict != Verdict::FAIL) return open;
  const bool as_meant = first([](const Finding& f) { return f.fate == Fate::broken; }) != none;
  if (as_meant) return fmt::format(fmt::runtime(it ? "È fallito per la regola {}, come doveva, ma non basta. {}" : "It failed under rule {}, as it was meant to, and that is not enough. {}"), s.fails, open);
  return fmt::format(fmt::runtime(it ? "Doveva fallire per la regola {}, e nessuno l'ha violata: il controllo che dovrebbe provare non ha visto niente."
                                     : "It was meant to fail under rule {}, and nobody broke it: the check that it should prove saw nothing."), s.fails);
}

}  // namespace

const Finding* first_broken(const Judgement& j, const scenario::Scenario& s) {
  const Finding* out = nullptr;
  for (const Finding& f : j.findings) {  // what should have broken, and did, is no news
    if (f.fate != Fate::broken || (!s.fails.empty() && f.rule == s.fails)) continue;
    if (out == nullptr || (f.entry && (!out->entry || *f.entry < *out->entry))) out = &f;
  }
  return out;
}

Bilingual sentence(const Finding& f, const Journal& journal) {
  if (f.fate == Fate::held) return {};
  return {told(f, journal, true), told(f, journal, false)};
}

Bilingual sentence(const Judgement& j, const scenario::Scenario& s, const Journal& journal) {
  if (j.verdict != Verdict::FAIL && j.verdict != Verdict::INCONCLUSIVE) return {};
  return {told(j, s, journal, true), told(j, s, journal, false)};
}

std::string rule_text(std::string_view id, std::string_view lang) {
  const bool it = lang == "it";
  if (const contract::Rule* rule = contract::find_rule(id)) return fmt::format("{}: {}", id, it ? rule->it : rule->en);
  if (const LedgerRule* rule = of_the_ledger(id)) return fmt::format("{}: {}", id, it ? rule->it : rule->en);
  if (const Law* law = find_law(id)) return fmt::format("{}: {}", id, it ? law->it : law->en);
  return {};
}

std::string since_start(const Journal& journal, Instant at) { return seconds_of(at - journal.start); }

}  // namespace sim::report
