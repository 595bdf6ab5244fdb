# The layers of the implementation are in the order of the manual, no layer
# has two banners on one side, and the index at the top names each of them.
# usage: awk -f sections.awk xmpp_codec.h

function wrong(text) {
    print FILENAME ": " text
    failed = 1
}

/^ +\[[A-Z0-9]+\]/ && !begun {
    tag = $1
    gsub(/[][]/, "", tag)
    indexed[++entries] = tag
    next
}
/^\/\* ---- \[/ || /^   ---- \[/ {
    begun = 1
    match($0, /\[[A-Z0-9]+\]/)
    tag = substr($0, RSTART + 1, RLENGTH - 2)
    side = /\(private\)/ ? "private" : "public"
    if ((side, tag) in place)
        wrong("two " side " banners [" tag "]")
    place[side, tag] = ++banners
    if (side == "private" && ("public", tag) in place) {
        if (place["public", tag] < latest)
            wrong("[" tag "] (private) comes after a later layer")
        latest = place["public", tag]
    } else if (side == "public") {
        public[++publics] = tag
    }
}

END {
    for (i = 1; i <= publics; i++)
        if (public[i] != indexed[i])
            wrong("banner [" public[i] "] where the index has [" \
                  indexed[i] "]")
    if (publics != entries)
        wrong(publics " banners, " entries " lines in the index")
    if (publics < 10)
        wrong("only " publics " banners found")
    if (failed)
        exit 1
    print publics " sections in the order of the index"
}
