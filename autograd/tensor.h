#pragma once

#include <atomic>
#include <functional>
#include <initializer_list>
#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "autograd/counted.h"
#include "autograd/dtype.h"
#include "autograd/error.h"
#include "autograd/shape.h"
#include "autograd/storage.h"

namespace tandem {

class Node;

/// Options of backward() and grad().
struct BackwardOptions {
  bool retain_graph = false;  ///< keep what was saved, so that backward can be called again
  bool create_graph = false;  ///< record the gradient computation too, for higher derivatives; retains
  bool allow_unused = false;  ///< grad() returns an undefined tensor, and does not throw, for an unused input
};

/// An n-dimensional array of numbers, always contiguous and row-major, that remembers how it was computed.
///
/// A Tensor is a handle: copies share the numbers, the gradient and the place in the graph. Operations are
/// free functions (`exp(x)`, `matmul(a, b)`, `a + b`); they broadcast as NumPy does and never change their
/// arguments. What changes a tensor in place ends in an underscore.
class Tensor {
 public:
  /// An undefined tensor, such as grad() returns before the first backward().
  Tensor() = default;
  Tensor(const Tensor&) = default;
  Tensor(Tensor&&) = default;
  /// Makes this handle refer to another tensor. Not for temporaries: `x[0] = y` would change nothing; `x[0].copy_(y)`
  /// does.
  Tensor& operator=(const Tensor&) & = default;
  Tensor& operator=(Tensor&&) & = default;
  ~Tensor() = default;
  /// Memory for `shape`, not initialised.
  Tensor(const Shape& shape, DType dtype);
  /// A view of `storage`, `offset` elements in.
  Tensor(Pointer<Storage> storage, Index offset, const Shape& shape, DType dtype);

  bool defined() const { return static_cast<bool>(impl_); }
  const Shape& shape() const& { return impl().shape; }
  Shape shape() && { return impl().shape; }
  int rank() const { return impl().shape.rank(); }
  /// Extent of one axis; negative axes count from the end.
  Index dim(Index axis) const { return impl().shape.dim(axis); }
  /// Number of elements.
  Index size() const { return impl().shape.size(); }
  DType dtype() const { return impl().dtype; }

  // ---- the numbers; pointers, bytes and maps are valid as long as a tensor holds the memory ----

  /// @throws DTypeError if T is not the element type
  template <class T>
  const T* data() const {
    return reinterpret_cast<const T*>(checked_bytes(dtype_of<T>));
  }
  /// The same for writing: counts as a modification in place. Call it again before each round of writes: writes through
  /// a pointer or a map taken before the tensor was used go unnoticed.
  template <class T>
  T* mutable_data() {
    count_modification();
    return const_cast<T*>(data<T>());
  }
  const std::byte* raw_data() const { return impl().storage->data() + offset_bytes(); }
  std::byte* mutable_raw_data() {
    count_modification();
    return const_cast<std::byte*>(raw_data());
  }
  /// All of raw_data(), for files and hashes.
  std::span<const std::byte> bytes() const { return {raw_data(), static_cast<std::size_t>(size()) * size_of(dtype())}; }

  /// The only element, as a double.  @throws ShapeError if there is not exactly one.
  double item() const;
  /// All elements in row-major order, converted to T.
  template <Element T>
  std::vector<T> to_vector() const;

  /// Eigen maps of the numbers (include <autograd/eigen.h>): rank 2, or any rank as [leading axes, last].
  template <class T = float>
  auto matrix() const;
  template <class T = float>
  auto mutable_matrix();
  template <class T = float>
  auto array() const;  ///< all elements as one column

  // ---- views and copies; recorded in the graph, except clone(), detach() and to() an integer type ----

  /// The same numbers in another shape, shared. One extent may be -1 and is then computed.
  [[nodiscard]] Tensor reshape(std::initializer_list<Index> dims) const;
  [[nodiscard]] Tensor reshape(const Shape& shape) const;
  /// Entries begin, ..., end - 1 of the first axis, shared; negative positions count from the end.
  /// @throws ShapeError for a scalar, and unless, so counted, 0 <= begin <= end <= dim(0)
  [[nodiscard]] Tensor rows(Index begin, Index end) const;
  /// Entry i of the first axis, shared; one rank less. A negative i counts from the end.
  /// @throws ShapeError for a scalar, and unless -dim(0) <= i < dim(0)
  Tensor operator[](Index i) const;
  /// Converted to another element type; itself if it has that type already. To an integer type, fractions are cut off,
  /// numbers out of range become its nearest, and NaN becomes 0.
  [[nodiscard]] Tensor to(DType dtype) const;
  /// A copy of the numbers, outside the graph.
  [[nodiscard]] Tensor clone() const;
  /// The same numbers, shared, outside the graph.
  [[nodiscard]] Tensor detach() const;

  // ---- the graph ----

