// The JSON door: what is refused and where, and that what passes says what the wire said, numbers to the letter.
// Each illegal document stands beside its nearest legal neighbour.
#include "sim/wire/json.hpp"

#include <doctest/doctest.h>

#include <clocale>
#include <string>
#include <string_view>

#include "tests/support/cpu_time.hpp"
#include "tests/support/told.hpp"

namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using sim::contract::Defect;
using sim::wire::Json;
using sim::wire::JsonLimits;
using sim::wire::parse_json;

std::string repeat(std::string_view part, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

/// The document written again, or why it is refused.
std::string read(std::string_view bytes, const JsonLimits& limits = {}) {
  const auto json = parse_json(bytes, limits);
  return json ? to_text(*json) : "refused: " + to_text(json.error());
}

}  // namespace

TEST_CASE("a document that is not JSON is refused where it goes wrong, and its nearest neighbour is read") {
  struct Case {
    std::string_view name, refused, place, rule, legal;
  };
  // clang-format off
  const Case cases[] = {
      {"nothing", "", "1:1", "RFC 8259", "0"},
      {"only white space", " \n ", "2:2", "RFC 8259", " \n 1 \n"},
      {"another white space", "\f1", "1:1", "RFC 8259", "\t1"},
      {"unclosed object", "{\"a\":1", "1:7", "RFC 8259", "{\"a\":1}"},
      {"unclosed array", "[1,", "1:4", "RFC 8259", "[1]"},
      {"closed by the other bracket", "[1}", "1:3", "RFC 8259", "[1]"},
      {"trailing comma in an array", "[1,]", "1:4", "RFC 8259", "[1,2]"},
      {"trailing comma in an object", "{\"a\":1,}", "1:8", "RFC 8259", "{\"a\":1,\"b\":2}"},
      {"missing comma", "[1 2]", "1:4", "RFC 8259", "[12]"},
      {"missing colon", "{\"a\" \"bc\"}", "1:6", "RFC 8259", "{\"a\":\"bc\"}"},
      {"name without quotes", "{a:1}", "1:2", "RFC 8259", "{\"a\":1}"},
      {"name in single quotes", "{'a':1}", "1:2", "RFC 8259", "{\"'a'\":1}"},
      {"number as a name", "{1:1}", "1:2", "RFC 8259", "{\"1\":1}"},
      {"garbage behind", "{}x", "1:3", "RFC 8259", "{} "},
      {"second document", "{}\n{}", "2:1", "RFC 8259", "[{},{}]"},
      {"garbage behind NUL", "{}\0x"sv, "1:3", "RFC 8259", "{}"},
      {"NUL alone", "\0"sv, "1:1", "RFC 8259", "null"},
      {"NUL in a string", "\"\0\""sv, "1:2", "RFC 8259", "\"\\u0001\""},
      {"comment", "/* */1", "1:1", "RFC 8259", "\"/* */\""},
      {"line comment", "1// x", "1:2", "RFC 8259", "1"},
      {"literal out of place", "{\"a\":1, true}", "1:9", "RFC 8259", "{\"a\":1, \"b\":true}"},
      {"literals without a comma", "[null false]", "1:7", "RFC 8259", "[null, false]"},
      {"literal in capitals", "True", "1:1", "RFC 8259", "true"},
      {"half a literal", "[nul]", "1:5", "RFC 8259", "[null]"},
      {"NaN", "NaN", "1:1", "RFC 8259", "\"NaN\""},
      {"infinity", "[Infinity]", "1:2", "RFC 8259", "[\"Infinity\"]"},
      {"minus infinity", "-Infinity", "1:2", "RFC 8259", "-1"},
      {"leading zero", "01", "1:2", "RFC 8259", "10"},
      {"leading zero behind a minus", "[-01]", "1:4", "RFC 8259", "[-1]"},
      {"plus", "+1", "1:1", "RFC 8259", "1"},
      {"hexadecimal", "0x10", "1:2", "RFC 8259", "16"},
      {"no digit before the point", ".5", "1:1", "RFC 8259", "0.5"},
      {"no digit behind the point", "1.", "1:3", "RFC 8259", "1.0"},
      {"decimal comma", "[1,50", "1:6", "RFC 8259", "[1.50]"},
      {"no digit in the exponent", "1e+", "1:4", "RFC 8259", "1e+1"},
      {"number beyond a double", "[1e999]", "1:2", "wire gate", "[1e99]"},
      {"unclosed string", "\"a", "1:3", "RFC 8259", "\"a\""},
      {"line end in a string", "\"a\nb\"", "1:3", "RFC 8259", "\"a\\nb\""},
      {"unknown escape", "\"\\x41\"", "1:3", "RFC 8259", "\"\\u0041\""},
      {"short escape", "\"\\u041\"", "1:7", "RFC 8259", "\"\\u0041\""},
      {"lone high surrogate", "\"\\ud83d\"", "1:8", "RFC 8259", "\"\\ud83d\\ude00\""},
      {"lone low surrogate", "\"\\ude00\"", "1:7", "RFC 8259", "\"\\ue000\""},
      {"invalid UTF-8", "\"\xC3\x28\"", "1:3", "RFC 8259", "\"\xC3\xA8\""},
      {"overlong UTF-8", "\"\xC0\xAF\"", "1:2", "RFC 8259", "\"/\""},
      {"surrogate in UTF-8", "\"\xED\xA0\x80\"", "1:3", "RFC 8259", "\"\xED\x9F\xBF\""},
      {"invalid UTF-8 outside a string", "\xFF", "1:1", "RFC 8259", "\xEF\xBB\xBF\"\""},
      {"half a byte order mark", "\xEF\xBB{}", "1:2", "RFC 8259", "\xEF\xBB\xBF{}"},
      {"two byte order marks", "\xEF\xBB\xBF\xEF\xBB\xBF{}", "1:1", "RFC 8259", "\xEF\xBB\xBF{}"},
      {"repeated member", "{\"a\":1,\n \"a\":1}", "2:2", "wire gate", "{\"a\":1,\n \"A\":1}"},
      {"repeated member, written otherwise", "{\"\\\"a\":1,\"\\\"\\u0061\":1}", "1:10", "wire gate",
       "{\"\\\"a\":1,\"\\\\\\\"a\":1}"},
      {"repeated empty name", "{\"\":1,\"\":1}", "1:7", "wire gate", "{\"\":{\"\":1}}"},
      {"repeated member further in", "[{\"a\":{\"b\":[],\"c\":1,\"b\":1}}]", "1:21", "wire gate",
       "[{\"a\":{\"b\":[],\"c\":1},\"b\":1}]"},
  };
  // clang-format on
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto json = parse_json(c.refused);
    CHECK_FALSE(json.has_value());
    if (!json) {
      CHECK(json.error().defect == Defect::not_well_formed);
      CHECK(json.error().place == c.place);
      CHECK(json.error().rule == c.rule);
      CHECK_FALSE(json.error().found.empty());
      CHECK(support::is_told_in_both(json.error().wanted));
    }
    const auto legal = parse_json(c.legal);
    CHECK_MESSAGE(legal.has_value(), (legal ? "" : to_text(legal.error())));
  }
}

