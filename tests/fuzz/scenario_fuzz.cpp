// Feeds bytes to the loaders of scenarios and registries; what loads is also told and judged by name, so that no accepted
// value is unsafe.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/scenario/registry_file.hpp"
#include "sim/scenario/story.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto loaded = sim::scenario::load("fuzz.xml", bytes);
  if (loaded) {
    sim::scenario::story(*loaded, "it");
    sim::scenario::story(*loaded, "en");
  }
  if (const auto registry = sim::scenario::load_registry("fuzz.xml", bytes)) {
    sim::scenario::load("fuzz.xml", "<scenario/>", {}, registry->base());
  }
  return 0;
}
