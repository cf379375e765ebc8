// Non-blocking sockets: every call either moves bytes or says what to wait for.
#include "sim/live/outgoing.hpp"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <system_error>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

namespace sim::live {
namespace {

std::string text_of(int error) { return std::generic_category().message(error); }

/// The last thing that OpenSSL has to say; empty when it has nothing.
std::string tls_text() {
  const unsigned long error = ERR_peek_last_error();
  const char* reason = error == 0 ? nullptr : ERR_reason_error_string(error);
  return reason == nullptr ? std::string() : std::string(reason);
}

bool is_number(const std::string& host) {
  in6_addr ignored{};
  return inet_pton(AF_INET, host.c_str(), &ignored) == 1 || inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

/// Alerts by which a server turns away whoever has not the right certificate.
bool is_about_our_certificate(int reason) {
  switch (reason) {
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: return true;
    default: return false;
  }
}

}  // namespace

Steady after(Steady at, Duration time) { return at + std::chrono::milliseconds(time.ms); }

Waited wait_for(int socket, short wanted, Steady until, int stop) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    if (left <= 0) return Waited::late;
    pollfd watched[] = {{socket, wanted, 0}, {stop, POLLIN, 0}};  // poll() skips a negative descriptor
    constexpr std::int64_t longest = 60'000;
    const int ready = poll(watched, 2, static_cast<int>(std::min<std::int64_t>(left, longest)));
    if (ready < 0 && errno != EINTR) return Waited::ready;  // the read or write that follows tells why
    if (ready <= 0) continue;
    if (watched[1].revents != 0) return Waited::stopped;
    if (watched[0].revents != 0) return Waited::ready;
  }
}

// ---- names ----

struct Resolver::Found {
  struct Place {
    sockaddr_storage address{};
    socklen_t size = 0;
  };
  std::vector<Place> places;
  std::string cause;  ///< why there are none
};

struct Resolver::Pending {
  struct Lookup {
    int done = eventfd(0, EFD_CLOEXEC);  ///< readable, for all who wait, once `found` is there
    std::shared_ptr<const Found> found;
    Lookup() = default;
    Lookup(const Lookup&) = delete;
    Lookup& operator=(const Lookup&) = delete;
    ~Lookup() {
      if (done >= 0) close(done);
    }
  };
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Lookup>> by_name;
};

namespace {
template <class Found>
std::shared_ptr<const Found> look_up(const std::string& host, bool is_a_number) {
  auto out = std::make_shared<Found>();
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = is_a_number ? AI_NUMERICHOST : 0;
  addrinfo* list = nullptr;
  const int error = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (error != 0) out->cause = fmt::format("{}: {}", host, error == EAI_SYSTEM ? text_of(errno) : gai_strerror(error));
  for (const addrinfo* a = list; a != nullptr; a = a->ai_next) {
    if (a->ai_family != AF_INET && a->ai_family != AF_INET6) continue;
    typename Found::Place place;
    std::memcpy(&place.address, a->ai_addr, a->ai_addrlen);
    place.size = a->ai_addrlen;
    out->places.push_back(place);
  }
  if (list != nullptr) freeaddrinfo(list);
  if (out->places.empty() && out->cause.empty()) out->cause = host + ": it has no address";
  return out;
}
}  // namespace

Resolver::Resolver() : pending_(std::make_shared<Pending>()) {}

std::shared_ptr<const Resolver::Found> Resolver::find(const std::string& host, std::uint16_t port, Steady until, int stop) {
  std::shared_ptr<const Found> found;
  if (is_number(host)) {
    found = look_up<Found>(host, true);
  } else {
    std::shared_ptr<Pending::Lookup> lookup;
    {
      const std::lock_guard lock(pending_->mutex);
      std::shared_ptr<Pending::Lookup>& known = pending_->by_name[host];
      if (known == nullptr) {
        known = std::make_shared<Pending::Lookup>();
        try {
          std::thread([pending = pending_, host, mine = known] {
            std::shared_ptr<const Found> result = look_up<Found>(host, false);
            const std::lock_guard done(pending->mutex);
            mine->found = std::move(result);
            pending->by_name.erase(host);
            if (mine->done >= 0) eventfd_write(mine->done, 1);
          }).detach();
        } catch (const std::system_error& error) {
          pending_->by_name.erase(host);
          auto none = std::make_shared<Found>();
          none->cause = fmt::format("{}: it cannot be looked up ({})", host, error.what());
          return none;
        }
      }
      lookup = known;
    }
    wait_for(lookup->done, POLLIN, until, stop);
    const std::lock_guard lock(pending_->mutex);
    found = lookup->found;
    if (found == nullptr) {
      auto none = std::make_shared<Found>();
      none->cause = host + ": the name was not resolved in time";
      return none;
    }
  }
  auto out = std::make_shared<Found>(*found);
  for (Found::Place& place : out->places) {
    if (place.address.ss_family == AF_INET) reinterpret_cast<sockaddr_in&>(place.address).sin_port = htons(port);
    else reinterpret_cast<sockaddr_in6&>(place.address).sin6_port = htons(port);
  }
  return out;
}

