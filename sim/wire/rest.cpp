#include "sim/wire/rest.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/contract/words.hpp"
#include "sim/wire/json.hpp"
#include "sim/wire/utf8.hpp"
#include "sim/wire/xml.hpp"

namespace sim::wire {
namespace {

using contract::Defect;
using contract::Edit;
using contract::Field;
using contract::Kind;
using contract::Message;
using contract::Patch;
using contract::Record;
using contract::Scalar;
using contract::Violation;

// ---- writing: struct -> Json -> bytes, so that patches have a tree to change ----

Json scalar_json(const Scalar& scalar, const void* item) {
  std::string text = contract::scalar_text(scalar, item);
  switch (scalar.kind) {
    case Kind::amount:
    case Kind::cents:
    case Kind::integer: return {JsonNumber{std::move(text)}};
    case Kind::boolean: return {text == "true"};
    case Kind::text:
    case Kind::outcome: break;
  }
  return {std::move(text)};
}

Json record_json(const Record& record, const void* owner);

Json item_json(const Field& f, const void* item) {
  return f.record != nullptr ? record_json(*f.record(), item) : scalar_json(*f.scalar, item);
}

Json record_json(const Record& record, const void* owner) {
  JsonObject out;
  if (record.open) {
    const Field& members = record.fields[0];
    for (std::size_t i = 0; i < members.count(owner); ++i) {
      const void* pair = members.item(owner, i);
      const Record& table = *members.record();
      out.emplace_back(contract::scalar_text(*table.fields[0].scalar, table.fields[0].item(pair, 0)),
                       scalar_json(*table.fields[1].scalar, table.fields[1].item(pair, 0)));
    }
    return {std::move(out)};
  }
  for (const Field& f : record.fields) {
    const std::size_t n = f.count(owner);
    if (!f.list) {
      if (n == 1) out.emplace_back(std::string(f.name), item_json(f, f.item(owner, 0)));
      continue;
    }
    JsonArray items;
    for (std::size_t i = 0; i < n; ++i) items.push_back(item_json(f, f.item(owner, i)));
    out.emplace_back(std::string(f.name), Json{std::move(items)});
  }
  return {std::move(out)};
}

// A patch's text becomes a number where the table wants one and the text looks like one; a string everywhere else.
Json patched_value(const Scalar* scalar, const std::string& text) {
  const bool numeric = scalar != nullptr && (scalar->kind == Kind::amount || scalar->kind == Kind::cents || scalar->kind == Kind::integer);
  if (numeric) {
    const Result<Json, Violation> number = parse_json(text);
    if (number && number->number() != nullptr) return *number;
  }
  if (scalar != nullptr && scalar->kind == Kind::boolean && (text == "true" || text == "false")) return {text == "true"};
  return {text};
}

// "12", "12.0", "12.50" are amounts; "12.505", "1e2" and "-1" are not.
std::string two_decimals(std::string_view number) {
  const std::size_t point = number.find('.');
  if (point == std::string_view::npos) return std::string(number) + ".00";
  std::string out(number);
  while (out.size() < point + 3) out += '0';
  return out;
}

/// A value that says the same in another JSON type, or is of another type altogether.
Json retyped(const Json& value, Edit edit) {
  switch (edit) {
    case Edit::as_text: return {value.number() != nullptr ? value.number()->text : to_text(value)};
    case Edit::as_number: return {JsonNumber{"12"}};
    case Edit::as_null: return {};
    case Edit::as_object:
    case Edit::not_a_list: return {JsonObject{}};
    case Edit::no_entries: return {JsonArray{}};
    default: return value;
  }
}

/// Edits of a member as a whole, be it a list or not. False: the edit is none of these.
bool edit_member(JsonObject& object, JsonObject::iterator place, const Field* f, Edit edit) {
  switch (edit) {
    case Edit::remove_all: object.erase(place); return true;
    case Edit::repeat: {
      auto copy = *place;
      object.push_back(std::move(copy));
      return true;
    }
    case Edit::as_null:
    case Edit::no_entries:
    case Edit::not_a_list: place->second = retyped(place->second, edit); return true;
    case Edit::twin:
      if (auto* items = std::get_if<JsonArray>(&place->second.value); items != nullptr && !items->empty()) {
        Json copy = items->front();
        if (items->size() == 1) items->push_back(std::move(copy));
        else items->back() = std::move(copy);
      }
      return true;
    case Edit::hollow: place->second = Json{JsonObject{}}; return true;
    case Edit::overfill: {
      auto* items = std::get_if<JsonArray>(&place->second.value);
      while (items != nullptr && f != nullptr && !items->empty() && items->size() <= f->max) {
        Json copy = items->front();
        items->push_back(std::move(copy));
      }
      return true;
    }
    default: return false;
  }
}

void apply(Json& json, const Record* record, std::string_view path, const Patch& patch) {
  auto* object = std::get_if<JsonObject>(&json.value);
  if (object == nullptr) return;
  std::string_view rest;
  const contract::PathStep step = contract::first_step(path, rest);
  const Field* f = nullptr;
  if (record != nullptr && !record->open) {
    for (const Field& candidate : record->fields) f = candidate.name == step.name ? &candidate : f;
  }
  auto place = std::find_if(object->begin(), object->end(), [&step](const auto& m) { return m.first == step.name; });
  const bool change = patch.edit == Edit::change;
  if (place == object->end() && (!change || (rest.empty() && !patch.text))) return;
  if (place != object->end() && rest.empty()) {
    const bool whole = f == nullptr || !f->list || !step.indexed;
    if (change && !patch.text && whole) {
      object->erase(place);
      return;
    }
    if (edit_member(*object, place, f, patch.edit)) return;
  }
  if (place == object->end()) {
    const bool list = f != nullptr && f->list;
    object->emplace_back(std::string(step.name), list ? Json{JsonArray{}} : Json{JsonObject{}});
    place = std::prev(object->end());
  }
  Json* target = &place->second;
  if (auto* items = std::get_if<JsonArray>(&target->value)) {
    if (rest.empty() && change && !patch.text) {
      if (step.index <= items->size()) items->erase(items->begin() + static_cast<std::ptrdiff_t>(step.index) - 1);
      return;
    }
    if (items->size() < step.index) items->resize(step.index, Json{JsonObject{}});
    target = &(*items)[step.index - 1];
  }
  if (!rest.empty()) apply(*target, f != nullptr && f->record != nullptr ? f->record() : nullptr, rest, patch);
  else *target = change ? patched_value(f != nullptr ? f->scalar : nullptr, *patch.text) : retyped(*target, patch.edit);
}

/// The bytes of a document, spoilt as a whole.
std::string spoilt(std::string bytes, Edit edit) {
  switch (edit) {
    case Edit::cut: bytes.resize(bytes.size() * 2 / 3); break;
    case Edit::mismatched: bytes.pop_back(); break;
    case Edit::bad_utf8: bytes.insert(1, "\"\xC3\x28\":1,"); break;
    case Edit::nothing: bytes.clear(); break;
    case Edit::root_as_array: bytes = "[" + bytes + "]"; break;
    default: break;
  }
  return bytes;
}

// ---- reading ----

std::string kind_of(const Json& json) {
  if (json.is_null()) return "null";
  if (json.boolean() != nullptr) return *json.boolean() ? "true" : "false";
  if (json.number() != nullptr) return quoted(json.number()->text);
  if (json.text() != nullptr) return quoted(*json.text());
  return json.array() != nullptr ? "[...]" : "{...}";  // written alike in every language
}

class Reader {
 public:
  explicit Reader(std::vector<Violation>& out) : out_(out) {}

