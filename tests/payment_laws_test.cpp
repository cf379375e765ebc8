// Each law of payments can be broken: a whole payment written by hand breaks none, and with one thing changed breaks one.
// And the shipped scenarios in which everybody behaves by itself break none of them.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actors/cast.hpp"
#include "actors/tables.hpp"
#include "sim/laws.hpp"
#include "sim/play.hpp"
#include "tests/support/shipped.hpp"

namespace {

using namespace sim;
using namespace sim::contract;
using Stage = Hop::Stage;

const Party checkout{Role::checkout, ""}, nodo{Role::nodo, ""}, psp{Role::psp, "PSPSIM01"}, ec{Role::ec, "77777777777"}, other_ec{Role::ec, "80000000002"};
const std::string key = "77777777777/302041234567890123";

/// A journal in the making: one line a second.
struct Book {
  Journal journal;
  ExchangeId exchange = 0;

  void add(Happening what) { journal.add(journal.end + seconds(1), std::move(what)); }
  void hop(Stage stage, Leg leg, const Party& from, const Party& to, const Body& body, PrimitiveId id) { add(Hop{stage, leg, id, exchange, from, to, body, 200, 0, 0, {}}); }
  /// A question that arrives and an answer that leaves.
  void talk(const Party& from, const Party& to, Message question, Message answer) {
    ++exchange;
    const PrimitiveId id = primitive_of(question);
    const Body asked = share(std::move(question)), said = share(std::move(answer));
    hop(Stage::sent, Leg::request, from, to, asked, id);
    hop(Stage::received, Leg::request, from, to, asked, id);
    hop(Stage::sent, Leg::response, to, from, said, id);
    hop(Stage::received, Leg::response, to, from, said, id);
  }
  void note(const Party& who, std::string_view machine, std::string subject, std::string about, std::string_view from, std::string_view to, std::string detail = {}) {
    add(Noted{who, {machine, std::move(subject), std::move(about), from, to, "CHK-04", std::move(detail)}});
  }
  void states(const Party& who, std::string_view machine, const std::string& subject, const std::string& about, std::initializer_list<std::string_view> all) {
    std::string_view was = "none";
    for (const std::string_view is : all) note(who, machine, subject, about, was, is), was = is;
  }
};

void activation(Book& book, const std::string& token = "tok", std::int64_t cents = 10000) {
  ActivatePaymentNoticeV2Response said;
  said.paymentToken = token;
  said.totalAmount = Amount{cents};
  book.talk(checkout, nodo, blank(PrimitiveId::activatePaymentNoticeV2, Leg::request), std::move(said));
}
void close(Book& book, Outcome outcome = Outcome::OK, Outcome answer = Outcome::OK, const std::string& token = "tok") {
  ClosePaymentV2Request request;
  request.paymentTokens = {token};
  request.outcome = outcome;
  request.transactionId = "tx";
  request.totalAmount = Amount{10150};
  request.fee = Amount{150};
  book.talk(checkout, nodo, std::move(request), ClosePaymentV2Response{answer, {}});
}
void outcome(Book& book, Outcome said, std::string_view fault = {}, const std::string& token = "tok") {
  SendPaymentOutcomeReq request;
  request.paymentToken = token;
  request.outcome = said;
  book.talk(psp, nodo, std::move(request), fault.empty() ? blank(PrimitiveId::sendPaymentOutcome, Leg::response) : refusal(PrimitiveId::sendPaymentOutcome, fault_bean(fault, nodo_id)));
}
void receipt(Book& book, const Party& to = ec, std::string_view fault = {}, const std::string& token = "tok") {
  PaSendRTReq request;
  request.idPA = to.id;
  request.receipt.receiptId = token;
  book.talk(nodo, to, std::move(request), fault.empty() ? blank(PrimitiveId::paSendRT, Leg::response) : refusal(PrimitiveId::paSendRT, fault_bean(fault, to.id)));
}
void paid(Book& book, const std::string& token = "tok") {
  book.states(nodo, "payment", token, key, {"PAYING", "PAYMENT_RESERVED", "PAYMENT_SENT", "PAYMENT_ACCEPTED", "PAID", "NOTICE_GENERATED", "NOTICE_SENT", "NOTIFIED"});
}
void told(Book& book, std::initializer_list<std::string_view> end = {"CLOSED", "NOTIFICATION_REQUESTED", "NOTIFIED_OK"}) {
  book.states(checkout, "transaction", "tx", key, {"ACTIVATED", "AUTHORIZATION_REQUESTED", "AUTHORIZATION_COMPLETED", "CLOSURE_REQUESTED"});
  for (const std::string_view state : end) book.note(checkout, "transaction", "tx", key, "x", state);
}
void storno(Book& book, const std::string& amount) {
  book.note(checkout, "storno", "tx", key, "none", "REQUESTED", amount);
  book.note(checkout, "storno", "tx", key, "REQUESTED", "EXECUTED", amount);
}
void recipient(Book& book, const Party& who = ec, std::initializer_list<std::string_view> states = {"NOTICE_GENERATED", "NOTICE_SENT", "NOTIFIED"}) {
  book.states(nodo, "recipient", who.id, key, states);
}
void position(Book& book, std::initializer_list<std::string_view> states = {"PAYING", "PAID", "NOTIFIED"}) { book.states(nodo, "position", key, key, states); }

/// A payment as it should be, with its pieces apart so that one can be changed.
void whole(Book& book) {
  activation(book);
  close(book);
  outcome(book, Outcome::OK);
  receipt(book);
  paid(book);
  position(book);
  recipient(book);
  told(book);
}

struct Case {
  std::string name;
  void (*write)(Book&);
  std::vector<std::string> broken;  ///< words of each law that is broken, in order
  Settings settings{};
};

void check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Book book;
    c.write(book);
    const std::vector<BrokenLaw> broken = broken_payment_laws(book.journal, c.settings);
    std::string all;
    for (const BrokenLaw& law : broken) all += to_text(law) + "; ";
    CAPTURE(all);
    REQUIRE(broken.size() == c.broken.size());
    for (std::size_t i = 0; i < broken.size(); ++i) CHECK(to_text(broken[i]).find(c.broken[i]) != std::string::npos);
  }
}

