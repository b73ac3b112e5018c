#include "examples/support/image_description.h"

#include <fmt/core.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "nn/io/safetensors.h"
#include "nn/text.h"

namespace tandem::examples {

ImageDescription ImageDescription::of(const data::Source& source) {
  return {{source.train.height, source.train.width, source.train.channels},
          source.pictures,
          source.class_names,
          source.name,
          source.folder};
}

std::string ImageDescription::summary(const data::Source& source) const {
  return fmt::format("{} + {} of {} x {} x {}, {} classes", source.train.size(), source.test.size(), format.height,
                     format.width, format.channels, source.train.classes);
}

ImageDescription ImageDescription::read(const std::filesystem::path& model_file, Index inputs) {
  const auto metadata = io::read_safetensors_header(model_file).metadata;
  const auto text = metadata.find("images");
  const auto side = static_cast<Index>(std::llround(std::sqrt(static_cast<double>(inputs))));
  if (text == metadata.end()) return {{side, side * side == inputs ? side : inputs / side, 1}, false, {}, {}, false};
  try {
    const nlohmann::json images = nlohmann::json::parse(text->second);
    const auto extent = [&](const char* key) {
      const nlohmann::json& number = images.at(key);
      return number.is_number_integer() ? number.get<Index>() : 0;  // 0 is none
    };
    const ImageDescription result{{extent("height"), extent("width"), extent("channels")},
                                  images.at("pictures"),
                                  images.at("class_names"),
                                  images.value("data", ""),
                                  images.value("folder", false)};
    data::check(result.format);
    if (result.format.height * result.format.width * result.format.channels == inputs) return result;
  } catch (const nlohmann::json::exception&) {
  } catch (const ValueError&) {
  }
  throw io::FileError(model_file, fmt::format("its description of the images, {}, does not fit a model of {} inputs",
                                              in_quotes(text->second), inputs));
}

void ImageDescription::add_to(models::Architecture& metadata) const {
  const nlohmann::json images = {{"height", format.height}, {"width", format.width},      {"channels", format.channels},
                                 {"pictures", pictures},    {"class_names", class_names}, {"data", data},
                                 {"folder", folder}};
  metadata["images"] = images.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

}  // namespace tandem::examples
