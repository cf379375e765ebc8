#include "sim/random_worlds.hpp"

#include <span>

namespace sim {
namespace {

constexpr Features all_features{true, true, true, true, true};

/// Which kinds of events a world has.
struct Swarm {
  std::vector<std::string_view> mishaps, primitives;
  bool rivals = false, steps = false, at_the_psp = false, carts = false, cards = false, strange_notices = false, positions = false, jobs = false;
  bool psp_answers = false, ec_answers = false, restarts = false, jumps = false;
};

constexpr std::string_view all_mishaps[] = {"drop", "delay", "duplicate", "reset", "refuse", "truncate", "garble", "overtake", "yield"};
constexpr std::string_view all_primitives[] = {
    "verifyPaymentNotice", "activatePaymentNotice", "activatePaymentNoticeV2", "paVerifyPaymentNotice", "paGetPayment", "paGetPaymentV2", "checkPosition", "carts-v2",
    "closePayment-v1", "closePayment-v2", "pspNotifyPayment", "pspNotifyPaymentV2", "sendPaymentOutcome", "sendPaymentOutcomeV2", "sendPaymentResult-v1", "sendPaymentResult-v2",
    "paSendRT", "paSendRTV2"};
constexpr std::string_view all_cards[] = {"authorised", "denied", "denied-by-risk", "failed-3ds", "cancelled-at-gateway", "gateway-failed", "voided", "abandoned",
                                          "unheard-authorised", "unheard-denied", "unheard-unreachable"};

std::string instant(Duration at) { return fmt::format("{}.{:03}s", at.ms / 1000, at.ms % 1000); }

struct WorldPen : RandomPayments::Pen {
  const Traffic& traffic;
  Swarm swarm{};
  std::vector<std::string> ecs{}, psps{};
  std::vector<Duration> arrivals{};
  std::size_t latest = 0;  ///< the notice of the user before

