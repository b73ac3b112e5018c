#pragma once

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/fuzz/input.h"

namespace tandem::fuzz {

/// A file with a few damages: bytes changed, put in, left out, cut off at the end, copied from another file.
inline std::string damaged(std::string text, const std::string& other, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return random() % n; };  // alike with every compiler
  for (std::size_t damages = 1 + below(4); damages-- > 0;) {
    const std::size_t at = below(text.size() + 1), length = 1 + below(8);
    switch (below(7)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(random());
        break;
      case 1:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        break;
      case 2:  // numbers that are often a limit: 0 and -1
        std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(at), std::min(length, text.size() - at),
                    below(2) ? '\0' : '\xff');
        break;
      case 3: text.insert(at, length, static_cast<char>(random())); break;
      case 4: text.erase(at, length); break;
      case 5:
        if (below(4) == 0) text.resize(at);
        break;
      case 6: {
        const std::size_t from = below(other.size() + 1);
        text.replace(at, below(2) ? 0 : length, other, from, 1 + below(32));
        break;
      }
    }
  }
  return text;
}

/// Gives a reader each file of its corpus, which it must accept, and many damaged ones, which it may refuse.
inline void bear_damage(const std::string& name, bool (*read)(Bytes), int times = 300) {
  std::vector<std::string> files;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(TANDEM_SOURCE_DIR "/tests/fuzz/corpus/" + name))
    paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());  // the order of a folder is not the same everywhere
  for (const auto& path : paths) files.push_back(read_bytes(path));
  REQUIRE_FALSE(files.empty());

  std::mt19937 random(1);
  for (std::size_t i = 0; i < files.size(); ++i) {
    INFO(paths[i]);
    CHECK(read(std::as_bytes(std::span(files[i]))));
    for (int time = 0; time < times; ++time) {
      const std::string input = damaged(files[i], files[random() % files.size()], random);
      INFO("damage " << time);
      CHECK_NOTHROW(read(std::as_bytes(std::span(input))));
    }
  }
}

}  // namespace tandem::fuzz
