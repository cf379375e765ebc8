// A table with some of its rows made wrong, to see who notices.
#pragma once

#include <doctest/doctest.h>

#include <span>
#include <vector>

namespace support {

/// The rows, those changed that `is` picks; at least one must be.
template <class Row, class Is, class Change>
std::vector<Row> with_changed(std::span<const Row> rows, Is is, Change change) {
  std::vector<Row> out(rows.begin(), rows.end());
  int changed = 0;
  for (Row& row : out) {
    if (is(row)) change(row), ++changed;
  }
  REQUIRE(changed > 0);
  return out;
}

}  // namespace support
