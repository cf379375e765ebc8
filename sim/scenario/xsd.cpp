// The XSDs of scenario files and registries, written from the element table: editors complete and check what the loaders
// accept. Each holds what can stand below its root, and no more.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "sim/contract/rules.hpp"
#include "sim/contract/scalars.hpp"
#include "sim/scenario/elements.hpp"
#include "sim/wire/xml.hpp"

namespace sim::scenario {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  wire::append_xml_attribute(out, text);
  return out;
}

std::string documentation(std::string_view text, std::string_view indent) {
  if (text.empty()) return {};
  return fmt::format("{0}<xs:annotation><xs:documentation>{1}</xs:documentation></xs:annotation>\n", indent, escaped(text));
}

/// The type of a kind that is not a list of the attribute's own choices.
std::string type_name(Kind kind) {
  switch (kind) {
    case Kind::text: return "text";
    case Kind::id: return "id";
    case Kind::words: return "words";
    case Kind::version: return "version";
    case Kind::role: return "role";
    case Kind::roles: return "roles";
    case Kind::primitive: return "primitive";
    case Kind::leg: return "leg";
    case Kind::mishap: return "mishap";
    case Kind::outcome: return "outcome";
    case Kind::machine: return "machine";
    case Kind::states: return "text";
    case Kind::fault: return "fault";
    case Kind::rule: return "rule";
    case Kind::silence: return "silence";
    case Kind::setting: return "setting";
    case Kind::defect: return "defect";
    case Kind::duration: return "duration";
    case Kind::amount: return "amount";
    case Kind::notice: return "notice";
    case Kind::fiscal_code: return "fiscalCode";
    case Kind::number: return "number";
    case Kind::count: return "count";
    case Kind::status: return "status";
    case Kind::yes_no: return "yesNo";
    case Kind::path: return "text";
    case Kind::value: return "text";
    case Kind::cause: return "cause";
    case Kind::identifier: return "identifier";
    case Kind::company: return "companyName";
    case Kind::business: return "businessName";
    case Kind::password: return "password";
    case Kind::iban: return "iban";
    case Kind::codes: return "codes";
    case Kind::methods: return "methods";
    case Kind::url: return "url";
    case Kind::header: return "header";
    case Kind::choice: return {};
  }
  return {};
}

std::string_view pattern_of(Kind kind) {
  switch (kind) {
    case Kind::id: return "[a-z0-9-]+";
    case Kind::words: return "[a-z0-9-]+( [a-z0-9-]+)*";
    case Kind::duration: return "[0-9]+(\\.[0-9]{1,3})?(ms|s|m|h|d)";
    case Kind::amount: return "[0-9]+\\.[0-9]{2}";
    case Kind::notice: return "[0-9]{18}|\\{random\\}";
    case Kind::fiscal_code: return "[0-9]{11}";
    case Kind::number: return "0*[1-9][0-9]{0,5}";
    case Kind::count: return "[0-9]{1,6}";
    case Kind::status: return "[1-5][0-9]{2}";
    case Kind::cause: return "[A-Za-z0-9-]+ (sent|received|answered|unanswered)( [1-9][0-9]*)?";
    case Kind::iban: return contract::patterns::iban.text;
    case Kind::codes: return "[0-9]{2}( [0-9]{2})*";
    case Kind::url: return "https?://[^\\s/?#@]+(/[^\\s?#]*)?";
    case Kind::header: return "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
    default: return {};
  }
}

/// "(a|b)( (a|b))*": a list of words of an enumeration; XSD has lists of its own, but then a blank list is one.
std::string words_pattern(Kind kind) {
  const std::string word = "(" + joined(allowed_values({"", kind, false, "", {}}), "|") + ")";
  return word + "( " + word + ")*";
}

std::string simple_type(Kind kind) {
  std::string out = fmt::format("  <xs:simpleType name=\"{}\">\n", type_name(kind));
  out += documentation(describe(kind), "    ");
  out += "    <xs:restriction base=\"xs:string\">\n";
  const Attribute any{"", kind, false, "", {}};
  const bool list = kind == Kind::methods || kind == Kind::roles;
  for (const std::string& value : list ? std::vector<std::string>{} : allowed_values(any)) {
    const contract::Rule* rule = kind == Kind::rule ? contract::find_rule(value) : nullptr;
    if (rule == nullptr) out += fmt::format("      <xs:enumeration value=\"{}\"/>\n", escaped(value));
    else out += fmt::format("      <xs:enumeration value=\"{}\">\n{}      </xs:enumeration>\n", escaped(value), documentation(rule->en, "        "));
  }
  if (!pattern_of(kind).empty()) out += fmt::format("      <xs:pattern value=\"{}\"/>\n", escaped(pattern_of(kind)));
  if (list) out += fmt::format("      <xs:pattern value=\"{}\"/>\n", words_pattern(kind));
  if (const contract::Scalar* bounds = scalar_of(kind); bounds != nullptr && bounds->pattern == nullptr) {
    out += fmt::format("      <xs:minLength value=\"{}\"/>\n      <xs:maxLength value=\"{}\"/>\n", bounds->min_length, bounds->max_length);
  }
  if (kind == Kind::text) out += "      <xs:minLength value=\"1\"/>\n";
  return out + "    </xs:restriction>\n  </xs:simpleType>\n";
}

