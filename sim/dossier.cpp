#include "sim/dossier.hpp"

#include <algorithm>

#include "sim/contract/subjects.hpp"

namespace sim {
namespace {

using contract::Leg;
using contract::Message;

/// Machines whose subject belongs to one notice. A recipient is an EC, which has many.
bool has_one_notice(std::string_view machine) { return machine != "recipient" && machine != "key"; }

template <class F>
void each_subject(const Message& message, F take) {
  if (std::string notice = contract::notice_of(message); !notice.empty()) take(std::move(notice));
  std::visit(
      [&](const auto& said) {
        if constexpr (requires { said.positionslist.front().noticeNumber; }) {
          for (const auto& position : said.positionslist) take(position.fiscalCode + "/" + position.noticeNumber);
        } else if constexpr (requires { said.paymentNotices.front().noticeNumber; }) {
          for (const auto& notice : said.paymentNotices) take(notice.fiscalCode + "/" + notice.noticeNumber);
        }
      },
      message);
}

}  // namespace

std::string notice_of(const Command& command) {
  if (!command.value("journey").empty()) return std::string(command.value("journey"));
  const std::string_view notice = command.value("notice");
  return notice.empty() ? std::string() : std::string(command.value("ec", contract::default_ec)) + "/" + std::string(notice);
}

void Dossier::add(ExchangeId exchange, std::string subject) {
  std::vector<std::string>& all = exchanges_[exchange];
  if (std::find(all.begin(), all.end(), subject) == all.end()) all.push_back(std::move(subject));
}

void Dossier::read(ExchangeId exchange, Leg leg, const Message& message) {
  const auto token = [&](const std::string& name) {
    if (name.empty()) return;
    add(exchange, name);
    if (const auto notice = notice_of_.find(name); notice != notice_of_.end()) add(exchange, notice->second);
  };
  if (leg == Leg::request) {
    each_subject(message, [&](std::string notice) { add(exchange, std::move(notice)); });
    contract::each_token(message, token);
    return;
  }
  // Only what an activation answers hands out a token.
  if (!contract::is_activation(contract::primitive_of(message))) return;
  const std::string handed_out = contract::text_at(message, "paymentToken").value_or("");
  const auto asked = exchanges_.find(exchange);
  if (!handed_out.empty() && asked != exchanges_.end() && !asked->second.empty()) notice_of_.emplace(handed_out, asked->second.front());
  token(handed_out);
}

void Dossier::read(const Happening& happening) {
  if (const auto* hop = std::get_if<Hop>(&happening)) {
    const Body* body = std::get_if<Body>(&hop->said);
    if (body != nullptr && *body != nullptr) read(hop->exchange, hop->leg, **body);
  } else if (const auto* noted = std::get_if<Noted>(&happening)) {
    const Note& note = noted->note;
    if (!note.about.empty() && note.about != note.subject && has_one_notice(note.machine)) notice_of_.insert_or_assign(note.subject, note.about);
  } else if (const auto* commanded = std::get_if<Commanded>(&happening)) {
    if (std::string notice = sim::notice_of(commanded->command); !notice.empty()) commands_[commanded->command.id] = std::move(notice);
  }
}

std::string Dossier::notice_of(std::string_view name) const {
  const auto found = notice_of_.find(name);
  return found == notice_of_.end() ? std::string() : found->second;
}

bool Dossier::belongs(const std::string& name, std::string_view subject) const {
  if (name == subject) return true;
  const auto notice = notice_of_.find(name);
  return notice != notice_of_.end() && notice->second == subject;
}

bool Dossier::is_about(ExchangeId exchange, std::string_view subject) const {
  const auto found = exchanges_.find(exchange);
  return found != exchanges_.end() && std::any_of(found->second.begin(), found->second.end(), [&](const std::string& s) { return s == subject; });
}

bool Dossier::is_about(const Happening& happening, std::string_view subject) const {
  struct Asked {
    const Dossier& dossier;
    std::string_view subject;
    bool operator()(const Hop& hop) const { return dossier.is_about(hop.exchange, subject); }
    bool operator()(const Unanswered& unanswered) const { return dossier.is_about(unanswered.exchange, subject); }
    bool operator()(const Noted& noted) const { return noted.note.about == subject || dossier.belongs(noted.note.subject, subject); }
    bool operator()(const Woken& woken) const { return dossier.belongs(woken.about, subject); }
    bool command(CommandId id) const {
      const auto found = dossier.commands_.find(id);
      return found != dossier.commands_.end() && found->second == subject;
    }
    bool operator()(const Commanded& commanded) const { return command(commanded.command.id); }
    bool operator()(const Finished& finished) const { return command(finished.command); }
    bool operator()(const Staged& staged) const { return staged.what.find(subject) != std::string::npos; }
  };
  return std::visit(Asked{*this, subject}, happening);
}

}  // namespace sim
