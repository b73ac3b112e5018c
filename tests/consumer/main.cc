#include <tandem.h>

#include <iostream>

using namespace tandem;

struct Classifier : nn::Module {
  nn::Linear hidden{*this, "hidden", 2, 16};
  nn::Linear output{*this, "output", 16, 2};
  Tensor operator()(const Tensor& x) { return output(relu(hidden(x))); }
};

int main() {
  const Tensor x = tensor({{0, 0}, {0, 1}, {1, 0}, {1, 1}}), y = labels({0, 1, 1, 0});
  Classifier model;
  optim::Adam optimizer(model.parameters(), {.lr = 0.05});
  for (int step = 0; step < 200; ++step) {
    optimizer.zero_grad();
    cross_entropy(model(x), y).backward();
    optimizer.step();
  }
  std::cout << softmax(model(x)) << "\n";  // in each row the larger number is that of the right class
  return nn::correct_predictions(model(x), y) == 4 ? 0 : 1;
}
