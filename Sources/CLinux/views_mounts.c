// Mounting a view: overlayfs over its layers, a rebuilt parent for the path where it appears, read-only binds.
//
// The calls are made by number: C libraries before glibc 2.36 have no names for them, and the kernel's and the
// library's headers cannot be included together.
#include "views_mounts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    number_open_tree = 428,
    number_move_mount,
    number_fsopen,
    number_fsconfig,
    number_fsmount,
    number_mount_setattr = 442
};
enum { set_flag = 0, set_string = 1, create = 6 };            // fsconfig
enum { clone_tree = 1, close_on_exec = O_CLOEXEC, recursive = 0x8000, empty_path = 0x1000 }; // open_tree, mount_setattr
enum { from_empty_path = 4 };                                 // move_mount

static int configure(int context, unsigned command, const char *key, const char *value) {
    return (int)syscall(number_fsconfig, context, command, key, value, 0);
}

static int move_onto(int tree, const char *path) {
    return (int)syscall(number_move_mount, tree, "", AT_FDCWD, path, from_empty_path);
}

static int clone_mount(const char *path) {
    return (int)syscall(number_open_tree, AT_FDCWD, path, clone_tree | close_on_exec | recursive | AT_SYMLINK_NOFOLLOW);
}

int tg_view_clone_read_only(const char *path) {
    int tree = clone_mount(path);
    if (tree < 0) return -1;
    struct { uint64_t set, clear, propagation, namespace; } attributes = {1, 0, 0, 0}; // MOUNT_ATTR_RDONLY
    if (syscall(number_mount_setattr, tree, "", empty_path | recursive, &attributes, sizeof attributes) < 0) return -1;
    return tree;
}

