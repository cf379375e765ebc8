// The gateway as Checkout sees it: what each refusal shows to the user, a gateway that says nothing, and the rule that a
// storno in doubt is preceded by a question. And what Checkout remembers: answers, tokens, and who is using them.
#include "actors/checkout.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "sim/scenario/elements.hpp"
#include "tests/support/checkout_stage.hpp"

namespace {

using namespace sim;
using namespace sim::contract;
using support::CheckoutStage;
using support::fault;
namespace samples = support::samples;
using P = PrimitiveId;

const std::vector<std::pair<std::string, std::string>> the_notice{{"notice", std::string(samples::notice)}, {"ec", std::string(samples::ec)}};

void until_gateway(CheckoutStage& c, std::string card) {
  c.pay(std::move(card));
  c.verified();
  c.activated();
}

}  // namespace

// ---- 1.6, 1.7 what the gateway says ----

TEST_CASE("the cards of the scenario language and those of the gateway are the same") {
  const scenario::Element* pay = scenario::find_element("pay", "steps");
  REQUIRE(pay != nullptr);
  const std::vector<std::string> words = scenario::allowed_values(*scenario::find_attribute(*pay, "card"));
  std::vector<std::string> cards;
  for (const actors::GatewayCase& row : actors::gateway_cases()) cards.emplace_back(row.card);
  CHECK(words == cards);
}

TEST_CASE("every refusal of the gateway has its outcome code, and every code its page") {
  struct Case {
    std::string_view result, errorCode, code;
  };
  const Case cases[] = {
      {"DENIED_BY_RISK", "", "2"}, {"THREEDS_VALIDATED", "", "2"}, {"THREEDS_FAILED", "", "2"}, {"CANCELED", "", "8"},
      {"FAILED", "", "25"}, {"VOIDED", "", "25"}, {"REFUNDED", "", "25"}, {"PENDING", "", "25"}, {"DECLINED", "", "25"},
      {"DECLINED", "110", "3"}, {"DECLINED", "210", "3"}, {"DECLINED", "118", "3"}, {"DECLINED", "125", "3"}, {"DECLINED", "104", "3"},
      {"DECLINED", "208", "3"}, {"DECLINED", "209", "3"}, {"DECLINED", "111", "7"}, {"DECLINED", "101", "7"}, {"DECLINED", "116", "116"},
      {"DECLINED", "117", "117"}, {"DECLINED", "121", "121"}, {"DECLINED", "11", "25"}, {"FAILED", "116", "25"},
  };
  std::set<std::string_view> known;
  for (const actors::OutcomePage& page : actors::outcome_pages()) {
    CHECK(known.insert(page.code).second);
    CHECK_FALSE(page.it.empty());
    CHECK_FALSE(page.en.empty());
  }
  for (const Case& c : cases) {
    CAPTURE(c.result);
    CAPTURE(c.errorCode);
    CHECK(actors::outcome_code_of(c.result, c.errorCode) == c.code);
    CHECK(known.contains(c.code));
  }
}

TEST_CASE("a denied card shows its reason to the user and tells it to the Nodo") {
  for (const actors::GatewayCase& row : actors::gateway_cases()) {
    if (row.hearing != actors::Hearing::calls_back || row.result == "EXECUTED") continue;
    CAPTURE(row.card);
    CheckoutStage checkout;
    checkout.until_close(std::string(row.card));
    const std::string_view code = actors::outcome_code_of(row.result, row.errorCode);
    CHECK(checkout.screen() == code);
    const auto close = checkout.called<ClosePaymentV2Request>(P::closePaymentV2);
    CHECK(close.outcome == Outcome::KO);
    CHECK(close.transactionDetails->transaction->errorCode == (row.errorCode.empty() ? row.result : row.errorCode));
    checkout.answer(ClosePaymentV2Response{});
    CHECK(checkout.state() == "UNAUTHORIZED");
    CHECK(checkout.screen() == code);
  }
}

