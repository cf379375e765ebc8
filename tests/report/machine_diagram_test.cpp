// Tables as text, mermaid and SVG: every row is somewhere, whatever it does; drawings are legible, which is measured:
// texts and boxes are taken from the SVG and must not meet, for a known table and for random ones.
#include "sim/report/machine_diagram.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <tinyxml2.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/random.hpp"
#include "sim/report/ladder.hpp"

namespace {

using namespace std::string_view_literals;
using sim::MachineRow;
using sim::MachineView;

/// A payment in small: every shape of row once.
MachineView small() {
  return {"payment",
          {"none", "PAYING", "CANCELLED", "SENT", "PAID"},
          {{"none", "activated", "always", "issue_token", "PAYING", "R1"},
           {"PAYING", "closed_ko", "always", "release", "CANCELLED", "R2"},
           {"PAYING", "expiry_job", "is_overdue", "release", "CANCELLED", "R3"},
           {"PAYING", "closed_ok", "always", "", "SENT", "R4"},
           {"SENT", "round", "always", "send", "SENT", "R5"},
           {"SENT", "refused", "always", "", "CANCELLED", "R6"},
           {"SENT", "outcome_ok", "always", "accept", "PAID", "R7"},
           {"CANCELLED", "outcome_ok", "is_late", "say_late", "same", "R8"},
           {"any", "outcome_ok", "always", "say_wrong", "same", ""}}};
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}
bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

struct Box {
  int left = 0, top = 0, right = 0, bottom = 0;
  std::string words;
  [[nodiscard]] bool meets(const Box& o) const {
    return left < o.right && o.left < right && top < o.bottom && o.top < bottom;
  }
  [[nodiscard]] bool holds(const Box& o) const {
    return left <= o.left && top <= o.top && right >= o.right && bottom >= o.bottom;
  }
};

class Drawing {
 public:
  explicit Drawing(const std::string& svg) {
    REQUIRE(document.Parse(svg.data(), svg.size()) == tinyxml2::XML_SUCCESS);
    root = document.RootElement();
    visit(root, [this](const tinyxml2::XMLElement& e) {
      const int x = e.IntAttribute("x"), y = e.IntAttribute("y");
      if (e.Name() == "text"sv) {
        const std::string words = e.GetText() != nullptr ? e.GetText() : "";
        const int size = e.IntAttribute("font-size");
        const int width = sim::report::drawing::width_of(words, size, e.Attribute("font-weight") != nullptr);
        const int left = e.Attribute("text-anchor") == nullptr ? x : x - width / 2;
        texts.push_back({left, y - size * 8 / 10, left + width, y + size * 2 / 10, words});
      } else if (e.Name() == "rect"sv && e.Attribute("rx", "6") != nullptr) {
        states.push_back({x, y, x + e.IntAttribute("width"), y + e.IntAttribute("height"), ""});
      } else if (e.Name() == "title"sv) {
        tips += std::string(e.GetText()) + "\n";
      }
    });
  }
  static void visit(const tinyxml2::XMLElement* element,
                    const std::function<void(const tinyxml2::XMLElement&)>& visitor) {
    visitor(*element);
    for (const auto* e = element->FirstChildElement(); e != nullptr; e = e->NextSiblingElement()) visit(e, visitor);
  }
  [[nodiscard]] const Box* text(std::string_view words) const {
    const auto found = std::find_if(texts.begin(), texts.end(), [&](const Box& b) { return b.words == words; });
    return found == texts.end() ? nullptr : &*found;
  }

