// Every option of a model, at another value than its default, survives the text that a model file holds.

#include "models/architecture.h"

#include <tuple>
#include <utility>

#include "models/bag_classifier.h"
#include "models/multinomial_naive_bayes.h"
#include "models/semi_supervised_vae.h"
#include "tests/check.h"

using namespace tandem;
using test::message_of;

namespace {

// The fields of options, all of them: where one is added, its line here no longer compiles.

auto fields_of(const models::MlpOptions& options) {
  const auto& [inputs, hidden, classes, activation, dropout, input_dropout, batch_norm, noise] = options;
  return std::tuple(inputs, hidden, classes, activation, dropout, input_dropout, batch_norm, noise);
}
auto fields_of(const models::VaeOptions& options) {
  const auto& [inputs, encoder, decoder, latent, activation, pseudo_inputs, autoregressive, reach, features,
               row_width] = options;
  return std::tuple(inputs, encoder, decoder, latent, activation, pseudo_inputs, autoregressive, reach, features,
                    row_width);
}
auto fields_of(const models::ConditionalVaeOptions& options) {
  const auto& [inputs, classes, encoder, decoder, latent, activation, observation] = options;
  return std::tuple(inputs, classes, encoder, decoder, latent, activation, observation);
}
auto fields_of(const models::SemiSupervisedVaeOptions& options) {
  const auto& [generative, classifier, least_probability] = options;  // the last is no part of the architecture
  return std::tuple_cat(fields_of(generative), fields_of(classifier));
}
auto fields_of(const models::BagClassifierOptions& options) {
  const auto& [features, hidden] = options;
  return std::tuple(features, hidden);
}
auto fields_of(const models::MultinomialNaiveBayesOptions& options) {
  const auto& [features, classes, uniform_share] = options;
  return std::tuple(features, classes, uniform_share);
}

template <class Model, class Options>
void check_reads_back(const Options& options) {
  const auto wanted = fields_of(options), defaults = fields_of(Options());
  const auto differs = [](std::size_t field, const auto& value, const auto& by_default) {
    INFO("field " << field);
    CHECK((value != by_default));  // else nothing would be seen of it
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) { (differs(I, std::get<I>(wanted), std::get<I>(defaults)), ...); }
  (std::make_index_sequence<std::tuple_size_v<decltype(wanted)>>{});

  const Model model(options);
  const Options again = Model::from_architecture(model.architecture());
  CHECK((fields_of(again) == wanted));
  CHECK(Model(again).architecture() == model.architecture());
  for (const auto& [key, value] : model.architecture()) {
    INFO("without " << key);
    models::Architecture incomplete = model.architecture();
    incomplete.erase(key);
    CHECK_THROWS_AS(Model::from_architecture(incomplete), ValueError);
  }
}

const models::MlpOptions an_mlp = {.inputs = 12,
                                   .hidden = {4, 3},
                                   .classes = 3,
                                   .activation = nn::Activation::silu,
                                   .dropout = 0.1,
                                   .input_dropout = 0.25,
                                   .batch_norm = true,
                                   .noise = 0.3};
const models::ConditionalVaeOptions a_conditional_vae = {.inputs = 12,
                                                         .classes = 3,
                                                         .encoder = {6, 5},
                                                         .decoder = {4, 3},
                                                         .latent = 2,
                                                         .activation = nn::Activation::elu,
                                                         .observation = models::Observation::gaussian};

}  // namespace

TEST_CASE("architecture: numbers as text read back the same", "[models]") {
  CHECK(models::to_text(0.25) == "0.25");
  CHECK(models::to_text(0.1) == "0.1");
  CHECK(models::to_text(std::vector<Index>{512, 3}) == "512,3");
  CHECK(models::to_text(std::vector<Index>{}).empty());
  for (const double value : {0.0, 1.0 / 3, 0.1 + 0.2, 1e-300, -1.7976931348623157e308, 5e-324, 123456789.0}) {
    const models::Architecture text = {{"model", "m"}, {"value", models::to_text(value)}};
    CHECK(models::ArchitectureReader(text, "m").number("value") == value);
  }
}

