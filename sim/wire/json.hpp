// JSON as bytes arrive from outside: a small tree that keeps what the wire said.
// Numbers stay text, so that money never passes through a double; members keep their order; a repeated member,
// a second document or too much nesting is refused. No other file of the wire includes nlohmann's header.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/contract/types.hpp"
#include "sim/result.hpp"

namespace sim::wire {

struct Json;
/// A number exactly as written: "121.50", "1e3".
struct JsonNumber {
  std::string text;
  friend bool operator==(const JsonNumber&, const JsonNumber&) = default;
};
using JsonArray = std::vector<Json>;
using JsonObject = std::vector<std::pair<std::string, Json>>;

/// One JSON value.
struct Json {
  std::variant<std::nullptr_t, bool, JsonNumber, std::string, JsonArray, JsonObject> value = nullptr;

  [[nodiscard]] const JsonObject* object() const { return std::get_if<JsonObject>(&value); }
  [[nodiscard]] const JsonArray* array() const { return std::get_if<JsonArray>(&value); }
  [[nodiscard]] const std::string* text() const { return std::get_if<std::string>(&value); }
  [[nodiscard]] const JsonNumber* number() const { return std::get_if<JsonNumber>(&value); }
  [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&value); }
  [[nodiscard]] bool is_null() const { return value.index() == 0; }
  /// The member called `name`, or nullptr (also when this is not an object).
  [[nodiscard]] const Json* member(std::string_view name) const;
  friend bool operator==(const Json&, const Json&) = default;
};

struct JsonLimits {
  std::size_t bytes = 256 * 1024;
  int depth = 32;
};

/// Parses one UTF-8 JSON document. The Violation's place is "line:column".
Result<Json, contract::Violation> parse_json(std::string_view bytes, const JsonLimits& limits = {});

/// Appends `text` as a JSON string with its quotes. Text must be UTF-8.
void append_json_string(std::string& out, std::string_view text);
/// The value as one line without white space.
std::string to_text(const Json& json);

}  // namespace sim::wire
