// The messages of a run in sequence: who said what to whom, and what became of it.
// A journal records departures and arrivals as entries of their own; here they are paired, once, into arrows, and the
// three renderings (terminal, mermaid, SVG) are folds over the same list, so that they cannot tell different stories.
// The trap: a lost response is not a lost request, and a late message is not a lost one. Each arrow keeps its own fate,
// and nothing is paired by guessing: what arrives without having left is drawn as just that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/journal.hpp"
#include "sim/report/drawing.hpp"

namespace sim::report {

/// One row of a sequence diagram: a message with its fate, or a mark beside one party's line.
struct Arrow {
  enum class Kind : std::uint8_t {
    message,    ///< sent or withheld by `from`
    no_answer,  ///< `from`, the caller, was told that `to` will not answer
    note,       ///< a state of `from` changed
    command,    ///< `from` was told to do something
    step,       ///< the scenario did something by itself; there are no parties
    moment,     ///< any other entry, shown only because it is the marked one
  };
  enum class Fate : std::uint8_t {
    under_way,  ///< the journal ends before it arrives
    received,   ///< it arrived; whether whole is told by `violation`
    lost,
    withheld,
  };
  Kind kind = Kind::message;
  std::size_t entry = 0;                  ///< where it is in the journal
  std::optional<std::size_t> fate_entry;  ///< where its arrival or loss is
  Duration at;                            ///< since the start of the run
  std::optional<Duration> settled;        ///< when it arrived or was lost
  Party from, to;
  int line = 0;      ///< of the scenario: the command, the step, or the rule that touched the message
  std::string text;  ///< of everything that is no message and no note: what there is to say

  // Of messages.
  PrimitiveId primitive{};
  contract::Leg leg{};
  ExchangeId exchange = 0;
  Fate fate = Fate::under_way;
  std::optional<contract::Outcome> outcome;
  std::string fault;      ///< of a KO answer: the fault code, or the description where there are no codes
  int status = 200;       ///< HTTP, of responses
  std::string script;     ///< what a scripted role did ("answers KO"); empty: nothing
  Duration held;          ///< how long after hearing the request a scripted role sent its answer
  std::string network;    ///< what was done to it on its way ("delay", "drop", "too late"); empty: nothing
  Duration late;          ///< how much longer than usual a disturbed message was on its way
  std::string violation;  ///< the first thing wrong with it; empty: it is whole
  std::size_t further_violations = 0;
  bool arrives_only = false;  ///< it arrived or was lost without having been sent: the second copy of a duplicate

  Note note;  ///< of notes
};

/// The arrows of a journal, in its order. Of the notes, only those of payment, position, recipient, debt, transaction,
/// storno and screen.
std::vector<Arrow> arrows_of(const Journal& journal);

/// The parties that occur: Checkout, Nodo, ECs by id, PSPs by id.
std::vector<Party> participants_of(const std::vector<Arrow>& arrows);

struct LadderOptions {
  std::optional<std::size_t> marked;  ///< index of the entry to point at; one beyond the journal marks nothing
  bool colour = false;                ///< ANSI: KO red, lost yellow, the marked line bold
  bool notes = false;                 ///< show state changes; the marked one is shown anyway
};
/// For the terminal: one line per arrow.
std::string ladder_text(const Journal& journal, const LadderOptions& options = {});

/// A mermaid sequenceDiagram.
std::string ladder_mermaid(const Journal& journal, std::string_view title);

/// One self-contained, static SVG 1.1 document.
std::string ladder_svg(const Journal& journal, std::string_view title,
                       std::optional<std::size_t> marked = std::nullopt);

}  // namespace sim::report
