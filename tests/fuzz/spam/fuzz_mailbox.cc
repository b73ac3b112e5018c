#include "examples/support/spam/mailbox.h"
#include "tests/fuzz/input.h"

bool tandem::fuzz::read_mailbox(Bytes bytes) {
  const auto path = as_file(bytes);
  return accepts([&] {
    std::string joined;
    for (const auto& location : examples::spam::find_mails(path)) {
      const auto mail = examples::spam::read_mail(location);
      joined += as_text(mail);
    }
    const auto text = as_text(bytes);
    expect(text.ends_with(joined), "the mails of an mbox are all of it");
    const auto before = text.substr(0, text.size() - joined.size());
    expect(before.find_first_not_of("\xEF\xBB\xBF\r\n") == std::string::npos, "but for blank lines at the start");
  });
}
