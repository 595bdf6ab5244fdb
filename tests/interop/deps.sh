#!/bin/sh
# Installs what `make interop` talks with, as far as this distribution has it.
# Only the programs are wanted: services that come with them are not started,
# now or later, unless they were there before.
set -eu

# zlib1g-dev: the .pc files of libstrophe and gloox ask for zlib, their packages
# do not.
packages="prosody prosody-modules ejabberd jabberd2 biboumi ngircd
    profanity go-sendxmpp
    python3-slixmpp python3-aioxmpp python3-nbxmpp libanyevent-xmpp-perl perl
    libstrophe-dev libqxmpp-dev libpurple-dev libgloox-dev
    zlib1g-dev g++ pkg-config openssl libssl-dev"
# These may have come from elsewhere. For npm/install.sh.
for program in nodejs/node npm/npm chromium/chromium; do
    command -v "${program#*/}" >/dev/null ||
        packages="$packages ${program%/*}"
done

command -v apt-get >/dev/null || {
    echo "There is no apt-get here. Please install:" $packages
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then env "$@"; else sudo env "$@"; fi
}

is_installed() {
    dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

missing=
for p in $packages; do
    is_installed "$p" || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

as_root apt-get update -q
wanted=
for p in $missing; do
    if apt-cache show "$p" 2>/dev/null | grep -q '^Version:'; then
        wanted="$wanted $p"
    else
        echo "not in this distribution: $p"
    fi
done
[ -n "$wanted" ] || exit 0

echo "Installing with apt-get:$wanted"
# SYSTEMD_OFFLINE: systemctl, called by the packages, starts nothing.
as_root DEBIAN_FRONTEND=noninteractive SYSTEMD_OFFLINE=1 \
    apt-get install -y -q --no-install-recommends $wanted </dev/null

for service in prosody ejabberd jabberd2 biboumi ngircd; do
    case " $wanted " in
    *" $service "*)
        as_root systemctl disable -q "${service%2}" 2>/dev/null || true ;;
    esac
done
