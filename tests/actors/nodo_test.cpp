// The Nodo alone on the stage: what it answers to whom, in which order it looks, and what it remembers.
// Cases are the rows of its behaviour as observed; each carries the id of the test that shows it.
#include "actors/nodo.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "sim/contract/fault_codes.hpp"
#include "tests/support/samples.hpp"
#include "tests/support/stage.hpp"

namespace {

using namespace sim;
using namespace sim::contract;
using support::Stage;
using support::survives;
namespace samples = support::samples;
using P = PrimitiveId;

const Party checkout{Role::checkout, ""};
const Party psp1{Role::psp, "PSPSIM01"};
const Party psp2{Role::psp, "PSPSIM02"};

VerifyPaymentNoticeReq verify_request() { return std::get<VerifyPaymentNoticeReq>(samples::verify_request()); }
ActivatePaymentNoticeV2Request activate_request() { return std::get<ActivatePaymentNoticeV2Request>(samples::activate_request(true)); }
PaGetPaymentRes ec_data() { return std::get<PaGetPaymentRes>(samples::pa_get_response(true)); }

CtFaultBean fault(std::string code, std::string text, std::string id) {
  CtFaultBean out;
  out.faultCode = std::move(code);
  out.faultString = std::move(text);
  out.id = std::move(id);
  return out;
}

/// The Nodo with shorthands for the legs of the flow; everything else is said in full by the tests.
class NodoStage : public Stage {
 public:
  explicit NodoStage(Registry names = built_in_registry()) : Stage(std::make_unique<actors::Nodo>(), std::move(names)) {}

  ExchangeId verify() { return hear(checkout, verify_request()); }
  /// An activation that the EC answers with its data; the token.
  std::string activate(const std::string& notice = std::string(samples::notice), PaGetPaymentRes data = ec_data()) {
    ActivatePaymentNoticeV2Request request = activate_request();
    request.qrCode.noticeNumber = notice;
    request.idempotencyKey.reset();
    const ExchangeId exchange = hear(checkout, request);
    answer(std::move(data));
    return replied<ActivatePaymentNoticeV2Response>(exchange).paymentToken.value_or("");
  }
  static ClosePaymentV2Request close_request(const std::string& token, Outcome outcome = Outcome::OK) {
    ClosePaymentV2Request out = std::get<ClosePaymentV2Request>(samples::close_request(outcome == Outcome::OK));
    out.paymentTokens = {token};
    return out;
  }
  ExchangeId close(const std::string& token, Outcome outcome = Outcome::OK) { return hear(checkout, close_request(token, outcome)); }
  static SendPaymentOutcomeReq outcome_request(const std::string& token, Outcome outcome = Outcome::OK) {
    SendPaymentOutcomeReq out = std::get<SendPaymentOutcomeReq>(samples::outcome_request(true));
    out.paymentToken = token;
    out.outcome = outcome;
    out.idempotencyKey.reset();
    return out;
  }
  std::string outcome(const std::string& token, Outcome outcome = Outcome::OK) { return told(hear(psp1, outcome_request(token, outcome))); }

  void psp_accepts() { answer(PspNotifyPaymentRes{}); }
  void psp_refuses() { answer(refusal(P::pspNotifyPayment, fault("CANALE_SEMANTICA", "Errore semantico", "PSPSIM01"))); }
  void psp_is_silent() { answer(P::pspNotifyPayment, Silence::timeout); }
  void psp_is_unreachable() { answer(P::pspNotifyPayment, Silence::refused); }
  void run_expiry_job() { command("job", {{"name", "mod3CancelV2"}}); }
  /// Closed by Checkout and accepted by the PSP.
  std::string accepted() {
    const std::string token = activate();
    close(token);
    psp_accepts();
    return token;
  }
  /// Paid; the receipts are on their way.
  std::string paid() {
    const std::string token = accepted();
    outcome(token);
    return token;
  }
  [[nodiscard]] std::string payment(const std::string& token) const { return history("payment", token); }
  [[nodiscard]] std::string position() const { return history("position"); }
  /// That a key is remembered moves neither payments nor positions.
  [[nodiscard]] bool nothing_moved() const {
    return std::all_of(notes().begin(), notes().end(), [](const Note& note) { return note.machine == "key"; });
  }
};

/// What is wrong with a caller: a change of who exists, or of who says to be calling.
struct CallerCase {
  std::string_view name, fault;
  void (*registry)(PaymentServiceProvider& psp, Channel& channel);
  void (*caller)(std::string& idPSP, std::string& idBrokerPSP, std::string& idChannel, std::string& password);
};
const CallerCase caller_cases[] = {
    {"PSP unknown", "KO PPT_PSP_SCONOSCIUTO", nullptr, [](auto& idPSP, auto&, auto&, auto&) { idPSP = "NOBODY"; }},
    {"PSP disabled", "KO PPT_PSP_DISABILITATO", [](auto& psp, auto&) { psp.enabled = false; }, nullptr},
    {"broker unknown", "KO PPT_INTERMEDIARIO_PSP_SCONOSCIUTO", nullptr, [](auto&, auto& broker, auto&, auto&) { broker = "00000000000"; }},
    {"broker disabled", "KO PPT_INTERMEDIARIO_PSP_DISABILITATO", [](auto& psp, auto&) { psp.broker_enabled = false; }, nullptr},
    {"channel unknown", "KO PPT_CANALE_SCONOSCIUTO", nullptr, [](auto&, auto&, auto& channel, auto&) { channel = "90000000001_77"; }},
    {"channel disabled", "KO PPT_CANALE_DISABILITATO", [](auto&, auto& channel) { channel.enabled = false; }, nullptr},
    {"password wrong", "KO PPT_AUTENTICAZIONE", nullptr, [](auto&, auto&, auto&, auto& password) { password = "wrong_pwd_1"; }},
    {"broker of another PSP", "KO PPT_AUTORIZZAZIONE: Configurazione intermediario-canale non corretta", nullptr,
     [](auto&, auto& broker, auto&, auto&) { broker = "01234567897"; }},
};

template <class Request>
std::string told_to(const CallerCase& c, std::string_view idPSP, std::string_view idChannel, Request request, const Party& from) {
  Registry registry = built_in_registry();
  PaymentServiceProvider& psp = *registry.psp(idPSP);
  for (Channel& channel : psp.channels) {
    if (channel.idChannel == idChannel && c.registry != nullptr) c.registry(psp, channel);
  }
  if (c.caller != nullptr) c.caller(request.idPSP, request.idBrokerPSP, request.idChannel, request.password);
  NodoStage nodo(registry);
  const ExchangeId exchange = nodo.hear(from, request);
  CHECK(nodo.open_calls().empty());  // the EC hears nothing of it
  CHECK(nodo.nothing_moved());
  return nodo.told(exchange);
}

}  // namespace

// ---- 2.0 who may call ----

TEST_CASE("a caller that is unknown, disabled, unauthenticated or not associated gets the fault that says so") {  // [SEM_VPNR_01..08]
  for (const CallerCase& c : caller_cases) {
    CAPTURE(c.name);
    CHECK(told_to(c, "AGID_01", "97735020584_09", verify_request(), checkout) == c.fault);
    CHECK(told_to(c, "AGID_01", "97735020584_09", activate_request(), checkout) == c.fault);
    // the token does not exist, and still the caller's fault comes first [SEM_SPO_01..06, 08, 11]
    CHECK(told_to(c, "PSPSIM01", "90000000001_02", NodoStage::outcome_request("no such token"), psp1) == c.fault);
  }
}

TEST_CASE("of two things wrong with a caller the earlier rung names the fault") {
  for (std::size_t i = 0; i < std::size(caller_cases); ++i) {
    for (std::size_t j = i + 1; j < std::size(caller_cases); ++j) {
      const CallerCase& first = caller_cases[i];
      const CallerCase& second = caller_cases[j];
      const bool independent = first.name.substr(0, 4) != second.name.substr(0, 4);  // one thing cannot be unknown and disabled
      if (!independent || (first.registry == nullptr && second.registry != nullptr && first.name != "password wrong")) continue;
      CAPTURE(first.name);
      CAPTURE(second.name);
      Registry registry = built_in_registry();
      PaymentServiceProvider& psp = *registry.psp("AGID_01");
      VerifyPaymentNoticeReq request = verify_request();
      for (const CallerCase* c : {&first, &second}) {
        if (c->registry != nullptr) c->registry(psp, psp.channels.front());
        if (c->caller != nullptr) c->caller(request.idPSP, request.idBrokerPSP, request.idChannel, request.password);
      }
      NodoStage nodo(registry);
      CHECK(nodo.told(nodo.hear(checkout, request)) == first.fault);
    }
  }
}

TEST_CASE("verify and activation need a channel that is ATTIVATO_PRESSO_PSP, an outcome does not") {  // [SEM_VPNR_12, SEM_SPO_07]
  NodoStage nodo;
  VerifyPaymentNoticeReq verify = verify_request();
  verify.idPSP = "PSPSIM01";
  verify.idBrokerPSP = "90000000001";
  verify.idChannel = "90000000001_02";
  verify.password = "pwd_sim_0001";
  const std::string wrong_model = "KO PPT_AUTORIZZAZIONE: Il canale non è di tipo 'ATTIVATO_PRESSO_PSP'";
  CHECK(nodo.told(nodo.hear(psp1, verify)) == wrong_model);
  ActivatePaymentNoticeV2Request activate = activate_request();
  activate.idPSP = verify.idPSP;
  activate.idBrokerPSP = verify.idBrokerPSP;
  activate.idChannel = verify.idChannel;
  activate.password = verify.password;
  CHECK(nodo.told(nodo.hear(psp1, activate)) == wrong_model);
  verify.idChannel = "90000000001_09";
  verify.password = "pwd_sim_0009";
  CHECK_FALSE(nodo.has_answered(nodo.hear(psp1, verify)));  // it went to the EC
  const std::string token = nodo.accepted();
  SendPaymentOutcomeReq outcome = NodoStage::outcome_request(token);
  outcome.idChannel = "90000000001_09";
  outcome.password = "pwd_sim_0009";
  CHECK(nodo.told(nodo.hear(psp1, outcome)) == "OK");
}

TEST_CASE("a request that cannot be read is answered with a syntax fault and changes nothing") {
  struct Case {
    P primitive;
    Party from;
    Message whole;
  };
  const Case cases[] = {{P::verifyPaymentNotice, checkout, samples::verify_request()},
                        {P::activatePaymentNoticeV2, checkout, samples::activate_request(true)},
                        {P::sendPaymentOutcome, psp1, samples::outcome_request(true)}};
  NodoStage nodo;
  for (const Case& c : cases) {
    CAPTURE(primitive(c.primitive).name);
    const std::string whole = wire::encode(c.whole);
    const std::string no_psp = wire::encode(c.whole, std::vector<Patch>{{"idPSP", {}}});
    for (const std::string& bytes : {std::string(), std::string("\xff\xfe"), std::string("<a/>"), whole.substr(0, whole.size() / 2), no_psp}) {
      CAPTURE(bytes.substr(0, 30));
      const ExchangeId exchange = nodo.hear_bytes(c.from, c.primitive, bytes);
      CHECK(nodo.outcome_and_code(exchange) == "KO PPT_SINTASSI_EXTRAXSD");
      CHECK(nodo.reply(exchange).status == 200);
      CHECK(fault_of(*nodo.reply(exchange).body)->id == "NodoDeiPagamentiSPC");
    }
  }
  CHECK(nodo.nothing_moved());
  CHECK(nodo.open_calls().empty());
}

