// A spam filter: trained on mail that somebody has sorted, it judges new messages.
//
//     spam_filter train ~/Maildir/.Spam ~/Maildir/.Ham --out runs/spam_filter
//     spam_filter classify mail.eml      exit code 0: ham, 10: spam; prints the words that decided
//     spam_filter evaluate --data spam   figures on the SpamAssassin corpus, which scripts/fetch-data spam gets
//
// Three models see the same features: naive Bayes (generative), logistic regression and an MLP
// (discriminative). docs/spam.md has the protocol and the figures. Training on 6,000 messages takes seconds, the
// evaluation minutes.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "autograd/threads.h"
#include "examples/support/flags.h"
#include "examples/support/machine.h"
#include "examples/support/own_folder.h"
#include "examples/support/program.h"
#include "examples/support/spam/corpus.h"
#include "examples/support/spam/evaluate.h"
#include "examples/support/spam/filter.h"
#include "examples/support/spam/protocols.h"
#include "examples/support/spam/statistics.h"
#include "examples/support/streams.h"
#include "nn/text.h"

using namespace tandem;
using namespace tandem::examples::spam;

namespace {

constexpr int exit_spam = 10;

struct Options {
  std::vector<std::filesystem::path> mails, spam, ham;
  std::string data = "spam";
  std::filesystem::path data_dir = "datasets", out = "runs/spam_filter", evaluation_out = "runs/spam_filter_evaluation";
  std::filesystem::path load = "runs/spam_filter/logistic_regression.safetensors";
  std::string mail;
  EvaluationOptions evaluation;
  double false_positives = 0.001, held_out = 0.2;
  std::size_t top = 12;
  int threads = 0;
  bool body_only = false;

