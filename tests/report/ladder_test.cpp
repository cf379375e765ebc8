// The sequence of messages as text, mermaid and SVG: that every message has its own fate, that the marked entry is
// found whatever it is, and that nothing said by others can break a terminal, a mermaid file or an SVG. Drawings are
// judged by their geometry: texts are measured and must not meet, for hand-made runs and for random ones.
#include "sim/report/ladder.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <tinyxml2.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/random.hpp"

namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using namespace sim;
using contract::Leg;
using contract::Outcome;
using report::Arrow;
using report::ladder_mermaid;
using report::ladder_svg;
using report::ladder_text;

const Party checkout{Role::checkout, ""}, nodo{Role::nodo, ""}, ec{Role::ec, "77777777777"}, psp{Role::psp, "PSPSIM01"};

Body verify_request() { return contract::share(contract::Message(contract::VerifyPaymentNoticeReq{})); }
Body verify_ok() { return contract::share(contract::Message(contract::VerifyPaymentNoticeRes{})); }
Body receipt_request() { return contract::share(contract::Message(contract::PaSendRTReq{})); }
Body verify_ko(std::string code) {
  contract::CtFaultBean fault;
  fault.faultCode = std::move(code);
  return contract::share(contract::refusal(PrimitiveId::verifyPaymentNotice, std::move(fault)));
}
Body close_ko(std::string description) {
  return contract::share(contract::refusal(PrimitiveId::closePaymentV2, std::move(description)));
}
Malformed nonsense() {
  return {std::make_shared<const std::string>("<html"),
          {{contract::Defect::missing, "/Envelope/Body", "XSD", "", {"un Body", "a Body"}},
           {contract::Defect::unknown, "/html", "XSD", "html", {}}}};
}

/// A journal written by hand, in the order in which the world writes one.
class Story {
 public:
  Journal journal;

  Story& at(std::int64_t ms) {
    now_ = run_start + milliseconds(ms);
    return *this;
  }
  Hop hop(Hop::Stage stage, Leg leg, ExchangeId exchange, Body body, std::string_view event = {}, int line = 0) const {
    const PrimitiveId id = contract::primitive_of(*body);
    const contract::Primitive& row = contract::primitive(id);
    const auto party = [](Role role) { return role == Role::ec ? ec : role == Role::psp ? psp : Party{role, ""}; };
    const Party caller = party(row.caller), callee = party(row.callee);
    return {
        stage, leg, id,   exchange, leg == Leg::request ? caller : callee, leg == Leg::request ? callee : caller, body,
        200,   0,   line, event};
  }
  Story& add(Happening what) {
    journal.add(now_, std::move(what));
    return *this;
  }
  Story& request(Hop::Stage stage, ExchangeId exchange, Body body, std::string_view event = {}, int line = 0) {
    return add(hop(stage, Leg::request, exchange, std::move(body), event, line));
  }
  Story& response(Hop::Stage stage, ExchangeId exchange, Body body, std::string_view event = {}, int line = 0) {
    return add(hop(stage, Leg::response, exchange, std::move(body), event, line));
  }
  Story& note(Party who, std::string_view machine, std::string subject, std::string_view from, std::string_view to,
              std::string_view rule = {}, std::string detail = {}) {
    return add(Noted{std::move(who), {machine, std::move(subject), {}, from, to, rule, std::move(detail)}});
  }

 private:
  Instant now_ = run_start;
};

constexpr auto sent = Hop::Stage::sent, received = Hop::Stage::received, lost = Hop::Stage::lost,
               withheld = Hop::Stage::withheld;

/// A verify that goes through, 20 ms each way; its entries are 0 to 3.
Story a_verify(const Body& answer = verify_ok()) {
  Story story;
  story.request(sent, 1, verify_request()).at(20).request(received, 1, verify_request());
  story.response(sent, 1, answer).at(40).response(received, 1, answer);
  return story;
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

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t out = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++out;
  return out;
}

// ---- SVG as it is drawn ----

struct Box {
  int left, top, right, bottom;
  std::string words;
};

