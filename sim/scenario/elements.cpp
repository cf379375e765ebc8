#include "sim/scenario/elements.hpp"

#include <algorithm>
#include <array>

#include "sim/contract/breaks.hpp"
#include "sim/contract/cards.hpp"
#include "sim/contract/fault_codes.hpp"
#include "sim/contract/message.hpp"
#include "sim/contract/rules.hpp"
#include "sim/contract/scalars.hpp"
#include "sim/contract/settings.hpp"
#include "sim/contract/silences.hpp"
#include "sim/contract/words.hpp"
#include "sim/faults.hpp"

namespace sim::scenario {
namespace {

using A = Attribute;
using K = Kind;

constexpr std::string_view machine_names[] = {"payment", "position", "recipient", "key", "transaction", "debt", "storno", "screen", "psp", "till"};
constexpr std::string_view moment_names[] = {"sent", "received", "answered", "unanswered"};

constexpr Choice languages[] = {{"it", "italiano", "Italian"}, {"en", "inglese", "English"}};
constexpr Choice debt_states[] = {{"open", "aperta", "open"}, {"paid", "pagata", "paid"}, {"expired", "scaduta", "expired"}, {"cancelled", "annullata", "cancelled"}};
/// The words of the gateway's cards; a card's number may stand in their place.
constexpr auto cards = [] {
  std::array<Choice, contract::test_cards.size()> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = {contract::test_cards[i].behaviour, contract::test_cards[i].it, contract::test_cards[i].en, contract::test_cards[i].number};
  return out;
}();
constexpr Choice forms[] = {{"malformed", "con byte che non sono un messaggio", "with bytes that are no message"},
                            {"empty", "senza alcun contenuto", "with an empty body"},
                            {"no-fault", "KO senza fault", "KO without a fault bean"},
                            {"silence", "mai: tace", "never: it stays silent"},
                            {"hang-up", "chiudendo la connessione", "by closing the connection"}};
constexpr Choice jobs[] = {{"mod3CancelV2", "scadenza dei token (mod3CancelV2)", "token expiry (mod3CancelV2)"},
                           {"paSendRt", "nuovo invio delle ricevute (paSendRt)", "receipt retry (paSendRt)"},
                           {"idempotencyCacheClean", "pulizia delle chiavi di idempotenza", "idempotency cache clean"},
                           {"positionRetrySendPaymentResult", "nuovo invio degli esiti", "result retry"}};
constexpr Choice touchpoints[] = {{"checkout", "Checkout", "Checkout"}, {"psp", "PSP", "the PSP"}};
constexpr Choice versions[] = {{"1", "1", "1"}, {"2", "2", "2"}};

// clang-format off
constexpr A after{"after", K::duration, false, "how long after the step before it (or after its cause) it happens"};
constexpr A at{"at", K::duration, false, "how long after the start of the run it happens, whatever else goes on: steps with it stand in no sequence"};
constexpr A rule{"rule", K::rule, true, "the rule that obliges somebody here"};
constexpr A nth{"nth", K::number, false, "which occasion, from 1; the first when left out"};
constexpr A times{"times", K::count, false, "how many occasions; 1 when left out, 0 for all that follow"};
constexpr A notice_ref{"notice", K::notice, false, "the notice concerned; the scenario's first when left out"};
constexpr A ec_ref{"ec", K::fiscal_code, false, "the EC of the notice"};

constexpr A journey_ref{"notice", K::notice, false, "whose journey it goes on with: the latest of that notice; the latest of all when left out"};

constexpr A typed_notice{"typed-notice", K::text, false, "what the user types as notice number, when it is not the notice's"};
constexpr A typed_ec{"typed-ec", K::text, false, "what the user types as fiscal code, when it is not the EC's"};

consteval A url_of(std::string_view doc) { return {"url", K::url, false, doc, {}, registry_root}; }
constexpr A deadline_of{"deadline", K::duration, false, "how long we wait for an answer from there; what the settings say when left out", {}, registry_root};

constexpr A scenario_attributes[] = {
    {"version", K::version, true, "version of the format: 1"},
    {"id", K::id, true, "unique name: small letters, digits, hyphens"},
    {"judges", K::roles, true, "the roles that are held to the specification here"},
    {"tags", K::words, false, "words to select scenarios by"},
    {"fails", K::rule, false, "this scenario proves a check: it must fail under exactly this rule"},
    {"skip", K::text, false, "why this scenario is not run at all"},
};
constexpr A language_only[] = {{"lang", K::choice, true, "it or en", languages}};
constexpr A silent_attributes[] = {
    {"lang", K::choice, true, "it or en", languages},
    {"rule", K::rule, false, "the rule beside which the specification is silent"},
    {"about", K::silence, false, "the open point that this rests on (checkout-sim list silences)"},
};
constexpr A setting_attributes[] = {
    {"name", K::setting, true, "a name of the settings table (checkout-sim list settings)"},
    {"value", K::text, true, "its value here"},
};
constexpr A registry_ec[] = {
    {"code", K::fiscal_code, true, "fiscal code; a new one adds an EC"},
    {"name", K::company, false, "its name"},
    {"enabled", K::yes_no, false, "whether the Nodo serves it"},
    {"broadcast", K::yes_no, false, "whether its stations get receipts of payments of other ECs' notices"},
    {"stations", K::number, false, "how many stations it has (each with the same broadcast flag)", {}, scenario_root},
    {"station-enabled", K::yes_no, false, "whether its stations are enabled"},
    {"broker-enabled", K::yes_no, false, "whether its broker is enabled"},
    {"codes", K::codes, false, "segregation codes that its station answers for, blank separated"},
    {"iban", K::iban, false, "its account, instead of the built-in one; several: see <iban>"},
    {"version", K::choice, false, "the version of paGetPayment and paSendRT that its stations speak; 1 when left out", versions},
    {"standin", K::yes_no, false, "whether its stations are in Stand In"},
    url_of("where it listens, when it is somebody else's software: for all its stations"), deadline_of,
};
constexpr A registry_iban[] = {{"code", K::iban, true, "the account's IBAN"}};
constexpr A registry_station[] = {
    {"id", K::identifier, true, "idStation; a new one adds a station"},
    {"broker", K::fiscal_code, false, "its broker; that of the EC's first station when left out, the EC itself when it is new"},
    {"codes", K::codes, false, "segregation and application codes that it answers for, blank separated"},
    {"version", K::choice, false, "the version of paGetPayment and paSendRT that it speaks", versions},
    {"broadcast", K::yes_no, false, "whether it gets receipts of payments of other ECs' notices"},
    {"enabled", K::yes_no, false, "whether the Nodo calls it"},
    {"broker-enabled", K::yes_no, false, "whether its broker is enabled"},
    {"standin", K::yes_no, false, "whether it is in Stand In"},
    url_of("where it listens, when it is somebody else's software"), deadline_of,
};
constexpr A registry_psp[] = {
    {"id", K::identifier, true, "idPSP; a new one adds a PSP"},
    {"name", K::business, false, "its name"},
    {"code", K::fiscal_code, false, "its fiscal code and that of its broker (needed for a new one)"},
    {"broker", K::identifier, false, "the broker of its channels, when it is not the PSP itself"},
    {"enabled", K::yes_no, false, "whether the Nodo serves it"},
    {"broker-enabled", K::yes_no, false, "whether its broker is enabled"},
    {"channel-enabled", K::yes_no, false, "whether its channels are enabled"},
    {"version", K::choice, false, "the version of pspNotifyPayment that its channels speak; 1 when left out", versions},
    {"methods", K::methods, false, "the payment methods associated with its channels, blank separated; all when left out"},
    {"card-data", K::yes_no, false, "whether its channels want the card's data in closePayment with method CP"},
    {"stamps", K::yes_no, false, "whether its channels deal with digital stamps"},
    {"extended-faults", K::yes_no, false, "whether its broker reads original* in fault beans"},
    url_of("where it listens, when it is somebody else's software: for all its channels"), deadline_of,
};
constexpr A registry_channel[] = {
    {"id", K::identifier, true, "idChannel; a new one adds a channel"},
    {"password", K::password, false, "its password; pwd_sim_0001 when left out"},
    {"version", K::choice, false, "the version of pspNotifyPayment that it speaks", versions},
    {"methods", K::methods, false, "the payment methods associated with it, blank separated; all when left out"},
    {"activated-at-psp", K::yes_no, false, "whether payments begin at the PSP on it: verify and activate need that, closePayment refuses it"},
    {"enabled", K::yes_no, false, "whether the Nodo serves it"},
    {"card-data", K::yes_no, false, "whether it wants the card's data in closePayment with method CP"},
    {"stamps", K::yes_no, false, "whether it deals with digital stamps"},
    url_of("where it listens, when it is somebody else's software"), deadline_of,
};
constexpr A dictionary_key[] = {
    {"name", K::text, true, "the key, letter for letter"},
    {"from", K::text, false, "first day on which it is in force, YYYY-MM-DD"},
    {"to", K::text, false, "last day on which it is in force, YYYY-MM-DD"},
};
constexpr A registry_checkout[] = {
    {"password", K::text, false, "the password that Checkout uses"},
    {"channel", K::text, false, "the channel that Checkout uses"},
    {"psp", K::text, false, "the idPSP under which Checkout presents itself"},
    url_of("where it listens, when it is somebody else's software"), deadline_of,
};
constexpr A registry_nodo[] = {url_of("where it listens, when it is somebody else's software"), deadline_of};
constexpr A registry_attributes[] = {
    {"version", K::version, true, "version of the format: 1"},
    {"built-in", K::yes_no, false, "whether the built-in ECs and PSPs exist beside those declared here; yes when left out"},
};
constexpr A tls_attributes[] = {
    {"ca", K::text, false, "file of the authorities that its certificate is checked against (PEM); those of the system when left out"},
    {"certificate", K::text, false, "file of the certificate that we show (PEM)"},
    {"key", K::text, false, "file of that certificate's private key (PEM)"},
    {"verify", K::yes_no, false, "whether its certificate is checked; yes when left out"},
};
constexpr A header_attributes[] = {
    {"name", K::header, true, "its name"},
    {"value", K::text, true, "its value"},
};
constexpr A notice_attributes[] = {
    {"number", K::notice, true, "18 digits, or {random}"},
    {"ec", K::fiscal_code, false, "its EC; 77777777777 when left out"},
    {"amount", K::amount, true, "what is due, in euro"},
    {"at-activation", K::amount, false, "what is due at activation, when it differs"},
    {"state", K::choice, false, "the position's state at the EC; open when left out", debt_states},
    {"description", K::text, false, "its subject"},
    {"due", K::text, false, "due date"},
};
constexpr A transfer_attributes[] = {
    {"ec", K::fiscal_code, true, "who is credited"},
    {"amount", K::amount, true, "with how much"},
    {"iban", K::text, false, "on which account; the beneficiary's ordinary one when left out"},
    {"stamp", K::yes_no, false, "a digital stamp (marca da bollo) instead of money on an account; needs a station of version 2"},
};
constexpr A metadata_attributes[] = {
    {"key", K::text, true, "key, 1 to 140 characters"},
    {"value", K::text, true, "value, 1 to 140 characters"},
};
constexpr A pay_attributes[] = {
    {"by", K::choice, false, "where the user pays: checkout (when left out), or at the psp", touchpoints},
    {"cart", K::yes_no, false, "pays the cart that an EC's front end has sent, with all its notices"},
    notice_ref, ec_ref, typed_notice, typed_ec,
    {"psp", K::text, false, "the PSP that the user chooses, or pays at"},
    {"fee", K::amount, false, "its fee; 1.50 when left out"},
    {"card", K::choice, false, "what the payment gateway says, or the number of a test card that makes it say so (checkout-sim list cards); authorised when left out", cards},
    {"when", K::cause, false, "what sets it off, instead of the end of the step before"}, at, after,
};
constexpr A activate_attributes[] = {{"by", K::choice, false, "where the user pays: checkout (when left out), or at the psp", touchpoints}, notice_ref, ec_ref, {"psp", K::text, false, "the PSP that the user pays at"}, at, after};
constexpr A cart_attributes[] = {
    {"version", K::choice, false, "version of Checkout's cart API; 2 when left out", versions},
    {"notices", K::text, false, "the notices, blank separated; all of the scenario when left out"},
    {"id-cart", K::text, false, "the EC's own name of the cart"},
    {"all-ccp", K::yes_no, false, "whether all notices may be credited on postal accounts"},
    {"when", K::cause, false, "what sets it off, instead of the end of the step before"}, at, after,
};
constexpr A verify_attributes[] = {{"by", K::choice, false, "where the user pays: checkout (when left out), or at the psp", touchpoints}, {"cart", K::yes_no, false, "opens the cart that an EC's front end has sent, instead of typing a notice"}, notice_ref, ec_ref, typed_notice, typed_ec, {"psp", K::text, false, "the PSP that the user will choose"}, {"fee", K::amount, false, "its fee"},
                                {"when", K::cause, false, "what sets it off, instead of the end of the step before"}, at, after};
constexpr A card_attributes[] = {{"card", K::choice, false, "what the payment gateway says, or the number of a test card that makes it say so (checkout-sim list cards); authorised when left out", cards}, journey_ref, at, after};
constexpr A cancel_attributes[] = {journey_ref, at, after};
constexpr A after_only[] = {after};
constexpr A answer_attributes[] = {
    {"by", K::role, true, "the scripted role"},
    {"id", K::text, false, "which of them: an EC's fiscal code, an idPSP"},
    {"to", K::primitive, true, "the primitive that it answers"},
    {"outcome", K::outcome, false, "OK: its own answer; KO: a refusal"},
    {"fault", K::fault, false, "fault code of the KO"},
    {"description", K::text, false, "description of the KO"},
    {"with", K::choice, false, "something that is no proper answer", forms},
    {"status", K::status, false, "HTTP status of the answer"},
    {"after", K::duration, false, "how long it takes to answer"},
    nth, times,
};
constexpr A send_attributes[] = {
    {"by", K::role, true, "the scripted role"},
    {"id", K::text, false, "which of them; the one that takes part when left out"},
    {"message", K::primitive, true, "what it sends. A PSP's scripted sendPaymentOutcome takes the place of its own"},
    {"outcome", K::outcome, false, "the outcome that it carries"},
    {"to", K::text, false, "id of the EC or PSP that it is sent to"},
    notice_ref, ec_ref,
    {"when", K::cause, false, "what sets it off, instead of the end of the step before"}, at, after,
};
constexpr A withhold_attributes[] = {
    {"by", K::role, true, "the scripted role"},
    {"id", K::text, false, "which of them"},
    {"message", K::primitive, true, "what it never sends by itself"},
};
constexpr A fault_attributes[] = {
    {"on", K::primitive, true, "the exchange concerned"},
    {"leg", K::leg, true, "request or response"},
    {"do", K::mishap, true, "drop, delay, duplicate, reset, refuse, truncate, garble, overtake (arrive first of all that is due at the same instant) or yield (arrive last)"},
    {"by", K::duration, false, "how long a delay is"},
    {"with", K::text, false, "only with this EC or PSP"},
    {"at", K::duration, false, "how long after the start of the run it begins to apply, and to count; at once when left out"},
    {"for", K::duration, false, "how long it applies from then; to the end when left out"},
    nth, times,
};
constexpr A job_attributes[] = {{"name", K::choice, true, "the Nodo's job", jobs}, {"when", K::cause, false, "what sets it off"}, at, after};
constexpr A restart_attributes[] = {
    {"who", K::role, true, "the actor"},
    {"id", K::text, false, "which of them: an EC's fiscal code, an idPSP; the one that takes part when left out"},
    {"when", K::cause, false, "what sets it off"}, at, after,
};
constexpr A jump_attributes[] = {{"by", K::duration, true, "how far"}, {"when", K::cause, false, "what sets it off"}, at, after};
constexpr A wait_attributes[] = {{"for", K::duration, true, "how long nothing new is begun"}};
constexpr A position_attributes[] = {
    notice_ref, ec_ref,
    {"amount", K::amount, false, "the new amount"},
    {"state", K::choice, false, "the new state", debt_states},
    {"when", K::cause, false, "what sets it off"}, at, after,
};
constexpr A set_attributes[] = {
    {"field", K::path, true, "path of the field"},
    {"to", K::value, true, "literal, {random ...} or {primitive leg path}"},
};
constexpr A break_attributes[] = {
    {"with", K::defect, true, "the defect (checkout-sim list breaks)"},
    {"field", K::path, false, "path of the field or group that has it; left out for defects of the message as a whole"},
};
constexpr A omit_attributes[] = {{"field", K::path, true, "path of the field that is left out"}};

constexpr A expect_answer[] = {
    {"from", K::role, true, "who answers"},
    {"to", K::primitive, true, "what is answered"},
    {"outcome", K::outcome, false, "the outcome of the answer"},
    {"fault", K::fault, false, "the fault code of the answer"},
    {"description", K::text, false, "words that the description contains"},
    {"status", K::status, false, "the HTTP status of the answer"},
    {"with", K::text, false, "only exchanges with this EC or PSP"},
    nth, rule,
};
constexpr A expect_state[] = {
    {"of", K::machine, true, "what has the states"},
    {"is", K::states, true, "the state at the end; none: it never began"},
    notice_ref, ec_ref, {"with", K::text, false, "only this recipient (fiscal code) or token"},
    {"nth", K::number, false, "the n-th of them (token, transaction) in order of appearance; the first when left out"}, rule,
};
constexpr A expect_history[] = {
    {"of", K::machine, true, "what has the states"},
    {"is", K::states, true, "every state that was entered, in order, and no other; none: it never began"},
    {"detail", K::text, false, "what the last state carries: the amount of a storno"},
    notice_ref, ec_ref, {"with", K::text, false, "only this recipient (fiscal code) or token"},
    {"nth", K::number, false, "the n-th of them (token, transaction) in order of appearance; the first when left out"}, rule,
};
constexpr A expect_seen[] = {
    {"message", K::primitive, true, "the primitive whose requests are counted when they are sent"},
    {"times", K::count, true, "exactly how many"},
    {"with", K::text, false, "only to or from this EC or PSP"},
    {"outcome", K::outcome, false, "only requests that carry this outcome"}, rule,
};
constexpr A expect_never[] = {
    {"message", K::primitive, true, "the primitive whose requests must not be sent"},
    {"within", K::duration, true, "for how long"},
    {"after", K::cause, false, "counted from when; from the start when left out"},
    {"with", K::text, false, "only to or from this EC or PSP"},
    {"outcome", K::outcome, false, "only requests that carry this outcome"}, rule,
};
constexpr A expect_deadline[] = {
    {"from", K::cause, true, "what starts the time"},
    {"to", K::cause, true, "what must have happened"},
    {"within", K::duration, false, "at most so long after"},
    {"not-before", K::duration, false, "at least so long after"}, rule,
};
constexpr A expect_field[] = {
    {"of", K::primitive, true, "the message"},
    {"leg", K::leg, true, "request or response"},
    {"path", K::path, true, "the field"},
    {"is", K::value, true, "its value; {absent} when it must not be there"},
    {"with", K::text, false, "only to or from this EC or PSP"},
    nth, rule,
};
constexpr A expect_same[] = {
    {"of", K::primitive, true, "the message"},
    {"leg", K::leg, true, "request or response"},
    {"path", K::path, true, "the field"},
    {"as", K::primitive, true, "the other message"},
    {"as-leg", K::leg, true, "request or response"},
    {"as-path", K::path, true, "its field"},
    {"with", K::text, false, "only to or from this EC or PSP"},
    nth, {"as-nth", K::number, false, "which occasion of the other message"}, rule,
};

constexpr Element table[] = {
    {"scenario", "", "One story, and what must come of it.", scenario_attributes, false, "", ""},
    {"registry", "", "Who exists: ECs, PSPs and Checkout as the Nodo knows them, and where they are somebody else's software.", registry_attributes, false, "", ""},
    {"title", "scenario", "What it is called, once in each language.", language_only, true, "", ""},
    {"about", "scenario", "A paragraph for people.", language_only, true, "", ""},
    {"silent", "scenario", "The specification does not say what is decided here: reported SPEC-SILENT, never PASS.", silent_attributes, true, "", ""},
    {"setting", "scenario", "Changes a number or a decision of the simulation.", setting_attributes, false,
     "l'impostazione {name} vale {value}", "the setting {name} is {value}"},
    {"ec", "scenario registry", "Changes or adds an EC of the registry.", registry_ec, false,
     "l'EC {code}[ si chiama {name}][; abilitato: {enabled}][; ricevute in copia: {broadcast}][; stazioni: {stations}][; stazione abilitata: {station-enabled}][; intermediario abilitato: {broker-enabled}][; codici di segregazione: {codes}][; conto: {iban}][; versione delle primitive: {version}][; in Stand In: {standin}]",
     "the EC {code}[ is called {name}][; enabled: {enabled}][; gets copies of receipts: {broadcast}][; stations: {stations}][; station enabled: {station-enabled}][; broker enabled: {broker-enabled}][; segregation codes: {codes}][; account: {iban}][; version of the primitives: {version}][; in Stand In: {standin}]"},
    {"station", "ec", "Changes or adds a station of the EC.", registry_station, false,
     "con la stazione {id}[ dell'intermediario {broker}][; codici: {codes}][; versione {version}][; ricevute in copia: {broadcast}][; abilitata: {enabled}][; intermediario abilitato: {broker-enabled}][; in Stand In: {standin}]",
     "with the station {id}[ of broker {broker}][; codes: {codes}][; version {version}][; copies of receipts: {broadcast}][; enabled: {enabled}][; broker enabled: {broker-enabled}][; in Stand In: {standin}]"},
    {"iban", "ec", "An account of the EC; the first is its ordinary one. Where there is any, the EC has these alone.", registry_iban, false, "con il conto {code}", "with account {code}"},
    {"psp", "scenario registry", "Changes or adds a PSP of the registry.", registry_psp, false,
     "il PSP {id}[ si chiama {name}][; intermediario: {broker}][; abilitato: {enabled}][; intermediario abilitato: {broker-enabled}][; canali abilitati: {channel-enabled}][; versione delle primitive: {version}][; metodi di pagamento: {methods}][; vuole i dati della carta: {card-data}][; marche da bollo: {stamps}][; fault bean esteso: {extended-faults}]",
     "the PSP {id}[ is called {name}][; broker: {broker}][; enabled: {enabled}][; broker enabled: {broker-enabled}][; channels enabled: {channel-enabled}][; version of the primitives: {version}][; payment methods: {methods}][; wants the card's data: {card-data}][; digital stamps: {stamps}][; extended fault bean: {extended-faults}]"},
    {"channel", "psp", "Changes or adds a channel of the PSP.", registry_channel, false,
     "con il canale {id}[ (password {password})][; versione {version}][; metodi di pagamento: {methods}][; pagamenti iniziati presso il PSP: {activated-at-psp}][; abilitato: {enabled}][; vuole i dati della carta: {card-data}][; marche da bollo: {stamps}]",
     "with the channel {id}[ (password {password})][; version {version}][; payment methods: {methods}][; payments begun at the PSP: {activated-at-psp}][; enabled: {enabled}][; wants the card's data: {card-data}][; digital stamps: {stamps}]"},
    {"checkout", "scenario registry", "Changes how Checkout presents itself to the Nodo.", registry_checkout, false,
     "Checkout si presenta[ come {psp}][ con il canale {channel}][ con la password {password}]",
     "Checkout presents itself[ as {psp}][ through channel {channel}][ with password {password}]"},
    {"nodo", "registry", "The Nodo, when it is somebody else's software.", registry_nodo, false, "", ""},
    {"tls", "ec station psp channel checkout nodo", "How a connection to the url is secured.", tls_attributes, false, "", "", {}, {}, registry_root},
    {"header", "ec station psp channel checkout nodo", "A header that every call to the url carries.", header_attributes, false, "", "", {}, {}, registry_root},
    {"metadata-key", "scenario registry", "Adds a key to the Nodo's dictionary of metadata.", dictionary_key, false,
     "il dizionario dei metadata conosce {name}[ dal {from}][ fino al {to}]", "the dictionary of metadata knows {name}[ from {from}][ to {to}]"},
    {"notice", "scenario registry", "A notice and its debt position at the EC.", notice_attributes, false,
     "esiste l'avviso {number}[ dell'EC {ec}] di {amount} euro[, {at-activation} all'attivazione][, in stato {state}]",
     "there is notice {number}[ of EC {ec}] for {amount} euro[, {at-activation} at activation][, in state {state}]"},
    {"transfer", "notice", "One credit of the notice.", transfer_attributes, false,
     "di cui {amount} euro a {ec}[ sul conto {iban}][ (marca da bollo: {stamp})]", "of which {amount} euro to {ec}[ on account {iban}][ (digital stamp: {stamp})]"},
    {"metadata", "notice transfer", "An entry of the metadata of the notice or of one credit.", metadata_attributes, false,
     "con metadato {key} = {value}", "with metadata {key} = {value}"},
    {"steps", "scenario", "What happens. User steps and sends follow one another; answers, faults and withholdings hold from the start.", {}, false, "", ""},
    {"pay", "steps", "The user's whole journey: verify, activation, authorisation, closePayment.", pay_attributes, false,
     "[{at} dall'inizio, ][{after} dopo, ][a seguito di «{when}», ]l'utente paga[ il carrello: {cart}][ presso: {by}][ l'avviso {notice}][, digitando «{typed-notice}» come avviso][, digitando «{typed-ec}» come EC][ dell'EC {ec}][ con il PSP {psp}][, commissione {fee}][, carta {card}]",
     "[{at} after the start, ][{after} later, ][upon \"{when}\", ]the user pays[ the cart: {cart}][ at: {by}][ notice {notice}][, typing \"{typed-notice}\" as notice][, typing \"{typed-ec}\" as EC][ of EC {ec}][ through PSP {psp}][, fee {fee}][, card {card}]"},
    {"verify", "steps", "The user types notice number and fiscal code and looks at what is due.", verify_attributes, false,
     "[{at} dall'inizio, ][{after} dopo, ][a seguito di «{when}», ]l'utente verifica[ il carrello: {cart}][ presso: {by}][ l'avviso {notice}][, digitando «{typed-notice}» come avviso][, digitando «{typed-ec}» come EC][ dell'EC {ec}][ (PSP {psp})][ (commissione {fee})]", "[{at} after the start, ][{after} later, ][upon \"{when}\", ]the user verifies[ the cart: {cart}][ at: {by}][ notice {notice}][, typing \"{typed-notice}\" as notice][, typing \"{typed-ec}\" as EC][ of EC {ec}][ (PSP {psp})][ (fee {fee})]"},
    {"activate", "steps", "The user confirms the method: the notice is activated.", activate_attributes, false,
     "[{at} dall'inizio, ][{after} dopo, ]l'utente conferma il metodo e l'avviso[ {notice}][ dell'EC {ec}] viene attivato[ presso: {by}][ (PSP {psp})]", "[{at} after the start, ][{after} later, ]the user confirms the method and the notice[ {notice}][ of EC {ec}] is activated[ at: {by}][ (PSP {psp})]"},
    {"cart", "steps", "An EC's front end sends Checkout a cart; <pay cart=\"yes\"/> pays it.", cart_attributes, false,
     "[{at} dall'inizio, ][{after} dopo, ][a seguito di «{when}», ]il sito dell'EC invia a Checkout un carrello[ con gli avvisi {notices}][ (versione {version})][, nome {id-cart}][, allCCP: {all-ccp}]",
     "[{at} after the start, ][{after} later, ][upon \"{when}\", ]the EC's site sends Checkout a cart[ with notices {notices}][ (version {version})][, name {id-cart}][, allCCP: {all-ccp}]"},
    {"authorise", "steps", "The user pays at the gateway; closePayment follows by itself.", card_attributes, false,
     "[{at} dall'inizio, ][{after} dopo, ]l'utente autorizza il pagamento[ (avviso {notice})][: carta {card}]", "[{at} after the start, ][{after} later, ]the user authorises the payment[ (notice {notice})][: card {card}]"},
    {"close", "steps", "Waits until closePayment has been answered.", after_only, false,
     "[{after} dopo, ]closePayment riceve risposta", "[{after} later, ]closePayment is answered"},
    {"cancel", "steps", "The user presses cancel.", cancel_attributes, false, "[{at} dall'inizio, ][{after} dopo, ]l'utente annulla[ (avviso {notice})]", "[{at} after the start, ][{after} later, ]the user cancels[ (notice {notice})]"},
    {"answer", "steps", "How a scripted role answers a primitive, on which occasions.", answer_attributes, false,
     "[dopo {after} ]{by}[ {id}] risponde a {to}[ {with}][ con esito {outcome}][ {fault}][ («{description}»)][ e stato HTTP {status}][ (occasione {nth})][ (volte: {times})]",
     "[after {after} ]{by}[ {id}] answers {to}[ {with}][ with outcome {outcome}][ {fault}][ (\"{description}\")][ and HTTP status {status}][ (occasion {nth})][ (times: {times})]"},
    {"send", "steps", "A scripted role sends something by itself.", send_attributes, false,
     "[{at} dall'inizio, ][{after} dopo, ][a seguito di «{when}», ]{by}[ {id}] invia {message}[ con esito {outcome}][ a {to}][ per l'avviso {notice}][ dell'EC {ec}]",
     "[{at} after the start, ][{after} later, ][upon \"{when}\", ]{by}[ {id}] sends {message}[ with outcome {outcome}][ to {to}][ about notice {notice}][ of EC {ec}]"},
    {"withhold", "steps", "A scripted role never sends a primitive by itself.", withhold_attributes, false,
     "{by}[ {id}] non invia mai {message}", "{by}[ {id}] never sends {message}"},
    {"fault", "steps", "The network spoils one leg of an exchange.", fault_attributes, false,
     "la rete colpisce {leg} di {on}: {do}[ di {by}][ (con {with})][, da {at} dopo l'inizio][, per {for}][ (occasione {nth})][ (volte: {times})]",
     "the network hits the {leg} of {on}: {do}[ by {by}][ (with {with})][, from {at} after the start][, for {for}][ (occasion {nth})][ (times: {times})]"},
    {"job", "steps", "The Nodo runs a scheduled job now.", job_attributes, false,
     "[{at} dall'inizio, ][{after} dopo, ][a seguito di «{when}», ]il Nodo esegue: {name}", "[{at} after the start, ][{after} later, ][upon \"{when}\", ]the Nodo runs: {name}"},
    {"restart", "steps", "An actor falls and starts again with what it has stored; connections of it that are open break.", restart_attributes, false,
     "[{at} dall'inizio, ][{after} dopo, ][a seguito di «{when}», ]{who}[ {id}] si riavvia", "[{at} after the start, ][{after} later, ][upon \"{when}\", ]{who}[ {id}] restarts"},
    {"jump", "steps", "All clocks go forward at once: alarms that are overdue then ring, and what is on its way still takes its time.", jump_attributes, false,
     "[{at} dall'inizio, ][{after} dopo, ][a seguito di «{when}», ]tutti gli orologi balzano avanti di {by}", "[{at} after the start, ][{after} later, ][upon \"{when}\", ]all clocks leap forward by {by}"},
    {"wait", "steps", "Time passes.", wait_attributes, false, "passano {for}", "{for} pass"},
    {"position", "steps", "The EC itself changes a debt position, as it may at any time.", position_attributes, false,
     "[{at} dall'inizio, ][{after} dopo, ][a seguito di «{when}», ]l'EC aggiorna la posizione[ dell'avviso {notice}][ (EC {ec})][: importo {amount}][: stato {state}]",
     "[{at} after the start, ][{after} later, ][upon \"{when}\", ]the EC updates the position[ of notice {notice}][ (EC {ec})][: amount {amount}][: state {state}]"},
    {"set", "steps/answer steps/send", "Changes a field of the message, lawfully or not.", set_attributes, false, "con {field} = {to}", "with {field} = {to}"},
    {"break", "steps/answer steps/send", "Breaks the message with exactly one named defect.", break_attributes, false, "con un difetto[ in {field}]: {with}", "with a defect[ in {field}]: {with}"},
    {"omit", "steps/answer steps/send", "Leaves a field out of the message.", omit_attributes, false, "senza {field}", "without {field}"},
    {"expect", "scenario", "What must come of it. Each expectation cites the rule that obliges somebody.", {}, false, "", ""},
    {"answer", "expect", "The answer of a role to a primitive.", expect_answer, false,
     "{from} risponde a {to}[ (con {with})][ (occasione {nth})][ con esito {outcome}][ e fault {fault}][ e stato HTTP {status}][ con descrizione «{description}»]",
     "{from} answers {to}[ (with {with})][ (occasion {nth})][ with outcome {outcome}][ and fault {fault}][ and HTTP status {status}][ with description \"{description}\"]",
     "{from} avrebbe dovuto rispondere a {to}[ (con {with})][ (occasione {nth})][ con esito {outcome}][ e fault {fault}][ e stato HTTP {status}][ con descrizione «{description}»]",
     "{from} should have answered {to}[ (with {with})][ (occasion {nth})][ with outcome {outcome}][ and fault {fault}][ and HTTP status {status}][ with description \"{description}\"]"},
    {"state", "expect", "The state in which something ends.", expect_state, false,
     "{of}[ n. {nth}][ ({with})][ dell'avviso {notice}][ dell'EC {ec}] termina in {is}", "{of}[ no. {nth}][ ({with})][ of notice {notice}][ of EC {ec}] ends in {is}",
     "{of}[ n. {nth}][ ({with})][ dell'avviso {notice}][ dell'EC {ec}] avrebbe dovuto terminare in {is}",
     "{of}[ no. {nth}][ ({with})][ of notice {notice}][ of EC {ec}] should have ended in {is}"},
    {"history", "expect", "Every state that something went through, exactly.", expect_history, false,
     "{of}[ n. {nth}][ ({with})][ dell'avviso {notice}][ dell'EC {ec}] attraversa esattamente: {is}[ ({detail})]", "{of}[ no. {nth}][ ({with})][ of notice {notice}][ of EC {ec}] goes exactly through: {is}[ ({detail})]",
     "{of}[ n. {nth}][ ({with})][ dell'avviso {notice}][ dell'EC {ec}] avrebbe dovuto attraversare esattamente: {is}[ ({detail})]",
     "{of}[ no. {nth}][ ({with})][ of notice {notice}][ of EC {ec}] should have gone exactly through: {is}[ ({detail})]"},
    {"seen", "expect", "How often a message is sent, in the whole run.", expect_seen, false,
     "{message}[ con esito {outcome}][ (con {with})] viene inviato {times} volta/e", "{message}[ with outcome {outcome}][ (with {with})] is sent {times} time(s)",
     "{message}[ con esito {outcome}][ (con {with})] avrebbe dovuto essere inviato {times} volta/e",
     "{message}[ with outcome {outcome}][ (with {with})] should have been sent {times} time(s)"},
    {"never", "expect", "A message that is not sent for a given time.", expect_never, false,
     "{message}[ con esito {outcome}][ (con {with})] non viene mai inviato entro {within}[ da «{after}»]",
     "{message}[ with outcome {outcome}][ (with {with})] is never sent within {within}[ of \"{after}\"]",
     "{message}[ con esito {outcome}][ (con {with})] non avrebbe mai dovuto essere inviato entro {within}[ da «{after}»]",
     "{message}[ with outcome {outcome}][ (with {with})] should never have been sent within {within}[ of \"{after}\"]"},
    {"deadline", "expect", "The time between two moments.", expect_deadline, false,
     "tra «{from}» e «{to}» passano[ non più di {within}][ non meno di {not-before}]", "between \"{from}\" and \"{to}\"[ no more than {within}][ no less than {not-before}] pass",
     "tra «{from}» e «{to}» sarebbero dovuti passare[ non più di {within}][ non meno di {not-before}]",
     "between \"{from}\" and \"{to}\"[ no more than {within}][ no less than {not-before}] should have passed"},
    {"field", "expect", "The value of a field.", expect_field, false,
     "{path} di {of} ({leg})[ (con {with})][ (occasione {nth})] vale {is}", "{path} of {of} ({leg})[ (with {with})][ (occasion {nth})] is {is}",
     "{path} di {of} ({leg})[ (con {with})][ (occasione {nth})] avrebbe dovuto valere {is}",
     "{path} of {of} ({leg})[ (with {with})][ (occasion {nth})] should have been {is}"},
    {"same", "expect", "A field that repeats a field of another message.", expect_same, false,
     "{path} di {of} ({leg})[ (con {with})][ (occasione {nth})] è uguale a {as-path} di {as} ({as-leg})[ (occasione {as-nth})]", "{path} of {of} ({leg})[ (with {with})][ (occasion {nth})] equals {as-path} of {as} ({as-leg})[ (occasion {as-nth})]",
     "{path} di {of} ({leg})[ (con {with})][ (occasione {nth})] avrebbe dovuto essere uguale a {as-path} di {as} ({as-leg})[ (occasione {as-nth})]",
     "{path} of {of} ({leg})[ (with {with})][ (occasion {nth})] should have equalled {as-path} of {as} ({as-leg})[ (occasion {as-nth})]"},
};
// clang-format on

/// Whether `parents` speaks of this address; the root stands in no element.
bool stands_in(std::string_view parents, std::string_view address) {
  return parents.empty() ? address.empty() : contract::lists(parents, address);
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::span<const Element> elements() { return table; }
std::span<const std::string_view> machines() { return machine_names; }
std::span<const std::string_view> moments() { return moment_names; }

const Element* find_element(std::string_view name, std::string_view parent) {
  for (const Element& row : table) {
    if (row.name == name && stands_in(row.parents, parent)) return &row;
  }
  return nullptr;
}

std::string address(const Element& element) {
  const bool nested = element.parents == "steps" || element.parents == "expect";
  return (nested ? std::string(element.parents) + "/" : std::string()) + std::string(element.name);
}

const Attribute* find_attribute(const Element& element, std::string_view name) {
  for (const Attribute& row : element.attributes) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::vector<std::string> allowed_values(const Attribute& attribute) {
  std::vector<std::string> out;
  switch (attribute.kind) {
    case Kind::version: out.emplace_back(format_version); break;
    case Kind::role:
    case Kind::roles:
      for (const contract::Role role : contract::all_roles) out.emplace_back(contract::to_text(role));
      break;
    case Kind::primitive:
      for (const contract::Primitive& row : contract::primitives()) out.emplace_back(row.name);
      break;
    case Kind::leg: out = {"request", "response"}; break;
    case Kind::mishap:
      for (int i = 0; i <= static_cast<int>(Mishap::yield); ++i) out.emplace_back(to_text(static_cast<Mishap>(i)));
      break;
    case Kind::outcome: out = {"OK", "KO"}; break;
    case Kind::machine: out.assign(std::begin(machine_names), std::end(machine_names)); break;
    case Kind::fault:
      for (const contract::FaultCode& row : contract::fault_codes()) out.emplace_back(row.code);
      break;
    case Kind::rule:
      for (const contract::Rule& row : contract::rules()) out.emplace_back(row.id);
      break;
    case Kind::silence:
      for (const contract::SilentPoint& row : contract::silent_points()) out.emplace_back(row.id);
      break;
    case Kind::defect:
      for (const contract::BreakKind& kind : contract::break_kinds()) out.emplace_back(kind.name);
      break;
    case Kind::setting:
      for (const contract::SettingRow& row : contract::settings_table()) out.emplace_back(row.name);
      break;
    case Kind::yes_no: out = {"yes", "no"}; break;
    case Kind::methods:
      for (const std::string_view method : contract::values::fee_method) out.emplace_back(method);
      break;
    case Kind::choice:
      for (const Choice& choice : attribute.choices) out.emplace_back(choice.value);
      break;
    default: break;
  }
  return out;
}

std::string_view describe(Kind kind) {
  switch (kind) {
    case Kind::text: return "some text";
    case Kind::id: return "small letters, digits and hyphens";
    case Kind::words: return "words of small letters, digits and hyphens, separated by blanks";
    case Kind::roles: return "one or more of checkout, nodo, ec, psp, separated by blanks";
    case Kind::states: return "state names separated by blanks";
    case Kind::duration: return "a quantity with its unit, such as 40s, 2.5s, 15m, 1h or 2d";
    case Kind::amount: return "euro with exactly two decimals, such as 120.00";
    case Kind::notice: return "18 digits, or {random}";
    case Kind::fiscal_code: return "11 digits";
    case Kind::number: return "a whole number from 1";
    case Kind::count: return "a whole number from 0";
    case Kind::status: return "an HTTP status from 100 to 599";
    case Kind::path: return "a field of the message, such as receipt/transferList/transfer[2]/IBAN";
    case Kind::value: return "a literal, {random 32 hex}, {random 18 digits} or {primitive leg path}";
    case Kind::cause: return "a primitive and a moment, such as 'pspNotifyPayment answered' (sent, received, answered, unanswered)";
    case Kind::identifier: return "1 to 35 characters";
    case Kind::company: return "a name of 1 to 140 characters";
    case Kind::business: return "a name of 1 to 70 characters";
    case Kind::password: return "8 to 15 characters";
    case Kind::iban: return "an IBAN: two letters, two digits, then letters and digits (27 characters in all when it begins with IT)";
    case Kind::codes: return "codes of two digits, separated by blanks";
    case Kind::methods: return "payment methods (BBT, BP, AD, CP, PO, OBEP, JIF, MYBK, PPAL), separated by blanks";
    case Kind::url: return "an address such as https://host:8443/path";
    case Kind::header: return "the name of an HTTP header";
    default: return "one of the values listed";
  }
}

const contract::Scalar* scalar_of(Kind kind) {
  switch (kind) {
    case Kind::identifier: return &contract::scalars::text35;
    case Kind::company: return &contract::scalars::text140;
    case Kind::business: return &contract::scalars::text70;
    case Kind::password: return &contract::scalars::password;
    case Kind::iban: return &contract::scalars::iban_of_psp;
    default: return nullptr;
  }
}

// What a courier could not use is refused here, each with its cause: names and passwords in an address are seen by
// whoever sees a log, and what follows '?' or '#' would be lost when a primitive's own path is appended.
std::string wrong_url(std::string_view url) {
  const std::size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
  if (scheme == 0) return "it begins with neither http:// nor https://";
  const auto plain = [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '<' && c != '>' && c != '\\'; };
  if (!std::all_of(url.begin(), url.end(), plain)) return "it holds blanks or characters that have to be written as %XX";
  if (url.find_first_of("?#") != std::string_view::npos) return "it ends with its path: no '?' and no '#'";
  const std::string_view authority = url.substr(scheme, url.find('/', scheme) - scheme);
  if (authority.find('@') != std::string_view::npos) return "names and passwords do not belong there (use <header name=\"Authorization\" ...> or <tls certificate=...>)";
  const bool bracketed = authority.starts_with('[');
  const std::size_t host_end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && host_end == std::string_view::npos) return "the ']' after the host is missing";
  const std::size_t colon = bracketed ? host_end + 1 : host_end;
  const std::string_view host = bracketed ? authority.substr(1, host_end - 1) : authority.substr(0, host_end);
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
  if (host.empty()) return "it names no host";
  if (host.find_first_not_of(bracketed ? "0123456789abcdefABCDEF:." : letters) != std::string_view::npos) return "its host is none";
  if (colon >= authority.size()) return {};
  const std::string_view port = authority.substr(colon + 1);
  const bool number = authority[colon] == ':' && !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string_view::npos;
  const int value = number ? std::stoi(std::string(port)) : 0;
  return value < 1 || value > 65535 ? "its port is not a number from 1 to 65535" : "";
}

std::string joined(std::span<const std::string> items, std::string_view separator) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? std::string{} : std::string(separator)) + item;
  return out;
}

std::vector<std::string> split(std::string_view text) {
  const std::vector<std::string_view> found = contract::words(text);
  return {found.begin(), found.end()};
}

std::string did_you_mean(std::string_view typed, std::span<const std::string> candidates) {
  const std::string near = nearest(typed, candidates);
  return near.empty() ? std::string{} : " (did you mean '" + near + "'?)";
}

std::string nearest(std::string_view typed, std::span<const std::string> candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, typed.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t d = distance(typed, candidate);
    if (d < best_distance) {
      best_distance = d;
      best = candidate;
    }
  }
  return best;
}

}  // namespace sim::scenario
