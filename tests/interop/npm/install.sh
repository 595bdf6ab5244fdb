#!/bin/sh
# Installs the peers of package.json into DIRECTORY, exactly as
# package-lock.json has them. What cannot be installed is skipped by
# `make interop`. Usage: install.sh DIRECTORY
set -eu

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"

if cmp -s "$here/package-lock.json" package-lock.json; then
    exit 0
fi
rm -f package-lock.json
command -v npm >/dev/null || {
    echo "npm is not installed: no peers from there"
    exit 0
}

mkdir -p new
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" new
echo "Installing with npm:" \
    "$(sed -n 's/^    "\(.*\)": "\(.*\)".*/\1@\2/p' new/package.json | xargs)"
if (cd new && npm ci --no-progress </dev/null); then
    rm -rf node_modules
    mv new/node_modules .
    mv new/package-lock.json .  # the sign that all is there
else
    echo "npm has failed: no peers from there"
fi
rm -rf new
