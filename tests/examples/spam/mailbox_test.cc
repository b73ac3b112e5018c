#include "examples/support/spam/mailbox.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "examples/support/program.h"
#include "nn/io/file.h"
#include "tests/catch.h"
#include "tests/message_of.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::examples::spam;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string text_of(const MailLocation& location) {
  const std::vector<std::byte> bytes = read_mail(location);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

const std::string separator = "From a@example.org Tue Jul 31 22:36:21 2001\n";

}  // namespace

TEST_CASE("mailbox: a folder of files, sorted, with the labels that its folders say", "[spam]") {
  const test::TemporaryFolder folder;
  write(folder / "spam-1" / "2.txt", "Subject: b\n\n");
  write(folder / "spam-1" / "1.txt", "Subject: a\n\n");
  write(folder / "easy-ham" / "3", "Subject: c\n\n");
  write(folder / "spam-1" / "cmds", "mv");
  write(folder / "spam-1" / ".hidden", "x");
  write(folder / "spam-1" / "empty", "");
  const auto mails = find_mails(folder.path());
  REQUIRE(mails.size() == 4);
  CHECK_THAT(test::message_of<io::FileError>([&] { read_mail(mails[3]); }),
             ContainsSubstring("spam-1/empty: the message is empty"));
  CHECK(mails[0].path.filename() == "3");
  CHECK(mails[0].is_spam == false);
  CHECK(text_of(mails[1]) == "Subject: a\n\n");
  CHECK(mails[1].is_spam == true);
}

TEST_CASE("mailbox: a Maildir, but not what is in delivery", "[spam]") {
  const test::TemporaryFolder folder;
  write(folder / "Junk" / "cur" / "1.host:2,S", "Subject: a\n\n");
  write(folder / "Junk" / "new" / "2.host", "Subject: b\n\n");
  write(folder / "Junk" / "tmp" / "3.host", "Subject: c\n\n");
  const auto mails = find_mails(folder / "Junk");
  REQUIRE(mails.size() == 2);
  CHECK(mails[0].is_spam == true);
}

TEST_CASE("mailbox: what servers keep beside the messages of a Maildir is no message", "[spam]") {
  const test::TemporaryFolder folder;
  write(folder / "Junk" / "cur" / "1.host:2,S", "Subject: a\n\n");
  fs::create_directories(folder / "Junk" / "new");
  for (const char* name : {"dovecot-uidlist", "dovecot.index.cache", "courierimapuiddb", "maildirfolder", "sieve/x"})
    write(folder / "Junk" / name, "3 V1275660208 N25022\n");
  REQUIRE(::mkfifo((folder / "Junk" / "pipe").c_str(), 0600) == 0);
  CHECK(find_mails(folder / "Junk").size() == 1);
  CHECK(find_mails(folder.path()).size() == 1);
  fs::remove(folder / "Junk" / "new");  // without it, it is no Maildir
  CHECK(find_mails(folder / "Junk").size() == 1 + 5 + 1);
}

TEST_CASE("mailbox: folders whose names begin with a dot are named where nothing else is found", "[spam]") {
  const test::TemporaryFolder folder;
  for (const char* name : {"cur", "new", "tmp"}) fs::create_directories(folder / name);
  write(folder / ".Spam" / "cur" / "1", "Subject: a\n\n");
  CHECK_THAT(test::message_of<io::FileError>([&] { find_mails(folder.path()); }),
             ContainsSubstring("no messages") && ContainsSubstring("begin with a dot are read only where"));
  CHECK(find_mails(folder / ".Spam").size() == 1);
}

TEST_CASE("mailbox: an mbox falls apart at its separators only", "[spam]") {
  const test::TemporaryFolder folder;
  const std::string first = separator + "Subject: a\n\nFrom here on\n\nFrom me to you: 5\nend\n\n";
  const std::string second = separator + "Subject: b\n\n" + separator + "too close\n";
  write(folder / "ham.mbox", first + second);
  const auto mails = find_mails(folder / "ham.mbox");
  REQUIRE(mails.size() == 3);
  CHECK(text_of(mails[0]) == first);
  CHECK(text_of(mails[0]) + text_of(mails[1]) + text_of(mails[2]) == first + second);
  CHECK_THAT(mails[1].name(), ContainsSubstring("ham.mbox, byte " + std::to_string(first.size())));

  write(folder / "one.eml", first + second);
  CHECK(find_mails(folder / "one.eml").size() == 1);
}

