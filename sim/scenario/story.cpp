#include "sim/scenario/story.hpp"

#include <fmt/format.h>

#include "sim/contract/breaks.hpp"
#include "sim/contract/rules.hpp"

namespace sim::scenario {
namespace {

using contract::Role;

struct Word {
  std::string_view value, it, en;
};
constexpr Word machine_words[] = {
    {"payment", "il pagamento", "the payment"},
    {"position", "la posizione presso il Nodo", "the position at the Nodo"},
    {"recipient", "il destinatario della ricevuta", "the receipt recipient"},
    {"transaction", "la transazione di Checkout", "Checkout's transaction"},
    {"debt", "la posizione debitoria presso l'EC", "the debt position at the EC"},
    {"storno", "lo storno", "the storno"},
    {"screen", "lo schermo dell'utente", "the user's screen"},
    {"psp", "il token presso il PSP", "the token at the PSP"},
    {"till", "la cassa del PSP", "the PSP's till"},
};
constexpr Word mishap_words[] = {
    {"drop", "si perde", "it is lost"}, {"delay", "arriva in ritardo", "it is delayed"}, {"duplicate", "arriva due volte", "it arrives twice"},
    {"reset", "la connessione si interrompe", "the connection breaks"}, {"refuse", "la connessione è rifiutata", "the connection is refused"},
    {"truncate", "arriva tronca", "it arrives cut short"}, {"garble", "arriva corrotta", "it arrives corrupted"},
    {"overtake", "arriva prima di ogni altra cosa dello stesso istante", "it arrives before everything else of the same instant"},
    {"yield", "arriva dopo ogni altra cosa dello stesso istante", "it arrives after everything else of the same instant"},
};
constexpr Word leg_words[] = {{"request", "richiesta", "request"}, {"response", "risposta", "response"}};
constexpr Word yes_no_words[] = {{"yes", "sì", "yes"}, {"no", "no", "no"}};
constexpr Word moment_words[] = {{"sent", "inviata", "sent"}, {"received", "ricevuta", "received"}, {"answered", "con risposta arrivata", "answered"}, {"unanswered", "senza risposta", "unanswered"}};

std::string_view word(std::span<const Word> words, std::string_view value, std::string_view lang) {
  for (const Word& w : words) {
    if (w.value == value) return lang == "it" ? w.it : w.en;
  }
  return value;
}

std::string told(const Attribute& attribute, std::string_view value, std::string_view lang) {
  switch (attribute.kind) {
    case Kind::role:
      if (const auto role = contract::parse_role(value)) return std::string(role_name(*role, lang));
      break;
    case Kind::machine: return std::string(word(machine_words, value, lang));
    case Kind::mishap: return std::string(word(mishap_words, value, lang));
    case Kind::leg: return std::string(word(leg_words, value, lang));
    case Kind::yes_no: return std::string(word(yes_no_words, value, lang));
    case Kind::states:
      if (value == "none") return lang == "it" ? "niente, perché non comincia mai" : "nothing, because it never begins";
      break;
    case Kind::cause:
      if (const auto cause = parse_cause(value)) {
        return fmt::format("{} {}{}", contract::primitive(cause->primitive).name, word(moment_words, cause->moment, lang),
                           cause->nth > 1 ? fmt::format(" ({})", cause->nth) : "");
      }
      break;
    case Kind::defect:
      if (const contract::BreakKind* kind = contract::find_break_kind(value)) return std::string(lang == "it" ? kind->it : kind->en);
      break;
    case Kind::choice:
      for (const Choice& choice : attribute.choices) {
        if (choice.value == value) return std::string(lang == "it" ? choice.it : choice.en);
      }
      break;
    default: break;
  }
  return std::string(value);
}

/// Fills a template; a bracketed part is left out when an attribute in it is missing.
std::string fill(std::string_view pattern, const Node& node, std::string_view lang, bool& complete) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '[') {
      const std::size_t close = pattern.find(']', i);
      bool whole = true;
      const std::string part = fill(pattern.substr(i + 1, close - i - 1), node, lang, whole);
      if (whole) out += part;
      i = close;
    } else if (pattern[i] == '{') {
      const std::size_t close = pattern.find('}', i);
      const std::string_view name = pattern.substr(i + 1, close - i - 1);
      const Attribute* attribute = find_attribute(*node.row, name);
      if (attribute == nullptr || !node.has(name)) complete = false;
      else out += told(*attribute, node.get(name), lang);
      i = close;
    } else {
      out += pattern[i];
    }
  }
  return out;
}

