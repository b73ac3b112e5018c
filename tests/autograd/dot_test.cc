#include "autograd/dot.h"

#include "autograd/context.h"
#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/matmul.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("dot: quotes and backslashes in a name do not end a label", "[autograd]") {
  struct : Context {
    std::string path() const override { return R"(a"b\c)"; }
  } module;
  const GraphNames names;
  const ContextScope running(module);
  CHECK_THAT(to_dot(relu(ones({2}).requires_grad_())), ContainsSubstring(R"([2]\na\"b\\c"])"));
}

TEST_CASE("dot: the graph with its shapes and modules", "[autograd]") {
  const Tensor w = ones({4, 3}).requires_grad_(), x = ones({2, 3});
  const GraphNames names;
  const Named module;
  const ContextScope running(module);
  const Tensor y = relu(linear(x, w, ones({4})));
  const std::string text = to_dot(y);
  const auto id = [](const Tensor& t) { return "n" + std::to_string(t.node()->number()); };
  CHECK(text.starts_with("digraph {\n"));
  CHECK(text.ends_with("}\n"));
  CHECK_THAT(text, ContainsSubstring(id(y) + " [shape=ellipse, label=\"relu\\n[2, 4]\\nencoder.hidden\"]"));
  CHECK_THAT(text, ContainsSubstring(id(w) + " [shape=box, label=\"leaf\\n[4, 3]\"]"));
  CHECK_THAT(text, ContainsSubstring(" -> " + id(y) + "\n"));
  CHECK_THAT(text, ContainsSubstring("label=\"linear\\n[2, 4]"));
  CHECK(to_dot(x) == "digraph {\n  rankdir=BT\n}\n");
}
