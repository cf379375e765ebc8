// One pass from left to right; every part has its own alphabet, and what lies outside is refused rather than escaped.
#include "sim/live/endpoint.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace sim::live {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
bool is_of_name(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_'; }
bool is_of_ip6(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f') || c == ':' || c == '.'; }
bool is_of_target(char c) { return c > ' ' && c < '\x7f' && std::string_view("\"<>\\^`{|}#").find(c) == std::string_view::npos; }

std::string in_lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

}  // namespace

Result<Address, std::string> parse_address(std::string_view url) {
  const auto refused = [&](std::string_view why) { return Failure{fmt::format("'{}' is not a URL to call: {}", url, why)}; };
  Address out;
  const std::size_t colon = url.find("://");
  const std::string scheme = in_lower_case(url.substr(0, colon == std::string_view::npos ? 0 : colon));
  if (scheme != "http" && scheme != "https") return refused("it begins with http:// or https://");
  out.tls = scheme == "https";
  std::string_view rest = url.substr(colon + 3);
  const std::size_t path = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, path);
  const std::string_view target = rest.substr(path);

  if (authority.find('@') != std::string_view::npos) return refused("a name and password before '@' are not sent; use a header");
  const bool is_ip6 = authority.starts_with('[');
  std::string_view host;
  if (is_ip6) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return refused("the ']' after the host is missing");
    host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
  } else {
    host = authority.substr(0, authority.find(':'));
    authority.remove_prefix(host.size());
  }
  if (host.empty()) return refused("there is no host");
  if (!std::all_of(host.begin(), host.end(), is_ip6 ? is_of_ip6 : is_of_name)) return refused("the host has characters that a host cannot have");
  constexpr std::size_t longest_name = 253;
  if (host.size() > longest_name) return refused("the host is too long");
  out.host = in_lower_case(host);

  const std::uint16_t usual = out.tls ? 443 : 80;
  out.port = usual;
  if (!authority.empty()) {
    if (authority.front() != ':') return refused("after ']' comes a port or the path");
    authority.remove_prefix(1);
    const auto [end, error] = std::from_chars(authority.data(), authority.data() + authority.size(), out.port);
    if (error != std::errc() || end != authority.data() + authority.size() || out.port == 0) return refused("the port is a number from 1 to 65535");
  }
  out.authority = is_ip6 ? "[" + out.host + "]" : out.host;
  if (out.port != usual) out.authority += fmt::format(":{}", out.port);

  if (target.find('#') != std::string_view::npos) return refused("a fragment ('#') is never sent");
  if (!std::all_of(target.begin(), target.end(), is_of_target)) return refused("the path has characters that must be escaped with '%'");
  out.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
  return out;
}

Result<Endpoint, std::string> parse_endpoint(std::string_view url) {
  const Result<Address, std::string> address = parse_address(url);
  if (!address) return Failure{address.error()};
  Endpoint out;
  out.url = std::string(url);
  return out;
}

}  // namespace sim::live
