/* The file of a program that compiles the functions. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
