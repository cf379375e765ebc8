// A simulated world: a cast of actors, a network between them, virtual time, and the journal of what happened.
// A World is a value: copying it forks the run, which is all that exploration, rewinding and «what if» need.
// Nothing waits: the next event says what time it is. Every hop is by default encoded, validated and decoded; with
// typed fidelity it is a pointer, and the journal is the same.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/actor.hpp"
#include "sim/clock.hpp"
#include "sim/dossier.hpp"
#include "sim/faults.hpp"
#include "sim/hash.hpp"
#include "sim/journal.hpp"

namespace sim {

enum class Fidelity : std::uint8_t { wire, typed };

/// Who plays whom. The factories are handed in, so that the engine names no concrete actor.
struct Cast {
  std::vector<std::pair<Party, std::shared_ptr<const Actor>>> parts;  ///< prototypes, cloned into each world
};

/// A message on its way out of the world.
struct Freight {
  ExchangeId exchange = 0;
  contract::Leg leg{};
  PrimitiveId primitive{};
  Party from, to;
  std::shared_ptr<const std::string> bytes;
  int status = 200;  ///< HTTP, of responses
};
/// Takes messages out of the world and over a real network, where there is one; without it the clock brings them.
class Carrier {
 public:
  virtual ~Carrier() = default;
  /// False: the world brings it by itself.
  virtual bool carry(const Freight& freight) = 0;
  /// A call is over. If its answer has not left, none ever will by its connection, which may be closed.
  virtual void hang_up(ExchangeId exchange) = 0;

 protected:
  Carrier() = default;
  Carrier(const Carrier&) = default;
  Carrier& operator=(const Carrier&) = default;
};

/// A number that the world gives back when its time has come: for whoever conducts the run.
using Ticket = std::uint32_t;

class World {
 public:
  World(const Cast& cast, contract::Registry registry, const contract::Settings& settings, std::uint64_t seed,
        Fidelity fidelity, Instant start = run_start);

  /// Rules about the network and about scripted roles; may be changed between steps.
  Faults faults;
  /// Which rows of the actors' tables have been used so far, when somebody asked for it: no part of the journal.
  std::optional<std::set<Used>> coverage;

  [[nodiscard]] Instant now() const { return clock_.now(); }
  [[nodiscard]] const Journal& journal() const { return journal_; }
  [[nodiscard]] Journal take_journal() && { return std::move(journal_); }
  [[nodiscard]] const contract::Registry& registry() const { return *registry_; }
  [[nodiscard]] bool plays(const Party& party) const { return parts_.contains(party); }
  /// Whom the world plays.
  [[nodiscard]] std::vector<Party> parties() const {
    std::vector<Party> out;
    for (const Part& part : cast_) out.push_back(part.who);
    return out;
  }
  [[nodiscard]] PrimitiveId primitive_of(ExchangeId exchange) const { return exchanges_.at(exchange - 1).primitive; }
  [[nodiscard]] bool is_over(ExchangeId exchange) const { return exchanges_.at(exchange - 1).over; }
  /// The stream for what the scenario itself draws.
  [[nodiscard]] Random& scenario_random() { return scenario_random_; }

  /// Gives an order to an actor, now. Calls that it makes in that turn are patched and marked as ordered.
  void command(const Party& to, Command command, int line, std::vector<contract::Patch> patches = {});
  /// Puts a line of the conductor's own in the journal.
  void stage(int line, std::string what) { journal_.add(now(), Staged{line, std::move(what)}); }
  /// The actor falls and stands up again with what it has stored: the requests that it has not answered and the calls
  /// that it has made end as broken connections, on both sides.
  void restart(const Party& party, int line);
  /// All clocks go forward at once. Alarms that are overdue then ring; what is on its way still takes its time.
  void leap(Duration by, int line);
  /// Asks for the ticket back at that time.
  void remind(Instant at, Ticket ticket);

  // ---- the world's border, where a carrier takes messages over it ----

