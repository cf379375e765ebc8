// The books balance, nobody who behaves by itself is blamed, and every rule has a tale that keeps it and one that breaks it.
#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "actors/mutants.hpp"
#include "sim/ledger.hpp"
#include "sim/monitors.hpp"
#include "sim/play.hpp"
#include "sim/report/judge.hpp"
#include "tests/support/random_payments.hpp"
#include "tests/support/shipped.hpp"

namespace {

using namespace sim;
using namespace sim::contract;
using report::Verdict;

Cast cast(const Registry& registry, std::span<const DebtPosition> positions) { return actors::cast(registry, positions); }
Casting casting_of(const actors::Mutant& mutant) {
  return [&mutant](const Registry& registry, std::span<const DebtPosition> positions) { return actors::mutant_cast(registry, positions, mutant); };
}

/// What the ledger finds; that it balances after every entry is checked on the way.
std::vector<Breach> found_in(const scenario::Scenario& scenario, const Journal& journal) {
  Ledger ledger(scenario.registry, scenario.settings);
  bool balanced = true;
  for (std::size_t i = 0; i < journal.entries.size(); ++i) {
    ledger.see(i, journal.entries[i]);
    const auto accounts = ledger.accounts();
    const std::int64_t sum = std::accumulate(accounts.begin(), accounts.end(), std::int64_t{0}, [](std::int64_t s, const auto& account) { return s + account.second; });
    balanced = balanced && sum == 0;
  }
  ledger.finish(journal.cut_short);
  CHECK(balanced);
  return ledger.breaches();
}

void blames_nobody(const scenario::Scenario& scenario, std::uint64_t seed) {
  for (const Breach& breach : found_in(scenario, play(scenario, seed, Fidelity::typed, cast))) {
    CAPTURE(scenario.id);
    CAPTURE(seed);
    CAPTURE(breach.rule);
    CAPTURE(breach.entry);
    CAPTURE(breach.expected.en);
    CAPTURE(breach.found.en);
    CHECK(breach.scripted);
  }
}

scenario::Scenario shipped_one(std::string_view id) {
  const auto& all = support::shipped();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& scenario) { return scenario.id == id; });
  REQUIRE(found != all.end());
  return *found;
}

// ---- tales, told by hand ----

constexpr std::string_view owner = "77777777777", second = "80000000002", stranger = "91111111117";
const Party nodo{Role::nodo, ""}, psp{Role::psp, "PSPSIM01"}, checkout{Role::checkout, ""};

/// What may go otherwise than it should. As it stands: 100 cents, of which 60 for the owner and 40 for the second EC, and a
/// fee of 50 are charged, closed, paid, and their receipts taken.
struct Turns {
  std::int64_t parts = 100, activated = 100, closed = 150, notified = 100, outcome_fee = 50, receipt = 100;
  bool charged = true, paid = true, told = true, told_ok = true;
  std::vector<std::string> receipts{std::string(owner), std::string(second)};
  bool receipts_taken = true;
  std::vector<std::int64_t> storno;
  std::string manual;
  int times = 1;  ///< as many tokens of the one notice
  bool counter = false, certified = true, returned = false;
  bool closed_by_another = false;  ///< a second transaction closes the same token, and is told OK
  std::int64_t grand_total = 0;    ///< 0: nobody says it
  bool close_lost_then_refused = false;  ///< the first close was accepted and not heard, the second refused
  bool scripted_receipts = false;
  bool cut_short = false;
  std::int64_t retries = 48;
};

class Tale {
 public:
  explicit Tale(const Turns& turns) : turns_(turns), registry_(built_in_registry()), settings_(settings_of(turns)), ledger_(with_broadcast(registry_), settings_) {
    for (int i = 0; i < turns.times; ++i) turns_.counter ? at_the_counter("tok" + std::to_string(i)) : through_checkout("tok" + std::to_string(i));
    ledger_.finish(turns.cut_short);
  }
  [[nodiscard]] const std::vector<Breach>& breaches() const { return ledger_.breaches(); }
  [[nodiscard]] std::int64_t account(const std::string& name) const { return ledger_.accounts().at(name); }
  [[nodiscard]] std::vector<std::string_view> rules() const {
    std::vector<std::string_view> out;
    for (const Breach& breach : ledger_.breaches()) out.push_back(breach.rule);
    return out;
  }

