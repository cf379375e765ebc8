// Where somebody's software listens, and how we make ourselves known to it.
// The trap: a URL that is almost right (a forgotten port, credentials before '@', a blank at the end) would send a payment
// to the wrong place or nowhere; so it is read whole before anything starts, and refused with one sentence.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/result.hpp"
#include "sim/time.hpp"
#include "sim/wire/http.hpp"

namespace sim::live {

struct Endpoint {
  std::string url;                        ///< http:// or https://, any path
  std::vector<wire::HttpHeader> headers;  ///< of every request; they win over the request's own of the same name
  std::string ca_file;                    ///< PEM: the only authorities trusted; empty: those of the system
  std::string client_certificate;         ///< PEM, with its chain; empty: none
  std::string client_key;                 ///< PEM; empty: in the certificate's file
  bool verify = true;                     ///< the peer's certificate: who signed it and for which host
  Duration connect = seconds(3);          ///< for the connection and the TLS handshake together
};

/// The parts of a URL.
struct Address {
  bool tls = false;
  std::string host;       ///< a name or a number, without brackets, in lower case
  std::uint16_t port = 0;
  std::string authority;  ///< as the Host header says it
  std::string target;     ///< path and query, "/" at least
  friend bool operator==(const Address&, const Address&) = default;
};

/// The parts, or one sentence that says what is wrong.
Result<Address, std::string> parse_address(std::string_view url);
/// An endpoint with that URL and all else by default.
Result<Endpoint, std::string> parse_endpoint(std::string_view url);

}  // namespace sim::live
