#pragma once

// libsrtp2, with the ciphers of our suites on Nettle: those that Debian builds it with make a context for each packet.

#include <stdint.h>
#include <srtp2/srtp.h>

/// Starts the library, once in a process, before anything else of it is used. 0, or its error.
int csrtp_start(void);

/// The most bytes that protecting adds to a packet, RTCP's index included.
enum { csrtp_longest_trailer = SRTP_MAX_TRAILER_LEN + 4 };

/// What a session is for.
enum csrtp_direction {
    /// Protects the packets of one source.
    csrtp_sends,
    /// Checks the packets of whatever source has the key.
    csrtp_receives,
};

/// A master key with its salt for AES_CM_128_HMAC_SHA1. All is copied.
struct csrtp_key {
    /// 30.
    const uint8_t *bytes;
    /// In front of each packet's tag; none where its length is 0.
    const uint8_t *identifier;
    uint32_t identifier_length;
    /// The length of RTP's tags in bits: 80 or 32.
    int tag;
};

/// A session in one direction. `ssrc` is the source's, where it sends. 0, or the library's error.
int csrtp_open(srtp_t *session, enum csrtp_direction direction, struct csrtp_key key, uint32_t ssrc);

/// Gives a session another key. What it knows of its sources, roll-over counts among it, stays.
int csrtp_change(srtp_t session, enum csrtp_direction direction, struct csrtp_key key, uint32_t ssrc);
