// Notice numbers that say by themselves how the EC behaves: digits 4 and 5 of 3xxNN...
// Testers already use these classes with public EC mocks; they need no declaration and belong to EC 77777777777.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "sim/contract/debt_position.hpp"
#include "sim/contract/registry.hpp"

namespace actors {

/// How the EC of a class behaves beside its data.
enum class NoticeManner : unsigned char { ordinary, paid, expired, syntax_fault, unreachable, late, needs_v2 };

struct NoticeClass {
  std::string_view code;       ///< digits 4-5
  std::string_view amounts;    ///< "100.00 EC + 20.00 EC2": beneficiaries EC, EC2, EC3 of the registry
  std::string_view activated;  ///< amount at activation when it differs
  NoticeManner manner;
  std::string_view it, en;
};
std::span<const NoticeClass> notice_classes();

/// The class of a notice number of the default EC, or nullptr when it has none.
const NoticeClass* notice_class(std::string_view noticeNumber);
/// The position that a class stands for.
sim::contract::DebtPosition position_of_class(const NoticeClass& of, std::string_view noticeNumber);

}  // namespace actors
