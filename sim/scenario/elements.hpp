// The language of scenario files, as one table: elements, attributes, what they mean and how they are told.
// The loader, the XSD, the story and the lint are folds over it; a word that is not here does not exist.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

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
  choice,       ///< one of the attribute's own choices
};

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
};

std::span<const Element> elements();
/// The row of `name` where it stands in `parent` (an address; "" for the root), or nullptr.
const Element* find_element(std::string_view name, std::string_view parent);
/// How `parents` speaks of an element: "notice", "steps/answer" (there are two answers).
std::string address(const Element& element);
const Attribute* find_attribute(const Element& element, std::string_view name);
/// The finite set of values of an attribute; empty when it has none.
std::vector<std::string> allowed_values(const Attribute& attribute);
/// What the kind accepts, for people.
std::string_view describe(Kind kind);

constexpr std::string_view format_version = "1";
/// Machines whose states and histories can be expected.
std::span<const std::string_view> machines();
/// Moments of an exchange that a cause may name.
std::span<const std::string_view> moments();

/// The schema of scenario files, generated from the table.
std::string xsd();

/// The candidate nearest to what was typed, or empty when none is near.
std::string nearest(std::string_view typed, std::span<const std::string> candidates);

}  // namespace sim::scenario
