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

/// Where a message lies: a whole file, or a part of an mbox.
struct MailLocation {
  std::filesystem::path path;
  std::uint64_t begin = 0, size = 0;  ///< bytes in the file
  std::optional<bool> is_spam;        ///< from the names of folders; see label_of()
  std::exception_ptr problem = {};    ///< why the file cannot be read, if that showed when it was found
  std::string doubt = {};             ///< why the file may hold more than this message; empty if nothing says so

  /// "PATH", or "PATH, byte 1234" in an mbox.
  std::string name() const;
};

/// The hint where messages are missing.
inline constexpr const char* hidden_folders =
    "folders whose names begin with a dot are read only where they are named themselves";

/// The messages of a place, sorted by name. A place is a Maildir (its cur/ and new/, and nothing beside them), an mbox
/// (a file with a line "From SENDER DATE" at the start, perhaps after a byte-order mark and blank lines, and more of
/// them after blank lines or before headers; `.eml` and `.txt` files are always one message), a folder of files with
/// one message each or of such folders, like the SpamAssassin corpus, or one file. Hidden files, the corpus' `cmds`,
/// and links to folders are passed over. Labels come from the names in `place`, as it was given, and below it.
/// A file or folder within it that cannot be read is listed with its problem. An empty file is listed too, and
/// read_mail() refuses it.
/// @throws io::FileError if there is no such place, or no message in it
std::vector<MailLocation> find_mails(const std::filesystem::path& place);

/// The message in a file.  @throws io::FileError if it cannot be read, or is an mbox of several
MailLocation find_one_mail(const std::filesystem::path& file);

/// Each message once, however often and in whatever way its file was named.
/// @throws UsageError if one has both labels
std::vector<MailLocation> without_repeats(std::vector<MailLocation> mails);

/// What the names in a path say, the last one first: a name with the word "spam" or "junk" means spam, unless "not" or
/// "no" stands before it; one with the word "ham" or "inbox" means ham. Words end where letters and digits do. The
/// name of a file within a Maildir's cur/ or new/ says nothing: it holds the name of the machine that delivered it.
/// None if no name says anything.
std::optional<bool> label_of(const std::filesystem::path& path);

/// The bytes of a message.
/// @throws io::FileError if it cannot be read, is empty or larger than `largest_mail`, for which no memory is taken
std::vector<std::byte> read_mail(const MailLocation& location);
/// Standard input to its end.  @throws io::FileError as read_mail() and find_one_mail() do
std::vector<std::byte> read_standard_input();

}  // namespace tandem::examples::spam
