// What a page quotes is in the file that it names.

#include <algorithm>
#include <sstream>

#include "tests/catch.h"
#include "tests/text.h"

using namespace tandem;

namespace {

std::string contents(const std::string& path) { return test::read_bytes(TANDEM_SOURCE_DIR "/" + path); }

std::string without_spaces(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}

TEST_CASE("docs: the pages quote the files that they name", "[docs]") {
  const auto [name, least] =
      GENERATE(table<const char*, int>({{"README.md", 3}, {"docs/extending.md", 8}, {"docs/from-pytorch.md", 1}}));
  std::istringstream page(contents(name));
  int blocks = 0;
  for (std::string line; std::getline(page, line);) {
    if (line != "```cpp" && line != "```cmake") continue;
    ++blocks;
    REQUIRE(std::getline(page, line));
    INFO("a block that begins with " << line);
    REQUIRE((line.starts_with("// ") || line.starts_with("# ")));
    const std::string source = without_spaces(contents(line.substr(line.find(' ') + 1)));
    std::string code;
    while (std::getline(page, line) && line != "```") code += line;
    CHECK(source.find(without_spaces(code)) != std::string::npos);
  }
  CHECK(blocks >= least);
}

}  // namespace
