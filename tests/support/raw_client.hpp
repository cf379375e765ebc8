// A client that sends whatever bytes a test wants, legal or not, and never waits longer than it says.
#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <openssl/ssl.h>

namespace support {

using Milliseconds = std::chrono::milliseconds;

/// What a client shows and trusts; empty names are none.
struct ClientTls {
  std::string authority, certificate, key;
};

class RawClient {
 public:
  explicit RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  RawClient(int port, const ClientTls& tls) : RawClient(port) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_load_verify_locations(context_.get(), tls.authority.c_str(), nullptr);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    if (!tls.certificate.empty()) {
      SSL_CTX_use_certificate_chain_file(context_.get(), tls.certificate.c_str());
      SSL_CTX_use_PrivateKey_file(context_.get(), tls.key.c_str(), SSL_FILETYPE_PEM);
    }
    const timeval patience{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::signal(SIGPIPE, SIG_IGN);  // under TLS a broken connection would be a signal
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket_);
    connected_ = connected_ && SSL_connect(ssl_.get()) == 1;
  }
  RawClient(RawClient&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), connected_(other.connected_), context_(std::move(other.context_)), ssl_(std::move(other.ssl_)) {}
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() {
    ssl_.reset();
    if (socket_ >= 0) ::close(socket_);
  }

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] int socket() const { return socket_; }

  /// False when the server would not have them.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t put = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                               : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (put <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
  }
  /// Sends for so long at most, as a flood would.
  bool send_within(std::string_view bytes, Milliseconds time) {
    const timeval patience{time.count() / 1000, static_cast<suseconds_t>(time.count() % 1000) * 1000};
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return send(bytes);
  }
  void half_close() const { ::shutdown(socket_, SHUT_WR); }

  /// What comes until the server closes, or so long.
  std::string read_all(Milliseconds time = Milliseconds(5000)) {
    return read_until([](const std::string&) { return false; }, time);
  }
  /// What comes until the text is there, `times` times; until the server closes, or so long.
  std::string read_to(std::string_view text, int times = 1, Milliseconds time = Milliseconds(5000)) {
    return read_until(
        [&](const std::string& got) {
          int found = 0;
          for (std::size_t at = got.find(text); at != std::string::npos; at = got.find(text, at + text.size())) ++found;
          return found >= times;
        },
        time);
  }
  /// The server has closed, as far as read_*() saw.
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  template <class Enough>
  std::string read_until(const Enough& enough, Milliseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    std::string out;
    std::array<char, 16 * 1024> piece{};
    while (!closed_ && !enough(out)) {
      const auto left = std::chrono::duration_cast<Milliseconds>(until - std::chrono::steady_clock::now());
      pollfd asked{socket_, POLLIN, 0};
      if (!(ssl_ && SSL_pending(ssl_.get()) > 0) && (left.count() <= 0 || ::poll(&asked, 1, static_cast<int>(left.count())) <= 0)) break;
      const ssize_t got = ssl_ ? SSL_read(ssl_.get(), piece.data(), static_cast<int>(piece.size())) : ::recv(socket_, piece.data(), piece.size(), 0);
      if (got > 0) {
        out.append(piece.data(), static_cast<std::size_t>(got));
      } else {
        closed_ = !(ssl_ && SSL_get_error(ssl_.get(), static_cast<int>(got)) == SSL_ERROR_WANT_READ);
      }
    }
    return out;
  }

  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  int socket_;
  bool connected_ = false;
  bool closed_ = false;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace support
