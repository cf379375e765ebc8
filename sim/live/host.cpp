#include "sim/live/host.hpp"

#include <charconv>
#include <chrono>

#include "sim/contract/subjects.hpp"
#include "sim/live/route.hpp"
#include "sim/wire/codec.hpp"

namespace sim::live {
namespace {

using contract::Leg;
using Kind = Stimulus::Kind;

constexpr std::string_view own_header = "X-Checkout-Sim-Exchange";

std::int64_t monotonic_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

wire::HttpResponse unavailable() { return {503, {{"Content-Type", "text/plain; charset=utf-8"}}, "no answer\n"}; }

std::shared_ptr<const std::string> shared(std::string bytes) { return std::make_shared<const std::string>(std::move(bytes)); }

}  // namespace

Host::Host(World& world, HostOptions options) : world_(world), options_(std::move(options)) {
  offset_ = world_.now().ms - monotonic_ms();
  secret_ = std::to_string(reinterpret_cast<std::uintptr_t>(this)) + "-" + std::to_string(monotonic_ms());
}
Host::~Host() { stop(); }

Instant Host::now() const { return stands_still() ? world_.now() : Instant{monotonic_ms() + offset_}; }

void Host::start() {
  courier_.emplace(options_.calls_at_once);
  world_.carrier = this;
  thread_ = std::thread([this] { run(); });
}

void Host::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  there_is_work_.notify_all();
  it_is_over_.notify_all();
  thread_.join();
  courier_->stop();
  world_.carrier = nullptr;
  for (auto& [exchange, promise] : waiting_) promise.set_value(unavailable());
  waiting_.clear();
}

void Host::finish() {
  std::unique_lock lock(mutex_);
  it_is_over_.wait(lock, [this] { return over_ || stopping_; });
}

void Host::say_over() {
  const std::lock_guard lock(mutex_);
  over_ = true;
  it_is_over_.notify_all();
}

bool Host::post(Work work) {
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return false;
    work_.push_back(std::move(work));
  }
  there_is_work_.notify_one();
  return true;
}

std::optional<Instant> Host::next_due() { return options_.conductor.next_due ? options_.conductor.next_due() : world_.next_due(); }

bool Host::step(Instant until) { return options_.conductor.step ? options_.conductor.step() : world_.step(until).happened; }

void Host::pass_until(Instant until) {
  for (std::optional<Instant> due = next_due(); due && *due <= until; due = next_due()) {
    if (!step(until)) return say_over();
  }
  world_.wait_until(until);
}

constexpr Duration longest_nap = seconds(1);

// Lets happen what may happen now. For how long nothing more will by itself.
Duration Host::go_on() {
  if (stands_still()) {
    if (!on_the_wire_.empty()) return longest_nap;
    const std::optional<Instant> due = next_due();
    if (due && step(*due)) return {};
    say_over();
    return longest_nap;
  }
  pass_until(now());
  const std::optional<Instant> due = next_due();
  const Duration until_due = due ? *due - now() : longest_nap;
  if (due && !options_.patience) return std::min(until_due, longest_nap);
  if (!on_the_wire_.empty()) return due ? std::min(until_due, longest_nap) : longest_nap;
  std::erase_if(abroad_, [this](ExchangeId id) { return world_.is_over(id); });
  if (!abroad_.empty()) return std::min(until_due, longest_nap);
  const Duration quiet{monotonic_ms() - last_crossing_};
  const Duration patience = options_.patience.value_or(Duration{0});
  if (quiet < patience) return std::min({until_due, patience - quiet, longest_nap});
  if (!due) {
    say_over();
    return longest_nap;
  }
  if (until_due.ms > 0) offset_ += until_due.ms;
  return {};
}

// Sleeps until something comes in or something is due.
void Host::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_ || !work_.empty()) {  // whoever waits for something is not forgotten
    if (!work_.empty()) {
      Work work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work(world_);
      lock.lock();
      continue;
    }
    lock.unlock();
    const Duration nap = go_on();
    lock.lock();
    if (nap.ms > 0 && work_.empty() && !stopping_) there_is_work_.wait_for(lock, std::chrono::milliseconds(nap.ms));
  }
  ended_ = true;
}

