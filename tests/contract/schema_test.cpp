// The simple types at their boundaries, and the folds over the tables of fields: validation, paths, choices.
// What is refused stands beside its nearest legal neighbour.
#include "sim/contract/schema.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "sim/contract/scalars.hpp"
#include "tests/support/samples.hpp"

namespace doctest {
template <>
struct StringMaker<std::vector<std::string>> {
  static String convert(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) out += (out.empty() ? "" : "; ") + line;
    return out.c_str();
  }
};
}  // namespace doctest

namespace {

using namespace sim::contract;
using sim::contract::takes;
using support::sample;

struct Stored {
  std::string text = "untouched";
  Amount amount{-7};
  bool boolean = false;
  std::int64_t integer = -7;
  Outcome outcome = Outcome::KO;

  void* item(Kind kind) {
    switch (kind) {
      case Kind::text: return &text;
      case Kind::amount:
      case Kind::cents: return &amount;
      case Kind::boolean: return &boolean;
      case Kind::integer: return &integer;
      case Kind::outcome: return &outcome;
    }
    return nullptr;
  }
};

/// What the type makes of a text: the text it would write again, or "refused".
std::string taken(const Scalar& scalar, std::string_view text) {
  Stored stored;
  if (store_scalar(scalar, text, stored.item(scalar.kind))) return scalar_text(scalar, stored.item(scalar.kind));
  Stored untouched;
  CHECK(scalar_text(scalar, stored.item(scalar.kind)) == scalar_text(scalar, untouched.item(scalar.kind)));
  return "refused";
}
std::string times(std::size_t n, std::string_view character) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += character;
  return out;
}

const Record& table_of(const Message& message) { return record_of(primitive_of(message), leg_of(message)); }

std::vector<Violation> violations(const Message& message) { return validate(table_of(message), payload(message), ""); }

/// "bad_value /idPSP" and so on, one per violation.
std::vector<std::string> shown(const std::vector<Violation>& all) {
  std::vector<std::string> out;
  for (const Violation& v : all) out.push_back(std::string(to_text(v.defect)) + " " + v.place);
  return out;
}
using Shown = std::vector<std::string>;

}  // namespace

