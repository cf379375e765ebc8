// Every fault code that the protocol lists, as one table in the order of the catalogue.
// The code is the fact: faultString is the protocol's own Italian constant (with the plain apostrophe) and sources
// spell it in several ways, so nothing may ever be decided on it. Where no source gives the string, the one here is
// ours and is marked [INFERRED]. Codes of other primitives (RPT, RT, WISP, revoke) are here because people meet them in
// logs and look them up; of most of them the sources give the name alone, and the text then says so.
#include "sim/contract/fault_codes.hpp"

#include <cstddef>

namespace sim::contract {
namespace {

using enum Emitter;
using enum Propagation;

// Who may answer a code. `nobody`: the code decides a state inside the Nodo, or belongs to other primitives.
// No source lists the codes of verificaBollettino and demandPaymentNotice. Both make the Nodo ask an EC while somebody
// waits, so theirs are held to be those of verifyPaymentNotice; demandPaymentNotice names no notice, and has none of
// the codes about one. [INFERRED]
constexpr std::string_view nobody = "";
constexpr std::string_view at_the_nodo =
    "verifyPaymentNotice activatePaymentNotice activatePaymentNoticeV2 sendPaymentOutcome sendPaymentOutcomeV2 "
    "verificaBollettino demandPaymentNotice";
constexpr std::string_view asks_the_ec =
    "verifyPaymentNotice activatePaymentNotice activatePaymentNoticeV2 verificaBollettino demandPaymentNotice";
constexpr std::string_view about_a_notice =
    "verifyPaymentNotice activatePaymentNotice activatePaymentNoticeV2 verificaBollettino";
constexpr std::string_view about_a_payment =
    "verifyPaymentNotice activatePaymentNotice activatePaymentNoticeV2 sendPaymentOutcome sendPaymentOutcomeV2 "
    "verificaBollettino";
constexpr std::string_view verify_activate = "verifyPaymentNotice activatePaymentNotice activatePaymentNoticeV2";
constexpr std::string_view activate = "activatePaymentNotice activatePaymentNoticeV2";
constexpr std::string_view activate_outcome =
    "activatePaymentNotice activatePaymentNoticeV2 sendPaymentOutcome sendPaymentOutcomeV2";
constexpr std::string_view outcome = "sendPaymentOutcome sendPaymentOutcomeV2";
constexpr std::string_view stamps = "sendPaymentOutcomeV2";
// The codes of paSendRTV2 are those of paSendRT, and of paDemandPaymentNotice one alone is told: the rest is what every
// primitive of an EC may answer. [INFERRED]
constexpr std::string_view at_the_ec =
    "paVerifyPaymentNotice paGetPayment paGetPaymentV2 paSendRT paSendRTV2 paDemandPaymentNotice";
constexpr std::string_view pa_verify_get = "paVerifyPaymentNotice paGetPayment paGetPaymentV2";
constexpr std::string_view pa_any_notice = "paVerifyPaymentNotice paGetPayment paGetPaymentV2 paSendRT paSendRTV2";
constexpr std::string_view demand = "paDemandPaymentNotice";
constexpr std::string_view receipt = "paSendRT paSendRTV2";
constexpr std::string_view at_the_psp = "pspNotifyPayment pspNotifyPaymentV2";

// What to do about a code that no primitive here produces.
constexpr std::string_view elsewhere_it =
    "In questo flusso non si incontra: chi lo riceve usa una primitiva che qui non c'è.";
constexpr std::string_view elsewhere_en =
    "It is not met in this flow: whoever gets it is using a primitive that is not here.";
constexpr std::string_view as_any_ko_it =
    "Non usarlo in risposta a pspNotifyPayment: il Nodo lo tratterebbe come ogni altro KO completo, e il pagamento "
    "sarebbe rifiutato.";
constexpr std::string_view as_any_ko_en =
    "Do not use it in answer to pspNotifyPayment: the Nodo would treat it as any other complete KO, and the payment "
    "would be refused.";

// clang-format off
constexpr FaultCode table[] = {
  // The Nodo: the message and its caller.
  {"PPT_SINTASSI_EXTRAXSD", nodo, own, "Errore di sintassi extra XSD", at_the_nodo,
   "Il messaggio non rispetta il WSDL o l'XSD: è il codice consueto per ogni errore di sintassi.",
   "The message breaks the WSDL or the XSD: this is the usual code for any syntax error.",
   "Correggere il messaggio e inviarlo di nuovo.",
   "Mend the message and send it again."},
  {"PPT_SINTASSI_XSD", nodo, own, "Errore di sintassi XSD", stamps,
   "Un documento XML contenuto nel messaggio non rispetta il proprio schema: qui si è visto solo per una marca da bollo "
   "vuota (MBDAttachment); per il resto appartiene ai messaggi di modello precedente.",
   "An XML document carried inside the message breaks its own schema: here it was seen for an empty stamp alone "
   "(MBDAttachment); otherwise it belongs to the messages of an earlier model.",
   "Correggere il documento e inviarlo di nuovo.",
   "Mend the document and send it again."},
  {"PPT_SOAPACTION_ERRATA", nodo, own, "SOAPAction errata", at_the_nodo,
   "L'header SOAPAction nomina un'operazione diversa da quella del messaggio.",
   "The SOAPAction header names another operation than the one of the message.",
   "Indicare come SOAPAction il nome dell'operazione.",
   "Give the name of the operation as SOAPAction."},
  {"PPT_AUTENTICAZIONE", nodo, own, "Errore di autenticazione", at_the_nodo,
   "La password non è quella del canale.",
   "The password is not the channel's.",
   "Correggere la password configurata.",
   "Correct the configured password."},
  {"PPT_AUTORIZZAZIONE", nodo, own, "Il richiedente non ha i diritti per l'operazione", at_the_nodo,
   "PSP, intermediario e canale non sono associati, il canale non è del tipo richiesto (ATTIVATO_PRESSO_PSP in "
   "verifica e attivazione) oppure expirationTime supera il massimo della piattaforma.",
   "PSP, broker and channel are not associated, the channel is not of the kind required (ATTIVATO_PRESSO_PSP for "
   "verify and activation), or expirationTime is above the platform's maximum.",
   "Correggere la configurazione o ridurre expirationTime.",
   "Correct the configuration or lower expirationTime."},
  {"PPT_PSP_SCONOSCIUTO", nodo, own, "PSP sconosciuto", at_the_nodo,
   "Nessun PSP è registrato con quell'idPSP.",
   "No PSP is registered with that idPSP.",
   "Correggere idPSP.",
   "Correct idPSP."},
  {"PPT_PSP_DISABILITATO", nodo, own, "PSP conosciuto ma disabilitato da configurazione", at_the_nodo,
   "Il PSP indicato da idPSP esiste ma è disabilitato.",
   "The PSP that idPSP names exists but is disabled.",
   "Far riabilitare il PSP o usarne un altro.",
   "Have the PSP enabled again or use another one."},
  {"PPT_INTERMEDIARIO_PSP_SCONOSCIUTO", nodo, own, "Identificativo intermediario psp sconosciuto", at_the_nodo,
   "Nessun intermediario è registrato con quell'idBrokerPSP.",
   "No broker is registered with that idBrokerPSP.",
   "Correggere idBrokerPSP.",
   "Correct idBrokerPSP."},
  {"PPT_INTERMEDIARIO_PSP_DISABILITATO", nodo, own, "Intermediario psp disabilitato", at_the_nodo,
   "L'intermediario indicato da idBrokerPSP esiste ma è disabilitato.",
   "The broker that idBrokerPSP names exists but is disabled.",
   "Far riabilitare l'intermediario o usarne un altro.",
   "Have the broker enabled again or use another one."},
  {"PPT_CANALE_SCONOSCIUTO", nodo, own, "Canale sconosciuto", at_the_nodo,
   "Nessun canale è registrato con quell'idChannel.",
   "No channel is registered with that idChannel.",
   "Correggere idChannel.",
   "Correct idChannel."},
  {"PPT_CANALE_DISABILITATO", nodo, own, "Canale conosciuto ma disabilitato da configurazione", at_the_nodo,
   "Il canale indicato da idChannel esiste ma è disabilitato.",
   "The channel that idChannel names exists but is disabled.",
   "Far riabilitare il canale o usarne un altro.",
   "Have the channel enabled again or use another one."},
  // The Nodo: the EC, its broker and its station.
  {"PPT_DOMINIO_SCONOSCIUTO", nodo, own, "IdentificativoDominio sconosciuto", asks_the_ec,
   "Nessun EC è registrato con quel codice fiscale.",
   "No EC is registered with that fiscal code.",
   "Avvisare l'utente che l'ente non è disponibile e ricontrollare il codice fiscale.",
   "Tell the user that the EC is not available and check the fiscal code again."},
  {"PPT_DOMINIO_DISABILITATO", nodo, own, "Dominio disabilitato", at_the_nodo,
   "L'EC esiste ma è disabilitato.",
   "The EC exists but is disabled.",
   "Avvisare l'utente che l'ente non è disponibile.",
   "Tell the user that the EC is not available."},
  {"PPT_INTERMEDIARIO_PA_SCONOSCIUTO", nodo, own, "Intermediario dominio sconosciuto",  // [INFERRED]
   asks_the_ec,
   "L'intermediario che gestisce la stazione dell'EC non è registrato.",
   "The broker that runs the EC's station is not registered.",
   "Riprovare più tardi: la configurazione dell'EC va corretta.",
   "Try again later: the EC's configuration has to be corrected."},
  {"PPT_INTERMEDIARIO_PA_DISABILITATO", nodo, own, "Intermediario dominio disabilitato", at_the_nodo,
   "L'intermediario che gestisce la stazione dell'EC è disabilitato.",
   "The broker that runs the EC's station is disabled.",
   "Riprovare più tardi: l'intermediario dell'EC va riabilitato.",
   "Try again later: the EC's broker has to be enabled again."},
  {"PPT_STAZIONE_INT_PA_SCONOSCIUTA", nodo, own, "IdentificativoStazioneRichiedente sconosciuto", asks_the_ec,
   "All'auxDigit e al codice di segregazione o di applicazione del numero avviso non corrisponde alcuna stazione "
   "dell'EC.",
   "No station of the EC matches that auxDigit and segregation or application code of the notice number.",
   "Ricontrollare il numero avviso.",
   "Check the notice number again."},
  {"PPT_STAZIONE_INT_PA_DISABILITATA", nodo, own, "Stazione disabilitata", at_the_nodo,
   "La stazione dell'EC a cui porta il numero avviso è disabilitata.",
   "The EC's station that the notice number leads to is disabled.",
   "Riprovare più tardi: la stazione dell'EC va riabilitata.",
   "Try again later: the EC's station has to be enabled again."},
  {"PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE", nodo, own, "Errore di connessione verso la Stazione", asks_the_ec,
   "Il Nodo non riesce a connettersi alla stazione dell'EC; il fatto conta per l'avvio dello Stand In.",
   "The Nodo cannot connect to the EC's station; this counts towards the start of Stand In.",
   "Riprovare con attese crescenti.",
   "Try again with growing waits."},
  {"PPT_STAZIONE_INT_PA_SERVIZIO_NONATTIVO", nodo, own, "Il Servizio Applicativo della Stazione non è attivo",
   asks_the_ec,
   "Il servizio dell'EC è dichiarato spento in configurazione; il fatto conta per l'avvio dello Stand In. Alcune fonti "
   "scrivono NON_ATTIVO.",
   "The EC's service is declared off in the configuration; this counts towards the start of Stand In. Some sources "
   "write NON_ATTIVO.",
   "Riprovare più tardi.",
   "Try again later."},
  {"PPT_STAZIONE_INT_PA_TIMEOUT", nodo, own, "Timeout risposta dalla Stazione", asks_the_ec,
   "L'EC non ha risposto entro 7 s; il fatto conta per l'avvio dello Stand In.",
   "The EC did not answer within 7 s; this counts towards the start of Stand In.",
   "Riprovare con attese crescenti.",
   "Try again with growing waits."},
  {"PPT_STAZIONE_INT_PA_ERRORE_RESPONSE", nodo, own, "Errore di risposta dalla stazione", asks_the_ec,
   "La risposta dell'EC è vuota o non valida: sintassi, KO senza fault, somma dei transfer errata, EC beneficiario "
   "sconosciuto o disabilitato, IBAN non associato.",
   "The EC's answer is empty or not valid: syntax, KO without fault, wrong sum of the transfers, unknown or disabled "
   "beneficiary EC, IBAN not associated.",
   "Segnalarlo all'EC, che deve correggere la risposta.",
   "Report it to the EC, which has to mend its answer."},
  {"PPT_IBAN_NON_CENSITO", nodo, own,
   "Il codice IBAN indicato dal EC non è presente nella lista degli IBAN comunicati al sistema pagoPA", activate,
   "L'IBAN di un transfer non è fra quelli registrati dall'EC; su paGetPayment il Nodo reale risponde invece "
   "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE.",
   "The IBAN of a transfer is not among those the EC registered; on paGetPayment the real Nodo answers "
   "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE instead.",
   "Segnalarlo all'EC, che deve registrare l'IBAN.",
   "Report it to the EC, which has to register the IBAN."},
  {"PPT_ERRORE_EMESSO_DA_PAA", nodo, passes_on, "Errore restituito dall'Ente Creditore", asks_the_ec,
   "L'EC ha risposto KO con un fault completo: il suo codice è in originalFaultCode, oppure in description.",
   "The EC answered KO with a complete fault: its code is in originalFaultCode, or else in description.",
   "Agire secondo il codice PAA dell'EC.",
   "Act on the EC's PAA code."},
  {"PPT_CODIFICA_PSP_SCONOSCIUTA", nodo, own, "Valore di codificaInfrastruttura PSP non censito", verify_activate,
   "La codifica indicata dal PSP non è censita: riguarda le codifiche di modello precedente.",
   "The coding named by the PSP is not on record: it concerns the codings of an earlier model.",
   "Usare una codifica censita.",
   "Use a coding that is on record."},
  // The Nodo: the position, the token and the outcome.
  {"PPT_ATTIVAZIONE_IN_CORSO", nodo, own, "Attivazione del pagamento in corso", activate,  // [INFERRED]
   "Un'altra attivazione dello stesso avviso è in elaborazione in questo momento.",
   "Another activation of the same notice is being processed at this moment.",
   "Attendere e riprovare con la stessa idempotencyKey.",
   "Wait and try again with the same idempotencyKey."},
  {"PPT_PAGAMENTO_IN_CORSO", nodo, own, "Pagamento in attesa risulta in corso al sistema pagoPA", about_a_notice,
   "Per l'avviso è aperta una sessione di pagamento, che lo blocca finché il token non è annullato: non basta che il "
   "suo tempo sia trascorso.",
   "A payment session is open for the notice and blocks it until the token is cancelled: it is not enough that its "
   "time is over.",
   "Riprovare dopo la scadenza.",
   "Try again after the expiry."},
  {"PPT_PAGAMENTO_DUPLICATO", nodo, own, "Pagamento in attesa risulta concluso al sistema pagoPA", about_a_payment,
   "L'avviso è già pagato; su sendPaymentOutcome, il token è scaduto e l'avviso ha un altro pagamento, concluso o in "
   "corso.",
   "The notice is already paid; on sendPaymentOutcome, the token has expired and the notice has another payment, done "
   "or under way.",
   "Non pagare di nuovo; su sendPaymentOutcome rimborsare l'utente o rendicontare con codice 9 (8 in Stand In).",
   "Do not pay again; on sendPaymentOutcome refund the user or report with code 9 (8 in Stand In)."},
  {"PPT_ERRORE_IDEMPOTENZA", nodo, own, "Errore di idempotenza", activate_outcome,  // [INFERRED]
   "La stessa idempotencyKey è già stata usata con parametri diversi.",
   "The same idempotencyKey was already used with different parameters.",
   "Usare una chiave nuova per una richiesta nuova.",
   "Use a new key for a new request."},
  {"PPT_TOKEN_SCONOSCIUTO", nodo, own, "unknown token", outcome,
   "Il token non esiste, non è di quel PSP, oppure è stato liberato da un closePayment KO prima di legarlo a un PSP.",
   "The token does not exist, is not that PSP's, or was freed by a closePayment KO before any PSP was bound to it.",
   "Non ripetere l'invio.",
   "Do not send it again."},
  {"PPT_TOKEN_SCADUTO", nodo, own, "paymentToken is expired", outcome,
   "L'esito OK è giunto a token scaduto e non risultano altri pagamenti: dopo closePayment non ha effetto, mentre per "
   "un pagamento attivato presso il PSP il Nodo reale lo acquisisce comunque.",
   "The OK outcome came after the token expired and no other payment is known: after closePayment it has no effect, "
   "while for a payment activated at the PSP the real Nodo acquires it all the same.",
   "Correggere i propri tempi; se il pagamento era attivato presso il PSP, rendicontarlo come di consueto.",
   "Correct one's own timing; if the payment was activated at the PSP, report it as usual."},
  {"PPT_TOKEN_SCADUTO_KO", nodo, own, "paymentToken is expired", outcome,
   "L'esito KO è giunto a token scaduto; lo stato della posizione non è controllato.",
   "The KO outcome came after the token expired; the state of the position is not checked.",
   "Correggere i propri tempi.",
   "Correct one's own timing."},
  {"PPT_ESITO_GIA_ACQUISITO", nodo, own,
   "L'esito del pagamento risulta già acquisito dal sistema pagoPA", outcome,
   "Un esito per quel token è già registrato: description inizia con \"Esito concorde\" o \"Esito discorde\" e ne "
   "riporta i dati.",
   "An outcome for that token is already recorded: description starts with \"Esito concorde\" or \"Esito discorde\" "
   "and repeats its data.",
   "Trattare l'esito concorde come un successo e non ripetere mai l'invio.",
   "Treat a concordant outcome as a success and never send it again."},
  {"PPT_PAGAMENTO_SCONOSCIUTO", nodo, own, "Pagamento sconosciuto", outcome,  // [INFERRED]
   "Per il token non si trova alcuna posizione attivata.",
   "No activated position is found for the token.",
   "Non ripetere l'invio e cercarne la causa.",
   "Do not send it again and look for the cause."},
  // The Nodo: codes of any primitive.
  {"PPT_SEMANTICA", nodo, own, "Errore semantico", at_the_nodo,
   "La richiesta è valida ma contraddice una regola o lo stato del pagamento; su sendPaymentOutcome description dice "
   "quale, per esempio \"Esito discorde\".",
   "The request is valid but contradicts a rule or the state of the payment; on sendPaymentOutcome description says "
   "which, for example \"Esito discorde\".",
   "Correggere la richiesta; se il conflitto è con lo stato del pagamento, riprovare.",
   "Mend the request; if the conflict is with the state of the payment, try again."},
  {"PPT_SUPERAMENTOSOGLIA", nodo, own,
   "Una qualche soglia fissata per PPT è temporaneamente superata e la richiesta è quindi rifiutata", at_the_nodo,
   "Le richieste superano per il momento una soglia del Nodo.",
   "Requests are for the moment above a threshold of the Nodo.",
   "Riprovare con attese crescenti.",
   "Try again with growing waits."},
  {"PPT_SERVIZIO_NONATTIVO", nodo, own, "Servizio non attivo", at_the_nodo,
   "Il servizio del Nodo è spento.",
   "The Nodo's service is off.",
   "Riprovare più tardi.",
   "Try again later."},
  {"PPT_SYSTEM_ERROR", nodo, own, "Errore generico", at_the_nodo,
   "Il Nodo ha un guasto interno.",
   "The Nodo has an internal failure.",
   "Riprovare.",
   "Try again."},
  // The Nodo: what it makes of the PSP's answer. closePayment was answered before, so nobody receives these.
  {"PPT_CANALE_ERRORE", nodo, passes_on, "Errore restituito dal Canale", nobody,
   "Il PSP ha risposto KO a pspNotifyPayment con un fault completo: il pagamento è rifiutato.",
   "The PSP answered KO to pspNotifyPayment with a complete fault: the payment is refused.",
   "Stornare il pagamento: l'avviso torna pagabile.",
   "Reverse the payment: the notice is payable again."},
  {"PPT_CANALE_ERRORE_RESPONSE", nodo, internal,
   "La response ricevuta dal Canale è vuota o non corretta sintatticamente o semanticamente", nobody,
   "La risposta del PSP a pspNotifyPayment non è comprensibile, per esempio un KO senza fault: l'esito è ignoto.",
   "The PSP's answer to pspNotifyPayment cannot be understood, for example a KO without fault: the result is unknown.",
   "Attendere sendPaymentOutcome o la scadenza del token.",
   "Wait for sendPaymentOutcome or for the expiry of the token."},
  {"PPT_CANALE_TIMEOUT", nodo, internal, "Timeout risposta dal Canale", nobody,
   "Il PSP non ha risposto a pspNotifyPayment entro 7 s: l'esito è ignoto.",
   "The PSP did not answer pspNotifyPayment within 7 s: the result is unknown.",
   "Attendere sendPaymentOutcome o la scadenza del token.",
   "Wait for sendPaymentOutcome or for the expiry of the token."},
  {"PPT_CANALE_IRRAGGIUNGIBILE", nodo, internal, "Errore di connessione verso il Canale", nobody,
   "Il Nodo non riesce a connettersi al PSP: pspNotifyPayment non è stato consegnato.",
   "The Nodo cannot connect to the PSP: pspNotifyPayment was not delivered.",
   "Stornare il pagamento: l'avviso torna pagabile.",
   "Reverse the payment: the notice is payable again."},
  {"PPT_CANALE_SERVIZIO_NONATTIVO", nodo, internal, "Il Servizio Applicativo del Canale non è attivo", nobody,
   "Il servizio del PSP è dichiarato spento in configurazione: pspNotifyPayment non è stato consegnato. Che cosa ne segua "
   "non è provato da alcun test pubblico.",
   "The PSP's service is declared off in the configuration: pspNotifyPayment was not delivered. What follows is shown by "
   "no public test.",
   "Stornare il pagamento: l'avviso torna pagabile.",
   "Reverse the payment: the notice is payable again."},
  // The Nodo: codes of primitives that are not here.
  {"PPT_MULTI_BENEFICIARIO", nodo, own, "La chiamata non è compatibile con il nuovo modello PSP", nobody,
   "Una verifica di modello precedente è chiamata per un avviso che richiede il modello nuovo.",
   "A verification of an earlier model is called for a notice that needs the newer one.",
   elsewhere_it, elsewhere_en},
  {"PPT_CANALE_INDISPONIBILE", nodo, own, "Nessun canale utilizzabile e abilitato", nobody,
   "Fra i canali del PSP non ce n'è uno abilitato che si possa usare per quel pagamento.",
   "None of the PSP's channels is enabled and fit for that payment.",
   elsewhere_it, elsewhere_en},
  {"PPT_CANALE_NONRISOLVIBILE", nodo, own,
   "Il canale non è specificato, e nessun canale risulta utilizzabile secondo configurazione", nobody,
   "La richiesta non nomina il canale e la configurazione non permette di ricavarlo.",
   "The request names no channel and the configuration does not let one be found.",
   elsewhere_it, elsewhere_en},
  {"PPT_CANALE_ERR_PARAM_PAG_IMM", nodo, own,
   "Parametri restituiti dal Canale per identificare il pagamento non corretti", nobody,
   "I dati con cui il PSP identifica il pagamento nella sua risposta non sono utilizzabili.",
   "The data by which the PSP identifies the payment in its answer cannot be used.",
   elsewhere_it, elsewhere_en},
  {"PPT_OPER_NON_STORNABILE", nodo, own, "Operazione non stornabile", nobody,
   "La richiesta di storno riguarda un'operazione che non si può stornare: quei messaggi sono ritirati.",
   "The reversal that is asked for cannot be made: those messages are withdrawn.",
   elsewhere_it, elsewhere_en},
  {"PPT_OPER_NON_REVOCABILE", nodo, own, "Operazione non revocabile", nobody,
   "La richiesta di revoca riguarda un'operazione che non si può revocare: quei messaggi sono ritirati.",
   "The revocation that is asked for cannot be made: those messages are withdrawn.",
   elsewhere_it, elsewhere_en},
  {"PPT_RPT_DUPLICATA", nodo, own, "RPT duplicata", nobody,  // [INFERRED]
   "Dal suo nome: la richiesta di pagamento (RPT) è già stata inviata.",
   "By its name: the payment request (RPT) was sent before.",
   elsewhere_it, elsewhere_en},
  {"PPT_RPT_SCONOSCIUTA", nodo, own, "RPT sconosciuta", nobody,  // [INFERRED]
   "Dal suo nome: nessuna richiesta di pagamento (RPT) ha quegli identificativi.",
   "By its name: no payment request (RPT) has those identifiers.",
   elsewhere_it, elsewhere_en},
  {"PPT_RPT_NON_INOLTRABILE", nodo, own, "RPT non inoltrabile", nobody,  // [INFERRED]
   "Dal suo nome: la richiesta di pagamento (RPT) non può essere inoltrata nello stato in cui si trova.",
   "By its name: the payment request (RPT) cannot be forwarded in the state it is in.",
   elsewhere_it, elsewhere_en},
  {"PPT_RT_DUPLICATA", nodo, own, "RT duplicata", nobody,  // [INFERRED]
   "Dal suo nome: la ricevuta (RT) è già stata inviata.",
   "By its name: the receipt (RT) was sent before.",
   elsewhere_it, elsewhere_en},
  {"PPT_RT_SCONOSCIUTA", nodo, own, "RT sconosciuta", nobody,  // [INFERRED]
   "Dal suo nome: nessuna ricevuta (RT) ha quegli identificativi.",
   "By its name: no receipt (RT) has those identifiers.",
   elsewhere_it, elsewhere_en},
  {"PPT_RT_NONDISPONIBILE", nodo, own, "RT non disponibile", nobody,  // [INFERRED]
   "Dal suo nome: la ricevuta (RT) richiesta non è ancora disponibile.",
   "By its name: the receipt (RT) asked for is not available yet.",
   elsewhere_it, elsewhere_en},
  {"PPT_RT_IN_GESTIONE", nodo, own, "RT in gestione", nobody,  // [INFERRED]
   "Dal suo nome: la ricevuta (RT) è ancora in lavorazione.",
   "By its name: the receipt (RT) is still being worked on.",
   elsewhere_it, elsewhere_en},
  {"PPT_RR_DUPLICATA", nodo, own, "RR duplicata", nobody,  // [INFERRED]
   "Dal suo nome: la richiesta di revoca (RR) è già stata inviata.",
   "By its name: the revocation request (RR) was sent before.",
   elsewhere_it, elsewhere_en},
  {"PPT_ID_CARRELLO_DUPLICATO", nodo, own, "Identificativo carrello duplicato", nobody,  // [INFERRED]
   "Dal suo nome: quell'identificativo di carrello è già stato usato.",
   "By its name: that cart identifier was used before.",
   elsewhere_it, elsewhere_en},
  {"PPT_ID_FLUSSO_SCONOSCIUTO", nodo, own, "Identificativo flusso sconosciuto", nobody,  // [INFERRED]
   "Dal suo nome: nessun flusso di rendicontazione ha quell'identificativo.",
   "By its name: no report flow has that identifier.",
   elsewhere_it, elsewhere_en},
  {"PPT_FIRMA_INDISPONIBILE", nodo, own, "Firma indisponibile", nobody,  // [INFERRED]
   "Dal suo nome: il servizio di firma non è disponibile.",
   "By its name: the signature service is not available.",
   elsewhere_it, elsewhere_en},
  {"PPT_ERRORE_FORMATO_BUSTA_FIRMATA", nodo, own, "Errore di formato della busta firmata", nobody,  // [INFERRED]
   "Dal suo nome: la busta firmata non ha il formato previsto.",
   "By its name: the signed envelope has not the expected format.",
   elsewhere_it, elsewhere_en},
  {"PPT_TIPOFIRMA_SCONOSCIUTO", nodo, own, "Tipo di firma sconosciuto", nobody,  // [INFERRED]
   "Dal suo nome: il tipo di firma indicato non è previsto.",
   "By its name: the kind of signature named is not provided for.",
   elsewhere_it, elsewhere_en},
  {"PPT_ISCRIZIONE_NON_PRESENTE", nodo, own, "Iscrizione non presente", nobody,  // [INFERRED]
   "Dal suo nome: l'iscrizione a cui ci si riferisce non esiste.",
   "By its name: the subscription referred to does not exist.",
   elsewhere_it, elsewhere_en},
  {"PPT_ULTERIORE_ISCRIZIONE", nodo, own, "Ulteriore iscrizione", nobody,  // [INFERRED]
   "Dal suo nome: esiste già un'altra iscrizione.",
   "By its name: there is already another subscription.",
   elsewhere_it, elsewhere_en},
  {"PPT_WISP_SESSIONE_SCONOSCIUTA", nodo, own, "Sessione WISP sconosciuta", nobody,  // [INFERRED]
   "Dal suo nome: la sessione di scelta del PSP (WISP) non esiste o non esiste più.",
   "By its name: the session in which the PSP is chosen (WISP) does not exist, or no longer does.",
   elsewhere_it, elsewhere_en},
  {"PPT_WISP_TIMEOUT_RECUPERO_SCELTA", nodo, own, "Timeout nel recupero della scelta WISP", nobody,  // [INFERRED]
   "Dal suo nome: la scelta del PSP (WISP) non è stata recuperata in tempo.",
   "By its name: the choice of the PSP (WISP) was not retrieved in time.",
   elsewhere_it, elsewhere_en},

  // The EC. Its caller is the Nodo, which hands a KO of verify and activation on as PPT_ERRORE_EMESSO_DA_PAA.
  {"PAA_SINTASSI_EXTRAXSD", ec, passed_on, "Errore di sintassi extra XSD", at_the_ec,
   "L'EC ritiene non valido il messaggio ricevuto.",
   "The EC holds that the message it received is not valid.",
   "Controllare il messaggio contro l'XSD prima di inviarlo di nuovo.",
   "Check the message against the XSD before sending it again."},
  {"PAA_SINTASSI_XSD", ec, passed_on, "Errore di sintassi XSD", demand,
   "L'EC ritiene non valido un documento XML contenuto nel messaggio ricevuto.",
   "The EC holds that an XML document inside the message it received is not valid.",
   "Controllare il documento contro il suo schema.",
   "Check the document against its schema."},
  {"PAA_ID_DOMINIO_ERRATO", ec, passed_on, "La PAA non corrisponde al Dominio indicato", at_the_ec,
   "idPA non è il codice fiscale di quell'EC.",
   "idPA is not that EC's fiscal code.",
   "Correggere la configurazione dell'EC sul Nodo.",
   "Correct the EC's configuration on the Nodo."},
  {"PAA_ID_INTERMEDIARIO_ERRATO", ec, passed_on, "Identificativo intermediario non corrispondente", at_the_ec,
   "idBrokerPA non è l'intermediario di quell'EC.",
   "idBrokerPA is not that EC's broker.",
   "Correggere la configurazione dell'intermediario sul Nodo.",
   "Correct the broker's configuration on the Nodo."},
  {"PAA_STAZIONE_INT_ERRATA", ec, passed_on, "Stazione intermediario non corrispondente", at_the_ec,
   "idStation non è una stazione di quell'EC.",
   "idStation is not a station of that EC.",
   "Correggere la configurazione della stazione sul Nodo.",
   "Correct the station's configuration on the Nodo."},
  {"PAA_PAGAMENTO_SCONOSCIUTO", ec, passed_on, "Pagamento in attesa risulta sconosciuto all'Ente Creditore",
   pa_any_notice,  // to receipts by one known implementation of an EC
   "L'EC non conosce l'avviso (e alcuni EC lo rispondono anche alla ricevuta di un avviso ignoto); è anche la risposta "
   "dovuta all'avviso di prova 000000000000000000 con cui si esce dallo Stand In.",
   "The EC does not know the notice (and some ECs say so to the receipt of an unknown one too); it is also the answer due "
   "to the probe notice 000000000000000000 that ends Stand In.",
   "Ricontrollare numero avviso e codice fiscale dell'EC.",
   "Check the notice number and the EC's fiscal code again."},
  {"PAA_PAGAMENTO_DUPLICATO", ec, passed_on, "Pagamento in attesa risulta concluso all'Ente Creditore", pa_verify_get,
   "Per l'EC la posizione è già pagata.",
   "To the EC the position is already paid.",
   "Non pagare di nuovo.",
   "Do not pay again."},
  {"PAA_PAGAMENTO_IN_CORSO", ec, passed_on, "Pagamento in attesa risulta in corso all'Ente Creditore", pa_verify_get,
   "Per l'EC un pagamento dell'avviso è in corso: il codice è previsto, ma un EC non dovrebbe tenere stati intermedi.",
   "To the EC a payment of the notice is under way: the code is listed, but an EC should keep no intermediate states.",
   "Riprovare più tardi.",
   "Try again later."},
  {"PAA_PAGAMENTO_SCADUTO", ec, passed_on, "Pagamento in attesa risulta scaduto all'Ente Creditore", pa_verify_get,
   "Per l'EC il termine è passato e l'avviso non è più pagabile.",
   "To the EC the term is over and the notice can no longer be paid.",
   "Rivolgersi all'EC.",
   "Turn to the EC."},
  {"PAA_PAGAMENTO_ANNULLATO", ec, passed_on, "Pagamento in attesa risulta annullato all'Ente Creditore", pa_verify_get,
   "L'EC ha annullato l'avviso.",
   "The EC has cancelled the notice.",
   "Rivolgersi all'EC.",
   "Turn to the EC."},
  {"PAA_ATTIVA_RPT_IMPORTO_NON_VALIDO", ec, passed_on,
   "L'importo del pagamento in attesa non è congruente con il dato indicato dal PSP", nobody,
   "L'importo chiesto all'attivazione non è quello dell'EC: appartiene al modello precedente, perché su paGetPayment "
   "l'EC risponde con l'importo attuale.",
   "The amount asked for at activation is not the EC's: it belongs to the earlier model, for on paGetPayment the EC "
   "answers with the current amount.",
   elsewhere_it, elsewhere_en},
  {"PAA_RECEIPT_DUPLICATA", ec, passed_on, "Ricevuta duplicata", receipt,  // [INFERRED]
   "L'EC ha già registrato una ricevuta con quel receiptId.",
   "The EC has already stored a receipt with that receiptId.",
   "Ritenere consegnata la ricevuta e non inviarla più.",
   "Hold the receipt delivered and send it no more."},
  {"PAA_SEMANTICA", ec, passed_on, "Errore semantico", at_the_ec,
   "L'EC rifiuta una richiesta valida per un motivo che non ha un codice proprio.",
   "The EC refuses a valid request for a reason that has no code of its own.",
   "Leggere description e rivolgersi all'EC.",
   "Read description and turn to the EC."},
  {"PAA_SYSTEM_ERROR", ec, passed_on, "Errore generico", at_the_ec,
   "L'EC ha un guasto interno.",
   "The EC has an internal failure.",
   "Riprovare più tardi.",
   "Try again later."},

  // The PSP. Any complete KO to pspNotifyPayment refuses the payment, whatever its code.
  {"CANALE_SINTASSI_EXTRAXSD", psp, passed_on, "Errore di sintassi extra XSD", at_the_psp,
   "Il PSP ritiene non valido il messaggio ricevuto.",
   "The PSP holds that the message it received is not valid.",
   "Stornare il pagamento e controllare il messaggio contro l'XSD.",
   "Reverse the payment and check the message against the XSD."},
  {"CANALE_SINTASSI_XSD", psp, passed_on, "Errore di sintassi XSD", at_the_psp,
   "Il PSP ritiene non valido un documento XML contenuto nel messaggio ricevuto.",
   "The PSP holds that an XML document inside the message it received is not valid.",
   "Stornare il pagamento e controllare il documento contro il suo schema.",
   "Reverse the payment and check the document against its schema."},
  {"CANALE_PSP_ERRATO", psp, passed_on, "Identificativo PSP errato", at_the_psp,  // [INFERRED]
   "idPSP non è quello del PSP che riceve la notifica.",
   "idPSP is not that of the PSP receiving the notification.",
   "Stornare il pagamento e correggere la configurazione del PSP.",
   "Reverse the payment and correct the PSP's configuration."},
  {"CANALE_INTERMEDIARIO_ERRATO", psp, passed_on, "Identificativo intermediario errato", at_the_psp,  // [INFERRED]
   "idBrokerPSP non è l'intermediario del PSP che riceve la notifica.",
   "idBrokerPSP is not the broker of the PSP receiving the notification.",
   "Stornare il pagamento e correggere la configurazione dell'intermediario.",
   "Reverse the payment and correct the broker's configuration."},
  {"CANALE_CANALE_ERRATO", psp, passed_on, "Identificativo canale errato", at_the_psp,  // [INFERRED]
   "idChannel non è un canale del PSP che riceve la notifica.",
   "idChannel is not a channel of the PSP receiving the notification.",
   "Stornare il pagamento e correggere la configurazione del canale.",
   "Reverse the payment and correct the channel's configuration."},
  {"CANALE_SEMANTICA", psp, passed_on, "Errore semantico", at_the_psp,
   "Il PSP rifiuta una notifica valida per un motivo che non ha un codice proprio.",
   "The PSP refuses a valid notification for a reason that has no code of its own.",
   "Stornare il pagamento.",
   "Reverse the payment."},
  {"CANALE_SYSTEM_ERROR", psp, passed_on, "Errore generico", at_the_psp,
   "Il PSP ha un guasto interno e rifiuta la notifica.",
   "The PSP has an internal failure and refuses the notification.",
   "Stornare il pagamento.",
   "Reverse the payment."},
  // The PSP: codes of primitives that are not here.
  {"CANALE_INDISPONIBILE", psp, passed_on, "Servizio non disponibile", nobody,
   "Il servizio del PSP è spento; appartiene ad altre primitive.",
   "The PSP's service is off; it belongs to other primitives.",
   as_any_ko_it, as_any_ko_en},
  {"CANALE_RPT_DUPLICATA", psp, passed_on, "RPT duplicata", nobody,  // [INFERRED]
   "Dal suo nome: il PSP ha già ricevuto quella richiesta di pagamento (RPT). Per pspNotifyPayment un codice di "
   "duplicato non c'è.",
   "By its name: the PSP had that payment request (RPT) before. For pspNotifyPayment there is no code for a duplicate.",
   as_any_ko_it, as_any_ko_en},
  {"CANALE_RPT_RIFIUTATA", psp, passed_on, "RPT rifiutata", nobody,  // [INFERRED]
   "Dal suo nome: il PSP rifiuta quella richiesta di pagamento (RPT).",
   "By its name: the PSP refuses that payment request (RPT).",
   as_any_ko_it, as_any_ko_en},
  {"CANALE_AVVISO_DUPLICATO", psp, passed_on, "Avviso duplicato", nobody,  // [INFERRED]
   "Dal suo nome: il PSP ha già ricevuto quell'avviso.",
   "By its name: the PSP had that notice before.",
   as_any_ko_it, as_any_ko_en},
  {"CANALE_RICHIEDENTE_ERRATO", psp, passed_on, "Richiedente errato", nobody,  // [INFERRED]
   "Dal suo nome: il PSP non riconosce chi lo chiama.",
   "By its name: the PSP does not know who is calling it.",
   as_any_ko_it, as_any_ko_en},
};
// clang-format on

constexpr bool codes_are_unique(std::span<const FaultCode> all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      if (all[i].code == all[j].code) return false;
    }
  }
  return true;
}

