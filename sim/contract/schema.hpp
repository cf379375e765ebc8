// What a message may hold, as data: one table of fields per structure.
// Encoding, decoding, validation, generation, breaking, XSD, paths and documentation are folds over these tables; none
// repeats a name or a limit. A structure is written once, one line a field (see RECORD at the end of this file), and is
// at the same time an ordinary struct for actors and a table for the folds. The tables reach the structs through small
// accessors made from member pointers, so that the folds are ordinary functions and not templates.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/contract/pattern.hpp"
#include "sim/contract/types.hpp"
#include "sim/random.hpp"

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
  std::string_view also_it{}, also_en{};     ///< the same, for people
  std::string (*draw)(Random&) = nullptr;    ///< a valid text, where no other member says how to make one
  std::string_view base = "xsd:string";      ///< the type that the schema restricts; all but strings collapse white space
  [[nodiscard]] constexpr bool collapses() const { return base != "xsd:string"; }
};

struct Record;

/// One field of a structure.
struct Field {
  std::string_view name;  ///< letter for letter as on the wire
  const Scalar* scalar = nullptr;       ///< exactly one of scalar and record is set
  const Record* (*record)() = nullptr;
  std::size_t min = 1, max = 1;         ///< occurrences
  bool list = false;  ///< held as a vector, even of one: JSON writes an array
  std::uint8_t choice = 0;  ///< fields with the same number exclude each other; exactly one must be there
  bool choice_optional = false;         ///< none of them is fine too
  std::size_t (*count)(const void* owner) = nullptr;
  const void* (*item)(const void* owner, std::size_t index) = nullptr;
  void* (*add)(void* owner) = nullptr;  ///< makes room for one more occurrence
  void (*clear)(void* owner) = nullptr;  ///< back to no occurrence, or to the blank one where there is always one
  [[nodiscard]] const Record* table() const { return record != nullptr ? record() : nullptr; }
};

/// A structure: its schema name and its fields in wire order.
struct Record {
  std::string_view type;
  std::span<const Field> fields;
  bool open = false;  ///< a JSON object whose members are not fixed: fields are {key, value} of a list
};

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
  static constexpr bool list = false;
  static std::size_t count(const T&) { return 1; }
  static const T* item(const T& held, std::size_t) { return &held; }
  static T* add(T& held) { return &held; }
  static void clear(T& held) { held = T{}; }
};
template <class T>
struct Occurs<std::optional<T>> {
  using Item = T;
  static constexpr std::size_t min = 0, max = 1;
  static constexpr bool list = false;
  static std::size_t count(const std::optional<T>& held) { return held ? 1 : 0; }
  static const T* item(const std::optional<T>& held, std::size_t) { return &*held; }
  static T* add(std::optional<T>& held) { return &held.emplace(); }
  static void clear(std::optional<T>& held) { held.reset(); }
};
template <class T>
struct Occurs<std::vector<T>> {
  using Item = T;
  static constexpr std::size_t min = 1, max = 1;
  static constexpr bool list = true;
  static std::size_t count(const std::vector<T>& held) { return held.size(); }
  static const T* item(const std::vector<T>& held, std::size_t i) { return &held[i]; }
  static T* add(std::vector<T>& held) { return &held.emplace_back(); }
  static void clear(std::vector<T>& held) { held.clear(); }
};
template <auto Member>
constexpr Field accessors() {
  using Owner = typename MemberOf<decltype(Member)>::Owner;
  using Held = typename MemberOf<decltype(Member)>::Value;
  Field f;
  f.min = Occurs<Held>::min;
  f.max = Occurs<Held>::max;
  f.list = Occurs<Held>::list;
  f.count = [](const void* o) { return Occurs<Held>::count(static_cast<const Owner*>(o)->*Member); };
  f.item = [](const void* o, std::size_t i) -> const void* {
    return Occurs<Held>::item(static_cast<const Owner*>(o)->*Member, i);
  };
  f.add = [](void* o) -> void* { return Occurs<Held>::add(static_cast<Owner*>(o)->*Member); };
  f.clear = [](void* o) { Occurs<Held>::clear(static_cast<Owner*>(o)->*Member); };
  return f;
}
template <auto Member>
using ItemOf = typename Occurs<typename MemberOf<decltype(Member)>::Value>::Item;

/// The C++ type that holds a scalar: it follows from the kind, so that no struct can disagree with its table.
template <Kind kind>
auto holder() {
  if constexpr (kind == Kind::text) return std::string{};
  else if constexpr (kind == Kind::amount || kind == Kind::cents) return Amount{};
  else if constexpr (kind == Kind::boolean) return bool{};
  else if constexpr (kind == Kind::integer) return std::int64_t{};
  else return Outcome{};
}
template <Kind kind>
using Holder = decltype(holder<kind>());