// ---- what to trust ----

Result<std::shared_ptr<ssl_ctx_st>, std::string> TlsContexts::of(const Endpoint& endpoint) {
  const std::string key = fmt::format("{}\n{}\n{}\n{}", endpoint.ca_file, endpoint.client_certificate, endpoint.client_key, endpoint.verify);
  const std::lock_guard lock(mutex_);
  if (const auto known = known_.find(key); known != known_.end()) return known->second;
  ERR_clear_error();
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (context == nullptr) return Failure{"TLS: " + tls_text()};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Peers that close without saying so are common. A body cut short that way is not well-formed, and is found out there.
  SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_default_passwd_cb(context.get(), [](char*, int, int, void*) { return 0; });  // nobody sits at a keyboard
  const auto failed = [](std::string_view what, const std::string& file) {
    return Failure{fmt::format("TLS: {} '{}' cannot be used: {}", what, file, tls_text())};
  };
  if (endpoint.verify) {
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    if (endpoint.ca_file.empty()) SSL_CTX_set_default_verify_paths(context.get());
    else if (SSL_CTX_load_verify_locations(context.get(), endpoint.ca_file.c_str(), nullptr) != 1) return failed("the authorities in", endpoint.ca_file);
  }
  if (!endpoint.client_certificate.empty()) {
    const std::string& certificate = endpoint.client_certificate;
    const std::string& private_key = endpoint.client_key.empty() ? certificate : endpoint.client_key;
    if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1) return failed("the client certificate", certificate);
    if (SSL_CTX_use_PrivateKey_file(context.get(), private_key.c_str(), SSL_FILETYPE_PEM) != 1) return failed("the client key", private_key);
  }
  known_.emplace(key, context);
  return context;
}

// ---- the connection ----

Result<std::unique_ptr<Outgoing>, std::string> Outgoing::open(const Endpoint& endpoint, const Address& address, TlsContexts& contexts,
                                                                  Resolver& resolver, Steady until, int stop) {
  std::shared_ptr<ssl_ctx_st> context;
  if (address.tls) {
    Result<std::shared_ptr<ssl_ctx_st>, std::string> known = contexts.of(endpoint);
    if (!known) return Failure{known.error()};
    context = *known;
  }
  const std::shared_ptr<const Resolver::Found> found = resolver.find(address.host, address.port, until, stop);
  std::string cause = found->cause;
  for (std::size_t i = 0; i < found->places.size(); ++i) {
    const Resolver::Found::Place& place = found->places[i];
    // One address that swallows everything must leave time for the others.
    const Steady now = std::chrono::steady_clock::now();
    const Steady mine = now + (until - now) / static_cast<std::int64_t>(found->places.size() - i);
    const int descriptor = ::socket(place.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
      cause = text_of(errno);
      continue;
    }
    std::unique_ptr<Outgoing> out(new Outgoing(descriptor));
    const int one = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    int error = connect(descriptor, reinterpret_cast<const sockaddr*>(&place.address), place.size) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
      const Waited waited = wait_for(descriptor, POLLOUT, mine, stop);
      if (waited == Waited::stopped) return Failure{std::string("stopped")};
      if (waited == Waited::late) {
        cause = fmt::format("{}: no connection in time", address.authority);
        continue;
      }
      socklen_t size = sizeof error;
      if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    }
    if (error != 0) {
      cause = fmt::format("{}: {}", address.authority, text_of(error));
      continue;
    }
    if (address.tls) {
      if (const std::string why = out->handshake(endpoint, address, context, until, stop); !why.empty()) {
        return Failure{fmt::format("{}: TLS: {}", address.authority, why)};
      }
    }
    return out;
  }
  return Failure{cause};
}

