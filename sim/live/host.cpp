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

Instant Host::now() const { return Instant{monotonic_ms() + offset_}; }

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
  thread_.join();
  courier_->stop();
  world_.carrier = nullptr;
  for (auto& [exchange, promise] : waiting_) promise.set_value(unavailable());
  waiting_.clear();
}

void Host::post(Work work) {
  {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
  }
  there_is_work_.notify_one();
}

// Sleeps until something comes in or something is due.
void Host::run() {
  const auto ticket = [this](Ticket number) {
    if (options_.ticket) options_.ticket(number);
  };
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (work_.empty()) {
      lock.unlock();
      pass(world_, now(), ticket);
      const std::optional<Instant> due = world_.next_due();
      lock.lock();
      if (!work_.empty() || stopping_) continue;
      constexpr std::int64_t longest_nap = 1000;
      const std::int64_t nap = due ? std::min(longest_nap, due->ms - now().ms) : longest_nap;
      if (nap > 0) there_is_work_.wait_for(lock, std::chrono::milliseconds(nap));
      continue;
    }
    Work work = std::move(work_.front());
    work_.pop_front();
    lock.unlock();
    work(world_);
    lock.lock();
  }
  while (!work_.empty()) {  // whoever waits for something is not forgotten
    Work work = std::move(work_.front());
    work_.pop_front();
    lock.unlock();
    work(world_);
    lock.lock();
  }
}

// On the world's thread.
ExchangeId Host::hear(Stimulus stimulus) {
  stimulus.at = std::max(now(), world_.now());
  if (options_.record) options_.record(stimulus);
  pass(world_, stimulus.at, [this](Ticket number) {
    if (options_.ticket) options_.ticket(number);
  });
  const ExchangeId opened = apply(world_, stimulus);
  return opened;
}

const Endpoint* Host::elsewhere(const Party& party) const {
  auto found = options_.elsewhere.find(party);
  if (found == options_.elsewhere.end()) found = options_.elsewhere.find(Party{party.role, {}});
  return found == options_.elsewhere.end() ? nullptr : &found->second;
}

bool Host::carry(const Freight& freight) {
  if (freight.leg == Leg::response) {
    const auto waiter = waiting_.find(freight.exchange);
    if (waiter == waiting_.end()) return true;  // whoever asked has gone
    waiter->second.set_value(response_of(freight));
    waiting_.erase(waiter);
    return true;
  }
  const bool ours = world_.plays(freight.to);
  Endpoint endpoint;
  if (ours) {
    const auto home = home_.find(freight.to.role);
    if (home == home_.end()) return false;
    endpoint.url = home->second + target_of(freight);
    const int nth = carried_[{freight.exchange, freight.leg}]++;  // the second one is what the network has doubled
    endpoint.headers.push_back({std::string(own_header), secret_ + " " + std::to_string(freight.exchange) + (nth > 0 ? " again" : "")});
  } else {
    const Endpoint* other = elsewhere(freight.to);
    if (other == nullptr) return false;
    endpoint = *other;
    if (contract::primitive(freight.primitive).port == nullptr) endpoint.url += target_of(freight);  // REST: a base, and the path of the primitive
  }
  const auto address = parse_address(endpoint.url);
  wire::HttpRequest request = request_of(freight, address ? address->authority : "localhost");
  request.target.clear();  // the URL's
  const ExchangeId exchange = freight.exchange;
  if (!ours) post([this, exchange](World&) { hear({{}, Kind::reached, {}, {}, {}, exchange}); });
  courier_->send(std::move(endpoint), std::move(request), options_.longest_answer, [this, exchange, ours](Trip trip) {
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
  if (world_.is_over(exchange)) return;  // its deadline was shorter
  Stimulus stimulus;
  stimulus.exchange = exchange;
  stimulus.leg = Leg::response;
  if (const auto* silence = std::get_if<Silence>(&trip.end)) {
    stimulus.kind = Kind::failed;
    stimulus.why = *silence;
  } else {
    stimulus.kind = ours ? Kind::arrived : Kind::answered;
    if (const auto* response = std::get_if<wire::HttpResponse>(&trip.end)) {
      const PrimitiveId id = world_.primitive_of(exchange);
      stimulus.status = response->status;
      stimulus.bytes = shared(wire::may_be_answer(id, response->status) ? wire::body_of(id, *response) : "");
    } else {
      stimulus.bytes = shared(std::get<Garbled>(trip.end).bytes);
    }
  }
  hear(std::move(stimulus));
}

wire::HttpResponse Host::serve(Role role, const wire::HttpRequest& request) {
  const auto answered = std::make_shared<std::promise<wire::HttpResponse>>();
  std::future<wire::HttpResponse> answer = answered->get_future();
  const std::string* own = request.headers.find(own_header);
  if (own != nullptr && own->starts_with(secret_ + " ")) {
    const std::string_view rest = std::string_view(*own).substr(secret_.size() + 1);
    ExchangeId exchange = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), exchange);
    const bool again = rest.ends_with(" again");
    post([this, exchange, again, answered, body = shared(request.body)](World&) mutable {
      if (again) answered->set_value(unavailable());
      else waiting_[exchange] = std::move(*answered);
      hear({{}, Kind::arrived, {}, {}, {}, exchange, Leg::request, std::move(body)});
    });
  } else {
    const Result<Route, wire::HttpResponse> route = ask([&](const World& world) { return routed(world, role, request); });
    if (!route) return route.error();
    post([this, to = *route, answered, body = shared(request.body)](World&) mutable {
      const ExchangeId exchange = hear({{}, Kind::called, to.from, to.to, to.primitive, 0, Leg::request, std::move(body)});
      waiting_[exchange] = std::move(*answered);
    });
  }
  if (answer.wait_for(std::chrono::milliseconds(options_.longest_answer.ms)) != std::future_status::ready) return unavailable();
  return answer.get();
}

bool Host::order(const Party& to, std::string verb, std::vector<std::pair<std::string, std::string>> with) {
  std::promise<bool> done;
  std::future<bool> result = done.get_future();
  post([&](World& world) {
    const bool played = world.plays(to);
    if (played) {
      Stimulus stimulus;
      stimulus.kind = Kind::ordered;
      stimulus.to = to;
      stimulus.command = {++commands_, std::move(verb), std::move(with)};
      hear(std::move(stimulus));
    }
    done.set_value(played);
  });
  return result.get();
}

}  // namespace sim::live