 private:
  static Settings settings_of(const Turns& turns) {
    Settings out;
    out.receipt_retries = turns.retries;
    return out;
  }
  static const Registry& with_broadcast(Registry& registry) {
    for (Station& station : registry.creditor(second)->stations) station.broadcast = true;
    return registry;
  }
  static Party ec(std::string_view code) { return {Role::ec, std::string(code)}; }

  void see(Happening what) { ledger_.see(at_++, {run_start, std::move(what)}); }
  void ask(const Party& from, const Party& to, PrimitiveId id, Message question, CommandId cause = 0) {
    see(Hop{Hop::Stage::sent, Leg::request, id, ++exchange_, from, to, share(std::move(question)), 200, cause, 0, {}});
  }
  void answer(const Party& from, const Party& to, PrimitiveId id, Message reply, bool heard = true, int status = 200) {
    const Body said = share(std::move(reply));
    see(Hop{Hop::Stage::sent, Leg::response, id, exchange_, from, to, said, status, 0, 0, {}});
    if (heard) see(Hop{Hop::Stage::received, Leg::response, id, exchange_, from, to, said, status, 0, 0, {}});
    else see(Unanswered{exchange_, id, to, from, Silence::timeout});
  }
  void talk(const Party& from, const Party& to, PrimitiveId id, Message question) {
    ask(from, to, id, std::move(question));
    answer(to, from, id, blank(id, Leg::response));
  }
  void note(const Party& who, std::string_view machine, const std::string& subject, std::string_view from, std::string_view to, std::string_view rule = "CHK-04", std::string detail = {}) {
    see(Noted{who, Note{machine, subject, notice, from, to, rule, std::move(detail)}});
  }
  static CtTransferPA part(std::string_view to, std::int64_t cents) {
    CtTransferPA out;
    out.fiscalCodePA = to;
    out.transferAmount = Amount{cents};
    return out;
  }

  void activation(const Party& by, const std::string& token) {
    PaGetPaymentReq wanted;
    wanted.qrCode = {std::string(owner), number};
    PaGetPaymentRes due;
    due.outcome = Outcome::OK;
    due.data.emplace().paymentAmount = Amount{100};
    due.data->transferList.transfer = {part(owner, 60), part(second, turns_.parts - 60)};
    ask(nodo, ec(owner), PrimitiveId::paGetPayment, wanted);
    answer(ec(owner), nodo, PrimitiveId::paGetPayment, due);
    ActivatePaymentNoticeV2Request asked;
    asked.qrCode = wanted.qrCode;
    ActivatePaymentNoticeV2Response given;
    given.outcome = Outcome::OK;
    given.paymentToken = token;
    given.totalAmount = Amount{turns_.activated};
    ask(by, nodo, PrimitiveId::activatePaymentNoticeV2, asked);
    answer(nodo, by, PrimitiveId::activatePaymentNoticeV2, given);
  }
  void outcome(const std::string& token) {
    SendPaymentOutcomeReq said;
    said.paymentToken = token;
    said.outcome = turns_.paid ? Outcome::OK : Outcome::KO;
    said.details.emplace().fee = Amount{turns_.outcome_fee};
    ask(psp, nodo, PrimitiveId::sendPaymentOutcome, said);
    if (turns_.paid) answer(nodo, psp, PrimitiveId::sendPaymentOutcome, blank(PrimitiveId::sendPaymentOutcome, Leg::response));
    else answer(nodo, psp, PrimitiveId::sendPaymentOutcome, refusal(PrimitiveId::sendPaymentOutcome, fault_bean("PPT_SEMANTICA", nodo_id)));
  }
  void receipts(const std::string& token) {
    if (turns_.scripted_receipts) see(Commanded{nodo, Command{7, "send", {}}, 1});
    for (const std::string& to : turns_.receipts) {
      PaSendRTReq said;
      said.receipt.receiptId = token;
      said.receipt.fiscalCode = owner;
      said.receipt.noticeNumber = number;
      said.receipt.paymentAmount = Amount{turns_.receipt};
      said.receipt.transferList.transfer = {part(owner, 60), part(second, turns_.parts - 60)};
      ask(nodo, ec(to), PrimitiveId::paSendRT, said, turns_.scripted_receipts ? 7 : 0);
      if (turns_.receipts_taken) answer(ec(to), nodo, PrimitiveId::paSendRT, blank(PrimitiveId::paSendRT, Leg::response));
      else see(Unanswered{exchange_, PrimitiveId::paSendRT, nodo, ec(to), Silence::timeout});
    }
  }

