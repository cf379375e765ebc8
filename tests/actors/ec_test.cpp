// An EC alone on the stage: positions that only a receipt closes, the right fault for each state, receipts that come
// twice, and the classes of notices that say by themselves how it behaves.
#include "actors/ec.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "actors/ec_notices.hpp"
#include "tests/support/samples.hpp"
#include "tests/support/stage.hpp"

namespace {

using namespace sim;
using namespace sim::contract;
using support::Stage;
namespace samples = support::samples;
using P = PrimitiveId;

const Party nodo{Role::nodo, ""};
constexpr std::string_view declared = "302771234567890123";  ///< of no class
const std::vector<DebtPosition> none;

DebtPosition position(std::string state = "open") {
  DebtPosition out;
  out.fiscalCode = samples::ec;
  out.noticeNumber = declared;
  out.amount = {12000};
  out.state = std::move(state);
  return out;
}

class EcStage : public Stage {
 public:
  explicit EcStage(std::vector<DebtPosition> positions = {position()}, std::string ec = std::string(samples::ec))
      : Stage(std::make_unique<actors::Ec>(ec, positions)), ec_(std::move(ec)) {}

  template <class Request>
  Request addressed(Message sample, std::string_view notice) const {
    Request request = std::get<Request>(std::move(sample));
    const CreditorInstitution& self = *registry.creditor(ec_);
    request.idPA = ec_;
    request.idBrokerPA = self.stations.front().idBrokerPA;
    request.idStation = self.stations.front().idStation;
    if constexpr (requires { request.qrCode; }) request.qrCode = {ec_, std::string(notice)};
    return request;
  }
  ExchangeId verify(std::string_view notice = declared) { return hear(nodo, addressed<PaVerifyPaymentNoticeReq>(samples::pa_verify_request(), notice)); }
  ExchangeId get(std::string_view notice = declared) { return hear(nodo, addressed<PaGetPaymentReq>(samples::pa_get_request(false), notice)); }
  ExchangeId receipt(std::string_view notice = declared, std::string_view id = samples::token, std::string_view owner = samples::ec) {
    PaSendRTReq request = addressed<PaSendRTReq>(samples::pa_send_rt_request(true), notice);
    request.receipt.receiptId = id;
    request.receipt.noticeNumber = notice;
    request.receipt.fiscalCode = owner;
    return hear(nodo, request);
  }

 private:
  std::string ec_;
};

}  // namespace

TEST_CASE("a position stays open through any number of verifies and activations, and the receipt alone closes it") {  // [E1]
  EcStage ec;
  for (int i = 0; i < 3; ++i) {
    CHECK(ec.told(ec.verify()) == "OK");
    CHECK(ec.told(ec.get()) == "OK");
    ec.pass(hours(1));
  }
  CHECK(ec.notes().empty());
  CHECK(ec.told(ec.receipt()) == "OK");
  CHECK(ec.history("debt") == "paid");
  CHECK(ec.told(ec.verify()) == "KO PAA_PAGAMENTO_DUPLICATO");
  CHECK(ec.told(ec.get()) == "KO PAA_PAGAMENTO_DUPLICATO");
}

TEST_CASE("verify has one option, EQ, with allCCP, and activation the data of the same debt") {  // [E2]
  EcStage ec;
  const auto& verify = ec.replied<PaVerifyPaymentNoticeRes>(ec.verify());
  REQUIRE(verify.paymentList.has_value());
  CHECK(verify.paymentList->paymentOptionDescription.options == "EQ");
  CHECK(verify.paymentList->paymentOptionDescription.amount == Amount{12000});
  CHECK(verify.paymentDescription == "Tassa dimostrativa");
  CHECK(verify.fiscalCodePA == samples::ec);
  CHECK(verify.companyName == "Comune di Vallescura");
  const auto& get = ec.replied<PaGetPaymentRes>(ec.get());
  REQUIRE(get.data.has_value());
  CHECK(get.data->creditorReferenceId == "02771234567890123");
  CHECK(get.data->paymentAmount == Amount{12000});
  CHECK(get.data->description == verify.paymentDescription);
  CHECK(get.data->debtor.uniqueIdentifier.entityUniqueIdentifierValue == "ANONIMO");
  REQUIRE(get.data->transferList.transfer.size() == 1);
  CHECK(get.data->transferList.transfer[0].fiscalCodePA == samples::ec);
  CHECK(get.data->transferList.transfer[0].IBAN == "IT62S0103003200000000012345");
}

