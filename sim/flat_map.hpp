// A map that is copied far more often than it grows: sorted rows in one vector, so that a copy is one allocation and the
// order of its rows is that of their keys. A map of many rows goes on in further vectors of few rows each, so that a new
// row never moves more than those. The trap: a new row moves others, so no reference outlives an insertion.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

namespace sim {

template <class K, class V>
class FlatMap {
  using Row = std::pair<K, V>;
  using Block = std::vector<Row>;

  template <class Map, class Value>
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using pointer = Value*;
    using reference = Value&;

    Iterator() = default;
    Iterator(Map* map, std::size_t block, std::size_t row) : map_(map), block_(block), row_(row) { settle(); }
    Value& operator*() const { return map_->block(block_)[row_]; }
    Value* operator->() const { return &**this; }
    Iterator& operator++() {
      ++row_;
      settle();
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    /// Behind the last row of a block stands the first of the next; behind them all, the end.
    void settle() {
      while (block_ < map_->blocks() && row_ == map_->block(block_).size()) ++block_, row_ = 0;
    }
    Map* map_ = nullptr;
    std::size_t block_ = 0, row_ = 0;
  };

 public:
  /// The row of that key, or nullptr.
  template <class Key>
  [[nodiscard]] V* find(const Key& key) {
    return find_in(*this, key);
  }
  template <class Key>
  [[nodiscard]] const V* find(const Key& key) const {
    return find_in(*this, key);
  }
  template <class Key>
  V& operator[](const Key& key) {
    const std::size_t at = block_of(key);
    Block& rows = block(at);
    const auto place = place_in(rows, key);
    if (place != rows.end() && place->first == key) return place->second;
    const auto row = rows.emplace(place, K(key), V{});
    if (rows.size() <= most_rows) return row->second;
    Block upper(std::make_move_iterator(rows.begin() + most_rows / 2), std::make_move_iterator(rows.end()));
    rows.erase(rows.begin() + most_rows / 2, rows.end());
    more_.insert(more_.begin() + static_cast<std::ptrdiff_t>(at), std::move(upper));
    return *find(key);
  }
  [[nodiscard]] auto begin() { return Iterator<FlatMap, Row>(this, 0, 0); }
  [[nodiscard]] auto end() { return Iterator<FlatMap, Row>(this, blocks(), 0); }
  [[nodiscard]] auto begin() const { return Iterator<const FlatMap, const Row>(this, 0, 0); }
  [[nodiscard]] auto end() const { return Iterator<const FlatMap, const Row>(this, blocks(), 0); }
  /// The first row whose key is not below that one, or nullptr.
  template <class Key>
  [[nodiscard]] const std::pair<K, V>* from(const Key& key) const {
    const std::size_t at = block_of(key);
    const Iterator<const FlatMap, const Row> row(this, at, static_cast<std::size_t>(place_in(block(at), key) - block(at).begin()));
    return row == end() ? nullptr : &*row;
  }

 private:
  static constexpr std::ptrdiff_t most_rows = 64;

  [[nodiscard]] std::size_t blocks() const { return 1 + more_.size(); }
  [[nodiscard]] Block& block(std::size_t i) { return i == 0 ? first_ : more_[i - 1]; }
  [[nodiscard]] const Block& block(std::size_t i) const { return i == 0 ? first_ : more_[i - 1]; }
  /// Where a key belongs: in the last block that does not begin behind it.
  template <class Key>
  [[nodiscard]] std::size_t block_of(const Key& key) const {
    const auto behind = std::upper_bound(more_.begin(), more_.end(), key, [](const auto& of, const Block& rows) { return of < rows.front().first; });
    return static_cast<std::size_t>(behind - more_.begin());
  }
  template <class Rows, class Key>
  static auto place_in(Rows& rows, const Key& key) {
    return std::lower_bound(rows.begin(), rows.end(), key, [](const auto& row, const auto& of) { return row.first < of; });
  }
  template <class Self, class Key>
  static auto find_in(Self& self, const Key& key) -> decltype(&self.first_.front().second) {
    auto& rows = self.block(self.block_of(key));
    const auto at = place_in(rows, key);
    return at != rows.end() && at->first == key ? &at->second : nullptr;
  }

  Block first_;
  std::vector<Block> more_;  ///< none of them empty
};

}  // namespace sim
