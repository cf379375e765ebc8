// What Checkout must do. Of its transactions the wire shows verify, activation, close and the answer to the result; pages,
// mails and the storno do not cross it.
#include "sim/monitors.hpp"
#include "sim/monitors/reading.hpp"

namespace sim {

using namespace reading;
using contract::Outcome;
using contract::Role;

namespace {

bool all_digits(std::string_view text, std::size_t n) {
  return text.size() == n && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void Monitors::checkout_is_told(const Command& command) {
  if (command.verb == "send") return;
  ++orders_;
  cancels_ = cancels_ || command.verb == "cancel";
  if (command.verb != "pay" && command.verb != "verify") return;
  const std::string_view card = command.value("card");
  pays_ = command.verb == "pay" && (card.empty() || card == "authorised");
  typed_ = true;
  const std::string_view ec = command.value("ec"), notice = command.value("notice");
  if (command.value("cart") != "yes" && all_digits(ec, 11) && all_digits(notice, 18)) notices_[std::string(ec) + "/" + std::string(notice)].typed = true;
}

void Monitors::cart_heard(const contract::Message& message) {
  std::visit(
      [&](const auto& said) {
        if constexpr (requires { said.idCart; said.paymentNotices; }) {
          for (const auto& notice : said.paymentNotices) notices_[notice.fiscalCode + "/" + notice.noticeNumber].carts.push_back(said.idCart.value_or(""));
        }
      },
      message);
}

void Monitors::checkout_asks(const Hop& hop, const contract::Message& said) {
  const bool by_itself = !sends_.contains(hop.cause);
  if (hop.primitive == PrimitiveId::verifyPaymentNotice || is_activation(hop.primitive)) {
    const Notice& notice = notices_[notice_of(said)];
    if (typed_ && by_itself) {
      check("CHK-01", notice.typed || !notice.carts.empty(), hop, "si chiede solo dell'avviso e dell'EC che l'utente ha digitato", "only the notice and the EC that the user typed are asked about", "chiede di un altro avviso", "it asks about another notice");
    }
    if (!is_activation(hop.primitive)) return;
    asked_ += by_itself ? 1 : 0;
    const std::string note = note_of(said);
    const auto fits = [](const std::string& idCart) { return !idCart.empty() && idCart.size() <= 210; };  // [XSD stText210]
    const bool named = !notice.typed && !notice.carts.empty() && std::all_of(notice.carts.begin(), notice.carts.end(), fits);
    if (!note.empty() || named) {
      check("CHK-18", std::find(notice.carts.begin(), notice.carts.end(), note) != notice.carts.end(), hop, "un paymentNote che è l'idCart di un carrello con questo avviso", "a paymentNote that is the idCart of a cart with this notice", "non lo è", "it is not");
    }
  } else if (is_close(hop.primitive)) {
    const bool ok = contract::outcome_of(said) == Outcome::OK;
    closes_ = closes_ || by_itself;
    for (const std::string& name : tokens_of(said)) {
      Token& token = tokens_[name];
      const Body& body = std::get<Body>(hop.said);
      if (by_itself && orders_ > 0 && token.issued != 0 && (ok || !cancels_)) {  // whoever plays the user has the gateway of the scenario
        check("CHK-04", now_ >= token.issued_at + settings_.gateway_time, hop, "closePayment solo dopo la risposta del gateway, se l'utente non annulla", "closePayment only after the gateway's answer, unless the user cancels", "il gateway non può aver ancora risposto", "the gateway cannot have answered yet");
      }
      if (by_itself) {
        const Talk* before = talks_.find(token.closing_in);
        const bool again = token.closing != nullptr && *token.closing == *body && before != nullptr && !before->over;
        check("CHK-04", !again, hop, "closePayment di nuovo solo se il primo non ha avuto risposta", "closePayment again only if the first one was not answered", "ne attende ancora la risposta", "its answer is still awaited");
        token.closing = body, token.closing_in = hop.exchange;
      }
      if (!by_itself || !ok || (token.shut != nullptr && *token.shut != *body)) token.shut_otherwise = true;
      else token.shut = body;
    }
    const auto* second = std::get_if<contract::ClosePaymentV2Request>(&said);
    if (second != nullptr && ok && second->paymentMethod == "CP") {
      check("CHK-09", has_card_data(*second), hop, "i dati della carta con le chiavi del dizionario", "the card data, with the keys of the dictionary", "ne manca qualcuno", "some of them are missing");
    }
  }
}

void Monitors::checkout_reads(const Hop& hop, const contract::Message* said, const Talk& talk) {
  const bool ok = said != nullptr && contract::outcome_of(*said) == Outcome::OK && hop.status == 200;
  if (is_activation(hop.primitive) && ok && !talk.ordered) {
    activated_entry_ = at_;
    if (!has_stamp(*said)) ++activated_;  // a stamp can be bought through a cart only: it ends here
  }
  if (is_close(hop.primitive) && talk.asked != nullptr) {
    for (const std::string& name : tokens_of(*talk.asked)) {
      Token& token = tokens_[name];
      if (!ok) token.shut_refused = true;
      if (token.closing_in == hop.exchange) token.closing = nullptr;
    }
  }
}

/// The first result of what it closed by itself is taken, whatever it says.
void Monitors::checkout_answers(const Hop& hop, const contract::Message& said, const Talk& talk) {
  if (const auto* cart = std::get_if<contract::CartsV2Response>(&said); cart != nullptr && cart->location) {
    check("CHK-24", !talk.broken, hop, "un errore a un carrello che non rispetta il tracciato", "an error to a cart that does not keep to its layout", "l'ha accettato", "it accepted it");
  }
  if (!is_result(hop.primitive) || talk.heard == nullptr) return;
  const std::vector<std::string> names = tokens_of(*talk.heard);
  const Token* first = names.empty() ? nullptr : tokens_.find(names.front());
  if (first != nullptr && first->shut != nullptr && !first->shut_otherwise && !first->shut_refused && !first->result_answered && same_tokens(*first->shut, *talk.heard)) {
    check("CHK-04", contract::outcome_of(said) == Outcome::OK, hop, "sendPaymentResult è accolto", "sendPaymentResult is taken", "l'ha rifiutato", "it refused it");
  }
  for (const std::string& name : names) tokens_[name].result_answered = true;
}

/// Whoever has paid, of his own accord and without mishap, has his payment closed.
void Monitors::checkout_owes(bool cut_short) {
  const bool sure = pays_ && orders_ == 1 && asked_ == activated_ && activated_ > 0 && !settings_.crash_before_close && settings_.session_life > settings_.gateway_time + settings_.gateway_question_margin;
  if (cut_short || !sure) return;
  owed("CHK-04", closes_, {Role::checkout, {}}, activated_entry_, "closePayment quando l'utente ha pagato", "closePayment once the user has paid", "non è mai partito", "it never left", false);
}

}  // namespace sim
