#include "examples/support/report_skipped.h"

#include <fmt/core.h>

#include "examples/support/streams.h"
#include "nn/text.h"

namespace tandem::examples {

void report_skipped(const data::Source& source) {
  for (const std::string& message : source.skipped) complain("skipped: " + message);
  if (!source.skipped.empty())
    complain(fmt::format("skipped {} of {} pictures", source.skipped.size(),
                         source.train.size() + source.test.size() + std::ssize(source.skipped)));
  for (const std::string& name : source.lost_classes)
    complain("there is no class " + in_quotes(name) + ": none of its pictures can be read");
}

}  // namespace tandem::examples