TEST_CASE("mailbox: an mbox as other programs write it", "[spam]") {
  const test::TemporaryFolder folder;
  const auto mails_in = [&](const std::string& text) {
    write(folder / "mbox", text);
    const auto mails = find_mails(folder / "mbox");
    CHECK(mails[0].doubt.empty());
    return mails;
  };
  const auto three = [](const std::string& line, const std::string& end = "\n\n") {
    std::string text;
    for (const char* body : {"a", "b", "c"}) text += line + "\nSubject: x\n\n" + body + end;
    return text;
  };
  for (const char* line : {"From a@b Mon Jan  1 00:00:00 2001", "From a@b Mon Jan 01 00:00:00 2001 remote from x",
                           "From a@b Mon Jan 1 0:00:00 +0000 2001", "From MAILER-DAEMON Mon Jan 01 00:00 2001 +0100",
                           "From a b c Mon, 01 Jan 2001 00:00:00 +0000", "From a@b 2001-01-01T00:00:00Z",
                           "From - Mon Jan 01 00:00:00 2001\r"}) {
    INFO(line);
    CHECK(mails_in(three(line)).size() == 3);
    CHECK(mails_in(three(line, "\n")).size() == 3);  // no blank line before the next
  }
  const std::string text = three(separator);
  for (const char* start : {"\xEF\xBB\xBF", "\n", "\r\n\n", "\xEF\xBB\xBF\n"}) {
    const auto mails = mails_in(start + text);
    REQUIRE(mails.size() == 3);
    CHECK(text_of(mails[0]) + text_of(mails[1]) + text_of(mails[2]) == text);
  }
}

TEST_CASE("mailbox: what only looks like a separator cuts no message", "[spam]") {
  const test::TemporaryFolder folder;
  for (const std::string& line : {">" + separator, separator /* quoted: no header follows */,
                                  std::string("From here on\n"), std::string("From me to you at 10:30 or 2001\n"),
                                  std::string("From a@example.org I have this: 2001\n"), " " + separator}) {
    INFO(line);
    write(folder / "mbox", separator + "Subject: a\n\ntext\n" + line + "text\n");
    CHECK(find_mails(folder / "mbox").size() == 1);
  }
  write(folder / "mbox", separator + separator + "Subject: a\n\n\nFrom me to you at 10:30 or 2001\nx: y\n");
  CHECK(find_mails(folder / "mbox").size() == 1);
}

TEST_CASE("mailbox: an mbox that is not recognised is one message, with a doubt", "[spam]") {
  const test::TemporaryFolder folder;
  const auto doubt = [&](const char* name, const std::string& text) {
    write(folder / name, text);
    const auto mails = find_mails(folder / name);
    REQUIRE(mails.size() == 1);
    return mails[0].doubt;
  };
  const std::string line = "From a@b, yesterday\nSubject: a\n\n";
  CHECK(doubt("box", line + line + line) == "3 lines in it may begin further ones");
  CHECK(doubt("box", separator + "\nx\n\n" + line + line) == "2 lines in it may begin further ones");
  CHECK(doubt("a.mbox", "Subject: a\n\nx\n") == "an mbox begins otherwise");
  CHECK(doubt("a.mbox", separator + "Subject: a\n\nx\n").empty());
  CHECK(doubt("a.mbox", "").empty());  // which read_mail() refuses
  CHECK(doubt("box", line + "From here on\nFrom now on\n").empty());
  CHECK(doubt("box.eml", line + line + line).empty());
}

TEST_CASE("mailbox: the last name that says something is the label", "[spam]") {
  CHECK(label_of("mail/spam/1.eml") == true);
  CHECK(label_of("spam/ham/1.eml") == false);
  CHECK(label_of("ham/Junk E-mail/cur/1") == true);
  CHECK(label_of("INBOX/1") == false);
  CHECK_FALSE(label_of("mail/1").has_value());
  CHECK(label_of("hard_ham_2/1.txt") == false);
  CHECK(label_of("INBOX.Spam/cur/1") == true);
  CHECK(label_of("spam.mbox") == true);
}

TEST_CASE("mailbox: a label is a word of its own", "[spam]") {
  CHECK(label_of("Maildir/.Spam/cur/160001.M1P1.ham-radio:2,S") == true);  // a machine's name
  CHECK(label_of("not-spam/1.eml") == false);
  CHECK(label_of("no spam/1.eml") == false);
  for (const char* path : {"chamber/1.eml", "spamassassin/1.eml", "graham/1.eml", "champagne"})
    CHECK_FALSE(label_of(path).has_value());
}

TEST_CASE("mailbox: a file that cannot be read is one of the mails, and says why when it is read", "[spam]") {
  const test::TemporaryFolder folder;
  write(folder / "ham" / "1", "Subject: a\n\n");
  write(folder / "ham" / "2", "Subject: b\n\n");
  fs::permissions(folder / "ham" / "2", fs::perms::none);  // which root reads all the same
  CHECK(find_mails(folder.path()).size() == 2);
  const auto problem = std::make_exception_ptr(io::FileError(folder / "ham" / "3", "no such file"));
  CHECK_THAT(test::message_of<io::FileError>([&] {
               read_mail({folder / "ham" / "3", 0, 0, {}, problem});
             }),
             ContainsSubstring("no such file"));
}

