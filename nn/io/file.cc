#include "nn/io/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>

#include "nn/text.h"

namespace tandem::io {
namespace fs = std::filesystem;
namespace {

std::string message(const fs::path& path, std::string_view problem, std::string_view hint,
                    std::optional<std::uint64_t> offset) {
  std::string text = printable(path.string());
  if (offset) text += ", byte " + grouped(*offset);
  text.append(": ").append(problem);
  if (!hint.empty()) text.append("\n  hint: ").append(hint);
  return text;
}

std::string reason(int error) { return std::generic_category().message(error); }

/// What a path leads to instead of a regular file.
std::string_view kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

constexpr std::string_view temporary_prefix = ".tandem-", temporary_suffix = ".tmp";

/// The file that is written first and then renamed; removed at the end unless it was.
class Temporary {
 public:
  explicit Temporary(const fs::path& target) : target_(target), folder_(target.parent_path()) {
    static std::atomic<unsigned> count{0};
    if (folder_.empty()) folder_ = ".";
    struct stat old {};
    const bool replaces = stat(target.c_str(), &old) == 0;
    do {
      path_ = folder_ / (std::string(temporary_prefix) + std::to_string(getpid()) + "-" + std::to_string(count++) +
                         std::string(temporary_suffix));
      file_ = Descriptor(open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, replaces ? 0600 : 0666));
    } while (file_.number() < 0 && (errno == EEXIST || errno == EINTR));
    if (file_.number() < 0)
      throw WriteError(target, "cannot be created: " + reason(errno), "the folder must exist and be writable");
    if (replaces) take_rights_of(old);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (!renamed_) unlink(path_.c_str());
  }

  Descriptor take_file() { return std::move(file_); }

  void rename_to_target() {
    if (rename(path_.c_str(), target_.c_str()) != 0) throw WriteError(target_, "cannot be replaced: " + reason(errno));
    renamed_ = true;
    sync_folder();
  }

 private:
  /// Whoever may read the old file, and nobody else, may read the new one. What the system refuses stays as it is.
  void take_rights_of(const struct stat& old) const {
    mode_t mode = old.st_mode & 0777;
    if (fchown(file_.number(), static_cast<uid_t>(-1), old.st_gid) != 0)
      mode = (mode & 0707) | (mode & 07) << 3;  // another group, whose members were others to the old file
    static_cast<void>(fchmod(file_.number(), mode) == 0);
    static_cast<void>(fchown(file_.number(), old.st_uid, static_cast<gid_t>(-1)) == 0);
  }

  /// Makes the new name last through a power cut. Some file systems cannot (EINVAL), and a folder may be
  /// writable but not readable: then there is nothing to be done. Any other failure means trouble with the disk.
  void sync_folder() const {
    const Descriptor folder(open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.number() >= 0 && fsync(folder.number()) != 0 && errno != EINVAL)
      throw WriteError(target_, "is new, but its folder cannot be written to disk: " + reason(errno),
                       "a power cut may bring the old file back");
  }

  fs::path target_, folder_, path_;
  Descriptor file_;
  bool renamed_ = false;
};

/// Removes what is left of temporary files. Nobody else may be writing there.
void remove_unfinished(const fs::path& folder) {
  std::error_code ignored;
  for (fs::directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with(temporary_prefix) && name.ends_with(temporary_suffix)) fs::remove(entry->path(), ignored);
  }
}

/// Where a write to `path` goes: through symbolic links, even to a file that does not exist yet, and never onto
/// anything but a regular file.
fs::path resolve(fs::path path) {
  std::error_code error;
  constexpr int most_links = 40;  // as the system itself follows
  for (int links = 0; fs::is_symlink(path, error); ++links) {
    const fs::path target = fs::read_symlink(path, error);
    if (error || links == most_links) throw WriteError(path, "is a symbolic link that cannot be followed");
    path = target.is_absolute() ? target : path.parent_path() / target;
  }
  struct stat status {};
  if (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    throw WriteError(path, "is " + std::string(kind_of(status.st_mode)) + ", not a file that can be replaced");
  return path;
}

}  // namespace

