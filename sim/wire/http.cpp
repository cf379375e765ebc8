// One state machine over lines and counted bytes; every byte is looked at once and copied at most twice.
// The trap: garbage, a TLS hello or an HTTP/2 preface may never bring the end of a line, so the first line is judged
// character by character and refused at the first one that cannot be.
#include "sim/wire/http.hpp"

#include <algorithm>
#include <type_traits>

#include <fmt/format.h>

#include "sim/contract/words.hpp"
#include "sim/wire/json.hpp"
#include "sim/wire/utf8.hpp"

namespace sim::wire {
namespace {

using contract::Bilingual;
using contract::Message;
using contract::PrimitiveId;
using contract::Violation;

constexpr std::string_view message_rule = "RFC 9112, 2.2";
constexpr std::string_view first_line_rule = "RFC 9112, 3";
constexpr std::string_view status_line_rule = "RFC 9112, 4";
constexpr std::string_view field_rule = "RFC 9112, 5";
constexpr std::string_view host_rule = "RFC 9112, 3.2";
constexpr std::string_view length_rule = "RFC 9112, 6.3";
constexpr std::string_view chunk_rule = "RFC 9112, 7.1";
constexpr std::string_view limit_rule = "HTTP limits";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool same_text(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
/// A character of a name or token [RFC 9110, 5.6.2].
bool is_token(char c) { return is_letter(c) || is_digit(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos; }
bool is_visible(char c) { return c > ' ' && c < '\x7f'; }
/// Text of a header's value: visible, blank or beyond ASCII.
bool is_value(char c) { return c == ' ' || c == '\t' || is_visible(c) || static_cast<unsigned char>(c) >= 0x80; }

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The parts of a list that commas or semicolons separate, without blanks around them.
std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t end = text.find(separator);
    out.push_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

bool says_close(const HttpHeaders& headers, std::string_view word) {
  for (const HttpHeader& h : headers.all()) {
    if (!same_text(h.name, "Connection")) continue;
    for (const std::string_view option : parts_of(h.value, ',')) {
      if (same_text(option, word)) return true;
    }
  }
  return false;
}

/// A header's text that cannot end the header.
std::string on_one_line(std::string_view text) {
  std::string out(text);
  std::replace_if(out.begin(), out.end(), [](char c) { return !is_value(c); }, ' ');
  return out;
}

void write_headers(std::string& out, const HttpHeaders& headers, std::string_view body, bool with_length) {
  for (const HttpHeader& h : headers.all()) {
    if (same_text(h.name, "Content-Length") || same_text(h.name, "Transfer-Encoding")) continue;
    out += on_one_line(h.name) + ": " + on_one_line(h.value) + "\r\n";
  }
  if (with_length) out += fmt::format("Content-Length: {}\r\n", body.size());
  out += "\r\n";
  out += body;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }
bool is_soap(PrimitiveId id) { return contract::primitive(id).port != nullptr; }
std::string_view media_type(PrimitiveId id) { return is_soap(id) ? "text/xml; charset=utf-8" : "application/json; charset=utf-8"; }

const std::optional<std::string>* location_of(const Message& message) {
  return std::visit(
      [](const auto& held) -> const std::optional<std::string>* {
        if constexpr (requires { held.location; }) return &held.location;
        else return nullptr;
      },
      message);
}

}  // namespace

const std::string* HttpHeaders::find(std::string_view name) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(), [name](const HttpHeader& h) { return same_text(h.name, name); });
  return found == fields_.end() ? nullptr : &found->value;
}
std::size_t HttpHeaders::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(fields_.begin(), fields_.end(), [name](const HttpHeader& h) { return same_text(h.name, name); }));
}

// ---- reading ----

template <class M>
HttpProgress HttpReader<M>::progress() const {
  if (state_ == State::complete) return HttpProgress::complete;
  return state_ == State::refused ? HttpProgress::refused : HttpProgress::more;
}

template <class M>
void HttpReader<M>::refuse(int status, std::string_view found, Bilingual wanted, std::string_view rule) {
  std::string place = is_in_body() ? "http:body" : fmt::format("http:{}", line_number_);
  refusal_ = {status, {contract::Defect::not_well_formed, std::move(place), std::string(rule), found.empty() ? "" : excerpt(found), std::move(wanted)}};
  state_ = State::refused;
}

