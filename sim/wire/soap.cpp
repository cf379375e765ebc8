#include "sim/wire/soap.hpp"

#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "sim/wire/payload.hpp"
#include "sim/wire/utf8.hpp"
#include "sim/wire/xml.hpp"

namespace sim::wire {
namespace {

using contract::Defect;
using contract::Edit;
using contract::Field;
using contract::Message;
using contract::Patch;
using contract::Record;
using contract::Violation;

constexpr std::string_view envelope_namespace = "http://schemas.xmlsoap.org/soap/envelope/";

// ---- writing ----

/// Bytes written one after the other into room that was made before: a string that checks its capacity at every tag
/// costs more than the tags.
class Sink {
 public:
  explicit Sink(std::size_t usual) : bytes_(usual, '\0') {}
  void room_for(std::size_t more) {
    if (bytes_.size() - at_ < more) bytes_.resize(2 * bytes_.size() + more);
  }
  void put(std::string_view text) {
    std::memcpy(bytes_.data() + at_, text.data(), text.size());
    at_ += text.size();
  }
  void put(char c) { bytes_[at_++] = c; }
  void put_open(std::string_view name) {
    put('<');
    put(name);
    put('>');
  }
  void put_close(std::string_view name) {
    put('<');
    put('/');
    put_rest(name);
  }
  std::string take() && {
    bytes_.resize(at_);
    return std::move(bytes_);
  }

 private:
  void put_rest(std::string_view name) {
    put(name);
    put('>');
  }
  std::string bytes_;
  std::size_t at_ = 0;
};

constexpr std::size_t tags = 2 + 3;  // what a pair of tags takes beside the two names

void write_scalar(Sink& out, std::string_view name, const contract::Scalar& scalar, const void* item) {
  std::string made;
  std::string_view text;
  if (scalar.kind == contract::Kind::text) {
    text = *static_cast<const std::string*>(item);
    if (needs_escape(text)) {
      append_xml_text(made, text);
      text = made;
    }
  } else {
    text = made = contract::scalar_text(scalar, item);
  }
  out.room_for(2 * name.size() + tags + text.size());
  out.put_open(name);
  out.put(text);
  out.put_close(name);
}

void write(Sink& out, const Record& record, const void* owner) {
  for (const Field& f : record.fields) {
    const std::size_t n = f.count(owner);
    for (std::size_t i = 0; i < n; ++i) {
      const void* item = f.item(owner, i);
      if (f.record == nullptr) {
        write_scalar(out, f.name, *f.scalar, item);
        continue;
      }
      out.room_for(f.name.size() + tags);
      out.put_open(f.name);
      write(out, *f.record(), item);
      out.room_for(f.name.size() + tags);
      out.put_close(f.name);
    }
  }
}

/// What stands around the payload; edits of the whole document change it.
struct Frame {
  std::string declaration = R"(<?xml version="1.0" encoding="UTF-8"?>)";
  std::string envelope_uri{envelope_namespace};
  std::string open, close;  ///< the tags of the root element
  std::string declared;     ///< its prefix, bound where the envelope begins
};

Frame frame_of(const contract::Port& port, std::string_view root) {
  Frame out;
  out.open = fmt::format("{}:{}", port.prefix, root);
  out.close = out.open;
  out.declared = fmt::format(" xmlns:{}=\"{}\"", port.prefix, port.xml_namespace);
  return out;
}

/// Puts the payload into its frame, spoilt by at most one edit of the whole document.
std::string framed(const contract::Port& port, std::string_view root, const std::string& payload, Edit edit) {
  Frame f = frame_of(port, root);
  switch (edit) {
    case Edit::root_renamed: f.open = f.close = f.open + "NonEsiste"; break;
    case Edit::root_foreign: f.declared = fmt::format(" xmlns:{}=\"urn:altro\"", port.prefix); break;
    case Edit::root_bare: f.open = f.close = std::string(root); break;
    case Edit::root_default_namespace:
      f.close = root;
      f.open = fmt::format("{} xmlns=\"{}\"", root, port.xml_namespace);
      break;
    case Edit::other_envelope: f.envelope_uri = "http://www.w3.org/2003/05/soap-envelope"; break;
    case Edit::other_encoding: f.declaration = R"(<?xml version="1.0" encoding="ISO-8859-1"?>)"; break;
    case Edit::doctype: f.declaration += "<!DOCTYPE soapenv:Envelope>"; break;
    case Edit::nothing: return {};
    default: break;
  }
  std::string element = fmt::format("<{}>{}</{}>", f.open, payload, f.close);
  switch (edit) {
    case Edit::ampersand: element.insert(element.size() - f.close.size() - 3, "<e>a & b</e>"); break;
    case Edit::mismatched: element.insert(element.size() - f.close.size() - 3, "<e>"); break;
    case Edit::bad_utf8: element.insert(element.size() - f.close.size() - 3, "<e>\xC3\x28</e>"); break;
    case Edit::two_in_body: element += element; break;
    case Edit::empty_body: element.clear(); break;
    case Edit::no_envelope: return f.declaration + element.insert(1 + f.open.size(), f.declared);
    default: break;
  }
  if (edit != Edit::no_body) element = "<soapenv:Body>" + element + "</soapenv:Body>";
  else element.clear();
  std::string out = fmt::format("{}<soapenv:Envelope xmlns:soapenv=\"{}\"{}><soapenv:Header/>{}</soapenv:Envelope>", f.declaration,
                                f.envelope_uri, f.declared, element);
  if (edit == Edit::cut) out.resize(out.size() * 2 / 3);
  return out;
}

// ---- reading ----

constexpr std::string_view schema_instance = "http://www.w3.org/2001/XMLSchema-instance";
// A reader mends what is wrong a few things at a time; a document made of nothing but mistakes must not fill the memory.
constexpr std::size_t most_violations = 100;

class Reader {
 public:
  Reader(std::vector<Violation>& out, std::string_view root) : out_(out) { path_.push_back({root, 0}); }