FileError::FileError(const fs::path& path, std::string_view problem, std::string_view hint,
                     std::optional<std::uint64_t> offset)
    : Error(message(path, problem, hint, offset)) {}

WriteError::WriteError(const fs::path& path, std::string_view problem, std::string_view hint)
    : Error(message(path, problem, hint, {})) {}

// ---- Descriptor -----------------------------------------------------------------------------------------

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

bool Descriptor::close() {
  const int number = std::exchange(number_, -1);
  return number < 0 || ::close(number) == 0;
}

// ---- reading --------------------------------------------------------------------------------------------

// O_NONBLOCK: opening a pipe that nobody writes to must not hang.
InputFile::InputFile(const fs::path& path)
    : path_(path), file_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {
  struct stat status {};
  if (file_.number() < 0 || fstat(file_.number(), &status) != 0)
    throw FileError(path, errno == ENOENT ? "no such file" : "cannot be opened: " + reason(errno));
  if (!S_ISREG(status.st_mode))
    throw FileError(path, "is " + std::string(kind_of(status.st_mode)) + ", but a file is needed");
  size_ = static_cast<std::uint64_t>(status.st_size);
}

std::size_t InputFile::read_some(std::span<std::byte> to) {
  constexpr std::size_t most = std::size_t{1} << 30;  // the system reads no more than 2 GB at once
  std::size_t done = 0;
  while (done < to.size()) {
    const std::size_t wanted = std::min(to.size() - done, most);
    const ssize_t n = pread(file_.number(), to.data() + done, wanted, static_cast<off_t>(position_));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw FileError(path_, "cannot be read: " + reason(errno), {}, position_);
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
    position_ += static_cast<std::size_t>(n);
  }
  return done;
}

void InputFile::read(std::span<std::byte> to, std::string_view what) {
  const std::uint64_t start = position_;
  if (const std::size_t n = read_some(to); n < to.size())
    throw FileError(
        path_, std::string(what) + " takes " + grouped(to.size()) + " bytes, but the file ends after " + grouped(n),
        "the file is incomplete", start);
}

std::vector<std::byte> read_file(const fs::path& path, std::size_t limit) {
  InputFile file(path);
  if (file.size() > limit)
    throw FileError(path, grouped(file.size()) + " bytes, but at most " + grouped(limit) + " are read");
  std::vector<std::byte> content(static_cast<std::size_t>(file.size()));
  file.read(content, "the content");
  return content;
}

// ---- writing --------------------------------------------------------------------------------------------

OutputFile::OutputFile(fs::path path, Descriptor file) : path_(std::move(path)), file_(std::move(file)) {}

void OutputFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file_.number(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw WriteError(path_, "cannot be written: " + reason(errno));
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

void OutputFile::finish() {
  if (fsync(file_.number()) != 0 || !file_.close()) throw WriteError(path_, "cannot be written: " + reason(errno));
}

void write_atomically(const fs::path& path, const std::function<void(OutputFile&)>& content) {
  Temporary temporary(resolve(path));
  OutputFile file(path, temporary.take_file());
  content(file);
  file.finish();
  temporary.rename_to_target();
}

void write_atomically(const fs::path& path, std::span<const std::byte> content) {
  write_atomically(path, [&](OutputFile& file) { file.write(content); });
}

void write_atomically(const fs::path& path, std::string_view content) {
  write_atomically(path, std::as_bytes(std::span(content)));
}

// ---- FolderLock -----------------------------------------------------------------------------------------

FolderLock::FolderLock(const fs::path& folder) : folder_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (folder_.number() >= 0 && flock(folder_.number(), LOCK_EX | LOCK_NB) == 0) {
    remove_unfinished(folder);
    return;
  }
  const int error = errno;
  folder_.close();
  if (error == EWOULDBLOCK) throw WriteError(folder, "another process is writing to this folder");
}

}  // namespace tandem::io
