// Nobody who behaves by itself is blamed: neither in the shipped scenarios nor in payments that nobody thought of.
#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

#include "actors/cast.hpp"
#include "sim/contract/rules.hpp"
#include "sim/monitors.hpp"
#include "sim/play.hpp"
#include "sim/report/judge.hpp"
#include "tests/support/random_payments.hpp"
#include "tests/support/shipped.hpp"

namespace {

using namespace sim;

Cast cast(const contract::Registry& registry, std::span<const contract::DebtPosition> positions) { return actors::cast(registry, positions); }

Monitors watch(const scenario::Scenario& scenario, const Journal& journal) {
  Monitors out(scenario.registry, scenario.settings);
  for (std::size_t i = 0; i < journal.entries.size(); ++i) out.see(i, journal.entries[i]);
  out.finish(journal.cut_short);
  return out;
}

using namespace sim::contract;
using Stage = Hop::Stage;
const Party checkout{Role::checkout, ""}, nodo{Role::nodo, ""}, psp{Role::psp, "PSPSIM01"}, ec{Role::ec, "77777777777"};

/// With a second channel, and a postal account of the EC.
const Registry& registry() {
  static const Registry with_both = [] {
    Registry out = built_in_registry();
    PaymentServiceProvider& provider = *out.psp("PSPSIM01");
    provider.channels.push_back(provider.channels.front());
    provider.channels.back().idChannel = "version 2";
    provider.channels.back().primitive_version = 2;
    out.creditor(ec.id)->ibans.emplace_back("IT60X0760105428112345678901");
    return out;
  }();
  return with_both;
}

/// A journal in the making.
struct Book {
  Journal journal;
  ExchangeId exchange = 0;