/// The parsed document and all its texts, with the room that they take.
class Drawing {
 public:
  explicit Drawing(const std::string& svg) {
    REQUIRE(document.Parse(svg.data(), svg.size()) == tinyxml2::XML_SUCCESS);
    root = document.RootElement();
    REQUIRE(root != nullptr);
    visit(root, [this](const tinyxml2::XMLElement& e) {
      if (e.Name() != "text"sv) return;
      const std::string words = e.GetText() != nullptr ? e.GetText() : "";
      const int size = e.IntAttribute("font-size"), x = e.IntAttribute("x"), y = e.IntAttribute("y");
      const int width = report::drawing::width_of(words, size, e.Attribute("font-weight") != nullptr);
      const std::string_view anchor = e.Attribute("text-anchor") != nullptr ? e.Attribute("text-anchor") : "start";
      const int left = anchor == "start" ? x : anchor == "end" ? x - width : x - width / 2;
      texts.push_back({left, y - size * 8 / 10, left + width, y + size * 2 / 10, words});
    });
  }
  using Visitor = std::function<void(const tinyxml2::XMLElement&)>;
  static void visit(const tinyxml2::XMLElement* element, const Visitor& visitor) {
    visitor(*element);
    for (const auto* e = element->FirstChildElement(); e != nullptr; e = e->NextSiblingElement()) visit(e, visitor);
  }
  void each(const Visitor& visitor) const { visit(root, visitor); }
  [[nodiscard]] std::string child(const char* name) const {
    const auto* e = root->FirstChildElement(name);
    return e != nullptr && e->GetText() != nullptr ? e->GetText() : "";
  }
  [[nodiscard]] const Box* text(std::string_view words) const {
    const auto found = std::find_if(texts.begin(), texts.end(), [&](const Box& b) { return b.words == words; });
    return found == texts.end() ? nullptr : &*found;
  }

  tinyxml2::XMLDocument document;
  const tinyxml2::XMLElement* root = nullptr;
  std::vector<Box> texts;
};

/// The first two texts that meet, or a text that leaves the picture; nothing when all is well.
std::string trouble_in(const Drawing& drawing) {
  const int width = drawing.root->IntAttribute("width"), height = drawing.root->IntAttribute("height");
  for (const Box& a : drawing.texts) {
    if (a.left < 0 || a.top < 0 || a.right > width || a.bottom > height) return "outside: " + a.words;
    for (const Box& b : drawing.texts) {
      if (&a == &b) break;
      const bool apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
      if (!apart) return fmt::format("'{}' meets '{}'", a.words, b.words);
    }
  }
  return {};
}

