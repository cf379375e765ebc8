// Virtual time and what is due in it.
// Events come out ordered by (instant, rank, sequence number): two things due at the same millisecond happen in the order
// in which they were asked for, on every machine, unless somebody ranks one of them before or behind the others.
// Nothing waits: time is whatever the next event says.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/time.hpp"

namespace sim {

/// The queue of future events. A value: copying it copies the future.
template <class Event>
class Clock {
 public:
  explicit Clock(Instant start) : now_(start) {}

  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] bool empty() const { return heap_.empty(); }

  /// `rank`: below 0 before, above 0 behind whatever else is due at that instant.
  void at(Instant when, Event event, std::int8_t rank = 0) { at_place(reserve(), when, std::move(event), rank); }
  /// The place in the order of asking that is next, for something that will be asked for later.
  std::uint64_t reserve() { return next_++; }
  void at_place(std::uint64_t place, Instant when, Event event, std::int8_t rank = 0) {
    std::uint32_t slot = 0;
    if (free_.empty()) {
      slot = static_cast<std::uint32_t>(slots_.size());
      slots_.push_back(std::move(event));
    } else {
      slot = free_.back();
      free_.pop_back();
      slots_[slot] = std::move(event);
    }
    heap_.push_back({when < now_ ? now_ : when, place, slot, rank});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }

  /// Takes the next event without moving time: the event may turn out to be cancelled. `moved_to` says when it is due,
  /// `rank` whether it has been ranked.
  std::optional<Event> take(Instant& moved_to, std::int8_t& rank) {
    if (heap_.empty()) return std::nullopt;
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Due due = heap_.back();
    heap_.pop_back();
    free_.push_back(due.slot);
    moved_to = due.when < now_ ? now_ : due.when;
    rank = due.rank;
    return std::move(slots_[due.slot]);
  }
  void move_to(Instant when) { now_ = when; }
  /// What is due next, whether it will happen or not.
  [[nodiscard]] const Event* peek(Instant& due) const {
    if (heap_.empty()) return nullptr;
    due = heap_.front().when < now_ ? now_ : heap_.front().when;
    return &slots_[heap_.front().slot];
  }
  /// It is later all at once. What `keeps_its_distance` is as far off as before; what is overdue comes at once, in its order.
  template <class KeepsItsDistance>
  void leap(Duration by, KeepsItsDistance keeps_its_distance) {
    now_ = now_ + by;
    for (Due& due : heap_) {
      if (keeps_its_distance(slots_[due.slot])) due.when = due.when + by;
    }
    std::make_heap(heap_.begin(), heap_.end(), later);
  }

  /// What is due, in no particular order: f(when, event, sequence number, rank).
  template <class F>
  void each(F f) const {
    for (const Due& due : heap_) f(due.when, slots_[due.slot], due.sequence, due.rank);
  }
  /// Ranks the event with that sequence number anew.
  void rank(std::uint64_t sequence, std::int8_t rank) {
    for (Due& due : heap_) {
      if (due.sequence == sequence) due.rank = rank;
    }
    std::make_heap(heap_.begin(), heap_.end(), later);
  }

 private:
  struct Due {
    Instant when;
    std::uint64_t sequence;
    std::uint32_t slot;
    std::int8_t rank;
  };
  static bool later(const Due& a, const Due& b) {
    if (a.when != b.when) return a.when > b.when;
    return a.rank != b.rank ? a.rank > b.rank : a.sequence > b.sequence;
  }

  Instant now_;
  std::vector<Due> heap_;
  std::vector<Event> slots_;
  std::vector<std::uint32_t> free_;
  std::uint64_t next_ = 0;
};

}  // namespace sim
