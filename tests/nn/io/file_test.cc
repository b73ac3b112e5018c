#include "nn/io/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/catch.h"
#include "tests/message_of.h"
#include "tests/nn/io/bytes.h"
#include "tests/nn/io/full_disk.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::io;
using namespace tandem::test;
namespace fs = std::filesystem;

TEST_CASE("file: a message names path, offset, problem and hint", "[io]") {
  CHECK(std::string(FileError("a/b", "is wrong").what()) == "a/b: is wrong");
  CHECK(std::string(FileError("a/b", "is wrong", "mend it", 4096).what()) ==
        "a/b, byte 4,096: is wrong\n  hint: mend it");
}

TEST_CASE("file: what was written is read", "[io]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "x";
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{100'000}}) {
    const std::string content(size, 'x');
    write_atomically(path, content);
    CHECK(read_bytes(path) == content);
    CHECK(read_file(path, size).size() == size);
  }
  CHECK(folder.entries() == 1);
}

TEST_CASE("file: what cannot be read says why", "[io]") {
  const TemporaryFolder folder;
  const auto error = [](const fs::path& path) { return message_of<FileError>([&] { read_file(path, 1000); }); };

  CHECK(error(folder / "none") == (folder / "none").string() + ": no such file");
  CHECK_THAT(error(folder.path()), ContainsSubstring("is a folder, but a file is needed"));
  CHECK_THAT(error("/dev/zero"), ContainsSubstring("is a device, but a file is needed"));
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THAT(error(folder / "pipe"),
             ContainsSubstring("is a pipe, but a file is needed"));  // and does not wait for a writer
  write_bytes(folder / "file", "");
  CHECK_THAT(error(folder / "file" / "below"), ContainsSubstring("cannot be opened: Not a directory"));

  write_bytes(folder / "large", std::string(1001, 'x'));
  CHECK_THAT(error(folder / "large"), ContainsSubstring("1,001 bytes, but at most 1,000 are read"));

  InputFile file(folder / "large");
  std::vector<std::byte> bytes(600);
  file.read(bytes, "the first part");
  CHECK_THAT(message_of<FileError>([&] { file.read(bytes, "the second part"); }),
             ContainsSubstring("byte 600: the second part takes 600 bytes, but the file ends after 401"));
}

TEST_CASE("file: read again from the beginning", "[io]") {
  const TemporaryFolder folder;
  write_bytes(folder / "x", "abcdef");
  InputFile file(folder / "x");
  std::vector<std::byte> first(4), again(6), rest(5);
  CHECK(file.read_some(first) == 4);
  CHECK(file.position() == 4);
  CHECK(file.read_some(rest) == 2);
  CHECK(file.read_some(rest) == 0);
  file.rewind();
  CHECK(file.position() == 0);
  file.read(again, "everything");
  CHECK(again.back() == std::byte{'f'});
  CHECK(std::equal(first.begin(), first.end(), again.begin()));
  CHECK(file.size() == 6);
}

TEST_CASE("file: a failed write leaves what was there and nothing else", "[io]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "x";
  write_atomically(path, "old");

  SECTION("disk full") {
    const FullDisk full(1000);
    const std::string error = message_of<WriteError>([&] { write_atomically(path, std::string(1001, 'x')); });
    CHECK(error == path.string() + ": cannot be written: File too large");
  }
  SECTION("the content cannot be made") {
    CHECK_THROWS_AS(write_atomically(path,
                                     [](OutputFile& file) {
                                       file.write("new");
                                       throw ValueError("no content");
                                     }),
                    ValueError);
  }
  CHECK(read_bytes(path) == "old");
  CHECK(folder.entries() == 1);
}

