/*
 * faults - lets one call of a program to the outside fail, or the program die beside it.
 *
 * A library for LD_PRELOAD, so that the program under test is the one that is shipped: it knows nothing of faults.  It
 * stands before the functions of the C library through which viaduct reaches the outside.  Each use is a point with a
 * number, from 1, and a name:
 *
 *     netlink NAME      a message to the kernel, such as RTM_NEWROUTE; each message of a batch is a point
 *     vici NAME         a message to charon, such as load-conn; also connecting to it
 *     open, create, write, sync, rename, unlink, mkdir, rmdir, lock, chmod PATH    a change of a file; /proc/sys too
 *     read, list PATH   a file or folder of Viaduct's, strongSwan's or /proc/sys is opened
 *     run PATH          a program is started
 *
 * Programs that are started (hooks) have no faults unless they are given this environment, which viaduct does not.
 *
 *     FAULT_LOG=FILE    each point is written there, a line each: number, name, and " !" when it is the one chosen
 *     FAULT_AT=N        the point chosen
 *     FAULT_KIND=...    what happens there:
 *         EPERM, EBUSY, ENOMEM, ENOSPC, EIO, ...   the call fails so; of a netlink message, the kernel's answer says so
 *         SEND                    netlink, vici: the message cannot be sent (ENOBUFS)
 *         TRUNCATE                netlink, vici: it is sent, and the answer ends in its middle; file: half is written
 *         LOST                    netlink: it is sent, and the answer is lost (ENOBUFS)
 *         RESET                   vici: it is sent, and then the connection is reset
 *         LATE                    vici: it is sent, and the answer comes too late: to the program its patience passes
 *         LATEFAIL                file: it is done, and yet the call fails (EIO)
 *         KILL_BEFORE, KILL_AFTER the process is killed (SIGKILL) right before, or after it
 *         TERM, INT               it gets the signal right before
 *     FAULT_REPEAT=1    the same at every later point of a file (a disk that is full stays full)
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/xfrm.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

/* ---- Points ---- */

enum act { NONE, FAIL, SEND, TRUNCATE, LOST, RESET, LATE, LATEFAIL, KILL_BEFORE, KILL_AFTER, SIGNAL };

static struct {
    enum act act;
    int code; /* the errno, or the signal */
    long at;
    int repeat;
    const char *log;
} fault;

static const struct {
    const char *name;
    enum act act;
    int code;
} kinds[] = {
    {"EPERM", FAIL, EPERM}, {"EBUSY", FAIL, EBUSY}, {"ENOMEM", FAIL, ENOMEM}, {"ENOSPC", FAIL, ENOSPC},
    {"EIO", FAIL, EIO}, {"EACCES", FAIL, EACCES}, {"ENOBUFS", FAIL, ENOBUFS}, {"EROFS", FAIL, EROFS},
    {"EINTR", FAIL, EINTR}, {"SEND", SEND, ENOBUFS}, {"TRUNCATE", TRUNCATE, 0}, {"LOST", LOST, 0},
    {"RESET", RESET, 0}, {"LATE", LATE, 0}, {"LATEFAIL", LATEFAIL, EIO}, {"KILL_BEFORE", KILL_BEFORE, 0},
    {"KILL_AFTER", KILL_AFTER, 0}, {"TERM", SIGNAL, SIGTERM}, {"INT", SIGNAL, SIGINT},
};

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("FAULT_AT"), *kind = getenv("FAULT_KIND");
    fault.log = getenv("FAULT_LOG");
    fault.repeat = getenv("FAULT_REPEAT") != NULL;
    if (!at || !kind) return;
    fault.at = atol(at);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(kind, kinds[i].name)) {
            fault.act = kinds[i].act;
            fault.code = kinds[i].code;
            return;
        }
    dprintf(2, "faults: there is no kind %s\n", kind);
    _exit(125);
}

