// Going on in the background: a process of its own session that holds nothing of the one that made it.
#include "services.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

/// Everything but one is let go of: a pipe or a lock of whoever called us would never end.
static void let_go(int kept) {
    int empty = open("/dev/null", O_RDWR);
    for (int number = 0; number < 3 && empty >= 0; number++) dup2(empty, number);
    if (kept > 3) close_range(3, (unsigned)kept - 1, 0);
    close_range((unsigned)kept + 1, ~0u, 0);
}

int32_t tg_detach(int32_t *end) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return -1;
    pid_t child = fork();
    if (child < 0) return -1;
    *end = ends[child == 0];
    close(ends[child != 0]);
    if (child > 0) return child;
    setsid();
    let_go(*end);
    return chdir("/") < 0 ? -1 : 0;
}

ssize_t tg_tell(int32_t end, const void *bytes, size_t count) { return send(end, bytes, count, MSG_NOSIGNAL); }
