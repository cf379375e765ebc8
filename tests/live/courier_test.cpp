// What comes back from somebody else's endpoint: every kind of answer, and every way of not answering told apart, because
// «refused» says that nothing was received and a retry of ours may rest on it. The peers are raw sockets on 127.0.0.1.
#include "sim/live/courier.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/support/peer.hpp"

namespace {

using namespace sim::live;
using sim::Duration;
using sim::milliseconds;
using sim::seconds;
using sim::Silence;
using sim::wire::HttpRequest;
using sim::wire::HttpResponse;
using support::Line;
using support::Peer;

constexpr Duration patience = seconds(5);     // for what is expected to end well before
constexpr Duration impatience = milliseconds(300);

HttpRequest a_request(std::string body = "<a/>") { return {"POST", "", {{"Content-Type", "text/xml; charset=utf-8"}, {"SOAPAction", "\"paVerify\""}}, std::move(body)}; }

Endpoint at(const std::string& url) { return *parse_endpoint(url); }

/// Sends, and waits for the end of it.
Trip ask(Courier& courier, Endpoint endpoint, HttpRequest request = a_request(), Duration deadline = patience) {
  auto promise = std::make_shared<std::promise<Trip>>();
  std::future<Trip> future = promise->get_future();
  CHECK(courier.send(std::move(endpoint), std::move(request), deadline, [promise](Trip trip) { promise->set_value(std::move(trip)); }));
  REQUIRE(future.wait_for(std::chrono::seconds(20)) == std::future_status::ready);
  return future.get();
}

/// "200 <body>", "garbled 400", "refused", "timeout", "reset"; "twice: " before it when it was sent twice.
std::string told(const Trip& trip) {
  INFO(trip.cause);
  const std::string twice = trip.repeated ? "twice: " : "";
  if (const auto* answer = std::get_if<HttpResponse>(&trip.end)) return twice + fmt::format("{} {}", answer->status, answer->body);
  if (const auto* garbled = std::get_if<Garbled>(&trip.end)) return twice + fmt::format("garbled {}", garbled->reason.status);
  CHECK(!trip.cause.empty());
  switch (std::get<Silence>(trip.end)) {
    case Silence::refused: return twice + "refused";
    case Silence::timeout: return twice + "timeout";
    case Silence::reset: return twice + "reset";
  }
  return {};
}
bool mentions(const std::string& text, std::string_view word) {
  CAPTURE(text);
  return text.find(word) != std::string::npos;
}

[[maybe_unused]] std::int64_t milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count();
}

/// A port of 127.0.0.1 where nobody listens.
std::string nobody() {
  const Peer gone([](Line&, int) {});
  return gone.url();
}

}  // namespace

TEST_CASE("courier: a URL is read whole or refused with one sentence") {
  struct Case {
    std::string url;
    Address address;
  };
  const Case good[] = {
      {"http://127.0.0.1:8080/pa/soap", {false, "127.0.0.1", 8080, "127.0.0.1:8080", "/pa/soap"}},
      {"HTTPS://EC.Example.it", {true, "ec.example.it", 443, "ec.example.it", "/"}},
      {"http://psp_1.local:80/", {false, "psp_1.local", 80, "psp_1.local", "/"}},
      {"https://h:80/a?b=c&d", {true, "h", 80, "h:80", "/a?b=c&d"}},
      {"http://h?b", {false, "h", 80, "h", "/?b"}},
      {"http://[::1]:81/x", {false, "::1", 81, "[::1]:81", "/x"}},
      {"https://[fe80::1]", {true, "fe80::1", 443, "[fe80::1]", "/"}},
  };
  for (const Case& c : good) {
    CAPTURE(c.url);
    const auto address = parse_address(c.url);
    REQUIRE(address);
    CHECK(*address == c.address);
    CHECK(parse_endpoint(c.url)->url == c.url);
  }
  const std::pair<std::string, std::string> bad[] = {
      {"", "http://"},           {"ec.example.it/x", "http://"},  {"ftp://h/", "http://"},      {"http:/h/", "http://"},
      {"http://", "no host"},    {"http:///x", "no host"},        {"http://:80/", "no host"},   {"http://a:b@h/", "header"},
      {"http://h:/", "port"},    {"http://h:0/", "port"},         {"http://h:65536/", "port"},  {"http://h:8o/", "port"},
      {"http://h:-1/", "port"},  {"http://h:80:81/", "port"},     {"http://h h/", "host"},      {"http://h\r\n/", "host"},
      {"http://\xc3\xa8/", "host"}, {"http://[::1/", "']'"},      {"http://[::1]80/", "']'"},   {"http://[h]/", "host"},
      {"http://h/a b", "path"},  {"http://h/\r\nX: y", "path"},   {"http://h/#x", "fragment"},  {"http://h/\xc3\xa8", "path"},
  };
  for (const auto& [url, word] : bad) {
    CAPTURE(url);
    const auto endpoint = parse_endpoint(url);
    REQUIRE(!endpoint);
    CHECK(mentions(endpoint.error(), word));
    CHECK(endpoint.error().find('\n') == endpoint.error().rfind('\n'));
  }
}

