// The language of scenario files and of registries, as one table: elements, attributes, what they mean and how they are
// told. Both say who exists in the same words. The reader, the XSDs, the story and the lint are folds over the table; a
// word that is not here does not exist.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/contract/schema.hpp"

namespace sim::scenario {

/// What an attribute may hold.
enum class Kind : unsigned char {
  text,         ///< anything but nothing
  id,           ///< small letters, digits, hyphens
  words,        ///< ids separated by blanks
  version,      ///< the format's version
  role,         ///< checkout, nodo, ec, psp
  roles,        ///< roles separated by blanks
  primitive,
  leg,
  mishap,
  outcome,
  machine,      ///< something that has states
  states,       ///< state names separated by blanks
  fault,        ///< a code of the catalogue
  rule,         ///< an id of the rule catalogue
  silence,      ///< an id of the open points
  setting,      ///< a name of the settings table
  duration,     ///< a quantity with its unit: 40s, 2.5s, 15m, 1h, 2d
  amount,       ///< euro with two decimals
  notice,       ///< 18 digits, or {random}
  fiscal_code,  ///< 11 digits
  number,       ///< 1 and up
  count,        ///< 0 and up
  status,       ///< HTTP status
  yes_no,
  path,         ///< a field of a message
  value,        ///< literal, {random ...} or {primitive leg path}
  cause,        ///< "pspNotifyPayment answered", "sendPaymentOutcome sent 2"
  defect,       ///< a kind of defect that a message can have
  identifier,   ///< of a PSP, a station, a channel, a broker [XSD stText35]
  company,      ///< the name of an EC [XSD stText140]
  business,     ///< the name of a PSP [XSD stText70]
  password,     ///< of a channel [XSD stPassword]
  iban,         ///< [XSD stIBAN]; Italian ones have their length too
  codes,        ///< segregation and application codes separated by blanks
  methods,      ///< payment methods separated by blanks [XSD stPaymentMethod of closePayment]
  url,          ///< http or https, host, port, path
  header,       ///< the name of an HTTP header [RFC 9110, 5.1]
  choice,       ///< one of the attribute's own choices
};

/// The kinds of files: the names of their roots. A word of the table that is of one kind only says which.
constexpr std::string_view scenario_root = "scenario", registry_root = "registry";

/// A value that an attribute may take, and how a story says it.
struct Choice {
  std::string_view value, it, en;
  std::string_view alias{};  ///< another way to write it in a file; whoever reads the scenario finds the value
};

struct Attribute {
  std::string_view name;
  Kind kind = Kind::text;
  bool required = false;
  std::string_view doc;
  std::span<const Choice> choices{};
  std::string_view only_in{};  ///< the root of the files that have it; empty: wherever its element stands
};

/// One element. `parents` lists, blank separated, where it may stand. Stories are templates: {name} is the attribute's
/// value as told, [ ... ] is left out when an attribute in it is missing.
struct Element {
  std::string_view name, parents;
  std::string_view doc;
  std::span<const Attribute> attributes;
  bool has_text = false;  ///< holds prose instead of elements
  std::string_view it, en;
  std::string_view due_it{}, due_en{};  ///< of expectations: what should have been, for the verdict that it was not
  std::string_view only_in{};  ///< the root of the files that have it; empty: wherever its parents stand
};

std::span<const Element> elements();
/// The row of `name` where it stands in `parent` (an address; "" for the root), or nullptr.
const Element* find_element(std::string_view name, std::string_view parent);
/// How `parents` speaks of an element: "notice", "steps/answer" (there are two answers).
std::string address(const Element& element);
const Attribute* find_attribute(const Element& element, std::string_view name);
/// The finite set of values of an attribute; empty when it has none.
std::vector<std::string> allowed_values(const Attribute& attribute);
/// Whether files with this root have the word.
template <class Word>
bool is_in(const Word& word, std::string_view root) {
  return word.only_in.empty() || word.only_in == root;
}
/// What the kind accepts, for people.
std::string_view describe(Kind kind);
/// The type of the contract that bounds values of this kind; nullptr when none does.
const contract::Scalar* scalar_of(Kind kind);
/// What is wrong with an address; empty when nothing is.
std::string wrong_url(std::string_view url);

constexpr std::string_view format_version = "1";
/// Machines whose states and histories can be expected.
std::span<const std::string_view> machines();
/// Moments of an exchange that a cause may name.
std::span<const std::string_view> moments();

/// The schema of the files with this root, generated from the table.
std::string xsd(std::string_view root = scenario_root);

/// The candidate nearest to what was typed, or empty when none is near.
std::string nearest(std::string_view typed, std::span<const std::string> candidates);
/// " (did you mean 'x'?)", or nothing when none is near.
std::string did_you_mean(std::string_view typed, std::span<const std::string> candidates);
std::string joined(std::span<const std::string> items, std::string_view separator = ", ");
/// Blank separated words, each a string of its own.
std::vector<std::string> split(std::string_view text);

}  // namespace sim::scenario
