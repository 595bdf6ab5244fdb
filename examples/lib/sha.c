#include "sha.h"

#include <string.h>

typedef struct sha_state {
    uint64_t h[8];
    unsigned char block[128];
    uint64_t bytes;
} sha_state;

/* ---- the first bits of roots of primes ---------------------------------- */

static const uint64_t sha_round[80] = {
    0x428A2F98D728AE22, 0x7137449123EF65CD, 0xB5C0FBCFEC4D3B2F,
    0xE9B5DBA58189DBBC, 0x3956C25BF348B538, 0x59F111F1B605D019,
    0x923F82A4AF194F9B, 0xAB1C5ED5DA6D8118, 0xD807AA98A3030242,
    0x12835B0145706FBE, 0x243185BE4EE4B28C, 0x550C7DC3D5FFB4E2,
    0x72BE5D74F27B896F, 0x80DEB1FE3B1696B1, 0x9BDC06A725C71235,
    0xC19BF174CF692694, 0xE49B69C19EF14AD2, 0xEFBE4786384F25E3,
    0x0FC19DC68B8CD5B5, 0x240CA1CC77AC9C65, 0x2DE92C6F592B0275,
    0x4A7484AA6EA6E483, 0x5CB0A9DCBD41FBD4, 0x76F988DA831153B5,
    0x983E5152EE66DFAB, 0xA831C66D2DB43210, 0xB00327C898FB213F,
    0xBF597FC7BEEF0EE4, 0xC6E00BF33DA88FC2, 0xD5A79147930AA725,
    0x06CA6351E003826F, 0x142929670A0E6E70, 0x27B70A8546D22FFC,
    0x2E1B21385C26C926, 0x4D2C6DFC5AC42AED, 0x53380D139D95B3DF,
    0x650A73548BAF63DE, 0x766A0ABB3C77B2A8, 0x81C2C92E47EDAEE6,
    0x92722C851482353B, 0xA2BFE8A14CF10364, 0xA81A664BBC423001,
    0xC24B8B70D0F89791, 0xC76C51A30654BE30, 0xD192E819D6EF5218,
    0xD69906245565A910, 0xF40E35855771202A, 0x106AA07032BBD1B8,
    0x19A4C116B8D2D0C8, 0x1E376C085141AB53, 0x2748774CDF8EEB99,
    0x34B0BCB5E19B48A8, 0x391C0CB3C5C95A63, 0x4ED8AA4AE3418ACB,
    0x5B9CCA4F7763E373, 0x682E6FF3D6B2B8A3, 0x748F82EE5DEFB2FC,
    0x78A5636F43172F60, 0x84C87814A1F0AB72, 0x8CC702081A6439EC,
    0x90BEFFFA23631E28, 0xA4506CEBDE82BDE9, 0xBEF9A3F7B2C67915,
    0xC67178F2E372532B, 0xCA273ECEEA26619C, 0xD186B8C721C0C207,
    0xEADA7DD6CDE0EB1E, 0xF57D4F7FEE6ED178, 0x06F067AA72176FBA,
    0x0A637DC5A2C898A6, 0x113F9804BEF90DAE, 0x1B710B35131C471B,
    0x28DB77F523047D84, 0x32CAAB7B40C72493, 0x3C9EBE0A15C9BEBC,
    0x431D67C49C100D4C, 0x4CC5D4BECB3E42B6, 0x597F299CFC657E2A,
    0x5FCB6FAB3AD6FAEC, 0x6C44198C4A475817,
};

static const uint64_t sha_begin[8] = {
    0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B,
    0xA54FF53A5F1D36F1, 0x510E527FADE682D1, 0x9B05688C2B3E6C1F,
    0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
};

/* ---- compression -------------------------------------------------------- */

