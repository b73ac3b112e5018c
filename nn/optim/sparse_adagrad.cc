#include "nn/optim/sparse_adagrad.h"

#include <cmath>

#include "autograd/create.h"
#include "autograd/map.h"
#include "nn/optim/optimizer.h"

namespace tandem::optim {

void SparseAdagradOptions::check(const char* optimizer) const {
  require_lr(optimizer, lr);
  require_option(eps > 0, optimizer, "eps", eps, "above 0");
}

SparseAdagrad::SparseAdagrad(nn::EmbeddingBag& table, SparseAdagradOptions options)
    : table_(table), options_(options), square_sums_(zeros_like(table.weight)) {
  options.check("SparseAdagrad");
  if (!table.is_sparse())
    throw_value_error("SparseAdagrad", "the table is not sparse", "make it with {.sparse = true}");
}

void SparseAdagrad::step() {
  const nn::EmbeddingBag::SparseGradient gradient = table_.gradient();
  if (!gradient.values.defined()) return;
  if (table_.weight.dtype() != square_sums_.dtype())
    throw_dtype_error("SparseAdagrad::step", "the table keeps the type that it had when the optimizer was made",
                      {{"the table", table_.weight}}, "convert the model first, then make the optimizer");
  const std::vector<std::int64_t>& rows = gradient.rows;
  const Index d = gradient.values.dim(1);
  dispatch(gradient.values.dtype(), [&]<class T>(T) {
    const T lr = static_cast<T>(options_.lr), eps = static_cast<T>(options_.eps);
    T *weight = table_.weight.mutable_data<T>(), *sums = square_sums_.mutable_data<T>();
    const T* values = gradient.values.data<T>();
    constexpr std::size_t ahead = 16;  // the rows lie far apart, and most of the time goes into waiting for memory
    for (std::size_t k = 0; k < rows.size(); ++k) {
      if (k + ahead < rows.size()) {
        __builtin_prefetch(weight + rows[k + ahead] * d, 1);
        __builtin_prefetch(sums + rows[k + ahead] * d, 1);
      }
      for (Index i = 0; i < d; ++i) {
        const T g = values[static_cast<Index>(k) * d + i];
        T& s = sums[rows[k] * d + i];
        s += g * g;
        weight[rows[k] * d + i] -= lr * g / (std::sqrt(s) + eps);
      }
    }
  });
  table_.zero_grad();
}

void SparseAdagrad::load_state_dict(const StateDict& state) {
  detail::StateReader reader("SparseAdagrad", state);
  const Tensor sums = reader.tensor("square_sums", square_sums_.shape(), square_sums_.dtype());
  reader.finish();
  square_sums_.copy_(sums);
}

}  // namespace tandem::optim
