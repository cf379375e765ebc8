// The XML door: what is refused and where, and that what passes reads as a conforming parser reads it.
// Each illegal document stands beside its nearest legal neighbour, so that a gate that refuses everything fails too.
#include "sim/wire/xml.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using sim::contract::Defect;
using sim::contract::Violation;
using sim::wire::XmlDocument;
using sim::wire::XmlLimits;
using sim::wire::XmlNode;

std::string repeat(std::string_view part, std::size_t times) {
  std::string out;
  out.reserve(part.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

std::string nested(int depth) {
  const auto times = static_cast<std::size_t>(depth);
  return repeat("<a>", times) + repeat("</a>", times);
}

std::string with_attributes(int count) {
  std::string out = "<a";
  for (int i = 0; i < count; ++i) out += " a" + std::to_string(i) + "=\"\"";
  return out + "/>";
}

std::string reason(const Violation& v) { return v.place + " [" + v.rule + "] " + v.found + " -> " + v.wanted.en; }

/// The empty text, or why the document is refused.
std::string refusal(std::string_view bytes, const XmlLimits& limits = {}) {
  const auto document = XmlDocument::parse(bytes, limits);
  return document ? "" : reason(document.error());
}

/// The tree as one line: names with {namespace}, attributes, and the text of leaves.
std::string shown(XmlNode node) {
  std::string out;
  if (!node.namespace_uri().empty()) out.append("{").append(node.namespace_uri()).append("}");
  out += node.local_name();
  for (const auto& a : node.attributes()) out.append(" ").append(a.name).append("=").append(a.value);
  out += "(";
  if (!node.first_child()) {
    std::string scratch;
    out += node.text(scratch);
  }
  for (XmlNode child = node.first_child(); child; child = child.next()) out += shown(child);
  return out + ")";
}

std::string read(std::string_view bytes) {
  const auto document = XmlDocument::parse(bytes);
  return document ? shown(document->root()) : "refused: " + reason(document.error());
}

/// Runs `action` and tells how long it took.
template <class Action>
long milliseconds(Action action) {
  const auto start = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count();
}
// Milliseconds, with room for sanitizers and a busy machine. tinyxml2 alone needs a second for 20 000 attributes.
constexpr long quick = 500;

}  // namespace

TEST_CASE("a document that is not XML is refused where it goes wrong, and its nearest neighbour is read") {
  struct Case {
    std::string_view name, refused, place, rule, legal;
  };
  // clang-format off
  const Case cases[] = {
      // bytes and characters
      {"invalid UTF-8", "<a>x\xC3\x28</a>", "1:5", "UTF-8", "<a>x\xC3\xA9</a>"},
      {"overlong slash", "<a>\xC0\xAF</a>", "1:4", "UTF-8", "<a>/</a>"},
      {"overlong of three bytes", "<a>\xE0\x82\xAF</a>", "1:4", "UTF-8", "<a>\xE0\xA0\x80</a>"},
      {"overlong of four bytes", "<a>\xF0\x82\x82\xAC</a>", "1:4", "UTF-8", "<a>\xF0\x90\x80\x80</a>"},
      {"surrogate", "<a>\xED\xA0\x80</a>", "1:4", "UTF-8", "<a>\xED\x9F\xBF</a>"},
      {"beyond Unicode", "<a>\xF4\x90\x80\x80</a>", "1:4", "UTF-8", "<a>\xF4\x8F\xBF\xBF</a>"},
      {"truncated sequence", "<a>\xE2\x82</a>", "1:4", "UTF-8", "<a>\xE2\x82\xAC</a>"},
      {"sequence cut by the end", "<a>\xE2\x82", "1:4", "UTF-8", "<a>\xE2\x82\xAC</a>"},
      {"lone continuation byte", "<a>\x80</a>", "1:4", "UTF-8", "<a>\xC2\x80</a>"},
      {"invalid UTF-8 in an attribute", "<a b='\xFF'/>", "1:7", "UTF-8", "<a b='\xC3\xBF'/>"},
      {"invalid UTF-8 in a comment", "<!--\xFF--><a/>", "1:5", "UTF-8", "<!--\xC3\xBF--><a/>"},
      {"invalid UTF-8 in CDATA", "<a><![CDATA[\xFF]]></a>", "1:13", "UTF-8", "<a><![CDATA[\xC3\xBF]]></a>"},
      {"invalid UTF-8 in a name", "<a\xFF/>", "1:3", "UTF-8", "<a\xC3\xBF/>"},
      {"control character", "<a>\x01</a>", "1:4", "XML 1.0", "<a>\t</a>"},
      {"escape character in an attribute", "<a b='\x1B'/>", "1:7", "XML 1.0", "<a b='[['/>"},
      {"U+FFFE", "<a>\xEF\xBF\xBE</a>", "1:4", "XML 1.0", "<a>\xEF\xBF\xBD</a>"},
      {"U+FFFF", "<a>\xEF\xBF\xBF</a>", "1:4", "XML 1.0", "<a>\x7F</a>"},
      {"NUL in text", "<a>x\0y</a>"sv, "1:5", "XML 1.0", "<a>xy</a>"},
      {"NUL in a tag", "<a\0/>"sv, "1:3", "XML 1.0", "<a/>"},
      {"junk after NUL", "<a/>\0junk"sv, "1:5", "XML 1.0", "<a/>\n"},
      {"UTF-16", "\xFF\xFE<\0a\0/\0>\0"sv, "1:1", "UTF-8", "\xEF\xBB\xBF<a/>"},
      {"two byte order marks", "\xEF\xBB\xBF\xEF\xBB\xBF<a/>", "1:1", "XML 1.0", "\xEF\xBB\xBF<a/>"},
      // declaration
      {"another encoding", "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "1:30", "wire gate",
       "<?xml version='1.0' encoding='utf-8'?><a/>"},
      {"UTF-7", "<?xml version=\"1.0\" encoding=\"UTF-7\"?><a/>", "1:30", "wire gate",
       "<?xml version=\"1.0\" encoding=\"UTF-8\" ?><a/>"},
      {"XML 1.1", "<?xml version='1.1'?><a/>", "1:15", "wire gate", "<?xml version = '1.0' standalone='yes'?><a/>"},
      {"declaration without version", "<?xml encoding='UTF-8'?><a/>", "1:1", "XML 1.0",
       "<?xml version='1.0' encoding='UTF-8'?><a/>"},
      {"declaration out of order", "<?xml version='1.0' standalone='no' encoding='UTF-8'?><a/>", "1:1", "XML 1.0",
       "<?xml version='1.0' encoding='UTF-8' standalone='no'?><a/>"},
      {"standalone neither yes nor no", "<?xml version='1.0' standalone='1'?><a/>", "1:32", "XML 1.0",
       "<?xml version='1.0' standalone='no'?><a/>"},
      {"declaration without spaces", "<?xml version='1.0'encoding='UTF-8'?><a/>", "1:1", "XML 1.0",
       "<?xml version='1.0'\n encoding='UTF-8'?><a/>"},
      {"empty declaration", "<?xml ?><a/>", "1:1", "XML 1.0", "<?xml version='1.0'?><a/>"},
      {"unfinished declaration", "<?xml version='1.0'", "1:1", "XML 1.0", "<?xml version='1.0'?><a/>"},
      {"unfinished declaration value", "<?xml version='1.0?><a/>", "1:1", "XML 1.0", "<?xml version='1.0'?><a/>"},
      {"declaration after a space", " <?xml version='1.0'?><a/>", "1:2", "XML 1.0", " <a/>"},
      {"two declarations", "<?xml version='1.0'?><?xml version='1.0'?><a/>", "1:22", "XML 1.0",
       "<?xml version='1.0'?><a/>"},
      {"declaration inside the root", "<a><?xml version='1.0'?></a>", "1:4", "XML 1.0", "<a></a>"},
      // what no message needs
      {"DOCTYPE", "<!DOCTYPE a><a/>", "1:1", "wire gate", "<!-- DOCTYPE --><a/>"},
      {"billion laughs", "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;'>]><a>&c;</a>", "2:1",
       "wire gate", "<a>&lt;</a>"},
      {"external entity", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "1:1", "wire gate",
       "<a>file:///etc/passwd</a>"},
      {"entity declaration in the root", "<a><!ENTITY b 'c'></a>", "1:4", "wire gate", "<a><!-- ENTITY --></a>"},
      {"DOCTYPE after the root", "<a/><!DOCTYPE a>", "1:5", "wire gate", "<a/><!-- -->"},
      {"processing instruction", "<?php echo 1?><a/>", "1:1", "wire gate", "<a/>"},
      {"stylesheet", "<a><?xml-stylesheet href='x'?></a>", "1:4", "wire gate", "<a></a>"},
      // shape of the document
      {"nothing", "", "1:1", "XML 1.0", "<a/>"},
      {"only white space", " \n ", "2:2", "XML 1.0", " \n <a/> \n "},
      {"only a comment", "<!-- -->", "1:9", "XML 1.0", "<!-- --><a/>"},
      {"text before the root", "x<a/>", "1:1", "XML 1.0", " <a/>"},
      {"text after the root", "<a/>\nx", "2:1", "XML 1.0", "<a/>\n"},
      {"reference outside the root", "<a/>&#32;", "1:5", "XML 1.0", "<a/> "},
      {"CDATA outside the root", "<a/><![CDATA[ ]]>", "1:5", "XML 1.0", "<a><![CDATA[ ]]></a>"},
      {"two roots", "<a/><b/>", "1:5", "XML 1.0", "<r><a/><b/></r>"},
      {"end tag outside the root", "<a></a></a>", "1:8", "XML 1.0", "<a><a></a></a>"},
      {"unclosed", "<a><b></b>", "1:11", "XML 1.0", "<a><b></b></a>"},
      {"closed with a space before the name", "<a>< /a>", "1:5", "XML 1.0", "<a></a >"},
      {"mismatched", "<a><b></a></b>", "1:7", "XML 1.0", "<a><b></b></a>"},
      {"closed by a longer name", "<a></ab>", "1:4", "XML 1.0", "<ab></ab>"},
      {"closed by a shorter name", "<ab></a>", "1:5", "XML 1.0", "<ab></ab\n>"},
      {"closed in another case", "<a></A>", "1:4", "XML 1.0", "<A></A>"},
      {"closed by another prefix of the same namespace", "<p:a xmlns:p='u' xmlns:q='u'></q:a>", "1:30", "XML 1.0",
       "<p:a xmlns:p='u' xmlns:q='u'></p:a>"},
      {"unfinished tag", "<a", "1:3", "XML 1.0", "<a/>"},
      {"unfinished empty tag", "<a/", "1:3", "XML 1.0", "<a/>"},
      {"unfinished end tag", "<a></a", "1:4", "XML 1.0", "<a></a>"},
      {"slash astray", "<a / >", "1:4", "XML 1.0", "<a />"},
      // names
      {"name from a digit", "<1/>", "1:2", "XML 1.0", "<_1/>"},
      {"name from a dash", "<a><-b/></a>", "1:5", "XML 1.0", "<a><b-/></a>"},
      {"name from a combining mark", "<\xCC\x80/>", "1:2", "XML 1.0", "<a\xCC\x80/>"},
      {"multiplication sign in a name", "<a\xC3\x97/>", "1:3", "XML 1.0", "<a\xC3\x98/>"},
      {"no name", "<>", "1:2", "XML 1.0", "<a.b/>"},
      {"space before the name", "< a/>", "1:2", "XML 1.0", "<a />"},
      {"quote in a name", "<a'b/>", "1:3", "XML 1.0", "<ab/>"},
      // attributes
      {"no quotes", "<a b=c/>", "1:6", "XML 1.0", "<a b='c'/>"},
      {"no value", "<a b/>", "1:5", "XML 1.0", "<a b=''/>"},
      {"no space between", "<a b='1'c='2'/>", "1:9", "XML 1.0", "<a b='1'\nc='2'/>"},
      {"no closing quote", "<a b='1/>", "1:6", "XML 1.0", "<a b = '1'/>"},
      {"quotes of two kinds", "<a b='1\"/>", "1:6", "XML 1.0", "<a b='1\"'/>"},
      {"'<' in a value", "<a b='<'/>", "1:7", "XML 1.0", "<a b='&lt;>'/>"},
      {"duplicate", "<a b='1' b='2'/>", "1:10", "XML 1.0", "<a b='1' B='2'/>"},
      {"duplicate with another between", "<a b='1' c='' b='1'/>", "1:15", "XML 1.0", "<a b='1' c='' d='1'/>"},
      {"duplicate declaration", "<a xmlns:p='u' xmlns:p='u'/>", "1:16", "XML 1.0", "<a xmlns:p='u' xmlns:q='u'/>"},
      {"duplicate by namespace", "<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>", "1:35", "Namespaces in XML 1.0",
       "<a xmlns:p='u' xmlns:q='v' p:b='' q:b='' b=''/>"},
      {"duplicate by namespace, written otherwise", "<a xmlns:p='u&amp;' xmlns:q='u&#38;' p:b='' q:b=''/>", "1:45",
       "Namespaces in XML 1.0", "<a xmlns:p='u&amp;' xmlns:q='u' p:b='' q:b=''/>"},
      // namespaces
      {"unbound prefix", "<p:a/>", "1:1", "Namespaces in XML 1.0", "<p:a xmlns:p='u'/>"},
      {"unbound attribute prefix", "<a p:b=''/>", "1:4", "Namespaces in XML 1.0", "<a p:b='' xmlns:p='u'/>"},
      {"prefix of an uncle", "<a><b xmlns:p='u'/><p:c/></a>", "1:20", "Namespaces in XML 1.0",
       "<a><b xmlns:p='u'><p:c/></b></a>"},
      {"prefix of a closed uncle", "<a><b xmlns:p='u'></b><p:c/></a>", "1:23", "Namespaces in XML 1.0",
       "<a xmlns:p='u'><b></b><p:c/></a>"},
      {"prefix undeclared", "<a xmlns:p=''/>", "1:4", "Namespaces in XML 1.0", "<a xmlns=''/>"},
      {"xmlns declared", "<a xmlns:xmlns='u'/>", "1:4", "Namespaces in XML 1.0", "<a xmlns:xml2='u'/>"},
      {"xmlns as an element's prefix", "<xmlns:a/>", "1:1", "Namespaces in XML 1.0", "<xmlns/>"},
      {"xml elsewhere", "<a xmlns:xml='u'/>", "1:4", "Namespaces in XML 1.0",
       "<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:lang='it'/>"},
      {"another prefix for xml", "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", "1:4", "Namespaces in XML 1.0",
       "<a xml:lang='it'/>"},
      {"the namespace of xmlns", "<a xmlns='http://www.w3.org/2000/xmlns/'/>", "1:4", "Namespaces in XML 1.0",
       "<a xmlns='http://www.w3.org/2000/xmlns'/>"},
      {"two colons", "<p:a:b xmlns:p='u'/>", "1:2", "Namespaces in XML 1.0", "<p:a.b xmlns:p='u'/>"},
      {"no local name", "<p: xmlns:p='u'/>", "1:4", "Namespaces in XML 1.0", "<p:p xmlns:p='u'/>"},
      {"no prefix before the colon", "<:a/>", "1:2", "XML 1.0", "<_a/>"},
      {"digit behind the colon", "<a xmlns:1='u'/>", "1:10", "Namespaces in XML 1.0", "<a xmlns:_1='u'/>"},
      // references
      {"raw ampersand", "<a>b & c</a>", "1:6", "XML 1.0", "<a>b &amp; c</a>"},
      {"raw ampersand at the end", "<a>&</a>", "1:4", "XML 1.0", "<a>&#38;</a>"},
      {"raw ampersand in an attribute", "<a b='&'/>", "1:7", "XML 1.0", "<a b='&amp;'/>"},
      {"unknown entity", "<a>&nbsp;</a>", "1:4", "XML 1.0", "<a>&#160;</a>"},
      {"entity in another case", "<a>&AMP;</a>", "1:4", "XML 1.0", "<a>&amp;</a>"},
      {"unterminated entity", "<a>&amp</a>", "1:4", "XML 1.0", "<a>&amp;</a>"},
      {"unterminated number", "<a>&#65</a>", "1:4", "XML 1.0", "<a>&#65;</a>"},
      {"no digits", "<a>&#;</a>", "1:4", "XML 1.0", "<a>&#9;</a>"},
      {"no hex digits", "<a>&#x;</a>", "1:4", "XML 1.0", "<a>&#xa;</a>"},
      {"capital X", "<a>&#X41;</a>", "1:4", "XML 1.0", "<a>&#x41;</a>"},
      {"hex digit in a decimal", "<a>&#4A;</a>", "1:4", "XML 1.0", "<a>&#x4A;</a>"},
      {"character zero", "<a>&#x0;</a>", "1:4", "XML 1.0", "<a>&#x9;</a>"},
      {"control character by number", "<a>&#1;</a>", "1:4", "XML 1.0", "<a>&#13;</a>"},
      {"beyond Unicode by number", "<a>&#x110000;</a>", "1:4", "XML 1.0", "<a>&#x10FFFF;</a>"},
      {"beyond 32 bits by number", "<a>&#x1FFFFFFFFF;</a>", "1:4", "XML 1.0", "<a>&#x1FFFF;</a>"},
      {"back to 'A' after 32 bits", "<a>&#4294967361;</a>", "1:4", "XML 1.0", "<a>&#65;</a>"},
      {"surrogate by number", "<a>&#xD800;</a>", "1:4", "XML 1.0", "<a>&#xD7FF;</a>"},
      {"U+FFFE by number", "<a>&#xFFFE;</a>", "1:4", "XML 1.0", "<a>&#xFFFD;</a>"},
      {"leading zeros without end", "<a>&#00000000065;</a>", "1:4", "XML 1.0", "<a>&#0000000065;</a>"},
      // comments, CDATA, text
      {"'--' in a comment", "<a><!-- a -- b --></a>", "1:11", "XML 1.0", "<a><!-- a - - b --></a>"},
      {"comment ending in '--->'", "<a><!-- a ---></a>", "1:11", "XML 1.0", "<a><!-- a - --></a>"},
      {"comment of three dashes", "<a><!---></a>", "1:4", "XML 1.0", "<a><!----></a>"},
      {"unterminated comment", "<a><!-- </a>", "1:4", "XML 1.0", "<a><!-- --></a>"},
      {"unterminated comment after the root", "<a/><!-- ", "1:5", "XML 1.0", "<a/><!-- -->"},
      {"unterminated CDATA", "<a><![CDATA[ ]] ></a>", "1:4", "XML 1.0", "<a><![CDATA[ ]] >]]></a>"},
      {"CDATA in another case", "<a><![cdata[]]></a>", "1:4", "XML 1.0", "<a><![CDATA[]]></a>"},
      {"']]>' in text", "<a>x]]>y</a>", "1:5", "XML 1.0", "<a>x]]&gt;y]] >]></a>"},
      {"']]]>' in text", "<a>]]]></a>", "1:5", "XML 1.0", "<a>]]]</a>"},
      {"markup declaration", "<a><!ELEMENT b></a>", "1:4", "XML 1.0", "<a><ELEMENT/></a>"},
  };
  // clang-format on
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto refused = XmlDocument::parse(c.refused);
    CHECK_FALSE(refused.has_value());
    if (!refused) {
      CHECK(refused.error().defect == Defect::not_well_formed);
      CHECK(refused.error().place == c.place);
      CHECK(refused.error().rule == c.rule);
      CHECK_FALSE(refused.error().found.empty());
      CHECK_FALSE(refused.error().wanted.en.empty());
    }
    CHECK(refusal(c.legal) == "");
  }
}