  std::string_view one_of(std::span<const std::string_view> of) { return of[random.below(of.size())]; }
  const std::string& one_of(const std::vector<std::string>& of) { return of[random.below(of.size())]; }
  std::vector<std::string_view> some_of(std::span<const std::string_view> of) {
    std::vector<std::string_view> some;
    for (const std::string_view item : of) {
      if (one_in(2)) some.push_back(item);
    }
    if (some.empty()) some.push_back(one_of(of));
    return some;
  }
  Duration below(Duration most) { return {static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most.ms)))}; }
  /// Some time soon after somebody began: in the middle of something.
  Duration in_the_middle() {
    const Duration begun = arrivals[random.below(arrivals.size())];
    return begun + below(one_in(4) ? minutes(20) : seconds(3));
  }

  void draw_swarm() {
    swarm.mishaps = some_of(all_mishaps);
    swarm.primitives = some_of(all_primitives);
    for (bool Swarm::*kind : {&Swarm::rivals, &Swarm::steps, &Swarm::at_the_psp, &Swarm::carts, &Swarm::cards, &Swarm::strange_notices, &Swarm::positions, &Swarm::jobs,
                              &Swarm::restarts, &Swarm::jumps}) {
      swarm.*kind = one_in(2);
    }
    swarm.psp_answers = one_in(4);
    swarm.ec_answers = one_in(4);
  }

  void parties() {
    ecs = {"77777777777", "80000000002", "91111111117"};
    while (ecs.size() < traffic.ecs) ecs.push_back(std::to_string(10000000007 + 11 * ecs.size()));
    for (std::size_t i = 0; i < ecs.size(); ++i) {
      if (i < 3 && one_in(2)) continue;  // as it is built in
      const std::string_view version = any({"1", "2"});
      const std::string_view broadcast = any({"yes", "no"});
      out.setup.push_back(fmt::format(R"(<ec code="{}" broadcast="{}" stations="{}" version="{}"/>)", ecs[i], broadcast, whole(1, 3), version));
    }
    psps = {"PSPSIM01", "PSPSIM02"};
    while (psps.size() < traffic.psps) psps.push_back(fmt::format("PSPSIM{:02}", psps.size() + 1));
    for (std::size_t i = 0; i < psps.size(); ++i) {
      const std::string code = i < 2 ? std::string() : fmt::format(R"( code="{}")", 20000000003 + 13 * i);
      out.setup.push_back(fmt::format(R"(<psp id="{}"{} version="{}"/>)", psps[i], code, any({"1", "2"})));
    }
  }

  void new_notice() {
    numbers.push_back("30204" + random.digits(13));
    const std::string owner = one_of(ecs);
    std::uint64_t cents = 0;
    std::string transfers;
    for (std::uint64_t left = random.below(6); left > 0; --left) {
      const std::uint64_t part = 1 + random.below(20000);
      cents += part;
      transfers += fmt::format(R"(<transfer ec="{}" amount="{}.{:02}"/>)", one_of(ecs), part / 100, part % 100);
    }
    if (cents == 0) cents = 1 + random.below(500000);
    out.notices.push_back(fmt::format(R"(<notice number="{}" ec="{}" amount="{}.{:02}">{}</notice>)", numbers.back(), owner, cents / 100, cents % 100, transfers));
  }

  std::string card() { return swarm.cards && one_in(3) ? fmt::format(R"( card="{}")", one_of(all_cards)) : std::string(); }
  std::string at(Duration when) { return fmt::format(R"( at="{}")", instant(when)); }

  void user() {
    const Duration begins = below(traffic.span);
    arrivals.push_back(begins);
    if (swarm.strange_notices && one_in(10)) {  // one of a class that the EC treats in its own way
      const std::string_view kind = any({"95", "96", "97", "98", "99"});
      out.steps.push_back(fmt::format(R"(<pay notice="302{}{}"{}/>)", kind, random.digits(13), at(begins)));
      return;
    }
    const bool rival = swarm.rivals && !numbers.empty() && one_in(5);  // a notice that somebody else is at
    if (!rival) {
      new_notice();
      latest = numbers.size() - 1;
    }
    const std::string number = numbers[latest];
    const Duration when = rival ? arrivals[arrivals.size() - 2] + below(one_in(2) ? seconds(4) : hours(2)) : begins;
    arrivals.back() = when;
    const std::string psp = one_of(psps);
    if (swarm.at_the_psp && one_in(5)) {
      out.steps.push_back(fmt::format(R"(<pay by="psp" notice="{}" psp="{}"{}/>)", number, psp, at(when)));
    } else if (swarm.steps && one_in(5)) {
      out.steps.push_back(fmt::format(R"(<verify notice="{}" psp="{}"{}/>)", number, psp, at(when)));
      const Duration chosen = when + seconds(1) + below(minutes(2));
      out.steps.push_back(fmt::format(R"(<activate notice="{}"{}/>)", number, at(chosen)));
      const Duration decided = chosen + below(one_in(3) ? minutes(20) : seconds(30));
      const std::uint64_t end = random.below(3);
      if (end == 0) out.steps.push_back(fmt::format(R"(<cancel notice="{}"{}/>)", number, at(decided)));
      if (end == 1) out.steps.push_back(fmt::format(R"(<authorise notice="{}"{}{}/>)", number, card(), at(decided)));
    } else if (swarm.carts && one_in(8)) {
      std::string notices = number;
      for (std::uint64_t more = random.below(4); more > 0; --more) {
        new_notice();
        notices += " " + numbers.back();
      }
      out.steps.push_back(fmt::format(R"(<cart notices="{}" version="{}"{}/>)", notices, any({"1", "2"}), at(when)));
      out.steps.push_back(fmt::format(R"(<pay cart="yes" psp="{}"{}{}/>)", psp, card(), at(when + seconds(2))));
    } else {
      const std::string_view fee = any({"", R"( fee="0.00")", R"( fee="2.35")"});
      out.steps.push_back(fmt::format(R"(<pay notice="{}" psp="{}"{}{}{}/>)", number, psp, fee, card(), at(when)));
    }
    if (swarm.positions && one_in(20)) {
      const std::string_view state = any({"open", "paid", "expired", "cancelled"});
      out.steps.push_back(fmt::format(R"(<position notice="{}" state="{}"{}/>)", number, state, at(when + below(seconds(10)))));
    }
    if (swarm.jobs && one_in(20)) {
      const std::string_view job = any({"mod3CancelV2", "paSendRt", "positionRetrySendPaymentResult", "idempotencyCacheClean"});
      out.steps.push_back(fmt::format(R"(<job name="{}"{}/>)", job, at(when + below(minutes(30)))));
    }
  }

  void fault() {
    const std::string_view on = one_of(swarm.primitives);
    const std::string_view what = one_of(swarm.mishaps);
    const bool request = what == "duplicate" || what == "refuse" || one_in(2);
    const std::string_view by = what == "delay" ? any({R"( by="500ms")", R"( by="6s")", R"( by="20s")", R"( by="3m")"}) : "";
    const Duration begins = in_the_middle();
    const std::string_view lasts = any({"2s", "10s", "1m", "10m", "1h"});
    const std::uint64_t first = 1 + random.below(2);
    const std::uint64_t times = random.below(4);
    out.steps.push_back(fmt::format(R"(<fault on="{}" leg="{}" do="{}"{}{} for="{}" nth="{}" times="{}"/>)", on, request ? "request" : "response", what, by, at(begins), lasts, first, times));
  }

  void answers() {
    if (swarm.psp_answers) {
      for (std::uint64_t n = 1 + random.below(4); n > 0; --n) {
        const std::string_view to = any({"pspNotifyPayment", "pspNotifyPaymentV2"});
        const std::string who = one_of(psps);
        const std::string_view how = any({R"(outcome="KO" fault="CANALE_SEMANTICA")", R"(outcome="OK")", R"(with="no-fault")", R"(with="malformed")", R"(with="empty")", R"(with="silence")", R"(with="hang-up")"});
        const std::string_view after = any({"", R"( after="3s")", R"( after="9s")"});
        const std::uint64_t first = 1 + random.below(10);
        out.steps.push_back(fmt::format(R"(<answer by="psp" id="{}" to="{}" {}{} nth="{}" times="{}"/>)", who, to, how, after, first, 1 + random.below(30)));
      }
    }
    if (swarm.ec_answers) {
      for (std::uint64_t n = 1 + random.below(3); n > 0; --n) {
        const std::string_view to = any({"paSendRT", "paSendRTV2"});
        const std::string who = one_of(ecs);
        const std::string_view how = any({R"(outcome="KO" fault="PAA_SEMANTICA")", R"(outcome="KO" fault="PAA_SYSTEM_ERROR")", R"(with="silence")"});
        const std::uint64_t first = 1 + random.below(5);
        out.steps.push_back(fmt::format(R"(<answer by="ec" id="{}" to="{}" {} nth="{}" times="{}"/>)", who, to, how, first, random.below(8)));
      }
    }
  }

  void upheavals() {
    for (std::uint64_t n = swarm.restarts ? random.below(traffic.restarts + 1) : 0; n > 0; --n) {
      const std::uint64_t role = random.below(4);
      const std::string who = role == 0 ? R"(who="checkout")" : role == 1 ? R"(who="nodo")" : role == 2 ? fmt::format(R"(who="ec" id="{}")", one_of(ecs)) : fmt::format(R"(who="psp" id="{}")", one_of(psps));
      out.steps.push_back(fmt::format(R"(<restart {}{}/>)", who, at(in_the_middle())));
    }
    for (std::uint64_t n = swarm.jumps ? random.below(traffic.jumps + 1) : 0; n > 0; --n) {
      const std::string_view by = any({"2s", "1m", "20m", "2h", "1d"});
      out.steps.push_back(fmt::format(R"(<jump by="{}"{}/>)", by, at(in_the_middle())));
    }
  }
};

}  // namespace

RandomScenario random_world(std::uint64_t seed, const Traffic& traffic) {
  Random random(seed, "world");
  RandomScenario out{seed, {}, {}, {}};
  WorldPen pen{{random, all_features, out, {}}, traffic};
  pen.draw_swarm();
  pen.settings();
  pen.parties();
  for (std::uint64_t n = 0; n < traffic.users; ++n) pen.user();
  for (std::uint64_t n = 0; n < traffic.faults; ++n) pen.fault();
  pen.answers();
  pen.upheavals();
  return out;
}

RandomScenario random_scenario(std::uint64_t seed) {
  if (seed % 2 == 0) return RandomPayments(all_features).draw(seed);
  Random random(seed, "traffic");
  Traffic traffic;
  traffic.users = 100 + random.below(300);
  traffic.ecs = 3 + random.below(15);
  traffic.psps = 2 + random.below(6);
  traffic.faults = random.below(80);
  traffic.restarts = 6;
  traffic.jumps = 3;
  traffic.span = random.below(2) == 0 ? minutes(20) : hours(1 + static_cast<std::int64_t>(random.below(24)));
  return random_world(seed, traffic);
}

}  // namespace sim
