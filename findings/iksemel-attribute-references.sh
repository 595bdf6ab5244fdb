#!/bin/sh
# iksemel (C; jabber clients and bots, PBX modules) does not decode references
# in attribute values at all, not even the five predefined ones, and reads each
# numeric reference in text as one "?".
#
# Guess: a parser that decodes "&amp;" in text does so in attributes too, and a
# reference to an ordinary letter is that letter.
# Seen: an application that compares an attribute with "R&D" gets "R&amp;D", and
# what it writes again is "R&amp;amp;D". A carriage return, which XML can carry
# by reference only, arrives as "?".
. "$(dirname "$0")/common.inc"
need python3
debian libiksemel3=1.4-4

cat >"$work/read.py" <<'PYTHON'
import ctypes, sys

lib = ctypes.CDLL('libiksemel.so.3')
lib.iks_tree.restype = ctypes.c_void_p
lib.iks_tree.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p]
for name in ('iks_find_attrib', 'iks_find_cdata', 'iks_string'):
    getattr(lib, name).restype = ctypes.c_char_p
lib.iks_find_attrib.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
lib.iks_find_cdata.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
lib.iks_string.argtypes = [ctypes.c_void_p, ctypes.c_void_p]

text = sys.argv[2].encode()
tree = lib.iks_tree(text, len(text), None)
print({'attribute': lambda: lib.iks_find_attrib(tree, b'name'),
       'text': lambda: lib.iks_find_cdata(tree, b'body'),
       'again': lambda: lib.iks_string(None, tree)}[sys.argv[1]]().decode())
PYTHON
iksemel() { python3 "$work/read.py" "$@" 2>&1 || true; }

seen "an attribute 'R&amp;D' is read as" 'R&amp;D' \
    "$(iksemel attribute "<item name='R&amp;D'/>")"
seen 'and written again as' "<item name='R&amp;amp;D'/>" \
    "$(iksemel again "<item name='R&amp;D'/>")"
seen "an attribute 'a&#10;b' is read as" 'a&#10;b' \
    "$(iksemel attribute "<item name='a&#10;b'/>")"
seen "a text 'R&amp;D &#65;&#x42;' is read as" 'R&D ??' \
    "$(iksemel text '<m><body>R&amp;D &#65;&#x42;</body></m>')"
finish