  /// `only` names the members that matter (all, when it is empty); the others are tried on `scratch` first.
  void read(const Record& record, void* owner, const Json& json, const std::string& at, std::string_view only = {},
            Message* scratch = nullptr) {
    if (json.object() == nullptr) {
      report(Defect::bad_value, at.empty() ? "/" : at, record.type, kind_of(json), {"un oggetto", "an object"});
      return;
    }
    if (record.open) {
      read_open(record, owner, json, at);
      return;
    }
    for (const Field& f : record.fields) {
      const std::string place = at + "/" + std::string(f.name);
      const Json* value = json.member(f.name);
      const bool looked_at = only.empty() || contract::lists(only, f.name);
      if (value == nullptr) {
        if (f.min > 0 && looked_at) report(Defect::missing, place, record.type, "", {"è obbligatorio", "it is required"});
        continue;
      }
      // What is not looked at is kept when it is sound and dropped when it is not. [FLUSSO_CP_24]
      if (looked_at || sound(f, *value, *scratch)) field(f, owner, *value, place, record.type);
    }
  }

 private:
  static bool sound(const Field& f, const Json& value, Message& scratch) {
    std::vector<Violation> violations;
    Reader(violations).field(f, contract::payload(scratch), value, {}, {});
    return violations.empty();
  }

