// Two passes: the journal becomes arrows, arrows become lines. All that is said about an arrow in words is decided in
// `phrases_of`, which the terminal, mermaid and SVG share.
// The SVG is laid out in whole pixels from estimated text widths: every row has its own band and no text leaves the
// space between two lifelines unless its arrow does, so that labels cannot meet, whatever font the reader has.
#include "sim/report/ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include "sim/faults.hpp"
#include "sim/wire/utf8.hpp"

namespace sim::report {
namespace {

using contract::Leg;

// ---- the model ----

constexpr std::array<std::string_view, 7> shown_machines{"payment",     "position", "recipient", "debt",
                                                         "transaction", "storno",   "screen"};

bool is_shown(const Note& note) {
  return std::find(shown_machines.begin(), shown_machines.end(), note.machine) != shown_machines.end();
}

std::string in_words(const Command& command) {
  std::string out = command.verb;
  for (const auto& [name, value] : command.with) out += fmt::format(" {}={}", name, value);
  return out;
}

class Pairing {
 public:
  explicit Pairing(const Journal& journal) : journal_(journal) {
    for (entry_ = 0; entry_ < journal.entries.size(); ++entry_) {
      std::visit([this](const auto& what) { take(what); }, journal.entries[entry_].what);
    }
    measure_lateness();
  }
  std::vector<Arrow> arrows;

 private:
  [[nodiscard]] Duration now() const { return journal_.entries[entry_].at - journal_.start; }

  Arrow& add(Arrow::Kind kind, const Party& from, const Party& to) {
    Arrow& arrow = arrows.emplace_back();
    arrow.kind = kind;
    arrow.entry = entry_;
    arrow.at = now();
    arrow.from = from;
    arrow.to = to;
    return arrow;
  }

  void take(const Hop& hop) {
    const std::pair<ExchangeId, Leg> key{hop.exchange, hop.leg};
    if (hop.stage == Hop::Stage::sent || hop.stage == Hop::Stage::withheld) {
      Arrow& arrow = add_message(hop);
      arrow.script = hop.event;
      if (hop.stage == Hop::Stage::withheld) {
        arrow.fate = Arrow::Fate::withheld;
        arrow.status = 200;  // of an answer that does not exist
        return;
      }
      const auto heard = heard_.find(hop.exchange);
      if (hop.leg == Leg::response && hop.rule_line != 0 && heard != heard_.end()) arrow.held = now() - heard->second;
      under_way_[key] = arrows.size() - 1;
      return;
    }
    const auto sent = under_way_.find(key);
    Arrow* arrow = nullptr;
    if (sent != under_way_.end()) {
      arrow = &arrows[sent->second];
      under_way_.erase(sent);
      arrow->fate_entry = entry_;
      judge(*arrow, hop);
    } else {
      arrow = &add_message(hop);
      arrow->arrives_only = true;
    }
    arrow->fate = hop.stage == Hop::Stage::received ? Arrow::Fate::received : Arrow::Fate::lost;
    arrow->settled = now();
    arrow->network = hop.event;
    if (hop.rule_line != 0) arrow->line = hop.rule_line;
    if (hop.stage == Hop::Stage::received && hop.leg == Leg::request) heard_[hop.exchange] = now();
  }
  void take(const Unanswered& unanswered) {
    Arrow& arrow = add(Arrow::Kind::no_answer, unanswered.caller, unanswered.callee);
    arrow.primitive = unanswered.primitive;
    arrow.exchange = unanswered.exchange;
    arrow.text = to_text(unanswered.why);
  }
  void take(const Noted& noted) {
    if (is_shown(noted.note)) add(Arrow::Kind::note, noted.who, noted.who).note = noted.note;
  }
  void take(const Commanded& commanded) {
    Arrow& arrow = add(Arrow::Kind::command, commanded.who, commanded.who);
    arrow.line = commanded.line;
    arrow.text = in_words(commanded.command);
  }
  void take(const Staged& staged) {
    Arrow& arrow = add(Arrow::Kind::step, {}, {});
    arrow.line = staged.line;
    arrow.text = staged.what;
  }
  void take(const Woken&) {}
  void take(const Finished&) {}

  Arrow& add_message(const Hop& hop) {
    Arrow& arrow = add(Arrow::Kind::message, hop.from, hop.to);
    arrow.primitive = hop.primitive;
    arrow.leg = hop.leg;
    arrow.exchange = hop.exchange;
    arrow.line = hop.rule_line;
    if (hop.leg == Leg::response) arrow.status = hop.status;
    const Body* body = std::get_if<Body>(&hop.said);
    if (body != nullptr && *body != nullptr) {
      const contract::Message& message = **body;
      arrow.outcome = contract::outcome_of(message);
      if (hop.leg == Leg::response && arrow.outcome == contract::Outcome::KO) {
        const contract::CtFaultBean* fault = contract::fault_of(message);
        const bool rest = contract::primitive(hop.primitive).port == nullptr;
        if (fault != nullptr)
          arrow.fault = fault->faultCode;
        else if (rest)
          arrow.fault = contract::text_at(message, "description").value_or("");
      }
    }
    judge(arrow, hop);
    return arrow;
  }

