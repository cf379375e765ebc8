// Who holds which connection. A connection is watched (the loop may give it away or close it) or held (queued for a worker,
// or worked on; nobody else touches it). It changes hands under one mutex, and epoll shows each readiness once.
#include "sim/live/server.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/live/connection.hpp"
#include "sim/live/tls.hpp"

namespace sim::live {
namespace {

using std::chrono::milliseconds;
using wire::HttpRequest;
using wire::HttpResponse;
using Lock = std::unique_lock<std::mutex>;

/// The select() of the packaged client knows only the numbers below: accepted sockets keep away from them.
constexpr int first_socket = 1024;
/// Connections that wait get new workers when no worker has taken one for so long.
constexpr int patience_ms = 3;
constexpr int tick_ms = 100;

SteadyTime now() { return std::chrono::steady_clock::now(); }
milliseconds chrono(Duration d) { return milliseconds(d.ms); }

/// A descriptor with an owner.
class File {
 public:
  explicit File(int number = -1) : number_(number) {}
  File(File&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~File() { close(); }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

HttpResponse plain(int status, std::string text) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(text)};
}

// ---- where it listens ----

std::string why_not(int error, const ServerOptions& options) {
  switch (error) {
    case EADDRINUSE:
      return fmt::format("port {} of {} is in use: stop the program that holds it, or choose another port (0 lets the system pick a free one)",
                         options.port, options.address);
    case EACCES: return fmt::format("port {} may be opened only by root: choose one from 1024 up", options.port);
    case EADDRNOTAVAIL: return fmt::format("{} is not an address of this machine: 127.0.0.1 is, and 0.0.0.0 stands for all of them", options.address);
    case EMFILE:
    case ENFILE: return "too many files are open to listen: raise the limit with ulimit -n";
    default: return fmt::format("cannot listen on port {} of {}: {}", options.port, options.address, std::strerror(error));
  }
}

Result<File, std::string> listener(const ServerOptions& options) {
  if (options.port < 0 || options.port > 65535) {
    return Failure{fmt::format("{} is not a port: ports go from 1 to 65535 (0 lets the system pick one)", options.port)};
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(options.address.c_str(), std::to_string(options.port).c_str(), &hints, &found); error != 0) {
    return Failure{fmt::format("the address '{}' is unknown ({}): 127.0.0.1 is this machine, and 0.0.0.0 stands for all its addresses",
                               options.address, ::gai_strerror(error))};
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> list(found, ::freeaddrinfo);
  int error = EADDRNOTAVAIL;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    File out(::socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int on = 1;
    // Not SO_REUSEPORT, with which two servers would share the port in silence.
    if (out.number() >= 0 && ::setsockopt(out.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        ::bind(out.number(), at->ai_addr, at->ai_addrlen) == 0 && ::listen(out.number(), SOMAXCONN) == 0) {
      return out;
    }
    error = errno;
  }
  return Failure{why_not(error, options)};
}

std::pair<std::string, int> name_of(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  std::array<char, 8> port{};
  ::getnameinfo(reinterpret_cast<const sockaddr*>(&address), sizeof address, text.data(), text.size(), port.data(), port.size(),
                NI_NUMERICHOST | NI_NUMERICSERV);
  return {text.data(), std::atoi(port.data())};
}

int port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return name_of(address).second;
}

/// Room for the connections of some servers beside whatever else the process opens.
void raise_file_limit(std::size_t connections) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = std::min<rlim_t>(limit.rlim_max, first_socket + 16 * std::max<rlim_t>(connections, 256));
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = wanted;
  ::setrlimit(RLIMIT_NOFILE, &limit);  // it is also well without
}

}  // namespace

// ---- the server ----

class Server::Core {
 public:
  Core(ServerOptions options, Handler handler, TlsContext tls, File listening)
      : options_(std::move(options)), handler_(std::move(handler)), tls_(std::move(tls)), listening_(std::move(listening)),
        poll_(::epoll_create1(EPOLL_CLOEXEC)), bell_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)), port_(port_of(listening_.number())) {}

  std::optional<std::string> begin() {
    if (poll_.number() < 0 || bell_.number() < 0 || !watch(EPOLL_CTL_ADD, listening_.number(), EPOLLIN, listener_id) ||
        !watch(EPOLL_CTL_ADD, bell_.number(), EPOLLIN, bell_id)) {
      return why_not(errno, options_);
    }
    // Signals are for whoever runs the process; a broken pipe under TLS is then no signal at all.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::optional<std::string> why;
    try {
      loop_ = std::thread([this] { run(); });
    } catch (const std::system_error&) {
      why = "this process may start no more threads: raise the limit with ulimit -u";
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return why;
  }

  void stop() {
    const std::lock_guard one_at_a_time(stop_mutex_);
    if (!loop_.joinable()) return;
    {
      const Lock lock(mutex_);
      stopping_ = true;
      stops_.notify_all();
    }
    ring();
    loop_.join();
    // The loop has made the last of them.
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
  }

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] Count count() const {
    const Lock lock(mutex_);
    return {connections_.size(), threads_, streams_};
  }

 private:
  static constexpr std::uint64_t listener_id = 0;
  static constexpr std::uint64_t bell_id = 1;

  struct Guest {
    std::unique_ptr<Connection> connection;
    std::uint64_t id = 0;
    bool held = false;
    SteadyTime deadline{};
  };

  bool watch(int operation, int file, std::uint32_t events, std::uint64_t id) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = id;
    return ::epoll_ctl(poll_.number(), operation, file, &event) == 0;
  }
  void ring() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t put = ::write(bell_.number(), &one, sizeof one);
  }
  void tell(const std::string& what) const {
    if (options_.trouble) options_.trouble(what);
  }

  // ---- the loop: one thread ----

  void run() {
    std::array<epoll_event, 256> events{};
    SteadyTime last_look = now();
    for (;;) {
      int wait = tick_ms;
      {
        const Lock lock(mutex_);
        if (!queue_.empty()) wait = patience_ms;
        if (stopping_ && !leave()) break;
      }
      const int count = ::epoll_wait(poll_.number(), events.data(), static_cast<int>(events.size()), wait);
      bool comers = false;
      {
        const Lock lock(mutex_);
        for (int i = 0; i < count; ++i) {
          const std::uint64_t id = events[static_cast<std::size_t>(i)].data.u64;
          if (id == listener_id) comers = true;
          else if (id == bell_id) silence();
          else if (const auto at = connections_.find(id); at != connections_.end() && !at->second.held) enqueue(at->second);
        }
        if (now() - oldest_wait() >= milliseconds(patience_ms)) grow();
        if (now() - last_look >= milliseconds(tick_ms / 2)) {
          last_look = now();
          close_late_ones();
        }
      }
      if (comers) accept_all();
    }
  }

  void silence() {
    std::uint64_t rung = 0;
    [[maybe_unused]] const ssize_t got = ::read(bell_.number(), &rung, sizeof rung);
  }

  void enqueue(Guest& guest) {
    guest.held = true;
    queue_.push_back(&guest);
    if (queue_.size() == 1) waiting_since_ = now();
    if (free_ > 0) news_.notify_one();
    else if (threads_ < least_threads) add_worker();
  }

  [[nodiscard]] SteadyTime oldest_wait() const { return queue_.empty() ? now() : waiting_since_; }

  /// As many workers as connections wait: those that there are may be blocked, all of them and for long.
  void grow() {
    if (free_ > 0) return;
    for (std::size_t i = 0; i < queue_.size() && threads_ < options_.workers + streams_; ++i) add_worker();
  }

  void add_worker() {
    try {
      workers_.emplace_back([this] { work(); });
      ++threads_;
    } catch (const std::system_error&) {  // no more threads for this process: those that there are go on
    }
  }

  [[nodiscard]] milliseconds limit_of(Connection::Phase phase) const {
    switch (phase) {
      case Connection::Phase::handshake:
      case Connection::Phase::head: return chrono(options_.head_deadline);
      case Connection::Phase::idle: return chrono(options_.idle);
      case Connection::Phase::body: return chrono(options_.request_deadline);
      case Connection::Phase::writing: return chrono(stopping_ ? std::min(options_.stop_deadline, options_.write_deadline) : options_.write_deadline);
      case Connection::Phase::parting: return milliseconds(1000);
    }
    return {};
  }

  void close_late_ones() {
    const SteadyTime at = now();
    for (auto i = connections_.begin(); i != connections_.end();) {
      const bool late = !i->second.held && at >= i->second.deadline;
      if (late) i->second.connection->say_late();
      i = late ? connections_.erase(i) : std::next(i);
    }
  }

  void accept_all() {
    constexpr int most_at_once = 64;  // the others are shown again
    for (int i = 0; i < most_at_once; ++i) {
      sockaddr_storage address{};
      socklen_t size = sizeof address;
      File socket(::accept4(listening_.number(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (socket.number() < 0) {
        if (errno == EAGAIN || errno == EWOULDBLOCK) return;
        const bool full = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
        if (!full) continue;  // it left before it was met
        pollfd at_the_door{listening_.number(), POLLIN, 0};
        if (::poll(&at_the_door, 1, 0) == 0) return;  // accept wants a free number before it looks whether anybody waits
        if (const Lock lock(mutex_); close_oldest()) continue;
        std::this_thread::sleep_for(milliseconds(patience_ms));  // all are being answered: one will end
        return;
      }
      if (const int high = ::fcntl(socket.number(), F_DUPFD_CLOEXEC, first_socket); high >= 0) socket = File(high);
      const int on = 1;
      ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      admit(std::move(socket), name_of(address));
    }
  }

  void admit(File socket, std::pair<std::string, int> name) {
    const Lock lock(mutex_);
    if (stopping_) return;
    if (connections_.size() >= options_.most_connections && !close_oldest()) {
      const std::string full = write(HttpResponse{503, {{"Retry-After", "1"}, {"Connection", "close"}}, {}});
      ::send(socket.number(), full.data(), full.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      // What it has sent would, unread, make the kernel take the answer back.
      std::array<char, 4096> unread;
      ::shutdown(socket.number(), SHUT_WR);
      [[maybe_unused]] const ssize_t dropped = ::recv(socket.number(), unread.data(), unread.size(), MSG_DONTWAIT);
      return;
    }
    const std::uint64_t id = next_id_++;
    const int number = socket.release();
    Guest guest{std::make_unique<Connection>(number, Peer{std::move(name.first), name.second, {}}, tls_.get(), options_.limits), id, false, {}};
    guest.deadline = now() + limit_of(guest.connection->phase());
    if (watch(EPOLL_CTL_ADD, number, EPOLLIN | EPOLLONESHOT, id)) connections_.emplace(id, std::move(guest));
  }

  /// Of those that say nothing the one that has been silent longest, strangers first. False when there is none.
  bool close_oldest() {
    const auto before = [](const Connection& a, const Connection& b) {
      return std::pair(a.has_been_answered(), a.since()) < std::pair(b.has_been_answered(), b.since());
    };
    for (;;) {
      auto victim = connections_.end();
      for (auto i = connections_.begin(); i != connections_.end(); ++i) {
        if (i->second.held || i->second.connection->phase() == Connection::Phase::writing) continue;
        if (victim == connections_.end() || before(*i->second.connection, *victim->second.connection)) victim = i;
      }
      if (victim == connections_.end()) return false;
      if (victim->second.connection->phase() != Connection::Phase::idle || !victim->second.connection->has_bytes()) {
        connections_.erase(victim);
        return true;
      }
      enqueue(victim->second);  // it has spoken, and nobody has listened yet
    }
  }

  /// Sends everybody home; true while somebody is still there.
  bool leave() {
    if (!leaving_) {
      leaving_ = true;
      leave_by_ = now() + chrono(options_.stop_deadline);
      listening_.close();
      // A request that has come, unread, is still answered; of the others nothing is lost.
      for (auto& [id, guest] : connections_) {
        if (!guest.held) enqueue(guest);
      }
    }
    if (now() >= leave_by_) {
      std::erase_if(connections_, [](const auto& entry) { return !entry.second.held; });
    }
    if (!connections_.empty()) return true;
    gone_ = true;
    news_.notify_all();
    return false;
  }

  // ---- the workers ----

  void work() {
    Lock lock(mutex_);
    for (;;) {
      ++free_;
      news_.wait(lock, [this] { return gone_ || !queue_.empty(); });
      --free_;
      if (queue_.empty()) return;
      Guest& guest = *queue_.front();
      queue_.pop_front();
      waiting_since_ = now();
      lock.unlock();
      serve(guest);
      lock.lock();
    }
  }

  void serve(Guest& guest) {
    constexpr int answers_a_turn = 32;
    Connection& connection = *guest.connection;
    for (int answers = 0;;) {
      Connection::Needs needs = connection.advance();
      if (needs == Connection::Needs::answer && answers < answers_a_turn) {
        respond(connection);
        ++answers;
        continue;
      }
      if (needs == Connection::Needs::answer) needs = Connection::Needs::turn;
      const Lock lock(mutex_);
      const bool reads = needs == Connection::Needs::reading;
      if (needs == Connection::Needs::turn) {
        queue_.push_back(&guest);
        if (free_ > 0) news_.notify_one();
        else ring();  // so that the loop sees that somebody waits
        return;
      }
      const bool ends = needs == Connection::Needs::nothing || (stopping_ && reads);
      guest.held = false;
      guest.deadline = connection.since() + limit_of(connection.phase());
      if (ends || !watch(EPOLL_CTL_MOD, connection.socket(), (reads ? EPOLLIN : EPOLLOUT) | EPOLLONESHOT, guest.id)) {
        connections_.erase(guest.id);
        if (stopping_) ring();
      }
      return;
    }
  }

  [[nodiscard]] bool stopping() const {
    const Lock lock(mutex_);
    return stopping_;
  }

  void respond(Connection& connection) {
    const HttpRequest& request = connection.request();
    Reaction reaction = plain(500, "500 Internal Server Error\n");
    guarded(request, [&] { reaction = handler_(request, connection.peer()); });
    if (Stream* stream = std::get_if<Stream>(&reaction)) {
      if (begin_stream()) {
        run_stream(connection, *stream);
        end_stream();
        return;
      }
      reaction = plain(503, "503 Service Unavailable: too many streams are open\n");
    }
    HttpResponse& response = std::get<HttpResponse>(reaction);
    const bool keeps = keeps_alive(request.headers, request.minor) && keeps_alive(response.headers, 1) && !stopping();
    say_connection(response, request, keeps);
    std::string bytes = write(response);
    // The lengths are those that GET would have had.
    if (request.method == "HEAD") bytes.resize(bytes.find("\r\n\r\n") + 4);
    connection.answer(std::move(bytes), !keeps);
  }

  /// False when it threw. Whatever it threw: one request must not take the others down.
  bool guarded(const HttpRequest& request, const std::function<void()>& work) const {
    try {
      work();
      return true;
    } catch (const std::exception& e) {
      tell(fmt::format("{} {}: {}", request.method, request.target, e.what()));
    } catch (...) {
      tell(fmt::format("{} {}: an exception of unknown kind", request.method, request.target));
    }
    return false;
  }

  static void say_connection(HttpResponse& response, const HttpRequest& request, bool keeps) {
    if (response.headers.count("Connection") > 0) return;
    if (!keeps) response.headers.add("Connection", "close");
    else if (request.minor == 0) response.headers.add("Connection", "keep-alive");
  }

  // ---- answers that go on ----

  /// The worker becomes the thread of the stream, and the others may be one more.
  bool begin_stream() {
    const Lock lock(mutex_);
    if (streams_ >= options_.most_streams) return false;
    ++streams_;
    return true;
  }
  void end_stream() {
    const Lock lock(mutex_);
    --streams_;
  }

  class Open final : public Sink {
   public:
    Open(Core& core, Connection& connection, bool chunked) : core_(core), connection_(connection), chunked_(chunked) {}
    bool write(std::string_view piece) override { return piece.empty() ? goes_on() : put(chunked_ ? wire::write_chunk(piece) : std::string(piece)); }
    bool wait(Duration time) override {
      const SteadyTime until = now() + chrono(time);
      for (;;) {
        if (!goes_on()) return false;
        const auto left = std::chrono::duration_cast<milliseconds>(until - now());
        if (left.count() <= 0) return true;
        core_.wait_for_stop(std::min(left, milliseconds(50)));
      }
    }
    bool goes_on() {
      if (!broken_ && connection_.abandoned()) broken_ = true;
      return !broken_ && !core_.stopping();
    }
    bool put(std::string_view bytes) {
      SteadyTime moved_at = now();
      while (!bytes.empty() && !broken_) {
        const std::optional<std::size_t> sent = connection_.send_now(bytes);
        if (!sent) broken_ = true;
        else if (*sent > 0) {
          bytes.remove_prefix(*sent);
          moved_at = now();
        } else {
          const bool stops = core_.stopping();
          if (now() - moved_at > chrono(stops ? core_.options_.stop_deadline : core_.options_.write_deadline)) broken_ = true;
          pollfd full{connection_.socket(), POLLOUT, 0};
          ::poll(&full, 1, 50);
        }
      }
      return goes_on();
    }
    [[nodiscard]] bool broken() const { return broken_; }

   private:
    Core& core_;
    Connection& connection_;
    bool chunked_;
    bool broken_ = false;
  };

  void wait_for_stop(milliseconds time) {
    Lock lock(mutex_);
    stops_.wait_for(lock, time, [this] { return stopping_; });
  }

  void run_stream(Connection& connection, Stream& stream) {
    const HttpRequest& request = connection.request();
    const bool chunked = request.minor == 1;
    Open sink(*this, connection, chunked);
    HttpResponse head = std::move(stream.head);
    // The connection is not used again: whoever reads a stream has gone by then, most often.
    say_connection(head, request, false);
    bool goes_on = sink.put(write_head(head, chunked)) && request.method != "HEAD";
    bool whole = true;
    while (goes_on) {
      whole = guarded(request, [&] { goes_on = stream.next(sink); });
      goes_on = goes_on && whole && sink.goes_on();
    }
    // A stream that failed is left without its end, so that the client sees it.
    connection.answer(chunked && whole && !sink.broken() && request.method != "HEAD" ? wire::write_chunk({}) : std::string(), true);
  }

  static constexpr std::size_t least_threads = 2;

  const ServerOptions options_;
  const Handler handler_;
  const TlsContext tls_;
  File listening_, poll_, bell_;
  const int port_;

  mutable std::mutex mutex_;  ///< of all that follows
  std::condition_variable news_, stops_;
  std::map<std::uint64_t, Guest> connections_;
  std::deque<Guest*> queue_;
  SteadyTime waiting_since_{};
  std::uint64_t next_id_ = 2;
  std::size_t threads_ = 0, free_ = 0, streams_ = 0;
  bool stopping_ = false, leaving_ = false, gone_ = false;
  SteadyTime leave_by_{};

  std::vector<std::thread> workers_;  ///< of the loop, until it ends
  std::thread loop_;
  std::mutex stop_mutex_;
};

Server::Server(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Server::~Server() { core_->stop(); }
int Server::port() const { return core_->port(); }
void Server::stop() { core_->stop(); }
Server::Count Server::count() const { return core_->count(); }

Result<std::unique_ptr<Server>, std::string> Server::start(ServerOptions options, Handler handler) {
  TlsContext tls;
  if (options.tls) {
    Result<TlsContext, std::string> made = server_context(*options.tls);
    if (!made) return Failure{made.error()};
    tls = std::move(made).value();
  }
  raise_file_limit(options.most_connections);
  Result<File, std::string> listening = listener(options);
  if (!listening) return Failure{listening.error()};
  auto core = std::make_unique<Core>(std::move(options), std::move(handler), std::move(tls), std::move(listening).value());
  if (std::optional<std::string> why = core->begin()) return Failure{*why};
  return std::unique_ptr<Server>(new Server(std::move(core)));
}

}  // namespace sim::live