TEST_CASE("a gateway that says nothing is asked at 175, 255, 415 and 655 s, and then no more until the session is over") {
  struct Case {
    std::int64_t failures, found_at;
  };
  for (const Case& c : {Case{0, 175}, Case{1, 255}, Case{2, 415}, Case{3, 655}}) {
    for (const char* card : {"unheard-authorised", "unheard-denied"}) {
      CAPTURE(c.failures);
      CheckoutStage checkout;
      checkout.settings.gateway_question_failures = c.failures;
      until_gateway(checkout, card);
      checkout.pass(seconds(c.found_at) + milliseconds(-1));
      CHECK(checkout.state() == "AUTHORIZATION_REQUESTED");
      CHECK(checkout.screen() == "17");
      checkout.pass(milliseconds(1));
      CHECK(checkout.state() == "CLOSURE_REQUESTED");
      const bool ok = std::string_view(card) == "unheard-authorised";
      CHECK(checkout.called<ClosePaymentV2Request>(P::closePaymentV2).outcome == (ok ? Outcome::OK : Outcome::KO));
    }
  }
  CheckoutStage checkout;
  checkout.settings.gateway_question_failures = 4;
  until_gateway(checkout, "unheard-authorised");
  checkout.pass(seconds(899));
  CHECK(checkout.state() == "AUTHORIZATION_REQUESTED");
}

TEST_CASE("a gateway that calls back is not asked; one that is slow is, and its word counts once") {
  CheckoutStage checkout;
  checkout.settings.gateway_time = seconds(300);  // after the second question, before the third
  until_gateway(checkout, "authorised");
  checkout.pass(seconds(299));
  CHECK(checkout.state() == "AUTHORIZATION_REQUESTED");
  checkout.pass(seconds(1));
  CHECK(checkout.state() == "CLOSURE_REQUESTED");
  checkout.answer(ClosePaymentV2Response{});
  checkout.pass(seconds(500));
  CHECK(checkout.state() == "CLOSED");
  CHECK(checkout.times_called(P::closePaymentV2) == 1);
}

TEST_CASE("no question to the gateway comes within ten seconds of the end of the session") {
  for (const std::int64_t waited : {714, 715}) {  // 175 s later is 889 or 890 of 900
    CAPTURE(waited);
    CheckoutStage checkout;
    checkout.command("verify", the_notice);
    checkout.verified();
    checkout.command("activate");
    checkout.activated();
    checkout.pass(seconds(waited));
    checkout.command("authorise", {{"card", "unheard-authorised"}});
    checkout.pass(seconds(180));
    CHECK(checkout.state() == (waited == 714 ? "CLOSURE_REQUESTED" : "AUTHORIZATION_REQUESTED"));
  }
}

// ---- R4 ----