constexpr std::string_view prefix(Emitter emitter) {
  switch (emitter) {
    case Emitter::nodo: return "PPT_";
    case Emitter::ec: return "PAA_";
    case Emitter::psp: return "CANALE_";
  }
  return {};
}

/// The Nodo tells its own faults and keeps some to itself; what EC and PSP say travels inside the two that name them.
constexpr bool propagation_follows_the_emitter(std::span<const FaultCode> all) {
  for (const FaultCode& entry : all) {
    if ((entry.propagation == passed_on) != (entry.emitter != nodo)) return false;
    if (entry.propagation == internal && !entry.primitives.empty()) return false;
  }
  return true;
}

constexpr bool prefixes_name_the_emitter_in_order(std::span<const FaultCode> all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].code.starts_with(prefix(all[i].emitter))) return false;
    if (i > 0 && all[i].emitter < all[i - 1].emitter) return false;
  }
  return true;
}
static_assert(codes_are_unique(table), "each fault code once");
static_assert(propagation_follows_the_emitter(table), "what EC and PSP say is passed on, and nothing else is");
static_assert(prefixes_name_the_emitter_in_order(table), "PPT_, then PAA_, then CANALE_");

}  // namespace

std::string_view to_text(Emitter emitter) {
  switch (emitter) {
    case Emitter::nodo: return "nodo";
    case Emitter::ec: return "ec";
    case Emitter::psp: return "psp";
  }
  return {};
}

