#include "sim/time.hpp"

#include <array>

#include <fmt/format.h>

namespace sim {
namespace {

struct Civil {
  std::int64_t year;
  int month, day, hour, minute, second, milli;
};

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

constexpr std::int64_t days_from_civil(std::int64_t y, int m, int d) {
  y -= m <= 2 ? 1 : 0;
  const std::int64_t era = floor_div(y, 400);
  const std::int64_t yoe = y - era * 400;
  const std::int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  const std::int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + doe - 719468;
}

constexpr Civil civil(std::int64_t ms) {
  const std::int64_t days = floor_div(ms, 86'400'000);
  const std::int64_t rest = ms - days * 86'400'000;
  const std::int64_t z = days + 719468;
  const std::int64_t era = floor_div(z, 146097);
  const std::int64_t doe = z - era * 146097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  const int day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
  const int month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  return {yoe + era * 400 + (month <= 2 ? 1 : 0), month, day, static_cast<int>(rest / 3'600'000),
          static_cast<int>(rest / 60'000 % 60), static_cast<int>(rest / 1000 % 60), static_cast<int>(rest % 1000)};
}
static_assert(civil(run_start.ms).year == 2027 && civil(run_start.ms).day == 18 && civil(run_start.ms).hour == 8);

/// The last Sunday of the month at 01:00 UTC, when the European Union changes its clocks.
constexpr std::int64_t clock_change(std::int64_t year, int month) {
  const std::int64_t last = days_from_civil(year, month, 31);
  const std::int64_t weekday = (last + 4) % 7;  // 1970-01-01 was a Thursday; 0 is Sunday
  return (last - weekday) * 86'400'000 + 3'600'000;
}

constexpr int rome_offset_hours(std::int64_t ms) {
  const std::int64_t year = civil(ms).year;
  return ms >= clock_change(year, 3) && ms < clock_change(year, 10) ? 2 : 1;
}

Civil rome(Instant at) { return civil(at.ms + rome_offset_hours(at.ms) * 3'600'000); }

// Written by hand: every payment writes a dozen of these.
void append_number(std::string& out, std::int64_t value, int width) {
  const std::size_t end = out.size() + static_cast<std::size_t>(width);
  out.append(static_cast<std::size_t>(width), '0');
  for (std::size_t i = end; value > 0 && i > end - static_cast<std::size_t>(width); value /= 10) {
    out[--i] = static_cast<char>('0' + value % 10);
  }
}

std::string date_of(const Civil& c) {
  std::string out;
  append_number(out, c.year, 4);
  append_number(out += '-', c.month, 2);
  append_number(out += '-', c.day, 2);
  return out;
}

std::string date_and_time(const Civil& c) {
  std::string out = date_of(c);
  append_number(out += 'T', c.hour, 2);
  append_number(out += ':', c.minute, 2);
  append_number(out += ':', c.second, 2);
  return out;
}

struct Unit {
  std::string_view name;
  std::int64_t ms;
};
constexpr std::array<Unit, 5> units{{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

}  // namespace

std::string iso_date(Instant at) { return date_of(rome(at)); }

std::string iso_local(Instant at) { return date_and_time(rome(at)); }

std::string iso_offset(Instant at) {
  const Civil c = rome(at);
  std::string out = date_and_time(c) + '.';
  append_number(out, c.milli, 3);
  return out + (rome_offset_hours(at.ms) == 2 ? "+02:00" : "+01:00");
}

std::string iso_utc(Instant at) { return date_and_time(civil(at.ms)) + 'Z'; }

std::optional<Duration> parse_duration(std::string_view text) {
  std::size_t i = 0;
  std::int64_t whole = 0;
  constexpr std::int64_t most = 1'000'000'000'000;
  while (i < text.size() && text[i] >= '0' && text[i] <= '9') {
    whole = whole * 10 + (text[i++] - '0');
    if (whole > most) return std::nullopt;
  }
  if (i == 0) return std::nullopt;
  std::int64_t fraction = 0;
  std::int64_t scale = 1;
  if (i < text.size() && text[i] == '.') {
    const std::size_t first = ++i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9' && i - first < 3) {
      fraction = fraction * 10 + (text[i++] - '0');
      scale *= 10;
    }
    if (i == first) return std::nullopt;
  }
  for (const Unit& unit : units) {
    if (text.substr(i) != unit.name) continue;
    if (whole > most / unit.ms || fraction * unit.ms % scale != 0) return std::nullopt;
    return Duration{whole * unit.ms + fraction * unit.ms / scale};
  }
  return std::nullopt;
}

std::string to_text(Duration d) {
  if (d.ms == 0) return "0s";
  const Unit* best = &units.front();
  for (const Unit& unit : units) {
    if (d.ms % unit.ms == 0) best = &unit;
  }
  return fmt::format("{}{}", d.ms / best->ms, best->name);
}

}  // namespace sim
