#include "actors/checkout.hpp"

#include <algorithm>
#include <array>

#include "actors/drawn.hpp"
#include "sim/check.hpp"
#include "sim/contract/rest_answers.hpp"
#include "sim/contract/words.hpp"

namespace actors {
namespace {

using namespace sim;
using namespace sim::contract;
using namespace std::string_view_literals;

constexpr std::string_view gateway_alarm = "gateway answers";
constexpr std::string_view life_alarm = "session is over";
constexpr std::string_view activation_alarm = "activation again";
constexpr std::string_view close_alarm = "closePayment again";
constexpr std::string_view result_alarm = "result is missing";
constexpr std::string_view mail_alarm = "mail leaves";
constexpr std::string_view refund_alarm = "gateway reverses";

// ---- facts ----
using Fact = sim::Guard<TransactionContext>;
using C = const TransactionContext&;
constexpr Fact always{"always"};
constexpr Fact authorised{"authorised", [](C c) { return c.transaction.authorised.value_or(false); }};
constexpr Fact is_cancellation{"is_cancellation", [](C c) { return c.transaction.cancelled; }};
constexpr Fact refund_is_due{"refund_is_due", [](C c) {
  return c.transaction.authorised.value_or(false) && !c.transaction.cancelled && c.transaction.close_is_refundable;
}};
constexpr Fact nodo_said_ko{"nodo_said_ko", [](C c) { return c.transaction.nodo_said_ko; }};
constexpr Fact result_is_here{"result_is_here", [](C c) { return c.transaction.result != nullptr; }};
constexpr Fact result_is_ok{"result_is_ok", [](C c) {
  return c.transaction.result != nullptr && outcome_of(*c.transaction.result) == Outcome::OK;
}};
constexpr Fact expired_while_closing{"expired_while_closing", [](C c) {
  const TransactionState before = c.transaction.before_expiry;
  return c.transaction.authorised.value_or(false) &&
         (before == TransactionState::CLOSURE_REQUESTED || before == TransactionState::CLOSURE_ERROR);
}};
constexpr Fact expired_while_authorising{"expired_while_authorising", [](C c) {
  return c.transaction.before_expiry == TransactionState::AUTHORIZATION_REQUESTED;
}};
constexpr Fact expired_after_close{"expired_after_close", [](C c) { return c.transaction.before_expiry == TransactionState::CLOSED; }};
constexpr Fact expired_owing_money{"expired_owing_money", [](C c) {
  const TransactionState before = c.transaction.before_expiry;
  const bool telling = before == TransactionState::NOTIFICATION_REQUESTED || before == TransactionState::NOTIFICATION_ERROR;
  return telling && c.transaction.result != nullptr && outcome_of(*c.transaction.result) == Outcome::KO;
}};
constexpr Fact mails_left{"mails_left", [](C c) { return c.transaction.mail_attempts <= c.turn.settings.mail_retries; }};
constexpr Fact refunds_left{"refunds_left", [](C c) { return c.transaction.refund_attempts <= c.turn.settings.refund_retries; }};

// ---- orders ----
using Order = sim::Action<TransactionContext>;
constexpr Order nothing{""};
constexpr Order cannot_happen{"cannot_happen", [](TransactionContext&) { SIM_CANNOT_HAPPEN("the tables let an impossible event happen"); }};
constexpr Order start_session{"start_session", [](TransactionContext& c) { c.checkout.start_session(c); }};
constexpr Order ask_gateway{"ask_gateway", [](TransactionContext& c) { c.checkout.ask_gateway(c); }};
constexpr Order close_payment{"close_payment", [](TransactionContext& c) { c.checkout.close_payment(c); }};
constexpr Order retry_close{"retry_close", [](TransactionContext& c) { c.checkout.retry_close(c); }};
constexpr Order await_result{"await_result", [](TransactionContext& c) { c.checkout.await_result(c); }};
constexpr Order take_result{"take_result", [](TransactionContext& c) { c.checkout.take_result(c); }};
constexpr Order take_result_and_mail{"take_result_and_mail", [](TransactionContext& c) { c.checkout.take_result(c), c.checkout.send_mail(c); }};
constexpr Order refuse_result{"refuse_result", [](TransactionContext& c) { c.checkout.refuse_result(c); }};
constexpr Order send_mail{"send_mail", [](TransactionContext& c) { c.checkout.send_mail(c); }};
constexpr Order retry_mail{"retry_mail", [](TransactionContext& c) { c.checkout.retry_mail(c); }};
constexpr Order request_refund{"request_refund", [](TransactionContext& c) { c.checkout.request_refund(c); }};
constexpr Order retry_refund{"retry_refund", [](TransactionContext& c) { c.checkout.retry_refund(c); }};
constexpr Order refund_done{"refund_done", [](TransactionContext& c) { c.checkout.refund_done(c); }};

// clang-format off
using S = TransactionState;
using E = TransactionEvent;
constexpr auto rows = std::to_array<TransactionRow>({
  // in                          on                      when                   do               then                         rule
  { S::none,                    E::activated,           always,                start_session,   S::ACTIVATED,               "CHK-03" },
  { S::ACTIVATED,               E::authorisation_asked, always,                ask_gateway,     S::AUTHORIZATION_REQUESTED, "CHK-04" },
  { S::ACTIVATED,               E::user_cancels,        always,                close_payment,   S::CANCELLATION_REQUESTED,  "CHK-04" },
  { S::ACTIVATED,               E::life_over,           always,                nothing,         S::EXPIRED_NOT_AUTHORIZED,  "storno N2" },
  { S::AUTHORIZATION_REQUESTED, E::gateway_ok,          always,                nothing,         S::AUTHORIZATION_COMPLETED, "CHK-04" },
  { S::AUTHORIZATION_REQUESTED, E::gateway_ko,          always,                nothing,         S::AUTHORIZATION_COMPLETED, "storno N1" },
  { S::AUTHORIZATION_REQUESTED, E::life_over,           always,                nothing,         S::EXPIRED,                 "storno R4" },
  { S::AUTHORIZATION_COMPLETED, E::at_once,             always,                close_payment,   S::CLOSURE_REQUESTED,       "CHK-04" },
  { S::EXPIRED,                 E::gateway_ok,          expired_while_authorising, request_refund, S::REFUND_REQUESTED,    "storno R4" },
  // the answer to closePayment
  { S::CLOSURE_REQUESTED,       E::close_ok,            authorised,            await_result,    S::CLOSED,                  "CHK-04" },
  { S::CLOSURE_REQUESTED,       E::close_ok,            always,                nothing,         S::UNAUTHORIZED,            "storno N1" },
  { S::CLOSURE_REQUESTED,       E::close_ko,            authorised,            nothing,         S::CLOSED,                  "storno R1" },
  { S::CLOSURE_REQUESTED,       E::close_ko,            always,                nothing,         S::UNAUTHORIZED,            "storno N1" },
  { S::CLOSURE_REQUESTED,       E::close_refundable,    always,                nothing,         S::CLOSURE_ERROR,           "storno R2" },
  { S::CLOSURE_REQUESTED,       E::close_final,         always,                nothing,         S::CLOSURE_ERROR,           "storno N3" },
  { S::CLOSURE_REQUESTED,       E::close_silent,        always,                retry_close,     S::CLOSURE_ERROR,           "storno N3" },
  { S::CLOSURE_REQUESTED,       E::life_over,           always,                nothing,         S::EXPIRED,                 "storno N3" },
  { S::CANCELLATION_REQUESTED,  E::close_ok,            always,                nothing,         S::CANCELED,                "storno N2" },
  { S::CANCELLATION_REQUESTED,  E::close_ko,            always,                nothing,         S::CANCELED,                "storno N2" },
  { S::CANCELLATION_REQUESTED,  E::close_refundable,    always,                nothing,         S::CLOSURE_ERROR,           "storno N2" },
  { S::CANCELLATION_REQUESTED,  E::close_final,         always,                nothing,         S::CLOSURE_ERROR,           "storno N2" },
  { S::CANCELLATION_REQUESTED,  E::close_silent,        always,                retry_close,     S::CLOSURE_ERROR,           "storno N2" },
  { S::CANCELLATION_REQUESTED,  E::life_over,           always,                nothing,         S::CANCELLATION_EXPIRED,    "storno N2" },
  { S::CLOSURE_ERROR,           E::at_once,             refund_is_due,         request_refund,  S::REFUND_REQUESTED,        "storno R2" },
  { S::CLOSURE_ERROR,           E::close_ok,            is_cancellation,       nothing,         S::CANCELED,                "storno N2" },
  { S::CLOSURE_ERROR,           E::close_ok,            authorised,            await_result,    S::CLOSED,                  "CHK-04" },
  { S::CLOSURE_ERROR,           E::close_ok,            always,                nothing,         S::UNAUTHORIZED,            "storno N1" },
  { S::CLOSURE_ERROR,           E::close_ko,            is_cancellation,       nothing,         S::CANCELED,                "storno N2" },
  { S::CLOSURE_ERROR,           E::close_ko,            authorised,            nothing,         S::CLOSED,                  "storno R1" },
  { S::CLOSURE_ERROR,           E::close_ko,            always,                nothing,         S::UNAUTHORIZED,            "storno N1" },
  { S::CLOSURE_ERROR,           E::close_refundable,    always,                nothing,         S::CLOSURE_ERROR,           "storno R2" },
  { S::CLOSURE_ERROR,           E::close_silent,        always,                retry_close,     S::same,                    "storno N3" },
  { S::CLOSURE_ERROR,           E::life_over,           is_cancellation,       nothing,         S::CANCELLATION_EXPIRED,    "storno N2" },
  { S::CLOSURE_ERROR,           E::life_over,           always,                nothing,         S::EXPIRED,                 "storno N3" },
  // the Nodo's result; it may come before closePayment's own answer, or after expiry
  { S::CLOSED,                  E::at_once,             nodo_said_ko,          request_refund,  S::REFUND_REQUESTED,        "storno R1" },
  { S::CLOSED,                  E::at_once,             result_is_here,        send_mail,       S::NOTIFICATION_REQUESTED,  "CHK-04" },
  { S::CLOSED,                  E::result_ok,           always,                take_result_and_mail, S::NOTIFICATION_REQUESTED,  "CHK-04" },
  { S::CLOSED,                  E::result_ko,           always,                take_result_and_mail, S::NOTIFICATION_REQUESTED,  "storno R3" },
  { S::CLOSED,                  E::result_missing,      always,                nothing,         S::EXPIRED,                 "storno N4" },
  { S::CLOSURE_REQUESTED,       E::result_ok,           authorised,            take_result,     S::CLOSED,                  "CHK-04" },
  { S::CLOSURE_REQUESTED,       E::result_ko,           authorised,            take_result,     S::CLOSED,                  "storno R3" },
  { S::CLOSURE_ERROR,           E::result_ok,           authorised,            take_result,     S::CLOSED,                  "CHK-04" },
  { S::CLOSURE_ERROR,           E::result_ko,           authorised,            take_result,     S::CLOSED,                  "storno R3" },
  { S::EXPIRED,                 E::result_ok,           expired_while_closing, take_result,     S::CLOSED,                  "CHK-04" },
  { S::EXPIRED,                 E::result_ko,           expired_while_closing, take_result,     S::CLOSED,                  "storno R3" },
  { S::EXPIRED,                 E::result_ok,           expired_after_close,   take_result_and_mail, S::NOTIFICATION_REQUESTED,  "storno N4" },
  { S::EXPIRED,                 E::result_ko,           expired_after_close,   take_result_and_mail, S::NOTIFICATION_REQUESTED,  "storno R3" },
  { S::NOTIFICATION_REQUESTED,  E::mailed,              result_is_ok,          nothing,         S::NOTIFIED_OK,             "CHK-04" },
  { S::NOTIFICATION_REQUESTED,  E::mailed,              always,                nothing,         S::NOTIFIED_KO,             "storno R3" },
  { S::NOTIFICATION_REQUESTED,  E::mail_failed,         always,                retry_mail,      S::NOTIFICATION_ERROR,      "storno R3" },
  { S::NOTIFICATION_ERROR,      E::mailed,              result_is_ok,          nothing,         S::NOTIFIED_OK,             "CHK-04" },
  { S::NOTIFICATION_ERROR,      E::mailed,              always,                nothing,         S::NOTIFIED_KO,             "storno R3" },
  { S::NOTIFICATION_ERROR,      E::mail_failed,         mails_left,            retry_mail,      S::same,                    "storno R3" },
  { S::NOTIFICATION_ERROR,      E::mail_failed,         result_is_ok,          nothing,         S::same,                    "storno N5" },
  { S::NOTIFICATION_ERROR,      E::mail_failed,         always,                request_refund,  S::REFUND_REQUESTED,        "storno R3" },
  // the session may end while the user is being told
  { S::NOTIFICATION_REQUESTED,  E::life_over,           always,                nothing,         S::EXPIRED,                 "storno R5" },
  { S::NOTIFICATION_ERROR,      E::life_over,           always,                nothing,         S::EXPIRED,                 "storno R5" },
  { S::EXPIRED,                 E::at_once,             expired_owing_money,   request_refund,  S::REFUND_REQUESTED,        "storno R5" },
  { S::EXPIRED,                 E::mailed,              result_is_ok,          nothing,         S::NOTIFIED_OK,             "CHK-04" },
  { S::EXPIRED,                 E::mail_failed,         mails_left,            retry_mail,      S::same,                    "storno N5" },
  { S::NOTIFIED_KO,             E::at_once,             always,                request_refund,  S::REFUND_REQUESTED,        "storno R3" },
  // the storno
  { S::REFUND_REQUESTED,        E::refunded,            always,                refund_done,     S::REFUNDED,                "CHK-04" },
  { S::REFUND_REQUESTED,        E::refund_failed,       always,                retry_refund,    S::REFUND_ERROR,            "CHK-04" },
  { S::REFUND_ERROR,            E::refunded,            always,                refund_done,     S::REFUNDED,                "CHK-04" },
  { S::REFUND_ERROR,            E::refund_failed,       refunds_left,          retry_refund,    S::same,                    "CHK-04" },
  { S::REFUND_ERROR,            E::refund_failed,       always,                nothing,         S::same,                    "CHK-04" },
  // what changes nothing any more
  { S::any,                     E::result_ok,           always,                refuse_result,   S::same,                    "" },
  { S::any,                     E::result_ko,           always,                refuse_result,   S::same,                    "" },
  { S::any,                     E::user_cancels,        always,                nothing,         S::same,                    "" },
  { S::any,                     E::life_over,           always,                nothing,         S::same,                    "" },
  { S::any,                     E::result_missing,      always,                nothing,         S::same,                    "" },
  { S::any,                     E::close_ok,            always,                nothing,         S::same,                    "" },
  { S::any,                     E::close_ko,            always,                nothing,         S::same,                    "" },
  { S::any,                     E::close_refundable,    always,                nothing,         S::same,                    "" },
  { S::any,                     E::close_final,         always,                nothing,         S::same,                    "" },
  { S::any,                     E::close_silent,        always,                nothing,         S::same,                    "" },
  { S::any,                     E::authorisation_asked, always,                nothing,         S::same,                    "" },
  { S::any,                     E::gateway_ok,          always,                nothing,         S::same,                    "" },
  { S::any,                     E::gateway_ko,          always,                nothing,         S::same,                    "" },
  { S::any,                     E::activated,           always,                cannot_happen,   S::same,                    "" },
  { S::any,                     E::mailed,              always,                nothing,         S::same,                    "" },
  { S::any,                     E::mail_failed,         always,                nothing,         S::same,                    "" },
  { S::any,                     E::refunded,            always,                cannot_happen,   S::same,                    "" },
  { S::any,                     E::refund_failed,       always,                cannot_happen,   S::same,                    "" },
});
static_assert(is_total(rows) && has_no_dead_row(rows) && reaches_every_state(rows));

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
// clang-format on

bool all_digits(std::string_view text, std::size_t n) {
  return text.size() == n && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The outcome code of the final page; empty while there is nothing to say.
std::string_view outcome_code(const Transaction& t) {
  const bool receipt_ok = t.result != nullptr && outcome_of(*t.result) == Outcome::OK;
  switch (t.state) {
    case S::AUTHORIZATION_REQUESTED: return "17";
    case S::CLOSURE_REQUESTED: return t.authorised.value_or(false) ? "17" : "2";
    case S::CLOSED: return "17";
    case S::CLOSURE_ERROR: return t.cancelled ? "8" : !t.authorised.value_or(false) ? "2" : t.invalid_token ? "17" : "1";
    case S::CANCELED:
    case S::CANCELLATION_EXPIRED: return "8";
    case S::UNAUTHORIZED: return "2";
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

}  // namespace

std::span<const TransactionRow> transaction_table() { return rows; }
std::span<const FaultCategory> fault_categories() { return categories; }

const FaultCategory& category_of(const CtFaultBean& fault) {
  const std::string_view code = fault_word(fault);
  for (const FaultCategory& row : categories) {
    if (lists(row.codes, code)) return row;
  }
  return categories[std::size(categories) - 1];
}

std::string_view to_text(TransactionState state) {
  constexpr std::array names{"none"sv, "ACTIVATED"sv, "AUTHORIZATION_REQUESTED"sv, "AUTHORIZATION_COMPLETED"sv, "CLOSURE_REQUESTED"sv,
                             "CLOSURE_ERROR"sv, "CLOSED"sv, "CANCELLATION_REQUESTED"sv, "CANCELED"sv, "CANCELLATION_EXPIRED"sv,
                             "UNAUTHORIZED"sv, "EXPIRED"sv, "EXPIRED_NOT_AUTHORIZED"sv, "NOTIFICATION_REQUESTED"sv,
                             "NOTIFICATION_ERROR"sv, "NOTIFIED_OK"sv, "NOTIFIED_KO"sv, "REFUND_REQUESTED"sv, "REFUND_ERROR"sv,
                             "REFUNDED"sv, "any"sv, "same"sv};
  return names[static_cast<std::size_t>(state)];
}
std::string_view to_text(TransactionEvent event) {
  constexpr std::array names{"at_once"sv, "activated"sv, "authorisation_asked"sv, "user_cancels"sv, "life_over"sv, "gateway_ok"sv,
                             "gateway_ko"sv, "close_ok"sv, "close_ko"sv, "close_refundable"sv, "close_final"sv, "close_silent"sv,
                             "result_ok"sv, "result_ko"sv, "result_missing"sv, "mailed"sv, "mail_failed"sv, "refunded"sv, "refund_failed"sv};
  return names[static_cast<std::size_t>(event)];
}

void Checkout::handle(Turn& turn, const Input& input) {
  if (const auto* request = std::get_if<Request>(&input)) on_request(turn, *request);
  else if (const auto* answer = std::get_if<Answer>(&input)) on_answer(turn, *answer);
  else if (const auto* alarm = std::get_if<Alarm>(&input)) on_alarm(turn, *alarm);
  else on_command(turn, std::get<Command>(input));
}

// ---- the user's journey ----

void Checkout::on_command(Turn& turn, const Command& command) {
  if (command.verb == "send") {
    scripted_send(turn, command);
    turn.finish(command.id);
    return;
  }
  if (command.verb == "pay" || command.verb == "verify") {
    begin(turn, command);
    return;
  }
  const auto found = transactions_.find(latest_);
  if (found == transactions_.end() || found->second.goal == "over") {  // nothing to go on with
    turn.finish(command.id);
    return;
  }
  Transaction& t = found->second;
  turn.finish(t.command);  // a newer order takes over from one that is still running
  t.command = command.id;
  if (!command.value("card").empty()) t.card = command.value("card");
  const bool can_activate = command.verb == "activate" && t.state == S::none && t.verified && t.activation == nullptr;
  const bool can_authorise = command.verb == "authorise" && t.state == S::ACTIVATED;
  const bool can_cancel = command.verb == "cancel" && t.state == S::ACTIVATED;
  const bool must_wait = command.verb == "close" && t.state == S::CLOSURE_REQUESTED;
  if (!can_activate && !can_authorise && !can_cancel && !must_wait) {
    arrived(turn, t);
    return;
  }
  t.goal = command.verb;
  if (can_activate) activate(turn, t);
  if (can_authorise) authorise(turn, t);
  if (can_cancel) {
    t.cancelled = true;
    move(turn, t, E::user_cancels);
  }
}

void Checkout::begin(Turn& turn, const Command& command) {
  const std::string id = turn.random.hex(32);
  Transaction& t = transactions_[id];
  latest_ = id;
  t.id = id;
  t.command = command.id;
  t.goal = command.verb == "pay" ? "close" : "verify";
  t.noticeNumber = command.value("notice");
  t.fiscalCode = command.value("ec");
  t.card = command.value("card", "authorised");
  t.fee = parse_amount(command.value("fee", "1.50")).value_or(Amount{150});
  t.idPSP = command.value("psp", default_psp);
  if (const PaymentServiceProvider* psp = turn.registry.psp(t.idPSP)) {
    t.idBrokerPSP = psp->idBrokerPSP;
    t.businessName = psp->businessName;
    for (const Channel& channel : psp->channels) {
      if (!channel.activated_at_psp) t.idChannel = channel.idChannel;
    }
  }
  // No check digit and no auxDigit here: the Nodo knows better. [CHK-01]
  if (!all_digits(t.noticeNumber, 18) || !all_digits(t.fiscalCode, 11)) {
    give_up(turn, t, "INVALID_INPUT");
    return;
  }
  verify(turn, t);
}

ExchangeId Checkout::verify(Turn& turn, const Transaction& t) {
  const TouchpointIdentity& self = turn.registry.checkout;
  const VerifyPaymentNoticeReq question{self.idPSP, self.idBrokerPSP, self.idChannel, self.password, {t.fiscalCode, t.noticeNumber}};
  const ExchangeId exchange = turn.call({Role::nodo, ""}, share(question), turn.settings.verify_deadline);
  pending_[exchange] = {Pending::What::verify, t.id};
  return exchange;
}

ExchangeId Checkout::activate(Turn& turn, Transaction& t) {
  // A repetition carries the same key: if only the answer was lost, the Nodo gives it again.
  if (t.activation == nullptr) {
    const TouchpointIdentity& self = turn.registry.checkout;
    ActivatePaymentNoticeV2Request question;
    question.idPSP = self.idPSP;
    question.idBrokerPSP = self.idBrokerPSP;
    question.idChannel = self.idChannel;
    question.password = self.password;
    question.idempotencyKey = self.idBrokerPSP + "_" + turn.random.alphanumeric(10);
    question.qrCode = {t.fiscalCode, t.noticeNumber};
    question.expirationTime = turn.settings.session_life.ms;
    question.amount = t.amount;
    question.touchPoint = "CHECKOUT";
    t.activation = share(std::move(question));
  }
  ++t.activation_attempts;
  const ExchangeId exchange = turn.call({Role::nodo, ""}, t.activation, turn.settings.activation_deadline);
  pending_[exchange] = {Pending::What::activation, t.id};
  return exchange;
}

void Checkout::activated(Turn& turn, Transaction& t, const ActivatePaymentNoticeV2Response& said) {
  t.token = *said.paymentToken;
  t.amount = said.totalAmount.value_or(t.amount);  // the activated amount replaces the one that was shown
  t.creditorReferenceId = said.creditorReferenceId.value_or("");
  t.activated_at = turn.now;
  t.life_end = turn.now + turn.settings.session_life;
  by_token_[t.token] = t.id;
  move(turn, t, E::activated);
  if (t.goal == "activate") arrived(turn, t);
  else authorise(turn, t);
}

void Checkout::start_session(TransactionContext& c) {
  c.transaction.life_alarm = c.turn.wake(c.transaction.life_end, life_alarm, c.transaction.id);
}

void Checkout::authorise(Turn& turn, Transaction& t) {
  move(turn, t, E::authorisation_asked);
  if (t.card == "abandoned") arrived(turn, t);
}

void Checkout::ask_gateway(TransactionContext& c) {
  c.transaction.authorisation_asked = true;
  if (c.transaction.card == "abandoned") return;  // the user never comes back from the gateway's page
  c.turn.wake(c.turn.now + c.turn.settings.gateway_time, gateway_alarm, c.transaction.id);
}

// ---- closePayment ----

ClosePaymentV2Request Checkout::close_request(const Transaction& t, Outcome outcome) const {
  ClosePaymentV2Request out;
  out.paymentTokens = {t.token};
  out.outcome = outcome;
  out.transactionId = t.id;
  TransactionData& data = out.transactionDetails.emplace().transaction.emplace();
  data.transactionId = t.id;
  data.transactionStatus = outcome == Outcome::OK ? "Confermato" : t.cancelled ? "Annullato" : "Rifiutato";
  data.creationDate = iso_offset(t.activated_at);
  data.amount = t.amount;
  const Amount total = t.amount + t.fee;
  data.grandTotal = t.cancelled ? t.amount : total;
  if (!t.cancelled) {
    data.fee = t.fee;
    data.psp = PspOfTransaction{t.idPSP, t.idChannel, t.businessName, t.idBrokerPSP, false};
  }
  out.transactionDetails->info = TransactionInfo{"CP", {}, {}, {}, "CHECKOUT", {}, {}, {}};
  out.transactionDetails->user = TransactionUser{"GUEST", {}};
  if (outcome == Outcome::KO) {
    if (!t.cancelled) data.errorCode = "DENIED_BY_RISK";
    return out;
  }
  data.paymentGateway = "NPG";
  data.timestampOperation = iso_offset(t.authorised_at);
  data.rrn = t.rrn;
  data.authorizationCode = t.authorization_code;
  out.idPSP = t.idPSP;
  out.idBrokerPSP = t.idBrokerPSP;
  out.idChannel = t.idChannel;
  out.paymentMethod = "CP";
  out.totalAmount = total;
  out.fee = t.fee;
  out.timestampOperation = iso_offset(t.authorised_at);
  out.additionalPaymentInformations.emplace().members = {{"outcomePaymentGateway", "OK"},
                                                         {"rrn", t.rrn},
                                                         {"authorizationCode", t.authorization_code},
                                                         {"totalAmount", contract::to_text(total)},
                                                         {"fee", contract::to_text(t.fee)},
                                                         {"timestampOperation", iso_local(t.authorised_at)}};
  return out;
}

// Sent whatever the gateway said: KO frees the notice at once. [CHK-04]
void Checkout::close_payment(TransactionContext& c) {
  Transaction& t = c.transaction;
  if (t.close_request == nullptr) {
    t.close_request = share(close_request(t, t.authorised.value_or(false) && !t.cancelled ? Outcome::OK : Outcome::KO));
  }
  ++t.close_attempts;
  pending_[c.turn.call({Role::nodo, ""}, t.close_request, c.turn.settings.close_deadline)] = {Pending::What::close, t.id};
}

void Checkout::retry_close(TransactionContext& c) {
  Transaction& t = c.transaction;
  if (t.close_attempts > c.turn.settings.close_retries) return;
  const Instant next = c.turn.now + c.turn.settings.close_retry_slot * t.close_attempts;
  if (next + c.turn.settings.close_retry_margin >= t.life_end) return;
  c.turn.wake(next, close_alarm, t.id);
}

void Checkout::close_answered(Turn& turn, Transaction& t, const Answer& heard) {
  const auto* body = std::get_if<Body>(&heard.said);
  const auto* said = body != nullptr ? &std::get<ClosePaymentV2Response>(**body) : nullptr;
  const std::string description = said != nullptr ? said->description.value_or("") : "";
  TransactionEvent event = E::close_silent;
  if (std::holds_alternative<Silence>(heard.said) || heard.status >= 500) {
    event = E::close_silent;
  } else if (heard.status == 200) {
    if (said != nullptr) event = said->outcome == Outcome::OK ? E::close_ok : E::close_ko;
  } else if (heard.status == 400 && description != "Invalid token") {
    event = E::close_refundable;
  } else if (heard.status == 404 || (heard.status == 422 && description == "Node did not receive RPT yet")) {
    event = E::close_refundable;
  } else {
    event = E::close_final;
  }
  t.nodo_said_ko = t.nodo_said_ko || (event == E::close_ko && t.authorised.value_or(false) && !t.cancelled);
  t.close_is_refundable = event == E::close_refundable;
  t.invalid_token = t.invalid_token || (heard.status == 400 && description == "Invalid token");
  move(turn, t, event);
  arrived(turn, t);
}

void Checkout::await_result(TransactionContext& c) {
  c.transaction.result_alarm = c.turn.wake(c.turn.now + c.turn.settings.result_wait, result_alarm, c.transaction.id);
}

// ---- sendPaymentResult ----

void Checkout::on_request(Turn& turn, const Request& request) {
  if (const auto* malformed = std::get_if<Malformed>(&request.said)) {
    RestRefusal answer = syntax_refusal(request.primitive, malformed->violations);
    turn.reply(request.exchange, share(std::move(answer.message)), answer.status);
    return;
  }
  if (request.primitive != PrimitiveId::sendPaymentResultV2) {
    turn.reply(request.exchange, share(refusal(request.primitive, "Not served by this touchpoint")), 501);
    return;
  }
  const Body& body = std::get<Body>(request.said);
  const auto& said = std::get<SendPaymentResultV2Request>(*body);
  const auto found = by_token_.find(said.payments.front().paymentToken);
  if (found == by_token_.end()) {
    turn.reply(request.exchange, share(refusal(request.primitive, "Transaction not found")), 404);
    return;
  }
  Transaction& t = transactions_.at(found->second);
  if (said.payments.size() != 1) {
    turn.reply(request.exchange, share(refusal(request.primitive, "Unprocessable entity")), 422);
    return;
  }
  move(turn, t, said.outcome == Outcome::OK ? E::result_ok : E::result_ko, request.exchange, body);
}

void Checkout::take_result(TransactionContext& c) {
  c.transaction.result = c.said;
  c.turn.cancel(c.transaction.result_alarm);
  c.turn.reply(c.exchange, share(SendPaymentResultV2Response{Outcome::OK, {}}));
}

void Checkout::refuse_result(TransactionContext& c) {
  const bool asked = c.transaction.authorisation_asked;
  c.turn.reply(c.exchange, share(refusal(PrimitiveId::sendPaymentResultV2, asked ? "Operation conflict" : "Unprocessable entity")), 422);
}

// ---- mail and storno ----

void Checkout::send_mail(TransactionContext& c) {
  c.turn.wake(c.turn.now + c.turn.settings.mail_time, mail_alarm, c.transaction.id);
}

void Checkout::retry_mail(TransactionContext& c) {
  c.turn.wake(c.turn.now + c.turn.settings.mail_retry_slot * c.transaction.mail_attempts, mail_alarm, c.transaction.id);
}

// Notices and fee, all of it: the user paid both. [CHK-04]
void Checkout::request_refund(TransactionContext& c) {
  Transaction& t = c.transaction;
  c.turn.note({"storno", t.id, t.fiscalCode + "/" + t.noticeNumber, "none", "REQUESTED", "CHK-04", contract::to_text(t.amount + t.fee)});
  c.turn.wake(c.turn.now + c.turn.settings.gateway_time, refund_alarm, t.id);
}

void Checkout::retry_refund(TransactionContext& c) {
  c.turn.wake(c.turn.now + c.turn.settings.refund_retry_slot * c.transaction.refund_attempts, refund_alarm, c.transaction.id);
}

void Checkout::refund_done(TransactionContext& c) {
  Transaction& t = c.transaction;
  c.turn.note({"storno", t.id, t.fiscalCode + "/" + t.noticeNumber, "REQUESTED", "EXECUTED", "CHK-04", contract::to_text(t.amount + t.fee)});
}

// ---- everything else that is heard ----

void Checkout::on_answer(Turn& turn, const Answer& heard) {
  const auto found = pending_.find(heard.exchange);
  SIM_CHECK(found != pending_.end());
  const Pending pending = found->second;
  pending_.erase(found);
  if (pending.what == Pending::What::scripted) return;
  Transaction& t = transactions_.at(pending.transaction);
  if (pending.what == Pending::What::close) {
    close_answered(turn, t, heard);
    return;
  }
  const auto* body = std::get_if<Body>(&heard.said);
  if (body == nullptr) {
    const bool again = pending.what == Pending::What::activation && t.activation_attempts < turn.settings.activation_attempts;
    if (again) turn.wake(turn.now + turn.settings.activation_retry_every, activation_alarm, t.id);
    else give_up(turn, t, "GENERIC_ERROR");
    return;
  }
  if (const CtFaultBean* fault = fault_of(**body)) {
    give_up(turn, t, category_of(*fault).category);
    return;
  }
  if (pending.what == Pending::What::activation) {
    activated(turn, t, std::get<ActivatePaymentNoticeV2Response>(**body));
    return;
  }
  const auto& said = std::get<VerifyPaymentNoticeRes>(**body);
  if (!said.paymentList || said.paymentList->paymentOptionDescription.empty()) {
    give_up(turn, t, "GENERIC_ERROR");
    return;
  }
  t.amount = said.paymentList->paymentOptionDescription.front().amount;
  t.verified = true;
  if (t.goal == "verify") arrived(turn, t);
  else activate(turn, t);
}

void Checkout::on_alarm(Turn& turn, const Alarm& alarm) {
  Transaction& t = transactions_.at(alarm.about);
  if (alarm.what == gateway_alarm) {
    t.authorised = t.card == "authorised";
    t.authorised_at = turn.now;
    t.rrn = turn.random.digits(12);
    t.authorization_code = turn.random.digits(6);
    move(turn, t, *t.authorised ? E::gateway_ok : E::gateway_ko);
    const bool closing = t.goal == "close" && t.state == S::CLOSURE_REQUESTED;
    if (!closing) arrived(turn, t);
  } else if (alarm.what == activation_alarm) {
    activate(turn, t);
  } else if (alarm.what == life_alarm) {
    move(turn, t, E::life_over);
  } else if (alarm.what == close_alarm) {
    const bool still = t.state == S::CLOSURE_ERROR;  // a closure may have been recorded in the meantime
    TransactionContext context{*this, turn, t, 0, {}};
    if (still) close_payment(context);
  } else if (alarm.what == result_alarm) {
    move(turn, t, E::result_missing);
  } else if (alarm.what == mail_alarm) {
    ++t.mail_attempts;
    move(turn, t, t.mail_attempts > turn.settings.mail_failures ? E::mailed : E::mail_failed);
  } else if (alarm.what == refund_alarm) {
    ++t.refund_attempts;
    move(turn, t, t.refund_attempts > turn.settings.refund_failures ? E::refunded : E::refund_failed);
  }
}

void Checkout::give_up(Turn& turn, Transaction& t, std::string_view screen) {
  show(turn, t, std::string(screen));
  turn.finish(t.command);
  t.command = 0;
  t.goal = "over";
}

void Checkout::arrived(Turn& turn, Transaction& t) {
  turn.finish(t.command);
  t.command = 0;
}

void Checkout::show(Turn& turn, Transaction& t, std::string screen) {
  if (screen.empty() || screen == t.shown) return;
  turn.note({"screen", t.id, t.fiscalCode + "/" + t.noticeNumber, {}, {}, "CHK-04", screen});
  t.shown = std::move(screen);
}

void Checkout::move(Turn& turn, Transaction& t, TransactionEvent event, ExchangeId exchange, Body said) {
  TransactionContext context{*this, turn, t, exchange, std::move(said)};
  step(table_, t.state, event, context, [&](TransactionState was, TransactionState is, const TransactionRow& row) {
    if (is == S::EXPIRED) t.before_expiry = was;
    turn.note({"transaction", t.id, t.fiscalCode + "/" + t.noticeNumber, to_text(was), to_text(is), row.rule, {}});
  }, [&](std::size_t row) { turn.used("checkout.transaction", row); });
  show(turn, t, std::string(outcome_code(t)));
}

/// Says again, out of turn, something about the latest transaction: for scenarios in which Checkout is at fault.
void Checkout::scripted_send(Turn& turn, const Command& command) {
  const auto found = transactions_.find(latest_);
  const Primitive* row = find_primitive(command.value("message"));
  if (row == nullptr) return;
  const bool composed = row->id == PrimitiveId::closePaymentV2 || row->id == PrimitiveId::activatePaymentNoticeV2 || row->id == PrimitiveId::verifyPaymentNotice;
  if (!composed) {
    const TouchpointIdentity& self = turn.registry.checkout;
    const std::string token = found == transactions_.end() ? std::string() : found->second.token;
    Message said = drawn_request(turn.random, row->id, command,
                                 {{"idPSP", self.idPSP}, {"idBrokerPSP", self.idBrokerPSP}, {"idChannel", self.idChannel}, {"password", self.password}, {"paymentTokens[1]", token}});
    pending_[turn.call({Role::nodo, ""}, share(std::move(said)), turn.settings.close_deadline)] = {Pending::What::scripted, {}};
    return;
  }
  if (found == transactions_.end()) return;
  Transaction copy = found->second;
  copy.activation = nullptr;  // a scripted activation is a new one
  const Outcome outcome = parse_outcome(command.value("outcome", "OK")).value_or(Outcome::OK);
  if (row->id == PrimitiveId::closePaymentV2) {
    if (copy.authorised_at.ms == 0) copy.authorised_at = turn.now;
    if (copy.rrn.empty()) copy.rrn = turn.random.digits(12);
    if (copy.authorization_code.empty()) copy.authorization_code = turn.random.digits(6);
    if (copy.token.empty()) copy.token = turn.random.hex(32);
    pending_[turn.call({Role::nodo, ""}, share(close_request(copy, outcome)), turn.settings.close_deadline)] = {Pending::What::scripted, {}};
  } else if (row->id == PrimitiveId::activatePaymentNoticeV2) {
    pending_[activate(turn, copy)].what = Pending::What::scripted;
  } else if (row->id == PrimitiveId::verifyPaymentNotice) {
    pending_[verify(turn, copy)].what = Pending::What::scripted;
  }
}

}  // namespace actors
