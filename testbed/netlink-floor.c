/* netlink-floor: the least that a machine needs for a set of changes.
 *
 *   LD_PRELOAD=netlink-floor.so with FLOOR_RECORD=FILE records what a program asks of the kernel's routing tables:
 *   every rtnetlink request that changes something, in the order in which it is sent.  With FLOOR_TIME=FILE it writes there
 *   how many seconds went by from the first of them to the last answer to any.
 *
 *   netlink-floor FILE [FILE...] sends what is in each file in one sendmsg(2), waits for the answer to its last request, and
 *   prints the number of requests and of failures.
 *
 * Built twice from this file: as a shared library with -DRECORD, and as a program.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifdef RECORD

/* Requests come in fours: new, delete, get, set. */
static int changes(const struct nlmsghdr *header) { return header->nlmsg_type >= RTM_BASE && (header->nlmsg_type - RTM_BASE) % 4 != 2; }

static int is_routing(int descriptor) {
    int protocol;
    socklen_t length = sizeof protocol;
    return getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, &protocol, &length) == 0 && protocol == NETLINK_ROUTE;
}

static void record(int descriptor, const char *bytes, size_t count) {
    const char *path = getenv("FLOOR_RECORD");
    const struct nlmsghdr *header = (const void *)bytes;
    if (!path || count < sizeof *header || header->nlmsg_len < sizeof *header || !changes(header) || !is_routing(descriptor)) return;
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0 || write(file, bytes, count) != (ssize_t)count) abort();
    close(file);
}

/* The kernel's part: from the first request that changes something to what was last heard while changes were under way. */
static struct timespec begin, end;
static int has_begun, is_open;

static void note(int descriptor, const char *bytes, size_t count) {
    const struct nlmsghdr *header = (const void *)bytes;
    if (count < sizeof *header || !is_routing(descriptor)) return;
    is_open = changes(header);
    if (is_open && !has_begun) has_begun = !clock_gettime(CLOCK_MONOTONIC, &begin);
    record(descriptor, bytes, count);
}

static ssize_t heard(ssize_t count) {
    if (is_open) clock_gettime(CLOCK_MONOTONIC, &end);
    return count;
}

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("FLOOR_TIME");
    FILE *file = path && has_begun && end.tv_sec ? fopen(path, "w") : NULL;
    if (!file) return;
    fprintf(file, "%.6f\n", end.tv_sec - begin.tv_sec + (end.tv_nsec - begin.tv_nsec) / 1e9);
    fclose(file);
}

/* What they become where sizes are checked (_FORTIFY_SOURCE). */
ssize_t __recv_chk(int, void *, size_t, size_t, int);
ssize_t __recvfrom_chk(int, void *, size_t, size_t, int, struct sockaddr *, socklen_t *);

#define NEXT(name) \
    static typeof(name) *next; \
    if (!next) next = dlsym(RTLD_NEXT, #name);

ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags) {
    NEXT(sendmsg)
    for (size_t i = 0; i < message->msg_iovlen; i++)
        note(descriptor, message->msg_iov[i].iov_base, message->msg_iov[i].iov_len);
    return next(descriptor, message, flags);
}

ssize_t sendto(int descriptor, const void *bytes, size_t count, int flags, const struct sockaddr *to, socklen_t length) {
    NEXT(sendto)
    note(descriptor, bytes, count);
    return next(descriptor, bytes, count, flags, to, length);
}

ssize_t send(int descriptor, const void *bytes, size_t count, int flags) {
    NEXT(send)
    note(descriptor, bytes, count);
    return next(descriptor, bytes, count, flags);
}

ssize_t recvmsg(int descriptor, struct msghdr *message, int flags) {
    NEXT(recvmsg)
    return heard(next(descriptor, message, flags));
}

ssize_t recv(int descriptor, void *bytes, size_t count, int flags) {
    NEXT(recv)
    return heard(next(descriptor, bytes, count, flags));
}

ssize_t __recv_chk(int descriptor, void *bytes, size_t count, size_t room, int flags) {
    NEXT(__recv_chk)
    return heard(next(descriptor, bytes, count, room, flags));
}

ssize_t recvfrom(int descriptor, void *bytes, size_t count, int flags, struct sockaddr *from, socklen_t *length) {
    NEXT(recvfrom)
    return heard(next(descriptor, bytes, count, flags, from, length));
}

ssize_t __recvfrom_chk(
    int descriptor, void *bytes, size_t count, size_t room, int flags, struct sockaddr *from, socklen_t *length) {
    NEXT(__recvfrom_chk)
    return heard(next(descriptor, bytes, count, room, flags, from, length));
}

#else

static void die(const char *what) {
    perror(what);
    exit(1);
}

static char *load(const char *path, size_t *count) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    off_t size = file < 0 ? -1 : lseek(file, 0, SEEK_END);
    if (size < 0 || lseek(file, 0, SEEK_SET) < 0) die(path);
    char *bytes = malloc(size ? size : 1);
    if (!bytes || read(file, bytes, size) != size) die(path);
    close(file);
    *count = size;
    return bytes;
}

int main(int argc, char **argv) {
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    int room = 256 << 20;
    unsigned requests = 0, failures = 0;
    if (descriptor < 0) die("socket");
    setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    for (int i = 1; i < argc; i++) {
        size_t count;
        char *bytes = load(argv[i], &count);
        struct nlmsghdr *last = NULL;
        for (size_t at = 0; at + sizeof *last <= count; at += NLMSG_ALIGN(last->nlmsg_len)) {
            last = (void *)(bytes + at);
            last->nlmsg_flags &= ~NLM_F_ACK;
            last->nlmsg_seq = ++requests;
            last->nlmsg_pid = 0;
        }
        if (!last) continue;
        last->nlmsg_flags |= NLM_F_ACK;
        struct iovec vector = {bytes, count};
        struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
        if (sendmsg(descriptor, &message, 0) < 0) die("sendmsg");
        for (int done = 0; !done;) {
            char answer[65536];
            ssize_t length = recv(descriptor, answer, sizeof answer, 0);
            if (length < 0) die("recv");
            for (struct nlmsghdr *head = (void *)answer; NLMSG_OK(head, length); head = NLMSG_NEXT(head, length)) {
                if (head->nlmsg_type != NLMSG_ERROR) continue;
                if (((struct nlmsgerr *)NLMSG_DATA(head))->error) failures++;
                if (head->nlmsg_seq == requests) done = 1;
            }
        }
        free(bytes);
    }
    printf("%u requests, %u failures\n", requests, failures);
    return failures ? 1 : 0;
}

#endif
