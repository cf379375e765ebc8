#include "sim/contract/schema.hpp"

#include <charconv>

#include <fmt/format.h>

namespace sim::contract {
namespace {

std::size_t characters(std::string_view utf8) {
  std::size_t n = 0;
  for (const char c : utf8) n += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
  return n;
}

std::string_view collapsed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool in_values(const Scalar& scalar, std::string_view text) {
  for (const std::string_view value : scalar.values) {
    if (value == text) return true;
  }
  return scalar.values.empty();
}

bool fits(const Scalar& scalar, std::string_view text) {
  const std::size_t length = characters(text);
  return length >= scalar.min_length && length <= scalar.max_length && in_values(scalar, text) &&
         (scalar.pattern == nullptr || scalar.pattern->matches(text)) &&
         (scalar.also == nullptr || scalar.also(text));
}

bool in_range(const Scalar& scalar, std::int64_t value) { return value >= scalar.min && value <= scalar.max; }

void check_choices(const Record& record, const void* owner, const std::string& at, std::vector<Violation>& out) {
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    const Field& first = record.fields[i];
    if (first.choice == 0 || (i > 0 && record.fields[i - 1].choice == first.choice)) continue;
    std::size_t present = 0;
    std::string names;
    for (std::size_t j = i; j < record.fields.size() && record.fields[j].choice == first.choice; ++j) {
      present += record.fields[j].count(owner);
      names += (names.empty() ? "" : ", ") + std::string(record.fields[j].name);
    }
    if (present == 1 || (present == 0 && first.choice_optional)) continue;
    out.push_back({Defect::choice, at, "XSD " + std::string(record.type), fmt::format("{} of them", present),
                   "exactly one of " + names});
  }
}

/// Whether a scalar in memory is what its type allows.
bool item_fits(const Scalar& scalar, const void* item) {
  switch (scalar.kind) {
    case Kind::text: return fits(scalar, *static_cast<const std::string*>(item));
    case Kind::amount:
    case Kind::cents: {
      const std::int64_t cents = static_cast<const Amount*>(item)->cents;
      return cents >= 0 && cents <= max_amount.cents && in_range(scalar, cents);
    }
    case Kind::integer: return in_range(scalar, *static_cast<const std::int64_t*>(item));
    case Kind::boolean:
    case Kind::outcome: return true;
  }
  return false;
}

}  // namespace

std::string scalar_text(const Scalar& scalar, const void* item) {
  switch (scalar.kind) {
    case Kind::text: return *static_cast<const std::string*>(item);
    case Kind::amount: return to_text(*static_cast<const Amount*>(item));
    case Kind::cents: return std::to_string(static_cast<const Amount*>(item)->cents);
    case Kind::boolean: return *static_cast<const bool*>(item) ? "true" : "false";
    case Kind::integer: return std::to_string(*static_cast<const std::int64_t*>(item));
    case Kind::outcome: return std::string(to_text(*static_cast<const Outcome*>(item)));
  }
  return {};
}

std::optional<std::string> store_scalar(const Scalar& scalar, std::string_view text, void* item) {
  switch (scalar.kind) {
    case Kind::text: {
      const std::string_view value = scalar.collapses ? collapsed(text) : text;
      if (!fits(scalar, value)) return describe(scalar);
      static_cast<std::string*>(item)->assign(value);
      return std::nullopt;
    }
    case Kind::amount: {
      const std::optional<Amount> amount = parse_amount(collapsed(text));
      if (!amount || !in_range(scalar, amount->cents)) return describe(scalar);
      *static_cast<Amount*>(item) = *amount;
      return std::nullopt;
    }
    case Kind::boolean: {
      const std::string_view word = collapsed(text);
      if (word != "true" && word != "false" && word != "1" && word != "0") return describe(scalar);
      *static_cast<bool*>(item) = word == "true" || word == "1";
      return std::nullopt;
    }
    case Kind::cents:
    case Kind::integer: {
      std::string_view digits = collapsed(text);
      if (digits.size() > 1 && digits.front() == '+' && digits[1] != '-') digits.remove_prefix(1);
      std::int64_t value = 0;
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
      const bool whole = error == std::errc{} && end == digits.data() + digits.size();
      if (!whole || !in_range(scalar, value)) return describe(scalar);
      if (scalar.kind == Kind::cents) *static_cast<Amount*>(item) = Amount{value};
      else *static_cast<std::int64_t*>(item) = value;
      return std::nullopt;
    }
    case Kind::outcome: {
      const std::optional<Outcome> outcome = parse_outcome(text);
      if (!outcome) return describe(scalar);
      *static_cast<Outcome*>(item) = *outcome;
      return std::nullopt;
    }
  }
  return describe(scalar);
}

