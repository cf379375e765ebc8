// Who exists and what is owed, as elements say it: <ec>, <psp>, <checkout>, <metadata-key> and <notice> mean the same in
// scenarios and in registries. One difference is there on purpose: a scenario changes or adds, so that <ec
// code="77777777777" enabled="no"/> leaves the rest of that EC alone; a registry declares, so that what is not said of an
// EC or PSP of its own is not inherited from a built-in one that happens to have the same code.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/contract/debt_position.hpp"
#include "sim/contract/registry.hpp"
#include "sim/scenario/reader.hpp"

namespace sim::scenario {

class Declarations {
 public:
  enum class Manner : unsigned char { change, declare };

  Declarations(Manner manner, contract::Registry& registry, std::vector<contract::DebtPosition>& positions, Problems& problems)
      : declares_(manner == Manner::declare), registry_(registry), positions_(positions), problems_(problems) {}

  void creditor(const Node& node);
  void provider(const Node& node);
  void touchpoint(const Node& node);
  void metadata_key(const Node& node);
  /// After all of those: a notice may stand before the EC that it is of.
  void notice(const Node& node);

  void check_ec(int line, std::string_view code);
  /// False, once said, when a line before this one declares the same.
  bool is_first(const std::string& what, int line);
  [[nodiscard]] std::string known_ecs() const;
  [[nodiscard]] std::string known_psps() const;  ///< those that a user can choose

 private:
  void station(contract::CreditorInstitution& ec, const Node& node, const contract::Station& model);
  void channel(contract::PaymentServiceProvider& psp, const Node& node, const contract::Channel& model);

  bool declares_;
  contract::Registry& registry_;
  std::vector<contract::DebtPosition>& positions_;
  Problems& problems_;
  std::map<std::string, int> lines_;  ///< of what was declared
};

/// Whether closePayment may name it: it has a channel that is not for payments begun at the PSP.
bool takes_payments(const contract::PaymentServiceProvider& psp);

}  // namespace sim::scenario
