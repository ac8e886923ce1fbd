// Servers: the launcher that starts one in a place of its own, copying of what they begin with, and clearing up.
#ifndef TG_SERVICES_H
#define TG_SERVICES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// The launcher. Arguments: program, `__service`, options, `--`, program to execute and its arguments.
///
///   `-o LOWER TARGET BYTES`  TARGET, an empty directory, has the content of LOWER, and what is written there is gone
///                            with the last process: an overlay with a tmpfs of at most BYTES (0: what the kernel gives
///                            one) above, seen in a mount namespace of its own. Where that is forbidden: a copy. Shared
///                            memory segments are in a namespace of their own as well.
///   `-g`                     standard input is a guard: when its other end is closed, everything is killed that was
///                            started; the program is in a PID namespace where that is allowed. INT, TERM, QUIT and
///                            HUP are passed on to the program.
///   `-m`                     with `-g` and `-d`: /dev/shm is the program's own, but for DIR, and goes with it.
///   `-u UID GID`             the program runs as this user, with no other groups.
///   `-d DIR`                 and in this directory.
///
///   `-c NAME SOCKET`         the program is the client of a container engine that runs the container NAME, and is kept as it
///                            is, in no namespace. When standard input ends, or who started through SOCKET does, the
///                            container is removed; it is in any case when the client has ended. SOCKET empty: the client
///                            starts at once. Else it listens there, says so with a line, and starts the client when a
///                            stand-in has come, with the output that this one has. Signals of either go to the client.
///
/// Or `-a SOCKET`: the stand-in. Passes signals on, and ends as the client ends; when it is killed, the container is.
/// Or `-s DIR`: waits until standard input ends, then removes the directory with `tg_service_clear`, and the one
/// it is in if that is empty then.
///
/// Returns an exit status only on failure: 125 the place could not be made, 126 the program cannot be executed, 127 it
/// was not found; the reason is on standard error. With `-g`, the program's own, 128 + N after signal N.
int tg_service_main(int argc, char *_Nullable *_Nonnull argv);

/// Copies a directory with everything beneath to one that is empty or not there: files, links, directories, with owners
/// and modes. 0 or errno; `culprit` (`capacity` bytes) then is the path it happened at.
int32_t tg_service_copy(
    const char *_Nonnull source, const char *_Nonnull target, char *_Nonnull culprit, size_t capacity);

/// Removes a directory of servers whose processes are gone, and shared memory segments that PostgreSQL clusters in it
/// have left. Nothing there is no error. 0 or errno.
int32_t tg_service_clear(const char *_Nonnull directory);

/// A TCP port of 127.0.0.1 that is kept from all others but servers that set SO_REUSEADDR, as long as the descriptor is
/// open. Nobody can connect before such a server listens.
/// - port: 0: the kernel chooses. Receives the port.
/// The descriptor, or -1 with errno.
int32_t tg_reserve_port(uint16_t *_Nonnull port);

/// Takes a name that only one process of this machine's network namespace can have; it is free again when the descriptor
/// is closed. -1 with errno.
int tg_claim_name(const char *_Nonnull name);

/// A connection to a Unix socket; -1 with errno.
int tg_connect_local(const char *_Nonnull path);

/// The next connection of a listening socket, never waiting and closed on exec; -1 with errno.
int tg_accept(int listener);

/// The user at the other end of a Unix socket, when it connected. 0, or -1 with errno.
int32_t tg_peer_user(int connection, uint32_t *_Nonnull user);

/// Makes a process that goes on in the background, in a session of its own, in `/`, with nothing open but `end`. To be
/// called before there are threads.
/// - end: receives a socket to the other process.
/// In the new process 0, in the old one its number; -1 with errno.
int32_t tg_detach(int32_t *_Nonnull end);

/// Writes to a socket without being killed when nobody reads.
ssize_t tg_tell(int32_t end, const void *_Nonnull bytes, size_t count);

/// A file in memory, closed on exec; -1 with errno.
int tg_memory_file(void);

/// The user and group numbers of a user. 0, or -1 when there is no such user.
int32_t tg_user_named(const char *_Nonnull name, uint32_t *_Nonnull user, uint32_t *_Nonnull group);

#endif
