// Starting a warden: a fork of this program as the first process of new namespaces. What it does then is in
// warden_serving.c. Between the fork and the first request it allocates nothing and takes no lock: other threads may
// have held some.
#include "warden.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warden_wire.h"

enum step { step_socket, step_clone, step_maps, step_mounts, step_proc, step_greeting, step_list };
static const char *const steps[] = {
    "make a socket pair", "make a PID and a mount namespace", "map the user in a user namespace",
    "detach the mounts",  "mount /proc",                      "start the warden",
    "find its children",
};

/// What the new process needs, made before there is one.
struct setup {
    int socket;
    int has_user_namespace;
    int dies_with_thread;
    char user_map[64], group_map[64], last_pid[16];
};

static int write_once(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t count = write(file, text, strlen(text));
    close(file);
    return count < 0 ? -1 : 0;
}

static int map_user(const struct setup *setup) {
    // Where the kernel does not know the file the map may be written without it.
    if (write_once("/proc/self/setgroups", "deny") && errno != ENOENT) return -1;
    if (write_once("/proc/self/uid_map", setup->user_map)) return -1;
    return write_once("/proc/self/gid_map", setup->group_map);
}

/// Closes all but the standard descriptors and the socket: locks and pipes of ours must not live on in the warden.
static int keep_only(int socket) {
    if (socket != 3 && dup3(socket, 3, O_CLOEXEC) < 0) return -1;
    return close_range(4, ~0u, 0) ? -1 : 3;
}

/// In the new process: makes it what it is. Gives the step that failed, or -1.
static int settle(const struct setup *setup) {
    if (setup->dies_with_thread) prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    prctl(PR_SET_NAME, "tg-warden", 0, 0, 0);
    // /proc is still that of outside, where `self` is this process all the same.
    if (setup->has_user_namespace && map_user(setup)) return step_maps;
    // In our session, so that interactive tasks have the terminal; in a group of its own, so that Ctrl-C is not for it.
    setpgid(0, 0);
    tg_reset_signals();
    // What is mounted outside later is seen in here, what is mounted in here is not seen outside.
    if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL)) return step_mounts;
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL)) return step_proc;
    tg_warden_forget_memory();
    // Numbers as large as outside: small ones are in the lock files that earlier runs left behind.
    write_once("/proc/sys/kernel/ns_last_pid", setup->last_pid);
    return chdir("/") ? step_mounts : -1;
}

static _Noreturn void live(const struct setup *setup) {
    int failed = settle(setup);
    struct tg_greeting greeting = {.error = failed < 0 ? 0 : errno, .step = failed};
    int socket = keep_only(setup->socket);
    if (socket < 0) greeting = (struct tg_greeting){errno, step_socket};
    ssize_t sent = send(socket < 0 ? setup->socket : socket, &greeting, sizeof greeting, MSG_NOSIGNAL);
    if (sent < 0 || greeting.error) _exit(1);
    tg_warden_serve(socket);
}

/// fork with namespaces. The child returns from it with the caller's stack, of which it has a copy.
static pid_t fork_into(uint64_t namespaces) {
    struct clone_args arguments = {.flags = namespaces, .exit_signal = SIGCHLD};
    return (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
}

static pid_t fork_warden(struct setup *setup) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_t pid = fork_into(CLONE_NEWPID | CLONE_NEWNS);
    if (pid < 0 && errno == EPERM) {
        setup->has_user_namespace = 1;
        pid = fork_into(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUSER);
    }
    if (pid == 0) live(setup);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return pid;
}

/// Waits until the warden says that it is ready. 0 or errno.
static int greet(int socket, const char **step) {
    struct tg_greeting greeting;
    ssize_t length;
    do length = recv(socket, &greeting, sizeof greeting, 0);
    while (length < 0 && errno == EINTR);
    if (length == sizeof greeting && !greeting.error) return 0;
    int error = length < 0 ? errno : length == sizeof greeting ? greeting.error : ECHILD;
    *step = steps[length == sizeof greeting ? greeting.step : step_greeting];
    return error;
}

/// Maps of one user and one group to themselves, and a number for the first process.
static void prepare(struct setup *setup) {
    uid_t user = geteuid();
    gid_t group = getegid();
    snprintf(setup->user_map, sizeof setup->user_map, "%u %u 1", user, user);
    snprintf(setup->group_map, sizeof setup->group_map, "%u %u 1", group, group);
    snprintf(setup->last_pid, sizeof setup->last_pid, "%d", getpid());
    // A thread that is not the first may end before we do.
    setup->dies_with_thread = tg_thread() == getpid();
}

int32_t tg_warden_start(struct tg_warden *warden, const char **step) {
    int pair[2], on = 1;
    *step = steps[step_socket];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) return errno;
    struct setup setup = {.socket = pair[1]};
    prepare(&setup);
    pid_t pid = fork_warden(&setup);
    int error = errno;
    close(pair[1]);
    if (pid < 0) {
        *step = steps[step_clone];
        close(pair[0]);
        return error;
    }
    // News of a start name the process in credentials: the kernel translates its number.
    error = greet(pair[0], step);
    if (!error && setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on)) error = errno;
    int children = error ? -1 : tg_open_children_list(pid);
    if (!error && children < 0) {
        error = errno;
        *step = steps[step_list];
    }
    if (error) {
        close(pair[0]);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
        return error;
    }
    *warden = (struct tg_warden){.pid = pid, .socket = pair[0], .children = children};
    return 0;
}