// On the world's thread.
ExchangeId Host::hear(Stimulus stimulus) {
  stimulus.at = std::max(now(), world_.now());
  if (options_.record) options_.record(stimulus);
  if (!stands_still()) pass_until(stimulus.at);
  return enter(world_, stimulus);
}

// A message between two of our own has arrived, or is given up.
void Host::landed(ExchangeId exchange, Leg leg) {
  if (!world_.is_awaited(exchange, leg)) on_the_wire_.erase({exchange, leg});
}

const Endpoint* Host::elsewhere(const Party& party) const {
  auto found = options_.elsewhere.find(party);
  if (found == options_.elsewhere.end()) found = options_.elsewhere.find(Party{party.role, {}});
  return found == options_.elsewhere.end() ? nullptr : &found->second;
}

bool Host::carry(const Freight& freight) {
  const ExchangeId exchange = freight.exchange;
  if (freight.leg == Leg::response) {
    const auto waiter = waiting_.find(exchange);
    if (waiter == waiting_.end()) return false;  // nobody is there to take it: a second answer, or one that comes too late
    waiter->second.set_value(response_of(freight));
    waiting_.erase(waiter);
    if (world_.plays(freight.to) && !abroad_.contains(exchange)) on_the_wire_.emplace(exchange, Leg::response);
    else last_crossing_ = monotonic_ms();
    return true;
  }
  const bool ours = world_.plays(freight.to);
  bool again = false;
  Endpoint endpoint;
  if (ours) {
    const auto home = home_.find(freight.to.role);
    if (home == home_.end()) return false;
    endpoint.url = home->second + target_of(freight);
    again = world_.is_awaited(exchange, Leg::request);  // what the network has doubled
    on_the_wire_.emplace(exchange, Leg::request);
    endpoint.headers.push_back({std::string(own_header), secret_ + " " + std::to_string(exchange) + (again ? " again" : "")});
  } else {
    const Endpoint* other = elsewhere(freight.to);
    if (other == nullptr) return false;
    endpoint = *other;
    if (contract::primitive(freight.primitive).port == nullptr) endpoint.url += target_of(freight);  // REST: a base, and the path of the primitive
    abroad_.insert(exchange);
    last_crossing_ = monotonic_ms();
  }
  const auto address = parse_address(endpoint.url);
  wire::HttpRequest request = request_of(freight, address ? address->authority : "localhost");
  request.target.clear();  // the URL's
  if (!ours) post([this, exchange](World&) { hear({{}, Kind::reached, {}, {}, {}, exchange}); });
  courier_->send(std::move(endpoint), std::move(request), options_.longest_answer, [this, exchange, ours, again](Trip trip) {
    if (again) return;  // two requests, of which one has the answer
    post([this, exchange, ours, trip = std::move(trip)](World&) mutable { come_back(exchange, ours, std::move(trip)); });
  });
  return true;
}

void Host::hang_up(ExchangeId exchange) {
  const auto waiter = waiting_.find(exchange);
  if (waiter == waiting_.end()) return;
  waiter->second.set_value(unavailable());
  waiting_.erase(waiter);
}

