#include "examples/support/streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace tandem::examples {

void complain(std::string_view line) noexcept {
  std::fflush(stdout);  // keeps the order of lines in a log
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fputc('\n', stderr);
}

void say(std::string_view text) noexcept {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

bool everything_was_said() noexcept { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; }

void occupy_closed_streams() noexcept {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) != -1 || errno != EBADF) continue;
    // Opened the wrong way round, so that its use still fails. It gets the lowest free number, which is this one.
    static_cast<void>(open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) == stream);
  }
}

}  // namespace tandem::examples
