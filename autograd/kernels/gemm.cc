#include "autograd/kernels/gemm.h"

#include <atomic>
#include <cstdlib>

#include "autograd/error.h"
#include "autograd/kernels/gemm_plan.h"
#include "autograd/pool.h"

namespace tandem::kernels {
namespace {

struct Backend {
  const char* name;
  const TileKernel<float>* float32;  ///< null: Eigen
  const TileKernel<double>* float64;
  template <class T>
  const TileKernel<T>* kernel() const {
    if constexpr (std::is_same_v<T, float>) return float32;
    else return float64;
  }
};

const std::vector<Backend>& backends() {
  static const std::vector<Backend> all = [] {
    std::vector<Backend> found;
    const auto add = [&](auto* float32, auto* float64) { found.push_back({float32->name, float32, float64}); };
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) add(avx512_kernel<float>(), avx512_kernel<double>());
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
      add(avx2_kernel<float>(), avx2_kernel<double>());
#endif
    add(portable_kernel<float>(), portable_kernel<double>());
    found.push_back({"eigen", nullptr, nullptr});
    return found;
  }();
  return all;
}

/// @param asked  what named it: a function, or an environment variable
const Backend& find_backend(const char* asked, std::string_view name) {
  std::string names;
  for (const Backend& b : backends()) {
    if (b.name == name) return b;
    names += (names.empty() ? "" : ", ") + std::string(b.name);
  }
  throw_value_error(asked, "\"" + std::string(name) + "\"", "one of " + names);
}

std::atomic<const Backend*>& chosen() {
  static std::atomic<const Backend*> backend = [] {
    const char* name = std::getenv("TANDEM_GEMM");
    return name && *name ? &find_backend("TANDEM_GEMM", name) : &backends().front();
  }();
  return backend;
}

constexpr Index packed_bytes = 512 * 1024;    ///< of packed panels: they are to stay in a core's cache
constexpr Index packing_per_thread = 16'384;  ///< elements that pay for one more thread
constexpr Index worth_streaming = 8'192;      ///< packed elements that pay for writing past the caches
/// Where this thread's panels go. It is kept from product to product: its lines are read by all threads and written
/// past the caches, a cost that no other memory of the pool should bear.
class Workspace {
 public:
  Workspace() = default;
  ~Workspace() { pool::release(data_, size); }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  template <class T>
  Packed<T> packed(Form form) {
    if (!data_) data_ = static_cast<std::byte*>(pool::acquire(size));
    Packed<T> packed;
    packed.form = form;
    packed.numbers = reinterpret_cast<T*>(data_);
    packed.steps = reinterpret_cast<Step*>(data_ + packed_bytes);
    packed.runs = reinterpret_cast<Run*>(packed.steps + most_rows);
    return packed;
  }

