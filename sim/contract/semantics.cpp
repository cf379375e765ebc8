#include "sim/contract/semantics.hpp"

#include <algorithm>
#include <set>

#include "sim/contract/words.hpp"

namespace sim::contract {
namespace {

using P = PrimitiveId;
constexpr Leg request = Leg::request;
constexpr Leg response = Leg::response;

constexpr std::string_view ko_rule = "SIN_PVPNR_10";
constexpr std::string_view ok_rule = "Fault bean, rule 1";

// clang-format off
constexpr SemanticRule table[] = {
  // A KO says why, with a complete bean; an OK has nothing to explain. The bean itself is judged by its table.
  {ko_rule, P::verifyPaymentNotice,     response, Law::needed_when_ko, "fault"}, {ok_rule, P::verifyPaymentNotice,     response, Law::barred_when_ok, "fault"},
  {ko_rule, P::activatePaymentNotice,   response, Law::needed_when_ko, "fault"}, {ok_rule, P::activatePaymentNotice,   response, Law::barred_when_ok, "fault"},
  {ko_rule, P::activatePaymentNoticeV2, response, Law::needed_when_ko, "fault"}, {ok_rule, P::activatePaymentNoticeV2, response, Law::barred_when_ok, "fault"},
  {ko_rule, P::sendPaymentOutcome,      response, Law::needed_when_ko, "fault"}, {ok_rule, P::sendPaymentOutcome,      response, Law::barred_when_ok, "fault"},
  {ko_rule, P::sendPaymentOutcomeV2,    response, Law::needed_when_ko, "fault"}, {ok_rule, P::sendPaymentOutcomeV2,    response, Law::barred_when_ok, "fault"},
  {ko_rule, P::verificaBollettino,      response, Law::needed_when_ko, "fault"}, {ok_rule, P::verificaBollettino,      response, Law::barred_when_ok, "fault"},
  {ko_rule, P::demandPaymentNotice,     response, Law::needed_when_ko, "fault"}, {ok_rule, P::demandPaymentNotice,     response, Law::barred_when_ok, "fault"},
  {ko_rule, P::paVerifyPaymentNotice,   response, Law::needed_when_ko, "fault"}, {ok_rule, P::paVerifyPaymentNotice,   response, Law::barred_when_ok, "fault"},
  {ko_rule, P::paGetPayment,            response, Law::needed_when_ko, "fault"}, {ok_rule, P::paGetPayment,            response, Law::barred_when_ok, "fault"},
  {ko_rule, P::paGetPaymentV2,          response, Law::needed_when_ko, "fault"}, {ok_rule, P::paGetPaymentV2,          response, Law::barred_when_ok, "fault"},
  {ko_rule, P::paSendRT,                response, Law::needed_when_ko, "fault"}, {ok_rule, P::paSendRT,                response, Law::barred_when_ok, "fault"},
  {ko_rule, P::paSendRTV2,              response, Law::needed_when_ko, "fault"}, {ok_rule, P::paSendRTV2,              response, Law::barred_when_ok, "fault"},
  {ko_rule, P::paDemandPaymentNotice,   response, Law::needed_when_ko, "fault"}, {ok_rule, P::paDemandPaymentNotice,   response, Law::barred_when_ok, "fault"},
  {ko_rule, P::pspNotifyPayment,        response, Law::needed_when_ko, "fault"}, {ok_rule, P::pspNotifyPayment,        response, Law::barred_when_ok, "fault"},
  {ko_rule, P::pspNotifyPaymentV2,      response, Law::needed_when_ko, "fault"}, {ok_rule, P::pspNotifyPaymentV2,      response, Law::barred_when_ok, "fault"},
  // The EC's answers: required in practice, optional in the schema.
  {"SIN_PVPNR_11", P::paVerifyPaymentNotice, response, Law::needed_when_ok, "paymentList"},
  {"SIN_PVPNR_34", P::paVerifyPaymentNotice, response, Law::needed_when_ok, "paymentDescription"},
  {"SIN_PVPNR_37", P::paVerifyPaymentNotice, response, Law::needed_when_ok, "fiscalCodePA"},
  {"SIN_PVPNR_41", P::paVerifyPaymentNotice, response, Law::needed_when_ok, "companyName"},
  {"SIN_PGPR_11",  P::paGetPayment,          response, Law::needed_when_ok, "data"},
  {"EC-05",        P::paGetPayment,          response, Law::sums_up,        "data/paymentAmount", "data/transferList/transfer/transferAmount"},
  {"paGetPaymentV2, idTransfer", P::paGetPayment, response, Law::counts_up, "data/transferList", "data/transferList/transfer/idTransfer"},
  {"SIN_PGPR_11",  P::paGetPaymentV2,        response, Law::needed_when_ok, "data"},
  {"EC-05",        P::paGetPaymentV2,        response, Law::sums_up,        "data/paymentAmount", "data/transferList/transfer/transferAmount"},
  {"paGetPaymentV2, idTransfer", P::paGetPaymentV2, response, Law::counts_up, "data/transferList", "data/transferList/transfer/idTransfer"},
  // The Nodo's answers, and the PSP's outcome.
  {"SANP activation",         P::activatePaymentNotice,   response, Law::needed_when_ok, "paymentToken"},
  {"SANP activation",         P::activatePaymentNoticeV2, response, Law::needed_when_ok, "paymentToken"},
  {"SANP sendPaymentOutcome", P::sendPaymentOutcome,      request,  Law::needed_when_ok, "details"},
  {"SANP sendPaymentOutcome", P::sendPaymentOutcomeV2,    request,  Law::needed_when_ok, "details"},
  // Checkout's closePayment: with KO only tokens and outcome matter.
  {"SIN_CPV2_07",  P::closePaymentV2, request, Law::needed_when_ok, "idPSP"},
  {"SIN_CPV2_13",  P::closePaymentV2, request, Law::needed_when_ok, "idBrokerPSP"},
  {"SIN_CPV2_16",  P::closePaymentV2, request, Law::needed_when_ok, "idChannel"},
  {"SIN_CPV2_10",  P::closePaymentV2, request, Law::needed_when_ok, "paymentMethod"},
  {"SIN_CPV2_19",  P::closePaymentV2, request, Law::needed_when_ok, "transactionId"},
  {"SIN_CPV2_22",  P::closePaymentV2, request, Law::needed_when_ok, "totalAmount"},
  {"SIN_CPV2_27",  P::closePaymentV2, request, Law::needed_when_ok, "fee"},
  {"SIN_CPV2_32",  P::closePaymentV2, request, Law::needed_when_ok, "timestampOperation"},
  {"SIN_CPV2_35",  P::closePaymentV2, request, Law::needed_when_ok, "additionalPaymentInformations"},
  {"PAG-2120",     P::closePaymentV2, request, Law::holds_something, "transactionDetails"},
  {"closePayment-v1, 400",    P::closePaymentV1, request, Law::needed_when_ok, "identificativoPsp"},
  {"closePayment-v1, 400",    P::closePaymentV1, request, Law::needed_when_ok, "tipoVersamento"},
  {"closePayment-v1, 400",    P::closePaymentV1, request, Law::needed_when_ok, "identificativoIntermediario"},
  {"closePayment-v1, 400",    P::closePaymentV1, request, Law::needed_when_ok, "identificativoCanale"},
  {"closePayment-v1, 400",    P::closePaymentV1, request, Law::needed_when_ok, "pspTransactionId"},
  {"closePayment-v1, 400",    P::closePaymentV1, request, Law::needed_when_ok, "totalAmount"},
  {"closePayment-v1, 400",    P::closePaymentV1, request, Law::needed_when_ok, "fee"},
  {"closePayment-v1, 400",    P::closePaymentV1, request, Law::needed_when_ok, "timestampOperation"},
  {"SIN_CP_35",    P::closePaymentV1, request, Law::needed_when_ok, "additionalPaymentInformations"},
  // A cart holds each notice once; the number alone does not tell two ECs' notices apart.
  {"carts, 422",   P::cartsV1, request, Law::all_differ, "paymentNotices", "noticeNumber fiscalCode"},
  {"carts, 422",   P::cartsV2, request, Law::all_differ, "paymentNotices", "noticeNumber fiscalCode"},
};
// clang-format on

const Record& table_of(const SemanticRule& rule) { return record_of(rule.primitive, rule.leg); }

bool is_there(const SemanticRule& rule, const Message& message) {
  return count_at(table_of(rule), payload(message), rule.place) > 0;
}

}  // namespace

std::span<const SemanticRule> semantic_rules() { return table; }

std::vector<const SemanticRule*> semantic_rules_of(PrimitiveId id, Leg leg) {
  std::vector<const SemanticRule*> out;
  for (const SemanticRule& rule : table) {
    if (rule.primitive == id && rule.leg == leg) out.push_back(&rule);
  }
  return out;
}

std::optional<Amount> sum_of_parts(const SemanticRule& rule, const Message& message) {
  const std::vector<const void*> parts = items_at(table_of(rule), payload(message), rule.parts);
  if (parts.empty()) return std::nullopt;
  Amount sum;
  for (const void* part : parts) sum = sum + *static_cast<const Amount*>(part);
  return sum;
}

bool holds(const SemanticRule& rule, const Message& message) {
  const auto outcome = [&] { return outcome_of(message); };
  switch (rule.law) {
    case Law::needed_when_ok: return outcome() == Outcome::KO || is_there(rule, message);
    case Law::needed_when_ko: return outcome() == Outcome::OK || is_there(rule, message);
    case Law::barred_when_ok: return outcome() == Outcome::KO || !is_there(rule, message);
    case Law::sums_up: {
      const std::vector<const void*> place = items_at(table_of(rule), payload(message), rule.place);
      return place.empty() || *static_cast<const Amount*>(place.front()) == sum_of_parts(rule, message);
    }
    case Law::counts_up: {
      std::int64_t expected = 1;
      const std::vector<const void*> parts = items_at(table_of(rule), payload(message), rule.parts);
      return std::all_of(parts.begin(), parts.end(), [&expected](const void* part) { return *static_cast<const std::int64_t*>(part) == expected++; });
    }
    case Law::holds_something: {
      // With KO the rest of the message is not looked at. [FLUSSO_CP_24]
      if (outcome() == Outcome::KO) return true;
      const Field& field = *field_at(table_of(rule), rule.place);
      for (const void* group : items_at(table_of(rule), payload(message), rule.place)) {
        const std::span<const Field> members = field.table()->fields;
        if (std::all_of(members.begin(), members.end(), [group](const Field& f) { return f.count(group) == 0; })) return false;
      }
      return true;
    }
    case Law::all_differ: {
      std::set<std::string> seen;
      const Record& entry = *field_at(table_of(rule), rule.place)->table();
      for (const void* item : items_at(table_of(rule), payload(message), rule.place)) {
        std::string key;
        for (const std::string_view part : words(rule.parts)) key += text_at(entry, item, part).value_or("") + '\n';
        if (!seen.insert(std::move(key)).second) return false;
      }
      return true;
    }
  }
  return true;
}

Bilingual wanted_by(const SemanticRule& rule) {
  switch (rule.law) {
    case Law::needed_when_ok: return {"è richiesto quando l'esito è OK", "it is required when the outcome is OK"};
    case Law::needed_when_ko: return {"è richiesto, completo, quando l'esito è KO", "it is required, and complete, when the outcome is KO"};
    case Law::barred_when_ok: return {"non c'è quando l'esito è OK", "it is not there when the outcome is OK"};
    case Law::sums_up: return {"la somma di " + std::string(rule.parts), "the sum of " + std::string(rule.parts)};
    case Law::counts_up: return {std::string(rule.parts) + " uguale a 1, 2, ... senza salti", std::string(rule.parts) + " equal to 1, 2, ... without holes"};
    case Law::holds_something: return {"almeno un campo, quando c'è", "at least one field, when it is there"};
    case Law::all_differ: return {"ogni voce una volta sola", "every entry once only"};
  }
  return {};
}

bool obeys_semantics(const Message& message) {
  const PrimitiveId id = primitive_of(message);
  const Leg leg = leg_of(message);
  for (const SemanticRule& rule : table) {
    if (rule.primitive == id && rule.leg == leg && !holds(rule, message)) return false;
  }
  return true;
}

std::vector<Violation> broken_semantics(const Message& message) {
  std::vector<Violation> out;
  const PrimitiveId id = primitive_of(message);
  const Leg leg = leg_of(message);
  for (const SemanticRule& rule : table) {
    if (rule.primitive != id || rule.leg != leg || holds(rule, message)) continue;
    out.push_back({Defect::semantic, std::string(rule.place), std::string(rule.id), text_at(message, rule.place).value_or(""), wanted_by(rule)});
  }
  return out;
}

}  // namespace sim::contract
