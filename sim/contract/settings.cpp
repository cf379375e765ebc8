#include "sim/contract/settings.hpp"

#include <charconv>

namespace sim::contract {
namespace {

template <auto Member>
constexpr SettingRow row(std::string_view name, std::string_view source, std::string_view en) {
  using Value = std::remove_cvref_t<decltype(std::declval<Settings>().*Member)>;
  SettingRow out{name, source, en, nullptr, nullptr, {}};
  if constexpr (std::is_same_v<Value, Duration>) {
    out.type = "duration";
    out.read = [](const Settings& s) { return to_text(s.*Member); };
    out.store = [](Settings& s, std::string_view text) {
      const std::optional<Duration> d = parse_duration(text);
      if (d) s.*Member = *d;
      return d.has_value();
    };
  } else if constexpr (std::is_same_v<Value, bool>) {
    out.type = "yes or no";
    out.read = [](const Settings& s) { return std::string(s.*Member ? "yes" : "no"); };
    out.store = [](Settings& s, std::string_view text) {
      if (text == "yes" || text == "no") s.*Member = text == "yes";
      return text == "yes" || text == "no";
    };
  } else {
    out.type = "number";
    out.read = [](const Settings& s) { return std::to_string(s.*Member); };
    out.store = [](Settings& s, std::string_view text) {
      std::int64_t n = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
      if (error != std::errc{} || end != text.data() + text.size() || n < 0 || n > 1000) return false;
      s.*Member = n;
      return true;
    };
  }
  return out;
}

/// A version of a primitive: nothing else than 1 or 2 would mean anything.
template <auto Member>
constexpr SettingRow version(std::string_view name, std::string_view source, std::string_view en) {
  SettingRow out = row<Member>(name, source, en);
  out.type = "version, 1 or 2";
  out.store = [](Settings& s, std::string_view text) {
    const bool fine = text == "1" || text == "2";
    if (fine) s.*Member = text == "1" ? 1 : 2;
    return fine;
  };
  return out;
}

// clang-format off
constexpr SettingRow table[] = {
    row<&Settings::ec_deadline>("ec-deadline", "SANP, quality indicators", "how long the Nodo waits for an EC on verify and activation"),
    row<&Settings::receipt_deadline>("receipt-deadline", "SANP, quality indicators", "how long the Nodo waits for an EC on paSendRT"),
    row<&Settings::psp_deadline>("psp-deadline", "SANP, quality indicators", "how long the Nodo waits for a PSP on pspNotifyPayment"),
    row<&Settings::result_deadline>("result-deadline", "not public: our choice", "how long the Nodo waits for Checkout on sendPaymentResult-v2"),
    row<&Settings::token_life_max>("token-life-max", "SANP, best practice PSP", "the longest life of a payment token, and its life when the caller asks for none"),
    row<&Settings::token_extension>("token-extension", "Nodo public test suite (GT_02)", "token life counted from an accepted closePayment OK"),
    row<&Settings::expiry_job_every>("expiry-job-every", "not public: our choice", "period of the job that expires tokens; 0s: only when a scenario runs it"),
    row<&Settings::receipt_retry_every>("receipt-retry-every", "SANP 3.6.0", "time between two rounds of paSendRT"),
    row<&Settings::receipt_retries>("receipt-retries", "SANP 3.6.0", "rounds of paSendRT after the first"),
    row<&Settings::receipt_ko_is_final>("receipt-ko-is-final", "sources disagree (EC-07): our choice", "whether a complete KO of the EC ends the retries of its receipt"),
    row<&Settings::result_retry_every>("result-retry-every", "Nodo public test suite, inferred", "time between two attempts of sendPaymentResult-v2"),
    row<&Settings::result_retries>("result-retries", "not public: our choice", "attempts of sendPaymentResult-v2 after the first"),
    row<&Settings::idempotency_life>("idempotency-life", "Nodo public test suite (IDMP_ACT_1)", "life of an idempotency key, never longer than the token's"),
    row<&Settings::idempotency_clean_every>("idempotency-clean-every", "not public: our choice", "period of the job that forgets idempotency keys whose life is over; 0s: only when a scenario runs it"),
    row<&Settings::use_idempotency>("use-idempotency", "Nodo public test suite (useIdempotency)", "whether the Nodo remembers idempotency keys at all"),
    row<&Settings::idempotency_key_of_digits>("idempotency-key-of-digits", "editions of the schema differ: current since SANP 3.9.0", "whether idempotency keys begin with eleven digits, as up to SANP 3.8.1, instead of 2 to 18 letters and digits"),
    row<&Settings::outcome_fee_must_match>("outcome-fee-must-match", "sources disagree (SEM_SPO_29): our choice", "whether the fee of the outcome must be that of closePayment"),
    row<&Settings::late_outcome_v1_is_semantic>("late-outcome-v1-is-semantic", "sources disagree (APIO_14, SEM_SPO_32): our choice", "whether sendPaymentOutcome OK for a closed payment whose token has expired is answered PPT_SEMANTICA instead of PPT_TOKEN_SCADUTO"),
    row<&Settings::check_position_paying_allowed>("check-position-paying-allowed", "sources leave it between 1 and 2 (SEM_CPO_02, SEM_CPO_03): our choice", "how many positions of a checkPosition may be in payment already without a KO"),
    row<&Settings::metadata_filter>("metadata-filter", "Nodo public test suite (SEM_APNV2_27)", "whether metadata keys of the EC that the dictionary does not know stay out of the answer to an activation; notification and receipt carry them all"),
    row<&Settings::verify_deadline>("verify-deadline", "Checkout, production value", "how long Checkout waits for verifyPaymentNotice and for checkPosition"),
    row<&Settings::activation_deadline>("activation-deadline", "Checkout, production value", "how long Checkout waits for activatePaymentNoticeV2"),
    row<&Settings::activation_attempts>("activation-attempts", "Checkout, production value", "attempts of activatePaymentNoticeV2 when none is answered"),
    row<&Settings::activation_retry_every>("activation-retry-every", "Checkout, production value", "time between two attempts of activatePaymentNoticeV2"),
    row<&Settings::close_deadline>("close-deadline", "Checkout, production value", "how long Checkout waits for closePayment-v2"),
    version<&Settings::close_version>("close-version", "Checkout uses 2; 1 is that of older touchpoints", "the version of closePayment, and so of sendPaymentResult, that Checkout speaks: 1 or 2"),
    row<&Settings::session_life>("session-life", "Checkout, production value", "Checkout's own timer from activation, and the expirationTime it asks for"),
    row<&Settings::session_timer_lost>("session-timer-lost", "simulation", "whether Checkout loses its own timer, so that only its safety batch finds that a session is over"),
    row<&Settings::stuck_batch_every>("stuck-batch-every", "Checkout, production value", "period of the batch that looks for sessions whose timer was lost"),
    row<&Settings::verify_cache_life>("verify-cache-life", "Checkout, production value", "how long a positive answer to verifyPaymentNotice spares Checkout another one; 0s: it is never kept"),
    row<&Settings::activation_cache_life>("activation-cache-life", "Checkout, production value", "how long the token of a notice is used again by another transaction; 0s: it never is"),
    row<&Settings::token_forgotten_after_denial>("token-forgotten-after-denial", "Checkout: only a cancellation is observed to do so", "whether a denied authorisation, too, makes Checkout forget the token, which the Nodo is about to cancel"),
    row<&Settings::token_lock>("token-lock", "Checkout, production value", "how long an authorisation keeps another one with the same token from being asked for"),
    row<&Settings::cart_life>("cart-life", "Checkout, production value", "how long a cart waits to be paid"),
    row<&Settings::gateway_time>("gateway-time", "simulation", "how long the payment gateway takes to authorise or to reverse"),
    row<&Settings::gateway_question_after>("gateway-question-after", "Checkout, production value", "when Checkout asks the gateway about an authorisation that it has not been told of"),
    row<&Settings::gateway_question_slot>("gateway-question-slot", "Checkout, production value", "first wait before the gateway is asked again; the n-th wait is n times as long"),
    row<&Settings::gateway_question_retries>("gateway-question-retries", "Checkout, production value", "repetitions of the question to the gateway"),
    row<&Settings::gateway_question_margin>("gateway-question-margin", "Checkout, production value", "no question to the gateway so close to the end of the session"),
    row<&Settings::gateway_question_failures>("gateway-question-failures", "simulation", "how many questions of a transaction the gateway leaves unanswered before it answers one"),
    row<&Settings::crash_before_close>("crash-before-close", "simulation", "whether Checkout stops between the outcome of the authorisation and closePayment"),
    row<&Settings::close_retry_slot>("close-retry-slot", "Checkout, production value", "first wait before a closePayment-v2 is repeated; the n-th wait is n times as long"),
    row<&Settings::close_retries>("close-retries", "Checkout, production value", "repetitions of closePayment-v2"),
    row<&Settings::close_retry_margin>("close-retry-margin", "Checkout, production value", "no repetition so close to the end of the session"),
    row<&Settings::result_wait>("result-wait", "Checkout, production value", "how long Checkout waits for sendPaymentResult-v2 after the close"),
    row<&Settings::mail_time>("mail-time", "simulation", "how long the mail to the user takes"),
    row<&Settings::mail_retry_slot>("mail-retry-slot", "Checkout, production value", "first wait before a mail is repeated; the n-th wait is n times as long"),
    row<&Settings::mail_retries>("mail-retries", "Checkout, production value", "repetitions of a mail"),
    row<&Settings::mail_failures>("mail-failures", "simulation", "how many mails of a transaction fail before one gets through"),
    row<&Settings::crash_before_refund>("crash-before-refund", "simulation", "whether Checkout stops between the bad news and the request of the storno, until the session is over"),
    row<&Settings::refund_not_before>("refund-not-before", "Checkout, production value", "an authorisation whose outcome is unknown is not reversed before this time after its request"),
    row<&Settings::refund_not_before_margin>("refund-not-before-margin", "Checkout, production value", "added when that time has to be waited for"),
    row<&Settings::refund_retry_slot>("refund-retry-slot", "Checkout, production value", "first wait before a storno is repeated; the n-th wait is n times as long"),
    row<&Settings::refund_retries>("refund-retries", "Checkout, production value", "repetitions of a storno"),
    row<&Settings::refund_failures>("refund-failures", "simulation", "how many stornos of a transaction the gateway fails before one succeeds"),
    row<&Settings::refund_not_allowed>("refund-not-allowed", "simulation", "whether the gateway turns a storno down (4xx) once it no longer fails"),
    row<&Settings::cart_deadline>("cart-deadline", "not public: our choice", "how long an EC's front end waits for Checkout to answer a cart"),
    row<&Settings::ec_late_answer>("ec-late-answer", "EC mock, class 98", "delay of an EC whose notice asks for a late answer"),
    row<&Settings::ec_checks_receipts>("ec-checks-receipts", "not public: our choice", "whether an EC refuses a receipt of another payment: a creditorReferenceId that is not its notice's, or no transfer to the EC"),
    row<&Settings::outcome_after>("outcome-after", "simulation, within CHK-06", "when the PSP sends its outcome after having accepted"),
    row<&Settings::outcome_deadline>("outcome-deadline", "SANP, quality indicators", "how long a PSP waits for the answer to sendPaymentOutcome; slot of its back-off"),
    row<&Settings::outcome_attempts>("outcome-attempts", "SANP, quality indicators", "attempts of sendPaymentOutcome in all"),
    version<&Settings::psp_activation_version>("psp-activation-version", "both versions exist: our choice", "the version of activatePaymentNotice that a PSP speaks when the user pays there: 1 or 2"),
    row<&Settings::psp_patience>("psp-patience", "SANP, quality indicators", "how long a PSP waits for the answer to verifyPaymentNotice and activatePaymentNotice"),
    row<&Settings::psp_refunds_duplicates>("psp-refunds-duplicates", "SANP, best practice PSP, names both: our choice", "whether a PSP whose outcome is answered PPT_PAGAMENTO_DUPLICATO gives the money back, instead of reporting it with code 9"),
    row<&Settings::latency>("latency", "simulation", "travel time of one message in one direction"),
};
// clang-format on

}  // namespace

std::span<const SettingRow> settings_table() { return table; }

const SettingRow* find_setting(std::string_view name) {
  for (const SettingRow& r : table) {
    if (r.name == name) return &r;
  }
  return nullptr;
}

}  // namespace sim::contract
