#include "autograd/pool.h"

#include <pthread.h>

#include <array>
#include <atomic>
#include <bit>
#include <mutex>
#include <new>
#include <type_traits>

#include "autograd/sanitizer.h"

#if defined(TANDEM_ADDRESS_SANITIZER)  // kept blocks are poisoned, so that a use after release is found
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(block, bytes) ((void)(block), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(block, bytes) ((void)(block), (void)(bytes))
#endif

namespace tandem::pool {
namespace {

constexpr std::size_t alignment = 64;
constexpr std::size_t class_count = 4 * 48;  // four classes an octave, from 64 bytes up

/// Kept blocks of one size class, linked through their own first bytes.
struct FreeList {
  struct Link {
    Link* next;
  };
  std::atomic_flag busy;
  Link* head = nullptr;
  std::uint64_t requests = 0, system_requests = 0, given_back = 0;

  std::size_t kept() const {
    std::size_t count = 0;
    for (const Link* block = head; block; block = block->next) ++count;
    return count;
  }

  void lock() noexcept {
    while (busy.test_and_set(std::memory_order_acquire)) {
    }
  }
  void unlock() noexcept { busy.clear(std::memory_order_release); }
};

/// Usable before any static object is constructed, and after all are destroyed: tensors may be such objects.
constinit std::array<FreeList, class_count> lists;
static_assert(std::is_trivially_destructible_v<FreeList>);

// A fork() waits until no list is locked; else the child would inherit a lock that nobody releases.
void lock_all() noexcept {
  for (FreeList& list : lists) list.lock();
}
void unlock_all() noexcept {
  for (FreeList& list : lists) list.unlock();
}
[[maybe_unused]] const int at_fork = pthread_atfork(lock_all, unlock_all, unlock_all);

/// Classes are 64 bytes times 1, 2, 3, 4 and then 5, 6, 7, 8 times each power of two.
std::size_t class_of(std::size_t bytes) {
  const std::size_t units = (bytes + alignment - 1) / alignment;
  if (units <= 4) return units ? units - 1 : 0;
  const auto exponent = static_cast<std::size_t>(std::bit_width(units - 1)) - 3;  // units - 1 in [4, 8) 2^e
  return 4 * exponent + ((units - 1) >> exponent);
}

std::size_t bytes_of(std::size_t size_class) {
  if (size_class < 4) return (size_class + 1) * alignment;
  const std::size_t exponent = size_class / 4 - 1;
  return ((size_class % 4 + 5) << exponent) * alignment;
}

}  // namespace

void* acquire(std::size_t bytes) {
  const std::size_t size_class = class_of(bytes);
  if (size_class >= class_count) throw std::bad_alloc();
  const std::size_t rounded = bytes_of(size_class);
  FreeList& list = lists[size_class];
  {
    const std::lock_guard guard(list);
    ++list.requests;
    if (FreeList::Link* block = list.head) {
      list.head = block->next;
      ASAN_UNPOISON_MEMORY_REGION(block, rounded);
      return block;
    }
  }
  void* block = ::operator new(rounded, std::align_val_t(alignment), std::nothrow);
  if (!block) {  // perhaps blocks of other sizes are kept
    trim();
    block = ::operator new(rounded, std::align_val_t(alignment));
  }
  const std::lock_guard guard(list);
  ++list.system_requests;
  return block;
}

void release(void* block, std::size_t bytes) noexcept {
  if (!block) return;
  const std::size_t size_class = class_of(bytes);
  FreeList& list = lists[size_class];
  auto* link = static_cast<FreeList::Link*>(block);
  const std::lock_guard guard(list);
  link->next = list.head;
  list.head = link;
  ASAN_POISON_MEMORY_REGION(link + 1, bytes_of(size_class) - sizeof *link);
}

Statistics statistics() {
  Statistics sum;
  for (std::size_t size_class = 0; size_class < class_count; ++size_class) {
    FreeList& list = lists[size_class];
    const std::lock_guard guard(list);
    sum.requests += list.requests;
    sum.system_requests += list.system_requests;
    const std::size_t kept = list.kept();
    sum.bytes_in_use += (list.system_requests - list.given_back - kept) * bytes_of(size_class);
    sum.bytes_kept += kept * bytes_of(size_class);
  }
  return sum;
}

void trim() {
  for (std::size_t size_class = 0; size_class < class_count; ++size_class) {
    FreeList& list = lists[size_class];
    const std::lock_guard guard(list);
    while (FreeList::Link* block = list.head) {
      ASAN_UNPOISON_MEMORY_REGION(block, bytes_of(size_class));
      list.head = block->next;
      ::operator delete(block, std::align_val_t(alignment));
      ++list.given_back;
    }
  }
}

}  // namespace tandem::pool
