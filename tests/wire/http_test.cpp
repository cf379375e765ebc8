// HTTP framing: what is one message and where it ends, in one reading only; what is refused, with which status; and what
// peers may say of a SOAP or JSON body. No sockets: bytes are fed as they could arrive.
#include "sim/wire/http.hpp"

#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "sim/wire/codec.hpp"
#include "tests/support/samples.hpp"

namespace {

using namespace sim::wire;
using sim::contract::Leg;
using sim::contract::Message;
using sim::contract::PrimitiveId;
using P = PrimitiveId;
using namespace std::string_literals;

/// "more", "complete", or the status of the refusal.
template <class M>
std::string told(const HttpReader<M>& reader) {
  switch (reader.progress()) {
    case HttpProgress::more: return "more";
    case HttpProgress::complete: return "complete";
    case HttpProgress::refused: return std::to_string(reader.refusal().status);
  }
  return {};
}
std::string request_told(std::string_view bytes, HttpLimits limits = {}) {
  HttpReader<HttpRequest> reader(limits);
  reader.feed(bytes);
  return told(reader);
}
std::string response_told(std::string_view bytes, HttpLimits limits = {}) {
  HttpReader<HttpResponse> reader(limits);
  reader.feed(bytes);
  return told(reader);
}

/// Fed in pieces of so many bytes.
template <class M>
HttpReader<M> fed(std::string_view bytes, std::size_t piece) {
  HttpReader<M> reader;
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  return reader;
}

std::string post(std::string_view headers, std::string_view body = {}) {
  return "POST /node-for-psp/v1 HTTP/1.1\r\nHost: nodo\r\n" + std::string(headers) + "\r\n" + std::string(body);
}
std::string chunked(std::string_view body, std::size_t piece, std::string_view extension = {}) {
  std::string out;
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (std::size_t at = 0; at < body.size(); at += piece) {
    const std::string_view chunk = body.substr(at, piece);
    std::string size;
    for (std::size_t n = chunk.size(); n > 0; n /= 16) size.insert(size.begin(), digits[n % 16]);
    out += size + std::string(extension) + "\r\n" + std::string(chunk) + "\r\n";
  }
  return out + "0\r\n\r\n";
}

const Message& verify() {
  static const Message message = support::sample(P::verifyPaymentNotice, Leg::request, true);
  return message;
}
std::string verify_request() { return write(request_of(verify(), "/node-for-psp/v1", "nodo.example:8080", encode(verify()))); }

}  // namespace

// ---- framing ----

TEST_CASE("a request is read whole: its line, its headers in their order, its body") {
  const auto read = read_request("POST /a?b=%20c HTTP/1.1\r\nhost:nodo:80\r\nX-Twice: 1\r\nx-twice: \t2 \r\nX-Empty:\r\nCONTENT-LENGTH: 3\r\n\r\nabc");
  REQUIRE(read);
  CHECK(read->method == "POST");
  CHECK(read->target == "/a?b=%20c");
  CHECK(read->body == "abc");
  CHECK(read->minor == 1);
  CHECK(read->headers.count("X-TWICE") == 2);
  CHECK(*read->headers.find("Host") == "nodo:80");
  CHECK(*read->headers.find("x-Twice") == "1");
  CHECK(read->headers.all()[2] == HttpHeader{"x-twice", "2"});
  CHECK(*read->headers.find("X-Empty") == "");
  CHECK(read->headers.find("X-Not") == nullptr);
}

