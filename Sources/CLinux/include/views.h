// Views of workspaces: the launcher that starts a program inside one, and what capturing one asks of the kernel.
#ifndef TG_VIEWS_H
#define TG_VIEWS_H

#include <stdint.h>

/// The launcher. Arguments: program, `__view`, SPECFILE, DIRECTORY, `--`, program and its arguments.
///
/// Enters a private mount namespace (without CAP_SYS_ADMIN: a user namespace that maps the caller to itself), mounts the
/// view the file describes, changes into the directory and executes the program. Returns an exit status only on failure:
/// 125 the view could not be made, 126 the program cannot be executed, 127 it was not found; the reason is on standard
/// error.
///
/// SPECFILE holds pairs of NUL-terminated strings:
///   `upper` DIR, `work` DIR (work directories are made in it), `lower` DIR (one each, the topmost first),
///   `root` DIR (where the view appears), `cover` DIR (the parent of `root` to be rebuilt so that `root` exists),
///   `bind` SOURCE then `on` TARGET (read-only; a relative target is inside the view),
///   `classic` `` (mount with mount(2), as on kernels before 6.5).
int tg_view_main(int argc, char **argv);

/// What `lstat` says, without macros.
struct tg_view_status {
    uint64_t inode, size, links, represents;
    int64_t modified, changed; // nanoseconds since the epoch
    uint32_t mode, owner;
};

/// `fstatat` without following links: 0, or -1 with errno.
int tg_view_status(int directory, const char *name, struct tg_view_status *status);
/// The same for an open file.
int tg_view_status_of(int file, struct tg_view_status *status);

/// An exclusive `flock`, held until the descriptor is closed everywhere: 0, or -1 with errno (EWOULDBLOCK).
int tg_view_lock(int file, int wait);

/// Makes a whiteout: a character device 0:0, which needs no privilege. 0, or -1 with errno.
int tg_view_whiteout(int directory, const char *name);
/// Whether overlayfs marked the directory as hiding what is below: 1 or 0.
int tg_view_is_opaque(int directory);
/// Removes all extended attributes that may be removed. 1 if there were any, else 0.
int tg_view_strip_attributes(int file);
/// The same for a regular file by name, which need not be readable: it is given `mode` afterwards if it had any.
void tg_view_strip_attributes_at(int directory, const char *name, uint32_t mode);
/// Flushes the filesystem of an open file: 0, or -1 with errno.
int tg_view_sync(int file);
/// Removes whatever has this name with all beneath, making directories accessible on the way. Nothing there is no error.
int tg_view_remove(int directory, const char *name);

#endif
