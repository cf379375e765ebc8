#include "sim/actor.hpp"

namespace sim {

std::string_view to_text(Silence silence) {
  switch (silence) {
    case Silence::refused: return "connection refused";
    case Silence::timeout: return "timeout";
    case Silence::reset: return "connection reset";
  }
  return {};
}

std::string_view Command::value(std::string_view name, std::string_view otherwise) const {
  for (const auto& [key, text] : with) {
    if (key == name) return text;
  }
  return otherwise;
}

}  // namespace sim
