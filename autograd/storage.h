#pragma once

#include <cstddef>
#include <cstdint>

#include "autograd/counted.h"
#include "autograd/pool.h"

namespace tandem {

/// A block of 64-byte aligned memory, shared by all tensors that are views of it. Not initialised.
///
/// Its reference count, size and version lie in front of it, in the same allocation.
class alignas(64) Storage : public Counted<Storage> {
 public:
  static Storage* make(std::size_t bytes) { return new (pool::acquire(sizeof(Storage) + bytes)) Storage(bytes); }

  std::byte* data() noexcept { return reinterpret_cast<std::byte*>(this + 1); }

  /// Counts in-place modifications: a value saved for backward remembers the number and is refused if it has changed
  /// since. The increment is not atomic: if two threads write at once, one may be missed, but the number still changes.
  std::uint64_t version() const noexcept { return version_.load(std::memory_order_relaxed); }
  void bump_version() noexcept { version_.store(version() + 1, std::memory_order_relaxed); }

  void destroy() {
    const std::size_t bytes = bytes_;
    this->~Storage();
    pool::release(this, sizeof(Storage) + bytes);
  }

 private:
  explicit Storage(std::size_t bytes) : bytes_(bytes) {}
  ~Storage() = default;

  std::size_t bytes_;
  std::atomic<std::uint64_t> version_{0};
};

}  // namespace tandem
