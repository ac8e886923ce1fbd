// Namespaces of our own for programs that are executed in place of this one. Internal to this module.
#ifndef TG_NAMESPACES_H
#define TG_NAMESPACES_H

/// Enters new namespaces (CLONE_NEW… without CLONE_NEWUSER; CLONE_NEWNS is among them). Without the right to, if the
/// caller need not become another user: in a user namespace that maps the caller, and nobody else, to itself; the program
/// that is executed later has no capability in it unless it is root. Mounts are then private. -1 with errno; `step` then
/// is what failed, as verb and object.
int tg_enter_namespaces(int namespaces, int keeps_user, const char *step[2]);

#endif
