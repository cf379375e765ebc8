// Nobody who behaves by itself is blamed: neither in the shipped scenarios nor in payments that nobody thought of.
#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

#include "actors/cast.hpp"
#include "sim/contract/magic_psps.hpp"
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

/// With a channel of version 2 and one that wants card data, and a postal account of the EC.
const Registry& registry() {
  static const Registry with_both = [] {
    Registry out = built_in_registry();
    PaymentServiceProvider& provider = *out.psp("PSPSIM01");
    provider.channels.push_back(provider.channels.front());
    provider.channels.back().idChannel = "version 2";
    provider.channels.back().primitive_version = 2;
    provider.channels.push_back(provider.channels.front());
    provider.channels.back().idChannel = "wants card data";
    provider.channels.back().wants_card_data = true;
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
  void close() { close(closing()); }
  void close(ClosePaymentV2Request said) { talk(checkout, nodo, std::move(said), ClosePaymentV2Response{}); }
  /// Whoever sent it: what is watched is that the Nodo takes it.
  void taken(ClosePaymentV2Request said) {
    ++exchange;
    hop(Stage::received, Leg::request, checkout, nodo, share(Message(std::move(said))));
    answer(nodo, checkout, share(Message(ClosePaymentV2Response{})));
  }
  /// Of the one token, through the PSP and its channel of version 1.
  static ClosePaymentV2Request closing() {
    ClosePaymentV2Request said;
    said.paymentTokens = {"tok"};
    said.idPSP = psp.id;
    said.idChannel = "90000000001_02";
    return said;
  }
  static ClosePaymentV2Request closing_by_card(bool whole) {
    ClosePaymentV2Request said = closing();
    said.paymentMethod = "CP";
    said.additionalPaymentInformations.emplace().members = {{"outcomePaymentGateway", "OK"}, {"authorizationCode", "1"}, {"totalAmount", "1"}, {"fee", "1"}, {"timestampOperation", "1"}, {whole ? "rrn" : "other", "1"}};
    return said;
  }
  void order(const Party& who, std::string verb, std::vector<std::pair<std::string, std::string>> with) {
    journal.add(journal.end + seconds(1), Commanded{who, Command{1, std::move(verb), std::move(with)}, 0});
  }
  void unanswered(const Party& by, const Party& of, PrimitiveId id, std::int64_t after) { journal.add(journal.end + seconds(after), Unanswered{exchange, id, by, of, Silence::timeout}); }
  /// It arrives as no message at all.
  void nonsense(const Party& from, const Party& to, PrimitiveId id, Leg leg, const char* place) {
    Malformed said;
    said.violations.emplace_back().place = place;
    journal.add(journal.end + seconds(1), Hop{Stage::received, leg, id, exchange, from, to, said, 200, 0, 0, {}});
  }
  /// The PSP does not answer its notification in version 2.
  void silent() {
    ClosePaymentV2Request said = closing();
    said.fee = Amount{50};
    close(said);
    PspNotifyPaymentV2 notification;
    notification.paymentList.payment.emplace_back().paymentToken = "tok";
    ask(nodo, psp, share(Message(std::move(notification))));
    unanswered(nodo, psp, PrimitiveId::pspNotifyPaymentV2, 7);
  }
  void result(Outcome outcome) {
    SendPaymentResultV2Request said;
    said.outcome = outcome;
    said.payments.emplace_back().paymentToken = "tok";
    ask(nodo, checkout, share(Message(std::move(said))));
  }
  void notify(bool ok, bool card = false, const std::string& channel = "90000000001_02") {
    PspNotifyPaymentReq said;
    said.paymentToken = "tok";
    said.idChannel = channel;
    if (card) said.creditCardPayment.emplace();
    talk(nodo, psp, std::move(said), ok ? blank(PrimitiveId::pspNotifyPayment, Leg::response) : refusal(PrimitiveId::pspNotifyPayment, fault_bean("CANALE_SEMANTICA", "PSPSIM01")));
  }
  void outcome(Outcome outcome, bool ok, const char* fault = "PPT_SEMANTICA") {
    SendPaymentOutcomeReq said = outcome_of_the_token();
    said.outcome = outcome;
    said.details.emplace().fee = Amount{50};
    talk(psp, nodo, std::move(said), ok ? blank(PrimitiveId::sendPaymentOutcome, Leg::response) : refusal(PrimitiveId::sendPaymentOutcome, fault_bean(fault, nodo_id)));
  }
  static SendPaymentOutcomeReq outcome_of_the_token() {
    SendPaymentOutcomeReq said;
    said.idPSP = psp.id;
    said.idBrokerPSP = "90000000001";
    said.idChannel = "90000000001_02";
    said.password = "pwd_sim_0001";
    said.paymentToken = "tok";
    return said;
  }
  void attempt(std::int64_t after, const std::string& key) {
    SendPaymentOutcomeReq said = outcome_of_the_token();
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
  void receipt_of(std::int64_t cents, const Party& to, const std::string& reference = {}, const std::string& station = {}) {  // nobody answers
    PaSendRTReq said;
    said.idStation = station;
    said.receipt.creditorReferenceId = reference;
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
  static PaGetPaymentRes due(const std::string& beneficiary = ec.id) {
    PaGetPaymentRes out;
    out.data.emplace().paymentAmount = Amount{100};
    out.data->dueDate = "2099-01-01";
    out.data->transferList.transfer.emplace_back();
    out.data->transferList.transfer.back().fiscalCodePA = beneficiary;
    if (const CreditorInstitution* of = registry().creditor(beneficiary)) out.data->transferList.transfer.back().IBAN = of->ibans.front();
    out.data->transferList.transfer.back().transferAmount = Amount{100};
    return out;
  }
  static Message token() {
    ActivatePaymentNoticeV2Response said;
    said.paymentToken = "tok";
    return said;
  }
  static Message no_token(const char* fault) { return refusal(PrimitiveId::activatePaymentNoticeV2, fault_bean(fault, nodo_id)); }
  void activate(const std::string& notice = "302001234567890123", const std::string& beneficiary = ec.id) { activate(due(beneficiary), token(), notice); }
  void activate(PaGetPaymentRes due, Message answered, const std::string& notice = "302001234567890123") {
    auto request = from_checkout<ActivatePaymentNoticeV2Request>();
    request.qrCode.noticeNumber = notice;
    ask(checkout, nodo, share(Message(std::move(request))));
    const ExchangeId outer = exchange;
    talk(nodo, ec, about_the_notice<PaGetPaymentReq>(), std::move(due));
    const Body said = share(std::move(answered));
    hop(Stage::sent, Leg::response, nodo, checkout, said, outer);
    hop(Stage::received, Leg::response, nodo, checkout, said, outer);
  }
  void verify(const char* fault) { talk(checkout, nodo, from_checkout<VerifyPaymentNoticeReq>(), refusal(PrimitiveId::verifyPaymentNotice, fault_bean(fault, nodo_id))); }
  void positions(const std::string& of, Outcome outcome) {
    CheckPositionRequest said;
    said.positionslist.push_back({of, "302001234567890123"});
    CheckPositionResponse answered;
    answered.outcome = outcome;
    talk(checkout, nodo, std::move(said), std::move(answered));
  }
  void asks_the_ec(const char* fault) { talk(nodo, ec, about_the_notice<PaGetPaymentReq>(), fault == nullptr ? Message(due()) : refusal(PrimitiveId::paGetPayment, fault_bean(fault, ec.id))); }
  template <class M>
  static M from_checkout() {
    M said = about_the_notice<M>();
    const TouchpointIdentity& self = registry().checkout;
    said.idPSP = self.idPSP;
    said.idBrokerPSP = self.idBrokerPSP;
    said.idChannel = self.idChannel;
    said.password = self.password;
    return said;
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
    {"PSP-04", [](Book& b, bool well) { b.notify(true); b.attempt(0, "60000000001_abcdefghij"); b.attempt(30, well ? "60000000001_abcdefghij" : "60000000001_klmnopqrst"); }},
    {"PSP-05", [](Book& b, bool well) { b.attempt(0, "60000000001_abcdefghij"); b.attempt(well ? 30 : 5, "60000000001_abcdefghij"); }},
    {"PSP-05", [](Book& b, bool well) {
       for (std::int64_t i = 0; i < Settings{}.outcome_attempts + (well ? 0 : 1); ++i) b.attempt(1000, "60000000001_abcdefghij");
     }},
    {"CHK-01", [](Book& b, bool well) {
       b.order(checkout, "verify", {{"ec", ec.id}, {"notice", well ? "302001234567890123" : "302001234567890124"}});
       b.ask(checkout, nodo, share(Message(Book::about_the_notice<VerifyPaymentNoticeReq>())));
     }},
    {"CHK-02", [](Book& b, bool well) {
       b.ask(checkout, nodo, share(Message(Book::from_checkout<VerifyPaymentNoticeReq>())));
       b.talk(nodo, ec, Book::about_the_notice<PaVerifyPaymentNoticeReq>(), PaVerifyPaymentNoticeRes{});
       b.exchange = 1;
       b.answer(nodo, checkout, share(well ? Message(VerifyPaymentNoticeRes{}) : refusal(PrimitiveId::verifyPaymentNotice, fault_bean("PPT_SYSTEM_ERROR", nodo_id))));
     }},
    {"CHK-02", [](Book& b, bool well) {  // nobody has asked the EC that is said to be silent
       b.ask(checkout, nodo, share(Message(Book::from_checkout<VerifyPaymentNoticeReq>())));
       if (well) b.ask(nodo, ec, share(Message(Book::about_the_notice<PaVerifyPaymentNoticeReq>())));
       if (well) b.unanswered(nodo, ec, PrimitiveId::paVerifyPaymentNotice, 7);
       b.exchange = 1;
       b.answer(nodo, checkout, share(refusal(PrimitiveId::verifyPaymentNotice, fault_bean("PPT_STAZIONE_INT_PA_TIMEOUT", nodo_id))));
     }},
    {"CHK-03", [](Book& b, bool well) { b.activate(Book::due(), well ? Book::token() : Book::no_token("PPT_SYSTEM_ERROR")); }},
    {"CHK-04", [](Book& b, bool well) {
       b.order(checkout, "pay", {{"ec", ec.id}, {"notice", "302001234567890123"}});
       b.activate();
       if (well) b.journal.end = b.journal.end + seconds(2);
       else b.journal.end = b.journal.end + seconds(-1);
       b.close();
     }},
    {"CHK-04", [](Book& b, bool well) {
       b.order(checkout, "pay", {{"ec", ec.id}, {"notice", "302001234567890123"}});
       b.activate();
       b.journal.end = b.journal.end + seconds(2);
       if (well) b.close();
     }},
    {"CHK-04", [](Book& b, bool well) {
       b.close();
       b.talk(nodo, checkout, SendPaymentResultV1Request{"tok", "t", Outcome::OK}, SendPaymentResultV1Response{well ? Outcome::OK : Outcome::KO, {}});
     }},
    {"CHK-05", [](Book& b, bool well) { b.activate(); b.close(); b.notify(false); b.outcome(Outcome::OK, false, well ? "PPT_SEMANTICA" : "PPT_PAGAMENTO_DUPLICATO"); }},
    {"CHK-07", [](Book& b, bool well) { b.activate(); b.outcome(Outcome::OK, true); if (well) b.receipt_of(100, ec); }},
    {"CHK-07", [](Book& b, bool well) {  // a beneficiary with a broadcast station
       b.activate(Book::due("80000000002"), Book::token());
       b.outcome(Outcome::OK, true);
       b.receipt_of(100, ec);
       PaSendRTReq copy;
       copy.idStation = "80000000002_01";
       copy.receipt.receiptId = "tok";
       copy.receipt.transferList.transfer.emplace_back().fiscalCodePA = "80000000002";
       if (well) b.ask(nodo, {Role::ec, "80000000002"}, share(Message(copy)));
     }},
    {"CHK-09", [](Book& b, bool well) { b.talk(nodo, ec, Book::about_the_notice<PaGetPaymentReq>(), refusal(PrimitiveId::paGetPayment, fault_bean("PAA_PAGAMENTO_SCADUTO", well ? std::string_view(ec.id) : nodo_id))); }},
    {"CHK-09", [](Book& b, bool well) { b.activate(); b.outcome(Outcome::OK, true); b.verify(well ? "PPT_PAGAMENTO_DUPLICATO" : "PPT_PAGAMENTO_IN_CORSO"); }},
    {"CHK-09", [](Book& b, bool well) { b.activate(); b.verify(well ? "PPT_PAGAMENTO_IN_CORSO" : "PPT_SEMANTICA"); }},
    {"CHK-09", [](Book& b, bool well) {
       b.exchange = 1;
       b.nonsense(checkout, nodo, PrimitiveId::verifyPaymentNotice, Leg::request, "qrCode");
       b.answer(nodo, checkout, share(refusal(PrimitiveId::verifyPaymentNotice, fault_bean(well ? "PPT_SINTASSI_EXTRAXSD" : "PPT_SEMANTICA", nodo_id))));
     }},
    {"CHK-09", [](Book& b, bool well) { b.close(Book::closing_by_card(well)); }},
    {"CHK-10", [](Book& b, bool well) {
       b.silent();
       b.journal.end = b.journal.end + Settings{}.token_extension;
       if (well) b.result(Outcome::KO);
     }},
    {"CHK-10", [](Book& b, bool well) { b.silent(); b.journal.end = b.journal.end + Settings{}.token_extension; b.result(well ? Outcome::KO : Outcome::OK); }},
    {"CHK-10", [](Book& b, bool well) { b.activate(); b.silent(); b.outcome(Outcome::OK, well); b.journal.end = b.journal.end + Settings{}.token_extension; if (!well) b.result(Outcome::KO); }},
    {"CHK-10", [](Book& b, bool well) { b.silent(); if (!well) b.journal.end = b.journal.end + hours(2); b.outcome(Outcome::OK, true); }},
    {"CHK-11", [](Book& b, bool well) { b.close(); b.notify(true, false, well ? "90000000001_02" : "90000000001_09"); }},
    {"CHK-12", [](Book& b, bool well) {
       ClosePaymentV2Request said = Book::closing();
       if (!well) said.idPSP = "PSPSIM02";
       b.close(said);
       b.notify(true);
     }},
    {"CHK-12", [](Book& b, bool well) { b.close(); if (well) b.notify(true); }},
    {"CHK-13", [](Book& b, bool well) {
       if (well) b.receipt_of(100, ec, {}, "98765432103_02");
       PaSendRTV2Request said;
       said.idStation = "98765432103_02";
       said.receipt.receiptId = "tok";
       if (!well) b.ask(nodo, ec, share(Message(said)));
     }},
    {"CHK-15", [](Book& b, bool well) { b.outcome(Outcome::OK, true); b.outcome(Outcome::KO, false, well ? "PPT_ESITO_GIA_ACQUISITO" : "PPT_TOKEN_SCONOSCIUTO"); }},
    {"CHK-16", [](Book& b, bool well) {
       b.close(Book::closing_by_card(true));
       PspNotifyPaymentReq said;
       said.paymentToken = "tok";
       CtMetadata& there = said.additionalPaymentInformations.emplace().metadata.emplace();
       const ClosePaymentV2Request close = Book::closing_by_card(well);
       for (const auto& member : close.additionalPaymentInformations->members) there.mapEntry.push_back({member.key, member.value});
       b.ask(nodo, psp, share(Message(std::move(said))));
     }},
    {"CHK-19", [](Book& b, bool well) {
       ActivatePaymentNoticeV2Response said;
       said.paymentToken = "tok";
       if (!well) said.standin = true;
       b.activate(Book::due(), std::move(said));
     }},
    {"CHK-19", [](Book& b, bool well) {
       b.activate();
       PspNotifyPaymentReq said;
       said.paymentToken = "tok";
       if (!well) said.standin = true;
       b.ask(nodo, psp, share(Message(std::move(said))));
     }},
    {"CHK-19", [](Book& b, bool well) {
       b.activate();
       PaSendRTReq said;
       said.receipt.receiptId = "tok";
       if (!well) said.receipt.standIn = true;
       b.ask(nodo, ec, share(Message(std::move(said))));
     }},
    {"CHK-20", [](Book& b, bool well) {  // never taken: the last retry is the last
       for (std::int64_t i = 0; i < Settings{}.receipt_retries + (well ? 1 : 2); ++i) b.receipt_of(100, ec), b.journal.end = b.journal.end + hours(1);
     }},
    {"CHK-22", [](Book& b, bool well) {
       auto said = Book::from_checkout<ActivatePaymentNoticeV2Request>();
       said.idempotencyKey = "97735020584_abcdefghij";
       b.ask(checkout, nodo, share(Message(said)));
       b.asks_the_ec(nullptr);
       b.exchange = 1;
       b.answer(nodo, checkout, share(Book::token()));
       b.exchange = 2;
       b.talk(checkout, nodo, said, well ? Book::token() : Book::no_token("PPT_PAGAMENTO_IN_CORSO"));
     }},
    {"CHK-22", [](Book& b, bool well) {
       b.exchange = 1;
       b.nonsense(checkout, nodo, PrimitiveId::activatePaymentNoticeV2, Leg::request, "/activatePaymentNoticeV2Request/idempotencyKey");
       b.answer(nodo, checkout, share(Book::no_token(well ? "PPT_SINTASSI_EXTRAXSD" : "PPT_ERRORE_IDEMPOTENZA")));
     }},
    {"CHK-23", [](Book& b, bool well) {
       PaGetPaymentRes due = Book::due();
       due.data->dueDate = "2020-01-01";
       b.activate(std::move(due), well ? Book::token() : Book::no_token("PPT_STAZIONE_INT_PA_ERRORE_RESPONSE"));
     }},
    {"CHK-23", [](Book& b, bool well) { b.order(ec, "position", {{"notice", "302001234567890123"}, {"state", "expired"}}); b.asks_the_ec(well ? "PAA_PAGAMENTO_SCADUTO" : nullptr); }},
    {"EC-01", [](Book& b, bool well) { b.order(ec, "position", {{"notice", "302001234567890123"}, {"state", "open"}}); b.asks_the_ec(well ? nullptr : "PAA_PAGAMENTO_DUPLICATO"); }},
    {"EC-01", [](Book& b, bool well) { b.asks_the_ec(nullptr); b.asks_the_ec(well ? nullptr : "PAA_PAGAMENTO_IN_CORSO"); }},
    {"EC-01", [](Book& b, bool well) { b.asks_the_ec(nullptr); b.asks_the_ec(well ? nullptr : "PAA_PAGAMENTO_ANNULLATO"); }},
    {"EC-02", [](Book& b, bool well) {
       b.order(ec, "position", {{"notice", "302001234567890123"}, {"amount", well ? "1.00" : "2.00"}});
       PaVerifyPaymentNoticeRes said;
       said.paymentList.emplace().paymentOptionDescription.options = "EQ";
       said.paymentList->paymentOptionDescription.amount = Amount{100};
       b.talk(nodo, ec, Book::about_the_notice<PaVerifyPaymentNoticeReq>(), std::move(said));
     }},
    {"EC-03", [](Book& b, bool well) {
       PaGetPaymentRes due = Book::due();
       due.data->lastPayment = true;
       b.activate(std::move(due), well ? Book::token() : Book::no_token("PPT_STAZIONE_INT_PA_ERRORE_RESPONSE"));
     }},
    {"EC-04", [](Book& b, bool well) {
       auto asked = Book::about_the_notice<PaGetPaymentV2Request>();
       asked.transferType = "PAGOPA";
       PaGetPaymentV2Response said;
       auto& transfer = said.data.emplace().transferList.transfer.emplace_back();
       if (well) transfer.metadata.emplace().mapEntry.push_back({"IBANAPPOGGIO", "IT60X0760105428112345678901"});
       b.talk(nodo, ec, std::move(asked), std::move(said));
     }},
    {"EC-05", [](Book& b, bool well) {  // what the Nodo makes of an answer that is no message
       b.ask(checkout, nodo, share(Message(Book::from_checkout<ActivatePaymentNoticeV2Request>())));
       b.ask(nodo, ec, share(Message(Book::about_the_notice<PaGetPaymentReq>())));
       b.nonsense(ec, nodo, PrimitiveId::paGetPayment, Leg::response, "data");
       b.exchange = 1;
       b.answer(nodo, checkout, share(Book::no_token(well ? "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE" : "PPT_SYSTEM_ERROR")));
     }},
    {"EC-05", [](Book& b, bool well) { b.activate(Book::due("00000000000"), Book::no_token(well ? "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE" : "PPT_SYSTEM_ERROR")); }},
    {"EC-05", [](Book& b, bool well) {  // the Nodo's half: a sum that is none gives no token
       PaGetPaymentRes due = Book::due();
       if (!well) due.data->paymentAmount = Amount{99};
       b.activate(std::move(due), Book::token());
     }},
    {"EC-06", [](Book& b, bool well) { b.order(ec, "position", {{"notice", "302001234567890123"}, {"state", "cancelled"}}); b.asks_the_ec(well ? "PAA_PAGAMENTO_ANNULLATO" : "PAA_PAGAMENTO_SCADUTO"); }},
    {"EC-06", [](Book& b, bool well) { b.order(ec, "position", {{"notice", "302001234567890123"}, {"state", "paid"}}); b.asks_the_ec(well ? "PAA_PAGAMENTO_DUPLICATO" : nullptr); }},
    {"EC-06", [](Book& b, bool well) {
       auto asked = Book::about_the_notice<PaVerifyPaymentNoticeReq>();
       asked.qrCode.noticeNumber = "000000000000000000";
       b.talk(nodo, ec, std::move(asked), refusal(PrimitiveId::paVerifyPaymentNotice, fault_bean(well ? "PAA_PAGAMENTO_SCONOSCIUTO" : "PAA_PAGAMENTO_DUPLICATO", ec.id)));
     }},
    {"EC-08", [](Book& b, bool well) {
       b.receipt_of(100, ec);
       b.unanswered(nodo, ec, PrimitiveId::paSendRT, 15);
       b.order(nodo, "job", {{"name", "paSendRt"}});
       if (well) b.receipt_of(100, ec);
     }},
    {"EC-08", [](Book& b, bool well) {
       b.receipt_of(100, ec);
       b.unanswered(nodo, ec, PrimitiveId::paSendRT, 15);
       b.order(nodo, "job", {{"name", "paSendRt"}});
       if (!well) b.journal.end = b.journal.end + hours(1);
       b.receipt_of(100, ec);
     }},
    {"EC-09", [](Book& b, bool well) {
       PaGetPaymentRes due = Book::due();
       due.data->creditorReferenceId = "02001234567890123";
       b.activate(std::move(due), Book::token());
       b.outcome(Outcome::OK, true);
       b.receipt_of(100, ec, well ? "02001234567890123" : "02001234567890124");
     }},
    {"PSP-01", [](Book& b, bool well) {
       b.ask(nodo, psp, share(Message(PspNotifyPaymentReq{})));
       b.unanswered(nodo, psp, PrimitiveId::pspNotifyPayment, well ? 7 : 60);
     }},
    {"PSP-02", [](Book& b, bool well) { b.notify(true); b.outcome(well ? Outcome::OK : Outcome::KO, false); }},
    {"PSP-04", [](Book& b, bool well) { if (well) b.notify(true); b.attempt(0, "60000000001_abcdefghij"); }},
    {"PSP-04", [](Book& b, bool well) {
       b.notify(true);
       SendPaymentOutcomeReq said = Book::outcome_of_the_token();
       if (!well) said.idChannel = "00000000000_99";
       b.ask(psp, nodo, share(Message(said)));
     }},
    {"PSP-04", [](Book& b, bool well) { b.notify(true); b.attempt(0, well ? "60000000001_abcdefghij" : ""); b.attempt(30, well ? "60000000001_abcdefghij" : ""); }},
    {"PSP-05", [](Book& b, bool well) {
       b.attempt(0, "60000000001_abcdefghij");
       b.unanswered(psp, nodo, PrimitiveId::sendPaymentOutcome, 15);
       if (well) b.attempt(30, "60000000001_abcdefghij");
     }},
    {"PSP-02", [](Book& b, bool well) { b.notify(well); b.outcome(Outcome::OK, false); }},
    {"CHK-02", [](Book& b, bool well) {  // asked, though the verify is answered already
       b.verify("PPT_PSP_SCONOSCIUTO");
       auto asked = Book::about_the_notice<PaVerifyPaymentNoticeReq>();
       if (well) asked.qrCode.noticeNumber = "000000000000000000";  // to learn whether the station is up
       if (well) b.ask(checkout, nodo, share(Message(Book::from_checkout<VerifyPaymentNoticeReq>())));
       b.ask(nodo, ec, share(Message(std::move(asked))));
       if (well) b.ask(nodo, ec, share(Message(Book::about_the_notice<PaVerifyPaymentNoticeReq>())));
     }},
    {"CHK-03", [](Book& b, bool well) { b.activate(); if (!well) b.asks_the_ec(nullptr); }},
    {"CHK-04", [](Book& b, bool well) { b.close(); b.notify(well); b.result(well ? Outcome::OK : Outcome::KO); b.notify(true); }},  // otherwise nobody forbids it
    {"CHK-04", [](Book& b, bool well) {
       b.activate();
       ClosePaymentV2Request said = Book::closing();
       said.paymentTokens = {"tok", "tok"};  // the same token, named twice
       said.fee = Amount{50};
       said.totalAmount = Amount{well ? 150 : 250};
       b.taken(said);
     }},
    {"CHK-09", [](Book& b, bool well) {
       ClosePaymentV2Request said = Book::closing_by_card(well);
       said.idChannel = "wants card data";
       b.taken(said);
     }},
    {"CHK-09", [](Book& b, bool well) { b.activate(); b.outcome(Outcome::OK, true); b.positions(ec.id, well ? Outcome::KO : Outcome::OK); }},
    {"CHK-09", [](Book& b, bool well) { b.positions("00000000000", well ? Outcome::KO : Outcome::OK); }},
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
    CAPTURE(&c - std::begin(cases));
    Book well, ill;
    c.write(well, true);
    c.write(ill, false);
    CHECK(watch(well).fate(c.rule) == Exercise::held);
    CHECK(watch(ill).fate(c.rule) == Exercise::broken);
  }
}

TEST_CASE("a message without shape breaks the rule of the field that is wrong, or that of its layout") {
  struct Shape {
    const char *place, *rule, *found;
    std::string_view breaks;
  };
  for (const Shape& c : {Shape{"/activatePaymentNoticeV2Request", "XSD", "", "CHK-13"}, Shape{"/activatePaymentNoticeV2Request/amount", "XSD stAmount", "0.0", "CHK-13"},
                         Shape{"/activatePaymentNoticeV2Request/idempotencyKey", "XSD stIdempotencyKey", "a", "CHK-22"}, Shape{"/paGetPaymentRes/fault", "SIN_PVPNR_10", "", "CHK-09"},
                         Shape{"/paGetPaymentRes/data/paymentAmount", "EC-05", "1.00", "EC-05"},
                         Shape{"/paVerifyPaymentNoticeRes/paymentList/paymentOptionDescription/amount", "XSD stAmountNotZero", "0.00", "CHK-17"},
                         Shape{"/paVerifyPaymentNoticeRes/paymentList/paymentOptionDescription/amount", "XSD stAmountNotZero", "12.0", "CHK-13"}}) {
    CAPTURE(c.place);
    Malformed said;
    said.violations.emplace_back().place = c.place;
    said.violations.back().rule = c.rule;
    said.violations.back().found = c.found;
    Monitors seen(registry(), Settings{});
    seen.see(0, {run_start, Hop{Stage::sent, Leg::request, PrimitiveId::activatePaymentNoticeV2, 1, checkout, nodo, said, 200, 0, 0, {}}});
    REQUIRE(seen.breaches().size() == 1);
    CHECK(seen.breaches().front().rule == c.breaks);
    CHECK_FALSE(seen.breaches().front().scripted);
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
      CHECK((breach.scripted || contract::is_magic_psp(breach.who.id)));  // wrong on purpose: somebody had better see it
    }
  }
  for (const MonitorRow& row : monitors()) {
    CHECK_MESSAGE(held.contains(row.rule), row.rule);
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

TEST_CASE("a PSP that has given up is not blamed for it because of an order that came in between") {
  const auto loaded = scenario::load("given-up.xml", R"(<scenario version="1" id="given-up" judges="psp">
    <title lang="it">Un PSP che ha rinunciato</title><title lang="en">A PSP that has given up</title>
    <steps>
      <fault on="sendPaymentOutcome" leg="request" do="drop" nth="1" times="0"/>
      <pay by="psp" notice="302044730853435302"/>
      <wait for="20s"/>
      <pay by="psp" notice="302044730853435302"/>
    </steps>
  </scenario>)");
  REQUIRE(loaded);
  CHECK(watch(*loaded, play(*loaded, 1, Fidelity::typed, cast)).breaches().empty());
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