/// A run without any sense, with everything that a drawing has to cope with.
Journal random_journal(std::uint64_t seed) {
  Random random(seed, "ladder");
  Story story;
  std::int64_t now = 0;
  const auto party = [&random] {
    switch (random.below(5)) {
      case 0:
        return checkout;
      case 1:
        return nodo;
      case 2:
        return ec;
      case 3:
        return Party{Role::ec, "80000000002"};
      default:
        return Party{Role::psp, random.below(8) == 0 ? std::string(35, 'W') : "PSPSIM01"};
    }
  };
  ExchangeId exchange = 0;
  for (int i = 0; i < 60; ++i) {
    now += static_cast<std::int64_t>(random.below(4) == 0 ? random.below(100'000) : random.below(50));
    story.at(now);
    switch (random.below(8)) {
      case 0:
        story.note(party(), "payment", random.hex(32), "PAYMENT_RESERVED", "PAYMENT_SEND_ERROR", "T_PNPV2_04");
        break;
      case 1:
        story.note(party(), "screen", random.hex(32), "", "", "CHK-04", random.text("abc <&\"WWW", 60));
        break;
      case 2:
        story.add(Staged{3, random.text("abcdefgh i", random.below(200))});
        break;
      case 3:
        story.add(Commanded{party(), {1, "pay", {{"notice", random.digits(18)}}}, 4});
        break;
      case 4:
        story.add(Unanswered{1, PrimitiveId::activatePaymentNoticeV2, party(), nodo, Silence::timeout});
        break;
      default: {
        Hop hop = story.hop(sent, random.below(2) == 0 ? Leg::request : Leg::response, ++exchange,
                            verify_ko(random.text("PPT_SEMANTICA", random.below(60))));
        hop.from = party();
        do hop.to = party();
        while (hop.to == hop.from);
        const std::uint64_t fate = random.below(5);
        if (fate == 0) hop.stage = withheld;
        hop.status = random.below(3) == 0 ? 500 : 200;
        hop.event = fate == 0 ? "keeps it" : ""sv;
        story.add(hop);
        if (fate < 2) break;
        hop.stage = fate == 2 ? lost : received;
        hop.event = fate == 2 ? "drop" : fate == 3 ? "delay" : ""sv;
        if (fate == 4 && random.below(3) == 0) hop.said = nonsense();
        if (fate == 3) now += 5000;
        story.at(now).add(hop);
      }
    }
  }
  return story.journal;
}

}  // namespace

// ---- the model ----

TEST_CASE("a message that was sent and received is one arrow") {
  const auto arrows = report::arrows_of(a_verify(verify_ko("PPT_DOMINIO_SCONOSCIUTO")).journal);
  REQUIRE(arrows.size() == 2);
  CHECK(arrows[0].entry == 0);
  CHECK(arrows[0].fate_entry == 1);
  CHECK(arrows[0].at == milliseconds(0));
  CHECK(arrows[0].settled == milliseconds(20));
  CHECK(arrows[0].fate == Arrow::Fate::received);
  CHECK(arrows[0].from == checkout);
  CHECK(arrows[0].to == nodo);
  CHECK(arrows[0].leg == Leg::request);
  CHECK_FALSE(arrows[0].outcome);
  CHECK(arrows[1].entry == 2);
  CHECK(arrows[1].fate_entry == 3);
  CHECK(arrows[1].from == nodo);
  CHECK(arrows[1].outcome == Outcome::KO);
  CHECK(arrows[1].fault == "PPT_DOMINIO_SCONOSCIUTO");
}

TEST_CASE("a lost response is not a lost request") {
  Story story;
  story.request(sent, 1, verify_request()).at(20).request(received, 1, verify_request());
  story.response(sent, 1, verify_ok()).response(lost, 1, verify_ok(), "drop", 9);
  const auto arrows = report::arrows_of(story.journal);
  REQUIRE(arrows.size() == 2);
  CHECK(arrows[0].fate == Arrow::Fate::received);
  CHECK(arrows[1].fate == Arrow::Fate::lost);
  CHECK(arrows[1].network == "drop");
  CHECK(arrows[1].line == 9);
  CHECK(arrows[1].fate_entry == 3);
}

TEST_CASE("exchanges that overlap are paired by number and leg, and not by order") {
  Story story;
  story.request(sent, 1, verify_request()).request(sent, 2, verify_request());
  story.at(20).request(received, 2, verify_request()).request(lost, 1, verify_request(), "reset");
  const auto arrows = report::arrows_of(story.journal);
  REQUIRE(arrows.size() == 2);
  CHECK(arrows[0].fate == Arrow::Fate::lost);
  CHECK(arrows[0].fate_entry == 3);
  CHECK(arrows[1].fate == Arrow::Fate::received);
}

TEST_CASE("the two legs of an exchange may be under way at once") {
  Story story;
  story.request(sent, 1, verify_request()).response(sent, 1, verify_ok()).at(20);
  story.request(received, 1, verify_request()).at(30).response(received, 1, verify_ok());
  const auto arrows = report::arrows_of(story.journal);
  REQUIRE(arrows.size() == 2);
  CHECK(arrows[0].fate_entry == 2);
  CHECK(arrows[1].fate_entry == 3);
}

TEST_CASE("the second arrival of one answer does not undo the first") {
  Story story;
  story.response(sent, 1, verify_ok()).at(20).response(received, 1, verify_ok(), "duplicate");
  story.response(lost, 1, verify_ok(), "too late");
  const auto arrows = report::arrows_of(story.journal);
  REQUIRE(arrows.size() == 2);
  CHECK(arrows[0].fate == Arrow::Fate::received);
  CHECK(arrows[1].fate == Arrow::Fate::lost);
  CHECK(arrows[1].arrives_only);
}

TEST_CASE("lateness is measured against the shortest undisturbed journey") {
  Story story = a_verify();
  story.at(100).request(sent, 2, verify_request()).at(5120).request(received, 2, verify_request(), "delay", 4);
  auto arrows = report::arrows_of(story.journal);
  CHECK(arrows.back().late == seconds(5));
  CHECK(arrows.front().late == Duration{});
  // A journey that nobody disturbed is as long as it is.
  story.at(6000).request(sent, 3, verify_request()).at(9000).request(received, 3, verify_request());
  arrows = report::arrows_of(story.journal);
  CHECK(arrows.back().late == Duration{});
}

TEST_CASE("what arrives malformed says what is wrong first, although it left whole") {
  Story story;
  story.request(sent, 1, verify_request());
  Hop spoiled = story.hop(received, Leg::request, 1, verify_request(), "garble", 5);
  spoiled.said = nonsense();
  story.at(20).add(spoiled);
  const auto arrows = report::arrows_of(story.journal);
  REQUIRE(arrows.size() == 1);
  CHECK(arrows[0].fate == Arrow::Fate::received);
  CHECK(arrows[0].violation == contract::to_text(nonsense().violations[0]));
  CHECK(arrows[0].further_violations == 1);
  CHECK(has(ladder_text(story.journal), "network: garble, malformed: /Envelope/Body: missing"));
  CHECK(has(ladder_text(story.journal), "(and 1 more)"));
}

TEST_CASE("what a script kept back, what never came and what was still under way are told apart") {
  Story story;
  story.request(withheld, 1, receipt_request(), "keeps it", 3);
  story.at(50).add(Unanswered{1, PrimitiveId::paSendRT, nodo, ec, Silence::timeout});
  story.request(sent, 2, receipt_request());
  const auto arrows = report::arrows_of(story.journal);
  REQUIRE(arrows.size() == 3);
  CHECK(arrows[0].fate == Arrow::Fate::withheld);
  CHECK(arrows[1].kind == Arrow::Kind::no_answer);
  CHECK(arrows[1].text == "timeout");
  CHECK(arrows[2].fate == Arrow::Fate::under_way);
  const std::string text = ladder_text(story.journal);
  CHECK(has(text, "withheld: keeps it"));
  CHECK(has(text, "no answer: timeout"));
  CHECK(has(text, "still under way at the end"));
}

TEST_CASE("a silence on purpose has no message, and still a row") {
  Story story = a_verify();
  Hop silent = story.hop(withheld, Leg::response, 7, verify_ok(), "stays silent", 3);
  silent.said = Malformed{};
  silent.status = 0;
  story.add(silent);
  const std::string text = ladder_text(story.journal);
  CHECK(has(text, "withheld: stays silent"));
  CHECK_FALSE(has(text, "HTTP 0"));
  CHECK_FALSE(has(text, "malformed"));
}

TEST_CASE("the second copy of a duplicate is an arrow of its own") {
  Story story;
  story.request(sent, 1, verify_request()).at(20);
  story.request(received, 1, verify_request(), "duplicate", 2).request(received, 2, verify_request(), "duplicate", 2);
  const auto arrows = report::arrows_of(story.journal);
  REQUIRE(arrows.size() == 2);
  CHECK_FALSE(arrows[0].arrives_only);
  CHECK(arrows[1].arrives_only);
  CHECK(arrows[1].entry == 2);
  CHECK(has(lines_of(ladder_text(story.journal))[1], "network: duplicate, second copy"));
  CHECK_FALSE(has(lines_of(ladder_text(story.journal))[0], "second copy"));
}

TEST_CASE("an answer that a script held back tells for how long") {
  Story story;
  story.request(sent, 1, verify_request()).at(20).request(received, 1, verify_request());
  story.at(5020).response(sent, 1, verify_ko("PPT_SEMANTICA"), "answers KO", 8);
  const auto arrows = report::arrows_of(story.journal);
  CHECK(arrows[1].held == seconds(5));
  CHECK(arrows[1].script == "answers KO");
  CHECK(has(ladder_text(story.journal), "KO PPT_SEMANTICA, script: answers KO, after 5s"));
}

TEST_CASE("only the machines of the protocol are noted; steps and commands are rows") {
  Story story;
  for (const auto& machine :
       {"payment", "position", "recipient", "debt", "transaction", "storno", "screen", "psp", "x"}) {
    story.note(nodo, machine, "s", "A", "B");
  }
  story.add(Commanded{checkout, {1, "pay", {{"notice", "302"}, {"ec", "777"}}}, 12});
  story.add(Staged{13, "waits 40s"}).add(Woken{nodo, 1, "job", ""}).add(Finished{checkout, 1});
  const auto arrows = report::arrows_of(story.journal);
  REQUIRE(arrows.size() == 9);
  CHECK(arrows[6].note.machine == "screen");
  CHECK(arrows[7].kind == Arrow::Kind::command);
  CHECK(arrows[7].text == "pay notice=302 ec=777");
  CHECK(arrows[7].line == 12);
  CHECK(arrows[8].kind == Arrow::Kind::step);
  CHECK(arrows[8].text == "waits 40s");
}

TEST_CASE("participants stand in the order of the play, whoever speaks first") {
  Story story;
  const Party other_ec{Role::ec, "11111111111"};
  story.note(psp, "payment", "", "A", "B").note(ec, "debt", "", "A", "B").note(other_ec, "debt", "", "A", "B");
  story.add(Commanded{checkout, {}, 0}).add(Staged{});
  const std::vector<Party> expected{checkout, other_ec, ec, psp};
  CHECK(report::participants_of(report::arrows_of(story.journal)) == expected);
}

// ---- terminal ----

TEST_CASE("one line per arrow: time, from and to, primitive, leg, outcome") {
  Story story = a_verify(verify_ko("PPT_SEMANTICA"));
  story.at(2040).request(sent, 2, receipt_request()).request(lost, 2, receipt_request(), "drop", 3);
  CHECK(ladder_text(story.journal) ==
        "       0.000s  checkout -> nodo        verifyPaymentNotice  request\n"
        "       0.020s  nodo -> checkout        verifyPaymentNotice  response  KO PPT_SEMANTICA\n"
        "       2.040s  nodo -> ec 77777777777  paSendRT             request   lost: drop\n");
}

TEST_CASE("commands, steps and silences have their lines, and a run that was cut short says so") {
  Story story;
  story.add(Staged{4, "may lose a message"}).add(Commanded{checkout, {1, "pay", {{"ec", "7"}}}, 5});
  story.at(1500).add(Unanswered{1, PrimitiveId::closePaymentV2, checkout, nodo, Silence::reset});
  story.journal.cut_short = true;
  CHECK(ladder_text(story.journal) ==
        "       0.000s  script              may lose a message (line 4)\n"
        "       0.000s  script -> checkout  pay ec=7 (line 5)\n"
        "       1.500s  checkout -> nodo    closePayment-v2  no answer: connection reset\n"
        "cut short: the horizon came before the world had settled\n");
}

TEST_CASE("the status is told when it is not 200, and JSON answers have a description instead of a code") {
  Story story;
  Hop answer = story.hop(sent, Leg::response, 1, close_ko("Outcome already acquired"));
  answer.status = 422;
  story.add(answer);
  CHECK(has(ladder_text(story.journal), "KO Outcome already acquired, HTTP 422"));
  CHECK_FALSE(has(ladder_text(a_verify().journal), "HTTP"));
  Hop request = story.hop(sent, Leg::request, 2, verify_request());
  request.status = 0;  // means nothing in a request
  Story another;
  CHECK_FALSE(has(ladder_text(another.add(request).journal), "HTTP"));
}

TEST_CASE("a late message says how late and when it came, one that came too late is lost") {
  Story story = a_verify();
  story.at(100).request(sent, 2, verify_request()).at(5120).request(received, 2, verify_request(), "delay", 4);
  story.at(5200).response(sent, 2, verify_ok()).at(9220).response(lost, 2, verify_ok(), "too late", 5);
  const std::string text = ladder_text(story.journal);
  CHECK(has(text, "request   late by 5s, arrives at 5.120s\n"));
  CHECK(has(text, "OK, late by 4s, lost: too late at 9.220s\n"));
}

TEST_CASE(
    "state changes are shown on request, indented, with their rule and with a subject only where there are several") {
  Story story = a_verify();
  story.note(nodo, "payment", "t1", "PAYING", "PAYMENT_RESERVED", "FLUSSO_CP_01");
  story.at(60).note(nodo, "storno", "x", "none", "REQUESTED", "", "121.50");
  CHECK(ladder_text(story.journal).find("PAYING") == std::string::npos);
  report::LadderOptions options;
  options.notes = true;
  auto lines = lines_of(ladder_text(story.journal, options));
  REQUIRE(lines.size() == 4);
  CHECK(lines[2] == "       0.040s      nodo: payment PAYING -> PAYMENT_RESERVED  [FLUSSO_CP_01]");
  CHECK(lines[3] == "       0.060s      nodo: storno none -> REQUESTED 121.50");
  story.note(nodo, "payment", "t2", "none", "PAYING", "SEM");
  lines = lines_of(ladder_text(story.journal, options));
  CHECK(has(lines[2], "nodo: payment PAYING -> PAYMENT_RESERVED of t1  [FLUSSO_CP_01]"));
  CHECK(lines[4] == "                   nodo: payment none -> PAYING of t2  [SEM]");  // the time stands above already
}

TEST_CASE("the mark is found whatever entry it names, and marks one line") {
  Story story = a_verify();                                    // 0 1 2 3
  story.note(nodo, "payment", "t", "none", "PAYING");          // 4
  story.note(psp, "psp", "t", "none", "ACCEPTED");             // 5
  story.add(Woken{nodo, 1, "expiry_job", "t"});                // 6
  story.add(Finished{checkout, 1}).add(Staged{2, "the end"});  // 7 8
  struct Case {
    std::size_t marked;
    std::string_view line;
  };
  const Case cases[] = {
      {0, "checkout -> nodo  verifyPaymentNotice  request"},
      {1, "checkout -> nodo  verifyPaymentNotice  request"},  // its arrival
      {3, "verifyPaymentNotice  response  OK"},
      {4, "nodo: payment none -> PAYING"},
      {5, "psp PSPSIM01: psp none -> ACCEPTED"},
      {6, "alarm expiry_job t"},
      {7, "command 1 is complete"},
      {8, "the end (line 2)"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.marked);
    report::LadderOptions options;
    options.marked = c.marked;
    const std::string text = ladder_text(story.journal, options);
    CHECK(count(text, ">>> ") == 1);
    for (const std::string& line : lines_of(text)) {
      if (line.starts_with(">>> ")) CHECK(has(line, c.line));
    }
    CHECK(count(ladder_svg(story.journal, "", c.marked), "&gt;&gt;&gt;</text>") == 1);
  }
  report::LadderOptions beyond;
  beyond.marked = story.journal.entries.size();
  CHECK(ladder_text(story.journal, beyond) == ladder_text(story.journal));
}

TEST_CASE("an entry that is shown only because it is marked stands where it happened") {
  Story story;
  story.request(sent, 1, verify_request()).at(10).add(Woken{nodo, 1, "job", ""}).at(20).add(Staged{1, "after"});
  report::LadderOptions options;
  options.marked = 1;
  const auto lines = lines_of(ladder_text(story.journal, options));
  REQUIRE(lines.size() == 3);
  CHECK(lines[1].starts_with(">>> "));
}

TEST_CASE("colours come only when asked for: KO red, lost yellow, the marked line bold") {
  Story story = a_verify(verify_ko("PPT_SEMANTICA"));
  story.request(sent, 2, receipt_request()).request(lost, 2, receipt_request(), "drop");
  report::LadderOptions options;
  options.marked = 4;
  CHECK_FALSE(has(ladder_text(story.journal, options), "\x1b"));
  options.colour = true;
  const auto lines = lines_of(ladder_text(story.journal, options));
  CHECK(has(lines[1], "\x1b[31mKO PPT_SEMANTICA\x1b[39m"));
  CHECK(has(lines[2], "\x1b[33mlost: drop\x1b[39m"));
  CHECK(lines[2].starts_with("\x1b[1m>>> "));
  CHECK(lines[2].ends_with("\x1b[22m"));
  CHECK_FALSE(has(lines[0], "\x1b"));
}

TEST_CASE("nothing that others say reaches the terminal as a control") {
  const std::string evil =
      "a\x1b[2J\x07"
      "b\nc\xff"
      "\xc2\x9b"
      "31m\xe2\x80\xae";
  Story story = a_verify(verify_ko(evil));
  story.add(Staged{1, evil}).add(Commanded{{Role::ec, evil}, {1, evil, {{evil, evil}}}, 1});
  story.note(nodo, "storno", evil, "A", "B", "", evil);
  report::LadderOptions options;
  options.notes = true;
  const std::string text = ladder_text(story.journal, options);
  CHECK(std::none_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < 0x20 && c != '\n') || c == 0x7f; }));
  CHECK_FALSE(has(text, "\xff"));
  CHECK_FALSE(has(text, "\xc2\x9b"));
  CHECK_FALSE(has(text, "\xe2\x80\xae"));
  CHECK(lines_of(text).size() == 5);
  CHECK(has(text, "a\\x1B[2J\\x07b c\\xFF\\xC2\\x9B31m\\xE2\\x80\\xAE"));
}

