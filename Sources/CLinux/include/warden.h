// The warden: the first process of a PID namespace, which starts every task and whose end is the end of all of them.
#ifndef TG_WARDEN_H
#define TG_WARDEN_H

#include "processes.h"

/// A running warden.
struct tg_warden {
    /// As this process sees it; a child of ours.
    int32_t pid;
    /// Requests go in, news come out. The warden ends, and everything with it, when nobody holds this end any more.
    int32_t socket;
    /// The kernel's list of its children, for `tg_listed_children`.
    int32_t children;
};

/// Starts a warden: a PID and a mount namespace, without the right to make them in a user namespace that maps the caller
/// to itself. It holds nothing of ours but the three standard descriptors, and stays in our session in a group of its own.
/// 0 or errno; `step` then is what failed.
int32_t tg_warden_start(struct tg_warden *_Nonnull warden, const char *_Nullable *_Nonnull step);

enum {
    /// A request's process runs; `pid` is its number.
    tg_news_started,
    /// It could not be started; `ended.value` is errno.
    tg_news_refused,
    /// It ended.
    tg_news_ended,
    /// A process that a task left has ended.
    tg_news_orphan_ended,
    /// The same, and which task's it was is not known.
    tg_news_stray_ended,
    /// It was stopped by a signal.
    tg_news_stopped,
};

/// What a warden tells.
struct tg_news {
    int32_t kind;
    uint32_t token;
    /// As this process sees it; in `tg_news_started` only.
    int32_t pid;
    /// How many processes that tasks left there are now, zombies included. None: whose own process has ended is alone.
    int32_t orphans;
    struct tg_ended ended;
};

/// Asks for a process. `text` are all arguments and then all variables, each with its zero. Of the descriptors only
/// `output` and `tokens` are used: input is empty; when `output` is -1, all three are the warden's own. One `tg_news_started` or
/// `tg_news_refused` follows. 0 or errno, EPIPE when the warden is gone.
int32_t tg_warden_spawn(
    int32_t socket, uint32_t token, const struct tg_spawn_request *_Nonnull request, const char *_Nonnull text,
    size_t text_length);
/// Kills the group of a task's own process, unless that has ended. 0 or errno.
int32_t tg_warden_kill_group(int32_t socket, uint32_t token);

/// Receives news, waiting for some if asked to. How many; 0: none now; -1: the warden is gone.
long tg_warden_receive(int32_t socket, struct tg_news *_Nonnull news, long capacity, int32_t wait);

#endif
