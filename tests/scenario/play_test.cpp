// How a scenario is played: when steps begin, whose place a script takes, what the network does to each leg, and that a
// run is a function of scenario and seed. Times are milliseconds since the start; a message travels for 20 of them.
#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/laws.hpp"
#include "tests/support/scenarios.hpp"

namespace {

using namespace sim;
using contract::Leg;
using report::to_ndjson;
using support::hops;
using support::life_of;
using support::Parts;
using support::play;
using Stage = Hop::Stage;

Parts steps(std::string xml) { return {.setup = std::string(support::forgetful), .steps = std::move(xml), .attributes = "judges=\"checkout\""}; }

/// When each command was given: "pay@0 send@2200".
std::string orders(const Journal& journal) {
  std::string out;
  for (const Entry& entry : journal.entries) {
    const auto* commanded = std::get_if<Commanded>(&entry.what);
    if (commanded == nullptr) continue;
    out += (out.empty() ? "" : " ") + commanded->command.verb + "@" + std::to_string((entry.at - journal.start).ms);
  }
  return out;
}

/// The states that a machine entered, in order.
std::string states(const Journal& journal, std::string_view machine) {
  std::string out;
  for (const Entry& entry : journal.entries) {
    const auto* noted = std::get_if<Noted>(&entry.what);
    if (noted != nullptr && noted->note.machine == machine) out += (out.empty() ? "" : " ") + std::string(noted->note.to);
  }
  return out;
}

std::string text_of(const support::Seen& seen, std::string_view path) {
  const auto* body = std::get_if<Body>(&seen.hop->said);
  return body == nullptr ? "(no message)" : contract::text_at(**body, path).value_or("(not there)");
}

// ---- when things begin ----

TEST_CASE("a step begins when the one before it is done, or as long after as it says") {
  struct Case {
    std::string xml, orders;
  };
  const Case cases[] = {
      {"<verify/><activate/><authorise/><close/>", "verify@0 activate@80 authorise@160 close@2160"},
      {"<verify/><activate after=\"10s\"/>", "verify@0 activate@10080"},
      {"<verify after=\"1m\"/>", "verify@60000"},
      {"<verify/><wait for=\"5s\"/><activate/>", "verify@0 activate@5080"},
      {"<verify/><wait for=\"5s\"/><wait for=\"2s\"/><activate after=\"1s\"/>", "verify@0 activate@8080"},
      {"<pay/><pay/>", "pay@0 pay@2200"},
      {"<pay/><job name=\"mod3CancelV2\"/>", "pay@0 job@2200"},
      {"<pay/><job name=\"mod3CancelV2\" after=\"30m\"/>", "pay@0 job@1802200"},
      {"<position amount=\"1.00\"/><pay/>", "position@0 pay@0"},
      {"<pay/><send by=\"psp\" message=\"sendPaymentOutcome\"/><wait for=\"1s\"/><send by=\"psp\" message=\"sendPaymentOutcome\" outcome=\"KO\"/>",
       "pay@0 send@2200 send@3240"},  // a send is done when its exchange is
      {"<pay card=\"abandoned\"/><cancel/>", "pay@0 cancel@160"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.xml);
    const Journal journal = play(steps(c.xml));
    CHECK(orders(journal) == c.orders);
    CHECK(broken_laws(journal).empty());
  }
}

TEST_CASE("a step with a cause begins upon it, whatever the sequence is doing") {
  struct Case {
    std::string xml, orders;
  };
  const Case cases[] = {
      {"<job name=\"mod3CancelV2\" when=\"verifyPaymentNotice sent\"/><pay/>", "pay@0 job@0"},
      {"<pay/><job name=\"mod3CancelV2\" when=\"verifyPaymentNotice received\"/>", "pay@0 job@20"},
      {"<pay/><job name=\"mod3CancelV2\" when=\"verifyPaymentNotice answered\"/>", "pay@0 job@80"},
      {"<pay/><job name=\"mod3CancelV2\" when=\"verifyPaymentNotice answered\" after=\"1s\"/>", "pay@0 job@1080"},
      {"<pay/><job name=\"mod3CancelV2\" when=\"verifyPaymentNotice answered 2\"/>", "pay@0"},
      {"<pay/><pay/><job name=\"mod3CancelV2\" when=\"verifyPaymentNotice sent 2\"/>", "pay@0 pay@2200 job@2200"},
      {"<pay/><job name=\"mod3CancelV2\" when=\"verifyPaymentNotice unanswered\"/>", "pay@0"},
      {"<verify/><fault on=\"verifyPaymentNotice\" leg=\"request\" do=\"reset\"/><job name=\"mod3CancelV2\" when=\"verifyPaymentNotice unanswered\"/>", "verify@0 job@20"},
      {"<pay/><position amount=\"7.00\" when=\"paVerifyPaymentNotice answered\"/>", "pay@0 position@60"},
      {"<pay/><send by=\"psp\" message=\"sendPaymentOutcome\" when=\"pspNotifyPayment received\"/>", "pay@0 send@2200"},
      {"<pay/><pay when=\"closePayment-v2 answered\"/>", "pay@0 pay@2200"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.xml);
    const Journal journal = play(steps(c.xml));
    CHECK(orders(journal) == c.orders);
    CHECK(broken_laws(journal).empty());
  }
}

TEST_CASE("an EC's position changes when the scenario says, and the amount is what was true at that moment") {
  const Journal late = play(steps("<pay/><position amount=\"7.00\" when=\"paVerifyPaymentNotice answered\"/>"));
  const auto verified = hops(late, "paVerifyPaymentNotice", Leg::response, Stage::sent);
  const auto paid = hops(late, "paGetPayment", Leg::response, Stage::sent);
  REQUIRE(verified.size() == 1);
  REQUIRE(paid.size() == 1);
  CHECK(text_of(verified[0], "paymentList/paymentOptionDescription/amount") == "120.00");
  CHECK(text_of(paid[0], "data/paymentAmount") == "7.00");
  const Journal closed = play(steps("<position state=\"cancelled\"/><verify/>"));
  CHECK(states(closed, "debt") == "cancelled");
  const auto refused = hops(closed, "paVerifyPaymentNotice", Leg::response, Stage::sent);
  REQUIRE(refused.size() == 1);
  CHECK(text_of(refused[0], "fault/faultCode") == "PAA_PAGAMENTO_ANNULLATO");
}

TEST_CASE("a job runs at the Nodo when it is told to, and what is not overdue stays") {
  const std::string silent = "<setting name=\"expiry-job-every\" value=\"0s\"/>";
  const std::string story = "<pay/><answer by=\"psp\" to=\"pspNotifyPayment\" with=\"silence\"/><withhold by=\"psp\" message=\"sendPaymentOutcome\"/>";
  struct Case {
    std::string job, states;
  };
  const Case cases[] = {
      {"", "PAYING PAYMENT_RESERVED PAYMENT_SENT PAYMENT_UNKNOWN"},
      {"<job name=\"mod3CancelV2\" after=\"10m\"/>", "PAYING PAYMENT_RESERVED PAYMENT_SENT PAYMENT_UNKNOWN"},
      {"<job name=\"mod3CancelV2\" after=\"2h\"/>", "PAYING PAYMENT_RESERVED PAYMENT_SENT PAYMENT_UNKNOWN CANCELLED"},
      {"<job name=\"paSendRt\" after=\"2h\"/>", "PAYING PAYMENT_RESERVED PAYMENT_SENT PAYMENT_UNKNOWN"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.job);
    CHECK(states(play(Parts{.setup = silent, .steps = story + c.job, .attributes = "judges=\"checkout\""}), "payment") == c.states);
  }
}

TEST_CASE("every order comes to an end, whatever the user is doing when it is given") {
  const std::string cancelled = "<verify/><activate/><cancel/>";
  for (const std::string& xml : {
           std::string("<close/><verify/>"),
           std::string("<verify/><close/><authorise/>"),
           std::string("<verify/><activate/><activate/>"),
           std::string("<verify/><activate/><authorise/><authorise/>"),
           std::string("<verify/><activate/><authorise/><cancel/>"),
           std::string("<pay card=\"denied\"/><cancel/><activate/>"),
           std::string("<pay notice=\"302990000000000000\"/><activate/><authorise/><close/>"),
           cancelled,
           cancelled + "<cancel/>",
           cancelled + "<cancel after=\"20s\"/><close/>",
           std::string("<verify/><pay when=\"verifyPaymentNotice answered\"/><cancel/>"),  // while another order is under way
           std::string("<verify/><pay when=\"verifyPaymentNotice answered\"/><close/>"),
           std::string("<verify/><verify/><send by=\"checkout\" message=\"verifyPaymentNotice\" when=\"paVerifyPaymentNotice received 2\"/>"),
       }) {
    CAPTURE(xml);
    const std::vector<BrokenLaw> broken = broken_laws(play(Parts{
        .setup = std::string(support::forgetful), .steps = xml, .expect = "<seen message=\"paVerifyPaymentNotice\" times=\"1\" rule=\"EC-01\"/>", .attributes = "judges=\"ec\""}));
    CAPTURE((broken.empty() ? std::string() : to_text(broken.front())));
    CHECK(broken.empty());
  }
}

// ---- who says what ----

TEST_CASE("a scripted outcome takes the place of the PSP's own, and of nothing else") {
  const Journal own = play(steps("<pay/>"));
  CHECK(life_of(own, "sendPaymentOutcome") == "sent@2700 received@2720 replied@2720 answered@2740");
  const Journal scripted = play(steps("<pay/><send by=\"psp\" message=\"sendPaymentOutcome\" outcome=\"KO\" after=\"1s\"/>"));
  const auto sent = hops(scripted, "sendPaymentOutcome", Leg::request, Stage::sent);
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].ms == 3200);
  CHECK(sent[0].hop->cause != 0);
  CHECK(text_of(sent[0], "outcome") == "KO");
  const auto kept = hops(scripted, "sendPaymentOutcome", Leg::request, Stage::withheld);
  REQUIRE(!kept.empty());
  CHECK(kept[0].ms == 2700);
  CHECK(kept[0].hop->rule_line == support::steps_line);
  // Another PSP's script leaves this one's outcome alone.
  const Journal other = play(steps("<pay psp=\"PSPSIM02\"/><send by=\"psp\" id=\"PSPSIM01\" message=\"sendPaymentOutcome\" after=\"20s\"/>"));
  CHECK(hops(other, "sendPaymentOutcome", Leg::request, Stage::sent).size() == 2);
  CHECK(hops(other, "sendPaymentOutcome", Leg::request, Stage::withheld).empty());
}

