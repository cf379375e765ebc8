// The JSON messages field by field: what each member takes and what it does not, beside closePayment-v2 and
// sendPaymentResult-v2 which codec_test.cpp judges. The messages are written out here, as a peer would write them.
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "sim/wire/codec.hpp"

namespace {

using namespace sim::contract;
using P = PrimitiveId;
using Shown = std::vector<std::string>;

std::string joined(const Shown& lines) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : "; ") + line;
  return out;
}

/// "missing /fee; bad value /outcome"; empty when it is a message.
std::string wrong(P id, Leg leg, std::string bytes) {
  const auto said = sim::wire::decode(id, leg, std::make_shared<const std::string>(std::move(bytes)));
  Shown out;
  if (const auto* malformed = std::get_if<Malformed>(&said)) {
    for (const Violation& v : malformed->violations) out.push_back(std::string(to_text(v.defect)) + " " + v.place);
  }
  return joined(out);
}

std::string once(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// One change of a sound message, and what is then wrong with it.
struct Case {
  std::string_view name, from, to, wrong;
};
void judge(P id, Leg leg, const std::string& sound, const std::vector<Case>& cases) {
  CAPTURE(primitive(id).name);
  REQUIRE(wrong(id, leg, sound) == "");
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(wrong(id, leg, once(sound, c.from, c.to)) == c.wrong);
  }
}

std::string quoted(std::size_t size) { return "\"" + std::string(size, 'x') + "\""; }

const std::string close_v1 = R"({"paymentTokens":["5b0d2f0c9e7a4d0e8f31c6a2b7d94e10"],"outcome":"OK","identificativoPsp":"PSPSIM01",)"
                             R"("tipoVersamento":"BPAY","identificativoIntermediario":"90000000001","identificativoCanale":"90000000001_02",)"
                             R"("pspTransactionId":"bpay-000123","totalAmount":121.50,"fee":1.50,"timestampOperation":"2031-03-14T09:26:53+01:00",)"
                             R"("additionalPaymentInformations":{"transactionId":"tx-1","outcomePaymentGateway":"EFF","authorizationCode":"A1"}})";
const std::string positions = R"({"positionslist":[{"fiscalCode":"77777777777","noticeNumber":"302001234567890123"}]})";
const std::string result_v1 = R"({"paymentToken":"5b0d2f0c","pspTransactionId":"bpay-000123","outcome":"OK"})";
const std::string one_notice = R"({"noticeNumber":"302001234567890123","fiscalCode":"77777777777","amount":12000,"companyName":"Comune","description":"Tassa"})";
const std::string cart_v1 = R"({"emailNotice":"cittadina@example.org","paymentNotices":[)" + one_notice +
                            R"(],"returnUrls":{"returnOkUrl":"https://ec.example/ok","returnCancelUrl":"https://ec.example/no","returnErrorUrl":"https://ec.example/ko"},)"
                            R"("idCart":"cart 1","allCCP":false})";

}  // namespace

