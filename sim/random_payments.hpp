// Payments drawn from a seed, with whatever a network can do to them: scenario files that nobody would think of.
// A seed gives a document and not a value, so that what fails can be pasted in a file, played and told like any other.
// The trap: everything here must be lawful. No actor is scripted but a PSP's answer to a notification, so that every law
// of payments holds: whatever breaks one is a mistake of an actor, or of the law.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sim/random.hpp"

namespace sim {

/// What the cast can do: a draw keeps to it, and probing (features_of) finds out.
struct Features {
  bool stations_of_version_2 = false, channels_of_version_2 = false, carts = false, at_the_psp = false, close_of_version_1 = false;
};

/// One document in pieces, each of which may be left out: for shrinking.
struct RandomScenario {
  std::uint64_t seed = 0;
  std::vector<std::string> setup, notices, steps;

  /// Then it cannot be judged.
  [[nodiscard]] bool scripts(std::string_view role) const {
    const std::string begin = fmt::format("<answer by=\"{}\"", role);
    return std::any_of(steps.begin(), steps.end(), [&](const std::string& step) { return step.starts_with(begin); });
  }
  [[nodiscard]] std::size_t pieces() const { return setup.size() + notices.size() + steps.size(); }
  [[nodiscard]] std::string xml() const {
    std::string out = fmt::format("<scenario version=\"1\" id=\"random-{}\" judges=\"checkout nodo{}{}\">\n", seed, scripts("ec") ? "" : " ec", scripts("psp") ? "" : " psp");
    out += "  <title lang=\"it\">Pagamenti a caso</title>\n  <title lang=\"en\">Random payments</title>\n";
    for (const std::string& line : setup) out += "  " + line + "\n";
    for (const std::string& line : notices) out += "  " + line + "\n";
    out += "  <steps>\n";
    for (const std::string& line : steps) out += "    " + line + "\n";
    return out + "  </steps>\n  <expect>\n    <seen message=\"verificaBollettino\" times=\"0\" rule=\"CHK-04\"/>\n  </expect>\n</scenario>\n";
  }
};

class RandomPayments {
 public:
  explicit RandomPayments(Features features) : features_(features) {}

  [[nodiscard]] RandomScenario draw(std::uint64_t seed) const {
    sim::Random random(seed, "payments");
    RandomScenario out{seed, {}, {}, {}};
    Pen pen{random, features_, out, {}};
    pen.settings();
    pen.registry();
    pen.all_notices();
    pen.mischief();
    pen.journeys();
    return out;
  }

  /// What draws, and writes what was drawn.
  struct Pen {
    sim::Random& random;
    const Features& features;
    RandomScenario& out;
    std::vector<std::string> numbers;

    bool one_in(std::uint64_t n) { return random.below(n) == 0; }
    std::string_view any(std::initializer_list<std::string_view> of) { return *(of.begin() + random.below(of.size())); }
    std::string whole(std::uint64_t from, std::uint64_t to) { return std::to_string(from + random.below(to - from + 1)); }
    std::string_view notice() { return numbers[random.below(numbers.size())]; }

