// What tests of crashes and clocks ask for through the environment. Costs one untaken branch an effect otherwise.
//
//   TASKGRAPH_CRASH_AT=N        after the Nth persistent effect (from 1) the process kills itself with SIGKILL
//   TASKGRAPH_CRASH_COUNT=FILE  every persistent effect appends a line to FILE: what it was
//   TASKGRAPH_CLOCK_SHIFT=S     this program's wall clock is S seconds ahead (negative: behind)
//
// The variables are taken out of the environment: processes that this one starts know nothing of them.
#ifndef TG_FAULTS_H
#define TG_FAULTS_H

#include <stdint.h>

/// A change of the disk that outlives the process.
enum tg_effect_kind {
    tg_effect_create,
    tg_effect_write,
    tg_effect_sync,
    tg_effect_rename,
    tg_effect_truncate,
    tg_effect_remove,
    tg_effect_link,
    tg_effect_directory,
    tg_effect_mode,
    tg_effect_database,
};

extern int tg_faults_armed;
extern int64_t tg_clock_shift;
/// Nanoseconds to add to the wall clock.
static inline int64_t tg_wall_shift(void) { return tg_clock_shift; }

void tg_count_effect(enum tg_effect_kind kind);

/// To be called right after every persistent effect that succeeded; keeps errno.
static inline void tg_effect(enum tg_effect_kind kind) {
    if (__builtin_expect(tg_faults_armed, 0)) tg_count_effect(kind);
}

/// The result of a system call; an effect unless it is negative.
static inline int tg_effected(enum tg_effect_kind kind, int result) {
    if (result >= 0) tg_effect(kind);
    return result;
}

#endif