TEST_CASE("courier: an answer of any kind is read whole") {
  struct Case {
    std::string name, bytes, told;
  };
  const Case cases[] = {
      {"length", "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 4\r\n\r\n<b/>", "200 <b/>"},
      {"HTML", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<b/>", "200 <b/>"},
      {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n<b\r\n2;x=y\r\n/>\r\n0\r\nT: t\r\n\r\n", "200 <b/>"},
      {"until the end", "HTTP/1.1 200 OK\r\n\r\n<b/>", "200 <b/>"},
      {"HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\n<b/>", "200 <b/>"},
      {"close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\n<b/>", "200 <b/>"},
      {"404 with a body", "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\n<b/>", "404 <b/>"},
      {"500 with a body", "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\n<b/>", "500 <b/>"},
      {"no phrase", "HTTP/1.1 503 \r\nContent-Length: 0\r\n\r\n", "503 "},
      {"no body", "HTTP/1.1 204 No Content\r\n\r\n", "204 "},
      {"a redirect is not followed", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "302 "},
      {"interim", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "200 ok"},
      {"garbage", "what?\r\n\r\n", "garbled 400"},
      {"TLS alert on the plain port", "\x15\x03\x01\x00\x02\x02\x46", "garbled 400"},
      {"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", "garbled 400"},
      {"too long", "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n", "garbled 413"},
      {"too many chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", "garbled 413"},
      {"a header without end", "HTTP/1.1 200 OK\r\nX: " + std::string(9000, 'x'), "garbled 431"},
      {"a body without end", "HTTP/1.1 200 OK\r\n\r\n" + std::string(400'000, 'x'), "garbled 413"},
      {"cut in the head", "HTTP/1.1 200 OK\r\nContent-", "reset"},
      {"cut in the body", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<b/>", "reset"},
      {"cut in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<b/>", "reset"},
      {"closed without a word", "", "reset"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const Peer peer([&](Line& line, int) {
      if (line.hear()) line.say(c.bytes);
    });
    Courier courier(4);
    const Trip trip = ask(courier, at(peer.url()));
    CHECK(told(trip) == c.told);
    CHECK(peer.connections() == 1);
    if (const auto* garbled = std::get_if<Garbled>(&trip.end)) CHECK(std::string_view(c.bytes).substr(0, garbled->bytes.size()) == garbled->bytes);
  }
}

TEST_CASE("courier: a request leaves as it was given, with the endpoint's path, host and headers") {
  HttpRequest heard;
  const Peer peer([&](Line& line, int) {
    while (line.hear(heard)) line.answer("ok");
  });
  Courier courier(1);
  Endpoint endpoint = at(peer.url("/pa/soap?x=1"));
  endpoint.headers = {{"Ocp-Apim-Subscription-Key", "k"}, {"content-type", "text/plain"}};
  CHECK(told(ask(courier, endpoint, a_request("<a/>"))) == "200 ok");
  CHECK(heard.method == "POST");
  CHECK(heard.target == "/pa/soap?x=1");
  CHECK(heard.body == "<a/>");
  CHECK(*heard.headers.find("Host") == fmt::format("127.0.0.1:{}", peer.port()));
  CHECK(*heard.headers.find("SOAPAction") == "\"paVerify\"");
  CHECK(*heard.headers.find("Ocp-Apim-Subscription-Key") == "k");
  CHECK(heard.headers.count("Content-Type") == 1);
  CHECK(*heard.headers.find("Content-Type") == "text/plain");
  CHECK(heard.headers.count("Content-Length") == 1);
  CHECK(heard.headers.count("Transfer-Encoding") == 0);

  HttpRequest own{"GET", "/other", {{"Host", "else.where"}}, ""};
  CHECK(told(ask(courier, endpoint, own)) == "200 ok");
  CHECK(heard.method == "GET");
  CHECK(heard.target == "/other");
  CHECK(*heard.headers.find("Host") == "else.where");
  CHECK(heard.headers.count("Host") == 1);
}

TEST_CASE("courier: refused means that the peer has received nothing") {
  Courier courier(2);
  const Trip trip = ask(courier, at(nobody()));
  CHECK(told(trip) == "refused");
  CHECK(mentions(trip.cause, "refused"));
  Endpoint crooked;
  crooked.url = "not a URL";
  CHECK(told(ask(courier, crooked)) == "refused");
  // ".invalid" never has an address [RFC 6761]; where no resolver answers at all, the time for the connection ends it.
  Endpoint nowhere = at("http://nowhere.invalid/");
  nowhere.connect = impatience;
  const Trip lost = ask(courier, nowhere);
  CHECK(told(lost) == "refused");
  CHECK(mentions(lost.cause, "nowhere.invalid"));
}

TEST_CASE("courier: a name is looked up") {
  const Peer peer([](Line& line, int) {
    if (line.hear()) line.answer("ok");
  });
  Courier courier(1);
  CHECK(told(ask(courier, at(fmt::format("http://localhost:{}/", peer.port())))) == "200 ok");
}
