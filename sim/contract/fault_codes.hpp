// The fault codes, once each: the string that goes with the code, who emits it, how it travels, what it means and what
// the caller should do. Compare codes, never strings: sources spell the strings differently. And mind who said it: the
// code of an EC never reaches the caller of the Nodo as faultCode, and the code of a PSP reaches nobody.
#pragma once

#include <span>
#include <string_view>

#include "sim/contract/types.hpp"

namespace sim::contract {

/// Who emits a code: its prefix says so (PPT, PAA, CANALE).
enum class Emitter : unsigned char { nodo, ec, psp };
std::string_view to_text(Emitter emitter);

/// What becomes of a code once it has been said.
enum class Propagation : unsigned char {
  own,        ///< the Nodo's about itself or about silence: its id, no original*
  passes_on,  ///< the Nodo's for a complete KO of its counterpart: the only faults with the counterpart's id
  passed_on,  ///< an EC's or a PSP's: travels inside a passes_on code, where somebody is waiting for it
  internal,   ///< the Nodo's about a PSP that nobody is waiting for: decides the state of the payment, is told to nobody
};
std::string_view to_text(Propagation propagation);

struct FaultCode {
  std::string_view code;          ///< "PPT_TOKEN_SCADUTO"
  Emitter emitter;
  Propagation propagation;
  std::string_view faultString;   ///< the protocol's own (Italian) constant
  std::string_view primitives;    ///< primitives that may answer it, separated by blanks
  std::string_view it, en;        ///< what it means
  std::string_view do_it, do_en;  ///< what the caller should do
};

/// All codes: PPT_, then PAA_, then CANALE_; within each in the order of the catalogue.
std::span<const FaultCode> fault_codes();
/// Whether the callee of this primitive may answer the code.
bool answers(const FaultCode& code, std::string_view primitive);
/// Whether the code is of primitives that this project does not have: nothing here produces it.
bool belongs_elsewhere(const FaultCode& code);
/// Whether no source tells which codes the primitive may answer, so that those listed are our reading.
bool codes_are_inferred(std::string_view primitive);
/// What becomes of the code once it has been said, as a clause without its full stop.
Bilingual how_it_travels(const FaultCode& code);
/// The entry of this code, or nullptr: EC and PSP may answer codes that nobody listed.
const FaultCode* find_fault_code(std::string_view code);

}  // namespace sim::contract
