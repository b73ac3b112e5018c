// spam_filter as a user runs it, on small mails made here.

#include <sys/wait.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <regex>

#include "autograd/create.h"
#include "autograd/random.h"
#include "autograd/sanitizer.h"
#include "examples/support/spam/mail.h"
#include "nn/io/safetensors.h"
#include "tests/catch.h"
#include "tests/examples/program_runner.h"
#include "tests/text.h"

using namespace tandem;
using test::Outcome;
using test::run;

namespace {

/// A folder with 60 mails of each kind, each of words of its kind and words of both.
struct Mails : test::TemporaryFolder {
  std::string out = path("out");

  Mails() {
    Generator generator(1);
    for (const bool spam : {false, true})
      for (int i = 0; i < 60; ++i) write(spam ? "spam" : "ham", std::to_string(i) + ".eml", mail(spam, generator));
  }
  static std::string mail(bool spam, Generator& generator) {
    std::string text = "From: a" + std::to_string(generator.below(1000)) + "@example.org\nSubject: hello\n\n";
    for (int i = 0; i < 40; ++i) {
      const bool both = generator.below(2) == 0;
      text += both ? "word" : spam ? "offer" : "meeting";
      text += static_cast<char>('a' + generator.below(26));  // a digit would make no difference to duplicates
      text += ' ';
    }
    return text + "\n";
  }
  void write(const std::string& folder, const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(*this / folder);
    std::ofstream(*this / folder / name, std::ios::binary) << text;
  }
  std::string path(const std::string& name) const { return (*this / name).string(); }
  Outcome train(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments{"train", path("ham"), path("spam"), "--out", out};
    arguments.insert(arguments.end(), more.begin(), more.end());
    if (std::find(more.begin(), more.end(), "--bits") == more.end())
      arguments.insert(arguments.end(), {"--bits", "14"});
    return run("spam_filter", arguments);
  }
  Outcome classify(const std::string& file, const std::string& model = "logistic_regression",
                   const char* top = "12") const {
    return run("spam_filter", {"classify", file, "--load", out + "/" + model + ".safetensors", "--top", top});
  }
};

}  // namespace

TEST_CASE("spam_filter: paths are printed without their control characters", "[programs][spam]") {
  Mails mails;
  mails.out = mails.path("a\x1b[31mred");
  const Outcome trained = mails.train();
  CHECK(trained.exit_code == 0);
  CHECK_THAT(trained.output, ContainsSubstring("a?[31mred/") && !ContainsSubstring("\x1b"));
}

TEST_CASE("spam_filter: what it learnt it knows, with each of the models", "[programs][spam]") {
  const Mails mails;
  const Outcome trained = mails.train();
  INFO(trained.output);
  REQUIRE(trained.exit_code == 0);
  CHECK(test::read_json(mails.out + "/summary.json")["mails"] == 120);
  CHECK(std::filesystem::exists(mails.out + "/DONE"));

  Generator generator(2);
  mails.write("new", "spam.eml", Mails::mail(true, generator));
  mails.write("new", "ham.eml", Mails::mail(false, generator));
  for (const char* model : {"naive_bayes", "logistic_regression", "mlp"}) {
    INFO(model);
    const Outcome spam = mails.classify(mails.path("new/spam.eml"), model);
    CHECK(spam.exit_code == 10);
    CHECK_THAT(spam.output, ContainsSubstring("spam  p(spam) = ") && ContainsSubstring(", above the threshold ") &&
                                ContainsSubstring("  body:offer"));
    const Outcome ham = mails.classify(mails.path("new/ham.eml"), model);
    CHECK(ham.exit_code == 0);
    CHECK_THAT(ham.output, ContainsSubstring("ham  p(spam) = ") && ContainsSubstring(", not above the threshold ") &&
                               ContainsSubstring("  body:meeting"));
  }
}

