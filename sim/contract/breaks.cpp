#include "sim/contract/breaks.hpp"

#include <algorithm>

#include "sim/contract/generate.hpp"
#include "sim/contract/scalars.hpp"
#include "sim/contract/words.hpp"

namespace sim::contract {
namespace {

// ---- texts that a type refuses ----

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
using Text = std::optional<std::string>;

/// The same valid text of a type every time.
std::string sample(const Scalar& scalar) {
  Random random(1, "breaks");
  return valid_text(scalar, random);
}
bool is_number(const Scalar& s) { return s.kind == Kind::amount || s.kind == Kind::cents || s.kind == Kind::integer; }
bool is_text(const Scalar& s) { return s.kind == Kind::text; }
/// The text, if the type refuses it indeed.
Text refused(const Scalar& scalar, std::string text) {
  if (takes(scalar, text)) return std::nullopt;
  return text;
}
/// The text that takes as many (or as few) of each atom's characters as the pattern allows, one character each.
std::string stretched(const Pattern& pattern, bool longest, std::size_t enough) {
  std::string out;
  for (std::size_t at = 0; at < pattern.size; ++at) {
    const Pattern::Atom& atom = pattern.atoms[at];
    if (atom.group != 0) {
      if (atom.least == 0) at += atom.group;
      continue;
    }
    char c = 'a';
    while (!pattern.accepts(atom, c)) c = static_cast<char>(c == '~' ? '!' : c + 1);
    const std::size_t n = !longest ? atom.least : atom.most == 0xffff ? std::max<std::size_t>(atom.least, enough) : atom.most;
    out.append(n, c);
  }
  return out;
}

Text empty(const Scalar& s, bool) { return s.kind == Kind::boolean || !takes(s, "") ? refused(s, "") : Text{}; }
Text too_short(const Scalar& s, bool) {
  if (!is_text(s) || !s.values.empty() || s.draw != nullptr) return {};
  std::string text;
  if (s.pattern != nullptr) {
    text = stretched(*s.pattern, false, 0);
    if (text.size() < 2) return {};
    text.pop_back();
  } else {
    if (s.min_length < 2) return {};
    text.assign(s.min_length - 1, 'x');
  }
  return refused(s, text);
}
Text too_long(const Scalar& s, bool) {
  if (!is_text(s) || !s.values.empty() || s.draw != nullptr) return {};
  if (s.pattern == nullptr) return s.max_length == no_limit ? Text{} : refused(s, std::string(s.max_length + 1, 'x'));
  std::string text = stretched(*s.pattern, true, s.max_length == no_limit ? 300 : s.max_length + 1);
  text += text.back();
  return refused(s, text);
}
Text wrong_pattern(const Scalar& s, bool) {
  if (!is_text(s) || (s.pattern == nullptr && s.also == nullptr)) return {};
  std::string text = sample(s);
  for (char& c : text) {
    const char was = std::exchange(c, '#');
    if (!takes(s, text)) return text;
    c = was;
  }
  return {};
}
bool is_day(const Scalar& s) { return s.also != nullptr && (s.also == is_date || s.also == is_date_time || s.also == is_zoned_date_time); }
Text no_such_day(const Scalar& s, bool) {
  if (!is_day(s)) return {};
  return refused(s, s.also == is_date ? "2031-02-30" : "2031-02-30T10:15:30Z");
}
Text no_zone(const Scalar& s, bool) { return s.also == is_zoned_date_time ? refused(s, "2031-02-10T10:15:30") : Text{}; }
Text not_listed(const Scalar& s, bool) { return !s.values.empty() && !is_number(s) ? refused(s, "XX") : Text{}; }
Text wrong_case(const Scalar& s, bool) {
  if (s.values.empty() || is_number(s)) return {};
  std::string text(s.values.front());
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c >= 'A' && c <= 'Z' ? c + 32 : c);
  return refused(s, text);
}
// White space around a token of a string type is part of it.
Text padded(const Scalar& s, bool) {
  if (s.collapses() || (s.values.empty() && s.pattern == nullptr)) return {};
  return refused(s, " " + sample(s));
}
std::string written(const Scalar& s, std::int64_t value) {
  const bool negative = value < 0;
  if (s.kind != Kind::amount) return std::to_string(value);
  return (negative ? "-" : "") + to_text(Amount{negative ? -value : value});
}
Text too_small(const Scalar& s, bool) {
  if (!is_number(s) || s.min == std::numeric_limits<std::int64_t>::min()) return {};
  return refused(s, written(s, s.min - 1));
}
Text too_big(const Scalar& s, bool) {
  if (!is_number(s) || s.max == std::numeric_limits<std::int64_t>::max()) return {};
  return refused(s, written(s, s.max + 1));
}
Text of_amount(const Scalar& s, bool json, std::string text) {
  return s.kind == Kind::amount || (json && s.kind == Kind::cents) ? refused(s, std::move(text)) : Text{};
}
Text one_decimal(const Scalar& s, bool json) { return of_amount(s, json, "10.1"); }
Text three_decimals(const Scalar& s, bool json) { return of_amount(s, json, "10.123"); }
Text no_decimals(const Scalar& s, bool json) { return of_amount(s, json, "10"); }
Text comma(const Scalar& s, bool json) { return of_amount(s, json, "10,00"); }
Text not_a_number(const Scalar& s, bool) { return is_number(s) ? refused(s, "dieci") : Text{}; }
Text not_a_truth(const Scalar& s, bool) { return s.kind == Kind::boolean ? refused(s, "forse") : Text{}; }

// clang-format off
constexpr BreakKind kinds[] = {
  // name               target          edit                SOAP   JSON   a reader says           text
  {"missing",           Target::field,  Edit::remove_all,   true,  true,  Defect::missing,        nullptr, "manca", "it is not there"},
  {"empty",             Target::scalar, Edit::change,       true,  true,  Defect::bad_value,      empty, "è vuoto", "it is empty"},
  {"too-short",         Target::scalar, Edit::change,       true,  true,  Defect::bad_value,      too_short, "è troppo corto di un carattere", "it is one character too short"},
  {"too-long",          Target::scalar, Edit::change,       true,  true,  Defect::bad_value,      too_long, "è troppo lungo", "it is too long"},
  {"wrong-pattern",     Target::scalar, Edit::change,       true,  true,  Defect::bad_value,      wrong_pattern, "non ha il formato prescritto", "it does not follow its pattern"},
  {"no-such-day",       Target::scalar, Edit::change,       true,  true,  Defect::bad_value,      no_such_day, "è un giorno che non esiste", "it is a day that does not exist"},
  {"no-zone",           Target::scalar, Edit::change,       true,  true,  Defect::bad_value,      no_zone, "è una data e ora senza fuso", "it is a date-time without zone"},
  {"not-listed",        Target::scalar, Edit::change,       true,  true,  Defect::bad_value,      not_listed, "non è tra i valori ammessi", "it is none of the values allowed"},
  {"wrong-case",        Target::scalar, Edit::change,       true,  true,  Defect::bad_value,      wrong_case, "ha maiuscole e minuscole scambiate", "its capitals are the wrong way round"},
  {"padded",            Target::scalar, Edit::change,       true,  true,  Defect::bad_value,      padded, "comincia con uno spazio", "it begins with a blank"},
  {"too-small",         Target::scalar, Edit::change,       true,  true,  Defect::bad_value,      too_small, "è sotto il minimo", "it is below the minimum"},
  {"too-big",           Target::scalar, Edit::change,       true,  true,  Defect::bad_value,      too_big, "è sopra il massimo", "it is above the maximum"},
  {"one-decimal",       Target::scalar, Edit::change,       true,  false, Defect::bad_value,      one_decimal, "ha un solo decimale", "it has one decimal"},
  {"three-decimals",    Target::scalar, Edit::change,       true,  true,  Defect::bad_value,      three_decimals, "ha tre decimali", "it has three decimals"},
  {"no-decimals",       Target::scalar, Edit::change,       true,  false, Defect::bad_value,      no_decimals, "non ha decimali", "it has no decimals"},
  {"comma",             Target::scalar, Edit::change,       true,  false, Defect::bad_value,      comma, "ha la virgola", "it has a comma"},
  {"not-a-number",      Target::scalar, Edit::change,       true,  true,  Defect::bad_value,      not_a_number, "non è un numero", "it is not a number"},
  {"not-a-truth",       Target::scalar, Edit::change,       true,  true,  Defect::bad_value,      not_a_truth, "non è vero né falso", "it is neither true nor false"},
  {"holds-an-element",  Target::scalar, Edit::nest,         true,  false, Defect::unknown,        nullptr, "contiene un elemento invece di testo", "it holds an element instead of text"},
  {"no-alternative",    Target::choice, Edit::remove_all,   true,  false, Defect::choice,         nullptr, "manca, e con esso ogni alternativa", "it is not there, nor any alternative"},
  {"repeated",          Target::field,  Edit::repeat,       true,  false, Defect::too_many,       nullptr, "c'è due volte", "it stands there twice"},
  {"duplicate-member",  Target::field,  Edit::repeat,       false, true,  Defect::not_well_formed, nullptr, "c'è due volte", "it stands there twice"},
  {"out-of-order",      Target::field,  Edit::swap,         true,  false, Defect::out_of_order,   nullptr, "ha scambiato posto con il vicino", "it changed places with its neighbour"},
  {"wrong-namespace",   Target::field,  Edit::foreign,      true,  false, Defect::wrong_namespace, nullptr, "sta in un namespace non suo", "it is in a namespace it does not belong to"},
  {"nil",               Target::field,  Edit::nil,          true,  false, Defect::unknown_attribute, nullptr, "è dichiarato nil", "it says that it is nil"},
  {"unknown-attribute", Target::field,  Edit::attribute,    true,  false, Defect::unknown_attribute, nullptr, "ha un attributo sconosciuto", "it has an attribute that is not known"},
  {"as-null",           Target::field,  Edit::as_null,      false, true,  Defect::bad_value,      nullptr, "è null", "it is null"},
  {"as-text",           Target::scalar, Edit::as_text,      false, true,  Defect::bad_value,      nullptr, "è scritto come stringa", "it is written as a string"},
  {"as-number",         Target::scalar, Edit::as_number,    false, true,  Defect::bad_value,      nullptr, "è scritto come numero", "it is written as a number"},
  {"as-object",         Target::scalar, Edit::as_object,    false, true,  Defect::bad_value,      nullptr, "è un oggetto invece di un valore", "it is an object instead of a value"},
  {"too-many",          Target::list,   Edit::overfill,     true,  true,  Defect::too_many,       nullptr, "ha un elemento di troppo", "it has one entry too many"},
  {"no-entries",        Target::list,   Edit::no_entries,   false, true,  Defect::missing,        nullptr, "è una lista vuota", "it is a list without entries"},
  {"not-a-list",        Target::list,   Edit::not_a_list,   false, true,  Defect::bad_value,      nullptr, "è un oggetto invece di una lista", "it is an object instead of a list"},
  {"unknown",           Target::group,  Edit::intrude,      true,  false, Defect::unknown,        nullptr, "contiene un elemento sconosciuto", "it holds an element that is not known"},
  {"stray-text",        Target::group,  Edit::stray_text,   true,  false, Defect::unknown,        nullptr, "contiene testo tra gli elementi", "it holds text between its elements"},
  {"both",              Target::choice, Edit::change,       true,  false, Defect::choice,         nullptr, "c'è accanto a ciò che lo esclude", "it stands beside what excludes it"},
  {"missing-in-practice", Target::rule, Edit::remove_all,   true,  true,  Defect::semantic,       nullptr, "manca, benché lo schema lo permetta", "it is not there, although the schema would allow it"},
  {"fault-with-ok",     Target::rule,   Edit::change,       true,  false, Defect::semantic,       nullptr, "c'è benché l'esito sia OK", "it is there although the outcome is OK"},
  {"wrong-sum",         Target::rule,   Edit::nudge,        true,  false, Defect::semantic,       nullptr, "non è la somma delle parti", "it is not the sum of its parts"},
  {"wrong-sequence",    Target::rule,   Edit::nudge,        true,  false, Defect::semantic,       nullptr, "non numera da 1 senza salti", "it does not count from 1 without holes"},
  {"hollow",            Target::rule,   Edit::hollow,       true,  true,  Defect::semantic,       nullptr, "c'è ma non contiene nulla", "it is there and holds nothing"},
  {"twice-the-same",    Target::rule,   Edit::twin,         false, true,  Defect::semantic,       nullptr, "contiene due volte la stessa voce", "it holds the same entry twice"},
  {"wrong-root",        Target::root,   Edit::root_renamed, true,  false, Defect::wrong_root,     nullptr, "la radice ha un altro nome", "the root has another name"},
  {"wrong-root-namespace", Target::root, Edit::root_foreign, true, false, Defect::wrong_namespace, nullptr, "la radice sta in un altro namespace", "the root is in another namespace"},
  {"no-root-namespace", Target::root,   Edit::root_bare,    true,  false, Defect::wrong_namespace, nullptr, "la radice non ha namespace", "the root is in no namespace"},
  {"default-namespace", Target::root,   Edit::root_default_namespace, true, false, Defect::wrong_namespace, nullptr, "il namespace della radice vale anche per i figli", "the root's namespace is that of its children too"},
  {"other-envelope",    Target::root,   Edit::other_envelope, true, false, Defect::wrong_envelope, nullptr, "la busta è SOAP 1.2", "the envelope is SOAP 1.2"},
  {"no-envelope",       Target::root,   Edit::no_envelope,  true,  false, Defect::wrong_envelope, nullptr, "manca la busta SOAP", "there is no SOAP envelope"},
  {"no-body",           Target::root,   Edit::no_body,      true,  false, Defect::wrong_envelope, nullptr, "manca il Body", "there is no Body"},
  {"empty-body",        Target::root,   Edit::empty_body,   true,  false, Defect::wrong_envelope, nullptr, "il Body è vuoto", "the Body is empty"},
  {"two-in-body",       Target::root,   Edit::two_in_body,  true,  false, Defect::wrong_envelope, nullptr, "il Body contiene due elementi", "the Body holds two elements"},
  {"not-an-object",     Target::root,   Edit::root_as_array, false, true, Defect::bad_value,      nullptr, "il documento è una lista", "the document is an array"},
  {"cut",               Target::root,   Edit::cut,          true,  true,  Defect::not_well_formed, nullptr, "il documento è tronco", "the document is cut short"},
  {"ampersand",         Target::root,   Edit::ampersand,    true,  false, Defect::not_well_formed, nullptr, "contiene una & non protetta", "it holds a bare &"},
  {"doctype",           Target::root,   Edit::doctype,      true,  false, Defect::not_well_formed, nullptr, "contiene un DOCTYPE", "it holds a DOCTYPE"},
  {"mismatched",        Target::root,   Edit::mismatched,   true,  true,  Defect::not_well_formed, nullptr, "qualcosa è aperto e non chiuso", "something is opened and not closed"},
  {"not-utf8",          Target::root,   Edit::bad_utf8,     true,  true,  Defect::not_well_formed, nullptr, "contiene byte che non sono UTF-8", "it holds bytes that are not UTF-8"},
  {"other-encoding",    Target::root,   Edit::other_encoding, true, false, Defect::not_well_formed, nullptr, "dichiara la codifica ISO-8859-1", "it declares the encoding ISO-8859-1"},
  {"nothing",           Target::root,   Edit::nothing,      true,  true,  Defect::not_well_formed, nullptr, "il messaggio non ha contenuto", "the message is empty"},
};
// clang-format on

const BreakKind& kind_called(std::string_view name) { return *find_break_kind(name); }

/// The patches that make a structure stand at `at`, with what its table requires and no more.
void make(const Record& record, const std::string& at, std::vector<Patch>& out) {
  std::uint8_t choice = 0;
  for (const Field& f : record.fields) {
    const bool alternative = f.choice != 0 && f.choice != choice && !f.choice_optional;
    if (f.min == 0 && !alternative) continue;
    if (f.choice != 0) choice = f.choice;
    const std::string path = at + "/" + std::string(f.name);
    if (f.record != nullptr) make(*f.record(), path, out);
    else out.push_back({path, sample(*f.scalar), Edit::change});
  }
}
std::vector<Patch> made(const Field& field, const std::string& path) {
  std::vector<Patch> out;
  if (field.record == nullptr) {
    out.push_back({path, sample(*field.scalar), Edit::change});
    return out;
  }
  make(*field.record(), path, out);
  if (out.empty()) out.push_back({path, std::string(), Edit::change});
  return out;
}

/// Walks a table, over a message when there is one.
class Collector {
 public:
  Collector(bool json, std::vector<Break>& out) : json_(json), out_(out) {}

