#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tandem::examples::spam {

/// The words of an HTML text as a reader sees them, and what else tells messages apart: character references become
/// characters, and invisible ones are left out; comments, styles and scripts go; block elements end a line; the
/// addresses of links and images stay in the text. Words that a comment or an inline tag cuts in two ("vi<!-- x
/// -->agra") are whole again. Broken HTML is read as far as it goes.
/// @param marks  gets "tag:NAME" for each kind of tag, and "tag:comment"
std::string html_to_text(std::string_view html, std::vector<std::string>& marks);

}  // namespace tandem::examples::spam
