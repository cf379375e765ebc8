// A second opinion on XML: what our gate lets through, libxml2 must read without an error and read the same.
// Only tests include libxml2; the program itself never does. Two traps: libxml2 goes on after a namespace error and
// still calls the document well-formed, so that flag is asked for too; and its own caps (names of 50 kB, text of 10 MB)
// are no part of XML, so they are lifted: ours are lower.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "sim/wire/xml.hpp"

namespace support {

/// Reads with libxml2, one document after the other; not for two threads at once.
class Libxml2 {
 public:
  Libxml2() : context_(xmlNewParserCtxt()) {}
  Libxml2(const Libxml2&) = delete;
  Libxml2& operator=(const Libxml2&) = delete;
  ~Libxml2() { xmlFreeParserCtxt(context_); }

  /// What the two read differently, for a person; empty when they agree. `ours` is what the gate made of the bytes.
  std::string disagreement(std::string_view bytes, const sim::wire::XmlDocument& ours) {
    // NOENT: without it an ampersand in a namespace's name is left as "&#38;". There are no entities here to be replaced.
    const int options = XML_PARSE_NOENT | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE;
    const std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> document(
        xmlCtxtReadMemory(context_, bytes.data(), static_cast<int>(bytes.size()), nullptr, nullptr, options), xmlFreeDoc);
    if (document == nullptr || context_->wellFormed != 1 || context_->nsWellFormed != 1) {
      const xmlError* const why = xmlCtxtGetLastError(context_);
      const std::string said = why == nullptr || why->message == nullptr ? "no reason given" : why->message;
      return "libxml2 refuses it: " + said;
    }
    return compared(ours.root(), xmlDocGetRootElement(document.get()));
  }

 private:
  static std::string_view text(const xmlChar* chars) {
    return chars == nullptr ? std::string_view{} : reinterpret_cast<const char*>(chars);
  }
  static std::string_view uri(const xmlNs* ns) { return ns == nullptr ? std::string_view{} : text(ns->href); }
  static const xmlNode* element_from(const xmlNode* node) {
    while (node != nullptr && node->type != XML_ELEMENT_NODE) node = node->next;
    return node;
  }
  /// The character data of an element alone. A reference that was not resolved would be no text, and so would differ.
  static std::string own_text(const xmlNode* element) {
    std::string out;
    for (const xmlNode* node = element->children; node != nullptr; node = node->next) {
      if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) out += text(node->content);
    }
    return out;
  }
  static std::string value_of(const xmlAttr* attribute) {
    std::string out;
    for (const xmlNode* node = attribute->children; node != nullptr; node = node->next) out += text(node->content);
    return out;
  }
  static bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

  static std::string differs(sim::wire::XmlNode ours, std::string_view what, std::string_view we_read, std::string_view it_reads) {
    if (we_read == it_reads) return {};
    return "line " + std::to_string(ours.line()) + ", <" + std::string(ours.name()) + ">, " + std::string(what) + ": we read '" +
           std::string(we_read) + "', libxml2 '" + std::string(it_reads) + "'";
  }

  static std::string attributes_compared(sim::wire::XmlNode ours, const xmlNode* its) {
    const xmlAttr* other = its->properties;
    for (const sim::wire::XmlAttribute& a : ours.attributes()) {
      if (other == nullptr) return differs(ours, "an attribute", a.name, "");
      const std::string_view local = a.name.substr(a.name.find(':') + 1);
      if (auto why = differs(ours, "an attribute's name", local, text(other->name)); !why.empty()) return why;
      if (auto why = differs(ours, "an attribute's namespace", a.namespace_uri, uri(other->ns)); !why.empty()) return why;
      if (auto why = differs(ours, "an attribute's value", a.value, value_of(other)); !why.empty()) return why;
      other = other->next;
    }
    return other == nullptr ? "" : differs(ours, "an attribute", "", text(other->name));
  }

  /// Our depth limit bounds the recursion.
  static std::string compared(sim::wire::XmlNode ours, const xmlNode* its) {
    if (its == nullptr) return differs(ours, "the element", ours.name(), "");
    if (auto why = differs(ours, "name", ours.local_name(), text(its->name)); !why.empty()) return why;
    if (auto why = differs(ours, "namespace", ours.namespace_uri(), uri(its->ns)); !why.empty()) return why;
    if (auto why = attributes_compared(ours, its); !why.empty()) return why;
    const std::string its_text = own_text(its);
    sim::wire::XmlNode child = ours.first_child();
    const xmlNode* other = element_from(its->children);
    if (!child) {
      std::string scratch;
      if (auto why = differs(ours, "text", ours.text(scratch), its_text); !why.empty()) return why;
    } else if (ours.has_text() == is_blank(its_text)) {  // layout may be dropped, words may not
      return differs(ours, "text beside elements", ours.has_text() ? "some" : "none", its_text);
    }
    for (; child; child = child.next()) {
      if (auto why = compared(child, other); !why.empty()) return why;
      other = element_from(other->next);
    }
    return other == nullptr ? "" : differs(ours, "a further element", "", text(other->name));
  }

  xmlParserCtxtPtr context_;
};

}  // namespace support
