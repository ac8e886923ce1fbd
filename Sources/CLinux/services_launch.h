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
    uid_t user;
    gid_t group;
    char **arguments;
};

/// Becomes the user, changes into the directory and executes the program. Gives an exit status.
int tg_service_execute(const struct tg_service_options *options);
/// Executes the program guarded. Gives an exit status.
int tg_service_guard(const struct tg_service_options *options);
/// Waits for the end of standard input, then clears the directory.
int tg_service_sweep(const char *directory);

#endif
