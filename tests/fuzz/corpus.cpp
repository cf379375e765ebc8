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
#include "sim/wire/http.hpp"
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

/// The body in chunks of so many bytes, as some peers send it.
std::string in_chunks(std::string bytes, std::size_t size) {
  const std::size_t head = bytes.find("\r\n\r\n");
  const std::size_t length = bytes.find("Content-Length");
  if (head == std::string::npos || length == std::string::npos || length > head) return bytes;
  const std::string body = bytes.substr(head + 4);
  bytes.resize(head + 4);
  bytes.replace(length, bytes.find("\r\n", length) - length, "Transfer-Encoding: chunked");
  for (std::size_t at = 0; at < body.size(); at += size) {
    const std::string piece = body.substr(at, size);
    char count[20];
    std::snprintf(count, sizeof count, "%zx\r\n", piece.size());
    bytes += count + piece + "\r\n";
  }
  return bytes + "0\r\n\r\n";
}

/// The same primitive over HTTP: whole, in chunks, and spoilt.
void write_http(const fs::path& folder, const Primitive& row, sim::Random& random) {
  static constexpr std::string_view tokens[] = {"\r\n",
                                                "\n",
                                                "\r\n\r\n",
                                                " ",
                                                ":",
                                                "\t",
                                                "Content-Length: 5\r\n",
                                                "Transfer-Encoding: chunked\r\n",
                                                "Host: a\r\n",
                                                "0\r\n\r\n",
                                                "ffffffffffffffff\r\n",
                                                ";a=b",
                                                "HTTP/1.0",
                                                "HTTP/2.0",
                                                "100 Continue",
                                                "204",
                                                "304",
                                                "Expect: 100-continue\r\n",
                                                "Connection: close\r\n",
                                                "GET",
                                                "\x01",
                                                ", 5",
                                                "-1"};
  const Message request = generate(row.id, Leg::request, random, Fullness::minimal);
  const Message response = generate(row.id, Leg::response, random, Fullness::minimal);
  const std::string asked =
      sim::wire::write(sim::wire::request_of(request, "/a", "localhost", sim::wire::encode(request)));
  const std::string answered = sim::wire::write(sim::wire::response_of(response, 200, sim::wire::encode(response)));
  const auto path = [&](const std::string& what) {
    return folder / "http" / (std::string(row.name) + "-" + what + ".http");
  };
  write(path("request"), asked);
  write(path("response"), answered);
  write(path("request-chunked"), in_chunks(asked, 1 + random.below(300)));
  write(path("request-spoilt"), support::mutated(asked, tokens, "\r\n: ", random));
  write(path("response-spoilt"), support::mutated(in_chunks(answered, 100), tokens, "\r\n: ", random));
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
  for (const Primitive& row : primitives()) write_http(folder, row, random);
  write_scenarios(folder, fs::path(SIM_SOURCE_DIR) / "scenarios", random);
  return 0;
}
