// The certificates of a server, and one clear sentence when they are of no use: OpenSSL says it in a queue of numbers.
#pragma once

#include <memory>
#include <string>

#include <openssl/ssl.h>

#include "sim/live/server.hpp"
#include "sim/result.hpp"

namespace sim::live {

struct FreeTlsContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeTlsContext>;

/// TLS 1.2 or 1.3, nothing resumed and nothing renegotiated.
Result<TlsContext, std::string> server_context(const Tls& files);

}  // namespace sim::live
