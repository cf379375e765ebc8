// PSPs that are wrong on purpose: each does what its row says, once, and what a PSP does by duty otherwise.
#include "actors/psp_manners.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "sim/contract/cards.hpp"
#include "sim/contract/magic_psps.hpp"
#include "tests/support/samples.hpp"
#include "tests/support/stage.hpp"

namespace {

using namespace sim;
using namespace sim::contract;
using support::Stage;
using P = PrimitiveId;

const Party nodo{Role::nodo, ""};

Registry with(std::string_view idPSP) {
  Registry out = built_in_registry();
  out.psps.push_back(*magic_psp(idPSP));
  return out;
}

class MagicStage : public Stage {
 public:
  explicit MagicStage(std::string_view idPSP)
      : Stage(std::make_unique<actors::ManneredPsp>(*actors::psp_manner(idPSP), actors::Psp(std::string(idPSP))), with(idPSP)) {}
  ExchangeId notified(std::string_view idPSP) {
    PspNotifyPaymentReq said = std::get<PspNotifyPaymentReq>(support::samples::notify_request(true));
    const PaymentServiceProvider& self = *registry.psp(idPSP);
    said.idPSP = idPSP;
    said.idBrokerPSP = self.idBrokerPSP;
    said.idChannel = self.channels.front().idChannel;
    return hear(nodo, said);
  }
  [[nodiscard]] std::string outcomes(Duration within) {
    std::string out;
    for (Duration passed; passed < within; passed = passed + milliseconds(100)) {
      pass(milliseconds(100));
      while (open_calls(P::sendPaymentOutcome) > 0) {
        const Call call = open(P::sendPaymentOutcome);
        const auto& said = std::get<SendPaymentOutcomeReq>(*call.body);
        out += std::string(out.empty() ? "" : " ") + std::string(contract::to_text(said.outcome)) + "@" + std::to_string(passed.ms + 100);
        CHECK(keys.insert(*said.idempotencyKey).second);
        CHECK((said.outcome == Outcome::OK) == said.details.has_value());
        end(call, share(SendPaymentOutcomeRes{}));
      }
    }
    return out;
  }
  std::set<std::string> keys;
};

}  // namespace

TEST_CASE("each magic PSP answers the notification and speaks of the payment as its row says") {
  struct Case {
    std::string_view idPSP, answer, outcomes, states;
  };
  const Case cases[] = {
      {"PSPSIM_REFUSES", "KO CANALE_SEMANTICA", "", "REFUSED"},
      {"PSPSIM_REFUSES_THEN_OK", "KO CANALE_SEMANTICA", "OK@500", "ACCEPTED,OUTCOME_SENT,ACKNOWLEDGED"},
      {"PSPSIM_SILENT", "", "", "ACCEPTED"},
      {"PSPSIM_SILENT_THEN_OK", "", "OK@12000", "ACCEPTED,OUTCOME_SENT,ACKNOWLEDGED"},
      {"PSPSIM_MALFORMED", "OK", "", "ACCEPTED"},
      {"PSPSIM_OUTCOME_KO", "OK", "KO@500", "ACCEPTED,OUTCOME_SENT,ACKNOWLEDGED"},
      {"PSPSIM_OUTCOME_LATE", "OK", "OK@2500", "ACCEPTED,OUTCOME_SENT,ACKNOWLEDGED"},
      {"PSPSIM_OUTCOME_TWICE", "OK", "OK@500 OK@500", "ACCEPTED,OUTCOME_SENT,ACKNOWLEDGED"},
      {"PSPSIM_OUTCOME_NONE", "OK", "", "ACCEPTED"},
      {"PSPSIM_OUTCOME_FIRST", "OK", "OK@100", "ACCEPTED,OUTCOME_SENT,ACKNOWLEDGED"},
  };
  CHECK(std::size(cases) == actors::psp_manners().size());
  for (const Case& c : cases) {
    CAPTURE(c.idPSP);
    MagicStage psp(c.idPSP);
    const ExchangeId exchange = psp.notified(c.idPSP);
    CHECK(psp.has_answered(exchange) == (!c.answer.empty() && c.idPSP != "PSPSIM_OUTCOME_FIRST"));
    CHECK(psp.outcomes(minutes(1)) == c.outcomes);
    CHECK(psp.has_answered(exchange) == !c.answer.empty());
    if (psp.has_answered(exchange)) {
      CHECK(psp.outcome_and_code(exchange) == c.answer);
      CHECK(psp.reply(exchange).spoilt.empty() == (c.idPSP != "PSPSIM_MALFORMED"));
    }
    CHECK(psp.history("psp") == c.states);
  }
}

TEST_CASE("a magic PSP turns down what any PSP would, in the words of any PSP") {
  for (const actors::PspManner& row : actors::psp_manners()) {
    CAPTURE(row.idPSP);
    MagicStage psp(row.idPSP);
    PspNotifyPaymentReq said = std::get<PspNotifyPaymentReq>(support::samples::notify_request(true));
    CHECK(psp.told(psp.hear(nodo, said)) == "KO CANALE_PSP_ERRATO");  // for PSPSIM01
    CHECK(psp.outcomes(minutes(1)).empty());
  }
}

TEST_CASE("magic PSPs are none of the built-in ones, and each has a text in both languages") {
  for (const actors::PspManner& row : actors::psp_manners()) {
    CAPTURE(row.idPSP);
    CHECK(built_in_registry().psp(row.idPSP) == nullptr);
    CHECK(magic_psp(row.idPSP)->channels.size() == 2);
    CHECK_FALSE(row.it.empty());
    CHECK_FALSE(row.en.empty());
  }
  CHECK_FALSE(is_magic_psp("PSPSIM01"));
  CHECK_FALSE(magic_psp("PSPSIM_").has_value());
  CHECK(actors::psp_manner("PSPSIM01") == nullptr);
}

TEST_CASE("test cards have 16 digits that add up as a card's do, and no two are alike") {
  std::set<std::string_view> seen;
  for (const TestCard& card : test_cards) {
    CAPTURE(card.number);
    REQUIRE(card.number.size() == 16);
    CHECK(seen.insert(card.number).second);
    CHECK(seen.insert(card.behaviour).second);
    int sum = 0;
    for (std::size_t i = 0; i < 16; ++i) {
      const int digit = card.number[i] - '0';
      const int twice = i % 2 == 0 ? digit * 2 : digit;
      sum += twice > 9 ? twice - 9 : twice;
    }
    CHECK(sum % 10 == 0);
    CHECK(card_behaviour(card.number) == card.behaviour);
    CHECK(card_behaviour(card.behaviour) == card.behaviour);
  }
  CHECK(card_behaviour("4999000000000014").empty());
}
