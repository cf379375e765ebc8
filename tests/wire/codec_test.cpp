// The codec: what each message looks like on the wire, what is read back, and what is refused, where and why.
// Golden bytes are checked against the official schemas as well when SIM_OFFICIAL_SCHEMAS names their folder.
#include "sim/wire/codec.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <unistd.h>

#include <doctest/doctest.h>

#include "tests/support/golden.hpp"
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
using sim::wire::decode;
using sim::wire::encode;
using support::sample;
using P = PrimitiveId;
using Read = std::variant<Body, Malformed>;
using Shown = std::vector<std::string>;

Read read(const Message& like, std::string bytes) {
  return decode(primitive_of(like), leg_of(like), std::make_shared<const std::string>(std::move(bytes)));
}

/// "missing /root/field" for each thing that is wrong; empty when it is a message.
Shown wrong(const Read& said) {
  Shown out;
  if (const auto* malformed = std::get_if<Malformed>(&said)) {
    for (const Violation& v : malformed->violations) out.push_back(std::string(to_text(v.defect)) + " " + v.place);
  }
  return out;
}
Shown wrong(const Message& like, std::string bytes) { return wrong(read(like, std::move(bytes))); }

bool is_same(const Read& said, const Message& message) {
  const auto* body = std::get_if<Body>(&said);
  return body != nullptr && **body == message;
}

bool is_soap(const Message& message) { return primitive(primitive_of(message)).port != nullptr; }

/// Every occurrence of `from`; what is not there cannot be replaced, so that a case that says nothing fails.
std::string replaced(std::string text, std::string_view from, std::string_view to) {
  REQUIRE(text.find(from) != std::string::npos);
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  return text;
}
std::string once(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

const Message& verify() {
  static const Message message = sample(P::verifyPaymentNotice, Leg::request, true);
  return message;
}
const Message& close_ok() {
  static const Message message = sample(P::closePaymentV2, Leg::request, true);
  return message;
}

}  // namespace

// ---- what is written ----

TEST_CASE("every message has the bytes that were approved, and they are read back as the same message") {
  for (const support::Sample& s : support::all_samples()) {
    CAPTURE(s.name);
    const std::string bytes = encode(s.message);
    support::check_golden("wire/" + s.name + (is_soap(s.message) ? ".xml" : ".json"), bytes);
    const Read back = read(s.message, bytes);
    CHECK(wrong(back) == Shown{});
    CHECK(is_same(back, s.message));
    CHECK(sim::wire::is_valid(s.message));
  }
}