TEST_CASE("what is withheld never leaves, and whoever keeps it finds no answer") {
  const Journal journal = play(steps("<pay/><withhold by=\"psp\" message=\"sendPaymentOutcome\"/>"));
  CHECK(hops(journal, "sendPaymentOutcome", Leg::request, Stage::sent).empty());
  CHECK(!hops(journal, "sendPaymentOutcome", Leg::request, Stage::withheld).empty());
  CHECK(life_of(journal, "sendPaymentOutcome").starts_with("withheld@2700 timeout@17700"));
  CHECK(states(journal, "payment") == "PAYING PAYMENT_RESERVED PAYMENT_SENT PAYMENT_ACCEPTED");
  CHECK(broken_laws(journal).empty());
  const Journal other = play(steps("<pay/><withhold by=\"psp\" id=\"PSPSIM02\" message=\"sendPaymentOutcome\"/>"));
  CHECK(hops(other, "sendPaymentOutcome", Leg::request, Stage::sent).size() == 1);
}

TEST_CASE("a scripted role answers in every way that the language has") {
  const std::string answer = "<pay/><answer by=\"psp\" to=\"pspNotifyPayment\" ";
  struct Case {
    std::string xml, life, payment;
  };
  const std::string unknown = "PAYING PAYMENT_RESERVED PAYMENT_SENT PAYMENT_UNKNOWN CANCELLED";
  const std::string refused = "PAYING PAYMENT_RESERVED PAYMENT_SENT PAYMENT_REFUSED CANCELLED";
  const Case cases[] = {
      {"<pay/>", "sent@2180 received@2200 replied@2200 answered@2220", "PAYING PAYMENT_RESERVED PAYMENT_SENT PAYMENT_ACCEPTED PAID NOTICE_GENERATED NOTICE_SENT NOTIFIED"},
      {answer + "outcome=\"KO\" fault=\"CANALE_SEMANTICA\"/>", "sent@2180 received@2200 replied@2200 answered@2220", refused},
      {answer + "outcome=\"KO\" fault=\"CANALE_SEMANTICA\" after=\"3s\"/>", "sent@2180 received@2200 replied@5200 answered@5220", refused},
      {answer + "with=\"no-fault\"/>", "sent@2180 received@2200 replied@2200 answered-spoiled@2220", unknown},
      {answer + "with=\"malformed\"/>", "sent@2180 received@2200 replied@2200 answered-spoiled@2220", unknown},
      {answer + "with=\"empty\"/>", "sent@2180 received@2200 replied@2200 answered-spoiled@2220", unknown},
      {answer + "with=\"silence\"/>", "sent@2180 received@2200 withheld@2200 timeout@9180", unknown},
      {answer + "with=\"hang-up\"/>", "sent@2180 received@2200 withheld@2200 reset@2220", unknown},
      {answer + "outcome=\"KO\" fault=\"CANALE_SEMANTICA\" after=\"30s\"/>", "sent@2180 received@2200 timeout@9180 replied@32200 lost@32220", unknown},
  };
  for (const Case& c : cases) {
    CAPTURE(c.xml);
    const Journal journal = play(steps(c.xml + (c.xml == "<pay/>" ? "" : "<withhold by=\"psp\" message=\"sendPaymentOutcome\"/>")));
    CHECK(life_of(journal, "pspNotifyPayment") == c.life);
    CHECK(states(journal, "payment") == c.payment);
    CHECK(broken_laws(journal).empty());
  }
}

