#include "sim/contract/wsdl.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "sim/check.hpp"

namespace sim::contract {
namespace {

constexpr std::string_view schema_namespace = "http://www.w3.org/2001/XMLSchema";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '"') out += "&quot;";
    else out += c;
  }
  return out;
}

bool is_built_in(const Scalar& scalar) { return scalar.type.starts_with("xsd:"); }
std::string type_of(const Field& f) {
  if (f.record != nullptr) return fmt::format("tns:{}", f.table()->type);
  return is_built_in(*f.scalar) ? std::string(f.scalar->type) : fmt::format("tns:{}", f.scalar->type);
}

std::string facet(std::string_view name, std::string_view value) {
  return fmt::format("      <xsd:{} value=\"{}\"/>\n", name, escaped(value));
}
std::string bound(const Scalar& scalar, std::int64_t value) {
  return scalar.kind == Kind::amount ? to_text(Amount{value}) : std::to_string(value);
}

std::string simple_type(const Scalar& s) {
  std::string out = fmt::format("  <xsd:simpleType name=\"{}\">\n    <xsd:restriction base=\"{}\">\n", s.type, s.base);
  for (const std::string_view value : s.values) out += facet("enumeration", value);
  if (s.pattern != nullptr) out += facet("pattern", s.pattern->text);
  if (s.min_length > 0) out += facet("minLength", std::to_string(s.min_length));
  if (s.max_length != std::numeric_limits<std::size_t>::max()) out += facet("maxLength", std::to_string(s.max_length));
  const bool number = s.kind == Kind::amount || s.kind == Kind::integer;
  if (number && s.values.empty()) {
    if (s.min != std::numeric_limits<std::int64_t>::min()) out += facet("minInclusive", bound(s, s.min));
    if (s.max != std::numeric_limits<std::int64_t>::max()) out += facet("maxInclusive", bound(s, s.max));
  }
  return out + "    </xsd:restriction>\n  </xsd:simpleType>\n";
}

std::string element(const Field& f, std::string_view indent) {
  std::string out = fmt::format("{}<xsd:element name=\"{}\" type=\"{}\"", indent, f.name, type_of(f));
  if (f.choice == 0 && f.min == 0) out += " minOccurs=\"0\"";
  if (f.max > 1) out += fmt::format(" maxOccurs=\"{}\"", f.max);
  return out + "/>\n";
}

std::string complex_type(const Record& record) {
  std::string out = fmt::format("  <xsd:complexType name=\"{}\">\n    <xsd:sequence>\n", record.type);
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    const Field& f = record.fields[i];
    if (f.choice == 0) {
      out += element(f, "      ");
      continue;
    }
    const bool opens = i == 0 || record.fields[i - 1].choice != f.choice;
    const bool closes = i + 1 == record.fields.size() || record.fields[i + 1].choice != f.choice;
    if (opens) out += fmt::format("      <xsd:choice{}>\n", f.choice_optional ? " minOccurs=\"0\"" : "");
    out += element(f, "        ");
    if (closes) out += "      </xsd:choice>\n";
  }
  return out + "    </xsd:sequence>\n  </xsd:complexType>\n";
}

/// Every type that a port's messages use, once each, in the order in which they are met.
class Types {
 public:
  void collect(const Record& record) {
    if (!add(record.type, complex_type(record), complex)) return;
    for (const Field& f : record.fields) {
      if (f.record != nullptr) collect(*f.table());
      else if (!is_built_in(*f.scalar)) add(f.scalar->type, simple_type(*f.scalar), simple);
    }
  }
  std::string simple, complex;

 private:
  /// One name, one type: two tables that give a name different meanings in one port are a mistake of ours.
  bool add(std::string_view name, std::string definition, std::string& into) {
    const auto [place, fresh] = known_.emplace(name, definition);
    SIM_CHECK(place->second == definition);
    if (fresh) into += definition;
    return fresh;
  }
  std::map<std::string, std::string, std::less<>> known_;
};

/// The schema element, each line after `indent`.
std::string schema(const Port& port, std::string_view indent) {
  Types types;
  std::string roots;
  for (const Primitive& row : primitives()) {
    if (row.port != &port) continue;
    for (const Leg leg : {Leg::request, Leg::response}) {
      const Record& record = record_of(row.id, leg);
      types.collect(record);
      roots += fmt::format("  <xsd:element name=\"{0}\" type=\"tns:{0}\"/>\n", record.type);
    }
  }
  const std::string plain = fmt::format(
      "<xsd:schema xmlns:xsd=\"{}\" xmlns:tns=\"{}\" targetNamespace=\"{}\" elementFormDefault=\"unqualified\">\n{}{}{}</xsd:schema>\n",
      schema_namespace, port.xml_namespace, port.xml_namespace, types.simple, types.complex, roots);
  std::string out;
  for (std::size_t at = 0; at < plain.size();) {
    const std::size_t end = plain.find('\n', at) + 1;
    out.append(indent).append(plain, at, end - at);
    at = end;
  }
  return out;
}

constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

}  // namespace

std::string xsd_of(const Port& port) { return std::string(declaration) + schema(port, ""); }

std::string wsdl_of(const Port& port, std::string_view address) {
  std::string messages;
  std::string operations;
  std::string bindings;
  for (const Primitive& row : primitives()) {
    if (row.port != &port) continue;
    for (const Leg leg : {Leg::request, Leg::response}) {
      const std::string_view root = record_of(row.id, leg).type;
      messages += fmt::format("  <wsdl:message name=\"{0}\">\n    <wsdl:part name=\"body\" element=\"msg:{0}\"/>\n  </wsdl:message>\n", root);
    }
    operations += fmt::format(
        "    <wsdl:operation name=\"{}\">\n      <wsdl:input message=\"tns:{}\"/>\n      <wsdl:output message=\"tns:{}\"/>\n    </wsdl:operation>\n",
        row.name, row.request().type, row.response().type);
    bindings += fmt::format(
        "    <wsdl:operation name=\"{0}\">\n      <soap:operation soapAction=\"{0}\"/>\n      <wsdl:input>\n        <soap:body use=\"literal\"/>\n"
        "      </wsdl:input>\n      <wsdl:output>\n        <soap:body use=\"literal\"/>\n      </wsdl:output>\n    </wsdl:operation>\n",
        row.name);
  }
  std::string out(declaration);
  const auto add = [&out](std::string_view format, auto&&... values) { fmt::format_to(std::back_inserter(out), fmt::runtime(format), values...); };
  add("<wsdl:definitions xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\" xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\"\n"
      "    xmlns:tns=\"{0}\" xmlns:msg=\"{1}\" targetNamespace=\"{0}\">\n  <wsdl:types>\n",
      port.wsdl_namespace, port.xml_namespace);
  out += schema(port, "    ");
  add("  </wsdl:types>\n{0}  <wsdl:portType name=\"{1}\">\n{2}  </wsdl:portType>\n", messages, port.name, operations);
  add("  <wsdl:binding name=\"{0}Binding\" type=\"tns:{0}\">\n    <soap:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>\n{1}  </wsdl:binding>\n",
      port.name, bindings);
  add("  <wsdl:service name=\"{0}Service\">\n    <wsdl:port name=\"{0}Port\" binding=\"tns:{0}Binding\">\n      <soap:address location=\"{1}\"/>\n"
      "    </wsdl:port>\n  </wsdl:service>\n</wsdl:definitions>\n",
      port.name, escaped(address.empty() ? port.address : address));
  return out;
}

}  // namespace sim::contract