// ---- 2.1, 2.2, 2.3 which EC and station, and whether the notice is free ----

TEST_CASE("a notice whose EC or station is not there or not enabled is refused by verify and activation alike") {
  struct Case {
    std::string_view name, fault, test;
    void (*registry)(CreditorInstitution& ec);
    CtQrCode qr;
  };
  const std::string ec{samples::ec};
  const std::string notice{samples::notice};
  const Case cases[] = {
      {"EC unknown", "KO PPT_DOMINIO_SCONOSCIUTO", "SEM_VPNR_09", nullptr, {"77777777778", notice}},
      {"EC disabled", "KO PPT_DOMINIO_DISABILITATO", "SEM_VPNR_10", [](auto& e) { e.enabled = false; }, {ec, notice}},
      {"auxDigit unknown", "KO PPT_STAZIONE_INT_PA_SCONOSCIUTA", "SEM_VPNR_11", nullptr, {ec, "511001234567890123"}},
      {"segregation code unknown", "KO PPT_STAZIONE_INT_PA_SCONOSCIUTA", "SEM_VPNR_11", [](auto& e) { e.stations[0].codes = "02 47"; }, {ec, "316001234567890123"}},
      {"station disabled", "KO PPT_STAZIONE_INT_PA_DISABILITATA", "SEM_VPNR_13", [](auto& e) { e.stations[0].enabled = false; }, {ec, notice}},
      {"broker of the station disabled", "KO PPT_INTERMEDIARIO_PA_DISABILITATO", "SEM_VPNR_15", [](auto& e) { e.stations[0].broker_enabled = false; }, {ec, notice}},
      {"the EC comes before its station", "KO PPT_DOMINIO_DISABILITATO", "", [](auto& e) { e.enabled = false, e.stations.clear(); }, {ec, notice}},
      {"the station comes before its broker", "KO PPT_STAZIONE_INT_PA_DISABILITATA", "", [](auto& e) { e.stations[0].enabled = e.stations[0].broker_enabled = false; }, {ec, notice}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Registry registry = built_in_registry();
    if (c.registry != nullptr) c.registry(*registry.creditor(ec));
    NodoStage nodo(registry);
    VerifyPaymentNoticeReq verify = verify_request();
    verify.qrCode = c.qr;
    CHECK(nodo.told(nodo.hear(checkout, verify)) == c.fault);
    ActivatePaymentNoticeV2Request activate = activate_request();
    activate.qrCode = c.qr;
    CHECK(nodo.told(nodo.hear(checkout, activate)) == c.fault);
    CHECK(nodo.open_calls().empty());
    CHECK(nodo.nothing_moved());
  }
}

TEST_CASE("an application code that no station has is refused") {  // [SEM_VPNR_11, 011...]
  Registry registry = built_in_registry();
  registry.creditor(samples::ec)->stations[0].codes = "02 47";
  NodoStage nodo(registry);
  VerifyPaymentNoticeReq verify = verify_request();
  verify.qrCode.noticeNumber = "011001234567890123";
  const ExchangeId exchange = nodo.hear(checkout, verify);
  CHECK(nodo.has_answered(exchange));
  if (nodo.has_answered(exchange)) CHECK(nodo.told(exchange) == "KO PPT_STAZIONE_INT_PA_SCONOSCIUTA");
}

TEST_CASE("a notice that is being paid or has been paid is refused without asking the EC, and a freed one is not") {
  struct Case {
    std::string_view name, answer;  ///< "": it goes to the EC
    std::string_view position;
    void (*before)(NodoStage&);
  };
  const Case cases[] = {
      {"never seen", "", "", [](NodoStage&) {}},
      {"PAYING", "KO PPT_PAGAMENTO_IN_CORSO: Pagamento in attesa risulta in corso al sistema pagoPA", "PAYING", [](NodoStage& n) { n.activate(); }},
      {"PAYING, its time over but no job", "KO PPT_PAGAMENTO_IN_CORSO: Pagamento in attesa risulta in corso al sistema pagoPA", "PAYING",
       [](NodoStage& n) { n.settings.expiry_job_every = {}, n.activate(), n.pass(hours(2)); }},
      {"INSERTED after expiry", "", "PAYING,INSERTED", [](NodoStage& n) { n.activate(), n.pass(hours(2)); }},
      {"INSERTED after a close KO", "", "PAYING,INSERTED", [](NodoStage& n) { n.close(n.activate(), Outcome::KO); }},
      {"INSERTED after a PSP KO", "", "PAYING,INSERTED", [](NodoStage& n) { n.close(n.activate()), n.psp_refuses(); }},
      {"PAYING, accepted by the PSP", "KO PPT_PAGAMENTO_IN_CORSO: Pagamento in attesa risulta in corso al sistema pagoPA", "PAYING", [](NodoStage& n) { n.accepted(); }},
      {"PAID", "KO PPT_PAGAMENTO_DUPLICATO", "PAYING,PAID", [](NodoStage& n) { n.paid(); }},
      {"NOTIFIED", "KO PPT_PAGAMENTO_DUPLICATO", "PAYING,PAID,NOTIFIED", [](NodoStage& n) { n.paid(), n.answer(PaSendRTRes{}), n.answer(PaSendRTRes{}); }},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    NodoStage nodo;
    c.before(nodo);
    CHECK(nodo.position() == c.position);
    const std::size_t verifies = nodo.times_called(P::paVerifyPaymentNotice);
    const std::size_t activations = nodo.times_called(P::paGetPayment);
    const ExchangeId verify = nodo.verify();
    ActivatePaymentNoticeV2Request request = activate_request();
    request.idempotencyKey.reset();
    const ExchangeId activate = nodo.hear(checkout, request);
    CHECK(nodo.has_answered(verify) == !c.answer.empty());
    CHECK(nodo.has_answered(activate) == !c.answer.empty());
    CHECK(nodo.times_called(P::paVerifyPaymentNotice) == verifies + (c.answer.empty() ? 1 : 0));
    CHECK(nodo.times_called(P::paGetPayment) == activations + (c.answer.empty() ? 1 : 0));
    if (!c.answer.empty()) {
      CHECK(nodo.told(verify) == c.answer);
      CHECK(nodo.told(activate) == c.answer);
    }
    CHECK(nodo.position() == c.position);
  }
}

TEST_CASE("of two activations at once exactly one wins") {  // [DoppiaACT_PA_NEW]
  NodoStage nodo;
  ActivatePaymentNoticeV2Request request = activate_request();
  const ExchangeId first = nodo.hear(checkout, request);
  request.idempotencyKey = "97735020584_another001";
  const ExchangeId second = nodo.hear(checkout, request);
  CHECK(nodo.outcome_and_code(second) == "KO PPT_ATTIVAZIONE_IN_CORSO");
  CHECK(nodo.open_calls(P::paGetPayment) == 1);
  nodo.answer(ec_data());
  CHECK(nodo.told(first) == "OK");
  CHECK(nodo.position() == "PAYING");
}

TEST_CASE("an activation that failed leaves the notice free") {  // 3.2, state after a failed activation
  NodoStage nodo;
  ActivatePaymentNoticeV2Request request = activate_request();
  request.idempotencyKey.reset();
  nodo.hear(checkout, request);
  nodo.answer(P::paGetPayment, Silence::timeout);
  CHECK(nodo.nothing_moved());
  CHECK_FALSE(nodo.activate().empty());
}

TEST_CASE("a token may not be asked to live longer than the platform allows") {  // [SEM_APNV2_25]
  NodoStage nodo;
  nodo.settings.token_life_max = seconds(7);
  ActivatePaymentNoticeV2Request request = activate_request();
  request.expirationTime = 7001;
  CHECK(nodo.outcome_and_code(nodo.hear(checkout, request)) == "KO PPT_AUTORIZZAZIONE");
  request.expirationTime = 7000;
  request.idempotencyKey.reset();
  CHECK_FALSE(nodo.has_answered(nodo.hear(checkout, request)));
}

TEST_CASE("the refusal of a long life names the limit") {  // [SEM_APNV2_25, description]
  NodoStage nodo;
  nodo.settings.token_life_max = seconds(7);
  CHECK(nodo.told(nodo.hear(checkout, activate_request())) == "KO PPT_AUTORIZZAZIONE: expirationTime deve essere <= 7000");
}

TEST_CASE("a re-activation gets a new token, and the amount that the EC asks for") {  // [Activate_blocco_06, SEM_PGPR_01]
  NodoStage nodo;
  const std::string first = nodo.activate();
  nodo.close(first, Outcome::KO);
  PaGetPaymentRes dearer = ec_data();
  dearer.data->paymentAmount = {13000};
  dearer.data->transferList.transfer[0].transferAmount = {11000};
  ActivatePaymentNoticeV2Request request = activate_request();
  const ExchangeId exchange = nodo.hear(checkout, request);
  CHECK(nodo.called<PaGetPaymentReq>(P::paGetPayment).amount == Amount{12000});
  nodo.answer(dearer);
  const auto& reply = nodo.replied<ActivatePaymentNoticeV2Response>(exchange);
  CHECK(reply.paymentToken != first);
  CHECK(reply.paymentToken->size() == 32);
  CHECK(reply.totalAmount == Amount{13000});
  CHECK(nodo.position() == "PAYING,INSERTED,PAYING");
}

TEST_CASE("verify asks the station of the notice and passes on what it says, and nothing changes") {  // [PRO_VPNR_09]
  NodoStage nodo;
  const ExchangeId exchange = nodo.verify();
  const Call call = nodo.open(P::paVerifyPaymentNotice);
  CHECK(call.to == Party{Role::ec, "77777777777"});
  CHECK(call.deadline == seconds(7));
  CHECK(std::get<PaVerifyPaymentNoticeReq>(*call.body) == std::get<PaVerifyPaymentNoticeReq>(samples::pa_verify_request()));
  nodo.answer(samples::pa_verify_response(true));
  const auto& reply = nodo.replied<VerifyPaymentNoticeRes>(exchange);
  REQUIRE(reply.paymentList->paymentOptionDescription.size() == 1);
  const CtPaymentOptionDescription& option = reply.paymentList->paymentOptionDescription[0];
  CHECK(option.amount == Amount{12000});
  CHECK(option.options == "EQ");
  CHECK(option.dueDate == "2031-03-31");
  CHECK(option.paymentNote == "Quota unica");
  CHECK(reply.paymentDescription == "Tassa dimostrativa");
  CHECK(reply.companyName == "Comune di Vallescura");
  CHECK(reply.officeName == "Ufficio Tributi");
  CHECK(reply.fiscalCodePA == "77777777777");
  CHECK(nodo.nothing_moved());
}

// ---- 3.1, 3.2 what the EC answers ----

TEST_CASE("what the EC answers to verify and activation becomes the answer of the Nodo") {
  struct Case {
    std::string_view name, verify, activate;
    std::vector<Patch> verify_patches, activate_patches;
  };
  const std::string_view broken = "KO PPT_STAZIONE_INT_PA_ERRORE_RESPONSE";
  const Case cases[] = {
      {"as it should be", "OK", "OK", {}, {}},
      {"no outcome", broken, broken, {{"outcome", {}}}, {{"outcome", {}}}},
      {"an empty outcome", broken, broken, {{"outcome", ""}}, {{"outcome", ""}}},
      {"another outcome", broken, broken, {{"outcome", "OO"}}, {{"outcome", "OO"}}},
      {"KO without a fault", broken, broken, {{"outcome", "KO"}}, {{"outcome", "KO"}}},
      {"no data", broken, broken, {{"paymentList", {}}}, {{"data", {}}}},
      {"no description", broken, broken, {{"paymentDescription", {}}}, {{"data/description", {}}}},
      {"no fiscal code, no debtor", broken, broken, {{"fiscalCodePA", {}}}, {{"data/debtor", {}}}},
      {"no name: fine in paGetPayment only", broken, "OK", {{"companyName", {}}}, {{"data/companyName", {}}}},
      {"no office", "OK", "OK", {{"officeName", {}}}, {{"data/officeName", {}}}},
      {"an amount with a comma", broken, broken, {{"paymentList/paymentOptionDescription/amount", "11,34"}}, {{"data/paymentAmount", "11,34"}}},
      {"an amount with three decimals", broken, broken, {{"paymentList/paymentOptionDescription/amount", "11.342"}}, {{"data/paymentAmount", "11.342"}}},
      {"zero", broken, broken, {{"paymentList/paymentOptionDescription/amount", "0.00"}}, {{"data/paymentAmount", "0.00"}}},
      {"an option that is none, a sixth transfer", broken, broken, {{"paymentList/paymentOptionDescription/options", "XX"}}, {{"data/transferList/transfer[2]/idTransfer", "6"}}},
      {"no allCCP, no due date", broken, broken, {{"paymentList/paymentOptionDescription/allCCP", {}}}, {{"data/dueDate", {}}}},
      {"no due date, no retention date", "OK", "OK", {{"paymentList/paymentOptionDescription/dueDate", {}}}, {{"data/retentionDate", {}}}},
      {"no detail, no last payment", "OK", "OK", {{"paymentList/paymentOptionDescription/detailDescription", {}}}, {{"data/lastPayment", {}}}},
      {"a due date with a time zone", "OK", "OK", {{"paymentList/paymentOptionDescription/dueDate", "2020-03-31+02:00"}}, {{"data/dueDate", "2020-03-31+02:00"}}},
      {"a long description", broken, broken, {{"paymentDescription", std::string(141, 'x')}}, {{"data/description", std::string(141, 'x')}}},
      {"an empty name", broken, broken, {{"companyName", ""}}, {{"data/companyName", ""}}},
      {"a sum that is wrong", "OK", broken, {}, {{"data/transferList/transfer[2]/transferAmount", "20.01"}}},
      {"a hole between transfers", "OK", broken, {}, {{"data/transferList/transfer[2]/idTransfer", "3"}}},
      {"a beneficiary that nobody knows", "OK", broken, {}, {{"data/transferList/transfer[2]/fiscalCodePA", "17777777477"}}},
      {"an account that is not registered", "OK", broken, {}, {{"data/transferList/transfer[2]/IBAN", "IT00N0000000000000000000000"}}},
      {"an account of another EC", "OK", broken, {}, {{"data/transferList/transfer[2]/IBAN", "IT62S0103003200000000012345"}}},
      {"another registered account", "OK", "OK", {}, {{"data/transferList/transfer[1]/IBAN", "IT45R0760103200000000001016"}}},
      {"no metadata", "OK", "OK", {}, {{"data/metadata", {}}}},
      {"metadata without entries", "OK", broken, {}, {{"data/metadata/mapEntry[1]", {}}, {"data/metadata/mapEntry[2]", {}}}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    NodoStage nodo;
    const ExchangeId verify = nodo.verify();
    nodo.answer_bytes(P::paVerifyPaymentNotice, wire::encode(samples::pa_verify_response(true), c.verify_patches));
    CHECK(nodo.outcome_and_code(verify) == c.verify);
    const ExchangeId activate = nodo.hear(checkout, activate_request());
    nodo.answer_bytes(P::paGetPayment, wire::encode(samples::pa_get_response(true), c.activate_patches));
    CHECK(nodo.outcome_and_code(activate) == c.activate);
    CHECK(nodo.position() == (c.activate == "OK" ? "PAYING" : ""));
  }
}

TEST_CASE("bytes of the EC that are no answer are an error of the station") {  // [SIN_PVPNR_02..06, SIN_PGPR_02..06]
  for (const std::string& bytes : {std::string(), std::string("<html/>"), std::string("OK"), wire::encode(samples::verify_request()),
                                   wire::encode(samples::pa_verify_response(true)).substr(0, 200)}) {
    CAPTURE(bytes.substr(0, 20));
    NodoStage nodo;
    const ExchangeId verify = nodo.verify();
    nodo.answer_bytes(P::paVerifyPaymentNotice, bytes);
    CHECK(nodo.outcome_and_code(verify) == "KO PPT_STAZIONE_INT_PA_ERRORE_RESPONSE");
    const ExchangeId activate = nodo.hear(checkout, activate_request());
    nodo.answer_bytes(P::paGetPayment, bytes);
    CHECK(nodo.outcome_and_code(activate) == "KO PPT_STAZIONE_INT_PA_ERRORE_RESPONSE");
  }
}

TEST_CASE("an EC that does not answer is a timeout, one that cannot be reached is unreachable") {
  struct Case {
    Silence silence;
    std::string_view fault;
  };
  const Case cases[] = {{Silence::timeout, "KO PPT_STAZIONE_INT_PA_TIMEOUT"}, {Silence::refused, "KO PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE"}};
  for (const Case& c : cases) {
    CAPTURE(c.fault);
    NodoStage nodo;
    const ExchangeId verify = nodo.verify();
    nodo.answer(P::paVerifyPaymentNotice, c.silence);
    CHECK(nodo.told(verify) == c.fault);
    const ExchangeId activate = nodo.hear(checkout, activate_request());
    nodo.answer(P::paGetPayment, c.silence);
    CHECK(nodo.told(activate) == c.fault);
    CHECK(nodo.nothing_moved());
  }
}

TEST_CASE("a valid KO of the EC is passed on, whatever its code, in the shape that the caller can read") {  // [PRO_VPNR_06]
  for (const bool extended : {false, true}) {
    CAPTURE(extended);
    Registry registry = built_in_registry();
    registry.psp("AGID_01")->extended_fault_bean = extended;
    for (const std::string_view code : {"PAA_SINTASSI_EXTRAXSD", "PAA_ID_DOMINIO_ERRATO", "PAA_ID_INTERMEDIARIO_ERRATO", "PAA_STAZIONE_INT_ERRATA",
                                        "PAA_PAGAMENTO_SCONOSCIUTO", "PAA_PAGAMENTO_DUPLICATO", "PAA_PAGAMENTO_IN_CORSO", "PAA_PAGAMENTO_SCADUTO",
                                        "PAA_PAGAMENTO_ANNULLATO", "PAA_SYSTEM_ERROR", "PAA_SEMANTICA", "PAA_CIAO"}) {
      CAPTURE(code);
      NodoStage nodo(registry);
      CtFaultBean bean = fault(std::string(code), "stringa dell'EC", "77777777777");
      bean.description = "testo";
      const ExchangeId verify = nodo.verify();
      nodo.answer(refusal(P::paVerifyPaymentNotice, bean));
      const ExchangeId activate = nodo.hear(checkout, activate_request());
      nodo.answer(refusal(P::paGetPayment, bean));
      for (const ExchangeId exchange : {verify, activate}) {
        const CtFaultBean* told = fault_of(*nodo.reply(exchange).body);
        REQUIRE(told != nullptr);
        CHECK(told->faultCode == "PPT_ERRORE_EMESSO_DA_PAA");
        CHECK(told->id == "77777777777");  // the only fault whose id is not the Nodo's
        CHECK(told->description.has_value() == !extended);
        if (extended) {
          CHECK(told->originalFaultCode == code);
          CHECK(told->originalFaultString == "stringa dell'EC");
          CHECK(told->originalDescription == "testo");
        } else {
          CHECK(told->description->find(code) != std::string::npos);
          CHECK_FALSE(told->originalFaultCode.has_value());
        }
      }
      CHECK(nodo.nothing_moved());
    }
  }
}

TEST_CASE("a code travels as its catalogue says: an EC's inside one that passes on, a PSP's to nobody, the Nodo's as it is") {
  const FaultCode* passing_on = find_fault_code("PPT_ERRORE_EMESSO_DA_PAA");
  REQUIRE(passing_on != nullptr);
  for (const FaultCode& code : fault_codes()) {
    CAPTURE(code.code);
    const std::string string(code.faultString);
    if (code.emitter == Emitter::ec) {
      CHECK(code.propagation == Propagation::passed_on);
      for (const bool extended : {false, true}) {
        Registry registry = built_in_registry();
        registry.psp("AGID_01")->extended_fault_bean = extended;
        NodoStage nodo(registry);
        const ExchangeId verify = nodo.verify();
        nodo.answer(refusal(P::paVerifyPaymentNotice, fault(std::string(code.code), string, "77777777777")));
        const CtFaultBean* told = fault_of(*nodo.reply(verify).body);
        REQUIRE(told != nullptr);
        CHECK(told->faultCode == passing_on->code);
        CHECK(told->faultString == passing_on->faultString);
        CHECK(told->id == "77777777777");
        CHECK(told->originalFaultCode.value_or("") == (extended ? code.code : ""));
        CHECK((told->description.value_or("").find(code.code) != std::string::npos) == !extended);
      }
    } else if (code.emitter == Emitter::psp) {
      CHECK(code.propagation == Propagation::passed_on);
      NodoStage nodo;
      const std::string token = nodo.activate();
      const ExchangeId close = nodo.close(token);
      nodo.answer(refusal(P::pspNotifyPayment, fault(std::string(code.code), string, "PSPSIM01")));
      CHECK(nodo.told(close) == "OK");
      CHECK(nodo.payment(token) == "PAYING,PAYMENT_RESERVED,PAYMENT_SENT,PAYMENT_REFUSED,CANCELLED");
      CHECK(text_at(*nodo.open(P::sendPaymentResultV2).body, "outcome") == "KO");  // who waits hears an outcome and no code
      CHECK_FALSE(text_at(*nodo.open(P::sendPaymentResultV2).body, "description").has_value());
    }
  }
  // What the Nodo says of itself and of silence has its id and nothing of anybody else's.
  struct Case {
    Silence silence;
    std::string_view code;
  };
  for (const Case& c : {Case{Silence::timeout, "PPT_STAZIONE_INT_PA_TIMEOUT"}, Case{Silence::refused, "PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE"}}) {
    CAPTURE(c.code);
    REQUIRE(find_fault_code(c.code) != nullptr);
    CHECK(find_fault_code(c.code)->propagation == Propagation::own);
    Registry registry = built_in_registry();
    registry.psp("AGID_01")->extended_fault_bean = true;
    NodoStage nodo(registry);
    const ExchangeId verify = nodo.verify();
    nodo.answer(P::paVerifyPaymentNotice, c.silence);
    const CtFaultBean* told = fault_of(*nodo.reply(verify).body);
    REQUIRE(told != nullptr);
    CHECK(told->faultCode == c.code);
    CHECK(told->id == nodo_id);
    CHECK_FALSE(told->originalFaultCode.has_value());
    CHECK_FALSE(told->originalFaultString.has_value());
    CHECK_FALSE(told->originalDescription.has_value());
  }
}

TEST_CASE("a secondary EC that is disabled cannot be a beneficiary") {  // [SEM_PGPR_04]
  Registry registry = built_in_registry();
  registry.creditor("80000000002")->enabled = false;
  NodoStage nodo(registry);
  const ExchangeId exchange = nodo.hear(checkout, activate_request());
  nodo.answer(ec_data());
  CHECK(nodo.outcome_and_code(exchange) == "KO PPT_STAZIONE_INT_PA_ERRORE_RESPONSE");
}

// ---- 2.9 idempotency ----

TEST_CASE("the same activation under the same key gets the same answer, and another one is refused") {
  struct Case {
    std::string_view name, answer;
    void (*change)(ActivatePaymentNoticeV2Request&);
    Duration later;
  };
  const Case cases[] = {
      {"the same", "OK", [](auto&) {}, {}},
      {"another expirationTime", "KO PPT_ERRORE_IDEMPOTENZA", [](auto& r) { r.expirationTime = 899999; }, {}},
      {"another note", "KO PPT_ERRORE_IDEMPOTENZA", [](auto& r) { r.paymentNote = "altro"; }, {}},
      {"another notice", "KO PPT_ERRORE_IDEMPOTENZA", [](auto& r) { r.qrCode.noticeNumber = "302009999999999999"; }, {}},
      {"an EC that does not exist", "KO PPT_ERRORE_IDEMPOTENZA", [](auto& r) { r.qrCode.fiscalCode = "00000000000"; }, {}},
      {"another key", "KO PPT_PAGAMENTO_IN_CORSO", [](auto& r) { r.idempotencyKey = "97735020584_0000000000"; }, {}},
      {"no key", "KO PPT_PAGAMENTO_IN_CORSO", [](auto& r) { r.idempotencyKey.reset(); }, {}},
      {"another PSP with the same key", "KO PPT_PAGAMENTO_IN_CORSO",
       [](auto& r) { r.idPSP = "PSPSIM01", r.idBrokerPSP = "90000000001", r.idChannel = "90000000001_09", r.password = "pwd_sim_0009"; }, {}},
      {"the same, when the key is about to expire", "OK", [](auto&) {}, seconds(599)},
      {"the same, when the key has expired", "KO PPT_PAGAMENTO_IN_CORSO", [](auto&) {}, seconds(600)},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    NodoStage nodo;
    ActivatePaymentNoticeV2Request request = activate_request();
    const ExchangeId first = nodo.hear(checkout, request);
    nodo.answer(ec_data());
    nodo.pass(c.later);
    c.change(request);
    const ExchangeId second = nodo.hear(checkout, request);
    CHECK(nodo.outcome_and_code(second) == c.answer);
    if (c.answer == "OK") CHECK(*nodo.reply(second).body == *nodo.reply(first).body);
    CHECK(nodo.times_called(P::paGetPayment) == 1);
    CHECK(nodo.position() == "PAYING");
  }
}

TEST_CASE("a semantic failure burns the key, a syntax failure and a bad answer of the EC do not") {
  NodoStage nodo;
  ActivatePaymentNoticeV2Request wrong = activate_request();
  wrong.password = "wrong_pwd_1";
  CHECK(nodo.told(nodo.hear(checkout, wrong)) == "KO PPT_AUTENTICAZIONE");
  CHECK(nodo.told(nodo.hear(checkout, activate_request())) == "KO PPT_ERRORE_IDEMPOTENZA");  // [IDMP_ACT_15.2]
  CHECK(nodo.told(nodo.hear(checkout, wrong)) == "KO PPT_AUTENTICAZIONE");                   // the recorded one

  NodoStage second;
  second.hear_bytes(checkout, P::activatePaymentNoticeV2, wire::encode(activate_request(), std::vector<Patch>{{"amount", "10"}}));
  const ExchangeId corrected = second.hear(checkout, activate_request());  // [IDMP_ACT_15.1]
  second.answer_bytes(P::paGetPayment, "nonsense");
  CHECK(second.outcome_and_code(corrected) == "KO PPT_STAZIONE_INT_PA_ERRORE_RESPONSE");
  const ExchangeId again = second.hear(checkout, activate_request());  // [IDMP_ACT_4]
  CHECK_FALSE(second.has_answered(again));
  second.answer(ec_data());
  CHECK(second.told(again) == "OK");
}

TEST_CASE("the same outcome under the same key gets the original OK, and another one is refused") {  // [IDMP_SPO_05, 16]
  NodoStage nodo;
  const std::string token = nodo.accepted();
  SendPaymentOutcomeReq request = NodoStage::outcome_request(token);
  request.idempotencyKey = "90000000001_1244565744";
  CHECK(nodo.told(nodo.hear(psp1, request)) == "OK");
  CHECK(nodo.told(nodo.hear(psp1, request)) == "OK");
  SendPaymentOutcomeReq other = request;
  other.details->payer->streetName = "Via Nuova";
  CHECK(nodo.told(nodo.hear(psp1, other)) == "KO PPT_ERRORE_IDEMPOTENZA");
  other = request;
  other.idempotencyKey.reset();
  CHECK(nodo.outcome_and_code(nodo.hear(psp1, other)) == "KO PPT_ESITO_GIA_ACQUISITO");
  other = request;
  other.idPSP = "PSPSIM02";
  other.idBrokerPSP = "01234567897";
  other.idChannel = "01234567897_02";
  CHECK(nodo.outcome_and_code(nodo.hear(psp2, other)) == "KO PPT_TOKEN_SCONOSCIUTO");  // [IDMP_SPO_16.1]
  nodo.pass(seconds(600));
  CHECK(nodo.outcome_and_code(nodo.hear(psp1, request)) == "KO PPT_ESITO_GIA_ACQUISITO");  // [IDMP_SPO_17]
  CHECK(nodo.times_called(P::paSendRT) == 2);
}

TEST_CASE("an idempotency key of an activation lives no longer than its token") {  // [IDMP_ACT_1_1..6]
  NodoStage nodo;
  nodo.settings.expiry_job_every = {};
  ActivatePaymentNoticeV2Request request = activate_request();
  request.expirationTime = 60'000;
  nodo.hear(checkout, request);
  nodo.answer(ec_data());
  nodo.pass(seconds(61));
  CHECK(nodo.outcome_and_code(nodo.hear(checkout, request)) == "KO PPT_PAGAMENTO_IN_CORSO");
}

TEST_CASE("an accepted outcome forgets the key of the activation") {  // [IDMP_SPO_18, 19]
  NodoStage nodo;
  const ActivatePaymentNoticeV2Request request = activate_request();
  const ExchangeId first = nodo.hear(checkout, request);
  nodo.answer(ec_data());
  const std::string token = *nodo.replied<ActivatePaymentNoticeV2Response>(first).paymentToken;
  nodo.close(token);
  nodo.psp_accepts();
  CHECK(nodo.outcome(token) == "OK");
  CHECK(nodo.outcome_and_code(nodo.hear(checkout, request)) == "KO PPT_PAGAMENTO_DUPLICATO");
}

TEST_CASE("a cancelled token forgets the key of its activation") {  // [IDMP_ACT_10, IDMP_SPO_08]
  NodoStage nodo;
  nodo.settings.idempotency_life = hours(24);
  const ActivatePaymentNoticeV2Request request = activate_request();
  nodo.hear(checkout, request);
  nodo.answer(ec_data());
  nodo.pass(hours(1));
  CHECK(nodo.position() == "PAYING,INSERTED");
  CHECK_FALSE(nodo.has_answered(nodo.hear(checkout, request)));  // a new activation, which the EC is asked about
}

// ---- 2.6 closePayment-v2 ----

TEST_CASE("closePayment-v2 is refused by the first thing that is wrong with it") {
  struct Case {
    std::string_view name, answer;
    void (*registry)(Registry&);
    void (*change)(ClosePaymentV2Request&);
  };
  using R = ClosePaymentV2Request;
  const Case cases[] = {
      {"nothing wrong", "OK", nullptr, nullptr},
      {"PSP unknown", "404 KO The indicated PSP does not exist", nullptr, [](R& r) { r.idPSP = "NOBODY"; }},
      {"PSP disabled", "404 KO The indicated PSP does not exist", [](Registry& r) { r.psp("PSPSIM01")->enabled = false; }, nullptr},
      {"broker unknown", "404 KO The indicated brokerPSP does not exist", nullptr, [](R& r) { r.idBrokerPSP = "00000000000"; }},
      {"broker disabled", "404 KO The indicated brokerPSP does not exist", [](Registry& r) { r.psp("PSPSIM01")->broker_enabled = false; }, nullptr},
      {"channel unknown", "404 KO The indicated channel does not exist", nullptr, [](R& r) { r.idChannel = "90000000001_77"; }},
      {"channel disabled", "404 KO The indicated channel does not exist", [](Registry& r) { r.psp("PSPSIM01")->channels[0].enabled = false; }, nullptr},
      {"channel ATTIVATO_PRESSO_PSP", "400 KO Invalid payment type", nullptr, [](R& r) { r.idChannel = "90000000001_09"; }},
      {"channel of another PSP", "404 KO Incorrect PSP-brokerPSP-Channel-Payment type configuration", nullptr, [](R& r) { r.idChannel = "01234567897_02"; }},
      {"broker of another PSP", "404 KO Incorrect PSP-brokerPSP-Channel-Payment type configuration", nullptr, [](R& r) { r.idBrokerPSP = "01234567897"; }},
      {"token unknown", "404 KO The indicated payment does not exist", nullptr, [](R& r) { r.paymentTokens = {"no such token"}; }},
      {"amount too low", "400 KO Mismatched amount", nullptr, [](R& r) { r.totalAmount = Amount{12149}; }},
      {"fee not in the total", "400 KO Mismatched amount", nullptr, [](R& r) { r.totalAmount = Amount{12000}; }},
      {"no fee", "OK", nullptr, [](R& r) { r.totalAmount = Amount{12000}, r.fee = Amount{0}; }},
      {"the PSP comes before the broker", "404 KO The indicated PSP does not exist", nullptr, [](R& r) { r.idPSP = "X", r.idBrokerPSP = "X"; }},
      {"the broker before the channel", "404 KO The indicated brokerPSP does not exist", nullptr, [](R& r) { r.idBrokerPSP = "X", r.idChannel = "X"; }},
      {"the channel before the token", "404 KO The indicated channel does not exist", nullptr, [](R& r) { r.idChannel = "X", r.paymentTokens = {"X"}; }},
      {"the model before the token", "400 KO Invalid payment type", nullptr, [](R& r) { r.idChannel = "90000000001_09", r.paymentTokens = {"X"}; }},
      {"the token before the amount", "404 KO The indicated payment does not exist", nullptr, [](R& r) { r.paymentTokens = {"X"}, r.totalAmount = Amount{1}; }},
      {"KO looks at none of this", "OK", nullptr, [](R& r) { r.outcome = Outcome::KO, r.idPSP = "X", r.idBrokerPSP.reset(), r.totalAmount = Amount{1}; }},
      {"KO still wants a token that exists", "404 KO The indicated payment does not exist", nullptr, [](R& r) { r.outcome = Outcome::KO, r.paymentTokens = {"X"}; }},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Registry registry = built_in_registry();
    if (c.registry != nullptr) c.registry(registry);
    NodoStage nodo(registry);
    const std::string token = nodo.activate();
    ClosePaymentV2Request request = NodoStage::close_request(token);
    if (c.change != nullptr) c.change(request);
    CHECK(nodo.told(nodo.hear(checkout, request)) == c.answer);
    CHECK(nodo.open_calls(P::pspNotifyPayment) == (c.answer == "OK" && request.outcome == Outcome::OK ? 1 : 0));
    if (c.answer != "OK") CHECK(nodo.payment(token) == "PAYING");
  }
}

TEST_CASE("a field of closePayment-v2 that breaks its syntax is named in the answer") {
  struct Case {
    std::string_view answer;
    Patch patch;
  };
  const Case cases[] = {
      {"400 KO Invalid paymentTokens", {"paymentTokens[2]", ""}},    {"400 KO Invalid paymentTokens", {"paymentTokens[1]", ""}},
      {"400 KO Invalid outcome", {"outcome", {}}},                   {"400 KO Invalid outcome", {"outcome", "oK"}},
      {"400 KO Invalid idPSP", {"idPSP", {}}},                       {"400 KO Invalid idPSP", {"idPSP", ""}},
      {"400 KO Invalid idBrokerPSP", {"idBrokerPSP", {}}},           {"400 KO Invalid idChannel", {"idChannel", std::string(36, 'x')}},
      {"400 KO Invalid paymentMethod", {"paymentMethod", ""}},       {"400 KO Invalid transactionId", {"transactionId", std::string(256, 'x')}},
      {"400 KO Invalid totalAmount", {"totalAmount", {}}},           {"400 KO Invalid totalAmount", {"totalAmount", "12.505"}},
      {"400 KO Invalid fee", {"fee", "much"}},                       {"400 KO Invalid timestampOperation", {"timestampOperation", "2031-02-10T10:15:30"}},
      {"400 KO Invalid timestampOperation", {"timestampOperation", {}}},
      {"400 KO Invalid additionalPaymentInformations", {"additionalPaymentInformations", {}}},
      {"400 KO Invalid additionalPaymentInformations", {"additionalPaymentInformations/rrn", ""}},
      {"400 KO Invalid idBundle", {"idBundle", ""}},
  };
  NodoStage nodo;
  for (const Case& c : cases) {
    CAPTURE(c.patch.path);
    const ExchangeId exchange = nodo.hear_bytes(checkout, P::closePaymentV2, wire::encode(samples::close_request(true), std::vector<Patch>{c.patch}));
    CHECK(nodo.told(exchange) == c.answer);
  }
  for (const std::string_view bytes : {"", "{", "[]", "null", "\xff"}) {
    CAPTURE(bytes);
    CHECK(nodo.told(nodo.hear_bytes(checkout, P::closePaymentV2, std::string(bytes))) == "400 KO Invalid request");
  }
  CHECK(nodo.told(nodo.hear_bytes(checkout, P::closePaymentV2, "{\"outcome\":\"OK\"}")) == "400 KO Invalid paymentTokens");
  CHECK(nodo.nothing_moved());
}

TEST_CASE("a second closePayment-v2 never changes what the first one did") {  // [FLUSSO_CP_08..14]
  struct Case {
    std::string_view name, answer, payment;
    void (*before)(NodoStage&, const std::string& token);
  };
  const Case cases[] = {
      {"after OK", "422 KO Outcome already acquired", "PAYING,PAYMENT_RESERVED,PAYMENT_SENT", [](auto& n, auto& t) { n.close(t); }},
      {"after OK and the PSP's OK", "422 KO Outcome already acquired", "PAYING,PAYMENT_RESERVED,PAYMENT_SENT,PAYMENT_ACCEPTED",
       [](auto& n, auto& t) { n.close(t), n.psp_accepts(); }},
      {"after OK and the PSP's KO", "422 KO Outcome already acquired", "PAYING,PAYMENT_RESERVED,PAYMENT_SENT,PAYMENT_REFUSED,CANCELLED",
       [](auto& n, auto& t) { n.close(t), n.psp_refuses(); }},
      {"after KO", "400 KO Unacceptable outcome when token has expired", "PAYING,CANCELLED", [](auto& n, auto& t) { n.close(t, Outcome::KO); }},
      {"after expiry", "400 KO Unacceptable outcome when token has expired", "PAYING,CANCELLED", [](auto& n, auto&) { n.pass(hours(1)); }},
  };
  for (const Case& c : cases) {
    for (const Outcome outcome : {Outcome::OK, Outcome::KO}) {
      CAPTURE(c.name);
      CAPTURE(to_text(outcome));
      NodoStage nodo;
      const std::string token = nodo.activate();
      c.before(nodo, token);
      CHECK(nodo.told(nodo.close(token, outcome)) == c.answer);
      CHECK(nodo.payment(token) == c.payment);
    }
  }
}

TEST_CASE("a token whose time is over can be closed until the job has run") {  // [FLUSSO_CP_09]
  NodoStage nodo;
  nodo.settings.expiry_job_every = {};
  const std::string token = nodo.activate();
  nodo.pass(hours(2));
  CHECK(nodo.told(nodo.close(token)) == "OK");
  nodo.run_expiry_job();  // its life has been extended [GT_02]
  nodo.psp_accepts();
  CHECK(nodo.outcome(token) == "OK");
}

TEST_CASE("a closePayment-v2 OK that is refused for one token cancels its companions") {  // [FLUSSO_NM1_CP_04, 05]
  for (const bool unknown : {true, false}) {
    CAPTURE(unknown);
    NodoStage nodo;
    const std::string first = nodo.activate();
    const std::string second = nodo.activate("302009999999999999");
    std::string bad = "no such token";
    if (!unknown) {
      bad = nodo.activate("302008888888888888");
      nodo.close(bad, Outcome::KO);
    }
    ClosePaymentV2Request request = NodoStage::close_request(first);
    request.paymentTokens = {first, bad, second};
    CHECK(nodo.told(nodo.hear(checkout, request)) == (unknown ? "404 KO Unknown token" : "400 KO Unacceptable outcome when token has expired"));
    CHECK(nodo.payment(first) == "PAYING,CANCELLED");
    CHECK(nodo.payment(second) == "PAYING,CANCELLED");
    CHECK(nodo.history("position", "77777777777/302009999999999999") == "PAYING,INSERTED");
    CHECK(nodo.times_called(P::pspNotifyPayment) == 0);
    CHECK(nodo.times_called(P::sendPaymentResultV2) == 0);
  }
}

TEST_CASE("two good tokens need a channel of version 2, and the version comes before the amounts") {  // [SEM_CP_15]
  NodoStage nodo;
  const std::string first = nodo.activate();
  ClosePaymentV2Request request = NodoStage::close_request(first);
  request.paymentTokens.push_back(nodo.activate("302009999999999999"));
  CHECK(nodo.told(nodo.hear(checkout, request)) == "400 KO Wrong channel version");
  CHECK(nodo.payment(first) == "PAYING");
  request.outcome = Outcome::KO;
  CHECK(nodo.told(nodo.hear(checkout, request)) == "OK");
  CHECK(nodo.payment(first) == "PAYING,CANCELLED");
}

TEST_CASE("a token that is listed twice is no reason to die") {
  CHECK(survives([] {
    NodoStage nodo;
    const std::string token = nodo.activate();
    ClosePaymentV2Request request = NodoStage::close_request(token);
    request.paymentTokens = {token, token};
    nodo.hear(checkout, request);
  }));
}

TEST_CASE("a token that is listed twice in a KO is no reason to die either") {
  CHECK(survives([] {
    NodoStage nodo;
    const std::string token = nodo.activate();
    ClosePaymentV2Request request = NodoStage::close_request(token, Outcome::KO);
    request.paymentTokens = {token, token};
    nodo.hear(checkout, request);
  }));
}

TEST_CASE("an accepted KO frees the notice, and neither PSP nor Checkout nor EC hears of it") {  // [FLUSSO_CP_03, FLUSSO_NM1_CP_02]
  NodoStage nodo;
  const std::string token = nodo.activate();
  CHECK(nodo.told(nodo.close(token, Outcome::KO)) == "OK");
  nodo.pass(hours(24));
  CHECK(nodo.payment(token) == "PAYING,CANCELLED");
  CHECK(nodo.position() == "PAYING,INSERTED");
  CHECK(nodo.open_calls().empty());
}

// ---- 1.3, 3.3 the PSP ----

TEST_CASE("the PSP that closePayment-v2 names is told what the EC and Checkout said") {
  NodoStage nodo;
  const std::string token = nodo.activate();
  const ExchangeId close = nodo.close(token);
  CHECK(nodo.told(close) == "OK");  // answered before the PSP is heard
  const Call call = nodo.open(P::pspNotifyPayment);
  CHECK(call.to == psp1);
  CHECK(call.deadline == seconds(7));
  const auto& n = std::get<PspNotifyPaymentReq>(*call.body);
  const CtPaymentPA data = *ec_data().data;
  CHECK(n.idPSP == "PSPSIM01");
  CHECK(n.idBrokerPSP == "90000000001");
  CHECK(n.idChannel == "90000000001_02");
  CHECK(n.paymentToken == token);
  CHECK(n.paymentDescription == data.description);
  CHECK(n.fiscalCodePA == "77777777777");
  CHECK(n.companyName == data.companyName);
  CHECK(n.officeName == data.officeName);
  CHECK(n.creditorReferenceId == data.creditorReferenceId);
  CHECK(n.debtAmount == data.paymentAmount);  // the fee is not part of the debt
  REQUIRE(n.transferList.transfer.size() == 2);
  CHECK(n.transferList.transfer[1].IBAN == data.transferList.transfer[1].IBAN);
  CHECK(n.transferList.transfer[1].fiscalCodePA == "80000000002");
  CHECK(n.transferList.transfer[1].transferAmount == Amount{2000});
  CHECK(n.transferList.transfer[1].metadata == data.transferList.transfer[1].metadata);
  REQUIRE(n.additionalPaymentInformations.has_value());
  CHECK(n.additionalPaymentInformations->metadata->mapEntry ==
        std::vector<CtMapEntry>{{"tipoVersamento", "CP"}, {"rrn", "507309000123"}, {"email", "a\"b\\c@example.org"}, {"fee", "1.50"}});
  CHECK_FALSE(n.creditCardPayment.has_value());  // discontinued [CHK-16]
}

TEST_CASE("what the PSP answers decides between accepted, refused, unreachable and unknown") {
  struct Case {
    std::string_view name, payment, position;
    std::string_view result;  ///< what Checkout is told at once; "": nothing
    void (*psp)(NodoStage&);
  };
  const std::string_view accepted = "PAYING,PAYMENT_RESERVED,PAYMENT_SENT,PAYMENT_ACCEPTED";
  const std::string_view refused = "PAYING,PAYMENT_RESERVED,PAYMENT_SENT,PAYMENT_REFUSED,CANCELLED";
  const std::string_view unknown = "PAYING,PAYMENT_RESERVED,PAYMENT_SENT,PAYMENT_UNKNOWN";
  const std::string_view unreachable = "PAYING,PAYMENT_RESERVED,PAYMENT_SENT,PAYMENT_SEND_ERROR,CANCELLED";
  const Case cases[] = {
      {"OK", accepted, "PAYING", "", [](NodoStage& n) { n.psp_accepts(); }},
      {"KO with a fault", refused, "PAYING,INSERTED", "KO", [](NodoStage& n) { n.psp_refuses(); }},
      {"KO with a fault that nobody listed", refused, "PAYING,INSERTED", "KO",
       [](NodoStage& n) { n.answer(refusal(P::pspNotifyPayment, fault("CANALE_BOH", "boh", "PSPSIM01"))); }},
      {"KO without a fault", unknown, "PAYING", "",
       [](NodoStage& n) { n.answer_bytes(P::pspNotifyPayment, wire::encode(PspNotifyPaymentRes{}, std::vector<Patch>{{"outcome", "KO"}})); }},
      {"KO with half a fault", unknown, "PAYING", "",
       [](NodoStage& n) {
         n.answer_bytes(P::pspNotifyPayment, wire::encode(PspNotifyPaymentRes{}, std::vector<Patch>{{"outcome", "KO"}, {"fault/faultCode", "CANALE_SEMANTICA"}}));
       }},
      {"an outcome that is neither", unknown, "PAYING", "",
       [](NodoStage& n) { n.answer_bytes(P::pspNotifyPayment, wire::encode(PspNotifyPaymentRes{}, std::vector<Patch>{{"outcome", "OO"}})); }},
      {"nothing in it", unknown, "PAYING", "", [](NodoStage& n) { n.answer_bytes(P::pspNotifyPayment, ""); }},
      {"nonsense", unknown, "PAYING", "", [](NodoStage& n) { n.answer_bytes(P::pspNotifyPayment, "<html/>", 500); }},
      {"no answer in time", unknown, "PAYING", "", [](NodoStage& n) { n.psp_is_silent(); }},
      {"a connection that broke", unknown, "PAYING", "", [](NodoStage& n) { n.answer(P::pspNotifyPayment, Silence::reset); }},
      {"no connection", unreachable, "PAYING,INSERTED", "KO", [](NodoStage& n) { n.psp_is_unreachable(); }},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    NodoStage nodo;
    const std::string token = nodo.activate();
    nodo.close(token);
    c.psp(nodo);
    CHECK(nodo.payment(token) == c.payment);
    CHECK(nodo.position() == c.position);
    CHECK(nodo.open_calls(P::sendPaymentResultV2) == (c.result.empty() ? 0 : 1));
    if (!c.result.empty()) CHECK(to_text(nodo.called<SendPaymentResultV2Request>(P::sendPaymentResultV2).outcome) == c.result);
    // unknown waits for the extended life of the token, accepted for ever [M3CV2_05, PRO_ANNULLO_14]
    nodo.pass(hours(2));
    const bool expires = c.payment == unknown;
    CHECK(nodo.payment(token) == std::string(c.payment) + (expires ? ",CANCELLED" : ""));
    CHECK(nodo.times_called(P::pspNotifyPayment) == 1);  // it is never repeated
    if (expires) CHECK(nodo.called<SendPaymentResultV2Request>(P::sendPaymentResultV2).outcome == Outcome::KO);
    CHECK(nodo.times_called(P::paSendRT) == 0);
  }
}

TEST_CASE("an unknown payment is not expired before its extended life is over, even if the job runs") {
  NodoStage nodo;
  const std::string token = nodo.activate();
  nodo.close(token);
  nodo.psp_is_silent();
  nodo.pass(minutes(59));
  nodo.run_expiry_job();
  CHECK(nodo.payment(token) == "PAYING,PAYMENT_RESERVED,PAYMENT_SENT,PAYMENT_UNKNOWN");
  nodo.pass(minutes(1));
  nodo.run_expiry_job();
  CHECK(nodo.payment(token) == "PAYING,PAYMENT_RESERVED,PAYMENT_SENT,PAYMENT_UNKNOWN,CANCELLED");
}

// ---- 2.7 B: the outcome of a payment that Checkout closed ----

TEST_CASE("the outcome of the PSP is answered by the state of its payment") {
  struct Case {
    std::string_view name, ok, ko;  ///< the answers to outcome OK and KO
    bool acquired;                  ///< whether an OK pays it
    std::string (*before)(NodoStage&);
  };
  const std::string_view wrong_state = "KO PPT_SEMANTICA: Outcome non accettabile per stato pagamento";
  const std::string_view discordant = "KO PPT_SEMANTICA: Esito discorde";
  const std::string_view no_token = "KO PPT_TOKEN_SCONOSCIUTO: token unknown";
  const Case cases[] = {
      {"accepted", "OK", discordant, true, [](NodoStage& n) { return n.accepted(); }},
      {"unknown after a timeout", "OK", discordant, true,
       [](NodoStage& n) { const std::string t = n.activate(); n.close(t), n.psp_is_silent(); return t; }},
      {"unknown after nonsense", "OK", discordant, true,
       [](NodoStage& n) { const std::string t = n.activate(); n.close(t), n.answer_bytes(P::pspNotifyPayment, "x"); return t; }},
      {"refused, then cancelled", discordant, discordant, false,
       [](NodoStage& n) { const std::string t = n.activate(); n.close(t), n.psp_refuses(); return t; }},
      {"unreachable, then cancelled", wrong_state, wrong_state, false,
       [](NodoStage& n) { const std::string t = n.activate(); n.close(t), n.psp_is_unreachable(); return t; }},
      {"unknown, then expired", "KO PPT_TOKEN_SCADUTO", "KO PPT_SEMANTICA: Payment annullato o scaduto", false,
       [](NodoStage& n) { const std::string t = n.activate(); n.close(t), n.psp_is_silent(), n.pass(hours(2)); return t; }},
      {"not closed", no_token, no_token, false, [](NodoStage& n) { return n.activate(); }},
      {"closed KO", no_token, no_token, false,
       [](NodoStage& n) { const std::string t = n.activate(); n.close(t, Outcome::KO); return t; }},
      {"expired without being closed", no_token, no_token, false,
       [](NodoStage& n) { const std::string t = n.activate(); n.pass(hours(2)); return t; }},
      {"no such token", no_token, no_token, false, [](NodoStage&) { return std::string("no such token"); }},
      {"expired while another token is being paid", "KO PPT_PAGAMENTO_DUPLICATO", "KO PPT_PAGAMENTO_DUPLICATO", false,
       [](NodoStage& n) { const std::string t = n.activate(); n.close(t), n.psp_is_silent(), n.pass(hours(2)), n.activate(); return t; }},
      {"expired while another token has been paid", "KO PPT_PAGAMENTO_DUPLICATO", "KO PPT_PAGAMENTO_DUPLICATO", false,
       [](NodoStage& n) { const std::string t = n.activate(); n.close(t), n.psp_is_silent(), n.pass(hours(2)), n.paid(); return t; }},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    NodoStage nodo;
    const std::string token = c.before(nodo);
    const std::string payment = nodo.payment(token);
    const std::string position = nodo.position();
    const std::size_t receipts = nodo.times_called(P::paSendRT);
    CHECK(nodo.outcome(token, Outcome::KO) == c.ko);
    CHECK(nodo.payment(token) == payment);  // a refused outcome is forgotten [FLUSSO_CP_15]
    CHECK(nodo.outcome(token, Outcome::OK) == c.ok);
    CHECK(nodo.payment(token) == payment + (c.acquired ? ",PAID,NOTICE_GENERATED,NOTICE_SENT" : ""));
    CHECK(nodo.position() == position + (c.acquired ? ",PAID" : ""));
    CHECK(nodo.times_called(P::paSendRT) == receipts + (c.acquired ? 2 : 0));
    if (c.acquired) CHECK(nodo.called<SendPaymentResultV2Request>(P::sendPaymentResultV2).outcome == Outcome::OK);
  }
}

TEST_CASE("the PSP of the activation holds the token until the close gives it to another, and no third one ever does") {
  NodoStage nodo;
  const std::string token = nodo.activate();
  SendPaymentOutcomeReq of_touchpoint = NodoStage::outcome_request(token);
  of_touchpoint.idPSP = "AGID_01";
  of_touchpoint.idBrokerPSP = "97735020584";
  of_touchpoint.idChannel = "97735020584_09";
  of_touchpoint.password = "pwd_touch_01";
  CHECK(nodo.told(nodo.hear(checkout, of_touchpoint)) == "KO PPT_SEMANTICA: Outcome non accettabile per stato pagamento");  // [SEM_SPO_35.2]
  nodo.close(token);
  nodo.psp_accepts();
  CHECK(nodo.told(nodo.hear(checkout, of_touchpoint)) == "KO PPT_TOKEN_SCONOSCIUTO: token unknown");
  SendPaymentOutcomeReq of_another = NodoStage::outcome_request(token);
  of_another.idPSP = "PSPSIM02";
  of_another.idBrokerPSP = "01234567897";
  of_another.idChannel = "01234567897_02";
  CHECK(nodo.told(nodo.hear(psp2, of_another)) == "KO PPT_TOKEN_SCONOSCIUTO: token unknown");  // [SEM_SPO_10]
  CHECK(nodo.outcome(token) == "OK");
}

TEST_CASE("a second outcome is refused, and told whether it agrees with the first") {  // [FLUSSO_CP_16, SEM_SPO_23, IDMP_SPO_28]
  NodoStage nodo;
  const std::string token = nodo.paid();
  const std::string recorded = "{\"applicationDate\":\"2031-02-10\",\"fee\":1.50,\"outcome\":\"OK\",\"payerEntityUniqueIdentifierValue\":\"01234567897\","
                               "\"paymentChannel\":\"onLine\",\"paymentMethod\":\"creditCard\",\"paymentToken\":\"" + token + "\",\"transferDate\":\"2031-02-11Z\"}";
  const std::string before = nodo.payment(token);
  CHECK(nodo.outcome(token) == "KO PPT_ESITO_GIA_ACQUISITO: Esito concorde: " + recorded);
  CHECK(nodo.outcome(token, Outcome::KO) == "KO PPT_ESITO_GIA_ACQUISITO: Esito discorde: " + recorded);
  SendPaymentOutcomeReq other = NodoStage::outcome_request(token);
  other.details->fee = {999};
  CHECK(nodo.told(nodo.hear(psp1, other)) == "KO PPT_ESITO_GIA_ACQUISITO: Esito concorde: " + recorded);  // details do not matter
  nodo.answer(PaSendRTRes{});
  nodo.answer(PaSendRTRes{});
  CHECK(nodo.outcome(token) == "KO PPT_ESITO_GIA_ACQUISITO: Esito concorde: " + recorded);
  CHECK(nodo.payment(token) == before + ",NOTIFIED");
}

TEST_CASE("the fee of the outcome is the one of closePayment-v2, unless that is not asked for") {  // [SEM_SPO_29]
  for (const bool strict : {true, false}) {
    CAPTURE(strict);
    NodoStage nodo;
    nodo.settings.outcome_fee_must_match = strict;
    const std::string token = nodo.accepted();
    SendPaymentOutcomeReq request = NodoStage::outcome_request(token);
    request.details->fee = {500};
    CHECK(nodo.outcome_and_code(nodo.hear(psp1, request)) == (strict ? "KO PPT_SEMANTICA" : "OK"));
    if (strict) CHECK(nodo.outcome(token) == "OK");
    CHECK(nodo.called<PaSendRTReq>(P::paSendRT).receipt.fee == Amount{150});  // the close's [FLUSSO_CP_01]
  }
}

// ---- 2.7 C: the outcome comes before the answer to the notification ----

TEST_CASE("an outcome that comes before the PSP's own answer waits for it") {  // [PAG-1163_Carta_NM3]
  struct Case {
    std::string_view name, answer;
    void (*psp)(NodoStage&);
  };
  const Case cases[] = {
      {"OK", "OK", [](NodoStage& n) { n.psp_accepts(); }},
      {"KO", "KO PPT_SEMANTICA", [](NodoStage& n) { n.psp_refuses(); }},
      {"nonsense", "OK", [](NodoStage& n) { n.answer_bytes(P::pspNotifyPayment, "x"); }},
      {"timeout", "OK", [](NodoStage& n) { n.psp_is_silent(); }},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    NodoStage nodo;
    const std::string token = nodo.activate();
    nodo.close(token);
    const ExchangeId outcome = nodo.hear(psp1, NodoStage::outcome_request(token));
    const ExchangeId again = nodo.hear(psp1, NodoStage::outcome_request(token));
    CHECK_FALSE(nodo.has_answered(outcome));
    CHECK(nodo.payment(token) == "PAYING,PAYMENT_RESERVED,PAYMENT_SENT");
    c.psp(nodo);
    CHECK(nodo.outcome_and_code(outcome) == c.answer);
    CHECK(nodo.outcome_and_code(again) == (c.answer == "OK" ? "KO PPT_ESITO_GIA_ACQUISITO" : c.answer));
    CHECK(nodo.times_called(P::paSendRT) == (c.answer == "OK" ? 2 : 0));
  }
}

TEST_CASE("an outcome KO that comes before the PSP's answer is refused when that has come") {
  NodoStage nodo;
  const std::string token = nodo.activate();
  nodo.close(token);
  const ExchangeId outcome = nodo.hear(psp1, NodoStage::outcome_request(token, Outcome::KO));
  CHECK_FALSE(nodo.has_answered(outcome));
  nodo.psp_accepts();
  CHECK(nodo.told(outcome) == "KO PPT_SEMANTICA: Esito discorde");
  CHECK(nodo.outcome(token) == "OK");
}

// ---- 3.4, 6 receipts ----

TEST_CASE("the receipt says what EC, closePayment-v2 and outcome said, each for its part") {  // [FLUSSO_CP_01, REV_SPO_03]
  NodoStage nodo;
  const std::string token = nodo.accepted();
  nodo.pass(seconds(2));
  SendPaymentOutcomeReq spo = NodoStage::outcome_request(token);
  spo.idChannel = "90000000001_09";
  spo.password = "pwd_sim_0009";
  CHECK(nodo.told(nodo.hear(psp1, spo)) == "OK");
  const CtPaymentPA data = *ec_data().data;
  REQUIRE(nodo.open_calls(P::paSendRT) == 2);
  std::vector<PaSendRTReq> copies;
  for (const Call& call : nodo.open_calls()) {
    if (const auto* rt = std::get_if<PaSendRTReq>(call.body.get())) {
      copies.push_back(*rt);
      CHECK(call.to == Party{Role::ec, rt->idPA});
      CHECK(call.deadline == seconds(15));
    }
  }
  const CtReceipt& r = copies[0].receipt;
  CHECK(copies[0].idPA == "77777777777");
  CHECK(copies[0].idBrokerPA == "98765432103");
  CHECK(copies[0].idStation == "98765432103_02");
  CHECK(copies[1].idPA == "80000000002");  // the recipient's own coordinates, and the very same receipt
  CHECK(copies[1].idStation == "80000000002_01");
  CHECK(copies[1].receipt == r);
  CHECK(r.receiptId == token);
  CHECK(r.noticeNumber == samples::notice);
  CHECK(r.fiscalCode == "77777777777");
  CHECK(r.outcome == Outcome::OK);
  CHECK(r.creditorReferenceId == data.creditorReferenceId);
  CHECK(r.paymentAmount == Amount{12000});  // without the fee
  CHECK(r.description == data.description);
  CHECK(r.companyName == data.companyName);
  CHECK(r.officeName == data.officeName);
  CHECK(r.debtor == data.debtor);
  CHECK(r.transferList == data.transferList);
  CHECK(r.metadata == data.metadata);
  CHECK(r.idPSP == "PSPSIM01");
  CHECK(r.pspFiscalCode == "90000000001");
  CHECK(r.pspPartitaIVA == "90000000001");
  CHECK(r.PSPCompanyName == "Banca Simulata");
  CHECK(r.idChannel == "90000000001_02");  // the close's, although the outcome came through another
  CHECK(r.channelDescription == "onLine");
  CHECK(r.paymentMethod == "creditCard");
  CHECK(r.fee == Amount{150});
  CHECK(r.payer == spo.details->payer);
  CHECK(r.paymentDateTime == "2027-01-18T09:00:02");
  CHECK(r.applicationDate == "2031-02-10");
  CHECK(r.transferDate == "2031-02-11Z");
}

TEST_CASE("a PSP without a VAT number and an outcome without a payer leave no trace in the receipt") {
  Registry registry = built_in_registry();
  registry.psp("PSPSIM01")->vatNumber.clear();
  NodoStage nodo(registry);
  const std::string token = nodo.accepted();
  SendPaymentOutcomeReq spo = NodoStage::outcome_request(token);
  spo.details->payer.reset();
  spo.details->paymentChannel.reset();
  nodo.hear(psp1, spo);
  const CtReceipt receipt = nodo.called<PaSendRTReq>(P::paSendRT).receipt;
  CHECK_FALSE(receipt.pspPartitaIVA.has_value());
  CHECK_FALSE(receipt.payer.has_value());
  CHECK(receipt.channelDescription == "NA");
}

TEST_CASE("a receipt goes to the notice's EC always and to others once for each broadcast station") {  // [PSRTV2_ACTV1_04..12]
  struct Case {
    std::string_view name;
    std::vector<std::string_view> transfers;  ///< beneficiaries
    std::vector<int> broadcast;               ///< broadcast stations of EC, EC2, EC3
    std::vector<std::string_view> recipients; ///< stations
  };
  const std::string_view ec = "77777777777", ec2 = "80000000002", ec3 = "91111111117";
  const Case cases[] = {
      {"one transfer, the notice's EC", {ec}, {0, 1, 1}, {"98765432103_02"}},
      {"three ECs, nobody broadcasts", {ec, ec2, ec3}, {0, 0, 0}, {"98765432103_02"}},
      {"three ECs, both others once", {ec, ec2, ec3}, {0, 1, 1}, {"98765432103_02", "b0", "b0"}},
      {"a secondary EC with two stations", {ec, ec2}, {0, 2, 0}, {"98765432103_02", "b0", "b1"}},
      {"two transfers to the same secondary EC", {ec, ec2, ec2}, {0, 1, 0}, {"98765432103_02", "b0"}},
      {"the same, with two stations", {ec, ec2, ec2}, {0, 2, 0}, {"98765432103_02", "b0", "b1"}},
      {"two transfers to the notice's EC", {ec, ec, ec2}, {0, 1, 0}, {"98765432103_02", "b0"}},
      {"all of it to another EC that does not broadcast", {ec2}, {0, 0, 0}, {"98765432103_02"}},
      {"all of it to another EC that does", {ec2}, {0, 1, 0}, {"98765432103_02", "b0"}},
      {"the notice's EC broadcasts itself", {ec}, {1, 0, 0}, {"98765432103_02"}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Registry registry = built_in_registry();
    for (std::size_t i = 0; i < 3; ++i) {
      CreditorInstitution& e = registry.creditors[i];
      for (Station& station : e.stations) station.broadcast = false;
      for (int n = 0; n < c.broadcast[i]; ++n) {
        Station extra = e.stations.front();
        extra.idStation = "b" + std::to_string(n);
        extra.broadcast = true;
        e.stations.push_back(extra);
      }
    }
    NodoStage nodo(registry);
    PaGetPaymentRes data = ec_data();
    data.data->transferList.transfer.clear();
    data.data->paymentAmount = {};
    for (const std::string_view beneficiary : c.transfers) {
      CtTransferPA transfer = samples::transfer_of_ec(static_cast<std::int64_t>(data.data->transferList.transfer.size()) + 1, 1000, false);
      transfer.fiscalCodePA = beneficiary;
      transfer.IBAN = registry.creditor(beneficiary)->ibans.front();
      data.data->transferList.transfer.push_back(transfer);
      data.data->paymentAmount.cents += 1000;
    }
    const std::string token = nodo.activate(std::string(samples::notice), data);
    ClosePaymentV2Request close = NodoStage::close_request(token);
    close.totalAmount = data.data->paymentAmount + *close.fee;
    CHECK(nodo.told(nodo.hear(checkout, close)) == "OK");
    nodo.psp_accepts();
    CHECK(nodo.outcome(token) == "OK");
    std::vector<std::string_view> stations;
    std::vector<Call> calls = nodo.open_calls();
    for (const Call& call : calls) {
      if (const auto* rt = std::get_if<PaSendRTReq>(call.body.get())) stations.push_back(rt->idStation);
    }
    CHECK(stations == c.recipients);
    for (std::size_t i = 0; i < stations.size(); ++i) nodo.answer(PaSendRTRes{});
    CHECK(nodo.payment(token).ends_with("NOTICE_SENT,NOTIFIED"));
    CHECK(nodo.position() == "PAYING,PAID,NOTIFIED");
  }
}

TEST_CASE("what an EC answers to a receipt decides whether it is sent again, and never what the PSP was told") {
  struct Case {
    std::string_view name, recipient;
    bool again;
    bool ko_is_final;
    void (*ec)(NodoStage&);
  };
  const auto ko = [](NodoStage& n) { n.answer(refusal(P::paSendRT, fault("PAA_RECEIPT_DUPLICATA", "doppia", "77777777777"))); };
  const Case cases[] = {
      {"OK", "NOTICE_GENERATED,NOTICE_SENT,NOTIFIED", false, true, [](NodoStage& n) { n.answer(PaSendRTRes{}); }},
      {"no answer in time", "NOTICE_GENERATED,NOTICE_SENT,NOTICE_PENDING", true, true, [](NodoStage& n) { n.answer(P::paSendRT, Silence::timeout); }},
      {"no connection", "NOTICE_GENERATED,NOTICE_SENT,NOTICE_PENDING", true, true, [](NodoStage& n) { n.answer(P::paSendRT, Silence::refused); }},
      {"nonsense", "NOTICE_GENERATED,NOTICE_SENT,NOTICE_PENDING", true, true, [](NodoStage& n) { n.answer_bytes(P::paSendRT, "x"); }},
      {"KO without a fault", "NOTICE_GENERATED,NOTICE_SENT,NOTICE_PENDING", true, true,
       [](NodoStage& n) { n.answer_bytes(P::paSendRT, wire::encode(PaSendRTRes{}, std::vector<Patch>{{"outcome", "KO"}})); }},
      {"a complete KO, which is final", "NOTICE_GENERATED,NOTICE_SENT,NOTIFIED", false, true, ko},
      {"a complete KO, which is not", "NOTICE_GENERATED,NOTICE_SENT,NOTICE_PENDING", true, false, ko},
  };
  PaGetPaymentRes single = ec_data();
  single.data->transferList.transfer.resize(1);
  single.data->transferList.transfer[0].transferAmount = {12000};
  for (const Case& c : cases) {
    CAPTURE(c.name);
    NodoStage nodo;
    nodo.settings.receipt_ko_is_final = c.ko_is_final;
    const std::string token = nodo.activate(std::string(samples::notice), single);
    nodo.close(token);
    nodo.psp_accepts();
    CHECK(nodo.outcome(token) == "OK");
    c.ec(nodo);
    CHECK(nodo.history("recipient") == c.recipient);
    CHECK(nodo.position() == (c.again ? "PAYING,PAID" : "PAYING,PAID,NOTIFIED"));
    CHECK(nodo.payment(token).ends_with(c.again ? "NOTICE_GENERATED,NOTICE_SENT" : "NOTICE_SENT,NOTIFIED"));
    nodo.pass(hours(1));
    CHECK(nodo.times_called(P::paSendRT) == (c.again ? 2 : 1));
    if (c.again) {
      CHECK(nodo.payment(token).ends_with("NOTICE_SENT,NOTICE_SENT"));
      nodo.answer(PaSendRTRes{});
      CHECK(nodo.payment(token).ends_with("NOTICE_SENT,NOTICE_SENT,NOTIFIED"));
      CHECK(nodo.position() == "PAYING,PAID,NOTIFIED");
    }
    nodo.pass(hours(100));
    CHECK(nodo.times_called(P::paSendRT) == (c.again ? 2 : 1));
  }
}

TEST_CASE("a receipt is sent 48 times more, an hour apart, and then waits for somebody to ask") {  // [CHK-20, EC-08]
  NodoStage nodo;
  PaGetPaymentRes single = ec_data();
  single.data->transferList.transfer.resize(1);
  single.data->transferList.transfer[0].transferAmount = {12000};
  const std::string token = nodo.activate(std::string(samples::notice), single);
  nodo.close(token);
  nodo.psp_accepts();
  nodo.outcome(token);
  for (int round = 0; round < 60; ++round) {
    if (nodo.open_calls(P::paSendRT) > 0) nodo.answer(P::paSendRT, Silence::timeout);
    nodo.pass(hours(1));
  }
  CHECK(nodo.times_called(P::paSendRT) == 49);
  nodo.command("job", {{"name", "paSendRt"}});
  CHECK(nodo.times_called(P::paSendRT) == 50);
  nodo.answer(PaSendRTRes{});
  CHECK(nodo.position() == "PAYING,PAID,NOTIFIED");
}

TEST_CASE("the position is NOTIFIED with its owner, the payment with everybody, and only who is pending is asked again") {  // 4.4
  for (const bool owner_first : {true, false}) {
    CAPTURE(owner_first);
    NodoStage nodo;
    const std::string token = nodo.paid();
    const std::vector<Call> calls = {nodo.open_calls()[nodo.open_calls().size() - 2], nodo.open_calls().back()};
    nodo.end(calls[owner_first ? 0 : 1], share(PaSendRTRes{}));
    nodo.end(calls[owner_first ? 1 : 0], Silence::timeout);
    CHECK(nodo.position() == (owner_first ? "PAYING,PAID,NOTIFIED" : "PAYING,PAID"));
    CHECK(nodo.payment(token).ends_with("NOTICE_SENT"));
    nodo.pass(hours(1));
    CHECK(nodo.open_calls(P::paSendRT) == 1);
    CHECK(nodo.called<PaSendRTReq>(P::paSendRT).idPA == (owner_first ? "80000000002" : "77777777777"));
    nodo.answer(PaSendRTRes{});
    CHECK(nodo.payment(token).ends_with("NOTICE_SENT,NOTICE_SENT,NOTIFIED"));
    CHECK(nodo.position() == "PAYING,PAID,NOTIFIED");
  }
}

TEST_CASE("a copy that is still on its way is not sent a second time") {  // 6.2: retries go to NOTICE_PENDING only
  NodoStage nodo;
  nodo.paid();
  nodo.answer(P::paSendRT, Silence::refused);  // the owner; the other copy is under way
  nodo.command("job", {{"name", "paSendRt"}});
  CHECK(nodo.times_called(P::paSendRT) == 3);
}

TEST_CASE("two answers to the copies of one recipient are no reason to die") {
  CHECK(survives([] {
    NodoStage nodo;
    nodo.paid();
    nodo.answer(P::paSendRT, Silence::refused);
    nodo.command("job", {{"name", "paSendRt"}});
    while (nodo.open_calls(P::paSendRT) > 0) nodo.answer(PaSendRTRes{});
  }));
}

// ---- 1.5 the result for Checkout ----

TEST_CASE("the result holds what the EC said about the payment") {  // [FLUSSO_SPR_01]
  NodoStage nodo;
  const std::string token = nodo.paid();
  const Call call = nodo.open(P::sendPaymentResultV2);
  CHECK(call.to == checkout);
  const auto& result = std::get<SendPaymentResultV2Request>(*call.body);
  CHECK(result.outcome == Outcome::OK);
  REQUIRE(result.payments.size() == 1);
  const CtPaymentPA data = *ec_data().data;
  CHECK(result.payments[0].paymentToken == token);
  CHECK(result.payments[0].description == data.description);
  CHECK(result.payments[0].fiscalCode == "77777777777");
  CHECK(result.payments[0].creditorReferenceId == data.creditorReferenceId);
  CHECK(result.payments[0].companyName == data.companyName);
  CHECK(result.payments[0].officeName == data.officeName);
  CHECK(result.payments[0].debtor == data.debtor.uniqueIdentifier.entityUniqueIdentifierValue);
}

TEST_CASE("a result that Checkout does not take is sent again, a limited number of times") {
  struct Case {
    std::string_view name;
    void (*checkout)(NodoStage&);
    bool taken;
  };
  const Case cases[] = {
      {"OK", [](NodoStage& n) { n.answer(SendPaymentResultV2Response{}); }, true},
      {"422", [](NodoStage& n) { n.answer(refusal(P::sendPaymentResultV2, "Operation conflict"), 422); }, false},
      {"404", [](NodoStage& n) { n.answer(refusal(P::sendPaymentResultV2, "Transaction not found"), 404); }, false},
      {"200 KO", [](NodoStage& n) { n.answer(refusal(P::sendPaymentResultV2, "no")); }, false},
      {"timeout", [](NodoStage& n) { n.answer(P::sendPaymentResultV2, Silence::timeout); }, false},
      {"nonsense", [](NodoStage& n) { n.answer_bytes(P::sendPaymentResultV2, "x", 500); }, false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    NodoStage nodo;
    nodo.paid();
    for (int i = 0; i < 20; ++i) {
      if (nodo.open_calls(P::sendPaymentResultV2) > 0) c.checkout(nodo);
      nodo.pass(seconds(65));
    }
    CHECK(nodo.times_called(P::sendPaymentResultV2) == (c.taken ? 1 : 11));
  }
}

TEST_CASE("a closePayment-v2 that is refused for expiry is followed by no result") {  // [FLUSSO_SPR_06_IO]
  NodoStage nodo;
  const std::string token = nodo.activate();
  nodo.pass(hours(1));
  nodo.close(token);
  nodo.pass(hours(24));
  CHECK(nodo.times_called(P::sendPaymentResultV2) == 0);
}

TEST_CASE("an additional information that would not fit into the notification is refused, and one that does reaches the PSP") {
  for (const std::size_t length : {140U, 141U}) {
    CAPTURE(length);
    NodoStage nodo;  // the stage judges what the Nodo says
    const std::string token = nodo.activate();
    const std::vector<Patch> longer = {{"additionalPaymentInformations/rrn", std::string(length, 'x')}};
    const ExchangeId close = nodo.hear_bytes(checkout, P::closePaymentV2, wire::encode(NodoStage::close_request(token), longer));
    CHECK(nodo.told(close) == (length == 140 ? "OK" : "400 KO Invalid additionalPaymentInformations"));
    CHECK(nodo.open_calls(P::pspNotifyPayment) == (length == 140 ? 1 : 0));
  }
}

TEST_CASE("a copy of the Nodo goes its own way") {
  actors::Nodo original;
  Settings settings;
  const Registry registry = built_in_registry();
  const auto copy = static_cast<const Actor&>(original).clone();
  Random random(1, "x");
  Numbers numbers;
  std::vector<Effect> effects;
  Turn turn(run_start, settings, registry, random, numbers, effects);
  original.handle(turn, Request{1, checkout, P::activatePaymentNoticeV2, share(activate_request())});
  std::erase_if(effects, [](const Effect& e) { return std::holds_alternative<Used>(e); });
  REQUIRE(effects.size() == 1);
  effects.clear();
  ActivatePaymentNoticeV2Request other = activate_request();
  other.idempotencyKey.reset();
  copy->handle(turn, Request{2, checkout, P::activatePaymentNoticeV2, share(other)});
  std::erase_if(effects, [](const Effect& e) { return std::holds_alternative<Used>(e); });
  REQUIRE(effects.size() == 1);
  CHECK(std::holds_alternative<Call>(effects[0]));  // and not PPT_ATTIVAZIONE_IN_CORSO
}

TEST_CASE("the Nodo survives whatever its neighbours say, whenever, and pays nothing twice") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    CHECK(survives([seed] {
      for (std::uint64_t run = 0; run < 10; ++run) {
        Random random(seed * 1000 + run, "hostile");
        Registry registry = built_in_registry();
        registry.psp("PSPSIM01")->channels[0].primitive_version = random.below(2) == 0 ? 1 : 2;
        NodoStage nodo(std::move(registry));
        nodo.settings.receipt_ko_is_final = random.below(2) == 0;
        const std::string notices[] = {std::string(samples::notice), "302009999999999999"};
        std::vector<std::string> tokens{"no such token"};
        const auto any_token = [&] { return tokens[random.below(tokens.size())]; };
        const auto any_outcome = [&] { return random.below(3) == 0 ? Outcome::KO : Outcome::OK; };
        for (int step = 0; step < 60; ++step) {
          switch (random.below(8)) {
            case 0: {
              ActivatePaymentNoticeV2Request request = activate_request();
              request.qrCode.noticeNumber = notices[random.below(2)];
              if (random.below(2) == 0) request.idempotencyKey = "97735020584_" + random.digits(10);
              nodo.hear(checkout, request);
              break;
            }
            case 1: {
              ClosePaymentV2Request request = NodoStage::close_request(any_token(), any_outcome());
              while (random.below(3) == 0 && request.paymentTokens.size() < 5) request.paymentTokens.push_back(any_token());
              nodo.hear(checkout, request);
              break;
            }
            case 2: {
              SendPaymentOutcomeReq request = NodoStage::outcome_request(any_token(), any_outcome());
              if (random.below(2) == 0) request.idempotencyKey = "90000000001_000000000" + std::to_string(random.below(3));
              nodo.hear(psp1, request);
              break;
            }
            case 3: nodo.pass(seconds(static_cast<std::int64_t>(random.below(4000)))); break;
            case 4: {
              const char* jobs[] = {"mod3CancelV2", "paSendRt", "positionRetrySendPaymentResult"};
              nodo.command("job", {{"name", jobs[random.below(3)]}});
              break;
            }
            case 5: nodo.hear_bytes(psp1, P::sendPaymentOutcome, random.hex(30)); break;
            default: break;
          }
          if (nodo.open_calls().empty()) continue;
          const Call call = nodo.open_calls()[random.below(nodo.open_calls().size())];
          const P primitive = primitive_of(*call.body);
          switch (random.below(7)) {
            case 0: nodo.end(call, Silence::timeout, 0); break;
            case 1: nodo.end(call, Silence::refused, 0); break;
            case 2: nodo.end(call, Malformed{std::make_shared<const std::string>("x"), {Violation{}}}); break;
            case 3:
              if (contract::primitive(primitive).port == nullptr) nodo.end(call, share(refusal(primitive, "no")), 422);
              else nodo.end(call, share(refusal(primitive, fault("PAA_SEMANTICA", "no", "x"))));
              break;
            case 4: break;  // it takes its time
            default: nodo.end(call, share(contract::primitive(primitive).port == nullptr ? Message(SendPaymentResultV2Response{})
                                                                                         : support::sample(primitive, Leg::response, true)));
          }
          for (const Note& note : nodo.notes()) {
            if (note.machine == "payment" && note.to == "PAYING" && std::find(tokens.begin(), tokens.end(), note.subject) == tokens.end()) tokens.push_back(note.subject);
          }
        }
        for (const std::string& notice : notices) {
          const std::string position = nodo.history("position", "77777777777/" + notice);
          const std::size_t paid = position.find("PAID");
          if (paid != std::string::npos && position.find("PAID", paid + 1) != std::string::npos) std::abort();
          if (paid != std::string::npos && position.find("INSERTED", paid) != std::string::npos) std::abort();
        }
      }
    }));
  }
}
