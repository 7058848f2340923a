#pragma once

#include <srtp2/srtp.h>
#include <srtp2/auth.h>
#include <srtp2/cipher.h>

/// AES-128 in SRTP's counter mode (RFC 3711 §4.1.1); the key is followed by the salt.
extern const srtp_cipher_type_t csrtp_aes_counter_mode;

/// HMAC with SHA-1, cut to the tag's length (RFC 3711 §4.2.1).
extern const srtp_auth_type_t csrtp_hmac_sha1;
