// What several messages share: the fault bean, the notice's coordinates, people and metadata.
// Names are the schema's, letter for letter; only types gain a capital.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/contract/schema.hpp"

namespace sim::contract {

struct CtFaultBean {
  std::string faultCode, faultString, id;
  std::optional<std::string> description;
  std::optional<std::int64_t> serial;
  std::optional<std::string> originalFaultCode, originalFaultString, originalDescription;
  friend bool operator==(const CtFaultBean&, const CtFaultBean&) = default;
};
const Record& record_of(Of<CtFaultBean>);

struct CtQrCode {
  std::string fiscalCode, noticeNumber;
  friend bool operator==(const CtQrCode&, const CtQrCode&) = default;
};
const Record& record_of(Of<CtQrCode>);

struct CtMapEntry {
  std::string key, value;
  friend bool operator==(const CtMapEntry&, const CtMapEntry&) = default;
};
const Record& record_of(Of<CtMapEntry>);

struct CtMetadata {
  std::vector<CtMapEntry> mapEntry;
  friend bool operator==(const CtMetadata&, const CtMetadata&) = default;
};
const Record& record_of(Of<CtMetadata>);

struct CtEntityUniqueIdentifier {
  std::string entityUniqueIdentifierType, entityUniqueIdentifierValue;
  friend bool operator==(const CtEntityUniqueIdentifier&, const CtEntityUniqueIdentifier&) = default;
};
const Record& record_of(Of<CtEntityUniqueIdentifier>);

struct CtSubject {
  CtEntityUniqueIdentifier uniqueIdentifier;
  std::string fullName;
  std::optional<std::string> streetName, civicNumber, postalCode, city, stateProvinceRegion, country;
  std::optional<std::string> e_mail;
  friend bool operator==(const CtSubject&, const CtSubject&) = default;
};
const Record& record_of(Of<CtSubject>);

struct CtRichiestaMarcaDaBollo {
  std::string hashDocumento, tipoBollo, provinciaResidenza;
  friend bool operator==(const CtRichiestaMarcaDaBollo&, const CtRichiestaMarcaDaBollo&) = default;
};
const Record& record_of(Of<CtRichiestaMarcaDaBollo>);

}  // namespace sim::contract
