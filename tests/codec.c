/* The implementation, compiled once for all tests that look at the codec only
   from outside. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
