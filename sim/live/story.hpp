// What a session has come to, read from its journal as it grows: the last state of everything that has one, and how far
// each payment is that somebody has started here.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "sim/dossier.hpp"
#include "sim/wire/json.hpp"

namespace sim::live {

class Story {
 public:
  void catch_up(const Journal& journal);
  [[nodiscard]] const Dossier& dossier() const { return dossier_; }

  /// The last note of each, machine by machine; of one notice when it is named.
  [[nodiscard]] wire::Json states(std::string_view notice) const;
  [[nodiscard]] wire::Json journeys() const;
  /// Null: nobody has started it here.
  [[nodiscard]] wire::Json journey(CommandId id) const;
  /// The journey that a notice is on; 0: none.
  [[nodiscard]] CommandId journey_of(std::string_view notice) const;
  /// Whether all that was ordered about it is done.
  [[nodiscard]] bool is_at_rest(std::string_view notice) const;
  /// The last state of that machine whose subject is a notice; empty: nothing was noted.
  [[nodiscard]] std::string state(std::string_view machine, std::string_view notice) const;
  /// The amount that a position was last given here; empty: it has its own.
  [[nodiscard]] std::string amount(std::string_view notice) const;

 private:
  struct Journey {
    std::string verb, notice;
    Party who;
    std::size_t orders_open = 0;
    std::map<std::string_view, Note> notes{};  ///< the last of each machine
  };
  void read(const Happening& happening);

  Dossier dossier_;
  std::size_t read_ = 0;
  std::map<std::tuple<std::string_view, std::string, std::string>, Note> last_;  ///< by machine, notice and subject: an EC takes many receipts
  std::map<CommandId, Journey> journeys_;
  std::map<std::string, CommandId, std::less<>> latest_;  ///< by notice
  std::map<CommandId, CommandId> orders_;                 ///< the journey that an order belongs to
  std::map<std::string, std::string, std::less<>> amounts_;
};

}  // namespace sim::live
