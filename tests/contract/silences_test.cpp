// The open points: told in both languages, tied to settings, rules and scenarios that exist; and no choice goes untold.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "sim/contract/rules.hpp"
#include "sim/contract/settings.hpp"
#include "sim/contract/silences.hpp"
#include "sim/contract/words.hpp"
#include "tests/support/shipped.hpp"

namespace {

using namespace sim::contract;

/// Whether a setting stands where the sources do not decide.
bool is_a_choice(const SettingRow& row) {
  for (const std::string_view word : {"disagree", "our choice", "not public", "inferred", "differ", "leave it"}) {
    if (row.source.find(word) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("an open point has an id of its own, and is told in Italian and in English") {
  std::set<std::string_view> ids;
  for (const SilentPoint& point : silent_points()) {
    CAPTURE(point.id);
    CHECK(point.id.starts_with("SIL-"));
    CHECK(ids.insert(point.id).second);
    CHECK(find_silent_point(point.id) == &point);
    for (const SilentPoint::Text& text : {point.subject, point.open, point.choice, point.why}) {
      CHECK(text.it.size() > 1);
      CHECK(text.en.size() > 1);
      CHECK_FALSE(text.in("it").ends_with("."));
      CHECK_FALSE(text.in("en").ends_with("."));
    }
    CHECK(point.open.it != point.open.en);
    CHECK(point.why.it != point.why.en);
    CHECK(to_text(point.doubt, "it") != to_text(point.doubt));
  }
  CHECK(silent_points().size() >= 35);
  CHECK(find_silent_point("SIL-00") == nullptr);
  CHECK(find_silent_point("") == nullptr);
}

TEST_CASE("an open point names settings and rules that exist") {
  for (const SilentPoint& point : silent_points()) {
    CAPTURE(point.id);
    for (const std::string_view name : words(point.settings)) {
      CAPTURE(name);
      CHECK(find_setting(name) != nullptr);
    }
    CHECK_FALSE(words(point.rules).empty());
    for (const std::string_view id : words(point.rules)) {
      CAPTURE(id);
      CHECK(find_rule(id) != nullptr);
    }
  }
}

TEST_CASE("a setting that is a choice of ours is told as an open point") {
  int choices = 0;
  for (const SettingRow& row : settings_table()) {
    if (!is_a_choice(row)) continue;
    ++choices;
    CAPTURE(row.name);
    bool told = false;
    for (const SilentPoint& point : silent_points()) told = told || lists(point.settings, row.name);
    CHECK(told);
  }
  CHECK(choices >= 8);  // the search finds something
}

TEST_CASE("a rule on which the specification is silent is told as an open point") {
  for (const Rule& rule : rules()) {
    if (rule.standing == Standing::specification) continue;
    CAPTURE(rule.id);
    bool told = false;
    for (const SilentPoint& point : silent_points()) told = told || lists(point.rules, rule.id);
    CHECK(told);
  }
}

TEST_CASE("a shipped scenario on which the specification is silent says which open point it rests on") {
  for (const sim::scenario::Scenario& scenario : support::shipped()) {
    CAPTURE(scenario.id);
    CHECK(scenario.is_silent() == !scenario.silent_about.empty());
    if (!scenario.silent_about.empty()) CHECK(find_silent_point(scenario.silent_about) != nullptr);
  }
}

TEST_CASE("an open point that the actors cite exists") {
  int cited = 0;
  for (const char* folder : {"/actors", "/sim/contract"}) {
    for (const auto& entry : std::filesystem::directory_iterator(std::string(SIM_SOURCE_DIR) + folder)) {
      if (entry.path().filename().string().starts_with("silences")) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(in), {}};
      for (std::size_t at = text.find("SIL-"); at != std::string::npos; at = text.find("SIL-", at + 1)) {
        const std::string id = text.substr(at, text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", at) - at);
        CAPTURE(entry.path().string());
        CAPTURE(id);
        CHECK(find_silent_point(id) != nullptr);
        ++cited;
      }
    }
  }
  CHECK(cited > 3);
}
