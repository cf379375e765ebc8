#include "sim/report/retelling.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>

#include <fmt/format.h>

#include "sim/contract/breaks.hpp"
#include "sim/contract/fault_codes.hpp"
#include "sim/contract/magic_psps.hpp"
#include "sim/contract/rules.hpp"
#include "sim/contract/words.hpp"
#include "sim/report/journal_text.hpp"
#include "sim/scenario/moment.hpp"
#include "sim/wire/codec.hpp"
#include "sim/wire/json.hpp"
#include "sim/wire/xml.hpp"

namespace sim::report {
namespace {

using contract::Leg;
using contract::Role;
using Pairs = std::vector<std::pair<std::string, std::string>>;

bool says_when(std::string_view name) { return name == "when" || name == "at" || name == "after"; }
bool is_step(const Staged& staged) { return staged.what.starts_with("restarts ") || staged.leap.ms != 0; }

/// Entries without what depends on how the scenario is written, and where each stood.
struct Effects {
  std::vector<std::string> lines;
  std::vector<std::size_t> entries;
};
Effects effects(const Journal& journal) {
  Effects out;
  std::map<CommandId, CommandId> commands;  // an order that could not be given has a number all the same
  commands[0] = 0;
  const auto named = [&commands](CommandId id) { return commands.try_emplace(id, static_cast<CommandId>(commands.size())).first->second; };
  for (std::size_t i = 0; i < journal.entries.size(); ++i) {
    Entry entry = journal.entries[i];
    if (auto* hop = std::get_if<Hop>(&entry.what)) {
      hop->rule_line = 0;
      hop->cause = named(hop->cause);
    } else if (auto* command = std::get_if<Commanded>(&entry.what)) {
      command->line = 0;
      command->command.id = named(command->command.id);
      std::erase_if(command->command.with, [](const auto& pair) { return says_when(pair.first); });
      std::sort(command->command.with.begin(), command->command.with.end());
    } else if (auto* finish = std::get_if<Finished>(&entry.what)) {
      finish->command = named(finish->command);
    } else if (auto* staged = std::get_if<Staged>(&entry.what)) {
      if (!is_step(*staged)) continue;
      staged->line = 0;
    }
    Journal one;
    one.start = journal.start;
    one.entries.push_back(std::move(entry));
    out.lines.push_back(to_ndjson(one));
    out.entries.push_back(i);
  }
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  wire::append_xml_attribute(out, text);
  return out;
}

/// One element of the scenario that is being written.
struct Piece {
  std::string name;
  Pairs attributes;
  std::vector<std::string> edits = {};  ///< <set>, <break> and <omit>, as written
  bool edited = false, timed = false;   ///< what a replay has taught already

