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

constexpr Index packed_bytes = 512 * 1024;    ///< of packed panels: they are to stay in a core's cache
constexpr Index work_per_thread = 250'000;    ///< multiply-adds that pay for waking a thread
constexpr Index packing_per_thread = 16'384;  ///< elements that pay for it
constexpr Index worth_streaming = 8'192;      ///< packed elements that pay for the way through memory
constexpr Index rows_worth_skipping = 64;     ///< rows, and steps of k, that pay for looking for steps of zeros
constexpr Index depth_worth_skipping = 32;
constexpr double worth_skipping = 0.1;  ///< share of steps that pays for it

Index ceil_div(Index a, Index b) { return (a + b - 1) / b; }

/// Panels used only once or twice are not worth a copy, if they can be read as they are.
template <class T>
bool read_in_place(const TileKernel<T>& kernel, const Product<T>& x) {
  return x.right.column == 1 && x.rows <= 2 * kernel.rows && x.columns % (kernel.panel / 2) == 0;
}

/// About which share of the steps of k the strips of `right` can leave out: of a batch of images those at the border,
/// of activations the units that no example excites. Seen on a sample; 0 if it is not worth while.
template <class T>
double zero_steps(const TileKernel<T>& kernel, const Product<T>& x) {
  if (x.rows < rows_worth_skipping || x.k < depth_worth_skipping) return 0;
  // All of them from the first rows in memory: a line of another thread's would be read by this one, and cost when it
  // is written again.
  constexpr Index samples = 64, few = 8;
  const Index strips = ceil_div(x.columns, kernel.strip);
  const auto spread = [](Index i, Index n) { return (2 * i + 1) * n / (2 * samples); };
  Index zeros = 0;
  for (Index i = 0; i < samples; ++i) {
    const bool by_rows = x.right.column == 1;
    const Index step = by_rows ? i % few : spread(i, x.k), strip = by_rows ? spread(i, strips) : 0;
    const Index first = strip * kernel.strip, columns = std::min(kernel.strip, x.columns - first);
    const auto row = x.right.from_row(step).from_column(first);
    Index j = 0;
    while (j < columns && row.data[j * row.column] == 0) ++j;
    zeros += j == columns;
  }
  const double share = static_cast<double>(zeros) / samples;
  return share < worth_skipping ? 0 : share;
}

/// Roughly the time a product takes, in multiply-adds of one register, fitted to products timed both ways round
/// (docs/performance.md). A tile costs half of a full one however empty it is; a packed element more with each thread,
/// since all read it, and most from another core's cache; a transposed element of the result more than one written as
/// it stands. Of a `left` that lies column by column each thread reads a stripe of all rows, those too that others
/// wrote and will write again: that is `sharing`.
template <class T>
double cost(const TileKernel<T>& kernel, const Product<T>& x, double zeros) {
  const auto rows = static_cast<double>(x.rows), columns = static_cast<double>(x.columns), k = static_cast<double>(x.k);
  const auto registers = static_cast<double>(ceil_div(x.columns, kernel.panel / 2));
  const auto tiles = static_cast<double>(ceil_div(x.rows, kernel.rows) * ceil_div(x.columns, kernel.panel));
  const double computing = (rows * registers + static_cast<double>(kernel.rows) * tiles) * k * (1 - zeros);
  const double packing = read_in_place(kernel, x) ? 0 : columns * k * num_threads() * (x.right.column == 1 ? 0.3 : 0.8);
  const double writing = rows * columns * (x.out.column == 1 ? 1 : 3);
  const double sharing = num_threads() > 1 && x.left.row == 1 ? rows * k * 3 : 0;
  return computing + packing + writing + sharing;
}

