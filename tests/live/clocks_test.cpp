// One scenario, two clocks: what is played in virtual time is played again with every message between the actors going over
// real HTTP on loopback, and the journal is the same.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/cast.hpp"
#include "sim/live/parallel.hpp"
#include "sim/live/venue.hpp"
#include "sim/play.hpp"
#include "sim/report/journal_text.hpp"
#include "sim/report/judge.hpp"
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

/// A journal without what another network changes: times, the numbers of exchanges and alarms, and who of two parties came
/// first. One text a party, of what it did and heard in its order.
std::map<std::string, std::string> chains(const sim::Journal& journal) {
  std::map<std::string, std::string> out;
  const std::string text = sim::report::to_ndjson(journal);
  const auto value = [](std::string_view line, std::string_view name) {
    const std::string member = "\"" + std::string(name) + "\":\"";
    const std::size_t at = line.find(member);
    return at == std::string_view::npos ? std::string() : std::string(line.substr(at + member.size(), line.find('"', at + member.size()) - at - member.size()));
  };
  static const std::regex numbers("\"(t|exchange|alarm)\":-?[0-9]+|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?");
  for (std::size_t at = 0, end = 0; at < text.size(); at = end + 1) {
    end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    std::string who = value(line, "who");
    if (who.empty()) who = value(line, value(line, "stage") == "received" ? "to" : value(line, "kind") == "no_answer" ? "caller" : "from");
    out[who] += std::regex_replace(line, numbers, "") + "\n";
  }
  return out;
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

TEST_CASE("in real time, every scenario that is over in three seconds goes the way of virtual time") {
  struct Both {
    const sim::scenario::Scenario* scenario;
    sim::Journal expected;
    std::string found;
  };
  std::vector<Both> all;
  for (const auto& scenario : support::shipped()) {
    sim::Journal expected = support::play(scenario);
    if (expected.end - expected.start <= sim::seconds(3)) all.push_back({&scenario, std::move(expected), {}});
  }
  REQUIRE(all.size() > 60);
  sim::live::for_each_index(all.size(), 4, [&](std::size_t i) {
    const Live live = played_live(*all[i].scenario, std::nullopt);
    const auto expected = chains(all[i].expected);
    const auto found = chains(live.journal);
    for (const auto& [who, chain] : expected) {
      const auto same = found.find(who);
      all[i].found += difference(chain, same == found.end() ? "" : same->second);
    }
    if (found.size() != expected.size()) all[i].found += "somebody else has spoken";
    if (live.journal.end - live.journal.start < all[i].expected.end - all[i].expected.start) all[i].found += "time was skipped";
  });
  for (const Both& both : all) {
    CAPTURE(both.scenario->id);
    CHECK(both.found == "");
  }
}

namespace {

/// `checkout-sim serve` in a process of its own, until it goes out of scope.
class Serving {
 public:
  explicit Serving(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {SIM_BINARY, "serve", "--port", "0"});
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    REQUIRE(posix_spawn(&child_, SIM_BINARY, &actions, nullptr, argv.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    out_ = fdopen(ends[0], "r");
  }
  ~Serving() {
    kill(child_, SIGTERM);
    waitpid(child_, nullptr, 0);
    fclose(out_);
  }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;
  /// Where its part of that role listens, once it is ready.
  std::string url_of(const std::string& role) {
    std::string found;
    std::array<char, 256> line{};
    while (fgets(line.data(), line.size(), out_) != nullptr && std::string_view(line.data()) != "ready\n") {
      const std::string text(line.data());
      if (text.starts_with(role + " ")) found = text.substr(text.find("http"), text.size() - text.find("http") - 1);
    }
    return found;
  }

 private:
  pid_t child_ = 0;
  FILE* out_ = nullptr;
};

}  // namespace

TEST_CASE("a scenario passes with its PSP played by another process, which calls back") {
  using sim::contract::Party;
  using sim::contract::Role;
  const auto& all = support::shipped();
  const auto shipped = std::find_if(all.begin(), all.end(), [](const auto& s) { return s.id == "happy-path"; });
  REQUIRE(shipped != all.end());
  sim::scenario::Scenario scenario = *shipped;
  CHECK(scenario.leave_out_inside_of(Role::psp) == 1);
  sim::Performance performance(scenario, 1, sim::Fidelity::wire, [](const auto& registry, auto positions) {
    sim::Cast cast = actors::cast(registry, positions);
    std::erase_if(cast.parts, [](const auto& part) { return part.first.role == Role::psp; });
    return cast;
  });
  VenueOptions options;
  options.hosting.conductor = {[&] { return performance.next_due(); }, [&] { return performance.step(); }};
  options.hosting.patience = sim::seconds(2);  // a PSP of ours speaks sooner
  std::size_t called = 0;
  options.hosting.record = [&](const sim::Stimulus& stimulus) { called += stimulus.kind == sim::Stimulus::Kind::called && stimulus.from.role == Role::psp ? 1 : 0; };
  auto venue = Venue::open(performance.border(), std::move(options));
  REQUIRE(venue.has_value());
  Serving other({"--nodo", (*venue)->url_of(Role::nodo) + "/node-for-psp/v1"});
  (*venue)->host().leave_to(Party{Role::psp, {}}, *sim::live::parse_endpoint(other.url_of("psp")));
  (*venue)->host().start();
  (*venue)->host().finish();
  (*venue)->close();
  const sim::Journal journal = std::move(performance).finish();
  const sim::report::Judgement judgement = sim::report::judge(scenario, journal);
  for (const auto& finding : judgement.findings) {
    CAPTURE(finding.line);
    CAPTURE(finding.rule);
    CAPTURE(finding.expected.en);
    CAPTURE(finding.found.en);
    CHECK(finding.fate == sim::report::Finding::Fate::held);
  }
  CHECK(sim::report::to_text(judgement.verdict) == "PASS");
  CHECK(called == 1);
}
