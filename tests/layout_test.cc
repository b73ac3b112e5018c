// The shape of the house: includes point one way, examples -> models -> nn -> autograd.

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>

#include "tests/catch.h"

namespace {

/// Calls `use(path, line)` for each line of the sources in a folder of the house, and returns how many files there are.
template <class Use>
std::size_t each_line(const std::string& folder, Use&& use) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(TANDEM_SOURCE_DIR "/" + folder)) {
    const auto extension = entry.path().extension();
    if (extension != ".h" && extension != ".cc") continue;
    ++files;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) use(entry.path().string(), line);
  }
  return files;
}

}  // namespace

TEST_CASE("layout: includes point one way", "[layout]") {
  const std::map<std::string, std::vector<std::string>> may_not_include = {
      {"autograd", {"nn/", "models/", "examples/", "tests/", "benchmarks/", "tandem.h", "../"}},
      {"nn", {"models/", "examples/", "tests/", "benchmarks/", "tandem.h", "../"}},
      {"models", {"examples/", "tests/", "benchmarks/", "tandem.h", "../"}},
      {"examples", {"tests/", "benchmarks/", "../"}}};
  std::size_t files = 0;
  for (const auto& [folder, forbidden] : may_not_include)
    files += each_line(folder, [&others = forbidden](const std::string& path, const std::string& line) {
      for (const std::string& other : others)
        if (line.starts_with("#include \"" + other) || line.starts_with("#include <" + other))
          FAIL_CHECK(path + ": " + line);
    });
  CHECK(files > 50);
}

TEST_CASE("layout: flags are the programs' and the scripts', not the library's", "[layout]") {
  const std::regex flag("(\"|//).*--[a-z]");  // in a text or a comment
  for (const char* folder : {"autograd", "nn", "models"})
    each_line(folder, [&](const std::string& path, const std::string& line) {
      if (std::regex_search(line, flag) && line.find("scripts/") == std::string::npos) FAIL_CHECK(path + ": " + line);
    });
}

TEST_CASE("layout: kernels know numbers in memory, and no tensors", "[layout]") {
  const std::regex may_include(
      "#include (<.*>|\"autograd/(kernels/.*|denormals.h|error.h|pool.h|shape.h|simd.h|threads.h)\")");
  const std::size_t files = each_line("autograd/kernels", [&](const std::string& path, const std::string& line) {
    if (line.starts_with("#include") && !std::regex_match(line, may_include)) FAIL_CHECK(path + ": " + line);
  });
  CHECK(files > 10);
}

TEST_CASE("layout: names of tests have no brackets, which CTest would take for the ends of a list", "[layout]") {
  std::size_t names = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(TANDEM_SOURCE_DIR "/tests")) {
    if (entry.path().extension() != ".cc") continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      if (!line.starts_with("TEST_CASE(\"") && !line.starts_with("TEMPLATE_TEST_CASE(\"")) continue;
      ++names;
      const std::size_t begin = line.find('"') + 1;
      const std::string name = line.substr(begin, line.find('"', begin) - begin);
      if (name.find_first_of("[];") != std::string::npos) FAIL_CHECK(entry.path().string() + ": " + name);
    }
  }
  CHECK(names > 500);
}