  /// `only`: the fields of the root that are looked at; empty: all.
  void walk(const Record& record, const void* owner, const std::string& at, std::string_view only = {}) {
    group(at);
    if (record.open) {
      open(record, owner, at);
      return;
    }
    std::size_t different = 0;  // names that are there
    for (const Field& f : record.fields) different += owner == nullptr || f.count(owner) > 0 ? 1 : 0;
    for (const Field& f : record.fields) {
      if (!only.empty() && !lists(only, f.name)) continue;
      field(record, f, owner, at.empty() ? std::string(f.name) : at + "/" + std::string(f.name), different);
    }
  }

 private:
  void add(std::string_view name, const std::string& path, std::vector<Patch> patches = {}) {
    const BreakKind& kind = kind_called(name);
    if (!(json_ ? kind.json : kind.soap)) return;
    if (patches.empty()) patches.push_back({path, {}, kind.edit});
    out_.push_back({&kind, path, std::move(patches)});
  }

  void group(const std::string& at) {
    add("unknown", at);
    add("stray-text", at);
  }

  void open(const Record& record, const void* owner, const std::string& at) {
    const Field& members = record.fields[0];
    if (owner == nullptr) return;
    const Record& pair = *members.record();
    for (std::size_t i = 0; i < members.count(owner); ++i) {
      const std::string key = scalar_text(*pair.fields[0].scalar, pair.fields[0].item(members.item(owner, i), 0));
      if (key.find_first_of("/[] ") != std::string::npos || i > 0) continue;
      scalar(*pair.fields[1].scalar, at + "/" + key);
    }
  }