// ---- mermaid ----

TEST_CASE("mermaid: aliases, solid requests, dashed responses, crosses for what is lost, notes for the rest") {
  Story story = a_verify();
  story.note(nodo, "payment", "t", "none", "PAYING", "SEM_APNV2_26");
  story.request(sent, 2, receipt_request()).request(lost, 2, receipt_request(), "drop");
  story.add(Staged{7, "waits"}).add(Unanswered{2, PrimitiveId::paSendRT, nodo, ec, Silence::timeout});
  story.response(withheld, 3, verify_ok(), "stays silent", 2);
  Hop answer = story.hop(sent, Leg::response, 4, verify_ok());
  story.add(answer);
  answer.stage = lost;
  answer.event = "reset";
  story.add(answer);
  CHECK(ladder_mermaid(story.journal, "A run") ==
        "sequenceDiagram\n"
        "    title A run\n"
        "    participant checkout as Checkout\n"
        "    participant nodo as Nodo\n"
        "    participant ec1 as EC 77777777777\n"
        "    checkout->>nodo: 0.000s verifyPaymentNotice request\n"
        "    nodo-->>checkout: 0.020s verifyPaymentNotice response: OK\n"
        "    Note over nodo: 0.040s payment none → PAYING  [SEM_APNV2_26]\n"
        "    nodo-xec1: 0.040s paSendRT request: lost: drop\n"
        "    Note over checkout,ec1: 0.040s script: waits (line 7)\n"
        "    Note over nodo: 0.040s no answer to paSendRT: timeout\n"
        "    Note over nodo: 0.040s verifyPaymentNotice response: OK, withheld: stays silent\n"
        "    nodo--xcheckout: 0.040s verifyPaymentNotice response: OK, lost: reset\n");
}

