// One scenario, two clocks: what is played in virtual time is played again with every message between the actors going over
// real HTTP on loopback, and the journal is the same.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "sim/live/parallel.hpp"
#include "sim/live/venue.hpp"
#include "sim/play.hpp"
#include "sim/report/journal_text.hpp"
#include "tests/support/scenarios.hpp"
#include "tests/support/shipped.hpp"

namespace {

using sim::live::Venue;
using sim::live::VenueOptions;

sim::Journal played_live(const sim::scenario::Scenario& scenario, std::optional<sim::Duration> patience) {
  sim::Performance performance(scenario, 1, sim::Fidelity::wire, support::cast);
  VenueOptions options;
  options.hosting.conductor = {[&] { return performance.next_due(); }, [&] { return performance.step(); }};
  options.hosting.patience = patience;
  auto venue = Venue::open(performance.border(), std::move(options));
  REQUIRE(venue.has_value());
  (*venue)->host().start();
  (*venue)->host().finish();
  (*venue)->close();
  return std::move(performance).finish();
}

/// The first line in which two texts differ.
std::string difference(std::string_view a, std::string_view b) {
  const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const auto line = [](std::string_view text, std::size_t at) {
    const std::size_t begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
    return std::string(text.substr(begin, std::min<std::size_t>(text.find('\n', at) - begin, 700)));
  };
  return left == a.end() && right == b.end() ? "" : "virtual: " + line(a, static_cast<std::size_t>(left - a.begin())) + "\nlive:    " + line(b, static_cast<std::size_t>(right - b.begin()));
}

}  // namespace

TEST_CASE("every shipped scenario has the same journal, byte for byte, with all of its messages over real HTTP") {
  std::vector<sim::scenario::Scenario> all = support::shipped();
  if (const char* only = std::getenv("ONLY")) std::erase_if(all, [&](const auto& s) { return s.id != only; });
  std::vector<std::string> found(all.size());
  sim::live::for_each_index(all.size(), 8, [&](std::size_t i) {
    const sim::Journal expected = support::play(all[i]);
    found[i] = difference(sim::report::to_ndjson(expected), sim::report::to_ndjson(played_live(all[i], sim::Duration{0})));
  });
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(all[i].id);
    CHECK(found[i] == "");
  }
}
