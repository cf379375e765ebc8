// One strict pass over the bytes (the gate), then tinyxml2 builds the tree.
// The gate is the conforming half: well-formedness, namespaces and limits are decided there, so that a document which
// reaches tinyxml2 holds none of what tinyxml2 takes wrongly. The trap is what it reads wrongly even in good documents:
// it drops runs of white space between two tags or beside a comment, keeps line ends and tabs in attributes, and merges
// LF CR. Line ends are therefore normalised before the gate, and the rare other cases are rewritten after it, always
// with as many line feeds as before, so that tinyxml2's line numbers stay those of the message.
#include "sim/wire/xml.hpp"

#include "sim/wire/utf8.hpp"

#include <fmt/format.h>
#include <tinyxml2.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

namespace sim::wire {
namespace {

using contract::Defect;
using contract::Violation;

constexpr std::string_view xml_rule = "XML 1.0";
constexpr std::string_view utf8_rule = "UTF-8";
constexpr std::string_view namespace_rule = "Namespaces in XML 1.0";
constexpr std::string_view gate_rule = "wire gate";

constexpr std::string_view xml_namespace = "http://www.w3.org/XML/1998/namespace";
constexpr std::string_view xmlns_namespace = "http://www.w3.org/2000/xmlns/";

constexpr int deepest = 96;                    // tinyxml2 gives up at 99
constexpr std::size_t bindings_in_scope = 64;  // each prefix is looked for among these: bounds the work per element
constexpr int reference_digits = 10;           // leading zeros are legal without end

// What an ASCII byte may be part of. All other bytes, and those a row leaves out, end the fast loops.
enum Class : std::uint8_t { name_start = 1, name_char = 2, space = 4, data = 8, value = 16, raw = 32, digit = 64 };

constexpr auto classes = [] {
  std::array<std::uint8_t, 256> table{};
  for (unsigned c = 0; c < 128; ++c) {
    const char ch = static_cast<char>(c);
    const bool letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
    const bool blank = ch == ' ' || ch == '\t' || ch == '\n';
    unsigned is = 0;
    if (letter || ch == '_') is |= name_start | name_char;
    if (ch >= '0' && ch <= '9') is |= name_char | digit;
    if (ch == '-' || ch == '.') is |= name_char;
    if (blank) is |= space;
    if (c >= 0x20 || blank) {
      if (ch != '<' && ch != '&' && ch != ']') is |= data;
      if (c >= 0x20 && ch != '<' && ch != '&' && ch != '"' && ch != '\'') is |= value;
      if (ch != '-' && ch != ']') is |= raw;
    }
    table[c] = static_cast<std::uint8_t>(is);
  }
  return table;
}();

constexpr unsigned byte(char c) { return static_cast<unsigned char>(c); }
constexpr bool has(char c, Class which) { return (classes[byte(c)] & which) != 0; }

constexpr bool is_char(char32_t c) {  // [XML 1.0, 2.2]
  return (c >= 0x20 && c <= 0xD7FF) || c == '\t' || c == '\n' || c == '\r' || (c >= 0xE000 && c <= 0xFFFD) ||
         (c >= 0x10000 && c <= 0x10FFFF);
}

struct Range {
  char32_t first, last;
};
// clang-format off
constexpr Range name_starts[] = {  // [XML 1.0, 2.3] beyond ASCII
    {0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFF}, {0x200C, 0x200D}, {0x2070, 0x218F},
    {0x2C00, 0x2FEF}, {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF}};
constexpr Range name_others[] = {{0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}};
// clang-format on
template <std::size_t n>
bool is_in(const Range (&ranges)[n], char32_t c) {
  return std::any_of(std::begin(ranges), std::end(ranges), [c](Range r) { return r.first <= c && c <= r.last; });
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&out](char32_t bits) { out.push_back(static_cast<char>(bits)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | (c >> 6));
  } else {
    if (c < 0x10000) {
      put(0xE0 | (c >> 12));
    } else {
      put(0xF0 | (c >> 18));
      put(0x80 | ((c >> 12) & 0x3F));
    }
    put(0x80 | ((c >> 6) & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

/// The end of the reference whose '&' is at `at`, nullptr when it is none; what it stands for goes to `point`.
const char* read_reference(const char* at, const char* end, char32_t& point) {
  static constexpr std::pair<std::string_view, char32_t> named[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
  const std::string_view rest{at, static_cast<std::size_t>(end - at)};
  for (const auto& [text, stands_for] : named) {
    if (!rest.starts_with(text)) continue;
    point = stands_for;
    return at + text.size();
  }
  if (!rest.starts_with("&#")) return nullptr;
  const bool hex = rest.size() > 2 && rest[2] == 'x';
  const char* const first = at + (hex ? 3 : 2);
  const char* p = first;
  point = 0;
  for (; p != end && *p != ';'; ++p) {
    if (p - first == reference_digits) return nullptr;
    const unsigned c = byte(*p);
    const unsigned lower = c | 0x20U;
    if (has(*p, digit)) {
      point = point * (hex ? 16 : 10) + (c - '0');
    } else if (hex && lower >= 'a' && lower <= 'f') {
      point = point * 16 + (lower - 'a' + 10);
    } else {
      return nullptr;
    }
    point = std::min<char32_t>(point, 0x110000);
  }
  return p == end || p == first || !is_char(point) ? nullptr : p + 1;
}

/// An attribute's value as the application sees it. `written` has passed the gate.
std::string resolved(std::string_view written) {
  std::string out;
  out.reserve(written.size());
  const char* const end = written.data() + written.size();
  for (const char* p = written.data(); p != end;) {
    if (*p == '&') {
      char32_t point = 0;
      p = read_reference(p, end, point);
      append_utf8(out, point);
    } else {
      out.push_back(has(*p, space) ? ' ' : *p);
      ++p;
    }
  }
  return out;
}

/// "host", "user@host:8080": what may stand behind "//".
bool is_authority(std::string_view text) {
  constexpr std::size_t longest_port = 5;
  const std::size_t at = text.find('@');
  const std::string_view host = at == std::string_view::npos ? text : text.substr(at + 1);
  if (host.find('@') != std::string_view::npos) return false;
  const std::size_t colon = host.find(':');
  if (colon == std::string_view::npos) return true;
  const std::string_view port = host.substr(colon + 1);
  return !port.empty() && port.size() <= longest_port &&
         std::all_of(port.begin(), port.end(), [](char c) { return has(c, digit); });
}

/// A namespace's name is a URI reference [Namespaces in XML 1.0, 2.2] [RFC 3986]. Hosts in brackets are left out: no
/// namespace has one, and readers differ about them.
bool is_uri_reference(std::string_view text) {
  const auto is_hex = [](char c) { return has(c, digit) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
  bool fragment = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (text.size() - i < 3 || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
    } else if (c == '#') {
      if (std::exchange(fragment, true)) return false;
    } else if (!has(c, name_char) && std::string_view{"~:/?@!$&'()*+,;="}.find(c) == std::string_view::npos) {
      return false;
    }
  }
  const std::size_t stop = text.find_first_of("/?#:");  // a colon in the first step ends a scheme
  if (stop != std::string_view::npos && text[stop] == ':') {
    const std::string_view scheme = text.substr(0, stop);
    const auto in_scheme = [](char c) { return (has(c, name_char) && c != '_') || c == '+'; };
    if (scheme.empty() || !has(scheme[0], name_start) || !std::all_of(scheme.begin(), scheme.end(), in_scheme)) return false;
    text.remove_prefix(stop + 1);
  }
  return !text.starts_with("//") || is_authority(text.substr(2, text.find_first_of("/?#", 2) - 2));
}

/// What has to be written otherwise for tinyxml2 to read it rightly.
struct Rewrite {
  enum class What : std::uint8_t { blank_run, attribute_value } what;
  const char* begin;
  const char* end;
};

class Gate {
 public:
  Gate(std::string_view bytes, const XmlLimits& limits)
      : begin_(bytes.data()),
        end_(begin_ + bytes.size()),
        p_(begin_),
        depth_(static_cast<std::size_t>(std::clamp(limits.depth, 0, deepest))),
        attributes_per_element_(static_cast<std::size_t>(std::max(limits.attributes_per_element, 0))) {
    open_.reserve(16);
    namespaces.reserve(bytes.size() / 32);
  }

  /// Reads the whole document. False: `violation` says why.
  bool pass() {
    if (starts("<?xml") && end_ - p_ > 5 && has(p_[5], space) && !declaration()) return false;
    if (!between_tags_outside_the_root()) return false;
    if (p_ == end_ || *p_ != '<') return fail_char(xml_rule, "un elemento radice", "one root element");
    if (!start_tag() || !content() || !between_tags_outside_the_root()) return false;
    return p_ == end_ || fail_char(xml_rule, "solo commenti e spazi dopo l'elemento radice",
                                   "nothing but comments and white space after the root element");
  }

  Violation violation;
  std::vector<Rewrite> rewrites;
  std::vector<std::string> uris;
  std::vector<std::uint32_t> namespaces;  ///< of each element in document order: 0 for none, else 1 + index in `uris`

 private:
  static constexpr std::uint32_t unbound = UINT32_MAX;
  static constexpr std::uint32_t of_xml = UINT32_MAX - 1;

  struct Name {
    std::string_view text;
    std::size_t colon = 0;  // 0: no prefix
    [[nodiscard]] std::string_view prefix() const { return text.substr(0, colon); }
    [[nodiscard]] std::string_view local() const { return colon == 0 ? text : text.substr(colon + 1); }
  };
  struct Attribute {
    Name name;
    std::string_view written;
    std::uint32_t uri = 0;  // as in `namespaces`
  };
  struct Binding {
    std::string_view prefix;
    std::uint32_t uri;
  };
  struct Open {
    std::string_view name;
    std::size_t bindings_before;
    std::uint32_t default_before;
    bool has_child = false;
  };

  // What is wanted is handed over as views of literals, and made into texts only here: what passes pays for none.
  bool fail(const char* at, std::string_view rule, std::string_view wanted_it, std::string_view wanted_en) {
    violation = {Defect::not_well_formed,
                 place_after({begin_, static_cast<std::size_t>(at - begin_)}),
                 std::string{rule},
                 excerpt({at, static_cast<std::size_t>(end_ - at)}),
                 {std::string{wanted_it}, std::string{wanted_en}}};
    return false;
  }
  /// Fails for want of something that is written the same in every language.
  bool fail(const char* at, std::string_view rule, std::string_view token) { return fail(at, rule, token, token); }
  /// Fails here; when what stands here is no character at all, that is the better reason.
  bool fail_char(std::string_view rule, std::string_view wanted_it, std::string_view wanted_en) {
    const char* const here = p_;
    if (p_ != end_ && !skip_char()) return false;
    return fail(here, rule, wanted_it, wanted_en);
  }

  bool fail_unbound(const char* at, const Name& name) {
    const std::string prefix = shown(name.prefix());
    return fail(at, namespace_rule, fmt::format("una dichiarazione del prefisso '{}'", prefix),
                fmt::format("a declaration of prefix '{}'", prefix));
  }

  [[nodiscard]] bool starts(std::string_view text) const {
    return static_cast<std::size_t>(end_ - p_) >= text.size() && std::memcmp(p_, text.data(), text.size()) == 0;
  }
  [[nodiscard]] bool at(char c) const { return p_ != end_ && *p_ == c; }
  void skip(Class which) {
    const char* p = p_;
    while (p != end_ && has(*p, which)) ++p;
    p_ = p;
  }
  bool skip_space() {
    const char* const before = p_;
    skip(space);
    return p_ != before;
  }

  /// One character that the table does not vouch for.
  bool skip_char() {
    char32_t point = 0;
    const std::ptrdiff_t length = read_utf8(p_, end_, point);
    if (length == 0)
      return fail(p_, utf8_rule, "UTF-8 senza forme sovrabbondanti né surrogati",
                  "UTF-8 without overlong forms or surrogates");
    if (!is_char(point))
      return fail(p_, xml_rule, "un carattere ammesso in XML: tabulazione, fine riga, o da U+0020 in poi",
                  "a character that XML allows: tab, line end, or U+0020 and beyond");
    p_ += length;
    return true;
  }

  bool reference() {
    char32_t point = 0;
    const char* const after = read_reference(p_, end_, point);
    if (after == nullptr) {
      return fail(p_, xml_rule,
                  "'&amp;' per una e commerciale, uno tra '&lt;' '&gt;' '&quot;' '&apos;', o il numero di un carattere",
                  "'&amp;' for an ampersand, one of '&lt;' '&gt;' '&quot;' '&apos;', or the number of a character");
    }
    p_ = after;
    return true;
  }

  bool ncname(std::string_view rule) {
    const char* const first = p_;
    if (p_ != end_ && has(*p_, name_start)) skip(name_char);
    while (p_ != end_ && byte(*p_) >= 0x80) {
      char32_t point = 0;
      const std::ptrdiff_t length = read_utf8(p_, end_, point);
      if (length == 0) return skip_char();
      if (!is_in(name_starts, point) && (p_ == first || !is_in(name_others, point))) break;
      p_ += length;
      skip(name_char);
    }
    return p_ != first || fail_char(rule, "un nome: una lettera o '_', poi lettere, cifre, '.', '-' e '_'",
                                    "a name: a letter or '_', then letters, digits, '.', '-' and '_'");
  }
  bool qname(Name& name) {
    const char* const first = p_;
    if (!ncname(xml_rule)) return false;
    name.colon = 0;
    if (at(':')) {
      name.colon = static_cast<std::size_t>(p_ - first);
      ++p_;
      if (!ncname(namespace_rule)) return false;
    }
    name.text = {first, static_cast<std::size_t>(p_ - first)};
    return !at(':') || fail(first, namespace_rule, "un nome con un solo ':' al massimo", "a name with one ':' at most");
  }

  bool declaration() {
    constexpr std::string_view wanted = R"(<?xml version="1.0" encoding="UTF-8"?>)";
    const char* const first = p_;
    p_ += 5;
    std::size_t next = 0;
    constexpr std::string_view known[] = {"version", "encoding", "standalone"};
    for (;;) {
      const bool spaced = skip_space();
      if (starts("?>")) break;
      const auto* const which =
          std::find_if(std::begin(known) + next, std::end(known), [this](std::string_view k) { return starts(k); });
      if (!spaced || which == std::end(known) || (next == 0 && which != known)) return fail(first, xml_rule, wanted);
      next = static_cast<std::size_t>(which - known) + 1;
      p_ += which->size();
      skip_space();
      if (!at('=')) return fail(first, xml_rule, wanted);
      ++p_;
      skip_space();
      if (!at('"') && !at('\'')) return fail(first, xml_rule, wanted);
      const char* const close =
          static_cast<const char*>(std::memchr(p_ + 1, *p_, static_cast<std::size_t>(end_ - p_ - 1)));
      if (close == nullptr) return fail(first, xml_rule, wanted);
      const std::string_view said{p_ + 1, static_cast<std::size_t>(close - p_ - 1)};
      const auto same_letter = [](char a, char b) { return a == b || (b >= 'A' && b <= 'Z' && a == b + ('a' - 'A')); };
      constexpr std::string_view utf8 = "UTF-8";
      if (next == 1 && said != "1.0") return fail(p_, gate_rule, "la versione 1.0", "version 1.0");
      if (next == 2 && !std::equal(said.begin(), said.end(), utf8.begin(), utf8.end(), same_letter)) {
        return fail(p_, gate_rule, "un documento in UTF-8 che lo dichiari, o che non dichiari nulla",
                    "a document in UTF-8 that says so, or says nothing");
      }
      if (next == 3 && said != "yes" && said != "no")
        return fail(p_, xml_rule, "standalone con il valore 'yes' o 'no'", "standalone 'yes' or 'no'");
      p_ = close + 1;
    }
    p_ += 2;
    return next != 0 || fail(first, xml_rule, wanted);
  }

  /// What begins with "<!" or "<?" where no element does.
  bool refuse_markup() {
    if (starts("<!DOCTYPE") || starts("<!ENTITY")) {
      return fail(p_, gate_rule, "un documento senza DOCTYPE né dichiarazioni di entità",
                  "a document without DOCTYPE and entity declarations");
    }
    if (starts("<?xml") && end_ - p_ > 5 && has(p_[5], space)) {
      return fail(p_, xml_rule, "la dichiarazione XML una volta sola, all'inizio del documento",
                  "the XML declaration once, as the first thing of the document");
    }
    if (starts("<?"))
      return fail(p_, gate_rule, "un documento senza istruzioni di elaborazione",
                  "a document without processing instructions");
    return fail(p_, xml_rule, "un elemento, un commento o, dentro la radice, una sezione CDATA",
                "an element, a comment or, inside the root, a CDATA section");
  }

  bool comment() {
    const char* const first = p_;
    for (p_ += 4;;) {
      skip(raw);
      if (p_ == end_) return fail(first, xml_rule, "'-->' alla fine del commento", "'-->' at the end of the comment");
      if (starts("--")) {
        if (!starts("-->"))
          return fail(p_, xml_rule, "un commento che non contenga '--'", "a comment without '--' in it");
        p_ += 3;
        return true;
      }
      if (!skip_char()) return false;
    }
  }

  bool cdata() {
    const char* const first = p_;
    for (p_ += 9;;) {
      skip(raw);
      if (p_ == end_)
        return fail(first, xml_rule, "']]>' alla fine della sezione CDATA", "']]>' at the end of the CDATA section");
      if (starts("]]>")) {
        p_ += 3;
        return true;
      }
      if (!skip_char()) return false;
    }
  }

  bool between_tags_outside_the_root() {
    for (;;) {
      skip_space();
      if (starts("<!--")) {
        if (!comment()) return false;
      } else if (starts("<!") || starts("<?")) {
        return refuse_markup();
      } else {
        return true;
      }
    }
  }

  /// From the end of the root's start tag to the end of its end tag.
  bool content() {
    while (!open_.empty()) {
      const char* const first = p_;
      skip(space);
      const bool blank = p_ != first && at('<');
      if (!blank && !character_data()) return false;
      // tinyxml2 drops this run. In an element with children that is mere layout, in a leaf it is part of the value.
      const char kind = end_ - p_ > 1 ? p_[1] : '\0';
      if (blank && !open_.back().has_child && (kind == '/' || kind == '!')) {
        rewrites.push_back({Rewrite::What::blank_run, first, p_});
      }
      if (kind == '/') {
        if (!end_tag()) return false;
      } else if (kind == '!' && starts("<!--")) {
        if (!comment()) return false;
      } else if (kind == '!' && starts("<![CDATA[")) {
        if (!cdata()) return false;
      } else if (kind == '!' || kind == '?') {
        return refuse_markup();
      } else {
        if (!open_.back().has_child) rewrites.resize(leaf_rewrites_);
        open_.back().has_child = true;
        if (!start_tag()) return false;
      }
    }
    return true;
  }

  bool character_data() {
    for (;;) {
      skip(data);
      if (p_ == end_) return fail(p_, xml_rule, fmt::format("</{}>", shown(open_.back().name)));
      if (*p_ == '<') return true;
      if (*p_ == '&') {
        if (!reference()) return false;
      } else if (*p_ == ']') {
        if (starts("]]>")) return fail(p_, xml_rule, "']]&gt;' nel testo", "']]&gt;' in text");
        ++p_;
      } else if (!skip_char()) {
        return false;
      }
    }
  }

  bool end_tag() {
    const Open& open = open_.back();
    const char* const first = p_;
    p_ += 2;
    const bool named = starts(open.name);
    if (named) {
      p_ += open.name.size();
      if (!at('>')) skip_space();
    }
    if (!named || !at('>')) return fail(first, xml_rule, fmt::format("</{}>", shown(open.name)));
    ++p_;
    bindings_.resize(open.bindings_before);
    default_ = open.default_before;
    open_.pop_back();
    return true;
  }

  bool start_tag() {
    const char* const first = p_;
    if (open_.size() >= depth_)
      return fail(p_, gate_rule, fmt::format("al massimo {} livelli di annidamento", depth_),
                  fmt::format("at most {} levels of nesting", depth_));
    ++p_;
    Name name;
    if (!qname(name)) return false;
    const std::size_t bindings_before = bindings_.size();
    const std::uint32_t default_before = default_;
    if (!at('>') && !(attributes() && names_are_bound_and_unique())) return false;
    std::uint32_t uri = default_;
    if (name.colon != 0) {
      uri = uri_of(name.prefix());
      if (uri == unbound) return fail_unbound(first, name);
      if (uri == of_xml) {
        uris.emplace_back(xml_namespace);
        uri = static_cast<std::uint32_t>(uris.size());
      }
    }
    namespaces.push_back(uri);
    if (*p_ == '/') {
      p_ += 2;
      bindings_.resize(bindings_before);
      default_ = default_before;
    } else {
      ++p_;
      open_.push_back({name.text, bindings_before, default_before});
      leaf_rewrites_ = rewrites.size();
    }
    return true;
  }

  /// From the element's name to the '>' or "/>" of its start tag.
  bool attributes() {
    attributes_.clear();
    for (;;) {
      const bool spaced = skip_space();
      if (at('>') || starts("/>")) return true;
      if (!spaced || at('/')) {
        return fail_char(xml_rule, "uno spazio prima di un attributo, oppure '>' o '/>' per chiudere il tag",
                         "white space before an attribute, or '>' or '/>' to end the tag");
      }
      if (attributes_.size() == attributes_per_element_) {
        return fail(p_, gate_rule, fmt::format("al massimo {} attributi in un elemento", attributes_per_element_),
                    fmt::format("at most {} attributes in an element", attributes_per_element_));
      }
      Attribute attribute;
      if (!qname(attribute.name)) return false;
      skip_space();
      if (!at('=')) return fail_char(xml_rule, "'=' dopo il nome dell'attributo", "'=' after the attribute's name");
      ++p_;
      skip_space();
      if (!at('"') && !at('\''))
        return fail_char(xml_rule, "il valore dell'attributo tra virgolette o apici",
                         "the attribute's value between quotes");
      if (!attribute_value(attribute.written)) return false;
      attributes_.push_back(attribute);
    }
  }

  bool attribute_value(std::string_view& written) {
    const char quote = *p_++;
    const char* const first = p_;
    bool exact = true;
    for (;;) {
      skip(value);
      if (p_ == end_)
        return fail(first - 1, xml_rule, fmt::format("un {} di chiusura", quote), fmt::format("a closing {}", quote));
      if (*p_ == quote) break;
      if (*p_ == '<') return fail(p_, xml_rule, "'&lt;' in un attributo", "'&lt;' in an attribute");
      if (*p_ == '&') {
        if (!reference()) return false;
      } else if (has(*p_, space)) {
        exact = false;
        ++p_;
      } else if (!skip_char()) {
        return false;
      }
    }
    if (!exact) rewrites.push_back({Rewrite::What::attribute_value, first, p_});
    written = {first, static_cast<std::size_t>(p_ - first)};
    ++p_;
    return true;
  }

  bool names_are_bound_and_unique() {
    for (const Attribute& attribute : attributes_) {
      if (attribute.name.text == "xmlns") {
        if (!bind({}, attribute)) return false;
      } else if (attribute.name.prefix() == "xmlns") {
        if (!bind(attribute.name.local(), attribute)) return false;
      }
    }
    for (std::size_t i = 0; i < attributes_.size(); ++i) {
      Attribute& a = attributes_[i];
      if (a.name.colon != 0 && a.name.prefix() != "xmlns") {
        a.uri = uri_of(a.name.prefix());
        if (a.uri == unbound) return fail_unbound(a.name.text.data(), a.name);
      }
      for (std::size_t k = 0; k < i; ++k) {
        const Attribute& b = attributes_[k];
        if (a.name.text == b.name.text)
          return fail(a.name.text.data(), xml_rule, "ogni attributo una volta sola", "each attribute once");
        if (a.uri != 0 && b.uri != 0 && a.name.local() == b.name.local() && same_uri(a.uri, b.uri)) {
          return fail(a.name.text.data(), namespace_rule, "ogni attributo di un namespace una volta sola",
                      "each attribute of a namespace once");
        }
      }
    }
    return true;
  }

  bool bind(std::string_view prefix, const Attribute& attribute) {
    const char* const place = attribute.name.text.data();
    std::string uri = resolved(attribute.written);
    if (prefix == "xmlns")
      return fail(place, namespace_rule, "un altro prefisso: xmlns non si dichiara",
                  "another prefix: xmlns is not to be declared");
    if (prefix == "xml")
      return uri == xml_namespace ||
             fail(place, namespace_rule, "xml legato al suo stesso namespace", "xml bound to its own namespace");
    if (uri == xml_namespace || uri == xmlns_namespace)
      return fail(place, namespace_rule, "un altro namespace: questo è riservato",
                  "another namespace: this one is reserved");
    if (uri.empty() && !prefix.empty())
      return fail(place, namespace_rule, "un nome di namespace non vuoto", "a namespace name that is not empty");
    if (!is_uri_reference(uri)) {
      return fail(place, namespace_rule, "un URI come nome del namespace", "a URI for the namespace's name");
    }
    if (bindings_.size() == bindings_in_scope) {
      return fail(place, gate_rule,
                  fmt::format("al massimo {} dichiarazioni di namespace in vigore", bindings_in_scope),
                  fmt::format("at most {} namespace declarations in scope", bindings_in_scope));
    }
    std::uint32_t id = 0;
    if (!uri.empty()) {
      uris.push_back(std::move(uri));
      id = static_cast<std::uint32_t>(uris.size());
    }
    bindings_.push_back({prefix, id});
    if (prefix.empty()) default_ = id;
    return true;
  }

  [[nodiscard]] std::uint32_t uri_of(std::string_view prefix) const {
    for (auto binding = bindings_.rbegin(); binding != bindings_.rend(); ++binding) {
      if (binding->prefix == prefix) return binding->uri;
    }
    return prefix == "xml" ? of_xml : unbound;
  }
  [[nodiscard]] bool same_uri(std::uint32_t a, std::uint32_t b) const {
    return a == b || (a != of_xml && b != of_xml && uris[a - 1] == uris[b - 1]);
  }
  static std::string shown(std::string_view name) { return excerpt(name); }

  const char* begin_;
  const char* end_;
  const char* p_;
  std::size_t depth_;
  std::size_t attributes_per_element_;
  std::vector<Open> open_;
  std::vector<Binding> bindings_;
  std::vector<Attribute> attributes_;  // of the tag in hand
  std::uint32_t default_ = 0;          // default namespace, as in `namespaces`
  std::size_t leaf_rewrites_ = 0;      // rewrites from here on are for the innermost element, if it is a leaf
};

/// CR LF and CR become LF, as XML wants before anything else [XML 1.0, 2.11].
std::string with_line_feeds(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\r') {
      if (i + 1 == bytes.size() || bytes[i + 1] != '\n') out.push_back('\n');
    } else {
      out.push_back(bytes[i]);
    }
  }
  return out;
}

/// A blank run becomes a CDATA section, which tinyxml2 keeps; white space in an attribute becomes spaces, and its line
/// feeds move behind the closing quote, where they count as lines and mean nothing.
std::string rewritten(std::string_view bytes, const std::vector<Rewrite>& rewrites) {
  std::string out;
  out.reserve(bytes.size() + 16 * rewrites.size());
  const char* done = bytes.data();
  for (const Rewrite& rewrite : rewrites) {
    out.append(done, rewrite.begin);
    done = rewrite.end;
    if (rewrite.what == Rewrite::What::blank_run) {
      out.append("<![CDATA[").append(rewrite.begin, rewrite.end).append("]]>");
    } else {
      std::size_t lines = 0;
      for (const char* p = rewrite.begin; p != rewrite.end; ++p) {
        out.push_back(has(*p, space) ? ' ' : *p);
        if (*p == '\n') ++lines;
      }
      out.push_back(*done++);
      out.append(lines, '\n');
    }
  }
  return out.append(done, bytes.data() + bytes.size());
}

const tinyxml2::XMLElement* element_of(const void* node) { return static_cast<const tinyxml2::XMLElement*>(node); }

std::string_view local_part(std::string_view name) { return name.substr(name.find(':') + 1); }

/// The namespace of an attribute: that of its prefix where it stands. The gate has made sure that there is one.
std::string_view bound_to(const tinyxml2::XMLElement* element, std::string_view attribute) {
  const std::size_t colon = attribute.find(':');
  if (colon == std::string_view::npos) return {};
  if (attribute.starts_with("xml:")) return xml_namespace;
  const std::string declaration = "xmlns:" + std::string(attribute.substr(0, colon));
  for (const tinyxml2::XMLNode* node = element; node != nullptr; node = node->Parent()) {
    const tinyxml2::XMLElement* at = node->ToElement();
    const char* uri = at == nullptr ? nullptr : at->Attribute(declaration.c_str());
    if (uri != nullptr) return uri;
  }
  return {};
}

template <class Escape>
void append_escaped(std::string& out, std::string_view text, Escape escape) {
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view instead = escape(text[i]);
    if (instead.empty()) continue;
    out.append(text, done, i - done).append(instead);
    done = i + 1;
  }
  out.append(text, done);
}

std::string_view text_escape(char c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '\r': return "&#13;";
    default: return {};
  }
}
std::string_view attribute_escape(char c) {
  switch (c) {
    case '"': return "&quot;";
    case '\n': return "&#10;";
    case '\t': return "&#9;";
    default: return text_escape(c);
  }
}

}  // namespace

struct XmlDocument::Held {
  std::vector<std::string> uris;  // elements point into it
  tinyxml2::XMLDocument tree;

