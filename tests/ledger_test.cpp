// The books balance, and nobody who behaves by itself is blamed.
#include <doctest/doctest.h>

#include <algorithm>

#include "actors/cast.hpp"
#include "sim/ledger.hpp"
#include "sim/play.hpp"
#include "tests/support/random_payments.hpp"
#include "tests/support/shipped.hpp"

namespace {

using namespace sim;
using namespace sim::contract;

Cast cast(const Registry& registry, std::span<const DebtPosition> positions) { return actors::cast(registry, positions); }

void blames_nobody(const scenario::Scenario& scenario, std::uint64_t seed) {
  const Journal journal = play(scenario, seed, Fidelity::typed, cast);
  Ledger ledger(scenario.registry, scenario.settings);
  bool balanced = true;
  for (std::size_t i = 0; i < journal.entries.size(); ++i) {
    ledger.see(i, journal.entries[i]);
    std::int64_t sum = 0;
    for (const auto& [name, cents] : ledger.accounts()) sum += cents;
    balanced = balanced && sum == 0;
  }
  ledger.finish(journal.cut_short);
  CHECK(balanced);
  for (const Breach& breach : ledger.breaches()) {
    CAPTURE(scenario.id);
    CAPTURE(seed);
    CAPTURE(breach.rule);
    CAPTURE(breach.entry);
    CHECK(breach.scripted);
  }
}

const Party nodo{Role::nodo, ""}, psp{Role::psp, "PSPSIM01"}, checkout{Role::checkout, ""}, ec{Role::ec, "77777777777"};

std::vector<std::string_view> rules_broken(bool paid, bool twice, std::int64_t receipt) {
  const Registry registry = built_in_registry();
  Ledger ledger(registry, Settings{});
  ExchangeId exchange = 0;
  std::size_t at = 0;
  const auto talk = [&](const Party& from, const Party& to, PrimitiveId id, Message question, Message reply) {
    ++exchange;
    ledger.see(at++, {run_start, Hop{Hop::Stage::sent, Leg::request, id, exchange, from, to, share(std::move(question)), 200, 0, 0, {}}});
    ledger.see(at++, {run_start, Hop{Hop::Stage::sent, Leg::response, id, exchange, to, from, share(std::move(reply)), 200, 0, 0, {}}});
  };
  for (const std::string name : {"tok", "other"}) {
    if (name == "other" && !twice) continue;
    ActivatePaymentNoticeV2Request asked;
    asked.qrCode = {ec.id, "302001234567890123"};
    ActivatePaymentNoticeV2Response given;
    given.paymentToken = name;
    given.totalAmount = Amount{100};
    talk(checkout, nodo, PrimitiveId::activatePaymentNoticeV2, asked, given);
    SendPaymentOutcomeReq outcome;
    outcome.paymentToken = name;
    if (paid) talk(psp, nodo, PrimitiveId::sendPaymentOutcome, outcome, blank(PrimitiveId::sendPaymentOutcome, Leg::response));
  }
  PaSendRTReq said;
  said.receipt.receiptId = "tok";
  said.receipt.paymentAmount = Amount{receipt};
  talk(nodo, ec, PrimitiveId::paSendRT, said, blank(PrimitiveId::paSendRT, Leg::response));
  std::vector<std::string_view> out;
  for (const Breach& breach : ledger.breaches()) out.push_back(breach.rule);
  return out;
}

}  // namespace

TEST_CASE("every rule of the ledger is broken by a journal that differs in one thing") {
  CHECK(rules_broken(true, false, 100).empty());
  for (const LedgerRule& rule : ledger_rules()) {
    CAPTURE(rule.id);
    const auto broken = rules_broken(rule.id != "LED-01", rule.id == "LED-02", rule.id == "LED-03" ? 99 : 100);
    CHECK(broken == std::vector<std::string_view>{rule.id});
  }
}

TEST_CASE("the ledger balances and blames nobody in the shipped scenarios") {
  for (const scenario::Scenario& scenario : support::shipped()) {
    if (scenario.fails.empty()) blames_nobody(scenario, 1);
  }
}

TEST_CASE("the ledger balances and blames nobody in a thousand random payments") {
  const support::RandomPayments payments({true, true, true, true, true});
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const auto loaded = scenario::load("random", payments.draw(seed).xml());
    REQUIRE(loaded);
    blames_nobody(*loaded, seed);
  }
}
