// The owner's end of a warden's socket: requests with descriptors, news with numbers of processes.
#include "warden.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "warden_wire.h"

static int32_t transmit(int socket, struct iovec *parts, size_t count, const int *descriptors, size_t passed) {
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(tg_packet_descriptors * sizeof(int))];
    } control = {0};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
    if (passed) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(passed * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(passed * sizeof(int));
        memcpy(CMSG_DATA(header), descriptors, passed * sizeof(int));
    }
    ssize_t sent;
    do sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent >= 0) return 0;
    return errno == ECONNRESET ? EPIPE : errno;
}

static uint32_t count_strings(char *const *strings) {
    uint32_t count = 0;
    while (strings[count]) count++;
    return count;
}

/// A memory file with everything in it; -1 with errno.
static int text_file(const struct iovec *parts, int count) {
    int file = memfd_create("taskgraph-request", MFD_CLOEXEC);
    if (file < 0) return -1;
    for (int index = 0; index < count; index++) {
        const char *bytes = parts[index].iov_base;
        for (size_t done = 0; done < parts[index].iov_len;) {
            ssize_t written = write(file, bytes + done, parts[index].iov_len - done);
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) {
                int error = errno;
                close(file);
                errno = error;
                return -1;
            }
            done += (size_t)written;
        }
    }
    return file;
}

int32_t tg_warden_spawn(
    int32_t socket, uint32_t token, const struct tg_spawn_request *spawn, const char *text, size_t text_length) {
    size_t program = strlen(spawn->program) + 1, directory = strlen(spawn->directory) + 1;
    struct tg_request request = {
        .kind = tg_request_spawn, .token = token, .group_only = spawn->group_only, .has_output = spawn->output >= 0,
        .has_tokens = spawn->tokens >= 0, .terminal = spawn->terminal, .arguments = count_strings(spawn->arguments),
        .variables = count_strings(spawn->environment), .length = program + directory + text_length,
    };
    struct iovec parts[] = {
        {&request, sizeof request}, {(void *)spawn->program, program}, {(void *)spawn->directory, directory},
        {(void *)text, text_length},
    };
    int descriptors[tg_packet_descriptors], passed = 0, file = -1;
    if (request.has_output) descriptors[passed++] = spawn->output;
    if (request.has_tokens) descriptors[passed++] = spawn->tokens;
    request.is_in_file = request.length > tg_packet_text || request.arguments + request.variables > tg_packet_strings;
    if (request.is_in_file) {
        if ((file = text_file(parts + 1, 3)) < 0) return errno;
        descriptors[passed++] = file;
    }
    int32_t error = transmit(socket, parts, request.is_in_file ? 1 : 4, descriptors, (size_t)passed);
    if (file >= 0) close(file);
    return error;
}

int32_t tg_warden_kill_group(int32_t socket, uint32_t token) {
    struct tg_request request = {.kind = tg_request_kill_group, .token = token};
    struct iovec part = {&request, sizeof request};
    return transmit(socket, &part, 1, NULL, 0);
}

/// The number of the process that sent the credentials of a packet, or that it sent them for.
static int32_t sender(struct msghdr *message) {
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_CREDENTIALS) continue;
        struct ucred who;
        memcpy(&who, CMSG_DATA(header), sizeof who);
        return who.pid;
    }
    return 0;
}

long tg_warden_receive(int32_t socket, struct tg_news *news, long capacity, int32_t wait) {
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct iovec part = {news, (size_t)capacity * sizeof *news};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t length;
    do length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
    while (length < 0 && errno == EINTR);
    if (length < 0) return errno == EAGAIN ? 0 : -1;
    if (length == 0) return -1;
    if (news->kind == tg_news_started) news->pid = sender(&message);
    return length / (long)sizeof *news;
}
