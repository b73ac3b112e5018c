#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "examples/support/spam/mail.h"

namespace tandem::examples::spam {

/// What the models may see of a message.
enum class Scope {
  all_headers,  ///< the body, and every header but those that tell who collected the mail; see is_leak()
  body_only     ///< the text and the structure of the body
};

/// The mark of the field that holds the structure of a message, which is no text.
inline constexpr std::string_view structure_mark = "mark";

/// A run of adjacent words in one place of a message.
struct Field {
  std::string mark;  ///< "body", "subject", "from", ...; the same word in two places is two features
  std::vector<std::string> words;
  bool is_body;
};

/// The words of a text: runs of letters, digits and $ ' - _ . ! % and bytes of other scripts, but not of the spaces,
/// dashes and quotation marks of Unicode; without punctuation at the ends, case kept; longer than 40 bytes, a word is
/// split there. An address or URL falls apart at its other characters.
std::vector<std::string> split_words(std::string_view text);

/// All words of a message, field by field, and the structure as the last field.
std::vector<Field> fields_of(const Mail& mail, Scope scope);

/// Whether a header, by its lower-case name, tells more about how the message was collected than about the message
/// itself: verdicts of other filters, what the last mailbox, the mailing-list software or the corpus' maker added, and
/// dates. docs/spam.md has the list with the reasons.
bool is_leak(std::string_view header);

/// Whether a word is a name that the corpus' maker put in place of his own or that of his machines. Such words
/// are left out wherever they stand.
bool is_leak_word(std::string_view word);

}  // namespace tandem::examples::spam
