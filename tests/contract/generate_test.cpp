// Messages drawn from the tables: valid, various, and the same everywhere.
#include "sim/contract/generate.hpp"

#include <map>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "sim/contract/breaks.hpp"
#include "sim/wire/codec.hpp"

namespace {

using namespace sim::contract;
using sim::Random;

/// The same message as text, to compare runs and to look into.
std::string written(const Message& message) { return sim::wire::encode(message); }

}  // namespace

TEST_CASE("whatever is drawn is valid, and says the same after a journey over the wire") {
  Random random(7, "generate");
  for (const Primitive& row : primitives()) {
    for (const Leg leg : {Leg::request, Leg::response}) {
      CAPTURE(row.name);
      for (int i = 0; i < 300; ++i) {
        const Message message = generate(row.id, leg, random);
        const std::vector<Violation> wrong = validate(record_of(row.id, leg), payload(message), "");
        REQUIRE_MESSAGE(wrong.empty(), to_text(wrong.front()));
        REQUIRE(sim::wire::is_valid(message));
        const auto bytes = std::make_shared<const std::string>(written(message));
        const auto read = sim::wire::decode(row.id, leg, bytes);
        const auto* body = std::get_if<Body>(&read);
        REQUIRE_MESSAGE(body != nullptr, *bytes);
        // A JSON KO may hold members that nobody looks at; everything else is kept to the letter.
        CHECK(**body == message);
        CHECK(written(**body) == *bytes);
      }
    }
  }
}

TEST_CASE("the same seed draws the same messages, another seed others") {
  for (const Primitive& row : primitives()) {
    CAPTURE(row.name);
    Random one(3, "twice");
    Random two(3, "twice");
    Random other(4, "twice");
    std::string first, second, third;
    for (int i = 0; i < 5; ++i) {
      first += written(generate(row.id, Leg::request, one));
      second += written(generate(row.id, Leg::request, two));
      third += written(generate(row.id, Leg::request, other));
    }
    CHECK(first == second);
    CHECK(first != third);
  }
  // What was drawn here must be drawn everywhere: with another compiler, on another machine.
  Random random(1, "everywhere");
  CHECK(written(generate(PrimitiveId::checkPosition, Leg::request, random, Fullness::full)) ==
        R"({"positionslist":[{"fiscalCode":"63045798950","noticeNumber":"996071186968650986"}]})");
}

TEST_CASE("in a few hundred draws every field is there once and missing once, where it may be") {
  Random random(11, "coverage");
  for (const Primitive& row : primitives()) {
    for (const Leg leg : {Leg::request, Leg::response}) {
      const Record& record = record_of(row.id, leg);
      std::map<std::string, std::set<bool>> seen;
      for (int i = 0; i < 400; ++i) {
        const Message message = generate(row.id, leg, random);
        for (const std::string& path : all_paths(record)) seen[path].insert(count_at(record, payload(message), path) > 0);
      }
      for (const auto& [where, there] : seen) {
        const std::string& path = where;
        if (path.ends_with("*")) continue;
        CAPTURE(row.name);
        CAPTURE(path);
        CHECK(there.contains(true));
      }
    }
  }
}

TEST_CASE("the ends of every range are drawn: shortest and longest texts, least and greatest numbers") {
  Random random(5, "ends");
  const Record& record = record_of(PrimitiveId::paGetPayment, Leg::request);
  std::set<std::size_t> lengths;
  std::set<std::int64_t> amounts;
  for (int i = 0; i < 600; ++i) {
    const Message message = generate(PrimitiveId::paGetPayment, Leg::request, random, Fullness::full);
    lengths.insert(std::get<PaGetPaymentReq>(message).idPA.size());
    amounts.insert(std::get<PaGetPaymentReq>(message).amount->cents);
    CHECK(validate(record, payload(message), "").empty());
  }
  CHECK(lengths.contains(1));
  CHECK(*lengths.rbegin() >= 35);
  CHECK(amounts.contains(0));
  CHECK(amounts.contains(max_amount.cents));
}
