// The sandbox as a tester drives it: a whole process on ports that the system picks, and a client that is not ours.
#include "sim/live/sandbox.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <httplib.h>

#include "actors/cast.hpp"
#include "actors/ec_notices.hpp"
#include "sim/contract/wsdl.hpp"
#include "sim/report/journal_text.hpp"
#include "sim/wire/codec.hpp"
#include "sim/wire/json.hpp"

namespace {

using namespace sim::live;
using sim::contract::Party;
using sim::contract::Role;
using sim::wire::Json;

constexpr std::string_view ec_id = "77777777777";

/// All four roles, as `serve` puts them together.
class Town {
 public:
  explicit Town(const std::vector<Party>& strangers = {}) : world_(cast_without(strangers), sim::contract::built_in_registry(), swift(), 1, sim::Fidelity::wire, sim::Instant{1'767'225'600'000}),
                                                           host_(world_, hosting()), sandbox_(host_, told()) {
    for (const Role role : {Role::nodo, Role::ec, Role::psp, Role::checkout}) {
      auto server = Server::start({}, [this, role](const sim::wire::HttpRequest& request, const Peer&) { return sandbox_.serve(role, request); });
      REQUIRE(server);
      const std::string url = fmt::format("http://127.0.0.1:{}", (*server)->port());
      host_.listens(role, url);
      sandbox_.listens(role, url);
      servers_.emplace(role, std::move(*server));
    }
    host_.start();
  }
  ~Town() { stop(); }
  Town(const Town&) = delete;
  Town& operator=(const Town&) = delete;
  void stop() {
    for (auto& [role, server] : servers_) server->stop();
    host_.stop();
  }

  int port(Role role) const { return servers_.at(role)->port(); }
  httplib::Client at(Role role) {
    httplib::Client out("127.0.0.1", servers_.at(role)->port());
    out.set_read_timeout(10);
    out.set_connection_timeout(5);
    return out;
  }
  httplib::Result get(const std::string& path, Role role = Role::checkout) { return at(role).Get(path.c_str()); }
  httplib::Result post(const std::string& path, const std::string& body, Role role = Role::checkout) { return at(role).Post(path.c_str(), body, "application/json"); }

