// The only output of a run: everything that was said, heard, lost, decided or asked for, in order.
// Verdicts, ladders, diagrams and coverage are functions of a journal; whatever they need is recorded here.
// Entries share message bodies with the actors that said them, so that keeping the journal costs little.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/actor.hpp"
#include "sim/contract/message.hpp"
#include "sim/time.hpp"

namespace sim {

/// One message at one end of its way.
struct Hop {
  enum class Stage : std::uint8_t {
    sent,      ///< it left
    received,  ///< it arrived, whole or not
    lost,      ///< it will never arrive
    withheld,  ///< a scripted role kept it to itself
  };
  Stage stage{};
  contract::Leg leg{};
  PrimitiveId primitive{};
  ExchangeId exchange = 0;
  Party from, to;
  std::variant<Body, Malformed> said;
  int status = 200;        ///< HTTP, of responses
  CommandId cause = 0;     ///< the command whose turn sent it, when it was a direct order
  int rule_line = 0;       ///< line of the scripted rule that touched it, 0: none did
  std::string_view event;  ///< what that rule did ("drop", "answers KO")
};
/// The caller was told that no answer will come.
struct Unanswered {
  ExchangeId exchange = 0;
  PrimitiveId primitive{};
  Party caller, callee;
  Silence why{};
};
struct Noted {
  Party who;
  Note note;
};
struct Woken {
  Party who;
  AlarmId alarm = 0;
  std::string_view what;
  std::string about;
};
struct Commanded {
  Party who;
  Command command;
  int line = 0;
};
struct Finished {
  Party who;
  CommandId command = 0;
};
/// A step of the scenario that is not a command: waiting, a restart, a leap of the clocks.
struct Staged {
  int line = 0;
  std::string what;
  Duration leap = {};  ///< by how much all clocks went forward at once: no time that passed
};

using Happening = std::variant<Hop, Unanswered, Noted, Woken, Commanded, Finished, Staged>;

struct Entry {
  Instant at;
  Happening what;
};

/// What a run leaves behind. A value.
struct Journal {
  std::vector<Entry> entries;
  Instant start = run_start;
  Instant end = run_start;  ///< the instant of the last thing that happened
  bool cut_short = false;   ///< the horizon came before the world had settled

  void add(Instant at, Happening what) {
    constexpr std::size_t entries_of_a_payment = 96;
    if (entries.empty()) entries.reserve(entries_of_a_payment);
    entries.push_back({at, std::move(what)});
    end = at;
  }
};

std::string_view to_text(Hop::Stage stage);

}  // namespace sim