/// Where this thread's panels go. It is kept from product to product: its lines are read by all threads, and written
/// past the caches, which no other memory of the pool should have to pay for.
class Workspace {
 public:
  Workspace() = default;
  ~Workspace() { pool::release(data_, size); }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  /// Room for panels, or for strips if steps are skipped.
  template <class T>
  Packed<T> packed(bool skip) {
    if (!data_) data_ = static_cast<std::byte*>(pool::acquire(size));
    const auto steps = reinterpret_cast<Step*>(data_ + packed_bytes);
    const auto runs = reinterpret_cast<Run*>(steps + most_rows);
    Packed<T> packed;
    packed.numbers = reinterpret_cast<T*>(data_);
    packed.steps = skip ? steps : nullptr;
    packed.runs = runs;
    return packed;
  }

 private:
  static constexpr Index most_rows = packed_bytes / 16;  ///< a row of a strip has at least 16 bytes
  static constexpr Index most_runs = most_rows / depth_worth_skipping * most_shares;
  static constexpr std::size_t size = packed_bytes + most_rows * sizeof(Step) + most_runs * sizeof(Run);
  std::byte* data_ = nullptr;
};

/// All panels. Each thread copies whole rows of the matrix as it lies in memory, as it has written them in an
/// elementwise op or an optimiser's step: what no other thread has read can be written again without asking.
template <class T>
void pack(const TileKernel<T>& kernel, const Product<T>& product, Packed<T>& packed) {
  const Index k = product.k, strips = ceil_div(product.columns, kernel.strip);
  const bool streamed = num_threads() > 1 && strips * kernel.strip * k >= worth_streaming;
  const bool by_rows = product.right.column == 1;
  const Index threads = ceil_div(strips * kernel.strip * k, packing_per_thread);  // that it pays for
  packed.shares = by_rows && threads > 1 ? std::min({threads, Index{num_threads()}, most_shares, k}) : 1;
  for (Index i = 0; i <= packed.shares; ++i) packed.begin[i] = detail::parallel_cut(k, i, packed.shares);
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

/// A block of columns and of k that the workspace has room for.
template <class T>
void multiply_block(const TileKernel<T>& kernel, const Product<T>& product, Packed<T>&& packed) {
  const bool strips = packed.steps;
  const Index panels = ceil_div(product.columns, strips ? kernel.strip : kernel.panel);
  Index blocks = ceil_div(product.rows, strips ? kernel.strip_rows : kernel.rows);
  // Of many blocks each thread gets as many as the others, and so the rows that are its own in the optimiser too.
  if (const Index threads = num_threads(); blocks >= 8 * threads) blocks = ceil_div(blocks, threads) * threads;
  if (read_in_place(kernel, product)) packed.numbers = nullptr;
  else pack(kernel, product, packed);
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
void multiply_packed(const TileKernel<T>& kernel, const Product<T>& product, bool skip) {
  const Index k = std::min(product.k, product_depth);
  const Index fit = packed_bytes / static_cast<Index>(sizeof(T)) / (k * kernel.panel) * kernel.panel;
  const Index columns = std::min(product.columns, fit);
  thread_local Workspace workspace;
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
      multiply_block(kernel, block, workspace.packed<T>(skip && block.k >= depth_worth_skipping));
    }
}

template <class T>
void multiply(const TileKernel<T>& kernel, const Product<T>& product) {
  if (is_thin(product))
    return product.rows <= 2 ? multiply_thin(kernel, product.transposed()) : multiply_thin(kernel, product);
  const Product<T> other = product.transposed();
  const double zeros = zero_steps(kernel, product), other_zeros = zero_steps(kernel, other);
  if (cost(kernel, other, other_zeros) < cost(kernel, product, zeros)) multiply_packed(kernel, other, other_zeros > 0);
  else multiply_packed(kernel, product, zeros > 0);
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
void set_gemm_backend(std::string_view name) { chosen().store(&find_backend(name), std::memory_order_relaxed); }

template void gemm(Index, Index, Index, MatrixView<float>, MatrixView<float>, float*, Epilogue<float>);
template void gemm(Index, Index, Index, MatrixView<double>, MatrixView<double>, double*, Epilogue<double>);

}  // namespace tandem::kernels