  [[nodiscard]] std::string value(std::string_view attribute) const {
    for (const auto& [name_, value_] : attributes) {
      if (name_ == attribute) return value_;
    }
    return {};
  }
  void put(std::string_view attribute, std::string value_) {
    for (auto& pair : attributes) {
      if (pair.first == attribute) {
        pair.second = std::move(value_);
        return;
      }
    }
    attributes.emplace_back(attribute, std::move(value_));
  }
};
std::string written(const Piece& piece, std::string_view indent) {
  std::string out = fmt::format("{}<{}", indent, piece.name);
  for (const auto& [name, value] : piece.attributes) out += fmt::format(" {}=\"{}\"", name, escaped(value));
  if (piece.edits.empty()) return out + "/>\n";
  out += ">\n";
  for (const std::string& edit : piece.edits) out += fmt::format("{}  {}\n", indent, edit);
  return out + fmt::format("{}</{}>\n", indent, piece.name);
}
std::string written(const scenario::Node& node, std::string_view indent) {
  std::string out = fmt::format("{}<{}", indent, node.name());
  for (const auto& [name, value] : node.values) out += fmt::format(" {}=\"{}\"", name, escaped(value));
  if (node.children.empty()) return out + "/>\n";
  out += ">\n";
  for (const scenario::Node& child : node.children) out += written(child, std::string(indent) + "  ");
  return out + fmt::format("{}</{}>\n", indent, node.name());
}

// ---- what a script changed in a message ----

/// The paths that a message holds, structures before their fields; an index only where there are several.
void paths_in(const contract::Record& record, const void* owner, const std::string& front, std::vector<std::pair<std::string, bool>>& out) {
  for (const contract::Field& field : record.fields) {
    const std::size_t count = field.count(owner);
    for (std::size_t i = 0; i < count; ++i) {
      const std::string path = front + std::string(field.name) + (i > 0 ? fmt::format("[{}]", i + 1) : "");
      out.emplace_back(path, field.scalar != nullptr);
      if (field.table() != nullptr) paths_in(*field.table(), field.item(owner, i), path + "/", out);
    }
  }
}
std::vector<std::pair<std::string, bool>> paths_in(const contract::Message& message) {
  std::vector<std::pair<std::string, bool>> out;
  paths_in(contract::record_of(contract::primitive_of(message), contract::leg_of(message)), contract::payload(message), "", out);
  return out;
}

/// The element at a path of a SOAP message that may be broken.
std::optional<std::string> raw_text(const wire::XmlDocument& document, std::string_view path) {
  wire::XmlNode node = document.root().first_child();
  while (node && node.local_name() != "Body") node = node.next();
  if (node) node = node.first_child();
  while (node && !path.empty()) {
    const contract::PathStep step = contract::first_step(path, path);
    std::size_t index = 0;
    wire::XmlNode child = node.first_child();
    while (child && !(child.local_name() == step.name && ++index == step.index)) child = child.next();
    node = child;
  }
  if (!node) return std::nullopt;
  std::string scratch;
  return std::string(node.text(scratch));
}

/// The same in JSON, whatever the value is.
std::optional<std::string> raw_text(const wire::Json& document, std::string_view path) {
  const wire::Json* at = &document;
  while (at != nullptr && !path.empty()) {
    const contract::PathStep step = contract::first_step(path, path);
    at = at->member(step.name);
    if (at == nullptr || at->array() == nullptr) continue;
    at = step.index <= at->array()->size() ? &(*at->array())[step.index - 1] : nullptr;
  }
  if (at == nullptr) return std::nullopt;
  if (at->text() != nullptr) return *at->text();
  if (at->number() != nullptr) return at->number()->text;
  return at->object() != nullptr ? std::string() : wire::to_text(*at);
}

/// Of JSON, as it is written: objects whose members nobody has fixed are no different from others there.
void paths_in(const wire::Json& at, const std::string& path, std::vector<std::pair<std::string, bool>>& out) {
  if (const wire::JsonArray* list = at.array()) {
    for (std::size_t i = 0; i < list->size(); ++i) paths_in((*list)[i], path + (i > 0 ? fmt::format("[{}]", i + 1) : ""), out);
    return;
  }
  if (!path.empty()) out.emplace_back(path, at.object() == nullptr);
  if (at.object() == nullptr) return;
  for (const auto& [name, value] : *at.object()) paths_in(value, path.empty() ? name : path + "/" + name, out);
}

/// How to write `own` so that it becomes these bytes; nothing when no way was found.
std::optional<std::vector<std::string>> edits_between(const contract::Message& own, const std::variant<Body, Malformed>& said) {
  const auto* body = std::get_if<Body>(&said);
  const std::string wanted = body != nullptr ? wire::encode(**body) : *std::get<Malformed>(said).bytes;
  if (wire::encode(own) == wanted) return std::vector<std::string>{};
  const bool json = contract::primitive(contract::primitive_of(own)).port == nullptr;
  const auto document = wire::XmlDocument::parse(json ? "<none/>" : wanted);
  const auto object = wire::parse_json(json ? wanted : "{}");
  const auto told = [&](const std::string& path) -> std::optional<std::string> {
    if (json) return object ? raw_text(*object, path) : std::nullopt;
    if (body != nullptr) return contract::text_at(**body, path);
    return document ? raw_text(*document, path) : std::nullopt;
  };
  // What is a message is recorded as a message: in JSON its members may have stood in another order.
  const auto becomes = [&](std::span<const contract::Patch> with) {
    const std::string bytes = wire::encode(own, with);
    if (bytes == wanted || body == nullptr) return bytes == wanted;
    const auto read = wire::decode(contract::primitive_of(own), contract::leg_of(own), std::make_shared<const std::string>(bytes));
    return std::holds_alternative<Body>(read) && *std::get<Body>(read) == **body;
  };
  std::vector<contract::Patch> patches;
  std::vector<std::string> out;
  std::vector<std::pair<std::string, bool>> held, theirs;
  const auto ours = wire::parse_json(json ? wire::encode(own) : "{}");
  if (json) paths_in(*ours, "", held);
  else held = paths_in(own);
  if (json && object) paths_in(*object, "", theirs);
  else if (body != nullptr) theirs = paths_in(**body);
  const auto said_by_us = [&](const std::string& path) { return json ? raw_text(*ours, path) : contract::text_at(own, path); };
  std::string gone = "\n";  // the structure that is left out as a whole
  for (const auto& [path, leaf] : held) {
    if (path.starts_with(gone)) continue;
    const bool there = body != nullptr || json ? std::any_of(theirs.begin(), theirs.end(), [&p = path](const auto& t) { return t.first == p; }) : told(path).has_value();
    if (!there) {
      patches.push_back({path, std::nullopt, contract::Edit::change});
      out.push_back(fmt::format("<omit field=\"{}\"/>", escaped(path)));
      gone = path + "/";
    } else if (leaf && told(path) != said_by_us(path)) {
      patches.push_back({path, told(path), contract::Edit::change});
      out.push_back(fmt::format("<set field=\"{}\" to=\"{}\"/>", escaped(path), escaped(*told(path))));
    }
  }
  for (const auto& [path, leaf] : theirs) {
    if (!leaf || std::any_of(held.begin(), held.end(), [&p = path](const auto& h) { return h.first == p; })) continue;
    patches.push_back({path, told(path), contract::Edit::change});
    out.push_back(fmt::format("<set field=\"{}\" to=\"{}\"/>", escaped(path), escaped(*told(path))));
  }
  if (becomes(patches)) return out;
  for (const contract::Break& defect : contract::breaks_of(own)) {
    if (!becomes(defect.patches)) continue;
    const std::string field = defect.path.empty() ? std::string() : fmt::format(" field=\"{}\"", escaped(defect.path));
    return std::vector<std::string>{fmt::format("<break with=\"{}\"{}/>", defect.kind->name, field)};
  }
  // Fields that the table does not demand to be there may have been set to what their type refuses.
  for (const std::string& path : contract::leaf_paths(contract::record_of(contract::primitive_of(own), contract::leg_of(own)))) {
    const std::optional<std::string> text = told(path);
    if (!text || std::any_of(held.begin(), held.end(), [&path](const auto& h) { return h.first == path; })) continue;
    patches.push_back({path, text, contract::Edit::change});
    out.push_back(fmt::format("<set field=\"{}\" to=\"{}\"/>", escaped(path), escaped(*text)));
  }
  if (becomes(patches)) return out;
  return std::nullopt;
}

// ---- the recording, read as a script ----

class Teller {
 public:
  Teller(const Recording& recording, std::string id, bool expects) : recording_(recording), journal_(recording.journal), id_(std::move(id)), expects_(expects) {
    for (const scenario::Node& node : recording.setup) {
      if (node.name() == "setting" && node.get("name") == "latency") latency_ = parse_duration(node.get("value")).value_or(latency_);
    }
    Duration leapt;
    for (const Entry& entry : journal_.entries) {
      const auto* staged = std::get_if<Staged>(&entry.what);
      if (staged != nullptr) leapt = leapt + staged->leap;
      flow_.push_back({entry.at.ms - leapt.ms});
    }
    for (std::size_t i = 0; i < journal_.entries.size(); ++i) look(i);
  }

