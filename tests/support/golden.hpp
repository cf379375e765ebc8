// Golden files: what something looked like when somebody last approved of it, byte for byte.
// Nothing is scrubbed before comparing: whatever varies from run to run is a determinism bug and must show.
// UPDATE_GOLDEN=1 writes what is there now; git then shows what changed.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace support {

inline std::filesystem::path golden_path(std::string_view name) {
  return std::filesystem::path(SIM_SOURCE_DIR) / "tests" / "golden" / name;
}

/// All the bytes of a file; nothing when it cannot be read.
inline std::optional<std::string> bytes_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

/// Where two texts part, with a few characters of each around it; empty when they do not.
inline std::string first_difference(std::string_view is, std::string_view was) {
  if (is == was) return {};
  const std::size_t shorter = std::min(is.size(), was.size());
  std::size_t at = 0;
  while (at < shorter && is[at] == was[at]) ++at;
  const auto line = 1 + std::count(is.begin(), is.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  const std::size_t from = at < 30 ? 0 : at - 30;
  return "line " + std::to_string(line) + ", byte " + std::to_string(at) + ": is ..." + std::string(is.substr(from, 70)) +
         "... but was ..." + std::string(was.substr(from, 70)) + "...";
}

/// Compares with tests/golden/<name>, or writes it when UPDATE_GOLDEN is set.
inline void check_golden(const std::string& name, std::string_view text) {
  const std::filesystem::path path = golden_path(name);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary);
    out << text;
    REQUIRE(out.good());
    return;
  }
  const std::optional<std::string> approved = bytes_of_file(path);
  CAPTURE(name);
  REQUIRE_MESSAGE(approved.has_value(), "there is no such golden file; UPDATE_GOLDEN=1 makes it");
  CHECK(first_difference(text, *approved) == "");
}

}  // namespace support
