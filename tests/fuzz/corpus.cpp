// Writes the seed corpus of the fuzz targets: sim_corpus FOLDER [SEED]. Made from the tables, so that a fuzzer starts
// from every message in every fullness and from every kind of defect, and need not guess names and formats by chance.
// The same seed writes the same files on any machine. Scenarios come as spoilt ones only: the shipped ones are seeds as
// they stand.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "sim/contract/breaks.hpp"
#include "sim/contract/generate.hpp"
#include "sim/wire/codec.hpp"
#include "tests/support/mutations.hpp"

namespace {

using namespace sim::contract;
namespace fs = std::filesystem;

void write(const fs::path& path, std::string_view bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

/// One message in three fullnesses, and a few of its defects; each kind is taken where it has been taken least so far.
void write_messages(const fs::path& folder, const Primitive& row, Leg leg, std::vector<std::string>& taken,
                    sim::Random& random) {
  constexpr std::size_t defects = 5;
  const bool soap = row.port != nullptr;
  const std::string name = std::string(row.name) + "-" + std::string(to_text(leg));
  const auto path = [&](const std::string& what) {
    return folder / (soap ? "xml" : "json") / (name + "-" + what + (soap ? ".xml" : ".json"));
  };
  write(path("minimal"), sim::wire::encode(generate(row.id, leg, random, Fullness::minimal)));
  write(path("some"), sim::wire::encode(generate(row.id, leg, random, Fullness::some)));
  const Message full = generate(row.id, leg, random, Fullness::full);
  write(path("full"), sim::wire::encode(full));
  std::vector<Break> all = breaks_of(full);
  for (std::size_t i = 0; i < defects && !all.empty(); ++i) {
    const auto times = [&taken](const Break& b) {
      return std::count(taken.begin(), taken.end(), std::string(b.kind->name));
    };
    const std::size_t from = static_cast<std::size_t>(random.below(all.size()));
    std::rotate(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(from), all.end());
    const auto rarest =
        std::min_element(all.begin(), all.end(), [&](const Break& a, const Break& b) { return times(a) < times(b); });
    taken.emplace_back(rarest->kind->name);
    write(path(std::string(rarest->kind->name)), sim::wire::encode(full, rarest->patches));
    all.erase(rarest);
  }
}

void write_scenarios(const fs::path& folder, const fs::path& shipped, sim::Random& random) {
  static constexpr std::string_view tokens[] = {"pay",
                                                "psp",
                                                "nodo",
                                                "99999999999999999999",
                                                "-1",
                                                "0",
                                                "s",
                                                "10d",
                                                "",
                                                "random:",
                                                "$",
                                                "[2]",
                                                "/",
                                                "*",
                                                "KO",
                                                "OK",
                                                "\xC3\xA8",
                                                "&amp;",
                                                "&#10;",
                                                " times=\"2\"",
                                                " after=\"1ms\"",
                                                "<pay/>",
                                                "<fault/>",
                                                "lang=\"it\""};
  std::set<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(shipped)) {
    if (entry.path().extension() == ".xml" && entry.file_size() < 2'000) files.insert(entry.path());
  }
  std::size_t number = 0;
  for (const fs::path& file : files) {
    if (++number % 6 != 0) continue;
    std::ifstream in(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    write(folder / "scenario" / file.filename(), support::mutated(bytes, tokens, "\"=<", random));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: sim_corpus FOLDER [SEED]\n");
    return 2;
  }
  const fs::path folder = argv[1];
  sim::Random random(argc > 2 ? std::stoull(argv[2]) : 1, "corpus");
  std::vector<std::string> taken;
  for (const Primitive& row : primitives()) {
    for (const Leg leg : {Leg::request, Leg::response}) write_messages(folder, row, leg, taken, random);
  }
  write_scenarios(folder, fs::path(SIM_SOURCE_DIR) / "scenarios", random);
  return 0;
}
