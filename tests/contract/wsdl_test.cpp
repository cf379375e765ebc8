// The generated XSD and WSDL, without the official files: they are well formed, they hold every message, and every facet
// in them matters. Each line of a schema that restricts something is loosened in turn, and some document that our tables
// generate or break must get another verdict; a facet that can go unnoticed is either dead or untested.
#include "sim/contract/wsdl.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "sim/contract/breaks.hpp"
#include "sim/contract/generate.hpp"
#include "sim/wire/codec.hpp"
#include "sim/wire/xml.hpp"
#include "tests/support/schema_validator.hpp"

namespace {

using namespace sim::contract;
using support::SchemaValidator;
using Opinion = SchemaValidator::Opinion;

/// What is inside Body, with the namespace that the envelope declares.
std::string payload_of(const std::string& bytes, const Port& port) {
  const std::string_view begin = "<soapenv:Body>";
  const std::size_t from = bytes.find(begin) + begin.size();
  std::string out = bytes.substr(from, bytes.find("</soapenv:Body>") - from);
  return out.insert(out.find_first_of(" >"), " xmlns:" + std::string(port.prefix) + "=\"" + std::string(port.xml_namespace) + "\"");
}

struct Document {
  std::string text;
  bool valid;
  SchemaValidator::Tree tree = {};
};

/// The message with each value of each enumeration in it.
void every_value_of(const Message& message, const Port& port, std::set<std::string>& seen, std::vector<Document>& out) {
  const Record& record = record_of(primitive_of(message), leg_of(message));
  for (const std::string& path : leaf_paths(record)) {
    const Scalar& type = *field_at(record, path)->scalar;
    if (!text_at(message, path)) continue;
    for (const std::string_view value : type.values) {
      if (!seen.insert("value " + std::string(type.type) + " " + std::string(value)).second) continue;
      out.push_back({payload_of(sim::wire::encode(message, std::vector<Patch>{{path, std::string(value), Edit::change}}), port), true});
    }
  }
}

/// Sound and broken documents of every message of a port, each with the verdict of our tables.
std::vector<Document> documents_of(const Port& port) {
  sim::Random random(1, "facets");
  std::vector<Document> out;
  std::set<std::string> seen;  // the same defect of the same structure says nothing new
  for (const Primitive& row : primitives()) {
    if (row.port != &port) continue;
    for (const Leg leg : {Leg::request, Leg::response}) {
      for (int i = 0; i < 24; ++i) {
        const Fullness fullness = i < 8 ? Fullness::minimal : i < 16 ? Fullness::full : Fullness::some;
        const Message message = generate(row.id, leg, random, fullness);
        out.push_back({payload_of(sim::wire::encode(message), port), true});
        if (fullness != Fullness::full) continue;
        every_value_of(message, port, seen, out);
        for (const Break& defect : breaks_of(message)) {
          const bool of_schema = defect.kind->target != Target::root && defect.kind->target != Target::rule;
          if (!of_schema) continue;
          const std::size_t slash = defect.path.rfind('/');
          const std::string parent = slash == std::string::npos ? std::string() : defect.path.substr(0, slash);
          const Field* group = parent.empty() ? nullptr : field_at(record_of(row.id, leg), parent);
          const std::string_view structure = group == nullptr ? record_of(row.id, leg).type : group->table()->type;
          if (!seen.insert(std::string(structure) + " " + std::string(defect.kind->name) + " " + defect.path.substr(slash + 1)).second) continue;
          out.push_back({payload_of(sim::wire::encode(message, defect.patches), port), false});
        }
      }
    }
  }
  return out;
}

/// The schema with one restriction taken away or moved, for each restriction in it.
std::vector<std::pair<std::string, std::string>> loosened(const std::string& schema) {
  std::vector<std::pair<std::string, std::string>> out;
  for (std::size_t at = 0; at < schema.size();) {
    const std::size_t end = schema.find('\n', at) + 1;
    const std::string line = schema.substr(at, end - at);
    const auto with = [&](const std::string& other, const std::string& what) { out.emplace_back(what + ": " + line, schema.substr(0, at) + other + schema.substr(end)); };
    for (const std::string_view facet : {"enumeration", "pattern", "minLength", "maxLength", "minInclusive", "maxInclusive"}) {
      if (line.find("<xsd:" + std::string(facet) + " ") != std::string::npos) with("", "without");
    }
    if (const std::size_t optional = line.find(" minOccurs=\"0\""); optional != std::string::npos) with(std::string(line).erase(optional, 14), "required");
    if (const std::size_t most = line.find(" maxOccurs=\""); most != std::string::npos) {
      std::string more = line;
      with(more.replace(most, line.find('"', most + 12) - most, " maxOccurs=\"99"), "without end");
    }
    const bool required = line.find("<xsd:element ") != std::string::npos && line.starts_with("      <") && line.find("minOccurs") == std::string::npos;
    if (required) {
      std::string optional = line;
      with(optional.insert(optional.find("/>"), " minOccurs=\"0\""), "optional");
    }
    at = end;
  }
  return out;
}

/// Restrictions that other ones imply: taking them away changes nothing, in the official schemas as in ours.
bool is_implied(const std::string& what) {
  return what.find("minInclusive value=\"0.00\"") != std::string::npos ||  // the pattern has no sign
         what.find("pattern value=\".{4,72}\"") != std::string::npos;      // drawn and broken within its length
}

}  // namespace

