// What several messages share: the fault bean, the notice's coordinates, people and metadata.
// Names are the schema's, letter for letter; only types gain a capital. The order of the lines is the order on the wire.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/contract/scalars.hpp"

namespace sim::contract {

// clang-format off
RECORD(CtFaultBean, "ctFaultBean")
  FIELD(faultCode, scalars::fault_code)
  FIELD(faultString, scalars::any_text)
  FIELD(id, scalars::any_text)
  OPTIONAL(description, scalars::any_text)
  OPTIONAL(serial, scalars::whole)
  OPTIONAL(originalFaultCode, scalars::any_text)
  OPTIONAL(originalFaultString, scalars::any_text)
  OPTIONAL(originalDescription, scalars::any_text)
END_RECORD

RECORD(CtQrCode, "ctQrCode")
  FIELD(fiscalCode, scalars::fiscal_code)
  FIELD(noticeNumber, scalars::notice_number)
END_RECORD

RECORD(CtMapEntry, "ctMapEntry")
  FIELD(key, scalars::text140)
  FIELD(value, scalars::text140)
END_RECORD

RECORD(CtMetadata, "ctMetadata")
  GROUP_LIST(mapEntry, CtMapEntry, 15)
END_RECORD

RECORD(CtEntityUniqueIdentifier, "ctEntityUniqueIdentifier")
  FIELD(entityUniqueIdentifierType, scalars::person)
  FIELD(entityUniqueIdentifierValue, scalars::person_code)
END_RECORD

RECORD(CtSubject, "ctSubject")
  GROUP(uniqueIdentifier, CtEntityUniqueIdentifier)
  FIELD(fullName, scalars::text70)
  OPTIONAL(streetName, scalars::text70)
  OPTIONAL(civicNumber, scalars::text16)
  OPTIONAL(postalCode, scalars::text16)
  OPTIONAL(city, scalars::text35)
  OPTIONAL(stateProvinceRegion, scalars::text35)
  OPTIONAL(country, scalars::country)
  OPTIONAL_AS(e_mail, "e-mail", scalars::e_mail)
END_RECORD

RECORD(CtRichiestaMarcaDaBollo, "ctRichiestaMarcaDaBollo")
  FIELD(hashDocumento, scalars::stamp_hash)
  FIELD(tipoBollo, scalars::stamp_type)
  FIELD(provinciaResidenza, scalars::province)
END_RECORD
// clang-format on

}  // namespace sim::contract
