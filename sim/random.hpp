// Chance without surprises: one seed, one named stream per purpose, the same numbers on every machine.
// Streams are independent, so that one more draw in one place does not move the draws of all the others.
// std::*_distribution is not used: the standard leaves its results to the implementation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sim {

/// A stream of pseudo-random numbers (SplitMix64). A value: copying it forks the future.
class Random {
 public:
  /// The stream called `purpose` of the run with this seed.
  Random(std::uint64_t seed, std::string_view purpose) : state_(seed) {
    for (const char c : purpose) state_ = mix(state_ ^ static_cast<unsigned char>(c));
  }

  /// 64 uniform bits.
  std::uint64_t bits() {
    state_ += 0x9e3779b97f4a7c15ULL;
    return mix(state_);
  }
  /// A number in [0, bound); `bound` is not 0. The bias of the modulo is below 2^-40 for the bounds in use.
  std::uint64_t below(std::uint64_t bound) { return bits() % bound; }

  /// `length` characters taken from `alphabet`.
  std::string text(std::string_view alphabet, std::size_t length) {
    std::string out(length, ' ');
    for (char& c : out) c = alphabet[below(alphabet.size())];
    return out;
  }
  std::string hex(std::size_t length) { return text("0123456789abcdef", length); }
  std::string digits(std::size_t length) { return text("0123456789", length); }
  std::string alphanumeric(std::size_t length) {
    return text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", length);
  }

 private:
  static std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

}  // namespace sim
