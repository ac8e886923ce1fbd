// The launcher of servers: gives one data of its own and another user, and executes it.
#include "services_launch.h"
#include "services.h"
#include "namespaces.h"
#include "views.h"
#include "views_mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

int tg_service_execute(const struct tg_service_options *options) {
    if (options->has_user
        && (setgroups(0, NULL) < 0 || setresgid(options->group, options->group, options->group) < 0
            || setresuid(options->user, options->user, options->user) < 0)) {
        tg_view_failed("become", "the server's user");
        return cannot_make_place;
    }
    if (options->directory && chdir(options->directory) < 0) {
        tg_view_failed("change into", options->directory);
        return cannot_make_place;
    }
    execvp(options->arguments[0], options->arguments);
    int status = errno == ENOENT ? not_found : cannot_execute;
    tg_view_failed("execute", options->arguments[0]);
    return status;
}

/// An empty directory with the owner and the mode of another.
static int make_like(const char *path, const struct stat *model) {
    if (mkdir(path, 0700) < 0) return -1;
    if (model->st_uid != geteuid() && lchown(path, model->st_uid, model->st_gid) < 0) return -1;
    return chmod(path, model->st_mode & 07777);
}

/// An overlay on the target with a tmpfs above. What could not be mounted is left to the caller to do without.
static int mount_data(const struct tg_service_options *options) {
    char text[PATH_MAX];
    const char *step[2];
    struct stat model;
    if (stat(options->lower, &model) < 0) return -1;
    if (tg_enter_namespaces(CLONE_NEWNS | CLONE_NEWIPC, geteuid() != 0, step) < 0) return -1;
    int is_limited = strcmp(options->size, "0");
    snprintf(text, sizeof text, is_limited ? "mode=0755,size=%s" : "mode=0755", options->size);
    if (mount("tmpfs", options->target, "tmpfs", MS_NOSUID | MS_NODEV, text) < 0) return -1;
    static struct tg_view_mounts view;
    snprintf(text, sizeof text, "%s/upper", options->target);
    if (make_like(text, &model) < 0) return -1;
    view.upper = open(text, O_PATH | O_DIRECTORY | O_CLOEXEC);
    view.work = open(options->target, O_PATH | O_DIRECTORY | O_CLOEXEC);
    view.lowers[0] = open(options->lower, O_PATH | O_DIRECTORY | O_CLOEXEC);
    view.lower_count = 1;
    view.root = options->target;
    if (view.upper < 0 || view.work < 0 || view.lowers[0] < 0) return -1;
    return tg_view_mount(&view);
}

/// The same content by copying, into the tmpfs if at least that was mounted.
static int copy_data(const struct tg_service_options *options) {
    char path[PATH_MAX];
    for (const char **name = (const char *[]){"upper", "0", NULL}; *name; name++) {
        snprintf(path, sizeof path, "%s/%s", options->target, *name);
        tg_view_remove(AT_FDCWD, path);
    }
    int code = tg_service_copy(options->lower, options->target, path, sizeof path);
    if (!code) return 0;
    dprintf(
        STDERR_FILENO, "taskgraph: cannot copy %s to %s: %s: %s\n", options->lower, options->target, path,
        strerror(code));
    return -1;
}

static int parse(int argc, char **argv, struct tg_service_options *options) {
    for (int at = 2; at < argc; at++) {
        const char *word = argv[at];
        int left = argc - at - 1;
        if (!strcmp(word, "--") && left > 0) {
            options->arguments = argv + at + 1;
            return 0;
        } else if (!strcmp(word, "-g")) {
            options->is_guarded = 1;
        } else if (!strcmp(word, "-m")) {
            options->hides_shared_memory = 1;
        } else if (!strcmp(word, "-o") && left > 3) {
            options->lower = argv[++at];
            options->target = argv[++at];
            options->size = argv[++at];
        } else if (!strcmp(word, "-u") && left > 2) {
            options->has_user = 1;
            options->user = (uid_t)strtoul(argv[++at], NULL, 10);
            options->group = (gid_t)strtoul(argv[++at], NULL, 10);
        } else if (!strcmp(word, "-c") && left > 2) {
            options->container = argv[++at];
            options->control = argv[++at];
        } else if (!strcmp(word, "-d") && left > 1) {
            options->directory = argv[++at];
        } else {
            break;
        }
    }
    return -1;
}

int tg_service_main(int argc, char **argv) {
    if (argc == 4 && !strcmp(argv[2], "-s")) return tg_service_sweep(argv[3]);
    if (argc == 4 && !strcmp(argv[2], "-a")) return tg_service_stand_in(argv[3]);
    struct tg_service_options options = {0};
    if (parse(argc, argv, &options) < 0) {
        dprintf(STDERR_FILENO, "taskgraph: usage: __service [OPTION...] -- PROGRAM [ARGUMENT...]\n");
        return cannot_make_place;
    }
    if (options.container) return tg_service_keep_container(&options);
    // Where the kernel or its settings forbid mounts, or the overlay of this filesystem, the content is the same.
    if (options.lower && mount_data(&options) < 0 && copy_data(&options) < 0) return cannot_make_place;
    return options.is_guarded ? tg_service_guard(&options) : tg_service_execute(&options);
}
