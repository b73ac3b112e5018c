#include "autograd/kernels/peak.h"

#include "autograd/simd.h"
#include "autograd/threads.h"

namespace tandem::kernels {

double multiply_add_loop() {
  using Packet = Simd<float>::Packet;
  constexpr Index steps = 20'000;
  constexpr int chains = 12;  // enough to hide the latency of two units
  parallel_for(num_threads(), 1, [](Index, Index) {
    Packet sum[chains];
    for (Packet& s : sum) s = Eigen::internal::pset1<Packet>(1.0f);
    const Packet a = Eigen::internal::pset1<Packet>(0.999f), b = Eigen::internal::pset1<Packet>(0.001f);
    for (Index step = 0; step < steps; ++step)
#pragma GCC unroll 12
      for (Packet& s : sum) s = Eigen::internal::pmadd(s, a, b);
    Packet total = sum[0];
    for (int chain = 1; chain < chains; ++chain) total = Eigen::internal::padd(total, sum[chain]);
    [[maybe_unused]] volatile float keep = Eigen::internal::predux(total);  // else the compiler would drop the loop
  });
  return 2.0 * steps * chains * Simd<float>::width * num_threads();
}

}  // namespace tandem::kernels
