#ifndef TG_LOOKS_H
#define TG_LOOKS_H

#include <stdint.h>

/// What is known of one path: the room Imprint's `FileRow`.
struct tg_row {
    uint64_t inode, size;
    int64_t modified, changed;
    uint32_t look, zero;
};

/// Looks at files of one directory and tells which are no longer as their rows say.
///
/// `directory` is an absolute path. File `i` (first <= i < end) is named by the text at `names + name_starts[i]`; it is
/// looked at if `wanted[i]` is not 0. Sets `differs[i]` to 1 for each that differs, and returns how many do.
uint32_t tg_find_differing(const char *_Nonnull directory, const char *_Nonnull names,
                           const void *_Nonnull name_starts, const void *_Nonnull rows, uint32_t first, uint32_t end,
                           const uint8_t *_Nonnull wanted, uint8_t *_Nonnull differs);

#endif
