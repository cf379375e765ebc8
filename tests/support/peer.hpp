// A peer made of a raw socket, which says and does what a test tells it: a server of ours would be too polite.
// It listens on 127.0.0.1 on a port that the system picks; each connection has its own thread, and all of them end with it.
#pragma once

#include <array>
#include <atomic>
#include <csignal>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include "sim/wire/http.hpp"

namespace support {

/// One connection as the peer sees it; nothing here waits more than 5 s.
class Line {
 public:
  Line(int socket, SSL* tls) : socket_(socket), tls_(tls) {
    const timeval longest{5, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest);
  }
  /// A whole request; false when the other side has closed instead.
  bool hear(sim::wire::HttpRequest& request) {
    sim::wire::HttpReader<sim::wire::HttpRequest> reader;
    std::array<char, 4096> buffer;
    while (reader.progress() == sim::wire::HttpProgress::more) {
      const int got = tls_ != nullptr ? SSL_read(tls_, buffer.data(), buffer.size()) : static_cast<int>(recv(socket_, buffer.data(), buffer.size(), 0));
      if (got <= 0) return false;
      reader.feed({buffer.data(), static_cast<std::size_t>(got)});
    }
    if (reader.progress() == sim::wire::HttpProgress::complete) request = reader.message();
    return reader.progress() == sim::wire::HttpProgress::complete;
  }
  bool hear() {
    sim::wire::HttpRequest ignored;
    return hear(ignored);
  }
  /// False when the other side has gone.
  bool say(std::string_view text) {
    if (tls_ != nullptr) return SSL_write(tls_, text.data(), static_cast<int>(text.size())) > 0;
    while (!text.empty()) {
      const ssize_t sent = send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  /// 200 with that body, and the connection stays.
  bool answer(std::string_view body) { return say(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body)); }
  /// Closes with an RST rather than a FIN.
  void break_off() {
    const linger at_once{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  /// Until the other side closes or says anything; whether it did within the time.
  bool wait_for_the_other(int milliseconds) {
    pollfd watched{socket_, POLLIN, 0};
    return poll(&watched, 1, milliseconds) == 1;
  }

 private:
  int socket_;
  SSL* tls_;
};

class Peer {
 public:
  /// What is done with a connection, the first being number 1; it is closed afterwards.
  using Manner = std::function<void(Line& line, int number)>;

  explicit Peer(Manner manner, SSL_CTX* tls = nullptr, int backlog = SOMAXCONN, bool accepts = true) : manner_(std::move(manner)), tls_(tls), socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    listen(socket_, backlog);
    if (accepts) acceptor_ = std::thread([this] { accept_all(); });
  }
  ~Peer() {
    shutdown(socket_, SHUT_RDWR);
    if (acceptor_.joinable()) acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int open : open_) shutdown(open, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    close(socket_);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  [[nodiscard]] std::string url(std::string_view path = "/") const { return fmt::format("{}://127.0.0.1:{}{}", tls_ != nullptr ? "https" : "http", port_, path); }
  /// From now on there are no new connections.
  void stop_listening() { shutdown(socket_, SHUT_RDWR); }
  [[nodiscard]] int port() const { return port_; }
  /// How many connections were made so far.
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void accept_all() {
    for (;;) {
      const int one = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
      if (one < 0) return;
      const int number = ++connections_;
      const std::lock_guard lock(mutex_);
      open_.push_back(one);
      threads_.emplace_back([this, one, number] { serve(one, number); });
    }
  }
  void serve(int one, int number) {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    SSL* tls = nullptr;
    if (tls_ != nullptr) {
      tls = SSL_new(tls_);
      SSL_set_fd(tls, one);
    }
    Line line(one, tls);
    const bool greeted = tls == nullptr || SSL_accept(tls) == 1;
    if (greeted) manner_(line, number);
    if (tls != nullptr) {
      if (greeted) SSL_shutdown(tls);
      SSL_free(tls);
    }
    const std::lock_guard lock(mutex_);
    open_.remove(one);
    close(one);
  }

  Manner manner_;
  SSL_CTX* tls_;
  int socket_;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::list<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace support
