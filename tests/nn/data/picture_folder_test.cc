#include "nn/data/picture_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>

#include "autograd/create.h"
#include "autograd/pool.h"
#include "nn/data/source.h"
#include "nn/io/image.h"
#include "nn/io/safetensors.h"
#include "nn/io/sha256.h"
#include "tests/catch.h"
#include "tests/message_of.h"
#include "tests/nn/io/bytes.h"
#include "tests/temporary.h"
#include "tests/without_privileges.h"

using namespace tandem;
using namespace tandem::data;
using namespace tandem::test;
namespace fs = std::filesystem;

namespace {

/// A picture of one grey.
void write_picture(const fs::path& path, std::uint8_t shade) {
  fs::create_directories(path.parent_path());
  io::write_png(path, tensor(std::vector<std::uint8_t>(12, shade), {3, 4}));
}

PictureFolderOptions small(const fs::path& cache = {}) { return {.format = {2, 2, 1}, .cache = cache}; }

/// The shade of each image and its label, or -1.
std::multiset<std::pair<int, int>> shades(const Images& images) {
  std::multiset<std::pair<int, int>> result;
  for (Index i = 0; i < images.size(); ++i)
    result.emplace(images.pixels.data<std::uint8_t>()[i * images.pixels.dim(1)],
                   images.labels.defined() ? static_cast<int>(images.labels.data<std::int64_t>()[i]) : -1);
  return result;
}

std::multiset<std::pair<int, int>> all_shades(const PictureFolder& pictures) {
  auto result = shades(pictures.train);
  result.merge(shades(pictures.held_out));
  return result;
}

}  // namespace

TEST_CASE("picture folder: a flat one has no labels", "[data]") {
  const TemporaryFolder folder;
  for (int i = 0; i < 20; ++i) write_picture(folder / (std::to_string(i) + ".PNG"), static_cast<std::uint8_t>(i));
  write_bytes(folder / "notes.txt", "not looked at");
  write_picture(folder / ".hidden.png", 99);
  const PictureFolder pictures = read_picture_folder(folder.path(), small());
  CHECK(pictures.train.size() + pictures.held_out.size() == 20);
  CHECK(pictures.held_out.size() >= 1);
  CHECK(pictures.train.pixels.dim(1) == 4);
  CHECK(pictures.train.height == 2);
  CHECK(pictures.train.channels == 1);
  CHECK_FALSE(pictures.train.labels.defined());
  CHECK(pictures.class_names.empty());
  CHECK(pictures.skipped.empty());
  CHECK(all_shades(pictures).size() == 20);
  CHECK(all_shades(pictures).count({99, -1}) == 0);
}

TEST_CASE("picture folder: folders are classes", "[data]") {
  const TemporaryFolder folder;
  for (int i = 0; i < 6; ++i) {
    write_picture(folder.path() / "dogs" / "large" / (std::to_string(i) + ".png"), static_cast<std::uint8_t>(100 + i));
    write_picture(folder.path() / "cats" / (std::to_string(i) + ".png"), static_cast<std::uint8_t>(i));
  }
  const PictureFolder pictures = read_picture_folder(folder.path(), small());
  CHECK(pictures.class_names == std::vector<std::string>{"cats", "dogs"});
  CHECK(pictures.train.classes == 2);
  CHECK(pictures.held_out.classes == 2);
  CHECK(all_shades(pictures).size() == 12);
  for (const auto& [shade, label] : all_shades(pictures)) CHECK(label == (shade >= 100));

  write_picture(folder / "neither.png", 50);  // now they are a flat folder with pictures further down
  CHECK(read_picture_folder(folder.path(), small()).class_names.empty());
}

TEST_CASE("picture folder: one folder within it is no class", "[data]") {
  const TemporaryFolder folder;
  for (int i = 0; i < 3; ++i)
    write_picture(folder.path() / "all" / (std::to_string(i) + ".png"), static_cast<std::uint8_t>(i));
  const PictureFolder pictures = read_picture_folder(folder.path(), small());
  CHECK(pictures.class_names.empty());
  CHECK_FALSE(pictures.train.labels.defined());
}

