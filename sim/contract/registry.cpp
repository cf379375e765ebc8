#include "sim/contract/registry.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/contract/magic_psps.hpp"
#include "sim/contract/words.hpp"

namespace sim::contract {
namespace {

template <class Registry_>
auto* find_creditor(Registry_& registry, std::string_view fiscalCode) {
  for (auto& ec : registry.creditors) {
    if (ec.fiscalCode == fiscalCode) return &ec;
  }
  return static_cast<decltype(&registry.creditors.front())>(nullptr);
}

template <class Registry_>
auto* find_psp(Registry_& registry, std::string_view idPSP) {
  for (auto& psp : registry.psps) {
    if (psp.idPSP == idPSP) return &psp;
  }
  return static_cast<decltype(&registry.psps.front())>(nullptr);
}

}  // namespace

const CreditorInstitution* Registry::creditor(std::string_view fiscalCode) const { return find_creditor(*this, fiscalCode); }
CreditorInstitution* Registry::creditor(std::string_view fiscalCode) { return find_creditor(*this, fiscalCode); }
const PaymentServiceProvider* Registry::psp(std::string_view idPSP) const { return find_psp(*this, idPSP); }
PaymentServiceProvider* Registry::psp(std::string_view idPSP) { return find_psp(*this, idPSP); }

const Channel* Registry::channel(std::string_view idPSP, std::string_view idChannel) const {
  const PaymentServiceProvider* found = psp(idPSP);
  if (found == nullptr) return nullptr;
  for (const Channel& channel : found->channels) {
    if (channel.idChannel == idChannel) return &channel;
  }
  return nullptr;
}

bool Registry::knows_key(std::string_view key, std::string_view day) const {
  for (const MetadataKey& row : metadata_keys) {
    if (row.name == key && (row.from.empty() || row.from <= day) && (row.to.empty() || day <= row.to)) return true;
  }
  return false;
}

// Digits 2-3 are the segregation code (auxDigit 3) or the application code (auxDigit 0); 1 and 2 carry none and go to the
// EC's first station. Any other auxDigit has no station [SEM_VPNR_11].
const Station* Registry::station_of(const CreditorInstitution& ec, std::string_view noticeNumber) const {
  if (noticeNumber.size() != 18 || noticeNumber.front() > '3') return nullptr;
  const bool coded = noticeNumber.front() == '0' || noticeNumber.front() == '3';
  for (const Station& station : ec.stations) {
    if (!coded || station.codes.empty() || lists(station.codes, noticeNumber.substr(1, 2))) {
      return &station;
    }
  }
  return nullptr;
}

namespace {

/// A PSP with a channel for touchpoints and one for its own counter.
PaymentServiceProvider provider(std::string_view id, std::string_view name, const std::string& code) {
  PaymentServiceProvider out{std::string(id), std::string(name), code, code, code, {}};
  out.channels = {{code + "_02", "pwd_sim_0001", true, false}, {code + "_09", "pwd_sim_0009", true, true}};
  return out;
}

}  // namespace

Registry built_in_registry() {
  const auto station = [](std::string_view broker, std::string_view id, bool broadcast) {
    return Station{.idStation = std::string(id), .idBrokerPA = std::string(broker), .codes = {}, .broadcast = broadcast};
  };
  Registry r;
  r.creditors = {
      {"77777777777", "Comune di Vallescura", {station("98765432103", "98765432103_02", false)},
       {"IT62S0103003200000000012345", "IT45R0760103200000000001016"}},
      {"80000000002", "Provincia di Montelargo", {station("80000000002", "80000000002_01", true)},
       {"IT38M0306909606100000046111"}},
      {"91111111117", "Regione Altopiano", {station("98765432103", "98765432103_05", true)},
       {"IT87Z0200805351000000007171"}},
  };
  r.psps = {provider("PSPSIM01", "Banca Simulata", "90000000001"), provider("PSPSIM02", "Istituto di Prova", "01234567897"),
            {"AGID_01", "Touchpoint", "97735020584", "97735020584", "97735020584",
             {{"97735020584_09", "pwd_touch_01", true, true}}}};
  r.metadata_keys = {{"IBANAPPOGGIO"}};
  r.checkout = {"AGID_01", "97735020584", "97735020584_09", "pwd_touch_01"};
  return r;
}

bool is_magic_psp(std::string_view idPSP) {
  return std::any_of(magic_psps().begin(), magic_psps().end(), [idPSP](const MagicPsp& row) { return row.idPSP == idPSP; });
}

// One broker stands behind all of them, as behind many small PSPs.
std::optional<PaymentServiceProvider> magic_psp(std::string_view idPSP) {
  for (const MagicPsp& row : magic_psps()) {
    if (row.idPSP == idPSP) return provider(row.idPSP, row.businessName, "90000000003");
  }
  return std::nullopt;
}

std::string creditor_reference(std::string_view noticeNumber) {
  if (noticeNumber.empty()) return {};
  return std::string(noticeNumber.substr(noticeNumber.front() == '0' ? 3 : 1));
}

std::string notice_check_digits(std::string_view sixteen_digits) {
  std::uint64_t number = 0;
  for (const char c : sixteen_digits) number = (number * 10 + static_cast<std::uint64_t>(c - '0')) % 93;
  return fmt::format("{:02}", number);
}

}  // namespace sim::contract
