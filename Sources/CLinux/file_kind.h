// The type of a file as a number that Swift knows. For this target's own files only.
#ifndef TG_FILE_KIND_H
#define TG_FILE_KIND_H

#include <stdint.h>
#include <sys/stat.h>

/// The numbers of Vocabulary's `FileKind`.
static inline uint8_t kind_of(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFDIR: return 1;
    case S_IFLNK: return 2;
    case S_IFIFO: return 3;
    case S_IFSOCK: return 4;
    case S_IFCHR: return 5;
    case S_IFBLK: return 6;
    default: return 0;
    }
}

#endif
