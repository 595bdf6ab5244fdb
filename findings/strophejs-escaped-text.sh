#!/bin/sh
# Strophe.getText, with which programs on strophe.js read a body, gives the text
# as it would stand in XML, and leaves out CDATA.
#
# Guess: the text of an element that a complete parser has read is plain text,
# and what is put into an element with t(), which escapes, comes out the same.
# Seen: a body "R&D" is "R&amp;D" to the program; an answer that quotes it has
# &amp;amp; on the wire, which every other client shows as "R&amp;D", and a
# second answer one more. A comparison with what a user typed fails for these
# letters alone.
. "$(dirname "$0")/common.inc"
npm_packages strophe.js@5.0.0 @xmldom/xmldom@0.9.8 ws@8.18.3

cat >"$work/text.mjs" <<'JS'
import {$msg, Strophe, stx} from 'strophe.js';
const read = xml => Strophe.getText(stx([xml]).tree().firstChild);
const body = process.argv[2];
const message = `<message xmlns='jabber:client'><body>${body}</body></message>`;
const text = read(message);
console.log(process.argv[3]
    ? String($msg().c('body').t(text)).replace(/.*<body>|<.body>.*/g, '')
    : text);
JS
strophejs() { (cd "$work" && node text.mjs "$@"); }

seen 'the text of <body>1 + 1</body>' '1 + 1' "$(strophejs '1 + 1')"
seen 'the text of <body>R&amp;D</body>' 'R&amp;D' "$(strophejs 'R&amp;D')"
seen 'and quoted' 'R&amp;amp;D' "$(strophejs 'R&amp;D' quoted)"
seen "the text of <body>It's</body>" 'It&apos;s' "$(strophejs "It's")"
seen 'the text of <body>a<![CDATA[b]]>c</body>' 'ac' \
    "$(strophejs 'a<![CDATA[b]]>c')"
finish