TEST_CASE("a script changes the fields and the status that it names and leaves the rest") {
  const Journal journal = play(steps(
      "<pay/><answer by=\"ec\" to=\"paGetPayment\"><set field=\"data/description\" to=\"Altro\"/><omit field=\"data/companyName\"/></answer>"));
  const auto given = hops(journal, "paGetPayment", Leg::response, Stage::sent);
  REQUIRE(given.size() == 1);
  CHECK(text_of(given[0], "data/description") == "Altro");
  CHECK(text_of(given[0], "data/companyName") == "(not there)");
  CHECK(text_of(given[0], "data/paymentAmount") == "120.00");
  CHECK(given[0].hop->rule_line == support::steps_line);
  const Journal sent = play(steps(
      "<pay/><send by=\"psp\" message=\"sendPaymentOutcome\"><set field=\"details/fee\" to=\"9.99\"/><omit field=\"idempotencyKey\"/></send>"));
  const auto outcomes = hops(sent, "sendPaymentOutcome", Leg::request, Stage::sent);
  REQUIRE(outcomes.size() == 1);
  CHECK(text_of(outcomes[0], "details/fee") == "9.99");
  CHECK(text_of(outcomes[0], "idempotencyKey") == "(not there)");
  CHECK(text_of(outcomes[0], "outcome") == "OK");
  const Journal statused = play(steps("<pay/><answer by=\"nodo\" to=\"closePayment-v2\" outcome=\"KO\" description=\"No\" status=\"404\"/>"));
  const auto closed = hops(statused, "closePayment-v2", Leg::response, Stage::received);
  REQUIRE(!closed.empty());
  CHECK(closed[0].hop->status == 404);
  CHECK(text_of(closed[0], "description") == "No");
}

