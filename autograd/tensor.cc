#include "autograd/tensor.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "autograd/backward.h"
#include "autograd/graph.h"
#include "autograd/map.h"
#include "autograd/ops/shape.h"

namespace tandem {

// ---- construction -------------------------------------------------------------------------------------

Tensor::Impl::Impl(Pointer<Storage> s, Index o, const Shape& sh, DType d)
    : storage(std::move(s)), offset(o), shape(sh), dtype(d) {}
Tensor::Impl::~Impl() = default;

Tensor::Tensor(const Shape& shape, DType dtype)
    : Tensor(Storage::make(static_cast<std::size_t>(shape.checked_size()) * size_of(dtype)), 0, shape, dtype) {}

Tensor::Tensor(Pointer<Storage> storage, Index offset, const Shape& shape, DType dtype)
    : impl_(new Impl(std::move(storage), offset, shape, dtype)) {}

void Tensor::throw_undefined() {
  throw_graph_error(
      "tensor", "undefined",
      "a Tensor default-constructed or moved from, or a grad() before backward(), or of what an operation "
      "returned without retain_grad()");
}

void Tensor::throw_wrong_type(DType wanted) const {
  throw_dtype_error("tensor: data of type " + std::string(name_of(wanted)) + " asked for, but " + to_string(shape()) +
                        " is " + std::string(name_of(dtype())),
                    {}, {}, "name the type, as data<double>() and matrix<double>() do, or convert with .to()");
}

// ---- the numbers --------------------------------------------------------------------------------------

namespace {

/// A number converted to another type. To an integer type, fractions are cut off, numbers out of range become its
/// nearest, and NaN becomes 0.
template <class To, class From>
To converted(From value) {
  using Limits = std::numeric_limits<To>;
  if constexpr (std::is_integral_v<To> && std::is_integral_v<From>) {
    if (std::cmp_less(value, Limits::min())) return Limits::min();
    if (std::cmp_greater(value, Limits::max())) return Limits::max();
  } else if constexpr (std::is_integral_v<To>) {
    if (!(value > static_cast<From>(Limits::min()))) return std::isnan(value) ? To{0} : Limits::min();
    if (value >= static_cast<From>(Limits::max())) return Limits::max();  // 2^63 - 1 rounds up to 2^63 as a From
  }
  return static_cast<To>(value);
}

template <class From, class To>
void convert(const From* from, To* to, Index n) {
  parallel_for(n, kernels::map_grain, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) to[i] = converted<To>(from[i]);
  });
}

/// What is copied or added into a tensor in place would get no gradient.
void check_source(const char* op, const Tensor& source) {
  if (source.requires_grad() && grad_enabled())
    throw_graph_error(
        op, "the argument, of shape " + to_string(source.shape()) + ", is in the graph, and would get no gradient",
        "x + y keeps it in the graph; y.detach() or a NoGrad scope says that none is wanted");
}

/// In-place changes of a tensor in the graph would make the graph's gradients wrong.
void check_in_place(const char* op, const Tensor& x) {
  if (x.requires_grad() && grad_enabled())
    throw_graph_error(op, "x, of shape " + to_string(x.shape()) + ", is in the graph and may not be modified in place",
                      "use the operation without the underscore, or a NoGrad scope to update a parameter");
}

}  // namespace

double Tensor::item() const {
  require(size() == 1, "item", "exactly one element", {{"x", *this}});
  double value = 0;
  dispatch_any(dtype(), [&]<class T>(T) { value = static_cast<double>(*data<T>()); });
  return value;
}

template <Element T>
std::vector<T> Tensor::to_vector() const {
  std::vector<T> values(static_cast<std::size_t>(size()));
  dispatch_any(dtype(), [&]<class From>(From) { convert(data<From>(), values.data(), size()); });
  return values;
}
template std::vector<float> Tensor::to_vector() const;
template std::vector<double> Tensor::to_vector() const;
template std::vector<std::int64_t> Tensor::to_vector() const;
template std::vector<std::uint8_t> Tensor::to_vector() const;

// ---- views and copies ---------------------------------------------------------------------------------

