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
  run_command->add_option("--lang", run.lang, "it or en")->check(languages);

  CLI::App* lint_command = app.add_subcommand("lint", "Check scenario files without playing them");
  lint_command->add_option("path", paths, "scenario files, or folders of them")->required();

  CLI::App* list_command = app.add_subcommand("list", "List scenarios, rules, faults, notices, settings or machines");
  list_command->add_option("what", what, "scenarios, rules, faults, notices, settings, machines")->required();
  list_command->add_option("path", paths, "where scenarios are looked for (scenarios)");
  list_command->add_option("--lang", lang, "it or en")->check(languages);

  CLI::App* show_command = app.add_subcommand("show", "Show one rule, fault code, setting, machine or scenario by its id");
  show_command->add_option("id", what)->required();
  show_command->add_option("--lang", lang, "it or en")->check(languages);

  CLI::App* explain_command = app.add_subcommand("explain", "Tell a scenario as a story, explain a rule or a fault code, or print the reference of a primitive in Markdown");
  explain_command->add_option("what", what, "a scenario file, a rule, a fault code, a primitive (paGetPayment)")->required();
  explain_command->add_option("--lang", lang, "it or en")->check(languages);

  CLI::App* diagram_command = app.add_subcommand("diagram", "Draw the messages of a run, or a state machine");
  diagram_command->add_option("what", what, "a scenario file, or a machine")->required();
  diagram_command->add_option("--format", format, "text, mermaid or svg")->check(CLI::IsMember({"text", "mermaid", "svg"}));
  diagram_command->add_option("--seed", seed, "seed of everything that is drawn (1)")->check(whole_number);

  CLI::App* schema_command = app.add_subcommand("schema", "Print the XSD of scenario files");

  std::string fidelity = "wire";
  CLI::App* journal_command = app.add_subcommand("journal", "Play a scenario and print its journal, one JSON object per line");
  journal_command->add_option("file", what, "a scenario file")->required();
  journal_command->add_option("--seed", seed, "seed of everything that is drawn (1)")->check(whole_number);
  journal_command->add_option("--fidelity", fidelity, "wire or typed")->check(fidelities);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? tools::passed : tools::bad_input;
  }
  if (paths.empty()) paths = {"scenarios"};
  if (run_command->parsed()) return tools::run(run);
  if (lint_command->parsed()) return tools::lint(paths);
  if (list_command->parsed()) return tools::list(what, paths, lang);
  if (show_command->parsed()) return tools::show(what, lang);
  if (explain_command->parsed()) return tools::explain(what, lang);
  if (diagram_command->parsed()) return tools::diagram(what, format, seed);
  if (schema_command->parsed()) return tools::schema();
  if (journal_command->parsed()) return tools::journal(what, seed, fidelity);
  return tools::bad_input;
}