/// A volatile overlay marks its work directory so that it is not mounted again after a crash: each mount has its own.
static int new_work_directory(int parent, char *name, size_t size) {
    for (unsigned number = 0; number < 1000000; number++) {
        snprintf(name, size, "%u", number);
        if (mkdirat(parent, name, 0700) == 0) return openat(parent, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (errno != EEXIST) return -1;
    }
    return -1;
}

/// The kernel says in the context what it did not like.
static void print_context(int context) {
    char text[512];
    for (ssize_t count; (count = read(context, text, sizeof text - 1)) > 0;) {
        text[count] = 0;
        dprintf(STDERR_FILENO, "taskgraph: overlayfs: %s\n", text);
    }
}

/// A path that names an open directory: short, whatever its real path (values are cut at 255 bytes), and nothing in it
/// to be escaped.
static const char *descriptor_path(int file, char *text, size_t size) {
    snprintf(text, size, "/proc/self/fd/%d", file);
    return text;
}

/// The overlay as a detached mount. -1 with errno EOPNOTSUPP: the kernel does not know `lowerdir+` (before 6.5).
static int new_overlay(const struct tg_view_mounts *view, int work) {
    char path[64];
    int context = (int)syscall(number_fsopen, "overlay", 1 /* FSOPEN_CLOEXEC */);
    if (context < 0) return tg_view_failed("open the filesystem", "overlay");
    for (int index = 0; index < view->lower_count; index++)
        if (configure(context, set_string, "lowerdir+", descriptor_path(view->lowers[index], path, sizeof path)) < 0) {
            if (index == 0 && errno == EINVAL) {
                close(context);
                errno = EOPNOTSUPP;
                return -1;
            }
            print_context(context);
            return tg_view_failed("add to the view", "a layer");
        }
    if (configure(context, set_string, "upperdir", descriptor_path(view->upper, path, sizeof path)) < 0
        || configure(context, set_string, "workdir", descriptor_path(work, path, sizeof path)) < 0
        || configure(context, set_flag, "userxattr", NULL) < 0 || configure(context, set_flag, "volatile", NULL) < 0
        || configure(context, create, NULL, NULL) < 0) {
        int code = errno;
        print_context(context);
        errno = code;
        return tg_view_failed("mount", "the overlay");
    }
    int overlay = (int)syscall(number_fsmount, context, 1 /* FSMOUNT_CLOEXEC */, 0);
    close(context);
    return overlay < 0 ? tg_view_failed("mount", "the overlay") : overlay;
}

/// The same by mount(2), whose options must fit in a page: descriptors relative to /proc/self/fd keep them short.
static int mount_classic(const struct tg_view_mounts *view, int work) {
    char options[4096];
    int length = snprintf(options, sizeof options, "userxattr,volatile,upperdir=%d,workdir=%d", view->upper, work);
    for (int index = 0; index < view->lower_count && length < (int)sizeof options; index++)
        length += snprintf(
            options + length, sizeof options - (size_t)length, index ? ":%d" : ",lowerdir=%d", view->lowers[index]);
    if (length >= (int)sizeof options) {
        errno = E2BIG;
        return tg_view_failed("mount", "so many layers");
    }
    if (chdir("/proc/self/fd") < 0) return tg_view_failed("change into", "/proc/self/fd");
    if (mount("overlay", view->root, "overlay", 0, options) < 0)
        return tg_view_failed("mount the overlay on", view->root);
    return 0;
}

/// One entry of the covered directory, made again on the tmpfs.
static int uncover(const char *path, int tree, mode_t mode, const char *target) {
    if (S_ISLNK(mode)) return symlink(target, path);
    if (S_ISDIR(mode) ? mkdir(path, 0755) < 0 : mknod(path, S_IFREG | 0644, 0) < 0) return -1;
    return move_onto(tree, path);
}

/// Puts a tmpfs over the directory, with all that was in it bound into place again, and makes `root` in it.
static int cover(const char *directory, const char *root) {
    struct entry { char path[PATH_MAX], target[PATH_MAX]; int tree; mode_t mode; struct entry *next; } *entries = NULL;
    DIR *stream = opendir(directory);
    if (!stream) return tg_view_failed("open", directory);
    for (struct dirent *found; (found = readdir(stream));) {
        if (!strcmp(found->d_name, ".") || !strcmp(found->d_name, "..")) continue;
        struct entry *entry = calloc(1, sizeof *entry);
        struct stat status;
        if (!entry) return tg_view_failed("list", directory);
        snprintf(entry->path, sizeof entry->path, "%s/%s", directory, found->d_name);
        if (!strcmp(entry->path, root) || lstat(entry->path, &status) < 0) {
            free(entry);
            continue;
        }
        entry->mode = status.st_mode;
        entry->tree = -1;
        if (S_ISLNK(status.st_mode)) {
            if (readlink(entry->path, entry->target, sizeof entry->target - 1) < 0)
                return tg_view_failed("read the link", entry->path);
        } else if ((entry->tree = clone_mount(entry->path)) < 0) {
            return tg_view_failed("bind", entry->path);
        }
        entry->next = entries;
        entries = entry;
    }
    closedir(stream);
    if (mount("tmpfs", directory, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=4m") < 0)
        return tg_view_failed("cover", directory);
    for (struct entry *entry = entries; entry; entry = entry->next)
        if (uncover(entry->path, entry->tree, entry->mode, entry->target) < 0)
            return tg_view_failed("bind", entry->path);
    while (entries) {
        struct entry *next = entries->next;
        if (entries->tree >= 0) close(entries->tree);
        free(entries);
        entries = next;
    }
    return mkdir(root, 0755) < 0 ? tg_view_failed("create", root) : 0;
}

int tg_view_mount(struct tg_view_mounts *view) {
    char name[16], path[PATH_MAX];
    int work = new_work_directory(view->work, name, sizeof name);
    if (work < 0) return tg_view_failed("create", "a work directory");
    int overlay = -1;
    if (!view->classic && (overlay = new_overlay(view, work)) < 0 && errno != EOPNOTSUPP) return -1;
    if (view->cover && cover(view->cover, view->root) < 0) return -1;
    if (overlay < 0) {
        if (mount_classic(view, work) < 0) return -1;
    } else if (move_onto(overlay, view->root) < 0) {
        return tg_view_failed("mount the view on", view->root);
    }
    for (int index = 0; index < view->bind_count; index++) {
        const char *target = view->targets[index];
        snprintf(path, sizeof path, "%s%s%s", target[0] == '/' ? "" : view->root, target[0] == '/' ? "" : "/", target);
        if (move_onto(view->binds[index], path) < 0) return tg_view_failed("bind", path);
    }
    // Descriptors close on exec; the working directory may still be /proc/self/fd.
    return chdir("/") < 0 ? tg_view_failed("change into", "/") : 0;
}
