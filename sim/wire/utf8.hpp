// UTF-8 read strictly, and places and excerpts for people whose bytes were refused.
// Shortest forms only, no surrogates, nothing beyond U+10FFFF [RFC 3629]. Inline: the XML gate asks for every character.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sim::wire {

/// Length of the UTF-8 sequence at `at` (at != end), 0 when it is malformed; its code point goes to `point`.
inline std::ptrdiff_t read_utf8(const char* at, const char* end, char32_t& point) {
  const auto byte = [](char c) { return static_cast<unsigned>(static_cast<unsigned char>(c)); };
  const unsigned lead = byte(*at);
  point = lead;
  if (lead < 0x80) return 1;
  const std::ptrdiff_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (length == 0 || end - at < length) return 0;
  point = lead & (0xFFU >> (length + 1));
  for (std::ptrdiff_t i = 1; i < length; ++i) {
    if ((byte(at[i]) & 0xC0U) != 0x80) return 0;
    point = (point << 6) | (byte(at[i]) & 0x3FU);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  return overlong || surrogate || point > 0x10FFFF ? 0 : length;
}

/// The number of bytes of the UTF-8 character that `text` begins with; 0 when it begins with none.
inline std::size_t utf8_length(std::string_view text) {
  char32_t point = 0;
  return text.empty() ? 0 : static_cast<std::size_t>(read_utf8(text.data(), text.data() + text.size(), point));
}

/// "line:column" behind the text `before`, both from 1; columns count characters.
std::string place_after(std::string_view before);
/// The first few characters of `rest`, fit for a report whatever they are; EOF when there are none.
std::string excerpt(std::string_view rest);
/// A text as a report can hold it: without control characters other than layout, and cut when it is long enough to be an
/// attack.
std::string quoted(std::string_view text);

}  // namespace sim::wire
