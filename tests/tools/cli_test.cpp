// The command line as its users meet it: the program itself, run as a process, with files in a folder of its own.
// Exit codes are a promise and each is provoked by itself: 0, 1, 2 and 4. Two cannot be provoked from outside: 5 says
// that the simulator has a bug, and 3 is reserved for a configuration that does not exist yet.
#include <doctest/doctest.h>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/wire/json.hpp"
#include "sim/wire/xml.hpp"

extern char** environ;

namespace {

namespace fs = std::filesystem;
using Args = std::vector<std::string>;

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A fresh folder that goes when the test does.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "checkout-sim-test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  std::string write(const std::string& name, std::string_view bytes) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << bytes;
    return (path / name).string();
  }
  [[nodiscard]] std::string at(const std::string& name) const { return (path / name).string(); }

  fs::path path;
};

struct Done {
  int code = -1;  ///< exit code; negative when a signal ended it
  std::string out, err;
};

int wait_for(pid_t child) {
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// The environment of this process without the given name, and then with one more entry if there is one.
std::vector<std::string> environment(std::string_view without, const std::string& with) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with(std::string(without) + "=")) out.emplace_back(*entry);
  }
  if (!with.empty()) out.push_back(with);
  return out;
}

pid_t start(const std::string& program, const Args& args, posix_spawn_file_actions_t& actions, std::vector<std::string> env) {
  std::vector<std::string> words{program};
  words.insert(words.end(), args.begin(), args.end());
  std::vector<char*> argv, envp;
  for (std::string& word : words) argv.push_back(word.data());
  for (std::string& entry : env) envp.push_back(entry.data());
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  pid_t child = 0;
  const int error = posix_spawnp(&child, program.c_str(), &actions, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  REQUIRE(error == 0);
  return child;
}

/// Runs a program to its end; its output goes through files, so that nothing can block.
Done run(const Args& args, const std::string& folder = SIM_SOURCE_DIR, const std::string& program = SIM_BINARY) {
  const Folder scratch;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, scratch.at("out").c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, scratch.at("err").c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  Done done;
  done.code = wait_for(start(program, args, actions, environment("NO_COLOR", "")));
  done.out = bytes_of(scratch.path / "out");
  done.err = bytes_of(scratch.path / "err");
  return done;
}

/// What the program writes to a terminal.
std::string on_a_terminal(const Args& args, const std::string& no_color) {
  const int master = posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(master >= 0);
  REQUIRE(grantpt(master) == 0);
  REQUIRE(unlockpt(master) == 0);
  const std::string slave = ptsname(master);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addclose(&actions, master);
  posix_spawn_file_actions_addopen(&actions, 1, slave.c_str(), O_WRONLY | O_NOCTTY, 0);
  const pid_t child = start(SIM_BINARY, args, actions, environment("NO_COLOR", no_color));
  std::string out;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(master, buffer, sizeof buffer)) > 0;) out.append(buffer, static_cast<std::size_t>(n));
  close(master);
  wait_for(child);
  return out;
}

