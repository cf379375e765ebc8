// Feeds bytes to both HTTP readers, at once and one by one: the two must agree, and a message that is read must be
// written as bytes that are read as the same body under the same line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sim/wire/http.hpp"

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

template <class M>
void read(std::string_view bytes) {
  sim::wire::HttpReader<M> at_once;
  const std::size_t taken = at_once.feed(bytes);
  sim::wire::HttpReader<M> slow;
  for (const char c : bytes) slow.feed({&c, 1});
  demand(taken <= bytes.size());
  demand(at_once.progress() == slow.progress() && at_once.message() == slow.message());
  at_once.end();
  if (at_once.progress() != sim::wire::HttpProgress::complete) return;
  // Our writer says the length where the peer did not, and puts a blank behind every colon: a head at its limits grows.
  sim::wire::HttpReader<M> again({.line = 2 * sim::wire::HttpLimits{}.line, .headers = sim::wire::HttpLimits{}.headers + 1});
  again.feed(sim::wire::write(at_once.message()));
  demand(again.progress() == sim::wire::HttpProgress::complete);
  demand(again.message().body == at_once.message().body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read<sim::wire::HttpRequest>(bytes);
  read<sim::wire::HttpResponse>(bytes);
  return 0;
}
