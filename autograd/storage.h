#pragma once

#include <cstddef>
#include <cstdint>

#include "autograd/counted.h"
#include "autograd/pool.h"

namespace tandem {

/// A block of 64-byte aligned memory, shared by all tensors that are views of it. Not initialised.
class Storage : public Counted<Storage>, public Pooled {
 public:
  explicit Storage(std::size_t bytes) : data_(pool::acquire(bytes)), bytes_(bytes) {}
  ~Storage() { pool::release(data_, bytes_); }

  std::byte* data() const noexcept { return static_cast<std::byte*>(data_); }
  std::size_t bytes() const noexcept { return bytes_; }

  /// Counts in-place modifications: a value saved for backward remembers the number and is refused if it
  /// has changed since.
  std::uint64_t version() const noexcept { return version_.load(std::memory_order_relaxed); }
  void bump_version() noexcept { version_.fetch_add(1, std::memory_order_relaxed); }

  void destroy() { delete this; }

 private:
  void* data_;
  std::size_t bytes_;
  std::atomic<std::uint64_t> version_{0};
};

}  // namespace tandem
