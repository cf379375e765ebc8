// The laws catch what they are for: a journal written by hand breaks each of them, and a whole one breaks none.
#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "sim/laws.hpp"

namespace {

using namespace sim;
using contract::Leg;
using Stage = Hop::Stage;

const Party checkout{Role::checkout, ""}, nodo{Role::nodo, ""};

Hop hop(Stage stage, Leg leg, ExchangeId exchange, std::string_view event = {}) {
  const bool request = leg == Leg::request;
  const Body body = contract::share(contract::blank(PrimitiveId::verifyPaymentNotice, leg));
  return {stage, leg, PrimitiveId::verifyPaymentNotice, exchange, request ? checkout : nodo, request ? nodo : checkout, body, 200, 0, 0, event};
}
Unanswered silence(ExchangeId exchange) { return {exchange, PrimitiveId::verifyPaymentNotice, checkout, nodo, Silence::timeout}; }
Noted note(std::string_view machine, std::string subject, std::string_view from, std::string_view to, Party who = nodo) {
  return {std::move(who), {machine, std::move(subject), "", from, to, "CHK-04", ""}};
}
Commanded order(CommandId id) { return {checkout, {id, "pay", {}}, 1}; }

const Hop sent = hop(Stage::sent, Leg::request, 1), received = hop(Stage::received, Leg::request, 1);
const Hop replied = hop(Stage::sent, Leg::response, 1), answered = hop(Stage::received, Leg::response, 1);

struct Case {
  std::string name;
  std::vector<std::pair<std::int64_t, Happening>> entries;
  std::vector<std::string> broken;  ///< words of each law that is broken, in order
};

Journal journal_of(const Case& c) {
  Journal out;
  for (const auto& [ms, what] : c.entries) out.add(run_start + milliseconds(ms), what);
  return out;
}

void check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const std::vector<BrokenLaw> broken = broken_laws(journal_of(c));
    std::string told;
    for (const BrokenLaw& law : broken) told += to_text(law) + "; ";
    CAPTURE(told);
    REQUIRE(broken.size() == c.broken.size());
    for (std::size_t i = 0; i < broken.size(); ++i) CHECK(to_text(broken[i]).find(c.broken[i]) != std::string::npos);
  }
}

TEST_CASE("a whole journal breaks no law") {
  const Hop lost = hop(Stage::lost, Leg::request, 1), lost_answer = hop(Stage::lost, Leg::response, 1), late = hop(Stage::lost, Leg::response, 1, "too late");
  check({
      {"nothing happens", {}, {}},
      {"question and answer", {{0, order(1)}, {0, sent}, {20, received}, {20, replied}, {40, answered}, {40, Finished{checkout, 1}}}, {}},
      {"lost request", {{0, sent}, {0, lost}, {7000, silence(1)}}, {}},
      {"lost answer", {{0, sent}, {20, received}, {20, replied}, {20, lost_answer}, {7000, silence(1)}}, {}},
      {"late answer", {{0, sent}, {20, received}, {7000, silence(1)}, {8000, replied}, {8020, late}}, {}},
      {"withheld request", {{0, hop(Stage::withheld, Leg::request, 1)}, {7000, silence(1)}}, {}},
      {"duplicate", {{0, sent}, {20, hop(Stage::received, Leg::request, 1, "duplicate")}, {20, replied}, {20, hop(Stage::received, Leg::request, 2, "duplicate")},
                     {20, hop(Stage::sent, Leg::response, 2)}, {20, hop(Stage::lost, Leg::response, 2, "answers a duplicate")}, {40, answered}}, {}},
      {"chains of states", {{0, note("payment", "a", "none", "PAYING")}, {1, note("payment", "b", "none", "PAYING")}, {2, note("payment", "a", "PAYING", "CANCELLED")},
                            {3, note("position", "a", "none", "PAYING")}}, {}},
      {"two ECs with one subject", {{0, note("debt", "a", "open", "paid", {Role::ec, "1"})}, {1, note("debt", "a", "open", "paid", {Role::ec, "2"})}}, {}},
      {"screens have no states", {{0, note("screen", "a", "x", "y")}, {1, note("screen", "a", "x", "y")}}, {}},
  });
}

