// Schemas as libxml2 reads them: another implementation's opinion on the documents that ours takes or refuses.
// Only tests link libxml2; the program itself never sees it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

namespace support {

/// One XML Schema, ready to judge documents.
class SchemaValidator {
 public:
  /// From a file; what it imports is looked for beside it.
  static SchemaValidator from_file(const std::string& path) { return SchemaValidator(xmlSchemaNewParserCtxt(path.c_str())); }
  static SchemaValidator from_text(const std::string& text) {
    SchemaValidator out(xmlSchemaNewMemParserCtxt(text.data(), static_cast<int>(text.size())));
    return out;
  }

  [[nodiscard]] bool is_usable() const { return schema_ != nullptr; }
  [[nodiscard]] const std::string& complaint() const { return said_; }

  enum class Opinion { not_well_formed, invalid, valid };
  /// A document read once, to be judged by several schemas; empty when it is not well formed (complaint() says why).
  using Tree = std::shared_ptr<xmlDoc>;
  Tree read(std::string_view document) {
    said_.clear();
    const std::unique_ptr<xmlParserCtxt, void (*)(xmlParserCtxtPtr)> parser(xmlNewParserCtxt(), xmlFreeParserCtxt);
    constexpr int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
    Tree tree(xmlCtxtReadMemory(parser.get(), document.data(), static_cast<int>(document.size()), nullptr, nullptr, options), xmlFreeDoc);
    const bool well_formed = tree != nullptr && parser->wellFormed == 1 && parser->nsWellFormed == 1;
    if (!well_formed) {
      const xmlErrorPtr error = xmlCtxtGetLastError(parser.get());
      said_ = error != nullptr && error->message != nullptr ? error->message : "not well formed";
      tree.reset();
    }
    return tree;
  }

  /// Well-formed and valid, or the first reason why not (in complaint()).
  Opinion judge(std::string_view document) { return judge(read(document)); }
  Opinion judge(const Tree& tree) {
    if (tree == nullptr) return Opinion::not_well_formed;
    said_.clear();
    const std::unique_ptr<xmlSchemaValidCtxt, void (*)(xmlSchemaValidCtxtPtr)> validation(xmlSchemaNewValidCtxt(schema_.get()), xmlSchemaFreeValidCtxt);
    xmlSchemaSetValidStructuredErrors(validation.get(), &hear, this);
    return xmlSchemaValidateDoc(validation.get(), tree.get()) == 0 ? Opinion::valid : Opinion::invalid;
  }

 private:
  explicit SchemaValidator(xmlSchemaParserCtxtPtr parser) : schema_(nullptr, xmlSchemaFree) {
    if (parser == nullptr) return;
    xmlSchemaSetParserStructuredErrors(parser, &hear, this);
    schema_.reset(xmlSchemaParse(parser));
    xmlSchemaFreeParserCtxt(parser);
  }
  static void hear(void* self, xmlErrorPtr error) {
    auto& said = static_cast<SchemaValidator*>(self)->said_;
    if (said.empty() && error->message != nullptr) said = error->message;
  }

  std::unique_ptr<xmlSchema, void (*)(xmlSchemaPtr)> schema_;
  std::string said_;
};

}  // namespace support
