#define _GNU_SOURCE
#include "csrtp.h"
#include "ciphers.h"

#include <string.h>

int csrtp_start(void) {
    srtp_err_status_t status = srtp_init();
    if (status == srtp_err_status_ok) {
        // Both are held against the library's own test vectors first.
        status = srtp_replace_cipher_type(&csrtp_aes_counter_mode, SRTP_AES_ICM_128);
    }
    if (status == srtp_err_status_ok) {
        status = srtp_replace_auth_type(&csrtp_hmac_sha1, SRTP_HMAC_SHA1);
    }
    return status;
}

/// What the library wants to know, and the memory that it points to.
struct terms {
    srtp_policy_t policy;
    srtp_master_key_t key;
    srtp_master_key_t *keys[1];
    uint8_t bytes[30];
    uint8_t identifier[SRTP_MAX_MKI_LEN];
};

static void set_terms(struct terms *terms, enum csrtp_direction direction, struct csrtp_key key, uint32_t ssrc) {
    memset(terms, 0, sizeof *terms);
    memcpy(terms->bytes, key.bytes, sizeof terms->bytes);
    srtp_policy_t *policy = &terms->policy;
    if (key.tag == 32) {
        srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy->rtp);
    } else {
        srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy->rtp);
    }
    // RTCP's tags have 80 bits in both suites.
    srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy->rtcp);
    policy->ssrc.type = direction == csrtp_sends ? ssrc_specific : ssrc_any_inbound;
    policy->ssrc.value = ssrc;
    if (key.identifier_length == 0) {
        policy->key = terms->bytes;
        return;
    }
    memcpy(terms->identifier, key.identifier, key.identifier_length);
    terms->key.key = terms->bytes;
    terms->key.mki_id = terms->identifier;
    terms->key.mki_size = key.identifier_length;
    terms->keys[0] = &terms->key;
    policy->keys = terms->keys;
    policy->num_master_keys = 1;
}

/// Makes a session, or has one that there is go on with other terms.
static int apply(
    srtp_t *session, int is_new, enum csrtp_direction direction, struct csrtp_key key, uint32_t ssrc) {
    if (key.identifier_length > SRTP_MAX_MKI_LEN) {
        return srtp_err_status_bad_param;
    }
    struct terms terms;
    set_terms(&terms, direction, key, ssrc);
    int status = is_new ? srtp_create(session, &terms.policy) : srtp_update(*session, &terms.policy);
    explicit_bzero(&terms, sizeof terms);
    return status;
}

int csrtp_open(srtp_t *session, enum csrtp_direction direction, struct csrtp_key key, uint32_t ssrc) {
    return apply(session, 1, direction, key, ssrc);
}

int csrtp_change(srtp_t session, enum csrtp_direction direction, struct csrtp_key key, uint32_t ssrc) {
    return apply(&session, 0, direction, key, ssrc);
}
