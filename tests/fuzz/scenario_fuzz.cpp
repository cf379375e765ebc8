// Feeds bytes to the scenario loader; what loads is also told and judged by name, so that no accepted value is unsafe.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/scenario/story.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto loaded = sim::scenario::load("fuzz.xml", {reinterpret_cast<const char*>(data), size});
  if (loaded) {
    sim::scenario::story(*loaded, "it");
    sim::scenario::story(*loaded, "en");
  }
  return 0;
}
