// Registry files: what a good one becomes, and what a bad one is told. One row of a table is one mistake, in a registry
// that is otherwise fine, and is told once: with its line, its cause and a way out.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/registry_file.hpp"
#include "tests/support/scenarios.hpp"

namespace {

using namespace sim;
using contract::Party;
using contract::Role;
using scenario::Problem;
using scenario::RegistryFile;

std::string document(const std::string& inside, const std::string& attributes = {}) {
  return "<registry version=\"1\"" + attributes + ">\n" + inside + "\n</registry>\n";
}

std::string wrong(const std::string& bytes) {
  std::string out;
  const auto loaded = scenario::load_registry("folder/registry.xml", bytes);
  if (loaded) return out;
  for (const Problem& problem : loaded.error()) out += to_text(problem) + "\n";
  return out;
}

RegistryFile load(const std::string& inside, const std::string& attributes = {}) {
  REQUIRE(wrong(document(inside, attributes)) == "");
  return std::move(scenario::load_registry("folder/registry.xml", document(inside, attributes))).value();
}

struct Mistake {
  std::string name, inside;
  int line;
  std::vector<std::string> says;
  std::string attributes = {};
};

void check(const std::vector<Mistake>& mistakes) {
  for (const Mistake& m : mistakes) {
    CAPTURE(m.name);
    const auto loaded = scenario::load_registry("registry.xml", document(m.inside, m.attributes));
    REQUIRE(!loaded);
    CAPTURE(wrong(document(m.inside, m.attributes)));
    CHECK(loaded.error().size() == 1);
    CHECK(loaded.error().front().line == m.line);
    CHECK(loaded.error().front().file == "registry.xml");
    for (const std::string& word : m.says) {
      CAPTURE(word);
      CHECK(loaded.error().front().text.find(word) != std::string::npos);
    }
  }
}

/// An EC or PSP that is somebody else's, with what is said of its url.
std::string called(const std::string& inside, const std::string& url = "https://ec.example") {
  return "<ec code=\"12345678901\" url=\"" + url + "\">\n" + inside + "\n</ec>";
}

}  // namespace

TEST_CASE("an empty registry is the built-in one") {
  const RegistryFile file = load("");
  const contract::Registry built_in = contract::built_in_registry();
  CHECK(file.registry.creditors.size() == built_in.creditors.size());
  CHECK(file.registry.psps.size() == built_in.psps.size());
  CHECK(file.registry.checkout.password == built_in.checkout.password);
  CHECK(file.positions.empty());
  CHECK(file.endpoints.empty());
}

TEST_CASE("what is said of an EC holds for its stations, unless they say otherwise") {
  const RegistryFile file = load(
      "<ec code=\"12345678901\" name=\"Comune\" enabled=\"no\" version=\"2\" broadcast=\"yes\" station-enabled=\"no\" standin=\"yes\">"
      "<station id=\"A\" codes=\"01 02\"/>"
      "<station id=\"B\" codes=\"47\" broker=\"98765432103\" version=\"1\" broadcast=\"no\" enabled=\"yes\" broker-enabled=\"no\" standin=\"no\"/>"
      "<iban code=\"IT45R0760103200000000001016\"/><iban code=\"DE89370400440532013000\"/></ec>");
  const contract::CreditorInstitution* ec = file.registry.creditor("12345678901");
  REQUIRE(ec != nullptr);
  CHECK(ec->companyName == "Comune");
  CHECK(!ec->enabled);
  CHECK(ec->ibans == std::vector<std::string>{"IT45R0760103200000000001016", "DE89370400440532013000"});
  REQUIRE(ec->stations.size() == 2);
  const contract::Station &a = ec->stations[0], &b = ec->stations[1];
  CHECK(a.idStation == "A");
  CHECK(a.idBrokerPA == "12345678901");
  CHECK(a.codes == "01 02");
  CHECK(a.primitive_version == 2);
  CHECK(a.broadcast);
  CHECK(!a.enabled);
  CHECK(a.broker_enabled);
  CHECK(a.standin);
  CHECK(b.idBrokerPA == "98765432103");
  CHECK(b.primitive_version == 1);
  CHECK(!b.broadcast);
  CHECK(b.enabled);
  CHECK(!b.broker_enabled);
  CHECK(!b.standin);
  CHECK(file.registry.station_of(*ec, "347000000000000000") == &b);
  CHECK(file.registry.station_of(*ec, "348000000000000000") == nullptr);
}

