#pragma once

#include <array>
#include <memory>

#include "nn/io/file.h"

namespace tandem::io {

/// Reads the content of a gzip file from its beginning to its end, as InputFile reads a plain one. A file of several
/// members, as `cat a.gz b.gz` makes, holds their contents one after another.
class GzipFile {
 public:
  /// @param file  positioned at its beginning; must outlive this object
  explicit GzipFile(InputFile& file);

  /// True if a file that starts with these two bytes is in gzip format.
  static bool recognises(std::span<const std::byte, 2> start);

  const std::filesystem::path& path() const { return file_.path(); }
  /// No gzip file of this length can hold more bytes: deflate shrinks to 1/1032 at best.
  std::uint64_t largest_size() const { return file_.size() * 1032; }

  /// Fills `to` with the next bytes, and returns how many there were: fewer than asked for only at the end, where the
  /// checksum has then been compared.
  /// @throws FileError at the first byte that is not valid gzip, or if the file is truncated
  std::size_t read_some(std::span<std::byte> to);

 private:
  struct Inflater;  ///< zlib's state
  struct Deleter {
    void operator()(Inflater* inflater) const;
  };

  /// Reads the next bytes of the file into input_; none at its end.
  void fill();
  /// Starts on the member after the one that has ended, or returns false at the end of the file.
  /// @throws FileError if something else follows
  bool next_member();

  InputFile& file_;
  std::unique_ptr<Inflater, Deleter> inflater_;
  std::array<std::byte, 1 << 16> input_;
  bool at_end_ = false;
};

}  // namespace tandem::io