  /// Must outlive the world; copies of a world share it.
  Carrier* carrier = nullptr;
  /// Somebody whom the world does not play calls somebody whom it plays. The answer leaves by the carrier.
  ExchangeId called(const Party& from, const Party& to, PrimitiveId primitive, std::variant<Body, Malformed> said);
  /// A message that the carrier took, of and for parties that the world plays, has arrived.
  void arrived(ExchangeId exchange, contract::Leg leg, std::variant<Body, Malformed> said, int status = 200);
  /// Whether the carrier has taken that message and not yet brought it.
  [[nodiscard]] bool is_awaited(ExchangeId exchange, contract::Leg leg) const;
  /// A request that the carrier took is in the hands of somebody whom the world does not play.
  void reached(ExchangeId exchange);
  /// Somebody whom the world does not play has answered.
  void answered(ExchangeId exchange, std::variant<Body, Malformed> said, int status);
  /// A call that the carrier took came to nothing.
  void failed(ExchangeId exchange, Silence why) { end(exchange, why, 0); }
  /// When something happens next by itself; nothing: never.
  [[nodiscard]] std::optional<Instant> next_due();
  /// It is later; nothing is due before that.
  void wait_until(Instant at);

  /// What a step did.
  struct Stepped {
    bool happened = false;         ///< false: nothing was left to happen
    std::optional<Ticket> ticket;  ///< a reminder came due
  };
  /// Lets the next event happen, unless it lies beyond the horizon: then the journal is marked as cut short.
  Stepped step(Instant horizon);
  /// Steps until nothing is left.
  void settle(Instant horizon);

  /// Something that is due at the instant at which something happens next.
  struct Due {
    std::uint64_t sequence = 0;
    bool may_move = false;  ///< a message that nothing has been done to, its rank included
    PrimitiveId primitive{};
    contract::Leg leg{};
    ExchangeId exchange = 0;
    std::optional<std::uint32_t> part;  ///< whom it happens to; nothing: perhaps anybody
    /// Whether it may matter which of the two comes first.
    [[nodiscard]] bool meets(const Due& other) const { return !part || !other.part || *part == *other.part; }
  };
  /// All that is due at that instant, in the order in which it was asked for; empty unless there are several, and that instant is still to come.
  [[nodiscard]] std::vector<Due> due_together() const;
  /// Lets it happen before (below 0) or after (above 0) whatever else is due at its instant.
  void rank(std::uint64_t sequence, std::int8_t rank);
  /// Two runs of one scenario have the same value when every party has heard the same, at the same times and in the same
  /// order, and the same is under way: then they go on alike, and nobody who reads what crossed the wire can tell them
  /// apart, but for the order of what happened to different parties at one instant. A hash of 64 bits.
  [[nodiscard]] std::uint64_t fingerprint() const;

 private:
  using Said = std::variant<Body, Malformed>;
  /// A message in the hands of a carrier, between two that the world plays: it arrives when it would without one, or, when
  /// the real network was slower, as soon as it is there.
  struct Way {
    contract::Leg leg{};
    std::uint64_t place = 0;  ///< among what is due at that instant
    Instant due;
    std::int8_t rank = 0;
    int line = 0;
    std::string_view event;
    bool again = false;
  };
  struct Exchange {
    Party caller, callee;
    PrimitiveId primitive{};
    CommandId cause = 0;
    int altered_by = 0;  ///< index + 1 of the conduct rule that changes the reply
    bool shadow = false; ///< the second delivery of a duplicated request: its answer goes nowhere
    bool over = false;   ///< the caller has its Answer
    bool answered = false;
    bool heard = false;      ///< the callee has the request
    bool foreign = false;    ///< the caller is outside, whoever he says he is
    bool cut_off = false;    ///< the callee fell before it answered: what it says now reaches nobody
    std::uint64_t name = 0;  ///< for fingerprints: whose call, and which of its calls; numbers depend on the order of things
    std::vector<Way> on_the_way;  ///< what a carrier has of it and will bring
  };
  struct Deliver {
    ExchangeId exchange;
    contract::Leg leg;
    Said said;
    int status;
    int line;
    std::string_view event;
    bool again = false;  ///< the second arrival of a duplicated request
  };
  /// An answer that a scripted role has held back for a while.
  struct Release {
    ExchangeId exchange;
    Said said;
    int status;
    int line;
    std::string_view event;
  };
  struct Break {
    ExchangeId exchange;
    Silence why;
  };
  struct Deadline {
    ExchangeId exchange;
  };
  struct Ring {
    std::uint32_t part;
    AlarmId alarm;
    std::string_view what;
    std::string about;
  };
  /// A message that the network has held back until its carrier takes it.
  struct Ship {
    Deliver freight;
  };
  using Event = std::variant<Ticket, Deliver, Release, Break, Deadline, Ring, Ship>;

