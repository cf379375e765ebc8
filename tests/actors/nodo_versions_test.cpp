// The Nodo in both versions and in both flows: the exact histories, the ladders of the messages that only one flow has,
// and what several tokens that were closed together do. Each case carries the id of the test that shows it.
#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "actors/nodo.hpp"
#include "sim/contract/transcribe.hpp"
#include "tests/support/samples.hpp"
#include "tests/support/stage.hpp"

namespace {

using namespace sim;
using namespace sim::contract;
using support::Stage;
namespace samples = support::samples;
using P = PrimitiveId;

const Party checkout{Role::checkout, ""};
const Party psp1{Role::psp, "PSPSIM01"};
constexpr const char* paid = "PAID,NOTICE_GENERATED,NOTICE_SENT,NOTIFIED";

Registry version_2_channels() {
  Registry out = built_in_registry();
  for (Channel& channel : out.psp("PSPSIM01")->channels) channel.primitive_version = 2;
  return out;
}

/// The Nodo between a PSP where users pay, and a touchpoint.
class Versions : public Stage {
 public:
  explicit Versions(Registry names = version_2_channels()) : Stage(std::make_unique<actors::Nodo>(), std::move(names)) { settings.expiry_job_every = {}; }

  void ec_says(bool stamp = false) {
    PaGetPaymentRes data = std::get<PaGetPaymentRes>(samples::pa_get_response(true));
    if (open_calls(P::paGetPayment) != 0) return answer(std::move(data));
    PaGetPaymentV2Response newer;
    transcribe(data, newer);
    if (newer.data->companyName.empty()) newer.data->companyName = "Comune di Vallescura";
    if (stamp) newer.data->transferList.transfer[0].IBAN.reset(), newer.data->transferList.transfer[0].richiestaMarcaDaBollo = samples::stamp();
    answer(std::move(newer));
  }
  template <class Request>
  static Request at_psp(const std::string& notice) {
    Request out;
    transcribe(std::get<ActivatePaymentNoticeV2Request>(samples::activate_request(true)), out);
    out.idPSP = "PSPSIM01", out.idBrokerPSP = "90000000001", out.idChannel = "90000000001_09", out.password = "pwd_sim_0009";
    out.qrCode.noticeNumber = notice;
    out.idempotencyKey.reset();
    if constexpr (requires { out.touchPoint; }) out.touchPoint = "PSP";
    return out;
  }
  /// The user pays at the PSP: its activation in version 1; the token.
  std::string at_the_psp(const std::string& notice = std::string(samples::notice)) {
    const ExchangeId exchange = hear(psp1, at_psp<ActivatePaymentNoticeReq>(notice));
    ec_says();
    return replied<ActivatePaymentNoticeRes>(exchange).paymentToken.value_or("");
  }
  std::string at_the_touchpoint(const std::string& notice = std::string(samples::notice)) {
    ActivatePaymentNoticeV2Request request = std::get<ActivatePaymentNoticeV2Request>(samples::activate_request(true));
    request.qrCode.noticeNumber = notice;
    request.idempotencyKey.reset();
    const ExchangeId exchange = hear(checkout, request);
    ec_says();
    return replied<ActivatePaymentNoticeV2Response>(exchange).paymentToken.value_or("");
  }
  std::string close(std::vector<std::string> tokens, Outcome outcome = Outcome::OK) {
    ClosePaymentV2Request request = std::get<ClosePaymentV2Request>(samples::close_request(outcome == Outcome::OK));
    if (outcome == Outcome::OK) request.totalAmount = Amount{12000 * static_cast<std::int64_t>(tokens.size())} + request.fee.value_or(Amount{});
    request.paymentTokens = std::move(tokens);
    return told(hear(checkout, request));
  }
  SendPaymentOutcomeV2Request outcome_of_all(std::vector<std::string> tokens, Outcome outcome) {
    SendPaymentOutcomeV2Request out;
    transcribe(std::get<SendPaymentOutcomeReq>(samples::outcome_request(true)), out);
    out.paymentTokens.paymentToken = std::move(tokens);
    out.outcome = outcome;
    out.idempotencyKey.reset();
    return out;
  }
  std::string outcome2(std::vector<std::string> tokens, Outcome outcome = Outcome::OK) { return told(hear(psp1, outcome_of_all(std::move(tokens), outcome))); }
  std::string outcome(const std::string& token, Outcome outcome = Outcome::OK) {
    SendPaymentOutcomeReq out = std::get<SendPaymentOutcomeReq>(samples::outcome_request(true));
    out.paymentToken = token;
    out.outcome = outcome;
    out.idempotencyKey.reset();
    const std::string all = told(hear(psp1, out));
    return all.substr(0, all.find(':'));
  }
  void expire() {
    pass(hours(2));
    command("job", {{"name", "mod3CancelV2"}});
  }
  void receipts_taken() {
    while (open_calls(P::paSendRT) != 0) answer(PaSendRTRes{});
    while (open_calls(P::paSendRTV2) != 0) answer(PaSendRTV2Response{});
  }
  [[nodiscard]] std::string payment(const std::string& token) const { return history("payment", token); }
};

std::string after(std::string_view first, std::string_view then) { return std::string(first) + "," + std::string(then); }

}  // namespace

