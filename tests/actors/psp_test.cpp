// A PSP alone on the stage: it accepts at once, sends its outcome in time, once, and repeats it only into silence.
#include "actors/psp.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/samples.hpp"
#include "tests/support/stage.hpp"

namespace {

using namespace sim;
using namespace sim::contract;
using support::Stage;
namespace samples = support::samples;
using P = PrimitiveId;

const Party nodo{Role::nodo, ""};

PspNotifyPaymentReq notification(std::string_view fee = "1.50") {
  PspNotifyPaymentReq out = std::get<PspNotifyPaymentReq>(samples::notify_request(true));
  out.additionalPaymentInformations->metadata->mapEntry = {{"tipoVersamento", "CP"}, {"totalAmount", "121.50"}, {"fee", std::string(fee)}};
  return out;
}

CtFaultBean fault(std::string_view code) {
  CtFaultBean out;
  out.faultCode = code;
  out.faultString = "una stringa";
  out.id = "NodoDeiPagamentiSPC";
  return out;
}

class PspStage : public Stage {
 public:
  PspStage() : Stage(std::make_unique<actors::Psp>("PSPSIM01")) {}
  ExchangeId notified(const PspNotifyPaymentReq& request = notification()) { return hear(nodo, request); }
  /// As far as the outcome, which is not answered.
  void until_outcome() {
    notified();
    pass(seconds(2));
    REQUIRE(open_calls(P::sendPaymentOutcome) == 1);
  }
};

}  // namespace

TEST_CASE("a notification is accepted at once, and its outcome OK follows within 2 s of that") {  // [P1, P2, P3]
  PspStage psp;
  const ExchangeId exchange = psp.notified();
  CHECK(psp.told(exchange) == "OK");
  CHECK(psp.open_calls().empty());  // not before its answer has left
  psp.pass(seconds(2));
  REQUIRE(psp.open_calls(P::sendPaymentOutcome) == 1);
  CHECK(psp.open(P::sendPaymentOutcome).to == nodo);
  CHECK(psp.open(P::sendPaymentOutcome).deadline == seconds(15));
  const auto outcome = psp.called<SendPaymentOutcomeReq>(P::sendPaymentOutcome);
  CHECK(outcome.idPSP == "PSPSIM01");
  CHECK(outcome.idBrokerPSP == "90000000001");
  CHECK(outcome.idChannel == "90000000001_02");
  CHECK(outcome.password == "pwd_sim_0001");
  CHECK(outcome.paymentToken == samples::token);
  CHECK(outcome.outcome == Outcome::OK);
  REQUIRE(outcome.idempotencyKey.has_value());
  CHECK(outcome.idempotencyKey->starts_with("90000000001_"));
  REQUIRE(outcome.details.has_value());
  CHECK(outcome.details->fee == Amount{150});  // what the notification says [SEM_SPO_29]
  CHECK(outcome.details->applicationDate == "2027-01-18");
  psp.answer(SendPaymentOutcomeRes{});
  CHECK(psp.history("psp") == "ACCEPTED,OUTCOME_SENT,ACKNOWLEDGED");
}

TEST_CASE("a PSP that refused a notification sends no outcome, ever") {  // [P2]
  struct Case {
    std::string_view name, answer;
    void (*change)(PspNotifyPaymentReq&);
  };
  const Case cases[] = {
      {"another PSP", "KO CANALE_PSP_ERRATO", [](auto& n) { n.idPSP = "PSPSIM02"; }},
      {"another broker", "KO CANALE_INTERMEDIARIO_ERRATO", [](auto& n) { n.idBrokerPSP = "01234567897"; }},
      {"an unknown channel", "KO CANALE_CANALE_ERRATO", [](auto& n) { n.idChannel = "90000000001_77"; }},
      {"another PSP's channel", "KO CANALE_CANALE_ERRATO", [](auto& n) { n.idChannel = "01234567897_02"; }},
      {"nothing right", "KO CANALE_PSP_ERRATO", [](auto& n) { n.idPSP = n.idBrokerPSP = n.idChannel = "X"; }},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    PspStage psp;
    PspNotifyPaymentReq request = notification();
    c.change(request);
    const ExchangeId exchange = psp.notified(request);
    CHECK(psp.told(exchange) == c.answer);
    CHECK(fault_of(*psp.reply(exchange).body)->id == "PSPSIM01");
    psp.pass(hours(24));
    CHECK(psp.times_called(P::sendPaymentOutcome) == 0);
    CHECK(psp.notes().empty());
    // the token is not burnt: a notification that is right is accepted afterwards
    CHECK(psp.told(psp.notified()) == "OK");
  }
}

