#include "sim/live/connection.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>

#include <fmt/format.h>
#include <openssl/err.h>

namespace sim::live {
namespace {

using wire::HttpProgress;
using wire::HttpRequest;
using wire::HttpResponse;

/// As big as a TLS record, so that OpenSSL keeps nothing back that the socket no longer shows.
constexpr std::size_t piece_size = 16 * 1024;
constexpr int pieces_a_turn = 16;
/// What is dropped of a client that goes on after it was refused.
constexpr std::size_t most_dropped = 1024 * 1024;

SteadyTime now() { return std::chrono::steady_clock::now(); }

std::string closing_text(int status, std::string_view why) {
  std::string text = fmt::format("{} {}", status, wire::reason_phrase(status));
  if (!why.empty()) text += fmt::format(": {}", why);
  return write(HttpResponse{status, {{"Content-Type", "text/plain; charset=utf-8"}, {"Connection", "close"}}, text + "\n"});
}

std::string subject_of(SSL* tls) {
  X509* certificate = SSL_get0_peer_certificate(tls);
  if (certificate == nullptr) return {};
  const std::unique_ptr<BIO, int (*)(BIO*)> memory(BIO_new(BIO_s_mem()), BIO_free);
  X509_NAME_print_ex(memory.get(), X509_get_subject_name(certificate), 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

Connection::Connection(int socket, Peer peer, SSL_CTX* tls, const wire::HttpLimits& limits)
    : socket_(socket), peer_(std::move(peer)), limits_(limits), reader_(limits), since_(now()), handshaken_(tls == nullptr) {
  if (tls == nullptr) return;
  tls_.reset(SSL_new(tls));
  SSL_set_fd(tls_.get(), socket_);
  SSL_set_accept_state(tls_.get());
}

Connection::~Connection() { ::close(socket_); }

Connection::Phase Connection::phase() const {
  if (parted_) return Phase::parting;
  if (!handshaken_) return Phase::handshake;
  if (sent_ < out_.size()) return Phase::writing;
  if (reader_.untouched()) return Phase::idle;
  return reader_.is_in_body() ? Phase::body : Phase::head;
}

Connection::Moved Connection::told_by_tls(int result) {
  const int error = SSL_get_error(tls_.get(), result);
  if (error == SSL_ERROR_WANT_READ) return {Io::blocked_reading};
  if (error == SSL_ERROR_WANT_WRITE) return {Io::blocked_writing};
  return {error == SSL_ERROR_ZERO_RETURN ? Io::ended : Io::broken};
}

Connection::Moved Connection::receive(char* into, std::size_t room) {
  if (tls_) {
    ERR_clear_error();
    const int got = SSL_read(tls_.get(), into, static_cast<int>(room));
    return got > 0 ? Moved{Io::done, static_cast<std::size_t>(got)} : told_by_tls(got);
  }
  for (;;) {
    const ssize_t got = ::recv(socket_, into, room, MSG_DONTWAIT);
    if (got > 0) return {Io::done, static_cast<std::size_t>(got)};
    if (got == 0) return {Io::ended};
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {Io::blocked_reading};
    if (errno != EINTR) return {Io::broken};
  }
}

Connection::Moved Connection::send(std::string_view bytes) {
  if (tls_) {
    ERR_clear_error();
    const int put = SSL_write(tls_.get(), bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 30)));
    return put > 0 ? Moved{Io::done, static_cast<std::size_t>(put)} : told_by_tls(put);
  }
  for (;;) {
    const ssize_t put = ::send(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put >= 0) return {Io::done, static_cast<std::size_t>(put)};
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {Io::blocked_writing};
    if (errno != EINTR) return {Io::broken};
  }
}

std::optional<std::size_t> Connection::send_now(std::string_view bytes) {
  const Moved moved = send(bytes);
  if (moved.io == Io::done) return moved.bytes;
  if (moved.io == Io::blocked_reading || moved.io == Io::blocked_writing) return 0;
  return std::nullopt;
}

bool Connection::abandoned() const {
  pollfd asked{socket_, POLLRDHUP, 0};
  return ::poll(&asked, 1, 0) > 0;
}

bool Connection::has_bytes() const {
  char byte = 0;
  return ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

/// Needs::nothing when all is sent.
Connection::Needs Connection::flush() {
  while (sent_ < out_.size()) {
    const Moved moved = send(std::string_view(out_).substr(sent_));
    if (moved.io == Io::blocked_writing) return Needs::writing;
    if (moved.io == Io::blocked_reading) return Needs::reading;
    if (moved.io != Io::done) {
      out_.clear();
      sent_ = 0;
      last_ = parted_ = true;
      dropped_ = most_dropped;
      return Needs::nothing;
    }
    sent_ += moved.bytes;
    since_ = now();
  }
  out_.clear();
  sent_ = 0;
  return Needs::nothing;
}

/// Ends our side once, then reads the client out.
Connection::Needs Connection::part() {
  if (!parted_) {
    parted_ = true;
    since_ = now();
    if (tls_) {
      ERR_clear_error();
      SSL_shutdown(tls_.get());
    }
    ::shutdown(socket_, SHUT_WR);
  }
  std::array<char, piece_size> piece;
  while (dropped_ < most_dropped) {
    // What comes now is dropped as it is: TLS has been ended.
    const ssize_t got = ::recv(socket_, piece.data(), piece.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Needs::reading;
    if (got <= 0 && errno != EINTR) return Needs::nothing;
    if (got == 0) return Needs::nothing;
    if (got > 0) dropped_ += static_cast<std::size_t>(got);
  }
  return Needs::nothing;
}

void Connection::take(std::string_view bytes) {
  if (reader_.untouched() && !bytes.empty()) since_ = now();
  const std::size_t taken = reader_.feed(bytes);
  in_.assign(bytes.substr(taken));
}

void Connection::refuse() {
  const wire::HttpRefusal& refusal = reader_.refusal();
  out_ += closing_text(refusal.status, fmt::format("{}: {} ({})", refusal.reason.place, refusal.reason.wanted.en, refusal.reason.rule));
  last_ = true;
  in_.clear();
  reader_ = wire::HttpReader<HttpRequest>(limits_);
}

void Connection::answer(std::string bytes, bool then_close) {
  if (out_.empty()) out_ = std::move(bytes);
  else out_ += bytes;
  last_ = then_close;
  answered_ = true;
  continued_ = false;
  reader_ = wire::HttpReader<HttpRequest>(limits_);
  since_ = now();
}

void Connection::say_late() {
  if (!tls_ && (phase() == Phase::head || phase() == Phase::body)) send(closing_text(408, {}));
}

Connection::Needs Connection::advance() {
  if (!handshaken_) {
    ERR_clear_error();
    const int result = SSL_do_handshake(tls_.get());
    if (result != 1) {
      const Moved moved = told_by_tls(result);
      if (moved.io == Io::blocked_reading) return Needs::reading;
      return moved.io == Io::blocked_writing ? Needs::writing : Needs::nothing;
    }
    handshaken_ = true;
    peer_.certificate = subject_of(tls_.get());
    since_ = now();
  }
  std::array<char, piece_size> piece;
  for (int pieces = 0; pieces < pieces_a_turn;) {
    // Nothing more is read of a client that does not take its answers.
    if (const Needs needs = flush(); needs != Needs::nothing) return needs;
    if (last_) return part();
    if (!in_.empty()) take(std::string(std::move(in_)));
    if (reader_.progress() == HttpProgress::complete) return Needs::answer;
    if (reader_.progress() == HttpProgress::refused) {
      refuse();
      continue;
    }
    if (reader_.awaits_continue() && !continued_) {
      continued_ = true;
      out_ += write(HttpResponse{100, {}, {}});
      continue;
    }
    const Moved moved = receive(piece.data(), piece.size());
    if (moved.io == Io::blocked_reading) return Needs::reading;
    if (moved.io == Io::blocked_writing) return Needs::writing;
    if (moved.io == Io::broken) return Needs::nothing;
    if (moved.io == Io::ended) {
      if (reader_.untouched()) {
        last_ = true;
      } else {
        reader_.end();
      }
      continue;
    }
    take({piece.data(), moved.bytes});
    ++pieces;
  }
  return Needs::turn;
}

}  // namespace sim::live