Outgoing::~Outgoing() {
  if (tls_ != nullptr) {
    if (!broken_ && SSL_is_init_finished(tls_) != 0) SSL_shutdown(tls_);  // a courtesy: never waited for
    ERR_clear_error();
    SSL_free(tls_);
  }
  close(socket_);
}

/// Empty when it went well.
std::string Outgoing::handshake(const Endpoint& endpoint, const Address& address, std::shared_ptr<ssl_ctx_st> context, Steady until, int stop) {
  tls_ = SSL_new(context.get());
  if (tls_ == nullptr || SSL_set_fd(tls_, socket_) != 1) return tls_text();
  if (is_number(address.host)) {
    if (endpoint.verify) X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_), address.host.c_str());
  } else {
    SSL_set_tlsext_host_name(tls_, address.host.c_str());
    if (endpoint.verify) SSL_set1_host(tls_, address.host.c_str());
  }
  for (;;) {
    ERR_clear_error();
    const int result = SSL_connect(tls_);
    if (result == 1) return {};
    const Step step = tls_step(result);
    if (step.kind == Step::Kind::blocked) {
      const Waited waited = wait_for(socket_, step.wanted, until, stop);
      if (waited == Waited::ready) continue;
      return waited == Waited::stopped ? "stopped" : "no handshake in time";
    }
    broken_ = true;
    if (const long verdict = SSL_get_verify_result(tls_); endpoint.verify && verdict != X509_V_OK) return X509_verify_cert_error_string(verdict);
    return step.cause.empty() ? "the peer closed during the handshake" : step.cause;
  }
}

Step Outgoing::tls_step(int result) {
  Step out;
  switch (const int error = SSL_get_error(tls_, result)) {
    case SSL_ERROR_NONE: out.bytes = static_cast<std::size_t>(result); return out;
    case SSL_ERROR_WANT_READ: out.kind = Step::Kind::blocked; out.wanted = POLLIN; return out;
    case SSL_ERROR_WANT_WRITE: out.kind = Step::Kind::blocked; out.wanted = POLLOUT; return out;
    case SSL_ERROR_ZERO_RETURN: out.kind = Step::Kind::ended; return out;
    default: {
      const int number = errno;
      broken_ = true;
      out.kind = Step::Kind::broken;
      out.never_let_in = error == SSL_ERROR_SSL && SSL_version(tls_) == TLS1_3_VERSION && is_about_our_certificate(ERR_GET_REASON(ERR_peek_last_error()));
      out.cause = tls_text();
      if (out.cause.empty() && error == SSL_ERROR_SYSCALL && number != 0) out.cause = text_of(number);
      return out;
    }
  }
}

Step Outgoing::write(std::string_view bytes) {
  if (tls_ != nullptr) {
    ERR_clear_error();
    errno = 0;
    return tls_step(SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size())));
  }
  const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  Step out;
  if (sent >= 0) {
    out.bytes = static_cast<std::size_t>(sent);
  } else if (errno == EAGAIN || errno == EINTR) {
    out.kind = Step::Kind::blocked;
    out.wanted = POLLOUT;
  } else {
    out.kind = Step::Kind::broken;
    out.cause = text_of(errno);
  }
  return out;
}

Step Outgoing::read(char* buffer, std::size_t size) {
  if (tls_ != nullptr) {
    ERR_clear_error();
    errno = 0;
    return tls_step(SSL_read(tls_, buffer, static_cast<int>(size)));
  }
  const ssize_t got = recv(socket_, buffer, size, 0);
  Step out;
  if (got > 0) {
    out.bytes = static_cast<std::size_t>(got);
  } else if (got == 0) {
    out.kind = Step::Kind::ended;
  } else if (errno == EAGAIN || errno == EINTR) {
    out.kind = Step::Kind::blocked;
    out.wanted = POLLIN;
  } else {
    out.kind = Step::Kind::broken;
    out.cause = text_of(errno);
  }
  return out;
}

bool Outgoing::is_quiet() {
  char byte = 0;
  if (tls_ == nullptr) return recv(socket_, &byte, 1, MSG_PEEK) < 0 && errno == EAGAIN;
  // Tickets of TLS 1.3 may lie unread in the socket: only OpenSSL can tell them from words.
  ERR_clear_error();
  return tls_step(SSL_peek(tls_, &byte, 1)).kind == Step::Kind::blocked;
}

}  // namespace sim::live
