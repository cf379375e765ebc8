// What reading and writing one message costs, against floors measured in the same run: a bare tinyxml2 parse of the
// same bytes for reading (gate, parse, decode and validation together), a bare append of the same text for writing.
// The message is a paSendRT with five transfers, the largest that a payment sends. Nothing is asserted: speed is
// measured, not tested.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>

#include <tinyxml2.h>

#include "sim/contract/generate.hpp"
#include "sim/wire/codec.hpp"

namespace {

using namespace sim::contract;

double microseconds(int calls, const std::function<void()>& call) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i) call();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count() / calls;
}

struct Pair {
  double floor = 1e9, ours = 1e9;  ///< microseconds a call, the best of many short rounds taken in turns
};
Pair best_of(int calls, const std::function<void()>& floor, const std::function<void()>& ours) {
  Pair best;
  for (int round = 0; round < 60; ++round) {
    best.floor = std::min(best.floor, microseconds(calls, floor));
    best.ours = std::min(best.ours, microseconds(calls, ours));
  }
  return best;
}

PaSendRTReq receipt() {
  PaSendRTReq out;
  out.idPA = "77777777777";
  out.idBrokerPA = "98765432103";
  out.idStation = "98765432103_02";
  CtReceipt& r = out.receipt;
  r.receiptId = "4f1c0d9e7ab24c65b8e3d2a1f0c9b876";
  r.noticeNumber = "302001234567890123";
  r.fiscalCode = "77777777777";
  r.creditorReferenceId = "02001234567890123";
  r.paymentAmount = {12000};
  r.description = "Tassa dimostrativa";
  r.companyName = "Comune di Vallescura";
  r.debtor.uniqueIdentifier = {"F", "ANONIMO"};
  r.debtor.fullName = "Utente Dimostrativo";
  for (std::int64_t i = 1; i <= 5; ++i) {
    r.transferList.transfer.push_back({i, {2400}, "77777777777", "IT62S0103003200000000012345", "/RFB/02001234567890123/24.00/TXT/Quota " + std::to_string(i), "0101101IM", {}});
  }
  r.idPSP = "PSPSIM01";
  r.pspFiscalCode = "90000000001";
  r.PSPCompanyName = "Banca Simulata";
  r.idChannel = "90000000001_02";
  r.channelDescription = "onLine";
  r.paymentMethod = "creditCard";
  r.fee = {150};
  r.paymentDateTime = "2031-02-10T10:15:30";
  r.applicationDate = "2031-02-10";
  r.transferDate = "2031-02-11";
  r.standIn = false;
  return out;
}

void tag(std::string& out, const char* name, const std::string& text) { out.append("<").append(name).append(">").append(text).append("</").append(name).append(">"); }

/// The same bytes by hand: names and values appended one after the other, nothing escaped, nothing looked up.
std::string appended(const PaSendRTReq& m, const std::string& head, const std::string& tail) {
  std::string out;
  out.reserve(4096);
  out += head;
  tag(out, "idPA", m.idPA);
  tag(out, "idBrokerPA", m.idBrokerPA);
  tag(out, "idStation", m.idStation);
  const CtReceipt& r = m.receipt;
  out += "<receipt>";
  tag(out, "receiptId", r.receiptId);
  tag(out, "noticeNumber", r.noticeNumber);
  tag(out, "fiscalCode", r.fiscalCode);
  tag(out, "outcome", "OK");
  tag(out, "creditorReferenceId", r.creditorReferenceId);
  tag(out, "paymentAmount", to_text(r.paymentAmount));
  tag(out, "description", r.description);
  tag(out, "companyName", r.companyName);
  out += "<debtor><uniqueIdentifier>";
  tag(out, "entityUniqueIdentifierType", r.debtor.uniqueIdentifier.entityUniqueIdentifierType);
  tag(out, "entityUniqueIdentifierValue", r.debtor.uniqueIdentifier.entityUniqueIdentifierValue);
  out += "</uniqueIdentifier>";
  tag(out, "fullName", r.debtor.fullName);
  out += "</debtor><transferList>";
  for (const CtTransferPA& t : r.transferList.transfer) {
    out += "<transfer>";
    tag(out, "idTransfer", std::to_string(t.idTransfer));
    tag(out, "transferAmount", to_text(t.transferAmount));
    tag(out, "fiscalCodePA", t.fiscalCodePA);
    tag(out, "IBAN", t.IBAN);
    tag(out, "remittanceInformation", t.remittanceInformation);
    tag(out, "transferCategory", t.transferCategory);
    out += "</transfer>";
  }
  out += "</transferList>";
  tag(out, "idPSP", r.idPSP);
  tag(out, "pspFiscalCode", *r.pspFiscalCode);
  tag(out, "PSPCompanyName", r.PSPCompanyName);
  tag(out, "idChannel", r.idChannel);
  tag(out, "channelDescription", r.channelDescription);
  tag(out, "paymentMethod", *r.paymentMethod);
  tag(out, "fee", to_text(*r.fee));
  tag(out, "paymentDateTime", *r.paymentDateTime);
  tag(out, "applicationDate", *r.applicationDate);
  tag(out, "transferDate", *r.transferDate);
  tag(out, "standIn", "false");
  out += "</receipt>";
  out += tail;
  return out;
}

}  // namespace

int main() {
  const PaSendRTReq plain = receipt();
  const Message message = plain;
  const auto bytes = std::make_shared<const std::string>(sim::wire::encode(message));
  const std::size_t from = bytes->find("<idPA>");
  const std::size_t to = bytes->rfind("</receipt>") + 10;
  const std::string head = bytes->substr(0, from);
  const std::string tail = bytes->substr(to);
  if (appended(plain, head, tail) != *bytes) {
    std::puts("the floor does not write the same bytes: the comparison would mean nothing");
    return 1;
  }
  std::size_t sink = 0;
  const auto [parse, decode] = best_of(
      500,
      [&] {
        tinyxml2::XMLDocument document;
        sink += static_cast<std::size_t>(document.Parse(bytes->data(), bytes->size())) + static_cast<std::size_t>(document.RootElement()->GetLineNum());
      },
      [&] { sink += std::get<Body>(sim::wire::decode(PrimitiveId::paSendRT, Leg::request, bytes))->index(); });
  const auto [append, encode] = best_of(
      2000, [&] { sink += appended(plain, head, tail).size(); }, [&] { sink += sim::wire::encode(message).size(); });
  std::printf("paSendRT with 5 transfers            %8zu bytes\n", bytes->size());
  std::printf("floor: bare tinyxml2 parse           %8.2f us\n", parse);
  std::printf("decode and validate                  %8.2f us  (%.2f of the floor)\n", decode, decode / parse);
  std::printf("floor: bare append of the same text  %8.2f us\n", append);
  std::printf("encode                               %8.2f us  (%.2f of the floor)\n", encode, encode / append);
  return sink == 0 ? 1 : 0;
}
