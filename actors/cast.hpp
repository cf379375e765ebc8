// Everybody on stage: one actor per EC and PSP of the registry, one Nodo, one Checkout.
// The engine takes the cast as a value; this is the only place that knows which actor plays which role.
#pragma once

#include <span>

#include "actors/checkout.hpp"
#include "actors/ec.hpp"
#include "actors/nodo.hpp"
#include "actors/psp.hpp"
#include "actors/psp_manners.hpp"
#include "sim/world.hpp"

namespace actors {

/// The tables that the cast plays by; tests replace one to see who notices.
struct Tables {
  NodoTables nodo = nodo_tables();
  std::span<const DebtRow> debt = debt_table();
  std::span<const CallCheck> call = call_checks();
  std::span<const TokenRow> psp = psp_table();
  std::span<const NotificationCheck> notification = notification_checks();
  std::span<const TransactionRow> transaction = transaction_table();
};

inline sim::Cast cast(const sim::contract::Registry& registry, std::span<const sim::contract::DebtPosition> positions,
                      const Tables& tables = {}) {
  using sim::contract::Role;
  sim::Cast out;
  out.parts.emplace_back(sim::Party{Role::checkout, ""}, std::make_shared<Checkout>(tables.transaction));
  out.parts.emplace_back(sim::Party{Role::nodo, ""}, std::make_shared<Nodo>(tables.nodo));
  for (const auto& ec : registry.creditors) {
    out.parts.emplace_back(sim::Party{Role::ec, ec.fiscalCode}, std::make_shared<Ec>(ec.fiscalCode, positions, tables.debt, tables.call));
  }
  for (const auto& psp : registry.psps) {
    if (psp.idPSP == registry.checkout.idPSP) continue;
    Psp normal(psp.idPSP, tables.psp, tables.notification);
    const PspManner* manner = psp_manner(psp.idPSP);
    std::shared_ptr<const sim::Actor> actor;
    if (manner != nullptr) actor = std::make_shared<ManneredPsp>(*manner, std::move(normal));
    else actor = std::make_shared<Psp>(std::move(normal));
    out.parts.emplace_back(sim::Party{Role::psp, psp.idPSP}, std::move(actor));
  }
  return out;
}

}  // namespace actors