  void field(const Field& f, void* owner, const Json& value, const std::string& place, std::string_view type) {
    if (!f.list) {
      item(f, f.add(owner), value, place);
      return;
    }
    if (value.array() == nullptr) {
      report(Defect::bad_value, place, type, kind_of(value), {"una lista", "an array"});
      return;
    }
    const JsonArray& items = *value.array();
    if (items.size() < f.min || items.size() > f.max) {
      report(items.size() < f.min ? Defect::missing : Defect::too_many, place, type, std::to_string(items.size()),
             {fmt::format("da {} a {} elementi", f.min, f.max), fmt::format("{} to {} entries", f.min, f.max)});
      if (items.size() > f.max) return;
    }
    for (std::size_t i = 0; i < items.size(); ++i) item(f, f.add(owner), items[i], fmt::format("{}/{}", place, i));
  }

  void item(const Field& f, void* target, const Json& value, const std::string& place) {
    if (f.record != nullptr) read(*f.record(), target, value, place);
    else scalar(*f.scalar, target, value, place);
  }

  void scalar(const Scalar& type, void* target, const Json& value, const std::string& place) {
    bool fine = false;
    switch (type.kind) {
      case Kind::text:
      case Kind::outcome: fine = value.text() != nullptr && contract::store_scalar(type, *value.text(), target); break;
      case Kind::boolean: fine = value.boolean() != nullptr && contract::store_scalar(type, *value.boolean() ? "true" : "false", target); break;
      case Kind::amount: fine = value.number() != nullptr && contract::store_scalar(type, two_decimals(value.number()->text), target); break;
      case Kind::cents:
      case Kind::integer: fine = value.number() != nullptr && contract::store_scalar(type, value.number()->text, target); break;
    }
    if (fine) return;
    const bool carried = value.text() == nullptr || is_xml_text(*value.text());
    report(Defect::bad_value, place, type.type, kind_of(value),
           carried ? contract::describe(type) : contract::Bilingual{"testo senza caratteri di controllo", "text without control characters"});
  }

  void read_open(const Record& record, void* owner, const Json& json, const std::string& at) {
    const Field& members = record.fields[0];
    const Record& pair = *members.record();
    const JsonObject& object = *json.object();
    if (object.empty() || object.size() > members.max) {
      report(object.empty() ? Defect::missing : Defect::too_many, at, record.type, std::to_string(object.size()),
             {fmt::format("da 1 a {} elementi", members.max), fmt::format("1 to {} entries", members.max)});
      return;
    }
    for (const auto& [key, value] : object) {
      void* entry = members.add(owner);
      const std::string place = at + "/" + quoted(key);
      scalar(*pair.fields[0].scalar, pair.fields[0].add(entry), Json{key}, place);
      scalar(*pair.fields[1].scalar, pair.fields[1].add(entry), value, place);
    }
  }

  void report(Defect defect, const std::string& place, std::string_view rule, std::string found, contract::Bilingual wanted) {
    out_.push_back({defect, place, std::string(rule), std::move(found), std::move(wanted)});
  }

  std::vector<Violation>& out_;
};

}  // namespace

std::string rest_encode(const Message& message, std::span<const Patch> patches) {
  const Record& record = contract::record_of(contract::primitive_of(message), contract::leg_of(message));
  Json json = record_json(record, contract::payload(message));
  Edit of_document = Edit::change;
  for (const Patch& patch : patches) {
    if (contract::is_of_document(patch.edit)) of_document = patch.edit;
    else apply(json, &record, patch.path, patch);
  }
  return spoilt(to_text(json), of_document);
}

std::vector<Violation> rest_decode(Message& out, std::string_view bytes) {
  const contract::Primitive& row = contract::primitive(contract::primitive_of(out));
  const contract::Leg leg = contract::leg_of(out);
  const Result<Json, Violation> json = parse_json(bytes);
  if (!json) return {json.error()};
  std::string_view only;
  if (leg == contract::Leg::request && !row.ko_needs.empty()) {
    const Json* outcome = json->member("outcome");
    if (outcome != nullptr && outcome->text() != nullptr && *outcome->text() == "KO") only = row.ko_needs;
  }
  std::vector<Violation> violations;
  Message scratch = contract::blank(row.id, leg);
  Reader(violations).read(contract::record_of(row.id, leg), contract::payload(out), *json, "", only, &scratch);
  return violations;
}

}  // namespace sim::wire
