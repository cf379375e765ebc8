// nlohmann's event parser fills our own tree: its own tree would turn every number into a double or an int64.
// Three traps: it takes a NUL byte for the end of the input (and so would never look at what follows), it keeps the
// last of two members with one name, and its events carry no position. So NUL is refused first, names are compared
// here, and the bytes are handed over through an iterator that tells how far it has come.
#include "sim/wire/json.hpp"

#include "sim/wire/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

namespace sim::wire {
namespace {

using contract::Bilingual;
using contract::Defect;
using contract::Violation;

constexpr std::string_view json_rule = "RFC 8259";
constexpr std::string_view gate_rule = "wire gate";

Violation violation_at(std::string_view bytes, std::size_t at, std::string_view rule, Bilingual wanted) {
  return {Defect::not_well_formed, place_after(bytes.substr(0, at)), std::string{rule},
          excerpt(bytes.substr(std::min(at, bytes.size()))), std::move(wanted)};
}

/// What the library's complaint means, in both languages: it speaks English only, and to people who know its lexer.
struct Complaint {
  std::string_view begins, ends, it, en;
};
// clang-format off
constexpr Complaint complaints[] = {  // the first that fits counts
    {"invalid string: ill-formed UTF-8", "", "UTF-8 senza forme sovrabbondanti né surrogati", "UTF-8 without overlong forms or surrogates"},
    {"invalid string: missing closing quote", "", "le virgolette alla fine della stringa", "a quote at the end of the string"},
    {"invalid string: '\\u' must", "", "quattro cifre esadecimali dopo \\u", "four hex digits behind \\u"},
    {"invalid string: surrogate", "", "surrogati a coppie: prima \\ud800-\\udbff, poi \\udc00-\\udfff", "surrogates in pairs: \\ud800-\\udbff, then \\udc00-\\udfff"},
    {"invalid string: forbidden", "", "dopo \\ uno tra \" \\ / b f n r t u", "behind \\ one of \" \\ / b f n r t u"},
    {"invalid string: control", "", "i caratteri di controllo scritti con \\u o con \\n, \\r, \\t", "control characters written with \\u or with \\n, \\r, \\t"},
    {"invalid number", "", "una cifra a questo punto del numero", "a digit at this point of the number"},
    {"invalid BOM", "", "un documento in UTF-8", "a document in UTF-8"},
    {"", "; expected string literal", "il nome di un membro tra virgolette", "the name of a member in double quotes"},
    {"", "; expected ':'", "':' dopo il nome del membro", "':' behind the member's name"},
    {"", "; expected ']'", "',' oppure ']' dopo un elemento della lista", "',' or ']' behind an entry of the array"},
    {"", "; expected '}'", "',' oppure '}' dopo un membro dell'oggetto", "',' or '}' behind a member of the object"},
    {"", "; expected end of input", "nulla dopo il documento", "nothing behind the document"},
    {"", "", "un valore JSON: oggetto, lista, stringa, numero, true, false o null", "a JSON value: object, array, string, number, true, false or null"},
};
// clang-format on
Bilingual told(std::string_view complaint) {
  const auto* const fits = std::find_if(std::begin(complaints), std::end(complaints), [complaint](const Complaint& c) {
    return complaint.starts_with(c.begins) && complaint.ends_with(c.ends);
  });
  return {std::string{fits->it}, std::string{fits->en}};
}

/// A pointer that leaves word of how far the lexer has read.
struct Reader {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* at;
  const char** reached;

  reference operator*() const { return *at; }
  Reader& operator++() {
    *reached = ++at;
    return *this;
  }
  bool operator==(const Reader& other) const { return at == other.at; }
};

/// What nlohmann's parser tells its events to; false from any of them ends the parse.
class Builder {
 public:
  Builder(std::string_view bytes, const JsonLimits& limits) : reached(bytes.data()), bytes_(bytes), limits_(limits) {}

  const char* reached;
  std::optional<Violation> violation;
  Json root;

  bool null() { return put({}); }
  bool boolean(bool value) { return put({value}); }
  // The lexer sends a number here as signed only if it wrote a minus, and JSON has one way to write an integer: the
  // text can be told from the value, "-0" included.
  bool number_integer(std::int64_t value) { return put({JsonNumber{value == 0 ? "-0" : fmt::to_string(value)}}); }
  bool number_unsigned(std::uint64_t value) { return put({JsonNumber{fmt::to_string(value)}}); }
  bool number_float(double, const std::string& text) {
    std::string written = text;  // the lexer has put the locale's decimal point in it
    const auto foreign = [](char c) { return (c < '0' || c > '9') && c != '-' && c != '+' && c != 'e' && c != 'E'; };
    std::replace_if(written.begin(), written.end(), foreign, '.');
    return put({JsonNumber{std::move(written)}});
  }
  bool string(std::string& value) { return put({std::move(value)}); }
  bool binary(nlohmann::json::binary_t&) { return false; }  // JSON text has none