bool has(std::string_view text, std::string_view words) { return text.find(words) != std::string_view::npos; }
std::size_t lines(std::string_view text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')); }

// ---- scenarios of every verdict ----

const std::string held = "<seen message=\"paVerifyPaymentNotice\" times=\"1\" rule=\"CHK-02\"/>";
const std::string broken = "<seen message=\"paVerifyPaymentNotice\" times=\"2\" rule=\"CHK-02\"/>";

std::string xml(const std::string& id, const std::string& expect, const std::string& more = "", const std::string& setup = "", const std::string& steps = "<verify/>") {
  return "<scenario version=\"1\" id=\"" + id + "\" judges=\"nodo\" " + more + ">\n<title lang=\"it\">Titolo &lt;di&gt; " + id + "</title><title lang=\"en\">Title &lt;of&gt; " + id +
         "</title>\n" + setup + "<notice number=\"{random}\" amount=\"120.00\"/>\n<steps>" + steps + "</steps>\n<expect>" + expect + "</expect>\n</scenario>\n";
}
std::string passing(const std::string& id, const std::string& more = "") { return xml(id, held, more); }
std::string failing(const std::string& id) { return xml(id, broken); }
std::string inconclusive(const std::string& id) { return xml(id, "<answer from=\"nodo\" to=\"sendPaymentOutcome\" outcome=\"OK\" rule=\"CHK-06\"/>"); }
std::string skipped(const std::string& id) { return xml(id, held, "skip=\"not today\""); }
std::string silent(const std::string& id) { return xml(id, held, "", "<silent lang=\"it\">La specifica non dice</silent><silent lang=\"en\">It does not say</silent>"); }

/// One of each verdict, in files whose order is that of their names.
void write_all(const Folder& folder) {
  folder.write("a-pass.xml", passing("one", "tags=\"smoke quick\""));
  folder.write("b-fail.xml", failing("two"));
  folder.write("c-inconclusive.xml", inconclusive("three"));
  folder.write("d-skipped.xml", skipped("four"));
  folder.write("sub/e-silent.xml", silent("five"));
  folder.write("notes.txt", "this is no scenario");
}

// ---- exit codes ----

TEST_CASE("each exit code says what it promises") {
  struct Case {
    std::string name;
    std::vector<std::string> scenarios;
    int code;
  };
  const Case cases[] = {
      {"all passed", {passing("a"), passing("b")}, 0},
      {"passed, silent and skipped", {passing("a"), silent("b"), skipped("c")}, 0},
      {"a failure", {failing("a")}, 1},
      {"a failure beside everything else", {passing("a"), failing("b"), inconclusive("c")}, 1},
      {"a mistake in a file", {"<scenario/>"}, 2},
      {"a mistake beside a failure", {failing("a"), "<scenario/>"}, 2},
      {"inconclusive", {inconclusive("a")}, 4},
      {"inconclusive beside a pass", {passing("a"), inconclusive("b")}, 4},
      {"skipped alone", {skipped("a")}, 4},
      {"silent alone", {silent("a")}, 4},
      {"nothing at all", {}, 4},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const Folder folder;
    for (std::size_t i = 0; i < c.scenarios.size(); ++i) folder.write(std::to_string(i) + ".xml", c.scenarios[i]);
    for (const std::string report : {"text", "json", "junit"}) {
      CAPTURE(report);
      const Done done = run({"run", folder.path.string(), "--report", report});
      CAPTURE(done.out);
      CAPTURE(done.err);
      CHECK(done.code == c.code);
      if (c.code == 2) {
        CHECK(done.out == "");
        CHECK(has(done.err, "nothing was run"));
      }
    }
  }
}

TEST_CASE("what was typed wrong is refused with words and without a run") {
  const Folder folder;
  const std::string good = folder.write("good.xml", passing("good"));
  const std::vector<Args> wrong{
      {}, {"fly"}, {"run"}, {"lint"}, {"run", good, "--speed"}, {"run", good, "--jobs", "0"}, {"run", good, "--jobs", "257"},
      {"run", good, "--jobs", "many"}, {"run", good, "--seed", "-1"}, {"run", good, "--seed", "x"}, {"run", good, "--seed", "18446744073709551616"},
      {"run", good, "--seed"}, {"run", good, "--fidelity", "half"}, {"run", good, "--report", "pdf"}, {"run", good, "--lang", "de"},
      {"list"}, {"list", "fish"}, {"list", "rules", "--lang", "de"}, {"list", "scenarios", folder.at("none")},
      {"show"}, {"show", "CHK-99"}, {"explain"}, {"explain", "CHK-99"}, {"explain", folder.at("none.xml")}, {"explain", folder.path.string(), "more"},
      {"diagram"}, {"diagram", "engine"}, {"diagram", "payment", "--format", "png"}, {"diagram", folder.at("none.xml")},
      {"journal"}, {"journal", folder.at("none.xml")}, {"journal", good, "--fidelity", "half"}, {"schema", "more"}, {"run", folder.at("none.xml")},
  };
  for (const Args& args : wrong) {
    std::string typed;
    for (const std::string& word : args) typed += word + " ";
    CAPTURE(typed);
    const Done done = run(args);
    CAPTURE(done.out);
    CHECK(done.code == 2);
    CHECK(done.out == "");
    CHECK(done.err != "");
  }
  CHECK(run({"--help"}).code == 0);
  CHECK(has(run({"--help"}).out, "Exit codes: 0 all passed"));
  CHECK(run({"run", "--help"}).code == 0);
  CHECK(run({"--version"}).out.starts_with("checkout-sim "));
  CHECK(run({"run", good, "--seed", "18446744073709551615"}).code == 0);
}

// ---- files ----

TEST_CASE("what cannot be read is told file by file, and nothing is run") {
  const Folder folder;
  folder.write("good.xml", passing("good"));
  const Done missing = run({"run", folder.at("good.xml"), folder.at("none.xml"), folder.at("nowhere")});
  CHECK(missing.code == 2);
  CHECK(missing.out == "");
  CHECK(has(missing.err, folder.at("none.xml") + ": there is no such file or folder\n"));
  CHECK(has(missing.err, folder.at("nowhere") + ": there is no such file or folder\n"));

  fs::create_symlink(folder.at("gone"), folder.path / "dangling.xml");
  for (const std::string& path : {folder.path.string(), folder.at("dangling.xml")}) {
    const Done dangling = run({"run", path});
    CHECK(dangling.code == 2);
    CHECK(dangling.out == "");
    CHECK(has(dangling.err, folder.at("dangling.xml") + ": "));
  }
  fs::remove(folder.path / "dangling.xml");

  folder.write("big.xml", std::string(2 * 1024 * 1024, ' '));
  CHECK(run({"lint", folder.at("big.xml")}).code == 2);
  CHECK(has(run({"lint", folder.at("big.xml")}).err, "larger than 1 MB"));
  fs::remove(folder.path / "big.xml");

  if (geteuid() != 0) {  // root can read anything
    folder.write("locked.xml", passing("locked"));
    fs::permissions(folder.path / "locked.xml", fs::perms::none);
    const Done locked = run({"run", folder.path.string()});
    CHECK(locked.code == 2);
    CHECK(has(locked.err, folder.at("locked.xml") + ": cannot be read: "));
    fs::remove(folder.path / "locked.xml");
  }

  // A folder may be called like a file: it is looked into, never read.
  fs::create_directory(folder.path / "folder.xml");
  CHECK(run({"run", folder.path.string()}).code == 0);
  CHECK(run({"run", folder.at("folder.xml")}).code == 4);
  CHECK(run({"lint", folder.at("folder.xml")}).code == 4);
  for (const std::string command : {"explain", "journal", "diagram"}) {
    CAPTURE(command);
    const Done done = run({command, folder.at("folder.xml")});
    CHECK(done.code == 2);
    CHECK(has(done.err, "name one file"));
  }
}

TEST_CASE("the mistakes of all files are told together, with file and line") {
  const Folder folder;
  const std::string first = folder.write("a.xml", xml("a", "<sen message=\"paSendRT\" times=\"1\" rule=\"CHK-07\"/>"));
  const std::string second = folder.write("b.xml", "{}");
  for (const std::string command : {"run", "lint", "list"}) {
    CAPTURE(command);
    const Done done = run(command == "list" ? Args{"list", "scenarios", folder.path.string()} : Args{command, folder.path.string()});
    CHECK(done.code == 2);
    CHECK(done.out == "");
    CHECK(has(done.err, first + ":5: <sen> is not an element of <expect> (did you mean <seen>?)"));
    CHECK(has(done.err, second + ":1: "));
  }
}

TEST_CASE("two files may not have the same id, and one file may be named twice") {
  const Folder folder;
  const std::string first = folder.write("a.xml", passing("same")), second = folder.write("b.xml", passing("same"));
  const Done done = run({"run", folder.path.string()});
  CHECK(done.code == 2);
  CHECK(done.out == "");
  CHECK(has(done.err, second + ":1: the id 'same' is already that of " + first));
  CHECK(run({"run", first, first}).code == 0);
  CHECK(has(run({"run", first, first}).out, "1 scenarios: 1 PASS"));
}

TEST_CASE("lint says that files are fine without playing them") {
  const Folder folder;
  folder.write("a.xml", failing("a"));
  const Done done = run({"lint", folder.path.string()});
  CHECK(done.code == 0);
  CHECK(done.out == "1 scenarios, no mistake found\n");
}

// ---- selection and order ----

TEST_CASE("only what is selected is run, and to select nothing proves nothing") {
  const Folder folder;
  write_all(folder);
  struct Case {
    Args options;
    std::string counts;
    int code;
  };
  const Case cases[] = {
      {{}, "5 scenarios: 1 PASS, 1 FAIL, 1 INCONCLUSIVE, 1 SPEC-SILENT, 1 SKIPPED", 1},
      {{"--filter", "one"}, "1 scenarios: 1 PASS", 0},
      {{"--filter", "b-fail"}, "1 scenarios: 0 PASS, 1 FAIL", 1},
      {{"--filter", "/sub/"}, "1 scenarios: 0 PASS, 0 FAIL, 0 INCONCLUSIVE, 1 SPEC-SILENT", 4},
      {{"--tag", "smoke"}, "1 scenarios: 1 PASS", 0},
      {{"--tag", "quick"}, "1 scenarios: 1 PASS", 0},
      {{"--tag", "smo"}, "", 4},
      {{"--rule", "CHK-06"}, "1 scenarios: 0 PASS, 0 FAIL, 1 INCONCLUSIVE", 4},
      {{"--rule", "CHK-02"}, "4 scenarios: 1 PASS, 1 FAIL, 0 INCONCLUSIVE, 1 SPEC-SILENT, 1 SKIPPED", 1},
      {{"--rule", "CHK-0"}, "", 4},
      {{"--filter", "two", "--tag", "smoke"}, "", 4},
      {{"--filter", "nobody"}, "", 4},
  };
  for (const Case& c : cases) {
    Args args{"run", folder.path.string()};
    args.insert(args.end(), c.options.begin(), c.options.end());
    std::string typed;
    for (const std::string& word : c.options) typed += word + " ";
    CAPTURE(typed);
    const Done done = run(args);
    CAPTURE(done.out);
    CHECK(done.code == c.code);
    CHECK(has(done.out, c.counts));
    if (c.counts.empty()) {
      CHECK(done.out == "");
      CHECK(has(done.err, "no scenario was selected: 5 found"));
    }
  }
}

std::string without_wall_time(std::string text) {
  const std::size_t at = text.rfind("seed ");
  if (at != std::string::npos) text.erase(at);
  return text;
}

TEST_CASE("results come in the order of the files, however many are played at once") {
  const Folder folder;
  write_all(folder);
  const std::string alone = without_wall_time(run({"run", folder.path.string()}).out);
  std::size_t at = 0;
  for (const std::string line : {"PASS         one ", "FAIL         two ", "INCONCLUSIVE three ", "SKIPPED      four ", "SPEC-SILENT  five "}) {
    CAPTURE(line);
    const std::size_t next = alone.find("\n" + line, at == 0 ? 0 : at);
    CHECK((at == 0 ? alone.starts_with(line) : next != std::string::npos));
    at = at == 0 ? 1 : next;
  }
  CHECK(without_wall_time(run({"run", folder.path.string(), "--jobs", "8"}).out) == alone);
  std::string typed = without_wall_time(run({"run", folder.path.string(), "--fidelity", "typed"}).out);
  for (std::size_t with = 0; (with = typed.find(" --fidelity typed")) != std::string::npos;) typed.erase(with, 17);  // the lines that show it again
  CHECK(typed == alone);
}

TEST_CASE("fail-fast stops at the first failure and says how much was not run") {
  const Folder folder;
  write_all(folder);
  const Done done = run({"run", folder.path.string(), "--fail-fast"});
  CHECK(done.code == 1);
  CHECK(has(done.out, "2 scenarios: 1 PASS, 1 FAIL"));
  CHECK(has(done.out, "stopped at the first FAIL: 3 scenarios were not run"));
  CHECK(!has(done.out, "three"));
  CHECK(run({"run", folder.at("a-pass.xml"), folder.at("c-inconclusive.xml"), "--fail-fast"}).code == 4);
}

TEST_CASE("a seed is what makes a run, and the same seed makes the same one") {
  const Folder folder;
  const std::string file = folder.write("a.xml", failing("a"));
  const Done one = run({"run", file, "--seed", "1"}), again = run({"run", file}), other = run({"run", file, "--seed", "2"});
  CHECK(without_wall_time(one.out.substr(0, one.out.rfind("\n1 scenarios"))) == without_wall_time(again.out.substr(0, again.out.rfind("\n1 scenarios"))));
  CHECK(has(one.out, "seed 1;"));
  CHECK(has(other.out, "seed 2;"));
  CHECK(has(other.out, "checkout-sim run " + file + " --seed 2 --verbose"));
  const std::string journal = run({"journal", file, "--seed", "7"}).out;
  CHECK(run({"journal", file, "--seed", "7"}).out == journal);
  CHECK(run({"journal", file, "--seed", "7", "--fidelity", "typed"}).out == journal);
  CHECK(run({"journal", file, "--seed", "8"}).out != journal);
}

// ---- reports ----

TEST_CASE("a failure is told with what was expected, of whom, by which rule, and what was instead") {
  const Folder folder;
  const std::string file = folder.write("a.xml", failing("a"));
  const std::string en = run({"run", file}).out, it = run({"run", file, "--lang", "it"}).out;
  for (const std::string words : {"expected ", "paVerifyPaymentNotice is sent 2 time(s)", "the Nodo", "CHK-02: ", "instead ", "it was sent 1 times", ":5\n", ">>>", "Title <of> a"}) {
    CAPTURE(words);
    CHECK(has(en, words));
  }
  for (const std::string words : {"atteso ", "paVerifyPaymentNotice viene inviato 2 volta/e", "il Nodo", "CHK-02: ", "invece ", "è stato inviato 1 volte", "Titolo <di> a"}) {
    CAPTURE(words);
    CHECK(has(it, words));
  }
  const std::string good = folder.write("b.xml", passing("b"));
  CHECK(!has(run({"run", good}).out, "verifyPaymentNotice"));
  CHECK(has(run({"run", good, "--verbose"}).out, "verifyPaymentNotice"));
}

TEST_CASE("the JSON report holds every scenario with its verdict, findings and rules") {
  const Folder folder;
  write_all(folder);
  const Done done = run({"run", folder.path.string(), "--report", "json", "--seed", "3"});
  CHECK(done.code == 1);
  const auto parsed = sim::wire::parse_json(done.out);
  REQUIRE(parsed.has_value());
  const auto number = [&](const sim::wire::Json* json) { return json != nullptr && json->number() != nullptr ? json->number()->text : std::string("?"); };
  const auto text = [&](const sim::wire::Json* json) { return json != nullptr && json->text() != nullptr ? *json->text() : std::string("?"); };
  CHECK(number(parsed->member("seed")) == "3");
  REQUIRE(parsed->member("counts") != nullptr);
  for (const std::string verdict : {"PASS", "FAIL", "INCONCLUSIVE", "SPEC-SILENT", "SKIPPED"}) CHECK(number(parsed->member("counts")->member(verdict)) == "1");
  REQUIRE(parsed->member("scenarios") != nullptr);
  const sim::wire::JsonArray& all = *parsed->member("scenarios")->array();
  REQUIRE(all.size() == 5);
  const std::string verdicts[] = {"PASS", "FAIL", "INCONCLUSIVE", "SKIPPED", "SPEC-SILENT"}, ids[] = {"one", "two", "three", "four", "five"};
  for (std::size_t i = 0; i < 5; ++i) {
    CAPTURE(ids[i]);
    CHECK(text(all[i].member("id")) == ids[i]);
    CHECK(text(all[i].member("verdict")) == verdicts[i]);
    REQUIRE(all[i].member("rules") != nullptr);
    CHECK(text(&all[i].member("rules")->array()->at(0)) == (i == 2 ? "CHK-06" : "CHK-02"));
    CHECK(has(text(all[i].member("reproduce")), "--seed 3"));
    CHECK(text(all[i].member("title")) == "Title <of> " + ids[i]);
  }
  const sim::wire::JsonArray& findings = *all[1].member("findings")->array();
  REQUIRE(findings.size() == 1);
  CHECK(text(findings[0].member("fate")) == "broken");
  CHECK(text(findings[0].member("rule")) == "CHK-02");
  CHECK(number(findings[0].member("line")) == "5");
  CHECK(number(findings[0].member("entry")) != "?");
  CHECK(text(findings[0].member("found")) == "it was sent 1 times");
}

/// The value of an attribute, or "?".
std::string attribute(const sim::wire::XmlNode& node, std::string_view name) {
  for (const sim::wire::XmlAttribute& a : node.attributes()) {
    if (a.name == name) return std::string(a.value);
  }
  return "?";
}

TEST_CASE("the JUnit report is XML in which only a FAIL is a failure") {
  const Folder folder;
  write_all(folder);
  const Done done = run({"run", folder.path.string(), "--report", "junit"});
  CHECK(done.code == 1);
  const auto document = sim::wire::XmlDocument::parse(done.out);
  REQUIRE(document.has_value());
  const sim::wire::XmlNode root = document->root();
  CHECK(root.name() == "testsuites");
  const sim::wire::XmlNode suite = root.first_child();
  for (const sim::wire::XmlNode& node : {root, suite}) {
    CHECK(attribute(node, "tests") == "5");
    CHECK(attribute(node, "failures") == "1");
    CHECK(attribute(node, "errors") == "0");
    CHECK(attribute(node, "skipped") == "3");
  }
  const std::string ids[] = {"one", "two", "three", "four", "five"}, results[] = {"", "failure", "skipped", "skipped", "skipped"};
  const std::string reasons[] = {"", "it was sent 1 times", "INCONCLUSIVE: ", "SKIPPED: not today", "SPEC-SILENT: It does not say"};
  std::size_t i = 0;
  for (sim::wire::XmlNode node = suite.first_child(); node; node = node.next()) {
    if (node.name() != "testcase") continue;
    REQUIRE(i < 5);
    CAPTURE(ids[i]);
    CHECK(attribute(node, "name") == ids[i]);
    CHECK(has(attribute(node, "file"), folder.path.string()));
    std::string result, rule, verdict, reason;
    for (sim::wire::XmlNode child = node.first_child(); child; child = child.next()) {
      if (child.name() != "properties") {
        result += child.name();
        reason += attribute(child, "message");
        if (child.name() == "failure") CHECK(attribute(child, "type") == "CHK-02");
        continue;
      }
      for (sim::wire::XmlNode property = child.first_child(); property; property = property.next()) {
        if (attribute(property, "name") == "rule") rule += attribute(property, "value");
        if (attribute(property, "name") == "verdict") verdict += attribute(property, "value");
      }
    }
    CHECK(result == results[i]);
    CHECK(has(reason, reasons[i]));
    CHECK(rule == (i == 2 ? "CHK-06" : "CHK-02"));
    CHECK(verdict == (i == 0 ? "PASS" : i == 1 ? "FAIL" : reasons[i].substr(0, reasons[i].find(':'))));
    ++i;
  }
  CHECK(i == 5);
}

TEST_CASE("colours are for terminals, and not where NO_COLOR is set") {
  const Folder folder;
  const std::string file = folder.write("a.xml", failing("a"));
  CHECK(!has(run({"run", file}).out, "\x1b["));
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0) {  // a container without /dev/pts
    MESSAGE("skipped: this machine has no pseudo-terminals");
    return;
  }
  close(terminal);
  CHECK(has(on_a_terminal({"run", file}, ""), "\x1b[31mFAIL"));
  CHECK(!has(on_a_terminal({"run", file}, "NO_COLOR=1"), "\x1b["));
  CHECK(has(on_a_terminal({"run", file}, "NO_COLOR=1"), "FAIL         a "));
  CHECK(!has(on_a_terminal({"run", file, "--report", "junit"}, ""), "\x1b["));
}

