/* standin: lets ifb links stand in for XFRM interfaces, where a kernel has none and only the time that netlink takes matters.
 *
 *   LD_PRELOAD=standin.so: in what a program asks of the kernel the kind "xfrm" becomes "ifb"; in what the kernel answers,
 *   links named t00000, t00001, ... are of kind xfrm again, with if_id 1000, 1001, ...
 *
 * The room for a kind's data in an answer is that of the link's statistics, which are not looked at.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static int is_routing(int descriptor) {
    int protocol;
    socklen_t length = sizeof protocol;
    return getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, &protocol, &length) == 0 && protocol == NETLINK_ROUTE;
}

static struct rtattr *find(struct rtattr *first, int length, int type) {
    for (struct rtattr *it = first; RTA_OK(it, length); it = RTA_NEXT(it, length))
        if ((it->rta_type & NLA_TYPE_MASK) == type) return it;
    return NULL;
}

static int concerns_links(const struct nlmsghdr *head) { return head->nlmsg_type >= RTM_NEWLINK && head->nlmsg_type <= RTM_SETLINK; }

static void outward(char *bytes, long count) {
    for (struct nlmsghdr *head = (void *)bytes; NLMSG_OK(head, count); head = NLMSG_NEXT(head, count)) {
        if (!concerns_links(head)) continue;
        struct ifinfomsg *link = NLMSG_DATA(head);
        int length = IFLA_PAYLOAD(head);
        struct rtattr *mask = find(IFLA_RTA(link), length, IFLA_EXT_MASK);
        if (mask) *(unsigned *)RTA_DATA(mask) &= ~RTEXT_FILTER_SKIP_STATS;
        struct rtattr *info = find(IFLA_RTA(link), length, IFLA_LINKINFO);
        struct rtattr *kind = info ? find(RTA_DATA(info), RTA_PAYLOAD(info), IFLA_INFO_KIND) : NULL;
        if (!kind || strncmp(RTA_DATA(kind), "xfrm", RTA_PAYLOAD(kind)) != 0) continue;
        kind->rta_len = RTA_LENGTH(3);
        memcpy(RTA_DATA(kind), "ifb", 3);
    }
}

static void inward(char *bytes, long count) {
    for (struct nlmsghdr *head = (void *)bytes; NLMSG_OK(head, count); head = NLMSG_NEXT(head, count)) {
        if (head->nlmsg_type != RTM_NEWLINK && head->nlmsg_type != RTM_DELLINK) continue;
        struct ifinfomsg *link = NLMSG_DATA(head);
        int length = IFLA_PAYLOAD(head);
        struct rtattr *name = find(IFLA_RTA(link), length, IFLA_IFNAME);
        struct rtattr *info = find(IFLA_RTA(link), length, IFLA_LINKINFO);
        struct rtattr *room = find(IFLA_RTA(link), length, IFLA_STATS);
        if (!name || !info || !room || *(char *)RTA_DATA(name) != 't') continue;
        struct own {
            struct rtattr kind; char kind_name[8];
            struct rtattr data; struct rtattr id; unsigned if_id;
            struct rtattr rest;
        } *own = RTA_DATA(room);
        if (RTA_PAYLOAD(room) < sizeof *own) abort();
        info->rta_type = __IFLA_MAX + 100;
        room->rta_type = IFLA_LINKINFO;
        own->kind = (struct rtattr){RTA_LENGTH(5), IFLA_INFO_KIND};
        memcpy(own->kind_name, "xfrm\0\0\0", 8);
        own->data = (struct rtattr){RTA_LENGTH(RTA_LENGTH(4)), IFLA_INFO_DATA};
        own->id = (struct rtattr){RTA_LENGTH(4), IFLA_XFRM_IF_ID};
        own->if_id = 1000 + atoi((char *)RTA_DATA(name) + 1);
        own->rest = (struct rtattr){RTA_PAYLOAD(room) - offsetof(struct own, rest), __IFLA_INFO_MAX + 100};
    }
}

ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags) {
    static ssize_t (*next)(int, const struct msghdr *, int);
    if (!next) next = dlsym(RTLD_NEXT, "sendmsg");
    if (is_routing(descriptor))
        for (size_t i = 0; i < message->msg_iovlen; i++) outward(message->msg_iov[i].iov_base, message->msg_iov[i].iov_len);
    return next(descriptor, message, flags);
}

ssize_t sendto(int descriptor, const void *bytes, size_t count, int flags, const struct sockaddr *to, socklen_t length) {
    static ssize_t (*next)(int, const void *, size_t, int, const struct sockaddr *, socklen_t);
    if (!next) next = dlsym(RTLD_NEXT, "sendto");
    if (is_routing(descriptor)) outward((char *)bytes, count);
    return next(descriptor, bytes, count, flags, to, length);
}

ssize_t send(int descriptor, const void *bytes, size_t count, int flags) {
    static ssize_t (*next)(int, const void *, size_t, int);
    if (!next) next = dlsym(RTLD_NEXT, "send");
    if (is_routing(descriptor)) outward((char *)bytes, count);
    return next(descriptor, bytes, count, flags);
}

ssize_t recvmsg(int descriptor, struct msghdr *message, int flags) {
    static ssize_t (*next)(int, struct msghdr *, int);
    if (!next) next = dlsym(RTLD_NEXT, "recvmsg");
    ssize_t count = next(descriptor, message, flags);
    if (count > 0 && !(flags & MSG_PEEK) && is_routing(descriptor)) {
        ssize_t whole = message->msg_iov[0].iov_len;
        inward(message->msg_iov[0].iov_base, count < whole ? count : whole);
    }
    return count;
}
