// Who exists: ECs with their stations and accounts, PSPs with their channels, and Checkout's own identity.
// The real Nodo keeps this in its configuration database; here it is one value, shared and never changed during a run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/contract/types.hpp"

namespace sim::contract {

/// A station of an EC: the endpoint that answers for some of its notices.
struct Station {
  std::string idStation, idBrokerPA;
  std::string codes;        ///< segregation (auxDigit 3) and application codes (0) it answers for, blank separated; empty: all
  bool broadcast = false;   ///< receipts of payments in which its EC is a secondary beneficiary come here too
  bool enabled = true;
  bool broker_enabled = true;
  int primitive_version = 1;  ///< of paGetPayment and paSendRT that it speaks
  bool standin = false;       ///< it is in Stand In: its answers come from the archive, and payments say so [CHK-19]
};

struct CreditorInstitution {
  std::string fiscalCode, companyName;
  std::vector<Station> stations;
  std::vector<std::string> ibans;  ///< the accounts registered for it; the first is its ordinary one
  bool enabled = true;
};

/// A channel of a PSP.
struct Channel {
  std::string idChannel, password;
  bool enabled = true;
  bool activated_at_psp = false;  ///< payment model ATTIVATO_PRESSO_PSP: verify and activate need it, closePayment refuses it
  int primitive_version = 1;      ///< of pspNotifyPayment that it speaks; version 1 carries one token
  std::string methods{};          ///< payment methods associated with it ("CP PPAL"); empty: all
  bool wants_card_data = false;   ///< FLAG_PSP_CP: with method CP closePayment must carry the card's data [PAG-2555]
  bool takes_stamps = true;       ///< deals with digital stamps (marca da bollo)
};

struct PaymentServiceProvider {
  std::string idPSP, businessName, fiscalCode, vatNumber, idBrokerPSP;
  std::vector<Channel> channels;
  bool enabled = true;
  bool broker_enabled = true;
  bool extended_fault_bean = false;  ///< its broker reads original* in fault beans
};

/// How Checkout presents itself to the Nodo: a pseudo-PSP.
struct TouchpointIdentity {
  std::string idPSP, idBrokerPSP, idChannel, password;
};

/// A metadata key of the dictionary, with the days from and to which it is in force (empty: no limit).
struct MetadataKey {
  std::string name, from{}, to{};
};

struct Registry {
  std::vector<CreditorInstitution> creditors;
  std::vector<PaymentServiceProvider> psps;
  TouchpointIdentity checkout;
  std::vector<MetadataKey> metadata_keys{};

  [[nodiscard]] const CreditorInstitution* creditor(std::string_view fiscalCode) const;
  [[nodiscard]] const PaymentServiceProvider* psp(std::string_view idPSP) const;
  [[nodiscard]] const Channel* channel(std::string_view idPSP, std::string_view idChannel) const;
  /// The station that answers for this notice, by auxDigit and segregation code; nullptr when none does.
  [[nodiscard]] const Station* station_of(const CreditorInstitution& ec, std::string_view noticeNumber) const;
  /// Whether the dictionary has the key, letter for letter, in force on this day (YYYY-MM-DD).
  [[nodiscard]] bool knows_key(std::string_view key, std::string_view day) const;
  CreditorInstitution* creditor(std::string_view fiscalCode);
  PaymentServiceProvider* psp(std::string_view idPSP);
};

/// The fiscal code and the idPSP that a scenario means when it names none.
constexpr std::string_view default_ec = "77777777777";
constexpr std::string_view default_psp = "PSPSIM01";

/// The built-in cast: three ECs that share payments, two PSPs, and Checkout as the Nodo knows it. All invented but
/// the codes that test suites already use (EC 77777777777, pseudo-PSP AGID_01).
Registry built_in_registry();

/// The IUV of a notice: without the auxDigit, or without auxDigit and application code when that is 0.
std::string creditor_reference(std::string_view noticeNumber);
/// The two check digits of the 16 digits before them: their number modulo 93.
std::string notice_check_digits(std::string_view sixteen_digits);

}  // namespace sim::contract