// ---- tables for people ----

TEST_CASE("list, show, explain and diagram tell what the tables hold, in both languages") {
  struct Case {
    Args args;
    std::vector<std::string> says;
  };
  const std::string happy = "scenarios/payment/happy-path.xml";
  const Case cases[] = {
      {{"list", "scenarios"}, {"happy-path ", "A notice is paid"}},
      {{"list", "scenarios", "scenarios/payment", "--lang", "it"}, {"happy-path ", "Un avviso viene pagato"}},
      {{"list", "rules"}, {"CHK-01", "PSP-09", "Whoever starts from Checkout"}},
      {{"list", "rules", "--lang", "it"}, {"Chi parte da Checkout"}},
      {{"list", "faults"}, {"PPT_TOKEN_SCADUTO", "PAA_PAGAMENTO_SCONOSCIUTO", "CANALE_SEMANTICA"}},
      {{"list", "notices"}, {"digits 4-5", "PAA_PAGAMENTO_SCONOSCIUTO"}},
      {{"list", "notices", "--lang", "it"}, {"cifre 4-5"}},
      {{"list", "psps"}, {"PSPSIM01 ", "wrong on purpose", "PSPSIM_OUTCOME_TWICE     accepts, and sends its outcome OK twice"}},
      {{"list", "psps", "--lang", "it"}, {"PSPSIM02 ", "sbagliati di proposito", "PSPSIM_SILENT            non risponde alla notifica"}},
      {{"list", "cards"}, {"4999000000000013  authorised             card authorised\n", "4999000000000021  denied "}},
      {{"list", "cards", "--lang", "it"}, {"carta senza disponibilità\n"}},
      {{"list", "settings"}, {"latency", "20ms", "token-extension"}},
      {{"list", "machines"}, {"nodo.payment-at-touchpoint", "checkout.transaction", "ec.debt", "psp.token", "states"}},
      {{"list", "silences"}, {"SIL-01  order of the checks", "  changed by: receipt-ko-is-final\n", "  scenarios: ec-ko-is-final ec-ko-is-not-final\n"}},
      {{"list", "silences", "--lang", "it"}, {"SIL-01  ordine dei controlli", "  si cambia con: receipt-ko-is-final\n"}},
      {{"list", "rules", "--coverage"}, {"rules, and the scenarios that prove them\n", "PSP-09   not testable here: ", "\nnodo.position: ", "\nec.debt: ", " rows used\n"}},
      {{"list", "rules", "--coverage", "scenarios/payment/happy-path.xml", "--lang", "it"}, {"regole che nessuno scenario dimostra\n", "mai usate:\n", "(happy-path)\n"}},
      {{"show", "CHK-06"}, {"CHK-06\n", "obliges: nodo psp"}},
      {{"show", "CHK-06", "--lang", "it"}, {"obbliga: nodo psp"}},
      {{"show", "PPT_TOKEN_SCADUTO"}, {"faultString: ", "what to do: "}},
      {{"show", "latency"}, {"default 20ms, a duration"}},
      {{"show", "payment"}, {"PAYMENT_UNKNOWN", "M3CV2_05"}},
      {{"show", "nodo.payment"}, {"PAYMENT_UNKNOWN", "M3CV2_05"}},
      {{"show", "nodo.payment-at-psp"}, {"FAILED", "SPO_REV_04"}},
      {{"show", "SIL-46"}, {"SIL-46  complete KO to a receipt (sources disagree)\n", "  rules: EC-07 CHK-20\n"}},
      {{"explain", "SIL-46", "--lang", "it"}, {"SIL-46  KO completo a una ricevuta (le fonti non concordano)\n", "  scenari: ec-ko-is-final"}},
      {{"show", "PSP-09"}, {"not testable here: "}},
      {{"explain", "PPT_ERRORE_IDEMPOTENZA"}, {"  produced by scenarios: ", " activation-key-reused"}},
      {{"explain", "PPT_RPT_DUPLICATA"}, {"  no scenario produces it: legacy only; no primitive"}},
      {{"explain", "PPT_CANALE_TIMEOUT", "--lang", "it"}, {"  nessuno scenario lo produce: non è risposto a nessuno"}},
      {{"diagram", "--states", "nodo.payment"}, {"PAYMENT_UNKNOWN"}},
      {{"diagram", "--states", "checkout.transaction", "--format", "mermaid"}, {"stateDiagram-v2", "REFUND_REQUESTED"}},
      {{"diagram", "--states", "ec.debt", "--format", "svg"}, {"<svg", "</svg>"}},
      {{"diagram", "--states", "recipient"}, {"NOTICE_PENDING"}},
      {{"show", "happy-path"}, {"scenarios/payment/happy-path.xml", "<scenario version=\"1\""}},
      {{"explain", "CHK-06"}, {"obliges: "}},
      {{"explain", "CANALE_SEMANTICA", "--lang", "it"}, {"cosa fare: ", "propagazione: il Nodo lo riceve e non lo riporta a nessuno"}},
      {{"show", "PAA_PAGAMENTO_DUPLICATO"}, {"propagation: who called the Nodo gets it inside PPT_ERRORE_EMESSO_DA_PAA"}},
      {{"show", "PPT_RPT_DUPLICATA", "--lang", "it"}, {"propagazione: nessuna primitiva di questo progetto lo produce"}},
      {{"show", "PPT_SEMANTICA"}, {"our reading: verificaBollettino, demandPaymentNotice\n"}},
      {{"explain", "paGetPayment"}, {"# paGetPayment\n", "| `data/paymentAmount` | `stAmountNotZero` |", "## Fault codes\n"}},
      {{"explain", "closePayment-v2", "--lang", "it"}, {"# closePayment-v2\n", "| Percorso | Tipo |", "centesimi di euro"}},
      {{"explain", happy}, {"Given\n", "When\n", "Then (judged: "}},
      {{"explain", happy, "--lang", "it"}, {"Dato\n", "Quando\n", "Allora (si giudica: "}},
      {{"diagram", happy}, {"verifyPaymentNotice", "checkout -> nodo"}},
      {{"diagram", happy, "--format", "mermaid"}, {"sequenceDiagram"}},
      {{"diagram", happy, "--format", "svg"}, {"<svg", "</svg>"}},
      {{"diagram", "payment"}, {"PAYMENT_UNKNOWN"}},
      {{"diagram", "payment", "--format", "mermaid"}, {"stateDiagram-v2"}},
      {{"diagram", "payment", "--format", "svg"}, {"<svg", "</svg>"}},
  };
  for (const Case& c : cases) {
    std::string typed;
    for (const std::string& word : c.args) typed += word + " ";
    CAPTURE(typed);
    const Done done = run(c.args);
    CAPTURE(done.out);
    CHECK(done.code == 0);
    CHECK(done.err == "");
    CHECK(done.out.ends_with("\n"));
    for (const std::string& words : c.says) {
      CAPTURE(words);
      CHECK(has(done.out, words));
    }
  }
  CHECK(has(run({"show", "CHK-0"}).err, "did you mean 'CHK-0"));
  CHECK(has(run({"show", "latenci"}).err, "did you mean 'latency'?"));
  CHECK(has(run({"explain", "paGetPaymnt"}).err, "did you mean 'paGetPayment'?"));
  CHECK(has(run({"explain", "paGetPaymnt"}).err, "a scenario file, a rule, a fault code, a silence or a primitive"));
  CHECK(run({"scenario", "from-journal", happy}).code == 2);
  CHECK(has(run({"scenario", "from-journal", happy}).err, "happy-path.xml:1: this is not a line of JSON"));
  CHECK(has(run({"journal", happy}).out, "{\"t\":0,\"kind\":\"header\",\"version\":1,\"seed\":1,\"setup\":[{\"element\":\"notice\""));
  CHECK(has(run({"list", "fish"}).err, "scenarios, rules, faults, notices, psps, cards, settings, primitives, breaks, machines, silences"));
  CHECK(has(run({"run", "scenarios/receipt/ec-ko-is-final.xml"}).out, "the specification is silent (EC-07, SIL-46): "));
  CHECK(has(run({"explain", "scenarios/receipt/ec-ko-is-final.xml"}).out, " [SIL-46]\n"));
  const Done unknown = run({"diagram", "--states", "nodo.paymnt"});
  CHECK(unknown.code == 2);
  CHECK(has(unknown.err, "did you mean 'nodo.payment'?"));
  CHECK(run({"list", "faults", "--coverage"}).code == 2);
  CHECK(run({"diagram", "payment", "--states", "payment"}).code == 2);
}

