#include "sim/contract/common.hpp"

#include "sim/contract/scalars.hpp"

namespace sim::contract {
namespace {

// clang-format off
constexpr Field CtFaultBean_fields[] = {
    field<&CtFaultBean::faultCode>("faultCode", scalars::fault_code),
    field<&CtFaultBean::faultString>("faultString", scalars::any_text),
    field<&CtFaultBean::id>("id", scalars::any_text),
    field<&CtFaultBean::description>("description", scalars::any_text),
    field<&CtFaultBean::serial>("serial", scalars::whole),
    field<&CtFaultBean::originalFaultCode>("originalFaultCode", scalars::any_text),
    field<&CtFaultBean::originalFaultString>("originalFaultString", scalars::any_text),
    field<&CtFaultBean::originalDescription>("originalDescription", scalars::any_text),
};
constexpr Field CtQrCode_fields[] = {
    field<&CtQrCode::fiscalCode>("fiscalCode", scalars::fiscal_code),
    field<&CtQrCode::noticeNumber>("noticeNumber", scalars::notice_number),
};
constexpr Field CtMapEntry_fields[] = {
    field<&CtMapEntry::key>("key", scalars::text140),
    field<&CtMapEntry::value>("value", scalars::text140),
};
constexpr Field CtMetadata_fields[] = {
    group<&CtMetadata::mapEntry>("mapEntry", 15),
};
constexpr Field CtEntityUniqueIdentifier_fields[] = {
    field<&CtEntityUniqueIdentifier::entityUniqueIdentifierType>("entityUniqueIdentifierType", scalars::person),
    field<&CtEntityUniqueIdentifier::entityUniqueIdentifierValue>("entityUniqueIdentifierValue", scalars::person_code),
};
constexpr Field CtSubject_fields[] = {
    group<&CtSubject::uniqueIdentifier>("uniqueIdentifier"),
    field<&CtSubject::fullName>("fullName", scalars::text70),
    field<&CtSubject::streetName>("streetName", scalars::text70),
    field<&CtSubject::civicNumber>("civicNumber", scalars::text16),
    field<&CtSubject::postalCode>("postalCode", scalars::text16),
    field<&CtSubject::city>("city", scalars::text35),
    field<&CtSubject::stateProvinceRegion>("stateProvinceRegion", scalars::text35),
    field<&CtSubject::country>("country", scalars::country),
    field<&CtSubject::e_mail>("e-mail", scalars::e_mail),
};
constexpr Field CtRichiestaMarcaDaBollo_fields[] = {
    field<&CtRichiestaMarcaDaBollo::hashDocumento>("hashDocumento", scalars::stamp_hash),
    field<&CtRichiestaMarcaDaBollo::tipoBollo>("tipoBollo", scalars::stamp_type),
    field<&CtRichiestaMarcaDaBollo::provinciaResidenza>("provinciaResidenza", scalars::province),
};
// clang-format on

}  // namespace

const Record& record_of(Of<CtFaultBean>) {
  static constexpr Record record{"ctFaultBean", CtFaultBean_fields};
  return record;
}
const Record& record_of(Of<CtQrCode>) {
  static constexpr Record record{"ctQrCode", CtQrCode_fields};
  return record;
}
const Record& record_of(Of<CtMapEntry>) {
  static constexpr Record record{"ctMapEntry", CtMapEntry_fields};
  return record;
}
const Record& record_of(Of<CtMetadata>) {
  static constexpr Record record{"ctMetadata", CtMetadata_fields};
  return record;
}
const Record& record_of(Of<CtEntityUniqueIdentifier>) {
  static constexpr Record record{"ctEntityUniqueIdentifier", CtEntityUniqueIdentifier_fields};
  return record;
}
const Record& record_of(Of<CtSubject>) {
  static constexpr Record record{"ctSubject", CtSubject_fields};
  return record;
}
const Record& record_of(Of<CtRichiestaMarcaDaBollo>) {
  static constexpr Record record{"ctRichiestaMarcaDaBollo", CtRichiestaMarcaDaBollo_fields};
  return record;
}

}  // namespace sim::contract