  void add_to(CLI::App& app) {
    app.require_subcommand(1);
    app.failure_message([](const CLI::App* failed, const CLI::Error& error) {
      const std::vector<std::string> unknown = failed->remaining();
      if (!failed->get_subcommands().empty() || unknown.empty()) return CLI::FailureMessage::simple(failed, error);
      return "\"" + printable(unknown[0]) +
             "\" is no command; train, classify and evaluate are\nRun with --help for more information.\n";
    });
    CLI::App& train = *app.add_subcommand("train", "train the three models on sorted mail");
    train.add_option("MAILS", mails, "folders whose names say spam or ham: Maildirs, mbox files, .eml files")
        ->type_name("PATH")
        ->default_str("");
    train.add_option("--spam", spam, "messages that are spam, whatever their folder is called")
        ->type_name("PATH")
        ->default_str("");
    train.add_option("--ham", ham, "messages that are not")->type_name("PATH")->default_str("");
    train.add_option("--false-positives", false_positives, "share of ham that may be classified as spam")
        ->check(examples::number_from(0, 0.5));
    train.add_option("--held-out", held_out, "share of the messages on which the threshold is set")
        ->check(examples::number_from(0.01, 0.9));
    train.add_flag("--body-only", body_only, "ignore the headers");

    CLI::App& classify = *app.add_subcommand("classify", "judge one message; exit code 0: ham, 10: spam");
    classify.add_option("FILE", mail, "a message, or - for standard input")->required()->type_name("FILE|-");
    classify.add_option("--load", load, "a model that train wrote")->type_name("FILE");
    classify.add_option("--top", top, "number of deciding words to print")->check(examples::whole_number_from(0, 1000));

    CLI::App& evaluate = *app.add_subcommand("evaluate", "measure the models on sorted mail");
    evaluate.add_option("--data", data, "spam (the SpamAssassin corpus), or a folder as for train")
        ->type_name("spam|PATH");
    examples::add_data_dir(evaluate, data_dir);
    evaluate.add_option("--folds", evaluation.folds, "folds of the cross-validation")
        ->check(examples::whole_number_from(2, 100));
    evaluate.add_option("--shuffles", evaluation.shuffles, "shuffles of CRM114's protocol")
        ->check(examples::whole_number_from(1, 100));
    evaluate.add_flag("--learning-curve", evaluation.learning_curve,
                      "also measure the error by number of training messages");
    for (CLI::App* command : {&train, &evaluate}) {
      command->add_option("--out", command == &train ? out : evaluation_out, "run folder")->type_name("DIR");
      command->add_option("--bits", evaluation.features.bits, "hash to 2^N features")
          ->check(examples::whole_number_from(8, 24));
      command
          ->add_option("--window", evaluation.features.window,
                       "pairs of words up to N - 1 apart are features too (1: no pairs)")
          ->check(examples::whole_number_from(1, 8));
      command->add_option("--ngram", evaluation.features.ngram, "bytes of a character n-gram (0: no n-grams)")
          ->check(examples::whole_number_from(0, 8));
      examples::add_seed(*command, evaluation.seed,
                         "seed of the hash, the folds, the weights and the order of training");
      examples::add_threads(*command, threads);
    }
    app.footer("spam_filter train --help lists the flags of train.");  // last: subcommands inherit it
  }
};

void complain_of_doubt(const MailLocation& location) {
  if (location.doubt.empty()) return;
  examples::complain("taken as one message: " + printable(location.path.string()) + ": " + location.doubt +
                     "\n  hint: each message of an mbox begins with a line such as "
                     "\"From a@example.org Tue Jul 31 22:36:21 2001\", after a blank line");
}

Corpus read(const Options& options, const std::vector<std::filesystem::path>& sorted) {
  std::vector<MailLocation> locations;
  const auto add = [&](const std::vector<std::filesystem::path>& places, std::optional<bool> label) {
    for (const auto& place : places)
      for (MailLocation& location : find_mails(place)) {
        if (label) location.is_spam = label;
        locations.push_back(std::move(location));
      }
  };
  add(sorted, {});
  add(options.spam, true);
  add(options.ham, false);
  if (locations.empty()) throw examples::UsageError("give messages to train on");
  locations = without_repeats(std::move(locations));
  Corpus corpus = read_corpus(locations);
  for (const MailLocation& location : locations) complain_of_doubt(location);
  for (const std::string& problem : corpus.refused) examples::complain("left out: " + problem);
  const auto spam = std::count(corpus.is_spam.begin(), corpus.is_spam.end(), true);
  fmt::print("{} messages, {} of them spam; {} left out\n", corpus.size(), spam, corpus.refused.size());
  return corpus;
}

/// Near duplicates count as one. Of both kinds of message, or of one.
Index distinct_groups(const Corpus& corpus, std::optional<bool> spam = {}) {
  std::set<Index> groups;
  for (std::size_t i = 0; i < corpus.size(); ++i)
    if (!spam || corpus.is_spam[i] == *spam) groups.insert(corpus.groups[i]);
  return static_cast<Index>(groups.size());
}

nlohmann::ordered_json summary_of(const Corpus& corpus, const char* command, const Options& options) {
  return {{"program", std::string("spam_filter ") + command},
          {"seed", options.evaluation.seed},
          {"threads", num_threads()},
          {"bits", options.evaluation.features.bits},
          {"window", options.evaluation.features.window},
          {"ngram", options.evaluation.features.ngram},
          {"mails", corpus.size()},
          {"spam", std::count(corpus.is_spam.begin(), corpus.is_spam.end(), true)},
          {"groups", distinct_groups(corpus)}};
}

void finish(const io::RunFolder& folder, nlohmann::ordered_json summary) {
  summary["peak_memory_bytes"] = examples::peak_memory_bytes();
  summary["seconds_total"] = examples::seconds_since_start();
  folder.write_json("summary.json", summary);
  folder.mark_done();
}

/// The messages to train on, and those to set the threshold on. Near duplicates are held out together, or the threshold
/// would be set on messages that were trained on.
std::pair<std::vector<Index>, std::vector<Index>> split(const Corpus& corpus, const Options& options) {
  const std::vector<bool> is_held_out = hold_out_groups(corpus.groups, options.held_out, options.evaluation.seed);
  std::pair<std::vector<Index>, std::vector<Index>> parts;
  std::size_t count[2][2] = {};  // [held out][spam]
  for (std::size_t i = 0; i < corpus.size(); ++i) {
    (is_held_out[i] ? parts.second : parts.first).push_back(static_cast<Index>(i));
    ++count[is_held_out[i]][corpus.is_spam[i]];
  }
  for (const bool held_out : {false, true})
    for (const bool spam : {false, true})
      if (count[held_out][spam] == 0)
        throw examples::UsageError(fmt::format(
            "--held-out {}: of {} {} messages none would be {}; they count as {}, as near duplicates stay together\n"
            "  hint: give more messages, or another share",
            options.held_out, count[false][spam] + count[true][spam], spam ? "spam" : "ham",
            held_out ? "held out to set the threshold" : "left to train on", distinct_groups(corpus, spam)));
  return parts;
}

void train(const Options& options) {
  const io::RunFolder folder = examples::own_folder(options.out);
  const Corpus corpus = read(options, options.mails);
  FeatureOptions features = options.evaluation.features;
  if (options.body_only) features.scope = Scope::body_only;
  const nn::Bags bags = corpus.features(features);
  const auto [fitted, held_out] = split(corpus, options);
  nlohmann::ordered_json summary = summary_of(corpus, "train", options);

  std::vector<Filter> filters;
  std::vector<bool> held_out_labels;
  for (const Index i : held_out) held_out_labels.push_back(corpus.is_spam[static_cast<std::size_t>(i)]);
  for (const std::string& name : classifier_names) {
    Filter filter{name, features, make_classifier(name, features.count(), options.evaluation.seed)};
    const std::vector<double> found = fit_and_score({bags, corpus.is_spam, *filter.classifier}, fitted, held_out);
    // Among few messages, the highest score of ham lies far below 0, and that of the next ham may be a little higher.
    filter.threshold = std::max(0.0, threshold_for(found, held_out_labels, options.false_positives));
    const Recall recall = recall_above(found, held_out_labels, filter.threshold);
    fit(*filter.classifier, bags, corpus.is_spam);
    summary["threshold"][name] = filter.threshold;
    summary["held_out_recall"][name] = recall.rate();
    fmt::print("{:<20} threshold {:8.2f}, finds {} of {} held-out spam messages\n", name, filter.threshold,
               recall.found, recall.spam);
    filters.push_back(std::move(filter));
  }
  // Only now: what is refused or stopped before leaves an older run as it is. The MLP, the largest, comes first: if the
  // disk is full, none of the older models is replaced.
  folder.begin();
  for (auto filter = filters.rbegin(); filter != filters.rend(); ++filter)
    save_filter(folder / (filter->name + ".safetensors"), *filter);
  finish(folder, std::move(summary));
  fmt::print("wrote {}\nnext: spam_filter classify FILE --load {}\n", printable(options.out.string()),
             printable((options.out / "logistic_regression.safetensors").string()));
}

/// Prints the verdict and the words that decided it; true for spam.
bool classify(const Options& options) {
  std::error_code error;  // what cannot be looked at is refused like what is not there
  if (!std::filesystem::exists(options.load, error))
    throw io::FileError(options.load, "no such file", "spam_filter train makes it; --load names another");
  const Filter filter = load_filter(options.load);
  std::vector<std::byte> bytes;
  if (options.mail == "-") {
    bytes = read_standard_input();
  } else {
    const MailLocation location = find_one_mail(options.mail);
    complain_of_doubt(location);
    bytes = read_mail(location);
  }
  FeatureNames names;
  const nn::Bag bag = features_of(parse_mail(bytes), filter.features, &names);
  const double log_odds = scores(*filter.classifier, nn::make_bags(std::span(&bag, 1)))[0];
  if (!std::isfinite(log_odds))
    throw io::FileError(options.load, "the model gives numbers that are not finite for " + printable(options.mail),
                        "the file is damaged: train it again");
  const bool is_spam = log_odds > filter.threshold;
  fmt::print("{}  p(spam) = {:.4f}  (log-odds {:.2f}, {} the threshold {:.2f})\n", is_spam ? "spam" : "ham",
             1 / (1 + std::exp(-log_odds)), log_odds, is_spam ? "above" : "not above", filter.threshold);

  std::map<std::string, double> shares;  // of a word and of the n-grams in it
  const std::vector<double> of_feature = contributions(*filter.classifier, bag);
  for (std::size_t i = 0; i < bag.size(); ++i) shares[names[bag[i].first]] += of_feature[i];
  std::vector<std::pair<std::string, double>> order(shares.begin(), shares.end());
  std::sort(order.begin(), order.end(),
            [](const auto& a, const auto& b) { return std::abs(a.second) > std::abs(b.second); });
  order.resize(std::min(order.size(), options.top));
  for (const auto& [word, share] : order) fmt::print("{:+8.3f}  {}\n", share, printable(word));
  return is_spam;
}

void evaluate(const Options& options) {
  const bool is_corpus = options.data == "spam";
  const std::filesystem::path place = is_corpus ? options.data_dir / "spam" : std::filesystem::path(options.data);
  std::error_code error;
  if (is_corpus && !std::filesystem::exists(place, error))
    throw io::FileError(place, "there is no such folder", "run scripts/fetch-data spam");
  const io::RunFolder folder = examples::own_folder(options.evaluation_out);
  const Corpus corpus = read(options, {place});
  if (const Index groups = distinct_groups(corpus); options.evaluation.folds > groups)
    throw examples::UsageError(
        fmt::format("--folds {}: some would be empty, as the {} messages are {} if near duplicates count as one",
                    options.evaluation.folds, corpus.size(), groups));
  folder.begin();
  nlohmann::ordered_json summary = summary_of(corpus, "evaluate", options);
  summary["data"] = options.data;
  summary.update(evaluate(corpus, options.evaluation, [](const std::string& line) { examples::say(line + "\n"); }));
  finish(folder, std::move(summary));
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  std::string command;
  bool is_spam = false;
  const auto add_flags = [&](CLI::App& app) {
    options.add_to(app);
    for (CLI::App* sub : app.get_subcommands({})) sub->callback([&command, sub] { command = sub->get_name(); });
  };
  const int code = examples::run_program(argc, argv, "Tells spam from other mail.", add_flags, [&] {
    if (options.threads > 0) set_num_threads(options.threads);
    options.evaluation.features.seed = options.evaluation.seed;
    if (command == "train") train(options);
    if (command == "classify") is_spam = classify(options);
    if (command == "evaluate") evaluate(options);
  });
  return code == 0 && is_spam ? exit_spam : code;
}
