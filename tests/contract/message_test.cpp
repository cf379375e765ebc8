// The rules between the fields of one message, each broken alone and then held; and the table of primitives.
#include "sim/contract/generate.hpp"
#include "sim/contract/semantics.hpp"
#include "sim/contract/words.hpp"

#include <functional>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/samples.hpp"

namespace {

using namespace sim::contract;
using support::sample;
using P = PrimitiveId;

/// Breaks one rule of a full message and no other.
struct Case {
  std::string_view rule;
  P primitive;
  Leg leg;
  std::string_view place;
  std::function<void(Message&)> break_it;
};

template <class M>
std::function<void(Message&)> change(void (*how)(M&)) {
  return [how](Message& m) { how(std::get<M>(m)); };
}

template <class M>
Case ko_without_fault(P primitive) {
  return {"SIN_PVPNR_10", primitive, Leg::response, "fault", change<M>([](M& m) { m.outcome = Outcome::KO, m.fault.reset(); })};
}
template <class M>
Case ok_with_fault(P primitive) {
  return {"Fault bean, rule 1", primitive, Leg::response, "fault", change<M>([](M& m) { m.fault = support::samples::fault(); })};
}

std::vector<Case> cases() {
  using Pv = PaVerifyPaymentNoticeRes;
  using Pg = PaGetPaymentRes;
  using Cp = ClosePaymentV2Request;
  return {
      ko_without_fault<VerifyPaymentNoticeRes>(P::verifyPaymentNotice),
      ko_without_fault<ActivatePaymentNoticeV2Response>(P::activatePaymentNoticeV2),
      ko_without_fault<SendPaymentOutcomeRes>(P::sendPaymentOutcome),
      ko_without_fault<PaVerifyPaymentNoticeRes>(P::paVerifyPaymentNotice),
      ko_without_fault<PaGetPaymentRes>(P::paGetPayment),
      ko_without_fault<PaSendRTRes>(P::paSendRT),
      ko_without_fault<PspNotifyPaymentRes>(P::pspNotifyPayment),
      ok_with_fault<VerifyPaymentNoticeRes>(P::verifyPaymentNotice),
      ok_with_fault<ActivatePaymentNoticeV2Response>(P::activatePaymentNoticeV2),
      ok_with_fault<SendPaymentOutcomeRes>(P::sendPaymentOutcome),
      ok_with_fault<PaVerifyPaymentNoticeRes>(P::paVerifyPaymentNotice),
      ok_with_fault<PaGetPaymentRes>(P::paGetPayment),
      ok_with_fault<PaSendRTRes>(P::paSendRT),
      ok_with_fault<PspNotifyPaymentRes>(P::pspNotifyPayment),
      {"SANP sendPaymentOutcome", P::sendPaymentOutcome, Leg::request, "details",
       change<SendPaymentOutcomeReq>([](SendPaymentOutcomeReq& m) { m.details.reset(); })},
      {"SIN_PVPNR_11", P::paVerifyPaymentNotice, Leg::response, "paymentList", change<Pv>([](Pv& m) { m.paymentList.reset(); })},
      {"SIN_PVPNR_34", P::paVerifyPaymentNotice, Leg::response, "paymentDescription", change<Pv>([](Pv& m) { m.paymentDescription.reset(); })},
      {"SIN_PVPNR_37", P::paVerifyPaymentNotice, Leg::response, "fiscalCodePA", change<Pv>([](Pv& m) { m.fiscalCodePA.reset(); })},
      {"SIN_PVPNR_41", P::paVerifyPaymentNotice, Leg::response, "companyName", change<Pv>([](Pv& m) { m.companyName.reset(); })},
      {"SIN_PGPR_11", P::paGetPayment, Leg::response, "data", change<Pg>([](Pg& m) { m.data.reset(); })},
      {"EC-05", P::paGetPayment, Leg::response, "data/paymentAmount", change<Pg>([](Pg& m) { m.data->paymentAmount.cents += 1; })},
      {"EC-05", P::paGetPayment, Leg::response, "data/paymentAmount",
       change<Pg>([](Pg& m) { m.data->transferList.transfer[1].transferAmount.cents -= 1; })},
      {"paGetPaymentV2, idTransfer", P::paGetPayment, Leg::response, "data/transferList",
       change<Pg>([](Pg& m) { m.data->transferList.transfer[1].idTransfer = 3; })},
      {"paGetPaymentV2, idTransfer", P::paGetPayment, Leg::response, "data/transferList",
       change<Pg>([](Pg& m) { m.data->transferList.transfer[1].idTransfer = 1; })},
      {"SANP activation", P::activatePaymentNoticeV2, Leg::response, "paymentToken",
       change<ActivatePaymentNoticeV2Response>([](ActivatePaymentNoticeV2Response& m) { m.paymentToken.reset(); })},
      {"SIN_CPV2_07", P::closePaymentV2, Leg::request, "idPSP", change<Cp>([](Cp& m) { m.idPSP.reset(); })},
      {"SIN_CPV2_13", P::closePaymentV2, Leg::request, "idBrokerPSP", change<Cp>([](Cp& m) { m.idBrokerPSP.reset(); })},
      {"SIN_CPV2_16", P::closePaymentV2, Leg::request, "idChannel", change<Cp>([](Cp& m) { m.idChannel.reset(); })},
      {"SIN_CPV2_10", P::closePaymentV2, Leg::request, "paymentMethod", change<Cp>([](Cp& m) { m.paymentMethod.reset(); })},
      {"SIN_CPV2_19", P::closePaymentV2, Leg::request, "transactionId", change<Cp>([](Cp& m) { m.transactionId.reset(); })},
      {"SIN_CPV2_22", P::closePaymentV2, Leg::request, "totalAmount", change<Cp>([](Cp& m) { m.totalAmount.reset(); })},
      {"SIN_CPV2_27", P::closePaymentV2, Leg::request, "fee", change<Cp>([](Cp& m) { m.fee.reset(); })},
      {"SIN_CPV2_32", P::closePaymentV2, Leg::request, "timestampOperation", change<Cp>([](Cp& m) { m.timestampOperation.reset(); })},
      {"SIN_CPV2_35", P::closePaymentV2, Leg::request, "additionalPaymentInformations",
       change<Cp>([](Cp& m) { m.additionalPaymentInformations.reset(); })},
      {"PAG-2120", P::closePaymentV2, Leg::request, "transactionDetails", change<Cp>([](Cp& m) { m.transactionDetails = TransactionDetails{}; })},
  };
}

}  // namespace