TEST_CASE("picture folder: the split follows from names and seed", "[data]") {
  const TemporaryFolder folder;
  for (int i = 0; i < 200; ++i) write_picture(folder / (std::to_string(i) + ".png"), static_cast<std::uint8_t>(i));
  const PictureFolder before = read_picture_folder(folder.path(), small());
  CHECK(before.held_out.size() > 8);
  CHECK(before.held_out.size() < 35);
  fs::remove(folder / "3.png");
  write_picture(folder / "more.png", 250);
  const auto held_out = shades(before.held_out), now = shades(read_picture_folder(folder.path(), small()).held_out);
  for (const auto& one : held_out) CHECK((one.first == 3 || now.count(one) == 1));
  CHECK(now.size() <= held_out.size() + 1);

  PictureFolderOptions other = small();
  other.split_seed = 2;
  CHECK(shades(read_picture_folder(folder.path(), other).held_out) != now);
}

TEST_CASE("picture folder: what cannot be read is skipped with a message", "[data]") {
  const TemporaryFolder folder;
  for (int i = 0; i < 5; ++i) write_picture(folder / (std::to_string(i) + ".png"), static_cast<std::uint8_t>(i));
  write_bytes(folder / "broken.jpg", "not a picture");
  write_bytes(folder / "empty.gif", "");
  REQUIRE(mkfifo((folder / "pipe.png").c_str(), 0600) == 0);
  fs::create_symlink("/dev/zero", folder / "device.bmp");
  fs::create_symlink("nowhere", folder / "dangling.tga");
  const PictureFolder pictures = read_picture_folder(folder.path(), small());
  CHECK(all_shades(pictures) == std::multiset<std::pair<int, int>>{{0, -1}, {1, -1}, {2, -1}, {3, -1}, {4, -1}});
  REQUIRE(pictures.skipped.size() == 5);
  const char* names[] = {"broken.jpg", "dangling.tga", "device.bmp", "empty.gif", "pipe.png"};
  for (std::size_t i = 0; i < 5; ++i) CHECK_THAT(pictures.skipped[i], ContainsSubstring(names[i]));
}

TEST_CASE("picture folder: classes that go with their pictures are named", "[data]") {
  const TemporaryFolder folder;
  for (const char* name : {"a", "b", "c"}) fs::create_directory(folder / name);
  for (const char* name : {"a/1.png", "a/2.png", "b/1.png"}) write_picture(folder / name, 7);
  write_bytes(folder / "c/1.png", "not a picture");
  write_bytes(folder / "c/2.webp", "not read");
  const PictureFolder pictures = read_picture_folder(folder.path(), small());
  CHECK(pictures.class_names == std::vector<std::string>{"a", "b"});
  CHECK(pictures.lost_classes == std::vector<std::string>{"c"});
  CHECK(pictures.skipped.size() == 2);

  // One that is left is no class: a picture could be of no other.
  write_bytes(folder / "b/1.png", "not a picture");
  write_bytes(folder / "top.png", "not a picture");
  const PictureFolder one_left = read_picture_folder(folder.path(), small());
  CHECK(one_left.class_names.empty());
  CHECK(one_left.lost_classes == std::vector<std::string>{"b", "c"});
}

TEST_CASE("picture folder: one whose format is not read is skipped with a message", "[data]") {
  const TemporaryFolder folder;
  for (int i = 0; i < 3; ++i) write_picture(folder / (std::to_string(i) + ".png"), static_cast<std::uint8_t>(i));
  for (const char* name : {"4.webp", "5.TIFF", "6.heic", "notes.txt"}) write_bytes(folder / name, "of another kind");
  const PictureFolder pictures = read_picture_folder(folder.path(), small());
  CHECK(all_shades(pictures).size() == 3);
  REQUIRE(pictures.skipped.size() == 3);
  for (const std::string& message : pictures.skipped)
    CHECK_THAT(message, ContainsSubstring("not a picture that can be read") &&
                            ContainsSubstring("hint: PNG, JPEG, BMP, GIF and TGA are read"));
  CHECK_THAT(pictures.skipped[1], ContainsSubstring("5.TIFF"));
}