/// The line of a header on which a field stands: what tells the fields of a struct apart and puts them in order.
template <int line>
struct Line {};
template <class T, int line>
constexpr bool has_field = requires { T::field_at(Line<line>{}); };
template <class T, int line>
constexpr void take_field([[maybe_unused]] auto& out, [[maybe_unused]] std::size_t& n) {
  if constexpr (has_field<T, line>) out[n++] = T::field_at(Line<line>{});
}
template <class T, int... offset>
constexpr auto gather(std::integer_sequence<int, offset...>) {
  std::array<Field, (std::size_t{has_field<T, T::first_line + offset>} + ... + 0)> out{};
  std::size_t n = 0;
  (take_field<T, T::first_line + offset>(out, n), ...);
  return out;
}
}  // namespace detail

/// The table of a struct written with RECORD.
template <class T>
const Record& record_of() {
  static constexpr auto fields = detail::gather<T>(std::make_integer_sequence<int, T::last_line - T::first_line>{});
  static constexpr Record record{T::schema_type, fields, T::is_open};
  return record;
}

namespace detail {
template <auto Member>
constexpr Field scalar_field(std::string_view name, const Scalar& scalar, std::size_t max = 1) {
  Field f = accessors<Member>();
  f.name = name;
  f.scalar = &scalar;
  f.max = max;
  return f;
}
template <auto Member>
constexpr Field record_field(std::string_view name, std::size_t max = 1) {
  Field f = accessors<Member>();
  f.name = name;
  f.record = [] { return &record_of<ItemOf<Member>>(); };
  f.max = max;
  return f;
}
/// The same field, as one alternative of choice number `choice`.
constexpr Field alternative(Field f, std::uint8_t choice, bool optional) {
  f.min = 0;
  f.choice = choice;
  f.choice_optional = optional;
  return f;
}
constexpr Field may_be_empty(Field f) {
  f.min = 0;
  return f;
}
}  // namespace detail

/// The wire text of a scalar held at `item` ("120.00", "true", "OK").
std::string scalar_text(const Scalar& scalar, const void* item);
/// Stores wire text at `item`. False: the type refuses it (`describe` says what it allows) and nothing is stored.
bool store_scalar(const Scalar& scalar, std::string_view text, void* item);
/// Whether the type takes the wire text.
bool takes(const Scalar& scalar, std::string_view text);
/// What the type allows, for people: "1 to 140 characters", "one of EQ, LS, GT, ANY".
Bilingual describe(const Scalar& scalar);
/// The text as the schema sees it: white space around it gone and runs inside made one blank, unless it is a string.
std::string_view collapsed(std::string_view text, std::string& scratch);
/// "XSD stText140".
std::string rule_of(const Scalar& scalar);

/// Every violation of the tables in a struct: lengths, patterns, enumerations, cardinalities, choices.
/// `at` is the path of the struct itself; violations of its fields extend it with '/'.
std::vector<Violation> validate(const Record& record, const void* owner, const std::string& at);

/// Whether `validate` would find nothing; much cheaper than asking it.
bool conforms(const Record& record, const void* owner);
/// The broken choices of a structure: none, or more than one, of a set of alternatives.
void check_choices(const Record& record, const void* owner, const std::string& at, std::vector<Violation>& out);
/// "idPSP, idBrokerPSP, idChannel".
std::string names_of(const Record& record);

/// How many values stand at a path; every occurrence of a list on the way is counted. 0: the path leads nowhere.
std::size_t count_at(const Record& record, const void* owner, std::string_view path);
/// What stands at a path, scalars or structures: every occurrence of a list on the way, unless an index picks one.
std::vector<const void*> items_at(const Record& record, const void* owner, std::string_view path);
/// The field that a path ends at, or nullptr.
const Field* field_at(const Record& record, std::string_view path);

/// The text at a path such as "receipt/transferList/transfer[2]/IBAN" (indices from 1, 1 when left out);
/// nothing when the message does not hold it.
std::optional<std::string> text_at(const Record& record, const void* owner, std::string_view path);
/// Stores wire text at a path; optional structures and list entries on the way are made. False: the table has no such
/// leaf, or its type refuses the text.
bool store_at(const Record& record, void* owner, std::string_view path, std::string_view text);
/// Nothing if the table has such a path, else the first step that it does not know.
std::optional<std::string> unknown_step(const Record& record, std::string_view path);
/// All leaf paths of a table, lists without index, in wire order.
std::vector<std::string> leaf_paths(const Record& record);
/// All paths of a table, those of structures included.
std::vector<std::string> all_paths(const Record& record);