TEST_CASE("a journal is one JSON object per line, in the order of time") {
  const Done done = run({"journal", "scenarios/payment/happy-path.xml"});
  CHECK(done.code == 0);
  CHECK(lines(done.out) > 50);
  std::int64_t before = 0;
  std::set<std::string> kinds;
  for (std::size_t at = 0; at < done.out.size();) {
    const std::size_t end = done.out.find('\n', at);
    REQUIRE(end != std::string::npos);
    const auto entry = sim::wire::parse_json(std::string_view(done.out).substr(at, end - at));
    REQUIRE(entry.has_value());
    REQUIRE(entry->member("t") != nullptr);
    const std::int64_t t = std::stoll(entry->member("t")->number()->text);
    CHECK(t >= before);
    before = t;
    kinds.insert(*entry->member("kind")->text());
    at = end + 1;
  }
  CHECK(kinds == std::set<std::string>{"alarm", "command", "finish", "header", "hop", "note"});
}

// ---- messages ----

TEST_CASE("a port's schema and WSDL are printed, and a port that does not exist is told from one that nearly does") {
  for (const std::string port : {"nodeForPsp", "paForNode", "pspForNode"}) {
    CAPTURE(port);
    const Done wsdl = run({"schema", "--wsdl", port, "--address", "http://127.0.0.1:8080/x?a=1&b=2"});
    CHECK(wsdl.code == 0);
    const auto document = sim::wire::XmlDocument::parse(wsdl.out);
    REQUIRE(document.has_value());
    CHECK(document->root().local_name() == "definitions");
    CHECK(has(wsdl.out, "location=\"http://127.0.0.1:8080/x?a=1&amp;b=2\""));
    const Done xsd = run({"schema", "--xsd", port});
    CHECK(xsd.code == 0);
    CHECK(sim::wire::XmlDocument::parse(xsd.out).has_value());
  }
  CHECK(has(run({"schema", "--wsdl", "paForNode"}).out, "soapAction=\"paGetPaymentV2\""));
  const Done near = run({"schema", "--wsdl", "paForNod"});
  CHECK(near.code == 2);
  CHECK(has(near.err, "did you mean 'paForNode'?"));
  CHECK(run({"schema", "--wsdl", "paForNode", "--xsd", "paForNode"}).code == 2);
}