  void close(const std::string& token, const std::string& transaction) {
    ClosePaymentV2Request said;
    said.paymentTokens = {token};
    said.outcome = Outcome::OK;
    said.transactionId = transaction;
    said.totalAmount = Amount{turns_.closed};
    said.fee = Amount{50};
    if (turns_.grand_total != 0) {
      TransactionData& data = said.transactionDetails.emplace().transaction.emplace();
      data.amount = Amount{100};
      data.grandTotal = Amount{turns_.grand_total};
    }
    ask(checkout, nodo, PrimitiveId::closePaymentV2, said);
    answer(nodo, checkout, PrimitiveId::closePaymentV2, blank(PrimitiveId::closePaymentV2, Leg::response), !turns_.close_lost_then_refused);
    if (!turns_.close_lost_then_refused) return;
    ask(checkout, nodo, PrimitiveId::closePaymentV2, said);
    answer(nodo, checkout, PrimitiveId::closePaymentV2, refusal(PrimitiveId::closePaymentV2, "no such payment"), true, 404);
  }
  void through_checkout(const std::string& token) {
    const std::string transaction = "transaction of " + token;
    activation(checkout, token);
    note(checkout, "transaction", transaction, "none", "ACTIVATED");
    note(checkout, "transaction", transaction, "ACTIVATED", "AUTHORIZATION_REQUESTED");
    note(checkout, "transaction", transaction, "AUTHORIZATION_REQUESTED", "AUTHORIZATION_COMPLETED", turns_.charged ? "CHK-04" : "storno N1");
    close(token, transaction);
    if (turns_.closed_by_another) {
      note(checkout, "transaction", "another", "AUTHORIZATION_REQUESTED", "AUTHORIZATION_COMPLETED");
      close(token, "another");
    }
    PspNotifyPaymentV2 told;
    told.totalAmount = Amount{turns_.closed};
    told.fee = Amount{50};
    CtPaymentV2& payment = told.paymentList.payment.emplace_back();
    payment.paymentToken = token;
    payment.debtAmount = Amount{turns_.notified};
    for (const auto& [to, cents] : {std::pair{owner, std::int64_t{60}}, std::pair{second, turns_.parts - 60}}) {
      CtNotifiedTransferV2& transfer = payment.transferList.transfer.emplace_back();
      transfer.fiscalCodePA = to;
      transfer.transferAmount = Amount{cents};
    }
    talk(nodo, psp, PrimitiveId::pspNotifyPaymentV2, told);
    outcome(token);
    receipts(token);
    if (turns_.told) {
      SendPaymentResultV2Request result;
      result.outcome = turns_.told_ok ? Outcome::OK : Outcome::KO;
      result.payments.emplace_back().paymentToken = token;
      talk(nodo, checkout, PrimitiveId::sendPaymentResultV2, result);
    }
    std::string_view was = "none";
    for (const std::int64_t cents : turns_.storno) {
      note(checkout, "storno", transaction, was, "REQUESTED", "CHK-04", to_text(Amount{cents}));
      note(checkout, "storno", transaction, "REQUESTED", was = "EXECUTED", "CHK-04", to_text(Amount{cents}));
    }
    if (!turns_.manual.empty()) note(checkout, "storno", transaction, was, "MANUAL", "CHK-04", turns_.manual);
  }
  void at_the_counter(const std::string& token) {
    activation(psp, token);
    note(psp, "till", token, "none", "COLLECTED", "PSP-03", "1.50");
    outcome(token);
    if (turns_.certified) note(psp, "till", token, "COLLECTED", "CERTIFIED", "PSP-08", "1.50");
    if (turns_.returned) note(psp, "till", token, "CERTIFIED", "RETURNED", "PSP-07", "1.50");
    receipts(token);
  }

  const std::string number = "302001234567890123", notice = std::string(owner) + "/" + number;
  Turns turns_;
  Registry registry_;
  Settings settings_;
  Ledger ledger_;
  std::size_t at_ = 0;
  ExchangeId exchange_ = 0;
};

Turns as_it_should() { return {}; }
/// The PSP's outcome never came good: the Nodo says KO, and the money goes back.
Turns refused() {
  Turns out;
  out.paid = out.told_ok = false;
  out.receipts.clear();
  out.storno = {150};
  return out;
}

}  // namespace

