#include "nn/data/picture_files.h"

#include "nn/data/picture_folder.h"
#include "nn/io/file.h"
#include "tests/catch.h"
#include "tests/nn/io/bytes.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::data;
using namespace tandem::test;

TEST_CASE("picture files: found by their names, in order, and no more than are wanted", "[data]") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "c/deep");
  std::filesystem::create_directory(folder / ".c");
  for (const char* name :
       {"b.jpg", "a.PNG", "d.gif", "c/x.bmp", "c/deep/y.tga", "c/.hidden.png", ".c/hidden.png", "c/text.txt"})
    write_bytes(folder / name, "");
  const auto names_of = [](const std::vector<PictureFile>& files) {
    std::vector<std::string> found;
    for (const PictureFile& file : files) found.push_back(file.name);
    return found;
  };
  const std::vector<PictureFile> all = find_pictures(folder.path());
  CHECK(names_of(all) == std::vector<std::string>{"a.PNG", "b.jpg", "c/deep/y.tga", "c/x.bmp", "d.gif"});
  CHECK(all[3].path == folder / "c/x.bmp");
  for (std::size_t most = 0; most <= 6; ++most)
    CHECK(find_pictures(folder.path(), most).size() == std::min(most, all.size()));
  CHECK(names_of(find_pictures(folder.path(), 3)) == std::vector<std::string>{"a.PNG", "b.jpg", "c/deep/y.tga"});
  CHECK(has_pictures(folder.path()));
  CHECK_THROWS_AS(find_pictures(folder / "none"), io::FileError);

  std::filesystem::path deep = folder / "c";
  for (int depth = 1; depth <= 40; ++depth, deep /= "c") {
    std::filesystem::create_directories(deep);
    write_bytes(deep / "z.png", "");
  }
  CHECK(find_pictures(folder.path()).size() == all.size() + 32);  // deeper folders are passed over

  const TemporaryFolder empty;
  CHECK(find_pictures(empty.path()).empty());
  CHECK_FALSE(has_pictures(empty.path()));
}
