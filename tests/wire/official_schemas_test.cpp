// Our tables against the official schemas, document by document, and against the schemas that we generate.
// Two implementations that never saw each other's code must reach the same verdict on every document: ours, from the
// tables, and libxml2, from the official XSD. SIM_OFFICIAL_SCHEMAS names the folder that holds wsdl/ and xsd-common/;
// without it these tests say that they were skipped, for the official files are not ours to ship.
#include <array>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "sim/contract/breaks.hpp"
#include "sim/contract/generate.hpp"
#include "sim/contract/wsdl.hpp"
#include "sim/wire/codec.hpp"
#include "sim/wire/xml.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/schema_validator.hpp"

namespace {

using namespace sim::contract;
using sim::Random;
using sim::wire::encode;
using support::SchemaValidator;
using Opinion = SchemaValidator::Opinion;

constexpr int documents_each = 2000;  // valid ones of each message, and broken ones

// Where our verdict and the schemas' differ, and why that is right. Nothing else may differ.
// clang-format off
constexpr std::pair<std::string_view, std::string_view> known_differences[] = {
    {"missing-in-practice", "a rule between fields: optional in the schema, required in practice"},
    {"fault-with-ok",       "a rule between fields: an OK has no fault"},
    {"wrong-sum",           "a rule between fields: amounts add up"},
    {"wrong-sequence",      "a rule between fields: transfers count from 1"},
    {"two-in-body",         "the envelope's schema allows it; document/literal has one element in Body [WS-I BP 1.1, R2201]"},
    {"empty-body",          "the envelope's schema allows it; a message is expected here"},
    {"doctype",             "XML allows it; SOAP 1.1 forbids it, and it is refused at the door [SOAP 1.1, 3]"},
    {"other-encoding",      "XML allows it; everybody here speaks UTF-8"},
    {"blank at an edge",    "XML Schema collapses white space around dates and numbers [XSD 2, 4.3.6]; libxml2 not everywhere"},
    {"strange base64",      "XML Schema has one alphabet [XSD 2, 3.2.16]; libxml2 skips whatever is not in it"},
};
// clang-format on

/// The name of the difference that explains why the schemas judge this text of this type otherwise; empty: nothing does.
std::string_view explained(const Scalar& type, std::string_view text, bool we_take_it) {
  constexpr std::string_view blanks = " \t\n";
  const bool edge = !text.empty() && (blanks.find(text.front()) != std::string_view::npos || blanks.find(text.back()) != std::string_view::npos);
  if (type.collapses() && edge && we_take_it) return "blank at an edge";
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= ";
  if (type.base == "xsd:base64Binary" && text.find_first_not_of(alphabet) != std::string_view::npos && !we_take_it) return "strange base64";
  return {};
}

bool is_known(std::string_view kind) {
  for (const auto& known : known_differences) {
    if (known.first == kind) return true;
  }
  return false;
}

struct Official {
  SchemaValidator envelope;
  std::map<std::string_view, SchemaValidator> ports;
};

/// The official schemas, when the machine has them.
Official* official() {
  static const char* folder = std::getenv("SIM_OFFICIAL_SCHEMAS");
  if (folder == nullptr) return nullptr;
  static Official schemas = [] {
    Official out{SchemaValidator::from_file(std::string(folder) + "/xsd-common/envelope.xsd"), {}};
    for (const Port& port : ports()) {
      out.ports.emplace(port.name, SchemaValidator::from_file(std::string(folder) + "/wsdl/xsd/" + std::string(port.name) + ".xsd"));
    }
    return out;
  }();
  return &schemas;
}

bool skipped() {
  if (official() != nullptr) return false;
  MESSAGE("skipped: SIM_OFFICIAL_SCHEMAS does not name the folder of the official schemas");
  return true;
}

/// What is inside Body, as a document of its own, with the declarations of the envelope.
std::string payload(const std::string& bytes) {
  const std::string_view begin = "<soapenv:Body>";
  const std::size_t from = bytes.find(begin) + begin.size();
  std::string out = bytes.substr(from, bytes.find("</soapenv:Body>") - from);
  const std::size_t envelope = bytes.find("<soapenv:Envelope");
  const std::size_t prefix = bytes.find(" xmlns:", bytes.find(" xmlns:", envelope) + 1);  // the second: the first is soapenv's
  const std::string declaration = bytes.substr(prefix, bytes.find('>', prefix) - prefix);
  return out.insert(out.find_first_of(" >"), declaration);
}

std::string refusal_of(const std::variant<Body, Malformed>& said) {
  const auto* malformed = std::get_if<Malformed>(&said);
  return malformed == nullptr ? std::string{} : to_text(malformed->violations.front());
}

std::variant<Body, Malformed> read(const Message& like, std::string bytes) {
  return sim::wire::decode(primitive_of(like), leg_of(like), std::make_shared<const std::string>(std::move(bytes)));
}

/// Which document the schemas are asked about, and which schema is asked.
Opinion opinion_on(const Break& defect, const std::string& bytes, SchemaValidator& port, SchemaValidator& envelope) {
  switch (defect.patches.front().edit) {
    case Edit::other_envelope:
    case Edit::no_envelope:
    case Edit::no_body:
    case Edit::two_in_body:
    case Edit::empty_body:
    case Edit::cut:
    case Edit::doctype:
    case Edit::other_encoding:
    case Edit::nothing: return envelope.judge(bytes);
    default: return port.judge(payload(bytes));
  }
}

// What a value may look like that nobody thought of: compared, whatever the verdict.
constexpr std::string_view odd_texts[] = {
    "", " ", "0", "1", "-1", "+1", "01", "1.0", "1.00", "0.00", "00.01", "10.10", "1e2", "999999999.99", "1000000000.00", "000000000000000001.00", " 1.00 ", "\n1.00\t",
    "1,00", ".50", "5.", "NaN", "INF", "true", "false", "TRUE", " true ", "1 ", "OK", "KO", "ok", " OK", "OK ", "EQ", "F", "2031-03-31", "2031-02-29", "2028-02-29", "2031-3-31",
    "12-28-2021", "2031-03-31Z", "2031-03-31+14:00", "2031-03-31+14:01", "2031-03-31-13:59", "2031-03-31+25:00", "0000-01-01", "0001-01-01", "-0001-01-01", "12031-01-01", "02031-01-01",
    "2031-03-31T10:15:30", "2031-03-31T24:00:00", "2031-03-31T24:00:01", "2031-03-31T10:15:60", "2031-03-31T10:15:30.123456789", "2031-03-31T10:15:30.", "2031-03-31T10:15",
    "2031-03-31T10:15:30+02:00", " 2031-03-31 ", "77777777777", "7777777777", "777777777777", "0123456789a", "302001234567890123", "IT62S0103003200000000012345", "IT", "it62x",
    "a@b", "a@b.c", "a@", "@b", "a b@c", "A", "AB", "ABC", "ab", "QUJD", "QUI=", "QQ==", "QQ=", "QR==", "Q", "====", "QUJD QUJD", " QUJD", "QU\nJD", "0000000000_0000000000",
    "12345678901_abcdefghij", "a_b", "2147483647", "2147483648", "-2147483648", "-2147483649", "1800000", "1800001", "-99999999999999999999", "99999999999999999999", "6", "5", "creditCard", "PIPPO",
    "àèìòù€", "😀", "a\tb", "a\nb", "  a  b  ", "]]>", "&<>\"'"};


// ---- the structure of a schema, read as data ----

/// The documents of a schema: its own and the one that it imports.
class Schema {
 public:
  void add(const std::string& text) {
    auto parsed = sim::wire::XmlDocument::parse(text, {.bytes = text.size()});
    REQUIRE(parsed.has_value());
    documents_.push_back(std::make_unique<sim::wire::XmlDocument>(std::move(parsed).value()));
    for (XmlNode node = documents_.back()->root().first_child(); node; node = node.next()) {
      const std::string name = attribute(node, "name");
      if (node.local_name() == "element") roots_[name] = node;
      else if (!name.empty()) types_[name] = node;
    }
  }
  [[nodiscard]] std::set<std::string> roots() const {
    std::set<std::string> out;
    for (const auto& root : roots_) out.insert(root.first);
    return out;
  }
  /// One line a field, in order: path, occurrences, the choice that it is in, and what its type demands.
  [[nodiscard]] std::vector<std::string> fields(const std::string& root) const {
    std::vector<std::string> out;
    describe(local(attribute(roots_.at(root), "type")), "", out);
    return out;
  }

