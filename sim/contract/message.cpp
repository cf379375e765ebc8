#include "sim/contract/message.hpp"

#include <array>

#include "sim/contract/fault_codes.hpp"

namespace sim::contract {
namespace {

enum PortIndex : std::uint8_t { node_for_psp, pa_for_node, psp_for_node };
constexpr Port port_rows[] = {
    {"nodeForPsp", "http://pagopa-api.pagopa.gov.it/node/nodeForPsp.xsd", "http://pagopa-api.pagopa.gov.it/nodeForPsp", "nod",
     "http://localhost/node-for-psp/v1"},
    {"paForNode", "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd", "http://pagopa-api.pagopa.gov.it/paForNode", "pafn",
     "http://localhost/pa-for-node"},
    {"pspForNode", "http://pagopa-api.pagopa.gov.it/psp/pspForNode.xsd", "http://pagopa-api.pagopa.gov.it/psp/pspForNode", "pfn",
     "http://localhost/psp-for-node"},
};

/// A SOAP primitive of the Nodo, of an EC, of a PSP; who is called follows from the port.
template <class Request, class Response>
constexpr Primitive soap(PrimitiveId id, std::string_view name, PortIndex port, Role caller) {
  constexpr Role callees[] = {Role::nodo, Role::ec, Role::psp};
  constexpr std::string_view faults[] = {"PPT_SINTASSI_EXTRAXSD", "PAA_SINTASSI_EXTRAXSD", "CANALE_SINTASSI_EXTRAXSD"};
  constexpr std::string_view paths[] = {"/node-for-psp/v1", "/pa-for-node", "/psp-for-node"};
  return {id, name, caller, callees[port], &port_rows[port], record_of<Request>, record_of<Response>, faults[port], paths[port], {}};
}
template <class Request, class Response>
constexpr Primitive rest(PrimitiveId id, std::string_view name, Role caller, Role callee, std::string_view path,
                         std::string_view ko_needs = {}) {
  return {id, name, caller, callee, nullptr, record_of<Request>, record_of<Response>, {}, path, ko_needs};
}

// clang-format off
using P = PrimitiveId;
constexpr std::array<Primitive, std::variant_size_v<Message> / 2> rows{{
  soap<VerifyPaymentNoticeReq, VerifyPaymentNoticeRes>                  (P::verifyPaymentNotice,     "verifyPaymentNotice",     node_for_psp, Role::checkout),
  soap<ActivatePaymentNoticeReq, ActivatePaymentNoticeRes>              (P::activatePaymentNotice,   "activatePaymentNotice",   node_for_psp, Role::psp),
  soap<ActivatePaymentNoticeV2Request, ActivatePaymentNoticeV2Response> (P::activatePaymentNoticeV2, "activatePaymentNoticeV2", node_for_psp, Role::checkout),
  soap<SendPaymentOutcomeReq, SendPaymentOutcomeRes>                    (P::sendPaymentOutcome,      "sendPaymentOutcome",      node_for_psp, Role::psp),
  soap<SendPaymentOutcomeV2Request, SendPaymentOutcomeV2Response>       (P::sendPaymentOutcomeV2,    "sendPaymentOutcomeV2",    node_for_psp, Role::psp),
  soap<VerificaBollettinoReq, VerificaBollettinoRes>                    (P::verificaBollettino,      "verificaBollettino",      node_for_psp, Role::psp),
  soap<DemandPaymentNoticeRequest, DemandPaymentNoticeResponse>         (P::demandPaymentNotice,     "demandPaymentNotice",     node_for_psp, Role::psp),
  soap<PaVerifyPaymentNoticeReq, PaVerifyPaymentNoticeRes>              (P::paVerifyPaymentNotice,   "paVerifyPaymentNotice",   pa_for_node,  Role::nodo),
  soap<PaGetPaymentReq, PaGetPaymentRes>                                (P::paGetPayment,            "paGetPayment",            pa_for_node,  Role::nodo),
  soap<PaGetPaymentV2Request, PaGetPaymentV2Response>                   (P::paGetPaymentV2,          "paGetPaymentV2",          pa_for_node,  Role::nodo),
  soap<PaSendRTReq, PaSendRTRes>                                        (P::paSendRT,                "paSendRT",                pa_for_node,  Role::nodo),
  soap<PaSendRTV2Request, PaSendRTV2Response>                           (P::paSendRTV2,              "paSendRTV2",              pa_for_node,  Role::nodo),
  soap<PaDemandPaymentNoticeRequest, PaDemandPaymentNoticeResponse>     (P::paDemandPaymentNotice,   "paDemandPaymentNotice",   pa_for_node,  Role::nodo),
  soap<PspNotifyPaymentReq, PspNotifyPaymentRes>                        (P::pspNotifyPayment,        "pspNotifyPayment",        psp_for_node, Role::nodo),
  soap<PspNotifyPaymentV2, PspNotifyPaymentV2Res>                       (P::pspNotifyPaymentV2,      "pspNotifyPaymentV2",      psp_for_node, Role::nodo),
  // With outcome KO only tokens and outcome are looked at [SIN_CP_41].
  rest<ClosePaymentV1Request, ClosePaymentV1Response>         (P::closePaymentV1, "closePayment-v1", Role::checkout, Role::nodo, "/nodo-per-pm/v1/closepayment", "paymentTokens outcome"),
  rest<ClosePaymentV2Request, ClosePaymentV2Response>         (P::closePaymentV2, "closePayment-v2", Role::checkout, Role::nodo, "/nodo-per-pm/v2/closepayment", "paymentTokens outcome"),
  rest<CheckPositionRequest, CheckPositionResponse>           (P::checkPosition,  "checkPosition",   Role::checkout, Role::nodo, "/nodo-per-pm/v1/checkPosition"),
  rest<SendPaymentResultV1Request, SendPaymentResultV1Response> (P::sendPaymentResultV1, "sendPaymentResult-v1", Role::nodo, Role::checkout, "/v1/sendPaymentResult"),  // no source names its path
  rest<SendPaymentResultV2Request, SendPaymentResultV2Response> (P::sendPaymentResultV2, "sendPaymentResult-v2", Role::nodo, Role::checkout, "/transactions/{transactionId}/user-receipts"),
  rest<CartsV1Request, CartsV1Response>                       (P::cartsV1,        "carts-v1",        Role::ec,       Role::checkout, "/checkout/ec/v1/carts"),
  rest<CartsV2Request, CartsV2Response>                       (P::cartsV2,        "carts-v2",        Role::ec,       Role::checkout, "/checkout/ec/v2/carts"),
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
std::span<const Port> ports() { return port_rows; }
const Port* find_port(std::string_view name) {
  for (const Port& port : port_rows) {
    if (port.name == name) return &port;
  }
  return nullptr;
}

std::optional<PrimitiveLeg> find_root(std::string_view xml_namespace, std::string_view local_name) {
  for (const Primitive& row : rows) {
    if (row.port == nullptr || row.port->xml_namespace != xml_namespace) continue;
    for (const Leg leg : {Leg::request, Leg::response}) {
      if (record_of(row.id, leg).type == local_name) return PrimitiveLeg{row.id, leg};
    }
  }
  return std::nullopt;
}

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

bool may_call(const Primitive& row, Role role) {
  const bool as_psp = row.port != nullptr && row.port->name == "nodeForPsp" && (role == Role::checkout || role == Role::psp);
  return as_psp || row.caller == role;
}

std::optional<Outcome> outcome_of(const Message& message) {
  return std::visit(
      [](const auto& held) -> std::optional<Outcome> {
        if constexpr (requires { held.outcome; }) return held.outcome;
        else if constexpr (requires { held.esito; }) return held.esito;
        else return std::nullopt;
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
        } else if constexpr (requires { held.esito = Outcome::KO; held.descrizione = description; }) {
          held.esito = Outcome::KO;
          held.descrizione = std::move(description);
        } else if constexpr (requires { held.detail = description; }) {
          held.detail = std::move(description);
        }
      },
      out);
  return out;
}

}  // namespace sim::contract
