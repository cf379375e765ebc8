// Whether a refusal speaks to people in both languages.
// The trap is a text that was copied: it is there in both, and yet one reader is told in the language of the other.
// Only what is written alike everywhere may be the same: a tag, which begins with '<' and ends with '>'.
#pragma once

#include <string_view>

#include "sim/contract/types.hpp"

namespace support {

inline bool is_told_in_both(const sim::contract::Bilingual& text) {
  if (text.it.empty() || text.en.empty()) return false;
  const bool tag = text.en.starts_with('<') && text.en.ends_with('>');
  return tag ? text.it == text.en : text.it != text.en;
}

}  // namespace support