TEST_CASE("every prefix of a legal document is refused") {
  const std::string_view whole = "{\"a\": [1.50, -0, true, null], \"b\\\"\": {\"\xC3\xA8\": \"\\u00e8\"}}";
  REQUIRE(parse_json(whole).has_value());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(parse_json(whole.substr(0, size)).has_value());
  }
}

TEST_CASE("a number is kept as it was written") {
  // clang-format off
  const std::string_view numbers[] = {"0", "-0", "7", "-7", "10", "120.00", "121.50", "0.10", "-0.0", "1e3", "1E+3",
                                      "1e-03", "0e0", "9223372036854775807", "-9223372036854775808",
                                      "18446744073709551615", "18446744073709551616", "-9223372036854775809",
                                      "99999999999999999999999999.99",
                                      "0.1000000000000000055511151231257827021181583404541015625", "1e-999"};
  // clang-format on
  for (const std::string_view number : numbers) {
    CAPTURE(number);
    const auto alone = parse_json(number);
    REQUIRE(alone.has_value());
    REQUIRE(alone->number() != nullptr);
    CHECK(alone->number()->text == number);
    CHECK(read("[" + std::string{number} + ",1]") == "[" + std::string{number} + ",1]");
  }
}

TEST_CASE("a number keeps its point where the machine writes a comma") {
  const std::string before = std::setlocale(LC_NUMERIC, nullptr);
  bool found = false;
  for (const char* const name : {"it_IT.UTF-8", "de_DE.UTF-8", "fr_FR.UTF-8"}) {
    found = found || std::setlocale(LC_NUMERIC, name) != nullptr;
  }
  const std::string text = read("[1.50,-2.5e-1]");
  std::setlocale(LC_NUMERIC, before.c_str());
  if (!found) MESSAGE("no locale with a decimal comma here: nothing tried");
  CHECK(text == "[1.50,-2.5e-1]");
}

