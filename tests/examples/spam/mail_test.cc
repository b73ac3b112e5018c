#include "examples/support/spam/mail.h"

#include <algorithm>

#include "tests/catch.h"

using namespace tandem::examples::spam;

namespace {

Mail parse(const std::string& text) { return parse_mail(std::as_bytes(std::span(text))); }

bool has_mark(const Mail& mail, const std::string& mark) {
  return std::find(mail.marks.begin(), mail.marks.end(), mark) != mail.marks.end();
}

}  // namespace

TEST_CASE("mail: headers are unfolded and encoded words decoded", "[spam]") {
  const Mail mail = parse(
      "From somebody@example.org Tue Jul 31 22:36:21 2001\n"
      "From: =?iso-8859-1?Q?Andr=E9?= <a@example.org>\nSubject: one\n two =?utf-8?B?w7ZsCg==?=\n\nbody\n");
  CHECK_THAT(mail.header("from"), ContainsSubstring("Andr\xC3\xA9") && ContainsSubstring("<a@example.org>"));
  CHECK_THAT(mail.header("subject"), ContainsSubstring("one") && ContainsSubstring("\xC3\xB6l"));
  CHECK(mail.header("cc").empty());
  CHECK_THAT(mail.text, ContainsSubstring("body"));
}

TEST_CASE("mail: transfer encodings and charsets are undone", "[spam]") {
  const auto text = [](const std::string& type, const std::string& encoding, const std::string& body) {
    return parse("Subject: x\nContent-Type: " + type + "\nContent-Transfer-Encoding: " + encoding + "\n\n" + body).text;
  };
  CHECK_THAT(text("text/plain; charset=utf-8", "base64", "aGVsbG8gd29ybGQ="), ContainsSubstring("hello world"));
  CHECK_THAT(text("text/plain; charset=iso-8859-15", "quoted-printable", "=A4 5 f=\nree"),
             ContainsSubstring("\xE2\x82\xAC 5 free"));
  CHECK_THAT(text("text/html", "8bit", "<b>bo</b>ld &amp; <i>brave</i>"), ContainsSubstring("bold & brave"));
  // Bytes that would pass for ASCII: "special offer" with half a character after it, two characters of Japanese, "cafe".
  CHECK_THAT(text("text/plain; charset=utf-16le", "base64", "cwBwAGUAYwBpAGEAbAAgAG8AZgBmAGUAcgBz"),
             ContainsSubstring("special offer"));
  CHECK_THAT(text("text/plain; charset=ISO-2022-JP", "7bit", "\x1B$BL5NA\x1B(B"),
             ContainsSubstring("\xE7\x84\xA1\xE6\x96\x99"));
  CHECK_THAT(text("text/plain; charset=utf-7", "7bit", "caf+AOk-"), ContainsSubstring("caf\xC3\xA9"));
  CHECK_THAT(text("text/plain; charset=utf-16", "8bit", "abc"), ContainsSubstring("\n") && !ContainsSubstring("abc"));
  // Unknown or wrong charsets: byte by byte as Latin-1.
  CHECK_THAT(text("text/plain; charset=x-no-such", "8bit", "caf\xE9"), ContainsSubstring("caf\xC3\xA9"));
  CHECK_THAT(text("text/plain; charset=utf-8", "8bit", "caf\xE9"), ContainsSubstring("caf\xC3\xA9"));
}

TEST_CASE("mail: parts, alternatives and attachments", "[spam]") {
  const Mail mail = parse(
      "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n"
      "--B\nContent-Type: text/plain\n\nfirst\n"
      "--B\nContent-Type: text/html\n\n<p>second\n"
      "--B\nContent-Type: application/octet-stream; name=\"run.EXE\"\nContent-Disposition: attachment; "
      "filename=\"run.EXE\"\nContent-Transfer-Encoding: base64\n\nTVo=\n"
      "--B\nContent-Type: message/rfc822\n\nSubject: inner\n\nthird\n--B--\n");
  CHECK_THAT(mail.text, ContainsSubstring("first") && ContainsSubstring("second") && ContainsSubstring("third"));
  CHECK(mail.attachments == 1);
  for (const char* mark : {"type:multipart/mixed", "type:text/html", "attachment:exe", "tag:p"}) {
    INFO(mark);
    CHECK(has_mark(mail, mark));
  }
}

