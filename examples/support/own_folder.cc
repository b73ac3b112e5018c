#include "examples/support/own_folder.h"

#include <string>

namespace tandem::examples {

io::RunFolder own_folder(const std::filesystem::path& out) {
  try {
    io::RunFolder folder(out);
    folder.lock();
    return folder;
  } catch (const io::WriteError& e) {
    throw Error(std::string(e.what()) + "\n  hint: name another with --out");
  }
}

}  // namespace tandem::examples
