// The rule catalogue as one table: CHK rules speak of the Checkout page and of what later versions changed, EC rules
// of the creditor's duties, PSP rules of the PSP's. Each is said in our own words, in Italian and in English.
// The trap: `obliged` names who breaks the rule, which is not always who suffers; and a rule that the specification
// does not state must say so in `standing`, or a report would blame a party for our own choice.
#include "sim/contract/rules.hpp"

#include <cstddef>
#include <iterator>

namespace sim::contract {
namespace {

using enum Standing;

// clang-format off
constexpr Rule table[] = {
  // The Checkout page as it reads since 3.3.0.
  {"CHK-01", "checkout", specification, "SANP, Checkout page", "3.3.0",
   "Chi parte da Checkout deve digitare sia il numero avviso (18 cifre) sia il codice fiscale dell'EC (11 cifre): "
   "Checkout non prosegue se manca uno dei due. Il QR code basta solo a chi parte da App IO.",
   "Whoever starts from Checkout must type both the notice number (18 digits) and the EC's fiscal code (11 digits): "
   "Checkout does not go on if either is missing. Only App IO is satisfied with the QR code."},
  {"CHK-02", "nodo", specification, "SANP, Checkout page", "3.3.0",
   "Alla richiesta di verifica il Nodo interroga l'EC con paVerifyPaymentNotice, sull'opzione di pagamento "
   "individuata dal numero avviso.",
   "On a request to verify, the Nodo asks the EC with paVerifyPaymentNotice about the payment option that the notice "
   "number identifies."},
  {"CHK-03", "nodo", specification, "SANP, Checkout page", "3.3.0",
   "La richiesta di attivazione raggiunge l'EC attraverso paGetPayment, inviata dal Nodo.",
   "The request to activate reaches the EC through paGetPayment, sent by the Nodo."},
  {"CHK-04", "checkout nodo", specification, "SANP, Checkout page", "3.3.0",
   "Il Nodo invia pspNotifyPayment al PSP solo dopo che l'utente ha effettivamente pagato. Se il PSP risponde KO "
   "il processo si interrompe e il pagamento va stornato.",
   "The Nodo sends pspNotifyPayment to the PSP only after the user has really paid. If the PSP answers KO the "
   "process stops and the payment must be reversed (storno)."},
  {"CHK-05", "nodo", specification, "SANP, Checkout page", "3.3.0",
   "Se il PSP invia sendPaymentOutcome dopo aver risposto KO a pspNotifyPayment, il Nodo risponde KO per esito "
   "discorde, qualunque sia l'outcome inviato.",
   "If the PSP sends sendPaymentOutcome after answering KO to pspNotifyPayment, the Nodo answers KO for a discordant "
   "outcome, whichever outcome was sent."},
  {"CHK-06", "nodo psp", specification, "SANP, Checkout page", "3.3.0",
   "Il PSP che ha accettato pspNotifyPayment deve inviare l'esito con sendPaymentOutcome entro 2 s. A un "
   "sendPaymentOutcome con outcome KO il Nodo risponde KO per esito discorde.",
   "A PSP that accepted pspNotifyPayment must send the outcome with sendPaymentOutcome within 2 s. To a "
   "sendPaymentOutcome with outcome KO the Nodo answers KO for a discordant outcome."},
  {"CHK-07", "nodo", specification, "SANP, Checkout page", "3.3.0",
   "La ricevuta è generata dalla piattaforma, non dal PSP né dall'EC, ed è inviata con paSendRT agli n EC "
   "interessati solo se il pagamento è stato eseguito.",
   "The receipt is made by the platform, not by the PSP or by the EC, and goes with paSendRT to the n ECs concerned "
   "only if the payment was made."},
  {"CHK-08", "ec", specification, "SANP, Checkout page", "3.3.0",
   "Ricevuta paSendRT, l'EC deve chiudere la posizione debitoria e ritenerla interamente saldata.",
   "Once it has received paSendRT, the EC must close the debt position and hold it fully settled."},
  {"CHK-09", "checkout nodo ec psp", specification, "SANP, Checkout page", "3.3.0",
   "Gli errori seguono la guida \"Gestione degli errori\" (outcome KO con fault bean); i dati del canale di pagamento "
   "in additionalPaymentInformations usano le chiavi del \"Dizionario dei metadata\".",
   "Errors follow the guide \"Gestione degli errori\" (outcome KO with a fault bean); the data of the payment channel "
   "in additionalPaymentInformations use the keys of the \"Dizionario dei metadata\"."},
  // What later versions add or change.
  {"CHK-10", "checkout nodo psp", specification, "SANP, Checkout page; EC front end page since 3.4.1", "3.9.0",
   "Se un'eccezione tecnica su pspNotifyPayment vers. 2 impedisce di ricevere la risposta, il Nodo attende il primo "
   "fra: scadenza del paymentToken (processo interrotto, pagamento da stornare) e arrivo di sendPaymentOutcome (il "
   "flusso prosegue, ma il PSP non può più inviare KO). Si osserva che un errore di connessione, invece, annulla "
   "subito.",
   "If a technical exception on pspNotifyPayment vers. 2 prevents the answer from arriving, the Nodo waits for the "
   "first of: expiry of the paymentToken (process stopped, payment to be reversed) and arrival of sendPaymentOutcome "
   "(the flow goes on, but the PSP can no longer send KO). A connection error, instead, is observed to cancel at "
   "once."},
  {"CHK-11", "nodo", observed, "Nodo public test suite; SANP, Checkout page", "3.9.0",
   "La pagina nomina pspNotifyPayment e sendPaymentOutcome senza versione e la vers. 2 solo per le eccezioni "
   "tecniche: esistono entrambe. Il Nodo chiama il PSP con la versione configurata sul canale indicato in "
   "closePayment.",
   "The page names pspNotifyPayment and sendPaymentOutcome without a version, and vers. 2 only for technical "
   "exceptions: both exist. The Nodo calls the PSP with the version configured on the channel named in closePayment."},
  {"CHK-12", "nodo", specification, "SANP, changelog", "2.4.3",
   "Per i pagamenti dai touchpoint pagoPA il Nodo avvisa il PSP con pspNotifyPayment, che sostituisce "
   "pspInviaCarrelloRPTCarte.",
   "For payments from the pagoPA touchpoints the Nodo notifies the PSP with pspNotifyPayment, which replaces "
   "pspInviaCarrelloRPTCarte."},
  {"CHK-13", "checkout nodo ec psp", specification, "pagoPA XSD", "3.2.0",
   "Lo schema comprende anche paGetPaymentV2, paSendRTV2, pspNotifyPaymentV2, sendPaymentOutcomeV2 e "
   "activatePaymentNoticeV2: chi usa una di queste primitive ne rispetta il tracciato, che non è quello della vers. 1.",
   "The schema also has paGetPaymentV2, paSendRTV2, pspNotifyPaymentV2, sendPaymentOutcomeV2 and "
   "activatePaymentNoticeV2: whoever uses one of these primitives keeps to its own layout, not to that of vers. 1."},
  {"CHK-14", "psp", specification, "SANP, changelog and best practice PSP", "3.2.0",
   "Ottenuta una risposta del Nodo a sendPaymentOutcome, OK o KO, il PSP non lo invoca di nuovo.",
   "Once the Nodo has answered a sendPaymentOutcome, OK or KO, the PSP does not invoke it again."},
  {"CHK-15", "nodo psp", specification, "SANP, changelog and PSP API page", "3.3.0",
   "L'esito inviato dal PSP è definitivo, OK o KO che sia: il PSP non può modificarlo e il Nodo non ne registra un "
   "altro.",
   "The outcome sent by the PSP is final, be it OK or KO: the PSP cannot change it and the Nodo records no other."},
  {"CHK-16", "nodo", specification, "SANP, primitives", "3.7.1",
   "Dal 30/04/2023 il blocco creditCardPayment di pspNotifyPayment è dismesso: i dati della carta viaggiano in "
   "additionalPaymentInformations.",
   "Since 30/04/2023 the block creditCardPayment of pspNotifyPayment is discontinued: card data travel in "
   "additionalPaymentInformations."},
  {"CHK-17", "nodo ec", specification, "SANP, primitives", "3.4.1",
   "L'amount della verifica non può più essere zero: il minimo è 0.01 euro. Fra i valori di transferType entra PAGOPA.",
   "The amount of a verify can no longer be zero: the least is 0.01 euro. PAGOPA joins the values of transferType."},
  {"CHK-18", "checkout nodo", specification, "SANP, primitives", "3.4.0",
   "L'idCart del carrello raggiunge l'EC come paymentNote di paGetPayment. Il carrello può portare allCCP, che si "
   "traduce in un transferType verso l'EC.",
   "The idCart of the cart reaches the EC as paymentNote of paGetPayment. The cart may carry allCCP, which turns into "
   "a transferType towards the EC."},
  {"CHK-19", "nodo", specification, "SANP, Stand In page; pagoPA XSD", "3.6.0",
   "Per un pagamento in Stand In il Nodo pone a true il flag standin nelle risposte di verifica e attivazione, nella "
   "notifica al PSP e nella ricevuta. Dalla 3.9.0 nella ricevuta è standIn, dentro receipt (prima standin, accanto a "
   "receipt), e in pspNotifyPaymentV2 è per singolo pagamento.",
   "For a payment in Stand In the Nodo sets the flag standin to true in the answers to verify and activate, in the "
   "notification to the PSP and in the receipt. Since 3.9.0 the receipt has standIn, inside receipt (before: standin, "
   "beside receipt), and pspNotifyPaymentV2 has one flag per payment."},
  {"CHK-20", "nodo", specification, "SANP, EC API page", "3.6.0",
   "Se paSendRT non va a buon fine (nessuna risposta entro 15 s, risposta errata, stazione irraggiungibile) il Nodo "
   "lo ritenta fino a 48 volte, a distanza di 1 ora.",
   "If paSendRT does not succeed (no answer within 15 s, bad answer, station unreachable) the Nodo tries again up to "
   "48 times, 1 hour apart."},
  {"CHK-21", "nodo", specification, "SANP, changelog", "3.7.0",
   "A un sendPaymentOutcome con outcome KO giunto a token scaduto il Nodo risponde KO con PPT_TOKEN_SCADUTO_KO.",
   "To a sendPaymentOutcome with outcome KO that comes after the token expired, the Nodo answers KO with "
   "PPT_TOKEN_SCADUTO_KO."},
  {"CHK-22", "checkout nodo psp", specification, "pagoPA XSD", "3.9.0",
   "La idempotencyKey segue [a-zA-Z0-9]{2,18}_[a-zA-Z0-9]{10}: il chiamante la compone così e il Nodo rifiuta le "
   "altre. Fino alla 3.8.1 la parte sinistra era di sole 11 cifre ([0-9]{11}_[a-zA-Z0-9]{10}).",
   "The idempotencyKey follows [a-zA-Z0-9]{2,18}_[a-zA-Z0-9]{10}: the caller writes it so and the Nodo refuses any "
   "other. Up to 3.8.1 the left part was 11 digits only ([0-9]{11}_[a-zA-Z0-9]{10})."},
  {"CHK-23", "nodo ec", specification, "SANP, best practice EC", "3.10 preview",
   "La piattaforma non blocca il pagamento in base a dueDate: tenere aggiornati data e stato della posizione spetta "
   "all'EC.",
   "The platform does not block a payment because of its dueDate: keeping the date and the state of the position right "
   "is the EC's job."},
  {"CHK-24", "checkout ec", specification, "pagoPA API, checkout_v2", "3.13.0",
   "Nel carrello v2 l'EC deve indicare anche returnWaitingUrl: Checkout vi rimanda l'utente quando a fine sessione "
   "l'esito non è ancora noto.",
   "In cart v2 the EC must also give returnWaitingUrl: Checkout sends the user there when the outcome is still unknown "
   "at the end of the session."},

  // What the EC must do, and what it may expect.
  {"EC-01", "ec", specification, "SANP, best practice EC and EC API page", "3.7.1",
   "L'EC non cambia lo stato della posizione nelle fasi intermedie: resta aperta fino alla ricevuta e solo allora "
   "diventa pagata. Una seconda verifica o attivazione è normale e va servita restituendo i dati.",
   "The EC does not change the position in the intermediate phases: it stays open until the receipt and only then "
   "becomes paid. A second verify or activation is normal and must be answered with the data."},
  {"EC-02", "ec", specification, "SANP, best practice EC", "3.7.1",
   "In verifica e in attivazione l'EC restituisce sempre l'importo aggiornato. La verifica contiene esattamente "
   "un'opzione di pagamento, con options=EQ e allCCP sempre valorizzato.",
   "In verify and in activation the EC always returns the amount due now. The verify holds exactly one payment option, "
   "with options=EQ and allCCP always given."},
  {"EC-03", "nodo", specification, "SANP, best practice EC", "3.7.1",
   "La piattaforma ignora retentionDate e lastPayment: presenti o assenti, il loro valore non cambia l'esito del "
   "pagamento né l'invio della ricevuta.",
   "The platform ignores retentionDate and lastPayment: present or absent, their value changes neither the outcome of "
   "the payment nor the sending of the receipt."},
  {"EC-04", "ec", specification, "SANP, best practice EC", "3.7.1",
   "Con transferType=POSTAL l'EC mette un IBAN postale sul transfer 1. Con transferType=PAGOPA (paGetPaymentV2) mette "
   "il metadata IBANAPPOGGIO su tutti i transfer.",
   "With transferType=POSTAL the EC puts a postal IBAN on transfer 1. With transferType=PAGOPA (paGetPaymentV2) it "
   "puts the metadata IBANAPPOGGIO on every transfer."},
  {"EC-05", "nodo ec", specification, "SANP, EC API page; Nodo public test suite", "3.7.1",
   "In attivazione: paymentAmount uguale alla somma dei transfer, da 1 a 5 transfer, IBAN valido e associato a "
   "fiscalCodePA, ogni EC secondario abilitato sul Nodo. In verifica: paymentList presente e obbligatori tutti i tag "
   "tranne officeName. Se l'EC non rispetta ciò, il Nodo risponde al chiamante PPT_STAZIONE_INT_PA_ERRORE_RESPONSE.",
   "In activation: paymentAmount equal to the sum of the transfers, 1 to 5 transfers, IBAN valid and associated with "
   "fiscalCodePA, every secondary EC enabled on the Nodo. In verify: paymentList present and all tags but officeName "
   "mandatory. If the EC falls short, the Nodo answers PPT_STAZIONE_INT_PA_ERRORE_RESPONSE to the caller."},
  {"EC-06", "ec", specification, "SANP, error guide", "error guide 1.0",
   "A verifica e attivazione l'EC risponde KO con il codice giusto: PAA_PAGAMENTO_DUPLICATO se già pagato, "
   "PAA_PAGAMENTO_SCONOSCIUTO se ignoto, PAA_PAGAMENTO_SCADUTO se scaduto, PAA_PAGAMENTO_ANNULLATO se annullato.",
   "To verify and activation the EC answers KO with the right code: PAA_PAGAMENTO_DUPLICATO if already paid, "
   "PAA_PAGAMENTO_SCONOSCIUTO if unknown, PAA_PAGAMENTO_SCADUTO if expired, PAA_PAGAMENTO_ANNULLATO if cancelled."},
  {"EC-07", "nodo ec", silent, "SANP, EC API page and best practice EC; error guide", "3.7.1",
   "A paSendRT l'EC chiude la posizione e risponde OK, ma la stessa ricevuta può arrivare di nuovo (fino a 48 "
   "ritentativi, 1 ora l'uno dall'altro) e la SANP non dice come rispondere. Scelta del simulatore: l'EC risponde KO "
   "PAA_RECEIPT_DUPLICATA senza altri effetti, e il Nodo smette di ritentare.",
   "To paSendRT the EC closes the position and answers OK, but the same receipt may come again (up to 48 retries, 1 "
   "hour apart) and SANP does not say how to answer. The simulator's choice: the EC answers KO PAA_RECEIPT_DUPLICATA "
   "without further effects, and the Nodo stops retrying."},
  {"EC-08", "nodo", specification, "SANP, best practice EC", "3.7.1",
   "Dopo l'ultimo ritentativo di paSendRT la ricevuta resta in coda, non si perde: l'invio riparte su richiesta "
   "all'assistenza. Il numero di ritentativi è un parametro della piattaforma (48).",
   "After the last retry of paSendRT the receipt stays in the queue and is not lost: sending starts again on request "
   "to support. The number of retries is a parameter of the platform (48)."},
  {"EC-09", "nodo", specification, "SANP, roles page", "not stated",
   "I dati della ricevuta concordano con la richiesta di pagamento. Un KO dell'EC a paSendRT non annulla mai il "
   "pagamento: la ricevuta è definitiva.",
   "The data of the receipt agree with the payment request. A KO of the EC to paSendRT never undoes the payment: the "
   "receipt is final."},
  {"EC-10", "ec", specification, "SANP, quality indicators", "3.9.x",
   "Il servizio dell'EC è disponibile 24 ore su 24, 7 giorni su 7: al più 36 ore l'anno di fermo programmato, "
   "annunciato 72 ore prima, e 9 ore l'anno di fermo non programmato. Le variazioni di IBAN si comunicano 7 giorni "
   "prima.",
   "The EC's service is up 24 hours a day, 7 days a week: at most 36 hours a year of planned stop, announced 72 hours "
   "ahead, and 9 hours a year of unplanned stop. Changes of IBAN are notified 7 days ahead.",
   {"una disponibilità annua e un preavviso non si vedono in un pagamento",
    "a yearly availability and a notice given in advance are not seen in a payment"}},

  // What the PSP must do.
  {"PSP-01", "nodo psp", specification, "SANP, quality indicators", "3.9.x",
   "Il PSP risponde a pspNotifyPayment entro 2 s, nel 98 % dei casi su base mensile. Il Nodo smette di attendere dopo "
   "7 s.",
   "The PSP answers pspNotifyPayment within 2 s, in 98 % of the cases each month. The Nodo stops waiting after 7 s."},
  {"PSP-02", "psp", specification, "SANP, offering payments on touchpoints; quality indicators", "3.7.1",
   "Chi ha risposto KO a pspNotifyPayment non invia sendPaymentOutcome. Chi ha risposto OK lo invia con outcome OK "
   "entro 2 s dalla fine dello scambio di notifica, nel 98 % dei casi su base mensile (indicatore TNSPO).",
   "A PSP that answered KO to pspNotifyPayment sends no sendPaymentOutcome. One that answered OK sends it with outcome "
   "OK within 2 s from the end of the notify exchange, in 98 % of the cases each month (indicator TNSPO)."},
  {"PSP-03", "psp", specification, "SANP, PSP API page", "3.7.1",
   "Inviando sendPaymentOutcome con outcome OK il PSP si impegna ad accreditare l'EC.",
   "By sending sendPaymentOutcome with outcome OK the PSP commits itself to credit the EC.",
   {"l'accredito avviene fuori da questo flusso",
    "the credit happens outside this flow"}},
  {"PSP-04", "psp", specification, "SANP, best practice PSP", "3.7.1",
   "A ogni attivazione segue un sendPaymentOutcome. Avuta una risposta del Nodo, qualunque sia, il PSP non lo ripete; "
   "se la risposta manca, lo ripete con la stessa idempotencyKey.",
   "Each activation is followed by a sendPaymentOutcome. After any answer of the Nodo the PSP does not repeat it; "
   "without an answer it repeats it with the same idempotencyKey."},
  {"PSP-05", "psp", specification, "SANP, quality indicators", "3.9.x",
   "In caso di timeout il PSP ripete sendPaymentOutcome, al più 5 tentativi, attendendo slot * (2^k - 1) con k "
   "tentativo da 1 e slot la propria attesa massima (con 15 s: 15, 45, 105, 225, 465 s). Il contatore si può leggere e "
   "azzerare. Per verifica e attivazione la ripetizione non è automatica, ma rispetta le stesse attese minime.",
   "On a timeout the PSP repeats sendPaymentOutcome, at most 5 attempts, waiting slot * (2^k - 1) with k the attempt "
   "from 1 and slot its own maximum wait (with 15 s: 15, 45, 105, 225, 465 s). The counter can be read and reset. "
   "Verify and activation are not repeated automatically, yet keep the same minimum waits."},
  {"PSP-06", "psp", specification, "SANP, PSP API page", "3.7.1",
   "Davanti a PPT_SINTASSI_EXTRAXSD o PPT_SEMANTICA il PSP corregge la richiesta e la ripete. PPT_SEMANTICA può anche "
   "segnalare che lo stato del pagamento è momentaneamente disallineato: allora si ripete e basta.",
   "Faced with PPT_SINTASSI_EXTRAXSD or PPT_SEMANTICA the PSP mends the request and repeats it. PPT_SEMANTICA may also "
   "mean that the state of the payment is out of step for the moment: then simply repeat.",
   {"una regola della stessa fonte vieta di ripetere dopo una risposta (CHK-14): nessuna condotta rispetta entrambe (SIL-43)",
    "a rule of the same source forbids to repeat after an answer (CHK-14): no conduct keeps both (SIL-43)"}},
  {"PSP-07", "psp", specification, "SANP, best practice PSP", "3.7.1",
   "Se un esito tardivo riceve PPT_PAGAMENTO_DUPLICATO, il PSP rimborsa l'utente oppure rendiconta con codice 9 (8 in "
   "Stand In). Se riceve PPT_TOKEN_SCADUTO o PPT_TOKEN_SCADUTO_KO, corregge i propri tempi.",
   "If a late outcome meets PPT_PAGAMENTO_DUPLICATO, the PSP refunds the user or else reports with code 9 (8 in Stand "
   "In). If it meets PPT_TOKEN_SCADUTO or PPT_TOKEN_SCADUTO_KO, it corrects its own timing."},
  {"PSP-08", "psp", specification, "SANP, PSP API page", "3.7.1",
   "Il PSP rilascia all'utente un'attestazione di pagamento che riporta il paymentToken.",
   "The PSP gives the user a certificate of payment that bears the paymentToken."},
  {"PSP-09", "psp", specification, "SANP, quality indicators", "3.9.x",
   "Il servizio del PSP è disponibile 24 ore su 24, 7 giorni su 7: al più 36 ore l'anno di fermo programmato, "
   "annunciato 72 ore prima, e 9 ore l'anno di fermo non programmato.",
   "The PSP's service is up 24 hours a day, 7 days a week: at most 36 hours a year of planned stop, announced 72 hours "
   "ahead, and 9 hours a year of unplanned stop.",
   {"una disponibilità annua e un preavviso non si vedono in un pagamento",
    "a yearly availability and a notice given in advance are not seen in a payment"}},
};
// clang-format on

/// Strictly ascending, hence each id once.
constexpr bool ids_ascend(std::span<const Rule> all) {
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (!(all[i - 1].id < all[i].id)) return false;
  }
  return true;
}
static_assert(ids_ascend(table), "rule ids are unique and in order");
static_assert(std::size(table) == 24 + 10 + 9, "24 CHK, 10 EC and 9 PSP rules");

}  // namespace

std::string_view to_text(Standing standing) {
  switch (standing) {
    case specification: return "specification";
    case observed: return "observed";
    case silent: return "silent";
  }
  return {};
}

std::span<const Rule> rules() { return table; }

const Rule* find_rule(std::string_view id) {
  for (const Rule& rule : table) {
    if (rule.id == id) return &rule;
  }
  return nullptr;
}

}  // namespace sim::contract
