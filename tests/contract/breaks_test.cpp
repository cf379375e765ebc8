// Broken messages: every defect that the tables make possible is made, and found, under its name and at its place.
#include "sim/contract/breaks.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "sim/contract/generate.hpp"
#include "sim/contract/scalars.hpp"
#include "sim/wire/codec.hpp"

namespace {

using namespace sim::contract;
using sim::Random;

std::vector<Violation> wrong_with(const Message& message, const std::vector<Patch>& patches) {
  const auto read = sim::wire::decode(primitive_of(message), leg_of(message), std::make_shared<const std::string>(sim::wire::encode(message, patches)));
  const auto* malformed = std::get_if<Malformed>(&read);
  return malformed == nullptr ? std::vector<Violation>{} : malformed->violations;
}

/// "/root/a/b[1]/c" as "a/b/c"; "/a/0/c" (JSON) likewise.
std::string plain(std::string place, bool json) {
  std::string out;
  place += '/';
  std::size_t step = 0;
  for (std::size_t at = place.find('/') + 1, end; (end = place.find('/', at)) != std::string::npos; at = end + 1) {
    std::string name = place.substr(at, end - at);
    if (++step == 1 && !json) continue;
    name = name.substr(0, name.find('['));
    if (json && name.find_first_not_of("0123456789") == std::string::npos) continue;
    if (name.starts_with("@")) continue;
    out += (out.empty() ? "" : "/") + name;
  }
  return out;
}

}  // namespace

TEST_CASE("every defect of every message is made, and refused for what it is, where it is") {
  Random random(1, "breaks");
  std::size_t made = 0;
  std::set<std::string_view> kinds_made;
  for (const Primitive& row : primitives()) {
    for (const Leg leg : {Leg::request, Leg::response}) {
      std::set<std::string> possible;
      for (const Break& defect : possible_breaks(row.id, leg)) possible.insert(to_text(defect));
      for (int round = 0; round < 6; ++round) {
        const Message message = generate(row.id, leg, random, round % 2 == 0 ? Fullness::full : Fullness::some);
        REQUIRE(wrong_with(message, {}).empty());
        for (const Break& defect : breaks_of(message)) {
          CAPTURE(row.name);
          CAPTURE(to_text(leg));
          const std::string what = to_text(defect);
          CAPTURE(what);
          const std::vector<Violation> wrong = wrong_with(message, defect.patches);
          REQUIRE_FALSE(wrong.empty());
          CAPTURE(to_text(wrong.front()));
          const bool as_said = std::all_of(wrong.begin(), wrong.end(), [&](const Violation& v) { return v.defect == defect.kind->defect; });
          CHECK(as_said);
          if (!defect.path.empty() && defect.kind->defect != Defect::not_well_formed) {
            const std::string place = plain(wrong.front().place, row.port == nullptr);
            const std::string parent = defect.path.substr(0, defect.path.rfind('/') == std::string::npos ? 0 : defect.path.rfind('/'));
            // A choice is wrong in the group that holds it, a change of order at whichever neighbour comes second, a
            // stranger at itself, a sequence in its list.
            const bool near = place == defect.path || place == parent || place.starts_with(defect.path + "/") || (defect.kind->edit == Edit::swap && place.starts_with(parent)) ||
                              (defect.kind->target == Target::rule && defect.path.starts_with(place + "/"));
            CHECK_MESSAGE(near, place);
          }
          const bool of_open_object = defect.path.starts_with("additionalPaymentInformations/") && row.id == PrimitiveId::closePaymentV2;
          if (!of_open_object) CHECK(possible.contains(what));
          kinds_made.insert(defect.kind->name);
          ++made;
        }
      }
    }
  }
  for (const BreakKind& kind : break_kinds()) {
    CAPTURE(kind.name);
    CHECK(kinds_made.contains(kind.name));
  }
  MESSAGE(made, " broken messages, all refused");
  CHECK(made > 20000);
}

TEST_CASE("one broken field is one violation") {
  Random random(2, "breaks");
  for (const Primitive& row : primitives()) {
    const Message message = generate(row.id, Leg::request, random, Fullness::full);
    for (const Break& defect : breaks_of(message)) {
      if (defect.kind->target != Target::scalar) continue;
      CAPTURE(row.name);
      CAPTURE(to_text(defect));
      CHECK(wrong_with(message, defect.patches).size() == 1);
    }
  }
}

TEST_CASE("all that is wrong is told at once") {
  Random random(3, "breaks");
  const Message message = generate(PrimitiveId::paSendRT, Leg::request, random, Fullness::full);
  std::vector<Patch> patches;
  for (const char* path : {"idPA", "receipt/noticeNumber", "receipt/transferList/transfer/IBAN", "receipt/payer/country", "receipt/standIn"}) {
    patches.push_back({path, std::string(), Edit::change});
  }
  CHECK(wrong_with(message, patches).size() == patches.size());
}

TEST_CASE("the text of a defect is refused by its type, whatever the type") {
  std::size_t texts = 0;
  for (const Primitive& row : primitives()) {
    for (const Leg leg : {Leg::request, Leg::response}) {
      for (const Break& defect : possible_breaks(row.id, leg)) {
        if (defect.kind->target != Target::scalar || !defect.patches.front().text) continue;
        const Field* field = field_at(record_of(row.id, leg), defect.path);
        if (field == nullptr) continue;  // a member of an open object
        CAPTURE(to_text(defect));
        CHECK_FALSE(takes(*field->scalar, *defect.patches.front().text));
        ++texts;
      }
    }
  }
  CHECK(texts > 1000);
}

TEST_CASE("a defect is found by name and place, or the reason says what would be possible") {
  using P = PrimitiveId;
  CHECK(find_break(P::paSendRT, Leg::request, "too-long", "receipt/idPSP").has_value());
  CHECK(find_break(P::paSendRT, Leg::request, "cut", "").has_value());
  const auto second = find_break(P::paSendRT, Leg::request, "too-long", "receipt/transferList/transfer[2]/IBAN");
  REQUIRE(second.has_value());
  CHECK(second->patches.front().path == "receipt/transferList/transfer[2]/IBAN");

  CHECK(find_break(P::paSendRT, Leg::request, "too-wide", "idPA").error() == "'too-wide' is not a kind of defect");
  CHECK(find_break(P::paSendRT, Leg::request, "too-long", "receipt/colour").error() == "paSendRT request has no field 'receipt/colour'");
  const std::string reason = find_break(P::paSendRT, Leg::request, "one-decimal", "idPA").error();
  CHECK(reason.starts_with("'one-decimal' cannot be made in 'idPA' of paSendRT request; possible: missing "));
  CHECK(reason.find("too-long") != std::string::npos);
  CHECK(find_break(P::closePaymentV2, Leg::request, "doctype", "").error().starts_with("'doctype' cannot be made in closePayment-v2 request as a whole"));
}

TEST_CASE("every kind of defect says what it is, in Italian and in English, under a name of its own") {
  std::set<std::string_view> names;
  for (const BreakKind& kind : break_kinds()) {
    CAPTURE(kind.name);
    CHECK(names.insert(kind.name).second);
    CHECK_FALSE(kind.it.empty());
    CHECK_FALSE(kind.en.empty());
    CHECK(kind.it != kind.en);
    CHECK((kind.soap || kind.json));
    CHECK(find_break_kind(kind.name) == &kind);
  }
  CHECK(find_break_kind("nonsense") == nullptr);
}
