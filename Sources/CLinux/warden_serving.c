// What a warden does: starts processes, reaps everything in its namespace, tells of ends. It ends when nobody holds the
// other end of its socket; the kernel then kills every process of the namespace. Decides nothing else, keeps no time,
// allocates nothing.
#include "warden.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warden_wire.h"

enum { most_tasks = 8192, most_news = 64 };

/// A task's own process. Once reaped it is remembered as long as there are orphans, which may be the task's.
struct running {
    uint32_t token;
    pid_t pid;
    int has_ended;
};

static struct running running[most_tasks];
static int running_count;
static int owner_socket, empty_input, children_list;
static struct tg_news news[most_news];
static int news_count;

/// Without anybody to tell, there is nothing left to do.
static void check_sent(ssize_t sent) {
    if (sent < 0 && errno != EINTR) _exit(0);
}

// MARK: Telling

/// Children that are no task's own process: what tasks left.
static int32_t count_orphans(void) {
    static int32_t pids[4096];
    long children = tg_listed_children(children_list, pids, sizeof pids / sizeof *pids);
    long counted = children < (long)(sizeof pids / sizeof *pids) ? children : (long)(sizeof pids / sizeof *pids);
    int32_t orphans = (int32_t)(children - counted);
    for (long index = 0; index < counted; index++) {
        int is_own = 0;
        for (int slot = 0; slot < running_count && !is_own; slot++)
            is_own = running[slot].pid == pids[index] && !running[slot].has_ended;
        if (!is_own) orphans++;
    }
    return orphans;
}

static void forget_ended(void) {
    for (int slot = running_count - 1; slot >= 0; slot--) {
        if (running[slot].has_ended) running[slot] = running[--running_count];
    }
}

/// Sends what has happened as one packet.
static void tell(void) {
    if (news_count == 0) return;
    int32_t orphans = count_orphans();
    if (orphans == 0) forget_ended();
    for (int index = 0; index < news_count; index++) news[index].orphans = orphans;
    ssize_t sent;
    do {
        sent = send(owner_socket, news, (size_t)news_count * sizeof *news, MSG_NOSIGNAL);
        check_sent(sent);
    } while (sent < 0);
    news_count = 0;
}

/// Answers a request: with the number of the process as credentials, which the kernel translates for the owner.
static void answer(uint32_t token, int error, pid_t pid) {
    struct tg_news reply = {.kind = error ? tg_news_refused : tg_news_started, .token = token};
    reply.ended.value = error;
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(struct ucred))];
    } control = {0};
    struct iovec part = {&reply, sizeof reply};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (!error) {
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_CREDENTIALS;
        header->cmsg_len = CMSG_LEN(sizeof(struct ucred));
        struct ucred who = {.pid = pid, .uid = geteuid(), .gid = getegid()};
        memcpy(CMSG_DATA(header), &who, sizeof who);
    }
    ssize_t sent;
    do {
        sent = sendmsg(owner_socket, &message, MSG_NOSIGNAL);
        check_sent(sent);
    } while (sent < 0);
}

// MARK: Reaping

static struct running *running_with(pid_t pid) {
    for (int slot = 0; slot < running_count; slot++) {
        if (running[slot].pid == pid) return running + slot;
    }
    return NULL;
}

/// The task that an orphan that has ended belonged to, as far as its session, its group or there being one task only
/// tells.
static struct running *owner_of(pid_t orphan) {
    struct running *owner = running_with(getsid(orphan));
    if (!owner) owner = running_with(getpgid(orphan));
    return !owner && running_count == 1 ? running : owner;
}

static struct tg_news *add_news(int kind, uint32_t token) {
    if (news_count == most_news) tell();
    news[news_count] = (struct tg_news){.kind = kind, .token = token};
    return news + news_count++;
}

static void reap_one(pid_t pid) {
    struct running *own = running_with(pid);
    if (own && own->has_ended) own = NULL;
    struct running *owner = own ? own : owner_of(pid);
    int kind = own ? tg_news_ended : owner ? tg_news_orphan_ended : tg_news_stray_ended;
    struct tg_news *item = add_news(kind, owner ? owner->token : 0);
    siginfo_t information = {0};
    struct rusage usage = {0};
    syscall(SYS_waitid, P_PID, pid, &information, WEXITED | WNOHANG, &usage);
    tg_ended_fill(&item->ended, information.si_code != CLD_EXITED, information.si_status, &usage);
    if (own) own->has_ended = 1;
}

/// Whatever has ended or was stopped.
static void reap(void) {
    for (;;) {
        siginfo_t information = {0};
        if (waitid(P_ALL, 0, &information, WEXITED | WSTOPPED | WNOHANG | WNOWAIT) || !information.si_pid) break;
        pid_t pid = information.si_pid;
        if (information.si_code != CLD_STOPPED && information.si_code != CLD_TRAPPED) {
            reap_one(pid);
            continue;
        }
        waitid(P_PID, (id_t)pid, &information, WSTOPPED | WNOHANG);
        struct running *own = running_with(pid);
        if (own) add_news(tg_news_stopped, own->token);
    }
    tell();
}

