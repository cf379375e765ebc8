// Threads that take calls from one queue, and a keeper of time that closes what has been idle and ends what nobody took.
#include "sim/live/courier.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <sys/eventfd.h>
#include <unistd.h>

#include <fmt/format.h>

#include "sim/check.hpp"
#include "sim/live/outgoing.hpp"

namespace sim::live {
namespace {

using wire::HttpHeader;
using wire::HttpProgress;
using wire::HttpRequest;
using wire::HttpResponse;

constexpr Duration longest_idle = seconds(4);  // peers close theirs after 5 s
constexpr std::size_t bytes_kept = 4096;

Steady now() { return std::chrono::steady_clock::now(); }

Trip silence(Silence why, std::string cause) { return {why, std::move(cause)}; }

/// The request as it leaves: addressed, and with the endpoint's headers.
std::string bytes_of(HttpRequest request, const Endpoint& endpoint, const Address& address) {
  const wire::HttpHeaders own(std::exchange(request.headers, {}));
  const wire::HttpHeaders forced = [&] {
    wire::HttpHeaders out;
    for (const HttpHeader& h : endpoint.headers) out.add(h.name, h.value);
    return out;
  }();
  if (request.target.empty()) request.target = address.target;
  if (own.find("Host") == nullptr && forced.find("Host") == nullptr) request.headers.add("Host", address.authority);
  for (const HttpHeader& h : own.all()) {
    if (forced.find(h.name) == nullptr) request.headers.add(h.name, h.value);
  }
  for (const HttpHeader& h : forced.all()) request.headers.add(h.name, h.value);
  return wire::write(request);
}

/// Connections to these may stand for one another.
std::string key_of(const Endpoint& endpoint, const Address& address) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", address.tls, address.host, address.port, endpoint.ca_file, endpoint.client_certificate,
                     endpoint.client_key, endpoint.verify);
}

struct Exchanged {
  Trip trip;
  bool swallowed = false;  ///< broken before the first byte of an answer
  bool reusable = false;
};

/// Writes and reads at the same time: a peer may answer before it has taken the whole request.
Exchanged exchange(Outgoing& connection, std::string_view request, Steady until, int stop) {
  wire::HttpReader<HttpResponse> reader;
  std::string_view unsent = request;
  bool can_write = true;
  std::string cause;  // the first is the true one, what follows a break is its echo; but an alert was said before the break
  std::string kept;
  std::array<char, 16 * 1024> buffer;
  const auto ended = [&](const Step& step) {
    if (cause.empty() || step.never_let_in) cause = step.cause.empty() ? "the peer closed the connection" : step.cause;
    if (reader.untouched()) {
      return step.never_let_in ? Exchanged{silence(Silence::refused, "TLS: " + cause)} : Exchanged{silence(Silence::reset, cause), true};
    }
    if (step.kind == Step::Kind::ended) reader.end();
    if (reader.progress() == HttpProgress::complete) return Exchanged{{reader.message(), {}}};
    return Exchanged{silence(Silence::reset, "in the middle of an answer: " + cause)};
  };
  for (;;) {
    if (now() >= until) return {silence(Silence::timeout, reader.untouched() ? "no answer in time" : "the answer did not end in time")};
    short wanted = 0;
    bool moved = false;
    if (can_write && !unsent.empty()) {
      const Step step = connection.write(unsent);
      if (step.kind == Step::Kind::moved) {
        unsent.remove_prefix(step.bytes);
        moved = true;
      } else if (step.kind == Step::Kind::blocked) {
        wanted = step.wanted;
      } else {  // what it said before it broke may still be read
        can_write = false;
        cause = step.cause;
        if (step.never_let_in) return ended(step);
      }
    }
    const Step step = connection.read(buffer.data(), buffer.size());
    if (step.kind == Step::Kind::ended || step.kind == Step::Kind::broken) return ended(step);
    if (step.kind == Step::Kind::moved) {
      const std::string_view bytes(buffer.data(), step.bytes);
      kept += bytes.substr(0, bytes_kept - std::min(bytes_kept, kept.size()));
      const std::size_t taken = reader.feed(bytes);
      if (reader.progress() == HttpProgress::refused) return {{Garbled{reader.refusal(), std::move(kept)}, {}}};
      if (reader.progress() == HttpProgress::complete) {
        const HttpResponse& answer = reader.message();
        const bool clean = unsent.empty() && can_write && taken == bytes.size();  // more bytes would be read as the next answer
        return {{answer, {}}, false, clean && wire::keeps_alive(answer.headers, answer.minor)};
      }
      continue;
    }
    if (moved && !unsent.empty()) continue;
    const Waited waited = wait_for(connection.socket(), static_cast<short>(wanted | step.wanted), until, stop);
    if (waited == Waited::stopped) return {silence(Silence::reset, "stopped")};
  }
}

}  // namespace