void Host::come_back(ExchangeId exchange, bool ours, Trip trip) {
  Stimulus stimulus;
  stimulus.exchange = exchange;
  stimulus.leg = Leg::response;
  const auto* silence = std::get_if<Silence>(&trip.end);
  if (ours) {
    const bool lost = world_.is_awaited(exchange, Leg::request) || (silence != nullptr && world_.is_awaited(exchange, Leg::response));
    if (lost) {
      on_the_wire_.erase({exchange, Leg::request});
      on_the_wire_.erase({exchange, Leg::response});
    } else if (!world_.is_awaited(exchange, Leg::response)) {
      return;  // a connection that was closed because nothing will be said by it
    }
    if (lost && silence == nullptr) trip.end = Silence::reset;
    silence = std::get_if<Silence>(&trip.end);
  } else {
    last_crossing_ = monotonic_ms();
    if (world_.is_over(exchange)) return;  // its deadline was shorter
  }
  if (silence != nullptr) {
    stimulus.kind = Kind::failed;
    stimulus.why = *silence;
  } else {
    stimulus.kind = ours ? Kind::arrived : Kind::answered;
    if (const auto* response = std::get_if<wire::HttpResponse>(&trip.end)) {
      const PrimitiveId id = world_.primitive_of(exchange);
      stimulus.status = response->status;
      stimulus.bytes = shared(ours || wire::may_be_answer(id, response->status) ? wire::body_of(id, *response) : "");
    } else {
      stimulus.bytes = shared(std::get<Garbled>(trip.end).bytes);
    }
  }
  hear(std::move(stimulus));
  if (ours) landed(exchange, Leg::response);
}

wire::HttpResponse Host::serve(Role role, const wire::HttpRequest& request) {
  const auto answered = std::make_shared<std::promise<wire::HttpResponse>>();
  std::future<wire::HttpResponse> answer = answered->get_future();
  const std::string* own = request.headers.find(own_header);
  bool taken = false;
  if (own != nullptr && own->starts_with(secret_ + " ")) {
    const std::string_view rest = std::string_view(*own).substr(secret_.size() + 1);
    ExchangeId exchange = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), exchange);
    const bool again = rest.ends_with(" again");
    taken = post([this, exchange, again, answered, body = shared(request.body)](World&) mutable {
      if (again || world_.is_over(exchange)) answered->set_value(unavailable());
      else waiting_[exchange] = std::move(*answered);
      hear({{}, Kind::arrived, {}, {}, {}, exchange, Leg::request, std::move(body)});
      landed(exchange, Leg::request);
    });
  } else {
    const Result<Route, wire::HttpResponse> route = ask([&](const World& world) { return routed(world, role, request); });
    if (!route) return route.error();
    taken = post([this, to = *route, answered, body = shared(request.body)](World&) mutable {
      last_crossing_ = monotonic_ms();
      // A world never answers in the same breath: that somebody waits is known before anything leaves.
      const ExchangeId exchange = hear({{}, Kind::called, to.from, to.to, to.primitive, 0, Leg::request, std::move(body)});
      abroad_.insert(exchange);
      waiting_[exchange] = std::move(*answered);
    });
  }
  if (!taken || answer.wait_for(std::chrono::milliseconds(options_.longest_answer.ms)) != std::future_status::ready) return unavailable();
  return answer.get();
}

std::optional<CommandId> Host::order(const Party& to, std::string verb, std::vector<std::pair<std::string, std::string>> with) {
  std::promise<std::optional<CommandId>> done;
  std::future<std::optional<CommandId>> result = done.get_future();
  const bool taken = post([&](World& world) {
    std::optional<CommandId> given;
    if (world.plays(to)) {
      given = ++commands_;
      Stimulus stimulus;
      stimulus.kind = Kind::ordered;
      stimulus.to = to;
      stimulus.command = {*given, std::move(verb), std::move(with)};
      hear(std::move(stimulus));
    }
    done.set_value(given);
  });
  return taken ? result.get() : std::nullopt;
}

std::optional<CommandId> Host::rule(std::string verb, std::vector<std::pair<std::string, std::string>> with) {
  std::promise<std::optional<CommandId>> done;
  std::future<std::optional<CommandId>> result = done.get_future();
  const bool taken = post([&](World&) {
    Stimulus stimulus;
    stimulus.kind = Kind::ruled;
    stimulus.command = {++commands_, std::move(verb), std::move(with)};
    hear(stimulus);
    done.set_value(stimulus.command.id);
  });
  return taken ? result.get() : std::nullopt;
}

}  // namespace sim::live