TEST_CASE("a rule between fields that is broken alone is the only one reported, and held it is not") {
  for (const Case& c : cases()) {
    CAPTURE(c.rule);
    CAPTURE(primitive(c.primitive).name);
    Message message = sample(c.primitive, c.leg, true);
    CHECK(obeys_semantics(message));
    CHECK(broken_semantics(message).empty());
    c.break_it(message);
    CHECK_FALSE(obeys_semantics(message));
    const std::vector<Violation> broken = broken_semantics(message);
    REQUIRE(broken.size() == 1);
    CHECK(broken[0].defect == Defect::semantic);
    CHECK(broken[0].rule == c.rule);
    CHECK(broken[0].place == c.place);
    CHECK_FALSE(broken[0].wanted.it.empty());
    CHECK_FALSE(broken[0].wanted.en.empty());
  }
}

TEST_CASE("every rule between fields can be broken alone, and is then the only one reported") {
  sim::Random random(1, "rules");
  for (const SemanticRule& rule : semantic_rules()) {
    CAPTURE(rule.id);
    CAPTURE(primitive(rule.primitive).name);
    CAPTURE(rule.place);
    const Record& record = record_of(rule.primitive, rule.leg);
    CHECK(unknown_step(record, rule.place) == std::nullopt);
    const Field& field = *field_at(record, rule.place);
    if (rule.law == Law::all_differ) {
      for (const std::string_view part : words(rule.parts)) CHECK(unknown_step(*field.table(), part) == std::nullopt);
    } else if (!rule.parts.empty()) {
      CHECK(unknown_step(record, rule.parts) == std::nullopt);
    }
    const Outcome outcome = rule.law == Law::needed_when_ko ? Outcome::KO : Outcome::OK;
    Message message = generate(rule.primitive, rule.leg, random, Fullness::full);
    const auto suits = [&] {
      if (rule.law == Law::all_differ) return count_at(record, payload(message), rule.place) > 1;
      return outcome_of(message) == outcome;
    };
    while (!suits()) message = generate(rule.primitive, rule.leg, random, Fullness::full);
    REQUIRE(obeys_semantics(message));
    const auto item = [&](std::string_view path) { return const_cast<void*>(items_at(record, payload(message), path).front()); };
    switch (rule.law) {
      case Law::needed_when_ok:
      case Law::needed_when_ko: field.clear(payload(message)); break;
      case Law::barred_when_ok: field.add(payload(message)); break;
      case Law::sums_up: static_cast<Amount*>(item(rule.place))->cents += 1; break;
      case Law::counts_up: *static_cast<std::int64_t*>(item(rule.parts)) += 1; break;
      case Law::holds_something:
        for (const Field& member : field.table()->fields) member.clear(item(rule.place));
        break;
      case Law::all_differ:
        for (const std::string_view part : words(rule.parts)) {
          const std::vector<const void*> entries = items_at(record, payload(message), rule.place);
          const Field& key = *field_at(*field.table(), part);
          REQUIRE(store_scalar(*key.scalar, scalar_text(*key.scalar, key.item(entries.front(), 0)), key.add(const_cast<void*>(entries.back()))));
        }
        break;
    }
    const std::vector<Violation> broken = broken_semantics(message);
    REQUIRE(broken.size() == 1);
    CHECK(broken[0].rule == rule.id);
    CHECK(broken[0].place == rule.place);
    CHECK_FALSE(broken[0].wanted.it.empty());
  }
}

