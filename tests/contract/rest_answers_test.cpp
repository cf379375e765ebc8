// What the JSON interfaces answer when it is not plain success: the table says everything once, the Nodo says nothing
// else, and every defect that a request can have is answered with the status and the member that are documented.
#include "sim/contract/rest_answers.hpp"

#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "actors/nodo_tables.hpp"
#include "sim/contract/breaks.hpp"
#include "sim/contract/generate.hpp"
#include "sim/wire/codec.hpp"

namespace {

using namespace sim::contract;
using P = PrimitiveId;
using Violations = std::vector<Violation>;

constexpr P json_primitives[] = {P::closePaymentV1,      P::closePaymentV2, P::checkPosition, P::sendPaymentResultV1,
                                 P::sendPaymentResultV2, P::cartsV1,        P::cartsV2};

/// "400 Invalid fee"
std::string told(const RestRefusal& answer) {
  const P id = primitive_of(answer.message);
  const bool cart = id == P::cartsV1 || id == P::cartsV2;
  const std::string_view says = cart ? "detail" : id == P::closePaymentV1 ? "descrizione" : "description";
  return std::to_string(answer.status) + " " + text_at(answer.message, says).value_or("-");
}

Violations violations_of(P id, std::string bytes) {
  const auto said = sim::wire::decode(id, Leg::request, std::make_shared<const std::string>(std::move(bytes)));
  const auto* malformed = std::get_if<Malformed>(&said);
  return malformed == nullptr ? Violations{} : malformed->violations;
}

/// The member of the request that a path begins with.
std::string member_of(std::string_view path) { return std::string(path.substr(0, path.find_first_of("/["))); }

/// A request with outcome OK, where there is one, whose every optional part is there.
Message whole_request(P id, sim::Random& random) {
  for (;;) {
    Message message = generate(id, Leg::request, random, Fullness::full);
    if (outcome_of(message) != Outcome::KO) return message;
  }
}

}  // namespace

TEST_CASE("an answer of a JSON interface is in the table once, and says when it is given in Italian and in English") {
  std::set<std::tuple<P, int, std::string_view>> seen;
  for (const RestAnswer& row : rest_answers()) {
    CAPTURE(primitive(row.primitive).name);
    CAPTURE(row.status);
    CAPTURE(row.description);
    CHECK(seen.emplace(row.primitive, row.status, row.description).second);
    CHECK(primitive(row.primitive).port == nullptr);
    for (const std::string_view text : {row.it, row.en}) {
      CHECK(text.size() > 15);
      CHECK(text.ends_with("."));
    }
    CHECK(row.it != row.en);
    CHECK_FALSE(row.source.empty());
    CHECK((row.status == 200 || row.status == 302 || (row.status >= 400 && row.status < 600)));
    if (row.status != 302) CHECK(sim::wire::is_valid(rest_refusal(row.primitive, row.status, row.description).message));
  }
}

TEST_CASE("every JSON primitive has rows, those of the WSDLs have none, and together they are the table") {
  std::size_t all = 0;
  for (const Primitive& row : primitives()) {
    CAPTURE(row.name);
    CHECK(rest_answers_of(row.id).empty() == (row.port != nullptr));
    for (const RestAnswer& answer : rest_answers_of(row.id)) CHECK(answer.primitive == row.id);
    all += rest_answers_of(row.id).size();
  }
  CHECK(all == rest_answers().size());
}

TEST_CASE("a row is found by its very words, or by the name of a member where it leaves room for one") {
  struct Case {
    P primitive;
    int status;
    std::string_view description, row;
  };
  const Case cases[] = {
      {P::closePaymentV2, 400, "Mismatched amount", "Mismatched amount"},
      {P::closePaymentV2, 400, "Invalid fee", "Invalid <field>"},
      {P::closePaymentV2, 400, "Invalid token", "Invalid token"},
      {P::closePaymentV2, 400, "Invalid additionalPaymentInformations", "Invalid additionalPaymentInformations"},
      {P::closePaymentV2, 400, "Invalid nothing", "none"},
      {P::closePaymentV2, 400, "Invalid ", "none"},
      {P::closePaymentV2, 400, "Invalid", "none"},
      {P::closePaymentV2, 422, "Mismatched amount", "none"},
      {P::closePaymentV2, 400, "mismatched amount", "none"},
      {P::closePaymentV2, 408, "", ""},
      {P::closePaymentV2, 400, "", "none"},
      {P::closePaymentV1, 400, "fee invalido", "<campo> invalido"},
      {P::closePaymentV1, 400, "idPSP invalido", "none"},  // a name of version 2
      {P::closePaymentV1, 400, " invalido", "none"},
      {P::closePaymentV1, 422, "Esito già acquisito", "Esito già acquisito"},
      {P::checkPosition, 400, "Wrong configuration", "Wrong configuration"},
      {P::verifyPaymentNotice, 400, "Invalid idPSP", "none"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.description);
    const RestAnswer* found = find_rest_answer(c.primitive, c.status, c.description);
    CHECK((found == nullptr ? std::string_view("none") : found->description) == c.row);
  }
}

TEST_CASE("whatever the Nodo's ladder of closePayment-v2 answers is in the table, under the same test") {
  for (const actors::CloseCheck& check : actors::nodo_tables().close) {
    CAPTURE(check.name);
    const RestAnswer* row = find_rest_answer(P::closePaymentV2, check.status, check.description);
    REQUIRE(row != nullptr);
    CHECK(row->description == check.description);
    CHECK(row->source.find(check.rule) != std::string_view::npos);
    CHECK(find_rest_answer(P::closePaymentV1, check.status_v1, check.description_v1) != nullptr);
  }
}

