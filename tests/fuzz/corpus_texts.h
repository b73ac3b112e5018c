#pragma once

#include <string_view>

namespace tandem::fuzz {

// The texts that fuzzing of the mail readers starts from.

inline constexpr std::string_view page =
    "<!DOCTYPE html><html><head><title>A &amp; B</title><style>p { color: red }</style></head>\n"
    "<body><!-- a comment --><h1>Ta<b>nd</b>em&nbsp;&#8212; &#x41;&eacute;</h1>\n"
    "<p class=\"x\">vi<!-- x -->de <a href=\"http://example.org/?a=1&b=2\">this</a>\n"
    "<img src='picture.png'><script>if (a < b) c();</script><br/></P></body></html>\n";

inline constexpr std::string_view plain_mail =
    "Return-Path: <a@example.org>\n"
    "From: =?iso-8859-1?Q?Andr=E9?= <a@example.org>\n"
    "To: \"B, C\" <b@example.org>\n"
    "Subject: =?utf-8?B?w7Zs?= one\n two\n"
    "Date: Tue, 31 Jul 2001 22:36:21 +0200\n"
    "Content-Type: text/plain; charset=\"iso-8859-15\"; format=flowed\n"
    "Content-Transfer-Encoding: quoted-printable\n"
    "\n"
    "=A4 5 f=\nree, caf=E9\n";

inline constexpr std::string_view mail_of_parts =
    "From a@example.org Tue Jul 31 22:36:21 2001\n"
    "Subject: x\n"
    "MIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=B\n"
    "\n"
    "--B\n"
    "Content-Type: multipart/alternative; boundary=\"C\"\n"
    "\n"
    "--C\n"
    "Content-Type: text/plain; charset*=us-ascii''gb2312\n"
    "\n"
    "first \xc4\xe3\n"
    "--C\n"
    "Content-Type: text/html; charset=utf-8\n"
    "Content-Transfer-Encoding: base64\n"
    "\n"
    "PHA+c2Vjb25kIDxiPnBhcnQ8L2I+PC9wPg==\n"
    "--C--\n"
    "--B\n"
    "Content-Type: application/octet-stream; name=\"run.EXE\"\n"
    "Content-Disposition: attachment; filename*0=\"ru\"; filename*1=\"n.EXE\"\n"
    "Content-Transfer-Encoding: x-uuencode\n"
    "\n"
    "begin 644 run.exe\n"
    "#0V%T\n"
    "`\n"
    "end\n"
    "--B\n"
    "Content-Type: message/rfc822\n"
    "\n"
    "Subject: inner\n"
    "\n"
    "third\n"
    "--B--\n";

inline constexpr std::string_view mbox =
    "From a@example.org Tue Jul 31 22:36:21 2001\n"
    "Subject: one\n"
    "\n"
    "From here on, no separator: 2001\n"
    "\n"
    "From b@example.org Wed Aug  1 08:00:00 2001\r\n"
    "Subject: two\r\n"
    "\r\n"
    ">From the other\r\n";

}  // namespace tandem::fuzz
