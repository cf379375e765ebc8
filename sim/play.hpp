// Plays a scenario on a world: installs its rules, sets off its steps in order or upon their causes, and lets
// everything that follows happen. What comes out is a journal; nothing here knows whether it is good or bad.
// A Performance is a value like the world inside it: a copy goes on from the same moment.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "sim/scenario/model.hpp"
#include "sim/world.hpp"

namespace sim {

/// Builds the cast for a registry and the debt positions that its ECs start from.
using Casting = std::function<Cast(const contract::Registry&, std::span<const contract::DebtPosition>)>;

/// The debt positions that a run starts from. Notices written {random} get a number of their own: auxDigit 3, the EC's
/// segregation code, check digits.
std::vector<contract::DebtPosition> positions_of(const scenario::Scenario& scenario, std::uint64_t seed);

/// No run goes on for longer than this, however much is left to happen.
constexpr Duration longest_run = hours(24 * 30);

class Performance {
 public:
  Performance(const scenario::Scenario& scenario, std::uint64_t seed, Fidelity fidelity, const Casting& casting);

  /// Goes on until nothing is left to happen.
  void play();
  /// One event. False when nothing is left.
  bool step();
  [[nodiscard]] const World& world() const { return world_; }
  /// When the next event is due; nothing: never. What comes over the border of the world (World::arrived and its like) comes
  /// between that and the next step.
  [[nodiscard]] std::optional<Instant> next_due();
  [[nodiscard]] World& border() { return world_; }
  /// One more fault of the network, from now on; its occasions are counted from now.
  void add(FaultRule fault) { world_.faults.network.push_back(std::move(fault)); }
  /// Lets something that is due happen before or after what is due with it (World::rank).
  void rank(std::uint64_t sequence, std::int8_t rank) { world_.rank(sequence, rank); }
  /// From now on the world keeps count of the rows that are used (World::coverage).
  void count_rows() { world_.coverage.emplace(); }
  [[nodiscard]] Journal finish() && { return std::move(world_).take_journal(); }

 private:
  struct Trigger {
    std::size_t step;
    scenario::Cause cause;
    std::uint32_t seen = 0;
    bool fired = false;
  };

  void install(const scenario::Node& step);
  void advance();
  void begin(std::size_t step);
  void command(const scenario::Node& node);
  void observe();
  void go_on();
  [[nodiscard]] bool current_is_done();
  [[nodiscard]] std::optional<std::string> resolve(std::string_view value);
  [[nodiscard]] std::vector<contract::Patch> patches_of(const scenario::Node& node, bool& complete);
  [[nodiscard]] contract::DebtPosition target_of(const scenario::Node& node) const;
  /// The positions with that notice number, in the order of the file: a world may hold thousands.
  [[nodiscard]] std::vector<std::uint32_t> with_number(std::string_view noticeNumber) const;

  const scenario::Scenario* scenario_;
  std::vector<contract::DebtPosition> positions_;
  std::vector<std::uint32_t> by_number_;  ///< indices of positions_, sorted by notice number
  World world_;
  std::vector<Trigger> triggers_;
  std::size_t next_ = 0;           ///< the next step in the sequence
  CommandId current_ = 0;          ///< the command that the sequence waits for
  bool waiting_ = false;           ///< for a reminder, before the next step begins
  bool current_is_send_ = false;
  CommandId commands_ = 0;
  std::size_t observed_ = 0;       ///< journal entries already looked at
  std::vector<ExchangeId> ordered_;  ///< exchanges that the current command opened
  bool finished_ = true;           ///< the current command has been finished by its actor
};

/// The whole of it.
Journal play(const scenario::Scenario& scenario, std::uint64_t seed, Fidelity fidelity, const Casting& casting);

}  // namespace sim
