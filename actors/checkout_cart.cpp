// Carts: an EC's front end sends up to five notices, Checkout has the Nodo check them and gives the way to its pages.
// Nothing is activated yet. The trap: the same notice twice is a well formed cart, and so is a notice that no Nodo could
// look up; both are told apart from a cart that breaks its format. [CHK-24]
#include <algorithm>
#include <set>

#include "actors/checkout.hpp"
#include "sim/contract/rest_answers.hpp"

namespace actors {

using namespace sim;
using namespace sim::contract;

namespace {

constexpr std::size_t most_notices = 5;

template <class Request>
Cart read_cart(const Request& said) {
  Cart out;
  out.idCart = said.idCart.value_or("");
  if constexpr (requires { said.returnUrls.returnWaitingUrl; }) out.has_waiting_url = true;
  for (const CartNotice& notice : said.paymentNotices) out.notices.push_back({notice.fiscalCode, notice.noticeNumber, {}, notice.amount, {}, 0});
  return out;
}

template <class Response>
Message sent_on(std::string location) {
  Response out;
  out.location = std::move(location);
  return out;
}

/// "0f6c1f2a-3b4c-4d5e-8f90-a1b2c3d4e5f6"
std::string uuid(std::string hex) {
  for (const std::size_t at : {8U, 13U, 18U, 23U}) hex.insert(at, "-");
  return hex;
}

void refuse(Turn& turn, ExchangeId exchange, PrimitiveId id, int status, std::string_view description) {
  RestRefusal answer = rest_refusal(id, status, description);
  turn.reply(exchange, share(std::move(answer.message)), answer.status);
}

}  // namespace

void Checkout::cart_heard(Turn& turn, const Request& request) {
  const Message& message = *std::get<Body>(request.said);
  const auto* v1 = std::get_if<CartsV1Request>(&message);
  Cart cart = v1 != nullptr ? read_cart(*v1) : read_cart(std::get<CartsV2Request>(message));
  std::set<std::string> distinct;
  CheckPositionRequest question;
  for (const NoticeToPay& notice : cart.notices) {
    distinct.insert(notice.key());
    question.positionslist.push_back({notice.fiscalCode, notice.noticeNumber});
  }
  if (distinct.size() != cart.notices.size() || cart.notices.size() > most_notices) {
    refuse(turn, request.exchange, request.primitive, 422, "Invalid paymentNotices");
    return;
  }
  // The Nodo would answer 400 to a position that is not made of digits. [SIL-CART-ANSWERS]
  if (std::any_of(cart.notices.begin(), cart.notices.end(), [](const NoticeToPay& n) { return !can_be_looked_up(n); })) {
    refuse(turn, request.exchange, request.primitive, 422, "Invalid positions");
    return;
  }
  const std::string id = uuid(turn.random.hex(32));
  carts_[id] = std::move(cart);
  const ExchangeId exchange = turn.call({Role::nodo, ""}, share(std::move(question)), turn.settings.verify_deadline);
  pending_[exchange] = {.what = Pending::What::check, .about = id, .cart_exchange = request.exchange, .cart_primitive = request.primitive};
}

void Checkout::cart_checked(Turn& turn, const Pending& pending, const Answer& heard) {
  const auto* body = std::get_if<Body>(&heard.said);
  const bool failed = std::holds_alternative<Silence>(heard.said) || heard.status >= 500;
  const bool payable = body != nullptr && heard.status == 200 && outcome_of(**body) == Outcome::OK;
  const bool refused = heard.status == 400 || (body != nullptr && heard.status == 200);
  if (!payable) {
    carts_.erase(pending.about);
    if (failed) refuse(turn, pending.cart_exchange, pending.cart_primitive, 502, "");
    else if (refused) refuse(turn, pending.cart_exchange, pending.cart_primitive, 422, "Invalid positions");
    else refuse(turn, pending.cart_exchange, pending.cart_primitive, 500, "");
    return;
  }
  carts_.at(pending.about).until = turn.now + turn.settings.cart_life;
  latest_cart_ = pending.about;
  std::string location = "https://checkout.example/carts/" + pending.about + "/redirect?clientId=CHECKOUT_CART";
  Message answer = pending.cart_primitive == PrimitiveId::cartsV1 ? sent_on<CartsV1Response>(std::move(location)) : sent_on<CartsV2Response>(std::move(location));
  turn.reply(pending.cart_exchange, share(std::move(answer)), 302);
}

}  // namespace actors
