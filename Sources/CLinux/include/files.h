// Calls on files and checksums that Swift's Glibc module does not offer.
#ifndef TG_FILES_H
#define TG_FILES_H

#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli) of the bytes, continuing from an earlier value; begin with 0.
uint32_t tg_crc32c(uint32_t crc, const void *bytes, size_t count);

/// Makes the target share the source's blocks. 0, or -1 with errno where the filesystem cannot.
int tg_clone_file(int target, int source);

/// Copies up to `count` bytes between files, from and to where their descriptors stand, without giving them to this
/// program. The number of bytes, 0 at the end of the source, or -1 with errno where the filesystems cannot.
int64_t tg_copy_range(int target, int source, size_t count);

/// Writes back everything of the filesystem that holds the descriptor. 0, or -1 with errno.
int tg_syncfs(int descriptor);

/// 1 when the kernel gives every change that follows a stat a time of its own on this file's filesystem (Linux 6.13 on
/// ext4, xfs, btrfs, tmpfs); 0 when two changes can get one time, or when that is unknown.
int tg_has_fine_times(int descriptor);

/// Locks one position of a file as long as this open file lives; released with the process. 0, or -1 with errno (EAGAIN
/// when another open file has a lock that forbids it).
int tg_lock_position(int descriptor, uint64_t position, int is_exclusive, int waits);
/// Gives the position free again.
int tg_unlock_position(int descriptor, uint64_t position);
/// The same for the filesystem of a path, which is followed if it names a link.
int tg_has_fine_times_at(const char *path);

#endif
