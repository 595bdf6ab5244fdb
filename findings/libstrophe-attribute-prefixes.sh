#!/bin/sh
# libstrophe drops the prefix of an attribute when it reads: xml:lang is an
# attribute "lang", and a namespaced attribute becomes one without.
#
# Guess: an attribute is found under the name that it had in the stream, or by
# its namespace.
# Seen: nothing is found under "xml:lang"; a program that passes a stanza on
# sends lang="de", which is no language to anybody, and two attributes of one
# local name become one.
. "$(dirname "$0")/common.inc"
need python3
debian libstrophe0=0.12.2-1

cat >"$work/read.py" <<'PYTHON'
import ctypes, sys

lib = ctypes.CDLL('libstrophe.so.0')
P, S = ctypes.c_void_p, ctypes.c_char_p
for name, result, arguments in (
        ('xmpp_ctx_new', P, [P, P]),
        ('xmpp_stanza_new_from_string', P, [P, S]),
        ('xmpp_stanza_get_attribute', S, [P, S]),
        ('xmpp_stanza_to_text', ctypes.c_int, [P, P, P])):
    getattr(lib, name).restype = result
    getattr(lib, name).argtypes = arguments
lib.xmpp_initialize()
stanza = lib.xmpp_stanza_new_from_string(lib.xmpp_ctx_new(None, None),
                                         sys.argv[1].encode())
if len(sys.argv) > 2:
    value = lib.xmpp_stanza_get_attribute(stanza, sys.argv[2].encode())
    print('none' if value is None else value.decode())
else:
    text, size = S(), ctypes.c_size_t()
    lib.xmpp_stanza_to_text(stanza, ctypes.byref(text), ctypes.byref(size))
    print(text.value.decode())
PYTHON
strophe() { python3 "$work/read.py" "$@"; }

seen "xml:lang of <body xml:lang='de'/>" 'none' \
    "$(strophe "<body xml:lang='de'/>" xml:lang)"
seen "lang of <body xml:lang='de'/>" 'de' \
    "$(strophe "<body xml:lang='de'/>" lang)"
seen "<body xml:lang='de'>x</body> written again" \
    '<body lang="de">x</body>' "$(strophe "<body xml:lang='de'>x</body>")"
seen "<a xmlns:x='u' x:b='1' b='2'/> has one attribute b" '2' \
    "$(strophe "<a xmlns:x='u' x:b='1' b='2'/>" b)"
finish
