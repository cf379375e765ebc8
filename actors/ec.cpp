#include "actors/ec.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "actors/drawn.hpp"
#include "actors/ec_notices.hpp"
#include "sim/check.hpp"
#include "sim/contract/words.hpp"

namespace actors {
namespace {

using namespace sim;
using namespace sim::contract;
using namespace std::string_view_literals;

constexpr sim::Guard<DebtContext> always{"always"};
constexpr sim::Guard<DebtContext> receipt_is_known{"receipt_is_known", [](const DebtContext& c) { return c.receipt_is_known; }};
constexpr sim::Guard<DebtContext> receipt_disagrees{"receipt_disagrees", [](const DebtContext& c) { return c.receipt_disagrees; }};
constexpr sim::Action<DebtContext> nothing{""};
constexpr sim::Action<DebtContext> say_unknown{"say PAA_PAGAMENTO_SCONOSCIUTO", [](DebtContext& c) { c.fault = "PAA_PAGAMENTO_SCONOSCIUTO"; }};
constexpr sim::Action<DebtContext> say_paid{"say PAA_PAGAMENTO_DUPLICATO", [](DebtContext& c) { c.fault = "PAA_PAGAMENTO_DUPLICATO"; }};
constexpr sim::Action<DebtContext> say_expired{"say PAA_PAGAMENTO_SCADUTO", [](DebtContext& c) { c.fault = "PAA_PAGAMENTO_SCADUTO"; }};
constexpr sim::Action<DebtContext> say_cancelled{"say PAA_PAGAMENTO_ANNULLATO", [](DebtContext& c) { c.fault = "PAA_PAGAMENTO_ANNULLATO"; }};
constexpr sim::Action<DebtContext> say_semantic{"say PAA_SEMANTICA", [](DebtContext& c) { c.fault = "PAA_SEMANTICA"; }};
constexpr sim::Action<DebtContext> say_known{"say PAA_RECEIPT_DUPLICATA", [](DebtContext& c) { c.fault = "PAA_RECEIPT_DUPLICATA"; }};

// clang-format off
using S = DebtState;
using E = DebtEvent;
constexpr auto rows = std::to_array<DebtRow>({
  // in             on            when               answer         then           rule
  { S::open,        E::asked,     always,            nothing,       S::same,       "EC-01" },  // answers data, changes nothing
  { S::paid,        E::asked,     always,            say_paid,      S::same,       "EC-06" },
  { S::expired,     E::asked,     always,            say_expired,   S::same,       "EC-06" },
  { S::cancelled,   E::asked,     always,            say_cancelled, S::same,       "EC-06" },
  { S::unknown,     E::asked,     always,            say_unknown,   S::same,       "EC-06" },
  { S::any,         E::receipt,   receipt_is_known,  say_known,     S::same,       "EC-07" },
  { S::unknown,     E::receipt,   always,            say_unknown,   S::same,       "EC-07" },
  { S::any,         E::receipt,   receipt_disagrees, say_semantic,  S::same,       "EC-09" },  // of some other payment: nothing is stored
  { S::open,        E::receipt,   always,            nothing,       S::paid,       "CHK-08" },
  { S::expired,     E::receipt,   always,            nothing,       S::paid,       "EC-09" },  // the receipt is final
  { S::cancelled,   E::receipt,   always,            nothing,       S::paid,       "EC-09" },
  { S::paid,        E::receipt,   always,            nothing,       S::same,       "EC-09" },
  { S::any,         E::opened,    always,            nothing,       S::open,       "" },
  { S::any,         E::settled,   always,            nothing,       S::paid,       "" },
  { S::any,         E::lapsed,    always,            nothing,       S::expired,    "" },
  { S::any,         E::withdrawn, always,            nothing,       S::cancelled,  "" },
});
static_assert(is_total(rows) && has_no_dead_row(rows) && reaches_every_state(rows));
// clang-format on

DebtEvent event_for(std::string_view state) {
  if (state == "paid") return E::settled;
  if (state == "expired") return E::lapsed;
  if (state == "cancelled") return E::withdrawn;
  return E::opened;
}

DebtState state_for(std::string_view name) {
  if (name == "paid") return S::paid;
  if (name == "expired") return S::expired;
  if (name == "cancelled") return S::cancelled;
  return S::open;
}

constexpr std::string_view late_alarm = "late answer";
/// What the Nodo asks about to learn whether a station is up again: no station's notice, and yet never the wrong station.
constexpr std::string_view probe_notice = "000000000000000000";
constexpr std::string_view support_account = "IBANAPPOGGIO";
constexpr std::size_t most_metadata = 15;  // [XSD ctMetadata]

// The bank code says that an account is at the post office.
bool is_postal(std::string_view iban) { return iban.size() > 10 && iban.substr(5, 5) == "07601"; }

/// The registered account at the post office, or nothing. Its bank code says which one that is.
std::string_view postal_account(const CreditorInstitution* ec) {
  if (ec == nullptr) return {};
  const auto found = std::find_if(ec->ibans.begin(), ec->ibans.end(), is_postal);
  return found == ec->ibans.end() ? std::string_view{} : *found;
}

/// The account of a credit: the one that it names, or the beneficiary's ordinary one.
std::string account_of(const Registry& registry, const DebtTransfer& t) {
  const CreditorInstitution* beneficiary = registry.creditor(t.fiscalCode);
  if (!t.iban.empty() || beneficiary == nullptr || beneficiary->ibans.empty()) return t.iban;
  return beneficiary->ibans.front();
}

// clang-format off
using K = const CallContext&;
bool station_is_ours(K c) {
  return std::any_of(c.self.stations.begin(), c.self.stations.end(), [&](const Station& s) { return s.idBrokerPA == c.idBrokerPA && s.idStation == c.idStation; });
}
constexpr CallCheck call_rungs[] = {
  { [](K c) { return c.idPA == c.self.fiscalCode; },          "domain_is_ours",     "PAA_ID_DOMINIO_ERRATO", "", "CHK-09" },
  { [](K c) { return std::any_of(c.self.stations.begin(), c.self.stations.end(), [&](const Station& s) { return s.idBrokerPA == c.idBrokerPA; }); },
                                                              "broker_is_ours",     "PAA_ID_INTERMEDIARIO_ERRATO", "", "CHK-09" },
  { station_is_ours,                                          "station_is_ours",    "PAA_STAZIONE_INT_ERRATA", "", "CHK-09" },
  { [](K c) { return c.fiscalCode.empty() || c.fiscalCode == c.self.fiscalCode; },
                                                              "notice_is_ours",     "PAA_ID_DOMINIO_ERRATO", "", "CHK-09" },
  { [](K c) {
      if (c.noticeNumber.empty() || c.noticeNumber == probe_notice) return true;
      const Station* answering = c.registry.station_of(c.self, c.noticeNumber);
      return answering != nullptr && answering->idStation == c.idStation;
    },                                                        "station_has_notice", "PAA_STAZIONE_INT_ERRATA", "another station answers for this notice", "SIL-EC-STATION" },
};
// clang-format on

void add_metadata(std::optional<CtMetadata>& to, std::string_view key, std::string_view value) {
  if (!to) to.emplace();
  to->mapEntry.push_back({std::string(key), std::string(value)});
}

/// The three parts of "fiscalCode/noticeNumber/cents".
std::array<std::string_view, 3> parts_of(std::string_view word) {
  const std::size_t first = word.find('/');
  const std::size_t second = word.find('/', first + 1);
  SIM_CHECK(first != std::string_view::npos && second != std::string_view::npos);
  return {word.substr(0, first), word.substr(first + 1, second - first - 1), word.substr(second + 1)};
}

}  // namespace

std::span<const DebtRow> debt_table() { return rows; }
std::span<const CallCheck> call_checks() { return call_rungs; }

std::string_view to_text(DebtState state) {
  constexpr std::array names{"unknown"sv, "open"sv, "paid"sv, "expired"sv, "cancelled"sv, "any"sv, "same"sv};
  return names[static_cast<std::size_t>(state)];
}
std::string_view to_text(DebtEvent event) {
  constexpr std::array names{"at_once"sv, "asked"sv, "receipt"sv, "opened"sv, "settled"sv, "lapsed"sv, "withdrawn"sv};
  return names[static_cast<std::size_t>(event)];
}

Ec::Ec(std::string fiscalCode, std::span<const DebtPosition> positions, std::span<const DebtRow> table, std::span<const CallCheck> checks)
    : fiscalCode_(std::move(fiscalCode)), table_(table), checks_(checks) {
  for (const DebtPosition& position : positions) {
    if (position.fiscalCode == fiscalCode_) debts_[position.noticeNumber] = {position, state_for(position.state), 0};
  }
}

void Ec::handle(Turn& turn, const Input& input) {
  if (const auto* request = std::get_if<Request>(&input)) {
    on_request(turn, *request);
  } else if (const auto* alarm = std::get_if<Alarm>(&input)) {
    const auto found = late_.find(alarm->about);
    SIM_CHECK(found != late_.end());
    turn.reply(found->second.first, found->second.second);
    late_.erase(found);
  } else if (const auto* command = std::get_if<Command>(&input)) {
    on_command(turn, *command);
  } else if (const auto* answer = std::get_if<Answer>(&input)) {
    if (const auto sent = carts_.find(answer->exchange); sent != carts_.end()) {
      turn.finish(sent->second);
      carts_.erase(sent);
    }
  }
}

/// A receipt is taken at any of its stations, and may be a copy about another EC's notice.
template <class Said>
const CallCheck* Ec::broken_check(Turn& turn, const Said& said) const {
  CallContext context{turn.registry, *turn.registry.creditor(fiscalCode_), said.idPA, said.idBrokerPA, said.idStation, {}, {}};
  if constexpr (requires { said.qrCode; }) {
    context.fiscalCode = said.qrCode.fiscalCode;
    context.noticeNumber = said.qrCode.noticeNumber;
  }
  return first_broken(turn, "ec.call", checks_, context);
}

// A notice that nobody declared may still belong to a class.
Ec::Debt& Ec::debt_of(const std::string& noticeNumber) {
  const auto [place, fresh] = debts_.try_emplace(noticeNumber);
  if (fresh) {
    place->second.position.fiscalCode = fiscalCode_;
    place->second.position.noticeNumber = noticeNumber;
    if (const NoticeClass* of = fiscalCode_ == default_ec ? notice_class(noticeNumber) : nullptr) {
      DebtPosition position = position_of_class(*of, noticeNumber);
      const DebtState state = state_for(position.state);
      place->second = {std::move(position), state, static_cast<unsigned char>(of->manner)};
    }
  }
  return place->second;
}

std::string_view Ec::move(Turn& turn, Debt& debt, DebtEvent event, DebtContext context) {
  step(table_, debt.state, event, context, [&](DebtState was, DebtState is, const DebtRow& row) {
    const std::string key = fiscalCode_ + "/" + debt.position.noticeNumber;
    turn.note({"debt", key, key, to_text(was), to_text(is), row.rule, {}});
  }, [&](std::size_t row) { turn.used("ec.debt", row); });
  return context.fault;
}

void Ec::on_request(Turn& turn, const Request& request) {
  const PrimitiveId id = request.primitive;
  if (const auto* malformed = std::get_if<Malformed>(&request.said)) {
    const std::string why = contract::to_text(malformed->violations.front());
    turn.reply(request.exchange, share(refusal(id, fault_bean(primitive(id).syntax_fault, fiscalCode_, why))));
    return;
  }
  const Message& message = *std::get<Body>(request.said);
  std::visit([&](const auto& said) { answer(turn, request.exchange, id, said); }, message);
}

/// Whatever is said to an EC names it, its broker and its station; anything else is not said to an EC.
/// Either version is answered at any station: which one a station speaks is the Nodo's configuration, and a receipt with a
/// stamp comes in version 2 to everybody. [SIL-EC-VERSION]
template <class Said>
void Ec::answer(Turn& turn, ExchangeId exchange, PrimitiveId id, const Said& said) {
  if constexpr (!requires { said.idStation; }) {
    SIM_CANNOT_HAPPEN("nobody sends this to an EC");
  } else {
    if (const CallCheck* broken = broken_check(turn, said)) {
      turn.reply(exchange, share(refusal(id, fault_bean(broken->fault, fiscalCode_, std::string(broken->description)))));
      return;
    }
    std::string_view wrong;
    Debt* debt = nullptr;
    Message reply_ok = blank(id, Leg::response);
    if constexpr (requires { said.receipt; }) {
      wrong = receipt_fault(turn, said.receipt);
      turn.reply(exchange, share(wrong.empty() ? std::move(reply_ok) : refusal(id, fault_bean(wrong, fiscalCode_))));
      return;
    } else if constexpr (requires { said.qrCode; }) {
      debt = &debt_of(said.qrCode.noticeNumber);
      wrong = move(turn, *debt, DebtEvent::asked);
      const auto manner = static_cast<NoticeManner>(debt->manner);
      if (wrong.empty() && manner == NoticeManner::syntax_fault) wrong = "PAA_SINTASSI_XSD";
      if (wrong.empty() && id == PrimitiveId::paGetPayment) {  // version 1 has no room for a stamp [SIL-13]
        const std::vector<DebtTransfer> transfers = transfers_of(*debt);
        if (std::any_of(transfers.begin(), transfers.end(), [](const DebtTransfer& t) { return t.stamp; })) wrong = "PAA_SEMANTICA";
      }
      if (wrong.empty()) {
        std::string transferType;
        if constexpr (requires { said.transferType; }) transferType = said.transferType.value_or("");
        std::visit([&](auto& data) {
          if constexpr (requires { data.data; data.outcome; }) payment_data(turn, *debt, transferType, data.data.emplace());
          else if constexpr (requires { data.paymentList->paymentOptionDescription.allCCP; data.paymentDescription; }) verified(turn, *debt, data);
        }, reply_ok);
      }
    } else {  // spontaneous payments: these ECs offer no such service
      wrong = "PAA_SEMANTICA";
    }
    reply(turn, exchange, debt, wrong.empty() ? std::move(reply_ok) : refusal(id, fault_bean(wrong, fiscalCode_)));
  }
}

/// What is wrong with a receipt; when nothing is, it has been stored and its position closed. Whatever it says of amounts
/// is final; but a receipt of a payment in which this EC has no part is nobody's to store. [EC-09, SIL-EC-RECEIPT]
template <class Receipt>
std::string_view Ec::receipt_fault(Turn& turn, const Receipt& receipt) {
  const bool checked = turn.settings.ec_checks_receipts;
  const bool known = receipts_.contains(receipt.receiptId);
  std::string_view wrong;
  if (receipt.fiscalCode == fiscalCode_) {
    const bool disagrees = checked && (receipt.outcome != Outcome::OK || receipt.creditorReferenceId != creditor_reference(receipt.noticeNumber));
    wrong = move(turn, debt_of(receipt.noticeNumber), DebtEvent::receipt, {known, disagrees, {}});
  } else {  // a beneficiary's copy: stored, with no position of ours to close
    const auto& transfers = receipt.transferList.transfer;
    const bool ours = std::any_of(transfers.begin(), transfers.end(), [&](const auto& t) { return t.fiscalCodePA == fiscalCode_; });
    if (known) wrong = "PAA_RECEIPT_DUPLICATA";
    else if (checked && (!ours || receipt.outcome != Outcome::OK)) wrong = "PAA_SEMANTICA";
  }
  if (wrong.empty()) receipts_.insert(receipt.receiptId);
  return wrong;
}

void Ec::reply(Turn& turn, ExchangeId exchange, const Debt* debt, Message message) {
  const auto manner = static_cast<NoticeManner>(debt != nullptr ? debt->manner : 0);
  if (manner == NoticeManner::unreachable) {
    turn.hang_up(exchange);
  } else if (manner == NoticeManner::late) {
    const std::string about = std::to_string(exchange);
    late_[about] = {exchange, share(std::move(message))};
    turn.wake(turn.now + turn.settings.ec_late_answer, late_alarm, about);
  } else {
    turn.reply(exchange, share(std::move(message)));
  }
}

std::string Ec::due_date(const Debt& debt) { return debt.position.dueDate.empty() ? iso_date(run_start + hours(24 * 30)) : debt.position.dueDate; }
std::string Ec::name_of(const Turn& turn, const Debt& debt) const {
  return debt.position.companyName.empty() ? turn.registry.creditor(fiscalCode_)->companyName : debt.position.companyName;
}

template <class Answer>
void Ec::verified(const Turn& turn, const Debt& debt, Answer& out) const {
  CtPaymentOptionDescriptionPA& option = out.paymentList.emplace().paymentOptionDescription;
  option.amount = debt.position.amount;
  option.options = "EQ";
  option.dueDate = due_date(debt);
  const std::vector<DebtTransfer> transfers = transfers_of(debt);
  option.allCCP = std::all_of(transfers.begin(), transfers.end(), [&](const DebtTransfer& t) { return !t.stamp && is_postal(account_of(turn.registry, t)); });
  out.paymentDescription = debt.position.description;
  out.fiscalCodePA = fiscalCode_;
  out.companyName = name_of(turn, debt);
}

/// The credits of a debt: those declared, or all of it to the EC itself.
std::vector<DebtTransfer> Ec::transfers_of(const Debt& debt) const {
  if (!debt.position.transfers.empty()) return debt.position.transfers;
  DebtTransfer whole{fiscalCode_, {}, debt.position.amount_at_activation.value_or(debt.position.amount)};
  whole.stamp = static_cast<NoticeManner>(debt.manner) == NoticeManner::needs_v2;
  return {whole};
}

/// The payment data of either version; version 2 names each beneficiary and may ask for digital stamps.
template <class Data>
void Ec::payment_data(const Turn& turn, const Debt& debt, std::string_view transferType, Data& data) const {
  data.creditorReferenceId = creditor_reference(debt.position.noticeNumber);
  data.paymentAmount = debt.position.amount_at_activation.value_or(debt.position.amount);
  data.dueDate = due_date(debt);
  data.description = debt.position.description;
  data.companyName = name_of(turn, debt);
  data.debtor.uniqueIdentifier = {"F", "ANONIMO"};
  data.debtor.fullName = "Utente Dimostrativo";
  for (const auto& [key, value] : debt.position.metadata) add_metadata(data.metadata, key, value);
  std::int64_t number = 0;
  for (const DebtTransfer& t : transfers_of(debt)) {
    const CreditorInstitution* beneficiary = turn.registry.creditor(t.fiscalCode);
    const std::string_view postal = postal_account(beneficiary);
    auto& transfer = data.transferList.transfer.emplace_back();
    transfer.idTransfer = ++number;
    transfer.transferAmount = t.amount;
    transfer.fiscalCodePA = t.fiscalCode;
    std::string account = account_of(turn.registry, t);
    if (transferType == "POSTAL" && number == 1 && !postal.empty()) account = postal;  // [EC-04, SIL-EC-POSTAL]
    for (const auto& [key, value] : t.metadata) add_metadata(transfer.metadata, key, value);
    if constexpr (requires { transfer.richiestaMarcaDaBollo; }) {
      if (beneficiary != nullptr) transfer.companyName = beneficiary->companyName;
      if (t.stamp) transfer.richiestaMarcaDaBollo = CtRichiestaMarcaDaBollo{"wHpFSLCGZjIvNSXxqtGbxg7275t446DRTk5ZrsdUQ6E=", "01", "MI"};
      else transfer.IBAN = account;
      const bool has_one = std::any_of(t.metadata.begin(), t.metadata.end(), [](const auto& entry) { return entry.first == support_account; });
      if (transferType == "PAGOPA" && !has_one && t.metadata.size() < most_metadata) add_metadata(transfer.metadata, support_account, postal.empty() ? account : postal);  // [EC-04, SIL-EC-PAGOPA]
    } else {
      transfer.IBAN = account;
    }
    transfer.remittanceInformation = "/RFB/" + data.creditorReferenceId + "/" + contract::to_text(t.amount) + "/TXT/Quota " + std::to_string(number);
    transfer.transferCategory = "0101101IM";
  }
}

template <class Request>
Request Ec::cart_of(const Turn& turn, const Command& command) const {
  Request out;
  for (const std::string_view word : words(command.value("notices"))) {  // "77777777777/302001234567890123/12000"
    const std::array<std::string_view, 3> parts = parts_of(word);
    CartNotice& notice = out.paymentNotices.emplace_back();
    notice.fiscalCode = parts[0];
    notice.noticeNumber = parts[1];
    std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), notice.amount.cents);
    const CreditorInstitution* creditor = turn.registry.creditor(notice.fiscalCode);
    if (creditor != nullptr) notice.companyName = creditor->companyName;
    const auto debt = debts_.find(notice.noticeNumber);
    if (debt != debts_.end()) notice.description = debt->second.position.description;
  }
  const std::string site = "https://ec.example/" + fiscalCode_;
  out.returnUrls.returnOkUrl = site + "/ok";
  out.returnUrls.returnCancelUrl = site + "/cancel";
  out.returnUrls.returnErrorUrl = site + "/error";
  if constexpr (requires { out.returnUrls.returnWaitingUrl; }) out.returnUrls.returnWaitingUrl = site + "/waiting";
  if (!command.value("id-cart").empty()) out.idCart = command.value("id-cart");
  if (!command.value("all-ccp").empty()) out.allCCP = command.value("all-ccp") == "yes";
  return out;
}