TEST_CASE("a response is read whole, with or without a reason, and its status decides whether it has a body") {
  struct Case {
    std::string_view name, bytes, body;
    int status;
  };
  const Case cases[] = {
      {"a length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "hi", 200},
      {"no reason", "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nhi", "hi", 200},
      {"no blank either", "HTTP/1.1 404\r\nContent-Length: 2\r\n\r\nhi", "hi", 404},
      {"an odd reason", "HTTP/1.0 500 Errore: perch\xc3\xa9?\r\nContent-Length: 2\r\n\r\nhi", "hi", 500},
      {"until the peer closes", "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nhi", "hi", 200},
      {"nothing until the peer closes", "HTTP/1.1 200 OK\r\n\r\n", "", 200},
      {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\nh\r\n1\r\ni\r\n0\r\n\r\n", "hi", 200},
      {"no content, whatever its length says", "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n", "", 204},
      {"not modified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n", "", 304},
      {"an interim response first", "HTTP/1.1 100 Continue\r\nX: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "hi", 200},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto read = read_response(c.bytes);
    REQUIRE(read);
    CHECK(read->status == c.status);
    CHECK(read->body == c.body);
  }
}

TEST_CASE("a request that two readers could understand differently is refused with its status") {
  struct Case {
    std::string_view name;
    std::string bytes;
    std::string_view told;
  };
  const std::string line(8 * 1024, 'x');
  std::string many;
  for (int i = 0; i < 64; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
  const Case cases[] = {
      {"plain", post("Content-Length: 2\r\n", "hi"), "complete"},
      {"no length, no body", post(""), "complete"},
      {"a length of zero", post("Content-Length: 0\r\n"), "complete"},
      {"zeros before the length", post("Content-Length: 0002\r\n", "hi"), "complete"},
      // lengths
      {"two different lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", "hi"), "400"},
      {"the same length twice", post("Content-Length: 2\r\nContent-Length: 2\r\n", "hi"), "400"},
      {"a list of lengths", post("Content-Length: 2, 2\r\n", "hi"), "400"},
      {"a length and chunks", post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "2\r\nhi\r\n0\r\n\r\n"), "400"},
      {"chunks and a length", post("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", "2\r\nhi\r\n0\r\n\r\n"), "400"},
      {"a length that is a word", post("Content-Length: two\r\n", "hi"), "400"},
      {"a length with a sign", post("Content-Length: +2\r\n", "hi"), "400"},
      {"a negative length", post("Content-Length: -2\r\n", "hi"), "400"},
      {"a hexadecimal length", post("Content-Length: 0x2\r\n", "hi"), "400"},
      {"an empty length", post("Content-Length:\r\n", "hi"), "400"},
      {"a length beyond the cap", post("Content-Length: 262145\r\n"), "413"},
      {"a length beyond 64 bits", post("Content-Length: 99999999999999999999999\r\n"), "413"},
      {"a length at the cap", post("Content-Length: 262144\r\n"), "more"},
      // codings
      {"gzip, then chunks", post("Transfer-Encoding: gzip, chunked\r\n"), "501"},
      {"identity", post("Transfer-Encoding: identity\r\n"), "501"},
      {"something that ends with chunked", post("Transfer-Encoding: xchunked\r\n"), "501"},
      {"chunked twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), "400"},
      {"chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "400"},
      {"a body that is gzip", post("Content-Encoding: gzip\r\nContent-Length: 2\r\n", "hi"), "415"},
      {"a body that is br, said second", post("Content-Encoding: identity\r\nContent-Encoding: br\r\nContent-Length: 2\r\n", "hi"), "415"},
      {"a body that is itself", post("Content-Encoding: identity\r\nContent-Length: 2\r\n", "hi"), "complete"},
      // hosts
      {"no Host", "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "400"},
      {"no Host in HTTP/1.0", "POST / HTTP/1.0\r\nContent-Length: 0\r\n\r\n", "complete"},
      {"two Hosts", post("Host: nodo\r\n"), "400"},
      {"two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
      {"a Host with a blank", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "400"},
      // headers
      {"a blank before the colon", post("Content-Length : 2\r\n", "hi"), "400"},
      {"a folded header", post("X-Long: a\r\n b\r\n"), "400"},
      {"a first header that continues nothing", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", "400"},
      {"a NUL in a value", post("X-Nul: a\0b\r\n"s), "400"},
      {"a NUL in a name", post("X\0: a\r\n"s), "400"},
      {"a carriage return in a value", post("X-Cr: a\rb\r\n"), "400"},
      {"an escape in a value", post("X-Esc: \x1b[2J\r\n"), "400"},
      {"a line without colon", post("Content-Length 2\r\n"), "400"},
      {"a header without name", post(": a\r\n"), "400"},
      {"a line that ends with LF alone", post("X-Lf: a\n"), "400"},
      {"text beyond ASCII in a value", post("X-Name: Citt\xc3\xa0\r\n"), "complete"},
      {"a header line at the cap", post("X: " + line.substr(3) + "\r\n"), "complete"},
      {"a header line beyond the cap", post("X: " + line.substr(2) + "\r\n"), "431"},
      {"a header line without end", post("X: " + line + line), "431"},
      {"64 headers", "GET / HTTP/1.1\r\nHost: a\r\n" + many.substr(many.find('\n') + 1) + "\r\n", "complete"},
      {"65 headers", "GET / HTTP/1.1\r\nHost: a\r\n" + many + "\r\n", "431"},
      // methods
      {"GET", "GET /info HTTP/1.1\r\nHost: a\r\n\r\n", "complete"},
      {"GET with a length of zero", "GET /info HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "complete"},
      {"GET with a body to come", "GET /info HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n", "400"},
      {"GET with chunks to come", "GET /info HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "400"},
      {"HEAD with a body to come", "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n", "400"},
      {"DELETE with a body", "DELETE /response HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", "complete"},
      // the first line
      {"an empty line too many", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "complete"},
      {"two of them", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"a whole URI", "GET http://nodo/info HTTP/1.1\r\nHost: a\r\n\r\n", "complete"},
      {"a word for a URI", "GET http HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"the server itself", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "complete"},
      {"a target with a blank", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"two blanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"no version", "GET /\r\nHost: a\r\n\r\n", "400"},
      {"HTTP/0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", "400"},
      {"HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "400"},
      {"HTTP/1.12", "GET / HTTP/1.12\r\nHost: a\r\n\r\n", "400"},
      {"a method in lower case", "get / HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"a blank at the end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "400"},
      {"a line beyond the cap", "GET /" + line + " HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(request_told(c.bytes) == c.told);
    const HttpReader<HttpRequest> slow = fed<HttpRequest>(c.bytes, 1);
    CHECK(told(slow) == c.told);
    if (slow.progress() != HttpProgress::refused) continue;
    CHECK_FALSE(slow.refusal().reason.wanted.it.empty());
    CHECK_FALSE(slow.refusal().reason.wanted.en.empty());
    CHECK_FALSE(slow.refusal().reason.rule.empty());
    CHECK(slow.refusal().reason.place.starts_with("http:"));
  }
}

TEST_CASE("what is not HTTP/1.1 at all is refused at once, without waiting for the end of a line") {
  struct Case {
    std::string_view name;
    std::string bytes;
    std::size_t enough;  ///< so many bytes tell
  };
  const Case cases[] = {
      {"a TLS hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, 1},
      {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 12},
      {"words", "hello world\r\n", 1},
      {"capitals", "HELLO world\r\n", 7},
      {"XML", "<soapenv:Envelope/>", 1},
      {"NULs", std::string(20, '\0'), 1},
      {"a method without end", std::string(2000, 'A'), 21},
      {"SSH", "SSH-2.0-OpenSSH_9.2\r\n", 5},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(request_told(c.bytes.substr(0, c.enough - 1)) == "more");
    CHECK(request_told(c.bytes.substr(0, c.enough)) == "400");
    CHECK(request_told(c.bytes) == "400");
  }
  CHECK(response_told("<") == "400");
  CHECK(response_told("HTTP/2") == "400");
  CHECK(response_told("HTTP/1.1 2x") == "400");
  CHECK(response_told("HTTP/1.1 600") == "400");
  CHECK(response_told("HTTP/1.1 20 OK") == "400");
  CHECK(response_told("ICY 200 OK") == "400");
}

TEST_CASE("a response whose end is not certain is refused") {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  CHECK(response_told(ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n") == "400");
  CHECK(response_told(ok + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n") == "400");
  CHECK(response_told(ok + "Transfer-Encoding: gzip\r\n\r\n") == "501");
  CHECK(response_told(ok + "Content-Length: 300000\r\n\r\n") == "413");
  CHECK(response_told(ok + "\r\n" + std::string(262'144, 'x')) == "more");
  CHECK(response_told(ok + "\r\n" + std::string(262'145, 'x')) == "413");
  CHECK(response_told("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n") == "400");
  std::string interim;
  for (int i = 0; i < 100; ++i) interim += "HTTP/1.1 100 Continue\r\n\r\n";
  CHECK(response_told(interim) == "431");
  CHECK_FALSE(read_response(ok + "Content-Length: 3\r\n\r\nhi"));  // cut short
  CHECK_FALSE(read_response(ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n"));
  CHECK_FALSE(read_response(ok + "Content-Length: 1\r\n\r\nhi"));  // something behind
  CHECK_FALSE(read_response(""));
}

TEST_CASE("chunks are put together, and what surrounds them is tolerated within limits") {
  struct Case {
    std::string_view name;
    std::string body;
    std::string_view told;
  };
  const std::string extension = ";x=" + std::string(4000, 'y');
  std::string trailers;
  for (int i = 0; i < 70; ++i) trailers += "X-" + std::to_string(i) + ": 1\r\n";
  const Case cases[] = {
      {"one", "2\r\nhi\r\n0\r\n\r\n", "complete"},
      {"two", "1\r\nh\r\n1\r\ni\r\n0\r\n\r\n", "complete"},
      {"zeros before the size", "0002\r\nhi\r\n000\r\n\r\n", "complete"},
      {"extensions", "2;a=b;c=\"d\"\r\nhi\r\n0;last\r\n\r\n", "complete"},
      {"a blank before the extension", "2 ;a\r\nhi\r\n0\r\n\r\n", "complete"},
      {"trailers", "2\r\nhi\r\n0\r\nX-Sum: 1\r\nContent-Length: 9\r\n\r\n", "complete"},
      {"trailers without end", "2\r\nhi\r\n0\r\n" + trailers, "431"},
      {"extensions beyond the cap", "1" + extension + "\r\nh\r\n1" + extension + "\r\ni\r\n1" + extension + "\r\n", "400"},
      {"a trailer without colon", "2\r\nhi\r\n0\r\nX\r\n\r\n", "400"},
      {"no size", "\r\nhi\r\n0\r\n\r\n", "400"},
      {"only an extension", ";a\r\n", "400"},
      {"a size that is no number", "g\r\n", "400"},
      {"a size with 0x", "0x2\r\nhi\r\n", "400"},
      {"a size with a sign", "+2\r\nhi\r\n", "400"},
      {"a blank before the size", " 2\r\nhi\r\n", "400"},
      {"a blank behind the size", "2 \r\nhi\r\n0\r\n\r\n", "400"},
      {"a size beyond 64 bits", "ffffffffffffffffff\r\n", "400"},
      {"a size beyond the cap", "40001\r\n", "413"},
      {"an immense size", "fffffffffffffff\r\n", "413"},
      {"more than it says", "1\r\nhi\r\n0\r\n\r\n", "400"},
      {"no end of the chunk", "2\r\nhi0\r\n\r\n", "400"},
      {"LF alone", "2\nhi\n0\n\n", "400"},
      {"no end yet", "2\r\nhi\r\n0\r\n", "more"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const std::string bytes = post("Transfer-Encoding: chunked\r\n", c.body);
    CHECK(request_told(bytes) == c.told);
    const HttpReader<HttpRequest> slow = fed<HttpRequest>(bytes, 1);
    CHECK(told(slow) == c.told);
    if (slow.progress() != HttpProgress::complete) continue;
    CHECK(slow.message().body == "hi");
    CHECK(slow.message().headers.count("X-Sum") == 0);  // a trailer cannot pass for a header
    CHECK(slow.message().headers.count("Content-Length") == 0);
  }
  // Many chunks that are each below the cap and together above it.
  HttpReader<HttpRequest> reader;
  reader.feed(post("Transfer-Encoding: chunked\r\n"));
  const std::string chunk = "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
  for (int i = 0; i < 64; ++i) reader.feed(chunk);
  CHECK(told(reader) == "more");
  CHECK(reader.message().body.size() == 262'144);
  reader.feed("1\r\n");
  CHECK(told(reader) == "413");
}

TEST_CASE("of several requests in one piece the first is taken and the others are left") {
  const std::string first = post("Content-Length: 2\r\n", "hi");
  const std::string second = "GET /info HTTP/1.1\r\nHost: a\r\n\r\n";
  HttpReader<HttpRequest> reader;
  const std::string both = first + second;
  CHECK(reader.untouched());
  CHECK(reader.feed(both) == first.size());
  CHECK(told(reader) == "complete");
  CHECK_FALSE(reader.untouched());
  CHECK(reader.feed(second) == 0);
  CHECK(reader.message().body == "hi");
  HttpReader<HttpRequest> next;
  CHECK(next.feed(std::string_view(both).substr(first.size())) == second.size());
  CHECK(next.message().target == "/info");
  CHECK_FALSE(read_request(both));
}

TEST_CASE("a client that waits before it sends its body is noticed until the body begins") {
  HttpReader<HttpRequest> reader;
  reader.feed("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n");
  CHECK_FALSE(reader.awaits_continue());
  reader.feed("\r\n");
  CHECK(reader.awaits_continue());
  reader.feed("h");
  CHECK_FALSE(reader.awaits_continue());
  reader.feed("i");
  CHECK(told(reader) == "complete");
  CHECK_FALSE(reader.awaits_continue());
}

TEST_CASE("every prefix of a legal message asks for more, and every way to cut it into pieces gives the same message") {
  const std::string soap = verify_request();
  const std::string in_chunks = post("Content-Type: text/xml\r\nTransfer-Encoding: chunked\r\n", chunked(encode(verify()), 37, ";a=b"));
  const std::string answer = write(response_of(support::sample(P::verifyPaymentNotice, Leg::response, true), 200,
                                               encode(support::sample(P::verifyPaymentNotice, Leg::response, true))));
  for (const std::string& bytes : {soap, in_chunks}) {
    HttpReader<HttpRequest> growing;  // byte at a time: every prefix in turn
    for (std::size_t n = 0; n + 1 < bytes.size(); ++n) {
      growing.feed(std::string_view(bytes).substr(n, 1));
      REQUIRE(growing.progress() == HttpProgress::more);
    }
    growing.feed(std::string_view(bytes).substr(bytes.size() - 1));
    REQUIRE(growing.progress() == HttpProgress::complete);
    const auto whole = read_request(bytes);
    REQUIRE(whole);
    CHECK(growing.message() == *whole);
    for (const std::size_t piece : {std::size_t{2}, std::size_t{7}, std::size_t{64}, std::size_t{1000}}) {
      CHECK(fed<HttpRequest>(bytes, piece).message() == *whole);
    }
    for (std::size_t n = 0; n < bytes.size(); n += 11) CHECK_FALSE(read_request(std::string_view(bytes).substr(0, n)));
  }
  const auto whole = read_response(answer);
  REQUIRE(whole);
  for (std::size_t n = 0; n < answer.size(); ++n) CHECK(response_told(std::string_view(answer).substr(0, n)) == "more");
  CHECK(fed<HttpResponse>(answer, 1).message() == *whole);
}

TEST_CASE("any byte of a request made another one is read, asks for more or is refused, and never means another length") {
  const std::string bytes = post("Content-Length: 10\r\nX-Test: a b\r\n", "0123456789");
  sim::Random random(1, "http");
  for (int round = 0; round < 3000; ++round) {
    std::string spoilt = bytes;
    const std::size_t at = random.below(spoilt.size());
    spoilt[at] = static_cast<char>(random.below(256));
    HttpReader<HttpRequest> at_once;
    const std::size_t taken = at_once.feed(spoilt);
    const HttpReader<HttpRequest> slow = fed<HttpRequest>(spoilt, 1);
    CHECK(told(at_once) == told(slow));
    CHECK(at_once.message() == slow.message());
    CHECK(taken <= spoilt.size());
  }
}

TEST_CASE("twice the bytes take twice the time and no more") {
  HttpLimits limits;
  limits.body = 64 << 20;
  const auto seconds = [&limits](const std::string& bytes, std::size_t piece) {
    const std::clock_t start = std::clock();
    HttpReader<HttpRequest> reader(limits);
    for (std::size_t at = 0; at < bytes.size(); at += piece) reader.feed(std::string_view(bytes).substr(at, piece));
    REQUIRE(reader.progress() == HttpProgress::complete);
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  };
  constexpr std::size_t size = 1 << 20;
  const auto plain = [](std::size_t n) { return post("Content-Length: " + std::to_string(n) + "\r\n", std::string(n, 'x')); };
  const auto in_chunks = [](std::size_t n) { return post("Transfer-Encoding: chunked\r\n", chunked(std::string(n, 'x'), 8)); };
  // Quadratic work would take four times as long; a busy machine gets several tries to show a factor of two.
  const auto grows_in_step = [&](const auto& made, std::size_t piece) {
    const std::string once = made(size);
    const std::string twice = made(2 * size);
    for (int attempt = 0; attempt < 10; ++attempt) {
      const double of_once = seconds(once, piece);
      if (seconds(twice, piece) < 3 * of_once + 0.002) return true;
    }
    return false;
  };
  CHECK(grows_in_step(plain, 1));
  CHECK(grows_in_step(plain, 1400));
  CHECK(grows_in_step(in_chunks, 1));
  CHECK(grows_in_step(in_chunks, 1400));
}

// ---- writing ----

TEST_CASE("a SOAP request is written as receivers expect it") {
  const std::string body = encode(verify());
  CHECK(verify_request() == "POST /node-for-psp/v1 HTTP/1.1\r\nHost: nodo.example:8080\r\nContent-Type: text/xml; charset=utf-8\r\n"
                            "SOAPAction: \"verifyPaymentNotice\"\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

TEST_CASE("a JSON request has no SOAPAction, and an answer has its type, length and reason") {
  const Message close = support::sample(P::closePaymentV2, Leg::request, false);
  CHECK(write(request_of(close, "/nodo-per-pm/v2/closepayment", "nodo", "{}")) ==
        "POST /nodo-per-pm/v2/closepayment HTTP/1.1\r\nHost: nodo\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}");
  const Message refusal = sim::contract::refusal(P::closePaymentV2, "Outcome already acquired");
  CHECK(write(response_of(refusal, 422, "{}")) ==
        "HTTP/1.1 422 Unprocessable Content\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}");
}

TEST_CASE("what is written never depends on headers that speak of framing, and no value can end a header") {
  const HttpRequest odd{"POST", "/", {{"Host", "a"}, {"content-length", "7"}, {"Transfer-Encoding", "chunked"}, {"X", "1\r\nY: 2"}}, "hi"};
  CHECK(write(odd) == "POST / HTTP/1.1\r\nHost: a\r\nX: 1  Y: 2\r\nContent-Length: 2\r\n\r\nhi");
  CHECK(write(HttpRequest{"GET", "/info", {{"Host", "a"}}, {}}) == "GET /info HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(write(HttpResponse{204, {}, "hi"}) == "HTTP/1.1 204 No Content\r\n\r\n");
  CHECK(write(HttpResponse{299, {}, ""}) == "HTTP/1.1 299 \r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("what is written is read back as the same message") {
  for (const support::Sample& s : support::all_samples()) {
    CAPTURE(s.name);
    const bool request = sim::contract::leg_of(s.message) == Leg::request;
    if (request) {
      const HttpRequest made = request_of(s.message, "/a", "b", encode(s.message));
      const auto read = read_request(write(made));
      REQUIRE(read);
      CHECK(read->body == made.body);
      CHECK(read->method == "POST");
      CHECK_FALSE(refuse_media_type(sim::contract::primitive_of(s.message), read->headers));
    } else {
      const PrimitiveId id = sim::contract::primitive_of(s.message);
      const auto read = read_response(write(response_of(s.message, 200, encode(s.message))));
      REQUIRE(read);
      if (id != P::cartsV1 && id != P::cartsV2) CHECK(body_of(id, *read) == encode(s.message));
    }
  }
}

TEST_CASE("a connection goes on after a message unless somebody says otherwise") {
  CHECK(keeps_alive({}, 1));
  CHECK_FALSE(keeps_alive({}, 0));
  CHECK_FALSE(keeps_alive({{"Connection", "Close"}}, 1));
  CHECK_FALSE(keeps_alive({{"connection", "upgrade, close"}}, 1));
  CHECK(keeps_alive({{"Connection", "Keep-Alive"}}, 0));
  CHECK_FALSE(keeps_alive({{"Connection", "keep-alive"}, {"Connection", "close"}}, 1));
}

// ---- messages of the protocol ----

TEST_CASE("a chunked SOAP request says the same as a plain one") {
  const std::string body = encode(verify());
  const auto plain = read_request(verify_request());
  REQUIRE(plain);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{100}, body.size()}) {
    CAPTURE(piece);
    const auto in_chunks = read_request(post("Content-Type: text/xml\r\nSOAPAction: verifyPaymentNotice\r\nTransfer-Encoding: chunked\r\n", chunked(body, piece)));
    REQUIRE(in_chunks);
    for (const HttpRequest& request : {*plain, *in_chunks}) {
      CHECK(soap_action(request.headers, "verifyPaymentNotice") == SoapAction::fits);
      const auto said = decode(P::verifyPaymentNotice, Leg::request, std::make_shared<const std::string>(request.body));
      REQUIRE(std::holds_alternative<Body>(said));
      CHECK(*std::get<Body>(said) == verify());
    }
  }
}

TEST_CASE("a request is taken with the types its body may have, in UTF-8") {
  struct Case {
    P primitive;
    std::string_view type;
    bool taken;
  };
  const Case cases[] = {
      {P::verifyPaymentNotice, "text/xml", true},
      {P::verifyPaymentNotice, "text/xml; charset=utf-8", true},
      {P::verifyPaymentNotice, "text/xml;charset=UTF-8", true},
      {P::verifyPaymentNotice, "text/xml; charset=\"utf-8\"", true},
      {P::verifyPaymentNotice, "Text/XML ; Charset = \"UTF-8\" ; x=y", true},
      {P::verifyPaymentNotice, "application/xml", true},
      {P::verifyPaymentNotice, "application/soap+xml; charset=utf-8; action=\"verifyPaymentNotice\"", true},
      {P::verifyPaymentNotice, "text/xml; charset=ISO-8859-1", false},
      {P::verifyPaymentNotice, "text/xml; charset=", false},
      {P::verifyPaymentNotice, "text/plain", false},
      {P::verifyPaymentNotice, "application/json", false},
      {P::verifyPaymentNotice, "", false},
      {P::verifyPaymentNotice, "text/xml application/xml", false},
      {P::closePaymentV2, "application/json", true},
      {P::closePaymentV2, "application/json; charset=utf-8", true},
      {P::closePaymentV2, "application/json; charset=utf-16", false},
      {P::closePaymentV2, "text/xml", false},
      {P::closePaymentV2, "application/x-www-form-urlencoded", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.type);
    const auto refused = refuse_media_type(c.primitive, {{"content-type", std::string(c.type)}});
    CHECK(refused.has_value() != c.taken);
    if (refused) CHECK(refused->status == 415);
  }
  CHECK_FALSE(refuse_media_type(P::verifyPaymentNotice, {}));
  CHECK(refuse_media_type(P::verifyPaymentNotice, {{"Content-Type", "text/xml"}, {"Content-Type", "text/xml"}}));
}

TEST_CASE("a SOAPAction may be quoted, bare or absent, and one that names another operation is told apart") {
  struct Case {
    std::string_view value;
    SoapAction told;
  };
  const Case cases[] = {
      {"\"paSendRT\"", SoapAction::fits},     {"paSendRT", SoapAction::fits},       {"", SoapAction::absent},
      {"\"\"", SoapAction::absent},           {"\"paSendRTV2\"", SoapAction::another}, {"pasendrt", SoapAction::another},
      {"'paSendRT'", SoapAction::another},    {"\"paSendRT", SoapAction::another},  {"http://pagopa/paSendRT", SoapAction::another},
      {"\"", SoapAction::another},
  };
  for (const Case& c : cases) {
    CAPTURE(c.value);
    CHECK(soap_action({{"soapaction", std::string(c.value)}}, "paSendRT") == c.told);
  }
  CHECK(soap_action({}, "paSendRT") == SoapAction::absent);
  CHECK(soap_action({{"SOAPAction", "paSendRT"}, {"SOAPAction", "paSendRT"}}, "paSendRT") == SoapAction::another);
}

TEST_CASE("an answer is read whatever its type says, and also under the status of an error") {
  const Message ko = support::sample(P::paVerifyPaymentNotice, Leg::response, true);
  for (const std::string_view head : {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", "HTTP/1.0 404 Not Found\r\n", "HTTP/1.1 500 Oops\r\nContent-Type: text/plain; charset=x\r\n"}) {
    CAPTURE(head);
    const auto response = read_response(std::string(head) + "\r\n" + encode(ko));
    REQUIRE(response);
    CHECK(may_be_answer(P::paVerifyPaymentNotice, response->status));
    const auto said = decode(P::paVerifyPaymentNotice, Leg::response, std::make_shared<const std::string>(body_of(P::paVerifyPaymentNotice, *response)));
    REQUIRE(std::holds_alternative<Body>(said));
    CHECK(*std::get<Body>(said) == ko);
  }
  for (const int status : {302, 401, 503}) CHECK_FALSE(may_be_answer(P::paVerifyPaymentNotice, status));
  for (const int status : {200, 302, 400, 404, 422, 500, 503}) CHECK(may_be_answer(P::closePaymentV2, status));
}

TEST_CASE("a cart that is taken travels as a Location and comes back as the same answer") {
  sim::contract::CartsV2Response taken;
  taken.location = "https://checkout.example/carts/1/redirect?clientId=CHECKOUT_CART";
  const HttpResponse response = response_of(taken, 302, encode(taken));
  CHECK(write(response) == "HTTP/1.1 302 Found\r\nLocation: https://checkout.example/carts/1/redirect?clientId=CHECKOUT_CART\r\nContent-Length: 0\r\n\r\n");
  const auto said = decode(P::cartsV2, Leg::response, std::make_shared<const std::string>(body_of(P::cartsV2, response)));
  REQUIRE(std::holds_alternative<Body>(said));
  CHECK(*std::get<Body>(said) == Message(taken));
  const HttpResponse odd{302, {{"Location", "\xff\"\\"}}, {}};
  CHECK(std::holds_alternative<Malformed>(decode(P::cartsV2, Leg::response, std::make_shared<const std::string>(body_of(P::cartsV2, odd)))));
  const HttpResponse elsewhere{302, {{"Location", "https://login.example"}}, "moved"};
  CHECK(body_of(P::closePaymentV2, elsewhere) == "moved");  // only carts lead somewhere
}
