// One actor, and nobody else: say something to it, read what it does.
// A Stage plays the part of the world without one: it numbers exchanges and alarms, keeps what was said and lets time
// pass when told to. Nothing happens by itself, so that a test reads as the conversation it is about.
// Whatever the actor says is checked on its way out: it keeps its schema, and no exchange is answered twice.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "sim/actor.hpp"
#include "sim/wire/codec.hpp"

namespace support {

class Stage {
 public:
  Stage(std::unique_ptr<sim::Actor> actor, sim::contract::Registry names = sim::contract::built_in_registry(), std::uint64_t seed = 1)
      : registry(std::move(names)), actor_(std::move(actor)), random_(seed, "stage") {}

  sim::contract::Registry registry;
  sim::contract::Settings settings;
  sim::Instant now = sim::run_start;

  // ---- saying something ----

  /// Somebody calls the actor; the number of the exchange.
  sim::ExchangeId hear(const sim::Party& from, std::variant<sim::Body, sim::Malformed> said, sim::PrimitiveId primitive) {
    const sim::ExchangeId id = ++numbers_.exchange;
    handle(sim::Request{id, from, primitive, std::move(said)});
    return id;
  }
  sim::ExchangeId hear(const sim::Party& from, sim::contract::Message message) {
    const sim::PrimitiveId primitive = sim::contract::primitive_of(message);
    return hear(from, sim::contract::share(std::move(message)), primitive);
  }
  /// Somebody calls the actor with these bytes, whatever they are.
  sim::ExchangeId hear_bytes(const sim::Party& from, sim::PrimitiveId primitive, std::string bytes) {
    return hear(from, sim::wire::decode(primitive, sim::contract::Leg::request, std::make_shared<const std::string>(std::move(bytes))), primitive);
  }
  /// Answers the oldest open call of the actor to this primitive.
  void answer(sim::contract::Message message, int status = 200) {
    const sim::PrimitiveId primitive = sim::contract::primitive_of(message);
    end(open(primitive), sim::contract::share(std::move(message)), status);
  }
  void answer(sim::PrimitiveId primitive, sim::Silence silence) { end(open(primitive), silence, 0); }
  void answer_bytes(sim::PrimitiveId primitive, std::string bytes, int status = 200) {
    auto read = sim::wire::decode(primitive, sim::contract::Leg::response, std::make_shared<const std::string>(std::move(bytes)));
    if (auto* malformed = std::get_if<sim::Malformed>(&read)) end(open(primitive), std::move(*malformed), status);
    else end(open(primitive), std::get<sim::Body>(read), status);
  }
  /// Answers one particular call.
  void end(const sim::Call& call, std::variant<sim::Body, sim::Malformed, sim::Silence> said, int status = 200) {
    const sim::ExchangeId exchange = call.exchange;
    const sim::PrimitiveId primitive = sim::contract::primitive_of(*call.body);
    std::erase_if(open_, [exchange](const sim::Call& c) { return c.exchange == exchange; });
    handle(sim::Answer{exchange, primitive, std::move(said), status});
  }
  sim::CommandId command(std::string verb, std::vector<std::pair<std::string, std::string>> with = {}) {
    const sim::CommandId id = ++commands_;
    handle(sim::Command{id, std::move(verb), std::move(with)});
    return id;
  }
  /// Lets time pass: alarms that come due ring, in order.
  void pass(sim::Duration duration) { run_to(now + duration); }
  void run_to(sim::Instant until) {
    for (;;) {
      const auto next = std::min_element(alarms_.begin(), alarms_.end(), [](const sim::Wake& a, const sim::Wake& b) {
        return a.at != b.at ? a.at < b.at : a.alarm < b.alarm;
      });
      if (next == alarms_.end() || next->at > until) break;
      const sim::Wake due = *next;
      alarms_.erase(next);
      now = std::max(now, due.at);
      handle(sim::Alarm{due.alarm, due.what, due.about});
    }
    now = until;
  }

  // ---- reading what it did ----

