// Time: Italian wall clocks, summer time included, and durations that never guess their unit.
#include "sim/time.hpp"

#include <limits>

#include <doctest/doctest.h>

using namespace sim;

namespace {
/// Milliseconds since the epoch of the given seconds: what `date -u +%s` says.
constexpr Instant at(std::int64_t seconds_since_epoch, std::int64_t ms = 0) { return {seconds_since_epoch * 1000 + ms}; }
}  // namespace

TEST_CASE("a run begins on Monday 2027-01-18 at 09:00 in Rome") {
  CHECK(iso_local(run_start) == "2027-01-18T09:00:00");
  CHECK(iso_utc(run_start) == "2027-01-18T08:00:00Z");
  CHECK(iso_offset(run_start) == "2027-01-18T09:00:00.000+01:00");
  CHECK(iso_date(run_start) == "2027-01-18");
}

TEST_CASE("an instant is written as Italian clocks show it, an hour ahead in winter and two in summer") {
  struct Case {
    std::string_view name;
    Instant when;
    std::string_view offset, utc;
  };
  const Case cases[] = {
      {"the epoch", at(0), "1970-01-01T01:00:00.000+01:00", "1970-01-01T00:00:00Z"},
      {"before the epoch", at(-1, 1), "1970-01-01T00:59:59.001+01:00", "1969-12-31T23:59:59Z"},
      {"the last millisecond of winter 2027", at(1806195599, 999), "2027-03-28T01:59:59.999+01:00", "2027-03-28T00:59:59Z"},
      {"the first of summer", at(1806195600), "2027-03-28T03:00:00.000+02:00", "2027-03-28T01:00:00Z"},
      {"the last second of summer 2027", at(1824944399), "2027-10-31T02:59:59.000+02:00", "2027-10-31T00:59:59Z"},
      {"the hour that comes twice", at(1824944400), "2027-10-31T02:00:00.000+01:00", "2027-10-31T01:00:00Z"},
      {"a change on the 25th, the earliest there is", at(1869094799), "2029-03-25T01:59:59.000+01:00", "2029-03-25T00:59:59Z"},
      {"a change on the 31st, the latest there is", at(1901149200), "2030-03-31T03:00:00.000+02:00", "2030-03-31T01:00:00Z"},
      {"a leap day", at(1835395200), "2028-02-29T01:00:00.000+01:00", "2028-02-29T00:00:00Z"},
      {"a century that is leap", at(951782400), "2000-02-29T01:00:00.000+01:00", "2000-02-29T00:00:00Z"},
      {"a century that is not", at(4107542400), "2100-03-01T01:00:00.000+01:00", "2100-03-01T00:00:00Z"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(iso_offset(c.when) == c.offset);
    CHECK(iso_utc(c.when) == c.utc);
    CHECK(iso_local(c.when) == std::string(c.offset).substr(0, 19));
    CHECK(iso_date(c.when) == std::string(c.offset).substr(0, 10));
  }
}

TEST_CASE("the Italian day begins before the day of Greenwich") {
  CHECK(iso_date(at(1800226800)) == "2027-01-18");          // 23:00 UTC of the 17th
  CHECK(iso_date(at(1800226800) + milliseconds(-1)) == "2027-01-17");
  CHECK(iso_date(at(1814306400)) == "2027-06-30");          // 22:00 UTC of the 29th
  CHECK(iso_date(at(1814306400) + milliseconds(-1)) == "2027-06-29");
}

TEST_CASE("a duration is a number and a unit, and nothing else is one") {
  struct Case {
    std::string_view text;
    std::int64_t ms;  ///< -1: not a duration
  };
  const Case cases[] = {
      {"250ms", 250},     {"2s", 2000},       {"7.5s", 7500},   {"0.001s", 1},   {"15m", 900'000},
      {"1h", 3'600'000},  {"2d", 172'800'000}, {"0s", 0},       {"0ms", 0},      {"1.5h", 5'400'000},
      {"007s", 7000},     {"0.25m", 15'000},
      // the nearest neighbours
      {"", -1},           {"s", -1},          {"2", -1},        {"2 s", -1},     {" 2s", -1},
      {"2s ", -1},        {"2S", -1},         {"2sec", -1},     {"-2s", -1},     {"+2s", -1},
      {".5s", -1},        {"5.s", -1},        {"1.5ms", -1},    {"0.0001s", -1}, {"1,5s", -1},
      {"1e3s", -1},       {"2s3", -1},        {"2w", -1},       {"1.2.3s", -1},  {"99999999999999999999s", -1},
      {"1000000000001ms", -1}, {"11575d", -1},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    const std::optional<Duration> read = parse_duration(c.text);
    CHECK(read.has_value() == (c.ms >= 0));
    if (read) CHECK(read->ms == c.ms);
  }
}

TEST_CASE("a duration is written in the largest unit that says it exactly, and read back") {
  struct Case {
    Duration d;
    std::string_view text;
  };
  const Case cases[] = {{{0}, "0s"},           {{1}, "1ms"},         {{2500}, "2500ms"},  {seconds(7), "7s"},
                        {seconds(65), "65s"},  {seconds(900), "15m"}, {seconds(3900), "65m"}, {hours(1), "1h"},
                        {hours(24), "1d"},     {hours(25), "25h"},   {minutes(90), "90m"}};
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(to_text(c.d) == c.text);
    CHECK(parse_duration(c.text) == c.d);
  }
}

TEST_CASE("durations add, subtract and repeat; instants differ by durations") {
  CHECK(minutes(1) + seconds(30) - seconds(15) * 2 == seconds(60));
  CHECK((run_start + hours(2)) - run_start == minutes(120));
  CHECK(run_start < run_start + milliseconds(1));
}
