// The reference of a message, as Markdown: a fold over the tables, so that it cannot disagree with what is checked.
// Whatever stands in a cell is escaped first: patterns are full of characters that Markdown would take as its own, and
// one bar too many moves every cell after it.
#pragma once

#include <string>
#include <string_view>

#include "sim/contract/message.hpp"

namespace sim::contract {

/// Who says it to whom and how, the fields of both legs, the rules between them, and how it may be refused; in "it" or
/// "en". Ends with a newline.
std::string reference(PrimitiveId id, std::string_view lang);

}  // namespace sim::contract
