#include "sim/contract/scalars.hpp"

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

bool leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

bool take_date(std::string_view& text) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!digits(text, 4, year) || !literal(text, '-') || !digits(text, 2, month) || !literal(text, '-') ||
      !digits(text, 2, day)) {
    return false;
  }
  constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
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
  if (literal(text, '.')) {
    int digit = 0;
    if (!digits(text, 1, digit)) return false;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') text.remove_prefix(1);
  }
  return hour < 24 && minute < 60 && second < 60;
}

bool date_time(std::string_view text, bool& zoned) {
  return take_date(text) && literal(text, 'T') && take_time(text) && take_zone(text, zoned) && text.empty();
}

}  // namespace

bool is_date(std::string_view text) {
  bool zoned = false;
  return take_date(text) && take_zone(text, zoned) && text.empty();
}

bool is_date_time(std::string_view text) {
  bool zoned = false;
  return date_time(text, zoned);
}

bool is_base64(std::string_view text) {
  std::size_t symbols = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const bool symbol = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    if (!symbol || padding > 0) return false;
    ++symbols;
  }
  return padding <= 2 && (symbols + padding) % 4 == 0;
}

bool is_zoned_date_time(std::string_view text) {
  bool zoned = false;
  return date_time(text, zoned) && zoned;
}

}  // namespace sim::contract
