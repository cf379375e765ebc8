// XML as bytes arrive from outside: a strict gate, then tinyxml2.
// tinyxml2 is memory-safe but not a conforming parser; the gate refuses whatever a conforming one would refuse
// (and what no legal message needs: DOCTYPE, deep nesting, crowds of attributes) before tinyxml2 sees a byte.
// What passes here, any conforming parser reads with the same text for every leaf. No other file includes tinyxml2.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/contract/types.hpp"
#include "sim/result.hpp"

namespace sim::wire {

/// What a document may cost before it is refused. The defaults hold every legal message (the largest is under 64 kB).
struct XmlLimits {
  std::size_t bytes = 256 * 1024;
  int depth = 32;
  int attributes_per_element = 32;
};

struct XmlAttribute {
  std::string_view name;   ///< as written, with its prefix
  std::string_view namespace_uri;  ///< empty without prefix
  std::string_view value;  ///< references resolved, white space normalised
  int line = 0;
};

/// One element: a handle into an XmlDocument, valid while that lives. The empty handle means «no element».
class XmlNode {
 public:
  XmlNode() = default;
  explicit XmlNode(const void* element) : element_(element) {}
  explicit operator bool() const { return element_ != nullptr; }
  friend bool operator==(XmlNode, XmlNode) = default;

  [[nodiscard]] std::string_view local_name() const;     ///< without prefix
  [[nodiscard]] std::string_view name() const;           ///< as written
  [[nodiscard]] std::string_view namespace_uri() const;  ///< empty: no namespace
  [[nodiscard]] int line() const;                        ///< from 1

  [[nodiscard]] XmlNode first_child() const;  ///< first child element
  [[nodiscard]] XmlNode next() const;         ///< next sibling element
  /// The character data of this element alone (CDATA and text runs joined). `scratch` holds it when it had to be assembled.
  [[nodiscard]] std::string_view text(std::string& scratch) const;
  /// The text of an element without child elements, found in one look; false when there are some.
  [[nodiscard]] bool leaf_text(std::string& scratch, std::string_view& into) const;
  /// True when the element itself holds character data other than white space.
  [[nodiscard]] bool has_text() const;
  /// Whether there are any attributes at all, namespace declarations included.
  [[nodiscard]] bool has_attributes() const;
  /// Attributes in document order, namespace declarations (xmlns, xmlns:*) left out.
  [[nodiscard]] std::vector<XmlAttribute> attributes() const;

 private:
  const void* element_ = nullptr;
};

/// A parsed document. Moving it keeps handles valid.
class XmlDocument {
 public:
  /// Parses UTF-8 bytes (BOM and declaration optional). The first thing wrong is the Violation: place "line:column".
  static Result<XmlDocument, contract::Violation> parse(std::string_view bytes, const XmlLimits& limits = {});

  XmlDocument(XmlDocument&&) noexcept;
  XmlDocument& operator=(XmlDocument&&) noexcept;
  ~XmlDocument();

  [[nodiscard]] XmlNode root() const;

 private:
  struct Held;
  explicit XmlDocument(std::unique_ptr<Held> held);
  std::unique_ptr<Held> held_;
};

/// Appends `text` as XML character data: & < > and control characters that need it become references.
void append_xml_text(std::string& out, std::string_view text);
/// Whether `append_xml_text` would write anything but the text as it is.
bool needs_escape(std::string_view text);
/// Appends `text` for use between double quotes.
void append_xml_attribute(std::string& out, std::string_view text);
/// True if the bytes are UTF-8 (no overlong forms, no surrogates) and every character is an XML 1.0 Char.
bool is_xml_text(std::string_view bytes);

}  // namespace sim::wire