TEST_CASE("when the session ends without a word of the gateway, it is asked before anything is given back") {
  struct Case {
    std::string_view name, card;
    std::int64_t failures;
    std::string_view state, storno;
  };
  const Case cases[] = {
      {"authorised", "unheard-authorised", 4, "REFUNDED", "REQUESTED,EXECUTED"},
      {"not authorised", "unheard-denied", 4, "EXPIRED", ""},
      {"never completed", "abandoned", 0, "EXPIRED", ""},
      {"unreachable, then authorised", "unheard-authorised", 6, "REFUNDED", "REQUESTED,EXECUTED"},
      {"unreachable, then not authorised", "unheard-denied", 6, "REFUND_ERROR", "REQUESTED,MANUAL"},
      {"unreachable for good", "unheard-unreachable", 0, "REFUND_ERROR", "REQUESTED,MANUAL"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CheckoutStage checkout;
    checkout.settings.gateway_question_failures = c.failures;
    until_gateway(checkout, std::string(c.card));
    checkout.pass(hours(24));
    CHECK(checkout.states().starts_with("ACTIVATED,AUTHORIZATION_REQUESTED,EXPIRED"));
    CHECK(checkout.state() == c.state);
    CHECK(checkout.storno() == c.storno);
    CHECK(checkout.times_called(P::closePaymentV2) == 0);
  }
}

TEST_CASE("an authorisation in doubt is not given back before ten minutes from its request") {
  struct Case {
    std::int64_t waited, refunded_at;  ///< seconds after the activation
  };
  for (const Case& c : {Case{290, 900}, Case{300, 900}, Case{301, 301 + 610}, Case{800, 800 + 610}}) {
    CAPTURE(c.waited);
    CheckoutStage checkout;
    checkout.settings.gateway_question_failures = 4;
    checkout.command("verify", the_notice);
    checkout.verified();
    checkout.command("activate");
    checkout.activated();
    checkout.pass(seconds(c.waited));
    checkout.command("authorise", {{"card", "unheard-unreachable"}});
    checkout.run_to(run_start + seconds(c.refunded_at) + milliseconds(-1));
    CHECK(checkout.storno().empty());
    checkout.pass(milliseconds(1));
    CHECK(checkout.storno() == "REQUESTED");
  }
}

TEST_CASE("a storno that the gateway does not allow is not tried again") {
  for (const std::int64_t failures : {0, 2}) {
    CAPTURE(failures);
    CheckoutStage checkout;
    checkout.settings.refund_not_allowed = true;
    checkout.settings.refund_failures = failures;
    checkout.until_close();
    checkout.answer(refusal(P::closePaymentV2, "Unknown token"), 404);
    checkout.pass(hours(24));
    CHECK(checkout.storno() == "REQUESTED,MANUAL");
    CHECK(checkout.details("storno") == "121.50,storno-not-allowed");
    CHECK(checkout.state() == "REFUND_ERROR");
    CHECK(checkout.screen() == "18");
  }
}

// ---- what Checkout loses ----

TEST_CASE("a Checkout that stops before the close leaves the money in doubt, unless nothing was taken") {
  for (const char* card : {"authorised", "denied"}) {
    CheckoutStage checkout;
    checkout.settings.crash_before_close = true;
    until_gateway(checkout, card);
    checkout.pass(hours(24));
    CHECK(checkout.states() == "ACTIVATED,AUTHORIZATION_REQUESTED,AUTHORIZATION_COMPLETED,EXPIRED");
    CHECK(checkout.storno() == (std::string_view(card) == "authorised" ? "MANUAL" : ""));
    CHECK(checkout.result(Outcome::OK) == "422 KO Operation conflict");  // nothing had been closed
  }
}

TEST_CASE("a storno that is due and was never asked for leaves at the end of the session, and a result is refused meanwhile") {  // R5
  CheckoutStage checkout;
  checkout.settings.crash_before_refund = true;
  checkout.until_close();
  checkout.answer(refusal(P::closePaymentV2, "no"));
  CHECK(checkout.state() == "CLOSED");
  CHECK(checkout.result(Outcome::OK) == "422 KO Operation conflict");
  checkout.run_to(run_start + seconds(899));
  CHECK(checkout.storno().empty());
  checkout.pass(seconds(1));
  CHECK(checkout.states().ends_with("CLOSED,EXPIRED,REFUND_REQUESTED"));
}

TEST_CASE("a session whose timer is lost is found by the batch of the hour") {
  CheckoutStage checkout;
  checkout.settings.session_timer_lost = true;
  checkout.pass(minutes(50));  // it would end at 65, and the batch runs at 60 and at 120
  checkout.command("verify", the_notice);
  checkout.verified();
  checkout.command("activate");
  checkout.activated();
  checkout.run_to(run_start + minutes(120) + milliseconds(-1));
  CHECK(checkout.state() == "ACTIVATED");
  checkout.pass(milliseconds(1));
  CHECK(checkout.state() == "EXPIRED_NOT_AUTHORIZED");
}

// ---- 1.3, 1.4 what Checkout remembers ----

TEST_CASE("a positive answer to verify is good for 15 minutes, for that notice, and a fault is not kept") {
  CheckoutStage checkout;
  checkout.command("verify", the_notice);
  checkout.answer(refusal(P::verifyPaymentNotice, fault("PPT_SYSTEM_ERROR")));
  checkout.command("verify", the_notice);
  checkout.verified();
  CHECK(checkout.times_called(P::verifyPaymentNotice) == 2);
  checkout.pass(minutes(15) + milliseconds(-1));
  const CommandId again = checkout.command("verify", the_notice);
  CHECK(checkout.has_finished(again));
  CHECK(checkout.times_called(P::verifyPaymentNotice) == 2);
  checkout.command("verify", {{"notice", "302001234567890124"}, {"ec", std::string(samples::ec)}});
  CHECK(checkout.times_called(P::verifyPaymentNotice) == 3);
  checkout.verified();
  checkout.pass(milliseconds(1));
  checkout.command("verify", the_notice);
  CHECK(checkout.times_called(P::verifyPaymentNotice) == 4);
}

TEST_CASE("another transaction uses the token again for 900 s, and the Nodo is not asked") {
  CheckoutStage checkout;
  checkout.command("verify", the_notice);
  checkout.verified();
  checkout.command("activate");
  checkout.activated({12345});
  checkout.pass(seconds(899));
  checkout.pay();
  CHECK(checkout.times_called(P::activatePaymentNoticeV2) == 1);
  checkout.pass(seconds(2));
  const auto close = checkout.called<ClosePaymentV2Request>(P::closePaymentV2);
  CHECK(close.paymentTokens == std::vector<std::string>{std::string(samples::token)});
  CHECK(close.totalAmount == Amount{12345 + 150});
  checkout.answer(ClosePaymentV2Response{});
  CHECK(checkout.result(Outcome::OK) == "OK");  // and it is about the transaction that closed it
  checkout.pass(seconds(1));
  CHECK(checkout.state() == "NOTIFIED_OK");
  checkout.pay();
  checkout.verified();
  CHECK(checkout.times_called(P::activatePaymentNoticeV2) == 2);  // 900 s are over
}

TEST_CASE("a cancellation makes Checkout forget the token; a denied card only if the setting says so") {
  struct Case {
    std::string_view name;
    bool setting;
    void (*before)(CheckoutStage&);
    std::size_t activations;
  };
  const auto denied = [](CheckoutStage& c) { c.until_close("denied"); };
  const Case cases[] = {{"cancelled", false, [](CheckoutStage& c) { c.until_cancel(); }, 2}, {"denied", false, denied, 1}, {"denied", true, denied, 2}};
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CheckoutStage checkout;
    checkout.settings.token_forgotten_after_denial = c.setting;
    c.before(checkout);
    checkout.answer(ClosePaymentV2Response{});
    checkout.pass(minutes(1));
    checkout.pay();
    CHECK(checkout.times_called(P::activatePaymentNoticeV2) == c.activations);
  }
}

