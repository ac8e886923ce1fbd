// The mounts of one view, as the launcher hands them to the code that makes them. Internal to this module.
#ifndef TG_VIEWS_MOUNTS_H
#define TG_VIEWS_MOUNTS_H

/// What overlayfs accepts.
#define TG_VIEW_MAX_LOWERS 500
#define TG_VIEW_MAX_BINDS 16

/// Directories are open descriptors, so that nothing mounted on the way can hide them.
struct tg_view_mounts {
    int upper, work;
    int lowers[TG_VIEW_MAX_LOWERS]; // the topmost first
    int lower_count;
    const char *root;
    const char *cover; // NULL: `root` exists
    int binds[TG_VIEW_MAX_BINDS]; // detached, read-only
    const char *targets[TG_VIEW_MAX_BINDS];
    int bind_count;
    int classic;
};

/// Prints that an object could not be …, with errno's text. -1.
int tg_view_failed(const char *verb, const char *object);
/// Makes the mounts; on failure prints why and returns -1.
int tg_view_mount(struct tg_view_mounts *view);
/// A detached read-only clone of what is mounted at a path, or -1 with errno.
int tg_view_clone_read_only(const char *path);

#endif
