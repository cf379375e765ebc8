// The discordance table is whole, says why for every cell, and is the one that is committed.
#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "actors/cast.hpp"
#include "sim/contract/rules.hpp"
#include "sim/contract/silences.hpp"
#include "sim/discordance.hpp"

namespace {

using namespace sim;

Cast cast(const contract::Registry& registry, std::span<const contract::DebtPosition> positions) { return actors::cast(registry, positions); }

const std::vector<Discordance>& table() {
  static const std::vector<Discordance> played = discordance({0, 1, 2, 1}, 1, cast);
  return played;
}

}  // namespace

TEST_CASE("the discordance table has every cell of its axes once, each with a rule or an open point") {
  std::size_t cells = 1;
  for (std::size_t i = 0; i + 1 < axes().size(); ++i) cells *= axes()[i].ways.size();
  CHECK(cells == 7 * 3 * 4 * 3 * 5);
  CHECK(table().size() == cells);
  std::set<std::vector<std::string_view>> told;
  for (const Discordance& cell : table()) {
    told.insert(cell.ways);
    CHECK(cell.payment != "-");
    CHECK((!cell.rules.empty() || !cell.silent.empty()));
    for (const std::string_view rule : cell.rules) CHECK(contract::find_rule(rule) != nullptr);
    for (const std::string_view point : cell.silent) CHECK(contract::find_silent_point(point) != nullptr);
  }
  CHECK(told.size() == cells);
}

TEST_CASE("what the table shows is what its rules demand") {
  for (const Discordance& cell : table()) {
    CAPTURE(cell.ways[0]);
    CAPTURE(cell.ways[1]);
    CAPTURE(cell.ways[2]);
    CAPTURE(cell.ways[3]);
    if (cell.ways[0] == "KO") {  // CHK-04, CHK-05
      CHECK(cell.payment == "CANCELLED");
      CHECK(cell.storno == "EXECUTED");
      CHECK(cell.receipts == "-");
      CHECK((cell.answers != "-") == (cell.ways[1] != "none"));
      CHECK(!cell.answers.starts_with("OK"));
    }
    if (cell.ways[1] == "KO") CHECK(cell.answers.substr(0, 2) != "OK");                              // CHK-06
    if (cell.ways[1] == "none") CHECK(cell.receipts == "-");                                         // CHK-07
    if (cell.receipts != "-") CHECK(cell.answers.find("OK") != std::string::npos);                   // CHK-07
  }
}

TEST_CASE("the committed discordance table is not stale") {
  std::ifstream in(std::string(SIM_SOURCE_DIR) + "/scenarios/discordance.md", std::ios::binary);
  std::stringstream committed;
  committed << in.rdbuf();
  CHECK_MESSAGE(committed.str() == told(table(), "md"), "checkout-sim explore --table --format md > scenarios/discordance.md");
}
