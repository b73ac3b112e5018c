// Compares the two kinds of model on the same images: a discriminative one, p(y | x), and a generative one,
// p(x) and p(x, y). Trains both with the same engine, seed and order, measures what each can do, and writes
// one page.
//
//     compare --quick          the whole page within 90 seconds on two cores
//     compare                  all images and longer training: the figures of docs/records.md
//     compare --preset long    the same, with a conditional VAE trained for longer, on slightly distorted images
//
// The page is runs/compare/report.html.
//
// Models and sections are saved as they are finished; --resume continues after the last one.

#include "examples/support/compare/sections.h"
#include "examples/support/program.h"

using namespace tandem;
using namespace tandem::examples::compare;

int main(int argc, char** argv) {
  Options options;
  return examples::run_program(argc, argv, "Compares discriminative and generative models.", options, [&] {
    Study study(options);
    const Trained trained = train_all(study);
    std::vector<Section> sections;
    const auto measure = [&](const char* id, auto section) {
      sections.push_back(study.section(id, [&] { return section(study, trained); }));
    };
    measure("classification", classification);
    measure("generation", generation);
    measure("out_of_distribution", out_of_distribution);
    measure("few_labels", few_labels);
    measure("bias", bias);
    measure("cost", cost);
    measure("border", border);
    sections.insert(sections.begin(), overview(study, sections));
    study.report(sections);
  });
}
