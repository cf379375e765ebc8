// SIM_CHECK states what must hold if our own code is right. It is on in every build: a simulator that
// judges others does not go on after it has caught itself in a mistake. Never use it for bad input.
#pragma once

#include <string>

namespace sim {

/// Prints what failed, where, and what `set_bug_context` has last been told; then exits with code 5.
[[noreturn]] void report_bug(const char* condition, const char* file, int line);

/// Says what is going on (scenario and seed), to be printed if a check fails. Empty text forgets it.
void set_bug_context(std::string context);

}  // namespace sim

#define SIM_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::sim::report_bug(#condition, __FILE__, __LINE__))

/// Marks what can only be reached by a bug of ours; `why` is text for whoever mends it.
#define SIM_CANNOT_HAPPEN(why) ::sim::report_bug(why, __FILE__, __LINE__)
