// One message told as another: whatever both have by the same name is carried over, structure by structure.
// The versions of a message differ by a few fields in the middle; what has to be copied by hand is only that.
// The trap: a field that one side must have and the other lacks stays blank, and no compiler says so: callers fill it.
#pragma once

#include "sim/contract/schema.hpp"

namespace sim::contract {
namespace detail {

template <class T, int line>
constexpr void note_line([[maybe_unused]] std::string_view name, [[maybe_unused]] int& out) {
  if constexpr (has_field<T, line>) {
    if (T::name_at(Line<line>{}) == name) out = line;
  }
}
template <class T, int... offset>
constexpr int line_named(std::string_view name, std::integer_sequence<int, offset...>) {
  int out = -1;
  (note_line<T, T::first_line + offset>(name, out), ...);
  return out;
}
template <class T>
constexpr auto lines_of = std::make_integer_sequence<int, T::last_line - T::first_line>{};

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;
template <class T>
constexpr bool is_record = requires { T::schema_type; };
template <class T>
constexpr bool is_list = false;
template <class T>
constexpr bool is_list<std::vector<T>> = true;

}  // namespace detail

/// Fills `to` with every field that `from` has by the same name; what `from` leaves out stays as it is.
template <class From, class To>
void transcribe(const From& from, To& to);

namespace detail {

template <class From, class To>
void carry(const From& from, To& to) {
  if constexpr (std::is_same_v<From, To>) {
    to = from;
  } else if constexpr (is_optional<From>) {
    if (from) carry(*from, to);
  } else if constexpr (is_optional<To>) {
    carry(from, to.emplace());
  } else if constexpr (is_list<From> && is_list<To>) {
    to.clear();
    for (const auto& item : from) carry(item, to.emplace_back());
  } else if constexpr (is_record<From> && is_record<To>) {
    transcribe(from, to);
  }  // else: the same name for two different things, which is for the caller to settle
}

template <class From, class To, int to_line>
void carry_line([[maybe_unused]] const From& from, [[maybe_unused]] To& to) {
  if constexpr (has_field<To, to_line>) {
    constexpr int from_line = line_named<From>(To::name_at(Line<to_line>{}), lines_of<From>);
    if constexpr (from_line != -1) {
      carry(from.*From::member_at(Line<from_line>{}), to.*To::member_at(Line<to_line>{}));
    }
  }
}
template <class From, class To, int... offset>
void carry_all(const From& from, To& to, std::integer_sequence<int, offset...>) {
  (carry_line<From, To, To::first_line + offset>(from, to), ...);
}

}  // namespace detail

template <class From, class To>
void transcribe(const From& from, To& to) {
  detail::carry_all<From, To>(from, to, detail::lines_of<To>);
}

}  // namespace sim::contract
