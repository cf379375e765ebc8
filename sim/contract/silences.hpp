// Every point on which the sources are silent, disagree or leave something to be inferred, and on which this simulator
// had to decide: what is open, what we do, why, and the setting that changes it when there is one.
// The trap: a choice that is written nowhere is taken for the specification by whoever is judged by it. Hence scenarios
// that rest on one name its row (<silent about="SIL-07">), and a test finds settings that are choices and have no row.
#pragma once

#include <span>
#include <string_view>

namespace sim::contract {

/// Why a point is open.
enum class Doubt : unsigned char {
  disagree,  ///< two sources, or two editions of one, say different things
  unsaid,    ///< no public source says it
  inferred,  ///< it follows from what sources show, and no source states it
};
std::string_view to_text(Doubt doubt, std::string_view lang = "en");

/// One open point. Texts are clauses of our own; `settings` and `rules` are blank separated, and may be empty.
struct SilentPoint {
  struct Text {
    std::string_view it, en;
    [[nodiscard]] std::string_view in(std::string_view lang) const { return lang == "it" ? it : en; }
  };
  std::string_view id;  ///< "SIL-07"
  Doubt doubt;
  Text subject;         ///< what it is about, in a few words
  Text open;            ///< what is unknown, or who says what
  Text choice;          ///< what the simulator does
  Text why;
  std::string_view settings, rules;
};

/// All of them, in the order of their ids.
std::span<const SilentPoint> silent_points();
/// The row with this id, or nullptr.
const SilentPoint* find_silent_point(std::string_view id);

}  // namespace sim::contract
