#include "sim/laws.hpp"

#include <map>

#include <fmt/format.h>

namespace sim {

std::vector<std::string> broken_laws(const Journal& journal) {
  std::vector<std::string> out;
  struct Life {
    int requests = 0, answers = 0, ends = 0, arrivals = 0;
    bool scripted = false;
  };
  std::map<ExchangeId, Life> exchanges;
  std::map<CommandId, int> commands;
  std::map<std::string, std::string> states;
  Instant last = journal.start;
  for (std::size_t i = 0; i < journal.entries.size(); ++i) {
    const Entry& entry = journal.entries[i];
    if (entry.at < last) out.push_back(fmt::format("entry {}: time runs backwards", i));
    last = entry.at;
    if (const auto* hop = std::get_if<Hop>(&entry.what)) {
      Life& life = exchanges[hop->exchange];
      const bool request = hop->leg == contract::Leg::request;
      if (request && hop->stage != Hop::Stage::received && hop->stage != Hop::Stage::lost) ++life.requests;
      if (request && hop->stage == Hop::Stage::received && hop->event == "duplicate") life.scripted = true;
      if (!request && hop->stage == Hop::Stage::sent) ++life.answers;
      if (!request && hop->stage == Hop::Stage::received) ++life.ends, ++life.arrivals;
      if (request && hop->stage == Hop::Stage::received && life.requests == 0 && !life.scripted) {
        out.push_back(fmt::format("entry {}: exchange {} arrives without having been sent", i, hop->exchange));
      }
      if (life.arrivals > life.answers) out.push_back(fmt::format("entry {}: an answer to exchange {} arrives that nobody sent", i, hop->exchange));
    } else if (const auto* silence = std::get_if<Unanswered>(&entry.what)) {
      ++exchanges[silence->exchange].ends;
    } else if (const auto* command = std::get_if<Commanded>(&entry.what)) {
      ++commands[command->command.id];
    } else if (const auto* finish = std::get_if<Finished>(&entry.what)) {
      --commands[finish->command];
    } else if (const auto* noted = std::get_if<Noted>(&entry.what)) {
      const Note& note = noted->note;
      if (note.machine == "screen") continue;
      std::string& state = states[fmt::format("{}|{}|{}|{}", noted->who.id, note.machine, note.subject, note.about)];
      const bool recipient = note.machine == "recipient";  // one EC may have several copies under one name
      if (!recipient && !state.empty() && state != note.from) {
        out.push_back(fmt::format("entry {}: {} {} leaves {} but was in {}", i, note.machine, note.subject, note.from, state));
      }
      state = note.to;
    }
  }
  if (journal.cut_short) return out;
  for (const auto& [id, life] : exchanges) {
    const bool duplicate = life.requests == 0;
    if (!duplicate && life.ends != 1) out.push_back(fmt::format("exchange {} ends {} times", id, life.ends));
  }
  for (const auto& [id, open] : commands) {
    if (open != 0) out.push_back(fmt::format("command {} is never finished", id));
  }
  return out;
}

}  // namespace sim
