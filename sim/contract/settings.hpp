// Every number of the protocol and every decision that sources leave open, by name.
// A scenario changes one with <setting name="..." value="..."/>; nothing else in the product holds such a number.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/time.hpp"

namespace sim::contract {

struct Settings {
  // Nodo
  Duration ec_deadline = seconds(7);
  Duration receipt_deadline = seconds(15);
  Duration psp_deadline = seconds(7);
  Duration result_deadline = seconds(10);
  Duration token_life_max = minutes(30);
  Duration token_extension = minutes(60);
  Duration expiry_job_every = minutes(5);
  Duration receipt_retry_every = hours(1);
  std::int64_t receipt_retries = 48;
  bool receipt_ko_is_final = true;
  Duration result_retry_every = seconds(65);
  std::int64_t result_retries = 10;
  Duration idempotency_life = minutes(10);
  Duration idempotency_clean_every = minutes(10);
  bool use_idempotency = true;
  bool idempotency_key_of_digits = false;
  bool outcome_fee_must_match = true;
  bool late_outcome_v1_is_semantic = false;
  std::int64_t check_position_paying_allowed = 1;
  bool metadata_filter = true;
  // Checkout
  Duration verify_deadline = seconds(10);
  Duration activation_deadline = seconds(14);
  std::int64_t activation_attempts = 3;
  Duration activation_retry_every = seconds(2);
  Duration close_deadline = seconds(14);
  std::int64_t close_version = 2;
  Duration session_life = minutes(15);
  bool session_timer_lost = false;
  Duration stuck_batch_every = hours(1);
  Duration verify_cache_life = minutes(15);
  Duration activation_cache_life = seconds(900);
  bool token_forgotten_after_denial = false;
  Duration token_lock = seconds(20);
  Duration cart_life = minutes(10);
  Duration gateway_time = seconds(2);
  Duration gateway_question_after = seconds(175);
  Duration gateway_question_slot = seconds(80);
  std::int64_t gateway_question_retries = 3;
  Duration gateway_question_margin = seconds(10);
  std::int64_t gateway_question_failures = 0;
  bool crash_before_close = false;
  Duration close_retry_slot = seconds(30);
  std::int64_t close_retries = 3;
  Duration close_retry_margin = seconds(10);
  Duration result_wait = seconds(3900);
  Duration mail_time = seconds(1);
  Duration mail_retry_slot = seconds(600);
  std::int64_t mail_retries = 3;
  std::int64_t mail_failures = 0;
  bool crash_before_refund = false;
  Duration refund_not_before = minutes(10);
  Duration refund_not_before_margin = seconds(10);
  Duration refund_retry_slot = seconds(600);
  std::int64_t refund_retries = 5;
  std::int64_t refund_failures = 0;
  bool refund_not_allowed = false;
  // EC
  Duration cart_deadline = seconds(30);
  Duration ec_late_answer = seconds(10);
  bool ec_checks_receipts = true;
  // PSP
  Duration outcome_after = milliseconds(500);
  Duration outcome_deadline = seconds(15);
  std::int64_t outcome_attempts = 5;
  std::int64_t psp_activation_version = 1;
  Duration psp_patience = seconds(12);
  bool psp_refunds_duplicates = true;
  // World
  Duration latency = milliseconds(20);
};

/// One named setting.
struct SettingRow {
  std::string_view name;    ///< "token-extension"
  std::string_view source;  ///< who says the default, or that nobody does
  std::string_view en;      ///< what it is
  std::string (*read)(const Settings&);
  /// Stores the text; false when it is not of the setting's type.
  bool (*store)(Settings&, std::string_view);
  std::string_view type;    ///< "duration", "number", "yes or no"
};

std::span<const SettingRow> settings_table();
const SettingRow* find_setting(std::string_view name);

}  // namespace sim::contract
