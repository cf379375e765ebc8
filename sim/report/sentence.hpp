// The first thing that a verdict says: who should have done what, by when, under which rule, and what happened instead.
// One sentence, in Italian or English, whatever it was that failed; text, JUnit and JSON all open with the same.
#pragma once

#include <string>
#include <string_view>

#include "sim/report/judge.hpp"

namespace sim::report {

/// The sentence of one expectation, rule or law that was broken, or whose point was never reached.
scenario::Bilingual sentence(const Finding& finding, const Journal& journal);
/// The sentence of a whole run that is FAIL or INCONCLUSIVE; of any other it is empty.
scenario::Bilingual sentence(const Judgement& judgement, const scenario::Scenario& scenario, const Journal& journal);

/// The finding with which a FAIL begins: of what broke the earliest in the run, what was meant to break apart; nullptr: nothing.
const Finding* first_broken(const Judgement& judgement, const scenario::Scenario& scenario);

/// "CHK-05: ...", a rule of the catalogue, of the ledger or a law with its statement; empty when it is none of these.
std::string rule_text(std::string_view id, std::string_view lang);

/// A time of the run as ladders write it, counted from the start: "7.100 s".
std::string since_start(const Journal& journal, Instant at);

}  // namespace sim::report