TEST_CASE("a field of an earlier message can be sent again, the latest or the one that is named") {
  const std::string send = "<pay card=\"denied\"/><pay/><send by=\"psp\" message=\"sendPaymentOutcome\"><set field=\"paymentToken\" to=\"{activatePaymentNoticeV2 response paymentToken";
  const auto token_of = [](const Journal& journal, std::size_t nth) {
    return text_of(hops(journal, "activatePaymentNoticeV2", Leg::response, Stage::sent).at(nth), "paymentToken");
  };
  struct Case {
    std::string which;
    std::size_t nth;
  };
  for (const Case& c : {Case{"}", 1}, Case{" 1}", 0}, Case{" 2}", 1}}) {
    CAPTURE(c.which);
    const Journal journal = play(steps(send + c.which + "\"/></send>"));
    const auto sent = hops(journal, "sendPaymentOutcome", Leg::request, Stage::sent);
    REQUIRE(sent.size() == 1);
    CHECK(text_of(sent[0], "paymentToken") == token_of(journal, c.nth));
  }
  // A third one was never said: nothing is sent, and the journal says why.
  const Journal none = play(steps(send + " 3}\"/></send>"));
  CHECK(hops(none, "sendPaymentOutcome", Leg::request, Stage::sent).empty());
  bool told = false;
  for (const Entry& entry : none.entries) {
    const auto* staged = std::get_if<Staged>(&entry.what);
    told = told || (staged != nullptr && staged->what == "a value that it needs was never said" && staged->line == support::steps_line);
  }
  CHECK(told);
}