TEST_CASE("an EC or PSP that is declared inherits nothing from a built-in one of the same code") {
  const RegistryFile file = load("<ec code=\"77777777777\"/><psp id=\"PSPSIM01\" code=\"12345678901\"/>");
  const contract::CreditorInstitution* ec = file.registry.creditor("77777777777");
  CHECK(ec->companyName == "EC 77777777777");
  REQUIRE(ec->stations.size() == 1);
  CHECK(ec->stations.front().idStation == "77777777777_01");
  CHECK(ec->ibans.size() == 1);
  CHECK(&file.registry.creditors.front() == ec);  // where it stood
  CHECK(file.registry.creditors.size() == contract::built_in_registry().creditors.size());
  const contract::PaymentServiceProvider* psp = file.registry.psp("PSPSIM01");
  CHECK(psp->fiscalCode == "12345678901");
  CHECK(psp->idBrokerPSP == "12345678901");
  CHECK(file.registry.channel("PSPSIM01", "90000000001_02") == nullptr);
  REQUIRE(psp->channels.size() == 2);  // one to be chosen by users of Checkout, one for payments that begin at the PSP
  CHECK(!psp->channels[0].activated_at_psp);
  CHECK(psp->channels[1].activated_at_psp);
}

TEST_CASE("channels have passwords, versions, methods and flags of their own") {
  const RegistryFile file = load(
      "<psp id=\"P\" code=\"12345678901\" broker=\"99999999999\" name=\"Banca\" enabled=\"no\" broker-enabled=\"no\" extended-faults=\"yes\" methods=\"PPAL\" stamps=\"no\">"
      "<channel id=\"one\" password=\"pwd_test_1\" version=\"2\" methods=\"CP BP\" card-data=\"yes\" stamps=\"yes\"/>"
      "<channel id=\"two\" activated-at-psp=\"yes\" enabled=\"no\"/></psp>");
  const contract::PaymentServiceProvider* psp = file.registry.psp("P");
  REQUIRE(psp != nullptr);
  CHECK(psp->businessName == "Banca");
  CHECK(psp->idBrokerPSP == "99999999999");
  CHECK(!psp->enabled);
  CHECK(!psp->broker_enabled);
  CHECK(psp->extended_fault_bean);
  REQUIRE(psp->channels.size() == 2);
  const contract::Channel &one = psp->channels[0], &two = psp->channels[1];
  CHECK(one.idChannel == "one");
  CHECK(one.password == "pwd_test_1");
  CHECK(one.primitive_version == 2);
  CHECK(one.methods == "CP BP");
  CHECK(one.wants_card_data);
  CHECK(one.takes_stamps);
  CHECK(!one.activated_at_psp);
  CHECK(one.enabled);
  CHECK(two.methods == "PPAL");
  CHECK(!two.takes_stamps);
  CHECK(two.activated_at_psp);
  CHECK(!two.enabled);
  CHECK(two.primitive_version == 1);
}

TEST_CASE("without the built-in ones there is who is declared, and Checkout") {
  const RegistryFile file = load("<ec code=\"12345678901\"/><psp id=\"P\" code=\"12345678901\"/>", " built-in=\"no\"");
  CHECK(file.registry.creditors.size() == 1);
  REQUIRE(file.registry.psps.size() == 2);
  CHECK(file.registry.psp(file.registry.checkout.idPSP) != nullptr);
  check({
      {"no EC", "<psp id=\"P\" code=\"12345678901\"/>", 1, {"nobody can be paid", "<ec code="}, " built-in=\"no\""},
      {"no PSP", "<ec code=\"12345678901\"/>", 1, {"nobody can be paid through", "<psp id="}, " built-in=\"no\""},
  });
}

