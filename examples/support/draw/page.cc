#include "examples/support/draw/page.h"

#include <fmt/format.h>

#include "examples/support/draw/page_style.h"
#include "examples/support/draw/svg.h"
#include "nn/io/file.h"

namespace tandem::examples {

std::string base64(std::span<const std::byte> bytes) {
  constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t j) { return j < bytes.size() ? std::to_integer<unsigned>(bytes[j]) : 0; };
    const unsigned word = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    text += digits[word >> 18];
    text += digits[word >> 12 & 63];
    text += i + 1 < bytes.size() ? digits[word >> 6 & 63] : '=';
    text += i + 2 < bytes.size() ? digits[word & 63] : '=';
  }
  return text;
}

std::string png_image(const std::filesystem::path& png, std::string_view alternative_text) {
  constexpr std::size_t largest = std::size_t{1} << 26;
  return fmt::format("<img src=\"data:image/png;base64,{}\" alt=\"{}\">", base64(io::read_file(png, largest)),
                     escaped(alternative_text));
}

std::string figure(std::string_view content, std::string_view caption) {
  return fmt::format("<figure>{}<figcaption>{}</figcaption></figure>\n", content, caption);
}

std::string row(const std::vector<std::string>& figures) {
  std::string html = figures.size() == 4 ? "<div class=\"row four\">\n" : "<div class=\"row\">\n";
  for (const std::string& f : figures) html += f;
  return html + "</div>\n";
}

std::string legend(const std::vector<Key>& keys) {
  std::string html = "<span class=\"legend\">";
  for (const Key& key : keys) html += fmt::format("<span class=\"key {}\">{}</span> ", key.css, escaped(key.name));
  return html + "</span>";
}

std::string table(const std::vector<std::vector<std::string>>& rows, std::string_view css) {
  std::string html = fmt::format("<div class=\"scroll\"><table class=\"{}\">\n", css);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    html += i == 0 ? "<thead><tr>" : i == 1 ? "<tbody><tr>" : "<tr>";
    for (std::size_t j = 0; j < rows[i].size(); ++j)
      html += i == 0   ? fmt::format("<th scope=\"col\">{}</th>", rows[i][j])
              : j == 0 ? fmt::format("<th scope=\"row\">{}</th>", rows[i][j])
                       : fmt::format("<td>{}</td>", rows[i][j]);
    html += i == 0 ? "</tr></thead>\n" : "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string paragraph(std::string_view html) { return fmt::format("<p>{}</p>\n", html); }

std::string page(std::string_view title, std::string_view summary, const std::vector<PageSection>& sections,
                 std::string_view footer) {
  std::string contents, body;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const PageSection& s = sections[i];
    contents += fmt::format("<li><a href=\"#{}\">{}</a></li>", s.id, s.title);
    body += fmt::format(
        "<section id=\"{}\"><h2><span class=\"number\">{}</span> {}</h2>\n<p "
        "class=\"lead\">{}</p>\n{}</section>\n",
        s.id, i + 1, s.title, s.lead, s.body);
  }
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n"
      "<title>{0}</title>\n<style>{1}</style>\n</head>\n<body>\n<header><h1>{0}</h1>\n<p "
      "class=\"summary\">{2}</p>\n"
      "<nav><ol>{3}</ol></nav></header>\n<main>\n{4}</main>\n<footer>{5}</footer>\n</body>\n</html>\n",
      title, page_style, summary, contents, body, footer);
}

}  // namespace tandem::examples