TEST_CASE("what is generated is checked as sound, and what is broken on purpose is told, in both languages") {
  const Folder folder;
  const auto write = [&folder](const std::string& name, const std::string& bytes) {
    const std::string path = (folder.path / name).string();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  };
  const Done good = run({"generate", "paGetPaymentV2", "--leg", "response", "--seed", "5"});
  CHECK(good.code == 0);
  CHECK(run({"generate", "paGetPaymentV2", "--leg", "response", "--seed", "5"}).out == good.out);
  CHECK(run({"generate", "paGetPaymentV2", "--leg", "response", "--seed", "6"}).out != good.out);
  const Done checked = run({"check", write("good.xml", good.out)});
  CHECK(checked.code == 0);
  CHECK(has(checked.out, "paGetPaymentV2 response: keeps its schema and the rules between its fields"));

  const Done bad = run({"generate", "paSendRT", "--break", "too-long receipt/idPSP", "--break", "missing idPA"});
  CHECK(bad.code == 0);
  const std::string file = write("bad.xml", bad.out);
  const Done told = run({"check", file});
  CHECK(told.code == 1);
  CHECK(has(told.out, "paSendRT request: 2 violations"));
  CHECK(has(told.out, "/paSendRTReq/idPA: missing, allowed: it is required [XSD paSendRTReq]"));
  CHECK(has(run({"check", file, "--lang", "it"}).out, "/paSendRTReq/idPA: mancante, ammesso: è obbligatorio [XSD paSendRTReq]"));

  const std::string json = write("close.json", run({"generate", "closePayment-v2", "--fullness", "full"}).out);
  CHECK(run({"check", json, "--as", "closePayment-v2"}).code == 0);
  const Done unnamed = run({"check", json});
  CHECK(unnamed.code == 1);
  CHECK(has(unnamed.out, "--as closePayment-v2"));

  CHECK(run({"generate", "paSendRT", "--count", "3"}).out.find("\n<?xml") != std::string::npos);
  CHECK(has(run({"generate", "paSendRt"}).err, "did you mean 'paSendRT'?"));
  const Done no_kind = run({"generate", "paSendRT", "--break", "too-wide idPA"});
  CHECK(no_kind.code == 2);
  CHECK(has(no_kind.err, "'too-wide' is not a kind of defect; see checkout-sim list breaks paSendRT"));
  const Done not_made = run({"generate", "paGetPayment", "--fullness", "minimal", "--break", "nil dueDate"});
  CHECK(not_made.code == 4);
  CHECK(has(not_made.err, "the defect could not be made"));
  CHECK(run({"check", (folder.path / "none.xml").string()}).code == 2);
}