Settings with(std::string_view name, std::string_view value) {
  Settings out;
  REQUIRE(find_setting(name)->store(out, value));
  return out;
}

}  // namespace

TEST_CASE("a payment as it should be breaks no law") {
  check({{"whole", whole, {}}, {"nothing", [](Book&) {}, {}}});
}

TEST_CASE("a token is closed OK at most once") {
  check({
      {"twice", [](Book& b) { whole(b), close(b); }, {"tok is closed OK a second time"}},
      {"the second refused", [](Book& b) { whole(b), close(b, Outcome::OK, Outcome::KO); }, {}},
      {"KO beside OK", [](Book& b) { whole(b), close(b, Outcome::KO); }, {}},
      {"two tokens", [](Book& b) { whole(b), close(b, Outcome::OK, Outcome::OK, "other"); }, {"told OK, and other is not paid"}},
  });
}

TEST_CASE("no receipt leaves without an accepted outcome OK, or a late one of a payment at the PSP") {
  check({
      {"before the outcome", [](Book& b) { receipt(b), outcome(b, Outcome::OK); }, {"a receipt of tok leaves"}},
      {"of an outcome KO", [](Book& b) { outcome(b, Outcome::KO), receipt(b); }, {"a receipt of tok leaves"}},
      {"of an outcome refused", [](Book& b) { outcome(b, Outcome::OK, "PPT_SEMANTICA"), receipt(b); }, {"a receipt of tok leaves"}},
      {"late at the PSP", [](Book& b) { outcome(b, Outcome::OK, "PPT_TOKEN_SCADUTO"), receipt(b); }, {}},
      {"late after a close", [](Book& b) { close(b), outcome(b, Outcome::OK, "PPT_TOKEN_SCADUTO"), receipt(b); }, {"a receipt of tok leaves"}},
      {"of another token", [](Book& b) { outcome(b, Outcome::OK, {}, "other"), receipt(b); }, {"a receipt of tok leaves"}},
  });
}