  void tell_namespaces(const std::vector<std::uint32_t>& namespaces) {
    // Elements after the last one that is in a namespace need not be visited: in a SOAP message, nearly all of them.
    const auto last = std::find_if(namespaces.rbegin(), namespaces.rend(), [](std::uint32_t uri) { return uri != 0; });
    tinyxml2::XMLElement* element = tree.RootElement();
    for (auto at = namespaces.begin(); at != last.base(); ++at) {
      const std::uint32_t uri = *at;
      if (uri != 0) element->SetUserData(&uris[uri - 1]);
      tinyxml2::XMLElement* next = element->FirstChildElement();
      for (tinyxml2::XMLNode* node = element; next == nullptr && node != nullptr; node = node->Parent()) {
        next = node->NextSiblingElement();
      }
      element = next;
    }
  }
};

XmlDocument::XmlDocument(std::unique_ptr<Held> held) : held_(std::move(held)) {}
XmlDocument::XmlDocument(XmlDocument&&) noexcept = default;
XmlDocument& XmlDocument::operator=(XmlDocument&&) noexcept = default;
XmlDocument::~XmlDocument() = default;

Result<XmlDocument, Violation> XmlDocument::parse(std::string_view bytes, const XmlLimits& limits) {
  if (bytes.size() > limits.bytes) {
    return Failure{Violation{Defect::not_well_formed, "1:1", std::string{gate_rule},
                             fmt::format("{} bytes", bytes.size()),
                             {fmt::format("al massimo {} byte", limits.bytes), fmt::format("at most {} bytes", limits.bytes)}}};
  }
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  std::string normalised;
  if (bytes.find('\r') != std::string_view::npos) bytes = normalised = with_line_feeds(bytes);

  Gate gate{bytes, limits};
  if (!gate.pass()) return Failure{std::move(gate.violation)};
  std::string altered;
  if (!gate.rewrites.empty()) bytes = altered = rewritten(bytes, gate.rewrites);

  auto held = std::make_unique<Held>();
  if (held->tree.Parse(bytes.data(), bytes.size()) != tinyxml2::XML_SUCCESS) {
    return Failure{Violation{Defect::not_well_formed, fmt::format("{}:1", held->tree.ErrorLineNum()), "tinyxml2",
                             held->tree.ErrorName(), {"un documento che tinyxml2 legge", "a document that tinyxml2 reads"}}};
  }
  held->uris = std::move(gate.uris);
  if (!held->uris.empty()) held->tell_namespaces(gate.namespaces);
  return XmlDocument{std::move(held)};
}

XmlNode XmlDocument::root() const { return XmlNode{held_->tree.RootElement()}; }

std::string_view XmlNode::name() const { return element_ == nullptr ? "" : element_of(element_)->Name(); }
std::string_view XmlNode::local_name() const { return local_part(name()); }
int XmlNode::line() const { return element_ == nullptr ? 0 : element_of(element_)->GetLineNum(); }

std::string_view XmlNode::namespace_uri() const {
  const void* const uri = element_ == nullptr ? nullptr : element_of(element_)->GetUserData();
  return uri == nullptr ? std::string_view{} : *static_cast<const std::string*>(uri);
}

XmlNode XmlNode::first_child() const {
  return XmlNode{element_ == nullptr ? nullptr : element_of(element_)->FirstChildElement()};
}
XmlNode XmlNode::next() const {
  return XmlNode{element_ == nullptr ? nullptr : element_of(element_)->NextSiblingElement()};
}

std::string_view XmlNode::text(std::string& scratch) const {
  std::string_view only;
  int runs = 0;
  if (element_ == nullptr) return only;
  for (const auto* node = element_of(element_)->FirstChild(); node != nullptr; node = node->NextSibling()) {
    if (node->ToText() == nullptr) continue;
    if (++runs == 1) {
      only = node->Value();
    } else {
      if (runs == 2) scratch = only;
      scratch += node->Value();
    }
  }
  return runs > 1 ? std::string_view{scratch} : only;
}

bool XmlNode::leaf_text(std::string& scratch, std::string_view& into) const {
  const tinyxml2::XMLNode* const only = element_ == nullptr ? nullptr : element_of(element_)->FirstChild();
  into = {};
  if (only == nullptr) return true;
  if (only->NextSibling() == nullptr && only->ToText() != nullptr) {
    into = only->Value();
    return true;
  }
  if (first_child()) return false;
  into = text(scratch);
  return true;
}

bool XmlNode::has_text() const {
  if (element_ == nullptr) return false;
  for (const auto* node = element_of(element_)->FirstChild(); node != nullptr; node = node->NextSibling()) {
    if (node->ToText() == nullptr) continue;
    if (std::string_view{node->Value()}.find_first_not_of(" \t\r\n") != std::string_view::npos) return true;
  }
  return false;
}

bool XmlNode::has_attributes() const { return element_ != nullptr && element_of(element_)->FirstAttribute() != nullptr; }

std::vector<XmlAttribute> XmlNode::attributes() const {
  std::vector<XmlAttribute> out;
  if (element_ == nullptr) return out;
  for (const auto* at = element_of(element_)->FirstAttribute(); at != nullptr; at = at->Next()) {
    const std::string_view name = at->Name();
    if (name == "xmlns" || name.starts_with("xmlns:")) continue;
    out.push_back({name, bound_to(element_of(element_), name), at->Value(), at->GetLineNum()});
  }
  return out;
}

bool needs_escape(std::string_view text) {
  static constexpr auto special = [] {
    std::array<bool, 256> table{};
    for (const char c : {'&', '<', '>', '\r'}) table[static_cast<unsigned char>(c)] = true;
    return table;
  }();
  bool any = false;
  for (const char c : text) any |= special[byte(c)];
  return any;
}

void append_xml_text(std::string& out, std::string_view text) { append_escaped(out, text, text_escape); }
void append_xml_attribute(std::string& out, std::string_view text) { append_escaped(out, text, attribute_escape); }

bool is_xml_text(std::string_view bytes) {
  const char* const end = bytes.data() + bytes.size();
  for (const char* p = bytes.data(); p != end;) {
    if (byte(*p) >= 0x20 && byte(*p) < 0x80) {
      ++p;
      continue;
    }
    char32_t point = 0;
    const std::ptrdiff_t length = read_utf8(p, end, point);
    if (length == 0 || !is_char(point)) return false;
    p += length;
  }
  return true;
}

}  // namespace sim::wire
