// Connections of those who lease services. Knows nothing of what they say.
#include "services.h"

#include <sys/socket.h>

int tg_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC); }

int32_t tg_peer_user(int connection, uint32_t *user) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size)) return -1;
    *user = peer.uid;
    return 0;
}