TEST_CASE("mail: whatever the bytes, something comes back", "[spam]") {
  CHECK(parse("no header at all").text == "no header at all");
  CHECK_THAT(parse("\n\nonly a body").text, ContainsSubstring("only a body"));
  const Mail nul = parse(std::string("Subject: a\0b\n\nc\0d", 17));
  CHECK(nul.text.find('\0') == std::string::npos);
  for (const auto& [name, value] : nul.headers) CHECK(value.find('\0') == std::string::npos);
  // A boundary that never comes, one that is empty, base64 that is none.
  CHECK_NOTHROW(parse("Content-Type: multipart/mixed; boundary=B\n\nno parts here"));
  CHECK_NOTHROW(parse("Content-Type: multipart/mixed; boundary=\"\"\n\n--\n--\n"));
  CHECK_NOTHROW(parse("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!!!=\xFF\xFE"));
  std::string every;
  for (int i = 0; i < 4096; ++i) every += static_cast<char>(i * 37 % 256);
  CHECK_NOTHROW(parse(every));
  CHECK_NOTHROW(parse("Subject: x\n\n" + every));
}

TEST_CASE("mail: invisible characters do not hide words", "[spam]") {
  const std::string hidden =
      "v\xC2\xADi\xE2\x80\x8B"
      "a\xE2\x80\x8Cg\xE2\x80\x8Dr\xE2\x81\xA0"
      "a\xEF\xBB\xBF";
  const Mail plain = parse("Subject: " + hidden + "\nContent-Type: text/plain; charset=utf-8\n\n" + hidden);
  CHECK_THAT(plain.header("subject"), ContainsSubstring("viagra"));
  CHECK(plain.text == "viagra\n");
  CHECK(parse("Subject: x\nContent-Type: text/html; charset=iso-8859-1\n\nvi\xAD"
              "agra")
            .text == "viagra\n");
  CHECK(parse("no header " + hidden).text == "no header viagra");
}

TEST_CASE("mail: a byte-order mark is no part of the first header", "[spam]") {
  for (const char* start : {"", "From a@example.org Tue Jul 31 22:36:21 2001\n"})
    CHECK_THAT(parse("\xEF\xBB\xBF" + std::string(start) + "Subject: free\n\nbody").header("subject"),
               ContainsSubstring("free"));
}

TEST_CASE("mail: names of headers are UTF-8 too", "[spam]") {
  const Mail latin1 = parse("Return\xEEPath: a\nSubject: x\n\nbody");
  CHECK_THAT(latin1.header("return\xC3\xAEpath"), ContainsSubstring("a"));
  for (const auto& [name, value] : parse("Subject: x\n" + std::string(10'000, 'a') + ": b\n\nbody").headers)
    CHECK(name.size() <= 4096);
}

TEST_CASE("mail: no limit cuts a character in two", "[spam]") {
  std::string long_text;
  while (long_text.size() < text_limit + 100) long_text += "\xE2\x82\xAC";  // of 3 bytes, and 3 divides no limit
  const auto is_whole = [](const std::string& text) { return text.ends_with("\xE2\x82\xAC"); };
  CHECK(is_whole(parse(long_text).text));
  const Mail mail = parse("Subject: ab" + long_text.substr(0, 9000) + "\n\n" + long_text);
  CHECK(is_whole(mail.header("subject")));
  CHECK(is_whole(mail.text.substr(0, mail.text.size() - 1)));  // before the end of the line
  const Mail latin1 = parse("Subject: x\n\na" + std::string(text_limit, '\xE9'));
  CHECK(latin1.text.size() == text_limit);
  CHECK(latin1.text.ends_with("\xC3\xA9\n"));
}

TEST_CASE("mail: depth and size are limited", "[spam]") {
  std::string nested = "Subject: x\n";
  for (int i = 0; i < 3000; ++i)
    nested += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\n\n--b" + std::to_string(i) + "\n";
  CHECK_NOTHROW(parse(nested + "\ndeep"));

  const Mail line = parse("Subject: " + std::string(1'000'000, 's') + "\n\n" + std::string(5'000'000, 'x'));
  CHECK(line.header("subject").size() <= 4096);
  CHECK(line.text.size() <= text_limit + 1);
}
