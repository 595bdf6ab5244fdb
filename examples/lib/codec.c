/* codec.c - the functions of the codec, compiled once; every other file
   includes xmpp_codec.h as it is. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