TEST_CASE("spam_filter: a model with numbers that are not finite judges nothing", "[programs][spam]") {
  const Mails mails;
  REQUIRE(mails.train().exit_code == 0);
  for (const char* model : {"naive_bayes", "logistic_regression", "mlp"}) {
    INFO(model);
    const std::string path = mails.out + "/" + model + ".safetensors";
    io::TensorFile file = io::load_safetensors(path);
    for (auto& [name, tensor] : file.tensors) tensor = full(tensor.shape(), std::nan(""));
    io::save_safetensors(path, file.tensors, file.metadata);
    const Outcome outcome = mails.classify(mails.path("ham/0.eml"), model);
    CHECK(outcome.exit_code == 3);
    CHECK_THAT(outcome.output,
               ContainsSubstring("the model gives numbers that are not finite for " + mails.path("ham/0.eml")) &&
                   ContainsSubstring("train it again"));
  }
}

TEST_CASE("spam_filter: a retraining that cannot be saved leaves the older models and summary together",
          "[programs][spam]") {
  const Mails mails;
  REQUIRE(mails.train().exit_code == 0);
  const auto files = [&] {
    std::vector<std::string> bytes;
    for (const char* name :
         {"naive_bayes.safetensors", "logistic_regression.safetensors", "mlp.safetensors", "summary.json"})
      bytes.push_back(test::read_bytes(mails.out + "/" + name));
    return bytes;
  };
  const auto before = files();
  const std::size_t limit = before[2].size() / 2;
  REQUIRE((before[0].size() < limit && before[1].size() < limit));
  CHECK(run("spam_filter",
            {"train", mails.path("ham"), mails.path("spam"), "--out", mails.out, "--bits", "14", "--seed", "2"}, limit)
            .exit_code == 1);
  CHECK((files() == before));
}

TEST_CASE("spam_filter: the same weights for any number of threads", "[programs][spam]") {
  const Mails mails;
  const auto weights = [&](const std::string& threads) {
    CHECK(mails.train({"--threads", threads}).exit_code == 0);
    return test::read_bytes(mails.out + "/mlp.safetensors");
  };
  const std::string one = weights("1");
  CHECK(one.size() > 1000);
  CHECK(weights("3") == one);
  REQUIRE(mails.train({"--seed", "2"}).exit_code == 0);
  CHECK((test::read_bytes(mails.out + "/mlp.safetensors") != one));
}

TEST_CASE("spam_filter: the seed makes another hash", "[programs][spam]") {
  const Mails mails;
  const auto counted = [&](const std::string& seed) {  // by naive Bayes, which knows no other chance
    REQUIRE(mails.train({"--seed", seed}).exit_code == 0);
    std::map<std::string, std::vector<float>> numbers;
    for (const auto& [name, tensor] : io::load_safetensors(mails.out + "/naive_bayes.safetensors").tensors)
      numbers[name] = tensor.to_vector<float>();
    return numbers.at("log_theta");
  };
  CHECK((counted("1") != counted("2")));
}

TEST_CASE("spam_filter: --ngram decides whether words never seen can be known by their parts", "[programs][spam]") {
  const Mails mails;
  mails.write("new", "spam.eml", "Subject: hello\n\nsuperoffering offerings\n");
  mails.write("new", "ham.eml", "Subject: hello\n\nmeetinghouse unmeeting\n");
  const auto log_odds = [&](const char* name) {
    const std::string output = mails.classify(mails.path(std::string("new/") + name)).output;
    return std::stod(output.substr(output.find("log-odds ") + 9));
  };
  REQUIRE(mails.train({"--bits", "20"}).exit_code == 0);  // so many that hardly two share one
  CHECK(log_odds("spam.eml") > log_odds("ham.eml") + 1);
  REQUIRE(mails.train({"--bits", "20", "--ngram", "0"}).exit_code == 0);
  CHECK(std::abs(log_odds("spam.eml") - log_odds("ham.eml")) < 0.1);
}

