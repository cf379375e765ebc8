// The small languages inside attributes: values in braces, causes, and the guess at what was meant.
#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/model.hpp"

namespace {

using namespace sim;
using scenario::nearest;
using scenario::parse_cause;
using scenario::parse_value;
using Form = scenario::Value::Form;

TEST_CASE("a value is what its braces say, and itself without them") {
  struct Case {
    std::string text;
    Form form;
    std::string held;  // the literal, the alphabet or the path
    std::size_t length;
    std::uint32_t nth;
  };
  const Case cases[] = {
      {"", Form::literal, "", 0, 0},
      {"120.00", Form::literal, "120.00", 0, 0},
      {"a {brace} inside", Form::literal, "a {brace} inside", 0, 0},
      {"{absent}", Form::absent, "", 0, 0},
      {"{ absent }", Form::absent, "", 0, 0},
      {"{random 32 hex}", Form::random, "hex", 32, 0},
      {"{random 1 digits}", Form::random, "digits", 1, 0},
      {"{random 300 letters}", Form::random, "letters", 300, 0},
      {"{activatePaymentNoticeV2 response paymentToken}", Form::field, "paymentToken", 0, 0},
      {"{activatePaymentNoticeV2 response paymentToken 2}", Form::field, "paymentToken", 0, 2},
      {"{paSendRT request receipt/transferList/transfer[2]/IBAN}", Form::field, "receipt/transferList/transfer[2]/IBAN", 0, 0},
      {"{closePayment-v2 request outcome 1}", Form::field, "outcome", 0, 1},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    const auto value = parse_value(c.text);
    REQUIRE(value.has_value());
    CHECK(value->form == c.form);
    CHECK((c.form == Form::field ? value->path : value->text) == c.held);
    CHECK(value->length == c.length);
    CHECK(value->nth == c.nth);
  }
  const auto field = parse_value("{sendPaymentOutcome response outcome}");
  REQUIRE(field.has_value());
  CHECK(field->primitive == contract::PrimitiveId::sendPaymentOutcome);
  CHECK(field->leg == contract::Leg::response);
}

TEST_CASE("braces that hold no value say why") {
  struct Case {
    std::string text;
    std::string reason;
  };
  const Case cases[] = {
      {"{", "not closed"},
      {"{absent", "not closed"},
      {"{}", "a value in braces is"},
      {"{ }", "a value in braces is"},
      {"{nothing}", "a value in braces is"},
      {"{random}", "a value in braces is"},
      {"{random hex}", "a value in braces is"},
      {"{random 0 hex}", "a draw is"},
      {"{random 301 hex}", "a draw is"},
      {"{random -3 hex}", "a draw is"},
      {"{random many hex}", "a draw is"},
      {"{random 4 runes}", "a draw is"},
      {"{random 99999999999999999999 hex}", "a draw is"},
      {"{paNothing request x}", "'paNothing' is not a primitive"},
      {"{paSendRT reply receipt}", "'reply' is neither request nor response"},
      {"{paSendRT request receipt/colour}", "has no field 'colour'"},
      {"{paSendRT request receipt/receiptId 0}", "a whole number from 1"},
      {"{paSendRT request receipt/receiptId last}", "a whole number from 1"},
      {"{paSendRT request receipt/receiptId 1 2}", "a value in braces is"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    const auto value = parse_value(c.text);
    REQUIRE(!value.has_value());
    CHECK(value.error().find(c.reason) != std::string::npos);
  }
}

TEST_CASE("a cause is a primitive, a moment and perhaps an occasion, and nothing else") {
  struct Case {
    std::string text;
    contract::PrimitiveId primitive;
    std::string moment;
    std::uint32_t nth;
  };
  using P = contract::PrimitiveId;
  const Case right[] = {
      {"pspNotifyPayment answered", P::pspNotifyPayment, "answered", 1},
      {"sendPaymentOutcome sent 2", P::sendPaymentOutcome, "sent", 2},
      {"closePayment-v2 received", P::closePaymentV2, "received", 1},
      {"paSendRT unanswered 48", P::paSendRT, "unanswered", 48},
      {" paSendRT  sent  3 ", P::paSendRT, "sent", 3},
  };
  for (const Case& c : right) {
    CAPTURE(c.text);
    const auto cause = parse_cause(c.text);
    REQUIRE(cause.has_value());
    CHECK(cause->primitive == c.primitive);
    CHECK(cause->moment == c.moment);
    CHECK(cause->nth == c.nth);
  }
  for (const std::string wrong : {"", " ", "paSendRT", "sent", "paSendRT lost", "paSendRt sent", "paSendRT sent 0", "paSendRT sent two",
                            "paSendRT sent -1", "paSendRT sent 1.5", "paSendRT sent 2 3", "paSendRT sent 99999999999"}) {
    CAPTURE(wrong);
    CHECK(!parse_cause(wrong).has_value());
  }
}

TEST_CASE("the guess is the closest word, and none when nothing is close") {
  const std::vector<std::string> names{"paGetPayment", "paSendRT", "pspNotifyPayment", "sendPaymentOutcome"};
  struct Case {
    std::string typed;
    std::string guess;
  };
  const Case cases[] = {
      {"paSendRT", "paSendRT"},       {"paSendRt", "paSendRT"},      {"pspNotifyPaymnt", "pspNotifyPayment"},
      {"getPayment", "paGetPayment"}, {"outcome", ""},               {"zebra", ""},
      {"sendOutcome", ""},            {"sendPaymentOutcomes", "sendPaymentOutcome"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.typed);
    CHECK(nearest(c.typed, names) == c.guess);
  }
  CHECK(nearest("anything", {}) == "");
  const std::vector<std::string> short_names{"ec", "psp"};
  CHECK(nearest("pps", short_names) == "psp");
}

}  // namespace
