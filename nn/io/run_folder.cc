#include "nn/io/run_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>

namespace tandem::io {
namespace fs = std::filesystem;
namespace {

constexpr const char* metrics_name = "metrics.jsonl";
constexpr const char* done_name = "DONE";

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

constexpr std::size_t largest = std::size_t{1} << 28;  // bytes of a file of text in it

/// Calls `use(text, object)` for each complete line with an object in it.
template <class Use>
void each_line(const fs::path& path, Use&& use) {
  const std::vector<std::byte> content = read_file(path, largest);
  std::string_view rest(reinterpret_cast<const char*>(content.data()), content.size());
  for (std::size_t end; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1)) {
    const std::string_view text = rest.substr(0, end);
    nlohmann::json line = nlohmann::json::parse(text, nullptr, false);
    // A zero byte, as a crash may leave, ends the text for the parser.
    if (line.is_object() && text.find('\0') == std::string_view::npos) use(text, line);
  }
}

}  // namespace

std::string to_text(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

RunFolder::Created::Created(const fs::path& path) {
  std::error_code error;
  // A link that leads nowhere is the user's, and is not followed.
  for (fs::path folder = path; !folder.empty() && fs::symlink_status(folder, error).type() == fs::file_type::not_found;
       folder = folder.parent_path())
    folders_.push_back(folder);
}

RunFolder::Created::~Created() {
  std::error_code ignored;  // of those that are not empty: they stay
  for (const fs::path& folder : folders_) fs::remove(folder, ignored);
}

RunFolder::RunFolder(fs::path path) : path_(std::move(path)), created_(path_) {
  std::error_code error;
  fs::create_directories(path_, error);
  if (!error && access(path_.c_str(), W_OK | X_OK) != 0) error.assign(errno, std::generic_category());
  if (error) throw WriteError(path_, "not a folder that can be written to: " + error.message());
}

void RunFolder::lock() { lock_ = FolderLock(path_); }

void RunFolder::begin(Index epochs_done) const {
  std::error_code error;
  fs::remove(path_ / done_name, error);
  if (error) throw WriteError(path_ / done_name, "cannot be removed: " + error.message());
  if (!is_there(path_ / metrics_name)) return;
  std::string kept;
  each_line(path_ / metrics_name, [&](std::string_view text, const nlohmann::json& line) {
    const auto epoch = line.find("epoch");
    // The text and not line.dump(), which would recurse as deeply as a damaged line nests.
    if (epoch != line.end() && epoch->is_number() && epoch->get<double>() <= static_cast<double>(epochs_done))
      kept.append(text).append("\n");
  });
  write_atomically(path_ / metrics_name, kept);
}

void RunFolder::write_json(std::string_view name, const nlohmann::json& content) const {
  write_atomically(path_ / name, content.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

nlohmann::json RunFolder::read_json(std::string_view name) const {
  const std::vector<std::byte> content = read_file(path_ / name, largest);
  const auto* text = reinterpret_cast<const char*>(content.data());
  nlohmann::json json = nlohmann::json::parse(text, text + content.size(), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) throw FileError(path_ / name, "is not JSON", "the file is damaged: begin the run anew");
  return json;
}

void RunFolder::append_metrics(const nlohmann::json& line) const {
  const fs::path path = path_ / metrics_name;
  const auto fail = [&](int error) {
    throw WriteError(path, "no line can be added: " + std::generic_category().message(error));
  };
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666));
  if (file.number() < 0) fail(errno);
  const off_t size = lseek(file.number(), 0, SEEK_END);
  if (size < 0) fail(errno);
  const std::string text = to_text(line) + "\n";
  const ssize_t written = ::write(file.number(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size())) {
    const int error = written < 0 ? errno : ENOSPC;
    // No half line stays; if this fails too, metrics() and begin() leave it out.
    static_cast<void>(ftruncate(file.number(), size) == 0);
    fail(error);
  }
  if (fsync(file.number()) != 0) {
    const int error = errno;
    static_cast<void>(ftruncate(file.number(), size) == 0);
    fail(error);
  }
}

std::vector<nlohmann::json> RunFolder::metrics() const {
  std::vector<nlohmann::json> lines;
  if (is_there(path_ / metrics_name))
    each_line(path_ / metrics_name, [&](std::string_view, nlohmann::json& line) { lines.push_back(std::move(line)); });
  return lines;
}

void RunFolder::mark_done() const { write_atomically(path_ / done_name, std::string_view("")); }

bool RunFolder::is_done() const { return is_there(path_ / done_name); }

}  // namespace tandem::io
