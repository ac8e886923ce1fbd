// Calls on files and checksums that Swift's Glibc module does not offer. Keeps no state but what the processor can do.
#include "files.h"
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

// magic.h names xfs since Linux 5.15 only.
#define TG_XFS_MAGIC 0x58465342

static uint32_t crc32c_bytewise(uint32_t crc, const uint8_t *bytes, size_t count) {
    static const uint32_t nibbles[16] = {
        0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
        0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
    };
    while (count--) {
        crc ^= *bytes++;
        crc = (crc >> 4) ^ nibbles[crc & 15];
        crc = (crc >> 4) ^ nibbles[crc & 15];
    }
    return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2")))
static uint32_t crc32c_hardware(uint32_t crc, const uint8_t *bytes, size_t count) {
    uint64_t wide = crc;
    while (count >= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        wide = __builtin_ia32_crc32di(wide, word);
        bytes += 8;
        count -= 8;
    }
    crc = (uint32_t)wide;
    while (count--) crc = __builtin_ia32_crc32qi(crc, *bytes++);
    return crc;
}
#endif

uint32_t tg_crc32c(uint32_t crc, const void *bytes, size_t count) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) return ~crc32c_hardware(~crc, bytes, count);
#endif
    return ~crc32c_bytewise(~crc, bytes, count);
}

int tg_clone_file(int target, int source) {
    return tg_effected(tg_effect_write, ioctl(target, FICLONE, source));
}

int64_t tg_copy_range(int target, int source, size_t count) {
    ssize_t copied = copy_file_range(source, 0, target, 0, count, 0);
    if (copied > 0) tg_effect(tg_effect_write);
    return copied;
}

int tg_syncfs(int descriptor) {
    return tg_effected(tg_effect_sync, syncfs(descriptor));
}

static int kernel_has_fine_times(void) {
    struct utsname names;
    int major = 0, minor = 0;
    if (uname(&names) != 0 || sscanf(names.release, "%d.%d", &major, &minor) != 2) return 0;
    return major > 6 || (major == 6 && minor >= 13);
}

static int kernel_is_known_to_have_fine_times(void) {
    static int kernel = -1;
    int known = __atomic_load_n(&kernel, __ATOMIC_RELAXED);
    if (known < 0) {
        known = kernel_has_fine_times();
        __atomic_store_n(&kernel, known, __ATOMIC_RELAXED);
    }
    return known;
}

static int has_fine_times(const struct statfs *filesystem) {
    switch ((uint32_t)filesystem->f_type) {
    case EXT4_SUPER_MAGIC:
    case BTRFS_SUPER_MAGIC:
    case TMPFS_MAGIC:
    case TG_XFS_MAGIC:
        return 1;
    default:
        return 0;
    }
}

static int position_lock(int descriptor, uint64_t position, short type, int command) {
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)(position >> 2), .l_len = 1};
    int result;
    do result = fcntl(descriptor, command, &lock);
    while (result < 0 && errno == EINTR);
    return result;
}

int tg_lock_position(int descriptor, uint64_t position, int is_exclusive, int waits) {
    return position_lock(descriptor, position, is_exclusive ? F_WRLCK : F_RDLCK, waits ? F_OFD_SETLKW : F_OFD_SETLK);
}

int tg_unlock_position(int descriptor, uint64_t position) {
    return position_lock(descriptor, position, F_UNLCK, F_OFD_SETLK);
}

int tg_has_fine_times(int descriptor) {
    struct statfs filesystem;
    if (!kernel_is_known_to_have_fine_times() || fstatfs(descriptor, &filesystem) != 0) return 0;
    return has_fine_times(&filesystem);
}

int tg_has_fine_times_at(const char *path) {
    struct statfs filesystem;
    if (!kernel_is_known_to_have_fine_times() || statfs(path, &filesystem) != 0) return 0;
    return has_fine_times(&filesystem);
}
