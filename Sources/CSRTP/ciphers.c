#define _GNU_SOURCE
#include "ciphers.h"

#include <stdlib.h>
#include <string.h>

#include <nettle/aes.h>
#include <nettle/ctr.h>
#include <nettle/hmac.h>

// Each object is one piece of memory: the library's part, then ours.

enum { key_length = AES128_KEY_SIZE, salt_length = 14 };

struct counter_mode {
    srtp_cipher_t cipher;
    struct aes128_ctx aes;
    /// The salt, then two bytes for the count of blocks.
    uint8_t offset[AES_BLOCK_SIZE];
    uint8_t counter[AES_BLOCK_SIZE];
};

static srtp_err_status_t make_cipher(srtp_cipher_pointer_t *made, int length, int tag_length) {
    (void)tag_length;
    if (length != key_length + salt_length) {
        return srtp_err_status_bad_param;
    }
    struct counter_mode *mode = calloc(1, sizeof *mode);
    if (mode == NULL) {
        return srtp_err_status_alloc_fail;
    }
    mode->cipher.type = &csrtp_aes_counter_mode;
    mode->cipher.state = mode;
    mode->cipher.key_len = length;
    mode->cipher.algorithm = SRTP_AES_ICM_128;
    *made = &mode->cipher;
    return srtp_err_status_ok;
}

static srtp_err_status_t free_cipher(srtp_cipher_pointer_t cipher) {
    explicit_bzero(cipher, sizeof(struct counter_mode));
    free(cipher);
    return srtp_err_status_ok;
}

static srtp_err_status_t set_key(void *state, const uint8_t *key) {
    struct counter_mode *mode = state;
    aes128_set_encrypt_key(&mode->aes, key);
    memset(mode->offset, 0, sizeof mode->offset);
    memcpy(mode->offset, key + key_length, salt_length);
    memcpy(mode->counter, mode->offset, sizeof mode->counter);
    return srtp_err_status_ok;
}

static srtp_err_status_t set_nonce(void *state, uint8_t *nonce, srtp_cipher_direction_t direction) {
    (void)direction;
    struct counter_mode *mode = state;
    for (size_t index = 0; index < sizeof mode->counter; index++) {
        mode->counter[index] = mode->offset[index] ^ nonce[index];
    }
    return srtp_err_status_ok;
}

static srtp_err_status_t encrypt(void *state, uint8_t *bytes, unsigned int *count) {
    struct counter_mode *mode = state;
    ctr_crypt(&mode->aes, (nettle_cipher_func *)aes128_encrypt, AES_BLOCK_SIZE, mode->counter, *count, bytes, bytes);
    return srtp_err_status_ok;
}

// RFC 3711 §B.2: the first two blocks of its key stream.
static const uint8_t vector_key[key_length + salt_length] = {
    0x2B, 0x7E, 0x15, 0x16, 0x28, 0xAE, 0xD2, 0xA6, 0xAB, 0xF7, 0x15, 0x88, 0x09, 0xCF, 0x4F,
    0x3C, 0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA, 0xFB, 0xFC, 0xFD};
static uint8_t vector_nonce[AES_BLOCK_SIZE];
static const uint8_t vector_plain[2 * AES_BLOCK_SIZE];
static const uint8_t vector_stream[2 * AES_BLOCK_SIZE] = {
    0xE0, 0x3E, 0xAD, 0x09, 0x35, 0xC9, 0x5E, 0x80, 0xE1, 0x66, 0xB1, 0x6D, 0xD9, 0x2B, 0x4E, 0xB4,
    0xD2, 0x35, 0x13, 0x16, 0x2B, 0x02, 0xD0, 0xF7, 0x2A, 0x43, 0xA2, 0xFE, 0x4A, 0x5F, 0x97, 0xAB};

static const srtp_cipher_test_case_t counter_mode_vector = {
    .key_length_octets = sizeof vector_key,
    .key = vector_key,
    .idx = vector_nonce,
    .plaintext_length_octets = sizeof vector_plain,
    .plaintext = vector_plain,
    .ciphertext_length_octets = sizeof vector_stream,
    .ciphertext = vector_stream,
};

