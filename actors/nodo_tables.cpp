// The whole protocol of the Nodo on one screen: three machines and six ladders.
// Rows cite what they implement: ids of the platform's public test suite, XSD types, or rules of the catalogue.
#include "actors/nodo_tables.hpp"

#include <array>

#include "actors/nodo.hpp"

namespace actors {
namespace {

using namespace std::string_view_literals;
using sim::contract::Outcome;
using C = const PaymentContext&;

// ---- facts ----
constexpr sim::Guard<PaymentContext> always{"always"};
constexpr sim::Guard<PaymentContext> token_is_overdue{"token_is_overdue", [](C c) { return c.payment.valid_to <= c.turn.now; }};
constexpr sim::Guard<PaymentContext> outcome_is_recorded{"outcome_is_recorded", [](C c) { return c.payment.outcome != nullptr; }};
constexpr sim::Guard<PaymentContext> another_token_lives{"another_token_lives", [](C c) { return c.nodo.another_token_lives(c.payment); }};
constexpr sim::Guard<PaymentContext> psp_refused_it{"psp_refused_it", [](C c) { return c.payment.ended_from == PaymentState::PAYMENT_REFUSED; }};
constexpr sim::Guard<PaymentContext> psp_was_unreachable{"psp_was_unreachable", [](C c) { return c.payment.ended_from == PaymentState::PAYMENT_SEND_ERROR; }};
constexpr sim::Guard<PaymentContext> fee_differs{"fee_differs", [](C c) {
  const auto& details = std::get<sim::contract::SendPaymentOutcomeReq>(*c.said).details;
  const auto& closed = std::get<sim::contract::ClosePaymentV2Request>(*c.payment.closed_by);
  return c.turn.settings.outcome_fee_must_match && details && details->fee != closed.fee.value_or(sim::contract::Amount{});
}};

// ---- orders ----
using Order = sim::Action<PaymentContext>;
constexpr Order nothing{""};
constexpr Order cannot_happen{"cannot_happen", [](PaymentContext&) { SIM_CANNOT_HAPPEN("the tables let an impossible event happen"); }};
constexpr Order issue_token{"issue_token", [](PaymentContext& c) { c.nodo.issue_token(c); }};
constexpr Order bind_psp{"bind_psp", [](PaymentContext& c) { c.nodo.bind_psp(c); }};
constexpr Order notify_psp{"notify_psp", [](PaymentContext& c) { c.nodo.notify_psp(c); }};
constexpr Order watch_expiry{"watch_expiry", [](PaymentContext& c) { c.nodo.watch_expiry(c); }};
constexpr Order release_position{"release_position", [](PaymentContext& c) { c.nodo.release_position(c); }};
constexpr Order release_and_report{"release_and_report", [](PaymentContext& c) { c.nodo.release_and_report(c); }};
constexpr Order accept_outcome{"accept_outcome", [](PaymentContext& c) { c.nodo.accept_outcome(c); }};
constexpr Order generate_receipt{"generate_receipt", [](PaymentContext& c) { c.nodo.generate_receipt(c); }};
constexpr Order send_receipts{"send_receipts", [](PaymentContext& c) { c.nodo.send_receipts(c); }};
constexpr Order hold_outcome{"hold_outcome", [](PaymentContext& c) { c.nodo.hold_outcome(c); }};
constexpr Order say_acquired{"say_acquired", [](PaymentContext& c) { c.nodo.refuse_as_acquired(c); }};
constexpr Order say_discordant{"say_discordant", [](PaymentContext& c) { c.nodo.refuse_outcome(c, "PPT_SEMANTICA", "Esito discorde"); }};
constexpr Order say_wrong_state{"say_wrong_state", [](PaymentContext& c) { c.nodo.refuse_outcome(c, "PPT_SEMANTICA", "Outcome non accettabile per stato pagamento"); }};
constexpr Order say_fee_differs{"say_fee_differs", [](PaymentContext& c) { c.nodo.refuse_outcome(c, "PPT_SEMANTICA", "Fee diversa da quella di closePayment"); }};
constexpr Order say_duplicate{"say_duplicate", [](PaymentContext& c) { c.nodo.refuse_outcome(c, "PPT_PAGAMENTO_DUPLICATO", ""); }};
constexpr Order say_expired{"say_expired", [](PaymentContext& c) { c.nodo.refuse_outcome(c, "PPT_TOKEN_SCADUTO", ""); }};
constexpr Order say_over{"say_over", [](PaymentContext& c) { c.nodo.refuse_outcome(c, "PPT_SEMANTICA", "Payment annullato o scaduto"); }};

// clang-format off
using enum PaymentState;
using enum PaymentEvent;
constexpr auto payment_rows = std::to_array<PaymentRow>({
  // in                 on               when                 do                  then                rule
  { none,               activated,       always,              issue_token,        PAYING,             "SEM_APNV2_26" },
  { PAYING,             closed_ok,       always,              bind_psp,           PAYMENT_RESERVED,   "FLUSSO_CP_01" },
  { PAYING,             closed_ko,       always,              release_position,   CANCELLED,          "FLUSSO_CP_03" },
  { PAYING,             expiry_job,      token_is_overdue,    release_position,   CANCELLED,          "PSRTV2_ACTV1_16" },
  { PAYMENT_RESERVED,   at_once,         always,              notify_psp,         PAYMENT_SENT,       "T_PNPV2_01" },
  { PAYMENT_SENT,       psp_accepts,     always,              nothing,            PAYMENT_ACCEPTED,   "T_PNPV2_01" },
  { PAYMENT_SENT,       psp_refuses,     always,              nothing,            PAYMENT_REFUSED,    "T_PNPV2_02" },
  { PAYMENT_SENT,       psp_silent,      always,              watch_expiry,       PAYMENT_UNKNOWN,    "T_PNPV2_03" },
  { PAYMENT_SENT,       psp_unreachable, always,              nothing,            PAYMENT_SEND_ERROR, "T_PNPV2_04" },
  { PAYMENT_REFUSED,    at_once,         always,              release_and_report, CANCELLED,          "FLUSSO_SPR_04" },
  { PAYMENT_SEND_ERROR, at_once,         always,              release_and_report, CANCELLED,          "FLUSSO_SPR_05" },
  { PAYMENT_UNKNOWN,    expiry_job,      token_is_overdue,    release_and_report, CANCELLED,          "M3CV2_05" },
  { any,                expiry_job,      always,              nothing,            same,               "PRO_ANNULLO_14" },  // ACCEPTED waits for ever
  // the PSP's outcome
  { any,                outcome_ok,      outcome_is_recorded, say_acquired,       same,               "FLUSSO_CP_16" },
  { any,                outcome_ko,      outcome_is_recorded, say_acquired,       same,               "SEM_SPO_25" },
  { PAYMENT_ACCEPTED,   outcome_ok,      fee_differs,         say_fee_differs,    same,               "SEM_SPO_29" },
  { PAYMENT_UNKNOWN,    outcome_ok,      fee_differs,         say_fee_differs,    same,               "SEM_SPO_29" },
  { PAYMENT_ACCEPTED,   outcome_ok,      always,              accept_outcome,     PAID,               "FLUSSO_CP_01" },
  { PAYMENT_UNKNOWN,    outcome_ok,      always,              accept_outcome,     PAID,               "FLUSSO_CP_05" },
  { PAYMENT_ACCEPTED,   outcome_ko,      always,              say_discordant,     same,               "FLUSSO_CP_02" },  // and forgotten: a later OK succeeds
  { PAYMENT_UNKNOWN,    outcome_ko,      always,              say_discordant,     same,               "SEM_SPO_28" },
  { PAYMENT_SENT,       outcome_ok,      always,              hold_outcome,       same,               "PAG-1163" },      // until the PSP's answer
  { PAYMENT_SENT,       outcome_ko,      always,              hold_outcome,       same,               "PAG-1163" },
  { CANCELLED,          outcome_ok,      another_token_lives, say_duplicate,      same,               "SEM_SPO_13" },
  { CANCELLED,          outcome_ko,      another_token_lives, say_duplicate,      same,               "SEM_SPO_13" },
  { CANCELLED,          outcome_ok,      psp_refused_it,      say_discordant,     same,               "CHK-05" },
  { CANCELLED,          outcome_ko,      psp_refused_it,      say_discordant,     same,               "CHK-05" },
  { CANCELLED,          outcome_ok,      psp_was_unreachable, say_wrong_state,    same,               "SEM_SPO_35.5" },
  { CANCELLED,          outcome_ko,      psp_was_unreachable, say_wrong_state,    same,               "SEM_SPO_35.5" },
  { CANCELLED,          outcome_ok,      always,              say_expired,        same,               "PSRTV2_ACTV1_29" },
  { CANCELLED,          outcome_ko,      always,              say_over,           same,               "APIO_15" },
  { any,                outcome_ok,      always,              say_wrong_state,    same,               "SEM_SPO_35" },
  { any,                outcome_ko,      always,              say_wrong_state,    same,               "SEM_SPO_35" },
  // receipts
  { PAID,               at_once,         always,              generate_receipt,   NOTICE_GENERATED,   "FLUSSO_CP_01" },
  { NOTICE_GENERATED,   at_once,         always,              send_receipts,      NOTICE_SENT,        "PSRTV2_ACTV1_04" },
  { NOTICE_SENT,        receipt_round,   always,              send_receipts,      NOTICE_SENT,        "PSRTV2_ACTV1_20" },
  { NOTICE_SENT,        receipts_done,   always,              nothing,            NOTIFIED,           "PSRTV2_ACTV1_06" },
  // what the Nodo itself never lets happen elsewhere
  { any,                activated,       always,              cannot_happen,      same,               "" },
  { any,                closed_ok,       always,              cannot_happen,      same,               "" },
  { any,                closed_ko,       always,              cannot_happen,      same,               "" },
  { any,                psp_accepts,     always,              cannot_happen,      same,               "" },
  { any,                psp_refuses,     always,              cannot_happen,      same,               "" },
  { any,                psp_silent,      always,              cannot_happen,      same,               "" },
  { any,                psp_unreachable, always,              cannot_happen,      same,               "" },
  { any,                receipt_round,   always,              cannot_happen,      same,               "" },
  { any,                receipts_done,   always,              cannot_happen,      same,               "" },
});
static_assert(is_total(payment_rows) && has_no_dead_row(payment_rows) && reaches_every_state(payment_rows));

constexpr sim::Guard<PositionContext> freely{"always"};
constexpr sim::Action<PositionContext> only{""};
using PS = PositionState;
using PE = PositionEvent;
constexpr auto position_rows = std::to_array<PositionRow>({
  { PS::none,           PE::activated,      freely, only, PS::PAYING,   "SEM_APNV2_26" },
  { PS::INSERTED,       PE::activated,      freely, only, PS::PAYING,   "Activate_blocco_06" },
  { PS::PAYING,         PE::released,       freely, only, PS::INSERTED, "T_PNPV2_02" },
  { PS::PAYING,         PE::paid,           freely, only, PS::PAID,     "FLUSSO_CP_01" },
  { PS::PAID,           PE::owner_notified, freely, only, PS::NOTIFIED, "PSRTV2_ACTV1_24" },  // the owner's copy decides
  { PS::any,            PE::activated,      freely, only, PS::same,     "" },
  { PS::any,            PE::released,       freely, only, PS::same,     "" },
  { PS::any,            PE::paid,           freely, only, PS::same,     "" },
  { PS::any,            PE::owner_notified, freely, only, PS::same,     "" },
});
static_assert(is_total(position_rows) && has_no_dead_row(position_rows) && reaches_every_state(position_rows));

constexpr sim::Guard<RecipientContext> ever{"always"};
constexpr sim::Guard<RecipientContext> ko_is_final{"receipt_ko_is_final", [](const RecipientContext& c) { return c.settings.receipt_ko_is_final; }};
constexpr sim::Action<RecipientContext> no_order{""};
using RS = RecipientState;
using RE = RecipientEvent;
constexpr auto recipient_rows = std::to_array<RecipientRow>({
  { RS::none,             RE::generated,    ever,        no_order, RS::NOTICE_GENERATED, "PSRTV2_ACTV1_04" },
  { RS::NOTICE_GENERATED, RE::attempted,    ever,        no_order, RS::NOTICE_SENT,      "PSRTV2_ACTV1_04" },
  { RS::NOTICE_PENDING,   RE::attempted,    ever,        no_order, RS::NOTICE_SENT,      "PSRTV2_ACTV1_20" },
  { RS::NOTICE_SENT,      RE::acknowledged, ever,        no_order, RS::NOTIFIED,         "PSRTV2_ACTV1_04" },
  { RS::NOTICE_SENT,      RE::refused,      ko_is_final, no_order, RS::NOTIFIED,         "EC-07" },
  { RS::NOTICE_SENT,      RE::refused,      ever,        no_order, RS::NOTICE_PENDING,   "PSRT_19" },
  { RS::NOTICE_SENT,      RE::unanswered,   ever,        no_order, RS::NOTICE_PENDING,   "PSRT_21" },
  { RS::any,              RE::generated,    ever,        no_order, RS::same,             "" },
  { RS::any,              RE::attempted,    ever,        no_order, RS::same,             "" },
  { RS::any,              RE::acknowledged, ever,        no_order, RS::same,             "" },
  { RS::any,              RE::refused,      ever,        no_order, RS::same,             "" },
  { RS::any,              RE::unanswered,   ever,        no_order, RS::same,             "" },
});
static_assert(is_total(recipient_rows) && has_no_dead_row(recipient_rows) && reaches_every_state(recipient_rows));

// ---- ladders ----

using K = const CheckContext&;
const sim::contract::PaymentServiceProvider* psp(K c) { return c.registry.psp(c.idPSP); }
const sim::contract::PaymentServiceProvider* broker(K c) {
  for (const auto& p : c.registry.psps) { if (p.idBrokerPSP == c.idBrokerPSP) return &p; }
  return nullptr;
}
const sim::contract::Channel* channel(K c) {
  for (const auto& p : c.registry.psps) { if (const auto* found = c.registry.channel(p.idPSP, c.idChannel)) return found; }
  return nullptr;
}
const sim::contract::CreditorInstitution* ec(K c) { return c.registry.creditor(c.fiscalCode); }
const sim::contract::Station* station(K c) { return c.registry.station_of(*ec(c), c.noticeNumber); }

constexpr Check edition_checks[] = {
  { [](K c) { return !c.settings.idempotency_key_of_digits || c.idempotencyKey.empty() || sim::contract::patterns::idempotency_key_of_digits.matches(c.idempotencyKey); },
                                                     "key_is_of_its_edition", "PPT_SINTASSI_EXTRAXSD",           "idempotencyKey", "SIN_APNR_22.1" },
};
constexpr Check caller_checks[] = {
  { [](K c) { return psp(c) != nullptr; },           "psp_is_known",       "PPT_PSP_SCONOSCIUTO",                "", "SEM_VPNR_01" },
  { [](K c) { return psp(c)->enabled; },             "psp_is_enabled",     "PPT_PSP_DISABILITATO",               "", "SEM_VPNR_02" },
  { [](K c) { return broker(c) != nullptr; },        "broker_is_known",    "PPT_INTERMEDIARIO_PSP_SCONOSCIUTO",  "", "SEM_VPNR_03" },
  { [](K c) { return broker(c)->broker_enabled; },   "broker_is_enabled",  "PPT_INTERMEDIARIO_PSP_DISABILITATO", "", "SEM_VPNR_04" },
  { [](K c) { return channel(c) != nullptr; },       "channel_is_known",   "PPT_CANALE_SCONOSCIUTO",             "", "SEM_VPNR_05" },
  { [](K c) { return channel(c)->enabled; },         "channel_is_enabled", "PPT_CANALE_DISABILITATO",            "", "SEM_VPNR_06" },
  { [](K c) { return channel(c)->password == c.password; }, "password_is_right", "PPT_AUTENTICAZIONE",           "", "SEM_VPNR_08" },
  { [](K c) { return psp(c)->idBrokerPSP == c.idBrokerPSP && c.registry.channel(c.idPSP, c.idChannel) != nullptr; },
                                                     "caller_is_associated", "PPT_AUTORIZZAZIONE", "Configurazione intermediario-canale non corretta", "SEM_VPNR_07" },
};
constexpr Check model_checks[] = {
  { [](K c) { return channel(c)->activated_at_psp; }, "channel_model_fits", "PPT_AUTORIZZAZIONE", "Il canale non è di tipo 'ATTIVATO_PRESSO_PSP'", "SEM_VPNR_12" },
  { [](K c) { return c.expirationTime <= c.settings.token_life_max.ms; }, "expiration_is_allowed", "PPT_AUTORIZZAZIONE", "expirationTime deve essere <= {limit}", "SEM_APNV2_25" },
};
constexpr Check target_checks[] = {
  { [](K c) { return ec(c) != nullptr; },             "ec_is_known",           "PPT_DOMINIO_SCONOSCIUTO",            "", "SEM_VPNR_09" },
  { [](K c) { return ec(c)->enabled; },               "ec_is_enabled",         "PPT_DOMINIO_DISABILITATO",           "", "SEM_VPNR_10" },
  { [](K c) { return station(c) != nullptr; },        "station_is_known",      "PPT_STAZIONE_INT_PA_SCONOSCIUTA",    "", "SEM_VPNR_11" },
  { [](K c) { return station(c)->enabled; },          "station_is_enabled",    "PPT_STAZIONE_INT_PA_DISABILITATA",   "", "SEM_VPNR_13" },
  { [](K c) { return station(c)->broker_enabled; },   "ec_broker_is_enabled",  "PPT_INTERMEDIARIO_PA_DISABILITATO",  "", "SEM_VPNR_15" },
};
constexpr Check position_checks[] = {
  { [](K c) { return c.position->state != PS::PAID && c.position->state != PS::NOTIFIED; },
                                                      "position_is_not_paid",  "PPT_PAGAMENTO_DUPLICATO",            "", "Activate_blocco_02" },
  { [](K c) { return c.position->state != PS::PAYING; },
                                                      "position_is_not_paying", "PPT_PAGAMENTO_IN_CORSO", "Pagamento in attesa risulta in corso al sistema pagoPA", "Activate_blocco_01" },
};
constexpr Check alone_checks[] = {
  { [](K c) { return !c.position->activation_pending; }, "no_activation_pending", "PPT_ATTIVAZIONE_IN_CORSO", "Activation pending on position", "DoppiaACT_PA_NEW" },
};

using L = const CloseContext&;
const sim::contract::PaymentServiceProvider* closing_psp(L c) { return c.registry.psp(*c.request.idPSP); }
bool closing_broker_is_known(L c) {
  for (const auto& p : c.registry.psps) { if (p.idBrokerPSP == *c.request.idBrokerPSP && p.broker_enabled) return true; }
  return false;
}
const sim::contract::Channel* closing_channel(L c) {
  for (const auto& p : c.registry.psps) { if (const auto* found = c.registry.channel(p.idPSP, *c.request.idChannel)) return found; }
  return nullptr;
}
bool every_payment(L c, bool (*is)(const Payment&)) {
  for (const Payment* p : c.payments) { if (!is(*p)) return false; }
  return true;
}
bool every_token_is_known(L c) {
  for (const Payment* p : c.payments) { if (p == nullptr) return false; }
  return true;
}
bool amounts_match(L c) {
  sim::contract::Amount sum = *c.request.fee;
  for (const Payment* p : c.payments) sum = sum + p->data().paymentAmount;
  return sum == *c.request.totalAmount;
}
constexpr CloseCheck close_checks[] = {
  // holds                                                          name                  status description                            of KO too, frees companions
  { [](L c) { return closing_psp(c) != nullptr && closing_psp(c)->enabled; }, "psp_is_known", 404, "The indicated PSP does not exist", false, false, "SEM_CP_03" },
  { [](L c) { return closing_broker_is_known(c); },                 "broker_is_known",    404, "The indicated brokerPSP does not exist", false, false, "SEM_CP_05" },
  { [](L c) { return closing_channel(c) != nullptr && closing_channel(c)->enabled; }, "channel_is_known", 404, "The indicated channel does not exist", false, false, "SEM_CP_07" },
  { [](L c) { return !closing_channel(c)->activated_at_psp; },      "channel_model_fits", 400, "Invalid payment type", false, false, "SEM_CPV2_10" },
  { [](L c) { return closing_psp(c)->idBrokerPSP == *c.request.idBrokerPSP && c.registry.channel(*c.request.idPSP, *c.request.idChannel) != nullptr; },
                                                                    "psp_is_associated",  404, "Incorrect PSP-brokerPSP-Channel-Payment type configuration", false, false, "SEM_CPV2_09" },
  { [](L c) { return c.payments.size() > 1 || c.payments.front() != nullptr; },
                                                                    "payment_exists",     404, "The indicated payment does not exist", true, false, "SEM_CP_01" },
  { every_token_is_known,                                           "every_token_is_known", 404, "Unknown token", true, true, "FLUSSO_NM1_CP_04" },
  { [](L c) { return every_payment(c, [](const Payment& p) { return p.state != CANCELLED || p.closed_by != nullptr; }); },
                                                                    "token_is_alive",     400, "Unacceptable outcome when token has expired", true, true, "FLUSSO_CP_08" },
  { [](L c) { return every_payment(c, [](const Payment& p) { return p.state == PAYING; }); },
                                                                    "not_closed_yet",     422, "Outcome already acquired", true, false, "FLUSSO_CP_11" },
  { [](L c) { return c.payments.size() == 1 || closing_channel(c)->primitive_version > 1; }, "one_token_per_v1_channel", 400, "Wrong channel version", false, false, "SEM_CP_15" },
  { amounts_match,                                                  "amounts_match",      400, "Mismatched amount", false, false, "SEM_CP_12" },
};
// clang-format on

}  // namespace

std::string_view to_text(PaymentState state) {
  constexpr std::array names{"none"sv, "PAYING"sv, "PAYMENT_RESERVED"sv, "PAYMENT_SENT"sv, "PAYMENT_ACCEPTED"sv,
                             "PAYMENT_REFUSED"sv, "PAYMENT_UNKNOWN"sv, "PAYMENT_SEND_ERROR"sv, "PAID"sv,
                             "NOTICE_GENERATED"sv, "NOTICE_SENT"sv, "NOTIFIED"sv, "CANCELLED"sv, "any"sv, "same"sv};
  return names[static_cast<std::size_t>(state)];
}
std::string_view to_text(PaymentEvent event) {
  constexpr std::array names{"at_once"sv, "activated"sv, "closed_ok"sv, "closed_ko"sv, "expiry_job"sv, "psp_accepts"sv,
                             "psp_refuses"sv, "psp_silent"sv, "psp_unreachable"sv, "outcome_ok"sv, "outcome_ko"sv,
                             "receipt_round"sv, "receipts_done"sv};
  return names[static_cast<std::size_t>(event)];
}
std::string_view to_text(PositionState state) {
  constexpr std::array names{"none"sv, "PAYING"sv, "INSERTED"sv, "PAID"sv, "NOTIFIED"sv, "any"sv, "same"sv};
  return names[static_cast<std::size_t>(state)];
}
std::string_view to_text(PositionEvent event) {
  constexpr std::array names{"at_once"sv, "activated"sv, "released"sv, "paid"sv, "owner_notified"sv};
  return names[static_cast<std::size_t>(event)];
}
std::string_view to_text(RecipientState state) {
  constexpr std::array names{"none"sv, "NOTICE_GENERATED"sv, "NOTICE_SENT"sv, "NOTICE_PENDING"sv, "NOTIFIED"sv, "any"sv, "same"sv};
  return names[static_cast<std::size_t>(state)];
}
std::string_view to_text(RecipientEvent event) {
  constexpr std::array names{"at_once"sv, "generated"sv, "attempted"sv, "acknowledged"sv, "refused"sv, "unanswered"sv};
  return names[static_cast<std::size_t>(event)];
}

const NodoTables& nodo_tables() {
  static constexpr NodoTables tables{payment_rows,  position_rows, recipient_rows, edition_checks, caller_checks,
                                     model_checks,  target_checks, position_checks, alone_checks,   close_checks};
  return tables;
}

}  // namespace actors
