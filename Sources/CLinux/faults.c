// Counts persistent effects and ends the process at the one that a test chose. Does not know what the effects mean.
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int tg_faults_armed;
int64_t tg_clock_shift;
static unsigned long crash_at;
static int trace = -1;
static atomic_ulong count;

static const char *const names[] = {
    "create\n", "write\n", "sync\n", "rename\n", "truncate\n", "remove\n", "link\n", "directory\n", "mode\n", "database\n",
};

void tg_count_effect(enum tg_effect_kind kind) {
    int error = errno;
    unsigned long number = atomic_fetch_add(&count, 1) + 1;
    if (trace >= 0 && write(trace, names[kind], strlen(names[kind])) < 0) trace = -1;
    if (number == crash_at) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    errno = error;
}

__attribute__((constructor)) static void arm(void) {
    const char *at = getenv("TASKGRAPH_CRASH_AT"), *file = getenv("TASKGRAPH_CRASH_COUNT");
    const char *shift = getenv("TASKGRAPH_CLOCK_SHIFT");
    if (at) crash_at = strtoul(at, 0, 10);
    if (file) trace = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (shift) tg_clock_shift = strtoll(shift, 0, 10) * 1000000000;
    tg_faults_armed = crash_at > 0 || trace >= 0;
    if (at) unsetenv("TASKGRAPH_CRASH_AT");
    if (file) unsetenv("TASKGRAPH_CRASH_COUNT");
    if (shift) unsetenv("TASKGRAPH_CLOCK_SHIFT");
}
