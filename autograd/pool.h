#pragma once

#include <cstddef>
#include <cstdint>

namespace tandem {

/// Memory for tensors and graph nodes, reused by size class: once a training loop has run a step or two,
/// it asks the operating system for nothing.
///
/// Blocks are 64-byte aligned; from 256 bytes on, neighbouring size classes differ by at most 25 %. Thread-safe: any
/// thread may release what another acquired.
namespace pool {

void* acquire(std::size_t bytes);
void release(void* block, std::size_t bytes) noexcept;

struct Statistics {
  std::uint64_t requests = 0;         ///< calls of acquire()
  std::uint64_t system_requests = 0;  ///< those that had to ask the system allocator
  std::size_t bytes_in_use = 0;       ///< handed out and not yet released
  std::size_t bytes_kept = 0;         ///< released and kept for the next request
};
Statistics statistics();

/// Gives all kept blocks back to the system.
void trim();

}  // namespace pool

/// Base class that takes its objects' memory from the pool.
struct Pooled {
  static void* operator new(std::size_t bytes) { return pool::acquire(bytes); }
  static void operator delete(void* block, std::size_t bytes) noexcept { pool::release(block, bytes); }
};

/// A standard allocator over the pool.
template <class T>
struct PoolAllocator {
  using value_type = T;
  PoolAllocator() = default;
  template <class U>
  PoolAllocator(const PoolAllocator<U>&) noexcept {}
  T* allocate(std::size_t n) { return static_cast<T*>(pool::acquire(n * sizeof(T))); }
  void deallocate(T* block, std::size_t n) noexcept { pool::release(block, n * sizeof(T)); }
  friend bool operator==(const PoolAllocator&, const PoolAllocator&) { return true; }
};

}  // namespace tandem
