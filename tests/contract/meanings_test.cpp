// The meanings of fields: every field of every message has one, in both languages, and nothing is said in vain.
#include "sim/contract/meanings.hpp"

#include <functional>
#include <set>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "sim/contract/message.hpp"

namespace {

using namespace sim::contract;

/// Every field of every structure that some message holds, once for each structure.
void for_each_field(const std::function<void(const Record&, const Field&)>& visit) {
  std::set<const Record*> seen;
  const std::function<void(const Record&)> walk = [&](const Record& record) {
    if (!seen.insert(&record).second) return;
    for (const Field& field : record.fields) {
      visit(record, field);
      if (field.table() != nullptr) walk(*field.table());
    }
  };
  for (const Primitive& row : primitives()) {
    walk(row.request());
    walk(row.response());
  }
}

/// The meaning of the field that a path of a message leads to.
const Meaning* meaning_at(PrimitiveId id, Leg leg, std::string_view path) {
  const Record* record = &record_of(id, leg);
  std::string_view rest = path;
  for (;;) {
    const PathStep step = first_step(rest, rest);
    const Field* field = field_at(*record, step.name);
    if (field == nullptr) return nullptr;
    if (rest.empty()) return meaning_of(*record, *field);
    record = field->table();
  }
}

}  // namespace

TEST_CASE("every field of every message has a meaning in Italian and in English") {
  std::size_t fields = 0;
  for_each_field([&fields](const Record& record, const Field& field) {
    CAPTURE(record.type);
    CAPTURE(field.name);
    ++fields;
    const Meaning* meaning = meaning_of(record, field);
    REQUIRE(meaning != nullptr);
    CHECK(meaning->field == field.name);
    for (const std::string_view text : {meaning->it, meaning->en}) {
      CHECK(text.size() > 4);
      CHECK(text.ends_with("."));
    }
    CHECK(meaning->it != meaning->en);
    CHECK(meaning->in("it") == meaning->it);
    CHECK(meaning->in("en") == meaning->en);
  });
  CHECK(fields > 300);  // the walk goes down
}

TEST_CASE("every meaning is that of some field, and no field has two") {
  std::set<const Meaning*> used;
  std::set<std::string> structures;
  for_each_field([&](const Record& record, const Field& field) {
    used.insert(meaning_of(record, field));
    structures.insert(std::string(record.type) + "." + std::string(field.name));
  });
  std::set<std::string> said;
  for (const Meaning& row : meanings()) {
    CAPTURE(row.field);
    CAPTURE(row.structures);
    CHECK(used.contains(&row));
    if (row.structures.empty()) CHECK(said.insert(std::string(row.field)).second);
    for (std::string_view rest = row.structures; !rest.empty();) {
      const std::size_t bar = rest.find('|');
      const std::string one = std::string(rest.substr(0, bar)) + "." + std::string(row.field);
      CAPTURE(one);
      CHECK(structures.contains(one));
      CHECK(said.insert(one).second);
      rest = bar == std::string_view::npos ? std::string_view{} : rest.substr(bar + 1);
    }
  }
}

TEST_CASE("a name that means several things says the one that holds where it stands") {
  struct Case {
    PrimitiveId primitive;
    Leg leg;
    std::string_view path, says;
  };
  constexpr Leg request = Leg::request;
  constexpr Leg response = Leg::response;
  using P = PrimitiveId;
  const Case cases[] = {
      {P::activatePaymentNoticeV2, response, "totalAmount", "without fee"},
      {P::closePaymentV2, request, "totalAmount", "the sum of the notices plus fee"},
      {P::pspNotifyPaymentV2, request, "totalAmount", "the sum of the notices plus fee"},
      {P::pspNotifyPayment, request, "creditCardPayment/totalAmount", "debtAmount plus fee"},
      {P::closePaymentV2, request, "transactionDetails/transaction/grandTotal", "euro cents"},
      {P::closePaymentV2, request, "transactionDetails/transaction/amount", "euro cents"},
      {P::closePaymentV2, request, "transactionDetails/transaction/fee", "euro cents"},
      {P::closePaymentV2, request, "fee", "in euro:"},
      {P::cartsV2, request, "paymentNotices/amount", "euro cents"},
      {P::activatePaymentNoticeV2, request, "amount", "in euro."},
      {P::activatePaymentNoticeV2, request, "expirationTime", "milliseconds"},
      {P::pspNotifyPayment, request, "debtAmount", "paymentAmount of paGetPayment"},
      {P::paGetPayment, response, "data/paymentAmount", "sum of the transferAmounts"},
      {P::paSendRT, request, "receipt/receiptId", "paymentToken of the activation"},
      {P::paSendRT, request, "receipt/fiscalCode", "owns the notice"},
      {P::paSendRT, request, "idPA", "gets this copy"},
      {P::paGetPayment, request, "idPA", "owner of the notice"},
      {P::paGetPayment, response, "data/transferList/transfer/fiscalCodePA", "gets the credit"},
      {P::paVerifyPaymentNotice, response, "fiscalCodePA", "owns the notice"},
      {P::sendPaymentOutcome, request, "outcome", "Outcome of the payment"},
      {P::sendPaymentOutcome, response, "outcome", "Outcome of this call"},
      {P::closePaymentV2, request, "outcome", "Outcome of the authorisation"},
      {P::paSendRT, response, "fault/description", "Free text"},
      {P::closePaymentV2, response, "description", "Why the answer is KO"},
      {P::sendPaymentResultV2, request, "payments/debtor", "entityUniqueIdentifierValue"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.path);
    CAPTURE(primitive(c.primitive).name);
    const Meaning* meaning = meaning_at(c.primitive, c.leg, c.path);
    REQUIRE(meaning != nullptr);
    CAPTURE(meaning->en);
    CHECK(meaning->en.find(c.says) != std::string_view::npos);
  }
}
