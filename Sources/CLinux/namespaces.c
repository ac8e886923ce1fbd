// Entering namespaces, with a user namespace where that is the only way. Mounts nothing.
#include "namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static int write_once(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t count = write(file, text, strlen(text));
    int code = errno;
    close(file);
    errno = code;
    return count < 0 ? -1 : 0;
}

static int fail(const char *step[2], const char *verb, const char *object) {
    step[0] = verb;
    step[1] = object;
    return -1;
}

static int map_caller(uid_t user, gid_t group, const char *step[2]) {
    char map[64];
    // Where the kernel does not know the file the map may be written without it.
    if (write_once("/proc/self/setgroups", "deny") < 0 && errno != ENOENT)
        return fail(step, "write", "/proc/self/setgroups");
    snprintf(map, sizeof map, "%u %u 1", user, user);
    if (write_once("/proc/self/uid_map", map) < 0) return fail(step, "write", "/proc/self/uid_map");
    snprintf(map, sizeof map, "%u %u 1", group, group);
    if (write_once("/proc/self/gid_map", map) < 0) return fail(step, "write", "/proc/self/gid_map");
    return 0;
}

int tg_enter_namespaces(int namespaces, int keeps_user, const char *step[2]) {
    uid_t user = geteuid();
    gid_t group = getegid();
    if (unshare(namespaces) < 0) {
        if (errno != EPERM || !keeps_user) return fail(step, "unshare", "the mount namespace");
        if (unshare(CLONE_NEWUSER | namespaces) < 0) return fail(step, "unshare", "the user namespace");
        if (map_caller(user, group, step) < 0) return -1;
    }
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return fail(step, "make private", "the mounts");
    return 0;
}
