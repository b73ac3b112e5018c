// Numbers that were changed in place since they were captured.

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/embedding_bag.h"
#include "autograd/ops/reduce.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;

namespace {

enum BagArgument { indices_, offsets_, weights_, table_ };

/// Whether embedding_bag's gradient for the table, or for the weights, is refused once an argument was changed: to
/// something that makes sense too, so that nothing else refuses it.
bool refuses_change(BagArgument gradient_of, BagArgument changed) {
  Tensor arguments[] = {labels({0, 1}), labels({0, 1, 2}), tensor({5, 6}), tensor({{1, 2}, {3, 4}})};
  const Tensor others[] = {labels({1, 0}), labels({0, 2, 2}), tensor({7, 8}), tensor({{5, 6}, {7, 8}})};
  arguments[gradient_of].requires_grad_();
  const Tensor y = sum(embedding_bag(arguments[table_], arguments[indices_], arguments[offsets_], arguments[weights_]));
  {
    const NoGrad no_grad;
    arguments[changed].copy_(others[changed]);
  }
  try {
    y.backward();
  } catch (const GraphError&) {
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE("in place: whatever a gradient of embedding_bag needs may not be changed", "[autograd]") {
  for (const BagArgument gradient_of : {table_, weights_})
    for (const BagArgument changed : {indices_, offsets_, weights_, table_}) {
      INFO("gradient " << gradient_of << ", changed " << changed);
      CHECK(refuses_change(gradient_of, changed) ==
            (changed != gradient_of));  // it needs all but the values themselves
    }
}