TEST_CASE("each state of a position has its fault, at verify and at activation alike") {  // [E6]
  struct Case {
    std::string_view state, answer;
  };
  const Case cases[] = {{"open", "OK"}, {"paid", "KO PAA_PAGAMENTO_DUPLICATO"}, {"expired", "KO PAA_PAGAMENTO_SCADUTO"}, {"cancelled", "KO PAA_PAGAMENTO_ANNULLATO"}};
  for (const Case& c : cases) {
    CAPTURE(c.state);
    EcStage ec({position(std::string(c.state))});
    const ExchangeId verify = ec.verify();
    CHECK(ec.told(verify) == c.answer);
    CHECK(ec.told(ec.get()) == c.answer);
    if (const CtFaultBean* fault = fault_of(*ec.reply(verify).body)) {
      CHECK(fault->id == samples::ec);
      CHECK(fault->faultString != fault->faultCode);
    }
    // and the same state reached while the scenario runs
    EcStage later;
    later.command("position", {{"notice", std::string(declared)}, {"state", std::string(c.state)}});
    CHECK(later.told(later.verify()) == c.answer);
  }
}

TEST_CASE("a notice that the EC does not know is unknown, and so is the probe of Stand In") {  // [E6]
  EcStage ec;
  for (const std::string_view notice : {"302779999999999999", "302880000000000000", "302280000000000000", "000000000000000000", "102001234567890123"}) {
    CAPTURE(notice);
    CHECK(ec.told(ec.verify(notice)) == "KO PAA_PAGAMENTO_SCONOSCIUTO");
    CHECK(ec.told(ec.get(notice)) == "KO PAA_PAGAMENTO_SCONOSCIUTO");
    CHECK(ec.told(ec.receipt(notice, notice)) == "KO PAA_PAGAMENTO_SCONOSCIUTO");
  }
  CHECK(ec.notes().empty());
}

TEST_CASE("a receipt that is already stored is refused as a duplicate, with no other effect") {  // [E7]
  EcStage ec;
  CHECK(ec.told(ec.receipt()) == "OK");
  CHECK(ec.told(ec.receipt()) == "KO PAA_RECEIPT_DUPLICATA");
  CHECK(ec.told(ec.receipt()) == "KO PAA_RECEIPT_DUPLICATA");
  CHECK(ec.history("debt") == "paid");
  CHECK(ec.told(ec.receipt(declared, "another receipt")) == "OK");  // paid twice by two sessions: both are stored
  CHECK(ec.history("debt") == "paid");
}

TEST_CASE("the receipt is final: it closes a position that has expired or was withdrawn") {  // [E9]
  for (const std::string_view state : {"open", "expired", "cancelled"}) {
    CAPTURE(state);
    EcStage ec({position(std::string(state))});
    CHECK(ec.told(ec.receipt()) == "OK");
    CHECK(ec.history("debt") == "paid");
    CHECK(ec.told(ec.verify()) == "KO PAA_PAGAMENTO_DUPLICATO");
  }
}

TEST_CASE("a refused receipt is not stored: sent again with the right address it is taken") {
  EcStage ec;
  PaSendRTReq request = ec.addressed<PaSendRTReq>(samples::pa_send_rt_request(true), declared);
  request.receipt.noticeNumber = declared;
  PaSendRTReq astray = request;
  astray.idStation = "98765432103_77";
  CHECK(ec.told(ec.hear(nodo, astray)) == "KO PAA_STAZIONE_INT_ERRATA");
  CHECK(ec.told(ec.hear(nodo, request)) == "OK");
}

TEST_CASE("a beneficiary stores the copy of another EC's receipt once, and no position of its own moves") {
  EcStage ec(none, "80000000002");
  CHECK(ec.told(ec.receipt(declared, "r1")) == "OK");
  CHECK(ec.told(ec.receipt(declared, "r1")) == "KO PAA_RECEIPT_DUPLICATA");
  CHECK(ec.notes().empty());
}

