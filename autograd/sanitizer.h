#pragma once

// Defines TANDEM_ADDRESS_SANITIZER where the address sanitizer is on: compilers differ in how they say so.
#if defined(__SANITIZE_ADDRESS__)
#define TANDEM_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TANDEM_ADDRESS_SANITIZER
#endif
#endif