  void field(const Record& record, const Field& f, const void* owner, const std::string& path, std::size_t different) {
    const std::size_t n = owner == nullptr ? 1 : f.count(owner);
    if (f.choice != 0 && f.max == 1) choice(record, f, owner, path, n);
    if (n == 0) return;
    if (f.min > 0) add("missing", path);
    if (json_ ? !f.list : f.max == 1) {
      add("repeated", path);
      add("duplicate-member", path);
    } else {
      for (const std::string_view name : {"too-many", "not-a-list"}) add(name, path);
      if (f.min > 0) add("no-entries", path);
    }
    if (different > 1) add("out-of-order", path);
    for (const std::string_view name : {"wrong-namespace", "nil", "unknown-attribute"}) add(name, path);
    add("as-null", path);
    if (f.record != nullptr) walk(*f.record(), owner == nullptr ? nullptr : f.item(owner, 0), path);
    else scalar(*f.scalar, path);
  }

  void choice(const Record& record, const Field& f, const void* owner, const std::string& path, std::size_t n) {
    if (n > 0 && !f.choice_optional) {
      add("no-alternative", path);
    }
    // Two of them: this one, made where it is not, beside the one that is.
    const bool another = owner == nullptr || std::any_of(record.fields.begin(), record.fields.end(), [&](const Field& other) {
      return &other != &f && other.choice == f.choice && other.count(owner) > 0;
    });
    if (another && (owner == nullptr || n == 0)) add("both", path, made(f, path));
  }

