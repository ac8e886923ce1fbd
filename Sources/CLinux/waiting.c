// What one thread can wait for: epoll, counters, pipes, signals as descriptors.
#include "processes.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

int32_t tg_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int32_t tg_epoll_add(int32_t epoll, int32_t descriptor, uint64_t key) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = key};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) ? errno : 0;
}

int32_t tg_epoll_set(int32_t epoll, int32_t descriptor, uint64_t key, int32_t for_writing) {
    struct epoll_event event = {.events = for_writing ? EPOLLOUT : EPOLLIN, .data.u64 = key};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0) return 0;
    if (errno != EEXIST) return errno;
    return epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) ? errno : 0;
}

void tg_epoll_delete(int32_t epoll, int32_t descriptor) {
    struct epoll_event event = {0};
    epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event);
}

int32_t tg_epoll_wait(int32_t epoll, struct tg_ready *ready, int32_t capacity, int64_t nanoseconds) {
    struct epoll_event events[64];
    if (capacity > 64) capacity = 64;
    struct timespec time = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    int count = epoll_pwait2(epoll, events, capacity, nanoseconds < 0 ? NULL : &time, NULL);
    if (count < 0 && errno == ENOSYS) {
        // Kernels before 5.11 wait in milliseconds: rounded up, so that a deadline is never early.
        int64_t milliseconds = nanoseconds < 0 ? -1 : (nanoseconds + 999999) / 1000000;
        count = epoll_wait(epoll, events, capacity, milliseconds > INT32_MAX ? INT32_MAX : (int)milliseconds);
    }
    for (int index = 0; index < count; index++) ready[index].key = events[index].data.u64;
    return count < 0 ? 0 : count;
}

int32_t tg_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void tg_eventfd_add(int32_t descriptor) { eventfd_write(descriptor, 1); }

void tg_eventfd_clear(int32_t descriptor) {
    eventfd_t value;
    eventfd_read(descriptor, &value);
}

int32_t tg_output_pipe(int32_t *ends) {
    int pair[2];
    if (pipe2(pair, O_CLOEXEC)) return errno;
    fcntl(pair[0], F_SETFL, O_RDONLY | O_NONBLOCK);
    ends[0] = pair[0];
    ends[1] = pair[1];
    return 0;
}

int32_t tg_unread(int32_t descriptor) {
    int count;
    return ioctl(descriptor, FIONREAD, &count) ? 0 : count;
}

int32_t tg_signals_take(const int32_t *signals, int32_t count, void *mask) {
    sigset_t set;
    sigemptyset(&set);
    for (int index = 0; index < count; index++) {
        struct sigaction action;
        // nohup and `&` in scripts ignore signals on purpose; blocked ones would be queued all the same.
        if (sigaction(signals[index], NULL, &action) == 0 && action.sa_handler != SIG_IGN) sigaddset(&set, signals[index]);
    }
    pthread_sigmask(SIG_BLOCK, &set, mask);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int32_t tg_signals_next(int32_t descriptor) {
    struct signalfd_siginfo information;
    return read(descriptor, &information, sizeof information) == sizeof information ? (int32_t)information.ssi_signo : 0;
}

void tg_signals_give_back(const void *mask) { pthread_sigmask(SIG_SETMASK, mask, NULL); }

void tg_signals_block_all(void) {
    sigset_t all;
    sigfillset(&all);
    // Faults must still reach their thread.
    sigdelset(&all, SIGSEGV);
    sigdelset(&all, SIGBUS);
    sigdelset(&all, SIGILL);
    sigdelset(&all, SIGFPE);
    sigdelset(&all, SIGTRAP);
    sigdelset(&all, SIGABRT);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
}
