#!/bin/sh
# Entity Time (XEP-0202) of stanza (npm), in places where the offset is no
# whole number of hours, or none.
#
# Guess: the answer to "what time is it there?" is a time zone everywhere.
# Seen: in India it says <tzo>+05.5:30</tzo>, in Nepal +05.75:45, and in
# Greenwich there is no <tzo/>, which XEP-0202 wants; "Z", which XEP-0082
# allows there, is read as NaN. Whole hours are right both ways.
. "$(dirname "$0")/common.inc"
npm_packages stanza@12.22.1

cat >"$work/time.cjs" <<'JS'
const {Registry, parse} = require('stanza/jxt');
const codec = new Registry();
codec.define(require('stanza/protocol').default);
const text = process.argv[2];
if (text)
    console.log(codec.import(parse(`<time xmlns='urn:xmpp:time'
        ><tzo>${text}</tzo><utc>2026-12-01T10:00:00Z</utc></time>`)).tzo);
else
    console.log(String(codec.export('iq', {time: {
        tzo: new Date().getTimezoneOffset(), utc: new Date()
    }})).replace(/.*<time[^>]*>|<utc>.*/g, '') || 'nothing');
JS
written() { (cd "$work" && TZ=$1 node time.cjs); }
read_as() { (cd "$work" && node time.cjs "$1"); }

seen 'written in Asia/Tokyo' '<tzo>+09:00</tzo>' "$(written Asia/Tokyo)"
seen 'written in Asia/Kolkata' '<tzo>+05.5:30</tzo>' "$(written Asia/Kolkata)"
seen 'written in Asia/Kathmandu' '<tzo>+05.75:45</tzo>' \
    "$(written Asia/Kathmandu)"
seen 'written in Etc/UTC' 'nothing' "$(written Etc/UTC)"
seen 'minutes west of +05:30' '-330' "$(read_as +05:30)"
seen 'minutes west of Z' 'NaN' "$(read_as Z)"
finish
