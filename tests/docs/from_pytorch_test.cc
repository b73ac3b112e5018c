// The code that docs/from-pytorch.md shows.

#include "nn/io/safetensors.h"
#include "tandem.h"
#include "tests/check.h"
#include "tests/temporary.h"

using namespace tandem;

namespace {

struct Net : nn::Module {
  nn::Linear hidden{*this, "hidden", 2, 16};
  nn::Dropout dropout{*this, "dropout", 0.1};
  nn::Linear output{*this, "output", 16, 2};
  Tensor operator()(const Tensor& x) { return output(dropout(relu(hidden(x)))); }
};

}  // namespace

TEST_CASE("from-pytorch: a model of one's own is saved and loaded", "[docs]") {
  const test::TemporaryFolder folder;
  const auto path = folder / "net.safetensors";
  const Tensor x = randn({5, 2});
  Net model;
  io::save_safetensors(path, model.state_dict());  // <nn/io/safetensors.h>

  Net again;
  again.load_state_dict(io::load_safetensors(path).tensors);
  again.eval();
  const NoGrad no_grad;
  const Tensor p = softmax(again(x), 1);
  model.eval();
  test::check_equal(p, softmax(model(x), 1));
}