TEST_CASE("Checkout's identity is that of a channel that the registry has") {
  const RegistryFile file = load("<psp id=\"ME\" code=\"12345678901\" broker=\"B\"><channel id=\"c1\"/><channel id=\"c2\" password=\"pwd_mine_2\" activated-at-psp=\"yes\"/></psp>"
                                 "<checkout psp=\"ME\"/><metadata-key name=\"KEY\" from=\"2026-01-01\" to=\"2026-12-31\"/>");
  CHECK(file.registry.checkout.idPSP == "ME");
  CHECK(file.registry.checkout.idBrokerPSP == "B");
  CHECK(file.registry.checkout.idChannel == "c2");
  CHECK(file.registry.checkout.password == "pwd_mine_2");
  CHECK(file.registry.knows_key("KEY", "2026-06-01"));
  CHECK(!file.registry.knows_key("KEY", "2027-01-01"));
  check({
      {"unknown PSP", "<checkout psp=\"AGID_02\"/>", 2, {"'AGID_02'", "did you mean 'AGID_01'?", "<psp id=\"AGID_02\""}},
      {"unknown channel", "<checkout channel=\"97735020584_08\"/>", 2, {"through '97735020584_08'", "did you mean '97735020584_09'?"}},
      {"channel of another model", "<checkout psp=\"PSPSIM01\" channel=\"90000000001_02\"/>", 2, {"no such channel that is activated at the PSP", "known: 90000000001_09"}},
      {"no channel that fits", "<psp id=\"P\" code=\"12345678901\"><channel id=\"c\"/></psp>\n<checkout psp=\"P\"/>", 3, {"activated-at-psp=\"yes\""}},
      {"another password", "<checkout password=\"pwd_touch_02\"/>", 2, {"not that of its channel '97735020584_09'", "leave it out"}},
      {"its PSP declared without its channel", "<psp id=\"AGID_01\" code=\"97735020584\"><channel id=\"c\"/></psp>", 1, {"'AGID_01' through '97735020584_09'"}},
  });
}

