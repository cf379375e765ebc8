// The checks of a transition table are themselves checked: each is proven false on a table broken in one place, and
// true on the same table unbroken. Then what a step does: which row wins, in what order things happen.
#include "sim/machine.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

enum class State : unsigned char { shut, ajar, open, any, same };
enum class Event : unsigned char { at_once, push, pull, count };

std::string_view to_text(State state) {
  constexpr std::string_view names[] = {"shut", "ajar", "open", "any", "same"};
  return names[static_cast<std::size_t>(state)];
}
std::string_view to_text(Event event) {
  constexpr std::string_view names[] = {"at_once", "push", "pull"};
  return names[static_cast<std::size_t>(event)];
}

struct Door {
  bool locked = false;
  bool heavy = false;
  std::string told = {};  ///< what happened, in order
};
using DoorRow = sim::Row<State, Event, Door>;

constexpr sim::Guard<Door> always{"always"};
constexpr sim::Guard<Door> locked{"locked", [](const Door& d) { return d.locked; }};
constexpr sim::Guard<Door> heavy{"heavy", [](const Door& d) { return d.heavy; }};
constexpr sim::Action<Door> nothing{""};
constexpr sim::Action<Door> rattle{"rattle", [](Door& d) { d.told += "rattle "; }};
constexpr sim::Action<Door> creak{"creak", [](Door& d) { d.told += "creak "; }};
constexpr sim::Action<Door> lighten{"lighten", [](Door& d) { d.told += "lighten ", d.heavy = false; }};

constexpr auto good = std::to_array<DoorRow>({
    {State::shut, Event::push, locked, rattle, State::same, "1"},
    {State::shut, Event::push, always, creak, State::ajar, "2"},
    {State::ajar, Event::at_once, heavy, lighten, State::ajar, "3"},
    {State::ajar, Event::at_once, always, nothing, State::open, "4"},
    {State::open, Event::pull, always, creak, State::shut, "5"},
    {State::any, Event::push, always, nothing, State::same, "6"},
    {State::any, Event::pull, always, nothing, State::same, "7"},
});

/// `good` with one row put in another's place.
constexpr std::array<DoorRow, good.size()> with(std::size_t index, DoorRow row) {
  std::array<DoorRow, good.size()> out = good;
  out[index] = row;
  return out;
}

/// Gives the door an event; returns what happened, states entered included.
std::string step(State& state, Event event, Door& door) {
  door.told.clear();
  sim::step(std::span<const DoorRow>(good), state, event, door, [&door](State from, State to, const DoorRow& row) {
    door.told += std::string(to_text(from)) + ">" + std::string(to_text(to)) + "[" + std::string(row.rule) + "] ";
  }, [](std::size_t) {});
  return door.told;
}

}  // namespace

TEST_CASE("a table that answers every event in every state is total, and one with a hole is not") {
  static_assert(sim::is_total(good));
  // nobody answers push in open any more
  static_assert(!sim::is_total(with(5, {State::ajar, Event::push, always, nothing, State::same, "6"})));
  // an answer under a condition is not an answer
  static_assert(!sim::is_total(with(5, {State::any, Event::push, locked, nothing, State::same, "6"})));
  // at_once needs none
  static_assert(sim::is_total(with(3, {State::ajar, Event::push, always, nothing, State::open, "4"})));
  CHECK(sim::is_total(good));
}

TEST_CASE("a row that an earlier row always takes the event from is dead") {
  static_assert(sim::has_no_dead_row(good));
  // the guarded row stands behind the unguarded one
  static_assert(!sim::has_no_dead_row(with(0, {State::shut, Event::push, always, rattle, State::same, "1"})));
  // `any` behind rows that cover every state
  constexpr auto covered = std::to_array<DoorRow>({
      {State::shut, Event::push, always, nothing, State::open, ""},
      {State::ajar, Event::push, always, nothing, State::open, ""},
      {State::open, Event::push, always, nothing, State::open, ""},
      {State::any, Event::push, always, nothing, State::same, ""},
  });
  static_assert(!sim::has_no_dead_row(covered));
  // `any` in front of a row for one state
  static_assert(!sim::has_no_dead_row(with(0, {State::any, Event::push, always, nothing, State::same, "1"})));
  // a guarded `any` in front is no obstacle
  static_assert(sim::has_no_dead_row(with(0, {State::any, Event::push, heavy, nothing, State::same, "1"})));
  CHECK(sim::has_no_dead_row(good));
}

TEST_CASE("a state that no row leads to from the first is out of reach") {
  static_assert(sim::reaches_every_state(good));
  // the only way into open is gone
  static_assert(!sim::reaches_every_state(with(3, {State::ajar, Event::at_once, always, nothing, State::shut, "4"})));
  // ajar leads to itself only: an island
  static_assert(!sim::reaches_every_state(with(1, {State::ajar, Event::push, always, creak, State::ajar, "2"})));
  // from anywhere is from the first state too
  static_assert(sim::reaches_every_state(with(3, {State::any, Event::at_once, always, nothing, State::open, "4"})));
  CHECK(sim::reaches_every_state(good));
}

TEST_CASE("the first row whose guard holds wins") {
  Door door{.locked = true};
  State state = State::shut;
  CHECK(step(state, Event::push, door) == "rattle ");
  CHECK(state == State::shut);
  door.locked = false;
  CHECK(step(state, Event::push, door) == "shut>ajar[2] creak ajar>open[4] ");
  CHECK(state == State::open);
}

TEST_CASE("rows on at_once fire until none applies, and each looks at what the one before it did") {
  Door door{.heavy = true};
  State state = State::shut;
  CHECK(step(state, Event::push, door) == "shut>ajar[2] creak ajar>ajar[3] lighten ajar>open[4] ");
  CHECK(state == State::open);
}

TEST_CASE("a state is entered before the order runs, also when it is the same one again; staying enters none") {
  Door door{.locked = true, .heavy = true};
  State state = State::ajar;
  CHECK(step(state, Event::push, door) == "");  // row 6 stays: at_once rows do not fire
  CHECK(state == State::ajar);
}

TEST_CASE("a row for one state comes before a row for any when it stands before it") {
  Door door;
  State state = State::open;
  CHECK(step(state, Event::pull, door) == "open>shut[5] creak ");
  CHECK(step(state, Event::pull, door) == "");
  CHECK(state == State::shut);
}

TEST_CASE("no row wins where a table has none") {
  Door door;
  const std::span<const DoorRow> rows(good);
  CHECK(sim::winning_row(rows, State::shut, Event::at_once, door) == nullptr);
  REQUIRE(sim::winning_row(rows, State::shut, Event::push, door) != nullptr);
  CHECK(sim::winning_row(rows, State::shut, Event::push, door)->rule == "2");
  CHECK(sim::winning_row(rows.first(1), State::shut, Event::push, door) == nullptr);
}

TEST_CASE("a table as text has its states without any and same, and its rows in order") {
  const sim::MachineView view = sim::view_of("door", std::span<const DoorRow>(good));
  CHECK(view.name == "door");
  CHECK(view.states == std::vector<std::string>{"shut", "ajar", "open"});
  REQUIRE(view.rows.size() == good.size());
  CHECK(view.rows[0].from == "shut");
  CHECK(view.rows[0].on == "push");
  CHECK(view.rows[0].when == "locked");
  CHECK(view.rows[0].order == "rattle");
  CHECK(view.rows[0].to == "same");
  CHECK(view.rows[5].from == "any");
  CHECK(view.rows[6].rule == "7");
}
