// What Linux has and Swift's Glibc module does not show: one header per subject.
#ifndef CLINUX_H
#define CLINUX_H

#include "disk.h"
#include "faults.h"
#include "files.h"
#include "looks.h"
#include "processes.h"
#include "services.h"
#include "views.h"
#include "warden.h"

#endif