TEST_CASE("a paid notice has one receipt accepted by each recipient, unless it was refused or its retries ran out") {
  check({
      {"never accepted", [](Book& b) { outcome(b, Outcome::OK), paid(b), recipient(b); }, {"neither accepted nor refused"}},
      {"accepted twice", [](Book& b) { whole(b), receipt(b); }, {"EC 77777777777 accepts 2 times the receipt of tok"}},
      {"then a duplicate", [](Book& b) { whole(b), receipt(b, ec, "PAA_RECEIPT_DUPLICATA"); }, {}},
      {"refused for good", [](Book& b) { outcome(b, Outcome::OK), receipt(b, ec, "PAA_SEMANTICA"), paid(b), recipient(b); }, {}},
      {"the owner forgotten", [](Book& b) { outcome(b, Outcome::OK), receipt(b, other_ec), paid(b), recipient(b, other_ec); }, {"the owner of its notice is no recipient"}},
      {"no recipient at all", [](Book& b) { paid(b); }, {"the owner of its notice is no recipient"}},
      {"pending too early", [](Book& b) { outcome(b, Outcome::OK), receipt(b, ec, "PAA_SYSTEM_ERROR"), paid(b), recipient(b, ec, {"NOTICE_GENERATED", "NOTICE_SENT", "NOTICE_PENDING"}); },
       {"stays pending at EC 77777777777 after 1 attempts"}},
      {"pending after the last", [](Book& b) { outcome(b, Outcome::OK), receipt(b, ec, "PAA_SYSTEM_ERROR"), paid(b), recipient(b, ec, {"NOTICE_GENERATED", "NOTICE_SENT", "NOTICE_PENDING"}); },
       {}, with("receipt-retries", "0")},
  });
}

TEST_CASE("nobody is told OK and given the money back, nor told OK without having paid") {
  check({
      {"both", [](Book& b) { whole(b), storno(b, "101.50"); }, {"told OK and given its money back"}},
      {"told OK, never paid", [](Book& b) { activation(b), close(b), told(b); }, {"transaction tx is told OK, and tok is not paid"}},
      {"told at acceptance, version 1", [](Book& b) {
         ClosePaymentV1Request request;
         request.paymentTokens = {"tok"};
         request.outcome = Outcome::OK;
         request.pspTransactionId = "tx";
         b.talk(checkout, nodo, std::move(request), blank(PrimitiveId::closePaymentV1, Leg::response));
         b.states(nodo, "payment", "tok", key, {"PAYING", "PAYMENT_RESERVED", "PAYMENT_SENT", "PAYMENT_ACCEPTED"});
         told(b);
       }, {}},
      {"told at acceptance, version 2", [](Book& b) { close(b), b.states(nodo, "payment", "tok", key, {"PAYING", "PAYMENT_RESERVED", "PAYMENT_SENT", "PAYMENT_ACCEPTED"}), told(b); }, {"told OK, and tok is not paid"}},
      {"given back", [](Book& b) { activation(b), close(b), told(b, {"CLOSED", "REFUND_REQUESTED", "REFUNDED"}), storno(b, "101.50"); }, {}},
  });
}

TEST_CASE("what is given back is what was charged: notices and fee") {
  check({
      {"without the fee", [](Book& b) { activation(b), close(b), told(b, {"REFUND_REQUESTED", "REFUNDED"}), storno(b, "100.00"); }, {"is given 100.00 back, and notices and fee were 101.50"}},
      {"never charged", [](Book& b) { b.states(checkout, "transaction", "tx", key, {"ACTIVATED", "REFUND_REQUESTED", "REFUNDED"}); }, {"given back what was never charged"}},
  });
}

TEST_CASE("a paid position of an EC opens again only when the EC is told to") {
  check({
      {"by itself", [](Book& b) { b.states(ec, "debt", key, key, {"open", "paid", "open"}); }, {"was paid and becomes open"}},
      {"told", [](Book& b) {
         b.states(ec, "debt", key, key, {"open", "paid"});
         b.add(Commanded{ec, {1, "position", {{"state", "open"}, {"notice", "302041234567890123"}}}, 1});
         b.note(ec, "debt", key, key, "paid", "open");
       }, {}},
      {"told about another", [](Book& b) {
         b.states(ec, "debt", key, key, {"open", "paid"});
         b.add(Commanded{ec, {1, "position", {{"state", "open"}, {"notice", "302041234567890124"}}}, 1});
         b.note(ec, "debt", key, key, "paid", "open");
       }, {"was paid and becomes open"}},
  });
}