TEST_CASE("mermaid takes nothing in a text for its own grammar") {
  Story story;
  story.add(Commanded{{Role::ec, "a;b"}, {1, "say", {{"x", "#1; \"q\" <b> %%{init}%%\nNote over nodo: &"}}}, 0});
  const std::string text = ladder_mermaid(story.journal, "t;#\n\"");
  const auto lines = lines_of(text);
  REQUIRE(lines.size() == 4);
  CHECK(lines[1] == "    title t#59;#35; #quot;");
  CHECK(lines[2] == "    participant ec1 as EC a#59;b");
  CHECK(lines[3] ==
        "    Note over ec1: 0.000s script: say x=#35;1#59; #quot;q#quot; #lt;b#gt; #37;#37;{init}#37;#37; Note over "
        "nodo: "
        "#amp;");
  CHECK(ladder_mermaid({}, "") == "sequenceDiagram\n");
}

TEST_CASE("mermaid numbers the ECs and PSPs, and shortens what is too long without breaking a character") {
  Story story;
  story.note({Role::psp, "B"}, "screen", "", "", "", "", [] {
    std::string out;
    for (int i = 0; i < 300; ++i) out += "è";
    return out;
  }());
  story.note({Role::psp, "A"}, "payment", "", "A", "B");
  const auto lines = lines_of(ladder_mermaid(story.journal, ""));
  CHECK(lines[1] == "    participant psp1 as PSP A");
  CHECK(lines[2] == "    participant psp2 as PSP B");
  CHECK(lines[3].ends_with("è…"));
  CHECK(lines[3].size() < 300);
}

