#include "sim/wire/soap.hpp"

#include <utility>

#include <fmt/format.h>

#include "sim/wire/xml.hpp"

namespace sim::wire {
namespace {

using contract::Defect;
using contract::Field;
using contract::Message;
using contract::Patch;
using contract::Record;
using contract::Violation;

constexpr std::string_view envelope_namespace = "http://schemas.xmlsoap.org/soap/envelope/";

// ---- writing ----

class Writer {
 public:
  Writer(std::string& out, std::span<const Patch> patches) : out_(out), patches_(patches) {}

  void write(const Record& record, const void* owner) {
    for (const Field& f : record.fields) {
      const std::size_t n = f.count(owner);
      for (std::size_t i = 0; i < n; ++i) occurrence(f, f.item(owner, i), i + 1);
      if (!patches_.empty()) write_invented(f, n);
    }
  }

 private:
  void occurrence(const Field& f, const void* item, std::size_t index) {
    const std::size_t before = path_.size();
    const Patch* patch = nullptr;
    if (!patches_.empty()) {
      enter(f.name, index);
      patch = patch_here();
    }
    if (patch == nullptr || patch->text) {
      open(f.name);
      if (patch != nullptr) append_xml_text(out_, *patch->text);
      else if (f.record != nullptr) write(*f.record(), item);
      else append_scalar(*f.scalar, item);
      close(f.name);
    }
    path_.resize(before);
  }

  // A patch may speak of an element that the message does not hold: it is written as if it did.
  void write_invented(const Field& f, std::size_t held) {
    const std::size_t before = path_.size();
    for (std::size_t index = held + 1; index <= held + 5; ++index) {
      enter(f.name, index);
      const Patch* patch = patch_here();
      const bool deeper = f.record != nullptr && patch_below();
      if ((patch != nullptr && patch->text) || (patch == nullptr && deeper)) {
        open(f.name);
        if (patch != nullptr) append_xml_text(out_, *patch->text);
        else for (const Field& inner : f.record()->fields) write_invented(inner, 0);
        close(f.name);
      }
      path_.resize(before);
    }
  }

  void append_scalar(const contract::Scalar& scalar, const void* item) {
    if (scalar.kind == contract::Kind::text) append_xml_text(out_, *static_cast<const std::string*>(item));
    else out_ += contract::scalar_text(scalar, item);
  }
  void open(std::string_view name) { out_.append("<").append(name).append(">"); }
  void close(std::string_view name) { out_.append("</").append(name).append(">"); }

  void enter(std::string_view name, std::size_t index) {
    path_ += '/';
    path_ += name;
    if (index > 1) path_ += fmt::format("[{}]", index);
  }
  static std::string normal(std::string_view path) {
    std::string out;
    while (!path.empty()) {
      std::string_view rest;
      const contract::PathStep step = contract::first_step(path, rest);
      out += '/';
      out += step.name;
      if (step.index > 1) out += fmt::format("[{}]", step.index);
      path = rest;
    }
    return out;
  }
  const Patch* patch_here() const {
    for (const Patch& patch : patches_) {
      if (normal(patch.path) == path_) return &patch;
    }
    return nullptr;
  }
  bool patch_below() const {
    for (const Patch& patch : patches_) {
      if (patch.text && normal(patch.path).starts_with(path_ + "/")) return true;
    }
    return false;
  }

  std::string& out_;
  std::span<const Patch> patches_;
  std::string path_;
};

// ---- reading ----

class Reader {
 public:
  Reader(std::vector<Violation>& out, std::string_view root) : out_(out), path_("/" + std::string(root)) {}

  void read(const Record& record, void* owner, XmlNode element) {
    if (element.has_stray_text()) {
      std::string scratch;
      report(Defect::unknown, {}, record, element.text(scratch), "elements only");
    }
    const std::uint32_t outer = std::exchange(seen_, 0);
    std::size_t position = 0;  // of the field that the next child may be
    for (XmlNode child = element.first_child(); child; child = child.next()) read_child(record, owner, child, position);
    finish(record, owner);
    seen_ = outer;
  }

 private:
  void read_child(const Record& record, void* owner, XmlNode child, std::size_t& position) {
    const std::string_view name = child.local_name();
    const std::size_t index = index_of(record, name);
    if (index == record.fields.size()) {
      report(Defect::unknown, name, record, name, names_of(record));
      return;
    }
    const Field& f = record.fields[index];
    if (!child.namespace_uri().empty()) {
      report(Defect::wrong_namespace, name, record, child.namespace_uri(),
             "no namespace: only the first element in Body is qualified");
    }
    if (f.max == 1 ? seen(index) : f.count(owner) >= f.max) {
      report(Defect::too_many, name, record, name, fmt::format("at most {}", f.max));
      return;
    }
    if (index < position) {
      report(Defect::out_of_order, name, record, name, "the order of the schema: " + names_of(record));
    } else {
      position = index;
    }
    mark(index);
    void* item = f.add(owner);
    // The path is kept as text and cut back afterwards: a valid message must not pay for places nobody asks about.
    const std::size_t before = path_.size();
    path_.append("/").append(f.name);
    if (f.max > 1) path_.append("[").append(std::to_string(f.count(owner))).append("]");
    if (f.record != nullptr) read(*f.record(), item, child);
    else scalar(*f.scalar, item, child);
    path_.resize(before);
  }

