#include "examples/support/spam/mailbox.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <span>

#include "examples/support/program.h"
#include "examples/support/spam/ascii.h"
#include "examples/support/spam/utf8.h"
#include "nn/io/file.h"
#include "nn/text.h"

namespace tandem::examples::spam {
namespace {

namespace fs = std::filesystem;

/// What one name in a path says; see label_of().
std::optional<bool> label_of_name(const std::string& name) {
  std::vector<std::string> words(1);
  for (const char c : lower(name)) {
    if (is_letter_or_digit(c)) words.back() += c;
    else if (!words.back().empty()) words.emplace_back();
  }
  const auto has = [&words](std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == "spam" || words[i] == "junk") return i == 0 || (words[i - 1] != "not" && words[i - 1] != "no");
  if (has("ham") || has("inbox")) return false;
  return {};
}

/// A line that begins a message in an mbox: "From sender@host Tue Jul 31 22:36:21 2001", or with the date as in
/// headers or in ISO 8601. Without a date it is prose.
bool is_separator(const std::string& line) {
  static const std::string month = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)",
                           time = "\\d?\\d:\\d\\d(:\\d\\d)?";
  static const std::regex date("From .*(" + month + " +\\d?\\d,? +" + time + "( \\S+)? +\\d{4}\\b|\\b\\d?\\d " + month +
                               " \\d{4} +" + time + ").*|From +\\S+ +\\d{4}-\\d\\d-\\d\\d[T ]" + time + "\\S*\\s*");
  return line.starts_with("From ") && std::regex_match(line, date);
}

/// Whether a line may be meant as a separator, though perhaps in no known form: it names a sender or a time.
bool may_be_separator(const std::string& line) {
  static const std::regex pattern("From +\\S*@.*|From .*\\d:\\d\\d.*");
  return line.starts_with("From ") && std::regex_match(line, pattern);
}

bool is_header(std::string_view line) {
  const std::size_t colon = line.find(':');
  return colon != std::string_view::npos && colon > 0 &&
         std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](char c) { return c > ' ' && c <= '~'; });
}

/// Finds where the messages of an mbox begin, block by block: a line may be larger than the memory.
class SeparatorSearch {
 public:
  void look_at(std::span<const std::byte> block) {
    constexpr std::size_t longest_separator = 512;
    for (const std::byte byte : block) {
      const char c = static_cast<char>(byte);
      ++position_;
      if (c != '\n') {
        if (line_.size() < longest_separator) line_ += c;
        continue;
      }
      end_line();
      line_.clear();
      line_begin_ = position_;
    }
  }
  /// Empty for a file that is no mbox: an mbox begins with a separator, perhaps after a BOM and blank lines.
  std::vector<std::uint64_t> begins() const {
    return begins_.empty() || begins_[0] != content_begin_ ? std::vector<std::uint64_t>() : begins_;
  }
  /// Lines that may be meant as separators, but were not taken as such.
  std::size_t doubtful() const { return candidates_ - begins().size(); }

 private:
  void end_line() {
    if (line_.ends_with('\r')) line_.pop_back();
    if (line_begin_ == 0 && line_.starts_with(byte_order_mark)) {
      line_.erase(0, byte_order_mark.size());
      line_begin_ = byte_order_mark.size();
    }
    const bool is_blank = line_.empty();
    if (!is_blank && !content_begin_) content_begin_ = line_begin_;
    if (unsure_ && is_header(line_)) begin_mail(*unsure_);
    unsure_.reset();
    candidates_ += may_be_separator(line_);
    if (is_separator(line_)) {
      // Without a blank line before it, it may be quoted: only if a header follows, a message begins there.
      if (after_blank_) begin_mail(line_begin_);
      else if (in_body_) unsure_ = line_begin_;
    }
    in_body_ |= is_blank;
    after_blank_ = is_blank;
  }
  void begin_mail(std::uint64_t position) {
    begins_.push_back(position);
    in_body_ = false;
  }

