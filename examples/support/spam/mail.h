#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tandem::examples::spam {

/// A larger message is refused before it is parsed.
inline constexpr std::size_t largest_mail = std::size_t{64} << 20;
/// No more than this is used of the decoded text, and no more than 4 KiB of one header.
inline constexpr std::size_t text_limit = std::size_t{1} << 20;

/// What a filter sees of a message: all of it decoded, as UTF-8 without NUL bytes and invisible characters.
struct Mail {
  using Header = std::pair<std::string, std::string>;  ///< name in lower case, value with encoded words decoded

  std::vector<Header> headers;     ///< in the order of the message
  std::string text;                ///< all text parts; HTML as html_to_text() gives it
  std::vector<std::string> marks;  ///< structure: "type:text/html", "charset:gb2312", "tag:font", "attachment:exe"
  std::size_t attachments = 0;

  /// Value of the first header of that name, empty if there is none.
  const std::string& header(const std::string& name) const;
};

/// Parses a message as RFC 5322 and MIME describe it, and anything else that is sent as one: broken structure, wrong
/// lengths, unknown charsets and bytes of any value give the best that can be made of them, never an error.
/// Multiparts are followed to a depth of 64 and for 1,000 parts. May be called on several threads.
Mail parse_mail(std::span<const std::byte> bytes);

}  // namespace tandem::examples::spam
