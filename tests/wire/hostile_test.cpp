// Bytes sent to hurt: every row of what careless parsers let through, inside otherwise good messages and through the whole
// decoder. Each ends as a Violation with a place, in work and memory bounded by the limits and never by the sender.
// The trap is the clock: a busy machine makes any test of seconds fail some day. So memory is counted, not sampled, time is
// the thread's own processor time, and growth is judged over a factor of eight, where a quadratic reader is far outside.
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <new>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <malloc.h>

#include <doctest/doctest.h>

#include "sim/contract/generate.hpp"
#include "sim/wire/codec.hpp"
#include "sim/wire/json.hpp"
#include "sim/wire/xml.hpp"
#include "tests/support/cpu_time.hpp"
#include "tests/support/told.hpp"

namespace {

/// What one thread has allocated with `new` since it began to count.
struct Memory {
  bool counting = false;
  std::ptrdiff_t now = 0, most = 0;
};
thread_local Memory memory;

void count(std::ptrdiff_t bytes) {
  if (!memory.counting) return;
  memory.now += bytes;
  memory.most = std::max(memory.most, memory.now);
}

}  // namespace

void* operator new(std::size_t size) {
  void* const block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc();
  count(static_cast<std::ptrdiff_t>(malloc_usable_size(block)));
  return block;
}
void operator delete(void* block) noexcept {
  if (block != nullptr) count(-static_cast<std::ptrdiff_t>(malloc_usable_size(block)));
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using namespace sim::contract;
using sim::wire::XmlDocument;
using P = PrimitiveId;

/// The most bytes held at once while `action` runs, beyond those held before.
template <class Action>
std::ptrdiff_t most_memory(Action action) {
  memory = {.counting = true};
  action();
  memory.counting = false;
  return memory.most;
}

/// Seconds of this thread's processor time; the least of several runs, since noise only adds.
template <class Action>
double seconds(Action action) {
  double least = std::numeric_limits<double>::max();
  for (int run = 0; run < 3; ++run) {
    const double start = support::cpu_seconds();
    action();
    least = std::min(least, support::cpu_seconds() - start);
  }
  return least;
}

std::string repeat(std::string_view part, std::size_t times) {
  std::string out;
  out.reserve(part.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

std::vector<Violation> violations(PrimitiveId id, Leg leg, std::string bytes) {
  const auto read = sim::wire::decode(id, leg, std::make_shared<const std::string>(std::move(bytes)));
  const auto* malformed = std::get_if<Malformed>(&read);
  return malformed == nullptr ? std::vector<Violation>{} : malformed->violations;
}

/// "line:column", both from 1.
bool is_line_and_column(std::string_view place) {
  const std::size_t colon = place.find(':');
  if (colon == std::string_view::npos) return false;
  const auto is_count = [](std::string_view text) {
    std::size_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    return error == std::errc{} && end == text.data() + text.size() && n > 0;
  };
  return is_count(place.substr(0, colon)) && is_count(place.substr(colon + 1));
}

struct Subject {
  P id;
  Leg leg;
};
constexpr Subject soap_subjects[] = {{P::verifyPaymentNotice, Leg::request}, {P::activatePaymentNoticeV2, Leg::response},
                                     {P::paGetPayment, Leg::response},       {P::paSendRT, Leg::request},
                                     {P::pspNotifyPaymentV2, Leg::request},  {P::sendPaymentOutcome, Leg::response}};
constexpr Subject json_subjects[] = {{P::closePaymentV1, Leg::request},      {P::closePaymentV2, Leg::request}, {P::checkPosition, Leg::response},
                                     {P::sendPaymentResultV2, Leg::request}, {P::cartsV1, Leg::request},        {P::cartsV2, Leg::response}};

std::string good(Subject subject) {
  sim::Random random(7, "hostile");
  return sim::wire::encode(generate(subject.id, subject.leg, random, Fullness::full));
}

/// The message with something put into its payload, behind the root's start tag.
std::string inside(const std::string& bytes, std::string_view what) {
  const std::size_t body = bytes.find("<soapenv:Body>") + 14;
  std::string out = bytes;
  return out.insert(out.find('>', body) + 1, what);
}
/// The message with another text in its first leaf.
std::string saying(const std::string& bytes, std::string_view what) {
  const std::size_t close = bytes.find("</");
  const std::size_t open = bytes.rfind('>', close) + 1;
  std::string out = bytes;
  return out.replace(open, close - open, what);
}
/// The message with attributes in its payload's root.
std::string bearing(const std::string& bytes, std::string_view attributes) {
  const std::size_t body = bytes.find("<soapenv:Body>") + 14;
  std::string out = bytes;
  return out.insert(out.find('>', body), attributes);
}
std::string declared(const std::string& bytes, std::string_view declaration) {
  return std::string(declaration) + bytes.substr(bytes.find("?>") + 2);
}
std::string utf16(std::string_view ascii, bool big_endian) {
  std::string out = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : ascii) {
    if (big_endian) out += '\0';
    out += c;
    if (!big_endian) out += '\0';
  }
  return out;
}

/// The one refusal at the door, fit to be shown.
void check_refused_at_the_door(const std::vector<Violation>& all, std::string_view rule) {
  REQUIRE(all.size() == 1);
  const Violation& v = all.front();
  CHECK(v.defect == Defect::not_well_formed);
  CHECK(is_line_and_column(v.place));
  CHECK(v.rule == rule);
  CHECK(sim::wire::is_xml_text(v.found));
  CHECK(support::is_told_in_both(v.wanted));
  CHECK(to_text(v).size() < 500);
}

std::string numbered_attributes(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += " a" + std::to_string(i) + "=''";
  return out;
}

constexpr std::size_t megabyte = 1 << 20;

}  // namespace

// ---- XML ----

TEST_CASE("no message smuggles in what is not XML, whatever careless parsers make of it") {
  using Bytes = const std::string&;
  struct Case {
    std::string_view name, rule;
    std::string (*spoilt)(Bytes good);
  };
  // clang-format off
  const Case cases[] = {
      {"DOCTYPE", "wire gate", [](Bytes b) { return declared(b, "<!DOCTYPE a>"); }},
      {"billion laughs", "wire gate", [](Bytes b) { return declared(saying(b, "&c;"), "<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;&b;&b;'>]>"); }},
      {"external entity", "wire gate", [](Bytes b) { return declared(saying(b, "&b;"), "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"); }},
      {"external subset", "wire gate", [](Bytes b) { return declared(b, "<!DOCTYPE a SYSTEM 'http://127.0.0.1/a.dtd'>"); }},
      {"parameter entity", "wire gate", [](Bytes b) { return declared(b, "<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///dev/random'> %p;]>"); }},
      {"entity declared inside", "wire gate", [](Bytes b) { return inside(b, "<!ENTITY b 'c'>"); }},
      {"processing instruction", "wire gate", [](Bytes b) { return inside(b, "<?php system('id'); ?>"); }},
      {"nesting beyond the limit", "wire gate", [](Bytes b) { return inside(b, repeat("<a>", 33) + repeat("</a>", 33)); }},
      {"33 attributes", "wire gate", [](Bytes b) { return bearing(b, numbered_attributes(33)); }},
      {"20 000 attributes", "wire gate", [](Bytes b) { return bearing(b, numbered_attributes(20'000)); }},
      {"unbound prefix", "Namespaces in XML 1.0", [](Bytes b) { return inside(b, "<p:a/>"); }},
      {"unbound prefix of an attribute", "Namespaces in XML 1.0", [](Bytes b) { return bearing(b, " p:a=''"); }},
      {"prefix undeclared again", "Namespaces in XML 1.0", [](Bytes b) { return bearing(b, " xmlns:p=''"); }},
      {"two roots", "XML 1.0", [](Bytes b) { return b + b.substr(b.find("?>") + 2); }},
      {"text before the root", "XML 1.0", [](Bytes b) { return declared(b, "x"); }},
      {"text behind the root", "XML 1.0", [](Bytes b) { return b + "x"; }},
      {"junk behind NUL", "XML 1.0", [](Bytes b) { return b + "\0junk"s; }},
      {"NUL in text", "XML 1.0", [](Bytes b) { return saying(b, "a\0b"sv); }},
      {"invalid UTF-8", "UTF-8", [](Bytes b) { return saying(b, "\xC3\x28"); }},
      {"overlong UTF-8", "UTF-8", [](Bytes b) { return saying(b, "\xC0\xAF"); }},
      {"surrogate in UTF-8", "UTF-8", [](Bytes b) { return saying(b, "\xED\xA0\x80"); }},
      {"beyond Unicode", "UTF-8", [](Bytes b) { return saying(b, "\xF4\x90\x80\x80"); }},
      {"raw control character", "XML 1.0", [](Bytes b) { return saying(b, "\x07"); }},
      {"U+FFFF", "XML 1.0", [](Bytes b) { return saying(b, "\xEF\xBF\xBF"); }},
      {"ISO-8859-1 declared", "wire gate", [](Bytes b) { return declared(b, "<?xml version='1.0' encoding='ISO-8859-1'?>"); }},
      {"UTF-7 declared", "wire gate", [](Bytes b) { return declared(b, "<?xml version='1.0' encoding='UTF-7'?>"); }},
      {"UTF-16 declared", "wire gate", [](Bytes b) { return declared(b, "<?xml version='1.0' encoding='UTF-16'?>"); }},
      {"UTF-16, little end first", "UTF-8", [](Bytes b) { return utf16(b, false); }},
      {"UTF-16, big end first", "UTF-8", [](Bytes b) { return utf16(b, true); }},
      {"character zero by number", "XML 1.0", [](Bytes b) { return saying(b, "a&#x0;b"); }},
      {"character zero in decimal", "XML 1.0", [](Bytes b) { return saying(b, "a&#0;b"); }},
      {"beyond Unicode by number", "XML 1.0", [](Bytes b) { return saying(b, "&#x110000;"); }},
      {"surrogate by number", "XML 1.0", [](Bytes b) { return saying(b, "&#xD800;"); }},
      {"beyond 32 bits by number", "XML 1.0", [](Bytes b) { return saying(b, "&#x1FFFFFFFFF;"); }},
      {"endless digits", "XML 1.0", [](Bytes b) { return saying(b, "&#" + std::string(100'000, '0') + "65;"); }},
      {"raw ampersand", "XML 1.0", [](Bytes b) { return saying(b, "a & b"); }},
      {"unknown entity", "XML 1.0", [](Bytes b) { return saying(b, "&egrave;"); }},
      {"unterminated reference", "XML 1.0", [](Bytes b) { return saying(b, "&amp"); }},
      {"'<' in an attribute", "XML 1.0", [](Bytes b) { return bearing(b, " a='<'"); }},
      {"'--' in a comment", "XML 1.0", [](Bytes b) { return inside(b, "<!-- -- -->"); }},
      {"']]>' in text", "XML 1.0", [](Bytes b) { return saying(b, "]]>"); }},
      {"duplicate attribute", "XML 1.0", [](Bytes b) { return bearing(b, " a='' a=''"); }},
      {"duplicate attribute by namespace", "Namespaces in XML 1.0", [](Bytes b) { return bearing(b, " xmlns:p='u' xmlns:q='u' p:a='' q:a=''"); }},
      {"mismatched tags", "XML 1.0", [](Bytes b) { return inside(b, "<a><b></a></b>"); }},
      {"unclosed tag", "XML 1.0", [](Bytes b) { return inside(b, "<a>"); }},
      {"cut before the end", "XML 1.0", [](Bytes b) { return b.substr(0, b.rfind("</soapenv:Body>")); }},
      {"nothing", "XML 1.0", [](Bytes) { return std::string(); }},
  };
  // clang-format on
  for (const Subject& subject : soap_subjects) {
    const std::string bytes = good(subject);
    CAPTURE(primitive(subject.id).name);
    REQUIRE(violations(subject.id, subject.leg, bytes).empty());
    for (const Case& c : cases) {
      CAPTURE(c.name);
      check_refused_at_the_door(violations(subject.id, subject.leg, c.spoilt(bytes)), c.rule);
    }
  }
}

TEST_CASE("a huge document costs no more than its refusal") {
  struct Case {
    std::string_view name;
    std::string bytes;
  };
  const Case cases[] = {
      {"text of 50 MB", "<a>" + std::string(50 * megabyte, 'x') + "</a>"},
      {"attribute of 10 MB", "<a b='" + std::string(10 * megabyte, 'x') + "'/>"},
      {"10^6 siblings", "<a>" + repeat("<b/>", 1'000'000) + "</a>"},
      {"100 000 nested", repeat("<a>", 100'000) + repeat("</a>", 100'000)},
      {"20 000 attributes", "<a" + numbered_attributes(20'000) + "/>"},
      {"JSON text of 50 MB", "\"" + std::string(50 * megabyte, 'x') + "\""},
      {"100 000 arrays", std::string(100'000, '[') + std::string(100'000, ']')},
      {"10^6 numbers", "[" + repeat("0,", 1'000'000) + "0]"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto bytes = std::make_shared<const std::string>(c.bytes);
    for (const P id : {P::paSendRT, P::closePaymentV2}) {
      std::vector<Violation> all;
      const std::ptrdiff_t most = most_memory([&] {
        const auto read = sim::wire::decode(id, Leg::request, bytes);
        all = std::get<Malformed>(read).violations;
      });
      CHECK(most < 64 * 1024);
      check_refused_at_the_door(all, all.empty() ? "" : all.front().rule);
    }
  }
}

TEST_CASE("what a document within the limits costs is bounded, and it says no more than a hundred things wrong") {
  constexpr std::size_t room = sim::wire::XmlLimits{}.bytes;
  const auto filled = [](Subject subject, std::string_view part) {
    const std::string bytes = good(subject);
    return inside(bytes, repeat(part, (room - bytes.size()) / part.size()));
  };
  const auto said = [](Subject subject, char c) {
    const std::string bytes = good(subject);
    return saying(bytes, std::string(room - bytes.size(), c));
  };
  struct Case {
    std::string_view name;
    std::string bytes;
  };
  const Subject subject{P::paSendRT, Leg::request};
  const Case cases[] = {
      {"unknown elements", filled(subject, "<a/>")},
      {"unknown elements in a namespace", filled(subject, "<a xmlns='u'/>")},
      {"a known element again and again", filled(subject, "<idPA/>")},
      {"attributes", filled(subject, "<idPA" + numbered_attributes(32) + "/>")},
      {"blank runs", filled(subject, " <!---->")},
      {"text between elements", filled(subject, "x<a/>")},
      {"a long text", said(subject, 'x')},
      {"a long text of blanks", said(subject, '\n')},
      {"a long name", inside(good(subject), "<" + std::string(200'000, 'x') + "/>")},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    REQUIRE(c.bytes.size() <= room);
    const auto bytes = std::make_shared<const std::string>(c.bytes);
    std::vector<Violation> all;
    const std::ptrdiff_t most = most_memory([&] {
      const auto read = sim::wire::decode(subject.id, subject.leg, bytes);
      if (const auto* malformed = std::get_if<Malformed>(&read)) all = malformed->violations;
    });
    CHECK(most < static_cast<std::ptrdiff_t>(64 * room));
    CHECK(all.size() <= 100);
    std::size_t told = 0;
    for (const Violation& v : all) {
      CHECK(v.place.starts_with("/"));
      told += to_text(v).size();
    }
    CHECK(told < 100'000);
  }
}

// ---- JSON ----

TEST_CASE("no message smuggles in what is not JSON, whatever careless parsers make of it") {
  using Bytes = const std::string&;
  struct Case {
    std::string_view name, rule;
    std::string (*spoilt)(Bytes good);
  };
  // Something put in as the first member.
  static const auto with = [](Bytes b, std::string_view member) { return "{" + std::string(member) + "," + b.substr(1); };
  // clang-format off
  const Case cases[] = {
      {"duplicate member", "wire gate", [](Bytes b) { return with(b, "\"a\":1,\"a\":1"); }},
      {"duplicate member, written otherwise", "wire gate", [](Bytes b) { return with(b, "\"a\":1,\"\\u0061\":1"); }},
      {"duplicate further in", "wire gate", [](Bytes b) { return with(b, "\"a\":[{\"b\":{},\"b\":{}}]"); }},
      {"1e999999", "wire gate", [](Bytes b) { return with(b, "\"a\":1e999999"); }},
      {"-1e999999", "wire gate", [](Bytes b) { return with(b, "\"a\":-1e999999"); }},
      {"10^5 digits", "wire gate", [](Bytes b) { return with(b, "\"a\":" + std::string(100'000, '9')); }},
      {"10^5 digits of an exponent", "wire gate", [](Bytes b) { return with(b, "\"a\":1e" + std::string(100'000, '9')); }},
      {"NaN", "RFC 8259", [](Bytes b) { return with(b, "\"a\":NaN"); }},
      {"Infinity", "RFC 8259", [](Bytes b) { return with(b, "\"a\":-Infinity"); }},
      {"hexadecimal", "RFC 8259", [](Bytes b) { return with(b, "\"a\":0x10"); }},
      {"leading zero", "RFC 8259", [](Bytes b) { return with(b, "\"a\":012"); }},
      {"33 levels", "wire gate", [](Bytes b) { return with(b, "\"a\":" + std::string(33, '[') + std::string(33, ']')); }},
      {"50 000 levels", "wire gate", [](Bytes b) { return with(b, "\"a\":" + repeat("{\"a\":", 40'000)); }},
      {"50 000 levels, unclosed", "wire gate", [](Bytes b) { return with(b, "\"a\":" + std::string(50'000, '[')); }},
      {"lone high surrogate", "RFC 8259", [](Bytes b) { return with(b, "\"a\":\"\\uD800\""); }},
      {"lone high surrogate before a character", "RFC 8259", [](Bytes b) { return with(b, "\"a\":\"\\uD800\\u0041\""); }},
      {"lone low surrogate", "RFC 8259", [](Bytes b) { return with(b, "\"a\":\"\\uDC00\""); }},
      {"surrogates the wrong way round", "RFC 8259", [](Bytes b) { return with(b, "\"a\":\"\\uDC00\\uD800\""); }},
      {"lone surrogate in a name", "RFC 8259", [](Bytes b) { return with(b, "\"\\uD800\":1"); }},
      {"NUL between members", "RFC 8259", [](Bytes b) { return with(b, "\0"sv); }},
      {"NUL in a string", "RFC 8259", [](Bytes b) { return with(b, "\"a\":\"\0\""sv); }},
      {"junk behind NUL", "RFC 8259", [](Bytes b) { return b + "\0{}"s; }},
      {"two byte order marks", "RFC 8259", [](Bytes b) { return "\xEF\xBB\xBF\xEF\xBB\xBF" + b; }},
      {"byte order mark inside", "RFC 8259", [](Bytes b) { return with(b, "\xEF\xBB\xBF"); }},
      {"half a byte order mark", "RFC 8259", [](Bytes b) { return "\xEF\xBB" + b; }},
      {"UTF-16, little end first", "RFC 8259", [](Bytes b) { return utf16(b, false); }},
      {"UTF-16, big end first", "RFC 8259", [](Bytes b) { return utf16(b, true); }},
      {"invalid UTF-8", "RFC 8259", [](Bytes b) { return with(b, "\"a\":\"\xC3\x28\""); }},
      {"overlong UTF-8", "RFC 8259", [](Bytes b) { return with(b, "\"a\":\"\xC0\xAF\""); }},
      {"surrogate in UTF-8", "RFC 8259", [](Bytes b) { return with(b, "\"a\":\"\xED\xA0\x80\""); }},
      {"raw control character", "RFC 8259", [](Bytes b) { return with(b, "\"a\":\"\x1F\""); }},
      {"comment", "RFC 8259", [](Bytes b) { return with(b, "/* */\"a\":1"); }},
      {"single quotes", "RFC 8259", [](Bytes b) { return with(b, "'a':1"); }},
      {"trailing comma", "RFC 8259", [](Bytes b) { return with(b, "\"a\":[1,]"); }},
      {"two documents", "RFC 8259", [](Bytes b) { return b + b; }},
      {"XML", "RFC 8259", [](Bytes) { return std::string("<a/>"); }},
      {"cut before the end", "RFC 8259", [](Bytes b) { return b.substr(0, b.size() - 1); }},
      {"nothing", "RFC 8259", [](Bytes) { return std::string(); }},
  };
  // clang-format on
  for (const Subject& subject : json_subjects) {
    const std::string bytes = good(subject);
    CAPTURE(primitive(subject.id).name);
    REQUIRE(violations(subject.id, subject.leg, bytes).empty());
    CHECK(violations(subject.id, subject.leg, with(bytes, "\"neverHeardOf\":1")).empty());  // more members are no defect
    CHECK(violations(subject.id, subject.leg, "\xEF\xBB\xBF" + bytes).empty());
    for (const Case& c : cases) {
      CAPTURE(c.name);
      check_refused_at_the_door(violations(subject.id, subject.leg, c.spoilt(bytes)), c.rule);
    }
  }
}

TEST_CASE("a JSON document that is no object is refused as a whole") {
  for (const Subject& subject : json_subjects) {
    for (const std::string_view bytes : {"[]"sv, "null"sv, "1"sv, "\"x\""sv, "true"sv, "[{}]"sv}) {
      CAPTURE(bytes);
      const std::vector<Violation> all = violations(subject.id, subject.leg, std::string(bytes));
      REQUIRE(all.size() == 1);
      CHECK(all[0].place == "/");
      CHECK(all[0].defect == Defect::bad_value);
      CHECK(support::is_told_in_both(all[0].wanted));
    }
  }
}

TEST_CASE("a JSON text that XML cannot carry is refused where it comes in") {
  struct Case {
    std::string_view name, text;
    bool refused;
  };
  const Case cases[] = {
      {"plain", "A1", false},         {"character zero", "A\\u0000", true}, {"control character", "A\\u0001", true},
      {"escape character", "\\u001b[31m", true}, {"U+FFFE", "A\\ufffe", true},         {"U+FFFF", "A\\uffff", true},
      {"U+FFFD", "A\\ufffd", false},  {"line end", "A\\n", false},           {"beyond the first plane", "A\\ud83d\\ude00", false},
  };
  const std::string bytes = good({P::closePaymentV1, Leg::request});
  const std::string_view member = "\"transactionId\":\"";
  const std::size_t from = bytes.find(member);
  REQUIRE(from != std::string::npos);
  const std::string_view place = "/additionalPaymentInformations/transactionId";
  for (const Case& c : cases) {
    CAPTURE(c.name);
    std::string spoilt = bytes;
    const std::size_t first = from + member.size();
    spoilt.replace(first, spoilt.find('"', first) - first, c.text);
    const std::vector<Violation> all = violations(P::closePaymentV1, Leg::request, spoilt);
    CHECK(all.empty() != c.refused);
    for (const Violation& v : all) {
      CHECK(v.place == place);
      CHECK(sim::wire::is_xml_text(v.found));
      CHECK(v.wanted.en == "text without control characters");
    }
  }
}

TEST_CASE("what a JSON document within the limits costs is bounded") {
  const std::size_t room = sim::wire::JsonLimits{}.bytes - 100;
  struct Case {
    std::string_view name;
    std::string bytes;
  };
  std::string crowd = "{";
  for (int i = 0; crowd.size() < room - 20; ++i) crowd += "\"" + std::to_string(i) + "\":0,";
  const Case cases[] = {
      {"empty arrays", "{\"a\":[" + repeat("[],", room / 3) + "0]}"},
      {"empty objects", "{\"a\":[" + repeat("{},", room / 3) + "0]}"},
      {"numbers", "{\"a\":[" + repeat("0,", room / 2) + "0]}"},
      {"empty strings", "{\"a\":[" + repeat("\"\",", room / 3) + "0]}"},
      {"members", crowd + "\"x\":0}"},
      {"one string", "{\"a\":\"" + std::string(room, 'x') + "\"}"},
      {"escapes", "{\"a\":\"" + repeat("\\u00e8", room / 6) + "\"}"},
      {"entries of a list of the message", "{\"paymentTokens\":[" + repeat("0,", room / 2) + "0]}"},
      {"a long name", "{\"" + std::string(room, 'x') + "\":0}"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    REQUIRE(c.bytes.size() <= sim::wire::JsonLimits{}.bytes);
    CHECK(sim::wire::parse_json(c.bytes).has_value());
    const auto bytes = std::make_shared<const std::string>(c.bytes);
    for (const Subject& subject : {json_subjects[1], json_subjects[4]}) {
      std::vector<Violation> all;
      const std::ptrdiff_t most = most_memory([&] { 
        const auto read = sim::wire::decode(subject.id, subject.leg, bytes);
        if (const auto* malformed = std::get_if<Malformed>(&read)) all = malformed->violations;
      });
      CHECK(most < static_cast<std::ptrdiff_t>(96 * room));
      CHECK(all.size() <= 100);
      for (const Violation& v : all) CHECK(to_text(v).size() < 1'000);
    }
  }
}

// ---- growth ----

TEST_CASE("doubling a document at most doubles the work, read or refused") {
  struct Case {
    std::string name, before, part, after;
  };
  static const std::string deep = repeat("<a xmlns:p='u'>", 30), deep_end = repeat("</a>", 30);
  static const std::string full = "<a" + numbered_attributes(32) + "/>", full_leaf = "<noticeNumber" + numbered_attributes(32) + "/>";
  static const std::string wide = "<a b='" + std::string(100, '\n') + "'/>";
  static const std::string pa = good({P::verifyPaymentNotice, Leg::request});
  static const std::string head = pa.substr(0, pa.find("<idPSP>")), tail = pa.substr(pa.find("<idPSP>"));
  // clang-format off
  const Case xml[] = {
      {"siblings", "<a>", "<b/>", "</a>"},
      {"siblings with text", "<a>", "<b>x</b>\n", "</a>"},
      {"attributes", "<a>", full, "</a>"},
      {"declarations", "<a>", "<b xmlns='u' xmlns:p='v'/>", "</a>"},
      {"prefixes below many declarations", deep, "<p:b/>", deep_end},
      {"text", "<a>", "x", "</a>"},
      {"references", "<a>", "&#65;", "</a>"},
      {"comments", "<a>", "<!-- x -->", "</a>"},
      {"blank runs", "<a>", " <!---->", "</a>"},
      {"blank leaves", "<a>", "<b> </b>", "</a>"},
      {"CDATA", "<a>", "<![CDATA[x]]>", "</a>"},
      {"wide attributes", "<a>", wide, "</a>"},
      {"one wide attribute", "<a b='", "\n", "'/>"},
      {"line ends", "<a>", "\r", "</a>"},
      {"beyond ASCII", "<a>", "\xC3\xA8", "</a>"},
      {"names beyond ASCII", "<a>", "<\xC3\xA8/>", "</a>"},
      {"a long name", "<", "x", "/>"},
      {"cut at the end", "<a>", "<b>x</b>", ""},
      {"brackets", "<a>", "]", ">"},
      {"ampersands", "<a>", "&amp;", "&</a>"},
      {"open quote", "<a b='", "x", ""},
      {"open comment", "<!--", "- ", ""},
      {"unbound at the end", "<a>", "<b/>", "<p:c/></a>"},
  };
  const Case soap[] = {
      {"unknown elements in a message", head, "<a/>", tail},
      {"an element too many times", head, "<idPSP>x</idPSP>", tail},
      {"attributes in a message", head, full_leaf, tail},
      {"text between elements", head, "x ", tail},
      {"a long value", head + "<idPSP>", "x", "</idPSP>" + tail},
  };
  const Case json[] = {
      {"numbers", "[", "0,", "0]"},
      {"decimals", "[", "12.50,", "0]"},
      {"arrays", "[", "[],", "0]"},
      {"objects", "[", "{\"a\":0},", "0]"},
      {"string", "\"", "x", "\""},
      {"escapes", "\"", "\\u00e8", "\""},
      {"quotes behind backslashes", "{\"a\":\"", "\\\"", "\",\"a\":0}"},
      {"backslashes", "{\"a\":\"", "\\\\", "\",\"a\":0}"},
      {"digits", "0.", "1", ""},
      {"too many digits", "", "9", ""},
      {"white space", "", " \n", "0"},
      {"cut at the end", "[", "0,", ""},
      {"open string", "\"", "x", ""},
  };
  // clang-format on
  constexpr std::size_t small = 30'000, factor = 8;
  const auto check = [](const Case& c, auto&& read) {
    CAPTURE(c.name);
    const auto of_size = [&c](std::size_t size) { return std::string(c.before) + repeat(c.part, size / c.part.size()) + std::string(c.after); };
    const std::string one = of_size(small), eight = of_size(factor * small);
    const std::ptrdiff_t memory_of_one = most_memory([&] { read(one); });
    const std::ptrdiff_t memory_of_eight = most_memory([&] { read(eight); });
    CHECK(memory_of_eight <= static_cast<std::ptrdiff_t>(2 * factor) * memory_of_one + 65'536);  // a vector may have just doubled
    const double time_of_one = seconds([&] { read(one); });
    const double time_of_eight = seconds([&] { read(eight); });
    CAPTURE(time_of_one);
    CAPTURE(time_of_eight);
    CHECK(time_of_eight <= 3 * factor * time_of_one + 0.005);  // a quadratic reader takes 64 times as long
  };
  for (const Case& c : xml) {
    check(c, [](const std::string& bytes) { (void)XmlDocument::parse(bytes).has_value(); });
  }
  for (const Case& c : soap) {
    check(c, [](const std::string& bytes) { (void)sim::wire::decode(P::verifyPaymentNotice, Leg::request, std::make_shared<const std::string>(bytes)); });
  }
  for (const Case& c : json) {
    check(c, [](const std::string& bytes) { (void)sim::wire::parse_json(bytes).has_value(); });
  }
  // Members are told apart by name: that is a set, and n log n.
  const auto members = [](std::size_t n) {
    std::string out = "{";
    for (std::size_t i = 0; i < n; ++i) out += "\"" + std::to_string(100'000 + i) + "\":0,";
    return out + "\"x\":0}";
  };
  const std::string one = members(2'000), eight = members(16'000);
  const auto read = [](const std::string& bytes) { return sim::wire::parse_json(bytes).has_value(); };
  CHECK(read(eight));
  CHECK(seconds([&] { read(eight); }) <= 3 * factor * seconds([&] { read(one); }) + 0.005);
}
