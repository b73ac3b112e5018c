#include "nn/data/loader.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <numeric>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "autograd/profile.h"
#include "autograd/threads.h"

namespace tandem::data {

class Loader::Iterator::Source {
 public:
  /// @param order     the indices of all images of the epoch, batch after batch
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

/// A worker prepares batches while the last one handed out is in use. It fills a queue, and goes on when half of that
/// is used up: waking a thread takes longer than preparing a small batch. The worker ends after the last batch, after
/// an exception, or when it is told to stop.
class Loader::Iterator::Prefetching final : public Source {
 public:
  Prefetching(Images images, std::vector<Index> order, Index batch_size)
      : Source(std::move(images), std::move(order), batch_size, false), worker_([this] { work(); }) {}

  ~Prefetching() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    room_.notify_one();
    worker_.join();
  }

  std::optional<Batch> next() override {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return !queue_.empty() || ended_; });
    if (queue_.empty()) {
      if (error_) std::rethrow_exception(error_);
      return {};
    }
    std::optional<Batch> batch = std::move(queue_.front());
    queue_.pop_front();
    const bool half_empty = queue_.size() == capacity / 2;
    lock.unlock();
    if (half_empty) room_.notify_one();
    return batch;
  }

 private:
  static constexpr std::size_t capacity = 4;

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
      if (stop_) return;
      if (more) queue_.push_back(std::move(*batch));
      error_ = error;
      ended_ = !more;
      const bool full = queue_.size() == capacity;
      if (queue_.size() == 1 || ended_) ready_.notify_one();
      if (full) room_.wait(lock, [this] { return stop_ || queue_.size() <= capacity / 2; });
      if (stop_) return;
    }
  }

  std::mutex mutex_;
  std::condition_variable ready_, room_;
  std::deque<Batch> queue_;
  std::exception_ptr error_;
  bool ended_ = false;  ///< nothing comes after what is in the queue
  bool stop_ = false;
  std::thread worker_;  ///< last, so that all else is there when it starts
};

Loader::Loader(const Images& images, const LoaderOptions& options, Generator& generator)
    : images_(images), options_(options), generator_(&generator) {
  if (options.batch_size < 1)
    throw_value_error("Loader", "batch_size is " + std::to_string(options.batch_size), "at least 1");
  images.check("Loader");
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

  // Where every processor computes, one more thread would only take turns with them.
  if (options_.prefetch && static_cast<int>(std::thread::hardware_concurrency()) > num_threads())
    return Iterator(std::make_unique<Iterator::Prefetching>(images_, std::move(order), options_.batch_size));
  return Iterator(std::make_unique<Iterator::Source>(images_, std::move(order), options_.batch_size, true));
}

Loader::Iterator::Iterator(std::unique_ptr<Source> source) : source_(std::move(source)), batch_(source_->next()) {}
Loader::Iterator::Iterator(Iterator&&) noexcept = default;
Loader::Iterator& Loader::Iterator::operator=(Iterator&&) noexcept = default;
Loader::Iterator::~Iterator() = default;

Loader::Iterator& Loader::Iterator::operator++() {
  const ProfileScope profile("next batch");
  batch_.reset();  // its memory goes back to the pool before the next is handed out
  batch_ = source_->next();
  return *this;
}

}  // namespace tandem::data