TEST_CASE("defects and primitives are listed, all of them or those of one message") {
  CHECK(has(run({"list", "breaks"}).out, "too-long"));
  CHECK(has(run({"list", "breaks", "--lang", "it"}).out, "è troppo lungo"));
  const Done of_one = run({"list", "breaks", "pspNotifyPaymentV2"});
  CHECK(of_one.code == 0);
  CHECK(has(of_one.out, "paymentList/payment/transferList/transfer/IBAN"));
  CHECK(run({"list", "breaks", "pspNotifyPaymentV3"}).code == 2);
  CHECK(has(run({"list", "primitives"}).out, "carts-v2"));
}

// ---- the schema ----

TEST_CASE("the committed schema is the one that the table gives") {
  const Done done = run({"schema"});
  CHECK(done.code == 0);
  CHECK((bytes_of(SIM_SOURCE_DIR "/scenarios/scenario.xsd") == done.out));  // stale? checkout-sim schema > scenarios/scenario.xsd
  CHECK(sim::wire::XmlDocument::parse(done.out).has_value());
}

TEST_CASE("every shipped scenario is valid by the schema, and by the program") {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(SIM_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() == ".xml") files.push_back(entry.path().string());
  }
  REQUIRE(!files.empty());
  CHECK(run({"lint", "scenarios"}).code == 0);
  bool available = false;
  for (const std::string folder : {"/usr/bin/", "/usr/local/bin/", "/opt/homebrew/bin/"}) available = available || fs::exists(folder + "xmllint");
  if (!available) {
    MESSAGE("xmllint is not here: the schema is not tried");
    return;
  }
  Args args{"--noout", "--schema", SIM_SOURCE_DIR "/scenarios/scenario.xsd"};
  args.insert(args.end(), files.begin(), files.end());
  const Done done = run(args, SIM_SOURCE_DIR, "xmllint");
  CAPTURE(done.err);
  CHECK(done.code == 0);
  // And what the program refuses for its words the schema refuses too.
  const Folder folder;
  for (const std::string wrong : {"<sen message=\"paSendRT\" times=\"1\" rule=\"CHK-07\"/>", "<seen message=\"paSendRT\" times=\"-1\" rule=\"CHK-07\"/>",
                                  "<seen message=\"paSendRT\" times=\"1\" rule=\"CHK-99\"/>", "<seen message=\"paSendRT\" times=\"1\"/>"}) {
    CAPTURE(wrong);
    const std::string file = folder.write("wrong.xml", xml("wrong", wrong));
    CHECK(run({"lint", file}).code == 2);
    CHECK(run({"--noout", "--schema", SIM_SOURCE_DIR "/scenarios/scenario.xsd", file}, SIM_SOURCE_DIR, "xmllint").code != 0);
  }
}

