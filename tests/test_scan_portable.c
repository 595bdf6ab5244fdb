/* test_scan.c with the portable scanners: a copy of the codec of its own. */
#define XMPP_CODEC_NO_SIMD 1
#define XMPP_CODEC_IMPLEMENTATION
#include "test_scan.c"
