#pragma once

#include <unistd.h>

#include <cstdlib>

namespace tandem::test {

/// For whom permissions count, while it lives; the superuser may read everything.
class WithoutPrivileges {
 public:
  WithoutPrivileges() {
    if (geteuid() == 0) superuser_ = seteuid(65534) == 0;
  }
  ~WithoutPrivileges() {
    if (superuser_ && seteuid(0) != 0) std::abort();
  }
  WithoutPrivileges(const WithoutPrivileges&) = delete;
  WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;

 private:
  bool superuser_ = false;
};

}  // namespace tandem::test