  /// What arrived may be wrong although what left was not.
  static void judge(Arrow& arrow, const Hop& hop) {
    const auto* malformed = std::get_if<Malformed>(&hop.said);
    if (malformed == nullptr || malformed->violations.empty()) return;
    arrow.violation = contract::to_text(malformed->violations.front());
    arrow.further_violations = malformed->violations.size() - 1;
  }

  /// The journal does not say how long a journey should take; the shortest undisturbed one does.
  void measure_lateness() {
    const auto is_whole = [](const Arrow& a) { return a.kind == Arrow::Kind::message && a.settled && !a.arrives_only; };
    std::optional<Duration> usual;
    for (const Arrow& a : arrows) {
      if (!is_whole(a) || a.fate != Arrow::Fate::received || !a.network.empty()) continue;
      if (!usual || *a.settled - a.at < *usual) usual = *a.settled - a.at;
    }
    // A message that came too late because its sender was slow has a line only if a script made it so.
    const auto is_delayed = [](const Arrow& a) {
      return a.network == to_text(Mishap::delay) || (a.fate == Arrow::Fate::lost && a.line != 0 && *a.settled > a.at);
    };
    for (Arrow& a : arrows) {
      if (is_whole(a) && is_delayed(a)) a.late = std::max(Duration{}, *a.settled - a.at - usual.value_or(Duration{}));
    }
  }