Tensor Tensor::reshape(const Shape& to) const { return tandem::reshape(*this, to); }
Tensor Tensor::reshape(std::initializer_list<Index> dims) const { return tandem::reshape(*this, dims); }

Tensor Tensor::rows(Index begin, Index end) const { return slice(*this, 0, begin, end); }

Tensor Tensor::operator[](Index i) const {
  require(rank() > 0, "index", "rank >= 1", {{"x", *this}});
  const Index n = dim(0), at = i < 0 ? i + n : i;
  if (at < 0 || at >= n) [[unlikely]]
    throw_shape_error("index", "-n <= i < n for index " + std::to_string(i) + " and n = x.shape[0]", {{"x", *this}});
  return slice(*this, 0, at, at + 1).reshape(shape().without(0));
}

Tensor Tensor::to(DType to) const {
  if (to == dtype()) return *this;
  Tensor y(shape(), to);
  dispatch_any(dtype(), [&]<class From>(From) {
    dispatch_any(to, [&]<class To>(To) { convert(data<From>(), y.mutable_data<To>(), size()); });
  });
  if (!is_floating(to)) return y;
  return record("to", {*this}, std::move(y), [from = dtype()](const Tensor& dy) { return dy.to(from); });
}

Tensor Tensor::clone() const {
  Tensor copy(shape(), dtype());
  std::memcpy(copy.mutable_raw_data(), raw_data(), bytes().size());
  return copy;
}

Tensor Tensor::detach() const { return Tensor(impl().storage, impl().offset, shape(), dtype()); }

// ---- the graph ----------------------------------------------------------------------------------------

void Tensor::set_node(Pointer<Node> node) { impl().node = std::move(node); }

bool Tensor::is_leaf() const { return !impl().node || impl().node->is_leaf(); }

Tensor& Tensor::requires_grad_(bool requires_grad) & {
  if (!is_leaf())
    throw_graph_error("requires_grad_", "x, of shape " + to_string(shape()) + ", is the result of an operation",
                      "detach() it first, or use retain_grad()");
  if (!requires_grad) {
    if (impl().node) impl().idle_node = std::move(impl().node);
  } else if (!impl().node) {
    require_floating("requires_grad_", {{"x", *this}});
    impl().node = std::move(impl().idle_node);
    if (!impl().node) impl().node = new Node("leaf", shape(), dtype());
  }
  return *this;
}

Tensor Tensor::grad() const { return requires_grad() ? impl().node->grad : Tensor(); }

void Tensor::set_grad(Tensor grad) {
  if (!requires_grad()) {
    if (!grad.defined()) {
      if (impl().idle_node) impl().idle_node->grad = {};
      return;
    }
    throw_graph_error("set_grad", "the tensor does not require a gradient");
  }
  if (grad.defined()) {
    require(grad.shape() == shape(), "set_grad", "the gradient has the shape of its tensor",
            {{"x", *this}, {"grad", grad}});
    require_floating("set_grad", {{"x", *this}, {"grad", grad}});
  }
  impl().node->grad = std::move(grad);
}

void Tensor::retain_grad() {
  if (!requires_grad()) throw_graph_error("retain_grad", "the tensor does not require a gradient");
  if (!is_leaf()) impl().node->extras().retains_grad = true;
}

void Tensor::backward(const Tensor& gradient, BackwardOptions options) const {
  tandem::backward(std::span(this, 1), std::span(&gradient, 1), options);
}

std::size_t Tensor::register_hook(Hook hook) {
  if (!requires_grad()) throw_graph_error("register_hook", "the tensor does not require a gradient");
  if (!hook) throw_value_error("register_hook", "the hook is no function");
  Node::Extras& extras = impl().node->extras();
  extras.hooks.emplace_back(extras.next_hook, std::move(hook));
  return extras.next_hook++;
}

void Tensor::remove_hook(std::size_t id) {
  const Pointer<Node>& node = requires_grad() ? impl().node : impl().idle_node;
  if (node) std::erase_if(node->extras().hooks, [&](const auto& h) { return h.first == id; });
}

