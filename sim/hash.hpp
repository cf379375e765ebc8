// Hashes that are the same on every machine: for telling states apart, never for ordering anything.
#pragma once

#include <cstdint>
#include <string_view>

namespace sim {

/// 64 bits of `hash` and `value`, well mixed (the finaliser of SplitMix64).
constexpr std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  std::uint64_t x = hash + 0x9e3779b97f4a7c15U + value * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

/// FNV-1a.
constexpr std::uint64_t hash_of(std::string_view text) {
  std::uint64_t out = 0xcbf29ce484222325U;
  for (const char c : text) out = (out ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return out;
}

}  // namespace sim