TEST_CASE("a payment at the PSP goes through exactly the states observed") {  // 4.3, rows s to z
  Versions nodo;
  const std::string first = nodo.at_the_psp();
  SUBCASE("t: the outcome is OK") {  // [SPO_REV_03]
    CHECK(nodo.outcome(first) == "OK");
    nodo.receipts_taken();
    CHECK(nodo.payment(first) == after("PAYING", paid));
    CHECK(nodo.history("position") == "PAYING,PAID,NOTIFIED");
  }
  SUBCASE("u: the outcome is KO, and is answered OK") {  // [SPO_REV_04]
    CHECK(nodo.outcome(first, Outcome::KO) == "OK");
    CHECK(nodo.payment(first) == "PAYING,FAILED");
    CHECK(nodo.history("position") == "PAYING,INSERTED");
    CHECK(nodo.times_called(P::paSendRT) == 0);
  }
  SUBCASE("s: nobody says anything") {  // [PSRTV2_ACTV1_16]
    nodo.expire();
    CHECK(nodo.payment(first) == "PAYING,CANCELLED");
    CHECK(nodo.history("position") == "PAYING,INSERTED");
  }
  SUBCASE("v: an outcome OK after expiry is answered KO and acquired") {  // [retry_PaNew_02]
    nodo.expire();
    CHECK(nodo.outcome(first) == "KO PPT_TOKEN_SCADUTO");
    nodo.receipts_taken();
    CHECK(nodo.payment(first) == after("PAYING,CANCELLED", paid));
    CHECK(nodo.history("position") == "PAYING,INSERTED,PAID,NOTIFIED");
    CHECK(nodo.outcome(first) == "KO PPT_ESITO_GIA_ACQUISITO");
  }
  SUBCASE("w: an outcome KO after expiry") {  // [retry_PaNew_04]
    nodo.expire();
    CHECK(nodo.outcome(first, Outcome::KO) == "KO PPT_TOKEN_SCADUTO_KO");
    CHECK(nodo.payment(first) == "PAYING,CANCELLED,FAILED");
    CHECK(nodo.history("position") == "PAYING,INSERTED");
  }
  SUBCASE("x: after expiry and a new activation the new token is paid") {  // [retry_PaNew_06, 07]
    nodo.expire();
    const std::string second = nodo.at_the_psp();
    CHECK(nodo.outcome(second) == "OK");
    nodo.receipts_taken();
    CHECK(nodo.outcome(first) == "KO PPT_PAGAMENTO_DUPLICATO");
    CHECK(nodo.outcome(first, Outcome::KO) == "KO PPT_PAGAMENTO_DUPLICATO");
    CHECK(nodo.payment(first) == "PAYING,CANCELLED");
    CHECK(nodo.payment(second) == after("PAYING", paid));
    CHECK(nodo.history("position") == "PAYING,INSERTED,PAYING,PAID,NOTIFIED");
  }
  SUBCASE("y: an outcome on the old token while the new one lives") {  // [retry_PaNew_05]
    nodo.expire();
    const std::string second = nodo.at_the_psp();
    CHECK(nodo.outcome(first) == "KO PPT_PAGAMENTO_DUPLICATO");
    CHECK(nodo.payment(first) == "PAYING,CANCELLED");
    CHECK(nodo.payment(second) == "PAYING");
    CHECK(nodo.history("position") == "PAYING,INSERTED,PAYING");
  }
  SUBCASE("z: the new token fails, the old one is acquired") {  // [retry_PaNew_08]
    nodo.expire();
    const std::string second = nodo.at_the_psp();
    CHECK(nodo.outcome(second, Outcome::KO) == "OK");
    CHECK(nodo.outcome(first) == "KO PPT_TOKEN_SCADUTO");
    nodo.receipts_taken();
    CHECK(nodo.payment(first) == after("PAYING,CANCELLED", paid));
    CHECK(nodo.payment(second) == "PAYING,FAILED");
    CHECK(nodo.history("position") == "PAYING,INSERTED,PAYING,INSERTED,PAID,NOTIFIED");
  }
  SUBCASE("aa: another activation while it is being paid") {  // [Activate_blocco_01]
    const ExchangeId again = nodo.hear(psp1, Versions::at_psp<ActivatePaymentNoticeReq>(std::string(samples::notice)));
    CHECK(nodo.outcome_and_code(again) == "KO PPT_PAGAMENTO_IN_CORSO");
    CHECK(nodo.payment(first) == "PAYING");
  }
}