// ---- what the network does ----

TEST_CASE("each mishap does to each leg what its name says") {
  struct Case {
    std::string leg, what, life;
  };
  const Case cases[] = {
      {"request", "do=\"drop\"", "sent@20 lost@20 timeout@7020"},
      {"request", "do=\"delay\" by=\"1s\"", "sent@20 received@1040 replied@1040 answered@1060"},
      {"request", "do=\"delay\" by=\"7s\"", "sent@20 timeout@7020 received@7040 replied@7040 lost@7060"},
      {"request", "do=\"duplicate\"", "sent@20 received@40 replied@40 received@40 replied@40 lost@40 answered@60"},
      {"request", "do=\"reset\"", "sent@20 lost@20 reset@40"},
      {"request", "do=\"refuse\"", "sent@20 lost@20 refused@40"},
      {"request", "do=\"truncate\"", "sent@20 received-spoiled@40 replied@40 answered@60"},
      {"request", "do=\"garble\"", "sent@20 received-spoiled@40 replied@40 answered@60"},
      {"response", "do=\"drop\"", "sent@20 received@40 replied@40 lost@40 timeout@7020"},
      {"response", "do=\"delay\" by=\"1s\"", "sent@20 received@40 replied@40 answered@1060"},
      {"response", "do=\"delay\" by=\"7s\"", "sent@20 received@40 replied@40 timeout@7020 lost@7060"},
      {"response", "do=\"reset\"", "sent@20 received@40 replied@40 lost@40 reset@60"},
      {"response", "do=\"truncate\"", "sent@20 received@40 replied@40 answered-spoiled@60"},
      {"response", "do=\"garble\"", "sent@20 received@40 replied@40 answered-spoiled@60"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.leg);
    CAPTURE(c.what);
    const Parts parts = steps("<verify/><fault on=\"paVerifyPaymentNotice\" leg=\"" + c.leg + "\" " + c.what + "/>");
    const Journal journal = play(parts);
    CHECK(life_of(journal, "paVerifyPaymentNotice") == c.life);
    CHECK(broken_laws(journal).empty());
    CHECK(to_ndjson(play(parts, 1, Fidelity::typed)) == to_ndjson(journal));
    // The rule is named where it struck.
    bool named = false;
    for (const Entry& entry : journal.entries) {
      const auto* hop = std::get_if<Hop>(&entry.what);
      named = named || (hop != nullptr && hop->rule_line == support::steps_line && (hop->event == "too late" || c.what.find(std::string(hop->event)) != std::string::npos));
    }
    CHECK(named);
  }
}

