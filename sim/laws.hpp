// Properties that every journal obeys. Laws of the engine hold whatever the scenario: if one is broken, the simulator is
// wrong, not the actors. Laws of payments hold when every actor behaves by itself, whatever the network does to them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/breach.hpp"
#include "sim/contract/settings.hpp"
#include "sim/journal.hpp"

namespace sim {

/// One law, by an id that reports and searches may cite. Up to LAW-05 they are the engine's, from LAW-11 of payments.
struct Law {
  std::string_view id, it, en;
};
std::span<const Law> laws();
/// The law with this id, or nullptr.
const Law* find_law(std::string_view id);

/// A law that a journal breaks. Unlike a rule it may be broken between parties, or by nobody that can be told.
struct BrokenLaw {
  std::string_view law;              ///< "LAW-12"
  std::vector<Party> who;            ///< who may have broken it, as far as is known; empty: the simulator itself, or nobody knows
  std::optional<std::size_t> entry;  ///< index in the journal of the entry that shows it
  Told found;                        ///< what happened
};
/// "entry 12: tok is closed OK a second time".
std::string to_text(const BrokenLaw& broken);

/// The laws of the engine that this journal breaks; empty when all hold.
std::vector<BrokenLaw> broken_laws(const Journal& journal);

/// A state in which something may stay for good. Where all went as it should nobody is owed anything; elsewhere somebody
/// waits for what will not come, and the reason says for what.
struct RestingState {
  std::string_view machine, state;
  bool settled = true;
  std::string_view it{}, en{};  ///< why it may rest there; of settled ones: empty
};
std::span<const RestingState> resting_states();

/// The laws of payments that this journal breaks; empty when all hold.
std::vector<BrokenLaw> broken_payment_laws(const Journal& journal, const contract::Settings& settings = {});

}  // namespace sim