TEST_CASE("tokens that were closed together are notified, settled and told together") {  // [FLUSSO_NM1_CP_01, T_PNPV2]
  Versions nodo;
  const std::string one = nodo.at_the_touchpoint("302001234567890123"), two = nodo.at_the_touchpoint("302001234567890124");
  REQUIRE(nodo.close({one, two}) == "OK");
  CHECK(nodo.times_called(P::pspNotifyPaymentV2) == 1);
  const auto said = nodo.called<PspNotifyPaymentV2>(P::pspNotifyPaymentV2);
  REQUIRE(said.paymentList.payment.size() == 2);
  CHECK(said.paymentList.payment[0].paymentToken == one);
  CHECK(said.paymentList.payment[1].paymentToken == two);
  SUBCASE("accepted and settled") {
    nodo.answer(PspNotifyPaymentV2Res{});
    CHECK(nodo.times_called(P::sendPaymentResultV2) == 0);  // version 2 waits for the outcome [T_SPR_V2_01_V2]
    CHECK(nodo.outcome2({two, one}) == "OK");
    nodo.receipts_taken();
    CHECK(nodo.payment(one) == after("PAYING,PAYMENT_RESERVED,PAYMENT_SENT,PAYMENT_ACCEPTED", paid));
    CHECK(nodo.payment(two) == nodo.payment(one));
    CHECK(nodo.times_called(P::sendPaymentResultV2) == 1);
    CHECK(nodo.called<SendPaymentResultV2Request>(P::sendPaymentResultV2).payments.size() == 2);
    CHECK(nodo.outcome2({one, two}).starts_with("KO PPT_ESITO_GIA_ACQUISITO: Esito concorde"));
  }
  SUBCASE("refused") {
    nodo.answer(refusal(P::pspNotifyPaymentV2, fault_bean("CANALE_SEMANTICA", "PSPSIM01")));
    CHECK(nodo.payment(one) == "PAYING,PAYMENT_RESERVED,PAYMENT_SENT,PAYMENT_REFUSED,CANCELLED");
    CHECK(nodo.payment(two) == nodo.payment(one));
    CHECK(nodo.times_called(P::sendPaymentResultV2) == 1);
  }
  SUBCASE("an outcome that comes first waits for the answer, once for all") {  // [PAG-1163]
    const ExchangeId early = nodo.hear(psp1, nodo.outcome_of_all({one, two}, Outcome::OK));
    CHECK_FALSE(nodo.has_answered(early));
    nodo.answer(PspNotifyPaymentV2Res{});
    CHECK(nodo.told(early) == "OK");
    CHECK(nodo.payment(two).find("PAID") != std::string::npos);
  }
  SUBCASE("ac: at expiry a paid token keeps its companion") {  // [M3CV2_07]
    nodo.answer(P::pspNotifyPaymentV2, Silence::timeout);
    CHECK(nodo.outcome(one) == "OK");
    nodo.expire();
    CHECK(nodo.payment(two) == "PAYING,PAYMENT_RESERVED,PAYMENT_SENT,PAYMENT_UNKNOWN");
    CHECK(nodo.history("position", "77777777777/302001234567890124") == "PAYING");
    CHECK(nodo.times_called(P::sendPaymentResultV2) == 0);
    SUBCASE("ad: both are paid") {  // [M3CV2_06]
      CHECK(nodo.outcome(two) == "OK");
      nodo.expire();
      CHECK(nodo.payment(two).find("CANCELLED") == std::string::npos);
      CHECK(nodo.times_called(P::sendPaymentResultV2) == 1);
    }
  }
  SUBCASE("g: nobody speaks until expiry") {  // [M3CV2_05]
    nodo.answer(P::pspNotifyPaymentV2, Silence::timeout);
    nodo.expire();
    CHECK(nodo.payment(one) == "PAYING,PAYMENT_RESERVED,PAYMENT_SENT,PAYMENT_UNKNOWN,CANCELLED");
    CHECK(nodo.payment(two) == nodo.payment(one));
    CHECK(nodo.times_called(P::sendPaymentResultV2) == 1);
    CHECK(nodo.outcome2({one, two}).starts_with("KO PPT_TOKEN_SCADUTO"));
    CHECK(nodo.outcome2({one, two}, Outcome::KO).starts_with("KO PPT_TOKEN_SCADUTO_KO"));  // [CHK-21]
  }
}

