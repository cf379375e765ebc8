// A scenario as read: every element checked against the table, every value known to be of its kind.
// Steps and expectations stay nodes of the table's elements, so that running, judging, telling and drawing all read
// the same thing; the world they start from (registry, settings, positions) is already built.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/contract/debt_position.hpp"
#include "sim/contract/message.hpp"
#include "sim/contract/registry.hpp"
#include "sim/contract/settings.hpp"
#include "sim/result.hpp"
#include "sim/scenario/elements.hpp"
#include "sim/time.hpp"

namespace sim::scenario {

/// One element of a scenario file.
struct Node {
  const Element* row = nullptr;
  int line = 0;
  std::vector<std::pair<std::string_view, std::string>> values;  ///< by attribute name
  std::vector<Node> children;
  std::string text;
  bool flawed = false;  ///< some attribute was refused: whatever follows from it has been said already

  [[nodiscard]] std::string_view name() const { return row->name; }
  [[nodiscard]] bool has(std::string_view attribute) const;
  [[nodiscard]] std::string_view get(std::string_view attribute, std::string_view otherwise = {}) const;
  [[nodiscard]] Duration duration(std::string_view attribute) const;  ///< zero when left out
  [[nodiscard]] std::uint32_t number(std::string_view attribute, std::uint32_t otherwise) const;
};

/// Prose in both languages.
struct Bilingual {
  std::string it, en;
  [[nodiscard]] const std::string& in(std::string_view lang) const { return lang == "it" ? it : en; }
};

struct Scenario {
  std::string file, id;
  std::vector<contract::Role> judges;
  std::vector<std::string> tags;
  std::string fails;  ///< the rule under which it must fail; empty: it must not
  std::string skip;   ///< why it is not run
  Bilingual title, about, silent;
  std::string silent_rule;
  std::string silent_about;  ///< the open point that it rests on (checkout-sim list silences)
  contract::Registry registry;
  contract::Settings settings;
  std::vector<contract::DebtPosition> positions;
  std::size_t of_registry = 0;  ///< so many of them, the last, are not its own but of the registry that it is played on
  std::vector<Node> setup, steps, expectations;

  [[nodiscard]] bool judges_role(contract::Role role) const;
  /// Whether it speaks for an actor otherwise than for a PSP that answers a notification, or an EC that refuses a receipt:
  /// the laws of payments are not asked of such a run. PSPs that are wrong on purpose count as somebody spoken for.
  [[nodiscard]] bool speaks_for_others() const;
  [[nodiscard]] bool is_silent() const { return !silent.en.empty(); }
  /// Takes out what is expected of the inside of parties of that role, which cannot be seen where somebody else's software plays
  /// them: its histories and states. So many they were; what crosses the wire is still judged.
  std::size_t leave_out_inside_of(contract::Role role);
  /// Every rule that its expectations cite, once, in order of appearance.
  [[nodiscard]] std::vector<std::string> rules() const;
};

/// One mistake in a file: where, what, and the way out.
struct Problem {
  std::string file;
  int line = 0;
  std::string text;
};
/// "file:line: text"
std::string to_text(const Problem& problem);

/// The states that each machine knows, so that a misspelt one is a mistake in the file and not an actor's fault.
/// A machine that is not listed is not checked.
using Vocabulary = std::map<std::string, std::vector<std::string>, std::less<>>;

/// What a scenario starts from, before it changes it.
struct Base {
  contract::Registry registry = contract::built_in_registry();
  std::vector<contract::DebtPosition> positions{};
};

/// Reads a scenario; on failure, every mistake of the file at once, by line.
Result<Scenario, std::vector<Problem>> load(const std::string& file, std::string_view bytes, const Vocabulary& states = {}, const Base& base = {});

/// A moment of an exchange: "pspNotifyPayment answered 2".
struct Cause {
  contract::PrimitiveId primitive{};
  std::string_view moment;  ///< one of moments()
  std::uint32_t nth = 1;
};
std::optional<Cause> parse_cause(std::string_view text);

/// What a value stands for: itself, a draw, or a field of an earlier message.
struct Value {
  enum class Form : unsigned char { literal, random, field, absent } form{};
  std::string text;  ///< the literal; the alphabet of a draw
  std::size_t length = 0;
  contract::PrimitiveId primitive{};
  contract::Leg leg{};
  std::string path;
  std::uint32_t nth = 0;  ///< 0: the latest
};
/// The reason why it is not a value is in the Result.
Result<Value, std::string> parse_value(std::string_view text);

}  // namespace sim::scenario
