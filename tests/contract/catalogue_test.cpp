// The catalogues: fault codes, rules and settings say everything in both languages and refer to what exists.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/contract/fault_codes.hpp"
#include "sim/contract/message.hpp"
#include "sim/contract/rules.hpp"
#include "sim/contract/settings.hpp"

namespace {

using namespace sim::contract;

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    if (blank != 0) out.emplace_back(text.substr(0, blank));
    text = blank == std::string_view::npos ? std::string_view{} : text.substr(blank + 1);
  }
  return out;
}

/// Every CHK-nn, EC-nn and PSP-nn of a source file.
std::set<std::string> cited_in(std::string_view file) {
  std::ifstream in(std::string(SIM_SOURCE_DIR "/") + std::string(file), std::ios::binary);
  REQUIRE(in);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  std::set<std::string> out;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (const std::string_view prefix : {"CHK-", "EC-", "PSP-"}) {
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at + 1)) {
      if (at > 0 && text[at - 1] >= 'A' && text[at - 1] <= 'Z') continue;  // another word that ends so
      std::size_t end = at + prefix.size();
      while (end < text.size() && is_digit(text[end])) ++end;
      if (end > at + prefix.size()) out.insert(text.substr(at, end - at));
    }
  }
  return out;
}

}  // namespace

TEST_CASE("a fault code begins with the prefix of who emits it, and is answered by that party only") {
  for (const FaultCode& code : fault_codes()) {
    CAPTURE(code.code);
    const std::string_view prefix = code.emitter == Emitter::nodo ? "PPT_" : code.emitter == Emitter::ec ? "PAA_" : "CANALE_";
    CHECK(code.code.starts_with(prefix));
    for (const std::string& name : words(code.primitives)) {
      CAPTURE(name);
      const Primitive* row = find_primitive(name);
      REQUIRE(row != nullptr);
      CHECK(to_text(row->callee) == to_text(code.emitter));
      CHECK(row->port != nullptr);  // JSON answers have no fault bean
    }
  }
}

TEST_CASE("a fault code says what it means and what to do, in Italian and in English") {
  for (const FaultCode& code : fault_codes()) {
    CAPTURE(code.code);
    CHECK_FALSE(code.faultString.empty());
    for (const std::string_view text : {code.it, code.en, code.do_it, code.do_en}) {
      CHECK(text.ends_with("."));
      CHECK(text.size() > 5);
    }
    CHECK(code.it != code.en);
    CHECK(code.do_it != code.do_en);
    CHECK(find_fault_code(code.code) == &code);
  }
  CHECK(find_fault_code("PAA_CIAO") == nullptr);
  CHECK(find_fault_code("") == nullptr);
  CHECK(find_fault_code("ppt_semantica") == nullptr);
}