// ---- registries ----

TEST_CASE("a registry is begun, checked by its root and by its schema, and scenarios are played on it") {
  const Done schema = run({"schema", "--registry"});
  CHECK(schema.code == 0);
  CHECK((bytes_of(SIM_SOURCE_DIR "/scenarios/registry.xsd") == schema.out));  // stale? checkout-sim schema --registry > scenarios/registry.xsd
  CHECK(run({"schema", "--registry", "--xsd", "paForNode"}).code == 2);
  const Done sample = run({"new", "registry"});
  CHECK(sample.code == 0);
  const Done other = run({"new", "scenery"});
  CHECK(other.code == 2);
  CHECK(has(other.err, "one of: registry"));

  const Folder folder;
  const std::string registry = folder.write("mine/registry.xml", sample.out);
  CHECK(run({"lint", registry}).out == "1 registry, no mistake found\n");
  const std::string scenario = folder.write("mine/good.xml", passing("good"));
  CHECK(run({"lint", folder.at("mine")}).out == "1 scenarios and 1 registry, no mistake found\n");
  CHECK(run({"lint", folder.at("mine"), "--registry", registry}).code == 0);
  // In a folder of scenarios a registry is no scenario; named as one it is a mistake.
  CHECK(run({"run", folder.at("mine"), "--registry", registry}).code == 0);
  CHECK(run({"run", folder.at("mine")}).code == 0);
  CHECK(has(run({"run", registry}).err, "(a registry is given by --registry)"));
  CHECK(run({"run", registry}).code == 2);
  CHECK(run({"run", scenario, "--registry", scenario}).code == 2);
  CHECK(has(run({"run", scenario, "--registry", folder.at("none.xml")}).err, "cannot be read"));
  // What the registry changes is seen in the run, and said in the line that repeats it.
  const std::string closed = folder.write("closed.xml", "<registry version=\"1\"><ec code=\"77777777777\" enabled=\"no\"/></registry>");
  const Done failed = run({"run", scenario, "--registry", closed});
  CHECK(failed.code == 1);
  CHECK(has(failed.out, "--registry " + closed));
  // Mistakes come together, those of files that a registry names among them.
  const std::string bad = folder.write("bad.xml", "<registry version=\"1\">\n<ec code=\"12345678901\" url=\"https://a\">\n<tls ca=\"none.pem\"/></ec></registry>");
  const Done unread = run({"lint", bad});
  CHECK(unread.code == 2);
  CHECK(has(unread.err, bad + ":3: " + folder.at("none.pem") + ": cannot be read: No such file"));
  folder.write("none.pem", "here");
  CHECK(run({"lint", bad}).code == 0);

  bool available = false;
  for (const std::string place : {"/usr/bin/", "/usr/local/bin/", "/opt/homebrew/bin/"}) available = available || fs::exists(place + "xmllint");
  if (!available) {
    MESSAGE("xmllint is not here: the schema is not tried");
    return;
  }
  const auto valid = [&](const std::string& file) { return run({"--noout", "--schema", SIM_SOURCE_DIR "/scenarios/registry.xsd", file}, SIM_SOURCE_DIR, "xmllint").code == 0; };
  CHECK(valid(registry));
  CHECK(valid(bad));
  for (const std::string inside : {"<ec code=\"1\"/>", "<ec code=\"12345678901\" stations=\"2\"/>", "<ec code=\"12345678901\" url=\"ftp://a\"/>", "<ec code=\"12345678901\"><iban code=\"60\"/></ec>",
                                   "<psp id=\"P\" code=\"12345678901\"><channel id=\"c\" password=\"short\"/></psp>", "<psp id=\"P\" code=\"12345678901\"><channel id=\"c\" version=\"3\"/></psp>",
                                   "<psp id=\"P\" methods=\"CP VISA\"/>", "<steps/>", "<nodo url=\"http://a\"><header name=\"a b\" value=\"c\"/></nodo>"}) {
    CAPTURE(inside);
    const std::string file = folder.write("wrong.xml", "<registry version=\"1\">" + inside + "</registry>");
    CHECK(run({"lint", file}).code == 2);
    CHECK(!valid(file));
  }
}

