// The patterns of the schema types, compiled when we are compiled.
// A pattern is written once, as the schema language writes it; the matcher here, the generated XSD and the
// documentation read the same text. Only what the schemas use exists: classes, escapes, groups and quantifiers.
// A malformed pattern does not compile; matching is bounded because every type also bounds the length of its text.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sim::contract {

/// A compiled pattern. `text` is what was compiled.
struct Pattern {
  struct Atom {
    std::uint64_t low = 0, high = 0;  ///< which of the 128 ASCII characters match
    bool beyond_ascii = false;        ///< whether any other character does ('.')
    std::uint16_t least = 1, most = 1;
    std::uint8_t group = 0;           ///< not 0: this atom opens a group of so many following atoms
  };
  std::string_view text;
  std::array<Atom, 16> atoms{};
  std::uint8_t size = 0;

  /// True when the whole of `input` matches.
  [[nodiscard]] constexpr bool matches(std::string_view input) const { return match(0, size, input, 0) == input.size(); }

  constexpr bool accepts(const Atom& atom, char c) const {
    const auto code = static_cast<unsigned char>(c);
    if (code >= 128) return atom.beyond_ascii;
    return ((code < 64 ? atom.low >> code : atom.high >> (code - 64)) & 1) != 0;
  }

 private:
  static constexpr std::size_t failed = static_cast<std::size_t>(-1);

  // Matches atoms [at, end) from `position` to the end of the input; greedy, with backtracking over single atoms.
  // Groups repeat possessively: in the patterns of the schemas what follows a group never competes with it.
  constexpr std::size_t match(std::uint8_t at, std::uint8_t end, std::string_view input, std::size_t position) const {
    if (at == end) return end == size && position != input.size() ? failed : position;
    const Atom& atom = atoms[at];
    const auto after = static_cast<std::uint8_t>(at + 1 + atom.group);
    if (atom.group != 0) {
      std::uint16_t count = 0;
      while (count < atom.most) {
        const std::size_t next = match_group(static_cast<std::uint8_t>(at + 1), after, input, position);
        if (next == failed || next == position) break;
        position = next;
        ++count;
      }
      return count < atom.least ? failed : match(after, end, input, position);
    }
    std::size_t count = 0;
    while (count < atom.most && position + count < input.size() && accepts(atom, input[position + count])) ++count;
    for (;; --count) {
      if (count < atom.least) return failed;
      const std::size_t reached = match(after, end, input, position + count);
      if (reached != failed) return reached;
      if (count == 0) return failed;
    }
  }

  constexpr std::size_t match_group(std::uint8_t at, std::uint8_t end, std::string_view input,
                                    std::size_t position) const {
    for (; at != end; ++at) {
      const Atom& atom = atoms[at];
      std::size_t count = 0;
      while (count < atom.most && position + count < input.size() && accepts(atom, input[position + count])) ++count;
      if (count < atom.least) return failed;
      position += count;
    }
    return position;
  }
};

namespace detail {

struct PatternReader {
  std::string_view text;
  std::size_t at = 0;

  constexpr bool more() const { return at < text.size(); }
  constexpr char take() {
    if (!more()) throw "the pattern ends too early";
    return text[at++];
  }
  static constexpr void allow(Pattern::Atom& atom, char first, char last) {
    const unsigned end = static_cast<unsigned char>(last);
    for (unsigned c = static_cast<unsigned char>(first); c <= end; ++c) (c < 64 ? atom.low : atom.high) |= std::uint64_t{1} << (c % 64);
  }
  constexpr void escape(Pattern::Atom& atom) {
    const char c = take();
    if (c == 'd') allow(atom, '0', '9');
    else allow(atom, c, c);
  }
  constexpr Pattern::Atom atom() {
    Pattern::Atom out;
    const char c = take();
    if (c == '\\') {
      escape(out);
    } else if (c == '.') {
      for (int i = 0; i < 128; ++i) {
        if (i != '\n' && i != '\r') allow(out, static_cast<char>(i), static_cast<char>(i));
      }
      out.beyond_ascii = true;
    } else if (c == '[') {
      while (text[at] != ']') {
        const char first = take();
        if (first == '\\') escape(out);
        else if (text[at] == '-' && text[at + 1] != ']') at += 2, allow(out, first, text[at - 1]);
        else allow(out, first, first);
      }
      take();
    } else {
      allow(out, c, c);
    }
    return out;
  }
  constexpr std::uint16_t number() {
    std::uint16_t n = 0;
    while (more() && text[at] >= '0' && text[at] <= '9') n = static_cast<std::uint16_t>(n * 10 + (take() - '0'));
    return n;
  }
  constexpr void quantifier(Pattern::Atom& atom) {
    constexpr std::uint16_t unbounded = 0xffff;
    if (!more()) return;
    switch (text[at]) {
      case '+': ++at; atom.most = unbounded; return;
      case '*': ++at; atom.least = 0; atom.most = unbounded; return;
      case '?': ++at; atom.least = 0; return;
      case '{':
        ++at;
        atom.least = atom.most = number();
        if (text[at] == ',') ++at, atom.most = number();
        if (take() != '}') throw "a quantifier is not closed";
        return;
      default: return;
    }
  }
};

}  // namespace detail

/// Compiles a pattern; a mistake in it is an error of compilation.
consteval Pattern pattern(std::string_view text) {
  Pattern out;
  out.text = text;
  detail::PatternReader reader{text};
  while (reader.more()) {
    if (reader.text[reader.at] != '(') {
      Pattern::Atom atom = reader.atom();
      reader.quantifier(atom);
      out.atoms[out.size++] = atom;
      continue;
    }
    ++reader.at;
    const std::uint8_t opening = out.size++;
    while (reader.text[reader.at] != ')') {
      Pattern::Atom atom = reader.atom();
      reader.quantifier(atom);
      out.atoms[out.size++] = atom;
    }
    ++reader.at;
    Pattern::Atom group;
    group.group = static_cast<std::uint8_t>(out.size - opening - 1);
    reader.quantifier(group);
    out.atoms[opening] = group;
  }
  return out;
}

static_assert(pattern("[0-9]{3}").matches("012") && !pattern("[0-9]{3}").matches("12"));
static_assert(pattern("\\d+\\.\\d{2}").matches("100.00") && !pattern("\\d+\\.\\d{2}").matches("100.0"));
static_assert(pattern("[a-z]+@[a-z]+(\\.[a-z]+)*").matches("a@b.c.d"));
static_assert(!pattern("[a-z]+@[a-z]+(\\.[a-z]+)*").matches("a@b.c."));

}  // namespace sim::contract
