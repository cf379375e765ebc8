// The judge: for every kind of expectation a run in which it holds, one in which it is broken and one in which its point
// is never reached; for every verdict a run that deserves it. The marked entry is the one that a reader must look at.
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/scenarios.hpp"

namespace {

using namespace sim;
using contract::Leg;
using report::Finding;
using report::Judgement;
using report::Verdict;
using support::hops;
using support::Parts;
using support::Trial;
using support::tried;
using Fate = Finding::Fate;
using Stage = Hop::Stage;

const std::string everybody = "judges=\"checkout nodo ec psp\"";
const std::string page_and_nodo = "judges=\"checkout nodo\"";
const std::string refusing_psp = "<pay/><answer by=\"psp\" to=\"pspNotifyPayment\" outcome=\"KO\" fault=\"CANALE_SEMANTICA\"/>";
const std::string refusing_ec = "<pay/><answer by=\"ec\" to=\"paGetPayment\" outcome=\"KO\" fault=\"PAA_SEMANTICA\" description=\"not this one\"/>";

/// Where the marked entry must be: a hop, a note, or nothing.
using Mark = std::function<bool(const Journal&, std::size_t)>;

Mark hop(std::string primitive, Leg leg, Stage stage) {
  return [=](const Journal& journal, std::size_t entry) {
    const auto found = hops(journal, primitive, leg, stage);
    for (const auto& seen : found) {
      if (seen.entry == entry) return true;
    }
    return false;
  };
}
Mark nth_hop(std::string primitive, std::size_t nth) {
  return [=](const Journal& journal, std::size_t entry) {
    const auto found = hops(journal, primitive, Leg::request, Stage::sent);
    return found.size() > nth && found[nth].entry == entry;
  };
}
Mark note(std::string machine, std::string to) {
  return [=](const Journal& journal, std::size_t entry) {
    const auto* noted = std::get_if<Noted>(&journal.entries.at(entry).what);
    return noted != nullptr && noted->note.machine == machine && (machine == "screen" ? noted->note.detail : std::string(noted->note.to)) == to;
  };
}
const Mark last = [](const Journal& journal, std::size_t entry) { return entry + 1 == journal.entries.size(); };
const Mark nowhere;

struct Case {
  std::string steps, expect;
  Fate fate;
  std::string found;  ///< words of what happened instead; empty when it held
  Mark mark;
};

void check(const std::vector<Case>& cases, const std::string& setup = "") {
  for (const Case& c : cases) {
    CAPTURE(c.steps);
    CAPTURE(c.expect);
    const bool scripted = c.steps.find("by=\"") != std::string::npos;
    const Trial trial = tried(Parts{.setup = std::string(support::forgetful) + setup, .steps = c.steps, .expect = c.expect, .attributes = scripted ? page_and_nodo : everybody});
    REQUIRE(trial.judgement.findings.size() == 1);
    const Finding& f = trial.judgement.findings.front();
    CAPTURE(f.found.en);
    CHECK(static_cast<int>(f.fate) == static_cast<int>(c.fate));
    CHECK(f.line == support::expect_line);
    CHECK(!f.rule.empty());
    CHECK(!f.who.empty());
    CHECK(!f.expected.it.empty());
    CHECK(!f.expected.en.empty());
    CHECK(f.found.en.find(c.found) != std::string::npos);
    CHECK(f.found.en.empty() == (c.fate == Fate::held));
    CHECK(f.found.it.empty() == (c.fate == Fate::held));
    if (c.mark) {
      REQUIRE(f.entry.has_value());
      CHECK(c.mark(trial.journal, *f.entry));
    } else {
      CHECK(!f.entry.has_value());
    }
    const Verdict verdict = c.fate == Fate::held ? Verdict::PASS : c.fate == Fate::broken ? Verdict::FAIL : Verdict::INCONCLUSIVE;
    CHECK(to_text(trial.judgement.verdict) == to_text(verdict));
  }
}

// ---- one kind of expectation after the other ----

TEST_CASE("an expected answer is compared with the one that was given") {
  const std::string close = "<answer from=\"nodo\" to=\"closePayment-v2\" ";
  const std::string activate = "<answer from=\"nodo\" to=\"activatePaymentNoticeV2\" ";
  const Mark closed = hop("closePayment-v2", Leg::response, Stage::sent);
  const Mark activated = hop("activatePaymentNoticeV2", Leg::response, Stage::sent);
  check({
      {"<pay/>", close + "outcome=\"OK\" rule=\"CHK-04\"/>", Fate::held, "", closed},
      {"<pay/>", close + "outcome=\"KO\" rule=\"CHK-04\"/>", Fate::broken, "it answered: OK", closed},
      {"<pay/>", close + "status=\"200\" rule=\"CHK-04\"/>", Fate::held, "", closed},
      {"<pay/>", close + "status=\"404\" rule=\"CHK-04\"/>", Fate::broken, "it answered: OK", closed},
      {refusing_ec, activate + "outcome=\"KO\" fault=\"PPT_ERRORE_EMESSO_DA_PAA\" description=\"PAA_SEMANTICA\" status=\"200\" rule=\"CHK-09\"/>", Fate::held, "", activated},
      {refusing_ec, activate + "fault=\"PPT_SEMANTICA\" rule=\"CHK-09\"/>", Fate::broken, "it answered: KO PPT_ERRORE_EMESSO_DA_PAA", activated},
      {refusing_ec, activate + "description=\"something else\" rule=\"CHK-09\"/>", Fate::broken, "not this one", activated},
      {"<pay/>", activate + "fault=\"PPT_SEMANTICA\" rule=\"CHK-09\"/>", Fate::broken, "it answered: OK", activated},
      {"<pay/>", activate + "outcome=\"OK\" nth=\"2\" rule=\"CHK-09\"/>", Fate::not_reached, "activatePaymentNoticeV2 arrived 1 times", nowhere},
      {"<verify/>", activate + "outcome=\"OK\" rule=\"CHK-09\"/>", Fate::not_reached, "arrived 0 times", nowhere},
      {"<pay card=\"denied\"/><pay/>", activate + "outcome=\"OK\" nth=\"2\" rule=\"CHK-09\"/>", Fate::held, "", activated},
      {"<pay/><pay/>", "<answer from=\"nodo\" to=\"verifyPaymentNotice\" fault=\"PPT_PAGAMENTO_IN_CORSO\" nth=\"2\" rule=\"CHK-09\"/>", Fate::held, "", hop("verifyPaymentNotice", Leg::response, Stage::sent)},
      {"<pay/><pay/>", "<answer from=\"nodo\" to=\"verifyPaymentNotice\" fault=\"PPT_PAGAMENTO_IN_CORSO\" rule=\"CHK-09\"/>", Fate::broken, "it answered: OK", hop("verifyPaymentNotice", Leg::response, Stage::sent)},
      {"<pay/>", "<answer from=\"ec\" to=\"paSendRT\" outcome=\"OK\" with=\"77777777777\" rule=\"CHK-09\"/>", Fate::held, "", hop("paSendRT", Leg::response, Stage::sent)},
      {"<pay/>", "<answer from=\"ec\" to=\"paSendRT\" outcome=\"OK\" with=\"80000000002\" rule=\"CHK-09\"/>", Fate::not_reached, "arrived 0 times", nowhere},
  });
  // No answer at all: the request that got none is marked.
  const Trial mute = tried(Parts{.steps = "<pay/><answer by=\"ec\" to=\"paGetPayment\" with=\"silence\"/>",
                                 .expect = "<answer from=\"ec\" to=\"paGetPayment\" outcome=\"OK\" rule=\"CHK-09\"/>",
                                 .attributes = page_and_nodo});
  REQUIRE(mute.judgement.findings.size() == 1);
  const Finding& f = mute.judgement.findings[0];
  CHECK(static_cast<int>(f.fate) == static_cast<int>(Fate::broken));
  CHECK(f.found.en == "no answer at all");
  CHECK(f.found.it == "nessuna risposta");
  REQUIRE(f.entry.has_value());
  CHECK(hop("paGetPayment", Leg::request, Stage::received)(mute.journal, *f.entry));
}

TEST_CASE("a state is the last one, and none when nothing ever began") {
  check({
      {"<pay/>", "<state of=\"payment\" is=\"NOTIFIED\" rule=\"CHK-07\"/>", Fate::held, "", note("payment", "NOTIFIED")},
      {"<pay/>", "<state of=\"payment\" is=\"PAID\" rule=\"CHK-07\"/>", Fate::broken, "it went through: PAYING PAYMENT_RESERVED", note("payment", "NOTIFIED")},
      {"<pay/>", "<state of=\"payment\" is=\"none\" rule=\"CHK-07\"/>", Fate::broken, "it went through: PAYING", note("payment", "NOTIFIED")},
      {"<verify/>", "<state of=\"payment\" is=\"none\" rule=\"CHK-07\"/>", Fate::held, "", nowhere},
      {"<verify/>", "<state of=\"payment\" is=\"PAID\" rule=\"CHK-07\"/>", Fate::broken, "it never began", last},
      {"<pay/>", "<state of=\"screen\" is=\"0\" rule=\"CHK-04\"/>", Fate::held, "", note("screen", "0")},
      {"<pay/>", "<state of=\"screen\" is=\"17\" rule=\"CHK-04\"/>", Fate::broken, "it went through: 17 0", note("screen", "0")},
      {"<pay/>", "<state of=\"debt\" is=\"paid\" notice=\"302001234567890123\" rule=\"CHK-08\"/>", Fate::held, "", note("debt", "paid")},
      {"<pay/>", "<state of=\"debt\" is=\"none\" notice=\"302001234567890124\" rule=\"CHK-08\"/>", Fate::held, "", nowhere},
      {"<pay/>", "<state of=\"debt\" is=\"paid\" ec=\"77777777777\" rule=\"CHK-08\"/>", Fate::held, "", note("debt", "paid")},
      {"<pay/>", "<state of=\"debt\" is=\"none\" ec=\"80000000002\" rule=\"CHK-08\"/>", Fate::held, "", nowhere},
      {"<pay/>", "<state of=\"recipient\" is=\"NOTIFIED\" with=\"77777777777\" rule=\"CHK-07\"/>", Fate::held, "", note("recipient", "NOTIFIED")},
      {"<pay/>", "<state of=\"recipient\" is=\"NOTIFIED\" with=\"80000000002\" rule=\"CHK-07\"/>", Fate::broken, "it never began", last},
      {"<pay card=\"denied\"/><pay/>", "<state of=\"payment\" is=\"CANCELLED\" nth=\"1\" rule=\"CHK-07\"/>", Fate::held, "", note("payment", "CANCELLED")},
      {"<pay card=\"denied\"/><pay/>", "<state of=\"payment\" is=\"NOTIFIED\" nth=\"2\" rule=\"CHK-07\"/>", Fate::held, "", note("payment", "NOTIFIED")},
      {"<pay/>", "<state of=\"payment\" is=\"none\" nth=\"2\" rule=\"CHK-07\"/>", Fate::held, "", nowhere},
  });
}

TEST_CASE("a history is every state, exactly, and the entry is where it leaves the path") {
  check({
      {"<pay/>", "<history of=\"position\" is=\"PAYING PAID NOTIFIED\" rule=\"CHK-07\"/>", Fate::held, "", note("position", "NOTIFIED")},
      {"<pay/>", "<history of=\"position\" is=\"PAYING NOTIFIED\" rule=\"CHK-07\"/>", Fate::broken, "it went through: PAYING PAID NOTIFIED", note("position", "PAID")},
      {"<pay/>", "<history of=\"position\" is=\"PAYING PAID\" rule=\"CHK-07\"/>", Fate::broken, "it went through: PAYING PAID NOTIFIED", note("position", "NOTIFIED")},
      {"<pay/>", "<history of=\"position\" is=\"PAYING PAID NOTIFIED PAID\" rule=\"CHK-07\"/>", Fate::broken, "it went through: PAYING PAID NOTIFIED", note("position", "NOTIFIED")},
      {"<pay/>", "<history of=\"position\" is=\"none\" rule=\"CHK-07\"/>", Fate::broken, "it went through: PAYING", note("position", "PAYING")},
      {"<verify/>", "<history of=\"position\" is=\"none\" rule=\"CHK-07\"/>", Fate::held, "", nowhere},
      {"<verify/>", "<history of=\"position\" is=\"PAYING\" rule=\"CHK-07\"/>", Fate::broken, "it never began", last},
      {"<pay/>", "<history of=\"screen\" is=\"17 0\" rule=\"CHK-04\"/>", Fate::held, "", note("screen", "0")},
      {"<pay/>", "<history of=\"screen\" is=\"0\" rule=\"CHK-04\"/>", Fate::broken, "it went through: 17 0", note("screen", "17")},
      {refusing_psp, "<history of=\"storno\" is=\"REQUESTED EXECUTED\" detail=\"121.50\" rule=\"CHK-04\"/>", Fate::held, "", note("storno", "EXECUTED")},
      {refusing_psp, "<history of=\"storno\" is=\"REQUESTED EXECUTED\" detail=\"120.00\" rule=\"CHK-04\"/>", Fate::broken, "it went through: REQUESTED EXECUTED (121.50)", note("storno", "EXECUTED")},
  });
}

TEST_CASE("messages are counted when they are sent, to whom and with which outcome") {
  check({
      {"<pay/>", "<seen message=\"paSendRT\" times=\"1\" rule=\"CHK-07\"/>", Fate::held, "", hop("paSendRT", Leg::request, Stage::sent)},
      {"<pay/>", "<seen message=\"paSendRT\" times=\"0\" rule=\"CHK-07\"/>", Fate::broken, "it was sent 1 times", nth_hop("paSendRT", 0)},
      {"<pay/>", "<seen message=\"paSendRT\" times=\"2\" rule=\"CHK-07\"/>", Fate::broken, "it was sent 1 times", last},
      {"<verify/>", "<seen message=\"paSendRT\" times=\"0\" rule=\"CHK-07\"/>", Fate::held, "", nowhere},
      {"<verify/><verify/>", "<seen message=\"paVerifyPaymentNotice\" times=\"1\" rule=\"CHK-02\"/>", Fate::broken, "it was sent 2 times", nth_hop("paVerifyPaymentNotice", 1)},
      {"<pay/>", "<seen message=\"paSendRT\" times=\"1\" with=\"77777777777\" rule=\"CHK-07\"/>", Fate::held, "", hop("paSendRT", Leg::request, Stage::sent)},
      {"<pay/>", "<seen message=\"paSendRT\" times=\"1\" with=\"80000000002\" rule=\"CHK-07\"/>", Fate::broken, "it was sent 0 times", last},
      {"<pay/>", "<seen message=\"closePayment-v2\" times=\"1\" outcome=\"OK\" rule=\"CHK-04\"/>", Fate::held, "", hop("closePayment-v2", Leg::request, Stage::sent)},
      {"<pay/>", "<seen message=\"closePayment-v2\" times=\"1\" outcome=\"KO\" rule=\"CHK-04\"/>", Fate::broken, "it was sent 0 times", last},
      // What is lost was sent all the same.
      {"<verify/><fault on=\"paVerifyPaymentNotice\" leg=\"request\" do=\"drop\"/>", "<seen message=\"paVerifyPaymentNotice\" times=\"1\" rule=\"CHK-02\"/>", Fate::held, "", nth_hop("paVerifyPaymentNotice", 0)},
      // What is withheld was not.
      {"<pay/><withhold by=\"psp\" message=\"sendPaymentOutcome\"/>", "<seen message=\"sendPaymentOutcome\" times=\"0\" rule=\"CHK-06\"/>", Fate::held, "", nowhere},
  });
}

TEST_CASE("what must never be sent is looked for within its time, from its cause") {
  const std::string never = "<never message=\"sendPaymentOutcome\" ";
  const Mark sent = nth_hop("sendPaymentOutcome", 0);  // at 2.700, and pspNotifyPayment is answered at 2.220
  check({
      {"<pay/>", never + "within=\"2s\" rule=\"CHK-06\"/>", Fate::held, "", nowhere},
      {"<pay/>", never + "within=\"2700ms\" rule=\"CHK-06\"/>", Fate::broken, "it was sent at 2.700 s", sent},
      {"<pay/>", never + "within=\"2699ms\" rule=\"CHK-06\"/>", Fate::held, "", nowhere},
      {"<pay/>", never + "within=\"1s\" after=\"pspNotifyPayment answered\" rule=\"CHK-06\"/>", Fate::broken, "it was sent at 2.700 s", sent},
      {"<pay/>", never + "within=\"479ms\" after=\"pspNotifyPayment answered\" rule=\"CHK-06\"/>", Fate::held, "", nowhere},
      {"<pay/>", never + "within=\"1h\" after=\"sendPaymentOutcome answered\" rule=\"CHK-06\"/>", Fate::held, "", nowhere},
      {"<pay/>", never + "within=\"1h\" outcome=\"KO\" rule=\"CHK-06\"/>", Fate::held, "", nowhere},
      {"<pay/>", never + "within=\"1h\" with=\"PSPSIM02\" rule=\"CHK-06\"/>", Fate::held, "", nowhere},
      {"<pay/>", never + "within=\"1h\" with=\"PSPSIM01\" rule=\"CHK-06\"/>", Fate::broken, "it was sent at 2.700 s", sent},
      {"<verify/>", never + "within=\"1h\" after=\"pspNotifyPayment answered\" rule=\"CHK-06\"/>", Fate::not_reached, "\"pspNotifyPayment answered\" never happened", nowhere},
  });
}

TEST_CASE("a deadline is the time between two moments, at most and at least") {
  const std::string deadline = "<deadline from=\"pspNotifyPayment answered\" to=\"sendPaymentOutcome sent\" ";  // 480 ms
  const Mark sent = nth_hop("sendPaymentOutcome", 0);
  check({
      {"<pay/>", deadline + "within=\"480ms\" rule=\"CHK-06\"/>", Fate::held, "", sent},
      {"<pay/>", deadline + "within=\"479ms\" rule=\"CHK-06\"/>", Fate::broken, "480ms passed", sent},
      {"<pay/>", deadline + "not-before=\"480ms\" rule=\"CHK-06\"/>", Fate::held, "", sent},
      {"<pay/>", deadline + "not-before=\"481ms\" rule=\"CHK-06\"/>", Fate::broken, "480ms passed", sent},
      {"<pay/>", deadline + "within=\"1s\" not-before=\"100ms\" rule=\"CHK-06\"/>", Fate::held, "", sent},
      {"<pay/>", "<deadline from=\"paSendRT answered\" to=\"paSendRT sent 2\" within=\"1h\" rule=\"CHK-20\"/>", Fate::broken, "\"paSendRT sent 2\" never happened", hop("paSendRT", Leg::response, Stage::received)},
      {"<verify/>", deadline + "within=\"1s\" rule=\"CHK-06\"/>", Fate::not_reached, "\"pspNotifyPayment answered\" never happened", nowhere},
      {"<verify/><fault on=\"paVerifyPaymentNotice\" leg=\"response\" do=\"drop\"/>", "<deadline from=\"paVerifyPaymentNotice sent\" to=\"paVerifyPaymentNotice unanswered\" within=\"7s\" not-before=\"7s\" rule=\"CHK-02\"/>", Fate::held, "",
       [](const Journal& journal, std::size_t entry) { return std::holds_alternative<Unanswered>(journal.entries.at(entry).what); }},
  });
}

TEST_CASE("a field is compared with a literal, with another message, or with nothing") {
  const std::string receipt = "<field of=\"paSendRT\" leg=\"request\" ";
  const Mark sent = hop("paSendRT", Leg::request, Stage::sent);
  check({
      {"<pay/>", receipt + "path=\"receipt/paymentAmount\" is=\"120.00\" rule=\"CHK-07\"/>", Fate::held, "", sent},
      {"<pay/>", receipt + "path=\"receipt/paymentAmount\" is=\"121.50\" rule=\"CHK-07\"/>", Fate::broken, "it is '120.00' instead of '121.50'", sent},
      {"<pay/>", receipt + "path=\"receipt/officeName\" is=\"{absent}\" rule=\"CHK-07\"/>", Fate::held, "", sent},
      {"<pay/>", receipt + "path=\"receipt/paymentAmount\" is=\"{absent}\" rule=\"CHK-07\"/>", Fate::broken, "it is '120.00'", sent},
      {"<pay/>", receipt + "path=\"receipt/officeName\" is=\"Ufficio\" rule=\"CHK-07\"/>", Fate::broken, "it is not there instead of 'Ufficio'", sent},
      {"<pay/>", receipt + "path=\"receipt/receiptId\" is=\"{activatePaymentNoticeV2 response paymentToken}\" rule=\"CHK-07\"/>", Fate::held, "", sent},
      {"<pay/>", receipt + "path=\"receipt/receiptId\" is=\"{paGetPayment response data/creditorReferenceId}\" rule=\"CHK-07\"/>", Fate::broken, "instead of '02001234567890123'", sent},
      {"<pay/>", receipt + "path=\"receipt/receiptId\" is=\"x\" nth=\"2\" rule=\"CHK-07\"/>", Fate::not_reached, "paSendRT (request) was never sent", nowhere},
      {"<pay/>", receipt + "path=\"receipt/receiptId\" is=\"x\" with=\"80000000002\" rule=\"CHK-07\"/>", Fate::not_reached, "was never sent", nowhere},
      {"<verify/>", receipt + "path=\"receipt/receiptId\" is=\"x\" rule=\"CHK-07\"/>", Fate::not_reached, "paSendRT (request) was never sent", nowhere},
      {"<verify/>", "<field of=\"paVerifyPaymentNotice\" leg=\"request\" path=\"idPA\" is=\"{paSendRT request idPA}\" rule=\"CHK-02\"/>", Fate::not_reached, "paSendRT (request) was never sent", nowhere},
      // Two fields that are both absent agree about nothing.
      {"<pay/>", receipt + "path=\"receipt/officeName\" is=\"{paGetPayment response data/officeName}\" rule=\"CHK-07\"/>", Fate::not_reached, "the other field is not there", nowhere},
  });
  // What breaks the contract has no fields to compare.
  const Trial spoiled = tried(Parts{.steps = "<pay/><answer by=\"ec\" to=\"paGetPayment\" with=\"malformed\"/>",
                                    .expect = "<field of=\"paGetPayment\" leg=\"response\" path=\"outcome\" is=\"OK\" rule=\"EC-05\"/>",
                                    .attributes = page_and_nodo});
  REQUIRE(spoiled.judgement.findings.size() == 1);
  CHECK(static_cast<int>(spoiled.judgement.findings[0].fate) == static_cast<int>(Fate::broken));
  CHECK(spoiled.judgement.findings[0].found.en.find("the message breaks the contract") != std::string::npos);
}

TEST_CASE("two fields are the same, differ, or cannot be compared") {
  const std::string receipt = "<same of=\"paSendRT\" leg=\"request\" path=\"receipt/receiptId\" ";
  const Mark sent = hop("paSendRT", Leg::request, Stage::sent);
  check({
      {"<pay/>", receipt + "as=\"activatePaymentNoticeV2\" as-leg=\"response\" as-path=\"paymentToken\" rule=\"CHK-07\"/>", Fate::held, "", sent},
      {"<pay/>", receipt + "as=\"paGetPayment\" as-leg=\"request\" as-path=\"idPA\" rule=\"CHK-07\"/>", Fate::broken, "instead of '77777777777'", sent},
      {"<pay/>", receipt + "as=\"paGetPayment\" as-leg=\"response\" as-path=\"data/officeName\" rule=\"CHK-07\"/>", Fate::not_reached, "the other field is not there", nowhere},
      {"<pay/>", "<same of=\"paSendRT\" leg=\"request\" path=\"receipt/officeName\" as=\"paGetPayment\" as-leg=\"request\" as-path=\"idPA\" rule=\"CHK-07\"/>", Fate::broken, "it is not there instead of '77777777777'", sent},
      {"<verify/>", receipt + "as=\"activatePaymentNoticeV2\" as-leg=\"response\" as-path=\"paymentToken\" rule=\"CHK-07\"/>", Fate::not_reached, "paSendRT (request) was never sent", nowhere},
      {"<pay/>", receipt + "as=\"paGetPayment\" as-leg=\"request\" as-path=\"idPA\" as-nth=\"2\" rule=\"CHK-07\"/>", Fate::not_reached, "paGetPayment (request) was never sent", nowhere},
      {"<pay/>", receipt + "nth=\"2\" as=\"paGetPayment\" as-leg=\"request\" as-path=\"idPA\" rule=\"CHK-07\"/>", Fate::not_reached, "paSendRT (request) was never sent", nowhere},
      {"<pay card=\"denied\"/><pay/>", receipt + "as=\"activatePaymentNoticeV2\" as-leg=\"response\" as-path=\"paymentToken\" as-nth=\"2\" rule=\"CHK-07\"/>", Fate::held, "", sent},
      {"<pay card=\"denied\"/><pay/>", receipt + "as=\"activatePaymentNoticeV2\" as-leg=\"response\" as-path=\"paymentToken\" as-nth=\"1\" rule=\"CHK-07\"/>", Fate::broken, "instead of '", sent},
  });
}

TEST_CASE("whoever is judged answers for a rule: who answers, or whom the rule obliges") {
  struct Row {
    std::string expect, judges, who;
  };
  const Row rows[] = {
      {"<answer from=\"nodo\" to=\"closePayment-v2\" outcome=\"OK\" rule=\"CHK-04\"/>", "checkout nodo", "nodo"},
      {"<seen message=\"pspNotifyPayment\" times=\"1\" rule=\"CHK-04\"/>", "checkout nodo", "checkout nodo"},
      {"<seen message=\"pspNotifyPayment\" times=\"1\" rule=\"CHK-04\"/>", "nodo ec", "nodo"},
      {"<deadline from=\"pspNotifyPayment answered\" to=\"sendPaymentOutcome sent\" within=\"2s\" rule=\"CHK-06\"/>", "psp", "psp"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expect);
    const Trial trial = tried(Parts{.expect = row.expect, .attributes = "judges=\"" + row.judges + "\""});
    REQUIRE(trial.judgement.findings.size() == 1);
    CHECK(trial.judgement.findings[0].who == row.who);
  }
}

// ---- verdicts ----

TEST_CASE("a verdict is what findings and script deserve together") {
  const std::string good = "<seen message=\"paVerifyPaymentNotice\" times=\"1\" rule=\"CHK-02\"/>";
  const std::string bad = "<seen message=\"paVerifyPaymentNotice\" times=\"9\" rule=\"CHK-02\"/>";
  const std::string bad_else = "<seen message=\"paGetPayment\" times=\"9\" rule=\"CHK-03\"/>";
  const std::string unreached = "<answer from=\"nodo\" to=\"activatePaymentNoticeV2\" nth=\"7\" outcome=\"OK\" rule=\"CHK-03\"/>";
  const std::string silent = "<silent lang=\"it\">Tace</silent><silent lang=\"en\">Silent</silent>";
  const std::string fails = "judges=\"nodo\" fails=\"CHK-02\"";
  struct Row {
    std::string name, setup, steps, expect, attributes;
    Verdict verdict;
    std::string unreached;  ///< words of what never came to pass
    bool as_it_must = false;
  };
  const std::string nodo = "judges=\"nodo\"";
  const Row rows[] = {
      {"all held", "", "<pay/>", good, nodo, Verdict::PASS, ""},
      {"one broken", "", "<pay/>", good + bad, nodo, Verdict::FAIL, ""},
      {"broken and unreached", "", "<pay/>", bad + unreached, nodo, Verdict::FAIL, ""},
      {"unreached expectation", "", "<pay/>", good + unreached, nodo, Verdict::INCONCLUSIVE, ""},
      {"unused fault", "", "<pay/>\n<fault on=\"paSendRT\" leg=\"request\" do=\"drop\" nth=\"2\"/>", good, nodo, Verdict::INCONCLUSIVE, "line 7"},
      {"used fault", "", "<pay/>\n<fault on=\"paSendRT\" leg=\"request\" do=\"drop\"/>", good, nodo, Verdict::PASS, ""},
      {"unused answer", "", "<verify/>\n<answer by=\"ec\" to=\"paGetPayment\" with=\"silence\"/>", good, nodo, Verdict::INCONCLUSIVE, "line 7"},
      {"used answer", "", "<pay/>\n<answer by=\"ec\" to=\"paGetPayment\" with=\"silence\"/>", good, nodo, Verdict::PASS, ""},
      {"unused withholding", "", "<verify/>\n<withhold by=\"psp\" message=\"sendPaymentOutcome\"/>", good, nodo, Verdict::INCONCLUSIVE, "line 7"},
      {"used withholding", "", "<pay/>\n<withhold by=\"psp\" message=\"sendPaymentOutcome\"/>", good, nodo, Verdict::PASS, ""},
      {"cause that never came", "", "<pay/>\n<job name=\"mod3CancelV2\" when=\"paSendRT sent 9\"/>", good, nodo, Verdict::INCONCLUSIVE, "line 7"},
      {"cause that came", "", "<pay/>\n<job name=\"mod3CancelV2\" when=\"paSendRT sent\"/>", good, nodo, Verdict::PASS, ""},
      {"send that never came", "", "<pay/>\n<send by=\"psp\" message=\"sendPaymentOutcome\" when=\"paSendRT sent 9\"/>", good, nodo, Verdict::INCONCLUSIVE, "line 7"},
      {"defect that spoilt nothing", "", "<pay/>\n<answer by=\"ec\" to=\"paGetPayment\"><break with=\"missing\" field=\"data/metadata/mapEntry\"/></answer>", good, R"(judges="checkout nodo")", Verdict::INCONCLUSIVE, "line 7"},
      {"defect in a message that was lost", "", "<fault on=\"pspNotifyPayment\" leg=\"response\" do=\"drop\"/>\n<answer by=\"psp\" to=\"pspNotifyPayment\"><break with=\"cut\"/></answer>\n<pay/>", good, nodo, Verdict::INCONCLUSIVE, "line 7"},
      {"defect that arrived", "", "<answer by=\"psp\" to=\"pspNotifyPayment\"><break with=\"cut\"/></answer>\n<pay/>", good, nodo, Verdict::PASS, ""},
      {"send without its value", "", "<verify/>\n<send by=\"psp\" message=\"sendPaymentOutcome\"><set field=\"paymentToken\" to=\"{paSendRT request receipt/receiptId}\"/></send>", good, nodo, Verdict::INCONCLUSIVE, "a value that it needs was never said"},
      {"wait", "", "<pay/>\n<wait for=\"1s\"/>", good, nodo, Verdict::PASS, ""},
      {"broken with an unused rule", "", "<pay/>\n<fault on=\"paSendRT\" leg=\"request\" do=\"drop\" nth=\"2\"/>", bad, nodo, Verdict::FAIL, "line 7"},
      {"silent specification", silent, "<pay/>", good, nodo, Verdict::SPEC_SILENT, ""},
      {"silent and broken", silent, "<pay/>", bad, nodo, Verdict::FAIL, ""},
      {"silent and unreached", silent, "<pay/>", unreached, nodo, Verdict::INCONCLUSIVE, ""},
      {"fails as it must", "", "<pay/>", bad, fails, Verdict::PASS, "", true},
      {"fails as it must beside what holds", "", "<pay/>", bad + "<seen message=\"paGetPayment\" times=\"1\" rule=\"CHK-03\"/>", fails, Verdict::PASS, "", true},
      {"does not fail though it must", "", "<pay/>", good, fails, Verdict::FAIL, ""},
      {"fails under another rule", "", "<pay/>", good + bad_else, fails, Verdict::FAIL, ""},
      {"fails under another rule too", "", "<pay/>", bad + bad_else, fails, Verdict::FAIL, ""},
      {"must fail, and was not played as told", "", "<pay/>\n<fault on=\"paSendRT\" leg=\"request\" do=\"drop\" nth=\"2\"/>", good, fails, Verdict::INCONCLUSIVE, "line 7"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Trial trial = tried(Parts{.setup = row.setup, .steps = row.steps, .expect = row.expect, .attributes = row.attributes});
    const Judgement& j = trial.judgement;
    CHECK(to_text(j.verdict) == to_text(row.verdict));
    CHECK(j.failed_as_it_must == row.as_it_must);
    REQUIRE(j.unreached.size() == (row.unreached.empty() ? 0U : 1U));
    if (!j.unreached.empty()) {
      CAPTURE(j.unreached[0].en);
      CHECK(j.unreached[0].en.find(row.unreached) != std::string::npos);
      CHECK(j.unreached[0].en.find("never happened") != std::string::npos);
      CHECK(j.unreached[0].it.find("non è mai accaduto") != std::string::npos);
    }
  }
}

TEST_CASE("two rules on one line are told apart") {
  const Trial trial = tried(Parts{.steps = "<pay/><withhold by=\"psp\" message=\"sendPaymentOutcome\"/><fault on=\"paSendRT\" leg=\"request\" do=\"drop\"/>",
                                  .attributes = "judges=\"checkout\""});
  CHECK(to_text(trial.judgement.verdict) == "INCONCLUSIVE");  // no receipt was ever sent, so that none was lost
}

TEST_CASE("a scenario that says why it is not run is skipped") {
  const Judgement j = report::skipped();
  CHECK(j.verdict == Verdict::SKIPPED);
  CHECK(j.findings.empty());
  CHECK(j.unreached.empty());
}

TEST_CASE("a run that was cut short proves nothing") {
  Trial trial = tried(Parts{});
  CHECK(trial.judgement.verdict == Verdict::PASS);
  trial.journal.cut_short = true;
  const Judgement j = report::judge(trial.scenario, trial.journal);
  CHECK(to_text(j.verdict) == "INCONCLUSIVE");
  REQUIRE(j.unreached.size() == 1);
  CHECK(j.unreached[0].en.find("cut short") != std::string::npos);
}

TEST_CASE("what a judged role says by itself must be a message, asked for or not") {
  Trial trial = tried(Parts{});
  Journal& journal = trial.journal;
  const std::size_t said = hops(journal, "verifyPaymentNotice", Leg::response, Stage::sent).at(0).entry;
  Hop& spoilt = std::get<Hop>(journal.entries[said].what);
  spoilt.said = Malformed{std::make_shared<const std::string>("<"), {{contract::Defect::missing, "/Envelope", "XSD", "", {"un Body", "a Body"}}}};
  const Judgement j = report::judge(trial.scenario, journal);
  CHECK(to_text(j.verdict) == "FAIL");
  REQUIRE(j.findings.size() == 2);
  CHECK(static_cast<int>(j.findings[1].fate) == static_cast<int>(Fate::broken));
  CHECK(j.findings[1].rule.empty());
  CHECK(j.findings[1].who == "nodo");
  CHECK(j.findings[1].entry == said);
  CHECK(j.findings[1].expected.en == "verifyPaymentNotice keeps to its contract");
  // Scripted, or said by somebody who is not judged, it is part of the story.
  spoilt.rule_line = 6;
  CHECK(to_text(report::judge(trial.scenario, journal).verdict) == "PASS");
  spoilt.rule_line = 0;
  trial.scenario.judges = {contract::Role::checkout};
  CHECK(to_text(report::judge(trial.scenario, journal).verdict) == "PASS");
}

TEST_CASE("every verdict has a name") {
  CHECK(to_text(Verdict::PASS) == "PASS");
  CHECK(to_text(Verdict::FAIL) == "FAIL");
  CHECK(to_text(Verdict::INCONCLUSIVE) == "INCONCLUSIVE");
  CHECK(to_text(Verdict::SKIPPED) == "SKIPPED");
  CHECK(to_text(Verdict::SPEC_SILENT) == "SPEC-SILENT");
}

}  // namespace
