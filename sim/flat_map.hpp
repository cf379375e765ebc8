// A map of few rows that is copied far more often than it grows: one sorted vector, so that a copy is one allocation and
// the order of its rows is that of their keys. The trap: a new row moves the others, so no reference outlives an insertion.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

namespace sim {

template <class K, class V>
class FlatMap {
 public:
  /// The row of that key, or nullptr.
  template <class Key>
  [[nodiscard]] V* find(const Key& key) {
    const auto at = place(*this, key);
    return at != rows_.end() && at->first == key ? &at->second : nullptr;
  }
  template <class Key>
  [[nodiscard]] const V* find(const Key& key) const {
    const auto at = place(*this, key);
    return at != rows_.end() && at->first == key ? &at->second : nullptr;
  }
  template <class Key>
  V& operator[](const Key& key) {
    const auto at = place(*this, key);
    if (at != rows_.end() && at->first == key) return at->second;
    return rows_.emplace(at, K(key), V{})->second;
  }
  [[nodiscard]] auto begin() { return rows_.begin(); }
  [[nodiscard]] auto end() { return rows_.end(); }
  [[nodiscard]] auto begin() const { return rows_.begin(); }
  [[nodiscard]] auto end() const { return rows_.end(); }

 private:
  template <class Self, class Key>
  static auto place(Self& self, const Key& key) {
    return std::lower_bound(self.rows_.begin(), self.rows_.end(), key, [](const auto& row, const auto& of) { return row.first < of; });
  }
  std::vector<std::pair<K, V>> rows_;
};

}  // namespace sim
