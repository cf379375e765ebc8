// Every way to break a message, derived from its tables: each defect has a name, a place and the verdict that a reader
// must reach. One defect at a time, so that whoever misses it can be told exactly what it missed.
// Used to prove our own readers, to send defective messages to implementations under test, and in scenario files.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/contract/patch.hpp"
#include "sim/contract/semantics.hpp"
#include "sim/result.hpp"

namespace sim::contract {

/// What a kind of defect is made in.
enum class Target : std::uint8_t { scalar, field, group, choice, list, root, rule };

/// A kind of defect, by name.
struct BreakKind {
  std::string_view name;  ///< "too-long"
  Target target;
  Edit edit;
  bool soap, json;        ///< where it can be made
  Defect defect;          ///< what a reader says about it
  /// Of scalars: the text that the type must refuse; nothing when this defect cannot be made in it.
  std::optional<std::string> (*text)(const Scalar& scalar, bool json);
  std::string_view it, en;
};
std::span<const BreakKind> break_kinds();
const BreakKind* find_break_kind(std::string_view name);

/// One defect: which, where, and how it is made.
struct Break {
  const BreakKind* kind = nullptr;
  std::string path;  ///< empty: the document as a whole
  std::vector<Patch> patches;
};
/// "too-long receipt/idPSP"
std::string to_text(const Break& defect);

/// Every defect that the tables of this message make possible.
std::vector<Break> possible_breaks(PrimitiveId id, Leg leg);
/// Those that can be made in this very message: what it does not hold cannot be spoilt.
std::vector<Break> breaks_of(const Message& message);
/// One of possible_breaks by name and path; the reason why it is none is said in English.
Result<Break, std::string> find_break(PrimitiveId id, Leg leg, std::string_view kind, std::string_view path);

}  // namespace sim::contract
