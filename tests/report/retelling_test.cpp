// Recordings: a journal is read back as it was written, strictly; and every shipped scenario, told again from nothing
// but its journal, has the same effects.
#include "sim/report/retelling.hpp"

#include <string>

#include <doctest/doctest.h>

#include "actors/cast.hpp"
#include "sim/play.hpp"
#include "sim/report/journal_text.hpp"
#include "sim/report/judge.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/shipped.hpp"

namespace {

using namespace sim;

Journal played(const scenario::Scenario& scenario, std::uint64_t seed) {
  return play(scenario, seed, Fidelity::wire, [](const auto& registry, auto positions) { return actors::cast(registry, positions); });
}
std::string recorded(const scenario::Scenario& scenario, std::uint64_t seed) {
  const Journal journal = played(scenario, seed);
  return report::journal_header(scenario, positions_of(scenario, seed), seed, journal.cut_short) + report::to_ndjson(journal);
}
report::Retelling told_again(const report::Recording& recording, bool expects) {
  return report::retell(recording, "recorded", expects, [&](const std::string& xml) -> Result<Journal, std::string> {
    const auto loaded = scenario::load("retold.xml", xml);
    if (!loaded) return Failure{to_text(loaded.error().front())};
    return played(*loaded, recording.seed);
  });
}
const scenario::Scenario& shipped(std::string_view id) {
  for (const scenario::Scenario& s : support::shipped()) {
    if (s.id == id) return s;
  }
  FAIL("no scenario has that id");
  return support::shipped().front();
}
std::string wrong_with(const std::string& text) {
  const auto read = report::read_journal("j.ndjson", text);
  return read ? std::string() : to_text(read.error());
}
bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

TEST_CASE("a journal is read back as it was written, whatever happened in it") {
  for (const scenario::Scenario& scenario : support::shipped()) {
    CAPTURE(scenario.id);
    const std::string text = recorded(scenario, 1);
    const auto read = report::read_journal("j.ndjson", text);
    REQUIRE_MESSAGE(read, wrong_with(text));
    CHECK(support::first_difference(report::to_ndjson(read->journal), text.substr(text.find('\n') + 1)) == "");
    CHECK(read->seed == 1);
  }
}

TEST_CASE("a journal that is not one is refused with the line and the reason") {
  const std::string good = recorded(shipped("happy-path"), 1);
  const std::string header = good.substr(0, good.find('\n') + 1);
  CHECK(wrong_with(good).empty());
  CHECK(has(wrong_with(""), "j.ndjson:1: the file is empty"));
  CHECK(has(wrong_with(good.substr(header.size())), "j.ndjson:1: the first line is no header"));
  CHECK(has(wrong_with(header + header), "j.ndjson:2: a header stands in the first line alone"));
  CHECK(has(wrong_with("{\"t\":0,\"kind\":\"header\",\"version\":2,\"seed\":1,\"setup\":[]}\n"), "j.ndjson:1: version 2 of journals is not known"));
  struct Case {
    std::string_view line, says;
  };
  const Case cases[] = {
      {"pay", "this is not a line of JSON"},
      {"[]", "this is not a JSON object"},
      {"{\"t\":0,\"kind\":\"fish\"}", "'fish' is not a kind of line"},
      {"{\"t\":0,\"kind\":\"finish\",\"who\":\"checkout\"}", "'command' is missing"},
      {"{\"t\":0,\"kind\":\"finish\",\"command\":1,\"who\":\"checkout\"}", "'command' stands where 'who' should"},
      {"{\"t\":0,\"kind\":\"finish\",\"who\":\"bank\",\"command\":1}", "'bank' is not a party"},
      {"{\"t\":0,\"kind\":\"finish\",\"who\":\"checkout\",\"command\":1.5}", "'command' is not a whole number"},
      {"{\"t\":0,\"kind\":\"finish\",\"who\":\"checkout\",\"command\":1,\"more\":1}", "'more' is not a member of this kind of line"},
      {"{\"t\":0,\"kind\":\"no_answer\",\"primitive\":\"paSendRTT\",\"exchange\":1,\"caller\":\"nodo\",\"callee\":\"ec 1\",\"why\":\"timeout\"}", "'paSendRTT' is not a primitive"},
      {"{\"t\":0,\"kind\":\"no_answer\",\"primitive\":\"paSendRT\",\"exchange\":1,\"caller\":\"nodo\",\"callee\":\"ec 1\",\"why\":\"tired\"}", "'tired' is not a value of 'why'"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.line);
    const std::string wrong = wrong_with(header + std::string(c.line) + "\n");
    CHECK(wrong.starts_with("j.ndjson:2: "));
    CHECK(has(wrong, c.says));
  }
  CHECK(has(wrong_with(header + "{\"t\":5,\"kind\":\"finish\",\"who\":\"checkout\",\"command\":1}\n{\"t\":4,\"kind\":\"finish\",\"who\":\"checkout\",\"command\":1}\n"), "j.ndjson:3: time runs backwards"));
}

TEST_CASE("every shipped scenario told again from its journal alone has the same effects") {
  for (const scenario::Scenario& scenario : support::shipped()) {
    for (const std::uint64_t seed : {std::uint64_t{1}, std::uint64_t{7}}) {
      const auto recording = report::read_journal("j.ndjson", recorded(scenario, seed));
      REQUIRE(recording);
      const report::Retelling told = told_again(*recording, false);
      CAPTURE(scenario.id);
      CHECK(told.departs == "");
      const auto loaded = scenario::load("retold.xml", told.xml);
      REQUIRE(loaded);
      CHECK(support::first_difference(report::effects_of(played(*loaded, seed)), report::effects_of(recording->journal)) == "");
    }
  }
}

TEST_CASE("a recording that no scenario can have left is told as far as it goes, and where it departs is said") {
  std::string text = recorded(shipped("happy-path"), 1);
  const std::size_t at = text.find("\"to\":\"PAID\"");
  REQUIRE(at != std::string::npos);
  text.replace(at, 11, "\"to\":\"LOST\"");
  const auto recording = report::read_journal("j.ndjson", text);
  REQUIRE(recording);
  const report::Retelling told = told_again(*recording, false);
  CHECK(has(told.departs, "line "));
  CHECK(has(told.departs, "\"to\":\"LOST\""));
  CHECK(has(told.departs, "\"to\":\"PAID\""));
}

TEST_CASE("what was seen is expected, and holds when the scenario is played") {
  std::size_t expectations = 0;
  for (const scenario::Scenario& scenario : support::shipped()) {
    CAPTURE(scenario.id);
    const auto recording = report::read_journal("j.ndjson", recorded(scenario, 1));
    REQUIRE(recording);
    const report::Retelling told = told_again(*recording, true);
    const auto loaded = scenario::load("retold.xml", told.xml);
    REQUIRE_MESSAGE(loaded, told.xml);
    expectations += loaded->expectations.size();
    for (const report::Finding& f : report::judge(*loaded, played(*loaded, 1)).findings) {
      if (f.line == 0) continue;  // what monitors and laws see in the recording as well
      CAPTURE(f.expected.en);
      CAPTURE(f.found.en);
      CHECK(f.fate == report::Finding::Fate::held);
    }
  }
  CHECK(expectations > 500);
}

TEST_CASE("a recorded payment reads as a scenario") {
  const auto recording = report::read_journal("j.ndjson", recorded(shipped("psp-ko-then-outcome-ok"), 1));
  REQUIRE(recording);
  support::check_golden("reports/retold.xml", told_again(*recording, true).xml);
}
