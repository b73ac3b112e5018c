#include "examples/support/spam/corpus.h"

#include <algorithm>

#include "autograd/threads.h"
#include "examples/support/spam/near_duplicates.h"
#include "nn/io/file.h"

namespace tandem::examples::spam {

nn::Bags Corpus::features(const FeatureOptions& options) const {
  std::vector<nn::Bag> rows(size());
  parallel_for(std::ssize(mails), 1, [&](Index begin, Index end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
      rows[i] = features_of(mails[i], options);
  });
  return nn::make_bags(rows);
}

Corpus read_corpus(const std::vector<MailLocation>& locations) {
  for (const MailLocation& location : locations)
    if (!location.is_spam && !location.problem && location.size > 0 && location.size <= largest_mail)  // else refused
      throw io::FileError(location.path, "nothing says whether this is spam",
                          "name a folder above it spam or ham, or give it with --spam or --ham");
  std::vector<Mail> mails(locations.size());
  std::vector<std::string> problems(locations.size());
  parallel_for(std::ssize(locations), 1, [&](Index begin, Index end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      try {
        mails[i] = parse_mail(read_mail(locations[i]));
      } catch (const std::exception& e) {  // one bad message is no reason to stop
        problems[i] = e.what();
      }
    }
  });
  Corpus corpus;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < locations.size(); ++i) {
    if (!problems[i].empty()) {
      corpus.refused.push_back(problems[i]);
      continue;
    }
    texts.push_back(mails[i].header("subject") + "\n" + mails[i].text);
    corpus.mails.push_back(std::move(mails[i]));
    corpus.is_spam.push_back(*locations[i].is_spam);
  }
  for (const bool label : {false, true})
    if (std::count(corpus.is_spam.begin(), corpus.is_spam.end(), label) == 0)
      throw io::FileError(
          locations[0].path,
          std::string("there is no ") + (label ? "spam" : "ham") + " in this and what else was named, " +
              std::to_string(corpus.mails.size()) + " messages",
          std::string("names of folders and files say which is which, or --spam and --ham; ") + hidden_folders);
  corpus.groups = near_duplicate_groups(texts);
  return corpus;
}

}  // namespace tandem::examples::spam
