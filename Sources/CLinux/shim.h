#pragma once
/* System headers that the Glibc module leaves out. No logic. */
#include <sys/signalfd.h>
#include <sys/timerfd.h>
