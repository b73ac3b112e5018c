#include <filesystem>
#include <regex>
#include <set>

#include "tests/autograd/ops/cases.h"
#include "tests/catch.h"
#include "tests/text.h"

using namespace tandem;
using namespace tandem::test;

namespace {

/// "const Tensor& a, double c" as "Tensor, double".
std::string types_of(const std::string& parameters) {
  std::string types;
  const std::regex parameter(R"((?:const\s+)?(\w+)\s*&?\s*\w+\s*(?:,|$))");
  for (std::sregex_iterator i(parameters.begin(), parameters.end(), parameter), end; i != end; ++i)
    types += (types.empty() ? "" : ", ") + (*i)[1].str();
  return types;
}

/// Every function that returns a Tensor: its name, for operators with the types of their operands.
std::set<std::string> declared_ops(const std::string& header) {
  std::set<std::string> ops;
  const std::regex declaration(R"((?:^|\n)(?:inline )?Tensor (operator[^\s(]+|\w+)\(([^)]*)\))");
  for (std::sregex_iterator i(header.begin(), header.end(), declaration), end; i != end; ++i) {
    const std::string name = (*i)[1];
    ops.insert(name.starts_with("operator") ? name + "(" + types_of((*i)[2]) + ")" : name);
  }
  return ops;
}

std::set<std::string> covered_ops() {
  std::set<std::string> ops;
  for (const OpCase& op_case : op_cases()) ops.insert(op_case.op);
  return ops;
}

/// Those that give labels, masks or constants; all others must have a case with gradients.
const std::set<std::string> not_differentiable = {"equal",       "not_equal",     "less",        "less_equal",
                                                  "greater",     "greater_equal", "logical_and", "logical_or",
                                                  "logical_not", "argmax",        "argmin",      "one_hot"};

}  // namespace

TEST_CASE("coverage: declarations are found", "[autograd][ops]") {
  CHECK(declared_ops("Tensor exp(Tensor x);\nTensor operator+(Tensor x, double c);\n// Tensor no(Tensor x)\n"
                     "Tensor operator*(const Tensor& a,\n                 const Tensor& b);\n  Tensor "
                     "member(int i);\n") ==
        std::set<std::string>{"exp", "operator+(Tensor, double)", "operator*(Tensor, Tensor)"});
}

TEST_CASE("coverage: every op has a case", "[autograd][ops]") {
  std::set<std::string> declared{"elementwise"};  // a template, which the expression above does not match
  for (const auto& entry : std::filesystem::directory_iterator(TANDEM_SOURCE_DIR "/autograd/ops"))
    if (entry.path().extension() == ".h") declared.merge(declared_ops(read_bytes(entry.path())));
  REQUIRE(declared.size() > 60);

  const std::set<std::string> covered = covered_ops();
  for (const std::string& op : declared) {
    INFO(op << " is declared in autograd/ops but has no case in tests/autograd/ops/cases.cc");
    CHECK(covered.contains(op));
  }
  for (const std::string& op : covered) {
    INFO(op << " has a case but is not declared in autograd/ops");
    CHECK(declared.contains(op));
  }
}

TEST_CASE("coverage: every op but those listed has a case with gradients off the kinks", "[autograd][ops]") {
  std::set<std::string> checked;
  for (const OpCase& op_case : op_cases())
    if (const Reference& r = reference(op_case); r.differentiable && !r.edge) checked.insert(op_case.op);
  for (const std::string& op : covered_ops()) {
    INFO(op);
    CHECK(checked.contains(op) != not_differentiable.contains(op));
  }
}

TEST_CASE("coverage: every reference is used, by one case", "[autograd][ops]") {
  std::multiset<std::string> names;
  for (const OpCase& op_case : op_cases()) names.insert(op_case.name);
  for (const Reference& r : references()) {
    INFO("\"" << r.name << "\" of tests/reference/ops.json");
    CHECK(names.count(r.name) == 1);
  }
  CHECK(names.size() == references().size());
}
