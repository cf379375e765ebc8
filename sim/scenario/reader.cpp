#include "sim/scenario/reader.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "sim/contract/schema.hpp"
#include "sim/wire/xml.hpp"

namespace sim::scenario {
namespace {

bool only_of(std::string_view text, std::string_view alphabet) {
  return !text.empty() && text.find_first_not_of(alphabet) == std::string_view::npos;
}

constexpr std::string_view digits = "0123456789";
constexpr std::string_view id_letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
constexpr std::string_view header_letters = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

std::string_view noun(Kind kind) {
  switch (kind) {
    case Kind::version: return "a version of the format that this program reads";
    case Kind::role:
    case Kind::roles: return "an actor";
    case Kind::methods: return "a payment method";
    case Kind::primitive: return "a primitive";
    case Kind::leg: return "a leg of an exchange";
    case Kind::mishap: return "something that the network does";
    case Kind::outcome: return "an outcome";
    case Kind::machine: return "something that has states";
    case Kind::fault: return "a fault code of the catalogue";
    case Kind::rule: return "a rule of the catalogue";
    case Kind::silence: return "an open point";
    case Kind::setting: return "a setting";
    case Kind::defect: return "a defect that a message can have";
    case Kind::yes_no: return "yes or no";
    default: return "one of its values";
  }
}
std::string_view list_of(Kind kind) {
  if (kind == Kind::fault) return "faults";
  if (kind == Kind::silence) return "silences";
  if (kind == Kind::defect) return "breaks";
  if (kind == Kind::choice) return "cards";  // the only choices that are too many to be listed in a mistake
  return kind == Kind::setting ? "settings" : "rules";
}

/// The value that an alias stands for, or what was written.
std::string_view meant(const Attribute& row, std::string_view written) {
  for (const Choice& choice : row.choices) {
    if (!choice.alias.empty() && choice.alias == written) return choice.value;
  }
  return written;
}

/// What is wrong with a value, and what would be right; empty when it is fine.
std::string wrong_value(const Attribute& row, std::string_view value) {
  const std::vector<std::string> allowed = allowed_values(row);
  if (row.kind == Kind::roles || row.kind == Kind::methods) {
    for (const std::string& word : split(value)) {
      if (std::find(allowed.begin(), allowed.end(), word) != allowed.end()) continue;
      return fmt::format("'{}' is not {}{}; one of: {}", word, noun(row.kind), did_you_mean(word, allowed), joined(allowed));
    }
    return split(value).empty() ? fmt::format("'{}' is not {}", value, describe(row.kind)) : std::string{};
  }
  if (!allowed.empty()) {
    if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return {};
    const std::string near = value.size() > 1 ? nearest(value, allowed) : std::string{};  // any other letter is near to a single one
    std::string list = allowed.size() > 12 ? fmt::format("see checkout-sim list {}", list_of(row.kind)) : "one of: " + joined(allowed);
    return fmt::format("'{}' is not {}{}", value, noun(row.kind),
                       near.empty() ? " (" + list + ")" : fmt::format(" (did you mean '{}'? {})", near, list));
  }
  bool ok = !value.empty();
  switch (row.kind) {
    case Kind::id: ok = only_of(value, id_letters); break;
    case Kind::states: ok = !split(value).empty(); break;
    case Kind::words: {
      const std::vector<std::string> all = split(value);
      ok = !all.empty() && std::all_of(all.begin(), all.end(), [](const std::string& word) { return only_of(word, id_letters); });
      break;
    }
    case Kind::duration: ok = parse_duration(value).has_value(); break;
    case Kind::amount: ok = contract::parse_amount(value).has_value(); break;
    case Kind::notice: ok = value == "{random}" || (value.size() == 18 && only_of(value, digits)); break;
    case Kind::fiscal_code: ok = value.size() == 11 && only_of(value, digits); break;
    case Kind::number: ok = value.size() < 7 && only_of(value, digits) && value.find_first_not_of('0') != std::string_view::npos; break;
    case Kind::count: ok = value.size() < 7 && only_of(value, digits); break;
    case Kind::status: ok = value.size() == 3 && only_of(value, digits) && value >= "100" && value <= "599"; break;
    case Kind::cause: ok = parse_cause(value).has_value(); break;
    case Kind::value: {
      const Result<Value, std::string> parsed = parse_value(value);
      if (!parsed) return parsed.error();
      ok = true;
      break;
    }
    case Kind::codes: {
      const std::vector<std::string> all = split(value);
      ok = !all.empty() && std::all_of(all.begin(), all.end(), [](const std::string& code) { return code.size() == 2 && only_of(code, digits); });
      break;
    }
    case Kind::url:
      if (const std::string wrong = wrong_url(value); !wrong.empty()) return fmt::format("'{}' is not {}: {}", value, describe(row.kind), wrong);
      break;
    case Kind::header: ok = only_of(value, header_letters); break;
    case Kind::iban: ok = contract::takes(*scalar_of(row.kind), value) && (!value.starts_with("IT") || value.size() == 27); break;
    default:
      if (const contract::Scalar* bounds = scalar_of(row.kind)) ok = contract::takes(*bounds, value);
      break;
  }
  return ok ? std::string{} : fmt::format("'{}' is not {}", value, describe(row.kind));
}

class Reader {
 public:
  Reader(std::string_view root, Problems& problems) : root_(root), problems_(problems) {}

