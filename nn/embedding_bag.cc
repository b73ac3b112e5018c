#include "nn/embedding_bag.h"

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/embedding_bag.h"
#include "autograd/ops/index.h"
#include "autograd/random.h"
#include "nn/init.h"

namespace tandem::nn {

EmbeddingBag::EmbeddingBag(Module& parent, std::string name, Index rows, Index width, double deviation)
    : Module(parent, std::move(name)) {
  if (rows < 1 || width < 1)
    throw_value_error("EmbeddingBag", "rows = " + std::to_string(rows) + ", width = " + std::to_string(width),
                      "both are at least 1");
  Tensor initial = zeros({rows, width});
  if (deviation > 0) init::normal_(initial, 0, deviation);
  weight = parameter("weight", std::move(initial));
}

Tensor EmbeddingBag::operator()(const Bags& bags) {
  const Call call(*this);
  if (!grad_enabled() || !weight.requires_grad())
    return call.result(embedding_bag(weight, bags.indices, bags.offsets, bags.weights));
  if (gradient().values.defined())
    throw GraphError(
        "EmbeddingBag: the gradient of the last call has not been used\n"
        "  hint: call the optimizer's step(), or drop_gradient(), before the next forward pass");
  drop_gradient();
  place_.resize(static_cast<std::size_t>(weight.dim(0)), -1);  // only once
  Tensor local = bags.indices.clone();
  for (std::int64_t* j = local.mutable_data<std::int64_t>(); j != local.data<std::int64_t>() + local.size();
       ++j) {
    if (*j < 0 || *j >= weight.dim(0))
      throw_value_error("EmbeddingBag", "index " + std::to_string(*j) + " lies outside [0, " +
                                            std::to_string(weight.dim(0)) + ")");
    std::int64_t& place = place_[static_cast<std::size_t>(*j)];
    if (place < 0) {
      place = static_cast<std::int64_t>(touched_.size());
      touched_.push_back(*j);
    }
    *j = place;
  }
  {
    const NoGrad no_grad;
    leaf_ = gather_rows(weight, tensor(touched_, {static_cast<Index>(touched_.size())}));
  }
  leaf_.requires_grad_();
  return call.result(embedding_bag(leaf_, local, bags.offsets, bags.weights));
}

void EmbeddingBag::drop_gradient() {
  for (const std::int64_t row : touched_) place_[static_cast<std::size_t>(row)] = -1;
  touched_.clear();
  leaf_ = Tensor();
}

std::string EmbeddingBag::describe() const {
  return "EmbeddingBag(" + std::to_string(weight.dim(0)) + " -> " + std::to_string(weight.dim(1)) + ")";
}

}  // namespace tandem::nn
