// What capturing and keeping the changes of a view asks of the kernel and Swift's Glibc does not offer.
#include "views.h"
#include "faults.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static void fill(const struct stat *from, struct tg_view_status *status) {
    status->inode = from->st_ino;
    status->size = (uint64_t)from->st_size;
    status->links = from->st_nlink;
    status->represents = from->st_rdev;
    status->modified = from->st_mtim.tv_sec * INT64_C(1000000000) + from->st_mtim.tv_nsec;
    status->changed = from->st_ctim.tv_sec * INT64_C(1000000000) + from->st_ctim.tv_nsec;
    status->mode = from->st_mode;
    status->owner = from->st_uid;
}

int tg_view_status(int directory, const char *name, struct tg_view_status *status) {
    struct stat found;
    if (fstatat(directory, name, &found, AT_SYMLINK_NOFOLLOW) < 0) return -1;
    fill(&found, status);
    return 0;
}

int tg_view_status_of(int file, struct tg_view_status *status) {
    struct stat found;
    if (fstat(file, &found) < 0) return -1;
    fill(&found, status);
    return 0;
}

int tg_view_lock(int file, int wait) {
    int result;
    do result = flock(file, LOCK_EX | (wait ? 0 : LOCK_NB));
    while (result < 0 && errno == EINTR);
    return result;
}

int tg_view_whiteout(int directory, const char *name) {
    return tg_effected(tg_effect_create, mknodat(directory, name, S_IFCHR, 0));
}

int tg_view_is_opaque(int directory) {
    char value = 0;
    return fgetxattr(directory, "user.overlay.opaque", &value, 1) == 1 && value == 'y';
}

int tg_view_strip_attributes(int file) {
    char names[4096];
    ssize_t length = flistxattr(file, names, sizeof names);
    for (ssize_t at = 0; at < length; at += (ssize_t)strlen(names + at) + 1) fremovexattr(file, names + at);
    return length > 0;
}

void tg_view_strip_attributes_at(int directory, const char *name, uint32_t mode) {
    char path[64 + NAME_MAX], names[4096];
    snprintf(path, sizeof path, "/proc/self/fd/%d/%s", directory, name);
    ssize_t length = llistxattr(path, names, sizeof names);
    if (length <= 0) return;
    fchmodat(directory, name, mode | 0600, 0); // removing needs the right to write
    for (ssize_t at = 0; at < length; at += (ssize_t)strlen(names + at) + 1) lremovexattr(path, names + at);
    fchmodat(directory, name, mode, 0);
}

int tg_view_sync(int file) {
    return tg_effected(tg_effect_sync, syncfs(file));
}

int tg_view_remove(int directory, const char *name) {
    struct stat status;
    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) < 0) return errno == ENOENT ? 0 : -1;
    if (!S_ISDIR(status.st_mode))
        return tg_effected(tg_effect_remove, unlinkat(directory, name, 0)) < 0 && errno != ENOENT ? -1 : 0;
    // The work directory of an overlay has mode 000, and a task may leave such directories too.
    if ((status.st_mode & 0700) != 0700) fchmodat(directory, name, 0700, 0);
    int file = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *stream = file < 0 ? NULL : fdopendir(file);
    if (!stream) {
        if (file >= 0) close(file);
        return errno == ENOENT ? 0 : -1;
    }
    int result = 0, code = 0;
    for (struct dirent *found; (found = readdir(stream));) {
        if (!strcmp(found->d_name, ".") || !strcmp(found->d_name, "..")) continue;
        if (tg_view_remove(dirfd(stream), found->d_name) < 0) {
            result = -1;
            code = errno;
        }
    }
    closedir(stream);
    if (tg_effected(tg_effect_remove, unlinkat(directory, name, AT_REMOVEDIR)) < 0 && errno != ENOENT && result == 0)
        return -1;
    if (result < 0) errno = code;
    return result;
}
