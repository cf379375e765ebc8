// Who exists, which station answers for a notice, and the arithmetic of notice numbers.
#include "sim/contract/registry.hpp"

#include <set>

#include <doctest/doctest.h>

namespace {

using namespace sim::contract;

CreditorInstitution with_stations() {
  CreditorInstitution ec;
  ec.fiscalCode = "80000000002";
  const auto station = [](std::string id, std::string codes) {
    Station out;
    out.idStation = std::move(id);
    out.codes = std::move(codes);
    return out;
  };
  ec.stations = {station("first", "02 12"), station("second", "47"), station("third", "1")};
  return ec;
}

}  // namespace

TEST_CASE("a notice goes to the station that answers for its segregation code, and to none if there is none") {
  const Registry registry;
  const CreditorInstitution ec = with_stations();
  struct Case {
    std::string_view name;
    std::string_view notice;
    std::string_view station;  ///< "": none
  };
  const Case cases[] = {
      {"segregation code of the first", "302001234567890123", "first"},
      {"another of its codes", "312001234567890123", "first"},
      {"segregation code of the second", "347000000000000124", "second"},
      {"nobody's segregation code", "316001234567890123", ""},
      {"a code is two digits, not a part of them", "301001234567890123", ""},
      {"application code of the first", "002000000000471108", "first"},
      {"nobody's application code", "011000000000471108", ""},
      {"auxDigit 1 has no code", "147000000000000124", "first"},
      {"auxDigit 2 has no code", "200000000000471163", "first"},
      {"unknown auxDigit", "511001234567890123", ""},
      {"the largest auxDigit", "902001234567890123", ""},
      {"too short", "30200123456789012", ""},
      {"too long", "3020012345678901234", ""},
      {"empty", "", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const Station* station = registry.station_of(ec, c.notice);
    CHECK((station == nullptr ? "" : station->idStation) == c.station);
  }
}

TEST_CASE("a station without codes answers for every segregation code") {
  const Registry registry = built_in_registry();
  const CreditorInstitution& ec = *registry.creditor(default_ec);
  for (const std::string_view notice : {"300001234567890123", "347000000000000124", "399001234567890123", "001000000000471108"}) {
    CAPTURE(notice);
    REQUIRE(registry.station_of(ec, notice) != nullptr);
    CHECK(registry.station_of(ec, notice)->idStation == "98765432103_02");
  }
  CreditorInstitution none = ec;
  none.stations.clear();
  CHECK(registry.station_of(none, "302001234567890123") == nullptr);
}

TEST_CASE("the IUV is the notice without its auxDigit, and without the application code when that is 0") {
  struct Case {
    std::string_view notice, iuv;
  };
  const Case cases[] = {
      {"312000000000471179", "12000000000471179"}, {"347000000000000124", "47000000000000124"},
      {"312000000000007500", "12000000000007500"}, {"001000000000471108", "000000000471108"},
      {"200000000000471163", "00000000000471163"}, {"302001234567890123", "02001234567890123"},
      {"", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.notice);
    CHECK(creditor_reference(c.notice) == c.iuv);
  }
}

TEST_CASE("the check digits are the sixteen digits before them modulo 93") {
  struct Case {
    std::string_view sixteen, check;
  };
  const Case cases[] = {
      {"3120000000004711", "79"}, {"3470000000000001", "24"}, {"3120000000000075", "00"},
      {"0010000000004711", "08"}, {"2000000000004711", "63"}, {"9999999999999999", "09"},
      {"3020123876543123", "86"},  // the official sample prints 84
      {"3111111111122222", "47"},  // the official sample prints 22
  };
  for (const Case& c : cases) {
    CAPTURE(c.sixteen);
    CHECK(notice_check_digits(c.sixteen) == c.check);
  }
}

TEST_CASE("parties are found by their whole identifier and not at all otherwise") {
  Registry registry = built_in_registry();
  CHECK(registry.creditor("77777777777")->companyName == "Comune di Vallescura");
  CHECK(registry.creditor("7777777777") == nullptr);
  CHECK(registry.creditor("") == nullptr);
  CHECK(registry.psp("PSPSIM02") != nullptr);
  CHECK(registry.psp("pspsim02") == nullptr);
  CHECK(registry.channel("PSPSIM01", "90000000001_02") != nullptr);
  CHECK(registry.channel("PSPSIM02", "90000000001_02") == nullptr);  // another PSP's channel
  CHECK(registry.channel("PSPSIM09", "90000000001_02") == nullptr);
  registry.psp("PSPSIM01")->enabled = false;
  registry.creditor("77777777777")->enabled = false;
  const Registry& read = registry;
  CHECK_FALSE(read.psp("PSPSIM01")->enabled);
  CHECK_FALSE(read.creditor("77777777777")->enabled);
}

TEST_CASE("the built-in cast is coherent: identifiers are unique and what refers to them exists") {
  const Registry registry = built_in_registry();
  std::set<std::string> seen;
  for (const CreditorInstitution& ec : registry.creditors) {
    CAPTURE(ec.fiscalCode);
    CHECK(seen.insert(ec.fiscalCode).second);
    CHECK(ec.fiscalCode.size() == 11);
    CHECK_FALSE(ec.ibans.empty());
    CHECK_FALSE(ec.stations.empty());
    for (const Station& station : ec.stations) {
      CHECK(station.idStation.starts_with(station.idBrokerPA + "_"));
      CHECK(seen.insert(station.idStation).second);
    }
    for (const std::string& iban : ec.ibans) CHECK(iban.size() == 27);
  }
  for (const PaymentServiceProvider& psp : registry.psps) {
    CAPTURE(psp.idPSP);
    CHECK(seen.insert(psp.idPSP).second);
    for (const Channel& channel : psp.channels) {
      CHECK(seen.insert(channel.idChannel).second);
      CHECK(channel.password.size() >= 8);
      CHECK(channel.password.size() <= 15);
    }
  }
  CHECK(registry.creditor(default_ec) != nullptr);
  CHECK(registry.psp(default_psp) != nullptr);
  const Channel* touchpoint = registry.channel(registry.checkout.idPSP, registry.checkout.idChannel);
  REQUIRE(touchpoint != nullptr);
  CHECK(touchpoint->password == registry.checkout.password);
  CHECK(touchpoint->activated_at_psp);  // verify and activation go through such a channel only [SEM_VPNR_12]
}

TEST_CASE("the accounts of the built-in ECs are IBANs: rearranged they are 1 modulo 97") {  // [ISO 13616]
  for (const CreditorInstitution& ec : built_in_registry().creditors) {
    for (const std::string& iban : ec.ibans) {
      CAPTURE(iban);
      std::uint64_t rest = 0;
      for (const char c : iban.substr(4) + iban.substr(0, 4)) {
        const bool letter = c >= 'A';
        rest = (rest * (letter ? 100 : 10) + static_cast<std::uint64_t>(letter ? c - 'A' + 10 : c - '0')) % 97;
      }
      CHECK(rest == 1);
    }
  }
}
