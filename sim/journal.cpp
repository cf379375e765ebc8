#include "sim/journal.hpp"

namespace sim {

std::string_view to_text(Hop::Stage stage) {
  switch (stage) {
    case Hop::Stage::sent: return "sent";
    case Hop::Stage::received: return "received";
    case Hop::Stage::lost: return "lost";
    case Hop::Stage::withheld: return "withheld";
  }
  return {};
}

}  // namespace sim
