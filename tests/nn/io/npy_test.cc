#include "nn/io/npy.h"

#include "autograd/create.h"
#include "tests/catch.h"
#include "tests/message_of.h"
#include "tests/nn/io/bytes.h"
#include "tests/nn/io/full_disk.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::io;
using namespace tandem::test;

namespace {

std::string npy(const std::string& header, const std::string& data, char version = 1) {
  return "\x93NUMPY" + std::string{version, '\0'} + little_endian(header.size(), version == 1 ? 2 : 4) + header + data;
}

std::string npy_refusal(const std::string& content) {
  const TemporaryFolder folder;
  write_bytes(folder / "x.npy", content);
  return message_of<FileError>([&] { load_npy(folder / "x.npy"); });
}

std::string npy_header_refusal(const std::string& header) { return npy_refusal(npy(header, "12345678")); }

}  // namespace

TEST_CASE("npy: what was saved is loaded", "[io]") {
  const TemporaryFolder folder;
  for (const Tensor& x : {tensor({{1, 2, 3}, {4, 5, 6}}), tensor({0.1}, DType::float64), labels({-1, 2}),
                          tensor(std::vector<std::uint8_t>{0, 255}, {2}), scalar(3), Tensor({2, 0}, DType::float32)}) {
    save_npy(folder / "x.npy", x);
    const Tensor y = load_npy(folder / "x.npy");
    CHECK(y.dtype() == x.dtype());
    CHECK(y.shape() == x.shape());
    CHECK(y.to_vector<double>() == x.to_vector<double>());
    CHECK((read_bytes(folder / "x.npy").size() - x.bytes().size()) % 64 == 0);
  }
}

TEST_CASE("npy: version 2.0 and other spacing are read", "[io]") {
  const TemporaryFolder folder;
  write_bytes(folder / "x.npy", npy("{'shape':(2,1), 'fortran_order' : False,'descr':'|u1'} \n", "ab", 2));
  CHECK(load_npy(folder / "x.npy").to_vector<std::int64_t>() == std::vector<std::int64_t>{'a', 'b'});
}

TEST_CASE("npy: what is not an array of ours is refused", "[io]") {
  CHECK_THAT(npy_refusal(""), ContainsSubstring("x.npy, byte 0: the start of an .npy file takes 8 bytes"));
  CHECK_THAT(npy_refusal("PK\x03\x04 a zip file"), ContainsSubstring("byte 0: not an .npy file"));
  CHECK_THAT(npy_refusal(npy("{}", "", 3)), ContainsSubstring("byte 6: format version 3.0, but only 1.0 and 2.0"));
  CHECK_THAT(npy_refusal("\x93NUMPY" + std::string("\x02\x00\xff\xff\xff\xff{}", 8)),
             ContainsSubstring("promises a header of 4,294,967,295 bytes, but only 2 follow"));

  CHECK_THAT(npy_header_refusal("{'descr': '>f4', 'fortran_order': False, 'shape': (2,)}"),
             ContainsSubstring("highest byte first") && ContainsSubstring("newbyteorder('<')"));
  CHECK_THAT(npy_header_refusal("{'descr': '<f2', 'fortran_order': False, 'shape': (4,)}"),
             ContainsSubstring("\"<f2\"; those read are <f4, <f8, <i8 and |u1"));
  CHECK_THAT(npy_header_refusal("{'descr': '<f4', 'fortran_order': True, 'shape': (2,)}"),
             ContainsSubstring("column after column") && ContainsSubstring("ascontiguousarray"));
  CHECK_THAT(npy_header_refusal("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}"),
             ContainsSubstring("byte 20: expected ' but found \"[('a', '<f4')]"));
  CHECK_THAT(npy_header_refusal("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}"),
             ContainsSubstring("expected an extent"));
  CHECK_THAT(npy_header_refusal("{'descr': '<f4', 'fortran_order': False, 'shape': (nan,)}"),
             ContainsSubstring("expected an extent"));
  CHECK_THAT(npy_header_refusal("{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,2)}"),
             ContainsSubstring("more than 8 axes"));
  CHECK_THAT(npy_header_refusal("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}"),
             ContainsSubstring("more elements than can be addressed"));
  CHECK_THAT(
      npy_header_refusal("{'descr': '<f4', 'fortran_order': False, 'shape': (2500000000,)}"),
      ContainsSubstring("8 bytes of data, but the header promises float32 of shape [2500000000] = 10,000,000,000"));
  CHECK_THAT(npy_header_refusal("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}"),
             ContainsSubstring("= 4 bytes"));
  CHECK_THAT(npy_header_refusal("{'descr': '<f4', 'shape': (2,)}"), ContainsSubstring("lacks one of"));
  CHECK_THAT(npy_header_refusal("{'descr': '<f4', 'descr': '<f4'}"),
             ContainsSubstring("\"descr\" is unknown or there twice"));
  CHECK_THAT(npy_header_refusal("{'descr': '<f4"), ContainsSubstring("a text without an end"));
  CHECK_THAT(npy_header_refusal("{} x"), ContainsSubstring("goes on after its end"));
}

TEST_CASE("npy: a full disk leaves the old file", "[io]") {
  const TemporaryFolder folder;
  save_npy(folder / "x.npy", scalar(1));
  {
    const FullDisk full(1000);
    CHECK_THROWS_AS(save_npy(folder / "x.npy", ones({1000})), WriteError);
  }
  CHECK(load_npy(folder / "x.npy").item() == 1);
  CHECK(folder.entries() == 1);
}

TEST_CASE("npy: no damage does harm", "[io]") {
  const TemporaryFolder folder;
  save_npy(folder / "x.npy", tensor({{1, 2, 3}, {4, 5, 6}}));
  CHECK(refused_of_damaged(folder / "x.npy", [](const auto& path) { load_npy(path); }) > 300);
}