std::string describe(const Scalar& scalar) {
  std::string out;
  const auto add = [&out](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
  if (!scalar.values.empty()) {
    std::string values;
    for (const std::string_view value : scalar.values) values += (values.empty() ? "" : ", ") + std::string(value);
    return "one of " + values;
  }
  constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
  switch (scalar.kind) {
    case Kind::outcome: return "OK or KO";
    case Kind::boolean: return "true or false";
    case Kind::amount:
      return fmt::format("euro with exactly two decimals, {} to {}", to_text(Amount{std::max<std::int64_t>(scalar.min, 0)}),
                         to_text(Amount{std::min(scalar.max, max_amount.cents)}));
    case Kind::cents: return "a whole number of euro cents";
    case Kind::integer:
      add("a whole number");
      if (scalar.min != std::numeric_limits<std::int64_t>::min()) add(fmt::format("at least {}", scalar.min));
      if (scalar.max != std::numeric_limits<std::int64_t>::max()) add(fmt::format("at most {}", scalar.max));
      return out;
    case Kind::text: break;
  }
  if (scalar.max_length != no_limit) {
    add(scalar.min_length == scalar.max_length ? fmt::format("{} characters", scalar.max_length)
                                               : fmt::format("{} to {} characters", scalar.min_length, scalar.max_length));
  } else if (scalar.min_length > 0) {
    add(fmt::format("at least {} characters", scalar.min_length));
  }
  if (scalar.pattern != nullptr) add(fmt::format("pattern {}", scalar.pattern->text));
  if (scalar.also != nullptr) add(std::string(scalar.type));
  return out.empty() ? "any text" : out;
}

std::string rule_of(const Scalar& scalar) { return "XSD " + std::string(scalar.type); }

std::vector<Violation> validate(const Record& record, const void* owner, const std::string& at) {
  std::vector<Violation> out;
  for (const Field& f : record.fields) {
    const std::size_t n = f.count(owner);
    const std::string path = at + "/" + std::string(f.name);
    if (n < f.min) out.push_back({Defect::missing, path, "XSD " + std::string(record.type), "", "it is required"});
    if (n > f.max) {
      out.push_back({Defect::too_many, path, "XSD " + std::string(record.type), fmt::format("{} of them", n),
                     fmt::format("at most {}", f.max)});
    }
    for (std::size_t i = 0; i < n; ++i) {
      const void* item = f.item(owner, i);
      const std::string place = n > 1 ? fmt::format("{}[{}]", path, i + 1) : path;
      if (f.record != nullptr) {
        std::vector<Violation> inner = validate(*f.record(), item, place);
        out.insert(out.end(), inner.begin(), inner.end());
        continue;
      }
      const Scalar& scalar = *f.scalar;
      if (!item_fits(scalar, item)) {
        out.push_back({Defect::bad_value, place, rule_of(scalar), scalar_text(scalar, item), describe(scalar)});
      }
    }
  }
  check_choices(record, owner, at, out);
  return out;
}

bool conforms(const Record& record, const void* owner) {
  std::size_t chosen = 0;  // of the choice at hand
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    const Field& f = record.fields[i];
    const std::size_t n = f.count(owner);
    if (n < f.min || n > f.max) return false;
    for (std::size_t k = 0; k < n; ++k) {
      const void* item = f.item(owner, k);
      if (f.record != nullptr ? !conforms(*f.record(), item) : !item_fits(*f.scalar, item)) return false;
    }
    if (f.choice == 0) continue;
    chosen += n;
    const bool last = i + 1 == record.fields.size() || record.fields[i + 1].choice != f.choice;
    if (!last) continue;
    if (chosen > 1 || (chosen == 0 && !f.choice_optional)) return false;
    chosen = 0;
  }
  return true;
}

PathStep first_step(std::string_view path, std::string_view& rest) {
  const std::size_t slash = path.find('/');
  std::string_view step = path.substr(0, slash);
  rest = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  PathStep out{step, 1};
  if (!step.empty() && step.back() == ']') {
    const std::size_t open = step.find('[');
    if (open == std::string_view::npos) return out;
    const std::string_view digits = step.substr(open + 1, step.size() - open - 2);
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (error == std::errc{} && end == digits.data() + digits.size() && index > 0) {
      out = {step.substr(0, open), index};
    }
  }
  return out;
}

std::optional<std::string> text_at(const Record& record, const void* owner, std::string_view path) {
  std::string_view rest;
  const PathStep step = first_step(path, rest);
  if (record.open) {  // members of an open object are named by their keys
    for (std::size_t i = 0; i < record.fields[0].count(owner); ++i) {
      const void* entry = record.fields[0].item(owner, i);
      const Record& pair = *record.fields[0].record();
      if (text_at(pair, entry, pair.fields[0].name) == step.name) return text_at(pair, entry, pair.fields[1].name);
    }
    return std::nullopt;
  }
  for (const Field& f : record.fields) {
    if (f.name != step.name) continue;
    if (step.index > f.count(owner)) return std::nullopt;
    const void* item = f.item(owner, step.index - 1);
    if (f.record != nullptr) return rest.empty() ? std::nullopt : text_at(*f.record(), item, rest);
    return rest.empty() ? std::optional(scalar_text(*f.scalar, item)) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::string> unknown_step(const Record& record, std::string_view path) {
  std::string_view rest;
  const PathStep step = first_step(path, rest);
  if (record.open) return std::nullopt;
  for (const Field& f : record.fields) {
    if (f.name != step.name) continue;
    if (rest.empty()) return std::nullopt;
    if (f.record == nullptr) return std::string(rest);
    return unknown_step(*f.record(), rest);
  }
  return std::string(step.name);
}

std::vector<std::string> leaf_paths(const Record& record) {
  std::vector<std::string> out;
  if (record.open) return {"*"};
  for (const Field& f : record.fields) {
    if (f.record == nullptr) {
      out.emplace_back(f.name);
      continue;
    }
    for (const std::string& inner : leaf_paths(*f.record())) out.push_back(std::string(f.name) + "/" + inner);
  }
  return out;
}

}  // namespace sim::contract
