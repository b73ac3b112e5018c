#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::examples {

// Pieces of a page that is one file: no scripts, no fonts, no links to anything outside.

/// Base64 with padding (RFC 4648, section 4).
std::string base64(std::span<const std::byte> bytes);

/// A PNG file embedded in the page, whose style keeps its pixels sharp.
std::string png_image(const std::filesystem::path& png, std::string_view alternative_text);

/// A picture or a chart above its caption. The content and the caption are HTML.
std::string figure(std::string_view content, std::string_view caption);

/// Figures side by side, as many as the width of the page allows.
std::string row(const std::vector<std::string>& figures);

/// The colours of a chart's series, as a line of HTML for its caption.
struct Key {
  std::string css, name;
};
std::string legend(const std::vector<Key>& keys);

/// A table that scrolls by itself where the page is narrow. Cells are HTML; the first row is the head, the
/// first column names the rows.
std::string table(const std::vector<std::vector<std::string>>& rows, std::string_view css = "");

std::string paragraph(std::string_view html);

/// One section of a page, numbered by its place in the list.
struct PageSection {
  std::string id, title, lead, body;
};
/// The whole page. `summary` is a line of HTML below the title, `footer` one at the end.
std::string page(std::string_view title, std::string_view summary, const std::vector<PageSection>& sections,
                 std::string_view footer);

}  // namespace tandem::examples