struct Courier::Office {
  struct Errand {
    Endpoint endpoint;
    HttpRequest request;
    Steady until;
    Done done;
  };
  struct Idle {
    std::unique_ptr<Outgoing> connection;
    Steady since;
  };

  explicit Office(std::size_t most) : threads_at_most(std::max<std::size_t>(most, 1)) {
    SIM_CHECK(stop_signal >= 0);
    keeper = start(&Office::keep_time);
  }
  ~Office() { close(stop_signal); }

  /// A thread of ours takes no signals: those are for whoever owns the program.
  std::thread start(void (Office::*duty)()) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread out;
    try {
      out = std::thread(duty, this);
    } catch (const std::system_error&) {
      // The system has no more: those that run go on, and what nobody takes ends at its deadline.
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return out;
  }

  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      ++free_threads;
      called.wait(lock, [&] { return stopping || !queue.empty(); });
      --free_threads;
      if (queue.empty()) return;
      Errand errand = std::move(queue.front());
      queue.pop_front();
      const bool leaves = !stopping && errand.until > now();
      const char* const kept_by = stopping ? "stopped" : "no courier was free in time";
      lock.unlock();
      errand.done(leaves ? travel(errand) : silence(Silence::refused, kept_by));
      errand = {};
      lock.lock();
    }
  }

  Trip travel(const Errand& errand) {
    const Result<Address, std::string> address = parse_address(errand.endpoint.url);
    if (!address) return silence(Silence::refused, address.error());
    const std::string key = key_of(errand.endpoint, *address);
    const std::string bytes = bytes_of(errand.request, errand.endpoint, *address);
    bool sent_before = false;
    std::string cause_before;
    if (std::unique_ptr<Outgoing> reused = take(key)) {
      Exchanged exchanged = exchange(*reused, bytes, errand.until, stop_signal);
      if (!exchanged.swallowed) return settle(key, std::move(reused), std::move(exchanged));
      sent_before = true;
      cause_before = std::move(exchanged.trip.cause);
    }
    const Steady connected_by = std::min(errand.until, after(now(), errand.endpoint.connect));
    Result<std::unique_ptr<Outgoing>, std::string> fresh =
        Outgoing::open(errand.endpoint, *address, contexts, resolver, connected_by, stop_signal);
    Trip trip;
    if (fresh) {
      trip = settle(key, std::move(*fresh), exchange(**fresh, bytes, errand.until, stop_signal));
    } else {
      trip = silence(Silence::refused, fresh.error());
    }
    if (!sent_before) return trip;
    trip.repeated = true;
    if (const Silence* why = std::get_if<Silence>(&trip.end)) {
      // What the first connection swallowed may have been received, whatever became of the second.
      if (*why == Silence::refused) trip.end = Silence::reset;
      trip.cause = fmt::format("{}; before, on a reused connection: {}", trip.cause, cause_before);
    }
    return trip;
  }

  Trip settle(const std::string& key, std::unique_ptr<Outgoing> connection, Exchanged exchanged) {
    if (exchanged.reusable) {
      const std::lock_guard lock(mutex);
      if (stopping) return std::move(exchanged.trip);
      if (idle.empty()) time_to_keep.notify_one();  // otherwise it wakes for an older one anyway
      idle[key].push_back({std::move(connection), now()});
    }
    return std::move(exchanged.trip);
  }

  /// The idle connection that was used last, when one still stands.
  std::unique_ptr<Outgoing> take(const std::string& key) {
    for (;;) {
      Idle found;
      {
        const std::lock_guard lock(mutex);
        const auto at = idle.find(key);
        if (at == idle.end()) return nullptr;
        found = std::move(at->second.back());
        at->second.pop_back();
        if (at->second.empty()) idle.erase(at);
      }
      if (now() < after(found.since, longest_idle) && found.connection->is_quiet()) return std::move(found.connection);
    }
  }

  void keep_time() {
    std::unique_lock lock(mutex);
    while (!stopping) {
      // Of every endpoint the one that has been idle longest is the first.
      Steady next = Steady::max();
      for (const auto& [key, list] : idle) next = std::min(next, after(list.front().since, longest_idle));
      for (const Errand& errand : queue) next = std::min(next, errand.until);
      if (next == Steady::max()) time_to_keep.wait(lock);
      else time_to_keep.wait_until(lock, next);
      const Steady at = now();
      std::vector<Idle> stale;
      for (auto list = idle.begin(); list != idle.end();) {
        while (!list->second.empty() && after(list->second.front().since, longest_idle) <= at) {
          stale.push_back(std::move(list->second.front()));
          list->second.pop_front();
        }
        list = list->second.empty() ? idle.erase(list) : std::next(list);
      }
      std::vector<Errand> late;
      for (auto errand = queue.begin(); errand != queue.end();) {
        if (errand->until > at) {
          ++errand;
          continue;
        }
        late.push_back(std::move(*errand));
        errand = queue.erase(errand);
      }
      if (stale.empty() && late.empty()) continue;
      lock.unlock();
      stale.clear();
      for (Errand& errand : late) errand.done(silence(Silence::refused, "no courier was free in time"));
      lock.lock();
    }
    std::map<std::string, std::deque<Idle>> last = std::move(idle);
    idle.clear();
    lock.unlock();  // `last` goes here, where SIGPIPE is blocked
  }

  const std::size_t threads_at_most;
  const int stop_signal = eventfd(0, EFD_CLOEXEC);  ///< readable for ever once we stop
  TlsContexts contexts;
  Resolver resolver;
  std::mutex mutex;  ///< of all that follows
  std::condition_variable called, time_to_keep;
  std::deque<Errand> queue;
  std::map<std::string, std::deque<Idle>> idle;  ///< by key_of(), in the order they became so
  std::vector<std::thread> threads;
  std::size_t free_threads = 0;
  bool stopping = false;
  std::thread keeper;
};