TEST_CASE("an authorisation keeps another one with the same token away for 20 s") {
  for (const std::int64_t later : {19, 20}) {
    CAPTURE(later);
    CheckoutStage checkout;
    until_gateway(checkout, "authorised");
    checkout.pass(seconds(later));
    const CommandId second = checkout.pay();
    CHECK(checkout.has_finished(second) == (later == 19));
    CHECK(checkout.state() == (later == 19 ? "ACTIVATED" : "AUTHORIZATION_REQUESTED"));
    if (later == 19) CHECK(checkout.screen() == "GENERIC_ERROR");
  }
}

TEST_CASE("PPT_WISP_SESSIONE_SCONOSCIUTA on activation is a page of its own, on verify a generic error") {
  for (const bool at_verify : {true, false}) {
    CheckoutStage checkout;
    checkout.pay();
    if (!at_verify) checkout.verified();
    checkout.answer(refusal(at_verify ? P::verifyPaymentNotice : P::activatePaymentNoticeV2, fault("PPT_WISP_SESSIONE_SCONOSCIUTA")));
    CHECK(checkout.screen() == (at_verify ? "GENERIC_ERROR" : "SESSION_EXPIRED"));
  }
}

TEST_CASE("a notice with a digital stamp is not paid by typing it, and the token is not asked for twice") {
  CheckoutStage checkout;
  const CommandId first = checkout.pay();
  checkout.verified();
  checkout.activated({12000}, true);
  CHECK(checkout.screen() == "PAYMENT_DATA_ERROR");
  CHECK(checkout.has_finished(first));
  CHECK(checkout.states().empty());
  checkout.pay();
  CHECK(checkout.times_called(P::activatePaymentNoticeV2) == 1);
  CHECK(checkout.states().empty());
}

// ---- 3.3 version 1 ----