TEST_CASE("what is spoiled on the way is refused by a callee and is no answer to a caller") {
  for (const std::string what : {"truncate", "garble"}) {
    CAPTURE(what);
    const Journal request = play(steps("<verify/><fault on=\"paVerifyPaymentNotice\" leg=\"request\" do=\"" + what + "\"/>"));
    CHECK(text_of(hops(request, "paVerifyPaymentNotice", Leg::response, Stage::sent).at(0), "fault/faultCode") == "PAA_SINTASSI_EXTRAXSD");
    const Journal response = play(steps("<verify/><fault on=\"paVerifyPaymentNotice\" leg=\"response\" do=\"" + what + "\"/>"));
    CHECK(text_of(hops(response, "verifyPaymentNotice", Leg::response, Stage::sent).at(0), "fault/faultCode") == "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE");
  }
}

TEST_CASE("a fault strikes on the occasions and between the parties that it names") {
  // Five attempts at the same receipt in one run, an hour apart: which of them are lost?
  struct Case {
    std::string which;
    std::vector<int> lost;
  };
  const Case cases[] = {
      {"", {1}},
      {"nth=\"1\"", {1}},
      {"times=\"3\"", {1, 2, 3}},
      {"nth=\"2\"", {}},               // the first gets through, and there is no second
      {"nth=\"1\" times=\"2\"", {1, 2}},
      {"times=\"0\"", {1, 2, 3, 4, 5}},
      {"with=\"77777777777\"", {1}},
      {"with=\"80000000002\"", {}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.which);
    const Journal journal = play(Parts{.setup = "<setting name=\"receipt-retries\" value=\"4\"/>",
                                       .steps = "<pay/><fault on=\"paSendRT\" leg=\"request\" do=\"drop\" " + c.which + "/>",
                                       .attributes = "judges=\"checkout\""});
    const auto sent = hops(journal, "paSendRT", Leg::request, Stage::sent);
    CHECK(hops(journal, "paSendRT", Leg::request, Stage::lost).size() == c.lost.size());
    CHECK(sent.size() == (c.lost.size() == 5 ? 5 : c.lost.size() + 1));
  }
  // Occasions that begin late need something to go wrong before them.
  const Journal third = play(steps("<verify/><verify/><verify/><verify/><fault on=\"verifyPaymentNotice\" leg=\"request\" do=\"reset\" nth=\"2\" times=\"2\"/>"));
  std::string pattern;
  for (const auto& seen : hops(third, "verifyPaymentNotice", Leg::request, Stage::sent)) {
    const std::size_t next = seen.entry + 1;
    const auto* hop = next < third.entries.size() ? std::get_if<Hop>(&third.entries[next].what) : nullptr;
    pattern += hop != nullptr && hop->stage == Stage::lost ? "x" : ".";
  }
  CHECK(pattern == ".xx.");
}

