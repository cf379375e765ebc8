// Carts at Checkout: what an EC's front end is answered, and how five notices become one transaction.
#include "actors/checkout.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/checkout_stage.hpp"

namespace {

using namespace sim;
using namespace sim::contract;
using support::CheckoutStage;
using support::fault;
namespace samples = support::samples;
using P = PrimitiveId;

const Party the_ec{Role::ec, "77777777777"};

std::string number(std::size_t i) { return "30200123456789012" + std::to_string(i); }
std::string token(std::size_t i) { return "5b0d2f0c9e7a4d0e8f31c6a2b7d94e1" + std::to_string(i); }

class CartStage : public CheckoutStage {
 public:
  template <class Request>
  static Request cart(std::size_t notices) {
    Request out;
    for (std::size_t i = 1; i <= notices; ++i) out.paymentNotices.push_back({number(i), "77777777777", {1000 * static_cast<std::int64_t>(i)}, "Comune", "Tassa"});
    out.returnUrls.returnOkUrl = out.returnUrls.returnCancelUrl = out.returnUrls.returnErrorUrl = "https://ec.example/x";
    if constexpr (requires { out.returnUrls.returnWaitingUrl; }) out.returnUrls.returnWaitingUrl = "https://ec.example/w";
    return out;
  }
  /// A cart that the Nodo finds payable; the exchange.
  ExchangeId taken(std::size_t notices) {
    const ExchangeId exchange = hear(the_ec, cart<CartsV2Request>(notices));
    answer(CheckPositionResponse{Outcome::OK, {}, {}});
    return exchange;
  }
  CommandId pay_cart(std::string card = "authorised") { return command("pay", {{"cart", "yes"}, {"card", std::move(card)}}); }
  void all_activated(std::size_t notices) {
    for (std::size_t i = 1; i <= notices; ++i) activated({1000 * static_cast<std::int64_t>(i)}, false, token(i));
  }
  std::string answered(ExchangeId exchange) {
    return std::to_string(reply(exchange).status) + " " + text_at(*reply(exchange).body, "detail").value_or("");
  }
};

}  // namespace

TEST_CASE("a cart is checked with the Nodo, and answered with the way to Checkout's pages") {
  CartStage checkout;
  const ExchangeId exchange = checkout.hear(the_ec, CartStage::cart<CartsV1Request>(2));
  CHECK_FALSE(checkout.has_answered(exchange));
  const auto question = checkout.called<CheckPositionRequest>(P::checkPosition);
  REQUIRE(question.positionslist.size() == 2);
  CHECK(question.positionslist[1].noticeNumber == number(2));
  checkout.answer(CheckPositionResponse{Outcome::OK, {}, {}});
  CHECK(checkout.reply(exchange).status == 302);
  const std::string location = *checkout.replied<CartsV1Response>(exchange).location;
  CHECK(location.starts_with("https://checkout.example/carts/"));
  CHECK(location.ends_with("/redirect?clientId=CHECKOUT_CART"));
  CHECK(checkout.open_calls().empty());  // nothing is activated yet
}

TEST_CASE("a cart that cannot be taken is answered by its reason") {
  struct Case {
    std::string_view name;
    std::vector<std::size_t> notices;
    void (*nodo)(CartStage&);
    int status;
  };
  const auto never = [](CartStage&) {};
  const Case cases[] = {
      {"the same notice twice", {1, 2, 1}, never, 422},
      {"KO", {1, 2}, [](CartStage& c) { c.answer(CheckPositionResponse{Outcome::KO, {}, {}}); }, 422},
      {"400", {1, 2}, [](CartStage& c) { c.answer(CheckPositionResponse{Outcome::KO, "Wrong configuration", {}}, 400); }, 422},
      {"400 without a message", {1}, [](CartStage& c) { c.answer_bytes(P::checkPosition, "no", 400); }, 422},
      {"500", {1, 2}, [](CartStage& c) { c.answer(CheckPositionResponse{Outcome::KO, {}, {}}, 500); }, 502},
      {"503 without a message", {1}, [](CartStage& c) { c.answer_bytes(P::checkPosition, "no", 503); }, 502},
      {"silence", {1, 2}, [](CartStage& c) { c.answer(P::checkPosition, Silence::timeout); }, 502},
      {"no connection", {1, 2}, [](CartStage& c) { c.answer(P::checkPosition, Silence::refused); }, 502},
      {"404", {1, 2}, [](CartStage& c) { c.answer(CheckPositionResponse{Outcome::KO, {}, {}}, 404); }, 500},
      {"nonsense", {1, 2}, [](CartStage& c) { c.answer_bytes(P::checkPosition, "<html/>"); }, 500},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CartStage checkout;
    auto cart = CartStage::cart<CartsV2Request>(0);
    for (const std::size_t i : c.notices) cart.paymentNotices.push_back({number(i), "77777777777", {100}, "Comune", "Tassa"});
    const ExchangeId exchange = checkout.hear(the_ec, cart);
    CHECK(checkout.open_calls(P::checkPosition) == (c.name == "the same notice twice" ? 0 : 1));
    c.nodo(checkout);
    CHECK(checkout.reply(exchange).status == c.status);
    const CommandId pay = checkout.pay_cart();
    CHECK(checkout.has_finished(pay));
    CHECK(checkout.screen() == "CART_NOT_FOUND");
  }
}

