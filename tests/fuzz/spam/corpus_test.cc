#include "tests/fuzz/damage.h"

using namespace tandem;

TEST_CASE("fuzz: filter", "[fuzz]") { fuzz::bear_damage("filter", fuzz::read_filter); }
TEST_CASE("fuzz: html", "[fuzz]") { fuzz::bear_damage("html", fuzz::read_html); }
TEST_CASE("fuzz: mail", "[fuzz]") { fuzz::bear_damage("mail", fuzz::read_mail); }
TEST_CASE("fuzz: mailbox", "[fuzz]") { fuzz::bear_damage("mailbox", fuzz::read_mailbox); }
