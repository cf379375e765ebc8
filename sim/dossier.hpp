// Which notices and payments a message is about, also where it does not say so: an answer is about what its request was
// about, and a token stands for the notice that it was handed out for.
// For those who look at a running world from outside: whoever filters a journal, and rules that are meant for one notice.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/journal.hpp"

namespace sim {

/// Grows as it reads. A value.
class Dossier {
 public:
  void read(const Happening& happening);
  void read(ExchangeId exchange, contract::Leg leg, const contract::Message& message);
  /// Reads what has been added to the journal since the last time.
  void catch_up(const Journal& journal) {
    for (; read_ < journal.entries.size(); ++read_) read(journal.entries[read_].what);
  }

  /// "77777777777/302..." or a payment token.
  [[nodiscard]] bool is_about(ExchangeId exchange, std::string_view subject) const;
  [[nodiscard]] bool is_about(const Happening& happening, std::string_view subject) const;
  /// The notice of a token or a transaction; empty: none that is known.
  [[nodiscard]] std::string notice_of(std::string_view name) const;

 private:
  void add(ExchangeId exchange, std::string subject);
  [[nodiscard]] bool belongs(const std::string& name, std::string_view subject) const;

  std::map<ExchangeId, std::vector<std::string>> exchanges_;
  std::map<std::string, std::string, std::less<>> notice_of_;  ///< of a token, a transaction, a payment at a PSP
  std::map<CommandId, std::string> commands_;
  std::size_t read_ = 0;
};

/// The notice that an order is about, as "77777777777/302..."; empty: none.
std::string notice_of(const Command& command);

}  // namespace sim