TEST_CASE("the same notice number of two ECs is no duplicate, and what no Nodo could look up is not asked") {
  CartStage checkout;
  auto cart = CartStage::cart<CartsV2Request>(1);
  cart.paymentNotices.push_back(cart.paymentNotices.front());
  cart.paymentNotices.back().fiscalCode = "80000000002";
  checkout.hear(the_ec, cart);
  CHECK(checkout.open_calls(P::checkPosition) == 1);
  cart.paymentNotices.back().fiscalCode = "RSSMRA80A01";
  CHECK(checkout.answered(checkout.hear(the_ec, cart)) == "422 Invalid positions");
  CHECK(checkout.open_calls(P::checkPosition) == 1);
}

TEST_CASE("a cart that breaks its format is 400, with the name of the member; too many notices are 422") {
  struct Case {
    std::string_view name;
    std::vector<Patch> patches;
    std::string_view answer;
  };
  const Case cases[] = {
      {"no amount", {{"paymentNotices[1]/amount", {}}}, "400 Invalid paymentNotices"},
      {"an amount of nothing", {{"paymentNotices[1]/amount", "0"}}, "400 Invalid paymentNotices"},
      {"no waiting URL in version 2", {{"returnUrls/returnWaitingUrl", {}}}, "400 Invalid returnUrls"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CartStage checkout;
    const ExchangeId exchange = checkout.hear_bytes(the_ec, P::cartsV2, wire::encode(CartStage::cart<CartsV2Request>(1), c.patches));
    CHECK(checkout.answered(exchange) == c.answer);
  }
  CartStage checkout;
  CHECK(checkout.answered(checkout.hear(the_ec, CartStage::cart<CartsV2Request>(6))).starts_with("422"));
}

TEST_CASE("all notices of a cart are activated at once, without verify, and closed in one go with one fee") {
  CartStage checkout;
  auto cart = CartStage::cart<CartsV2Request>(3);
  cart.idCart = "CARRELLO-1";
  checkout.hear(the_ec, cart);
  checkout.answer(CheckPositionResponse{Outcome::OK, {}, {}});
  checkout.pay_cart();
  CHECK(checkout.open_calls(P::verifyPaymentNotice) == 0);
  REQUIRE(checkout.open_calls(P::activatePaymentNoticeV2) == 3);
  std::vector<Call> calls = checkout.open_calls();
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& said = std::get<ActivatePaymentNoticeV2Request>(*calls[i].body);
    CHECK(said.qrCode.noticeNumber == number(i + 1));
    CHECK(said.amount == Amount{1000 * static_cast<std::int64_t>(i + 1)});
    CHECK(said.paymentNote == "CARRELLO-1");
  }
  // Answered in another order: the tokens keep that of the notices.
  auto response = std::get<ActivatePaymentNoticeV2Response>(samples::activate_response(false));
  for (const std::size_t i : {2U, 0U, 1U}) {
    CHECK(checkout.states().empty());
    response.paymentToken = token(i + 1);
    response.totalAmount = Amount{1000 * static_cast<std::int64_t>(i + 1)};
    checkout.end(calls[i], share(response));
  }
  CHECK(checkout.states() == "ACTIVATED,AUTHORIZATION_REQUESTED");
  checkout.pass(seconds(2));
  const auto close = checkout.called<ClosePaymentV2Request>(P::closePaymentV2);
  CHECK(close.paymentTokens == std::vector<std::string>{token(1), token(2), token(3)});
  CHECK(close.fee == Amount{150});
  CHECK(close.totalAmount == Amount{6150});
  CHECK(close.transactionDetails->transaction->amount == Amount{6000});
  CHECK(close.transactionDetails->info->clientId == "CHECKOUT_CART");
}

