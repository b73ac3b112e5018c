#include "examples/support/spam/html_to_text.h"
#include "tests/fuzz/input.h"

bool tandem::fuzz::read_html(Bytes bytes) {
  std::vector<std::string> marks;
  const std::string text = examples::spam::html_to_text(as_text(bytes), marks);
  expect(text.size() <= 3 * bytes.size() + 3, "the text is not much longer than the page");
  for (const std::string& mark : marks) expect(mark.starts_with("tag:"), "marks are kinds of tags");
  return true;
}
