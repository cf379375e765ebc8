// An HTTP/1.1 server for software that we did not write, hostile included: what is odd is refused with its status and the
// connection closed, what is slow is cut, and nobody can take the turn of somebody else.
// The trap: cpp-httplib, whose client we use, keeps a thread for every open connection, so that a handful of silent ones
// starve everybody; it mends framing that others read otherwise; and it stops accepting at the first error of accept that
// it does not know. With our own reader, threads and deadlines nothing of its server would be left but that loop: so this
// is a server of its own, one thread that watches all connections and workers that hold one only while it has bytes.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "sim/result.hpp"
#include "sim/time.hpp"
#include "sim/wire/http.hpp"

namespace sim::live {

/// PEM files. With a `client_ca`, whoever calls must show a certificate that it has signed.
struct Tls {
  std::string certificate;  ///< the server's, and then those that lead to its authority
  std::string key;          ///< without passphrase
  std::string client_ca;
};

/// Who calls.
struct Peer {
  std::string address;
  int port = 0;
  std::string certificate;  ///< the subject of the client's certificate ("CN = psp"), when one was demanded
};

/// Where the body of a stream goes. Only whoever is called with it may use it, and only during the call.
class Sink {
 public:
  virtual ~Sink() = default;
  /// Sends; waits while the client is behind. False when the client is gone or too slow, or the server stops.
  virtual bool write(std::string_view piece) = 0;
  /// Waits so long, less when the client goes or the server stops, which give false.
  virtual bool wait(Duration time) = 0;
};

/// An answer that goes on, as server-sent events do: after its head, `next` is called again and again until it returns
/// false, the client is gone or the server stops. `next` waits only by the sink, or shortly: stop() waits for it.
struct Stream {
  wire::HttpResponse head;  ///< without a body
  std::function<bool(Sink&)> next;
};

using Reaction = std::variant<wire::HttpResponse, Stream>;

struct ServerOptions {
  std::string address = "127.0.0.1";  ///< of this machine; "0.0.0.0" and "::" are all of them
  int port = 0;                       ///< 0: one that the system picks
  wire::HttpLimits limits{};
  std::optional<Tls> tls{};

  /// Handlers that run at once; whoever comes then waits for one to end. Threads are made when they are needed.
  std::size_t workers = 256;
  std::size_t most_streams = 64;  ///< beyond their 64 threads a stream is answered 503
  /// One more closes the one that has been silent longest, strangers before those that have had an answer.
  std::size_t most_connections = 1024;

  Duration idle = seconds(60);              ///< before a request begins
  Duration head_deadline = seconds(5);      ///< for a whole head, from its first byte; and for a TLS handshake
  Duration request_deadline = seconds(30);  ///< for a whole request, from its first byte
  Duration write_deadline = seconds(30);    ///< for a client that takes not one byte of what is sent to it
  Duration stop_deadline = seconds(5);      ///< for answers that are not taken by their clients when the server stops

  /// Told what the client must not know, as the text of an exception; from any thread.
  std::function<void(const std::string&)> trouble{};
};

/// Serves from start() until stop(). The server adds what belongs to the connection (lengths, Connection, 100 Continue)
/// and no Date: the time of the simulation is not the time of the machine.
class Server {
 public:
  /// Called on many threads at once; may block. An exception becomes a bare 500.
  using Handler = std::function<Reaction(const wire::HttpRequest&, const Peer&)>;

  /// The error says what is wrong with which port, address or file, and the way out.
  static Result<std::unique_ptr<Server>, std::string> start(ServerOptions options, Handler handler);
  ~Server();  ///< stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] int port() const;
  /// Takes nothing new, answers the requests that have arrived, ends the streams, closes and returns. Not for handlers.
  void stop();

  struct Count {
    std::size_t connections, threads, streams;
  };
  [[nodiscard]] Count count() const;

 private:
  class Core;
  explicit Server(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace sim::live
