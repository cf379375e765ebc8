#include "sim/report/journal_reader.hpp"

#include <charconv>

#include <fmt/format.h>

#include "sim/report/journal_text.hpp"
#include "sim/wire/codec.hpp"
#include "sim/wire/json.hpp"
#include "sim/wire/utf8.hpp"

namespace sim::report {
namespace {

using contract::Leg;

/// The members of one object, taken in order. The first thing that is wrong is kept; what is taken after it is blank.
class Members {
 public:
  Members(const wire::JsonObject& object, std::string& wrong) : object_(object), wrong_(wrong) {}

  const wire::Json* take(std::string_view name) {
    if (!wrong_.empty()) return nullptr;
    if (next_ < object_.size() && object_[next_].first == name) return &object_[next_++].second;
    wrong_ = next_ < object_.size() ? fmt::format("'{}' stands where '{}' should", object_[next_].first, name) : fmt::format("'{}' is missing", name);
    return nullptr;
  }
  [[nodiscard]] bool next_is(std::string_view name) const { return next_ < object_.size() && object_[next_].first == name; }
  std::string text(std::string_view name) {
    const wire::Json* value = take(name);
    if (value == nullptr) return {};
    if (const std::string* text = value->text()) return *text;
    wrong_ = fmt::format("'{}' is not a text", name);
    return {};
  }
  template <class Number>
  Number number(std::string_view name) {
    const wire::Json* value = take(name);
    Number out{};
    if (value == nullptr) return out;
    const wire::JsonNumber* number = value->number();
    if (number != nullptr) {
      const auto [end, error] = std::from_chars(number->text.data(), number->text.data() + number->text.size(), out);
      if (error == std::errc{} && end == number->text.data() + number->text.size()) return out;
    }
    wrong_ = fmt::format("'{}' is not a whole number that fits", name);
    return {};
  }
  /// One of a few words, by how they are written.
  template <class Enum>
  Enum one_of(std::string_view name, Enum last) {
    const std::string word = text(name);
    for (int i = 0; i <= static_cast<int>(last); ++i) {
      if (to_text(static_cast<Enum>(i)) == word) return static_cast<Enum>(i);
    }
    if (wrong_.empty()) wrong_ = fmt::format("'{}' is not a value of '{}'", word, name);
    return {};
  }
  Party party(std::string_view name) {
    const std::string word = text(name);
    const std::size_t blank = word.find(' ');
    const auto role = contract::parse_role(std::string_view(word).substr(0, blank));
    if (role) return {*role, blank == std::string::npos ? std::string() : word.substr(blank + 1)};
    if (wrong_.empty()) wrong_ = fmt::format("'{}' is not a party", word);
    return {};
  }
  PrimitiveId primitive(std::string_view name) {
    const std::string word = text(name);
    const contract::Primitive* row = contract::find_primitive(word);
    if (row == nullptr && wrong_.empty()) wrong_ = fmt::format("'{}' is not a primitive", word);
    return row == nullptr ? PrimitiveId{} : row->id;
  }
  std::vector<std::pair<std::string, std::string>> pairs(std::string_view name) {
    std::vector<std::pair<std::string, std::string>> out;
    const wire::Json* value = take(name);
    const wire::JsonArray* list = value == nullptr ? nullptr : value->array();
    if (list == nullptr) {
      if (wrong_.empty()) wrong_ = fmt::format("'{}' is not a list of pairs", name);
      return out;
    }
    for (const wire::Json& item : *list) {
      const wire::JsonArray* pair = item.array();
      if (pair == nullptr || pair->size() != 2 || (*pair)[0].text() == nullptr || (*pair)[1].text() == nullptr) {
        wrong_ = fmt::format("'{}' is not a list of pairs of texts", name);
        return out;
      }
      out.emplace_back(*(*pair)[0].text(), *(*pair)[1].text());
    }
    return out;
  }
  void end() {
    if (wrong_.empty() && next_ < object_.size()) wrong_ = fmt::format("'{}' is not a member of this kind of line", object_[next_].first);
  }

 private:
  const wire::JsonObject& object_;
  std::string& wrong_;
  std::size_t next_ = 0;
};

/// Code points below 256 as the bytes that they stand for; nothing when there are others.
std::optional<std::string> bytes_of_latin1(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = wire::utf8_length(text);
    if (length == 0 || length > 2) return std::nullopt;
    const auto first = static_cast<unsigned char>(text[0]);
    if (length == 2 && first > 0xC3U) return std::nullopt;
    out.push_back(length == 1 ? text[0] : static_cast<char>(((first & 0x03U) << 6U) | (static_cast<unsigned char>(text[1]) & 0x3FU)));
    text.remove_prefix(length);
  }
  return out;
}

class Reader {
 public:
  Reader(std::string file, std::string_view bytes) : file_(std::move(file)), rest_(bytes) { out_.words = std::make_shared<std::set<std::string, std::less<>>>(); }

