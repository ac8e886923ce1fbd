// Many looks at files, relative to their directories, compared with what was seen before. Decides nothing else.
#include "looks.h"

#include "file_kind.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define IS_THERE (1u << 15)
#define IS_TYPE_ONLY (1u << 16)
#define IS_NEVER_SAME (1u << 17)

static int64_t nanoseconds(struct timespec time) { return time.tv_sec * 1000000000ll + time.tv_nsec; }

static int is_same(const struct tg_row *row, const struct stat *found) {
    uint32_t look = (found->st_mode & 07777) | (uint32_t)kind_of(found->st_mode) << 12 | IS_THERE;
    if ((row->look & ~IS_TYPE_ONLY) != look) return 0;
    if (row->look & IS_TYPE_ONLY) return 1;
    return row->inode == found->st_ino && row->size == (uint64_t)found->st_size &&
           row->modified == nanoseconds(found->st_mtim) && row->changed == nanoseconds(found->st_ctim);
}

/// Whether nothing can be at a path for which the system gave this error.
static int is_absence(int error) { return error == ENOENT || error == ENOTDIR; }

static int is_still(int directory, int why_not_open, const char *name, const struct tg_row *row) {
    struct stat found;
    if (row->look & IS_NEVER_SAME) return 0;
    int error = why_not_open;
    if (directory >= 0) {
        int flags = AT_SYMLINK_NOFOLLOW | (name[0] ? 0 : AT_EMPTY_PATH);
        error = fstatat(directory, name, &found, flags) ? errno : 0;
    }
    if (error) return is_absence(error) && !(row->look & IS_THERE);
    return is_same(row, &found);
}

uint32_t tg_find_differing(const char *directory, const char *names, const void *name_starts, const void *rows,
                           uint32_t first, uint32_t end, const uint8_t *wanted, uint8_t *differs) {
    uint32_t count = 0;
    int opened = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int why_not = opened < 0 ? errno : 0;
    for (uint32_t file = first; file < end; file++) {
        if (!wanted[file]) continue;
        struct tg_row row;
        uint32_t name;
        memcpy(&row, (const char *)rows + (size_t)file * sizeof row, sizeof row);
        memcpy(&name, (const char *)name_starts + (size_t)file * sizeof name, sizeof name);
        if (is_still(opened, why_not, names + name, &row)) continue;
        differs[file] = 1;
        count++;
    }
    if (opened >= 0) close(opened);
    return count;
}
