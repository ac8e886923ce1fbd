// Processes, signals, epoll and terminals as plain functions. Decides nothing: who is ended and when is the caller's.
#ifndef TG_PROCESSES_H
#define TG_PROCESSES_H

#include <stddef.h>
#include <stdint.h>

/// A program to start. Pointers stay the caller's.
struct tg_spawn_request {
    /// Path of the program; a relative one is looked up from `directory`.
    const char *_Nonnull program;
    char *_Nullable const *_Nonnull arguments;
    char *_Nullable const *_Nonnull environment;
    const char *_Nonnull directory;
    /// Standard input; -1 inherits all three standard descriptors.
    int32_t input;
    /// Standard output and error.
    int32_t output;
    /// Nonzero: a group of its own in our session; else a session of its own.
    int32_t group_only;
    /// A terminal whose foreground group the process becomes; -1 is none.
    int32_t terminal;
    /// What becomes descriptors 3 and 4; -1 is nothing.
    int32_t tokens;
    /// Nonzero: the kernel kills it when the thread that starts it ends.
    int32_t ends_with_us;
    /// Nonzero: the caller ignores no signal, so there is nothing to set back.
    int32_t has_fresh_signals;
};

/// Starts a process with default signal handling, nothing blocked, and no descriptor above 2 but
/// those of `tokens`. 0 or errno.
int32_t tg_spawn(const struct tg_spawn_request *_Nonnull request, int32_t *_Nonnull pid);

/// How a child ended and what it and the children it waited for used.
struct tg_ended {
    /// As `wait4` gives it, taken apart: the exit code, or the signal when `is_signal`.
    int32_t value;
    int32_t is_signal;
    uint64_t cpu_nanoseconds;
    uint64_t peak_bytes;
};

/// Reaps a child if it has ended. 1: it has; 0: it is still there; -1: it is no child of ours.
int32_t tg_collect(int32_t pid, struct tg_ended *_Nonnull ended);
/// The same, waiting for the end.
int32_t tg_collect_waiting(int32_t pid, struct tg_ended *_Nonnull ended);
/// 1 when a child is stopped by a signal (told once per stop), else 0.
int32_t tg_is_newly_stopped(int32_t pid);

/// Descriptor of a process (close-on-exec), readable when it has ended; -1 when there is no such process.
int32_t tg_pidfd_open(int32_t pid);
/// 0 or errno.
int32_t tg_pidfd_signal(int32_t pidfd, int32_t signal);
/// Orphaned descendants become our children, or no longer do. 0 or errno.
int32_t tg_set_subreaper(int32_t on);
int32_t tg_is_subreaper(void);
/// Kernel's number of the calling thread.
int32_t tg_thread(void);

/// One line of the kernel's process table.
struct tg_process {
    int32_t pid, parent, group, session;
    /// Clock ticks since boot: with the pid it names a process for ever.
    uint64_t started;
    /// Nonzero: it has ended and is not reaped yet.
    int32_t is_zombie;
};

/// 0, or -1 when there is no such process.
int32_t tg_process_read(int32_t pid, struct tg_process *_Nonnull process);
/// The children of all threads of a process. How many there are; more than `capacity` means: call again with more.
long tg_children(int32_t pid, int32_t *_Nullable pids, long capacity);
/// Opens the list of the children of a process' main thread for `tg_listed_children`; -1 where the kernel has none.
int32_t tg_open_children_list(int32_t pid);
/// As `tg_children`, from that list; -1 when it cannot be read.
long tg_listed_children(int32_t list, int32_t *_Nullable pids, long capacity);
/// A variable's value in the environment a process was started with, with its terminating zero. Length without the
/// zero, or -1 when it is not set, not readable, or longer than `capacity`.
long tg_process_variable(int32_t pid, const char *_Nonnull name, char *_Nonnull value, size_t capacity);

struct tg_ready {
    uint64_t key;
};

int32_t tg_epoll_create(void);
/// Watches for reading, level-triggered. 0 or errno.
int32_t tg_epoll_add(int32_t epoll, int32_t descriptor, uint64_t key);
/// The same for reading or writing, whether it is watched already or not. 0 or errno.
int32_t tg_epoll_set(int32_t epoll, int32_t descriptor, uint64_t key, int32_t for_writing);
void tg_epoll_delete(int32_t epoll, int32_t descriptor);
/// Waits at most `nanoseconds`, for ever when negative. How many are ready; 0 also after an interruption.
int32_t tg_epoll_wait(int32_t epoll, struct tg_ready *_Nonnull ready, int32_t capacity, int64_t nanoseconds);

/// A non-blocking counter that wakes a waiting thread.
int32_t tg_eventfd(void);
void tg_eventfd_add(int32_t descriptor);
void tg_eventfd_clear(int32_t descriptor);

/// A pipe: [0] is read without blocking, [1] blocks as programs expect; both close on exec. 0 or errno.
int32_t tg_output_pipe(int32_t *_Nonnull ends);
/// How many bytes wait in a pipe.
int32_t tg_unread(int32_t descriptor);

/// Blocks those of the signals that are not ignored, for the calling thread and the threads it starts later. `mask`
/// (128 bytes) receives the mask before. Gives a descriptor they are read from, or -1.
int32_t tg_signals_take(const int32_t *_Nonnull signals, int32_t count, void *_Nonnull mask);
/// The number of the next signal; 0 when there is none.
int32_t tg_signals_next(int32_t descriptor);
void tg_signals_give_back(const void *_Nonnull mask);
/// Blocks every signal in the calling thread.
void tg_signals_block_all(void);

/// The foreground process group of a terminal; -1 when it is no terminal of ours.
int32_t tg_foreground(int32_t terminal);
/// Makes a group the foreground group without being stopped for asking from the background.
void tg_set_foreground(int32_t terminal, int32_t group);
/// Columns of a terminal; 0 when it is none or does not say.
int32_t tg_terminal_width(int32_t descriptor);
/// Rows of a terminal; 0 when it is none or does not say.
int32_t tg_terminal_height(int32_t descriptor);

/// Opens /dev/null on those of 0, 1 and 2 that are closed, so that no other descriptor takes their place.
void tg_fill_standard_descriptors(void);
/// How many processors this process may run on.
int32_t tg_affinity_count(void);

#endif