static uint32_t sha_ror32(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

static uint64_t sha_ror64(uint64_t x, unsigned n)
{
    return x >> n | x << (64 - n);
}

static uint64_t sha_word(const unsigned char *p, size_t bytes)
{
    uint64_t word = 0;
    while (bytes-- > 0)
        word = word << 8 | *p++;
    return word;
}

static void sha1_compress(sha_state *s)
{
    static const uint32_t k[4] = {0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC,
                                  0xCA62C1D6};
    uint32_t w[80], v[5];
    for (size_t t = 0; t < 16; t++)
        w[t] = (uint32_t)sha_word(s->block + 4 * t, 4);
    for (size_t t = 16; t < 80; t++)
        w[t] = sha_ror32(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 31);
    for (size_t i = 0; i < 5; i++)
        v[i] = (uint32_t)s->h[i];
    for (size_t t = 0; t < 80; t++) {
        uint32_t f = t < 20   ? (v[1] & v[2]) ^ (~v[1] & v[3])
                     : t < 40 ? v[1] ^ v[2] ^ v[3]
                     : t < 60 ? (v[1] & v[2]) ^ (v[1] & v[3]) ^ (v[2] & v[3])
                              : v[1] ^ v[2] ^ v[3];
        uint32_t sum = sha_ror32(v[0], 27) + f + v[4] + k[t / 20] + w[t];
        v[4] = v[3];
        v[3] = v[2];
        v[2] = sha_ror32(v[1], 2);
        v[1] = v[0];
        v[0] = sum;
    }
    for (size_t i = 0; i < 5; i++)
        s->h[i] = (uint32_t)s->h[i] + v[i];
}

static void sha256_compress(sha_state *s)
{
    uint32_t w[64], v[8];
    for (size_t t = 0; t < 16; t++)
        w[t] = (uint32_t)sha_word(s->block + 4 * t, 4);
    for (size_t t = 16; t < 64; t++) {
        uint32_t a = w[t - 15], b = w[t - 2];
        w[t] = w[t - 16] + w[t - 7] +
               (sha_ror32(a, 7) ^ sha_ror32(a, 18) ^ a >> 3) +
               (sha_ror32(b, 17) ^ sha_ror32(b, 19) ^ b >> 10);
    }
    for (size_t i = 0; i < 8; i++)
        v[i] = (uint32_t)s->h[i];
    for (size_t t = 0; t < 64; t++) {
        uint32_t a = v[0], e = v[4];
        uint32_t x = v[7] + w[t] + (uint32_t)(sha_round[t] >> 32) +
                     (sha_ror32(e, 6) ^ sha_ror32(e, 11) ^ sha_ror32(e, 25)) +
                     ((e & v[5]) ^ (~e & v[6]));
        uint32_t y = (sha_ror32(a, 2) ^ sha_ror32(a, 13) ^ sha_ror32(a, 22)) +
                     ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
        v[7] = v[6];
        v[6] = v[5];
        v[5] = e;
        v[4] = v[3] + x;
        v[3] = v[2];
        v[2] = v[1];
        v[1] = a;
        v[0] = x + y;
    }
    for (size_t i = 0; i < 8; i++)
        s->h[i] = (uint32_t)s->h[i] + v[i];
}

static void sha512_compress(sha_state *s)
{
    uint64_t w[80], v[8];
    for (size_t t = 0; t < 16; t++)
        w[t] = sha_word(s->block + 8 * t, 8);
    for (size_t t = 16; t < 80; t++) {
        uint64_t a = w[t - 15], b = w[t - 2];
        w[t] = w[t - 16] + w[t - 7] +
               (sha_ror64(a, 1) ^ sha_ror64(a, 8) ^ a >> 7) +
               (sha_ror64(b, 19) ^ sha_ror64(b, 61) ^ b >> 6);
    }
    memcpy(v, s->h, sizeof v);
    for (size_t t = 0; t < 80; t++) {
        uint64_t a = v[0], e = v[4];
        uint64_t x = v[7] + w[t] + sha_round[t] +
                     (sha_ror64(e, 14) ^ sha_ror64(e, 18) ^ sha_ror64(e, 41)) +
                     ((e & v[5]) ^ (~e & v[6]));
        uint64_t y = (sha_ror64(a, 28) ^ sha_ror64(a, 34) ^ sha_ror64(a, 39)) +
                     ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
        v[7] = v[6];
        v[6] = v[5];
        v[5] = e;
        v[4] = v[3] + x;
        v[3] = v[2];
        v[2] = v[1];
        v[1] = a;
        v[0] = x + y;
    }
    for (size_t i = 0; i < 8; i++)
        s->h[i] += v[i];
}

/* ---- digests ------------------------------------------------------------ */

/* `block` is a power of two. */
static void sha_update(sha_state *s, const char *p, size_t n, size_t block,
                       void (*compress)(sha_state *))
{
    for (; n > 0; n--) {
        s->block[(size_t)s->bytes++ & (block - 1)] = (unsigned char)*p++;
        if (((size_t)s->bytes & (block - 1)) == 0)
            compress(s);
    }
}

static void sha_end(sha_state *s, size_t block, void (*compress)(sha_state *),
                    size_t word, size_t size, unsigned char *out)
{
    uint64_t bits = s->bytes * 8;
    size_t used = (size_t)s->bytes & (block - 1);
    s->block[used++] = 0x80;
    if (used > block - block / 8) { /* no room for the length */
        memset(s->block + used, 0, block - used);
        compress(s);
        used = 0;
    }
    memset(s->block + used, 0, block - 8 - used);
    for (size_t i = 1; i <= 8; i++, bits >>= 8)
        s->block[block - i] = (unsigned char)(bits & 0xFF);
    compress(s);
    for (const uint64_t *h = s->h; size > 0; h++, size -= word)
        for (size_t i = word; i-- > 0;)
            *out++ = (unsigned char)(*h >> 8 * i & 0xFF);
    xc_wipe(s, sizeof *s);
}

static bool sha1_digest(const xc_str *pieces, size_t count, unsigned char *out)
{
    sha_state s = {
        {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0}, {0}, 0};
    for (; count > 0; count--, pieces++)
        sha_update(&s, pieces->ptr, pieces->len, 64, sha1_compress);
    sha_end(&s, 64, sha1_compress, 4, 20, out);
    return true;
}

static bool sha256_digest(const xc_str *pieces, size_t count,
                          unsigned char *out)
{
    sha_state s = {{0}, {0}, 0};
    for (size_t i = 0; i < 8; i++)
        s.h[i] = sha_begin[i] >> 32;
    for (; count > 0; count--, pieces++)
        sha_update(&s, pieces->ptr, pieces->len, 64, sha256_compress);
    sha_end(&s, 64, sha256_compress, 4, 32, out);
    return true;
}

static bool sha512_digest(const xc_str *pieces, size_t count,
                          unsigned char *out)
{
    sha_state s = {{0}, {0}, 0};
    memcpy(s.h, sha_begin, sizeof s.h);
    for (; count > 0; count--, pieces++)
        sha_update(&s, pieces->ptr, pieces->len, 128, sha512_compress);
    sha_end(&s, 128, sha512_compress, 8, 64, out);
    return true;
}

const xc_hash sha1 = {20, 64, sha1_digest};
const xc_hash sha256 = {32, 64, sha256_digest};
const xc_hash sha512 = {64, 128, sha512_digest};

const xc_hash *sha_of_mechanism(xc_mechanism mechanism)
{
    size_t size = xc_mechanism_hash_size(mechanism);
    return size == sha512.size   ? &sha512
           : size == sha256.size ? &sha256
                                 : &sha1;
}