TEST_CASE("mutants are listed, played and planted") {
  CHECK(has(run({"list", "mutants"}).out, "skips-storno"));
  CHECK(has(run({"list", "mutants", "--lang", "it"}).out, "non chiede mai lo storno"));
  const Done killed = run({"mutants", "scenarios/psp", "--only", "outcome-after-ko"});
  CHECK(killed.code == 0);
  CHECK(has(killed.out, "  killed by "));
  CHECK(has(killed.out, "monitors: killed by "));
  CHECK(has(killed.out, "1/1 killed by scenarios (1 under their own rule)\n1/1 killed by monitors, ledger and laws alone (100 %)\n"));
  CHECK(has(run({"mutants", "scenarios/psp", "--only", "outcome-after-ko", "--lang", "it"}).out, "1/1 uccisi dagli scenari (1 per la propria regola)\n"));
  const Done elsewhere = run({"mutants", "scenarios/payment/happy-path.xml", "--only", "ko-after-silence"});
  CHECK(elsewhere.code == 0);
  CHECK(has(elsewhere.out, "Killed under another rule:\n  ko-after-silence"));
  CHECK(has(elsewhere.out, "1/1 killed by scenarios (0 under their own rule)\n"));
  const Done json = run({"mutants", "scenarios/payment/happy-path.xml", "--only", "no-certificate", "--report", "json"});
  CHECK(json.code == 1);
  CHECK(has(json.out, R"("name":"no-certificate","role":"psp","rule":"PSP-08")"));
  CHECK(has(json.out, R"("count":1,"killed":0,"underOwnRule":0,"byMonitors":0})"));
  const Done survivor = run({"mutants", "scenarios/payment/happy-path.xml", "--only", "skips-storno"});
  CHECK(survivor.code == 1);
  CHECK(has(survivor.out, "survived"));
  const Done dead = run({"mutants", "scenarios/payment/happy-path.xml", "--only", "outcome-ko", "--dead-weight"});
  CHECK(dead.code == 0);
  CHECK(has(dead.out, "happy-path.xml:13: CHK-02 "));          // nothing to do with an outcome
  CHECK(!has(dead.out, "happy-path.xml:17: CHK-06 "));         // the outcome's answer: broken
  CHECK(has(dead.out, "\n14 expectations: 0 decisive, 9 never alone, 5 dead weight\n"));
  CHECK(has(dead.out, "  CHK-02 a verify answered OK"));
  const Done unknown = run({"mutants", "--only", "skip-storno"});
  CHECK(unknown.code == 2);
  CHECK(has(unknown.err, "did you mean 'skips-storno'?"));
  CHECK(run({"run", "scenarios/payment/happy-path.xml", "--plant", "skip-storno"}).code == 2);
  const Done planted = run({"run", "scenarios/payment/happy-path.xml", "--plant", "outcome-ko"});
  CHECK(planted.code == 1);
  CHECK(has(planted.out, "planted: outcome-ko (psp, CHK-06)"));
}

}  // namespace

// ---- the search ----

TEST_CASE("the search says what it did, the same whatever the number of jobs, and what it draws can be played again") {
  const Done one = run({"explore", "--faults", "1"});
  CHECK(one.code == 0);
  CHECK(has(one.out, "search exhausted"));
  CHECK(has(one.out, "no violation"));
  CHECK(run({"explore", "--faults", "1", "--jobs", "2"}).out == one.out);
  CHECK(has(run({"explore", "--random", "--runs", "20", "--shard", "2/4"}).out, "5 random scenarios, seeds 2 to 18 (shard 2/4), 0 broke something"));
  CHECK(run({"explore", "--random", "--runs", "20", "--jobs", "2"}).out == run({"explore", "--random", "--runs", "20"}).out);
  CHECK(run({"explore", "--random", "--time", "soon"}).code == 2);
  CHECK(run({"explore", "--random", "--time", "1s", "--runs", "3"}).code == 2);
  const Done no_shard = run({"explore", "--random", "--shard", "5/4"});
  CHECK(no_shard.code == 2);
  CHECK(has(no_shard.err, "i from 1 to n"));
  CHECK(has(run({"replay", "random-17"}).out, "FIXED"));
  CHECK(has(run({"replay", "nowhere.xml"}).out, "ERROR"));
  CHECK(run({"replay", "nowhere.xml"}).code == 2);
  CHECK(run({"explore", "--table", "--format", "md"}).out == bytes_of(SIM_SOURCE_DIR "/scenarios/discordance.md"));
  const fs::path folder = fs::temp_directory_path() / "checkout-sim-explored";
  const Done wrong = run({"explore", "--faults", "1", "--plant", "skips-storno", "--to", folder.string()});
  CHECK(wrong.code == 1);
  CHECK(has(wrong.out, "violation: "));
  const std::size_t named = wrong.out.find(folder.string());
  REQUIRE(named != std::string::npos);
  const std::string file = wrong.out.substr(named, wrong.out.find(' ', named) - named);
  CHECK(has(wrong.out, "checkout-sim run " + file + " --seed 1 --plant skips-storno"));
  CHECK(run({"run", file, "--plant", "skips-storno"}).code == 1);
  CHECK(run({"run", file}).code == 0);
  CHECK(run({"lint", file}).code == 0);
  CHECK(has(run({"replay", file, "--plant", "skips-storno"}).out, "FAILED"));
  CHECK(has(run({"replay", file}).out, "FIXED"));
  const Done nowhere = run({"explore", "--faults", "1", "--plant", "skips-storno", "--to", file});
  CHECK(nowhere.code == 2);
  CHECK(has(nowhere.err, "cannot be written"));
  CHECK(has(nowhere.out, "</scenario>"));
  fs::remove_all(folder);
}