TEST_CASE("what a registry cannot mean is told with the way out") {
  check({
      {"EC twice", "<ec code=\"12345678901\"/>\n<ec code=\"12345678901\"/>", 3, {"the EC 12345678901 is declared a second time", "line 2"}},
      {"PSP twice", "<psp id=\"P\" code=\"12345678901\"/>\n<psp id=\"P\" code=\"12345678901\"/>", 3, {"the PSP 'P' is declared a second time", "line 2"}},
      {"station twice", "<ec code=\"12345678901\">\n<station id=\"A\" codes=\"01\"/>\n<station id=\"A\" codes=\"02\"/></ec>", 4, {"the station 'A' of EC 12345678901 is declared a second time", "line 3"}},
      {"channel twice", "<psp id=\"P\" code=\"12345678901\">\n<channel id=\"c\"/>\n<channel id=\"c\"/></psp>", 4, {"the channel 'c' of PSP 'P' is declared a second time", "line 3"}},
      {"Checkout twice", "<checkout/>\n<checkout/>", 3, {"<checkout> is declared a second time"}},
      {"key twice", "<metadata-key name=\"K\"/>\n<metadata-key name=\"K\"/>", 3, {"the metadata key 'K' is declared a second time"}},
      {"notice twice", "<notice number=\"302001234567890123\" amount=\"1.00\"/>\n<notice number=\"302001234567890123\" amount=\"1.00\"/>", 3, {"the notice 302001234567890123 is declared a second time"}},
      {"channel without broker", "<psp id=\"P\"><channel id=\"c\"/></psp>", 2, {"the PSP 'P' needs code=\"...\"", "its channels have no broker"}},
      {"malformed IBAN", "<ec code=\"12345678901\"><iban code=\"IT60X05428\"/></ec>", 2, {"'IT60X05428' is not an IBAN", "27 characters"}},
      {"accounts said twice", "<ec code=\"12345678901\" iban=\"DE89370400440532013000\"><iban code=\"DE89370400440532013000\"/></ec>", 2, {"said twice"}},
      {"version of a station", "<ec code=\"12345678901\"><station id=\"A\" version=\"3\"/></ec>", 2, {"version=\"3\" in <station>", "one of: 1, 2"}},
      {"version of a channel", "<psp id=\"P\" code=\"12345678901\"><channel id=\"c\" version=\"0\"/></psp>", 2, {"version=\"0\" in <channel>", "one of: 1, 2"}},
      {"short password", "<psp id=\"P\" code=\"12345678901\"><channel id=\"c\" password=\"seven77\"/></psp>", 2, {"password=\"seven77\"", "8 to 15 characters"}},
      {"long password", "<psp id=\"P\" code=\"12345678901\"><channel id=\"c\" password=\"sixteen_letters_\"/></psp>", 2, {"8 to 15 characters"}},
      {"unknown method", "<psp id=\"P\" code=\"12345678901\" methods=\"CP PAYPAL\"/>", 2, {"'PAYPAL' is not a payment method", "did you mean 'PPAL'?"}},
      {"one code for two", "<ec code=\"12345678901\">\n<station id=\"A\" codes=\"01 02\"/>\n<station id=\"B\" codes=\"03 02\"/></ec>", 4, {"'A' (line 3) and 'B' both answer for the code 02"}},
      {"all codes before one", "<ec code=\"12345678901\">\n<station id=\"A\"/>\n<station id=\"B\" codes=\"03\"/></ec>", 4, {"'B' would never be called", "'A' (line 3)", "put it last"}},
      {"the EC's codes for both", "<ec code=\"12345678901\" codes=\"01\">\n<station id=\"A\"/>\n<station id=\"B\"/></ec>", 4, {"both answer for the code 01"}},
      {"number of stations", "<ec code=\"12345678901\" stations=\"2\"/>", 2, {"'stations' of <ec> belongs in a scenario, not in a registry"}},
      {"station with two brokers", "<ec code=\"12345678901\"><station id=\"A\"/></ec>\n<ec code=\"12345678902\"><station id=\"A\"/></ec>", 3, {"the station 'A' has the broker 12345678902 here and 12345678901 in line 2"}},
      {"channel with two brokers", "<psp id=\"P\" code=\"12345678901\"><channel id=\"c\"/></psp>\n<psp id=\"Q\" code=\"12345678902\"><channel id=\"c\"/></psp>", 3, {"the channel 'c' has the broker 12345678902 here"}},
      {"channel with two passwords", "<psp id=\"P\" code=\"12345678901\"><channel id=\"c\"/></psp>\n<psp id=\"Q\" code=\"12345678901\"><channel id=\"c\" password=\"another_one\"/></psp>", 3, {"another password than in line 2"}},
      {"unknown element", "<channell id=\"c\"/>", 2, {"<channell> is not an element of <registry>", "one of: ec, psp, checkout, nodo"}},
      {"misspelt element", "<ec code=\"12345678901\"><statoin id=\"c\"/></ec>", 2, {"did you mean <station>?"}},
      {"element of scenarios", "<steps/>", 2, {"<steps> is not an element of <registry>", "it belongs in <scenario>"}},
      {"misspelt attribute", "<psp id=\"P\" code=\"12345678901\"><channel id=\"c\" pasword=\"pwd_test_1\"/></psp>", 2, {"'pasword' is not an attribute of <channel>", "did you mean 'password'?"}},
      {"notice of nobody", "<notice number=\"302001234567890123\" ec=\"12345678901\" amount=\"1.00\"/>", 2, {"no EC has the code '12345678901'"}},
      {"notice without station", "<ec code=\"12345678901\" codes=\"01\"/>\n<notice number=\"302001234567890123\" ec=\"12345678901\" amount=\"1.00\"/>", 3, {"no station of EC 12345678901 answers", "the code 02"}},
      {"notice of no auxDigit", "<notice number=\"902001234567890123\" amount=\"1.00\"/>", 2, {"auxDigit"}},
      {"drawn notice", "<notice number=\"{random}\" amount=\"1.00\"/>", 2, {"a registry says the number"}},
  });
}

