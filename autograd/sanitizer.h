#pragma once

// Defines TANDEM_ADDRESS_SANITIZER where the address sanitizer is on, which compilers indicate in different ways.
#if defined(__SANITIZE_ADDRESS__)
#define TANDEM_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TANDEM_ADDRESS_SANITIZER
#endif
#endif
