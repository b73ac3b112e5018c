#pragma once

#include <array>
#include <memory>

#include "nn/io/file.h"

namespace tandem::io {

/// Reads the content of a gzip file from its beginning to its end, as InputFile reads a plain one. A file of several
/// members, as `cat a.gz b.gz` makes, holds their contents one after another.
class GzipFile {
 public:
  /// @param file  stands at its beginning; must outlive this object
  explicit GzipFile(InputFile& file);

  /// True if a file of these first two bytes is in gzip format.
  static bool recognises(std::span<const std::byte, 2> start);

  const std::filesystem::path& path() const { return file_.path(); }
  /// No gzip file of this length can hold more bytes: deflate shrinks to 1/1032 at best.
  std::uint64_t largest_size() const { return file_.size() * 1032; }

  /// Fills `to` with the next bytes, and returns how many there were: fewer than asked for only at the end,
  /// whose checksum was then compared.
  /// @throws FileError at the first byte that is not as gzip wants it, or if the file breaks off
  std::size_t read_some(std::span<std::byte> to);

 private:
  struct Inflater;  ///< zlib's state
  struct Deleter {
    void operator()(Inflater* inflater) const;
  };

  /// Takes up the next bytes of the file; none at its end.
  void fill();
  /// Goes on with the member after the one that has ended, or returns false at the end of the file.
  /// @throws FileError if something else follows
  bool next_member();

  InputFile& file_;
  std::unique_ptr<Inflater, Deleter> inflater_;
  std::array<std::byte, 1 << 16> input_;
  bool at_end_ = false;
};

}  // namespace tandem::io
