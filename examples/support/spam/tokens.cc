#include "examples/support/spam/tokens.h"

#include <algorithm>
#include <array>

#include "examples/support/spam/ascii.h"

namespace tandem::examples::spam {
namespace {

constexpr std::size_t longest_word = 40;

bool is_word(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || is_letter_or_digit(c) ||
         std::string_view("$'-_.!%").find(c) != std::string_view::npos;
}

/// Bytes of the dash, the quotation mark, the space of Unicode, ..., at the start of `text` that stand between words;
/// 0 if there is none. The apostrophe, U+2019, is part of a word.
std::size_t separator_size(std::string_view text) {
  if (text.starts_with("\xC2\xA0")) return 2;                                           // a no-break space
  const bool is_general_punctuation = text.size() > 2 && text.starts_with("\xE2\x80");  // U+2000 to U+203F
  return is_general_punctuation && !text.starts_with("\xE2\x80\x99") ? 3 : 0;
}

bool is_edge(char c) { return c == '.' || c == '\'' || c == '-' || c == '_'; }

/// What a Received header says about the machine that handed the message over: its names and address. Who took it, how
/// and when is left out, as are the lines by which the corpus' maker fetched his own mail.
std::string_view received_from(std::string_view value) {
  const std::size_t by = value.find(" by ");
  if (value.find("fetchmail") != std::string_view::npos || value.find("127.0.0.1") < by) return {};
  return value.substr(0, by);
}

/// The shape of an id: a run of digits becomes 9, of letters a or A; other characters stay.
std::string shape_of(std::string_view id) {
  std::string shape;
  for (const char c : id.substr(0, 120)) {
    const bool digit = c >= '0' && c <= '9', letter = (c | 32) >= 'a' && (c | 32) <= 'z';
    const char kind = digit ? '9' : letter ? (c & 32 ? 'a' : 'A') : c;
    if ((digit || letter) && !shape.empty() && shape.back() == kind) continue;
    shape += kind;
  }
  return shape;
}

}  // namespace

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::size_t i = 0;
  while (i < text.size()) {
    if (const std::size_t size = is_word(text[i]) ? separator_size(text.substr(i)) : 1; size > 0) {
      i += size;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && end - i < longest_word && is_word(text[end]) && separator_size(text.substr(end)) == 0)
      ++end;
    std::string_view word = text.substr(i, end - i);
    while (!word.empty() && is_edge(word.front())) word.remove_prefix(1);
    while (!word.empty() && is_edge(word.back())) word.remove_suffix(1);
    if (!word.empty()) words.emplace_back(word);
    i = end;
  }
  return words;
}

bool is_leak(std::string_view header) {
  // clang-format off
  static constexpr std::array prefixes = {
      "x-spam", "x-pyzor", "x-razor", "x-habeas", "x-virus", "x-mailscanner", "x-antiabuse",  // verdicts
      "list-", "x-list", "x-mailman", "x-egroups", "x-yahoo",                                 // mailing lists
      "delivered-to", "delivery-date", "resent-", "old-"};                                    // the way to the mailbox
  static constexpr std::array names = {
      "date", "x-original-date", "x-originalarrivaltime", "thread-index", "precedence", "errors-to",
      "x-beenthere", "x-loop", "mailing-list", "x-mailing-list", "x-precedence-ref", "status", "x-status",
      "x-keywords", "x-uid", "x-uidl", "lines", "content-length", "x-original-to", "x-apparently-to",
      "x-authentication-warning", "x-mime-autoconverted", "x-delivery-agent", "x-return-path", "x-rcpt-to",
      "envelope-to", "x-mdaemon-deliver-to", "x-pair-authenticated", "forwarded-by", "url", "x-url",
      "x-image-url", "x-library", "x-bugzilla-reason", "x-encoding", "x-ms-tnef-correlator"};
  // clang-format on
  return std::any_of(prefixes.begin(), prefixes.end(), [&](const char* p) { return header.starts_with(p); }) ||
         std::find(names.begin(), names.end(), header) != names.end();
}

bool is_leak_word(std::string_view word) {
  static constexpr std::array parts = {"spamassassin", "taint.org", "jmason",   "netnoteinc", "zzzz",
                                       "yyyy",         "slashnull", "jalapeno", "fetchmail"};
  const std::string low = lower(word);
  return std::any_of(parts.begin(), parts.end(), [&](const char* part) { return low.find(part) != std::string::npos; });
}

std::vector<Field> fields_of(const Mail& mail, Scope scope) {
  std::vector<Field> fields;
  const auto add = [&](const std::string& mark, std::vector<std::string> words, bool is_body) {
    std::erase_if(words, is_leak_word);
    fields.push_back({mark, std::move(words), is_body});
  };
  if (scope == Scope::all_headers) {
    std::vector<std::string> order;  // differs between programs that send mail
    for (const auto& [name, value] : mail.headers) {
      if (is_leak(name)) continue;
      add(name, split_words(name == "received" ? received_from(value) : value), false);
      if (name != "received") order.push_back(name);
      if (name == "message-id") add("message-id-shape", {shape_of(value)}, false);
      if (const std::size_t at = value.find("boundary="); name == "content-type" && at != std::string::npos)
        add("boundary-shape", {shape_of(std::string_view(value).substr(at))}, false);
    }
    add("headers", std::move(order), false);
  }
  add("body", split_words(mail.text), true);
  std::vector<std::string> structure = mail.marks;
  structure.push_back("attachments:" + std::to_string(std::min<std::size_t>(mail.attachments, 5)));
  add(std::string(structure_mark), std::move(structure), scope == Scope::body_only);
  return fields;
}

}  // namespace tandem::examples::spam
