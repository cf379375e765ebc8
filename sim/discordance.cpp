#include "sim/discordance.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/check.hpp"
#include "sim/contract/words.hpp"

namespace sim {
namespace {

/// What demands the result of some cells: ways are blank separated, none means any; every row that fits counts.
struct Demand {
  std::string_view answer, outcome, moment, repetition, receipt;
  std::string_view rule;  ///< CHK-.. demands it; SIL-.. says what is left open
};

// clang-format off
constexpr Demand demands[] = {
  // answer                                outcome   moment                                repetition                    receipt                          rule
  {"OK",                                   "OK",     "within-2s",                          "",                           "",                              "CHK-07"},
  {"OK",                                   "OK",     "before-the-answer",                  "",                           "",                              "SIL-28"},
  {"OK",                                   "OK",     "after-2s",                           "",                           "",                              "CHK-06"},
  {"OK",                                   "OK",     "after-2s",                           "",                           "",                              "SIL-33"},
  {"OK",                                   "OK",     "after-expiry",                       "",                           "",                              "SIL-41"},
  {"OK",                                   "KO",     "",                                   "",                           "",                              "CHK-06"},
  {"OK",                                   "none",   "",                                   "",                           "",                              "SIL-41"},
  {"KO",                                   "",       "",                                   "",                           "",                              "CHK-04"},
  {"KO",                                   "OK KO",  "within-2s after-2s after-expiry",    "",                           "",                              "CHK-05"},
  {"KO",                                   "OK KO",  "before-the-answer",                  "",                           "",                              "SIL-28"},
  {"KO",                                   "OK KO",  "",                                   "",                           "",                              "SIL-34"},
  {"KO-without-fault malformed HTTP-500 none", "",   "",                                   "",                           "",                              "CHK-10"},
  {"KO-without-fault malformed HTTP-500 none", "OK", "after-expiry",                       "",                           "",                              "SIL-37"},
  {"KO-without-fault malformed HTTP-500 none", "KO", "after-expiry",                       "",                           "",                              "SIL-38"},
  {"unreachable",                          "",       "",                                   "",                           "",                              "CHK-10"},
  {"",                                     "OK KO",  "",                                   "repeated repeated-otherwise", "",                             "CHK-15"},
  {"",                                     "",       "",                                   "",                           "silent unreachable one-of-n",   "CHK-20"},
  {"",                                     "",       "",                                   "",                           "KO",                            "SIL-46"},
};
// clang-format on

bool fits(std::string_view wanted, std::string_view way) { return wanted.empty() || contract::lists(wanted, way); }

std::string or_none(std::string text) { return text.empty() ? "-" : text; }
void append(std::string& list, std::string_view item) { list += (list.empty() ? "" : ", ") + std::string(item); }

/// What the journal says of the one payment of a cell.
void read(const Journal& journal, Discordance& out) {
  std::vector<std::pair<std::string, std::string>> recipients;
  for (const Entry& entry : journal.entries) {
    if (const auto* noted = std::get_if<Noted>(&entry.what)) {
      const Note& note = noted->note;
      if (note.machine == "payment") out.payment = note.to;
      if (note.machine == "storno") out.storno = note.to;
      if (note.machine != "recipient") continue;
      const auto known = std::find_if(recipients.begin(), recipients.end(), [&](const auto& r) { return r.first == note.subject; });
      if (known == recipients.end()) recipients.emplace_back(note.subject, note.to);
      else known->second = note.to;
    } else if (const auto* hop = std::get_if<Hop>(&entry.what)) {
      const bool outcome = hop->primitive == PrimitiveId::sendPaymentOutcome || hop->primitive == PrimitiveId::sendPaymentOutcomeV2;
      const auto* body = std::get_if<Body>(&hop->said);
      if (!outcome || body == nullptr || hop->leg != contract::Leg::response || hop->stage != Hop::Stage::sent) continue;
      const contract::CtFaultBean* fault = contract::fault_of(**body);
      append(out.answers, fault == nullptr ? "OK" : "KO " + fault->faultCode);
    }
  }
  for (const auto& [ec, state] : recipients) append(out.receipts, state);
  for (std::string* column : {&out.payment, &out.answers, &out.storno, &out.receipts}) *column = or_none(std::move(*column));
}

std::vector<std::string> columns(const Discordance& cell) {
  std::vector<std::string> out(cell.ways.begin(), cell.ways.end());
  out.insert(out.end(), {cell.payment, cell.answers, cell.storno, cell.receipts, or_none(fmt::format("{}", fmt::join(cell.rules, ", ")))});
  out.push_back(cell.silent.empty() ? "-" : fmt::format("spec silent: {}", fmt::join(cell.silent, ", ")));
  return out;
}

constexpr std::string_view heads[] = {"answer", "outcome", "moment", "repetition", "receipt", "payment ends", "answers to outcomes", "storno", "receipts end", "demanded by", "left open"};

}  // namespace

std::vector<Discordance> discordance(const SearchBounds& bounds, std::uint64_t seed, const Casting& casting) {
  std::vector<Discordance> out;
  Picks picks{};
  const std::size_t without_user = axes().size() - 1;
  do {
    Discordance& cell = out.emplace_back();
    for (std::size_t i = 0; i < without_user; ++i) cell.ways.push_back(axes()[i].ways[picks[i]].name);
    const auto scenario = scenario::load("cell", scenario_of(cell_of(picks, bounds, true), bounds, {}, "cell"));
    SIM_CHECK(scenario.has_value());
    read(play(*scenario, seed, Fidelity::typed, casting), cell);
    for (const Demand& d : demands) {
      const bool all = fits(d.answer, cell.ways[0]) && fits(d.outcome, cell.ways[1]) && fits(d.moment, cell.ways[2]) && fits(d.repetition, cell.ways[3]) && fits(d.receipt, cell.ways[4]);
      const bool of_a_receipt = !d.receipt.empty();
      if (all && (!of_a_receipt || cell.receipts != "-")) (d.rule.starts_with("SIL") ? cell.silent : cell.rules).push_back(d.rule);
    }
  } while (next(picks, without_user));
  return out;
}

std::string told(const std::vector<Discordance>& table, std::string_view format) {
  const bool html = format == "html";
  const bool md = format == "md";
  const auto line = [&](const auto& cells, std::string_view tag) {
    if (html) return fmt::format("<tr><{0}>{1}</{0}></tr>\n", tag, fmt::join(cells, fmt::format("</{0}><{0}>", tag)));
    return md ? fmt::format("| {} |\n", fmt::join(cells, " | ")) : fmt::format("{}\n", fmt::join(cells, "\t"));
  };
  std::string out;
  if (html) out = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Discordance table</title></head><body><table>\n";
  if (md) out = "# Discordance table\n\nWhat becomes of one payment with two ECs, as `checkout-sim explore --table --format md` plays it.\n\n";
  out += line(heads, "th");
  if (md) out += "|" + fmt::format("{}", fmt::join(std::vector<std::string>(std::size(heads), "---"), "|")) + "|\n";
  for (const Discordance& cell : table) out += line(columns(cell), "td");
  if (html) out += "</table></body></html>\n";
  return out;
}

}  // namespace sim