TEST_CASE("what was read is written as one line") {
  struct Case {
    std::string_view name, bytes, text;
  };
  const Case cases[] = {
      {"white space goes", " { \"a\" : [ 1 , 2 ] ,\r\n\t\"b\" : { } } ", R"({"a":[1,2],"b":{}})"},
      {"members keep their order", R"({"z":1,"a":2,"m":3})", R"({"z":1,"a":2,"m":3})"},
      {"literals", "[null,true,false]", "[null,true,false]"},
      {"empty containers", R"([[],{},""])", R"([[],{},""])"},
      {"escapes", R"("\"\\\/\b\f\n\r\t\u001f\u0000")", R"("\"\\/\u0008\u000c\n\r\t\u001f\u0000")"},
      {"beyond ASCII", R"("\u00e8\u20ac\ud83d\ude00")", "\"\xC3\xA8\xE2\x82\xAC\xF0\x9F\x98\x80\""},
      {"names are escaped too", R"({"\"\n":1})", R"({"\"\n":1})"},
      {"byte order mark goes", "\xEF\xBB\xBF[]", "[]"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(read(c.bytes) == c.text);
    CHECK(read(c.text) == c.text);
  }
}

TEST_CASE("a value answers only to what it is") {
  const auto json = parse_json(R"({"n":1.0,"t":"x","b":false,"a":[1],"o":{"n":2},"z":null})");
  REQUIRE(json.has_value());
  REQUIRE(json->object() != nullptr);
  CHECK(json->object()->size() == 6);
  REQUIRE(json->member("n") != nullptr);
  REQUIRE(json->member("n")->number() != nullptr);
  CHECK(json->member("n")->number()->text == "1.0");
  CHECK(json->member("n")->text() == nullptr);
  REQUIRE(json->member("t")->text() != nullptr);
  CHECK(*json->member("t")->text() == "x");
  CHECK(json->member("t")->number() == nullptr);
  REQUIRE(json->member("b")->boolean() != nullptr);
  CHECK_FALSE(*json->member("b")->boolean());
  CHECK_FALSE(json->member("b")->is_null());
  REQUIRE(json->member("a")->array() != nullptr);
  CHECK(json->member("a")->array()->size() == 1);
  CHECK(json->member("a")->member("n") == nullptr);
  CHECK(json->member("o")->member("n")->number()->text == "2");
  CHECK(json->member("z")->is_null());
  CHECK(json->member("q") == nullptr);
  CHECK(Json{}.is_null());
}

