// idPSPs that say by themselves how the PSP behaves: the counterpart of notice numbers (ec_notices.hpp).
// These PSPs are WRONG ON PURPOSE, each in one respect, and nobody may judge them; the PSPs of the built-in registry know
// nothing of them. A PSP with a manner is a normal one inside another actor that changes what it does, as a mutant would:
// its ladder and its table stay those of psp.cpp, and a notification that they turn down is turned down here as well.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "actors/psp.hpp"

namespace actors {

/// What it says to a notification that it ought to accept.
enum class NotificationAnswer : unsigned char { accepts, refuses, nothing, no_message };
/// What it says afterwards.
enum class LaterOutcome : unsigned char { ok, ko, twice, none };

struct PspManner {
  std::string_view idPSP;  ///< one of contract::magic_psps()
  NotificationAnswer answer;
  sim::Duration answers_after;
  LaterOutcome outcome;
  std::optional<sim::Duration> outcome_after;  ///< from the notification on; nothing: as the settings say
  std::string_view it, en;
};
std::span<const PspManner> psp_manners();
/// How the PSP of that name is wrong, or nullptr when it is not.
const PspManner* psp_manner(std::string_view idPSP);

class ManneredPsp final : public sim::Actor {
 public:
  ManneredPsp(const PspManner& manner, Psp inner) : manner_(&manner), inner_(std::move(inner)) {}
  void handle(sim::Turn& turn, const sim::Input& input) override;
  [[nodiscard]] std::unique_ptr<sim::Actor> clone() const override { return std::make_unique<ManneredPsp>(*this); }

 private:
  void notified(sim::Turn& turn, std::vector<sim::Effect> effects, sim::PrimitiveId primitive);
  void speak(sim::Turn& turn, std::vector<sim::Effect> effects, bool is_order);

  const PspManner* manner_;
  Psp inner_;
  std::map<std::string, sim::Reply> held_;         ///< answers for later, by the text of their alarm
  std::map<sim::ExchangeId, sim::Call> to_repeat_;  ///< outcomes that will be said again once they are answered
  std::set<sim::ExchangeId> own_;                   ///< calls of which the normal PSP knows nothing
};

}  // namespace actors
