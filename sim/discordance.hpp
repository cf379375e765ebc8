// The discordance table: what becomes of a payment for every answer of the PSP to the notification, outcome, moment,
// repetition and fate of the receipt; and which rule demands it, or that the specification is silent.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/explore.hpp"

namespace sim {

/// One cell, as it was played.
struct Discordance {
  std::vector<std::string_view> ways;  ///< one per axis, in the order of axes(), without the user
  std::string payment;                 ///< where the payment comes to rest at the Nodo
  std::string answers;                 ///< what the Nodo answers to the outcomes, in order; "-": none arrives
  std::string storno;                  ///< where the reversal ends; "-": there is none
  std::string receipts;                ///< where the receipts come to rest; "-": there are none
  std::vector<std::string_view> rules; ///< ids of the catalogue that demand this
  std::vector<std::string_view> silent;///< ids of the open points on which it rests: there the specification is silent
};

/// Plays every cell.
std::vector<Discordance> discordance(const SearchBounds& bounds, std::uint64_t seed, const Casting& casting);
/// As text, md or html.
std::string told(const std::vector<Discordance>& table, std::string_view format);

}  // namespace sim
