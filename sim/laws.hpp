// Properties that every journal obeys. Laws of the engine hold whatever the scenario: if one is broken, the simulator is
// wrong, not the actors. Laws of payments hold when every actor behaves by itself, whatever the network does to them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/contract/settings.hpp"
#include "sim/journal.hpp"

namespace sim {

/// The laws that this journal breaks, each told with the entry at fault; empty when all hold:
/// time never runs backwards; nothing arrives that was not sent; every exchange that was begun ends, once;
/// every command is finished; every history of states is a chain.
std::vector<std::string> broken_laws(const Journal& journal);

/// A state in which something may stay for good. Where all went as it should nobody is owed anything; elsewhere somebody
/// waits for what will not come, and the reason says for what.
struct RestingState {
  std::string_view machine, state;
  bool settled = true;
  std::string_view it{}, en{};  ///< why it may rest there; of settled ones: empty
};
std::span<const RestingState> resting_states();

/// The laws of payments that this journal breaks: a token is closed OK at most once; no receipt without an accepted
/// outcome OK, or a late one of a payment at the PSP that is acquired all the same; a paid notice has one receipt
/// accepted by each of its recipients, or one that refused it, or one whose retries ran out; nobody is both told OK and
/// given the money back, nor given back what was never charged or another sum than notices and fee; a paid position of
/// an EC opens again only when the EC is told to; no notice is paid twice; who is told OK has paid, or in version 1 the PSP has accepted; a notice is locked
/// only by a payment under way; and what moves comes to rest where resting_states say.
std::vector<std::string> broken_payment_laws(const Journal& journal, const contract::Settings& settings = {});

}  // namespace sim
