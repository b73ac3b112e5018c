#pragma once

#include "examples/support/compare/trained.h"

namespace tandem::examples::compare {

// The sections of the page, each in a file of its own name. A section computes its figures, which go
// to report.json under its id, and writes its part of the page.

/// The table of the two kinds of model, each cell with what the other sections measured.
Section overview(const Study& study, const std::vector<Section>& measured);
/// Telling classes apart: errors with intervals, confusions, calibration.
Section classification(Study& study, const Trained& trained);
/// Making images: samples, reconstructions, interpolations, the latent plane; whether samples are copies; the judge's
/// verdict.
Section generation(Study& study, const Trained& trained);
/// How likely is this? Likelihoods and confidences for images like those of training and for others.
Section out_of_distribution(Study& study, const Trained& trained);
/// Errors against the number of labelled images.
Section few_labels(Study& study, const Trained& trained);
/// A skewed training set, what it does to the models, and what another prior repairs.
Section bias(Study& study, const Trained& trained);
/// Parameters, operations and seconds.
Section cost(Study& study, const Trained& trained);
/// Gradients through decoder and classifier together.
Section border(Study& study, const Trained& trained);

}  // namespace tandem::examples::compare