TEST_CASE("a scripted answer is given on the occasions that it names") {
  struct Case {
    std::string which, answers;
  };
  const Case cases[] = {{"", "KO OK OK OK"}, {"nth=\"2\"", "OK KO OK OK"}, {"times=\"2\"", "KO KO OK OK"}, {"nth=\"2\" times=\"2\"", "OK KO KO OK"}, {"nth=\"3\" times=\"0\"", "OK OK KO KO"}};
  for (const Case& c : cases) {
    CAPTURE(c.which);
    const Journal journal = play(steps("<verify/><verify/><verify/><verify/><answer by=\"ec\" to=\"paVerifyPaymentNotice\" outcome=\"KO\" fault=\"PAA_SEMANTICA\" " + c.which + "/>"));
    std::string answers;
    for (const auto& seen : hops(journal, "paVerifyPaymentNotice", Leg::response, Stage::sent)) answers += (answers.empty() ? "" : " ") + text_of(seen, "outcome");
    CHECK(answers == c.answers);
  }
}

// ---- one seed, one run ----

const std::vector<std::string>& kinds_of_run() {
  static const std::vector<std::string> all{
      "<pay/>",
      "<pay card=\"denied\"/>",
      "<verify/><activate/><cancel/>",
      "<pay/><answer by=\"psp\" to=\"pspNotifyPayment\" outcome=\"KO\" fault=\"CANALE_SEMANTICA\"/>",
      "<pay/><answer by=\"psp\" to=\"pspNotifyPayment\" with=\"silence\"/>",
      "<pay/><answer by=\"ec\" to=\"paGetPayment\" with=\"malformed\"/>",
      "<pay/><answer by=\"ec\" to=\"paGetPayment\"><set field=\"data/paymentAmount\" to=\"zero\"/></answer>",
      "<pay/><send by=\"psp\" message=\"sendPaymentOutcome\"><set field=\"idempotencyKey\" to=\"{random 10 letters}\"/></send>",
      "<pay/><fault on=\"closePayment-v2\" leg=\"response\" do=\"drop\"/>",
      "<pay/><fault on=\"activatePaymentNoticeV2\" leg=\"request\" do=\"garble\"/>",
      "<pay/><fault on=\"paSendRT\" leg=\"request\" do=\"duplicate\"/>",
      "<pay/><withhold by=\"psp\" message=\"sendPaymentOutcome\"/>",
      "<pay notice=\"302990000000000000\"/>",
      "<pay/><pay/>",
  };
  return all;
}

TEST_CASE("the same scenario and seed give the same journal, typed or over the wire") {
  for (const std::string& xml : kinds_of_run()) {
    CAPTURE(xml);
    const scenario::Scenario s = support::load(steps(xml));
    const Journal once = play(s, 7);
    const std::string text = to_ndjson(once);
    CHECK(broken_laws(once).empty());
    CHECK(to_ndjson(play(s, 7)) == text);
    CHECK(to_ndjson(play(s, 7, Fidelity::typed)) == text);
    CHECK(to_ndjson(play(s, 8)) != text);
  }
}