std::string attribute_xsd(const Attribute& a) {
  std::string out = fmt::format("      <xs:attribute name=\"{}\"{}", a.name, a.required ? " use=\"required\"" : "");
  if (a.kind != Kind::choice) return out + fmt::format(" type=\"{}\">\n{}      </xs:attribute>\n", type_name(a.kind), documentation(a.doc, "        "));
  out += ">\n" + documentation(a.doc, "        ") + "        <xs:simpleType><xs:restriction base=\"xs:string\">\n";
  for (const std::string_view Choice::*spelling : {&Choice::value, &Choice::alias}) {
    for (const Choice& choice : a.choices) {
      if (!(choice.*spelling).empty()) out += fmt::format("          <xs:enumeration value=\"{}\"/>\n", choice.*spelling);
    }
  }
  return out + "        </xs:restriction></xs:simpleType>\n      </xs:attribute>\n";
}


/// The name of the type of `row` where it stands in `parent`.
std::string type_of(const Element& row, const Element& parent) {
  std::string out = address(parent) + "." + std::string(row.name);
  for (char& c : out) c = c == '/' ? '.' : c;
  return out;
}

/// Whether `row` may stand in `parent`, itself in a file with this root.
bool stands_in(const Element& row, const Element& parent, std::string_view root) {
  return is_in(row, root) && find_element(row.name, address(parent)) == &row;
}

std::string complex_type(const Element& row, std::string_view root) {
  std::string out = row.has_text ? "    <xs:complexType mixed=\"true\">\n" : "    <xs:complexType>\n";
  std::string children;
  for (const Element& child : elements()) {
    if (stands_in(child, row, root)) children += fmt::format("        <xs:element name=\"{0}\" type=\"{1}\"/>\n", child.name, type_of(child, row));
  }
  if (!children.empty()) out += "      <xs:choice minOccurs=\"0\" maxOccurs=\"unbounded\">\n" + children + "      </xs:choice>\n";
  for (const Attribute& a : row.attributes) {
    if (is_in(a, root)) out += attribute_xsd(a);
  }
  return out + "    </xs:complexType>\n";
}

/// The type of `row` where it stands in `parent`.
std::string named_type(const Element& row, const Element& parent, std::string_view root) {
  std::string type = complex_type(row, root);
  const std::string_view open = row.has_text ? "    <xs:complexType mixed=\"true\">\n" : "    <xs:complexType>\n";
  type.erase(0, open.size());
  std::string out = fmt::format("  <xs:complexType name=\"{}\"{}>\n", type_of(row, parent), row.has_text ? " mixed=\"true\"" : "");
  return out + documentation(row.doc, "    ") + type.substr(0, type.size() - std::string_view("    </xs:complexType>\n").size()) + "  </xs:complexType>\n";
}

/// The elements that files with this root have, in the order of the table.
std::vector<const Element*> elements_of(std::string_view root) {
  std::vector<const Element*> reached{find_element(root, "")};
  for (std::size_t i = 0; i < reached.size(); ++i) {
    for (const Element& row : elements()) {
      const bool known = std::find(reached.begin(), reached.end(), &row) != reached.end();
      if (!known && stands_in(row, *reached[i], root)) reached.push_back(&row);
    }
  }
  std::sort(reached.begin(), reached.end(), [](const Element* a, const Element* b) { return a - elements().data() < b - elements().data(); });
  return reached;
}

}  // namespace

std::string xsd(std::string_view name) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<!-- Generated by `checkout-sim schema`" + std::string(name == registry_root ? ", of registries" : "") + ": do not edit. -->\n"
      "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n";
  const std::vector<const Element*> rows = elements_of(name);
  const Element& root = *find_element(name, "");
  out += fmt::format("  <xs:element name=\"{}\">\n", name) + documentation(root.doc, "    ") + complex_type(root, name) + "  </xs:element>\n";
  std::set<Kind> used;
  for (const Element* row : rows) {
    for (const Element* parent : rows) {
      if (stands_in(*row, *parent, name)) out += named_type(*row, *parent, name);
    }
    for (const Attribute& a : row->attributes) {
      if (is_in(a, name)) used.insert(a.kind == Kind::states || a.kind == Kind::path || a.kind == Kind::value ? Kind::text : a.kind);  // plain text
    }
  }
  for (const Kind kind : used) {
    if (kind != Kind::choice) out += simple_type(kind);
  }
  return out + "</xs:schema>\n";
}

}  // namespace sim::scenario
