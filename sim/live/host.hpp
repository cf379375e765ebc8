// A world in real time: the same engine as a simulated run, with the clock of the machine and a real network at its border.
// One thread owns the world; whoever serves HTTP hands in a request and waits for what leaves as its answer, and couriers
// bring back what became of calls. Whatever comes in is told to `record` before the world hears of it.
// The trap: nothing here decides anything. Retrying, timeouts and faults are the world's, so that a session can be played
// again from what came in, and end alike.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "sim/live/courier.hpp"
#include "sim/live/server.hpp"
#include "sim/stimulus.hpp"
#include "sim/wire/http.hpp"
#include "sim/world.hpp"

namespace sim::live {

/// Whoever lets a world go on, where that is more than its own events: a scenario.
struct Conductor {
  std::function<std::optional<Instant>()> next_due;
  std::function<bool()> step;  ///< false: that was all
};

struct HostOptions {
  std::map<Party, Endpoint> elsewhere;           ///< whom somebody else's software plays, and where; the id may be empty: all of the role
  std::function<void(const Stimulus&)> record;   ///< hears of everything that comes in, on the world's thread, before it has any effect
  Conductor conductor{};                         ///< empty: the world by itself
  /// Without it, time is that of the machine. With it, a run skips what would be waiting alone: where nothing is on its way
  /// and nothing has crossed the border for so long, it is at once as late as what is due next. With 0 time also stands still
  /// while messages are on their way, so that they take what the settings say and the run is that of virtual time.
  std::optional<Duration> patience{};
  std::size_t calls_at_once = 256;
  Duration longest_answer = seconds(120);        ///< a request that nobody answers is given up after that
};

class Host : private Carrier {
 public:
  /// The world must outlive the host, and belongs to it until stop().
  Host(World& world, HostOptions options);
  ~Host() override;
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// Where our own parts of that role listen: "http://127.0.0.1:8081". To be said before start().
  void listens(Role role, std::string base_url) { home_[role] = std::move(base_url); }
  /// Somebody else's software plays that party, as HostOptions::elsewhere says it. To be said before start().
  void leave_to(const Party& party, Endpoint endpoint) { options_.elsewhere.insert_or_assign(party, std::move(endpoint)); }
  void start();
  /// Waits until nothing is left to happen. It may never be so: where others call, or clocks ring for ever.
  void finish();
  /// Ends the calls that are on their way and the thread. The world is as it was left.
  void stop();

  /// Serves one request of the protocol to the parts of that role; waits for their answer. From any thread.
  wire::HttpResponse serve(Role role, const wire::HttpRequest& request);
  /// Runs on the world's thread, after everything that is due; waits for the result. Reading only: what changes the world
  /// goes through order().
  template <class F>
  auto ask(F question) {
    using Answer = decltype(question(std::declval<const World&>()));
    std::promise<Answer> promise;
    std::future<Answer> future = promise.get_future();
    const bool taken = post([&](World& world) { promise.set_value(question(static_cast<const World&>(world))); });
    return taken ? future.get() : question(static_cast<const World&>(world_));
  }
  /// Gives an order to a part, now. Nothing: nobody here plays it.
  std::optional<CommandId> order(const Party& to, std::string verb, std::vector<std::pair<std::string, std::string>> with);
  /// Says how a party is to answer or what the network is to do (sim/behaviour.hpp). The number of the behaviour; nothing: the host
  /// has stopped.
  std::optional<CommandId> rule(std::string verb, std::vector<std::pair<std::string, std::string>> with);

 private:
  using Work = std::function<void(World&)>;
  bool carry(const Freight& freight) override;
  void hang_up(ExchangeId exchange) override;
  void run();
  bool post(Work work);  ///< false: after stop(), when the world stands still for ever
  std::optional<Instant> next_due();
  bool step(Instant until);
  void pass_until(Instant until);
  Duration go_on();
  Duration skip(Duration until_due);
  [[nodiscard]] bool stands_still() const { return options_.patience && options_.patience->ms == 0; }
  void landed(ExchangeId exchange, contract::Leg leg);
  void say_over();
  ExchangeId hear(Stimulus stimulus);
  void come_back(ExchangeId exchange, bool ours, Trip trip);
  [[nodiscard]] Instant now() const;
  [[nodiscard]] const Endpoint* elsewhere(const Party& party) const;

  World& world_;
  HostOptions options_;
  std::map<Role, std::string> home_;
  std::string secret_;  ///< tells the calls of our own courier from those of others
  std::map<ExchangeId, std::promise<wire::HttpResponse>> waiting_;  ///< of the world's thread
  CommandId commands_ = 0;
  std::set<std::pair<ExchangeId, contract::Leg>> on_the_wire_;  ///< between our own parts
  std::set<ExchangeId> abroad_;  ///< calls to and from somebody else's software that are not over
  std::int64_t last_crossing_ = 0;  ///< of the border, on the machine's clock, ms
  std::mutex mutex_;
  std::condition_variable there_is_work_;
  std::deque<Work> work_;
  std::condition_variable it_is_over_;
  bool stopping_ = false, ended_ = false, over_ = false;
  std::int64_t offset_ = 0;  ///< world time less the machine's monotonic clock, ms
  std::optional<Courier> courier_;
  std::thread thread_;
};

}  // namespace sim::live