TEST_CASE("several broken rules are reported together, in the order of their table") {
  ClosePaymentV2Request m = std::get<ClosePaymentV2Request>(sample(P::closePaymentV2, Leg::request, true));
  m.fee.reset();
  m.idPSP.reset();
  std::string rules;
  for (const Violation& v : broken_semantics(m)) rules += v.rule + " ";
  CHECK(rules == "SIN_CPV2_07 SIN_CPV2_27 ");
  m.outcome = Outcome::KO;  // with KO nothing of that is asked [SIN_CP_41]
  CHECK(obeys_semantics(m));
}

TEST_CASE("a KO is not asked for what an OK must have") {
  for (const Primitive& row : primitives()) {
    CAPTURE(row.name);
    if (row.port == nullptr) CHECK(obeys_semantics(refusal(row.id, "any text")));
    else CHECK(obeys_semantics(refusal(row.id, support::samples::fault())));
  }
  CHECK(obeys_semantics(sample(P::sendPaymentOutcome, Leg::request, false)));  // outcome KO, no details
  CHECK(obeys_semantics(sample(P::closePaymentV2, Leg::request, false)));
}

TEST_CASE("transfers may go to others than the notice's EC, as long as they add up") {
  PaGetPaymentRes m = std::get<PaGetPaymentRes>(sample(P::paGetPayment, Leg::response, true));
  for (CtTransferPA& t : m.data->transferList.transfer) t.fiscalCodePA = "91111111117";
  CHECK(obeys_semantics(m));
  m.data->paymentAmount = {1};
  m.data->transferList.transfer.resize(1);
  m.data->transferList.transfer[0].transferAmount = {1};
  CHECK(obeys_semantics(m));
}