  void read(const Record& record, void* owner, XmlNode element) {
    if (element.has_attributes()) attributes(rule(record), element);
    if (element.has_text()) report(Defect::unknown, {}, record, text_of(element), {"solo elementi", "elements only"});
    const std::uint32_t outer = std::exchange(seen_, 0);
    std::size_t position = 0;  // of the field that the next child may be
    for (XmlNode child = element.first_child(); child && !full(); child = child.next()) read_child(record, owner, child, position);
    finish(record, owner);
    seen_ = outer;
  }

 private:
  void read_child(const Record& record, void* owner, XmlNode child, std::size_t& position) {
    const std::string_view name = child.local_name();
    const std::size_t index = index_of(record, name, position);
    if (index == record.fields.size()) {
      const std::string names = names_of(record);
      report(Defect::unknown, name, record, name, {names, names});
      return;
    }
    const Field& f = record.fields[index];
    if (!child.namespace_uri().empty()) {
      report(Defect::wrong_namespace, name, record, child.namespace_uri(),
             {"nessun namespace: solo il primo elemento nel Body ne ha uno", "no namespace: only the first element in Body is qualified"});
    }
    if (f.max == 1 ? seen(index) : f.count(owner) >= f.max) {
      report(Defect::too_many, name, record, name, {fmt::format("al massimo {}", f.max), fmt::format("at most {}", f.max)});
      return;
    }
    if (index < position) {
      const std::string names = names_of(record);
      report(Defect::out_of_order, name, record, name, {"l'ordine dello schema: " + names, "the order of the schema: " + names});
    } else {
      position = index;
    }
    mark(index);
    void* item = f.add(owner);
    path_.push_back({f.name, f.max > 1 ? f.count(owner) : 0});
    if (f.record != nullptr) read(*f.record(), item, child);
    else scalar(*f.scalar, item, child);
    path_.pop_back();
  }

  [[nodiscard]] bool seen(std::size_t index) const { return (seen_ >> index & 1U) != 0; }
  void mark(std::size_t index) { seen_ |= 1U << index; }