TEST_CASE("closePayment-v1 with outcome OK is judged field by field") {
  const std::string token35 = "[" + quoted(35) + "]";
  const std::string token36 = "[" + quoted(36) + "]";
  const std::string psp35 = "\"identificativoPsp\":" + quoted(35);
  const std::string psp36 = "\"identificativoPsp\":" + quoted(36);
  const std::string transaction255 = "\"pspTransactionId\":" + quoted(255);
  const std::string transaction256 = "\"pspTransactionId\":" + quoted(256);
  const std::string code255 = "\"authorizationCode\":" + quoted(255);
  const std::string code256 = "\"authorizationCode\":" + quoted(256);
  constexpr std::string_view tokens = "[\"5b0d2f0c9e7a4d0e8f31c6a2b7d94e10\"]";
  judge(P::closePaymentV1, Leg::request, close_v1,
        {
            {"one token that is no array", tokens, "\"5b0d2f0c9e7a4d0e8f31c6a2b7d94e10\"", "bad value /paymentTokens"},
            {"no token", tokens, "[]", "missing /paymentTokens"},
            {"two tokens", tokens, "[\"a\",\"b\"]", "too many /paymentTokens"},
            {"an empty token", tokens, "[\"\"]", "bad value /paymentTokens/0"},
            {"a token of 35", tokens, token35, ""},
            {"a token of 36", tokens, token36, "bad value /paymentTokens/0"},
            {"tokens missing", "\"paymentTokens\":[\"5b0d2f0c9e7a4d0e8f31c6a2b7d94e10\"],", "", "missing /paymentTokens"},
            {"outcome missing", "\"outcome\":\"OK\",", "", "missing /outcome"},
            {"outcome in lower case", "\"OK\"", "\"ok\"", "bad value /outcome"},
            {"the PSP missing", "\"identificativoPsp\":\"PSPSIM01\",", "", "against a rule /identificativoPsp"},
            {"a PSP of 35", "\"identificativoPsp\":\"PSPSIM01\"", psp35, ""},
            {"a PSP of 36", "\"identificativoPsp\":\"PSPSIM01\"", psp36, "bad value /identificativoPsp"},
            {"an empty PSP", "\"PSPSIM01\"", "\"\"", "bad value /identificativoPsp"},
            {"the broker missing", "\"identificativoIntermediario\":\"90000000001\",", "", "against a rule /identificativoIntermediario"},
            {"the channel null", "\"90000000001_02\"", "null", "bad value /identificativoCanale"},
            {"PPAL", "BPAY", "PPAL", ""},
            {"CP", "BPAY", "CP", "bad value /tipoVersamento"},      // [SIN_CP_12]
            {"OBEP", "BPAY", "OBEP", "bad value /tipoVersamento"},  // [SIN_CP_12]
            {"an empty payment type", "BPAY", "", "bad value /tipoVersamento"},
            {"a transaction of 255", "\"pspTransactionId\":\"bpay-000123\"", transaction255, ""},
            {"a transaction of 256", "\"pspTransactionId\":\"bpay-000123\"", transaction256, "bad value /pspTransactionId"},
            {"an amount without decimals", "121.50", "121", ""},
            {"an amount with three decimals", "121.50", "121.505", "bad value /totalAmount"},
            {"an amount that is a text", "121.50", "\"121.50\"", "bad value /totalAmount"},
            {"a fee of zero", "1.50,\"time", "0,\"time", ""},
            {"a negative fee", "1.50,\"time", "-1,\"time", "bad value /fee"},
            {"a fee of 10 integer digits", "1.50,\"time", "1000000000,\"time", "bad value /fee"},
            {"a time without zone", "+01:00", "", "bad value /timestampOperation"},
            {"a code of 255", "\"authorizationCode\":\"A1\"", code255, ""},
            {"a code of 256", "\"authorizationCode\":\"A1\"", code256, "bad value /additionalPaymentInformations/authorizationCode"},
            {"an empty gateway outcome", "\"EFF\"", "\"\"", "bad value /additionalPaymentInformations/outcomePaymentGateway"},
            {"no transaction of the gateway", "\"transactionId\":\"tx-1\",", "", "missing /additionalPaymentInformations/transactionId"},
            {"names of version 2", "identificativoPsp", "idPSP", "against a rule /identificativoPsp"},
        });
  CHECK(wrong(P::closePaymentV1, Leg::request, R"({"paymentTokens":["t"],"outcome":"KO"})") == "");
  CHECK(wrong(P::closePaymentV1, Leg::request, R"({"paymentTokens":["t"],"outcome":"KO","totalAmount":null,"fee":"much"})") == "");
  CHECK(wrong(P::closePaymentV1, Leg::request, R"({"paymentTokens":["t","u"],"outcome":"KO"})") == "too many /paymentTokens");
}

TEST_CASE("the answers of closePayment speak Italian in version 1 and English in version 2") {
  CHECK(wrong(P::closePaymentV1, Leg::response, R"({"esito":"KO","descrizione":"Esito già acquisito"})") == "");
  CHECK(wrong(P::closePaymentV1, Leg::response, R"({"outcome":"OK"})") == "missing /esito");
  CHECK(wrong(P::closePaymentV2, Leg::response, R"({"outcome":"KO","description":"Outcome already acquired"})") == "");
  CHECK(wrong(P::closePaymentV2, Leg::response, R"({"esito":"OK"})") == "missing /outcome");
  CHECK(wrong(P::closePaymentV2, Leg::response, R"({"outcome":"OK"})") == "");
}

