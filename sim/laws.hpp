// Properties that every journal obeys, whatever the scenario: if one is broken, the simulator is wrong, not the actors.
#pragma once

#include <string>
#include <vector>

#include "sim/journal.hpp"

namespace sim {

/// The laws that this journal breaks, each told with the entry at fault; empty when all hold:
/// time never runs backwards; nothing arrives that was not sent; every exchange that was begun ends, once;
/// every command is finished; every history of states is a chain.
std::vector<std::string> broken_laws(const Journal& journal);

}  // namespace sim
