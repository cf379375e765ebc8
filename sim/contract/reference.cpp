#include "sim/contract/reference.hpp"

#include <initializer_list>

#include <fmt/format.h>

#include "sim/contract/fault_codes.hpp"
#include "sim/contract/meanings.hpp"
#include "sim/contract/semantics.hpp"

namespace sim::contract {
namespace {

/// What has to be said of one primitive and stands in no table: above all what no source tells.
struct Remark {
  PrimitiveId primitive;
  std::string_view it, en;
};
constexpr std::string_view codes_of_verify_it =
    "Nessuna fonte elenca i codici di errore di questa primitiva: quelli qui sotto sono una nostra lettura.";
constexpr std::string_view codes_of_verify_en =
    "No source lists the fault codes of this primitive: those below are our reading.";
// clang-format off
constexpr Remark remarks[] = {
  {PrimitiveId::verificaBollettino,    codes_of_verify_it, codes_of_verify_en},
  {PrimitiveId::demandPaymentNotice,   codes_of_verify_it, codes_of_verify_en},
  {PrimitiveId::paDemandPaymentNotice, codes_of_verify_it, codes_of_verify_en},
  {PrimitiveId::paSendRTV2,            "Nessuna fonte elenca i codici di errore di questa versione: si ritengono quelli di paSendRT.",
                                       "No source lists the fault codes of this version: they are held to be those of paSendRT."},
  {PrimitiveId::paGetPayment,          "Chiamata di nuovo, l'EC deve rispondere allo stesso modo: questa chiamata non cambia lo stato della posizione.",
                                       "Called again, the EC has to answer the same way: this call does not change the state of the position."},
  {PrimitiveId::paGetPaymentV2,        "Chiamata di nuovo, l'EC deve rispondere allo stesso modo: questa chiamata non cambia lo stato della posizione.",
                                       "Called again, the EC has to answer the same way: this call does not change the state of the position."},
  {PrimitiveId::pspNotifyPaymentV2,    "La radice della richiesta non ha alcun suffisso, al contrario di tutte le altre.",
                                       "The root element of the request has no suffix at all, unlike all others."},
  {PrimitiveId::closePaymentV1,        "Nessuno schema pubblico di questa primitiva è stato trovato: i limiti vengono dai test pubblici.",
                                       "No public schema of this primitive was found: the limits come from the public tests."},
  {PrimitiveId::checkPosition,         "Nessuno schema pubblico di questa primitiva è stato trovato: la sua forma è in parte una nostra lettura.",
                                       "No public schema of this primitive was found: its shape is partly our reading."},
  {PrimitiveId::sendPaymentResultV1,   "Nessuna fonte dice a quale percorso sia chiamata: quello qui sopra è nostro.",
                                       "No source says at which path it is called: the one above is ours."},
};
// clang-format on

bool alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Text as one cell: what Markdown would read as its own is escaped. An underscore within a word is left alone, as
/// Markdown leaves it.
std::string cell(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool in_word = i > 0 && i + 1 < text.size() && alphanumeric(text[i - 1]) && alphanumeric(text[i + 1]);
    if (c == '|' || c == '\\' || c == '*' || c == '`' || c == '[' || c == '<' || (c == '_' && !in_word)) out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

/// A name as code. Within code only the bar of a table has to be escaped.
std::string code(std::string_view text) {
  std::string out = "`";
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out + "`";
}

class Writer {
 public:
  explicit Writer(std::string_view lang) : italian_(lang == "it") {}

  [[nodiscard]] std::string_view say(std::string_view it, std::string_view en) const { return italian_ ? it : en; }
  [[nodiscard]] std::string_view lang() const { return italian_ ? "it" : "en"; }
  void line(std::string_view text = {}) {
    out_ += text;
    out_ += '\n';
  }
  void heading(std::string_view marks, std::string_view text) {
    if (!out_.empty()) line();
    line(fmt::format("{} {}", marks, text));
    line();
  }
  /// The first row names the columns and rules them off; the cells are escaped already.
  void head(std::initializer_list<std::string_view> cells) {
    std::string rule = "|";
    std::string row = "|";
    for (const std::string_view text : cells) {
      row += fmt::format(" {} |", text);
      rule += "---|";
    }
    line(row);
    line(rule);
  }
  void row(std::initializer_list<std::string> cells) {
    std::string text = "|";
    for (const std::string& one : cells) text += fmt::format(" {} |", one);
    line(text);
  }
  std::string take() { return std::move(out_); }

 private:
  bool italian_;
  std::string out_;
};

std::string who(Role role, const Writer& w, bool first) {
  switch (role) {
    case Role::checkout: return "Checkout";
    case Role::nodo: return std::string(first ? w.say("Il Nodo", "The Nodo") : w.say("il Nodo", "the Nodo"));
    case Role::ec: return std::string(first ? w.say("L'EC", "The EC") : w.say("l'EC", "the EC"));
    case Role::psp: return std::string(first ? w.say("Il PSP", "The PSP") : w.say("il PSP", "the PSP"));
  }
  return {};
}

std::string range(std::size_t min, std::size_t max) {
  return min == max ? fmt::format("{}", max) : fmt::format("{}..{}", min, max);
}

std::string how_many(const Record& record, const Field& field, const Writer& w) {
  if (field.choice == 0) return range(field.min, field.max);
  std::string names;
  for (const Field& other : record.fields) {
    if (other.choice == field.choice) names += (names.empty() ? "" : ", ") + code(other.name);
  }
  return fmt::format("{}: {}",
                     field.choice_optional ? w.say("al massimo uno fra", "at most one of") : w.say("uno fra", "one of"),
                     names);
}

/// The schema's name of a type; JSON has none, but four words that everybody knows.
std::string type_of(const Field& field, bool json) {
  if (!json) return std::string(field.scalar != nullptr ? field.scalar->type : field.table()->type);
  std::string_view kind = "object";
  if (field.scalar != nullptr) {
    switch (field.scalar->kind) {
      case Kind::text:
      case Kind::outcome: kind = "string"; break;
      case Kind::amount: kind = "number"; break;
      case Kind::cents:
      case Kind::integer: kind = "integer"; break;
      case Kind::boolean: kind = "boolean"; break;
    }
  }
  return std::string(kind) + (field.list ? "[]" : "");
}

/// What a type allows; its pattern as code, where nothing but a bar needs a backslash.
std::string allowed_text(const Scalar& scalar, const Writer& w) {
  const std::string text = describe(scalar).in(w.lang());
  const std::size_t at = scalar.pattern == nullptr ? std::string::npos : text.find(scalar.pattern->text);
  if (at == std::string::npos) return cell(text);
  return cell(text.substr(0, at)) + code(scalar.pattern->text) + cell(text.substr(at + scalar.pattern->text.size()));
}

std::string meaning_text(const Record& record, const Field& field, const Writer& w) {
  const Meaning* meaning = meaning_of(record, field);
  return meaning == nullptr ? std::string{} : cell(meaning->in(w.lang()));
}

void fields(Writer& w, const Record& record, const std::string& at, bool json) {
  if (record.open) {  // its members have no names of their own: one row is for all of them
    const Field& members = record.fields[0];
    const Record& pair = *members.table();
    const std::string limits =
        fmt::format("{}: {}; {}: {}", w.say("il nome", "the name"), describe(*pair.fields[0].scalar).in(w.lang()),
                    w.say("il testo", "the text"), describe(*pair.fields[1].scalar).in(w.lang()));
    w.row({code(at + "*"), code(type_of(pair.fields[1], json)), cell(limits), range(members.min, members.max),
           fmt::format("{} {} {}", meaning_text(record, members, w), meaning_text(pair, pair.fields[0], w),
                       meaning_text(pair, pair.fields[1], w))});
    return;
  }
  for (const Field& field : record.fields) {
    const Record* table = field.table();
    std::string allowed;
    if (table == nullptr) allowed = allowed_text(*field.scalar, w);
    else if (table->open) allowed = w.say("membri liberi", "free members");
    else if (table->fields.size() == 1) allowed = w.say("un campo", "one field");
    else allowed = fmt::format("{} {}", table->fields.size(), w.say("campi", "fields"));
    w.row({code(at + std::string(field.name)), code(type_of(field, json)), allowed, how_many(record, field, w),
           meaning_text(record, field, w)});
    if (table != nullptr) fields(w, *table, at + std::string(field.name) + "/", json);
  }
}

void leg(Writer& w, const Primitive& row, Leg which) {
  const bool json = row.port == nullptr;
  const Record& record = record_of(row.id, which);
  const std::string_view title = which == Leg::request ? w.say("Richiesta", "Request") : w.say("Risposta", "Response");
  w.heading("##", json ? std::string(title) : fmt::format("{}: {}", title, code(record.type)));
  w.head({w.say("Percorso", "Path"), w.say("Tipo", "Type"), w.say("Valori ammessi", "Allowed"),
          w.say("Quanti", "How many"), w.say("Significato", "Meaning")});
  fields(w, record, "", json);
}

void transport(Writer& w, const Primitive& row) {
  w.line(fmt::format("{} {} {}.", who(row.caller, w, true), w.say("chiama", "calls"), who(row.callee, w, false)));
  w.line();
  const std::string_view address =
      w.say("qui; ogni installazione ha il suo indirizzo", "here; every deployment has an address of its own");
  if (row.port == nullptr) {
    w.line(fmt::format("- {}: {} ({})", w.say("JSON su HTTP, POST a", "JSON over HTTP, POST to"), code(row.path),
                       address));
  } else {
    w.line(fmt::format("- {}: {} ({})", w.say("SOAP 1.1 su HTTP, POST a", "SOAP 1.1 over HTTP, POST to"),
                       code(row.path), address));
    w.line(fmt::format("- SOAPAction: {}", code(row.name)));
    w.line(fmt::format("- {}: {}", w.say("Porta del WSDL", "Port of the WSDL"), code(row.port->name)));
    w.line(fmt::format("- {}: {}, {}", w.say("Elementi radice", "Root elements"), code(row.request().type),
                       code(row.response().type)));
    w.line(fmt::format("- {}: {}", w.say("Namespace della radice", "Namespace of the root"),
                       code(row.port->xml_namespace)));
    w.line(fmt::format("- {}", w.say("Gli elementi interni non hanno namespace e vengono nell'ordine delle tabelle",
                                     "The elements inside have no namespace and come in the order of the tables")));
  }
  if (!row.ko_needs.empty()) {
    std::string names;
    std::string_view rest = row.ko_needs;
    while (!rest.empty()) {
      const std::size_t blank = rest.find(' ');
      names += (names.empty() ? "" : ", ") + code(rest.substr(0, blank));
      rest = blank == std::string_view::npos ? std::string_view{} : rest.substr(blank + 1);
    }
    w.line(fmt::format(
        "- {}: {}", w.say("Con outcome KO si guarda soltanto a", "With outcome KO only these are looked at"), names));
  }
  for (const Remark& remark : remarks) {
    if (remark.primitive == row.id) w.line(fmt::format("- {}", cell(w.say(remark.it, remark.en))));
  }
}

void rules(Writer& w, const Primitive& row) {
  w.heading("##", w.say("Regole fra i campi", "Rules between the fields"));
  bool none = true;
  for (const Leg which : {Leg::request, Leg::response}) {
    for (const SemanticRule* rule : semantic_rules_of(row.id, which)) {
      if (none) {
        w.head({w.say("Messaggio", "Message"), w.say("Percorso", "Path"),
                w.say("Che cosa è richiesto", "What is wanted"), w.say("Regola", "Rule")});
      }
      none = false;
      w.row({std::string(which == Leg::request ? w.say("richiesta", "request") : w.say("risposta", "response")),
             code(rule->place), cell(wanted_by(*rule).in(w.lang())), code(rule->id)});
    }
  }
  if (none) {
    w.line(w.say("Nessuna regola lega fra loro i campi di questi messaggi.",
                 "No rule binds the fields of these messages to one another."));
  }
}

/// How a SOAP primitive may be refused. The refusals of JSON primitives are HTTP statuses, and no fault codes.
void refusals(Writer& w, const Primitive& row) {
  if (row.port == nullptr) return;
  w.heading("##", w.say("Codici di errore", "Fault codes"));
  switch (row.callee) {
    case Role::nodo:
    case Role::checkout:
      w.line(
          w.say("Il fault è del Nodo (id NodoDeiPagamentiSPC), salvo PPT_ERRORE_EMESSO_DA_PAA, il cui id è quello "
                "dell'EC che ha rifiutato.",
                "The fault is the Nodo's (id NodoDeiPagamentiSPC), save PPT_ERRORE_EMESSO_DA_PAA, whose id is that of "
                "the EC that refused."));
      break;
    case Role::ec:
      w.line(
          w.say("Il Nodo non controlla il codice: prende qualunque fault completo. Chi attende lo riceve dentro "
                "PPT_ERRORE_EMESSO_DA_PAA.",
                "The Nodo does not check the code: it takes any complete fault. Whoever is waiting gets it inside "
                "PPT_ERRORE_EMESSO_DA_PAA."));
      break;
    case Role::psp:
      w.line(w.say(
          "Qualunque fault completo rifiuta il pagamento, con qualunque codice, e il codice non arriva a nessuno.",
          "Any complete fault refuses the payment, whatever its code, and the code reaches nobody."));
      break;
  }
  w.line();
  w.head({w.say("Codice", "Code"), w.say("Significato", "Meaning"), w.say("Che cosa fare", "What to do")});
  for (const FaultCode& fault : fault_codes()) {
    if (answers(fault, row.name))
      w.row({code(fault.code), cell(w.say(fault.it, fault.en)), cell(w.say(fault.do_it, fault.do_en))});
  }
}

}  // namespace

std::string reference(PrimitiveId id, std::string_view lang) {
  Writer w(lang);
  const Primitive& row = primitive(id);
  w.heading("#", row.name);
  transport(w, row);
  leg(w, row, Leg::request);
  leg(w, row, Leg::response);
  rules(w, row);
  refusals(w, row);
  return w.take();
}

}  // namespace sim::contract