TEST_CASE("values are equal when they say the same in the same order") {
  struct Case {
    std::string_view name, a, same, other;
  };
  const Case cases[] = {
      {"numbers by their text", "[1.0]", "[ 1.0 ]", "[1.00]"},
      {"a number is no text", "[1]", "[1]", "[\"1\"]"},
      {"strings by their characters", "\"\\u0061\"", "\"a\"", "\"A\""},
      {"members in order", R"({"a":1,"b":2})", R"({"a": 1, "b": 2})", R"({"b":2,"a":1})"},
      {"null is not absent", R"({"a":null})", R"({"a":null})", "{}"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(parse_json(c.a).value() == parse_json(c.same).value());
    CHECK_FALSE(parse_json(c.a).value() == parse_json(c.other).value());
  }
}

TEST_CASE("a document at a limit is read and one beyond it is refused") {
  struct Case {
    std::string_view name;
    JsonLimits limits;
    std::string at_limit, beyond;
    std::string_view place;
  };
  const Case cases[] = {
      {"bytes", {.bytes = 4}, "1234", "12345", "1:1"},
      {"depth by default", {}, nested(32), nested(33), "1:33"},
      {"depth of objects", {.depth = 1}, "{\"a\":1}", "{\"a\":\n {}}", "2:2"},
      {"depth of brothers", {.depth = 2}, "[[],{},[]]", "[[],[{}]]", "1:6"},
      {"no depth", {.depth = 0}, "1", "[]", "1:1"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(parse_json(c.at_limit, c.limits).has_value());
    const auto json = parse_json(c.beyond, c.limits);
    REQUIRE_FALSE(json.has_value());
    CHECK(json.error().rule == "wire gate");
    CHECK(json.error().place == c.place);
    CHECK(support::is_told_in_both(json.error().wanted));
  }
}

TEST_CASE("a hostile document is refused at once") {
  constexpr std::size_t megabyte = 1 << 20;
  std::string crowd = "{";
  for (int i = 0; i < 20'000; ++i) crowd += "\"" + std::to_string(i) + "\":0,";
  struct Case {
    std::string_view name;
    std::string bytes;
    std::size_t limit = JsonLimits{}.bytes;
  };
  const Case cases[] = {
      {"10 MB", "\"" + std::string(10 * megabyte, 'x') + "\""},
      {"depth 100 000", nested(100'000)},
      {"depth 100 000 of objects", repeat("{\"a\":", 100'000), megabyte},
      {"20 000 members and one twice", crowd + "\"7\":0}"},
      {"a number of 200 kB", std::string(200'000, '9')},
      {"200 kB of backslashes", "{\"a\":\"" + std::string(200'000, '\\') + "\",\"a\":1}"},
      {"200 kB of zeros", std::string(200'000, '0')},
      {"unclosed string", "\"" + std::string(200'000, 'x')},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const double start = support::cpu_seconds();
    const auto json = parse_json(c.bytes, {.bytes = c.limit});
    CHECK(support::cpu_seconds() - start < 0.5);
    REQUIRE_FALSE(json.has_value());
    CHECK(to_text(json.error()).size() < 500);
  }
  CHECK(parse_json(crowd + "\"x\":0}").has_value());
}

TEST_CASE("a refusal quotes what was found in a few printable characters") {
  struct Case {
    std::string_view name, bytes, found;
  };
  const Case cases[] = {
      {"control character", "\"\x01\n", R"(\x01\x0A)"},
      {"a long rest", "[0123456789012345678901234567890123456789", "12345678901234567890123456789012..."},
      {"the end", "[", "EOF"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto json = parse_json(c.bytes);
    REQUIRE_FALSE(json.has_value());
    CHECK(json.error().found == c.found);
  }
}

TEST_CASE("a refusal says what would have been right, in the reader's words and not the library's") {
  struct Case {
    std::string_view name, bytes, it, en;
  };
  // clang-format off
  const Case cases[] = {
      {"a value", "[,]", "un valore JSON: oggetto, lista, stringa, numero, true, false o null", "a JSON value: object, array, string, number, true, false or null"},
      {"a value, at the end", "[", "un valore JSON: oggetto, lista, stringa, numero, true, false o null", "a JSON value: object, array, string, number, true, false or null"},
      {"a name", "{1:1}", "il nome di un membro tra virgolette", "the name of a member in double quotes"},
      {"a name without quotes", "{a:1}", "il nome di un membro tra virgolette", "the name of a member in double quotes"},
      {"a colon", "{\"a\",1}", "':' dopo il nome del membro", "':' behind the member's name"},
      {"a comma in an array", "[1 2]", "',' oppure ']' dopo un elemento della lista", "',' or ']' behind an entry of the array"},
      {"a comma in an object", "{\"a\":1 \"b\":2}", "',' oppure '}' dopo un membro dell'oggetto", "',' or '}' behind a member of the object"},
      {"nothing more", "{} {}", "nulla dopo il documento", "nothing behind the document"},
      {"a digit", "[1.]", "una cifra a questo punto del numero", "a digit at this point of the number"},
      {"a quote", "\"a", "le virgolette alla fine della stringa", "a quote at the end of the string"},
      {"a pair of surrogates", "\"\\ud83d\"", "surrogati a coppie: prima \\ud800-\\udbff, poi \\udc00-\\udfff", "surrogates in pairs: \\ud800-\\udbff, then \\udc00-\\udfff"},
      {"four digits", "\"\\u12\"", "quattro cifre esadecimali dopo \\u", "four hex digits behind \\u"},
      {"a known escape", "\"\\x41\"", "dopo \\ uno tra \" \\ / b f n r t u", "behind \\ one of \" \\ / b f n r t u"},
      {"an escaped line end", "\"\n\"", "i caratteri di controllo scritti con \\u o con \\n, \\r, \\t", "control characters written with \\u or with \\n, \\r, \\t"},
      {"UTF-8", "\"\xFF\"", "UTF-8 senza forme sovrabbondanti né surrogati", "UTF-8 without overlong forms or surrogates"},
      {"half a byte order mark", "\xEF\xBB{}", "un documento in UTF-8", "a document in UTF-8"},
  };
  // clang-format on
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto json = parse_json(c.bytes);
    REQUIRE_FALSE(json.has_value());
    CHECK(json.error().wanted.it == c.it);
    CHECK(json.error().wanted.en == c.en);
  }
}