TEST_CASE("the catalogue holds every code that the protocol lists, once") {
  // A second list, held against the public ones: a code that the table loses or misspells is missed here.
  const std::vector<std::string> listed = words(
    "PPT_ATTIVAZIONE_IN_CORSO PPT_AUTENTICAZIONE PPT_AUTORIZZAZIONE PPT_CANALE_DISABILITATO PPT_CANALE_ERRORE "
    "PPT_CANALE_ERRORE_RESPONSE PPT_CANALE_ERR_PARAM_PAG_IMM PPT_CANALE_INDISPONIBILE "
    "PPT_CANALE_IRRAGGIUNGIBILE PPT_CANALE_NONRISOLVIBILE PPT_CANALE_SCONOSCIUTO "
    "PPT_CANALE_SERVIZIO_NONATTIVO PPT_CANALE_TIMEOUT PPT_CODIFICA_PSP_SCONOSCIUTA PPT_DOMINIO_DISABILITATO "
    "PPT_DOMINIO_SCONOSCIUTO PPT_ERRORE_EMESSO_DA_PAA PPT_ERRORE_FORMATO_BUSTA_FIRMATA PPT_ERRORE_IDEMPOTENZA "
    "PPT_ESITO_GIA_ACQUISITO PPT_FIRMA_INDISPONIBILE PPT_IBAN_NON_CENSITO PPT_ID_CARRELLO_DUPLICATO "
    "PPT_ID_FLUSSO_SCONOSCIUTO PPT_INTERMEDIARIO_PA_DISABILITATO PPT_INTERMEDIARIO_PA_SCONOSCIUTO "
    "PPT_INTERMEDIARIO_PSP_DISABILITATO PPT_INTERMEDIARIO_PSP_SCONOSCIUTO PPT_ISCRIZIONE_NON_PRESENTE "
    "PPT_MULTI_BENEFICIARIO PPT_OPER_NON_REVOCABILE PPT_OPER_NON_STORNABILE PPT_PAGAMENTO_DUPLICATO "
    "PPT_PAGAMENTO_IN_CORSO PPT_PAGAMENTO_SCONOSCIUTO PPT_PSP_DISABILITATO PPT_PSP_SCONOSCIUTO "
    "PPT_RPT_DUPLICATA PPT_RPT_NON_INOLTRABILE PPT_RPT_SCONOSCIUTA PPT_RR_DUPLICATA PPT_RT_DUPLICATA "
    "PPT_RT_IN_GESTIONE PPT_RT_NONDISPONIBILE PPT_RT_SCONOSCIUTA PPT_SEMANTICA PPT_SERVIZIO_NONATTIVO "
    "PPT_SINTASSI_EXTRAXSD PPT_SINTASSI_XSD PPT_SOAPACTION_ERRATA PPT_STAZIONE_INT_PA_DISABILITATA "
    "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE PPT_STAZIONE_INT_PA_SCONOSCIUTA "
    "PPT_STAZIONE_INT_PA_SERVIZIO_NONATTIVO PPT_STAZIONE_INT_PA_TIMEOUT PPT_SUPERAMENTOSOGLIA "
    "PPT_SYSTEM_ERROR PPT_TIPOFIRMA_SCONOSCIUTO PPT_TOKEN_SCADUTO PPT_TOKEN_SCADUTO_KO PPT_TOKEN_SCONOSCIUTO "
    "PPT_ULTERIORE_ISCRIZIONE PPT_WISP_SESSIONE_SCONOSCIUTA PPT_WISP_TIMEOUT_RECUPERO_SCELTA" " "
    "PAA_ATTIVA_RPT_IMPORTO_NON_VALIDO PAA_ID_DOMINIO_ERRATO PAA_ID_INTERMEDIARIO_ERRATO "
    "PAA_PAGAMENTO_ANNULLATO PAA_PAGAMENTO_DUPLICATO PAA_PAGAMENTO_IN_CORSO PAA_PAGAMENTO_SCADUTO "
    "PAA_PAGAMENTO_SCONOSCIUTO PAA_RECEIPT_DUPLICATA PAA_SEMANTICA PAA_SINTASSI_EXTRAXSD PAA_SINTASSI_XSD "
    "PAA_STAZIONE_INT_ERRATA PAA_SYSTEM_ERROR" " "
    "CANALE_AVVISO_DUPLICATO CANALE_CANALE_ERRATO CANALE_INDISPONIBILE CANALE_INTERMEDIARIO_ERRATO "
    "CANALE_PSP_ERRATO CANALE_RICHIEDENTE_ERRATO CANALE_RPT_DUPLICATA CANALE_RPT_RIFIUTATA CANALE_SEMANTICA "
    "CANALE_SINTASSI_EXTRAXSD CANALE_SINTASSI_XSD CANALE_SYSTEM_ERROR");
  const std::set<std::string> expected(listed.begin(), listed.end());
  std::set<std::string> held;
  for (const FaultCode& code : fault_codes()) {
    CAPTURE(code.code);
    CHECK(expected.contains(std::string(code.code)));
    CHECK(held.insert(std::string(code.code)).second);
  }
  for (const std::string& code : expected) {
    CAPTURE(code);
    CHECK(held.contains(code));
  }
}

TEST_CASE("a spelling of a code that some sources use is understood") {
  struct Case {
    std::string_view spelt, code;
  };
  const Case cases[] = {
      {"PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO", "PPT_STAZIONE_INT_PA_SERVIZIO_NONATTIVO"},
      {"PPT_CANALE_SERVIZIO_NON_ATTIVO", "PPT_CANALE_SERVIZIO_NONATTIVO"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.spelt);
    REQUIRE(find_fault_code(c.spelt) != nullptr);
    CHECK(find_fault_code(c.spelt)->code == c.code);
  }
}

