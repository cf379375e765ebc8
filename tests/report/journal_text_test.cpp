// A journal as lines of JSON: member by member what each kind of entry says, and that any bytes at all can be written
// and read back. Every line is read by the wire's own strict parser.
#include "sim/report/journal_text.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/random.hpp"
#include "sim/wire/codec.hpp"
#include "sim/wire/json.hpp"
#include "sim/wire/utf8.hpp"

namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using namespace sim;
using contract::Leg;

const Party checkout{Role::checkout, ""}, nodo{Role::nodo, ""}, ec{Role::ec, "77777777777"};

Body refused() {
  contract::CtFaultBean fault;
  fault.faultCode = "PPT_SEMANTICA";
  fault.faultString = "Errore \"semantico\"";
  fault.id = "NodoDeiPagamentiSPC";
  return contract::share(contract::refusal(PrimitiveId::verifyPaymentNotice, std::move(fault)));
}
Hop answer(std::variant<Body, Malformed> said) {
  return {
      Hop::Stage::sent, Leg::response, PrimitiveId::verifyPaymentNotice, 4, nodo, checkout, std::move(said), 200, 3, 9,
      "answers KO"};
}
Malformed malformed(std::string bytes) {
  return {std::make_shared<const std::string>(std::move(bytes)),
          {{contract::Defect::bad_value, "/a", "XSD stAmount", "12,50", {"due decimali", "two decimals"}}}};
}

Journal journal_of(Happening what, std::int64_t ms = 0) {
  Journal out;
  out.add(run_start + milliseconds(ms), std::move(what));
  return out;
}
std::string line_of(Happening what, std::int64_t ms = 0) { return report::to_ndjson(journal_of(std::move(what), ms)); }

wire::Json parsed(std::string_view line) {
  auto json = wire::parse_json(line);
  REQUIRE_MESSAGE(json, line);
  return std::move(*json);
}
std::string member(const wire::Json& json, std::string_view name) {
  const wire::Json* found = json.member(name);
  REQUIRE(found != nullptr);
  REQUIRE(found->text() != nullptr);
  return *found->text();
}

/// Code points below 256 as the bytes that they stand for.
std::string bytes_of_latin1(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = wire::utf8_length(text);
    REQUIRE((length == 1 || length == 2));
    const auto first = static_cast<unsigned char>(text[0]);
    if (length == 1)
      out.push_back(text[0]);
    else
      out.push_back(static_cast<char>(((first & 0x03U) << 6U) | (static_cast<unsigned char>(text[1]) & 0x3FU)));
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace

TEST_CASE("every kind of entry has its members, all of them, in one order") {
  struct Case {
    Happening what;
    std::string_view line;
  };
  const Case cases[] = {
      {Unanswered{5, PrimitiveId::paSendRT, nodo, ec, Silence::timeout},
       R"({"t":2040,"kind":"no_answer","primitive":"paSendRT","exchange":5,"caller":"nodo","callee":"ec 77777777777","why":"timeout"})"},
      {Noted{nodo, {"payment", "tok", "777/302", "PAYING", "PAID", "FLUSSO_CP_01", "1\n2"}},
       R"({"t":2040,"kind":"note","who":"nodo","machine":"payment","subject":"tok","about":"777/302","from":"PAYING","to":"PAID","rule":"FLUSSO_CP_01","detail":"1\n2"})"},
      {Woken{nodo, 7, "expiry_job", "tok"},
       R"({"t":2040,"kind":"alarm","who":"nodo","alarm":7,"what":"expiry_job","about":"tok"})"},
      {Commanded{checkout, {1, "pay", {{"ec", "7"}, {"ec", "8"}}}, 12},
       R"({"t":2040,"kind":"command","who":"checkout","command":1,"verb":"pay","with":[["ec","7"],["ec","8"]],"line":12})"},
      {Commanded{checkout, {2, "stop", {}}, 0},
       R"({"t":2040,"kind":"command","who":"checkout","command":2,"verb":"stop","with":[],"line":0})"},
      {Finished{checkout, 1}, R"({"t":2040,"kind":"finish","who":"checkout","command":1})"},
      {Staged{13, "waits \"40s\""}, R"({"t":2040,"kind":"step","line":13,"what":"waits \"40s\""})"},
  };
  for (const Case& c : cases) CHECK(line_of(c.what, 2040) == std::string(c.line) + "\n");
}