// ---- SVG ----

TEST_CASE("the SVG is one well-formed, self-contained document that tells a screen reader what it shows") {
  Story story = a_verify(verify_ko("<&\">'\x01\xff"));
  const std::string svg = ladder_svg(story.journal, "Late & <lost> \"x\"", 2);
  const Drawing drawing(svg);
  CHECK(drawing.root->Name() == "svg"sv);
  CHECK(drawing.root->Attribute("version") == "1.1"sv);
  CHECK(drawing.child("title") == "Late & <lost> \"x\"");
  CHECK(has(drawing.child("desc"), "2 messages (0 lost, 0 withheld, 0 calls without answer) between Checkout, Nodo."));
  CHECK(has(drawing.child("desc"), "The marked row: 0.020s  Nodo to Checkout: verifyPaymentNotice response: KO"));
  CHECK(has(svg, "&lt;&amp;&quot;&gt;&#39;\\x01\\xFF"));
  for (const std::string_view foreign : {"href", "<script", "<style", "url(", "<!DOCTYPE", "<image"}) {
    CHECK_FALSE(has(svg, foreign));
  }
  CHECK(has(svg, "fill=\"#ffffff\""));
  CHECK(ladder_svg(story.journal, "Late & <lost> \"x\"", 2) == svg);
}