  [[nodiscard]] std::string xml() const;
  /// Learns from the first departure of a replay; false when nothing can be learned from it.
  bool learn(const Journal& replayed, std::string& departs);

 private:
  struct Life {
    std::size_t sent[2] = {0, 0};                  ///< entry + 1, by leg
    std::uint32_t nth[2] = {0, 0};                 ///< which occasion of its primitive and leg
    std::uint32_t heard = 0;                       ///< which request of its primitive the callee heard
  };
  struct Running {
    bool finished = false, is_send = false;
    Instant done;
    std::set<ExchangeId> open;
  };

  void look(std::size_t i);
  void look(std::size_t i, const Hop& hop);
  void command(std::size_t i, const Commanded& given);
  void place(std::size_t i, Piece& piece, bool has_own_words);
  void mishap(const Hop& hop, std::string_view what, std::uint32_t nth, Duration by = {});
  void conduct(std::size_t i, const Hop& hop);
  [[nodiscard]] std::string expectations() const;
  [[nodiscard]] std::set<Role> scripted() const;

  const Recording& recording_;
  const Journal& journal_;
  std::string id_;
  bool expects_;
  Duration latency_ = contract::Settings{}.latency;
  std::vector<Instant> flow_;  ///< of each entry, by a clock that never leaps
  std::map<std::pair<PrimitiveId, Leg>, std::uint32_t> sent_;
  std::map<std::pair<Party, PrimitiveId>, std::uint32_t> heard_;
  std::map<ExchangeId, Life> lives_;
  std::set<ExchangeId> shadows_;
  std::vector<Piece> rules_, steps_;
  std::map<ExchangeId, std::size_t> answers_;  ///< whose answer is scripted: index of rules_
  std::map<CommandId, std::size_t> sends_;     ///< index of steps_
  std::map<CommandId, Running> running_;
  CommandId last_ = 0;        ///< of the sequence
  Instant sequence_ = run_start;  ///< when the last of the sequence that is no command was over
};

void Teller::look(std::size_t i) {
  const Happening& what = journal_.entries[i].what;
  if (const auto* hop = std::get_if<Hop>(&what)) {
    look(i, *hop);
  } else if (const auto* given = std::get_if<Commanded>(&what)) {
    command(i, *given);
  } else if (const auto* finish = std::get_if<Finished>(&what)) {
    running_[finish->command].finished = true;
    running_[finish->command].done = flow_[i];
  } else if (const auto* silence = std::get_if<Unanswered>(&what)) {
    for (auto& [id, run] : running_) {
      if (run.open.erase(silence->exchange) > 0) run.done = flow_[i];
    }
  } else if (const auto* staged = std::get_if<Staged>(&what); staged != nullptr && is_step(*staged)) {
    Piece piece{"jump", {}};
    if (staged->leap.ms != 0) {
      piece.put("by", to_text(staged->leap));
    } else {
      piece.name = "restart";
      const std::string who = staged->what.substr(std::string_view("restarts ").size());
      const std::size_t blank = who.find(' ');
      piece.put("who", who.substr(0, blank));
      if (blank != std::string::npos) piece.put("id", who.substr(blank + 1));
    }
    place(i, piece, false);
    steps_.push_back(std::move(piece));
  }
}

void Teller::look(std::size_t i, const Hop& hop) {
  const bool request = hop.leg == Leg::request;
  const auto leg = static_cast<std::size_t>(hop.leg);
  using Stage = Hop::Stage;
  Life& life = lives_[hop.exchange];
  if (hop.stage == Stage::sent && !shadows_.contains(hop.exchange)) {
    life.sent[leg] = i + 1;
    life.nth[leg] = ++sent_[{hop.primitive, hop.leg}];
  }
  if (hop.stage == Stage::sent && request && hop.cause != 0) running_[hop.cause].open.insert(hop.exchange);
  if (hop.stage == Stage::received && request) {
    if (life.sent[0] == 0) shadows_.insert(hop.exchange);
    life.heard = ++heard_[{hop.to, hop.primitive}];
  }
  if (hop.stage == Stage::received && !request) {
    for (auto& [id, run] : running_) {
      if (run.open.erase(hop.exchange) > 0) run.done = flow_[i];
    }
  }
  if (hop.rule_line == 0) return;
  if (hop.stage == Stage::withheld && request) {
    Piece piece{"withhold", {{"by", std::string(contract::to_text(hop.from.role))}}};
    if (!hop.from.id.empty()) piece.put("id", hop.from.id);
    piece.put("message", std::string(contract::primitive(hop.primitive).name));
    const bool told = std::any_of(rules_.begin(), rules_.end(), [&](const Piece& p) { return p.name == piece.name && p.attributes == piece.attributes; });
    if (!told) rules_.push_back(std::move(piece));
    return;
  }
  if (hop.stage == Stage::sent || hop.stage == Stage::withheld) {
    if (hop.event != "restarts") conduct(i, hop);
    return;
  }
  if (shadows_.contains(hop.exchange)) return;
  Duration by;
  if (life.sent[leg] != 0) by = flow_[i] - flow_[life.sent[leg] - 1] - latency_;
  std::string_view what = hop.event;
  if (what == "too late") what = by.ms > 0 ? "delay" : "yield";
  mishap(hop, what, life.nth[leg], what == "delay" ? by : Duration{});
}

void Teller::mishap(const Hop& hop, std::string_view what, std::uint32_t nth, Duration by) {
  Piece piece{"fault", {{"on", std::string(contract::primitive(hop.primitive).name)}, {"leg", std::string(contract::to_text(hop.leg))}, {"do", std::string(what)}}};
  if (by.ms > 0) piece.put("by", to_text(by));
  piece.put("nth", std::to_string(nth));
  const bool told = std::any_of(rules_.begin(), rules_.end(), [&](const Piece& p) { return p.name == piece.name && p.attributes == piece.attributes; });
  if (!told) rules_.push_back(std::move(piece));
}

void Teller::conduct(std::size_t, const Hop& hop) {
  Piece piece{"answer", {{"by", std::string(contract::to_text(hop.from.role))}}};
  if (!hop.from.id.empty()) piece.put("id", hop.from.id);
  piece.put("to", std::string(contract::primitive(hop.primitive).name));
  const bool json = contract::primitive(hop.primitive).port == nullptr;
  int usual = 200;
  if (hop.event == "answers KO") {
    usual = json ? 400 : 200;
    piece.put("outcome", "KO");
    const auto* body = std::get_if<Body>(&hop.said);
    const auto between = [&](std::string_view tag) {
      const auto* malformed = std::get_if<Malformed>(&hop.said);
      if (malformed == nullptr || malformed->bytes == nullptr) return std::string();
      const std::size_t from = malformed->bytes->find(tag);
      if (from == std::string::npos) return std::string();
      const std::size_t start = from + tag.size();
      return malformed->bytes->substr(start, malformed->bytes->find('<', start) - start);
    };
    const contract::CtFaultBean* fault = body != nullptr ? contract::fault_of(**body) : nullptr;
    if (!json) {
      const std::string code = fault != nullptr ? fault->faultCode : between("faultCode>");
      piece.put("fault", contract::find_fault_code(code) != nullptr ? code : "PPT_SEMANTICA");
    }
    const std::string description = json && body != nullptr ? contract::text_at(**body, "description").value_or("") : fault != nullptr ? fault->description.value_or("") : between("description>");
    if (!description.empty()) piece.put("description", description);
  } else if (hop.event == "answers KO without fault") {
    piece.put("with", "no-fault");
  } else if (hop.event == "answers nonsense") {
    piece.put("with", "malformed");
  } else if (hop.event == "answers nothing") {
    piece.put("with", "empty");
  } else if (hop.event == "stays silent") {
    piece.put("with", "silence");
  } else if (hop.event == "hangs up") {
    piece.put("with", "hang-up");
  } else {
    usual = hop.status;  // a replay tells what the status would have been
    piece.put("outcome", "OK");
  }
  if (hop.stage == Hop::Stage::sent && hop.status != usual) piece.put("status", std::to_string(hop.status));
  piece.put("nth", std::to_string(lives_[hop.exchange].heard));
  answers_[hop.exchange] = rules_.size();
  rules_.push_back(std::move(piece));
}

// When it begins: in its own words where it has any; after what came before it, where that was over; by the clock
// otherwise. What happens at an instant at which something else happens waits for that, whose moment is named.
void Teller::place(std::size_t i, Piece& piece, bool has_own_words) {
  if (has_own_words) return;
  std::optional<Instant> free = sequence_;
  if (last_ != 0) {
    const Running& before = running_[last_];
    if (!before.finished || !before.open.empty()) free.reset();
    else free = std::max(sequence_, before.done);
  }
  if (free && *free <= flow_[i] && piece.name != "restart" && piece.name != "jump") {
    if (flow_[i] > *free) piece.put("after", to_text(flow_[i] - *free));
    return;
  }
  const Instant now = journal_.entries[i].at;
  for (std::size_t j = i; j-- > 0 && journal_.entries[j].at == now && piece.name != "jump";) {
    const Happening& what = journal_.entries[j].what;
    for (const std::string_view moment : scenario::moments()) {
      const auto* hop = std::get_if<Hop>(&what);
      const auto* silence = std::get_if<Unanswered>(&what);
      if (hop == nullptr && silence == nullptr) continue;
      const scenario::Cause cause{hop != nullptr ? hop->primitive : silence->primitive, moment, 1};
      if (!scenario::is_moment(what, cause)) continue;
      const auto nth = std::count_if(journal_.entries.begin(), journal_.entries.begin() + static_cast<std::ptrdiff_t>(j) + 1, [&cause](const Entry& e) { return scenario::is_moment(e.what, cause); });
      piece.put("when", fmt::format("{} {} {}", contract::primitive(cause.primitive).name, moment, nth));
      return;
    }
  }
  if (free && *free <= flow_[i]) {
    if (flow_[i] > *free) piece.put("after", to_text(flow_[i] - *free));
    sequence_ = flow_[i];
    return;
  }
  piece.put("at", to_text(flow_[i] - run_start));
}

void Teller::command(std::size_t i, const Commanded& given) {
  const Command& order = given.command;
  Piece piece{order.verb, {}};
  const scenario::Element* row = scenario::find_element(order.verb, "steps");
  const auto takes = [row](std::string_view name) { return row != nullptr && scenario::find_attribute(*row, name) != nullptr; };
  bool has_own_words = false;
  for (const auto& [name, value] : order.with) {
    const bool target = name == "notice" || name == "ec" || name == "journey" || name == "notices";
    if (target || !takes(name) || name == "after") continue;
    has_own_words = has_own_words || name == "when" || name == "at";
    piece.put(name, value);
  }
  if (has_own_words && !order.value("after").empty()) piece.put("after", std::string(order.value("after")));
  const auto digits = [](std::string_view text, std::size_t n) { return text.size() == n && text.find_first_not_of("0123456789") == std::string_view::npos; };
  const std::string notice(order.value("notice")), ec(order.value("ec"));
  const bool goes_on = order.verb == "activate" || order.verb == "authorise" || order.verb == "cancel";
  if (order.verb == "cart") {
    std::string numbers;
    for (const std::string_view word : contract::words(order.value("notices"))) {
      const std::size_t slash = word.find('/');
      numbers += (numbers.empty() ? "" : " ") + std::string(word.substr(slash + 1, 18));
    }
    const auto declared = std::count_if(recording_.setup.begin(), recording_.setup.end(), [](const scenario::Node& n) { return n.name() == "notice"; });
    if (static_cast<std::size_t>(declared) != contract::words(numbers).size()) piece.put("notices", numbers);
  } else if (goes_on) {
    const std::string journey(order.value("journey"));
    if (const std::size_t slash = journey.find('/'); slash != std::string::npos) {
      piece.put("notice", journey.substr(slash + 1));
      if (takes("ec")) piece.put("ec", journey.substr(0, slash));
    }
  } else {
    if (digits(notice, 18) && takes("notice")) piece.put("notice", notice);
    else if (takes("typed-notice") && !notice.empty()) piece.put("typed-notice", notice);
    if (digits(ec, 11) && takes("ec")) piece.put("ec", ec);
    else if (takes("typed-ec") && !ec.empty()) piece.put("typed-ec", ec);
  }
  Running& run = running_[order.id];
  run.is_send = order.verb == "send";
  place(i, piece, has_own_words);
  const bool in_sequence = piece.value("when").empty() && piece.value("at").empty();
  if (in_sequence) last_ = order.id;
  if (run.is_send) sends_[order.id] = steps_.size();
  steps_.push_back(std::move(piece));
}

bool Teller::learn(const Journal& replayed, std::string& departs) {
  const Effects was = effects(journal_), is = effects(replayed);
  std::size_t d = 0;
  while (d < was.lines.size() && d < is.lines.size() && was.lines[d] == is.lines[d]) ++d;
  departs.clear();
  if (d == was.lines.size() && d == is.lines.size()) return false;
  departs = fmt::format("line {} of the journal is another one:\n  recorded: {}  replayed: {}", d < was.lines.size() ? was.entries[d] + 2 : journal_.entries.size() + 2,
                        d < was.lines.size() ? was.lines[d] : "nothing more\n", d < is.lines.size() ? is.lines[d] : "nothing more\n");
  if (d >= is.lines.size()) return false;
  const auto* said = std::get_if<Hop>(&replayed.entries[is.entries[d]].what);
  if (said == nullptr || said->stage != Hop::Stage::sent) return false;
  const bool request = said->leg == Leg::request;
  Piece* piece = nullptr;
  if (request && said->cause != 0) {
    CommandId number = 0;  // the replay gives numbers of its own: its n-th order is our n-th
    std::vector<CommandId> ours, theirs;
    for (const Entry& e : journal_.entries) if (const auto* c = std::get_if<Commanded>(&e.what)) ours.push_back(c->command.id);
    for (const Entry& e : replayed.entries) if (const auto* c = std::get_if<Commanded>(&e.what)) theirs.push_back(c->command.id);
    for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i) if (theirs[i] == said->cause) number = ours[i];
    if (const auto send = sends_.find(number); send != sends_.end()) piece = &steps_[send->second];
  } else if (!request) {
    if (const auto answer = answers_.find(said->exchange); answer != answers_.end()) piece = &rules_[answer->second];
  }
  const auto life = lives_.find(said->exchange);
  if (piece == nullptr || life == lives_.end()) return false;
  std::size_t at = life->second.sent[static_cast<std::size_t>(said->leg)];
  if (at == 0) {  // of a shadow, or of what was recorded as sent only
    for (std::size_t i = 0; i < journal_.entries.size() && at == 0; ++i) {
      const auto* hop = std::get_if<Hop>(&journal_.entries[i].what);
      if (hop != nullptr && hop->exchange == said->exchange && hop->leg == said->leg && hop->stage == Hop::Stage::sent) at = i + 1;
    }
  }
  if (at == 0) return false;
  const Hop& recorded = std::get<Hop>(journal_.entries[at - 1].what);
  const Instant then = replayed.entries[is.entries[d]].at;
  bool learned = false;
  if (!request && !piece->timed && journal_.entries[at - 1].at > then) {
    piece->timed = learned = true;
    Duration leapt;
    for (std::size_t i = 0; i + 1 < at; ++i) {
      const auto* staged = std::get_if<Staged>(&journal_.entries[i].what);
      if (staged != nullptr && journal_.entries[i].at > then) leapt = leapt + staged->leap;
    }
    piece->put("after", to_text(journal_.entries[at - 1].at - then - leapt));
  }
  if (!request && recorded.status != said->status) {
    if (piece->value("status").empty()) learned = true;
    piece->put("status", std::to_string(recorded.status));
  }
  const bool has_bytes = std::holds_alternative<Body>(recorded.said) || std::get<Malformed>(recorded.said).bytes != nullptr;
  if (const auto* own = std::get_if<Body>(&said->said); own != nullptr && !piece->edited && has_bytes) {
    piece->edited = true;
    if (const auto edits = edits_between(**own, recorded.said); edits && !edits->empty()) {
      piece->edits = *edits;
      learned = true;
    }
  }
  return learned;
}

std::set<Role> Teller::scripted() const {
  std::set<Role> out;
  for (const std::vector<Piece>* pieces : {&rules_, &steps_}) {
    for (const Piece& piece : *pieces) {
      if (const auto role = contract::parse_role(piece.value("by")); role && (piece.name == "answer" || piece.name == "send" || piece.name == "withhold")) out.insert(*role);
      if (contract::is_magic_psp(piece.value("psp"))) out.insert(Role::psp);
    }
  }
  for (const scenario::Node& node : recording_.setup) {
    if (node.name() == "psp" && contract::is_magic_psp(node.get("id"))) out.insert(Role::psp);
  }
  return out;
}

std::string Teller::xml() const {
  const std::set<Role> spoken_for = scripted();
  std::string judges;
  for (const Role role : contract::all_roles) {
    if (!spoken_for.contains(role)) judges += (judges.empty() ? "" : " ") + std::string(contract::to_text(role));
  }
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<scenario version=\"1\" id=\"{}\" judges=\"{}\" tags=\"recorded\">\n"
      "  <title lang=\"it\">Un pagamento registrato</title>\n"
      "  <title lang=\"en\">A recorded payment</title>\n"
      "  <about lang=\"it\">Scritto da un diario: con il seme {} ne ha gli stessi effetti.</about>\n"
      "  <about lang=\"en\">Written from a journal: with seed {} it has the same effects.</about>\n",
      id_, judges, recording_.seed, recording_.seed);
  for (const scenario::Node& node : recording_.setup) out += written(node, "  ");
  out += "  <steps>\n";
  // An occasion that goes on from the one before it shares its element.
  std::vector<std::pair<Piece, std::uint32_t>> merged;
  for (const Piece& rule : rules_) {
    bool joined = false;
    for (auto& [first, times] : merged) {
      if (first.name != rule.name || first.edits != rule.edits || first.value("nth").empty() || rule.value("nth").empty()) continue;
      Piece next = first;
      next.put("nth", std::to_string(std::stoul(first.value("nth")) + times));
      if (next.attributes != rule.attributes) continue;
      ++times;
      joined = true;
      break;
    }
    if (!joined) merged.emplace_back(rule, 1);
  }
  for (const auto& [first, times] : merged) {
    Piece piece = first;
    if (times > 1) piece.put("times", std::to_string(times));
    // Scripted outcomes take the place of the PSP's own by themselves.
    const bool implied = piece.name == "withhold" && piece.value("message").starts_with("sendPaymentOutcome") &&
                         std::any_of(steps_.begin(), steps_.end(), [&](const Piece& step) {
                           return step.name == "send" && step.value("message").starts_with("sendPaymentOutcome") && (step.value("id").empty() || step.value("id") == piece.value("id"));
                         });
    if (!implied) out += written(piece, "    ");
  }
  for (const Piece& step : steps_) out += written(step, "    ");
  out += "  </steps>\n";
  if (expects_) out += expectations();
  return out + "</scenario>\n";
}

