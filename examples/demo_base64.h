/* demo_base64.h - what SASL carries (RFC 4648 section 4). */
#ifndef DEMO_BASE64_H
#define DEMO_BASE64_H

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Three bytes become four digits. `out` has room for 4 * ((len + 2) / 3). */
static size_t base64_encode(char *out, const char *in, size_t len)
{
    size_t i, at = 0;
    for (i = 0; i < len; i += 3) {
        size_t have = len - i < 3 ? len - i : 3;
        unsigned char b[3] = {0, 0, 0};
        memcpy(b, in + i, have);
        out[at++] = base64_digits[b[0] >> 2];
        out[at++] = base64_digits[(b[0] & 3) << 4 | b[1] >> 4];
        out[at++] = base64_digits[(b[1] & 15) << 2 | b[2] >> 6];
        out[at++] = base64_digits[b[2] & 63];
        if (have < 3)
            out[at - 1] = '=';
        if (have < 2)
            out[at - 2] = '=';
    }
    return at;
}

static int base64_value(char digit)
{
    const char *at = digit ? strchr(base64_digits, digit) : NULL;
    return at != NULL ? (int)(at - base64_digits) : -1;
}

/* Strict: no white space, full groups, "=" only at the end, no stray bits
   before it. `out` has room for in.len / 4 * 3. */
static bool base64_decode(char *out, size_t *len, xc_str in)
{
    size_t i, padding = 0;
    unsigned long group = 0;
    if (in.len % 4 != 0)
        return false;
    while (padding < 2 && padding < in.len &&
           in.ptr[in.len - 1 - padding] == '=')
        padding++;
    for (i = 0; i < in.len; i++) {
        bool pad = i >= in.len - padding;
        int value = pad ? 0 : base64_value(in.ptr[i]);
        if (value < 0)
            return false;
        group = (group << 6 | (unsigned long)value) & 0xFFFFFF;
        if (i % 4 == 3) {
            *out++ = (char)(group >> 16);
            *out++ = (char)(group >> 8 & 255);
            *out++ = (char)(group & 255);
        }
    }
    *len = in.len / 4 * 3 - padding;
    return padding == 0 || (group & (padding == 1 ? 0xFF : 0xFFFF)) == 0;
}

#endif
