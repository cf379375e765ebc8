#include "sim/contract/scalars.hpp"

#include <fmt/format.h>

namespace sim::contract {
namespace {

bool digits(std::string_view& text, std::size_t n, int& out) {
  if (text.size() < n) return false;
  out = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    out = out * 10 + (text[i] - '0');
  }
  text.remove_prefix(n);
  return true;
}

bool literal(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

/// Four digits or more, more than four without leading zeros; there is no year 0 [XSD 1.0, 3.2.7.1].
bool take_year(std::string_view& text, int& remainder_of_400) {
  literal(text, '-');
  std::size_t n = 0;
  remainder_of_400 = 0;
  bool zero = true;
  while (n < text.size() && text[n] >= '0' && text[n] <= '9') {
    remainder_of_400 = (remainder_of_400 * 10 + (text[n] - '0')) % 400;
    zero = zero && text[n] == '0';
    ++n;
  }
  constexpr std::size_t most = 9;  // more is no year of any payment, and no parser agrees with another there
  if (n < 4 || n > most || (n > 4 && text.front() == '0') || zero) return false;
  text.remove_prefix(n);
  return true;
}

bool leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

bool take_date(std::string_view& text) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!take_year(text, year) || !literal(text, '-') || !digits(text, 2, month) || !literal(text, '-') ||
      !digits(text, 2, day)) {
    return false;
  }
  constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= lengths[month - 1] + (month == 2 && leap(year) ? 1 : 0);
}

/// Takes "Z" or "+hh:mm"; true also when there is no zone at all, which `had` tells.
bool take_zone(std::string_view& text, bool& had) {
  had = !text.empty();
  if (!had || literal(text, 'Z')) return true;
  if (!literal(text, '+') && !literal(text, '-')) return false;
  int hour = 0;
  int minute = 0;
  if (!digits(text, 2, hour) || !literal(text, ':') || !digits(text, 2, minute)) return false;
  return (hour < 14 && minute < 60) || (hour == 14 && minute == 0);
}

bool take_time(std::string_view& text) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!digits(text, 2, hour) || !literal(text, ':') || !digits(text, 2, minute) || !literal(text, ':') ||
      !digits(text, 2, second)) {
    return false;
  }
  bool whole = true;
  if (literal(text, '.')) {
    if (text.empty() || text.front() < '0' || text.front() > '9') return false;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      whole = whole && text.front() == '0';
      text.remove_prefix(1);
    }
  }
  if (hour == 24) return minute == 0 && second == 0 && whole;  // the end of the day
  return hour < 24 && minute < 60 && second < 60;
}

std::uint64_t from_1_to(Random& random, std::uint64_t last) { return 1 + random.below(last); }

std::string base64_of(Random& random, std::size_t bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (; bytes >= 3; bytes -= 3) out += random.text(alphabet, 4);
  // The bits that no byte fills are zero.
  if (bytes == 1) {
    out += random.text(alphabet, 1);
    out += random.text("AQgw", 1);
    out += "==";
  } else if (bytes == 2) {
    out += random.text(alphabet, 2);
    out += random.text("AEIMQUYcgkosw048", 1);
    out += "=";
  }
  return out;
}

bool date_time(std::string_view text, bool& zoned) {
  return take_date(text) && literal(text, 'T') && take_time(text) && take_zone(text, zoned) && text.empty();
}

std::string a_zone(Random& random) {
  constexpr std::string_view zones[] = {"Z", "+01:00", "+02:00", "-05:30", "+14:00", "-14:00"};
  return std::string(zones[random.below(std::size(zones))]);
}

std::string a_time_of_day(Random& random) {
  const std::uint64_t hour = random.below(24);
  const std::uint64_t minute = random.below(60);
  const std::uint64_t second = random.below(60);
  std::string out = fmt::format("T{:02}:{:02}:{:02}", hour, minute, second);
  if (random.below(3) == 0) {
    const std::uint64_t places = from_1_to(random, 6);
    out += "." + random.digits(places);
  }
  return out;
}

std::string a_day(Random& random) {
  if (random.below(8) == 0) return "2028-02-29";
  const std::uint64_t year = 2000 + random.below(60);
  const std::uint64_t month = from_1_to(random, 12);
  const std::uint64_t day = from_1_to(random, 28);
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

}  // namespace

std::string a_date(Random& random) {
  std::string out = a_day(random);
  if (random.below(5) == 0) out += a_zone(random);
  return out;
}
std::string a_zoned_date_time(Random& random) {
  std::string out = a_day(random);
  out += a_time_of_day(random);
  return out + a_zone(random);
}
std::string a_date_time(Random& random) {
  std::string out = a_day(random);
  out += a_time_of_day(random);
  if (random.below(2) == 0) out += a_zone(random);
  return out;
}
std::string some_base64(Random& random) { return base64_of(random, from_1_to(random, 60)); }
std::string a_stamp_hash(Random& random) { return base64_of(random, from_1_to(random, 54)); }
std::string a_uri(Random& random) {
  const std::size_t length = from_1_to(random, 20);
  return "https://ec.example/" + random.alphanumeric(length);
}

bool is_date(std::string_view text) {
  bool zoned = false;
  return take_date(text) && take_zone(text, zoned) && text.empty();
}

bool is_date_time(std::string_view text) {
  bool zoned = false;
  return date_time(text, zoned);
}

bool is_base64(std::string_view text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::size_t symbols = 0;
  std::size_t padding = 0;
  std::size_t last = 0;
  for (const char c : text) {
    if (c == ' ') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    last = alphabet.find(c);
    if (last == std::string_view::npos || padding > 0) return false;
    ++symbols;
  }
  if (padding > 2 || (symbols + padding) % 4 != 0) return false;
  const std::size_t unused = padding == 2 ? 0xF : padding == 1 ? 0x3 : 0;  // bits of the last symbol
  return (last & unused) == 0;
}

bool is_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (!letter(text.front())) return false;
  for (const char c : text.substr(0, colon)) {
    if (!letter(c) && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.') return false;
  }
  for (const char c : text) {
    if (c <= ' ' || c == '"' || c == '<' || c == '>' || c == '\\' || c == '^' || c == '`' || c == '{' || c == '|' || c == '}' || c == '\x7f') return false;
  }
  return true;
}

bool is_zoned_date_time(std::string_view text) {
  bool zoned = false;
  return date_time(text, zoned) && zoned;
}

}  // namespace sim::contract
