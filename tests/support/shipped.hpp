// Every shipped scenario, loaded once, in the order of their files.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/scenario/model.hpp"

namespace support {

inline const std::vector<sim::scenario::Scenario>& shipped() {
  static const std::vector<sim::scenario::Scenario> scenarios = [] {
    std::vector<sim::scenario::Scenario> out;
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(SIM_SOURCE_DIR "/scenarios")) {
      if (entry.path().extension() == ".xml") files.insert(entry.path());
    }
    for (const auto& file : files) {
      std::ifstream in(file, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), {}};
      auto loaded = sim::scenario::load(file.string(), bytes);
      REQUIRE(loaded.has_value());
      if (loaded->skip.empty()) out.push_back(std::move(loaded).value());
    }
    REQUIRE(out.size() > 200);
    return out;
  }();
  return scenarios;
}

}  // namespace support
