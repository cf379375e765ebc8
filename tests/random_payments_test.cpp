// Ten thousand payments that nobody thought of, each with faults that nobody planned: whatever happens, no law may break.
// A failing seed is printed with the smallest scenario that still fails, ready to be pasted in a file. To play one seed
// alone, and see its scenario: RANDOM_PAYMENT=1234 sim_tests -tc='ten thousand*'; to play more: RANDOM_PAYMENTS=1000000.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <set>
#include <string>

#include "actors/cast.hpp"
#include "sim/laws.hpp"
#include "sim/play.hpp"
#include "sim/report/journal_text.hpp"
#include "tests/support/changed_rows.hpp"
#include "tests/support/random_payments.hpp"

namespace {

using namespace sim;
using support::with_changed;

Cast cast(const contract::Registry& registry, std::span<const contract::DebtPosition> positions) { return actors::cast(registry, positions); }
Casting cast_with(const actors::Tables& tables) {
  return [tables](const auto& registry, auto positions) { return actors::cast(registry, positions, tables); };
}

/// The first law that a run of this document breaks; empty when all hold. A document that is no scenario says so.
std::string broken_law(const support::RandomPayment& payment, bool wire = false, const Casting& casting = cast) {
  const auto loaded = scenario::load("random payment " + std::to_string(payment.seed), payment.xml());
  if (!loaded) return "no scenario: " + to_text(loaded.error().front());
  const Journal journal = play(*loaded, payment.seed, Fidelity::typed, casting);
  std::vector<BrokenLaw> broken = broken_laws(journal);
  const std::vector<BrokenLaw> of_payments = broken_payment_laws(journal, loaded->settings);
  broken.insert(broken.end(), of_payments.begin(), of_payments.end());
  if (!broken.empty()) return fmt::format("{}, {}", broken.front().law, to_text(broken.front()));
  if (journal.cut_short) return "it does not come to an end";
  if (wire && report::to_ndjson(journal) != report::to_ndjson(play(*loaded, payment.seed, Fidelity::wire, casting))) return "typed and over the wire it is not the same run";
  return {};
}

/// Whether a payment of this kind is notified in the end: what the cast cannot do yet is not drawn.
bool works(const std::string& setup, const std::string& steps) {
  const support::RandomPayment plain{0, {setup}, {R"(<notice number="302041234567890123" amount="10.00"/>)"}, {steps}};
  const auto loaded = scenario::load("probe", plain.xml());
  if (!loaded) return false;
  for (const Entry& entry : play(*loaded, 1, Fidelity::typed, cast).entries) {
    const auto* noted = std::get_if<Noted>(&entry.what);
    if (noted != nullptr && noted->note.machine == "payment" && noted->note.to == "NOTIFIED") return true;
  }
  return false;
}

support::Features features() {
  support::Features out;
  out.stations_of_version_2 = works(R"(<ec code="77777777777" version="2"/>)", "<pay/>");
  out.channels_of_version_2 = works(R"(<psp id="PSPSIM01" version="2"/>)", "<pay/>");
  out.at_the_psp = works("", R"(<pay by="psp"/>)");
  out.carts = works("", R"(<cart/><pay cart="yes"/>)");
  out.close_of_version_1 = works(R"(<setting name="close-version" value="1"/>)", "<pay/>");
  return out;
}

// Sanitizers are slow; so is code that nobody optimised.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(NDEBUG)
constexpr std::uint64_t how_many = 1000;
#else
constexpr std::uint64_t how_many = 10000;
#endif

/// The law that the first of many payments breaks when the cast plays by these tables.
std::string found_out(const actors::Tables& tables) {
  const support::RandomPayments payments(features());
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const std::string broken = broken_law(payments.draw(seed), false, cast_with(tables));
    if (!broken.empty()) return broken;
  }
  return {};
}

}  // namespace

TEST_CASE("ten thousand random payments with faults of every kind break no law") {
  const support::RandomPayments payments(features());
  const char* alone = std::getenv("RANDOM_PAYMENT");
  const char* more = std::getenv("RANDOM_PAYMENTS");
  const std::uint64_t first = alone != nullptr ? std::strtoull(alone, nullptr, 10) : 1;
  const std::uint64_t count = alone != nullptr ? 1 : more != nullptr ? std::strtoull(more, nullptr, 10) : how_many;
  int failures = 0;
  for (std::uint64_t seed = first; seed < first + count && failures < 3; ++seed) {
    const support::RandomPayment payment = payments.draw(seed);
    if (alone != nullptr) MESSAGE(payment.xml());
    const std::string broken = broken_law(payment, seed % 40 == 0);
    if (broken.empty()) continue;
    ++failures;
    // Smaller, and yet against the same law: its id tells it apart.
    const std::string law = broken.substr(0, 8);
    const support::RandomPayment small = support::shrunk(payment, [&](const support::RandomPayment& less) { return broken_law(less).substr(0, 8) == law; });
    const std::string told = "seed " + std::to_string(seed) + ": " + broken + "\n" + small.xml();
    FAIL_CHECK(told);
  }
}