TEST_CASE("time never runs backwards") {
  check({
      {"backwards", {{40, sent}, {20, received}, {40, replied}, {60, answered}}, {"entry 1: time runs backwards"}},
      {"before the start", {{-1, sent}, {20, received}, {40, replied}, {60, answered}}, {"entry 0: time runs backwards"}},
      {"standing still", {{20, sent}, {20, received}, {20, replied}, {20, answered}}, {}},
  });
}

TEST_CASE("nothing arrives that was not sent") {
  check({
      {"request out of nowhere", {{20, received}}, {"entry 0: exchange 1 arrives without having been sent"}},
      {"request before it is sent", {{20, received}, {20, sent}, {20, replied}, {40, answered}}, {"entry 0: exchange 1 arrives without having been sent"}},
      {"answer out of nowhere", {{0, sent}, {20, received}, {40, answered}}, {"entry 2: an answer to exchange 1 arrives that nobody sent"}},
      {"one answer arrives twice", {{0, sent}, {20, received}, {20, replied}, {40, answered}, {60, answered}}, {"entry 4: an answer to exchange 1 arrives that nobody sent", "exchange 1 ends 2 times"}},
      {"answer to a withheld answer", {{0, sent}, {20, received}, {20, hop(Stage::withheld, Leg::response, 1)}, {40, answered}}, {"entry 3: an answer to exchange 1"}},
  });
}

TEST_CASE("every exchange that was begun ends, once") {
  check({
      {"never", {{0, sent}, {20, received}, {20, replied}}, {"exchange 1 ends 0 times"}},
      {"withheld and forgotten", {{0, hop(Stage::withheld, Leg::request, 1)}}, {"exchange 1 ends 0 times"}},
      {"with an answer and a silence", {{0, sent}, {20, received}, {20, replied}, {40, answered}, {7000, silence(1)}}, {"exchange 1 ends 2 times"}},
      {"with two silences", {{0, sent}, {7000, silence(1)}, {7000, silence(1)}}, {"exchange 1 ends 2 times"}},
      {"one of two", {{0, sent}, {0, hop(Stage::sent, Leg::request, 2)}, {20, received}, {20, replied}, {40, answered}}, {"exchange 2 ends 0 times"}},
  });
}

TEST_CASE("every command is finished, once") {
  check({
      {"never", {{0, order(1)}, {1, order(2)}, {2, Finished{checkout, 2}}}, {"command 1 is never finished"}},
      {"twice", {{0, order(1)}, {1, Finished{checkout, 1}}, {2, Finished{checkout, 1}}}, {"command 1"}},
      {"without having been given", {{1, Finished{checkout, 3}}}, {"command 3"}},
      {"as it should", {{0, order(1)}, {1, Finished{checkout, 1}}}, {}},
  });
}

TEST_CASE("every history of states is a chain") {
  check({
      {"a gap", {{0, note("payment", "a", "none", "PAYING")}, {1, note("payment", "a", "PAID", "NOTIFIED")}}, {"entry 1: payment a leaves PAID but was in PAYING"}},
      {"begun twice", {{0, note("transaction", "a", "none", "ACTIVATED")}, {1, note("transaction", "a", "none", "ACTIVATED")}}, {"entry 1: transaction a leaves none but was in ACTIVATED"}},
      {"copies of one receipt", {{0, note("recipient", "1", "none", "NOTICE_GENERATED")}, {0, note("recipient", "1", "none", "NOTICE_GENERATED")}}, {}},
  });
}

TEST_CASE("a run that was cut short owes no endings, and yet may not run backwards") {
  Journal open = journal_of({"", {{0, order(1)}, {0, sent}}, {}});
  CHECK(broken_laws(open).size() == 2);
  open.cut_short = true;
  CHECK(broken_laws(open).empty());
  Journal backwards = journal_of({"", {{40, sent}, {20, received}}, {}});
  backwards.cut_short = true;
  CHECK(broken_laws(backwards).size() == 1);
}

}  // namespace
