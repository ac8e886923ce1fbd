// A container as a process: a keeper outside of all namespaces of ours, where engines keep their books, and a stand-in
// that is started and ended like any server. Knows of engines only how they remove a container.
//
// An engine's client must not run below the warden: what it writes down (numbers of processes, mounts of network
// namespaces) would mean something else, or nothing, to whoever clears away after it.
#include "services_launch.h"
#include "services.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/// Milliseconds between two attempts to remove a container that is still being made, and how many there are.
enum { pause_of_removal = 100, attempts_of_removal = 600 };

static pid_t start(char *const *arguments, int is_silent) {
    pid_t child = fork();
    if (child) return child;
    tg_service_give_signals_back();
    setsid();
    int empty = open("/dev/null", O_RDWR);
    if (empty >= 0) dup2(empty, STDIN_FILENO);
    if (empty >= 0 && is_silent) {
        dup2(empty, STDOUT_FILENO);
        dup2(empty, STDERR_FILENO);
    }
    if (empty > STDERR_FILENO) close(empty);
    execvp(arguments[0], arguments);
    dprintf(STDERR_FILENO, "taskgraph: cannot execute %s: %s\n", arguments[0], strerror(errno));
    _exit(errno == ENOENT ? not_found : cannot_execute);
}

static void remove_container(const struct tg_service_options *options) {
    char *arguments[] = {options->arguments[0], "rm", "--force", "--volumes", (char *)options->container, NULL};
    pid_t child = start(arguments, 1);
    if (child > 0) while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
}

/// The container may not be there yet: the client is given time to make it, since one that is killed halfway leaves what
/// nobody finds any more.
static void end_client(const struct tg_service_options *options, pid_t client) {
    for (int attempt = 0; attempt < attempts_of_removal; attempt++) {
        remove_container(options);
        if (tg_service_reap(client) >= 0) return remove_container(options);
        poll(NULL, 0, pause_of_removal);
    }
    kill(client, SIGKILL);
    while (waitpid(client, NULL, 0) < 0 && errno == EINTR) {}
    remove_container(options);
}

/// Takes the descriptor that a stand-in sends for the output. 0 or -1.
static int take_output(int connection) {
    char byte, control[CMSG_SPACE(sizeof(int))];
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    if (recvmsg(connection, &message, MSG_CMSG_CLOEXEC) != 1) return -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (!header || header->cmsg_type != SCM_RIGHTS) return -1;
    int output;
    memcpy(&output, CMSG_DATA(header), sizeof output);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    close(output);
    return 0;
}

static int send_output(int connection) {
    char byte = 0, control[CMSG_SPACE(sizeof(int))] = {0};
    int output = STDOUT_FILENO;
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof output);
    memcpy(CMSG_DATA(header), &output, sizeof output);
    return sendmsg(connection, &message, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

/// Waits for the stand-in. Its connection, or -1 when nobody wants the container any more.
static int await_stand_in(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (strlen(path) >= sizeof address.sun_path) return -1;
    strcpy(address.sun_path, path);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 1) < 0) {
        dprintf(STDERR_FILENO, "taskgraph: cannot listen on %s: %s\n", path, strerror(errno));
        return -1;
    }
    // Who reads it knows that the socket is there.
    dprintf(STDOUT_FILENO, "ready\n");
    struct pollfd ready[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = listener, .events = POLLIN}};
    while (poll(ready, 2, -1) < 0 && errno == EINTR) {}
    int connection = ready[0].revents ? -1 : accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    close(listener);
    unlink(path);
    if (connection >= 0 && take_output(connection) < 0) {
        close(connection);
        return -1;
    }
    return connection;
}

/// Until the client's end, whose status it gives, or until nobody wants the container any more: -1.
static int keep(pid_t client, int signals, int stand_in) {
    struct pollfd ready[] = {
        {.fd = STDIN_FILENO, .events = POLLIN}, {.fd = signals, .events = POLLIN}, {.fd = stand_in, .events = POLLIN}};
    for (;;) {
        int status = tg_service_reap(client);
        if (status >= 0) return status;
        if (poll(ready, 3, -1) < 0) continue;
        if (ready[0].revents) return -1;
        struct signalfd_siginfo news;
        if (ready[1].revents && read(signals, &news, sizeof news) == sizeof news && news.ssi_signo != SIGCHLD)
            kill(client, (int)news.ssi_signo);
        unsigned char signal;
        if (!ready[2].revents) continue;
        if (read(stand_in, &signal, 1) != 1) return -1;
        kill(client, signal);
    }
}

int tg_service_keep_container(const struct tg_service_options *options) {
    int signals = tg_service_take_signals(), stand_in = -1;
    // What watches over the container for the engine becomes an orphan, and is nobody else's to see.
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    if (*options->control && (stand_in = await_stand_in(options->control)) < 0) return cannot_make_place;
    pid_t client = start(options->arguments, 0);
    if (client < 0) return cannot_execute;
    int status = keep(client, signals, stand_in);
    if (status < 0) end_client(options, client);
    else remove_container(options);
    unsigned char told = status < 0 ? 128 + SIGKILL : (unsigned char)status;
    if (stand_in >= 0) send(stand_in, &told, 1, MSG_NOSIGNAL);
    return told;
}

int tg_service_stand_in(const char *control) {
    int signals = tg_service_take_signals();
    int keeper = tg_connect_local(control);
    if (keeper < 0 || send_output(keeper) < 0) {
        dprintf(STDERR_FILENO, "taskgraph: cannot reach the keeper of the container: %s\n", strerror(errno));
        return cannot_make_place;
    }
    struct pollfd ready[] = {{.fd = keeper, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
    for (;;) {
        if (poll(ready, 2, -1) < 0) continue;
        struct signalfd_siginfo news;
        if (ready[1].revents && read(signals, &news, sizeof news) == sizeof news && news.ssi_signo != SIGCHLD) {
            unsigned char signal = (unsigned char)news.ssi_signo;
            send(keeper, &signal, 1, MSG_NOSIGNAL);
        }
        unsigned char status;
        if (!ready[0].revents) continue;
        if (read(keeper, &status, 1) == 1) return status;
        dprintf(STDERR_FILENO, "taskgraph: the keeper of the container was killed\n");
        return 128 + SIGKILL;
    }
}