  tinyxml2::XMLDocument document;
  const tinyxml2::XMLElement* root = nullptr;
  std::vector<Box> texts, states;
  std::string tips;
};

std::string trouble_in(const Drawing& drawing) {
  const Box picture{0, 0, drawing.root->IntAttribute("width"), drawing.root->IntAttribute("height"), ""};
  for (const Box& a : drawing.texts) {
    if (!picture.holds(a)) return "outside: " + a.words;
    for (const Box& b : drawing.texts) {
      if (&a == &b) break;
      if (a.meets(b)) return fmt::format("'{}' meets '{}'", a.words, b.words);
    }
    for (const Box& state : drawing.states) {
      if (state.meets(a) && !state.holds(a)) return fmt::format("'{}' meets a state", a.words);
    }
  }
  for (const Box& a : drawing.states) {
    if (!picture.holds(a)) return "a state is outside";
    for (const Box& b : drawing.states) {
      if (&a == &b) break;
      if (a.meets(b)) return "two states meet";
    }
  }
  return {};
}

MachineView random_machine(std::uint64_t seed) {
  sim::Random random(seed, "machine");
  MachineView out{"random", {}, {}};
  const std::uint64_t n = 1 + random.below(14);
  for (std::uint64_t i = 0; i < n; ++i)
    out.states.push_back(fmt::format("S{}_{}", i, random.alphanumeric(random.below(20))));
  const auto state = [&] { return out.states[random.below(n)]; };
  for (std::uint64_t i = 0; i < 2 * n; ++i) {
    const std::string from = random.below(9) == 0 ? "any" : state();
    const std::string to = random.below(5) == 0 ? "same" : state();
    const std::string when = random.below(3) == 0 ? "a_fact_that_holds" : "always";
    out.rows.push_back({from, fmt::format("event_{}", i), when, random.below(2) == 0 ? "" : "do_it", to, "RULE"});
  }
  return out;
}

}  // namespace

// ---- text ----

TEST_CASE("the table has every row in order, aligned, with a dash where there is nothing") {
  CHECK(sim::report::machine_text(
            {"m", {"a"}, {{"a", "event", "always", "", "same", ""}, {"any", "x", "fact", "run_it", "a", "EC-1"}}}) ==
        "in   on     when    do      then  rule\n"
        "---  -----  ------  ------  ----  ----\n"
        "a    event  always  -       same  -\n"
        "any  x      fact    run_it  a     EC-1\n");
  const auto lines = lines_of(sim::report::machine_text(small()));
  CHECK(lines.size() == 2 + small().rows.size());
  for (const std::string& line : lines) CHECK(line.find("  ", line.find("rule")) == std::string::npos);
  CHECK(lines_of(sim::report::machine_text({})).size() == 2);
}

// ---- mermaid ----

TEST_CASE("mermaid has one arrow for each two states, self transitions, and comments for any state") {
  CHECK(sim::report::machine_mermaid(small()) ==
        "stateDiagram-v2\n"
        "    %% machine payment\n"
        "    [*] --> none\n"
        "    none --> PAYING : activated / issue_token (R1)\n"
        "    PAYING --> CANCELLED : closed_ko / release (R2)<br/>expiry_job [is_overdue] / release (R3)\n"
        "    PAYING --> SENT : closed_ok (R4)\n"
        "    SENT --> SENT : round / send (R5)\n"
        "    SENT --> CANCELLED : refused (R6)\n"
        "    SENT --> PAID : outcome_ok / accept (R7)\n"
        "    CANCELLED --> CANCELLED : outcome_ok [is_late] / say_late (R8)\n"
        "    %% in any state: outcome_ok / say_wrong\n");
}

TEST_CASE("a row that changes the state from anywhere leaves from a box of its own") {
  const MachineView machine{"debt", {"open", "paid"}, {{"any", "settled", "always", "", "paid", ""}}};
  const std::string text = sim::report::machine_mermaid(machine);
  CHECK(has(text, "    state \"any state\" as state_any\n"));
  CHECK(has(text, "    state_any --> paid : settled\n"));
  const Drawing drawing(sim::report::machine_svg(machine));
  CHECK(drawing.text("any state") != nullptr);
  CHECK(drawing.text("settled") != nullptr);
  CHECK(Drawing(sim::report::machine_svg(small())).text("any state") == nullptr);
}

TEST_CASE("names that mermaid would take for its own words, or not take at all, get another identifier") {
  for (const std::string name :
       {"end", "State", "note", "two words", "a;b", "1st", "state_any", "any", "", "è", "a\nb"}) {
    CAPTURE(name);
    const std::string text =
        sim::report::machine_mermaid({"m", {"first", name}, {{"first", "go: #1;", "always", "", name, ""}}});
    CHECK(has(text, "    first --> state_1 : go#58; #35;1#59;\n"));
    CHECK(has(text, " as state_1\n"));
  }
}

// ---- SVG ----

