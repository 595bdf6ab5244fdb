# recording.awk - makes recording.c of session.txt; see there.
BEGIN { print "#include \"recording.h\"\n"
        printf "const struct turn recording[] = {" }
/^#/ || /^$/ { next }
/^[CSW]: / { printf "%s\n    {'%s',\n", end, substr($0, 1, 1)
             printf "     \"%s\"", substr($0, 4); end = "},"; next }
/^   / && end { printf "\n     \"%s\"", substr($0, 4); next }
{ print "session.txt:" NR ": no turn" >"/dev/stderr"; exit bad = 1 }
END { if (!bad) print end "\n    {'\\0', \"\"},\n};" }
