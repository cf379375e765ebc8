#include "sim/check.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace sim {
namespace {
// Only ever read while the process is ending: it cannot influence a run.
std::string& context() {
  static thread_local std::string text;  // a run stays on its thread
  return text;
}
}  // namespace

void set_bug_context(std::string text) { context() = std::move(text); }

void report_bug(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "checkout-sim: this is a bug of ours: '%s' does not hold (%s:%d)\n", condition, file, line);
  if (!context().empty()) std::fprintf(stderr, "  while: %s\n", context().c_str());
  std::fprintf(stderr, "  please report it with the lines above; no verdict was given\n");
  std::fflush(nullptr);
  std::_Exit(5);
}

}  // namespace sim
