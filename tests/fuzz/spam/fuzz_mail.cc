#include <nlohmann/json.hpp>

#include "examples/support/spam/features.h"
#include "tests/fuzz/input.h"

namespace {

bool is_clean(const std::string& text) {
  const auto only_utf8 = nlohmann::json::error_handler_t::ignore;  // which leaves out what is none
  const auto written = nlohmann::json(text).dump(-1, ' ', false, only_utf8);
  return text.find('\0') == std::string::npos && nlohmann::json::parse(written) == text;
}

}  // namespace

bool tandem::fuzz::read_mail(Bytes bytes) {
  const examples::spam::Mail mail = examples::spam::parse_mail(bytes);
  for (const auto& [name, value] : mail.headers)
    expect(is_clean(name) && is_clean(value), "headers are UTF-8 without NUL bytes");
  for (const std::string& mark : mail.marks) expect(is_clean(mark), "marks are UTF-8 without NUL bytes");
  expect(is_clean(mail.text), "the text is UTF-8 without NUL bytes");
  for (const auto& [feature, value] : examples::spam::features_of(mail, {.bits = 10}))
    expect(feature >= 0 && feature < 1024 && value > 0 && value <= 1, "features are in range");
  return true;
}