TEST_CASE("no restriction of a generated schema can be loosened unnoticed") {
  std::size_t restrictions = 0;
  for (const Port& port : ports()) {
    std::vector<Document> documents = documents_of(port);
    const std::string schema = xsd_of(port);
    SchemaValidator whole = SchemaValidator::from_text(schema);
    REQUIRE(whole.is_usable());
    for (Document& d : documents) {
      CAPTURE(d.text);
      d.tree = whole.read(d.text);
      REQUIRE((whole.judge(d.tree) == Opinion::valid) == d.valid);
    }
    for (const auto& [which, other] : loosened(schema)) {
      const std::string& what = which;
      if (is_implied(what)) continue;
      ++restrictions;
      SchemaValidator validator = SchemaValidator::from_text(other);
      REQUIRE_MESSAGE(validator.is_usable(), what);
      bool noticed = false;
      for (std::size_t i = 0; i < documents.size() && !noticed; ++i) noticed = (validator.judge(documents[i].tree) == Opinion::valid) != documents[i].valid;
      CAPTURE(port.name);
      CHECK_MESSAGE(noticed, what);
    }
  }
  MESSAGE(restrictions, " restrictions, each noticed by some document");
  CHECK(restrictions > 250);
}

TEST_CASE("a WSDL names every operation of its port, with the message elements, the SOAPAction and the address") {
  for (const Port& port : ports()) {
    const std::string wsdl = wsdl_of(port, "http://127.0.0.1:1/x");
    REQUIRE(sim::wire::XmlDocument::parse(wsdl).has_value());
    CHECK(wsdl.find("targetNamespace=\"" + std::string(port.wsdl_namespace) + "\"") != std::string::npos);
    CHECK(wsdl.find("<soap:address location=\"http://127.0.0.1:1/x\"/>") != std::string::npos);
    std::size_t operations = 0;
    for (const Primitive& row : primitives()) {
      const bool ours = row.port == &port;
      CAPTURE(row.name);
      CHECK((wsdl.find("<wsdl:operation name=\"" + std::string(row.name) + "\">") != std::string::npos) == ours);
      if (!ours) continue;
      ++operations;
      CHECK(wsdl.find("soapAction=\"" + std::string(row.name) + "\"") != std::string::npos);
      for (const Leg leg : {Leg::request, Leg::response}) {
        const std::string root(record_of(row.id, leg).type);
        CHECK(wsdl.find("element=\"msg:" + root + "\"") != std::string::npos);
        CHECK(wsdl.find("<xsd:element name=\"" + root + "\" type=\"tns:" + root + "\"/>") != std::string::npos);
      }
    }
    CHECK(operations >= 2);
  }
  CHECK(wsdl_of(*find_port("paForNode")).find("location=\"" + std::string(find_port("paForNode")->address) + "\"") != std::string::npos);
  CHECK(find_port("paForNodo") == nullptr);
}
