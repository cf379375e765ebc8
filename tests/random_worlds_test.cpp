// Large random worlds: the same from the same seed, of every kind that they promise, and able to find an actor that is
// wrong. And what a restart and a clock jump do to a payment, wherever they fall.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "actors/cast.hpp"
#include "actors/mutants.hpp"
#include "sim/explore.hpp"
#include "sim/random_worlds.hpp"
#include "sim/report/journal_text.hpp"

namespace {

using namespace sim;

Cast cast(const contract::Registry& registry, std::span<const contract::DebtPosition> positions) { return actors::cast(registry, positions); }

scenario::Scenario loaded(const std::string& xml) {
  auto out = scenario::load("drawn", xml);
  if (!out) FAIL(scenario::to_text(out.error().front()));
  return std::move(*out);
}

/// The first thing that a run breaks; empty: nothing.
std::string broken(const std::string& xml, std::uint64_t seed, const Casting& casting = cast) {
  const scenario::Scenario scenario = loaded(xml);
  const std::vector<Violation> all = broken_in(scenario, play(scenario, seed, Fidelity::typed, casting));
  return all.empty() ? std::string() : all.front().rule + " " + all.front().broken;
}

constexpr Traffic small{.users = 40, .ecs = 6, .psps = 4, .faults = 25, .restarts = 4, .jumps = 2, .span = minutes(30)};

std::string story(const std::string& steps, const std::string& judges = "checkout nodo ec psp") {
  return "<scenario version=\"1\" id=\"restart\" judges=\"" + judges + "\"><title lang=\"it\">a</title><title lang=\"en\">a</title>\n<notice number=\"302041234567890123\" amount=\"30.00\">"
         "<transfer ec=\"77777777777\" amount=\"10.00\"/><transfer ec=\"80000000002\" amount=\"20.00\"/></notice>\n<steps>\n" + steps + "</steps></scenario>";
}

std::string last_of(const Journal& journal, std::string_view machine) {
  std::string out;
  for (const Entry& entry : journal.entries) {
    const auto* noted = std::get_if<Noted>(&entry.what);
    if (noted != nullptr && noted->note.machine == machine) out = noted->note.to;
  }
  return out;
}

}  // namespace

TEST_CASE("a seed gives the same world, and the same journal typed and over the wire") {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    const std::string xml = random_world(seed, small).xml();
    CHECK(xml == random_world(seed, small).xml());
    CHECK(xml != random_world(seed + 100, small).xml());
    const scenario::Scenario scenario = loaded(xml);
    const std::string typed = report::to_ndjson(play(scenario, seed, Fidelity::typed, cast));
    CHECK(typed == report::to_ndjson(play(scenario, seed, Fidelity::typed, cast)));
    CHECK(typed == report::to_ndjson(play(scenario, seed, Fidelity::wire, cast)));
  }
}

TEST_CASE("large random worlds break nothing") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    CHECK(broken(random_world(seed, small).xml(), seed) == "");
  }
}

TEST_CASE("every kind of event is drawn, and happens") {
  std::map<std::string, int> happened;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const RandomScenario drawn = random_world(seed, small);
    for (const std::string& step : drawn.steps) ++happened[step.substr(1, step.find(' ') - 1)];
    for (const Entry& entry : play(loaded(drawn.xml()), seed, Fidelity::typed, cast).entries) {
      if (const auto* hop = std::get_if<Hop>(&entry.what); hop != nullptr && !hop->event.empty()) ++happened[std::string(hop->event)];
      if (const auto* staged = std::get_if<Staged>(&entry.what)) ++happened[staged->what.substr(0, staged->what.find(' ', 9))];
      if (const auto* noted = std::get_if<Noted>(&entry.what)) ++happened[std::string(noted->note.machine) + " " + std::string(noted->note.to)];
    }
  }
  for (const char* kind : {"pay", "verify", "activate", "authorise", "cancel", "cart", "position", "job", "fault", "answer", "restart", "jump",
                           "drop", "delay", "duplicate", "reset", "refuse", "truncate", "garble", "answers KO", "stays silent",
                           "restarts nodo", "restarts checkout", "restarts ec", "restarts psp", "clocks leap",
                           "payment NOTIFIED", "payment CANCELLED", "payment PAYMENT_UNKNOWN", "recipient NOTICE_PENDING", "transaction NOTIFIED_OK", "transaction REFUNDED",
                           "transaction UNAUTHORIZED", "transaction CANCELED", "transaction EXPIRED_NOT_AUTHORIZED", "till CERTIFIED"}) {
    CAPTURE(std::string(kind));
    CHECK(happened[kind] > 0);
  }
}