TEST_CASE("every rule of the ledger is broken by a tale that differs in one thing, and by no other") {
  struct Case {
    std::string_view rule;
    Turns turns;
    void (*twist)(Turns&);
    Role who;
  };
  Turns counter;
  counter.counter = true;
  const Case cases[] = {
      {"LED-01", refused(), [](Turns& t) { t.receipts = {std::string(owner)}; }, Role::nodo},
      {"LED-02", as_it_should(), [](Turns& t) { t.times = 2; }, Role::nodo},
      {"LED-02", as_it_should(), [](Turns& t) { t.closed_by_another = true; }, Role::nodo},
      {"LED-03", as_it_should(), [](Turns& t) { t.receipt = 150; t.receipts.pop_back(); t.receipts.emplace_back(second); }, Role::nodo},
      {"LED-04", as_it_should(), [](Turns& t) { t.receipts.emplace_back(stranger); }, Role::nodo},
      {"LED-05", as_it_should(), [](Turns& t) { t.receipts.pop_back(); }, Role::nodo},
      {"LED-06", as_it_should(), [](Turns& t) { t.receipts.emplace_back(owner); }, Role::nodo},
      {"LED-07", as_it_should(), [](Turns& t) { t.activated = 99, t.closed = 149; }, Role::nodo},
      {"LED-07", as_it_should(), [](Turns& t) { t.parts = 90; }, Role::ec},
      {"LED-08", as_it_should(), [](Turns& t) { t.closed = 100; }, Role::checkout},
      {"LED-08", as_it_should(), [](Turns& t) { t.grand_total = 100; }, Role::checkout},
      {"LED-09", as_it_should(), [](Turns& t) { t.notified = 150; }, Role::nodo},
      {"LED-10", as_it_should(), [](Turns& t) { t.outcome_fee = 0; }, Role::psp},
      {"LED-11", as_it_should(), [](Turns& t) { t.charged = false; }, Role::checkout},
      {"LED-12", refused(), [](Turns& t) { t.storno = {100}; }, Role::checkout},
      {"LED-13", refused(), [](Turns& t) { t.storno = {150, 150}; }, Role::checkout},
      {"LED-14", as_it_should(), [](Turns& t) { t.storno = {150}; }, Role::checkout},
      {"LED-15", refused(), [](Turns& t) { t.storno.clear(); }, Role::checkout},
      {"LED-15", refused(), [](Turns& t) { t.storno.clear(), t.manual = "close-in-doubt"; }, Role::checkout},  // told KO: nobody is in doubt
      {"LED-16", refused(), [](Turns& t) { t.storno.clear(), t.told_ok = true; }, Role::nodo},
      {"LED-16", as_it_should(), [](Turns& t) { t.told_ok = false; }, Role::nodo},
      {"LED-17", counter, [](Turns& t) { t.certified = false; }, Role::psp},
      {"LED-17", counter, [](Turns& t) { t.returned = true; }, Role::psp},
      {"LED-17", counter, [](Turns& t) { t.paid = false, t.receipts.clear(); }, Role::psp},
  };
  for (const LedgerRule& rule : ledger_rules()) {
    CAPTURE(rule.id);
    CHECK(find_ledger_rule(rule.id) == &rule);
    CHECK(std::any_of(std::begin(cases), std::end(cases), [&](const Case& c) { return c.rule == rule.id; }));
  }
  CHECK(find_ledger_rule("LED-99") == nullptr);
  for (const Case& c : cases) {
    CAPTURE(c.rule);
    CHECK(Tale(c.turns).rules().empty());
    Turns twisted = c.turns;
    c.twist(twisted);
    const Tale tale(twisted);
    const std::vector<std::string_view> broken = tale.rules();
    for (const std::string_view rule : broken) CHECK(rule == c.rule);
    REQUIRE(!broken.empty());
    const Breach& breach = tale.breaches().front();
    CHECK(breach.who.role == c.who);
    CHECK(!breach.scripted);
    CHECK(!breach.expected.it.empty());
    CHECK(!breach.found.it.empty());
  }
}

