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

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool in_values(const Scalar& scalar, std::string_view text) {
  for (const std::string_view value : scalar.values) {
    if (value == text) return true;
  }
  return scalar.values.empty();
}

/// Characters are counted only where the number of bytes does not settle the matter: none has more of them than bytes.
bool fits_in_length(const Scalar& scalar, std::string_view text) {
  if (text.size() < scalar.min_length) return false;
  if (text.size() <= scalar.max_length && scalar.min_length <= 1) return true;
  const std::size_t length = characters(text);
  return length >= scalar.min_length && length <= scalar.max_length;
}

bool fits(const Scalar& scalar, std::string_view text) {
  return fits_in_length(scalar, text) && in_values(scalar, text) &&
         (scalar.pattern == nullptr || scalar.pattern->matches(text)) &&
         (scalar.also == nullptr || scalar.also(text));
}

bool in_range(const Scalar& scalar, std::int64_t value) { return value >= scalar.min && value <= scalar.max; }

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

std::string_view collapsed(std::string_view text, std::string& scratch) {
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  bool tidy = true;
  for (std::size_t i = 0; i < text.size(); ++i) tidy = tidy && (!blank(text[i]) || (text[i] == ' ' && text[i - 1] != ' '));
  if (tidy) return text;
  scratch.clear();
  for (const char c : text) {
    if (!blank(c)) scratch += c;
    else if (scratch.back() != ' ') scratch += ' ';
  }
  return scratch;
}

bool store_scalar(const Scalar& scalar, std::string_view text, void* item) {
  std::string scratch;
  if (scalar.collapses()) text = collapsed(text, scratch);
  switch (scalar.kind) {
    case Kind::text:
      if (!fits(scalar, text)) return false;
      static_cast<std::string*>(item)->assign(text);
      return true;
    case Kind::amount: {
      const std::optional<Amount> amount = parse_amount(text);
      if (!amount || !in_range(scalar, amount->cents)) return false;
      *static_cast<Amount*>(item) = *amount;
      return true;
    }
    case Kind::boolean:
      if (text != "true" && text != "false" && text != "1" && text != "0") return false;
      *static_cast<bool*>(item) = text == "true" || text == "1";
      return true;
    case Kind::cents:
    case Kind::integer: {
      if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
      std::int64_t value = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      const bool whole = error == std::errc{} && end == text.data() + text.size();
      if (error == std::errc::result_out_of_range && end == text.data() + text.size() && scalar.base == "xsd:integer") {
        value = text.front() == '-' ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
      } else if (!whole) {  // an xsd:integer has no bounds of its own: what we cannot hold is the farthest that we can
        return false;
      }
      if (!in_range(scalar, value)) return false;
      if (scalar.kind == Kind::cents) *static_cast<Amount*>(item) = Amount{value};
      else *static_cast<std::int64_t*>(item) = value;
      return true;
    }
    case Kind::outcome: {
      const std::optional<Outcome> outcome = parse_outcome(text);
      if (outcome) *static_cast<Outcome*>(item) = *outcome;
      return outcome.has_value();
    }
  }
  return false;
}

bool takes(const Scalar& scalar, std::string_view text) {
  std::string held_text;
  Amount amount;
  bool boolean = false;
  std::int64_t integer = 0;
  Outcome outcome = Outcome::OK;
  switch (scalar.kind) {
    case Kind::text: return store_scalar(scalar, text, &held_text);
    case Kind::amount:
    case Kind::cents: return store_scalar(scalar, text, &amount);
    case Kind::boolean: return store_scalar(scalar, text, &boolean);
    case Kind::integer: return store_scalar(scalar, text, &integer);
    case Kind::outcome: return store_scalar(scalar, text, &outcome);
  }
  return false;
}