  void scalar(const contract::Scalar& type, void* item, XmlNode element) {
    if (element.has_attributes()) attributes(rule_of(type), element);
    std::string scratch;
    std::string_view text;
    if (!element.leaf_text(scratch, text)) {
      report({Defect::unknown, place(), rule_of(type), quoted(element.first_child().name()), {"solo testo", "text only"}});
      return;
    }
    if (!contract::store_scalar(type, text, item)) {
      report({Defect::bad_value, place(), rule_of(type), quoted(text), contract::describe(type)});
    }
  }

  /// Only who reports pays for the text of a place.
  [[nodiscard]] std::string place() const {
    std::string out;
    for (const Step& step : path_) {
      out.append("/").append(step.name);
      if (step.index != 0) out.append("[").append(std::to_string(step.index)).append("]");
    }
    return out;
  }
  static std::string text_of(XmlNode element) {
    std::string scratch;
    return std::string(element.text(scratch));
  }

  /// A payload has no attributes. Hints about where schemas are mean nothing and are let through [XSD 2.6].
  void attributes(const std::string& rule, XmlNode element) {
    for (const XmlAttribute& a : element.attributes()) {
      const std::string_view local = a.name.substr(a.name.find(':') + 1);
      const bool hint = a.namespace_uri == schema_instance && (local == "schemaLocation" || local == "noNamespaceSchemaLocation");
      if (!hint) report({Defect::unknown_attribute, place() + "/@" + quoted(a.name), rule, quoted(a.value), {"nessun attributo", "no attributes"}});
    }
  }

  void finish(const Record& record, const void* owner) {
    bool choices = false;
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      const Field& f = record.fields[i];
      if (f.min > 0 && !seen(i)) report(Defect::missing, f.name, record, "", {"è obbligatorio", "it is required"});
      choices = choices || f.choice != 0;
    }
    if (choices && !full()) contract::check_choices(record, owner, place(), out_);
  }

  /// The field of this name; most often the one at hand or a little after it.
  static std::size_t index_of(const Record& record, std::string_view name, std::size_t position) {
    const std::size_t n = record.fields.size();
    for (std::size_t i = position; i < n; ++i) {
      if (record.fields[i].name == name) return i;
    }
    for (std::size_t i = 0; i < position; ++i) {
      if (record.fields[i].name == name) return i;
    }
    return n;
  }
  static std::string rule(const Record& record) { return "XSD " + std::string(record.type); }
  void report(Defect defect, std::string_view below, const Record& record, std::string_view found, contract::Bilingual wanted) {
    std::string where = place();
    if (!below.empty()) where.append("/").append(quoted(below));
    report({defect, std::move(where), rule(record), quoted(found), std::move(wanted)});
  }
  void report(Violation violation) {
    if (!full()) out_.push_back(std::move(violation));
  }
  [[nodiscard]] bool full() const { return out_.size() >= most_violations; }

  struct Step {
    std::string_view name;
    std::size_t index;  ///< 0: the only one
  };
  std::vector<Violation>& out_;
  std::vector<Step> path_;
  std::uint32_t seen_ = 0;  ///< which fields of the structure at hand have occurred; the largest has 30
};

}  // namespace

std::string soap_encode(const Message& message, std::span<const Patch> patches) {
  const contract::Primitive& row = contract::primitive(contract::primitive_of(message));
  const Record& record = contract::record_of(row.id, contract::leg_of(message));
  if (patches.empty()) {
    Sink out(4096);
    const contract::Port& port = *row.port;
    for (const std::string_view part : {std::string_view(R"(<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv=")"), envelope_namespace,
                                        std::string_view("\" xmlns:"), port.prefix, std::string_view("=\""), port.xml_namespace,
                                        std::string_view("\"><soapenv:Header/><soapenv:Body><"), port.prefix, std::string_view(":"), record.type, std::string_view(">")}) {
      out.put(part);
    }
    write(out, record, contract::payload(message));
    constexpr std::string_view end = "></soapenv:Body></soapenv:Envelope>";
    out.room_for(port.prefix.size() + record.type.size() + end.size() + 3);
    for (const std::string_view part : {std::string_view("</"), port.prefix, std::string_view(":"), record.type, end}) out.put(part);
    return std::move(out).take();
  }
  std::vector<Branch> fields = branches_of(record, contract::payload(message));
  Edit of_document = Edit::change;
  for (const Patch& patch : patches) {
    if (contract::is_of_document(patch.edit)) of_document = patch.edit;
    else apply(fields, record, patch);
  }
  std::string payload;
  append_branches(payload, fields);
  return framed(*row.port, record.type, payload, of_document);
}