TEST_CASE("a station without codes may stand last, and one station may serve two ECs") {
  const RegistryFile file = load("<ec code=\"12345678901\"><station id=\"A\" codes=\"47\" broker=\"12345678901\"/><station id=\"B\"/></ec>"
                                 "<ec code=\"12345678902\"><station id=\"A\" codes=\"48\" broker=\"12345678901\"/></ec>");
  const contract::CreditorInstitution* ec = file.registry.creditor("12345678901");
  CHECK(file.registry.station_of(*ec, "347000000000000000")->idStation == "A");
  CHECK(file.registry.station_of(*ec, "348000000000000000")->idStation == "B");
}

TEST_CASE("an endpoint is found by its party, and by the station or channel that has one of its own") {
  const RegistryFile file = load(
      "<ec code=\"12345678901\" url=\"https://ec.example:8443/a\" deadline=\"2.5s\"><tls ca=\"ca.pem\" certificate=\"/etc/me.pem\" key=\"keys/me.key\"/>"
      "<header name=\"X-One\" value=\"1\"/><header name=\"X-Two\" value=\"a b\"/>"
      "<station id=\"A\" codes=\"01\"/><station id=\"B\" codes=\"02\" url=\"http://127.0.0.1:9000\"/></ec>"
      "<psp id=\"P\" code=\"12345678901\"><channel id=\"c\" url=\"https://psp.example\"><tls verify=\"no\"/></channel><channel id=\"d\" activated-at-psp=\"yes\"/></psp>"
      "<checkout url=\"http://[::1]:1/\"/><nodo url=\"http://nodo\"/>");
  CHECK(file.endpoints.size() == 5);
  const Party ec{Role::ec, "12345678901"}, psp{Role::psp, "P"};
  const scenario::Endpoint* whole = file.endpoint(ec, "A");
  REQUIRE(whole != nullptr);
  CHECK(whole == file.endpoint(ec));
  CHECK(whole->url == "https://ec.example:8443/a");
  CHECK(whole->deadline == milliseconds(2500));
  CHECK(whole->ca == "folder/ca.pem");
  CHECK(whole->certificate == "/etc/me.pem");
  CHECK(whole->key == "folder/keys/me.key");
  CHECK(whole->verify);
  CHECK(whole->headers == std::vector<std::pair<std::string, std::string>>{{"X-One", "1"}, {"X-Two", "a b"}});
  CHECK(file.endpoint(ec, "B")->url == "http://127.0.0.1:9000");
  CHECK(file.endpoint(ec, "B")->ca.empty());
  for (const std::string_view at : {"c", "d", ""}) {
    CAPTURE(at);
    REQUIRE(file.endpoint(psp, at) != nullptr);
    CHECK(file.endpoint(psp, at)->url == "https://psp.example");
    CHECK(!file.endpoint(psp, at)->verify);
  }
  CHECK(file.endpoint({Role::nodo, ""})->url == "http://nodo");
  CHECK(file.endpoint({Role::checkout, ""})->url == "http://[::1]:1/");
  CHECK(file.endpoint({Role::ec, "77777777777"}) == nullptr);
  CHECK(file.endpoint({Role::ec, "P"}) == nullptr);
}