TEST_CASE("what is drawn depends on the seed and on nothing else") {
  const scenario::Scenario s = support::load(
      "<scenario version=\"1\" id=\"drawn\" judges=\"nodo\"><title lang=\"it\">x</title><title lang=\"en\">x</title>"
      "<notice number=\"{random}\" amount=\"1.00\"/><notice number=\"{random}\" amount=\"2.00\"/>"
      "<steps><pay/><send by=\"psp\" message=\"sendPaymentOutcome\"><set field=\"paymentToken\" to=\"{random 32 hex}\"/></send></steps>"
      "<expect><seen message=\"paGetPayment\" times=\"1\" rule=\"CHK-03\"/></expect></scenario>");
  const auto drawn = [&](std::uint64_t seed, Fidelity fidelity) {
    const Journal journal = play(s, seed, fidelity);
    return std::pair{text_of(hops(journal, "verifyPaymentNotice", Leg::request, Stage::sent).at(0), "qrCode/noticeNumber"),
                     text_of(hops(journal, "sendPaymentOutcome", Leg::request, Stage::sent).at(0), "paymentToken")};
  };
  const auto [number, token] = drawn(1, Fidelity::wire);
  CHECK(number.size() == 18);
  CHECK(number.starts_with("302"));
  CHECK(number.substr(16) == contract::notice_check_digits(number.substr(0, 16)));
  CHECK(token.size() == 32);
  CHECK(token.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(drawn(1, Fidelity::typed) == std::pair{number, token});
  CHECK(drawn(2, Fidelity::wire).first != number);
  CHECK(drawn(2, Fidelity::wire).second != token);
}

TEST_CASE("a draw has the length and the letters that were asked for") {
  struct Case {
    std::string value, letters;
    std::size_t length;
  };
  const std::string digits = "0123456789", small = "abcdefghijklmnopqrstuvwxyz", capital = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (const Case& c : {Case{"{random 35 hex}", digits + "abcdef", 35}, Case{"{random 12 digits}", digits, 12}, Case{"{random 20 letters}", digits + small + capital, 20}}) {
    CAPTURE(c.value);
    const Journal journal = play(steps("<pay/><send by=\"psp\" message=\"sendPaymentOutcome\"><set field=\"paymentToken\" to=\"" + c.value + "\"/></send>"));
    const std::string token = text_of(hops(journal, "sendPaymentOutcome", Leg::request, Stage::sent).at(0), "paymentToken");
    CHECK(token.size() == c.length);
    CHECK(token.find_first_not_of(c.letters) == std::string::npos);
  }
}

TEST_CASE("a copy of a world goes on as the world itself does") {
  for (const Fidelity fidelity : {Fidelity::wire, Fidelity::typed}) {
    const scenario::Scenario s = support::load(Parts{});
    const Instant horizon = run_start + longest_run;
    const auto begun = [&] {
      World world(support::cast(s.registry, s.positions), s.registry, s.settings, 3, fidelity);
      world.command({Role::checkout, ""}, Command{1, "pay", {{"notice", std::string(support::notice)}, {"ec", "77777777777"}}}, 1);
      return world;
    };
    World straight = begun();
    straight.settle(horizon);
    const std::string whole = to_ndjson(std::move(straight).take_journal());
    World world = begun();
    for (int events = 0;; ++events) {
      CAPTURE(events);
      World copy = world;
      copy.settle(horizon);
      REQUIRE(to_ndjson(std::move(copy).take_journal()) == whole);  // and the original has not moved
      if (!world.step(horizon).happened) break;
    }
    CHECK(to_ndjson(std::move(world).take_journal()) == whole);
  }
}

TEST_CASE("a copy of a performance goes on as the performance itself does") {
  for (const std::string& xml : kinds_of_run()) {
    CAPTURE(xml);
    const scenario::Scenario s = support::load(steps(xml));
    const std::string whole = to_ndjson(play(s, 5));
    Performance performance(s, 5, Fidelity::wire, support::cast);
    int events = 0;
    for (bool more = true; more; more = performance.step()) {
      if (events++ % 7 != 0) continue;
      Performance copy = performance;
      copy.play();
      REQUIRE(to_ndjson(std::move(copy).finish()) == whole);
    }
    CHECK(to_ndjson(std::move(performance).finish()) == whole);
  }
}

TEST_CASE("a run that never settles is cut short and says so") {
  const Parts parts = steps("<pay/><fault on=\"paSendRT\" leg=\"request\" do=\"drop\" times=\"0\"/>");
  const Journal settles = play(parts);
  CHECK(!settles.cut_short);
  const scenario::Scenario s = support::load(parts);
  World world(support::cast(s.registry, s.positions), s.registry, s.settings, 1, Fidelity::typed);
  world.command({Role::checkout, ""}, Command{1, "pay", {{"notice", std::string(support::notice)}, {"ec", "77777777777"}}}, 1);
  world.settle(run_start + seconds(1));
  CHECK(world.journal().cut_short);
  CHECK(world.now() <= run_start + seconds(1));
}

}  // namespace
