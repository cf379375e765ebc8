#include "sim/contract/message.hpp"

#include <array>

#include "sim/contract/fault_codes.hpp"

namespace sim::contract {
namespace {

constexpr Port node_for_psp{"nodeForPsp", "http://pagopa-api.pagopa.gov.it/node/nodeForPsp.xsd", "nod"};
constexpr Port pa_for_node{"paForNode", "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd", "pafn"};
constexpr Port psp_for_node{"pspForNode", "http://pagopa-api.pagopa.gov.it/psp/pspForNode.xsd", "pfn"};

template <class T>
const Record& table() {
  return record_of(Of<T>{});
}

// clang-format off
constexpr std::array<Primitive, std::variant_size_v<Message> / 2> rows{{
    {PrimitiveId::verifyPaymentNotice, "verifyPaymentNotice", Role::checkout, Role::nodo, &node_for_psp,
     "verifyPaymentNoticeReq", "verifyPaymentNoticeRes", "PPT_SINTASSI_EXTRAXSD", "/node-for-psp/v1",
     table<VerifyPaymentNoticeReq>, table<VerifyPaymentNoticeRes>},
    {PrimitiveId::activatePaymentNoticeV2, "activatePaymentNoticeV2", Role::checkout, Role::nodo, &node_for_psp,
     "activatePaymentNoticeV2Request", "activatePaymentNoticeV2Response", "PPT_SINTASSI_EXTRAXSD", "/node-for-psp/v1",
     table<ActivatePaymentNoticeV2Request>, table<ActivatePaymentNoticeV2Response>},
    {PrimitiveId::sendPaymentOutcome, "sendPaymentOutcome", Role::psp, Role::nodo, &node_for_psp,
     "sendPaymentOutcomeReq", "sendPaymentOutcomeRes", "PPT_SINTASSI_EXTRAXSD", "/node-for-psp/v1",
     table<SendPaymentOutcomeReq>, table<SendPaymentOutcomeRes>},
    {PrimitiveId::paVerifyPaymentNotice, "paVerifyPaymentNotice", Role::nodo, Role::ec, &pa_for_node,
     "paVerifyPaymentNoticeReq", "paVerifyPaymentNoticeRes", "PAA_SINTASSI_EXTRAXSD", "/pa-for-node",
     table<PaVerifyPaymentNoticeReq>, table<PaVerifyPaymentNoticeRes>},
    {PrimitiveId::paGetPayment, "paGetPayment", Role::nodo, Role::ec, &pa_for_node,
     "paGetPaymentReq", "paGetPaymentRes", "PAA_SINTASSI_EXTRAXSD", "/pa-for-node",
     table<PaGetPaymentReq>, table<PaGetPaymentRes>},
    {PrimitiveId::paSendRT, "paSendRT", Role::nodo, Role::ec, &pa_for_node,
     "paSendRTReq", "paSendRTRes", "PAA_SINTASSI_EXTRAXSD", "/pa-for-node",
     table<PaSendRTReq>, table<PaSendRTRes>},
    {PrimitiveId::pspNotifyPayment, "pspNotifyPayment", Role::nodo, Role::psp, &psp_for_node,
     "pspNotifyPaymentReq", "pspNotifyPaymentRes", "CANALE_SINTASSI_EXTRAXSD", "/psp-for-node",
     table<PspNotifyPaymentReq>, table<PspNotifyPaymentRes>},
    {PrimitiveId::closePaymentV2, "closePayment-v2", Role::checkout, Role::nodo, nullptr,
     "closePayment-v2", "closePayment-v2", "", "/nodo-per-pm/v2/closepayment",
     table<ClosePaymentV2Request>, table<ClosePaymentV2Response>, "paymentTokens outcome"},  // [SIN_CP_41]
    {PrimitiveId::sendPaymentResultV2, "sendPaymentResult-v2", Role::nodo, Role::checkout, nullptr,
     "sendPaymentResult-v2", "sendPaymentResult-v2", "", "/transactions/{transactionId}/user-receipts",
     table<SendPaymentResultV2Request>, table<SendPaymentResultV2Response>},
}};
// clang-format on

constexpr bool rows_follow_ids() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (static_cast<std::size_t>(rows[i].id) != i) return false;
  }
  return true;
}
static_assert(rows_follow_ids());

