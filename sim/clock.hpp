// Virtual time and what is due in it.
// Events come out ordered by (instant, sequence number): two things due at the same millisecond happen in the order
// in which they were asked for, on every machine. Nothing waits: time is whatever the next event says.
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

  void at(Instant when, Event event) {
    std::uint32_t slot = 0;
    if (free_.empty()) {
      slot = static_cast<std::uint32_t>(slots_.size());
      slots_.push_back(std::move(event));
    } else {
      slot = free_.back();
      free_.pop_back();
      slots_[slot] = std::move(event);
    }
    heap_.push_back({when < now_ ? now_ : when, next_++, slot});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }

  /// Takes the next event without moving time: the event may turn out to be cancelled. `moved_to` says when it is due.
  std::optional<Event> take(Instant& moved_to) {
    if (heap_.empty()) return std::nullopt;
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Due due = heap_.back();
    heap_.pop_back();
    free_.push_back(due.slot);
    moved_to = due.when < now_ ? now_ : due.when;
    return std::move(slots_[due.slot]);
  }
  void move_to(Instant when) { now_ = when; }
  /// It is later all at once. What `keeps_its_distance` is as far off as before; what is overdue comes at once, in its order.
  template <class KeepsItsDistance>
  void leap(Duration by, KeepsItsDistance keeps_its_distance) {
    now_ = now_ + by;
    for (Due& due : heap_) {
      if (keeps_its_distance(slots_[due.slot])) due.when = due.when + by;
    }
    std::make_heap(heap_.begin(), heap_.end(), later);
  }

 private:
  struct Due {
    Instant when;
    std::uint64_t sequence;
    std::uint32_t slot;
  };
  static bool later(const Due& a, const Due& b) {
    return a.when != b.when ? a.when > b.when : a.sequence > b.sequence;
  }

  Instant now_;
  std::vector<Due> heap_;
  std::vector<Event> slots_;
  std::vector<std::uint32_t> free_;
  std::uint64_t next_ = 0;
};

}  // namespace sim