TEST_CASE("every coordinate is a whole number") {
  const Drawing drawing(ladder_svg(random_journal(1), "x", 3));
  drawing.each([](const tinyxml2::XMLElement& e) {
    for (const char* name :
         {"x", "y", "x1", "y1", "x2", "y2", "width", "height", "d", "viewBox", "font-size", "stroke-width"}) {
      if (e.Attribute(name) != nullptr) CHECK_FALSE(has(e.Attribute(name), "."));
    }
  });
}

namespace {
struct Stroke {
  std::string paint, dashes;
  int width = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0;
};
/// The strokes of the row whose tool tip has these words; lifelines are left out.
std::vector<Stroke> strokes_of(const Drawing& drawing, std::string_view words) {
  std::vector<Stroke> out;
  drawing.each([&](const tinyxml2::XMLElement& g) {
    const auto* title = g.FirstChildElement("title");
    if (g.Name() != "g"sv || title == nullptr || !has(title->GetText(), words)) return;
    for (const auto* l = g.FirstChildElement("line"); l != nullptr; l = l->NextSiblingElement("line")) {
      if (l->Attribute("stroke") == "#b9c2cc"sv) continue;
      out.push_back({l->Attribute("stroke"), l->Attribute("stroke-dasharray") ? l->Attribute("stroke-dasharray") : "",
                     l->IntAttribute("stroke-width"), l->IntAttribute("x1"), l->IntAttribute("y1"),
                     l->IntAttribute("x2"), l->IntAttribute("y2")});
    }
  });
  return out;
}
}  // namespace

TEST_CASE("requests are solid, responses dashed, lost ones end in a cross, withheld ones in a bar, late ones slant") {
  Story story = a_verify();
  story.request(sent, 2, receipt_request()).request(lost, 2, receipt_request(), "drop");
  story.request(withheld, 3, receipt_request(), "keeps it");
  story.request(sent, 4, receipt_request()).at(5060).request(received, 4, receipt_request(), "delay");
  const Drawing drawing(ladder_svg(story.journal, ""));
  const auto request = strokes_of(drawing, "verifyPaymentNotice request");
  const auto response = strokes_of(drawing, "verifyPaymentNotice response");
  const auto gone = strokes_of(drawing, "lost: drop");
  const auto kept = strokes_of(drawing, "withheld: keeps it");
  const auto late = strokes_of(drawing, "late by 5s");
  REQUIRE(request.size() == 1);
  REQUIRE(response.size() == 1);
  REQUIRE(gone.size() == 3);
  REQUIRE(kept.size() == 2);
  REQUIRE(late.size() == 1);
  CHECK(request[0].dashes.empty());
  CHECK(request[0].y1 == request[0].y2);
  CHECK_FALSE(response[0].dashes.empty());
  CHECK(response[0].x2 < response[0].x1);
  CHECK(gone[0].x2 < late[0].x2);  // it does not get there
  CHECK(kept[1].x1 == kept[1].x2);
  CHECK(kept[0].x2 - kept[0].x1 < 40);
  CHECK(late[0].y2 > late[0].y1);
}

TEST_CASE("the marked arrow has another colour, is thicker and has a mark in words") {
  const Story story = a_verify();
  const Drawing plain(ladder_svg(story.journal, "")), marked(ladder_svg(story.journal, "", 1));
  const Stroke before = strokes_of(plain, "verifyPaymentNotice request").at(0);
  const Stroke after = strokes_of(marked, "verifyPaymentNotice request").at(0);
  CHECK(after.paint != before.paint);
  CHECK(after.width > before.width);
  REQUIRE(marked.text(">>>") != nullptr);
  CHECK(plain.text(">>>") == nullptr);
  CHECK(strokes_of(marked, "verifyPaymentNotice response").at(0).paint == before.paint);
}

