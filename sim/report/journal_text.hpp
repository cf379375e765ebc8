// A journal as lines: one JSON object per entry, for golden files, for diff and for whoever wants to read it by
// machine. Members always stand in the same order and times are integers, so that equal journals are equal bytes. The
// trap: JSON is text, and what arrives need not be. Bytes that are not UTF-8 are not repaired or dropped: each one
// becomes the code point of its value (Latin-1), under a member name that says so, and nothing is lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sim/journal.hpp"
#include "sim/scenario/model.hpp"

namespace sim::report {

/// The journal as newline-delimited JSON. Every object starts with "t", milliseconds since the start of the run, and
/// "kind": hop, no_answer, note, alarm, command, finish or step. A hop has its message under "body" as the bytes that
/// go over the wire, or under "bytes_latin1" when they are not UTF-8; null when nothing was ever said. Hops of a
/// malformed message also have "violations". Line n is entry n - 1.
std::string to_ndjson(const Journal& journal);
/// One line of it, its end included; `start` is that of the journal.
std::string to_line(const Entry& entry, Instant start);

/// Of the header, and so of a journal that begins with one.
constexpr int journal_version = 1;
/// The line that stands before the others where a journal is kept: "kind" is header, then "version", "seed", "cut_short"
/// (1, where the run was) and "setup": the settings, the registry and the notices that the run started from, as elements
/// of a scenario, {"element","with","children"} each. Notices written {random} have the numbers that were drawn.
/// With it, line n is entry n - 2.
std::string journal_header(const scenario::Scenario& scenario, std::span<const contract::DebtPosition> positions, std::uint64_t seed, bool cut_short);

}  // namespace sim::report