template <std::size_t I>
Message blank_at() {
  return Message(std::in_place_index<I>);
}
template <std::size_t... I>
constexpr auto blanks(std::index_sequence<I...>) {
  return std::array<Message (*)(), sizeof...(I)>{blank_at<I>...};
}

template <class M>
const M& as(const Message& message) {
  return std::get<M>(message);
}

template <class M>
bool ko_has_fault(const Message& m) {
  return as<M>(m).outcome == Outcome::OK || as<M>(m).fault.has_value();
}
template <class M>
bool ok_has_no_fault(const Message& m) {
  return as<M>(m).outcome == Outcome::KO || !as<M>(m).fault.has_value();
}

// clang-format off
template <class M>
constexpr SemanticRule fault_rules(PrimitiveId id, bool ko) {
  return ko ? SemanticRule{"SIN_PVPNR_10", id, Leg::response, "fault", "a complete fault bean, because the outcome is KO", ko_has_fault<M>}
            : SemanticRule{"Fault bean, rule 1", id, Leg::response, "fault", "no fault bean, because the outcome is OK", ok_has_no_fault<M>};
}

bool verified(const Message& m, bool there) { return as<PaVerifyPaymentNoticeRes>(m).outcome == Outcome::KO || there; }

bool sums_up(const Message& m) {
  const auto& data = as<PaGetPaymentRes>(m).data;
  if (!data) return true;
  Amount sum;
  for (const CtTransferPA& t : data->transferList.transfer) sum = sum + t.transferAmount;
  return sum == data->paymentAmount;
}

bool transfers_count_up(const Message& m) {
  const auto& data = as<PaGetPaymentRes>(m).data;
  if (!data) return true;
  std::int64_t expected = 1;
  for (const CtTransferPA& t : data->transferList.transfer) {
    if (t.idTransfer != expected++) return false;
  }
  return true;
}

bool closed_ok_with(const Message& m, bool there) { return as<ClosePaymentV2Request>(m).outcome == Outcome::KO || there; }