/// What the EC's own front end says to Checkout: the notices that its user wants to pay, and where to send him back.
void Ec::send_cart(Turn& turn, const Command& command) {
  if (words(command.value("notices")).empty()) {  // a cart of nothing is no cart
    turn.finish(command.id);
    return;
  }
  Message cart = command.value("version") == "1" ? Message(cart_of<CartsV1Request>(turn, command)) : Message(cart_of<CartsV2Request>(turn, command));
  carts_[turn.call({Role::checkout, ""}, share(std::move(cart)), turn.settings.cart_deadline)] = command.id;
}

void Ec::on_command(Turn& turn, const Command& command) {
  if (command.verb == "cart") {
    send_cart(turn, command);
    return;
  }
  if (command.verb == "position") change_position(turn, command);
  else if (command.verb == "send") send_drawn(turn, command);
  turn.finish(command.id);
}

void Ec::change_position(Turn& turn, const Command& command) {
  Debt& debt = debt_of(std::string(command.value("notice")));
  if (const std::optional<Amount> amount = parse_amount(command.value("amount"))) {
    debt.position.amount = *amount;
    debt.position.amount_at_activation.reset();
    debt.position.transfers.clear();
  }
  if (!command.value("state").empty()) move(turn, debt, event_for(command.value("state")));
}

/// What an EC's own front end says to Checkout: a cart.
void Ec::send_drawn(Turn& turn, const Command& command) {
  const Primitive* row = find_primitive(command.value("message"));
  if (row == nullptr) return;
  turn.call({Role::checkout, ""}, share(drawn_request(turn.random, row->id, command, {})), turn.settings.verify_deadline);
}

}  // namespace actors
