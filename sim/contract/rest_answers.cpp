// The table, in the order of the primitives and of the statuses; and the ladder that a malformed request meets.
// The trap: which member is to blame is said only by the first step of a violation's place; what no step leads to (bytes
// that are no JSON, a document that is no object) has no name to give.
#include "sim/contract/rest_answers.hpp"

#include <algorithm>

#include "sim/check.hpp"

namespace sim::contract {
namespace {

using P = PrimitiveId;

// Descriptions that are given from more than one place.
constexpr std::string_view invalid_field = "Invalid <field>";
constexpr std::string_view campo_invalido = "<campo> invalido";
constexpr std::string_view invalid_request = "Invalid request";
constexpr std::string_view richiesta_non_valida = "Richiesta non valida";
constexpr std::string_view formally_invalid = "Formally invalid input";
constexpr std::string_view too_many_notices = "Invalid paymentNotices";

// clang-format off
constexpr RestAnswer table[] = {
  // closePayment-v1: the words are Italian.
  {P::closePaymentV1, 400, campo_invalido, "Un campo manca o non rispetta il suo formato, con esito OK.", "A field is not there or breaks its format, with outcome OK.", "closePayment-v1, 400"},
  {P::closePaymentV1, 400, richiesta_non_valida, "additionalPaymentInformations manca o è vuoto; oppure il corpo non è un oggetto JSON.", "additionalPaymentInformations is not there or is empty; or the body is no JSON object.", "SIN_CP_35, SIN_CP_36"},
  {P::closePaymentV1, 400, "Modello pagamento non valido", "Il canale è del modello attivato presso il PSP.", "The channel is of the model activated at the PSP.", "SEM_SPO_10"},
  {P::closePaymentV1, 400, "Esito non accettabile a token scaduto", "Il token è scaduto o già annullato, qualunque sia l'esito nuovo.", "The token has expired or is cancelled already, whatever the new outcome.", "FLUSSO_CP_08"},
  {P::closePaymentV1, 404, "Il Pagamento indicato non esiste", "Il token è sconosciuto; e anche quando importo e commissione non tornano, o la commissione supera il totale.", "The token is unknown; and also when amount and fee do not add up, or the fee is above the total.", "SEM_CP_01, SEM_CP_12, SIN_CP_31.1"},
  {P::closePaymentV1, 404, "Il PSP indicato non esiste", "Il PSP è sconosciuto o disabilitato.", "The PSP is unknown or disabled.", "SEM_CP_03"},
  {P::closePaymentV1, 404, "L'Intermediario indicato non esiste", "L'intermediario del PSP è sconosciuto o disabilitato.", "The PSP's broker is unknown or disabled.", "SEM_CP_05"},
  {P::closePaymentV1, 404, "Il Canale indicato non esiste", "Il canale è sconosciuto o disabilitato.", "The channel is unknown or disabled.", "SEM_CP_07"},
  {P::closePaymentV1, 404, "Configurazione psp-canale-tipoVersamento non corretta", "Il tipo di versamento non è associato al PSP e al canale.", "The payment type is not associated with the PSP and the channel.", "SEM_SPO_11"},
  {P::closePaymentV1, 404, "Configurazione psp-canale non corretta", "PSP e canale non sono associati.", "PSP and channel are not associated.", "SEM_SPO_09"},
  {P::closePaymentV1, 408, "", "Il Nodo non ha deciso in tempo.", "The Nodo did not decide in time.", "closePayment-v1, 408"},
  {P::closePaymentV1, 422, "Esito già acquisito", "Una chiusura con esito OK era già stata accettata.", "A close with outcome OK had been accepted already.", "FLUSSO_CP_11"},

  // closePayment-v2.
  {P::closePaymentV2, 200, "", "Esito KO con stato di successo: nessun test lo mostra, ma Checkout sa riceverlo e storna.", "Outcome KO with the status of success: no test shows it, but Checkout can take it and reverses.", "closePayment-v2, 200 KO"},
  {P::closePaymentV2, 400, invalid_field, "Un campo manca o non rispetta il suo formato, con esito OK; con esito KO solo paymentTokens e outcome.", "A field is not there or breaks its format, with outcome OK; with outcome KO only paymentTokens and outcome.", "SIN_CPV2_01..40"},
  {P::closePaymentV2, 400, invalid_request, "Il corpo non è JSON, o non è un oggetto.", "The body is no JSON, or no object.", "[INFERRED] closePayment-v2, 400"},
  {P::closePaymentV2, 400, "Invalid additionalPaymentInformations", "Metodo CP su un canale che vuole i dati della carta: rrn, outcomePaymentGateway, totalAmount, fee, timestampOperation o authorizationCode manca o è vuoto.", "Method CP on a channel that wants the card's data: rrn, outcomePaymentGateway, totalAmount, fee, timestampOperation or authorizationCode is not there or is empty.", "PAG-2555"},
  {P::closePaymentV2, 400, "Invalid payment type", "Il canale è del modello attivato presso il PSP.", "The channel is of the model activated at the PSP.", "SEM_CPV2_10"},
  {P::closePaymentV2, 400, "Wrong channel version", "Più di un token su un canale che parla la versione 1 di pspNotifyPayment.", "More than one token on a channel that speaks version 1 of pspNotifyPayment.", "SEM_CP_15"},
  {P::closePaymentV2, 400, "Invalid token number", "Più di un token per pagamenti di una stazione del vecchio modello.", "More than one token for payments of a station of the old model.", "SEM_CP_16"},
  {P::closePaymentV2, 400, "Invalid token", "Il token non è valido: Checkout non ripete e non storna.", "The token is not valid: Checkout neither repeats nor reverses.", "Checkout, ClosePaymentHelper"},
  {P::closePaymentV2, 400, "Invalid PSP/Canale for MBD", "Il PSP o il canale non tratta le marche da bollo digitali.", "The PSP or the channel does not deal with digital stamps.", "closePayment-v2, 400; SIL-STAMP-CHANNEL"},
  {P::closePaymentV2, 400, "Mismatched amount", "totalAmount non è la somma degli importi dei token e della commissione.", "totalAmount is not the sum of the amounts of the tokens and the fee.", "SEM_CP_12"},
  {P::closePaymentV2, 400, "Unacceptable outcome when token has expired", "Uno dei token è scaduto, o già annullato da una chiusura con esito KO; gli altri vengono liberati.", "One of the tokens has expired, or was cancelled by a close with outcome KO; the others are released.", "FLUSSO_CP_08"},
  {P::closePaymentV2, 404, "The indicated PSP does not exist", "Il PSP è sconosciuto o disabilitato.", "The PSP is unknown or disabled.", "SEM_CP_03"},
  {P::closePaymentV2, 404, "The indicated brokerPSP does not exist", "L'intermediario del PSP è sconosciuto o disabilitato.", "The PSP's broker is unknown or disabled.", "SEM_CP_05"},
  {P::closePaymentV2, 404, "The indicated channel does not exist", "Il canale è sconosciuto o disabilitato.", "The channel is unknown or disabled.", "SEM_CP_07"},
  {P::closePaymentV2, 404, "Incorrect PSP-brokerPSP-Channel-Payment type configuration", "PSP, intermediario, canale e metodo di pagamento non sono associati.", "PSP, broker, channel and payment method are not associated.", "SEM_CPV2_09, SEM_CPV2_11"},
  {P::closePaymentV2, 404, "The indicated payment does not exist", "L'unico token è sconosciuto.", "The only token is unknown.", "SEM_CP_01"},
  {P::closePaymentV2, 404, "Unknown token", "Tra più token almeno uno è sconosciuto; i pagamenti degli altri vengono annullati.", "Of several tokens at least one is unknown; the payments of the others are cancelled.", "FLUSSO_NM1_CP_04"},
  {P::closePaymentV2, 408, "", "Il Nodo non ha deciso in tempo.", "The Nodo did not decide in time.", "closePayment-v2, 408"},
  {P::closePaymentV2, 422, "Outcome already acquired", "Una chiusura con esito OK era già stata accettata, qualunque sia l'esito nuovo.", "A close with outcome OK had been accepted already, whatever the new outcome.", "FLUSSO_CP_11"},
  {P::closePaymentV2, 422, "Node did not receive RPT yet", "La stazione è del vecchio modello e non ha ancora inviato la RPT.", "The station is of the old model and has not sent its RPT yet.", "closePayment-v2, 422"},

  // checkPosition.
  {P::checkPosition, 200, "", "Esito KO: troppe posizioni sono già in pagamento; la risposta le elenca, ciascuna con il suo stato.", "Outcome KO: too many of the positions are being paid already; the answer lists them, each with its state.", "SEM_CPO_03"},
  {P::checkPosition, 400, invalid_field, "Un campo manca o non rispetta il suo formato.", "A field is not there or breaks its format.", "SIN_CPO_*"},
  {P::checkPosition, 400, invalid_request, "Il corpo non è JSON, o non è un oggetto.", "The body is no JSON, or no object.", "[INFERRED] checkPosition, 400"},
  {P::checkPosition, 400, "Wrong configuration", "Un EC o una sua stazione è sconosciuto, o le stazioni parlano versioni diverse.", "An EC or its station is unknown, or the stations speak different versions.", "SEM_CPO_04, SEM_CPO_05, SEM_CPO_06"},

  // sendPaymentResult: no text gives the words of version 2, and of version 1 nothing but that it is tried again.
  {P::sendPaymentResultV1, 400, formally_invalid, "La richiesta non rispetta il suo formato.", "The request breaks its format.", "[INFERRED] as sendPaymentResult-v2, 400"},
  {P::sendPaymentResultV2, 400, formally_invalid, "La richiesta o l'id della transazione non rispetta il suo formato.", "The request or the transaction's id breaks its format.", "sendPaymentResult-v2, 400"},
  {P::sendPaymentResultV2, 401, "", "Chi chiama non si è fatto riconoscere.", "The caller did not say who it is.", "sendPaymentResult-v2, 401"},
  {P::sendPaymentResultV2, 404, "Transaction not found", "La transazione è sconosciuta.", "The transaction is unknown.", "sendPaymentResult-v2, 404"},
  {P::sendPaymentResultV2, 422, "Operation conflict", "L'autorizzazione c'è stata ma la transazione non aspetta un risultato: lo ha già avuto, è stornata o chiusa con KO.", "There was an authorisation but the transaction does not wait for a result: it had one, was reversed or closed with KO.", "sendPaymentResult-v2, 422"},
  {P::sendPaymentResultV2, 422, "Unprocessable entity", "L'autorizzazione non è mai stata chiesta, o i token non sono quelli della transazione.", "The authorisation was never asked for, or the tokens are not those of the transaction.", "sendPaymentResult-v2, 422"},

  // carts: the way to Checkout's pages, or a problem document whose words nobody documents: they are ours.
  {P::cartsV1, 302, "", "Carrello accolto: l'header Location porta alla pagina di pagamento.", "The cart is taken: the Location header leads to the page where it is paid.", "carts, 302"},
  {P::cartsV1, 400, invalid_field, "Un campo manca o non rispetta il suo formato.", "A field is not there or breaks its format.", "[INFERRED] carts, 400"},
  {P::cartsV1, 400, invalid_request, "Il corpo non è JSON, o non è un oggetto.", "The body is no JSON, or no object.", "[INFERRED] carts, 400"},
  {P::cartsV1, 422, too_many_notices, "Più di cinque avvisi, o lo stesso avviso due volte.", "More than five notices, or the same notice twice.", "[INFERRED] carts, 422"},
  {P::cartsV1, 422, "Invalid positions", "Il Nodo ha risposto KO o 400 a checkPosition.", "The Nodo answered KO or 400 to checkPosition.", "[INFERRED] carts, 422"},
  {P::cartsV1, 500, "", "Qualunque altro errore di Checkout.", "Any other error of Checkout.", "carts, 500"},
  {P::cartsV1, 502, "", "Il Nodo è irraggiungibile o ha risposto 500.", "The Nodo cannot be reached or answered 500.", "carts, 502"},
  {P::cartsV2, 302, "", "Carrello accolto: l'header Location porta alla pagina di pagamento.", "The cart is taken: the Location header leads to the page where it is paid.", "carts, 302"},
  {P::cartsV2, 400, invalid_field, "Un campo manca o non rispetta il suo formato; returnWaitingUrl è obbligatorio.", "A field is not there or breaks its format; returnWaitingUrl is required.", "[INFERRED] carts, 400"},
  {P::cartsV2, 400, invalid_request, "Il corpo non è JSON, o non è un oggetto.", "The body is no JSON, or no object.", "[INFERRED] carts, 400"},
  {P::cartsV2, 422, too_many_notices, "Più di cinque avvisi, o lo stesso avviso due volte.", "More than five notices, or the same notice twice.", "[INFERRED] carts, 422"},
  {P::cartsV2, 422, "Invalid positions", "Il Nodo ha risposto KO o 400 a checkPosition.", "The Nodo answered KO or 400 to checkPosition.", "[INFERRED] carts, 422"},
  {P::cartsV2, 500, "", "Qualunque altro errore di Checkout.", "Any other error of Checkout.", "carts, 500"},
  {P::cartsV2, 502, "", "Il Nodo è irraggiungibile o ha risposto 500.", "The Nodo cannot be reached or answered 500.", "carts, 502"},
};
// clang-format on

constexpr bool is_in_order() {
  for (std::size_t i = 1; i < std::size(table); ++i) {
    const RestAnswer& was = table[i - 1];
    const RestAnswer& is = table[i];
    if (was.primitive > is.primitive || (was.primitive == is.primitive && was.status > is.status)) return false;
  }
  return true;
}
static_assert(is_in_order());

/// Where a description leaves room for the name of a member.
struct Room {
  std::size_t at = std::string_view::npos, end = 0;
};
constexpr Room room_in(std::string_view description) {
  const std::size_t at = description.find('<');
  if (at == std::string_view::npos) return {};
  return {at, description.find('>', at) + 1};
}

std::string with_name(std::string_view description, std::string_view name) {
  const Room room = room_in(description);
  if (room.at == std::string_view::npos) return std::string(description);
  return std::string(description.substr(0, room.at)) + std::string(name) + std::string(description.substr(room.end));
}

bool says(const RestAnswer& row, std::string_view description) {
  const Room room = room_in(row.description);
  if (room.at == std::string_view::npos) return row.description == description;
  const std::string_view before = row.description.substr(0, room.at);
  const std::string_view after = row.description.substr(room.end);
  if (description.size() <= before.size() + after.size() || !description.starts_with(before) || !description.ends_with(after)) return false;
  const std::string_view name = description.substr(before.size(), description.size() - before.size() - after.size());
  const auto holds_name = [name](const Field& f) { return f.name == name; };
  const std::span<const Field> fields = record_of(row.primitive, Leg::request).fields;
  return std::any_of(fields.begin(), fields.end(), holds_name);
}

/// The member of the document that a violation is about; empty: none, or the document as a whole.
std::string_view member_of(const Violation& violation) {
  if (violation.defect == Defect::not_well_formed || !violation.place.starts_with('/')) return {};
  const std::string_view path = std::string_view(violation.place).substr(1);
  return path.substr(0, path.find('/'));
}

/// Whether a group is not there, is no group, or lacks everything that it must hold.
bool is_missing_or_empty(const Record& request, std::string_view member, std::span<const Violation> violations) {
  const std::string place = "/" + std::string(member);
  const auto missing = [&violations](const std::string& at) {
    return std::any_of(violations.begin(), violations.end(), [&at](const Violation& v) { return v.defect == Defect::missing && v.place == at; });
  };
  if (std::any_of(violations.begin(), violations.end(), [&place](const Violation& v) { return v.place == place; })) return true;
  const std::span<const Field> within = field_at(request, member)->table()->fields;
  return std::all_of(within.begin(), within.end(), [&](const Field& f) { return missing(place + "/" + std::string(f.name)); });
}

/// More notices than a cart may hold, or one of them twice.
bool is_of_too_many_notices(const Violation& v) {
  return v.place == "/paymentNotices" && (v.defect == Defect::too_many || v.defect == Defect::semantic);
}

}  // namespace

std::span<const RestAnswer> rest_answers() { return table; }

std::span<const RestAnswer> rest_answers_of(PrimitiveId id) {
  const auto [first, last] = std::equal_range(std::begin(table), std::end(table), RestAnswer{id, 0, {}, {}, {}, {}},
                                              [](const RestAnswer& a, const RestAnswer& b) { return a.primitive < b.primitive; });
  return {first, last};
}

const RestAnswer* find_rest_answer(PrimitiveId id, int status, std::string_view description) {
  const RestAnswer* found = nullptr;
  for (const RestAnswer& row : rest_answers_of(id)) {
    if (row.status != status || !says(row, description)) continue;
    if (row.description == description) return &row;  // the very words win over those with room in them
    if (found == nullptr) found = &row;
  }
  return found;
}

RestRefusal rest_refusal(PrimitiveId id, int status, std::string_view description) {
  RestRefusal out{refusal(id, std::string(description)), status};
  std::visit(
      [status](auto& held) {
        if constexpr (requires { held.title, held.status; }) {
          held.title = status == 400 ? "Bad Request" : status == 422 ? "Unprocessable Entity" : status == 502 ? "Bad Gateway" : "Internal Server Error";
          held.status = status;
          if (held.detail && held.detail->empty()) held.detail.reset();
        }
      },
      out.message);
  return out;
}

RestRefusal syntax_refusal(PrimitiveId id, std::span<const Violation> violations) {
  SIM_CHECK(!violations.empty());
  const Violation& first = violations.front();
  const std::string_view member = member_of(first);
  switch (id) {
    case P::closePaymentV1: {
      constexpr std::string_view informations = "additionalPaymentInformations";
      const bool whole = member.empty() || (member == informations && is_missing_or_empty(record_of(id, Leg::request), informations, violations));
      return rest_refusal(id, 400, whole ? std::string(richiesta_non_valida) : with_name(campo_invalido, member));
    }
    case P::closePaymentV2:
    case P::checkPosition: return rest_refusal(id, 400, member.empty() ? std::string(invalid_request) : with_name(invalid_field, member));
    case P::sendPaymentResultV1:
    case P::sendPaymentResultV2: return rest_refusal(id, 400, formally_invalid);
    case P::cartsV1:
    case P::cartsV2:
      // A cart that breaks its format besides is formally invalid before anybody counts its notices. [INFERRED]
      if (std::all_of(violations.begin(), violations.end(), is_of_too_many_notices)) return rest_refusal(id, 422, too_many_notices);
      return rest_refusal(id, 400, member.empty() ? std::string(invalid_request) : with_name(invalid_field, member));
    default: SIM_CANNOT_HAPPEN("the primitives of the WSDLs have fault beans");
  }
}

}  // namespace sim::contract
