// Lists written as words with blanks between them, as tables and attributes hold them.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace sim::contract {

/// The words of a text; any white space separates them.
inline std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n", at), text.size());
    if (end > at) out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

/// Whether `word` is one of the words.
inline bool lists(std::string_view text, std::string_view word) {
  const std::vector<std::string_view> all = words(text);
  return std::find(all.begin(), all.end(), word) != all.end();
}

/// Whether both hold the same words, in whatever order, each as often.
inline bool same_words(std::vector<std::string> a, std::vector<std::string> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

}  // namespace sim::contract
