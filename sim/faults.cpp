#include "sim/faults.hpp"

#include <array>

namespace sim {
namespace {

constexpr std::array<std::string_view, 9> mishaps{"drop", "delay", "duplicate", "reset", "refuse", "truncate", "garble", "overtake", "yield"};

bool due(const Occasions& occasions, std::uint32_t occasion) {
  return occasion >= occasions.first && (occasions.times == 0 || occasion < occasions.first + occasions.times);
}

/// No occasion is left.
bool is_spent(const Occasions& occasions, std::uint32_t occasion) { return occasions.times != 0 && occasion >= occasions.first + occasions.times - 1; }

}  // namespace

std::string_view to_text(Mishap mishap) { return mishaps[static_cast<std::size_t>(mishap)]; }

std::optional<Mishap> parse_mishap(std::string_view text) {
  for (std::size_t i = 0; i < mishaps.size(); ++i) {
    if (mishaps[i] == text) return static_cast<Mishap>(i);
  }
  return std::nullopt;
}

const FaultRule* Faults::on_wire(contract::PrimitiveId primitive, contract::Leg leg, std::string_view from,
                                 std::string_view to, Instant now, const About& is_about) {
  network_seen_.resize(network.size());
  const FaultRule* winner = nullptr;
  for (std::size_t i = 0; i < network.size(); ++i) {
    FaultRule& rule = network[i];
    if (rule.on != primitive || rule.leg != leg || now < rule.from || (rule.until && now >= *rule.until)) continue;
    if (!rule.with.empty() && rule.with != from && rule.with != to) continue;
    if (rule.retired || (!rule.about.empty() && !is_about(rule.about))) continue;
    if (due(rule.occasions, ++network_seen_[i]) && winner == nullptr) winner = &rule;
    if (is_spent(rule.occasions, network_seen_[i])) rule.retired = true;
  }
  return winner;
}

const ConductRule* Faults::on_request(const contract::Party& party, contract::PrimitiveId primitive, const About& is_about) {
  conduct_seen_.resize(conduct.size());
  const ConductRule* winner = nullptr;
  for (std::size_t i = 0; i < conduct.size(); ++i) {
    ConductRule& rule = conduct[i];
    if (rule.to != primitive || rule.by != party.role || (!rule.id.empty() && rule.id != party.id)) continue;
    if (rule.retired || (rule.in_turn && winner != nullptr) || (!rule.about.empty() && !is_about(rule.about))) continue;
    if (due(rule.occasions, ++conduct_seen_[i]) && winner == nullptr) winner = &rule;
    if (is_spent(rule.occasions, conduct_seen_[i])) rule.retired = true;
  }
  return winner;
}

const WithholdRule* Faults::on_sending(const contract::Party& party, contract::PrimitiveId primitive) {
  for (const WithholdRule& rule : withheld) {
    if (rule.message == primitive && rule.by == party.role && (rule.id.empty() || rule.id == party.id)) return &rule;
  }
  return nullptr;
}

}  // namespace sim
