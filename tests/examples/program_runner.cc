#include "tests/examples/program_runner.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <sstream>
#include <thread>

#include "tests/text.h"

namespace tandem::test {

std::string shell_word(const std::string& text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

RunningProgram::RunningProgram(const std::string& name, const CommandLine& arguments, std::size_t file_size_limit) {
  const std::string program = std::filesystem::path(TANDEM_BINARY_DIR "/bin") / name;
  const std::string output = (folder_ / "output").string();
  std::vector<char*> argv;
  argv.push_back(const_cast<char*>(program.c_str()));
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ > 0) return;
  const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::dup2(file, STDOUT_FILENO);
  ::dup2(file, STDERR_FILENO);
  if (file_size_limit > 0) {
    const rlimit limit{file_size_limit, file_size_limit};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ::signal(SIGHUP, SIG_DFL);  // also where the tests run under nohup
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

RunningProgram::~RunningProgram() {
  if (ended_) return;
  send(SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

Outcome RunningProgram::wait() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  ended_ = true;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_bytes(folder_ / "output")};
}

nlohmann::json read_json(const std::filesystem::path& path) { return nlohmann::json::parse(read_bytes(path)); }

std::vector<nlohmann::json> json_lines(const std::string& text) {
  std::vector<nlohmann::json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

std::vector<nlohmann::json> read_json_lines(const std::filesystem::path& path) { return json_lines(read_bytes(path)); }

void wait_until(const std::function<bool()>& holds) {
  for (int i = 0; i < 6000; ++i) {
    if (holds()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  throw std::runtime_error("what was waited for did not come within a minute");
}

void wait_for_lines(const std::filesystem::path& path, std::size_t lines) {
  wait_until([&] {
    const std::string text = read_bytes(path);
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) >= lines;
  });
}

}  // namespace tandem::test