  /// Pays a notice; waits until the debt at the EC and the journey are at rest.
  std::string pay(const std::string& notice) {
    const auto begun = post("/sandbox/payments", "{\"noticeNumber\":\"" + notice + "\"}");
    REQUIRE(begun);
    REQUIRE(begun->status == 202);
    return begun->get_header_value("Location");
  }
  /// The answer at a path, asked again until it holds the text.
  std::string until(const std::string& path, std::string_view wanted) {
    std::string last;
    for (int i = 0; i < 200; ++i) {
      const auto answer = get(path);
      REQUIRE(answer);
      last = answer->body;
      if (last.find(wanted) != std::string::npos) return last;
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
    FAIL_CHECK("no " << wanted << " in " << last);
    return last;
  }
  sim::World& world() { return world_; }
  const std::vector<sim::Stimulus>& heard() const { return heard_; }
  static sim::contract::Settings swift() {
    sim::contract::Settings settings;
    settings.latency = sim::Duration{0};
    settings.gateway_time = sim::milliseconds(20);
    settings.outcome_after = sim::milliseconds(20);
    return settings;
  }
  static sim::Cast cast_without(const std::vector<Party>& strangers) {
    sim::Cast cast = actors::cast(sim::contract::built_in_registry(), {});
    std::erase_if(cast.parts, [&](const auto& part) { return std::find(strangers.begin(), strangers.end(), part.first) != strangers.end(); });
    return cast;
  }

 private:
  HostOptions hosting() {
    HostOptions out;
    out.record = [this](const sim::Stimulus& s) { heard_.push_back(s); };
    return out;
  }
  static SandboxOptions told() {
    SandboxOptions out;
    out.line = sim::report::to_line;
    out.jobs = {"mod3CancelV2", "paSendRt"};
    out.notices = {{"302000000000000000", "ordinario", "ordinary"}};
    out.amount_of = [](std::string_view ec, std::string_view notice) {
      const actors::NoticeClass* of = ec == ec_id ? actors::notice_class(notice) : nullptr;
      return of == nullptr ? std::string() : sim::contract::to_text(actors::position_of_class(*of, notice).amount);
    };
    return out;
  }

  std::vector<sim::Stimulus> heard_;
  sim::World world_;
  Host host_;
  Sandbox sandbox_;
  std::map<Role, std::unique_ptr<Server>> servers_;
};

std::size_t lines_of(std::string_view text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')); }

}  // namespace

TEST_CASE("sandbox: a payment is started, followed and told, from verification to receipt") {
  Town town;
  const std::string where = town.pay("302001000000000001");
  CHECK(where == "/sandbox/payments/1");
  const std::string end = town.until(where, "\"debt\":\"paid\"");
  CHECK(end.find("\"screen\":\"0\"") != std::string::npos);
  CHECK(town.until(where, "\"position\":\"NOTIFIED\"").find("\"finished\":true") != std::string::npos);
  CHECK(town.get("/sandbox/state")->body.find("\"payment\":[") != std::string::npos);
  CHECK(town.get("/sandbox/state?notice=302001000000000002")->body == "{}\n");
  CHECK(town.get("/sandbox/positions/77777777777/302001000000000001")->body.find("\"amount\":\"120.00\",\"state\":\"paid\"") != std::string::npos);
  CHECK(town.get("/sandbox/payments/77")->status == 404);
  CHECK(town.get("/sandbox/payments")->body.find("\"id\":1") != std::string::npos);
}

TEST_CASE("sandbox: a user goes step by step, and only where a journey is") {
  Town town;
  const std::string user = "/sandbox/users/77777777777/302001000000000001/";
  CHECK(town.post(user + "authorise", "")->status == 409);
  CHECK(town.post(user + "leap", "")->status == 404);
  const auto verified = town.post(user + "verify", "");
  REQUIRE(verified);
  CHECK(verified->status == 202);
  const std::string where = verified->get_header_value("Location");
  town.post(user + "activate", "");  // each step waits for the one before
  town.post(user + "cancel", "");
  town.until(where, "CANCEL");
}

TEST_CASE("sandbox: the journal is read from where one left it, and about one notice or token alone") {
  Town town;
  const std::string first = town.pay("302001000000000001"), second = town.pay("302001000000000002");
  town.until(second, "\"debt\":\"paid\"");
  const std::string told = town.until(first, "\"position\":\"NOTIFIED\"");
  town.until(second, "\"position\":\"NOTIFIED\"");
  const auto all = town.get("/sandbox/journal");
  const auto next = all->get_header_value("X-Next-Since");
  CHECK(next == std::to_string(lines_of(all->body)));
  CHECK(town.get("/sandbox/journal?since=" + next)->body.empty());
  const auto one = town.get("/sandbox/journal?notice=302001000000000001"), other = town.get("/sandbox/journal?notice=77777777777/302001000000000002");
  CHECK(one->body.find("302001000000000002") == std::string::npos);
  CHECK(other->body.find("302001000000000001") == std::string::npos);
  CHECK(one->body.find("\"primitive\":\"paSendRT") != std::string::npos);  // a receipt names its notice
  CHECK(one->body.find("\"primitive\":\"sendPaymentOutcome") != std::string::npos);  // and an outcome its token alone
  const auto parsed = sim::wire::parse_json(told);
  REQUIRE(parsed);
  const std::string token = *parsed->member("token")->text();
  const auto of_token = town.get("/sandbox/journal?token=" + token);
  CHECK(of_token->body.find("\"primitive\":\"pspNotifyPayment") != std::string::npos);
  CHECK(of_token->body.find("\"primitive\":\"verifyPaymentNotice") == std::string::npos);  // before there was a token
  CHECK(of_token->body.find("302001000000000002") == std::string::npos);
}

TEST_CASE("sandbox: events tell the journal as it grows") {
  Town town;
  std::string got;
  std::thread tester([&] {
    auto client = town.at(Role::nodo);
    client.Get("/sandbox/events?notice=302001000000000001", [&](const char* bytes, std::size_t size) {
      got.append(bytes, size);
      return got.find("\"to\":\"paid\"") == std::string::npos;
    });
  });
  town.pay("302001000000000002");
  town.pay("302001000000000001");
  tester.join();
  CHECK(got.starts_with("id: "));
  CHECK(got.find("302001000000000002") == std::string::npos);
  CHECK(got.find("\n\nid: ") != std::string::npos);
}

TEST_CASE("sandbox: positions are created, changed, withdrawn and opened again") {
  Town town;
  const std::string fresh = "/sandbox/positions/77777777777/302500000000000001";
  const std::string body = R"({"noticeNumber":"302500000000000001","amount":"12.34"})";
  CHECK(town.get(fresh)->status == 404);
  CHECK(town.post("/sandbox/positions", body)->status == 201);
  CHECK(town.post("/sandbox/positions", body)->status == 409);
  CHECK(town.get(fresh)->body.find(R"("amount":"12.34","state":"open")") != std::string::npos);
  CHECK(town.at(Role::ec).Put(fresh.c_str(), R"({"amount":"15.00"})", "application/json")->body.find("15.00") != std::string::npos);
  CHECK(town.at(Role::ec).Delete(fresh.c_str())->body.find("cancelled") != std::string::npos);
  CHECK(town.post(fresh + "/reset", "")->body.find("open") != std::string::npos);
  const std::string where = town.pay("302500000000000001");
  town.until(where, "\"debt\":\"paid\"");
  CHECK(town.get("/sandbox/journal?notice=302500000000000001")->body.find("15.00") != std::string::npos);
  CHECK(town.get("/sandbox/positions")->body.find("302500000000000001") != std::string::npos);
}

TEST_CASE("sandbox: jobs run by both of their names, and unknown ones are refused with those that exist") {
  Town town;
  CHECK(town.post("/sandbox/jobs/mod3CancelV2", "")->status == 202);
  CHECK(town.get("/monitoring/v1/jobs/trigger/paSendRt", Role::nodo)->status == 200);
  const auto unknown = town.post("/sandbox/jobs/tidy", "");
  CHECK(unknown->status == 404);
  CHECK(unknown->body.find("mod3CancelV2, paSendRt") != std::string::npos);
  CHECK(town.get("/sandbox/journal")->body.find("\"verb\":\"job\"") != std::string::npos);
}

TEST_CASE("sandbox: what is odd is refused as a problem with a way out") {
  Town town;
  struct Odd {
    const char *path, *body;
    int status;
    const char* hint;
  };
  const Odd odd[] = {
      {"/sandbox/payments", "{", 400, "JSON"},
      {"/sandbox/payments", "[]", 400, "noticeNumber"},
      {"/sandbox/payments", "{}", 400, "18 digits"},
      {"/sandbox/payments", R"({"noticeNumber":"12"})", 400, "18 digits"},
      {"/sandbox/payments", R"({"noticeNumber":"302001000000000001","colour":"red"})", 400, "known: noticeNumber"},
      {"/sandbox/payments", R"({"noticeNumber":"302001000000000001","fee":"1,5"})", 400, "1.50"},
      {"/sandbox/payments", R"({"noticeNumber":"302001000000000001","card":"gold"})", 400, "4999"},
      {"/sandbox/payments", R"({"noticeNumber":"302001000000000001","fee":true})", 400, "number"},
      {"/sandbox/payments", R"({"noticeNumber":"302001000000000001","fiscalCode":"7"})", 400, "11 digits"},
      {"/sandbox/payments", R"({"noticeNumber":"302001000000000001","touchpoint":"psp","psp":"NOBODY"})", 400, "PSPSIM01"},
      {"/sandbox/positions", R"({"noticeNumber":"302500000000000001","amount":"0.00"})", 400, "more than 0.00"},
      {"/sandbox/positions", R"({"noticeNumber":"302500000000000001","amount":"1.00","state":"lost"})", 400, "expired"},
      {"/sandbox/positions", R"({"noticeNumber":"302500000000000001","fiscalCode":"12345678901","amount":"1.00"})", 409, "played here"},
      {"/sandbox/positions", R"({"noticeNumber":"302990000000000001","amount":"1.00"})", 409, "302500000000000001"},
      {"/sandbox/nowhere", "{}", 404, "openapi.json"},
      {"/sandbox/journal", "{}", 405, "GET"},
  };
  for (const Odd& one : odd) {
    CAPTURE(one.path);
    CAPTURE(one.body);
    const auto answer = town.post(one.path, one.body);
    REQUIRE(answer);
    CHECK(answer->status == one.status);
    CHECK(answer->get_header_value("Content-Type") == "application/problem+json; charset=utf-8");
    CHECK_MESSAGE(answer->body.find(one.hint) != std::string::npos, answer->body);
    CHECK(sim::wire::parse_json(answer->body));
  }
  CHECK(town.get("/sandbox/journal?since=x")->status == 400);
  CHECK(town.get("/sandbox/journal?colour=x")->status == 400);
  CHECK(town.get("/sandbox/journal?notice=%FF")->status == 400);
  CHECK(town.post("/sandbox/journal", "{}")->get_header_value("Allow") == "GET");
}

TEST_CASE("sandbox: schemas, the document of operations and the index page come from the tables") {
  Town town;
  const auto wsdl = town.get("/any/path?wsdl", Role::ec);
  CHECK(wsdl->body.find(fmt::format("location=\"http://127.0.0.1:{}/any/path\"", town.port(Role::ec))) != std::string::npos);
  CHECK(town.get("/?XSD", Role::psp)->body == sim::contract::xsd_of(*sim::contract::find_port("pspForNode")));
  CHECK(town.get("/node-for-psp/v1?wsdl", Role::nodo)->body.find("activatePaymentNotice") != std::string::npos);
  const auto document = sim::wire::parse_json(town.get("/sandbox/openapi.json")->body);
  REQUIRE(document);
  const std::string page = town.get("/?lang=it")->body, english = town.get("/")->body;
  CHECK(page.find("302000000000000000") != std::string::npos);
  for (const Operation& row : Sandbox::operations()) {
    CAPTURE(row.path);
    CHECK(document->member("paths")->member(row.path) != nullptr);
    CHECK(page.find(std::string(row.method) + " " + std::string(row.path)) != std::string::npos);
    CHECK(english.find(row.en.substr(0, row.en.find('\''))) != std::string::npos);
  }
}

// ---- behaviours ----

namespace {

/// Somebody who takes what leaves and brings nothing: when a session is played again, what was brought is in its record.
class Nobody final : public sim::Carrier {
 public:
  bool carry(const sim::Freight& /*freight*/) override { return true; }
  void hang_up(sim::ExchangeId /*exchange*/) override {}
};

}  // namespace

TEST_CASE("sandbox: what one tester asks for is not met by another, and a session that is played again repeats it") {
  Town town;
  const auto set = town.post("/sandbox/behaviours", R"({"noticeNumber":"302001000000000001","to":"paGetPayment","outcome":"KO","fault":"PAA_PAGAMENTO_SCADUTO","times":0})");
  REQUIRE(set);
  CHECK(set->status == 201);
  CHECK(town.post("/sandbox/behaviours", R"({"noticeNumber":"302001000000000003","on":"paVerifyPaymentNotice","do":"refuse"})")->status == 201);
  const std::string hers = town.pay("302001000000000001"), his = town.pay("302001000000000002"), theirs = town.pay("302001000000000003");
  CHECK(town.until(his, "\"debt\":\"paid\"").find("\"screen\":\"0\"") != std::string::npos);
  town.until(his, "\"position\":\"NOTIFIED\"");
  CHECK(town.until(hers, "\"finished\":true").find("PAYMENT_EXPIRED") != std::string::npos);
  CHECK(town.until(theirs, "\"finished\":true").find("\"screen\":\"0\"") == std::string::npos);
  const std::string told = town.get("/sandbox/journal?notice=302001000000000001")->body;
  CHECK(told.find("answers KO") != std::string::npos);
  CHECK(town.get("/sandbox/journal?notice=302001000000000002")->body.find("answers KO") == std::string::npos);
  CHECK(town.get("/sandbox/journal?notice=302001000000000003")->body.find("\"event\":\"refuse\"") != std::string::npos);
  CHECK(town.get("/sandbox/behaviours")->body.find("302001000000000003") == std::string::npos);  // spent
  // Taken back: the same notice can be paid.
  CHECK(town.get("/sandbox/behaviours?notice=302001000000000001")->body.find("PAA_PAGAMENTO_SCADUTO") != std::string::npos);
  CHECK(town.at(Role::nodo).Delete(set->get_header_value("Location").c_str())->status == 204);
  CHECK(town.at(Role::nodo).Delete(set->get_header_value("Location").c_str())->status == 404);
  CHECK(town.get("/sandbox/behaviours")->body == "[]\n");
  town.until(town.pay("302001000000000001"), "\"position\":\"NOTIFIED\"");
  town.stop();

  sim::World again(Town::cast_without({}), sim::contract::built_in_registry(), Town::swift(), 1, sim::Fidelity::wire, town.world().journal().start);
  Nobody nobody;
  again.carrier = &nobody;
  for (const sim::Stimulus& stimulus : town.heard()) {
    const auto read = sim::stimulus_of(sim::to_line(stimulus));
    REQUIRE_MESSAGE(read, read.error());
    sim::apply(again, *read);
  }
  sim::pass(again, town.world().now(), [](sim::Ticket) {});
  CHECK(sim::report::to_ndjson(again.journal()) == sim::report::to_ndjson(town.world().journal()));
}

TEST_CASE("sandbox: a behaviour about a token meets the messages that bear it, and no other payment") {
  Town town;
  std::string tokens[2];
  const std::string notices[] = {"302001000000000001", "302001000000000002"};
  std::string where[2];
  for (int i = 0; i < 2; ++i) {
    const std::string user = "/sandbox/users/77777777777/" + notices[i] + "/";
    where[i] = town.post(user + "verify", "")->get_header_value("Location");
    town.until(where[i], "\"finished\":true");
    town.post(user + "activate", "");
    const auto told = sim::wire::parse_json(town.until(where[i], "\"transaction\":\"ACTIVATED\""));
    REQUIRE(told);
    tokens[i] = *told->member("token")->text();
  }
  CHECK(town.post("/sandbox/behaviours", "{\"token\":\"" + tokens[0] + R"(","to":"pspNotifyPayment","outcome":"KO","fault":"CANALE_RPT_RIFIUTATA"})")->status == 201);
  for (const std::string& notice : notices) {
    town.until(where[notice == notices[1] ? 1 : 0], "\"finished\":true");
    town.post("/sandbox/users/77777777777/" + notice + "/authorise", "");
  }
  town.until(where[1], "\"debt\":\"paid\"");
  town.until(where[0], "\"transaction\":\"REFUNDED\"");
  CHECK(town.get("/sandbox/journal?token=" + tokens[1])->body.find("answers KO") == std::string::npos);
}

TEST_CASE("sandbox: an answer is changed, late or another's in one field alone") {
  Town town;
  CHECK(town.post("/sandbox/behaviours", R"({"noticeNumber":"302001000000000001","to":"paVerifyPaymentNotice","set":"paymentDescription=Sagra","after":"150ms"})")->status == 201);
  const auto verified = town.post("/sandbox/users/77777777777/302001000000000001/verify", "");
  town.until(verified->get_header_value("Location"), "\"finished\":true");
  const std::string told = town.get("/sandbox/journal?notice=302001000000000001")->body;
  CHECK(told.find("<paymentDescription>Sagra<") != std::string::npos);
  CHECK(told.find("changes its answer") != std::string::npos);
}

TEST_CASE("sandbox: behaviours that make no sense are refused with those that would") {
  Town town;
  const std::pair<const char*, const char*> odd[] = {
      {R"({"to":"paGetPayment","outcome":"KO","fault":"X"})", "noticeNumber"},
      {R"({"noticeNumber":"302001000000000001","token":"a","to":"paGetPayment"})", "one notice or one token"},
      {R"({"noticeNumber":"302001000000000001","to":"paGet"})", "paGetPayment"},
      {R"({"noticeNumber":"302001000000000001","to":"paGetPayment"})", "nothing would be different"},
      {R"({"noticeNumber":"302001000000000001","to":"paGetPayment","by":"psp","with":"empty"})", "answered by ec"},
      {R"({"noticeNumber":"302001000000000001","to":"paGetPayment","with":"flowers"})", "malformed"},
      {R"({"noticeNumber":"302001000000000001","to":"paGetPayment","outcome":"OK"})", "KO"},
      {R"({"noticeNumber":"302001000000000001","to":"paGetPayment","outcome":"KO"})", "code of its fault"},
      {R"({"noticeNumber":"302001000000000001","to":"paGetPayment","outcome":"KO","fault":"X","with":"empty"})", "exclude"},
      {R"({"noticeNumber":"302001000000000001","to":"paGetPayment","set":"data/nothing=1"})", "path"},
      {R"({"noticeNumber":"302001000000000001","to":"paGetPayment","after":"soon"})", "500ms"},
      {R"({"noticeNumber":"302001000000000001","to":"paGetPayment","status":"99"})", "599"},
      {R"({"noticeNumber":"302001000000000001","to":"closePayment-v2","with":"no-fault"})", "SOAP"},
      {R"({"noticeNumber":"302001000000000001","on":"paGetPayment","do":"overtake"})", "drop"},
      {R"({"noticeNumber":"302001000000000001","on":"paGetPayment","do":"delay"})", "2s"},
      {R"({"noticeNumber":"302001000000000001","on":"paGetPayment","do":"refuse","leg":"response"})", "requests"},
      {R"({"noticeNumber":"302001000000000001","on":"paGetPayment","do":"drop","outcome":"KO"})", "two behaviours"},
      {R"({"noticeNumber":"302001000000000001","to":"paGetPayment","with":"empty","leg":"request"})", "network"},
      {R"({"noticeNumber":"302001000000000001","on":"paGetPayment","do":"drop","nth":0})", "1000"},
  };
  for (const auto& [body, hint] : odd) {
    CAPTURE(body);
    const auto answer = town.post("/sandbox/behaviours", body);
    CHECK(answer->status == 400);
    CHECK_MESSAGE(answer->body.find(hint) != std::string::npos, answer->body);
  }
  CHECK(town.get("/sandbox/behaviours")->body == "[]\n");
  Town without({{Role::psp, "PSPSIM01"}, {Role::psp, "PSPSIM02"}});
  CHECK(without.post("/sandbox/behaviours", R"({"noticeNumber":"302001000000000001","to":"pspNotifyPayment","with":"silence"})")->status == 409);
}

TEST_CASE("sandbox: the control paths of mocks queue answers in turn, forget them and tell what was said") {
  Town town;
  const auto info = town.get("/info", Role::ec);
  CHECK(info->body.find("\"77777777777\"") != std::string::npos);
  CHECK(town.get("/info", Role::nodo)->body.find("checkout-sim") == std::string::npos);
  const auto refusal = [](const char* code) {
    return sim::wire::encode(sim::contract::refusal(sim::contract::PrimitiveId::paVerifyPaymentNotice, sim::contract::fault_bean(code, ec_id)));
  };
  const auto verify = [&] {
    const auto begun = town.post("/sandbox/users/77777777777/302001000000000001/verify", "");
    return town.until(begun->get_header_value("Location"), "\"finished\":true");
  };
  const std::string path = "/response/paVerifyPaymentNotice?override=true";
  CHECK(town.post(path, refusal("PAA_PAGAMENTO_SCADUTO"), Role::ec)->status == 200);
  CHECK(town.post(path, refusal("PAA_PAGAMENTO_ANNULLATO"), Role::ec)->status == 200);
  CHECK(town.post(path, refusal("PAA_PAGAMENTO_DUPLICATO"), Role::ec)->status == 200);
  CHECK(verify().find("PAYMENT_EXPIRED") != std::string::npos);
  CHECK(verify().find("PAYMENT_CANCELED") != std::string::npos);
  CHECK(town.at(Role::ec).Delete("/response/paVerifyPaymentNotice")->status == 204);
  CHECK(verify().find("\"screen\":\"PAYMENT") == std::string::npos);  // as if nothing had been queued
  const auto said = sim::wire::parse_json(town.get("/history/302001000000000001/paVerifyPaymentNotice", Role::ec)->body);
  REQUIRE(said);
  CHECK(said->member("request")->text()->find("302001000000000001") != std::string::npos);
  CHECK(said->member("response")->text()->find("<outcome>OK<") != std::string::npos);
  CHECK(town.get("/history/302001000000000002/paVerifyPaymentNotice", Role::ec)->status == 404);
  CHECK(town.post(path, "", Role::ec)->status == 400);
  CHECK(town.post("/response/pspNotifyPayment", "x", Role::ec)->status == 404);
  CHECK(town.post("/response/pspNotifyPayment", "x", Role::psp)->status == 200);
  CHECK(town.at(Role::psp).Delete("/response")->status == 204);
}
