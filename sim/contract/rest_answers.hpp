// What the JSON interfaces answer when it is not plain success, as one table: HTTP status, the description letter for
// letter, when it happens and where that is written; and the one function that answers a request that breaks its schema.
// The trap: there is no fault bean here. Callers decide on the status and on the very words of the description ("Invalid
// token", "Node did not receive RPT yet"), so a description that is nearly right is wrong; and version 1 speaks Italian.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "sim/contract/message.hpp"

namespace sim::contract {

struct RestAnswer {
  PrimitiveId primitive;
  int status;
  std::string_view description;  ///< as on the wire, "<field>" or "<campo>" stands for a member; empty: there is none
  std::string_view it, en;       ///< when it is given
  std::string_view source;       ///< the test or text that shows it; [INFERRED] in front: our reading
};

/// All of them, by primitive and status.
std::span<const RestAnswer> rest_answers();
/// Those of one primitive, none for the primitives of the WSDLs.
std::span<const RestAnswer> rest_answers_of(PrimitiveId id);
/// The row that says this, a member's name standing where the row leaves room for one; nullptr: nobody documents it.
const RestAnswer* find_rest_answer(PrimitiveId id, int status, std::string_view description);

/// An answer of a JSON interface: the message and its HTTP status.
struct RestRefusal {
  Message message;
  int status;
};
/// The KO that a row of the table gives, in the shape of its primitive; a problem document for carts.
RestRefusal rest_refusal(PrimitiveId id, int status, std::string_view description);
/// What the callee answers to a request with these violations (at least one), as `wire::decode` reports them.
RestRefusal syntax_refusal(PrimitiveId id, std::span<const Violation> violations);

}  // namespace sim::contract
