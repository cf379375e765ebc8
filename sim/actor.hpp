// All that an actor can hear, do or know.
// An actor is a function of what it hears: no sockets, clocks, threads or logs. It answers an input by filling the
// Turn it is given; the world decides what becomes of that. The same actor runs in virtual time and over real HTTP.
// The trap: anything an actor needs and a Turn does not give would be a hidden input, and the run would not repeat.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/contract/message.hpp"
#include "sim/contract/patch.hpp"
#include "sim/contract/registry.hpp"
#include "sim/contract/settings.hpp"
#include "sim/random.hpp"
#include "sim/time.hpp"

namespace sim {

using contract::Body;
using contract::Malformed;
using contract::Party;
using contract::PrimitiveId;
using contract::Role;

using ExchangeId = std::uint32_t;  ///< one call and its single answer
using AlarmId = std::uint32_t;
using CommandId = std::uint32_t;   ///< 0: none

/// Why no answer came.
enum class Silence : std::uint8_t {
  refused,  ///< no connection: the other side cannot have received anything
  timeout,  ///< the deadline passed
  reset,    ///< the connection broke: what the other side received is unknown
};
std::string_view to_text(Silence silence);

// ---- heard by an actor ----

/// Somebody calls us. What they said may be unintelligible; it still wants an answer.
struct Request {
  ExchangeId exchange = 0;
  Party from;
  PrimitiveId primitive{};
  std::variant<Body, Malformed> said;
};
/// The end of an exchange that we started.
struct Answer {
  ExchangeId exchange = 0;
  PrimitiveId primitive{};
  std::variant<Body, Malformed, Silence> said;
  int status = 200;  ///< HTTP
};
/// A time that we asked for has come.
struct Alarm {
  AlarmId id = 0;
  std::string_view what;  ///< names a constant of the actor's own
  std::string about;
};
/// The scenario, or a person, says «do».
struct Command {
  CommandId id = 0;
  std::string verb;
  std::vector<std::pair<std::string, std::string>> with;
  /// The value given for `name`, or `otherwise`.
  [[nodiscard]] std::string_view value(std::string_view name, std::string_view otherwise = {}) const;
};
using Input = std::variant<Request, Answer, Alarm, Command>;

// ---- done by an actor ----

struct Call {
  ExchangeId exchange = 0;
  Party to;
  Body body;
  Duration deadline;
  // Of those alone who are wrong on purpose:
  std::vector<contract::Patch> spoilt = {};  ///< what is wrong with it as it is written
  bool kept = false;                         ///< it never leaves
};
struct Reply {
  ExchangeId exchange = 0;
  Body body;
  int status = 200;
  std::vector<contract::Patch> spoilt = {};  ///< of those alone who are wrong on purpose: what is wrong with it as it is written
};
/// Ends an exchange by closing the connection without a word.
struct HangUp {
  ExchangeId exchange = 0;
};
struct Wake {
  AlarmId alarm = 0;
  Instant at;
  std::string_view what;
  std::string about;
};
struct Cancel {
  AlarmId alarm = 0;
};
/// A state changed: for the journal.
struct Note {
  std::string_view machine;  ///< "payment", "position", "recipient", "transaction", "storno", "debt", "screen", "psp", "till"
  std::string subject;       ///< which one: a token, a notice, a transaction
  std::string about;         ///< the notice it belongs to ("77777777777/302..."), when it is not the subject itself
  std::string_view from, to;
  std::string_view rule;     ///< id of the row or rule that moved it
  std::string detail;        ///< anything more: the amount of a storno
  friend bool operator==(const Note&, const Note&) = default;
};
/// What a command asked for is complete.
struct Finish {
  CommandId command = 0;
};
/// A row of a table won, or a rung of a ladder gave the answer: for coverage, never for the journal.
struct Used {
  std::string_view table;  ///< "nodo.payment"
  std::size_t row = 0;
  friend auto operator<=>(const Used&, const Used&) = default;
};
using Effect = std::variant<Call, Reply, HangUp, Wake, Cancel, Note, Finish, Used>;

/// The counters from which exchanges and alarms take their numbers; part of the world, so that copies agree.
struct Numbers {
  ExchangeId exchange = 0;
  AlarmId alarm = 0;
};

/// One input's worth of acting: what the actor may know, and where it says what it does.
class Turn {
 public:
  Turn(Instant time, const contract::Settings& values, const contract::Registry& names, Random& stream,
       Numbers& numbers, std::vector<Effect>& outbox)
      : now(time), settings(values), registry(names), random(stream), numbers_(numbers), outbox_(outbox) {}

  const Instant now;
  const contract::Settings& settings;
  const contract::Registry& registry;
  Random& random;  ///< the stream of this actor

  /// Starts an exchange; its Answer is a later input, whatever happens.
  ExchangeId call(Party to, Body body, Duration deadline) {
    const ExchangeId id = ++numbers_.exchange;
    outbox_.emplace_back(Call{id, std::move(to), std::move(body), deadline, {}, false});
    return id;
  }
  /// Finishes an exchange that somebody else started.
  void reply(ExchangeId exchange, Body body, int status = 200) {
    outbox_.emplace_back(Reply{exchange, std::move(body), status, {}});
  }
  void hang_up(ExchangeId exchange) { outbox_.emplace_back(HangUp{exchange}); }
  /// Asks for an Alarm; `what` must outlive the run (a literal).
  AlarmId wake(Instant at, std::string_view what, std::string about) {
    const AlarmId id = ++numbers_.alarm;
    outbox_.emplace_back(Wake{id, at, what, std::move(about)});
    return id;
  }
  void cancel(AlarmId alarm) {
    if (alarm != 0) outbox_.emplace_back(Cancel{alarm});
  }
  void note(Note note) { outbox_.emplace_back(std::move(note)); }
  /// `table` must outlive the run (a literal).
  void used(std::string_view table, std::size_t row) { outbox_.emplace_back(Used{table, row}); }
  void finish(CommandId command) {
    if (command != 0) outbox_.emplace_back(Finish{command});
  }
  /// The same moment with another outbox: what an actor inside another one does, before it is done.
  [[nodiscard]] Turn aside(std::vector<Effect>& outbox) const { return {now, settings, registry, random, numbers_, outbox}; }
  void emit(Effect effect) { outbox_.push_back(std::move(effect)); }

 private:
  Numbers& numbers_;
  std::vector<Effect>& outbox_;
};

/// One of the cast.
class Actor {
 public:
  virtual ~Actor() = default;
  virtual void handle(Turn& turn, const Input& input) = 0;
  /// It starts again with what it has stored, alarms included: they stand for jobs by schedule and for queued work. What
  /// was in memory alone is gone; whoever was waiting for its answers has been cut off, and its own calls will end as reset.
  virtual void restart() {}
  /// An independent copy with the same past.
  [[nodiscard]] virtual std::unique_ptr<Actor> clone() const = 0;

 protected:
  Actor() = default;
  Actor(const Actor&) = default;
  Actor& operator=(const Actor&) = default;
};

}  // namespace sim