TEST_CASE("times stand in one column on the left, and a long silence is told") {
  Story story = a_verify();
  story.at(1'800'040).note(nodo, "payment", "t", "PAYING", "CANCELLED");
  const Drawing drawing(ladder_svg(story.journal, ""));
  const Box* first = drawing.text("0.000s");
  const Box* last = drawing.text("1800.040s");
  REQUIRE(first != nullptr);
  REQUIRE(last != nullptr);
  CHECK(first->right == last->right);
  CHECK(first->top < last->top);
  CHECK(drawing.text("30m later") != nullptr);
  for (const Box& box : drawing.texts) {
    if (has(box.words, "verifyPaymentNotice") || has(box.words, "payment")) CHECK(box.left > last->right);
  }
}

TEST_CASE(
    "a long note is shortened with an ellipsis, keeps where the state has come to, and is whole in the tool tip") {
  Story story = a_verify();
  const std::string token(32, 'e');
  const std::string_view a = "AUTHORIZATION_REQUESTED_AND_MORE", b = "AUTHORIZATION_COMPLETED";
  story.note(checkout, "transaction", token, a, b, "CHK-04")
      .note(checkout, "transaction", "other", "none", a, "CHK-03");
  const std::string svg = ladder_svg(story.journal, "");
  const Drawing drawing(svg);
  const auto shown = std::find_if(drawing.texts.begin(), drawing.texts.end(), [&](const Box& box) {
    return has(box.words, b) && box.words.starts_with("transaction");
  });
  REQUIRE(shown != drawing.texts.end());
  CHECK(has(shown->words, "…"));
  CHECK_FALSE(has(shown->words, a));
  CHECK(has(svg, fmt::format("transaction {} → {} of {}  [CHK-04]</title>", a, b, token)));
}

TEST_CASE("no text meets another and none leaves the picture, whatever the run") {
  CHECK(trouble_in(Drawing(ladder_svg({}, "An empty journal", 0))).empty());
  CHECK(trouble_in(Drawing(ladder_svg({}, std::string(500, 'W')))).empty());
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Journal journal = random_journal(seed);
    journal.cut_short = seed % 2 == 0;
    CHECK(trouble_in(Drawing(ladder_svg(journal, "A run", seed % journal.entries.size()))) == "");
  }
}

TEST_CASE("a label that lies across another party's line covers it") {
  Story story;
  story.note(ec, "debt", "d", "open", "paid");
  Hop hop = story.hop(sent, Leg::request, 1, verify_request());
  hop.from = nodo;
  hop.to = psp;
  const Drawing drawing(ladder_svg(story.add(hop).journal, ""));
  const Box* label = drawing.text("verifyPaymentNotice");
  REQUIRE(label != nullptr);
  bool covered = false;
  drawing.each([&](const tinyxml2::XMLElement& e) {
    if (e.Name() != "rect"sv || e.IntAttribute("height") > 20) return;
    const int x = e.IntAttribute("x"), y = e.IntAttribute("y");
    covered = covered || (x <= label->left && x + e.IntAttribute("width") >= label->right && y <= label->top + 1 &&
                          y + e.IntAttribute("height") >= label->bottom);
  });
  CHECK(covered);
}

TEST_CASE("a journal without parties is a picture too") {
  Story story;
  story.add(Staged{1, "waits"}).at(90'000).add(Staged{2, std::string(300, 'W')});
  story.journal.cut_short = true;
  CHECK(trouble_in(Drawing(ladder_svg(story.journal, "t", 0))) == "");
  CHECK(has(ladder_mermaid(story.journal, ""), "    %% 0.000s script: waits (line 1)\n"));
}

TEST_CASE("a journal that was cut short is drawn as one") {
  Story story = a_verify();
  const std::string_view words = "Cut short: the horizon came before the world had settled.";
  CHECK(Drawing(ladder_svg(story.journal, "")).text(words) == nullptr);
  story.journal.cut_short = true;
  CHECK(Drawing(ladder_svg(story.journal, "")).text(words) != nullptr);
}

// ---- text in drawings ----

TEST_CASE("shortened text fits, keeps whole characters, and is left alone when it fits") {
  using report::drawing::shortened;
  using report::drawing::width_of;
  CHECK(shortened("PAYING", 200, 10) == "PAYING");
  for (const bool bold : {false, true}) {
    for (int width = 12; width < 120; ++width) {
      const std::string shown = shortened("perché così? WWWWWWWW iiiiiiii", width, 10, bold);
      CHECK(width_of(shown, 10, bold) <= width);
      CHECK(report::drawing::printable(shown) == shown);  // no half characters
    }
  }
  CHECK(width_of("WWWW", 10) > width_of("iiii", 10));
  CHECK(width_of("WWWW", 10, true) > width_of("WWWW", 10));
}
