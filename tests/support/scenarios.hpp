// Scenarios written in the test itself: load them or fail loudly, play them with the shipped cast, judge them.
// Line numbers matter to tests of mistakes and of rules that were never used: `document` says on which line each part is.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "actors/cast.hpp"
#include "sim/play.hpp"
#include "sim/report/judge.hpp"
#include "sim/report/journal_text.hpp"
#include "sim/scenario/model.hpp"

namespace support {

/// The parts of a scenario that a test cares about. Each stands on a line of its own.
struct Parts {
  std::string setup = {};                    ///< line 3
  std::string steps = "<pay/>";              ///< line 6
  std::string expect = R"(<seen message="verifyPaymentNotice" times="1" rule="CHK-01"/>)";  ///< line 9
  std::string attributes = R"(judges="checkout nodo ec")";  ///< of <scenario>, line 1
};
/// Setup of a scenario in which Checkout remembers no answer of the Nodo: whatever is said twice is sent twice.
constexpr std::string_view forgetful =
    R"(<setting name="verify-cache-life" value="0s"/><setting name="activation-cache-life" value="0s"/><setting name="token-lock" value="0s"/>)";
constexpr int setup_line = 3, notice_line = 4, steps_line = 6, expect_line = 9;
constexpr std::string_view notice = "302001234567890123";

inline std::string document(const Parts& parts) {
  return "<scenario version=\"1\" id=\"inline\" " + parts.attributes + ">\n" +
         "<title lang=\"it\">Prova</title><title lang=\"en\">Trial</title>\n" + parts.setup + "\n" +
         "<notice number=\"302001234567890123\" amount=\"120.00\"/>\n<steps>\n" + parts.steps + "\n</steps>\n<expect>\n" +
         parts.expect + "\n</expect>\n</scenario>\n";
}

/// Every mistake of a document, one per line, as people see them; empty when there is none.
inline std::string mistakes(std::string_view bytes) {
  std::string out;
  const auto loaded = sim::scenario::load("inline.xml", bytes);
  if (loaded) return out;
  for (const sim::scenario::Problem& problem : loaded.error()) out += to_text(problem) + "\n";
  return out;
}

inline sim::scenario::Scenario load(std::string_view bytes) {
  const std::string wrong = mistakes(bytes);
  CAPTURE(bytes);
  REQUIRE(wrong == "");
  return std::move(sim::scenario::load("inline.xml", bytes)).value();
}
inline sim::scenario::Scenario load(const Parts& parts) { return load(document(parts)); }

inline sim::Cast cast(const sim::contract::Registry& registry, std::span<const sim::contract::DebtPosition> positions) {
  return actors::cast(registry, positions);
}

inline sim::Journal play(const sim::scenario::Scenario& scenario, std::uint64_t seed = 1,
                         sim::Fidelity fidelity = sim::Fidelity::wire) {
  return sim::play(scenario, seed, fidelity, cast);
}
inline sim::Journal play(const Parts& parts, std::uint64_t seed = 1, sim::Fidelity fidelity = sim::Fidelity::wire) {
  return play(load(parts), seed, fidelity);
}

/// A scenario with its run and its verdict.
struct Trial {
  sim::scenario::Scenario scenario;
  sim::Journal journal;
  sim::report::Judgement judgement;
};
inline Trial tried(const Parts& parts) {
  Trial out{load(parts), {}, {}};
  out.journal = play(out.scenario);
  out.judgement = sim::report::judge(out.scenario, out.journal);
  return out;
}

/// One hop of a journal with its place.
struct Seen {
  std::size_t entry;
  const sim::Hop* hop;
  std::int64_t ms;  ///< since the start of the run
};
inline std::vector<Seen> hops(const sim::Journal& journal, std::string_view primitive, sim::contract::Leg leg,
                              sim::Hop::Stage stage) {
  const sim::contract::Primitive* row = sim::contract::find_primitive(primitive);
  REQUIRE(row != nullptr);
  std::vector<Seen> out;
  for (std::size_t i = 0; i < journal.entries.size(); ++i) {
    const auto* hop = std::get_if<sim::Hop>(&journal.entries[i].what);
    if (hop == nullptr || hop->primitive != row->id || hop->leg != leg || hop->stage != stage) continue;
    out.push_back({i, hop, (journal.entries[i].at - journal.start).ms});
  }
  return out;
}

/// "kind@ms" of every moment of a primitive: "sent", "received", "replied", "answered", "lost", "withheld",
/// "timeout", "reset", "refused"; with "-spoiled" where what arrived was no message.
inline std::string life_of(const sim::Journal& journal, std::string_view primitive) {
  using Stage = sim::Hop::Stage;
  const sim::PrimitiveId id = sim::contract::find_primitive(primitive)->id;
  std::string out;
  for (const sim::Entry& entry : journal.entries) {
    std::string word;
    if (const auto* hop = std::get_if<sim::Hop>(&entry.what); hop != nullptr && hop->primitive == id) {
      const bool request = hop->leg == sim::contract::Leg::request;
      if (hop->stage == Stage::sent) word = request ? "sent" : "replied";
      else if (hop->stage == Stage::received) word = request ? "received" : "answered";
      else word = sim::to_text(hop->stage);
      if (std::holds_alternative<sim::Malformed>(hop->said) && hop->stage == Stage::received) word += "-spoiled";
    } else if (const auto* silence = std::get_if<sim::Unanswered>(&entry.what); silence != nullptr && silence->primitive == id) {
      word = silence->why == sim::Silence::timeout ? "timeout" : silence->why == sim::Silence::reset ? "reset" : "refused";
    }
    if (!word.empty()) out += (out.empty() ? "" : " ") + word + "@" + std::to_string((entry.at - journal.start).ms);
  }
  return out;
}

}  // namespace support