TEST_CASE("the details of a transaction that an older touchpoint sends are something, though nobody looks into them") {  // [PAG-2120]
  const std::string close = R"({"paymentTokens":["t"],"outcome":"OK","idPSP":"p","idBrokerPSP":"b","idChannel":"c","paymentMethod":"CP","transactionId":"1",)"
                            R"("totalAmount":1,"fee":0,"timestampOperation":"2031-03-14T09:26:53Z","additionalPaymentInformations":{"rrn":"1"},"transactionDetails":)";
  struct Details {
    std::string_view name, details, wrong;
  };
  const Details cases[] = {
      {"the origin", R"({"origin":"IO"})", ""},
      {"all of them", R"({"origin":"","user":{"type":"F","fullName":"A B","userId":1},"walletItem":{"idWallet":1,"creditCard":{"pan":"1"}},"authRequest":{"authOutcome":"OK"}})", ""},
      {"an empty wallet", R"({"walletItem":{}})", ""},
      {"nothing", "{}", "against a rule /transactionDetails"},
      {"what nobody knows", R"({"ciao":1})", "against a rule /transactionDetails"},
      {"a text", "\"IO\"", "bad value /transactionDetails"},
  };
  for (const Details& c : cases) {
    CAPTURE(c.name);
    CHECK(wrong(P::closePaymentV2, Leg::request, close + std::string(c.details) + "}") == c.wrong);
  }
}

TEST_CASE("checkPosition is judged field by field") {
  const std::string position = R"({"fiscalCode":"77777777777","noticeNumber":"302001234567890123"})";
  std::string five = "[" + position;
  for (int i = 0; i < 4; ++i) five += "," + position;
  const std::string six = five + "," + position + "]";
  five += "]";
  const std::string one = "[" + position + "]";
  judge(P::checkPosition, Leg::request, positions,
        {
            {"no list", one, position, "bad value /positionslist"},
            {"nothing to check", one, "[]", "missing /positionslist"},
            {"five positions", one, five, ""},
            {"six positions", one, six, "too many /positionslist"},
            {"the list missing", "\"positionslist\"", "\"positionsList\"", "missing /positionslist"},
            {"a fiscal code of ten", "77777777777", "7777777777", "bad value /positionslist/0/fiscalCode"},
            {"a fiscal code with letters", "77777777777", "ABCDEF77777", "bad value /positionslist/0/fiscalCode"},
            {"a notice number of seventeen", "302001234567890123", "30200123456789012", "bad value /positionslist/0/noticeNumber"},
            {"a notice number that is a number", "\"302001234567890123\"", "302001234567890123", "bad value /positionslist/0/noticeNumber"},
            {"no notice number", ",\"noticeNumber\":\"302001234567890123\"", "", "missing /positionslist/0/noticeNumber"},
        });
  judge(P::checkPosition, Leg::response, R"({"outcome":"KO","positionslist":[{"fiscalCode":"77777777777","noticeNumber":"302001234567890123","description":"PAYING"}]})",
        {
            {"no positions", R"(,"positionslist":[{"fiscalCode":"77777777777","noticeNumber":"302001234567890123","description":"PAYING"}])", "", ""},
            {"no state", ",\"description\":\"PAYING\"", "", ""},
            {"no outcome", "\"outcome\":\"KO\",", "", "missing /outcome"},
        });
}

TEST_CASE("sendPaymentResult-v1 is judged field by field") {
  const std::string transaction256 = quoted(256);
  judge(P::sendPaymentResultV1, Leg::request, result_v1,
        {
            {"no token", "\"paymentToken\":\"5b0d2f0c\",", "", "missing /paymentToken"},
            {"an empty token", "\"5b0d2f0c\"", "\"\"", "bad value /paymentToken"},
            {"a list of tokens", "\"5b0d2f0c\"", "[\"5b0d2f0c\"]", "bad value /paymentToken"},
            {"no transaction", "\"pspTransactionId\":\"bpay-000123\",", "", "missing /pspTransactionId"},
            {"a transaction of 256", "\"bpay-000123\"", transaction256, "bad value /pspTransactionId"},
            {"KO", "OK", "KO", ""},
            {"an unknown outcome", "OK", "UNKNOWN", "bad value /outcome"},
        });
  CHECK(wrong(P::sendPaymentResultV1, Leg::response, R"({"outcome":"OK"})") == "");
}

