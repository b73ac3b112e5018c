#pragma once

#include <vector>

#include "examples/support/spam/features.h"
#include "examples/support/spam/mailbox.h"

namespace tandem::examples::spam {

/// Labelled mails, parsed.
struct Corpus {
  std::vector<Mail> mails;
  std::vector<bool> is_spam;
  std::vector<Index> groups;         ///< near duplicates have the same number; see near_duplicate_groups()
  std::vector<std::string> refused;  ///< a line for each mail that was not taken: too large, unreadable

  std::size_t size() const { return mails.size(); }
  nn::Bags features(const FeatureOptions& options) const;
};

/// Reads and parses mails on all threads.
/// @throws io::FileError if a mail has no label, or one of the two classes has no mail
Corpus read_corpus(const std::vector<MailLocation>& locations);

}  // namespace tandem::examples::spam
