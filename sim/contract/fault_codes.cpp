// The fault codes that the seven primitives of this project can meet, as one table in the order of the catalogue.
// The code is the fact: faultString is the protocol's own Italian constant (with the plain apostrophe) and sources
// spell it in several ways, so nothing may ever be decided on it. Where no source gives the string, the one here is
// ours and is marked [INFERRED]. Codes of legacy primitives only (RPT, RT, WISP, revoke) are left out.
#include "sim/contract/fault_codes.hpp"

#include <cstddef>

namespace sim::contract {
namespace {

// Who may answer a code. `nobody`: the code decides a state inside the Nodo, or belongs to legacy primitives and is
// listed only because it may be met in configurations and in tables of presentation.
constexpr std::string_view nobody = "";
constexpr std::string_view at_the_nodo = "verifyPaymentNotice activatePaymentNoticeV2 sendPaymentOutcome";
constexpr std::string_view verify_activate = "verifyPaymentNotice activatePaymentNoticeV2";
constexpr std::string_view activate = "activatePaymentNoticeV2";
constexpr std::string_view activate_outcome = "activatePaymentNoticeV2 sendPaymentOutcome";
constexpr std::string_view outcome = "sendPaymentOutcome";
constexpr std::string_view at_the_ec = "paVerifyPaymentNotice paGetPayment paSendRT";
constexpr std::string_view pa_verify_get = "paVerifyPaymentNotice paGetPayment";
constexpr std::string_view receipt = "paSendRT";
constexpr std::string_view at_the_psp = "pspNotifyPayment";

// clang-format off
constexpr FaultCode table[] = {
  // The Nodo: the message and its caller.
  {"PPT_SINTASSI_EXTRAXSD", Emitter::nodo, "Errore di sintassi extra XSD", at_the_nodo,
   "Il messaggio non rispetta il WSDL o l'XSD: è il codice consueto per ogni errore di sintassi.",
   "The message breaks the WSDL or the XSD: this is the usual code for any syntax error.",
   "Correggere il messaggio e inviarlo di nuovo.",
   "Mend the message and send it again."},
  {"PPT_SINTASSI_XSD", Emitter::nodo, "Errore di sintassi XSD", nobody,  // legacy messages, and V2 stamps
   "Un documento XML contenuto nel messaggio non rispetta il proprio schema.",
   "An XML document carried inside the message breaks its own schema.",
   "Correggere il documento e inviarlo di nuovo.",
   "Mend the document and send it again."},
  {"PPT_SOAPACTION_ERRATA", Emitter::nodo, "SOAPAction errata", at_the_nodo,
   "L'header SOAPAction nomina un'operazione diversa da quella del messaggio.",
   "The SOAPAction header names another operation than the one of the message.",
   "Indicare come SOAPAction il nome dell'operazione.",
   "Give the name of the operation as SOAPAction."},
  {"PPT_AUTENTICAZIONE", Emitter::nodo, "Errore di autenticazione", at_the_nodo,
   "La password non è quella del canale.",
   "The password is not the channel's.",
   "Correggere la password configurata.",
   "Correct the configured password."},
  {"PPT_AUTORIZZAZIONE", Emitter::nodo, "Il richiedente non ha i diritti per l'operazione", at_the_nodo,
   "PSP, intermediario e canale non sono associati, il canale non è del tipo richiesto (ATTIVATO_PRESSO_PSP in "
   "verifica e attivazione) oppure expirationTime supera il massimo della piattaforma.",
   "PSP, broker and channel are not associated, the channel is not of the kind required (ATTIVATO_PRESSO_PSP for "
   "verify and activation), or expirationTime is above the platform's maximum.",
   "Correggere la configurazione o ridurre expirationTime.",
   "Correct the configuration or lower expirationTime."},
  {"PPT_PSP_SCONOSCIUTO", Emitter::nodo, "PSP sconosciuto", at_the_nodo,
   "Nessun PSP è registrato con quell'idPSP.",
   "No PSP is registered with that idPSP.",
   "Correggere idPSP.",
   "Correct idPSP."},
  {"PPT_PSP_DISABILITATO", Emitter::nodo, "PSP conosciuto ma disabilitato da configurazione", at_the_nodo,
   "Il PSP indicato da idPSP esiste ma è disabilitato.",
   "The PSP that idPSP names exists but is disabled.",
   "Far riabilitare il PSP o usarne un altro.",
   "Have the PSP enabled again or use another one."},
  {"PPT_INTERMEDIARIO_PSP_SCONOSCIUTO", Emitter::nodo, "Identificativo intermediario psp sconosciuto", at_the_nodo,
   "Nessun intermediario è registrato con quell'idBrokerPSP.",
   "No broker is registered with that idBrokerPSP.",
   "Correggere idBrokerPSP.",
   "Correct idBrokerPSP."},
  {"PPT_INTERMEDIARIO_PSP_DISABILITATO", Emitter::nodo, "Intermediario psp disabilitato", at_the_nodo,
   "L'intermediario indicato da idBrokerPSP esiste ma è disabilitato.",
   "The broker that idBrokerPSP names exists but is disabled.",
   "Far riabilitare l'intermediario o usarne un altro.",
   "Have the broker enabled again or use another one."},
  {"PPT_CANALE_SCONOSCIUTO", Emitter::nodo, "Canale sconosciuto", at_the_nodo,
   "Nessun canale è registrato con quell'idChannel.",
   "No channel is registered with that idChannel.",
   "Correggere idChannel.",
   "Correct idChannel."},
  {"PPT_CANALE_DISABILITATO", Emitter::nodo, "Canale conosciuto ma disabilitato da configurazione", at_the_nodo,
   "Il canale indicato da idChannel esiste ma è disabilitato.",
   "The channel that idChannel names exists but is disabled.",
   "Far riabilitare il canale o usarne un altro.",
   "Have the channel enabled again or use another one."},
  // The Nodo: the EC, its broker and its station.
  {"PPT_DOMINIO_SCONOSCIUTO", Emitter::nodo, "IdentificativoDominio sconosciuto", verify_activate,
   "Nessun EC è registrato con quel codice fiscale.",
   "No EC is registered with that fiscal code.",
   "Avvisare l'utente che l'ente non è disponibile e ricontrollare il codice fiscale.",
   "Tell the user that the EC is not available and check the fiscal code again."},
  {"PPT_DOMINIO_DISABILITATO", Emitter::nodo, "Dominio disabilitato", at_the_nodo,
   "L'EC esiste ma è disabilitato.",
   "The EC exists but is disabled.",
   "Avvisare l'utente che l'ente non è disponibile.",
   "Tell the user that the EC is not available."},
  {"PPT_INTERMEDIARIO_PA_SCONOSCIUTO", Emitter::nodo, "Intermediario dominio sconosciuto",  // [INFERRED]
   verify_activate,
   "L'intermediario che gestisce la stazione dell'EC non è registrato.",
   "The broker that runs the EC's station is not registered.",
   "Riprovare più tardi: la configurazione dell'EC va corretta.",
   "Try again later: the EC's configuration has to be corrected."},
  {"PPT_INTERMEDIARIO_PA_DISABILITATO", Emitter::nodo, "Intermediario dominio disabilitato", at_the_nodo,
   "L'intermediario che gestisce la stazione dell'EC è disabilitato.",
   "The broker that runs the EC's station is disabled.",
   "Riprovare più tardi: l'intermediario dell'EC va riabilitato.",
   "Try again later: the EC's broker has to be enabled again."},
  {"PPT_STAZIONE_INT_PA_SCONOSCIUTA", Emitter::nodo, "IdentificativoStazioneRichiedente sconosciuto", verify_activate,
   "All'auxDigit e al codice di segregazione o di applicazione del numero avviso non corrisponde alcuna stazione "
   "dell'EC.",
   "No station of the EC matches that auxDigit and segregation or application code of the notice number.",
   "Ricontrollare il numero avviso.",
   "Check the notice number again."},
  {"PPT_STAZIONE_INT_PA_DISABILITATA", Emitter::nodo, "Stazione disabilitata", at_the_nodo,
   "La stazione dell'EC a cui porta il numero avviso è disabilitata.",
   "The EC's station that the notice number leads to is disabled.",
   "Riprovare più tardi: la stazione dell'EC va riabilitata.",
   "Try again later: the EC's station has to be enabled again."},
  {"PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE", Emitter::nodo, "Errore di connessione verso la Stazione", verify_activate,
   "Il Nodo non riesce a connettersi alla stazione dell'EC; il fatto conta per l'avvio dello Stand In.",
   "The Nodo cannot connect to the EC's station; this counts towards the start of Stand In.",
   "Riprovare con attese crescenti.",
   "Try again with growing waits."},
  {"PPT_STAZIONE_INT_PA_SERVIZIO_NONATTIVO", Emitter::nodo, "Il Servizio Applicativo della Stazione non è attivo",
   verify_activate,
   "Il servizio dell'EC è dichiarato spento in configurazione; il fatto conta per l'avvio dello Stand In.",
   "The EC's service is declared off in the configuration; this counts towards the start of Stand In.",
   "Riprovare più tardi.",
   "Try again later."},
  {"PPT_STAZIONE_INT_PA_TIMEOUT", Emitter::nodo, "Timeout risposta dalla Stazione", verify_activate,
   "L'EC non ha risposto entro 7 s; il fatto conta per l'avvio dello Stand In.",
   "The EC did not answer within 7 s; this counts towards the start of Stand In.",
   "Riprovare con attese crescenti.",
   "Try again with growing waits."},
  {"PPT_STAZIONE_INT_PA_ERRORE_RESPONSE", Emitter::nodo, "Errore di risposta dalla stazione", verify_activate,
   "La risposta dell'EC è vuota o non valida: sintassi, KO senza fault, somma dei transfer errata, EC beneficiario "
   "sconosciuto o disabilitato, IBAN non associato.",
   "The EC's answer is empty or not valid: syntax, KO without fault, wrong sum of the transfers, unknown or disabled "
   "beneficiary EC, IBAN not associated.",
   "Segnalarlo all'EC, che deve correggere la risposta.",
   "Report it to the EC, which has to mend its answer."},
  {"PPT_IBAN_NON_CENSITO", Emitter::nodo,
   "Il codice IBAN indicato dal EC non è presente nella lista degli IBAN comunicati al sistema pagoPA", activate,
   "L'IBAN di un transfer non è fra quelli registrati dall'EC; su paGetPayment il Nodo reale risponde invece "
   "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE.",
   "The IBAN of a transfer is not among those the EC registered; on paGetPayment the real Nodo answers "
   "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE instead.",
   "Segnalarlo all'EC, che deve registrare l'IBAN.",
   "Report it to the EC, which has to register the IBAN."},
  {"PPT_ERRORE_EMESSO_DA_PAA", Emitter::nodo, "Errore restituito dall'Ente Creditore", verify_activate,
   "L'EC ha risposto KO con un fault completo: il suo codice è in originalFaultCode, oppure in description.",
   "The EC answered KO with a complete fault: its code is in originalFaultCode, or else in description.",
   "Agire secondo il codice PAA dell'EC.",
   "Act on the EC's PAA code."},
  {"PPT_CODIFICA_PSP_SCONOSCIUTA", Emitter::nodo, "Valore di codificaInfrastruttura PSP non censito", verify_activate,
   "La codifica indicata dal PSP non è censita: riguarda le codifiche di modello precedente.",
   "The coding named by the PSP is not on record: it concerns the codings of an earlier model.",
   "Usare una codifica censita.",
   "Use a coding that is on record."},
  // The Nodo: the position, the token and the outcome.
  {"PPT_ATTIVAZIONE_IN_CORSO", Emitter::nodo, "Attivazione del pagamento in corso", activate,  // [INFERRED]
   "Un'altra attivazione dello stesso avviso è in elaborazione in questo momento.",
   "Another activation of the same notice is being processed at this moment.",
   "Attendere e riprovare con la stessa idempotencyKey.",
   "Wait and try again with the same idempotencyKey."},
  {"PPT_PAGAMENTO_IN_CORSO", Emitter::nodo, "Pagamento in attesa risulta in corso al sistema pagoPA", verify_activate,
   "Per l'avviso è aperta una sessione di pagamento, che lo blocca finché il token non è annullato: non basta che il "
   "suo tempo sia trascorso.",
   "A payment session is open for the notice and blocks it until the token is cancelled: it is not enough that its "
   "time is over.",
   "Riprovare dopo la scadenza.",
   "Try again after the expiry."},
  {"PPT_PAGAMENTO_DUPLICATO", Emitter::nodo, "Pagamento in attesa risulta concluso al sistema pagoPA", at_the_nodo,
   "L'avviso è già pagato; su sendPaymentOutcome, il token è scaduto e l'avviso ha un altro pagamento, concluso o in "
   "corso.",
   "The notice is already paid; on sendPaymentOutcome, the token has expired and the notice has another payment, done "
   "or under way.",
   "Non pagare di nuovo; su sendPaymentOutcome rimborsare l'utente o rendicontare con codice 9 (8 in Stand In).",
   "Do not pay again; on sendPaymentOutcome refund the user or report with code 9 (8 in Stand In)."},
  {"PPT_ERRORE_IDEMPOTENZA", Emitter::nodo, "Errore di idempotenza", activate_outcome,  // [INFERRED]
   "La stessa idempotencyKey è già stata usata con parametri diversi.",
   "The same idempotencyKey was already used with different parameters.",
   "Usare una chiave nuova per una richiesta nuova.",
   "Use a new key for a new request."},
  {"PPT_TOKEN_SCONOSCIUTO", Emitter::nodo, "unknown token", outcome,
   "Il token non esiste, non è di quel PSP, oppure è stato liberato da un closePayment KO prima di legarlo a un PSP.",
   "The token does not exist, is not that PSP's, or was freed by a closePayment KO before any PSP was bound to it.",
   "Non ripetere l'invio.",
   "Do not send it again."},
  {"PPT_TOKEN_SCADUTO", Emitter::nodo, "paymentToken is expired", outcome,
   "L'esito OK è giunto a token scaduto e non risultano altri pagamenti: dopo closePayment non ha effetto, mentre per "
   "un pagamento attivato presso il PSP il Nodo reale lo acquisisce comunque.",
   "The OK outcome came after the token expired and no other payment is known: after closePayment it has no effect, "
   "while for a payment activated at the PSP the real Nodo acquires it all the same.",
   "Correggere i propri tempi; se il pagamento era attivato presso il PSP, rendicontarlo come di consueto.",
   "Correct one's own timing; if the payment was activated at the PSP, report it as usual."},
  {"PPT_TOKEN_SCADUTO_KO", Emitter::nodo, "paymentToken is expired", outcome,
   "L'esito KO è giunto a token scaduto; lo stato della posizione non è controllato.",
   "The KO outcome came after the token expired; the state of the position is not checked.",
   "Correggere i propri tempi.",
   "Correct one's own timing."},
  {"PPT_ESITO_GIA_ACQUISITO", Emitter::nodo,
   "L'esito del pagamento risulta già acquisito dal sistema pagoPA", outcome,
   "Un esito per quel token è già registrato: description inizia con \"Esito concorde\" o \"Esito discorde\" e ne "
   "riporta i dati.",
   "An outcome for that token is already recorded: description starts with \"Esito concorde\" or \"Esito discorde\" "
   "and repeats its data.",
   "Trattare l'esito concorde come un successo e non ripetere mai l'invio.",
   "Treat a concordant outcome as a success and never send it again."},
  {"PPT_PAGAMENTO_SCONOSCIUTO", Emitter::nodo, "Pagamento sconosciuto", outcome,  // [INFERRED]
   "Per il token non si trova alcuna posizione attivata.",
   "No activated position is found for the token.",
   "Non ripetere l'invio e cercarne la causa.",
   "Do not send it again and look for the cause."},
  // The Nodo: codes of any primitive.
  {"PPT_SEMANTICA", Emitter::nodo, "Errore semantico", at_the_nodo,
   "La richiesta è valida ma contraddice una regola o lo stato del pagamento; su sendPaymentOutcome description dice "
   "quale, per esempio \"Esito discorde\".",
   "The request is valid but contradicts a rule or the state of the payment; on sendPaymentOutcome description says "
   "which, for example \"Esito discorde\".",
   "Correggere la richiesta; se il conflitto è con lo stato del pagamento, riprovare.",
   "Mend the request; if the conflict is with the state of the payment, try again."},
  {"PPT_SUPERAMENTOSOGLIA", Emitter::nodo,
   "Una qualche soglia fissata per PPT è temporaneamente superata e la richiesta è quindi rifiutata", at_the_nodo,
   "Le richieste superano per il momento una soglia del Nodo.",
   "Requests are for the moment above a threshold of the Nodo.",
   "Riprovare con attese crescenti.",
   "Try again with growing waits."},
  {"PPT_SERVIZIO_NONATTIVO", Emitter::nodo, "Servizio non attivo", at_the_nodo,
   "Il servizio del Nodo è spento.",
   "The Nodo's service is off.",
   "Riprovare più tardi.",
   "Try again later."},
  {"PPT_SYSTEM_ERROR", Emitter::nodo, "Errore generico", at_the_nodo,
   "Il Nodo ha un guasto interno.",
   "The Nodo has an internal failure.",
   "Riprovare.",
   "Try again."},
  // The Nodo: what it makes of the PSP's answer. closePayment was answered before, so nobody receives these.
  {"PPT_CANALE_ERRORE", Emitter::nodo, "Errore restituito dal Canale", nobody,
   "Il PSP ha risposto KO a pspNotifyPayment con un fault completo: il pagamento è rifiutato.",
   "The PSP answered KO to pspNotifyPayment with a complete fault: the payment is refused.",
   "Stornare il pagamento: l'avviso torna pagabile.",
   "Reverse the payment: the notice is payable again."},
  {"PPT_CANALE_ERRORE_RESPONSE", Emitter::nodo,
   "La response ricevuta dal Canale è vuota o non corretta sintatticamente o semanticamente", nobody,
   "La risposta del PSP a pspNotifyPayment non è comprensibile, per esempio un KO senza fault: l'esito è ignoto.",
   "The PSP's answer to pspNotifyPayment cannot be understood, for example a KO without fault: the result is unknown.",
   "Attendere sendPaymentOutcome o la scadenza del token.",
   "Wait for sendPaymentOutcome or for the expiry of the token."},
  {"PPT_CANALE_TIMEOUT", Emitter::nodo, "Timeout risposta dal Canale", nobody,
   "Il PSP non ha risposto a pspNotifyPayment entro 7 s: l'esito è ignoto.",
   "The PSP did not answer pspNotifyPayment within 7 s: the result is unknown.",
   "Attendere sendPaymentOutcome o la scadenza del token.",
   "Wait for sendPaymentOutcome or for the expiry of the token."},
  {"PPT_CANALE_IRRAGGIUNGIBILE", Emitter::nodo, "Errore di connessione verso il Canale", nobody,
   "Il Nodo non riesce a connettersi al PSP: pspNotifyPayment non è stato consegnato.",
   "The Nodo cannot connect to the PSP: pspNotifyPayment was not delivered.",
   "Stornare il pagamento: l'avviso torna pagabile.",
   "Reverse the payment: the notice is payable again."},
  {"PPT_CANALE_SERVIZIO_NONATTIVO", Emitter::nodo, "Il Servizio Applicativo del Canale non è attivo", nobody,
   "Il servizio del PSP è dichiarato spento in configurazione: pspNotifyPayment non è stato consegnato.",
   "The PSP's service is declared off in the configuration: pspNotifyPayment was not delivered.",
   "Stornare il pagamento: l'avviso torna pagabile.",
   "Reverse the payment: the notice is payable again."},

  // The EC. Its caller is the Nodo, which hands a KO of verify and activation on as PPT_ERRORE_EMESSO_DA_PAA.
  {"PAA_SINTASSI_EXTRAXSD", Emitter::ec, "Errore di sintassi extra XSD", at_the_ec,
   "L'EC ritiene non valido il messaggio ricevuto.",
   "The EC holds that the message it received is not valid.",
   "Controllare il messaggio contro l'XSD prima di inviarlo di nuovo.",
   "Check the message against the XSD before sending it again."},
  {"PAA_SINTASSI_XSD", Emitter::ec, "Errore di sintassi XSD", nobody,  // legacy and paDemandPaymentNotice only
   "L'EC ritiene non valido un documento XML contenuto nel messaggio ricevuto.",
   "The EC holds that an XML document inside the message it received is not valid.",
   "Controllare il documento contro il suo schema.",
   "Check the document against its schema."},
  {"PAA_ID_DOMINIO_ERRATO", Emitter::ec, "La PAA non corrisponde al Dominio indicato", at_the_ec,
   "idPA non è il codice fiscale di quell'EC.",
   "idPA is not that EC's fiscal code.",
   "Correggere la configurazione dell'EC sul Nodo.",
   "Correct the EC's configuration on the Nodo."},
  {"PAA_ID_INTERMEDIARIO_ERRATO", Emitter::ec, "Identificativo intermediario non corrispondente", at_the_ec,
   "idBrokerPA non è l'intermediario di quell'EC.",
   "idBrokerPA is not that EC's broker.",
   "Correggere la configurazione dell'intermediario sul Nodo.",
   "Correct the broker's configuration on the Nodo."},
  {"PAA_STAZIONE_INT_ERRATA", Emitter::ec, "Stazione intermediario non corrispondente", at_the_ec,
   "idStation non è una stazione di quell'EC.",
   "idStation is not a station of that EC.",
   "Correggere la configurazione della stazione sul Nodo.",
   "Correct the station's configuration on the Nodo."},
  {"PAA_PAGAMENTO_SCONOSCIUTO", Emitter::ec, "Pagamento in attesa risulta sconosciuto all'Ente Creditore",
   pa_verify_get,
   "L'EC non conosce l'avviso; è anche la risposta dovuta all'avviso di prova 000000000000000000 con cui si esce dallo "
   "Stand In.",
   "The EC does not know the notice; it is also the answer due to the probe notice 000000000000000000 that ends Stand "
   "In.",
   "Ricontrollare numero avviso e codice fiscale dell'EC.",
   "Check the notice number and the EC's fiscal code again."},
  {"PAA_PAGAMENTO_DUPLICATO", Emitter::ec, "Pagamento in attesa risulta concluso all'Ente Creditore", pa_verify_get,
   "Per l'EC la posizione è già pagata.",
   "To the EC the position is already paid.",
   "Non pagare di nuovo.",
   "Do not pay again."},
  {"PAA_PAGAMENTO_IN_CORSO", Emitter::ec, "Pagamento in attesa risulta in corso all'Ente Creditore", pa_verify_get,
   "Per l'EC un pagamento dell'avviso è in corso: il codice è previsto, ma un EC non dovrebbe tenere stati intermedi.",
   "To the EC a payment of the notice is under way: the code is listed, but an EC should keep no intermediate states.",
   "Riprovare più tardi.",
   "Try again later."},
  {"PAA_PAGAMENTO_SCADUTO", Emitter::ec, "Pagamento in attesa risulta scaduto all'Ente Creditore", pa_verify_get,
   "Per l'EC il termine è passato e l'avviso non è più pagabile.",
   "To the EC the term is over and the notice can no longer be paid.",
   "Rivolgersi all'EC.",
   "Turn to the EC."},
  {"PAA_PAGAMENTO_ANNULLATO", Emitter::ec, "Pagamento in attesa risulta annullato all'Ente Creditore", pa_verify_get,
   "L'EC ha annullato l'avviso.",
   "The EC has cancelled the notice.",
   "Rivolgersi all'EC.",
   "Turn to the EC."},
  {"PAA_RECEIPT_DUPLICATA", Emitter::ec, "Ricevuta duplicata", receipt,  // [INFERRED]
   "L'EC ha già registrato una ricevuta con quel receiptId.",
   "The EC has already stored a receipt with that receiptId.",
   "Ritenere consegnata la ricevuta e non inviarla più.",
   "Hold the receipt delivered and send it no more."},
  {"PAA_SEMANTICA", Emitter::ec, "Errore semantico", at_the_ec,
   "L'EC rifiuta una richiesta valida per un motivo che non ha un codice proprio.",
   "The EC refuses a valid request for a reason that has no code of its own.",
   "Leggere description e rivolgersi all'EC.",
   "Read description and turn to the EC."},
  {"PAA_SYSTEM_ERROR", Emitter::ec, "Errore generico", at_the_ec,
   "L'EC ha un guasto interno.",
   "The EC has an internal failure.",
   "Riprovare più tardi.",
   "Try again later."},

  // The PSP. Any complete KO to pspNotifyPayment refuses the payment, whatever its code.
  {"CANALE_SINTASSI_EXTRAXSD", Emitter::psp, "Errore di sintassi extra XSD", at_the_psp,
   "Il PSP ritiene non valido il messaggio ricevuto.",
   "The PSP holds that the message it received is not valid.",
   "Stornare il pagamento e controllare il messaggio contro l'XSD.",
   "Reverse the payment and check the message against the XSD."},
  {"CANALE_SINTASSI_XSD", Emitter::psp, "Errore di sintassi XSD", at_the_psp,
   "Il PSP ritiene non valido un documento XML contenuto nel messaggio ricevuto.",
   "The PSP holds that an XML document inside the message it received is not valid.",
   "Stornare il pagamento e controllare il documento contro il suo schema.",
   "Reverse the payment and check the document against its schema."},
  {"CANALE_PSP_ERRATO", Emitter::psp, "Identificativo PSP errato", at_the_psp,  // [INFERRED]
   "idPSP non è quello del PSP che riceve la notifica.",
   "idPSP is not that of the PSP receiving the notification.",
   "Stornare il pagamento e correggere la configurazione del PSP.",
   "Reverse the payment and correct the PSP's configuration."},
  {"CANALE_INTERMEDIARIO_ERRATO", Emitter::psp, "Identificativo intermediario errato", at_the_psp,  // [INFERRED]
   "idBrokerPSP non è l'intermediario del PSP che riceve la notifica.",
   "idBrokerPSP is not the broker of the PSP receiving the notification.",
   "Stornare il pagamento e correggere la configurazione dell'intermediario.",
   "Reverse the payment and correct the broker's configuration."},
  {"CANALE_CANALE_ERRATO", Emitter::psp, "Identificativo canale errato", at_the_psp,  // [INFERRED]
   "idChannel non è un canale del PSP che riceve la notifica.",
   "idChannel is not a channel of the PSP receiving the notification.",
   "Stornare il pagamento e correggere la configurazione del canale.",
   "Reverse the payment and correct the channel's configuration."},
  {"CANALE_SEMANTICA", Emitter::psp, "Errore semantico", at_the_psp,
   "Il PSP rifiuta una notifica valida per un motivo che non ha un codice proprio.",
   "The PSP refuses a valid notification for a reason that has no code of its own.",
   "Stornare il pagamento.",
   "Reverse the payment."},
  {"CANALE_SYSTEM_ERROR", Emitter::psp, "Errore generico", at_the_psp,
   "Il PSP ha un guasto interno e rifiuta la notifica.",
   "The PSP has an internal failure and refuses the notification.",
   "Stornare il pagamento.",
   "Reverse the payment."},
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

constexpr bool prefixes_name_the_emitter_in_order(std::span<const FaultCode> all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].code.starts_with(prefix(all[i].emitter))) return false;
    if (i > 0 && all[i].emitter < all[i - 1].emitter) return false;
  }
  return true;
}
static_assert(codes_are_unique(table), "each fault code once");
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

std::span<const FaultCode> fault_codes() { return table; }

const FaultCode* find_fault_code(std::string_view code) {
  for (const FaultCode& entry : table) {
    if (entry.code == code) return &entry;
  }
  return nullptr;
}

}  // namespace sim::contract
