// The words that every layer shares: who talks, money, and what is wrong with what was said.
// Money is integer cents and never a floating point number. Identifiers are text: leading zeros survive.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim::contract {

/// The four parts of the play.
enum class Role : std::uint8_t { checkout, nodo, ec, psp };
constexpr Role all_roles[] = {Role::checkout, Role::nodo, Role::ec, Role::psp};
/// "checkout", "nodo", "ec", "psp".
std::string_view to_text(Role role);
std::optional<Role> parse_role(std::string_view text);

/// One of the cast: a role, and which of those that play it (an EC's fiscal code, an idPSP; empty for Checkout and Nodo).
struct Party {
  Role role = Role::checkout;
  std::string id;
  friend auto operator<=>(const Party&, const Party&) = default;
};
/// "nodo", "ec 77777777777".
std::string to_text(const Party& party);

/// Euro cents. At most 999999999.99 euro [XSD stAmount].
struct Amount {
  std::int64_t cents = 0;
  friend constexpr auto operator<=>(Amount, Amount) = default;
  friend constexpr Amount operator+(Amount a, Amount b) { return {a.cents + b.cents}; }
};
constexpr Amount max_amount{99'999'999'999};
/// "120.00": exactly two decimals, as SOAP messages write it.
std::string to_text(Amount amount);
/// Reads what `to_text` writes; nothing else (no sign, no comma, no missing decimals).
std::optional<Amount> parse_amount(std::string_view text);

enum class Outcome : std::uint8_t { OK, KO };
std::string_view to_text(Outcome outcome);
std::optional<Outcome> parse_outcome(std::string_view text);

/// What people read, in both languages.
struct Bilingual {
  std::string it, en;
  /// The text in "it" or "en"; anything else is English.
  [[nodiscard]] const std::string& in(std::string_view lang) const { return lang == "it" ? it : en; }
  friend bool operator==(const Bilingual&, const Bilingual&) = default;
};

/// The kinds of defect that a document can have; each names what a reader has to mend.
enum class Defect : std::uint8_t {
  not_well_formed,   ///< not XML, not JSON, or refused at the door
  wrong_envelope,    ///< not a SOAP 1.1 envelope with one element in its Body
  wrong_root,        ///< another message than the one expected here
  wrong_namespace,   ///< an element in a namespace it does not belong to
  missing,           ///< a required element is not there
  unknown,           ///< an element that the message does not have
  unknown_attribute, ///< an attribute that the element does not have
  out_of_order,      ///< a known element in the wrong place
  too_many,          ///< an element more often than allowed
  choice,            ///< none, or more than one, of a set of alternatives
  bad_value,         ///< text that its type does not allow
  semantic,          ///< well formed and valid, and yet against a rule
};
std::string_view to_text(Defect defect, std::string_view lang = "en");

/// One thing that is wrong, told so that a person can mend it.
struct Violation {
  Defect defect = Defect::bad_value;
  std::string place;   ///< XPath, JSON pointer or file:line
  std::string rule;    ///< "XSD stAmount", "SIN_PVPNR_10"
  std::string found;   ///< what was there
  Bilingual wanted;    ///< what is allowed
  friend bool operator==(const Violation&, const Violation&) = default;
};
/// One line: place, what was found, what is allowed, the rule.
std::string to_text(const Violation& violation, std::string_view lang = "en");

}  // namespace sim::contract
