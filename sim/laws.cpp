#include "sim/laws.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace sim {
namespace {

// clang-format off
constexpr Law table[] = {
  {"LAW-01", "il tempo non torna indietro", "time never runs backwards"},
  {"LAW-02", "non arriva niente che non sia partito", "nothing arrives that was not sent"},
  {"LAW-03", "ogni scambio cominciato finisce, una volta", "every exchange that was begun ends, once"},
  {"LAW-04", "ogni comando dato è portato a termine, una volta", "every command that was given is finished, once"},
  {"LAW-05", "ogni storia di stati è una catena", "every history of states is a chain"},
  {"LAW-11", "un token è chiuso OK una volta sola", "a token is closed OK at most once"},
  {"LAW-12", "nessuna ricevuta senza un esito OK accettato, o acquisito benché tardi", "no receipt without an outcome OK that was accepted, or acquired though late"},
  {"LAW-13", "nessun avviso è pagato due volte", "no notice is paid twice"},
  {"LAW-14", "a nessuno si dice OK e si ridà il denaro", "nobody is told OK and given the money back"},
  {"LAW-15", "non si ridà ciò che non è stato addebitato", "nobody is given back what was never charged"},
  {"LAW-16", "si ridà quanto è stato addebitato: avvisi e commissione", "what is given back is what was charged: notices and fee"},
  {"LAW-17", "l'OK si dice solo a chi ha pagato, o in versione 1 a chi il PSP ha accettato", "who is told OK has paid, or in version 1 the PSP has accepted"},
  {"LAW-18", "ogni destinatario di un avviso pagato prende una ricevuta, o la rifiuta, o i ritentativi finiscono", "each recipient of a paid notice takes one receipt, or refuses it, or its retries run out"},
  {"LAW-19", "una posizione pagata riapre solo se lo si chiede al suo EC", "a paid position opens again only when its EC is told to"},
  {"LAW-20", "ciò che si muove si ferma dove può restare", "what moves comes to rest where it may stay"},
  {"LAW-21", "un avviso è bloccato solo da un pagamento in corso", "a notice is locked only by a payment under way"},
};
// clang-format on

}  // namespace

std::span<const Law> laws() { return table; }

const Law* find_law(std::string_view id) {
  const auto found = std::find_if(std::begin(table), std::end(table), [&](const Law& law) { return law.id == id; });
  return found == std::end(table) ? nullptr : found;
}

std::string to_text(const BrokenLaw& broken) { return (broken.entry ? fmt::format("entry {}: ", *broken.entry) : std::string()) + broken.found.en; }

std::vector<BrokenLaw> broken_laws(const Journal& journal) {
  std::vector<BrokenLaw> out;
  struct Life {
    int requests = 0, answers = 0, ends = 0, arrivals = 0;
    bool scripted = false;
    std::size_t first = 0;          ///< entry
    std::vector<Party> owes_answer;  ///< who heard it and said nothing
  };
  struct Order {
    int open = 0;
    std::size_t last = 0;
    Party who;
  };
  std::map<ExchangeId, Life> exchanges;
  std::map<CommandId, Order> commands;
  std::map<std::string, std::string> states;
  Instant last = journal.start;
  for (std::size_t i = 0; i < journal.entries.size(); ++i) {
    const Entry& entry = journal.entries[i];
    if (entry.at < last) out.push_back({"LAW-01", {}, i, {"il tempo torna indietro", "time runs backwards"}});
    last = entry.at;
    if (const auto* hop = std::get_if<Hop>(&entry.what)) {
      const auto [of, first] = exchanges.try_emplace(hop->exchange);
      Life& life = of->second;
      if (first) life.first = i;
      const bool request = hop->leg == contract::Leg::request;
      if (request && hop->stage != Hop::Stage::received && hop->stage != Hop::Stage::lost) ++life.requests;
      if (request && hop->stage == Hop::Stage::received && hop->event == "duplicate") life.scripted = true;
      if (request && hop->stage == Hop::Stage::received) life.owes_answer = {hop->to};
      if (!request) life.owes_answer.clear();
      if (!request && hop->stage == Hop::Stage::sent) ++life.answers;
      if (!request && hop->stage == Hop::Stage::received) ++life.ends, ++life.arrivals;
      if (request && hop->stage == Hop::Stage::received && life.requests == 0 && !life.scripted) {
        out.push_back({"LAW-02", {}, i, {fmt::format("lo scambio {} arriva senza essere partito", hop->exchange), fmt::format("exchange {} arrives without having been sent", hop->exchange)}});
      }
      if (life.arrivals > life.answers) {
        out.push_back({"LAW-02", {}, i, {fmt::format("arriva una risposta allo scambio {} che nessuno ha inviato", hop->exchange), fmt::format("an answer to exchange {} arrives that nobody sent", hop->exchange)}});
      }
    } else if (const auto* silence = std::get_if<Unanswered>(&entry.what)) {
      ++exchanges[silence->exchange].ends;
    } else if (const auto* command = std::get_if<Commanded>(&entry.what)) {
      Order& order = commands[command->command.id];
      ++order.open, order.last = i, order.who = command->who;
    } else if (const auto* finish = std::get_if<Finished>(&entry.what)) {
      Order& order = commands[finish->command];
      --order.open, order.last = i, order.who = finish->who;
    } else if (const auto* noted = std::get_if<Noted>(&entry.what)) {
      const Note& note = noted->note;
      if (note.machine == "screen") continue;
      std::string& state = states[fmt::format("{}|{}|{}|{}", noted->who.id, note.machine, note.subject, note.about)];
      const bool recipient = note.machine == "recipient";  // one EC may have several copies under one name
      if (!recipient && !state.empty() && state != note.from) {
        out.push_back({"LAW-05", {noted->who}, i, {fmt::format("{} {} lascia {} ma era in {}", note.machine, note.subject, note.from, state),
                                                   fmt::format("{} {} leaves {} but was in {}", note.machine, note.subject, note.from, state)}});
      }
      state = note.to;
    }
  }
  if (journal.cut_short) return out;
  for (const auto& [id, life] : exchanges) {
    const bool duplicate = life.requests == 0;
    if (duplicate || life.ends == 1) continue;
    out.push_back({"LAW-03", life.ends == 0 ? life.owes_answer : std::vector<Party>{}, life.first,
                   {fmt::format("lo scambio {} finisce {} volte", id, life.ends), fmt::format("exchange {} ends {} times", id, life.ends)}});
  }
  for (const auto& [id, order] : commands) {
    if (order.open > 0) out.push_back({"LAW-04", {order.who}, order.last, {fmt::format("il comando {} non è mai portato a termine", id), fmt::format("command {} is never finished", id)}});
    if (order.open < 0) out.push_back({"LAW-04", {order.who}, order.last, {fmt::format("il comando {} è portato a termine più volte di quante è dato", id), fmt::format("command {} is finished more often than given", id)}});
  }
  return out;
}

}  // namespace sim