TEST_CASE("spam_filter: --body-only, --window and --bits decide what is seen of a mail, --top what is shown",
          "[programs][spam]") {
  const Mails mails;
  const std::string mail = mails.path("ham/0.eml");
  const auto weights = [&] { return std::filesystem::file_size(mails.out + "/mlp.safetensors"); };
  REQUIRE(mails.train({"--window", "3"}).exit_code == 0);
  const auto weights_before = weights();
  const std::string all = mails.classify(mail, "logistic_regression", "1000").output;
  for (const char* seen : {"  subject:hello\n", "  body:meeting", "  body:word"})
    CHECK_THAT(all, ContainsSubstring(seen));
  const std::regex pair("  body:[a-z]+ [a-z]+\n"), further_apart("  body:[a-z]+ [.] [a-z]+\n");
  CHECK(std::regex_search(all, pair));
  CHECK(std::regex_search(all, further_apart));

  const std::string top = mails.classify(mail, "logistic_regression", "3").output;
  CHECK(std::count(top.begin(), top.end(), '\n') == 1 + 3);
  CHECK(all.starts_with(top));

  REQUIRE(mails.train({"--body-only", "--window", "2", "--bits", "15"}).exit_code == 0);
  const std::string body = mails.classify(mail, "logistic_regression", "1000").output;
  CHECK_THAT(body,
             ContainsSubstring("  body:meeting") && !ContainsSubstring("subject:") && !ContainsSubstring("from:"));
  CHECK(std::regex_search(body, pair));
  CHECK_FALSE(std::regex_search(body, further_apart));
  CHECK(weights() > 3 * weights_before / 2);  // there are twice as many features
}

TEST_CASE("spam_filter: --false-positives is the price of finding more", "[programs][spam]") {
  const Mails mails;
  Generator generator(3);  // ham that nobody could tell from spam: a quarter of all
  for (int i = 0; i < 20; ++i)
    mails.write("ham", "like_spam" + std::to_string(i) + ".eml", Mails::mail(true, generator));
  const auto summary = [&](const char* share) {
    REQUIRE(mails.train({"--false-positives", share, "--held-out", "0.5"}).exit_code == 0);
    return test::read_json(mails.out + "/summary.json");
  };
  const auto none = summary("0"), half = summary("0.5");
  for (const char* model : {"naive_bayes", "logistic_regression", "mlp"}) {
    INFO(model);
    CHECK(none["threshold"][model] > half["threshold"][model]);
    CHECK(none["held_out_recall"][model] < 0.9);
    CHECK(half["held_out_recall"][model] > 0.9);
  }
}

TEST_CASE("spam_filter: hostile mail is judged or refused, never a crash", "[programs][spam]") {
#if defined(TANDEM_ADDRESS_SANITIZER)
  const std::string line(2'000'000, 'x');  // realloc always copies there: GMime's growing arrays take minutes
#else
  const std::string line(50'000'000, 'x');
#endif
  const Mails mails;
  REQUIRE(mails.train().exit_code == 0);
  const auto code = [&](const std::string& text) {
    mails.write("new", "mail", text);
    return mails.classify(mails.path("new/mail")).exit_code;
  };
  const auto judged = [&](const std::string& text) {
    const int result = code(text);
    return result == 0 || result == 10;
  };
  CHECK(judged("Subject: x\n\n" + line));
  CHECK(judged(line));
  CHECK(judged("Subject: " + line + "\n\n"));
  CHECK(judged(std::string(1000, '\0')));
  CHECK(judged("Content-Type: text/plain; charset=klingon\n\n\xFF\xFE\x80"));
  CHECK(judged("Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=a\n\n--a\n"));
  CHECK(code("") == 3);

  mails.write("new", "large", "");
  std::filesystem::resize_file(mails.path("new/large"), 100'000'000);  // sparse: takes no room on the disk
  const Outcome large = mails.classify(mails.path("new/large"));
  CHECK(large.exit_code == 3);
  CHECK_THAT(large.output, ContainsSubstring("100,000,000 bytes") && ContainsSubstring("limit is 67,108,864"));
}

