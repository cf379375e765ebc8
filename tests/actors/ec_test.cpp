// An EC alone on the stage: positions that only a receipt closes, the right fault for each state, receipts that come
// twice, and the classes of notices that say by themselves how it behaves.
#include "actors/ec.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "actors/ec_notices.hpp"
#include "sim/contract/transcribe.hpp"
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
  /// Version 2, wanting accounts of this kind.
  ExchangeId get_v2(std::string_view notice = declared, std::string_view transferType = {}) {
    auto request = addressed<PaGetPaymentV2Request>(support::sample(P::paGetPaymentV2, Leg::request, false), notice);
    if (!transferType.empty()) request.transferType = transferType;
    return hear(nodo, request);
  }
  ExchangeId receipt(std::string_view notice = declared, std::string_view id = samples::token, std::string_view owner = samples::ec) {
    return hear(nodo, receipt_of(notice, id, owner));
  }
  PaSendRTReq receipt_of(std::string_view notice = declared, std::string_view id = samples::token, std::string_view owner = samples::ec) const {
    PaSendRTReq request = addressed<PaSendRTReq>(samples::pa_send_rt_request(true), notice);
    request.receipt.receiptId = id;
    request.receipt.noticeNumber = notice;
    request.receipt.fiscalCode = owner;
    request.receipt.creditorReferenceId = creditor_reference(notice);
    request.receipt.transferList.transfer.back().fiscalCodePA = ec_;
    return request;
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
  const PaSendRTReq request = ec.receipt_of();
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

// ---- stations and versions ----

TEST_CASE("a notice is asked for at the station that answers for it, a receipt comes to any") {  // [SIL-EC-STATION]
  struct Case {
    std::string_view notice, station, answer;
  };
  const std::string_view first = "98765432103_02", second = "98765432103_03";
  const Case cases[] = {
      {"302771234567890123", first, "OK"},
      {"302771234567890123", second, "KO PAA_STAZIONE_INT_ERRATA"},
      {"348771234567890123", first, "KO PAA_STAZIONE_INT_ERRATA"},
      {"348771234567890123", second, "OK"},
      {"048771234567890123", second, "KO PAA_PAGAMENTO_SCONOSCIUTO"},   // an application code chooses likewise
      {"048771234567890123", first, "KO PAA_STAZIONE_INT_ERRATA"},
      {"148771234567890123", first, "KO PAA_PAGAMENTO_SCONOSCIUTO"},    // these carry no code and go to the first
      {"148771234567890123", second, "KO PAA_STAZIONE_INT_ERRATA"},
      {"377771234567890123", first, "KO PAA_STAZIONE_INT_ERRATA"},      // nobody's
      {"000000000000000000", first, "KO PAA_PAGAMENTO_SCONOSCIUTO"},    // the probe asks a station whether it is up
      {"000000000000000000", second, "KO PAA_PAGAMENTO_SCONOSCIUTO"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.notice);
    CAPTURE(c.station);
    DebtPosition other = position();
    other.noticeNumber = "348771234567890123";
    EcStage ec({position(), other});
    CreditorInstitution& self = *ec.registry.creditor(samples::ec);
    self.stations.front().codes = "01 02";
    self.stations.push_back({.idStation = std::string(second), .idBrokerPA = self.stations.front().idBrokerPA, .codes = "48"});
    const auto at = [&](auto request) {
      request.idStation = c.station;
      return ec.hear(nodo, request);
    };
    CHECK(ec.outcome_and_code(at(ec.addressed<PaVerifyPaymentNoticeReq>(samples::pa_verify_request(), c.notice))) == c.answer);
    CHECK(ec.outcome_and_code(at(ec.addressed<PaGetPaymentReq>(samples::pa_get_request(false), c.notice))) == c.answer);
    CHECK(ec.outcome_and_code(at(ec.addressed<PaGetPaymentV2Request>(support::sample(P::paGetPaymentV2, Leg::request, false), c.notice))) == c.answer);
    CHECK(ec.notes().empty());
    CHECK(ec.outcome_and_code(at(ec.receipt_of())) == "OK");
  }
}

TEST_CASE("a station answers either version, whichever it is said to speak") {  // [SIL-EC-VERSION]
  for (const int version : {1, 2}) {
    CAPTURE(version);
    EcStage ec;
    ec.registry.creditor(samples::ec)->stations.front().primitive_version = version;
    CHECK(ec.told(ec.get()) == "OK");
    const auto& newer = ec.replied<PaGetPaymentV2Response>(ec.get_v2());
    REQUIRE(newer.data.has_value());
    CHECK(newer.data->paymentAmount == Amount{12000});
    CHECK(newer.data->transferList.transfer.front().companyName == "Comune di Vallescura");
    CHECK(ec.told(ec.receipt()) == "OK");
    PaSendRTV2Request receipt;
    transcribe(ec.receipt_of(declared, "in the other version"), receipt);
    CHECK(ec.told(ec.hear(nodo, receipt)) == "OK");
    CHECK(ec.told(ec.hear(nodo, receipt)) == "KO PAA_RECEIPT_DUPLICATA");
    CHECK(ec.history("debt") == "paid");
  }
}

// ---- stamps, metadata, kinds of accounts ----

namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

/// A debt of three credits, each with something of its own.
DebtPosition varied() {
  DebtPosition out = position();
  out.metadata = {{"CAUSALE", "tassa"}, {"ANNO", "2027"}};
  out.transfers = {{"77777777777", {}, {8400}, false, {{"TEFA", "1"}}}, {"77777777777", {}, {1600}}, {"80000000002", {}, {2000}, false, {{"IBANAPPOGGIO", "mine"}}}};
  return out;
}
DebtPosition stamped() {
  DebtPosition out = varied();
  out.transfers[1].stamp = true;
  return out;
}
Entries entries(const std::optional<CtMetadata>& metadata) {
  Entries out;
  if (metadata) {
    for (const CtMapEntry& entry : metadata->mapEntry) out.emplace_back(entry.key, entry.value);
  }
  return out;
}

const std::string ordinary = "IT62S0103003200000000012345", postal = "IT45R0760103200000000001016", of_ec2 = "IT38M0306909606100000046111";

}  // namespace

