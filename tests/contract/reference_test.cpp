// The Markdown reference of messages: it leaves nothing out, and Markdown reads it as it was meant.
#include "sim/contract/reference.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "sim/contract/fault_codes.hpp"
#include "sim/contract/semantics.hpp"
#include "tests/support/golden.hpp"

namespace {

using namespace sim::contract;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return out;
}

/// The cells of a row as a reader of Markdown cuts them: at every bar that no backslash precedes.
std::vector<std::string> cells_of(std::string_view row) {
  std::vector<std::string> out;
  std::string cell;
  for (std::size_t i = 1; i < row.size(); ++i) {
    if (row[i] == '\\' && i + 1 < row.size()) {
      cell += row.substr(i++, 2);
    } else if (row[i] == '|') {
      out.push_back(cell);
      cell.clear();
    } else {
      cell += row[i];
    }
  }
  CHECK(cell.empty());  // the last bar ends the row
  return out;
}

bool blank(std::string_view cell) { return cell.find_first_not_of(' ') == std::string_view::npos; }

/// The first cells of the table under the heading that begins so.
std::vector<std::string> first_cells(std::string_view text, std::string_view heading) {
  std::vector<std::string> out;
  bool inside = false;
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with("#")) inside = line.starts_with(heading);
    else if (inside && line.starts_with("| `")) out.push_back(cells_of(line).front());
  }
  return out;
}

}  // namespace

TEST_CASE("the reference of a message names every path of its tables, in their order, and no other") {
  for (const Primitive& row : primitives()) {
    for (const std::string_view lang : {"it", "en"}) {
      CAPTURE(row.name);
      CAPTURE(lang);
      const std::string text = reference(row.id, lang);
      for (const Leg leg : {Leg::request, Leg::response}) {
        const bool request = leg == Leg::request;
        std::vector<std::string> wanted;
        for (const std::string& path : all_paths(record_of(row.id, leg))) wanted.push_back(" `" + path + "` ");
        CHECK(first_cells(text, lang == "it" ? (request ? "## Richiesta" : "## Risposta") : (request ? "## Request" : "## Response")) == wanted);
      }
    }
  }
}

TEST_CASE("every table of a reference is a table: rows of one width, no cell empty") {
  for (const Primitive& row : primitives()) {
    for (const std::string_view lang : {"it", "en"}) {
      CAPTURE(row.name);
      CAPTURE(lang);
      std::size_t width = 0;
      std::size_t rows = 0;
      const std::string text = reference(row.id, lang);
      for (const std::string_view line : lines_of(text)) {
        CAPTURE(line);
        if (!line.starts_with("|")) {
          width = 0;
          CHECK(line.find('|') == std::string_view::npos);
          continue;
        }
        const std::vector<std::string> cells = cells_of(line);
        if (width == 0) width = cells.size();
        CHECK(cells.size() == width);
        for (const std::string& cell : cells) CHECK_FALSE(blank(cell));
        ++rows;
      }
      CHECK(rows > 6);
    }
  }
}

TEST_CASE("a reference names the rules between fields and the codes of refusal, each of its own") {
  for (const Primitive& row : primitives()) {
    for (const std::string_view lang : {"it", "en"}) {
      CAPTURE(row.name);
      CAPTURE(lang);
      const std::string text = reference(row.id, lang);
      for (const Leg leg : {Leg::request, Leg::response}) {
        for (const SemanticRule* rule : semantic_rules_of(row.id, leg)) CHECK(text.find("`" + std::string(rule->id) + "`") != std::string::npos);
      }
      std::vector<std::string> wanted;
      for (const FaultCode& code : fault_codes()) {
        if (answers(code, row.name)) wanted.push_back(" `" + std::string(code.code) + "` ");
      }
      CHECK(first_cells(text, lang == "it" ? "## Codici di errore" : "## Fault codes") == wanted);
      CHECK(wanted.empty() == (row.port == nullptr));
      CHECK((row.port == nullptr || text.find(row.port->xml_namespace) != std::string::npos));
      CHECK(text.find("`" + std::string(row.path) + "`") != std::string::npos);
      CHECK(text.starts_with("# " + std::string(row.name) + "\n"));
      CHECK(text.ends_with("\n"));
      CHECK_FALSE(text.ends_with("\n\n"));
    }
  }
}

