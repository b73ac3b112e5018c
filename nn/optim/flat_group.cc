#include "nn/optim/flat_group.h"

#include "autograd/create.h"

namespace tandem::optim {
namespace {

/// Parameters and their shares begin at multiples of this many elements. So the same elements share a register however
/// many threads there are, and no register straddles two cache lines of a moment.
constexpr Index alignment = 16;
static_assert(alignment % Simd<float>::width == 0);

}  // namespace

FlatGroup::FlatGroup(std::vector<Tensor> parameters, std::size_t kinds)
    : parameters_(std::move(parameters)), moments_(kinds), dtype_(parameters_.at(0).dtype()) {
  for (const Tensor& parameter : parameters_) {
    require_floating("optimizer", {{"a parameter", parameter}});
    if (parameter.dtype() != dtype_)
      throw_dtype_error("optimizer", "the parameters of a group have one type",
                        {{"the first", parameters_[0]}, {"another", parameter}}, "make a group for each type");
    parts_.push_back({extent_, parameter.size()});
    extent_ += ceil_div(parameter.size(), alignment) * alignment;
  }
}

Tensor& FlatGroup::buffer(std::size_t kind) {
  if (!moments_[kind].defined()) moments_[kind] = zeros({extent_}, dtype_);
  return moments_[kind];
}

Tensor FlatGroup::moment(std::size_t kind, std::size_t parameter) const {
  return Tensor(moments_[kind].storage(), parts_[parameter].begin, parameters_[parameter].shape(), dtype_);
}

void FlatGroup::check_types() const {
  for (const Tensor& parameter : parameters_)
    if (parameter.dtype() != dtype_)
      throw_dtype_error("optimizer.step", "parameters keep the type that they had when the optimizer was made",
                        {{"a parameter", parameter}}, "convert the model first, then make the optimizer");
}

void FlatGroup::collect(bool counts) {
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Tensor gradient = parameters_[i].grad();
    parts_[i].gradient = gradient.defined() ? gradient.raw_data() : nullptr;
    if (!gradient.defined()) continue;
    parts_[i].weight = parameters_[i].mutable_raw_data();
    parts_[i].steps += counts;
  }
}

Index FlatGroup::Part::share(Index i, Index n) const {
  if (size < kernels::map_grain) return i == 0 ? 0 : size;  // one thread packs a small one for products
  return parallel_cut(size, i, n, alignment);
}

}  // namespace tandem::optim