 private:
  using XmlNode = sim::wire::XmlNode;
  static std::string attribute(XmlNode node, std::string_view name) {
    for (const auto& a : node.attributes()) {
      if (a.name == name) return std::string(a.value);
    }
    return {};
  }
  static std::string local(const std::string& name) { return name.substr(name.find(':') + 1); }

  void describe(const std::string& type, const std::string& at, std::vector<std::string>& out) const { children(types_.at(type), at, "", out); }

  void children(XmlNode node, const std::string& at, const std::string& choice, std::vector<std::string>& out) const {
    const std::string_view name = node.local_name();
    if (name == "extension") describe(local(attribute(node, "base")), at, out);
    std::string in = choice;
    if (name == "choice") in = attribute(node, "minOccurs") == "0" ? " one or none of a choice" : " one of a choice";
    for (XmlNode child = node.first_child(); child; child = child.next()) {
      if (child.local_name() == "element") element(child, at, in, out);
      else children(child, at, in, out);
    }
  }

  void element(XmlNode node, const std::string& at, const std::string& choice, std::vector<std::string>& out) const {
    const std::string path = at + "/" + attribute(node, "name");
    const std::string least = attribute(node, "minOccurs");
    const std::string most = attribute(node, "maxOccurs");
    const std::string type = local(attribute(node, "type"));
    const auto known = types_.find(type);
    const bool group = known != types_.end() && known->second.local_name() == "complexType";
    out.push_back(path + " " + (least.empty() ? "1" : least) + ".." + (most.empty() ? "1" : most) + choice + (group ? "" : " " + simple(type)));
    if (group) describe(type, path, out);
  }

