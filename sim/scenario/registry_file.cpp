#include "sim/scenario/registry_file.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "sim/contract/words.hpp"
#include "sim/scenario/declarations.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/wire/xml.hpp"

namespace sim::scenario {
namespace {

using contract::Party;
using contract::Role;

/// A file named in another one is sought beside it.
std::string beside(std::string_view file, std::string_view named) {
  const std::size_t slash = file.rfind('/');
  const bool stays = named.empty() || named.starts_with('/') || slash == std::string_view::npos;
  return stays ? std::string(named) : std::string(file.substr(0, slash + 1)) + std::string(named);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

/// Headers that say what a message is or how it travels: whoever could set them could make each call another one.
constexpr std::string_view headers_of_ours = "host content-length content-type content-encoding transfer-encoding connection keep-alive te trailer upgrade expect soapaction";

class RegistryLoader {
 public:
  explicit RegistryLoader(const std::string& file) : problems_{file} {
    out_.file = file;
    out_.registry = contract::built_in_registry();
  }

  Result<RegistryFile, std::vector<Problem>> load(std::string_view bytes) {
    const std::optional<Node> root = read(bytes, registry_root, problems_);
    if (root) build(*root);
    if (!problems_.found.empty()) return Failure{problems_.take()};
    return std::move(out_);
  }

 private:
  void problem(int line, std::string text) { problems_.add(line, std::move(text)); }
  contract::Registry& registry() { return out_.registry; }

  void build(const Node& root) {
    if (root.get("built-in") == "no") {
      registry().creditors.clear();
      std::erase_if(registry().psps, [this](const auto& psp) { return psp.idPSP != registry().checkout.idPSP; });
    }
    const Node* checkout = nullptr;
    for (const Node& node : root.children) {
      const std::string_view name = node.name();
      if (name == "ec") declared_.creditor(node);
      else if (name == "psp") declared_.provider(node);
      else if (name == "metadata-key") declared_.metadata_key(node);
      else if (name == "checkout" || name == "nodo") {
        if (declared_.is_first(fmt::format("<{}>", name), node.line) && name == "checkout") checkout = &node;
      }
    }
    for (const Node& node : root.children) {
      if (node.name() == "ec") check_creditor(node);
    }
    check_shared(root);
    identify_checkout(checkout, root.line);
    for (const Node& node : root.children) {
      if (node.name() == "notice") notice(node);
    }
    for (const Node& node : root.children) endpoints_of(node);
    if (problems_.found.empty() && registry().creditors.empty()) problem(root.line, "with built-in=\"no\" nobody can be paid: declare an <ec code=\"...\"/>");
    if (problems_.found.empty() && std::none_of(registry().psps.begin(), registry().psps.end(), takes_payments)) {
      problem(root.line, "with built-in=\"no\" nobody can be paid through: declare a <psp id=\"...\" code=\"...\"/>");
    }
  }

  // The Nodo takes the first station that answers for a code: a second one would never be called.
  void check_creditor(const Node& node) {
    std::vector<std::pair<const Node*, std::string_view>> stations;
    for (const Node& child : node.children) {
      if (child.name() == "station" && !child.flawed && !node.flawed) stations.emplace_back(&child, child.get("codes", node.get("codes")));
    }
    for (std::size_t i = 0; i < stations.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const auto& [first, codes] = stations[j];
        const auto& [second, again] = stations[i];
        if (first->get("id") == second->get("id")) continue;  // said already
        if (codes.empty()) {
          problem(second->line, fmt::format("the station '{}' would never be called: '{}' (line {}) has no codes and answers for every notice before it; give that one its codes, or put it last",
                                            second->get("id"), first->get("id"), first->line));
          break;
        }
        const std::vector<std::string_view> words = contract::words(again);
        const auto both = std::find_if(words.begin(), words.end(), [&, c = codes](std::string_view word) { return contract::lists(c, word); });
        if (both == words.end()) continue;
        problem(second->line, fmt::format("the stations '{}' (line {}) and '{}' both answer for the code {}; give it to one of them", first->get("id"), first->line, second->get("id"), *both));
        break;
      }
    }
  }

  // A station or a channel may serve several ECs or PSPs; it is still one, with one broker and one password.
  void check_shared(const Node& root) {
    struct Seen {
      int line;
      std::string broker, password;
    };
    std::map<std::string, Seen> seen;
    const auto look = [&](std::string_view what, const Node& child, std::string broker, std::string password) {
      const auto [place, fresh] = seen.emplace(fmt::format("{} '{}'", what, child.get("id")), Seen{child.line, broker, password});
      if (fresh) return;
      const Seen& other = place->second;
      if (other.broker != broker) {
        problem(child.line, fmt::format("the {} has the broker {} here and {} in line {}: it is one {} and has one broker", place->first, broker, other.broker, other.line, what));
      } else if (other.password != password) {
        problem(child.line, fmt::format("the {} has another password than in line {}: it is one {} and has one password", place->first, other.line, what));
      }
    };
    for (const Node& node : root.children) {
      const contract::CreditorInstitution* ec = node.name() == "ec" ? registry().creditor(node.get("code")) : nullptr;
      const contract::PaymentServiceProvider* psp = node.name() == "psp" ? registry().psp(node.get("id")) : nullptr;
      for (const Node& child : node.children) {
        if (child.flawed || node.flawed) continue;
        if (ec != nullptr && child.name() == "station") {
          const auto found = std::find_if(ec->stations.begin(), ec->stations.end(), [&](const auto& s) { return s.idStation == child.get("id"); });
          if (found != ec->stations.end()) look("station", child, found->idBrokerPA, {});
        }
        if (psp != nullptr && child.name() == "channel") {
          const contract::Channel* found = registry().channel(psp->idPSP, child.get("id"));
          if (found != nullptr) look("channel", child, psp->idBrokerPSP, found->password);
        }
      }
    }
  }

  // A scenario may give Checkout a wrong identity, to see it refused; a registry says what is: the identity is that of a
  // channel that the Nodo knows. What is left out is taken from there.
  void identify_checkout(const Node* node, int root_line) {
    if (node != nullptr && node->flawed) return;
    const int line = node != nullptr ? node->line : root_line;
    contract::TouchpointIdentity& self = registry().checkout;
    if (node != nullptr && node->has("psp")) self = {std::string(node->get("psp")), {}, {}, {}};
    const contract::PaymentServiceProvider* psp = registry().psp(self.idPSP);
    if (psp == nullptr) {
      std::vector<std::string> known;
      for (const auto& candidate : registry().psps) known.push_back(candidate.idPSP);
      problem(line, fmt::format("Checkout presents itself as '{}', and no PSP is called so{}; known: {} (or declare it with <psp id=\"{}\" code=\"...\">)", self.idPSP,
                                did_you_mean(self.idPSP, known), joined(known), self.idPSP));
      return;
    }
    if (node != nullptr && node->has("channel")) self.idChannel = node->get("channel");
    std::vector<std::string> channels;
    for (const contract::Channel& channel : psp->channels) {
      if (!channel.activated_at_psp) continue;
      channels.push_back(channel.idChannel);
      if (self.idChannel.empty()) self.idChannel = channel.idChannel;
    }
    const contract::Channel* channel = registry().channel(self.idPSP, self.idChannel);
    if (channel == nullptr || !channel->activated_at_psp) {
      problem(line, fmt::format("Checkout presents itself as '{}'{}, which has no such channel that is activated at the PSP{}; {}", self.idPSP,
                                self.idChannel.empty() ? "" : fmt::format(" through '{}'", self.idChannel), did_you_mean(self.idChannel, channels),
                                channels.empty() ? "declare one: <channel id=\"...\" activated-at-psp=\"yes\"/>" : "known: " + joined(channels)));
      return;
    }
    self.idBrokerPSP = psp->idBrokerPSP;
    self.password = channel->password;
    if (node != nullptr && node->has("password") && node->get("password") != channel->password) {
      problem(line, fmt::format("Checkout's password is not that of its channel '{}'; leave it out, and it is", self.idChannel));
    }
  }

  void notice(const Node& node) {
    const std::string_view number = node.get("number");
    if (number == "{random}") {
      problem(node.line, "{random} is drawn when a scenario is played; a registry says the number");
      return;
    }
    declared_.notice(node);
    const contract::CreditorInstitution* ec = registry().creditor(node.get("ec", contract::default_ec));
    if (node.flawed || number.empty() || ec == nullptr || registry().station_of(*ec, number) != nullptr) return;
    problem(node.line, fmt::format("no station of EC {} answers for the notice {}: {}", ec->fiscalCode, number,
                                   number.front() > '3' ? "its first digit (auxDigit) is 0, 1, 2 or 3" : fmt::format("give one of them the code {}", number.substr(1, 2))));
  }

  // ---- somebody else's software ----

  void endpoints_of(const Node& node) {
    const std::string_view name = node.name();
    if (name == "nodo") endpoint(node, {Role::nodo, ""}, {});
    if (name == "checkout") endpoint(node, {Role::checkout, ""}, {});
    if (name == "nodo" && !node.has("url") && !node.flawed) problem(node.line, "<nodo> says where somebody else's Nodo listens: it needs url=\"...\" (without it, leave it out)");
    if (name == "ec") endpoints_of(node, {Role::ec, std::string(node.get("code"))}, "station");
    if (name == "psp") endpoints_of(node, {Role::psp, std::string(node.get("id"))}, "channel");
  }

  // A party is ours or somebody else's as a whole: one whose stations are half of each would answer twice for its state.
  void endpoints_of(const Node& node, const Party& party, std::string_view part) {
    endpoint(node, party, {});
    const Node* with = nullptr;
    const Node* without = nullptr;
    for (const Node& child : node.children) {
      if (child.name() != part || child.flawed) continue;
      endpoint(child, party, std::string(child.get("id")));
      const contract::Channel* channel = party.role == Role::psp ? registry().channel(party.id, child.get("id")) : nullptr;
      const bool is_called = channel == nullptr || !channel->activated_at_psp;
      if (child.has("url")) with = &child;
      else if (is_called) without = &child;
    }
    if (node.flawed || node.has("url") || with == nullptr || without == nullptr) return;
    problem(without->line, fmt::format("the {0} '{1}' has no url and '{2}' (line {3}) has one: {4} is ours or somebody else's as a whole; give it one too, or put url on <{5}>", part, without->get("id"),
                                       with->get("id"), with->line, contract::to_text(party), node.name()));
  }

  void endpoint(const Node& node, Party party, std::string at) {
    if (node.flawed) return;
    if (!node.has("url")) {
      if (node.has("deadline")) problem(node.line, fmt::format("deadline in <{0}> is for calls to its url, and it has none: add url=\"...\", or leave deadline out", node.name()));
      for (const Node& child : node.children) {
        if (child.name() != "tls" && child.name() != "header") continue;
        problem(child.line, fmt::format("<{0}> is for calls to the url of <{1}>, and it has none: add url=\"...\" to <{1}>, or leave <{0}> out", child.name(), node.name()));
      }
      return;
    }
    Endpoint out{std::move(party), std::move(at), std::string(node.get("url")), {}, {}, {}};
    out.line = node.line;
    out.deadline = node.duration("deadline");
    if (node.has("deadline") && out.deadline == Duration{}) problem(node.line, "a deadline of nothing leaves no time to answer: give some, or leave it out");
    for (const Node& child : node.children) {
      if (child.name() == "tls") tls(out, child);
      if (child.name() == "header") header(out, child);
    }
    out_.endpoints.push_back(std::move(out));
  }

  void tls(Endpoint& out, const Node& node) {
    if (out.tls_line != 0) problem(node.line, fmt::format("a second <tls> for one url: the first stands in line {}", out.tls_line));
    out.tls_line = node.line;
    if (node.flawed) return;
    if (!out.url.starts_with("https://")) problem(node.line, fmt::format("<tls> is for https, and the url is {}", out.url));
    out.ca = beside(out_.file, node.get("ca"));
    out.certificate = beside(out_.file, node.get("certificate"));
    out.key = beside(out_.file, node.get("key"));
    out.verify = node.get("verify", "yes") == "yes";
    if (node.has("certificate") != node.has("key")) {
      problem(node.line, node.has("key") ? "a key without its certificate shows nothing: add certificate=\"...\"" : "a certificate without its private key cannot be shown: add key=\"...\"");
    }
    if (node.has("ca") && !out.verify) problem(node.line, "verify=\"no\" checks against no authority: leave ca out, or verify");
  }

  void header(Endpoint& out, const Node& node) {
    if (node.flawed) return;
    const std::string name = lower(node.get("name"));
    const std::string_view value = node.get("value");
    if (contract::lists(headers_of_ours, name)) {
      problem(node.line, fmt::format("the header {} is set by each call itself and cannot be declared", node.get("name")));
    }
    const bool again = std::any_of(out.headers.begin(), out.headers.end(), [&](const auto& other) { return lower(other.first) == name; });
    if (again) problem(node.line, fmt::format("the header {} is declared a second time for one url (capitals make no difference)", node.get("name")));
    const bool plain = std::all_of(value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; });
    if (!plain || value.starts_with(' ') || value.ends_with(' ')) problem(node.line, fmt::format("the value of the header {} holds line breaks or control characters, or blanks at its ends", node.get("name")));
    out.headers.emplace_back(node.get("name"), value);
  }

