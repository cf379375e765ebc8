#include "sim/wire/utf8.hpp"

#include <fmt/format.h>

namespace sim::wire {
namespace {

/// Whether a character may be shown as it is: an XML Char that is no control.
bool is_shown(char32_t c) {
  return c >= 0x20 && (c < 0x7F || c > 0x9F) && c != 0xFFFE && c != 0xFFFF;
}

}  // namespace

std::string place_after(std::string_view before) {
  int line = 1;
  int column = 1;
  for (const char c : before) {
    if (c == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80) {
      ++column;
    }
  }
  return fmt::format("{}:{}", line, column);
}

std::string excerpt(std::string_view rest) {
  constexpr int most = 32;
  if (rest.empty()) return "the end of the document";
  std::string out;
  for (int shown = 0; !rest.empty(); ++shown) {
    if (shown == most) return out + "...";
    char32_t point = 0;
    const auto length = static_cast<std::size_t>(read_utf8(rest.data(), rest.data() + rest.size(), point));
    const bool whole = length != 0 && is_shown(point);
    if (whole) out += rest.substr(0, length);
    else out += fmt::format("\\x{:02X}", static_cast<unsigned char>(rest.front()));
    rest.remove_prefix(whole ? length : 1);
  }
  return out;
}

}  // namespace sim::wire
