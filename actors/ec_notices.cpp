#include "actors/ec_notices.hpp"

namespace actors {
namespace {

using M = NoticeManner;
// clang-format off
constexpr NoticeClass table[] = {
    {"00", "100.00 EC + 20.00 EC2",  "", M::ordinary, "120 euro: 100 all'EC e 20 a un secondo EC", "120 euro: 100 to the EC and 20 to a second EC"},
    {"01", "100.00 EC + 20.00 EC2",  "", M::ordinary, "come 00, IBAN postale e bancario", "as 00, postal and bank IBAN"},
    {"02", "100.00 EC + 20.00 EC2",  "", M::ordinary, "come 00, IBAN bancario e postale", "as 00, bank and postal IBAN"},
    {"03", "100.00 EC + 20.00 EC2",  "", M::ordinary, "come 00, IBAN bancari", "as 00, bank IBANs"},
    {"04", "100.00 EC",              "", M::ordinary, "100 euro, un versamento", "100 euro, one transfer"},
    {"05", "100.00 EC",              "", M::ordinary, "100 euro, un versamento", "100 euro, one transfer"},
    {"06", "70.00 EC + 30.00 EC2",   "", M::ordinary, "100 euro: 70 e 30", "100 euro: 70 and 30"},
    {"07", "70.00 EC + 30.00 EC2",   "", M::ordinary, "come 06", "as 06"},
    {"08", "70.00 EC + 30.00 EC2",   "", M::ordinary, "come 06", "as 06"},
    {"09", "70.00 EC + 30.00 EC2",   "", M::ordinary, "come 06", "as 06"},
    {"10", "70.00 EC",               "", M::ordinary, "70 euro, un versamento", "70 euro, one transfer"},
    {"11", "70.00 EC",               "", M::ordinary, "70 euro, un versamento", "70 euro, one transfer"},
    {"12", "4000.00 EC + 2000.00 EC2", "", M::ordinary, "6000 euro: 4000 e 2000", "6000 euro: 4000 and 2000"},
    {"13", "0.10 EC + 0.20 EC2",     "", M::ordinary, "30 centesimi: 10 e 20", "30 cents: 10 and 20"},
    {"14", "100.00 EC + 10.00 EC2 + 10.00 EC3", "", M::ordinary, "120 euro in 3 versamenti", "120 euro in 3 transfers"},
    {"15", "60.00 EC + 20.00 EC2 + 20.00 EC3 + 20.00 EC", "", M::ordinary, "120 euro in 4 versamenti", "120 euro in 4 transfers"},
    {"16", "40.00 EC + 20.00 EC2 + 20.00 EC3 + 20.00 EC + 20.00 EC2", "", M::ordinary, "120 euro in 5 versamenti", "120 euro in 5 transfers"},
    {"17", "100.00 EC + 20.00 EC",   "", M::ordinary, "120 euro in 2 versamenti allo stesso EC", "120 euro in 2 transfers to the same EC"},
    {"18", "100.00 EC2 + 20.00 EC3", "", M::ordinary, "120 euro tutti ad altri EC", "120 euro, all of it to other ECs"},
    {"19", "70.00 EC + 30.00 EC2 + 20.00 EC3", "", M::ordinary, "120 euro in 3 versamenti", "120 euro in 3 transfers"},
    {"20", "120.00 EC2",             "", M::ordinary, "120 euro tutti a un altro EC", "120 euro, all of it to another EC"},
    {"21", "100.00 EC + 20.00 EC",   "", M::ordinary, "come 17", "as 17"},
    {"22", "70.00 EC + 30.00 EC2 + 20.00 EC3", "", M::ordinary, "come 19", "as 19"},
    {"23", "70.00 EC + 30.00 EC2 + 20.00 EC3", "", M::ordinary, "come 19, nome dell'EC di 140 caratteri", "as 19, EC name of 140 characters"},
    {"24", "100.00 EC + 20.00 EC",   "", M::ordinary, "come 17, scadenza con fuso orario", "as 17, due date with a time zone"},
    {"25", "999999900.00 EC",        "", M::ordinary, "importo enorme: 999 999 900 euro", "huge amount: 999 999 900 euro"},
    {"26", "3000.00 EC",      "3010.00", M::ordinary, "3000 euro alla verifica, 3010 all'attivazione", "3000 euro at verify, 3010 at activation"},
    {"27", "116.00 EC",              "", M::needs_v2, "marca da bollo: si attiva solo con paGetPaymentV2", "digital stamp: activated by paGetPaymentV2 only"},
    {"95", "120.00 EC",              "", M::paid,         "già pagato: PAA_PAGAMENTO_DUPLICATO", "already paid: PAA_PAGAMENTO_DUPLICATO"},
    {"96", "120.00 EC",              "", M::syntax_fault, "PAA_SINTASSI_XSD", "PAA_SINTASSI_XSD"},
    {"97", "120.00 EC",              "", M::unreachable,  "stazione irraggiungibile", "station unreachable"},
    {"98", "120.00 EC",              "", M::late,         "risposta oltre il tempo massimo", "answer after the deadline"},
    {"99", "120.00 EC",              "", M::expired,      "scaduto: PAA_PAGAMENTO_SCADUTO", "expired: PAA_PAGAMENTO_SCADUTO"},
};
// clang-format on

constexpr std::string_view postal_iban = "IT45R0760103200000000001016";

std::string_view beneficiary(std::string_view name) {
  if (name == "EC2") return "80000000002";
  if (name == "EC3") return "91111111117";
  return sim::contract::default_ec;
}

}  // namespace

std::span<const NoticeClass> notice_classes() { return table; }

const NoticeClass* notice_class(std::string_view noticeNumber) {
  if (noticeNumber.size() != 18 || noticeNumber.front() != '3') return nullptr;
  for (const NoticeClass& row : table) {
    if (noticeNumber.substr(3, 2) == row.code) return &row;
  }
  return nullptr;
}

sim::contract::DebtPosition position_of_class(const NoticeClass& of, std::string_view noticeNumber) {
  using namespace sim::contract;
  DebtPosition out;
  out.fiscalCode = default_ec;
  out.noticeNumber = noticeNumber;
  std::string_view rest = of.amounts;
  while (!rest.empty()) {
    const std::size_t plus = rest.find(" + ");
    const std::string_view part = rest.substr(0, plus);
    const std::size_t blank = part.find(' ');
    DebtTransfer transfer{std::string(beneficiary(part.substr(blank + 1))), {}, *parse_amount(part.substr(0, blank))};
    if (of.code == "01" && out.transfers.empty()) transfer.iban = postal_iban;
    transfer.stamp = of.manner == NoticeManner::needs_v2 && out.transfers.empty();
    out.amount = out.amount + transfer.amount;
    out.transfers.push_back(std::move(transfer));
    rest = plus == std::string_view::npos ? std::string_view{} : rest.substr(plus + 3);
  }
  if (!of.activated.empty()) {
    out.amount_at_activation = parse_amount(of.activated);
    out.transfers.front().amount = *out.amount_at_activation;
  }
  if (of.manner == NoticeManner::paid) out.state = "paid";
  if (of.manner == NoticeManner::expired) out.state = "expired";
  if (of.code == "23") out.companyName = std::string(140, 'X');
  if (of.code == "24") out.dueDate = "2027-02-17+01:00";
  return out;
}

}  // namespace actors
