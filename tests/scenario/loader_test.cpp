// Scenario files: what a good one becomes, and what a bad one is told. A mistake is told with its line, its cause and a
// way out; all mistakes of a file come together. One row of a table is one mistake, in a document that is otherwise fine.
#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/registry_file.hpp"
#include "tests/support/scenarios.hpp"

namespace {

using namespace sim;
using scenario::Attribute;
using scenario::Element;
using scenario::Kind;
using scenario::Problem;
using support::document;
using support::expect_line;
using support::mistakes;
using support::notice_line;
using support::Parts;
using support::setup_line;
using support::steps_line;

std::vector<Problem> problems(const std::string& bytes) {
  const auto loaded = scenario::load("inline.xml", bytes);
  return loaded ? std::vector<Problem>{} : loaded.error();
}

/// One mistake: where it is and the words that its message must contain.
struct Mistake {
  std::string name;
  Parts parts;
  int line;
  std::vector<std::string> says;
};

void check(const std::vector<Mistake>& mistakes_made) {
  for (const Mistake& m : mistakes_made) {
    CAPTURE(m.name);
    const std::vector<Problem> found = problems(document(m.parts));
    CAPTURE(mistakes(document(m.parts)));
    CHECK(found.size() == 1);  // one mistake is told once
    if (found.empty()) continue;
    CHECK(found.front().line == m.line);
    CHECK(to_text(found.front()).starts_with("inline.xml:" + std::to_string(m.line) + ": "));
    for (const std::string& word : m.says) {
      CAPTURE(word);
      CHECK(found.front().text.find(word) != std::string::npos);
    }
  }
}

Parts setup(std::string xml) { return {.setup = std::move(xml)}; }
Parts steps(std::string xml) { return {.steps = std::move(xml)}; }
Parts also(std::string xml) { return {.steps = "<pay/>" + std::move(xml)}; }
Parts expect(std::string xml) { return {.expect = std::move(xml)}; }
Parts attributes(std::string xml) { return {.attributes = std::move(xml)}; }

TEST_CASE("the document that every mistake is put into has none") {
  CHECK(mistakes(document({})) == "");
}

TEST_CASE("words that the language does not have are told with the nearest that it has") {
  check({
      {"misspelt step", steps("<pays/>"), steps_line, {"<pays> is not an element of <steps>", "did you mean <pay>?", "one of: "}},
      {"misspelt root child", setup("<notise number=\"302001234567890123\" amount=\"1.00\"/>"), setup_line, {"<notise>", "did you mean <notice>?"}},
      {"misspelt expectation", expect("<sen message=\"paSendRT\" times=\"1\" rule=\"CHK-07\"/>"), expect_line, {"<sen> is not an element of <expect>", "did you mean <seen>?"}},
      {"element of another place", steps("<pay/><transfer ec=\"77777777777\" amount=\"1.00\"/>"), steps_line, {"<transfer> is not an element of <steps>", "it belongs in <notice>"}},
      {"child of a leaf", steps("<pay><set field=\"a\" to=\"b\"/></pay>"), steps_line, {"<set> is not an element of <pay>", "it holds no elements"}},
      {"cart of a notice that is not declared", steps("<cart notices=\"302999999999999999\"/><pay/>"), steps_line, {"'302999999999999999' of the cart is not declared"}},
      {"misspelt attribute", steps("<pay crad=\"denied\"/>"), steps_line, {"'crad' is not an attribute of <pay>", "did you mean 'card'?", "one of: by, cart, notice"}},
      {"attribute of nothing near", steps("<pay colour=\"red\"/>"), steps_line, {"'colour' is not an attribute of <pay>", "one of: "}},
  });
  std::string bare = document({});
  bare.replace(bare.find("<steps>"), 7, "<steps after=\"1s\">");
  CHECK(mistakes(bare) == "inline.xml:5: 'after' is not an attribute of <steps>; it has none\n");
}

TEST_CASE("names that nobody bears are told with the nearest that somebody bears") {
  const std::string answer = "<answer by=\"psp\" to=\"pspNotifyPayment\" outcome=\"KO\" ";
  check({
      {"actor", steps("<pay/><withhold by=\"pps\" message=\"sendPaymentOutcome\"/>"), steps_line, {"'pps' is not an actor", "did you mean 'psp'?", "checkout, nodo, ec, psp"}},
      {"judged actor", attributes("judges=\"checkout nodos\""), 1, {"'nodos' is not an actor", "did you mean 'nodo'?"}},
      {"primitive", expect("<seen message=\"paSendRt\" times=\"1\" rule=\"CHK-07\"/>"), expect_line, {"'paSendRt' is not a primitive", "did you mean 'paSendRT'?"}},
      {"rule", expect("<seen message=\"paSendRT\" times=\"1\" rule=\"CHK-77\"/>"), expect_line, {"'CHK-77' is not a rule of the catalogue", "did you mean 'CHK-07'?", "checkout-sim list rules"}},
      {"fault code", also(answer + "fault=\"CANALE_SEMANTIC\"/>"), steps_line, {"'CANALE_SEMANTIC' is not a fault code of the catalogue", "did you mean 'CANALE_SEMANTICA'?", "checkout-sim list faults"}},
      {"setting", setup("<setting name=\"latenci\" value=\"1s\"/>"), setup_line, {"'latenci' is not a setting", "did you mean 'latency'?", "checkout-sim list settings"}},
      {"leg", also("<fault on=\"paSendRT\" leg=\"reponse\" do=\"drop\"/>"), steps_line, {"'reponse' is not a leg of an exchange", "did you mean 'response'?"}},
      {"mishap", also("<fault on=\"paSendRT\" leg=\"request\" do=\"dropp\"/>"), steps_line, {"'dropp' is not something that the network does", "did you mean 'drop'?", "garble"}},
      {"machine", expect("<state of=\"payement\" is=\"PAID\" rule=\"CHK-07\"/>"), expect_line, {"'payement' is not something that has states", "did you mean 'payment'?"}},
      {"outcome", expect("<answer from=\"nodo\" to=\"sendPaymentOutcome\" outcome=\"OKAY\" rule=\"CHK-06\"/>"), expect_line, {"'OKAY' is not an outcome", "OK"}},
      {"EC of a notice", setup("<notice number=\"302001234567890124\" ec=\"12345678901\" amount=\"1.00\"/>"), setup_line, {"no EC has the code '12345678901'", "known: 77777777777", "declare it with <ec code=\"12345678901\"/>"}},
      {"EC of a transfer", setup("<notice number=\"302001234567890124\" amount=\"1.00\"><transfer ec=\"12345678901\" amount=\"1.00\"/></notice>"), setup_line, {"no EC has the code '12345678901'"}},
      {"PSP that the user chooses", steps("<pay psp=\"PSPSIM09\"/>"), steps_line, {"no PSP is called 'PSPSIM09'", "PSPSIM01, PSPSIM02"}},
      {"PSP that is wrong on purpose", {.steps = "<pay psp=\"PSPSIM_SILENT\"/>", .attributes = "judges=\"checkout nodo ec psp\""}, steps_line, {"'PSPSIM_SILENT' is wrong on purpose", "checkout-sim list psps", "leave 'psp' out of judges"}},
      {"PSP nearly wrong on purpose", steps("<pay psp=\"PSPSIM_SILENTLY\"/>"), steps_line, {"no PSP is called 'PSPSIM_SILENTLY'"}},
      {"card of nobody", steps("<pay card=\"4999000000000014\"/>"), steps_line, {"'4999000000000014' is not one of its values", "checkout-sim list cards"}},
      {"PSP to be verified for", steps("<verify psp=\"PSPSIM09\"/>"), steps_line, {"no PSP is called 'PSPSIM09'"}},
      {"which PSP answers", also("<answer by=\"psp\" id=\"PSPSIM09\" to=\"pspNotifyPayment\" with=\"silence\"/>"), steps_line, {"nobody is called 'PSPSIM09'", "PSPSIM01", "77777777777"}},
      {"an EC's code for a PSP", also("<answer by=\"psp\" id=\"77777777777\" to=\"pspNotifyPayment\" with=\"silence\"/>"), steps_line, {"nobody is called '77777777777'"}},
      {"end of a faulty link", also("<fault on=\"paSendRT\" leg=\"request\" do=\"drop\" with=\"12345678901\"/>"), steps_line, {"nobody is called '12345678901'"}},
      {"end of an expected message", expect("<seen message=\"paSendRT\" times=\"1\" with=\"12345678901\" rule=\"CHK-07\"/>"), expect_line, {"nobody is called '12345678901'"}},
      {"new PSP without a code", setup("<psp id=\"PSPNEW\"/>"), setup_line, {"the PSP 'PSPNEW' is new: it needs a code", "PSPSIM01"}},
      {"field of an expected message", expect("<field of=\"paSendRT\" leg=\"request\" path=\"receipt/receiptID\" is=\"x\" rule=\"CHK-07\"/>"), expect_line, {"paSendRT request has no field 'receipt/receiptID'", "did you mean 'receipt/receiptId'?"}},
      {"field known by its last name", expect("<field of=\"paSendRT\" leg=\"request\" path=\"paymentAmount\" is=\"x\" rule=\"CHK-07\"/>"), expect_line, {"has no field 'paymentAmount'", "did you mean 'receipt/paymentAmount'?"}},
      {"field of the other leg", expect("<field of=\"paSendRT\" leg=\"response\" path=\"receipt/receiptId\" is=\"x\" rule=\"CHK-07\"/>"), expect_line, {"paSendRT response has no field"}},
      {"field of the other message", expect("<same of=\"paSendRT\" leg=\"request\" path=\"receipt/receiptId\" as=\"paGetPayment\" as-leg=\"response\" as-path=\"receiptId\" rule=\"CHK-07\"/>"), expect_line, {"paGetPayment response has no field 'receiptId'"}},
      {"field of a scripted answer", also("<answer by=\"psp\" to=\"pspNotifyPayment\"><set field=\"outcom\" to=\"OK\"/></answer>"), steps_line, {"pspNotifyPayment response has no field 'outcom'", "did you mean 'outcome'?"}},
      {"field left out of a scripted send", also("<send by=\"psp\" message=\"sendPaymentOutcome\"><omit field=\"detail/fee\"/></send>"), steps_line, {"sendPaymentOutcome request has no field 'detail/fee'", "did you mean 'details/fee'?"}},
  });
}

TEST_CASE("a file holds everything that a scenario needs, once") {
  check({
      {"missing attribute", expect("<seen message=\"paSendRT\" rule=\"CHK-07\"/>"), expect_line, {"<seen> needs the attribute 'times'", "exactly how many"}},
      {"expectation without a rule", expect("<seen message=\"paSendRT\" times=\"1\"/>"), expect_line, {"<seen> needs the attribute 'rule'", "the rule that obliges somebody here"}},
      {"no judges", attributes(""), 1, {"<scenario> needs the attribute 'judges'"}},
      {"text among the steps", steps("<pay/> and then he pays"), steps_line - 1, {"<steps> holds text"}},
      {"text in a leaf", steps("<pay>now</pay>"), steps_line, {"<pay> holds text; it may hold elements and attributes only"}},
      {"prose without words", setup("<about lang=\"en\"> </about>"), setup_line, {"<about> holds no text"}},
      {"two blocks of steps", steps("<pay/></steps>\n<steps><pay/>"), steps_line + 1, {"<steps> stands here a second time", "put everything in the first"}},
      {"two blocks of expectations", expect("<seen message=\"verifyPaymentNotice\" times=\"1\" rule=\"CHK-01\"/></expect>\n<expect>"), expect_line + 1, {"<expect> stands here a second time"}},
      {"two titles in one language", setup("<title lang=\"en\">Again</title>"), setup_line, {"a second <title> in the same language"}},
      {"the specification silent in one language", setup("<silent lang=\"en\">It says nothing</silent>"), 1, {"<silent> is said in both languages", "lang=\"it\" and lang=\"en\""}},
      {"no steps", steps(""), 1, {"nothing happens: <steps> needs a <pay>, a <verify> or a <send>"}},
      {"steps in which nobody does anything", steps("<wait for=\"1s\"/>"), 1, {"nothing happens"}},
      {"failing under a rule that nobody cites", attributes("judges=\"checkout\" fails=\"CHK-04\""), 1, {"fails=\"CHK-04\": no expectation cites that rule"}},
      {"two elements with nothing to say", also("<position/>"), steps_line, {"<position> changes nothing: give amount or state"}},
      {"more transfers than a notice has",
       setup("<notice number=\"302001234567890124\" amount=\"6.00\">"
             "<transfer ec=\"77777777777\" amount=\"1.00\"/><transfer ec=\"77777777777\" amount=\"1.00\"/><transfer ec=\"77777777777\" amount=\"1.00\"/>"
             "<transfer ec=\"77777777777\" amount=\"1.00\"/><transfer ec=\"77777777777\" amount=\"1.00\"/><transfer ec=\"77777777777\" amount=\"1.00\"/></notice>"),
       setup_line, {"a notice has at most 5 transfers"}},
      {"transfers that do not add up", setup("<notice number=\"302001234567890124\" amount=\"3.00\"><transfer ec=\"77777777777\" amount=\"1.00\"/><transfer ec=\"80000000002\" amount=\"1.50\"/></notice>"), setup_line, {"the transfers add up to 2.50, not to 3.00", "<answer by=\"ec\""}},
      {"transfers that do not add up at activation", setup("<notice number=\"302001234567890124\" amount=\"2.50\" at-activation=\"3.00\"><transfer ec=\"77777777777\" amount=\"2.50\"/></notice>"), setup_line, {"the transfers add up to 2.50, not to 3.00"}},
      {"a setting of another type", setup("<setting name=\"latency\" value=\"many\"/>"), setup_line, {"value=\"many\": the setting 'latency' is a duration"}},
      {"a setting that is a number", setup("<setting name=\"close-retries\" value=\"3s\"/>"), setup_line, {"the setting 'close-retries' is a number"}},
      {"a setting that is yes or no", setup("<setting name=\"receipt-ko-is-final\" value=\"maybe\"/>"), setup_line, {"the setting 'receipt-ko-is-final' is a yes or no"}},
      {"a drawn notice where it is named", steps("<pay notice=\"{random}\"/>"), steps_line, {"{random} is drawn where a <notice> is declared"}},
  });
  CHECK(mistakes("<scenario version=\"1\" id=\"a\" judges=\"nodo\"><title lang=\"it\">x</title><title lang=\"en\">x</title>"
                 "<steps>\n<pay/></steps><expect><seen message=\"paGetPayment\" times=\"0\" rule=\"CHK-03\"/></expect></scenario>") ==
        "inline.xml:2: <pay> needs notice=\"...\": the scenario declares no <notice>\n");
}

TEST_CASE("a title is said in both languages") {
  for (const std::string lang : {"it", "en"}) {
    CAPTURE(lang);
    const std::string text = mistakes("<scenario version=\"1\" id=\"a\" judges=\"nodo\"><title lang=\"" + lang +
                                      "\">x</title><notice number=\"302001234567890123\" amount=\"1.00\"/><steps><pay/></steps><expect>"
                                      "<seen message=\"paGetPayment\" times=\"1\" rule=\"CHK-03\"/></expect></scenario>");
    CHECK(text == "inline.xml:1: a scenario has a <title lang=\"it\"> and a <title lang=\"en\">\n");
  }
}

TEST_CASE("who is judged is not scripted, and nobody says what is not theirs to say") {
  const std::string nodo_answer = "<answer by=\"nodo\" to=\"sendPaymentOutcome\" ";
  check({
      {"answer of a judged role", also("<answer by=\"ec\" to=\"paGetPayment\" with=\"silence\"/>"), steps_line, {"<answer by=\"ec\"> scripts a role that is judged", "leave 'ec' out of judges"}},
      {"send of a judged role", also("<send by=\"nodo\" message=\"paSendRT\"/>"), steps_line, {"<send by=\"nodo\"> scripts a role that is judged"}},
      {"withholding of a judged role", also("<withhold by=\"nodo\" message=\"paSendRT\"/>"), steps_line, {"<withhold by=\"nodo\"> scripts a role that is judged"}},
      {"rule that binds nobody judged", expect("<seen message=\"sendPaymentOutcome\" times=\"1\" rule=\"PSP-02\"/>"), expect_line, {"rule PSP-02 obliges psp, and nobody of them is judged here"}},
      {"send by the wrong role", also("<send by=\"psp\" message=\"paSendRT\"/>"), steps_line, {"psp does not send paSendRT: nodo does"}},
      {"withholding by the wrong role", also("<withhold by=\"psp\" message=\"pspNotifyPayment\"/>"), steps_line, {"psp does not send pspNotifyPayment: nodo does"}},
      {"answer by the wrong role", also("<answer by=\"psp\" to=\"paSendRT\" with=\"silence\"/>"), steps_line, {"psp does not answer paSendRT: ec does"}},
      {"answer expected from the wrong role", expect("<answer from=\"ec\" to=\"sendPaymentOutcome\" outcome=\"OK\" rule=\"CHK-09\"/>"), expect_line, {"ec does not answer sendPaymentOutcome: nodo does"}},
      {"with and outcome together", also("<answer by=\"psp\" to=\"pspNotifyPayment\" outcome=\"OK\" with=\"silence\"/>"), steps_line, {"with and outcome exclude each other"}},
      {"KO without a fault", also("<answer by=\"psp\" to=\"pspNotifyPayment\" outcome=\"KO\"/>"), steps_line, {"outcome=\"KO\" needs a fault", "with=\"no-fault\""}},
      {"a fault without KO", also("<answer by=\"psp\" to=\"pspNotifyPayment\" outcome=\"OK\" fault=\"CANALE_SEMANTICA\"/>"), steps_line, {"a fault needs outcome=\"KO\""}},
      {"a fault in JSON", {.steps = "<pay/><answer by=\"nodo\" to=\"closePayment-v2\" outcome=\"KO\" fault=\"PPT_SEMANTICA\"/>", .attributes = "judges=\"checkout\""}, steps_line, {"closePayment-v2 is JSON", "a description and a status, not a fault"}},
      {"no fault in JSON", {.steps = "<pay/><answer by=\"nodo\" to=\"closePayment-v2\" with=\"no-fault\"/>", .attributes = "judges=\"checkout\""}, steps_line, {"closePayment-v2 is JSON", "it has no fault to leave out"}},
      {"an answer that changes nothing", also("<answer by=\"psp\" to=\"pspNotifyPayment\"/>"), steps_line, {"<answer> changes nothing: give outcome, with, status, after or a <set>"}},
      {"a field reference inside an answer", also("<answer by=\"psp\" to=\"pspNotifyPayment\"><set field=\"outcome\" to=\"{paGetPayment response outcome}\"/></answer>"), steps_line, {"an answer is scripted before anything is said", "a literal or a draw"}},
      {"a delay without by", also("<fault on=\"paSendRT\" leg=\"request\" do=\"delay\"/>"), steps_line, {"a delay needs by=\"...\""}},
      {"by without a delay", also("<fault on=\"paSendRT\" leg=\"request\" do=\"drop\" by=\"1s\"/>"), steps_line, {"by=\"1s\" belongs to a delay"}},
      {"a refused response", also("<fault on=\"paSendRT\" leg=\"response\" do=\"refuse\"/>"), steps_line, {"the network can refuse requests only"}},
      {"a duplicated response", also("<fault on=\"paSendRT\" leg=\"response\" do=\"duplicate\"/>"), steps_line, {"the network can duplicate requests only"}},
      {"an expected answer that says nothing", expect("<answer from=\"nodo\" to=\"sendPaymentOutcome\" rule=\"CHK-06\"/>"), expect_line, {"<answer> expects nothing: give outcome, fault, description or status"}},
      {"a deadline without a time", expect("<deadline from=\"paSendRT sent\" to=\"paSendRT answered\" rule=\"CHK-07\"/>"), expect_line, {"<deadline> needs within or not-before"}},
      {"a draw as an expected value", expect("<field of=\"paSendRT\" leg=\"request\" path=\"idPA\" is=\"{random 4 hex}\" rule=\"CHK-07\"/>"), expect_line, {"{random"}},
      {"the outcome of a message that carries none", expect("<never message=\"paGetPayment\" within=\"1h\" outcome=\"OK\" rule=\"CHK-03\"/>"), expect_line, {"paGetPayment", "outcome"}},
      {"a last state that is two", expect("<state of=\"payment\" is=\"PAID NOTIFIED\" rule=\"CHK-07\"/>"), expect_line, {"PAID NOTIFIED"}},
      {"two notices of one number", setup("<notice number=\"302001234567890123\" amount=\"1.00\"/>"), notice_line, {"302001234567890123"}},
      {"Checkout as the PSP that the user chooses", steps("<pay psp=\"AGID_01\"/>"), steps_line, {"AGID_01"}},
      {"a defect that does not exist", also("<answer by=\"psp\" to=\"pspNotifyPayment\"><break with=\"too-wide\" field=\"outcome\"/></answer>"), steps_line, {"'too-wide' is not a defect that a message can have", "see checkout-sim list breaks"}},
      {"a defect nearly spelt", also("<answer by=\"psp\" to=\"pspNotifyPayment\"><break with=\"to-long\" field=\"outcome\"/></answer>"), steps_line, {"did you mean 'too-long'?"}},
      {"a defect that cannot be made there", also("<answer by=\"psp\" to=\"pspNotifyPayment\"><break with=\"one-decimal\" field=\"outcome\"/></answer>"), steps_line, {"'one-decimal' cannot be made in 'outcome' of pspNotifyPayment response; possible: ", "not-listed"}},
      {"a defect of a field that is not there", also("<send by=\"psp\" message=\"sendPaymentOutcome\"><break with=\"too-long\" field=\"paymentTokem\"/></send>"), steps_line, {"sendPaymentOutcome request has no field 'paymentTokem' (did you mean 'paymentToken'?)"}},
      {"a defect of XML in JSON", {.steps = "<pay/><send by=\"nodo\" message=\"sendPaymentResult-v2\"><break with=\"doctype\"/></send>", .attributes = "judges=\"checkout\""}, steps_line, {"'doctype' cannot be made in sendPaymentResult-v2 request as a whole"}},
      {"an absent value that is set", also("<send by=\"psp\" message=\"sendPaymentOutcome\"><set field=\"details/fee\" to=\"{absent}\"/></send>"), steps_line, {"<omit"}},
  });
  // The same words where they are lawful.
  const Parts lawful[] = {
      {.steps = "<pay/><answer by=\"ec\" to=\"paGetPayment\" with=\"silence\"/>", .attributes = "judges=\"checkout nodo\""},
      {.steps = "<pay/><send by=\"nodo\" message=\"paSendRT\"/>", .attributes = "judges=\"checkout\""},
      {.steps = "<pay/><answer by=\"psp\" to=\"pspNotifyPayment\" outcome=\"KO\" fault=\"CANALE_SEMANTICA\"/>"},
      {.steps = "<pay/><answer by=\"psp\" to=\"pspNotifyPayment\" with=\"no-fault\"/>"},
      {.steps = "<pay/><answer by=\"nodo\" to=\"closePayment-v2\" outcome=\"KO\" description=\"No\" status=\"404\"/>", .attributes = "judges=\"checkout\""},
      {.steps = "<pay/><answer by=\"psp\" to=\"pspNotifyPayment\"><set field=\"outcome\" to=\"{random 4 hex}\"/></answer>"},
      {.steps = "<pay/><send by=\"psp\" message=\"sendPaymentOutcome\"><set field=\"paymentToken\" to=\"{activatePaymentNoticeV2 response paymentToken}\"/><omit field=\"details/fee\"/></send>"},
      {.steps = "<pay/><fault on=\"paSendRT\" leg=\"response\" do=\"delay\" by=\"1s\"/><fault on=\"paSendRT\" leg=\"request\" do=\"refuse\"/>"},
      {.expect = "<field of=\"paSendRT\" leg=\"request\" path=\"receipt/fee\" is=\"{absent}\" rule=\"CHK-07\"/>"},
      {.setup = "<psp id=\"PSPNEW\" code=\"12345678901\"/>", .steps = "<pay psp=\"PSPNEW\"/>"},
      {.setup = "<notice number=\"302001234567890124\" amount=\"3.00\"><transfer ec=\"77777777777\" amount=\"1.50\"/><transfer ec=\"80000000002\" amount=\"1.50\"/></notice>"},
      {.attributes = "judges=\"checkout\" fails=\"CHK-01\""},
  };
  for (const Parts& parts : lawful) {
    CAPTURE(document(parts));
    CHECK(mistakes(document(parts)) == "");
  }
}

TEST_CASE("bytes that are no scenario file are refused with a line and a reason") {
  struct Case {
    std::string name;
    std::string bytes;
    int line;
    const char* says;
  };
  const std::string good = document({});
  std::string crowd = "<scenario>";
  for (int i = 0; i < 400; ++i) crowd += "<a>";
  const Case cases[] = {
      {"not XML", "{\"scenario\": 1}", 1, "not XML that can be read"},
      {"empty", "", 1, "not XML that can be read"},
      {"blank", " \n \n", 0, "not XML that can be read"},
      {"not UTF-8", std::string("<scenario version=\"1\">\n\xff\xfe</scenario>"), 2, "not XML that can be read"},
      {"Latin-1 title", std::string("<scenario>\n\n<title lang=\"it\">\xe8</title></scenario>"), 3, "not XML that can be read"},
      {"DOCTYPE", "<!DOCTYPE scenario>\n<scenario/>", 1, "not XML that can be read"},
      {"XML bomb", "<!DOCTYPE s [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><scenario>&b;</scenario>", 1, "not XML that can be read"},
      {"unknown entity", "<scenario>\n&b;</scenario>", 2, "not XML that can be read"},
      {"too deep", crowd, 1, "not XML that can be read"},
      {"cut short", good.substr(0, good.size() / 2), 0, "not XML that can be read"},
      {"cut one byte short", good.substr(0, good.size() - 2), 0, "not XML that can be read"},
      {"two roots", good + good, 0, "not XML that can be read"},
      {"attribute twice", "<scenario id=\"a\"\n id=\"b\"/>", 0, "not XML that can be read"},
      {"other root", "\n<scenarios version=\"1\"/>", 2, "the file begins with <scenarios>; a scenario begins with <scenario>"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const std::vector<Problem> found = problems(c.bytes);
    REQUIRE(found.size() == 1);
    CAPTURE(found.front().text);
    CHECK(found.front().line >= 1);
    if (c.line != 0) CHECK(found.front().line == c.line);
    CHECK(found.front().text.find(c.says) != std::string::npos);
  }
  // Every prefix of a good file is refused, whatever byte it ends at.
  const std::string whole = good.substr(0, good.size() - 1);
  for (std::size_t n = 0; n < whole.size(); ++n) {
    CAPTURE(n);
    REQUIRE(!problems(whole.substr(0, n)).empty());
  }
}

TEST_CASE("an unknown version is refused with the one that can be read") {
  for (const std::string version : {"2", "1.0", "", "one"}) {
    CAPTURE(version);
    std::string bytes = document({});
    bytes.replace(bytes.find("version=\"1\""), 11, "version=\"" + version + "\"");
    const std::string text = mistakes(bytes);
    CHECK(text.find("is not a version of the format that this program reads") != std::string::npos);
    CHECK(text.find("1") != std::string::npos);
  }
}

TEST_CASE("all the mistakes of a file are told at once, in the order of its lines") {
  const std::string bytes =
      "<scenario version=\"1\" id=\"Many Mistakes\" judges=\"nodo\">\n"
      "<title lang=\"it\">Molti errori</title>\n"
      "<setting name=\"latency\" value=\"soon\"/>\n"
      "<notice number=\"12\" amount=\"1,00\"/>\n"
      "<steps>\n"
      "<pay psp=\"NOBODY\" crad=\"denied\"/>\n"
      "<fault on=\"paSendRT\" leg=\"response\" do=\"refuse\"/>\n"
      "</steps>\n"
      "<expect>\n"
      "<seen message=\"paSendRT\" rule=\"CHK-08\"/>\n"
      "</expect>\n"
      "</scenario>\n";
  const std::vector<Problem> found = problems(bytes);
  CAPTURE(mistakes(bytes));
  const int lines[] = {1, 1, 3, 4, 4, 6, 6, 7, 10, 10};
  REQUIRE(found.size() == std::size(lines));
  for (std::size_t i = 0; i < found.size(); ++i) {
    CAPTURE(found[i].text);
    CHECK(found[i].line == lines[i]);
    CHECK(found[i].file == "inline.xml");
    CHECK(!found[i].text.empty());
  }
}

// ---- every attribute of the table ----

std::string good_value(const Attribute& a) {
  switch (a.kind) {
    case Kind::id: return "an-id-2";
    case Kind::words: return "payment smoke";
    case Kind::version: return "1";
    case Kind::role: return "psp";
    case Kind::roles: return "checkout nodo";
    case Kind::primitive: return "pspNotifyPayment";
    case Kind::leg: return "response";
    case Kind::mishap: return "garble";
    case Kind::outcome: return "KO";
    case Kind::machine: return "payment";
    case Kind::states: return "PAID";
    case Kind::fault: return "CANALE_SEMANTICA";
    case Kind::rule: return "CHK-04";
    case Kind::silence: return "SIL-01";
    case Kind::setting: return "latency";
    case Kind::duration: return "2.5s";
    case Kind::amount: return "120.00";
    case Kind::notice: return "302001234567890123";
    case Kind::fiscal_code: return "77777777777";
    case Kind::number: return "7";
    case Kind::count: return "0";
    case Kind::status: return "404";
    case Kind::yes_no: return "no";
    case Kind::path: return "outcome";
    case Kind::cause: return "paSendRT sent 2";
    case Kind::defect: return "too-long";
    case Kind::password: return "pwd_sim_0001";
    case Kind::iban: return "IT60X0542811101000000123456";
    case Kind::codes: return "02 47";
    case Kind::methods: return "CP BBT";
    case Kind::url: return "https://127.0.0.1:8443/ec";
    case Kind::header: return "X-Key";
    case Kind::choice: return std::string(a.choices.front().value);
    default: return "x";
  }
}

std::vector<std::string> bad_values(const Attribute& a) {
  switch (a.kind) {
    case Kind::id: return {"", "Happy Path", "a_b", "è"};
    case Kind::words: return {"", " ", "Smoke!"};
    case Kind::version: return {"2", ""};
    case Kind::role: return {"bank", "PSP", "psp ec", ""};
    case Kind::roles: return {"", "checkout bank", "Nodo"};
    case Kind::primitive: return {"pspNotify", "PSPNOTIFYPAYMENT", ""};
    case Kind::leg: return {"both", "Request", ""};
    case Kind::mishap: return {"explode", ""};
    case Kind::outcome: return {"ok", "MAYBE", ""};
    case Kind::machine: return {"engine", ""};
    case Kind::states: return {"", "  "};
    case Kind::fault: return {"PPT_NO_SUCH_THING", ""};
    case Kind::rule: return {"CHK-99", "chk-04", ""};
    case Kind::silence: return {"SIL-99", "sil-01", ""};
    case Kind::setting: return {"patience", ""};
    case Kind::duration: return {"40", "40 s", "-1s", "s", "1.2345s", "1w", ""};
    case Kind::amount: return {"1", "1.5", "1,50", "-1.00", "1.000", "EUR 1.00", ""};
    case Kind::notice: return {"30200123456789012", "3020012345678901234", "30200123456789012X", "{random 18 digits}", ""};
    case Kind::fiscal_code: return {"7777777777", "777777777777", "7777777777X", ""};
    case Kind::number: return {"0", "-1", "1.0", "one", "1000000000", ""};
    case Kind::count: return {"-1", "none", "1000000000", ""};
    case Kind::status: return {"99", "600", "2OO", "0200", ""};
    case Kind::yes_no: return {"si", "true", ""};
    case Kind::cause: return {"", "paSendRT", "sent paSendRT", "paSendRT sent 0"};
    case Kind::value: return {"{random}", "{random 0 hex}", "{paSendRT request colour}", "{open"};
    case Kind::defect: return {"too-wide", "TOO-LONG", ""};
    case Kind::identifier: return {"", std::string(36, 'x')};
    case Kind::company: return {"", std::string(141, 'x')};
    case Kind::business: return {"", std::string(71, 'x')};
    case Kind::password: return {"", "short12", "sixteen_letters_"};
    case Kind::iban: return {"", "IT60", "6060X0542811101000000123456", "IT60X054281110100000012345", "IT60 X0542811101000000123456", "DE" + std::string(33, '1')};
    case Kind::codes: return {"", " ", "2", "002", "AB", "01,02"};
    case Kind::methods: return {"", "VISA", "CP,PPAL", "cp"};
    case Kind::url: return {"", "localhost:8080", "ftp://a", "http://", "http://a b", "http://a:0", "http://a:65536", "http://a:x", "http://u:p@a", "http://a/?q=1", "http://a/#x", "https://[::1", "https://[::1]8", "http://a_/\\", "http://!"};
    case Kind::header: return {"", "a b", "a:", "\xC3\xA8"};
    case Kind::choice: return {"no such choice", ""};
    default: return {""};  // text and paths: anything but nothing
  }
}

/// A document with that root in which `row` stands once, with these attributes; empty when it stands nowhere below it.
/// What the table cannot say may still be wrong in it.
std::string with_element(const Element& row, const std::string& root, const std::string& written) {
  std::string element = "<" + std::string(row.name) + written + (row.has_text ? ">x</" + std::string(row.name) + ">" : "/>");
  for (const Element* up = &row; up->name != root;) {
    const Element* above = nullptr;
    for (const Element& candidate : scenario::elements()) {
      const bool right = !candidate.parents.empty() || candidate.name == root;
      if (above == nullptr && right && is_in(*up, root) && scenario::find_element(up->name, address(candidate)) == up) above = &candidate;
    }
    if (above == nullptr) return {};
    element = "<" + std::string(above->name) + ">" + element + "</" + std::string(above->name) + ">";
    up = above;
  }
  return element;
}

std::string mistakes_in(const std::string& root, const std::string& bytes) {
  if (root != scenario::registry_root) return mistakes(bytes);
  std::string out;
  const auto loaded = scenario::load_registry("inline.xml", bytes);
  if (loaded) return out;
  for (const Problem& problem : loaded.error()) out += to_text(problem) + "\n";
  return out;
}

TEST_CASE("every attribute of every element takes what is of its kind and nothing else, in the files that have it") {
  std::size_t checked = 0;
  for (const Element& row : scenario::elements()) {
    for (const std::string root : {"scenario", "registry"}) {
      if (with_element(row, root, "").empty()) continue;
      for (const Attribute& attribute : row.attributes) {
        const std::string name(attribute.name);
        CAPTURE(root);
        CAPTURE(address(row));
        CAPTURE(name);
        const auto complaints = [&](const std::string& value) {
          return mistakes_in(root, with_element(row, root, " " + name + "=\"" + value + "\""));
        };
        const auto complaint = [&](const std::string& value) { return name + "=\"" + value + "\" in <" + std::string(row.name) + ">: "; };
        const std::string good = good_value(attribute);
        const bool has = complaints(good).find("'" + name + "' of <" + std::string(row.name) + "> belongs in a ") == std::string::npos;
        CHECK(has == is_in(attribute, root));
        if (!has) continue;
        CHECK(complaints(good).find(complaint(good)) == std::string::npos);
        CHECK(complaints(good).find("'" + name + "' is not an attribute") == std::string::npos);
        for (const std::string& bad : bad_values(attribute)) {
          CAPTURE(bad);
          const std::string text = complaints(bad);
          CAPTURE(text);
          CHECK(text.find(complaint(bad)) != std::string::npos);
          ++checked;
        }
        const bool missed = mistakes_in(root, with_element(row, root, "")).find("<" + std::string(row.name) + "> needs the attribute '" + name + "' (") != std::string::npos;
        CHECK(missed == attribute.required);
      }
    }
  }
  CHECK(checked > 300);
}

// ---- good files ----

TEST_CASE("a good file becomes the model of what it says") {
  const scenario::Scenario s = support::load(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<scenario version=\"1\" id=\"good-one\" judges=\"nodo checkout\" tags=\"a  b\" skip=\"not today\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:noNamespaceSchemaLocation=\"x.xsd\">\n"
      "<!-- a comment -->\n"
      "<title lang=\"it\">  Si   paga\n un avviso </title><title lang=\"en\">A notice is paid</title>\n"
      "<about lang=\"it\">Uno.</about><about lang=\"it\">Due.</about><about lang=\"en\">One &amp; two.</about>\n"
      "<silent lang=\"it\" rule=\"CHK-04\" about=\"SIL-24\">Tace</silent><silent lang=\"en\" rule=\"CHK-04\">Silent</silent>\n"
      "<setting name=\"latency\" value=\"1s\"/><setting name=\"close-retries\" value=\"0\"/><setting name=\"receipt-ko-is-final\" value=\"no\"/>\n"
      "<ec code=\"80000000002\" name=\"Prova\" enabled=\"no\" stations=\"3\" broadcast=\"no\" codes=\"02 03\" iban=\"IT60X0542811101000000123456\"/>\n"
      "<ec code=\"12345678901\" station-enabled=\"no\" broker-enabled=\"no\"/>\n"
      "<psp id=\"PSPSIM02\" enabled=\"no\" name=\"Altra\"/><psp id=\"PSPNEW\" code=\"10987654321\" broker-enabled=\"no\" channel-enabled=\"no\"/>\n"
      "<checkout password=\"secret\" channel=\"chan\" psp=\"ME\"/>\n"
      "<notice number=\"302001234567890123\" amount=\"120.00\"/>\n"
      "<notice number=\"{random}\" ec=\"12345678901\" amount=\"2.00\" at-activation=\"3.00\" state=\"expired\" description=\"Tassa\" due=\"2027-02-01\">"
      "<transfer ec=\"12345678901\" amount=\"1.00\" iban=\"IT0\"/><transfer ec=\"77777777777\" amount=\"2.00\"/></notice>\n"
      "<steps><pay card=\"denied\" after=\"2s\"/>\n<answer by=\"psp\" to=\"pspNotifyPayment\" nth=\"2\" times=\"0\"><set field=\"outcome\" to=\"KO\"/><omit field=\"fault\"/></answer></steps>\n"
      "<expect><seen message=\"paSendRT\" times=\"0\" rule=\"CHK-07\"/><state of=\"payment\" is=\"none\" rule=\"CHK-04\"/><seen message=\"paSendRT\" times=\"0\" rule=\"CHK-07\"/></expect>\n"
      "</scenario>");
  CHECK(s.file == "inline.xml");
  CHECK(s.id == "good-one");
  CHECK(s.judges == std::vector{contract::Role::nodo, contract::Role::checkout});
  CHECK(s.judges_role(contract::Role::nodo));
  CHECK(!s.judges_role(contract::Role::psp));
  CHECK(s.tags == std::vector<std::string>{"a", "b"});
  CHECK(s.skip == "not today");
  CHECK(s.fails == "");
  CHECK(s.title.it == "Si paga un avviso");
  CHECK(s.title.in("en") == "A notice is paid");
  CHECK(s.about.it == "Uno.\nDue.");
  CHECK(s.about.en == "One & two.");
  CHECK(s.is_silent());
  CHECK(s.silent.it == "Tace");
  CHECK(s.silent_rule == "CHK-04");
  CHECK(s.silent_about == "SIL-24");
  CHECK(s.rules() == std::vector<std::string>{"CHK-07", "CHK-04"});

  CHECK(s.settings.latency == seconds(1));
  CHECK(s.settings.close_retries == 0);
  CHECK(!s.settings.receipt_ko_is_final);
  CHECK(s.settings.psp_deadline == contract::Settings{}.psp_deadline);

  const contract::CreditorInstitution* changed = s.registry.creditor("80000000002");
  REQUIRE(changed != nullptr);
  CHECK(changed->companyName == "Prova");
  CHECK(!changed->enabled);
  CHECK(changed->ibans == std::vector<std::string>{"IT60X0542811101000000123456"});
  REQUIRE(changed->stations.size() == 3);
  CHECK(changed->stations[0].idStation != changed->stations[1].idStation);
  CHECK(changed->stations[1].idStation != changed->stations[2].idStation);
  for (const contract::Station& station : changed->stations) {
    CHECK(!station.broadcast);
    CHECK(station.enabled);
    CHECK(station.codes == "02 03");
  }
  const contract::CreditorInstitution* added = s.registry.creditor("12345678901");
  REQUIRE(added != nullptr);
  CHECK(added->enabled);
  CHECK(added->ibans.size() == 1);
  REQUIRE(added->stations.size() == 1);
  CHECK(!added->stations[0].enabled);
  CHECK(!added->stations[0].broker_enabled);
  REQUIRE(s.registry.psp("PSPSIM02") != nullptr);
  CHECK(!s.registry.psp("PSPSIM02")->enabled);
  CHECK(s.registry.psp("PSPSIM02")->businessName == "Altra");
  CHECK(s.registry.psp("PSPSIM01")->enabled);
  const contract::PaymentServiceProvider* fresh = s.registry.psp("PSPNEW");
  REQUIRE(fresh != nullptr);
  CHECK(fresh->fiscalCode == "10987654321");
  CHECK(fresh->enabled);
  CHECK(!fresh->broker_enabled);
  REQUIRE(!fresh->channels.empty());
  for (const contract::Channel& channel : fresh->channels) CHECK(!channel.enabled);
  CHECK(s.registry.checkout.password == "secret");
  CHECK(s.registry.checkout.idChannel == "chan");
  CHECK(s.registry.checkout.idPSP == "ME");

  REQUIRE(s.positions.size() == 2);
  CHECK(s.positions[0].fiscalCode == contract::default_ec);
  CHECK(s.positions[0].noticeNumber == support::notice);
  CHECK(contract::to_text(s.positions[0].amount) == "120.00");
  CHECK(!s.positions[0].amount_at_activation);
  CHECK(s.positions[0].state == "open");
  CHECK(s.positions[0].transfers.empty());
  CHECK(s.positions[0].description == contract::DebtPosition{}.description);
  CHECK(s.positions[1].noticeNumber == "{random}");
  CHECK(s.positions[1].fiscalCode == "12345678901");
  REQUIRE(s.positions[1].amount_at_activation.has_value());
  CHECK(contract::to_text(*s.positions[1].amount_at_activation) == "3.00");
  CHECK(s.positions[1].state == "expired");
  CHECK(s.positions[1].description == "Tassa");
  CHECK(s.positions[1].dueDate == "2027-02-01");
  REQUIRE(s.positions[1].transfers.size() == 2);
  CHECK(s.positions[1].transfers[0].iban == "IT0");
  CHECK(s.positions[1].transfers[1].iban == "");

  CHECK(s.setup.size() == 10);
  REQUIRE(s.steps.size() == 2);
  const scenario::Node& pay = s.steps[0];
  CHECK(pay.name() == "pay");
  CHECK(pay.get("card") == "denied");
  CHECK(pay.has("after"));
  CHECK(!pay.has("when"));
  CHECK(pay.get("when", "never") == "never");
  CHECK(pay.duration("after") == seconds(2));
  CHECK(pay.duration("when") == Duration{});
  const scenario::Node& answer = s.steps[1];
  CHECK(answer.line == pay.line + 1);
  CHECK(answer.number("nth", 1) == 2);
  CHECK(answer.number("times", 1) == 0);
  CHECK(answer.number("status", 200) == 200);
  REQUIRE(answer.children.size() == 2);
  CHECK(answer.children[0].name() == "set");
  CHECK(answer.children[0].get("to") == "KO");
  CHECK(answer.children[1].name() == "omit");
  CHECK(s.expectations.size() == 3);
}

TEST_CASE("what a file leaves out is as built in") {
  const scenario::Scenario s = support::load(Parts{});
  const contract::Registry built_in = contract::built_in_registry();
  CHECK(s.tags.empty());
  CHECK(!s.is_silent());
  CHECK(s.skip == "");
  CHECK(s.fails == "");
  CHECK(s.about.it == "");
  REQUIRE(s.registry.creditors.size() == built_in.creditors.size());
  for (std::size_t i = 0; i < built_in.creditors.size(); ++i) CHECK(s.registry.creditors[i].fiscalCode == built_in.creditors[i].fiscalCode);
  CHECK(s.registry.psps.size() == built_in.psps.size());
  CHECK(s.registry.checkout.idPSP == built_in.checkout.idPSP);
  for (const contract::SettingRow& row : contract::settings_table()) {
    CAPTURE(row.name);
    CHECK(row.read(s.settings) == row.read(contract::Settings{}));
  }
}

TEST_CASE("every setting can be written in a file as it is listed") {
  for (const contract::SettingRow& row : contract::settings_table()) {
    CAPTURE(row.name);
    const std::string value = row.read(contract::Settings{});
    CHECK(mistakes(document(setup("<setting name=\"" + std::string(row.name) + "\" value=\"" + value + "\"/>"))) == "");
  }
}

}  // namespace