  [[nodiscard]] bool seen(std::size_t index) const { return (seen_ >> index & 1U) != 0; }
  void mark(std::size_t index) { seen_ |= 1U << index; }

  void scalar(const contract::Scalar& type, void* item, XmlNode element) {
    if (element.first_child()) {
      out_.push_back({Defect::unknown, path_, rule_of(type), std::string(element.first_child().name()), "text only"});
      return;
    }
    std::string scratch;
    const std::string_view text = element.text(scratch);
    if (std::optional<std::string> wanted = contract::store_scalar(type, text, item)) {
      out_.push_back({Defect::bad_value, path_, rule_of(type), std::string(text), std::move(*wanted)});
    }
  }

  void finish(const Record& record, const void* owner) {
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      const Field& f = record.fields[i];
      if (f.min > 0 && !seen(i)) report(Defect::missing, f.name, record, "", "it is required");
      const bool opens_choice = f.choice != 0 && (i == 0 || record.fields[i - 1].choice != f.choice);
      if (!opens_choice) continue;
      std::size_t present = 0;
      std::string names;
      for (std::size_t j = i; j < record.fields.size() && record.fields[j].choice == f.choice; ++j) {
        present += record.fields[j].count(owner);
        names += (names.empty() ? "" : ", ") + std::string(record.fields[j].name);
      }
      if (present > 1 || (present == 0 && !f.choice_optional)) {
        report(Defect::choice, {}, record, fmt::format("{} of them", present), "exactly one of " + names);
      }
    }
  }

  static std::size_t index_of(const Record& record, std::string_view name) {
    std::size_t i = 0;
    while (i < record.fields.size() && record.fields[i].name != name) ++i;
    return i;
  }
  static std::string names_of(const Record& record) {
    std::string out;
    for (const Field& f : record.fields) out += (out.empty() ? "" : ", ") + std::string(f.name);
    return out;
  }
  void report(Defect defect, std::string_view below, const Record& record, std::string_view found, std::string wanted) {
    std::string place = path_;
    if (!below.empty()) place.append("/").append(below);
    out_.push_back({defect, std::move(place), "XSD " + std::string(record.type), std::string(found), std::move(wanted)});
  }

  std::vector<Violation>& out_;
  std::string path_;
  std::uint32_t seen_ = 0;  ///< which fields of the structure at hand have occurred; the largest has 25
};

XmlNode child_called(XmlNode parent, std::string_view name) {
  XmlNode child = parent.first_child();
  while (child && (child.local_name() != name || child.namespace_uri() != envelope_namespace)) child = child.next();
  return child;
}

}  // namespace

std::string soap_encode(const Message& message, std::span<const Patch> patches) {
  const contract::Primitive& row = contract::primitive(contract::primitive_of(message));
  const contract::Leg leg = contract::leg_of(message);
  const std::string_view root = leg == contract::Leg::request ? row.request_root : row.response_root;
  std::string out;
  out.reserve(2048);
  out += R"(<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv=")";
  out.append(envelope_namespace).append("\" xmlns:").append(row.port->prefix).append("=\"");
  out.append(row.port->xml_namespace).append("\"><soapenv:Header/><soapenv:Body><");
  out.append(row.port->prefix).append(":").append(root).append(">");
  Writer(out, patches).write(contract::record_of(row.id, leg), contract::payload(message));
  out.append("</").append(row.port->prefix).append(":").append(root).append("></soapenv:Body></soapenv:Envelope>");
  return out;
}

std::vector<Violation> soap_decode(Message& out, std::string_view bytes) {
  const contract::Primitive& row = contract::primitive(contract::primitive_of(out));
  const contract::Leg leg = contract::leg_of(out);
  const std::string_view expected = leg == contract::Leg::request ? row.request_root : row.response_root;
  const Result<XmlDocument, Violation> document = XmlDocument::parse(bytes);
  if (!document) return {document.error()};

  const XmlNode envelope = document->root();
  if (envelope.local_name() != "Envelope" || envelope.namespace_uri() != envelope_namespace) {
    return {{Defect::wrong_envelope, "/", "SOAP 1.1", std::string(envelope.name()), "a SOAP 1.1 Envelope"}};
  }
  const XmlNode body = child_called(envelope, "Body");
  const XmlNode root = body ? body.first_child() : XmlNode{};
  if (!root) return {{Defect::wrong_envelope, "/Envelope/Body", "SOAP 1.1", "", "one element in Body"}};
  if (root.next()) {
    return {{Defect::wrong_envelope, "/Envelope/Body", "SOAP 1.1", std::string(root.next().name()), "one element in Body"}};
  }
  if (root.local_name() != expected) {
    return {{Defect::wrong_root, "/Envelope/Body", std::string(row.name), std::string(root.local_name()),
             std::string(expected)}};
  }
  if (root.namespace_uri() != row.port->xml_namespace) {
    return {{Defect::wrong_namespace, "/" + std::string(expected), std::string(row.port->name),
             std::string(root.namespace_uri()), std::string(row.port->xml_namespace)}};
  }
  std::vector<Violation> violations;
  Reader(violations, expected).read(contract::record_of(row.id, leg), contract::payload(out), root);
  return violations;
}

}  // namespace sim::wire
