#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace tandem {

/// An intrusive reference count. `Derived::destroy()` is called when the last pointer goes.
template <class Derived>
class Counted {
 public:
  Counted() = default;
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  void acquire() const noexcept { count_.fetch_add(1, std::memory_order_relaxed); }
  void release() const noexcept {
    // The sole owner needs no atomic subtraction, which costs as much as ten others: nobody else can copy the pointer.
    if (unique() || count_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      const_cast<Derived*>(static_cast<const Derived*>(this))->destroy();
  }
  /// True if exactly one pointer refers to the object: whoever holds it may overwrite it.
  bool unique() const noexcept { return count_.load(std::memory_order_acquire) == 1; }

 protected:
  ~Counted() = default;

 private:
  mutable std::atomic<std::uint32_t> count_{0};
};

/// A smart pointer to a Counted object, one machine word wide.
template <class T>
class Pointer {
 public:
  Pointer() = default;
  Pointer(T* object) noexcept : object_(object) {
    if (object_) object_->acquire();
  }
  Pointer(const Pointer& other) noexcept : Pointer(other.object_) {}
  Pointer(Pointer&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Pointer& operator=(Pointer other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Pointer() {
    if (object_) object_->release();
  }

  T* get() const noexcept { return object_; }
  T* operator->() const noexcept { return object_; }
  T& operator*() const noexcept { return *object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }
  friend bool operator==(const Pointer& a, const Pointer& b) noexcept { return a.object_ == b.object_; }

 private:
  T* object_ = nullptr;
};

}  // namespace tandem