TEST_CASE("a hop has the bytes of its message as they go over the wire") {
  const Body body = refused();
  const std::string line = line_of(answer(body), 20);
  CHECK(line.starts_with(
      R"({"t":20,"kind":"hop","stage":"sent","leg":"response","primitive":"verifyPaymentNotice","exchange":4,)"
      R"("from":"nodo","to":"checkout","status":200,"cause":3,"rule_line":9,"event":"answers KO","body":")"));
  CHECK(member(parsed(line), "body") == wire::encode(*body));
  CHECK(parsed(line).member("violations") == nullptr);
}

TEST_CASE("a malformed message has its own bytes and what is wrong with them") {
  const std::string line = line_of(answer(malformed("<a>12,50 \xc3\xa8</a>")));
  const wire::Json json = parsed(line);
  CHECK(member(json, "body") == "<a>12,50 \xc3\xa8</a>");
  CHECK(line.ends_with(
      R"("violations":[{"defect":"bad value","place":"/a","rule":"XSD stAmount","found":"12,50","wanted":"two decimals","wanted-it":"due decimali"}]})"
      "\n"));
  Malformed two = malformed("x");
  two.violations.push_back({});
  CHECK(parsed(line_of(answer(two))).member("violations")->array()->size() == 2);
}

TEST_CASE("bytes that are not UTF-8 are written one by one, and none is lost") {
  Random random(1, "bytes");
  for (int i = 0; i < 200; ++i) {
    std::string bytes;
    for (std::uint64_t n = random.below(40); n > 0; --n) bytes.push_back(static_cast<char>(random.below(256)));
    bytes.push_back('\xff');
    const std::string line = line_of(answer(malformed(bytes)));
    CHECK(line.find('\n') == line.size() - 1);
    const wire::Json json = parsed(line);
    CHECK(json.member("body") == nullptr);
    CHECK(bytes_of_latin1(member(json, "bytes_latin1")) == bytes);
  }
  CHECK(line_of(answer(malformed("a\xff\"\\\n"))).find(R"("bytes_latin1":"a\u00ff\u0022\u005c\u000a")") !=
        std::string::npos);
}

TEST_CASE("no bytes and empty bytes are two things") {
  const std::string nothing = line_of(answer(Malformed{}));
  CHECK(parsed(nothing).member("body")->is_null());
  CHECK(parsed(nothing).member("violations") == nullptr);
  CHECK(member(parsed(line_of(answer(malformed("")))), "body").empty());
}

TEST_CASE("a violation or a command that quotes bytes that are not UTF-8 leaves the line readable") {
  Malformed bad = malformed("\xff");
  bad.violations[0].found = "\xff\xfe";
  const wire::Json json = parsed(line_of(answer(bad)));
  CHECK(member(json.member("violations")->array()->front(), "found") == "\xc3\xbf\xc3\xbe");
  parsed(line_of(Commanded{checkout, {1, "\xff", {{"\xc0\x80", "\xed\xa0\x80"}}}, 1}));
  parsed(line_of(Noted{nodo, {"storno", "\xf5", "\x80", {}, {}, {}, "\xe2\x82"}}));
  parsed(line_of(Staged{1, "\xff"}));
}

TEST_CASE("times count from the start of the run, and line n is entry n - 1") {
  Journal journal;
  journal.start = run_start + hours(1);
  journal.add(journal.start, Staged{1, "first"});
  journal.add(journal.start + hours(24 * 30), Staged{2, "second"});
  CHECK(report::to_ndjson(journal) ==
        "{\"t\":0,\"kind\":\"step\",\"line\":1,\"what\":\"first\"}\n"
        "{\"t\":2592000000,\"kind\":\"step\",\"line\":2,\"what\":\"second\"}\n");
  CHECK(report::to_ndjson({}).empty());
}

TEST_CASE("equal journals are equal bytes, and a message that differs shows") {
  const auto with = [](Body body) {
    Journal journal = journal_of(answer(body));
    journal.add(run_start, Finished{checkout, 1});
    return report::to_ndjson(journal);
  };
  CHECK(with(refused()) == with(refused()));  // two messages, one content
  CHECK(with(refused()) != with(contract::share(contract::Message(contract::VerifyPaymentNoticeRes{}))));
}

TEST_CASE("a UTF-8 character is one in its shortest form, without surrogates, up to U+10FFFF") {
  struct Case {
    std::string_view name, text;
    std::size_t length;
  };
  const Case cases[] = {
      {"nothing", "", 0},
      {"NUL", "\0"sv, 1},
      {"ASCII", "ab", 1},
      {"two bytes", "\xc2\x80", 2},
      {"two bytes in the long form", "\xc1\xbf", 0},
      {"three bytes", "\xe0\xa0\x80", 3},
      {"three bytes in the long form", "\xe0\x9f\xbf", 0},
      {"before the surrogates", "\xed\x9f\xbf", 3},
      {"a surrogate", "\xed\xa0\x80", 0},
      {"after the surrogates", "\xee\x80\x80", 3},
      {"four bytes", "\xf0\x90\x80\x80", 4},
      {"four bytes in the long form", "\xf0\x8f\xbf\xbf", 0},
      {"the last one", "\xf4\x8f\xbf\xbf", 4},
      {"beyond the last one", "\xf4\x90\x80\x80", 0},
      {"never a first byte", "\xf8\x88\x80\x80", 0},
      {"a continuation alone", "\x80", 0},
      {"cut after one of two", "\xc3", 0},
      {"cut after two of three", "\xe2\x82", 0},
      {"cut after three of four", "\xf0\x9f\x92", 0},
      {"no continuation", "\xc3(", 0},
      {"no second continuation", "\xe2\x82(", 0},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(wire::utf8_length(c.text) == c.length);
  }
}