  const Journal& journal_;
  std::size_t entry_ = 0;
  std::map<std::pair<ExchangeId, Leg>, std::size_t> under_way_;
  std::map<ExchangeId, Duration> heard_;  ///< when the callee got the request
};

bool is_marked(const Arrow& arrow, std::optional<std::size_t> marked) {
  return marked && (arrow.entry == *marked || arrow.fate_entry == *marked);
}

struct Moment {
  Party who;
  std::string text;
};
Moment moment_of(const Happening& what) {
  if (const auto* woken = std::get_if<Woken>(&what)) {
    return {woken->who, fmt::format("alarm {}{}{}", woken->what, woken->about.empty() ? "" : " ", woken->about)};
  }
  const auto* finished = std::get_if<Finished>(&what);
  return finished != nullptr ? Moment{finished->who, fmt::format("command {} is complete", finished->command)}
                             : Moment{};
}

/// A mark that pointed at nothing would be lost just when it matters: an entry that is no arrow becomes one.
std::vector<Arrow> arrows_with(const Journal& journal, std::optional<std::size_t> marked) {
  std::vector<Arrow> arrows = arrows_of(journal);
  if (!marked || *marked >= journal.entries.size()) return arrows;
  if (std::any_of(arrows.begin(), arrows.end(), [&](const Arrow& a) { return is_marked(a, marked); })) return arrows;
  const Entry& entry = journal.entries[*marked];
  Arrow arrow;
  arrow.entry = *marked;
  arrow.at = entry.at - journal.start;
  if (const auto* noted = std::get_if<Noted>(&entry.what)) {
    arrow.kind = Arrow::Kind::note;
    arrow.from = arrow.to = noted->who;
    arrow.note = noted->note;
  } else {
    arrow.kind = Arrow::Kind::moment;
    Moment moment = moment_of(entry.what);
    arrow.from = arrow.to = std::move(moment.who);
    arrow.text = std::move(moment.text);
  }
  const auto after = std::find_if(arrows.begin(), arrows.end(), [&](const Arrow& a) { return a.entry > *marked; });
  arrows.insert(after, std::move(arrow));
  return arrows;
}

// ---- in words ----

std::string seconds_of(Duration d) {
  const std::int64_t ms = d.ms < 0 ? -d.ms : d.ms;
  return fmt::format("{}{}.{:03}s", d.ms < 0 ? "-" : "", ms / 1000, ms % 1000);
}

enum class Tone : std::uint8_t { plain, ko, lost };
struct Phrase {
  Tone tone;
  std::string text;
};

/// What is to be said about a message beside its name, from what it says to what became of it.
std::vector<Phrase> phrases_of(const Arrow& a, bool with_outcome) {
  std::vector<Phrase> out;
  if (a.kind == Arrow::Kind::no_answer) return {{Tone::lost, "no answer: " + a.text}};
  if (a.kind != Arrow::Kind::message) return out;
  const bool ko = a.outcome == contract::Outcome::KO;
  if (with_outcome && a.outcome) {
    out.push_back({ko ? Tone::ko : Tone::plain, std::string(contract::to_text(*a.outcome))});
    if (!a.fault.empty()) out.back().text += " " + a.fault;
  } else if (!a.fault.empty()) {
    out.push_back({Tone::ko, a.fault});
  }
  if (a.status != 200) out.push_back({a.status >= 400 ? Tone::ko : Tone::plain, fmt::format("HTTP {}", a.status)});
  if (a.fate == Arrow::Fate::withheld) {
    out.push_back({Tone::lost, "withheld: " + a.script});
  } else if (!a.script.empty()) {
    out.push_back({Tone::plain, "script: " + a.script});
  }
  if (a.held.ms > 0) out.push_back({Tone::plain, "after " + to_text(a.held)});
  if (a.late.ms > 0) out.push_back({Tone::plain, "late by " + to_text(a.late)});
  if (a.fate == Arrow::Fate::lost) {
    out.push_back({Tone::lost, "lost: " + a.network});
    if (a.settled && *a.settled > a.at) out.back().text += " at " + seconds_of(*a.settled);
  } else if (a.fate == Arrow::Fate::received) {
    if (!a.network.empty() && a.late.ms == 0) out.push_back({Tone::plain, "network: " + a.network});
    if (a.late.ms > 0 && a.settled) out.push_back({Tone::plain, "arrives at " + seconds_of(*a.settled)});
  } else if (a.fate == Arrow::Fate::under_way) {
    out.push_back({Tone::lost, "still under way at the end"});
  }
  if (a.arrives_only) out.push_back({Tone::plain, a.network.empty() ? "not seen leaving" : "second copy"});
  if (!a.violation.empty()) {
    out.push_back({Tone::ko, "malformed: " + a.violation});
    if (a.further_violations > 0) out.back().text += fmt::format(" (and {} more)", a.further_violations);
  }
  return out;
}

std::string joined(const std::vector<Phrase>& phrases) {
  std::string out;
  for (const Phrase& phrase : phrases) {
    if (!out.empty()) out += ", ";
    out += phrase.text;
  }
  return out;
}

std::string_view name_of(const Arrow& a) { return contract::primitive(a.primitive).name; }

/// Machines with more than one subject in this journal: only their notes need to say which one.
std::set<std::string_view> crowded_machines(const std::vector<Arrow>& arrows) {
  std::map<std::string_view, std::string_view> first;
  std::set<std::string_view> out;
  for (const Arrow& a : arrows) {
    if (a.kind != Arrow::Kind::note) continue;
    const auto [known, is_new] = first.emplace(a.note.machine, a.note.subject);
    if (!is_new && known->second != a.note.subject) out.insert(a.note.machine);
  }
  return out;
}

/// Which one a note is about, where there are several; empty elsewhere.
std::string_view subject_of(const Arrow& a, const std::set<std::string_view>& crowded) {
  return crowded.contains(a.note.machine) ? std::string_view(a.note.subject) : std::string_view();
}

std::string note_text(const Note& note, std::string_view becomes, std::string_view subject) {
  std::string out(note.machine);
  if (!note.from.empty()) out += fmt::format(" {}", note.from);
  if (!note.to.empty()) out += fmt::format(" {} {}", becomes, note.to);
  if (!note.detail.empty()) out += " " + note.detail;
  if (!subject.empty()) out += fmt::format(" of {}", subject);
  if (!note.rule.empty()) out += fmt::format("  [{}]", note.rule);
  return out;
}

std::string with_line(std::string text, int line) {
  if (line != 0) text += fmt::format(" (line {})", line);
  return text;
}

// ---- terminal ----

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}
std::string padded(std::string text, std::size_t width) {
  const std::size_t length = characters(text);
  if (length < width) text.append(width - length, ' ');
  return text;
}
std::string padded_left(std::string_view text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ').append(text);
}

class Terminal {
 public:
  Terminal(const Journal& journal, const LadderOptions& options)
      : options_(options), arrows_(arrows_with(journal, options.marked)), crowded_(crowded_machines(arrows_)) {
    for (const Arrow& a : arrows_) {
      time_width_ = std::max(time_width_, seconds_of(a.at).size());
      way_width_ = std::max(way_width_, characters(way_of(a)));
      if (a.kind == Arrow::Kind::message || a.kind == Arrow::Kind::no_answer) {
        name_width_ = std::max(name_width_, name_of(a).size());
      }
    }
    for (const Arrow& a : arrows_) add(a);
    if (journal.cut_short) out += "cut short: the horizon came before the world had settled\n";
  }
  std::string out;

 private:
  static std::string way_of(const Arrow& a) {
    const std::string from = drawing::printable(contract::to_text(a.from));
    switch (a.kind) {
      case Arrow::Kind::message:
      case Arrow::Kind::no_answer:
        return from + " -> " + drawing::printable(contract::to_text(a.to));
      case Arrow::Kind::command:
        return "script -> " + from;
      case Arrow::Kind::step:
        return "script";
      case Arrow::Kind::moment:
        return from;
      case Arrow::Kind::note:
        return {};
    }
    return {};
  }