// ---- in place -----------------------------------------------------------------------------------------

Tensor& Tensor::fill_(double value) & {
  check_in_place("fill_", *this);
  dispatch_any(dtype(), [&]<class T>(T) { std::fill_n(mutable_data<T>(), size(), converted<T>(value)); });
  return *this;
}

Tensor& Tensor::copy_(const Tensor& source) & {
  check_in_place("copy_", *this);
  check_source("copy_", source);
  require(source.shape() == shape(), "copy_", "the shapes are equal", {{"x", *this}, {"source", source}});
  const Tensor converted = source.detach().to(dtype());
  std::memmove(mutable_raw_data(), converted.raw_data(), bytes().size());
  return *this;
}

Tensor& Tensor::add_(const Tensor& other, double scale) & {
  check_in_place("add_", *this);
  check_source("add_", other);
  require_floating("add_", {{"x", *this}, {"other", other}});
  require(other.shape() == shape(), "add_", "the shapes are equal", {{"x", *this}, {"other", other}});
  // Two views that overlap: what is added must not be what was just written.
  const Tensor addend = shares_storage(other) && offset() != other.offset() ? other.clone() : other;
  dispatch(dtype(), [&]<class T>(T) {
    T* y = mutable_data<T>();
    const auto add = [s = Simd<T>(scale)](auto u, auto v) { return u + s * v; };
    kernels::map(size(), y, add, kernels::Stream<T>{y}, kernels::Stream<T>{addend.data<T>()});
  });
  return *this;
}

Tensor& Tensor::mul_(double factor) & {
  check_in_place("mul_", *this);
  require_floating("mul_", {{"x", *this}});
  dispatch(dtype(), [&]<class T>(T) {
    T* y = mutable_data<T>();
    kernels::map(
        size(), y, [f = Simd<T>(factor)](auto v) { return v * f; }, kernels::Stream<T>{y});
  });
  return *this;
}

Tensor& Tensor::clamp_(double low, double high) & {
  check_in_place("clamp_", *this);
  require_floating("clamp_", {{"x", *this}});
  if (!(low <= high)) throw_value_error("clamp_", "low = " + to_text(low) + ", high = " + to_text(high), "low <= high");
  dispatch(dtype(), [&]<class T>(T) {
    T* y = mutable_data<T>();
    const auto clamp = [a = Simd<T>(low), b = Simd<T>(high)](auto v) { return min(max(v, a), b); };
    kernels::map(size(), y, clamp, kernels::Stream<T>{y});
  });
  return *this;
}

void Tensor::set_data(const Tensor& source) {
  require(source.shape() == shape(), "set_data", "the shapes are equal", {{"x", *this}, {"source", source}});
  if (!is_leaf())
    throw_graph_error("set_data", "x, of shape " + to_string(shape()) + ", is the result of an operation",
                      "detach() it first");
  Pointer<Node>& node = impl().node ? impl().node : impl().idle_node;
  if (node && !is_floating(source.dtype()))
    throw_dtype_error("set_data", "a tensor that requires a gradient, or is frozen, is float32 or float64",
                      {{"x", *this}, {"source", source}});
  if (node && dtype() != source.dtype()) {
    // A leaf of the new type takes over the hooks, but not the gradient, which has the old type. Earlier results lead
    // to the old leaf.
    const Pointer<Node> leaf = new Node("leaf", shape(), source.dtype());
    Node::Extras &extras = leaf->extras(), &old = node->extras();
    extras.hooks.emplace_back(0, [shape = shape()](const Tensor&) -> Tensor {
      throw_graph_error(
          "backward",
          "a leaf of shape " + to_string(shape) + " has been given numbers of another type by set_data() since",
          "do so after backward()");
    });
    std::swap(extras.hooks, old.hooks);
    extras.next_hook = old.next_hook;
    node = leaf;
  }
  ++impl().exchanges;
  impl().finite = 0;
  impl().storage = source.impl().storage;
  impl().offset = source.impl().offset;
  impl().dtype = source.impl().dtype;
}

}  // namespace tandem