// MARK: Requests

/// Makes a list of `count` strings that stand one after the other. Where the next one begins; NULL: there are fewer.
static char *list_strings(char *text, const char *end, uint32_t count, char **list) {
    for (uint32_t index = 0; index < count; index++) {
        if (text >= end) return NULL;
        list[index] = text;
        text += strlen(text) + 1;
    }
    list[count] = NULL;
    return text;
}

/// What came with a request; -1 is nothing.
struct passed {
    int output, tokens, file;
};

static int start(
    const struct tg_request *request, char *text, char **lists, const struct passed *passed, pid_t *pid) {
    char *end = text + request->length;
    char *program = text, *directory = program + strlen(program) + 1, *strings = directory + strlen(directory) + 1;
    char **variables = lists + request->arguments + 1;
    strings = list_strings(strings, end, request->arguments, lists);
    if (!strings || !list_strings(strings, end, request->variables, variables)) return EINVAL;
    struct tg_spawn_request spawn = {
        .program = program, .arguments = lists, .environment = variables, .directory = directory,
        .input = request->has_output ? empty_input : -1, .output = passed->output, .group_only = request->group_only,
        .terminal = request->terminal, .tokens = passed->tokens, .has_fresh_signals = 1,
    };
    return tg_spawn(&spawn, pid);
}

/// A request whose strings are in a file.
static int start_from_file(const struct tg_request *request, const struct passed *passed, pid_t *pid) {
    size_t lists_size = (size_t)(request->arguments + request->variables + 2) * sizeof(char *);
    char *text = mmap(NULL, request->length, PROT_READ, MAP_PRIVATE, passed->file, 0);
    char **lists = mmap(NULL, lists_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int error = text == MAP_FAILED || lists == MAP_FAILED ? ENOMEM : start(request, text, lists, passed, pid);
    if (text != MAP_FAILED) munmap(text, request->length);
    if (lists != MAP_FAILED) munmap(lists, lists_size);
    return error;
}

static void serve_spawn(const struct tg_request *request, char *text, const struct passed *passed) {
    static char *lists[tg_packet_strings + 2];
    int error = 0;
    pid_t pid = 0;
    if (running_count == most_tasks) forget_ended();
    if (running_count == most_tasks) {
        error = EAGAIN;
    } else if (request->is_in_file) {
        error = start_from_file(request, passed, &pid);
    } else {
        error = start(request, text, lists, passed, &pid);
    }
    if (!error) running[running_count++] = (struct running){.token = request->token, .pid = pid};
    answer(request->token, error, pid);
}

static void serve_kill(uint32_t token) {
    for (int slot = 0; slot < running_count; slot++) {
        if (running[slot].token == token && !running[slot].has_ended) kill(-running[slot].pid, SIGKILL);
    }
}

/// One request; ends the warden when there will be none any more.
static void serve_request(void) {
    static struct {
        struct tg_request request;
        char text[tg_packet_text];
    } packet;
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(tg_packet_descriptors * sizeof(int))];
    } control;
    struct iovec part = {&packet, sizeof packet};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t length = recvmsg(owner_socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (length < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (length < (ssize_t)sizeof packet.request) _exit(0);
    int descriptors[tg_packet_descriptors] = {-1, -1, -1};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_type == SCM_RIGHTS) {
        memcpy(descriptors, CMSG_DATA(header), header->cmsg_len - CMSG_LEN(0));
    }
    if (packet.request.kind == tg_request_kill_group) {
        serve_kill(packet.request.token);
    } else {
        int next = 0;
        struct passed passed = {-1, -1, -1};
        if (packet.request.has_output) passed.output = descriptors[next++];
        if (packet.request.has_tokens) passed.tokens = descriptors[next++];
        if (packet.request.is_in_file) passed.file = descriptors[next];
        serve_spawn(&packet.request, packet.text, &passed);
    }
    for (int index = 0; index < tg_packet_descriptors; index++) {
        if (descriptors[index] >= 0) close(descriptors[index]);
    }
}

static void note_child(int signal) { (void)signal; }

void tg_warden_serve(int socket) {
    owner_socket = socket;
    empty_input = open("/dev/null", O_RDONLY | O_CLOEXEC);
    children_list = open("/proc/self/task/1/children", O_RDONLY | O_CLOEXEC);
    if (empty_input < 0 || children_list < 0) _exit(1);
    // Everything else stays blocked; a handler is executed only while waiting.
    struct sigaction child = {.sa_handler = note_child};
    sigaction(SIGCHLD, &child, NULL);
    sigset_t waiting;
    sigfillset(&waiting);
    sigdelset(&waiting, SIGCHLD);
    struct pollfd ready = {.fd = owner_socket, .events = POLLIN};
    for (;;) {
        if (ppoll(&ready, 1, NULL, &waiting) > 0) serve_request();
        reap();
    }
}