template <class M>
std::size_t HttpReader<M>::feed(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && progress() == HttpProgress::more) {
    untouched_ = false;
    const std::string_view rest = bytes.substr(taken);
    const bool counted = state_ == State::body || state_ == State::chunk_data || state_ == State::until_close;
    taken += counted ? take_body(rest) : take_line(rest);
  }
  return taken;
}

template <class M>
void HttpReader<M>::end() {
  if (state_ == State::until_close) state_ = State::complete;
  else if (progress() == HttpProgress::more) refuse(400, {}, {"un messaggio intero", "a whole message"}, message_rule);
}

template <class M>
bool HttpReader<M>::awaits_continue() const {
  const std::string* expected = message_.headers.find("Expect");
  if (!std::is_same_v<M, HttpRequest> || expected == nullptr || !same_text(*expected, "100-continue")) return false;
  return (state_ == State::body || state_ == State::chunk_size) && message_.body.empty() && line_.empty();
}

template <class M>
std::size_t HttpReader<M>::take_line(std::string_view bytes) {
  const std::size_t newline = bytes.find('\n');
  const bool whole = newline != std::string_view::npos;
  const std::string_view piece = bytes.substr(0, newline);
  // Room for the carriage return, which is no part of the line.
  const std::size_t room = limits_.line + 1 - std::min(line_.size(), limits_.line + 1);
  if (state_ == State::first_line && !first_line_goes_on(piece.substr(0, room))) {
    refuse(400, line_, std::is_same_v<M, HttpRequest> ? Bilingual{"una richiesta HTTP/1.1", "an HTTP/1.1 request"} : Bilingual{"una risposta HTTP/1.1", "an HTTP/1.1 response"},
           std::is_same_v<M, HttpRequest> ? first_line_rule : status_line_rule);
    return bytes.size();
  }
  if (state_ != State::first_line) line_.append(piece.substr(0, room));
  const bool too_long = piece.size() > room || line_.size() > limits_.line + 1 || (line_.size() == limits_.line + 1 && line_.back() != '\r');
  if (too_long) {
    const bool of_fields = state_ == State::header || state_ == State::trailer;
    refuse(of_fields ? 431 : 400, std::string_view(line_).substr(0, 32),
           {fmt::format("al massimo {} byte per riga", limits_.line), fmt::format("at most {} bytes a line", limits_.line)}, limit_rule);
    return bytes.size();
  }
  if (!whole) return bytes.size();
  if (line_.empty() || line_.back() != '\r') {
    refuse(400, line_, {"righe terminate da CR LF", "lines that end with CR LF"}, message_rule);
    return bytes.size();
  }
  line_.pop_back();
  line_is_there();
  if (state_ != State::refused) {
    line_.clear();
    ++line_number_;
  }
  return newline + 1;
}

template <class M>
std::size_t HttpReader<M>::take_body(std::string_view bytes) {
  if (state_ == State::until_close) {
    if (bytes.size() > limits_.body - message_.body.size()) {
      expect(std::uint64_t{message_.body.size()} + bytes.size());  // which refuses it
      return bytes.size();
    }
    message_.body.append(bytes);
    return bytes.size();
  }
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  message_.body.append(bytes.substr(0, size));
  left_ -= size;
  if (left_ == 0) state_ = state_ == State::body ? State::complete : State::chunk_end;
  return size;
}

