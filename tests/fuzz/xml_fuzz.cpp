// Feeds bytes to the XML door and reads all of what passes.
// A crash is not the only failure: tinyxml2 must accept whatever the gate accepts, lines and texts must be sane, and an
// element written back with our own escaping must read the same. Otherwise gate and tree disagree.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sim/wire/xml.hpp"

namespace {

using sim::wire::XmlDocument;
using sim::wire::XmlNode;

void demand(bool holds) {
  if (!holds) std::abort();
}

void read_again(const std::string& text, const std::string& value) {
  std::string bytes = "<a v=\"";
  sim::wire::append_xml_attribute(bytes, value);
  bytes += "\">";
  sim::wire::append_xml_text(bytes, text);
  bytes += "</a>";
  const auto document = XmlDocument::parse(bytes, {.bytes = bytes.size()});
  demand(document.has_value());
  std::string scratch;
  demand(document->root().text(scratch) == text);
  demand(document->root().attributes().at(0).value == value);
}

void walk(XmlNode node, int last_line) {
  for (; node; node = node.next()) {
    demand(!node.name().empty() && !node.local_name().empty() && node.name().ends_with(node.local_name()));
    demand(node.line() >= last_line);
    last_line = node.line();
    demand(sim::wire::is_xml_text(node.namespace_uri()));
    std::string scratch;
    const std::string text{node.text(scratch)};
    demand(sim::wire::is_xml_text(text));
    demand(node.has_text() == (text.find_first_not_of(" \t\r\n") != std::string::npos));
    std::string value;
    for (const auto& attribute : node.attributes()) {
      demand(!attribute.name.empty() && attribute.line >= last_line && sim::wire::is_xml_text(attribute.value));
      value = attribute.value;
    }
    read_again(text, value);
    walk(node.first_child(), last_line);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto document = XmlDocument::parse(bytes);
  if (document) {
    walk(document->root(), 1);
  } else {
    demand(document.error().rule != "tinyxml2" && sim::wire::is_xml_text(document.error().found));
  }
  return 0;
}
