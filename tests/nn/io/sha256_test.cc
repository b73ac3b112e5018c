#include "nn/io/sha256.h"

#include "autograd/create.h"
#include "tests/catch.h"

using namespace tandem;
using namespace tandem::io;

namespace {
std::string hash_of(std::string_view text) { return sha256(std::as_bytes(std::span(text))); }
}  // namespace

// The examples that NIST gives with FIPS 180-4.
TEST_CASE("sha256: known values", "[io]") {
  CHECK(hash_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hash_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hash_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(hash_of("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmno"
                "pqrsmnopqrstnopqrstu") == "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  CHECK(hash_of(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("sha256: pieces give the hash of the whole", "[io]") {
  const std::string text(300, 'x');
  for (std::size_t piece = 1; piece < 150; ++piece) {
    Sha256 hash;
    for (std::size_t i = 0; i < text.size(); i += piece) hash.update(std::string_view(text).substr(i, piece));
    CHECK(hash.digits() == hash_of(text));
  }
}

TEST_CASE("sha256: a set of tensors has one hash, whatever the order", "[io]") {
  const Tensor a = tensor({{1, 2}}), b = labels({7});
  const std::string hash = sha256_of({{"a", a}, {"b", b}});
  CHECK(hash == hash_of(std::string("a float32 [1, 2]\n\0\0\x80\x3f\0\0\0\x40"
                                    "b int64 [1]\n\x07\0\0\0\0\0\0\0",
                                    45)));
  CHECK(hash == sha256_of({{"b", b}, {"a", a}}));
  CHECK(hash != sha256_of({{"a", b}, {"b", a}}));
  CHECK(hash != sha256_of({{"a", a.reshape({2, 1})}, {"b", b}}));
  CHECK(hash != sha256_of({{"a", a.to(DType::float64)}, {"b", b}}));
}