  void add(const Arrow& a) {
    const bool marked = is_marked(a, options_.marked);
    if (a.kind == Arrow::Kind::note && !options_.notes && !marked) return;
    if (marked && options_.colour) out += "\x1b[1m";
    out += marked ? ">>> " : "    ";
    // A note tells the time only if no line above it has done so.
    const bool same_time = a.kind == Arrow::Kind::note && last_ == a.at;
    out += padded_left(same_time ? std::string() : seconds_of(a.at), time_width_) + "  ";
    last_ = a.at;
    if (a.kind == Arrow::Kind::note) {
      const std::string words = note_text(a.note, "->", subject_of(a, crowded_));
      out += "    " + drawing::printable(fmt::format("{}: {}", contract::to_text(a.from), words));
    } else {
      out += padded(way_of(a), way_width_) + "  ";
      if (a.kind == Arrow::Kind::message || a.kind == Arrow::Kind::no_answer) {
        out += padded(std::string(name_of(a)), name_width_) + "  ";
        if (a.kind == Arrow::Kind::message) out += padded(std::string(contract::to_text(a.leg)), 8) + "  ";
        add_phrases(phrases_of(a, true));
      } else {
        out += drawing::printable(with_line(a.text, a.line));
      }
    }
    while (out.back() == ' ') out.pop_back();
    if (marked && options_.colour) out += "\x1b[22m";
    out.push_back('\n');
  }

  void add_phrases(const std::vector<Phrase>& phrases) {
    for (const Phrase& phrase : phrases) {
      if (&phrase != phrases.data()) out += ", ";
      const bool coloured = options_.colour && phrase.tone != Tone::plain;
      if (coloured) out += phrase.tone == Tone::ko ? "\x1b[31m" : "\x1b[33m";
      out += drawing::printable(phrase.text);
      if (coloured) out += "\x1b[39m";
    }
  }

  const LadderOptions& options_;
  std::vector<Arrow> arrows_;
  std::set<std::string_view> crowded_;
  std::size_t time_width_ = 9, way_width_ = 0, name_width_ = 0;
  std::optional<Duration> last_;
};

// ---- drawings in general ----

std::string title_of(const Party& party) {
  switch (party.role) {
    case Role::checkout:
      return party.id.empty() ? "Checkout" : "Checkout " + party.id;
    case Role::nodo:
      return party.id.empty() ? "Nodo" : "Nodo " + party.id;
    case Role::ec:
      return "EC " + party.id;
    case Role::psp:
      return "PSP " + party.id;
  }
  return {};
}

/// An arrow as one sentence without columns: for tool tips, descriptions and mermaid.
std::string sentence_of(const Arrow& a, const std::set<std::string_view>& crowded, std::string_view becomes) {
  switch (a.kind) {
    case Arrow::Kind::message: {
      const std::string phrases = joined(phrases_of(a, true));
      return fmt::format("{} {}{}{}", name_of(a), contract::to_text(a.leg), phrases.empty() ? "" : ": ", phrases);
    }
    case Arrow::Kind::no_answer:
      return fmt::format("no answer to {}: {}", name_of(a), a.text);
    case Arrow::Kind::note:
      return note_text(a.note, becomes, subject_of(a, crowded));
    case Arrow::Kind::command:
    case Arrow::Kind::step:
      return with_line("script: " + a.text, a.line);
    case Arrow::Kind::moment:
      return a.text;
  }
  return {};
}

// ---- SVG ----

namespace colour {
constexpr std::string_view ink = "#1c2733";
constexpr std::string_view faint = "#5b6673";
constexpr std::string_view message = "#17406d";
constexpr std::string_view ko = "#b00020";
constexpr std::string_view lost = "#8a5200";
constexpr std::string_view marked = "#a3008f";
constexpr std::string_view marked_band = "#fdeffb";
constexpr std::string_view step_band = "#eef2f6";
constexpr std::string_view lifeline = "#b9c2cc";
}  // namespace colour

constexpr int label_size = 11;
constexpr int small_size = 10;
constexpr int margin = 14;
constexpr int stub = 26;  ///< of an arrow that never leaves
constexpr std::string_view mark = ">>>";
constexpr Duration long_pause = minutes(1);

/// "2h 13m": the two largest units, for the eye.
std::string roughly(Duration d) {
  constexpr std::pair<std::int64_t, std::string_view> units[] = {
      {86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}};
  std::string out;
  int written = 0;
  for (const auto& [ms, name] : units) {
    const std::int64_t n = d.ms / ms;
    d.ms %= ms;
    if (n == 0 && written == 0) continue;
    if (n != 0) out += fmt::format("{}{}{}", out.empty() ? "" : " ", n, name);
    if (++written == 2) break;
  }
  return out;
}

class Svg {
 public:
  Svg(const Journal& journal, std::string_view title, std::optional<std::size_t> marked)
      : marked_(marked),
        title_(title),
        arrows_(arrows_with(journal, marked)),
        parties_(participants_of(arrows_)),
        crowded_(crowded_machines(arrows_)) {
    place_columns();
    y_ = header_bottom + 14;
    for (const Arrow& a : arrows_) add(a);
    bottom_ = y_ + 6;
    finish(journal.cut_short);
  }
  std::string out;

