#include "examples/support/spam/html_to_text.h"

#include "tests/catch.h"

using tandem::examples::spam::html_to_text;

namespace {

std::string text_of(const std::string& html) {
  std::vector<std::string> marks;
  return html_to_text(html, marks);
}

}  // namespace

TEST_CASE("html: what a reader sees", "[spam]") {
  CHECK(text_of("<p>Buy <b>now</b></p>") == "\nBuy now\n");
  CHECK(text_of("vi<!-- x -->ag<font size=1></font>ra") == "viagra");
  CHECK(text_of("a<style>p { color: red }</style>b") == "a\n\nb");
  CHECK(text_of("a<SCRIPT>if (1 < 2) x('</p>')</SCRIPT>b") == "a\n\nb");
  CHECK(text_of("tom &amp; jerry &#65;&#x42; &euro;5 &nosuch; &") ==
        "tom & jerry AB \xE2\x82\xAC"
        "5 &nosuch; &");
}

TEST_CASE("html: character references that occur in mail", "[spam]") {
  CHECK(text_of("vi&aacute;gra &Ntilde;a&ntilde;o &nbsp;&yuml;") ==
        "vi\xC3\xA1gra \xC3\x91"
        "a\xC3\xB1o  \xC3\xBF");
  CHECK(text_of("&iexcl;&AElig;&divide;&szlig;") == "\xC2\xA1\xC3\x86\xC3\xB7\xC3\x9F");
  CHECK(text_of("&ndash;&rsquo;&hellip;&Scaron;&minus;") == "\xE2\x80\x93\xE2\x80\x99\xE2\x80\xA6\xC5\xA0\xE2\x88\x92");
  CHECK(text_of("&Eacute; &eacute; &EACUTE;") == "\xC3\x89 \xC3\xA9 &EACUTE;");
  CHECK(text_of("a&#160;b&#xA0;c") == "a b c");
}

TEST_CASE("html: numbers of control characters mean those of windows-1252", "[spam]") {
  CHECK(text_of("&#128;&#150;&#x92;&#159;") == "\xE2\x82\xAC\xE2\x80\x93\xE2\x80\x99\xC5\xB8");
  CHECK(text_of("&#127;&#129;&#161;") == "\x7F\xC2\x81\xC2\xA1");
}

TEST_CASE("html: nothing that a reader does not see cuts a word", "[spam]") {
  CHECK(text_of("v&shy;i&zwnj;a&zwj;g&#8203;r&#x2060;a&#xFEFF;") == "viagra");
  CHECK(text_of("via<wbr>g<WBR/>ra") == "viagra");
}

TEST_CASE("html: addresses of links and images stay", "[spam]") {
  CHECK(text_of("<a href=\"http://a.example/x\">here</a>") == " http://a.example/x here");
  CHECK(text_of("<IMG SRC=http://b.example/i.gif width=1>") == " http://b.example/i.gif ");
}

TEST_CASE("html: kinds of tags are marked, each once", "[spam]") {
  std::vector<std::string> marks;
  html_to_text("<p><font>a</font><font>b</font><!-- c --></p>", marks);
  CHECK(marks == std::vector<std::string>{"tag:comment", "tag:font", "tag:p"});
}

TEST_CASE("html: broken as it may be", "[spam]") {
  CHECK(text_of("") == "");
  CHECK(text_of("a < b") == "a < b");
  CHECK(text_of("a<!-- never closed") == "a");
  CHECK(text_of("a<b") == "a");
  CHECK(text_of("a<a href='x") == "a x ");
  CHECK(text_of("&#9999999;&#xD800;&#0;") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(text_of("a<style>") == "a\n");
  const std::string many(100'000, '<');
  CHECK(text_of(many) == many);
}
