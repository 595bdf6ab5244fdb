/* Includes everything twice. */
#include "xmpp_codec.h"
#include "xmpp_codec.h"
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
#include "xmpp_codec.h"
