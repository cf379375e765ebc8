// The fault codes of the flow, once each: the string that goes with the code, who emits it, what it means and
// what the caller should do. Compare codes, never strings: sources spell the strings differently.
#pragma once

#include <span>
#include <string_view>

namespace sim::contract {

/// Who emits a code: its prefix says so (PPT, PAA, CANALE).
enum class Emitter : unsigned char { nodo, ec, psp };
std::string_view to_text(Emitter emitter);

struct FaultCode {
  std::string_view code;         ///< "PPT_TOKEN_SCADUTO"
  Emitter emitter;
  std::string_view faultString;  ///< the protocol's own (Italian) constant
  std::string_view primitives;   ///< primitives that may answer it, separated by blanks
  std::string_view it, en;       ///< what it means
  std::string_view do_it, do_en; ///< what the caller should do
};

/// All codes: PPT_, then PAA_, then CANALE_; within each in the order of the catalogue.
std::span<const FaultCode> fault_codes();
/// The entry of this code, or nullptr: EC and PSP may answer codes that nobody listed.
const FaultCode* find_fault_code(std::string_view code);

}  // namespace sim::contract