TEST_CASE("the primitives call whom and are called as the WSDLs say") {
  struct Row {
    std::string_view name, caller, callee, port, prefix, xml_namespace, request, response, syntax_fault;
  };
  const char* nod = "http://pagopa-api.pagopa.gov.it/node/nodeForPsp.xsd";
  const char* pafn = "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd";
  const char* pfn = "http://pagopa-api.pagopa.gov.it/psp/pspForNode.xsd";
  const Row rows[] = {
      {"verifyPaymentNotice", "checkout", "nodo", "nodeForPsp", "nod", nod, "verifyPaymentNoticeReq", "verifyPaymentNoticeRes", "PPT_SINTASSI_EXTRAXSD"},
      {"activatePaymentNotice", "psp", "nodo", "nodeForPsp", "nod", nod, "activatePaymentNoticeReq", "activatePaymentNoticeRes", "PPT_SINTASSI_EXTRAXSD"},
      {"activatePaymentNoticeV2", "checkout", "nodo", "nodeForPsp", "nod", nod, "activatePaymentNoticeV2Request", "activatePaymentNoticeV2Response", "PPT_SINTASSI_EXTRAXSD"},
      {"sendPaymentOutcome", "psp", "nodo", "nodeForPsp", "nod", nod, "sendPaymentOutcomeReq", "sendPaymentOutcomeRes", "PPT_SINTASSI_EXTRAXSD"},
      {"sendPaymentOutcomeV2", "psp", "nodo", "nodeForPsp", "nod", nod, "sendPaymentOutcomeV2Request", "sendPaymentOutcomeV2Response", "PPT_SINTASSI_EXTRAXSD"},
      {"verificaBollettino", "psp", "nodo", "nodeForPsp", "nod", nod, "verificaBollettinoReq", "verificaBollettinoRes", "PPT_SINTASSI_EXTRAXSD"},
      {"demandPaymentNotice", "psp", "nodo", "nodeForPsp", "nod", nod, "demandPaymentNoticeRequest", "demandPaymentNoticeResponse", "PPT_SINTASSI_EXTRAXSD"},
      {"paVerifyPaymentNotice", "nodo", "ec", "paForNode", "pafn", pafn, "paVerifyPaymentNoticeReq", "paVerifyPaymentNoticeRes", "PAA_SINTASSI_EXTRAXSD"},
      {"paGetPayment", "nodo", "ec", "paForNode", "pafn", pafn, "paGetPaymentReq", "paGetPaymentRes", "PAA_SINTASSI_EXTRAXSD"},
      {"paGetPaymentV2", "nodo", "ec", "paForNode", "pafn", pafn, "paGetPaymentV2Request", "paGetPaymentV2Response", "PAA_SINTASSI_EXTRAXSD"},
      {"paSendRT", "nodo", "ec", "paForNode", "pafn", pafn, "paSendRTReq", "paSendRTRes", "PAA_SINTASSI_EXTRAXSD"},
      {"paSendRTV2", "nodo", "ec", "paForNode", "pafn", pafn, "paSendRTV2Request", "paSendRTV2Response", "PAA_SINTASSI_EXTRAXSD"},
      {"paDemandPaymentNotice", "nodo", "ec", "paForNode", "pafn", pafn, "paDemandPaymentNoticeRequest", "paDemandPaymentNoticeResponse", "PAA_SINTASSI_EXTRAXSD"},
      {"pspNotifyPayment", "nodo", "psp", "pspForNode", "pfn", pfn, "pspNotifyPaymentReq", "pspNotifyPaymentRes", "CANALE_SINTASSI_EXTRAXSD"},
      {"pspNotifyPaymentV2", "nodo", "psp", "pspForNode", "pfn", pfn, "pspNotifyPaymentV2", "pspNotifyPaymentV2Res", "CANALE_SINTASSI_EXTRAXSD"},
      {"closePayment-v1", "checkout", "nodo", "", "", "", "closePayment-v1", "closePayment-v1 answer", ""},
      {"closePayment-v2", "checkout", "nodo", "", "", "", "closePayment-v2", "closePayment-v2 answer", ""},
      {"checkPosition", "checkout", "nodo", "", "", "", "checkPosition", "checkPosition answer", ""},
      {"sendPaymentResult-v1", "nodo", "checkout", "", "", "", "sendPaymentResult-v1", "sendPaymentResult-v1 answer", ""},
      {"sendPaymentResult-v2", "nodo", "checkout", "", "", "", "sendPaymentResult-v2", "sendPaymentResult-v2 answer", ""},
      {"carts-v1", "ec", "checkout", "", "", "", "carts-v1", "carts-v1 answer", ""},
      {"carts-v2", "ec", "checkout", "", "", "", "carts-v2", "carts-v2 answer", ""},
  };
  REQUIRE(primitives().size() == std::size(rows));
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    const Row& r = rows[i];
    const Primitive& p = primitives()[i];
    CAPTURE(r.name);
    CHECK(p.name == r.name);
    CHECK(find_primitive(r.name) == &p);
    CHECK(&primitive(p.id) == &p);
    CHECK(to_text(p.caller) == r.caller);
    CHECK(to_text(p.callee) == r.callee);
    CHECK((p.port == nullptr) == (std::string(r.port).empty()));
    if (p.port != nullptr) {
      CHECK(p.port->name == r.port);
      CHECK(p.port->prefix == r.prefix);
      CHECK(p.port->xml_namespace == r.xml_namespace);
    }
    CHECK(p.request().type == r.request);
    CHECK(p.response().type == r.response);
    CHECK(p.syntax_fault == r.syntax_fault);
  }
  CHECK(find_primitive("closePayment") == nullptr);
  CHECK(find_primitive("PASENDRT") == nullptr);
  CHECK(find_primitive("") == nullptr);
  CHECK(primitive(P::closePaymentV2).path == "/nodo-per-pm/v2/closepayment");
  CHECK(primitive(P::verifyPaymentNotice).path == "/node-for-psp/v1");
}

