#pragma once

#include <string>

namespace tandem {

/// Something that runs ops and has a name, such as a module: errors, the NaN guard and graph dumps name
/// the innermost one that is running on this thread.
class Context {
 public:
  virtual ~Context() = default;
  /// The dotted path, such as "encoder.hidden".
  virtual std::string path() const = 0;
};

/// Marks a Context as running for as long as the scope lives. Costs two stores.
class ContextScope {
 public:
  [[nodiscard]] explicit ContextScope(const Context& context) noexcept : outer_(current_) { current_ = &context; }
  ~ContextScope() { current_ = outer_; }
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;

  /// The innermost running Context of this thread, or null.
  static const Context* current() noexcept { return current_; }

 private:
  const Context* outer_;
  static inline thread_local const Context* current_ = nullptr;
};

/// Path of the innermost running Context; empty if there is none.
inline std::string context_path() {
  const Context* context = ContextScope::current();
  return context ? context->path() : std::string();
}

/// The line that ends a message: "\n  in module: encoder.hidden", or nothing outside of a Context.
inline std::string in_module() {
  const std::string path = context_path();
  return path.empty() ? path : "\n  in module: " + path;
}

}  // namespace tandem