/// Appends a piece of the first line; false as soon as it can no longer become one.
template <class M>
bool HttpReader<M>::first_line_goes_on(std::string_view piece) {
  constexpr std::string_view version = "HTTP/1.";
  constexpr std::size_t longest_method = 20;
  if (!std::is_same_v<M, HttpRequest> && line_.empty()) first_ = First::version;
  for (const char c : piece) {
    const bool after_return = !line_.empty() && line_.back() == '\r';
    line_ += c;
    if (after_return) return false;
    const std::size_t at = line_.size() - 1 - part_;  // within the part at hand
    switch (first_) {
      case First::method:
        // Clients may send an empty line too many before a request.
        if (c == '\r' && at == 0 && line_number_ == 1) break;
        if (c == ' ' && at > 0) {
          first_ = First::target;
          part_ = line_.size();
        } else if ((c < 'A' || c > 'Z') && (c != '-' || at == 0)) {
          return false;
        } else if (at >= longest_method) {
          return false;
        }
        break;
      case First::target:
        if (c == ' ' && at > 0) {
          first_ = First::version;
          part_ = line_.size();
        } else if (!is_visible(c)) {
          return false;
        } else if (line_[part_] != '/' && line_[part_] != '*') {  // an absolute URI
          if (at < 5 && !(lower(c) == std::string_view("http:")[at]) && !(at == 4 && lower(c) == 's')) return false;
        } else if (line_[part_] == '*' && at > 0) {
          return false;
        }
        break;
      case First::version:
        if (at < version.size() ? c != version[at] : at == version.size() ? c != '0' && c != '1' : false) return false;
        if (at <= version.size()) break;
        if (std::is_same_v<M, HttpRequest> ? c != '\r' : c != ' ') return false;
        if (!std::is_same_v<M, HttpRequest>) {
          first_ = First::status;
          part_ = line_.size();
        }
        break;
      case First::status:
        if (at < 3 ? !is_digit(c) || (at == 0 && (c < '1' || c > '5')) : c != ' ' && c != '\r') return false;
        if (at == 3) first_ = First::reason;
        break;
      case First::reason:
        if (!is_value(c) && c != '\r') return false;
        break;
    }
  }
  return true;
}

template <class M>
void HttpReader<M>::first_line(std::string_view line) {
  if constexpr (std::is_same_v<M, HttpRequest>) {
    if (line.empty()) return;  // the empty line before a request
    const std::size_t target = line.find(' ') + 1;
    const std::size_t version = line.rfind(' ') + 1;
    const std::string_view asked = line.substr(target, version - std::min(version, target + 1));
    const bool absolute = !asked.starts_with('/') && asked != "*";
    if (first_ != First::version || line.size() != version + 8 || (absolute && asked.find("://") == std::string_view::npos)) {
      refuse(400, line, {"una richiesta HTTP/1.1", "an HTTP/1.1 request"}, first_line_rule);
      return;
    }
    message_.method = line.substr(0, target - 1);
    message_.target = asked;
    message_.minor = line.back() - '0';
  } else {
    if (line.size() < 12) {
      refuse(400, line, {"una risposta HTTP/1.1", "an HTTP/1.1 response"}, status_line_rule);
      return;
    }
    message_.minor = line[7] - '0';
    message_.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  }
  state_ = State::header;
}

template <class M>
void HttpReader<M>::line_is_there() {
  const std::string_view line = line_;
  switch (state_) {
    case State::first_line: first_line(line); return;
    case State::header:
      if (line.empty()) head_is_there();
      else header(line, true);
      return;
    case State::chunk_size: chunk_size(line); return;
    case State::chunk_end:
      if (line.empty()) state_ = State::chunk_size;
      else refuse(400, line, {"CR LF dopo il chunk", "CR LF after the chunk"}, chunk_rule);
      return;
    case State::trailer:
      if (line.empty()) state_ = State::complete;
      else header(line, false);
      return;
    default: return;
  }
}

template <class M>
void HttpReader<M>::header(std::string_view line, bool keep) {
  if (++fields_ > limits_.headers) {
    refuse(431, line, {fmt::format("al massimo {} header", limits_.headers), fmt::format("at most {} headers", limits_.headers)}, limit_rule);
    return;
  }
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  // A blank first would continue the line before, a blank before the colon would hide the name from somebody.
  if (colon == std::string_view::npos || name.empty() || !std::all_of(name.begin(), name.end(), is_token)) {
    refuse(400, line, {"nome, due punti, valore", "name, colon, value"}, field_rule);
    return;
  }
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!std::all_of(value.begin(), value.end(), is_value)) {
    refuse(400, line, {"nessun carattere di controllo", "no control characters"}, field_rule);
    return;
  }
  if (keep) message_.headers.add(std::string(name), std::string(value));
}