  /// What a simple type demands. Facets that others of the same type imply are left out: a length beside an enumeration
  /// or beside a pattern of that length, a least amount of 0.00 beside a pattern without sign.
  [[nodiscard]] std::string simple(const std::string& type) const {
    const auto known = types_.find(type);
    if (known == types_.end()) return "xsd:" + type;
    const XmlNode restriction = known->second.first_child();
    std::set<std::string> values;
    std::map<std::string, std::string> facets;
    for (XmlNode facet = restriction.first_child(); facet; facet = facet.next()) {
      if (facet.local_name() == "enumeration") values.insert(attribute(facet, "value"));
      else facets[std::string(facet.local_name())] = attribute(facet, "value");
    }
    if (!values.empty() || facets.contains("pattern")) facets.erase("length");
    if (const auto length = facets.find("length"); length != facets.end()) {
      facets["minLength"] = facets["maxLength"] = length->second;
      facets.erase("length");
    }
    if (!values.empty()) facets.erase("maxLength");
    if (facets["minInclusive"] == "0.00") facets.erase("minInclusive");
    if (facets["minInclusive"].empty()) facets.erase("minInclusive");
    std::string out = "xsd:" + local(attribute(restriction, "base"));
    for (const std::string& value : values) out += " =" + value;
    for (const auto& [name, value] : facets) out += " " + name + ":" + value;
    return out;
  }

  std::vector<std::unique_ptr<sim::wire::XmlDocument>> documents_;
  std::map<std::string, XmlNode> types_, roots_;
};

std::string text_of_file(const std::string& path) {
  const std::optional<std::string> bytes = support::bytes_of_file(path);
  REQUIRE_MESSAGE(bytes.has_value(), path);
  return *bytes;
}

}  // namespace

TEST_CASE("the official schemas and our tables agree on every document, valid or broken") {
  if (skipped()) return;
  REQUIRE(official()->envelope.is_usable());
  Random random(1, "official schemas");
  std::size_t documents = 0;
  std::size_t disagreements = 0;
  std::map<std::string_view, std::size_t> differences;
  for (const Primitive& row : primitives()) {
    if (row.port == nullptr) continue;
    SchemaValidator& schema = official()->ports.at(row.port->name);
    REQUIRE_MESSAGE(schema.is_usable(), schema.complaint());
    for (const Leg leg : {Leg::request, Leg::response}) {
      const std::string name = std::string(row.name) + " " + std::string(to_text(leg));
      CAPTURE(name);
      const auto disagree = [&](const std::string& why, const std::string& bytes) {
        if (++disagreements <= 20) MESSAGE(name, ": ", why, "\n  the schema says: ", schema.complaint(), "\n  ", bytes.substr(0, 3000));
      };
      for (int i = 0; i < documents_each; ++i, ++documents) {
        const Message message = generate(row.id, leg, random);
        const std::string bytes = encode(message);
        const std::string refused = refusal_of(read(message, bytes));
        if (!refused.empty()) disagree("we refuse what we generated: " + refused, bytes);
        if (schema.judge(payload(bytes)) != Opinion::valid) disagree("the schema refuses what we generated", bytes);
      }
      for (int i = 0; i < documents_each; ++i, ++documents) {
        const Message message = generate(row.id, leg, random);
        const std::vector<Break> breaks = breaks_of(message);
        const Break& defect = breaks[random.below(breaks.size())];
        const std::string bytes = encode(message, defect.patches);
        if (refusal_of(read(message, bytes)).empty()) disagree("we take it although it is broken: " + to_text(defect), bytes);
        const bool accepted = opinion_on(defect, bytes, schema, official()->envelope) == Opinion::valid;
        if (!accepted) continue;
        if (is_known(defect.kind->name)) ++differences[defect.kind->name];
        else disagree("the schema takes what we broke: " + to_text(defect), bytes);
      }
      // Any text in any leaf: nobody knows beforehand who is right, and both must say the same.
      const std::vector<std::string> leaves = leaf_paths(record_of(row.id, leg));
      for (int i = 0; i < documents_each / 2; ++i, ++documents) {
        const Message message = generate(row.id, leg, random, Fullness::full);
        const std::string& path = leaves[random.below(leaves.size())];
        if (!text_at(message, path)) continue;  // the other alternative of a choice
        const std::string text(odd_texts[random.below(std::size(odd_texts))]);
        const std::string bytes = encode(message, std::array{Patch{path, text, Edit::change}});
        const auto said = read(message, bytes);
        const auto* malformed = std::get_if<Malformed>(&said);
        const bool semantic = malformed != nullptr && malformed->violations.front().defect == Defect::semantic;
        const bool ours = malformed == nullptr || semantic;
        if (ours == (schema.judge(payload(bytes)) == Opinion::valid)) continue;
        const std::string_view why = explained(*field_at(record_of(row.id, leg), path)->scalar, text, ours);
        if (!why.empty()) ++differences[why];
        else disagree((ours ? "we take '" : "we refuse '") + text + "' at " + path + " " + refusal_of(said), bytes);
      }
    }
  }
  std::string known;
  for (const auto& [kind, count] : differences) known += "\n  " + std::string(kind) + ": " + std::to_string(count);
  MESSAGE(documents, " documents, ", disagreements, " unexplained disagreements; known differences:", known);
  CHECK(disagreements == 0);
}

