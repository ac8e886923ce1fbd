// What the launcher of servers was asked for. Internal to this module.
#ifndef TG_SERVICES_LAUNCH_H
#define TG_SERVICES_LAUNCH_H

#include <stdint.h>
#include <sys/types.h>

enum { cannot_make_place = 125, cannot_execute = 126, not_found = 127 };

struct tg_service_options {
    const char *lower, *target, *size; // NULL: no data of its own
    const char *directory;             // NULL: as it is
    int has_user, is_guarded, hides_shared_memory;
    const char *container, *control; // NULL: it is none
    uid_t user;
    gid_t group;
    char **arguments;
};

/// Becomes the user, changes into the directory and executes the program. Gives an exit status.
int tg_service_execute(const struct tg_service_options *options);
/// Executes the program guarded. Gives an exit status.
int tg_service_guard(const struct tg_service_options *options);
/// Keeps a container. Gives an exit status.
int tg_service_keep_container(const struct tg_service_options *options);
/// Stands in for a container. Gives an exit status.
int tg_service_stand_in(const char *control);

/// All signals that are waited for, CHLD among them, as a descriptor; they are blocked.
int tg_service_take_signals(void);
/// Blocks none any more: for a program to execute.
void tg_service_give_signals_back(void);
/// Reaps what has ended. The exit status to give for the child if it is among that, else -1.
int tg_service_reap(pid_t child);

/// Waits for the end of standard input, then clears the directory.
int tg_service_sweep(const char *directory);

#endif
