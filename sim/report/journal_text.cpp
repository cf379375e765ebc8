// Each kind of entry writes its own members; the separators are written by one place, so that none can be forgotten.
// Every string goes through `append_text`: a violation may quote the very bytes that are not UTF-8, and a line that
// looks like JSON but is not would be worse than no line.
#include "sim/report/journal_text.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>
#include <variant>

#include "sim/wire/codec.hpp"
#include "sim/wire/json.hpp"
#include "sim/wire/utf8.hpp"

namespace sim::report {
namespace {

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = wire::utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void append_latin1(std::string& out, std::string_view bytes) {
  out.push_back('"');
  for (const char c : bytes) {
    if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
      out.push_back(c);
    } else {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  out.push_back('"');
}

void append_text(std::string& out, std::string_view text) {
  if (is_utf8(text))
    wire::append_json_string(out, text);
  else
    append_latin1(out, text);
}

/// One JSON object on one line; the names of its members need no escapes.
class Line {
 public:
  Line(std::string& out, Duration since_start, std::string_view kind) : out_(out) {
    number("t", since_start.ms);
    text("kind", kind);
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() { out_ += "}\n"; }

  void number(std::string_view name, std::int64_t value) {
    member(name);
    out_ += fmt::to_string(value);
  }
  void text(std::string_view name, std::string_view value) {
    member(name);
    append_text(out_, value);
  }
  void party(std::string_view name, const Party& party) { text(name, contract::to_text(party)); }
  void bytes(const std::string* bytes) {
    if (bytes == nullptr) {
      member("body");
      out_ += "null";
    } else if (is_utf8(*bytes)) {
      text("body", *bytes);
    } else {
      member("bytes_latin1");
      append_latin1(out_, *bytes);
    }
  }
  void violations(const std::vector<contract::Violation>& all) {
    member("violations");
    out_.push_back('[');
    for (const contract::Violation& v : all) {
      out_ += &v == all.data() ? "{\"defect\":" : ",{\"defect\":";
      append_text(out_, contract::to_text(v.defect));
      const std::pair<std::string_view, std::string_view> rest[] = {
          {"place", v.place}, {"rule", v.rule}, {"found", v.found}, {"wanted", v.wanted.en}, {"wanted-it", v.wanted.it}};
      for (const auto& [name, value] : rest) {
        out_.append(",\"").append(name).append("\":");
        append_text(out_, value);
      }
      out_.push_back('}');
    }
    out_.push_back(']');
  }
  /// Pairs and not an object: a command may give the same name twice, and their order is theirs.
  void pairs(std::string_view name, const std::vector<std::pair<std::string, std::string>>& all) {
    member(name);
    out_.push_back('[');
    for (const auto& pair : all) {
      out_ += &pair == all.data() ? "[" : ",[";
      append_text(out_, pair.first);
      out_.push_back(',');
      append_text(out_, pair.second);
      out_.push_back(']');
    }
    out_.push_back(']');
  }

 private:
  void member(std::string_view name) {
    out_.push_back(first_ ? '{' : ',');
    first_ = false;
    out_.append("\"").append(name).append("\":");
  }

  std::string& out_;
  bool first_ = true;
};

struct Writer {
  std::string& out;
  Duration at;

  void operator()(const Hop& hop) const {
    Line line(out, at, "hop");
    line.text("stage", to_text(hop.stage));
    line.text("leg", contract::to_text(hop.leg));
    line.text("primitive", contract::primitive(hop.primitive).name);
    line.number("exchange", hop.exchange);
    line.party("from", hop.from);
    line.party("to", hop.to);
    line.number("status", hop.status);
    line.number("cause", hop.cause);
    line.number("rule_line", hop.rule_line);
    line.text("event", hop.event);
    if (const auto* malformed = std::get_if<Malformed>(&hop.said)) {
      line.bytes(malformed->bytes.get());
      if (malformed->bytes != nullptr) line.violations(malformed->violations);
    } else {
      const Body& body = std::get<Body>(hop.said);
      const std::string bytes = body != nullptr ? wire::encode(*body) : std::string();
      line.bytes(body != nullptr ? &bytes : nullptr);
    }
  }
  void operator()(const Unanswered& unanswered) const {
    Line line(out, at, "no_answer");
    line.text("primitive", contract::primitive(unanswered.primitive).name);
    line.number("exchange", unanswered.exchange);
    line.party("caller", unanswered.caller);
    line.party("callee", unanswered.callee);
    line.text("why", to_text(unanswered.why));
  }
  void operator()(const Noted& noted) const {
    Line line(out, at, "note");
    line.party("who", noted.who);
    line.text("machine", noted.note.machine);
    line.text("subject", noted.note.subject);
    line.text("about", noted.note.about);
    line.text("from", noted.note.from);
    line.text("to", noted.note.to);
    line.text("rule", noted.note.rule);
    line.text("detail", noted.note.detail);
  }
  void operator()(const Woken& woken) const {
    Line line(out, at, "alarm");
    line.party("who", woken.who);
    line.number("alarm", woken.alarm);
    line.text("what", woken.what);
    line.text("about", woken.about);
  }
  void operator()(const Commanded& commanded) const {
    Line line(out, at, "command");
    line.party("who", commanded.who);
    line.number("command", commanded.command.id);
    line.text("verb", commanded.command.verb);
    line.pairs("with", commanded.command.with);
    line.number("line", commanded.line);
  }
  void operator()(const Finished& finished) const {
    Line line(out, at, "finish");
    line.party("who", finished.who);
    line.number("command", finished.command);
  }
  void operator()(const Staged& staged) const {
    Line line(out, at, "step");
    line.number("line", staged.line);
    line.text("what", staged.what);
    if (staged.leap.ms != 0) line.number("leap", staged.leap.ms);
  }
};

}  // namespace

namespace {

void append_nodes(std::string& out, std::span<const scenario::Node> nodes, std::span<const contract::DebtPosition> positions) {
  std::size_t notice = 0;
  out.push_back('[');
  for (const scenario::Node& node : nodes) {
    out += &node == nodes.data() ? "{\"element\":" : ",{\"element\":";
    append_text(out, node.name());
    out += ",\"with\":[";
    const bool drawn = node.name() == "notice" && notice < positions.size();
    bool first = true;
    for (const auto& [name, value] : node.values) {
      out += std::exchange(first, false) ? "[" : ",[";
      append_text(out, name);
      out.push_back(',');
      append_text(out, drawn && name == "number" ? positions[notice].noticeNumber : value);
      out.push_back(']');
    }
    if (node.name() == "notice") ++notice;
    out += "],\"children\":";
    append_nodes(out, node.children, {});
    out.push_back('}');
  }
  out.push_back(']');
}

}  // namespace

std::string journal_header(const scenario::Scenario& scenario, std::span<const contract::DebtPosition> positions, std::uint64_t seed, bool cut_short) {
  std::string out = fmt::format("{{\"t\":0,\"kind\":\"header\",\"version\":{},\"seed\":{}{},\"setup\":", journal_version, seed, cut_short ? ",\"cut_short\":1" : "");
  append_nodes(out, scenario.setup, positions);
  return out + "}\n";
}

std::string to_ndjson(const Journal& journal) {
  std::string out;
  for (const Entry& entry : journal.entries) std::visit(Writer{out, entry.at - journal.start}, entry.what);
  return out;
}

std::string to_line(const Entry& entry, Instant start) {
  std::string out;
  std::visit(Writer{out, entry.at - start}, entry.what);
  return out;
}

}  // namespace sim::report