Courier::Courier(std::size_t threads_at_most) : office_(std::make_unique<Office>(threads_at_most)) {}
Courier::~Courier() { stop(); }

bool Courier::send(Endpoint endpoint, wire::HttpRequest request, Duration deadline, Done done) {
  Office& office = *office_;
  {
    const std::lock_guard lock(office.mutex);
    if (office.stopping) return false;
    office.queue.push_back({std::move(endpoint), std::move(request), after(now(), deadline), std::move(done)});
    // A free thread that is already called for an earlier errand is not free for this one.
    if (office.queue.size() > office.free_threads) {
      std::thread thread;
      if (office.threads.size() < office.threads_at_most) thread = office.start(&Office::work);
      if (thread.joinable()) office.threads.push_back(std::move(thread));
      else office.time_to_keep.notify_one();  // it may wait in vain
    }
  }
  office.called.notify_one();
  return true;
}

void Courier::stop() {
  Office& office = *office_;
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(office.mutex);
    office.stopping = true;
    threads.swap(office.threads);
    if (office.keeper.joinable()) threads.push_back(std::move(office.keeper));
  }
  eventfd_write(office.stop_signal, 1);
  office.called.notify_all();
  office.time_to_keep.notify_all();
  for (std::thread& thread : threads) thread.join();
  // The threads have told what was still queued; only where none could be started is anything left.
  for (const Office::Errand& errand : std::exchange(office.queue, {})) errand.done(silence(Silence::refused, "stopped"));
}

}  // namespace sim::live