TEST_CASE("what the documents let rest, and what nobody can know, breaks no rule") {
  struct Case {
    const char* name;
    Turns turns;
    void (*twist)(Turns&);
  };
  const Case cases[] = {
      {"a person has it, and no result came", refused(), [](Turns& t) { t.storno.clear(), t.told = false, t.manual = "result-missing"; }},
      {"a person has it, for the gateway does not reverse", refused(), [](Turns& t) { t.storno.clear(), t.manual = "storno-not-allowed"; }},
      {"the receipt was sent as often as it must be", as_it_should(), [](Turns& t) { t.receipts_taken = false, t.retries = 0; }},
      {"a second close was refused, the first not heard", as_it_should(), [](Turns& t) { t.close_lost_then_refused = true, t.told = false, t.storno = {150}; }},
      {"the details of a close agree", as_it_should(), [](Turns& t) { t.grand_total = 150; }},
      {"a run cut short concludes nothing", as_it_should(), [](Turns& t) { t.receipts.clear(), t.cut_short = true; }},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Turns twisted = c.turns;
    c.twist(twisted);
    CHECK(Tale(twisted).rules().empty());
  }
  // And none of this holds without its reason.
  Turns unanswered = as_it_should();
  unanswered.receipts_taken = false;
  CHECK(Tale(unanswered).rules() == std::vector<std::string_view>{"LED-05", "LED-05"});
}

TEST_CASE("what the scenario made a party do is told as scripted") {
  Turns turns = refused();
  turns.receipts = {std::string(owner)};
  turns.scripted_receipts = true;
  const Tale tale(turns);
  REQUIRE(tale.breaches().size() == 1);
  CHECK(tale.breaches().front().rule == "LED-01");
  CHECK(tale.breaches().front().scripted);
}

TEST_CASE("a breach names the amounts, the tokens and the ECs concerned") {
  Turns turns = as_it_should();
  turns.receipt = 150;
  const Tale tale(turns);
  const Told expected{"la ricevuta di tok0 è di 1.00 = 77777777777:0.60 + 80000000002:0.40, senza commissione",
                      "the receipt of tok0 is of 1.00 = 77777777777:0.60 + 80000000002:0.40, without the fee"};
  REQUIRE(!tale.breaches().empty());
  CHECK(tale.breaches().front().expected == expected);
}

TEST_CASE("the accounts say where the money is") {
  const Tale paid(as_it_should());
  CHECK(paid.account("user") == -150);
  CHECK(paid.account("gateway") == 0);
  CHECK(paid.account("psp PSPSIM01") == 50);  // the fee is its own
  CHECK(paid.account("receipts of ec 77777777777") == 60);
  CHECK(paid.account("receipts of ec 80000000002") == 40);
  CHECK(paid.account("owed to ec 80000000002") == 0);
  const Tale back(refused());
  CHECK(back.account("user") == 0);
  CHECK(back.account("gateway") == 0);
  Turns unsent = as_it_should();
  unsent.receipts.pop_back();
  CHECK(Tale(unsent).account("owed to ec 80000000002") == 40);
  Turns out_of_nothing = as_it_should();
  out_of_nothing.charged = false;
  CHECK(Tale(out_of_nothing).account("gateway") == -150);
}

TEST_CASE("a copy of a ledger goes on by itself") {
  const scenario::Scenario scenario = shipped_one("psp-ko-then-paid-with-another");
  const Journal journal = play(scenario, 1, Fidelity::typed, casting_of(*actors::find_mutant("skips-storno")));
  const std::vector<Breach> whole = found_in(scenario, journal);
  REQUIRE(!whole.empty());
  for (std::size_t cut = 0; cut < journal.entries.size(); cut += 7) {
    Ledger first(scenario.registry, scenario.settings);
    for (std::size_t i = 0; i < cut; ++i) first.see(i, journal.entries[i]);
    const auto before = first.accounts();
    Ledger copy = first;
    for (std::size_t i = cut; i < journal.entries.size(); ++i) copy.see(i, journal.entries[i]);
    copy.finish(journal.cut_short);
    CHECK(first.accounts() == before);
    CHECK(copy.breaches() == whole);
    for (std::size_t i = cut; i < journal.entries.size(); ++i) first.see(i, journal.entries[i]);
    first.finish(journal.cut_short);
    CHECK(first.breaches() == whole);
  }
}

TEST_CASE("the ledger balances and blames nobody in the shipped scenarios") {
  for (const scenario::Scenario& scenario : support::shipped()) {
    if (scenario.fails.empty()) blames_nobody(scenario, 1);
  }
}

