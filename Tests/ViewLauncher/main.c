// The launcher of views as a program of its own, so that tests of views need no other part of the command.
#include "CLinux.h"

int main(int argc, char **argv) {
    return tg_view_main(argc, argv);
}