TEST_CASE("a message knows its primitive and leg, and an empty one can be made for each") {
  for (const Primitive& row : primitives()) {
    for (const Leg leg : {Leg::request, Leg::response}) {
      CAPTURE(row.name);
      const Message empty = blank(row.id, leg);
      CHECK(primitive_of(empty) == row.id);
      CHECK(leg_of(empty) == leg);
      CHECK(empty.index() == sample(row.id, leg, true).index());
      CHECK(&record_of(row.id, leg) == &(leg == Leg::request ? row.request() : row.response()));
    }
  }
}

TEST_CASE("a refusal is a KO with its reason, in the shape of its primitive") {
  for (const Primitive& row : primitives()) {
    CAPTURE(row.name);
    const Message ko = row.port != nullptr ? refusal(row.id, support::samples::fault()) : refusal(row.id, "any text");
    CHECK(primitive_of(ko) == row.id);
    CHECK(leg_of(ko) == Leg::response);
    const bool cart = row.id == P::cartsV1 || row.id == P::cartsV2;  // answered by HTTP status and a problem document
    CHECK(outcome_of(ko) == (cart ? std::nullopt : std::optional(Outcome::KO)));
    if (row.port != nullptr) {
      REQUIRE(fault_of(ko) != nullptr);
      CHECK(*fault_of(ko) == support::samples::fault());
    } else {
      CHECK(fault_of(ko) == nullptr);
      const std::string_view says = cart ? "detail" : row.id == P::closePaymentV1 ? "descrizione" : "description";
      CHECK(text_at(ko, says) == "any text");
    }
  }
  CHECK(outcome_of(sample(P::verifyPaymentNotice, Leg::request, true)) == std::nullopt);
  CHECK(outcome_of(sample(P::sendPaymentOutcome, Leg::request, false)) == Outcome::KO);
  CHECK(fault_of(sample(P::verifyPaymentNotice, Leg::response, true)) == nullptr);
}

TEST_CASE("a violation is one line: place, defect, what was found, what is allowed, the rule") {
  CHECK(to_text(Violation{Defect::bad_value, "/a/b", "XSD stAmount", "10", {"due decimali", "two decimals"}}) ==
        "/a/b: bad value, found '10', allowed: two decimals [XSD stAmount]");
  CHECK(to_text(Violation{Defect::missing, "/a", "", "", {}}) == "/a: missing");
}

TEST_CASE("money, roles and outcomes are read as they are written") {
  for (const std::int64_t cents : {0LL, 1LL, 10LL, 99LL, 100LL, 12150LL, 99'999'999'999LL}) {
    CAPTURE(cents);
    CHECK(parse_amount(to_text(Amount{cents})) == Amount{cents});
  }
  CHECK(to_text(Amount{5}) == "0.05");
  for (const Role role : all_roles) CHECK(parse_role(to_text(role)) == role);
  CHECK(parse_role("Nodo") == std::nullopt);
  CHECK(to_text(Party{Role::ec, "77777777777"}) == "ec 77777777777");
  CHECK(to_text(Party{Role::nodo, ""}) == "nodo");
  CHECK(parse_outcome("ok") == std::nullopt);
  CHECK(parse_outcome("KO") == Outcome::KO);
}
