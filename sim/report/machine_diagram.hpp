// A transition table to be looked at: as a table, as a mermaid state diagram, as a drawing.
// All three are folds over sim::MachineView, the same rows that the machine runs on: a drawing cannot be out of date.
// The trap: rows that change nothing are most of a total table, and drawn as loops they bury the few arrows that
// matter. They are never dropped either: mermaid has them as self transitions or comments, the SVG lists them below the
// drawing.
#pragma once

#include <string>

#include "sim/machine.hpp"

namespace sim::report {

/// An aligned table with the columns in, on, when, do, then and rule; "-" where a row has nothing to say.
std::string machine_text(const MachineView& machine);

/// A mermaid stateDiagram-v2. Rows in any state that change nothing are comments; those that do change the state leave
/// from a box of their own.
std::string machine_mermaid(const MachineView& machine);

/// One static SVG 1.1 document: states in layers by their distance from the first one.
std::string machine_svg(const MachineView& machine);

}  // namespace sim::report
