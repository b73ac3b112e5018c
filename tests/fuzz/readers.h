#pragma once

#include <cstddef>
#include <span>

namespace tandem::fuzz {

// What reads files of strangers, one function a reader: it gives the bytes to the reader and returns whether
// they were accepted. It lets through only the exceptions that the reader does not document, and throws
// BrokenPromise where the reader took the bytes but does not keep what its header says; so whatever leaves it
// is a finding. Each is a target of libFuzzer (target.cc) and a test (corpus_test.cc).

using Bytes = std::span<const std::byte>;

bool read_gzip(Bytes bytes);
bool read_idx(Bytes bytes);
bool read_image(Bytes bytes);
bool read_model_file(Bytes bytes);
bool read_npy(Bytes bytes);
bool read_run_folder(Bytes bytes);
bool read_safetensors(Bytes bytes);

// These need GMime.
bool read_filter(Bytes bytes);
bool read_html(Bytes bytes);
bool read_mail(Bytes bytes);
bool read_mailbox(Bytes bytes);

}  // namespace tandem::fuzz