TEST_CASE("the SVG is well-formed, self-contained, describes itself and is the same every time") {
  MachineView machine = small();
  machine.name = "pay & <ment>";
  machine.rows[0].on = "a<b";
  const std::string svg = sim::report::machine_svg(machine);
  const Drawing drawing(svg);
  CHECK(drawing.root->Attribute("version") == "1.1"sv);
  CHECK(drawing.root->FirstChildElement("title")->GetText() == "State machine pay & <ment>"sv);
  CHECK(has(drawing.root->FirstChildElement("desc")->GetText(),
            "5 states, 6 arrows and 2 rows that leave the state as it is. It starts in none."));
  CHECK(drawing.text("a<b") != nullptr);
  for (const std::string_view foreign : {"href", "<script", "<style", "url(", "<!DOCTYPE", "<image"})
    CHECK_FALSE(has(svg, foreign));
  CHECK(sim::report::machine_svg(machine) == svg);
  Drawing::visit(drawing.root, [](const tinyxml2::XMLElement& e) {
    for (const char* name : {"x", "y", "cx", "cy", "width", "height", "d", "viewBox"}) {
      if (e.Attribute(name) != nullptr) CHECK_FALSE(has(e.Attribute(name), "."));
    }
  });
}

TEST_CASE("every state is drawn once, every row is drawn or listed, with its rule") {
  const Drawing drawing(sim::report::machine_svg(small()));
  CHECK(drawing.states.size() == 5);
  for (const std::string& state : small().states) {
    CAPTURE(state);
    const Box* name = drawing.text(state);
    REQUIRE(name != nullptr);
    CHECK(std::count_if(drawing.states.begin(), drawing.states.end(), [&](const Box& b) { return b.holds(*name); }) ==
          1);
  }
  for (const std::string_view label :
       {"activated", "closed_ko", "expiry_job [is_overdue]", "closed_ok", "round", "refused"}) {
    CAPTURE(label);
    CHECK(drawing.text(label) != nullptr);
  }
  CHECK(has(
      drawing.tips,
      "PAYING to CANCELLED: closed_ko / release (R2); PAYING to CANCELLED: expiry_job [is_overdue] / release (R3)"));
  const Box* heading = drawing.text("Events that leave the state as it is");
  REQUIRE(heading != nullptr);
  for (const std::string_view listed : {"outcome_ok [is_late]", "say_late", "R8", "any", "say_wrong"}) {
    CAPTURE(listed);
    REQUIRE(drawing.text(listed) != nullptr);
    CHECK(drawing.text(listed)->top > heading->bottom);
  }
}

TEST_CASE("states stand in layers by their distance from the first") {
  const Drawing drawing(sim::report::machine_svg(small()));
  const auto y = [&](std::string_view state) { return drawing.text(state)->top; };
  CHECK(y("none") < y("PAYING"));
  CHECK(y("PAYING") < y("SENT"));
  CHECK(y("SENT") == y("CANCELLED"));
  CHECK(y("SENT") < y("PAID"));
  CHECK(y("activated") > y("none"));
  CHECK(y("activated") < y("PAYING"));
}

TEST_CASE("a state that nothing leads to is drawn below, and an empty table is a picture too") {
  const Drawing drawing(sim::report::machine_svg({"m", {"a", "b", "lost"}, {{"a", "go", "always", "", "b", ""}}}));
  REQUIRE(drawing.text("lost") != nullptr);
  CHECK(drawing.text("lost")->top > drawing.text("b")->top);
  CHECK(Drawing(sim::report::machine_svg({})).states.empty());
  CHECK(trouble_in(Drawing(sim::report::machine_svg({"m", {"a"}, {}}))).empty());
}

TEST_CASE("a state without a way out has a second border, unless there is a way out of any state") {
  const auto borders = [](const MachineView& machine) {
    int out = 0;
    const Drawing drawing(sim::report::machine_svg(machine));
    Drawing::visit(drawing.root, [&](const tinyxml2::XMLElement& e) {
      out += e.Name() == "rect"sv && e.Attribute("rx", "3") != nullptr;
    });
    return out;
  };
  MachineView machine = small();
  CHECK(borders(machine) == 2);  // CANCELLED and PAID
  machine.rows.push_back({"any", "reset", "always", "", "none", ""});
  CHECK(borders(machine) == 0);
}

TEST_CASE("no text meets another or a state, and none leaves the picture, whatever the table") {
  CHECK(trouble_in(Drawing(sim::report::machine_svg(small()))) == "");
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    CHECK(trouble_in(Drawing(sim::report::machine_svg(random_machine(seed)))) == "");
  }
}
