#include "sim/live/sandbox.hpp"

#include <algorithm>
#include <charconv>

#include "sim/contract/cards.hpp"
#include "sim/contract/wsdl.hpp"
#include "sim/live/parallel.hpp"

namespace sim::live {
namespace {

using wire::HttpResponse;
using wire::Json;
using wire::JsonArray;
using wire::JsonObject;

constexpr std::size_t page_size = 5000;  // entries: what the world's thread copies at once

std::string path_of(const wire::HttpRequest& request) { return request.target.substr(0, request.target.find('?')); }
std::string query_of(const wire::HttpRequest& request) {
  const std::size_t mark = request.target.find('?');
  return mark == std::string::npos ? std::string() : request.target.substr(mark + 1);
}

Result<std::size_t, HttpResponse> since(const Call& call) {
  std::string said = call.get("since");
  if (const std::string* last = call.request.headers.find("Last-Event-ID"); said.empty() && last != nullptr) said = *last;
  if (said.empty()) return std::size_t{0};
  std::size_t out = 0;
  const auto [end, error] = std::from_chars(said.data(), said.data() + said.size(), out);
  if (error != std::errc() || end != said.data() + said.size()) return Failure{problem(400, "since is no number", "it counts entries of the journal: X-Next-Since of the answer before says it")};
  return out;
}

/// What the user chooses: PSP, card and fee; or what is wrong with it.
std::optional<HttpResponse> add_choices(const Call& call, std::vector<std::pair<std::string, std::string>>& with) {
  const std::string psp = call.get("psp"), card = call.get("card"), fee = call.get("fee");
  if (!fee.empty() && !contract::parse_amount(fee)) return problem(400, "fee is no amount", "euro with two decimals, such as 1.50");
  if (!card.empty() && contract::card_behaviour(card).empty()) return problem(400, "no card " + card, "4999000000000013 is authorised; checkout-sim list cards and GET / have the others");
  if (!psp.empty()) with.emplace_back("psp", psp);
  if (!card.empty()) with.emplace_back("card", contract::card_behaviour(card));
  if (!fee.empty()) with.emplace_back("fee", fee);
  return std::nullopt;
}

HttpResponse elsewhere(std::string_view who) {
  return problem(409, "nobody plays " + std::string(who) + " here", "it is somebody else's software, or no such party exists: GET / lists who is played here");
}

const std::vector<Member> filter{{"notice", false, "302001000000000001, or 77777777777/302001000000000001"}, {"token", false, "a payment token"}};
std::vector<Member> with_since() {
  std::vector<Member> out{{"since", false, "how many entries to leave out"}};
  out.insert(out.end(), filter.begin(), filter.end());
  return out;
}

}  // namespace

std::span<const Operation> Sandbox::operations() {
  const std::vector<Member> debt{{"amount", false, "euro, such as 120.00"}, {"state", false, "open, paid, expired or cancelled"}};
  static const std::vector<Operation> rows{
      {"GET", "/", "This page: ports, operations, magic values", "Questa pagina: porte, operazioni, valori magici", {{"lang", false, "it or en"}}, {}, 200, &Sandbox::index},
      {"GET", "/sandbox/openapi.json", "These operations as OpenAPI", "Queste operazioni in OpenAPI", {}, {}, 200, &Sandbox::document},
      {"POST", "/sandbox/payments", "Starts a payment; Location tells how far it is", "Avvia un pagamento; Location dice a che punto è", {},
       {{"noticeNumber", true, "18 digits"}, {"fiscalCode", false, "of the EC; 77777777777 when left out"}, {"touchpoint", false, "checkout (when left out), or psp"},
        {"psp", false, "idPSP that the user pays with"}, {"card", false, "its number or its word, such as authorised or denied: checkout-sim list cards"}, {"fee", false, "euro, such as 1.50"}},
       202, &Sandbox::pay},
      {"GET", "/sandbox/payments", "The payments that were started here", "I pagamenti avviati qui", {}, {}, 200, &Sandbox::payments},
      {"GET", "/sandbox/payments/{id}", "How far one payment is", "A che punto è un pagamento", {}, {}, 200, &Sandbox::payment},
      {"POST", "/sandbox/users/{fiscalCode}/{noticeNumber}/{verb}", "One step of a user at Checkout: verify, activate, authorise, cancel or close", "Un passo dell'utente su Checkout: verify, activate, authorise, cancel o close", {},
       {{"psp", false, "idPSP, of verify"}, {"card", false, "its number or its word"}, {"fee", false, "euro, of verify"}}, 202, &Sandbox::user},
      {"GET", "/sandbox/positions", "Debt positions as last noted", "Le posizioni debitorie, all'ultimo stato", {}, {}, 200, &Sandbox::positions},
      {"POST", "/sandbox/positions", "Creates a debt position of an EC that is played here", "Crea una posizione debitoria di un EC simulato qui", {},
       {{"noticeNumber", true, "18 digits"}, {"fiscalCode", false, "of the EC; 77777777777 when left out"}, {"amount", true, "euro, such as 120.00"}, {"state", false, "open (when left out), paid, expired or cancelled"}},
       201, &Sandbox::new_position},
      {"GET", "/sandbox/positions/{fiscalCode}/{noticeNumber}", "One debt position", "Una posizione debitoria", {}, {}, 200, &Sandbox::position},
      {"PUT", "/sandbox/positions/{fiscalCode}/{noticeNumber}", "Changes amount or state", "Cambia importo o stato", {}, debt, 200, &Sandbox::put_position},
      {"DELETE", "/sandbox/positions/{fiscalCode}/{noticeNumber}", "Withdraws it: state cancelled", "La ritira: stato cancelled", {}, {}, 200, &Sandbox::withdraw_position},
      {"POST", "/sandbox/positions/{fiscalCode}/{noticeNumber}/reset", "Opens it again at the EC, with the amount of its class; what the Nodo knows stays", "La riapre presso l'EC, con l'importo della sua classe; ciò che il Nodo sa resta", {}, {}, 200, &Sandbox::reset_position},
      {"GET", "/sandbox/state", "The last state of payments, positions, debts and the rest", "L'ultimo stato di pagamenti, posizioni, debiti e del resto", {{"notice", false, "of one notice"}}, {}, 200, &Sandbox::state},
      {"GET", "/sandbox/journal", "The journal as NDJSON; X-Next-Since continues it", "Il diario in NDJSON; X-Next-Since lo continua", with_since(), {}, 200, &Sandbox::journal},
      {"GET", "/sandbox/events", "The journal as it grows: server-sent events", "Il diario mentre cresce: server-sent events", with_since(), {}, 200, &Sandbox::events},
      {"POST", "/sandbox/behaviours", "How a party answers about one notice or token, or what the network does to its messages", "Come risponde un attore su un avviso o token, o cosa fa la rete ai suoi messaggi", {},
       {{"noticeNumber", false, "18 digits"}, {"fiscalCode", false, "of the EC; 77777777777 when left out"}, {"token", false, "a payment token, instead of a notice"},
        {"to", false, "the primitive that is answered, such as paGetPayment"}, {"by", false, "who answers: follows from to"}, {"outcome", false, "KO"}, {"fault", false, "its code, such as PAA_PAGAMENTO_SCONOSCIUTO"},
        {"description", false, "of a fault"}, {"status", false, "of HTTP"}, {"with", false, "malformed, empty, no-fault, silence or hang-up"}, {"set", false, "path=text: a field of the answer is changed"}, {"after", false, "the answer is late: 2s"},
        {"on", false, "network: the primitive"}, {"leg", false, "network: request (when left out) or response"}, {"do", false, "network: drop, delay, duplicate, reset, refuse, truncate or garble"}, {"delay", false, "network, of delay: 2s"},
        {"nth", false, "from which occasion on; 1 when left out"}, {"times", false, "how often; 1 when left out, 0 for ever"}},
       201, &Sandbox::behave_so},
      {"GET", "/sandbox/behaviours", "Those in force", "Quelli in vigore", filter, {}, 200, &Sandbox::behaviours},
      {"DELETE", "/sandbox/behaviours/{id}", "Takes one back", "Ne ritira uno", {}, {}, 204, &Sandbox::forget},
      {"POST", "/sandbox/jobs/{job}", "Runs a job of the Nodo now", "Esegue ora un job del Nodo", {}, {}, 202, &Sandbox::job},
      {"GET", "/monitoring/v1/jobs/trigger/{job}", "The same, as the Nodo's own test suites ask for it", "Lo stesso, come lo chiedono le suite di test del Nodo", {}, {}, 200, &Sandbox::job},
      {"GET", "/info", "On EC and PSP ports: who is played", "Sulle porte di EC e PSP: chi è simulato", {}, {}, 200, &Sandbox::mock_info, true},
      {"POST", "/response/{primitive}", "On EC and PSP ports: queues the body as the next answer", "Sulle porte di EC e PSP: accoda il corpo come prossima risposta", {{"override", false, "taken, and changes nothing: the queue always comes first"}}, {}, 200, &Sandbox::queue_answer, true, true},
      {"DELETE", "/response", "On EC and PSP ports: forgets all queued answers", "Sulle porte di EC e PSP: dimentica le risposte accodate", {}, {}, 204, &Sandbox::clear_answers, true},
      {"DELETE", "/response/{primitive}", "On EC and PSP ports: forgets those of one primitive", "Sulle porte di EC e PSP: dimentica quelle di una primitiva", {}, {}, 204, &Sandbox::clear_answers, true},
      {"GET", "/history/{noticeNumber}/{primitive}", "On EC and PSP ports: the last request and its answer", "Sulle porte di EC e PSP: l'ultima richiesta e la sua risposta", {}, {}, 200, &Sandbox::history, true},
  };
  return rows;
}

Reaction Sandbox::serve(Role role, const wire::HttpRequest& request) {
  const std::string path = path_of(request);
  if (request.method == "GET" && role != Role::checkout && !path.starts_with("/sandbox")) {
    std::string query = query_of(request);
    std::transform(query.begin(), query.end(), query.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (query == "wsdl" || query == "xsd") return schema(role, request, query == "wsdl");
  }
  std::string allowed;
  for (const Operation& row : operations()) {
    Call call{role, request};
    if ((row.mocks_only && role != Role::ec && role != Role::psp) || !fits(path, row.path, call.path)) continue;
    if (row.method != request.method) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(row.method);
      continue;
    }
    if (auto refused = take_apart(row, call)) return std::move(*refused);
    return (this->*row.serve)(call);
  }
  // Other methods on the path of the index are messages to an EC or a PSP that listens there.
  if (!path.starts_with("/sandbox") && !path.starts_with("/monitoring")) return host_.serve(role, request);
  if (allowed.empty()) return problem(404, "nothing here", request.method + " " + path + " is no operation of the sandbox: GET /sandbox/openapi.json lists them");
  HttpResponse refusal = problem(405, request.method + " is nothing that " + path + " takes", "it takes " + allowed);
  refusal.headers.add("Allow", allowed);
  return refusal;
}

// ---- what has happened ----

Sandbox::Page Sandbox::page(std::size_t since, const std::string& about) {
  return ask([&](const World& world, const Story& story) {
    const std::vector<Entry>& all = world.journal().entries;
    Page out{{}, std::min(since, all.size()), world.journal().start};
    for (; out.next < all.size() && out.entries.size() < page_size; ++out.next) {
      if (about.empty() || story.dossier().is_about(all[out.next].what, about)) out.entries.emplace_back(out.next, all[out.next]);
    }
    return out;
  });
}

Reaction Sandbox::journal(const Call& call) {
  const auto from = since(call);
  if (!from) return from.error();
  const Page found = page(*from, about(call));
  HttpResponse out{200, {{"Content-Type", "application/x-ndjson; charset=utf-8"}, {"X-Next-Since", std::to_string(found.next)}}, {}};
  for (const auto& [number, entry] : found.entries) out.body += options_.line(entry, found.start);
  return out;
}

Reaction Sandbox::events(const Call& call) {
  const auto from = since(call);
  if (!from) return from.error();
  Stream stream;
  stream.head = {200, {{"Content-Type", "text/event-stream; charset=utf-8"}, {"Cache-Control", "no-store"}}, {}};
  stream.next = [this, at = *from, about = about(call), silent = 0](Sink& sink) mutable {
    const Page found = page(at, about);
    at = found.next;
    std::string out;
    // The id is the `since` that goes on after the entry: it is what a client sends back as Last-Event-ID.
    for (const auto& [number, entry] : found.entries) out += "id: " + std::to_string(number + 1) + "\ndata: " + options_.line(entry, found.start) + "\n";
    constexpr Duration nap = milliseconds(100);
    constexpr int naps_of_silence = 100;  // then a comment, which finds out whether the client is still there
    if (!out.empty()) {
      silent = 0;
      return sink.write(out);
    }
    if (++silent % naps_of_silence == 0 && !sink.write(": nothing new\n\n")) return false;
    return sink.wait(nap);
  };
  return stream;
}

Reaction Sandbox::state(const Call& call) {
  return json(200, ask([&](const World&, const Story& story) { return story.states(about(call)); }));
}

// ---- payments ----

Reaction Sandbox::pay(const Call& call) {
  if (auto refused = bad_notice(call)) return std::move(*refused);
  const std::string touchpoint = call.get("touchpoint", "checkout");
  if (touchpoint != "checkout" && touchpoint != "psp") return problem(400, "touchpoint is neither checkout nor psp", "leave it out for Checkout");
  std::vector<std::pair<std::string, std::string>> with{{"ec", ec_of(call)}, {"notice", call.get("noticeNumber")}};
  if (auto refused = add_choices(call, with)) return std::move(*refused);
  if (!host_.ask([&](const World& world) { return world.registry().psp(call.get("psp", contract::default_psp)) != nullptr; })) {
    return problem(400, "no PSP " + call.get("psp"), "checkout-sim list psps has them, such as " + std::string(contract::default_psp));
  }
  const Party to = touchpoint == "checkout" ? Party{Role::checkout, {}} : Party{Role::psp, call.get("psp", contract::default_psp)};
  const auto id = host_.order(to, "pay", std::move(with));
  if (!id) return elsewhere(contract::to_text(to));
  HttpResponse out = json(202, ask([&](const World&, const Story& story) { return story.journey(*id); }));
  out.headers.add("Location", "/sandbox/payments/" + std::to_string(*id));
  return out;
}

Reaction Sandbox::user(const Call& call) {
  if (auto refused = bad_notice(call)) return std::move(*refused);
  const std::string verb = call.get("verb"), notice = notice_key(call);
  const char* const verbs[] = {"verify", "activate", "authorise", "cancel", "close"};
  if (std::find(std::begin(verbs), std::end(verbs), verb) == std::end(verbs)) return problem(404, "no user does " + verb, "verify, activate, authorise, cancel and close are the steps");
  const bool first = verb == "verify";
  if (!first && ask([&](const World&, const Story& story) { return story.journey_of(notice); }) == 0) {
    return problem(409, "no user is paying this notice", "begin with POST /sandbox/users/" + notice + "/verify");
  }
  // A step that comes while the one before is under way would do nothing, and nobody would know.
  for (int naps = 0; !first && !ask([&](const World&, const Story& story) { return story.is_at_rest(notice); }); ++naps) {
    constexpr Duration nap = milliseconds(10);
    constexpr int most_naps = 500;
    if (naps == most_naps) return problem(409, "the step before is still under way", "wait until GET /sandbox/payments says that it is finished");
    pause(nap);
  }
  std::vector<std::pair<std::string, std::string>> with{{"ec", ec_of(call)}, {"notice", call.get("noticeNumber")}};
  if (!first) with = {{"journey", notice}};
  if (auto refused = add_choices(call, with)) return std::move(*refused);
  if (!host_.ask([&](const World& world) { return world.registry().psp(call.get("psp", contract::default_psp)) != nullptr; })) {
    return problem(400, "no PSP " + call.get("psp"), "checkout-sim list psps has them, such as " + std::string(contract::default_psp));
  }
  if (!host_.order({Role::checkout, {}}, verb, std::move(with))) return elsewhere("Checkout");
  const auto [id, journey] = ask([&](const World&, const Story& story) { return std::pair{story.journey_of(notice), story.journey(story.journey_of(notice))}; });
  HttpResponse out = json(202, journey);
  out.headers.add("Location", "/sandbox/payments/" + std::to_string(id));
  return out;
}

Reaction Sandbox::payments(const Call& /*call*/) {
  return json(200, ask([](const World&, const Story& story) { return story.journeys(); }));
}

Reaction Sandbox::payment(const Call& call) {
  const std::string said = call.get("id");
  CommandId id = 0;
  const auto [end, error] = std::from_chars(said.data(), said.data() + said.size(), id);
  if (error != std::errc() || end != said.data() + said.size()) id = 0;
  Json found = ask([&](const World&, const Story& story) { return story.journey(id); });
  if (found.is_null()) return problem(404, "no payment " + said, "GET /sandbox/payments lists those that were started here");
  return json(200, std::move(found));
}

// ---- debt positions ----

Json Sandbox::position_now(const std::string& fiscalCode, const std::string& noticeNumber) {
  const std::string key = fiscalCode + "/" + noticeNumber;
  auto [debt, at_nodo, amount] = ask([&](const World&, const Story& story) {
    return std::tuple{story.state("debt", key), story.state("position", key), story.amount(key)};
  });
  const std::string own = options_.amount_of(fiscalCode, noticeNumber);
  if (debt.empty() && own.empty()) return {};
  JsonObject out{{"fiscalCode", text(fiscalCode)}, {"noticeNumber", text(noticeNumber)}};
  if (!amount.empty() || !own.empty()) out.emplace_back("amount", text(amount.empty() ? own : amount));
  if (!debt.empty()) out.emplace_back("state", text(debt));
  if (!at_nodo.empty()) out.emplace_back("nodo", text(at_nodo));
  return Json{std::move(out)};
}

Reaction Sandbox::positions(const Call& /*call*/) {
  return json(200, ask([](const World&, const Story& story) {
    const Json all = story.states({});
    const Json* debts = all.member("debt");
    return debts == nullptr ? Json{JsonArray{}} : *debts;
  }));
}

Reaction Sandbox::position(const Call& call) {
  if (auto refused = bad_notice(call)) return std::move(*refused);
  Json found = position_now(ec_of(call), call.get("noticeNumber"));
  if (found.is_null()) return problem(404, "unknown notice " + notice_key(call), "POST /sandbox/positions creates one; GET / lists the numbers that need no creation");
  return json(200, std::move(found));
}

Reaction Sandbox::change(const Call& call, const std::string& state, int status) {
  if (auto refused = bad_notice(call)) return std::move(*refused);
  const std::string amount = call.get("amount");
  const auto euro = contract::parse_amount(amount);
  if (!amount.empty() && (!euro || euro->cents <= 0)) return problem(400, "amount is none", "euro with two decimals, more than 0.00, such as 120.00");
  if (!state.empty() && state != "open" && state != "paid" && state != "expired" && state != "cancelled") return problem(400, "state is none", "open, paid, expired or cancelled");
  std::vector<std::pair<std::string, std::string>> with{{"notice", call.get("noticeNumber")}};
  if (!amount.empty()) with.emplace_back("amount", amount);
  if (!state.empty()) with.emplace_back("state", state);
  if (!host_.order({Role::ec, ec_of(call)}, "position", std::move(with))) return elsewhere("EC " + ec_of(call));
  HttpResponse out = json(status, position_now(ec_of(call), call.get("noticeNumber")));
  if (status == 201) out.headers.add("Location", "/sandbox/positions/" + notice_key(call));
  return out;
}

Reaction Sandbox::new_position(const Call& call) {
  if (auto refused = bad_notice(call)) return std::move(*refused);
  const std::string now = ask([&](const World&, const Story& story) { return story.state("debt", notice_key(call)); });
  if (!now.empty()) return problem(409, "the notice exists and is " + now, "PUT /sandbox/positions/" + notice_key(call) + " changes it");
  if (!options_.amount_of(ec_of(call), call.get("noticeNumber")).empty()) {
    return problem(409, "the number says by itself how the EC behaves", "PUT changes it; GET / lists such numbers: digits 4 and 5 of any other, such as 302500000000000001, are free");
  }
  return change(call, call.get("state", "open"), 201);
}

Reaction Sandbox::put_position(const Call& call) {
  if (auto refused = bad_notice(call)) return std::move(*refused);
  if (call.body.empty()) return problem(400, "nothing to change", "amount and state can be changed");
  if (position_now(ec_of(call), call.get("noticeNumber")).is_null()) return problem(404, "unknown notice " + notice_key(call), "POST /sandbox/positions creates one");
  return change(call, call.get("state"), 200);
}

Reaction Sandbox::withdraw_position(const Call& call) {
  if (auto refused = bad_notice(call)) return std::move(*refused);
  if (position_now(ec_of(call), call.get("noticeNumber")).is_null()) return problem(404, "unknown notice " + notice_key(call), "there is nothing to withdraw");
  return change(call, "cancelled", 200);
}

Reaction Sandbox::reset_position(const Call& call) {
  if (auto refused = bad_notice(call)) return std::move(*refused);
  if (position_now(ec_of(call), call.get("noticeNumber")).is_null()) return problem(404, "unknown notice " + notice_key(call), "POST /sandbox/positions creates one");
  Call whole = call;
  whole.body["amount"] = options_.amount_of(ec_of(call), call.get("noticeNumber"));
  return change(whole, "open", 200);
}

// ---- jobs and documents ----

Reaction Sandbox::job(const Call& call) {
  const std::string name = call.get("job");
  if (std::find(options_.jobs.begin(), options_.jobs.end(), name) == options_.jobs.end()) {
    std::string known;
    for (const std::string& job : options_.jobs) known += (known.empty() ? "" : ", ") + job;
    return problem(404, "no job " + name, "known: " + known);
  }
  if (!host_.order({Role::nodo, {}}, "job", {{"name", name}})) return elsewhere("the Nodo");
  return json(call.request.method == "GET" ? 200 : 202, Json{JsonObject{{"job", text(name)}}});
}

Reaction Sandbox::document(const Call& call) {
  const std::string* host = call.request.headers.find("Host");
  return json(200, openapi(operations(), "http://" + (host == nullptr ? std::string("localhost") : *host)));
}

Reaction Sandbox::schema(Role role, const wire::HttpRequest& request, bool wsdl) const {
  const contract::Port* port = contract::find_port(role == Role::nodo ? "nodeForPsp" : role == Role::ec ? "paForNode" : "pspForNode");
  const std::string* host = request.headers.find("Host");
  const std::string address = "http://" + (host == nullptr ? std::string("localhost") : *host) + path_of(request);
  // The address goes into an attribute: what is no name of a host and no path has no place there.
  if (address.find_first_of("<>&\"'") != std::string::npos) return problem(400, "an address with marks of XML", "ask at a plain path");
  return HttpResponse{200, {{"Content-Type", "text/xml; charset=utf-8"}}, wsdl ? contract::wsdl_of(*port, address) : contract::xsd_of(*port)};
}

}  // namespace sim::live
