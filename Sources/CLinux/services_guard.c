// Running a program as long as somebody wants it: when the other end of standard input is closed, all is killed.
//
// Two processes stand between: the launcher's own, which the starter waits for, and the first of a PID namespace, with
// which everything in it ends. Each of them watches standard input, so that killing one leaves nothing.
#include "services_launch.h"
#include "services.h"
#include "namespaces.h"
#include "views_mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const int passed_on[] = {SIGINT, SIGTERM, SIGQUIT, SIGHUP};

int tg_service_take_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    for (size_t index = 0; index < sizeof passed_on / sizeof *passed_on; index++) sigaddset(&set, passed_on[index]);
    sigprocmask(SIG_SETMASK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

void tg_service_give_signals_back(void) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

int tg_service_reap(pid_t child) {
    int status, result = -1;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        if (pid == child) result = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
    return result;
}

/// Nothing is ever written to the guard: being readable is its end.
static int wait_for(pid_t child, int signals, void (*kill_all)(pid_t child)) {
    struct pollfd ready[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
    for (;;) {
        int result = tg_service_reap(child);
        if (result >= 0) return result;
        if (poll(ready, 2, -1) < 0) continue;
        if (ready[0].revents) {
            kill_all(child);
            return 128 + SIGKILL;
        }
        struct signalfd_siginfo news;
        if (ready[1].revents && read(signals, &news, sizeof news) == sizeof news && news.ssi_signo != SIGCHLD)
            kill(child, (int)news.ssi_signo);
    }
}

static void kill_one(pid_t child) {
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

/// Without a PID namespace: the program's session, and what it left to us.
static void kill_group(pid_t child) {
    kill(-child, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {}
}

static void kill_nothing(pid_t child) { (void)child; } // the namespace ends with this process

static _Noreturn void become_program(const struct tg_service_options *options) {
    tg_service_give_signals_back();
    setsid();
    int empty = open("/dev/null", O_RDONLY);
    if (empty >= 0) dup2(empty, STDIN_FILENO);
    if (empty > STDIN_FILENO) close(empty);
    _exit(tg_service_execute(options));
}

/// A /dev/shm of our own, with the working directory in it if it was in that one: what a program leaves there when it is
/// killed goes with it. By way of a directory that exists everywhere and that nobody here looks into.
static void hide_shared_memory(const char *directory) {
    static const char shared[] = "/dev/shm/", aside[] = "/mnt";
    int is_inside = !strncmp(directory, shared, sizeof shared - 1);
    if (is_inside && mount(directory, aside, NULL, MS_BIND, NULL) < 0) return;
    if (mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") < 0 || !is_inside) return;
    char path[PATH_MAX];
    for (size_t at = sizeof shared - 1; directory[at - 1]; at++) {
        if (directory[at] && directory[at] != '/') continue;
        snprintf(path, sizeof path, "%.*s", (int)at, directory);
        mkdir(path, 0755);
    }
    mount(aside, directory, NULL, MS_MOVE, NULL);
}

static int run_program(const struct tg_service_options *options, int signals, void (*kill_all)(pid_t child)) {
    pid_t program = fork();
    if (program == 0) become_program(options);
    if (program < 0) {
        tg_view_failed("start", options->arguments[0]);
        return cannot_execute;
    }
    return wait_for(program, signals, kill_all);
}

int tg_service_guard(const struct tg_service_options *options) {
    const char *step[2];
    int signals = tg_service_take_signals();
    if (tg_enter_namespaces(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC, geteuid() != 0, step) < 0) {
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        return run_program(options, signals, kill_group);
    }
    pid_t first = fork();
    if (first == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        // Numbers of processes are this namespace's now: programs that look at themselves need the list that fits.
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
        if (options->hides_shared_memory) hide_shared_memory(options->directory);
        _exit(run_program(options, signals, kill_nothing));
    }
    if (first < 0) {
        tg_view_failed("start", options->arguments[0]);
        return cannot_make_place;
    }
    return wait_for(first, signals, kill_one);
}

/// Removes what the directory was in, unless others have theirs there. 0.
static int leave(const char *directory) {
    char parent[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", directory);
    char *slash = strrchr(parent, '/');
    if (slash) *slash = 0;
    rmdir(parent);
    return 0;
}

int tg_service_sweep(const char *directory) {
    struct pollfd guard = {.fd = STDIN_FILENO, .events = POLLIN};
    while (poll(&guard, 1, -1) < 0 && errno == EINTR) {}
    // What was killed with our starter may still be ending, and writing.
    for (int attempt = 0; attempt < 500; attempt++) {
        if (tg_service_clear(directory) == 0 && access(directory, F_OK) < 0) return leave(directory);
        poll(NULL, 0, 10);
    }
    return 1;
}
