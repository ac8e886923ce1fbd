// The launcher: reads a description of a view, makes it in a private mount namespace, and executes a program in it.
#include "views.h"
#include "namespaces.h"
#include "views_mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { cannot_mount = 125, cannot_execute = 126, not_found = 127 };

int tg_view_failed(const char *verb, const char *object) {
    int code = errno;
    dprintf(STDERR_FILENO, "taskgraph: cannot %s %s: %s\n", verb, object, strerror(code));
    return -1;
}

/// The whole file as NUL-terminated strings; NULL with a message on failure.
static char *read_file(const char *path, size_t *length) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (file < 0 || fstat(file, &status) < 0) {
        tg_view_failed("read", path);
        return NULL;
    }
    char *text = malloc((size_t)status.st_size + 1);
    size_t filled = 0;
    while (text && filled < (size_t)status.st_size) {
        ssize_t count = read(file, text + filled, (size_t)status.st_size - filled);
        if (count <= 0) break;
        filled += (size_t)count;
    }
    close(file);
    if (!text || filled != (size_t)status.st_size) {
        tg_view_failed("read", path);
        return NULL;
    }
    text[filled] = 0;
    *length = filled;
    return text;
}

/// Every layer and mount source is held open until the mounts are made, so the limit must allow it.
static int open_path(const char *path) {
    int file = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return file < 0 ? tg_view_failed("open", path) : file;
}

static int read_specification(const char *path, struct tg_view_mounts *view) {
    size_t length = 0;
    char *text = read_file(path, &length);
    if (!text) return -1;
    for (char *key = text; key < text + length;) {
        char *value = key + strlen(key) + 1;
        if (value > text + length) break;
        if (!strcmp(key, "root")) view->root = value;
        if (!strcmp(key, "cover")) view->cover = value;
        if (!strcmp(key, "classic")) view->classic = 1;
        if (!strcmp(key, "upper") && (view->upper = open_path(value)) < 0) return -1;
        if (!strcmp(key, "work") && (view->work = open_path(value)) < 0) return -1;
        if (!strcmp(key, "lower")) {
            if (view->lower_count == TG_VIEW_MAX_LOWERS) {
                dprintf(STDERR_FILENO, "taskgraph: cannot mount a view of more than %d layers\n", TG_VIEW_MAX_LOWERS);
                return -1;
            }
            if ((view->lowers[view->lower_count] = open_path(value)) < 0) return -1;
            view->lower_count++;
        }
        if (!strcmp(key, "bind") && view->bind_count < TG_VIEW_MAX_BINDS) {
            view->binds[view->bind_count] = tg_view_clone_read_only(value);
            if (view->binds[view->bind_count] < 0) return tg_view_failed("bind", value);
        }
        if (!strcmp(key, "on") && view->bind_count < TG_VIEW_MAX_BINDS) view->targets[view->bind_count++] = value;
        key = value + strlen(value) + 1;
    }
    if (!view->root || view->upper < 0 || view->work < 0) {
        dprintf(STDERR_FILENO, "taskgraph: %s does not describe a view\n", path);
        return -1;
    }
    return 0;
}

/// A mount namespace of our own.
static int enter_namespaces(void) {
    const char *step[2];
    return tg_enter_namespaces(CLONE_NEWNS, 1, step) < 0 ? tg_view_failed(step[0], step[1]) : 0;
}

int tg_view_main(int argc, char **argv) {
    if (argc < 6 || strcmp(argv[4], "--")) {
        dprintf(STDERR_FILENO, "taskgraph: usage: __view SPECFILE DIRECTORY -- PROGRAM [ARGUMENT...]\n");
        return cannot_mount;
    }
    struct rlimit limit, wide;
    int limited = getrlimit(RLIMIT_NOFILE, &limit) == 0;
    if (limited) {
        wide = limit;
        wide.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &wide);
    }
    static struct tg_view_mounts view = {.upper = -1, .work = -1};
    if (enter_namespaces() < 0 || read_specification(argv[2], &view) < 0 || tg_view_mount(&view) < 0)
        return cannot_mount;
    if (limited) setrlimit(RLIMIT_NOFILE, &limit);
    if (chdir(argv[3]) < 0) {
        tg_view_failed("change into", argv[3]);
        return cannot_mount;
    }
    execvp(argv[5], argv + 5);
    int status = errno == ENOENT ? not_found : cannot_execute;
    tg_view_failed("execute", argv[5]);
    return status;
}
