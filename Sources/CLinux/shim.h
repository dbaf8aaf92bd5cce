#pragma once
/* System headers that the Glibc module leaves out, and what it cannot call. No logic. */
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

/* Swift cannot call a function of variable arguments. */
static inline int clinux_set_dumpable(int value) { return prctl(PR_SET_DUMPABLE, value, 0, 0, 0); }

/* The Glibc module is built without _GNU_SOURCE. */
#include <stddef.h>
extern void *memmem(const void *haystack, size_t length, const void *needle, size_t needle_length);