TEST_CASE("the ladder of an outcome: each rung names its fault, and the earlier one wins") {  // 2.5
  Versions nodo;
  const std::string one = nodo.at_the_touchpoint("302001234567890123"), two = nodo.at_the_touchpoint("302001234567890124");
  const std::string here = nodo.at_the_psp("302001234567890125"), too = nodo.at_the_psp("302001234567890126");
  REQUIRE(nodo.close({one, two}) == "OK");
  nodo.answer(PspNotifyPaymentV2Res{});
  CHECK(nodo.outcome2({one, "no such token"}) == "KO PPT_TOKEN_SCONOSCIUTO: token unknown");   // [SEM_SPO_09]
  CHECK(nodo.outcome2({here, "no such token"}) == "KO PPT_TOKEN_SCONOSCIUTO: token unknown");  // before the next
  CHECK(nodo.outcome2({here, too}) == "KO PPT_SEMANTICA: Outcome non accettabile per token multipli attivati presso il PSP");  // [SEM_SPO_37]
  CHECK(nodo.outcome2({one, here}) == "KO PPT_SEMANTICA: Outcome non accettabile per token multipli attivati presso il PSP");  // before the next
  CHECK(nodo.outcome2({one}) == "KO PPT_TOKEN_SCONOSCIUTO: token unknown");  // [SEM_SPO_9.1]
  CHECK(nodo.outcome(one) == "OK");
  CHECK(nodo.outcome2({two}) == "KO PPT_TOKEN_SCONOSCIUTO: token unknown");  // before the next
  CHECK(nodo.outcome2({one, two}) == "KO PPT_SEMANTICA: Esiti acquisiti parziali o discordi");  // [SEM_SPO_30]
  CHECK(nodo.outcome(two) == "OK");
}