TEST_CASE("a reference in one language has no line of prose of the other") {
  for (const Primitive& row : primitives()) {
    CAPTURE(row.name);
    const std::string it = reference(row.id, "it");
    const std::string en = reference(row.id, "en");
    std::set<std::string> italian;
    for (const std::string_view line : lines_of(it)) {
      // What is the same in both is names, numbers and rules of tables: no line of more than that.
      if (line.size() > 4 && !line.starts_with("# ") && !line.starts_with("|---") && !line.starts_with("- SOAPAction")) italian.emplace(line);
    }
    for (const std::string_view line : lines_of(en)) {
      CAPTURE(line);
      CHECK_FALSE(italian.contains(std::string(line)));
    }
    CHECK(reference(row.id, "fr") == en);
  }
}

TEST_CASE("a reference says how often a field stands, and what excludes what") {
  struct Case {
    PrimitiveId primitive;
    std::string_view says;
  };
  using P = PrimitiveId;
  const Case cases[] = {
      {P::paGetPayment, "| `data/transferList/transfer` | `ctTransferPA` | 7 fields | 1..5 |"},
      {P::paGetPayment, "| `data` | `ctPaymentPA` | 11 fields | 0..1 |"},
      {P::paGetPayment, "| `data/creditorReferenceId` | `stText35` | 1 to 35 characters | 1 |"},
      {P::paGetPaymentV2, "`stIBAN` | 1 to 35 characters | one of: `IBAN`, `richiestaMarcaDaBollo` |"},
      {P::activatePaymentNoticeV2, "| at most one of: `IBAN`, `richiestaMarcaDaBollo` |"},
      {P::activatePaymentNoticeV2, "| `expirationTime` | `stExpirationTime` | a whole number, at most 1800000 | 0..1 |"},
      {P::activatePaymentNoticeV2, "| pattern `[a-zA-Z0-9]{2,18}_[a-zA-Z0-9]{10}` |"},
      {P::paSendRT, "| 0 to 256 characters, pattern `[a-zA-Z0-9_\\.\\+\\-]+@[a-zA-Z0-9\\-]+(\\.[a-zA-Z0-9\\-]+)*` |"},
      {P::closePaymentV2, "| `paymentTokens` | `string[]` | 1 to 35 characters | 1..5 |"},
      {P::closePaymentV2, "| `additionalPaymentInformations/*` | `string` | the name: 1 to 140 characters; the text: 1 to 140 characters | 1..10 |"},
      {P::closePaymentV2, "| `transactionDetails/transaction/amount` | `integer` | a whole number of euro cents, at least 0, at most 99999999999 | 1 |"},
      {P::closePaymentV2, "| `totalAmount` | `number` | euro with at most two decimals, 0.00 to 999999999.99 | 0..1 |"},
      {P::closePaymentV2, "only these are looked at: `paymentTokens`, `outcome`"},
      {P::checkPosition, "| `positionslist` | `object[]` | 3 fields | 0..5 |"},
      {P::pspNotifyPaymentV2, "- Root elements: `pspNotifyPaymentV2`, `pspNotifyPaymentV2Res`"},
      {P::sendPaymentResultV1, "No source says at which path it is called"},
      {P::paGetPayment, "The Nodo calls the EC."},
      {P::cartsV2, "The EC calls Checkout."},
  };
  for (const Case& c : cases) {
    CAPTURE(primitive(c.primitive).name);
    CAPTURE(c.says);
    CHECK(reference(c.primitive, "en").find(c.says) != std::string::npos);
  }
}

TEST_CASE("the reference of paGetPayment is the approved one, in both languages") {
  for (const std::string lang : {"it", "en"}) support::check_golden("reference/paGetPayment." + lang + ".md", reference(PrimitiveId::paGetPayment, lang));
}
