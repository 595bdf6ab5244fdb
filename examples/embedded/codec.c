/* codec.c - the functions of the codec, compiled once. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
