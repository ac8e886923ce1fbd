// What stat says, names of directories, and removing trees without following links. Knows nothing of their meaning.
#ifndef TG_DISK_H
#define TG_DISK_H

#include <stddef.h>
#include <stdint.h>

/// The answer of `lstat`. Times are nanoseconds since the epoch.
struct tg_status {
    /// As `FileKind` numbers them.
    uint8_t kind;
    uint16_t mode;
    uint64_t device, inode, size;
    int64_t modified, changed;
};

/// 0 or errno.
int32_t tg_lstat(const char *_Nonnull path, struct tg_status *_Nonnull status);
/// As `tg_lstat`, of an open descriptor.
int32_t tg_fstat(int32_t descriptor, struct tg_status *_Nonnull status);
/// Opens for reading (close-on-exec, never becoming our terminal, never waiting for a FIFO's writer). Descriptor or -errno.
int32_t tg_open_reading(const char *_Nonnull path);
/// The same, but fails with ELOOP at a link.
int32_t tg_open_reading_no_link(const char *_Nonnull path);
/// Opens a new file for writing; fails when anything is there. Descriptor or -errno.
int32_t tg_create(const char *_Nonnull path, uint32_t mode);

/// Calls back with every name but `.` and `..`, in no order, and its `FileKind`. 0 or errno.
int32_t tg_list(
    const char *_Nonnull directory, void *_Nullable context,
    void (*_Nonnull each)(void *_Nullable context, const char *_Nonnull name, uint8_t kind));

/// Removes what is at the path with everything beneath; nothing there is no error. Symbolic links are removed, not
/// followed, also when they are put there meanwhile. Directories of ours that deny access are opened up first. On an
/// error `culprit` (`capacity` bytes) is the path it happened at. 0 or errno.
int32_t tg_remove_tree(const char *_Nonnull path, char *_Nonnull culprit, size_t capacity);

#endif
