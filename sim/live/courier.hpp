// Carries calls to somebody else's endpoint, and comes back once with what became of each: an answer, or why there is none.
// The traps: a call that «failed» may have been received, and a payment sent twice is worse than one not sent. So nothing
// is sent again but what a reused connection swallowed before the first byte of an answer (peers close idle connections
// when they like), and only what certainly was never sent is called refused. A deadline is one for the whole call, from
// send() to the last byte of the answer, waiting for a free courier included. Redirects are answers; proxies are not asked.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "sim/actor.hpp"
#include "sim/live/endpoint.hpp"
#include "sim/wire/http.hpp"

namespace sim::live {

/// The peer has answered, and not in HTTP, or without end: unintelligible, like an answer that is not XML.
struct Garbled {
  wire::HttpRefusal reason;
  std::string bytes;  ///< what came, its first 4 kB at most
};

/// What became of a call.
struct Trip {
  /// refused: the peer has certainly received nothing (no connection, no handshake, nobody free in time).
  /// timeout: the deadline passed.  reset: the connection broke when the request may already have arrived.
  std::variant<wire::HttpResponse, Garbled, Silence> end;
  std::string cause;     ///< of a silence, for logs
  bool repeated = false; ///< it was sent twice: a reused connection broke first
};

class Courier {
 public:
  /// Calls are made on threads of its own, started as calls need them and never more than so many.
  explicit Courier(std::size_t threads_at_most);
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  /// Hears of a call exactly once, on a thread of the courier: it may send, and must neither block, throw nor stop the courier.
  using Done = std::function<void(Trip)>;
  /// An empty target stands for the path of the URL; Host is filled in where it is missing. Not for HEAD or CONNECT, whose
  /// answers are framed otherwise. False, and `done` is never called, after stop().
  bool send(Endpoint endpoint, wire::HttpRequest request, Duration deadline, Done done);
  /// Breaks off the calls that are on their way, tells their `done`, and returns when no thread is left. Once is enough.
  void stop();

 private:
  struct Office;
  std::unique_ptr<Office> office_;
};

}  // namespace sim::live