TEST_CASE("an endpoint that could not be called as it says is told why") {
  check({
      {"no address", called("", "localhost:8080"), 2, {"'localhost:8080' is not an address", "neither http:// nor https://"}},
      {"no host", called("", "http://:80"), 2, {"it names no host"}},
      {"no port", called("", "http://a:70000"), 2, {"port is not a number from 1 to 65535"}},
      {"no closing bracket", called("", "http://[::1"), 2, {"']'"}},
      {"credentials", called("", "https://me:secret@a"), 2, {"Authorization"}},
      {"query", called("", "https://a/b?c=d"), 2, {"no '?'"}},
      {"blank", called("", "https://a/b c"), 2, {"%XX"}},
      {"tls on http", called("<tls ca=\"a\"/>", "http://a"), 3, {"<tls> is for https", "http://a"}},
      {"two tls", called("<tls/>\n<tls/>"), 4, {"a second <tls>", "line 3"}},
      {"key alone", called("<tls key=\"a\"/>"), 3, {"add certificate="}},
      {"certificate alone", called("<tls certificate=\"a\"/>"), 3, {"add key="}},
      {"authority that nobody asks", called("<tls ca=\"a\" verify=\"no\"/>"), 3, {"leave ca out"}},
      {"header of ours", called("<header name=\"content-LENGTH\" value=\"1\"/>"), 3, {"content-LENGTH is set by each call itself"}},
      {"header twice", called("<header name=\"X-A\" value=\"1\"/>\n<header name=\"x-a\" value=\"2\"/>"), 4, {"a second time"}},
      {"header of two lines", called("<header name=\"X-A\" value=\"1&#13;&#10;X-B: 2\"/>"), 3, {"line breaks"}},
      {"header name", called("<header name=\"X A\" value=\"1\"/>"), 3, {"'X A' is not the name of an HTTP header"}},
      {"no time", "<nodo url=\"http://a\" deadline=\"0s\"/>", 2, {"leaves no time"}},
      {"deadline of ours", "<ec code=\"12345678901\" deadline=\"1s\"/>", 2, {"add url="}},
      {"tls of ours", "<checkout>\n<tls/></checkout>", 3, {"<tls> is for calls to the url of <checkout>"}},
      {"header of nobody", "<psp id=\"P\" code=\"12345678901\"><channel id=\"c\">\n<header name=\"a\" value=\"b\"/></channel></psp>", 3, {"<header> is for calls to the url of <channel>"}},
      {"Nodo of ours", "<nodo/>", 2, {"needs url="}},
      {"half an EC", "<ec code=\"12345678901\">\n<station id=\"A\" codes=\"01\"/>\n<station id=\"B\" codes=\"02\" url=\"http://a\"/></ec>", 3, {"'A' has no url and 'B' (line 4) has one", "put url on <ec>"}},
      {"half a PSP", "<psp id=\"P\" code=\"12345678901\">\n<channel id=\"A\" url=\"http://a\"/>\n<channel id=\"B\"/></psp>", 4, {"'B' has no url", "put url on <psp>"}},
  });
}

TEST_CASE("what a registry says has no place in a scenario, and the other way round") {
  CHECK(support::mistakes(support::document({.setup = "<ec code=\"12345678901\" url=\"http://a\"/>"})) == "inline.xml:3: 'url' of <ec> belongs in a registry, not in a scenario\n");
  CHECK(support::mistakes(support::document({.setup = "<ec code=\"12345678901\"><tls/></ec>"})) == "inline.xml:3: <tls> belongs in a registry, not in a scenario\n");
  CHECK(support::mistakes("<registry version=\"1\"/>") == "inline.xml:1: the file begins with <registry>; a scenario begins with <scenario> (a registry is given by --registry)\n");
  CHECK(support::mistakes("<regitsry/>").find("a registry with <registry>") != std::string::npos);
  CHECK(wrong("<scenario/>") == "folder/registry.xml:1: the file begins with <scenario>; a registry begins with <registry> (a scenario is played by checkout-sim run)\n");
  CHECK(wrong("<registry version=\"2\"/>").find("'2' is not a version of the format that this program reads") != std::string::npos);
  CHECK(wrong("<registry").find("this is not XML that can be read") != std::string::npos);
  CHECK(scenario::is_registry("<!-- <scenario> --><registry/>"));
  CHECK(!scenario::is_registry("<scenario><!-- <registry> --></scenario>"));
  CHECK(!scenario::is_registry("<registry"));
}