  void scalar(const Scalar& type, const std::string& path) {
    for (const BreakKind& kind : kinds) {
      if (kind.target != Target::scalar || kind.text == nullptr) continue;
      if (std::optional<std::string> text = kind.text(type, json_)) add(kind.name, path, {{path, std::move(*text), Edit::change}});
    }
    add("holds-an-element", path);
    const bool number = is_number(type) || type.kind == Kind::boolean;
    add(number ? "as-text" : "as-number", path);
    add("as-object", path);
  }

  bool json_;
  std::vector<Break>& out_;
};

std::string_view kind_of(Law law) {
  switch (law) {
    case Law::needed_when_ok:
    case Law::needed_when_ko: return "missing-in-practice";
    case Law::barred_when_ok: return "fault-with-ok";
    case Law::sums_up: return "wrong-sum";
    case Law::counts_up: return "wrong-sequence";
    case Law::holds_something: return "hollow";
    case Law::all_differ: return "twice-the-same";
  }
  return {};
}

/// Whether breaking the rule would break this message.
bool applies(const SemanticRule& rule, const Message& message) {
  const bool ok = outcome_of(message) == Outcome::OK;
  const bool there = count_at(record_of(rule.primitive, rule.leg), payload(message), rule.place) > 0;
  switch (rule.law) {
    case Law::needed_when_ok: return ok && there;
    case Law::needed_when_ko: return !ok && there;
    case Law::barred_when_ok: return ok;
    case Law::sums_up:
    case Law::counts_up: return there;
    case Law::holds_something: return ok && there;
    case Law::all_differ: return there;
  }
  return false;
}

std::vector<Break> collected(PrimitiveId id, Leg leg, const Message* message) {
  std::vector<Break> out;
  const Primitive& row = primitive(id);
  const bool json = row.port == nullptr;
  const bool ko = message != nullptr && leg == Leg::request && outcome_of(*message) == Outcome::KO;
  Collector(json, out).walk(record_of(id, leg), message == nullptr ? nullptr : payload(*message), "", ko ? row.ko_needs : std::string_view{});
  for (const SemanticRule* rule : semantic_rules_of(id, leg)) {
    if (message != nullptr && !applies(*rule, *message)) continue;
    const BreakKind& kind = kind_called(kind_of(rule->law));
    const std::string path(rule->law == Law::counts_up ? rule->parts : rule->place);
    const Field& field = *field_at(record_of(id, leg), path);
    out.push_back({&kind, path, rule->law == Law::barred_when_ok ? made(field, path) : std::vector<Patch>{{path, {}, kind.edit}}});
  }
  for (const BreakKind& kind : kinds) {
    if (kind.target == Target::root && (json ? kind.json : kind.soap)) out.push_back({&kind, "", {{"", {}, kind.edit}}});
  }
  return out;
}

}  // namespace