  /// Calls that nobody has answered yet, oldest first.
  [[nodiscard]] const std::vector<sim::Call>& open_calls() const { return open_; }
  [[nodiscard]] std::size_t open_calls(sim::PrimitiveId primitive) const {
    return static_cast<std::size_t>(std::count_if(open_.begin(), open_.end(), [primitive](const sim::Call& c) {
      return sim::contract::primitive_of(*c.body) == primitive;
    }));
  }
  /// The oldest open call to this primitive; there must be one.
  [[nodiscard]] sim::Call open(sim::PrimitiveId primitive) const {
    const auto found = std::find_if(open_.begin(), open_.end(), [primitive](const sim::Call& c) {
      return sim::contract::primitive_of(*c.body) == primitive;
    });
    REQUIRE_MESSAGE(found != open_.end(), "no call to " << std::string(sim::contract::primitive(primitive).name) << " is open");
    return *found;
  }
  /// How often the actor called this primitive since the beginning.
  [[nodiscard]] std::size_t times_called(sim::PrimitiveId primitive) const {
    const auto found = called_.find(primitive);
    return found == called_.end() ? 0 : found->second;
  }
  [[nodiscard]] bool has_answered(sim::ExchangeId exchange) const { return replies_.contains(exchange); }
  [[nodiscard]] bool has_hung_up(sim::ExchangeId exchange) const {
    return std::find(hung_up_.begin(), hung_up_.end(), exchange) != hung_up_.end();
  }
  [[nodiscard]] const sim::Reply& reply(sim::ExchangeId exchange) const {
    REQUIRE_MESSAGE(replies_.contains(exchange), "the exchange has not been answered");
    return replies_.at(exchange);
  }
  /// "OK"; "KO CODE" or "KO CODE: description" for a fault bean; "404 KO description" for JSON that is not 200.
  [[nodiscard]] std::string told(sim::ExchangeId exchange) const {
    const sim::Reply& r = reply(exchange);
    std::string out;
    if (r.status != 200) out += std::to_string(r.status) + " ";
    out += sim::contract::to_text(*sim::contract::outcome_of(*r.body));
    if (const sim::contract::CtFaultBean* fault = sim::contract::fault_of(*r.body)) {
      out += " " + fault->faultCode;
      if (fault->description) out += ": " + *fault->description;
    } else if (const auto description = sim::contract::text_at(*r.body, "description")) {
      out += " " + *description;
    }
    return out;
  }
  /// Only what comes before the description of a fault bean.
  [[nodiscard]] std::string outcome_and_code(sim::ExchangeId exchange) const {
    const std::string all = told(exchange);
    return all.substr(0, all.find(':'));
  }
  template <class M>
  [[nodiscard]] const M& replied(sim::ExchangeId exchange) const {
    return std::get<M>(*reply(exchange).body);
  }
  template <class M>
  [[nodiscard]] M called(sim::PrimitiveId primitive) const {
    return std::get<M>(*open(primitive).body);
  }
  [[nodiscard]] bool has_finished(sim::CommandId command) const {
    return std::find(finished_.begin(), finished_.end(), command) != finished_.end();
  }
  [[nodiscard]] const std::vector<sim::Note>& notes() const { return notes_; }
  /// The states that a machine entered, "PAYING,CANCELLED"; of one subject, or of all of them.
  [[nodiscard]] std::string history(std::string_view machine, std::string_view subject = {}) const {
    std::string out;
    for (const sim::Note& note : notes_) {
      if (note.machine != machine || (!subject.empty() && note.subject != subject)) continue;
      out += (out.empty() ? "" : ",") + std::string(note.to);
    }
    return out;
  }
  /// The details of its notes ("17,0" for screens).
  [[nodiscard]] std::string details(std::string_view machine) const {
    std::string out;
    for (const sim::Note& note : notes_) {
      if (note.machine == machine) out += (out.empty() ? "" : ",") + note.detail;
    }
    return out;
  }
  [[nodiscard]] const std::vector<sim::Wake>& alarms() const { return alarms_; }

 private:
  void handle(const sim::Input& input) {
    std::vector<sim::Effect> effects;
    sim::Turn turn(now, settings, registry, random_, numbers_, effects);
    actor_->handle(turn, input);
    for (sim::Effect& effect : effects) {
      if (auto* call = std::get_if<sim::Call>(&effect)) {
        check(*call->body);
        ++called_[sim::contract::primitive_of(*call->body)];
        open_.push_back(std::move(*call));
      } else if (auto* said = std::get_if<sim::Reply>(&effect)) {
        check(*said->body);
        const sim::ExchangeId id = said->exchange;
        CHECK_MESSAGE(replies_.emplace(id, std::move(*said)).second, "an exchange is answered twice");
      } else if (const auto* hang_up = std::get_if<sim::HangUp>(&effect)) {
        hung_up_.push_back(hang_up->exchange);
      } else if (auto* wake = std::get_if<sim::Wake>(&effect)) {
        alarms_.push_back(std::move(*wake));
      } else if (const auto* cancel = std::get_if<sim::Cancel>(&effect)) {
        std::erase_if(alarms_, [cancel](const sim::Wake& w) { return w.alarm == cancel->alarm; });
      } else if (auto* note = std::get_if<sim::Note>(&effect)) {
        notes_.push_back(std::move(*note));
      } else if (const auto* finish = std::get_if<sim::Finish>(&effect)) {
        finished_.push_back(finish->command);
      }
    }
  }

  static void check(const sim::contract::Message& message) {
    if (sim::wire::is_valid(message)) return;
    const auto read = sim::wire::decode(sim::contract::primitive_of(message), sim::contract::leg_of(message),
                                        std::make_shared<const std::string>(sim::wire::encode(message)));
    const auto* malformed = std::get_if<sim::Malformed>(&read);
    const std::string why = malformed != nullptr ? sim::contract::to_text(malformed->violations.front()) : "it breaks its tables";
    CHECK_MESSAGE(false, "what the actor says is no message: " << why);
  }

  std::unique_ptr<sim::Actor> actor_;
  sim::Random random_;
  sim::Numbers numbers_;
  sim::CommandId commands_ = 0;
  std::vector<sim::Call> open_;
  std::map<sim::PrimitiveId, std::size_t> called_;
  std::map<sim::ExchangeId, sim::Reply> replies_;
  std::vector<sim::ExchangeId> hung_up_;
  std::vector<sim::Wake> alarms_;
  std::vector<sim::Note> notes_;
  std::vector<sim::CommandId> finished_;
};

/// Whether the simulator is still alive after that. A bug stops the whole process, so a child of ours tries.
inline bool survives(const std::function<void()>& action) {
  std::fflush(nullptr);  // or the child would say again what we have said
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (std::freopen("/dev/null", "w", stderr) == nullptr || std::freopen("/dev/null", "w", stdout) == nullptr) _exit(9);
    action();
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace support
