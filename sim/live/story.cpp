#include "sim/live/story.hpp"

#include "sim/live/rest.hpp"

namespace sim::live {
namespace {

using wire::Json;
using wire::JsonArray;
using wire::JsonObject;

/// Where a note leads to: a screen has no state but its name.
std::string_view end_of(const Note& note) { return note.to.empty() ? std::string_view(note.detail) : note.to; }

}  // namespace

void Story::catch_up(const Journal& journal) {
  dossier_.catch_up(journal);
  for (; read_ < journal.entries.size(); ++read_) read(journal.entries[read_].what);
}

void Story::read(const Happening& happening) {
  if (const auto* commanded = std::get_if<Commanded>(&happening)) {
    const Command& command = commanded->command;
    const std::string notice = notice_of(command);
    if (command.verb == "position") {
      const std::string key = commanded->who.id + "/" + std::string(command.value("notice"));
      if (!command.value("amount").empty()) amounts_[key] = command.value("amount");
    }
    if (commanded->who.role != Role::checkout && commanded->who.role != Role::psp) return;
    if (command.verb == "pay" || command.verb == "verify" || (command.verb == "activate" && commanded->who.role == Role::psp)) {
      journeys_[command.id] = {command.verb, notice, commanded->who};
      latest_[notice] = command.id;
    }
    if (const CommandId id = journey_of(notice); id != 0) {
      orders_[command.id] = id;
      ++journeys_[id].orders_open;
    }
  } else if (const auto* finished = std::get_if<Finished>(&happening)) {
    const auto order = orders_.find(finished->command);
    if (order != orders_.end() && journeys_[order->second].orders_open > 0) --journeys_[order->second].orders_open;
  } else if (const auto* noted = std::get_if<Noted>(&happening)) {
    const Note& note = noted->note;
    const std::string notice = note.about.empty() ? dossier_.notice_of(note.subject) : note.about;
    last_.insert_or_assign({note.machine, notice, note.subject}, note);
    if (const CommandId id = journey_of(notice); id != 0) journeys_[id].notes.insert_or_assign(note.machine, note);
  }
}

CommandId Story::journey_of(std::string_view notice) const {
  const auto found = latest_.find(notice);
  return found == latest_.end() ? 0 : found->second;
}

bool Story::is_at_rest(std::string_view notice) const {
  const auto journey = journeys_.find(journey_of(notice));
  return journey == journeys_.end() || journey->second.orders_open == 0;
}

std::string Story::state(std::string_view machine, std::string_view notice) const {
  const auto found = last_.find({machine, std::string(notice), std::string(notice)});
  return found == last_.end() ? std::string() : std::string(end_of(found->second));
}

std::string Story::amount(std::string_view notice) const {
  const auto found = amounts_.find(notice);
  return found == amounts_.end() ? std::string() : found->second;
}

Json Story::states(std::string_view notice) const {
  JsonObject out;
  for (const auto& [key, note] : last_) {
    const auto& [machine, whose, subject] = key;
    if (!notice.empty() && whose != notice) continue;
    if (out.empty() || out.back().first != machine) out.emplace_back(std::string(machine), Json{JsonArray{}});
    JsonObject one{{"subject", text(note.subject)}};
    if (!whose.empty()) one.emplace_back("notice", text(whose));
    one.emplace_back("state", text(end_of(note)));
    if (!note.detail.empty() && !note.to.empty()) one.emplace_back("detail", text(note.detail));
    std::get<JsonArray>(out.back().second.value).push_back(Json{std::move(one)});
  }
  return Json{std::move(out)};
}

Json Story::journey(CommandId id) const {
  const auto found = journeys_.find(id);
  if (found == journeys_.end()) return Json{};
  const Journey& journey = found->second;
  JsonObject out{{"id", number(id)},
                 {"notice", text(journey.notice)},
                 {"touchpoint", text(contract::to_text(journey.who))},
                 {"asked", text(journey.verb)},
                 {"finished", Json{journey.orders_open == 0}}};
  for (const auto& [machine, note] : journey.notes) {
    out.emplace_back(std::string(machine), text(end_of(note)));
    if (machine == "payment") out.emplace_back("token", text(note.subject));
  }
  return Json{std::move(out)};
}

Json Story::journeys() const {
  JsonArray out;
  for (const auto& [id, journey] : journeys_) out.push_back(this->journey(id));
  return Json{std::move(out)};
}

}  // namespace sim::live