TEST_CASE("a request that cannot be read is answered with a syntax fault, and no outcome follows") {
  PspStage psp;
  const std::string whole = wire::encode(notification());
  for (const std::string& bytes : {std::string(), std::string("\xff\xff"), std::string("<a/>"), whole.substr(0, whole.size() / 2),
                                   wire::encode(notification(), std::vector<Patch>{{"paymentToken", std::string(36, 't')}}),
                                   wire::encode(notification(), std::vector<Patch>{{"additionalPaymentInformations", {}}}),
                                   wire::encode(notification(), std::vector<Patch>{{"debtAmount", "120"}})}) {
    CAPTURE(bytes.substr(0, 30));
    const ExchangeId exchange = psp.hear_bytes(nodo, P::pspNotifyPayment, bytes);
    CHECK(psp.outcome_and_code(exchange) == "KO CANALE_SINTASSI_EXTRAXSD");
  }
  psp.pass(hours(24));
  CHECK(psp.times_called(P::sendPaymentOutcome) == 0);
}

TEST_CASE("a fee that is missing or is no amount is no fee") {
  for (const std::string_view fee : {"much", "1,50", "-1.00"}) {
    CAPTURE(fee);
    PspStage psp;
    psp.notified(notification(fee));
    psp.pass(seconds(2));
    CHECK(psp.called<SendPaymentOutcomeReq>(P::sendPaymentOutcome).details->fee == Amount{0});
  }
  PspStage psp;
  PspNotifyPaymentReq bare = notification();
  bare.additionalPaymentInformations->metadata.reset();
  psp.notified(bare);
  psp.pass(seconds(2));
  CHECK(psp.called<SendPaymentOutcomeReq>(P::sendPaymentOutcome).details->fee == Amount{0});
}

TEST_CASE("any answer of the Nodo ends the matter: the outcome is not sent again") {  // [P4, CHK-14]
  struct Case {
    std::string_view name, state;
    void (*nodo_says)(PspStage&);
  };
  const Case cases[] = {
      {"OK", "ACKNOWLEDGED", [](PspStage& p) { p.answer(SendPaymentOutcomeRes{}); }},
      {"already acquired", "REJECTED", [](PspStage& p) { p.answer(refusal(P::sendPaymentOutcome, fault("PPT_ESITO_GIA_ACQUISITO"))); }},
      {"expired", "OVERDUE", [](PspStage& p) { p.answer(refusal(P::sendPaymentOutcome, fault("PPT_TOKEN_SCADUTO"))); }},
      {"paid by somebody else", "REFUNDED", [](PspStage& p) { p.answer(refusal(P::sendPaymentOutcome, fault("PPT_PAGAMENTO_DUPLICATO"))); }},
      {"a code that nobody listed", "REJECTED", [](PspStage& p) { p.answer(refusal(P::sendPaymentOutcome, fault("PPT_BOH"))); }},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    PspStage psp;
    psp.until_outcome();
    c.nodo_says(psp);
    CHECK(psp.history("psp").ends_with(c.state));
    psp.pass(hours(24));
    CHECK(psp.times_called(P::sendPaymentOutcome) == 1);
    // nor when the Nodo notifies the same token once more
    CHECK(psp.told(psp.notified()) == "OK");
    psp.pass(hours(24));
    CHECK(psp.times_called(P::sendPaymentOutcome) == 1);
  }
}