 private:
  static constexpr Index most_rows = packed_bytes / 16;  ///< a row of a strip has at least 16 bytes
  static constexpr Index most_runs = most_rows / depth_worth_skipping * most_shares;
  static constexpr std::size_t size = packed_bytes + most_rows * sizeof(Step) + most_runs * sizeof(Run);
  std::byte* data_ = nullptr;
};

Workspace& workspace() {
  thread_local Workspace instance;
  return instance;
}

/// Packs all panels. Each thread copies whole rows of the matrix as it lies in memory, those that it wrote in an
/// elementwise op or an optimiser's step: a line that no other thread has read can be written again without waiting for
/// other cores.
template <class T>
void pack(const TileKernel<T>& kernel, const Product<T>& product, Packed<T>& packed) {
  const Index k = product.k, strips = ceil_div(product.columns, kernel.strip);
  const bool streamed = num_threads() > 1 && strips * kernel.strip * k >= worth_streaming;
  const bool by_rows = product.right.column == 1;
  const Index threads = ceil_div(strips * kernel.strip * k, packing_per_thread);  // as many as it pays for
  packed.shares = by_rows && threads > 1 ? std::min({threads, Index{num_threads()}, most_shares, k}) : 1;
  for (Index i = 0; i <= packed.shares; ++i) packed.begin[i] = parallel_cut(k, i, packed.shares);
  const auto copy = [&](Index strip, Index share) { kernel.pack(product, packed, strip, share, streamed); };
  if (by_rows)
    parallel_for(packed.shares, 1, [&](Index first, Index last) {
      for (Index share = first; share < last; ++share)
        for (Index i = 0; i < strips; ++i) copy(i, share);
    });
  else
    parallel_for(strips, ceil_div(strips, threads), [&](Index first, Index last) {
      for (Index i = first; i < last; ++i) copy(i, 0);
    });
}

/// Computes a block of columns and of k that the workspace has room for.
template <class T>
void multiply_block(const TileKernel<T>& kernel, const Product<T>& product, Packed<T>&& packed) {
  const bool strips = packed.form == Form::strips;
  const Index rows = strips ? kernel.strip_rows : kernel.rows, columns = strips ? kernel.strip : kernel.panel;
  Index blocks = ceil_div(product.rows, rows);
  // If there are many blocks, each thread gets equally many, and so the same rows as in the optimiser's step.
  if (const Index threads = num_threads(); blocks >= 8 * threads) blocks = ceil_div(blocks, threads) * threads;
  if (packed.form != Form::in_place) pack(kernel, product, packed);
  parallel_for(blocks * ceil_div(product.columns, columns), ceil_div(work_per_thread, rows * columns * product.k),
               [&](Index first, Index last) { kernel.multiply(product, packed, blocks, first, last); });
}

/// The product over `k` steps from p on. Unless p is 0, it is added to the result of the steps before, in `out`.
template <class T>
Product<T> steps_of(const Product<T>& product, Index p, Index k) {
  Product<T> block = product;
  block.k = k;
  block.left = product.left.from_column(p);
  block.right = product.right.from_row(p);
  if (p > 0) block.bias.data = nullptr, block.accumulate = true;
  return block;
}

/// Few rows or columns, and k is contiguous on both sides: nothing is worth packing.
template <class T>
bool is_thin(const Product<T>& x) {
  return (x.rows <= 2 || x.columns <= 2) && x.left.column == 1 && x.right.row == 1;
}

/// A thin product of few columns.
template <class T>
void multiply_thin(const TileKernel<T>& kernel, const Product<T>& product) {
  constexpr Index together = 2;  // rows that the kernel takes at once
  const Index grain = ceil_div(work_per_thread, together * product.k * product.columns);
  parallel_for(ceil_div(product.rows, together), grain, [&](Index first, Index last) {
    kernel.multiply_thin(product, first * together, std::min(last * together, product.rows));
  });
}

/// One row, and a row-major matrix.
template <class T>
bool is_row(const TileKernel<T>& kernel, const Product<T>& x) {
  return x.rows == 1 && x.right.column == 1 && x.out.column == 1 && x.columns >= kernel.strip;
}

template <class T>
void multiply_row(const TileKernel<T>& kernel, const Product<T>& product) {
  constexpr Index depth = product_depth, columns = 128;  // at least so many are computed together
  const Index shares = std::max<Index>(1, product.columns / columns);
  for (Index p = 0; p < product.k; p += depth) {
    const Product<T> block = steps_of(product, p, std::min(depth, product.k - p));
    parallel_for(shares, ceil_div(work_per_thread, columns * block.k), [&](Index first, Index last) {
      kernel.multiply_row(block, first * columns, last == shares ? product.columns : last * columns);
    });
  }
}

/// A product in blocks that the workspace has room for.
template <class T>
void multiply_packed(const TileKernel<T>& kernel, const Product<T>& product, Form form) {
  const Index k = std::min(product.k, product_depth);
  const Index fit = packed_bytes / static_cast<Index>(sizeof(T)) / (k * kernel.panel) * kernel.panel;
  const Index columns = std::min(product.columns, fit);
  for (Index j = 0; j < product.columns; j += columns)
    for (Index p = 0; p < product.k; p += k) {
      Product<T> block = steps_of(product, p, std::min(k, product.k - p));
      block.columns = std::min(columns, product.columns - j);
      block.right = block.right.from_column(j);
      block.out = product.out.from_column(j);
      if (block.bias.data) block.bias = product.bias.from_column(j);
      multiply_block(kernel, block, workspace().packed<T>(form));
    }
}

template <class T>
void multiply(const TileKernel<T>& kernel, const Product<T>& product) {
  if (is_thin(product))
    return product.rows <= 2 ? multiply_thin(kernel, product.transposed()) : multiply_thin(kernel, product);
  if (is_row(kernel, product)) return multiply_row(kernel, product);
  if (const Product<T> other = product.transposed(); is_row(kernel, other)) return multiply_row(kernel, other);
  const auto [transposed, form] = plan(kernel, product);
  if (transposed) multiply_packed(kernel, product.transposed(), form);
  else multiply_packed(kernel, product, form);
}

template <class T>
Strided<const T> strided(const MatrixView<T>& x) {
  return x.transposed ? Strided<const T>{x.data, 1, x.stride} : Strided<const T>{x.data, x.stride, 1};
}

}  // namespace

template <class T>
void gemm(Index m, Index n, Index k, MatrixView<T> a, MatrixView<T> b, T* c, Epilogue<T> epilogue) {
  if (m == 0 || n == 0) return;
  const Product<T> product{
      m, n, k, strided(a), strided(b), {c, n, 1}, {epilogue.bias, 0, 1}, epilogue.accumulate, a.finite, b.finite};
  const TileKernel<T>* kernel = chosen().load(std::memory_order_relaxed)->kernel<T>();
  if (kernel && k > 0) multiply(*kernel, product);
  else multiply_with_eigen(product);
}

std::vector<std::string> gemm_backends() {
  std::vector<std::string> names;
  for (const Backend& b : backends()) names.emplace_back(b.name);
  return names;
}
std::string gemm_backend() { return chosen().load(std::memory_order_relaxed)->name; }
void set_gemm_backend(std::string_view name) {
  chosen().store(&find_backend("set_gemm_backend", name), std::memory_order_relaxed);
}

template void gemm(Index, Index, Index, MatrixView<float>, MatrixView<float>, float*, Epilogue<float>);
template void gemm(Index, Index, Index, MatrixView<double>, MatrixView<double>, double*, Epilogue<double>);

}  // namespace tandem::kernels