  void hop(Stage stage, Leg leg, const Party& from, const Party& to, const Body& body, ExchangeId of = 0) {
    journal.add(journal.end + seconds(1), Hop{stage, leg, primitive_of(*body), of == 0 ? exchange : of, from, to, body, 200, 0, 0, {}});
  }
  void ask(const Party& from, const Party& to, const Body& said) {
    ++exchange;
    hop(Stage::sent, Leg::request, from, to, said);
    hop(Stage::received, Leg::request, from, to, said);
  }
  void answer(const Party& from, const Party& to, const Body& said) {
    hop(Stage::sent, Leg::response, from, to, said);
    hop(Stage::received, Leg::response, from, to, said);
  }
  void talk(const Party& from, const Party& to, Message question, Message reply) {
    ask(from, to, share(std::move(question)));
    answer(to, from, share(std::move(reply)));
  }
  void close() {
    ClosePaymentV2Request said;
    said.paymentTokens = {"tok"};
    talk(checkout, nodo, std::move(said), ClosePaymentV2Response{});
  }
  void notify(bool ok, bool card = false, const std::string& channel = "90000000001_02") {
    PspNotifyPaymentReq said;
    said.paymentToken = "tok";
    said.idChannel = channel;
    if (card) said.creditCardPayment.emplace();
    talk(nodo, psp, std::move(said), ok ? blank(PrimitiveId::pspNotifyPayment, Leg::response) : refusal(PrimitiveId::pspNotifyPayment, fault_bean("CANALE_SEMANTICA", "PSPSIM01")));
  }
  void outcome(Outcome outcome, bool ok) {
    SendPaymentOutcomeReq said;
    said.paymentToken = "tok";
    said.outcome = outcome;
    talk(psp, nodo, std::move(said), ok ? blank(PrimitiveId::sendPaymentOutcome, Leg::response) : refusal(PrimitiveId::sendPaymentOutcome, fault_bean("PPT_SEMANTICA", nodo_id)));
  }
  void attempt(std::int64_t after, const std::string& key) {
    SendPaymentOutcomeReq said;
    said.paymentToken = "tok";
    said.idempotencyKey = key;
    journal.end = journal.end + seconds(after);
    ask(psp, nodo, share(Message(said)));
  }
  void receipt(bool known = false) {
    PaSendRTReq said;
    said.receipt.receiptId = "tok";
    said.receipt.fiscalCode = ec.id;
    said.receipt.noticeNumber = "302001234567890123";
    talk(nodo, ec, std::move(said), known ? refusal(PrimitiveId::paSendRT, fault_bean("PAA_RECEIPT_DUPLICATA", ec.id)) : blank(PrimitiveId::paSendRT, Leg::response));
  }
  void receipt_of(std::int64_t cents, const Party& to) {  // nobody answers
    PaSendRTReq said;
    said.receipt.receiptId = "tok";
    said.receipt.fiscalCode = ec.id;
    said.receipt.noticeNumber = "302001234567890123";
    said.receipt.paymentAmount = Amount{cents};
    said.receipt.transferList.transfer.emplace_back();
    said.receipt.transferList.transfer.back().fiscalCodePA = ec.id;
    said.receipt.transferList.transfer.back().transferAmount = Amount{cents};
    ask(nodo, to, share(Message(std::move(said))));
  }
  void receipt_of_hour() {
    journal.end = journal.end + hours(1);
    receipt();
  }
  /// Of 1.00, all of it to the EC.
  void activate(const std::string& notice = "302001234567890123", const std::string& beneficiary = ec.id) {
    auto request = about_the_notice<ActivatePaymentNoticeV2Request>();
    request.qrCode.noticeNumber = notice;
    ask(checkout, nodo, share(Message(std::move(request))));
    const ExchangeId outer = exchange;
    PaGetPaymentRes due;
    due.data.emplace().paymentAmount = Amount{100};
    due.data->transferList.transfer.emplace_back();
    due.data->transferList.transfer.back().fiscalCodePA = beneficiary;
    if (const CreditorInstitution* of = registry().creditor(beneficiary)) due.data->transferList.transfer.back().IBAN = of->ibans.front();
    due.data->transferList.transfer.back().transferAmount = Amount{100};
    talk(nodo, ec, about_the_notice<PaGetPaymentReq>(), std::move(due));
    ActivatePaymentNoticeV2Response said;
    said.paymentToken = "tok";
    hop(Stage::sent, Leg::response, nodo, checkout, share(std::move(said)), outer);
  }
  template <class M>
  static M about_the_notice() {
    M said;
    said.qrCode = {ec.id, "302001234567890123"};
    return said;
  }
};

/// A run that keeps the rule, and the same with one thing changed.
struct Case {
  std::string_view rule;
  void (*write)(Book& book, bool well);
};
// The first value of Outcome is OK: an empty answer says so.
const Case cases[] = {
    {"CHK-02", [](Book& b, bool well) {
       const Body asked = share(Book::about_the_notice<VerifyPaymentNoticeReq>());
       b.ask(checkout, nodo, asked);
       if (well) b.talk(nodo, ec, Book::about_the_notice<PaVerifyPaymentNoticeReq>(), PaVerifyPaymentNoticeRes{});
       b.exchange = 1;
       b.answer(nodo, checkout, share(VerifyPaymentNoticeRes{}));
     }},
    {"CHK-03", [](Book& b, bool well) {
       b.ask(checkout, nodo, share(Book::about_the_notice<ActivatePaymentNoticeV2Request>()));
       if (well) b.talk(nodo, ec, Book::about_the_notice<PaGetPaymentReq>(), PaGetPaymentRes{});
       b.exchange = 1;
       ActivatePaymentNoticeV2Response said;
       said.paymentToken = "tok";
       b.answer(nodo, checkout, share(std::move(said)));
     }},
    {"CHK-04", [](Book& b, bool well) { if (well) b.close(); b.notify(true); }},
    {"CHK-05", [](Book& b, bool well) { b.close(); b.notify(false); b.outcome(Outcome::OK, !well); }},
    {"CHK-06", [](Book& b, bool well) { b.close(); b.notify(true); b.outcome(Outcome::KO, !well); }},
    {"CHK-07", [](Book& b, bool well) { if (well) b.outcome(Outcome::OK, true); b.receipt(); }},
    {"CHK-08", [](Book& b, bool well) {
       b.receipt();
       b.talk(nodo, ec, Book::about_the_notice<PaGetPaymentReq>(), well ? refusal(PrimitiveId::paGetPayment, fault_bean("PAA_PAGAMENTO_DUPLICATO", ec.id)) : Message(PaGetPaymentRes{}));
     }},
    {"CHK-09", [](Book& b, bool well) {
       PaGetPaymentRes bare;
       bare.outcome = Outcome::KO;
       b.talk(nodo, ec, Book::about_the_notice<PaGetPaymentReq>(), well ? refusal(PrimitiveId::paGetPayment, fault_bean("PAA_PAGAMENTO_SCADUTO", ec.id)) : Message(bare));
     }},
    {"CHK-11", [](Book& b, bool well) { b.notify(true, false, well ? "90000000001_02" : "version 2"); }},
    {"CHK-13", [](Book& b, bool well) {
       if (well) b.notify(true);
       else b.journal.add(run_start, Hop{Stage::sent, Leg::request, PrimitiveId::pspNotifyPayment, 1, nodo, psp, Malformed{}, 200, 0, 0, {}});
     }},
    {"CHK-14", [](Book& b, bool well) { b.outcome(Outcome::OK, true); if (!well) b.outcome(Outcome::OK, true); }},
    {"CHK-16", [](Book& b, bool well) { b.notify(true, !well); }},
    {"CHK-17", [](Book& b, bool well) {
       PaVerifyPaymentNoticeRes said;
       said.paymentList.emplace().paymentOptionDescription.amount = Amount{well ? 1 : 0};
       b.talk(nodo, ec, Book::about_the_notice<PaVerifyPaymentNoticeReq>(), std::move(said));
     }},
    {"CHK-04", [](Book& b, bool well) {
       b.close();
       b.notify(false);
       b.ask(nodo, checkout, share(Message(SendPaymentResultV1Request{"tok", "t", well ? Outcome::KO : Outcome::OK})));
     }},
    {"CHK-04", [](Book& b, bool well) {
       b.activate();
       ClosePaymentV2Request said;
       said.paymentTokens = {"tok"};
       said.totalAmount = Amount{well ? 150 : 149};
       said.fee = Amount{50};
       b.ask(checkout, nodo, share(Message(std::move(said))));
     }},
    {"CHK-04", [](Book& b, bool well) {
       b.activate();
       b.close();
       PspNotifyPaymentReq said;
       said.paymentToken = "tok";
       said.debtAmount = Amount{100};
       said.transferList.transfer.emplace_back();
       said.transferList.transfer.back().fiscalCodePA = ec.id;
       said.transferList.transfer.back().transferAmount = Amount{well ? 100 : 99};
       b.ask(nodo, psp, share(Message(std::move(said))));
     }},
    {"CHK-06", [](Book& b, bool well) { b.close(); b.notify(true); if (!well) b.journal.end = b.journal.end + seconds(2); b.outcome(Outcome::OK, true); }},
    {"CHK-06", [](Book& b, bool well) { b.close(); b.notify(true); if (well) b.outcome(Outcome::OK, true); }},
    {"CHK-07", [](Book& b, bool well) { b.outcome(Outcome::OK, true); b.receipt(); if (!well) b.receipt(); }},
    {"CHK-07", [](Book& b, bool well) { b.outcome(Outcome::OK, true); b.receipt_of(100, well ? ec : Party{Role::ec, "99999999999"}); }},
    {"CHK-13", [](Book& b, bool well) {
       if (well) b.talk(nodo, ec, Book::about_the_notice<PaGetPaymentReq>(), PaGetPaymentRes{});
       else b.talk(nodo, ec, Book::about_the_notice<PaGetPaymentV2Request>(), PaGetPaymentV2Response{});
     }},
    {"CHK-20", [](Book& b, bool well) { b.receipt_of(100, ec); b.journal.end = b.journal.end + minutes(well ? 60 : 50); b.receipt(); }},
    {"CHK-20", [](Book& b, bool well) { b.receipt_of(100, ec); b.journal.end = b.journal.end + hours(1); b.receipt_of(100, ec); if (well) b.receipt_of_hour(); }},
    {"EC-09", [](Book& b, bool well) { b.activate(); b.outcome(Outcome::OK, true); b.receipt_of(well ? 100 : 99, ec); }},
    {"CHK-03", [](Book& b, bool well) {
       b.activate();
       b.activate(well ? "302001234567890123" : "302001234567890124");
     }},
    {"CHK-10", [](Book& b, bool well) {
       b.close();
       PspNotifyPaymentV2 said;
       said.paymentList.payment.emplace_back().paymentToken = "tok";
       b.ask(nodo, psp, share(Message(std::move(said))));
       b.journal.add(b.journal.end + seconds(7), Unanswered{b.exchange, PrimitiveId::pspNotifyPaymentV2, nodo, psp, Silence::timeout});
       if (well) b.journal.end = b.journal.end + Settings{}.token_extension;
       SendPaymentResultV2Request result;
       result.outcome = Outcome::KO;
       result.payments.emplace_back().paymentToken = "tok";
       b.ask(nodo, checkout, share(Message(std::move(result))));
     }},
    {"CHK-18", [](Book& b, bool well) {
       auto said = Book::about_the_notice<ActivatePaymentNoticeV2Request>();
       said.paymentNote = "cart";
       b.ask(psp, nodo, share(Message(said)));
       auto asked = Book::about_the_notice<PaGetPaymentReq>();
       if (well) asked.paymentNote = "cart";
       b.ask(nodo, ec, share(Message(asked)));
     }},
    {"CHK-19", [](Book& b, bool well) {
       VerifyPaymentNoticeRes said;
       if (!well) said.standin = true;
       b.talk(checkout, nodo, Book::about_the_notice<VerifyPaymentNoticeReq>(), std::move(said));
     }},
    {"PSP-01", [](Book& b, bool well) {
       b.ask(nodo, psp, share(Message(PspNotifyPaymentReq{})));
       if (!well) b.journal.end = b.journal.end + seconds(2);
       b.answer(psp, nodo, share(blank(PrimitiveId::pspNotifyPayment, Leg::response)));
     }},
    {"PSP-01", [](Book& b, bool well) {
       b.ask(nodo, psp, share(Message(PspNotifyPaymentReq{})));
       b.journal.add(b.journal.end + seconds(well ? 7 : 2), Unanswered{b.exchange, PrimitiveId::pspNotifyPayment, nodo, psp, Silence::timeout});
     }},
    {"CHK-04", [](Book& b, bool well) {
       b.close();
       b.notify(false);
       if (well) b.ask(nodo, checkout, share(Message(SendPaymentResultV1Request{"tok", "t", Outcome::KO})));
     }},
    {"CHK-18", [](Book& b, bool well) {
       CartsV2Request cart;
       cart.idCart = well ? "cart" : "another";
       cart.paymentNotices.push_back({"302001234567890123", ec.id, Amount{100}, "", ""});
       b.ask(ec, checkout, share(Message(cart)));
       auto said = Book::about_the_notice<ActivatePaymentNoticeV2Request>();
       said.paymentNote = "cart";
       b.ask(checkout, nodo, share(Message(said)));
     }},
    {"CHK-24", [](Book& b, bool well) {
       b.exchange = 1;
       if (well) b.ask(ec, checkout, share(Message(CartsV2Request{})));
       else b.journal.add(run_start, Hop{Stage::received, Leg::request, PrimitiveId::cartsV2, 1, ec, checkout, Malformed{}, 200, 0, 0, {}});
       CartsV2Response said;
       said.location = "https://checkout.example/c/1";
       b.answer(checkout, ec, share(Message(said)));
     }},
    {"EC-04", [](Book& b, bool well) {
       auto asked = Book::about_the_notice<PaGetPaymentReq>();
       asked.transferType = "POSTAL";
       PaGetPaymentRes said;
       auto& transfer = said.data.emplace().transferList.transfer.emplace_back();
       transfer.fiscalCodePA = ec.id;
       transfer.IBAN = well ? "IT60X0760105428112345678901" : "IT60X0542811101000000123456";
       b.talk(nodo, ec, std::move(asked), std::move(said));
     }},
    {"EC-05", [](Book& b, bool well) { b.activate("302001234567890123", well ? ec.id : "00000000000"); }},
    {"CHK-15", [](Book& b, bool well) { b.outcome(Outcome::OK, true); b.outcome(well ? Outcome::OK : Outcome::KO, true); }},
    {"CHK-21", [](Book& b, bool well) {
       SendPaymentOutcomeReq said;
       said.paymentToken = "tok";
       said.outcome = Outcome::KO;
       b.talk(psp, nodo, said, refusal(PrimitiveId::sendPaymentOutcome, fault_bean(well ? "PPT_TOKEN_SCADUTO_KO" : "PPT_TOKEN_SCADUTO", nodo_id)));
     }},
    {"CHK-22", [](Book& b, bool well) {
       SendPaymentOutcomeReq said;
       said.paymentToken = "tok";
       said.idempotencyKey = well ? "60000000001_abcdefghij" : "a";
       b.ask(psp, nodo, share(Message(said)));
     }},
    {"EC-01", [](Book& b, bool well) {
       b.talk(nodo, ec, Book::about_the_notice<PaGetPaymentReq>(), PaGetPaymentRes{});
       b.talk(nodo, ec, Book::about_the_notice<PaGetPaymentReq>(), well ? Message(PaGetPaymentRes{}) : refusal(PrimitiveId::paGetPayment, fault_bean("PAA_PAGAMENTO_DUPLICATO", ec.id)));
     }},
    {"EC-02", [](Book& b, bool well) {
       PaVerifyPaymentNoticeRes said;
       said.paymentList.emplace().paymentOptionDescription.options = well ? "EQ" : "GT";
       b.talk(nodo, ec, Book::about_the_notice<PaVerifyPaymentNoticeReq>(), std::move(said));
     }},
    {"EC-05", [](Book& b, bool well) {
       PaGetPaymentRes said;
       said.data.emplace().paymentAmount = Amount{100};
       said.data->transferList.transfer.emplace_back().transferAmount = Amount{well ? 100 : 99};
       b.talk(nodo, ec, Book::about_the_notice<PaGetPaymentReq>(), std::move(said));
     }},
    {"EC-06", [](Book& b, bool well) {
       b.receipt();
       b.talk(nodo, ec, Book::about_the_notice<PaGetPaymentReq>(), refusal(PrimitiveId::paGetPayment, fault_bean(well ? "PAA_PAGAMENTO_DUPLICATO" : "PAA_PAGAMENTO_SCADUTO", ec.id)));
     }},
    {"EC-07", [](Book& b, bool well) { b.receipt(); b.receipt(well); }},
    {"PSP-04", [](Book& b, bool well) { b.attempt(0, "60000000001_abcdefghij"); b.attempt(30, well ? "60000000001_abcdefghij" : "60000000001_klmnopqrst"); }},
    {"PSP-05", [](Book& b, bool well) { b.attempt(0, "60000000001_abcdefghij"); b.attempt(well ? 30 : 5, "60000000001_abcdefghij"); }},
    {"PSP-05", [](Book& b, bool well) {
       for (std::int64_t i = 0; i < Settings{}.outcome_attempts + (well ? 0 : 1); ++i) b.attempt(1000, "60000000001_abcdefghij");
     }},
    {"PSP-02", [](Book& b, bool well) { b.notify(well); b.outcome(Outcome::OK, false); }},
};

Monitors watch(const Book& book) {
  Monitors out(registry(), Settings{});
  for (std::size_t i = 0; i < book.journal.entries.size(); ++i) out.see(i, book.journal.entries[i]);
  out.finish(false);
  return out;
}

}  // namespace

