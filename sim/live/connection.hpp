// One connection: bytes in, through TLS if need be, to requests; answers to bytes out. It never waits: it goes as far as
// the socket lets it and says what it needs to go on. Not for two threads at once; the server sees to that.
// The trap: closing a socket with bytes unread makes the kernel tear down what was just sent, so that the client sees a
// broken connection instead of its 400. So a connection parts in two steps: it ends its side, and drops what still comes.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include "sim/live/server.hpp"
#include "sim/wire/http.hpp"

namespace sim::live {

using SteadyTime = std::chrono::steady_clock::time_point;

class Connection {
 public:
  enum class Needs {
    reading,  ///< until the socket can be read
    writing,  ///< until the socket can be written
    turn,     ///< to go on after others had a turn
    answer,   ///< a request is there: answer() it
    nothing,  ///< it is over
  };
  /// What it is at, for the deadline that goes with it.
  enum class Phase { handshake, idle, head, body, writing, parting };

  /// Owns the socket, which does not block. Without a context it speaks plainly.
  Connection(int socket, Peer peer, SSL_CTX* tls, const wire::HttpLimits& limits);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Needs advance();
  [[nodiscard]] const wire::HttpRequest& request() const { return reader_.message(); }
  /// Answers the request at hand with these bytes.
  void answer(std::string bytes, bool then_close);

  // While a request is at hand, for an answer that goes on:
  /// Sends some of it now; 0 when the socket is full, nothing when it is broken.
  std::optional<std::size_t> send_now(std::string_view bytes);
  /// The client has closed its side. Only for an answer that goes on: others may be waited for by who has no more to say.
  [[nodiscard]] bool abandoned() const;

  /// Something has come that nobody has read.
  [[nodiscard]] bool has_bytes() const;
  /// Says why on the way out, as far as that goes at once: the deadline is over.
  void say_late();

  [[nodiscard]] int socket() const { return socket_; }
  [[nodiscard]] const Peer& peer() const { return peer_; }
  [[nodiscard]] Phase phase() const;
  [[nodiscard]] SteadyTime since() const { return since_; }
  [[nodiscard]] bool has_been_answered() const { return answered_; }

 private:
  enum class Io { done, blocked_reading, blocked_writing, broken, ended };
  struct Moved {
    Io io;
    std::size_t bytes = 0;
  };
  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  Moved receive(char* into, std::size_t room);
  Moved send(std::string_view bytes);
  Moved told_by_tls(int result);
  Needs flush();
  Needs part();
  void take(std::string_view bytes);
  void refuse();

  int socket_;
  std::unique_ptr<SSL, FreeSsl> tls_;
  Peer peer_;
  wire::HttpLimits limits_;
  wire::HttpReader<wire::HttpRequest> reader_;
  std::string in_;   ///< read, of later requests
  std::string out_;  ///< to be sent
  std::size_t sent_ = 0;
  SteadyTime since_;
  std::size_t dropped_ = 0;
  bool handshaken_;
  bool continued_ = false;  ///< 100 Continue was said
  bool last_ = false;       ///< closes after what is to be sent
  bool parted_ = false;     ///< its side is ended
  bool answered_ = false;
};

}  // namespace sim::live