std::string with_children(const Node& node, std::string_view lang) {
  std::string out = tell(node, lang);
  for (const Node& child : node.children) out += ", " + tell(child, lang);
  return out;
}

bool holds_from_start(const Node& node) {
  return node.name() == "answer" || node.name() == "fault" || node.name() == "withhold";
}

}  // namespace

std::string_view role_name(Role role, std::string_view lang) {
  const bool it = lang == "it";
  switch (role) {
    case Role::checkout: return "Checkout";
    case Role::nodo: return it ? "il Nodo" : "the Nodo";
    case Role::ec: return it ? "l'EC" : "the EC";
    case Role::psp: return it ? "il PSP" : "the PSP";
  }
  return {};
}

std::string tell(const Node& node, std::string_view lang) {
  bool complete = true;
  return fill(lang == "it" ? node.row->it : node.row->en, node, lang, complete);
}

std::string tell_duty(const Node& node, std::string_view lang) {
  bool complete = true;
  return fill(lang == "it" ? node.row->due_it : node.row->due_en, node, lang, complete);
}

std::string story(const Scenario& s, std::string_view lang) {
  const bool it = lang == "it";
  std::string out = s.title.in(lang) + "\n";
  if (!s.about.in(lang).empty()) out += "\n" + s.about.in(lang) + "\n";
  const auto clause = [&out](std::string_view lead, const std::string& text) { out += fmt::format("  {} {}.\n", lead, text); };

  out += it ? "\nDato\n" : "\nGiven\n";
  bool given = false;
  for (const Node& node : s.setup) clause(std::exchange(given, true) ? (it ? "e che" : "and that") : (it ? "che" : "that"), with_children(node, lang));
  for (const Node& node : s.steps) {
    if (holds_from_start(node)) clause(std::exchange(given, true) ? (it ? "e che" : "and that") : (it ? "che" : "that"), with_children(node, lang));
  }
  if (!given) out += it ? "  che tutti gli attori si comportano secondo le regole.\n" : "  that every actor behaves by the rules.\n";

  out += it ? "Quando\n" : "When\n";
  bool first = true;
  for (const Node& node : s.steps) {
    if (!holds_from_start(node)) clause(std::exchange(first, false) ? "-" : (it ? "- poi" : "- then"), with_children(node, lang));
  }

  std::string judged;
  for (const Role role : s.judges) judged += (judged.empty() ? "" : ", ") + std::string(role_name(role, lang));
  out += fmt::format(fmt::runtime(it ? "Allora (si giudica: {})\n" : "Then (judged: {})\n"), judged);
  for (const Node& node : s.expectations) {
    const contract::Rule* rule = contract::find_rule(node.get("rule"));
    clause("-", fmt::format("{} [{}]", tell(node, lang), rule != nullptr ? rule->id : "?"));
  }
  if (s.is_silent()) {
    out += fmt::format("{}: {}{}\n", it ? "La specifica tace" : "The specification is silent", s.silent.in(lang), s.silent_about.empty() ? "" : " [" + s.silent_about + "]");
  }
  if (!s.fails.empty()) {
    out += fmt::format(fmt::runtime(it ? "Questo scenario deve fallire, e solo per la regola {}: prova che il controllo funziona.\n"
                                       : "This scenario must fail, and under rule {} alone: it proves that the check works.\n"), s.fails);
  }
  return out;
}

}  // namespace sim::scenario