TEST_CASE("picture folder: the pixels take memory once", "[data]") {
  const TemporaryFolder folder;
  constexpr Index n = 50, extent = 64;
  for (int i = 0; i < n; ++i) write_picture(folder / (std::to_string(i) + ".png"), static_cast<std::uint8_t>(i));
  write_bytes(folder / "10broken.png", "?");
  pool::trim();
  const std::size_t before = pool::statistics().bytes_in_use;
  const PictureFolder pictures = read_picture_folder(folder.path(), {.format = {extent, extent, 3}});
  const pool::Statistics after = pool::statistics();
  constexpr std::size_t pixels = n * extent * extent * 3;
  CHECK(pictures.train.pixels.shares_storage(pictures.held_out.pixels));
  CHECK(after.bytes_in_use - before >= pixels);
  CHECK(after.bytes_in_use + after.bytes_kept - before < pixels * 3 / 2);
  CHECK(all_shades(pictures).size() == n);
}

TEST_CASE("picture folder: more than the memory holds is refused before it is taken", "[data]") {
  const TemporaryFolder folder;
  for (int i = 0; i < 3; ++i) write_picture(folder / (std::to_string(i) + ".png"), static_cast<std::uint8_t>(i));
  PictureFolderOptions options = small();
  options.memory = 24;
  CHECK(read_picture_folder(folder.path(), options).train.size() == 2);
  options.memory = 23;
  CHECK_THROWS_AS(read_picture_folder(folder.path(), options), io::FileError);
  options = {.format = {4096, 4096, 3}, .memory = 200'000'000};
  CHECK_THAT(message_of<io::FileError>([&] { read_picture_folder(folder.path(), options); }),
             ContainsSubstring(folder.path().string() + ": its 3 pictures take 150,994,944 bytes as 4096x4096x3, but "
                                                        "at most 100,000,000 are taken, half of the memory") &&
                 ContainsSubstring("hint: choose a smaller image size"));
}

TEST_CASE("picture folder: links are followed, in circles once", "[data]") {
  const TemporaryFolder folder, elsewhere;
  write_picture(folder / "1.png", 1);
  write_picture(elsewhere / "2.png", 2);
  fs::create_directory_symlink(elsewhere.path(), folder / "linked");
  fs::create_directory_symlink(elsewhere.path(), folder / "linked again");
  fs::create_directory_symlink(folder.path(), elsewhere / "back");
  CHECK(all_shades(read_picture_folder(folder.path(), small())) ==
        std::multiset<std::pair<int, int>>{{1, -1}, {2, -1}});
}

TEST_CASE("picture folder: the cache is used while it is right", "[data]") {
  const TemporaryFolder folder, cache;
  for (int i = 0; i < 6; ++i) write_picture(folder / (std::to_string(i) + ".png"), static_cast<std::uint8_t>(i));
  write_bytes(folder / "broken.png", "?");
  const auto read = [&] { return read_picture_folder(folder.path(), small(cache.path())); };
  const PictureFolder first = read(), second = read();
  CHECK_FALSE(first.from_cache);
  CHECK(second.from_cache);
  CHECK(second.skipped == first.skipped);
  CHECK(second.train.pixels.to_vector<std::uint8_t>() == first.train.pixels.to_vector<std::uint8_t>());
  CHECK(cache.entries() == 1);

  SECTION("other settings have a file of their own") {
    PictureFolderOptions other = small(cache.path());
    other.format.channels = 3;
    CHECK_FALSE(read_picture_folder(folder.path(), other).from_cache);
    CHECK(cache.entries() == 2);
    CHECK(read().from_cache);
  }
  SECTION("another content") {
    const auto time = fs::last_write_time(folder / "2.png");
    write_picture(folder / "2.png", 200);
    fs::last_write_time(folder / "2.png", time);  // the time says nothing
    const PictureFolder changed = read();
    CHECK_FALSE(changed.from_cache);
    CHECK(all_shades(changed).count({200, -1}) == 1);
    CHECK(read().from_cache);
  }
  SECTION("another name") {
    fs::rename(folder / "5.png", folder / "6.png");
    CHECK_FALSE(read().from_cache);
    CHECK(read().from_cache);
  }
  SECTION("a damaged cache") {
    const fs::path path = fs::directory_iterator(cache.path())->path();
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-30, std::ios::end).put('\x55');  // a pixel, a name or a message
    file.close();
    CHECK_FALSE(read().from_cache);
    fs::resize_file(path, 100);
    CHECK_FALSE(read().from_cache);
    CHECK(read().from_cache);
  }
  SECTION("a cache that lies, with the right checksum") {
    const fs::path path = fs::directory_iterator(cache.path())->path();
    const io::TensorFile file = io::load_safetensors(path);
    const auto replace = [&](std::size_t place, const Tensor& tensor) {
      StateDict tensors = file.tensors;
      tensors[place].second = tensor;
      io::Metadata metadata = file.metadata;
      metadata["sha256"] = io::sha256_of(tensors);
      io::save_safetensors(path, tensors, metadata);
    };
    for (std::size_t i = 0; i < file.tensors.size(); ++i) {
      const Tensor& whole = file.tensors[i].second;
      INFO(file.tensors[i].first);
      replace(i, file.tensors[i].first == "pixels" ? whole.rows(0, 3).clone() : full({5}, 65, DType::uint8));
      CHECK_FALSE(read().from_cache);
      replace(i, zeros({6, 4}));
      CHECK_FALSE(read().from_cache);
    }
  }
  SECTION("what a killed process was writing is removed, what another one is writing is not") {
    write_picture(folder / "2.png", 200);
    {
      const io::FolderLock another(cache.path());
      write_bytes(cache / ".tandem-123-5.tmp", "half of another file");
      CHECK_FALSE(read().from_cache);
      CHECK(fs::exists(cache / ".tandem-123-5.tmp"));
    }
    CHECK_FALSE(read().from_cache);
    CHECK(cache.entries() == 1);
    CHECK(read().from_cache);
  }
  SECTION("a cache that cannot be written") {
    write_bytes(cache / "file", "");
    CHECK(all_shades(read_picture_folder(folder.path(), small(cache / "file"))).size() == 6);
  }
}

