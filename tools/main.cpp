// checkout-sim: the command line. Nothing is decided here; each command is a function of cli.hpp.
#include <charconv>

#include <CLI/CLI.hpp>

#include "tools/cli.hpp"

int main(int argc, char** argv) {
  CLI::App app{"End-to-end simulator of pagoPA's Checkout payment flow: Checkout, Nodo, EC and PSP in one process."};
  app.name("checkout-sim");
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 all passed; 1 a FAIL; 2 bad usage or bad scenario (nothing was run); 3 reserved for the configuration of\n"
      "external systems; 4 nothing conclusive was run, or a scenario was INCONCLUSIVE; 5 a bug of ours.");
  app.set_version_flag("--version", std::string("checkout-sim 0.1.0"));

  std::string lang = "en";
  std::string what;
  std::string format = "text";
  std::uint64_t seed = 1;
  std::vector<std::string> paths;
  tools::RunOptions run;
  const auto languages = CLI::IsMember({"it", "en"});
  const CLI::Validator whole_number(
      [](std::string& text) {
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool fine = error == std::errc{} && end == text.data() + text.size();
        return fine ? std::string{} : "'" + text + "' is not a whole number from 0 to 18446744073709551615";
      },
      "SEED");
  const auto fidelities = CLI::IsMember({"wire", "typed"});

  CLI::App* run_command = app.add_subcommand("run", "Play scenarios and say whether every judged actor behaved to spec");
  run_command->add_option("path", run.paths, "scenario files, or folders of them")->required();
  run_command->add_option("--filter", run.filter, "only scenarios whose id or path contains this");
  run_command->add_option("--tag", run.tag, "only scenarios with this tag");
  run_command->add_option("--rule", run.rule, "only scenarios that cite this rule");
  run_command->add_option("--seed", run.seed, "seed of everything that is drawn (1)")->check(whole_number);
  run_command->add_option("--fidelity", run.fidelity, "wire: every hop is encoded, validated and decoded; typed: it is passed as it is")->check(fidelities);
  run_command->add_flag("--fail-fast", run.fail_fast, "stop at the first FAIL");
  run_command->add_option("--jobs", run.jobs, "how many scenarios are played at once (1)")->check(CLI::Range(1, 256));
  run_command->add_option("--report", run.report, "text, json or junit, on standard output")->check(CLI::IsMember({"text", "json", "junit"}));
  run_command->add_flag("--verbose", run.verbose, "the ladder of every scenario, not of failures alone");
  run_command->add_option("--registry", run.registry, "who exists before scenarios change it: a registry file (see checkout-sim new registry)");
  run_command->add_option("--plant", run.plant, "with this mutant among the actors: see checkout-sim list mutants");
  run_command->add_option("--clock", run.clock, "virtual: in no time at all; real: the actors talk by HTTP on loopback")->check(CLI::IsMember({"virtual", "real"}));
  run_command->add_option("--replace", run.replace, "ROLE=URL or ROLE/ID=URL: your software plays that party, in real time: psp/PSPSIM01=http://127.0.0.1:9000/ (with --clock real)");
  run_command->add_option("--port", run.port, "with --clock real: of the Nodo; EC, PSP and Checkout have the next three; 0: the system picks them (8080 with --replace)")->check(CLI::Range(0, 65532));
  run_command->add_option("--patience", run.patience, "with --replace: where nothing has gone to or come from your software for so many seconds, and no call is open, time skips to what is due next (10)")->check(CLI::Range(1, 3600));
  run_command->add_option("--lang", run.lang, "it or en")->check(languages);

  tools::MutantsOptions mutants;
  CLI::App* mutants_command = app.add_subcommand("mutants", "Play scenarios against actors that are wrong on purpose, and say who finds them out");
  mutants_command->add_option("path", mutants.paths, "scenario files, or folders of them (scenarios)");
  mutants_command->add_option("--only", mutants.only, "this mutant alone");
  mutants_command->add_flag("--dead-weight", mutants.dead_weight, "instead: play every scenario with every mutant and list the expectations, monitors, rules of the ledger and laws that no mutant breaks");
  mutants_command->add_option("--jobs", mutants.jobs, "how many mutants are played at once (1)")->check(CLI::Range(1, 256));
  mutants_command->add_option("--report", mutants.report, "text or json, on standard output")->check(CLI::IsMember({"text", "json"}));
  mutants_command->add_option("--lang", mutants.lang, "it or en")->check(languages);
  mutants_command->footer(
      "A mutant is killed when a scenario that is not FAIL with the normal actors becomes FAIL and something found broken names\n"
      "the rule that the mutant breaks and its role; killed under another rule when something else alone is found.\n"
      "Dead weight: an expectation that is broken with no mutant of the catalogue; a rule that monitors, ledger or laws watch and\n"
      "that is broken with none: without it each mutant fares the same. Decisive: the only one that names some mutant (of rules:\n"
      "with nothing expected, the only one that some mutant breaks). Never alone: broken, but always beside others.\n"
      "Exit codes: 0 all killed, or --dead-weight was told; 1 a survivor; 2 bad usage or bad scenario; 4 no scenario to play.");

  CLI::App* lint_command = app.add_subcommand("lint", "Check scenario files and registries without playing them");
  lint_command->add_option("path", paths, "scenario files and registries, or folders of them")->required();
  std::string registry;
  lint_command->add_option("--registry", registry, "check scenarios on top of this registry file, as run --registry plays them");

  CLI::App* new_command = app.add_subcommand("new", "Print a file to start from, with comments");
  new_command->add_option("what", what, "registry: who exists, and where they are software of yours")->required();

  CLI::App* list_command = app.add_subcommand("list", "List scenarios, rules, faults, notices, psps, cards, settings, primitives, breaks, machines, silences or mutants");
  list_command->add_option("what", what, "scenarios, rules, faults, notices, psps, cards, settings, primitives, breaks, machines, silences, mutants")->required();
  list_command->add_option("path", paths, "where scenarios are looked for; a primitive (breaks)");
  list_command->add_option("--lang", lang, "it or en")->check(languages);
  bool coverage = false;
  list_command->add_flag("--coverage", coverage, "of rules: play the scenarios; who proves each rule, which rows of the tables are used");

  CLI::App* show_command = app.add_subcommand("show", "Show one rule, fault code, setting, silence, machine or scenario by its id");
  show_command->add_option("id", what)->required();
  show_command->add_option("--lang", lang, "it or en")->check(languages);

  CLI::App* explain_command = app.add_subcommand("explain", "Tell a scenario as a story, explain a rule, a fault code or a silence, or print the reference of a primitive in Markdown");
  explain_command->add_option("what", what, "a scenario file, a rule, a fault code, a silence (SIL-01), a primitive (paGetPayment)")->required();
  explain_command->add_option("--lang", lang, "it or en")->check(languages);

  CLI::App* diagram_command = app.add_subcommand("diagram", "Draw the messages of a run, or a state machine");
  std::string states;
  CLI::Option* diagram_what = diagram_command->add_option("what", what, "a scenario file, or a machine");
  diagram_command->add_option("--states", states, "a machine: nodo.payment (see checkout-sim list machines)")->excludes(diagram_what);
  diagram_command->add_option("--format", format, "text, mermaid or svg")->check(CLI::IsMember({"text", "mermaid", "svg"}));
  diagram_command->add_option("--seed", seed, "seed of everything that is drawn (1)")->check(whole_number);

  std::string xsd;
  std::string wsdl;
  std::string address;
  CLI::App* schema_command = app.add_subcommand("schema", "Print the XSD of scenario files or registries, or the XSD or WSDL of a port's messages");
  CLI::Option* xsd_option = schema_command->add_option("--xsd", xsd, "nodeForPsp, paForNode or pspForNode: the schema of its messages");
  schema_command->add_option("--wsdl", wsdl, "nodeForPsp, paForNode or pspForNode: its WSDL, schema inside")->excludes(xsd_option);
  schema_command->add_option("--address", address, "where the service of the WSDL listens")->excludes(xsd_option);

  bool of_registries = false;
  schema_command->add_flag("--registry", of_registries, "the schema of registry files")->excludes(xsd_option)->excludes("--wsdl")->excludes("--address");

  tools::MessageOptions message;
  const auto legs = CLI::IsMember({"request", "response"});
  CLI::App* check_command = app.add_subcommand("check", "Say everything that is wrong with a message in a file");
  check_command->add_option("file", message.file, "an XML or JSON message; -: standard input")->required();
  check_command->add_option("--as", message.primitive, "the primitive that it is meant to be (JSON bodies do not say; SOAP ones do)");
  check_command->add_option("--leg", message.leg, "request (when left out) or response, with --as")->check(legs);
  check_command->add_option("--lang", message.lang, "it or en")->check(languages);

  CLI::App* generate_command = app.add_subcommand("generate", "Print valid messages drawn from a seed, or broken ones");
  generate_command->add_option("primitive", message.primitive, "see checkout-sim list primitives")->required();
  generate_command->add_option("--leg", message.leg, "request (when left out) or response")->check(legs);
  generate_command->add_option("--seed", message.seed, "seed of everything that is drawn (1)")->check(whole_number);
  generate_command->add_option("--count", message.count, "how many, one a line (1)")->check(CLI::Range(1, 1000000));
  generate_command->add_option("--fullness", message.fullness, "minimal, some or full: how much of what may be left out is there")->check(CLI::IsMember({"minimal", "some", "full"}));
  generate_command->add_option("--break", message.defects, "a defect and its place: 'too-long receipt/idPSP'; 'cut'; see checkout-sim list breaks");

  std::string fidelity = "wire";
  CLI::App* journal_command = app.add_subcommand("journal", "Play a scenario and print its journal, one JSON object per line");
  journal_command->add_option("file", what, "a scenario file")->required();
  journal_command->add_option("--seed", seed, "seed of everything that is drawn (1)")->check(whole_number);
  journal_command->add_option("--fidelity", fidelity, "wire or typed")->check(fidelities);

  tools::ServeOptions serve;
  CLI::App* serve_command = app.add_subcommand("serve", "Play the four actors in real time, behind real HTTP");
  serve_command->add_option("--port", serve.port, "of the Nodo; EC, PSP and Checkout have the next three; 0: the system picks them (8080)")->check(CLI::Range(0, 65532));
  serve_command->add_option("--bind", serve.bind, "the address to listen at (127.0.0.1)");
  serve_command->add_option("--ec", serve.ecs, "an EC that is your own software: FISCALCODE=URL");
  serve_command->add_option("--psp", serve.psps, "a PSP that is your own software: IDPSP=URL");
  serve_command->add_option("--nodo", serve.nodo, "the Nodo is somebody else's: its URL");
  serve_command->add_option("--checkout", serve.checkout, "Checkout is somebody else's: its URL");
  serve_command->add_option("--seed", serve.seed, "seed of everything that is drawn (1)")->check(whole_number);
  std::string recorded_id = "recorded";
  bool recorded_expects = false;
  CLI::App* scenario_command = app.add_subcommand("scenario", "Write a scenario");
  CLI::App* from_journal_command = scenario_command->add_subcommand("from-journal", "Tell a recorded journal again as a scenario with the same effects, on standard output");
  scenario_command->require_subcommand(1);
  from_journal_command->add_option("file", what, "what checkout-sim journal has printed; -: standard input")->required();
  from_journal_command->add_option("--id", recorded_id, "id of the scenario (recorded)");
  from_journal_command->add_flag("--expect", recorded_expects, "expect what was seen: histories of payments, positions and debts, and how outcomes were answered");

  tools::ExploreOptions explore;
  CLI::App* explore_command = app.add_subcommand("explore", "Try every way that a payment may go, up to so many departures from the plain one");
  explore_command->add_option("--faults", explore.faults, "departures of parties and of the network together (2)")->check(CLI::Range(0, 4));
  explore_command->add_option("--payments", explore.payments, "notices, paid one after the other (1)")->check(CLI::Range(1, 2));
  explore_command->add_option("--ecs", explore.ecs, "ECs concerned by each notice (2)")->check(CLI::Range(1, 3));
  explore_command->add_option("--versions", explore.versions, "v1, v2 or both, of the primitives towards ECs and PSPs")->delimiter(',')->check(CLI::IsMember({"v1", "v2"}));
  explore_command->add_option("--seed", explore.seed, "seed of everything that is drawn (1)")->check(whole_number);
  explore_command->add_option("--jobs", explore.jobs, "how many cells are searched at once (1)")->check(CLI::Range(1, 256));
  explore_command->add_flag("--table", explore.table, "print the discordance table instead of searching");
  explore_command->add_option("--format", explore.format, "of the table: text, md or html")->check(CLI::IsMember({"text", "md", "html"}));
  explore_command->add_option("--plant", explore.plant, "search with this mutant among the actors: see checkout-sim list mutants");
  explore_command->add_flag("--random", explore.random, "play what seeds stand for instead of searching: odd seeds are large worlds (hundreds of users over hours, faults, restarts, clock jumps), even ones a few payments with their faults close together");
  CLI::Option* runs_option = explore_command->add_option("--runs", explore.runs, "how many seeds, from --seed on (200)")->check(CLI::Range(1, 100000000));
  explore_command->add_option("--time", explore.time, "instead of --runs: for how long new ones are begun, such as 30s")->excludes(runs_option);
  explore_command->add_option("--shard", explore.shard, "i/n: only every n-th of them, beginning with the i-th");
  explore_command->add_option("--to", explore.to, "folder for the scenario files of what was found (explored)");

  CLI::App* replay_command = app.add_subcommand("replay", "Play again what a search has found, and say FIXED, FAILED or ERROR");
  replay_command->add_option("what", what, "a scenario file, or the id of a random scenario (random-17)")->required();
  replay_command->add_option("--seed", seed, "of a file: the seed that was printed (1)")->check(whole_number);
  replay_command->add_option("--plant", explore.plant, "with this mutant among the actors, as the search had it");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? tools::passed : tools::bad_input;
  }
  if (paths.empty()) paths = {"scenarios"};
  if (mutants.paths.empty()) mutants.paths = {"scenarios"};
  if (run_command->parsed()) return tools::run(run);
  if (mutants_command->parsed()) return tools::mutants(mutants);
  if (lint_command->parsed()) return tools::lint(paths, registry);
  if (new_command->parsed()) return tools::new_file(what);
  if (list_command->parsed()) return tools::list(what, paths, lang, coverage);
  if (show_command->parsed()) return tools::show(what, lang);
  if (explain_command->parsed()) return tools::explain(what, lang);
  if (diagram_command->parsed()) return states.empty() ? tools::diagram(what, format, seed) : tools::diagram_of_states(states, format);
  if (schema_command->parsed()) return tools::schema(of_registries, xsd, wsdl, address);
  if (check_command->parsed()) return tools::check(message);
  if (generate_command->parsed()) return tools::generate(message);
  if (from_journal_command->parsed()) return tools::scenario_from_journal(what, recorded_id, recorded_expects);
  if (journal_command->parsed()) return tools::journal(what, seed, fidelity);
  if (serve_command->parsed()) return tools::serve(serve);
  if (replay_command->parsed()) return tools::replay(what, seed, explore.plant);
  if (explore_command->parsed()) return tools::explore(explore);
  return tools::bad_input;
}