const srtp_cipher_type_t csrtp_aes_counter_mode = {
    .alloc = make_cipher,
    .dealloc = free_cipher,
    .init = set_key,
    .encrypt = encrypt,
    .decrypt = encrypt,
    .set_iv = set_nonce,
    .description = "AES-128 in counter mode, Nettle",
    .test_data = &counter_mode_vector,
    .id = SRTP_AES_ICM_128,
};

struct authentication {
    srtp_auth_t auth;
    struct hmac_sha1_ctx hmac;
};

static srtp_err_status_t make_authentication(srtp_auth_pointer_t *made, int length, int tag_length) {
    if (length > SHA1_DIGEST_SIZE || tag_length > SHA1_DIGEST_SIZE) {
        return srtp_err_status_bad_param;
    }
    struct authentication *new = calloc(1, sizeof *new);
    if (new == NULL) {
        return srtp_err_status_alloc_fail;
    }
    new->auth.type = &csrtp_hmac_sha1;
    new->auth.state = new;
    new->auth.key_len = length;
    new->auth.out_len = tag_length;
    *made = &new->auth;
    return srtp_err_status_ok;
}

static srtp_err_status_t free_authentication(srtp_auth_pointer_t auth) {
    explicit_bzero(auth, sizeof(struct authentication));
    free(auth);
    return srtp_err_status_ok;
}

static srtp_err_status_t set_authentication_key(void *state, const uint8_t *key, int length) {
    struct authentication *self = state;
    hmac_sha1_set_key(&self->hmac, (size_t)length, key);
    return srtp_err_status_ok;
}

// Computing a tag leaves the state at its beginning, so that there is nothing to start.
static srtp_err_status_t start(void *state) {
    (void)state;
    return srtp_err_status_ok;
}

static srtp_err_status_t update(void *state, const uint8_t *bytes, int count) {
    struct authentication *self = state;
    hmac_sha1_update(&self->hmac, (size_t)count, bytes);
    return srtp_err_status_ok;
}

static srtp_err_status_t compute(void *state, const uint8_t *bytes, int count, int tag_length, uint8_t *tag) {
    struct authentication *self = state;
    if (tag_length > SHA1_DIGEST_SIZE) {
        return srtp_err_status_bad_param;
    }
    hmac_sha1_update(&self->hmac, (size_t)count, bytes);
    hmac_sha1_digest(&self->hmac, (size_t)tag_length, tag);
    return srtp_err_status_ok;
}

// RFC 2202 §3, the first of its cases.
static const uint8_t hmac_key[] = {0x0B, 0x0B, 0x0B, 0x0B, 0x0B, 0x0B, 0x0B, 0x0B, 0x0B, 0x0B,
                                   0x0B, 0x0B, 0x0B, 0x0B, 0x0B, 0x0B, 0x0B, 0x0B, 0x0B, 0x0B};
static const uint8_t hmac_text[] = {'H', 'i', ' ', 'T', 'h', 'e', 'r', 'e'};
static const uint8_t hmac_tag[] = {0xB6, 0x17, 0x31, 0x86, 0x55, 0x05, 0x72, 0x64, 0xE2, 0x8B,
                                   0xC0, 0xB6, 0xFB, 0x37, 0x8C, 0x8E, 0xF1, 0x46, 0xBE, 0x00};

static const srtp_auth_test_case_t hmac_vector = {
    .key_length_octets = sizeof hmac_key,
    .key = hmac_key,
    .data_length_octets = sizeof hmac_text,
    .data = hmac_text,
    .tag_length_octets = sizeof hmac_tag,
    .tag = hmac_tag,
};

const srtp_auth_type_t csrtp_hmac_sha1 = {
    .alloc = make_authentication,
    .dealloc = free_authentication,
    .init = set_authentication_key,
    .compute = compute,
    .update = update,
    .start = start,
    .description = "HMAC-SHA-1, Nettle",
    .test_data = &hmac_vector,
    .id = SRTP_HMAC_SHA1,
};
