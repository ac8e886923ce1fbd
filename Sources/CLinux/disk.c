// What stat says, names of directories, and removing trees without following links.
#include "disk.h"
#include "faults.h"
#include "file_kind.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void fill(struct tg_status *status, const struct stat *found) {
    status->kind = kind_of(found->st_mode);
    status->mode = found->st_mode & 07777;
    status->device = found->st_dev;
    status->inode = found->st_ino;
    status->size = (uint64_t)found->st_size;
    status->modified = found->st_mtim.tv_sec * 1000000000ll + found->st_mtim.tv_nsec;
    status->changed = found->st_ctim.tv_sec * 1000000000ll + found->st_ctim.tv_nsec;
}

int32_t tg_lstat(const char *path, struct tg_status *status) {
    struct stat found;
    if (lstat(path, &found)) return errno;
    fill(status, &found);
    return 0;
}

int32_t tg_fstat(int32_t descriptor, struct tg_status *status) {
    struct stat found;
    if (fstat(descriptor, &found)) return errno;
    fill(status, &found);
    return 0;
}

int32_t tg_open_reading(const char *path) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    return descriptor < 0 ? -errno : descriptor;
}

int32_t tg_open_reading_no_link(const char *path) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
    return descriptor < 0 ? -errno : descriptor;
}

int32_t tg_create(const char *path, uint32_t mode) {
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
    return tg_effected(tg_effect_create, descriptor) < 0 ? -errno : descriptor;
}

static int is_dot(const char *name) { return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2])); }

int32_t tg_list(const char *path, void *context, void (*each)(void *context, const char *name, uint8_t kind)) {
    DIR *directory = opendir(path);
    if (!directory) return errno;
    struct dirent *entry;
    for (errno = 0; (entry = readdir(directory)); errno = 0) {
        if (is_dot(entry->d_name)) continue;
        mode_t type = DTTOIF(entry->d_type);
        struct stat found;
        if (entry->d_type == DT_UNKNOWN) {
            if (fstatat(dirfd(directory), entry->d_name, &found, AT_SYMLINK_NOFOLLOW)) continue;
            type = found.st_mode;
        }
        each(context, entry->d_name, kind_of(type));
    }
    int error = errno;
    closedir(directory);
    return error;
}

/// A removal under way. `path` names the entry that is being worked on, for the message.
struct removal {
    char path[PATH_MAX];
    size_t length;
};

/// The parent must stay open while a level is worked on; deeper levels are first moved up to this one.
enum { deepest = 200 };

static size_t enter(struct removal *removal, const char *name) {
    size_t before = removal->length;
    int written = snprintf(removal->path + before, sizeof removal->path - before, "/%s", name);
    if (written > 0 && before + (size_t)written < sizeof removal->path) removal->length += (size_t)written;
    return before;
}

static void leave(struct removal *removal, size_t before) {
    removal->length = before;
    removal->path[before] = 0;
}

/// Opens a directory, never through a link; one of ours that denies reading is given the owner's rights first.
static int open_directory(int parent, const char *name) {
    int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int descriptor = openat(parent, name, flags);
    if (descriptor >= 0 || errno != EACCES) return descriptor;
    // chmod by name would follow a link that is put there meanwhile; a descriptor stays with what it was opened on.
    int handle = openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (handle < 0) return -1;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    int failed = chmod(link, 0700);
    close(handle);
    if (failed) {
        errno = EACCES;
        return -1;
    }
    return openat(parent, name, flags);
}

/// Unlinks, giving the owner write permission on the directory if that is what is missing.
static int unlink_in(int directory, const char *name, int flags) {
    if (!tg_effected(tg_effect_remove, unlinkat(directory, name, flags))) return 0;
    int error = errno;
    if (error == EACCES && !fchmod(directory, 0700))
        return tg_effected(tg_effect_remove, unlinkat(directory, name, flags));
    errno = error;
    return -1;
}

static int remove_entry(struct removal *removal, int top, int parent, const char *name, int depth);

/// Removes everything in the directory. Takes the descriptor over.
static int empty(struct removal *removal, int top, int descriptor, int depth) {
    DIR *directory = fdopendir(descriptor);
    if (!directory) {
        close(descriptor);
        return -1;
    }
    if (top < 0) top = descriptor;
    int failed = 0, found;
    // What is added or moved here while it is read may be missed by one reading: read until nothing is left.
    do {
        found = 0;
        struct dirent *entry;
        rewinddir(directory);
        while (errno = 0, (entry = readdir(directory))) {
            if (is_dot(entry->d_name)) continue;
            found = 1;
            size_t before = enter(removal, entry->d_name);
            failed = remove_entry(removal, top, descriptor, entry->d_name, depth);
            if (failed) break;
            leave(removal, before);
        }
        if (errno) failed = -1;
    } while (!failed && found);
    int error = errno;
    closedir(directory);
    errno = error;
    return failed;
}

static int remove_entry(struct removal *removal, int top, int parent, const char *name, int depth) {
    if (!unlink_in(parent, name, 0) || errno == ENOENT || errno == ENOTDIR) return 0;
    // Linux says EISDIR for a directory, POSIX EPERM; anything else is the answer.
    if (errno != EISDIR && errno != EPERM) return -1;
    int error = errno;
    if (!unlink_in(parent, name, AT_REMOVEDIR) || errno == ENOENT) return 0;
    if (errno == ENOTDIR) {
        errno = error;
        return -1;
    }
    if (depth >= deepest && parent != top) {
        static _Atomic unsigned moved;
        char higher[64];
        snprintf(higher, sizeof higher, ".removing-%d-%u", getpid(), moved++);
        if (!tg_effected(tg_effect_rename, renameat(parent, name, top, higher))) return 0;
    }
    int descriptor = open_directory(parent, name);
    if (descriptor < 0) return errno == ENOENT ? 0 : -1;
    if (empty(removal, top, descriptor, depth + 1)) return -1;
    return unlink_in(parent, name, AT_REMOVEDIR) && errno != ENOENT ? -1 : 0;
}

int32_t tg_remove_tree(const char *path, char *culprit, size_t capacity) {
    struct removal removal = {.length = strlen(path)};
    if (removal.length >= sizeof removal.path) return ENAMETOOLONG;
    memcpy(removal.path, path, removal.length + 1);
    if (!remove_entry(&removal, -1, AT_FDCWD, path, 0)) return 0;
    int error = errno;
    snprintf(culprit, capacity, "%s", removal.path);
    return error;
}
