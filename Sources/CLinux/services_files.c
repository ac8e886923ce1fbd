// Copying what servers begin with, clearing up after them, ports and users.
#include "services.h"
#include "faults.h"
#include "views.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/// Two directories that are walked side by side.
struct copy {
    int from, to;
};

static int copy_directory(struct copy at, char *culprit, size_t capacity);

static int copy_content(int source, int target) {
    // Filesystems without copy_file_range between them say EXDEV or EINVAL.
    for (;;) {
        ssize_t count = copy_file_range(source, NULL, target, NULL, 1 << 30, 0);
        if (count == 0) return 0;
        if (count < 0 && (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)) break;
        if (count < 0 && errno != EINTR) return -1;
    }
    static __thread char buffer[1 << 16];
    for (ssize_t count; (count = read(source, buffer, sizeof buffer)) != 0;) {
        for (ssize_t done = 0; done < count;) {
            ssize_t written = write(target, buffer + done, (size_t)(count - done));
            if (written < 0 && errno != EINTR) return -1;
            if (written > 0) done += written;
        }
        if (count < 0 && errno != EINTR) return -1;
    }
    return 0;
}

/// Owner first: changing it takes special bits of the mode away.
static int set_like(int file, const struct stat *model) {
    if ((model->st_uid != geteuid() || model->st_gid != getegid()) && fchown(file, model->st_uid, model->st_gid) < 0)
        return -1;
    return fchmod(file, model->st_mode & 07777);
}

static int copy_file(struct copy at, const char *name, const struct stat *model) {
    int source = openat(at.from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (source < 0) return -1;
    int target = openat(at.to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int result = target < 0 || copy_content(source, target) < 0 || set_like(target, model) < 0 ? -1 : 0;
    if (target >= 0) tg_effect(tg_effect_create);
    int code = errno;
    close(source);
    if (target >= 0) close(target);
    errno = code;
    return result;
}

static int copy_link(struct copy at, const char *name) {
    char text[PATH_MAX];
    ssize_t length = readlinkat(at.from, name, text, sizeof text - 1);
    if (length < 0) return -1;
    text[length] = 0;
    return tg_effected(tg_effect_link, symlinkat(text, at.to, name));
}

static int copy_beneath(struct copy at, const char *name, const struct stat *model, char *culprit, size_t capacity) {
    if (tg_effected(tg_effect_directory, mkdirat(at.to, name, 0700)) < 0) return -1;
    struct copy inner = {
        openat(at.from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
        openat(at.to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
    };
    int result = inner.from < 0 || inner.to < 0 ? -1 : copy_directory(inner, culprit, capacity);
    if (result == 0) result = set_like(inner.to, model);
    int code = errno;
    if (inner.to >= 0) close(inner.to);
    errno = code;
    return result;
}

static int copy_entry(struct copy at, const char *name, char *culprit, size_t capacity) {
    struct stat model;
    int result = fstatat(at.from, name, &model, AT_SYMLINK_NOFOLLOW);
    if (result == 0) {
        if (S_ISDIR(model.st_mode)) result = copy_beneath(at, name, &model, culprit, capacity);
        else if (S_ISREG(model.st_mode)) result = copy_file(at, name, &model);
        else if (S_ISLNK(model.st_mode)) result = copy_link(at, name);
    }
    int code = errno;
    if (result < 0 && !*culprit) snprintf(culprit, capacity, "%s", name);
    errno = code;
    return result;
}

/// Takes the source's descriptor over.
static int copy_directory(struct copy at, char *culprit, size_t capacity) {
    DIR *stream = fdopendir(at.from);
    if (!stream) return -1;
    int result = 0;
    for (struct dirent *found; result == 0 && (found = readdir(stream));) {
        if (strcmp(found->d_name, ".") && strcmp(found->d_name, ".."))
            result = copy_entry(at, found->d_name, culprit, capacity);
    }
    int code = errno;
    closedir(stream);
    errno = code;
    return result;
}

int32_t tg_service_copy(const char *source, const char *target, char *culprit, size_t capacity) {
    *culprit = 0;
    struct stat model;
    int made = tg_effected(tg_effect_directory, mkdir(target, 0700));
    if ((made < 0 && errno != EEXIST) || stat(source, &model) < 0) {
        int code = errno;
        snprintf(culprit, capacity, "%s", made < 0 && code != EEXIST ? target : source);
        return code;
    }
    struct copy at = {
        open(source, O_RDONLY | O_DIRECTORY | O_CLOEXEC), open(target, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    int result = at.from < 0 || at.to < 0 ? -1 : copy_directory(at, culprit, capacity);
    if (result == 0) result = set_like(at.to, &model);
    int code = result < 0 ? errno : 0;
    if (at.to >= 0) close(at.to);
    return code;
}

/// A cluster that was killed says in its lock file which segment it had. It goes if nobody uses it any more.
static void remove_segment(int directory, const char *name) {
    char path[PATH_MAX], line[256];
    snprintf(path, sizeof path, "%s/data/postmaster.pid", name);
    int file = openat(directory, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    FILE *stream = file < 0 ? NULL : fdopen(file, "r");
    if (!stream) return;
    int number = 0, segment = -1;
    while (++number <= 7 && fgets(line, sizeof line, stream))
        if (number == 7 && sscanf(line, "%*u %d", &segment) != 1) segment = -1;
    fclose(stream);
    struct shmid_ds state;
    if (segment >= 0 && shmctl(segment, IPC_STAT, &state) == 0 && state.shm_nattch == 0)
        shmctl(segment, IPC_RMID, NULL);
}

int32_t tg_service_clear(const char *directory) {
    DIR *stream = opendir(directory);
    if (stream) {
        remove_segment(dirfd(stream), ".");
        for (struct dirent *found; (found = readdir(stream));)
            if (found->d_name[0] != '.') remove_segment(dirfd(stream), found->d_name);
        closedir(stream);
    }
    return tg_view_remove(AT_FDCWD, directory) < 0 ? errno : 0;
}

int32_t tg_reserve_port(uint16_t *port) {
    int reservation = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(*port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    int yes = 1;
    if (reservation < 0) return -1;
    if (setsockopt(reservation, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0
        || bind(reservation, (struct sockaddr *)&address, sizeof address) < 0
        || getsockname(reservation, (struct sockaddr *)&address, &length) < 0) {
        int code = errno;
        close(reservation);
        errno = code;
        return -1;
    }
    *port = ntohs(address.sin_port);
    return reservation;
}

int tg_claim_name(const char *name) {
    // An abstract address: it begins with a zero, is no file, and vanishes with its socket.
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    if (length + 1 > sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path + 1, name, length);
    int claim = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
    if (claim < 0 || bind(claim, (struct sockaddr *)&address, size) == 0) return claim;
    int code = errno;
    close(claim);
    errno = code;
    return -1;
}

int tg_connect_local(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection < 0 || connect(connection, (struct sockaddr *)&address, sizeof address) == 0) return connection;
    int code = errno;
    close(connection);
    errno = code;
    return -1;
}

int tg_memory_file(void) { return memfd_create("taskgraph", MFD_CLOEXEC); }

int32_t tg_user_named(const char *name, uint32_t *user, uint32_t *group) {
    char text[4096];
    struct passwd entry, *found = NULL;
    if (getpwnam_r(name, &entry, text, sizeof text, &found) || !found) return -1;
    *user = found->pw_uid;
    *group = found->pw_gid;
    return 0;
}
