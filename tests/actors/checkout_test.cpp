// Checkout alone on the stage: what the user may type, what faults become, where each answer leads, and above all when
// the money goes back. Rows are those of its observed behaviour; R1-R5 and N1-N5 are its table of refunds.
#include "actors/checkout.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/checkout_stage.hpp"

namespace {

using namespace sim;
using namespace sim::contract;
using support::CheckoutStage;
using support::fault;
using support::nodo;
using support::other_token;
using support::survives;
namespace samples = support::samples;
using P = PrimitiveId;

}  // namespace

// ---- 1.2 what the user types ----

TEST_CASE("both the notice number and the EC's fiscal code are asked for, as digits, and nothing more is checked") {  // [CHK-01]
  struct Case {
    std::string_view name, notice, ec;
    bool good;
  };
  const Case cases[] = {
      {"18 and 11 digits", "302001234567890123", "77777777777", true},
      {"a wrong check digit is the Nodo's business", "302012387654312384", "77777777778", true},
      {"any auxDigit", "911001234567890123", "77777777777", true},
      {"the probe", "000000000000000000", "77777777777", true},
      {"17 digits", "30200123456789012", "77777777777", false},
      {"19 digits", "3020012345678901234", "77777777777", false},
      {"a letter in the notice", "30200123456789012x", "77777777777", false},
      {"no notice", "", "77777777777", false},
      {"10 digits", "302001234567890123", "7777777777", false},
      {"12 digits", "302001234567890123", "777777777777", false},
      {"a person's fiscal code", "302001234567890123", "RSSMRA80A01H501U", false},
      {"no fiscal code", "302001234567890123", "", false},
      {"digits of another alphabet", "302001234567890123", "\xd9\xa7\xd9\xa7\xd9\xa7\xd9\xa7\xd9\xa7" "7", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CheckoutStage checkout;
    const CommandId command = checkout.pay("authorised", std::string(c.notice), std::string(c.ec));
    CHECK(checkout.open_calls(P::verifyPaymentNotice) == (c.good ? 1 : 0));
    CHECK(checkout.has_finished(command) == !c.good);
    CHECK(checkout.screen() == (c.good ? "" : "INVALID_INPUT"));
    if (c.good) CHECK(checkout.called<VerifyPaymentNoticeReq>(P::verifyPaymentNotice).qrCode == CtQrCode{std::string(c.ec), std::string(c.notice)});
  }
}

TEST_CASE("Checkout presents itself to the Nodo as a pseudo-PSP, asks for 900 s and pays what verify said") {  // 1.3, 1.4
  CheckoutStage checkout;
  checkout.pay();
  const auto verify = checkout.called<VerifyPaymentNoticeReq>(P::verifyPaymentNotice);
  CHECK(verify.idPSP == "AGID_01");
  CHECK(verify.idBrokerPSP == "97735020584");
  CHECK(verify.idChannel == "97735020584_09");
  CHECK(checkout.open(P::verifyPaymentNotice).deadline == seconds(10));
  checkout.verified();
  CHECK(checkout.open(P::activatePaymentNoticeV2).deadline == seconds(14));
  const auto activate = checkout.called<ActivatePaymentNoticeV2Request>(P::activatePaymentNoticeV2);
  CHECK(activate.idPSP == "AGID_01");
  CHECK(activate.idempotencyKey->starts_with("97735020584_"));
  CHECK(activate.idempotencyKey->size() == 22);
  CHECK(activate.expirationTime == 900'000);
  CHECK(activate.amount == Amount{12000});  // of the first payment option
  CHECK(activate.touchPoint == "CHECKOUT");
  CHECK_FALSE(activate.dueDate.has_value());
  CHECK_FALSE(activate.paymentNote.has_value());
}

TEST_CASE("the amount of the activation replaces the one that verify showed") {
  CheckoutStage checkout;
  checkout.pay();
  checkout.verified();
  checkout.activated({301000});
  checkout.pass(seconds(2));
  const auto close = checkout.called<ClosePaymentV2Request>(P::closePaymentV2);
  CHECK(close.totalAmount == Amount{301150});
  CHECK(close.transactionDetails->transaction->amount == Amount{301000});
}

// ---- 1.5 faults as the user is told of them ----

TEST_CASE("every fault code has its category and HTTP status, at verify and at activation alike") {
  struct Row {
    std::string_view category;
    int http;
    std::vector<std::string_view> codes;
  };
  const Row rows[] = {
      {"PAYMENT_UNKNOWN", 404, {"PAA_PAGAMENTO_SCONOSCIUTO"}},
      {"PAYMENT_DATA_ERROR", 404, {"PPT_SINTASSI_EXTRAXSD", "PPT_SINTASSI_XSD", "PPT_DOMINIO_SCONOSCIUTO", "PPT_STAZIONE_INT_PA_SCONOSCIUTA"}},
      {"PAYMENT_ONGOING", 409, {"PPT_PAGAMENTO_IN_CORSO", "PAA_PAGAMENTO_IN_CORSO"}},
      {"PAYMENT_EXPIRED", 409, {"PAA_PAGAMENTO_SCADUTO"}},
      {"PAYMENT_CANCELED", 409, {"PAA_PAGAMENTO_ANNULLATO"}},
      {"PAYMENT_DUPLICATED", 409, {"PAA_PAGAMENTO_DUPLICATO", "PPT_PAGAMENTO_DUPLICATO"}},
      {"PAYMENT_UNAVAILABLE", 502,
       {"PPT_PSP_SCONOSCIUTO", "PPT_PSP_DISABILITATO", "PPT_INTERMEDIARIO_PSP_SCONOSCIUTO", "PPT_INTERMEDIARIO_PSP_DISABILITATO",
        "PPT_CANALE_SCONOSCIUTO", "PPT_CANALE_DISABILITATO", "PPT_AUTENTICAZIONE", "PPT_AUTORIZZAZIONE", "PPT_DOMINIO_DISABILITATO",
        "PPT_INTERMEDIARIO_PA_DISABILITATO", "PPT_STAZIONE_INT_PA_DISABILITATA", "PPT_CODIFICA_PSP_SCONOSCIUTA", "PPT_SEMANTICA",
        "PPT_SYSTEM_ERROR", "PAA_SEMANTICA"}},
      {"DOMAIN_UNKNOWN", 503,
       {"PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE", "PPT_STAZIONE_INT_PA_TIMEOUT", "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE", "PPT_IBAN_NON_CENSITO",
        "PAA_SINTASSI_EXTRAXSD", "PAA_SINTASSI_XSD", "PAA_ID_DOMINIO_ERRATO", "PAA_ID_INTERMEDIARIO_ERRATO", "PAA_STAZIONE_INT_ERRATA",
        "PAA_ATTIVA_RPT_IMPORTO_NON_VALIDO", "PPT_ERRORE_EMESSO_DA_PAA", "PAA_SYSTEM_ERROR"}},
      {"GENERIC_ERROR", 502, {"PPT_ATTIVAZIONE_IN_CORSO", "PPT_ERRORE_IDEMPOTENZA", "PAA_CIAO", "CANALE_SEMANTICA", "", "PPT_SEMANTIC", "PPT_SEMANTICA2"}},
  };
  std::set<std::string_view> categories;
  for (const Row& row : rows) {
    categories.insert(row.category);
    for (const std::string_view code : row.codes) {
      CAPTURE(code);
      const actors::FaultCategory& category = actors::category_of(fault(code));
      CHECK(category.category == row.category);
      CHECK(category.http_status == row.http);
      for (const bool at_verify : {true, false}) {
        CheckoutStage checkout;
        const CommandId command = checkout.pay();
        if (!at_verify) checkout.verified();
        checkout.answer(refusal(at_verify ? P::verifyPaymentNotice : P::activatePaymentNoticeV2, fault(code)));
        CHECK(checkout.screen() == row.category);
        CHECK(checkout.has_finished(command));
        CHECK(checkout.states().empty());
        CHECK(checkout.open_calls().empty());
        CHECK(checkout.alarms().empty());
      }
    }
  }
  for (const actors::FaultCategory& category : actors::fault_categories()) {
    CHECK(categories.contains(category.category));
    CHECK_FALSE(category.it.empty());
    CHECK_FALSE(category.en.empty());
  }
}

TEST_CASE("a PAA_ or PPT_ word in the description wins over the code; original codes are not looked at") {
  struct Case {
    std::string_view name, description, category;
  };
  const Case cases[] = {
      {"none", "l'ente dice di no", "DOMAIN_UNKNOWN"},
      {"the EC's code first", "PAA_PAGAMENTO_DUPLICATO Pagamento in attesa risulta concluso", "PAYMENT_DUPLICATED"},
      {"the EC's code at the end", "detto PAA_PAGAMENTO_SCADUTO", "PAYMENT_EXPIRED"},
      {"the EC's code and nothing else", "PAA_PAGAMENTO_ANNULLATO", "PAYMENT_CANCELED"},
      {"with a colon after it", "PAA_PAGAMENTO_SCONOSCIUTO: niente", "PAYMENT_UNKNOWN"},
      {"a code of the Nodo", "per via di PPT_DOMINIO_DISABILITATO", "PAYMENT_UNAVAILABLE"},
      {"a code that nobody listed", "PAA_CIAO", "GENERIC_ERROR"},
      {"an empty description", "", "DOMAIN_UNKNOWN"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CtFaultBean bean = fault("PPT_ERRORE_EMESSO_DA_PAA", std::string(c.description));
    bean.originalFaultCode = "PAA_PAGAMENTO_IN_CORSO";
    CHECK(actors::category_of(bean).category == c.category);
  }
}

TEST_CASE("a Nodo that does not answer, or not intelligibly, is a generic error; an activation is tried three times, 2 s apart") {  // 1.4
  for (const bool at_verify : {true, false}) {
    for (int how = 0; how < 4; ++how) {
      CAPTURE(how);
      CheckoutStage checkout;
      const CommandId command = checkout.pay();
      if (!at_verify) checkout.verified();
      const P primitive = at_verify ? P::verifyPaymentNotice : P::activatePaymentNoticeV2;
      const Body first = checkout.open(primitive).body;
      for (int attempt = 1; attempt <= (at_verify ? 1 : 3); ++attempt) {
        CAPTURE(attempt);
        CHECK(checkout.screen().empty());
        CHECK(*checkout.open(primitive).body == *first);  // with the same idempotencyKey
        if (how == 0) checkout.answer(primitive, Silence::timeout);
        if (how == 1) checkout.answer(primitive, Silence::refused);
        if (how == 2) checkout.answer_bytes(primitive, "<html/>", 502);
        if (how == 3) checkout.answer_bytes(primitive, wire::encode(at_verify ? samples::verify_response(true) : samples::activate_response(true), std::vector<Patch>{{"outcome", "KO"}}));
        checkout.pass(seconds(2) + milliseconds(-1));
        CHECK(checkout.open_calls().empty());
        checkout.pass(milliseconds(1));
      }
      CHECK(checkout.screen() == "GENERIC_ERROR");
      CHECK(checkout.has_finished(command));
      CHECK(checkout.states().empty());
    }
  }
}

TEST_CASE("an activation without a token is no activation") {
  CheckoutStage checkout;
  checkout.pay();
  checkout.verified();
  for (int attempt = 0; attempt < 3; ++attempt) {
    checkout.answer_bytes(P::activatePaymentNoticeV2, wire::encode(samples::activate_response(true), std::vector<Patch>{{"paymentToken", {}}}));
    checkout.pass(seconds(2));
  }
  CHECK(checkout.screen() == "GENERIC_ERROR");
  CHECK(checkout.states().empty());
}

// ---- 2 the transaction ----

TEST_CASE("the happy path ends with a mail, and with the money where it is") {
  CheckoutStage checkout;
  const CommandId command = checkout.pay();
  checkout.verified();
  checkout.activated();
  CHECK(checkout.states() == "ACTIVATED,AUTHORIZATION_REQUESTED");
  checkout.pass(seconds(2));
  CHECK(checkout.states() == "ACTIVATED,AUTHORIZATION_REQUESTED,AUTHORIZATION_COMPLETED,CLOSURE_REQUESTED");
  CHECK_FALSE(checkout.has_finished(command));
  checkout.answer(ClosePaymentV2Response{});
  CHECK(checkout.state() == "CLOSED");
  CHECK(checkout.has_finished(command));
  CHECK(checkout.result(Outcome::OK) == "OK");
  CHECK(checkout.state() == "NOTIFICATION_REQUESTED");
  checkout.pass(seconds(1));
  CHECK(checkout.state() == "NOTIFIED_OK");
  CHECK(checkout.screen() == "0");
  checkout.pass(hours(24));
  CHECK(checkout.state() == "NOTIFIED_OK");
  CHECK(checkout.storno().empty());
}

TEST_CASE("closePayment-v2 carries what its outcome calls for and nothing else") {  // 3.1, 3.2
  struct Case {
    std::string_view name, status;
    bool ok, psp, fee, error;
    std::int64_t grand_total;
    void (*before)(CheckoutStage&);
  };
  const Case cases[] = {
      {"authorised", "Confermato", true, true, true, false, 12150, [](CheckoutStage& c) { c.until_close(); }},
      {"denied", "Rifiutato", false, true, true, true, 12150, [](CheckoutStage& c) { c.until_close("denied"); }},
      {"cancelled", "Annullato", false, false, false, false, 12000, [](CheckoutStage& c) { c.until_cancel(); }},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CheckoutStage checkout;
    c.before(checkout);
    CHECK(checkout.open(P::closePaymentV2).deadline == seconds(14));
    const auto close = checkout.called<ClosePaymentV2Request>(P::closePaymentV2);
    CHECK(close.paymentTokens == std::vector<std::string>{std::string(samples::token)});
    CHECK(close.outcome == (c.ok ? Outcome::OK : Outcome::KO));
    CHECK(close.transactionId->size() == 32);
    CHECK(close.idPSP.has_value() == c.ok);
    CHECK(close.idBrokerPSP.has_value() == c.ok);
    CHECK(close.idChannel.has_value() == c.ok);
    CHECK(close.paymentMethod.has_value() == c.ok);
    CHECK(close.totalAmount.has_value() == c.ok);
    CHECK(close.fee.has_value() == c.ok);
    CHECK(close.timestampOperation.has_value() == c.ok);
    CHECK(close.additionalPaymentInformations.has_value() == c.ok);
    REQUIRE(close.transactionDetails.has_value());
    const TransactionData& data = *close.transactionDetails->transaction;
    CHECK(data.transactionId == close.transactionId);
    CHECK(data.transactionStatus == c.status);
    CHECK(data.amount == Amount{12000});
    CHECK(data.fee.has_value() == c.fee);
    CHECK(data.grandTotal == Amount{c.grand_total});
    CHECK(data.psp.has_value() == c.psp);
    CHECK(data.errorCode.has_value() == c.error);
    CHECK(data.rrn.has_value() == c.ok);
    CHECK(close.transactionDetails->info->type == "CP");
    CHECK(close.transactionDetails->info->clientId == "CHECKOUT");
    CHECK(close.transactionDetails->user->type == "GUEST");
    if (!c.ok) continue;
    CHECK(close.idPSP == "PSPSIM01");
    CHECK(close.idChannel == "90000000001_02");  // not the channel that is ATTIVATO_PRESSO_PSP
    CHECK(close.totalAmount == Amount{12150});
    CHECK(close.fee == Amount{150});
    CHECK(close.timestampOperation == "2027-01-18T09:00:02.000+01:00");
    const Message message = close;
    CHECK(text_at(message, "additionalPaymentInformations/totalAmount") == "121.50");
    CHECK(text_at(message, "additionalPaymentInformations/fee") == "1.50");
    CHECK(text_at(message, "additionalPaymentInformations/timestampOperation") == "2027-01-18T09:00:02");
    CHECK(text_at(message, "additionalPaymentInformations/outcomePaymentGateway") == "OK");
    CHECK(text_at(message, "additionalPaymentInformations/rrn")->size() == 12);
    CHECK(text_at(message, "additionalPaymentInformations/authorizationCode")->size() == 6);
  }
}

TEST_CASE("the session ends after 900 s, and where that leads depends on where it was") {
  struct Case {
    std::string_view name, state, screen;
    void (*before)(CheckoutStage&);
  };
  const Case cases[] = {
      {"ACTIVATED", "EXPIRED_NOT_AUTHORIZED", "4",
       [](CheckoutStage& c) {
         c.command("verify", {{"notice", std::string(samples::notice)}, {"ec", std::string(samples::ec)}});
         c.verified(), c.command("activate"), c.activated();
       }},
      {"AUTHORIZATION_REQUESTED", "EXPIRED", "17", [](CheckoutStage& c) { c.pay("abandoned"), c.verified(), c.activated(); }},
      {"CLOSURE_REQUESTED", "EXPIRED", "17", [](CheckoutStage& c) { c.settings.gateway_time = seconds(890), c.until_close(); }},
      {"CLOSURE_ERROR", "EXPIRED", "17", [](CheckoutStage& c) { c.until_close(), c.answer(refusal(P::closePaymentV2, "Outcome already acquired"), 422); }},
      {"CANCELLATION_REQUESTED", "CANCELLATION_EXPIRED", "8", [](CheckoutStage& c) { c.until_cancel(); }},
      {"CLOSURE_ERROR of a cancellation", "CANCELLATION_EXPIRED", "8",
       [](CheckoutStage& c) { c.until_cancel(), c.answer(refusal(P::closePaymentV2, "Unknown token"), 404); }},
      {"CLOSED", "CLOSED", "17", [](CheckoutStage& c) { c.until_closed(); }},
      {"UNAUTHORIZED", "UNAUTHORIZED", "2", [](CheckoutStage& c) { c.until_close("denied"), c.answer(ClosePaymentV2Response{}); }},
      {"CANCELED", "CANCELED", "8", [](CheckoutStage& c) { c.until_cancel(), c.answer(ClosePaymentV2Response{}); }},
      {"NOTIFIED_OK", "NOTIFIED_OK", "0", [](CheckoutStage& c) { c.until_closed(), c.result(Outcome::OK); }},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CheckoutStage checkout;
    c.before(checkout);
    if (c.name != "CLOSURE_REQUESTED") checkout.run_to(run_start + seconds(899));
    CHECK(checkout.state().substr(0, 7) != "EXPIRED");
    checkout.run_to(run_start + seconds(900));
    CHECK(checkout.state() == c.state);
    CHECK(checkout.screen() == c.screen);
    const bool in_doubt = c.name == "CLOSURE_REQUESTED" || c.name == "CLOSURE_ERROR";  // N3
    CHECK(checkout.storno() == (in_doubt ? "MANUAL" : ""));
  }
}

TEST_CASE("a mail that is still pending when the session ends makes it EXPIRED, and a KO is refunded then") {  // R5
  CheckoutStage checkout;
  checkout.settings.mail_failures = 2;  // the second retry comes after the end of the session
  checkout.until_closed();
  checkout.result(Outcome::KO);
  checkout.run_to(run_start + seconds(901));
  CHECK(checkout.states().find("NOTIFICATION_ERROR,EXPIRED,REFUND_REQUESTED") != std::string::npos);
}

TEST_CASE("a user may cancel from ACTIVATED only") {
  CheckoutStage checkout;
  checkout.until_close();
  const CommandId cancel = checkout.command("cancel");
  CHECK(checkout.state() == "CLOSURE_REQUESTED");
  CHECK(checkout.has_finished(cancel));
  CHECK(checkout.times_called(P::closePaymentV2) == 1);
}

TEST_CASE("commands that have nothing to work on finish and do nothing") {
  CheckoutStage checkout;
  for (const char* verb : {"activate", "authorise", "close", "cancel", "send", "unheard of"}) {
    CAPTURE(std::string(verb));
    CHECK(checkout.has_finished(checkout.command(verb)));
  }
  CHECK(checkout.open_calls().empty());
  CHECK(checkout.notes().empty());
}

// ---- 3.4, 3.5 the answer to closePayment ----

TEST_CASE("each answer to closePayment-v2 leads where the table says, by what the user and the gateway did") {
  struct Case {
    std::string_view name;
    int status;
    std::string_view description;                 ///< "": outcome OK
    std::string_view authorised, denied, cancelled;  ///< states that are added
    bool retried;
    void (*instead)(CheckoutStage&) = nullptr;    ///< an answer that is no message
  };
  const std::string_view end = "CLOSURE_ERROR";
  const std::string_view refund = "CLOSURE_ERROR,REFUND_REQUESTED";
  const Case cases[] = {
      {"200 OK", 200, "", "CLOSED", "UNAUTHORIZED", "CANCELED", false},
      {"200 KO", 200, "no", "CLOSED,REFUND_REQUESTED", "UNAUTHORIZED", "CANCELED", false},
      {"400 amount", 400, "Mismatched amount", refund, end, end, false},
      {"400 expired", 400, "Unacceptable outcome when token has expired", refund, end, end, false},
      {"400 syntax", 400, "Invalid paymentTokens", refund, end, end, false},
      {"400 token", 400, "Invalid token", end, end, end, false},
      {"404 payment", 404, "The indicated payment does not exist", refund, end, end, false},
      {"404 token", 404, "Unknown token", refund, end, end, false},
      {"422 RPT", 422, "Node did not receive RPT yet", refund, end, end, false},
      {"422 acquired", 422, "Outcome already acquired", end, end, end, false},
      {"408", 408, "timeout", end, end, end, false},
      {"401", 401, "no", end, end, end, false},
      {"409", 409, "no", end, end, end, false},
      {"500", 500, "no", end, end, end, true},
      {"502", 502, "no", end, end, end, true},
      {"timeout", 0, "", end, end, end, true, [](CheckoutStage& c) { c.answer(P::closePaymentV2, Silence::timeout); }},
      {"no connection", 0, "", end, end, end, true, [](CheckoutStage& c) { c.answer(P::closePaymentV2, Silence::refused); }},
      {"broken connection", 0, "", end, end, end, true, [](CheckoutStage& c) { c.answer(P::closePaymentV2, Silence::reset); }},
      {"200 nonsense", 0, "", end, end, end, true, [](CheckoutStage& c) { c.answer_bytes(P::closePaymentV2, "<html/>"); }},
      {"500 nonsense", 0, "", end, end, end, true, [](CheckoutStage& c) { c.answer_bytes(P::closePaymentV2, "", 500); }},
  };
  struct Journey {
    std::string_view name;
    std::string_view Case::*states;
    void (*before)(CheckoutStage&);
  };
  const Journey journeys[] = {{"authorised", &Case::authorised, [](CheckoutStage& c) { c.until_close(); }},
                              {"denied", &Case::denied, [](CheckoutStage& c) { c.until_close("denied"); }},
                              {"cancelled", &Case::cancelled, [](CheckoutStage& c) { c.until_cancel(); }}};
  for (const Case& c : cases) {
    for (const Journey& journey : journeys) {
      CAPTURE(c.name);
      CAPTURE(journey.name);
      CheckoutStage checkout;
      journey.before(checkout);
      const std::string before = checkout.states();
      if (c.instead != nullptr) c.instead(checkout);
      else if (c.description.empty()) checkout.answer(ClosePaymentV2Response{}, c.status);
      else checkout.answer(refusal(P::closePaymentV2, std::string(c.description)), c.status);
      CHECK(checkout.states() == before + "," + std::string(c.*journey.states));
      CHECK(checkout.storno() == ((c.*journey.states).ends_with("REFUND_REQUESTED") ? "REQUESTED" : ""));
      checkout.pass(seconds(30));
      CHECK(checkout.times_called(P::closePaymentV2) == (c.retried ? 2 : 1));
    }
  }
}

TEST_CASE("a closePayment-v2 that nobody answers is repeated after 30, 60 and 90 s, the same each time, and then no more") {
  CheckoutStage checkout;
  checkout.until_close();
  const Body first = checkout.open(P::closePaymentV2).body;
  std::vector<std::int64_t> waited;
  for (int i = 0; i < 3; ++i) {
    checkout.answer(P::closePaymentV2, Silence::timeout);
    const Instant failed = checkout.now;
    while (checkout.open_calls(P::closePaymentV2) == 0 && checkout.now - failed < minutes(5)) checkout.pass(seconds(1));
    waited.push_back((checkout.now - failed).ms / 1000);
    REQUIRE(checkout.open_calls(P::closePaymentV2) == 1);
    CHECK(*checkout.open(P::closePaymentV2).body == *first);
  }
  CHECK(waited == std::vector<std::int64_t>{30, 60, 90});
  checkout.answer(P::closePaymentV2, Silence::timeout);
  checkout.run_to(run_start + seconds(899));
  CHECK(checkout.times_called(P::closePaymentV2) == 4);
  CHECK(checkout.state() == "CLOSURE_ERROR");
  checkout.pass(seconds(1));
  CHECK(checkout.state() == "EXPIRED");  // N3: somebody has to look
  CHECK(checkout.storno() == "MANUAL");
  CHECK(checkout.details("storno") == "close-in-doubt");
}

TEST_CASE("a repetition that succeeds goes on as the first would have") {
  struct Case {
    std::string_view name, state;
    void (*before)(CheckoutStage&);
  };
  const Case cases[] = {{"authorised", "CLOSED", [](CheckoutStage& c) { c.until_close(); }},
                        {"denied", "UNAUTHORIZED", [](CheckoutStage& c) { c.until_close("denied"); }},
                        {"cancelled", "CANCELED", [](CheckoutStage& c) { c.until_cancel(); }}};
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CheckoutStage checkout;
    c.before(checkout);
    checkout.answer(P::closePaymentV2, Silence::timeout);
    checkout.pass(seconds(30));
    checkout.answer(ClosePaymentV2Response{});
    CHECK(checkout.state() == c.state);
  }
}

TEST_CASE("a repetition that is refused is refunded if the first would have been") {
  CheckoutStage checkout;
  checkout.until_close();
  checkout.answer(P::closePaymentV2, Silence::timeout);
  checkout.pass(seconds(30));
  checkout.answer(refusal(P::closePaymentV2, "Unknown token"), 404);
  CHECK(checkout.state() == "REFUND_REQUESTED");
  CheckoutStage acquired;  // a lost 200: the Nodo has it, and its result will say so
  acquired.until_close();
  acquired.answer(P::closePaymentV2, Silence::timeout);
  acquired.pass(seconds(30));
  acquired.answer(refusal(P::closePaymentV2, "Outcome already acquired"), 422);
  CHECK(acquired.state() == "CLOSURE_ERROR");
  CHECK(acquired.result(Outcome::OK) == "OK");
  CHECK(acquired.state() == "NOTIFICATION_REQUESTED");
}

TEST_CASE("no repetition comes within ten seconds of the end of the session") {
  for (const std::int64_t gateway : {859, 860}) {  // 30 s later is 889 or 890 of 900
    CAPTURE(gateway);
    CheckoutStage checkout;
    checkout.settings.gateway_time = seconds(gateway);
    checkout.until_close();
    checkout.answer(P::closePaymentV2, Silence::refused);
    checkout.pass(seconds(39));
    CHECK(checkout.times_called(P::closePaymentV2) == (gateway == 859 ? 2 : 1));
  }
}

TEST_CASE("a repetition is skipped when the result has come first") {
  CheckoutStage checkout;
  checkout.until_close();
  checkout.answer(P::closePaymentV2, Silence::timeout);
  checkout.pass(seconds(29));
  CHECK(checkout.result(Outcome::OK) == "OK");
  checkout.pass(minutes(5));
  CHECK(checkout.times_called(P::closePaymentV2) == 1);
  CHECK(checkout.state() == "NOTIFIED_OK");
}

// ---- 4.1 sendPaymentResult ----

TEST_CASE("a result is taken when it is awaited, and refused otherwise without changing anything") {
  struct Case {
    std::string_view name, answer;
    void (*before)(CheckoutStage&);
  };
  const std::string_view conflict = "422 KO Operation conflict";
  const Case cases[] = {
      {"CLOSED", "OK", [](CheckoutStage& c) { c.until_closed(); }},
      {"CLOSURE_REQUESTED, authorised", "OK", [](CheckoutStage& c) { c.until_close(); }},
      {"CLOSURE_ERROR, authorised", "OK", [](CheckoutStage& c) { c.until_close(), c.answer(refusal(P::closePaymentV2, "Outcome already acquired"), 422); }},
      {"EXPIRED after CLOSED", "OK", [](CheckoutStage& c) { c.until_closed(), c.pass(seconds(3900)); }},
      {"EXPIRED after CLOSURE_ERROR", "OK", [](CheckoutStage& c) { c.until_close(), c.answer(refusal(P::closePaymentV2, "no"), 408), c.pass(hours(1)); }},
      {"ACTIVATED", "422 KO Unprocessable entity",
       [](CheckoutStage& c) {
         c.command("verify", {{"notice", std::string(samples::notice)}, {"ec", std::string(samples::ec)}});
         c.verified(), c.command("activate"), c.activated();
       }},
      {"EXPIRED_NOT_AUTHORIZED", "422 KO Unprocessable entity",
       [](CheckoutStage& c) {
         c.command("verify", {{"notice", std::string(samples::notice)}, {"ec", std::string(samples::ec)}});
         c.verified(), c.command("activate"), c.activated(), c.pass(hours(1));
       }},
      {"CLOSURE_REQUESTED, denied", conflict, [](CheckoutStage& c) { c.until_close("denied"); }},
      {"UNAUTHORIZED", conflict, [](CheckoutStage& c) { c.until_close("denied"), c.answer(ClosePaymentV2Response{}); }},
      {"NOTIFICATION_REQUESTED", conflict, [](CheckoutStage& c) { c.until_closed(), c.result(Outcome::OK); }},
      {"NOTIFIED_OK", conflict, [](CheckoutStage& c) { c.until_closed(), c.result(Outcome::OK), c.pass(seconds(1)); }},
      {"REFUND_REQUESTED after a 404", conflict, [](CheckoutStage& c) { c.until_close(), c.answer(refusal(P::closePaymentV2, "Unknown token"), 404); }},
      {"REFUND_REQUESTED after 200 KO", conflict, [](CheckoutStage& c) { c.until_close(), c.answer(refusal(P::closePaymentV2, "no")); }},
      {"REFUNDED", conflict, [](CheckoutStage& c) { c.until_closed(), c.result(Outcome::KO), c.pass(hours(1)); }},
  };
  for (const Case& c : cases) {
    for (const Outcome outcome : {Outcome::OK, Outcome::KO}) {
      CAPTURE(c.name);
      CAPTURE(to_text(outcome));
      CheckoutStage checkout;
      c.before(checkout);
      const std::string before = checkout.states();
      CHECK(checkout.result(outcome) == c.answer);
      if (c.answer == "OK") {
        CHECK(checkout.state() == "NOTIFICATION_REQUESTED");
        checkout.pass(seconds(1));
        CHECK(checkout.states().find(outcome == Outcome::OK ? "NOTIFIED_OK" : "NOTIFIED_KO,REFUND_REQUESTED") != std::string::npos);
      } else {
        CHECK(checkout.states() == before);
      }
    }
  }
}

TEST_CASE("a result that comes while the gateway is still at work is a conflict") {  // 4.1: authorisation requested
  CheckoutStage checkout;
  checkout.pay();
  checkout.verified();
  checkout.activated();
  CHECK(checkout.result(Outcome::OK) == "422 KO Operation conflict");
}

TEST_CASE("a result about other tokens, about nobody's tokens or about nothing is refused") {
  CheckoutStage checkout;
  checkout.until_closed();
  CHECK(checkout.result(Outcome::OK, {other_token}) == "404 KO Transaction not found");
  CHECK(checkout.result(Outcome::OK, {samples::token, other_token}) == "422 KO Unprocessable entity");
  const std::string whole = wire::encode(samples::result_request(true));
  for (const std::string& bytes : {std::string(), std::string("{}"), std::string("[]"), whole.substr(0, 100), std::string("\xff"),
                                   wire::encode(samples::result_request(false), std::vector<Patch>{{"outcome", "MAYBE"}})}) {
    CAPTURE(bytes.substr(0, 30));
    const ExchangeId exchange = checkout.hear_bytes(nodo, P::sendPaymentResultV2, bytes);
    CHECK(checkout.reply(exchange).status == 400);
    CHECK(outcome_of(*checkout.reply(exchange).body) == Outcome::KO);
  }
  CHECK(checkout.state() == "CLOSED");
}

TEST_CASE("a result before the answer to closePayment-v2 stands for that answer, and a late answer changes nothing") {
  struct Case {
    std::string_view name;
    int status;
    std::string_view description;
  };
  const Case cases[] = {{"OK", 200, ""}, {"KO", 200, "no"}, {"404", 404, "Unknown token"}, {"422", 422, "Outcome already acquired"}, {"500", 500, "no"}};
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CheckoutStage checkout;
    checkout.until_close();
    CHECK(checkout.result(Outcome::OK) == "OK");
    CHECK(checkout.states().ends_with("CLOSURE_REQUESTED,CLOSED,NOTIFICATION_REQUESTED"));
    const std::string before = checkout.states();
    if (c.description.empty()) checkout.answer(ClosePaymentV2Response{}, c.status);
    else checkout.answer(refusal(P::closePaymentV2, std::string(c.description)), c.status);
    CHECK(checkout.states() == before);
    checkout.pass(hours(2));
    CHECK(checkout.states() == before + ",NOTIFIED_OK");
    CHECK(checkout.storno().empty());
  }
}

// ---- 4.2 when the money goes back ----

TEST_CASE("the money goes back in the cases of the table, all of it, and in no other") {
  struct Case {
    std::string_view row, storno;
    void (*story)(CheckoutStage&);
  };
  const std::string_view back = "REQUESTED,EXECUTED";
  const Case cases[] = {
      {"R1: 200 KO", back, [](CheckoutStage& c) { c.until_close(), c.answer(refusal(P::closePaymentV2, "no")); }},
      {"R2: 400", back, [](CheckoutStage& c) { c.until_close(), c.answer(refusal(P::closePaymentV2, "Mismatched amount"), 400); }},
      {"R2: 404", back, [](CheckoutStage& c) { c.until_close(), c.answer(refusal(P::closePaymentV2, "Unknown token"), 404); }},
      {"R2: 422 RPT", back, [](CheckoutStage& c) { c.until_close(), c.answer(refusal(P::closePaymentV2, "Node did not receive RPT yet"), 422); }},
      {"R3: result KO", back, [](CheckoutStage& c) { c.until_closed(), c.result(Outcome::KO); }},
      {"R3: result KO before the close is answered", back, [](CheckoutStage& c) { c.until_close(), c.result(Outcome::KO); }},
      {"R3: result KO after expiry", "MANUAL,REQUESTED,EXECUTED", [](CheckoutStage& c) { c.until_closed(), c.pass(hours(2)), c.result(Outcome::KO); }},
      {"R3: result KO, mail that never leaves", back, [](CheckoutStage& c) { c.settings.mail_failures = 99, c.until_closed(), c.result(Outcome::KO); }},
      {"N1: denied", "", [](CheckoutStage& c) { c.until_close("denied"), c.answer(ClosePaymentV2Response{}); }},
      {"N1: denied, 404", "", [](CheckoutStage& c) { c.until_close("denied"), c.answer(refusal(P::closePaymentV2, "Unknown token"), 404); }},
      {"N1: denied, 200 KO", "", [](CheckoutStage& c) { c.until_close("denied"), c.answer(refusal(P::closePaymentV2, "no")); }},
      {"N2: never authorised", "",
       [](CheckoutStage& c) {
         c.command("verify", {{"notice", std::string(samples::notice)}, {"ec", std::string(samples::ec)}});
         c.verified(), c.command("activate"), c.activated();
       }},
      {"N2: cancelled", "", [](CheckoutStage& c) { c.until_cancel(), c.answer(ClosePaymentV2Response{}); }},
      {"N2: cancelled, 404", "", [](CheckoutStage& c) { c.until_cancel(), c.answer(refusal(P::closePaymentV2, "Unknown token"), 404); }},
      {"N3: the Nodo never answers", "MANUAL",
       [](CheckoutStage& c) {
         c.until_close();
         for (int i = 0; i < 4; ++i) c.answer(P::closePaymentV2, Silence::timeout), c.pass(seconds(90));
       }},
      {"N3: 408", "MANUAL", [](CheckoutStage& c) { c.until_close(), c.answer(refusal(P::closePaymentV2, "no"), 408); }},
      {"N3: 422 acquired", "MANUAL", [](CheckoutStage& c) { c.until_close(), c.answer(refusal(P::closePaymentV2, "Outcome already acquired"), 422); }},
      {"N3: 400 Invalid token", "MANUAL", [](CheckoutStage& c) { c.until_close(), c.answer(refusal(P::closePaymentV2, "Invalid token"), 400); }},
      {"N4: no result", "MANUAL", [](CheckoutStage& c) { c.until_closed(); }},
      {"N5: paid, but no mail leaves", "", [](CheckoutStage& c) { c.settings.mail_failures = 99, c.until_closed(), c.result(Outcome::OK); }},
      {"paid", "", [](CheckoutStage& c) { c.until_closed(), c.result(Outcome::OK); }},
      {"never came back from the gateway", "", [](CheckoutStage& c) { c.pay("abandoned"), c.verified(), c.activated(); }},
  };
  for (const Case& c : cases) {
    CAPTURE(c.row);
    CheckoutStage checkout;
    c.story(checkout);
    checkout.pass(hours(24));
    CHECK(checkout.storno() == c.storno);
    if (c.storno == back) {
      CHECK(checkout.details("storno") == "121.50,121.50");  // notice and fee
      CHECK(checkout.state() == "REFUNDED");
      CHECK(checkout.screen() == "18");
    }
  }
}

TEST_CASE("an authorisation that comes after the session is over is given back") {  // R4
  CheckoutStage checkout;
  checkout.settings.gateway_time = seconds(1000);
  checkout.pay();
  checkout.verified();
  checkout.activated();
  checkout.pass(hours(24));
  CHECK(checkout.states().find("EXPIRED") != std::string::npos);
  CHECK(checkout.storno() == "REQUESTED,EXECUTED");
}

TEST_CASE("a KO is refunded after its mail has left or can no longer leave, and not before") {  // R3
  struct Case {
    std::int64_t failures;
    Duration refunded_after;  ///< the result
  };
  // Slots of a minute: with the production ones the session would end first, and R5 with it.
  const Case cases[] = {{0, seconds(1)}, {1, seconds(1 + 60)}, {2, seconds(1 + 60 + 120)}, {3, seconds(1 + 60 + 120 + 180)}, {4, seconds(1 + 60 + 120 + 180)}};
  for (const Case& c : cases) {
    CAPTURE(c.failures);
    CheckoutStage checkout;
    checkout.settings.mail_failures = c.failures;
    checkout.settings.mail_retry_slot = minutes(1);
    checkout.until_closed();
    checkout.result(Outcome::KO);
    checkout.pass(c.refunded_after + milliseconds(-1));
    CHECK(checkout.storno().empty());
    CHECK(checkout.screen() == "25");
    checkout.pass(milliseconds(1));
    CHECK(checkout.storno() == "REQUESTED");
    CHECK(checkout.screen() == "18");
  }
}

TEST_CASE("a storno that fails is tried again five times, a slot later each time, and then stays an error") {
  for (const std::int64_t failures : {0, 1, 5, 6}) {
    CAPTURE(failures);
    CheckoutStage checkout;
    checkout.settings.refund_failures = failures;
    checkout.until_close();
    checkout.answer(refusal(P::closePaymentV2, "Unknown token"), 404);
    const Instant asked = checkout.now;
    std::int64_t slots = 0;
    for (std::int64_t n = 1; n <= std::min<std::int64_t>(failures, 5); ++n) slots += n;
    checkout.run_to(asked + seconds(2) + seconds(600) * slots + milliseconds(-1));
    CHECK(checkout.storno() == "REQUESTED");
    checkout.pass(milliseconds(1));
    CHECK(checkout.storno() == (failures <= 5 ? "REQUESTED,EXECUTED" : "REQUESTED,MANUAL"));
    checkout.pass(hours(24));
    CHECK(checkout.state() == (failures <= 5 ? "REFUNDED" : "REFUND_ERROR"));
    CHECK(checkout.screen() == "18");
  }
}

TEST_CASE("Checkout waits 3900 s for the result after the close") {  // N4
  CheckoutStage checkout;
  checkout.until_closed();
  checkout.pass(seconds(3900) + milliseconds(-1));
  CHECK(checkout.state() == "CLOSED");
  checkout.pass(milliseconds(1));
  CHECK(checkout.state() == "EXPIRED");
  CHECK(checkout.screen() == "17");
  CHECK(checkout.result(Outcome::OK) == "OK");
  checkout.pass(seconds(1));
  CHECK(checkout.state() == "NOTIFIED_OK");
  CHECK(checkout.screen() == "0");
}

// ---- whatever the others do ----

TEST_CASE("a second order to activate while the first is under way is no reason to die") {
  CHECK(survives([] {
    CheckoutStage checkout;
    checkout.command("verify", {{"notice", std::string(samples::notice)}, {"ec", std::string(samples::ec)}});
    checkout.verified();
    checkout.command("activate");
    checkout.command("activate");
    checkout.activated();
    if (checkout.open_calls(P::activatePaymentNoticeV2) > 0) checkout.activated();
  }));
}

TEST_CASE("Checkout survives whatever the Nodo says, whenever, and never gives back more than it took") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    CHECK(survives([seed] {
      for (std::uint64_t run = 0; run < 10; ++run) {
        CheckoutStage checkout;
        Random random(seed * 1000 + run, "hostile");
        checkout.settings.mail_failures = static_cast<std::int64_t>(random.below(5));
        checkout.settings.refund_failures = static_cast<std::int64_t>(random.below(7));
        const char* cards[] = {"authorised", "denied", "abandoned"};
        checkout.pay(cards[random.below(3)]);
        bool activated = false;
        for (int step = 0; step < 40; ++step) {
          switch (random.below(6)) {
            case 0: checkout.pass(seconds(static_cast<std::int64_t>(random.below(900)))); break;
            case 1: checkout.result(random.below(2) == 0 ? Outcome::OK : Outcome::KO); break;
            case 2: checkout.hear_bytes(nodo, P::sendPaymentResultV2, random.hex(20)); break;
            case 3: checkout.command(random.below(2) == 0 ? "cancel" : "close"); break;
            default: break;
          }
          if (checkout.open_calls().empty()) continue;
          const Call call = checkout.open_calls().front();
          const P primitive = primitive_of(*call.body);
          const int statuses[] = {200, 200, 400, 404, 408, 422, 500};
          switch (random.below(6)) {
            case 0: checkout.end(call, Silence::timeout, 0); break;
            case 1: checkout.end(call, Silence::refused, 0); break;
            case 2: checkout.answer_bytes(primitive, "nonsense", statuses[random.below(7)]); break;
            case 3: {
              const Message ko = primitive == P::closePaymentV2 ? refusal(primitive, "Unknown token") : refusal(primitive, fault("PPT_SEMANTICA"));
              checkout.end(call, share(ko), primitive == P::closePaymentV2 ? statuses[random.below(7)] : 200);
              break;
            }
            default:
              if (primitive == P::activatePaymentNoticeV2 && std::exchange(activated, true)) break;
              checkout.end(call, share(support::sample(primitive, Leg::response, primitive != P::closePaymentV2)), 200);
          }
        }
        checkout.pass(hours(48));
        const std::string storno = checkout.storno();
        const char* lawful[] = {"", "REQUESTED", "REQUESTED,EXECUTED", "MANUAL", "REQUESTED,MANUAL", "MANUAL,REQUESTED,EXECUTED", "MANUAL,REQUESTED,MANUAL"};
        if (std::find(std::begin(lawful), std::end(lawful), storno) == std::end(lawful)) std::abort();
        const std::string states = checkout.states();
        if (states.find("NOTIFIED_OK") != std::string::npos && states.find("REFUND") != std::string::npos) std::abort();
      }
    }));
  }
}
