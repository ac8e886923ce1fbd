// The launchers of views and of servers as a program of its own, so that tests of them need no other part of the command.
#include "CLinux.h"

#include <string.h>

int main(int argc, char **argv) {
    return argc > 1 && !strcmp(argv[1], "__service") ? tg_service_main(argc, argv) : tg_view_main(argc, argv);
}
