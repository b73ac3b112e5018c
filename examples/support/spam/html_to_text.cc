#include "examples/support/spam/html_to_text.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "examples/support/spam/ascii.h"
#include "examples/support/spam/entities.h"
#include "examples/support/spam/utf8.h"

namespace tandem::examples::spam {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_name(char c) { return is_letter_or_digit(c) || c == '-'; }

/// Invisible characters, put into words that filters look for, are left out; one space is as good as another.
void add_visible(std::string& text, unsigned long code) {
  constexpr unsigned long no_break_space = 0xA0;
  if (!is_invisible(code)) append_utf8(text, code == no_break_space ? ' ' : code);
}

/// Adds the character reference at the start of `text`, "&amp;" or "&#65;", to `to`. Returns its length, 0 if there is
/// none.
std::size_t add_reference(std::string_view text, std::string& to) {
  const std::size_t end = text.substr(0, 12).find(';');
  if (end == std::string_view::npos || end < 2) return 0;
  const std::string name(text.substr(1, end - 1));
  if (name[0] == '#') {
    const bool hexadecimal = name.size() > 1 && lower(name[1]) == 'x';
    const char* digits = name.c_str() + (hexadecimal ? 2 : 1);
    char* last = nullptr;
    const unsigned long code = std::strtoul(digits, &last, hexadecimal ? 16 : 10);
    if (last == digits || *last) return 0;
    add_visible(to, numbered_character(code));
    return end + 1;
  }
  const unsigned long code = entity(name);
  if (code == 0) return 0;
  add_visible(to, code);
  return end + 1;
}

struct Tag {
  std::string name;             ///< lower case, without the slash
  std::string_view attributes;  ///< all after the name
  bool closes;
};

Tag read_tag(std::string_view inside) {
  Tag tag{{}, {}, inside.starts_with('/')};
  if (tag.closes) inside.remove_prefix(1);
  const auto end = std::find_if_not(inside.begin(), inside.end(), is_name);
  tag.name = lower(inside.substr(0, static_cast<std::size_t>(end - inside.begin())));
  tag.attributes = inside.substr(tag.name.size());
  return tag;
}

/// The value of href or src, if the tag has one.
std::string_view address(std::string_view attributes) {
  const std::string low = lower(attributes.substr(0, 4096));
  std::size_t at = low.find("href=");
  if (at == std::string::npos) at = low.find("src=");
  if (at == std::string::npos) return {};
  std::string_view value = attributes.substr(low.find('=', at) + 1);
  const bool quoted = !value.empty() && (value[0] == '"' || value[0] == '\'');
  const auto end = quoted ? value.find(value[0], 1) : value.find_first_of(" \t\r\n");
  if (quoted) return value.substr(1, end == std::string_view::npos ? 4096 : end - 1);
  return value.substr(0, end);
}

bool is_inline(const std::string& name) {
  static const std::set<std::string, std::less<>> names = {"a",    "b",    "i",      "u",   "em", "strong",
                                                           "font", "span", "small",  "big", "tt", "sup",
                                                           "sub",  "s",    "strike", "o",   "wbr"};
  return names.contains(name);
}

/// Where `closing` begins after `from`, in upper or lower case; the end if it never does.
std::size_t find_closing(std::string_view html, std::string_view closing, std::size_t from) {
  const auto found = std::search(html.begin() + static_cast<std::ptrdiff_t>(from), html.end(), closing.begin(),
                                 closing.end(), [](char a, char b) { return lower(a) == b; });
  return static_cast<std::size_t>(found - html.begin());
}

}  // namespace

std::string html_to_text(std::string_view html, std::vector<std::string>& marks) {
  std::string text;
  std::set<std::string> seen;
  std::size_t i = 0;
  while (i < html.size()) {
    if (html[i] == '&') {
      const std::size_t length = add_reference(html.substr(i), text);
      if (length == 0) text += '&';
      i += std::max<std::size_t>(length, 1);
    } else if (html.substr(i).starts_with("<!--")) {
      seen.insert("tag:comment");
      i = std::min(find_closing(html, "-->", i + 4) + 3, html.size());
    } else if (html[i] == '<' && i + 1 < html.size() &&
               (is_name(html[i + 1]) || html[i + 1] == '/' || html[i + 1] == '!')) {
      const std::size_t end = std::min(html.find('>', i), html.size());
      const Tag tag = read_tag(html.substr(i + 1, end - i - 1));
      i = std::min(end + 1, html.size());
      if (!tag.closes && !tag.name.empty() && tag.name.size() < 16) seen.insert("tag:" + tag.name);
      if (const std::string_view link = address(tag.attributes); !link.empty())
        text.append(" ").append(link).append(" ");
      else if (!is_inline(tag.name)) text += '\n';
      if (!tag.closes && (tag.name == "style" || tag.name == "script")) i = find_closing(html, "</" + tag.name, i);
    } else {
      text += is_space(html[i]) ? ' ' : html[i];
      ++i;
    }
  }
  marks.insert(marks.end(), seen.begin(), seen.end());
  return text;
}

}  // namespace tandem::examples::spam
