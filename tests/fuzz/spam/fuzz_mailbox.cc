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
    expect(joined == as_text(bytes), "the mails of an mbox are all of it");
  });
}