TEST_CASE("how a code travels agrees with who emits it and with who may answer it") {
  std::string passing_on;
  std::string internal;
  for (const FaultCode& code : fault_codes()) {
    CAPTURE(code.code);
    const bool by_the_nodo = code.emitter == Emitter::nodo;
    CHECK((code.propagation == Propagation::passed_on) == !by_the_nodo);
    if (code.propagation == Propagation::passes_on) passing_on += std::string(code.code) + " ";
    if (code.propagation == Propagation::internal) internal += std::string(code.code) + " ";
    if (belongs_elsewhere(code)) CHECK(code.primitives.empty());
    if (code.propagation == Propagation::internal) CHECK(code.primitives.empty());
    const Bilingual said = how_it_travels(code);
    CHECK(said.it.size() > 20);
    CHECK(said.en.size() > 20);
    CHECK(said.it != said.en);
    CHECK_FALSE(to_text(code.propagation).empty());
  }
  CHECK(passing_on == "PPT_ERRORE_EMESSO_DA_PAA PPT_CANALE_ERRORE ");
  CHECK(internal == "PPT_CANALE_ERRORE_RESPONSE PPT_CANALE_TIMEOUT PPT_CANALE_IRRAGGIUNGIBILE PPT_CANALE_SERVIZIO_NONATTIVO ");
}

TEST_CASE("the codes that no primitive here produces are those of other primitives, and say so") {
  struct Case {
    std::string_view code;
    bool elsewhere;
  };
  const Case cases[] = {
      {"PPT_RPT_DUPLICATA", true},   {"PPT_WISP_SESSIONE_SCONOSCIUTA", true}, {"PPT_MULTI_BENEFICIARIO", true},
      {"CANALE_AVVISO_DUPLICATO", true}, {"PAA_ATTIVA_RPT_IMPORTO_NON_VALIDO", true}, {"PPT_OPER_NON_STORNABILE", true},
      {"PPT_CANALE_INDISPONIBILE", true}, {"PPT_CANALE_ERRORE", false}, {"PPT_CANALE_TIMEOUT", false},
      {"PPT_CANALE_SCONOSCIUTO", false}, {"PAA_SINTASSI_XSD", false}, {"PPT_SINTASSI_XSD", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.code);
    REQUIRE(find_fault_code(c.code) != nullptr);
    CHECK(belongs_elsewhere(*find_fault_code(c.code)) == c.elsewhere);
    CHECK((how_it_travels(*find_fault_code(c.code)).en.find("no primitive") != std::string::npos) == c.elsewhere);
  }
}

TEST_CASE("every SOAP primitive may answer a fault of syntax, of semantics and of the system") {
  for (const Primitive& row : primitives()) {
    if (row.port == nullptr) continue;
    CAPTURE(row.name);
    const std::string_view prefix = row.callee == Role::nodo ? "PPT_" : row.callee == Role::ec ? "PAA_" : "CANALE_";
    for (const std::string_view end : {"SINTASSI_EXTRAXSD", "SEMANTICA", "SYSTEM_ERROR"}) {
      CAPTURE(end);
      const FaultCode* code = find_fault_code(std::string(prefix) + std::string(end));
      REQUIRE(code != nullptr);
      CHECK(answers(*code, row.name));
    }
  }
  CHECK_FALSE(answers(*find_fault_code("PPT_SEMANTICA"), "sendPaymentOutcom"));
  CHECK_FALSE(answers(*find_fault_code("PPT_SEMANTICA"), ""));
  CHECK_FALSE(answers(*find_fault_code("PPT_CANALE_TIMEOUT"), "pspNotifyPayment"));
}

TEST_CASE("the strings that the protocol fixes are these") {
  struct Case {
    std::string_view code, faultString;
  };
  const Case cases[] = {
      {"PPT_SINTASSI_EXTRAXSD", "Errore di sintassi extra XSD"},
      {"PPT_AUTENTICAZIONE", "Errore di autenticazione"},
      {"PPT_PSP_SCONOSCIUTO", "PSP sconosciuto"},
      {"PPT_PAGAMENTO_IN_CORSO", "Pagamento in attesa risulta in corso al sistema pagoPA"},
      {"PPT_PAGAMENTO_DUPLICATO", "Pagamento in attesa risulta concluso al sistema pagoPA"},
      {"PPT_SEMANTICA", "Errore semantico"},
      {"PPT_STAZIONE_INT_PA_TIMEOUT", "Timeout risposta dalla Stazione"},
      {"PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE", "Errore di connessione verso la Stazione"},
      {"PPT_STAZIONE_INT_PA_ERRORE_RESPONSE", "Errore di risposta dalla stazione"},
      {"PPT_ERRORE_EMESSO_DA_PAA", "Errore restituito dall'Ente Creditore"},
      {"PAA_PAGAMENTO_SCONOSCIUTO", "Pagamento in attesa risulta sconosciuto all'Ente Creditore"},
      {"PAA_PAGAMENTO_SCADUTO", "Pagamento in attesa risulta scaduto all'Ente Creditore"},
      {"CANALE_SINTASSI_EXTRAXSD", "Errore di sintassi extra XSD"},
      {"CANALE_SYSTEM_ERROR", "Errore generico"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.code);
    REQUIRE(find_fault_code(c.code) != nullptr);
    CHECK(find_fault_code(c.code)->faultString == c.faultString);
  }
}

