// The whole protocol of the Nodo on one screen: five machines and ten ladders.
// Rows cite what they implement: ids of the platform's public test suite, XSD types, or rules of the catalogue.
#include "actors/nodo_tables.hpp"

#include <algorithm>
#include <array>

#include "actors/nodo.hpp"
#include "sim/contract/words.hpp"

namespace actors {
namespace {

using namespace std::string_view_literals;
using sim::contract::Amount;
using sim::contract::Outcome;
using C = const PaymentContext&;

// ---- facts ----
using Fact = sim::Guard<PaymentContext>;
constexpr Fact always{"always"};
constexpr Fact token_is_overdue{"token_is_overdue", [](C c) { return c.payment.valid_to <= c.turn.now; }};
constexpr Fact outcome_is_recorded{"outcome_is_recorded", [](C c) { return c.payment.outcome.has_value(); }};
constexpr Fact another_token_lives{"another_token_lives", [](C c) { return c.nodo.another_token_lives(c.payment); }};
constexpr Fact activation_is_pending{"activation_is_pending", [](C c) { return c.nodo.activation_is_pending(c.payment); }};
constexpr Fact companion_is_paid{"companion_is_paid", [](C c) { return c.nodo.companion_is_paid(c.payment); }};
constexpr Fact psp_refused_it{"psp_refused_it", [](C c) { return c.payment.ended_from == PaymentState::PAYMENT_REFUSED; }};
constexpr Fact psp_was_unreachable{"psp_was_unreachable", [](C c) { return c.payment.ended_from == PaymentState::PAYMENT_SEND_ERROR; }};
constexpr Fact never_given_to_a_psp{"never_given_to_a_psp", [](C c) { return c.payment.ended_on == PaymentEvent::closed_ko || c.payment.ended_on == PaymentEvent::dragged_down; }};
constexpr Fact outcome_is_version_2{"outcome_is_version_2", [](C c) { return outcome_said(*c.inbound->said).version == 2; }};
constexpr Fact v1_is_semantic{"late_outcome_v1_is_semantic", [](C c) { return c.turn.settings.late_outcome_v1_is_semantic && outcome_said(*c.inbound->said).version == 1; }};
constexpr Fact fee_differs{"fee_differs", [](C c) {
  const OutcomeSaid said = outcome_said(*c.inbound->said);
  return c.turn.settings.outcome_fee_must_match && said.details && said.details->fee != c.nodo.closing_of(c.payment).fee;
}};

// ---- orders ----
using Order = sim::Action<PaymentContext>;
constexpr Order nothing{""};
constexpr Order cannot_happen{"cannot_happen", [](PaymentContext&) { SIM_CANNOT_HAPPEN("the tables let an impossible event happen"); }};
constexpr Order issue_token{"issue_token", [](PaymentContext& c) { c.nodo.issue_token(c); }};
constexpr Order bind_psp{"bind_psp", [](PaymentContext& c) { c.nodo.bind_psp(c); }};
constexpr Order notify_psp{"notify_psp", [](PaymentContext& c) { c.nodo.notify_psp(c); }};
constexpr Order tell_version_1{"tell_version_1", [](PaymentContext& c) { c.nodo.tell_version_1(c); }};
constexpr Order watch_expiry{"watch_expiry", [](PaymentContext& c) { c.nodo.watch_expiry(c); }};
constexpr Order release_position{"release_position", [](PaymentContext& c) { c.nodo.release_position(c); }};
constexpr Order release_and_report{"release_and_report", [](PaymentContext& c) { c.nodo.release_and_report(c); }};
constexpr Order accept_outcome{"accept_outcome", [](PaymentContext& c) { c.nodo.accept_outcome(c); }};
constexpr Order accept_failure{"accept_failure", [](PaymentContext& c) { c.nodo.accept_failure(c); }};
constexpr Order acquire_late{"acquire_late", [](PaymentContext& c) { c.nodo.acquire_late(c); }};
constexpr Order record_late_failure{"record_late_failure", [](PaymentContext& c) { c.nodo.record_late_failure(c); }};
constexpr Order generate_receipt{"generate_receipt", [](PaymentContext& c) { c.nodo.generate_receipt(c); }};
constexpr Order send_receipts{"send_receipts", [](PaymentContext& c) { c.nodo.send_receipts(c); }};
constexpr Order hold_outcome{"hold_outcome", [](PaymentContext& c) { c.nodo.hold_outcome(c); }};
constexpr Order say_acquired{"say_acquired", [](PaymentContext& c) { c.nodo.refuse_as_acquired(c); }};
constexpr Order say_unknown{"say_unknown", [](PaymentContext& c) { c.nodo.refuse_outcome(c, "PPT_TOKEN_SCONOSCIUTO", "token unknown"); }};
constexpr Order say_discordant{"say_discordant", [](PaymentContext& c) { c.nodo.refuse_outcome(c, "PPT_SEMANTICA", "Esito discorde"); }};
constexpr Order say_wrong_state{"say_wrong_state", [](PaymentContext& c) { c.nodo.refuse_outcome(c, "PPT_SEMANTICA", "Outcome non accettabile per stato pagamento"); }};
constexpr Order say_fee_differs{"say_fee_differs", [](PaymentContext& c) { c.nodo.refuse_outcome(c, "PPT_SEMANTICA", "Fee diversa da quella di closePayment"); }};
constexpr Order say_duplicate{"say_duplicate", [](PaymentContext& c) { c.nodo.refuse_outcome(c, "PPT_PAGAMENTO_DUPLICATO", ""); }};
constexpr Order say_expired{"say_expired", [](PaymentContext& c) { c.nodo.refuse_outcome(c, "PPT_TOKEN_SCADUTO", ""); }};
constexpr Order say_expired_ko{"say_expired_ko", [](PaymentContext& c) { c.nodo.refuse_outcome(c, "PPT_TOKEN_SCADUTO_KO", ""); }};
constexpr Order say_over{"say_over", [](PaymentContext& c) { c.nodo.refuse_outcome(c, "PPT_SEMANTICA", "Payment annullato o scaduto"); }};

// clang-format off
using enum PaymentState;
using enum PaymentEvent;

// From a receipt on it makes no difference who took the money.
constexpr auto receipt_rows = std::to_array<PaymentRow>({
  // in                 on               when                 do                  then                rule
  { PAID,               at_once,         always,              generate_receipt,   NOTICE_GENERATED,   "FLUSSO_CP_01" },
  { NOTICE_GENERATED,   at_once,         always,              send_receipts,      NOTICE_SENT,        "PSRTV2_ACTV1_04" },
  { NOTICE_SENT,        receipt_round,   always,              send_receipts,      NOTICE_SENT,        "PSRTV2_ACTV1_20" },
  { NOTICE_SENT,        receipts_done,   always,              nothing,            NOTIFIED,           "PSRTV2_ACTV1_06" },
});

// What the Nodo itself never lets happen elsewhere.
constexpr auto impossible_rows = std::to_array<PaymentRow>({
  { any,                activated,      always,              cannot_happen,      same,               "" },
  { any,                closed_ok,      always,              cannot_happen,      same,               "" },
  { any,                closed_ko,      always,              cannot_happen,      same,               "" },
  { any,                dragged_down,   always,              cannot_happen,      same,               "" },
  { any,                psp_accepts,    always,              cannot_happen,      same,               "" },
  { any,                psp_refuses,    always,              cannot_happen,      same,               "" },
  { any,                psp_silent,     always,              cannot_happen,      same,               "" },
  { any,                psp_unreachable, always,              cannot_happen,      same,               "" },
  { any,                receipt_round,  always,              cannot_happen,      same,               "" },
  { any,                receipts_done,  always,              cannot_happen,      same,               "" },
});

// A: the user pays at the PSP that activated it, and the PSP says whether.
constexpr auto at_psp_rows = sim::join(std::to_array<PaymentRow>({
  { none,               activated,       always,              issue_token,        PAYING,             "SEM_APNV2_26" },
  { PAYING,             expiry_job,      token_is_overdue,    release_position,   CANCELLED,          "PSRTV2_ACTV1_16" },
  { any,                expiry_job,      always,              nothing,            same,               "retry_PaNew_01" },
  { any,                outcome_ok,      outcome_is_recorded, say_acquired,       same,               "SEM_SPO_23" },
  { any,                outcome_ko,      outcome_is_recorded, say_acquired,       same,               "SEM_SPO_25" },
  { PAYING,             outcome_ok,      always,              accept_outcome,     PAID,               "SPO_REV_03" },      // overdue or not: only the job expires
  { PAYING,             outcome_ko,      always,              accept_failure,     FAILED,             "SPO_REV_04" },      // answered OK: a KO is normal here
  { CANCELLED,          outcome_ok,      another_token_lives, say_duplicate,      same,               "SEM_SPO_13" },
  { CANCELLED,          outcome_ko,      another_token_lives, say_duplicate,      same,               "SEM_SPO_13.1" },
  { CANCELLED,          outcome_ok,      activation_is_pending, say_wrong_state,  same,               "SEM_SPO_35.1" },
  { CANCELLED,          outcome_ko,      activation_is_pending, say_wrong_state,  same,               "SEM_SPO_35.1" },
  { CANCELLED,          outcome_ok,      always,              acquire_late,       PAID,               "SEM_SPO_12" },      // answered KO, and acquired all the same
  { CANCELLED,          outcome_ko,      always,              record_late_failure, FAILED,            "retry_PaNew_04" },
  { any,                outcome_ok,      always,              cannot_happen,      same,               "" },
  { any,                outcome_ko,      always,              cannot_happen,      same,               "" },
}), receipt_rows, impossible_rows);
static_assert(is_total(at_psp_rows) && has_no_dead_row(at_psp_rows));

// B: a touchpoint activated it and closes it. By then the user has paid; the PSP may only confirm.
constexpr auto at_touchpoint_rows = sim::join(std::to_array<PaymentRow>({
  { none,               activated,       always,              issue_token,        PAYING,             "SEM_APNV2_26" },
  { PAYING,             expiry_job,      token_is_overdue,    release_position,   CANCELLED,          "PSRTV2_ACTV1_16" },
  { PAYING,             closed_ok,       always,              bind_psp,           PAYMENT_RESERVED,   "FLUSSO_CP_01" },
  { PAYING,             closed_ko,       always,              release_position,   CANCELLED,          "FLUSSO_CP_03" },
  { PAYING,             dragged_down,    always,              release_position,   CANCELLED,          "FLUSSO_NM1_CP_04" },  // its companions were no good
  { PAYMENT_RESERVED,   at_once,         always,              notify_psp,         PAYMENT_SENT,       "T_PNPV2_01" },
  { PAYMENT_SENT,       psp_accepts,     always,              tell_version_1,     PAYMENT_ACCEPTED,   "T_PNPV2_01" },
  { PAYMENT_SENT,       psp_refuses,     always,              nothing,            PAYMENT_REFUSED,    "T_PNPV2_02" },
  { PAYMENT_SENT,       psp_silent,      always,              watch_expiry,       PAYMENT_UNKNOWN,    "T_PNPV2_03" },
  { PAYMENT_SENT,       psp_unreachable, always,              nothing,            PAYMENT_SEND_ERROR, "T_PNPV2_04" },
  { PAYMENT_REFUSED,    at_once,         always,              release_and_report, CANCELLED,          "FLUSSO_SPR_04" },
  { PAYMENT_SEND_ERROR, at_once,         always,              release_and_report, CANCELLED,          "FLUSSO_SPR_05" },
  { PAYMENT_UNKNOWN,    expiry_job,      companion_is_paid,   nothing,            same,               "M3CV2_07" },
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
  { CANCELLED,          outcome_ok,      never_given_to_a_psp, say_unknown,       same,               "FLUSSO_CP_03" },
  { CANCELLED,          outcome_ko,      never_given_to_a_psp, say_unknown,       same,               "FLUSSO_CP_04" },
  { CANCELLED,          outcome_ok,      another_token_lives, say_duplicate,      same,               "SEM_SPO_36" },
  { CANCELLED,          outcome_ko,      another_token_lives, say_duplicate,      same,               "SEM_SPO_36.1" },
  { CANCELLED,          outcome_ok,      activation_is_pending, say_wrong_state,  same,               "SEM_SPO_35.1" },
  { CANCELLED,          outcome_ko,      activation_is_pending, say_wrong_state,  same,               "SEM_SPO_35.1" },
  { CANCELLED,          outcome_ok,      psp_refused_it,      say_discordant,     same,               "CHK-05" },
  { CANCELLED,          outcome_ko,      psp_refused_it,      say_discordant,     same,               "CHK-05" },
  { CANCELLED,          outcome_ok,      psp_was_unreachable, say_wrong_state,    same,               "SEM_SPO_35.5" },
  { CANCELLED,          outcome_ko,      psp_was_unreachable, say_wrong_state,    same,               "SEM_SPO_35.5" },
  { CANCELLED,          outcome_ok,      v1_is_semantic,      say_over,           same,               "APIO_14" },
  { CANCELLED,          outcome_ok,      always,              say_expired,        same,               "PSRTV2_ACTV1_29" },
  { CANCELLED,          outcome_ko,      outcome_is_version_2, say_expired_ko,    same,               "CHK-21" },
  { CANCELLED,          outcome_ko,      always,              say_over,           same,               "APIO_15" },
  { any,                outcome_ok,      always,              say_wrong_state,    same,               "SEM_SPO_35" },
  { any,                outcome_ko,      always,              say_wrong_state,    same,               "SEM_SPO_35" },
}), receipt_rows, impossible_rows);
static_assert(is_total(at_touchpoint_rows) && has_no_dead_row(at_touchpoint_rows) && reaches_every_state(sim::join(at_psp_rows, at_touchpoint_rows)));

constexpr sim::Guard<PositionContext> freely{"always"};
constexpr sim::Action<PositionContext> only{""};
using PS = PositionState;
using PE = PositionEvent;
constexpr auto position_rows = std::to_array<PositionRow>({
  { PS::none,           PE::activated,      freely, only, PS::PAYING,   "SEM_APNV2_26" },
  { PS::INSERTED,       PE::activated,      freely, only, PS::PAYING,   "Activate_blocco_06" },
  { PS::PAYING,         PE::released,       freely, only, PS::INSERTED, "T_PNPV2_02" },
  { PS::PAYING,         PE::paid,           freely, only, PS::PAID,     "FLUSSO_CP_01" },
  { PS::INSERTED,       PE::paid,           freely, only, PS::PAID,     "retry_PaNew_02" },   // acquired after expiry
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

using KeyFact = sim::Guard<KeyContext>;
using KeyOrder = sim::Action<KeyContext>;
constexpr KeyFact whenever{"always"};
constexpr KeyFact key_is_overdue{"key_is_overdue", [](const KeyContext& c) { return c.kept.valid_to <= c.turn.now; }};
constexpr KeyFact body_is_the_same{"body_is_the_same", [](const KeyContext& c) { return *c.kept.request == *c.inbound->said; }};
constexpr KeyOrder process{""};
constexpr KeyOrder forget{"forget", [](KeyContext& c) { c.kept = {}; }};
constexpr KeyOrder replay{"replay", [](KeyContext& c) { c.turn.reply(c.inbound->exchange, c.kept.response), c.handled = true; }};
constexpr KeyOrder say_other_body{"say_other_body", [](KeyContext& c) { c.nodo.refuse(c.turn, *c.inbound, "PPT_ERRORE_IDEMPOTENZA", {}, false), c.handled = true; }};
using KS = KeyState;
using KE = KeyEvent;
constexpr auto key_rows = std::to_array<KeyRow>({
  { KS::KEPT, KE::asked,      key_is_overdue,   process,        KS::same, "IDMP_ACT_18" },   // as new, even if the job is off
  { KS::KEPT, KE::asked,      body_is_the_same, replay,         KS::same, "SEM_APNR_19" },
  { KS::KEPT, KE::asked,      whenever,         say_other_body, KS::same, "SEM_APNR_20" },
  { KS::none, KE::answered,   whenever,         process,        KS::KEPT, "IDMP_ACT_15.2" },
  { KS::any,  KE::answered,   whenever,         process,        KS::same, "" },
  { KS::KEPT, KE::token_over, whenever,         forget,         KS::none, "IDMP_SPO_18" },
  { KS::KEPT, KE::clean_job,  key_is_overdue,   forget,         KS::none, "IDMP_SPO_17" },
  { KS::any,  KE::asked,      whenever,         process,        KS::same, "" },
  { KS::any,  KE::token_over, whenever,         process,        KS::same, "" },
  { KS::any,  KE::clean_job,  whenever,         process,        KS::same, "" },
});
static_assert(is_total(key_rows) && has_no_dead_row(key_rows) && reaches_every_state(key_rows));

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

using D = const DueContext&;
bool every_transfer(D c, bool (*is)(const sim::contract::Registry&, const sim::contract::CtTransferPAV2&)) {
  return std::all_of(c.due.transferList.transfer.begin(), c.due.transferList.transfer.end(), [&](const auto& t) { return is(c.registry, t); });
}
constexpr DueCheck due_checks[] = {
  { [](D c) { return every_transfer(c, [](const auto& r, const auto& t) { return r.creditor(t.fiscalCodePA) != nullptr; }); },
                                                      "beneficiary_is_known",   "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE", "Beneficiario non censito", "SEM_PGPR_03" },
  { [](D c) { return every_transfer(c, [](const auto& r, const auto& t) { return r.creditor(t.fiscalCodePA)->enabled; }); },
                                                      "beneficiary_is_enabled", "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE", "Beneficiario disabilitato", "SEM_PGPR_04" },
  { [](D c) { return every_transfer(c, [](const auto& r, const auto& t) {
      const auto& ibans = r.creditor(t.fiscalCodePA)->ibans;
      return !t.IBAN || std::find(ibans.begin(), ibans.end(), *t.IBAN) != ibans.end();
    }); },                                            "iban_is_registered",     "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE", "IBAN non censito", "SEM_PGPR_05" },
  { [](D c) { return !c.into_version_1 || every_transfer(c, [](const auto&, const auto& t) { return t.IBAN.has_value(); }); },
                                                      "version_1_has_no_stamps", "PPT_SEMANTICA", "Marca da bollo: serve activatePaymentNoticeV2", "SIL-STAMP-V1" },
};

using O = const OutcomeContext&;
constexpr OutcomeCheck outcome_checks[] = {
  // The key is token and PSP: a token that another PSP holds is unknown to this one.
  { [](O c) { return std::all_of(c.payments.begin(), c.payments.end(), [&](const Payment* p) { return p != nullptr && p->bound_psp == c.said.idPSP; }); },
                                                      "token_is_known",         "PPT_TOKEN_SCONOSCIUTO", "token unknown", "SEM_SPO_09" },
  { [](O c) { return c.payments.size() == 1 || std::all_of(c.payments.begin(), c.payments.end(), [](const Payment* p) { return p->flow == Flow::at_touchpoint; }); },
                                                      "one_token_at_the_psp",   "PPT_SEMANTICA", "Outcome non accettabile per token multipli attivati presso il PSP", "SEM_SPO_37" },
  { [](O c) { return c.said.version == 1 || c.closing == nullptr || sim::contract::same_words(c.said.tokens, c.closing->tokens); },
                                                      "tokens_closed_together", "PPT_TOKEN_SCONOSCIUTO", "token unknown", "SEM_SPO_9.1" },
  { [](O c) { return std::all_of(c.payments.begin(), c.payments.end(), [&](const Payment* p) { return p->outcome.has_value() == c.payments.front()->outcome.has_value(); }); },
                                                      "not_partly_recorded",    "PPT_SEMANTICA", "Esiti acquisiti parziali o discordi", "SEM_SPO_30" },
  { [](O c) { return c.said.outcome == Outcome::KO || std::all_of(c.payments.begin(), c.payments.end(), [&](const Payment* p) { return stamps_are_attached(*p, c.said); }); },
                                                      "stamps_are_attached",    "PPT_SEMANTICA", "Marca da bollo non allegata", "SIL-STAMP-ATTACHED" },
};

using L = const CloseContext&;
const sim::contract::PaymentServiceProvider* closing_psp(L c) { return c.registry.psp(c.closing.idPSP); }
bool closing_broker_is_known(L c) {
  for (const auto& p : c.registry.psps) { if (p.idBrokerPSP == c.closing.idBrokerPSP && p.broker_enabled) return true; }
  return false;
}
const sim::contract::Channel* closing_channel(L c) {
  for (const auto& p : c.registry.psps) { if (const auto* found = c.registry.channel(p.idPSP, c.closing.idChannel)) return found; }
  return nullptr;
}
bool every_payment(L c, bool (*is)(const Payment&)) {
  return std::all_of(c.payments.begin(), c.payments.end(), [is](const Payment* p) { return is(*p); });
}
bool card_data_are_there(L c) {
  constexpr std::array wanted{"rrn"sv, "outcomePaymentGateway"sv, "totalAmount"sv, "fee"sv, "timestampOperation"sv, "authorizationCode"sv};
  return std::all_of(wanted.begin(), wanted.end(), [&](std::string_view key) { return !c.closing.additional(key).empty(); });
}
bool amounts_match(L c) {
  Amount sum = c.closing.fee;
  for (const Payment* p : c.payments) sum = sum + p->due.paymentAmount;
  return sum == c.closing.totalAmount;
}
constexpr CloseCheck close_checks[] = {
  // holds                                                          name               version 2: status, description              version 1: status, description         of KO too, frees companions, rule
  { [](L c) { return closing_psp(c) != nullptr && closing_psp(c)->enabled; }, "psp_is_known", 404, "The indicated PSP does not exist", 404, "Il PSP indicato non esiste", false, false, "SEM_CP_03" },
  { [](L c) { return closing_broker_is_known(c); },                 "broker_is_known",    404, "The indicated brokerPSP does not exist", 404, "L'Intermediario indicato non esiste", false, false, "SEM_CP_05" },
  { [](L c) { return closing_channel(c) != nullptr && closing_channel(c)->enabled; }, "channel_is_known", 404, "The indicated channel does not exist", 404, "Il Canale indicato non esiste", false, false, "SEM_CP_07" },
  { [](L c) { return !closing_channel(c)->activated_at_psp; },      "channel_model_fits", 400, "Invalid payment type", 400, "Modello pagamento non valido", false, false, "SEM_CPV2_10" },
  { [](L c) { return closing_psp(c)->idBrokerPSP == c.closing.idBrokerPSP && c.registry.channel(c.closing.idPSP, c.closing.idChannel) != nullptr; },
                                                                    "psp_is_associated",  404, "Incorrect PSP-brokerPSP-Channel-Payment type configuration", 404, "Configurazione psp-canale non corretta", false, false, "SEM_CPV2_09" },
  { [](L c) { return closing_channel(c)->methods.empty() || sim::contract::lists(closing_channel(c)->methods, c.closing.paymentMethod); },
                                                                    "method_is_associated", 404, "Incorrect PSP-brokerPSP-Channel-Payment type configuration", 404, "Configurazione psp-canale-tipoVersamento non corretta", false, false, "SEM_CPV2_11" },
  { [](L c) { return c.closing.version == 1 || c.closing.paymentMethod != "CP" || !closing_channel(c)->wants_card_data || card_data_are_there(c); },
                                                                    "card_data_are_there", 400, "Invalid additionalPaymentInformations", 400, "Richiesta non valida", false, false, "PAG-2555" },
  { [](L c) { return c.payments.size() > 1 || c.payments.front() != nullptr; },
                                                                    "payment_exists",     404, "The indicated payment does not exist", 404, "Il Pagamento indicato non esiste", true, false, "SEM_CP_01" },
  { [](L c) { return std::find(c.payments.begin(), c.payments.end(), nullptr) == c.payments.end(); },
                                                                    "every_token_is_known", 404, "Unknown token", 404, "Il Pagamento indicato non esiste", true, true, "FLUSSO_NM1_CP_04" },
  { [](L c) { return every_payment(c, [](const Payment& p) { return (p.state != CANCELLED && p.state != FAILED) || p.closing != 0; }); },
                                                                    "token_is_alive",     400, "Unacceptable outcome when token has expired", 400, "Esito non accettabile a token scaduto", true, true, "FLUSSO_CP_08" },
  { [](L c) { return every_payment(c, [](const Payment& p) { return p.state == PAYING; }); },
                                                                    "not_closed_yet",     422, "Outcome already acquired", 422, "Esito già acquisito", true, false, "FLUSSO_CP_11" },
  { [](L c) { return c.payments.size() == 1 || closing_channel(c)->primitive_version > 1; }, "one_token_per_v1_channel", 400, "Wrong channel version", 400, "Richiesta non valida", false, false, "SEM_CP_15" },
  { [](L c) { return every_payment(c, [](const Payment& p) { return !has_stamp(p); }) || (closing_channel(c)->takes_stamps && closing_channel(c)->primitive_version > 1); },
                                                                    "channel_takes_stamps", 400, "Invalid PSP/Canale for MBD", 400, "Richiesta non valida", false, false, "SIL-STAMP-CHANNEL" },
  { amounts_match,                                                  "amounts_match",      400, "Mismatched amount", 404, "Il Pagamento indicato non esiste", false, false, "SEM_CP_12" },
};

using Q = const PositionsContext&;
const sim::contract::Station* station_asked(Q c, const sim::contract::PositionToCheck& p) {
  const auto* creditor = c.registry.creditor(p.fiscalCode);
  return creditor == nullptr || !creditor->enabled ? nullptr : c.registry.station_of(*creditor, p.noticeNumber);
}
bool every_position(Q c, bool (*is)(Q, const sim::contract::PositionToCheck&)) {
  return std::all_of(c.request.positionslist.begin(), c.request.positionslist.end(), [&](const auto& p) { return is(c, p); });
}
constexpr PositionsCheck positions_checks[] = {
  { [](Q c) { return every_position(c, [](Q of, const auto& p) { return of.registry.creditor(p.fiscalCode) != nullptr && of.registry.creditor(p.fiscalCode)->enabled; }); },
                                                                    "ec_is_known",        400, "Wrong configuration", "SEM_CPO_04" },
  { [](Q c) { return every_position(c, [](Q of, const auto& p) { const auto* s = station_asked(of, p); return s != nullptr && s->enabled; }); },
                                                                    "station_is_known",   400, "Wrong configuration", "SEM_CPO_05" },
  { [](Q c) { return every_position(c, [](Q of, const auto& p) { return station_asked(of, p)->primitive_version == station_asked(of, of.request.positionslist.front())->primitive_version; }); },
                                                                    "stations_speak_alike", 400, "Wrong configuration", "SEM_CPO_06" },
};
// clang-format on

}  // namespace

std::string_view to_text(PaymentState state) {
  constexpr std::array names{"none"sv, "PAYING"sv, "PAYMENT_RESERVED"sv, "PAYMENT_SENT"sv, "PAYMENT_ACCEPTED"sv,
                             "PAYMENT_REFUSED"sv, "PAYMENT_UNKNOWN"sv, "PAYMENT_SEND_ERROR"sv, "PAID"sv,
                             "NOTICE_GENERATED"sv, "NOTICE_SENT"sv, "NOTIFIED"sv, "FAILED"sv, "CANCELLED"sv, "any"sv, "same"sv};
  return names[static_cast<std::size_t>(state)];
}
std::string_view to_text(PaymentEvent event) {
  constexpr std::array names{"at_once"sv, "activated"sv, "closed_ok"sv, "closed_ko"sv, "dragged_down"sv, "expiry_job"sv, "psp_accepts"sv,
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

std::string_view to_text(KeyState state) {
  constexpr std::array names{"none"sv, "KEPT"sv, "any"sv, "same"sv};
  return names[static_cast<std::size_t>(state)];
}
std::string_view to_text(KeyEvent event) {
  constexpr std::array names{"at_once"sv, "asked"sv, "answered"sv, "token_over"sv, "clean_job"sv};
  return names[static_cast<std::size_t>(event)];
}

const NodoTables& nodo_tables() {
  static constexpr NodoTables tables{at_psp_rows,    at_touchpoint_rows, position_rows, recipient_rows,  key_rows,
                                     edition_checks, caller_checks, model_checks,     target_checks,   position_checks,
                                     alone_checks,   due_checks,    outcome_checks,   close_checks,    positions_checks};
  return tables;
}

}  // namespace actors