  Node read(wire::XmlNode xml, const Element& row) {
    Node node;
    node.row = &row;
    node.line = xml.line();
    std::vector<std::string_view> refused;
    for (const wire::XmlAttribute& attribute : xml.attributes()) {
      if (!read_attribute(node, attribute)) refused.push_back(attribute.name);
    }
    node.flawed = std::any_of(refused.begin(), refused.end(), [&row](std::string_view name) { return find_attribute(row, name) != nullptr; });
    for (const Attribute& attribute : row.attributes) {
      const bool tried = std::find(refused.begin(), refused.end(), attribute.name) != refused.end();
      if (attribute.required && !tried && !node.has(attribute.name)) {
        problems_.add(node.line, fmt::format("<{}> needs the attribute '{}' ({})", row.name, attribute.name, attribute.doc));
      }
    }
    std::string scratch;
    if (row.has_text) {
      for (const std::string& word : split(xml.text(scratch))) node.text += (node.text.empty() ? "" : " ") + word;
      if (node.text.empty()) problems_.add(node.line, fmt::format("<{}> holds no text", row.name));
    } else if (xml.has_text()) {
      problems_.add(node.line, fmt::format("<{}> holds text; it may hold elements and attributes only", row.name));
    }
    for (wire::XmlNode child = xml.first_child(); child; child = child.next()) read_child(node, child);
    return node;
  }

  void read_child(Node& parent, wire::XmlNode child) {
    const Element* row = find_element(child.local_name(), address(*parent.row));
    if (row != nullptr && !is_in(*row, root_)) {
      problems_.add(child.line(), fmt::format("<{}> belongs in a {}, not in a {}", child.name(), row->only_in, root_));
      return;
    }
    if (row != nullptr) {
      parent.children.push_back(read(child, *row));
      return;
    }
    std::vector<std::string> candidates;
    for (const Element& candidate : elements()) {
      if (is_in(candidate, root_) && find_element(candidate.name, address(*parent.row)) == &candidate) candidates.emplace_back(candidate.name);
    }
    const std::string near = nearest(child.local_name(), candidates);
    std::string elsewhere;
    for (const Element& candidate : elements()) {
      if (near.empty() && candidate.name == child.local_name()) elsewhere = fmt::format("; it belongs in <{}>", joined(split(candidate.parents), "> or <"));
    }
    problems_.add(child.line(), fmt::format("<{}> is not an element of <{}>{}{}", child.name(), parent.name(),
                                      near.empty() ? elsewhere : fmt::format(" (did you mean <{}>?)", near),
                                      candidates.empty() ? "; it holds no elements" : "; one of: " + joined(candidates)));
  }

  bool read_attribute(Node& node, const wire::XmlAttribute& xml) {
    if (xml.name.starts_with("xsi:")) return true;
    const Attribute* row = find_attribute(*node.row, xml.name);
    if (row != nullptr && !is_in(*row, root_)) {
      problems_.add(xml.line, fmt::format("'{}' of <{}> belongs in a {}, not in a {}", xml.name, node.name(), row->only_in, root_));
      return false;
    }
    if (row == nullptr) {
      std::vector<std::string> candidates;
      for (const Attribute& candidate : node.row->attributes) {
        if (is_in(candidate, root_)) candidates.emplace_back(candidate.name);
      }
      const std::string near = nearest(xml.name, candidates);
      problems_.add(xml.line, fmt::format("'{}' is not an attribute of <{}>{}{}", xml.name, node.name(),
                                    near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near),
                                    candidates.empty() ? "; it has none" : "; one of: " + joined(candidates)));
      return false;
    }
    const std::string_view value = meant(*row, xml.value);
    if (const std::string wrong = wrong_value(*row, value); !wrong.empty()) {
      problems_.add(xml.line, fmt::format("{}=\"{}\" in <{}>: {}", xml.name, xml.value, node.name(), wrong));
      return false;
    }
    node.values.emplace_back(row->name, std::string(value));
    return true;
  }

 private:
  std::string_view root_;
  Problems& problems_;
};

}  // namespace

std::vector<Problem> Problems::take() {
  std::stable_sort(found.begin(), found.end(), [](const Problem& a, const Problem& b) { return a.line < b.line; });
  return std::move(found);
}

std::optional<Node> read(std::string_view bytes, std::string_view root, Problems& problems) {
  wire::XmlLimits limits;
  limits.bytes = std::size_t{16} << 20;  // a day of traffic is a scenario as well
  const Result<wire::XmlDocument, contract::Violation> document = wire::XmlDocument::parse(bytes, limits);
  if (!document) {
    const contract::Violation& v = document.error();
    int line = 1;
    std::from_chars(v.place.data(), v.place.data() + v.place.size(), line);
    problems.add(line, fmt::format("this is not XML that can be read: {}{}{}", v.found.empty() ? "" : "found '" + v.found + "', ", v.wanted.en, v.rule.empty() ? "" : " [" + v.rule + "]"));
    return std::nullopt;
  }
  const wire::XmlNode top = document->root();
  const Element* row = find_element(top.local_name(), "");
  if (row != nullptr && row->name == root) return Reader(root, problems).read(top, *row);
  std::string_view way_out;
  if (row != nullptr) way_out = row->name == registry_root ? " (a registry is given by --registry)" : " (a scenario is played by checkout-sim run)";
  else if (root == scenario_root && nearest(top.local_name(), std::vector<std::string>{std::string(scenario_root), std::string(registry_root)}) == registry_root) way_out = ", a registry with <registry>";
  problems.add(top.line(), fmt::format("the file begins with <{0}>; a {1} begins with <{1}>{2}", top.name(), root, way_out));
  return std::nullopt;
}

}  // namespace sim::scenario
