#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "autograd/error.h"

namespace tandem::io {

/// Data that is missing, cannot be read or is malformed. what() is
///
///     PATH, byte OFFSET: PROBLEM
///       hint: HINT
///
/// without the offset or the hint where there is none.
struct FileError : Error {
  FileError(const std::filesystem::path& path, std::string_view problem, std::string_view hint = {},
            std::optional<std::uint64_t> offset = {});
};

/// A file or folder that cannot be written; what() has the form of FileError's, with the system's reason.
struct WriteError : Error {
  WriteError(const std::filesystem::path& path, std::string_view problem, std::string_view hint = {});
};

/// An open file descriptor, closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor() { close(); }

  int number() const { return number_; }
  /// @return false if the system reports an error, as a network file system can when the disk is full
  bool close();

 private:
  int number_;
};

/// A regular file, open for reading.
class InputFile {
 public:
  /// @throws FileError if there is no such file, it may not be read, or it is a folder, a device or a pipe
  explicit InputFile(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::uint64_t size() const { return size_; }
  /// Offset of the next byte to be read.
  std::uint64_t position() const { return position_; }
  /// Goes back to the beginning.
  void rewind() { position_ = 0; }

  /// Fills `to` with the next bytes, and returns how many there were: fewer than asked for only at the end.
  std::size_t read_some(std::span<std::byte> to);
  /// Fills `to` with the next bytes.  @throws FileError if there are fewer; say what they are for in `what`.
  void read(std::span<std::byte> to, std::string_view what);

 private:
  std::filesystem::path path_;
  Descriptor file_;
  std::uint64_t size_;
  std::uint64_t position_ = 0;
};

/// The whole of a regular file.
/// @throws FileError if it cannot be read, or is larger than `limit` bytes, before any memory is allocated for it
std::vector<std::byte> read_file(const std::filesystem::path& path, std::size_t limit);

/// A file being written; see write_atomically().
class OutputFile {
 public:
  OutputFile(std::filesystem::path path, Descriptor file);

  /// Appends `bytes`.  @throws WriteError if they cannot be written, as on a full disk
  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }

  /// Waits until everything is on the disk, then closes.  @throws WriteError if that fails
  void finish();

 private:
  std::filesystem::path path_;
  Descriptor file_;
};

/// Writes a file so that at any moment, even after a crash or power cut, either the old content or the new is there in
/// full: it is written under a temporary name in the same folder, then renamed. If anything fails before that, the
/// temporary file is removed and the old one stays as it was. A symbolic link is followed. Owner, group and permissions
/// of the replaced file are kept, as far as the system lets the process set them: if it may not set the group, that of
/// the new file has the rights of all others. The bits set-user-ID, set-group-ID and sticky are not kept.
/// @throws WriteError if the file cannot be written, or the path is that of a folder, a device or a pipe; or if the
///         folder cannot be flushed to disk after the renaming: the new file is then in place, but may not survive a
///         power cut, and the message says so. Also whatever `content` throws
void write_atomically(const std::filesystem::path& path, const std::function<void(OutputFile&)>& content);
void write_atomically(const std::filesystem::path& path, std::span<const std::byte> content);
void write_atomically(const std::filesystem::path& path, std::string_view content);

/// Reserves a folder for the files of one process while this object lives. A process that was killed no longer holds
/// it; the next lock removes the temporary files that write_atomically() left there. The lock is the kernel's, and
/// binds only those who ask for it. Where the file system has no locks, nobody is kept out and nothing is removed.
class FolderLock {
 public:
  FolderLock() = default;  ///< of no folder
  /// @throws WriteError if another process has the folder
  explicit FolderLock(const std::filesystem::path& folder);

 private:
  Descriptor folder_;
};

}  // namespace tandem::io