TEST_CASE("random payments are many, and go every way that a payment can go") {
  const support::RandomPayments payments(features());
  std::set<std::string> ends;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    const auto loaded = scenario::load("random payment", payments.draw(seed).xml());
    REQUIRE(loaded.has_value());
    for (const Entry& entry : play(*loaded, seed, Fidelity::typed, cast).entries) {
      if (const auto* noted = std::get_if<Noted>(&entry.what)) ends.insert(std::string(noted->note.machine) + " " + std::string(noted->note.to));
    }
  }
  for (const char* end : {"payment NOTIFIED", "payment CANCELLED", "payment PAYMENT_UNKNOWN", "payment PAYMENT_ACCEPTED", "recipient NOTICE_PENDING", "position INSERTED",
                          "transaction NOTIFIED_OK", "transaction REFUNDED", "transaction UNAUTHORIZED", "transaction CANCELED", "transaction EXPIRED",
                          "transaction EXPIRED_NOT_AUTHORIZED", "transaction REFUND_ERROR", "psp GIVEN_UP", "psp REJECTED", "debt paid"}) {
    CAPTURE(std::string(end));
    CHECK(ends.contains(end));
  }
}

TEST_CASE("actors that go wrong with money are found out by random payments") {
  const auto forgets = [](auto& row) { row.order = {""}, row.then = std::remove_reference_t<decltype(row)>::State::same; };
  actors::Tables tables;
  std::string law;
  std::vector<actors::PaymentRow> payments;  // what the tables look at lives here
  std::vector<actors::PositionRow> positions;
  std::vector<actors::DebtRow> debts;
  std::vector<actors::TransactionRow> transactions;
  SUBCASE("a Nodo that never cancels an unknown payment") {
    payments = with_changed(tables.nodo.at_touchpoint, [](const auto& r) { return r.in == actors::PaymentState::PAYMENT_UNKNOWN && r.on == actors::PaymentEvent::expiry_job; }, forgets);
    tables.nodo.at_touchpoint = payments;
    law = "comes to rest in PAYMENT_UNKNOWN";
  }
  SUBCASE("a Nodo that does not free the notice of a refused payment") {
    positions = with_changed(tables.nodo.position, [](const auto& r) { return r.in == actors::PositionState::PAYING && r.on == actors::PositionEvent::released; }, forgets);
    tables.nodo.position = positions;
    law = "stays locked, and no payment holds it";
  }
  SUBCASE("a Nodo that takes an outcome KO for an OK") {
    payments = with_changed(tables.nodo.at_touchpoint, [](const auto& r) { return r.in == actors::PaymentState::PAYMENT_SENT && r.on == actors::PaymentEvent::psp_refuses; },
                                [](auto& row) { row.then = actors::PaymentState::PAID; });
    tables.nodo.at_touchpoint = payments;
    law = "no outcome OK of it was accepted";
  }
  SUBCASE("an EC that takes a receipt as often as it comes") {
    debts = with_changed(tables.debt, [](const auto& r) { return r.when.name == "receipt_is_known"; }, [](auto& row) { row.order = {""}; });
    tables.debt = debts;
    law = " times the receipt of ";
  }
  SUBCASE("a Checkout that tells the user OK when the result is KO") {
    transactions = with_changed(tables.transaction, [](const auto& r) { return r.in == actors::TransactionState::NOTIFICATION_REQUESTED && r.on == actors::TransactionEvent::mailed; },
                                [](auto& row) { row.then = actors::TransactionState::NOTIFIED_OK; });
    tables.transaction = transactions;
    law = "is told OK, and";
  }
  SUBCASE("a Checkout that forgets the storno") {
    transactions = with_changed(tables.transaction, [](const auto& r) { return r.in == actors::TransactionState::NOTIFIED_KO; }, forgets);
    tables.transaction = transactions;
    law = "comes to rest in NOTIFIED_KO";
  }
  const std::string broken = found_out(tables);
  CAPTURE(broken);
  CHECK(broken.find(law) != std::string::npos);
}
