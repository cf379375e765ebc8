// Everything that may be said: one primitive per row, one struct per message, one variant for all.
// A Message is immutable and shared (Body), so that the journal, a duplicate and a retry hold the same one.
// What breaks its schema is never a Message: it exists only as bytes (Malformed).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/contract/checkout_rest.hpp"
#include "sim/contract/common.hpp"
#include "sim/contract/node_for_psp.hpp"
#include "sim/contract/pa_for_node.hpp"
#include "sim/contract/psp_for_node.hpp"

namespace sim::contract {

/// Request first, then response, in the order of PrimitiveId: the index of a Message tells primitive and leg.
using Message =
    std::variant<VerifyPaymentNoticeReq, VerifyPaymentNoticeRes,                    //
                 ActivatePaymentNoticeReq, ActivatePaymentNoticeRes,                //
                 ActivatePaymentNoticeV2Request, ActivatePaymentNoticeV2Response,   //
                 SendPaymentOutcomeReq, SendPaymentOutcomeRes,                      //
                 SendPaymentOutcomeV2Request, SendPaymentOutcomeV2Response,         //
                 VerificaBollettinoReq, VerificaBollettinoRes,                      //
                 DemandPaymentNoticeRequest, DemandPaymentNoticeResponse,           //
                 PaVerifyPaymentNoticeReq, PaVerifyPaymentNoticeRes,                //
                 PaGetPaymentReq, PaGetPaymentRes,                                  //
                 PaGetPaymentV2Request, PaGetPaymentV2Response,                     //
                 PaSendRTReq, PaSendRTRes,                                          //
                 PaSendRTV2Request, PaSendRTV2Response,                             //
                 PaDemandPaymentNoticeRequest, PaDemandPaymentNoticeResponse,       //
                 PspNotifyPaymentReq, PspNotifyPaymentRes,                          //
                 PspNotifyPaymentV2, PspNotifyPaymentV2Res,                         //
                 ClosePaymentV1Request, ClosePaymentV1Response,                     //
                 ClosePaymentV2Request, ClosePaymentV2Response,                     //
                 CheckPositionRequest, CheckPositionResponse,                       //
                 SendPaymentResultV1Request, SendPaymentResultV1Response,           //
                 SendPaymentResultV2Request, SendPaymentResultV2Response,           //
                 CartsV1Request, CartsV1Response,                                   //
                 CartsV2Request, CartsV2Response>;
using Body = std::shared_ptr<const Message>;

enum class PrimitiveId : std::uint8_t {
  verifyPaymentNotice,
  activatePaymentNotice,
  activatePaymentNoticeV2,
  sendPaymentOutcome,
  sendPaymentOutcomeV2,
  verificaBollettino,
  demandPaymentNotice,
  paVerifyPaymentNotice,
  paGetPayment,
  paGetPaymentV2,
  paSendRT,
  paSendRTV2,
  paDemandPaymentNotice,
  pspNotifyPayment,
  pspNotifyPaymentV2,
  closePaymentV1,
  closePaymentV2,
  checkPosition,
  sendPaymentResultV1,
  sendPaymentResultV2,
  cartsV1,
  cartsV2,
};

enum class Leg : std::uint8_t { request, response };
std::string_view to_text(Leg leg);

/// A family of messages with one WSDL: its namespace and the prefix that receivers expect to see.
struct Port {
  std::string_view name;            ///< "paForNode"
  std::string_view xml_namespace;   ///< of the root elements of its messages
  std::string_view wsdl_namespace;  ///< of the WSDL alone: never in a message
  std::string_view prefix;          ///< some receivers match it as literal text
  std::string_view address;         ///< where its WSDL says that it listens; every deployment has its own
};
std::span<const Port> ports();
const Port* find_port(std::string_view name);

/// One row: who calls whom, and how it looks on the wire.
struct Primitive {
  PrimitiveId id;
  std::string_view name;             ///< "paSendRT", "closePayment-v2"; the SOAPAction of SOAP primitives
  Role caller, callee;
  const Port* port;                  ///< nullptr: JSON over REST
  const Record& (*request)();        ///< its type is the name of the root element
  const Record& (*response)();
  std::string_view syntax_fault;     ///< what the callee answers to a request that breaks the schema (SOAP)
  std::string_view path;             ///< where the callee listens
  /// Names of the only request fields that are looked at when its outcome is KO; empty: all of them are.
  std::string_view ko_needs = {};
};

/// Whether the role may call it: touchpoints present themselves to the Nodo as PSPs, and either may say what the other says.
bool may_call(const Primitive& row, Role role);

std::span<const Primitive> primitives();
const Primitive& primitive(PrimitiveId id);
const Primitive* find_primitive(std::string_view name);

/// The SOAP message whose root element has this name in this namespace: what a server dispatches on. 
struct PrimitiveLeg {
  PrimitiveId id{};
  Leg leg{};
  friend bool operator==(const PrimitiveLeg&, const PrimitiveLeg&) = default;
};
std::optional<PrimitiveLeg> find_root(std::string_view xml_namespace, std::string_view local_name);

PrimitiveId primitive_of(const Message& message);
Leg leg_of(const Message& message);
const Record& record_of(PrimitiveId id, Leg leg);
/// The address of the struct inside, for the folds over its table.
const void* payload(const Message& message);
void* payload(Message& message);
/// An empty message to decode into.
Message blank(PrimitiveId id, Leg leg);

/// The text of the field at `path`; nothing when it is not there.
std::optional<std::string> text_at(const Message& message, std::string_view path);
/// The outcome of any message that has one.
std::optional<Outcome> outcome_of(const Message& message);
/// The fault bean of a SOAP response, or nullptr.
const CtFaultBean* fault_of(const Message& message);
/// A fault bean with the string that goes with the code; `id` says who emits it.
CtFaultBean fault_bean(std::string_view code, std::string_view id, std::string description = {});
/// The id of the Nodo's own faults.
constexpr std::string_view nodo_id = "NodoDeiPagamentiSPC";
/// The KO answer to a SOAP primitive.
Message refusal(PrimitiveId id, CtFaultBean fault);
/// The KO answer to a JSON primitive, which has a description instead of a fault bean.
Message refusal(PrimitiveId id, std::string description);

/// Something that arrived and is not a message: the bytes, and everything wrong with them.
struct Malformed {
  std::shared_ptr<const std::string> bytes;
  std::vector<Violation> violations;
  friend bool operator==(const Malformed&, const Malformed&) = default;
};

template <class M>
Body share(M message) {
  return std::make_shared<const Message>(std::move(message));
}

}  // namespace sim::contract