TEST_CASE("the ladder of what an EC says is due: beneficiaries and accounts against the registry") {  // 3.2 [SEM_PGPR_03..06]
  struct Case {
    std::string_view name, answer;
    void (*registry)(Registry&);
    void (*due)(CtTransferPA&);
  };
  const Case cases[] = {
      {"nothing wrong", "OK", nullptr, nullptr},
      {"beneficiary unknown", "KO PPT_STAZIONE_INT_PA_ERRORE_RESPONSE: Beneficiario non censito", nullptr, [](CtTransferPA& t) { t.fiscalCodePA = "11111111111"; }},
      {"beneficiary disabled", "KO PPT_STAZIONE_INT_PA_ERRORE_RESPONSE: Beneficiario disabilitato", [](Registry& r) { r.creditor("91111111117")->enabled = false; }, [](CtTransferPA& t) { t.fiscalCodePA = "91111111117"; }},
      {"account of another", "KO PPT_STAZIONE_INT_PA_ERRORE_RESPONSE: IBAN non censito", nullptr, [](CtTransferPA& t) { t.IBAN = "IT99X0000000000000000000000"; }},
      {"unknown before the account", "KO PPT_STAZIONE_INT_PA_ERRORE_RESPONSE: Beneficiario non censito", nullptr, [](CtTransferPA& t) { t.fiscalCodePA = "11111111111", t.IBAN = "X"; }},
      {"disabled before the account", "KO PPT_STAZIONE_INT_PA_ERRORE_RESPONSE: Beneficiario disabilitato", [](Registry& r) { r.creditor("91111111117")->enabled = false; }, [](CtTransferPA& t) { t.fiscalCodePA = "91111111117", t.IBAN = "X"; }},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Registry registry = version_2_channels();
    if (c.registry != nullptr) c.registry(registry);
    Versions nodo(registry);
    const ExchangeId exchange = nodo.hear(psp1, Versions::at_psp<ActivatePaymentNoticeReq>(std::string(samples::notice)));
    PaGetPaymentRes data = std::get<PaGetPaymentRes>(samples::pa_get_response(true));
    if (c.due != nullptr) c.due(data.data->transferList.transfer[0]);
    nodo.answer(std::move(data));
    CHECK(nodo.told(exchange) == c.answer);
  }
}

TEST_CASE("a digital stamp needs version 2 from the activation to the receipt") {
  Registry registry = version_2_channels();
  registry.creditor("77777777777")->stations.front().primitive_version = 2;
  Versions nodo(registry);
  const ExchangeId older = nodo.hear(psp1, Versions::at_psp<ActivatePaymentNoticeReq>(std::string(samples::notice)));
  nodo.ec_says(true);
  CHECK(nodo.told(older) == "KO PPT_SEMANTICA: Marca da bollo: serve activatePaymentNoticeV2");
  const ExchangeId newer = nodo.hear(psp1, Versions::at_psp<ActivatePaymentNoticeV2Request>(std::string(samples::notice)));
  nodo.ec_says(true);
  const std::string token = nodo.replied<ActivatePaymentNoticeV2Response>(newer).paymentToken.value_or("");
  CHECK(nodo.replied<ActivatePaymentNoticeV2Response>(newer).transferList->transfer[0].richiestaMarcaDaBollo == samples::stamp());
  CHECK(nodo.outcome2({token}) == "KO PPT_SEMANTICA: Marca da bollo non allegata");
  SendPaymentOutcomeV2Request with = nodo.outcome_of_all({token}, Outcome::OK);
  with.details->marcheDaBollo = CtListaMarcheDaBollo{{{token, 1, "bWFyY2E="}}};
  CHECK(nodo.told(nodo.hear(psp1, with)) == "OK");
  const auto receipt = nodo.called<PaSendRTV2Request>(P::paSendRTV2).receipt;
  CHECK(receipt.transferList.transfer[0].MBDAttachment == "bWFyY2E=");
  CHECK_FALSE(receipt.transferList.transfer[0].IBAN);
}

