// Time as the simulator knows it: whole milliseconds, and a clock that only the world moves.
// An Instant counts from the Unix epoch so that it can be written in messages; nothing here reads a real clock.
// The trap: identical wall-clock text may mean two instants. Zone-less times are Italian local time, with summer time.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sim {

/// A length of time in milliseconds.
struct Duration {
  std::int64_t ms = 0;
  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return {a.ms + b.ms}; }
  friend constexpr Duration operator-(Duration a, Duration b) { return {a.ms - b.ms}; }
  friend constexpr Duration operator*(Duration a, std::int64_t n) { return {a.ms * n}; }
};

constexpr Duration milliseconds(std::int64_t n) { return {n}; }
constexpr Duration seconds(std::int64_t n) { return {n * 1000}; }
constexpr Duration minutes(std::int64_t n) { return {n * 60'000}; }
constexpr Duration hours(std::int64_t n) { return {n * 3'600'000}; }

/// A point in virtual time: milliseconds since 1970-01-01T00:00:00Z.
struct Instant {
  std::int64_t ms = 0;
  friend constexpr auto operator<=>(Instant, Instant) = default;
  friend constexpr Instant operator+(Instant a, Duration d) { return {a.ms + d.ms}; }
  friend constexpr Duration operator-(Instant a, Instant b) { return {a.ms - b.ms}; }
};

/// When every run begins: Monday 2027-01-18, 09:00 in Rome.
constexpr Instant run_start{1'800'259'200'000};

/// "2027-01-18", the Italian calendar day of the instant.
std::string iso_date(Instant at);
/// "2027-01-18T09:00:00", Italian local time without zone, as receipts carry it.
std::string iso_local(Instant at);
/// "2027-01-18T09:00:00.000+01:00", Italian local time with its offset.
std::string iso_offset(Instant at);
/// "2027-01-18T08:00:00Z".
std::string iso_utc(Instant at);

/// Reads "250ms", "2s", "7.5s", "15m", "1h", "2d". Nothing else is a duration: the unit is never guessed.
std::optional<Duration> parse_duration(std::string_view text);
/// The shortest exact form that parse_duration reads back: "1h", "900s" becomes "15m", "2500ms" stays.
std::string to_text(Duration d);

}  // namespace sim
