// Finding, reading and playing scenario files, for all the commands. Every mistake that a file system can offer gets
// a sentence of its own.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>
#include <unistd.h>

#include "actors/mutants.hpp"
#include "actors/tables.hpp"
#include "sim/play.hpp"
#include "tools/cli.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_file = 1024 * 1024;

void complain(const std::string& text) { fmt::print(stderr, "{}\n", text); }

struct Found {
  std::string path;
  bool named;  ///< itself, not a folder above it
};

/// The XML files at or below a path; false when there is nothing to read there.
bool collect(const std::string& path, std::vector<Found>& into) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) {
    complain(fmt::format("{}: there is no such file or folder", path));
    return false;
  }
  if (!fs::is_directory(status)) {
    into.push_back({path, true});
    return true;
  }
  std::vector<std::string> found;
  for (fs::recursive_directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".xml" && !it->is_directory(error)) found.push_back(it->path().generic_string());
  }
  if (error) {
    complain(fmt::format("{}: cannot be listed: {}", path, error.message()));
    return false;
  }
  std::sort(found.begin(), found.end());
  for (std::string& file : found) into.push_back({std::move(file), false});
  return true;
}

}  // namespace

bool colour() { return std::getenv("NO_COLOR") == nullptr && isatty(STDOUT_FILENO) != 0; }

namespace {

/// What a stream still holds; nothing after having said why.
std::optional<std::string> read_all(std::FILE* file, const std::string& name) {
  std::string bytes;
  char buffer[65536];
  while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, file)) {
    bytes.append(buffer, n);
    if (bytes.size() > largest_file) break;
  }
  if (std::ferror(file) != 0) {
    complain(fmt::format("{}: cannot be read: {}", name, std::strerror(errno)));
    return std::nullopt;
  }
  if (bytes.size() > largest_file) {
    complain(fmt::format("{}: is larger than 1 MB; no scenario and no message is", name));
    return std::nullopt;
  }
  return bytes;
}

}  // namespace

std::optional<std::string> read_input() { return read_all(stdin, "standard input"); }

std::optional<std::string> read_file(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    complain(fmt::format("{}: is a folder, not a file", path));
    return std::nullopt;
  }
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    complain(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
    return std::nullopt;
  }
  std::optional<std::string> bytes = read_all(file, path);
  std::fclose(file);
  return bytes;
}

namespace {

std::optional<sim::scenario::RegistryFile> registry_from(const std::string& path, std::string_view bytes) {
  sim::Result<sim::scenario::RegistryFile, std::vector<sim::scenario::Problem>> loaded = sim::scenario::load_registry(path, bytes);
  std::vector<sim::scenario::Problem> problems;
  if (!loaded) problems = loaded.error();
  else {
    for (const sim::scenario::Endpoint& endpoint : loaded->endpoints) {
      for (const std::string* named : {&endpoint.ca, &endpoint.certificate, &endpoint.key}) {
        if (named->empty() || access(named->c_str(), R_OK) == 0) continue;
        problems.push_back({path, endpoint.tls_line, fmt::format("{}: cannot be read: {} (files are sought beside the registry)", *named, std::strerror(errno))});
      }
    }
  }
  for (const sim::scenario::Problem& problem : problems) complain(to_text(problem));
  if (!problems.empty()) return std::nullopt;
  return std::move(loaded).value();
}

}  // namespace

std::optional<sim::scenario::RegistryFile> load_registry(const std::string& path) {
  const std::optional<std::string> bytes = read_file(path);
  if (!bytes) return std::nullopt;
  return registry_from(path, *bytes);
}

std::optional<sim::scenario::Base> base_of(const std::string& registry) {
  if (registry.empty()) return sim::scenario::Base{};
  const std::optional<sim::scenario::RegistryFile> loaded = load_registry(registry);
  if (!loaded) return std::nullopt;
  return loaded->base();
}

std::optional<std::vector<sim::scenario::Scenario>> load_all(const std::vector<std::string>& paths, const sim::scenario::Base& base,
                                                             std::vector<sim::scenario::RegistryFile>* registries) {
  std::vector<Found> files;
  bool fine = true;
  for (const std::string& path : paths) fine = collect(path, files) && fine;
  std::vector<Found> unique;
  for (const Found& file : files) {
    const auto again = std::find_if(unique.begin(), unique.end(), [&](const Found& other) { return other.path == file.path; });
    if (again == unique.end()) unique.push_back(file);
    else again->named = again->named || file.named;
  }
  sim::scenario::Vocabulary states{{"storno", {"REQUESTED", "EXECUTED", "MANUAL"}}, {"till", {"COLLECTED", "CERTIFIED", "RETURNED"}}};
  for (const sim::TableView& table : actors::tables()) {
    if (table.machine) states[table.machine->name] = table.machine->states;
  }
  std::vector<sim::scenario::Scenario> scenarios;
  std::map<std::string, std::string> ids;
  for (const auto& [file, named] : unique) {
    const std::optional<std::string> bytes = read_file(file);
    if (!bytes) {
      fine = false;
      continue;
    }
    if ((registries != nullptr || !named) && sim::scenario::is_registry(*bytes)) {
      std::optional<sim::scenario::RegistryFile> registry;
      if (registries != nullptr) registry = registry_from(file, *bytes);
      fine = fine && (registries == nullptr || registry);
      if (registry) registries->push_back(std::move(*registry));
      continue;
    }
    sim::Result<sim::scenario::Scenario, std::vector<sim::scenario::Problem>> loaded = sim::scenario::load(file, *bytes, states, base);
    if (!loaded) {
      for (const sim::scenario::Problem& problem : loaded.error()) complain(to_text(problem));
      fine = false;
      continue;
    }
    const auto [place, fresh] = ids.emplace(loaded->id, file);
    if (!fresh) {
      complain(fmt::format("{}:1: the id '{}' is already that of {}; give one of them another", file, loaded->id, place->second));
      fine = false;
    }
    scenarios.push_back(std::move(loaded).value());
  }
  if (!fine) return std::nullopt;
  return scenarios;
}

sim::Journal play(const sim::scenario::Scenario& scenario, std::uint64_t seed, sim::Fidelity fidelity, const actors::Mutant* mutant) {
  return sim::play(scenario, seed, fidelity, [mutant](const auto& registry, auto positions) {
    return mutant != nullptr ? actors::mutant_cast(registry, positions, *mutant) : actors::cast(registry, positions);
  });
}

std::vector<sim::report::Shown> show_all(const std::vector<sim::scenario::Scenario>& scenarios) {
  std::vector<sim::report::Shown> out;
  for (const sim::scenario::Scenario& scenario : scenarios) {
    if (!scenario.skip.empty()) continue;
    sim::Performance performance(scenario, 1, sim::Fidelity::typed, [](const auto& registry, auto positions) { return actors::cast(registry, positions); });
    performance.count_rows();
    performance.play();
    sim::report::Shown& shown = out.emplace_back();
    shown.scenario = &scenario;
    shown.used = *performance.world().coverage;
    const sim::Journal journal = std::move(performance).finish();
    shown.verdict = sim::report::judge(scenario, journal).verdict;
    shown.faults = sim::report::fault_codes_in(journal);
  }
  return out;
}

}  // namespace tools
