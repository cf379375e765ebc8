// The trap: two draws in one expression come in another order with another compiler, so every draw has its own line.
#include "sim/contract/generate.hpp"

#include <algorithm>
#include <set>

#include "sim/check.hpp"

namespace sim::contract {
namespace {

bool chance(Random& random, std::uint64_t percent) { return random.below(100) < percent; }

/// A number in [least, most], its ends more often than their share.
std::size_t between(Random& random, std::size_t least, std::size_t most) {
  const std::uint64_t where = random.below(4);
  if (where == 0) return least;
  if (where == 1) return most;
  return least + static_cast<std::size_t>(random.below(most - least + 1));
}

/// What writers get wrong: markup, quotes, accents, characters of two, three and four bytes, blanks in runs.
constexpr std::string_view odd_characters[] = {"&", "<", ">", "\"", "'", "à", "È", "ù", "€", "’", "中", "😀", " ", "  ", "\\", "/", "]]>", "--", "\t", "\n", "{", "}", "@", "%"};

std::string free_text(const Scalar& scalar, Random& random) {
  constexpr std::size_t usual = 40;
  const std::size_t most = std::min(scalar.max_length, scalar.min_length + 3 * usual);
  const std::size_t length = between(random, scalar.min_length, scalar.max_length > 256 ? most : scalar.max_length);
  const bool odd = chance(random, 50);
  std::string out;
  std::size_t characters = 0;
  while (characters < length) {
    const bool take_odd = odd && chance(random, 20);
    if (!take_odd) {
      out += random.alphanumeric(1);
      ++characters;
      continue;
    }
    const std::string_view piece = odd_characters[random.below(std::size(odd_characters))];
    const auto size = static_cast<std::size_t>(std::count_if(piece.begin(), piece.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
    if (characters + size > length) continue;
    out += piece;
    characters += size;
  }
  return out;
}

std::int64_t number(const Scalar& scalar, Random& random, std::int64_t least, std::int64_t most) {
  const std::int64_t low = std::max(scalar.min, least);
  const std::int64_t high = std::min(scalar.max, most);
  switch (random.below(5)) {
    case 0: return low;
    case 1: return high;
    case 2: return low + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(std::min<std::int64_t>(high - low, 100)) + 1));
    default: return low + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(high - low) + 1));
  }
}

char from_class(const Pattern::Atom& atom, Random& random) {
  std::string members;
  for (int c = 33; c < 127; ++c) {
    const bool in = c < 64 ? (atom.low >> c & 1) != 0 : (atom.high >> (c - 64) & 1) != 0;
    if (in) members += static_cast<char>(c);
  }
  return members[random.below(members.size())];
}

class Generator {
 public:
  Generator(Random& random, Fullness fullness) : random_(random), fullness_(fullness) {}

  void fill(const Record& record, void* owner) {
    if (record.open) {
      fill_open(record, owner);
      return;
    }
    std::uint8_t choice = 0;  // the choice at hand, and which of its fields is taken
    const Field* taken = nullptr;
    for (const Field& f : record.fields) {
      if (f.choice != 0 && f.choice != choice) {
        choice = f.choice;
        taken = pick(record, f);
      }
      const std::size_t n = f.choice != 0 ? (&f == taken ? 1 : 0) : count(f);
      for (std::size_t i = 0; i < n; ++i) item(f, f.add(owner));
    }
  }

  void item(const Field& f, void* target) {
    if (f.record != nullptr) {
      fill(*f.record(), target);
      return;
    }
    SIM_CHECK(store_scalar(*f.scalar, valid_text(*f.scalar, random_), target));
  }

 private:
  /// The members of an open object have different keys.
  void fill_open(const Record& record, void* owner) {
    const Field& members = record.fields[0];
    const std::size_t n = count(members);
    std::set<std::string> keys;
    while (keys.size() < n) {
      const Field& key = members.table()->fields[0];
      const Field& value = members.table()->fields[1];
      std::string name = valid_text(*key.scalar, random_);
      if (!keys.insert(name).second) continue;
      void* entry = members.add(owner);
      SIM_CHECK(store_scalar(*key.scalar, name, key.add(entry)));
      item(value, value.add(entry));
    }
  }

  bool wants_more() { return fullness_ == Fullness::full || (fullness_ == Fullness::some && chance(random_, 50)); }

  std::size_t count(const Field& f) {
    if (f.max == 1) return f.min == 1 || wants_more() ? 1 : 0;
    if (f.min == 0 && !wants_more()) return 0;
    return fullness_ == Fullness::minimal ? 1 : between(random_, 1, f.max);
  }

  const Field* pick(const Record& record, const Field& first) {
    std::vector<const Field*> alternatives;
    for (const Field& f : record.fields) {
      if (f.choice == first.choice) alternatives.push_back(&f);
    }
    if (first.choice_optional && !wants_more()) return nullptr;
    return alternatives[random_.below(alternatives.size())];
  }

