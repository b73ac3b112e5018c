#pragma once

#include <vector>

#include "examples/support/spam/features.h"
#include "examples/support/spam/mailbox.h"

namespace tandem::examples::spam {

/// Labelled messages, parsed.
struct Corpus {
  std::vector<Mail> mails;
  std::vector<bool> is_spam;
  std::vector<Index> groups;         ///< near duplicates have the same number; see near_duplicate_groups()
  std::vector<std::string> refused;  ///< a line for each message left out: too large, unreadable

  std::size_t size() const { return mails.size(); }
  nn::Bags features(const FeatureOptions& options) const;
};

/// Reads and parses messages on all threads.
/// @throws io::FileError if a message has no label, or one of the two classes has no message
Corpus read_corpus(const std::vector<MailLocation>& locations);

}  // namespace tandem::examples::spam
