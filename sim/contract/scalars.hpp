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
/// Base64 with its padding, blanks between characters allowed, unused bits zero [XSD xsd:base64Binary].
bool is_base64(std::string_view text);
/// "https://ec.example/ok": a scheme, a colon, and something that holds no blank [RFC 3986, 3].
bool is_uri(std::string_view text);

// Texts that no pattern could draw.
std::string a_date(Random& random);
std::string a_date_time(Random& random);
std::string a_zoned_date_time(Random& random);
std::string some_base64(Random& random);
std::string a_stamp_hash(Random& random);
std::string a_uri(Random& random);

/// What those tests want, for people.
namespace wanted {
inline constexpr std::string_view date_it = "una data che esiste, AAAA-MM-GG", date_en = "a date that exists, YYYY-MM-DD";
inline constexpr std::string_view date_time_it = "data e ora, AAAA-MM-GGThh:mm:ss, con frazione e fuso facoltativi",
                                  date_time_en = "date and time, YYYY-MM-DDThh:mm:ss, fraction and zone optional";
inline constexpr std::string_view zoned_it = "data e ora con il fuso, AAAA-MM-GGThh:mm:ssZ o +hh:mm",
                                  zoned_en = "date and time with its zone, YYYY-MM-DDThh:mm:ssZ or +hh:mm";
inline constexpr std::string_view base64_it = "dati in base64", base64_en = "data in base64";
inline constexpr std::string_view uri_it = "un indirizzo completo (URI)", uri_en = "a complete address (URI)";
}  // namespace wanted

namespace patterns {
inline constexpr Pattern two_decimals = pattern("\\d+\\.\\d{2}");
inline constexpr Pattern eleven_digits = pattern("[0-9]{11}");
inline constexpr Pattern eighteen_digits = pattern("[0-9]{18}");
inline constexpr Pattern two_capitals = pattern("[A-Z]{2,2}");
inline constexpr Pattern iban = pattern("[a-zA-Z]{2,2}[0-9]{2,2}[a-zA-Z0-9]{1,30}");
inline constexpr Pattern e_mail = pattern("[a-zA-Z0-9_\\.\\+\\-]+@[a-zA-Z0-9\\-]+(\\.[a-zA-Z0-9\\-]+)*");
inline constexpr Pattern idempotency_key = pattern("[a-zA-Z0-9]{2,18}_[a-zA-Z0-9]{10}");  // [XSD, SANP 3.9.0]
inline constexpr Pattern idempotency_key_of_digits = pattern("[0-9]{11}_[a-zA-Z0-9]{10}");   // [XSD, until SANP 3.8.1]
inline constexpr Pattern postal_account = pattern("[0-9]{12}");
inline constexpr Pattern hash_base64 = pattern(".{4,72}");
}  // namespace patterns

