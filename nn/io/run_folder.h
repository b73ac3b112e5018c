#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "nn/io/file.h"

namespace tandem::io {

/// JSON on one line; bytes that are not UTF-8, as a path may have, are replaced, so that no user's text can stop a run.
std::string to_text(const nlohmann::json& json);

/// The folder that a program leaves its results in: JSON files, `metrics.jsonl` with one object a line, one line an
/// epoch, pictures, weights, and last of all `DONE`. After a crash at any moment each file is as it was or as it
/// should be.
class RunFolder {
 public:
  /// Creates the folder, and those above it, if need be; what it created and nobody used, it removes at the end.
  /// @throws WriteError if it cannot be created or written
  explicit RunFolder(std::filesystem::path path);

  /// Keeps other processes out, as a FolderLock, until this object is gone.  @throws WriteError if another one is there
  void lock();

  const std::filesystem::path& path() const { return path_; }
  /// A file in it.
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  /// Starts a run, or resumes one whose checkpoint has `epochs_done` epochs: removes `DONE`, and from `metrics.jsonl`
  /// all but the lines with an "epoch" up to that number.
  /// @throws WriteError if one of them cannot be removed or written, FileError if `metrics.jsonl` cannot be read or is
  ///         larger than 256 MiB
  void begin(Index epochs_done = 0) const;

  /// Writes a file, indented, atomically.  @throws WriteError as write_atomically() does
  void write_json(std::string_view name, const nlohmann::json& content) const;

  /// What write_json() wrote.  @throws FileError if it cannot be read, is larger than 256 MiB, or is not JSON
  nlohmann::json read_json(std::string_view name) const;

  /// Adds a line to `metrics.jsonl`. If that fails, or the machine stops halfway, metrics() leaves the line out.
  /// @throws WriteError if the line cannot be written or flushed to disk
  void append_metrics(const nlohmann::json& line) const;
  /// The lines of `metrics.jsonl`, none if there is no such file. Anything but a complete line with an object in it,
  /// as a crash may leave at the end, is left out.
  /// @throws FileError if the file cannot be read or is larger than 256 MiB
  std::vector<nlohmann::json> metrics() const;

  /// Writes `DONE`: all other files are complete.  @throws WriteError as write_atomically() does
  void mark_done() const;
  bool is_done() const;

 private:
  /// The folders that were missing, the innermost first. At the end those that are empty are removed.
  class Created {
   public:
    explicit Created(const std::filesystem::path& path);
    Created(Created&&) = default;
    Created& operator=(Created&&) = delete;
    ~Created();

   private:
    std::vector<std::filesystem::path> folders_;
  };

  std::filesystem::path path_;
  FolderLock lock_;
  Created created_;  ///< after the lock: they are removed while it keeps others out
};

}  // namespace tandem::io