  std::vector<std::uint64_t> begins_;
  std::string line_;
  std::uint64_t position_ = 0, line_begin_ = 0;
  std::optional<std::uint64_t> content_begin_, unsure_;
  std::size_t candidates_ = 0;
  bool after_blank_ = true, in_body_ = false;
};

SeparatorSearch search_file(const fs::path& path) {
  io::InputFile file(path);
  SeparatorSearch search;
  std::vector<std::byte> block(std::size_t{1} << 20);
  while (const std::size_t n = file.read_some(block)) search.look_at(std::span(block).first(n));
  return search;
}

void require_one_mail(const std::string& name, std::size_t mails) {
  if (mails > 1)
    throw io::FileError(name, fmt::format("an mbox of {} messages, but one is judged at a time", mails),
                        "give each as a file of its own; one whose name ends in .eml is always one message");
}

void add_file(const fs::path& path, std::vector<MailLocation>& mails) {
  const std::uint64_t size = io::InputFile(path).size();
  const std::string extension = lower(path.extension().string());
  const std::optional<bool> label = label_of(path);
  if (extension == ".eml" || extension == ".txt") {
    mails.push_back({path, 0, size, label});
    return;
  }
  const SeparatorSearch search = search_file(path);
  std::vector<std::uint64_t> begins = search.begins();
  std::string doubt;
  if (begins.size() <= 1 && search.doubtful() > 1)
    doubt = fmt::format("{} lines in it may begin further ones", search.doubtful());
  else if (begins.empty() && extension == ".mbox" && size > 0) doubt = "an mbox begins otherwise";
  if (begins.empty()) begins.push_back(0);
  begins.push_back(size);
  for (std::size_t i = 0; i + 1 < begins.size(); ++i)
    mails.push_back({path, begins[i], begins[i + 1] - begins[i], label, {}, doubt});
}

/// A place whose messages cannot be read, or that cannot be looked at.
MailLocation refused(const fs::path& place, std::string_view problem) {
  return {place, 0, 0, label_of(place), std::make_exception_ptr(io::FileError(place, problem))};
}

/// Finds the files of a folder and of those in it, but not of those that links lead to; what cannot be looked at goes
/// to `refused_places`. Changes to the folder in the meantime are no reason to stop.
void find_files(const fs::path& folder, std::vector<fs::path>& files, std::vector<MailLocation>& refused_places) {
  std::error_code error;
  std::vector<fs::path> folders;
  const bool is_maildir = fs::is_directory(folder / "cur", error) && fs::is_directory(folder / "new", error);
  error.clear();
  fs::directory_iterator entry(folder, error);
  for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
    std::error_code unknown;
    const std::string name = entry->path().filename().string();
    const bool is_folder = entry->is_directory(unknown);
    // A Maildir's tmp/ holds what is still being delivered.
    const bool in_delivery = is_folder && name == "tmp" && fs::exists(folder / "cur", unknown);
    // Beside cur/ and new/ mail servers put indexes and lists of their own.
    const bool beside_messages = is_maildir && name != "cur" && name != "new";
    if (name.starts_with('.') || in_delivery || beside_messages) continue;
    if (is_folder) {
      if (!entry->is_symlink(unknown)) folders.push_back(entry->path());
    } else if (entry->is_regular_file(unknown)) {
      if (name != "cmds") files.push_back(entry->path());
    } else if (unknown) {
      refused_places.push_back(refused(entry->path(), "cannot be looked at: " + unknown.message()));
    } else {
      refused_places.push_back(refused(entry->path(), "is a pipe, a device or a socket, not a message"));
    }
  }
  if (error) refused_places.push_back(refused(folder, "the folder cannot be read: " + error.message()));
  for (const fs::path& inner : folders) find_files(inner, files, refused_places);
}

void add_folder(const fs::path& folder, std::vector<MailLocation>& mails) {
  std::vector<fs::path> files;
  find_files(folder, files, mails);
  if (mails.size() == 1 && mails[0].path == folder) std::rethrow_exception(mails[0].problem);
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    try {
      add_file(file, mails);
    } catch (const io::FileError&) {
      mails.push_back({file, 0, 0, label_of(file), std::current_exception()});
    }
  }
}

