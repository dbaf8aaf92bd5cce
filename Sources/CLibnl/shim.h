#pragma once
/* System headers for the Netlink target, and names that Swift cannot see. No logic. */
#include <sys/socket.h>
#include <netinet/in.h> /* must precede the linux/ headers: else linux/in6.h defines in6_addr again */
#include <net/if.h>
#include <linux/capability.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/lwtunnel.h>
#include <linux/net_namespace.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <linux/xfrm.h>
#include <netlink/netlink.h>
#include <netlink/addr.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/socket.h>
#include <netlink/route/link.h>
#include <netlink/route/link/ip6vti.h>
#include <netlink/route/link/ipvti.h>
#include <netlink/route/link/vrf.h>
#include <netlink/route/link/xfrmi.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>

/* The Glibc module is built without _GNU_SOURCE, so it lacks setns, unshare and CLONE_*. */
extern int setns(int fd, int nstype);
extern int unshare(int flags);
enum { CNL_CLONE_NEWNET = 0x40000000 };

/* In glibc, but declared by libcap's header alone. */
extern int capget(cap_user_header_t header, cap_user_data_t data);
extern int capset(cap_user_header_t header, cap_user_data_t data);

