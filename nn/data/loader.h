#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>

#include "autograd/random.h"
#include "nn/data/dataset.h"

namespace tandem::data {

struct LoaderOptions {
  Index batch_size = 128;
  bool shuffle = true;     ///< a new order at every begin()
  bool drop_last = false;  ///< leave out the last batch if it is smaller than the others
  /// Prepare the next batches on a separate thread while one is in use, if there are more processors than compute
  /// threads (num_threads()).
  bool prefetch = true;
};

/// The batches of one epoch, for a range-based for loop:
///
///     Loader loader(images, {.batch_size = 64});
///     for (int epoch = 1; epoch <= 10; ++epoch)
///       for (const auto& [image, label] : loader) ...
///
/// The order is drawn from the generator, on the calling thread, when an epoch begins: the batches are the
/// same with and without prefetch, and for any number of threads.
class Loader {
 public:
  class Iterator;

  /// @param generator   must outlive the loader; used only to shuffle
  /// @throws ValueError if the batch size is less than 1, and what Images::check() throws
  explicit Loader(const Images& images, const LoaderOptions& options = {}, Generator& generator = default_generator());

  /// The number of batches in an epoch.
  Index batches() const;

  /// Starts an epoch. Several may run at the same time, and one may be left early.
  Iterator begin() const;
  std::default_sentinel_t end() const { return {}; }

 private:
  Images images_;
  LoaderOptions options_;
  Generator* generator_;
};

/// A place in an epoch; an input iterator that can be moved, not copied.
class Loader::Iterator {
 public:
  using value_type = Batch;
  using difference_type = std::ptrdiff_t;
  using iterator_concept = std::input_iterator_tag;

  Iterator(Iterator&&) noexcept;
  Iterator& operator=(Iterator&&) noexcept;
  ~Iterator();

  const Batch& operator*() const { return *batch_; }
  const Batch* operator->() const { return &*batch_; }
  /// @throws whatever went wrong while the next batch was prepared
  Iterator& operator++();
  void operator++(int) { ++*this; }
  friend bool operator==(const Iterator& it, std::default_sentinel_t) { return !it.batch_; }

 private:
  friend class Loader;
  class Source;       ///< hands out the batches of an epoch one by one
  class Prefetching;  ///< the same, prepared ahead on a separate thread

  explicit Iterator(std::unique_ptr<Source> source);

  std::unique_ptr<Source> source_;
  std::optional<Batch> batch_;  ///< empty at the end
};

}  // namespace tandem::data
