// The direction of dependencies, checked by reading every #include: a single slip would spoil the whole house.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace {

namespace fs = std::filesystem;

struct Include {
  std::string file, what;
};

std::vector<Include> includes_below(const std::string& folder) {
  std::vector<Include> out;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(SIM_SOURCE_DIR) / folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".hpp" && extension != ".cpp") continue;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      if (!line.starts_with("#include ")) continue;
      const std::size_t first = line.find_first_of("<\"") + 1;
      out.push_back({fs::relative(entry.path(), SIM_SOURCE_DIR).generic_string(),
                     line.substr(first, line.find_first_of(">\"", first) - first)});
    }
  }
  return out;
}

/// The layer that a path of ours belongs to.
std::string layer(const std::string& path) {
  static const std::map<std::string, std::string> files{
      {"result", "free"}, {"flat_map", "free"}, {"time", "free"},       {"random", "free"}, {"check", "free"}, {"hash", "free"}, {"actor", "actor"},
      {"machine", "machine"}, {"faults", "faults"}, {"clock", "clock"}, {"journal", "journal"}, {"dossier", "journal"}, {"laws", "laws"}, {"payment_laws", "laws"}, {"breach", "laws"}, {"monitors", "laws"}, {"ledger", "laws"},
      {"world", "world"}, {"stimulus", "world"}, {"behaviour", "world"}, {"play", "play"}, {"explore", "explore"}, {"discordance", "explore"}, {"random_payments", "explore"}, {"situations", "explore"}, {"random_worlds", "explore"}};
  if (path.starts_with("actors/")) return "actors";
  if (path.starts_with("tools/")) return "tools";
  if (!path.starts_with("sim/")) return "outside";
  const std::string rest = path.substr(4);
  const std::size_t slash = rest.find('/');
  if (rest.starts_with("monitors/")) return "laws";  // sim/monitors.hpp, by subject
  if (slash != std::string::npos) return rest.substr(0, slash);
  return files.at(rest.substr(0, rest.find('.')));
}

// The scenario loader reads XML through the wire's gate rather than a second parser: hence scenario -> wire.
const std::map<std::string, std::vector<std::string>>& allowed() {
  static const std::map<std::string, std::vector<std::string>> table{
      {"free", {}},
      {"contract", {}},
      {"wire", {"contract"}},
      {"actor", {"contract"}},
      {"machine", {}},
      {"faults", {"contract"}},
      {"clock", {}},
      {"journal", {"actor", "contract"}},
      {"laws", {"actor", "contract", "journal"}},
      {"world", {"actor", "clock", "contract", "faults", "journal", "wire"}},
      {"actors", {"actor", "machine", "contract", "world"}},
      {"scenario", {"contract", "faults", "journal", "wire"}},
      {"play", {"contract", "scenario", "world"}},
      {"explore", {"contract", "faults", "scenario", "play", "laws"}},
      {"report", {"journal", "laws", "faults", "machine", "scenario", "contract", "wire"}},
      // One engine, two clocks: live mode drives the world of the simulation rather than a second one.
      {"live", {"actor", "wire", "journal", "contract", "world"}},
  };
  return table;
}

bool is_in(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

TEST_CASE("every layer includes only the layers it may") {
  for (const char* folder : {"sim", "actors"}) {
    for (const Include& include : includes_below(folder)) {
      const std::string from = layer(include.file);
      const std::string to = layer(include.what);
      if (to == "outside" || to == from || to == "free") continue;
      if (from == "free") {  // everybody may use them, they use nobody
        CAPTURE(include.file);
        CHECK_MESSAGE(false, "the free headers include nothing of ours but each other");
        continue;
      }
      CAPTURE(include.file);
      CAPTURE(include.what);
      CHECK(is_in(allowed().at(from), to));
    }
  }
}

TEST_CASE("only cast.hpp of the actors knows the world, and the engine names no actor") {
  for (const Include& include : includes_below("actors")) {
    if (include.what == "sim/world.hpp") CHECK(include.file == "actors/cast.hpp");
  }
  for (const Include& include : includes_below("sim")) {
    CAPTURE(include.file);
    CHECK(!include.what.starts_with("actors/"));
    CHECK(!include.what.starts_with("tools/"));
  }
}

TEST_CASE("libraries, threads and sockets stay where they belong") {
  struct Home {
    const char* header;
    const char* prefix;
  };
  const Home homes[] = {{"tinyxml2.h", "sim/wire/xml.cpp"}, {"nlohmann/json.hpp", "sim/wire/json.cpp"}, {"CLI/CLI.hpp", "tools/"},
                        {"httplib.h", "sim/live/"},         {"openssl/ssl.h", "sim/live/"},             {"sys/socket.h", "sim/live/"},
                        {"sys/epoll.h", "sim/live/"},       {"netdb.h", "sim/live/"},                   {"poll.h", "sim/live/"},
                        {"thread", "sim/live/"},            {"mutex", "sim/live/"},                     {"atomic", "sim/live/"},
                        {"future", "sim/live/"},            {"condition_variable", "sim/live/"}};
  for (const char* folder : {"sim", "actors", "tools"}) {
    for (const Include& include : includes_below(folder)) {
      for (const Home& home : homes) {
        if (include.what != home.header) continue;
        CAPTURE(include.file);
        CHECK(include.file.starts_with(home.prefix));
      }
    }
  }
}

TEST_CASE("nothing outside the live folder can make a run differ from itself") {
  // States met are asked for, and never gone through.
  const std::pair<std::string, std::string> harmless{"sim/explore.cpp", "unordered_set"};
  const std::vector<std::string> forbidden{"system_clock", "random_device", "_distribution", "unordered_", "sleep_for", "std::rand", "setlocale"};
  for (const char* folder : {"sim", "actors"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(SIM_SOURCE_DIR) / folder)) {
      const std::string path = fs::relative(entry.path(), SIM_SOURCE_DIR).generic_string();
      if (!entry.is_regular_file() || path.starts_with("sim/live/")) continue;
      std::ifstream in(entry.path());
      int number = 0;
      for (std::string line; std::getline(in, line);) {
        ++number;
        const std::size_t comment = line.find("//");
        std::string code = line.substr(0, comment);
        if (const std::size_t at = code.find(harmless.second); path == harmless.first && at != std::string::npos) code.erase(at, harmless.second.size());
        for (const std::string& word : forbidden) {
          CAPTURE(path);
          CAPTURE(number);
          CHECK_MESSAGE(code.find(word) == std::string::npos, word);
        }
      }
    }
  }
}
