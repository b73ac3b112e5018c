// The shape of the house: includes point one way, examples -> models -> nn -> autograd.

#include <filesystem>
#include <fstream>
#include <map>

#include "tests/catch.h"

TEST_CASE("layout: includes point one way", "[layout]") {
  const std::map<std::string, std::vector<std::string>> may_not_include = {
      {"autograd", {"nn/", "models/", "examples/", "tests/"}},
      {"nn", {"models/", "examples/", "tests/"}},
      {"models", {"examples/", "tests/"}},
      {"examples", {"tests/"}}};
  std::size_t files = 0;
  for (const auto& [folder, forbidden] : may_not_include)
    for (const auto& entry : std::filesystem::recursive_directory_iterator(TANDEM_SOURCE_DIR "/" + folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".h" && extension != ".cc") continue;
      ++files;
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line);)
        for (const std::string& other : forbidden)
          if (line.starts_with("#include \"" + other) || line.starts_with("#include <" + other))
            FAIL_CHECK(entry.path().string() + ": " + line);
    }
  CHECK(files > 50);
}
