#include "actors/drawn.hpp"

namespace actors {

using namespace sim::contract;

Message drawn_request(sim::Random& random, sim::PrimitiveId id, const sim::Command& order,
                      std::initializer_list<std::pair<std::string_view, std::string>> said) {
  const Record& record = record_of(id, Leg::request);
  Message out = generate(id, Leg::request, random, Fullness::minimal);
  for (const auto& [path, text] : said) store_at(record, payload(out), path, text);
  for (const std::string_view list : {"positionslist[1]", "paymentNotices[1]", "qrCode"}) {
    store_at(record, payload(out), std::string(list) + "/fiscalCode", order.value("ec"));
    store_at(record, payload(out), std::string(list) + "/noticeNumber", order.value("notice"));
  }
  if (!order.value("outcome").empty()) store_at(record, payload(out), "outcome", order.value("outcome"));
  mend(out, random);
  return out;
}

}  // namespace actors
