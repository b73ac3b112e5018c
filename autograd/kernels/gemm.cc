#include "autograd/kernels/gemm.h"

#include <atomic>
#include <cstdlib>

#include "autograd/error.h"
#include "autograd/kernels/gemm_product.h"
#include "autograd/pool.h"
#include "autograd/profile.h"
#include "autograd/threads.h"

namespace tandem::kernels {
namespace {

struct Backend {
  const char* name;
  const TileKernel<float>* single;  ///< null: Eigen
  const TileKernel<double>* twice;
  template <class T>
  const TileKernel<T>* kernel() const {
    if constexpr (std::is_same_v<T, float>) return single;
    else return twice;
  }
};

const std::vector<Backend>& backends() {
  static const std::vector<Backend> all = [] {
    std::vector<Backend> found;
    const auto add = [&](auto* single, auto* twice) { found.push_back({single->name, single, twice}); };
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

const Backend& find_backend(std::string_view name) {
  std::string names;
  for (const Backend& b : backends()) {
    if (b.name == name) return b;
    names += (names.empty() ? "" : ", ") + std::string(b.name);
  }
  throw_value_error("set_gemm_backend", "\"" + std::string(name) + "\"", "one of " + names);
}

std::atomic<const Backend*>& chosen() {
  static std::atomic<const Backend*> backend = [] {
    const char* name = std::getenv("TANDEM_GEMM");
    return name ? &find_backend(name) : &backends().front();
  }();
  return backend;
}

constexpr Index workspace = 512 * 1024;       ///< bytes of packed panels: they are to stay in a core's cache
constexpr Index work_per_thread = 250'000;    ///< multiply-adds that pay for waking a thread
constexpr Index packing_per_thread = 16'384;  ///< elements that pay for it
constexpr Index worth_streaming = 8'192;      ///< packed elements that pay for the way through memory

Index ceil_div(Index a, Index b) { return (a + b - 1) / b; }

/// Panels used only once or twice are not worth a copy, if they can be read as they are.
template <class T>
bool read_in_place(const TileKernel<T>& kernel, const Product<T>& x) {
  return x.right.column == 1 && x.rows <= 2 * kernel.rows && x.columns % (kernel.panel / 2) == 0;
}

/// Roughly the time a product takes, in multiply-adds of one register, fitted to products timed both ways round
/// (docs/performance.md). A tile costs half of a full one however empty it is; a packed element more with each thread, since
/// all read it, and most from another core's cache; a transposed element of the result more than one written as it stands.
/// Of a `left` that lies column by column each thread reads a stripe of all rows, those too that others wrote and will
/// write again: that is `sharing`.
template <class T>
double cost(const TileKernel<T>& kernel, const Product<T>& x) {
  const auto rows = static_cast<double>(x.rows), columns = static_cast<double>(x.columns), k = static_cast<double>(x.k);
  const auto registers = static_cast<double>(ceil_div(x.columns, kernel.panel / 2));
  const auto tiles = static_cast<double>(ceil_div(x.rows, kernel.rows) * ceil_div(x.columns, kernel.panel));
  const double computing = (rows * registers + static_cast<double>(kernel.rows) * tiles) * k;
  const double packing = read_in_place(kernel, x) ? 0 : columns * k * num_threads() * (x.right.column == 1 ? 0.3 : 0.8);
  const double writing = rows * columns * (x.out.column == 1 ? 1 : 3);
  const double sharing = num_threads() > 1 && x.left.row == 1 ? rows * k * 0.5 : 0;
  return computing + packing + writing + sharing;
}

/// Where this thread's panels go. It is kept from product to product: its lines are read by all threads, and written past the
/// caches, which no other memory of the pool should have to pay for.
class Workspace {
 public:
  Workspace() = default;
  ~Workspace() { pool::release(data_, workspace); }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  void* data() {
    if (!data_) data_ = pool::acquire(workspace);
    return data_;
  }

 private:
  void* data_ = nullptr;
};

/// All panels. Each thread copies whole rows of the matrix as it lies in memory, as it has written them in an elementwise
/// op or an optimiser's step: what no other thread has read can be written again without asking.
template <class T>
void pack(const TileKernel<T>& kernel, const Product<T>& product, Index panels, T* packed) {
  const Index k = product.k, size = kernel.panel * k;
  const bool shared = num_threads() > 1 && panels * size >= worth_streaming;
  const auto copy = [&](Index panel, Index first, Index last) {
    kernel.pack(product, panel, first, last, shared, packed + panel * size);
  };
  if (product.right.column == 1)
    parallel_for(k, ceil_div(packing_per_thread, panels * kernel.panel), [&](Index first, Index last) {
      for (Index i = 0; i < panels; ++i) copy(i, first, last);
    });
  else
    parallel_for(panels, ceil_div(packing_per_thread, size), [&](Index first, Index last) {
      for (Index i = first; i < last; ++i) copy(i, 0, k);
    });
}

/// A block of columns and of k that the workspace has room for.
template <class T>
void multiply_block(const TileKernel<T>& kernel, const Product<T>& product, T* packed) {
  const Index panels = ceil_div(product.columns, kernel.panel);
  Index blocks = ceil_div(product.rows, kernel.rows);
  // Of many blocks each thread gets as many as the others, and so the rows that are its own in the optimiser too.
  if (const Index threads = num_threads(); blocks >= 8 * threads) blocks = ceil_div(blocks, threads) * threads;
  if (read_in_place(kernel, product)) packed = nullptr;
  else pack(kernel, product, panels, packed);
  const Index work = kernel.rows * kernel.panel * product.k;
  parallel_for(blocks * panels, ceil_div(work_per_thread, work),
               [&](Index first, Index last) { kernel.multiply(product, packed, blocks, first, last); });
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
    kernel.multiply_by_columns(product, first * together, std::min(last * together, product.rows));
  });
}

/// A product in blocks that the workspace has room for.
template <class T>
void multiply_packed(const TileKernel<T>& kernel, const Product<T>& product) {
  const Index k = std::min(product.k, product_depth);
  const Index fit = workspace / static_cast<Index>(sizeof(T)) / (k * kernel.panel) * kernel.panel;
  const Index columns = std::min(product.columns, fit);
  thread_local Workspace packed;
  for (Index j = 0; j < product.columns; j += columns)
    for (Index p = 0; p < product.k; p += k) {
      Product<T> block = product;
      block.columns = std::min(columns, product.columns - j);
      block.k = std::min(k, product.k - p);
      block.left = product.left.from_column(p);
      block.right = product.right.from_row(p).from_column(j);
      block.out = product.out.from_column(j);
      if (p > 0) block.bias.data = nullptr, block.accumulate = true;
      else if (block.bias.data) block.bias = product.bias.from_column(j);
      multiply_block(kernel, block, static_cast<T*>(packed.data()));
    }
}

template <class T>
void multiply(const TileKernel<T>& kernel, const Product<T>& product) {
  if (is_thin(product))
    return product.rows <= 2 ? multiply_thin(kernel, product.transposed()) : multiply_thin(kernel, product);
  const Product<T> other = product.transposed();
  multiply_packed(kernel, cost(kernel, other) < cost(kernel, product) ? other : product);
}

template <class T>
Strided<const T> strided(const MatrixView<T>& x) {
  return x.transposed ? Strided<const T>{x.data, 1, x.stride} : Strided<const T>{x.data, x.stride, 1};
}

}  // namespace

template <class T>
void gemm(Index m, Index n, Index k, MatrixView<T> a, MatrixView<T> b, T* c, Epilogue<T> epilogue) {
  if (m == 0 || n == 0) return;
  if (Profiler* profiler = Profiler::current()) [[unlikely]]
    profiler->count_flop(2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k));
  const Product<T> product{m, n, k, strided(a), strided(b), {c, n, 1}, {epilogue.bias, 0, 1}, epilogue.accumulate};
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
void set_gemm_backend(std::string_view name) { chosen().store(&find_backend(name), std::memory_order_relaxed); }

template void gemm(Index, Index, Index, MatrixView<float>, MatrixView<float>, float*, Epilogue<float>);
template void gemm(Index, Index, Index, MatrixView<double>, MatrixView<double>, double*, Epilogue<double>);

}  // namespace tandem::kernels