std::string_view to_text(Propagation propagation) {
  switch (propagation) {
    case own: return "own";
    case passes_on: return "passes_on";
    case passed_on: return "passed_on";
    case internal: return "internal";
  }
  return {};
}

std::span<const FaultCode> fault_codes() { return table; }

bool answers(const FaultCode& code, std::string_view primitive) {
  for (std::string_view rest = code.primitives; !rest.empty();) {
    const std::size_t blank = rest.find(' ');
    if (rest.substr(0, blank) == primitive) return true;
    rest = blank == std::string_view::npos ? std::string_view{} : rest.substr(blank + 1);
  }
  return false;
}

bool belongs_elsewhere(const FaultCode& code) {
  return code.primitives.empty() && (code.propagation == own || code.propagation == passed_on);
}

bool codes_are_inferred(std::string_view primitive) {
  for (const std::string_view name :
       {"verificaBollettino", "demandPaymentNotice", "paSendRTV2", "paDemandPaymentNotice"}) {
    if (name == primitive) return true;
  }
  return false;
}

Bilingual how_it_travels(const FaultCode& code) {
  if (belongs_elsewhere(code)) {
    return {"nessuna primitiva di questo progetto lo produce: appartiene a primitive di modello precedente",
            "no primitive of this project produces it: it belongs to primitives of an earlier model"};
  }
  switch (code.propagation) {
    case own:
      return {"è un fault del Nodo stesso: id vale NodoDeiPagamentiSPC e i campi original* non ci sono",
              "it is a fault of the Nodo itself: id is NodoDeiPagamentiSPC and there are no original* fields"};
    case passes_on: {
      Bilingual out{
          "il Nodo riporta il KO di un altro: è l'unico caso in cui id è quello di chi ha rifiutato. Chi è "
          "configurato per il fault bean esteso ne trova il fault nei campi original*; gli altri lo trovano come "
          "testo in description",
          "the Nodo tells the KO of somebody else: the only case in which id is that of who refused. Callers "
          "configured for the extended fault bean find that fault in the original* fields; the others find it as text "
          "in description"};
      if (code.primitives.empty()) {
        out.it +=
            ". In questo flusso nessuno attende la risposta a pspNotifyPayment: non arriva a nessuno e decide lo "
            "stato del pagamento";
        out.en +=
            ". In this flow nobody waits for the answer to pspNotifyPayment: it reaches nobody and decides the state "
            "of the payment";
      }
      return out;
    }
    case passed_on: {
      if (code.emitter == psp) {
        return {
            "il Nodo lo riceve e non lo riporta a nessuno: closePayment ha già avuto la sua risposta. Dove qualcuno "
            "attende viaggia dentro PPT_CANALE_ERRORE",
            "the Nodo hears it and tells nobody: closePayment has had its answer already. Where somebody is waiting "
            "it travels inside PPT_CANALE_ERRORE"};
      }
      const bool somebody_waits = answers(code, "paVerifyPaymentNotice") || answers(code, "paGetPayment") ||
                                  answers(code, "paDemandPaymentNotice");
      const bool on_receipts = answers(code, "paSendRT");
      Bilingual out;
      if (somebody_waits) {
        out = {"chi ha chiamato il Nodo lo riceve dentro PPT_ERRORE_EMESSO_DA_PAA",
               "who called the Nodo gets it inside PPT_ERRORE_EMESSO_DA_PAA"};
      }
      if (on_receipts) {
        out.it += std::string(out.it.empty() ? "" : "; ") +
                  "in risposta a una ricevuta resta al Nodo, perché nessuno la attende";
        out.en += std::string(out.en.empty() ? "" : "; ") +
                  "in answer to a receipt it stays with the Nodo, for nobody is waiting";
      }
      return out;
    }
    case internal:
      return {
          "non è risposto a nessuno, perché closePayment ha già avuto la sua risposta: decide lo stato del pagamento",
          "it is answered to nobody, for closePayment has had its answer already: it decides the state of the payment"};
  }
  return {};
}

const FaultCode* find_fault_code(std::string_view code) {
  // Two spellings of one code are about; the table has the one to emit, and both are understood.
  if (code == "PPT_STAZIONE_INT_PA_SERVIZIO_NON_ATTIVO") code = "PPT_STAZIONE_INT_PA_SERVIZIO_NONATTIVO";
  if (code == "PPT_CANALE_SERVIZIO_NON_ATTIVO") code = "PPT_CANALE_SERVIZIO_NONATTIVO";
  for (const FaultCode& entry : table) {
    if (entry.code == code) return &entry;
  }
  return nullptr;
}

}  // namespace sim::contract