TEST_CASE("whatever the Nodo's ladder of checkPosition answers is in the table, under the same test") {
  for (const actors::PositionsCheck& check : actors::nodo_tables().positions) {
    CAPTURE(check.name);
    const RestAnswer* row = find_rest_answer(P::checkPosition, check.status, check.description);
    REQUIRE(row != nullptr);
    CHECK(row->source.find(check.rule) != std::string_view::npos);
  }
}

TEST_CASE("what Checkout answers to a result is in the table") {
  for (const auto& [status, words] : {std::pair(404, "Transaction not found"), std::pair(422, "Unprocessable entity"),
                                            std::pair(422, "Operation conflict"), std::pair(400, "Formally invalid input")}) {
    const std::string_view description = words;
    CAPTURE(description);
    CHECK(find_rest_answer(P::sendPaymentResultV2, status, description) != nullptr);
  }
}

TEST_CASE("every defect of a JSON request is answered with the status that is documented, and names the member at fault") {
  sim::Random random(1, "rest answers");
  for (const P id : json_primitives) {
    CAPTURE(primitive(id).name);
    std::set<std::string> named;
    for (int round = 0; round < 10; ++round) {
      const Message request = whole_request(id, random);
      for (const Break& defect : breaks_of(request)) {
        const std::string what = to_text(defect);
        CAPTURE(what);
        const Violations violations = violations_of(id, sim::wire::encode(request, defect.patches));
        REQUIRE_FALSE(violations.empty());
        const std::string answer = told(syntax_refusal(id, violations));
        const bool whole = defect.kind->target == Target::root || defect.kind->defect == Defect::not_well_formed;
        const std::string member = member_of(defect.path);
        const bool too_many = defect.path == "paymentNotices" && (defect.kind->name == "too-many" || defect.kind->name == "twice-the-same");
        const bool of_the_group = defect.path == "additionalPaymentInformations";
        switch (id) {
          case P::closePaymentV1: CHECK(answer == (whole || of_the_group ? "400 Richiesta non valida" : "400 " + member + " invalido")); break;
          case P::closePaymentV2:
          case P::checkPosition: CHECK(answer == (whole ? "400 Invalid request" : "400 Invalid " + member)); break;
          case P::cartsV1:
          case P::cartsV2: CHECK(answer == (too_many ? "422 Invalid paymentNotices" : whole ? "400 Invalid request" : "400 Invalid " + member)); break;
          default: CHECK(answer == "400 Formally invalid input");
        }
        named.insert(answer);
        const std::size_t blank = answer.find(' ');
        CHECK(find_rest_answer(id, std::stoi(answer.substr(0, blank)), answer.substr(blank + 1)) != nullptr);
      }
    }
    // Not one member of the request is beyond blame.
    for (const Field& field : record_of(id, Leg::request).fields) {
      if (id == P::sendPaymentResultV1 || id == P::sendPaymentResultV2) continue;
      CAPTURE(field.name);
      const std::string name(field.name);
      CHECK((named.count("400 Invalid " + name) > 0 || named.count("400 " + name + " invalido") > 0));
    }
  }
}

TEST_CASE("the group of closePayment-v1 that is missing or empty makes the whole request invalid, one bad member of it does not") {  // [SIN_CP_35]
  sim::Random random(2, "rest answers");
  const Message request = whole_request(P::closePaymentV1, random);
  struct Case {
    std::string_view name, group, answer;
  };
  const Case cases[] = {
      {"not there", "", "400 Richiesta non valida"},
      {"empty", ",\"additionalPaymentInformations\":{}", "400 Richiesta non valida"},
      {"null", ",\"additionalPaymentInformations\":null", "400 Richiesta non valida"},
      {"a list", ",\"additionalPaymentInformations\":[]", "400 Richiesta non valida"},
      {"one is missing", ",\"additionalPaymentInformations\":{\"transactionId\":\"1\",\"authorizationCode\":\"2\"}", "400 additionalPaymentInformations invalido"},
      {"one is empty", ",\"additionalPaymentInformations\":{\"transactionId\":\"1\",\"outcomePaymentGateway\":\"\",\"authorizationCode\":\"2\"}",
       "400 additionalPaymentInformations invalido"},
      {"all are empty", ",\"additionalPaymentInformations\":{\"transactionId\":\"\",\"outcomePaymentGateway\":\"\",\"authorizationCode\":\"\"}",
       "400 additionalPaymentInformations invalido"},
  };
  const std::string bytes = sim::wire::encode(request, std::vector<Patch>{{"additionalPaymentInformations", {}, Edit::remove_all}});
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(told(syntax_refusal(P::closePaymentV1, violations_of(P::closePaymentV1, bytes.substr(0, bytes.size() - 1) + std::string(c.group) + "}"))) == c.answer);
  }
}

TEST_CASE("a cart that is refused is answered with a problem document") {
  for (const P id : {P::cartsV1, P::cartsV2}) {
    const RestRefusal formal = syntax_refusal(id, violations_of(id, "{}"));
    CHECK(sim::wire::encode(formal.message) == R"({"title":"Bad Request","status":400,"detail":"Invalid paymentNotices"})");
    sim::Random random(3, "rest answers");
    const Message cart = whole_request(id, random);
    const RestRefusal crowded = syntax_refusal(id, violations_of(id, sim::wire::encode(cart, std::vector<Patch>{{"paymentNotices", {}, Edit::overfill}})));
    CHECK(sim::wire::encode(crowded.message) == R"({"title":"Unprocessable Entity","status":422,"detail":"Invalid paymentNotices"})");
    CHECK(crowded.status == 422);
    const std::vector<Patch> both = {{"paymentNotices", {}, Edit::overfill}, {"returnUrls", {}, Edit::remove_all}};
    CHECK(syntax_refusal(id, violations_of(id, sim::wire::encode(cart, both))).status == 400);
  }
}
