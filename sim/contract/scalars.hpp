// The simple types of the schemas, by the names that the schemas give them, and those of the JSON interfaces.
// The same name means different things in different schemas (stIBAN is free text for ECs and a pattern for PSPs):
// where that happens ours says which one it is.
#pragma once

#include "sim/contract/schema.hpp"

namespace sim::contract {

/// "2031-03-31", optionally with a zone: a day that exists [XSD xsd:date].
bool is_date(std::string_view text);
/// "2031-02-10T10:15:30", fraction and zone optional [XSD xsd:dateTime].
bool is_date_time(std::string_view text);
/// A date-time that carries its zone or offset: closePayment refuses all others [SIN_CPV2_34].
bool is_zoned_date_time(std::string_view text);
/// Base64 with its padding, white space allowed [XSD xsd:base64Binary].
bool is_base64(std::string_view text);

namespace patterns {
inline constexpr Pattern eleven_digits = pattern("[0-9]{11}");
inline constexpr Pattern eighteen_digits = pattern("[0-9]{18}");
inline constexpr Pattern two_capitals = pattern("[A-Z]{2,2}");
inline constexpr Pattern iban = pattern("[a-zA-Z]{2,2}[0-9]{2,2}[a-zA-Z0-9]{1,30}");
inline constexpr Pattern e_mail = pattern("[a-zA-Z0-9_\\.\\+\\-]+@[a-zA-Z0-9\\-]+(\\.[a-zA-Z0-9\\-]+)*");
inline constexpr Pattern idempotency_key = pattern("[a-zA-Z0-9]{2,18}_[a-zA-Z0-9]{10}");
inline constexpr Pattern hash_base64 = pattern(".{4,72}");
}  // namespace patterns

namespace values {
inline constexpr std::string_view options[] = {"EQ", "LS", "GT", "ANY"};
inline constexpr std::string_view transfer_type[] = {"POSTAL", "PAGOPA"};
inline constexpr std::string_view person[] = {"F", "G"};
inline constexpr std::string_view payment_method[] = {"cash", "creditCard", "bancomat", "other"};
inline constexpr std::string_view payment_channel[] = {"frontOffice", "atm", "onLine", "app", "other"};
inline constexpr std::string_view fee_method[] = {"BBT", "BP", "AD", "CP", "PO", "OBEP", "JIF", "MYBK", "PPAL"};
inline constexpr std::string_view touch_point[] = {"IO", "WISP", "CHECKOUT", "PSP", "ATM", "BETTING", "TS", "HB", "POS"};
inline constexpr std::string_view stamp_type[] = {"01"};
}  // namespace values

namespace scalars {
inline constexpr Scalar text(std::string_view type, std::size_t least, std::size_t most) {
  return Scalar{.type = type, .min_length = least, .max_length = most};
}
inline constexpr Scalar any_text{.type = "xsd:string"};
inline constexpr Scalar text6 = text("stText6", 1, 6);
inline constexpr Scalar text16 = text("stText16", 1, 16);
inline constexpr Scalar text20 = text("stText20", 1, 20);
inline constexpr Scalar text35 = text("stText35", 1, 35);
inline constexpr Scalar text70 = text("stText70", 1, 70);
inline constexpr Scalar text140 = text("stText140", 1, 140);
inline constexpr Scalar text210 = text("stText210", 1, 210);
inline constexpr Scalar id_psp = text("stIdPSP", 1, 35);
inline constexpr Scalar id_broker = text("stIdBroker", 1, 35);
inline constexpr Scalar id_channel = text("stIdChannel", 1, 35);
inline constexpr Scalar password = text("stPassword", 8, 15);
inline constexpr Scalar payment_token = text("stPaymentToken", 1, 35);
inline constexpr Scalar fault_code{.type = "stFaultCode"};
inline constexpr Scalar outcome{.type = "stOutcome", .kind = Kind::outcome};
inline constexpr Scalar boolean{.type = "xsd:boolean", .kind = Kind::boolean};
inline constexpr Scalar whole{.type = "xsd:int", .kind = Kind::integer, .min = -2147483648LL, .max = 2147483647LL};
inline constexpr Scalar fiscal_code{.type = "stFiscalCodePA", .pattern = &patterns::eleven_digits};
inline constexpr Scalar notice_number{.type = "stNoticeNumber", .pattern = &patterns::eighteen_digits};
inline constexpr Scalar amount{.type = "stAmount", .kind = Kind::amount, .min = 0, .max = 99'999'999'999};
inline constexpr Scalar amount_not_zero{.type = "stAmountNotZero", .kind = Kind::amount, .min = 1, .max = 99'999'999'999};
inline constexpr Scalar options{.type = "stAmountOption", .values = values::options};
inline constexpr Scalar options_psp{.type = "stAmountOptionPSP", .values = values::options};
inline constexpr Scalar date{.type = "stISODate", .also = is_date, .collapses = true};
inline constexpr Scalar date_time{.type = "stISODateTime", .also = is_date_time, .collapses = true};
inline constexpr Scalar xsd_date_time{.type = "xsd:dateTime", .also = is_date_time, .collapses = true};
inline constexpr Scalar transfer_type{.type = "stTransferType", .values = values::transfer_type};
inline constexpr Scalar id_transfer{.type = "stIdTransfer", .kind = Kind::integer, .min = 1, .max = 5};
inline constexpr Scalar iban_of_ec = text("stIBAN (paForNode)", 1, 35);
inline constexpr Scalar iban_of_psp{.type = "stIBAN", .pattern = &patterns::iban};
inline constexpr Scalar person{.type = "stEntityUniqueIdentifierType", .values = values::person};
inline constexpr Scalar person_code = text("stEntityUniqueIdentifierValue", 2, 16);
inline constexpr Scalar country{.type = "stNazioneProvincia", .pattern = &patterns::two_capitals};
inline constexpr Scalar e_mail{.type = "stEMail", .max_length = 256, .pattern = &patterns::e_mail};
inline constexpr Scalar idempotency_key{.type = "stIdempotencyKey", .pattern = &patterns::idempotency_key};
inline constexpr Scalar expiration_time{.type = "stExpirationTime", .kind = Kind::integer, .max = 1'800'000};
inline constexpr Scalar payment_method{.type = "stPaymentMethod", .values = values::payment_method};
inline constexpr Scalar payment_channel{.type = "stPaymentChannel", .values = values::payment_channel};
inline constexpr Scalar fee_method{.type = "stPaymentMethodFee", .values = values::fee_method};
inline constexpr Scalar touch_point{.type = "stTouchpointFee", .values = values::touch_point};
inline constexpr Scalar stamp_hash{.type = "stBase64Binary72", .pattern = &patterns::hash_base64, .also = is_base64, .collapses = true};
inline constexpr Scalar stamp_type{.type = "stTipoBolloDigitale", .values = values::stamp_type};
inline constexpr Scalar province{.type = "stNazioneProvincia", .pattern = &patterns::two_capitals};
}  // namespace scalars

/// The types of the JSON interfaces: they have no schema names, so ours say what they are.
namespace json_scalars {
inline constexpr Scalar token = scalars::text("paymentToken", 1, 35);  // 36 is allowed by one text, 35 by all
inline constexpr Scalar text35 = scalars::text("string 1..35", 1, 35);
inline constexpr Scalar text140 = scalars::text("string 1..140", 1, 140);
inline constexpr Scalar text255 = scalars::text("string 1..255", 1, 255);
inline constexpr Scalar not_empty = scalars::text("string", 1, std::numeric_limits<std::size_t>::max());
inline constexpr Scalar any_text{.type = "string"};
inline constexpr Scalar outcome{.type = "outcome", .kind = Kind::outcome};
inline constexpr Scalar boolean{.type = "boolean", .kind = Kind::boolean};
inline constexpr Scalar euro{.type = "number of euro", .kind = Kind::amount, .min = 0, .max = 99'999'999'999};
inline constexpr Scalar cents{.type = "integer of cents", .kind = Kind::cents, .min = 0, .max = 99'999'999'999};
inline constexpr Scalar zoned_date_time{.type = "date-time with offset", .also = is_zoned_date_time};
inline constexpr Scalar date_time{.type = "date-time", .also = is_date_time};
}  // namespace json_scalars

}  // namespace sim::contract