/// One step of a path: "transfer[2]" is {"transfer", 2}.
struct PathStep {
  std::string_view name;
  std::size_t index = 1;
  bool indexed = false;  ///< whether the path says the index
};
/// Splits off the first step; `rest` is what remains after the slash.
PathStep first_step(std::string_view path, std::string_view& rest);

}  // namespace sim::contract

// ---- how a structure is written ----
//
//   RECORD(CtQrCode, "ctQrCode")                    the struct and its schema type
//     FIELD(fiscalCode, scalars::fiscal_code)       exactly one; its C++ type follows from the scalar
//     OPTIONAL(dueDate, scalars::date)              none or one: std::optional
//     LIST(paymentToken, scalars::payment_token, 5) 1 to 5: std::vector
//     GROUP(qrCode, CtQrCode)                       a structure in a structure; OPTIONAL_GROUP and GROUP_LIST likewise
//     EITHER(1, IBAN, scalars::iban_of_ec)          one of the alternatives of choice 1; EITHER_GROUP likewise
//   END_RECORD
//
// Fields are in wire order, one a line: adding one is adding its line. `Self` is the struct.

// clang-format off
#define SIM_FIELD_AT(Type, member, made)                       \
  Type member{};                                               \
  static constexpr std::string_view name_at(::sim::contract::detail::Line<__LINE__>) { return #member; } \
  template <class S = Self>                                    \
  static constexpr auto member_at(::sim::contract::detail::Line<__LINE__>) { return &S::member; } \
  template <class S = Self>                                    \
  static constexpr ::sim::contract::Field field_at(::sim::contract::detail::Line<__LINE__>) { \
    namespace d = ::sim::contract::detail;                     \
    return made;                                               \
  }
#define SIM_HELD(scalar) ::sim::contract::detail::Holder<(scalar).kind>

#define SIM_OPEN_RECORD(Struct, type, open_)                   \
  struct Struct {                                              \
    using Self = Struct;                                       \
    static constexpr std::string_view schema_type = type;      \
    static constexpr bool is_open = open_;                     \
    static constexpr int first_line = __LINE__;
#define RECORD(Struct, type) SIM_OPEN_RECORD(Struct, type, false)
#define OPEN_RECORD(Struct, type) SIM_OPEN_RECORD(Struct, type, true)
#define END_RECORD                                             \
    static constexpr int last_line = __LINE__;                 \
    friend bool operator==(const Self&, const Self&) = default; \
  };

#define FIELD(name, scalar) SIM_FIELD_AT(SIM_HELD(scalar), name, d::scalar_field<&S::name>(#name, scalar))
#define OPTIONAL(name, scalar) OPTIONAL_AS(name, #name, scalar)
#define OPTIONAL_AS(name, wire_name, scalar) SIM_FIELD_AT(std::optional<SIM_HELD(scalar)>, name, d::scalar_field<&S::name>(wire_name, scalar))
#define LIST(name, scalar, most) SIM_FIELD_AT(std::vector<SIM_HELD(scalar)>, name, d::scalar_field<&S::name>(#name, scalar, most))
#define GROUP(name, Type) SIM_FIELD_AT(Type, name, d::record_field<&S::name>(#name))
#define OPTIONAL_GROUP(name, Type) SIM_FIELD_AT(std::optional<Type>, name, d::record_field<&S::name>(#name))
#define GROUP_LIST(name, Type, most) SIM_FIELD_AT(std::vector<Type>, name, d::record_field<&S::name>(#name, most))
#define OPTIONAL_GROUP_LIST(name, Type, most) SIM_FIELD_AT(std::vector<Type>, name, d::may_be_empty(d::record_field<&S::name>(#name, most)))
#define EITHER(choice, name, scalar) SIM_FIELD_AT(std::optional<SIM_HELD(scalar)>, name, d::alternative(d::scalar_field<&S::name>(#name, scalar), choice, false))
#define EITHER_GROUP(choice, name, Type) SIM_FIELD_AT(std::optional<Type>, name, d::alternative(d::record_field<&S::name>(#name), choice, false))
#define EITHER_OR_NONE(choice, name, scalar) SIM_FIELD_AT(std::optional<SIM_HELD(scalar)>, name, d::alternative(d::scalar_field<&S::name>(#name, scalar), choice, true))
#define EITHER_GROUP_OR_NONE(choice, name, Type) SIM_FIELD_AT(std::optional<Type>, name, d::alternative(d::record_field<&S::name>(#name), choice, true))
// clang-format on
