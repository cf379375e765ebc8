// How drawings and terminals write text: nothing hidden gets through, and what has to fit fits.
// Nobody knows the reader's fonts: widths are those of a wide one, so that what fits here fits everywhere. The trap:
// text from a message may hold anything, control characters and marks that turn the direction of writing included.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sim::report {

namespace drawing {

/// For the font-family attribute.
inline constexpr std::string_view font =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";

/// One line of text whatever it was: line breaks are spaces; other control characters, and bytes that are not UTF-8,
/// are written as \xNN. Safe to send to a terminal and to put in XML.
std::string printable(std::string_view text);
/// Printable, and escaped for XML text and attributes.
std::string xml(std::string_view text);
/// For the text of a mermaid statement: printable, with entity codes for what mermaid would take as its own.
std::string mermaid(std::string_view text);
/// Pixels that the text needs, at most, at this font size.
int width_of(std::string_view text, int size, bool bold = false);
/// The text if it fits in `width` pixels, or as much of it as does with an ellipsis.
std::string shortened(std::string_view text, int width, int size, bool bold = false);

}  // namespace drawing

}  // namespace sim::report