TEST_CASE("file: where nothing can be written, an error says why", "[io]") {
  const TemporaryFolder folder;
  const auto error = [](const fs::path& path) {
    return message_of<WriteError>([&] { write_atomically(path, "new"); });
  };
  CHECK_THAT(error(folder / "none" / "x"), ContainsSubstring("x: cannot be created: No such file or directory"));
  CHECK_THAT(error(folder.path()), ContainsSubstring("is a folder, not a file that can be replaced"));
  CHECK_THAT(error("/dev/null"), ContainsSubstring("is a device, not a file that can be replaced"));
  CHECK_THAT(error("/proc/x"), ContainsSubstring("cannot be created"));
  CHECK_THAT(error(folder / std::string(300, 'x')), ContainsSubstring("File name too long"));
  CHECK(folder.entries() == 0);
}

TEST_CASE("file: a symbolic link is followed", "[io]") {
  const TemporaryFolder folder;
  fs::create_directory(folder / "below");
  write_atomically(folder / "below/x", "old");
  fs::create_symlink("below/x", folder / "link");
  write_atomically(folder / "link", "new");
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(read_bytes(folder / "below/x") == "new");
}

TEST_CASE("file: a symbolic link to what is not there yet, and one in a circle", "[io]") {
  const TemporaryFolder folder;
  fs::create_directory(folder / "disk");
  fs::create_symlink("disk/model", folder / "model");
  write_atomically(folder / "model", "weights");
  CHECK(fs::is_symlink(folder / "model"));
  CHECK(read_bytes(folder / "disk" / "model") == "weights");
  fs::create_symlink("circle", folder / "circle");
  CHECK_THROWS_AS(write_atomically(folder / "circle", "x"), WriteError);
}

TEST_CASE("file: who could not read the old file cannot read the new one", "[io]") {
  const TemporaryFolder folder;
  write_atomically(folder / "secret", "old");
  fs::permissions(folder / "secret", fs::perms::owner_read | fs::perms::owner_write);
  write_atomically(folder / "secret", "new");
  CHECK(fs::status(folder / "secret").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("file: owner, group and permissions stay, and no rights beyond them", "[io]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "x";
  write_bytes(path, "old");
  const bool superuser = chown(path.c_str(), 65534, 12345) == 0;
  REQUIRE(chmod(path.c_str(), 04640) == 0);
  write_atomically(path, "new");
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0640);
  CHECK(status.st_uid == (superuser ? 65534 : geteuid()));
  if (superuser) CHECK(status.st_gid == 12345);
}

TEST_CASE("file: where the group may not be set, it has the rights of all others", "[io]") {
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms::all);
  const fs::path path = folder / "x";
  write_bytes(path, "old");
  if (chown(path.c_str(), 65534, 12345) != 0) return;  // only the superuser can make such a file
  REQUIRE(chmod(path.c_str(), 0664) == 0);
  REQUIRE(seteuid(65534) == 0);
  CHECK_NOTHROW(write_atomically(path, "new"));
  REQUIRE(seteuid(0) == 0);
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK(status.st_gid != 12345);
  CHECK((status.st_mode & 07777) == 0644);
}

TEST_CASE("file: a lock keeps others out of a folder, and removes what a killed process was writing", "[io]") {
  const TemporaryFolder folder;
  write_bytes(folder / ".tandem-123-4.tmp", "half");
  write_bytes(folder / "model", "whole");
  write_bytes(folder / ".tandem-notes", "whole");
  write_bytes(folder / "other.tmp", "whole");
  {
    const FolderLock first(folder.path());
    CHECK(folder.entries() == 3);
    write_bytes(folder / ".tandem-123-5.tmp", "half of another file");
    CHECK_THAT(message_of<WriteError>([&] { FolderLock(folder.path()); }),
               ContainsSubstring(folder.path().string() + ": another process is writing to this folder"));
    CHECK(folder.entries() == 4);  // the first one may be writing it
  }
  const FolderLock second(folder.path());
  CHECK(folder.entries() == 3);
  CHECK_NOTHROW(FolderLock(folder / "none"));
}