TEST_CASE("architecture: what is missing, or not of its kind, is named", "[models]") {
  const models::Architecture text = {{"model", "m"}, {"name", "relu"}, {"widths", "4,3"}, {"width", "7"},
                                     {"none", ""},   {"zero", "0"},    {"half", "0.5"},   {"large", "268435457"},
                                     {"1e3", "1e3"}, {"more", "1.5x"}, {"space", " 1"}};
  const models::ArchitectureReader reader(text, "m");
  CHECK(reader.text("name") == "relu");
  CHECK(reader.extents("widths") == std::vector<Index>{4, 3});
  CHECK(reader.extents("none").empty());
  CHECK(reader.extent("width") == 7);
  CHECK(reader.count("width") == 7);
  CHECK(reader.count("zero") == 0);
  CHECK(reader.number("half") == 0.5);
  CHECK(reader.number("1e3") == 1000);
  CHECK_THAT(message_of<ValueError>([&] { reader.text("other"); }),
             ContainsSubstring("the description of the m lacks \"other\""));
  for (const char* key : {"widths", "none"})
    CHECK_THAT(message_of<ValueError>([&] { reader.extent(key); }),
               ContainsSubstring('"' + std::string(key) + "\" is not one whole number"));
  for (const char* key : {"zero", "half", "large", "name", "space", "1e3"})
    CHECK_THAT(message_of<ValueError>([&] { reader.extents(key); }),
               ContainsSubstring("whole numbers from 1 to 268,435,456, with commas between"));
  CHECK_THROWS_AS(reader.count("none"), ValueError);
  CHECK_THAT(message_of<ValueError>([&] { reader.count("half"); }), ContainsSubstring("whole numbers from 0 to"));
  for (const char* key : {"name", "none", "more", "space", "other"}) CHECK_THROWS_AS(reader.number(key), ValueError);
  CHECK_THAT(message_of<ValueError>([&] { models::ArchitectureReader(text, "vae"); }),
             ContainsSubstring("a model of kind m") && ContainsSubstring("one of kind vae is wanted"));
  CHECK_THAT(message_of<ValueError>([] { models::ArchitectureReader({}, "vae"); }),
             ContainsSubstring("holds no model"));
}

TEST_CASE("architecture: every option reads back", "[models]") {
  check_reads_back<models::Mlp>(an_mlp);
  check_reads_back<models::Vae>(models::VaeOptions{.inputs = 12,
                                                   .encoder = {5, 4},
                                                   .decoder = {3, 6},
                                                   .latent = 2,
                                                   .activation = nn::Activation::softplus,
                                                   .pseudo_inputs = 3,
                                                   .autoregressive = {4, 2},
                                                   .reach = 1,
                                                   .features = 5,
                                                   .row_width = 4});
  check_reads_back<models::ConditionalVae>(a_conditional_vae);
  check_reads_back<models::SemiSupervisedVae>(
      models::SemiSupervisedVaeOptions{.generative = a_conditional_vae, .classifier = an_mlp});
  check_reads_back<models::BagClassifier>(models::BagClassifierOptions{.features = 8, .hidden = 3});
  check_reads_back<models::MultinomialNaiveBayes>(
      models::MultinomialNaiveBayesOptions{.features = 8, .classes = 3, .uniform_share = 0.3});
}

TEST_CASE("architecture: nonsense is refused", "[models]") {
  CHECK_THROWS_WITH(models::Mlp::from_architecture(models::Vae().architecture()),
                    ContainsSubstring("one of kind mlp is wanted"));
  for (const char* hidden : {"4,", ",4", "-1", "x", "99999999999999999999", "4,0"}) {
    INFO(hidden);
    auto broken = models::Mlp(an_mlp).architecture();
    broken["hidden"] = hidden;
    CHECK_THROWS_AS(models::Mlp::from_architecture(broken), ValueError);
  }
}