TEST_CASE("the ledger balances and blames nobody in a thousand random payments") {
  const support::RandomPayments payments({true, true, true, true, true});
  const auto plays = [&](std::uint64_t seed) {
    const auto loaded = scenario::load("random", payments.draw(seed).xml());
    REQUIRE(loaded);
    blames_nobody(*loaded, seed);
  };
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) plays(seed);
  // Of two transactions that share a token one is told its result, and the other one is with a person. [SIL-TOKEN-SHARED]
  for (const std::uint64_t seed : {2383, 4211, 10863, 12636, 14701, 16610, 19789}) plays(seed);
}

TEST_CASE("the ledger finds out actors that go wrong with money, and blames them alone") {
  struct Case {
    const char *mutant, *scenario;
    std::string_view rule;
  };
  const Case cases[] = {
      {"skips-storno", "psp-ko-then-paid-with-another", "LED-02"}, {"skips-storno", "storno-not-allowed", "LED-15"},
      {"storno-when-paid", "versions-mixed-among-recipients", "LED-14"}, {"storno-twice", "storno-not-allowed", "LED-13"},
      {"storno-of-another-amount", "storno-not-allowed", "LED-12"}, {"storno-forgotten-after-result", "late-result-ko", "LED-15"},
      {"storno-forgotten-at-expiry", "authorised-too-late", "LED-15"}, {"storno-forgotten-at-expiry", "unheard-until-the-session-is-over", "LED-15"}, {"storno-forgotten-at-expiry", "session-over-before-the-mail-of-the-storno", "LED-15"}, {"closes-ok-when-denied", "denied-in-version-1", "LED-11"},
      {"wrong-total", "versions-mixed-among-recipients", "LED-08"}, {"credit-card-payment", "psp-refuses-in-version-1", "LED-09"},
      {"accepts-outcome-after-ko", "race-refused", "LED-14"}, {"accepts-outcome-ko", "outcome-for-half-of-the-tokens", "LED-16"},
      {"receipt-never", "versions-mixed-among-recipients", "LED-05"}, {"receipt-to-the-owner-only", "versions-mixed-among-recipients", "LED-05"},
      {"receipt-to-a-stranger", "two-notices-one-outcome", "LED-04"}, {"receipt-twice", "versions-mixed-among-recipients", "LED-06"},
      {"receipt-includes-the-fee", "versions-mixed-among-recipients", "LED-03"}, {"receipt-before-the-answer", "versions-mixed-among-recipients", "LED-01"},
      {"result-always-ok", "outcome-ko-of-version-2-after-expiry", "LED-16"}, {"keeps-the-duplicate", "duplicate-money-is-reported", "LED-17"},
      {"duplicate-taken-for-good", "duplicate-money-is-reported", "LED-17"}, {"no-certificate", "paid-at-the-counter-in-version-2", "LED-17"},
      {"certificate-of-another-token", "paid-at-the-counter-in-version-2", "LED-17"}, {"outcome-ko", "paid-at-the-counter-in-version-2", "LED-17"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.mutant);
    CAPTURE(c.scenario);
    const actors::Mutant* mutant = actors::find_mutant(c.mutant);
    REQUIRE(mutant != nullptr);
    const scenario::Scenario scenario = shipped_one(c.scenario);
    bool found = false;
    for (const Breach& breach : found_in(scenario, play(scenario, 1, Fidelity::typed, casting_of(*mutant)))) {
      if (breach.scripted || !scenario.judges_role(breach.who.role)) continue;
      CHECK(breach.who.role == mutant->role);
      found = found || breach.rule == c.rule;
    }
    CHECK(found);
  }
}

TEST_CASE("with no expectations left, and nothing for a monitor or a law to see, the ledger alone makes a PASS a FAIL") {
  struct Case {
    const char *mutant, *scenario;
    std::string_view rule;
  };
  const Case cases[] = {
      {"storno-when-paid", "versions-mixed-among-recipients", "LED-14"}, {"no-certificate", "paid-at-the-counter-in-version-2", "LED-17"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.mutant);
    CAPTURE(c.scenario);
    scenario::Scenario scenario = shipped_one(c.scenario);
    scenario.expectations.clear();
    CHECK(report::judge(scenario, play(scenario, 1, Fidelity::typed, cast)).verdict == Verdict::PASS);
    const report::Judgement judgement = report::judge(scenario, play(scenario, 1, Fidelity::typed, casting_of(*actors::find_mutant(c.mutant))));
    CHECK(judgement.verdict == Verdict::FAIL);
    REQUIRE(!judgement.findings.empty());
    for (const report::Finding& finding : judgement.findings) CHECK(finding.rule == c.rule);
  }
}