  bool start_object(std::size_t) { return open({JsonObject{}}); }
  bool start_array(std::size_t) { return open({JsonArray{}}); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    Level& level = open_.back();
    if (level.has(name)) {
      // The lexer stands behind the closing quote; inside a string every quote has a backslash before it.
      std::size_t quote = static_cast<std::size_t>(reached - bytes_.data()) - 1;
      do {
        quote = bytes_.rfind('"', quote - 1);
      } while (is_escaped(quote));
      return refuse(quote, gate_rule, {"ogni membro di un oggetto una volta sola", "each member of an object once"});
    }
    level.key = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string& token, const nlohmann::json::exception& error) {
    constexpr int number_overflow = 406;
    if (error.id == number_overflow) {
      return refuse(position - token.size(), gate_rule,
                    {"un numero rappresentabile come double", "a number within the range of a double"});
    }
    std::string_view why = error.what();
    if (const std::size_t dash = why.find(" - "); dash != std::string_view::npos) why.remove_prefix(dash + 3);
    // `position` is behind the last byte read: of a token out of place, or the one that makes no token. The lexer's own
    // copy of a token is only exact for strings and numbers: before other tokens it keeps what came earlier.
    std::size_t length = 1;
    if (why.starts_with("unexpected string") || why.starts_with("unexpected number")) length = token.size();
    if (why.starts_with("unexpected true") || why.starts_with("unexpected null")) length = 4;
    if (why.starts_with("unexpected false")) length = 5;
    return refuse(position - length, json_rule, told(why));
  }

 private:
  struct Level {
    Json value;
    std::string key;
    std::set<std::string> names;  // only of a crowd: comparing each with each would be quadratic

    /// True if a member has this name already; otherwise it counts as having one.
    bool has(const std::string& name) {
      constexpr std::size_t few = 16;
      const auto& members = std::get<JsonObject>(value.value);
      if (members.size() < few) {
        return std::any_of(members.begin(), members.end(), [&name](const auto& m) { return m.first == name; });
      }
      if (names.empty()) {
        for (const auto& member : members) names.insert(member.first);
      }
      return !names.insert(name).second;
    }
  };

  bool refuse(std::size_t at, std::string_view rule, Bilingual wanted) {
    violation = violation_at(bytes_, at, rule, std::move(wanted));
    return false;
  }
  [[nodiscard]] bool is_escaped(std::size_t quote) const {
    std::size_t first = quote;
    while (first > 0 && bytes_[first - 1] == '\\') --first;
    return (quote - first) % 2 == 1;
  }

  bool open(Json empty) {
    if (open_.size() >= static_cast<std::size_t>(std::max(limits_.depth, 0))) {
      return refuse(static_cast<std::size_t>(reached - bytes_.data()) - 1, gate_rule,
                    {fmt::format("al massimo {} livelli di annidamento", limits_.depth),
                     fmt::format("at most {} levels of nesting", limits_.depth)});
    }
    open_.push_back({std::move(empty), {}, {}});
    return true;
  }
  bool close() {
    Json done = std::move(open_.back().value);
    open_.pop_back();
    return put(std::move(done));
  }
  bool put(Json value) {
    if (open_.empty()) {
      root = std::move(value);
      return true;
    }
    Level& level = open_.back();
    if (auto* const members = std::get_if<JsonObject>(&level.value.value)) {
      members->emplace_back(std::move(level.key), std::move(value));
    } else {
      std::get<JsonArray>(level.value.value).push_back(std::move(value));
    }
    return true;
  }

  std::string_view bytes_;
  JsonLimits limits_;
  std::vector<Level> open_;
};

void append(std::string& out, const Json& json);
struct Printer {
  std::string& out;
  void operator()(std::nullptr_t) const { out += "null"; }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(const JsonNumber& number) const { out += number.text; }
  void operator()(const std::string& text) const { append_json_string(out, text); }
  void operator()(const JsonArray& array) const {
    out.push_back('[');
    for (const Json& element : array) {
      if (&element != array.data()) out.push_back(',');
      append(out, element);
    }
    out.push_back(']');
  }
  void operator()(const JsonObject& object) const {
    out.push_back('{');
    for (const auto& member : object) {
      if (&member != object.data()) out.push_back(',');
      append_json_string(out, member.first);
      out.push_back(':');
      append(out, member.second);
    }
    out.push_back('}');
  }
};
void append(std::string& out, const Json& json) { std::visit(Printer{out}, json.value); }

}  // namespace

const Json* Json::member(std::string_view name) const {
  const JsonObject* const members = object();
  if (members == nullptr) return nullptr;
  const auto found = std::find_if(members->begin(), members->end(), [name](const auto& m) { return m.first == name; });
  return found == members->end() ? nullptr : &found->second;
}

Result<Json, Violation> parse_json(std::string_view bytes, const JsonLimits& limits) {
  if (bytes.size() > limits.bytes) {
    return Failure{Violation{Defect::not_well_formed, "1:1", std::string{gate_rule},
                             fmt::format("{} bytes", bytes.size()),
                             {fmt::format("al massimo {} byte", limits.bytes), fmt::format("at most {} bytes", limits.bytes)}}};
  }
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
  if (bytes.starts_with(byte_order_mark)) {  // nlohmann would take a second one
    return Failure{violation_at(bytes, 0, json_rule, {"al massimo un byte order mark", "one byte order mark at most"})};
  }
  if (const std::size_t nul = bytes.find('\0'); nul != std::string_view::npos) {
    return Failure{
        violation_at(bytes, nul, json_rule, {"un documento senza byte NUL", "a document without NUL bytes"})};
  }
  Builder builder{bytes, limits};
  const Reader first{bytes.data(), &builder.reached};
  const Reader last{bytes.data() + bytes.size(), &builder.reached};
  const bool whole = nlohmann::json::sax_parse(first, last, &builder);
  if (!whole || builder.violation) {
    return Failure{builder.violation
                       ? std::move(*builder.violation)
                       : violation_at(bytes, bytes.size(), json_rule, {"un documento JSON", "one JSON document"})};
  }
  return std::move(builder.root);
}

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (c >= 0 && c < 0x20) {
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
}

std::string to_text(const Json& json) {
  std::string out;
  append(out, json);
  return out;
}

}  // namespace sim::wire
