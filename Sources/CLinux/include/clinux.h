#pragma once

// System calls that Swift's Glibc module does not show, or shows only through macros.
// No feature macro is set here: clang would then build another Glibc module than Swift's.

#include <netinet/in.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

/// What the kernel's error queue of a socket told (ip(7), IP_RECVERR).
struct clinux_socket_error {
    /// Where the datagram went that failed; only as long as `destination_length`.
    struct sockaddr_in6 destination;
    socklen_t destination_length;
    /// The errno value, such as ECONNREFUSED.
    int32_t code;
};

/// Asks for an error queue on a datagram socket of the given family. 0, or -1 with errno.
int clinux_enable_error_queue(int descriptor, int family);

/// Takes one entry off the error queue. 1 when there was one, 0 when the queue is empty, -1 with errno.
int clinux_read_error_queue(int descriptor, struct clinux_socket_error *error);

/// Undoes connect(2) of a datagram socket. 0, or -1 with errno.
int clinux_disconnect(int descriptor);

/// Names the calling thread, as seen in top(1); at most 15 bytes.
void clinux_name_thread(const char *name);

/// Has the calling thread take turns of this length where it is scheduled fairly; shorter ones come sooner
/// (sched_setattr(2), sched_runtime). The length granted: 0 before Linux 6.12 and where the thread is scheduled otherwise.
uint64_t clinux_take_turns(uint64_t nanoseconds);

/// How many processors the calling thread may run on; at least 1.
int clinux_processors(void);

/// Has all threads allocate from one heap that grows by `step` bytes.
void clinux_share_heap(int step);

/// Asks for a cache line that will be written to soon.
static inline void clinux_prefetch(const void *address) { __builtin_prefetch(address, 1, 3); }