  Result<Recording, scenario::Problem> read() {
    while (!rest_.empty()) {
      ++line_;
      const std::size_t end = rest_.find('\n');
      const std::string_view text = rest_.substr(0, end);
      rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
      read_line(text);
      if (!wrong_.empty()) return Failure{scenario::Problem{file_, line_, wrong_}};
    }
    if (line_ == 0) return Failure{scenario::Problem{file_, 1, "the file is empty; a journal begins with a header (checkout-sim journal SCENARIO)"}};
    return std::move(out_);
  }

 private:
  void read_line(std::string_view text) {
    wire::JsonLimits limits;
    limits.bytes = std::size_t{4} << 20;
    const Result<wire::Json, contract::Violation> json = wire::parse_json(text, limits);
    if (!json || json->object() == nullptr) {
      wrong_ = !json ? fmt::format("this is not a line of JSON: {}", contract::to_text(json.error())) : "this is not a JSON object";
      return;
    }
    Members m(*json->object(), wrong_);
    const auto ms = m.number<std::int64_t>("t");
    const std::string kind = m.text("kind");
    if (!wrong_.empty()) return;
    if ((line_ == 1) != (kind == "header")) {
      wrong_ = line_ == 1 ? "the first line is no header: what the run started from is not known. A journal of this program begins with one" : "a header stands in the first line alone";
      return;
    }
    if (kind == "header") return header(m);
    const Instant at = out_.journal.start + milliseconds(ms);
    if (at < out_.journal.end) {
      wrong_ = fmt::format("time runs backwards: t is {}", ms);
      return;
    }
    Happening what;
    if (kind == "hop") what = hop(m);
    else if (kind == "no_answer") what = no_answer(m);
    else if (kind == "note") what = note(m);
    else if (kind == "alarm") what = alarm(m);
    else if (kind == "command") what = command(m);
    else if (kind == "finish") what = finish(m);
    else if (kind == "step") what = step(m);
    else wrong_ = fmt::format("'{}' is not a kind of line; one of: hop, no_answer, note, alarm, command, finish, step", kind);
    m.end();
    if (wrong_.empty()) out_.journal.add(at, std::move(what));
  }

  std::string_view kept(std::string text) { return *out_.words->insert(std::move(text)).first; }

  void header(Members& m) {
    const auto version = m.number<int>("version");
    if (wrong_.empty() && version != journal_version) wrong_ = fmt::format("version {} of journals is not known; this program reads version {}", version, journal_version);
    out_.seed = m.number<std::uint64_t>("seed");
    out_.journal.cut_short = m.next_is("cut_short") && m.number<int>("cut_short") == 1;
    const wire::Json* setup = m.take("setup");
    const wire::JsonArray* list = setup == nullptr ? nullptr : setup->array();
    if (wrong_.empty() && list == nullptr) wrong_ = "'setup' is not a list";
    if (list != nullptr) out_.setup = nodes(*list, "scenario");
    m.end();
  }

  std::vector<scenario::Node> nodes(const wire::JsonArray& list, std::string_view parent) {
    std::vector<scenario::Node> out;
    for (const wire::Json& item : list) {
      if (item.object() == nullptr) {
        wrong_ = "'setup' holds what is no element";
        return out;
      }
      Members m(*item.object(), wrong_);
      const std::string name = m.text("element");
      scenario::Node node;
      node.row = scenario::find_element(name, parent);
      if (wrong_.empty() && node.row == nullptr) wrong_ = fmt::format("<{}> is not an element of <{}>", name, parent);
      for (auto& [attribute, value] : m.pairs("with")) {
        const scenario::Attribute* row = node.row == nullptr ? nullptr : scenario::find_attribute(*node.row, attribute);
        if (row != nullptr) node.values.emplace_back(row->name, std::move(value));
        else if (wrong_.empty()) wrong_ = fmt::format("'{}' is not an attribute of <{}>", attribute, name);
      }
      const wire::Json* children = m.take("children");
      const wire::JsonArray* inner = children == nullptr ? nullptr : children->array();
      if (wrong_.empty() && inner == nullptr) wrong_ = "'children' is not a list";
      if (!wrong_.empty()) return out;
      node.children = nodes(*inner, scenario::address(*node.row));
      m.end();
      out.push_back(std::move(node));
    }
    return out;
  }

