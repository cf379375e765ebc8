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

#include "tests/support/certificates.hpp"
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

std::int64_t milliseconds_since(std::chrono::steady_clock::time_point start) {
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

TEST_CASE("courier: a peer whose queue is full is no connection, within its own limit") {
  const Peer peer([](Line& line, int) { line.wait_for_the_other(2000); }, nullptr, 0, false);
  // The kernel takes a few that nobody accepts; the next ones hang.
  Courier courier(8);
  Endpoint endpoint = at(peer.url());
  endpoint.connect = impatience;
  std::vector<std::future<Trip>> trips;
  for (int i = 0; i < 6; ++i) {
    auto promise = std::make_shared<std::promise<Trip>>();
    trips.push_back(promise->get_future());
    courier.send(endpoint, a_request(), milliseconds(900), [promise](Trip trip) { promise->set_value(std::move(trip)); });
  }
  int refused = 0;
  for (std::future<Trip>& trip : trips) {
    REQUIRE(trip.wait_for(std::chrono::seconds(5)) == std::future_status::ready);
    const std::string end = told(trip.get());
    CHECK((end == "refused" || end == "timeout"));
    if (end == "refused") ++refused;
  }
  CHECK(refused > 0);
}

TEST_CASE("courier: one deadline ends the whole call, whatever drips") {
  const std::pair<std::string, Peer::Manner> manners[] = {
      {"silent", [](Line& line, int) { line.hear(), line.wait_for_the_other(5000); }},
      {"never reads", [](Line& line, int) { line.wait_for_the_other(1), std::this_thread::sleep_for(std::chrono::milliseconds(800)); }},
      {"drips a head",
       [](Line& line, int) {
         line.hear();
         line.say("HTTP/1.1 200 OK\r\nX: ");
         while (line.say("x")) std::this_thread::sleep_for(std::chrono::milliseconds(20));
       }},
      {"drips a body",
       [](Line& line, int) {
         line.hear();
         line.say("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
         while (line.say("x")) std::this_thread::sleep_for(std::chrono::milliseconds(20));
       }},
  };
  for (const auto& [name, manner] : manners) {
    CAPTURE(name);
    const Peer peer(manner);
    Courier courier(1);
    const auto start = std::chrono::steady_clock::now();
    CHECK(told(ask(courier, at(peer.url()), a_request(std::string(name == "never reads" ? 20'000'000 : 4, 'x')), impatience)) == "timeout");
    CHECK(milliseconds_since(start) >= 300);
    CHECK(milliseconds_since(start) < 2000);
    CHECK(peer.connections() == 1);
  }
}

TEST_CASE("courier: the deadline counts the wait for a free courier, and then nothing was sent") {
  const Peer peer([](Line& line, int) { line.hear(), line.wait_for_the_other(1500); });
  Courier courier(1);
  auto first = std::make_shared<std::promise<Trip>>();
  std::future<Trip> busy = first->get_future();
  courier.send(at(peer.url()), a_request(), milliseconds(1000), [first](Trip trip) { first->set_value(std::move(trip)); });
  const auto start = std::chrono::steady_clock::now();
  const Trip trip = ask(courier, at(peer.url()), a_request(), impatience);
  CHECK(milliseconds_since(start) < 900);
  CHECK(told(trip) == "refused");
  CHECK(mentions(trip.cause, "free"));
  CHECK(told(busy.get()) == "timeout");
  CHECK(peer.connections() == 1);
}

TEST_CASE("courier: a connection broken after the request may have gone is a reset, and nothing is sent again") {
  const std::pair<std::string, Peer::Manner> manners[] = {
      {"RST after the request", [](Line& line, int) { line.hear(), line.break_off(); }},
      {"RST before it is read", [](Line& line, int) { line.wait_for_the_other(5000), line.break_off(); }},
      {"RST within the answer",
       [](Line& line, int) {
         line.hear();
         line.say("HTTP/1.1 200 OK\r\n\r\n<b");
         std::this_thread::sleep_for(std::chrono::milliseconds(50));
         line.break_off();
       }},
  };
  for (const auto& [name, manner] : manners) {
    CAPTURE(name);
    const Peer peer(manner);
    Courier courier(1);
    CHECK(told(ask(courier, at(peer.url()))) == "reset");
    CHECK(peer.connections() == 1);
  }
}

TEST_CASE("courier: an answer that comes before the request is taken whole is the answer") {
  const Peer peer([](Line& line, int) {
    line.say("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  });
  Courier courier(1);
  CHECK(told(ask(courier, at(peer.url()), a_request(std::string(20'000'000, 'x')))) == "413 no");
}

TEST_CASE("courier: connections are kept between calls, and never when the answer left doubt about them") {
  struct Case {
    std::string name, bytes;
    int connections;
  };
  const Case cases[] = {
      {"kept", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 1},
      {"kept, in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 1},
      {"close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 2},
      {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 2},
      {"another answer unasked", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 2},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const Peer peer([&](Line& line, int) {
      while (line.hear()) line.say(c.bytes);
    });
    Courier courier(1);
    CHECK(told(ask(courier, at(peer.url()))) == "200 ok");
    CHECK(told(ask(courier, at(peer.url()))) == "200 ok");
    CHECK(peer.connections() == c.connections);
  }
}

TEST_CASE("courier: an answer that comes unasked on an idle connection is never taken for the next one") {
  std::promise<void> said;
  const Peer peer([&](Line& line, int number) {
    line.hear();
    line.answer("ok");
    if (number == 1) {
      line.answer("evil");
      said.set_value();
      line.wait_for_the_other(5000);
    }
  });
  Courier courier(1);
  CHECK(told(ask(courier, at(peer.url()))) == "200 ok");
  said.get_future().wait();
  const Trip second = ask(courier, at(peer.url()));
  CHECK(told(second) == "200 ok");
  CHECK(peer.connections() == 2);
}

TEST_CASE("courier: a reused connection that breaks before the first byte is tried once more on a fresh one") {  // [wire.md 5]
  struct Case {
    std::string name, told;
    int connections;
    Peer::Manner on_reuse;                   ///< the second request of connection 1
    std::function<bool(Line& line)> after;   ///< what connection 2 does
  };
  const auto fine = [](Line& line) { return line.hear() && line.answer("again"); };
  const auto breaks = [](Line& line) { return line.hear(), line.break_off(), true; };
  const Case cases[] = {
      {"RST", "twice: 200 again", 2, [](Line& line, int) { line.break_off(); }, fine},
      {"closed", "twice: 200 again", 2, [](Line&, int) {}, fine},
      {"once only", "twice: reset", 2, [](Line& line, int) { line.break_off(); }, breaks},
      {"not after the first byte", "reset", 1, [](Line& line, int) { line.say("H"); }, fine},
      {"not after garbage", "garbled 400", 1, [](Line& line, int) { line.say("?"); }, fine},
      {"not after silence", "timeout", 1, [](Line& line, int) { line.wait_for_the_other(2000); }, fine},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const Peer peer([&](Line& line, int number) {
      if (number > 1) {
        c.after(line);
        return;
      }
      line.hear();
      line.answer("ok");
      if (line.hear()) c.on_reuse(line, number);
    });
    Courier courier(1);
    CHECK(told(ask(courier, at(peer.url()))) == "200 ok");
    CHECK(told(ask(courier, at(peer.url()), a_request(), milliseconds(600))) == c.told);
    CHECK(peer.connections() == c.connections);
  }
}

TEST_CASE("courier: what a reused connection swallowed is a reset even when no fresh one can be made") {
  std::unique_ptr<Peer> peer;
  peer = std::make_unique<Peer>([&](Line& line, int) {
    line.hear();
    line.answer("ok");
    if (!line.hear()) return;
    peer->stop_listening();
    line.break_off();
  });
  Courier courier(1);
  CHECK(told(ask(courier, at(peer->url()))) == "200 ok");
  const Trip trip = ask(courier, at(peer->url()));
  CHECK(told(trip) == "twice: reset");
  CHECK(mentions(trip.cause, "reused"));
}

TEST_CASE("courier: an idle connection is closed before its peer would, and a stale one is not used") {
  std::promise<std::int64_t> closed_after;
  const Peer peer([&](Line& line, int number) {
    line.hear();
    line.answer("ok");
    if (number > 1) return;  // closed at once, before the next call
    const auto start = std::chrono::steady_clock::now();
    line.wait_for_the_other(6000);
    closed_after.set_value(milliseconds_since(start));
  });
  Courier courier(1);
  CHECK(told(ask(courier, at(peer.url()))) == "200 ok");
  const std::int64_t time = closed_after.get_future().get();
  CHECK(time > 3000);
  CHECK(time < 4900);
  CHECK(told(ask(courier, at(peer.url()))) == "200 ok");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const Trip third = ask(courier, at(peer.url()));
  CHECK(told(third) == "200 ok");  // and not «twice»: the close was seen
  CHECK(peer.connections() == 3);
}

TEST_CASE("courier: TLS with an authority of one's own, a wrong host, and a client's certificate") {
  const support::Certificates certificates;
  const auto context = [&](const std::string& name, bool asks) {
    std::shared_ptr<SSL_CTX> out(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    SSL_CTX_use_certificate_chain_file(out.get(), certificates.file(name + ".pem").c_str());
    SSL_CTX_use_PrivateKey_file(out.get(), certificates.file(name + ".key").c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_load_verify_locations(out.get(), certificates.file("authority.pem").c_str(), nullptr);
    if (asks) SSL_CTX_set_verify(out.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    return out;
  };
  std::atomic<int> heard{0};
  const Peer::Manner manner = [&](Line& line, int) {
    while (line.hear()) ++heard, line.answer("ok");
  };
  const auto server = context("server", false);
  const auto stranger = context("stranger", false);
  const auto asking = context("server", true);
  const Peer peer(manner, server.get()), strange(manner, stranger.get()), careful(manner, asking.get()), plain(manner);
  const auto trusting = [&](std::string url, const std::string& client = "") {
    Endpoint out = at(url);
    out.ca_file = certificates.file("authority.pem");
    if (!client.empty()) out.client_certificate = certificates.file(client + ".pem"), out.client_key = certificates.file(client + ".key");
    return out;
  };
  const auto on = [](const Peer& whose, std::string_view host) { return fmt::format("https://{}:{}/", host, whose.port()); };
  Endpoint careless = at(strange.url());
  careless.verify = false;
  Endpoint lost = trusting(peer.url());
  lost.ca_file = certificates.file("none.pem");
  struct Case {
    std::string name;
    Endpoint endpoint;
    std::string told, cause;
  };
  const Case cases[] = {
      {"own authority", trusting(peer.url()), "200 ok", ""},
      {"by name", trusting(on(peer, "localhost")), "200 ok", ""},
      {"unknown authority", trusting(strange.url()), "refused", "certificate"},
      {"authorities of the system", at(peer.url()), "refused", "certificate"},
      {"not verified", careless, "200 ok", ""},
      {"wrong host", trusting(on(peer, "127.1")), "refused", "ostname"},  // resolves to 127.0.0.1, and is not in the certificate
      {"no TLS there", trusting(on(plain, "127.0.0.1")), "refused", "TLS"},
      {"the client's certificate", trusting(careful.url(), "client"), "200 ok", ""},
      {"none where one is asked", trusting(careful.url()), "refused", "certificate"},
      {"a stranger's", trusting(careful.url(), "stranger"), "refused", "alert"},
      {"no such file", lost, "refused", "none.pem"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Courier courier(1);
    const int before = heard;
    const Trip trip = ask(courier, c.endpoint);
    CHECK(told(trip) == c.told);
    CHECK(mentions(trip.cause, c.cause));
    CHECK(heard == before + (c.told == "refused" ? 0 : 1));
    if (c.told != "refused") CHECK(told(ask(courier, c.endpoint)) == "200 ok");  // the tickets of TLS 1.3 are no words
    if (c.name == "own authority") CHECK(peer.connections() == 1);
  }
}

TEST_CASE("courier: two hundred calls at once, each with its own answer, on threads that are kept") {
  constexpr int many = 200;
  std::atomic<int> waiting{0};
  const Peer peer([&](Line& line, int) {
    HttpRequest request;
    while (line.hear(request)) {
      ++waiting;
      for (int i = 0; i < 400 && waiting < many; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));  // all are here, or it fails
      line.answer(request.body);
    }
  });
  Courier courier(many);
  for (int round = 0; round < 2; ++round) {
    waiting = 0;
    std::vector<std::future<Trip>> trips;
    for (int i = 0; i < many; ++i) {
      auto promise = std::make_shared<std::promise<Trip>>();
      trips.push_back(promise->get_future());
      courier.send(at(peer.url()), a_request(std::to_string(i)), seconds(10), [promise](Trip trip) { promise->set_value(std::move(trip)); });
    }
    for (int i = 0; i < many; ++i) CHECK(told(trips[static_cast<std::size_t>(i)].get()) == fmt::format("200 {}", i));
    CHECK(waiting == many);
  }
  CHECK(peer.connections() == many);
}

TEST_CASE("courier: a call may be made from the end of another, and stopping tells every call its end") {
  const Peer peer([](Line& line, int) {
    HttpRequest request;
    while (line.hear(request)) {
      if (request.body == "wait") line.wait_for_the_other(5000);
      else line.answer(request.body);
    }
  });
  Courier courier(1);
  std::promise<Trip> second;
  courier.send(at(peer.url()), a_request("1"), patience, [&](Trip) {
    courier.send(at(peer.url()), a_request("2"), patience, [&](Trip trip) { second.set_value(std::move(trip)); });
  });
  CHECK(told(second.get_future().get()) == "200 2");

  std::vector<std::string> ends;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 3; ++i) courier.send(at(peer.url()), a_request("wait"), patience, [&](Trip trip) { ends.push_back(told(trip)); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  courier.stop();
  CHECK(milliseconds_since(start) < 2000);
  CHECK(ends == std::vector<std::string>{"reset", "refused", "refused"});  // the others had not left
  CHECK(!courier.send(at(peer.url()), a_request(), patience, [](Trip) { CHECK(false); }));
}