using P = PrimitiveId;
constexpr SemanticRule semantics[] = {
    fault_rules<VerifyPaymentNoticeRes>(P::verifyPaymentNotice, true),
    fault_rules<VerifyPaymentNoticeRes>(P::verifyPaymentNotice, false),
    fault_rules<ActivatePaymentNoticeV2Response>(P::activatePaymentNoticeV2, true),
    fault_rules<ActivatePaymentNoticeV2Response>(P::activatePaymentNoticeV2, false),
    fault_rules<SendPaymentOutcomeRes>(P::sendPaymentOutcome, true),
    fault_rules<SendPaymentOutcomeRes>(P::sendPaymentOutcome, false),
    fault_rules<PaVerifyPaymentNoticeRes>(P::paVerifyPaymentNotice, true),
    fault_rules<PaVerifyPaymentNoticeRes>(P::paVerifyPaymentNotice, false),
    fault_rules<PaGetPaymentRes>(P::paGetPayment, true),
    fault_rules<PaGetPaymentRes>(P::paGetPayment, false),
    fault_rules<PaSendRTRes>(P::paSendRT, true),
    fault_rules<PaSendRTRes>(P::paSendRT, false),
    fault_rules<PspNotifyPaymentRes>(P::pspNotifyPayment, true),
    fault_rules<PspNotifyPaymentRes>(P::pspNotifyPayment, false),
    {"SANP sendPaymentOutcome", P::sendPaymentOutcome, Leg::request, "details", "details, because the outcome is OK",
     [](const Message& m) { return as<SendPaymentOutcomeReq>(m).outcome == Outcome::KO || as<SendPaymentOutcomeReq>(m).details; }},
    {"SIN_PVPNR_11", P::paVerifyPaymentNotice, Leg::response, "paymentList", "one payment option, because the outcome is OK",
     [](const Message& m) { return verified(m, as<PaVerifyPaymentNoticeRes>(m).paymentList.has_value()); }},
    {"SIN_PVPNR_34", P::paVerifyPaymentNotice, Leg::response, "paymentDescription", "a description, because the outcome is OK",
     [](const Message& m) { return verified(m, as<PaVerifyPaymentNoticeRes>(m).paymentDescription.has_value()); }},
    {"SIN_PVPNR_37", P::paVerifyPaymentNotice, Leg::response, "fiscalCodePA", "the fiscal code of the EC, because the outcome is OK",
     [](const Message& m) { return verified(m, as<PaVerifyPaymentNoticeRes>(m).fiscalCodePA.has_value()); }},
    {"SIN_PVPNR_41", P::paVerifyPaymentNotice, Leg::response, "companyName", "the name of the EC, because the outcome is OK",
     [](const Message& m) { return verified(m, as<PaVerifyPaymentNoticeRes>(m).companyName.has_value()); }},
    {"SIN_PGPR_11", P::paGetPayment, Leg::response, "data", "the payment data, because the outcome is OK",
     [](const Message& m) { return as<PaGetPaymentRes>(m).outcome == Outcome::KO || as<PaGetPaymentRes>(m).data; }},
    {"EC-05", P::paGetPayment, Leg::response, "data/paymentAmount", "the sum of the transfer amounts", sums_up},
    {"paGetPaymentV2, idTransfer", P::paGetPayment, Leg::response, "data/transferList", "idTransfer 1, 2, ... without holes", transfers_count_up},
    {"SANP activation", P::activatePaymentNoticeV2, Leg::response, "paymentToken", "a token, because the outcome is OK",
     [](const Message& m) { return as<ActivatePaymentNoticeV2Response>(m).outcome == Outcome::KO || as<ActivatePaymentNoticeV2Response>(m).paymentToken; }},
    {"SIN_CPV2_07", P::closePaymentV2, Leg::request, "idPSP", "an idPSP, because the outcome is OK",
     [](const Message& m) { return closed_ok_with(m, as<ClosePaymentV2Request>(m).idPSP.has_value()); }},
    {"SIN_CPV2_13", P::closePaymentV2, Leg::request, "idBrokerPSP", "an idBrokerPSP, because the outcome is OK",
     [](const Message& m) { return closed_ok_with(m, as<ClosePaymentV2Request>(m).idBrokerPSP.has_value()); }},
    {"SIN_CPV2_16", P::closePaymentV2, Leg::request, "idChannel", "an idChannel, because the outcome is OK",
     [](const Message& m) { return closed_ok_with(m, as<ClosePaymentV2Request>(m).idChannel.has_value()); }},
    {"SIN_CPV2_10", P::closePaymentV2, Leg::request, "paymentMethod", "a payment method, because the outcome is OK",
     [](const Message& m) { return closed_ok_with(m, as<ClosePaymentV2Request>(m).paymentMethod.has_value()); }},
    {"SIN_CPV2_19", P::closePaymentV2, Leg::request, "transactionId", "a transaction, because the outcome is OK",
     [](const Message& m) { return closed_ok_with(m, as<ClosePaymentV2Request>(m).transactionId.has_value()); }},
    {"SIN_CPV2_22", P::closePaymentV2, Leg::request, "totalAmount", "the total, because the outcome is OK",
     [](const Message& m) { return closed_ok_with(m, as<ClosePaymentV2Request>(m).totalAmount.has_value()); }},
    {"SIN_CPV2_27", P::closePaymentV2, Leg::request, "fee", "the fee (0 is fine), because the outcome is OK",
     [](const Message& m) { return closed_ok_with(m, as<ClosePaymentV2Request>(m).fee.has_value()); }},
    {"SIN_CPV2_32", P::closePaymentV2, Leg::request, "timestampOperation", "the time of the operation, because the outcome is OK",
     [](const Message& m) { return closed_ok_with(m, as<ClosePaymentV2Request>(m).timestampOperation.has_value()); }},
    {"PAG-2120", P::closePaymentV2, Leg::request, "transactionDetails", "at least one member, when it is there",
     [](const Message& m) {
       const auto& details = as<ClosePaymentV2Request>(m).transactionDetails;
       return closed_ok_with(m, !details || details->transaction || details->info || details->user);
     }},
    {"SIN_CPV2_35", P::closePaymentV2, Leg::request, "additionalPaymentInformations", "at least one entry, because the outcome is OK",
     [](const Message& m) { return closed_ok_with(m, as<ClosePaymentV2Request>(m).additionalPaymentInformations.has_value()); }},
};
// clang-format on

}  // namespace

