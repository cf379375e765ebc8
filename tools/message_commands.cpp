// `schema`, `check`, `generate`: the contract at the command line. What a message may be, whether these bytes are one, and
// messages to try things with, good and broken on purpose.
#include <cstdio>

#include <fmt/format.h>

#include "sim/contract/breaks.hpp"
#include "sim/contract/generate.hpp"
#include "sim/contract/wsdl.hpp"
#include "sim/scenario/elements.hpp"
#include "sim/wire/codec.hpp"
#include "tools/cli.hpp"

namespace tools {
namespace {

using namespace sim::contract;

int no_port(const std::string& name) {
  std::string all;
  std::vector<std::string> names;
  for (const Port& port : ports()) {
    all += (all.empty() ? "" : ", ") + std::string(port.name);
    names.emplace_back(port.name);
  }
  const std::string near = sim::scenario::nearest(name, names);
  fmt::print(stderr, "'{}' is not a port{}; one of: {}\n", name, near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near), all);
  return bad_input;
}

const Primitive* primitive_called(const std::string& name) {
  const Primitive* row = find_primitive(name);
  if (row != nullptr) return row;
  std::vector<std::string> names;
  for (const Primitive& candidate : primitives()) names.emplace_back(candidate.name);
  const std::string near = sim::scenario::nearest(name, names);
  fmt::print(stderr, "'{}' is not a primitive{}; see checkout-sim list primitives\n", name, near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near));
  return nullptr;
}

Leg leg_called(const std::string& name) { return name == "response" ? Leg::response : Leg::request; }

/// "too-long receipt/idPSP", or "cut" for the document as a whole.
std::optional<std::vector<Patch>> patches_of(const Primitive& row, Leg leg, const std::vector<std::string>& defects) {
  std::vector<Patch> out;
  for (const std::string& text : defects) {
    const std::size_t blank = text.find(' ');
    const std::string path = blank == std::string::npos ? std::string() : text.substr(blank + 1);
    const auto defect = find_break(row.id, leg, text.substr(0, blank), path);
    if (!defect) {
      fmt::print(stderr, "{}; see checkout-sim list breaks {}\n", defect.error(), row.name);
      return std::nullopt;
    }
    out.insert(out.end(), defect->patches.begin(), defect->patches.end());
  }
  return out;
}

}  // namespace

int schema(bool registry, const std::string& xsd, const std::string& wsdl, const std::string& address) {
  if (xsd.empty() && wsdl.empty()) {
    fmt::print("{}", sim::scenario::xsd(registry ? sim::scenario::registry_root : sim::scenario::scenario_root));
    return passed;
  }
  const std::string& name = xsd.empty() ? wsdl : xsd;
  const Port* port = find_port(name);
  if (port == nullptr) return no_port(name);
  fmt::print("{}", xsd.empty() ? wsdl_of(*port, address) : xsd_of(*port));
  return passed;
}

int check(const MessageOptions& options) {
  const std::optional<std::string> bytes = options.file == "-" ? read_input() : read_file(options.file);
  if (!bytes) return bad_input;
  const bool it = options.lang == "it";
  PrimitiveLeg what;
  if (!options.primitive.empty()) {
    const Primitive* row = primitive_called(options.primitive);
    if (row == nullptr) return bad_input;
    what = {row->id, leg_called(options.leg)};
  } else {
    const auto found = sim::wire::recognise(*bytes);
    if (!found) {
      fmt::print("{}: {}\n", options.file, to_text(found.error(), options.lang));
      if (found.error().defect == Defect::not_well_formed && bytes->find_first_not_of(" \t\r\n") != std::string::npos && bytes->find('{') < bytes->find('<')) {
        fmt::print("{}\n", it ? "Un corpo JSON non dice che messaggio è: indicarlo, per esempio con --as closePayment-v2"
                              : "A JSON body does not say what message it is: name it, for example with --as closePayment-v2");
      }
      return failed;
    }
    what = *found;
  }
  const auto read = sim::wire::decode(what.id, what.leg, std::make_shared<const std::string>(*bytes));
  const std::string name = fmt::format("{} {}", primitive(what.id).name, it ? (what.leg == Leg::request ? "richiesta" : "risposta") : to_text(what.leg));
  const auto* malformed = std::get_if<Malformed>(&read);
  if (malformed == nullptr) {
    fmt::print("{}: {}: {}\n", options.file, name, it ? "rispetta lo schema e le regole fra i campi" : "keeps its schema and the rules between its fields");
    return passed;
  }
  fmt::print("{}: {}: {}\n", options.file, name,
             it ? fmt::format("{} {}", malformed->violations.size(), malformed->violations.size() == 1 ? "violazione" : "violazioni")
                : fmt::format("{} {}", malformed->violations.size(), malformed->violations.size() == 1 ? "violation" : "violations"));
  for (const Violation& violation : malformed->violations) fmt::print("  {}\n", to_text(violation, options.lang));
  return failed;
}

int generate(const MessageOptions& options) {
  const Primitive* row = primitive_called(options.primitive);
  if (row == nullptr) return bad_input;
  const Leg leg = leg_called(options.leg);
  const auto patches = patches_of(*row, leg, options.defects);
  if (!patches) return bad_input;
  sim::Random random(options.seed, "generate");
  for (int i = 0; i < options.count; ++i) {
    // What is to be broken should be there: with --break, and nothing said, messages are full.
    const std::string& fullness = options.fullness;
    const Message message = fullness == "full" || (fullness.empty() && !patches->empty()) ? sim::contract::generate(row->id, leg, random, Fullness::full)
                            : fullness.empty()                                             ? sim::contract::generate(row->id, leg, random)
                            : fullness == "some"                                           ? sim::contract::generate(row->id, leg, random, Fullness::some)
                                                                                           : sim::contract::generate(row->id, leg, random, Fullness::minimal);
    const std::string bytes = sim::wire::encode(message, *patches);
    const auto read = sim::wire::decode(row->id, leg, std::make_shared<const std::string>(bytes));
    if (!patches->empty() && std::holds_alternative<Body>(read)) {
      fmt::print(stderr, "the defect could not be made: message {} of seed {} does not hold what it spoils; try another seed, or --fullness full\n", i + 1, options.seed);
      return inconclusive;
    }
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    std::fputc('\n', stdout);
  }
  return passed;
}

}  // namespace tools
