// A verdict opens with one sentence, in both languages, whatever it was that failed; and text, JUnit and JSON tell the
// same story with the same numbers.
#include "sim/report/run_report.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "actors/mutants.hpp"
#include "sim/laws.hpp"
#include "sim/report/sentence.hpp"
#include "sim/wire/json.hpp"
#include "tests/support/scenarios.hpp"

namespace {

using namespace sim;
using report::Finding;
using report::Judgement;
using report::Played;
using report::Verdict;
using support::Parts;
using support::tried;

/// The sentences of a run with which its report opens.
struct Opening {
  std::string it, en;
};
Opening opening(const Parts& parts) {
  const support::Trial trial = tried(parts);
  const scenario::Bilingual told = report::sentence(trial.judgement, trial.scenario, trial.journal);
  return {told.it, told.en};
}

/// A scenario played with a mutant.
Played planted(const scenario::Scenario& scenario, std::string_view mutant) {
  const actors::Mutant* found = actors::find_mutant(mutant);
  REQUIRE(found != nullptr);
  Played out{&scenario, {}, play(scenario, 1, Fidelity::typed, [&](const auto& registry, auto positions) { return actors::mutant_cast(registry, positions, *found); })};
  out.judgement = report::judge(scenario, out.journal);
  return out;
}

bool has(std::string_view text, std::string_view words) { return text.find(words) != std::string_view::npos; }

const std::string nodo = "judges=\"checkout nodo\"";
const std::string good = "<seen message=\"verifyPaymentNotice\" times=\"1\" rule=\"CHK-01\"/>";

}  // namespace

