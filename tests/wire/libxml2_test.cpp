// Whatever the gate accepts, libxml2 accepts and reads the same: names, namespaces, attributes, the text of every leaf.
// tinyxml2 builds our tree and is no conforming parser; this is what makes it safe to rely on. The trap is a corpus that
// the gate refuses altogether: so the accepted ones are counted, and there must be enough of them.
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/contract/breaks.hpp"
#include "sim/contract/generate.hpp"
#include "sim/wire/codec.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/libxml2.hpp"
#include "tests/support/mutations.hpp"

namespace {

using namespace sim::contract;

std::vector<std::string> files_below(std::string_view folder) {
  std::set<std::filesystem::path> paths;
  const std::filesystem::path from = std::filesystem::path(SIM_SOURCE_DIR) / folder;
  if (!std::filesystem::exists(from)) return {};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(from)) {
    if (entry.is_regular_file()) paths.insert(entry.path());
  }
  std::vector<std::string> out;
  for (const auto& path : paths) {
    if (path.extension() == ".json") continue;
    out.push_back(support::bytes_of_file(path).value());
  }
  return out;
}

/// Valid messages of every SOAP primitive and leg, and each defect of some of them.
std::vector<std::string> messages() {
  std::vector<std::string> out;
  sim::Random random(2026, "libxml2");
  for (const Primitive& row : primitives()) {
    if (row.port == nullptr) continue;
    for (const Leg leg : {Leg::request, Leg::response}) {
      for (const Fullness fullness : {Fullness::minimal, Fullness::some, Fullness::some, Fullness::full}) {
        const Message message = generate(row.id, leg, random, fullness);
        out.push_back(sim::wire::encode(message));
        if (fullness != Fullness::full) continue;
        for (const Break& defect : breaks_of(message)) out.push_back(sim::wire::encode(message, defect.patches));
      }
    }
  }
  return out;
}

/// Small documents in which every byte is a hinge: mutations of these meet each other more often.
const std::vector<std::string>& small() {
  static const std::vector<std::string> documents = {
      "<a>x</a>", "<a b='1'/>", "<a> <b>x</b> </a>", "<p:a xmlns:p='u'><b/></p:a>", "<a><!-- c --> x</a>", "<a>x<![CDATA[y]]>z</a>",
      "<a xmlns='u' b='&amp;'>&#65;</a>", "<?xml version='1.0' encoding='UTF-8'?>\n<a>\n</a>\n", "<a xmlns:p='u' p:b=' '> <p:c>\r\n</p:c></a>",
      "<!-- --><a>\r</a><!-- -->", "<a xmlns:p='u' xmlns:q='v'><p:b q:c='1' c='2'><q:d/></p:b></a>", "\xEF\xBB\xBF<a>\xC3\xA8</a>"};
  return documents;
}

struct Count {
  std::size_t compared = 0, accepted = 0, disagreements = 0;
};

class Comparison {
 public:
  Count count;
  void look_at(const std::string& bytes) {
    ++count.compared;
    const auto ours = sim::wire::XmlDocument::parse(bytes);
    if (!ours) return;
    ++count.accepted;
    const std::string why = libxml2_.disagreement(bytes, *ours);
    if (why.empty()) return;
    if (++count.disagreements > 20) return;  // the first few tell enough
    CAPTURE(bytes);
    CHECK(why == "");
  }

 private:
  support::Libxml2 libxml2_;
};

}  // namespace

TEST_CASE("what the gate accepts, libxml2 accepts and reads the same") {
  Comparison comparison;
  std::vector<std::string> corpus = small();
  const auto take = [&corpus](std::vector<std::string> more) {
    corpus.insert(corpus.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  take(files_below("tests/golden/wire"));
  take(files_below("scenarios"));
  take(files_below("tests/fuzz/corpus"));
  take(files_below("tests/fuzz/regressions"));
  take(messages());
  for (const std::string& document : corpus) comparison.look_at(document);
  const Count whole = comparison.count;
  CHECK(whole.compared > 3'000);
  CHECK(whole.accepted > whole.compared / 2);

  sim::Random random(1, "mutations");
  const auto mutate = [&](const std::string& document, std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) {
      comparison.look_at(support::mutated(document, support::xml_tokens(), "<>&\"'= /;!-[]", random));
    }
  };
  for (const std::string& document : small()) mutate(document, 4'000);
  for (std::size_t i = 0; i < corpus.size(); ++i) mutate(corpus[i], 3);
  const Count all = comparison.count;
  CHECK(all.compared > 20'000);
  CHECK(all.accepted - whole.accepted > 5'000);
  CHECK(all.disagreements == 0);
  MESSAGE("compared with libxml2: ", all.compared, " documents (", all.compared - whole.compared, " of them mutated), ", all.accepted,
          " accepted by the gate, ", all.disagreements, " read differently");
}

TEST_CASE("a difference between our tree and libxml2's is seen wherever it is") {
  struct Case {
    std::string_view name, read_by_us, read_by_libxml2, where;
  };
  const Case cases[] = {
      {"nothing", "<a b='1'>x</a>", "<a b='1'>x</a>", ""},
      {"a name", "<a/>", "<b/>", "name"},
      {"a namespace", "<a xmlns='u'/>", "<a xmlns='v'/>", "namespace"},
      {"a prefix is no difference", "<p:a xmlns:p='u'/>", "<a xmlns='u'/>", ""},
      {"text", "<a>x</a>", "<a>y</a>", "text"},
      {"a blank", "<a> </a>", "<a></a>", "text"},
      {"layout is no difference", "<a> <b/> </a>", "<a><b/></a>", ""},
      {"words beside elements", "<a><b/></a>", "<a>x<b/></a>", "text beside elements"},
      {"an attribute's value", "<a b='1'/>", "<a b='2'/>", "an attribute's value"},
      {"an attribute's namespace", "<a xmlns:p='u' p:b=''/>", "<a b=''/>", "an attribute's namespace"},
      {"one attribute more", "<a b='' c=''/>", "<a b=''/>", "an attribute"},
      {"one attribute less", "<a b=''/>", "<a b='' c=''/>", "an attribute"},
      {"attributes in another order", "<a b='' c=''/>", "<a c='' b=''/>", "an attribute's name"},
      {"one element more", "<a><b/><c/></a>", "<a><b/></a>", "the element"},
      {"one element less", "<a><b/></a>", "<a><b/><c/></a>", "a further element"},
      {"not XML at all", "<a/>", "<a>", "libxml2 refuses it"},
      {"an unbound prefix", "<a/>", "<p:a/>", "libxml2 refuses it"},
  };
  support::Libxml2 libxml2;
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto ours = sim::wire::XmlDocument::parse(c.read_by_us);
    REQUIRE(ours.has_value());
    const std::string why = libxml2.disagreement(c.read_by_libxml2, *ours);
    CAPTURE(why);
    if (c.where.empty()) CHECK(why == "");
    else CHECK(why.find(c.where) != std::string::npos);
  }
}
