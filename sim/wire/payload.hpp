// The payload of a SOAP message as a tree of elements: made from a message only when it has to be spoilt.
// A valid message is written straight from its struct; what a script or a test wants wrong is made here, one named edit
// at a time, so that the writer of good messages knows nothing of bad ones.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/contract/patch.hpp"

namespace sim::wire {

/// One element about to be written.
struct Branch {
  std::string name;        ///< as written, with a prefix when it was given one
  std::string attributes;  ///< as written, with a blank before each
  std::string text;        ///< escaped already
  std::vector<Branch> children;
  const contract::Field* field = nullptr;  ///< the field that it is, nullptr for what no table knows
  std::size_t index = 1;                   ///< which occurrence it was before anything was changed
};

/// The fields of a message as they stand, in schema order.
std::vector<Branch> branches_of(const contract::Record& record, const void* owner);
/// Makes one edit of a path below the root; an edit of something that is not there does nothing, unless it gives a text.
void apply(std::vector<Branch>& fields, const contract::Record& record, const contract::Patch& patch);
void append_branches(std::string& out, std::span<const Branch> branches);

}  // namespace sim::wire
