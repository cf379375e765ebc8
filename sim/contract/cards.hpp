// Card numbers that say by themselves what the payment gateway will say: what a tester types where no scenario speaks.
// Of the shape of public test numbers, with an issuer that does not exist and a right check digit: no card of anybody.
#pragma once

#include <array>
#include <string_view>

namespace sim::contract {

struct TestCard {
  std::string_view number;     ///< 16 digits
  std::string_view behaviour;  ///< the word that commands and scenarios use
  std::string_view it, en;     ///< told after «carta», "card"
};
// clang-format off
inline constexpr auto test_cards = std::to_array<TestCard>({
  {"4999000000000013", "authorised",            "autorizzata", "authorised"},
  {"4999000000000021", "denied",                "negata", "denied"},
  {"4999000000000039", "denied-by-risk",        "negata per rischio", "denied because of a risk"},
  {"4999000000000047", "failed-3ds",            "con autenticazione 3DS fallita", "whose 3DS authentication fails"},
  {"4999000000000054", "wrong-card-data",       "con dati errati", "with wrong data"},
  {"4999000000000062", "expired-card",          "scaduta", "expired"},
  {"4999000000000070", "low-balance",           "senza disponibilità", "with too low a balance"},
  {"4999000000000088", "wrong-cvv",             "con codice di sicurezza errato", "with a wrong security code"},
  {"4999000000000096", "spending-limit",        "oltre il limite di spesa", "beyond its spending limit"},
  {"4999000000000104", "unmapped-decline",      "negata per un motivo che nessuno conosce", "denied for a reason that nobody knows"},
  {"4999000000000112", "cancelled-at-gateway",  "annullata sulla pagina del gateway", "cancelled on the gateway's page"},
  {"4999000000000120", "gateway-failed",        "che fa fallire il gateway", "that makes the gateway fail"},
  {"4999000000000138", "voided",                "con autorizzazione stornata dal gateway", "whose authorisation the gateway voids"},
  {"4999000000000146", "abandoned",             "abbandonata", "abandoned"},
  {"4999000000000153", "unheard-authorised",    "autorizzata senza che il gateway lo dica", "authorised without the gateway saying so"},
  {"4999000000000161", "unheard-denied",        "negata senza che il gateway lo dica", "denied without the gateway saying so"},
  {"4999000000000179", "unheard-unreachable",   "in mano a un gateway irraggiungibile", "in the hands of a gateway that cannot be reached"},
});
// clang-format on

/// The word for a card that is given by its number or by that word; empty when there is no such card.
constexpr std::string_view card_behaviour(std::string_view card) {
  for (const TestCard& row : test_cards) {
    if (row.number == card || row.behaviour == card) return row.behaviour;
  }
  return {};
}

}  // namespace sim::contract
