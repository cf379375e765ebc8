#include "actors/tables.hpp"

#include "actors/cast.hpp"

namespace actors {
namespace {

/// The rungs of a ladder: what is asked, and the answer of who fails.
template <class R>
sim::TableView ladder(std::string name, std::span<const R> rungs) {
  sim::TableView out{std::move(name), std::nullopt, {}};
  for (const R& rung : rungs) {
    std::string answer;
    if constexpr (requires { rung.fault; }) answer = rung.fault;
    else answer = std::to_string(rung.status);
    if (!rung.description.empty()) answer += (answer.empty() ? "" : " ") + std::string(rung.description);
    out.rows.push_back({std::string(rung.name) + ": " + answer, std::string(rung.rule), true});
  }
  return out;
}

}  // namespace

std::vector<sim::TableView> tables() {
  const Tables all;
  const NodoTables& nodo = all.nodo;
  return {sim::table_of("nodo.payment-at-touchpoint", sim::view_of("payment", nodo.at_touchpoint)),
          sim::table_of("nodo.payment-at-psp", sim::view_of("payment-at-psp", nodo.at_psp)),
          sim::table_of("nodo.position", sim::view_of("position", nodo.position)),
          sim::table_of("nodo.recipient", sim::view_of("recipient", nodo.recipient)),
          sim::table_of("nodo.key", sim::view_of("key", nodo.key)),
          sim::table_of("checkout.transaction", sim::view_of("transaction", all.transaction)),
          sim::table_of("ec.debt", sim::view_of("debt", all.debt)),
          sim::table_of("psp.token", sim::view_of("psp", all.psp)),
          ladder("nodo.edition", nodo.edition),
          ladder("nodo.caller", nodo.caller),
          ladder("nodo.model", nodo.model),
          ladder("nodo.target", nodo.target),
          ladder("nodo.position_free", nodo.position_free),
          ladder("nodo.alone", nodo.alone),
          ladder("nodo.due", nodo.due),
          ladder("nodo.outcome", nodo.outcome),
          ladder("nodo.close", nodo.close),
          ladder("nodo.check_position", nodo.positions),
          ladder("ec.call", all.call),
          ladder("psp.notification", all.notification)};
}

}  // namespace actors
