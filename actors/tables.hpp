// Every table that the cast plays by, as text: for lists, drawings, coverage and the words of scenario files.
// A row is known by the table's name and its index, the same that an actor reports with Turn::used: a table that is
// reported and not listed here would be coverage that nobody counts, and a test sees to it.
#pragma once

#include <vector>

#include "sim/machine.hpp"

namespace actors {

/// Machines first, then the ladders: the Nodo's in the order of NodoTables, the EC's, the PSP's.
std::vector<sim::TableView> tables();

}  // namespace actors
