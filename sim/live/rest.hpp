// One operation of a REST interface as a row: what dispatches requests, refuses what the row does not name, and documents
// itself, is the same table.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/contract/types.hpp"
#include "sim/live/server.hpp"
#include "sim/wire/json.hpp"

namespace sim::live {

/// A request that has been taken apart. Values of a JSON body are its texts, and numbers as they were written.
struct Call {
  contract::Role role{};
  const wire::HttpRequest& request;
  std::map<std::string, std::string, std::less<>> path{}, query{}, body{};
  /// What the body, the query or the path says for `name`.
  [[nodiscard]] std::string get(std::string_view name, std::string_view otherwise = {}) const;
};

struct Member {
  std::string_view name;
  bool required;
  std::string_view en;
};

class Sandbox;
struct Operation {
  std::string_view method, path;  ///< {name} in a path stands for one step
  std::string_view en, it;
  std::vector<Member> query, body;
  int status;                     ///< of success
  Reaction (Sandbox::*serve)(const Call&);
  bool mocks_only = false;        ///< on the ports of ECs and PSPs alone
  bool raw = false;               ///< its body is whatever it is, and no JSON object
};

wire::Json text(std::string_view value);
wire::Json number(std::int64_t value);
wire::HttpResponse json(int status, wire::Json value);
/// application/problem+json; `detail` says the way out.
wire::HttpResponse problem(int status, std::string_view title, std::string_view detail);

/// Whether a path is that of the row; fills in the steps that it names.
bool fits(std::string_view path, std::string_view pattern, std::map<std::string, std::string, std::less<>>& steps);
/// Takes query and body apart; the answer to a client that says something else than the row wants.
std::optional<wire::HttpResponse> take_apart(const Operation& row, Call& call);
/// Whether bytes are UTF-8.
bool is_text(std::string_view bytes);
/// Nothing when the call names a notice as it should.
std::optional<wire::HttpResponse> bad_notice(const Call& call);
std::string ec_of(const Call& call);
/// "77777777777/302..."
std::string notice_key(const Call& call);
/// What a filter asks for: a notice or a token; empty: everything.
std::string about(const Call& call);
/// The value with %41 and the like written out.
std::string unescaped(std::string_view value);

/// OpenAPI 3.0 of the rows.
wire::Json openapi(std::span<const Operation> rows, std::string_view server);

}  // namespace sim::live