TEST_CASE("the result of a cart names all of its tokens, in any order, or is refused") {
  CartStage checkout;
  checkout.taken(3);
  checkout.pay_cart();
  checkout.all_activated(3);
  checkout.pass(seconds(2));
  checkout.answer(ClosePaymentV2Response{});
  const std::string one = token(1), two = token(2), three = token(3);
  CHECK(checkout.result(Outcome::OK, {one}) == "422 KO Unprocessable entity");
  CHECK(checkout.result(Outcome::OK, {one, two}) == "422 KO Unprocessable entity");
  CHECK(checkout.result(Outcome::OK, {one, two, two}) == "422 KO Unprocessable entity");
  CHECK(checkout.result(Outcome::OK, {one, two, three, support::other_token}) == "422 KO Unprocessable entity");
  CHECK(checkout.state() == "CLOSED");
  CHECK(checkout.result(Outcome::KO, {three, one, two}) == "OK");
  checkout.pass(hours(1));
  CHECK(checkout.storno() == "REQUESTED,EXECUTED");
  CHECK(checkout.details("storno") == "61.50,61.50");
}

TEST_CASE("one activation that fails is enough: there is no transaction, the user sees why, and the tokens are kept for another attempt") {
  CartStage checkout;
  checkout.taken(3);
  const CommandId first = checkout.pay_cart();
  checkout.activated({1000}, false, token(1));
  checkout.answer(refusal(P::activatePaymentNoticeV2, fault("PPT_PAGAMENTO_IN_CORSO")));
  CHECK(checkout.screen() == "PAYMENT_ONGOING");
  CHECK(checkout.has_finished(first));
  checkout.answer(refusal(P::activatePaymentNoticeV2, fault("PPT_PAGAMENTO_DUPLICATO")));  // too late to be shown
  CHECK(checkout.screen() == "PAYMENT_ONGOING");
  CHECK(checkout.states().empty());
  CHECK(checkout.times_called(P::closePaymentV2) == 0);
  checkout.pay_cart();
  CHECK(checkout.open_calls(P::activatePaymentNoticeV2) == 2);
}

TEST_CASE("each activation of a cart that is not answered is tried three times, 2 s apart") {
  CartStage checkout;
  checkout.taken(2);
  checkout.pay_cart();
  checkout.activated({1000}, false, token(1));
  for (int attempt = 1; attempt <= 3; ++attempt) {
    REQUIRE(checkout.open_calls(P::activatePaymentNoticeV2) == 1);
    CHECK(checkout.called<ActivatePaymentNoticeV2Request>(P::activatePaymentNoticeV2).qrCode.noticeNumber == number(2));
    checkout.answer(P::activatePaymentNoticeV2, Silence::timeout);
    checkout.pass(seconds(2));
  }
  CHECK(checkout.screen() == "GENERIC_ERROR");
  CHECK(checkout.times_called(P::activatePaymentNoticeV2) == 4);
}

TEST_CASE("a cart is good for ten minutes") {
  for (const bool late : {false, true}) {
    CartStage checkout;
    checkout.taken(1);
    checkout.pass(minutes(10) + milliseconds(late ? 0 : -1));
    checkout.pay_cart();
    CHECK(checkout.open_calls(P::activatePaymentNoticeV2) == (late ? 0 : 1));
    CHECK(checkout.screen() == (late ? "CART_NOT_FOUND" : ""));
  }
}

TEST_CASE("the page of a cart says which of the EC's URLs its button leads to") {  // [CHK-24]
  struct Case {
    std::string_view name;
    void (*story)(CartStage&);
    std::string_view screens;
  };
  const Case cases[] = {
      {"paid", [](CartStage& c) { c.answer(ClosePaymentV2Response{}), c.result(Outcome::OK, {"5b0d2f0c9e7a4d0e8f31c6a2b7d94e11"}), c.pass(seconds(1)); }, "17:returnWaitingUrl,0:returnOkUrl"},
      {"refused", [](CartStage& c) { c.answer(ClosePaymentV2Response{}), c.result(Outcome::KO, {"5b0d2f0c9e7a4d0e8f31c6a2b7d94e11"}), c.pass(seconds(1)); }, "17:returnWaitingUrl,25:returnErrorUrl,18:returnErrorUrl"},
      {"waiting", [](CartStage& c) { c.answer(ClosePaymentV2Response{}), c.pass(hours(2)); }, "17:returnWaitingUrl"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CartStage checkout;
    checkout.taken(1);
    checkout.pay_cart();
    checkout.all_activated(1);
    checkout.pass(seconds(2));
    c.story(checkout);
    CHECK(checkout.details("screen") == c.screens);
  }
}

TEST_CASE("a stamp is paid through a cart, and a cart is closed in version 1 only when it holds one notice") {
  for (const std::size_t notices : {1U, 2U}) {
    CartStage checkout;
    checkout.settings.close_version = 1;
    checkout.taken(notices);
    checkout.pay_cart();
    for (std::size_t i = 1; i <= notices; ++i) checkout.activated({1000}, true, token(i));
    checkout.pass(seconds(2));
    CHECK(checkout.times_called(P::closePaymentV1) == (notices == 1 ? 1 : 0));
    CHECK(checkout.times_called(P::closePaymentV2) == (notices == 1 ? 0 : 1));
  }
}