 private:
  static constexpr int header_top = 44, header_height = 26, header_bottom = header_top + header_height;
  static constexpr int widest_gap = 340, narrowest_gap = 170;

  struct Ink {
    std::string_view paint = colour::ink;
    int size = label_size;
    std::string_view anchor = "start";
    bool bold = false;
  };

  [[nodiscard]] std::size_t column(const Party& party) const {
    return static_cast<std::size_t>(std::lower_bound(parties_.begin(), parties_.end(), party) - parties_.begin());
  }
  [[nodiscard]] int x_of(const Party& party) const { return columns_[column(party)]; }
  /// How far it is from a party's line to the next one on that side.
  [[nodiscard]] int next_to(const Party& party, int way) const {
    const std::size_t i = column(party);
    if (way > 0) return i + 1 < columns_.size() ? columns_[i + 1] - columns_[i] : gaps_[i];
    return i > 0 ? columns_[i] - columns_[i - 1] : columns_[i];
  }
  [[nodiscard]] bool marked(const Arrow& a) const { return is_marked(a, marked_); }

  // -- columns: each gap is as wide as what is written in it wants, within limits --

  static std::string label_of(const Arrow& a) {
    std::string out(name_of(a));
    if (!a.outcome) return out;
    out += a.leg == Leg::request ? " (outcome " : ": ";
    out += contract::to_text(*a.outcome);
    if (a.leg == Leg::request) out += ")";
    return out;
  }
  [[nodiscard]] std::string aside_of(const Arrow& a) const { return sentence_of(a, crowded_, "→"); }
  static bool is_aside(const Arrow& a) {
    return a.kind == Arrow::Kind::note || a.kind == Arrow::Kind::no_answer || a.kind == Arrow::Kind::moment;
  }

  void place_columns() {
    int time_width = 0;
    for (const Arrow& a : arrows_) time_width = std::max(time_width, drawing::width_of(seconds_of(a.at), small_size));
    time_x_ = margin + drawing::width_of(mark, label_size, true) + 8 + time_width;
    const std::size_t n = parties_.size();
    std::vector<int> gaps(n, narrowest_gap);  // the last one is the right margin
    if (n > 0) gaps.back() = 70;
    const auto widen = [&gaps](std::size_t i, int wanted) {
      gaps[i] = std::max(gaps[i], std::min(wanted, widest_gap));
    };
    for (const Arrow& a : arrows_) {
      if (is_aside(a)) widen(column(a.from), drawing::width_of(aside_of(a), small_size) + 22);
      if (a.kind != Arrow::Kind::message || a.from == a.to) continue;
      const std::size_t left = std::min(column(a.from), column(a.to));
      const std::size_t right = std::max(column(a.from), column(a.to));
      const int wanted = std::max(drawing::width_of(label_of(a), label_size),
                                  drawing::width_of(joined(phrases_of(a, false)), small_size)) +
                         44;
      if (right == left + 1) widen(left, wanted);
    }
    int x = time_x_ + 18 + header_width(0) / 2;
    for (std::size_t i = 0; i < n; ++i) {
      columns_.push_back(x);
      if (i + 1 < n)
        gaps[i] = std::max(gaps[i], (header_width(i) + header_width(i + 1)) / 2 + 16);
      else
        gaps[i] = std::max(gaps[i], header_width(i) / 2 + margin);
      x += gaps[i];
    }
    gaps_ = std::move(gaps);
    band_left_ = time_x_ + 10;
    width_ = std::max(n == 0 ? 0 : x, band_left_ + 420);
  }
  [[nodiscard]] int header_width(std::size_t i) const {
    return i < parties_.size() ? std::min(drawing::width_of(title_of(parties_[i]), 12, true) + 22, 210) : 0;
  }

  // -- strokes --