TEST_CASE("a stamp stands where the account would, and only in version 2") {  // [SIL-13]
  EcStage ec({stamped()});
  CHECK(ec.told(ec.verify()) == "OK");
  CHECK(ec.told(ec.get()) == "KO PAA_SEMANTICA");
  const auto transfers = ec.replied<PaGetPaymentV2Response>(ec.get_v2()).data->transferList.transfer;
  REQUIRE(transfers.size() == 3);
  for (const CtTransferPAV2& t : transfers) {
    CAPTURE(t.idTransfer);
    CHECK(t.richiestaMarcaDaBollo.has_value() == (t.idTransfer == 2));
    CHECK(t.IBAN.has_value() == (t.idTransfer != 2));
  }
  CHECK(transfers[1].transferAmount == Amount{1600});
  CHECK(transfers[1].richiestaMarcaDaBollo->tipoBollo == "01");
  // a debt whose transfers were replaced asks for no stamp any more
  ec.command("position", {{"notice", std::string(declared)}, {"amount", "50.00"}});
  CHECK(ec.told(ec.get()) == "OK");
}

TEST_CASE("class 27 wants its stamp whatever it costs") {
  EcStage ec(none);
  const std::string notice = "302271234567890123";
  CHECK(ec.replied<PaGetPaymentV2Response>(ec.get_v2(notice)).data->transferList.transfer.front().richiestaMarcaDaBollo.has_value());
  ec.command("position", {{"notice", notice}, {"amount", "16.00"}});
  CHECK(ec.told(ec.get(notice)) == "KO PAA_SEMANTICA");
  const auto data = *ec.replied<PaGetPaymentV2Response>(ec.get_v2(notice)).data;
  CHECK(data.paymentAmount == Amount{1600});
  CHECK(data.transferList.transfer.front().richiestaMarcaDaBollo.has_value());
}

TEST_CASE("metadata of a notice and of its transfers are told in both versions, in the order they were declared") {
  EcStage ec({varied()});
  const auto check = [](const auto& data) {
    CHECK(entries(data.metadata) == Entries{{"CAUSALE", "tassa"}, {"ANNO", "2027"}});
    const auto& transfers = data.transferList.transfer;
    CHECK(entries(transfers[0].metadata) == Entries{{"TEFA", "1"}});
    CHECK_FALSE(transfers[1].metadata.has_value());
    CHECK(entries(transfers[2].metadata) == Entries{{"IBANAPPOGGIO", "mine"}});
  };
  check(*ec.replied<PaGetPaymentRes>(ec.get()).data);
  check(*ec.replied<PaGetPaymentV2Response>(ec.get_v2()).data);
  EcStage plain;
  CHECK_FALSE(plain.replied<PaGetPaymentRes>(plain.get()).data->metadata.has_value());
}