std::span<const BreakKind> break_kinds() { return kinds; }
const BreakKind* find_break_kind(std::string_view name) {
  const auto found = std::find_if(std::begin(kinds), std::end(kinds), [name](const BreakKind& kind) { return kind.name == name; });
  return found == std::end(kinds) ? nullptr : found;
}

std::string to_text(const Break& defect) {
  return std::string(defect.kind->name) + (defect.path.empty() ? "" : " " + defect.path);
}

std::vector<Break> possible_breaks(PrimitiveId id, Leg leg) { return collected(id, leg, nullptr); }
std::vector<Break> breaks_of(const Message& message) { return collected(primitive_of(message), leg_of(message), &message); }

Result<Break, std::string> find_break(PrimitiveId id, Leg leg, std::string_view kind, std::string_view path) {
  const BreakKind* wanted = find_break_kind(kind);
  if (wanted == nullptr) return Failure{"'" + std::string(kind) + "' is not a kind of defect"};
  const std::string message = std::string(primitive(id).name) + " " + std::string(to_text(leg));
  std::string plain;  // indices say which occurrence; the table knows none
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '[') i = std::min(path.find(']', i), path.size() - 1);
    else plain += path[i];
  }
  std::string possible;
  for (Break& candidate : possible_breaks(id, leg)) {
    if (candidate.path != plain) continue;
    if (candidate.kind == wanted) {
      for (Patch& patch : candidate.patches) patch.path = std::string(path) + patch.path.substr(plain.size());
      candidate.path = path;
      return candidate;
    }
    if (!lists(possible, candidate.kind->name)) possible += (possible.empty() ? "" : " ") + std::string(candidate.kind->name);
  }
  if (possible.empty()) return Failure{message + " has no field '" + std::string(path) + "'"};
  const std::string place = path.empty() ? message + " as a whole" : "'" + std::string(path) + "' of " + message;
  return Failure{"'" + std::string(kind) + "' cannot be made in " + place + "; possible: " + possible};
}

}  // namespace sim::contract