  void line(int x1, int y1, int x2, int y2, std::string_view paint, int width, std::string_view dashes = {}) {
    fmt::format_to(std::back_inserter(body_), R"(<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}")",
                   x1, y1, x2, y2, paint, width);
    if (!dashes.empty()) fmt::format_to(std::back_inserter(body_), R"( stroke-dasharray="{}")", dashes);
    body_ += "/>\n";
  }
  void rect(int x, int y, int width, int height, std::string_view fill) {
    fmt::format_to(std::back_inserter(body_), R"(<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>)", x, y, width,
                   height, fill);
    body_ += "\n";
  }
  static std::string text(int x, int y, std::string_view words, const Ink& ink) {
    return fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{}{}>{}</text>\n", x, y, ink.size,
                       ink.paint, ink.anchor == "start" ? "" : fmt::format(" text-anchor=\"{}\"", ink.anchor),
                       ink.bold ? " font-weight=\"bold\"" : "", drawing::xml(words));
  }
  void write(int x, int y, std::string_view words, const Ink& ink) { body_ += text(x, y, words, ink); }

  // -- rows --

  void add(const Arrow& a) {
    if (last_ && a.at - *last_ >= long_pause) add_pause(a.at - *last_);
    if (a.kind == Arrow::Kind::message && after_aside_) y_ += 4;
    after_aside_ = is_aside(a);
    const int top = y_;
    fmt::format_to(std::back_inserter(body_), "<g>\n<title>{}</title>\n", drawing::xml(tip_of(a)));
    const std::size_t content = body_.size();
    const int time_y = a.kind == Arrow::Kind::message ? add_message(a) : is_aside(a) ? add_aside(a) : add_step(a);
    if (last_ != a.at || marked(a)) {
      write(time_x_, time_y, seconds_of(a.at), {colour::faint, small_size, "end"});
    }
    if (marked(a)) {
      write(margin, time_y, mark, {colour::marked, label_size, "start", true});
      // The band lies under the row, so it goes in before what the row has already written.
      const std::string row = body_.substr(content);
      body_.resize(content);
      rect(4, top, width_ - 8, y_ - top, colour::marked_band);
      lifelines(top, y_);
      body_ += row;
    }
    body_ += "</g>\n";
    last_ = a.at;
  }

  [[nodiscard]] std::string tip_of(const Arrow& a) const {
    std::string who;
    if (a.kind == Arrow::Kind::message)
      who = title_of(a.from) + " to " + title_of(a.to) + ": ";
    else if (a.kind != Arrow::Kind::step)
      who = title_of(a.from) + ": ";
    return seconds_of(a.at) + "  " + who + aside_of(a);
  }

  void add_pause(Duration pause) {
    line(band_left_, y_ + 9, width_ - margin, y_ + 9, colour::lifeline, 1, "2 4");
    const std::string words = roughly(pause) + " later";
    const int x = band_left_ + 6;
    rect(x - 3, y_ + 2, drawing::width_of(words, small_size) + 6, 14, "#ffffff");
    write(x, y_ + 13, words, {colour::faint, small_size});
    y_ += 22;
  }

  int add_step(const Arrow& a) {
    const int height = 18;
    rect(band_left_, y_ + 1, width_ - margin - band_left_, height - 2,
         marked(a) ? colour::marked_band : colour::step_band);
    std::string words = a.kind == Arrow::Kind::command ? title_of(a.from) + ": " + a.text : a.text;
    if (a.line != 0) words = fmt::format("line {}: {}", a.line, words);
    write(band_left_ + 6, y_ + 13, drawing::shortened(words, width_ - margin - band_left_ - 12, small_size, marked(a)),
          {marked(a) ? colour::marked : colour::ink, small_size, "start", marked(a)});
    y_ += height + 2;
    return y_ - 7;
  }

  /// As much as there is room for: where it has come to matters more than where it was, and a rule more than a whole
  /// token.
  [[nodiscard]] std::string brief_aside(const Arrow& a, int room) const {
    const auto fits = [&](const std::string& words) { return drawing::width_of(words, small_size, marked(a)) <= room; };
    std::string words = aside_of(a);
    if (a.kind == Arrow::Kind::note && !fits(words)) {
      std::string subject(subject_of(a, crowded_));
      if (subject.size() > 12) subject = drawing::shortened(subject, 60, small_size);
      words = note_text(a.note, "→", subject);
      Note brief = a.note;
      brief.from = {};
      if (!fits(words) && !brief.to.empty()) words = note_text(brief, "→", subject);
    }
    return drawing::shortened(words, room, small_size, marked(a));
  }

  int add_aside(const Arrow& a) {
    const int x = x_of(a.from);
    const std::size_t i = column(a.from);
    const int room = (i + 1 < gaps_.size() ? gaps_[i] : width_ - x - 4) - 20;
    const bool silent = a.kind == Arrow::Kind::no_answer;
    const std::string_view paint = marked(a) ? colour::marked : silent ? colour::lost : colour::faint;
    const int arm = marked(a) ? 4 : 3;
    if (silent) {
      line(x - arm, y_ + 7 - arm, x + arm, y_ + 7 + arm, paint, marked(a) ? 4 : 2);
      line(x - arm, y_ + 7 + arm, x + arm, y_ + 7 - arm, paint, marked(a) ? 4 : 2);
    } else {
      rect(x - arm + 1, y_ + 7 - arm + 1, 2 * arm - 1, 2 * arm - 1, paint);
    }
    write(x + 10, y_ + 11, brief_aside(a, room), {paint, small_size, "start", marked(a)});
    y_ += 15;
    return y_ - 4;
  }

  /// Where a message that does not arrive stops: past its own label, so that the cross does not strike it out.
  [[nodiscard]] int stop_of(const Arrow& a, int span) const {
    const int words = std::max(drawing::width_of(label_of(a), label_size, marked(a)),
                               drawing::width_of(joined(phrases_of(a, false)), small_size));
    return std::clamp(span / 2 + words / 2 + 14, span * 5 / 8, span - 16);
  }

  int add_message(const Arrow& a) {
    const int from = x_of(a.from);
    const int to = a.from == a.to ? from + 60 : x_of(a.to);
    const int way = to > from ? 1 : -1;
    const int span = way * (to - from);
    const bool lost = a.fate == Arrow::Fate::lost;
    const bool withheld = a.fate == Arrow::Fate::withheld;
    const bool arrives = a.fate == Arrow::Fate::received;
    const bool too_late = lost && a.settled && *a.settled > a.at;  // it got there, and nobody was waiting any more
    const int ly = y_ + 19;
    const int slant = a.late.ms > 0 ? 12 : 0;
    const int end_y = ly + slant;
    int end = to;
    if (withheld)
      end = from + way * stub;
    else if (!arrives && !too_late)
      end = from + way * stop_of(a, span);

    std::string_view paint = colour::message;
    if (a.outcome == contract::Outcome::KO || !a.violation.empty()) paint = colour::ko;
    if (lost || withheld || a.fate == Arrow::Fate::under_way) paint = colour::lost;
    if (marked(a)) paint = colour::marked;
    const int width = marked(a) ? 4 : a.leg == Leg::request ? 2 : 1;

    // What never left is told next to whoever kept it.
    const int reach = withheld ? std::min(span, next_to(a.from, way)) : span;
    const int taken = withheld ? stub + 4 : 0;
    const int room = reach - taken - 24;
    const int middle = from + way * (reach + taken) / 2;
    const bool crosses = reach > next_to(a.from, way);
    const auto label = [&](int y, const std::string& words, const Ink& ink) {
      const std::string shown = drawing::shortened(words, room, ink.size, ink.bold);
      if (crosses) {  // other lifelines pass behind it
        const int w = drawing::width_of(shown, ink.size, ink.bold) + 8;
        rect(middle - w / 2, y - ink.size + 1, w, ink.size + 2, marked(a) ? colour::marked_band : "#ffffff");
      }
      write(middle, y, shown, ink);
    };
    label(y_ + 12, label_of(a), {marked(a) ? colour::marked : colour::ink, label_size, "middle", marked(a)});
    line(from, ly, end - way * (arrives ? 2 : 0), end_y, paint, width, a.leg == Leg::response ? "5 3" : "");
    if (arrives) {
      const int size = marked(a) ? 12 : 8;
      fmt::format_to(std::back_inserter(body_), "<path d=\"M{} {}L{} {}L{} {}Z\" fill=\"{}\"/>\n", to, end_y,
                     to - way * size, end_y - size / 2, to - way * size, end_y + size / 2, paint);
    } else if (withheld) {
      line(end, ly - 6, end, ly + 6, paint, width + 1);
    } else if (lost) {
      const int x = too_late ? end - way * 7 : end;
      line(x - 5, end_y - 5, x + 5, end_y + 5, paint, std::max(width, 2));
      line(x - 5, end_y + 5, x + 5, end_y - 5, paint, std::max(width, 2));
    }
    y_ = end_y + 8;
    const std::string phrases = joined(phrases_of(a, false));
    if (!phrases.empty()) {
      const bool grave = paint == colour::ko || paint == colour::lost || marked(a);
      label(end_y + 14, phrases, {grave ? paint : colour::faint, small_size, "middle"});
      y_ += 13;
    }
    return ly - 7;
  }

  // -- the whole --

  void lifelines(int from, int to) {
    for (const int x : columns_) line(x, from, x, to, colour::lifeline, 1);
  }
  void headers(int top) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const int w = header_width(i);
      fmt::format_to(std::back_inserter(body_),
                     "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\" fill=\"#f7f9fb\" stroke=\"{}\"/>\n",
                     columns_[i] - w / 2, top, w, header_height, colour::faint);
      write(columns_[i], top + 17, drawing::shortened(title_of(parties_[i]), w - 12, 12, true),
            {colour::ink, 12, "middle", true});
    }
  }

  [[nodiscard]] std::string description() const {
    std::size_t messages = 0, lost = 0, withheld = 0, silences = 0;
    std::string pointed;
    for (const Arrow& a : arrows_) {
      messages += a.kind == Arrow::Kind::message;
      lost += a.kind == Arrow::Kind::message && a.fate == Arrow::Fate::lost;
      withheld += a.kind == Arrow::Kind::message && a.fate == Arrow::Fate::withheld;
      silences += a.kind == Arrow::Kind::no_answer;
      if (marked(a)) pointed = " The marked row: " + tip_of(a) + ".";
    }
    std::string who;
    for (const Party& party : parties_) who += (who.empty() ? "" : ", ") + title_of(party);
    return fmt::format("Sequence diagram of {} messages ({} lost, {} withheld, {} calls without answer) between {}.{}",
                       messages, lost, withheld, silences, who.empty() ? "nobody" : who, pointed);
  }

  void finish(bool cut_short) {
    const std::string rows = std::move(body_);
    body_.clear();
    lifelines(header_bottom, bottom_);
    body_ += rows;
    headers(header_top);
    headers(bottom_);
    int y = bottom_ + header_height + 20;
    if (columns_.empty()) y = bottom_ + 14;
    if (cut_short) {
      write(margin, y, "Cut short: the horizon came before the world had settled.",
            {colour::lost, small_size, "start", true});
      y += 15;
    }
    std::string legend = "solid: request · dashed: response · cross: lost · bar: withheld · slanted: late";
    const bool any_marked = std::any_of(arrows_.begin(), arrows_.end(), [this](const Arrow& a) { return marked(a); });
    if (any_marked) legend += " · >>>: marked";
    write(margin, y, legend, {colour::faint, small_size});
    width_ = std::max(width_, margin * 2 + drawing::width_of(legend, small_size));
    const int height = y + 12;
    out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" role=\"img\" width=\"{0}\" height=\"{1}\" "
        "viewBox=\"0 0 {0} {1}\" font-family=\"{2}\">\n<title>{3}</title>\n<desc>{4}</desc>\n"
        "<rect x=\"0\" y=\"0\" width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n",
        width_, height, drawing::font, drawing::xml(title_), drawing::xml(description()));
    out +=
        text(margin, 27, drawing::shortened(title_, width_ - 2 * margin, 16, true), {colour::ink, 16, "start", true});
    out += body_;
    out += "</svg>\n";
  }

  std::optional<std::size_t> marked_;
  std::string title_;
  std::vector<Arrow> arrows_;
  std::vector<Party> parties_;
  std::set<std::string_view> crowded_;
  std::vector<int> columns_, gaps_;
  int time_x_ = 0, band_left_ = 0, width_ = 0, y_ = 0, bottom_ = 0;
  std::optional<Duration> last_;
  bool after_aside_ = false;
  std::string body_;
};

}  // namespace