Bilingual describe(const Scalar& scalar) {
  if (scalar.kind == Kind::outcome) return {"OK o KO", "OK or KO"};
  if (!scalar.values.empty()) {
    std::string values;
    for (const std::string_view value : scalar.values) values += (values.empty() ? "" : ", ") + std::string(value);
    return {"uno di " + values, "one of " + values};
  }
  Bilingual out;
  const auto add = [&out](const std::string& it, const std::string& en) {
    out.it += (out.it.empty() ? "" : ", ") + it;
    out.en += (out.en.empty() ? "" : ", ") + en;
  };
  constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
  const std::string least = to_text(Amount{std::max<std::int64_t>(scalar.min, 0)});
  const std::string most = to_text(Amount{std::min(scalar.max, max_amount.cents)});
  switch (scalar.kind) {
    case Kind::outcome: break;
    case Kind::boolean: return {"true o false", "true or false"};
    case Kind::amount:
      if (scalar.pattern == nullptr) {  // a JSON number
        return {fmt::format("euro con al massimo due decimali, da {} a {}", least, most),
                fmt::format("euro with at most two decimals, {} to {}", least, most)};
      }
      return {fmt::format("euro con esattamente due decimali, da {} a {}", least, most),
              fmt::format("euro with exactly two decimals, {} to {}", least, most)};
    case Kind::cents:
    case Kind::integer:
      if (scalar.kind == Kind::cents) add("un numero intero di centesimi di euro", "a whole number of euro cents");
      else add("un numero intero", "a whole number");
      if (scalar.min != std::numeric_limits<std::int64_t>::min()) add(fmt::format("almeno {}", scalar.min), fmt::format("at least {}", scalar.min));
      if (scalar.max != std::numeric_limits<std::int64_t>::max()) add(fmt::format("al massimo {}", scalar.max), fmt::format("at most {}", scalar.max));
      return out;
    case Kind::text: break;
  }
  if (scalar.max_length != no_limit && scalar.min_length == scalar.max_length) {
    add(fmt::format("{} caratteri", scalar.max_length), fmt::format("{} characters", scalar.max_length));
  } else if (scalar.max_length != no_limit) {
    add(fmt::format("da {} a {} caratteri", scalar.min_length, scalar.max_length),
        fmt::format("{} to {} characters", scalar.min_length, scalar.max_length));
  } else if (scalar.min_length == 1) {
    add("non vuoto", "not empty");
  } else if (scalar.min_length > 1) {
    add(fmt::format("almeno {} caratteri", scalar.min_length), fmt::format("at least {} characters", scalar.min_length));
  }
  if (scalar.pattern != nullptr) add(fmt::format("formato {}", scalar.pattern->text), fmt::format("pattern {}", scalar.pattern->text));
  if (scalar.also != nullptr) add(std::string(scalar.also_it), std::string(scalar.also_en));
  return out.en.empty() ? Bilingual{"qualunque testo", "any text"} : out;
}

std::string rule_of(const Scalar& scalar) { return "XSD " + std::string(scalar.type); }

std::string names_of(const Record& record) {
  std::string out;
  for (const Field& f : record.fields) out += (out.empty() ? "" : ", ") + std::string(f.name);
  return out;
}

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
    out.push_back({Defect::choice, at, "XSD " + std::string(record.type), std::to_string(present),
                   {(first.choice_optional ? "al massimo uno di " : "esattamente uno di ") + names,
                    (first.choice_optional ? "at most one of " : "exactly one of ") + names}});
  }
}

std::vector<Violation> validate(const Record& record, const void* owner, const std::string& at) {
  std::vector<Violation> out;
  const std::string rule = "XSD " + std::string(record.type);
  for (const Field& f : record.fields) {
    const std::size_t n = f.count(owner);
    const std::string path = at + "/" + std::string(f.name);
    if (n < f.min) out.push_back({Defect::missing, path, rule, "", {"è obbligatorio", "it is required"}});
    if (n > f.max) {
      out.push_back({Defect::too_many, path, rule, std::to_string(n),
                     {fmt::format("al massimo {}", f.max), fmt::format("at most {}", f.max)}});
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
      out = {step.substr(0, open), index, true};
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

std::vector<const void*> items_at(const Record& record, const void* owner, std::string_view path) {
  std::vector<const void*> out;
  std::string_view rest;
  const PathStep step = first_step(path, rest);
  for (const Field& f : record.fields) {
    if (f.name != step.name) continue;
    for (std::size_t i = 0; i < f.count(owner); ++i) {
      if (step.indexed && i + 1 != step.index) continue;
      const void* item = f.item(owner, i);
      if (rest.empty()) {
        out.push_back(item);
      } else if (f.record != nullptr) {
        const std::vector<const void*> inner = items_at(*f.record(), item, rest);
        out.insert(out.end(), inner.begin(), inner.end());
      }
    }
    break;
  }
  return out;
}

std::size_t count_at(const Record& record, const void* owner, std::string_view path) {
  return items_at(record, owner, path).size();
}

const Field* field_at(const Record& record, std::string_view path) {
  std::string_view rest;
  const PathStep step = first_step(path, rest);
  for (const Field& f : record.fields) {
    if (f.name != step.name) continue;
    if (rest.empty()) return &f;
    return f.record != nullptr ? field_at(*f.record(), rest) : nullptr;
  }
  return nullptr;
}

bool store_at(const Record& record, void* owner, std::string_view path, std::string_view text) {
  std::string_view rest;
  const PathStep step = first_step(path, rest);
  for (const Field& f : record.fields) {
    if (f.name != step.name || (f.record == nullptr) != rest.empty()) continue;
    if (step.index > f.max) return false;
    while (f.count(owner) < step.index) f.add(owner);
    void* item = const_cast<void*>(f.item(owner, step.index - 1));
    return rest.empty() ? store_scalar(*f.scalar, text, item) : store_at(*f.record(), item, rest, text);
  }
  return false;
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

namespace {
std::vector<std::string> paths_of(const Record& record, bool groups) {
  std::vector<std::string> out;
  if (record.open) return {"*"};
  for (const Field& f : record.fields) {
    if (f.record == nullptr || groups) out.emplace_back(f.name);
    if (f.record == nullptr) continue;
    for (const std::string& inner : paths_of(*f.record(), groups)) out.push_back(std::string(f.name) + "/" + inner);
  }
  return out;
}
}  // namespace

std::vector<std::string> leaf_paths(const Record& record) { return paths_of(record, false); }
std::vector<std::string> all_paths(const Record& record) { return paths_of(record, true); }

}  // namespace sim::contract