TEST_CASE("the schemas that we generate take and refuse what the official ones do") {
  if (skipped()) return;
  Random random(2, "generated schemas");
  std::size_t documents = 0;
  std::size_t disagreements = 0;
  for (const Port& port : ports()) {
    SchemaValidator& theirs = official()->ports.at(port.name);
    SchemaValidator ours = SchemaValidator::from_text(xsd_of(port));
    REQUIRE_MESSAGE(ours.is_usable(), ours.complaint());
    for (const Primitive& row : primitives()) {
      if (row.port != &port) continue;
      for (const Leg leg : {Leg::request, Leg::response}) {
        CAPTURE(row.name);
        const std::vector<std::string> leaves = leaf_paths(record_of(row.id, leg));
        for (int i = 0; i < documents_each; ++i, ++documents) {
          const Message message = generate(row.id, leg, random);
          std::string bytes;
          std::string what = "valid";
          if (i % 4 == 1) {
            const std::string& path = leaves[random.below(leaves.size())];
            what = std::string(odd_texts[random.below(std::size(odd_texts))]);
            bytes = encode(message, std::array{Patch{path, what, Edit::change}});
          } else if (i % 2 == 0) {
            const std::vector<Break> breaks = breaks_of(message);
            const Break& defect = breaks[random.below(breaks.size())];
            if (is_of_document(defect.patches.front().edit)) continue;
            what = to_text(defect);
            bytes = encode(message, defect.patches);
          } else {
            bytes = encode(message);
          }
          const std::string document = payload(bytes);
          if (ours.judge(document) == theirs.judge(document)) continue;
          if (++disagreements <= 10) MESSAGE(row.name, ": ", what, "; ours: ", ours.complaint(), "; official: ", theirs.complaint(), "\n", document.substr(0, 2000));
        }
      }
    }
  }
  MESSAGE(documents, " documents, ", disagreements, " disagreements");
  CHECK(disagreements == 0);
}

TEST_CASE("field by field, our schemas say what the official ones say: names, order, occurrences, choices, types") {
  if (skipped()) return;
  const std::string folder = std::getenv("SIM_OFFICIAL_SCHEMAS");
  std::size_t fields = 0;
  for (const Port& port : ports()) {
    Schema theirs;
    theirs.add(text_of_file(folder + "/xsd-common/sac-common-types-1.0.xsd"));
    theirs.add(text_of_file(folder + "/wsdl/xsd/" + std::string(port.name) + ".xsd"));
    Schema ours;
    ours.add(xsd_of(port));
    const std::set<std::string> official_roots = theirs.roots();
    for (const std::string& root : ours.roots()) {
      CAPTURE(root);
      REQUIRE(official_roots.contains(root));
      const std::vector<std::string> is = ours.fields(root);
      const std::vector<std::string> should = theirs.fields(root);
      for (std::size_t i = 0; i < std::max(is.size(), should.size()); ++i) {
        const std::string mine = i < is.size() ? is[i] : "nothing";
        const std::string official_one = i < should.size() ? should[i] : "nothing";
        CHECK(mine == official_one);
        if (mine != official_one) break;  // what follows is shifted
        ++fields;
      }
    }
    // What the official port has and we do not: reporting flows and catalogues, which no payment needs.
    for (const std::string& root : official_roots) {
      CAPTURE(root);
      CHECK((ours.roots().contains(root) || root.starts_with("nodoInvia") || root.starts_with("nodoChiedi")));
    }
  }
  MESSAGE(fields, " fields compared");
}