static void note(const char *line, int length) {
    int file = (int)syscall(SYS_openat, AT_FDCWD, fault.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) return;
    if (syscall(SYS_write, file, line, (size_t)length) < 0) {}
    syscall(SYS_close, file);
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* Counts a point, and tells what is to happen there; what can happen before the call happens here. */
static enum act point(int repeats, const char *operation, const char *object) {
    static atomic_long count;
    long number = ++count;
    int chosen = fault.act != NONE && (number == fault.at || (fault.repeat && repeats && number > fault.at && fault.at > 0));
    if (fault.log) {
        char line[512];
        int length = snprintf(line, sizeof line, "%ld %s %s%s\n", number, operation, object, chosen ? " !" : "");
        note(line, length < (int)sizeof line ? length : (int)sizeof line - 1);
    }
    if (!chosen) return NONE;
    if (fault.act == KILL_BEFORE) die();
    if (fault.act == SIGNAL) {
        kill(getpid(), fault.code);
        return NONE;
    }
    return fault.act;
}

/* ---- Descriptors ---- */

enum { LIMIT = 1024 };
enum sort { OTHER, NETLINK, VICI, WRITTEN };
static struct {
    enum sort sort;
    int protocol;      /* netlink: NETLINK_ROUTE, ... */
    uint32_t sequence; /* netlink: the message that is to have failed */
    int code;          /* netlink: how; 0 for not at all */
    enum act damage;   /* what becomes of the next answer */
    int ended;         /* vici: the answer was cut, nothing more comes */
    char path[256];    /* a file that is written */
} table[LIMIT];

static int is(int fd, enum sort sort) { return fd >= 0 && fd < LIMIT && table[fd].sort == sort; }

static void forget(int fd) {
    if (fd >= 0 && fd < LIMIT) memset(&table[fd], 0, sizeof table[fd]);
}

int socket(int domain, int type, int protocol) {
    REAL(socket);
    int fd = real(domain, type, protocol);
    if (fd >= 0 && fd < LIMIT) {
        forget(fd);
        if (domain == AF_NETLINK) table[fd].sort = NETLINK, table[fd].protocol = protocol;
    }
    return fd;
}

int close(int fd) {
    REAL(close);
    forget(fd);
    return real(fd);
}

/* ---- Netlink ---- */

static void nameOf(char *text, size_t size, int protocol, const struct nlmsghdr *header) {
    static const char *const route[] = {"LINK", "ADDR", "ROUTE", "NEIGH", "RULE", "QDISC"};
    static const char *const verbs[] = {"NEW", "DEL", "GET", "SET"};
    static const char *const xfrm[] = {"NEWSA", "DELSA", "GETSA", "NEWPOLICY", "DELPOLICY", "GETPOLICY"};
    int type = header->nlmsg_type;
    const char *dump = (header->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP ? " dump" : "";
    if (protocol == NETLINK_ROUTE && type >= RTM_BASE && (type - RTM_BASE) / 4 < 6)
        snprintf(text, size, "RTM_%s%s%s", verbs[type % 4], route[(type - RTM_BASE) / 4], type % 4 == 2 ? dump : "");
    else if (protocol == NETLINK_XFRM && type >= XFRM_MSG_BASE && type - XFRM_MSG_BASE < 6)
        snprintf(text, size, "XFRM_%s%s", xfrm[type - XFRM_MSG_BASE], (type - XFRM_MSG_BASE) % 3 == 2 ? dump : "");
    else if (protocol == NETLINK_NETFILTER)
        snprintf(text, size, "NFT_%d", type & 0xff);
    else
        snprintf(text, size, "%d of %d", type, protocol);
}

/*
 * A message that is to be refused becomes one that does nothing and is acknowledged (NLMSG_NOOP; in a transaction of
 * nf_tables it is refused, and so is the transaction): so the answer comes from the kernel, with all that belongs to it,
 * and only its errno is put in when it is received.
 */
static enum act spoil(int fd, char *bytes, size_t size) {
    enum act act = NONE;
    for (struct nlmsghdr *header = (struct nlmsghdr *)bytes; NLMSG_OK(header, size); header = NLMSG_NEXT(header, size)) {
        char name[64];
        int type = header->nlmsg_type;
        if (table[fd].protocol == NETLINK_NETFILTER && (type == NFNL_MSG_BATCH_BEGIN || type == NFNL_MSG_BATCH_END)) continue;
        nameOf(name, sizeof name, table[fd].protocol, header);
        enum act here = point(0, "netlink", name);
        if (here == NONE) continue;
        act = here;
        table[fd].sequence = header->nlmsg_seq;
        if (here == FAIL) {
            table[fd].code = fault.code;
            header->nlmsg_type = NLMSG_NOOP;
            header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
        } else if (here == TRUNCATE || here == LOST) {
            table[fd].damage = here;
        }
    }
    return act;
}

ssize_t sendto(int fd, const void *bytes, size_t size, int flags, const struct sockaddr *to, socklen_t length) {
    REAL(sendto);
    if (!is(fd, NETLINK)) return real(fd, bytes, size, flags, to, length);
    char *copy = malloc(size);
    memcpy(copy, bytes, size);
    enum act act = spoil(fd, copy, size);
    ssize_t sent = -1;
    if (act != SEND) sent = real(fd, copy, size, flags, to, length);
    free(copy);
    if (act == KILL_AFTER) die();
    if (act == SEND) errno = fault.code;
    return sent;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    REAL(sendmsg);
    if (!is(fd, NETLINK) || message->msg_iovlen != 1) return real(fd, message, flags);
    return sendto(fd, message->msg_iov->iov_base, message->msg_iov->iov_len, flags, message->msg_name, message->msg_namelen);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
    REAL(recvmsg);
    ssize_t count = real(fd, message, flags);
    if (!is(fd, NETLINK) || count <= 0) return count;
    if (table[fd].code) {
        size_t rest = (size_t)count < message->msg_iov->iov_len ? (size_t)count : message->msg_iov->iov_len;
        for (struct nlmsghdr *header = message->msg_iov->iov_base; NLMSG_OK(header, rest); header = NLMSG_NEXT(header, rest))
            if (header->nlmsg_type == NLMSG_ERROR && header->nlmsg_seq == table[fd].sequence) {
                ((struct nlmsgerr *)NLMSG_DATA(header))->error = -table[fd].code;
                if (!(flags & MSG_PEEK)) table[fd].code = 0;
            }
    }
    if (flags & MSG_PEEK || table[fd].damage == NONE) return count;
    enum act damage = table[fd].damage;
    table[fd].damage = NONE;
    if (damage == TRUNCATE) return count / 2;
    errno = ENOBUFS;
    return -1;
}

/* ---- VICI ---- */

int connect(int fd, const struct sockaddr *address, socklen_t length) {
    REAL(connect);
    if (address->sa_family != AF_UNIX) return real(fd, address, length);
    const char *path = ((const struct sockaddr_un *)address)->sun_path;
    size_t size = strlen(path);
    if (size < 5 || strcmp(path + size - 5, ".vici")) return real(fd, address, length);
    enum act act = point(0, "vici", "connect");
    if (act == FAIL) {
        errno = fault.code;
        return -1;
    }
    int result = real(fd, address, length);
    if (act == KILL_AFTER) die();
    if (result == 0 && fd < LIMIT) table[fd].sort = VICI, table[fd].damage = act;
    return result;
}

/* A packet is its length, its kind (0 command, 3 and 4 for events), and the name's length and the name. */
static void viciName(char *text, size_t size, const unsigned char *packet, size_t length) {
    const char *kind = length > 4 && packet[4] ? packet[4] == 3 ? "register " : packet[4] == 4 ? "unregister " : "?" : "";
    if (length > 5 && packet[4] != 1)
        snprintf(text, size, "%s%.*s", kind, (int)(packet[5] < length - 6 ? packet[5] : length - 6), packet + 6);
    else
        snprintf(text, size, "?");
}

ssize_t send(int fd, const void *bytes, size_t size, int flags) {
    REAL(send);
    if (!is(fd, VICI)) return is(fd, NETLINK) ? sendto(fd, bytes, size, flags, NULL, 0) : real(fd, bytes, size, flags);
    char name[128];
    viciName(name, sizeof name, bytes, size);
    enum act act = point(0, "vici", name);
    if (act == FAIL || act == SEND) {
        errno = fault.code;
        return -1;
    }
    ssize_t sent = real(fd, bytes, size, flags);
    if (act == KILL_AFTER) die();
    if (act == TRUNCATE || act == RESET || act == LATE) table[fd].damage = act;
    return sent;
}

ssize_t recv(int fd, void *bytes, size_t size, int flags) {
    REAL(recv);
    if (!is(fd, VICI)) return real(fd, bytes, size, flags);
    if (table[fd].ended) return 0;
    if (table[fd].damage == LATE) {
        errno = EAGAIN;
        return -1;
    }
    ssize_t count = real(fd, bytes, size, flags);
    if (count <= 0) return count;
    enum act damage = table[fd].damage;
    table[fd].damage = NONE;
    if (damage == RESET) {
        shutdown(fd, SHUT_RDWR);
        table[fd].ended = 1;
        errno = ECONNRESET;
        return -1;
    }
    if (damage != TRUNCATE) return count;
    table[fd].ended = 1;
    return count > 1 ? count / 2 : count;
}

/* An answer that is late costs nobody time: the program's clock goes on by as much as it wants to wait. */
static atomic_llong ahead; /* nanoseconds */

int poll(struct pollfd *entries, nfds_t count, int timeout) {
    REAL(poll);
    if (count == 1 && is(entries->fd, VICI)) {
        if (table[entries->fd].damage == LATE && timeout > 0) {
            ahead += (long long)timeout * 1000000;
            entries->revents = 0;
            return 0;
        }
        if (table[entries->fd].ended) {
            entries->revents = entries->events;
            return 1;
        }
    }
    return real(entries, count, timeout);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    REAL(clock_gettime);
    int result = real(clock, time);
    long long nanoseconds = ahead;
    if (result == 0 && nanoseconds) {
        nanoseconds += time->tv_nsec;
        time->tv_sec += nanoseconds / 1000000000;
        time->tv_nsec = nanoseconds % 1000000000;
    }
    return result;
}

/* ---- Files ---- */

static int isWatched(const char *path) {
    static const char *const folders[] = {"/run/viaduct", "/etc/viaduct", "/etc/swanctl", "/etc/strongswan", "/proc/sys/net/"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (!strncmp(path, folders[i], strlen(folders[i]))) return 1;
    return 0;
}

/* What a call is to do when it is the point chosen: 0 to go on. */
static int refused(enum act act) {
    if (act != FAIL && act != SEND) return 0;
    errno = fault.code;
    return 1;
}

static long settled(enum act act, long result) {
    if (act == KILL_AFTER) die();
    if (act == LATEFAIL && result >= 0) {
        errno = fault.code;
        return -1;
    }
    return result;
}

static int opened(const char *path, int flags, enum act *act) {
    int writes = (flags & O_ACCMODE) != O_RDONLY;
    if (writes && strncmp(path, "/dev/", 5))
        *act = point(1, flags & O_CREAT ? "create" : "open", path);
    else if (isWatched(path))
        *act = point(0, flags & O_DIRECTORY ? "list" : "read", path);
    return refused(*act);
}

static int noted(int fd, const char *path, int flags, enum act act) {
    if (act == KILL_AFTER) die();
    forget(fd);
    /* A folder is opened to be synced. */
    if (fd >= 0 && fd < LIMIT && (isWatched(path) || (flags & O_ACCMODE) != O_RDONLY)) {
        table[fd].sort = WRITTEN;
        snprintf(table[fd].path, sizeof table[fd].path, "%s", path);
    }
    return fd;
}

#define OPEN(name, ...) \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    } \
    REAL(name); \
    enum act act = NONE; \
    if (opened(path, flags, &act)) return -1; \
    return noted(real(__VA_ARGS__, flags, mode), path, flags, act)

int open(const char *path, int flags, ...) { OPEN(open, path); }
int open64(const char *path, int flags, ...) { OPEN(open64, path); }
int openat(int folder, const char *path, int flags, ...) { OPEN(openat, folder, path); }
int openat64(int folder, const char *path, int flags, ...) { OPEN(openat64, folder, path); }

ssize_t write(int fd, const void *bytes, size_t size) {
    REAL(write);
    if (!is(fd, WRITTEN)) return real(fd, bytes, size);
    enum act act = point(1, "write", table[fd].path);
    if (refused(act)) return -1;
    return settled(act, real(fd, bytes, act == TRUNCATE && size > 1 ? size / 2 : size));
}

int fsync(int fd) {
    REAL(fsync);
    enum act act = point(1, "sync", fd >= 0 && fd < LIMIT ? table[fd].path : "?");
    return refused(act) ? -1 : (int)settled(act, real(fd));
}

int fchmod(int fd, mode_t mode) {
    REAL(fchmod);
    enum act act = point(1, "chmod", fd >= 0 && fd < LIMIT ? table[fd].path : "?");
    return refused(act) ? -1 : (int)settled(act, real(fd, mode));
}

int flock(int fd, int operation) {
    REAL(flock);
    enum act act = point(0, "lock", fd >= 0 && fd < LIMIT ? table[fd].path : "?");
    return refused(act) ? -1 : (int)settled(act, real(fd, operation));
}

int rename(const char *from, const char *to) {
    REAL(rename);
    enum act act = point(1, "rename", to);
    return refused(act) ? -1 : (int)settled(act, real(from, to));
}

#define ONE(name, word, parameters, arguments) \
    int name parameters { \
        REAL(name); \
        enum act act = point(0, word, path); \
        return refused(act) ? -1 : (int)settled(act, real arguments); \
    }
ONE(unlink, "unlink", (const char *path), (path))
ONE(rmdir, "rmdir", (const char *path), (path))
int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    enum act act = point(1, "mkdir", path);
    return refused(act) ? -1 : (int)settled(act, real(path, mode));
}

DIR *opendir(const char *path) {
    REAL(opendir);
    if (!isWatched(path)) return real(path);
    enum act act = point(0, "list", path);
    if (refused(act)) return NULL;
    DIR *folder = real(path);
    if (act == KILL_AFTER) die();
    return folder;
}

/* ---- Programs ---- */

int posix_spawn(pid_t *process, const char *path, const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]) {
    REAL(posix_spawn);
    enum act act = point(0, "run", path);
    if (act == FAIL) return fault.code;
    int code = real(process, path, actions, attributes, arguments, environment);
    if (act == KILL_AFTER) die();
    return code;
}