TEST_CASE("spam_filter: an evaluation gives the promised figures", "[programs][spam]") {
  const Mails mails;
  const Outcome outcome = run("spam_filter", {"evaluate", "--data", mails.path("."), "--out", mails.out, "--folds", "3",
                                              "--shuffles", "2", "--bits", "14", "--learning-curve"});
  INFO(outcome.output);
  REQUIRE(outcome.exit_code == 0);
  const auto summary = test::read_json(mails.out + "/summary.json");
  for (const char* model : {"naive_bayes", "logistic_regression", "mlp"}) {
    INFO(model);
    const double recall = summary["recall_at_fpr_0_001"][model];
    CHECK(recall > 0.9);
    CHECK(summary["recall_interval"][model][0] < recall);
    CHECK(summary["body_only"]["recall_at_fpr_0_001"][model] > 0.9);
    CHECK(summary["learning_curve"][0][model] >= summary["learning_curve"].back()[model]);
  }
  CHECK(summary["crm114_tested"] == 60);
  CHECK(summary["crm114_errors"] <= 6);
  CHECK(summary["seconds_total"] > 0);
}

TEST_CASE("spam_filter: what is left out of training is named", "[programs][spam]") {
  const Mails mails;
  mails.write("spam", "none.eml", "");
  mails.write("unlabelled", "empty", "");  // neither needs a label: they are left out
  mails.write("unlabelled", "large", "");
  std::filesystem::resize_file(mails.path("unlabelled/large"), 100'000'000);  // sparse: takes no room on the disk
  const Outcome outcome = mails.train({mails.path("unlabelled")});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 0);
  CHECK_THAT(outcome.output, ContainsSubstring("left out: " + mails.path("spam/none.eml") + ": the message is empty") &&
                                 ContainsSubstring("120 messages, 60 of them spam; 3 left out"));
}

TEST_CASE("spam_filter: a mail that is given twice counts once, and not as both", "[programs][spam]") {
  const Mails mails;
  const Outcome twice = mails.train({mails.path("spam"), mails.path("ham/../ham")});
  INFO(twice.output);
  CHECK(twice.exit_code == 0);
  CHECK_THAT(twice.output, ContainsSubstring("120 messages, 60 of them spam"));
  const Outcome both = run("spam_filter", {"train", "--spam", mails.path("spam"), "--ham", mails.path("ham"), "--ham",
                                           mails.path("spam/7.eml"), "--out", mails.out});
  CHECK(both.exit_code == 2);
  CHECK_THAT(both.output, ContainsSubstring("spam/7.eml: given as spam and as ham"));
}

TEST_CASE("spam_filter: an mbox that is taken as one message is named", "[programs][spam]") {
  const Mails mails;
  std::string box;
  for (int i = 0; i < 3; ++i) box += "From a@example.org, yesterday\nSubject: " + std::to_string(i) + "\n\nx\n\n";
  mails.write("spam", "box", box);
  const std::string complaint = "taken as one message: " + mails.path("spam/box") + ": 3 lines in it may begin";
  const Outcome trained = mails.train();
  CHECK(trained.exit_code == 0);
  CHECK_THAT(trained.output, ContainsSubstring(complaint) && ContainsSubstring("121 messages"));
  CHECK_THAT(mails.classify(mails.path("spam/box")).output, ContainsSubstring(complaint));
}

TEST_CASE("spam_filter: near duplicates that leave no ham to hold out are named", "[programs][spam]") {
  const Mails mails;
  for (int i = 0; i < 60; ++i)
    mails.write("ham", std::to_string(i) + ".eml", "Subject: hello\n\nthe same for all of you\n");
  const Outcome outcome = mails.train();
  CHECK(outcome.exit_code == 2);
  CHECK_THAT(outcome.output, ContainsSubstring("of 60 ham messages none would be held out to set the threshold; they "
                                               "count as 1, as near duplicates stay together"));
}

