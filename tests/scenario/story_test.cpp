// Stories: the templates of the element table, filled in. Whatever attributes are there or not, no placeholder survives,
// and a story says what is given, what happens and what must come of it, in the language that was asked for.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/story.hpp"
#include "tests/support/scenarios.hpp"

namespace {

using namespace sim;
using scenario::Attribute;
using scenario::Element;
using scenario::Kind;
using scenario::Node;
using support::Parts;

/// A value that an attribute may hold and that has no brace of its own.
std::string value_for(const Attribute& a) {
  const std::vector<std::string> allowed = allowed_values(a);
  if (!allowed.empty()) return allowed.front();
  if (a.kind == Kind::cause) return "paSendRT sent 2";
  if (a.kind == Kind::roles) return "nodo";
  return "VALUE-OF-" + std::string(a.name);
}

/// The element with the attributes for which `bits` has a one; the required ones always.
Node node_with(const Element& row, unsigned bits) {
  Node out;
  out.row = &row;
  for (std::size_t i = 0; i < row.attributes.size(); ++i) {
    const Attribute& a = row.attributes[i];
    if (a.required || (bits >> i & 1U) != 0) out.values.emplace_back(a.name, value_for(a));
  }
  return out;
}

TEST_CASE("no placeholder survives in what is told, whatever attributes an element has") {
  for (const Element& row : scenario::elements()) {
    CAPTURE(address(row));
    CHECK(row.it.empty() == row.en.empty());
    if (row.it.empty()) continue;
    const unsigned all = 1U << row.attributes.size();
    for (unsigned bits = 0; bits < all; ++bits) {
      for (const std::string_view lang : {"it", "en"}) {
        const std::string told = tell(node_with(row, bits), lang);
        CAPTURE(lang);
        CAPTURE(told);
        REQUIRE(told.find_first_of("{}[]") == std::string::npos);
        REQUIRE(told.find("  ") == std::string::npos);
        REQUIRE(!told.empty());
        REQUIRE(!told.starts_with(" "));
        REQUIRE(!told.ends_with(" "));
        REQUIRE(!told.ends_with("."));
      }
    }
  }
}

TEST_CASE("both languages tell the same attributes, the required ones among them") {
  for (const Element& row : scenario::elements()) {
    if (row.it.empty()) continue;
    CAPTURE(address(row));
    for (const Attribute& a : row.attributes) {
      CAPTURE(a.name);
      const std::string place = "{" + std::string(a.name) + "}";
      const bool it = row.it.find(place) != std::string_view::npos;
      const bool en = row.en.find(place) != std::string_view::npos;
      CHECK(it == en);
      if (a.required && a.name != "rule") CHECK(en);  // rules are told after the clause
    }
  }
}

TEST_CASE("a template names attributes of its own element only") {
  for (const Element& row : scenario::elements()) {
    CAPTURE(address(row));
    for (const std::string_view pattern : {row.it, row.en}) {
      for (std::size_t at = pattern.find('{'); at != std::string_view::npos; at = pattern.find('{', at + 1)) {
        const std::string_view name = pattern.substr(at + 1, pattern.find('}', at) - at - 1);
        CAPTURE(name);
        CHECK(find_attribute(row, name) != nullptr);
      }
    }
  }
}

TEST_CASE("words of the language are told as people say them") {
  struct Case {
    std::string steps, it, en;
  };
  const Case cases[] = {
      {"<pay card=\"denied\"/>", "l'utente paga, carta negata", "the user pays, card denied"},
      {"<pay/>", "l'utente paga", "the user pays"},
      {"<pay after=\"2s\"/>", "2s dopo, l'utente paga", "2s later, the user pays"},
      {"<verify/><activate/><authorise card=\"abandoned\"/>", "l'utente autorizza il pagamento: carta abbandonata", "the user authorises the payment: card abandoned"},
      {"<pay/><wait for=\"15m\"/>", "passano 15m", "15m pass"},
      {"<pay/><job name=\"mod3CancelV2\" when=\"pspNotifyPayment unanswered\"/>", "a seguito di «pspNotifyPayment senza risposta», il Nodo esegue: scadenza dei token (mod3CancelV2)",
       "upon \"pspNotifyPayment unanswered\", the Nodo runs: token expiry (mod3CancelV2)"},
      {"<pay/><send by=\"psp\" message=\"sendPaymentOutcome\" outcome=\"KO\" when=\"pspNotifyPayment answered 2\"/>",
       "a seguito di «pspNotifyPayment con risposta arrivata (2)», il PSP invia sendPaymentOutcome con esito KO",
       "upon \"pspNotifyPayment answered (2)\", the PSP sends sendPaymentOutcome with outcome KO"},
      {"<pay/><withhold by=\"psp\" message=\"sendPaymentOutcome\"/>", "il PSP non invia mai sendPaymentOutcome", "the PSP never sends sendPaymentOutcome"},
      {"<pay/><fault on=\"paSendRT\" leg=\"response\" do=\"delay\" by=\"20s\" times=\"0\"/>", "la rete colpisce risposta di paSendRT: arriva in ritardo di 20s (volte: 0)",
       "the network hits the response of paSendRT: it is delayed by 20s (times: 0)"},
      {"<pay/><answer by=\"psp\" id=\"PSPSIM01\" to=\"pspNotifyPayment\" outcome=\"KO\" fault=\"CANALE_SEMANTICA\"><omit field=\"fault/description\"/></answer>",
       "il PSP PSPSIM01 risponde a pspNotifyPayment con esito KO CANALE_SEMANTICA, senza fault/description",
       "the PSP PSPSIM01 answers pspNotifyPayment with outcome KO CANALE_SEMANTICA, without fault/description"},
      {"<pay/><position state=\"paid\" after=\"1s\"/>", "1s dopo, l'EC aggiorna la posizione: stato pagata", "1s later, the EC updates the position: state paid"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.steps);
    const scenario::Scenario s = support::load(Parts{.steps = c.steps});
    CAPTURE(story(s, "it"));
    CHECK(story(s, "it").find(" " + c.it + ".\n") != std::string::npos);
    CAPTURE(story(s, "en"));
    CHECK(story(s, "en").find(" " + c.en + ".\n") != std::string::npos);
  }
}

TEST_CASE("a story has its given, when and then, and what the specification does not say") {
  const scenario::Scenario s = support::load(Parts{
      .setup = "<about lang=\"it\">Perché.</about><about lang=\"en\">Why.</about><silent lang=\"it\">Non lo dice.</silent><silent lang=\"en\">It does not say.</silent>"
               "<ec code=\"80000000002\" broadcast=\"no\"/>",
      .steps = "<withhold by=\"psp\" message=\"sendPaymentOutcome\"/><pay/><wait for=\"1h\"/>",
      .expect = "<state of=\"payment\" is=\"PAYMENT_ACCEPTED\" rule=\"CHK-06\"/>",
      .attributes = "judges=\"nodo ec\" fails=\"CHK-06\""});
  CHECK(story(s, "en") ==
        "Trial\n\nWhy.\n\nGiven\n"
        "  that the EC 80000000002; gets copies of receipts: no.\n"
        "  and that there is notice 302001234567890123 for 120.00 euro.\n"
        "  and that the PSP never sends sendPaymentOutcome.\n"
        "When\n"
        "  - the user pays.\n"
        "  - then 1h pass.\n"
        "Then (judged: the Nodo, the EC)\n"
        "  - the payment ends in PAYMENT_ACCEPTED [CHK-06].\n"
        "The specification is silent: It does not say.\n"
        "This scenario must fail, and under rule CHK-06 alone: it proves that the check works.\n");
  CHECK(story(s, "it") ==
        "Prova\n\nPerché.\n\nDato\n"
        "  che l'EC 80000000002; ricevute in copia: no.\n"
        "  e che esiste l'avviso 302001234567890123 di 120.00 euro.\n"
        "  e che il PSP non invia mai sendPaymentOutcome.\n"
        "Quando\n"
        "  - l'utente paga.\n"
        "  - poi passano 1h.\n"
        "Allora (si giudica: il Nodo, l'EC)\n"
        "  - il pagamento termina in PAYMENT_ACCEPTED [CHK-06].\n"
        "La specifica tace: Non lo dice.\n"
        "Questo scenario deve fallire, e solo per la regola CHK-06: prova che il controllo funziona.\n");
}

TEST_CASE("with nothing given a story says that everybody behaves") {
  const scenario::Scenario s = support::load(
      "<scenario version=\"1\" id=\"bare\" judges=\"nodo\"><title lang=\"it\">x</title><title lang=\"en\">x</title>"
      "<steps><verify notice=\"302001234567890123\"/></steps><expect><seen message=\"paVerifyPaymentNotice\" times=\"1\" rule=\"CHK-02\"/></expect></scenario>");
  CHECK(story(s, "en").find("  that every actor behaves by the rules.\n") != std::string::npos);
  CHECK(story(s, "it").find("  che tutti gli attori si comportano secondo le regole.\n") != std::string::npos);
}

TEST_CASE("every role has a name in both languages") {
  for (const contract::Role role : contract::all_roles) {
    CHECK(!scenario::role_name(role, "it").empty());
    CHECK(!scenario::role_name(role, "en").empty());
  }
  CHECK(scenario::role_name(contract::Role::ec, "it") == "l'EC");
  CHECK(scenario::role_name(contract::Role::ec, "en") == "the EC");
}

}  // namespace