TEST_CASE("picture folder: too few, none, no folder, no format", "[data]") {
  const TemporaryFolder folder;
  const auto refusal_of = [&] {
    return message_of<io::FileError>([&] { read_picture_folder(folder.path(), small()); });
  };
  CHECK_THAT(refusal_of(), ContainsSubstring("0 of its pictures can be read, but at least two are needed"));
  CHECK_FALSE(has_pictures(folder.path()));
  write_bytes(folder / "1.png", "?");
  CHECK(has_pictures(folder.path()));
  write_picture(folder / "2.png", 1);
  CHECK_THAT(refusal_of(), ContainsSubstring("1 of its pictures") && ContainsSubstring("1.png"));
  CHECK_THROWS_AS(read_picture_folder(folder / "none", small()), io::FileError);
  CHECK_THROWS_AS(read_picture_folder(folder.path(), {.format = {0, 1, 1}}), ValueError);
  CHECK_THROWS_AS(read_picture_folder(folder.path(), {.held_out = 1}), ValueError);
}

TEST_CASE("source: a folder of pictures", "[data]") {
  const TemporaryFolder folder, data_dir;
  for (int i = 0; i < 12; ++i)
    write_picture(folder.path() / (i % 2 ? "a" : "b") / (std::to_string(i) + ".png"), static_cast<std::uint8_t>(i));
  const Source source = load(folder.path(), data_dir.path(), 3, {5, 7, 3});
  CHECK(source.pictures);
  CHECK(source.class_names == std::vector<std::string>{"a", "b"});
  CHECK(source.train.size() == 3);
  CHECK(source.train.height == 5);
  CHECK(source.train.width == 7);
  CHECK(source.test.pixels.dim(1) == 105);
  CHECK(fs::exists(data_dir / "cache"));
}

TEST_CASE("picture folder: one within it that may not be read is an error", "[data]") {
  const TemporaryFolder folder;
  for (const std::string label : {"ants", "bees", "cats"})
    for (const std::string name : {"1.png", "2.png", "more/3.png"}) write_picture(folder.path() / label / name, 7);
  fs::permissions(folder.path(), fs::perms::all);
  const fs::path bees = folder / "bees";
  for (const fs::perms mode : {fs::perms::none, fs::perms(0444)}) {  // not to be listed; not to be entered
    fs::permissions(bees, mode);
    std::string error;
    {
      const WithoutPrivileges ordinary_user;
      std::error_code ignored;
      if (geteuid() == 0 || !fs::is_directory(folder.path(), ignored)) return;  // here it cannot be tried
      error = message_of<io::FileError>([&] { read_picture_folder(folder.path(), small()); });
    }
    fs::permissions(bees, fs::perms::all);
    CHECK_THAT(error, ContainsSubstring(bees.string()) && ContainsSubstring("Permission denied"));
  }
  CHECK(read_picture_folder(folder.path(), small()).class_names.size() == 3);
}
