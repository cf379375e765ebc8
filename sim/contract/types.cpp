#include "sim/contract/types.hpp"

#include <fmt/format.h>

namespace sim::contract {

std::string_view to_text(Role role) {
  switch (role) {
    case Role::checkout: return "checkout";
    case Role::nodo: return "nodo";
    case Role::ec: return "ec";
    case Role::psp: return "psp";
  }
  return {};
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : all_roles) {
    if (to_text(role) == text) return role;
  }
  return std::nullopt;
}

std::string to_text(const Party& party) {
  std::string out{to_text(party.role)};
  if (!party.id.empty()) out.append(" ").append(party.id);
  return out;
}

std::string to_text(Amount amount) {
  const std::int64_t cents = amount.cents % 100;
  return std::to_string(amount.cents / 100) + '.' + static_cast<char>('0' + cents / 10) + static_cast<char>('0' + cents % 10);
}

std::optional<Amount> parse_amount(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || point == 0 || text.size() != point + 3) return std::nullopt;
  std::int64_t cents = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == point) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    cents = cents * 10 + (text[i] - '0');
    if (cents > max_amount.cents) return std::nullopt;
  }
  return Amount{cents};
}

std::string_view to_text(Outcome outcome) { return outcome == Outcome::OK ? "OK" : "KO"; }

std::optional<Outcome> parse_outcome(std::string_view text) {
  if (text == "OK") return Outcome::OK;
  if (text == "KO") return Outcome::KO;
  return std::nullopt;
}

std::string_view to_text(Defect defect, std::string_view lang) {
  const bool it = lang == "it";
  switch (defect) {
    case Defect::not_well_formed: return it ? "non ben formato" : "not well formed";
    case Defect::wrong_envelope: return it ? "busta errata" : "wrong envelope";
    case Defect::wrong_root: return it ? "radice errata" : "wrong root";
    case Defect::wrong_namespace: return it ? "namespace errato" : "wrong namespace";
    case Defect::missing: return it ? "mancante" : "missing";
    case Defect::unknown: return it ? "elemento sconosciuto" : "unknown element";
    case Defect::unknown_attribute: return it ? "attributo sconosciuto" : "unknown attribute";
    case Defect::out_of_order: return it ? "fuori ordine" : "out of order";
    case Defect::too_many: return it ? "troppi" : "too many";
    case Defect::choice: return it ? "alternativa errata" : "wrong choice";
    case Defect::bad_value: return it ? "valore errato" : "bad value";
    case Defect::semantic: return it ? "contro una regola" : "against a rule";
  }
  return {};
}

std::string to_text(const Violation& v, std::string_view lang) {
  const bool it = lang == "it";
  std::string out = fmt::format("{}: {}", v.place, to_text(v.defect, lang));
  if (!v.found.empty()) out += fmt::format(", {} '{}'", it ? "trovato" : "found", v.found);
  if (!v.wanted.in(lang).empty()) out += fmt::format(", {}: {}", it ? "ammesso" : "allowed", v.wanted.in(lang));
  if (!v.rule.empty()) out += fmt::format(" [{}]", v.rule);
  return out;
}

}  // namespace sim::contract