template <class M>
void HttpReader<M>::head_is_there() {
  if constexpr (std::is_same_v<M, HttpRequest>) head_of_request();
  else head_of_response();
}

template <class M>
void HttpReader<M>::head_of_request() {
  if constexpr (std::is_same_v<M, HttpRequest>) {
    const std::size_t hosts = message_.headers.count("Host");
    const std::string* host = message_.headers.find("Host");
    if (hosts > 1 || (hosts == 0 && message_.minor == 1) || (host != nullptr && !std::all_of(host->begin(), host->end(), is_visible))) {
      refuse(400, host == nullptr ? std::string_view("no Host") : std::string_view(*host), {"un solo header Host", "one Host header"}, host_rule);
      return;
    }
    for (const HttpHeader& h : message_.headers.all()) {
      if (!same_text(h.name, "Content-Encoding") || same_text(h.value, "identity")) continue;
      refuse(415, h.value, {"un corpo senza Content-Encoding", "a body without Content-Encoding"}, "RFC 9110, 8.4");
      return;
    }
    frame();
    if (state_ == State::refused) return;
    const bool safe = message_.method == "GET" || message_.method == "HEAD";
    if (safe && state_ != State::complete) {
      // Whoever thinks that these have no body would read it as the next request.
      state_ = State::header;
      refuse(400, message_.method, {"nessun corpo", "no body"}, "RFC 9110, 9.3.1");
    }
  }
}

template <class M>
void HttpReader<M>::head_of_response() {
  if constexpr (std::is_same_v<M, HttpResponse>) {
    if (message_.status == 101) {
      refuse(400, "101", {"nessun cambio di protocollo", "no change of protocol"}, "RFC 9110, 15.2.2");
    } else if (message_.status < 200) {
      if (++fields_ > limits_.headers) refuse(431, {}, {"la risposta", "the response"}, limit_rule);  // interim ones without end
      else next_message();
    } else if (has_no_body(message_.status)) {
      state_ = State::complete;
    } else {
      frame();
    }
  }
}

template <class M>
void HttpReader<M>::next_message() {
  message_ = {};
  state_ = State::first_line;
  part_ = 0;
}

/// How long the body is, from the only header that may say so.
template <class M>
void HttpReader<M>::frame() {
  const std::size_t lengths = message_.headers.count("Content-Length");
  const std::size_t codings = message_.headers.count("Transfer-Encoding");
  if (lengths + codings > 1 || (codings == 1 && message_.minor == 0)) {
    refuse(400, codings > 0 ? "Transfer-Encoding" : "Content-Length",
           {"un solo Content-Length, o un solo Transfer-Encoding in HTTP/1.1", "one Content-Length, or one Transfer-Encoding in HTTP/1.1"}, length_rule);
    return;
  }
  if (codings == 1) {
    const std::string& coding = *message_.headers.find("Transfer-Encoding");
    if (same_text(coding, "chunked")) state_ = State::chunk_size;
    else refuse(501, coding, {"Transfer-Encoding: chunked", "Transfer-Encoding: chunked"}, "RFC 9112, 6.1");
    return;
  }
  if (lengths == 0) {
    state_ = std::is_same_v<M, HttpRequest> ? State::complete : State::until_close;
    return;
  }
  const std::string& text = *message_.headers.find("Content-Length");
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) {
    refuse(400, text, {"cifre", "digits"}, "RFC 9110, 8.6");
    return;
  }
  constexpr std::uint64_t enough = 1'000'000'000'000'000ULL;  // no cap is as high
  std::uint64_t size = 0;
  for (const char c : text) size = std::min(enough, size * 10 + static_cast<std::uint64_t>(c - '0'));
  expect(size);
  if (state_ != State::refused) state_ = size == 0 ? State::complete : State::body;
}

/// So many bytes are to come; refused here if the body would be too big.
template <class M>
void HttpReader<M>::expect(std::uint64_t size) {
  if (size > limits_.body) {
    refuse(413, std::to_string(size), {fmt::format("un corpo di al massimo {} byte", limits_.body), fmt::format("a body of at most {} bytes", limits_.body)}, limit_rule);
    return;
  }
  left_ = size;
}

