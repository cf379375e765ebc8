#include "sim/wire/payload.hpp"

#include <algorithm>

#include "sim/wire/xml.hpp"

namespace sim::wire {
namespace {

using contract::Edit;
using contract::Field;
using contract::Patch;
using contract::Record;

Branch branch_of(const Field& f, const void* item, std::size_t index) {
  Branch out{std::string(f.name), {}, {}, {}, &f, index};
  if (f.record != nullptr) out.children = branches_of(*f.record(), item);
  else append_xml_text(out.text, contract::scalar_text(*f.scalar, item));
  return out;
}

/// Where the element that was the `index`-th of this name stands; the end when it does not.
std::vector<Branch>::iterator find(std::vector<Branch>& among, std::string_view name, std::size_t index) {
  return std::find_if(among.begin(), among.end(), [&](const Branch& b) { return b.field != nullptr && b.field->name == name && b.index == index; });
}

/// Makes an element that is not there, before the first one that comes later in the table.
std::vector<Branch>::iterator invent(std::vector<Branch>& among, const Field& f, std::size_t index) {
  const auto later = std::find_if(among.begin(), among.end(), [&f](const Branch& b) { return b.field != nullptr && b.field > &f; });
  return among.insert(later, Branch{std::string(f.name), {}, {}, {}, &f, index});
}

void swap_with_neighbour(std::vector<Branch>& among, std::vector<Branch>::iterator here) {
  const auto other_name = [&here](const Branch& b) { return b.name != here->name; };
  const auto next = std::find_if(here + 1, among.end(), other_name);
  if (next != among.end()) {
    std::iter_swap(here, next);
    return;
  }
  const auto before = std::find_if(std::make_reverse_iterator(here), among.rend(), other_name);
  if (before != among.rend()) std::iter_swap(here, before);
}

/// The last digit of the text counts one up, or down from 9.99...: still a number, and another one.
void nudge(std::string& digits) {
  for (auto c = digits.rbegin(); c != digits.rend(); ++c) {
    if (*c < '0' || *c > '9') continue;
    *c = static_cast<char>(*c == '9' ? '8' : *c + 1);
    return;
  }
}

constexpr std::string_view intruder = "<nonEsiste>x</nonEsiste>";

void edit_group(Branch& group, Edit edit) {
  if (edit == Edit::intrude) {
    group.children.push_back({"nonEsiste", {}, "x", {}, nullptr, 1});
  } else if (edit == Edit::stray_text) {
    group.text = "testo";
  } else {
    group.children.clear();
    group.text.clear();
  }
}

void edit_at(std::vector<Branch>& among, std::vector<Branch>::iterator here, const Patch& patch) {
  switch (patch.edit) {
    case Edit::change:
      if (!patch.text) {
        among.erase(here);
        return;
      }
      here->children.clear();
      here->text.clear();
      append_xml_text(here->text, *patch.text);
      return;
    case Edit::remove_all:
      std::erase_if(among, [name = here->name](const Branch& b) { return b.name == name; });
      return;
    case Edit::repeat: {
      Branch copy = *here;
      among.insert(here, std::move(copy));
      return;
    }
    case Edit::overfill: {
      const Branch copy = *here;
      const auto there = static_cast<std::size_t>(std::count_if(among.begin(), among.end(), [&copy](const Branch& b) { return b.name == copy.name; }));
      if (there <= copy.field->max) among.insert(here, copy.field->max + 1 - there, copy);
      return;
    }
    case Edit::swap: swap_with_neighbour(among, here); return;
    case Edit::nest:
      here->children.clear();
      here->text = intruder;
      return;
    case Edit::attribute: here->attributes += R"( nonEsiste="x")"; return;
    case Edit::nil: here->attributes += R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true")"; return;
    case Edit::foreign:
      here->attributes += R"( xmlns:altro="urn:altro")";
      here->name = "altro:" + here->name;
      return;
    case Edit::nudge: nudge(here->text); return;
    case Edit::intrude:
    case Edit::stray_text:
    case Edit::hollow: edit_group(*here, patch.edit); return;
    default: return;  // of JSON, or of the whole document
  }
}

void apply_at(std::vector<Branch>& among, const Record& record, std::string_view path, const Patch& patch) {
  std::string_view rest;
  const contract::PathStep step = contract::first_step(path, rest);
  const auto field = std::find_if(record.fields.begin(), record.fields.end(), [&step](const Field& f) { return f.name == step.name; });
  if (field == record.fields.end()) return;
  auto here = find(among, step.name, step.index);
  if (here == among.end()) {
    if (patch.edit != Edit::change || !patch.text) return;
    here = invent(among, *field, step.index);
  }
  if (rest.empty()) edit_at(among, here, patch);
  else if (field->record != nullptr) apply_at(here->children, *field->record(), rest, patch);
}

}  // namespace

std::vector<Branch> branches_of(const Record& record, const void* owner) {
  std::vector<Branch> out;
  for (const Field& f : record.fields) {
    for (std::size_t i = 0; i < f.count(owner); ++i) out.push_back(branch_of(f, f.item(owner, i), i + 1));
  }
  return out;
}

void apply(std::vector<Branch>& fields, const Record& record, const Patch& patch) {
  if (!patch.path.empty()) {
    apply_at(fields, record, patch.path, patch);
    return;
  }
  Branch root{{}, {}, {}, std::move(fields), nullptr, 1};
  edit_group(root, patch.edit);
  fields = std::move(root.children);
  if (!root.text.empty()) fields.insert(fields.begin(), Branch{{}, {}, std::move(root.text), {}, nullptr, 1});
}

void append_branches(std::string& out, std::span<const Branch> branches) {
  for (const Branch& b : branches) {
    if (b.name.empty()) {
      out += b.text;
      continue;
    }
    out.append("<").append(b.name).append(b.attributes).append(">");
    // Text between elements comes after the first: beside elements, and not mistaken for a leaf's.
    if (b.children.empty()) {
      out += b.text;
    } else {
      append_branches(out, std::span(b.children).first(1));
      out += b.text;
      append_branches(out, std::span(b.children).subspan(1));
    }
    out.append("</").append(b.name).append(">");
  }
}

}  // namespace sim::wire