  /// An actor that copies itself when the world is copied.
  class Part {
   public:
    Part(Party party, std::unique_ptr<Actor> actor, Random random)
        : who(std::move(party)), stream(random), actor_(std::move(actor)) {}
    Part(const Part& other)
        : who(other.who), stream(other.stream), heard(other.heard), calls(other.calls), actor_(other.actor_->clone()) {}
    Part(Part&&) noexcept = default;
    Part& operator=(const Part& other) {
      if (this != &other) *this = Part(other);
      return *this;
    }
    Part& operator=(Part&&) noexcept = default;
    ~Part() = default;
    Actor& actor() { return *actor_; }

    Party who;
    Random stream;
    std::uint64_t heard = 0;  ///< hash of all its inputs
    std::uint64_t calls = 0;

   private:
    std::unique_ptr<Actor> actor_;
  };

  void happen(Event event);
  void act(std::uint32_t part, const Input& input, CommandId cause = 0, std::span<const contract::Patch> patches = {});
  void do_call(Part& from, Call& call, CommandId cause, std::span<const contract::Patch> patches);
  void do_reply(const Reply& reply);
  void send(ExchangeId exchange, contract::Leg leg, Said said, int status, int line, std::string_view event, Duration after);
  void bring(Deliver delivery, Duration after, std::int8_t rank = 0);
  bool is_carried(const Deliver& delivery, Instant due, std::int8_t rank);
  void schedule(std::uint64_t place, Instant due, Event event, std::int8_t rank);
  [[nodiscard]] bool is_outside(const Exchange& exchange) const { return exchange.foreign || !plays(exchange.caller); }
  void deliver(Deliver deliver);
  void deliver_request(ExchangeId id, Said said);
  bool conduct(ExchangeId id, const ConductRule& rule);
  bool is_about(ExchangeId id, std::string_view subject);
  void overhear(std::uint32_t part, const Input& input);
  void hears(Part& part, const Input& input) const;
  [[nodiscard]] bool is_dead(const Event& event) const;
  [[nodiscard]] std::uint64_t name_of(const Event& event) const;
  [[nodiscard]] std::optional<std::uint32_t> part_of(const Event& event) const;
  void end(ExchangeId id, std::variant<Body, Malformed, Silence> said, int status);
  Said over_the_wire(Body body, std::span<const contract::Patch> patches) const;
  Said damaged(const Said& said, PrimitiveId primitive, contract::Leg leg, Mishap mishap);

  Fidelity fidelity_;
  std::shared_ptr<const contract::Registry> registry_;
  contract::Settings settings_;
  Clock<Event> clock_;
  Journal journal_;
  Dossier dossier_;  ///< read only when a rule asks
  std::map<Party, std::uint32_t> parts_;
  std::vector<Part> cast_;
  std::vector<Exchange> exchanges_;
  std::vector<bool> cancelled_;
  Numbers numbers_;
  Random scenario_random_, noise_;
  std::vector<Effect> outbox_;
  std::uint64_t passed_ = 0;  ///< for fingerprints: what has happened and what the network has done, whatever the order
  std::uint64_t ranked_ = 0;  ///< and the ranks of what is still to come
};

}  // namespace sim
