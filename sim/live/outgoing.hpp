// One connection to a peer, plain or TLS, that never blocks: whoever holds it waits where a deadline is known.
// Why not cpp-httplib's client: its time limits start again at every byte, so that a peer which drips holds a call for ever;
// it reads headers and bodies without end; and its errors do not tell «nothing was sent» from «we cannot know», which for a
// payment is the whole difference. Sockets and OpenSSL directly are a page of code; framing is our own HttpReader.
// The trap: with TLS 1.3 a server refuses a client's certificate after our side of the handshake is over and the request
// is on its way. Its alert still proves that it read nothing, and is told apart from a connection that broke.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "sim/live/endpoint.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace sim::live {

using Steady = std::chrono::steady_clock::time_point;
Steady after(Steady at, Duration time);

/// What to trust and what to show, read from files once per choice of files.
class TlsContexts {
 public:
  Result<std::shared_ptr<ssl_ctx_st>, std::string> of(const Endpoint& endpoint);

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<ssl_ctx_st>> known_;
};

/// Addresses of names. A look-up cannot be interrupted, so it runs on a thread of its own, one per name however many
/// wait for it, and whoever has no more time leaves it behind.
class Resolver {
 public:
  Resolver();
  struct Found;
  /// Nothing found is a sentence.
  std::shared_ptr<const Found> find(const std::string& host, std::uint16_t port, Steady until, int stop);

 private:
  struct Pending;
  std::shared_ptr<Pending> pending_;
};

/// What came of an attempt to read or write.
struct Step {
  enum class Kind {
    moved,    ///< so many bytes
    blocked,  ///< try again when the socket is as wanted
    ended,    ///< the peer has closed in order
    broken,   ///< it is of no more use, for this cause
  } kind = Kind::moved;
  std::size_t bytes = 0;
  short wanted = 0;            ///< of poll()
  std::string cause;
  bool never_let_in = false;   ///< the peer refused our certificate: it has read nothing
};

enum class Waited { ready, late, stopped };
/// Waits until the socket is as wanted, the time is over, or `stop` can be read.
Waited wait_for(int socket, short wanted, Steady until, int stop);

/// Threads that hold one have SIGPIPE blocked: OpenSSL writes to sockets that the peer has closed.
class Outgoing {
 public:
  /// Connected, and through the handshake; or why not, and then the peer has received nothing.
  static Result<std::unique_ptr<Outgoing>, std::string> open(const Endpoint& endpoint, const Address& address, TlsContexts& contexts,
                                                               Resolver& resolver, Steady until, int stop);
  ~Outgoing();
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  Step write(std::string_view bytes);
  Step read(char* buffer, std::size_t size);
  [[nodiscard]] int socket() const { return socket_; }
  /// Of one that was left idle: the peer has neither closed it nor said anything unasked.
  bool is_quiet();

 private:
  explicit Outgoing(int socket) : socket_(socket) {}
  std::string handshake(const Endpoint& endpoint, const Address& address, std::shared_ptr<ssl_ctx_st> context, Steady until, int stop);
  Step tls_step(int result);

  int socket_;
  ssl_st* tls_ = nullptr;
  bool broken_ = false;
};

}  // namespace sim::live
