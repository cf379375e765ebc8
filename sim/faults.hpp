// What goes wrong on purpose, and where: rules about the network, and rules about how a scripted role behaves.
// Actors never know that they are being tested: the network loses a response, and a scripted role's answer is put in
// its mouth by the world. Rules count what they match, so that a rule that was never applied can be told.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/contract/message.hpp"
#include "sim/contract/patch.hpp"
#include "sim/time.hpp"

namespace sim {

/// What the network may do to one message.
enum class Mishap : std::uint8_t {
  drop,       ///< it never arrives
  delay,      ///< it arrives later
  duplicate,  ///< it arrives twice (requests)
  reset,      ///< the connection breaks: the caller is told at once
  refuse,     ///< no connection is made (requests)
  truncate,   ///< half of its bytes arrive
  garble,     ///< some of its bytes arrive changed
  overtake,   ///< it arrives before everything else that is due at the same instant
  yield,      ///< it arrives after everything else that is due at the same instant
};
std::string_view to_text(Mishap mishap);
std::optional<Mishap> parse_mishap(std::string_view text);

/// Which of the matching occasions a rule applies to: the `first`-th and as many as `times` says.
struct Occasions {
  std::uint32_t first = 1;
  std::uint32_t times = 1;  ///< 0: for ever
  friend bool operator==(const Occasions&, const Occasions&) = default;
};

/// A rule about the network: one leg of the exchanges of one primitive.
struct FaultRule {
  int line = 0;  ///< where it is written
  contract::PrimitiveId on{};
  contract::Leg leg = contract::Leg::request;
  std::string with;  ///< id of the EC or PSP at either end; empty: any
  Mishap mishap = Mishap::drop;
  Duration by;       ///< of a delay
  Occasions occasions;
  Instant from = run_start;        ///< it neither applies nor counts before,
  std::optional<Instant> until{};  ///< nor from then on
  std::string about{};             ///< only messages about this notice or token; empty: any
  bool retired = false;            ///< taken back, or spent
};

/// How a scripted role answers one primitive instead of, or on top of, what it would say by itself.
struct ConductRule {
  enum class Form : std::uint8_t {
    own,        ///< the role's own answer, perhaps changed or late
    ko,         ///< outcome KO with `fault`
    no_fault,   ///< outcome KO and no fault bean
    malformed,  ///< bytes that are no message
    empty,      ///< no bytes
    silence,    ///< nothing, ever
    hang_up,    ///< the connection is closed without a word
    literal,    ///< these `bytes`
  };
  int line = 0;
  contract::Role by{};
  std::string id;  ///< which EC or PSP; empty: any
  contract::PrimitiveId to{};
  Form form = Form::own;
  std::string fault;        ///< code of a KO in SOAP, description of a KO in JSON
  std::string description;
  std::optional<int> status;
  Duration after;
  std::vector<contract::Patch> patches;
  Occasions occasions;
  /// The role hears the request although the script speaks in its place: it knows what it was told, and says nothing.
  bool overhears = false;
  std::string about{};   ///< only requests about this notice or token; empty: any
  std::shared_ptr<const std::string> bytes{};
  bool in_turn = false;  ///< one of a queue: it counts no occasion on which another rule wins
  bool retired = false;  ///< taken back, or spent
};

/// A scripted role does not send this primitive by itself.
struct WithholdRule {
  int line = 0;
  contract::Role by{};
  std::string id;
  contract::PrimitiveId message{};
  bool must_apply = true;  ///< false: implied by a scripted send, which may as well have nothing to replace
};

/// All the rules of a run, with what they have counted so far. A value.
class Faults {
 public:
  std::vector<FaultRule> network;
  std::vector<ConductRule> conduct;
  std::vector<WithholdRule> withheld;

  /// Whether the message at hand is about a notice or token; asked only for rules that are.
  using About = std::function<bool(std::string_view)>;
  /// The rule that applies to this message now, or nullptr. Counts the occasion for every rule that matches.
  const FaultRule* on_wire(contract::PrimitiveId primitive, contract::Leg leg, std::string_view from, std::string_view to, Instant now, const About& is_about);
  /// The rule for how `party` answers now, or nullptr.
  const ConductRule* on_request(const contract::Party& party, contract::PrimitiveId primitive, const About& is_about);
  /// The rule that keeps `party` from sending, or nullptr.
  const WithholdRule* on_sending(const contract::Party& party, contract::PrimitiveId primitive);

 private:
  std::vector<std::uint32_t> network_seen_, conduct_seen_;
};

}  // namespace sim
