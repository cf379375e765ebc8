// PSPs whose idPSP says by itself how they behave: wrong on purpose, for testers who want no configuration.
// They are invented, and join a registry only where somebody names them, so that nobody else has to reckon with them; how
// they behave is known to whoever plays them (actors/psp_manners.cpp).
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "sim/contract/registry.hpp"

namespace sim::contract {

struct MagicPsp {
  std::string_view idPSP, businessName;
};
inline constexpr std::array<MagicPsp, 10> magic_psp_table{{
    {"PSPSIM_REFUSES", "Banca che rifiuta"},
    {"PSPSIM_REFUSES_THEN_OK", "Banca che rifiuta e incassa"},
    {"PSPSIM_SILENT", "Banca muta"},
    {"PSPSIM_SILENT_THEN_OK", "Banca muta che incassa"},
    {"PSPSIM_MALFORMED", "Banca incomprensibile"},
    {"PSPSIM_OUTCOME_KO", "Banca che ci ripensa"},
    {"PSPSIM_OUTCOME_LATE", "Banca in ritardo"},
    {"PSPSIM_OUTCOME_TWICE", "Banca che si ripete"},
    {"PSPSIM_OUTCOME_NONE", "Banca distratta"},
    {"PSPSIM_OUTCOME_FIRST", "Banca frettolosa"},
}};
constexpr std::span<const MagicPsp> magic_psps() { return magic_psp_table; }
bool is_magic_psp(std::string_view idPSP);
/// As the Nodo knows it, with the same channels as any other; nothing when no magic PSP is called so.
std::optional<PaymentServiceProvider> magic_psp(std::string_view idPSP);

}  // namespace sim::contract