TEST_CASE("closePayment-v1 says everything in Italian, whatever its outcome, and nothing of closePayment-v2 is sent") {
  struct Case {
    std::string_view name;
    void (*before)(CheckoutStage&);
    Outcome outcome;
    Amount total, fee;
  };
  const Case cases[] = {{"authorised", [](CheckoutStage& c) { c.until_close(); }, Outcome::OK, {12150}, {150}},
                        {"denied", [](CheckoutStage& c) { c.until_close("denied"); }, Outcome::KO, {12150}, {150}},
                        {"cancelled", [](CheckoutStage& c) { c.until_cancel(); }, Outcome::KO, {12000}, {0}}};
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CheckoutStage checkout;
    checkout.settings.close_version = 1;
    c.before(checkout);
    CHECK(checkout.times_called(P::closePaymentV2) == 0);
    const auto close = checkout.called<ClosePaymentV1Request>(P::closePaymentV1);
    CHECK(close.paymentTokens == std::vector<std::string>{std::string(samples::token)});
    CHECK(close.outcome == c.outcome);
    CHECK(close.tipoVersamento == "BPAY");
    CHECK(close.identificativoPsp == "PSPSIM01");
    CHECK(close.identificativoIntermediario == "90000000001");
    CHECK(close.identificativoCanale == "90000000001_02");
    CHECK(close.totalAmount == c.total);
    CHECK(close.fee == c.fee);
    CHECK(close.timestampOperation.has_value());
    CHECK(close.additionalPaymentInformations.has_value());
  }
}

TEST_CASE("the answers to closePayment-v1 lead where those to version 2 lead, by their status") {
  struct Case {
    std::string_view name;
    int status;
    std::string_view descrizione, states;
    bool retried;
  };
  const Case cases[] = {
      {"200 OK", 200, "", "CLOSED", false},
      {"200 KO", 200, "no", "CLOSED,REFUND_REQUESTED", false},
      {"400 syntax", 400, "paymentTokens invalido", "CLOSURE_ERROR,REFUND_REQUESTED", false},
      {"400 expired", 400, "Esito non accettabile a token scaduto", "CLOSURE_ERROR,REFUND_REQUESTED", false},
      {"404", 404, "Il Pagamento indicato non esiste", "CLOSURE_ERROR,REFUND_REQUESTED", false},
      {"408", 408, "", "CLOSURE_ERROR", false},
      {"422", 422, "Esito già acquisito", "CLOSURE_ERROR", false},
      {"500", 500, "no", "CLOSURE_ERROR", true},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CheckoutStage checkout;
    checkout.settings.close_version = 1;
    checkout.until_close();
    const std::string before = checkout.states();
    ClosePaymentV1Response said{c.status == 200 && c.descrizione.empty() ? Outcome::OK : Outcome::KO, {}};
    if (!c.descrizione.empty()) said.descrizione = c.descrizione;
    checkout.answer(said, c.status);
    CHECK(checkout.states() == before + "," + std::string(c.states));
    checkout.pass(seconds(30));
    CHECK(checkout.times_called(P::closePaymentV1) == (c.retried ? 2 : 1));
  }
}

TEST_CASE("sendPaymentResult-v1 is taken and refused as version 2 is") {
  for (const Outcome outcome : {Outcome::OK, Outcome::KO}) {
    CheckoutStage checkout;
    checkout.settings.close_version = 1;
    checkout.until_close();
    checkout.answer(ClosePaymentV1Response{Outcome::OK, {}});
    const SendPaymentResultV1Request about_nobody{std::string(support::other_token), "x", outcome};
    CHECK(checkout.told(checkout.hear(support::nodo, about_nobody)) == "404 KO Transaction not found");
    const SendPaymentResultV1Request said{std::string(samples::token), "x", outcome};
    CHECK(checkout.told(checkout.hear(support::nodo, said)) == "OK");
    CHECK(checkout.told(checkout.hear(support::nodo, said)) == "422 KO Operation conflict");
    checkout.pass(hours(1));
    CHECK(checkout.state() == (outcome == Outcome::OK ? "NOTIFIED_OK" : "REFUNDED"));
  }
}
