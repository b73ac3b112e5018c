#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "examples/support/spam/mail.h"

namespace tandem::examples::spam {

/// What of a mail the models may see.
enum class Scope {
  all_headers,  ///< the body, and every header but those that tell who collected the mail; see is_leak()
  body_only     ///< the text and the structure of the body
};

/// The mark of the field that holds the structure of a mail, which is no text.
inline constexpr std::string_view structure_mark = "mark";

/// A stretch of words that stand next to each other in one place of the mail.
struct Field {
  std::string mark;  ///< "body", "subject", "from", ...; the same word in two places is two features
  std::vector<std::string> words;
  bool is_body;
};

/// The words of a text: runs of letters, digits and $ ' - _ . ! % and bytes of other scripts, without
/// punctuation at the ends, case kept; one longer than 40 bytes is cut there. An address or URL falls apart at
/// its other signs.
std::vector<std::string> split_words(std::string_view text);

/// All words of a mail, field by field, and the structure as the last field.
std::vector<Field> fields_of(const Mail& mail, Scope scope);

/// Whether a header, by its lower-case name, tells more about how the mail was collected than about the mail:
/// verdicts of other filters, what the last mailbox, the mailing-list software or the corpus' maker added, and
/// dates. docs/spam.md has the list with the reasons.
bool is_leak(std::string_view header);

/// Whether a word is a name that the corpus' maker put in place of his own or that of his machines. Such words
/// are left out wherever they stand.
bool is_leak_word(std::string_view word);

}  // namespace tandem::examples::spam
