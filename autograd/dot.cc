#include "autograd/dot.h"

#include <unordered_set>
#include <vector>

#include "autograd/node.h"

namespace tandem {
namespace {

/// A text as it stands between the quotes of a label.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string to_dot(const Tensor& output) {
  std::string text = "digraph {\n  rankdir=BT\n";
  std::unordered_set<const Node*> seen;
  std::vector<const Node*> stack;
  if (output.requires_grad()) stack.push_back(output.node().get());
  while (!stack.empty()) {
    const Node* node = stack.back();
    stack.pop_back();
    if (!seen.insert(node).second) continue;
    const std::string id = std::to_string(node->number());
    const std::string module = node->module();
    text += "  n" + id + " [shape=" + (node->is_leaf() ? "box" : "ellipse") + ", label=\"" + escaped(node->name()) +
            "\\n" + to_string(node->shape()) + (module.empty() ? "" : "\\n" + escaped(module)) + "\"]\n";
    for (const auto& input : node->inputs()) {
      if (!input) continue;
      text += "  n" + std::to_string(input->number()) + " -> n" + id + "\n";
      stack.push_back(input.get());
    }
  }
  return text + "}\n";
}

}  // namespace tandem
