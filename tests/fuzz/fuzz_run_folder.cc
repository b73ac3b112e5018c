#include <nlohmann/json.hpp>

#include "nn/io/run_folder.h"
#include "tests/fuzz/input.h"

bool tandem::fuzz::read_run_folder(Bytes bytes) {
  as_file(bytes, "metrics.jsonl");
  const io::RunFolder run(folder().path());
  std::vector<nlohmann::json> lines = run.metrics();
  const bool accepted = !lines.empty();

  constexpr Index epochs_done = 2;
  std::erase_if(lines, [](const nlohmann::json& line) {
    const auto epoch = line.find("epoch");
    return epoch == line.end() || !epoch->is_number() || epoch->get<double>() > epochs_done;
  });
  run.begin(epochs_done);
  expect(run.metrics() == lines, "a run goes on after the epochs of its checkpoint");
  return accepted;
}