TEST_CASE("a cart is judged field by field, in either version") {
  const std::string cart_v2 = once(cart_v1, "\"https://ec.example/ko\"", "\"https://ec.example/ko\",\"returnWaitingUrl\":\"https://ec.example/wait\"");
  std::string five = one_notice;
  for (const char digit : {'1', '2', '4', '5'}) five += "," + once(one_notice, "0123\"", std::string("012") + digit + "\"");
  const std::string six = five + "," + once(one_notice, "0123\"", "0129\"");
  const std::string twice = one_notice + "," + one_notice;
  const std::string twice_priced_otherwise = one_notice + "," + once(one_notice, "12000", "1");
  const std::string of_another_ec = one_notice + "," + once(one_notice, "77777777777", "80000000002");
  const std::string name140 = "\"companyName\":" + quoted(140);
  const std::string name141 = "\"companyName\":" + quoted(141);
  const std::string text141 = "\"description\":" + quoted(141);
  const std::vector<Case> cases = {
      {"no e-mail", "\"emailNotice\":\"cittadina@example.org\",", "", ""},
      {"an e-mail without @", "cittadina@example.org", "cittadina", "bad value /emailNotice"},
      {"an empty e-mail", "cittadina@example.org", "", "bad value /emailNotice"},
      {"five notices", one_notice, five, ""},
      {"six notices", one_notice, six, "too many /paymentNotices"},
      {"no notice", one_notice, "", "missing /paymentNotices"},
      {"the same notice twice", one_notice, twice, "against a rule /paymentNotices"},
      {"the same notice at another price", one_notice, twice_priced_otherwise, "against a rule /paymentNotices"},
      {"the same number of another EC", one_notice, of_another_ec, ""},
      {"a notice number of 17", "302001234567890123", "30200123456789012", "bad value /paymentNotices/0/noticeNumber"},
      {"a notice number of 18 letters", "302001234567890123", "abcdefghijklmnopqr", ""},
      {"a fiscal code of 12", "77777777777", "777777777770", "bad value /paymentNotices/0/fiscalCode"},
      {"an amount of one cent", "12000", "1", ""},
      {"no amount at all", "12000", "0", "bad value /paymentNotices/0/amount"},
      {"an amount of euro", "12000", "120.00", "bad value /paymentNotices/0/amount"},
      {"an amount that is a text", "12000", "\"12000\"", "bad value /paymentNotices/0/amount"},
      {"a name of 140", "\"companyName\":\"Comune\"", name140, ""},
      {"a name of 141", "\"companyName\":\"Comune\"", name141, "bad value /paymentNotices/0/companyName"},
      {"no name", "\"companyName\":\"Comune\",", "", "missing /paymentNotices/0/companyName"},
      {"a description of 141", "\"description\":\"Tassa\"", text141, "bad value /paymentNotices/0/description"},
      {"no way back", "\"returnOkUrl\":\"https://ec.example/ok\",", "", "missing /returnUrls/returnOkUrl"},
      {"a way back that is no URI", "https://ec.example/no", "ec.example", "bad value /returnUrls/returnCancelUrl"},
      {"a way back that is empty", "https://ec.example/ko", "", "bad value /returnUrls/returnErrorUrl"},
      {"no ways back", "\"returnUrls\"", "\"returnURLs\"", "missing /returnUrls"},
      {"no cart id", "\"idCart\":\"cart 1\",", "", ""},
      {"a cart id that is a number", "\"cart 1\"", "1", "bad value /idCart"},
      {"a flag that is a text", "\"allCCP\":false", "\"allCCP\":\"false\"", "bad value /allCCP"},
      {"no flag", ",\"allCCP\":false", "", ""},
  };
  judge(P::cartsV1, Leg::request, cart_v1, cases);
  judge(P::cartsV2, Leg::request, cart_v2, cases);
  CHECK(wrong(P::cartsV2, Leg::request, cart_v1) == "missing /returnUrls/returnWaitingUrl");
  CHECK(wrong(P::cartsV1, Leg::request, cart_v2) == "");  // dropped there
}

TEST_CASE("a cart is answered with a place to go or with a problem document") {
  for (const P id : {P::cartsV1, P::cartsV2}) {
    CHECK(wrong(id, Leg::response, R"({"location":"https://checkout.example/carts/1/redirect?clientId=CHECKOUT_CART"})") == "");
    CHECK(wrong(id, Leg::response, R"({"title":"Bad Request","status":400,"detail":"Invalid paymentNotices"})") == "");
    CHECK(wrong(id, Leg::response, R"({"status":"400"})") == "bad value /status");
    CHECK(wrong(id, Leg::response, R"({"status":99})") == "bad value /status");
    CHECK(wrong(id, Leg::response, R"({"location":"nowhere"})") == "bad value /location");
  }
}