TEST_CASE("a request that is addressed to somebody else is refused by the first thing that is wrong") {
  struct Case {
    std::string_view name, answer, idPA, idBrokerPA, idStation, fiscalCode;
  };
  const std::string_view ec = samples::ec, broker = "98765432103", station = "98765432103_02";
  const Case cases[] = {
      {"right", "OK", ec, broker, station, ec},
      {"another EC", "KO PAA_ID_DOMINIO_ERRATO", "80000000002", broker, station, ec},
      {"another EC's notice", "KO PAA_ID_DOMINIO_ERRATO", ec, broker, station, "80000000002"},
      {"another broker", "KO PAA_ID_INTERMEDIARIO_ERRATO", ec, "80000000002", station, ec},
      {"another station of its broker", "KO PAA_STAZIONE_INT_ERRATA", ec, broker, "98765432103_77", ec},
      {"nothing right", "KO PAA_ID_DOMINIO_ERRATO", "0", "0", "0", "00000000000"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    EcStage stage;
    const CtQrCode qr{std::string(c.fiscalCode), std::string(declared)};
    const PaVerifyPaymentNoticeReq verify{std::string(c.idPA), std::string(c.idBrokerPA), std::string(c.idStation), qr};
    CHECK(stage.told(stage.hear(nodo, verify)) == c.answer);
    PaGetPaymentReq get = std::get<PaGetPaymentReq>(samples::pa_get_request(true));
    get.idPA = c.idPA;
    get.idBrokerPA = c.idBrokerPA;
    get.idStation = c.idStation;
    get.qrCode = qr;
    CHECK(stage.told(stage.hear(nodo, get)) == c.answer);
    CHECK(stage.notes().empty());
  }
}

TEST_CASE("a request that cannot be read is answered with a syntax fault and changes nothing") {
  EcStage ec;
  const Message whole[] = {samples::pa_verify_request(), samples::pa_get_request(true), samples::pa_send_rt_request(true)};
  for (const Message& message : whole) {
    const P primitive = primitive_of(message);
    CAPTURE(contract::primitive(primitive).name);
    const std::string bytes = wire::encode(message);
    for (const std::string& bad : {std::string(), std::string("\xff"), std::string("<a/>"), bytes.substr(0, 300),
                                   wire::encode(message, std::vector<Patch>{{"idStation", ""}})}) {
      const ExchangeId exchange = ec.hear_bytes(nodo, primitive, bad);
      CHECK(ec.outcome_and_code(exchange) == "KO PAA_SINTASSI_EXTRAXSD");
      CHECK(fault_of(*ec.reply(exchange).body)->id == samples::ec);
    }
  }
  CHECK(ec.notes().empty());
}

TEST_CASE("an amount that changes is the amount that is asked for from then on") {  // [E2]
  EcStage ec;
  ec.command("position", {{"notice", std::string(declared)}, {"amount", "130.00"}});
  CHECK(ec.replied<PaVerifyPaymentNoticeRes>(ec.verify()).paymentList->paymentOptionDescription.amount == Amount{13000});
  const auto& get = ec.replied<PaGetPaymentRes>(ec.get());
  CHECK(get.data->paymentAmount == Amount{13000});
  CHECK(get.data->transferList.transfer[0].transferAmount == Amount{13000});
  CHECK(ec.notes().empty());
}

// ---- classes of notices ----

TEST_CASE("digits 4 and 5 of a notice say what it costs and to whom it goes") {
  struct Case {
    std::string_view codes;
    std::int64_t verified, activated;
    std::vector<std::int64_t> transfers;
    std::vector<std::string_view> to;
  };
  const std::string_view ec = "77777777777", ec2 = "80000000002", ec3 = "91111111117";
  const Case cases[] = {
      {"00 01 02 03", 12000, 12000, {10000, 2000}, {ec, ec2}},
      {"04 05", 10000, 10000, {10000}, {ec}},
      {"06 07 08 09", 10000, 10000, {7000, 3000}, {ec, ec2}},
      {"10 11", 7000, 7000, {7000}, {ec}},
      {"12", 600000, 600000, {400000, 200000}, {ec, ec2}},
      {"13", 30, 30, {10, 20}, {ec, ec2}},
      {"14", 12000, 12000, {10000, 1000, 1000}, {ec, ec2, ec3}},
      {"15", 12000, 12000, {6000, 2000, 2000, 2000}, {ec, ec2, ec3, ec}},
      {"16", 12000, 12000, {4000, 2000, 2000, 2000, 2000}, {ec, ec2, ec3, ec, ec2}},
      {"17 21 24", 12000, 12000, {10000, 2000}, {ec, ec}},
      {"18", 12000, 12000, {10000, 2000}, {ec2, ec3}},
      {"19 22 23", 12000, 12000, {7000, 3000, 2000}, {ec, ec2, ec3}},
      {"20", 12000, 12000, {12000}, {ec2}},
      {"25", 99'999'990'000, 99'999'990'000, {99'999'990'000}, {ec}},
      {"26", 300000, 301000, {301000}, {ec}},
  };
  for (const Case& c : cases) {
    for (std::size_t at = 0; at < c.codes.size(); at += 3) {
      const std::string notice = "302" + std::string(c.codes.substr(at, 2)) + "1234567890123";
      CAPTURE(notice);
      EcStage stage(none);
      CHECK(stage.replied<PaVerifyPaymentNoticeRes>(stage.verify(notice)).paymentList->paymentOptionDescription.amount == Amount{c.verified});
      const auto& get = stage.replied<PaGetPaymentRes>(stage.get(notice));
      REQUIRE(get.data.has_value());
      CHECK(get.data->paymentAmount == Amount{c.activated});
      std::vector<std::int64_t> amounts;
      std::vector<std::string_view> beneficiaries;
      for (const CtTransferPA& t : get.data->transferList.transfer) {
        amounts.push_back(t.transferAmount.cents);
        beneficiaries.push_back(t.fiscalCodePA);
        const std::vector<std::string>& ibans = stage.registry.creditor(t.fiscalCodePA)->ibans;
        CHECK(std::find(ibans.begin(), ibans.end(), t.IBAN) != ibans.end());
      }
      CHECK(amounts == c.transfers);
      CHECK(beneficiaries == c.to);
      CHECK(stage.told(stage.receipt(notice)) == "OK");  // and it is closed like any other
      CHECK(stage.told(stage.verify(notice)) == "KO PAA_PAGAMENTO_DUPLICATO");
    }
  }
}

TEST_CASE("classes 23 and 24 have a name of 140 characters and a due date with a zone") {
  EcStage ec(none);
  CHECK(ec.replied<PaVerifyPaymentNoticeRes>(ec.verify("302231234567890123")).companyName->size() == 140);
  CHECK(ec.replied<PaVerifyPaymentNoticeRes>(ec.verify("302241234567890123")).paymentList->paymentOptionDescription.dueDate->ends_with("+01:00"));
}

TEST_CASE("classes 95 to 99 misbehave as their number says") {
  EcStage ec(none);
  CHECK(ec.told(ec.verify("302951234567890123")) == "KO PAA_PAGAMENTO_DUPLICATO");
  CHECK(ec.told(ec.get("302951234567890123")) == "KO PAA_PAGAMENTO_DUPLICATO");
  CHECK(ec.told(ec.verify("302961234567890123")) == "KO PAA_SINTASSI_XSD");
  CHECK(ec.told(ec.get("302961234567890123")) == "KO PAA_SINTASSI_XSD");
  CHECK(ec.told(ec.verify("302991234567890123")) == "KO PAA_PAGAMENTO_SCADUTO");
  CHECK(ec.told(ec.get("302991234567890123")) == "KO PAA_PAGAMENTO_SCADUTO");
  for (const bool verify : {true, false}) {
    const ExchangeId nobody = verify ? ec.verify("302971234567890123") : ec.get("302971234567890123");
    CHECK_FALSE(ec.has_answered(nobody));
    CHECK(ec.has_hung_up(nobody));
    const ExchangeId late = verify ? ec.verify("302981234567890123") : ec.get("302981234567890123");
    ec.pass(seconds(7));  // the Nodo waits no longer
    CHECK_FALSE(ec.has_answered(late));
    ec.pass(seconds(3));
    CHECK(ec.told(late) == "OK");
  }
}

TEST_CASE("a digital stamp can be verified but not activated by paGetPayment") {
  EcStage ec(none);
  CHECK(ec.told(ec.verify("302271234567890123")) == "OK");
  CHECK(ec.outcome_and_code(ec.get("302271234567890123")) == "KO PAA_SEMANTICA");
}

TEST_CASE("classes belong to notices that begin with 3 of the first EC, and a declared position comes before its class") {
  CHECK(actors::notice_class("302951234567890123") != nullptr);
  CHECK(actors::notice_class("399951234567890123") != nullptr);
  CHECK(actors::notice_class("202951234567890123") == nullptr);
  CHECK(actors::notice_class("30295123456789012") == nullptr);
  CHECK(actors::notice_class("302771234567890123") == nullptr);
  EcStage other(none, "80000000002");
  CHECK(other.told(other.verify("302001234567890123")) == "KO PAA_PAGAMENTO_SCONOSCIUTO");
  DebtPosition own = position();
  own.noticeNumber = "302951234567890123";
  EcStage ec({own});
  CHECK(ec.told(ec.verify("302951234567890123")) == "OK");
  for (const actors::NoticeClass& of : actors::notice_classes()) {
    CAPTURE(of.code);
    CHECK_FALSE(of.it.empty());
    CHECK_FALSE(of.en.empty());
  }
}