void require_size(const std::string& name, std::uint64_t size) {
  if (size == 0) throw io::FileError(name, "the message is empty");
  if (size > largest_mail)
    throw io::FileError(name, fmt::format("the message has {} bytes", grouped(size)),
                        fmt::format("the limit is {} bytes", grouped(largest_mail)));
}

}  // namespace

std::string MailLocation::name() const {
  return begin == 0 ? path.string() : fmt::format("{}, byte {}", path.string(), begin);
}

std::vector<MailLocation> find_mails(const fs::path& place) {
  std::vector<MailLocation> mails;
  std::error_code error;
  if (fs::is_directory(place, error)) add_folder(place, mails);
  else add_file(place, mails);
  if (mails.empty()) throw io::FileError(place, "there are no messages in this folder", hidden_folders);
  return mails;
}

MailLocation find_one_mail(const fs::path& file) {
  std::error_code error;
  if (fs::is_fifo(file, error))
    throw io::FileError(file, "is a pipe, not a file", "give - and read it from standard input");
  std::vector<MailLocation> mails;
  add_file(file, mails);
  require_one_mail(file.string(), mails.size());
  return mails[0];
}

std::vector<MailLocation> without_repeats(std::vector<MailLocation> mails) {
  std::map<std::pair<fs::path, std::uint64_t>, std::size_t> seen;  // its place among those kept
  std::vector<MailLocation> kept;
  for (MailLocation& mail : mails) {
    std::error_code error;
    fs::path path = fs::canonical(mail.path, error);  // the same through links, and however it was named
    if (error) path = mail.path;
    const auto [first, is_new] = seen.try_emplace({std::move(path), mail.begin}, kept.size());
    if (is_new) {
      kept.push_back(std::move(mail));
      continue;
    }
    std::optional<bool>& label = kept[first->second].is_spam;
    if (label && mail.is_spam && *label != *mail.is_spam)
      throw UsageError(printable(mail.name()) + ": given as spam and as ham\n  hint: name each place once");
    if (!label) label = mail.is_spam;
  }
  return kept;
}

std::optional<bool> label_of(const fs::path& path) {
  std::vector<std::string> names;
  for (const fs::path& part : path) names.push_back(part.string());
  if (names.size() >= 2 && (names[names.size() - 2] == "cur" || names[names.size() - 2] == "new")) names.pop_back();
  for (auto name = names.rbegin(); name != names.rend(); ++name)
    if (const auto label = label_of_name(*name)) return label;
  return {};
}

std::vector<std::byte> read_mail(const MailLocation& location) {
  if (location.problem) std::rethrow_exception(location.problem);
  require_size(location.name(), location.size);
  std::ifstream file(location.path, std::ios::binary);
  std::vector<std::byte> bytes(location.size);
  file.seekg(static_cast<std::streamoff>(location.begin));
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file) throw io::FileError(location.name(), "the message cannot be read");
  return bytes;
}

std::vector<std::byte> read_standard_input() {
  std::vector<std::byte> bytes;
  std::size_t size = 0;
  for (;;) {
    bytes.resize(size + (std::size_t{1} << 20));
    const ssize_t n = ::read(STDIN_FILENO, bytes.data() + size, bytes.size() - size);
    if (n < 0) throw io::FileError("standard input", "cannot be read");
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
    if (size > largest_mail)  // how much more there is, is not known
      throw io::FileError("standard input", fmt::format("the message has more than {} bytes", grouped(largest_mail)),
                          "larger ones are not judged");
  }
  require_size("standard input", size);
  bytes.resize(size);
  SeparatorSearch search;
  search.look_at(bytes);
  const std::vector<std::uint64_t> begins = search.begins();
  require_one_mail("standard input", begins.size());
  if (!begins.empty()) bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(begins[0]));
  return bytes;
}

}  // namespace tandem::examples::spam
