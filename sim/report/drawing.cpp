#include "sim/report/drawing.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include <fmt/format.h>

#include "sim/wire/utf8.hpp"

namespace sim::report {

using wire::utf8_length;

namespace drawing {
namespace {

unsigned code_point(std::string_view character) {
  const auto byte = [character](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(character[i]));
  };
  switch (character.size()) {
    case 1:
      return byte(0);
    case 2:
      return ((byte(0) & 0x1FU) << 6U) | (byte(1) & 0x3FU);
    case 3:
      return ((byte(0) & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);
    default:
      return ((byte(0) & 0x07U) << 18U) | ((byte(1) & 0x3FU) << 12U) | ((byte(2) & 0x3FU) << 6U) | (byte(3) & 0x3FU);
  }
}

/// Controls, marks that turn the direction of writing (what is shown would not be what is there), and what XML forbids.
bool is_hidden(unsigned c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || c == 0xFFFE || c == 0xFFFF;
}

/// Hundredths of the font size, as DejaVu Sans has them, which is wider than what most readers will have.
int advance(unsigned c) {
  // clang-format off
  constexpr std::array<unsigned char, 95> ascii{
      32, 41, 46, 84, 64, 96, 78, 28, 40, 40,  50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,   // space to 7
      64, 64, 34, 34, 84, 84, 84, 54, 100, 69, 69, 70, 78, 64, 58, 78, 76, 30, 30, 66, 56, 87, 75, 79,   // 8 to O
      61, 79, 70, 64, 62, 74, 69, 99, 69, 62,  69, 40, 34, 40, 84, 50, 50, 62, 64, 55, 64, 62, 36, 64,   // P to g
      64, 28, 28, 58, 28, 98, 64, 62, 64, 64,  42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84};      // h to ~
  // clang-format on
  if (c >= 0x20 && c < 0x7F) return ascii[c - 0x20];
  return c < 0x300 ? 75 : 100;
}

std::string with_entities(std::string_view text, std::string_view special,
                          std::initializer_list<std::string_view> entities) {
  std::string out;
  for (const char c : text) {
    const std::size_t at = special.find(c);
    if (at == std::string_view::npos)
      out.push_back(c);
    else
      out += entities.begin()[at];
  }
  return out;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    if (character == "\n" || character == "\r" || character == "\t") {
      out.push_back(' ');
    } else if (length == 0 || is_hidden(code_point(character))) {
      for (const char c : character) {
        fmt::format_to(std::back_inserter(out), "\\x{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
      }
    } else {
      out += character;
    }
    text.remove_prefix(character.size());
  }
  return out;
}

std::string xml(std::string_view text) {
  return with_entities(printable(text), "&<>\"'", {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"});
}

std::string mermaid(std::string_view text) {
  return with_entities(printable(text), "#;\"'<>%&$",
                       {"#35;", "#59;", "#quot;", "#39;", "#lt;", "#gt;", "#37;", "#amp;", "#36;"});
}

int width_of(std::string_view text, int size, bool bold) {
  const std::string shown = printable(text);
  int hundredths = 0;
  for (std::string_view rest = shown; !rest.empty();) {
    const std::string_view character = rest.substr(0, utf8_length(rest));
    hundredths += advance(code_point(character));
    rest.remove_prefix(character.size());
  }
  if (bold) hundredths += hundredths * 3 / 20;
  return (hundredths * size + 99) / 100;
}

std::string shortened(std::string_view text, int width, int size, bool bold) {
  std::string shown = printable(text);
  if (width_of(shown, size, bold) <= width) return shown;
  std::string kept;
  for (std::string_view rest = shown; !rest.empty();) {
    const std::string_view character = rest.substr(0, utf8_length(rest));
    if (width_of(kept + std::string(character) + "…", size, bold) > width) break;
    kept += character;
    rest.remove_prefix(character.size());
  }
  while (!kept.empty() && kept.back() == ' ') kept.pop_back();
  return kept + "…";
}

}  // namespace drawing

}  // namespace sim::report