TEST_CASE("a SOAP message has the prefixes that receivers match as text, and children without any") {
  for (const support::Sample& s : support::all_samples()) {
    if (!is_soap(s.message)) continue;
    CAPTURE(s.name);
    const std::string bytes = encode(s.message);
    const Primitive& row = primitive(primitive_of(s.message));
    const std::string_view root = record_of(row.id, leg_of(s.message)).type;
    const std::string opening = "<soapenv:Body><" + std::string(row.port->prefix) + ":" + std::string(root) + ">";
    CHECK(bytes.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope"));
    CHECK(bytes.find("xmlns:" + std::string(row.port->prefix) + "=\"" + std::string(row.port->xml_namespace) + "\"") != std::string::npos);
    REQUIRE(bytes.find(opening) != std::string::npos);
    const std::string inside = bytes.substr(bytes.find(opening) + opening.size(), bytes.rfind("</" + std::string(row.port->prefix)) -
                                                                                      bytes.find(opening) - opening.size());
    for (std::size_t at = inside.find('<'); at != std::string::npos; at = inside.find('<', at + 1)) {
      CHECK(inside.substr(at, inside.find('>', at) - at).find(':') == std::string::npos);
    }
    CHECK(bytes.find("xmlns=\"") == std::string::npos);
  }
}

TEST_CASE("one closePayment-v2 says the same amount as a number of euro, a text of euro and cents") {
  const std::string bytes = encode(close_ok());
  CHECK(bytes.find("\"totalAmount\":121.50") != std::string::npos);
  CHECK(bytes.find("\"grandTotal\":12150") != std::string::npos);
  CHECK(bytes.find("\"fee\":\"1.50\"") != std::string::npos);
  CHECK(bytes.find("\"fee\":1.50") != std::string::npos);
  CHECK(bytes.find("\"fee\":150,") != std::string::npos);
}

// ---- what is read ----

TEST_CASE("the same message may be written in many ways") {
  struct Case {
    std::string_view name;
    std::string (*written)(std::string bytes, const Primitive& row);
  };
  const Case cases[] = {
      {"as we write it", [](std::string b, const Primitive&) { return b; }},
      {"any prefix for the envelope", [](std::string b, const Primitive&) { return replaced(replaced(b, "soapenv:", "S-1:"), ":soapenv", ":S-1"); }},
      {"any prefix for the body",
       [](std::string b, const Primitive& row) {
         const std::string prefix(row.port->prefix);
         return replaced(replaced(replaced(b, "<" + prefix + ":", "<x:"), "</" + prefix + ":", "</x:"), "xmlns:" + prefix, "xmlns:x");
       }},
      {"a namespace declared where it is used",
       [](std::string b, const Primitive& row) {
         const std::string declaration = " xmlns:" + std::string(row.port->prefix) + "=\"" + std::string(row.port->xml_namespace) + "\"";
         b = once(b, declaration, "");
         const std::size_t root = b.find(":Body><") + 7;
         return b.insert(b.find('>', root), declaration);
       }},
      {"white space between elements", [](std::string b, const Primitive&) { return replaced(b, "><", ">\r\n\t  <"); }},
      {"a byte order mark", [](std::string b, const Primitive&) { return "\xef\xbb\xbf" + b; }},
      {"no declaration", [](std::string b, const Primitive&) { return b.substr(b.find("?>") + 2); }},
      {"single quotes", [](std::string b, const Primitive&) { return replaced(b.substr(0, b.find("<soapenv:Header/>")), "\"", "'") + b.substr(b.find("<soapenv:Header/>")); }},
      {"comments", [](std::string b, const Primitive&) { return replaced(once(b, "?>", "?><!-- a -->"), "><", "><!-- <b> & --><"); }},
      {"no header", [](std::string b, const Primitive&) { return once(b, "<soapenv:Header/>", ""); }},
      {"a header with something in it", [](std::string b, const Primitive&) { return once(b, "<soapenv:Header/>", "<soapenv:Header><a xmlns=\"urn:a\">b</a></soapenv:Header>"); }},
      {"white space after the end", [](std::string b, const Primitive&) { return b + "\n \n"; }},
      {"a declaration without encoding", [](std::string b, const Primitive&) { return once(b, " encoding=\"UTF-8\"", ""); }},
  };
  for (const support::Sample& s : support::all_samples()) {
    if (!is_soap(s.message)) continue;
    CAPTURE(s.name);
    for (const Case& c : cases) {
      CAPTURE(c.name);
      const Read back = read(s.message, c.written(encode(s.message), primitive(primitive_of(s.message))));
      CHECK(wrong(back) == Shown{});
      CHECK(is_same(back, s.message));
    }
  }
}

TEST_CASE("a text is the same text with references, sections or comments inside") {
  const std::string bytes = encode(verify());
  for (const std::string_view text : {"AGID_01", "AGI&#68;_01", "AGI&#x44;_01", "<![CDATA[AGID_01]]>", "AG<![CDATA[ID]]>_01", "AG<!-- x -->ID_01"}) {
    CAPTURE(text);
    CHECK(is_same(read(verify(), once(bytes, "AGID_01", text)), verify()));
  }
}

// ---- what is refused ----

TEST_CASE("a SOAP message that breaks its schema is refused at the place where it does, for the reason why") {
  struct Case {
    std::string_view name;
    P primitive;
    Leg leg;
    std::string_view from, to;
    Shown wrong;
  };
  const std::string ns = "http://pagopa-api.pagopa.gov.it/node/nodeForPsp.xsd";
  const Case cases[] = {
      {"missing", P::verifyPaymentNotice, Leg::request, "<idPSP>AGID_01</idPSP>", "", {"missing /verifyPaymentNoticeReq/idPSP"}},
      {"missing structure", P::paVerifyPaymentNotice, Leg::request, "<qrCode><fiscalCode>77777777777</fiscalCode><noticeNumber>302001234567890123</noticeNumber></qrCode>", "",
       {"missing /paVerifyPaymentNoticeReq/qrCode"}},
      {"empty structure", P::paVerifyPaymentNotice, Leg::request, "<fiscalCode>77777777777</fiscalCode><noticeNumber>302001234567890123</noticeNumber>", "",
       {"missing /paVerifyPaymentNoticeReq/qrCode/fiscalCode", "missing /paVerifyPaymentNoticeReq/qrCode/noticeNumber"}},
      {"missing deep inside", P::paSendRT, Leg::request, "<idTransfer>2</idTransfer>", "", {"missing /paSendRTReq/receipt/transferList/transfer[2]/idTransfer"}},
      {"unknown", P::verifyPaymentNotice, Leg::request, "<password>", "<pin>1</pin><password>", {"unknown element /verifyPaymentNoticeReq/pin"}},
      {"another case", P::verifyPaymentNotice, Leg::request, "<idPSP>AGID_01</idPSP>", "<IDPSP>AGID_01</IDPSP>",
       {"unknown element /verifyPaymentNoticeReq/IDPSP", "missing /verifyPaymentNoticeReq/idPSP"}},
      {"out of order", P::verifyPaymentNotice, Leg::request, "<idPSP>AGID_01</idPSP><idBrokerPSP>97735020584</idBrokerPSP>",
       "<idBrokerPSP>97735020584</idBrokerPSP><idPSP>AGID_01</idPSP>", {"out of order /verifyPaymentNoticeReq/idPSP"}},
      {"twice", P::verifyPaymentNotice, Leg::request, "<idPSP>AGID_01</idPSP>", "<idPSP>AGID_01</idPSP><idPSP>AGID_01</idPSP>",
       {"too many /verifyPaymentNoticeReq/idPSP"}},
      {"two payment options", P::paVerifyPaymentNotice, Leg::response, "</paymentOptionDescription>",
       "</paymentOptionDescription><paymentOptionDescription><amount>1.00</amount><options>EQ</options><allCCP>true</allCCP></paymentOptionDescription>",
       {"too many /paVerifyPaymentNoticeRes/paymentList/paymentOptionDescription"}},
      {"bad value", P::verifyPaymentNotice, Leg::request, "77777777777</fiscalCode>", "7777777777</fiscalCode>",
       {"bad value /verifyPaymentNoticeReq/qrCode/fiscalCode"}},
      {"empty value", P::verifyPaymentNotice, Leg::request, "<idPSP>AGID_01</idPSP>", "<idPSP/>", {"bad value /verifyPaymentNoticeReq/idPSP"}},
      {"an element where a text belongs", P::verifyPaymentNotice, Leg::request, "<idPSP>AGID_01</idPSP>", "<idPSP><b>AGID_01</b></idPSP>",
       {"unknown element /verifyPaymentNoticeReq/idPSP"}},
      {"stray text", P::verifyPaymentNotice, Leg::request, "</idPSP>", "</idPSP>and", {"unknown element /verifyPaymentNoticeReq"}},
      {"a namespace on a child", P::verifyPaymentNotice, Leg::request, "<idPSP>AGID_01</idPSP>", "<nod:idPSP>AGID_01</nod:idPSP>",
       {"wrong namespace /verifyPaymentNoticeReq/idPSP"}},
      {"a default namespace on the root", P::verifyPaymentNotice, Leg::request, "<nod:verifyPaymentNoticeReq>",
       "<nod:verifyPaymentNoticeReq xmlns=\"http://pagopa-api.pagopa.gov.it/node/nodeForPsp.xsd\">",
       {"wrong namespace /verifyPaymentNoticeReq/idPSP", "wrong namespace /verifyPaymentNoticeReq/idBrokerPSP",
        "wrong namespace /verifyPaymentNoticeReq/idChannel", "wrong namespace /verifyPaymentNoticeReq/password",
        "wrong namespace /verifyPaymentNoticeReq/qrCode", "wrong namespace /verifyPaymentNoticeReq/qrCode/fiscalCode",
        "wrong namespace /verifyPaymentNoticeReq/qrCode/noticeNumber"}},
      {"the envelope in a default namespace, and so the children too", P::paSendRT, Leg::response, "xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"",
       "xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"", {"wrong namespace /paSendRTRes/outcome"}},
      {"the namespace of the WSDL", P::verifyPaymentNotice, Leg::request, ns, "http://pagopa-api.pagopa.gov.it/nodeForPsp", {"wrong namespace /verifyPaymentNoticeReq"}},
      {"none of the choice", P::pspNotifyPayment, Leg::request, "<additionalPaymentInformations><metadata><mapEntry><key>chiave</key><value>valore</value></mapEntry><mapEntry><key>IBANAPPOGGIO</key><value>IT45R0760103200000000001016</value></mapEntry></metadata></additionalPaymentInformations>",
       "", {"wrong choice /pspNotifyPaymentReq"}},
      {"two of the choice", P::pspNotifyPayment, Leg::request, "<additionalPaymentInformations>",
       "<paypalPayment><transactionId>1</transactionId><pspTransactionId>2</pspTransactionId><totalAmount>1.00</totalAmount><fee>0.00</fee><timestampOperation>2031-02-10T10:15:30</timestampOperation></paypalPayment><additionalPaymentInformations>",
       {"wrong choice /pspNotifyPaymentReq"}},
      {"a KO without a fault", P::pspNotifyPayment, Leg::response, "<outcome>OK</outcome>", "<outcome>KO</outcome>", {"against a rule /pspNotifyPaymentRes/fault"}},
      {"an outcome that is neither", P::pspNotifyPayment, Leg::response, "<outcome>OK</outcome>", "<outcome>OO</outcome>", {"bad value /pspNotifyPaymentRes/outcome"}},
      {"no outcome", P::pspNotifyPayment, Leg::response, "<outcome>OK</outcome>", "", {"missing /pspNotifyPaymentRes/outcome"}},
      {"an incomplete fault", P::paGetPayment, Leg::response, "<outcome>OK</outcome>", "<outcome>KO</outcome><fault><faultCode>PAA_SEMANTICA</faultCode><id>1</id></fault>",
       {"missing /paGetPaymentRes/fault/faultString"}},
      {"a sum that is wrong", P::paGetPayment, Leg::response, "<paymentAmount>120.00</paymentAmount>", "<paymentAmount>120.01</paymentAmount>",
       {"against a rule /paGetPaymentRes/data/paymentAmount"}},
      {"standin where it used to be", P::paSendRT, Leg::request, "</receipt>", "</receipt><standin>true</standin>", {"unknown element /paSendRTReq/standin"}},
      {"SOAP 1.2", P::verifyPaymentNotice, Leg::request, "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope", {"wrong envelope /"}},
      {"another envelope namespace", P::verifyPaymentNotice, Leg::request, "http://schemas.xmlsoap.org/soap/envelope/", "http://schemas.xmlsoap.org/ciao/envelope/", {"wrong envelope /"}},
      {"two roots in Body", P::verifyPaymentNotice, Leg::request, "</soapenv:Body>", "<a/></soapenv:Body>", {"wrong envelope /Envelope/Body"}},
      {"a response in place of a request", P::verifyPaymentNotice, Leg::request, "verifyPaymentNoticeReq", "verifyPaymentNoticeRes", {"wrong root /Envelope/Body"}},
      {"the root of version 2", P::paSendRT, Leg::request, "paSendRTReq", "paSendRTV2Request", {"wrong root /Envelope/Body"}},
      {"no Body", P::verifyPaymentNotice, Leg::request, "soapenv:Body", "soapenv:Corpo", {"wrong envelope /Envelope/Body"}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const Message whole = sample(c.primitive, c.leg, true);
    CHECK(wrong(whole, encode(whole)) == Shown{});
    CHECK(wrong(whole, replaced(encode(whole), c.from, c.to)) == c.wrong);
  }
}

TEST_CASE("bytes that are no SOAP message are refused, whatever they are") {
  struct Case {
    std::string_view name, bytes;
    Shown wrong;
  };
  const std::string_view envelope_open = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">";
  const std::string fault = std::string(envelope_open) + "<s:Body><s:Fault><faultcode>s:Server</faultcode><faultstring>no</faultstring></s:Fault></s:Body></s:Envelope>";
  const std::string empty_body = std::string(envelope_open) + "<s:Body/></s:Envelope>";
  const std::string only_text = std::string(envelope_open) + "<s:Body>OK</s:Body></s:Envelope>";
  const std::string bare = std::string(envelope_open) + "<s:Body><outcome>OK</outcome></s:Body></s:Envelope>";
  const std::string unbound = std::string(envelope_open) + "<s:Body><p:verifyPaymentNoticeReq/></s:Body></s:Envelope>";
  const Case cases[] = {
      {"a soap:Fault", fault, {"wrong root /Envelope/Body"}},
      {"an empty Body", empty_body, {"wrong envelope /Envelope/Body"}},
      {"a Body with text only", only_text, {"wrong envelope /Envelope/Body"}},
      {"no wrapper element", bare, {"wrong root /Envelope/Body"}},
      {"another document", "<html><body>Bad gateway</body></html>", {"wrong envelope /"}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(wrong(verify(), std::string(c.bytes)) == c.wrong);
  }
  for (const std::string& bytes : {std::string(), std::string("OK"), std::string("{\"outcome\":\"OK\"}"), unbound, std::string("\xff\xfe\x00<", 4),
                                   std::string("<a>"), std::string(300'000, '<'), "<!DOCTYPE a [<!ENTITY b \"c\">]>" + encode(verify())}) {
    CAPTURE(bytes.substr(0, 20));
    const Shown told = wrong(verify(), bytes);
    REQUIRE(told.size() == 1);
    CHECK(told[0].starts_with("not well formed "));
  }
}

TEST_CASE("a Malformed keeps its bytes") {
  const Read said = read(verify(), "<a>");
  REQUIRE(std::holds_alternative<Malformed>(said));
  CHECK(*std::get<Malformed>(said).bytes == "<a>");
}

TEST_CASE("everything that is wrong is reported at once, and rules between fields only of what keeps its schema") {
  std::string bytes = encode(verify());
  bytes = replaced(replaced(replaced(replaced(bytes, "<password>pwd_touch_01</password>", ""), "AGID_01", ""), "</qrCode>", "<a/></qrCode>"), "302001234567890123", "302");
  CHECK(wrong(verify(), bytes) == Shown{"bad value /verifyPaymentNoticeReq/idPSP", "bad value /verifyPaymentNoticeReq/qrCode/noticeNumber",
                                        "unknown element /verifyPaymentNoticeReq/qrCode/a", "missing /verifyPaymentNoticeReq/password"});
  const Message answer = sample(P::paVerifyPaymentNotice, Leg::response, false);
  CHECK(wrong(answer, replaced(encode(answer), "<companyName>Comune di Vallescura</companyName>", "")) ==
        Shown{"against a rule /paVerifyPaymentNoticeRes/companyName"});
  CHECK(wrong(answer, replaced(replaced(encode(answer), "<companyName>Comune di Vallescura</companyName>", ""), "120.00", "0.00")) ==
        Shown{"bad value /paVerifyPaymentNoticeRes/paymentList/paymentOptionDescription/amount"});
}

TEST_CASE("every prefix of a legal message is refused") {
  const std::string bytes = encode(verify());
  for (std::size_t n = 0; n < bytes.size(); n += 7) {
    CAPTURE(n);
    CHECK_FALSE(wrong(verify(), bytes.substr(0, n)).empty());
  }
  const std::string json = encode(close_ok());
  for (std::size_t n = 0; n < json.size(); n += 7) {
    CAPTURE(n);
    CHECK_FALSE(wrong(close_ok(), json.substr(0, n)).empty());
  }
}

TEST_CASE("a message of one primitive is not one of another") {
  for (const support::Sample& s : support::all_samples()) {
    if (!is_soap(s.message)) continue;
    for (const Primitive& row : primitives()) {
      for (const Leg leg : {Leg::request, Leg::response}) {
        if (row.port == nullptr || blank(row.id, leg).index() == s.message.index()) continue;
        CHECK(wrong(blank(row.id, leg), encode(s.message)) == Shown{"wrong root /Envelope/Body"});
      }
    }
  }
}

// ---- patches ----

TEST_CASE("a patch changes what is written at its path and nothing else") {
  struct Case {
    std::string_view name;
    P primitive;
    Leg leg;
    Patch patch;
    std::string_view from, to;  ///< in the bytes without the patch
  };
  const Case cases[] = {
      {"a text", P::verifyPaymentNotice, Leg::request, {"idPSP", "X<&"}, "<idPSP>AGID_01</idPSP>", "<idPSP>X&lt;&amp;</idPSP>"},
      {"a text that is unlawful", P::verifyPaymentNotice, Leg::request, {"qrCode/noticeNumber", "302"}, "302001234567890123", "302"},
      {"left out", P::verifyPaymentNotice, Leg::request, {"password", {}}, "<password>pwd_touch_01</password>", ""},
      {"a structure left out", P::verifyPaymentNotice, Leg::request, {"qrCode", {}}, "<qrCode><fiscalCode>77777777777</fiscalCode><noticeNumber>302001234567890123</noticeNumber></qrCode>", ""},
      {"an empty text", P::verifyPaymentNotice, Leg::request, {"idPSP", ""}, "<idPSP>AGID_01</idPSP>", "<idPSP></idPSP>"},
      {"a field that was not there", P::activatePaymentNoticeV2, Leg::request, {"paymentNote", "n"}, "<amount>120.00</amount>", "<amount>120.00</amount><paymentNote>n</paymentNote>"},
      {"a field of a structure that was not there", P::paSendRT, Leg::response, {"fault/faultCode", "PAA_X"}, "<outcome>OK</outcome>", "<outcome>OK</outcome><fault><faultCode>PAA_X</faultCode></fault>"},
      {"one element of a list", P::paSendRT, Leg::request, {"receipt/transferList/transfer[2]/idTransfer", "9"}, "<idTransfer>2</idTransfer>", "<idTransfer>9</idTransfer>"},
      {"the first of a list", P::paSendRT, Leg::request, {"receipt/transferList/transfer/idTransfer", "9"}, "<idTransfer>1</idTransfer>", "<idTransfer>9</idTransfer>"},
      {"one more in a list", P::paGetPayment, Leg::response, {"data/transferList/transfer[2]/idTransfer", "2"}, "</transfer>", "</transfer><transfer><idTransfer>2</idTransfer></transfer>"},
      {"a number of JSON", P::closePaymentV2, Leg::request, {"totalAmount", "12.505"}, "\"totalAmount\":121.50", "\"totalAmount\":12.505"},
      {"no number where a number belongs", P::closePaymentV2, Leg::request, {"totalAmount", "much"}, "\"totalAmount\":121.50", "\"totalAmount\":\"much\""},
      {"a text of JSON that looks like a number", P::closePaymentV2, Leg::request, {"idPSP", "12"}, "\"idPSP\":\"PSPSIM01\"", "\"idPSP\":\"12\""},
      {"a member left out", P::closePaymentV2, Leg::request, {"fee", {}}, "\"fee\":1.50,", ""},
      {"a member of a member", P::closePaymentV2, Leg::request, {"additionalPaymentInformations/rrn", "1"}, "\"rrn\":\"507309000123\",\"email\"", "\"rrn\":\"1\",\"email\""},
      {"the second token", P::closePaymentV2, Leg::request, {"paymentTokens[2]", "t"}, "\"5b0d2f0c9e7a4d0e8f31c6a2b7d94e10\"", "\"t\""},
      {"a third token", P::closePaymentV2, Leg::request, {"paymentTokens[3]", "t"}, "\"5b0d2f0c9e7a4d0e8f31c6a2b7d94e10\"]", "\"5b0d2f0c9e7a4d0e8f31c6a2b7d94e10\",\"t\"]"},
      {"the first token left out", P::closePaymentV2, Leg::request, {"paymentTokens[1]", {}}, "\"4f1c0d9e7ab24c65b8e3d2a1f0c9b876\",", ""},
      {"a truth", P::closePaymentV2, Leg::request, {"transactionDetails/transaction/psp/pspOnUs", "false"}, "\"pspOnUs\":true", "\"pspOnUs\":false"},
      {"a JSON text with quotes", P::closePaymentV2, Leg::request, {"idPSP", "a\"b"}, "\"idPSP\":\"PSPSIM01\"", "\"idPSP\":\"a\\\"b\""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const bool full = c.name != "a field that was not there" && c.name != "one more in a list";
    const Message message = sample(c.primitive, c.leg, full);
    CHECK(encode(message, std::vector<Patch>{c.patch}) == once(encode(message), c.from, c.to));
  }
}

TEST_CASE("several patches are all made") {
  const std::vector<Patch> patches = {{"idPSP", "A"}, {"password", {}}, {"qrCode/fiscalCode", "B"}};
  CHECK(encode(verify(), patches) ==
        once(once(once(encode(verify()), "AGID_01", "A"), "<password>pwd_touch_01</password>", ""), "77777777777", "B"));
}

// ---- JSON ----

TEST_CASE("closePayment-v2 with outcome OK is judged field by field") {
  struct Case {
    std::string_view name, from, to;
    Shown wrong;
  };
  const std::string_view total = "\"totalAmount\":121.50";
  const std::string_view stamp = "\"timestampOperation\":\"2031-02-10T10:15:30.000+01:00\"";
  const std::string_view more = "\"additionalPaymentInformations\":{\"rrn\":\"507309000123\",\"email\":\"a\\\"b\\\\c@example.org\",\"fee\":\"1.50\"}";
  const std::string ten = "\"additionalPaymentInformations\":{\"0\":\"a\",\"1\":\"a\",\"2\":\"a\",\"3\":\"a\",\"4\":\"a\",\"5\":\"a\",\"6\":\"a\",\"7\":\"a\",\"8\":\"a\",\"9\":\"a\"}";
  const std::string eleven = once(ten, "{", "{\"rrn\":\"a\",");
  const std::string_view tokens = "[\"4f1c0d9e7ab24c65b8e3d2a1f0c9b876\",\"5b0d2f0c9e7a4d0e8f31c6a2b7d94e10\"]";
  const std::string token36 = "[\"" + std::string(36, 't') + "\"]";
  const std::string token35 = "[\"" + std::string(35, 't') + "\"]";
  const std::string long_psp = "\"idPSP\":\"" + std::string(36, 'p') + "\"";
  const std::string long_transaction = "\"transactionId\":\"" + std::string(256, 't') + "\",\"totalAmount\"";
  const Case cases[] = {
      {"a whole number", total, "\"totalAmount\":12", {}},
      {"one decimal", total, "\"totalAmount\":12.0", {}},
      {"two decimals", total, "\"totalAmount\":12.50", {}},
      {"zero fee", "\"fee\":1.50", "\"fee\":0", {}},
      {"the most there is", total, "\"totalAmount\":999999999.99", {}},
      {"more than that", total, "\"totalAmount\":1000000000", {"bad value /totalAmount"}},
      {"three decimals", total, "\"totalAmount\":12.505", {"bad value /totalAmount"}},
      {"a text", total, "\"totalAmount\":\"12\"", {"bad value /totalAmount"}},
      {"an exponent", total, "\"totalAmount\":1e2", {"bad value /totalAmount"}},
      {"a negative number", total, "\"totalAmount\":-1", {"bad value /totalAmount"}},
      {"null", total, "\"totalAmount\":null", {"bad value /totalAmount"}},
      {"an object", total, "\"totalAmount\":{}", {"bad value /totalAmount"}},
      {"true", total, "\"totalAmount\":true", {"bad value /totalAmount"}},
      {"a fee that is a text", "\"fee\":1.50", "\"fee\":\"1.50\"", {"bad value /fee"}},
      {"one token that is no array", tokens, "\"4f1c0d9e7ab24c65b8e3d2a1f0c9b876\"", {"bad value /paymentTokens"}},
      {"no token", tokens, "[]", {"missing /paymentTokens"}},
      {"an empty token", tokens, "[\"\"]", {"bad value /paymentTokens/0"}},
      {"a token of 35", tokens, token35, {}},
      {"a token of 36", tokens, token36, {"bad value /paymentTokens/0"}},
      {"a number among tokens", tokens, "[\"a\",1]", {"bad value /paymentTokens/1"}},
      {"six tokens", tokens, "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]", {"too many /paymentTokens"}},
      {"an outcome in lower case", "\"outcome\":\"OK\"", "\"outcome\":\"ok\"", {"bad value /outcome"}},
      {"an empty outcome", "\"outcome\":\"OK\"", "\"outcome\":\"\"", {"bad value /outcome"}},
      {"no outcome", "\"outcome\":\"OK\",", "", {"missing /outcome"}},
      {"an empty idPSP", "\"idPSP\":\"PSPSIM01\"", "\"idPSP\":\"\"", {"bad value /idPSP"}},
      {"an idPSP of 36", "\"idPSP\":\"PSPSIM01\"", long_psp, {"bad value /idPSP"}},
      {"no idPSP", "\"idPSP\":\"PSPSIM01\",", "", {"against a rule /idPSP"}},
      {"an empty paymentMethod", "\"paymentMethod\":\"CP\"", "\"paymentMethod\":\"\"", {"bad value /paymentMethod"}},
      {"any paymentMethod", "\"paymentMethod\":\"CP\"", "\"paymentMethod\":\"TPAY\"", {}},
      {"a transactionId of 256", "\"transactionId\":\"0f6c1f2a3b4c4d5e8f90a1b2c3d4e5f6\",\"totalAmount\"", long_transaction, {"bad value /transactionId"}},
      {"an empty bundle", "\"idBundle\":\"bundle 1\"", "\"idBundle\":\"\"", {"bad value /idBundle"}},
      {"a null bundle", "\"idBundle\":\"bundle 1\"", "\"idBundle\":null", {"bad value /idBundle"}},
      {"no bundle", "\"idBundle\":\"bundle 1\",", "", {}},
      {"a time in Greenwich", stamp, "\"timestampOperation\":\"2031-02-10T10:15:30Z\"", {}},
      {"a time long ago", stamp, "\"timestampOperation\":\"2001-02-10T10:15:30.123Z\"", {}},
      {"a time without zone", stamp, "\"timestampOperation\":\"2031-02-10T10:15:30\"", {"bad value /timestampOperation"}},
      {"a day", stamp, "\"timestampOperation\":\"2031-02-10\"", {"bad value /timestampOperation"}},
      {"hours and minutes", stamp, "\"timestampOperation\":\"2031-02-10T10:15Z\"", {"bad value /timestampOperation"}},
      {"no information", more, "\"additionalPaymentInformations\":{}", {"missing /additionalPaymentInformations"}},
      {"an empty information", more, "\"additionalPaymentInformations\":{\"rrn\":\"\"}", {"bad value /additionalPaymentInformations/rrn"}},
      {"an information that is a number", more, "\"additionalPaymentInformations\":{\"fee\":1.50}", {"bad value /additionalPaymentInformations/fee"}},
      {"ten of them", more, ten, {}},
      {"eleven of them", more, eleven, {"too many /additionalPaymentInformations"}},
      {"a list of them", more, "\"additionalPaymentInformations\":[]", {"bad value /additionalPaymentInformations"}},
      {"cents that are euro", "\"grandTotal\":12150", "\"grandTotal\":121.50", {"bad value /transactionDetails/transaction/grandTotal"}},
      {"a member that nobody knows", "{\"paymentTokens\"", "{\"clientId\":\"ecomm\",\"paymentTokens\"", {}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(wrong(close_ok(), once(encode(close_ok()), c.from, c.to)) == c.wrong);
  }
}

TEST_CASE("transactionDetails may be missing but not empty") {  // [PAG-2120]
  std::string bytes = encode(close_ok());
  const std::size_t at = bytes.find(",\"transactionDetails\"");
  REQUIRE(at != std::string::npos);
  CHECK(wrong(close_ok(), bytes.substr(0, at) + "}") == Shown{});
  CHECK(wrong(close_ok(), bytes.substr(0, at) + ",\"transactionDetails\":null}") == Shown{"bad value /transactionDetails"});
  CHECK_FALSE(wrong(close_ok(), bytes.substr(0, at) + ",\"transactionDetails\":{}}").empty());
}

TEST_CASE("of closePayment-v2 with outcome KO only paymentTokens and outcome are looked at") {  // [SIN_CP_41]
  const std::string start = "{\"paymentTokens\":[\"t\"],\"outcome\":\"KO\"";
  struct Case {
    std::string_view name, rest;
    Shown wrong;
  };
  const Case cases[] = {
      {"the least", "}", {}},
      {"empty and absurd fields", ",\"idPSP\":\"\",\"idChannel\":null,\"totalAmount\":\"much\",\"fee\":-1,\"timestampOperation\":\"now\",\"additionalPaymentInformations\":{}}", {}},
      {"details of another shape", ",\"transactionDetails\":[1,2]}", {}},
      {"eleven informations", ",\"additionalPaymentInformations\":{\"0\":\"\",\"1\":\"\",\"2\":\"\",\"3\":\"\",\"4\":\"\",\"5\":\"\",\"6\":\"\",\"7\":\"\",\"8\":\"\",\"9\":\"\",\"a\":\"\"}}", {}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const Read said = read(close_ok(), start + std::string(c.rest));
    CHECK(wrong(said) == c.wrong);
    if (const auto* body = std::get_if<Body>(&said)) CHECK(std::get<ClosePaymentV2Request>(**body).paymentTokens == std::vector<std::string>{"t"});
  }
  CHECK(wrong(close_ok(), "{\"outcome\":\"KO\"}") == Shown{"missing /paymentTokens"});
  CHECK(wrong(close_ok(), "{\"paymentTokens\":\"t\",\"outcome\":\"KO\"}") == Shown{"bad value /paymentTokens"});
  CHECK(wrong(close_ok(), "{\"paymentTokens\":[],\"outcome\":\"KO\"}") == Shown{"missing /paymentTokens"});
}

TEST_CASE("what a KO carries besides is kept when it is sound and dropped when it is not") {
  ClosePaymentV2Request sound = std::get<ClosePaymentV2Request>(close_ok());
  sound.outcome = Outcome::KO;
  CHECK(is_same(read(sound, encode(sound)), sound));

  ClosePaymentV2Request without = sound;
  without.transactionDetails.reset();
  CHECK(is_same(read(sound, once(encode(sound), "\"grandTotal\":12150", "\"grandTotal\":\"much\"")), without));

  without = sound;
  without.idPSP.reset();
  without.totalAmount.reset();
  const std::string bytes = once(once(encode(sound), "\"idPSP\":\"PSPSIM01\"", "\"idPSP\":7"), "\"totalAmount\":121.50", "\"totalAmount\":null");
  CHECK(is_same(read(sound, bytes), without));
}

TEST_CASE("bytes that are no JSON object are refused, whatever they are") {
  for (const std::string& bytes : {std::string(), std::string("null"), std::string("[]"), std::string("\"OK\""), std::string("12"), std::string("{"),
                                   std::string("{\"outcome\":\"OK\"} {}"), std::string("{\"outcome\":\"OK\",\"outcome\":\"KO\"}"),
                                   std::string("<a/>"), std::string("{\"outcome\":\"\xff\"}"), std::string(100'000, '[')}) {
    CAPTURE(bytes.substr(0, 20));
    CHECK(wrong(close_ok(), bytes).size() == 1);
  }
}

TEST_CASE("sendPaymentResult-v2 is judged field by field") {
  const Message result = sample(P::sendPaymentResultV2, Leg::request, false);
  struct Case {
    std::string_view name, from, to;
    Shown wrong;
  };
  const Case cases[] = {
      {"a date-time without zone", "2031-02-10T10:15:31Z", "2031-02-10T10:15:31", {}},
      {"a day", "2031-02-10T10:15:31Z", "2031-02-10", {"bad value /paymentDate"}},
      {"no debtor", ",\"debtor\":\"ANONIMO\"", "", {"missing /payments/0/debtor"}},
      {"a fiscal code of ten", "\"fiscalCode\":\"77777777777\"", "\"fiscalCode\":\"7777777777\"", {"bad value /payments/0/fiscalCode"}},
      {"payments that are no list", "\"payments\":[", "\"payments\":{},\"others\":[", {"bad value /payments"}},
      {"an unknown outcome", "\"OK\"", "\"UNKNOWN\"", {"bad value /outcome"}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(wrong(result, once(encode(result), c.from, c.to)) == c.wrong);
  }
}

// ---- the official schemas ----

namespace {

/// What is inside Body, as a document of its own.
std::string payload_document(const std::string& bytes, const Primitive& row) {
  const std::size_t from = bytes.find("<soapenv:Body>") + 14;
  std::string out = bytes.substr(from, bytes.find("</soapenv:Body>") - from);
  const std::string declaration = " xmlns:" + std::string(row.port->prefix) + "=\"" + std::string(row.port->xml_namespace) + "\"";
  return out.insert(out.find('>'), declaration);
}

}  // namespace

TEST_CASE("every golden SOAP message is valid against the official schema of its port") {
  const char* schemas = std::getenv("SIM_OFFICIAL_SCHEMAS");
  if (schemas == nullptr || std::system("xmllint --version >/dev/null 2>&1") != 0) {
    MESSAGE("skipped: SIM_OFFICIAL_SCHEMAS does not name the folder of the official schemas, or there is no xmllint");
    return;
  }
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("sim-codec-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  std::size_t judged = 0;
  for (const support::Sample& s : support::all_samples()) {
    if (!is_soap(s.message)) continue;
    CAPTURE(s.name);
    const std::optional<std::string> golden = support::bytes_of_file(support::golden_path("wire/" + s.name + ".xml"));
    REQUIRE(golden.has_value());
    const Primitive& row = primitive(primitive_of(s.message));
    const std::filesystem::path file = folder / (s.name + ".xml");
    std::ofstream(file, std::ios::binary) << payload_document(*golden, row);
    const std::string schema = std::string(schemas) + "/wsdl/xsd/" + std::string(row.port->name) + ".xsd";
    const std::string command = "xmllint --nonet --noout --schema '" + schema + "' '" + file.string() + "' 2>'" + (folder / "told").string() + "'";
    const bool valid = std::system(command.c_str()) == 0;
    CHECK_MESSAGE(valid, support::bytes_of_file(folder / "told").value_or(""));
    ++judged;
  }
  CHECK(judged > 30);
  std::filesystem::remove_all(folder);
}