TEST_CASE("every monitor holds in a run that keeps its rule, and breaks in one that does not") {
  for (const MonitorRow& row : monitors()) {
    CAPTURE(row.rule);
    const auto of_rule = [&](const auto& it) { return it.rule == row.rule; };
    CHECK(std::count_if(std::begin(cases), std::end(cases), of_rule) >= std::count_if(monitors().begin(), monitors().end(), of_rule));
  }
  for (const Case& c : cases) {
    CAPTURE(c.rule);
    Book well, ill;
    c.write(well, true);
    c.write(ill, false);
    CHECK(watch(well).fate(c.rule) == Exercise::held);
    CHECK(watch(ill).fate(c.rule) == Exercise::broken);
  }
}

TEST_CASE("every rule that is watched stands in the catalogue and can be shown") {
  for (const MonitorRow& row : monitors()) {
    CAPTURE(row.rule);
    REQUIRE(contract::find_rule(row.rule) != nullptr);
    CHECK(contract::find_rule(row.rule)->not_shown.en.empty());
  }
}

TEST_CASE("the monitors blame nobody in the shipped scenarios, and each of them has something to watch") {
  std::set<std::string_view> held;
  for (const scenario::Scenario& scenario : support::shipped()) {
    CAPTURE(scenario.id);
    const Monitors seen = watch(scenario, play(scenario, 1, Fidelity::typed, cast));
    for (const MonitorRow& row : monitors()) {
      if (seen.fate(row.rule) == Exercise::held) held.insert(row.rule);
    }
    if (!scenario.fails.empty()) continue;
    for (const Breach& breach : seen.breaches()) {
      CAPTURE(breach.rule);
      CAPTURE(breach.entry);
      CHECK(breach.scripted);
    }
  }
  for (const MonitorRow& row : monitors()) {
    if (row.rule != "CHK-08" && row.rule != "EC-06") CHECK_MESSAGE(held.contains(row.rule), row.rule);  // the Nodo itself answers about a paid notice
  }
}

