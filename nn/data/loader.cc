#include "nn/data/loader.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <numeric>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tandem::data {

class Loader::Iterator::Source {
 public:
  /// @param order     the places of all images of the epoch, batch after batch
  /// @param parallel  whether a batch may be prepared by several threads
  Source(Images images, std::vector<Index> order, Index batch_size, bool parallel)
      : images_(std::move(images)), order_(std::move(order)), batch_size_(batch_size), parallel_(parallel) {}
  virtual ~Source() = default;

  /// The next batch; none after the last.
  virtual std::optional<Batch> next() { return prepare(); }

 protected:
  std::optional<Batch> prepare() {
    const std::span<const Index> rest = std::span<const Index>(order_).subspan(done_);
    if (rest.empty()) return {};
    const std::size_t n = std::min(rest.size(), static_cast<std::size_t>(batch_size_));
    done_ += n;
    return images_.batch(rest.first(n), parallel_);
  }

 private:
  Images images_;
  std::vector<Index> order_;
  Index batch_size_;
  bool parallel_;
  std::size_t done_ = 0;
};

/// A worker prepares the next batch while the last one handed out is used. The slot between the two holds one
/// batch; the worker ends after the last one, after an exception, or when it is told to stop.
class Loader::Iterator::Prefetching final : public Source {
 public:
  Prefetching(Images images, std::vector<Index> order, Index batch_size)
      : Source(std::move(images), std::move(order), batch_size, false), worker_([this] { work(); }) {}

  ~Prefetching() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    worker_.join();
  }

  std::optional<Batch> next() override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return full_; });
    if (error_) std::rethrow_exception(error_);
    if (!slot_) return {};  // the end; stays that way
    full_ = false;
    std::optional<Batch> batch = std::exchange(slot_, {});
    lock.unlock();
    changed_.notify_all();
    return batch;
  }

 private:
  void work() {
    for (bool more = true; more;) {
      std::optional<Batch> batch;
      std::exception_ptr error;
      try {
        batch = prepare();
      } catch (...) {
        error = std::current_exception();
      }
      more = batch.has_value();
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stop_ || !full_; });
      if (stop_) return;
      slot_ = std::move(batch);
      error_ = error;
      full_ = true;
      lock.unlock();
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Batch> slot_;  ///< empty at the end of the epoch
  std::exception_ptr error_;
  bool full_ = false;  ///< slot_ and error_ wait for the consumer
  bool stop_ = false;
  std::thread worker_;  ///< last, so that all else is there when it starts
};

Loader::Loader(const Images& images, const LoaderOptions& options, Generator& generator)
    : images_(images), options_(options), generator_(&generator) {
  if (options.batch_size < 1)
    throw_value_error("Loader", "batch_size is " + std::to_string(options.batch_size), "at least 1");
}

Index Loader::batches() const {
  const Index n = images_.size(), size = options_.batch_size;
  return n / size + (n % size != 0 && !options_.drop_last ? 1 : 0);
}

Loader::Iterator Loader::begin() const {
  std::vector<Index> order;
  if (options_.shuffle) {
    order = randperm(images_.size(), *generator_).to_vector<Index>();
  } else {
    order.resize(static_cast<std::size_t>(images_.size()));
    std::iota(order.begin(), order.end(), Index{0});
  }
  if (options_.drop_last) order.resize(static_cast<std::size_t>(batches() * options_.batch_size));

  if (options_.prefetch)
    return Iterator(std::make_unique<Iterator::Prefetching>(images_, std::move(order), options_.batch_size));
  return Iterator(std::make_unique<Iterator::Source>(images_, std::move(order), options_.batch_size, true));
}

Loader::Iterator::Iterator(std::unique_ptr<Source> source)
    : source_(std::move(source)), batch_(source_->next()) {}
Loader::Iterator::Iterator(Iterator&&) noexcept = default;
Loader::Iterator& Loader::Iterator::operator=(Iterator&&) noexcept = default;
Loader::Iterator::~Iterator() = default;

Loader::Iterator& Loader::Iterator::operator++() {
  batch_.reset();  // its memory goes back to the pool before the next is handed out
  batch_ = source_->next();
  return *this;
}

}  // namespace tandem::data
