#include "examples/support/spam/mail.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <string_view>

#include "examples/support/spam/ascii.h"
#include "examples/support/spam/html_to_text.h"
#include "examples/support/spam/utf8.h"

namespace tandem::examples::spam {
namespace {

constexpr std::size_t header_limit = 4096, header_count_limit = 500, part_limit = 1000;
constexpr int depth_limit = 64;
constexpr std::size_t longest_character = 4;  // in UTF-8: this many bytes more are read, to cut between characters

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

/// In lower case; GMime gives null for what is not there.
std::string lower_or_empty(const char* text) { return text ? lower(std::string_view(text)) : std::string(); }

/// Whether text in this charset can be mistaken for UTF-8: the bytes of its letters mean other letters in ASCII.
bool looks_like_ascii(const char* charset) {
  static constexpr std::array prefixes = {"iso-2022-", "utf-7", "utf-16", "utf-32", "ucs-"};
  const std::string name = lower_or_empty(charset);
  return std::any_of(prefixes.begin(), prefixes.end(), [&](const char* p) { return name.starts_with(p); });
}

/// UTF-8 from bytes that are said to be in `charset`, which may be missing, unknown or a lie; invisible characters are
/// left out.
std::string decode(std::string bytes, const char* charset) {
  const auto is_utf8 = [&] { return g_utf8_validate(bytes.data(), static_cast<gssize>(bytes.size()), nullptr); };
  const bool hidden = looks_like_ascii(charset);
  if (!hidden) std::replace(bytes.begin(), bytes.end(), '\0', ' ');
  if (charset && (hidden || !is_utf8())) {
    gsize read = 0, size = 0;
    gsize* const partial = hidden ? &read : nullptr;  // here, half a character at the end is left unread
    const std::unique_ptr<char, decltype(&g_free)> converted(
        g_convert(bytes.data(), static_cast<gssize>(bytes.size()), "UTF-8", charset, partial, &size, nullptr), g_free);
    if (converted) bytes.assign(converted.get(), size);
  }
  std::replace(bytes.begin(), bytes.end(), '\0', ' ');
  return without_invisible(is_utf8() ? bytes : from_latin1(bytes));
}

/// Up to text_limit bytes of a part, with the transfer encoding undone.
std::string content_of(GMimePart* part) {
  GMimeDataWrapper* content = g_mime_part_get_content(part);
  if (!content) return {};
  GMimeStream* source = g_mime_data_wrapper_get_stream(content);
  g_mime_stream_reset(source);
  const Owned<GMimeStream> stream(g_mime_stream_filter_new(source));
  const Owned<GMimeFilter> filter(g_mime_filter_basic_new(g_mime_data_wrapper_get_encoding(content), FALSE));
  g_mime_stream_filter_add(GMIME_STREAM_FILTER(stream.get()), filter.get());
  std::string bytes(text_limit + longest_character, '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const gssize n = g_mime_stream_read(stream.get(), bytes.data() + size, bytes.size() - size);
    if (n <= 0) break;
    size += static_cast<std::size_t>(n);
  }
  bytes.resize(size);
  return first_bytes(std::move(bytes), text_limit);
}

/// The first header_limit bytes of what a header holds; empty if there is nothing.
std::string start_of(const char* text) {
  return text ? first_bytes({text, strnlen(text, header_limit + longest_character)}, header_limit) : "";
}

void add_headers(GMimeMessage* message, Mail& mail) {
  GMimeHeaderList* list = g_mime_object_get_header_list(GMIME_OBJECT(message));
  const int count = std::min<int>(g_mime_header_list_get_count(list), header_count_limit);
  for (int i = 0; i < count; ++i) {
    GMimeHeader* header = g_mime_header_list_get_header_at(list, i);
    // Cuts the raw value first: GMime would decode one of 50 MB too.
    std::string value = start_of(g_mime_header_get_raw_value(header));
    const std::unique_ptr<char, decltype(&g_free)> unfolded(g_mime_utils_header_decode_text(nullptr, value.c_str()),
                                                            g_free);
    if (unfolded) value = unfolded.get();
    const std::string name = start_of(g_mime_header_get_name(header));
    mail.headers.emplace_back(decode(lower(name), nullptr), decode(std::move(value), nullptr));
  }
}

void add_attachment(GMimePart* part, Mail& mail) {
  ++mail.attachments;
  const std::string name = lower_or_empty(g_mime_part_get_filename(part));
  const std::size_t dot = name.rfind('.');
  if (dot != std::string::npos && name.size() - dot <= 6)
    mail.marks.push_back("attachment:" + decode(name.substr(dot + 1), nullptr));
}

void add_part(GMimePart* part, Mail& mail) {
  GMimeContentType* type = g_mime_object_get_content_type(GMIME_OBJECT(part));
  const bool is_text = g_mime_content_type_is_type(type, "text", "*");
  if (!is_text || g_mime_part_is_attachment(part)) return add_attachment(part, mail);
  const char* charset = g_mime_content_type_get_parameter(type, "charset");
  if (charset) mail.marks.push_back("charset:" + lower_or_empty(charset));
  std::string text = decode(content_of(part), charset);
  if (g_mime_content_type_is_type(type, "text", "html")) text = html_to_text(text, mail.marks);
  const std::size_t room = text_limit - std::min(text_limit, mail.text.size());
  mail.text += first_bytes(std::move(text), room) + '\n';
}

/// Walks nested parts by a list of those still to be seen, not by recursion: the sender chooses the depth.
void add_parts(GMimeObject* root, Mail& mail) {
  std::vector<std::pair<GMimeObject*, int>> open{{root, 0}};
  for (std::size_t seen = 0; !open.empty() && seen < part_limit; ++seen) {
    const auto [object, depth] = open.back();
    open.pop_back();
    if (!object || depth > depth_limit) continue;
    GMimeContentType* type = g_mime_object_get_content_type(object);
    mail.marks.push_back("type:" + lower_or_empty(g_mime_content_type_get_media_type(type)) + "/" +
                         lower_or_empty(g_mime_content_type_get_media_subtype(type)));
    if (GMIME_IS_MULTIPART(object)) {
      GMimeMultipart* multipart = GMIME_MULTIPART(object);
      for (int i = std::min<int>(g_mime_multipart_get_count(multipart), part_limit); i-- > 0;)
        open.emplace_back(g_mime_multipart_get_part(multipart, i), depth + 1);
    } else if (GMIME_IS_MESSAGE_PART(object)) {
      GMimeMessage* inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
      if (inner) open.emplace_back(g_mime_message_get_mime_part(inner), depth + 1);
    } else if (GMIME_IS_PART(object)) {
      add_part(GMIME_PART(object), mail);
    }
  }
}

}  // namespace

const std::string& Mail::header(const std::string& name) const {
  static const std::string none;
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const Header& h) { return h.first == name; });
  return found == headers.end() ? none : found->second;
}

Mail parse_mail(std::span<const std::byte> bytes) {
  static std::once_flag initialised;
  std::call_once(initialised, [] { g_mime_init(); });

  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (text.starts_with("From ")) text.remove_prefix(std::min(text.size(), text.find('\n') + 1));  // of an mbox
  Mail mail;
  const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(text.data(), text.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const Owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
  if (!message || g_mime_header_list_get_count(g_mime_object_get_header_list(GMIME_OBJECT(message.get()))) == 0) {
    // All of it is body.
    const std::string start(text.substr(0, text_limit + longest_character));
    mail.text = first_bytes(decode(first_bytes(start, text_limit), nullptr), text_limit);
    return mail;
  }
  add_headers(message.get(), mail);
  add_parts(g_mime_message_get_mime_part(message.get()), mail);
  for (std::string& mark : mail.marks) mark = decode(std::move(mark), nullptr);
  return mail;
}

}  // namespace tandem::examples::spam