  Random& random_;
  Fullness fullness_;
};

Amount* amount_at(const SemanticRule& rule, Message& message, std::string_view path, std::size_t index) {
  const std::vector<const void*> items = items_at(record_of(rule.primitive, rule.leg), payload(message), path);
  return index < items.size() ? static_cast<Amount*>(const_cast<void*>(items[index])) : nullptr;
}

/// Makes the message obey a rule that it breaks.
void mend(const SemanticRule& rule, Message& message, Random& random, Fullness fullness) {
  const Record& record = record_of(rule.primitive, rule.leg);
  const Field* field = field_at(record, rule.place);
  switch (rule.law) {
    case Law::needed_when_ok:
    case Law::needed_when_ko: Generator(random, fullness).item(*field, field->add(payload(message))); return;
    case Law::barred_when_ok: field->clear(payload(message)); return;
    case Law::sums_up: {
      // Parts so large that their sum could not be written are cut down first.
      const std::size_t parts = count_at(record, payload(message), rule.parts);
      const std::int64_t most = max_amount.cents / static_cast<std::int64_t>(parts);
      for (std::size_t i = 0; i < parts; ++i) {
        Amount* part = amount_at(rule, message, rule.parts, i);
        part->cents = std::min(part->cents, most);
      }
      *amount_at(rule, message, rule.place, 0) = *sum_of_parts(rule, message);
      return;
    }
    case Law::counts_up: {
      std::int64_t next = 1;
      for (const void* part : items_at(record, payload(message), rule.parts)) *static_cast<std::int64_t*>(const_cast<void*>(part)) = next++;
      return;
    }
    case Law::holds_something:
      for (const void* group : items_at(record, payload(message), rule.place)) Generator(random, Fullness::full).fill(*field->record(), const_cast<void*>(group));
      return;
    case Law::all_differ:
      while (!holds(rule, message)) {
        for (const void* entry : items_at(record, payload(message), rule.place)) Generator(random, fullness).fill(*field->record(), const_cast<void*>(entry));
      }
      return;
  }
}

}  // namespace

std::string matching_text(const Pattern& pattern, Random& random, std::size_t most) {
  std::string out;
  constexpr std::uint16_t generous = 12;
  const auto repeat = [&](const Pattern::Atom& atom) {
    const std::size_t n = between(random, atom.least, std::max<std::uint16_t>(atom.least, atom.most == 0xffff ? static_cast<std::uint16_t>(atom.least + generous) : atom.most));
    for (std::size_t i = 0; i < n; ++i) out += from_class(atom, random);
  };
  for (std::size_t at = 0; at < pattern.size;) {
    const Pattern::Atom& atom = pattern.atoms[at];
    if (atom.group == 0) {
      repeat(atom);
      ++at;
      continue;
    }
    const std::size_t n = between(random, atom.least, std::min<std::uint16_t>(atom.most, static_cast<std::uint16_t>(atom.least + 3)));
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t inner = at + 1; inner <= at + atom.group; ++inner) repeat(pattern.atoms[inner]);
    }
    at += 1 + atom.group;
  }
  return out.size() > most ? matching_text(pattern, random, most) : out;
}

std::string valid_text(const Scalar& scalar, Random& random) {
  if (scalar.kind == Kind::outcome) return random.below(4) == 0 ? "KO" : "OK";
  if (!scalar.values.empty()) return std::string(scalar.values[random.below(scalar.values.size())]);
  switch (scalar.kind) {
    case Kind::text:
    case Kind::outcome: break;
    case Kind::amount: return to_text(Amount{number(scalar, random, 0, max_amount.cents)});
    case Kind::cents: return std::to_string(number(scalar, random, 0, max_amount.cents));
    case Kind::boolean: return random.below(2) == 0 ? "false" : "true";
    case Kind::integer: return std::to_string(number(scalar, random, -2'000'000'000, 2'000'000'000));
  }
  if (scalar.draw != nullptr) return scalar.draw(random);
  if (scalar.pattern != nullptr) return matching_text(*scalar.pattern, random, scalar.max_length);
  return free_text(scalar, random);
}

void mend(Message& message, Random& random, Fullness fullness) {
  for (const SemanticRule* rule : semantic_rules_of(primitive_of(message), leg_of(message))) {
    if (!holds(*rule, message)) mend(*rule, message, random, fullness);
  }
}

Message generate(PrimitiveId id, Leg leg, Random& random, Fullness fullness) {
  Message out = blank(id, leg);
  Generator(random, fullness).fill(record_of(id, leg), payload(out));
  mend(out, random, fullness);
  return out;
}

Message generate(PrimitiveId id, Leg leg, Random& random) {
  const std::uint64_t drawn = random.below(4);
  return generate(id, leg, random, drawn == 0 ? Fullness::minimal : drawn == 1 ? Fullness::full : Fullness::some);
}

}  // namespace sim::contract
