// What the functions of this module need in one place; each subject has a file of its own.
#include "CLinux.h"