  Problems problems_;
  RegistryFile out_;
  Declarations declared_{Declarations::Manner::declare, out_.registry, out_.positions, problems_};
};

}  // namespace

const Endpoint* RegistryFile::endpoint(const contract::Party& party, std::string_view at) const {
  const Endpoint* whole = nullptr;
  for (const Endpoint& row : endpoints) {
    if (row.party != party) continue;
    if (row.at == at) return &row;
    if (whole == nullptr || row.at.empty()) whole = &row;
  }
  return whole;
}

Result<RegistryFile, std::vector<Problem>> load_registry(const std::string& file, std::string_view bytes) { return RegistryLoader(file).load(bytes); }

bool is_registry(std::string_view bytes) {
  if (bytes.find("<registry") == std::string_view::npos) return false;  // most files are scenarios, and are read once
  const auto document = wire::XmlDocument::parse(bytes);
  return document && document->root().local_name() == registry_root;
}

std::string_view sample_registry() {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<!-- A registry: who exists, and which of them are software of yours. Check it with: checkout-sim lint FILE -->
<!-- Everything but id and code may be left out. The built-in ECs and PSPs stay, unless built-in="no". -->
<registry version="1">

  <!-- An EC. What is said of it holds for its stations, unless they say otherwise. With no <station> it has one, named
       after its code, that answers for every notice. -->
  <ec code="12345678903" name="Comune di Prova">
    <!-- Which notices a station answers for: the two digits after the first (segregation or application code). The
         version is that of paGetPayment and paSendRT. -->
    <station id="12345678903_01" codes="01 02" version="1"/>
    <station id="12345678903_02" codes="47" version="2" broker="98765432103" broadcast="yes"/>
    <!-- Its accounts: the first is its ordinary one. -->
    <iban code="IT60X0542811101000000123456"/>
    <iban code="IT45R0760103200000000001016"/>
  </ec>

  <!-- An EC that is software of yours: it is called at the url, and the simulator plays it no longer.
  <ec code="80000000002" name="Ente mio" url="https://localhost:8443/ec" deadline="10s">
    <tls ca="authority.pem" certificate="client.pem" key="client.key" verify="yes"/>
    <header name="Ocp-Apim-Subscription-Key" value="secret"/>
  </ec>
  -->

  <!-- A PSP. A channel that is activated-at-psp is for payments that begin at the PSP; the others are those that users of
       Checkout choose. The version is that of pspNotifyPayment. Passwords have 8 to 15 characters. -->
  <psp id="PSPMIO01" code="10987654321" name="Banca di Prova">
    <channel id="10987654321_01" password="pwd_prova_01" version="1" methods="CP BP"/>
    <channel id="10987654321_02" password="pwd_prova_01" version="2"/>
    <channel id="10987654321_09" password="pwd_prova_09" activated-at-psp="yes"/>
  </psp>

  <!-- A PSP that is software of yours.
  <psp id="PSPMIO02" code="01234567897" url="http://127.0.0.1:9002/psp"/>
  -->

  <!-- Checkout as the Nodo knows it; the Nodo or Checkout may be software of yours as well.
  <checkout psp="AGID_01" url="http://127.0.0.1:9003"/>
  <nodo url="http://127.0.0.1:9004"/>
  -->

  <!-- A key that the Nodo's dictionary of metadata knows. -->
  <metadata-key name="IBANAPPOGGIO2" from="2026-01-01"/>

  <!-- Debt positions that an EC of ours starts with. -->
  <notice number="301000000000000001" ec="12345678903" amount="120.00" description="Tassa di prova"/>
  <notice number="347000000000000002" ec="12345678903" amount="30.00">
    <transfer ec="12345678903" amount="20.00" iban="IT45R0760103200000000001016"/>
    <transfer ec="77777777777" amount="10.00"/>
  </notice>
</registry>
)";
}

}  // namespace sim::scenario
