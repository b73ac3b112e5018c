#include "autograd/kernels/map.h"

namespace tandem::kernels {

BroadcastPlan plan_broadcast(const Shape& a, const Shape& b) {
  BroadcastPlan plan;
  plan.shape = *broadcast(a, b);

  // An operand's stride along an axis of the result: 0 where it is repeated.
  const int rank = plan.shape.rank();
  Index strides[2][Shape::max_rank] = {};
  for (int operand = 0; operand < 2; ++operand) {
    const Shape& shape = operand ? b : a;
    Index stride = 1;
    for (int i = shape.rank() - 1; i >= 0; --i) {
      strides[operand][i + rank - shape.rank()] = shape[i] == 1 ? 0 : stride;
      stride *= shape[i];
    }
  }
  // Merge an axis into the one before it when both operands step through the two as through one.
  for (int i = 0; i < rank; ++i) {
    if (plan.shape[i] == 1) continue;
    const int last = plan.rank - 1;
    bool merge = plan.rank > 0;
    for (int operand = 0; operand < 2 && merge; ++operand)
      merge = plan.stride[operand][last] == strides[operand][i] * plan.shape[i];
    const int at = merge ? last : plan.rank++;
    plan.extent[at] = merge ? plan.extent[at] * plan.shape[i] : plan.shape[i];
    for (int operand = 0; operand < 2; ++operand) plan.stride[operand][at] = strides[operand][i];
  }
  if (plan.rank == 0) {  // single numbers
    plan.rank = 1;
    plan.extent[0] = 1;
    plan.stride[0][0] = plan.stride[1][0] = 1;
  }
  return plan;
}

}  // namespace tandem::kernels