/// Which rule stands behind the history of a machine, and behind the answer to an outcome.
struct Behind {
  std::string_view machine, rule;
  Role obliged;
};
constexpr Behind behind[] = {{"payment", "CHK-07", Role::nodo}, {"position", "CHK-07", Role::nodo}, {"debt", "EC-01", Role::ec}};

std::string Teller::expectations() const {
  std::string out;
  const std::set<Role> spoken_for = scripted();
  for (const Behind& row : behind) {
    if (spoken_for.contains(row.obliged)) continue;
    std::map<std::string, std::vector<std::pair<std::string, std::string>>> found;  // by notice: subject, states
    for (const Entry& entry : journal_.entries) {
      const auto* noted = std::get_if<Noted>(&entry.what);
      if (noted == nullptr || noted->note.machine != row.machine) continue;
      const std::string notice = noted->note.about.empty() ? noted->note.subject : noted->note.about;
      auto& tracks = found[notice];
      auto track = std::find_if(tracks.begin(), tracks.end(), [&](const auto& t) { return t.first == noted->note.subject; });
      if (track == tracks.end()) track = tracks.insert(tracks.end(), {noted->note.subject, {}});
      track->second += (track->second.empty() ? "" : " ") + std::string(noted->note.to);
    }
    for (const auto& [notice, tracks] : found) {
      const std::size_t slash = notice.find('/');
      if (slash == std::string::npos) continue;
      for (std::size_t n = 0; n < tracks.size(); ++n) {
        out += fmt::format("    <history of=\"{}\" notice=\"{}\" ec=\"{}\"{} is=\"{}\" rule=\"{}\"/>\n", row.machine, notice.substr(slash + 1), notice.substr(0, slash),
                           n > 0 ? fmt::format(" nth=\"{}\"", n + 1) : "", tracks[n].second, row.rule);
      }
    }
  }
  std::map<PrimitiveId, std::uint32_t> heard;
  for (std::size_t i = 0; i < journal_.entries.size() && !spoken_for.contains(Role::nodo); ++i) {
    const auto* hop = std::get_if<Hop>(&journal_.entries[i].what);
    const bool outcome = hop != nullptr && (hop->primitive == PrimitiveId::sendPaymentOutcome || hop->primitive == PrimitiveId::sendPaymentOutcomeV2);
    if (!outcome || hop->leg != Leg::request || hop->stage != Hop::Stage::received) continue;
    const std::uint32_t nth = ++heard[hop->primitive];
    for (std::size_t j = i; j < journal_.entries.size(); ++j) {
      const auto* answer = std::get_if<Hop>(&journal_.entries[j].what);
      if (answer == nullptr || answer->exchange != hop->exchange || answer->leg != Leg::response || answer->stage != Hop::Stage::sent) continue;
      const auto* body = std::get_if<Body>(&answer->said);
      const auto said = body != nullptr ? contract::outcome_of(**body) : std::nullopt;
      if (!said) break;
      const contract::CtFaultBean* fault = contract::fault_of(**body);
      out += fmt::format("    <answer from=\"nodo\" to=\"{}\"{} outcome=\"{}\"{} rule=\"CHK-06\"/>\n", contract::primitive(hop->primitive).name, nth > 1 ? fmt::format(" nth=\"{}\"", nth) : "",
                         contract::to_text(*said), fault != nullptr && contract::find_fault_code(fault->faultCode) != nullptr ? fmt::format(" fault=\"{}\"", fault->faultCode) : "");
      break;
    }
  }
  return out.empty() ? out : "  <expect>\n" + out + "  </expect>\n";
}

}  // namespace

std::string effects_of(const Journal& journal) {
  std::string out;
  for (const std::string& line : effects(journal).lines) out += line;
  return out;
}

Retelling retell(const Recording& recording, const std::string& id, bool expects, const Replay& replay) {
  Teller teller(recording, id, expects);
  Retelling out;
  for (;;) {
    out.xml = teller.xml();
    const Result<Journal, std::string> replayed = replay(out.xml);
    if (!replayed) {
      out.departs = replayed.error();
      return out;
    }
    if (!teller.learn(*replayed, out.departs)) return out;
  }
}

}  // namespace sim::report
