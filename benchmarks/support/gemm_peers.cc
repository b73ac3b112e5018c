#include "benchmarks/support/gemm_peers.h"

#include <omp.h>

#include "autograd/create.h"
#include "autograd/kernels/gemm.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/random.h"
#include "autograd/threads.h"

#if defined(TANDEM_HAVE_ONEDNN)
#include <dnnl.h>
#endif
#if defined(TANDEM_HAVE_BLAS)
#include <cblas.h>
#endif

namespace tandem::benchmarks {

std::vector<GemmLibrary> gemm_peers() {
  std::vector<GemmLibrary> found;
#if defined(TANDEM_HAVE_ONEDNN)
  found.push_back({"onednn", [](const GemmShape& s, const float* a, const float* b, float* c) {
                     omp_set_num_threads(num_threads());
                     dnnl_sgemm(s.transpose_a ? 'T' : 'N', s.transpose_b ? 'T' : 'N', s.m, s.n, s.k, 1, a,
                                s.transpose_a ? s.m : s.k, b, s.transpose_b ? s.k : s.n, 0, c, s.n);
                   }});
#endif
#if defined(TANDEM_HAVE_BLAS)
  found.push_back({"blas", [](const GemmShape& s, const float* a, const float* b, float* c) {
#if defined(OPENBLAS_VERSION)  // it may have threads of its own
                     openblas_set_num_threads(num_threads());
#else
                     omp_set_num_threads(num_threads());
#endif
                     const auto i = [](Index x) { return static_cast<int>(x); };
                     cblas_sgemm(CblasRowMajor, s.transpose_a ? CblasTrans : CblasNoTrans,
                                 s.transpose_b ? CblasTrans : CblasNoTrans, i(s.m), i(s.n), i(s.k), 1, a,
                                 i(s.transpose_a ? s.m : s.k), b, i(s.transpose_b ? s.k : s.n), 0, c, i(s.n));
                   }});
#endif
  return found;
}

std::vector<GemmLibrary> gemm_backends() {
  std::vector<GemmLibrary> found;
  for (const std::string& name : kernels::gemm_backends())
    found.push_back({name, [name](const GemmShape& s, const float* a, const float* b, float* c) {
                       kernels::set_gemm_backend(name);
                       kernels::gemm<float>(s.m, s.n, s.k, {a, s.transpose_a ? s.m : s.k, s.transpose_a},
                                            {b, s.transpose_b ? s.k : s.n, s.transpose_b}, c);
                     }});
  return found;
}

GemmOperands::GemmOperands(const GemmShape& shape) : shape_(shape) {
  Generator generator(1);
  a_ = randn({shape.m * shape.k}, DType::float32, generator);
  b_ = randn({shape.k * shape.n}, DType::float32, generator);
  c_ = zeros({shape.m * shape.n});
}

void GemmOperands::multiply_by(const GemmLibrary& library) const {
  Tensor c = c_;
  library.multiply(shape_, a_.data<float>(), b_.data<float>(), c.mutable_data<float>());
}

double GemmOperands::difference(const GemmLibrary& library, const GemmLibrary& reference) const {
  multiply_by(library);
  const Tensor ours = c_.clone();
  multiply_by(reference);
  return max(abs(ours - c_)).item() / max(abs(c_)).item();
}

}  // namespace tandem::benchmarks
