#include "nn/io/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <string>

namespace tandem::io {

struct GzipFile::Inflater {
  z_stream stream{};
};

void GzipFile::Deleter::operator()(Inflater* inflater) const {
  inflateEnd(&inflater->stream);
  delete inflater;
}

GzipFile::GzipFile(InputFile& file) : file_(file), inflater_(new Inflater) {
  constexpr int gzip_only = 16;
  if (inflateInit2(&inflater_->stream, MAX_WBITS + gzip_only) != Z_OK) throw std::bad_alloc();
}

bool GzipFile::recognises(std::span<const std::byte, 2> start) {
  return start[0] == std::byte{0x1f} && start[1] == std::byte{0x8b};
}

void GzipFile::fill() {
  const std::size_t n = file_.read_some(input_);
  inflater_->stream.next_in = reinterpret_cast<Bytef*>(input_.data());
  inflater_->stream.avail_in = static_cast<uInt>(n);
}

bool GzipFile::next_member() {
  z_stream& stream = inflater_->stream;
  if (stream.avail_in == 0) fill();
  if (stream.avail_in == 0) return false;
  if (*stream.next_in != 0x1f)
    throw FileError(path(), "bytes follow after the end of the gzip data", "the file is damaged",
                    file_.position() - stream.avail_in);
  inflateReset(&stream);
  return true;
}

std::size_t GzipFile::read_some(std::span<std::byte> to) {
  z_stream& stream = inflater_->stream;
  std::size_t done = 0;
  while (done < to.size() && !at_end_) {
    if (stream.avail_in == 0) fill();
    if (stream.avail_in == 0)
      throw FileError(path(), "the gzip data breaks off", "the file is incomplete", file_.position());
    const auto room = static_cast<uInt>(std::min<std::size_t>(to.size() - done, std::numeric_limits<uInt>::max()));
    stream.next_out = reinterpret_cast<Bytef*>(to.data() + done);
    stream.avail_out = room;
    const int status = inflate(&stream, Z_NO_FLUSH);
    done += room - stream.avail_out;
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
      throw FileError(path(),
                      "the gzip data is damaged (" + std::string(stream.msg ? stream.msg : "no reason given") + ")", {},
                      file_.position() - stream.avail_in);
    if (status == Z_STREAM_END) at_end_ = !next_member();
  }
  return done;
}

}  // namespace tandem::io
