// Runs independent pieces of work on several threads. The only threads of the product live in this folder.
#pragma once

#include <cstddef>
#include <functional>

#include "sim/time.hpp"

namespace sim::live {

/// Calls `work(i)` for every i in [0, count), on at most `threads` threads; returns when all are done.
/// The pieces must share nothing that any of them changes.
void for_each_index(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work);

/// Waits so long, of real time.
void pause(Duration time);

}  // namespace sim::live