TEST_CASE("a planted mutant is found, and shrunk to a file that only it breaks") {
  for (const char* name : {"storno-twice", "receipt-to-the-owner-only", "goes-on-after-ko"}) {
    CAPTURE(std::string(name));
    const actors::Mutant* planted = actors::find_mutant(name);
    REQUIRE(planted != nullptr);
    const Casting with_it = [planted](const auto& registry, auto positions) { return actors::mutant_cast(registry, positions, *planted); };
    std::uint64_t seed = 1;
    while (seed < 40 && broken(random_world(seed, small).xml(), seed, with_it).empty()) ++seed;
    const RandomScenario drawn = random_world(seed, small);
    const auto rule_of = [&](const RandomScenario& of) {
      const auto read = scenario::load("drawn", of.xml());
      if (!read) return std::string("no scenario");
      const std::vector<Violation> all = broken_in(*read, play(*read, seed, Fidelity::typed, with_it));
      return all.empty() ? std::string() : all.front().rule + all.front().broken.substr(0, 5);
    };
    const std::string rule = rule_of(drawn);
    REQUIRE(!rule.empty());
    const auto fails = [&](const RandomScenario& of) { return rule_of(of) == rule; };
    const RandomScenario least = shrunk(drawn, fails);
    CHECK(least.pieces() < 10);
    CHECK(fails(least));
    CHECK(broken(least.xml(), seed) == "");
    for (const auto part : {&RandomScenario::setup, &RandomScenario::notices, &RandomScenario::steps}) {  // 1-minimal
      for (std::size_t i = 0; i < (least.*part).size(); ++i) {
        RandomScenario less = least;
        (less.*part).erase((less.*part).begin() + static_cast<std::ptrdiff_t>(i));
        CHECK(!fails(less));
      }
    }
  }
}

TEST_CASE("whoever restarts, and whenever, the payment comes to rest lawfully") {
  const char* journeys[] = {R"(<pay at="1s"/>)", R"(<pay by="psp" at="1s"/>)", R"(<cart at="0.5s"/>)"
                                                                              "\n"
                                                                              R"(<pay cart="yes" at="1s"/>)"};
  const char* actors[] = {R"(who="checkout")", R"(who="nodo")", R"(who="ec")", R"(who="ec" id="80000000002")", R"(who="psp")"};
  std::set<std::string> ends;
  for (const char* journey : journeys) {
    for (const char* who : actors) {
      for (int ms = 505; ms < 4000; ms += 10) {
        const std::string xml = story(fmt::format("{}\n<restart {} at=\"{}.{:03}s\"/>\n", journey, who, ms / 1000, ms % 1000));
        const scenario::Scenario scenario = loaded(xml);
        const Journal journal = play(scenario, 1, Fidelity::typed, cast);
        const std::vector<Violation> all = broken_in(scenario, journal);
        CAPTURE(xml);
        CHECK((all.empty() ? "" : all.front().broken) == "");
        ends.insert(last_of(journal, "payment"));
      }
    }
  }
  CHECK(ends.contains("NOTIFIED"));   // most of them
  CHECK(ends.contains("CANCELLED"));  // the PSP's answer was lost, and its outcome never came
}

TEST_CASE("a Nodo that restarts forgets the outcome that it held, and hears it again") {
  // The outcome comes before the PSP's answer to the notification; the Nodo holds it, and falls.
  const std::string xml = story(R"(<answer by="psp" to="pspNotifyPayment" after="900ms"/>
<pay/>
<restart who="nodo" when="sendPaymentOutcome received" after="100ms"/>
)", "checkout nodo ec");
  const scenario::Scenario scenario = loaded(xml);
  const Journal journal = play(scenario, 1, Fidelity::typed, cast);
  CHECK(last_of(journal, "payment") == "NOTIFIED");
  CHECK(last_of(journal, "transaction") == "NOTIFIED_OK");
}

TEST_CASE("a clock jump rings what is overdue, in its order, and hurries no message") {
  const std::string xml = story(R"(<verify/>
<activate/>
<jump by="3h"/>
)");
  const scenario::Scenario scenario = loaded(xml);
  const Journal journal = play(scenario, 1, Fidelity::typed, cast);
  CHECK(last_of(journal, "transaction") == "EXPIRED_NOT_AUTHORIZED");
  CHECK(last_of(journal, "payment") == "CANCELLED");
  CHECK(broken(xml, 1) == "");
  Instant leapt{};
  for (const Entry& entry : journal.entries) {
    const auto* staged = std::get_if<Staged>(&entry.what);
    if (staged != nullptr && staged->leap == hours(3)) leapt = entry.at;
    if (const auto* woken = std::get_if<Woken>(&entry.what); woken != nullptr && woken->what == "session is over") CHECK(entry.at == leapt);
  }
  CHECK(leapt >= run_start + hours(3));
}

TEST_CASE("a fault with a time of its own neither applies nor counts outside it") {
  const auto ends_with = [](const std::string& window) {
    const scenario::Scenario scenario = loaded(story("<fault on=\"verifyPaymentNotice\" leg=\"request\" do=\"refuse\" " + window + "/>\n<pay at=\"10s\"/>\n"));
    return last_of(play(scenario, 1, Fidelity::typed, cast), "payment");
  };
  CHECK(ends_with("") == "");
  CHECK(ends_with(R"(at="9s" for="2s")") == "");
  CHECK(ends_with(R"(at="11s")") == "NOTIFIED");
  CHECK(ends_with(R"(for="9s" times="0")") == "NOTIFIED");
}

TEST_CASE("an order to one PSP between two attempts of another makes nobody owe an attempt too many") {
  CHECK(broken(story(R"(<pay notice="302045936070552441" at="1s"/>
<pay by="psp" psp="PSPSIM02" notice="302040784095003466" at="300s"/>
<fault on="sendPaymentOutcome" leg="response" do="drop" times="0" for="1h"/>
)"), 1) == "");
}
