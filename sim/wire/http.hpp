// HTTP/1.1 as plain structs: bytes in, bytes out, no sockets. Whoever has a socket feeds what arrives and asks how far
// the message is; whoever has none reads a whole message at once.
// The trap: two readers that disagree about where a message ends let one message hide in another (smuggling). So framing
// is read one way only: what is odd is refused with its status, never mended, and after a refusal the connection is of
// no more use. Content is another matter: SOAPAction, Content-Type and the case of names are taken as peers send them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/contract/message.hpp"
#include "sim/result.hpp"

namespace sim::wire {

/// One header field; its value has no blanks around it.
struct HttpHeader {
  std::string name, value;
  friend bool operator==(const HttpHeader&, const HttpHeader&) = default;
};

/// Header fields in the order they were sent. Names are compared without regard to case, and kept as written.
class HttpHeaders {
 public:
  HttpHeaders() = default;
  HttpHeaders(std::initializer_list<HttpHeader> fields) : fields_(fields) {}

  void add(std::string name, std::string value) { fields_.push_back({std::move(name), std::move(value)}); }
  /// The value of the first field of that name, or nullptr.
  [[nodiscard]] const std::string* find(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] const std::vector<HttpHeader>& all() const { return fields_; }
  friend bool operator==(const HttpHeaders&, const HttpHeaders&) = default;

 private:
  std::vector<HttpHeader> fields_;
};

struct HttpRequest {
  std::string method, target;
  HttpHeaders headers;
  std::string body;  ///< without its chunks
  int minor = 1;     ///< HTTP/1.0 or HTTP/1.1
  friend bool operator==(const HttpRequest&, const HttpRequest&) = default;
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;
  std::string body;
  int minor = 1;
  friend bool operator==(const HttpResponse&, const HttpResponse&) = default;
};

/// How much is read before it is refused.
struct HttpLimits {
  std::size_t line = 8 * 1024;   ///< of the first line and of every header; all extensions of chunks together
  std::size_t headers = 64;      ///< trailers, and the headers of interim responses, counted in
  std::size_t body = 256 * 1024; ///< after the chunks are put together; the biggest legal message is under 64 kB
};

/// Why bytes are not the message that was expected. The place is "http:<line of the head>" or "http:body".
struct HttpRefusal {
  int status = 400;  ///< what a server answers before it closes the connection
  contract::Violation reason;
};

enum class HttpProgress : std::uint8_t {
  more,      ///< so far so good
  complete,  ///< the message is there
  refused,   ///< it will never be one
};

/// Reads one message as its bytes arrive. `M` is HttpRequest or HttpResponse.
template <class M>
class HttpReader {
 public:
  explicit HttpReader(HttpLimits limits = {}) : limits_(limits) {}

  /// Takes bytes until the message is complete or refused; returns how many. The others belong to the next message.
  std::size_t feed(std::string_view bytes);
  /// The peer has closed: completes a response that has no length, refuses what is cut short.
  void end();

  [[nodiscard]] HttpProgress progress() const;
  /// Of a complete message.
  [[nodiscard]] const M& message() const { return message_; }
  /// Of a refused one.
  [[nodiscard]] const HttpRefusal& refusal() const { return refusal_; }
  /// The head is read and the client waits for "100 Continue" before it sends the body.
  [[nodiscard]] bool awaits_continue() const;
  /// The head is read, the body is on its way.
  [[nodiscard]] bool is_in_body() const { return state_ >= State::body && state_ <= State::until_close; }
  /// No byte has come yet: a connection that closes now was merely idle.
  [[nodiscard]] bool untouched() const { return untouched_; }

 private:
  enum class State : std::uint8_t { first_line, header, body, chunk_size, chunk_data, chunk_end, trailer, until_close, complete, refused };
  enum class First : std::uint8_t { method, target, version, status, reason };

  std::size_t take_line(std::string_view bytes);
  std::size_t take_body(std::string_view bytes);
  void line_is_there();
  bool first_line_goes_on(std::string_view piece);
  void first_line(std::string_view line);
  void header(std::string_view line, bool keep);
  void head_is_there();
  void head_of_request();
  void head_of_response();
  void frame();
  void expect(std::uint64_t size);
  void chunk_size(std::string_view line);
  void next_message();
  void refuse(int status, std::string_view found, contract::Bilingual wanted, std::string_view rule);

  HttpLimits limits_;
  M message_;
  HttpRefusal refusal_;
  State state_ = State::first_line;
  First first_ = First::method;
  std::string line_;          ///< the line at hand, without its end
  std::size_t part_ = 0;      ///< where the part of the first line at hand begins
  std::size_t line_number_ = 1;
  std::size_t fields_ = 0;
  std::size_t extensions_ = 0;
  std::uint64_t left_ = 0;    ///< bytes that the body or the chunk still lacks
  bool untouched_ = true;
};
extern template class HttpReader<HttpRequest>;
extern template class HttpReader<HttpResponse>;

/// A whole message and nothing behind it; a response without a length ends where the bytes end.
Result<HttpRequest, HttpRefusal> read_request(std::string_view bytes, const HttpLimits& limits = {});
Result<HttpResponse, HttpRefusal> read_response(std::string_view bytes, const HttpLimits& limits = {});

/// The bytes of a message: its length is said and never chunked, whatever its headers say about framing.
std::string write(const HttpRequest& request);
std::string write(const HttpResponse& response);
/// The head of a response whose body follows piece by piece: in chunks, or bare until the connection closes.
std::string write_head(const HttpResponse& response, bool chunked);
/// A piece as a chunk; the empty one ends the body.
std::string write_chunk(std::string_view piece);
/// "Not Found"; empty for a status that has no name here.
std::string_view reason_phrase(int status);
/// Whether the connection may carry another message after this one.
bool keeps_alive(const HttpHeaders& headers, int minor);

// ---- messages of the protocol over HTTP ----

/// The request that carries a message: POST, Content-Type, and SOAPAction where the primitive has a WSDL.
HttpRequest request_of(const contract::Message& message, std::string target, std::string host, std::string body);
/// The response that carries an answer. A cart that was taken goes into Location and has no body.
HttpResponse response_of(const contract::Message& message, int status, std::string body);
/// The bytes to decode as the answer: the body, or the place that a cart's 302 leads to as the member that stands for it.
std::string body_of(contract::PrimitiveId id, const HttpResponse& response);
/// Whether a response may be an answer. Of SOAP those of 404 and 500 may too: peers say KO with them. REST decides on
/// the status itself and reads them all.
bool may_be_answer(contract::PrimitiveId id, int status);

/// Nothing when a request's Content-Type is one that the primitive takes, in UTF-8 when it says; answers are read
/// whatever theirs says. A request that says nothing is taken: its body tells. [INFERRED]
std::optional<HttpRefusal> refuse_media_type(contract::PrimitiveId id, const HttpHeaders& headers);

/// What the SOAPAction header says of an operation: in double quotes or bare.
enum class SoapAction : std::uint8_t {
  absent,   ///< not there, or empty: the body alone says which operation it is
  fits,
  another,  ///< it names another operation, or there are two: an error of its own (the Nodo's PPT_SOAPACTION_ERRATA)
};
SoapAction soap_action(const HttpHeaders& headers, std::string_view operation);

}  // namespace sim::wire