template <class M>
void HttpReader<M>::chunk_size(std::string_view line) {
  const std::size_t semicolon = line.find(';');
  std::string_view digits = line.substr(0, semicolon);
  if (semicolon != std::string_view::npos) digits = digits.substr(0, digits.find_last_not_of(" \t") + 1);
  constexpr std::size_t most_digits = 15;
  const auto value_of = [](char c) { return std::string_view("0123456789abcdef").find(lower(c)); };
  const bool is_number = !digits.empty() && digits.size() <= most_digits &&
                         std::all_of(digits.begin(), digits.end(), [&](char c) { return value_of(c) != std::string_view::npos; });
  if (!is_number || !std::all_of(line.begin(), line.end(), is_value)) {
    refuse(400, line, {"la lunghezza di un chunk in cifre esadecimali", "the size of a chunk in hexadecimal digits"}, chunk_rule);
    return;
  }
  std::uint64_t size = 0;
  for (const char c : digits) size = size * 16 + value_of(c);
  extensions_ += line.size() - digits.size();
  if (extensions_ > limits_.line) {
    refuse(400, line, {fmt::format("al massimo {} byte di estensioni", limits_.line), fmt::format("at most {} bytes of extensions", limits_.line)}, limit_rule);
    return;
  }
  if (size > 0) {
    const std::uint64_t whole = message_.body.size() + size;
    expect(whole);
    if (state_ != State::refused) left_ = size;
  }
  if (state_ != State::refused) state_ = size == 0 ? State::trailer : State::chunk_data;
}

template class HttpReader<HttpRequest>;
template class HttpReader<HttpResponse>;

namespace {
template <class M>
Result<M, HttpRefusal> read_whole(std::string_view bytes, const HttpLimits& limits) {
  HttpReader<M> reader(limits);
  const std::size_t taken = reader.feed(bytes);
  reader.end();
  if (reader.progress() == HttpProgress::refused) return Failure{reader.refusal()};
  if (taken < bytes.size()) {
    return Failure{HttpRefusal{400, {contract::Defect::not_well_formed, "http:body", std::string(message_rule), excerpt(bytes.substr(taken)),
                                     {"la fine del messaggio", "the end of the message"}}}};
  }
  return reader.message();
}
}  // namespace

Result<HttpRequest, HttpRefusal> read_request(std::string_view bytes, const HttpLimits& limits) { return read_whole<HttpRequest>(bytes, limits); }
Result<HttpResponse, HttpRefusal> read_response(std::string_view bytes, const HttpLimits& limits) { return read_whole<HttpResponse>(bytes, limits); }

// ---- writing ----

std::string write(const HttpRequest& request) {
  std::string out = fmt::format("{} {} HTTP/1.{}\r\n", request.method, request.target, request.minor);
  const bool may_have_none = request.method == "GET" || request.method == "HEAD" || request.method == "DELETE";
  write_headers(out, request.headers, request.body, !may_have_none || !request.body.empty());
  return out;
}

std::string write(const HttpResponse& response) {
  std::string out = fmt::format("HTTP/1.{} {} {}\r\n", response.minor, response.status, reason_phrase(response.status));
  const bool none = has_no_body(response.status);
  write_headers(out, response.headers, none ? std::string_view() : std::string_view(response.body), !none);
  return out;
}

std::string write_head(const HttpResponse& response, bool chunked) {
  std::string out = fmt::format("HTTP/1.{} {} {}\r\n", response.minor, response.status, reason_phrase(response.status));
  if (chunked) out += "Transfer-Encoding: chunked\r\n";
  write_headers(out, response.headers, {}, false);
  return out;
}

std::string write_chunk(std::string_view piece) { return fmt::format("{:x}\r\n{}\r\n", piece.size(), piece); }