TEST_CASE("POSTAL puts the postal account on the first transfer, in both versions, when there is one") {  // [EC-04]
  struct Case {
    std::string_view name;
    DebtPosition debt;
    std::string_view type;
    std::vector<std::string> accounts;
  };
  DebtPosition elsewhere = varied();  // the first beneficiary has no postal account
  elsewhere.transfers = {{"80000000002", {}, {2000}}, {"77777777777", {}, {10000}}};
  DebtPosition declared_account = varied();
  declared_account.transfers[0].iban = ordinary;
  const Case cases[] = {
      {"nothing asked", varied(), "", {ordinary, ordinary, of_ec2}},
      {"postal", varied(), "POSTAL", {postal, ordinary, of_ec2}},
      {"postal, though the notice names another account", declared_account, "POSTAL", {postal, ordinary, of_ec2}},
      {"postal, of somebody without", elsewhere, "POSTAL", {of_ec2, ordinary}},
      {"pagopa", varied(), "PAGOPA", {ordinary, ordinary, of_ec2}},
      {"postal, no transfers declared", position(), "POSTAL", {postal}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    EcStage ec({c.debt});
    auto request = ec.addressed<PaGetPaymentReq>(samples::pa_get_request(false), declared);
    request.transferType.reset();
    if (!c.type.empty()) request.transferType = c.type;
    std::vector<std::string> older, newer;
    for (const CtTransferPA& t : ec.replied<PaGetPaymentRes>(ec.hear(nodo, request)).data->transferList.transfer) older.push_back(t.IBAN);
    for (const CtTransferPAV2& t : ec.replied<PaGetPaymentV2Response>(ec.get_v2(declared, c.type)).data->transferList.transfer) newer.push_back(t.IBAN.value_or(""));
    CHECK(older == c.accounts);
    CHECK(newer == c.accounts);
  }
}

TEST_CASE("PAGOPA puts IBANAPPOGGIO on every transfer in version 2, stamps too, and never twice") {  // [EC-04]
  EcStage ec({stamped()});
  const auto transfers = ec.replied<PaGetPaymentV2Response>(ec.get_v2(declared, "PAGOPA")).data->transferList.transfer;
  REQUIRE(transfers.size() == 3);
  CHECK(entries(transfers[0].metadata) == Entries{{"TEFA", "1"}, {"IBANAPPOGGIO", postal}});
  CHECK(entries(transfers[1].metadata) == Entries{{"IBANAPPOGGIO", postal}});
  CHECK(entries(transfers[2].metadata) == Entries{{"IBANAPPOGGIO", "mine"}});
  CHECK(entries(ec.replied<PaGetPaymentV2Response>(ec.get_v2(declared, "POSTAL")).data->transferList.transfer[1].metadata).empty());
  EcStage full({varied()});
  auto older = full.addressed<PaGetPaymentReq>(samples::pa_get_request(false), declared);
  older.transferType = "PAGOPA";
  CHECK(entries(full.replied<PaGetPaymentRes>(full.hear(nodo, older)).data->transferList.transfer[0].metadata) == Entries{{"TEFA", "1"}});
}

// ---- receipts that are checked ----

TEST_CASE("a receipt of another payment is refused without effect, unless the EC does not look") {  // [SIL-EC-RECEIPT]
  struct Case {
    std::string_view name, answer, unchecked, debt;
    void (*spoil)(CtReceipt&);
  };
  const Case cases[] = {
      {"as it should be", "OK", "OK", "paid", [](CtReceipt&) {}},
      {"reference of another notice", "KO PAA_SEMANTICA", "OK", "", [](CtReceipt& r) { r.creditorReferenceId = "02001234567890999"; }},
      {"a payment of others", "KO PAA_SEMANTICA", "OK", "", [](CtReceipt& r) {
         r.fiscalCode = "80000000002";
         for (CtTransferPA& t : r.transferList.transfer) t.fiscalCodePA = "80000000002";
       }},
      {"a copy for a beneficiary", "OK", "OK", "", [](CtReceipt& r) { r.fiscalCode = "80000000002"; }},
      {"another amount", "OK", "OK", "paid", [](CtReceipt& r) { r.paymentAmount = {1}; }},
      {"another owner of all transfers", "OK", "OK", "paid", [](CtReceipt& r) { for (CtTransferPA& t : r.transferList.transfer) t.fiscalCodePA = "80000000002"; }},
  };
  for (const Case& c : cases) {
    for (const bool checked : {true, false}) {
      CAPTURE(c.name);
      CAPTURE(checked);
      EcStage ec;
      ec.settings.ec_checks_receipts = checked;
      PaSendRTReq request = ec.receipt_of();
      c.spoil(request.receipt);
      CHECK(ec.told(ec.hear(nodo, request)) == (checked ? c.answer : c.unchecked));
      if (checked) CHECK(ec.history("debt") == c.debt);
      if (checked && c.answer != "OK") {  // nothing was stored: the right one is no duplicate
        CHECK(ec.told(ec.receipt()) == "OK");
      } else {
        CHECK(ec.told(ec.hear(nodo, request)) == "KO PAA_RECEIPT_DUPLICATA");
      }
    }
  }
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