TEST_CASE("the length of a text is counted in characters, and both ends of its range are inside") {
  struct Case {
    const Scalar& scalar;
    std::size_t least, most;
  };
  const Case cases[] = {
      {scalars::text6, 1, 6},       {scalars::text16, 1, 16},     {scalars::text20, 1, 20},        {scalars::text35, 1, 35},
      {scalars::text70, 1, 70},     {scalars::text140, 1, 140},   {scalars::text210, 1, 210},      {scalars::id_psp, 1, 35},
      {scalars::id_broker, 1, 35},  {scalars::id_channel, 1, 35}, {scalars::password, 8, 15},      {scalars::payment_token, 1, 35},
      {scalars::iban_of_ec, 1, 35}, {scalars::person_code, 2, 16}, {json_scalars::token, 1, 35},   {json_scalars::text35, 1, 35},
      {json_scalars::text140, 1, 140}, {json_scalars::text255, 1, 255},
  };
  for (const Case& c : cases) {
    CAPTURE(c.scalar.type);
    for (const std::string_view character : {"x", "à", "€", "😀"}) {
      CAPTURE(character);
      CHECK_FALSE(takes(c.scalar, times(c.least - 1, character)));
      CHECK(takes(c.scalar, times(c.least, character)));
      CHECK(takes(c.scalar, times(c.most, character)));
      CHECK_FALSE(takes(c.scalar, times(c.most + 1, character)));
    }
  }
  CHECK(takes(scalars::any_text, ""));
  CHECK(takes(scalars::any_text, times(10'000, "x")));
  CHECK(takes(scalars::fault_code, "PAA_CIAO"));
  CHECK_FALSE(takes(json_scalars::not_empty, ""));
  CHECK(takes(json_scalars::not_empty, times(10'000, "x")));
}

TEST_CASE("a text follows the pattern of its type from beginning to end") {
  struct Case {
    const Scalar& scalar;
    std::string good;
    std::vector<std::string> bad;
  };
  const Case cases[] = {
      {scalars::fiscal_code, "01234567897", {"0123456789", "012345678970", "0123456789A", " 1234567897", "01234567897 ", ""}},
      {scalars::notice_number, "302001234567890123", {"30200123456789012", "3020012345678901234", "30200123456789012x", ""}},
      {scalars::country, "IT", {"it", "I", "ITA", "I1", ""}},
      {scalars::iban_of_psp, "IT62S0103003200000000012345", {"I762S01030", "ITA2S01030", "IT62", "", "IT62" + times(31, "0"), "IT62 S0103"}},
      {scalars::idempotency_key, "70000000001_100149bdWB",
       {"70000000001_100149bdW", "70000000001_100149bdWBB", "70000000001100149bdWB", "100149bdWB_70000000001",
        "7_100149bdWB", times(19, "7") + "_100149bdWB", "70000000001_100149bd-B", "70000000001_100149b%WB", "7000000000.1_100149bdWB"}},
      {scalars::e_mail, "a.b+c_d-e@ex-1.org", {"a", "a@", "@b", "a@b.", "a@b..c", "a b@c", "à@b.it", times(255, "a") + "@b", ""}},
      {scalars::stamp_hash, "YWJj", {"YWJ", "YWJj=", "YW=j", times(76, "a"), "", "YW!j"}},
      {scalars::province, "RM", {"Rm", "ROM"}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.scalar.type);
    CAPTURE(c.good);
    CHECK(takes(c.scalar, c.good));
    for (const std::string& bad : c.bad) {
      CAPTURE(bad);
      CHECK_FALSE(takes(c.scalar, bad));
    }
  }
  CHECK(takes(scalars::iban_of_psp, "IT62" + times(30, "a")));
  CHECK(takes(scalars::idempotency_key, "ab_0123456789"));             // letters on the left, two at least [XSD 3.9.0]
  CHECK(takes(scalars::idempotency_key, times(18, "z") + "_0123456789"));
  CHECK(takes(scalars::e_mail, times(254, "a") + "@b"));               // 256 characters in all
  CHECK(takes(scalars::e_mail, "a@b"));
  CHECK(takes(scalars::stamp_hash, times(72, "a")));
}

TEST_CASE("an enumeration holds its values as they are written and no others") {
  struct Case {
    const Scalar& scalar;
    std::vector<std::string> values;
  };
  const Case cases[] = {
      {scalars::options, {"EQ", "LS", "GT", "ANY"}},
      {scalars::options_psp, {"EQ", "LS", "GT", "ANY"}},
      {scalars::transfer_type, {"POSTAL", "PAGOPA"}},
      {scalars::person, {"F", "G"}},
      {scalars::payment_method, {"cash", "creditCard", "bancomat", "other"}},
      {scalars::payment_channel, {"frontOffice", "atm", "onLine", "app", "other"}},
      {scalars::fee_method, {"BBT", "BP", "AD", "CP", "PO", "OBEP", "JIF", "MYBK", "PPAL"}},
      {scalars::touch_point, {"IO", "WISP", "CHECKOUT", "PSP", "ATM", "BETTING", "TS", "HB", "POS"}},
      {scalars::stamp_type, {"01"}},
      {scalars::outcome, {"OK", "KO"}},
      {json_scalars::outcome, {"OK", "KO"}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.scalar.type);
    for (const std::string& value : c.values) {
      CAPTURE(value);
      CHECK(taken(c.scalar, value) == value);
      CHECK_FALSE(takes(c.scalar, value + " "));
      CHECK_FALSE(takes(c.scalar, value + value));
      std::string other_case = value;  // "po" and "psp" are refused [SIN_APNV2, commissioni evolute 3, 7]
      for (char& ch : other_case) ch = ch >= 'A' && ch <= 'Z' ? static_cast<char>(ch + 32) : ch >= 'a' && ch <= 'z' ? static_cast<char>(ch - 32) : ch;
      if (other_case != value) CHECK_FALSE(takes(c.scalar, other_case));
    }
    for (const std::string_view other : {"", "PIPPO", "OO", "02"}) CHECK_FALSE(takes(c.scalar, other));
  }
}

TEST_CASE("an amount in XML has exactly two decimals and is at most 999999999.99 euro") {
  struct Case {
    std::string_view text;
    std::int64_t cents;     ///< -1: refused
    std::int64_t not_zero;  ///< the same, where zero is refused
  };
  const Case cases[] = {
      {"10.00", 1000, 1000},   {"0.01", 1, 1},          {"0.00", 0, -1},       {"999999999.99", 99'999'999'999, 99'999'999'999},
      {"00010.00", 1000, 1000}, {" 10.00\n", 1000, 1000}, {"0000000000000000000000000.01", 1, 1},
      {"10", -1, -1},          {"10.1", -1, -1},        {"10,00", -1, -1},     {"10.120", -1, -1},
      {"10.", -1, -1},         {".10", -1, -1},         {"", -1, -1},          {"1000000000.00", -1, -1},
      {"8881234567.00", -1, -1}, {"-1.00", -1, -1},     {"+1.00", -1, -1},     {"1.0e", -1, -1},
      {"1 0.00", -1, -1},      {"1.000.00", -1, -1},    {"1e1.00", -1, -1},    {"0x1.00", -1, -1},
      {"99999999999999999999999999.00", -1, -1},        {"NaN", -1, -1},       {"\xd9\xa1.00", -1, -1},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(taken(scalars::amount, c.text) == (c.cents < 0 ? "refused" : to_text(Amount{c.cents})));
    CHECK(taken(scalars::amount_not_zero, c.text) == (c.not_zero < 0 ? "refused" : to_text(Amount{c.not_zero})));
  }
}

TEST_CASE("whole numbers and truths are read as XML Schema writes them") {
  struct Case {
    const Scalar& scalar;
    std::string_view text;
    std::string_view as;
  };
  const Case cases[] = {
      {scalars::id_transfer, "1", "1"},           {scalars::id_transfer, "5", "5"},        {scalars::id_transfer, "0", "refused"},
      {scalars::id_transfer, "6", "refused"},     {scalars::id_transfer, "1.0", "refused"}, {scalars::id_transfer, "", "refused"},
      {scalars::expiration_time, "1800000", "1800000"}, {scalars::expiration_time, "1800001", "refused"},
      {scalars::expiration_time, "0", "0"},       {scalars::expiration_time, "-1", "-1"},  // no minimum in the schema
      {scalars::expiration_time, "", "refused"},  {scalars::expiration_time, "60s", "refused"},
      {scalars::expiration_time, " 900000 ", "900000"},
      {scalars::whole, "2147483647", "2147483647"}, {scalars::whole, "2147483648", "refused"},
      {scalars::whole, "-2147483648", "-2147483648"}, {scalars::whole, "+1", "1"}, {scalars::whole, "+", "refused"},
      {scalars::whole, "99999999999999999999", "refused"}, {scalars::whole, "1e1", "refused"},
      {scalars::boolean, "true", "true"},         {scalars::boolean, "1", "true"},         {scalars::boolean, "false", "false"},
      {scalars::boolean, "0", "false"},           {scalars::boolean, " true ", "true"},    {scalars::boolean, "TRUE", "refused"},
      {scalars::boolean, "si", "refused"},        {scalars::boolean, "", "refused"},
      {json_scalars::cents, "12150", "12150"},    {json_scalars::cents, "0", "0"},         {json_scalars::cents, "-1", "refused"},
      {json_scalars::cents, "121.50", "refused"}, {json_scalars::cents, "99999999999", "99999999999"},
      {json_scalars::cents, "100000000000", "refused"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.scalar.type);
    CAPTURE(c.text);
    CHECK(taken(c.scalar, c.text) == c.as);
  }
}

TEST_CASE("a date is a day that exists, with or without a zone") {
  struct Case {
    std::string_view text;
    bool good;
  };
  const Case cases[] = {
      {"2031-03-31", true},       {"2031-03-31Z", true},       {"2031-03-31+02:00", true}, {"2031-03-31-14:00", true},
      {"2028-02-29", true},       {"2000-02-29", true},        {"0001-01-01", true},
      {"2031-04-31", false},      {"2027-02-29", false},       {"2100-02-29", false},      {"2031-13-01", false},
      {"2031-00-10", false},      {"2031-01-00", false},       {"12-28-2021", false},      {"12-12-21", false},
      {"2031-3-31", false},       {"2031-03-31T10:00:00", false}, {"2031-03-31+14:01", false}, {"2031-03-31+2:00", false},
      {"2031/03/31", false},      {"20310331", false},         {"", false},                {"2031-03-31Zulu", false},
      {"0000-01-01", false},      {"2031-03-31+02", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(takes(scalars::date, c.text) == c.good);
  }
}

TEST_CASE("a number has one sign") { CHECK_FALSE(takes(scalars::whole, "+-1")); }

// xsd:date and xsd:dateTime collapse white space, as numbers do: a pretty-printed message is as valid as any other.
TEST_CASE("white space around a date or a date-time means nothing") {
  CHECK(takes(scalars::date, " 2031-03-31\n"));
  CHECK(takes(scalars::date_time, "\t2031-02-10T10:15:30 "));
  CHECK(takes(scalars::xsd_date_time, " 2031-02-10T10:15:30Z"));
  CHECK_FALSE(takes(scalars::date, "2031- 03-31"));
}

TEST_CASE("a date-time may lack its zone, except in closePayment-v2") {
  struct Case {
    std::string_view text;
    bool good, zoned;
  };
  const Case cases[] = {
      {"2031-02-10T10:15:30", true, false},          {"2031-02-10T10:15:30Z", true, true},
      {"2031-02-10T10:15:30+01:00", true, true},     {"2031-02-10T10:15:30.5", true, false},
      {"2031-02-10T10:15:30.000+01:00", true, true}, {"2031-02-10T00:00:00Z", true, true},
      {"2031-02-10T23:59:59.123456789Z", true, true},
      {"2031-02-10", false, false},                  {"2031-02-10Z", false, false},
      {"2031-02-10T10:15", false, false},            {"2031-02-10T10:15Z", false, false},
      {"2031-02-10 10:15:30Z", false, false},        {"2031-02-10t10:15:30z", false, false},
      {"2031-02-10T24:15:30Z", false, false},        {"2031-02-10T10:60:30Z", false, false},
      {"2031-02-10T10:15:60Z", false, false},        {"2031-02-10T10:15:30.Z", false, false},
      {"2031-02-30T10:15:30Z", false, false},        {"2031-02-10T10:15:30+0100", false, false},
      {"2031-02-10T10:15:30+15:00", false, false},   {"2031-02-10T10:15:30ZZ", false, false},
      {"10:15:30", false, false},                    {"", false, false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(takes(scalars::date_time, c.text) == c.good);
    CHECK(takes(json_scalars::date_time, c.text) == c.good);
    CHECK(takes(json_scalars::zoned_date_time, c.text) == c.zoned);
  }
}

TEST_CASE("every type says in words what it allows") {
  CHECK(describe(scalars::text140).en == "1 to 140 characters");
  CHECK(describe(scalars::options).en == "one of EQ, LS, GT, ANY");
  CHECK(describe(scalars::outcome).en == "OK or KO");
  CHECK(describe(scalars::boolean).en == "true or false");
  CHECK(describe(scalars::amount).en == "euro with exactly two decimals, 0.00 to 999999999.99");
  CHECK(describe(scalars::amount_not_zero).en == "euro with exactly two decimals, 0.01 to 999999999.99");
  CHECK(describe(scalars::id_transfer).en == "one of 1, 2, 3, 4, 5");
  CHECK(describe(scalars::fiscal_code).en == "pattern [0-9]{11}");
  CHECK(describe(scalars::any_text).en == "any text");
  CHECK(describe(scalars::date).en == "a date that exists, YYYY-MM-DD");
  CHECK(describe(scalars::stamp_hash).en == "pattern .{4,72}, data in base64");
  CHECK(describe(json_scalars::euro).en == "euro with at most two decimals, 0.00 to 999999999.99");
  CHECK(describe(json_scalars::cents_not_zero).en == "a whole number of euro cents, at least 1, at most 99999999999");
  CHECK(describe(json_scalars::not_empty).en == "not empty");
  CHECK(rule_of(scalars::text140) == "XSD stText140");
}

TEST_CASE("the samples keep to their tables") {
  for (const support::Sample& s : support::all_samples()) {
    CAPTURE(s.name);
    CHECK(shown(violations(s.message)) == Shown{});
    CHECK(conforms(table_of(s.message), payload(s.message)));
  }
}

TEST_CASE("what is wrong in a message is found at its place, all of it at once") {
  PaSendRTReq rt = std::get<PaSendRTReq>(sample(PrimitiveId::paSendRT, Leg::request, true));
  rt.idPA.clear();
  rt.receipt.noticeNumber = "30200123456789012";
  rt.receipt.transferList.transfer[1].idTransfer = 6;
  rt.receipt.transferList.transfer[1].metadata->mapEntry[0].value.clear();
  rt.receipt.transferList.transfer[0].metadata->mapEntry.clear();
  rt.receipt.payer->country = "it";
  rt.receipt.fee = Amount{100'000'000'000};
  rt.receipt.paymentDateTime = "yesterday";
  CHECK(shown(violations(rt)) == Shown{"bad value /idPA", "bad value /receipt/noticeNumber",
                                       "missing /receipt/transferList/transfer[1]/metadata/mapEntry",
                                       "bad value /receipt/transferList/transfer[2]/idTransfer",
                                       "bad value /receipt/transferList/transfer[2]/metadata/mapEntry[1]/value",
                                       "bad value /receipt/payer/country", "bad value /receipt/fee",
                                       "bad value /receipt/paymentDateTime"});
  const Violation first = violations(rt).front();
  CHECK(first.rule == "XSD stText35");
  CHECK(first.wanted.en == "1 to 35 characters");
  CHECK_FALSE(conforms(table_of(rt), payload(Message(rt))));
}

TEST_CASE("a list has at least one entry and at most as many as its schema says") {
  struct Case {
    std::string_view name;
    std::size_t most;
    Shown (*with)(std::size_t n);  ///< the violations of a message whose list has n entries
    std::string_view place;
  };
  const Case cases[] = {
      {"transfers of paGetPayment", 5,
       [](std::size_t n) {
         PaGetPaymentRes m = std::get<PaGetPaymentRes>(sample(PrimitiveId::paGetPayment, Leg::response, false));
         m.data->transferList.transfer.assign(n, m.data->transferList.transfer.front());
         return shown(violations(m));
       },
       "/data/transferList/transfer"},
      {"entries of metadata", 15,
       [](std::size_t n) {
         PaGetPaymentRes m = std::get<PaGetPaymentRes>(sample(PrimitiveId::paGetPayment, Leg::response, true));
         m.data->metadata->mapEntry.assign(n, {"k", "v"});
         return shown(violations(m));
       },
       "/data/metadata/mapEntry"},
      {"payment options of verifyPaymentNotice", 5,
       [](std::size_t n) {
         VerifyPaymentNoticeRes m = std::get<VerifyPaymentNoticeRes>(sample(PrimitiveId::verifyPaymentNotice, Leg::response, true));
         m.paymentList->paymentOptionDescription.resize(n, m.paymentList->paymentOptionDescription.front());
         return shown(violations(m));
       },
       "/paymentList/paymentOptionDescription"},
      {"tokens of closePayment-v2", 5,
       [](std::size_t n) {
         ClosePaymentV2Request m = std::get<ClosePaymentV2Request>(sample(PrimitiveId::closePaymentV2, Leg::request, false));
         m.paymentTokens.resize(n, "token");
         return shown(violations(m));
       },
       "/paymentTokens"},
      {"payments of sendPaymentResult-v2", 5,
       [](std::size_t n) {
         auto m = std::get<SendPaymentResultV2Request>(sample(PrimitiveId::sendPaymentResultV2, Leg::request, false));
         m.payments.assign(n, m.payments.front());
         return shown(violations(m));
       },
       "/payments"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(c.with(0) == Shown{"missing " + std::string(c.place)});
    CHECK(c.with(1) == Shown{});
    CHECK(c.with(c.most) == Shown{});
    CHECK(c.with(c.most + 1) == Shown{"too many " + std::string(c.place)});
  }
}

TEST_CASE("of a choice exactly one is there, or none where none will do") {
  PspNotifyPaymentReq notification = support::samples::notification(false);
  CHECK(shown(violations(notification)) == Shown{"wrong choice "});
  CHECK_FALSE(conforms(table_of(notification), &notification));
  notification.additionalPaymentInformations.emplace();
  CHECK(shown(violations(notification)) == Shown{});
  CHECK(conforms(table_of(notification), &notification));
  notification.paypalPayment = std::get<PspNotifyPaymentReq>(support::samples::notify_with_paypal()).paypalPayment;
  CHECK(shown(violations(notification)) == Shown{"wrong choice "});
  CHECK_FALSE(conforms(table_of(notification), &notification));
  CHECK(violations(notification).front().found == "2");

  auto answer = std::get<ActivatePaymentNoticeV2Response>(sample(PrimitiveId::activatePaymentNoticeV2, Leg::response, true));
  CtTransferPSPV2& third = answer.transferList->transfer[2];
  CHECK(shown(violations(answer)) == Shown{});
  third.IBAN = "IT62S0103003200000000012345";
  CHECK(shown(violations(answer)) == Shown{});
  third.richiestaMarcaDaBollo = support::samples::stamp();
  CHECK(shown(violations(answer)) == Shown{"wrong choice /transferList/transfer[3]"});
}

namespace {

/// Puts `broken` into every text of the structure in turn and asks both judges.
std::size_t disagreements(const Record& record, const void* owner, const Record& whole, const void* root, const std::string& broken) {
  std::size_t out = 0;
  for (const Field& f : record.fields) {
    for (std::size_t i = 0; i < f.count(owner); ++i) {
      const void* item = f.item(owner, i);
      if (f.record != nullptr) {
        out += disagreements(*f.record(), item, whole, root, broken);
      } else if (f.scalar->kind == Kind::text) {
        auto& text = *static_cast<std::string*>(const_cast<void*>(item));
        const std::string was = std::exchange(text, broken);
        if (validate(whole, root, "").empty() != conforms(whole, root)) ++out;
        text = was;
      }
    }
  }
  return out;
}

}  // namespace

TEST_CASE("the quick judge and the one that explains agree on every text of every message, whatever is in it") {
  for (support::Sample& s : support::all_samples()) {
    CAPTURE(s.name);
    for (const std::string& broken : {std::string(), std::string(300, 'x'), std::string("12345678901")}) {
      CHECK(disagreements(table_of(s.message), payload(s.message), table_of(s.message), payload(s.message), broken) == 0);
    }
  }
}

TEST_CASE("a path leads to the text of a field, or to nothing") {
  const Message rt = sample(PrimitiveId::paSendRT, Leg::request, true);
  const Message close = sample(PrimitiveId::closePaymentV2, Leg::request, true);
  struct Case {
    const Message& in;
    std::string_view path;
    std::string_view text;
  };
  const Case cases[] = {
      {rt, "idPA", "80000000002"},
      {rt, "receipt/receiptId", "4f1c0d9e7ab24c65b8e3d2a1f0c9b876"},
      {rt, "receipt/outcome", "OK"},
      {rt, "receipt/fee", "1.50"},
      {rt, "receipt/standIn", "false"},
      {rt, "receipt/debtor/e-mail", "nome.cognome+prova@example-1.org"},
      {rt, "receipt/transferList/transfer/idTransfer", "1"},
      {rt, "receipt/transferList/transfer[1]/idTransfer", "1"},
      {rt, "receipt/transferList/transfer[2]/idTransfer", "2"},
      {rt, "receipt/transferList/transfer[2]/metadata/mapEntry[2]/key", "IBANAPPOGGIO"},
      {close, "paymentTokens[2]", "5b0d2f0c9e7a4d0e8f31c6a2b7d94e10"},
      {close, "totalAmount", "121.50"},
      {close, "additionalPaymentInformations/rrn", "507309000123"},
      {close, "transactionDetails/transaction/grandTotal", "12150"},
      {close, "transactionDetails/transaction/psp/pspOnUs", "true"},
      {rt, "", "nothing"},
      {rt, "receipt", "nothing"},
      {rt, "receipt/", "nothing"},
      {rt, "receipt/nothing", "nothing"},
      {rt, "receipt/transferList/transfer[3]/idTransfer", "nothing"},
      {rt, "receipt/transferList/transfer[0]/idTransfer", "nothing"},
      {rt, "receipt/transferList/transfer[x]/idTransfer", "nothing"},
      {rt, "receipt/transferList/transfer[99999999999999999999]/idTransfer", "nothing"},
      {rt, "receipt/receiptId/more", "nothing"},
      {rt, "IDPA", "nothing"},
      {close, "additionalPaymentInformations/unheard", "nothing"},
      {close, "paymentTokens[3]", "nothing"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.path);
    CHECK(text_at(c.in, c.path).value_or("nothing") == c.text);
  }
}

TEST_CASE("a path that a table does not have is told by its first unknown step") {
  const Record& rt = record_of(PrimitiveId::paSendRT, Leg::request);
  const Record& close = record_of(PrimitiveId::closePaymentV2, Leg::request);
  CHECK(unknown_step(rt, "receipt/transferList/transfer[2]/IBAN") == std::nullopt);
  CHECK(unknown_step(rt, "receipt") == std::nullopt);
  CHECK(unknown_step(rt, "receipt/iban") == "iban");
  CHECK(unknown_step(rt, "reciept/receiptId") == "reciept");
  CHECK(unknown_step(rt, "idPA/more") == "more");
  CHECK(unknown_step(close, "additionalPaymentInformations/anything") == std::nullopt);
  CHECK(unknown_step(close, "transactionDetails/transaction/psp/idPSP") == "idPSP");  // it is idPsp here
}

TEST_CASE("every leaf path of every table is known to it and has a scalar at its end") {
  for (const Primitive& row : primitives()) {
    for (const Leg leg : {Leg::request, Leg::response}) {
      const std::vector<std::string> paths = leaf_paths(record_of(row.id, leg));
      CHECK_FALSE(paths.empty());
      for (const std::string& path : paths) {
        CAPTURE(path);
        CHECK(unknown_step(record_of(row.id, leg), path) == std::nullopt);
      }
    }
  }
}
