# Sourced by the scripts beside it; they run on Debian, as any user.
# Exit status: 0 as described, 1 something has changed, 77 cannot run here.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
changed=0

cannot() {
    echo "cannot run here: $*"
    exit 77
}

need() {
    for program in "$@"; do
        command -v "$program" >/dev/null || cannot "no $program"
    done
}

# debian PACKAGE=VERSION...: unpacks these, and what they depend on and this
# machine lacks, into $root. Nothing is installed.
debian() {
    need apt-get dpkg-deb
    more=$(apt-get -s install --no-install-recommends "$@" 2>/dev/null |
        sed -n 's/^Inst \([^ ]*\) .*(\([^ ]*\) .*/\1=\2/p' || true)
    mkdir -p "$work/debs" "$root"
    (cd "$work/debs" && printf '%s\n' "$@" $more | sort -u |
        xargs apt-get download -q >/dev/null 2>&1) ||
        cannot "apt-get does not have: $* (apt-get update?)"
    for deb in "$work"/debs/*.deb; do
        dpkg-deb -x "$deb" "$root"
    done
    LD_LIBRARY_PATH=$(dirname "$(find "$root" -name '*.so*' |
        head -n 1)")
    export LD_LIBRARY_PATH
    echo "with $*"
}

# npm_packages NAME@VERSION...: into $work/node_modules.
npm_packages() {
    need node npm
    (cd "$work" && npm init -y >/dev/null 2>&1 &&
        npm install --no-audit --no-fund --ignore-scripts "$@" \
            >npm.log 2>&1) || cannot "npm does not have: $*"
    echo "with $*, node $(node --version)"
}

# seen WHAT EXPECTED ACTUAL: prints it, and notes a difference.
seen() {
    if [ "$2" = "$3" ]; then
        printf '%s\n    %s\n' "$1" "$3"
    else
        printf '%s\n    CHANGED: %s\n    was:     %s\n' "$1" "$3" "$2"
        changed=1
    fi
}

finish() {
    [ "$changed" = 0 ] && echo 'as described'
    exit "$changed"
}
