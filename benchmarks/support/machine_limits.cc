#include "benchmarks/support/machine_limits.h"

#include <vector>

#include "autograd/simd.h"
#include "autograd/threads.h"

namespace tandem::benchmarks {
namespace {

constexpr Index steps = 20'000;
constexpr int chains = 12;  // enough to hide the latency of two units

constexpr Index triad_size = 8 << 20;

}  // namespace

double fma_loop_flop() {
  return 2.0 * steps * chains * Simd<float>::width * static_cast<double>(num_threads());
}

void fma_loop() {
  using Packet = Simd<float>::Packet;
  parallel_for(num_threads(), 1, [](Index, Index) {
    Packet sum[chains];
    for (Packet& s : sum) s = Eigen::internal::pset1<Packet>(1.0f);
    const Packet a = Eigen::internal::pset1<Packet>(0.999f), b = Eigen::internal::pset1<Packet>(0.001f);
    for (Index i = 0; i < steps; ++i)
#pragma GCC unroll 12
      for (Packet& s : sum) s = Eigen::internal::pmadd(s, a, b);
    Packet total = sum[0];
    for (int i = 1; i < chains; ++i) total = Eigen::internal::padd(total, sum[i]);
    volatile float keep = Eigen::internal::predux(total);  // or the compiler would leave the loop out
    static_cast<void>(keep);
  });
}

double triad_bytes() { return 3.0 * triad_size * sizeof(float); }

void triad() {
  static std::vector<float> a(triad_size), b(triad_size, 1.0f), c(triad_size, 2.0f);
  parallel_for(triad_size, triad_size / 64, [](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) a[static_cast<std::size_t>(i)] =
        b[static_cast<std::size_t>(i)] + 3.0f * c[static_cast<std::size_t>(i)];
  });
}

}  // namespace tandem::benchmarks