std::vector<Arrow> arrows_of(const Journal& journal) { return std::move(Pairing(journal).arrows); }

std::vector<Party> participants_of(const std::vector<Arrow>& arrows) {
  std::set<Party> parties;
  for (const Arrow& a : arrows) {
    if (a.kind == Arrow::Kind::step) continue;
    parties.insert(a.from);
    parties.insert(a.to);
  }
  return {parties.begin(), parties.end()};
}

std::string ladder_text(const Journal& journal, const LadderOptions& options) {
  return std::move(Terminal(journal, options).out);
}

std::string ladder_mermaid(const Journal& journal, std::string_view title) {
  const std::vector<Arrow> arrows = arrows_of(journal);
  const std::vector<Party> parties = participants_of(arrows);
  const std::set<std::string_view> crowded = crowded_machines(arrows);
  std::map<Party, std::string> ids;
  std::map<Role, int> count;
  std::string out = "sequenceDiagram\n";
  if (!title.empty()) out += fmt::format("    title {}\n", drawing::mermaid(title));
  for (const Party& party : parties) {
    std::string id(contract::to_text(party.role));
    const bool several = party.role == Role::ec || party.role == Role::psp || count[party.role] > 0;
    if (const int n = ++count[party.role]; several) id += fmt::to_string(n);
    out += fmt::format("    participant {} as {}\n", id, drawing::mermaid(title_of(party)));
    ids.emplace(party, std::move(id));
  }
  constexpr std::size_t longest = 120;
  for (const Arrow& a : arrows) {
    std::string words = drawing::printable(sentence_of(a, crowded, "→"));
    if (characters(words) > longest) {
      std::size_t cut = 0;
      for (std::size_t n = 0; n < longest; ++n) cut += wire::utf8_length(std::string_view(words).substr(cut));
      words.resize(cut);
      words += "…";
    }
    words = fmt::format("{} {}", seconds_of(a.at), drawing::mermaid(words));
    const std::string from = a.kind == Arrow::Kind::step ? "" : ids.at(a.from);
    if (a.kind == Arrow::Kind::message && a.fate != Arrow::Fate::withheld) {
      const bool request = a.leg == Leg::request;
      const bool lost = a.fate == Arrow::Fate::lost;
      const std::string_view stroke = request ? (lost ? "-x" : "->>") : (lost ? "--x" : "-->>");
      out += fmt::format("    {}{}{}: {}\n", from, stroke, ids.at(a.to), words);
    } else if (a.kind == Arrow::Kind::step) {
      if (parties.empty())
        out += fmt::format("    %% {}\n", words);
      else if (parties.size() == 1)
        out += fmt::format("    Note over {}: {}\n", ids.at(parties.front()), words);
      else
        out += fmt::format("    Note over {},{}: {}\n", ids.at(parties.front()), ids.at(parties.back()), words);
    } else {
      out += fmt::format("    Note over {}: {}\n", from, words);
    }
  }
  return out;
}

std::string ladder_svg(const Journal& journal, std::string_view title, std::optional<std::size_t> marked) {
  return std::move(Svg(journal, title, marked).out);
}

// ---- text in drawings ----

}  // namespace sim::report