namespace values {
inline constexpr std::string_view outcome[] = {"OK", "KO"};
inline constexpr std::string_view options[] = {"EQ", "LS", "GT", "ANY"};
inline constexpr std::string_view transfer_type[] = {"POSTAL", "PAGOPA"};
inline constexpr std::string_view person[] = {"F", "G"};
inline constexpr std::string_view payment_method[] = {"cash", "creditCard", "bancomat", "other"};
inline constexpr std::string_view payment_channel[] = {"frontOffice", "atm", "onLine", "app", "other"};
inline constexpr std::string_view fee_method[] = {"BBT", "BP", "AD", "CP", "PO", "OBEP", "JIF", "MYBK", "PPAL"};
inline constexpr std::string_view touch_point[] = {"IO", "WISP", "CHECKOUT", "PSP", "ATM", "BETTING", "TS", "HB", "POS"};
inline constexpr std::string_view stamp_type[] = {"01"};
inline constexpr std::string_view transfer_index[] = {"1", "2", "3", "4", "5"};
inline constexpr std::string_view payment_type_of_v1[] = {"BPAY", "PPAL"};
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
inline constexpr Scalar outcome{.type = "stOutcome", .kind = Kind::outcome, .values = values::outcome};
inline constexpr Scalar boolean{.type = "xsd:boolean", .kind = Kind::boolean, .base = "xsd:boolean"};
inline constexpr Scalar whole{.type = "xsd:int", .kind = Kind::integer, .min = -2147483648LL, .max = 2147483647LL, .base = "xsd:int"};
inline constexpr Scalar fiscal_code{.type = "stFiscalCodePA", .pattern = &patterns::eleven_digits};
inline constexpr Scalar notice_number{.type = "stNoticeNumber", .pattern = &patterns::eighteen_digits};
inline constexpr Scalar amount{.type = "stAmount", .kind = Kind::amount, .pattern = &patterns::two_decimals, .min = 0, .max = 99'999'999'999, .base = "xsd:decimal"};
inline constexpr Scalar amount_not_zero{.type = "stAmountNotZero", .kind = Kind::amount, .pattern = &patterns::two_decimals, .min = 1, .max = 99'999'999'999, .base = "xsd:decimal"};
inline constexpr Scalar options{.type = "stAmountOption", .values = values::options};
inline constexpr Scalar options_psp{.type = "stAmountOptionPSP", .values = values::options};
inline constexpr Scalar date{.type = "stISODate", .also = is_date, .also_it = wanted::date_it, .also_en = wanted::date_en, .draw = a_date, .base = "xsd:date"};
inline constexpr Scalar date_time{.type = "stISODateTime", .also = is_date_time, .also_it = wanted::date_time_it, .also_en = wanted::date_time_en, .draw = a_date_time, .base = "xsd:dateTime"};
inline constexpr Scalar xsd_date_time{.type = "xsd:dateTime", .also = is_date_time, .also_it = wanted::date_time_it, .also_en = wanted::date_time_en, .draw = a_date_time, .base = "xsd:dateTime"};
inline constexpr Scalar transfer_type{.type = "stTransferType", .values = values::transfer_type};
inline constexpr Scalar id_transfer{.type = "stIdTransfer", .kind = Kind::integer, .values = values::transfer_index, .min = 1, .max = 5, .base = "xsd:int"};
inline constexpr Scalar iban_of_ec = text("stIBAN", 1, 35);
inline constexpr Scalar iban_of_psp{.type = "stIBAN", .pattern = &patterns::iban};
inline constexpr Scalar person{.type = "stEntityUniqueIdentifierType", .values = values::person};
inline constexpr Scalar person_code = text("stEntityUniqueIdentifierValue", 2, 16);
inline constexpr Scalar country{.type = "stNazioneProvincia", .pattern = &patterns::two_capitals};
inline constexpr Scalar e_mail{.type = "stEMail", .max_length = 256, .pattern = &patterns::e_mail};
inline constexpr Scalar idempotency_key{.type = "stIdempotencyKey", .pattern = &patterns::idempotency_key};
inline constexpr Scalar expiration_time{.type = "stExpirationTime", .kind = Kind::integer, .max = 1'800'000, .base = "xsd:integer"};
inline constexpr Scalar payment_method{.type = "stPaymentMethod", .values = values::payment_method};
inline constexpr Scalar payment_channel{.type = "stPaymentChannel", .values = values::payment_channel};
inline constexpr Scalar fee_method{.type = "stPaymentMethodFee", .values = values::fee_method};
inline constexpr Scalar touch_point{.type = "stTouchpointFee", .values = values::touch_point};
inline constexpr Scalar stamp_hash{.type = "stBase64Binary72", .pattern = &patterns::hash_base64, .also = is_base64, .also_it = wanted::base64_it, .also_en = wanted::base64_en, .draw = a_stamp_hash, .base = "xsd:base64Binary"};
inline constexpr Scalar stamp_type{.type = "stTipoBolloDigitale", .values = values::stamp_type};
inline constexpr Scalar base64{.type = "xsd:base64Binary", .also = is_base64, .also_it = wanted::base64_it, .also_en = wanted::base64_en, .draw = some_base64, .base = "xsd:base64Binary"};
inline constexpr Scalar postal_account{.type = "stPostalAccount", .pattern = &patterns::postal_account};
inline constexpr Scalar service = text("stIdentificativoServizio", 5, 5);
inline constexpr Scalar service_subject = text("stIdentificativoSoggettoServizio", 5, 5);
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
inline constexpr Scalar most140{.type = "string 0..140", .max_length = 140};
inline constexpr Scalar text11 = scalars::text("string 11", 11, 11);
inline constexpr Scalar text18 = scalars::text("string 18", 18, 18);
inline constexpr Scalar e_mail{.type = "e-mail", .max_length = 256, .pattern = &patterns::e_mail};
inline constexpr Scalar uri{.type = "uri", .also = is_uri, .also_it = wanted::uri_it, .also_en = wanted::uri_en, .draw = a_uri};
inline constexpr Scalar outcome{.type = "outcome", .kind = Kind::outcome, .values = values::outcome};
inline constexpr Scalar boolean{.type = "boolean", .kind = Kind::boolean};
inline constexpr Scalar status{.type = "HTTP status", .kind = Kind::integer, .min = 100, .max = 599};
inline constexpr Scalar euro{.type = "number of euro", .kind = Kind::amount, .min = 0, .max = 99'999'999'999};
inline constexpr Scalar cents{.type = "integer of cents", .kind = Kind::cents, .min = 0, .max = 99'999'999'999};
inline constexpr Scalar cents_not_zero{.type = "integer of cents", .kind = Kind::cents, .min = 1, .max = 99'999'999'999};
inline constexpr Scalar zoned_date_time{.type = "date-time with offset", .also = is_zoned_date_time, .also_it = wanted::zoned_it, .also_en = wanted::zoned_en, .draw = a_zoned_date_time};
inline constexpr Scalar date_time{.type = "date-time", .also = is_date_time, .also_it = wanted::date_time_it, .also_en = wanted::date_time_en, .draw = a_date_time};
inline constexpr Scalar payment_type_of_v1{.type = "tipoVersamento", .values = values::payment_type_of_v1};
}  // namespace json_scalars

}  // namespace sim::contract