TEST_CASE("a verdict opens with who should have done what, under which rule, and what happened instead") {
  struct Row {
    std::string name, steps, expect, attributes, en, it;
  };
  const std::string denied = "<answer by=\"ec\" to=\"paGetPayment\" outcome=\"KO\" fault=\"PAA_SEMANTICA\"/><pay/>";
  const std::vector<Row> rows{
      {"answer", denied, "<answer from=\"nodo\" to=\"activatePaymentNoticeV2\" outcome=\"OK\" rule=\"CHK-03\"/>", nodo,
       "By rule CHK-03, the Nodo should have answered activatePaymentNoticeV2 with outcome OK; instead, at 0.140 s: it answered: KO PPT_ERRORE_EMESSO_DA_PAA",
       "Per la regola CHK-03 il Nodo avrebbe dovuto rispondere a activatePaymentNoticeV2 con esito OK; invece, a 0.140 s: ha risposto: KO PPT_ERRORE_EMESSO_DA_PAA"},
      {"state", denied, "<state of=\"payment\" is=\"NOTIFIED\" rule=\"CHK-03\"/>", nodo,
       "By rule CHK-03, which binds the Nodo, the payment should have ended in NOTIFIED; instead, at the end: it never began.",
       "Per la regola CHK-03, che vincola il Nodo, il pagamento avrebbe dovuto terminare in NOTIFIED; invece, alla fine: non è mai cominciato."},
      {"history", "<pay card=\"denied\"/>", "<history of=\"transaction\" is=\"ACTIVATED\" rule=\"CHK-04\"/>", nodo,
       "By rule CHK-04, which binds Checkout and the Nodo, Checkout's transaction should have gone exactly through: ACTIVATED; instead, at ",
       "Per la regola CHK-04, che vincola Checkout e il Nodo, la transazione di Checkout avrebbe dovuto attraversare esattamente: ACTIVATED; invece, a "},
      {"seen", "<verify/>", "<seen message=\"verifyPaymentNotice\" times=\"2\" rule=\"CHK-03\"/>", nodo,
       "By rule CHK-03, which binds the Nodo, verifyPaymentNotice should have been sent 2 time(s); instead, at the end: it was sent 1 times.",
       "Per la regola CHK-03, che vincola il Nodo, verifyPaymentNotice avrebbe dovuto essere inviato 2 volta/e; invece, alla fine: è stato inviato 1 volte."},
      {"never", "<pay/>", "<never message=\"paSendRT\" within=\"1h\" rule=\"CHK-07\"/>", nodo,
       "By rule CHK-07, which binds the Nodo, paSendRT should never have been sent within 1h; instead, at 2.720 s: it was sent at 2.720 s.",
       "Per la regola CHK-07, che vincola il Nodo, paSendRT non avrebbe mai dovuto essere inviato entro 1h; invece, a 2.720 s: è stato inviato a 2.720 s."},
      {"deadline", "<pay/>", "<deadline from=\"pspNotifyPayment answered\" to=\"paSendRT sent\" within=\"100ms\" rule=\"CHK-07\"/>", nodo,
       "By rule CHK-07, which binds the Nodo, between \"pspNotifyPayment answered\" and \"paSendRT sent\" no more than 100ms should have passed, by 2.320 s; instead, at 2.720 s: 500ms passed, 0.400 s past it.",
       "Per la regola CHK-07, che vincola il Nodo, tra «pspNotifyPayment con risposta arrivata» e «paSendRT inviata» sarebbero dovuti passare non più di 100ms, entro 2.320 s; invece, a 2.720 s: sono passati 500ms, 0.400 s oltre il termine."},
      {"deadline never met", "<verify/>", "<deadline from=\"verifyPaymentNotice sent\" to=\"paSendRT sent\" within=\"1s\" rule=\"CHK-07\"/>", nodo,
       ", by 1.000 s; instead, from 0.000 s to the end: \"paSendRT sent\" never happened.", ", entro 1.000 s; invece, da 0.000 s alla fine: «paSendRT sent» non è mai avvenuto."},
      {"field", "<pay/>", "<field of=\"paSendRT\" leg=\"request\" path=\"receipt/paymentAmount\" is=\"121.50\" rule=\"CHK-07\"/>", nodo,
       "By rule CHK-07, which binds the Nodo, receipt/paymentAmount of paSendRT (request) should have been 121.50; instead, at 2.720 s: it is '120.00' instead of '121.50'.",
       "Per la regola CHK-07, che vincola il Nodo, receipt/paymentAmount di paSendRT (richiesta) avrebbe dovuto valere 121.50; invece, a 2.720 s: vale '120.00' invece di '121.50'."},
      {"same", "<pay/>", "<same of=\"paSendRT\" leg=\"request\" path=\"receipt/receiptId\" as=\"paGetPayment\" as-leg=\"request\" as-path=\"idPA\" rule=\"CHK-07\"/>", nodo,
       "receipt/receiptId of paSendRT (request) should have equalled idPA of paGetPayment (request); instead, at 2.720 s: it is '", "receipt/receiptId di paSendRT (richiesta) avrebbe dovuto essere uguale a idPA di paGetPayment (richiesta); invece, a 2.720 s: vale '"},
      {"never reached", "<verify/>", "<answer from=\"ec\" to=\"paSendRT\" outcome=\"OK\" rule=\"EC-07\"/>", nodo,
       "It cannot be said whether the EC answers paSendRT with outcome OK (EC-07): paSendRT arrived 0 times.", "Non si può dire se l'EC risponde a paSendRT con esito OK (EC-07): paSendRT è arrivato 0 volte."},
      {"not played as told", "<pay/><fault on=\"paSendRT\" leg=\"request\" do=\"drop\" nth=\"2\"/>", good, nodo,
       "The story was not played as it is told: line 6: \"the network hits the request of paSendRT: it is lost (occasion 2)\" never happened.", "La storia non si è svolta come è raccontata: riga 6: «la rete colpisce richiesta di paSendRT: si perde (occasione 2)» non è mai accaduto."},
      {"did not fail", "<pay/>", good, "judges=\"checkout nodo\" fails=\"CHK-05\"", "It was meant to fail under rule CHK-05, and nobody broke it: the check that it should prove saw nothing.",
       "Doveva fallire per la regola CHK-05, e nessuno l'ha violata: il controllo che dovrebbe provare non ha visto niente."},
      {"failed under another rule", "<pay/>", "<seen message=\"paSendRT\" times=\"0\" rule=\"CHK-07\"/>", "judges=\"checkout nodo\" fails=\"CHK-05\"",
       "It was meant to fail under rule CHK-05 alone. By rule CHK-07, which binds the Nodo, paSendRT should have been sent 0 time(s); instead, at 2.720 s: it was sent 1 times.",
       "Doveva fallire solo per la regola CHK-05. Per la regola CHK-07, che vincola il Nodo, paSendRT avrebbe dovuto essere inviato 0 volta/e; invece, a 2.720 s: è stato inviato 1 volte."},
      {"as it should be", "<pay/>", good, nodo, "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Opening told = opening(Parts{.steps = row.steps, .expect = row.expect, .attributes = row.attributes});
    CAPTURE(told.en);
    CAPTURE(told.it);
    CHECK(has(told.en, row.en));
    CHECK(has(told.it, row.it));
    CHECK(told.en.empty() == row.en.empty());
  }
}

TEST_CASE("a rule that watches by itself, a rule of the ledger, a law and the contract open a verdict too") {
  const Journal journal = support::play(Parts{});
  const auto told = [&](Finding f) {
    f.fate = Finding::Fate::broken;
    return report::sentence(f, journal);
  };
  Finding f;
  f.rule = "CHK-06", f.who = "psp", f.expected = {"sendPaymentOutcome entro 2 s", "sendPaymentOutcome within 2 s"}, f.found = {"è partito tardi", "it left late"};
  f.entry = support::hops(journal, "sendPaymentOutcome", contract::Leg::request, Hop::Stage::sent).at(0).entry;
  f.by = journal.entries[*f.entry].at + milliseconds(-500);
  const std::string at = report::since_start(journal, journal.entries[*f.entry].at), by = report::since_start(journal, *f.by);
  CHECK(told(f).en == "By rule CHK-06 the PSP PSPSIM01 owed this: sendPaymentOutcome within 2 s, by " + by + "; instead, at " + at + ": it left late, 0.500 s past it.");
  CHECK(told(f).it == "Per la regola CHK-06 il PSP PSPSIM01 era tenuto a questo: sendPaymentOutcome entro 2 s, entro " + by + "; invece, a " + at + ": è partito tardi, 0.500 s oltre il termine.");
  f.never = true;
  f.found = {"non è mai partito", "it never left"};
  CHECK(has(told(f).en, "; instead, from " + at + " to the end: it never left."));
  f.by.reset(), f.never = false, f.rule = "LED-01";
  CHECK(told(f).en.starts_with("By rule LED-01 of the ledger the PSP PSPSIM01 owed this: "));
  CHECK(told(f).it.starts_with("Per la regola LED-01 del libro mastro il PSP PSPSIM01 era tenuto a questo: "));
  f.rule = "LAW-13", f.who = "nodo checkout", f.expected = {"nessun avviso è pagato due volte", "no notice is paid twice"};
  CHECK(told(f).en.starts_with("By law LAW-13 this always holds: no notice is paid twice (it may have been broken by the Nodo and Checkout); instead, at "));
  CHECK(told(f).it.starts_with("Per la legge LAW-13 vale sempre questo: nessun avviso è pagato due volte (può averla violata il Nodo e Checkout); invece, a "));
  f.who.clear();
  CHECK(told(f).en.starts_with("By law LAW-13 this always holds: no notice is paid twice; instead, at "));
  for (const std::string_view id : {"CHK-05", "LED-01", "LAW-01"}) {
    CHECK(report::rule_text(id, "it").starts_with(std::string(id) + ": "));
    CHECK(report::rule_text(id, "it") != report::rule_text(id, "en"));
  }
  CHECK(report::rule_text("", "en").empty());
}

TEST_CASE("every expectation says in both languages what should have been, with the attributes with which it says what is") {
  const auto places = [](std::string_view pattern) {
    std::string out;
    for (std::size_t at = pattern.find('{'); at != std::string_view::npos; at = pattern.find('{', at + 1)) out += pattern.substr(at, pattern.find('}', at) - at + 1);
    return out;
  };
  for (const scenario::Element& row : scenario::elements()) {
    CAPTURE(row.name);
    const bool expectation = row.parents == "expect";
    CHECK(row.due_en.empty() == !expectation);
    CHECK(places(row.due_en) == (expectation ? places(row.en) : ""));
    CHECK(places(row.due_it) == (expectation ? places(row.it) : ""));
  }
}

TEST_CASE("a law that is broken fails a run that expects nothing, unless the scenario speaks for others") {
  Parts parts{.steps = "<pay/><answer by=\"psp\" to=\"pspNotifyPayment\" outcome=\"KO\" fault=\"CANALE_SEMANTICA\"/>", .attributes = "judges=\"psp\""};
  scenario::Scenario scenario = support::load(parts);
  scenario.expectations.clear();
  CHECK_FALSE(scenario.speaks_for_others());
  const Played refused = planted(scenario, "skips-storno");
  CHECK(refused.judgement.verdict == Verdict::FAIL);
  REQUIRE(refused.judgement.findings.size() >= 1);
  const Finding* broken = report::first_broken(refused.judgement, scenario);
  REQUIRE(broken != nullptr);
  CHECK(broken->rule == "LAW-20");
  CHECK(broken->who == "checkout");
  const std::string shown = report::text(refused, {.lang = "it"});
  CHECK(has(shown, "FAIL"));
  CHECK(has(shown, "Per la legge LAW-20 vale sempre questo: ciò che si muove si ferma dove può restare (può averla violata Checkout); invece"));
  CHECK(has(shown, "regola    LAW-20: "));
  CHECK(has(shown, "\n      >>> "));
  parts.steps += "<withhold by=\"ec\" message=\"paSendRT\"/>";
  scenario = support::load(parts);
  scenario.expectations.clear();
  CHECK(scenario.speaks_for_others());
  const Played scripted = planted(scenario, "skips-storno");
  CHECK(std::none_of(scripted.judgement.findings.begin(), scripted.judgement.findings.end(), [](const Finding& f) { return find_law(f.rule) != nullptr; }));
}

TEST_CASE("a law of the engine that is broken fails a run, and says so in both languages") {
  support::Trial trial = tried(Parts{});
  trial.journal.entries[3].at = trial.journal.entries[3].at + milliseconds(1'000'000);
  const Judgement j = report::judge(trial.scenario, trial.journal);
  CHECK(to_text(j.verdict) == "FAIL");
  const scenario::Bilingual told = report::sentence(j, trial.scenario, trial.journal);
  CHECK(has(told.en, "By law LAW-01 this always holds: time never runs backwards; instead"));
  CHECK(has(told.it, "Per la legge LAW-01 vale sempre questo: il tempo non torna indietro; invece"));
}

TEST_CASE("text, JUnit and JSON count the same, open failures with the same sentence and say how to see them again") {
  std::vector<scenario::Scenario> scenarios;
  const auto add = [&](const Parts& parts) { scenarios.push_back(support::load(parts)); };
  add(Parts{.attributes = nodo});
  add(Parts{.expect = "<seen message=\"paSendRT\" times=\"0\" rule=\"CHK-07\"/>", .attributes = nodo});
  add(Parts{.expect = "<seen message=\"paSendRT\" times=\"7\" rule=\"CHK-07\"/>", .attributes = nodo});
  add(Parts{.steps = "<verify/>", .expect = "<answer from=\"ec\" to=\"paSendRT\" outcome=\"OK\" rule=\"EC-07\"/>", .attributes = nodo});
  add(Parts{.attributes = nodo});
  scenarios.back().skip = "not today";
  std::vector<Played> played;
  for (const scenario::Scenario& s : scenarios) {
    Played one{&s, report::skipped(), {}};
    if (s.skip.empty()) one.journal = support::play(s), one.judgement = report::judge(s, one.journal);
    played.push_back(std::move(one));
  }
  const report::Settings settings{.seed = 5, .lang = "it", .fidelity = "typed", .plant = "skips-storno"};
  const auto parsed = wire::parse_json(report::json(played, settings, 0.5));
  REQUIRE(parsed.has_value());
  const wire::Json& counts = *parsed->member("counts");
  const auto number = [&](const char* name) { return std::stoi(std::get<wire::JsonNumber>(counts.member(name)->value).text); };
  CHECK(number("PASS") == 1);
  CHECK(number("FAIL") == 2);
  CHECK(number("INCONCLUSIVE") == 1);
  CHECK(number("SKIPPED") == 1);
  CHECK(has(report::text_summary(played, settings, 0.5), fmt::format("5 scenarios: {} PASS, {} FAIL, {} INCONCLUSIVE, {} SPEC-SILENT, {} SKIPPED", number("PASS"), number("FAIL"), number("INCONCLUSIVE"), number("SPEC-SILENT"), number("SKIPPED"))));
  const std::string junit = report::junit(played, settings, 0.5);
  CHECK(has(junit, fmt::format("tests=\"5\" failures=\"{}\" errors=\"0\" skipped=\"{}\"", number("FAIL"), number("INCONCLUSIVE") + number("SKIPPED") + number("SPEC-SILENT"))));
  const auto occurrences = [](const std::string& text, std::string_view words) {
    int n = 0;
    for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++n;
    return n;
  };
  CHECK(occurrences(junit, "<failure ") == number("FAIL"));
  CHECK(occurrences(junit, "<skipped ") == number("INCONCLUSIVE") + number("SKIPPED") + number("SPEC-SILENT"));
  int failed = 0;
  const std::string again = "checkout-sim run inline.xml --seed 5 --verbose --fidelity typed --plant skips-storno";
  for (const Played& one : played) {
    const std::string text = report::text(one, settings);
    failed += text.starts_with("FAIL") ? 1 : 0;
    const std::string sentence = report::sentence(one.judgement, *one.scenario, one.journal).it;
    if (sentence.empty()) continue;
    CAPTURE(sentence);
    CHECK(text.find("\n    " + sentence + "\n") == text.find('\n'));  // it is what the failure opens with
    CHECK(has(junit, sentence));
    CHECK(has(report::json(played, settings, 0.5), "\"sentence\":\"" + sentence));
    CHECK(has(text, again));
  }
  CHECK(failed == number("FAIL"));
  CHECK(has(junit, again));
  CHECK(has(report::json(played, settings, 0.5), again));
  CHECK(report::reproduction(scenarios[0], {}) == "checkout-sim run inline.xml --seed 1 --verbose");
}
