// The commands of checkout-sim, one function each: they take what was typed and return the exit code.
// Exit codes are a promise: 0 all passed; 1 a FAIL; 2 bad usage or bad scenario, nothing was run; 3 the
// configuration of external systems; 4 nothing conclusive; 5 a bug of ours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/report/coverage.hpp"
#include "sim/scenario/registry_file.hpp"
#include "sim/play.hpp"

namespace actors {
struct Mutant;
}

namespace tools {

enum Exit { passed = 0, failed = 1, bad_input = 2, bad_configuration = 3, inconclusive = 4, our_bug = 5 };

struct RunOptions {
  std::vector<std::string> paths;
  std::string filter, tag, rule, report = "text", lang = "en", fidelity = "wire";
  std::string plant;  ///< the mutant that plays its role; empty: nobody is wrong on purpose
  std::string registry;  ///< the file of who exists before scenarios change it; empty: the built-in ones
  std::uint64_t seed = 1;
  std::size_t jobs = 1;
  bool fail_fast = false, verbose = false;
  std::string clock = "virtual";     ///< or real: over HTTP
  std::vector<std::string> replace;  ///< "ROLE[/ID]=URL": whom somebody else's software plays
  int port = -1;                     ///< of the Nodo, and then EC, PSP and Checkout; 0: the system picks; -1: 8080 when somebody is replaced
  int patience = 10;                 ///< seconds
};
int run(const RunOptions& options);

struct MutantsOptions {
  std::vector<std::string> paths;
  std::string only;  ///< a single mutant; empty: all of them
  std::string lang = "en", report = "text";
  std::size_t jobs = 1;
  bool dead_weight = false;  ///< instead: what no mutant ever breaks
};
/// Plays every mutant until a scenario names it, with expectations and without.
int mutants(const MutantsOptions& options);
/// Scenarios and registries, each by its root; scenarios on top of the registry, when one is named.
int lint(const std::vector<std::string>& paths, const std::string& registry);
/// A file to start from.
int new_file(const std::string& what);

/// `coverage`: of rules, which scenarios prove them and which rows of the tables their runs use.
int list(const std::string& what, const std::vector<std::string>& paths, const std::string& lang, bool coverage);
int show(const std::string& id, const std::string& lang);
int explain(const std::string& what, const std::string& lang);
int diagram(const std::string& what, const std::string& format, std::uint64_t seed);
/// The machine called so, by its table (nodo.payment) or by its own name (payment).
int diagram_of_states(const std::string& machine, const std::string& format);
/// The XSD of scenario files or registries; or the XSD or WSDL of a port, when one is named.
int schema(bool registry, const std::string& xsd, const std::string& wsdl, const std::string& address);
int journal(const std::string& file, std::uint64_t seed, const std::string& fidelity);
/// A recorded journal, told again as a scenario on standard output.
int scenario_from_journal(const std::string& file, const std::string& id, bool expects);

struct MessageOptions {
  std::string file;       ///< of `check`; "-": standard input
  std::string primitive;  ///< its name; `check` may leave it out for SOAP
  std::string leg;        ///< request or response
  std::string lang = "en";
  std::string fullness;   ///< of `generate`: minimal, some, full; empty: drawn
  std::vector<std::string> defects;  ///< of `generate`: "too-long receipt/idPSP"
  std::uint64_t seed = 1;
  int count = 1;
};
int check(const MessageOptions& options);
int generate(const MessageOptions& options);

struct ExploreOptions {
  int faults = 2, payments = 1, ecs = 2;
  std::vector<std::string> versions{"v1"};
  std::uint64_t seed = 1;
  std::size_t jobs = 1;
  bool table = false;           ///< the discordance table instead of a search
  std::string format = "text";  ///< of the table: text, md or html
  std::string plant;            ///< the mutant that plays its role in the search; empty: nobody is wrong on purpose
  bool random = false;          ///< payments drawn from seeds instead of a search
  std::uint64_t runs = 200;
  std::string time;             ///< instead of a number of runs: for how long, on the wall clock
  std::string shard = "1/1";    ///< "i/n": every n-th seed, beginning with the i-th
  std::string to = "explored";  ///< the folder where counterexamples are written
};
int explore(const ExploreOptions& options);
int random_search(const ExploreOptions& options);
/// Plays again what a search has found, by its file or by its id (random-17).
int replay(const std::string& what, std::uint64_t seed, const std::string& plant);

struct ServeOptions {
  std::string bind = "127.0.0.1";
  int port = 8080;                     ///< of the Nodo; EC, PSP and Checkout have the next ones; 0: the system picks
  std::vector<std::string> ecs, psps;  ///< "ID=URL" of those that somebody else's software plays
  std::string nodo, checkout;          ///< URL
  std::uint64_t seed = 1;
};
/// Serves until it is told to stop.
int serve(const ServeOptions& options);

// ---- shared by the commands ----

/// The mutant of that name; nullptr after having said that there is none.
const actors::Mutant* mutant_called(const std::string& name);
/// The shipped actors, or with a mutant among them when it is not nullptr.
sim::Casting casting_with(const actors::Mutant* planted);
/// Writes what a search found; the path, or nothing after having said why and printed it, so that no search was in vain.
std::optional<std::string> write_found(const std::string& scenario, const std::string& folder, const std::string& id);
void list_mutants(const std::string& lang);

/// Whether standard output may be coloured.
bool colour();
/// Loads every scenario below the paths, sorted by file; mistakes go to standard error, all of them, and yield nothing.
/// Registries in folders are passed over, unless they are asked for.
std::optional<std::vector<sim::scenario::Scenario>> load_all(const std::vector<std::string>& paths, const sim::scenario::Base& base = {},
                                                             std::vector<sim::scenario::RegistryFile>* registries = nullptr);
/// A registry, with the files that it names looked for; nothing after having said every mistake.
std::optional<sim::scenario::RegistryFile> load_registry(const std::string& path);
/// Who exists by that file, or the built-in ones when it is empty; nothing after having said every mistake.
std::optional<sim::scenario::Base> base_of(const std::string& registry);
/// The whole file, or nothing after having said why.
std::optional<std::string> read_file(const std::string& path);
/// All of standard input, as read_file reads a file.
std::optional<std::string> read_input();
/// The world's cast as the shipped actors play it, or with a mutant among them.
sim::Journal play(const sim::scenario::Scenario& scenario, std::uint64_t seed, sim::Fidelity fidelity, const actors::Mutant* mutant = nullptr);
/// Every one of them played with the built-in cast while rows are counted, in their order.
std::vector<sim::report::Shown> show_all(const std::vector<sim::scenario::Scenario>& scenarios);

}  // namespace tools