  Hop hop(Members& m) {
    Hop out;
    out.stage = m.one_of<Hop::Stage>("stage", Hop::Stage::withheld);
    out.leg = m.text("leg") == "response" ? Leg::response : Leg::request;
    out.primitive = m.primitive("primitive");
    out.exchange = m.number<ExchangeId>("exchange");
    out.from = m.party("from");
    out.to = m.party("to");
    out.status = m.number<int>("status");
    out.cause = m.number<CommandId>("cause");
    out.rule_line = m.number<int>("rule_line");
    out.event = kept(m.text("event"));
    std::shared_ptr<const std::string> bytes;
    if (m.next_is("bytes_latin1")) {
      std::optional<std::string> raw = bytes_of_latin1(m.text("bytes_latin1"));
      if (raw) bytes = std::make_shared<const std::string>(*std::move(raw));
      else wrong_ = "'bytes_latin1' holds a character above 255";
    } else if (const wire::Json* body = m.take("body"); body != nullptr && !body->is_null()) {
      if (body->text() != nullptr) bytes = std::make_shared<const std::string>(*body->text());
      else wrong_ = "'body' is neither a text nor null";
    }
    if (m.next_is("violations")) {
      Malformed malformed{bytes, {}};
      const wire::Json* list = m.take("violations");
      if (list->array() == nullptr) wrong_ = "'violations' is not a list";
      else for (const wire::Json& item : *list->array()) malformed.violations.push_back(violation(item));
      out.said = std::move(malformed);
    } else if (bytes == nullptr) {
      out.said = Malformed{};
    } else if (wrong_.empty()) {
      auto read = wire::decode(out.primitive, out.leg, bytes);
      if (const auto* malformed = std::get_if<Malformed>(&read)) wrong_ = fmt::format("'body' is not a {} {}: {}", contract::primitive(out.primitive).name, contract::to_text(out.leg), contract::to_text(malformed->violations.front()));
      else out.said = std::get<Body>(std::move(read));
    }
    return out;
  }

  contract::Violation violation(const wire::Json& item) {
    contract::Violation out;
    if (item.object() == nullptr) {
      wrong_ = "'violations' holds what is no violation";
      return out;
    }
    Members m(*item.object(), wrong_);
    out.defect = m.one_of<contract::Defect>("defect", contract::Defect::semantic);
    out.place = m.text("place");
    out.rule = m.text("rule");
    out.found = m.text("found");
    out.wanted.en = m.text("wanted");
    out.wanted.it = m.text("wanted-it");
    m.end();
    return out;
  }

  Unanswered no_answer(Members& m) {
    Unanswered out;
    out.primitive = m.primitive("primitive");
    out.exchange = m.number<ExchangeId>("exchange");
    out.caller = m.party("caller");
    out.callee = m.party("callee");
    out.why = m.one_of<Silence>("why", Silence::reset);
    return out;
  }
  Noted note(Members& m) {
    Noted out;
    out.who = m.party("who");
    out.note.machine = kept(m.text("machine"));
    out.note.subject = m.text("subject");
    out.note.about = m.text("about");
    out.note.from = kept(m.text("from"));
    out.note.to = kept(m.text("to"));
    out.note.rule = kept(m.text("rule"));
    out.note.detail = m.text("detail");
    return out;
  }
  Woken alarm(Members& m) {
    Woken out;
    out.who = m.party("who");
    out.alarm = m.number<AlarmId>("alarm");
    out.what = kept(m.text("what"));
    out.about = m.text("about");
    return out;
  }
  Commanded command(Members& m) {
    Commanded out;
    out.who = m.party("who");
    out.command.id = m.number<CommandId>("command");
    out.command.verb = m.text("verb");
    out.command.with = m.pairs("with");
    out.line = m.number<int>("line");
    return out;
  }
  Finished finish(Members& m) {
    Finished out;
    out.who = m.party("who");
    out.command = m.number<CommandId>("command");
    return out;
  }
  Staged step(Members& m) {
    Staged out;
    out.line = m.number<int>("line");
    out.what = m.text("what");
    if (m.next_is("leap")) out.leap = milliseconds(m.number<std::int64_t>("leap"));
    return out;
  }

  std::string file_, wrong_;
  std::string_view rest_;
  int line_ = 0;
  Recording out_;
};

}  // namespace

Result<Recording, scenario::Problem> read_journal(const std::string& file, std::string_view bytes) { return Reader(file, bytes).read(); }

}  // namespace sim::report
