// Bytes spoilt by chance, the same chance every time: what a hostile sender or a bad line makes of a document.
// Most blind changes break XML at once and teach nothing more; so half of what is inserted is whole tokens that parsers
// read differently, and they are put beside the characters where parsers change their mind.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "sim/random.hpp"

namespace support {

/// Tokens at which XML parsers are known to part ways.
inline std::span<const std::string_view> xml_tokens() {
  using namespace std::string_view_literals;
  static constexpr std::string_view tokens[] = {
      "&amp;"sv, "&lt;"sv, "&gt;"sv, "&quot;"sv, "&apos;"sv, "&#13;"sv, "&#10;"sv, "&#9;"sv, "&#32;"sv, "&#x0;"sv, "&#xD800;"sv,
      "&#x10FFFF;"sv, "&#x110000;"sv, "&#xFFFE;"sv, "&#00065;"sv, "&#4294967361;"sv, "&nbsp;"sv, "&"sv, "&#"sv, ";"sv, "<"sv, ">"sv,
      "/>"sv, "</"sv, "<!--"sv, "-->"sv, "--"sv, "<!-- - -->"sv, "<!---->"sv, "<![CDATA["sv, "]]>"sv, "<![CDATA[]]>"sv,
      "<![CDATA[ ]]>"sv, "<![CDATA[<&]]>"sv, "]]"sv, "]"sv, "<?xml version='1.0'?>"sv, "<?pi?>"sv, "<!DOCTYPE a>"sv, " "sv, "\n"sv,
      "\r"sv, "\r\n"sv, "\n\r"sv, "\t"sv, "  "sv, "\0"sv, "\x01"sv, "\x7F"sv, "\xC3\xA8"sv, "\xC3"sv, "\xC0\xAF"sv, "\xED\xA0\x80"sv,
      "\xEF\xBB\xBF"sv, "\xEF\xBF\xBF"sv, "\xF0\x9F\x98\x80"sv, "\xE2\x80\xA8"sv, "\xC2\x85"sv, "<a/>"sv, "<a> </a>"sv, "<a>\r</a>"sv,
      "<p:a xmlns:p='u'/>"sv, "<p:a/>"sv, "<a xmlns=''/>"sv, " xmlns='u'"sv, " xmlns=''"sv, " xmlns:p='u'"sv, " xmlns:p=''"sv,
      " xmlns:xml='u'"sv, " p:b='1'"sv, " b='1'"sv, " b='1' b='2'"sv, " b=' \t\n '"sv, " b='&#10;&#9;'"sv, " xml:lang='it'"sv,
      " xml:space='preserve'"sv, " b=\"'\""sv, "='"sv, "'"sv, "\""sv, "="sv, ":"sv, "p:"sv, "xml:"sv, "0"sv, "-"sv, "."sv, "\xC2\xB7"sv};
  return tokens;
}

/// The document with one to four changes: bytes or runs left out, tokens put in, pieces swapped or repeated, the end cut off.
inline std::string mutated(std::string text, std::span<const std::string_view> tokens, std::string_view hinges, sim::Random& random) {
  const auto somewhere = [&] { return static_cast<std::size_t>(random.below(text.size() + 1)); };
  // Where parsers change their mind: before or behind a hinge, from a place drawn by chance.
  const auto hinge = [&] {
    const std::size_t at = std::min(text.find_first_of(hinges, somewhere()), text.size());
    return std::min(at + static_cast<std::size_t>(random.below(2)), text.size());
  };
  const std::uint64_t changes = 1 + random.below(4);
  for (std::uint64_t change = 0; change < changes; ++change) {
    const std::uint64_t kind = random.below(16);
    const bool at_hinge = random.below(4) != 0;
    const std::size_t at = at_hinge ? hinge() : somewhere();
    const std::size_t some = 1 + static_cast<std::size_t>(random.below(random.below(4) == 0 ? 64 : 4));
    if (kind < 8) {
      text.insert(at, tokens[random.below(tokens.size())]);
    } else if (kind < 10) {
      text.erase(at, some);
    } else if (kind < 11) {
      text.insert(at, 1, static_cast<char>(random.below(256)));
    } else if (kind < 12 && at < text.size()) {
      text[at] = static_cast<char>(random.below(256));
    } else if (kind < 13 && at + 1 < text.size()) {
      std::swap(text[at], text[at + 1]);
    } else if (kind < 14) {
      const std::string piece = text.substr(at, some);
      text.insert(hinge(), piece);
    } else if (kind < 15 && at < text.size()) {
      text[at] = ' ';
    } else if (random.below(8) == 0) {
      text.resize(at);
    }
  }
  return text;
}

}  // namespace support