TEST_CASE("no notice is paid twice") {
  check({{"by two tokens", [](Book& b) { whole(b), outcome(b, Outcome::OK, {}, "two"), paid(b, "two"), receipt(b, ec, {}, "two"); }, {"is paid a second time, by two"}}});
}

TEST_CASE("what moves comes to rest where it may, and a notice is locked only by a payment under way") {
  check({
      {"half way", [](Book& b) { b.states(nodo, "payment", "tok", key, {"PAYING", "PAYMENT_RESERVED", "PAYMENT_SENT"}); }, {"payment tok comes to rest in PAYMENT_SENT"}},
      {"overdue, job or not", [](Book& b) { b.states(nodo, "payment", "tok", key, {"PAYING"}); }, {"payment tok comes to rest in PAYING"}},
      {"overdue, no job", [](Book& b) { b.states(nodo, "payment", "tok", key, {"PAYING"}); }, {}, with("expiry-job-every", "0s")},
      {"accepted and forgotten", [](Book& b) { b.states(nodo, "payment", "tok", key, {"PAYING", "PAYMENT_ACCEPTED"}), position(b, {"PAYING"}); }, {}},
      {"locked by nobody", [](Book& b) { b.states(nodo, "payment", "tok", key, {"PAYING", "CANCELLED"}), position(b, {"PAYING"}); }, {"stays locked, and no payment holds it"}},
      {"closing for ever", [](Book& b) { told(b, {}); }, {"transaction tx comes to rest in CLOSURE_REQUESTED"}},
      {"outcome never told", [](Book& b) { b.states(psp, "psp", "tok", "", {"ACCEPTED"}); }, {"comes to rest in ACCEPTED"}},
      {"copy under way", [](Book& b) { recipient(b, ec, {"NOTICE_GENERATED", "NOTICE_SENT"}); }, {"comes to rest in NOTICE_SENT"}},
  });
}

TEST_CASE("a run that was cut short has not come to rest, and yet may not pay twice") {
  Book book;
  whole(book);
  paid(book, "two");
  book.states(nodo, "payment", "three", key, {"PAYING"});
  book.journal.cut_short = true;
  const std::vector<BrokenLaw> broken = broken_payment_laws(book.journal);
  REQUIRE(broken.size() == 1);
  CHECK(to_text(broken[0]).find("paid a second time") != std::string::npos);
}

TEST_CASE("a state of rest is a state of its machine, is told in both languages when somebody waits, and stands once") {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const RestingState& row : resting_states()) {
    CAPTURE(row.machine);
    CAPTURE(row.state);
    CHECK(seen.emplace(row.machine, row.state).second);
    CHECK(row.settled == row.it.empty());
    CHECK(row.it.empty() == row.en.empty());
    if (row.machine == "storno" || row.machine == "till") continue;  // money moves there without a table
    bool found = false;
    for (const TableView& table : actors::tables()) {
      if (!table.machine || table.machine->name != row.machine) continue;
      found = std::find(table.machine->states.begin(), table.machine->states.end(), row.state) != table.machine->states.end();
    }
    CHECK(found);
  }
}

TEST_CASE("shipped scenarios in which everybody behaves by itself break no law of payments") {
  int held = 0;
  for (const scenario::Scenario& scenario : support::shipped()) {
    if (scenario.speaks_for_others()) continue;
    ++held;
    CAPTURE(scenario.id);
    const Journal journal = play(scenario, 1, Fidelity::typed, [](const auto& registry, auto positions) { return actors::cast(registry, positions); });
    std::string all;
    for (const BrokenLaw& law : broken_payment_laws(journal, scenario.settings)) all += to_text(law) + "; ";
    CHECK(all == "");
  }
  CHECK(held > 80);
}
