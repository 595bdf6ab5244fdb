/* test_scan.c with the portable scanners. */
#define XMPP_CODEC_NO_SIMD 1
#include "test_scan.c"
