// What an EC must do. Of its positions the wire shows what it answers, the receipts that it has heard, and what a scenario
// makes of them; what else it may know of a notice is its own.
#include "sim/monitors.hpp"
#include "sim/monitors/reading.hpp"

namespace sim {

using namespace reading;
using contract::Outcome;

namespace {

bool says_state(std::string_view code) {
  return code == "PAA_PAGAMENTO_DUPLICATO" || code == "PAA_PAGAMENTO_SCONOSCIUTO" || code == "PAA_PAGAMENTO_SCADUTO" || code == "PAA_PAGAMENTO_ANNULLATO";
}
/// The code for a position that somebody put into this state. [EC-06]
std::string_view code_of(std::string_view state) {
  if (state == "paid") return "PAA_PAGAMENTO_DUPLICATO";
  if (state == "expired") return "PAA_PAGAMENTO_SCADUTO";
  if (state == "cancelled") return "PAA_PAGAMENTO_ANNULLATO";
  return {};
}

/// Whether the first transfer is on a postal account, if its beneficiary has one. [EC-04]
bool goes_to_the_post(const contract::Registry& registry, const contract::Message& message) {
  return std::visit(
      [&](const auto& said) {
        if constexpr (requires { said.data->transferList.transfer.front().IBAN; }) {
          if (!said.data || said.data->transferList.transfer.empty()) return true;
          const auto& first = said.data->transferList.transfer.front();
          const contract::CreditorInstitution* of = registry.creditor(first.fiscalCodePA);
          const std::optional<std::string> account = first.IBAN;
          return !account || is_postal(*account) || of == nullptr || std::none_of(of->ibans.begin(), of->ibans.end(), is_postal);
        }
        return true;
      },
      message);
}
constexpr std::size_t most_entries = 15;  // [XSD ctMetadata]

/// Whether every transfer of an answer in version 2 has a support account, or no room for one. [EC-04]
bool has_support_accounts(const contract::Message& message) {
  const auto* said = std::get_if<contract::PaGetPaymentV2Response>(&message);
  if (said == nullptr || !said->data) return true;
  return std::all_of(said->data->transferList.transfer.begin(), said->data->transferList.transfer.end(), [](const auto& transfer) {
    if (!transfer.metadata) return false;
    const auto& entries = transfer.metadata->mapEntry;
    return entries.size() >= most_entries || std::any_of(entries.begin(), entries.end(), [](const auto& entry) { return entry.key == "IBANAPPOGGIO"; });
  });
}

}  // namespace

/// A position changes when the scenario says so, and then its EC is bound to say it.
void Monitors::ec_is_told(const Party& who, const Command& command) {
  if (command.verb != "position") return;
  Notice& notice = notices_[who.id + "/" + std::string(command.value("notice"))];
  notice.commanded = true;
  notice.commanded_entry = at_;
  notice.settled = 0;
  if (!command.value("state").empty()) notice.state = command.value("state");
  if (const auto amount = contract::parse_amount(command.value("amount"))) notice.amount = *amount;
}

void Monitors::ec_answers(const Hop& hop, const contract::Message& said, const Talk& talk) {
  const bool ok = contract::outcome_of(said) == Outcome::OK;
  if (const auto* verified = std::get_if<contract::PaVerifyPaymentNoticeRes>(&said); verified != nullptr && verified->paymentList) {
    check("CHK-17", verified->paymentList->paymentOptionDescription.amount.cents > 0, hop, "un importo di almeno 0.01", "an amount of at least 0.01", "non lo è", "it is not");
  }
  if (const auto* verified = std::get_if<contract::PaVerifyPaymentNoticeRes>(&said); verified != nullptr && ok) {
    check("EC-02", verified->paymentList && verified->paymentList->paymentOptionDescription.options == "EQ", hop, "un'opzione di pagamento con options=EQ", "one payment option with options=EQ", "non c'è", "it is not there");
  }
  if (is_get(hop.primitive) && ok) {
    check("EC-05", adds_up(said), hop, "paymentAmount uguale alla somma dei transfer", "paymentAmount equal to the sum of the transfers", "non lo è", "it is not");
  }
  if (talk.heard == nullptr) return;
  const contract::Message& question = *talk.heard;
  if (is_receipt(hop.primitive)) {
    const std::string copy = hop.from.id + "/" + tokens_of(question).front();
    if (taken_.contains(copy)) check("EC-07", !ok, hop, "KO alla stessa ricevuta", "KO to the same receipt", "ha risposto OK", "it answered OK");
    if (!ok || hop.rule_line != 0) return;
    taken_.insert(copy);
    const std::string notice = notice_of(question);
    if (notice.starts_with(hop.from.id + "/")) notices_[notice].settled = at_;  // of the owner alone
  } else if (hop.primitive == PrimitiveId::paVerifyPaymentNotice || is_get(hop.primitive)) {
    ec_answers_about_a_debt(hop, said, talk);
  }
}

void Monitors::ec_answers_about_a_debt(const Hop& hop, const contract::Message& said, const Talk& talk) {
  const contract::Message& question = *talk.heard;
  const bool ok = contract::outcome_of(said) == Outcome::OK;
  const std::string_view code = fault_code(said);
  const std::string key = notice_of(question);
  Notice& notice = notices_[key];
  if (ok && is_get(hop.primitive)) {
    const std::string type = contract::text_at(question, "transferType").value_or("");
    if (type == "POSTAL") check("EC-04", goes_to_the_post(*registry_, said), hop, "un IBAN postale sul transfer 1", "a postal IBAN on transfer 1", "non è postale", "it is not postal");
    if (type == "PAGOPA") check("EC-04", has_support_accounts(said), hop, "il metadata IBANAPPOGGIO su ogni transfer", "the metadata IBANAPPOGGIO on every transfer", "ne manca uno", "one is missing");
  }
  if (key.ends_with(std::string("/") + std::string(probe_notice))) {
    check("EC-06", !ok && (!says_state(code) || code == "PAA_PAGAMENTO_SCONOSCIUTO"), hop, "PAA_PAGAMENTO_SCONOSCIUTO all'avviso sonda", "PAA_PAGAMENTO_SCONOSCIUTO to the probe notice", "un'altra risposta", "another answer");
    return;
  }
  const bool after_the_order = notice.commanded && talk.received > notice.commanded_entry;
  if (after_the_order && !notice.receipt_heard && !notice.state.empty()) {
    const std::string_view due = code_of(notice.state);
    if (due.empty()) {
      check("EC-01", !says_state(code), hop, "i dati di una posizione aperta", "the data of an open position", "la dice chiusa", "it says that it is closed");
    } else {
      check(notice.state == "expired" ? "CHK-23" : "EC-06", !ok, hop, "KO per una posizione che non è aperta", "KO for a position that is not open", "ha risposto OK", "it answered OK");
      if (says_state(code)) check("EC-06", code == due, hop, "il codice dello stato della posizione", "the code of the state of the position", "un altro codice", "another code");
    }
  }
  if (ok && after_the_order && notice.amount) {
    check("EC-02", amount_in(said) == notice.amount, hop, "l'importo aggiornato", "the amount due now", "un altro importo", "another amount");
  }
  if (notice.open && !notice.receipt_heard && !notice.commanded) {
    const bool lapsed = code == "PAA_PAGAMENTO_SCADUTO" && notice.due_date < iso_date(now_);
    const bool closes = says_state(code) || code == "PAA_PAGAMENTO_IN_CORSO";
    check("EC-01", !closes || lapsed, hop, "i dati, finché la ricevuta non arriva", "the data, until the receipt comes", "la posizione non è più aperta", "the position is open no more");
  }
  if (ok && hop.rule_line == 0 && !notice.receipt_heard) notice.open = true, notice.due_date = due_date_in(said);
  if (notice.settled != 0 && talk.received > notice.settled) {
    if (says_state(code)) check("EC-06", code == "PAA_PAGAMENTO_DUPLICATO", hop, "PAA_PAGAMENTO_DUPLICATO dopo la ricevuta", "PAA_PAGAMENTO_DUPLICATO after the receipt", "un altro codice", "another code");
    check("CHK-08", !ok, hop, "KO a chi chiede di un avviso la cui ricevuta è stata presa", "KO to whoever asks about a notice whose receipt was taken", "ha risposto OK", "it answered OK");
  }
}

}  // namespace sim