namespace {

/// The first thing wrong around the payload, or the payload's root element.
Result<XmlNode, Violation> root_in(XmlNode envelope) {
  const auto wrong = [](std::string place, std::string_view found, std::string it, std::string en) {
    return Failure{Violation{Defect::wrong_envelope, std::move(place), "SOAP 1.1", quoted(found), {std::move(it), std::move(en)}}};
  };
  if (envelope.local_name() != "Envelope" || envelope.namespace_uri() != envelope_namespace) {
    return wrong("/", envelope.name(), "una Envelope SOAP 1.1", "a SOAP 1.1 Envelope");
  }
  const auto is_body = [](XmlNode n) { return n.local_name() == "Body" && n.namespace_uri() == envelope_namespace; };
  XmlNode first = envelope.first_child();
  while (first && !is_body(first)) first = first.next();
  if (!first) return wrong("/Envelope/Body", "", "un Body", "a Body");
  XmlNode body;
  bool header_may_come = true;
  for (XmlNode child = envelope.first_child(); child; child = child.next()) {
    const bool of_soap = child.namespace_uri() == envelope_namespace;
    if (of_soap && child.local_name() == "Header" && header_may_come) {
      header_may_come = false;
    } else if (is_body(child) && !body) {
      body = child;
      header_may_come = false;
    } else if (of_soap || child.namespace_uri().empty() || !body) {
      return wrong("/Envelope", child.name(), "un Header facoltativo, poi un Body", "an optional Header, then one Body");
    }
  }
  for (const XmlNode part : {envelope, body}) {
    std::string scratch;
    if (part && part.has_text()) return wrong(part == body ? "/Envelope/Body" : "/Envelope", part.text(scratch), "solo elementi", "elements only");
  }
  const XmlNode root = body ? body.first_child() : XmlNode{};
  if (!root) return wrong("/Envelope/Body", "", "un elemento nel Body", "one element in Body");
  if (root.next()) return wrong("/Envelope/Body", root.next().name(), "un solo elemento nel Body", "one element in Body");
  return root;
}

}  // namespace

Result<contract::PrimitiveLeg, Violation> soap_recognise(std::string_view bytes) {
  const Result<XmlDocument, Violation> document = XmlDocument::parse(bytes);
  if (!document) return Failure{document.error()};
  const Result<XmlNode, Violation> root = root_in(document->root());
  if (!root) return Failure{root.error()};
  if (const auto found = contract::find_root(root->namespace_uri(), root->local_name())) return *found;
  return Failure{Violation{Defect::wrong_root, "/Envelope/Body", "WSDL", quoted(fmt::format("{{{}}}{}", root->namespace_uri(), root->local_name())),
                           {"un messaggio di nodeForPsp, paForNode o pspForNode", "a message of nodeForPsp, paForNode or pspForNode"}}};
}

std::vector<Violation> soap_decode(Message& out, std::string_view bytes) {
  const contract::Primitive& row = contract::primitive(contract::primitive_of(out));
  const Record& record = contract::record_of(row.id, contract::leg_of(out));
  const std::string expected(record.type);
  const Result<XmlDocument, Violation> document = XmlDocument::parse(bytes);
  if (!document) return {document.error()};
  const Result<XmlNode, Violation> root = root_in(document->root());
  if (!root) return {root.error()};
  if (root->local_name() != expected) {
    return {{Defect::wrong_root, "/Envelope/Body", std::string(row.name), quoted(root->local_name()), {expected, expected}}};
  }
  if (root->namespace_uri() != row.port->xml_namespace) {
    const std::string wanted(row.port->xml_namespace);
    return {{Defect::wrong_namespace, "/" + expected, std::string(row.port->name), quoted(root->namespace_uri()), {wanted, wanted}}};
  }
  std::vector<Violation> violations;
  Reader(violations, expected).read(record, contract::payload(out), *root);
  return violations;
}

}  // namespace sim::wire
