#include "examples/support/spam/mailbox.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "examples/support/ascii.h"
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

/// A line that begins a mail in an mbox: "From sender@host Tue Jul 31 22:36:21 2001".
bool is_separator(std::string_view line) {
  if (!line.starts_with("From ")) return false;
  const std::size_t year = line.find_last_not_of(" \r\n");
  if (year == std::string_view::npos || year < 12) return false;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  line = line.substr(0, year + 1);
  return std::all_of(line.end() - 4, line.end(), is_digit) && std::count(line.begin(), line.end(), ':') >= 1;
}

/// Where the mails of an mbox begin. Reads in blocks: a line may be longer than the memory.
std::vector<std::uint64_t> separators(const fs::path& path) {
  constexpr std::size_t longest_separator = 512;
  io::InputFile file(path);
  std::vector<std::uint64_t> begins;
  std::vector<std::byte> block(std::size_t{1} << 20);
  std::string line;
  std::uint64_t position = 0, line_begin = 0;
  bool after_blank = true;
  while (const std::size_t n = file.read_some(block))
    for (std::size_t i = 0; i < n; ++i, ++position) {
      const char c = static_cast<char>(block[i]);
      if (c != '\n') {
        if (line.size() < longest_separator) line += c;
        continue;
      }
      if (after_blank && is_separator(line)) begins.push_back(line_begin);
      after_blank = line.empty() || line == "\r";
      line.clear();
      line_begin = position + 1;
    }
  return begins;
}

void add_file(const fs::path& path, std::vector<MailLocation>& mails) {
  const std::uint64_t size = io::InputFile(path).size();
  const std::string extension = lower(path.extension().string());
  const std::optional<bool> label = label_of(path);
  std::vector<std::uint64_t> begins;
  if (extension != ".eml" && extension != ".txt") begins = separators(path);
  if (begins.empty() || begins[0] != 0) {
    mails.push_back({path, 0, size, label});
    return;
  }
  begins.push_back(size);
  for (std::size_t i = 0; i + 1 < begins.size(); ++i)
    mails.push_back({path, begins[i], begins[i + 1] - begins[i], label});
}

void add_folder(const fs::path& folder, std::vector<MailLocation>& mails) {
  std::vector<fs::path> files;
  const auto options = fs::directory_options::skip_permission_denied;
  std::error_code error;  // of one entry: what others write to the folder meanwhile is no reason to stop
  for (fs::recursive_directory_iterator entry(folder, options, error), end; entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const bool is_folder = entry->is_directory(error);
    // A Maildir's tmp/ holds what is still being delivered.
    const bool in_delivery = is_folder && name == "tmp" && fs::exists(entry->path().parent_path() / "cur", error);
    if (name.starts_with('.') || in_delivery) {
      if (is_folder) entry.disable_recursion_pending();
    } else if (entry->is_regular_file(error) && name != "cmds" && entry->file_size(error) > 0) {
      files.push_back(entry->path());
    }
  }
  if (error) throw io::FileError(folder, "the folder cannot be read: " + error.message());
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
  if (size == 0) throw io::FileError(name, "the mail is empty");
  if (size > largest_mail)
    throw io::FileError(name, fmt::format("the mail has {} bytes", nn::grouped(size)),
                        fmt::format("the limit is {} bytes", nn::grouped(largest_mail)));
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
  if (mails.empty()) throw io::FileError(place, "there are no mails in this folder");
  return mails;
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
  if (!file) throw io::FileError(location.name(), "the mail cannot be read");
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
    if (size > largest_mail) require_size("standard input", size);
  }
  require_size("standard input", size);
  bytes.resize(size);
  return bytes;
}

}  // namespace tandem::examples::spam
