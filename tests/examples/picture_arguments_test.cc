#include "examples/support/picture_arguments.h"

#include "nn/io/file.h"
#include "tests/catch.h"
#include "tests/message_of.h"
#include "tests/temporary.h"
#include "tests/without_privileges.h"

using namespace tandem;
using examples::find_named_pictures;
using test::TemporaryFolder;
namespace fs = std::filesystem;

TEST_CASE("picture arguments: a folder without a picture is an error if nothing else is named", "[programs]") {
  const TemporaryFolder folder;
  CHECK_THAT(test::message_of<io::FileError>([&] { find_named_pictures({folder.path()}); }),
             ContainsSubstring("no picture in this folder"));
  const auto with_another = find_named_pictures({folder.path(), folder / "1.png"});
  CHECK(with_another.paths.size() == 1);
  CHECK(with_another.unreadable.size() == 1);
}

TEST_CASE("picture arguments: what may not be read is named, where nothing else is found too", "[programs]") {
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms::all);
  fs::create_directory(folder / "closed");
  fs::permissions(folder / "closed", fs::perms::none);
  examples::NamedPictures found;
  {
    const test::WithoutPrivileges ordinary_user;
    std::error_code ignored;
    if (geteuid() == 0 || !fs::is_directory(folder.path(), ignored)) return;  // here it cannot be tried
    found = find_named_pictures({folder.path()});
  }
  CHECK(found.paths.empty());
  REQUIRE(found.unreadable.size() == 1);
  CHECK_THAT(found.unreadable[0], ContainsSubstring("closed: cannot be read: Permission denied"));
}
