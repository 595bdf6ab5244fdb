#!/bin/sh
# Loudmouth (C; mcabber, irssi-xmpp and others) keeps of an element's text only
# what follows its last child element or CDATA section, and of CDATA nothing.
#
# Guess: a library on top of a complete XML parser loses no text.
# Seen: "head<b/>tail" is "tail"; a body that is a CDATA section is empty, and
# one that has a CDATA section in it is what stands behind that.
. "$(dirname "$0")/common.inc"
need python3
debian libloudmouth1-0=1.5.4-1+b1

cat >"$work/read.py" <<'PYTHON'
import ctypes, sys

lib = ctypes.CDLL('libloudmouth-1.so.0')
CALLBACK = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 3)
lib.lm_parser_new.restype = ctypes.c_void_p
lib.lm_parser_new.argtypes = [CALLBACK, ctypes.c_void_p, ctypes.c_void_p]
lib.lm_parser_parse.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
lib.lm_message_get_node.restype = ctypes.c_void_p
lib.lm_message_get_node.argtypes = [ctypes.c_void_p]
lib.lm_message_node_get_child.restype = ctypes.c_void_p
lib.lm_message_node_get_child.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
lib.lm_message_node_get_value.restype = ctypes.c_char_p
lib.lm_message_node_get_value.argtypes = [ctypes.c_void_p]

def message(parser, m, data):
    body = lib.lm_message_node_get_child(lib.lm_message_get_node(m), b'body')
    value = lib.lm_message_node_get_value(body)
    print('nothing' if value is None else '[%s]' % value.decode())

callback = CALLBACK(message)
text = '<message><body>%s</body></message>' % sys.argv[1]
lib.lm_parser_parse(lib.lm_parser_new(callback, None, None), text.encode())
PYTHON
body() { python3 "$work/read.py" "$1" 2>&1 | grep -v -e '^LM-LOG' -e '^$'; }

seen 'a body of "R&amp;D" is' '[R&D]' "$(body 'R&amp;D')"
seen 'a body of "<![CDATA[R&D]]>" is' 'nothing' "$(body '<![CDATA[R&D]]>')"
seen 'a body of "head <![CDATA[R&D]]> tail" is' '[ tail]' \
    "$(body 'head <![CDATA[R&D]]> tail')"
seen 'a body of "head<b/>tail" is' '[tail]' "$(body 'head<b/>tail')"
finish
