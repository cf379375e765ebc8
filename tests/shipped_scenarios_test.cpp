// What must be true of every run of every shipped scenario, whatever its verdict: the laws of journals.
#include <memory>

#include <doctest/doctest.h>

#include "actors/cast.hpp"
#include "sim/laws.hpp"
#include "sim/play.hpp"
#include "sim/report/journal_text.hpp"
#include "sim/report/judge.hpp"
#include "sim/wire/codec.hpp"
#include "tests/support/shipped.hpp"

namespace {

using namespace sim;

Journal journal_of(const scenario::Scenario& scenario, std::uint64_t seed, Fidelity fidelity) {
  return play(scenario, seed, fidelity, [](const auto& registry, auto positions) { return actors::cast(registry, positions); });
}

}  // namespace

TEST_CASE("every journal obeys the laws, and is the same run twice, typed or over the wire") {
  for (const scenario::Scenario& scenario : support::shipped()) {
    CAPTURE(scenario.id);
    for (const std::uint64_t seed : {std::uint64_t{1}, std::uint64_t{7}}) {
      const Journal journal = journal_of(scenario, seed, Fidelity::wire);
      CHECK(broken_laws(journal).empty());
      CHECK_FALSE(journal.cut_short);
      const std::string text = report::to_ndjson(journal);
      CHECK(text == report::to_ndjson(journal_of(scenario, seed, Fidelity::wire)));
      CHECK(text == report::to_ndjson(journal_of(scenario, seed, Fidelity::typed)));
    }
  }
}

TEST_CASE("every message that is heard encodes to bytes that decode to the same message") {
  for (const scenario::Scenario& scenario : support::shipped()) {
    CAPTURE(scenario.id);
    for (const Entry& entry : journal_of(scenario, 1, Fidelity::wire).entries) {
      const auto* hop = std::get_if<Hop>(&entry.what);
      const auto* body = hop != nullptr ? std::get_if<Body>(&hop->said) : nullptr;
      if (body == nullptr) continue;
      CHECK(wire::is_valid(**body));
      const auto again = wire::decode(hop->primitive, hop->leg, std::make_shared<const std::string>(wire::encode(**body)));
      REQUIRE(std::holds_alternative<Body>(again));
      CHECK(*std::get<Body>(again) == **body);
    }
  }
}

TEST_CASE("a verdict does not depend on the seed") {
  for (const scenario::Scenario& scenario : support::shipped()) {
    CAPTURE(scenario.id);
    const auto verdict = [&](std::uint64_t seed) { return report::judge(scenario, journal_of(scenario, seed, Fidelity::typed)).verdict; };
    const report::Verdict first = verdict(1);
    CHECK((first == report::Verdict::PASS || first == report::Verdict::SPEC_SILENT));
    for (const std::uint64_t seed : {std::uint64_t{2}, std::uint64_t{3}, std::uint64_t{20271}}) CHECK(verdict(seed) == first);
  }
}

TEST_CASE("each role is judged at least three times against a scripted peer") {
  for (const contract::Role role : contract::all_roles) {
    int held = 0;
    for (const scenario::Scenario& scenario : support::shipped()) {
      bool scripted = false;
      for (const scenario::Node& step : scenario.steps) {
        scripted = scripted || step.name() == "answer" || step.name() == "send" || step.name() == "withhold";
      }
      held += scripted && scenario.judges_role(role) ? 1 : 0;
    }
    CAPTURE(contract::to_text(role));
    CHECK(held >= 3);
  }
}
