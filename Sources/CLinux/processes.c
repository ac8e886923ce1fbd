// Starting, watching and reaping processes; the process table as /proc shows it.
#include "processes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warden_wire.h"

static uint64_t nanoseconds(struct timeval time) {
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_usec * 1000u;
}

void tg_ended_fill(struct tg_ended *ended, int is_signal, int value, const struct rusage *usage) {
    ended->is_signal = is_signal;
    ended->value = value;
    ended->cpu_nanoseconds = nanoseconds(usage->ru_utime) + nanoseconds(usage->ru_stime);
    ended->peak_bytes = (uint64_t)usage->ru_maxrss * 1024;
}

static int32_t collect(int32_t pid, int options, struct tg_ended *ended) {
    int status;
    struct rusage usage;
    pid_t result;
    do result = wait4(pid, &status, options, &usage);
    while (result < 0 && errno == EINTR);
    if (result <= 0) return result;
    tg_ended_fill(ended, WIFSIGNALED(status), WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), &usage);
    return 1;
}

int32_t tg_collect(int32_t pid, struct tg_ended *ended) { return collect(pid, WNOHANG, ended); }
int32_t tg_collect_waiting(int32_t pid, struct tg_ended *ended) { return collect(pid, 0, ended); }

int32_t tg_is_newly_stopped(int32_t pid) {
    siginfo_t information = {0};
    return waitid(P_PID, (id_t)pid, &information, WSTOPPED | WNOHANG) == 0 && information.si_pid == pid;
}

int32_t tg_pidfd_open(int32_t pid) { return (int32_t)syscall(SYS_pidfd_open, pid, 0); }

int32_t tg_pidfd_signal(int32_t pidfd, int32_t signal) {
    return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) ? errno : 0;
}

int32_t tg_set_subreaper(int32_t on) { return prctl(PR_SET_CHILD_SUBREAPER, on, 0, 0, 0) ? errno : 0; }

int32_t tg_is_subreaper(void) {
    int on = 0;
    return prctl(PR_GET_CHILD_SUBREAPER, &on, 0, 0, 0) == 0 && on;
}

int32_t tg_thread(void) { return (int32_t)syscall(SYS_gettid); }

/// Reads a file of /proc that fits into the buffer; its length, or -1.
static ssize_t slurp(const char *path, char *buffer, size_t capacity) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return -1;
    ssize_t length = read(descriptor, buffer, capacity - 1);
    close(descriptor);
    if (length >= 0) buffer[length] = 0;
    return length;
}

int32_t tg_process_read(int32_t pid, struct tg_process *process) {
    char path[64], text[1024], state;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    if (slurp(path, text, sizeof text) <= 0) return -1;
    // The name in parentheses may itself contain parentheses and spaces: the fields start after the last one.
    const char *fields = strrchr(text, ')');
    unsigned long long started;
    if (!fields
        || sscanf(fields + 1, " %c %d %d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &state,
                  &process->parent, &process->group, &process->session, &started) != 5) {
        return -1;
    }
    process->pid = pid;
    process->started = started;
    process->is_zombie = state == 'Z' || state == 'X';
    return 0;
}

/// Appends the numbers in a text to the list; how many there are now.
static long numbers(char *text, int32_t *pids, long count, long capacity) {
    for (char *end;; text = end, count++) {
        long value = strtol(text, &end, 10);
        if (end == text) return count;
        if (count < capacity) pids[count] = (int32_t)value;
    }
}

/// Reads a list of pids of any length from its start; the new count, or -1.
static long read_list(int descriptor, int32_t *pids, long count, long capacity) {
    char text[4096 + 1];
    size_t held = 0;
    off_t offset = 0;
    for (;;) {
        ssize_t length = pread(descriptor, text + held, sizeof text - 1 - held, offset);
        if (length < 0) return -1;
        offset += length;
        size_t total = held + (size_t)length;
        if (length == 0) {
            text[total] = 0;
            return numbers(text, pids, count, capacity);
        }
        // A number may be cut at the end of the buffer: keep what follows the last space.
        size_t whole = total;
        while (whole > 0 && text[whole - 1] != ' ') whole--;
        char kept = text[whole];
        text[whole] = 0;
        count = numbers(text, pids, count, capacity);
        text[whole] = kept;
        held = total - whole;
        memmove(text, text + whole, held);
    }
}

/// The children found by looking at every process, for kernels without lists of children.
static long scan_children(int32_t parent, int32_t *pids, long capacity) {
    DIR *directory = opendir("/proc");
    if (!directory) return 0;
    long count = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        struct tg_process process;
        int32_t pid = atoi(entry->d_name);
        if (pid <= 0 || tg_process_read(pid, &process) || process.parent != parent) continue;
        if (count < capacity) pids[count] = pid;
        count++;
    }
    closedir(directory);
    return count;
}

long tg_children(int32_t pid, int32_t *pids, long capacity) {
    char path[80];
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *directory = opendir(path);
    if (!directory) return 0;
    long count = 0;
    int is_listed = 1;
    for (struct dirent *entry; (entry = readdir(directory));) {
        int32_t thread = atoi(entry->d_name);
        if (thread <= 0) continue;
        snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, thread);
        int descriptor = open(path, O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) {
            // A thread that has just ended has no list, and neither has a kernel without the feature.
            snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
            if (access(path, F_OK)) is_listed = 0;
            continue;
        }
        long now = read_list(descriptor, pids, count, capacity);
        if (now >= 0) count = now;
        close(descriptor);
    }
    closedir(directory);
    return is_listed ? count : scan_children(pid, pids, capacity);
}

int32_t tg_open_children_list(int32_t pid) {
    char path[80];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
    return open(path, O_RDONLY | O_CLOEXEC);
}

long tg_listed_children(int32_t list, int32_t *pids, long capacity) { return read_list(list, pids, 0, capacity); }

long tg_process_variable(int32_t pid, const char *name, char *value, size_t capacity) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/environ", pid);
    FILE *file = fopen(path, "re");
    if (!file) return -1;
    size_t length = strlen(name), size = 0;
    char *line = NULL;
    long found = -1;
    for (ssize_t read; (read = getdelim(&line, &size, 0, file)) > 0;) {
        if (strncmp(line, name, length) || line[length] != '=') continue;
        size_t count = strlen(line + length + 1);
        if (count < capacity) {
            memcpy(value, line + length + 1, count + 1);
            found = (long)count;
        }
        break;
    }
    free(line);
    fclose(file);
    return found;
}

int32_t tg_foreground(int32_t terminal) { return tcgetpgrp(terminal); }

void tg_set_foreground(int32_t terminal, int32_t group) {
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &stop, &before);
    tcsetpgrp(terminal, group);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int32_t tg_terminal_width(int32_t descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int32_t tg_terminal_height(int32_t descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

void tg_fill_standard_descriptors(void) {
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) open("/dev/null", O_RDWR);
    }
}

int32_t tg_affinity_count(void) {
    // Larger than any cpu_set_t the kernel may want; CPU_COUNT_S takes the size that was filled.
    cpu_set_t sets[16];
    memset(sets, 0, sizeof sets);
    if (sched_getaffinity(0, sizeof sets, sets)) return 1;
    int count = CPU_COUNT_S(sizeof sets, sets);
    return count > 0 ? count : 1;
}