  bool requires_grad() const { return defined() && static_cast<bool>(impl_->node); }
  /// Makes this a leaf whose gradient backward() computes, or one that gets none: its gradient and hooks are then set
  /// aside until it requires one again.
  /// @throws GraphError if the tensor is the result of an operation, DTypeError if it is not floating
  Tensor& requires_grad_(bool requires_grad = true) &;
  /// A temporary comes back by value: `const Tensor& x = zeros({3}).requires_grad_();` lives as long as x does.
  Tensor requires_grad_(bool requires_grad = true) && { return requires_grad_(requires_grad); }
  /// Whether it once required a gradient and no longer does.
  bool is_frozen() const { return defined() && static_cast<bool>(impl_->idle_node); }
  bool is_leaf() const;
  /// What backward() has summed up so far; undefined before.
  Tensor grad() const;
  /// Replaces the gradient by one of the tensor's shape and type, or drops it if `grad` is undefined.
  /// @throws GraphError for a defined `grad` if the tensor requires no gradient, ShapeError or DTypeError for another
  ///         shape or type
  void set_grad(Tensor grad);
  /// Drops the gradient, so that the next one replaces it instead of being added.
  void zero_grad() { set_grad({}); }
  /// Keeps the gradient of the result of an operation, as leaves do.
  void retain_grad();
  /// dL/dx of all leaves, added to their grad(); see backward.h.
  void backward(const Tensor& gradient = {}, BackwardOptions options = {}) const;
  /// Calls `hook` with the gradient of this tensor whenever it has been computed; the result, if defined, replaces the
  /// gradient. Returns a number for remove_hook().
  using Hook = std::function<Tensor(const Tensor& gradient)>;
  std::size_t register_hook(Hook hook);
  void remove_hook(std::size_t id);

  // ---- in place. While operations are recorded, @throws GraphError if the tensor or its source is in the graph ----

  /// x = value, as to() converts it
  Tensor& fill_(double value) &;
  /// x = source, as to() converts it.  @throws ShapeError if the shapes differ
  Tensor& copy_(const Tensor& source) &;
  /// x += scale other.  @throws ShapeError if the shapes differ, DTypeError unless both are float32 or both float64
  Tensor& add_(const Tensor& other, double scale = 1) &;
  /// x *= factor.  @throws DTypeError for integers
  Tensor& mul_(double factor) &;
  /// x = min(max(x, low), high); NaN stays.  @throws DTypeError for integers, ValueError unless low <= high
  Tensor& clamp_(double low, double high) &;
  Tensor fill_(double value) && { return fill_(value); }
  Tensor copy_(const Tensor& source) && { return copy_(source); }
  Tensor add_(const Tensor& other, double scale = 1) && { return add_(other, scale); }
  Tensor mul_(double factor) && { return mul_(factor); }
  Tensor clamp_(double low, double high) && { return clamp_(low, high); }

  /// How often the numbers were modified in place, through this or any view.
  std::uint64_t version() const { return impl().storage->version(); }
  /// How often set_data() has replaced the numbers.
  std::uint64_t exchanges() const { return impl().exchanges; }
  /// True if all numbers are known to be finite. The second call since a modification scans them, so that numbers that
  /// change with every step are not scanned in vain. Writes through an older pointer or Eigen map go unnoticed.
  bool known_finite() const;
  bool shares_storage(const Tensor& other) const { return impl().storage == other.impl().storage; }
  bool is_same(const Tensor& other) const { return impl_ == other.impl_; }
  /// True if no other handle refers to this tensor; views of its numbers may.
  bool is_sole_handle() const { return impl_.get() && impl_->unique(); }

  // ---- for modules and authors of ops ----

  /// Replaces the numbers by those of `source`, whose memory it shares, and if need be the element type, keeping
  /// identity, gradient flag and hooks: every copy of this handle sees it. If the type changes, the gradient is
  /// dropped, and backward() through earlier results throws.
  /// @throws ShapeError if the shapes differ, DTypeError for integers if the tensor requires a gradient or is frozen,
  ///         GraphError if the tensor is the result of an operation
  void set_data(const Tensor& source);
  const Pointer<Node>& node() const { return impl().node; }
  void set_node(Pointer<Node> node);
  const Pointer<Storage>& storage() const { return impl().storage; }
  Index offset() const { return impl().offset; }
  /// True if this handle is the only way to reach the numbers: an op that took it by value may reuse them.
  bool exclusive() const { return is_sole_handle() && impl_->storage->unique(); }

 private:
  struct Impl : Counted<Impl>, Pooled {
    Impl(Pointer<Storage> s, Index o, const Shape& sh, DType d);
    ~Impl();
    void destroy() { delete this; }
    Pointer<Storage> storage;
    Index offset;  ///< in elements
    Shape shape;
    DType dtype;
    std::uint64_t exchanges = 0;
    std::atomic<std::uint64_t> finite = 0;  ///< what known_finite() has found out, and for which version
    Pointer<Node> node;                     ///< where the gradient goes; null if none is wanted
    Pointer<Node> idle_node;                ///< the leaf of a frozen tensor
  };

  Impl& impl() const {
    if (!impl_) [[unlikely]]
      throw_undefined();
    return *impl_;
  }
  [[noreturn]] static void throw_undefined();
  std::size_t offset_bytes() const { return static_cast<std::size_t>(impl_->offset) * size_of(impl_->dtype); }
  const std::byte* checked_bytes(DType wanted) const {
    if (impl().dtype != wanted) [[unlikely]]
      throw_wrong_type(wanted);
    return raw_data();
  }
  [[noreturn]] void throw_wrong_type(DType wanted) const;
  void count_modification() { impl().storage->bump_version(); }

  Pointer<Impl> impl_;
};

/// Readable at any size: numbers in columns, long axes shortened, shape and type at the end.
std::ostream& operator<<(std::ostream& out, const Tensor& x);
std::string to_string(const Tensor& x);

}  // namespace tandem
