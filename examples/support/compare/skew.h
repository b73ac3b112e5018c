#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "nn/data/dataset.h"

namespace tandem::examples::compare {

/// The images without those that thinning takes away: a class in `shares` keeps that share of its images, at least one,
/// spread evenly over them; the others keep all. The order stays.
data::Images thinned(const data::Images& images, const std::map<Index, double>& shares);

/// The images class by class, those of each repeated in turn until it has as many as the largest class.
data::Images evened(const data::Images& images);

/// (errors before - errors after) / (errors before - errors of a fair classifier), as "share", with its 95 %
/// "interval" from 1000 resamples of the test images, the same images for all three; null where there was nothing to
/// recover: no errors were added. The classifiers are given as 1 for each test image that they get right, else 0.
nlohmann::json recovered(const std::vector<int>& fair, const std::vector<int>& before, const std::vector<int>& after,
                         std::uint64_t seed);

/// Whether such a share says anything: there is one, and its interval is no wider than 1.
bool is_telling(const nlohmann::json& recovered);

}  // namespace tandem::examples::compare
