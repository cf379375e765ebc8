// A debt position as an EC keeps it, before anything has happened: what a scenario declares and an EC starts from.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/contract/types.hpp"

namespace sim::contract {

/// One credit of a notice. An empty IBAN means the beneficiary's ordinary account.
struct DebtTransfer {
  std::string fiscalCode, iban;
  Amount amount;
  bool stamp = false;  ///< a digital stamp (marca da bollo) instead of money on an account
  std::vector<std::pair<std::string, std::string>> metadata{};
};

struct DebtPosition {
  std::string fiscalCode, noticeNumber;
  Amount amount;                              ///< what verify answers
  std::optional<Amount> amount_at_activation; ///< what activation answers, when it differs
  std::vector<DebtTransfer> transfers;        ///< empty: all of it to the EC itself
  std::string state = "open";                 ///< open, paid, expired, cancelled
  std::string description = "Tassa dimostrativa";
  std::string dueDate;                        ///< empty: 30 days from now
  std::string companyName;                    ///< empty: the registry's
  std::vector<std::pair<std::string, std::string>> metadata{};  ///< of the payment as a whole
};

}  // namespace sim::contract
