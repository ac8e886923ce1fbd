// Starting one program with vfork: what the new process does before it executes. Allocates nothing and takes no lock,
// so that the warden, a fork of a program with threads, can use it.
#include "processes.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warden_wire.h"

/// What an exec would pass on: ignored signals. The C library refuses those that are its own.
void tg_reset_signals(void) {
    struct sigaction fresh = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) sigaction(number, &fresh, NULL);
}

static void close_from(unsigned first) {
    // Kernels before 5.9 have no such call.
    if (close_range(first, ~0u, 0) == 0) return;
    for (unsigned descriptor = first; descriptor < 4096; descriptor++) close((int)descriptor);
}

/// Leaves open what the process is to have besides the standard descriptors.
static int keep_tokens(int tokens) {
    // One that lies where it is to go would keep its close-on-exec flag.
    if (tokens <= 4 && (tokens = fcntl(tokens, F_DUPFD, 5)) < 0) return -1;
    return dup2(tokens, 3) < 0 || dup2(tokens, 4) < 0 ? -1 : 0;
}

/// In the new process, which shares our memory until it executes: returns only when it cannot.
static int become(const struct tg_spawn_request *request, pid_t starter) {
    if (request->ends_with_us) {
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        if (getppid() != starter) _exit(0);
    }
    if (request->group_only ? setpgid(0, 0) : setsid() < 0) return errno;
    // All signals are blocked, so asking from the background stops nobody.
    if (request->terminal >= 0 && tcsetpgrp(request->terminal, getpgrp())) return errno;
    if (request->input >= 0
        && (dup2(request->input, 0) < 0 || dup2(request->output, 1) < 0 || dup2(request->output, 2) < 0)) {
        return errno;
    }
    if (chdir(request->directory)) return errno;
    if (!request->has_fresh_signals) tg_reset_signals();
    if (request->tokens >= 0 && keep_tokens(request->tokens)) return errno;
    close_from(request->tokens >= 0 ? 5 : 3);
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    execve(request->program, request->arguments, request->environment);
    return errno;
}

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
// The sanitizer makes a `fork` of `vfork`, which waits for locks that other threads held when the warden was forked,
// and shares no memory to hand `error` back in. It leaves this name of the same function alone.
pid_t __vfork(void) __attribute__((returns_twice));
#define vfork __vfork
#endif
#endif

int32_t tg_spawn(const struct tg_spawn_request *request, int32_t *pid) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_t starter = getpid();
    volatile int error = 0;
    pid_t child = vfork();
    if (child == 0) {
        error = become(request, starter);
        _exit(127);
    }
    if (child < 0) {
        error = errno;
    } else if (error) {
        // Its end is ours to collect: nobody was told of it.
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    } else {
        *pid = child;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}
