// The XSD of scenario files, written from the element table: editors complete and check what the loader accepts.
#include <fmt/format.h>

#include "sim/contract/rules.hpp"
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
    case Kind::choice: return {};
  }
  return {};
}

std::string_view pattern_of(Kind kind) {
  switch (kind) {
    case Kind::id: return "[a-z0-9-]+";
    case Kind::words: return "[a-z0-9-]+( [a-z0-9-]+)*";
    case Kind::roles: return "(checkout|nodo|ec|psp)( (checkout|nodo|ec|psp))*";
    case Kind::duration: return "[0-9]+(\\.[0-9]{1,3})?(ms|s|m|h|d)";
    case Kind::amount: return "[0-9]+\\.[0-9]{2}";
    case Kind::notice: return "[0-9]{18}|\\{random\\}";
    case Kind::fiscal_code: return "[0-9]{11}";
    case Kind::number: return "0*[1-9][0-9]{0,5}";
    case Kind::count: return "[0-9]{1,6}";
    case Kind::status: return "[1-5][0-9]{2}";
    case Kind::cause: return "[A-Za-z0-9-]+ (sent|received|answered|unanswered)( [1-9][0-9]*)?";
    default: return {};
  }
}

std::string simple_type(Kind kind) {
  std::string out = fmt::format("  <xs:simpleType name=\"{}\">\n", type_name(kind));
  out += documentation(describe(kind), "    ");
  out += "    <xs:restriction base=\"xs:string\">\n";
  const Attribute any{"", kind, false, "", {}};
  for (const std::string& value : allowed_values(any)) {
    const contract::Rule* rule = kind == Kind::rule ? contract::find_rule(value) : nullptr;
    if (rule == nullptr) out += fmt::format("      <xs:enumeration value=\"{}\"/>\n", escaped(value));
    else out += fmt::format("      <xs:enumeration value=\"{}\">\n{}      </xs:enumeration>\n", escaped(value), documentation(rule->en, "        "));
  }
  if (!pattern_of(kind).empty()) out += fmt::format("      <xs:pattern value=\"{}\"/>\n", escaped(pattern_of(kind)));
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

std::string complex_type(const Element& row) {
  std::string out = row.has_text ? "    <xs:complexType mixed=\"true\">\n" : "    <xs:complexType>\n";
  std::string children;
  for (const Element& child : elements()) {
    if (find_element(child.name, address(row)) == &child) children += fmt::format("        <xs:element name=\"{0}\" type=\"{1}\"/>\n", child.name, type_of(child, row));
  }
  if (!children.empty()) out += "      <xs:choice minOccurs=\"0\" maxOccurs=\"unbounded\">\n" + children + "      </xs:choice>\n";
  for (const Attribute& a : row.attributes) out += attribute_xsd(a);
  return out + "    </xs:complexType>\n";
}

/// The type of `row` where it stands in `parent`.
std::string named_type(const Element& row, const Element& parent) {
  std::string type = complex_type(row);
  const std::string_view open = row.has_text ? "    <xs:complexType mixed=\"true\">\n" : "    <xs:complexType>\n";
  type.erase(0, open.size());
  std::string out = fmt::format("  <xs:complexType name=\"{}\"{}>\n", type_of(row, parent), row.has_text ? " mixed=\"true\"" : "");
  return out + documentation(row.doc, "    ") + type.substr(0, type.size() - std::string_view("    </xs:complexType>\n").size()) + "  </xs:complexType>\n";
}

}  // namespace

std::string xsd() {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<!-- Generated by `checkout-sim schema`: do not edit. -->\n"
      "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n";
  const Element& root = *find_element("scenario", "");
  out += "  <xs:element name=\"scenario\">\n" + documentation(root.doc, "    ") + complex_type(root) + "  </xs:element>\n";
  for (const Element& row : elements()) {
    for (const Element& parent : elements()) {
      if (find_element(row.name, address(parent)) == &row) out += named_type(row, parent);
    }
  }
  for (int kind = 0; kind < static_cast<int>(Kind::choice); ++kind) {
    const Kind k = static_cast<Kind>(kind);
    const bool shared = k == Kind::states || k == Kind::path || k == Kind::value;  // plain text
    if (!shared) out += simple_type(k);
  }
  return out + "</xs:schema>\n";
}

}  // namespace sim::scenario
