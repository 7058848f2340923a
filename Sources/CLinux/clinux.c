#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clinux_enable_error_queue(int descriptor, int family) {
    int on = 1;
    if (family == AF_INET6) {
        return setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on);
    }
    return setsockopt(descriptor, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
}

static int is_extended_error(const struct cmsghdr *header) {
    return (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_RECVERR) ||
           (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_RECVERR);
}

int clinux_read_error_queue(int descriptor, struct clinux_socket_error *error) {
    char control[512] __attribute__((aligned(8)));
    char payload[1];
    struct iovec vector = {.iov_base = payload, .iov_len = sizeof payload};
    struct msghdr message = {
        .msg_name = &error->destination,
        .msg_namelen = sizeof error->destination,
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sizeof control,
    };
    ssize_t count;
    do {
        count = recvmsg(descriptor, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return errno == EAGAIN ? 0 : -1;

    error->destination_length = message.msg_namelen;
    error->code = 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (!is_extended_error(header)) continue;
        struct sock_extended_err extended;
        memcpy(&extended, CMSG_DATA(header), sizeof extended);
        error->code = (int32_t)extended.ee_errno;
    }
    return 1;
}

int clinux_disconnect(int descriptor) {
    struct sockaddr none;
    memset(&none, 0, sizeof none);
    none.sa_family = AF_UNSPEC;
    return connect(descriptor, &none, sizeof none);
}

void clinux_name_thread(const char *name) {
    char shortened[16];
    strncpy(shortened, name, sizeof shortened - 1);
    shortened[sizeof shortened - 1] = 0;
    pthread_setname_np(pthread_self(), shortened);
}

// As sched_setattr(2) has it; older C libraries do not.
struct attributes {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime;
    uint64_t deadline;
    uint64_t period;
};

static int read_attributes(struct attributes *attributes) {
    memset(attributes, 0, sizeof *attributes);
    if (syscall(SYS_sched_getattr, 0, attributes, sizeof *attributes, 0) < 0) return -1;
    return attributes->policy == SCHED_OTHER ? 0 : -1;
}

uint64_t clinux_take_turns(uint64_t nanoseconds) {
    struct attributes attributes;
    if (read_attributes(&attributes) < 0) return 0;
    attributes.runtime = nanoseconds;
    syscall(SYS_sched_setattr, 0, &attributes, 0);
    return read_attributes(&attributes) < 0 ? 0 : attributes.runtime;
}

int clinux_processors(void) {
    cpu_set_t set;
    // Fails where there are more processors than such a set has room for.
    if (sched_getaffinity(0, sizeof set, &set) < 0) return (int)sysconf(_SC_NPROCESSORS_ONLN);
    return CPU_COUNT(&set);
}

void clinux_share_heap(int step) {
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_TOP_PAD, step);
    mallopt(M_TRIM_THRESHOLD, 16 * step);
}
