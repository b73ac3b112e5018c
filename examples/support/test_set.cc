#include "examples/support/test_set.h"

#include <CLI/CLI.hpp>

#include "examples/support/flags.h"
#include "examples/support/program.h"
#include "examples/support/report_skipped.h"
#include "nn/text.h"

namespace tandem::examples {

void TestSetOptions::add_to(CLI::App& app) {
  app.add_option("--data", data,
                 "mnist, fashion, synthetic, or a folder of IDX files or pictures; default: what the model was trained "
                 "on")
      ->type_name("NAME|PATH");
  add_data_dir(app, data_dir);
}

std::string TestSetOptions::of(const ImageDescription& images) const {
  if (!data.empty()) return data;
  if (images.data.empty()) return "mnist";
  if (images.folder || images.pictures || !data::has_name(images.data))
    throw UsageError("the model was trained on the folder " + in_quotes(images.data) + "; say with --data where it is");
  return images.data;
}

data::Images TestSetOptions::load(const ImageDescription& images) const {
  const data::Source source = data::load(of(images), data_dir, {}, images.format);
  report_skipped(source);
  return source.test;
}

}  // namespace tandem::examples