TEST_CASE("without an answer the very same outcome goes out again after 15, 45, 105 and 225 s, five times in all") {  // [P4, P5]
  struct Case {
    std::string_view name;
    void (*silence)(PspStage&);
  };
  const Case cases[] = {
      {"timeout", [](PspStage& p) { p.answer(P::sendPaymentOutcome, Silence::timeout); }},
      {"no connection", [](PspStage& p) { p.answer(P::sendPaymentOutcome, Silence::refused); }},
      {"broken connection", [](PspStage& p) { p.answer(P::sendPaymentOutcome, Silence::reset); }},
      {"nonsense", [](PspStage& p) { p.answer_bytes(P::sendPaymentOutcome, "<html/>", 502); }},
      {"a KO without a fault", [](PspStage& p) { p.answer_bytes(P::sendPaymentOutcome, wire::encode(SendPaymentOutcomeRes{}, std::vector<Patch>{{"outcome", "KO"}})); }},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    PspStage psp;
    psp.until_outcome();
    const Body first = psp.open(P::sendPaymentOutcome).body;
    std::vector<std::int64_t> waited;
    for (int attempt = 1; attempt < 5; ++attempt) {
      c.silence(psp);
      const Instant since = psp.now;
      while (psp.open_calls(P::sendPaymentOutcome) == 0 && psp.now - since < hours(1)) psp.pass(seconds(1));
      waited.push_back((psp.now - since).ms / 1000);
      REQUIRE(psp.open_calls(P::sendPaymentOutcome) == 1);
      CHECK(*psp.open(P::sendPaymentOutcome).body == *first);  // idempotencyKey included
    }
    CHECK(waited == std::vector<std::int64_t>{15, 45, 105, 225});
    c.silence(psp);
    psp.pass(hours(24));
    CHECK(psp.times_called(P::sendPaymentOutcome) == 5);
    CHECK(psp.history("psp").ends_with("GIVEN_UP"));
  }
}

TEST_CASE("an answer to a repetition ends the repetitions") {  // [P4]
  PspStage psp;
  psp.until_outcome();
  psp.answer(P::sendPaymentOutcome, Silence::timeout);
  psp.pass(seconds(15));
  psp.answer(refusal(P::sendPaymentOutcome, fault("PPT_ESITO_GIA_ACQUISITO")));
  psp.pass(hours(24));
  CHECK(psp.times_called(P::sendPaymentOutcome) == 2);
  CHECK(psp.history("psp") == "ACCEPTED,OUTCOME_SENT,BACKING_OFF,OUTCOME_SENT,REJECTED");
}

// SANP says both: any answer ends it (P4), and a misaligned state is to be tried again (P6). The PSP keeps to the first.
TEST_CASE("a PPT_SEMANTICA is an answer like any other") {  // [P4, P6]
  PspStage psp;
  psp.until_outcome();
  psp.answer(refusal(P::sendPaymentOutcome, fault("PPT_SEMANTICA")));
  psp.pass(hours(24));
  CHECK(psp.times_called(P::sendPaymentOutcome) == 1);
}

TEST_CASE("a token that is notified twice gets one outcome") {
  PspStage psp;
  CHECK(psp.told(psp.notified()) == "OK");
  CHECK(psp.told(psp.notified()) == "OK");
  psp.pass(seconds(2));
  CHECK(psp.times_called(P::sendPaymentOutcome) == 1);
}

TEST_CASE("two tokens get two outcomes, each its own") {
  PspStage psp;
  psp.notified();
  PspNotifyPaymentReq second = notification("2.00");
  second.paymentToken = "5b0d2f0c9e7a4d0e8f31c6a2b7d94e10";
  psp.notified(second);
  psp.pass(seconds(2));
  REQUIRE(psp.open_calls(P::sendPaymentOutcome) == 2);
  const auto first_outcome = psp.called<SendPaymentOutcomeReq>(P::sendPaymentOutcome);
  psp.answer(SendPaymentOutcomeRes{});
  const auto second_outcome = psp.called<SendPaymentOutcomeReq>(P::sendPaymentOutcome);
  CHECK(first_outcome.paymentToken == samples::token);
  CHECK(second_outcome.paymentToken == second.paymentToken);
  CHECK(first_outcome.idempotencyKey != second_outcome.idempotencyKey);
  CHECK(second_outcome.details->fee == Amount{200});
}

TEST_CASE("a PSP that is told to can send what it should not, and the answer to that moves nothing") {
  PspStage psp;
  psp.notified();
  CHECK(psp.has_finished(psp.command("send", {{"message", "sendPaymentOutcome"}, {"outcome", "KO"}})));
  CHECK(psp.called<SendPaymentOutcomeReq>(P::sendPaymentOutcome).outcome == Outcome::KO);
  psp.answer(SendPaymentOutcomeRes{});
  CHECK(psp.history("psp") == "ACCEPTED");
  PspStage fresh;  // even before anybody has notified anything
  fresh.command("send", {{"message", "sendPaymentOutcome"}});
  CHECK(fresh.open_calls(P::sendPaymentOutcome) == 1);
}
