#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "examples/support/spam/mail.h"

namespace tandem::examples::spam {

/// Where a mail lies: a whole file, or a part of an mbox.
struct MailLocation {
  std::filesystem::path path;
  std::uint64_t begin = 0, size = 0;  ///< bytes in the file
  std::optional<bool> is_spam;        ///< as the names of folders say; see label_of()
  std::exception_ptr problem = {};    ///< why the file cannot be read, if that came out when it was found

  /// "PATH", or "PATH, byte 1234" in an mbox.
  std::string name() const;
};

/// All mails of a place, in the order of their names: a Maildir (its cur/ and new/), an mbox (a file with a
/// line "From SENDER ... YEAR" at the start and after blank lines; `.eml` and `.txt` are always one mail), a
/// folder of files with one mail each and folders of such, as the SpamAssassin corpus, or one file. Hidden
/// files, the corpus' `cmds`, and links to folders are passed over. Labels come from the names in `place`, as it
/// was given, and below it.
/// A file or folder within it that cannot be read is one of them, with its problem; so is an empty file, which
/// read_mail() refuses.
/// @throws io::FileError if there is no such place, or no mail in it
std::vector<MailLocation> find_mails(const std::filesystem::path& place);

/// The mail that a file is.  @throws io::FileError if it cannot be read, or is an mbox of several
MailLocation find_one_mail(const std::filesystem::path& file);

/// Each mail once, however often and in whatever way its file was named.
/// @throws UsageError if one has both labels
std::vector<MailLocation> without_repeats(std::vector<MailLocation> mails);

/// What the names in a path say, the last one first: a name with the word "spam" or "junk" means spam, unless "not" or
/// "no" stands before it; one with the word "ham" or "inbox" means ham. Words end where letters and digits do. The
/// name of a mail within a Maildir's cur/ or new/ says nothing: it holds the name of the machine that delivered it.
/// None if no name says anything.
std::optional<bool> label_of(const std::filesystem::path& path);

/// The bytes of a mail.
/// @throws io::FileError if it cannot be read, is empty or larger than `largest_mail`: then no memory is taken
std::vector<std::byte> read_mail(const MailLocation& location);
/// Standard input to its end.  @throws io::FileError as read_mail() and find_one_mail() do
std::vector<std::byte> read_standard_input();

}  // namespace tandem::examples::spam
