// A catalogue of actors that are wrong on purpose, each in one respect and against one rule: what proves that the
// scenarios see something. A mutant plays by a changed table, or stands around a normal actor and changes what it does.
// The normal actors know nothing of them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "actors/cast.hpp"

namespace actors {

/// What a mutant keeps from one input to the next: a value, so that copies of it go on alike.
struct Memory {
  std::map<sim::ExchangeId, sim::Body> heard;    ///< requests that it has to answer
  std::set<sim::ExchangeId> own;                 ///< calls of which the normal actor knows nothing
  std::map<std::string, sim::Effect> later;      ///< by the text of an alarm
  std::map<std::string, int> count;
  std::map<std::string, std::string> said;       ///< what it has told once, by what it was about
};

/// One input's worth of what the normal actor wants to do, before it is done.
struct Deed {
  sim::Turn& turn;
  const sim::Input& input;
  std::vector<sim::Effect>& effects;
  Memory& memory;
};

struct Mutant {
  std::string_view name;  ///< kebab-case
  sim::Role role;
  std::string_view rule;  ///< the one that it breaks
  std::string_view it, en;
  using Retable = void (*)(Tables&);
  using Trick = void (*)(Deed&);
  std::variant<Retable, Trick> how;
  /// Why nobody sees it but a scenario that expects better; empty: monitors, ledger or laws see it by themselves.
  struct Reason {
    std::string_view it = {}, en = {};
  } only_expected = {};
};
std::span<const Mutant> mutants();
const Mutant* find_mutant(std::string_view name);
/// Whether a judge who says that `rule` was broken by `who` (roles, blank separated) means this mutant: its own rule and its role.
/// The contract itself has no id in a judgement; among the rules it is CHK-13.
bool is_meant(const Mutant& mutant, std::string_view rule, std::string_view who);

/// Everybody on stage, with all of the mutant's role being that mutant.
sim::Cast mutant_cast(const sim::contract::Registry& registry, std::span<const sim::contract::DebtPosition> positions, const Mutant& mutant);

}  // namespace actors
