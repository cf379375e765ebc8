// A registry file: who exists, as a sandbox needs it declared, and which of them are somebody else's software. It has the
// words of scenarios and means the same by them; what stands in no scenario is where a party listens.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/scenario/model.hpp"

namespace sim::scenario {

/// Where a party listens that is somebody else's software, and how it wants to be called.
struct Endpoint {
  contract::Party party;
  std::string at;  ///< the station or channel that listens there; empty: every one of the party that has none of its own
  std::string url;
  std::string ca, certificate, key;  ///< files, as seen from where the registry file is seen; empty: none
  bool verify = true;
  std::vector<std::pair<std::string, std::string>> headers{};
  Duration deadline{};  ///< zero: what the settings say
  int line = 0, tls_line = 0;
};

struct RegistryFile {
  std::string file;
  contract::Registry registry;
  std::vector<contract::DebtPosition> positions;
  std::vector<Endpoint> endpoints;

  /// Where to call a party, on a station or channel of it (the first that is said when none is named, or it has no url of
  /// its own); nullptr when it is one of ours.
  [[nodiscard]] const Endpoint* endpoint(const contract::Party& party, std::string_view at = {}) const;
  [[nodiscard]] Base base() const { return {registry, positions}; }
};

/// Reads a registry; on failure, every mistake of the file at once, by line. Files that it names are not looked at.
Result<RegistryFile, std::vector<Problem>> load_registry(const std::string& file, std::string_view bytes);

/// Whether this is meant to be a registry: the root says so.
bool is_registry(std::string_view bytes);

/// A registry to start from: everything in it is fine, and comments say what else there is.
std::string_view sample_registry();

}  // namespace sim::scenario
