#include "sim/world.hpp"

#include <algorithm>

#include "sim/check.hpp"
#include "sim/wire/codec.hpp"

namespace sim {
namespace {

using contract::Leg;
using contract::primitive;

std::shared_ptr<const std::string> bytes_of(const std::variant<Body, Malformed>& said) {
  if (const auto* malformed = std::get_if<Malformed>(&said)) return malformed->bytes;
  return std::make_shared<const std::string>(wire::encode(*std::get<Body>(said)));
}

/// The KO that a scripted role gives, with everything that the script left unsaid filled in.
contract::Message scripted_refusal(const ConductRule& rule, const Party& by) {
  const contract::Primitive& row = primitive(rule.to);
  if (row.port == nullptr) return contract::refusal(rule.to, rule.description.empty() ? rule.fault : rule.description);
  const std::string_view id = by.role == Role::nodo ? contract::nodo_id : std::string_view(by.id);
  return contract::refusal(rule.to, contract::fault_bean(rule.fault, id, rule.description));
}

}  // namespace

World::World(const Cast& cast, contract::Registry registry, const contract::Settings& settings, std::uint64_t seed,
             Fidelity fidelity, Instant start)
    : fidelity_(fidelity),
      registry_(std::make_shared<const contract::Registry>(std::move(registry))),
      settings_(settings),
      clock_(start),
      scenario_random_(seed, "scenario"),
      noise_(seed, "noise") {
  journal_.start = journal_.end = start;
  for (const auto& [party, prototype] : cast.parts) {
    parts_.emplace(party, static_cast<std::uint32_t>(cast_.size()));
    cast_.emplace_back(party, prototype->clone(), Random(seed, contract::to_text(party)));
  }
}

void World::command(const Party& to, Command command, int line, std::vector<contract::Patch> patches) {
  journal_.add(now(), Commanded{to, command, line});
  const CommandId id = command.id;
  act(parts_.at(to), std::move(command), id, patches);
}

void World::restart(const Party& party, int line) {
  stage(line, "restarts " + contract::to_text(party));
  const auto waits = [&](const Exchange& e) { return e.callee == party && e.heard && !e.answered; };
  const auto asks = [&](const Exchange& e) { return e.caller == party && !e.over; };
  std::vector<ExchangeId> broken;
  for (ExchangeId id = 1; id <= exchanges_.size(); ++id) {
    Exchange& exchange = exchanges_[id - 1];
    if (asks(exchange)) broken.push_back(id);
    if (!waits(exchange)) continue;
    exchange.answered = exchange.cut_off = true;
    journal_.add(now(), Hop{Hop::Stage::withheld, Leg::response, exchange.primitive, id, exchange.callee, exchange.caller,
                            Malformed{}, 0, 0, line, "restarts"});
    clock_.at(now() + settings_.latency, Break{id, Silence::reset});
  }
  cast_[parts_.at(party)].actor().restart();
  for (const ExchangeId id : broken) end(id, Silence::reset, 0);
}

void World::leap(Duration by, int line) {
  clock_.leap(by, [](const Event& event) { return !std::holds_alternative<Ring>(event); });
  journal_.add(now(), Staged{line, "clocks leap", by});
}

void World::remind(Instant at, Ticket ticket) { clock_.at(at, ticket); }

// What will not happen any more, although the clock still holds it.
bool World::is_dead(const Event& event) const {
  const auto* ring = std::get_if<Ring>(&event);
  if (ring != nullptr) return ring->alarm < cancelled_.size() && cancelled_[ring->alarm];
  const auto* deadline = std::get_if<Deadline>(&event);
  return deadline != nullptr && exchanges_[deadline->exchange - 1].over;
}

World::Stepped World::step(Instant horizon) {
  Instant when;
  std::int8_t rank = 0;
  while (std::optional<Event> event = clock_.take(when, rank)) {
    if (is_dead(*event)) continue;
    if (rank != 0) ranked_ -= mixed(name_of(*event), static_cast<std::uint64_t>(rank));
    if (when > horizon) {
      journal_.cut_short = true;
      return {};
    }
    clock_.move_to(when);
    passed_ += mixed(name_of(*event), static_cast<std::uint64_t>(when.ms));
    if (const auto* ticket = std::get_if<Ticket>(&*event)) return {true, *ticket};
    happen(std::move(*event));
    return {true, std::nullopt};
  }
  return {};
}

void World::settle(Instant horizon) {
  while (step(horizon).happened) {
  }
}

std::uint64_t World::name_of(const Event& event) const {
  const std::uint64_t kind = event.index();
  if (const auto* ticket = std::get_if<Ticket>(&event)) return mixed(kind, *ticket);
  if (const auto* ship = std::get_if<Ship>(&event)) return mixed(kind, name_of(Event{ship->freight}));
  if (const auto* delivery = std::get_if<Deliver>(&event)) {
    return mixed(mixed(kind, exchanges_[delivery->exchange - 1].name), static_cast<std::uint64_t>(delivery->leg) * 2 + (delivery->again ? 1 : 0));
  }
  if (const auto* release = std::get_if<Release>(&event)) return mixed(kind, exchanges_[release->exchange - 1].name);
  if (const auto* broken = std::get_if<Break>(&event)) return mixed(kind, exchanges_[broken->exchange - 1].name);
  if (const auto* deadline = std::get_if<Deadline>(&event)) return mixed(kind, exchanges_[deadline->exchange - 1].name);
  const Ring& ring = std::get<Ring>(event);
  return mixed(mixed(mixed(kind, ring.part), hash_of(ring.what)), hash_of(ring.about));
}

std::optional<std::uint32_t> World::part_of(const Event& event) const {
  if (const auto* ring = std::get_if<Ring>(&event)) return ring->part;
  if (std::holds_alternative<Ticket>(event)) return std::nullopt;
  const auto to = [this](ExchangeId id, Leg leg) -> std::optional<std::uint32_t> {
    const Exchange& exchange = exchanges_[id - 1];
    const auto found = parts_.find(leg == Leg::request ? exchange.callee : exchange.caller);
    return found == parts_.end() ? std::nullopt : std::optional(found->second);
  };
  if (const auto* delivery = std::get_if<Deliver>(&event)) return to(delivery->exchange, delivery->leg);
  if (std::holds_alternative<Ship>(event)) return std::nullopt;
  if (const auto* release = std::get_if<Release>(&event)) return to(release->exchange, Leg::request);
  if (const auto* broken = std::get_if<Break>(&event)) return to(broken->exchange, Leg::response);
  return to(std::get<Deadline>(event).exchange, Leg::response);
}

std::vector<World::Due> World::due_together() const {
  std::optional<Instant> first;
  std::size_t together = 0;
  clock_.each([&](Instant when, const Event& event, std::uint64_t, std::int8_t) {
    if ((first && when > *first) || is_dead(event)) return;
    together = first && when == *first ? together + 1 : 1;
    first = when;
  });
  if (together < 2 || *first <= now()) return {};
  std::vector<Due> out;
  clock_.each([&](Instant when, const Event& event, std::uint64_t sequence, std::int8_t rank) {
    if (when != *first || is_dead(event)) return;
    const auto* delivery = std::get_if<Deliver>(&event);
    Due due{sequence, false, {}, {}, 0, part_of(event)};
    if (delivery != nullptr) {
      const Exchange& exchange = exchanges_[delivery->exchange - 1];
      due = {sequence, delivery->event.empty() && rank == 0 && !exchange.shadow, exchange.primitive, delivery->leg, delivery->exchange, due.part};
    }
    out.push_back(due);
  });
  std::sort(out.begin(), out.end(), [](const Due& a, const Due& b) { return a.sequence < b.sequence; });
  return out;
}

void World::rank(std::uint64_t sequence, std::int8_t rank) {
  clock_.each([&](Instant, const Event& event, std::uint64_t number, std::int8_t was) {
    if (number != sequence) return;
    if (was != 0) ranked_ -= mixed(name_of(event), static_cast<std::uint64_t>(was));
    if (rank != 0) ranked_ += mixed(name_of(event), static_cast<std::uint64_t>(rank));
  });
  clock_.rank(sequence, rank);
}

std::uint64_t World::fingerprint() const {
  std::uint64_t out = mixed(passed_, ranked_);
  for (const Part& part : cast_) out = mixed(out, part.heard);
  return out;
}

// Messages are told by whose call they belong to: what a party says follows from what it has heard.
void World::hears(Part& part, const Input& input) const {
  std::uint64_t what = mixed(part.heard, static_cast<std::uint64_t>(now().ms) * 4 + input.index());
  if (const auto* request = std::get_if<Request>(&input)) {
    what = mixed(what, exchanges_[request->exchange - 1].name);
  } else if (const auto* answer = std::get_if<Answer>(&input)) {
    const auto* silence = std::get_if<Silence>(&answer->said);
    what = mixed(mixed(what, exchanges_[answer->exchange - 1].name), answer->said.index() * 16 + (silence != nullptr ? static_cast<std::uint64_t>(*silence) : 0));
  } else if (const auto* alarm = std::get_if<Alarm>(&input)) {
    what = mixed(mixed(what, hash_of(alarm->what)), hash_of(alarm->about));
  } else if (const auto* command = std::get_if<Command>(&input)) {
    what = mixed(what, command->id);
  }
  part.heard = what;
}

void World::happen(Event event) {
  if (auto* delivery = std::get_if<Deliver>(&event)) {
    deliver(std::move(*delivery));
  } else if (auto* ship = std::get_if<Ship>(&event)) {
    bring(std::move(ship->freight), {});
  } else if (auto* release = std::get_if<Release>(&event)) {
    send(release->exchange, Leg::response, std::move(release->said), release->status, release->line, release->event, {});
  } else if (const auto* broken = std::get_if<Break>(&event)) {
    end(broken->exchange, broken->why, 0);
  } else if (const auto* deadline = std::get_if<Deadline>(&event)) {
    end(deadline->exchange, Silence::timeout, 0);
  } else if (auto* ring = std::get_if<Ring>(&event)) {
    journal_.add(now(), Woken{cast_[ring->part].who, ring->alarm, ring->what, ring->about});
    act(ring->part, Alarm{ring->alarm, ring->what, std::move(ring->about)});
  }
}

void World::act(std::uint32_t part, const Input& input, CommandId cause, std::span<const contract::Patch> patches) {
  Part& who = cast_[part];
  hears(who, input);
  std::vector<Effect> outbox = std::move(outbox_);
  outbox.clear();
  Turn turn(now(), settings_, *registry_, who.stream, numbers_, outbox);
  who.actor().handle(turn, input);
  for (Effect& effect : outbox) {
    if (auto* call = std::get_if<Call>(&effect)) {
      do_call(who, *call, cause, patches);
    } else if (auto* reply = std::get_if<Reply>(&effect)) {
      do_reply(*reply);
    } else if (const auto* hang_up = std::get_if<HangUp>(&effect)) {
      clock_.at(now() + settings_.latency, Break{hang_up->exchange, Silence::refused});
    } else if (auto* wake = std::get_if<Wake>(&effect)) {
      clock_.at(wake->at, Ring{part, wake->alarm, wake->what, std::move(wake->about)});
    } else if (const auto* cancel = std::get_if<Cancel>(&effect)) {
      if (cancelled_.size() <= cancel->alarm) cancelled_.resize(cancel->alarm + 1);
      cancelled_[cancel->alarm] = true;
    } else if (auto* note = std::get_if<Note>(&effect)) {
      journal_.add(now(), Noted{cast_[part].who, std::move(*note)});
    } else if (const auto* row = std::get_if<Used>(&effect)) {
      if (coverage) coverage->insert(*row);
    } else if (const auto* finish = std::get_if<Finish>(&effect)) {
      journal_.add(now(), Finished{cast_[part].who, finish->command});
    }
  }
  outbox_ = std::move(outbox);
}

// What the actor would do about it goes nowhere: the script has already spoken.
void World::overhear(std::uint32_t part, const Input& input) {
  Part& who = cast_[part];
  hears(who, input);
  std::vector<Effect> unsaid;
  Numbers numbers = numbers_;
  Turn turn(now(), settings_, *registry_, who.stream, numbers, unsaid);
  who.actor().handle(turn, input);
}

void World::do_call(Part& caller, Call& call, CommandId cause, std::span<const contract::Patch> patches) {
  const Party& from = caller.who;
  const PrimitiveId id = contract::primitive_of(*call.body);
  SIM_CHECK(call.exchange == exchanges_.size() + 1);
  Exchange& exchange = exchanges_.emplace_back();
  exchange.caller = from;
  exchange.callee = call.to;
  exchange.primitive = id;
  exchange.cause = cause;
  exchange.name = mixed(hash_of(from.id) + static_cast<std::uint64_t>(from.role), ++caller.calls);
  clock_.at(now() + call.deadline, Deadline{call.exchange});
  const WithholdRule* withheld = cause == 0 ? faults.on_sending(from, id) : nullptr;
  if (withheld != nullptr || call.kept) {
    journal_.add(now(), Hop{Hop::Stage::withheld, Leg::request, id, call.exchange, from, call.to, call.body, 200, cause,
                            withheld != nullptr ? withheld->line : 0, "keeps it"});
    return;
  }
  send(call.exchange, Leg::request, over_the_wire(std::move(call.body), call.spoilt.empty() ? patches : call.spoilt), 200, 0, {}, {});
}

void World::do_reply(const Reply& reply) {
  const auto& [id, body, status, spoilt] = reply;
  Exchange& exchange = exchanges_[id - 1];
  if (exchange.cut_off) return;
  SIM_CHECK(!exchange.answered);  // an exchange has one answer
  if (exchange.altered_by == 0) {
    send(id, Leg::response, over_the_wire(body, spoilt), status, 0, {}, {});
    return;
  }
  const ConductRule& rule = faults.conduct[static_cast<std::size_t>(exchange.altered_by) - 1];
  send(id, Leg::response, over_the_wire(body, rule.patches), rule.status.value_or(status), rule.line, "changes its answer",
       rule.after);
}

// The one place where a message leaves: the journal sees it, the network may spoil it, the clock will deliver it.
void World::send(ExchangeId id, Leg leg, Said said, int status, int line, std::string_view event, Duration after) {
  Exchange& exchange = exchanges_[id - 1];
  if (leg == Leg::response) exchange.answered = true;
  if (after.ms > 0) {
    clock_.at(now() + after, Release{id, std::move(said), status, line, event});
    return;
  }
  const Party& from = leg == Leg::request ? exchange.caller : exchange.callee;
  const Party& to = leg == Leg::request ? exchange.callee : exchange.caller;
  journal_.add(now(), Hop{Hop::Stage::sent, leg, exchange.primitive, id, from, to, said, status, exchange.cause, line, event});
  const FaultRule* fault = exchange.shadow ? nullptr : faults.on_wire(exchange.primitive, leg, from.id, to.id, now(), [&](std::string_view subject) { return is_about(id, subject); });
  const Duration latency = settings_.latency;
  if (fault == nullptr) {
    if (!exchange.shadow || leg == Leg::request) {
      bring({id, leg, std::move(said), status, 0, {}}, {});
      return;
    }
    journal_.add(now(), Hop{Hop::Stage::lost, leg, exchange.primitive, id, from, to, std::move(said), status, 0, 0,
                            "answers a duplicate"});
    return;
  }
  const std::string_view what = to_text(fault->mishap);
  passed_ += mixed(mixed(exchange.name, static_cast<std::uint64_t>(leg)), mixed(static_cast<std::uint64_t>(fault->mishap), static_cast<std::uint64_t>(fault->by.ms)));
  const auto lose = [&] {
    journal_.add(now(), Hop{Hop::Stage::lost, leg, exchange.primitive, id, from, to, said, status, exchange.cause,
                            fault->line, what});
  };
  switch (fault->mishap) {
    case Mishap::drop: lose(); return;
    case Mishap::reset:
      lose();
      clock_.at(now() + latency, Break{id, Silence::reset});
      return;
    case Mishap::refuse:
      lose();
      clock_.at(now() + latency, Break{id, Silence::refused});
      return;
    case Mishap::delay:
      bring({id, leg, std::move(said), status, fault->line, what}, fault->by);
      return;
    case Mishap::duplicate:
      bring({id, leg, said, status, fault->line, what}, {});
      bring({id, leg, std::move(said), status, fault->line, what, leg == Leg::request}, {});
      return;
    case Mishap::overtake: bring({id, leg, std::move(said), status, fault->line, what}, {}, -1); return;
    case Mishap::yield: bring({id, leg, std::move(said), status, fault->line, what}, {}, 1); return;
    case Mishap::truncate:
    case Mishap::garble: {
      Said spoiled = damaged(said, exchange.primitive, leg, fault->mishap);
      bring({id, leg, std::move(spoiled), status, fault->line, what}, {});
      return;
    }
  }
}

void World::bring(Deliver delivery, Duration after, std::int8_t rank) {
  if (carrier != nullptr) {
    const Exchange& exchange = exchanges_[delivery.exchange - 1];
    const bool leaves = delivery.leg == Leg::response ? is_outside(exchange) : !plays(exchange.callee);
    if (leaves && after.ms > 0) {  // out there it arrives when it is sent
      clock_.at(now() + after, Ship{std::move(delivery)});
      return;
    }
    if (is_carried(delivery, now() + settings_.latency + after, rank)) return;
  }
  schedule(clock_.reserve(), now() + settings_.latency + after, std::move(delivery), rank);
}

void World::schedule(std::uint64_t place, Instant due, Event event, std::int8_t rank) {
  if (rank != 0) ranked_ += mixed(name_of(event), static_cast<std::uint64_t>(rank));
  clock_.at_place(place, due, std::move(event), rank);
}

bool World::is_carried(const Deliver& delivery, Instant due, std::int8_t rank) {
  Exchange& exchange = exchanges_[delivery.exchange - 1];
  const bool request = delivery.leg == Leg::request;
  if (request ? is_outside(exchange) : !plays(exchange.callee)) return false;  // it has come in already
  const Freight freight{delivery.exchange, delivery.leg, exchange.primitive, request ? exchange.caller : exchange.callee, request ? exchange.callee : exchange.caller, bytes_of(delivery.said), delivery.status};
  if (!carrier->carry(freight)) return false;
  if (!is_outside(exchange)) {
    if (plays(exchange.callee)) exchange.on_the_way.push_back({delivery.leg, clock_.reserve(), due, rank, delivery.line, delivery.event, delivery.again});
    return true;
  }
  exchange.over = true;  // an answer in the hands of somebody else
  journal_.add(now(), Hop{Hop::Stage::received, Leg::response, exchange.primitive, delivery.exchange, freight.from, freight.to, delivery.said, delivery.status, 0, delivery.line, delivery.event});
  return true;
}

ExchangeId World::called(const Party& from, const Party& to, PrimitiveId id, Said said) {
  Exchange& exchange = exchanges_.emplace_back();
  exchange.caller = from;
  exchange.callee = to;
  exchange.primitive = id;
  exchange.foreign = true;
  const auto number = numbers_.exchange = static_cast<ExchangeId>(exchanges_.size());
  exchange.name = mixed(hash_of(contract::to_text(from)), number);
  send(number, Leg::request, std::move(said), 200, 0, {}, {});
  return number;
}

void World::arrived(ExchangeId id, Leg leg, Said said, int status) {
  std::vector<Way>& ways = exchanges_[id - 1].on_the_way;
  const auto way = std::find_if(ways.begin(), ways.end(), [leg](const Way& each) { return each.leg == leg; });
  if (way == ways.end()) return;  // brought once too often
  const Way its = *way;
  ways.erase(way);
  Deliver delivery{id, leg, std::move(said), status, its.line, its.event, its.again};
  if (its.due > now()) schedule(its.place, its.due, std::move(delivery), its.rank);
  else deliver(std::move(delivery));
}

bool World::is_awaited(ExchangeId id, Leg leg) const {
  const std::vector<Way>& ways = exchanges_[id - 1].on_the_way;
  return std::any_of(ways.begin(), ways.end(), [leg](const Way& each) { return each.leg == leg; });
}

void World::reached(ExchangeId id) {
  Exchange& exchange = exchanges_[id - 1];
  if (std::exchange(exchange.heard, true)) return;
  const auto is_it = [id](const Entry& entry) {
    const auto* hop = std::get_if<Hop>(&entry.what);
    return hop != nullptr && hop->exchange == id && hop->stage == Hop::Stage::sent;
  };
  const auto sent = std::find_if(journal_.entries.rbegin(), journal_.entries.rend(), is_it);
  SIM_CHECK(sent != journal_.entries.rend());  // a carrier has it from us
  Hop received = std::get<Hop>(sent->what);
  received.stage = Hop::Stage::received;
  journal_.add(now(), std::move(received));
}

void World::answered(ExchangeId id, Said said, int status) {
  if (exchanges_[id - 1].answered) return;
  reached(id);
  send(id, Leg::response, std::move(said), status, 0, {}, {});
}

std::optional<Instant> World::next_due() {
  Instant due;
  std::int8_t rank = 0;
  while (const Event* event = clock_.peek(due)) {
    if (!is_dead(*event)) return due;
    clock_.take(due, rank);
  }
  return std::nullopt;
}

void World::wait_until(Instant at) {
  if (at > now()) clock_.move_to(at);
}

void World::deliver(Deliver d) {
  if (d.again) {  // a second exchange, of which nobody awaits the answer
    Exchange copy = exchanges_[d.exchange - 1];
    copy.shadow = true;
    copy.name = mixed(copy.name, 1);
    copy.over = true;
    copy.answered = copy.heard = copy.cut_off = false;
    copy.on_the_way.clear();
    exchanges_.push_back(std::move(copy));
    d.exchange = numbers_.exchange = static_cast<ExchangeId>(exchanges_.size());
  }
  const Exchange& exchange = exchanges_[d.exchange - 1];
  const Party& from = d.leg == Leg::request ? exchange.caller : exchange.callee;
  const Party& to = d.leg == Leg::request ? exchange.callee : exchange.caller;
  const bool too_late = d.leg == Leg::response && exchange.over;
  journal_.add(now(), Hop{too_late ? Hop::Stage::lost : Hop::Stage::received, d.leg, exchange.primitive, d.exchange, from, to,
                          d.said, d.status, exchange.cause, d.line, too_late ? std::string_view("too late") : d.event});
  if (too_late) return;
  if (d.leg == Leg::request) {
    deliver_request(d.exchange, std::move(d.said));
    return;
  }
  if (auto* malformed = std::get_if<Malformed>(&d.said)) end(d.exchange, std::move(*malformed), d.status);
  else end(d.exchange, std::get<Body>(d.said), d.status);
}

void World::deliver_request(ExchangeId id, Said said) {
  Exchange& exchange = exchanges_[id - 1];
  const auto part = parts_.find(exchange.callee);
  if (part == parts_.end()) {
    clock_.at(now() + settings_.latency, Break{id, Silence::refused});
    return;
  }
  if (const ConductRule* rule = faults.on_request(exchange.callee, exchange.primitive, [&](std::string_view subject) { return is_about(id, subject); })) {
    if (conduct(id, *rule)) {
      if (rule->overhears) overhear(part->second, Request{id, exchanges_[id - 1].caller, exchanges_[id - 1].primitive, std::move(said)});
      return;
    }
    exchange.altered_by = static_cast<int>(rule - faults.conduct.data()) + 1;
    passed_ += mixed(exchange.name, static_cast<std::uint64_t>(exchange.altered_by));
  }
  exchange.heard = true;
  const Party caller = exchange.caller;
  const PrimitiveId primitive_id = exchange.primitive;
  act(part->second, Request{id, caller, primitive_id, std::move(said)});
}

// The message at hand is in the journal already.
bool World::is_about(ExchangeId id, std::string_view subject) {
  dossier_.catch_up(journal_);
  return dossier_.is_about(id, subject);
}

// True when the script answers in the role's place, so that the actor hears nothing.
bool World::conduct(ExchangeId id, const ConductRule& rule) {
  Exchange& exchange = exchanges_[id - 1];
  const auto raw = [&](std::string bytes, int status, std::string_view event) {
    auto shared = std::make_shared<const std::string>(std::move(bytes));
    send(id, Leg::response, wire::decode(exchange.primitive, Leg::response, std::move(shared)), status, rule.line, event,
         rule.after);
  };
  passed_ += mixed(exchange.name, static_cast<std::uint64_t>(rule.line) + 1);
  const int rest_ko = primitive(rule.to).port == nullptr ? 400 : 200;
  switch (rule.form) {
    case ConductRule::Form::own: return false;
    case ConductRule::Form::ko: {
      const contract::Message refusal = scripted_refusal(rule, exchange.callee);
      raw(wire::encode(refusal, rule.patches), rule.status.value_or(rest_ko), "answers KO");
      return true;
    }
    case ConductRule::Form::no_fault: {
      contract::Message bare = contract::refusal(rule.to, contract::CtFaultBean{});
      std::visit([](auto& held) { if constexpr (requires { held.fault; }) held.fault.reset(); }, bare);
      raw(wire::encode(bare, rule.patches), rule.status.value_or(200), "answers KO without fault");
      return true;
    }
    case ConductRule::Form::malformed:
      raw("<html><body>Bad gateway</body>", rule.status.value_or(200), "answers nonsense");
      return true;
    case ConductRule::Form::empty:
      raw("", rule.status.value_or(200), "answers nothing");
      return true;
    case ConductRule::Form::literal:
      raw(*rule.bytes, rule.status.value_or(200), "answers what it was told");
      return true;
    case ConductRule::Form::silence:
      exchange.answered = true;
      journal_.add(now(), Hop{Hop::Stage::withheld, Leg::response, exchange.primitive, id, exchange.callee, exchange.caller,
                              Malformed{}, 0, 0, rule.line, "stays silent"});
      return true;
    case ConductRule::Form::hang_up:
      exchange.answered = true;
      journal_.add(now(), Hop{Hop::Stage::withheld, Leg::response, exchange.primitive, id, exchange.callee, exchange.caller,
                              Malformed{}, 0, 0, rule.line, "hangs up"});
      clock_.at(now() + settings_.latency, Break{id, Silence::reset});
      return true;
  }
  return false;
}

void World::end(ExchangeId id, std::variant<Body, Malformed, Silence> said, int status) {
  Exchange& exchange = exchanges_[id - 1];
  if (exchange.over) return;
  exchange.over = true;
  if (carrier != nullptr) carrier->hang_up(id);
  if (is_outside(exchange)) return;
  if (const auto* silence = std::get_if<Silence>(&said)) {
    journal_.add(now(), Unanswered{id, exchange.primitive, exchange.caller, exchange.callee, *silence});
  }
  const std::uint32_t part = parts_.at(exchange.caller);
  act(part, Answer{id, exchange.primitive, std::move(said), status});
}

World::Said World::over_the_wire(Body body, std::span<const contract::Patch> patches) const {
  const bool by_pointer = fidelity_ == Fidelity::typed && patches.empty() && wire::is_valid(*body);
  if (by_pointer) return body;
  auto bytes = std::make_shared<const std::string>(wire::encode(*body, patches));
  return wire::decode(contract::primitive_of(*body), contract::leg_of(*body), std::move(bytes));
}

World::Said World::damaged(const Said& said, PrimitiveId id, Leg leg, Mishap mishap) {
  std::string bytes = *bytes_of(said);
  if (mishap == Mishap::truncate) {
    bytes.resize(bytes.size() / 2);
  } else if (!bytes.empty()) {
    // No byte of UTF-8 is 0xFF: whatever was hit, the receiver cannot mistake it for the original.
    const std::size_t first = noise_.below(bytes.size());
    for (std::size_t i = first; i < bytes.size() && i < first + 8; ++i) bytes[i] = '\xff';
  }
  return wire::decode(id, leg, std::make_shared<const std::string>(std::move(bytes)));
}

}  // namespace sim