std::string_view to_text(Leg leg) { return leg == Leg::request ? "request" : "response"; }

std::span<const Primitive> primitives() { return rows; }
const Primitive& primitive(PrimitiveId id) { return rows[static_cast<std::size_t>(id)]; }
const Primitive* find_primitive(std::string_view name) {
  for (const Primitive& row : rows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

PrimitiveId primitive_of(const Message& message) { return static_cast<PrimitiveId>(message.index() / 2); }
Leg leg_of(const Message& message) { return static_cast<Leg>(message.index() % 2); }
const Record& record_of(PrimitiveId id, Leg leg) {
  return leg == Leg::request ? primitive(id).request() : primitive(id).response();
}

const void* payload(const Message& message) {
  return std::visit([](const auto& held) -> const void* { return &held; }, message);
}
void* payload(Message& message) {
  return std::visit([](auto& held) -> void* { return &held; }, message);
}

Message blank(PrimitiveId id, Leg leg) {
  static constexpr auto makers = blanks(std::make_index_sequence<std::variant_size_v<Message>>{});
  return makers[static_cast<std::size_t>(id) * 2 + static_cast<std::size_t>(leg)]();
}

std::optional<std::string> text_at(const Message& message, std::string_view path) {
  return text_at(record_of(primitive_of(message), leg_of(message)), payload(message), path);
}

std::optional<Outcome> outcome_of(const Message& message) {
  return std::visit(
      [](const auto& held) -> std::optional<Outcome> {
        if constexpr (requires { held.outcome; }) return held.outcome;
        return std::nullopt;
      },
      message);
}

const CtFaultBean* fault_of(const Message& message) {
  return std::visit(
      [](const auto& held) -> const CtFaultBean* {
        if constexpr (requires { held.fault; }) return held.fault ? &*held.fault : nullptr;
        return nullptr;
      },
      message);
}

CtFaultBean fault_bean(std::string_view code, std::string_view id, std::string description) {
  const FaultCode* known = find_fault_code(code);
  CtFaultBean out;
  out.faultCode = code;
  out.faultString = known != nullptr ? known->faultString : code;
  out.id = id;
  if (!description.empty()) out.description = std::move(description);
  return out;
}

Message refusal(PrimitiveId id, CtFaultBean fault) {
  Message out = blank(id, Leg::response);
  std::visit(
      [&fault](auto& held) {
        if constexpr (requires { held.fault; }) {
          held.outcome = Outcome::KO;
          held.fault = std::move(fault);
        }
      },
      out);
  return out;
}

Message refusal(PrimitiveId id, std::string description) {
  Message out = blank(id, Leg::response);
  std::visit(
      [&description](auto& held) {
        if constexpr (requires { held.outcome = Outcome::KO; held.description = description; }) {
          held.outcome = Outcome::KO;
          held.description = std::move(description);
        }
      },
      out);
  return out;
}

std::span<const SemanticRule> semantic_rules() { return semantics; }

bool obeys_semantics(const Message& message) {
  const PrimitiveId id = primitive_of(message);
  const Leg leg = leg_of(message);
  for (const SemanticRule& rule : semantics) {
    if (rule.primitive == id && rule.leg == leg && !rule.holds(message)) return false;
  }
  return true;
}

std::vector<Violation> broken_semantics(const Message& message) {
  std::vector<Violation> out;
  if (obeys_semantics(message)) return out;
  const PrimitiveId id = primitive_of(message);
  const Leg leg = leg_of(message);
  for (const SemanticRule& rule : semantics) {
    if (rule.primitive != id || rule.leg != leg || rule.holds(message)) continue;
    const std::string found = text_at(message, rule.place).value_or("");
    out.push_back({Defect::semantic, std::string(rule.place), std::string(rule.id), found, std::string(rule.wanted)});
  }
  return out;
}

}  // namespace sim::contract
