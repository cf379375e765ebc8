// One scenario, two clocks: what is played in virtual time is played again with every message between the actors going over
// real HTTP on loopback, and the journal is the same.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <set>
#include <string>
#include <tuple>
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

struct Live {
  sim::Journal journal;
  std::size_t brought = 0;  ///< messages that have come over HTTP
};

Live played_live(const sim::scenario::Scenario& scenario, std::optional<sim::Duration> patience) {
  Live out;
  sim::Performance performance(scenario, 1, sim::Fidelity::wire, support::cast);
  VenueOptions options;
  options.hosting.conductor = {[&] { return performance.next_due(); }, [&] { return performance.step(); }};
  options.hosting.patience = patience;
  options.hosting.record = [&](const sim::Stimulus& stimulus) { out.brought += stimulus.kind == sim::Stimulus::Kind::arrived ? 1 : 0; };
  auto venue = Venue::open(performance.border(), std::move(options));
  REQUIRE(venue.has_value());
  (*venue)->host().start();
  (*venue)->host().finish();
  (*venue)->close();
  out.journal = std::move(performance).finish();
  return out;
}

/// How many messages of a run had whom to reach and a connection to take: what is said to nobody, said twice in answer, or said
/// when the caller has gone, never leaves.
std::size_t crossings(const sim::Journal& journal) {
  std::set<std::tuple<sim::ExchangeId, sim::contract::Leg, bool>> out;
  for (const sim::Entry& entry : journal.entries) {
    const auto* hop = std::get_if<sim::Hop>(&entry.what);
    if (hop != nullptr && hop->stage == sim::Hop::Stage::received) out.emplace(hop->exchange, hop->leg, false);
  }
  return out.size();
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
  std::atomic<std::size_t> total{0};
  sim::live::for_each_index(all.size(), 8, [&](std::size_t i) {
    const sim::Journal expected = support::play(all[i]);
    const Live live = played_live(all[i], sim::Duration{0});
    found[i] = difference(sim::report::to_ndjson(expected), sim::report::to_ndjson(live.journal));
    if (live.brought < crossings(expected)) found[i] += std::to_string(live.brought) + " over HTTP of " + std::to_string(crossings(expected));
    total += live.brought;
  });
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(all[i].id);
    CHECK(found[i] == "");
  }
  MESSAGE(total.load(), " messages over HTTP");
}