TEST_CASE("the monitors blame nobody in a thousand random payments") {
  const support::RandomPayments payments({true, true, true, true, true});
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const support::RandomPayment drawn = payments.draw(seed);
    const auto loaded = scenario::load("random", drawn.xml());
    REQUIRE(loaded);
    const Monitors seen = watch(*loaded, play(*loaded, seed, Fidelity::typed, cast));
    for (const Breach& breach : seen.breaches()) {
      CAPTURE(seed);
      CAPTURE(breach.rule);
      CAPTURE(breach.entry);
      CHECK(breach.scripted);
    }
  }
}

TEST_CASE("a scenario that expects nothing is judged by what the monitors see") {
  const auto loaded = scenario::load("watched.xml", R"(<scenario version="1" id="watched" judges="nodo">
    <title lang="it">Un pagamento guardato</title><title lang="en">A payment that is watched</title>
    <notice number="302041234567890123" amount="10.00"/>
    <steps><pay/></steps>
  </scenario>)");
  REQUIRE(loaded);
  Journal journal = play(*loaded, 1, Fidelity::typed, cast);
  CHECK(report::judge(*loaded, journal).verdict == report::Verdict::PASS);

  // The same journal without the close: the notification has no leave to go.
  std::erase_if(journal.entries, [](const Entry& entry) {
    const auto* hop = std::get_if<Hop>(&entry.what);
    return hop != nullptr && hop->primitive == contract::PrimitiveId::closePaymentV2;
  });
  const report::Judgement judgement = report::judge(*loaded, journal);
  CHECK(judgement.verdict == report::Verdict::FAIL);
  REQUIRE(judgement.findings.size() == 1);
  CHECK(judgement.findings.front().rule == "CHK-04");
  CHECK(judgement.findings.front().who == "nodo");
}
