// Giving back the memory that a warden got with the fork: a large graph would be held twice, and every page that its
// owner changes would be copied first. Reads the kernel's list of mappings; allocates nothing.
#include "warden_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/// Smaller ones are parts of libraries, or not worth it.
enum { worth_it = 1024 * 1024 };

static char *hexadecimal(char *text, uintptr_t *value) {
    for (*value = 0;; text++) {
        if (*text >= '0' && *text <= '9') {
            *value = *value * 16 + (uintptr_t)(*text - '0');
        } else if (*text >= 'a' && *text <= 'f') {
            *value = *value * 16 + (uintptr_t)(*text - 'a' + 10);
        } else {
            return text;
        }
    }
}

/// Forgets what a mapping holds, if it is private memory that no code here uses: `START-END rw-p OFFSET DEVICE INODE`.
static void forget(char *line, const void *const *used, size_t used_count) {
    uintptr_t start, end;
    char *rest = hexadecimal(line, &start);
    if (*rest != '-') return;
    rest = hexadecimal(rest + 1, &end);
    int is_anonymous = strncmp(rest, " rw-p 00000000 00:00 0 ", 23) == 0;
    if (!is_anonymous || end - start < worth_it || strstr(rest, "[stack]")) return;
    for (size_t index = 0; index < used_count; index++) {
        if ((uintptr_t)used[index] >= start && (uintptr_t)used[index] < end) return;
    }
    madvise((void *)start, end - start, MADV_DONTNEED);
}

// What a sanitizer knows lies in such mappings as well, and its next look there ends or hangs the warden.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { keeps_memory = 1 };
#elif defined(__has_feature)
enum { keeps_memory = __has_feature(thread_sanitizer) || __has_feature(address_sanitizer) };
#else
enum { keeps_memory = 0 };
#endif

void tg_warden_forget_memory(void) {
    if (keeps_memory) return;
    static char text[16384];
    // Our stack, this thread's variables, this program's: what else is used belongs to small mappings.
    const void *used[] = {__builtin_frame_address(0), &errno, text};
    int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    if (maps < 0) return;
    size_t held = 0;
    for (ssize_t count; (count = read(maps, text + held, sizeof text - 1 - held)) > 0;) {
        char *line = text, *end;
        text[held + (size_t)count] = 0;
        while ((end = strchr(line, '\n'))) {
            *end = 0;
            forget(line, used, sizeof used / sizeof *used);
            line = end + 1;
        }
        held = strlen(line);
        memmove(text, line, held);
    }
    close(maps);
    // The most memory ever used is passed on to whatever is executed: only what is used from now on counts.
    int peak = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    if (peak < 0) return;
    if (write(peak, "5", 1) < 0) errno = 0;
    close(peak);
}