std::string_view reason_phrase(int status) {
  struct Phrase {
    int status;
    std::string_view text;
  };
  constexpr Phrase phrases[] = {{100, "Continue"},          {200, "OK"},                   {201, "Created"},
                                {202, "Accepted"},          {204, "No Content"},           {302, "Found"},
                                {304, "Not Modified"},      {400, "Bad Request"},          {401, "Unauthorized"},
                                {403, "Forbidden"},         {404, "Not Found"},            {405, "Method Not Allowed"},
                                {408, "Request Timeout"},   {409, "Conflict"},             {413, "Content Too Large"},
                                {415, "Unsupported Media Type"}, {422, "Unprocessable Content"}, {429, "Too Many Requests"},
                                {431, "Request Header Fields Too Large"}, {500, "Internal Server Error"}, {501, "Not Implemented"},
                                {502, "Bad Gateway"},       {503, "Service Unavailable"},  {504, "Gateway Timeout"}};
  for (const Phrase& phrase : phrases) {
    if (phrase.status == status) return phrase.text;
  }
  return {};
}

bool keeps_alive(const HttpHeaders& headers, int minor) {
  if (says_close(headers, "close")) return false;
  return minor >= 1 || says_close(headers, "keep-alive");
}

// ---- messages of the protocol over HTTP ----

HttpRequest request_of(const Message& message, std::string target, std::string host, std::string body) {
  const contract::Primitive& row = contract::primitive(contract::primitive_of(message));
  HttpRequest out{"POST", std::move(target), {{"Host", std::move(host)}, {"Content-Type", std::string(media_type(row.id))}}, std::move(body)};
  if (is_soap(row.id)) out.headers.add("SOAPAction", "\"" + std::string(row.name) + "\"");
  return out;
}

HttpResponse response_of(const Message& message, int status, std::string body) {
  const std::optional<std::string>* location = location_of(message);
  if (location != nullptr && *location) return {status, {{"Location", **location}}, {}};
  return {status, {{"Content-Type", std::string(media_type(contract::primitive_of(message)))}}, std::move(body)};
}

std::string body_of(PrimitiveId id, const HttpResponse& response) {
  const std::string* location = response.headers.find("Location");
  if (response.status != 302 || location == nullptr || location_of(contract::blank(id, contract::Leg::response)) == nullptr) return response.body;
  std::string out = "{\"location\":";
  append_json_string(out, is_utf8(*location) ? *location : "");
  return out + "}";
}

bool may_be_answer(PrimitiveId id, int status) {
  return !is_soap(id) || (status >= 200 && status < 300) || status == 404 || status == 500;
}

std::optional<HttpRefusal> refuse_media_type(PrimitiveId id, const HttpHeaders& headers) {
  const std::string_view accepted = is_soap(id) ? "text/xml application/xml application/soap+xml" : "application/json";
  const auto refused = [](std::string_view found, std::string_view wanted) {
    return HttpRefusal{415, {contract::Defect::bad_value, "http:Content-Type", "RFC 9110, 8.3", excerpt(found), {std::string(wanted), std::string(wanted)}}};
  };
  const std::string* said = headers.find("Content-Type");
  if (said == nullptr) return std::nullopt;
  if (headers.count("Content-Type") > 1) return refused(*said, "Content-Type");
  const std::vector<std::string_view> parts = parts_of(*said, ';');
  std::string type(parts.front());
  std::transform(type.begin(), type.end(), type.begin(), lower);
  if (!contract::lists(accepted, type)) return refused(*said, accepted);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::size_t equals = parts[i].find('=');
    if (equals == std::string_view::npos || !same_text(trimmed(parts[i].substr(0, equals)), "charset")) continue;
    std::string_view charset = trimmed(parts[i].substr(equals + 1));
    if (charset.size() > 1 && charset.front() == '"' && charset.back() == '"') charset = charset.substr(1, charset.size() - 2);
    if (!same_text(charset, "utf-8")) return refused(*said, "charset=utf-8");
  }
  return std::nullopt;
}

SoapAction soap_action(const HttpHeaders& headers, std::string_view operation) {
  const std::string* said = headers.find("SOAPAction");
  if (said == nullptr) return SoapAction::absent;
  if (headers.count("SOAPAction") > 1) return SoapAction::another;
  std::string_view action = *said;
  if (action.size() > 1 && action.front() == '"' && action.back() == '"') action = action.substr(1, action.size() - 2);
  if (action.empty()) return SoapAction::absent;
  return action == operation ? SoapAction::fits : SoapAction::another;
}

}  // namespace sim::wire