TEST_CASE("every prefix of a legal document is refused") {
  const std::string_view whole =
      "\xEF\xBB\xBF<?xml version='1.0'?><!-- c -->\r\n<p:a xmlns:p='u' b=\"&#233;\"> "
      "<c>\xC3\xA8</c><d/><![CDATA[]]]]></p:a>";
  REQUIRE(refusal(whole) == "");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(refusal(whole.substr(0, size)) != "");
  }
}

TEST_CASE("what was found is quoted in a few printable characters") {
  struct Case {
    std::string_view name, bytes, found;
  };
  const Case cases[] = {
      {"control character", "<a>\x01\n</a>", R"(\x01\x0A</a>)"},
      {"broken UTF-8", "<a>\xC3(</a>", R"(\xC3(</a>)"},
      {"legal UTF-8", "<a>& perch\xC3\xA9</a>", "& perch\xC3\xA9</a>"},
      {"a long rest", "<a>&0123456789012345678901234567890123456789", "&0123456789012345678901234567890..."},
      {"the end", "<a>", "the end of the document"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto document = XmlDocument::parse(c.bytes);
    REQUIRE_FALSE(document.has_value());
    CHECK(document.error().found == c.found);
  }
}

TEST_CASE("the place of a defect is a line and a character in it, whatever ends the lines") {
  for (const std::string_view line_end : {"\n"sv, "\r\n"sv, "\r"sv}) {
    CAPTURE(line_end.size());
    const std::string bytes = "<a>" + std::string{line_end} + std::string{line_end} + "\xC3\xA8\xE2\x82\xAC&</a>";
    const auto document = XmlDocument::parse(bytes);
    REQUIRE_FALSE(document.has_value());
    CHECK(document.error().place == "3:3");
  }
}

TEST_CASE("a leaf reads as a conforming parser reads it") {
  struct Case {
    std::string_view name, bytes, read;
  };
  const Case cases[] = {
      {"plain text", "<a>x y</a>", "a(x y)"},
      {"empty", "<r><a></a><b/></r>", "r(a()b())"},
      {"surrounding white space", "<a> \n x\t</a>", "a( \n x\t)"},
      {"only a space", "<a> </a>", "a( )"},
      {"only line ends", "<r><a>\n\n</a><b>\t</b></r>", "r(a(\n\n)b(\t))"},
      {"only white space by number", "<a>&#32;&#x9;</a>", "a( \t)"},
      {"white space and a comment", "<a> <!-- c -->\n</a>", "a( \n)"},
      {"white space between comments", "<a>x<!-- c --> <!-- d -->y</a>", "a(x y)"},
      {"white space before CDATA", "<a> <![CDATA[x]]>\n<![CDATA[y]]>\t</a>", "a( x\ny\t)"},
      {"white space in CDATA", "<a><![CDATA[ ]]></a>", "a( )"},
      {"text split by a comment", "<a>x<!-- c -->y</a>", "a(xy)"},
      {"text split by CDATA", "<a>x<![CDATA[<&]]>y</a>", "a(x<&y)"},
      {"brackets in CDATA", "<a><![CDATA[]]]]><![CDATA[>]]></a>", "a(]]>)"},
      {"layout around elements", "<r>\n <a>x</a>\n <!-- c -->\n <b> </b>\n</r>", "r(a(x)b( ))"},
      {"CR LF", "<a>x\r\ny</a>", "a(x\ny)"},
      {"CR", "<a>x\ry\r</a>", "a(x\ny\n)"},
      {"LF CR is two line ends", "<a>x\n\ry</a>", "a(x\n\ny)"},
      {"only CR LF", "<a>\r\n</a>", "a(\n)"},
      {"CR in CDATA", "<a><![CDATA[\r\n\r]]></a>", "a(\n\n)"},
      {"CR by number stays", "<a>x&#13;\ny&#xD;</a>", "a(x\r\ny\r)"},
      {"CR by number beside a literal one", "<a>&#10;\r&#13;\r\n</a>", "a(\n\n\r\n)"},
      {"references", "<a>&lt;&gt;&amp;&quot;&apos;&#233;&#x20AC;&#x1F4B6;</a>",
       "a(<>&\"'\xC3\xA9\xE2\x82\xAC\xF0\x9F\x92\xB6)"},
      {"a reference is not read twice", "<a>&amp;lt;&#38;#60;</a>", "a(&lt;&#60;)"},
      {"quotes and '>'", "<a>'\">]]</a>", "a('\">]])"},
      {"attribute", "<a b='1' c=\"'\"/>", "a b=1 c='()"},
      {"white space in an attribute", "<a b=' x\ty\nz\r\nw '/>", "a b= x y z w ()"},
      {"white space by number in an attribute", "<a b='&#9;&#10;&#13;'/>", "a b=\t\n\r()"},
      {"references in an attribute", "<a b='&lt;&amp;&quot;&apos;&#233;'/>", "a b=<&\"'\xC3\xA9()"},
      {"a wide attribute before a blank leaf", "<a b='\n' c='\t'> </a>", "a b=  c= ( )"},
      {"declarations are no attributes", "<a xmlns:p='u' p:b='1' xmlns='v'/>", "{v}a p:b=1()"},
      {"names beyond ASCII", "<\xC3\xA8 \xC3\xA9='1'/>", "\xC3\xA8 \xC3\xA9=1()"},
      {"byte order mark and declaration", "\xEF\xBB\xBF<?xml version='1.0'?>\n<a>x</a>\n", "a(x)"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(read(c.bytes) == c.read);
  }
}

TEST_CASE("an element is in the namespace in scope, whatever prefix stands for it") {
  struct Case {
    std::string_view name, bytes, read;
  };
  const Case cases[] = {
      {"none", "<a><b/></a>", "a(b())"},
      {"default", "<a xmlns='u'><b/></a>", "{u}a({u}b())"},
      {"prefix on the root alone", "<p:a xmlns:p='u'><b/></p:a>", "{u}a(b())"},
      {"prefix inherited", "<a xmlns:p='u'><b><p:c/></b></a>", "a(b({u}c()))"},
      {"declared behind its use", "<p:a x='1' xmlns:p='u'/>", "{u}a x=1()"},
      {"prefix shadowed and back", "<p:a xmlns:p='u'><p:b xmlns:p='v'><p:c/></p:b><p:d/></p:a>",
       "{u}a({v}b({v}c()){u}d())"},
      {"default shadowed and back", "<a xmlns='u'><b xmlns='v'><c/></b><d/></a>", "{u}a({v}b({v}c()){u}d())"},
      {"default shadowed by an empty element", "<a xmlns='u'><b xmlns='v'/><d/></a>", "{u}a({v}b(){u}d())"},
      {"default undone", "<a xmlns='u'><b xmlns=''><c/></b></a>", "{u}a(b(c()))"},
      {"references in the name", "<a xmlns='u?x=1&amp;y=2'/>", "{u?x=1&y=2}a()"},
      {"xml is always there", "<xml:a/>", "{http://www.w3.org/XML/1998/namespace}a()"},
      {"attributes have no default", "<a xmlns='u' xmlns:p='u' b='1' p:b='2'/>", "{u}a b=1 p:b=2()"},
      {"blank leaves before", "<a xmlns:p='u'><b> </b><p:c> </p:c></a>", "a(b( ){u}c( ))"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(read(c.bytes) == c.read);
  }
}

TEST_CASE("an element knows its line, also below values that had to be rewritten") {
  for (const std::string& line_end : {"\n"s, "\r\n"s, "\r"s}) {
    CAPTURE(line_end.size());
    std::string bytes;
    for (const std::string_view line :
         {"<?xml version='1.0'", "?><!-- two", "--><a b='x", "y'", " c='z'><d>", "</d><e/>", "</a>"}) {
      bytes.append(line).append(line_end);
    }
    const auto document = XmlDocument::parse(bytes);
    REQUIRE(document.has_value());
    const XmlNode root = document->root();
    CHECK(root.line() == 3);
    const auto attributes = root.attributes();
    REQUIRE(attributes.size() == 2);
    CHECK(attributes[0].line == 3);
    CHECK(attributes[0].value == "x y");
    CHECK(attributes[1].line == 5);
    CHECK(root.first_child().line() == 5);
    CHECK(root.first_child().next().line() == 6);
    std::string scratch;
    CHECK(root.first_child().text(scratch) == "\n");
  }
}

TEST_CASE("text is told from layout") {
  struct Case {
    std::string_view name, bytes;
    bool text;
  };
  const Case cases[] = {
      {"a leaf", "<a>x</a>", true},
      {"a blank leaf", "<a> \n</a>", false},
      {"layout", "<a>\n <b/> \t</a>", false},
      {"layout by number", "<a>&#32;<b/>&#13;</a>", false},
      {"a comment", "<a><!-- x --><b/></a>", false},
      {"text of the child", "<a><b>x</b></a>", false},
      {"text before", "<a>x<b/></a>", true},
      {"text after", "<a><b/> x</a>", true},
      {"CDATA", "<a><b/><![CDATA[x]]></a>", true},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto document = XmlDocument::parse(c.bytes);
    REQUIRE(document.has_value());
    CHECK(document->root().has_text() == c.text);
  }
}

TEST_CASE("no element has no name, no text and no neighbours") {
  const XmlNode none;
  std::string scratch;
  CHECK_FALSE(none);
  CHECK(none.name().empty());
  CHECK(none.local_name().empty());
  CHECK(none.namespace_uri().empty());
  CHECK(none.text(scratch).empty());
  CHECK(none.attributes().empty());
  CHECK(none.line() == 0);
  CHECK_FALSE(none.has_text());
  CHECK_FALSE(none.first_child());
  CHECK_FALSE(none.next());
}

TEST_CASE("a handle outlives the move of its document") {
  auto first = XmlDocument::parse("<p:a xmlns:p='urn:a-namespace-too-long-for-a-short-string'>x</p:a>");
  REQUIRE(first.has_value());
  const XmlNode root = first->root();
  XmlDocument second = std::move(*first);
  auto third = XmlDocument::parse("<b/>");
  REQUIRE(third.has_value());
  *third = std::move(second);
  std::string scratch;
  CHECK(root.text(scratch) == "x");
  CHECK(root.name() == "p:a");
  CHECK(root.namespace_uri() == "urn:a-namespace-too-long-for-a-short-string");
  CHECK(third->root().local_name() == "a");
}

TEST_CASE("a document at a limit is read and one beyond it is refused") {
  struct Case {
    std::string_view name;
    XmlLimits limits;
    std::string at_limit, beyond;
    std::string_view place;
  };
  std::string bindings = "<a";
  for (int i = 0; i < 16; ++i) bindings += " xmlns:p" + std::to_string(i) + "='u'";
  const std::string four_times = repeat(bindings + ">", 4);
  const std::string closed = repeat("</a>", 4);
  const Case cases[] = {
      {"bytes", {.bytes = 10}, "<a>xyz</a>", "<a>wxyz</a>", "1:1"},
      {"depth by default", {}, nested(32), nested(33), "1:97"},
      {"depth of an empty element", {.depth = 1}, "<a/>", "<a><b/></a>", "1:4"},
      {"depth, whatever is asked", {.depth = 1'000'000}, nested(96), nested(97), "1:289"},
      {"attributes by default", {}, with_attributes(32), with_attributes(33), "1:218"},
      {"attributes", {.attributes_per_element = 1}, "<a b=''/>", "<a b='' c=''/>", "1:9"},
      {"declarations in scope", {}, four_times + closed, four_times + "<b xmlns='u'/>" + closed, "1:872"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(refusal(c.at_limit, c.limits) == "");
    const auto document = XmlDocument::parse(c.beyond, c.limits);
    REQUIRE_FALSE(document.has_value());
    CHECK(document.error().rule == "wire gate");
    CHECK(document.error().place == c.place);
  }
}

TEST_CASE("a hostile document is refused at once") {
  constexpr std::size_t megabyte = 1 << 20;
  struct Case {
    std::string_view name;
    std::string bytes;
    std::size_t limit = XmlLimits{}.bytes;
  };
  const Case cases[] = {
      {"20 000 attributes", with_attributes(20'000)},
      {"20 000 attributes and no byte limit", with_attributes(20'000), megabyte},
      {"attribute of 10 MB", "<a b='" + std::string(10 * megabyte, 'x') + "'/>"},
      {"text of 50 MB", "<a>" + std::string(50 * megabyte, 'x') + "</a>"},
      {"10^6 siblings", "<a>" + repeat("<b/>", 1'000'000) + "</a>"},
      {"depth 100 000", nested(100'000)},
      {"depth 100 000 and no byte limit", nested(100'000), megabyte},
      {"depth 100 000 of unclosed", repeat("<a>", 100'000), megabyte},
      {"a billion laughs", "<!DOCTYPE a [" + repeat("<!ENTITY b '&c;&c;'>", 10'000) + "]><a>&b;</a>"},
      {"a reference of 200 kB", "<a>&#" + std::string(200'000, '0') + "65;</a>"},
      {"an entity of 200 kB", "<a>&" + std::string(200'000, 'x') + ";</a>"},
      {"a name of 200 kB, unclosed", "<" + std::string(200'000, 'x')},
      {"a name of 200 kB, closed by another",
       "<" + std::string(120'000, 'x') + "></" + std::string(119'999, 'x') + ">"},
      {"an unterminated comment", "<a><!--" + std::string(200'000, ' ')},
      {"brackets", "<a>" + std::string(200'000, ']') + "></a>"},
      {"line ends", "<a>" + std::string(200'000, '\r')},
      {"declarations", repeat("<a xmlns='u'>", 1'000)},
      {"an unbound prefix after many declarations",
       repeat("<a xmlns:p='u'>", 31) + repeat("<b xmlns:q='u'/>", 10'000) + "<q:c/>"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    std::string why;
    CHECK(milliseconds([&] { why = refusal(c.bytes, {.bytes = c.limit}); }) < quick);
    CHECK(why != "");
    CHECK(why.size() < 500);
  }
}

TEST_CASE("the dearest document that passes is read at once") {
  constexpr std::size_t room = 240'000;
  std::string declared;
  for (int i = 0; i < 31; ++i) {
    declared += "<a xmlns:n" + std::to_string(i) + "='urn:n' xmlns:m" + std::to_string(i) + "='urn:m'";
    for (int k = 0; k < 30; ++k) declared += " a" + std::to_string(k) + "=''";
    declared += ">";
  }
  const auto filled = [&](std::string_view part) {
    return declared + repeat(part, (room - declared.size()) / part.size()) + repeat("</a>", 31);
  };
  struct Case {
    std::string_view name;
    std::string bytes;
  };
  const Case cases[] = {
      {"siblings", "<a>" + repeat("<b/>", room / 4) + "</a>"},
      {"prefixed siblings below many declarations", filled("<n0:b/>")},
      {"declaring siblings", filled("<n0:b xmlns='u'/>")},
      {"full elements", "<a>" + repeat(with_attributes(32), room / with_attributes(32).size()) + "</a>"},
      {"blank leaves", "<a>" + repeat("<b> </b>", room / 8) + "</a>"},
      {"blank runs between comments", "<a>" + repeat(" <!---->", room / 8) + "</a>"},
      {"wide attributes", "<a>" + repeat("<b c='\n'/>", room / 10) + "</a>"},
      {"one wide attribute", "<a b='" + std::string(room, '\n') + "'/>"},
      {"CR alone", "<a>" + std::string(room, '\r') + "</a>"},
      {"references", "<a>" + repeat("&#9;", room / 4) + "</a>"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    std::size_t size = 0;
    CHECK(milliseconds([&] { size = read(c.bytes).size(); }) < quick);
    CHECK(size > 10'000);
    CHECK(refusal(c.bytes) == "");
  }
}

TEST_CASE("text written as XML is read back as it was") {
  struct Case {
    std::string_view name, text, as_text, as_attribute;
  };
  const Case cases[] = {
      {"nothing", "", "", ""},
      {"plain", "Comune di Roma, 120.00", "Comune di Roma, 120.00", "Comune di Roma, 120.00"},
      {"markup", "<a>&amp;</a>]]>", "&lt;a&gt;&amp;amp;&lt;/a&gt;]]&gt;", "&lt;a&gt;&amp;amp;&lt;/a&gt;]]&gt;"},
      {"quotes", "\"'", "\"'", "&quot;'"},
      {"white space", " \t\n\r ", " \t\n&#13; ", " &#9;&#10;&#13; "},
      {"only a line end", "\n", "\n", "&#10;"},
      {"beyond ASCII", "perch\xC3\xA9 \xE2\x82\xAC", "perch\xC3\xA9 \xE2\x82\xAC", "perch\xC3\xA9 \xE2\x82\xAC"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    std::string text = "+";
    sim::wire::append_xml_text(text, c.text);
    CHECK(text == "+" + std::string{c.as_text});
    std::string attribute = "+";
    sim::wire::append_xml_attribute(attribute, c.text);
    CHECK(attribute == "+" + std::string{c.as_attribute});

    const auto document = XmlDocument::parse("<a b=\"" + attribute.substr(1) + "\">" + text.substr(1) + "</a>");
    REQUIRE(document.has_value());
    std::string scratch;
    CHECK(document->root().text(scratch) == c.text);
    CHECK(document->root().attributes().at(0).value == c.text);
  }
}

TEST_CASE("XML text is UTF-8 without the characters that XML forbids") {
  struct Case {
    std::string_view name, legal, illegal;
  };
  const Case cases[] = {
      {"ASCII", "a\t\n\r ~\x7F", "a\x1F"},
      {"NUL", "", "\0"sv},
      {"two bytes", "\xC2\x80\xDF\xBF", "\xC1\xBF"},
      {"three bytes", "\xE0\xA0\x80\xEE\x80\x80\xEF\xBF\xBD", "\xE0\x9F\xBF"},
      {"four bytes", "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", "\xF0\x8F\xBF\xBF"},
      {"surrogates", "\xED\x9F\xBF", "\xED\xBF\xBF"},
      {"noncharacters", "\xEF\xB7\x90", "\xEF\xBF\xBF"},
      {"beyond Unicode", "\xF3\xBF\xBF\xBF", "\xF5\x80\x80\x80"},
      {"cut", "\xE2\x82\xAC", "\xE2\x82"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(sim::wire::is_xml_text(c.legal));
    CHECK_FALSE(sim::wire::is_xml_text(c.illegal));
    CHECK_FALSE(sim::wire::is_xml_text(std::string{c.legal} + std::string{c.illegal}));
  }
}
