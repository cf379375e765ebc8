// Chance repeats itself: the numbers here are pinned, because a changed generator changes every journal there is.
#include "sim/random.hpp"

#include <set>
#include <vector>

#include <doctest/doctest.h>

using sim::Random;

TEST_CASE("the first numbers of a stream are these, on every machine") {
  Random nodo(1, "nodo");
  CHECK(nodo.bits() == 0xac46da8c9b8f68c5ULL);
  CHECK(nodo.bits() == 0x1d324006af108067ULL);
  CHECK(Random(1, "nodo").hex(32) == "571c90577500c1e29660ae8d0ef0c2e0");
  CHECK(Random(2, "checkout").digits(12) == "829685086804");
  CHECK(Random(3, "psp PSPSIM01").alphanumeric(10) == "7C7a92MmfA");
  CHECK(Random(0, "").bits() == 0xe220a8397b1dcdafULL);  // SplitMix64's own test vector for seed 0
}

TEST_CASE("a stream depends on its seed and its purpose, and on no other stream") {
  const auto draw = [](Random random) {
    std::vector<std::uint64_t> out;
    for (int i = 0; i < 8; ++i) out.push_back(random.bits());
    return out;
  };
  CHECK(draw(Random(1, "nodo")) == draw(Random(1, "nodo")));
  CHECK(draw(Random(1, "nodo")) != draw(Random(2, "nodo")));
  CHECK(draw(Random(1, "nodo")) != draw(Random(1, "noise")));
  CHECK(draw(Random(1, "ab")) != draw(Random(1, "ba")));
  Random busy(1, "nodo");
  Random other(1, "checkout");
  const std::uint64_t first = Random(1, "checkout").bits();
  for (int i = 0; i < 100; ++i) busy.bits();
  CHECK(other.bits() == first);
}

TEST_CASE("a copy of a stream has the same future") {
  Random original(7, "fork");
  original.bits();
  Random copy = original;
  for (int i = 0; i < 100; ++i) CHECK(original.bits() == copy.bits());
  original.bits();
  CHECK(original.bits() != copy.bits());
}

TEST_CASE("a number below a bound is below it, and every such number comes up") {
  Random random(1, "bounds");
  for (const std::uint64_t bound : {1ULL, 2ULL, 7ULL, 10ULL}) {
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(random.below(bound));
    CAPTURE(bound);
    CHECK(seen.size() == bound);
    CHECK(*seen.rbegin() == bound - 1);
  }
}

TEST_CASE("a text has the length and the alphabet that were asked for") {
  Random random(1, "texts");
  CHECK(random.text("x", 5) == "xxxxx");
  CHECK(random.text("abc", 0).empty());
  CHECK(random.hex(32).find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(random.digits(300).find_first_not_of("0123456789") == std::string::npos);
  std::set<char> seen;
  for (const char c : random.alphanumeric(5000)) seen.insert(c);
  CHECK(seen.size() == 62);
}
