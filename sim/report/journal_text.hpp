// A journal as lines: one JSON object per entry, for golden files, for diff and for whoever wants to read it by
// machine. Members always stand in the same order and times are integers, so that equal journals are equal bytes. The
// trap: JSON is text, and what arrives need not be. Bytes that are not UTF-8 are not repaired or dropped: each one
// becomes the code point of its value (Latin-1), under a member name that says so, and nothing is lost.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sim/journal.hpp"

namespace sim::report {

/// The journal as newline-delimited JSON. Every object starts with "t", milliseconds since the start of the run, and
/// "kind": hop, no_answer, note, alarm, command, finish or step. A hop has its message under "body" as the bytes that
/// go over the wire, or under "bytes_latin1" when they are not UTF-8; null when nothing was ever said. Hops of a
/// malformed message also have "violations". Line n is entry n - 1.
std::string to_ndjson(const Journal& journal);
/// One line of it, its end included; `start` is that of the journal.
std::string to_line(const Entry& entry, Instant start);

}  // namespace sim::report
