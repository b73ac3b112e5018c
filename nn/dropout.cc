#include "nn/dropout.h"

namespace tandem::nn {
namespace {

double checked(double probability) {
  if (!(probability >= 0 && probability < 1))
    throw_value_error("Dropout", "probability " + to_text(probability), "it lies in [0, 1)");
  return probability;
}

}  // namespace

Dropout::Dropout(double probability) : probability_(checked(probability)) {}
Dropout::Dropout(Module& parent, std::string name, double probability)
    : Layer(parent, std::move(name)), probability_(checked(probability)) {}

Tensor Dropout::operator()(Tensor x) {
  const Call call(*this);
  return call.result(is_training() ? dropout(x, probability_) : x);
}

std::string Dropout::describe() const { return "Dropout(" + to_text(probability_) + ")"; }

}  // namespace tandem::nn