TEST_CASE("mailbox: what cannot be looked at in a folder is one of the mails, with its problem", "[spam]") {
  const test::TemporaryFolder folder;
  write(folder / "ham" / "1", "Subject: a\n\n");
  fs::create_symlink(folder / "gone", folder / "ham" / "link");
  fs::create_directory_symlink(folder / "ham", folder / "ham" / "again");  // is passed over
  write(folder / "ham" / "locked" / "2", "Subject: b\n\n");
  fs::permissions(folder / "ham" / "locked", fs::perms::none);
  REQUIRE(::mkfifo((folder / "ham" / "pipe").c_str(), 0600) == 0);
  fs::create_symlink("/dev/zero", folder / "ham" / "endless");
  const auto mails = find_mails(folder.path());
  std::vector<std::string> problems;
  for (const MailLocation& mail : mails)
    if (mail.problem) problems.push_back(test::message_of<io::FileError>([&] { read_mail(mail); }));
  fs::permissions(folder / "ham" / "locked", fs::perms::owner_all);
  CHECK(std::any_of(problems.begin(), problems.end(),
                    [](const std::string& p) { return p.find("ham/link: cannot be looked at") != std::string::npos; }));
  if (::geteuid() != 0)  // root reads all the same
    CHECK(std::any_of(problems.begin(), problems.end(), [](const std::string& p) {
      return p.find("ham/locked: the folder cannot be read") != std::string::npos;
    }));
  for (const char* name : {"ham/pipe: is a pipe", "ham/endless: is a pipe"})
    CHECK(std::any_of(problems.begin(), problems.end(),
                      [&](const std::string& p) { return p.find(name) != std::string::npos; }));
  CHECK(mails.size() == 5);
}

TEST_CASE("mailbox: a mail is taken once, and has one label", "[spam]") {
  const test::TemporaryFolder folder;
  write(folder / "a.mbox", separator + "Subject: a\n\n" + separator + "Subject: b\n\n");
  fs::create_symlink(folder / "a.mbox", folder / "b.mbox");
  const auto labelled = [&](const char* name, std::optional<bool> label) {
    auto mails = find_mails(folder / name);
    for (MailLocation& mail : mails) mail.is_spam = label;
    return mails;
  };
  const auto both = [](std::vector<MailLocation> a, const std::vector<MailLocation>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return without_repeats(a);
  };
  CHECK(both(labelled("a.mbox", true), labelled("b.mbox", true)).size() == 2);
  const auto once = both(labelled("a.mbox", {}), labelled("b.mbox", true));
  REQUIRE(once.size() == 2);
  CHECK(once[1].is_spam == true);  // what somebody says counts where the names say nothing
  CHECK_THAT(test::message_of<examples::UsageError>([&] { both(labelled("a.mbox", true), labelled("b.mbox", false)); }),
             ContainsSubstring("b.mbox: given as spam and as ham"));
}

TEST_CASE("mailbox: an mbox of several mails is not one mail", "[spam]") {
  const test::TemporaryFolder folder;
  const std::string first = separator + "Subject: a\n\na\n\n", two = first + separator + "Subject: b\n\n";
  for (const auto& [name, text] : {std::pair("one.mbox", first), std::pair("two.mbox", two), std::pair("two.eml", two)})
    write(folder / name, text);
  CHECK(text_of(find_one_mail(folder / "one.mbox")) == first);
  CHECK(text_of(find_one_mail(folder / "two.eml")) == two);
  CHECK_THAT(test::message_of<io::FileError>([&] { find_one_mail(folder / "two.mbox"); }),
             ContainsSubstring("two.mbox: an mbox of 2 messages") && ContainsSubstring("hint: give each"));
  CHECK_THROWS_AS(find_one_mail(folder.path()), io::FileError);
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THAT(test::message_of<io::FileError>([&] { find_one_mail(folder / "pipe"); }),
             ContainsSubstring("pipe: is a pipe") && ContainsSubstring("hint: give - and read it from standard input"));
}

TEST_CASE("mailbox: what cannot be had is refused with its name", "[spam]") {
  const test::TemporaryFolder folder;
  CHECK_THROWS_AS(find_mails(folder / "none"), io::FileError);
  CHECK_THAT(test::message_of<io::FileError>([&] { find_mails(folder.path()); }), ContainsSubstring("no messages"));
  CHECK_THAT(test::message_of<io::FileError>([&] {
               read_mail({folder / "huge.eml", 0, largest_mail + 1, {}});
             }),
             ContainsSubstring("huge.eml") && ContainsSubstring("67,108,865 bytes") && ContainsSubstring("limit"));
  CHECK_THROWS_AS(read_mail({folder / "gone.eml", 0, 10, {}}), io::FileError);
  CHECK_THROWS_AS(find_mails("/dev/zero"), io::FileError);
}