TEST_CASE("checkPosition: each rung names what is wrong, and the state of the positions decides the rest") {  // 2.8
  Registry registry = version_2_channels();
  registry.creditor("80000000002")->stations.front().primitive_version = 2;
  registry.creditor("91111111117")->enabled = false;
  Versions nodo(registry);
  const auto asked = [&](std::vector<PositionToCheck> positions) { return nodo.told(nodo.hear(checkout, CheckPositionRequest{std::move(positions)})); };
  const std::string free = "302001234567890200";
  CHECK(asked({{"77777777777", free}}) == "OK");
  CHECK(asked({{"11111111111", free}}) == "400 KO Wrong configuration");         // [SEM_CPO_04]
  CHECK(asked({{"91111111117", free}}) == "400 KO Wrong configuration");
  CHECK(asked({{"77777777777", "911234567890123456"}}) == "400 KO Wrong configuration");  // [SEM_CPO_05]
  CHECK(asked({{"77777777777", free}, {"80000000002", free}}) == "400 KO Wrong configuration");  // [SEM_CPO_06]
  nodo.at_the_touchpoint("302001234567890201");
  CHECK(asked({{"77777777777", "302001234567890201"}, {"77777777777", free}}) == "OK");  // [SEM_CPO_02]
  nodo.at_the_touchpoint("302001234567890202");
  nodo.at_the_touchpoint("302001234567890203");
  const ExchangeId many = nodo.hear(checkout, CheckPositionRequest{{{"77777777777", "302001234567890201"}, {"77777777777", "302001234567890202"}, {"77777777777", "302001234567890203"}}});
  CHECK(nodo.told(many) == "KO");  // [SEM_CPO_03]
  CHECK(nodo.replied<CheckPositionResponse>(many).positionslist.size() == 3);
  CHECK(nodo.replied<CheckPositionResponse>(many).positionslist[0].description == "PAYING");
}

TEST_CASE("a key is kept as long as its life, its token and the job let it") {  // 2.9
  struct Case {
    std::string_view name, history;
    void (*happens)(Versions&, const std::string& token);
  };
  const Case cases[] = {
      {"nothing happens", "KEPT", [](Versions&, const std::string&) {}},
      {"the job comes while it lives", "KEPT", [](Versions& n, const std::string&) { n.command("job", {{"name", "idempotencyCacheClean"}}); }},
      {"the job comes when it is over", "KEPT,none", [](Versions& n, const std::string&) { n.pass(minutes(11)), n.command("job", {{"name", "idempotencyCacheClean"}}); }},  // [IDMP_SPO_17]
      {"the token is cancelled", "KEPT,none", [](Versions& n, const std::string&) { n.expire(); }},                  // [IDMP_ACT_10]
      {"the outcome comes", "KEPT,none", [](Versions& n, const std::string& token) { n.outcome(token); }},         // [IDMP_SPO_18]
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Versions nodo;
    nodo.settings.idempotency_clean_every = {};
    ActivatePaymentNoticeReq request = Versions::at_psp<ActivatePaymentNoticeReq>(std::string(samples::notice));
    request.idempotencyKey = "90000000001_abcdefghij";
    request.expirationTime.reset();
    const ExchangeId exchange = nodo.hear(psp1, request);
    nodo.ec_says();
    c.happens(nodo, nodo.replied<ActivatePaymentNoticeRes>(exchange).paymentToken.value_or(""));
    CHECK(nodo.history("key") == c.history);
  }
  Versions without;
  without.settings.use_idempotency = false;  // [IDMP_ACT_25]
  ActivatePaymentNoticeReq request = Versions::at_psp<ActivatePaymentNoticeReq>(std::string(samples::notice));
  request.idempotencyKey = "90000000001_abcdefghij";
  without.hear(psp1, request);
  without.ec_says();
  CHECK(without.outcome_and_code(without.hear(psp1, request)) == "KO PPT_PAGAMENTO_IN_CORSO");
}
