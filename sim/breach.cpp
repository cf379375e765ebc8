#include "sim/breach.hpp"

#include <algorithm>

#include "sim/contract/rules.hpp"

namespace sim {

bool blames(const Breach& breach, std::span<const contract::Role> judged) {
  const contract::Rule* rule = contract::find_rule(breach.rule);
  const bool open = rule != nullptr && rule->standing == contract::Standing::silent;
  return !breach.scripted && !open && std::find(judged.begin(), judged.end(), breach.who.role) != judged.end();
}

}  // namespace sim
