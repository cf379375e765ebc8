// One whole run, written down in every way there is: its journal, its ladder, its diagrams.
// A run depends on nothing but its scenario and its seed, so that these files change only when somebody changes the
// protocol, a message or a drawing; git shows which.
#include <string>

#include <doctest/doctest.h>

#include "actors/cast.hpp"
#include "sim/play.hpp"
#include "sim/report/journal_text.hpp"
#include "sim/report/ladder.hpp"
#include "sim/scenario/model.hpp"
#include "tests/support/golden.hpp"

namespace {

sim::Journal happy_path(std::uint64_t seed, sim::Fidelity fidelity) {
  const std::string file = SIM_SOURCE_DIR "/scenarios/payment/happy-path.xml";
  const std::optional<std::string> bytes = support::bytes_of_file(file);
  REQUIRE(bytes.has_value());
  const auto scenario = sim::scenario::load(file, *bytes);
  REQUIRE(scenario.has_value());
  return sim::play(*scenario, seed, fidelity, [](const auto& registry, auto positions) { return actors::cast(registry, positions); });
}

}  // namespace

TEST_CASE("the happy path with seed 1 leaves the journal that was approved, and is drawn as it was") {
  const sim::Journal journal = happy_path(1, sim::Fidelity::wire);
  support::check_golden("journals/happy-path.ndjson", sim::report::to_ndjson(journal));
  support::check_golden("reports/happy-path.txt", sim::report::ladder_text(journal, {.marked = {}, .colour = false, .notes = true}));
  support::check_golden("reports/happy-path.mmd", sim::report::ladder_mermaid(journal, "happy-path"));
  support::check_golden("reports/happy-path.svg", sim::report::ladder_svg(journal, "happy-path"));
}

TEST_CASE("the same seed gives the same journal, typed or over the wire, and another seed another one") {
  const std::string journal = sim::report::to_ndjson(happy_path(1, sim::Fidelity::wire));
  CHECK(support::first_difference(sim::report::to_ndjson(happy_path(1, sim::Fidelity::wire)), journal) == "");
  CHECK(support::first_difference(sim::report::to_ndjson(happy_path(1, sim::Fidelity::typed)), journal) == "");
  CHECK(sim::report::to_ndjson(happy_path(2, sim::Fidelity::wire)) != journal);
}