TEST_CASE("the registry to start from has no mistake, nor have the parts of it that are commented out") {
  std::string sample(scenario::sample_registry());
  CHECK(wrong(sample) == "");
  const auto loaded = scenario::load_registry("a/r.xml", sample);
  REQUIRE(loaded);
  CHECK(loaded->positions.size() == 2);
  CHECK(loaded->endpoints.empty());
  // A comment that ends on a line of its own holds elements: let them in.
  std::size_t let_in = 0;
  for (std::size_t end = sample.find("\n  -->"); end != std::string::npos; end = sample.find("\n  -->", end)) {
    sample.erase(end, 6);
    const std::size_t begin = sample.rfind("<!--", end);
    const std::size_t line = sample.find('\n', begin);
    sample.insert(line, " -->");
    ++let_in;
  }
  CAPTURE(sample);
  CHECK(let_in == 3);
  CHECK(wrong(sample) == "");
  const auto whole = scenario::load_registry("a/r.xml", sample);
  REQUIRE(whole);
  CHECK(whole->endpoints.size() == 4);
}

TEST_CASE("a scenario is played on a registry, and changes it further") {
  const RegistryFile file = load("<ec code=\"77777777777\" name=\"Nuovo\"><station id=\"S\" codes=\"47\"/></ec><psp id=\"MINE\" code=\"12345678901\"/>"
                                 "<notice number=\"347001234567890123\" amount=\"5.00\"/><notice number=\"347000000000000009\" amount=\"9.00\"/>");
  const auto on_it = [&](const support::Parts& parts, std::string own) {
    std::string bytes = support::document(parts);
    const std::string notice = "<notice number=\"302001234567890123\" amount=\"120.00\"/>";
    bytes.replace(bytes.find(notice), notice.size(), own);
    auto loaded = scenario::load("inline.xml", bytes, {}, file.base());
    std::string said;
    if (!loaded) said = to_text(loaded.error().front());
    REQUIRE(said == "");
    return std::move(loaded).value();
  };
  const scenario::Scenario changed = on_it({.setup = "<ec code=\"77777777777\" version=\"2\"/>"}, "<notice number=\"347001234567890123\" amount=\"7.00\"/>");
  CHECK(changed.registry.creditor("77777777777")->companyName == "Nuovo");
  CHECK(changed.registry.creditor("77777777777")->stations.front().primitive_version == 2);
  REQUIRE(changed.positions.size() == 2);  // its own notice takes the place of the registry's of the same number
  CHECK(changed.positions.front().amount.cents == 700);
  CHECK(changed.positions.back().noticeNumber == "347000000000000009");
  CHECK(changed.of_registry == 1);

  // Without a notice of its own the first of the registry is meant; a drawn one gets a code that some station answers for.
  for (const std::string own : {"", "<notice number=\"{random}\" amount=\"1.00\"/>"}) {
    CAPTURE(own);
    const scenario::Scenario s = on_it({.steps = "<pay psp=\"MINE\"/>", .expect = "<history of=\"debt\" is=\"paid\" rule=\"CHK-08\"/>"}, own);
    const Journal journal = support::play(s);
    CHECK(report::judge(s, journal).verdict == report::Verdict::PASS);
  }
  // A cart holds the scenario's notices, not the registry's.
  const scenario::Scenario cart = on_it({.steps = "<cart/><pay cart=\"yes\"/>", .expect = "<seen message=\"activatePaymentNoticeV2\" times=\"1\" rule=\"CHK-01\"/>"}, "<notice number=\"{random}\" amount=\"1.00\"/>");
  CHECK(report::judge(cart, support::play(cart)).verdict == report::Verdict::PASS);
  // The PSP that is meant when none is named may not exist.
  const auto none = scenario::load("inline.xml", support::document({}), {}, load("<ec code=\"77777777777\"/><psp id=\"MINE\" code=\"12345678901\"/>", " built-in=\"no\"").base());
  REQUIRE(!none);
  CHECK(none.error().size() == 1);
  CHECK(none.error().front().text.find("'PSPSIM01'") != std::string::npos);
  CHECK(none.error().front().text.find("add psp=") != std::string::npos);
}
