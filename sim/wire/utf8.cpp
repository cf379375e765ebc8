#include "sim/wire/utf8.hpp"

#include <fmt/format.h>

namespace sim::wire {
namespace {

/// Whether a character may be shown as it is: an XML Char that is no control.
bool is_shown(char32_t c) {
  return c >= 0x20 && (c < 0x7F || c > 0x9F) && c != 0xFFFE && c != 0xFFFF;
}

/// At most so many characters of the text; what cannot be shown is written as its bytes.
std::string shown(std::string_view text, std::size_t most, bool with_layout) {
  std::string out;
  for (std::size_t n = 0; !text.empty(); ++n) {
    if (n == most) return out + "...";
    char32_t point = 0;
    const auto length = static_cast<std::size_t>(read_utf8(text.data(), text.data() + text.size(), point));
    const bool layout = with_layout && (point == '\t' || point == '\n' || point == '\r');
    const bool whole = length != 0 && (layout || is_shown(point));
    if (whole) out += text.substr(0, length);
    else out += fmt::format("\\x{:02X}", static_cast<unsigned char>(text.front()));
    text.remove_prefix(whole ? length : 1);
  }
  return out;
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
  constexpr std::size_t most = 32;
  return rest.empty() ? "EOF" : shown(rest, most, false);
}

std::string quoted(std::string_view text) {
  constexpr std::size_t most = 256;  // more than the longest text with a limit of its own
  return shown(text, most, true);
}

}  // namespace sim::wire