    void set(std::string_view name, std::string_view value) { out.setup.push_back(fmt::format(R"(<setting name="{}" value="{}"/>)", name, value)); }
    void settings() {
      if (one_in(3)) set("session-life", any({"30s", "90s", "5m", "15m"}));
      if (one_in(3)) set("token-extension", any({"20s", "2m", "1h"}));
      if (one_in(3)) set("expiry-job-every", any({"10s", "1m", "7m"}));
      if (one_in(3)) set("receipt-retries", whole(0, 4));
      if (one_in(4)) set("receipt-retry-every", any({"20s", "5m"}));  // longer than the wait for an answer
      if (one_in(5)) set("receipt-ko-is-final", any({"yes", "no"}));
      if (one_in(4)) set("result-retries", whole(0, 4));
      if (one_in(5)) set("mail-failures", whole(0, 5));
      if (one_in(5)) set("refund-failures", whole(0, 7));
      if (one_in(5)) set("outcome-attempts", whole(1, 5));
      if (one_in(5)) set("outcome-after", any({"1ms", "300ms", "5s", "2m", "3h"}));
      if (one_in(6)) set("close-retries", whole(0, 3));
      if (one_in(6)) set("result-wait", any({"10s", "65m"}));
      if (one_in(6)) set("use-idempotency", any({"yes", "no"}));
      if (one_in(6)) set("idempotency-life", any({"5s", "10m"}));
      if (one_in(6)) set("gateway-time", any({"100ms", "3s", "40s", "6m"}));
      if (one_in(8)) set("latency", any({"1ms", "20ms", "800ms"}));
      if (one_in(8)) set("outcome-fee-must-match", any({"yes", "no"}));
      if (features.at_the_psp && one_in(3)) set("psp-activation-version", any({"1", "2"}));
      if (features.at_the_psp && one_in(4)) set("psp-refunds-duplicates", any({"yes", "no"}));
      if (features.close_of_version_1 && one_in(6)) set("close-version", "1");
    }
    void registry() {
      for (const std::string_view code : {"77777777777", "80000000002", "91111111117"}) {
        if (!one_in(3)) continue;
        const std::string_view version = features.stations_of_version_2 ? any({"1", "2"}) : "1";
        const std::string_view broadcast = any({"yes", "no"});
        out.setup.push_back(fmt::format(R"(<ec code="{}" broadcast="{}" stations="{}" version="{}"/>)", code, broadcast, whole(1, 2), version));
      }
      if (features.channels_of_version_2 && one_in(2)) out.setup.emplace_back(R"(<psp id="PSPSIM01" version="2"/>)");
    }
    void all_notices() {
      const std::uint64_t n = 1 + random.below(3);
      for (std::uint64_t i = 0; i < n; ++i) {
        // Nearly always an EC of its own station's codes; the class of the number (digits 4-5) is an ordinary one.
        numbers.push_back("30204" + random.digits(13));
        const std::string_view owner = one_in(3) ? any({"80000000002", "91111111117"}) : "77777777777";
        std::uint64_t cents = 0;
        std::string transfers;
        const std::uint64_t parts = random.below(4);
        for (std::uint64_t t = 0; t < parts; ++t) {
          const std::uint64_t part = 1 + random.below(20000);
          cents += part;
          const std::string_view to = any({"77777777777", "80000000002", "91111111117"});
          transfers += fmt::format(R"(<transfer ec="{}" amount="{}.{:02}"/>)", to, part / 100, part % 100);
        }
        if (parts == 0) cents = 1 + random.below(500000);
        out.notices.push_back(fmt::format(R"(<notice number="{}" ec="{}" amount="{}.{:02}">{}</notice>)", numbers.back(), owner, cents / 100, cents % 100, transfers));
      }
    }
    std::string occasions() { return one_in(2) ? std::string() : fmt::format(R"( nth="{}" times="{}")", 1 + random.below(3), random.below(4)); }
    void mischief() {
      const std::uint64_t faults = random.below(5);
      for (std::uint64_t i = 0; i < faults; ++i) {
        const std::string_view on = any({"verifyPaymentNotice", "activatePaymentNoticeV2", "paVerifyPaymentNotice", "paGetPayment", "paGetPaymentV2", "closePayment-v2",
                                         "closePayment-v2", "pspNotifyPayment", "pspNotifyPayment", "pspNotifyPaymentV2", "sendPaymentOutcome", "sendPaymentOutcome",
                                         "sendPaymentOutcomeV2", "sendPaymentOutcomeV2", "sendPaymentResult-v2", "sendPaymentResult-v2", "paSendRT", "paSendRT", "paSendRTV2", "activatePaymentNotice",
                                         "closePayment-v1", "sendPaymentResult-v1", "checkPosition"});
        const bool request = one_in(2);
        const std::string_view what = request ? any({"drop", "delay", "duplicate", "reset", "refuse", "truncate", "garble"}) : any({"drop", "delay", "reset", "truncate", "garble"});
        const std::string_view by = what == "delay" ? any({R"( by="500ms")", R"( by="6s")", R"( by="20s")", R"( by="3m")"}) : "";
        out.steps.push_back(fmt::format(R"(<fault on="{}" leg="{}" do="{}"{}{}/>)", on, request ? "request" : "response", what, by, occasions()));
      }
      if (!one_in(3)) return;
      const std::string_view to = any({"pspNotifyPayment", "pspNotifyPayment", "pspNotifyPaymentV2"});
      const std::string_view how = any({R"(outcome="KO" fault="CANALE_SEMANTICA")", R"(outcome="OK")", R"(with="no-fault")", R"(with="malformed")", R"(with="empty")", R"(with="silence")", R"(with="hang-up")"});
      const std::string_view after = any({"", "", R"( after="3s")", R"( after="9s")"});
      out.steps.push_back(fmt::format(R"(<answer by="psp" to="{}" {}{}{}/>)", to, how, after, occasions()));
    }
    std::string_view card() { return any({"", "", "", R"( card="authorised")", R"( card="denied")", R"( card="abandoned")"}); }
    std::string_view psp() { return any({"", "", R"( psp="PSPSIM02")"}); }
    std::string pay() {
      const std::string_view fee = any({"", R"( fee="0.00")", R"( fee="2.35")"});
      const std::string_view of = notice();
      const std::string_view chosen = psp();
      const std::string_view says = card();
      return fmt::format(R"(<pay notice="{}"{}{}{})", of, chosen, fee, says);
    }
    void pause() {
      if (one_in(2)) out.steps.push_back(fmt::format(R"(<wait for="{}"/>)", any({"1s", "20s", "2m", "16m", "70m"})));
    }
    void journeys() {
      const std::uint64_t n = 1 + random.below(4);
      for (std::uint64_t i = 0; i < n; ++i) {
        switch (random.below(8)) {
          case 0:
          case 1:
          case 2: out.steps.push_back(pay() + "/>"); break;
          case 3: {  // step by step, and perhaps not to the end
            const std::string_view of = notice();
            const std::string_view chosen = psp();
            out.steps.push_back(fmt::format(R"(<verify notice="{}"{}/>)", of, chosen));
            pause();
            out.steps.emplace_back("<activate/>");
            pause();
            const std::uint64_t end = random.below(3);
            if (end == 0) out.steps.emplace_back("<cancel/>");
            if (end == 1) out.steps.push_back(fmt::format("<authorise{}/>", card()));
            break;
          }
          case 4: {  // two users at once
            const std::string_view when = any({"paGetPayment received", "activatePaymentNoticeV2 answered", "closePayment-v2 sent", "pspNotifyPayment received"});
            out.steps.push_back(pay() + fmt::format(R"( when="{}"/>)", when));
            out.steps.push_back(pay() + "/>");
            break;
          }
          case 5:
            if (features.at_the_psp) {
              const std::string_view of = notice();
              const std::string_view counter = psp();
              if (one_in(2)) {
                out.steps.push_back(fmt::format(R"(<pay by="psp" notice="{}"{}/>)", of, counter));
              } else {
                out.steps.push_back(fmt::format(R"(<activate by="psp" notice="{}"{}/>)", of, counter));
                pause();
                out.steps.push_back(fmt::format(R"(<pay by="psp" notice="{}"/>)", notice()));
              }
            } else {
              out.steps.push_back(pay() + "/>");
            }
            break;
          case 6:
            if (features.carts) {
              out.steps.emplace_back("<cart/>");
              out.steps.push_back(fmt::format(R"(<pay cart="yes"{}/>)", card()));
            } else {
              out.steps.push_back(pay() + "/>");
            }
            break;
          default: {
            const std::string_view job = any({"mod3CancelV2", "paSendRt", "positionRetrySendPaymentResult"});
            out.steps.push_back(pay() + "/>");
            out.steps.push_back(fmt::format(R"(<job name="{}"/>)", job));
          }
        }
        if (one_in(8)) {
          const std::string_view of = notice();
          out.steps.push_back(fmt::format(R"(<position notice="{}" state="{}"/>)", of, any({"open", "paid", "expired", "cancelled"})));
        }
        pause();
      }
    }
  };

 private:
  Features features_;
};

/// The smallest document that still fails: pieces are left out by halves, then by smaller and smaller runs of them, at last
/// one by one, until none can be spared.
template <class Fails>
RandomScenario shrunk(RandomScenario failing, Fails fails) {
  const auto spare = [&](std::vector<std::string> RandomScenario::*part, std::size_t length) {
    bool any = false;
    for (std::size_t end = (failing.*part).size(); end > 0;) {
      const std::size_t begin = end > length ? end - length : 0;
      RandomScenario less = failing;
      (less.*part).erase((less.*part).begin() + static_cast<std::ptrdiff_t>(begin), (less.*part).begin() + static_cast<std::ptrdiff_t>(end));
      if (fails(less)) failing = std::move(less), any = true;
      end = begin;
    }
    return any;
  };
  for (std::size_t length = std::max<std::size_t>(1, failing.pieces() / 2);;) {
    bool again = false;
    for (const auto part : {&RandomScenario::steps, &RandomScenario::notices, &RandomScenario::setup}) again = spare(part, length) || again;
    if (length > 1) length /= 2;
    else if (!again) return failing;
  }
}

}  // namespace sim
