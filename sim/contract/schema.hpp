// What a message may hold, as data: one table of fields per structure.
// Encoding, decoding, validation, paths and documentation are folds over these tables; none repeats a name or a limit.
// The tables reach the structs through small accessors made from member pointers, so the folds are ordinary
// functions and not templates. A field's cardinality follows from its C++ type: T, std::optional<T>, std::vector<T>.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sim/contract/pattern.hpp"
#include "sim/contract/types.hpp"

namespace sim::contract {

/// How a scalar is held in memory and written on the wire.
enum class Kind : std::uint8_t {
  text,     ///< std::string
  amount,   ///< Amount; "120.00" in XML, the number 120.00 in JSON
  cents,    ///< Amount; an integer number of euro cents (JSON only)
  boolean,  ///< bool
  integer,  ///< std::int64_t
  outcome,  ///< Outcome
};

/// A simple type: the schema's name for it and everything that it demands.
struct Scalar {
  std::string_view type;  ///< "stText140", the name that error messages cite
  Kind kind = Kind::text;
  std::size_t min_length = 0;  ///< in characters, not bytes
  std::size_t max_length = std::numeric_limits<std::size_t>::max();
  const Pattern* pattern = nullptr;
  std::span<const std::string_view> values{};  ///< the enumeration, when there is one
  std::int64_t min = std::numeric_limits<std::int64_t>::min();  ///< of integers; cents for amounts
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
  bool (*also)(std::string_view) = nullptr;  ///< what no pattern can say (a date that exists)
  bool collapses = false;  ///< white space around the text means nothing [XSD whiteSpace]
};

struct Record;

/// One field of a structure.
struct Field {
  std::string_view name;  ///< letter for letter as on the wire
  const Scalar* scalar = nullptr;       ///< exactly one of scalar and record is set
  const Record* (*record)() = nullptr;
  std::size_t min = 1, max = 1;         ///< occurrences
  std::uint8_t choice = 0;  ///< fields with the same number exclude each other; exactly one must be there
  bool choice_optional = false;         ///< none of them is fine too
  std::size_t (*count)(const void* owner) = nullptr;
  const void* (*item)(const void* owner, std::size_t index) = nullptr;
  void* (*add)(void* owner) = nullptr;  ///< makes room for one more occurrence
};

/// A structure: its schema name and its fields in wire order.
struct Record {
  std::string_view type;
  std::span<const Field> fields;
  bool open = false;  ///< a JSON object whose members are not fixed: fields are {key, value} of a list
};

/// The table of a struct. Each message header declares one overload per struct, its .cpp defines it.
template <class T>
struct Of {};

namespace detail {
template <class M>
struct MemberOf;
template <class Owner_, class Value_>
struct MemberOf<Value_ Owner_::*> {
  using Owner = Owner_;
  using Value = Value_;
};
template <class T>
struct Occurs {
  using Item = T;
  static constexpr std::size_t min = 1, max = 1;
  static std::size_t count(const T&) { return 1; }
  static const T* item(const T& held, std::size_t) { return &held; }
  static T* add(T& held) { return &held; }
};
template <class T>
struct Occurs<std::optional<T>> {
  using Item = T;
  static constexpr std::size_t min = 0, max = 1;
  static std::size_t count(const std::optional<T>& held) { return held ? 1 : 0; }
  static const T* item(const std::optional<T>& held, std::size_t) { return &*held; }
  static T* add(std::optional<T>& held) { return &held.emplace(); }
};
template <class T>
struct Occurs<std::vector<T>> {
  using Item = T;
  static constexpr std::size_t min = 1, max = 1;
  static std::size_t count(const std::vector<T>& held) { return held.size(); }
  static const T* item(const std::vector<T>& held, std::size_t i) { return &held[i]; }
  static T* add(std::vector<T>& held) { return &held.emplace_back(); }
};
template <auto Member>
constexpr Field accessors() {
  using Owner = typename MemberOf<decltype(Member)>::Owner;
  using Held = typename MemberOf<decltype(Member)>::Value;
  Field f;
  f.min = Occurs<Held>::min;
  f.max = Occurs<Held>::max;
  f.count = [](const void* o) { return Occurs<Held>::count(static_cast<const Owner*>(o)->*Member); };
  f.item = [](const void* o, std::size_t i) -> const void* {
    return Occurs<Held>::item(static_cast<const Owner*>(o)->*Member, i);
  };
  f.add = [](void* o) -> void* { return Occurs<Held>::add(static_cast<Owner*>(o)->*Member); };
  return f;
}
template <auto Member>
using ItemOf = typename Occurs<typename MemberOf<decltype(Member)>::Value>::Item;

template <class T>
constexpr bool holds(Kind kind) {
  switch (kind) {
    case Kind::text: return std::is_same_v<T, std::string>;
    case Kind::amount:
    case Kind::cents: return std::is_same_v<T, Amount>;
    case Kind::boolean: return std::is_same_v<T, bool>;
    case Kind::integer: return std::is_same_v<T, std::int64_t>;
    case Kind::outcome: return std::is_same_v<T, Outcome>;
  }
  return false;
}
}  // namespace detail

/// A scalar field. `max` matters for vectors only: how often it may occur.
template <auto Member>
constexpr Field field(std::string_view name, const Scalar& scalar, std::size_t max = 0) {
  Field f = detail::accessors<Member>();
  // A scalar whose kind does not fit its member would be read through the wrong type: refuse to compile it.
  if (!detail::holds<detail::ItemOf<Member>>(scalar.kind)) throw "the scalar does not fit the member";
  f.name = name;
  f.scalar = &scalar;
  if (max != 0) f.max = max;
  return f;
}

/// A field that holds a structure.
template <auto Member>
constexpr Field group(std::string_view name, std::size_t max = 0) {
  Field f = detail::accessors<Member>();
  f.name = name;
  f.record = [] { return &record_of(Of<detail::ItemOf<Member>>{}); };
  if (max != 0) f.max = max;
  return f;
}

/// The same field, as one alternative of choice number `choice`.
constexpr Field one_of(std::uint8_t choice, Field f, bool optional = false) {
  f.min = 0;
  f.choice = choice;
  f.choice_optional = optional;
  return f;
}

/// The wire text of a scalar held at `item` ("120.00", "true", "OK").
std::string scalar_text(const Scalar& scalar, const void* item);
/// Stores wire text at `item`, or says why the type refuses it (what is allowed). Nothing is stored on refusal.
std::optional<std::string> store_scalar(const Scalar& scalar, std::string_view text, void* item);
/// What the type allows, for people: "18 digits", "1 to 140 characters".
std::string describe(const Scalar& scalar);
/// "XSD stText140".
std::string rule_of(const Scalar& scalar);

/// Every violation of the tables in a struct: lengths, patterns, enumerations, cardinalities, choices.
/// `at` is the path of the struct itself; violations of its fields extend it with '/'.
std::vector<Violation> validate(const Record& record, const void* owner, const std::string& at);

/// Whether `validate` would find nothing; much cheaper than asking it.
bool conforms(const Record& record, const void* owner);

/// The text at a path such as "receipt/transferList/transfer[2]/IBAN" (indices from 1, 1 when left out);
/// nothing when the message does not hold it.
std::optional<std::string> text_at(const Record& record, const void* owner, std::string_view path);
/// Nothing if the table has such a path, else the first step that it does not know.
std::optional<std::string> unknown_step(const Record& record, std::string_view path);
/// All leaf paths of a table, lists without index, in wire order.
std::vector<std::string> leaf_paths(const Record& record);

/// A change to be made to a message while it is written: scripted misbehaviour, so any text is allowed.
struct Patch {
  std::string path;                 ///< as in text_at
  std::optional<std::string> text;  ///< nothing: leave the element out
  friend bool operator==(const Patch&, const Patch&) = default;
};

/// One step of a path: "transfer[2]" is {"transfer", 2}.
struct PathStep {
  std::string_view name;
  std::size_t index = 1;
};
/// Splits off the first step; `rest` is what remains after the slash.
PathStep first_step(std::string_view path, std::string_view& rest);

}  // namespace sim::contract
