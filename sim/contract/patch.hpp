// Changes made to a message while it is written: how a script makes somebody misbehave, and how a message is broken
// on purpose. A Message cannot be wrong; its bytes can. Patches speak of paths, the wire applies them to its own tree.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/contract/schema.hpp"

namespace sim::contract {

/// What is done at a patch's path.
enum class Edit : std::uint8_t {
  change,      ///< its text becomes `text`; without a text it is left out. What is not there is made, in its place
  remove_all,  ///< every occurrence is left out
  repeat,      ///< it stands there twice
  overfill,    ///< a list: it is repeated until there are more than its table allows
  swap,        ///< it changes places with a neighbour of another name
  intrude,     ///< the group holds an element that its table does not know
  stray_text,  ///< the group holds text beside its elements
  nest,        ///< the leaf holds an element
  attribute,   ///< it carries an attribute that it does not have
  nil,         ///< it says that it is nil
  foreign,     ///< it stands in a namespace that it does not belong to
  hollow,      ///< the group holds nothing
  nudge,       ///< the number becomes the next one (the one before where there is none)
  as_text,     ///< JSON: the number or truth is written as a string
  as_number,   ///< JSON: the string is written as a number
  as_null,     ///< JSON: null
  as_object,   ///< JSON: an object instead of a scalar
  not_a_list,  ///< JSON: an object instead of an array
  no_entries,  ///< JSON: an array without elements
  twin,        ///< JSON: the last element of the array is the same as the first; a lone one gets a twin
  // Of the whole document; the path is empty.
  root_renamed, root_foreign, root_bare, root_default_namespace, other_envelope, no_envelope, no_body, empty_body,
  two_in_body, cut, ampersand, doctype, mismatched, bad_utf8, other_encoding, nothing, root_as_array,
};
/// Whether the edit concerns the document and not one path in it.
constexpr bool is_of_document(Edit edit) { return edit >= Edit::root_renamed; }

struct Patch {
  std::string path;                 ///< as in text_at
  std::optional<std::string> text;  ///< of Edit::change
  Edit edit = Edit::change;
  friend bool operator==(const Patch&, const Patch&) = default;
};

/// The path as every patch of the same place writes it: "/a/b[2]/c", an index of 1 left out.
std::string normal_path(std::string_view path);

}  // namespace sim::contract
