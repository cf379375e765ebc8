#include "sim/live/tls.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include <fmt/format.h>
#include <openssl/err.h>

namespace sim::live {
namespace {

/// Why the file cannot be read at all.
std::optional<std::string> unreadable(const std::string& what, const std::string& file) {
  errno = 0;
  std::ifstream in(file);
  // A folder can be opened, and not read.
  if (in && (in.peek(), !in.bad())) return std::nullopt;
  return fmt::format("{} '{}' cannot be read ({}): give the path of a PEM file that this user may read", what, file,
                     errno != 0 ? std::strerror(errno) : "no such file");
}

std::string reason() {
  const char* text = ERR_reason_error_string(ERR_peek_last_error());
  std::string out = text != nullptr ? text : "not understood";
  ERR_clear_error();
  return out;
}

int no_passphrase(char*, int, int, void*) { return -1; }  // instead of asking at the terminal

}  // namespace

Result<TlsContext, std::string> server_context(const Tls& files) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  if (!context) return Failure{"TLS cannot be used here: " + reason()};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_default_passwd_cb(context.get(), no_passphrase);

  if (auto why = unreadable("the certificate", files.certificate)) return Failure{*why};
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1) {
    return Failure{fmt::format("'{}' holds no certificate in PEM form ({}): it must begin with -----BEGIN CERTIFICATE-----", files.certificate,
                               reason())};
  }
  if (auto why = unreadable("the private key", files.key)) return Failure{*why};
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    const bool mismatch = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
    const std::string why = reason();
    if (mismatch) {
      return Failure{fmt::format("the private key '{}' is not the one of the certificate '{}': give the key that the certificate was made for",
                                 files.key, files.certificate)};
    }
    return Failure{fmt::format("'{}' holds no private key in PEM form without passphrase ({}); one with a passphrase loses it by: "
                               "openssl pkey -in KEY -out PLAIN", files.key, why)};
  }
  if (files.client_ca.empty()) return context;

  if (auto why = unreadable("the authority of client certificates", files.client_ca)) return Failure{*why};
  STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(files.client_ca.c_str());
  if (names == nullptr || SSL_CTX_load_verify_locations(context.get(), files.client_ca.c_str(), nullptr) != 1) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    return Failure{fmt::format("'{}' holds no certificate of an authority in PEM form ({})", files.client_ca, reason())};
  }
  SSL_CTX_set_client_CA_list(context.get(), names);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return context;
}

}  // namespace sim::live
