// What the user reads: the category of a fault, and the code of the final page; and what the gateway makes of a card.
// The trap: a word of the fault's description wins over its code, and one state shows different codes depending on what
// the gateway and the Nodo said.
#include <algorithm>
#include <array>

#include "actors/checkout.hpp"
#include "sim/contract/words.hpp"

namespace actors {
namespace {

using namespace sim;
using namespace sim::contract;
using namespace std::string_view_literals;

// clang-format off
constexpr FaultCategory categories[] = {
  { "PAYMENT_UNKNOWN", 404, "PAA_PAGAMENTO_SCONOSCIUTO", "Nessun avviso corrisponde ai dati inseriti", "No notice matches what you typed" },
  { "PAYMENT_DATA_ERROR", 404, "PPT_SINTASSI_EXTRAXSD PPT_SINTASSI_XSD PPT_DOMINIO_SCONOSCIUTO PPT_STAZIONE_INT_PA_SCONOSCIUTA", "Dati dell'avviso non validi", "The notice data are not valid" },
  { "PAYMENT_ONGOING", 409, "PPT_PAGAMENTO_IN_CORSO PAA_PAGAMENTO_IN_CORSO", "Esiste un altro tentativo di pagamento aperto: attendi qualche minuto", "Another attempt to pay this notice is open: wait a few minutes" },
  { "PAYMENT_EXPIRED", 409, "PAA_PAGAMENTO_SCADUTO", "Termini scaduti: l'avviso non è più pagabile", "Too late: the notice can no longer be paid" },
  { "PAYMENT_CANCELED", 409, "PAA_PAGAMENTO_ANNULLATO", "Avviso annullato dall'ente", "The creditor withdrew the notice" },
  { "PAYMENT_DUPLICATED", 409, "PAA_PAGAMENTO_DUPLICATO PPT_PAGAMENTO_DUPLICATO", "Risulta già un pagamento per questo avviso", "This notice has already been paid" },
  { "PAYMENT_UNAVAILABLE", 502, "PPT_PSP_SCONOSCIUTO PPT_PSP_DISABILITATO PPT_INTERMEDIARIO_PSP_SCONOSCIUTO PPT_INTERMEDIARIO_PSP_DISABILITATO PPT_CANALE_SCONOSCIUTO PPT_CANALE_DISABILITATO PPT_AUTENTICAZIONE PPT_AUTORIZZAZIONE PPT_DOMINIO_DISABILITATO PPT_INTERMEDIARIO_PA_DISABILITATO PPT_STAZIONE_INT_PA_DISABILITATA PPT_CODIFICA_PSP_SCONOSCIUTA PPT_SEMANTICA PPT_SYSTEM_ERROR PAA_SEMANTICA", "Avviso momentaneamente non pagabile", "The notice cannot be paid at the moment" },
  { "DOMAIN_UNKNOWN", 503, "PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE PPT_STAZIONE_INT_PA_TIMEOUT PPT_STAZIONE_INT_PA_ERRORE_RESPONSE PPT_IBAN_NON_CENSITO PAA_SINTASSI_EXTRAXSD PAA_SINTASSI_XSD PAA_ID_DOMINIO_ERRATO PAA_ID_INTERMEDIARIO_ERRATO PAA_STAZIONE_INT_ERRATA PAA_ATTIVA_RPT_IMPORTO_NON_VALIDO PPT_ERRORE_EMESSO_DA_PAA PAA_SYSTEM_ERROR", "L'ente non risponde correttamente", "The creditor is not answering properly" },
  { "GENERIC_ERROR", 502, "", "Errore inatteso", "Unexpected error" },
};

constexpr GatewayCase gateway[] = {
  { "authorised", "EXECUTED", "", Hearing::calls_back },
  { "denied", "DECLINED", "100", Hearing::calls_back },
  { "denied-by-risk", "DENIED_BY_RISK", "", Hearing::calls_back },
  { "failed-3ds", "THREEDS_FAILED", "", Hearing::calls_back },
  { "wrong-card-data", "DECLINED", "110", Hearing::calls_back },
  { "expired-card", "DECLINED", "101", Hearing::calls_back },
  { "low-balance", "DECLINED", "116", Hearing::calls_back },
  { "wrong-cvv", "DECLINED", "117", Hearing::calls_back },
  { "spending-limit", "DECLINED", "121", Hearing::calls_back },
  { "unmapped-decline", "DECLINED", "999", Hearing::calls_back },
  { "cancelled-at-gateway", "CANCELED", "", Hearing::calls_back },
  { "gateway-failed", "FAILED", "", Hearing::calls_back },
  { "voided", "VOIDED", "", Hearing::calls_back },
  { "abandoned", "", "", Hearing::never_decided },
  { "unheard-authorised", "EXECUTED", "", Hearing::when_asked },
  { "unheard-denied", "DENIED_BY_RISK", "", Hearing::when_asked },
  { "unheard-unreachable", "", "", Hearing::unreachable },
};

/// The first row that lists the result and the code (a row without codes: any) names the outcome code.
struct Refused {
  std::string_view results, errorCodes, outcome_code;
};
constexpr Refused refused[] = {
  { "DECLINED", "104 110 118 125 208 209 210", "3" },
  { "DECLINED", "101 111", "7" },
  { "DECLINED", "116", "116" },
  { "DECLINED", "117", "117" },
  { "DECLINED", "121", "121" },
  { "DECLINED", "100", "2" },  // one of many, which are not listed [INFERRED]
  { "DENIED_BY_RISK THREEDS_VALIDATED THREEDS_FAILED", "", "2" },
  { "CANCELED", "", "8" },
  { "", "", "25" },  // FAILED, VOIDED, and declines that nobody mapped
};

constexpr OutcomePage pages[] = {
  { "0", "Hai pagato: la conferma arriva per posta", "You have paid: the confirmation comes by mail" },
  { "1", "Errore inatteso: nessun addebito", "Unexpected error: you were not charged" },
  { "2", "Autorizzazione negata", "The authorisation was denied" },
  { "3", "I dati del metodo di pagamento non sono corretti", "The data of the payment method are wrong" },
  { "4", "La sessione è scaduta", "The session has expired" },
  { "7", "Il metodo di pagamento è scaduto o non valido", "The payment method has expired or is not valid" },
  { "8", "Operazione annullata", "The operation was cancelled" },
  { "17", "Attendi la conferma: se non arriva posta entro 15 minuti, riprova", "Wait for the confirmation: if no mail comes within 15 minutes, try again" },
  { "18", "Pagamento non riuscito: l'importo viene restituito", "The payment failed: the amount is given back" },
  { "25", "Pagamento non riuscito: nessun addebito, prova con un altro metodo", "The payment failed: you were not charged, try another method" },
  { "116", "Disponibilità insufficiente", "The balance is too low" },
  { "117", "Codice di sicurezza errato", "The security code is wrong" },
  { "121", "Limite di spesa superato", "The spending limit is exceeded" },
};
// clang-format on

/// What a denied authorisation shows.
std::string_view denied_code(const Transaction& t) {
  const GatewayCase& said = gateway_case(t.card);
  return outcome_code_of(said.result, said.errorCode);
}

/// What an authorised transaction shows while closePayment has failed.
std::string_view close_error_code(const Transaction& t) { return t.close_is_refundable ? "18" : t.invalid_token ? "17" : "1"; }

}  // namespace

std::span<const FaultCategory> fault_categories() { return categories; }
std::span<const GatewayCase> gateway_cases() { return gateway; }
std::span<const OutcomePage> outcome_pages() { return pages; }

const GatewayCase& gateway_case(std::string_view card) {
  const auto found = std::find_if(std::begin(gateway), std::end(gateway), [card](const GatewayCase& row) { return row.card == card; });
  return found != std::end(gateway) ? *found : gateway[1];  // a card that nobody knows is denied
}

std::string_view outcome_code_of(std::string_view result, std::string_view errorCode) {
  for (const Refused& row : refused) {
    if ((row.results.empty() || lists(row.results, result)) && (row.errorCodes.empty() || lists(row.errorCodes, errorCode))) return row.outcome_code;
  }
  return {};
}

// ACTIVATED has none: the user is still among the pages that come before.
std::string_view outcome_code(const Transaction& t) {
  using S = TransactionState;
  const bool receipt_ok = t.result != nullptr && outcome_of(*t.result) == Outcome::OK;
  const bool ok = t.authorised.value_or(false);
  switch (t.state) {
    case S::AUTHORIZATION_REQUESTED: return "17";
    case S::AUTHORIZATION_COMPLETED: return ok ? "1" : denied_code(t);
    case S::CLOSURE_REQUESTED: return ok ? "17" : denied_code(t);
    case S::CLOSED: return "17";
    case S::CLOSURE_ERROR: return t.cancelled ? "8" : ok ? close_error_code(t) : denied_code(t);
    case S::CANCELED:
    case S::CANCELLATION_EXPIRED: return "8";
    case S::UNAUTHORIZED: return denied_code(t);
    case S::EXPIRED: return t.result == nullptr ? "17" : receipt_ok ? "0" : "25";
    case S::EXPIRED_NOT_AUTHORIZED: return "4";
    case S::NOTIFICATION_REQUESTED:
    case S::NOTIFICATION_ERROR: return receipt_ok ? "0" : "25";
    case S::NOTIFIED_OK: return "0";
    case S::NOTIFIED_KO:
    case S::REFUND_REQUESTED:
    case S::REFUND_ERROR:
    case S::REFUNDED: return "18";
    default: return {};
  }
}

std::string_view return_url(const Transaction& t, std::string_view code) {
  if (t.cancelled) return "returnCancelUrl";
  if (code == "0") return "returnOkUrl";
  return code == "17" && t.has_waiting_url ? "returnWaitingUrl" : "returnErrorUrl";
}

std::string_view fault_word(const CtFaultBean& fault) {
  if (!fault.description) return fault.faultCode;
  const std::string_view text = *fault.description;
  for (const std::string_view prefix : {"PAA_"sv, "PPT_"sv}) {
    const std::size_t at = text.find(prefix);
    if (at == std::string_view::npos) continue;
    std::size_t end = at;
    while (end < text.size() && (text[end] == '_' || (text[end] >= 'A' && text[end] <= 'Z'))) ++end;
    return text.substr(at, end - at);
  }
  return fault.faultCode;
}

const FaultCategory& category_of(const CtFaultBean& fault) {
  const std::string_view code = fault_word(fault);
  for (const FaultCategory& row : categories) {
    if (lists(row.codes, code)) return row;
  }
  return categories[std::size(categories) - 1];
}

}  // namespace actors