TEST_CASE("spam_filter: one mail is judged at a time", "[programs][spam]") {
  const Mails mails;
  REQUIRE(mails.train().exit_code == 0);
  const std::string between = "From a@example.org Tue Jul 31 22:36:21 2001\n";
  mails.write("new", "box", between + "Subject: a\n\na\n\n" + between + "Subject: b\n\nb\n");
  const Outcome box = mails.classify(mails.path("new/box"));
  CHECK(box.exit_code == 3);
  CHECK_THAT(box.output, ContainsSubstring("new/box: an mbox of 2 messages"));
  const auto from_pipe = [&](const std::string& producer) {
    const std::string command = producer + " | " + test::shell_word(TANDEM_BINARY_DIR "/bin/spam_filter") +
                                " classify - --load " + test::shell_word(mails.out + "/mlp.safetensors") + " > " +
                                test::shell_word(mails.path("answer")) + " 2>&1";
    CHECK(WEXITSTATUS(std::system(command.c_str())) == 3);
    return test::read_bytes(mails.path("answer"));
  };
  CHECK_THAT(from_pipe("cat " + test::shell_word(mails.path("new/box"))),
             ContainsSubstring("standard input: an mbox of 2 messages"));
  CHECK_THAT(from_pipe("head -c 70000000 /dev/zero 2> /dev/null"),
             ContainsSubstring("the message has more than 67,108,864 bytes"));
}

TEST_CASE("spam_filter: from standard input, blank lines before an mbox do not count", "[programs][spam]") {
  const Mails mails;
  REQUIRE(mails.train().exit_code == 0);
  Generator generator(2);
  mails.write("new", "box", "\n\nFrom a@example.org Tue Jul 31 22:36:21 2001\n" + Mails::mail(true, generator));
  const std::string command = test::shell_word(TANDEM_BINARY_DIR "/bin/spam_filter") + " classify - --load " +
                              test::shell_word(mails.out + "/mlp.safetensors") + " --top 1000 < " +
                              test::shell_word(mails.path("new/box")) + " > " + test::shell_word(mails.path("answer"));
  CHECK(WEXITSTATUS(std::system(command.c_str())) == 10);
  CHECK_THAT(test::read_bytes(mails.path("answer")), ContainsSubstring("  subject:hello\n"));
}

TEST_CASE("spam_filter: more folds than mails are refused", "[programs][spam]") {
  const Mails mails;
  for (const char* kind : {"spam", "ham"})
    for (int i = 0; i < 40; ++i)
      std::filesystem::remove(mails.path(std::string(kind) + "/" + std::to_string(i) + ".eml"));
  const Outcome few = run("spam_filter", {"evaluate", "--data", mails.path("."), "--out", mails.out, "--folds", "100"});
  CHECK(few.exit_code == 2);
  CHECK_THAT(few.output, ContainsSubstring("--folds 100: some would be empty, as the 40 messages"));
}

TEST_CASE("spam_filter: exit codes", "[programs][spam]") {
  const Mails mails;
  const auto code = [](const std::vector<std::string>& arguments) { return run("spam_filter", arguments).exit_code; };
  CHECK(code({"--help"}) == 0);
  CHECK(code({}) == 2);
  const Outcome unknown = run("spam_filter", {"foo"});
  CHECK(unknown.exit_code == 2);
  CHECK_THAT(unknown.output, ContainsSubstring("\"foo\" is no command; train, classify and evaluate are"));
  CHECK(code({"train", "--out", mails.out}) == 2);
  CHECK(code({"classify"}) == 2);
  CHECK(code({"classify", mails.path("ham/0.eml"), "--load", mails.path("none")}) == 3);
  CHECK(code({"classify", mails.path("ham/0.eml"), "--load", mails.path("ham/0.eml")}) == 3);
  CHECK(code({"evaluate", "--data-dir", mails.path("none")}) == 3);
  const Outcome one_sided = run("spam_filter", {"train", mails.path("ham"), "--out", mails.out});
  CHECK(one_sided.exit_code == 3);
  CHECK_THAT(one_sided.output, ContainsSubstring("there is no spam"));
  std::filesystem::create_directories(mails.out);
  std::ofstream(mails.out + "/DONE");  // of a run before: what is refused leaves it as it is
  CHECK(code({"train", mails.path("ham"), mails.path("spam"), "--held-out", "0.01", "--out", mails.out}) == 2);
  CHECK(std::filesystem::exists(mails.out + "/DONE"));
  mails.write("unsorted", "1.eml", "Subject: x\n\nx\n");
  const Outcome unsorted = run("spam_filter", {"train", mails.path("unsorted"), "--out", mails.out});
  CHECK(unsorted.exit_code == 3);
  CHECK_THAT(unsorted.output, ContainsSubstring("--spam or --ham"));
}