TEST_CASE("the fault that a callee answers to a message it cannot read is a code of its own") {
  for (const Primitive& row : primitives()) {
    CAPTURE(row.name);
    if (row.port == nullptr) {
      CHECK(row.syntax_fault.empty());
      continue;
    }
    const FaultCode* code = find_fault_code(row.syntax_fault);
    REQUIRE(code != nullptr);
    const std::vector<std::string> answered_by = words(code->primitives);
    CHECK(std::find(answered_by.begin(), answered_by.end(), row.name) != answered_by.end());
  }
}

TEST_CASE("a rule obliges roles that exist and is said in Italian and in English") {
  for (const Rule& rule : rules()) {
    CAPTURE(rule.id);
    const std::vector<std::string> obliged = words(rule.obliged);
    CHECK_FALSE(obliged.empty());
    for (const std::string& role : obliged) {
      CAPTURE(role);
      CHECK(parse_role(role).has_value());
    }
    CHECK(std::set<std::string>(obliged.begin(), obliged.end()).size() == obliged.size());
    CHECK(rule.it.size() > 20);
    CHECK(rule.en.size() > 20);
    CHECK(rule.it != rule.en);
    CHECK_FALSE(rule.source.empty());
    CHECK_FALSE(rule.since.empty());
    CHECK_FALSE(to_text(rule.standing).empty());
    CHECK(find_rule(rule.id) == &rule);
  }
  CHECK(find_rule("CHK-00") == nullptr);
  CHECK(find_rule("chk-01") == nullptr);
  CHECK(find_rule("") == nullptr);
}

TEST_CASE("every rule of the catalogue that the actors cite exists") {
  std::size_t cited = 0;
  for (const std::string_view file : {"actors/checkout.cpp", "actors/checkout.hpp", "actors/nodo.cpp", "actors/nodo.hpp", "actors/nodo_tables.cpp",
                           "actors/nodo_tables.hpp", "actors/ec.cpp", "actors/ec.hpp", "actors/ec_notices.cpp", "actors/psp.cpp",
                           "actors/psp.hpp", "sim/contract/message.cpp"}) {
    for (const std::string& id : cited_in(file)) {
      CAPTURE(file);
      CAPTURE(id);
      CHECK(find_rule(id) != nullptr);
      ++cited;
    }
  }
  CHECK(cited > 20);  // the search finds something
}

TEST_CASE("a setting reads back what it was given, and refuses what is not of its type") {
  std::set<std::string_view> names;
  for (const SettingRow& row : settings_table()) {
    CAPTURE(row.name);
    CHECK(names.insert(row.name).second);
    CHECK(find_setting(row.name) == &row);
    CHECK_FALSE(row.source.empty());
    CHECK_FALSE(row.en.empty());
    Settings settings;
    const std::string before = row.read(settings);
    for (const std::string_view bad : {"", "maybe", "-1", "5 s", "1e3", "YES", row.type == "version, 1 or 2" ? "3" : "two"}) {
      CAPTURE(bad);
      CHECK_FALSE(row.store(settings, bad));
      CHECK(row.read(settings) == before);
    }
    const std::string good = row.type == "duration" ? "42s" : row.type == "number" ? "42" : row.type == "version, 1 or 2" ? (before == "1" ? "2" : "1") : before == "yes" ? "no" : "yes";
    CHECK(row.store(settings, good));
    CHECK(row.read(settings) == good);
    CHECK(row.store(settings, before));
    CHECK(row.read(settings) == before);
  }
  CHECK(find_setting("ec_deadline") == nullptr);
}
